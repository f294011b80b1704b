"""What customers bought: sales lines with returns as negative amounts, and their sums.

Net sales = sales less returns (S004-58). Every sum is exact.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY, Amount
>>> lines = [Sale(Month(2026, 1), Amount.of(n, CNY), customer="H1") for n in ("100.00", "-5.50")]
>>> by_customer(lines)
{'H1': Amount('94.50 CNY')}
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Literal, TypeAlias, TypeVar

from attrs import frozen

from pharmasales.errors import NotComparable
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["Measured", "Sale", "by_bucket", "by_customer", "by_period", "by_rep", "lines_within", "owners"]

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

    def within(self, period: Period, as_of: date | None = None) -> bool:
        """Whether it lies in a period and was known on a day; a line without a day is known from its period's start."""
        if self.day is None:
            return self.period in period and (as_of is None or self.period.start <= as_of)
        return self.day in period and (as_of is None or self.day <= as_of)


def _sums(sales: Iterable[Sale], key: Callable[[Sale], K], measure: Measured) -> dict[K, Amount]:
    """Sum as plain integers: one line costs a dictionary look-up and an addition."""
    counts: dict[K, int] = {}
    units: dict[Unit, None] = {}
    last: Unit | None = None
    for sale in sales:
        amount = sale.amount if measure == "amount" else sale.quantity
        if amount is not None:
            place = key(sale)
            counts[place] = counts.get(place, 0) + amount.minor
            if amount.unit is not last:
                last = amount.unit
                units[last] = None
    if len(units) > 1:
        found = sorted(f"{unit.code} with {unit.decimals} decimals" for unit in units)
        raise NotComparable(f"sales in {' and '.join(found)}", hint="convert them first", code="unit")
    return {place: Amount(count, unit) for unit in units for place, count in counts.items()}


def lines_within(sales: Iterable[Sale], period: Period, as_of: date | None = None) -> list[Sale]:
    """Return the lines that lie in a period and were known on a day, as `Sale.within` says.

    >>> from pharmasales.periods import Month, Quarter
    >>> [str(sale.period) for sale in lines_within([Sale(Month(2026, m)) for m in (3, 4)], Quarter(2026, 1))]
    ['2026-03']
    """
    known: dict[Period, bool] = {}
    found = []
    for sale in sales:
        if sale.day is not None:
            holds = sale.within(period, as_of)
        elif (holds_all := known.get(sale.period)) is not None:  # a million lines have a few periods
            holds = holds_all
        else:
            holds = known[sale.period] = sale.within(period, as_of)
        if holds:
            found.append(sale)
    return found


def by_bucket(sales: Iterable[Sale], buckets: Sequence[Period], measure: Measured = "amount") -> dict[Period, Amount]:
    """Sum by the first of some buckets that holds each line; lines outside all of them are left out.

    >>> from pharmasales.periods import Month, Quarter
    >>> from pharmasales.units import CNY
    >>> lines = [Sale(Month(2026, m), Amount.of(m, CNY)) for m in (1, 3, 4)]
    >>> by_bucket(lines, [Quarter(2026, 1)])
    {period('2026-Q1'): Amount('4.00 CNY')}

    Raises:
        NotComparable: sales in more than one unit.
    """
    homes: dict[Period, Period | None] = {}

    def home(sale: Sale) -> Period | None:
        if sale.day is not None:
            return next((bucket for bucket in buckets if sale.within(bucket)), None)
        if sale.period not in homes:
            homes[sale.period] = next((bucket for bucket in buckets if sale.period in bucket), None)
        return homes[sale.period]

    return {bucket: amount for bucket, amount in _sums(sales, home, measure).items() if bucket is not None}


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
