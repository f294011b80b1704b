"""The text of a recurrence (RRULE 文本): RFC 5545 read into parts, and written in one order.

>>> read_parts("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE")
{'freq': 'WEEKLY', 'every': 2, 'weekdays': [(0, 2)]}

Source: RFC 5545 3.3.10.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pharmasales.errors import BadRule
from pharmasales.followup.due.recurrence_checks import FREQS
from pharmasales.names import nearest

if TYPE_CHECKING:
    from pharmasales.followup.due.recurrence import Recurrence

__all__ = ["read_parts", "rrule_text"]

_LONGEST = 500
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LISTS = {"BYMONTHDAY": "monthdays", "BYMONTH": "months", "BYSETPOS": "positions"}
_ONES = {"INTERVAL": "every", "COUNT": "count"}
_KNOWN = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
_MOMENT = re.compile(r"([0-9]{8})(?:T([0-9]{6}))?")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_WHOLE = re.compile(r"[+-]?[0-9]{1,5}")


def read_parts(text: str) -> dict[str, Any]:
    """Read the text of a rule into the arguments of `Recurrence`.

    Raises:
        BadRule: anything that is no rule of days, with the part where it stands.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise _bad("no rule of a recurrence", "RRULE", f"text of at most {_LONGEST} characters")
    found: dict[str, Any] = {}
    rules = 0
    for line in text.strip().upper().splitlines():
        if line.startswith("DTSTART"):
            _put(found, "start", _start(line), "DTSTART")
        else:
            rules += 1
            _read_rule(line.strip().removeprefix("RRULE:"), found)
    if rules != 1 or "freq" not in found:
        raise _bad("one rule with a frequency is due", "FREQ", "such as FREQ=WEEKLY;BYDAY=WE")
    return found


def _read_rule(line: str, found: dict[str, Any]) -> None:
    for part in line.rstrip(";").split(";"):
        key, _, value = part.partition("=")
        if key == "FREQ":
            if value not in FREQS:
                raise _bad("a recurrence of days only", "FREQ", "DAILY, WEEKLY, MONTHLY or YEARLY")
            _put(found, "freq", value, key)
        elif key in _ONES:
            _put(found, _ONES[key], _whole(value, key), key)
        elif key in _LISTS:
            _put(found, _LISTS[key], [_whole(one, key) for one in value.split(",")], key)
        elif key == "BYDAY":
            _put(found, "weekdays", [_weekday(one) for one in value.split(",")], key)
        elif key == "UNTIL":
            _put(found, "until", _moment(value, key)[0], key)
        elif key == "WKST" and value in _DAYS:
            _put(found, "week_start", _DAYS.index(value), key)
        else:
            raise _bad("a part that is not known", "RRULE", nearest(key, _KNOWN))


def _put(found: dict[str, Any], name: str, value: object, key: str) -> None:
    if name in found:
        raise _bad("given twice", key, "keep one")
    found[name] = value


def _start(line: str) -> date:
    day, clock = _moment(line.rpartition(":")[2], "DTSTART")
    if clock not in ("", "000000"):
        raise _bad("a start with an hour", "DTSTART", "a recurrence has days, not hours")
    return day


def _moment(value: str, key: str) -> tuple[date, str]:
    found = _MOMENT.fullmatch(value)
    if not found:
        raise _bad("not a day", key, "write 20261231, without a zone")
    try:
        return datetime.strptime(found.group(1), "%Y%m%d").date(), found.group(2) or ""  # noqa: DTZ007 - a day
    except ValueError:
        raise _bad("no such day", key, "write 20261231, without a zone") from None


def _weekday(value: str) -> tuple[int, int]:
    found = _WEEKDAY.fullmatch(value)
    if not found or found.group(1) in ("0", "+0", "-0", "00"):
        raise _bad("not a weekday", "BYDAY", "such as WE, 1MO or -1FR")
    return int(found.group(1) or 0), _DAYS.index(found.group(2))


def _whole(value: str, key: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise _bad("not a whole number", key, "such as 2 or -1")
    return int(value)


def _bad(reason: str, where: str, hint: str) -> BadRule:
    return BadRule(reason, where=where, hint=hint, code="followup.rrule")


def rrule_text(rule: Recurrence) -> str:
    """Write a rule as RFC 5545 does, without its start; what is left at its default is left out."""
    days = [f"{nth or ''}{_DAYS[day]}" for nth, day in rule.weekdays]
    parts = {
        "FREQ": rule.freq,
        "INTERVAL": rule.every if rule.every > 1 else "",
        "COUNT": rule.count or "",
        "UNTIL": f"{rule.until:%Y%m%d}" if rule.until else "",
        "BYDAY": ",".join(days),
        "BYMONTHDAY": ",".join(map(str, rule.monthdays)),
        "BYMONTH": ",".join(map(str, rule.months)),
        "BYSETPOS": ",".join(map(str, rule.positions)),
        "WKST": _DAYS[rule.week_start] if rule.week_start else "",
    }
    return ";".join(f"{key}={value}" for key, value in parts.items() if value != "")
