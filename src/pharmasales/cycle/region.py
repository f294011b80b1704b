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
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import match_money
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.cycle.facts import Fact
from pharmasales.followup import Appointment
from pharmasales.followup.calls.words import CallState
from pharmasales.followup.channels import ContactChannel
from pharmasales.followup.due.followed import AdverseEvent, Occasion
from pharmasales.followup.planning.travel import Point
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["Call", "Region"]


@frozen
class Call:
    """One line of the visit log (拜访记录): a visit that was made, or one that was planned and was not.

    Args:
        day: when or, where it was not made, for when it was planned.
        rep: id of the rep.
        customer: id of the customer.
        state: what became of it: `done`, `missed`, `moved` or `cancelled`.
        visit: the id of the planned visit, or "" where the log names none.
        reason: why it was not made, a word such as those of `CALL_REASONS`.
        channel: over which channel it was made; only what is face to face is a visit.
    """

    day: date
    rep: str
    customer: str
    state: CallState = "done"
    visit: str = ""
    reason: str = ""
    channel: ContactChannel = "face"


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
        unmade: visits of the log that were planned and not made, with their reasons.
        contacts: contacts of the log that were no visits: by telephone, WeChat, e-mail, or at a meeting.
        appointments: what is fixed in the diaries of the reps.
        occasions: what happened with customers and asks for a next step; `None` where nobody keeps a table of it.
        adverse: adverse events that somebody of the company came to know of.
        points: where places lie, by the id of the hospital or of a rep's base.
        receivables: invoices and what was paid on them; `None` where they are not known, or in the ledger.
        facts: what is noted of the reps: breaches, marks, factors, cost.
        ledger: the dated documents of money, where they are kept instead of `receivables`.
        matching: how receipts of the ledger are held against invoices.
    """

    org: Org | None
    archive: Archive
    money: Unit
    goods: Unit
    products: Mapping[str, Product] = {}
    sales: Sequence[Sale] = ()
    targets: Mapping[tuple[str, Period], Amount] = {}
    calls: Sequence[Call] | None = None
    unmade: Sequence[Call] = ()
    contacts: Sequence[Call] = ()
    appointments: Sequence[Appointment] = ()
    occasions: Sequence[Occasion] | None = None
    adverse: Sequence[AdverseEvent] = ()
    points: Mapping[str, Point] = {}
    receivables: Sequence[Receivable] | None = None
    facts: Sequence[Fact] = ()
    ledger: Ledger | None = None
    matching: MatchingWay = "told"

    def owed(self, day: date) -> Sequence[Receivable] | None:
        """Return the invoices and what was paid on them as of a day; `None` where they are not known (应收账款).

        What comes of the ledger is right on this day alone: a payment that is taken back later still counts. Invoices
        after the day are there too, with nothing paid.

        Args:
            day: the day.
        """
        if self.ledger is None:
            return self.receivables
        later = [one for one in self.ledger.invoices if one.on > day]
        found = match_money(self.ledger, day, way=self.matching).receivables()
        return [*found, *(Receivable(one.customer, one.id, one.on, one.due, one.amount) for one in later)]

    def before(self, day: date) -> Region:
        """Return what was known before a day: sales of days and periods that had ended, customers whose file was open.

        A customer whom nobody is named to look after belongs to the rep who had sold it most.
        """
        sales = [sale for sale in self.sales if (sale.day or sale.period.end) < day]
        return evolve(self, archive=self.archive.before(day).with_owners(owners(sales)), sales=sales)

    def __repr__(self) -> str:
        reps = len(self.org.leaves()) if self.org else 0
        counts = f"{reps} reps, {len(self.archive)} customers, {len(self.sales)} sales"
        owed = self.receivables or () if self.ledger is None else self.ledger.invoices
        return f"Region({counts}, {len(self.calls or ())} visits, {len(owed)} receivables)"
