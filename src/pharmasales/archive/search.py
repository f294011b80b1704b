"""Name search (名称搜索): by the name, by pinyin initials (拼音首字母), by full pinyin, and with a slip of the pen.

A character counts under every reading that it has, so 重庆 is found as `chongqing` and as `zhongqing`. Nothing is spelt
out in advance: a query becomes a pattern of sets of characters, and one pass over all names answers it.

>>> from pharmasales.archive.customers import Customer
>>> names = {"H1": "示例协和医院", "H2": "重庆示例医院（东院）"}
>>> index = NameIndex.of(Customer(one, name, "hospital") for one, name in names.items())
>>> [(hit.id, hit.way) for hit in index.search("协和")], [(hit.id, hit.way) for hit in index.search("xhyy")]
([('H1', 'part')], [('H1', 'initials')])
>>> [hit.id for hit in index.search("zhongqing")], [hit.id for hit in index.search("示例协合医院")]
(['H2'], ['H1', 'H2'])

Source: S001-15 (easy to query).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.archive.customers import Customer
from pharmasales.archive.kinds import is_person
from pharmasales.archive.likeness import hundredths, key, spelled
from pharmasales.archive.pinyin import Readings
from pharmasales.display import Why, because
from pharmasales.errors import BadValue
from pharmasales.extras import need
from pharmasales.names import nearest

__all__ = ["Hit", "NameIndex", "Search", "Way"]

Way: TypeAlias = Literal["exact", "prefix", "part", "initials", "pinyin", "fuzzy"]
"""How a name was found, the surest first."""

Search: TypeAlias = Literal["text", "pinyin", "fuzzy"]
"""A way of searching: as written; by pinyin, for Latin letters; by likeness, where nothing else is found."""

_WAYS: tuple[Way, ...] = ("exact", "prefix", "part", "initials", "pinyin", "fuzzy")
_SEARCHES: tuple[Search, ...] = ("text", "pinyin", "fuzzy")
_ALIKE = 60.0
_LONGEST = 100
_LETTERS = re.compile("[a-zü]")

_WHY: Mapping[Way, Why] = {
    "exact": because("the name itself", "名称相同"),
    "prefix": because("the name begins so", "名称以此开头"),
    "part": because("part of the name", "名称包含"),
    "initials": because("pinyin initials", "拼音首字母"),
    "pinyin": because("pinyin", "拼音"),
}

_Found: TypeAlias = tuple[int, int, int, str, str]
"""Rank of the way, where in the name (or how unlike), length of the name, its key, and the id: what orders the hits."""


@frozen
class Hit:
    """One customer found.

    Args:
        id: the customer's id.
        way: how it was found.
        why: the same in words.
    """

    id: str
    way: Way
    why: Why


@frozen(repr=False, eq=False)
class NameIndex:
    """The names of customers made ready for search; build it with `NameIndex.of`.

    A name without any letter, as an erased customer has it, is in no index.
    """

    _keys: tuple[str, ...]
    _ids: tuple[str, ...]
    _text: str
    _starts: list[int]

    @classmethod
    def of(cls, customers: Iterable[Customer]) -> NameIndex:
        """Make the names ready, each hospital's other names (别名) and campus too.

        >>> NameIndex.of([Customer("H1", "示例医院"), Customer("H2", "")])
        NameIndex(1 customers)
        """
        rows = sorted({(text, one.id) for one in customers for text in _texts(one)})
        starts, at = [], 0
        for text, _ in rows:
            starts.append(at)
            at += len(text) + 1
        keys = tuple(text for text, _ in rows)
        return cls(keys, tuple(row[1] for row in rows), "\n".join(keys), starts)

    def __repr__(self) -> str:
        return f"NameIndex({len(set(self._ids))} customers)"

    @cached_property
    def _readings(self) -> Readings:
        return Readings.of(self._text)

    def search(self, query: str, *, limit: int = 20, by: Collection[Search] = _SEARCHES) -> tuple[Hit, ...]:
        """Return the customers found, the surest first: each once, by its best way.

        Args:
            query: part of a name, pinyin initials or pinyin; width, case, spaces and brackets do not count.
            limit: the most to return.
            by: the ways to search by; `("text",)` needs no further package.

        Raises:
            BadValue: an unknown way, or no positive limit.
            BadConfig: pypinyin is due, because Latin letters are sought among Chinese names, or rapidfuzz is, because
                nothing else was found, and it is not installed.

        >>> index = NameIndex.of([Customer("H1", "示例医院"), Customer("H2", "示例市示例医院")])
        >>> [(hit.id, hit.why.text()) for hit in index.search("sl医院")]
        [('H1', 'pinyin initials'), ('H2', 'pinyin initials')]
        """
        for way in by:
            if way not in _SEARCHES:
                raise BadValue("unknown way of searching", where="by", hint=nearest(way, _SEARCHES), code="search.by")
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise BadValue("at least one hit is due", where="limit", code="search.limit")
        asked = key(query)[:_LONGEST]
        if not asked or not self._keys:
            return ()
        best: dict[str, _Found] = {}
        for found in self._ways(asked, by):
            if found[4] not in best or found < best[found[4]]:
                best[found[4]] = found
        if not best and "fuzzy" in by:
            best = {found[4]: found for found in sorted(self._fuzzy(asked), reverse=True)}
        return tuple(map(_hit, sorted(best.values())[:limit]))

    def _ways(self, asked: str, by: Collection[Search]) -> Iterator[_Found]:
        if "text" in by:
            for at, start in self._scan(re.escape(asked)):
                yield self._found(2 if start else 0 if len(self._keys[at]) == len(asked) else 1, start, at)
        if "pinyin" in by and _LETTERS.search(asked) and not self._text.isascii():
            for at, start in self._scan(self._readings.initials(asked)):
                yield self._found(3, start, at)
            for at, start in self._scan(self._readings.full(asked)):
                yield self._found(4, start, at)

    def _scan(self, pattern: str) -> Iterator[tuple[int, int]]:
        """Yield the row of each place where a pattern is found, and where in the name."""
        for found in re.finditer(pattern, self._text):
            at = bisect_right(self._starts, found.start()) - 1
            yield at, found.start() - self._starts[at]

    def _fuzzy(self, asked: str) -> Iterator[_Found]:
        extract, scorer = need("rapidfuzz.process", "match").extract, need("rapidfuzz.fuzz", "match").ratio
        for text, ratio, at in extract(asked, self._keys, scorer=scorer, limit=None, score_cutoff=_ALIKE):
            yield self._found(5, 100 - hundredths(ratio, len(asked) + len(text)), at)

    def _found(self, rank: int, start: int, at: int) -> _Found:
        return rank, start, len(self._keys[at]), self._keys[at], self._ids[at]


def _texts(customer: Customer) -> tuple[str, ...]:
    read = spelled(customer.name, person=is_person(customer.kind))
    return read.keys + read.aliases


def _hit(found: _Found) -> Hit:
    way = _WAYS[found[0]]
    if way == "fuzzy":
        return Hit(found[4], way, because("name ratio {score}", "名称相似度 {score}", score=100 - found[1]))
    return Hit(found[4], way, _WHY[way])
