"""Calibration: raw beside calibrated, within a bound, the order of people kept, totals that add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule
from pharmasales.evaluation.fairness import Mark, MarkBook, Scale, calibrate
from pharmasales.evaluation.fairness.raters.rater_effects import linked_groups, rater_effects

from .conftest import FIVE, Q1

CENT = Scale(0, 100)
BOOKS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("pqrs"), st.sampled_from(["x", "y"])),
    st.integers(0, 100),
    min_size=1,
)


def book(given, scale=CENT):
    """Make a book of marks by rater, person and item."""
    return MarkBook([Mark(*key, value, scale) for key, value in given.items()], scale, Q1)


def calibrated(found):
    """Return the calibrated marks by rater and person."""
    return {(one.mark.rater, one.mark.person): one.calibrated for one in found.marks}


def test_two_raters_meet_in_the_middle(book_of):
    """One gives a step more: both come half a step nearer, and the sum stays."""
    found = calibrate(book_of(a=(2, 3, 4, 2, 3), b=(3, 4, 5, 3, 4)), most=1)
    assert [one.effect for one in found.raters] == [Fraction(-1, 2), Fraction(1, 2)]
    assert calibrated(found)["a", "p00"] == calibrated(found)["b", "p00"] == Decimal("2.50")
    assert (found.people[0].raw, found.people[0].calibrated) == (Decimal("5.00"), Decimal("5.00"))
    assert found.people[0].raw_mean == found.people[0].calibrated_mean == Fraction(5, 2)
    assert found.marks[0].moved == Decimal("0.50")
    assert found.marks[0].why.text() == "a gives 0.50 less than the panel: 2.50"
    assert found.marks[0].why.text("zh") == "a 比全体低 0.50：2.50"


def test_a_chain_of_raters(book_of):
    """Where a shares with b, and b with c, c is as right as b, though a and c never met."""
    none = (None,) * 5
    found = calibrate(
        book_of(a=(4, 4, 4, 5, 3, *none), b=(3, 3, 3, 4, 2, 1, 2, 3, 4, 5), c=(*none, 1, 2, 3, 4, 5)), most=2
    )
    effects = [one.effect for one in found.raters]
    assert effects[0] - effects[1] == 1
    assert effects[1] == effects[2]
    assert 5 * effects[0] + 10 * effects[1] + 5 * effects[2] == 0


def test_the_bound_and_the_ends_hold(book_of):
    """What a method wants beyond them is cut, and the reason says so."""
    found = calibrate(book_of(a=(1, 1, 2, 1, 1), b=(5, 5, 5, 5, 4)), most="0.75")
    one = found.marks[0]
    assert (one.wanted, one.calibrated) == (Fraction(14, 5), Decimal("1.75"))
    assert one.why.text() == "a gives 1.80 less than the panel: 2.80 (moved by 0.75 at most)"
    ends = calibrate(book_of(a=(1, 1, 5, 5, 5), b=(1, 3, 3, 3, 5)), most=4, method="spread")
    assert [one.factor for one in ends.raters] == [Fraction(17, 24), Fraction(17, 10)]
    assert [calibrated(ends)["b", f"p0{n}"] for n in (0, 1, 4)] == [Decimal(n) for n in ("1.00", "3.20", "5.00")]
    assert [one.why.lines()[-1] for one in ends.marks if one.mark.rater == "b"][4] == "  held at the end of the scale"


def test_spread_by_hand(book_of):
    """Distances from the mean 0, 2, 2, 0 against 0, 1, 1, 0: both come to three halves, about one mean."""
    found = calibrate(book_of(a=(3, 1, 5, 3, 3), b=(3, 2, 4, 3, 3)), most=1, method="spread")
    assert [one.factor for one in found.raters] == [Fraction(3, 4), Fraction(3, 2)]
    expected = [Decimal(n) for n in ("3.00", "1.50", "4.50", "3.00", "3.00")]
    assert [calibrated(found)["a", f"p0{n}"] for n in range(5)] == expected
    assert [calibrated(found)["b", f"p0{n}"] for n in range(5)] == expected
    assert "times 0.75" in found.marks[1].why.text()
    assert "times 0.75" in found.raters[0].why.text()


def test_three_raters_come_to_the_mean_spread(book_of):
    """Distances 4, 2 and 0 come to 2; where there are none the marks are only moved, and that is said."""
    found = calibrate(book_of(a=(3, 1, 5, 3, 3), b=(3, 2, 4, 3, 3), c=(2, 2, 2, 2, 2)), most=1, method="spread")
    assert [one.factor for one in found.raters] == [Fraction(1, 2), 1, 1]
    assert "do not vary, so all are only moved" in found.raters[2].why.text()


def test_no_overlap_is_refused(book_of):
    """All groups at once; with the assumption named, the level of each team is the measure, and that is said."""
    none = (None,) * 5
    apart = book_of(a=(5, 5, 4, 5, 5, *none), b=(*none, 2, 3, 2, 2, 2))
    with pytest.raises(BadRows, match="cannot be compared") as caught:
        calibrate(apart, most=2)
    assert [(one.code, one.where) for one in caught.value.exceptions] == [
        ("fairness.overlap", "raters a"),
        ("fairness.overlap", "raters b"),
    ]
    found = calibrate(apart, most=2, assume="comparable_teams")
    assert [one.effect for one in found.raters] == [Fraction(13, 10), Fraction(-13, 10)]
    assert all(one.assumed for one in found.raters)
    assert "assumed: teams are comparable" in found.why().text()
    assert "assumed to be comparable" in found.raters[0].why.text()
    wide = calibrate(apart, most=2, assume="comparable_teams", method="spread")
    assert [one.factor for one in wide.raters] == [1, 1]
    with pytest.raises(BadRows):
        calibrate(book_of(a=(1, 2)), most=1)


def test_the_assumption_is_unused_where_raters_are_linked(book_of):
    """Named in vain, it is not shown."""
    found = calibrate(book_of(a=(2, 3, 4, 2, 3), b=(3, 4, 5, 3, 4)), most=1, assume="comparable_teams")
    assert (found.assume, found.raters[0].assumed) == (None, False)
    assert found.why().text() == "mean shift to the panel; a mark moves by 1.00 at most and stays on the scale"


def test_marks_are_rounded_half_up(book_of):
    """Two thirds of a step off the panel are 0.67 as shown, upwards, and the exact mark is kept beside it."""
    found = calibrate(book_of(a=(2,) * 5, b=(3,) * 5, c=(3,) * 5), most=1)
    assert (found.marks[0].wanted, found.marks[0].calibrated) == (Fraction(8, 3), Decimal("2.67"))


def test_teams_are_compared_item_by_item():
    """One marked the easy item too: that its mean is high makes nobody lenient."""
    given = {("a", f"p{n}", "easy"): 90 for n in range(3)} | {("b", f"q{n}", "easy"): 90 for n in range(3)}
    given |= {("b", f"q{n}", "hard"): 10 for n in range(3)} | {("c", f"s{n}", "hard"): 10 for n in range(3)}
    found = calibrate(book(given), most=50, assume="comparable_teams")
    assert [one.effect for one in found.raters] == [0, 0, 0]


def test_four_common_marks_are_too_few(book_of):
    """Five link two raters, unless another number is named."""
    four = book_of(a=(2, 3, 4, 2), b=(3, 4, 5, 3))
    with pytest.raises(BadRows, match="cannot"):
        calibrate(four, most=1)
    assert calibrate(four, most=1, least=4).raters[1].effect == Fraction(1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"most": 0},
        {"most": "0.001"},
        {"most": "a lot"},
        {"most": 1, "method": "sift"},
        {"most": 1, "assume": "all"},
        {"most": 1, "least": 0},
        {"most": 1, "least": True},
    ],
)
def test_wrong_arguments(book_of, wrong):
    """Unknown names and numbers out of range."""
    with pytest.raises(BadRule):
        calibrate(book_of(a=(2, 3), b=(3, 4)), **wrong)


@settings(max_examples=40, deadline=None)
@given(BOOKS, st.sampled_from(["shift", "spread"]), st.integers(1, 4000))
def test_calibration_laws(given, method, most):
    """Within the bound and the scale, no order turned, totals that add up, whatever the order of the marks."""
    bound = Decimal(most).scaleb(-2)
    found = calibrate(book(given), most=bound, method=method, assume="comparable_teams", least=1)
    by_rater = {}
    for one in found.marks:
        assert abs(one.moved) <= bound
        assert 0 <= one.calibrated <= 100
        assert one.why.text()
        by_rater.setdefault(one.mark.rater, []).append(one)
    for marks in by_rater.values():
        for one, other in combinations(marks, 2):
            if one.raw <= other.raw:
                assert one.calibrated <= other.calibrated
            if one.raw == other.raw:
                assert one.calibrated == other.calibrated
    assert sum(one.calibrated for one in found.people) == sum(one.calibrated for one in found.marks)
    assert sum(one.raw for one in found.people) == sum(given.values())
    assert found == calibrate(
        book(dict(reversed(given.items()))), most=bound, method=method, assume="comparable_teams", least=1
    )
    if method == "shift":
        assert sum(one.wanted for one in found.marks) == sum(given.values())


@settings(max_examples=40, deadline=None)
@given(BOOKS)
def test_effects_solve_the_least_squares(given):
    """At the solution each rater's residuals add up to zero once the cells' means are out, and no effect is left."""
    marks = book(given)
    for group in linked_groups(marks, 1):
        effects = rater_effects(marks, group)
        residuals = dict.fromkeys(group, Fraction())
        for cell in marks.cells.values():
            inside = {rater: mark.place - effects[rater] for rater, mark in cell.items() if rater in effects}
            for rater, left in inside.items():
                residuals[rater] += left - sum(inside.values(), Fraction()) / len(inside)
        assert set(residuals.values()) == {0}
        assert sum(effect * len(marks.of_rater(rater)) for rater, effect in effects.items()) == 0


def test_tables(book_of):
    """Raw beside calibrated beside why; people with totals and means; raters beside the panel."""
    found = calibrate(book_of(a=(2, 3, 4, 2, 3), b=(3, 4, 5, 3, None)), most=1, least=4)
    row = next(found.table().records())
    assert (row["raw"], row["calibrated"], row["moved"]) == (Decimal("2.00"), Decimal("2.44"), Decimal("0.44"))
    last = list(found.people_table().records())[-1]
    assert (last["person"], last["marks"], last["raters"], last["raw"], last["calibrated"]) == (
        *("p04", 1, 1),
        *(Decimal("3.00"), Decimal("3.44")),
    )
    assert (last["moved"], last["calibrated_mean"]) == (Decimal("0.44"), Decimal("3.44"))
    first = next(found.rater_table().records())
    assert (first["marks"], first["shared"], first["effect"], first["factor"]) == (5, 4, Decimal("-0.44"), 1)
    assert "评分校准明细" in found.table().html("zh")
    assert "People, raw and calibrated" in found._repr_html_()
    assert calibrate(MarkBook([], FIVE, Q1), most=1).people == ()
