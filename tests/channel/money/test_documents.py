"""Documents and ledgers: what cannot be is refused, all of it at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from attrs import evolve

from pharmasales.channel import money
from pharmasales.channel.money import (
    Contract,
    CreditNote,
    Dispute,
    Invoice,
    Ledger,
    Receipt,
    Reversal,
    Told,
    contract_money,
    contract_table,
    ledger_data,
    ledger_from,
)
from pharmasales.errors import BadRows, BadValue, NotComparable
from pharmasales.units import CNY, USD, Amount

DAY = date(2026, 3, 1)
BEFORE = date(2026, 2, 28)


def yuan(number):
    """Return an amount of yuan."""
    return Amount.of(number, CNY)


BILL = Invoice("F1", "D1", DAY, DAY, yuan(100))
PAID = Receipt("R1", "D1", DAY, yuan(60), [Told("F1", yuan(60))])
NOTE = CreditNote("N1", "D1", DAY, yuan(5), "F1")
BACK = Reversal("V1", "R1", DAY)
DEAL = Contract("C1", "D1", DAY, yuan(900))
CASE = Dispute("F1", DAY, DAY, yuan(5), "a word of Dr. Example")


@pytest.mark.parametrize(
    ("good", "change", "code"),
    [
        (BILL, {"due": BEFORE}, "money.order"),
        (BILL, {"amount": yuan(-1)}, "money.negative"),
        (BILL, {"amount": 100}, "money.amount"),
        (BILL, {"on": datetime(2026, 3, 1)}, "money.day"),  # noqa: DTZ001 - that it is a moment is the fault
        (BILL, {"on": "2026-03-01"}, "money.day"),
        (BILL, {"id": " "}, "id.empty"),
        (BILL, {"customer": "D\x001"}, "text.control"),
        (PAID, {"amount": yuan(0), "told": []}, "money.negative"),
        (PAID, {"told": [Told("F1", yuan(60)), Told("F1", yuan("0.01"))]}, "money.told"),
        (PAID, {"told": [Told("F1", yuan(1), BEFORE)]}, "money.order"),
        (NOTE, {"amount": yuan(0)}, "money.negative"),
        (DEAL, {"until": BEFORE}, "money.order"),
        (DEAL, {"amount": yuan(0)}, "money.negative"),
        (CASE, {"until": BEFORE}, "money.order"),
        (CASE, {"amount": yuan(0)}, "money.negative"),
        (CASE, {"until": "soon"}, "money.day"),
    ],
)
def test_a_document_that_cannot_be(good, change, code):
    """Each fault has its code; the good one itself stands, at its limits."""
    with pytest.raises(BadValue) as caught:
        evolve(good, **change)
    assert caught.value.code == code
    assert "Dr. Example" not in repr(good)


def test_told_in_another_unit_is_refused():
    """What is told is in the unit of the receipt."""
    with pytest.raises(NotComparable):
        evolve(PAID, told=[Told("F1", Amount.of(1, USD))])


def test_every_bad_document_at_once():
    """Twins, strangers, other customers, other units and wrong days, each with its place."""
    bad = [
        BILL,
        evolve(BILL, id="f1"),
        PAID,
        evolve(NOTE, id="r1"),
        CreditNote("N2", "D1", DAY, yuan(5), "F9"),
        evolve(PAID, id="R3", customer="D2"),
        evolve(NOTE, id="N4", on=BEFORE),
        Reversal("V1", "R9", DAY),
        Reversal("V2", "R1", BEFORE),
        Reversal("V3", "R1", DAY),
        Dispute("F9", DAY),
        evolve(BILL, id="F5", contract="C9"),
        evolve(BILL, id="F6", amount=Amount.of(1, USD)),
        evolve(CASE, amount=Amount.of(1, USD)),
        Dispute("F1", BEFORE),
        Reversal("V4", "V1", DAY),
    ]
    with pytest.raises(BadRows, match="14 documents refused") as caught:
        Ledger.of(bad)
    found = [(error.code, error.where) for error in caught.value.exceptions]
    assert found == [
        ("unit", "documents[12]"),
        ("unit", "documents[13]"),
        ("money.twins", "documents[0], documents[1]"),
        ("money.twins", "documents[2], documents[3]"),
        ("money.unknown", "credit note, documents[4]"),
        ("money.other", "receipt, documents[5]"),
        ("money.order", "credit note, documents[6]"),
        ("money.unknown", "reversal, documents[7]"),
        ("money.order", "reversal, documents[8]"),
        ("money.reversed", "documents[8], documents[9]"),
        ("money.unknown", "dispute, documents[10]"),
        ("money.unknown", "invoice, documents[11]"),
        ("money.order", "dispute, documents[14]"),
        ("money.reversed", "reversal, documents[15]"),
    ]
    with pytest.raises(BadRows, match="1 document refused"):
        Ledger.of([BILL, "F2"])


def test_a_ledger_of_dollars():
    """The unit is named, and is the unit of every answer."""
    dollars = Ledger.of([evolve(BILL, amount=Amount.of(5, USD))], unit=USD)
    assert dollars.balance("D1", DAY) == Amount.of(5, USD)
    with pytest.raises(BadRows):
        Ledger.of(dollars.documents)


@pytest.mark.parametrize(
    "change",
    [
        {"unit": None},
        {"unit": ["CNY", "two"]},
        {"invoices": [{"id": "F1"}]},
        {"invoices": None},
        {"receipts": [{"id": "R1", "customer": "D1", "on": "2026-13-01", "amount": 5, "told": []}]},
        {"reversals": [7]},
    ],
)
def test_data_of_another_form(change):
    """Data that is no ledger is refused without a word of it."""
    data = ledger_data(Ledger.of([BILL, PAID, NOTE, BACK, DEAL, CASE]))
    assert ledger_from(data) == Ledger.of([BILL, PAID, NOTE, BACK, DEAL, CASE])
    with pytest.raises(BadValue) as caught:
        ledger_from({**data, **change})
    assert caught.value.code in ("money.record", "unit")


def test_contracts_and_their_money():
    """Signed, executed, received, credited, open; an idle contract counts its days; a later one is not there."""
    bill = evolve(BILL, contract="C1")
    later = Contract("C3", "D1", DAY + timedelta(days=9), yuan(1))
    ledger = Ledger.of([bill, PAID, NOTE, DEAL, evolve(DEAL, id="C2"), later])
    one, idle = contract_money(ledger, DAY + timedelta(days=8))
    assert (one.invoiced, one.received, one.credited, one.open) == (yuan(100), yuan(60), yuan(5), yuan(35))
    assert (one.executed, one.executed_on, one.paid_on, one.idle_days) == (yuan(95).over(yuan(900)), DAY, DAY, None)
    assert (idle.executed_on, idle.paid_on, idle.idle_days, idle.executed) == (None, None, 8, 0)
    assert str(one.why()) == (
        "C1: 100.00 CNY of 900.00 CNY invoiced, 60.00 CNY received, 35.00 CNY open; 10.6% executed"
    )
    assert "8 天未执行" in idle.why().text("zh")
    assert [row[0] for row in contract_table((one, idle)).rows] == ["C1", "C2"]
    assert len(contract_money(ledger, DAY + timedelta(days=9))) == 3


def test_the_door_has_every_name():
    """Every public name of the room is reached, and none is that of a module."""
    assert all(getattr(money, name) is not None for name in money.__all__)
    assert sorted(money.__all__) == dir(money)
