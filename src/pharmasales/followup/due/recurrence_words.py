"""A recurrence in words (循环规则的文字), in English and Chinese.

>>> from datetime import date
>>> from pharmasales.followup.due.recurrence import Recurrence
>>> recurrence_words(Recurrence.month_day(date(2026, 1, 1), -1)).zh
'每月最后一天，自 2026-01-01 起'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pharmasales.display import Says
from pharmasales.followup.access import WEEKDAYS, weekday_names

if TYPE_CHECKING:
    from pharmasales.followup.due.recurrence import Recurrence

__all__ = ["recurrence_words"]

_UNITS = {
    "DAILY": Says("day", "天"),
    "WEEKLY": Says("week", "周"),
    "MONTHLY": Says("month", "月"),
    "YEARLY": Says("year", "年"),
}
_NTH = {1: "first", 2: "second", 3: "third", -1: "last", -2: "second to last", -3: "third to last"}
_ZH = "一二三四五六七八九十"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def recurrence_words(rule: Recurrence) -> Says:
    """Say a recurrence: how often, on which days, from when and until when."""
    every, days, months, tail = _every(rule), _days(rule), _months(rule), _tail(rule)
    place = _places(rule, days)
    en = " ".join(part for part in (every.en, months.en, place.en) if part)
    return Says(f"{en}{tail.en}", _spaced(every.zh, months.zh, place.zh) + tail.zh)


def _spaced(*parts: str) -> str:
    """Join Chinese words; a figure stands apart from the word before it."""
    return "".join(f" {part}" if n and part[:1].isascii() and part else part for n, part in enumerate(parts))


def _every(rule: Recurrence) -> Says:
    unit = _UNITS[rule.freq]
    if rule.every == 1:
        return Says(f"every {unit.en}", f"每{unit.zh}")
    measure = "个" if rule.freq == "MONTHLY" else ""
    return Says(f"every {rule.every} {unit.en}s", f"每 {rule.every} {measure}{unit.zh}")


def _months(rule: Recurrence) -> Says:
    if not rule.months:
        return Says("", "")
    names = ", ".join(_MONTHS[month - 1] for month in rule.months)
    return Says(f"in {names}", "、".join(f"{month} 月" for month in rule.months))


def _days(rule: Recurrence) -> Says:
    plain = weekday_names(day for nth, day in rule.weekdays if not nth)
    nths = [
        Says(f"the {_nth(nth)} {WEEKDAYS[d].en}", f"{_nth_zh(nth)}个{WEEKDAYS[d].zh}")
        for nth, d in rule.weekdays
        if nth
    ]
    dates = [_monthday(day) for day in rule.monthdays]
    said = [one for one in (plain, _joined(nths), _joined(dates)) if one.en]
    if said:
        both = len(said) > 1
        return Says(" that are ".join(one.en for one in said), ("且为 " if both else "").join(one.zh for one in said))
    return _implied(rule)


def _implied(rule: Recurrence) -> Says:
    """Say the days that the start implies where no part names any."""
    if rule.freq == "WEEKLY":
        return weekday_names([rule.start.weekday()])
    if rule.freq == "MONTHLY" or (rule.freq == "YEARLY" and rule.months):
        return _monthday(rule.start.day)
    if rule.freq == "YEARLY":
        month = rule.start.month
        return Says(f"{_MONTHS[month - 1]} {rule.start.day}", f"{month} 月 {rule.start.day} 日")
    return Says("", "")


def _places(rule: Recurrence, days: Says) -> Says:
    if not days.en:
        return days
    if not rule.positions:
        return Says(f"on {days.en}", days.zh)
    nths = [Says(f"the {_nth(one)}", f"{_nth_zh(one)}个") for one in rule.positions]
    which = _joined(nths)
    return Says(f"on {which.en} of {days.en}", f"{days.zh}中的{which.zh}")


def _monthday(day: int) -> Says:
    if day > 0:
        return Says(f"day {day}", f"{day} 日")
    return Says(f"the {_nth(day)} day", "最后一天" if day == -1 else f"{_nth_zh(day)}天")


def _joined(said: Iterable[Says]) -> Says:
    found = list(said)
    return Says(", ".join(one.en for one in found), "、".join(one.zh for one in found))


def _nth(number: int) -> str:
    if number in _NTH:
        return _NTH[number]
    ends = {1: "st", 2: "nd", 3: "rd"} if abs(number) // 10 != 1 else {}
    said = f"{abs(number)}{ends.get(abs(number) % 10, 'th')}"
    return said if number > 0 else f"{said} to last"


def _nth_zh(number: int) -> str:
    if number == -1:
        return "最后一"
    count = _ZH[abs(number) - 1] if abs(number) <= len(_ZH) else str(abs(number))
    return f"第{count}" if number > 0 else f"倒数第{count}"


def _tail(rule: Recurrence) -> Says:
    en, zh = f", from {rule.start}", f"，自 {rule.start} 起"
    if rule.until is not None:
        return Says(f"{en} until {rule.until}", f"{zh}至 {rule.until}")
    if rule.count is not None:
        times = "once" if rule.count == 1 else f"{rule.count} times"
        return Says(f"{en}, {times}", f"{zh}，共 {rule.count} 次")
    return Says(en, zh)
