"""A sale as one tie (票、货、账): which of its legs is missing, and where quantities and days disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pharmasales.channel.board.asked import TradeKnown, licences_asked
from pharmasales.channel.board.findings import TradeFinding, breach
from pharmasales.channel.board.ties import TradeTie
from pharmasales.channel.board.tying import TiedSale
from pharmasales.channel.stock.book import StockBook
from pharmasales.display import Says
from pharmasales.units import Amount

__all__ = ["came", "goods_tie"]


def goods_tie(read: TiedSale, back: Amount | None, known: TradeKnown) -> TradeTie:
    """Judge a sale.

    Args:
        read: the sale, looked through.
        back: what of the invoiced goods never came and was taken back by a credit note.
        known: what is known beside the rows.
    """
    billed = read.billed if read.billed is None or back is None else read.billed - back
    lacking, late = list(_lacking(read, billed, known)), known.late(read.first)
    found = tuple(_sale_findings(read, billed, lacking if late else [], known))
    waiting = not late and (bool(lacking) or _coming(read, billed))
    return TradeTie("sale", *read.place, read.first, read.rows, billed, read.moved, read.booked, found, waiting)


def came(read: TiedSale, known: TradeKnown) -> Amount | None:
    """Return what came of a sale that was invoiced: its goods, else what the buyer booked; missing where nobody knows.

    Args:
        read: the sale, looked through; there is a line of an invoice among its rows.
        known: what is known beside the rows.
    """
    there = read.moved if known.goods else read.booked
    if there is None and not known.goods and not _keeps(read, known.book):
        return None
    return there or Amount(0, read.sale.lines[0].quantity.unit)


def _lacking(read: TiedSale, billed: Amount | None, known: TradeKnown) -> Iterator[str]:
    """Yield the legs that are asked for and not there; goods that did not come are entered in no book."""
    if not read.sale.lines:
        yield "invoice"
    if billed is not None and not billed.minor:
        return
    if known.goods and not read.sale.goods:
        yield "goods"
        if read.sale.lines:
            return
    if not read.sale.books and _keeps(read, known.book):
        yield "book"


def _coming(read: TiedSale, billed: Amount | None) -> bool:
    """Whether less has come, or was booked, than was invoiced or moved: the rest may be on its way."""
    against = read.moved if read.moved is not None else billed
    return _less(read.moved, billed) or _less(read.booked, against)


def _less(one: Amount | None, other: Amount | None) -> bool:
    return one is not None and other is not None and one < other


def _keeps(read: TiedSale, book: StockBook | None) -> bool:
    """Whether the buyer kept a card of the product when the sale was made."""
    if book is None:
        return False
    card = book.histories.get((read.sale.customer, read.sale.product))
    return card is not None and card.opened <= read.first


def _sale_findings(
    read: TiedSale, billed: Amount | None, lacking: Iterable[str], known: TradeKnown
) -> Iterator[TradeFinding]:
    yield from licences_asked(read.sale.customer, read.place, read.day, read.rows, known)
    for leg in lacking:
        yield _missing(leg, read, known)
    yield from _differing(read, billed, known)
    if (read.last - read.first).days > known.days:
        detail = Says(
            f"from {read.first} to {read.last}, over {known.days} days",
            f"{read.first} 至 {read.last}，超过 {known.days} 天",
        )
        yield breach("far_apart", "goods", read.place, read.day, read.rows, detail, known.gate)


def _missing(leg: str, read: TiedSale, known: TradeKnown) -> TradeFinding:
    there = read.moved or read.billed or read.booked
    detail = Says(f"{there} since {read.first}", f"自 {read.first} 起 {there}")
    match leg:
        case "invoice":
            return breach("no_invoice", "invoice", read.place, read.day, read.rows, detail, known.gate)
        case "goods":
            return breach("no_goods", "goods", read.place, read.day, read.rows, detail, known.gate)
        case _:
            return breach("no_book", "book", read.place, read.day, read.rows, detail, known.gate)


def _differing(read: TiedSale, billed: Amount | None, known: TradeKnown) -> Iterator[TradeFinding]:
    """Yield where quantities disagree; what is less is waited for through the days in transit."""
    moved, booked, late = read.moved, read.booked, known.late(read.first)
    if billed is not None and moved is not None and billed != moved and (late or billed < moved):
        detail = Says(f"invoice {billed}, goods {moved}", f"发票 {billed}，货物 {moved}")
        yield breach("invoice_differs", "invoice", read.place, read.day, read.rows, detail, known.gate)
    against = moved if moved is not None else billed
    if booked is not None and against is not None and booked != against and (late or against < booked):
        detail = Says(f"book {booked}, against {against}", f"账 {booked}，对照 {against}")
        yield breach("book_differs", "book", read.place, read.day, read.rows, detail, known.gate)
