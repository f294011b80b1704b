"""Shapes and tests lowered (规则形态): bands, grid, curve, weighted sum, first match, and what is asked of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from types import MappingProxyType
from typing import Any, cast

from pharmasales.frames._asking import reaches, truth
from pharmasales.frames._exact import Expr, Quotient
from pharmasales.frames._lower import Answer, Labels, Lowering, Truth
from pharmasales.rules import All, AnyOf, Bands, Condition, Curve, FirstMatch, Grid, Not, Rule, Test, Unless, Weighted

__all__ = ["SHAPES"]


def _bands(low: Lowering, rule: Bands) -> Labels:
    """Count the cuts that a value reaches: the place of its band."""
    reached = reaches(low, rule.of)
    code: Expr = None
    for cut, _ in rule.cuts:
        step = reached(cut.at, cut.exclusive).cast(low.room.api.Int32)
        code = step if code is None else code + step
    if code is None:  # one band: whatever is a number is in it
        code = low.room.known(low.number(rule.of).missing(), answer=False).cast(low.room.api.Int32)
    return Labels(code, rule.labels())


def _grid(low: Lowering, rule: Grid) -> Labels:
    rows, cols = cast("list[Labels]", low.apart(low.lower, [rule.rows, rule.cols]))
    cells = tuple(rule.cells[row][col] for row in rows.labels for col in cols.labels)
    return Labels(rows.code * len(cols.labels) + cols.code, cells)


def _curve(low: Lowering, rule: Curve) -> Quotient:
    """Return base + slope x value of the segment that holds the value, over one common denominator."""
    value, room = low.number(rule.of), low.room
    constant = value.under.constant
    if constant is None:
        return low.kept(_curve_of_quotient(low, rule, value))
    scale = lcm(*(Fraction(x * constant).denominator for x, _ in rule.points))
    under = constant * scale
    ends = [int(x * under) for x, _ in rule.points]
    held = low.kept(Quotient(value.top.by(scale).within(ends[0], ends[-1]), room.constant(1))).top
    lines = [(base, slope / under) for base, slope in _lines(rule)]
    over = lcm(*(part.denominator for line in lines for part in line))
    tops = [held.by(int(slope * over)).plus(room.constant(int(base * over))) for base, slope in lines]
    found = tops[0].column()
    for end, top in zip(ends[1:-1], tops[1:], strict=True):
        found = low.room.api.when(held.at_least(end)).then(top.column()).otherwise(found)
    heights = [int(y * over) for _, y in rule.points]
    return low.kept(Quotient(room.whole(found, min(heights), max(heights)), room.constant(over)))


def _curve_of_quotient(low: Lowering, rule: Curve, value: Quotient) -> Quotient:
    """Do the same where the denominator is a column, and bounds are products with it.

    A curve that only rises or only falls is kept between its least and its greatest height, which are mostly 0 and 1;
    of any other the value is kept between the ends.
    """
    heights = [y for _, y in rule.points]
    monotone = heights in (sorted(heights), sorted(heights, reverse=True))
    if not monotone:
        scale = lcm(*(x.denominator for x, _ in rule.points))
        ends = [value.under.by(int(x * scale)) for x in (rule.points[0][0], rule.points[-1][0])]
        value = low.kept(Quotient(value.top.by(scale).between(*ends), value.under.by(scale)))
    lines = _lines(rule)
    over = lcm(*(part.denominator for line in lines for part in line), *(y.denominator for y in heights))
    tops = [value.top.by(int(slope * over)).plus(value.under.by(int(base * over))) for base, slope in lines]
    found = tops[0].column()
    for (x, _), top in zip(rule.points[1:-1], tops[1:], strict=True):
        found = low.room.api.when(value.reaches(x)).then(top.column()).otherwise(found)
    line = low.room.whole(found, min(top.low for top in tops), max(top.high for top in tops))
    kept = low.kept(Quotient(line, value.under.by(over)))
    bounds = [value.under.by(int(y * over)) for y in (min(heights), max(heights))]
    if not monotone:  # a line lies beyond the heights only where it is not asked
        least, most = min(one.low for one in bounds), max(one.high for one in bounds)
        return Quotient(low.room.whole(kept.top.column(), least, most), kept.under)
    within = [kept.under if y == 1 else one for y, one in zip((min(heights), max(heights)), bounds, strict=True)]
    return low.kept(Quotient(kept.top.between(*within), kept.under))


def _lines(rule: Curve) -> list[tuple[Fraction, Fraction]]:
    """Return base and slope of each segment of a curve."""
    return [(Fraction(base, over), Fraction(slope, over)) for base, slope, over in rule.lines[1:-1]]


def _weighted(low: Lowering, rule: Weighted) -> Quotient:
    """Round each part half up to hundredths, then add them up."""
    room = low.room
    scores = low.each([part.rule for part in rule.parts])
    there = [~score.missing() for score in scores]
    weights = [Quotient.of(100 * part.weight / Fraction(rule.full), room) for part in rule.parts]
    grow = _growth(low, rule, there) if rule.missing == "reweight" else None
    if grow is not None:
        weights = [weight.times(grow) for weight in weights]

    def points(place: int) -> Any:  # noqa: ANN401 - a whole number
        part = scores[place].times(weights[place])
        found = part.top.half_up_over(part.under, low.keep)
        if rule.missing == "missing":
            return found
        filled = found.column().fill_null(found.room.constant(0).operand())
        return room.whole(filled, min(found.low, 0), max(found.high, 0))

    total = room.constant(0)
    for one in low.apart(points, range(len(rule.parts))):
        total = total.plus(one)
    if grow is not None:
        held = ~grow.under.column().is_null()
        total = room.whole(low.room.api.when(held).then(total.column()), total.low, total.high)
    return low.kept(Quotient(total, room.constant(100)))


def _growth(low: Lowering, rule: Weighted, there: list[Expr]) -> Quotient:
    """Return the whole over the weights that are there; missing where none is."""
    room = low.room
    under = lcm(*(part.weight.denominator for part in rule.parts))
    whole = int(Fraction(rule.whole) * under)
    present: Expr = None
    for part, held in zip(rule.parts, there, strict=True):
        weight = room.constant(int(part.weight * under)).column()
        one = low.room.api.when(held).then(weight).otherwise(room.constant(0).operand())
        present = one if present is None else present + one
    above = low.keep(present)
    above = low.room.api.when(above > room.literal(0)).then(above)
    return low.kept(Quotient(room.constant(whole), room.whole(above, 1, max(whole, 1))))


def _first(low: Lowering, rule: FirstMatch) -> Labels:
    """Take the first case that holds; a test without an answer before that leaves none."""
    last = () if rule.otherwise is None else (rule.otherwise,)
    labels = (*(label for _, label in rule.cases), *last)
    tests = [low.keep(test) for test in low.apart(lambda test: truth(low, test), [test for test, _ in rule.cases])]
    code: Expr = low.room.api.lit(len(rule.cases) if last else None, dtype=low.room.api.Int32)
    for place, holds in reversed(list(enumerate(tests))):
        here = low.room.api.when(holds).then(low.room.api.lit(place, dtype=low.room.api.Int32)).otherwise(code)
        code = low.room.api.when(~holds.is_null()).then(here)
    return Labels(code, labels)


def _unless(low: Lowering, rule: Unless) -> Quotient:
    """Keep the number where every test is surely false."""
    value, *tests = low.apart(
        lambda ask: ask(), [lambda: low.number(rule.of), *(_asked(low, one) for one in rule.tests)]
    )
    stopped: Expr = None
    for test in tests:
        stopped = test if stopped is None else stopped | test
    top = low.room.api.when(~stopped).then(value.top.column())
    return low.kept(Quotient(low.room.whole(top, value.top.low, value.top.high), value.under, value.whole))


def _asked(low: Lowering, test: Condition) -> Callable[[], Expr]:
    return lambda: truth(low, test)


def _truth(low: Lowering, rule: Test | All | AnyOf | Not) -> Truth:
    return Truth(truth(low, rule))


SHAPES: Mapping[type[Rule], Callable[[Lowering, Any], Answer]] = MappingProxyType(
    {
        Bands: _bands,
        Grid: _grid,
        Curve: _curve,
        Weighted: _weighted,
        Unless: _unless,
        FirstMatch: _first,
        Test: _truth,
        All: _truth,
        AnyOf: _truth,
        Not: _truth,
    }
)
"""How each shape is lowered; a new shape of `pharmasales.rules` has its line here."""
