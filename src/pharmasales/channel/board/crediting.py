"""Credit notes against goods (红字发票与货物): what was invoiced, never came, and was taken back.

A credit note states money and no goods. It tells of goods that never came where its amount, or that of all notes of the
invoice, is to the last part what these goods were invoiced at. Goods that came and went back were a sale that agreed.

>>> from pharmasales.channel.board.papers import InvoiceLine
>>> from pharmasales.units import BOX, CNY
>>> sale = Sale("D1", "P1", "F1", date(2026, 3, 2))
>>> sale.lines.append(InvoiceLine("F1-1", "F1", "P1", Amount.of(20, BOX), Amount.of(840, CNY)))
>>> note = CreditNote("N1", "D1", date(2026, 3, 9), Amount.of(84, CNY), "F1")
>>> came = Amount.of(18, BOX)
>>> {key: str(back) for key, back in taken_back([(sale, came)], [note]).items()}
{('F1', 'P1'): '2 BOX'}

Source: 药品经营质量管理规范 art. 91 (票、账、货、款一致); 发票管理办法实施细则 (红字发票).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from pharmasales.channel.board.tying import Sale, total
from pharmasales.channel.money.documents import CreditNote
from pharmasales.channel.money.ledger import Ledger
from pharmasales.units import Amount, half_up

__all__ = ["standing_notes", "taken_back"]


def standing_notes(ledger: Ledger, as_of: date) -> list[CreditNote]:
    """Return the credit notes that were not taken back themselves by a day."""
    undone = {one.of for one in ledger.reversals if one.on <= as_of}
    return [one for one in ledger.notes if one.on <= as_of and one.id not in undone]


def taken_back(
    sales: Iterable[tuple[Sale, Amount | None]], notes: Iterable[CreditNote]
) -> Mapping[tuple[str, str], Amount]:
    """Return by invoice and product how much never came and was taken back.

    Args:
        sales: each sale with what came of it; missing where nobody knows.
        notes: the credit notes that stand; one that names no invoice tells nothing.
    """
    credited = defaultdict[str, list[Amount]](list)
    for note in notes:
        credited[note.invoice].append(note.amount)
    short = defaultdict[str, list[tuple[str, Amount, Fraction]]](list)
    for sale, came in sales:
        billed = total(sale.lines)
        if billed is not None and came is not None and came < billed and sale.invoice in credited:
            price = Fraction(sum(one.amount.minor for one in sale.lines), billed.minor)
            short[sale.invoice].append((sale.product, billed - came, price * (billed - came).minor))
    return {
        (invoice, product): back
        for invoice, some in short.items()
        for product, back, worth in some
        if _told(credited[invoice], (worth, sum((one for _, _, one in some), Fraction(0))))
    }


def _told(notes: list[Amount], worths: Iterable[Fraction]) -> bool:
    """Whether one note, or all together, take back one of the amounts to the last part."""
    amounts = {*(one.minor for one in notes), sum(one.minor for one in notes)}
    return any(half_up(worth) in amounts for worth in worths)
