"""Baselines from a history: hand-worked figures, laws of means and lines, missing and hostile histories."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.goals.baselines.builders import Known, build_all, not_known
from pharmasales.goals.baselines.series import (
    Line,
    Series,
    earlier,
    last_mean,
    least_squares,
    recent_weighted,
    same_last_year,
    trend,
)
from pharmasales.periods import Month, Period, Quarter, Week, Year, period
from pharmasales.rules import RuleBook
from pharmasales.units import BOX, CNY, Amount

JANUARY = Month(2026, 1)
BUILDERS = [same_last_year(), last_mean(3), recent_weighted(), trend(3), trend(6, ahead=2)]


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def months(*counts: int | None) -> Known:
    """Lay counts out by month, so that the last one is that of December 2025."""
    places = range(len(counts) - 1, -1, -1)
    pairs = zip(places, counts, strict=True)
    return Known({JANUARY.plus(-place - 1): None if count is None else boxes(count) for place, count in pairs})


def years(*counts: int) -> Known:
    """Lay counts out by year up to 2025."""
    return Known({Year(2026 - len(counts) + n): boxes(count) for n, count in enumerate(counts)})


def test_the_same_period_last_year() -> None:
    """As it is kept, or the sum of its months or quarters where all of them are known."""
    year = months(*range(1, 13))
    by = same_last_year()
    assert by.build(year, Month(2026, 3)).amount == boxes(3)
    assert by.build(year, Quarter(2026, 1)).amount == boxes(6)
    assert by.build(year, period("2026-Q2+Q3")).amount == boxes(4 + 5 + 6 + 7 + 8 + 9)
    assert by.build(year, Year(2026)).amount == boxes(78)
    quarters = Known({Quarter(2025, n): boxes(n) for n in (1, 2, 3, 4)})
    assert by.build(quarters, Year(2026)).amount == boxes(10)
    assert by.build(Known({Week(2025, 52): boxes(7)}), Week(2026, 53)).amount == boxes(7)
    both = Known({**year.history, Quarter(2025, 1): boxes(100)})
    assert by.build(both, Quarter(2026, 1)).amount == boxes(100)


def test_what_is_not_known_is_missing_not_zero() -> None:
    """One month of a quarter gone, left out or `None`, leaves the baseline missing and names what is."""
    by = same_last_year()
    for known in (months(*range(2, 13)), months(None, *range(2, 13)), Known(), Known({Quarter(2025, 1): None})):
        found = by.build(known, Quarter(2026, 1))
        assert (found.value, found.amount, found.below_zero) == (None, None, False)
        assert found.why.text("zh") == "2026-Q1：无基数（去年同期）（2025-Q1未知）"
    assert by.build(Known({Week(2025, 1): boxes(1)}), Week(2026, 2)).value is None


def test_the_mean_of_the_last_periods() -> None:
    """(10 + 20 + 31) / 3 = 20 1/3; amounts are rounded half up once, at the end."""
    found = last_mean(3).build(months(99, 10, 20, 31), JANUARY)
    assert (found.value, found.amount) == (Fraction(61, 3), boxes(20))
    assert found.why.lines() == [
        "2026-01: 20.3333 BOX by the mean of the last 3 periods",
        "  2025-10: 10 x 0.3333 = 3.3333",
        "  2025-11: 20 x 0.3333 = 6.6667",
        "  2025-12: 31 x 0.3333 = 10.3333",
    ]
    assert last_mean(2).build(months(1, 2), JANUARY).amount == boxes(2)


def test_recent_years_weighted_1_1_2() -> None:
    """P2-D: (100 + 120 + 2 x 140) / 4 = 125."""
    assert recent_weighted().build(years(100, 120, 140), Year(2026)).value == 125
    assert recent_weighted(["20%", "80%"]).build(years(100, 200), Year(2026)).value == 180
    found = recent_weighted((0, 1, 1)).build(years(9, 100, 101), Year(2026))
    assert found.amount == boxes(101)
    assert found.why.head("zh") == "2026：100.5 盒（近 3 年按 0:1:1 加权）"


def test_a_line_carried_on() -> None:
    """Worked by hand: 10, 20, 60 has the mean 30 and the slope 25, so that the next is 30 + 2 x 25 = 80."""
    found = trend(3).build(months(10, 20, 60), JANUARY)
    assert found.value == 80
    assert found.why.lines()[-1] == "  the line rises by 25 a period"
    assert trend(3, ahead=3).build(months(10, 20, 60), Month(2026, 3)).value == 130
    assert least_squares([10, 20, 60]) == Line(Fraction(5), Fraction(25))
    falling = trend(3).build(months(90, 60, 30), JANUARY)
    assert (falling.value, falling.why.lines("zh")[-1]) == (0, "  直线每期下降 30")


def test_a_line_below_zero_is_flagged() -> None:
    """100, 50, 10 falls by 45 a period: the next would be -36 2/3, which no goal can be grown from."""
    found = trend(3).build(months(100, 50, 10), JANUARY)
    assert (found.value, found.below_zero) == (Fraction(-110, 3), True)
    assert found.why.head() == "2026-01: -36.6667 BOX by the line over 3 periods, below zero: decide by hand"
    assert found.why.head("zh").endswith("为负，须人工确定")
    everybody = build_all(trend(3), {"a": months(100, 50, 10), "b": months(1, 2, 3)}, JANUARY)
    assert everybody.below_zero == ("a",)


@pytest.mark.parametrize("points", [2, 0, -1, True, "3", 3.0])
def test_a_line_needs_three_points(points: Any) -> None:
    """Fewer than three points make no trend, and a count is a whole number."""
    with pytest.raises(BadRule, match="at least 3 is due @ trend"):
        trend(points)
    with pytest.raises(BadRule, match="at least 1 is due @ trend, ahead"):
        trend(3, ahead=0)
    with pytest.raises(BadRule, match="at least 3 is due @ least_squares"):
        least_squares([1, 2])
    with pytest.raises(BadRule, match="at least 1 is due @ last_mean"):
        last_mean(0)


@given(st.integers(3, 40), st.integers(-(10**9), 10**9), st.integers(-(10**6), 10**6), st.integers(1, 9))
def test_the_trend_of_a_straight_line_is_that_line(count: int, level: int, rise: int, ahead: int) -> None:
    """Whatever its level and its rise, and however far ahead."""
    known = months(*(level + rise * place for place in range(count)))
    found = trend(count, ahead).build(known, Month(2025, 12).plus(ahead))
    assert found.value == level + rise * (count - 1 + ahead)
    assert least_squares([level + rise * place for place in range(count)]) == Line(Fraction(level), Fraction(rise))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=24))
def test_a_line_by_the_normal_equations(values: list[int]) -> None:
    """The rest of a least-squares line adds up to zero, plainly and by place; and its weights are the same line."""
    line = least_squares(values)
    rests = [value - line.at(place) for place, value in enumerate(values)]
    assert sum(rests) == 0
    assert sum(place * rest for place, rest in enumerate(rests)) == 0
    assert trend(len(values)).build(months(*values), JANUARY).value == line.at(len(values))


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any))
def test_equal_years_give_that_year(count: int, weights: list[int]) -> None:
    """1:1:2 of three equal years is that year, and so with any weights; a mean of equal months is that month."""
    known = years(*[count] * len(weights))
    assert recent_weighted(weights).build(known, Year(2026)).value == count
    assert last_mean(len(weights)).build(known, Year(2026)).value == count


@given(st.lists(st.integers(-999, 999), min_size=24, max_size=24), st.sampled_from(BUILDERS))
def test_the_rule_says_the_same(counts: list[int], builder: Series) -> None:
    """The rule of a rule book, over the fields of the same owner, finds what the builder finds."""
    known, when = months(*counts), Month(2026, 1)
    known = Known({**known.history, Month(2023, 1): boxes(5)})
    assert builder.rule(builder.record(known, when)) == builder.build(known, when).value


def test_rules_are_kept_in_a_book() -> None:
    """Written as data and read back, they are the same rules with the same fingerprint."""
    book = RuleBook("baselines", "1", {f"b{n}": builder.rule for n, builder in enumerate(BUILDERS)})
    again = RuleBook.from_data(book.data())
    assert again == book
    assert again.fingerprint == book.fingerprint
    assert again["b3"]({"back_3": 10, "back_2": 20, "back_1": 60}) == 80
    assert again["b3"]({"back_3": 10, "back_2": None, "back_1": 60}) is None


@given(st.integers(0, 30), st.sampled_from([Year(2026), Quarter(2026, 1), Month(2026, 1), Week(2026, 53)]))
def test_earlier_periods_follow_each_other(count: int, start: Period) -> None:
    """Going back count + 1 ends the day before going back count begins."""
    one, two = earlier(start, count), earlier(start, count + 1)
    assert type(two) is type(start)
    assert (one.start - two.end).days == 1


def test_nothing_lies_before_a_bucket_of_quarters() -> None:
    """`2026-Q2+Q3` has a year before, but no neighbour of its kind."""
    with pytest.raises(BadValue, match="nothing of the kind of 2026-Q2\\+Q3 lies before it"):
        trend(3).build(years(1, 2, 3), period("2026-Q2+Q3"))


@pytest.mark.parametrize("weights", [(), (0, 0), (1, -1), ("50%", "40%"), ("x",), (0.5, 0.5)])
def test_weights_that_make_no_mean(weights: Any) -> None:
    """None, all zero, below zero, percentages that miss 100 %, no numbers, floats."""
    with pytest.raises((BadRule, BadValue)):
        recent_weighted(weights)


def test_hostile_histories() -> None:
    """Plain numbers, keys that are no period and two units are refused, all at once and with their place."""
    odd: Any = {Year(2025): 5, "2024": boxes(1), Year(2023): boxes(1)}
    with pytest.raises(BadRows) as caught:
        Known(odd)
    assert [error.where for error in caught.value.exceptions] == ["history 2025", "history 2024"]
    mixed = Known({Year(2024): boxes(1), Year(2025): Amount.of(1, CNY)})
    with pytest.raises(NotComparable, match="BOX with CNY @ recent_weighted"):
        recent_weighted((1, 1)).build(mixed, Year(2026))
    with pytest.raises(BadRows) as rows:
        build_all(recent_weighted((1, 1)), {"a": mixed, "b": years(1, 2), " a": years(1)}, Year(2026))
    assert [error.where for error in rows.value.exceptions] == ["owners of 'a'"]
    with pytest.raises(BadRows, match="1 baselines refused") as rows:
        build_all(recent_weighted((1, 1)), {"a": mixed, "b": years(1, 2)}, Year(2026))
    assert [error.where for error in rows.value.exceptions] == ["baseline of 'a', recent_weighted"]


def test_everybody_at_once() -> None:
    """A new hire is missing and listed, never an equal share; the others weigh what they are."""
    found = build_all(last_mean(2), {"n1": months(10, 21), "n2": Known()}, JANUARY)
    assert (found.missing, found.weights(), len(found), list(found)) == (
        ("n2",),
        {"n1": Fraction(31, 2)},
        2,
        ["n1", "n2"],
    )
    assert [row[2] for row in found.table().rows] == [16, None]
    assert found["n1"].amount == boxes(16)
    assert repr(found) == "Baselines(2 owners)"
    assert "16" in found._repr_html_()
    assert "<li>" in found["n1"]._repr_html_()


def test_money_to_the_fen() -> None:
    """The mean of 0.01 and 0.02 yuan is 0.015, which is 0.02 at the last step."""
    known = Known({Year(2024): Amount.of("0.01", CNY), Year(2025): Amount.of("0.02", CNY)})
    found = last_mean(2).build(known, Year(2026))
    assert (found.value, str(found.amount)) == (Fraction(3, 200), "0.02 CNY")


def test_what_was_built_can_be_kept() -> None:
    """A baseline survives pickling, its reason with it, and does not change with the caller's mapping."""
    history: dict[Period, Amount | None] = dict(years(1, 2, 6).history)
    found = trend(3).build(Known(history), Year(2026))
    history[Year(2025)] = None
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    assert again == found
    assert again.why.text() == found.why.text()
    assert "line rises" in found.why.text()


def test_many_unknown_things_are_counted() -> None:
    """Three are named, the others counted."""
    names = [Says(name, name) for name in "abcde"]
    assert not_known(names).text() == "a, b, c and 2 more not known"
    assert not_known(names).text("zh") == "a、b、c等 5 项未知"
