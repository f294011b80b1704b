"""To whom each batch went, as the stock cards say."""

from __future__ import annotations

from datetime import date

from pharmasales.channel.stock import StockBook, StockMovement, batch_holders
from pharmasales.units import BOX, Amount


def moved(number, customer, kind, boxes, batch="", product="P1"):
    """Return a movement of April."""
    return StockMovement(number, customer, product, date(2026, 4, 3), kind, Amount(boxes, BOX), batch)


def test_who_held_a_batch_and_whose_cards_name_all():
    """What came, by whatever way; a card that leaves one batch out, or on which nothing came, says less."""
    book = StockBook.of(
        [
            moved("O1", "D1", "opening", 4, "B1"),
            moved("I1", "D1", "transfer_in", 4, "B2"),
            moved("R1", "D1", "return_in", 4, "B9"),
            moved("S1", "D1", "out", 4, "B1"),
            moved("O2", "D2", "opening", 0),
            moved("I2", "D2", "in", 4, "B2"),
            moved("O3", "D3", "opening", 0),
            moved("I3", "D3", "in", 4, "B3"),
            moved("G3", "D3", "gain", 1),
            moved("O4", "D4", "opening", 0),
            moved("O5", "D5", "opening", 0),
            moved("I5", "D5", "transfer_in", 3),
            moved("O6", "D1", "opening", 4, "B1", "P2"),
        ]
    )
    found = batch_holders(book)
    assert found.holders == {
        ("P1", "B1"): {"D1"},
        ("P1", "B2"): {"D1", "D2"},
        ("P1", "B3"): {"D3"},
        ("P2", "B1"): {"D1"},
    }
    assert found.traced == {("D1", "P1"), ("D1", "P2"), ("D2", "P1")}
