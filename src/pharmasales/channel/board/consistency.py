"""Licence, invoice, book, goods and money of every sale held against each other (证票账货款核对).

Rows of one sale are tied line by line: quantities and amounts agree to the last part or there is a finding; only days
may differ, by the days in transit, through which the rest of what came in part is waited for. A credit note for just
what never came is its cure. Every row of the period stands in exactly one tie. What is not known (no stock card, no
delivery notes, no licences) is not judged.

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

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pharmasales.channel.board.asked import TradeKnown
from pharmasales.channel.board.crediting import standing_notes, taken_back
from pharmasales.channel.board.findings import TradeGate
from pharmasales.channel.board.goods_ties import came, goods_tie
from pharmasales.channel.board.money_ties import invoice_tie, receipt_tie
from pharmasales.channel.board.papers import GoodsMoved, InvoiceLine, Payer, TradeLicence
from pharmasales.channel.board.ties import TradeConsistency, TradeTie
from pharmasales.channel.board.tying import TiedSale, tied
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.channel.stock.book import StockBook
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.policies import CN_2020, CN_2026
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import twins
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["trade_consistency"]

_LAW = (CN_2020, CN_2026)


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
    known = TradeKnown(as_of, days, goods is not None, book, held, parties, TradeGate(policies))
    ties: list[TradeTie] = []
    if lines is not None:
        entries = [] if book is None else [one for one in book.movements if one.kind == "in" and one.on <= as_of]
        shown = [one for one in named if one.invoice in by_number]
        sales = tied(by_number, shown, [one for one in moved if one.on <= as_of], entries, days)
        read = [TiedSale.of(one) for one in sales]
        back = taken_back(
            ((one.sale, came(one, known)) for one in read if one.sale.lines), standing_notes(ledger, as_of)
        )
        ties += [
            goods_tie(one, back.get((one.sale.invoice, one.sale.product)) if one.sale.lines else None, known)
            for one in read
            if any(day in period for day in one.sale.days)
        ]
    money = match_money(ledger, as_of, way=way)
    sums = None if lines is None else _sums(named)
    ties += [invoice_tie(one, money, sums, known) for one in by_number.values() if one.on in period]
    paid = {one.receipt: one for one in who}
    left = {one.credit.id: one.amount for one in money.on_account}
    undone = {one.of for one in ledger.reversals if one.on <= as_of}
    ties += [
        receipt_tie(one, paid.get(one.id), left.get(one.id), one.id in undone, known)
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
