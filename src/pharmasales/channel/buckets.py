"""Buckets of age (账龄区间): days of your own, counted from the due day or from the invoice.

>>> [name.en for name in AgeBuckets((0, 30, 60)).names]
['not due', '1-30 days', '31-60 days', 'over 60 days']
>>> [name.en for name in AgeBuckets((0, 30, 60), "invoiced").names]
['0-30 days', '31-60 days', 'over 60 days']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import nearest
from pharmasales.rules import Bands, Field

__all__ = ["AGE_BASES", "DEFAULT_EDGES", "AgeBasis", "AgeBuckets"]

AgeBasis: TypeAlias = Literal["due", "invoiced"]

AGE_BASES: Mapping[str, Says] = MappingProxyType(
    {"due": Says("days overdue", "逾期天数"), "invoiced": Says("days since the invoice", "开票天数")}
)
"""From which day an age counts (账龄起算日)."""

DEFAULT_EDGES = (0, 30, 60, 90, 120)


def _edges(given: Iterable[int]) -> tuple[int, ...]:
    return tuple(given)


@frozen
class AgeBuckets:
    """The buckets of an ageing (账龄区间). Each includes its last day: 120 days are within, 121 are over.

    Args:
        edges: whole days, ascending from 0. By the due day `0, 30, 60` makes not due, 1-30, 31-60 and over 60 days; by
            the invoice, which has no "not due", it makes 0-30, 31-60 and over 60 days.
        by: the day that the age counts from: `due` or `invoiced`.

    Source: S004-81 (超过120天 excludes the 120th day).

    >>> AgeBuckets().names[AgeBuckets().place(120)].en
    '91-120 days'
    >>> AgeBuckets((30, 60))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: buckets must ascend from 0 @ buckets; give days from 0 up, as 0, 30, 60
    [receivable.buckets]

    Raises:
        BadValue: days that do not ascend from 0, too few of them, or an unknown basis.
    """

    edges: tuple[int, ...] = field(default=DEFAULT_EDGES, converter=_edges)
    by: AgeBasis = "due"

    def __attrs_post_init__(self) -> None:
        if self.by not in get_args(AgeBasis):
            hint = nearest(str(self.by), AGE_BASES)
            raise BadValue("no such day to count from", where="by", hint=hint, code="receivable.basis")
        days = self.edges
        least = 1 if self.by == "due" else 2
        if any(type(day) is not int for day in days) or len(days) < least or days[0] != 0 or not _ascends(days):
            hint = "give days from 0 up, as 0, 30, 60"
            raise BadValue("buckets must ascend from 0", where="buckets", hint=hint, code="receivable.buckets")

    @cached_property
    def names(self) -> tuple[Says, ...]:
        """The name of each bucket, the youngest first."""
        edges = self.edges
        inner = [Says(f"{low + 1}-{high} days", f"{low + 1}-{high} 天") for low, high in pairwise(edges)]
        first = [Says("not due", "未到期")]
        if self.by == "invoiced":
            first, inner[0] = [], Says(f"0-{edges[1]} days", f"0-{edges[1]} 天")
        return (*first, *inner, Says(f"over {edges[-1]} days", f"超过 {edges[-1]} 天"))

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """The first day of each bucket but the youngest."""
        edges = self.edges if self.by == "due" else self.edges[1:]
        return tuple(edge + 1 for edge in edges)

    @cached_property
    def rule(self) -> Bands:
        """The buckets as a rule: days in, the number of the bucket out."""
        says = AGE_BASES[self.by]
        return Bands(Field("days", says.zh), tuple((cut, place) for place, cut in enumerate(self.cuts)), len(self.cuts))

    def place(self, days: int) -> int:
        """Return the number of the bucket of an age in days, from 0."""
        return self.rule.place(days) or 0

    def age(self, invoiced: date, due: date, as_of: date) -> int:
        """Return the age in days as of a day; below zero where an invoice is not yet due."""
        return (as_of - (due if self.by == "due" else invoiced)).days


def _ascends(days: Iterable[int]) -> bool:
    return all(low < high for low, high in pairwise(days))
