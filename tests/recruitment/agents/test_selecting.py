"""Dealer selection: weighted, explained, and blocked by what no points make good; silence is never a yes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.compliance import CN_2026, Action
from pharmasales.display import Says, because
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.recruitment.agents import (
    SELECTION_RULES,
    HardCondition,
    SelectionMark,
    condition_of,
    select_dealers,
)
from pharmasales.rules import Bands, Field, RuleBook, Weighted

DAY = date(2026, 3, 2)
ITEMS = ("staff", "management", "service", "cooperation")
WEIGHTS = (25, 30, 20, 25)


def marked(dealer, *marks, by="p1", on=DAY):
    """Return four marks of one person."""
    return [SelectionMark(dealer, item, mark, on, by, "VISIT") for item, mark in zip(ITEMS, marks, strict=True)]


def met(*dealers, outcome="allow", keys=("buyer", "licence")):
    """Return conditions with one outcome."""
    why = because("on file", "已登记")
    return [HardCondition(dealer, key, outcome, why) for dealer in dealers for key in keys]


def selected(marks, conditions=None, **told):
    """Return the proposal for whoever is marked."""
    dealers = sorted({one.dealer for one in marks})
    return select_dealers(dealers, marks, met(*dealers) if conditions is None else conditions, DAY, **told)


def test_the_weights_are_those_stated():
    """80/70/90/64 at 25/30/20/25: 20 + 21 + 18 + 16 = 75, just enough to choose."""
    found = selected([*marked("D1", 80, 70, 90, 64), *marked("D2", 80, 70, 90, 63), *marked("D3", 60, 60, 60, 59)])
    assert [(row.dealer, row.points, row.outcome, row.rank) for row in found.rows] == [
        ("D1", Decimal("75.00"), "choose", 1),
        ("D2", Decimal("74.75"), "reserve", 2),
        ("D3", Decimal("59.75"), "refuse", 3),
    ]
    assert found.chosen == ("D1",)
    assert found.rows[0].why.lines()[:3] == [
        "choose",
        "  score 75 is at least 75: choose",
        "  total 75.00 of 100",
    ]
    assert "人员：得分 80 / 100 x 权重 25 = 20.00" in found.rows[0].why.text("zh")
    assert not found.warnings


def test_a_condition_that_is_not_met_blocks_whatever_the_points():
    """Blocked by the gate, with its reason and its cure; no rank."""
    asked = Action("ship_to", {"party": "company", "licence_until": date(2026, 1, 31)})
    conditions = [*met("D1", keys=("buyer",)), condition_of("D1", "licence", CN_2026.check(asked, as_of=DAY))]
    row = selected(marked("D1", 100, 100, 100, 100), conditions).rows[0]
    assert (row.outcome, row.points, row.rank, row.blocked_by) == ("blocked", Decimal("100.00"), None, ("licence",))
    assert row.why.lines()[1].startswith("  not met: the licence is valid; file the renewed licence")
    assert "the licence has expired" in row.why.text()


def test_a_condition_met_for_now_is_flagged():
    """A licence that ends soon lets pass and is looked at; a person never buys."""
    soon = Action("ship_to", {"party": "company", "licence_until": DAY})
    verdict = CN_2026.check(soon, as_of=DAY)
    person = CN_2026.check(Action("bill_to", {"party": "individual"}), as_of=DAY)
    conditions = [*met("D1", keys=("buyer",)), condition_of("D1", "licence", verdict)]
    row = selected([*marked("D1", 90, 90, 90, 90), *marked("D1", 90, 90, 90, 90, by="p2")], conditions).rows[0]
    assert row.outcome == "choose"
    assert [flag.text()[:36] for flag in row.flags] == ["the licence is valid, met for now; a"]
    conditions = [condition_of("D1", "buyer", person), *met("D1", keys=("licence",))]
    assert selected(marked("D1", 90, 90, 90, 90), conditions).rows[0].blocked_by == ("buyer",)


def test_silence_is_no_yes():
    """A condition or mark of which nothing is known is asked for first, whatever the rest."""
    found = select_dealers(
        ["D1", "D2", "D3"],
        [*marked("D1", 90, 90, 90, 90), *marked("D2", 90, None, 90, 90)],
        met("D1", keys=("buyer",)) + met("D2"),
        DAY,
    )
    assert [(row.dealer, row.outcome, row.ask) for row in found.rows] == [
        ("D1", "ask", ("licence",)),
        ("D2", "ask", ("management",)),
        ("D3", "ask", (*ITEMS, "buyer", "licence")),
    ]
    assert found.rows[0].why.lines()[1] == "  condition not known: the licence is valid"
    assert found.rows[1].points is None
    later = marked("D1", 90, 90, 90, 90, on=DAY + timedelta(1))
    assert selected(later).rows[0].ask == ITEMS


def test_a_rule_may_give_the_weight_to_the_others():
    """Where the rule reweighs, a missing mark is no reason to wait."""
    parts = Weighted(SELECTION_RULES["score"].parts, full=100, missing="reweight")
    rules = RuleBook("ours", "1", {"score": parts}).over(SELECTION_RULES)
    row = selected(marked("D1", 80, None, 80, 80), rules=rules).rows[0]
    assert (row.outcome, row.ask, row.points) == ("choose", (), Decimal("80.00"))


def test_conditions_of_your_own():
    """Others than the needed ones block too; which are needed is said."""
    extra = met("D1", outcome="block", keys=("no rival's product",))
    row = selected(marked("D1", 90, 90, 90, 90), met("D1") + extra).rows[0]
    assert (row.outcome, row.blocked_by) == ("blocked", ("no rival's product",))
    assert row.why.lines()[1] == "  not met: no rival's product"
    assert selected(marked("D1", 90, 90, 90, 90), [], needed=()).rows[0].outcome == "choose"
    with pytest.raises(BadRule, match='did you mean "block"'):
        HardCondition("D1", "licence", "blocked", because("x", "某"), Says("x", "某"))


def test_several_views():
    """The mean of each person's last mark counts, exactly; one view only and views far apart are flagged."""
    marks = [
        *marked("D1", 10, 10, 10, 10, by="p1", on=DAY - timedelta(9)),
        *marked("D1", 80, 80, 80, 80, by="p1"),
        *marked("D1", 49, 50, None, 80, by="p2"),
    ]
    row = selected(marks).rows[0]
    assert row.points == Decimal("16.13") + Decimal("19.50") + Decimal("16.00") + Decimal("20.00")
    assert [flag.text() for flag in row.flags] == [
        "one person's view only: service; ask another",
        "views of staff lie 31 apart; talk it over",
    ]
    assert len(selected(marks, apart=29).rows[0].flags) == 3
    three = [one for by, mark in (("p1", 70), ("p2", 70), ("p3", 71)) for one in marked("D1", *[mark] * 4, by=by)]
    row = selected(three).rows[0]
    assert "score 70.3333 / 100 x weight 25 = 17.58" in row.why.text()
    assert row.flags == ()


