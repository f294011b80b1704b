"""Papers (单据): what every book of them refuses, whatever they say: strangers, two units, twin numbers, twin ids.

>>> [str(error) for error in one_spelling([("customer", "D1", "rows[0]"), ("customer", "d1", "rows[4]")], "x")]
['one customer spelt in two ways @ rows[0], rows[4]; write an id in one way [x]']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from pharmasales.errors import BadValue, NotComparable
from pharmasales.names import respelt, twins
from pharmasales.units import Amount, Unit

__all__ = [
    "PaperIds",
    "PaperKinds",
    "grouped",
    "kind_of",
    "one_number",
    "one_spelling",
    "one_unit",
    "strangers",
    "two_spellings",
]

K = TypeVar("K")
T = TypeVar("T")

PaperKinds: TypeAlias = Mapping[type[object], str]
"""The classes of papers that a book takes, each with its name."""

PaperIds: TypeAlias = Iterable[tuple[str, str, str]]
"""Ids that stand in papers: what each is the id of, the id, and the place of the paper."""


def grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """Return the second of each pair by the first, in the order given.

    >>> grouped([("D1", 1), ("D2", 2), ("D1", 3)])
    {'D1': [1, 3], 'D2': [2]}
    """
    found: dict[K, list[T]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found


def kind_of(one: object, kinds: PaperKinds) -> str:
    """Return the name of a paper's kind, "" where the book takes none of this class.

    >>> kind_of(3, {int: "count"}), kind_of("3", {int: "count"})
    ('count', '')
    """
    return next((name for kind, name in kinds.items() if isinstance(one, kind)), "")


def strangers(given: Sequence[object], kinds: PaperKinds, where: str, what: str, code: str) -> Iterator[BadValue]:
    """Refuse what is no paper of the book.

    >>> [str(error) for error in strangers(["F1"], {int: "count"}, "counts", "count of stock", "x")]
    ['str is no count of stock @ counts[0]; give a count [x]']
    """
    for place, one in enumerate(given):
        if not kind_of(one, kinds):
            hint = f"give a {' or a '.join(kinds.values())}"
            yield BadValue(f"{type(one).__name__} is no {what}", where=f"{where}[{place}]", hint=hint, code=code)


def one_unit(amounts: Iterable[tuple[Amount, str]], unit: Unit) -> Iterator[NotComparable]:
    """Refuse amounts in another unit, each with its place.

    >>> from pharmasales.units import CNY, USD
    >>> [str(error) for error in one_unit([(Amount(1, CNY), "lines[0]"), (Amount(1, USD), "lines[1]")], CNY)]
    ['an amount that is not in CNY @ lines[1]; keep the units apart, each by itself [unit]']
    """
    for amount, where in amounts:
        if amount.unit != unit:
            hint = "keep the units apart, each by itself"
            yield NotComparable(f"an amount that is not in {unit.code}", where=where, hint=hint, code="unit")


def one_number(numbers: PaperIds, code: str) -> Iterator[BadValue]:
    """Refuse two papers of one kind and number, in whatever spelling.

    >>> [str(error) for error in one_number([("invoice", "F1", "[0]"), ("invoice", "f1", "[1]")], "x")]
    ['two invoices of one number @ [0], [1]; keep one of them [x]']
    """
    for kind, held in grouped((kind, (number, where)) for kind, number, where in numbers).items():
        for first, second in twins(number for number, _ in held):
            where = f"{held[first][1]}, {held[second][1]}"
            yield BadValue(f"two {kind}s of one number", where=where, hint="keep one of them", code=code)


def one_spelling(ids: PaperIds, code: str) -> Iterator[BadValue]:
    """Refuse an id that papers write in two ways (case, width, spaces): two accounts would be made of one."""
    for kind, held in grouped((kind, (text, where)) for kind, text, where in ids if text).items():
        for first, second in respelt(text for text, _ in held):
            where = f"{held[first][1]}, {held[second][1]}"
            yield BadValue(f"one {kind} spelt in two ways", where=where, hint="write an id in one way", code=code)


def two_spellings(what: str, ids: Iterable[str], code: str) -> list[BadValue]:
    """Refuse ids that are written in two ways, where nothing but the ids themselves says their place.

    >>> print(*two_spellings("customer", ["D1", "D2", "D1", "d1"], "stock.twins"))
    one customer spelt in two ways @ customer 'D1', customer 'd1'; write an id in one way [stock.twins]
    """
    return list(one_spelling(((what, text, f"{what} {text!r}") for text in ids), code))
