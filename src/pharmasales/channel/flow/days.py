"""Days as distributors write them (日期): read exactly or refused, never guessed.

>>> read_day("2026年1月5日"), read_day("20260105") == read_day("2026/1/5 00:00:00")
((datetime.date(2026, 1, 5), period('2026-01')), True)
>>> read_day("January 2017"), read_day("2026-01")
((None, period('2017-01')), (None, period('2026-01')))
>>> read_day("1/5/2026")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: day or month first? @ date; confirm the distributor's day_order [flow.date]
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from pharmasales.channel.flow.columns import DayOrder
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.periods import Month

__all__ = ["read_day"]

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[t ]?\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_OTHER = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_WORD = re.compile(r"([a-z]{3,9})\.?[- ,]*(\d{4})|(\d{4})[- ,]*([a-z]{3,9})")
_MONTHS = "january february march april may june july august september october november december".split()


@lru_cache(maxsize=4096)
def read_day(text: str, order: DayOrder = "ymd") -> tuple[date | None, Month]:
    """Read a day, or a month where no day is written; the day is missing then.

    Args:
        text: year first in digits (2026-01-05, 2026/1/5, 2026年1月5日, 20260105), a month (2026-01, 202601, January
            2026), or a day with the year last where `order` says what comes first. A time after the day does not count.
        order: `dmy`, `mdy`, or `ymd` to refuse days with the year last.

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
    if found := _OTHER.fullmatch(seen):
        if order == "ymd":
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
