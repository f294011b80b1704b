"""What the board reads (看板数据): the values of the sibling rooms; what is left out is not known.

>>> ChannelKnown().flow is None
True
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.channel.board.ties import TradeConsistency, TradeTie
from pharmasales.channel.credit.checks import OrderCheck
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.flow.asking import questions
from pharmasales.channel.flow.cleaning import CleanFlow
from pharmasales.channel.flow.crossing import CrossRegion, CrossSale, FlowTerritory
from pharmasales.channel.flow.held import FlowSale, HeldLine
from pharmasales.channel.money.documents import Contract
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.settling import MatchingWay
from pharmasales.channel.papers import grouped
from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.names import normal_id
from pharmasales.periods import Month
from pharmasales.yearplan import checked_day

__all__ = ["ChannelKnown", "FlowCame", "target_hospitals"]


@frozen
class FlowCame:
    """A flow file of a month that came (流向文件到达).

    Args:
        distributor: whose file.
        month: of which month.
        on: the day it came, where somebody wrote it down.
    """

    distributor: str = field(converter=normal_id)
    month: Month
    on: date | None = field(default=None, converter=optional(checked_day))


def _some(given: Iterable[FlowCame]) -> tuple[FlowCame, ...]:
    return tuple(given)


def _orders(given: Iterable[CreditOrder]) -> tuple[CreditOrder, ...]:
    return tuple(given)


def _rights(given: Iterable[FlowTerritory]) -> tuple[FlowTerritory, ...]:
    return tuple(given)


Place: TypeAlias = tuple[str, str]


def _places(dealer: str, product: str) -> Iterable[Place]:
    return ((dealer, ""), (dealer, product)) if product else ((dealer, ""),)


def _sales(flow: CleanFlow | None) -> tuple[FlowSale, ...]:
    return flow.sales if flow else ()


@frozen(repr=False)
class ChannelKnown:
    """The values that the four flows are read from (四流数据). `None`: nobody knows; the figures are then missing.

    Args:
        files: the flow files that came. A dealer is asked for a file of each month from the first that came.
        flow: the lines of these files, matched or held.
        book: stock cards and counts.
        ledger: contracts, invoices, receipts.
        way: how receipts are held against invoices, as in `match_money`.
        checks: what the check of an order of nothing says of each dealer: its headroom on the day.
        orders: orders on credit.
        rights: who may sell what where, and until when.
        crossing: cross-region sales.
        trade: licence, invoice, book, goods and money held against each other.
        targets: the target hospitals of each dealer.
    """

    files: tuple[FlowCame, ...] | None = field(default=None, converter=optional(_some))
    flow: CleanFlow | None = None
    book: StockBook | None = None
    ledger: Ledger | None = None
    way: MatchingWay = "told"
    checks: Mapping[str, OrderCheck] | None = None
    orders: tuple[CreditOrder, ...] | None = field(default=None, converter=optional(_orders))
    rights: tuple[FlowTerritory, ...] | None = field(default=None, converter=optional(_rights))
    crossing: CrossRegion | None = None
    trade: TradeConsistency | None = None
    targets: Mapping[str, frozenset[str]] | None = None

    @cached_property
    def lines(self) -> Mapping[Place, list[FlowSale]]:
        """The matched lines of each distributor and product; with "" for the product, all of a distributor."""
        return grouped((place, one) for one in _sales(self.flow) for place in _places(one.distributor, one.product))

    @cached_property
    def came(self) -> Mapping[str, list[FlowCame]]:
        """The files of each distributor that came."""
        return grouped((one.distributor, one) for one in self.files or ())

    @cached_property
    def contracts(self) -> Mapping[str, list[Contract]]:
        """The contracts of each customer."""
        return grouped((one.customer, one) for one in (self.ledger.contracts if self.ledger else ()))

    @cached_property
    def ordered(self) -> Mapping[str, list[CreditOrder]]:
        """The orders of each customer."""
        return grouped((one.customer, one) for one in self.orders or ())

    @cached_property
    def granted(self) -> Mapping[str, list[FlowTerritory]]:
        """The rights of each distributor."""
        return grouped((one.distributor, one) for one in self.rights or ())

    @cached_property
    def crossed(self) -> Mapping[Place, list[CrossSale]]:
        """The cross-region cases of each distributor and product, as in `lines`."""
        cases = self.crossing.cases if self.crossing else ()
        return grouped((place, one) for one in cases for place in _places(one.distributor, one.product))

    @cached_property
    def unjudged(self) -> Mapping[Place, list[FlowSale]]:
        """The lines of each distributor and product that were not held against a territory, as in `lines`."""
        left = self.crossing.unjudged if self.crossing else ()
        return grouped((place, one) for one in left for place in _places(one.distributor, one.product))

    @cached_property
    def ties(self) -> Mapping[Place, list[TradeTie]]:
        """The ties of each buyer and product that say something, as in `lines`."""
        said = [one for one in (self.trade.ties if self.trade else ()) if one.findings or not one.unknown]
        return grouped((place, one) for one in said for place in _places(one.customer, one.product))

    @cached_property
    def held(self) -> Mapping[str, list[HeldLine]]:
        """The held lines of each distributor."""
        return grouped((one.line.distributor, one) for one in (self.flow.held if self.flow else ()))

    @cached_property
    def asked(self) -> Mapping[str, int]:
        """How many names of each distributor are to be confirmed."""
        found = defaultdict[str, int](int)
        for one in questions(self.flow) if self.flow else ():
            found[one.distributor] += 1
        return found

    @cached_property
    def suppliers(self) -> Mapping[str, list[str]]:
        """The distributors that sold to each customer."""
        found = defaultdict[str, set[str]](set)
        for one in _sales(self.flow):
            if one.quantity.minor > 0:
                found[one.customer].add(one.distributor)
        return {customer: sorted(some) for customer, some in found.items()}

    @cached_property
    def cards(self) -> Mapping[str, list[StockHistory]]:
        """The stock cards of each customer, by product."""
        return grouped((one.customer, one) for _, one in (sorted(self.book.histories.items()) if self.book else ()))


def target_hospitals(
    rights: Iterable[FlowTerritory], places: Mapping[str, str], hospitals: Iterable[str], day: date
) -> dict[str, frozenset[str]]:
    """Return the hospitals that lie where each dealer may sell on a day (目标医院), whatever it may sell there.

    Args:
        rights: who may sell where.
        places: the division of each customer; one of unknown place is nobody's target.
        hospitals: the ids of the hospitals that matter.
        day: the day.

    >>> rights = [FlowTerritory("D1", ("990100",)), FlowTerritory("D2", ("990200",), until=date(2026, 1, 1))]
    >>> target_hospitals(rights, {"H1": "990101", "H2": "990201"}, ["H1", "H2", "H3"], date(2026, 3, 1))
    {'D1': frozenset({'H1'})}
    """
    asked = [one for one in hospitals if places.get(one)]
    found = defaultdict[str, set[str]](set)
    for right in rights:
        if (right.since is None or right.since <= day) and (right.until is None or day <= right.until):
            found[right.distributor] |= {one for one in asked if right.holds(places[one])}
    return {dealer: frozenset(some) for dealer, some in found.items()}
