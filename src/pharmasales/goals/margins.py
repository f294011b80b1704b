"""A table whose rows and columns are both exact (双向取整): who gets how much in which month.

Each cell of a goal table ought to be row total x column total / grand total, which is rarely a whole number. Rounding
row by row breaks the months, rounding month by month breaks the rows. `controlled_rounding` keeps both margins, rounds
each cell to its floor or its ceiling, and has the least squared error of all such tables.

>>> controlled_rounding([3, 3, 4], [5, 5])
[[2, 1], [1, 2], [2, 2]]
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TypeAlias

from pharmasales.errors import BadRule, BadValue

__all__ = ["controlled_rounding"]

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
    total = _total(rows, columns)
    if total < 0:
        mirrored = controlled_rounding([-row for row in rows], [-column for column in columns])
        return [[-cell for cell in row] for row in mirrored]
    if total == 0:
        return [[0] * len(columns) for _ in rows]
    if len(rows) == 1:
        return [list(columns)]
    floors, rests = _targets(rows, columns, total)
    ups, over = _row_by_row(rests, total)
    if any(over):
        _Chains(rests, ups, total).settle(over)
    return [[cell + up for cell, up in zip(floor, ups[n], strict=True)] for n, floor in enumerate(floors)]


def _total(rows: Sequence[int], columns: Sequence[int]) -> int:
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
