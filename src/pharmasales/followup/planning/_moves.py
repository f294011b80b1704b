"""Who moves that a visit finds room: the fewest visits, found day by day from the days with room backwards.

A customer's own days are chosen by the exact day choice of the plan, where a day that has to be made free costs the
visits that move for it, and a day on which the customer stood before costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple, TypeAlias

from pharmasales.followup.planning._board import Board, Standing
from pharmasales.followup.planning._spread import Days, spread

__all__ = ["place", "place_all", "settle"]

_CHANGE = 1 << 24
"""The price of a visit that moves: above every soft cost."""

_GONE = 1 << 40
"""The price of a lower grade's visit that is given up: above every count of moves, below `FULL`."""

_PIN = 1 << 50
"""What is gained by a visit that stands anyhow: it is always chosen."""

_NOWHERE = 0


class _Way(NamedTuple):
    """How a day gets room: at what price, whose visit leaves it, and to which day, or nowhere where it is given up."""

    price: int
    who: Standing | None
    to: int


_Ways: TypeAlias = Mapping[int, _Way]


def _ways(board: Board, stay: frozenset[Standing], lowest: int | None) -> _Ways:
    """Return for each day the cheapest way to room for one more; days that cannot get any are left out.

    Args:
        board: the board.
        stay: who does not move.
        lowest: visits of this rank and below may be given up; none where no visit may be.
    """
    best = {day: _Way(0, None, _NOWHERE) for day in board.on if not board.full(day)}
    for day in board.on:
        given = None if day in best else _given_up(board, day, stay, lowest)
        if given is not None:
            best[day] = given
    heap = [(way.price, day) for day, way in best.items()]
    heapify(heap)
    while heap:
        price, to = heappop(heap)
        if price > best[to].price:
            continue
        for day, there in board.on.items():
            if day != to and board.full(day):
                for one in there:
                    cost = price + _moving(one, day, to)
                    if (day not in best or cost < best[day].price) and _may_move(board, one, day, to, stay, price):
                        best[day] = _Way(cost, one, to)
                        heappush(heap, (cost, day))
    return best


def _given_up(board: Board, day: int, stay: frozenset[Standing], lowest: int | None) -> _Way | None:
    """Return whose visit on a day is given up first: the lowest grade's, and one that has changed already."""
    lower = [one for one in board.on[day] if lowest is not None and one.rank >= lowest and one not in stay]
    if not lower:
        return None
    who = max(lower, key=lambda one: (one.rank, day not in one.was, one.number))
    return _Way(_GONE + _CHANGE * (day in who.was), who, _NOWHERE)


def _moving(one: Standing, day: int, to: int) -> int:
    """Return what it costs that a visit moves: next to nothing where it has moved already, or moves back."""
    return _CHANGE * (day in one.was and to not in one.was) + 1


def _may_move(board: Board, one: Standing, day: int, to: int, stay: frozenset[Standing], price: int) -> bool:
    """Whether a visit may go to a day that has, or gets, room."""
    if one in stay or to not in one.fits or not one.keeps_gap(to, without=day):
        return False
    return bool(price) or board.holds(to, one)


def _way_in(
    board: Board, job: Standing, day: int, ways: _Ways, stay: frozenset[Standing], lowest: int | None
) -> _Way | None:
    """Return the cheapest way for one customer onto a day; nothing where there is none."""
    if board.holds(day, job):
        return _Way(0, None, _NOWHERE)
    if board.plain:
        return ways.get(day)
    found = []
    for one in board.on[day]:
        if one not in stay and board.holds(day, job, without=one):
            if lowest is not None and one.rank >= lowest:
                found.append(_Way(_GONE + _CHANGE * (day in one.was), one, _NOWHERE))
            for to, way in ways.items():
                if to != day and _may_move(board, one, day, to, stay, way.price):
                    found.append(_Way(way.price + _moving(one, day, to), one, to))
    return min(found, key=lambda way: (way.price, way.to, way.who.number if way.who else 0), default=None)


def _enter(board: Board, job: Standing, day: int, lowest: int | None, stay: frozenset[Standing]) -> bool:
    """Write a visit into a day, others making room, each of them once; what was begun is left to be undone."""
    still = stay | {job}
    way = _way_in(board, job, day, _ways(board, still, lowest), still, lowest)
    if way is None:
        return False
    if way.who is not None:
        board.take(way.who, day)
    board.put(job, day)
    return way.to == _NOWHERE or way.who is None or _enter(board, way.who, way.to, lowest, still)


def place(board: Board, job: Standing, lowest: int | None = None, without: Iterable[int] = ()) -> bool:
    """Choose all days of a customer anew, others making room; the board stays as it was where that is no better.

    Args:
        board: the board.
        job: the customer.
        lowest: visits of this rank and below may be given up; none where no visit may be.
        without: days that are not to be chosen.
    """
    before, mark = board.key(), board.mark()
    for day in list(job.days):
        board.take(job, day)
    banned = set(without)
    while not _written(board, job, lowest, banned):
        pass
    if board.key() < before:
        return True
    board.undo(mark)
    return False


def _written(board: Board, job: Standing, lowest: int | None, banned: set[int]) -> bool:
    """Write the best days; a day that turns out to have no room is banned, and all is undone."""
    mark, still = board.mark(), frozenset({job})
    ways = _ways(board, still, lowest)
    into = {day: way.price for day in job.fits if (way := _way_in(board, job, day, ways, still, lowest))}
    for day in sorted(_best(board, job, into, banned), key=lambda day: (into[day], day)):
        if not _enter(board, job, day, lowest, frozenset()):
            board.undo(mark)
            banned.add(day)
            return False
    return True


def _best(board: Board, job: Standing, into: Mapping[int, int], banned: set[int]) -> list[int]:
    """Return the days of the best choice, without the pinned ones."""
    pins = set(job.pins)
    days = sorted(pins.union(into.keys() - banned))
    if not days or job.need <= 0:
        return []
    prices = [-_PIN if day in pins else into[day] + _by_itself(board, job, day) for day in days]
    earliest = 0 if job.last is None else job.last + job.gap
    due = None if job.due is None else min(job.due, days[0])
    chosen = spread(Days.priced(days, job.gap, job.costs), prices, job.need + len(pins), due, earliest)
    return [days[n] for n in chosen if days[n] not in pins]


def _by_itself(board: Board, job: Standing, day: int) -> int:
    """Return what a day costs beside the room: that the customer did not stand there, its load, the place opened."""
    return (0 if day in job.was else _CHANGE) + len(board.on[day]) + board.opening(job, day)


def place_all(board: Board) -> None:
    """Find room for every visit that is missing, the higher grades first, at the cost of lower ones where need be."""
    helped = True
    while helped:
        helped = sum(_placed(board, one) for one in board.customers if one.short > 0) > 0


def _placed(board: Board, job: Standing) -> bool:
    found = place(board, job)
    for lowest in range(board.grades - 1, job.rank, -1):
        if job.short <= 0:
            break
        found |= place(board, job, lowest)
    return found


def settle(board: Board) -> None:
    """Let each customer whose visits do not stand where they stood choose once more, until nothing gets better."""
    helped = True
    while helped:
        helped = sum(place(board, one) for one in board.customers if set(one.days) != one.was) > 0
