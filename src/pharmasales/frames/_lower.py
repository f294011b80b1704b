"""Rules lowered (规则下译): the same rule value as expressions of a frame, with what stays in doubt.

An answer is a number, a label or a yes and no. Beside it stand conditions: a row that fails one is not surely right,
and is answered by the rule itself. Nothing is rounded but what the rule rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import lcm
from typing import Any, TypeAlias, TypeVar

from attrs import evolve, field, frozen

from pharmasales.errors import BadRule, PharmaSalesError
from pharmasales.frames._exact import INT64, Expr, Quotient, Room, Table, TooWide, Whole, nearest_float
from pharmasales.frames._facts import Facts, short_decimal
from pharmasales.frames._reading import Gives
from pharmasales.rules import Field, Label, Ratio, Rule, Sum, Times
from pharmasales.rules.terms import Exact, number

__all__ = ["Answer", "Labels", "Lowered", "Lowering", "Truth", "lowered"]


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
Found = TypeVar("Found", Quotient, Answer)


class Lowering:
    """One rule on its way into a frame.

    What is used more than once is kept: it becomes a column of its own before the next step reads it, so that an
    expression never grows faster than its rule. Columns of one layer stand in no need of each other. A rule that stands
    in several places of another, as a total does under two gates, is lowered once.

    Args:
        facts: what is known of each column that the rule reads.
        room: the width of whole numbers.
        most: larger values are left to the rule itself, so that the others fit the room; no bound where left out.
        mark: parts the names of the kept columns from those of another rule on the same frame.
    """

    def __init__(self, facts: Mapping[str, Facts], room: Room, most: int | None = None, mark: str = "") -> None:
        self.facts = facts
        self.room = room
        self.most = most
        self.mark = mark
        self.doubts: dict[str, Expr] = {}
        self.layers: list[list[Expr]] = []
        self._depth = 0
        self._kept = 0
        self._bare: dict[int, Expr] = {}
        self._columns: dict[str, Quotient] = {}
        self._lowered: dict[Rule, tuple[Answer, int]] = {}
        self._numbers: dict[Rule, tuple[Quotient, int]] = {}

    # ---- answers

    def lower(self, rule: Rule) -> Answer:
        """Return the answer of a rule as expressions.

        Raises:
            BadRule: a rule of no known shape.
            TooWide: a number that may not fit the room.
        """
        return self._once(self._lowered, rule, self._lower)

    def _once(self, known: dict[Rule, tuple[Found, int]], rule: Rule, lower: Callable[[Rule], Found]) -> Found:
        """Lower a rule the first time that it is met; its columns stand in the layers up to where it ended."""
        if rule not in known:
            known[rule] = lower(rule), self._depth
        found, depth = known[rule]
        self._depth = max(self._depth, depth)
        return found

    def _lower(self, rule: Rule) -> Answer:
        from pharmasales.frames._shapes import SHAPES

        match rule:
            case Field():
                return self._field(self.facts[rule.name])
            case Ratio():
                part, whole = self.each([rule.part, rule.whole])
                return self.kept(_ratio(part, whole))
            case Times():
                return self.kept(self._times(rule))
            case Sum():
                return self.kept(self._sum(rule))
        shape = SHAPES.get(type(rule))
        if shape is None:
            hint = "use a rule of pharmasales.rules, or answer row by row"
            raise BadRule(f"a {type(rule).__name__} has no expression", hint=hint, code="frame.rule")
        return shape(self, rule)

    def number(self, rule: Rule) -> Quotient:
        """Return what a rule gives, read as a number."""
        return self._once(self._numbers, rule, self._number)

    def _number(self, rule: Rule) -> Quotient:
        answer = self.lower(rule)
        match answer:
            case Labels():
                return self._read(self.keep(answer.code), answer.labels)
            case Truth():  # yes and no are no number, as the rule will say
                self.doubt("truth", answer.holds.is_null())
                return self._nothing()
        return answer

    def each(self, rules: Sequence[Rule]) -> list[Quotient]:
        """Return the numbers of rules that stand in no need of each other."""
        return self.apart(self.number, rules)

    def apart(self, lower: Callable[[Any], Any], rules: Sequence[Any]) -> list[Any]:
        """Lower several rules, the steps of one beside those of another."""
        first, deepest, found = self._depth, self._depth, []
        for rule in rules:
            self._depth = first
            found.append(lower(rule))
            deepest = max(deepest, self._depth)
        self._depth = deepest
        return found

    # ---- what is kept, and what is in doubt

    def keep(self, expr: Expr) -> Expr:
        """Make a column of an expression, so that it is reckoned once."""
        return self._keep_at(self._depth, expr, advance=True)

    def _keep_at(self, layer: int, expr: Expr, *, advance: bool = False) -> Expr:
        if id(expr) in self._bare:
            return expr
        while len(self.layers) <= layer:
            self.layers.append([])
        name = f"pharmasales_{self.mark}{self._kept}"
        self._kept += 1
        self.layers[layer].append(expr.alias(name))
        if advance:
            self._depth = layer + 1
        column = self.room.api.col(name)
        self._bare[id(column)] = column
        return column

    def kept(self, value: Quotient) -> Quotient:
        """Keep the columns above and below the line; what is a kept column already stays as it is."""
        layer, before = self._depth, self._kept

        def one(part: Whole) -> Whole:
            return part if part.expr is None else evolve(part, expr=self._keep_at(layer, part.expr))

        found = Quotient(one(value.top), one(value.under), value.whole)
        self._depth = layer + (self._kept > before)
        return found

    def doubt(self, key: str, sure: Expr) -> None:
        """Keep a condition under which a row is sure; a missing value is."""
        self.doubts[key] = sure if key not in self.doubts else self.doubts[key] & sure

    def doubtful(self) -> Expr:
        """Ask whether a row is in doubt; nothing where none can be."""
        found: Expr = None
        for sure in self.doubts.values():
            found = sure if found is None else found & sure
        return None if found is None else ~found.fill_null(value=True)

    def made(self, table: Table) -> Table:
        """Add the kept columns to a frame, layer by layer."""
        for layer in self.layers:
            table = table.with_columns(*layer) if layer else table
        return table

    # ---- numbers

    def _nothing(self) -> Quotient:
        zero = self.room.whole(self.room.api.lit(None, dtype=self.room.dtype), 0, 0)
        return Quotient(zero, self.room.constant(1))

    def _field(self, facts: Facts) -> Quotient:
        if facts.name not in self._columns:
            self._columns[facts.name] = self._column(facts)
        self._depth = max(self._depth, 2)  # its column is one of the first two layers, whoever asked for it first
        return self._columns[facts.name]

    def _column(self, facts: Facts) -> Quotient:
        if facts.kind not in ("whole", "decimal", "float"):
            if facts.kind != "nothing":
                self.doubt(f"number {facts.name}", self.room.api.col(facts.name).is_null())
            return self._nothing()
        low, high, column = facts.low, facts.high, facts.column(self.room.api)
        sure: Expr = None
        if facts.kind == "float" and not facts.exact:
            sure = short_decimal(column, facts.scale)
        column = facts.count(self.room)
        if self.most is not None and max(-low, high) > self.most:
            low, high = max(low, -self.most), min(high, self.most)
            within = (column >= low) & (column <= high)
            sure = within if sure is None else sure & within
        if sure is not None:
            sure = self._keep_at(0, sure)
            self.doubt(f"number {facts.name}", sure)
        top = self.room.whole(column, low, high)
        if sure is not None:
            column = self.room.api.when(sure).then(column)
        column = self._keep_at(1 if sure is not None else 0, column.cast(self.room.dtype))
        return Quotient(evolve(top, expr=column), self.room.constant(10**facts.scale), facts.whole)

    def _read(self, code: Expr, labels: tuple[Label, ...]) -> Quotient:
        """Read labels as numbers: `1` and `"12"` are some, `"A"` is none and left to the rule."""
        values: dict[int, Exact] = {}
        for place, label in enumerate(labels):
            try:
                value = number(label, "")
            except PharmaSalesError:
                continue
            if value is not None:
                values[place] = value
        if len(values) < len(labels):
            numeric = code.is_in(list(values)) if values else code.is_null()
            self.doubt(f"labels {self._kept}", numeric)
        under = lcm(*(value.denominator for value in values.values()))
        found: Expr = self.room.api.lit(None, dtype=self.room.dtype)
        tops = {place: int(value * under) for place, value in values.items()}
        for place, top in tops.items():
            found = self.room.api.when(code == place).then(self.room.constant(top).column()).otherwise(found)
        whole = all(type(label) is int for label in labels)
        low, high = min(tops.values(), default=0), max(tops.values(), default=0)
        return self.kept(Quotient(self.room.whole(found, low, high), self.room.constant(under), whole))

    def _times(self, rule: Times) -> Quotient:
        first, *rest = self.each(rule.factors)
        for factor in rest:
            first = first.times(factor)
        return first.by(rule.times)

    def _sum(self, rule: Sum) -> Quotient:
        terms = self.each([*rule.of, *rule.less])
        found = terms[0]
        for place, term in enumerate(terms[1:], 1):
            found = found.plus(term if place < len(rule.of) else term.by(-1))
        return found


def _ratio(part: Quotient, whole: Quotient) -> Quotient:
    """Divide by multiplying crosswise; the sign of the divisor moves up, and a divisor of zero is missing."""
    top, under, room = part.top.times(whole.under), whole.top.times(part.under), part.top.room
    if under.low < 0:
        most = max(-top.low, top.high)
        top, under = room.whole(under.signed(top.column()), -most, most), under.absolute()
    if under.low == 0:
        held = room.api.when(under.column() != room.literal(0)).then(under.column())
        under = room.whole(held, 1, max(under.high, 1))
    return Quotient(top, under)


@frozen(eq=False)
class Lowered:
    """A rule in one room: the steps, the answer, and the column that holds it.

    Args:
        lowering: the kept columns and the doubts.
        answer: what kind of answer it is.
        column: the place of a label, yes and no, a whole number or a float.
    """

    lowering: Lowering
    answer: Answer
    column: Expr = field(repr=False)


def lowered(
    rule: Rule, facts: Mapping[str, Facts], ladder: Sequence[tuple[Room, int | None]], kind: Gives
) -> Lowered | None:
    """Lower a rule in the first room that holds it; nothing where none does.

    Args:
        rule: a row rule.
        facts: what is known of its columns.
        ladder: rooms, with the largest value that an expression then takes.
        kind: the type of the answer.

    Raises:
        BadRule: a rule of no known shape.
    """
    for room, most in ladder:
        lowering = Lowering(facts, room, most)
        try:
            answer = lowering.lower(rule)
            return Lowered(lowering, answer, _finished(lowering, answer, kind))
        except TooWide:
            continue
    return None


def _finished(lowering: Lowering, answer: Answer, kind: Gives) -> Expr:
    match answer:
        case Labels():
            return answer.code
        case Truth():
            return answer.holds
    if kind == "number":
        return nearest_float(answer, lowering.doubt)
    top, column = answer.top, answer.top.column()
    if top.beyond(INT64):
        fits = (column <= top.room.literal(INT64)) & (column >= top.room.literal(-INT64))
        lowering.doubt("whole", fits)
        column = top.room.api.when(fits).then(column)
    return column.cast(top.room.api.Int64)
