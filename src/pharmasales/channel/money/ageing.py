"""Ageing of a ledger (账龄分析): what is open as of a day, by age, disputed items apart, with its total and its why.

>>> from pharmasales.channel.money.documents import Dispute, Invoice
>>> from pharmasales.units import CNY
>>> bills = [
...     Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY)),
...     Invoice("F2", "D1", date(2026, 3, 2), date(2026, 4, 1), Amount.of(100, CNY)),
... ]
>>> contested = Dispute("F1", date(2026, 2, 9), amount=Amount.of(50, CNY))
>>> print(age_ledger(Ledger.of([*bills, contested]), date(2026, 3, 31)).table())
Bucket         Invoices    Open   Share  Disputed
-------------  --------  ------  ------  --------
not due               1  100.00   14.3%      0.00
1-30 days             0    0.00    0.0%      0.00
31-60 days            1  550.00   78.6%     50.00
61-90 days            0    0.00    0.0%      0.00
91-120 days           0    0.00    0.0%      0.00
over 120 days         0    0.00    0.0%      0.00
undisputed            2  650.00   92.9%
disputed              1   50.00    7.1%     50.00
open                  2  700.00  100.0%     50.00
on account            0    0.00
balance                  700.00
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from attrs import field, frozen

from pharmasales.channel.buckets import AGE_BASES, DEFAULT_EDGES, AgeBasis, AgeBuckets
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import MatchedInvoice, MatchedMoney, match_money
from pharmasales.channel.money.settling import MATCHINGS, MatchingWay
from pharmasales.channel.receivables import Ageing
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.units import Amount

__all__ = ["AgedInvoice", "LedgerAgeing", "age_ledger"]


@frozen
class AgedInvoice:
    """An open invoice with its age (未收发票账龄).

    Args:
        matched: the invoice and what paid it.
        days: its age; below zero where it is not yet due.
        bucket: the number of its bucket.
        name: the name of it.
    """

    matched: MatchedInvoice
    days: int
    bucket: int
    name: Says

    @property
    def undisputed(self) -> Amount:
        """What is open and not contested."""
        return self.matched.open - self.matched.disputed


@frozen
class LedgerAgeing:
    """What is open by age (账龄表); `undisputed` and `disputed` add up to `open`. Made by `age_ledger`.

    Args:
        money: the matched money that it rests on.
        buckets: the buckets.
        items: the open invoices, by customer and number.
    """

    money: MatchedMoney
    buckets: AgeBuckets
    items: tuple[AgedInvoice, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def as_of(self) -> date:
        """The day."""
        return self.money.as_of

    @property
    def open(self) -> Amount:
        """Everything open."""
        return self.money.open

    @cached_property
    def undisputed(self) -> Ageing:
        """The buckets of what is not contested."""
        return self._ageing((item.bucket, item.undisputed) for item in self.items)

    @cached_property
    def disputed(self) -> Ageing:
        """The buckets of what is contested."""
        return self._ageing((item.bucket, item.matched.disputed) for item in self.items)

    @property
    def overdue(self) -> Amount:
        """What is undisputed and past its due day (逾期), whatever day ages count from."""
        late = (item.undisputed for item in self.items if item.matched.invoice.due < self.as_of)
        return Amount.total(late, self.money.unit)

    def _ageing(self, found: Iterable[tuple[int, Amount]]) -> Ageing:
        names, zero = self.buckets.names, Amount(0, self.money.unit)
        counts, sums = [0] * len(names), [zero] * len(names)
        for place, amount in found:
            if amount.minor:
                counts[place] += 1
                sums[place] += amount
        buckets = tuple(zip(names, counts, sums, strict=True))
        return Ageing(self.as_of, buckets, Amount.total(sums, zero.unit), self.buckets.by)

    def older_than(self, days: int) -> dict[str, Amount]:
        """Return what each customer owes, undisputed, over a number of days of age (超过: that day excluded)."""
        found: dict[str, Amount] = {}
        for item in self.items:
            if item.days > days and item.undisputed.minor:
                customer = item.matched.invoice.customer
                found[customer] = found.get(customer, Amount(0, self.money.unit)) + item.undisputed
        return found

    def why(self, invoice: str) -> Why:
        """Say why an invoice stands in its bucket: from which day it counts, and what has been paid.

        Raises:
            NotFound: an invoice that is not open.
        """
        for item in self.items:
            if item.matched.invoice.id == invoice:
                return self._why(item)
        raise NotFound(f"invoice {invoice!r} is not open as of {self.as_of}", hint="see items", code="money.invoice")

    def _why(self, item: AgedInvoice) -> Why:
        if item.days <= 0 and self.buckets.by == "due":
            return because(
                "{bucket}: due in {days} days as of {as_of}, matched {way}",
                "{bucket}：截至 {as_of} 距到期 {days} 天，核销方式：{way}",
                item.matched.why(),
                bucket=item.name,
                days=-item.days,
                as_of=self.as_of.isoformat(),
                way=MATCHINGS[self.money.way],
            )
        return because(
            "{bucket}: {days} {basis} as of {as_of}, matched {way}",
            "{bucket}：截至 {as_of} {basis} {days}，核销方式：{way}",
            item.matched.why(),
            bucket=item.name,
            days=item.days,
            basis=AGE_BASES[self.buckets.by],
            as_of=self.as_of.isoformat(),
            way=MATCHINGS[self.money.way],
        )

    def table(self) -> Table:
        """Return the buckets, then undisputed, disputed, open, on account and the balance."""
        whole = self.open
        rows: list[tuple[Cell, ...]] = [
            (name, count, amount.value, amount.over(whole), other.value)
            for (name, count, amount), (_, _, other) in zip(self.undisputed.buckets, self.disputed.buckets, strict=True)
        ]
        plain, contested = self.undisputed.total, self.disputed.total
        held = sum(1 for item in self.items if item.undisputed.minor)
        rows.append((Says("undisputed", "无争议"), held, plain.value, plain.over(whole), None))
        held = sum(1 for item in self.items if item.matched.disputed.minor)
        rows.append((Says("disputed", "争议"), held, contested.value, contested.over(whole), contested.value))
        rows.append((Says("open", "未收合计"), len(self.items), whole.value, whole.over(whole), contested.value))
        rows.append((Says("on account", "预收"), len(self.money.on_account), self.money.unmatched.value, None, None))
        rows.append((Says("balance", "余额"), None, self.money.balance.value, None, None))
        return Table("ledger_ageing", Says("Ageing of a ledger", "账龄表"), _COLUMNS, rows)

    def customers(self) -> Table:
        """Return one row a customer: open, disputed, and the undisputed of each bucket (欠款表); most open first."""
        zero = Amount(0, self.money.unit)
        sums: dict[str, list[Amount]] = {}
        for item in self.items:
            row = sums.setdefault(item.matched.invoice.customer, [zero] * (len(self.buckets.names) + 2))
            row[0] += item.matched.open
            row[1] += item.matched.disputed
            row[item.bucket + 2] += item.undisputed
        ordered = sorted(sums.items(), key=lambda one: (-one[1][0].minor, one[0]))
        rows: list[tuple[Cell, ...]] = [(customer, *(amount.value for amount in row)) for customer, row in ordered]
        columns = [
            Column(f"bucket_{place}", name.en.capitalize(), name.zh, "amount")
            for place, name in enumerate(self.buckets.names)
        ]
        return Table("debts", Says("Debts by customer", "欠款表"), (*_BY_CUSTOMER, *columns), rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("bucket", "Bucket", "账龄"),
    Column("invoices", "Invoices", "单据数", "number"),
    Column("amount", "Open", "未收金额", "amount"),
    Column("share", "Share", "占比", "ratio"),
    Column("disputed", "Disputed", "争议", "amount"),
)

_BY_CUSTOMER = (
    Column("customer", "Customer", "客户"),
    Column("open", "Open", "未收", "amount"),
    Column("disputed", "Disputed", "争议", "amount"),
)


def age_ledger(
    ledger: Ledger,
    as_of: date,
    buckets: Sequence[int] = DEFAULT_EDGES,
    *,
    by: AgeBasis = "due",
    way: MatchingWay = "told",
    oldest: AgeBasis = "due",
) -> LedgerAgeing:
    """Sort what is open into buckets of age as of any day, past or not (账龄分析).

    Args:
        ledger: the documents; those after the day do not count.
        as_of: the day.
        buckets: whole days, ascending from 0, as `AgeBuckets` takes them.
        by: the day that ages count from, `due` or `invoiced`.
        way: how receipts are held against invoices, `told` or `fifo`, as in `match_money`.
        oldest: the oldest invoice is the one due first or written first, as in `match_money`.

    Source: E51, S004-74 (欠款表), S004-81.

    Raises:
        BadValue: buckets that do not ascend from 0, an unknown basis, way or order.
    """
    aged = AgeBuckets(buckets, by)
    money = match_money(ledger, as_of, way=way, oldest=oldest)
    items = []
    for one in money.invoices:
        if one.open.minor:
            days = aged.age(one.invoice.on, one.invoice.due, as_of)
            place = aged.place(days)
            items.append(AgedInvoice(one, days, place, aged.names[place]))
    return LedgerAgeing(money, aged, tuple(items))
