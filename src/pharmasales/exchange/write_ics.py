r"""Calendars out (ICS): entries that a phone or Outlook takes in, the same bytes for the same events.

>>> import tempfile
>>> visit = Event("V-0001", date(2026, 1, 5), "Visit Example Hospital 拜访", "Ask about ward 3;\nbring the sheet")
>>> with tempfile.TemporaryDirectory() as here:
...     path = Path(here, "plan.ics")
...     write_ics([visit], path, name="Plan 拜访计划", stamp=date(2026, 1, 1))
...     print([line for line in path.read_text("utf-8").splitlines() if line.startswith(("UID", "DESC"))])
['UID:V-0001', 'DESCRIPTION:Ask about ward 3\\;\\nbring the sheet']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from pharmasales.errors import BadValue
from pharmasales.exchange.events import Event
from pharmasales.exchange.folder import whole_file
from pharmasales.extras import need
from pharmasales.names import clean, normal_id

__all__ = ["Event", "write_ics"]

_OCTETS: Final = 75
_BREAKS: Final = re.compile("\r\n|[\r\u2028\u2029]")
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_HEAD: Final = (b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//pharmasales//pharmasales//EN", b"METHOD:PUBLISH")
_LAST_YEAR: Final = 9998


def write_ics(events: Sequence[Event], path: Path, *, name: str, stamp: date, zone: str = "Asia/Shanghai") -> None:
    """Write events as one calendar file; it appears whole or not at all.

    The file publishes (`METHOD:PUBLISH`): a calendar that takes it in again finds each entry by its uid, changes those
    whose sequence has grown and takes out those that are cancelled. A calendar that subscribes to its address does the
    same. Line breaks within a text stay text: nothing a title holds becomes a property or an event of its own.

    Source: issue 7 section 5; reliability T7 and finding 12; RFC 5545 3.6, 3.8.7.4 and RFC 5546 3.2.1.

    Limits: nobody is named as organiser, because a plan has no mailbox; an invitation it is not.

    Args:
        events: in the order in which they are written.
        path: the file to make or replace.
        name: what the calendar is called.
        stamp: the day that the entries say they were made on; the clock is not asked.
        zone: the time zone of the hours, by its name in the IANA database; an all-day event has none.

    Raises:
        BadConfig: icalendar is not installed.
        BadValue: a control character, an empty uid, two events of one uid, a time zone that nobody knows, or an hour
            beyond the year 9998.
        StorageError: the disk is full or may not be written.

    Example:
        >>> twice = [Event("V-1", date(2026, 1, 5), "Visit", "")] * 2
        >>> write_ics(twice, Path("plan.ics"), name="Plan", stamp=date(2026, 1, 1))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: two events of one uid @ events[1].uid [id.twin]
    """
    package = need("icalendar", "files")
    stamped = _property("DTSTAMP", package.vDDDTypes(datetime.combine(stamp, time(), UTC)))
    lines = [*_HEAD, _property("X-WR-CALNAME", package.vText(_line(name, "name"))), *_zone(package, events, zone)]
    seen: set[str] = set()
    for number, event in enumerate(events):
        where = f"events[{number}]"
        uid = normal_id(_text(event.uid, f"{where}.uid"), f"{where}.uid")
        if uid in seen:
            raise BadValue("two events of one uid", where=f"{where}.uid", code="id.twin")
        seen.add(uid)
        lines += [
            b"BEGIN:VEVENT",
            _property("SUMMARY", package.vText(_line(event.title, f"{where}.title"))),
            *_times(package, event, zone),
            stamped,
            _property("UID", package.vText(uid)),
            b"SEQUENCE:%d" % event.sequence,
            b"STATUS:CANCELLED" if event.cancelled else b"STATUS:CONFIRMED",
            *([_property("LOCATION", package.vText(_line(event.place, f"{where}.place")))] if event.place else []),
            _property("DESCRIPTION", package.vText(_text(event.details, f"{where}.details"))),
            b"END:VEVENT",
        ]
    lines.append(b"END:VCALENDAR")
    with whole_file(path) as fresh:
        fresh.write_bytes(b"\r\n".join([*lines, b""]))


def _times(package: Any, event: Event, zone: str) -> Iterator[bytes]:  # noqa: ANN401 - an optional package
    """Yield when an event is: the day, or its two hours on the clocks of the zone."""
    if event.start is None or event.minutes is None:
        yield _property("DTSTART;VALUE=DATE", package.vDate(event.day))
        return
    begins = datetime.combine(event.day, event.start, ZoneInfo(zone))
    ends = (begins.astimezone(UTC) + timedelta(minutes=event.minutes)).astimezone(begins.tzinfo)
    for key, moment in (("DTSTART", begins), ("DTEND", ends)):
        yield _property(f"{key};TZID={zone}", package.vDatetime(moment.replace(tzinfo=None)))


def _zone(package: Any, events: Sequence[Event], zone: str) -> list[bytes]:  # noqa: ANN401 - an optional package
    """Return the lines that say what the zone's clocks show in the years of the events; none where all are all-day."""
    if not _ZONE.fullmatch(zone):
        raise BadValue("no name of a time zone", where="zone", hint='such as "Asia/Shanghai"', code="event.zone")
    years = [event.day.year for event in events if event.start is not None]
    if not years:
        return []
    if max(years) > _LAST_YEAR:
        raise BadValue(f"an hour beyond the year {_LAST_YEAR}", hint="make it an all-day event", code="event.day")
    return list(_clocks(package, zone, min(years), max(years)))


@lru_cache(maxsize=64)
def _clocks(package: Any, zone: str, first: int, last: int) -> tuple[bytes, ...]:  # noqa: ANN401 - an optional package
    try:
        made = package.Timezone.from_tzid(zone, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 2))
    except (ValueError, OSError):  # no such name, or one of a folder
        raise BadValue("no such time zone", where="zone", hint='such as "Asia/Shanghai"', code="event.zone") from None
    made.pop("COMMENT", None)
    return tuple(made.to_ical().removesuffix(b"\r\n").split(b"\r\n"))


class _Value(Protocol):
    def to_ical(self) -> bytes: ...


def _property(name: str, value: _Value) -> bytes:
    """Return a content line: the package writes and escapes the value, and a long line is folded at 75 octets.

    The package's own folding goes character by character, which takes most of the time of a year of visits.
    """
    line = name.encode() + b":" + value.to_ical()
    if len(line) <= _OCTETS:
        return line
    pieces: list[bytes] = []
    start = 0
    while len(line) - start > _OCTETS - bool(pieces):
        end = start + _OCTETS - bool(pieces)
        while line[end] & 0xC0 == 0x80:  # never within a character
            end -= 1
        pieces.append(line[start:end])
        start = end
    return b"\r\n ".join([*pieces, line[start:]])


def _text(text: str, where: str) -> str:
    """Return the text with every kind of line break written as one."""
    return _BREAKS.sub("\n", clean(text, where))


def _line(text: str, where: str) -> str:
    return " ".join(_text(text, where).splitlines())
