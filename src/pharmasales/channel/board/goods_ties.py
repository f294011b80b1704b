"""A sale as one tie (票、货、账): which of its legs is missing, and where quantities and days disagree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pharmasales.channel.board.asked import TradeKnown, licences_asked
from pharmasales.channel.board.findings import Evidence, TradeFinding, breach
from pharmasales.channel.board.ties import TradeTie
from pharmasales.channel.board.tying import Sale, total
from pharmasales.channel.stock.book import StockBook
from pharmasales.display import Says
from pharmasales.units import Amount

__all__ = ["came", "goods_tie"]


def goods_tie(sale: Sale, back: Amount | None, known: TradeKnown) -> TradeTie:
    """Judge a sale.

    Args:
        sale: its rows.
        back: what of the invoiced goods never came and was taken back by a credit note.
        known: what is known beside the rows.
    """
    rows = (
        *(("invoice", one.id) for one in sale.lines),
        *(("goods", one.id) for one in sale.goods),
        *(("book", one.id) for one in sale.books),
    )
    billed = total(sale.lines)
    if billed is not None and back is not None:
        billed -= back
    found, first = list(_sale_findings(sale, billed, rows, known)), min(sale.days)
    waiting = not known.late(first) and (any(_lacking(sale, billed, known)) or _coming(sale, billed))
    quantities = billed, total(sale.goods), total(sale.books)
    return TradeTie("sale", sale.customer, sale.product, sale.invoice, first, rows, *quantities, tuple(found), waiting)


def came(sale: Sale, known: TradeKnown) -> Amount | None:
    """Return what came of a sale that was invoiced: its goods, else what the buyer booked; missing where nobody knows.

    Args:
        sale: its rows; there is a line of an invoice among them.
        known: what is known beside the rows.
    """
    rows = sale.goods if known.goods else sale.books
    if not known.goods and not rows and not _keeps(sale, known.book):
        return None
    return total(rows) or Amount(0, sale.lines[0].quantity.unit)


def _lacking(sale: Sale, billed: Amount | None, known: TradeKnown) -> Iterator[str]:
    """Yield the legs that are asked for and not there; goods that did not come are entered in no book."""
    if not sale.lines:
        yield "invoice"
    if billed is not None and not billed.minor:
        return
    if known.goods and not sale.goods:
        yield "goods"
        if sale.lines:
            return
    if not sale.books and _keeps(sale, known.book):
        yield "book"


def _coming(sale: Sale, billed: Amount | None) -> bool:
    """Whether less has come, or was booked, than was invoiced or moved: the rest may be on its way."""
    moved, booked = total(sale.goods), total(sale.books)
    against = moved if moved is not None else billed
    return _less(moved, billed) or _less(booked, against)


def _less(one: Amount | None, other: Amount | None) -> bool:
    return one is not None and other is not None and one < other


def _keeps(sale: Sale, book: StockBook | None) -> bool:
    """Whether the buyer kept a card of the product when the sale was made."""
    if book is None:
        return False
    card = book.histories.get((sale.customer, sale.product))
    return card is not None and card.opened <= min(sale.days)


def _sale_findings(
    sale: Sale, billed: Amount | None, rows: tuple[Evidence, ...], known: TradeKnown
) -> Iterator[TradeFinding]:
    place = (sale.customer, sale.product, sale.invoice)
    day = min([one.on for one in sale.goods] or sale.days)
    yield from licences_asked(sale.customer, place, day, rows, known)
    if known.late(min(sale.days)):
        for leg in _lacking(sale, billed, known):
            yield _missing(leg, sale, rows, day, known)
    yield from _differing(sale, billed, rows, day, known)
    if (max(sale.days) - min(sale.days)).days > known.days:
        detail = Says(
            f"from {min(sale.days)} to {max(sale.days)}, over {known.days} days",
            f"{min(sale.days)} 至 {max(sale.days)}，超过 {known.days} 天",
        )
        yield breach("far_apart", "goods", place, day, rows, detail, known.policies)


def _missing(leg: str, sale: Sale, rows: tuple[Evidence, ...], day: date, known: TradeKnown) -> TradeFinding:
    there = total(sale.goods) or total(sale.lines) or total(sale.books)
    place = (sale.customer, sale.product, sale.invoice)
    detail = Says(f"{there} since {min(sale.days)}", f"自 {min(sale.days)} 起 {there}")
    match leg:
        case "invoice":
            return breach("no_invoice", "invoice", place, day, rows, detail, known.policies)
        case "goods":
            return breach("no_goods", "goods", place, day, rows, detail, known.policies)
        case _:
            return breach("no_book", "book", place, day, rows, detail, known.policies)


def _differing(
    sale: Sale, billed: Amount | None, rows: tuple[Evidence, ...], day: date, known: TradeKnown
) -> Iterator[TradeFinding]:
    """Yield where quantities disagree; what is less is waited for through the days in transit."""
    place = (sale.customer, sale.product, sale.invoice)
    moved, booked, late = total(sale.goods), total(sale.books), known.late(min(sale.days))
    if billed is not None and moved is not None and billed != moved and (late or billed < moved):
        detail = Says(f"invoice {billed}, goods {moved}", f"发票 {billed}，货物 {moved}")
        yield breach("invoice_differs", "invoice", place, day, rows, detail, known.policies)
    against = moved if moved is not None else billed
    if booked is not None and against is not None and booked != against and (late or against < booked):
        detail = Says(f"book {booked}, against {against}", f"账 {booked}，对照 {against}")
        yield breach("book_differs", "book", place, day, rows, detail, known.policies)
