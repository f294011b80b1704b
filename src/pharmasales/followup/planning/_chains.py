"""Chains: a visit moves to another day, one of that day moves on, until a day has room; the cheapest chain of all.

Source: shortest augmenting paths, as in the assignment problem; the cost of a move is taken as it stands before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from pharmasales.followup.planning._patterns import Ways
from pharmasales.followup.planning._sheet import Sheet
from pharmasales.followup.planning.cost import OPEN

__all__ = ["mend"]

_FULL = 20
"""What a full day counts when somebody left out is let in."""
_LONGEST = 6

Move: TypeAlias = tuple[int, int, int]
"""From which day to which, and whose visit."""


def mend(sheet: Sheet, allowed: int) -> bool:
    """Plan visits left out beyond the number allowed, then empty overfull days; whether that succeeded."""
    while sheet.short > allowed:
        if not _let_in(sheet):
            return False
    while sheet.over:
        spare = sheet.short < allowed
        if spare and _let_out(sheet):
            continue
        chain = _chain(sheet, _left_out(sheet) if spare else 0)
        if not chain:
            return False
        for move in chain:
            _make(sheet, move)
    return True


def _left_out(sheet: Sheet) -> int:
    """Return the lanes of the days with a visit that may be left out."""
    lanes = 0
    for guest, options in enumerate(sheet.options):
        if any(count == sheet.stand[guest] - 1 for count, _ in options):
            lanes |= sheet.lanes[guest]
    return lanes


def _let_in(sheet: Sheet) -> bool:
    """Plan one more visit where it costs least, on a full day if need be."""
    full, best, chosen = sheet.full(), None, None
    for guest, options in enumerate(sheet.options):
        closed = sheet.ones & ~sheet.open[sheet.place[guest]]
        for count, ways in options:
            if count == sheet.stand[guest] + 1:
                for gaps, lanes in ways.all:
                    cost = gaps + OPEN * (lanes & closed).bit_count() + _FULL * (lanes & full).bit_count()
                    if best is None or cost < best:
                        best, chosen = cost, (guest, lanes, gaps)
    if chosen is None:
        return False
    if sheet.lanes[chosen[0]]:
        sheet.take(chosen[0])
    sheet.put(*chosen)
    return True


def _let_out(sheet: Sheet) -> bool:
    """Leave out the visit on an overfull day that saves most; whether there is one that may be left out."""
    overfull, best, chosen = sheet.overfull(), None, None
    for guest, options in enumerate(sheet.options):
        left = sheet.lanes[guest] & overfull
        for count, ways in options if left else ():
            if count == sheet.stand[guest] - 1:
                for day in _each(left):
                    gaps = ways.costs.get(sheet.lanes[guest] ^ day)
                    if gaps is not None:
                        cost = gaps - sheet.gaps[guest] - (OPEN if _alone(sheet, guest, day) else 0)
                        if best is None or cost < best:
                            best, chosen = cost, (guest, sheet.lanes[guest] ^ day, gaps)
    if chosen is None:
        return False
    sheet.take(chosen[0])
    if chosen[1]:
        sheet.put(*chosen)
    return True


def _each(lanes: int) -> Iterator[int]:
    """Yield the days of some lanes, one by one."""
    while lanes:
        yield lanes & -lanes
        lanes &= lanes - 1


def _alone(sheet: Sheet, guest: int, day: int) -> bool:
    """Whether nobody else is visited at the customer's place on a day."""
    there = sheet.there[sheet.place[guest]] - day
    return not there & ((day << sheet.width) - day)


def _moves(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each pair of days the cheapest move of one visit, with its cost and whose it is."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for guest, lanes in enumerate(sheet.lanes):
        if lanes:
            for key, cost in _moves_of(sheet, guest, lanes):
                known = found.get(key)
                if known is None or cost < known[0]:
                    found[key] = cost, guest
    return found


def _moves_of(sheet: Sheet, guest: int, lanes: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the moves of one customer's visits with their costs."""
    opened = sheet.open[sheet.place[guest]]
    ways = _standing(sheet, guest)
    costs, others = ways.costs, ways.days & ~lanes
    for day in _each(lanes):
        saved = sheet.gaps[guest] + (OPEN if _alone(sheet, guest, day) else 0)
        for to in _each(others):
            gaps = costs.get(lanes ^ day ^ to)
            if gaps is not None:
                yield (day, to), gaps - saved + (0 if opened & to else OPEN)


def _standing(sheet: Sheet, guest: int) -> Ways:
    """Return the ways to choose as many days as a customer has."""
    return next(ways for count, ways in sheet.options[guest] if count == sheet.stand[guest])


def _chain(sheet: Sheet, others: int) -> list[Move]:
    """Return the cheapest chain from an overfull day to one with room or to some others; its last move first."""
    moves, overfull = _moves(sheet), sheet.overfull()
    came: dict[int, tuple[int, int]] = {}
    cost = dict.fromkeys(_each(overfull), 0)
    for _ in range(_LONGEST):
        better = False
        for (day, to), (step, guest) in moves.items():
            if day in cost and not to & overfull:
                total = cost[day] + step
                if (to not in cost or total < cost[to]) and not _on_the_way(came, day, to, guest):
                    cost[to], came[to], better = total, (day, guest), True
        if not better:
            break
    room = (sheet.ones & ~sheet.full()) | others
    ends = [day for day in cost if day & room]
    return _way_back(came, min(ends, key=lambda day: (cost[day], day))) if ends else []


def _on_the_way(came: dict[int, tuple[int, int]], day: int, to: int, guest: int) -> bool:
    """Whether a day or a customer is part of the way to a day already."""
    while day in came:
        before, who = came[day]
        if who == guest or day == to:
            return True
        day = before
    return day == to


def _way_back(came: dict[int, tuple[int, int]], day: int) -> list[Move]:
    """Walk back to where a chain begins; empty where a later change upset it."""
    found: list[Move] = []
    while day in came:
        before, guest = came[day]
        if any(guest == who or day == to for _, to, who in found):
            return []
        found.append((before, day, guest))
        day = before
    return found


def _make(sheet: Sheet, move: Move) -> None:
    day, to, guest = move
    lanes = sheet.lanes[guest] ^ day ^ to
    gaps = _standing(sheet, guest).costs[lanes]
    sheet.take(guest)
    sheet.put(guest, lanes, gaps)
