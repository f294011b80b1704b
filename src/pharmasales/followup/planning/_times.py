"""At what time the visits of a changed day begin: as before where that can be, else anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

from attrs import define, field

from pharmasales.followup.access import Access
from pharmasales.followup.planning._board import Board, Standing
from pharmasales.followup.planning._clock import Clock
from pharmasales.followup.planning._terms import Terms, clock_of, minute
from pharmasales.followup.planning.targets import Appointment

__all__ = ["starts"]


@define
class _Held:
    """A customer who is to keep the time of a visit."""

    number: int
    access: Access
    minutes: int
    fixed: Mapping[date, Appointment] = field(factory=dict)


def starts(board: Board, ordinal: int, before: Mapping[int, time], terms: Terms) -> dict[int, time]:
    """Return when the visits of a day begin, by the customers' numbers; those without hours are left out.

    Args:
        board: the board, as it is to be.
        ordinal: the day.
        before: when the visits of that day began, by the customers' numbers.
        terms: the rep's terms.
    """
    clock, day, there = board.clock, date.fromordinal(ordinal), board.standing(ordinal)
    if clock is None or not there or not clock.asked(day, there):
        return {}
    held = [_held(one, day, before, terms) for one in there]
    found = _possible(clock, day, held) or _possible(clock, day, there) or ()
    return {one.number: clock_of(start) for one, start in zip(there, found, strict=False)}


def _held(one: Standing, day: date, before: Mapping[int, time], terms: Terms) -> Standing | _Held:
    """Return the customer bound to the time before, where it still lies in the hours."""
    start = before.get(one.number)
    if start is None or day in one.fixed:
        return one
    begin = minute(start)
    hours = terms.windows(one.access, one.minutes, day.weekday())
    if not any(first <= begin and begin + one.minutes <= last for first, last in hours):
        return one
    same = Appointment(terms.rep.id, day, start=start, minutes=one.minutes)
    return _Held(one.number, one.access, one.minutes, {day: same})


def _possible(clock: Clock, day: date, callers: Sequence[Standing | _Held]) -> Sequence[int] | None:
    """Return when each begins; nothing where they do not fit into the day."""
    if not clock.fits(day, callers[1:], callers[0]):
        return None
    found = clock.starts(day, callers)
    return [start for start in found if start is not None]
