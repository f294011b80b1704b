"""Rules lowered (规则下译): the same rule value as expressions of a frame, with what stays in doubt.

An answer is a number, a label or a yes and no. Beside it stand conditions: a row that fails one is not surely right, and
is answered by the rule itself. Nothing is rounded but what the rule rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TypeAlias

import narwhals.stable.v2 as nw
from attrs import field, frozen

from pharmasales.errors import BadRule, PharmaSalesError
from pharmasales.frames.facts import Facts, short_decimal, smallest_float
from pharmasales.frames.exact import INT64, Expr, Quotient, Room, known, safe_quotient, spans
from pharmasales.frames.reading import Gives
from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grid,
    Label,
    Not,
    Ratio,
    Rule,
    Sum,
    Test,
    Times,
    Weighted,
)
from pharmasales.rules.terms import Exact, number

__all__ = ["Answer", "Labels", "Lowering", "Truth", "finished"]


@frozen(eq=False)
class Labels:
    """An answer that is a label: its place among them, as a column."""

    code: Expr = field(repr=False)
    labels: tuple[Label, ...]


@frozen(eq=False)
class Truth:
    """An answer that is yes, no or missing."""

    holds: Expr = field(repr=False)


Answer: TypeAlias = Quotient | Labels | Truth


class Lowering:
    """One rule on its way into a frame.

    Args:
        facts: what is known of each column that the rule reads.
        room: the width of whole numbers.
        most: larger values are left to the rule itself, so that the others fit the room; no bound where left out.
    """

    def __init__(self, facts: Mapping[str, Facts], room: Room, most: int | None = None) -> None:
        self.facts = facts
        self.room = room
        self.most = most
        self.doubts: dict[str, Expr] = {}
        self._numbers: dict[str, Quotient] = {}

    def lower(self, rule: Rule) -> Answer:
        """Return the answer of a rule as expressions.

        Raises:
            BadRule: a rule of no known shape.
            TooWide: a number that may not fit the room.
        """
        match rule:
            case Field() | Ratio() | Times() | Sum() | Curve() | Weighted():
                return self.number(rule)
            case Bands():
                return self._bands(rule)
            case Grid():
                return self._grid(rule)
            case FirstMatch():
                return self._first(rule)
            case Test() | All() | AnyOf() | Not():
                return Truth(self.truth(rule))
        hint = "use a rule of pharmasales.rules, or answer row by row"
        raise BadRule(f"a {type(rule).__name__} has no expression", hint=hint, code="frame.rule")

    def number(self, rule: Rule) -> Quotient:
        """Return what a rule gives, read as a number."""
        match rule:
            case Field():
                return self._field(self.facts[rule.name])
            case Ratio():
                return self._ratio(self.number(rule.part), self.number(rule.whole))
            case Times():
                return self._times(rule)
            case Sum():
                return self._sum(rule)
            case Curve():
                return self._curve(rule)
            case Weighted():
                return self._weighted(rule)
        answer = self.lower(rule)
        return self._read(answer.code, answer.labels) if isinstance(answer, Labels) else self._no_number(answer)

    # ---- what a record holds

    def doubt(self, key: str, sure: Expr) -> None:
        """Keep a condition under which a row is sure; a missing value is."""
        self.doubts[key] = sure if key not in self.doubts else self.doubts[key] & sure

    def _nothing(self) -> Quotient:
        zero = self.room.whole(nw.lit(None, dtype=self.room.dtype), 0, 0)
        return Quotient(zero, self.room.constant(1))

    def _no_number(self, answer: Answer) -> Quotient:
        if isinstance(answer, Truth):
            self.doubt("truth", answer.holds.is_null())
        return self._nothing()

    def _field(self, facts: Facts) -> Quotient:
        if facts.name not in self._numbers:
            self._numbers[facts.name] = self._column(facts)
        return self._numbers[facts.name]

    def _column(self, facts: Facts) -> Quotient:
        if facts.kind not in ("whole", "decimal", "float"):
            if facts.kind != "nothing":
                self.doubt(f"number {facts.name}", nw.col(facts.name).is_null())
            return self._nothing()
        low, high, column = facts.low, facts.high, facts.column()
        sure: Expr = None
        if facts.kind == "float" and not facts.exact:
            sure = short_decimal(column, facts.scale)
        column = facts.count()
        if self.most is not None and max(-low, high) > self.most:
            low, high = max(low, -self.most), min(high, self.most)
            within = (column >= low) & (column <= high)
            sure = within if sure is None else sure & within
        if sure is not None:
            self.doubt(f"number {facts.name}", sure)
            column = nw.when(sure).then(column)
        top = self.room.whole(column.cast(self.room.dtype), low, high)
        return Quotient(top, self.room.constant(10**facts.scale), facts.whole)

    def _read(self, code: Expr, labels: tuple[Label, ...]) -> Quotient:
        """Read labels as numbers: `1` and `"12"` are some, `"A"` is none and left to the rule."""
        values: list[Exact | None] = []
        for label in labels:
            try:
                values.append(number(label, ""))
            except PharmaSalesError:
                values.append(None)
        if None in values:
            self.doubt(f"labels {len(self.doubts)}", code.is_in([n for n, value in enumerate(values) if value is not None]))
        under = lcm(*(value.denominator for value in values if value is not None))
        found: Expr = nw.lit(None, dtype=self.room.dtype)
        tops = [0]
        for place, value in enumerate(values):
            if value is not None:
                tops.append(int(value * under))
                found = nw.when(code == place).then(self.room.constant(tops[-1]).column()).otherwise(found)
        whole = all(type(label) is int for label in labels)
        return Quotient(self.room.whole(found, min(tops), max(tops)), self.room.constant(under), whole)

    # ---- terms

    def _ratio(self, part: Quotient, whole: Quotient) -> Quotient:
        """Divide by multiplying crosswise; the sign of the divisor moves up, and a divisor of zero is missing."""
        top, under = part.top.times(whole.under), whole.top.times(part.under)
        if under.low <= 0:
            column = top.column()
            sign = under.signed(column)
            size = under.absolute()
            top = self.room.whole(sign, -max(-top.low, top.high, 0), max(-top.low, top.high, 0))
            held = nw.when(size.column() != self.room.literal(0)).then(size.column())
            under = self.room.whole(held, 1, max(size.high, 1))
        return Quotient(top, under)

    def _times(self, rule: Times) -> Quotient:
        found = self.number(rule.factors[0])
        for factor in rule.factors[1:]:
            found = found.times(self.number(factor))
        return found.by(rule.times)

    def _sum(self, rule: Sum) -> Quotient:
        found = self.number(rule.of[0])
        for term in rule.of[1:]:
            found = found.plus(self.number(term))
        for term in rule.less:
            found = found.plus(self.number(term).by(-1))
        return found

    # ---- shapes

    def _reaches(self, rule: Rule, cut: Exact, *, over: bool) -> Expr:
        """Ask `value >= cut` of a rule; a plain column is compared as it is."""
        facts = self.facts[rule.name] if isinstance(rule, Field) else None
        if facts is None or facts.kind not in ("whole", "float"):
            return self.number(rule).reaches(cut, over=over)
        column = facts.column()
        if facts.kind == "whole":
            return self._beyond(facts, cut, over=over)
        if not facts.finite:
            self.doubt(f"finite {facts.name}", column.is_finite())
        least = smallest_float(cut, over=over)
        return known(column.is_null(), answer=False) if least is None else column >= least

    @staticmethod
    def _beyond(facts: Facts, cut: Exact, *, over: bool) -> Expr:
        least = cut.numerator // cut.denominator + 1 if over else -(-cut.numerator // cut.denominator)
        column = facts.column()
        if facts.low < least <= facts.high:
            return column >= least
        return known(column.is_null(), answer=least <= facts.low)

    def _bands(self, rule: Bands) -> Labels:
        code: Expr = None
        for cut, _ in rule.cuts:
            step = self._reaches(rule.of, cut.at, over=cut.exclusive).cast(nw.Int32)
            code = step if code is None else code + step
        if code is None:  # one band: whatever is a number is in it
            code = known(self.number(rule.of).missing(), answer=False).cast(nw.Int32)
        return Labels(code, rule.labels())

    def _grid(self, rule: Grid) -> Labels:
        rows, cols = self.lower(rule.rows), self.lower(rule.cols)
        assert isinstance(rows, Labels)  # noqa: S101 - a grid has sides with labels
        assert isinstance(cols, Labels)  # noqa: S101
        cells = tuple(rule.cells[row][col] for row in rows.labels for col in cols.labels)
        return Labels(rows.code * len(cols.labels) + cols.code, cells)

    def _curve(self, rule: Curve) -> Quotient:
        """Return base + slope x value of the segment that holds the value, over one common denominator."""
        value = self.number(rule.of)
        constant = value.under.constant
        if constant is None:
            return self._curve_of_quotient(rule, value)
        scale = lcm(*(Fraction(x * constant).denominator for x, _ in rule.points))
        under = constant * scale
        ends = [int(x * under) for x, _ in rule.points]
        held = value.top.by(scale).within(ends[0], ends[-1])
        lines = [(base, slope / under) for base, slope in _lines(rule)]
        over = lcm(*(number.denominator for line in lines for number in line))
        tops = [held.by(int(slope * over)).plus(self.room.constant(int(base * over))) for base, slope in lines]
        found = tops[0].column()
        for end, top in zip(ends[1:-1], tops[1:], strict=True):
            found = nw.when(held.at_least(end)).then(top.column()).otherwise(found)
        heights = [int(y * over) for _, y in rule.points]
        return Quotient(self.room.whole(found, min(heights), max(heights)), self.room.constant(over))

    def _curve_of_quotient(self, rule: Curve, value: Quotient) -> Quotient:
        """Do the same where the denominator is a column: the ends are two more lines, and level."""
        first, last = rule.points[0][1], rule.points[-1][1]
        lines = [(Fraction(first), Fraction(0)), *_lines(rule), (Fraction(last), Fraction(0))]
        over = lcm(*(number.denominator for line in lines for number in line))
        tops = [value.under.by(int(base * over)).plus(value.top.by(int(slope * over))) for base, slope in lines]
        found = nw.when(~value.missing()).then(tops[0].column())
        for (x, _), top in zip(rule.points, tops[1:], strict=True):
            found = nw.when(value.reaches(x)).then(top.column()).otherwise(found)
        low, high = min(top.low for top in tops), max(top.high for top in tops)
        heights = [y * over for _, y in rule.points]
        if min(heights) >= 0:  # where a line is not asked for, it may lie below
            low = 0
        return Quotient(self.room.whole(found, low, high), value.under.by(over))

    def _weighted(self, rule: Weighted) -> Quotient:
        """Round each part half up to hundredths, then add them up."""
        scores = [self.number(part.rule) for part in rule.parts]
        there = [~score.missing() for score in scores]
        weights = [Quotient.of(100 * part.weight / Fraction(rule.full), self.room) for part in rule.parts]
        if rule.missing == "reweight":
            grow = self._growth(rule, there)
            weights = [weight.times(grow) for weight in weights]
        total = self.room.constant(0)
        for score, weight, held in zip(scores, weights, there, strict=True):
            part = score.times(weight)
            points = part.top.half_up_over(part.under)
            if rule.missing != "missing":
                filled = nw.when(held).then(points.column()).otherwise(self.room.literal(0))
                points = self.room.whole(filled, min(points.low, 0), max(points.high, 0))
            total = total.plus(points)
        if rule.missing == "reweight":
            total = self.room.whole(nw.when(~grow.under.column().is_null()).then(total.column()), total.low, total.high)
        return Quotient(total, self.room.constant(100))

    def _growth(self, rule: Weighted, there: list[Expr]) -> Quotient:
        """Return the whole over the weights that are there; missing where none is."""
        under = lcm(*(part.weight.denominator for part in rule.parts))
        present: Expr = None
        for part, held in zip(rule.parts, there, strict=True):
            weight = self.room.constant(int(part.weight * under)).column()
            one = nw.when(held).then(weight).otherwise(self.room.literal(0))
            present = one if present is None else present + one
        whole = Fraction(rule.whole) * under
        above = nw.when(present > self.room.literal(0)).then(present)
        return Quotient(self.room.constant(int(whole)), self.room.whole(above, 1, max(int(whole), 1)))

    def _first(self, rule: FirstMatch) -> Labels:
        last = () if rule.otherwise is None else (rule.otherwise,)
        labels = (*(label for _, label in rule.cases), *last)
        code: Expr = nw.lit(len(rule.cases) if last else None, dtype=nw.Int32)
        for place, (test, _) in reversed(list(enumerate(rule.cases))):
            holds = self.truth(test)
            code = nw.when(~holds.is_null()).then(nw.when(holds).then(nw.lit(place, dtype=nw.Int32)).otherwise(code))
        return Labels(code, labels)

    # ---- tests

    def truth(self, rule: Test | All | AnyOf | Not) -> Expr:
        """Return the answer of a test: true, false or missing, as Kleene has it."""
        match rule:
            case Not():
                return ~self.truth(rule.test)
            case All() | AnyOf():
                found: Expr = nw.lit(isinstance(rule, All))
                for test in rule.tests:
                    found = found & self.truth(test) if isinstance(rule, All) else found | self.truth(test)
                return found
        return self._test(rule)

    def _test(self, rule: Test) -> Expr:
        if rule.op == "missing":
            return self._missing(rule.of)
        if rule.op in ("equals", "one_of"):
            values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
            return self._among(rule.of, values)
        cut: Exact = rule.value  # type: ignore[assignment] # a test of order holds a number
        if rule.op in ("at_least", "below"):
            reached = self._reaches(rule.of, cut, over=False)
        else:
            reached = self._reaches(rule.of, cut, over=True)
        return reached if rule.op in ("at_least", "over") else ~reached

    def _missing(self, of: Rule) -> Expr:
        if isinstance(of, Field):
            return nw.col(of.name).is_null()
        answer = self.lower(of)
        match answer:
            case Labels():
                return answer.code.is_null()
            case Truth():
                return answer.holds.is_null()
        return answer.missing()

    def _among(self, of: Rule, values: tuple[object, ...]) -> Expr:
        if isinstance(of, Field):
            return self._column_among(self.facts[of.name], values)
        answer = self.lower(of)
        match answer:
            case Labels():
                places = [place for place, label in enumerate(answer.labels) if label in values]
                return self._any(answer.code.is_null(), [answer.code == place for place in places])
            case Truth():
                wanted = [held for held in (True, False) if held in values]
                return self._any(answer.holds.is_null(), [answer.holds if held else ~answer.holds for held in wanted])
        equal = [answer.equals(int(value)) for value in values if isinstance(value, int)]
        return self._any(answer.missing(), equal)

    @staticmethod
    def _any(missing: Expr, equal: list[Expr]) -> Expr:
        found = known(missing, answer=False)
        for one in equal:
            found = found | one
        return found

    def _column_among(self, facts: Facts, values: tuple[object, ...]) -> Expr:
        column = facts.column()
        whole = [int(value) for value in values if isinstance(value, int)]
        if facts.kind == "text":
            column = column.cast(nw.String)
            equal = [column == value for value in values if isinstance(value, str)]
        elif facts.kind == "bool":
            equal = [column if value else ~column for value in sorted({0, 1}.intersection(whole))]
        elif facts.kind == "whole":
            equal = [column == value for value in whole if facts.low <= value <= facts.high]
        elif facts.kind == "decimal":
            scaled = [value * 10**facts.scale for value in whole]
            equal = [facts.count() == value for value in scaled if facts.low <= value <= facts.high]
        elif facts.kind == "float":
            near = [(value, _nearest(value)) for value in whole]
            equal = [column == close for value, close in near if close is not None and int(close) == value]
        else:
            equal = []
            if facts.kind == "odd":
                self.doubt(f"odd {facts.name}", column.is_null())
        return self._any(column.is_null(), equal)


def finished(lowering: Lowering, lowered: Answer, kind: Gives) -> Expr:
    """Return the column of an answer: the place of a label, yes and no, a whole number or a float."""
    match lowered:
        case Labels():
            return lowered.code
        case Truth():
            return lowered.holds
    if kind == "whole":
        top, column = lowered.top, lowered.top.column()
        if spans(top, INT64):
            edge = top.room.literal(INT64)
            fits = (column <= edge) & (column >= top.room.literal(-INT64))
            lowering.doubt("whole", fits)
            column = nw.when(fits).then(column)
        return column.cast(nw.Int64)
    return safe_quotient(lowered, lowering.doubt)


def _lines(rule: Curve) -> list[tuple[Fraction, Fraction]]:
    """Return base and slope of each segment of a curve."""
    found = []
    for (x0, y0), (x1, y1) in pairwise(rule.points):
        slope = Fraction(y1 - y0) / (x1 - x0)
        found.append((y0 - slope * x0, slope))
    return found


def _nearest(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
