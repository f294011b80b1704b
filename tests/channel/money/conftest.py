"""Small worlds of dated documents, shared by the tests of this room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st

from pharmasales.channel.money import CreditNote, Dispute, Invoice, Ledger, Receipt, Reversal, Told
from pharmasales.units import CNY, Amount

START = date(2026, 1, 1)


def day(number):
    """Return a day by number."""
    return START + timedelta(days=number)


def fen(minor):
    """Return an amount of fen."""
    return Amount(minor, CNY)


@st.composite
def _documents(draw):
    """Draw documents of two customers within 60 days, many of them equal in day and amount."""
    days, minor = st.integers(0, 60), st.integers(1, 12)
    bills = [
        Invoice(
            f"F{n}", draw(st.sampled_from(["D1", "D2"])), day(on), day(on + draw(st.sampled_from([0, 5, 30]))), money
        )
        for n in range(draw(st.integers(0, 6)))
        for on in [draw(days)]
        for money in [fen(draw(st.integers(0, 12)))]
    ]
    found = list(bills)
    for n in range(draw(st.integers(0, 6))):
        customer, on, left = draw(st.sampled_from(["D1", "D2"])), draw(days), draw(minor)
        mine = [one for one in bills if one.customer == customer]
        if draw(st.booleans()) and mine and draw(st.booleans()):
            bill = draw(st.sampled_from(mine))
            found.append(CreditNote(f"R{n}", customer, max(day(on), bill.on), fen(left), bill.id))
        else:
            told = []
            for bill in draw(st.lists(st.sampled_from(mine), max_size=2)) if mine else []:
                part = draw(st.integers(0, left - sum(one.amount.minor for one in told)))
                later = draw(st.sampled_from([None, 3]))
                said = None if later is None else day(on + later)
                told += [Told(bill.id, fen(part), said)] if part else []
            found.append(Receipt(f"R{n}", customer, day(on), fen(left), told))
        if draw(st.integers(0, 3)) == 0:
            found.append(Reversal(f"V{n}", f"R{n}", found[-1].on + timedelta(days=draw(st.integers(0, 9)))))
    for bill in bills:
        if draw(st.integers(0, 3)) == 0:
            since = max(day(draw(days)), bill.on)
            until = draw(st.sampled_from([None, since, since + timedelta(days=9)]))
            found.append(Dispute(bill.id, since, until, draw(st.sampled_from([None, fen(3)]))))
    return draw(st.permutations(found))


@pytest.fixture(scope="session")
def documents():
    """Return the strategy that draws documents."""
    return _documents()


@pytest.fixture(scope="session")
def one_dealer():
    """Return a ledger of one dealer: four invoices, a told and an untold receipt, a note, a reversal, a dispute."""
    return Ledger.of(
        [
            Invoice("F1", "D1", day(0), day(30), Amount.of(100, CNY)),
            Invoice("F2", "D1", day(10), day(40), Amount.of(200, CNY)),
            Invoice("F3", "D1", day(20), day(50), Amount.of(300, CNY)),
            Invoice("F4", "D1", day(60), day(90), Amount.of(400, CNY)),
            Receipt("R1", "D1", day(25), Amount.of(250, CNY), [Told("F3", Amount.of(150, CNY))]),
            CreditNote("N1", "D1", day(35), Amount.of(50, CNY), "F2"),
            Receipt("R2", "D1", day(45), Amount.of(120, CNY)),
            Reversal("V1", "R2", day(55)),
            Dispute("F3", day(52), day(58), Amount.of(80, CNY), "goods short"),
        ]
    )
