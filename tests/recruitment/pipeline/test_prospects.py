"""Prospects move along legal stages only; ages add up; corrections are versions; conversion rows add up."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Lead, admit
from pharmasales.compliance import CN_2026
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.recruitment.pipeline import (
    IDLE_REASONS,
    LOST_REASONS,
    MOVES,
    STAGES,
    Correction,
    Move,
    NextAction,
    Outlook,
    Prospect,
    Reason,
    conversion_matrix,
    file_leads,
    move_table,
    prospect_data,
    prospect_from,
    reach_rates,
    reason_table,
)
from pharmasales.units import CNY, Amount

FILED = date(2026, 1, 5)
WAY = tuple(STAGES)[:-1]


def after(days):
    """Return a day after the first file was opened."""
    return FILED + timedelta(days)


def at(stage, name="A1", days=0, step=1):
    """Return a prospect that came to a stage one step a time, from a day on."""
    one = Prospect.file(name, by="p1", on=after(days), evidence="FORM")
    for n, to in enumerate(WAY[1 : WAY.index(stage) + 1], 1):
        one = one.move(to, by="p1", on=after(days + n * step), evidence=f"E-{n}")
    return one


def lost(one, days, reason="silent"):
    """Return a prospect as it is lost so many days after the first file."""
    return one.move("lost", by="p1", on=after(days), evidence="CALL", reason=reason)


@st.composite
def walks(draw):
    """Return a prospect that walks at random, each move on the same day or some days later."""
    day = draw(st.integers(0, 20))
    one = Prospect.file("A1", by="p1", on=after(day), evidence="F")
    for _ in range(draw(st.integers(0, 10))):
        day += draw(st.integers(0, 9))
        to = draw(st.sampled_from(MOVES[one.stage]))
        one = one.move(to, by="p1", on=after(day), evidence="E", reason="silent" if to == "lost" else "")
    return one


def test_every_stage_is_reached_and_none_is_a_dead_end():
    """From filed one comes to all eight stages, from each one comes to lost, and from lost back."""
    for start in STAGES:
        seen, waiting = {start}, [start]
        while waiting:
            fresh = set(MOVES[waiting.pop()]) - seen
            seen |= fresh
            waiting += fresh
        assert seen >= set(STAGES) - {"filed"}
    assert len(STAGES) == 8
    assert len(move_table()) == sum(map(len, MOVES.values())) == 14
    assert all(at(stage).stage == stage for stage in WAY)


def test_no_illegal_move_is_possible():
    """Of all 64 pairs of stages exactly the 14 legal ones can be moved; the hint names them."""
    legal = 0
    for start in STAGES:
        one = lost(at("filed"), 1) if start == "lost" else at(start)
        for end in STAGES:
            reason = "silent" if end == "lost" else ""
            if end in MOVES[start]:
                legal += one.move(end, by="p1", on=after(9), evidence="E", reason=reason).stage == end
                continue
            with pytest.raises(BadRule, match=r"pipeline\.move") as caught:
                one.move(end, by="p1", on=after(9), evidence="E", reason=reason)
            assert caught.value.hint == f"next can be: {', '.join(MOVES[start])}"
    assert legal == 14


@given(walks(), st.integers(0, 150))
def test_ages_add_up(one, days):
    """The days of all stays are the days since the file; the last stay is the stage of the day."""
    day = max(after(days), one.path[0].on)
    stays = one.stays(day)
    assert sum(stay.days for stay in stays) == (day - one.path[0].on).days
    assert stays[-1].stage == one.stage_on(day)
    assert stays[-1].until is None
    assert all(stay.until == later.since for stay, later in pairwise(stays))
    assert one.stage_on(one.path[0].on - timedelta(1)) is None


@given(walks(), st.data())
def test_a_prospect_survives_json(one, data):
    """What a store keeps is read back as it was, corrections and notes included."""
    if data.draw(st.booleans()) and len(one.moves) > 1:
        one = one.correct(len(one.moves), None, by="p2", on=after(200), why="never happened")
    one = one.expect(Amount.of("12.50", CNY), after(300), by="p1", on=after(200))
    one = one.expect(None, None, by="p1", on=after(201))
    one = one.plan("call", who="p2", due=after(210), by="p1", on=after(202)).done(on=after(203))
    again = prospect_from(json.loads(json.dumps(prospect_data(one))))
    assert again == one
    assert again.path == one.path


def test_idle_answers_and_corrections_survive_json():
    """The true reason, and a corrected move, come back too."""
    one = at("signed").explain_idle("money", "his words", by="p1", on=after(40))
    one = one.correct(2, Move("touched", after(1), "p3", "CALL"), by="p2", on=after(41), why="who")
    assert prospect_from(json.loads(json.dumps(prospect_data(one)))) == one


@pytest.mark.parametrize(
    "broken",
    [{}, {"moves": 3}, {"moves": []}, {"moves": [{"to": "kept"}]}, {"outlooks": [{"value": [1]}]}, {"idle": 1}],
)
def test_broken_data_is_refused_without_showing_it(broken):
    """Data of another form and illegal paths are typed errors."""
    data = {**prospect_data(at("key")), **broken} if broken else {"id": "secret name"}
    with pytest.raises((BadValue, BadRule), match=r"pipeline\.(record|move)") as caught:
        prospect_from(data)
    assert "secret" not in str(caught.value)


def test_a_correction_is_a_version():
    """The corrected move counts, the first one stays to be read; striking out goes back a stage."""
    one = at("touched", step=7)
    mended = one.correct(2, Move("touched", after(4), "p1", "CALL-9"), by="p2", on=after(9), why="wrong day")
    assert [stay.days for stay in mended.stays(after(10))] == [4, 6]
    assert mended.moves == one.moves
    assert [(row[0], row[2], row[3], row[6].en) for row in mended.table().rows] == [
        (1, after(0), 4, "counts"),
        (2, after(7), None, "corrected later"),
        (2, after(4), None, "counts"),
    ]
    struck = mended.correct(2, None, by="p2", on=after(9), why="another customer")
    assert (struck.stage, struck.stage_on(after(9))) == ("filed", "filed")
    assert [row[6].en for row in struck.table().rows] == ["counts", "corrected later", "corrected later"]
    today = one.correct(2, Move("touched", after(9), "p1", "E"), by="p2", on=after(9), why="corrected on its own day")
    assert today.last_day == after(9)
    same = one.correct(2, one.moves[1], by="p2", on=after(7), why="on the day itself, and nothing new")
    assert [row[6].en for row in same.table().rows] == ["counts", "corrected later", "counts"]
    again = struck.move("touched", by="p1", on=after(20), evidence="CALL-10")
    assert [move.on for move in again.path] == [after(0), after(20)]
    assert "CALL" not in repr(again)


@pytest.mark.parametrize(
    ("number", "move", "code"),
    [
        (1, None, "pipeline.move"),
        (2, None, "pipeline.move"),
        (2, Move("key", after(1), "p1", "E"), "pipeline.move"),
        (2, Move("touched", after(3), "p1", "E"), "pipeline.day"),
        (9, None, "pipeline.correction"),
        (0, None, "pipeline.correction"),
        (True, None, "pipeline.correction"),
        (3, Move("key", after(31), "p1", "E"), "pipeline.day"),
    ],
)
def test_a_correction_leaves_a_legal_path_or_is_refused(number, move, code):
    """No correction leaps a stage, goes back in time, names no move, or tells the future."""
    with pytest.raises((BadRule, BadValue)) as caught:
        at("key").correct(number, move, by="p2", on=after(30), why="why")
    assert caught.value.code == code


def test_steps_come_in_order():
    """Moves, notes and corrections are not dated before the last of their kind."""
    one = at("key").expect(None, None, by="p1", on=after(9))
    mended = one.correct(3, one.moves[2], by="p2", on=after(9), why="no change")
    for step in (
        lambda: one.move("visited", by="p1", on=after(1), evidence="E"),
        lambda: one.expect(None, None, by="p1", on=after(8)),
        lambda: one.plan("call", who="p1", due=after(9), by="p1", on=after(-1)),
        lambda: mended.correct(3, None, by="p2", on=after(8), why="late"),
    ):
        with pytest.raises(BadRule, match=r"pipeline\.day"):
            step()
    assert one.move("visited", by="p1", on=after(2), evidence="E").stage == "visited"


def test_evidence_reasons_and_days_are_asked_for():
    """A move says what shows it; lost says why, and nothing else does; days are days."""
    one = at("touched")
    for code, step in (
        ("pipeline.text", lambda: one.move("key", by="p1", on=after(5), evidence="  ")),
        ("pipeline.reason", lambda: one.move("lost", by="p1", on=after(5), evidence="E")),
        ("pipeline.reason", lambda: one.move("key", by="p1", on=after(5), evidence="E", reason="silent")),
        ("pipeline.reason", lambda: one.move("lost", by="p1", on=after(5), evidence="E", reason="slient")),
        ("pipeline.stage", lambda: one.move("won", by="p1", on=after(5), evidence="E")),
        ("calendar.day", lambda: one.move("key", by="p1", on=datetime(2026, 2, 1), evidence="E")),  # noqa: DTZ001
        ("id.empty", lambda: one.move("key", by=" ", on=after(5), evidence="E")),
        ("pipeline.idle", lambda: one.explain_idle("money", "E", by="p1", on=after(5))),
        ("pipeline.reason", lambda: at("signed").explain_idle("mony", "E", by="p1", on=after(5))),
        ("pipeline.value", lambda: Outlook(Amount(-1, CNY), None, "p1", FILED)),
        ("pipeline.day", lambda: NextAction("call", "p1", after(-1), "p1", FILED)),
        ("pipeline.text", lambda: Correction(1, None, "p1", FILED, "")),
        ("pipeline.reason", lambda: Reason(LOST_REASONS["silent"].says, LOST_REASONS["silent"].answer, -1)),
        ("pipeline.day", lambda: one.stays(after(-1))),
    ):
        with pytest.raises((BadRule, BadValue)) as caught:
            step()
        assert caught.value.code == code


def test_notes_as_of_a_day():
    """The last note of its kind counts; an action is open until it is done, and a new one takes its place."""
    one = at("touched").expect(Amount.of(100, CNY), after(30), by="p1", on=after(2))
    one = one.expect(Amount.of(80, CNY), after(40), by="p1", on=after(9))
    assert [one.outlook_on(after(n)).value.minor if n > 1 else one.outlook_on(after(n)) for n in (1, 2, 9)] == [
        None,
        10000,
        8000,
    ]
    one = one.plan("call", who="p1", due=after(5), by="p1", on=after(3))
    one = one.plan("visit", who="p2", due=after(8), by="p1", on=after(4))
    assert [one.next_action(after(n)).who if n > 2 else one.next_action(after(n)) for n in (2, 3, 4)] == [
        None,
        "p1",
        "p2",
    ]
    done = one.done(on=after(6))
    assert [done.next_action(after(n)) is None for n in (5, 6)] == [False, True]
    assert [act.done_on for act in done.actions] == [None, after(6)]
    with pytest.raises(NotFound, match=r"pipeline\.action"):
        done.done(on=after(7))


def test_leads_in_quarantine_become_no_prospects():
    """The gate comes first; the prospect takes source and region of its lead."""
    facts = {"about": "company"}
    leads = [
        Lead("L1", "agent", "tender", FILED, facts, region="R1"),
        Lead("L2", "agent", "bought_list", FILED),
        Lead("L3", "agent", "tender", FILED, facts),
    ]
    found = file_leads(admit(leads, CN_2026, as_of=FILED), by="m1", on=after(1), owners={"L1": "p1"})
    assert [(one.id, one.source, one.region, one.owner) for one in found] == [
        ("L1", "tender", "R1", "p1"),
        ("L3", "tender", "", "m1"),
    ]
    assert found[0].path == (Move("filed", after(1), "m1", f"lead L1, gate {CN_2026.title}"),)


def test_the_lists_of_reasons_are_shown():
    """Each reason has an answer in both languages."""
    for reasons, count in ((IDLE_REASONS, 8), (LOST_REASONS, 9)):
        rows = reason_table(reasons).rows
        assert len(rows) == count
        assert all(row[1].zh and row[2].zh for row in rows)


def numbered(prospects):
    """Return prospects with ids of their own."""
    return [evolve(one, id=f"A{n}") for n, one in enumerate(prospects)]


# --- conversion ---


def brute(prospects, window, as_of, view):
    """Count stays and where they went, day by day."""
    start, end = window
    last = as_of if view == "cohort" else min(as_of, end)
    counts = Counter()
    for one in prospects:
        path = [move for move in one.path if move.on <= last]
        for n, move in enumerate(path):
            gone = path[n + 1] if n + 1 < len(path) else None
            if view == "cohort":
                counted = start <= move.on <= end
            else:
                counted = move.on <= end and (gone is None or gone.on >= start)
            counts[move.to, gone.to if gone else None] += counted
    return counts


@settings(max_examples=60)
@given(st.lists(walks(), max_size=5).map(numbered), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_conversion_rows_add_up_to_the_whole(prospects, first, length, more):
    """In both views each row is the sum of its cells, as a count by hand has them."""
    window, as_of = (after(first), after(first + length)), after(first + more)
    for view in ("cohort", "period"):
        found = conversion_matrix(prospects, window, as_of=as_of, view=view)
        counts = brute(prospects, window, as_of, view)
        for row in found:
            assert row.stays == sum(row.to.values()) + row.still
            assert row.still == counts[row.stage, None]
            assert dict(row.to) == {end: counts[row.stage, end] for end in MOVES[row.stage]}
        assert sum(row.stays for row in found) == sum(counts.values())


def test_two_views_of_one_window():
    """Filed in January, signed in February: in February the cohort has nobody, the period one who came and went."""
    one = at("signed", step=8)  # touched on 13 January, key on 21, visited on 29, signed on 6 February
    february = (date(2026, 2, 1), date(2026, 2, 28))
    cohort = conversion_matrix([one], february, as_of=date(2026, 3, 31))
    period = conversion_matrix([one], february, as_of=date(2026, 3, 31), view="period")
    assert [(row.stays, row.still) for row in (cohort["visited"], cohort["signed"])] == [(0, 0), (1, 1)]
    assert [(row.stays, row.to["signed"] if row.stage == "visited" else 0) for row in (period["visited"],)] == [(1, 1)]
    assert (cohort["visited"].rate("signed"), period["visited"].rate("signed")) == (None, Fraction(1))
    assert period.table().rows[3][-2] == 0
    assert cohort.table().title.zh == "转化矩阵（按批次）"
    assert period["visited"].why.text("zh") == "拜访 1 次：转出 1，仍在 0"


def test_a_window_that_cannot_be_is_refused():
    """It ends after it begins, begins by the day asked; views and goals are known words."""
    for window in ((after(1), after(0)), (after(9), after(10))):
        with pytest.raises(BadValue, match=r"pipeline\.window"):
            conversion_matrix([], window, as_of=after(5))
    with pytest.raises(BadRule, match=r"pipeline\.view"):
        conversion_matrix([], (after(0), after(1)), as_of=after(5), view="cohrt")
    with pytest.raises(BadRule, match=r"pipeline\.stage"):
        reach_rates([], (after(0), after(1)), as_of=after(5), goal="visited")
    with pytest.raises(BadRule, match=r"pipeline\.stage"):
        conversion_matrix([], (after(0), after(1)), as_of=after(5))["won"]


def test_rates_count_the_decided_alone():
    """Of four filed, one signed, two lost, one open: 1 of 3; who was won back and signed counts as reached."""
    back = lost(at("filed", "A5"), 2)
    for n, to in enumerate(WAY[1:5], 3):
        back = back.move(to, by="p1", on=after(n), evidence="E")
    four = [at("signed", "A1"), lost(at("key", "A2"), 9), lost(at("filed", "A3"), 9), at("visited", "A4")]
    found = reach_rates(four, (FILED, after(30)), as_of=after(30))
    assert (found["filed"].came, found["filed"].open, found["filed"].rate) == (4, 1, Fraction(1, 3))
    assert (found["key"].came, found["key"].rate) == (3, Fraction(1, 2))
    assert (found["visited"].rate, found["visited"].open) == (Fraction(1), 1)
    with_back = reach_rates([*four, back], (FILED, after(30)), as_of=after(30))
    assert with_back["filed"].rate == Fraction(2, 4)
    assert with_back["touched"].came == 4
    assert reach_rates([*four, back], (FILED, after(30)), as_of=after(2))["filed"].reached == 0
    executed = reach_rates([at("executing"), at("signed", "A2")], (FILED, after(30)), as_of=after(30), goal="executing")
    assert (executed["signed"].rate, executed["signed"].open) == (Fraction(1), 1)
    assert list(executed) == ["filed", "touched", "key", "visited", "signed"]
    assert found["touched"].why.text() == "1 of 2 decided came from touched to signed; 1 still open"
    assert reach_rates([], (FILED, after(30)), as_of=after(30))["filed"].rate is None


def test_who_came_back_is_counted_once_and_by_how_it_ends():
    """Touched, lost and touched again: one prospect, open; before the window it came in it counts nowhere."""
    one = lost(at("touched"), 5).move("touched", by="p1", on=after(20), evidence="E")
    found = reach_rates([one], (FILED, after(30)), as_of=after(30))
    assert [(found[stage].came, found[stage].open, found[stage].lost) for stage in ("filed", "touched")] == [
        (1, 1, 0)
    ] * 2
    assert reach_rates([one], (FILED, after(30)), as_of=after(10))["touched"].lost == 1
    assert reach_rates([one], (after(10), after(30)), as_of=after(30))["touched"].came == 0


def test_notes_and_corrections_never_go_back_in_time():
    """What a store gives back is held to the order in which it was said: the last one of a kind counts."""
    one = at("touched").expect(None, after(30), by="p1", on=after(2)).expect(None, after(40), by="p1", on=after(5))
    one = one.plan("call", who="p1", due=after(9), by="p1", on=after(2)).done(on=after(3))
    one = one.plan("visit", who="p1", due=after(9), by="p1", on=after(3))
    one = one.correct(2, None, by="p2", on=after(5), why="wrong file").correct(
        2, one.moves[1], by="p2", on=after(5), why="right"
    )
    assert prospect_from(prospect_data(one)) == one
    data = prospect_data(one)
    for kind in ("outlooks", "actions"):
        with pytest.raises(BadRule, match=r"note before the last one.*pipeline\.day"):
            prospect_from({**data, kind: data[kind][::-1]})
    late = [{**data["corrections"][0], "on": str(after(6))}, data["corrections"][1]]
    with pytest.raises(BadRule, match=r"pipeline\.day"):
        prospect_from({**data, "corrections": late})
    with pytest.raises(BadRule, match=r"before the file was opened"):
        at("touched").expect(None, None, by="p1", on=after(-1))


def test_no_file_is_opened_before_its_lead_came():
    """All of them are named; on the day itself it is."""
    leads = [Lead(name, "agent", "tender", after(n), {"about": "company"}) for n, name in enumerate(("L1", "L2", "L3"))]
    admission = admit(leads, CN_2026, as_of=after(3))
    with pytest.raises(BadRows) as rows:
        file_leads(admission, by="p1", on=after(0))
    assert [error.where for error in rows.value.exceptions] == ["lead 'L2'", "lead 'L3'"]
    assert [one.last_day for one in file_leads(admission, by="p1", on=after(2))] == [after(2)] * 3
