"""The part of the example region that the desk of stock reads (进销存), by a seeded generator.

D01 to D08 keep cards of P1 to P4 for 2025-Q4. D02 runs out of P1, D08 has too much P4, D03 holds expired P2, P3 at D06
is near its expiry, D01 hands P3 on to D02, and the count of P1 at D05 finds six boxes fewer than the book.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.periods import Month
from pharmasales.workspace.demo_rows import Chance, Rows

__all__ = ["SETTINGS", "demo_files"]

SETTINGS = """
[tables.movements]
file = "movements.csv"
[tables.counts]
file = "counts.csv"

[stock]
order_rule = "1.5x"
"""
"""What the example's `pharmasales.toml` says of it."""

_OFFSET = 93
_OPENED, _COUNTED = date(2025, 10, 1), date(2025, 12, 31)
_MONTHS = (Month(2025, 10), Month(2025, 11), Month(2025, 12))
_OLD = {("D03", "P2"): ("P2-2311", date(2025, 11, 30)), ("D06", "P3"): ("P3-2404", date(2026, 3, 31))}
_FRESH = date(2027, 7, 31)


@frozen
class _Card:
    """The card of one product at one customer while it grows."""

    customer: str
    product: str
    chance: Chance
    rows: Rows
    held: list[int] = field(factory=list)

    def move(self, day: date, kind: str, boxes: int, batch: tuple[str, date | str] = ("", "")) -> None:
        """Write a movement; what is not there cannot leave."""
        boxes = min(boxes, sum(self.held)) if kind in ("out", "loss", "transfer_out") else boxes
        if boxes:
            self.held.append(-boxes if kind in ("out", "loss", "transfer_out") else boxes)
            number = f"M{len(self.rows) + 1:04d}"
            self.rows.append((number, self.customer, self.product, str(day), kind, boxes, batch[0], str(batch[1]), ""))

    def grow(self, weekly: int) -> None:
        """Write a quarter: an opening, goods in each month, goods out each week, and what happens once."""
        of, fresh = (self.customer, self.product), (f"{self.product}-2507", _FRESH)
        self.move(_OPENED, "opening", weekly * (15 if of in _OLD else 5), _OLD.get(of, fresh))
        weeks = [_OPENED + timedelta(days=5 + 7 * n) for n in range(13)]
        for month in _MONTHS:
            arrives = month.start + timedelta(days=self.chance.between(8, 12))
            for day in (day for day in weeks if day in month and day < arrives):
                self.move(day, "out", self._sold(weekly))
            self.move(arrives, "in", self._bought(weekly, month), fresh)
            for day in (day for day in weeks if day in month and day >= arrives):
                self.move(day, "out", self._sold(weekly))
        if of == ("D04", "P2"):
            self.move(date(2025, 12, 29), "return_in", 4, fresh)
        if of == ("D07", "P2"):
            self.move(date(2025, 12, 29), "loss", 2)

    def _sold(self, weekly: int) -> int:
        return weekly * self.chance.between(70, 130) // 100

    def _bought(self, weekly: int, month: Month) -> int:
        if (self.customer, self.product) == ("D02", "P1") and month.month == 12:
            return 0
        return weekly * (9 if (self.customer, self.product) == ("D08", "P4") else 4)


def demo_files(seed: int) -> Mapping[str, Rows]:
    """Return the rows of each file, the header first.

    Args:
        seed: of the generator.
    """
    chance = Chance(seed + _OFFSET)
    moved: Rows = []
    counts: Rows = []
    held: dict[tuple[str, str], _Card] = {}
    for number in range(1, 9):
        for place in range(1, 5):
            card = _Card(f"D{number:02d}", f"P{place}", chance, moved)
            card.grow(chance.between(8, 30))
            held[card.customer, card.product] = card
    handed = date(2025, 12, 30)
    held["D01", "P3"].move(handed, "transfer_out", 12)
    held["D02", "P3"].move(handed, "transfer_in", 12, ("P3-2507", _FRESH))
    for (customer, product), card in held.items():
        found = sum(card.held) - (6 if (customer, product) == ("D05", "P1") else 0)
        counts.append((f"C{len(counts) + 1:03d}", customer, product, str(_COUNTED), found, f"R{customer[1:]}"))
    return {
        "movements.csv": [
            ("id", "customer", "product", "date", "kind", "quantity", "batch", "expires", "note"),
            *moved,
        ],
        "counts.csv": [("id", "customer", "product", "date", "quantity", "by"), *counts],
    }
