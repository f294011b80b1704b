"""Marks, their scale and their distribution."""

from __future__ import annotations

import statistics
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.evaluation.fairness import Mark, MarkBook, Observation, Scale, mark_distribution
from pharmasales.periods import Quarter

FIVE, Q1 = Scale(1, 5), Quarter(2026, 1)
ROW = {"rater": "m1", "person": "r1", "item": "skill", "value": 4}


def refused(rows, scale=FIVE):
    """Return the codes and places of all rows refused."""
    with pytest.raises(BadRows) as caught:
        MarkBook.read(rows, scale, Q1)
    return [(one.code, one.where) for one in caught.value.exceptions]


@pytest.mark.parametrize(
    ("least", "most", "step"), [(5, 1, 1), (1, 1, 1), (1, 5, 0), (1, 5, -1), (1, 5, 3), (0, 1001, 1), ("0.001", 1, 1)]
)
def test_a_scale_that_cannot_be(least, most, step):
    """It goes nowhere, its steps miss the end, it has too many steps, or more than two decimals."""
    with pytest.raises(BadRule) as caught:
        Scale(least, most, step)
    assert caught.value.code == "fairness.scale"
    assert Scale(0, 1000).span == 1000


@settings(deadline=None)
@given(st.integers(-5, 5), st.integers(1, 50), st.sampled_from(["1", "0.5", "0.25", "2"]))
def test_places_and_values_are_inverse(least, span, step):
    """Every step has its place; what lies beside is refused."""
    step = Decimal(step)
    scale = Scale(least, least + span * step, step)
    assert [scale.place(Fraction(scale.value(place))) for place in range(scale.span + 1)] == list(range(span + 1))
    for wrong in (least - step, least + (span + 1) * step, least + step / 2):
        with pytest.raises(BadValue, match="no step"):
            scale.place(wrong)


@pytest.mark.parametrize("value", [True, 4.0, float("nan"), "four", "４", 6, 0, "4.5", None, [4]])
def test_hostile_values(value):
    """Whatever is no step of the scale is refused, and the value is not quoted from the repr."""
    with pytest.raises(PharmaSalesError):
        Mark("m1", "r1", "skill", value, FIVE)
    assert "4" not in repr(Mark("m1", "r1", "skill", 4, Scale(1, 5))).replace("<0>", "")


def test_every_bad_row_at_once():
    """Each row that is none, with its place; good rows beside bad ones are still compared with each other."""
    rows = [
        ROW,
        {**ROW, "value": 9},
        {**ROW, "item": "plan", "value": None},
        {**ROW, "item": "plan", "score": 3},
        {**ROW, "rater": " "},
        {**ROW, "person": "m1"},
        ROW,
        {**ROW, "rater": "M1", "item": "plan"},
        {**ROW, "item": "tests", "on": date(2025, 12, 31)},
        {**ROW, "item": "calls", "evidence": [(date(2026, 4, 1), 3)]},
        {**ROW, "item": "notes", "on": datetime(2026, 3, 1)},  # noqa: DTZ001 - refused as no day
        {**ROW, "item": "notes", "evidence": 7},
        {**ROW, "item": "notes", "evidence": [(None, 3)]},
        {**ROW, "item": "notes", "evidence": [(date(2026, 2, 1), 7)]},
        {**ROW, "item": "notes", "on": date(2026, 2, 1), "evidence": [(date(2026, 2, 2), 3)]},
    ]
    assert refused(rows) == [
        ("fairness.scale", "marks[1]"),
        ("fairness.row", "marks[2]"),
        ("fairness.row", "marks[3]"),
        ("id.empty", "marks[4]"),
        ("fairness.own", "marks[5]"),
        ("fairness.twins", "marks[6]"),
        ("fairness.twins", "marks[7]"),
        ("fairness.day", "marks[8], on"),
        ("fairness.day", "marks[9], evidence"),
        ("fairness.day", "marks[10], on"),
        ("fairness.row", "marks[11]"),
        ("fairness.day", "marks[12], evidence"),
        ("fairness.evidence", "marks[13]"),
        ("fairness.evidence", "marks[14]"),
    ]


def test_the_first_and_the_same_day_are_legal():
    """Marked on the first day of the period, on what was seen that day."""
    row = {**ROW, "on": Q1.start, "evidence": [(Q1.start, 3)]}
    assert len(MarkBook.read([row], FIVE, Q1)) == 1


def test_a_book_made_by_hand_is_checked_too():
    """Twins, and marks on another scale."""
    one, other = Mark("m1", "r1", "skill", 4, FIVE), Mark("m2", "r1", "skill", 4, Scale(0, 10))
    with pytest.raises(BadRows) as caught:
        MarkBook([one, one, other], FIVE, Q1)
    assert [error.code for error in caught.value.exceptions] == ["fairness.twins", "fairness.scale"]
    assert "the same mark as marks[0]" in str(caught.value.exceptions[0])


def test_a_book_keeps_its_marks_in_one_order():
    """By rater, person and item, whatever the order given; evidence by day."""
    late, early = (date(2026, 3, 1), 5), (date(2026, 1, 5), "2.5")
    rows = [{**ROW, "rater": "m2"}, {**ROW, "item": "plan", "evidence": [late, early]}, ROW]
    book = MarkBook.read(rows, FIVE, Q1)
    assert book == MarkBook.read(rows[::-1], FIVE, Q1)
    assert [(one.rater, one.item) for one in book] == [("m1", "plan"), ("m1", "skill"), ("m2", "skill")]
    assert book.marks[0].evidence == (Observation(*early), Observation(*late))
    assert (len(book), book.raters, book.of_rater("m3")) == (3, ("m1", "m2"), ())
    assert next(book.table().records()) == {
        "rater": "m1",
        "person": "r1",
        "item": "plan",
        "mark": Decimal("4.00"),
        "on": None,
        "evidence": 2,
    }
    assert "评分人" not in book._repr_html_()  # English in a notebook
    assert "评分人" in book.table().html("zh")


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_distribution_by_hand(values):
    """Counts of every step, quartiles on a straight line between neighbours, and the exact mean."""
    rows = [{**ROW, "person": f"r{n}", "value": value} for n, value in enumerate(values)]
    (found,) = mark_distribution(MarkBook.read(rows, FIVE, Q1))
    assert found.counts == {step: values.count(step) for step in range(1, 6)}
    assert (found.least, found.most, found.mean) == (min(values), max(values), Fraction(sum(values), len(values)))
    assert found.median == Fraction(statistics.median(values))
    if len(values) > 1:
        quartiles = statistics.quantiles(map(Fraction, values), n=4, method="inclusive")
        assert [found.lower, found.median, found.upper] == quartiles


def test_distribution_of_half_steps():
    """Steps that are no whole numbers are keys of the counts; the table shows two decimals."""
    rows = [{**ROW, "person": f"r{n}", "value": value} for n, value in enumerate(("1.5", "2", "2"))]
    found = mark_distribution(MarkBook.read(rows, Scale(1, 2, "0.5"), Q1))
    assert (len(found), list(found)) == (1, [found[0]])
    assert found[0].counts == {1: 0, Fraction(3, 2): 1, 2: 2}
    assert found.table().rows[0] == ("m1", 3, *map(Decimal, ("1.50", "1.75", "2.00", "2.00", "2.00", "1.83")))
    assert "Distribution of marks" in found._repr_html_()
    assert len(mark_distribution(MarkBook([], FIVE, Q1))) == 0
