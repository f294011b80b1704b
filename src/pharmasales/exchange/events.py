"""Entries of a calendar (日历事件), and how an export follows the one before: a change updates, what is gone cancels.

A calendar knows an entry by its uid and takes in a change only where the entry's sequence has grown. The sequence is
worked out from the entries exported before, never from a clock: the same two exports give the same numbers.

>>> from datetime import date
>>> first = reissue((), [Event("V-1", date(2026, 1, 5), "Visit", ""), Event("V-2", date(2026, 1, 6), "Visit", "")])
>>> for event in reissue(first, [Event("V-1", date(2026, 1, 7), "Visit", "")]):
...     print(event.uid, event.day, event.sequence, "cancelled" if event.cancelled else "")
V-1 2026-01-07 1
V-2 2026-01-06 1 cancelled
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from attrs import evolve, field, frozen

from pharmasales.errors import BadValue

__all__ = ["Event", "reissue"]


@frozen
class Event:
    """One entry of a calendar, all day or at an hour.

    Args:
        uid: its stable id; a calendar that has seen it before moves the entry instead of adding one.
        day: the day.
        title: one line.
        details: as many lines as it takes.
        start: when it begins, in the local time of the calendar; all day where left out.
        minutes: how long it takes, from 1; given with a start, and only with one.
        place: where, in one line.
        sequence: how often it was changed; `reissue` counts it.
        cancelled: whether it is called off; the entry stays, so that calendars take it out.

    Example:
        >>> Event("V-1", date(2026, 1, 5), "Visit", "", time(14, 30), 30).minutes
        30
        >>> Event("V-1", date(2026, 1, 5), "Visit", "", time(14, 30))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: a start and minutes go together; give both or neither [event.time]

    Raises:
        BadValue: a start without minutes or minutes without a start, minutes below 1, or a sequence below 0.
    """

    uid: str
    day: date
    title: str = field(repr=False)
    details: str = field(repr=False)
    start: time | None = None
    minutes: int | None = field(default=None)
    place: str = field(default="", repr=False)
    sequence: int = field(default=0)
    cancelled: bool = False

    @minutes.validator
    def _lasts(self, _attribute: object, value: int | None) -> None:
        if (value is None) != (self.start is None):
            raise BadValue("a start and minutes go together", hint="give both or neither", code="event.time")
        if value is not None and value < 1:
            raise BadValue("an event takes at least a minute", code="event.minutes")

    @sequence.validator
    def _counted(self, _attribute: object, value: int) -> None:
        if value < 0:
            raise BadValue("a sequence counts from 0", code="event.sequence")


def reissue(earlier: Iterable[Event], now: Iterable[Event]) -> tuple[Event, ...]:
    """Return what an export says after an earlier one: an entry that changed has a higher sequence, one gone cancels.

    An entry as it was keeps its sequence. A cancelled one stays, so that who missed an export learns of it with the
    next; where it comes back, its sequence grows once more.

    Args:
        earlier: what was exported before, as this function gave it.
        now: what stands now; the sequences in it are left aside.

    Returns:
        The entries that stand, in the order given, then the cancelled ones in the order of the earlier export.

    Raises:
        BadValue: two entries of one uid, on either side.

    Example:
        >>> one = [Event("V-1", date(2026, 1, 5), "Visit", "")]
        >>> [event.sequence for event in reissue(reissue((), one), one)]
        [0]
        >>> reissue((), one * 2)
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: two events of one uid @ now[1].uid [id.twin]
    """
    before, after = _by_uid(earlier, "earlier"), _by_uid(now, "now")
    standing = [_next(before.get(uid), event) for uid, event in after.items()]
    gone = [
        event if event.cancelled else evolve(event, cancelled=True, sequence=event.sequence + 1)
        for uid, event in before.items()
        if uid not in after
    ]
    return (*standing, *gone)


def _by_uid(events: Iterable[Event], side: str) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for number, event in enumerate(events):
        if event.uid in found:
            raise BadValue("two events of one uid", where=f"{side}[{number}].uid", code="id.twin")
        found[event.uid] = event
    return found


def _next(before: Event | None, event: Event) -> Event:
    if before is None:
        return evolve(event, sequence=0)
    same = evolve(event, sequence=before.sequence)
    return same if same == before else evolve(event, sequence=before.sequence + 1)
