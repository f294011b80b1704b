"""A table scaled to two margins (双边比例调整): a season for each row, and still the totals of rows and columns.

Rows and columns are scaled in turn until both margins hold nearly (iterative proportional fitting, in whole numbers of
a 2^20th of a unit); what then still misses a column is carried along the shortest chains of cells, so that both margins
hold exactly; then each cell is rounded to its floor or its ceiling with the least squared error. A zero stays a zero,
and a cell stays in its room. Where no such table exists, the rows and columns that cannot hold are named.

>>> scaled_rounding([[3, 1], [1, 3]], [6, 6], [7, 5])
[[5, 1], [2, 4]]
>>> scaled_rounding([[1, 0], [1, 0]], [4, 3], [5, 2])
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: no such table: rows 1, 2 must have more in columns 1 than those hold; give other margins, or
a weight where it is zero [goals.margins]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TypeAlias

from attrs import evolve, frozen

from pharmasales.errors import BadRule, BadValue
from pharmasales.goals.decomposing.margins import check_margins, round_rests
from pharmasales.goals.decomposing.within import Room, add_rooms, nearest, share_within
from pharmasales.splits import whole_weights
from pharmasales.units import Number

__all__ = ["Stuck", "out_of_room", "scaled_rounding", "table_within"]

_Rows: TypeAlias = list[list[int]]
_FINE = 2**20
_ROUNDS = 200
_ANY = 1 << 400


@frozen
class Stuck:
    """Why there is no table: rows that must have more in some columns than those hold.

    Args:
        rows: the rows, by number.
        columns: the columns, by number.
        least: what the rows must have there, with what all others must have there.
        most: what the columns hold.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    least: int
    most: int


def scaled_rounding(
    weights: Sequence[Sequence[Number]], rows: Sequence[int], columns: Sequence[int]
) -> list[list[int]]:
    """Scale a table of weights to both margins and round it, with both margins exact (双边比例取整).

    Args:
        weights: one row of weights a row, zero or above; only their proportions count.
        rows: the row totals, all of one sign.
        columns: the column totals, of the same sign and with the same sum.

    >>> scaled_rounding([[1, 1, 1], [1, 1, 0]], [-3, -2], [-2, -1, -2])
    [[-1, 0, -2], [-1, -1, 0]]

    Raises:
        BadRule: margins of mixed sign or with different sums, or zeros that no table with these margins can have.
        BadValue: a margin that is no int, weights that are negative or no exact number, or a row of another length.

    Source: iterative proportional fitting (Deming and Stephan 1940); existence by the theorem of Hall and max-flow.
    """
    total = check_margins(rows, columns)
    if len(weights) != len(rows) or any(len(row) != len(columns) for row in weights):
        hint = "give one row of weights a row total, one weight a column total"
        raise BadValue("a table of another size than its margins", hint=hint, code="goals.margins")
    flat, _ = whole_weights([weight for row in weights for weight in row])
    seeds = [flat[n * len(columns) : (n + 1) * len(columns)] for n in range(len(rows))]
    sign = -1 if total < 0 else 1
    found = table_within(seeds, [sign * row for row in rows], [sign * column for column in columns])
    if isinstance(found, Stuck):
        first, second = (", ".join(str(n + 1) for n in places) for places in (found.rows, found.columns))
        reason = f"no such table: rows {first} must have more in columns {second} than those hold"
        hint = "give other margins, or a weight where it is zero"
        raise BadRule(reason, hint=hint, code="goals.margins")
    return [[sign * cell for cell in row] for row in found]


