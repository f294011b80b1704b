"""Terms and tests: how a rule reads a record, and what it asks of it.

A record is a mapping or any object with attributes. Missing stays missing: a term without a value is `None`, and a test
of a missing value is `None` too, neither true nor false.

>>> Field("days").over(120)({"days": 120}), Field("amount").at_least(50_000)({"amount": 50_000})
(False, True)
>>> Ratio(Field("ours"), Field("potential"))({"ours": 1, "potential": 0}) is None
True
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args

from attrs import field, frozen

from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.names import clean, nearest
from pharmasales.units import Number, exact, from_float, share

__all__ = [
    "All",
    "AnyOf",
    "Condition",
    "Field",
    "Label",
    "Not",
    "Ratio",
    "Rule",
    "Term",
    "Test",
    "as_label",
    "bracketed",
    "each",
    "found_by",
    "literal",
    "number",
]

T = TypeVar("T")
G = TypeVar("G")

Label: TypeAlias = str | int
Exact: TypeAlias = int | Fraction
Op: TypeAlias = Literal["at_least", "over", "below", "at_most", "equals", "one_of", "missing"]

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "over": operator.gt,
    "below": operator.lt,
    "at_most": operator.le,
}


def _small(value: Fraction) -> Exact:
    """Use an int where it is one: comparing ints is several times faster."""
    return value.numerator if value.denominator == 1 else value


def literal(value: Number | float) -> Exact:
    """Read a number written in a rule: exact, a share such as `80%`, or a float literal by its shortest decimal.

    >>> literal(0.15), literal("80%"), literal(200_000)
    (Fraction(3, 20), Fraction(4, 5), 200000)

    Raises:
        BadRule: not a number.
    """
    try:
        return _small(from_float(value) if isinstance(value, float) else share(value))
    except BadValue as error:
        raise BadRule(f"a cut, weight or point: {error.reason}", hint=error.hint, code="rule.number") from None


def number(value: object, where: str) -> Exact | None:
    """Read a number from a record: exact, or a float by its shortest decimal; `None` is missing.

    Raises:
        BadValue: text that is no number, NaN, infinity or a bool, with the field's name.
    """
    if value is None or type(value) is int:
        return value
    if type(value) is Fraction:
        return _small(value)
    try:
        return _small(from_float(value) if isinstance(value, float) else exact(value))
    except PharmaSalesError as error:
        raise error.at(where) from None


def found_by(rule: Rule, value: object) -> Exact | None:
    """Read a value that a rule found; the rule's name is put together only where there is something to refuse.

    Raises:
        BadValue: as `number`.
    """
    if value is None or type(value) is int:
        return value
    return _small(value) if type(value) is Fraction else number(value, rule.named())


def as_label(value: object) -> Label:
    """Check an answer of a rule: text, or a whole number.

    Raises:
        BadRule: anything else, which no rule book could keep.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadRule("a label is text or a whole number", hint=f"not {type(value).__name__}", code="rule.label")


def each(given: Iterable[G], what: str, read: Callable[[G], T]) -> Iterator[T]:
    """Read the items of a rule one by one; an error says which one: `cuts[2]`."""
    for place, item in enumerate(given):
        try:
            found = read(item)
        except PharmaSalesError as error:
            raise error.at(f"{what}[{place}]") from None
        yield found


def bracketed(name: str, *, divides: bool = False) -> str:
    """Put the name of a sum into brackets, to stand in a product or a ratio; below the line that of a product, too.

    >>> bracketed("this - last"), bracketed("beds x days"), bracketed("beds x days", divides=True)
    ('(this - last)', 'beds x days', '(beds x days)')
    """
    signs = (" + ", " - ", " x ", "/") if divides else (" + ", " - ")
    return f"({name})" if any(sign in name for sign in signs) else name


class Rule:
    """Anything that answers for one record: `rule(record)`; `None` where the answer is missing."""

    __slots__ = ()

    def __call__(self, record: object) -> object:
        """Answer for one record."""
        raise NotImplementedError  # pragma: no cover - every rule has its own

    def named(self) -> str:
        """Return the name under which a reason speaks of this rule."""
        return type(self).__name__.lower()


class Term(Rule):
    """A rule that reads a value; it can be compared, and the comparison is a `Test`."""

    __slots__ = ()

    def at_least(self, cut: Number | float) -> Test:
        """Test `value >= cut` (以上, 不低于)."""
        return Test(self, "at_least", literal(cut))

    def over(self, cut: Number | float) -> Test:
        """Test `value > cut` (超过)."""
        return Test(self, "over", literal(cut))

    def below(self, cut: Number | float) -> Test:
        """Test `value < cut` (不满)."""
        return Test(self, "below", literal(cut))

    def at_most(self, cut: Number | float) -> Test:
        """Test `value <= cut` (以下, 以内)."""
        return Test(self, "at_most", literal(cut))

    def equals(self, value: str | int | bool) -> Test:
        """Test that the value is exactly this one."""
        return Test(self, "equals", value)

    def one_of(self, values: Iterable[str | int]) -> Test:
        """Test that the value is among these; a set is put in order, so that the rule is the same everywhere."""
        if isinstance(values, set | frozenset):
            values = sorted(values, key=lambda value: (isinstance(value, str), value))
        return Test(self, "one_of", values if isinstance(values, str) else tuple(values))

    def missing(self) -> Test:
        """Test that there is no value; the only test that is never missing itself."""
        return Test(self, "missing", True)


