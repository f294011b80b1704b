"""The fewest changes (最少变动): keep what can stand, place what is missing, then look whether less would do.

The steps: every visit that can stay stays; a day that holds too many gives up the one that is placed elsewhere best;
what is missing is placed, the higher grades first; who moved looks once more; then, as far as the budget goes, some
customers around a change are taken off together and placed in another order.
"""

from __future__ import annotations

from random import Random

from pharmasales.followup.planning._board import Board, Key, Standing
from pharmasales.followup.planning._moves import place, place_all, settle
from pharmasales.followup.planning._spread import Days, spread

__all__ = ["change"]

_MOST_TAKEN = 4
_OVERLOOKED = 3
"""One day in so many is overlooked when a customer is placed in a shake, so that the way back is not taken again."""


def change(board: Board, budget: int, random: Random) -> None:
    """Fill a board whose customers know where they stood.

    Args:
        board: without any visit on it.
        budget: how many times some customers are taken off and placed anew.
        random: decides which.
    """
    for one in board.customers:
        for day in _kept(one):
            board.put(one, day)
    for day in board.on:
        while board.overfull(day):
            _relieve(board, day)
    place_all(board)
    settle(board)
    for _ in range(budget):
        if not _shake(board, random):
            break


def _kept(one: Standing) -> list[int]:
    """Return the visits that stay: all, or the best choice where they are too many or stand too near each other."""
    days = sorted(one.was)
    if not days or one.need <= 0:
        return []
    earliest = 0 if one.last is None else one.last + one.gap
    due = None if one.due is None else min(one.due, days[0])
    return [days[n] for n in spread(Days.priced(days, one.gap, one.costs), [0] * len(days), one.need, due, earliest)]


def _relieve(board: Board, day: int) -> None:
    """Take one visit off a day that holds too many: the one after which the plan is best when it is placed anew.

    It is placed with all others that are missing.
    """
    there = sorted(board.on[day], key=lambda one: -one.number)
    board.take(min(there, key=lambda one: _without(board, one, day)), day)


def _without(board: Board, one: Standing, day: int) -> Key:
    """Return what the plan would be worth if one visit left a day and its customer were placed anew."""
    mark = board.mark()
    board.take(one, day)
    place(board, one)
    key = board.key()
    board.undo(mark)
    return key


def _shake(board: Board, random: Random) -> bool:
    """Take some customers off together and place them in another order; nothing where nobody has changed."""
    touched = [one for one in board.customers if one.short > 0 or set(one.days) != one.was]
    if not touched:
        return False
    mark, before = board.mark(), board.key()
    first = random.choice(touched)
    near = [one for one in board.customers if one is not first and (one.days or one.short) and _meet(one, first)]
    taken = [first, *random.sample(near, min(len(near), random.randint(1, _MOST_TAKEN)))]
    for one in taken:
        for day in list(one.days):
            board.take(one, day)
    random.shuffle(taken)
    for one in sorted(taken, key=lambda one: one.rank):
        place(board, one, without=[day for day in one.fits if not random.randrange(_OVERLOOKED)])
    place_all(board)
    settle(board)
    if board.key() > before:
        board.undo(mark)
    return True


def _meet(one: Standing, other: Standing) -> bool:
    """Whether two customers could stand on one day."""
    return not set(one.fits).isdisjoint(other.fits)
