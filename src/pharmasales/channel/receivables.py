"""Receivables (应收账款): what is open on a day, how long it has been overdue, and how much of what fell due was paid.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY, Amount
>>> owed = [
...     Receivable("D1", "F1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY), Amount.of(200, CNY)),
...     Receivable("D1", "F2", date(2026, 3, 2), date(2026, 4, 1), Amount.of(100, CNY)),
... ]
>>> print(ageing(owed, date(2026, 3, 31)).table())
Overdue        Invoices    Open   Share
-------------  --------  ------  ------
not due               1  100.00   20.0%
1-30 days             0    0.00    0.0%
31-60 days            1  400.00   80.0%
61-90 days            0    0.00    0.0%
91-120 days           0    0.00    0.0%
over 120 days         0    0.00    0.0%
total                 2  500.00  100.0%
>>> collected(owed, Month(2026, 2), date(2026, 3, 31)).rate
Fraction(1, 3)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from fractions import Fraction

from attrs import Factory, evolve, field, frozen

from pharmasales.channel.buckets import DEFAULT_EDGES, AgeBasis, AgeBuckets
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id, respelt
from pharmasales.periods import Period
from pharmasales.rules import Field, Ratio, Sum, Unless
from pharmasales.units import CNY, Amount, Unit, ratio

__all__ = [
    "RECEIPTS_RATE",
    "Ageing",
    "Allocation",
    "Collected",
    "Receivable",
    "ageing",
    "allocate_oldest_first",
    "collected",
    "invoice_numbers",
    "of_customer",
    "open_at",
    "receipts_rate",
]


def _customer(text: str) -> str:
    return normal_id(text, "receivable customer")


@frozen
class Receivable:
    """One invoice that a customer owes (应收).

    Args:
        customer: id of the customer.
        invoice: number of the invoice.
        invoiced: its day.
        due: the last day on which payment is in time.
        amount: what was invoiced; a credit note is no receivable.
        paid: what has been paid so far; nothing where left out.
        paid_on: the day of the last payment; where left out, `paid` counts on every day.

    Raises:
        BadValue: a negative amount or payment, more paid than invoiced, or due before it was invoiced.
        NotComparable: paid in another unit.
    """

    customer: str = field(converter=_customer)
    invoice: str = field(converter=clean)
    invoiced: date
    due: date
    amount: Amount
    paid: Amount = field(default=Factory(lambda self: Amount(0, self.amount.unit), takes_self=True))
    paid_on: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.amount.minor < 0 or self.paid.minor < 0:
            hint = "take a credit note off with allocate_oldest_first"
            raise BadValue("an amount below zero", where="receivable", hint=hint, code="receivable.negative")
        if self.paid > self.amount:
            hint = "put what is over on the next invoice"
            raise BadValue("more paid than invoiced", where="receivable paid", hint=hint, code="receivable.paid")
        if self.due < self.invoiced:
            raise BadValue("due before it was invoiced", where="receivable due", code="receivable.due")


def open_at(receivable: Receivable, day: date) -> Amount:
    """Return what was open on a day: nothing before the invoice, the whole of it before the payment.

    >>> from pharmasales.units import CNY, Amount
    >>> one = Receivable(
    ...     "D1", "F1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY), Amount.of(200, CNY), date(2026, 2, 1)
    ... )
    >>> [str(open_at(one, date(2026, month, 2))) for month in (1, 2)]
    ['0.00 CNY', '400.00 CNY']
    """
    if day < receivable.invoiced:
        return Amount(0, receivable.amount.unit)
    if receivable.paid_on is not None and day < receivable.paid_on:
        return receivable.amount
    return receivable.amount - receivable.paid


def of_customer(customer: str, receivables: Iterable[Receivable]) -> list[Receivable]:
    """Return the receivables of one customer.

    >>> from pharmasales.units import CNY, Amount
    >>> day, money = date(2026, 1, 5), Amount.of(600, CNY)
    >>> owed = [Receivable(name, "F1", day, day, money) for name in ("D1", "d2")]
    >>> len(of_customer("D1", owed))
    1
    >>> of_customer("D2", owed)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: one customer spelt in two ways @ receivables[1]; write an id in one way
    [receivable.twins]

    Raises:
        BadValue: one of this customer in another spelling; it would count as owed by nobody.
    """
    given, key = list(receivables), normal_id(customer)
    ids = [key, *(one.customer for one in given)]
    for first, second in respelt(ids):
        if not first:
            where, hint = f"receivables[{second - 1}]", "write an id in one way"
            raise BadValue("one customer spelt in two ways", where=where, hint=hint, code="receivable.twins")
    return [one for one in given if one.customer == key]


def invoice_numbers(given: Collection[str]) -> frozenset[str]:
    """Return numbers of invoices, or refuse one text, which would be read letter by letter.

    >>> sorted(invoice_numbers(["F2", "F1"]))
    ['F1', 'F2']

    Raises:
        BadValue: one text.
    """
    if isinstance(given, str):
        hint = "write [invoice]"
        raise BadValue("one text where a list is due", where="invoices", hint=hint, code="receivable.text")
    return frozenset(given)


@frozen
class Ageing:
    """What is open on a day, by how long it has been overdue (账龄). The buckets add up to the open total exactly.

    Args:
        as_of: the day.
        buckets: name, count of invoices and open amount of each bucket, what is not yet due first.
        total: everything open.
        by: the day that ages count from.
    """

    as_of: date
    buckets: tuple[tuple[Says, int, Amount], ...]
    total: Amount
    by: AgeBasis = "due"

    def table(self) -> Table:
        """Return bucket, invoices, amount and share of the total; the total in the last row."""
        whole = (Says("total", "合计"), sum(count for _, count, _ in self.buckets), self.total)
        rows = [
            (name, count, amount.value, ratio(amount.minor, self.total.minor))
            for name, count, amount in (*self.buckets, whole)
        ]
        return Table("ageing", Says("Ageing of receivables", "应收账龄"), _COLUMNS[self.by], rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_SUMS = (
    Column("invoices", "Invoices", "发票数", "number"),
    Column("amount", "Open", "未收金额", "amount"),
    Column("share", "Share", "占比", "ratio"),
)
_COLUMNS = {
    "due": (Column("bucket", "Overdue", "逾期"), *_SUMS),
    "invoiced": (Column("bucket", "Since invoice", "开票至今"), *_SUMS),
}


def ageing(
    receivables: Iterable[Receivable],
    as_of: date,
    buckets: Sequence[int] = DEFAULT_EDGES,
    *,
    by: AgeBasis = "due",
    unit: Unit = CNY,
) -> Ageing:
    """Sort what is open into buckets of days, counted from the due day; paid on the due day is in time.

    Args:
        receivables: invoices in any order; those not yet invoiced or paid in full do not count.
        as_of: the day.
        buckets: whole days, ascending from 0: `0, 30, 60` makes not due, 1-30, 31-60 and over 60 days.
        by: the day that the age counts from, `due` or `invoiced`; see `AgeBuckets`.
        unit: the unit of all of them.

    Source: E51; that 120 days are within and 121 are over is S004-81.

    Raises:
        BadValue: buckets that do not ascend from 0, or an unknown basis.
        NotComparable: a receivable in another unit.
    """
    aged = AgeBuckets(buckets, by)
    counts, sums = [0] * len(aged.names), [Amount(0, unit)] * len(aged.names)
    for receivable in receivables:
        still = open_at(receivable, as_of)
        if still.minor:
            place = aged.place(aged.age(receivable.invoiced, receivable.due, as_of))
            counts[place] += 1
            sums[place] += still
    return Ageing(as_of, tuple(zip(aged.names, counts, sums, strict=True)), Amount.total(sums, unit), by)


@frozen
class Allocation:
    """A receipt set against invoices.

    Args:
        invoices: the invoices in the order given, with what they have now been paid.
        left: what of the receipt no open invoice took.
    """

    invoices: tuple[Receivable, ...]
    left: Amount


def allocate_oldest_first(invoices: Iterable[Receivable], receipt: Amount, on: date | None = None) -> Allocation:
    """Set a receipt against the open invoices of a customer, the oldest first (先欠先还).

    Args:
        invoices: the customer's invoices; the oldest is the one that was due first, then the one invoiced first, then
            the one given first.
        receipt: the money that came in.
        on: its day, kept as `paid_on` of every invoice that it pays.

    Source: E51.

    >>> from pharmasales.units import CNY, Amount
    >>> new, old = (
    ...     Receivable("D1", f"F{month}", date(2026, month, 1), date(2026, month, 28), Amount.of(100, CNY))
    ...     for month in (2, 1)
    ... )
    >>> done = allocate_oldest_first([new, old], Amount.of(130, CNY))
    >>> [str(invoice.paid) for invoice in done.invoices], str(done.left)
    (['30.00 CNY', '100.00 CNY'], '0.00 CNY')

    Raises:
        BadValue: a negative receipt.
        NotComparable: a receipt in another unit.
    """
    if receipt.minor < 0:
        raise BadValue("a receipt below zero", where="receipt", code="receivable.negative")
    found, left = list(invoices), receipt
    for place in sorted(range(len(found)), key=lambda n: (found[n].due, found[n].invoiced)):
        one = found[place]
        part = min(left, one.amount - one.paid)
        if part.minor:
            found[place] = evolve(one, paid=one.paid + part, paid_on=on or one.paid_on)
            left -= part
    return Allocation(tuple(found), left)


_SALES = Field("sales", "销售额")
RECEIPTS_RATE = Unless(
    Ratio(Sum([_SALES, Field("opening", "期初应收")], less=[Field("closing", "期末应收")]), _SALES), [_SALES.at_most(0)]
)
"""The receipts rate (回款率) as a rule: sales and the receivables at both ends, over sales (P2-C, E31)."""


def receipts_rate(sales: Amount, opening: Amount, closing: Amount) -> Fraction | None:
    """Return the receipts rate (回款率): sales less the growth of receivables, over sales.

    It is above one where old debt came in. Missing where nothing was sold, net of returns.

    Args:
        sales: sales of the period.
        opening: receivables at its start.
        closing: receivables at its end.

    Source: P2-C, E31.

    >>> from pharmasales.units import CNY, Amount
    >>> sales, low, high = (Amount.of(n, CNY) for n in (500, 100, 150))
    >>> receipts_rate(sales, low, high), receipts_rate(sales, high, low)
    (Fraction(9, 10), Fraction(11, 10))

    Raises:
        NotComparable: amounts of different units.
    """
    known = {"sales": sales, "opening": opening, "closing": closing}
    Amount.total(known.values(), sales.unit)  # refuses two units
    found = RECEIPTS_RATE(known)
    return None if found is None else Fraction(found)


@frozen
class Collected:
    """What fell due and how much of it was paid (应收与已收).

    Args:
        due: what fell due.
        collected: how much of that is paid.
    """

    due: Amount
    collected: Amount

    @property
    def rate(self) -> Fraction | None:
        """Collected over due (回款率); missing where nothing fell due."""
        return self.collected.over(self.due)


def collected(receivables: Iterable[Receivable], period: Period, as_of: date, *, unit: Unit = CNY) -> Collected:
    """Sum what fell due within a period, up to a day, and what of it is paid by that day.

    Args:
        receivables: invoices in any order.
        period: when they fell due, both ends inclusive.
        as_of: the last day that counts, for the due days and for the payments.
        unit: the unit of all of them.

    Raises:
        NotComparable: a receivable in another unit.
    """
    due = [one for one in receivables if one.due in period and one.due <= as_of]
    whole = Amount.total((one.amount for one in due), unit)
    return Collected(whole, whole - Amount.total((open_at(one, as_of) for one in due), unit))
