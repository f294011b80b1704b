"""Agents are graded by contract, receipts, keenness and loyalty: exact, explained, and never by a missing mark."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.classification import Scheme
from pharmasales.classification.schemes.agents import AGENT
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.recruitment.agents import (
    AGENT_RULE,
    FIGURE_MARKS,
    AgentMark,
    figure_marks,
    grade_agents,
    marks_on,
)
from pharmasales.rules import Bands, Curve, Field, Part, RuleBook, Weighted, over
from pharmasales.units import BOX, CNY, Amount

DAY = date(2026, 12, 31)
ITEMS = ("contract", "receipts", "keenness", "loyalty")
WEIGHTS = (30, 30, 20, 20)


def marked(agent, *marks, on=DAY, version=1):
    """Return the four marks of an agent."""
    return [AgentMark(agent, item, mark, on, "p1", "FILE", version) for item, mark in zip(ITEMS, marks, strict=True)]


def test_e57():
    """E57: 30/30/20/20 on 90/80/70/60 gives 77, B; with the cut at 77 it is A."""
    marks = marked("A1", 90, 80, 70, 60)
    row = grade_agents(marks, DAY).rows[0]
    assert (row.points, str(row.grade)) == (Decimal("77.00"), "B (agent)")
    assert row.why.lines() == [
        "weighted 77 is at least 60 and is below 80: B",
        "  total 77.00 of 100",
        "    contract: score 90 / 100 x weight 30 = 27.00",
        "    receipts: score 80 / 100 x weight 30 = 24.00",
        "    keenness: score 70 / 100 x weight 20 = 14.00",
        "    loyalty: score 60 / 100 x weight 20 = 12.00",
    ]
    assert "27.00" in row.why.text("zh")
    assert grade_agents(marks, DAY, rule=AGENT.rule(a=77)).rows[0].grade.letter == "A"
    assert grade_agents(marks, DAY, rule=AGENT.rule(a=78)).rows[0].grade.letter == "B"


def test_weights_are_a_rule_value():
    """Other weights give other points; weights that miss 100 are refused when the rule is made."""
    rule = AGENT.rule(contract=40, receipts=40, keenness=10, loyalty=10)
    assert grade_agents(marked("A1", 90, 80, 70, 60), DAY, rule=rule).rows[0].points == Decimal("81.00")
    with pytest.raises(BadRule, match="the weights add up to 110"):
        AGENT.rule(contract=40)


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ((90, 80, 70, 60), "3.00 points more bring A; most is to be won in loyalty: 8.00 points"),
        ((30, 80, 70, 60), "1.00 points more bring B; most is to be won in contract: 21.00 points"),
        ((50, 50, 50, 50), "10.00 points more bring B; most is to be won in contract: 15.00 points"),
    ],
)
def test_what_brings_the_next_grade(marks, text):
    """The points to the next cut, and the part in which most is to be won; of equals the first."""
    assert grade_agents(marked("A1", *marks), DAY).rows[0].next.text() == text


def test_the_best_has_nothing_to_win():
    """At the best grade there is no next one; a cut that must be passed says so."""
    assert grade_agents(marked("A1", 90, 90, 90, 90), DAY).rows[0].next is None
    rule = Bands(AGENT_RULE.of, [(60, "C"), (over(80), "B")], top="A")
    row = grade_agents(marked("A1", 80, 80, 80, 80), DAY, rule=rule).rows[0]
    assert row.grade.letter == "B"
    assert row.next.text().startswith("more than 0.00 points more bring A")
    assert row.next.text("zh").startswith("再得 0.00 分以上升为 A")


def test_missing_marks_give_no_grade():
    """Missing in, missing out: no points, no grade, what is still to be asked; listed last."""
    marks = [*marked("A1", 90, None, 70, 60), *marked("A2", 10, 10, 10, 10)]
    grades = grade_agents(marks, DAY, agents=["A3", "A1"])
    assert [(row.agent, row.points is None, row.ask) for row in grades.rows] == [
        ("A2", False, ()),
        ("A1", True, ("receipts",)),
        ("A3", True, ITEMS),
    ]
    assert grades.rows[1].grade is grades.rows[1].next is None
    assert grades.rows[1].why.head() == "no grade: mark what is missing"
    better = grade_agents([*marks, *marked("A0", 9, 9, 9, 9), *marked("A9", 70, 70, 70, 70)], DAY)
    assert [row.agent for row in better.rows] == ["A9", "A2", "A0", "A1"]
    assert grades.counts() == {"A": 0, "B": 0, "C": 1}


def test_a_rule_may_give_the_weight_to_the_others():
    """Where the rule reweighs, a missing mark costs nothing, and is not where most is to be won."""
    parts = Weighted(AGENT_RULE.of.parts, full=100, missing="reweight")
    rule = Bands(parts, AGENT_RULE.cuts, top="A")
    row = grade_agents(marked("A1", None, 70, 70, 70), DAY, rule=rule).rows[0]
    assert (row.points, row.grade.letter, row.ask) == (Decimal("70.00"), "B", ("contract",))
    assert "most is to be won in receipts" in row.next.text()
    assert row.why.head() == "weighted 70 is at least 60 and is below 80: B"


def test_who_moved():
    """Against the grade before: up, down, the same, or nothing to say."""
    marks = [mark for n, value in enumerate((90, 70, 50, 70)) for mark in marked(f"A{n}", *[value] * 4)]
    b = AGENT.scheme.grade("B")
    grades = grade_agents(marks, DAY, before={"A0": b, "A1": b, "A2": b})
    assert {row.agent: row.moved for row in grades.rows} == {"A0": "up", "A1": "same", "A2": "down", "A3": ""}
    for other in (Scheme("abc", ("A", "B", "C")), Scheme("agent", ("A", "B", "C"), version="2025")):
        with pytest.raises(NotComparable):
            grade_agents(marks, DAY, before={"A0": other.grade("B")}).table()


def test_weak_items_the_lowest_first():
    """Below the cut is weak, at the cut is not."""
    assert grade_agents(marked("A1", 59, 60, 20, None), DAY).rows[0].weak == ("keenness", "contract")
    assert grade_agents(marked("A1", 59, 60, 20, 0), DAY, weak_below=20).rows[0].weak == ("loyalty",)


def test_the_newest_mark_counts_by_a_day():
    """Later marks do not count yet, marks before `since` no more; versions correct, any order gives the same."""
    old = [AgentMark("A1", "loyalty", 50, date(2026, 3, 1), "p1", "E")]
    new = [AgentMark("A1", "loyalty", mark, date(2026, 6, 1), "p1", "E", n) for n, mark in ((2, 40), (1, 60))]
    for marks in (old + new, new[::-1] + old):
        held = [marks_on(marks, day).get("A1", {}) for day in (date(2026, 2, 28), date(2026, 5, 31), date(2026, 6, 1))]
        assert [{item: one.mark for item, one in found.items()} for found in held] == [
            {},
            {"loyalty": 50},
            {"loyalty": 40},
        ]
        assert marks_on(marks, date(2026, 5, 31), since=date(2026, 3, 2)) == {}
        assert "A1" in marks_on(marks, date(2026, 5, 31), since=date(2026, 3, 1))


def test_bad_marks_are_refused_at_once():
    """Two marks of one day and version, unknown items: all of them, and no word of the evidence."""
    twice = marked("A1", 1, 2, 3, 4) * 2
    with pytest.raises(BadRows, match="4 marks refused") as refused:
        grade_agents(twice, DAY)
    assert next(iter(refused.value.lines())) == (
        "two marks of one day @ agent 'A1' contract 2026-12-31; number the later one as a version [agents.twice]"
    )
    odd = [AgentMark("A1", "keeness", 1, DAY, "p1", "secret"), AgentMark("A1", "luck", 1, DAY, "p1", "secret")]
    with pytest.raises(BadRows, match="2 marks refused") as refused:
        grade_agents(odd, DAY)
    assert "did you mean" in next(iter(refused.value.lines()))
    assert "secret" not in "".join(refused.value.lines()) + repr(odd)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mark": 101}, "agents.mark"),
        ({"mark": -1}, "agents.mark"),
        ({"mark": True}, "number.bool"),
        ({"evidence": " "}, "agents.text"),
        ({"version": 0}, "agents.version"),
        ({"version": True}, "agents.version"),
        ({"agent": ""}, "id.empty"),
        ({"on": None}, "calendar.day"),
    ],
)
def test_a_mark_that_cannot_be(change, code):
    """A mark is 0 to 100, has a day, an author and evidence."""
    told = {"agent": "A1", "item": "loyalty", "mark": 1, "on": DAY, "by": "p1", "evidence": "E", "version": 1}
    with pytest.raises(BadValue) as refused:
        AgentMark(**{**told, **change})
    assert refused.value.code == code


@pytest.mark.parametrize("rule", [Bands(Field("contract"), [(1, "B")], top="A"), AGENT_RULE.of])
def test_a_rule_of_another_form_is_refused(rule):
    """Without parts nobody could say what brings the next grade."""
    with pytest.raises(BadRule, match="no bands over a weighted sum"):
        grade_agents([], DAY, rule=rule)


def test_marks_out_of_figures():
    """The contract relative to the biggest, receipts of what was due, at most 100; missing stays missing."""
    figures = {
        "A1": {"contracted": Amount.of(500, CNY), "received": Amount.of(90, CNY), "due": Amount.of(100, CNY)},
        "A2": {"contracted": Amount.of(125, CNY), "received": Amount.of(130, CNY), "due": Amount.of(100, CNY)},
        "A3": {"received": Amount.of(0, CNY), "due": Amount.of(0, CNY)},
    }
    marks = figure_marks(figures, on=DAY, by="p1")
    assert [(one.agent, one.item, one.mark) for one in marks] == [
        ("A1", "contract", 100),
        ("A1", "receipts", 90),
        ("A2", "contract", 25),
        ("A2", "receipts", 100),
        ("A3", "contract", None),
        ("A3", "receipts", None),
    ]
    assert marks[1].evidence.startswith("agent-marks@2026.1: received/due 0.9 ")
    assert figure_marks({}, on=DAY, by="p1") == ()
    figures["A3"]["contracted"] = Amount.of(3, BOX)
    with pytest.raises(NotComparable):
        figure_marks(figures, on=DAY, by="p1")


def test_rules_of_your_own_for_the_figures():
    """Any item by any rule; a mark that comes out of range is refused."""
    rules = RuleBook("ours", "1", {"receipts": Curve(Field("days"), ((0, 100), (90, 0)))})
    marks = figure_marks({"A1": {"days": 30}}, rules, on=DAY, by="p1")
    assert [one.mark for one in marks] == [Fraction(200, 3)]
    wrong = RuleBook("ours", "1", {"receipts": Curve(Field("days"), ((0, 300), (90, 0)))})
    with pytest.raises(BadValue, match="a mark out of range"):
        figure_marks({"A1": {"days": 0}}, wrong, on=DAY, by="p1")
    assert RuleBook.from_data(FIGURE_MARKS.data()).rules == FIGURE_MARKS.rules


MARKS = st.integers(-4, 100).map(lambda mark: None if mark < 0 else mark)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MARKS, MARKS, MARKS, MARKS), min_size=1, max_size=5), st.randoms())
def test_grades_as_reckoned_by_hand(people, random):
    """The points are the weighted sum; the letter is that of the cuts; any order of marks gives the same."""
    marks = [mark for n, told in enumerate(people) for mark in marked(f"A{n}", *told)]
    marks += [mark for n, told in enumerate(people) for mark in marked(f"A{n}", 1, 1, 1, 1, on=DAY - timedelta(1))]
    grades = grade_agents(marks, DAY)
    shuffled = list(marks)
    random.shuffle(shuffled)
    assert grade_agents(shuffled, DAY) == grades
    by_hand = {}
    for n, told in enumerate(people):
        whole = None if None in told else sum(m * w for m, w in zip(told, WEIGHTS, strict=True))
        letter = None if whole is None else "A" if whole >= 8000 else "B" if whole >= 6000 else "C"
        by_hand[f"A{n}"] = (whole, letter)
    found = {
        row.agent: (None if row.points is None else row.points * 100, row.grade and row.grade.letter)
        for row in grades.rows
    }
    assert found == by_hand
    known = [row.points for row in grades.rows if row.points is not None]
    assert known == sorted(known, reverse=True)
    assert all((row.next is None) == (row.points is None or row.points >= 80) for row in grades.rows)


def test_parts_that_are_rules_are_read_too():
    """A part may be any rule: the fields that it reads are what is asked."""
    rule = Bands(Weighted([Part("pay", 100, Curve(Field("days"), ((0, 1), (100, 0))))]), [(50, "B")], top="A")
    row = grade_agents([AgentMark("A1", "days", 20, DAY, "p1", "E")], DAY, rule=rule).rows[0]
    assert (row.points, row.grade.letter) == (Decimal("80.00"), "A")
