"""Activity (活跃): who bought how much in which stretch of days, what was left out, and since when each has bought.

It is what the retention funnel and the concentration rest on. Lines count for a customer only where they bear an id,
and the ids of one customer that were merged count once.

>>> from pharmasales.archive import Sale
>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> sales = [Sale(Month(2026, 1), Amount.of(n, CNY), customer=c) for c, n in (("H1", 9), ("old-H1", 4), ("", 2))]
>>> net_sales(sales, resolve=lambda given: given.removeprefix("old-"))
{'H1': Amount('13.00 CNY')}
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import TypeAlias

from attrs import define, field, frozen

from pharmasales.archive.sales import Measured, Sale
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.periods import Period, back
from pharmasales.units import Amount, Unit, exact

__all__ = ["Active", "Activity", "Coverage", "Loyal", "Resolve", "Window", "activity_in", "as_given", "net_sales"]

Window: TypeAlias = tuple[date, date]
"""The first and the last day of a stretch, both included."""

Resolve: TypeAlias = Callable[[str], str]
"""Says under which id a customer counts: the id that a merged one now redirects to."""


def as_given(customer: str) -> str:
    """Return the id as it is: nobody was merged."""
    return customer


@frozen
class Active:
    """Who counts as an active customer (活跃客户): net sales above a floor, in the period or in a longer window.

    Args:
        above: net sales, in whole units, must be above this; nobody is active by returns alone.
        months: the window that ends with the period, such as 12; the period itself where left out.

    >>> Active(months=12).window(date(2026, 3, 31))[0].isoformat()
    '2025-04-01'

    Source: S001-1. Raises:
        BadValue: a floor below zero or no exact number.
        BadRule: a window of no month.
    """

    above: Fraction = field(default=Fraction(0), converter=exact)
    months: int | None = field(default=None)

    def __attrs_post_init__(self) -> None:
        if self.above < 0:
            raise BadValue("the floor of an active customer is below zero", where="above", code="retention.floor")
        if self.months is not None and (type(self.months) is not int or self.months < 1):
            raise BadRule("a window has at least one month", where="months", code="retention.window")

    def window(self, end: date) -> tuple[date, date]:
        """Return the first and the last day of the window that ends on a day."""
        return back(end + timedelta(days=1), self.months or 1), end


@frozen
class Loyal:
    """Who counts as a loyal customer (忠诚客户): active at the end of `least` of the last `of` periods.

    Source: S001-5: what counts is how many are loyal, and what loyal means is the company's own rule.

    Raises:
        BadRule: not 1 <= least <= of.
    """

    least: int
    of: int

    def __attrs_post_init__(self) -> None:
        if type(self.least) is not int or type(self.of) is not int or not 1 <= self.least <= self.of:
            raise BadRule("loyal means active in n of the last m periods", hint="1 <= n <= m", code="retention.loyal")


@frozen
class Coverage:
    """What became of the sales lines: all of them = counted + outside + split + unnamed + barred + unmeasured.

    Args:
        lines: how many were given.
        counted: lie in a window of the report.
        outside: lie before or after; those before still tell who has bought earlier.
        split: lie across windows, such as a line for a year in a report by quarter.
        unnamed: without the id of a customer.
        barred: of customers who do not count here, such as those in quarantine.
        unmeasured: without the amount or the quantity.
    """

    lines: int
    counted: int
    outside: int
    split: int
    unnamed: int
    barred: int
    unmeasured: int


@frozen(repr=False)
class Activity:
    """Net sales of each customer in each window, in smallest units. Build it with `activity_in`.

    Args:
        unit: what is counted; `None` where no line counts.
        nets: for each window, net sales by customer.
        bought: for each customer the day by which it is first known to have bought.
        coverage: what became of the lines.
    """

    unit: Unit | None
    nets: tuple[Mapping[str, int], ...]
    bought: Mapping[str, date]
    coverage: Coverage

    def active(self, place: int, above: Fraction) -> frozenset[str]:
        """Return who has net sales above a floor, in whole units, in one window."""
        least = floor(above * 10**self.unit.decimals) if self.unit else 0
        return frozenset(customer for customer, net in self.nets[place].items() if net > least)


def _said(unit: Unit) -> str:
    return f"{unit.code} with {unit.decimals} decimals"


@define
class _Cell:
    """The lines of one day, or of one period where no day is known."""

    start: date
    end: date
    lines: int = 0
    nets: dict[str, int] = field(factory=dict)
    bought: set[str] = field(factory=set)


@define
class _Ledger:
    """The lines summed by customer and day, before they are spread over windows."""

    cells: dict[date | Period, _Cell] = field(factory=dict)
    unit: Unit | None = None
    unnamed: int = 0
    barred: int = 0
    unmeasured: int = 0

    def post(self, customer: str, when: date | Period, amount: Amount) -> None:
        if amount.unit is not self.unit:
            self._same(amount.unit)
        cell = self.cells.get(when)
        if cell is None:
            start, end = (when.start, when.end) if isinstance(when, Period) else (when, when)
            cell = self.cells[when] = _Cell(start, end)
        cell.lines += 1
        cell.nets[customer] = cell.nets.get(customer, 0) + amount.minor
        if amount.minor > 0:
            cell.bought.add(customer)

    def _same(self, unit: Unit) -> None:
        if self.unit is not None and unit != self.unit:
            raise NotComparable(
                f"sales in {_said(self.unit)} and {_said(unit)}", hint="convert them first", code="unit"
            )
        self.unit = unit


def _posted(sales: Iterable[Sale], measure: Measured, resolve: Resolve, among: Container[str] | None) -> _Ledger:
    """Sum the lines; a million of them have few customers and days, so each is looked up once."""
    ledger = _Ledger()
    known: dict[str, str] = {"": ""}
    for sale in sales:
        customer = known.get(sale.customer)
        if customer is None:
            customer = known[sale.customer] = resolve(sale.customer)
        amount = sale.amount if measure == "amount" else sale.quantity
        if not customer:
            ledger.unnamed += 1
        elif among is not None and customer not in among:
            ledger.barred += 1
        elif amount is None:
            ledger.unmeasured += 1
        else:
            ledger.post(customer, sale.day or sale.period, amount)
    return ledger


def _within(cell: _Cell, window: Window) -> bool:
    return window[0] <= cell.start and cell.end <= window[1]


def activity_in(
    sales: Iterable[Sale],
    windows: Sequence[Window],
    *,
    measure: Measured = "amount",
    resolve: Resolve = as_given,
    among: Container[str] | None = None,
) -> Activity:
    """Sum net sales by customer in each window; windows may overlap, and a line counts where it lies wholly inside.

    Args:
        sales: the lines, in any order; returns are negative.
        windows: stretches of days.
        measure: the amount or the quantity.
        resolve: says under which id each customer counts.
        among: the only customers who count, such as the `Archive`; everybody where left out.

    >>> from pharmasales.periods import Month
    >>> from pharmasales.units import CNY
    >>> january = Active().window(date(2026, 1, 31))
    >>> found = activity_in([Sale(Month(2026, 1), Amount.of(9, CNY), customer="H1")], [january])
    >>> found.nets, found.bought["H1"].isoformat()
    (({'H1': 900},), '2026-01-31')

    Raises:
        NotComparable: sales in more than one unit.
    """
    ledger = _posted(sales, measure, resolve, among)
    nets: list[dict[str, int]] = [{} for _ in windows]
    bought: dict[str, date] = {}
    counted = split = 0
    for cell in ledger.cells.values():
        for customer in cell.bought:
            bought[customer] = min(cell.end, bought.get(customer, cell.end))
        places = [place for place, window in enumerate(windows) if _within(cell, window)]
        for place in places:
            sums = nets[place]
            for customer, net in cell.nets.items():
                sums[customer] = sums.get(customer, 0) + net
        if places:
            counted += cell.lines
        elif any(cell.start <= last and first <= cell.end for first, last in windows):
            split += cell.lines
    posted = sum(cell.lines for cell in ledger.cells.values())
    left_out = (ledger.unnamed, ledger.barred, ledger.unmeasured)
    coverage = Coverage(posted + sum(left_out), counted, posted - counted - split, split, *left_out)
    return Activity(ledger.unit, tuple(nets), bought, coverage)


def net_sales(
    sales: Iterable[Sale],
    period: Period | None = None,
    *,
    measure: Measured = "amount",
    resolve: Resolve = as_given,
    among: Container[str] | None = None,
) -> dict[str, Amount]:
    """Sum net sales by customer in a period, or in all, by id; arguments and errors as `activity_in`.

    Source: S004-58.
    """
    windows = [(date.min, date.max) if period is None else (period.start, period.end)]
    found = activity_in(sales, windows, measure=measure, resolve=resolve, among=among)
    return {c: Amount(net, found.unit) for c, net in sorted(found.nets[0].items()) if found.unit is not None}
