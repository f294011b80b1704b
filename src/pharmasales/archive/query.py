"""Finding customers (客户查询): who answers a question, in a stable order, page by page.

Pages follow each other by the last customer's place in the order: none is skipped or shown twice even when other
customers come in between. Missing values stand last in either direction; ties are broken by the id.

>>> from pharmasales.archive.criteria import where
>>> places = [Customer(f"H{n}", "示例医院", "hospital", fields={"beds": n * 100}) for n in range(1, 6)]
>>> page = find(places, where(beds__at_least=200), order=("-beds",), limit=3)
>>> [one.id for one in page], page.total
(['H5', 'H4', 'H3'], 4)
>>> [one.id for one in find(places, where(beds__at_least=200), order=("-beds",), after=page.next, limit=3)]
['H2']

Source: S001-15 (easy to query).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from heapq import nsmallest
from typing import Any, TypeAlias

from attrs import frozen

from pharmasales.archive.asking import One, asked_data, one_value, read_asked
from pharmasales.archive.criteria import Criteria, held
from pharmasales.archive.customers import Customer
from pharmasales.archive.kinds import FIELDS
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.names import nearest

__all__ = ["Page", "find", "matching"]

_OWN = tuple(Customer("any", "").record())
_MANY = (list, tuple, set, frozenset)

_Key: TypeAlias = tuple[tuple[Any, ...], ...]


@frozen(repr=False)
class Page:
    """One page of customers.

    Args:
        customers: those on this page, in order.
        total: how many answer the question in all.
        next: the cursor for `find(after=...)`, or "" on the last page. It is plain text that holds what the last
            customer is ordered by: where that is a name, treat it like one.
    """

    customers: tuple[Customer, ...]
    total: int
    next: str

    def __iter__(self) -> Iterator[Customer]:
        return iter(self.customers)

    def __len__(self) -> int:
        return len(self.customers)

    def __repr__(self) -> str:
        return f"Page({len(self)} of {self.total}{', and more' if self.next else ''})"


def matching(customers: Iterable[Customer], criteria: Criteria) -> list[Customer]:
    """Return the customers for whom a question holds, in the order given; where its answer is missing it does not.

    Raises:
        BadValue: a field that no customer and no file has, or one that holds what the question cannot read; an id says
            whose.

    >>> from pharmasales.archive.criteria import where
    >>> matching([Customer("H1", "示例医院", level="三级")], where(levl="三级"))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no such field @ levl; did you mean "level"? [query.field]
    """
    given = customers if isinstance(customers, Sequence) else list(customers)
    _check((ask.of for ask in criteria.asks()), given)
    found = []
    for customer in given:
        try:
            if criteria(customer):
                found.append(customer)
        except PharmaSalesError as error:
            raise error.at(f"customer {customer.id!r}") from None
    return found


def find(
    customers: Iterable[Customer],
    criteria: Criteria,
    *,
    order: Sequence[str] = ("id",),
    after: str = "",
    limit: int = 50,
) -> Page:
    """Return one page of the customers for whom a question holds.

    Args:
        customers: an archive, or some of its customers; their order does not matter.
        criteria: the question.
        order: names of fields, the weightiest first, `-beds` for the largest first. Numbers stand before texts, texts
            by their characters; the id breaks ties.
        after: the `next` of the page before; the first page where left out.
        limit: the most customers to return.

    Raises:
        BadValue: an unknown field, a field that holds several values to order by, a cursor of another order, or no
            positive limit.

    >>> from pharmasales.archive.criteria import where
    >>> find([Customer("H1", "示例医院", level="三级")], where(), order=("-level",)).customers
    (Customer('H1'),)
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise BadValue("at least one customer a page", where="limit", code="query.limit")
    terms = _terms(order)
    given = list(customers)
    _check((name for name, _ in terms), given)
    found = matching(given, criteria)
    placed = [(_key(_values(one, terms), terms), one) for one in found]
    if after:
        start = _key(_read_cursor(after, terms), terms)
        placed = [pair for pair in placed if pair[0] > start]
    shown = nsmallest(limit, placed, key=_first)
    last = _cursor(_values(shown[-1][1], terms), terms) if len(placed) > limit else ""
    return Page(tuple(one for _, one in shown), len(found), last)


def _first(pair: tuple[_Key, Customer]) -> _Key:
    return pair[0]


def _check(names: Iterable[str], customers: Sequence[Customer]) -> None:
    """Refuse a field that nobody has; the customers are looked through only for one that no file lists."""
    unknown = [name for name in dict.fromkeys(names) if name not in _OWN and name not in FIELDS]
    if not unknown:
        return
    further = {name for customer in customers for name in customer.fields}
    for name in unknown:
        if name not in further:
            hint = nearest(name, {*_OWN, *FIELDS, *further})
            raise BadValue("no such field", where=name, hint=hint, code="query.field")


def _terms(order: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Return each field with whether its largest stands first; the id comes last and but once."""
    if isinstance(order, str):
        raise BadValue("an order is a list of fields", where="order", hint='write ("level", "id")', code="query.order")
    terms: dict[str, bool] = {}
    for name in (*order, "id"):
        terms.setdefault(name.removeprefix("-"), name.startswith("-"))
    return tuple(terms.items())


def _values(customer: Customer, terms: tuple[tuple[str, bool], ...]) -> list[One | None]:
    found: list[One | None] = []
    for name, _ in terms:
        value = held(customer, name)
        if isinstance(value, _MANY):
            hint = "order by another field"
            raise BadValue("several values have no order", where=name, hint=hint, code="query.order")
        try:
            found.append(None if value is None else one_value(value, name))
        except PharmaSalesError as error:
            raise error.at(f"customer {customer.id!r}") from None
    return found


def _key(values: Sequence[One | None], terms: tuple[tuple[str, bool], ...]) -> _Key:
    """Return what puts customers in order: missing last, then kinds of value apart, each turned round where asked."""
    return tuple(
        (1,) if value is None else (0, *_placed(value, down)) for value, (_, down) in zip(values, terms, strict=True)
    )


def _placed(value: One, down: bool) -> tuple[int, Any]:
    sign = -1 if down else 1
    if isinstance(value, str):
        return 3 * sign, (*(-ord(char) for char in value), 1) if down else value
    if isinstance(value, date):
        return 2 * sign, sign * value.toordinal()
    return (0 if isinstance(value, bool) else sign), sign * value


def _named(terms: tuple[tuple[str, bool], ...]) -> list[str]:
    return [f"-{name}" if down else name for name, down in terms]


def _cursor(values: Sequence[One | None], terms: tuple[tuple[str, bool], ...]) -> str:
    at = [None if value is None else asked_data(value) for value in values]
    return json.dumps({"order": _named(terms), "at": at}, ensure_ascii=False, separators=(",", ":"))


def _read_cursor(text: str, terms: tuple[tuple[str, bool], ...]) -> list[One | None]:
    """Read a cursor back; one of another order would skip customers."""
    try:
        data = json.loads(text)
        if data["order"] == _named(terms) and len(data["at"]) == len(terms):
            return [None if value is None else one_value(read_asked(value), "cursor") for value in data["at"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadValue(
            "not a cursor", where="after", hint="hand over the next of a page", code="query.cursor"
        ) from None
    hint = "keep the order, or begin with the first page"
    raise BadValue("a cursor of another order", where="after", hint=hint, code="query.cursor")
