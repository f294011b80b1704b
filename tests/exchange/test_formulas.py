"""The allow list of formulas: made of places alone, and no text from data is ever one."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.exchange.formulas import Formula, growth, quotient, sum_of, write_formula

places = st.tuples(st.integers(0, 1_048_575), st.integers(0, 16_383))
CELL = r"[A-Z]{1,3}[1-9][0-9]{0,6}"
CELLS = rf"{CELL}(,{CELL})*"
ALLOWED = re.compile(rf'=IF\(COUNT\({CELLS}\)=[0-9]+,(SUM\({CELLS}\)|IF\({CELL}>0,{CELL}/{CELL}(-1)?,""\)),""\)')


@given(st.lists(places, min_size=1, max_size=255), places, places)
def test_only_what_is_allowed(cells, over, under):
    """Whatever the places: functions, signs and references of the list, and nothing else."""
    for formula in (sum_of(cells), quotient(over, under), growth(over, under)):
        assert ALLOWED.fullmatch(str(formula))


def test_each_by_hand():
    """What each says."""
    assert str(sum_of([(0, 0), (9, 27)])) == '=IF(COUNT(A1,AB10)=2,SUM(A1,AB10),"")'
    assert str(quotient((1, 2), (0, 2))) == '=IF(COUNT(C2,C1)=2,IF(C1>0,C2/C1,""),"")'
    assert str(growth((1, 2), (0, 2))) == '=IF(COUNT(C2,C1)=2,IF(C1>0,C2/C1-1,""),"")'


@pytest.mark.parametrize(
    "place",
    ["A1", "=1+1", ("A", 1), (1, "A1"), (-1, 0), (0, -1), (1_048_576, 0), (0, 16_384), (True, 0), (0, False), (1.0, 0),
     (1,), (1, 2, 3), None, '=HYPERLINK("http://example.invalid")', ("=1", "=1")],
)  # fmt: skip
def test_no_text_is_a_place(place):
    """A text, a formula, a float, a truth value: refused."""
    with pytest.raises(BadValue) as caught:
        sum_of([place])
    assert caught.value.code == "formula.place"


@pytest.mark.parametrize(
    ("kind", "cells", "code"),
    [("HYPERLINK", [(0, 0)], "formula.kind"), ("=1", [(0, 0)], "formula.kind"), ("sum", [], "formula.cells"),
     ("sum", [(0, 0)] * 256, "formula.cells"), ("quotient", [(0, 0)], "formula.cells"),
     ("growth", [(0, 0)] * 3, "formula.cells")],
)  # fmt: skip
def test_refused(kind, cells, code):
    """Another kind, or as many cells as the kind does not take."""
    with pytest.raises(BadValue) as caught:
        Formula(kind, cells)
    assert caught.value.code == code


class Written:
    """A sheet that keeps what is written."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def write_formula(self, *given: object) -> None:
        """Keep a formula."""
        self.calls.append(given)


def test_written_with_its_value():
    """The double next to the exact value, an empty text where it gives nothing; never over its own cell."""
    sheet = Written()
    write_formula(sheet, (3, 0), sum_of([(0, 0)]), Fraction(1, 3), "look")  # type: ignore[arg-type]  # a stand-in
    write_formula(sheet, (3, 1), sum_of([(0, 0)]), None, "look")  # type: ignore[arg-type]  # a stand-in
    text = '=IF(COUNT(A1)=1,SUM(A1),"")'
    assert sheet.calls == [(3, 0, text, "look", 1 / 3), (3, 1, text, "look", "")]
    with pytest.raises(BadValue) as caught:
        write_formula(sheet, (0, 0), sum_of([(0, 0)]), None, "look")  # type: ignore[arg-type]  # a stand-in
    assert caught.value.code == "formula.circle"
