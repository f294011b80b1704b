"""The clock of one rep: whether a day has the hours and minutes for one visit more, and when each visit begins.

Nobody asks it unless hours are named or minutes are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from pharmasales.followup.access import Access
from pharmasales.followup.planning._hours import Piece, possible, timetable
from pharmasales.followup.planning._terms import Terms, minute
from pharmasales.followup.planning.targets import Appointment

__all__ = ["Caller", "Clock"]

_DEFAULT_MINUTES = 30


class Caller(Protocol):
    """Whom the clock places on a day: a customer while the plan is made."""

    number: int
    access: Access
    minutes: int
    fixed: Mapping[date, Appointment]


class Clock:
    """The hours of one rep.

    Args:
        terms: the rep's terms.
        others: by day, what is fixed there and is no visit of a target.
    """

    def __init__(self, terms: Terms, others: Mapping[date, Sequence[Appointment]]) -> None:
        self._terms = terms
        self._others = others
        self._most = terms.rep.minutes_a_day
        self._pieces: dict[tuple[Access, int, int, bool], Piece] = {}

    def others(self, day: date) -> Sequence[Appointment]:
        """Return what else is fixed on a day."""
        return self._others.get(day, ())

    def minutes(self, day: date, callers: Iterable[Caller]) -> int:
        """Return how many minutes of a day are taken."""
        taken = sum(_lasting(caller, day) for caller in callers)
        return taken + sum(one.minutes or _DEFAULT_MINUTES for one in self.others(day))

    def fits(self, day: date, callers: Sequence[Caller], more: Caller) -> bool:
        """Whether one visit more fits on a day beside the others."""
        together = [*callers, more]
        if self._most is not None and self.minutes(day, together) > self._most:
            return False
        return not self.asked(day, together) or possible(self._of(day, together, wished=False))

    def asked(self, day: date, callers: Iterable[Caller]) -> bool:
        """Whether visits of this day are given a time: somebody names hours, or minutes are counted."""
        if self._most is not None or any(one.start for one in self.others(day)):
            return True
        return any(caller.access.timed or (day in caller.fixed and caller.fixed[day].start) for caller in callers)

    def starts(self, day: date, callers: Sequence[Caller]) -> Sequence[int | None]:
        """Return when each visit of a day begins, in minutes of the day; none where no hours are asked.

        Hours that are only wished are kept where all can be; else for as many as can be, in the order given.
        """
        if not self.asked(day, callers):
            return [None] * len(callers)
        pieces = self._of(day, callers, wished=False)
        if not possible(pieces):
            return [_start(caller, day) for caller in callers]
        for n, wish in enumerate(self._of(day, callers, wished=True)):
            if wish != pieces[n] and wish[1] and possible([*pieces[:n], wish, *pieces[n + 1 :]]):
                pieces[n] = wish
        found = timetable(pieces) or ()
        return found[: len(callers)]

    def _of(self, day: date, callers: Iterable[Caller], *, wished: bool) -> list[Piece]:
        """Return the pieces of a day: the callers' in their order, then what else is fixed."""
        pieces = [self._piece(day, caller, wished) for caller in callers]
        return pieces + [self._fixed(one, one.minutes or _DEFAULT_MINUTES) for one in self.others(day)]

    def _piece(self, day: date, caller: Caller, wished: bool) -> Piece:
        if day in caller.fixed:
            return self._fixed(caller.fixed[day], _lasting(caller, day))
        key = (caller.access, caller.minutes, day.weekday(), wished)
        if key not in self._pieces:
            read = self._terms.wished if wished and caller.access.timed else self._terms.windows
            self._pieces[key] = caller.minutes, read(*key[:3])
        return self._pieces[key]

    def _fixed(self, one: Appointment, minutes: int) -> Piece:
        """Return where a fixed appointment stands: at its time, or anywhere in the rep's day."""
        if one.start is None:
            return minutes, ((minute(self._terms.rep.begin), minute(self._terms.rep.end)),)
        return minutes, ((minute(one.start), minute(one.start) + minutes),)


def _lasting(caller: Caller, day: date) -> int:
    fixed = caller.fixed.get(day)
    return caller.minutes if fixed is None or fixed.minutes is None else fixed.minutes


def _start(caller: Caller, day: date) -> int | None:
    fixed = caller.fixed.get(day)
    return None if fixed is None or fixed.start is None else minute(fixed.start)
