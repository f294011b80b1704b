"""The sheet: some weeks of one rep as whole numbers, so that the search can change its mind often.

Each day has a lane of bits. A customer's visits are a number with a 1 in the lanes of their days; adding those numbers
up counts the visits of all days at once. The lanes of the load begin so far below half their width that the highest bit
says: this day is full. A day may be overfull for a while, and visits of the stage that comes short may be left out;
both have a price while the search runs, and no plan that pays it is ever handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

from attrs import define

from pharmasales.followup.planning._patterns import Ways
from pharmasales.followup.planning.cost import OPEN

__all__ = ["Blocked", "Guest", "Kept", "Sheet", "lane_width"]

_NO_WAY = 1 << 40


class Blocked(Protocol):
    """Says on which days a customer cannot be visited beside those who are, for want of hours."""

    def __call__(self, sheet: Sheet, guest: int) -> int:
        """Return the lanes of those days."""
        ...


@define
class Guest:
    """One customer in the sheet.

    Args:
        place: the number of the place.
        options: how many visits, and the ways to choose their days; the highest number first. Only customers of the
            stage that comes short have more than one.
        lanes: the days of the visits that stand.
        gaps: what their distances cost.
        wanted: how many visits there would be if all were planned.
    """

    place: int
    options: Sequence[tuple[int, Ways]]
    lanes: int
    gaps: int
    wanted: int


Kept: TypeAlias = tuple[tuple[int, int, int, int], list[tuple[int, int, int]], list[tuple[int, int, int]]]
"""What is needed to undo a step: load, soft cost, overload and shortage; guests; places."""


def lane_width(guests: int) -> int:
    """Return how many bits a lane needs so that no day can ever run over."""
    return max(8, (guests + 2).bit_length() + 1)


class Sheet:
    """Days, customers and places, with the cost of it all kept up to date.

    Args:
        room: how many visits fit on each day.
        guests: the customers.
        there: for each place the lanes of the days on which the rep goes there anyway; place 0 is no place.
        width: the bits of a lane.
        blocked: where hours or minutes are counted, who says which days have none left; overfull days are then refused.
    """

    def __init__(
        self, room: Sequence[int], guests: Sequence[Guest], there: Iterable[int], width: int, blocked: Blocked | None
    ) -> None:
        self.shift = width - 1
        self.days = len(room)
        self.width = width
        self.ones = sum(1 << (width * day) for day in range(len(room)))
        self.guests = guests
        self.blocked = blocked
        self.place = [guest.place for guest in guests]
        self.options = [guest.options for guest in guests]
        self.lanes = [0] * len(guests)
        self.gaps = [0] * len(guests)
        self.stand = [0] * len(guests)
        half = 1 << self.shift
        self.load = sum((half - min(most, half)) << (width * day) for day, most in enumerate(room))
        self.there = [self.ones, *there]
        self.open = [self._opened(lanes) for lanes in self.there]
        self.soft = 0
        self.over = 0
        self.short = sum(guest.wanted for guest in guests)
        for n, guest in enumerate(guests):
            if guest.lanes:
                self.put(n, guest.lanes, guest.gaps)

    def _opened(self, there: int) -> int:
        return ((there + (self.ones << self.shift) - self.ones) >> self.shift) & self.ones

    def full(self) -> int:
        """Return the lanes of the days that take no more visits."""
        return (self.load >> self.shift) & self.ones

    def overfull(self) -> int:
        """Return the lanes of the days with more visits than fit."""
        return ((self.load - self.ones) >> self.shift) & self.ones

    def put(self, guest: int, lanes: int, gaps: int) -> None:
        """Write a customer's visits in."""
        place = self.place[guest]
        self.over += (lanes & self.full()).bit_count()
        self.soft += gaps + OPEN * (lanes & ~self.open[place]).bit_count()
        self.load += lanes
        self.there[place] += lanes
        self.open[place] |= lanes
        self.lanes[guest] = lanes
        self.gaps[guest] = gaps
        self.stand[guest] = lanes.bit_count()
        self.short -= self.stand[guest]

    def take(self, guest: int) -> None:
        """Strike a customer's visits out."""
        lanes, place = self.lanes[guest], self.place[guest]
        self.over -= (lanes & self.overfull()).bit_count()
        self.load -= lanes
        self.there[place] -= lanes
        opened = self._opened(self.there[place])
        self.soft -= self.gaps[guest] + OPEN * (self.open[place] ^ opened).bit_count()
        self.open[place] = opened
        self.short += self.stand[guest]
        self.lanes[guest] = self.gaps[guest] = self.stand[guest] = 0

    def keep(self, guests: Iterable[int]) -> Kept:
        """Remember what undoing a change of these customers needs."""
        places = {self.place[n] for n in guests}
        return (
            (self.load, self.soft, self.over, self.short),
            [(n, self.lanes[n], self.gaps[n]) for n in guests],
            [(place, self.there[place], self.open[place]) for place in places],
        )

    def undo(self, kept: Kept) -> None:
        """Bring back what was remembered."""
        (self.load, self.soft, self.over, self.short), guests, places = kept
        for n, lanes, gaps in guests:
            self.lanes[n], self.gaps[n], self.stand[n] = lanes, gaps, lanes.bit_count()
        for place, there, opened in places:
            self.there[place], self.open[place] = there, opened

    def best(self, guest: int, fine: int, price: int, blinks: int = 0) -> tuple[int, int] | None:
        """Return the days of a customer at the least cost among the others, and what their distances cost.

        Args:
            guest: whose days.
            fine: what one visit too many on a day costs; 0 where it is refused.
            price: what leaving a visit out costs, where that is allowed.
            blinks: random bits; where some four of them are all 0, a better way is overlooked, so that the search
                does not return to where it comes from.
        """
        full = self.full()
        never = self.blocked(self, guest) if self.blocked else 0
        if not fine:
            never, full = never | full, 0
        closed = self.ones & ~self.open[self.place[guest]]
        best, chosen, most = _NO_WAY, None, self.options[guest][0][0]
        for count, ways in self.options[guest]:
            left_out = price * (most - count)
            least = left_out + OPEN * max(0, count - (ways.days & ~closed).bit_count())
            for gaps, lanes in ways.all:
                if gaps + least >= best:
                    break
                if lanes & never:
                    continue
                cost = gaps + left_out + OPEN * (lanes & closed).bit_count() + fine * (lanes & full).bit_count()
                if cost < best:
                    if blinks and chosen is not None and not blinks & 15:
                        blinks >>= 4
                        continue
                    blinks >>= 4
                    best, chosen = cost, (lanes, gaps)
        return chosen
