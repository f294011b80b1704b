"""A region: everything that one turn of the cycle reads, loaded and checked.

>>> from pharmasales.units import CNY, BOX
>>> Region(org=None, archive=Archive.of([]), money=CNY, goods=BOX)
Region(0 reps, 0 customers, 0 sales, 0 visits, 0 receivables)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import evolve, frozen

from pharmasales.archive import Archive, Product, Sale, owners
from pharmasales.channel import Receivable
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["Call", "Region"]


@frozen
class Call:
    """A visit that was made (拜访).

    Args:
        day: when.
        rep: id of the rep.
        customer: id of the customer.
    """

    day: date
    rep: str
    customer: str


@frozen(repr=False)
class Region:
    """What is known of a sales region, as values.

    Args:
        org: the organisation, or `None` where nothing names one.
        archive: the customers.
        money: the unit of amounts.
        goods: the unit of quantities.
        products: the products by id.
        sales: sales lines, returns negative.
        targets: goals given from outside, by node id and period.
        calls: visits made; `None` where nobody keeps a log, which is not the same as no visit.
        receivables: invoices and what was paid on them; `None` where they are not known.
    """

    org: Org | None
    archive: Archive
    money: Unit
    goods: Unit
    products: Mapping[str, Product] = {}
    sales: Sequence[Sale] = ()
    targets: Mapping[tuple[str, Period], Amount] = {}
    calls: Sequence[Call] | None = None
    receivables: Sequence[Receivable] | None = None

    def before(self, day: date) -> Region:
        """Return what was known before a day: sales of days and periods that had ended, customers whose file was open.

        A customer whom nobody is named to look after belongs to the rep who had sold it most.
        """
        sales = [sale for sale in self.sales if (sale.day or sale.period.end) < day]
        return evolve(self, archive=self.archive.before(day).with_owners(owners(sales)), sales=sales)

    def __repr__(self) -> str:
        reps = len(self.org.leaves()) if self.org else 0
        counts = f"{reps} reps, {len(self.archive)} customers, {len(self.sales)} sales"
        return f"Region({counts}, {len(self.calls or ())} visits, {len(self.receivables or ())} receivables)"
