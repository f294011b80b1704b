"""Dates, periods and months as files write them; what can be misread is refused."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.periods import Month
from pharmasales.workspace.forms import read_date, read_month, read_period

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-01-05", ""),
        ("2026-1-5", ""),
        ("2026/01/05", ""),
        ("2026.1.5", ""),
        ("2026年1月5日", ""),
        ("20260105", ""),
        ("2026-01-05 00:00:00", ""),
        ("2026-01-05T00:00:00", ""),
        ("1/5/2026", "M/D/YYYY"),
        ("05/01/2026", "DD/MM/YYYY"),
        ("05.01.2026", "%d.%m.%Y"),
        ("(2026) 01-05", "(YYYY) MM-DD"),
    ],
)
def test_a_day_in_every_form(text, form):
    """ISO, Chinese and compact days need no format; the others need theirs."""
    assert read_date(text, form) == DAY
    assert read_period(text, form) == (Month(2026, 1), DAY)


@pytest.mark.parametrize("text", ["1/2/2026", "01-02-2026", "1.2.26", "31/12/2026"])
def test_a_day_that_may_be_a_month_is_refused(text):
    """Without a named format nobody guesses which comes first."""
    with pytest.raises(BadValue, match="day or month first") as caught:
        read_date(text)
    assert "format" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", ""),
        ("soon", ""),
        ("2026-02-30", ""),
        ("2026-13-01", ""),
        ("２０２６-01-05", ""),
        ("46027", ""),
        ("2026-01-05 13:00:00", ""),
        ("2026-01", ""),
        ("13/1/2026", "MM/DD/YYYY"),
        ("30/02/2026", "DD/MM/YYYY"),
        ("2026_01", "YYYY_MM"),
        ("2026-01-05\n", ""),
        ("9" * 400, ""),
    ],
)
def test_what_is_no_day_is_refused(text, form):
    """Days that do not exist, serial numbers, times, other digits."""
    with pytest.raises(BadValue):
        read_date(text, form)


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("2025", "", "2025"),
        ("2025-Q1", "", "2025-Q1"),
        ("2025-W05", "", "2025-W05"),
        ("2025-Q2+Q3", "", "2025-Q2+Q3"),
        ("2025-01", "", "2025-01"),
        ("2025-1", "", "2025-01"),
        ("2025/1", "", "2025-01"),
        ("2025.10", "", "2025-10"),
        ("202501", "", "2025-01"),
        ("2025_01", "", "2025-01"),
        ("2025年1月", "", "2025-01"),
        ("01.2025", "MM.YYYY", "2025-01"),
        ("2017_09", "YYYY_MM", "2017-09"),
    ],
)
def test_a_period_in_every_form(text, form, found):
    """The canonical forms, and months as files write them."""
    assert (str(read_period(text, form)[0]), read_period(text, form)[1]) == (found, None)


@pytest.mark.parametrize(
    "text", ["2025.1", "2025-00", "2025/13", "2025-Q5", "2025-W60", "Jan 2025", "0999-01", "1/2025", "0001-01-01"]
)
def test_what_is_no_period_is_refused(text):
    """`2025.1` is what a spreadsheet makes of 2025.10, so it is refused rather than read as January."""
    with pytest.raises(BadValue):
        read_period(text)


@pytest.mark.parametrize(
    ("year", "part", "found"),
    [
        ("2018", "January", "2018-01"),
        ("2018", "sep", "2018-09"),
        ("2018", "十一月", "2018-11"),
        ("2018年", "9月", "2018-09"),
        ("2018", "09", "2018-09"),
        ("2018", "q3", "2018-Q3"),
        ("2018", "", "2018"),
    ],
)
def test_year_and_month_in_two_cells(year, part, found):
    """Months as numbers, English and Chinese names; quarters; the year alone."""
    assert (str(read_month(year, part)[0]), read_month(year, part)[1]) == (found, None)


@pytest.mark.parametrize(
    ("year", "part"), [("2018-01", "1"), ("", "1"), ("18", "1"), ("2018", "13"), ("2018", "Q5"), ("January", "2018")]
)
def test_a_year_and_a_month_that_are_none(year, part):
    """The first cell holds a year and the second a month, nothing else."""
    with pytest.raises(BadValue):
        read_month(year, part)


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)))
def test_every_day_reads_back_from_every_form(day):
    """Writing a day and reading it gives the day."""
    for text in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ):
        assert read_date(text) == day
    assert read_date(f"{day.month}/{day.day}/{day.year}", "M/D/YYYY") == day


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_by_type(text):
    """Nothing but a typed error comes out of hostile text."""
    for read in (read_date, read_period, lambda one: read_month("2025", one)):
        with suppress(BadValue):
            read(text)
