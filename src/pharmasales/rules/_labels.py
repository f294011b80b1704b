"""Labels and tests written out (标签与比较的写法): bands, grids, first matches and what is asked of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pharmasales.rules._numbers import compared, place_of
from pharmasales.rules._written import Written
from pharmasales.rules.shapes import Bands, FirstMatch, Grid
from pharmasales.rules.terms import All, AnyOf, Not, Rule, Test

__all__ = ["ANSWERS"]


def _bands(to: Written, rule: Bands) -> str:
    place, labels = place_of(to, to.number(rule.of), [cut.key() for cut, _ in rule.cuts]), to.held(rule.labels())
    return f"None if {place} is None else {labels}[{place}]"


def _grid(to: Written, rule: Grid) -> str:
    row, col, cells = to.answer(rule.rows), to.answer(rule.cols), to.held(rule.cells)
    return f"None if {row} is None or {col} is None else {cells}[{row}][{col}]"


def _first(to: Written, rule: FirstMatch) -> str:
    """Write the cases from the last to the first, so that the first that is not false stands."""
    tests = [to.answer(test) for test, _ in rule.cases]
    found = to.put(to.held(rule.otherwise))
    for test, (_, label) in reversed(list(zip(tests, rule.cases, strict=True))):
        to.lines.append(f"if {test} is not False: {found} = None if {test} is None else {to.held(label)}")
    return found


def _all(to: Written, rule: All) -> str:
    tests = [to.answer(test) for test in rule.tests]
    return f"False if {_any_is(tests, 'False')} else None if {_any_is(tests, 'None')} else True"


def _any(to: Written, rule: AnyOf) -> str:
    tests = [to.answer(test) for test in rule.tests]
    return f"True if {_any_is(tests, 'True')} else None if {_any_is(tests, 'None')} else False"


def _any_is(tests: Sequence[str], what: str) -> str:
    return " or ".join(f"{test} is {what}" for test in tests) or "False"


def _not(to: Written, rule: Not) -> str:
    test = to.answer(rule.test)
    return f"None if {test} is None else not {test}"


_SIGNS = {"at_least": ">=", "over": ">", "below": "<", "at_most": "<="}


def _test(to: Written, rule: Test) -> str:
    """Compare a number with a cut; what is asked otherwise the test says itself."""
    if rule.op not in _SIGNS:
        return f"{to.held(rule)}(record)"
    value, cut = to.number(rule.of), rule.value
    assert isinstance(cut, int | Fraction)  # noqa: S101 - a test of order holds a number
    return f"None if {value.top} is None else {compared(to, value, cut, _SIGNS[rule.op])}"


ANSWERS: Mapping[type[Rule], Callable[[Written, Any], str]] = {
    Bands: _bands,
    Grid: _grid,
    FirstMatch: _first,
    All: _all,
    AnyOf: _any,
    Not: _not,
    Test: _test,
}
