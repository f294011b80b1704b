"""Overdue interest (逾期利息): each day that an invoice was open after its due day, at a rate a year, exactly.

>>> from pharmasales.channel.money.documents import Invoice, Receipt
>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([
...     Invoice("F1", "D1", date(2026, 1, 1), date(2026, 1, 31), Amount.of(36_500, CNY)),
...     Receipt("R1", "D1", date(2026, 2, 10), Amount.of(16_500, CNY)),
... ])
>>> found = overdue_interest(ledger, date(2026, 3, 2), "10%", "actual/365")
>>> print(found.lines[0].why)
F1: 209.59 CNY at 10 % a year, actual/365
  36,500.00 CNY from 2026-01-31 to 2026-02-10, 10 days
  20,000.00 CNY from 2026-02-10 to 2026-03-02, 20 days
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.money.ledger import Account, Ledger
from pharmasales.channel.money.settling import MatchingWay, check_way, contested_at, settle
from pharmasales.display import Cell, Column, Says, Table, Why, because, exact_text
from pharmasales.errors import BadValue
from pharmasales.names import nearest
from pharmasales.units import Amount, Number, Unit, half_up, share

__all__ = ["DAY_COUNTS", "DayCount", "InterestLine", "InterestStretch", "OverdueInterest", "overdue_interest"]

DayCount: TypeAlias = Literal["actual/365", "actual/360", "actual/actual"]

DAY_COUNTS: Mapping[str, Says] = MappingProxyType(
    {
        "actual/365": Says("calendar days over 365", "实际天数/365"),
        "actual/360": Says("calendar days over 360", "实际天数/360"),
        "actual/actual": Says("calendar days over those of their year", "实际天数/当年天数"),
    }
)
"""How days become years (计息基础). Actual/actual takes each day over 365 or 366, as its year has."""


@frozen
class InterestStretch:
    """Days on which one amount was overdue and undisputed (计息区间).

    Args:
        start: the first day counts from the evening of this one.
        end: the last day.
        amount: what was open.
    """

    start: date
    end: date
    amount: Amount

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.start).days


@frozen
class InterestLine:
    """The interest of one invoice (发票逾期利息).

    Args:
        customer: id of the customer.
        invoice: its number.
        interest: rounded once, half up.
        stretches: the days and amounts that it comes from.
        why: the arithmetic.
    """

    customer: str
    invoice: str
    interest: Amount
    stretches: tuple[InterestStretch, ...] = field(repr=lambda held: f"<{len(held)}>")
    why: Why = field(repr=False)


@frozen
class OverdueInterest:
    """Interest on what was paid late or is still overdue (逾期利息表). Made by `overdue_interest`.

    Args:
        as_of: the day.
        rate: the rate a year.
        day_count: how days become years.
        unit: the unit.
        lines: one an invoice that bears any, by customer and number.
    """

    as_of: date
    rate: Fraction
    day_count: DayCount
    unit: Unit
    lines: tuple[InterestLine, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def total(self) -> Amount:
        """The sum of the lines, each of which is rounded already."""
        return Amount.total((line.interest for line in self.lines), self.unit)

    def table(self) -> Table:
        """Return customer, invoice, days, interest and why; the total in the last row."""
        rows: list[tuple[Cell, ...]] = [
            (line.customer, line.invoice, sum(one.days for one in line.stretches), line.interest.value, line.why)
            for line in self.lines
        ]
        rows.append((Says("total", "合计"), None, None, self.total.value, None))
        return Table("overdue_interest", Says("Overdue interest", "逾期利息"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("customer", "Customer", "客户"),
    Column("invoice", "Invoice", "发票"),
    Column("days", "Days", "计息天数", "number"),
    Column("interest", "Interest", "利息", "amount"),
    Column("why", "Why", "说明", "why"),
)


def overdue_interest(
    ledger: Ledger,
    as_of: date,
    rate: Number,
    day_count: DayCount,
    *,
    way: MatchingWay = "told",
    oldest: AgeBasis = "due",
    customer: str | None = None,
) -> OverdueInterest:
    """Reckon simple interest on overdue invoices up to a day (逾期利息); no interest on interest.

    The due day bears none; each day after it does, up to the day of payment, that one included. What was disputed on an
    evening bears none for the day that follows. Each invoice is rounded once, half up.

    Args:
        ledger: the documents; those after the day do not count.
        as_of: the day.
        rate: a year, `10%` or `0.1`; there is no default, as law and agreement decide it.
        day_count: `actual/365`, `actual/360` or `actual/actual`.
        way: how receipts are held against invoices on each day, as in `match_money`.
        oldest: which invoice is the oldest, as in `match_money`.
        customer: one customer alone; all where left out.

    Source: simple interest, amount x days x rate / days of the year, added up over stretches of one amount.

    Raises:
        BadValue: a rate that is no number or below zero, an unknown day count, way or order.
        NotFound: no document of this customer.
    """
    check_way(way, oldest)
    yearly = share(rate)
    if yearly < 0:
        raise BadValue("a rate below zero", where="rate", hint="give it as 10%", code="money.rate")
    if day_count not in DAY_COUNTS:
        hint = nearest(str(day_count), DAY_COUNTS)
        raise BadValue("unknown day count", where="day_count", hint=hint, code="money.day-count")
    accounts = list(ledger.accounts.values()) if customer is None else [ledger.account(customer)]
    lines = [
        _line(account.customer, number, stretches, yearly, day_count)
        for account in accounts
        for number, stretches in _stretches(account, as_of, way, oldest, ledger.unit).items()
    ]
    return OverdueInterest(as_of, yearly, day_count, ledger.unit, tuple(lines))


def _stretches(
    account: Account, as_of: date, way: MatchingWay, oldest: AgeBasis, unit: Unit
) -> dict[str, tuple[InterestStretch, ...]]:
    """Return the days and amounts on which each invoice was overdue, by number."""
    late = [one for one in account.invoices if one.due < as_of]
    if not late:
        return {}
    first = min(one.due for one in late)
    days = sorted({first, as_of, *(day for day in _changes(account) if first < day < as_of)})
    found: dict[str, list[InterestStretch]] = {}
    for start, end in pairwise(days):
        still = settle(account, start, way, oldest).open
        for one in late:
            if one.due > start:
                continue
            minor = still[one.id] - contested_at(account, one.id, start, still[one.id])
            if minor:
                found.setdefault(one.id, []).append(InterestStretch(start, end, Amount(minor, unit)))
    return {number: _joined(held) for number, held in sorted(found.items())}


def _changes(account: Account) -> set[date]:
    """Return the days on which what is open or disputed may change, and the due days."""
    found = {*account.days(), *(one.due for one in account.invoices)}
    for one in (dispute for held in account.disputes.values() for dispute in held):
        found.add(one.since)
        if one.until is not None and one.until < date.max:
            found.add(one.until + timedelta(days=1))
    return found


def _joined(stretches: list[InterestStretch]) -> tuple[InterestStretch, ...]:
    """Join stretches of one amount that follow each other."""
    found = stretches[:1]
    for one in stretches[1:]:
        if one.start == found[-1].end and one.amount == found[-1].amount:
            found[-1] = InterestStretch(found[-1].start, one.end, one.amount)
        else:
            found.append(one)
    return tuple(found)


def _line(
    customer: str, number: str, stretches: tuple[InterestStretch, ...], rate: Fraction, day_count: DayCount
) -> InterestLine:
    exact = sum((one.amount.minor * _years(one, day_count) for one in stretches), Fraction(0)) * rate
    interest = Amount(half_up(exact), stretches[0].amount.unit)
    parts = [
        because(
            "{amount} from {start} to {end}, {days} days",
            "{start} 至 {end} {amount}，{days} 天",
            amount=str(one.amount),
            start=one.start.isoformat(),
            end=one.end.isoformat(),
            days=one.days,
        )
        for one in stretches
    ]
    why = because(
        "{invoice}: {interest} at {rate} % a year, {count}",
        "{invoice}：年利率 {rate} %，{count}，利息 {interest}",
        *parts,
        invoice=number,
        interest=str(interest),
        rate=exact_text(rate * 100),
        count=day_count,
    )
    return InterestLine(customer, number, interest, stretches, why)


def _years(one: InterestStretch, day_count: DayCount) -> Fraction:
    """Return the years of a stretch. The day after its start is the first that counts."""
    if day_count != "actual/actual":
        return Fraction(one.days, int(day_count.removeprefix("actual/")))
    years = Fraction(0)
    for year in range(one.start.year, one.end.year + 1):
        first, last = max(one.start, date(year - 1, 12, 31)), min(one.end, date(year, 12, 31))
        years += Fraction((last - first).days, 366 if isleap(year) else 365)
    return years
