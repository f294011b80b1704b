"""Invoices and receipts as ties (票、款): lines that add up, money that came, who paid, and for what."""

from __future__ import annotations

from collections.abc import Mapping

from pharmasales.channel.board.asked import TradeKnown, licences_asked
from pharmasales.channel.board.findings import TradeFinding, breach
from pharmasales.channel.board.papers import Payer
from pharmasales.channel.board.ties import TradeTie
from pharmasales.channel.money.documents import Invoice, Receipt
from pharmasales.channel.money.matching import MatchedMoney
from pharmasales.display import Says
from pharmasales.units import Amount

__all__ = ["invoice_tie", "receipt_tie"]


def invoice_tie(one: Invoice, money: MatchedMoney, sums: Mapping[str, Amount] | None, known: TradeKnown) -> TradeTie:
    """Judge an invoice as a whole: its lines, and its money.

    Args:
        one: the invoice.
        money: what receipts and credit notes pay.
        sums: what the lines of each invoice add up to; nothing where nobody knows them.
        known: what is known beside the rows.
    """
    place, rows = (one.customer, "", one.id), (("invoice", one.id),)
    found: list[TradeFinding] = []
    unknown = sums is None or one.id not in sums
    if unknown:
        found += licences_asked(one.customer, place, one.on, rows, known)
    if sums is not None and one.id in sums:
        added = sums[one.id]
        if added != one.amount:
            detail = Says(f"lines {added}, invoice {one.amount}", f"明细合计 {added}，发票 {one.amount}")
            found.append(breach("lines_differ", "invoice", place, one.on, rows, detail, known.gate))
    matched = money[one.id]
    if matched.open.minor and one.due < known.as_of:
        detail = Says(f"{matched.open} open since {one.due}", f"自 {one.due} 起未收 {matched.open}")
        papers = (*rows, *(("receipt", part.credit.id) for part in matched.parts if isinstance(part.credit, Receipt)))
        found.append(breach("unpaid", "money", place, known.as_of, papers, detail, known.gate))
    waiting = bool(matched.open.minor) and not found
    return TradeTie("invoice", *place, one.on, rows, None, None, None, tuple(found), waiting, unknown)


def receipt_tie(one: Receipt, payer: Payer | None, left: Amount | None, undone: bool, known: TradeKnown) -> TradeTie:
    """Judge a receipt: who paid, and for what.

    Args:
        one: the receipt.
        payer: who paid; missing where nobody knows.
        left: what of it stands on no invoice.
        undone: whether it was taken back.
        known: what is known beside the rows.
    """
    place, rows = (one.customer, "", ""), (("receipt", one.id),)
    found: list[TradeFinding] = []
    if not undone and payer is not None:
        if payer.kind == "individual":
            found.append(breach("person_paid", "money", place, one.on, rows, str(one.amount), known.gate))
        elif payer.payer != one.customer:
            who = payer.payer or Says("a firm that is not in the archive", "档案外单位")
            en, zh = (who, who) if isinstance(who, str) else (who.en, who.zh)
            detail = Says(f"{one.amount} paid by {en}", f"由 {zh} 支付 {one.amount}")
            found.append(breach("other_payer", "money", place, one.on, rows, detail, known.gate))
    if not undone and left is not None:
        detail = Says(f"{left} of {one.amount}", f"{one.amount} 中的 {left}")
        found.append(breach("no_sale", "money", place, one.on, rows, detail, known.gate))
    return TradeTie("receipt", *place, one.on, rows, None, None, None, tuple(found), unknown=payer is None)