def test_places():
    """Beyond the places is a reserve; who ties at the last place is proposed with a warning; too few warn."""
    marks = [
        mark for name, value in (("D1", 90), ("D2", 80), ("D3", 80), ("D4", 78)) for mark in marked(name, *[value] * 4)
    ]
    found = selected(marks, places=1)
    assert [row.outcome for row in found.rows] == ["choose", "reserve", "reserve", "reserve"]
    assert found.rows[1].why.lines()[0] == "rank 2 lies beyond the places (1): reserve"
    assert not found.warnings
    found = selected(marks, places=2)
    assert found.chosen == ("D1", "D2", "D3")
    assert [one.text() for one in found.warnings] == ["3 for 2 places: they tie at the last one; decide"]
    assert [row.rank for row in found.rows] == [1, 2, 2, 4]
    assert [one.text() for one in selected(marks, places=5).warnings] == ["4 fit for 5 places; look for more"]
    assert not selected(marks, places=4).warnings
    for places in (0, True, Fraction(1)):
        with pytest.raises(BadRule, match="places below 1"):
            selected(marks, places=places)


def test_everything_bad_at_once():
    """Twins, strangers, unknown items, anything twice; the evidence is never repeated."""
    marks = [*marked("D1", 1, 1, 1, 1), *marked("D1", 1, 1, 1, 1), SelectionMark("D9", "staf", 1, DAY, "p1", "secret")]
    with pytest.raises(BadRows) as refused:
        select_dealers(["D1", "d1"], marks, met("D1") + met("D1", "D8"), DAY)
    lines = list(refused.value.lines())
    codes = [error.code for error in refused.value.exceptions]
    assert codes == ["agents.twice", *["agents.dealer"] * 3, "agents.item", *["agents.twice"] * 6]
    assert 'did you mean "staff"' in lines[4]
    assert "secret" not in "".join(lines) + repr(marks)


