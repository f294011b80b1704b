"""Periods: every form in and out, both ends, the year before, buckets, month names."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.periods import Month, Quarter, Span, Week, Year, back, buckets, month_number, period
from pharmasales.testing import strategies as some
from pharmasales.units import BOX, Amount, share


@pytest.mark.parametrize(
    ("text", "value", "start", "end", "days"),
    [
        ("2026", Year(2026), "2026-01-01", "2026-12-31", 365),
        ("2028", Year(2028), "2028-01-01", "2028-12-31", 366),
        ("2026-Q1", Quarter(2026, 1), "2026-01-01", "2026-03-31", 90),
        ("2026-Q4", Quarter(2026, 4), "2026-10-01", "2026-12-31", 92),
        ("2026-02", Month(2026, 2), "2026-02-01", "2026-02-28", 28),
        ("2028-02", Month(2028, 2), "2028-02-01", "2028-02-29", 29),
        ("2100-02", Month(2100, 2), "2100-02-01", "2100-02-28", 28),
        ("2026-W01", Week(2026, 1), "2025-12-29", "2026-01-04", 7),
        ("2026-W53", Week(2026, 53), "2026-12-28", "2027-01-03", 7),
        ("2026-Q2+Q3", Span(2026, 2, 3), "2026-04-01", "2026-09-30", 183),
        ("2026-Q1+Q2+Q3+Q4", Span(2026, 1, 4), "2026-01-01", "2026-12-31", 365),
        ("9998-12", Month(9998, 12), "9998-12-01", "9998-12-31", 31),
        ("9998-Q4", Quarter(9998, 4), "9998-10-01", "9998-12-31", 92),
    ],
)
def test_forms(text, value, start, end, days):
    """Each form is read, written back, and has the right ends."""
    assert period(text) == value
    assert str(value) == text
    assert repr(value) == f"period('{text}')"
    assert (value.start.isoformat(), value.end.isoformat(), value.days) == (start, end, days)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2026",
        "2026 ",
        "2026\n",
        "2026-Q1\n",
        "２０２６",
        "2026-Q１",
        "٢٠٢٦",
        "26",
        "0999",
        "9999",
        "02026",
        "2026-Q0",
        "2026-Q5",
        "2026-q1",
        "2026Q1",
        "2026-1",
        "2026-00",
        "2026-13",
        "2026-01-01",
        "2026-W00",
        "2025-W53",
        "2026-W54",
        "2026-W5",
        "2026-Q1+Q1",
        "2026-Q1+Q3",
        "2026-Q3+Q2",
        "2026-Q2+",
        "2026-Q2+Q3+",
        "2026-Q2 + Q3",
        "-2026",
        "2026-Q" + "1" * 5000,
        "2026-" + "Q1+" * 5000 + "Q1",
    ],
)
def test_hostile_forms(text):
    """Anything else is refused with a typed error."""
    with pytest.raises(BadValue) as caught:
        period(text)
    assert caught.value.code == "period"
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    "make",
    [
        lambda: Year(999),
        lambda: Year(9999),
        lambda: Year(True),
        lambda: Year("2026"),
        lambda: Quarter(2026, 0),
        lambda: Quarter(2026, 1.0),
        lambda: Month(2026, 13),
        lambda: Month.of(date(999, 1, 1)),
        lambda: Month(1000, 1).plus(-1),
        lambda: Week(2025, 53),
        lambda: Week(2026, 0),
        lambda: Week(2026, True),
        lambda: Span(2026, 2, 2),
        lambda: Span(2026, 4, 4),
        lambda: Span(2026, 3, 2),
        lambda: Year(1000).year_before(),
        lambda: period(2026),
        lambda: back(date(1, 1, 31), 1),
        lambda: back(date(9999, 12, 31), -1),
        lambda: back(date(2026, 1, 1), 10**9),
    ],
)
def test_values_out_of_range(make):
    """A period that cannot be is refused at construction, and a day beyond the calendar by name."""
    with pytest.raises(BadValue) as caught:
        make()
    assert caught.value.code == "period"


@given(some.periods())
def test_periods_come_back_from_their_text(value):
    """Text in and out is the same period, equal, of one hash, with its days between its ends."""
    again = period(str(value))
    assert again == value
    assert hash(again) == hash(value)
    assert value.start in value
    assert value.end in value
    assert value in value
    assert value.start - timedelta(days=1) not in value
    assert value.end + timedelta(days=1) not in value


@given(some.periods())
def test_the_year_before_is_of_the_same_kind(value):
    """The year before has the same place in its year; week 53 falls back to 52."""
    before = value.year_before()
    assert type(before) is type(value)
    assert before.year == value.year - 1
    assert before < value
    tail = str(before)[4:]
    assert tail == str(value)[4:] or (tail, str(value)[4:]) == ("-W52", "-W53")


@pytest.mark.parametrize(
    ("week", "before"), [((2026, 53), "2025-W52"), ((2021, 53 - 1), "2020-W52"), ((2010, 1), "2009-W01")]
)
def test_week_before(week, before):
    """Week 53 exists in 2009, 2015, 2020 and 2026 only."""
    assert str(Week(*week).year_before()) == before
    assert [y for y in range(2007, 2027) if date(y, 12, 28).isocalendar().week == 53] == [2009, 2015, 2020, 2026]


@given(st.lists(some.periods(), max_size=6))
def test_periods_are_ordered_by_their_ends(values):
    """Sorting goes by the first day, then the last."""
    ends = [(value.start, value.end) for value in sorted(values)]
    assert ends == sorted(ends)


def test_periods_compare_with_periods_only():
    """A period beside a day or a text is a TypeError."""
    with pytest.raises(TypeError):
        assert Year(2026) < date(2026, 1, 1)
    assert Year(2026) != "2026"


def test_months_of_a_period():
    """A quarter has three months, a run of quarters all of theirs, a week none."""
    assert [str(m) for m in Span(2026, 2, 3).months] == [f"2026-0{n}" for n in range(4, 10)]
    assert len(Year(2026).months) == 12
    assert Month(2026, 5).months == (Month(2026, 5),)
    with pytest.raises(BadValue, match="no whole months"):
        _ = Week(2026, 5).months


@given(st.integers(1001, 9997), st.integers(1, 12), st.integers(-11, 11))
def test_months_count_on(year, month, count):
    """A month later and back is the same month, and its end is the day before the next begins."""
    here = Month(year, month)
    assert here.plus(count).plus(-count) == here
    assert here.end + timedelta(days=1) == here.plus(1).start
    assert Month.of(here.end) == here


def test_quarter_buckets_with_a_joined_middle():
    """E23: 1,200 over Q1 20%, Q2+Q3 55%, Q4 25% is 240 / 660 / 300."""
    found = buckets(Year(2026), "Q1 | Q2+Q3 | Q4")
    assert [str(bucket) for bucket in found] == ["2026-Q1", "2026-Q2+Q3", "2026-Q4"]
    parts = [Amount.of(1200, BOX).times(share(part)) for part in ("20%", "55%", "25%")]
    assert [part.minor for part in parts] == [240, 660, 300]


@given(some.periods(), st.sampled_from(("year", "quarter", "month", "week", "Q1 | Q2+Q3 | Q4", "Q1+Q2|Q3|Q4")))
def test_buckets_cover_exactly_or_are_refused(whole, by):
    """Each day of the period lies in exactly one bucket; what cannot be cut so is refused."""
    try:
        found = buckets(whole, by)
    except BadValue:
        assume(False)
    assert found[0].start == whole.start
    assert found[-1].end == whole.end
    assert all(left.end + timedelta(days=1) == right.start for left, right in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("whole", "by"),
    [
        ("2026", "week"),
        ("2026-01", "quarter"),
        ("2026-01", "year"),
        ("2026-W05", "month"),
        ("2026", "day"),
        ("2026", ""),
        ("2026", "Q1 | Q2+Q3"),
        ("2026", "Q2 | Q3 | Q4"),
        ("2026", "Q1 | Q3 | Q4"),
        ("2026", "Q1 | Q1+Q2 | Q3 | Q4"),
        ("2026", "Q1 | Q2 | Q4 | Q4"),
        ("2028", "Q1 | Q1 | Q3 | Q4"),
        ("2026", "Q1 | Q3 | Q2 | Q4"),
        ("2026", "Q4 | Q3 | Q2 | Q1"),
        ("2026", "Q1 || Q4"),
        ("2026", "Q1 | Q2+Q3 | Q5"),
        ("2026-Q1", "Q1 | Q2"),
    ],
)
def test_buckets_that_do_not_cover(whole, by):
    """Gaps, overlaps, doubles that make up for a gap in days, another order and unknown words are refused."""
    with pytest.raises(BadValue):
        buckets(period(whole), by)


@pytest.mark.parametrize(
    ("whole", "by", "names"),
    [
        ("2026", "year", ["2026"]),
        ("2026", "quarter", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("2026-Q2+Q3", "quarter", ["2026-Q2", "2026-Q3"]),
        ("2026-Q1", "month", ["2026-01", "2026-02", "2026-03"]),
        ("2027-02", "week", ["2027-W05", "2027-W06", "2027-W07", "2027-W08"]),
        ("2026-W53", "week", ["2026-W53"]),
        ("2026-Q2+Q3", "Q2 | Q3", ["2026-Q2", "2026-Q3"]),
    ],
)
def test_buckets_that_cover(whole, by, names):
    """Years, quarters, months, weeks where they fit, and quarters by hand."""
    assert [str(bucket) for bucket in buckets(period(whole), by)] == names


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2027-02-28"),
        ("2026-01-15", -1, "2026-02-15"),
    ],
)
def test_month_end_clamp(day, months, found):
    """A day that the month does not have becomes its last."""
    assert back(date.fromisoformat(day), months).isoformat() == found


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("1", "01", "January", "jan", "JAN", "一月", "1月", "01月", " January "), 1),
        (("5", "may", "五月", "5月"), 5),
        (("9", "09", "Sep", "sept", "September", "九月"), 9),
        (("11", "November", "十一月", "11月"), 11),
        (("12", "Dec", "十二月", "12月"), 12),
    ],
)
def test_month_names(names, number):
    """Numbers, English names in full or short, Chinese names."""
    assert {month_number(name) for name in names} == {number}


@pytest.mark.parametrize("name", ["", "0", "13", "00", "001", "Janvier", "十三月", "月", "１", "1.0", "m1"])
def test_what_is_no_month(name):
    """Anything else is refused."""
    with pytest.raises(BadValue) as caught:
        month_number(name)
    assert caught.value.code == "period.month"


def test_a_moment_is_no_day():
    """A datetime beside a period is a TypeError, not a guess about midnight."""
    with pytest.raises(TypeError):
        assert datetime(2026, 1, 1) in Year(2026)  # noqa: DTZ001 - the mistake that is tested
