"""Days as distributors write them (日期): read exactly or refused, never guessed.

>>> read_day("2026年1月5日"), read_day("20260105") == read_day("2026/1/5 00:00:00")
((datetime.date(2026, 1, 5), period('2026-01')), True)
>>> read_day("January 2017"), read_day("2026-01")
((None, period('2017-01')), (None, period('2026-01')))
>>> read_day("1/5/2026")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: day or month first? @ date; confirm the distributor's day_order [flow.date]

Source: P2-F (import of flow files).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from pharmasales.channel.flow.columns import DayOrder
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.periods import Month

__all__ = ["read_day"]

_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?"
_DAY = re.compile(rf"([0-9]{{4}})[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})(?:日?(?:[t ]{_TIME})?|日{_TIME})")
_COMPACT = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})?")
_MONTH = re.compile("([0-9]{4})[-/.年]([0-9]{1,2})月?")
_OTHER = re.compile(rf"([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}})(?: {_TIME})?")
_WORD = re.compile(r"([a-z]{3,9})\.?[- ,]*([0-9]{4})|([0-9]{4})[- ,]*([a-z]{3,9})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30)  # as the spreadsheet counts from March 1900 on; all numbers of five figures are later
_MONTHS = "january february march april may june july august september october november december".split()


@lru_cache(maxsize=4096)
def read_day(text: str, order: DayOrder = "ymd") -> tuple[date | None, Month]:
    """Read a day, or a month where no day is written; the day is missing then.

    Args:
        text: year first in digits (2026-01-05, 2026/1/5, 2026年1月5日, 20260105), a month (2026-01, 202601, January
            2026), or a day with the year last or a spreadsheet's number of a day where `order` says so. A time after
            the day does not count.
        order: `dmy`, `mdy`, `serial`, or `ymd` to refuse all three.

    >>> read_day("46027", "serial")
    (datetime.date(2026, 1, 5), period('2026-01'))

    Raises:
        BadValue: no day, no such day, or one that could be read in two ways.
    """
    seen = fold(text)
    if found := _DAY.fullmatch(seen) or _COMPACT.fullmatch(seen) or _MONTH.fullmatch(seen):
        return _day(found[1], found[2], found[3] if found.lastindex == 3 else None)
    if found := _WORD.fullmatch(seen):
        word = found[1] or found[4]
        fitting = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)]
        if len(fitting) == 1:
            return _day(found[2] or found[3], fitting[0], None)
    if found := _SERIAL.fullmatch(seen):
        if order != "serial":
            hint = 'confirm day_order="serial", or send days'
            raise BadValue("a number where a day is due", where="date", hint=hint, code="flow.date")
        day = _SERIAL_ZERO + timedelta(days=int(found[1]))
        return day, Month(day.year, day.month)
    if found := _OTHER.fullmatch(seen):
        if order not in ("dmy", "mdy"):
            raise BadValue(
                "day or month first?", where="date", hint="confirm the distributor's day_order", code="flow.date"
            )
        first, second, year = found.groups()
        return _day(year, first, second) if order == "mdy" else _day(year, second, first)
    hint = "write 2026-01-05 or 2026-01"
    raise BadValue("no day" if seen else "empty", where="date", hint=hint, code="flow.date")


def _day(year: str | int, month: str | int, day: str | int | None) -> tuple[date | None, Month]:
    try:
        month_of = Month(int(year), int(month))
        return (None if day is None else date(int(year), int(month), int(day))), month_of
    except ValueError:
        raise BadValue("no such day", where="date", hint="check it with the distributor", code="flow.date") from None
