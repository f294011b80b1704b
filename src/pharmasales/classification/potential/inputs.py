"""Inputs (估算参数): the figures that an estimate or a market index is reckoned from, each with its unit and its range.

>>> share = Input("share_using", Says("share using the drug", "用药比例"), Says("a part of 1", "占比"), most=1)
>>> share.read({"share_using": "0.3"})
Fraction(3, 10)
>>> share.read({"share_using": 30})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: out of range @ share_using; at least 0 and at most 1 [potential.input]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import clean
from pharmasales.rules import Field, Ratio, Rule, Sum, Times
from pharmasales.rules.terms import Exact, found_by, literal, number
from pharmasales.units import Amount, Unit

__all__ = ["Input", "check_inputs", "faults", "one_unit", "terms_of", "unknown", "zero_divisors"]

Bound: TypeAlias = Exact | None


def _bound(given: Exact | None) -> Bound:
    return None if given is None else literal(given)


@frozen
class Input:
    """One figure that a rule reads from a record (估算参数).

    Args:
        name: the field of the record.
        says: what it is, in both languages.
        unit: what it is counted in: words, or a `Unit`, in which an `Amount` may be given; where left out it is in the
            caller's own unit, the same as the other inputs without one.
        least: the smallest value that can be, itself included; no bound where it is `None`.
        most: the largest.

    Raises:
        BadRule: bounds out of order, or a name that is none.
    """

    name: str = field(converter=clean)
    says: Says = field(eq=False)
    unit: Unit | Says | None = None
    least: Bound = field(default=0, converter=_bound)
    most: Bound = field(default=None, converter=_bound)
    term: Field = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "term", Field(self.name, self.says.zh))
        if self.least is not None and self.most is not None and self.least > self.most:
            raise BadRule("the bounds are out of order", where=self.name, code="potential.input")

    @property
    def counted(self) -> Says:
        """What it is counted in, in words."""
        if isinstance(self.unit, Unit):
            return Says(self.unit.en or self.unit.code, self.unit.zh or self.unit.code)
        return self.unit or Says("the figures' own unit", "数据自身单位")

    def read(self, record: object) -> Exact | None:
        """Return the exact value of a record, or `None`; `term` is the same as a term for rules.

        Raises:
            BadValue: no such field, no number, or a value out of range, with the input's name.
            NotComparable: an amount of another unit.
        """
        found: object = self.term(record)
        if type(found) is not int:
            if isinstance(found, Amount) and self.unit is not None and found.unit != self.unit:
                due = self.unit.code if isinstance(self.unit, Unit) else self.unit.en
                raise NotComparable(f"{found.unit.code} where {due} is due", where=self.name, code="unit")
            found = number(found, self.name)
            if found is None:
                return None
        if (self.least is not None and found < self.least) or (self.most is not None and found > self.most):
            raise BadValue("out of range", where=self.name, hint=self.bounds().en, code="potential.input")
        return found

    def clipped(self, value: Exact) -> Exact:
        """Return a value, or the bound that it passes."""
        if self.least is not None and value < self.least:
            return self.least
        return self.most if self.most is not None and value > self.most else value

    def bounds(self) -> Says:
        """Return the valid range in words.

        >>> Input("days", Says("days", "天数"), most=31).bounds().zh
        '不低于 0，不高于 31'
        """
        en = [
            f"{word} {bound}" for word, bound in (("at least", self.least), ("at most", self.most)) if bound is not None
        ]
        zh = [f"{word} {bound}" for word, bound in (("不低于", self.least), ("不高于", self.most)) if bound is not None]
        return Says(" and ".join(en) or "any number", "，".join(zh) or "不限")


def _under(rule: Rule) -> tuple[Rule, ...]:
    match rule:
        case Field():
            return ()
        case Ratio():
            return rule.part, rule.whole
        case Times():
            return rule.factors
        case Sum():
            return *rule.of, *rule.less
    hint = "use Field, Ratio, Times and Sum"
    raise BadRule(f"a {type(rule).__name__} is no term to reckon with", hint=hint, code="potential.rule")


def terms_of(rule: Rule) -> Iterator[Rule]:
    """Yield a term and every term inside it.

    >>> [term.named() for term in terms_of(Ratio(Field("ours"), Sum([Field("ours"), Field("theirs")])))]
    ['ours/(ours + theirs)', 'ours', 'ours + theirs', 'ours', 'theirs']

    Raises:
        BadRule: something that is not made of `Field`, `Ratio`, `Times` and `Sum`.
    """
    yield rule
    for inner in _under(rule):
        yield from terms_of(inner)


def check_inputs(rule: Rule, inputs: Sequence[Input], where: str) -> None:
    """Refuse inputs that are not just the fields that a rule reads, each once.

    Raises:
        BadRule: a field without its input, an input that the rule does not read, or one given twice.
    """
    read = {term.name for term in terms_of(rule) if isinstance(term, Field)}
    named = [one.name for one in inputs]
    for what, odd in (
        ("reads a field that no input describes", read - set(named)),
        ("has an input that its rule does not read", set(named) - read),
        ("has an input twice", {name for name in named if named.count(name) > 1}),
    ):
        if odd:
            raise BadRule(f"it {what}", where=f"{where}, {min(odd)}", code="potential.inputs")


def faults(inputs: Iterable[Input], record: object) -> list[PharmaSalesError]:
    """Return what is wrong with the inputs of one record, all of it at once."""
    found: list[PharmaSalesError] = []
    for one in inputs:
        try:
            one.read(record)
        except PharmaSalesError as error:
            found.append(error)
    return found


def unknown(inputs: Iterable[Input], record: object) -> tuple[Input, ...]:
    """Return the inputs that a record does not know."""
    return tuple(one for one in inputs if one.read(record) is None)


def zero_divisors(rule: Rule, record: object) -> tuple[Rule, ...]:
    """Return what a rule divides by and is zero.

    >>> [term.named() for term in zero_divisors(Ratio(Field("ours"), Field("all")), {"ours": 1, "all": 0})]
    ['all']
    """
    ratios = (term for term in terms_of(rule) if isinstance(term, Ratio))
    return tuple(term.whole for term in ratios if found_by(term.whole, term.whole(record)) == 0)


def one_unit(inputs: Iterable[Input], record: object) -> Unit | None:
    """Return the unit that all inputs in the caller's own unit share; `None` where they are plain numbers.

    Raises:
        NotComparable: two units, or an amount beside a plain number.
    """
    free = [one for one in inputs if one.unit is None]
    if not free:
        return None
    held = [(one.name, one.term(record)) for one in free]
    units = {name: value.unit if isinstance(value, Amount) else None for name, value in held if value is not None}
    if len(set(units.values())) > 1:
        raise NotComparable("two units, or an amount beside a plain number", where=", ".join(units), code="unit")
    return next(iter(units.values()), None)