@pytest.mark.parametrize(
    "change",
    [
        {"score": Field("staff")},
        {"proposal": Field("score")},
        {"proposal": Bands(Field("score"), [(60, "no")], top="choose")},
    ],
)
def test_rules_of_another_form(change):
    """A weighted sum and bands of it, with the three words."""
    with pytest.raises(BadRule):
        selected(marked("D1", 1, 1, 1, 1), rules=RuleBook("ours", "1", change).over(SELECTION_RULES))


def test_marks_that_cannot_be():
    """0 to 100, with evidence."""
    for mark, evidence in ((101, "E"), (-1, "E"), (1, " ")):
        with pytest.raises(BadValue):
            SelectionMark("D1", "staff", mark, DAY, "p1", evidence)


MARK = st.integers(-4, 100).map(lambda mark: None if mark < 0 else mark)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(MARK, MARK, MARK, MARK, st.sampled_from(["allow", "warn", "block"])), min_size=1, max_size=5),
    st.integers(1, 4),
    st.randoms(),
)
def test_as_reckoned_by_hand(people, places, random):
    """Blocked first, then missing, then the points; at most the places and their ties; any order gives the same."""
    names = [f"D{n}" for n in range(len(people))]
    marks = [one for name, told in zip(names, people, strict=True) for one in marked(name, *told[:4])]
    conditions = [one for name, told in zip(names, people, strict=True) for one in met(name, outcome=told[4])]
    found = select_dealers(names, marks, conditions, DAY, places=places)
    for given_ in (names, marks, conditions):
        random.shuffle(given_)
    assert select_dealers(names, marks, conditions, DAY, places=places) == found
    sums, rows = {}, {row.dealer: row for row in found.rows}
    for n, told in enumerate(people):
        if told[4] == "block":
            assert rows[f"D{n}"].outcome == "blocked"
        elif None in told:
            assert rows[f"D{n}"].outcome == "ask"
        else:
            sums[f"D{n}"] = sum(mark * weight for mark, weight in zip(told, WEIGHTS, strict=False))
    for name, points in sums.items():
        better = sum(other > points for other in sums.values())
        fit = "refuse" if points < 6000 else "reserve" if points < 7500 else "choose"
        fit = "reserve" if fit == "choose" and better >= places else fit
        assert (rows[name].outcome, rows[name].rank, rows[name].points * 100) == (fit, better + 1, points)


def test_nobody_s_view_is_not_one_person_s():
    """An item without a mark is asked for; only what one person alone has seen asks for another."""
    marks = [
        SelectionMark("D1", "staff", 80, DAY, "p1", "VISIT"),
        SelectionMark("D1", "service", None, DAY, "p1", "VISIT"),
    ]
    row = selected(marks).rows[0]
    assert (row.ask, [flag.text() for flag in row.flags]) == (
        ("management", "service", "cooperation"),
        ["one person's view only: staff; ask another"],
    )


def test_the_last_mark_counts_in_any_order():
    """Of one person the newest, whichever is given first."""
    marks = [*marked("D1", 10, 10, 10, 10, on=DAY - timedelta(9)), *marked("D1", 80, 80, 80, 80)]
    assert [selected(given_).rows[0].points for given_ in (marks, marks[::-1])] == [Decimal("80.00")] * 2
