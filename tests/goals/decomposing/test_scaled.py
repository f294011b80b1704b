"""Tables scaled and rounded to both margins: margins hold, zeros stay, what has no table is proved to have none."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.goals.decomposing.biproportion import Stuck, scaled_rounding, table_within
from pharmasales.goals.decomposing.margins import rounded_table
from pharmasales.goals.decomposing.within import Room
from pharmasales.splits import largest_remainder

Rows = list[list[int]]


@st.composite
def seeded(draw: st.DrawFn, most: int = 5, high: int = 40) -> tuple[Rows, list[int], list[int]]:
    """Draw weights with zeros, and margins with one sum."""
    width = draw(st.integers(1, most))
    line = st.lists(st.integers(0, 4), min_size=width, max_size=width)
    seeds = draw(st.lists(line, min_size=1, max_size=most))
    rows = draw(st.lists(st.integers(0, high), min_size=len(seeds), max_size=len(seeds)))
    weights = draw(st.lists(st.integers(0, 9), min_size=width, max_size=width).filter(any))
    return seeds, rows, largest_remainder(sum(rows), weights)


def carries(seeds: Rows, rows: list[int], columns: list[int]) -> bool:
    """Hall: any set of rows fits into the columns that any of them has a weight in, and the other way round."""
    for count in range(1, len(rows) + 1):
        for some in combinations(range(len(rows)), count):
            open_to = sum(column for n, column in enumerate(columns) if any(seeds[row][n] for row in some))
            if sum(rows[row] for row in some) > open_to:
                return False
    return True


@given(seeded())
def test_scaled_or_refused(world: tuple[Rows, list[int], list[int]]) -> None:
    """Margins hold and zeros stay zeros wherever such a table exists; else the columns named are truly too small."""
    seeds, rows, columns = world
    found = table_within(seeds, rows, columns)
    assert isinstance(found, Stuck) == (not carries(seeds, rows, columns))
    if isinstance(found, Stuck):
        assert found.least > found.most
        assert found.most == sum(columns[n] for n in found.columns) or len(found.rows) == 1
        with pytest.raises(BadRule, match="no such table"):
            scaled_rounding(seeds, rows, columns)
        return
    assert [sum(row) for row in found] == rows
    assert [sum(line) for line in zip(*found, strict=True)] == columns
    assert all(
        cell >= 0 and (seed or not cell)
        for a, b in zip(seeds, found, strict=True)
        for seed, cell in zip(a, b, strict=True)
    )
    mirrored = scaled_rounding(seeds, [-row for row in rows], [-column for column in columns])
    assert mirrored == [[-cell for cell in row] for row in found]


@given(seeded(high=10**6), st.integers(1, 9), st.integers(1, 9))
def test_scale_of_a_row_is_no_matter(world: tuple[Rows, list[int], list[int]], by: int, other: int) -> None:
    """Weights of a row count by their proportions alone, to within a unit."""
    seeds, rows, columns = world
    factors = [by if n % 2 else other for n in range(len(seeds))]
    found = table_within(seeds, rows, columns)
    again = table_within([[f * s for s in line] for f, line in zip(factors, seeds, strict=True)], rows, columns)
    if isinstance(found, Stuck):
        assert isinstance(again, Stuck)
    else:
        assert found == again


def test_scaled_is_biproportional() -> None:
    """Cross ratios of the weights stay: a 2 x 2 table of large amounts keeps odds of 9 to one."""
    found = scaled_rounding([[3, 1], [1, 3]], [10**12, 10**12], [1_200_000_000_000, 800_000_000_000])
    odds = Fraction(found[0][0] * found[1][1], found[0][1] * found[1][0])
    assert abs(odds - 9) < Fraction(1, 10**4)


@st.composite
def boxed(draw: st.DrawFn) -> tuple[Rows, list[int], list[int], list[list[Room]]]:
    """Draw a small table with rooms."""
    seeds, rows, columns = draw(seeded(most=3, high=5))
    rooms = []
    for line in seeds:
        row: list[Room] = []
        for _ in line:
            least = draw(st.integers(0, 2))
            row.append((least, draw(st.none() | st.integers(least, 4))))
        rooms.append(row)
    return seeds, rows, columns, rooms


def some_table(seeds: Rows, rows: list[int], columns: list[int], rooms: list[list[Room]]) -> bool:
    """Try every table."""
    ranges = []
    for seed, room in zip(seeds, rooms, strict=True):
        for weight, (least, most) in zip(seed, room, strict=True):
            low = least or 0
            ranges.append(range(low, low + 1) if not weight else range(low, (5 if most is None else most) + 1))
    width = len(columns)
    for cells in product(*ranges):
        table = [cells[n * width : (n + 1) * width] for n in range(len(rows))]
        if [sum(row) for row in table] == rows and [sum(line) for line in zip(*table, strict=True)] == columns:
            return True
    return False


@settings(max_examples=120, deadline=None)
@given(boxed())
def test_rooms_hold_or_there_is_no_table(world: tuple[Rows, list[int], list[int], list[list[Room]]]) -> None:
    """Cells stay in their rooms wherever a table exists at all, by brute force."""
    seeds, rows, columns, rooms = world
    found = table_within(seeds, rows, columns, rooms)
    assert isinstance(found, Stuck) != some_table(seeds, rows, columns, rooms)
    if not isinstance(found, Stuck):
        for line, room in zip(found, rooms, strict=True):
            for cell, (least, most) in zip(line, room, strict=True):
                assert cell >= (least or 0)
                assert most is None or cell <= most or cell == least


@st.composite
def tables(draw: st.DrawFn) -> list[list[Fraction]]:
    """Draw a table of fractions with whole margins, negative cells included."""
    under = draw(st.integers(1, 6))
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    free = [[draw(st.integers(-9, 9)) for _ in range(width)] for _ in range(height)]
    rows = [[*row, -sum(row) % under] for row in free]
    last = [-sum(line) % under for line in zip(*rows, strict=True)]
    return [[Fraction(cell, under) for cell in row] for row in [*rows, last]]


@settings(max_examples=150, deadline=None)
@given(tables())
def test_any_table_with_whole_margins(table: list[list[Fraction]]) -> None:
    """Both margins stay, each cell is its floor or ceiling, and no such table has a smaller squared error."""
    found = rounded_table(table)
    assert [sum(row) for row in found] == [sum(row) for row in table]
    assert [sum(line) for line in zip(*found, strict=True)] == [sum(line) for line in zip(*table, strict=True)]
    open_cells = [(n, m) for n, row in enumerate(table) for m, cell in enumerate(row) if cell.denominator > 1]
    assert all(found[n][m] - table[n][m] < 1 and table[n][m] - found[n][m] < 1 for n, m in open_cells)
    if len(open_cells) > 10:
        return
    error = sum((found[n][m] - table[n][m]) ** 2 for n, m in open_cells)
    for ups in product((0, 1), repeat=len(open_cells)):
        other = [[cell.numerator // cell.denominator for cell in row] for row in table]
        for (n, m), up in zip(open_cells, ups, strict=True):
            other[n][m] += up
        if [sum(r) for r in other] == [sum(r) for r in table] and list(map(sum, zip(*other, strict=True))) == list(
            map(sum, zip(*table, strict=True))
        ):
            assert sum((other[n][m] - table[n][m]) ** 2 for n, m in open_cells) >= error


def test_refused() -> None:
    """Other sizes, negative weights, broken margins and rows of several lengths are refused by name."""
    with pytest.raises(BadValue, match="another size"):
        scaled_rounding([[1]], [1, 1], [2])
    with pytest.raises(BadValue, match="negative weight"):
        scaled_rounding([[1, -1]], [1], [1, 0])
    with pytest.raises(BadRule, match="add up differently"):
        scaled_rounding([[1, 1]], [1], [1, 1])
    with pytest.raises(BadRule, match="column 1, column 2 are not whole"):
        rounded_table([["0.5", "0.5"]])
    with pytest.raises(BadRule, match="no such table: row 1, row 2 are not whole"):
        rounded_table([["0.5"], ["0.5"]])
    with pytest.raises(BadValue, match="rows of several lengths"):
        rounded_table([[1], [1, 2]])
    assert rounded_table([]) == []
    assert rounded_table([[]]) == [[]]