def _is_mapping(kind: type) -> bool:
    return issubclass(kind, Mapping)


_keyed: Callable[[type], bool] = lru_cache(maxsize=256)(_is_mapping)


def _field_name(name: str) -> str:
    if not isinstance(name, str) or not name.strip() or name.startswith("__"):
        raise BadRule("not the name of a field", hint="name a key or an attribute of the record", code="rule.field")
    return clean(name)


@frozen
class Field(Term):
    """A field of the record, by name.

    Args:
        name: the key of a mapping or the attribute of an object.
        zh: its Chinese name, for reasons.

    >>> Field("potential")({"potentail": 3})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: the record has no field 'potential'; did you mean "potentail"? [rule.field]
    """

    name: str = field(converter=_field_name)
    zh: str = field(default="", eq=False, converter=clean)

    def __call__(self, record: object) -> object:
        """Return the value as the record holds it, or `None`."""
        if _keyed(type(record)):
            held = cast("Mapping[str, object]", record)
            if self.name in held:
                return held[self.name]
            known = [str(key) for key in held]
        else:
            try:
                return cast("object", getattr(record, self.name))
            except AttributeError:
                known = [name for name in dir(record) if not name.startswith("_")]
        raise BadValue(f"the record has no field {self.name!r}", hint=nearest(self.name, known), code="rule.field")

    def named(self) -> str:
        """Return the field's name."""
        return self.name


@frozen
class Ratio(Term):
    """One number over another; missing where either is, or where the second is zero.

    >>> Ratio(Field("ours"), Field("potential"))({"ours": 310_000, "potential": 620_000})
    Fraction(1, 2)
    """

    part: Rule
    whole: Rule

    def __call__(self, record: object) -> Fraction | None:
        """Return the exact quotient, or `None`."""
        part = found_by(self.part, self.part(record))
        whole = found_by(self.whole, self.whole(record))
        return None if part is None or whole is None or whole == 0 else Fraction(part, whole)

    def named(self) -> str:
        """Return `part/whole`."""
        return f"{bracketed(self.part.named())}/{bracketed(self.whole.named(), divides=True)}"


@frozen
class Test(Rule):
    """One question about one term, with its bound's side stated by the operator. Made by a term's methods.

    Raises:
        BadRule: an unknown operator, or a value to equal that is neither text nor a whole number, yes or no.
    """

    __test__ = False  # pytest would collect a class of this name

    of: Rule
    op: Op
    value: Exact | str | bool | tuple[str | int, ...]

    def __attrs_post_init__(self) -> None:
        if self.op not in get_args(Op):
            raise BadRule("unknown test", where=str(self.op), hint=nearest(str(self.op), get_args(Op)))
        asked = {"equals": (self.value,), "one_of": self.value}.get(self.op, ())
        if not isinstance(asked, tuple) or not all(isinstance(value, str | int) for value in asked):
            raise BadRule(
                f"{self.op} takes text, whole numbers, yes or no", hint="one_of takes a list", code="rule.test"
            )

    def __call__(self, record: object) -> bool | None:
        """Return whether it holds; `None` where the value is missing."""
        found = self.of(record)
        if self.op == "missing":
            return found is None
        if found is None:
            return None
        if self.op == "equals":
            return bool(found == self.value)
        if self.op == "one_of":
            return found in cast("tuple[object, ...]", self.value)
        return _ORDER[self.op](found_by(self.of, found), self.value)


def _tests(given: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(given)


@frozen
class All(Rule):
    """Holds where every test holds; false as soon as one is false; otherwise missing where one is."""

    tests: tuple[Condition, ...] = field(converter=_tests)

    def __call__(self, record: object) -> bool | None:
        """Return whether all hold."""
        found = [test(record) for test in self.tests]
        return False if False in found else None if None in found else True


@frozen
class AnyOf(Rule):
    """Holds where one test holds; missing where none does and one is missing."""

    tests: tuple[Condition, ...] = field(converter=_tests)

    def __call__(self, record: object) -> bool | None:
        """Return whether one holds."""
        found = [test(record) for test in self.tests]
        return True if True in found else None if None in found else False


@frozen
class Not(Rule):
    """Holds where the test does not; missing stays missing."""

    test: Condition

    def __call__(self, record: object) -> bool | None:
        """Return the opposite."""
        found = self.test(record)
        return None if found is None else not found


Condition: TypeAlias = Test | All | AnyOf | Not
