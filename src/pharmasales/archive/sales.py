"""What customers bought: sales lines with returns as negative amounts, and their sums.

Net sales = sales less returns (S004-58). Every sum is exact.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY, Amount
>>> lines = [Sale(Month(2026, 1), Amount.of(n, CNY), customer="H1") for n in ("100.00", "-5.50")]
>>> by_customer(lines)
{'H1': Amount('94.50 CNY')}
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Literal, TypeAlias, TypeVar

from attrs import frozen

from pharmasales.errors import NotComparable
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["Measured", "Sale", "by_customer", "by_period", "by_rep", "owners"]

K = TypeVar("K", bound=Hashable)
Measured: TypeAlias = Literal["amount", "quantity"]


@frozen
class Sale:
    """One sales line; a return is a negative amount.

    Args:
        period: the month, or a coarser period, that it belongs to.
        amount: net amount, or missing.
        quantity: count of units, or missing.
        customer: id of the customer, or "".
        rep: id of the node in the organisation that sold it, or "".
        product: id of the product, or "".
        day: the day, where it is known.
    """

    period: Period
    amount: Amount | None = None
    quantity: Amount | None = None
    customer: str = ""
    rep: str = ""
    product: str = ""
    day: date | None = None

    def within(self, period: Period, as_of: date) -> bool:
        """Whether it lies in a period and was known on a day; a line without a day is known from its period's start."""
        return self.period in period and (self.day or self.period.start) <= as_of


def _sums(sales: Iterable[Sale], key: Callable[[Sale], K], measure: Measured) -> dict[K, Amount]:
    """Sum as plain integers: one line costs a dictionary look-up and an addition."""
    counts: dict[K, int] = {}
    units: dict[str, Unit] = {}
    for sale in sales:
        amount = sale.amount if measure == "amount" else sale.quantity
        if amount is not None:
            place = key(sale)
            counts[place] = counts.get(place, 0) + amount.minor
            units[amount.unit.code] = amount.unit
    if len(units) > 1:
        raise NotComparable(f"sales in {' and '.join(sorted(units))}", hint="convert them first", code="unit")
    return {place: Amount(count, unit) for unit in units.values() for place, count in counts.items()}


def by_customer(sales: Iterable[Sale], measure: Measured = "amount") -> dict[str, Amount]:
    """Sum net sales, or quantities, by customer, in the order first met; lines without the measure do not count.

    Raises:
        NotComparable: sales in more than one unit.
    """
    return _sums(sales, lambda sale: sale.customer, measure)


def by_rep(sales: Iterable[Sale], measure: Measured = "amount") -> dict[str, Amount]:
    """Sum by the node that sold; otherwise as `by_customer`."""
    return _sums(sales, lambda sale: sale.rep, measure)


def by_period(sales: Iterable[Sale], measure: Measured = "amount") -> dict[Period, Amount]:
    """Sum by the period of the lines; otherwise as `by_customer`."""
    return _sums(sales, lambda sale: sale.period, measure)


def owners(sales: Iterable[Sale], measure: Measured = "amount") -> dict[str, str]:
    """Say for each customer who sold it most; the rep met first wins a tie.

    >>> from pharmasales.periods import Month
    >>> from pharmasales.units import CNY, Amount
    >>> lines = [Sale(Month(2026, 1), Amount.of(n, CNY), customer="H1", rep=rep) for rep, n in (("r1", 5), ("r2", 7))]
    >>> owners(lines)
    {'H1': 'r2'}
    """
    best: dict[str, tuple[int, str]] = {}
    for (customer, rep), amount in _sums(sales, lambda sale: (sale.customer, sale.rep), measure).items():
        if customer and rep and (customer not in best or amount.minor > best[customer][0]):
            best[customer] = (amount.minor, rep)
    return {customer: rep for customer, (_, rep) in best.items()}
