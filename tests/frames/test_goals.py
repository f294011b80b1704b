"""Goals of many rows: the same cells as `decompose`, bucket by bucket, in int64 and in Python's own integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadTree, BadValue
from pharmasales.frames import cascade
from pharmasales.goals import decompose, even
from pharmasales.org import Node, Org
from pharmasales.periods import Year
from pharmasales.units import BOX, Amount

YEAR, BASIS = even([Year(2026)]), Says("x", "x")


@st.composite
def trees(draw: st.DrawFn, high: int = 30) -> tuple[list[int], list[int]]:
    """Draw parents in any order that puts them first, and weights of the leaves, some zero."""
    size = draw(st.integers(1, 30))
    parents = [-1, *(draw(st.integers(0, n - 1)) for n in range(1, size))]
    inner = set(parents)
    leaf = st.integers(0, high)
    weights = [0 if row in inner else draw(leaf) for row in range(size)]
    last = max(row for row in range(size) if row not in inner)
    return parents, [weight or int(row == last) for row, weight in enumerate(weights)]


def one_by_one(parents: list[int], weights: list[int], totals: list[int]) -> list[list[int]]:
    """Decompose each total by itself."""
    nodes = [Node(str(row), "x", "x", None if parent < 0 else str(parent)) for row, parent in enumerate(parents)]
    org, inner, one = Org.of(nodes), set(parents), Amount.of(1, BOX)
    known = {str(row): weight for row, weight in enumerate(weights) if row not in inner}
    plans = [decompose(org, one * total, known, YEAR, grain=one, basis=BASIS) for total in totals]
    return [[plan.whole[str(row)] for plan in plans] for row in range(len(parents))]


@given(trees(), st.lists(st.integers(-999, 10**9), max_size=4))
def test_the_same_cells_as_decompose(tree: tuple[list[int], list[int]], totals: list[int]) -> None:
    """Every node in every bucket, ties included."""
    assert cascade(*tree, totals).tolist() == one_by_one(*tree, totals)
    arrays = [np.array(numbers, dtype=np.int64) for numbers in (*tree, totals)]
    assert cascade(*arrays).tolist() == one_by_one(*tree, totals)


@given(trees(10**20), st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=3))
def test_numbers_of_any_size(tree: tuple[list[int], list[int]], totals: list[int]) -> None:
    """Where products leave int64, Python's own integers give the same."""
    assert cascade(*tree, totals).tolist() == one_by_one(*tree, totals)


@given(trees(2**31), st.integers(2**29, 2**33))
def test_around_the_limit(tree: tuple[list[int], list[int]], total: int) -> None:
    """On both sides of 2^63 nothing overflows."""
    assert cascade(*tree, [total]).tolist() == one_by_one(*tree, [total])


def test_keys_that_do_not_pack() -> None:
    """Families, rests and places that need more than 63 bits are sorted by three keys."""
    weights = [0, *(2**55 + n for n in range(256))]
    parents = [-1, *[0] * 256]
    assert cascade(parents, weights, [3]).tolist() == one_by_one(parents, weights, [3])


def test_a_deep_chain() -> None:
    """A chain of 3,000 rows goes family by family."""
    parents = list(range(-1, 2999))
    assert cascade(parents, [*[0] * 2999, 1], [7, -2]).tolist() == [[7, -2]] * 3000


def test_refused() -> None:
    """Rows astray, weights that are negative or not on a leaf, floats, no basis, no row."""
    cases: list[tuple[list[Any], list[str]]] = [
        ([[-1, 0, 2], [0, 1, 1], [1]], ["a parent that does not stand before @ row 2 [tree.parent]"]),
        ([[-1, 0, -1], [0, 1, 1], [1]], ["a parent that does not stand before @ row 2 [tree.parent]"]),
        ([[-1, 0, 0], [1, 1, 1], [1]], ["not a leaf @ row 0; give weights to the leaves below it [goals.weight.leaf]"]),
    ]
    for given_, lines in cases:
        with pytest.raises(BadRows) as caught:
            cascade(*given_)
        assert list(caught.value.lines()) == lines
    with pytest.raises(BadRows) as caught:
        cascade([-1, 0, 0], [0, -1, 1], [1])
    assert caught.value.exceptions[0].code == "goals.weight.negative"
    for total in (1, 10**30):
        with pytest.raises(BadValue, match="a goal with no basis"):
            cascade([-1, 0], [0, 0], [total])
    assert cascade([-1, 0], [0, 0], [0]).tolist() == [[0], [0]]
    for numbers in ([0.5, 1], np.array([0.0, 1.0]), np.array([[0, 1]]), [True, 1]):
        with pytest.raises(BadValue, match="numbers that are no ints @ weights"):
            cascade([-1, 0], numbers, [1])  # type: ignore[arg-type]  # a caller without types
    with pytest.raises(BadTree, match="one parent and one weight a row"):
        cascade([], [], [1])
    with pytest.raises(BadTree, match="the first row has a parent"):
        cascade([0, 0], [0, 1], [1])
    assert cascade(np.array([-1, 0]), np.array([0, 2], dtype=np.uint64), [3]).tolist() == [[3], [3]]
