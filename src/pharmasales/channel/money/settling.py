"""Settling an account (核销规则): what `match_money` does for one customer on one day, in whole parts.

First what was told by the day, in the order of its days; then the rest of every credit, in the order of its day and
number, to the oldest open invoice.

Source: E51, 民法典 560 (the debtor says first, and what fell due first is paid otherwise).

>>> from pharmasales.channel.money.documents import Receipt
>>> from pharmasales.channel.money.ledger import Ledger
>>> from pharmasales.units import CNY, Amount
>>> bill = Invoice("F1", "D1", date(2026, 1, 1), date(2026, 1, 31), Amount.of(100, CNY))
>>> account = Ledger.of([bill, Receipt("R1", "D1", date(2026, 2, 1), Amount.of(130, CNY))]).account("D1")
>>> found = settle(account, date(2026, 2, 1), "fifo", "due")
>>> found.open, found.left
({'F1': 0}, {'R1': 3000})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.channel.buckets import AGE_BASES, AgeBasis
from pharmasales.channel.money.documents import Credit, Invoice
from pharmasales.channel.money.ledger import Account
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import nearest

__all__ = ["MATCHINGS", "MatchingWay", "Settled", "check_way", "contested_at", "settle"]

MatchingWay: TypeAlias = Literal["told", "fifo"]

MATCHINGS: Mapping[str, Says] = MappingProxyType(
    {
        "told": Says("as told, else the oldest first", "按指定核销，未指定的先欠先还"),
        "fifo": Says("the oldest first", "先欠先还"),
    }
)
"""How credits are held against invoices (核销方式)."""


def check_way(way: str, oldest: str) -> None:
    """Refuse an unknown way or order.

    Raises:
        BadValue: with the known ones.
    """
    for given, known, where in ((way, MATCHINGS, "way"), (oldest, AGE_BASES, "oldest")):
        if given not in known:
            raise BadValue("no such way to match", where=where, hint=nearest(str(given), known), code="money.way")


@frozen
class Settled:
    """One account matched, in smallest parts: open by invoice, what paid what, and what is left by credit."""

    open: dict[str, int]
    parts: list[tuple[Credit, str, int, bool]]
    left: dict[str, int]


def settle(account: Account, day: date, way: MatchingWay, oldest: AgeBasis) -> Settled:
    """Match one account as of a day."""
    invoices, credits_ = account.invoiced(day), account.standing(day)
    found = Settled({one.id: one.amount.minor for one in invoices}, [], {one.id: one.amount.minor for one in credits_})
    held = _as_told(found, credits_, day) if way == "told" else {}
    _oldest_first(found, sorted(invoices, key=_due_first if oldest == "due" else _written_first), credits_, held)
    return found


def _due_first(one: Invoice) -> tuple[date, date, str]:
    return one.due, one.on, one.id


def _written_first(one: Invoice) -> tuple[date, date, str]:
    return one.on, one.due, one.id


def _as_told(found: Settled, credits_: Sequence[Credit], day: date) -> dict[str, int]:
    """Pay what was told by the day; return what waits for invoices that are not there yet."""
    said = sorted(
        (
            (told.on or credit.on, credit.on, credit.id, told.invoice, told.amount.minor, credit)
            for credit in credits_
            for told in credit.told
            if (told.on or credit.on) <= day
        ),
        key=lambda one: one[:-1],
    )
    held: dict[str, int] = {}
    for _, _, number, invoice, minor, credit in said:
        if invoice not in found.open:
            held[number] = held.get(number, 0) + minor
        else:
            _pay(found, credit, invoice, minor, told=True)
    return held


def _oldest_first(
    found: Settled, invoices: Sequence[Invoice], credits_: Sequence[Credit], held: Mapping[str, int]
) -> None:
    queue = iter(invoices)
    invoice = next(queue, None)
    for credit in credits_:
        while invoice is not None and found.left[credit.id] > held.get(credit.id, 0):
            _pay(found, credit, invoice.id, found.left[credit.id] - held.get(credit.id, 0), told=False)
            if not found.open[invoice.id]:
                invoice = next(queue, None)


def _pay(found: Settled, credit: Credit, invoice: str, most: int, *, told: bool) -> None:
    minor = min(most, found.open[invoice])
    if minor:
        found.open[invoice] -= minor
        found.left[credit.id] -= minor
        found.parts.append((credit, invoice, minor, told))


def contested_at(account: Account, invoice: str, day: date, still: int) -> int:
    """Return what of an open amount is disputed on a day, in smallest parts."""
    standing = [one for one in account.disputes.get(invoice, ()) if one.on(day)]
    if any(one.amount is None for one in standing):
        return still
    return min(still, sum(one.amount.minor for one in standing if one.amount is not None))
