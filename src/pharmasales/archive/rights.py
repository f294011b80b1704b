"""Product rights (产品权益): who holds what, where and when, and whose exclusive rights collide.

A right is for one product in one region; no region is the whole country (全国). Regions may lie in one another: a
mapping says which region each belongs to.

>>> rights = [
...     Right("S1", "P1", region="East", exclusive=True, until=date(2026, 12, 31)),
...     Right("S2", "P1", region="Shanghai", since=date(2026, 7, 1)),
... ]
>>> for clash in clashes(rights, within={"Shanghai": "East"}):
...     print(clash.why)
P1: S1 holds East alone, and S2 holds Shanghai, from 2026-07-01 to 2026-12-31
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id

__all__ = ["NATION", "Clash", "Right", "clashes", "rights_held", "rights_table"]

NATION = Says("the whole country", "全国")
"""What a right without a region is for."""

_NOWHERE: Mapping[str, str] = {}


def _id(text: str) -> str:
    return normal_id(text, "right")


@frozen
class Right:
    """A right to a product (产品权益).

    Args:
        holder: id of the party that holds it.
        product: id of the product.
        kind: what it allows: `distribution` (经销权), `approval` (批文), or a word of your own; kinds never collide.
        region: where, or "" for the whole country.
        exclusive: whether nobody else may hold it there (独家).
        since: first day; always where left out.
        until: last day; for ever where left out.

    >>> Right("S1", "P1", since=date(2026, 1, 1)).holds(date(2025, 12, 31))
    False

    Source: S001-18. Raises:
        BadValue: an empty id, or a last day before the first.
    """

    holder: str = field(converter=_id)
    product: str = field(converter=_id)
    kind: str = field(default="distribution", converter=clean)
    region: str = field(default="", converter=clean)
    exclusive: bool = False
    since: date | None = None
    until: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise BadValue("the last day is before the first", where="right", hint="correct it", code="rights.dates")

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day, both ends included."""
        return (self.since or date.min) <= day <= (self.until or date.max)

    def common_days(self, other: Right) -> tuple[date, date] | None:
        """Return the first and the last day on which both are in force, or none."""
        first = max(self.since or date.min, other.since or date.min)
        last = min(self.until or date.max, other.until or date.max)
        return (first, last) if first <= last else None

    @property
    def place(self) -> str | Says:
        """The region, or the whole country in words."""
        return self.region or NATION


@frozen
class Clash:
    """Two rights of different holders that cannot both stand.

    Args:
        first: an exclusive right.
        second: the other, whose region lies in the first's or the other way round.
        since: first day on which both are in force, `None` for always.
        until: last such day, `None` for ever.
        why: the reason.
    """

    first: Right
    second: Right
    since: date | None
    until: date | None
    why: Why = field(repr=False)


def _above(region: str, within: Mapping[str, str]) -> set[str]:
    """Return a region and all that it lies in, up to the whole country; a circle ends the walk."""
    found = {"", region}
    while (region := within.get(region, "")) not in found:
        found.add(region)
    return found


def _nested(one: str, other: str, within: Mapping[str, str]) -> bool:
    return one in _above(other, within) or other in _above(one, within)


def _order(right: Right) -> tuple[object, ...]:
    dates = (right.since or date.min, right.until or date.max)
    return (right.product, right.kind, not right.exclusive, right.region, right.holder, *dates)


_SPANS: Mapping[tuple[bool, bool], tuple[str, str]] = {
    (False, False): ("", ""),
    (True, False): (", from {since}", "，自 {since} 起重叠"),
    (False, True): (", to {until}", "，至 {until} 重叠"),
    (True, True): (", from {since} to {until}", "，{since} 至 {until} 重叠"),
}


def _clash(one: Right, other: Right) -> Clash | None:
    days = one.common_days(other)
    if days is None:
        return None
    since, until = (None if days[0] == date.min else days[0]), (None if days[1] == date.max else days[1])
    first, second = sorted((one, other), key=_order)
    alone = (" alone", "独家") if second.exclusive else ("", "")
    span_en, span_zh = _SPANS[since is not None, until is not None]
    why = because(
        f"{{product}}: {{first}} holds {{here}} alone, and {{second}} holds {{there}}{alone[0]}{span_en}",
        f"{{product}}：{{first}} 独家持有 {{here}}，{{second}} {alone[1]}持有 {{there}}{span_zh}",
        product=first.product,
        first=first.holder,
        here=first.place,
        second=second.holder,
        there=second.place,
        since=since,
        until=until,
    )
    return Clash(first, second, since, until, why)


def clashes(rights: Iterable[Right], within: Mapping[str, str] = _NOWHERE) -> list[Clash]:
    """Find the exclusive rights that somebody else's right runs into (独家权益冲突).

    Two rights collide where product and kind are the same, the holders differ, one of them is exclusive, one region
    lies in the other, and some day is common.

    Args:
        rights: all rights, in any order.
        within: for each region the one that it lies in; a region that is no key lies in the country alone.

    Source: S001-18, S001-7.
    """
    groups: dict[tuple[str, str], list[Right]] = {}
    for right in sorted(rights, key=_order):
        groups.setdefault((right.product, right.kind), []).append(right)
    found = []
    for group in groups.values():
        for one, other in combinations(group, 2):
            exclusive = one.exclusive or other.exclusive
            if exclusive and one.holder != other.holder and _nested(one.region, other.region, within):
                found.append(_clash(one, other))
    return [clash for clash in found if clash is not None]


def rights_held(
    rights: Iterable[Right],
    day: date,
    *,
    product: str = "",
    region: str = "",
    within: Mapping[str, str] = _NOWHERE,
) -> list[Right]:
    """Return who holds what on a day, by product, kind, region and holder.

    Args:
        rights: all rights.
        day: the day.
        product: one product, or all.
        region: only rights that cover this region; all where left out.
        within: as for `clashes`.

    >>> rights = [Right("S1", "P1"), Right("S2", "P1", region="North")]
    >>> [right.holder for right in rights_held(rights, date(2026, 1, 1), region="South")]
    ['S1']

    Source: S001-18.
    """
    covering = _above(region, within)
    return sorted(
        (
            right
            for right in rights
            if right.holds(day) and product in ("", right.product) and (not region or right.region in covering)
        ),
        key=_order,
    )


def rights_table(rights: Iterable[Right]) -> Table:
    """Return one row a right, in the order given."""
    columns = (
        Column("product", "Product", "产品"),
        Column("kind", "Right", "权益"),
        Column("holder", "Holder", "持有方"),
        Column("region", "Region", "区域"),
        Column("exclusive", "Exclusive", "独家"),
        Column("since", "Since", "起始", "date"),
        Column("until", "Until", "截止", "date"),
    )
    yes, no = Says("yes", "是"), Says("no", "否")
    rows = [
        (right.product, right.kind, right.holder, right.place, yes if right.exclusive else no, right.since, right.until)
        for right in rights
    ]
    return Table("rights", Says("Product rights", "产品权益"), columns, rows)
