"""What is asked of a value (比较): is it at least, over, equal, one of, missing; tests joined by all, any, not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pharmasales.frames._exact import Expr
from pharmasales.frames._facts import Facts, smallest_float
from pharmasales.frames._lower import Labels, Truth
from pharmasales.rules import All, AnyOf, Condition, Field, Not, Rule, Test
from pharmasales.rules.terms import Exact

if TYPE_CHECKING:
    from pharmasales.frames._lower import Lowering

__all__ = ["reaches", "truth"]


def reaches(low: Lowering, rule: Rule) -> Callable[[Exact, bool], Expr]:
    """Return a function that asks `value >= cut` of a rule, or `value > cut`; a plain column is compared as it is."""
    facts = low.facts[rule.name] if isinstance(rule, Field) else None
    if facts is not None and facts.kind == "whole":
        return lambda cut, over: _whole_reaches(low, facts, cut, over=over)
    if facts is not None and facts.kind == "float":
        if not facts.finite:
            low.doubt(f"finite {facts.name}", facts.column(low.room.api).is_finite())
        return lambda cut, over: _float_reaches(low, facts, cut, over=over)
    value = low.number(rule)
    return lambda cut, over: value.reaches(cut, over=over)


def _whole_reaches(low: Lowering, facts: Facts, cut: Exact, *, over: bool) -> Expr:
    """Compare a whole column with the least whole number that reaches the cut, within what the column holds."""
    least = cut.numerator // cut.denominator + 1 if over else -(-cut.numerator // cut.denominator)
    column = facts.column(low.room.api)
    if facts.low < least <= facts.high:
        return column >= least
    return low.room.known(column.is_null(), answer=least <= facts.low)


def _float_reaches(low: Lowering, facts: Facts, cut: Exact, *, over: bool) -> Expr:
    least, column = smallest_float(cut, over=over), facts.column(low.room.api)
    return low.room.known(column.is_null(), answer=False) if least is None else column >= least


def truth(low: Lowering, rule: Condition) -> Expr:
    """Return the answer of a test: true, false or missing, as Kleene has it."""
    match rule:
        case Not():
            return ~truth(low, rule.test)
        case All() | AnyOf():
            found: Expr = low.room.api.lit(isinstance(rule, All))
            for one in low.apart(lambda test: truth(low, test), rule.tests):
                found = found & one if isinstance(rule, All) else found | one
            return found
    return _test(low, rule)


def _test(low: Lowering, rule: Test) -> Expr:
    if rule.op == "missing":
        return _missing(low, rule.of)
    if rule.op in ("equals", "one_of"):
        values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
        return _among(low, rule.of, values)
    cut: Exact = rule.value  # type: ignore[assignment] # a test of order holds a number
    reached = reaches(low, rule.of)(cut, rule.op in ("over", "at_most"))
    return reached if rule.op in ("at_least", "over") else ~reached


def _missing(low: Lowering, of: Rule) -> Expr:
    if isinstance(of, Field):
        return low.room.api.col(of.name).is_null()
    answer = low.lower(of)
    match answer:
        case Labels():
            return answer.code.is_null()
        case Truth():
            return answer.holds.is_null()
    return answer.missing()


def _among(low: Lowering, of: Rule, values: tuple[object, ...]) -> Expr:
    """Ask whether a value is among others, as Python compares: 1 is True, and no number is a text."""
    if isinstance(of, Field):
        return _column_among(low, low.facts[of.name], values)
    answer = low.lower(of)
    match answer:
        case Labels():
            code = low.keep(answer.code)
            places = [place for place, label in enumerate(answer.labels) if label in values]
            return _any(low, code.is_null(), [code == place for place in places])
        case Truth():
            holds = low.keep(answer.holds)
            return _any(low, holds.is_null(), [holds if held else ~holds for held in (True, False) if held in values])
    return _any(low, answer.missing(), [answer.equals(int(value)) for value in values if isinstance(value, int)])


def _any(low: Lowering, missing: Expr, equal: list[Expr]) -> Expr:
    found = low.room.known(missing, answer=False)
    for one in equal:
        found = found | one
    return found


def _column_among(low: Lowering, facts: Facts, values: tuple[object, ...]) -> Expr:
    column = facts.column(low.room.api)
    whole = [int(value) for value in values if isinstance(value, int)]
    equal: list[Expr] = []
    match facts.kind:
        case "text":
            equal = [column.cast(low.room.api.String) == value for value in values if isinstance(value, str)]
        case "bool":
            equal = [column if value else ~column for value in sorted({0, 1}.intersection(whole))]
        case "whole" | "decimal":
            counts = [value * 10**facts.scale for value in whole]
            equal = [facts.count(low.room) == count for count in counts if facts.low <= count <= facts.high]
        case "float":
            equal = [column == float(value) for value in whole if _is_float(value)]
        case "odd":
            low.doubt(f"odd {facts.name}", column.is_null())
    return _any(low, column.is_null(), equal)


def _is_float(value: int) -> bool:
    """Whether a whole number is a float exactly."""
    try:
        return int(float(value)) == value
    except OverflowError:
        return False
