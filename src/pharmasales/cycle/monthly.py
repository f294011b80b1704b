"""A year month by month (逐月): the goals and actuals that its control sheets are made of.

>>> from pharmasales.cycle.policy import Policy
>>> from pharmasales.periods import Year
>>> from pharmasales.testing import two_districts
>>> now, before = sold_by_month(two_districts(), Policy(), Year(2026), date(2026, 2, 28))
>>> [str(month) for month in now], str(now[Month(2026, 2)]["n1"]), str(before[Month(2025, 2)]["n1"])
(['2026-01', '2026-02'], '4,920.00 CNY', '4,080.00 CNY')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from pharmasales.cycle.counting import period_units
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Region
from pharmasales.cycle.reviewing import goals_from_targets
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.measures.items import Stretch
from pharmasales.org import Org
from pharmasales.periods import Month, Period, Year
from pharmasales.units import Amount, Unit

__all__ = ["Months", "closed_by_month", "goals_by_month", "sold_by_month", "whole_months"]

Months: TypeAlias = dict[Month, dict[str, Amount]]
"""Amounts by month, then by node id."""
_Line: TypeAlias = tuple[date | Period, str, Amount]


def sold_by_month(region: Region, policy: Policy, year: Year, until: date) -> tuple[Months, Months]:
    """Return the actuals of a year by month, and those of the year before (逐月实际与同期).

    A month of which a line is known only together with others, such as one of a quarter, is not known. The month of
    the day is compared up to the same day.

    Args:
        region: what happened.
        policy: whether goals count money or boxes.
        year: the year.
        until: the last day that counts.
    """
    unit, money = period_units(region, policy)["unit"], policy.goals.measure == "amount"
    lines = [
        (sale.day or sale.period, sale.rep, value)
        for sale in region.sales
        if (value := sale.amount if money else sale.quantity) is not None
    ]
    stretch = Stretch.of(Month.of(until), until)
    past, last = stretch.before, stretch.before_until
    now = [line for line in lines if _start(line[0]) <= until]
    then = [line for line in lines if not last < _start(line[0]) <= past.end]
    return _by_month(now, year, unit), _by_month(then, year.year_before(), unit)


def closed_by_month(inputs: PeriodInputs) -> tuple[Months, Months]:
    """Return the same of a closed period, from what it was closed with (关账口径).

    Args:
        inputs: what the period was scored from.
    """
    lines = [
        (item.when, item.node, item.value)
        for item in inputs.items
        if item.figure == "actual" and item.held is None and isinstance(item.value, Amount)
    ]
    told = [line for line in lines if line[2].minor or isinstance(line[0], date | Month)]
    spans = inputs.period, inputs.period.year_before()
    now, then = (_by_month(told, span, inputs.unit) for span in spans)
    return now, then


def goals_by_month(region: Region, year: Year) -> Months:
    """Return the goals of the targets by month, where some are given for a month or make it up (逐月目标)."""
    return {month: goals for month in year.months if (goals := goals_from_targets(region, month))}


def whole_months(months: Months, org: Org, unit: Unit) -> Months:
    """Return months in which everybody is known (补零): who sold nothing while others did has zero.

    Sales of nobody, and of who is not in the organisation, belong to the top.

    Args:
        months: amounts by month, then by node id.
        org: the organisation.
        unit: their unit.

    >>> from pharmasales.org import Node
    >>> from pharmasales.units import CNY
    >>> org = Org.of([Node("N", "North", "district"), *(Node(rep, rep, "rep", "N") for rep in ("r1", "r2"))])
    >>> found = whole_months({Month(2026, 1): {"r1": Amount.of(5, CNY), "gone": Amount.of(2, CNY)}}, org, CNY)
    >>> {node: str(amount) for node, amount in found[Month(2026, 1)].items()}
    {'r1': '5.00 CNY', 'r2': '0.00 CNY', 'N': '2.00 CNY'}
    """
    sums = {month: Counter[str]() for month in months}
    for month, at in months.items():
        for node, amount in at.items():
            sums[month][node if node in org else org.root.id] += amount.minor
    sellers = dict.fromkeys([*(leaf.id for leaf in org.leaves()), *(node for at in sums.values() for node in at)])
    return {month: {node: Amount(at[node], unit) for node in sellers} for month, at in sums.items()}


def _start(when: date | Period) -> date:
    return when.start if isinstance(when, Period) else when


def _end(when: date | Period) -> date:
    return when.end if isinstance(when, Period) else when


def _months(when: date | Period) -> list[Month]:
    """Return the months that a day or a period touches."""
    found = [Month.of(_start(when))]
    while found[-1].end < _end(when):
        found.append(found[-1].plus(1))
    return found


def _by_month(lines: Iterable[_Line], span: Period, unit: Unit) -> Months:
    """Add lines up by month; the months of a line that lies in several are not known."""
    by_time: dict[date | Period, dict[str, int]] = {}
    for when, node, value in lines:
        if value.unit == unit:
            at = by_time.setdefault(when, {})
            at[node] = at.get(node, 0) + value.minor
    sums, unknown = dict[Month, Counter[str]](), set[Month]()
    for when, sold in by_time.items():
        months = [month for month in _months(when) if month in span]
        unknown.update(months if len(_months(when)) > 1 else ())
        for month in months:
            sums.setdefault(month, Counter()).update(sold)
    return {
        month: {node: Amount(minor, unit) for node, minor in sums[month].items()}
        for month in sorted(sums)
        if month not in unknown
    }
