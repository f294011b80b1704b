"""Duplicates (重复客户): which customers may be one and the same, how likely, and why; merging is a decision of people.

Customers of one kind are compared where one's place lies within the other's: the same prefecture, or the same hospital
for a doctor or a department. An equal credit code or telephone brings two together from anywhere. The list is the same
in whatever order the customers are given.

>>> from pharmasales.archive.customers import Customer
>>> found = candidates([
...     Customer("H1", "示例市人民医院", "hospital", division="990100"),
...     Customer("H2", "示例市 人民医院", "hospital", division="990102"),
...     Customer("H3", "示例市人民医院（东院）", "hospital", division="990100"),
... ])
>>> print(found.table())
First  Second  Score  Why
-----  ------  -----  ---------
H1     H2        100  same name

Source: S004-12 (one file for each customer), S001-15.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.archive.customers import Customer
from pharmasales.archive.evidence import Candidate, File, files, least_ratio, ratio_of, weighed
from pharmasales.archive.likeness import hundredths, shared, tokens
from pharmasales.display import Cell, Column, Lang, Says, Table, Why
from pharmasales.errors import BadValue
from pharmasales.extras import need
from pharmasales.names import nearest

__all__ = ["Candidate", "Candidates", "Within", "candidates"]

Within: TypeAlias = Literal["country", "province", "prefecture", "county"]
"""How near two customers must be for their names to be compared."""

_LEVELS: Mapping[str, int] = {"country": 0, "province": 1, "prefecture": 2, "county": 3}
_LEAST = 50
_SHARED = 20  # a code or telephone of more customers than this is a placeholder and says nothing

_Extract: TypeAlias = Callable[..., list[tuple[str, float, int]]]


@frozen(repr=False)
class Candidates:
    """The pairs found, the likeliest first, then by id.

    Args:
        pairs: the pairs.
        customers: how many customers were looked at.
    """

    pairs: tuple[Candidate, ...]
    customers: int

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return f"Candidates({len(self)} pairs among {self.customers} customers)"

    def of(self, customer_id: str) -> tuple[Candidate, ...]:
        """Return the pairs that one customer stands in."""
        return tuple(pair for pair in self if customer_id in (pair.first, pair.second))

    def table(self, label: Callable[[str], str] | None = None) -> Table:
        """Return the pairs with their reasons.

        Args:
            label: gives the name to show beside an id; ids alone where left out, since names may be personal.
        """
        names = (Column("first_name", "Name", "名称"), Column("second_name", "Other name", "另一名称")) if label else ()
        columns = (
            Column("first", "First", "客户一"),
            Column("second", "Second", "客户二"),
            *names,
            Column("score", "Score", "得分", "number"),
            Column("why", "Why", "理由", "why"),
        )
        return Table(
            "duplicates", Says("Possible duplicates", "疑似重复客户"), columns, [_row(one, label) for one in self]
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@frozen
class _Reasons:
    """Reasons side by side, in one cell."""

    parts: tuple[Why, ...]

    def text(self, lang: Lang = "en") -> str:
        return ("；" if lang == "zh" else "; ").join(part.text(lang) for part in self.parts)


def _row(one: Candidate, label: Callable[[str], str] | None) -> tuple[Cell, ...]:
    names = (label(one.first), label(one.second)) if label else ()
    return (one.first, one.second, *names, one.score, _Reasons(one.reasons))


def candidates(
    customers: Iterable[Customer],
    *,
    at_least: int = 90,
    within: Within = "prefecture",
) -> Candidates:
    """Return the customers who may be one and the same.

    The score of two institutions is the ratio of their names, the best over all spellings; an equal address adds to
    it, a telephone more, an equal credit code makes it 100. Another number (第一, 第二), direction or kind of medicine
    takes off, and so does another credit code. Another campus (院区) is another place: such a pair is listed only where
    `at_least` is lowered to 88 or less. People share names: a person's counts four fifths until the hospital or the
    telephone is the same too.

    Args:
        customers: an archive, or some of its customers.
        at_least: the least score to list, in hundredths, 50 to 100.
        within: how near two must be for their names to be compared. Who has no division is compared with everybody
            of the kind.

    Raises:
        BadValue: `at_least` or `within` is out of range.
        BadConfig: rapidfuzz is not installed.

    >>> from pharmasales.archive.customers import Customer
    >>> twice = [Customer(i, "示例公司" + i, "distributor", fields={"credit_code": "C-1"}) for i in ("甲", "乙")]
    >>> [pair.why.text() for pair in candidates(twice)]
    ['100 of 100 (same credit code; name ratio 80)']
    """
    if isinstance(at_least, bool) or not isinstance(at_least, int) or not _LEAST <= at_least <= 100:
        raise BadValue("the least score is a whole number from 50 to 100", where="at_least", code="duplicates.score")
    if within not in _LEVELS:
        raise BadValue(
            "unknown level of place", where="within", hint=nearest(within, _LEVELS), code="duplicates.within"
        )
    known = files(sorted(customers, key=lambda customer: customer.id), _LEVELS[within])
    near = {*_equal(known, lambda one: [one.code]), *_equal(known, lambda one: one.telephones)}
    near |= _alike(known, at_least)
    ratio = ratio_of()
    found = (weighed(known[first], known[second], ratio) for first, second in sorted(near))
    listed = sorted(
        (one for one in found if one.score >= at_least), key=lambda one: (-one.score, one.first, one.second)
    )
    return Candidates(tuple(listed), len(known))


def _equal(known: Sequence[File], read: Callable[[File], Iterable[str]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of one kind that share a code or a telephone."""
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, one in enumerate(known):
        for text in filter(None, read(one)):
            sharing[one.kind, text].append(at)
    for found in sharing.values():
        if len(found) <= _SHARED:
            yield from combinations(found, 2)


