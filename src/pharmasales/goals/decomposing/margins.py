"""A table whose rows and columns are both exact (双向取整): who gets how much in which month.

Each cell of a goal table ought to be row total x column total / grand total, which is rarely a whole number. Rounding
row by row breaks the months, rounding month by month breaks the rows. `controlled_rounding` keeps both margins, rounds
each cell to its floor or its ceiling, and has the least squared error of all such tables.

>>> controlled_rounding([3, 3, 4], [5, 5])
[[2, 1], [1, 2], [2, 2]]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TypeAlias

from pharmasales.errors import BadRule, BadValue
from pharmasales.units import Number, exact

__all__ = ["check_margins", "controlled_rounding", "round_rests", "rounded_table"]

_Rows: TypeAlias = list[list[int]]


def controlled_rounding(rows: Sequence[int], columns: Sequence[int]) -> _Rows:
    """Round the table of row x column / total to whole numbers with both margins exact (受控舍入).

    Each row first rounds by largest remainder. Columns that then hold too much pass units on to columns that hold too
    little along the cheapest chains of rows, which keeps the squared error least at every step. Such a table always
    exists. Among equally good tables the choice depends on the order of rows and columns alone.

    Args:
        rows: the row totals, all of one sign.
        columns: the column totals, of the same sign and with the same sum.

    >>> controlled_rounding([-3, 0], [-1, -2])
    [[-1, -2], [0, 0]]
    >>> controlled_rounding([3, -3], [0])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: no such table: margins of mixed sign; split the positive and the negative part
    apart [goals.margins]

    Raises:
        BadRule: margins of mixed sign or with different sums.
        BadValue: a margin that is no int.

    Source: network-flow integrality (Bacharach 1966; Cox 1987); least squared error by successive shortest paths.
    """
    total = check_margins(rows, columns)
    if total < 0:
        mirrored = controlled_rounding([-row for row in rows], [-column for column in columns])
        return [[-cell for cell in row] for row in mirrored]
    if total == 0:
        return [[0] * len(columns) for _ in rows]
    if len(rows) == 1:
        return [list(columns)]
    return round_rests(*_targets(rows, columns, total), total)


def rounded_table(table: Sequence[Sequence[Number]]) -> _Rows:
    """Round any table of exact numbers whose rows and columns are whole, with both margins kept (受控舍入).

    Each cell becomes its floor or its ceiling, with the least squared error of all such tables; it may be negative.

    Args:
        table: rows of exact numbers, all of one length.

    >>> rounded_table([["1.5", "0.5"], ["0.5", "-0.5"]])
    [[2, 0], [0, 0]]
    >>> rounded_table([["1.5", "0.5"], ["0.5", "0.5"]])
    [[2, 0], [0, 1]]
    >>> rounded_table([["1.5", "0.4"]])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: no such table: row 1, column 1, column 2 are not whole; scale it to whole margins first
    [goals.margins]

    Raises:
        BadRule: a row or column that does not add up to a whole number, by its number.
        BadValue: no exact number, or rows of several lengths.

    Source: network-flow integrality (Bacharach 1966; Cox 1987).
    """
    if len({len(row) for row in table}) > 1:
        raise BadValue("rows of several lengths", hint="give every row as many cells", code="goals.margins")
    exacts = [[exact(cell) for cell in row] for row in table]
    under = math.lcm(*(cell.denominator for row in exacts for cell in row))
    whole = [[cell.numerator * (under // cell.denominator) for cell in row] for row in exacts]
    broken = [f"row {n}" for n, row in enumerate(whole, 1) if sum(row) % under]
    broken += [f"column {n}" for n, column in enumerate(zip(*whole, strict=True), 1) if sum(column) % under]
    if broken:
        verb = "is" if len(broken) == 1 else "are"
        reason = f"no such table: {', '.join(broken)} {verb} not whole"
        raise BadRule(reason, hint="scale it to whole margins first", code="goals.margins")
    if not whole or not whole[0]:
        return whole
    floors = [[cell // under for cell in row] for row in whole]
    return round_rests(floors, [[cell % under for cell in row] for row in whole], under)


def round_rests(floors: _Rows, rests: _Rows, under: int) -> _Rows:
    """Raise some cells of a table by one so that both margins hold, with the least squared error.

    Args:
        floors: the floors of the exact cells.
        rests: what each floor leaves over, in parts of `under`; the rests of each row and column are whole together.
        under: how many parts make a unit.

    >>> round_rests([[0, 0], [0, 0]], [[1, 1], [1, 1]], 2)
    [[1, 0], [0, 1]]
    """
    ups, over = _row_by_row(rests, under)
    if any(over):
        _Chains(rests, ups, under).settle(over)
    return [[cell + up for cell, up in zip(floor, ups[n], strict=True)] for n, floor in enumerate(floors)]


def check_margins(rows: Sequence[int], columns: Sequence[int]) -> int:
    """Return the sum of margins that are whole, of one sign and have one sum.

    Raises:
        BadRule: margins of mixed sign or with different sums.
        BadValue: a margin that is no int.
    """
    margins = [*rows, *columns]
    if not all(type(margin) is int for margin in margins):
        raise BadValue("a margin that is no int", hint="count in grains", code="goals.margins")
    if margins and min(margins) < 0 < max(margins):
        hint = "split the positive and the negative part apart"
        raise BadRule("no such table: margins of mixed sign", hint=hint, code="goals.margins")
    if sum(rows) != sum(columns):
        hint = "give margins with one sum"
        raise BadRule("no such table: rows and columns add up differently", hint=hint, code="goals.margins")
    return sum(rows)


def _targets(rows: Sequence[int], columns: Sequence[int], total: int) -> tuple[_Rows, _Rows]:
    """Return the floors of all exact cells, and what each floor leaves over, in parts of `total`."""
    floors, rests = [], []
    for row in rows:
        products = [row * column for column in columns]
        floors.append([product // total for product in products])
        rests.append([product % total for product in products])
    return floors, rests


def _row_by_row(rests: _Rows, total: int) -> tuple[_Rows, list[int]]:
    """Round up the largest remainders of each row; equal ones go to the column that lacks most.

    Returns:
        1 for each cell that is rounded up, and how many units too many each column then holds.
    """
    places = range(len(rests[0]))
    lacks = [sum(column) // total for column in zip(*rests, strict=True)]
    ups = []
    for rest in rests:
        up, count = [0] * len(rest), sum(rest) // total
        if count:
            order = sorted(places, key=rest.__getitem__, reverse=True)
            if rest[order[count - 1]] == rest[order[count]]:
                order = [place for *_, place in sorted((-rest[place], -lacks[place], place) for place in places)]
            for place in order[:count]:
                up[place] = 1
                lacks[place] -= 1
        ups.append(up)
    return ups, [-lack for lack in lacks]


class _Chains:
    """The cheapest ways to hand units from column to column.

    For each pair of columns a heap keeps the rows that could round down in the one and up in the other, as
    `cost x rows + row`; entries that no longer hold are dropped when they come up.
    """

    def __init__(self, rests: _Rows, ups: _Rows, total: int) -> None:
        self.rests, self.ups, self.count = rests, ups, len(rests)
        self.places = range(len(rests[0]))
        self.never = 4 * total * (len(self.places) + 1)
        self.heaps: list[_Rows] = [[[] for _ in self.places] for _ in self.places]
        for row, (rest, up) in enumerate(zip(rests, ups, strict=True)):
            gives = [place for place in self.places if up[place]]
            takes = [place for place in self.places if rest[place] and not up[place]] if gives else []
            for give in gives:
                heaps, mine = self.heaps[give], rest[give]
                for take in takes:
                    heaps[take].append((mine - rest[take]) * self.count + row)
        for line in self.heaps:
            for heap in line:
                heapify(heap)
        self.costs = [[heap[0] // self.count if heap else self.never for heap in line] for line in self.heaps]

    def settle(self, over: list[int]) -> None:
        """Hand units on, cheapest chain first, until no column holds too many."""
        while any(over):
            length, chain = self._shortest(over)
            pairs = list(pairwise(chain))
            first, last = chain[0], chain[-1]
            while over[first] > 0 > over[last] and sum(self.costs[a][b] for a, b in pairs) == length:
                self._hand_on(pairs)
                over[first] -= 1
                over[last] += 1

    def _shortest(self, over: list[int]) -> tuple[int, list[int]]:
        """Find the cheapest chain from a column with too many to one with too few (Bellman-Ford)."""
        length = [0 if surplus > 0 else self.never // 2 for surplus in over]
        before = [-1 for _ in over]
        changed = {place for place in self.places if over[place] > 0}
        while changed:
            turn, changed = sorted(changed), set()
            for give in turn:
                start = length[give]
                for take, cost in enumerate(self.costs[give]):
                    if start + cost < length[take]:
                        length[take], before[take] = start + cost, give
                        changed.add(take)
        last = min((place for place in self.places if over[place] < 0), key=length.__getitem__)
        chain = [last]
        while before[chain[-1]] >= 0:
            chain.append(before[chain[-1]])
        return length[last], chain[::-1]

    def _hand_on(self, pairs: list[tuple[int, int]]) -> None:
        moves = [(self.heaps[give][take][0] % self.count, give, take) for give, take in pairs]
        for row, give, take in moves:
            self.ups[row][give], self.ups[row][take] = 0, 1
        for row, give, take in moves:
            self._offer(row, give, take)
        for _, give, take in moves:
            for place in self.places:
                self.costs[give][place] = self._cost(give, place)
                self.costs[place][take] = self._cost(place, take)

    def _offer(self, row: int, gave: int, took: int) -> None:
        """Enter what a row can do now that it rounds down in one column and up in another."""
        rest, up = self.rests[row], self.ups[row]
        for place in self.places:
            if up[place]:
                self._enter(place, gave, row)
            elif rest[place]:
                self._enter(took, place, row)

    def _enter(self, give: int, take: int, row: int) -> None:
        cost = self.rests[row][give] - self.rests[row][take]
        heappush(self.heaps[give][take], cost * self.count + row)
        if cost < self.costs[give][take]:
            self.costs[give][take] = cost

    def _cost(self, give: int, take: int) -> int:
        """Return what the cheapest row asks for handing a unit on, or `never` where none can."""
        heap = self.heaps[give][take]
        while heap:
            cost, row = divmod(heap[0], self.count)
            if self.ups[row][give] and not self.ups[row][take]:
                return cost
            heappop(heap)
        return self.never
