"""Small worlds of sales and dealers, shared by the tests of this room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pharmasales.channel.board import GoodsMoved, InvoiceLine, trade_consistency
from pharmasales.channel.money import Invoice, Ledger
from pharmasales.channel.stock import StockBook, StockMovement
from pharmasales.periods import Month
from pharmasales.units import BOX, CNY, Amount

START = date(2026, 3, 1)
MARCH = Month(2026, 3)


def day(number):
    """Return a day by number, 0 for the first of March 2026."""
    return START + timedelta(days=number)


def boxes(count):
    """Return an amount of boxes."""
    return Amount(count, BOX)


def yuan(count):
    """Return an amount of whole yuan."""
    return Amount.of(count, CNY)


def bill(number, on, amount, customer="D1"):
    """Return an invoice due after 30 days."""
    return Invoice(number, customer, day(on), day(on + 30), yuan(amount))


def line(number, count, product="P1", price=42, invoice=None):
    """Return a line of an invoice; `F1-2` is of F1."""
    return InvoiceLine(number, invoice or number.split("-")[0], product, boxes(count), yuan(price * count))


def moved(number, on, count, product="P1", customer="D1", invoice=""):
    """Return goods that moved."""
    return GoodsMoved(number, customer, product, day(on), boxes(count), invoice)


def entered(number, on, count, product="P1", customer="D1", kind="in"):
    """Return an entry of a stock book."""
    return StockMovement(number, customer, product, day(on), kind, boxes(count))


def books(*entries, products=("P1",), customers=("D1",)):
    """Return a stock book that is opened with nothing on the day before all."""
    opened = [entered(f"O-{c}-{p}", -30, 0, p, c, "opening") for c in customers for p in products]
    return StockBook.of([*opened, *entries])


@pytest.fixture
def held():
    """Return what holds the papers of March against each other as of the end of March."""

    def run(bills, lines=(), **more):
        return trade_consistency(MARCH, more.pop("as_of", day(30)), Ledger.of(bills), lines, **more)

    return run
