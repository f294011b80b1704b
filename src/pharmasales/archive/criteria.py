"""Criteria (查询条件): a question about a customer as a value that can be combined, stored, read and answered.

`where(level__in=("三级甲等",), beds__at_least=500)` asks several things at once; `&`, `|` and `~` combine questions.
Missing stays missing, as in `rules.terms`: a customer without beds is neither over nor under any count, and only
`missing` finds it. A saved query is plain data, so that a store can answer it from its indexes.

>>> from pharmasales.archive.customers import Customer
>>> asked = where(kind="hospital", beds__at_least=500) | where(roles__any=("kol",))
>>> print(asked)
kind is hospital and beds at least 500, or roles any of kol
>>> asked(Customer("H1", "示例医院", "hospital", fields={"beds": 800})), asked(Customer("H2", "示例医院", "hospital"))
(True, None)
>>> Criteria.from_data(asked.data()) == asked
True

Source: S001-15 (easy to query).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

from attrs import field, frozen

from pharmasales.archive.asking import OPS, Asked, asked_data, read_asked
from pharmasales.archive.customers import Customer
from pharmasales.display import Lang, Says
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.names import clean, nearest

__all__ = ["Ask", "Criteria", "Every", "Opposite", "Some", "held", "where"]

Data: TypeAlias = Mapping[str, Any]

_DEEPEST = 50
_OWN = ("id", "name", "kind", "owner", "parent", "level", "division", "source", "potential", "since")
_MANY = ("weekdays", "roles", "affiliations")


def held(customer: object, name: str) -> object:
    """Return what a customer, or a record, holds under a name: as `Customer.record` has it, `None` for missing.

    >>> held(Customer("H1", "示例医院"), "level"), held(Customer("H1", "示例医院", fields={"beds": 80}), "beds")
    (None, 80)
    """
    if not isinstance(customer, Customer):
        return customer.get(name) if isinstance(customer, Mapping) else getattr(customer, name, None)
    if name in _OWN:
        found = getattr(customer, name)
        return None if found == "" else found
    if name in _MANY:
        return getattr(customer, name) or None
    return customer.fields.get(name)


class Criteria:
    """A question about a customer: `asked(customer)` is true, false, or `None` where what it needs is missing.

    Made by `where`; combined with `&` (and), `|` (or) and `~` (not). Two equal questions compare equal. The `repr`
    leaves out the values asked for, which may be personal; `text` has them.
    """

    __slots__ = ()

    def __call__(self, customer: object) -> bool | None:
        """Answer for one customer, or one record."""
        raise NotImplementedError  # pragma: no cover - every kind of criteria has its own

    def __and__(self, other: Criteria) -> Criteria:
        return _joined(Every, self, other)

    def __or__(self, other: Criteria) -> Criteria:
        return _joined(Some, self, other)

    def __invert__(self) -> Criteria:
        return self.of if isinstance(self, Opposite) else Opposite(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Criteria({', '.join(f'{ask.of}__{ask.op}' for ask in self.asks())})"

    def asks(self) -> Iterator[Ask]:
        """Yield the single questions it is made of, in order."""
        raise NotImplementedError  # pragma: no cover - every kind of criteria has its own

    def text(self, lang: Lang = "en") -> str:
        """Return the question in words.

        >>> where(level__in=("三级甲等", "三级")).text("zh")
        'level 为 三级甲等、三级 之一'
        """
        raise NotImplementedError  # pragma: no cover - every kind of criteria has its own

    def data(self) -> dict[str, Any]:
        """Return it as plain data: text, numbers, yes and no, lists and tables alone.

        >>> where(division__within="35").data()
        {'field': 'division', 'op': 'within', 'value': '35'}
        """
        raise NotImplementedError  # pragma: no cover - every kind of criteria has its own

    @staticmethod
    def from_data(data: Data) -> Criteria:
        """Read it back.

        Raises:
            BadValue: not of that form, with the path to the fault.

        >>> Criteria.from_data({"some": [{"field": "kind", "op": "is", "value": "doctor"}]}).text()
        'kind is doctor'
        >>> Criteria.from_data({"every": [{"field": "kind", "op": "untill", "value": "doctor"}]})
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: unknown test @ query.every[0], kind; did you mean "until"? [query.op]
        """
        return _read(data, "query", 0)


def _kinds_apart(asked: Asked) -> object:
    """Return what two questions are compared by: yes is not 1."""
    return (
        tuple((type(one) is bool, one) for one in asked) if isinstance(asked, tuple) else (type(asked) is bool, asked)
    )


@frozen(repr=False)
class Ask(Criteria):
    """One question about one field.

    Args:
        of: the field's name, as `Customer.record` has it.
        op: the test, one of `OPS`.
        value: what is asked for.

    Raises:
        BadValue: no field's name, an unknown test, or a value that the test does not take.

    >>> Ask("beds", "at_least", 500) == where(beds__at_least=500)
    True
    """

    of: str
    op: str
    value: Asked = field(eq=_kinds_apart)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.of, str) or not self.of.strip():
            raise BadValue("a field has a name", where="query", code="query.field")
        clean(self.of, "query")
        if not isinstance(self.op, str) or self.op not in OPS:
            raise BadValue("unknown test", where=self.of, hint=nearest(str(self.op), OPS), code="query.op")
        object.__setattr__(self, "value", OPS[self.op].takes(self.value, self.of))

    def __call__(self, customer: object) -> bool | None:
        """Answer; a missing field answers `missing` alone."""
        found = held(customer, self.of)
        if found is None:
            return bool(self.value) if self.op == "missing" else None
        return OPS[self.op].holds(found, self.value, self.of)

    def asks(self) -> Iterator[Ask]:
        """Yield itself."""
        yield self

    def text(self, lang: Lang = "en") -> str:
        """Return the field, the test and the value."""
        return f"{self.of} {OPS[self.op].words(self.value, lang)}"

    def data(self) -> dict[str, Any]:
        """Return `field`, `op` and `value`."""
        return {"field": self.of, "op": self.op, "value": asked_data(self.value)}


def _parts(given: Iterable[Criteria]) -> tuple[Criteria, ...]:
    return tuple(given)


@frozen(repr=False)
class _Joined(Criteria):
    """Several questions; as soon as one answers `_decides` so do all, and otherwise a missing one makes it missing."""

    parts: tuple[Criteria, ...] = field(converter=_parts)

    _decides: ClassVar[bool]
    _key: ClassVar[str]
    _none: ClassVar[Says]

    def __call__(self, customer: object) -> bool | None:
        """Answer for all parts together."""
        missing = False
        for part in self.parts:
            answer = part(customer)
            if answer is self._decides:
                return answer
            missing = missing or answer is None
        return None if missing else not self._decides

    def asks(self) -> Iterator[Ask]:
        """Yield the questions of all parts."""
        for part in self.parts:
            yield from part.asks()

    def text(self, lang: Lang = "en") -> str:
        """Return the parts with the word that joins them."""
        return _words(self, lang) if self.parts else self._none.text(lang)

    def data(self) -> dict[str, Any]:
        """Return the parts as a list."""
        return {self._key: [part.data() for part in self.parts]}


@frozen(repr=False)
class Every(_Joined):
    """Holds where all hold; false as soon as one is false; otherwise missing where one is. Without any it holds.

    >>> Every([where(kind="doctor"), where(level="三级")]) == (where(kind="doctor") & where(level="三级"))
    True
    """

    _decides, _key, _none = False, "every", Says("every customer", "所有客户")


@frozen(repr=False)
class Some(_Joined):
    """Holds where one holds; missing where none does and one is missing. Without any it holds for nobody.

    >>> Some([where(kind="doctor"), where(kind="agent")]).text("zh")
    'kind 为 doctor或kind 为 agent'
    """

    _decides, _key, _none = True, "some", Says("no customer", "无客户")


@frozen(repr=False)
class Opposite(Criteria):
    """Holds where the question does not; missing stays missing."""

    of: Criteria

    def __call__(self, customer: object) -> bool | None:
        """Return the opposite."""
        answer = self.of(customer)
        return None if answer is None else not answer

    def asks(self) -> Iterator[Ask]:
        """Yield the questions of what it turns round."""
        yield from self.of.asks()

    def text(self, lang: Lang = "en") -> str:
        """Return `not` and the question in brackets."""
        return f"非（{self.of.text(lang)}）" if lang == "zh" else f"not ({self.of.text(lang)})"

    def data(self) -> dict[str, Any]:
        """Return the question under `not`."""
        return {"not": self.of.data()}


def where(**asked: object) -> Criteria:
    """Ask for customers: each keyword is a field, or a field, two underscores and a test of `OPS`.

    Without a test the field is exactly that value. Texts are compared with `has`, `starts` and `ends` by their folded
    form; `within` reads codes of divisions; `any` and `all` ask about fields that hold several words; `missing=True`
    finds what is not known, `missing=False` what is. All of it must hold; nothing asked is every customer.

    Raises:
        BadValue: an unknown test, or a value that it does not take.

    >>> where(kind="doctor", name__has="示例", mobile__missing=True).text()
    'kind is doctor and name has 示例 and mobile is missing'
    >>> where(beds__atleast=500)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: unknown test @ beds; did you mean "at_least"? [query.op]
    """
    asks = []
    for name, value in asked.items():
        of, _, op = name.rpartition("__")
        asks.append(Ask(of or name, op if of else "is", value))  # type: ignore[arg-type]  # each test checks its own
    return asks[0] if len(asks) == 1 else Every(asks)


def _joined(kind: type[Every] | type[Some], first: Criteria, second: Criteria) -> Criteria:
    """Join without nesting, so that a chain of any length stays flat."""
    parts = [part for one in (first, second) for part in (one.parts if isinstance(one, kind) else (one,))]
    return parts[0] if len(parts) == 1 else kind(parts)


def _words(joined: _Joined, lang: Lang) -> str:
    """Join in words: an `or` among `and`s takes brackets, `and`s among `or`s are set off by a comma."""
    chinese = lang == "zh"
    if isinstance(joined, Every):
        brackets = "（{}）" if chinese else "({})"
        shown = [brackets.format(one.text(lang)) if isinstance(one, Some) else one.text(lang) for one in joined.parts]
        return ("且" if chinese else " and ").join(shown)
    comma = any(isinstance(part, Every) for part in joined.parts)
    word = ("，或" if comma else "或") if chinese else (", or " if comma else " or ")
    return word.join(part.text(lang) for part in joined.parts)


def _read(data: Data, where: str, depth: int) -> Criteria:
    if depth > _DEEPEST:
        raise BadValue("nested too deeply", where="query", code="query.depth")
    match data:
        case {"every": [*parts], **rest} if not rest:
            return Every([_read(part, f"{where}.every[{place}]", depth + 1) for place, part in enumerate(parts)])
        case {"some": [*parts], **rest} if not rest:
            return Some([_read(part, f"{where}.some[{place}]", depth + 1) for place, part in enumerate(parts)])
        case {"not": of, **rest} if not rest:
            return Opposite(_read(of, f"{where}.not", depth + 1))
        case {"field": name, "op": op, "value": value, **rest} if not rest:
            try:
                return Ask(name, op, read_asked(value))
            except PharmaSalesError as error:
                raise error.at(where) from None
    hint = "a table with every, some or not, or with field, op and value"
    raise BadValue("not a question", where=where, hint=hint, code="query.form")
