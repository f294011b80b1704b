"""The part of the example region that only the channel board reads (四流看板): the papers behind the sales of 2025-Q4.

D01 to D08 were invoiced what arrived at their stock cards, so that the desks agree, but for: two boxes of P4 that D03
was invoiced and never got in December, P3 that went to D04 in November without an invoice, P2 at D06 in December
without a delivery note, one payment of D02 by D01, and one of D08 by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from pharmasales.workspace.demo_rows import Rows

__all__ = ["SETTINGS", "demo_papers"]

SETTINGS = """
[tables.invoice_lines]
file = "invoice_lines.csv"
[tables.deliveries]
file = "deliveries.csv"
[tables.payers]
file = "payers.csv"
[tables.flow_receipts]
file = "flow_receipts.csv"

[channel]
transit_days = 20
"""
"""What the example's `pharmasales.toml` says of it."""

_PRICES = {"P1": 42, "P2": 65, "P3": 23, "P4": 88}
_CAME = {"D01": "2026-01-02", "D02": "2026-01-04", "D03": "2026-01-03", "D04": "2026-01-05", "D07": "2026-01-02"}


@frozen
class _Sale:
    """What one invoice is for: the day and the boxes of each product."""

    customer: str
    month: str
    arrived: Mapping[str, tuple[str, int]]

    @property
    def invoice(self) -> str:
        return f"INV-{self.customer[1:]}-{self.month}"

    def lines(self, amount: int) -> Iterator[tuple[str, str, str, int, int]]:
        """Share the amount out by what the boxes are worth; the last line takes the rest."""
        boxes = {product: count for product, (_, count) in self.arrived.items()}
        if (self.customer, self.month) == ("D04", "2025-11"):
            del boxes["P3"]
        if (self.customer, self.month) == ("D03", "2025-12"):
            boxes["P4"] += 2
        worth = {product: count * _PRICES[product] for product, count in boxes.items()}
        rest = amount
        for number, product in enumerate(boxes, 1):
            part = amount * worth[product] // sum(worth.values()) if number < len(boxes) else rest
            rest -= part
            yield f"{self.invoice}-{number}", self.invoice, product, boxes[product], part

    def deliveries(self) -> Iterator[tuple[str, str, str, str, int, str]]:
        for number, (product, (day, count)) in enumerate(self.arrived.items(), 1):
            if (self.customer, self.month, product) != ("D06", "2025-12", "P2"):
                yield f"DN-{self.customer[1:]}-{self.month}-{number}", self.customer, product, day, count, self.invoice


def demo_papers(owed: Rows, movements: Rows) -> Mapping[str, Rows]:
    """Return the rows of each file, the header first.

    Args:
        owed: the rows of receivables, without their header.
        movements: the rows of stock movements, without their header.
    """
    amounts = {str(row[1]): int(row[4]) for row in owed}
    arrived: dict[tuple[str, str], dict[str, tuple[str, int]]] = {}
    for _, customer, product, day, kind, boxes, *_ in movements:
        if kind == "in":
            arrived.setdefault((str(customer), str(day)[:7]), {})[str(product)] = (str(day), int(boxes))
    sales = [_Sale(customer, month, goods) for (customer, month), goods in sorted(arrived.items())]
    return {
        "invoice_lines.csv": [
            ("id", "invoice", "product", "quantity", "amount"),
            *(line for one in sales for line in one.lines(amounts[one.invoice])),
        ],
        "deliveries.csv": [
            ("id", "customer", "product", "date", "quantity", "invoice"),
            *(note for one in sales for note in one.deliveries()),
        ],
        "payers.csv": [("receipt", "payer", "kind"), *_payers(owed)],
        "flow_receipts.csv": [
            ("distributor", "month", "date"),
            *((dealer, "2025-12", day) for dealer, day in _CAME.items()),
        ],
    }


def _payers(owed: Rows) -> Iterator[tuple[str, str, str]]:
    """Yield who paid what came in from D01 to D08 in the quarter; the first of D02 and D08 are paid by others."""
    told: set[str] = set()
    for customer, invoice, _, _, _, paid, paid_on, *_ in owed:
        if paid and str(paid_on) >= "2025-10" and str(customer) <= "D08":
            first = customer not in told
            told.add(str(customer))
            if first and customer == "D08":
                yield str(invoice), "", "individual"
            else:
                yield str(invoice), "D01" if first and customer == "D02" else str(customer), "company"
