"""Weak items of a score (薄弱项): below a stated cut, or falling.

>>> found = weak_items({"knowledge": ["80%", "70%", "55%"], "skill": ["90%", "85%", "80%"]}, below="60%", falling=3)
>>> for item in found.items:
...     print(item.item, item.why.text())
knowledge 55.0% is below 60.0%; fell in each of the last 3 scores: 80.0% > 70.0% > 55.0%
skill fell in each of the last 3 scores: 90.0% > 85.0% > 80.0%
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.units import Number, share

__all__ = ["WeakItem", "WeakItems", "weak_items"]


@frozen
class WeakItem:
    """An item of a score that is weak (薄弱项).

    Args:
        item: the id of the item.
        scores: its scores as shares of full points, oldest first; `None` where there is none.
        why: below the cut, falling, or both.
    """

    item: str
    scores: tuple[Fraction | None, ...] = field(repr=False)
    why: Why = field(repr=False)


@frozen
class WeakItems:
    """The weak items of one person, the lowest first. Made by `weak_items`.

    Args:
        items: the weak ones.
        unknown: the ids of items whose last score is missing: neither weak nor strong.
        below: the cut.
        falling: how many scores in a row have to fall.
    """

    items: tuple[WeakItem, ...]
    unknown: tuple[str, ...]
    below: Fraction
    falling: int | None

    def table(self) -> Table:
        """Return item, last score, why."""
        rows: list[tuple[Cell, ...]] = [(one.item, one.scores[-1], one.why) for one in self.items]
        return Table("weak_items", Says("Weak items", "薄弱项"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("item", "Item", "项目"),
    Column("last", "Last score", "最近得分", "ratio"),
    Column("why", "Why", "原因", "why"),
)


def weak_items(
    scores: Mapping[str, Sequence[Number | None]], *, below: Number, falling: int | None = None
) -> WeakItems:
    """Find the weak items of a person's scores (找薄弱项).

    An item is weak where its last score is below the cut (the cut itself is not weak), or where its last `falling`
    scores fall one after the other. A missing score is no score of zero: it breaks a row of falling ones, and an item
    without a last score is listed as unknown.

    Args:
        scores: by item, as shares of full points (`80%`, `0.8`), oldest first.
        below: the cut, above 0 and at most 100 %; the company's own.
        falling: how many scores in a row have to fall, 2 or more; not looked at where left out.

    Source: S004-64 (training need), S002-22, S002-23. Both cuts are policy.

    Raises:
        BadRule: a cut out of range, or a row of fewer than two.
        BadRows: scores that are no exact number, with their items, and items that are given twice.
    """
    cut = share(below)
    if not 0 < cut <= 1:
        raise BadRule("a cut out of range", where="below", hint="above 0, at most 100%", code="feedback.cut")
    if falling is not None and falling < 2:
        raise BadRule("a row of fewer than two", where="falling", hint="2 or more", code="feedback.falling")
    read = _read(scores)
    unknown = tuple(sorted(item for item, row in read.items() if not row or row[-1] is None))
    weak = [WeakItem(item, row, why) for item, row in read.items() for why in _whys(row, cut, falling)]
    weak.sort(key=lambda one: (one.scores[-1] or 0, one.item))
    return WeakItems(tuple(weak), unknown, cut, falling)


def _read(scores: Mapping[str, Sequence[Number | None]]) -> dict[str, tuple[Fraction | None, ...]]:
    bad: list[PharmaSalesError] = []
    read: dict[str, tuple[Fraction | None, ...]] = {}
    for item, row in scores.items():
        try:
            name = normal_id(item, "item")
            if name in read:
                raise BadValue("given twice", code="feedback.twice")
            read[name] = tuple(None if one is None else share(one) for one in row)
        except PharmaSalesError as error:
            bad.append(error.at(f"scores[{item!r}]"))
    if bad:
        raise BadRows("scores refused", bad)
    return read


def _whys(row: tuple[Fraction | None, ...], cut: Fraction, falling: int | None) -> list[Why]:
    """Return why an item is weak, or nothing."""
    last = row[-1] if row else None
    if last is None:
        return []
    parts = []
    if last < cut:
        parts.append(because("{last} is below {cut}", "{last} 低于 {cut}", last=percent(last), cut=percent(cut)))
    tail = [] if falling is None or len(row) < falling else [one for one in row[-falling:] if one is not None]
    if tail and len(tail) == falling and all(left > right for left, right in pairwise(tail)):
        path = " > ".join(map(percent, tail))
        en, zh = "fell in each of the last {count} scores: {path}", "最近 {count} 次得分连续下降：{path}"
        parts.append(because(en, zh, count=len(tail), path=path))
    if len(parts) < 2:
        return parts
    en, zh = ("; ".join(one.head() for one in parts), "；".join(one.head("zh") for one in parts))
    return [because("{both}", "{both}", both=Says(en, zh))]
