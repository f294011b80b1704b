r"""Calendars out (ICS): all-day events that a phone or Outlook takes in, the same bytes for the same events.

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
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final, Protocol

from attrs import frozen

from pharmasales.errors import BadValue
from pharmasales.exchange.folder import whole_file
from pharmasales.extras import need
from pharmasales.names import clean, normal_id

__all__ = ["Event", "write_ics"]

_OCTETS: Final = 75
_BREAKS: Final = re.compile("\r\n|[\r\u2028\u2029]")


@frozen
class Event:
    """One all-day entry of a calendar.

    Args:
        uid: its stable id; a calendar that has seen it before moves the entry instead of adding one.
        day: the day.
        title: one line.
        details: as many lines as it takes.

    Example:
        >>> Event("V-1", date(2026, 1, 5), "Visit", "").day
        datetime.date(2026, 1, 5)
    """

    uid: str
    day: date
    title: str
    details: str


def write_ics(events: Sequence[Event], path: Path, *, name: str, stamp: date) -> None:
    """Write events as one calendar file; it appears whole or not at all.

    Line breaks within a text stay text: nothing a title holds becomes a property or an event of its own.

    Source: reliability T7 and finding 12.

    Args:
        events: in the order in which they are written.
        path: the file to make or replace.
        name: what the calendar is called.
        stamp: the day that the entries say they were made on; the clock is not asked.

    Raises:
        BadConfig: icalendar is not installed.
        BadValue: a control character, an empty uid, or two events of one uid.
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
    lines = [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//pharmasales//pharmasales//EN"]
    lines.append(_property("X-WR-CALNAME", package.vText(_line(name, "name"))))
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
            _property("DTSTART;VALUE=DATE", package.vDate(event.day)),
            stamped,
            _property("UID", package.vText(uid)),
            _property("DESCRIPTION", package.vText(_text(event.details, f"{where}.details"))),
            b"END:VEVENT",
        ]
    lines.append(b"END:VCALENDAR")
    with whole_file(path) as fresh:
        fresh.write_bytes(b"\r\n".join([*lines, b""]))


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