def _alike(known: Sequence[File], at_least: int) -> set[tuple[int, int]]:
    """Return the pairs whose names are alike enough that the score could be reached, none left out.

    Two texts that have most characters in common share one of their rarest few, so only texts that meet in one of those
    are compared.
    """
    cuts = [least_ratio(one, at_least) for one in known]
    names = [(at, text) for at, one in enumerate(known) if cuts[at] <= 100 for text in one.texts]
    often = Counter(token for _, text in names for token in tokens(text))
    met: dict[Hashable, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
    asked = []
    for at, text in names:
        for token in _rarest(text, cuts[at], often):
            texts, owners = met[known[at].kind, token, known[at].path]
            asked.append((at, text, token, len(texts)))
            texts.append(text)
            owners.append(at)
    extract = partial(need("rapidfuzz.process", "match").extract, scorer=ratio_of(), limit=None)
    found: set[tuple[int, int]] = set()
    for at, text, token, before in asked:
        for path in _around(known[at].path):
            if (known[at].kind, token, path) in met:
                texts, owners = met[known[at].kind, token, path]
                against = texts[:before] if path == known[at].path else texts
                found.update(_pairs(extract, text, against, owners, at, cuts[at]))
    return found


def _pairs(
    extract: _Extract, text: str, against: list[str], owners: list[int], at: int, cut: int
) -> Iterator[tuple[int, int]]:
    """Yield who comes near; the cut is checked on whole numbers, rapidfuzz's own lies a hair below it."""
    for other, ratio, spot in extract(text, against, score_cutoff=cut - 0.001):
        if owners[spot] != at and hundredths(ratio, len(text) + len(other)) >= cut:
            yield min(at, owners[spot]), max(at, owners[spot])


def _around(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the place itself and every place around it, out to the unknown one."""
    for size in range(len(path), -1, -1):
        yield path[:size]


def _rarest(text: str, cut: int, often: Mapping[tuple[str, int], int]) -> list[tuple[str, int]]:
    """Return as many of the rarest characters as two texts with a ratio of `cut` cannot both miss."""
    return sorted(tokens(text), key=lambda token: (often[token], token))[: shared(len(text), cut)]
