"""Promises (周目标项): a contract to sign, a contract to execute, money to come in, by a day; and the receipts.

>>> Promise("sign", "A1", "p1", date(2026, 3, 6)).due
datetime.date(2026, 3, 6)

Source: S000-27 (contracts to sign with dates, contracts to execute, money and when).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest, normal_id
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["PROMISES", "Promise", "PromiseKind", "Receipt", "receipts_matched"]

PromiseKind: TypeAlias = Literal["sign", "execute", "money"]
"""What is promised: a signature, the first execution, money."""

PROMISES: Mapping[PromiseKind, Says] = MappingProxyType(
    {
        "sign": Says("contract to sign", "应签合同"),
        "execute": Says("contract to execute", "应执行合同"),
        "money": Says("money to come in", "应回款"),
    }
)
"""What can be promised, in both languages."""


@frozen
class Promise:
    """One thing promised by a day (周目标项).

    Args:
        kind: `sign`, `execute` or `money`.
        prospect: the id of the prospect.
        owner: the id of who promised it.
        due: the last day.
        amount: how much: for money it must be said.
        since: the first day on which what comes counts for it; from the first move or receipt where left out.

    Raises:
        BadRule: an unknown kind, or an empty stretch of days.
        BadValue: money without an amount above zero.
    """

    kind: PromiseKind
    prospect: str = field(converter=normal_id)
    owner: str = field(converter=normal_id)
    due: date = field(converter=checked_day)
    amount: Amount | None = field(default=None, repr=False)
    since: date | None = None

    def __attrs_post_init__(self) -> None:
        where = f"prospect {self.prospect!r}"
        if self.kind not in get_args(PromiseKind):
            hint = nearest(str(self.kind), get_args(PromiseKind))
            raise BadRule("no such promise", where=where, hint=hint, code="pipeline.promise")
        if self.since is not None and checked_day(self.since) > self.due:
            raise BadRule("due before it begins", where=where, hint="give a later day", code="pipeline.promise")
        if (self.kind == "money" and self.amount is None) or (self.amount is not None and self.amount.minor <= 0):
            raise BadValue("how much?", where=where, hint="an amount above zero", code="pipeline.promise")


@frozen
class Receipt:
    """Money that came in from a prospect (回款). One below zero takes money back."""

    prospect: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    amount: Amount = field(repr=False)


Came: TypeAlias = tuple[int, date | None]
"""What came in smallest parts, and the day on which it was enough."""


def receipts_matched(asked: Sequence[Promise], money: Sequence[Receipt]) -> list[Came]:
    """Give each receipt to the promises of its prospect in their order, so that what came is counted once.

    What fits no promise lies aside. Money taken back comes out of that first, then out of the last promise; what is
    taken back before it came is owed, and the next money pays it. Of one day, what came counts before what was taken.

    Args:
        asked: the promises, by their day.
        money: the receipts, in any order.

    >>> from pharmasales.units import CNY
    >>> asked = [Promise("money", "A1", "p1", date(2026, 3, day), Amount.of(100, CNY)) for day in (6, 13)]
    >>> receipts_matched(asked, [Receipt("A1", date(2026, 3, 5), Amount.of(130, CNY))])
    [(10000, datetime.date(2026, 3, 5)), (3000, None)]
    """
    filled: list[Came] = [(0, None)] * len(asked)
    mine: dict[str, list[int]] = {}
    for place, one in enumerate(asked):
        if one.kind == "money":
            mine.setdefault(one.prospect, []).append(place)
    aside: Counter[str] = Counter()
    for receipt in sorted(money, key=lambda one: (one.on, -one.amount.minor)):
        rest, left, places = receipt.amount.minor, aside[receipt.prospect], mine.get(receipt.prospect, [])
        if rest * left < 0:
            rest, left = (rest + left, 0) if abs(rest) > abs(left) else (0, rest + left)
        for place in places if rest > 0 else reversed(places):
            rest -= _take(filled, place, asked[place], receipt.on, rest)
        aside[receipt.prospect] = left + rest
    return filled


def _take(filled: list[Came], place: int, promise: Promise, on: date, rest: int) -> int:
    """Put what fits of a rest into a promise, or take back; return how much was put."""
    had, _ = filled[place]
    need = promise.amount.minor if promise.amount is not None else 0
    if rest < 0:
        put = max(rest, -had)
    else:
        put = 0 if promise.since is not None and on < promise.since else min(rest, need - had)
    if put:
        filled[place] = (had + put, on if had + put == need else None)
    return put
