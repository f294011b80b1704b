"""The part of the example region that the desk of credit reads (资信与回款), by a seeded generator.

D05 owes too much and too late, D22 pays early, D07 has a whole file; M1 approves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pharmasales.workspace.demo_rows import Cell, Chance, Rows

__all__ = ["DOCUMENTS", "OWED", "SETTINGS", "demo_files", "documents", "receivables"]

SETTINGS = """
[tables.credit_findings]
file = "credit_findings.csv"
[tables.credit_signs]
file = "credit_signs.csv"
[tables.licences]
file = "licences.csv"
[tables.expenses]
file = "expenses.csv"

# The same debts as dated documents, with a contract, a dispute, a credit note and a receipt taken back: name them
# instead of receivables, since one table alone says what is owed.
# [tables.documents]
# file = "documents.csv"

[credit]
approvers = ["M1"]
interest = "6%"
worst_poor = "80000"
"""
"""What the example's `pharmasales.toml` says of it."""

OWED = ("customer", "invoice", "invoiced", "due", "amount", "paid", "paid_on", "currency")
"""The header of receivables."""

DOCUMENTS = ("id", "kind", "customer", "date", "due", "amount", "of", "until", "currency")
"""The header of documents."""

_ITEMS = (
    ("registration", "entered, capital paid in", "company register"),
    ("licence", "drug trade licence of the firm", "drug administration"),
    ("suits", "none open", "court register"),
    ("payment", "as the ledger shows", "our ledger"),
    ("people", "the same for years", "company register"),
    ("trade", "hospitals and chains of its area", "visit"),
    ("premises", "own store, cooled", "visit"),
    ("bank", "reference given", "bank"),
    ("network", "listed by product", "dealer"),
    ("cooperation", "shares its sales monthly", "our reps"),
    ("finance", "balance sheet seen", "dealer"),
)
_SCORED = ("payment", "trade", "cooperation", "finance")
_MARKS: Mapping[str, int] = {"D05": 55, "D07": 84, "D22": 92}
_SINCE: Mapping[str, str] = {"D05": "2023-06-12", "D07": "2024-04-22", "D22": "2022-09-01"}
_LICENCES: Mapping[str, str] = {"D31": "2026-01-20", "D33": "2025-12-31"}
_END = date(2025, 12, 31)


def demo_files(seed: int) -> Mapping[str, Rows]:
    """Return the rows of each file, the header first.

    Args:
        seed: of the generator.
    """
    chance = Chance(seed + 9_100)
    return {
        "credit_findings.csv": [
            ("customer", "item", "value", "mark", "source", "date", "by", "since"),
            *_findings(chance),
        ],
        "credit_signs.csv": [
            ("customer", "kind", "date", "source", "by", "cleared", "cleared_by"),
            ("D05", "suit", "2025-11-20", "court notice", "R05", "", ""),
            ("D09", "owner_changed", "2025-08-04", "company register", "R09", "2025-09-15", "M1"),
        ],
        "licences.csv": [("customer", "number", "until"), *_licences(chance)],
        "expenses.csv": _EXPENSES,
    }


def _findings(chance: Chance) -> Iterable[tuple[Cell, ...]]:
    for customer in (*(f"D{number:02d}" for number in range(1, 11)), "D22"):
        mark = _MARKS.get(customer, 60 + 4 * chance.between(0, 6))
        asked = date(2025, 9, 1) + timedelta(days=chance.between(0, 90))
        for item, value, source in _ITEMS:
            since = _SINCE.get(customer, "2023-03-01") if item == "registration" else ""
            points = mark if item in _SCORED else ""
            yield customer, item, value, points, source, asked.isoformat(), "F1", since


def _licences(chance: Chance) -> Iterable[tuple[Cell, ...]]:
    for number in range(1, 41):
        customer, days = f"D{number:02d}", chance.between(200, 1400)
        until = _LICENCES.get(customer, (_END + timedelta(days=days)).isoformat())
        yield customer, f"EX-{number:04d}", until


