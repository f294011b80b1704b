"""Forecast by orders (在手订单): what is sold, and what may still come, each by its chance.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> orders = [
...     Order("signed", Amount.of(60, CNY), date(2026, 1, 20)),
...     Order("likely", Amount.of(40, CNY), date(2026, 1, 28), "3/4"),
...     Order("february", Amount.of(90, CNY), date(2026, 2, 3)),
... ]
>>> print(from_orders(Amount.of(100, CNY), Month(2026, 1), date(2026, 1, 14), orders).why)
2026-01 by orders: 190.00 CNY, from 160.00 CNY to 200.00 CNY
  2 orders still to come
  february left out: due by 2026-02-03
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Says, because
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.evaluation.tracking.forecast import Forecast, finished
from pharmasales.periods import Period
from pharmasales.units import Amount, share

__all__ = ["Order", "from_orders"]

_ORDERS = Says("orders", "在手订单")


@frozen
class Order:
    """An order or a chance that may still come within the period (在手订单 / 商机).

    Args:
        id: its id.
        amount: what it would bring.
        due: the day by which it is expected.
        chance: how likely it is, 0 to 1; 1 for one that is signed.

    Raises:
        BadValue: a chance out of range.
    """

    id: str
    amount: Amount = field(repr=False)
    due: date
    chance: Fraction = field(default=Fraction(1), converter=share)

    @chance.validator
    def _within(self, _attribute: object, chance: Fraction) -> None:
        if not 0 <= chance <= 1:
            raise BadValue("a chance out of range", where=f"order {self.id!r}", hint="0 to 1", code="forecast.chance")


def from_orders(actual: Amount, period: Period, as_of: date, orders: Sequence[Order]) -> Forecast:
    """Forecast by what is ordered (在手订单): actual + the orders still to come, each by its chance.

    Its range goes from the certain ones alone to all of them. An order that is due after the period, or was due by now
    and is not in the actual, is left out and named: give it a new day.

    Args:
        actual: what is sold so far.
        period: the period.
        as_of: the day, counted as passed.
        orders: what may still come.

    Raises:
        BadRows: every id given twice and every amount of another unit.
    """
    _refuse_orders(actual, orders)
    if as_of >= period.end:
        return finished(actual, period, as_of, _ORDERS)
    coming = [order for order in orders if as_of < order.due <= period.end]
    value = actual.minor + sum((order.amount.minor * order.chance for order in coming), Fraction(0))
    sure = actual.minor + sum(order.amount.minor for order in coming if order.chance == 1)
    low = sure + sum(min(order.amount.minor, 0) for order in coming if 0 < order.chance < 1)
    high = sure + sum(max(order.amount.minor, 0) for order in coming if 0 < order.chance < 1)
    said = because("{count} orders still to come", "待成交订单 {count} 笔", count=len(coming))
    out = [order for order in orders if order not in coming]
    left = [
        because("{order} left out: due by {day}", "未计 {order}：预计 {day}", order=order.id, day=order.due.isoformat())
        for order in out
    ]
    ends = Fraction(low), Fraction(high)
    return Forecast(period, as_of, _ORDERS, actual, value, ends, (said, *left))


def _refuse_orders(actual: Amount, orders: Sequence[Order]) -> None:
    bad: list[PharmaSalesError] = []
    seen: set[str] = set()
    for order in orders:
        if order.id in seen:
            bad.append(BadValue("given twice", where=f"order {order.id!r}", code="forecast.twice"))
        seen.add(order.id)
        if order.amount.unit != actual.unit:
            said = f"{order.amount.unit.code} with {actual.unit.code}"
            bad.append(NotComparable(said, where=f"order {order.id!r}", code="unit"))
    if bad:
        raise BadRows("orders refused", bad)
