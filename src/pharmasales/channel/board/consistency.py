"""Licence, invoice, book, goods and money of every sale held against each other (证票账货款核对).

Rows of one sale are tied line by line: quantities and amounts agree to the last part or there is a finding; only days
may differ, by the days in transit. Every row of the period stands in exactly one tie. What is not known (no stock card,
no delivery notes, no licences) is not judged.

>>> from pharmasales.channel.money.documents import Invoice
>>> from pharmasales.channel.money.ledger import Ledger
>>> from pharmasales.periods import Month
>>> from pharmasales.units import BOX, CNY
>>> ledger = Ledger.of([Invoice("F1", "D1", date(2026, 3, 2), date(2026, 4, 1), Amount.of(840, CNY))])
>>> lines = [InvoiceLine("F1-1", "F1", "P1", Amount.of(20, BOX), Amount.of(840, CNY))]
>>> goods = [GoodsMoved("G1", "D1", "P1", date(2026, 3, 4), Amount.of(18, BOX))]
>>> done = trade_consistency(Month(2026, 3), date(2026, 3, 31), ledger, lines, goods=goods)
>>> for one in done.findings:
...     print(one.why)
D1, P1, invoice F1: invoice and goods agree in quantity [sale-invoice-differs]
  invoice 20 BOX, goods 18 BOX
  invoice F1-1, goods G1
  correct the invoice, or deliver or take back the rest

Source: P2-F (goods, invoice, money must match; 2016 no. 94); "Read first" 6; issue 9 section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from pharmasales.channel.board.findings import TradeFinding, TradeGate, breach, licensed
from pharmasales.channel.board.papers import GoodsMoved, InvoiceLine, Payer, TradeLicence
from pharmasales.channel.board.ties import TradeConsistency, TradeTie
from pharmasales.channel.board.tying import TiedSale, tied
from pharmasales.channel.money.documents import Invoice, Receipt
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import MatchedMoney, match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.channel.stock.book import StockBook
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.policies import CN_2020, CN_2026
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import twins
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["trade_consistency"]

_LAW = (CN_2020, CN_2026)


@frozen
class _Known:
    """What is known beside the rows themselves."""

    as_of: date
    days: int
    goods: bool
    book: StockBook | None
    licences: Mapping[str, list[TradeLicence]] | None
    parties: Mapping[str, str] | None
    gate: TradeGate

    def late(self, day: date) -> bool:
        """Whether the days in transit since a day are over."""
        return self.as_of > day + timedelta(days=self.days)


def trade_consistency(
    period: Period,
    as_of: date,
    ledger: Ledger,
    lines: Iterable[InvoiceLine] | None = None,
    *,
    goods: Iterable[GoodsMoved] | None = None,
    book: StockBook | None = None,
    licences: Iterable[TradeLicence] | None = None,
    parties: Mapping[str, str] | None = None,
    payers: Iterable[Payer] = (),
    days: int = 7,
    way: MatchingWay = "told",
    policies: Sequence[Policy] = _LAW,
) -> TradeConsistency:
    """Hold licence, invoice, book, goods and money of every sale against each other (证票账货款核对).

    Args:
        period: the sales with a row in it are listed.
        as_of: the day up to which papers are known.
        ledger: invoices and receipts.
        lines: what the invoices name; `None` where nobody knows, and goods are then tied to no invoice. An invoice of
            which there is no line is judged by the buyer's licence and its money alone.
        goods: what moved; `None` where nobody knows.
        book: the stock cards of the buyers; who keeps none is not asked for an entry.
        licences: the licences of the buyers; `None` where nobody knows.
        parties: what each buyer is (`company`, `institution`, `individual`, `lent`); one that is not listed is refused
            by the gate. `None` where nobody keeps it: what holds a licence is then taken for a company.
        payers: who paid which receipt; a receipt that is not listed is not judged by its payer.
        days: the days in transit: by how many days the rows of a sale may lie apart, and how long one waits for what
            is missing.
        way: how receipts are held against invoices, as in `match_money`.
        policies: the compliance policies; the one in force on the day of a sale is asked.

    Raises:
        BadRows: every row that cannot be: two of one number, a line of no invoice, a payer of no receipt or two of one.
        BadValue: days below zero.
        NotComparable: one product in two units.
        NotFound: no policy in force on the day of a sale.
    """
    if type(days) is not int or days < 0:
        raise BadValue("days below zero", where="days", hint="give whole days from 0", code="board.days")
    named, moved, who = list(lines or ()), list(goods or ()), list(payers)
    _refuse(ledger, named, moved, who)
    by_number = {one.id: one for one in ledger.invoices if one.on <= as_of}
    held = None if licences is None else _by_customer(licences)
    known = _Known(as_of, days, goods is not None, book, held, parties, TradeGate(policies))
    ties: list[TradeTie] = []
    if lines is not None:
        entries = [] if book is None else [one for one in book.movements if one.kind == "in" and one.on <= as_of]
        shown = [one for one in named if one.invoice in by_number]
        sales = tied(by_number, shown, [one for one in moved if one.on <= as_of], entries, days)
        ties += [_goods_tie(TiedSale.of(one), known) for one in sales if any(day in period for day in one.days)]
    money = match_money(ledger, as_of, way=way)
    sums = None if lines is None else _sums(named)
    ties += [_invoice_tie(one, money, sums, known) for one in by_number.values() if one.on in period]
    paid = {one.receipt: one for one in who}
    left = {one.credit.id: one.amount for one in money.on_account}
    undone = {one.of for one in ledger.reversals if one.on <= as_of}
    ties += [
        _receipt_tie(one, paid.get(one.id), left.get(one.id), one.id in undone, known)
        for one in ledger.receipts
        if one.on in period and one.on <= as_of
    ]
    return TradeConsistency(period, as_of, days, tuple(sorted(ties, key=TradeTie.place)))


def _by_customer(licences: Iterable[TradeLicence]) -> Mapping[str, list[TradeLicence]]:
    found: dict[str, list[TradeLicence]] = {}
    for one in licences:
        found.setdefault(one.customer, []).append(one)
    return found


def _sums(lines: Iterable[InvoiceLine]) -> Mapping[str, Amount]:
    found: dict[str, Amount] = {}
    for one in lines:
        found[one.invoice] = found[one.invoice] + one.amount if one.invoice in found else one.amount
    return found


def _refuse(ledger: Ledger, lines: list[InvoiceLine], goods: list[GoodsMoved], payers: list[Payer]) -> None:
    bad: list[PharmaSalesError] = []
    ids = (("lines", [one.id for one in lines]), ("goods", [one.id for one in goods]))
    for what, numbers in (*ids, ("payers", [one.receipt for one in payers])):
        for _, place in twins(numbers):
            hint = "give each a number of its own"
            bad.append(BadValue("two of one number", where=f"{what}[{place}]", hint=hint, code="board.twins"))
    invoices = {one.id for one in ledger.invoices}
    receipts = {one.id for one in ledger.receipts}
    for place, line in enumerate(lines):
        if line.invoice not in invoices:
            hint = "add the invoice to the ledger"
            bad.append(BadValue("a line of no invoice", where=f"lines[{place}]", hint=hint, code="board.unknown"))
    for place, payer in enumerate(payers):
        if payer.receipt not in receipts:
            hint = "add the receipt to the ledger"
            bad.append(BadValue("a payer of no receipt", where=f"payers[{place}]", hint=hint, code="board.unknown"))
    if bad:
        raise BadRows(f"{len(bad)} paper{'s' * (len(bad) > 1)} refused", bad)


def _goods_tie(read: TiedSale, known: _Known) -> TradeTie:
    lacking = list(_lacking(read, known))
    late = known.late(read.first)
    found = tuple(_sale_findings(read, lacking if late else [], known))
    quantities = (read.billed, read.moved, read.booked)
    return TradeTie("sale", *read.place, read.first, read.rows, *quantities, found, bool(lacking) and not late)


def _lacking(read: TiedSale, known: _Known) -> Iterator[str]:
    """Yield the legs that are asked for and not there."""
    if not read.sale.lines:
        yield "invoice"
    if known.goods and not read.sale.goods:
        yield "goods"
    if not read.sale.books and _keeps(read, known.book):
        yield "book"


def _keeps(read: TiedSale, book: StockBook | None) -> bool:
    """Whether the buyer kept a card of the product when the sale was made."""
    if book is None:
        return False
    card = book.histories.get((read.sale.customer, read.sale.product))
    return card is not None and card.opened <= read.first


def _sale_findings(read: TiedSale, lacking: Iterable[str], known: _Known) -> Iterator[TradeFinding]:
    yield from _licences(read.sale.customer, read.place, read.day, read.rows, known)
    for leg in lacking:
        yield _missing(leg, read, known)
    yield from _differing(read, known)
    if (read.last - read.first).days > known.days:
        detail = Says(
            f"from {read.first} to {read.last}, over {known.days} days",
            f"{read.first} 至 {read.last}，超过 {known.days} 天",
        )
        yield breach("far_apart", "goods", read.place, read.day, read.rows, detail, known.gate)


def _licences(
    customer: str, place: tuple[str, str, str], day: date, rows: tuple[tuple[str, str], ...], known: _Known
) -> list[TradeFinding]:
    if known.licences is None:
        return []
    party = "company" if known.parties is None else known.parties.get(customer)
    return licensed(known.licences.get(customer, []), party, place, day, rows, known.gate)


def _missing(leg: str, read: TiedSale, known: _Known) -> TradeFinding:
    there = read.moved or read.billed or read.booked
    detail = Says(f"{there} since {read.first}", f"自 {read.first} 起 {there}")
    match leg:
        case "invoice":
            return breach("no_invoice", "invoice", read.place, read.day, read.rows, detail, known.gate)
        case "goods":
            return breach("no_goods", "goods", read.place, read.day, read.rows, detail, known.gate)
        case _:
            return breach("no_book", "book", read.place, read.day, read.rows, detail, known.gate)


def _differing(read: TiedSale, known: _Known) -> Iterator[TradeFinding]:
    billed, moved, booked = read.billed, read.moved, read.booked
    if billed is not None and moved is not None and billed != moved:
        detail = Says(f"invoice {billed}, goods {moved}", f"发票 {billed}，货物 {moved}")
        yield breach("invoice_differs", "invoice", read.place, read.day, read.rows, detail, known.gate)
    against = moved if moved is not None else billed
    if booked is not None and against is not None and booked != against:
        detail = Says(f"book {booked}, against {against}", f"账 {booked}，对照 {against}")
        yield breach("book_differs", "book", read.place, read.day, read.rows, detail, known.gate)


def _invoice_tie(one: Invoice, money: MatchedMoney, sums: Mapping[str, Amount] | None, known: _Known) -> TradeTie:
    place, rows = (one.customer, "", one.id), (("invoice", one.id),)
    found: list[TradeFinding] = []
    unknown = sums is None or one.id not in sums
    if unknown:
        found += _licences(one.customer, place, one.on, rows, known)
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


def _receipt_tie(one: Receipt, payer: Payer | None, left: Amount | None, undone: bool, known: _Known) -> TradeTie:
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
