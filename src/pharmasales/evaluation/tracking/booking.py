"""Booking of credit (业绩记账): each part where it belongs, and the whole as own from where all who share it meet.

>>> from pharmasales.org import Node
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> Above(org).meet({"r1": Fraction(1, 2), "r2": Fraction(1, 2)})
'N'
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from pharmasales.evaluation.tracking.entries import Entry, Line
from pharmasales.org import Org
from pharmasales.splits import apportion
from pharmasales.units import Amount

__all__ = ["Above", "Book", "Sums", "add_sums", "credited_parts"]

Sums: TypeAlias = tuple[int, int, int]
"""Own, shared and returns, in smallest parts."""


def credited_parts(entry: Entry, amount: Amount) -> Mapping[str, Amount]:
    """Split an entry's amount by its shares: the parts add up to it.

    >>> from datetime import date
    >>> from pharmasales.units import BOX
    >>> entry = Entry("s1", date(2026, 1, 5), Amount.of(3, BOX), {"r1": "50%", "r2": "50%"})
    >>> credited_parts(entry, Amount.of(3, BOX))
    {'r1': Amount('2 BOX'), 'r2': Amount('1 BOX')}
    """
    if len(entry.credit) == 1:
        return dict.fromkeys(entry.credit, amount)
    parts = apportion(amount.minor, entry.weights()[0])
    return {node_id: Amount(part, amount.unit) for node_id, part in zip(entry.credit, parts, strict=True)}


class Book:
    """What was booked in one period, in smallest parts, by node."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        self.own: dict[str, int] = {}
        self.returns: dict[str, int] = {}

    def post(self, line: Line, above: Above) -> None:
        """Book each part where it belongs, and the whole as own from where all who share it meet."""
        whole = 0
        for node_id, part in line.parts.items():
            minor = part.minor
            whole += minor
            self.at[node_id] = self.at.get(node_id, 0) + minor
            if minor < 0:
                self.returns[node_id] = self.returns.get(node_id, 0) + minor
        meet = above.meet(line.entry.credit)
        self.own[meet] = self.own.get(meet, 0) + whole

    def raw(self) -> dict[str, Sums]:
        """Return own, shared and returns before they are rolled up: what is own is no longer shared from there on."""
        found: dict[str, Sums] = {}
        for node_id in dict.fromkeys((*self.at, *self.own)):
            own = self.own.get(node_id, 0)
            found[node_id] = own, self.at.get(node_id, 0) - own, self.returns.get(node_id, 0)
        return found


class Above:
    """Where nodes meet: parents and depths, looked up once."""

    def __init__(self, org: Org) -> None:
        self.parent = {node_id: org.parent_of(node_id) or node_id for node_id in org.nodes}
        self.depth: dict[str, int] = {}
        for node_id, above in self.parent.items():
            self.depth[node_id] = 0 if above == node_id else self.depth[above] + 1

    def meet(self, credit: Mapping[str, Fraction]) -> str:
        """Return the lowest node that stands above all who have a share, or is one of them."""
        first, *others = credit if len(credit) == 1 else [node_id for node_id, part in credit.items() if part]
        for other in others:
            while first != other:
                if self.depth[first] < self.depth[other]:
                    other = self.parent[other]
                else:
                    first = self.parent[first]
        return first


def add_sums(one: Sums, other: Sums) -> Sums:
    """Add own, shared and returns."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