def table_within(
    seeds: Sequence[Sequence[int]],
    rows: Sequence[int],
    columns: Sequence[int],
    rooms: Sequence[Sequence[Room]] | None = None,
) -> list[list[int]] | Stuck:
    """Scale whole weights to both margins within rooms, and round; or say why there is no such table.

    Args:
        seeds: whole weights, zero or above.
        rows: the row totals.
        columns: the column totals, with the same sum.
        rooms: the least and most of each cell; zero or above where left out. A weight of zero gets the nearest to zero.

    >>> table_within([[1, 1], [1, 1]], [4, 4], [4, 4], [[(3, None), (0, None)], [(0, None), (0, None)]])
    [[3, 1], [1, 3]]
    >>> table_within([[1, 1]], [4], [1, 3], [[(2, None), (0, None)]])
    Stuck(rows=(), columns=(0,), least=2, most=1)
    """
    own = [[(0, None)] * len(columns)] * len(rows) if rooms is None else rooms
    bounded = [_closed(seed, room) for seed, room in zip(seeds, own, strict=True)]
    for place, (row, seed, room) in enumerate(zip(rows, seeds, own, strict=True)):
        stuck = out_of_room(row, seed, room)
        if stuck is not None:
            return evolve(stuck, rows=(place,))
    fine = [[_finer(cell) for cell in room] for room in bounded]
    table = _fitted(seeds, [row * _FINE for row in rows], [column * _FINE for column in columns], fine)
    stuck = _Carrier(table, [column * _FINE for column in columns], fine).settle()
    if stuck is not None:
        least = -(-stuck.least // _FINE)
        return Stuck(stuck.rows, stuck.columns, least, stuck.most // _FINE)
    return round_rests(
        [[cell // _FINE for cell in row] for row in table], [[c % _FINE for c in row] for row in table], _FINE
    )


def out_of_room(total: int, weights: Sequence[int], rooms: Sequence[Room]) -> Stuck | None:
    """Say why a total cannot be shared within rooms, where it cannot; a weight of zero gets the nearest to zero.

    >>> out_of_room(5, [1, 1], [(0, 2), (0, 2)])
    Stuck(rows=(), columns=(0, 1), least=5, most=4)
    """
    closed = _closed(weights, rooms)
    for place, (least, most) in enumerate(closed):
        if least is not None and most is not None and least > most:
            return Stuck((), (place,), least, most)
    least, most = add_rooms(closed)
    places = tuple(range(len(closed)))
    if least is not None and least > total:
        return Stuck((), places, least, total)
    return Stuck((), places, total, most) if most is not None and most < total else None


def _closed(seeds: Sequence[int], rooms: Sequence[Room]) -> list[Room]:
    """Close the room of a cell without weight at the nearest to zero."""
    closed = []
    for seed, room in zip(seeds, rooms, strict=True):
        least = nearest(0, room)
        closed.append(room if seed else (least, least))
    return closed


def _finer(room: Room) -> Room:
    least, most = room
    return None if least is None else least * _FINE, None if most is None else most * _FINE


def _fitted(
    seeds: Sequence[Sequence[int]], rows: Sequence[int], columns: Sequence[int], rooms: Sequence[Sequence[Room]]
) -> _Rows:
    """Scale rows and columns in turn until columns miss a hundredth of a unit in all, or 200 rounds; rows are exact.

    A cell is whole in 2^20ths, so that every cell may add as much to what the columns miss.
    """
    near = _FINE // 100 + len(rows) * len(columns)
    across = [_Scale(row, room) for row, room in zip(rows, rooms, strict=True)]
    down = [_Scale(column, room) for column, room in zip(columns, zip(*rooms, strict=True), strict=True)]
    marks = [[1 if seed else 0 for seed in line] for line in seeds]
    marked = list(zip(*marks, strict=True))
    table = [[(seed << 64) // (sum(line) or 1) for seed in line] for line in seeds]
    for _ in range(_ROUNDS):
        lines = zip(*table, strict=True)
        turned = [scale.to(list(map(max, line, mark))) for scale, line, mark in zip(down, lines, marked, strict=True)]
        lines = zip(*turned, strict=True)
        table = [scale.to(list(map(max, line, mark))) for scale, line, mark in zip(across, lines, marks, strict=True)]
        lines = zip(*table, strict=True)
        if sum(abs(sum(line) - column) for line, column in zip(lines, columns, strict=True)) <= near:
            break
    return table


class _Scale:
    """Brings one row or column to its total, as near as its rooms allow."""

    def __init__(self, total: int, rooms: Sequence[Room]) -> None:
        self.rooms = rooms
        self.open = all(room in ((0, None), (0, 0)) for room in rooms)
        self.total = nearest(total, add_rooms(rooms))

    def to(self, weights: Sequence[int]) -> list[int]:
        if not self.open:
            return share_within(self.total, weights, self.rooms)
        whole = sum(weights)
        if not whole:
            return [0] * len(weights)
        parts = [self.total * weight // whole for weight in weights]
        parts[weights.index(max(weights))] += self.total - sum(parts)
        return parts


class _Carrier:
    """Carries what a column has too much along the shortest chain of rows and columns to one that has too little."""

    def __init__(self, table: _Rows, columns: Sequence[int], rooms: Sequence[Sequence[Room]]) -> None:
        self.table, self.columns, self.rooms = table, columns, rooms
        self.over = [sum(line) - column for line, column in zip(zip(*table, strict=True), columns, strict=True)]

    def settle(self) -> Stuck | None:
        """Carry until every column holds, or say which cannot."""
        while any(self.over):
            came, rows, last = self._search()
            if last is None:
                return self._stuck(set(came), rows)
            self._carry(came, last)
        return None

    def _search(self) -> tuple[dict[int, tuple[int, int] | None], list[int], int | None]:
        """Walk from columns with too much; return how each was reached, the rows passed, and one with too little."""
        came: dict[int, tuple[int, int] | None] = {n: None for n, spare in enumerate(self.over) if spare > 0}
        left, passed, turn = list(range(len(self.table))), [], deque(came)
        while turn:
            give = turn.popleft()
            staying = []
            for row in left:
                if not self._gives(row, give):
                    staying.append(row)
                    continue
                passed.append(row)
                for take in range(len(self.over)):
                    if take not in came and self._takes(row, take):
                        came[take] = row, give
                        if self.over[take] < 0:
                            return came, passed, take
                        turn.append(take)
            left = staying
        return came, passed, None

    def _gives(self, row: int, column: int) -> int:
        least = self.rooms[row][column][0]
        return _ANY if least is None else self.table[row][column] - least

    def _takes(self, row: int, column: int) -> int:
        most = self.rooms[row][column][1]
        return _ANY if most is None else most - self.table[row][column]

    def _carry(self, came: dict[int, tuple[int, int] | None], last: int) -> None:
        steps, here = [], last
        while (step := came[here]) is not None:
            steps.append((step[0], step[1], here))
            here = step[1]
        room = min(min(self._gives(row, give), self._takes(row, take)) for row, give, take in steps)
        count = min(room, self.over[here], -self.over[last])
        for row, give, take in steps:
            self.table[row][give] -= count
            self.table[row][take] += count
        self.over[here] -= count
        self.over[last] += count

    def _stuck(self, columns: set[int], rows: list[int]) -> Stuck:
        held = sum(self.over[n] + self.columns[n] for n in columns)
        return Stuck(tuple(sorted(rows)), tuple(sorted(columns)), held, sum(self.columns[n] for n in columns))
