"""Tables with both margins exact: every law of controlled rounding, and the least error by brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.goals import controlled_rounding, largest_remainder

Rows = list[list[int]]


@st.composite
def margins(draw: st.DrawFn, most: int = 12, high: int = 60) -> tuple[list[int], list[int]]:
    """Draw row and column margins with one sum."""
    rows = draw(st.lists(st.integers(0, high), min_size=1, max_size=most))
    weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=most).filter(any))
    return rows, largest_remainder(sum(rows), weights)


def assert_laws(rows: list[int], columns: list[int], table: Rows) -> None:
    """Both margins hold and each cell is the floor or the ceiling of its share."""
    total = sum(rows)
    assert [sum(row) for row in table] == rows
    assert [sum(row[n] for row in table) for n in range(len(columns))] == columns
    for row, cells in zip(rows, table, strict=True):
        for column, cell in zip(columns, cells, strict=True):
            assert row * column // total <= cell <= -(-row * column // total) if total else cell == 0


def error(rows: list[int], columns: list[int], table: Rows) -> Fraction:
    """Return the squared error of a table."""
    total = sum(rows)
    return sum(
        (
            (cell - Fraction(row * column, total)) ** 2
            for row, cells in zip(rows, table, strict=True)
            for column, cell in zip(columns, cells, strict=True)
        ),
        Fraction(0),
    )


def least_error(rows: list[int], columns: list[int]) -> Fraction:
    """Try every table of floors and ceilings."""
    total, best = sum(rows), None
    floors = [[row * column // total for column in columns] for row in rows]
    cells = [(n, m) for n, row in enumerate(rows) for m, column in enumerate(columns) if row * column % total]
    for ups in product((0, 1), repeat=len(cells)):
        table = [list(row) for row in floors]
        for (n, m), up in zip(cells, ups, strict=True):
            table[n][m] += up
        if [sum(row) for row in table] == rows and [sum(column) for column in zip(*table, strict=True)] == columns:
            found = error(rows, columns, table)
            best = found if best is None or found < best else best
    assert best is not None
    return best


@given(margins())
def test_margins_hold(given_margins: tuple[list[int], list[int]]) -> None:
    """Rows, columns and floors or ceilings hold for every table; negative ones mirror."""
    rows, columns = given_margins
    table = controlled_rounding(rows, columns)
    assert_laws(rows, columns, table)
    mirrored = controlled_rounding([-row for row in rows], [-column for column in columns])
    assert mirrored == [[-cell for cell in row] for row in table]


@settings(max_examples=150)
@given(margins(most=3, high=9).filter(lambda pair: sum(pair[0]) > 0))
def test_least_squared_error(given_margins: tuple[list[int], list[int]]) -> None:
    """No table of floors and ceilings has a smaller squared error."""
    rows, columns = given_margins
    assert error(rows, columns, controlled_rounding(rows, columns)) == least_error(rows, columns)


def test_least_squared_error_on_longer_chains() -> None:
    """Tables with four columns, whose chains pass through several of them, are the best there are too."""
    for rows, columns in [
        ([1, 1, 1, 1], [1, 1, 1, 1]),
        ([2, 3, 1, 5], [5, 3, 2, 1]),
        ([3, 3, 3], [4, 3, 1, 1]),
        ([7, 1, 2], [1, 4, 3, 2]),
        ([5, 6, 7], [8, 2, 3, 5]),
    ]:
        assert error(rows, columns, controlled_rounding(rows, columns)) == least_error(rows, columns)


@pytest.mark.parametrize("columns", [[1] * 12, list(range(100, 112)), [1, 0, 5, 0, 0, 2, 9, 9, 1, 1, 1, 1]])
@pytest.mark.parametrize("rows", [[7] * 300, [7, 8] * 150, [1] * 60, [10**30 + n for n in range(40)]])
def test_even_and_huge_tables(rows: list[int], columns: list[int]) -> None:
    """Equal rows, where every row wants the same months, and huge numbers stay exact."""
    months = largest_remainder(sum(rows), columns)
    assert_laws(rows, months, controlled_rounding(rows, months))


def test_nobody_loses_every_month() -> None:
    """Twelve equal reps share twelve months of one box each: everybody gets one box a year, no month is empty."""
    table = controlled_rounding([1] * 12, [1] * 12)
    assert [sum(row) for row in table] == [1] * 12
    assert [sum(column) for column in zip(*table, strict=True)] == [1] * 12


def test_small_shapes() -> None:
    """One row, one column, nothing, and zero margins."""
    assert controlled_rounding([9], [4, 5]) == [[4, 5]]
    assert controlled_rounding([4, 5], [9]) == [[4], [5]]
    assert controlled_rounding([], []) == []
    assert controlled_rounding([0, 0], [0]) == [[0], [0]]
    assert controlled_rounding([0, 4], [0, 3, 1]) == [[0, 0, 0], [0, 3, 1]]


def test_exact_targets_stay() -> None:
    """Where every share is whole there is nothing to round."""
    assert controlled_rounding([2, 4, 6], [6, 6]) == [[1, 1], [2, 2], [3, 3]]


def test_refused() -> None:
    """Mixed signs, different sums and floats have no table."""
    with pytest.raises(BadRule, match="no such table: margins of mixed sign"):
        controlled_rounding([3, -1], [1, 1])
    with pytest.raises(BadRule, match="mixed sign"):
        controlled_rounding([1, -1], [0])
    with pytest.raises(BadRule, match="rows and columns add up differently"):
        controlled_rounding([3], [1, 1])
    with pytest.raises(BadValue, match="a margin that is no int"):
        controlled_rounding([3.0], [3])  # type: ignore[list-item]  # a caller without types