_EXPENSES: Rows = [
    (
        "id",
        "kind",
        "plan",
        "date",
        "amount",
        "customer",
        "product",
        "budget",
        "commitment",
        "asker",
        "approver",
        "approved",
    ),
    ("B1", "budget", "LAUNCH-P4", "2025-10-01", 60000, "", "P4", "", "", "", "", ""),
    ("B2", "budget", "DEALERS-E", "2025-10-01", 40000, "", "", "", "", "", "", ""),
    ("B3", "budget", "TRAINING", "2025-10-01", 20000, "", "", "", "", "", "", ""),
    ("X1", "change", "", "2025-11-03", 5000, "", "", "B2", "", "R07", "M1", ""),
    ("C1", "commitment", "", "2025-10-13", 30000, "D02", "P4", "B1", "", "R02", "M1", "2025-10-15"),
    ("C2", "commitment", "", "2025-11-10", 12000, "D07", "", "B2", "", "R07", "M1", "2025-11-11"),
    ("C3", "commitment", "", "2025-12-22", 9000, "D05", "", "B2", "", "R05", "", ""),
    ("A1", "expense", "LAUNCH-P4", "2025-10-28", 18000, "D02", "P4", "", "C1", "", "", ""),
    ("A2", "expense", "LAUNCH-P4", "2025-12-12", 36000, "D03", "P4", "B1", "", "", "", ""),
    ("A3", "expense", "DEALERS-E", "2025-11-25", 8000, "D07", "P2", "", "C2", "", "", ""),
    ("A4", "expense", "TRAINING", "2025-11-18", 3000, "D07", "P2", "B3", "", "", "", ""),
    ("A4", "expense", "TRAINING", "2025-11-18", 2000, "D22", "P2", "B3", "", "", "", ""),
    ("A5", "expense", "TRAINING", "2025-12-08", 13500, "D01", "", "B3", "", "", "", ""),
]


def receivables(rows: Rows) -> Rows:
    """Return the invoices of the region with what is told of D05 and D22: the one pays late, the other early.

    Args:
        rows: the invoices as chance made them.
    """
    return [_told(row) for row in rows]


def _told(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    customer, invoice, invoiced, due, amount, *paid, currency = row
    if invoice == "INV-05-2025-07":
        amount, paid = 62_000, [0, ""]
    if customer == "D22":
        day = date.fromisoformat(str(due)) - timedelta(days=8)
        paid = [amount, day.isoformat()] if day <= _END else [0, ""]
    return customer, invoice, invoiced, due, amount, *paid, currency


def documents(owed: Rows) -> Rows:
    """Return the same debts as dated documents, and what only documents can tell.

    Args:
        owed: the rows of receivables.
    """
    found: Rows = []
    for customer, invoice, invoiced, due, amount, paid, paid_on, currency in owed:
        found.append((invoice, "invoice", customer, invoiced, due, amount, "", "", currency))
        if paid:
            number = str(invoice).replace("INV", "RCV")
            found.append((number, "receipt", customer, paid_on, "", paid, invoice, "", currency))
    return [*found, *_life_of_d07(), *_FURTHER]


def _life_of_d07() -> Rows:
    """Return the contract of D07, and its first orders, all paid."""
    number, rows = "C-D07-2024", Rows()
    rows.append((number, "contract", "D07", "2024-03-15", "", 900_000, "", "2026-03-31", "CNY"))
    for place, day in enumerate(("2024-04-22", "2024-06-03", "2024-09-09", "2024-12-02", "2025-03-10")):
        on, amount = date.fromisoformat(day), 18_000 + 3_000 * place
        due, bill = on + timedelta(days=45), f"INV-07-{day[:7]}"
        rows.append((bill, "invoice", "D07", day, due.isoformat(), amount, number, "", "CNY"))
        paid = (due - timedelta(days=4)).isoformat()
        rows.append((bill.replace("INV", "RCV"), "receipt", "D07", paid, "", amount, bill, "", "CNY"))
    return rows


_FURTHER: Rows = [
    ("DSP-07-1", "dispute", "D07", "2025-12-08", "", 4000, "INV-07-2025-09", "", "CNY"),
    ("CN-05-1", "credit note", "D05", "2025-12-15", "", 1500, "INV-05-2025-11", "", "CNY"),
    ("RCV-31-X", "receipt", "D31", "2025-12-10", "", 9000, "", "", "CNY"),
    ("REV-31-X", "reversal", "D31", "2025-12-17", "", "", "RCV-31-X", "", "CNY"),
]
