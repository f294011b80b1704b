"""The cut of a yearly screening (淘汰线): how many of the last ranks are dropped, and who stays though below it.

>>> DropCut(last="10%").dropped(25), DropCut(last=3).dropped(25)
(2, 3)

Source: P2-G (rank, drop by rank).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import Attribute, field, frozen
from attrs.converters import optional

from pharmasales.display import Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.names import fold, normal_id
from pharmasales.recruitment.agents.words import said_reason
from pharmasales.units import Number, exact, share
from pharmasales.yearplan import checked_day

__all__ = ["DropCut", "Kept"]


def _last(value: Number) -> int | Fraction:
    """Read a count, or a share such as `10%`."""
    if type(value) is int:
        return value
    return share(value)


@frozen
class DropCut:
    """How many are dropped (淘汰比例): the last so many, or a share of those ranked, whole dealers only.

    Args:
        last: a count such as 3, or a share such as `"10%"`; a share is cut off to whole dealers, so that nobody is
            dropped for a part of a dealer.
        below: drop nobody who has at least so many points; no such line where left out.

    Raises:
        BadRule: a count below zero, or a share that is not from 0 to 1.
        BadValue: no number.
    """

    last: int | Fraction = field(converter=_last)
    below: Fraction | None = field(default=None, converter=optional(exact))

    @last.validator
    def _fits(self, _attribute: Attribute[object], last: int | Fraction) -> None:
        if last < 0 or (isinstance(last, Fraction) and last > 1):
            raise BadRule("no such cut", where="last", hint='a count, or a share such as "10%"', code="agents.cut")

    def dropped(self, ranked: int) -> int:
        """Return how many ranks of so many lie below the cut, before ties and `below`."""
        return min(self.last, ranked) if isinstance(self.last, int) else int(self.last * ranked)

    def why(self, ranked: int) -> Why:
        """Say the cut, with its count."""
        dropped = self.dropped(ranked)
        last = percent(self.last) if isinstance(self.last, Fraction) else str(self.last)
        en, zh = "the last {last} of {ranked} ranked: ranks after {kept}", "{ranked} 家中末位 {last}：第 {kept} 名以后"
        line = [] if self.below is None else [because(*_FLOOR, below=self.below)]
        return because(en, zh, *line, last=last, ranked=ranked, kept=ranked - dropped)


_FLOOR = "nobody with {below} points or more", "{below} 分以上不淘汰"


@frozen
class Kept:
    """A dealer who stays though below the cut (保留): asked for by one person, approved by another.

    Args:
        dealer: id of the dealer.
        reason: why.
        by: id of who asks for it.
        approver: id of who approves it, another person.
        on: the day of the approval.

    Raises:
        BadRule: who asks approves it, too.
        BadValue: no reason, an empty id, or no day.
    """

    dealer: str = field(converter=normal_id)
    reason: str = field(converter=said_reason, repr=False)
    by: str = field(converter=normal_id)
    approver: str = field(converter=normal_id)
    on: date = field(converter=checked_day)

    def __attrs_post_init__(self) -> None:
        if fold(self.by) == fold(self.approver):
            hint = "name another person as the approver"
            raise BadRule("who asks does not approve", where=f"kept {self.dealer!r}", hint=hint, code="agents.approver")
