"""`[followup]` of `pharmasales.toml`: how often, when and by whom customers are seen (跟进设置).

>>> sorted(weekdays("Wed, Thu")), window("Tue 8:00-11:30").hours
([2, 3], '08:00-11:30')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from functools import partial
from typing import Any, TypeVar, cast

from pharmasales.compliance.consent import Channel, known_channel
from pharmasales.compliance.contacts import ContactCap
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.errors import BadConfig, BadRows, BadValue, PharmaSalesError
from pharmasales.followup import Cadence, Cadences, Window
from pharmasales.followup.due.table import CadenceTable
from pharmasales.followup.due.table_data import read_cadence_table
from pharmasales.names import clean, normal_id
from pharmasales.units import exact
from pharmasales.workspace.section import Section, as_date

__all__ = ["days_of", "follow_policy", "weekdays", "window"]

T = TypeVar("T")

_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = 24 * 60
_CHINESE_DAYS = "一二三四五六日"
_HOURS = re.compile(r"(.*?)\s*([0-9]{1,2}:[0-9]{2})\s*-\s*([0-9]{1,2}:[0-9]{2})")
_WEEKDAYS = (
    {str(n): n - 1 for n in range(1, 8)}
    | {name[:size]: n for n, name in enumerate(_ENGLISH_DAYS) for size in (3, 4, len(name))}
    | {f"{week}{day}": n for n, day in enumerate(_CHINESE_DAYS) for week in ("", "周", "星期", "礼拜")}
    | {f"{week}天": 6 for week in ("周", "星期", "礼拜")}
)


def follow_policy(section: Section) -> FollowPolicy:
    """Read `[followup]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    default = FollowPolicy()
    visits = section.take("visits_per_day", int, default.visits_a_day)
    if not 0 < visits <= 100:
        where = section.path("visits_per_day")
        raise BadConfig("visits a day out of range", where=where, hint="1 to 100", code="config.choice")
    found = FollowPolicy(
        cadence=section.read("cadence", _cadence, default.cadence),
        visits_a_day=visits,
        leave=section.read("leave", _leave, default.leave),
        weekdays=section.read("clinic_weekdays", _clinics, default.weekdays),
        schemes=section.texts("schemes"),
        kinds=section.texts("kinds"),
        hours=section.read("clinic_hours", _hours, default.hours),
        closed=section.read("closed", _closed, default.closed),
        contacts=section.read("contacts", _contacts, default.contacts),
        caps=section.read("contact_caps", _caps, default.caps),
        minutes_a_day=section.read("minutes_per_day", partial(_whole, least=1, most=_DAY), default.minutes_a_day),
        bases=section.read("bases", _ids, default.bases),
        filings=section.read("filings", _filings, default.filings),
        filing_asked=_id_set(section, "filing_asked"),
        notice=section.read("notice", partial(_counts, least=0, most=365), default.notice),
        visit_minutes=section.read("visit_minutes", partial(_counts, least=1, most=_DAY), default.visit_minutes),
        flexible=_id_set(section, "flexible"),
    )
    section.done()
    return found


def _id_set(section: Section, key: str) -> frozenset[str]:
    return frozenset(section.reading(key, normal_id, one) for one in section.texts(key))


def _by_id(value: Mapping[str, T]) -> Iterator[tuple[str, T]]:
    """Yield what is given for each id, in its normal form.

    Raises:
        BadConfig: an id that is given twice, once with more spaces.
    """
    seen: set[str] = set()
    for key, given in value.items():
        name = normal_id(key)
        if name in seen:
            raise BadConfig("given twice", where=name, hint="give each id once", code="id.twin")
        seen.add(name)
        yield name, given


def _hours(value: Mapping[str, Any]) -> Mapping[str, tuple[Window, ...]]:
    return {customer: tuple(map(window, _listed(given))) for customer, given in _by_id(value)}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def window(value: object) -> Window:
    """Read weekdays with their hours, `Tue, Thu 14:00-17:00`; every weekday where none is named."""
    found = _HOURS.fullmatch(str(value).strip())
    if found is None:
        raise BadValue("no visiting hours", hint='write "Tue 08:00-11:30"', code="config.hours")
    start, end = (time.fromisoformat(hour.rjust(5, "0")) for hour in found.group(2, 3))
    days = weekdays(found[1])
    return Window(days, start, end) if days else Window(start=start, end=end)


def _closed(value: Mapping[str, Any]) -> Mapping[str, frozenset[date]]:
    return {customer: days_of(days) for customer, days in _by_id(value)}


def _contacts(value: object) -> CadenceTable:
    """Read how often which class is contacted over which channel; the first fault is told with its place."""
    try:
        return read_cadence_table({"name": "contacts", "rows": value})
    except BadRows as refused:
        first = refused.exceptions[0]
        assert isinstance(first, PharmaSalesError)  # noqa: S101 - what a table is refused with is typed
        where = first.where.removeprefix("rows").replace("[", "").replace("]", "")
        raise BadConfig(first.reason, where=where, hint=first.hint, code=first.code) from None


def _caps(value: object) -> tuple[ContactCap, ...]:
    """Read contact caps, each a table of its own."""
    if not isinstance(value, list):
        hint = 'write [{ channel = "sms", most = 2, days = 30 }]'
        raise BadValue("a list of caps is due", hint=hint, code="config.type")
    return tuple(Section({str(place): one}, "").due(str(place), _cap) for place, one in enumerate(value))


def _cap(value: object) -> ContactCap:
    table = Section(value, "")
    most, days = (table.due(key, partial(_whole, least=low)) for key, low in (("most", 0), ("days", 1)))
    exempt: Any = [normal_id(one) for one in table.texts("exempt")]
    found = ContactCap(table.due("channel", _cap_channel), most, days, exempt)
    table.done()
    return found


def _cap_channel(value: object) -> Channel:
    return cast("Channel", known_channel(str(value)))


def _whole(value: object, least: int, most: int = 100_000) -> int:
    """Read a whole number in its range."""
    if type(value) is not int or not least <= value <= most:
        raise BadValue("a whole number is due", hint=f"from {least} to {most:,}", code="config.number")
    return value


def _counts(value: Mapping[str, Any], least: int, most: int) -> Mapping[str, int]:
    """Read whole numbers by id; the fault is told with its id."""
    table = Section(value, "")
    return {
        one: table.reading(one, partial(_whole, least=least, most=most), given) for one, given in _by_id(table.data)
    }


def _ids(value: Mapping[str, Any]) -> Mapping[str, str]:
    """Read ids by rep id."""
    return {rep: normal_id(given) for rep, given in _by_id(_texts(value))}


def _filings(value: Mapping[str, Any]) -> Mapping[str, str]:
    return {rep: clean(given) for rep, given in _by_id(_texts(value))}


def _texts(value: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a table of texts, none of them empty."""
    table = Section(value, "")
    found = {key: table.take(key, str, "") for key in table.data}
    for key, given in found.items():
        if not given.strip():
            raise BadConfig("empty", where=key, hint="fill it in, or leave the line out", code="config.empty")
    return found


def _cadence(value: Mapping[str, Any]) -> Cadences:
    made: dict[str, Any] = {}
    for grade, given in value.items():
        if isinstance(given, Mapping):
            table = Section(given, str(grade))
            per_month, gap = table.due("per_month", exact), table.take("gap", int, 1)
            table.done()
            made[grade] = Cadence(per_month, gap) if "gap" in given else Cadence(per_month)
        else:
            made[grade] = exact(given)
    return Cadences.of(made)


def _leave(value: Mapping[str, Any]) -> Mapping[str, frozenset[date]]:
    return {rep: days_of(days) for rep, days in _by_id(value)}


def _clinics(value: Mapping[str, Any]) -> Mapping[str, frozenset[int]]:
    return {customer: weekdays(days) for customer, days in _by_id(value)}


def weekdays(value: Iterable[object] | str) -> frozenset[int]:
    """Read visiting days: 1 to 7, Mon to Sun, or 周一 to 周日; a text may list several.

    >>> sorted(weekdays("Wed, Thu")), sorted(weekdays("周三、周四")), sorted(weekdays([3, 4]))
    ([2, 3], [2, 3], [2, 3])
    """
    items = re.split("[,;/、，；]", value) if isinstance(value, str) else value
    return frozenset(_weekday(str(item).strip()) for item in items if str(item).strip())


def _weekday(text: str) -> int:
    found = _WEEKDAYS.get(text.casefold())
    if found is None:
        raise BadValue("not a weekday", hint="write 1-7, Mon-Sun or 周一-周日", code="weekday")
    return found


def days_of(value: object) -> frozenset[date]:
    """Read days, single or as `first/last`; one alone needs no list."""
    found: set[date] = set()
    for item in value if isinstance(value, list) else [value]:
        first, range_, last = (item, "", "") if isinstance(item, date) else str(item).partition("/")
        start = as_date(first)
        end = as_date(last) if range_ else start
        if end < start:
            raise BadValue("the last day is before the first", hint="write first/last", code="config.dates")
        found.update(start + timedelta(days=n) for n in range((end - start).days + 1))
    return frozenset(found)
