"""Days sales outstanding (应收账款周转天数): how many days of sales are not paid yet, by a formula that is named.

>>> from pharmasales.units import CNY
>>> def yuan(n: int) -> Amount:
...     return Amount.of(n, CNY)
>>> dso_simple(yuan(300), yuan(900), 90).days
Fraction(30, 1)
>>> months = [(Month(2026, 1), yuan(500)), (Month(2026, 2), yuan(300)), (Month(2026, 3), yuan(100))]
>>> print(dso_count_back(yuan(300), months).why)
DSO 49.6667 days, counted back from 300.00 CNY open
  2026-03: sales 100.00 CNY, 31 days
  2026-02: 200.00 CNY of sales 300.00 CNY, 18.6667 of 28 days
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.buckets import AgeBasis
from pharmasales.channel.money.in_period import net_sales
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import nearest
from pharmasales.periods import Month, Period
from pharmasales.units import Amount, Number, exact

__all__ = [
    "DSO_FORMULAS",
    "Dso",
    "DsoFormula",
    "dso_count_back",
    "dso_simple",
    "ledger_dso",
    "receivables_at_dso",
]

DsoFormula: TypeAlias = Literal["simple", "count_back"]

DSO_FORMULAS: Mapping[str, Says] = MappingProxyType(
    {
        "simple": Says("open / sales of the period x its days", "期末应收 / 期间销售额 × 期间天数"),
        "count_back": Says(
            "take the sales of the last months off what is open, latest first, and count their days",
            "期末应收自最近月份起逐月扣减销售额，累计天数（倒推法）",
        ),
    }
)
"""The formulas (计算公式). They differ where sales rise or fall, so a figure always names its own."""


@frozen
class Dso:
    """Days sales outstanding and how they were found (应收账款周转天数).

    Args:
        formula: `simple` or `count_back`.
        open: what was open.
        days: exact days; missing where nothing was sold, or what is open is older than the sales given.
        why: the arithmetic.
    """

    formula: DsoFormula
    open: Amount
    days: Fraction | None
    why: Why = field(repr=False)


def dso_simple(still: Amount, sales: Amount, days: int) -> Dso:
    """Return what is open over sales, times the days of the sales (周转天数，简单法).

    Args:
        still: what is open at the end.
        sales: net sales of the period, on credit.
        days: the calendar days of the period, 1 or more.

    Source: requirements, "Read first", 11 (open = sales / days x DSO, solved for the DSO).

    Raises:
        BadValue: days below 1.
        NotComparable: two units.
    """
    _refuse_days(days)
    part = still.over(sales) if sales.minor > 0 else None
    values: dict[str, Cell] = {"open": str(still), "sales": str(sales), "days": days}
    if part is None:
        _ = still + sales  # refuses two units
        en, zh = "DSO missing: sales of {sales} in {days} days", "周转天数无数据：{days} 天销售额 {sales}"
        return Dso("simple", still, None, because(en, zh, **values))
    why = because(
        "DSO {found} days: {open} open / {sales} sold x {days} days",
        "周转天数 {found}：未收 {open} / 销售额 {sales} × {days} 天",
        found=part * days,
        **values,
    )
    return Dso("simple", still, part * days, why)


def dso_count_back(still: Amount, sales: Iterable[tuple[Period, Amount]]) -> Dso:
    """Take the sales of the latest periods off what is open, and count their days (周转天数，倒推法).

    The last period counts by the part of its sales that is needed. One in which returns were as large as sales counts
    its days and takes nothing off.

    Args:
        still: what is open at the end of the last period.
        sales: net sales of periods that follow each other without a gap, in any order.

    Source: the count-back formula: whole periods while their sales are below what is left, then the part of the last.

    >>> from pharmasales.units import CNY
    >>> dso_count_back(Amount.of(9, CNY), [(Month(2026, 1), Amount.of(5, CNY))]).days is None
    True

    Raises:
        BadValue: periods that overlap or leave a gap.
        NotComparable: two units.
    """
    held = sorted(sales, key=lambda one: (one[0].start, one[0].end), reverse=True)
    for (later, _), (earlier, _) in pairwise(held):
        if earlier.end + timedelta(days=1) != later.start:
            hint = "give every period once, without a gap"
            raise BadValue("periods do not follow each other", where=f"{earlier}, {later}", hint=hint, code="money.gap")
    rest, days, parts = still, Fraction(0), list[Why]()
    for period, sold in held:
        if rest.minor <= 0:
            break
        taken = min(rest, max(sold, Amount(0, sold.unit)))
        whole = sold.minor <= 0 or taken == sold
        counted = Fraction(period.days) if whole else period.days * Fraction(taken.minor, sold.minor)
        parts.append(_counted(period, sold, taken, counted, whole=whole))
        rest, days = rest - taken, days + counted
    if rest.minor > 0:
        why = because(
            "DSO missing: {rest} of {open} open is older than the sales given; give more periods",
            "周转天数无数据：未收 {open} 中 {rest} 早于所给销售期间，请补充期间",
            *parts,
            rest=str(rest),
            open=str(still),
        )
        return Dso("count_back", still, None, why)
    en, zh = "DSO {days} days, counted back from {open} open", "周转天数 {days}，自未收 {open} 倒推"
    return Dso("count_back", still, days, because(en, zh, *parts, days=days, open=str(still)))


def _counted(period: Period, sold: Amount, taken: Amount, counted: Fraction, *, whole: bool) -> Why:
    values: dict[str, Cell] = {"period": str(period), "sales": str(sold), "days": period.days}
    if whole:
        return because("{period}: sales {sales}, {days} days", "{period}：销售额 {sales}，{days} 天", **values)
    return because(
        "{period}: {taken} of sales {sales}, {counted} of {days} days",
        "{period}：销售额 {sales} 中 {taken}，{days} 天中 {counted} 天",
        taken=str(taken),
        counted=counted,
        **values,
    )


def ledger_dso(
    ledger: Ledger,
    period: Period,
    formula: DsoFormula,
    *,
    way: MatchingWay = "told",
    oldest: AgeBasis = "due",
    customer: str | None = None,
) -> Dso:
    """Return the DSO of a ledger at the end of a period; sales are invoices less credit notes (周转天数).

    Args:
        ledger: the documents.
        period: `simple` takes its sales and days; `count_back` goes back from its last month, as far as there are
            invoices.
        formula: `simple` or `count_back`; there is no default, as the two differ.
        way: how receipts are held against invoices, as in `match_money`.
        oldest: which invoice is the oldest, as in `match_money`.
        customer: one customer alone; all where left out.

    Raises:
        BadValue: an unknown formula, way or order; for `count_back`, a week.
        NotFound: no document of this customer.
    """
    if formula not in DSO_FORMULAS:
        raise BadValue("no such formula", where="formula", hint=nearest(str(formula), DSO_FORMULAS), code="money.dso")
    still = match_money(ledger, period.end, way=way, oldest=oldest, customer=customer).open
    if formula == "simple":
        return dso_simple(still, net_sales(ledger, period, customer), period.days)
    months, last = list[Month](), period.months[-1]
    first = min((Month.of(one.on) for one in ledger.invoices), default=last)
    while not last < first:
        months.append(last)
        last = last.plus(-1)
    return dso_count_back(still, [(month, net_sales(ledger, month, customer)) for month in months])


def receivables_at_dso(sales: Amount, days: int, dso: Number) -> Amount:
    """Return what would be open at a DSO that is aimed at (目标应收): sales / days x DSO, half up.

    Args:
        sales: net sales of the period.
        days: its calendar days, 1 or more.
        dso: the days aimed at.

    Source: the arithmetic of requirements, "Read first", 11: a hundred million a year at 15 days are 4,109,589.04.

    >>> from pharmasales.units import CNY
    >>> print(receivables_at_dso(Amount.of(100_000_000, CNY), 365, 15))
    4,109,589.04 CNY

    Raises:
        BadValue: days below 1, or a DSO that is no number or below zero.
    """
    _refuse_days(days)
    aim = exact(dso)
    if aim < 0:
        raise BadValue("a DSO below zero", where="dso", hint="give days", code="money.dso")
    return sales.times(aim / days)


def _refuse_days(days: int) -> None:
    if type(days) is not int or days < 1:
        raise BadValue("days are a whole number from 1", where="days", hint="use period.days", code="money.days")
