"""Dates and periods as files write them.

Without a named format only forms that cannot be misread are taken; `1/2/2026` needs one.

>>> read_date("2026年1月5日").isoformat(), read_date("1/5/2026", "M/D/YYYY").isoformat()
('2026-01-05', '2026-01-05')
>>> str(read_period("2017_09", "YYYY_MM")[0]), str(read_month("2018", "January")[0])
('2017-09', '2018-01')
>>> read_date("1/5/2026")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: day or month first?; name the format: { column = "..", format = "M/D/YYYY" } [date]
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from pharmasales.errors import BadValue
from pharmasales.periods import Month, Period, Quarter, Year, month_number, period

__all__ = ["known_form", "read_date", "read_month", "read_period"]

_TOKENS = {"YYYY": r"(?P<y>[0-9]{4})", "MM": r"(?P<m>[0-9]{2})", "M": r"(?P<m>[0-9]{1,2})"} | {
    "DD": r"(?P<d>[0-9]{2})",
    "D": r"(?P<d>[0-9]{1,2})",
}
_STRFTIME = {"%Y": "YYYY", "%m": "M", "%d": "D"}
_DAYS = ("YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日", "YYYYMMDD")
_MONTHS = ("YYYY/M", "YYYY.MM", "YYYY年M月", "YYYYMM", "YYYY_MM", "YYYY-M")
_HINT = 'name the format: { column = "..", format = "M/D/YYYY" }'


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Turn a named format into a pattern; whatever is no token stands for itself."""
    for code, token in _STRFTIME.items():
        form = form.replace(code, token)
    pieces = re.split("(YYYY|MM|M|DD|D)", form)
    counts = [sum(piece in kind for piece in pieces) for kind in (("YYYY",), ("MM", "M"), ("DD", "D"))]
    if counts not in ([1, 1, 0], [1, 1, 1]):
        raise BadValue("a format has YYYY, M and D once each", hint="as M/D/YYYY or YYYY-MM", code="date.format")
    return re.compile("".join(_TOKENS.get(piece, re.escape(piece)) for piece in pieces), re.ASCII)


def known_form(form: str) -> str:
    """Return a named format as it is.

    >>> known_form("M/D/YYYY")
    'M/D/YYYY'

    Raises:
        BadValue: one without a year or a month, or with a part that comes twice.
    """
    _pattern(form)
    return form


def _day(found: re.Match[str]) -> date:
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        raise BadValue("no such day", code="date") from None


def _first(forms: tuple[str, ...], text: str) -> re.Match[str] | None:
    return next((found for form in forms if (found := _pattern(form).fullmatch(text))), None)


def read_date(text: str, form: str = "") -> date:
    """Read a day.

    Args:
        text: the cell.
        form: its named format, of YYYY, M or MM, D or DD; ISO and Chinese dates need none.

    Raises:
        BadValue: another form, an ambiguous one, or no such day.
    """
    text = text.removesuffix(" 00:00:00").removesuffix("T00:00:00")
    found = _first((form,) if form else _DAYS, text)
    if found and "d" in found.groupdict():
        return _day(found)
    if not form and re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}", text, re.ASCII):
        raise BadValue("day or month first?", hint=_HINT, code="date")
    raise BadValue("not a date", hint=_HINT if form else "write 2026-01-31", code="date")


def read_period(text: str, form: str = "") -> tuple[Period, date | None]:
    """Read a period, or a day and its month; the day is `None` where the cell names none.

    Raises:
        BadValue: as `read_date`.
    """
    if not form:
        try:
            return period(text), None
        except BadValue:
            months = _first(_MONTHS, text)
    else:
        months = _pattern(form).fullmatch(text)
        if months and "d" in months.groupdict():
            months = None
    if months:
        return Month(int(months["y"]), int(months["m"])), None
    try:
        day = read_date(text, form)
    except BadValue as error:
        if error.reason == "not a date" and not form:
            raise BadValue("not a period", hint="write 2026, 2026-Q1, 2026-01 or 2026-01-31", code="period") from None
        raise
    return Month.of(day), day


def read_month(year: str, part: str) -> tuple[Period, date | None]:
    """Read a period from two cells: the year, and a month (number or name), a quarter (`Q1`), or nothing.

    Raises:
        BadValue: neither.
    """
    whole = period(year.removesuffix("年"))
    if not isinstance(whole, Year):
        raise BadValue("not a year", hint="the first column holds the year", code="period")
    if not part:
        return whole, None
    quarter = re.fullmatch("[Qq]([1-4])", part, re.ASCII)
    if quarter:
        return Quarter(whole.year, int(quarter[1])), None
    return Month(whole.year, month_number(part)), None
