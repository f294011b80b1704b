"""Agents move through 招商 > 找商 > 助商 > 领商 by evidence: one up, any down for a reason, corrected by versions."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.recruitment.agents import (
    DEVELOPMENT,
    AgentPath,
    StageAsk,
    StageGuide,
    StageMove,
    StageProof,
    StageRevision,
    development_board,
    stage_grade,
    stage_table,
)

START = date(2026, 1, 5)
STAGES = tuple(DEVELOPMENT)


def after(days):
    """Return a day so many days after the first."""
    return START + timedelta(days)


def shown(path, stage, days=0, until=None):
    """Return a path on which everything that a stage asks for is shown."""
    for ask in DEVELOPMENT[stage].asks:
        path = path.show(ask, f"E-{ask}", by="p1", on=after(days), until=until)
    return path


def at(stage, agent="A1"):
    """Return a path to a stage, a move every ten days."""
    path = AgentPath(agent)
    for n, to in enumerate(STAGES[: STAGES.index(stage) + 1]):
        path = shown(path, to, 10 * n).move(to, "shown", by="p1", on=after(10 * n))
    return path


def test_the_way_through_the_stages():
    """Each stage once all is shown; the stage of each day is that of the last move."""
    path = at("lead")
    assert [move.to for move in path.path] == ["attract", "find", "help", "lead"]
    days = (-1, 0, 9, 10, 29, 30, 99)
    assert [path.stage_on(after(n)) for n in days] == [None, "attract", "attract", "find", "help", "lead", "lead"]
    assert [path.since(after(n)) for n in (-1, 25)] == [None, after(20)]


def test_nothing_is_skipped():
    """No leap, no move to where it stands, no move before the last one, no unknown stage."""
    path = at("attract")
    for to, text in (
        ("help", "no move from attract to help .* next can be: find"),
        ("attract", "no move from attract to attract"),
        ("leed", 'no such stage .* did you mean "lead"'),
    ):
        with pytest.raises(BadRule, match=text):
            path.move(to, "why not", by="p1", on=after(1))
    with pytest.raises(BadRule, match=r"no move from the beginning to find .* next can be: attract"):
        AgentPath("A1").move("find", "why not", by="p1", on=START)
    with pytest.raises(BadRule, match="a move before the last one"):
        shown(path, "find").move("find", "why not", by="p1", on=after(-1))


def test_a_stage_wants_all_that_it_and_those_before_it_ask_for():
    """What is not shown on the day, or has ended, is named; the last day of an evidence still counts."""
    path = at("attract").show("selected", "S-1", by="p1", on=after(5))
    with pytest.raises(BadRule, match=r"not shown yet: agreed @ agent 'A1' to find; show each, then move"):
        path.move("find", "good", by="p1", on=after(5))
    path = path.show("agreed", "AGR", by="p1", on=after(5), until=after(20))
    with pytest.raises(BadRule, match="not shown yet: selected, agreed"):
        path.move("find", "good", by="p1", on=after(4))
    found = shown(path.move("find", "good", by="p1", on=after(5)), "help", 6)
    assert found.move("help", "good", by="p1", on=after(20)).stage_on(after(20)) == "help"
    with pytest.raises(BadRule, match="not shown yet: agreed @"):
        found.move("help", "good", by="p1", on=after(21))


def test_down_for_a_reason():
    """Down to any stage, without evidence but with a reason."""
    path = at("lead").move("attract", "sold a rival's product", by="p2", on=after(50))
    assert path.stage_on(after(50)) == "attract"
    gone = at("lead").take_back("known", "the licence was withdrawn", by="p2", on=after(40))
    assert gone.move("find", "no licence", by="p2", on=after(50)).stage_on(after(50)) == "find"
    assert "rival" not in repr(path) + repr(path.moves)
    with pytest.raises(BadValue, match="nothing said @ reason"):
        at("lead").move("find", " ", by="p2", on=after(50))


def test_corrections_are_versions():
    """A later version counts, the first one stays to be read; what remains must be legal."""
    path = at("find").correct(2, StageMove("find", "wrong day", after(8), "p1"), "typo", by="p2", on=after(12))
    assert [path.stage_on(after(n)) for n in (7, 8)] == ["attract", "find"]
    assert [(row[0], row[2], row[5].text()) for row in path.table().rows] == [
        (1, after(0), "counts"),
        (2, after(10), "corrected later"),
        (2, after(8), "counts"),
    ]
    path = path.correct(2, None, "it never happened", by="p2", on=after(13))
    assert path.stage_on(after(99)) == "attract"
    assert [row[5].text("zh") for row in path.table().rows] == ["有效", "已更正", "已更正"]
    with pytest.raises(BadRule, match="no move from attract to help"):
        at("help").correct(2, None, "never", by="p2", on=after(50))
    with pytest.raises(BadRule, match="a move before the last one"):
        at("find").correct(2, StageMove("find", "r", after(-1), "p1"), "typo", by="p2", on=after(50))
    with pytest.raises(BadValue, match=r"no move 3 .* moves 1 to 2"):
        at("find").correct(3, None, "never", by="p2", on=after(50))
    with pytest.raises(BadValue, match=r"no move 1 .* it has no move"):
        AgentPath("A1").correct(1, None, "never", by="p2", on=after(50))


@pytest.mark.parametrize(
    "make",
    [
        lambda: StageRevision(0, None, "why", START, "p1"),
        lambda: StageRevision(True, None, "why", START, "p1"),
        lambda: StageRevision(1, StageMove("find", "r", after(1), "p1"), "why", START, "p1"),
        lambda: StageProof("met", "E", START, "p1", after(-1)),
        lambda: StageProof("met", "", START, "p1"),
        lambda: StageMove("find", "r", None, "p1"),
    ],
)
def test_what_cannot_be(make):
    """Numbers from 1, no move after its correction, no end before a beginning, evidence and days."""
    with pytest.raises(BadValue):
        make()


def test_evidence_is_taken_back_by_a_later_one():
    """From its day on it does not hold; the day before it still did; given again it holds again."""
    path = at("find").take_back("agreed", "the agreement was cancelled", by="p2", on=after(15))
    assert ["agreed" in path.proved(after(n)) for n in (9, 10, 14, 15)] == [False, True, True, False]
    path = path.show("agreed", "AGR-2", by="p1", on=after(15))
    assert path.proved(after(15))["agreed"].evidence == "AGR-2"
    with pytest.raises(BadRule, match="nothing to take back"):
        path.take_back("plan", "no", by="p1", on=after(20))
    with pytest.raises(BadRule, match=r'no stage asks for it .* did you mean "trained"'):
        path.show("traned", "T-1", by="p1", on=after(20))


def test_the_board_says_where_who_stands_and_what_brings_it_on():
    """Lapsed first, then who can move on, then the furthest; each with what to do."""
    lapsed = at("find", "A1").take_back("agreed", "cancelled", by="p2", on=after(15))
    ready = shown(at("attract", "A2"), "find", 12)
    ending = shown(at("attract", "A3"), "find", 5, until=after(40)).move("find", "good", by="p1", on=after(5))
    new = AgentPath("A4").show("known", "FILE", by="p1", on=after(3))
    board = development_board([new, ending, at("lead", "A5"), ready, lapsed], after(35))
    told = [(row.agent, row.stage, row.days, row.ready, row.open, row.lapsed) for row in board.rows]
    assert told == [
        ("A1", "find", 25, False, ("plan", "trained", "paid"), ("agreed",)),
        ("A2", "attract", 35, True, (), ()),
        ("A5", "lead", 5, False, (), ()),
        ("A3", "find", 30, False, ("plan", "trained", "paid"), ()),
        ("A4", None, None, False, ("met",), ()),
    ]
    assert [row.action.zh for row in board.rows] == [
        "补齐失效依据，或说明原因后降级",
        "推进到下一阶段",
        "保持领商合作",
        "续办即将到期的依据",
        "落实尚缺的要求",
    ]
    assert board.ready == ("A2",)
    assert board.counts() == {"attract": 1, "find": 2, "help": 0, "lead": 1}
    assert board.rows[3].ending == {"selected": after(40), "agreed": after(40)}
    assert board.rows[4].shown == ("known",)
    both = development_board([shown(lapsed, "help", 20)], after(35))
    assert (both.rows[0].open, both.rows[0].lapsed, both.rows[0].ready, both.ready) == ((), ("agreed",), False, ())
    whys = {row.agent: row.why.lines() for row in board.rows}
    assert whys["A1"][1] == "  not shown any more: scope and term are agreed"
    assert whys["A2"] == ["at attract since 2026-01-05", "  all that find asks for is shown"]
    assert whys["A3"][1] == "  ends on 2026-02-14: selected by assessment"
    assert whys["A4"] == ["at no stage yet", "  attract still asks for: met in person (shown by: a visit)"]
    assert whys["A5"] == ["at lead since 2026-02-04"]
    assert board.table().rows[0][6].text("zh") == "已约定范围与期限"
    assert development_board([ending], after(9), warn_days=30).rows[0].ending == {}
    assert len(development_board([ending], after(10), warn_days=30).rows[0].ending) == 2


def test_the_board_of_an_earlier_day():
    """Nothing of later days shows; any order gives the same board."""
    paths = [at("lead", f"A{n}") for n in range(3)]
    board = development_board(paths, after(12))
    assert {row.stage for row in board.rows} == {"find"}
    assert development_board(paths[::-1], after(12)) == board


def test_bad_paths_are_refused_at_once():
    """Two paths of one agent, and a path of other stages."""
    other = AgentPath("B", stages=("one", "two"))
    with pytest.raises(BadRows, match="2 paths refused") as refused:
        development_board([at("find"), at("find", "a1"), other], START)
    assert {error.code for error in refused.value.exceptions} == {"agents.twice", "agents.stage"}


def test_a_guide_of_your_own():
    """Stages and what they ask for are data."""
    says = Says("x", "某")
    guide = MappingProxyType(
        {key: StageGuide(says, says, {f"ask-{key}": StageAsk(says, says)}) for key in ("one", "two")}
    )
    path = AgentPath("A1", stages=tuple(guide)).show("ask-one", "E", by="p1", on=START, guide=guide)
    path = path.move("one", "good", by="p1", on=START, guide=guide)
    assert development_board([path], START, guide=guide).rows[0].open == ("ask-two",)
    assert len(stage_table(guide)) == 2
    assert len(path.table(guide)) == 1
    with pytest.raises(BadRule, match="a guide of other stages"):
        path.move("two", "good", by="p1", on=START)


def test_stages_as_grades():
    """The stages are the letters of the scheme `dealer_stage`, the last the best."""
    grades = [stage_grade(stage) for stage in STAGES]
    assert [one.letter for one in grades] == ["recruited", "found", "helped", "led"]
    assert grades == sorted(grades)
    assert [row[2] for row in stage_table().rows][:3] == ["known", "met", "selected"]
    with pytest.raises(BadRule, match="no such stage"):
        stage_grade("led")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 3)), max_size=8))
def test_only_legal_moves_pass(wanted):
    """Where all is shown a move passes when it is one up or any down, and no other does; the days decide the stage."""
    path, here, day, history = AgentPath("A1"), -1, 0, []
    for stage in STAGES:
        path = shown(path, stage)
    for to, days in wanted:
        day += days
        place = STAGES.index(to)
        if place < here or place == here + 1:
            path, here = path.move(to, "why", by="p1", on=after(day)), place
            history.append((day, to))
        else:
            with pytest.raises(BadRule, match="no move from"):
                path.move(to, "why", by="p1", on=after(day))
    for n in range(day + 2):
        past = [to for on, to in history if on <= n]
        assert path.stage_on(after(n)) == (past[-1] if past else None)


def test_corrections_never_go_back_in_time():
    """A revision of an earlier day than the last one is refused; of the same day it is not."""
    path = at("find")
    first = path.correct(2, None, "never met", by="p2", on=after(40))
    assert first.correct(2, path.moves[1], "met after all", by="p2", on=after(40)).stage_on(after(40)) == "find"
    with pytest.raises(BadRule, match=r"a correction before the last one.*agents\.day"):
        first.correct(2, path.moves[1], "met after all", by="p2", on=after(39))


def test_an_evidence_holds_or_does_not():
    """A word is no answer: "no" would count as yes."""
    with pytest.raises(BadValue, match=r"neither yes nor no.*agents\.holds"):
        StageProof("met", "VISIT-3", after(0), "p1", holds="no")


def test_how_far_ahead_an_end_is_named():
    """With no days of warning on the last day alone; a part of a day or a day below zero is refused."""
    path = (
        AgentPath("A1")
        .show("known", "FILE-1", by="p1", on=after(0))
        .show("met", "V", by="p1", on=after(0), until=after(9))
    )
    path = path.move("attract", "answered", by="p1", on=after(0))
    for warn, day, named in ((0, 8, []), (0, 9, ["met"]), (1, 8, ["met"]), (1, 7, [])):
        assert list(development_board([path], after(day), warn_days=warn).rows[0].ending) == named
    for warn in (-1, True, "3"):
        with pytest.raises(BadRule, match=r"agents\.warn"):
            development_board([path], after(1), warn_days=warn)
