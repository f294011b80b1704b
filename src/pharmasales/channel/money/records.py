"""A ledger as plain data and back (存储格式): what a store keeps. What comes back is what went in, checked again.

>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY))])
>>> ledger_data(ledger)["invoices"][0]["amount"], ledger_from(ledger_data(ledger)) == ledger
(60000, True)
>>> ledger_from({"unit": ["CNY", 2]})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no ledger: data of another form [money.record]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pharmasales.channel.money.documents import (
    Contract,
    CreditNote,
    Dispute,
    Document,
    Invoice,
    Receipt,
    Reversal,
    Told,
)
from pharmasales.channel.money.ledger import Ledger
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import day_from, day_text

__all__ = ["ledger_data", "ledger_from"]


def ledger_data(ledger: Ledger) -> dict[str, Any]:
    """Return a ledger as plain JSON, amounts in smallest parts; `ledger_from` reads it back."""
    unit = ledger.unit
    return {
        "unit": [unit.code, unit.decimals, unit.en, unit.zh],
        "contracts": [
            {**_head(one), "signed": day_text(one.signed), "amount": one.amount.minor, "until": day_text(one.until)}
            for one in ledger.contracts
        ],
        "invoices": [
            {
                **_head(one),
                "on": day_text(one.on),
                "due": day_text(one.due),
                "amount": one.amount.minor,
                "contract": one.contract,
            }
            for one in ledger.invoices
        ],
        "receipts": [
            {
                **_head(one),
                "on": day_text(one.on),
                "amount": one.amount.minor,
                "told": [[told.invoice, told.amount.minor, day_text(told.on)] for told in one.told],
            }
            for one in ledger.receipts
        ],
        "notes": [
            {**_head(one), "on": day_text(one.on), "amount": one.amount.minor, "invoice": one.invoice}
            for one in ledger.notes
        ],
        "reversals": [{"id": one.id, "of": one.of, "on": day_text(one.on)} for one in ledger.reversals],
        "disputes": [
            {
                "invoice": one.invoice,
                "since": day_text(one.since),
                "until": day_text(one.until),
                "amount": None if one.amount is None else one.amount.minor,
                "reason": one.reason,
            }
            for one in ledger.disputes
        ],
    }


def _head(one: Contract | Invoice | Receipt | CreditNote) -> dict[str, Any]:
    return {"id": one.id, "customer": one.customer}


def ledger_from(data: Mapping[str, Any]) -> Ledger:
    """Read a ledger back.

    Raises:
        BadValue: data of another form, or a document that cannot be.
        BadRows: documents that do not fit each other.
    """
    try:
        unit = Unit(*data["unit"])
        documents = list(_documents(data, unit))
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        # It may quote somebody's words, so nothing of it is shown.
        raise BadValue("no ledger: data of another form", code="money.record") from None
    return Ledger.of(documents, unit=unit)


def _documents(data: Mapping[str, Any], unit: Unit) -> Iterator[Document]:
    day = date.fromisoformat
    for one in data["contracts"]:
        money = Amount(one["amount"], unit)
        yield Contract(one["id"], one["customer"], day(one["signed"]), money, day_from(one["until"]))
    for one in data["invoices"]:
        money, due = Amount(one["amount"], unit), day(one["due"])
        yield Invoice(one["id"], one["customer"], day(one["on"]), due, money, one["contract"])
    for one in data["receipts"]:
        told = [Told(number, Amount(minor, unit), day_from(on)) for number, minor, on in one["told"]]
        yield Receipt(one["id"], one["customer"], day(one["on"]), Amount(one["amount"], unit), told)
    for one in data["notes"]:
        money = Amount(one["amount"], unit)
        yield CreditNote(one["id"], one["customer"], day(one["on"]), money, one["invoice"])
    for one in data["reversals"]:
        yield Reversal(one["id"], one["of"], day(one["on"]))
    for one in data["disputes"]:
        contested = None if one["amount"] is None else Amount(one["amount"], unit)
        yield Dispute(one["invoice"], day(one["since"]), day_from(one["until"]), contested, one["reason"])
