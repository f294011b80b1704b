"""A made-up month of sales for the cases of the channel: five papers a sale, some of which disagree.

Every sale has an invoice with one line, goods that name it, an entry in the buyer's book, and a receipt. Within a
dealer and product no two sales are near each other, so that there is one way to tie them.
"""

from __future__ import annotations

from datetime import date, timedelta

from attrs import frozen

from pharmasales.channel.board import (
    ChannelKnown,
    FlowCame,
    GoodsMoved,
    InvoiceLine,
    Payer,
    TradeConsistency,
    TradeLicence,
    trade_consistency,
)
from pharmasales.channel.credit import CreditOrder
from pharmasales.channel.flow import (
    CleanFlow,
    FlowBalance,
    FlowLine,
    FlowSale,
    FlowTerritory,
    Matched,
    Tally,
    cross_region,
)
from pharmasales.channel.money import Document, Invoice, Ledger, Receipt, Told
from pharmasales.channel.stock import StockBook, StockMovement
from pharmasales.periods import Month
from pharmasales.units import BOX, CNY, Amount

MARCH, START, AS_OF, PRICE = Month(2026, 3), date(2026, 3, 1), date(2026, 5, 31), 4_000
EACH, WARES, TERMINALS = 20, 10, 5
"""Sales a dealer, products, and terminals that a dealer sells to."""


@frozen
class Papers:
    """What is known of a month."""

    dealers: tuple[str, ...]
    documents: tuple[Document, ...]
    lines: tuple[InvoiceLine, ...]
    goods: tuple[GoodsMoved, ...]
    entries: tuple[StockMovement, ...]
    licences: tuple[TradeLicence, ...]
    payers: tuple[Payer, ...]
    ledger: Ledger
    book: StockBook

    def held(self) -> TradeConsistency:
        """Hold all of it against each other."""
        return trade_consistency(
            *(MARCH, AS_OF, self.ledger, self.lines),
            goods=self.goods,
            book=self.book,
            licences=self.licences,
            payers=self.payers,
        )


def papers_of(count: int) -> Papers:
    """Make so many sales; in three of a hundred each, a paper is missing or says something else."""
    dealers = tuple(f"D{n:05}" for n in range(count // EACH))
    documents, lines, goods, payers = list[Document](), list[InvoiceLine](), list[GoodsMoved](), list[Payer]()
    opened = [
        StockMovement(f"O{dealer}{ware}", dealer, f"P{ware}", date(2026, 2, 1), "opening", Amount(0, BOX))
        for dealer in dealers
        for ware in range(WARES)
    ]
    entries = list[StockMovement]()
    for n in range(count):
        dealer, number = dealers[n // EACH], n % EACH
        ware, boxes, fate = f"P{number % WARES}", number + 20, n * 7919 % 100
        day = START + timedelta(days=number % 5 + (20 if number >= WARES else 0))
        owed, of = Amount(boxes * PRICE, CNY), f"F{n:06}"
        documents.append(Invoice(of, dealer, day, day + timedelta(days=30), owed))
        lines.append(InvoiceLine(f"{of}-1", of, ware, Amount(boxes, BOX), owed))
        if fate >= 3:
            moved = boxes + (fate < 6)
            goods.append(GoodsMoved(f"G{n:06}", dealer, ware, day + timedelta(days=1), Amount(moved, BOX), of))
        if not 6 <= fate < 9:
            booked = boxes + (9 <= fate < 12)
            entries.append(StockMovement(f"B{n:06}", dealer, ware, day + timedelta(days=2), "in", Amount(booked, BOX)))
        if not 12 <= fate < 15:
            told = [Told(of, owed)]
            documents.append(Receipt(f"R{n:06}", dealer, day + timedelta(days=3), owed, told))
            payers.append(Payer(f"R{n:06}", dealer, "individual" if 15 <= fate < 18 else "company"))
    licences = [
        TradeLicence(dealer, f"L-{dealer}", date(2026, 2, 28) if place % 25 == 0 else date(2026, 12, 31))
        for place, dealer in enumerate(dealers)
    ]
    out = [
        StockMovement(f"S{dealer}{ware}", dealer, f"P{ware}", date(2026, 3, 30), "out", Amount(15, BOX))
        for dealer in dealers
        for ware in range(WARES)
    ]
    named = (dealers, tuple(documents), tuple(lines), tuple(goods), tuple(entries), tuple(licences), tuple(payers))
    return Papers(*named, Ledger.of(documents), StockBook.of([*opened, *entries, *out]))


_FOUND = (Matched("customer", "same", "H"), Matched("product", "same", "P"))


def known_of(papers: Papers) -> ChannelKnown:
    """Return what a board reads: the papers, flow files of the month with a line a sale, rights, orders."""
    sales = []
    for place, dealer in enumerate(papers.dealers):
        for number in range(EACH):
            day, hospital = START + timedelta(days=number), f"H{place * TERMINALS + number % TERMINALS}"
            line = FlowLine(f"{dealer}.csv", number, dealer, (), MARCH, day, customer=hospital)
            quantity = Amount(number + 1, BOX)
            sales.append(FlowSale(line, hospital, f"P{number % WARES}", MARCH, quantity, None, _FOUND))
    rights = [
        FlowTerritory(dealer, (f"{place:06}",), until=date(2026, 12, 31)) for place, dealer in enumerate(papers.dealers)
    ]
    places = {f"H{n}": f"{n // TERMINALS + (n % 100 == 0):06}" for n in range(len(papers.dealers) * TERMINALS)}
    tally = Tally.of(one.line for one in sales)
    flow = CleanFlow(tuple(sales), (), FlowBalance(tally, tally, Tally.of([]), 0, CNY), CNY)
    orders = [
        CreditOrder.place(f"C{dealer}{n}", dealer, Amount(10_000, CNY), by="r1", on=START)
        for dealer in papers.dealers
        for n in range(5)
    ]
    return ChannelKnown(
        files=[FlowCame(dealer, MARCH, date(2026, 4, 3)) for dealer in papers.dealers],
        flow=flow,
        book=papers.book,
        ledger=papers.ledger,
        orders=orders,
        rights=rights,
        crossing=cross_region(sales, rights, places),
        trade=papers.held(),
    )
