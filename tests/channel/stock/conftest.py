"""Small worlds of stock, shared by the tests of this room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st

from pharmasales.channel.stock import StockBook, StockMovement
from pharmasales.units import BOX, Amount

START = date(2026, 4, 1)


def day(number):
    """Return a day by number, 0 for the first of April."""
    return START + timedelta(days=number)


def boxes(count):
    """Return an amount of boxes."""
    return Amount(count, BOX)


def moved(number, on, kind, count, batch="", expires=None, *, customer="D1", product="P1"):
    """Return a movement of boxes on a day by number."""
    last = None if expires is None else day(expires)
    return StockMovement(number, customer, product, day(on), kind, boxes(count), batch, last)


_KINDS = ["in", "transfer_in", "return_in", "gain", "out", "out", "transfer_out", "return_out", "loss"]
_EXPIRES = {"": None, "B1": 12, "B2": 25, "B3": None}


@st.composite
def _movements(draw, most=12):
    """Draw movements of up to three cards within 40 days, many of them on one day, in any order."""
    found = []
    for customer, product in draw(st.lists(st.sampled_from([("D1", "P1"), ("D1", "P2"), ("D2", "P1")]), unique=True)):
        key = {"customer": customer, "product": product}
        opened = draw(st.integers(0, 10))
        for batch in draw(st.lists(st.sampled_from(sorted(_EXPIRES)), min_size=1, unique=True)):
            number = f"O{len(found)}"
            found.append(moved(number, opened, "opening", draw(st.integers(0, 20)), batch, _EXPIRES[batch], **key))
        for _ in range(draw(st.integers(0, most))):
            batch, on = draw(st.sampled_from(["", *sorted(_EXPIRES)])), draw(st.integers(opened, 40))
            kind, count = draw(st.sampled_from(_KINDS)), draw(st.integers(1, 8))
            found.append(moved(f"M{len(found)}", on, kind, count, batch, _EXPIRES[batch], **key))
    return draw(st.permutations(found))


@pytest.fixture(scope="session")
def movements():
    """Return the strategy that draws movements."""
    return _movements()


@pytest.fixture(scope="session")
def one_card():
    """Return the book of E52: 120 boxes, 300 in, 350 out within April."""
    return StockBook.of([moved("O1", 0, "opening", 120), moved("I1", 2, "in", 300), moved("S1", 19, "out", 350)])
