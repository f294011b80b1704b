"""Two years of real invoices aged at three dates: equal to a reckoning in plain whole numbers that shares no code."""

from __future__ import annotations

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from pharmasales.channel.money import Dispute, Invoice, Ledger, Receipt, Told, age_ledger
from pharmasales.units import USD, Amount

FILE = (Path(__file__).parents[3] / "../shared/data/ibm_accounts_receivable.csv").resolve()
NAMES = ["not due", "1-30 days", "31-60 days", "61-90 days", "91-120 days", "over 120 days"]

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the real invoices are not beside this checkout")


def day(text):
    """Read a day as the file writes it."""
    month, number, year = map(int, text.split("/"))
    return date(year, month, number)


@pytest.fixture(scope="module")
def rows():
    """Return the rows of the file."""
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ledger(rows):
    """Return a ledger: each invoice settled whole on its day by a receipt that says so, disputed from the first day."""
    documents = []
    for row in rows:
        number, customer, on = row["invoiceNumber"], row["customerID"], day(row["InvoiceDate"])
        money = Amount.of(row["InvoiceAmount"], USD, extra="half_up")
        documents += [
            Invoice(number, customer, on, day(row["DueDate"]), money),
            Receipt(f"R{number}", customer, day(row["SettledDate"]), money, [Told(number, money)]),
        ]
        documents += [Dispute(number, on)] if row["Disputed"] == "Yes" else []
    return Ledger.of(documents, unit=USD)


def by_hand(rows, on, column):
    """Count cents in bare integers: bucket to count and sum, the undisputed and the disputed."""
    found = {disputed: {name: [0, 0] for name in NAMES} for disputed in ("No", "Yes")}
    for row in rows:
        if day(row["InvoiceDate"]) <= on < day(row["SettledDate"]):
            cents = int((Decimal(row["InvoiceAmount"]) * 100).quantize(Decimal(1), ROUND_HALF_UP))
            late = on.toordinal() - day(row[column]).toordinal()
            place = 0
            for edge in (0, 30, 60, 90, 120):
                if late > edge:
                    place += 1
            cell = found[row["Disputed"]][NAMES[place]]
            cell[0] += 1
            cell[1] += cents
    return found


@pytest.mark.parametrize(
    ("on", "total"),
    [(date(2012, 6, 30), 550_409), (date(2012, 12, 31), 572_506), (date(2013, 9, 30), 502_922)],
)
def test_ageing_at_three_dates(rows, ledger, on, total):
    """Days, buckets, counts and sums, disputed apart; the open total is also written here."""
    found, hand = age_ledger(ledger, on), by_hand(rows, on, "DueDate")
    for ageing, disputed in ((found.undisputed, "No"), (found.disputed, "Yes")):
        assert {name.en: [count, amount.minor] for name, count, amount in ageing.buckets} == hand[disputed]
    assert found.open.minor == sum(cents for part in hand.values() for _, cents in part.values()) == total
    lates = {row["invoiceNumber"]: on.toordinal() - day(row["DueDate"]).toordinal() for row in rows}
    assert all(item.days == lates[item.matched.invoice.id] for item in found.items)
    assert found.money.unmatched.minor == 0


def test_ageing_from_the_invoice(rows, ledger):
    """Counted from the invoice day, the first bucket takes the invoice day itself in."""
    on = date(2013, 3, 31)
    found, hand = age_ledger(ledger, on, by="invoiced"), by_hand(rows, on, "InvoiceDate")["No"]
    whole = [[count, amount.minor] for _, count, amount in found.undisputed.buckets]
    young = [hand["not due"][n] + hand["1-30 days"][n] for n in (0, 1)]
    assert whole == [young, *list(hand.values())[2:]]
