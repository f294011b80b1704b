"""What the reports of a period show beside its scores (同期与应收): sales against last year, and what is owed.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.testing import two_districts
>>> world, quarter = two_districts(), Quarter(2026, 1)
>>> change = sales_change(world, quarter, quarter.end)
>>> print(change.whole.before, change.whole.after)
55,440.00 CNY 65,160.00 CNY
>>> print(owed_by_node(world, quarter.end)["n2"].total)
4,000.00 CNY
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pharmasales.archive import Sale, lines_within
from pharmasales.channel.receivables import Ageing, Receivable, ageing
from pharmasales.cycle.region import Region
from pharmasales.display import Says
from pharmasales.evaluation.measures.items import Stretch
from pharmasales.evaluation.variance.sales_split import SalesVariance, sales_variance
from pharmasales.evaluation.variance.sold import SoldLine
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Unit

__all__ = ["owed_by_node", "sales_change"]

_SIDES = Says("last year", "同期"), Says("this year", "本期")
_ANY = "-"


def sales_change(region: Region, period: Period, day: date) -> SalesVariance | None:
    """Split the change of sales against the same stretch of the year before (同比销售差异).

    Who is new or lost is seen by the customer, price and mix by the product. Where a line names no product, no quantity
    is looked at, so that what lies between is `unexplained`; where one names no customer, nothing is told.

    Args:
        region: what happened.
        period: the period.
        day: the last day that counts.

    Returns:
        The split; nothing where one of both sides is not known, where a line names no customer, or where sales are in
        another unit than that of the region.

    Source: S004-23 (compare).
    """
    if region.org is None:
        return None
    stretch = Stretch.of(period, day)
    spans = ((stretch.before, stretch.before_until), (stretch.period, stretch.until))
    sides = [[line for line in lines_within(region.sales, *span) if line.amount is not None] for span in spans]
    lines = [line for side in sides for line in side]
    if not all(sides) or any(not line.customer or _unit(line) != region.money for line in lines):
        return None
    named = all(line.product for line in lines)
    before, after = (list(_sold(side, region.org, named)) for side in sides)
    return sales_variance(before, after, sides=_SIDES) if before and after else None


def _unit(line: Sale) -> Unit | None:
    return None if line.amount is None else line.amount.unit


def _sold(lines: Iterable[Sale], org: Org, named: bool) -> Iterator[SoldLine]:
    """Yield the lines of nodes of the organisation; a quantity whose sign is another than that of the money is none."""
    for line in lines:
        node = line.rep or org.root.id
        if node in org and line.amount is not None:
            boxes = line.quantity if named else None
            if boxes is not None and boxes.minor * line.amount.minor < 0:
                boxes = None
            yield SoldLine(node, line.product if named else _ANY, line.customer, line.amount, boxes)


def owed_by_node(region: Region, day: date) -> dict[str, Ageing] | None:
    """Return what is open on a day by node, each with all below it; nothing where receivables are not known (应收账款).

    An invoice belongs to the rep who looks after its customer on the day; one of nobody in the organisation to the top.

    Args:
        region: what happened.
        day: the day.
    """
    owed = region.owed(day)
    if region.org is None or owed is None:
        return None
    org, found = region.org, dict[str, list[Receivable]]()
    customers = region.before(day + timedelta(days=1)).archive.customers
    for one in owed:
        customer = customers.get(one.customer)
        owner = customer.owner if customer is not None and customer.owner in org else org.root.id
        found.setdefault(owner, []).append(one)
    rolled = org.roll_up(found, lambda left, right: left + right)
    return {node: ageing(invoices, day, unit=region.money) for node, invoices in rolled.items()}
