"""Costs of sources (来源成本): a lead and a contract of each source, campaigns that brought nothing included.

`lead_yields` counts what leads cost. A source also costs what was paid for campaigns without a lead; left out, they
make a source that wastes money look cheap.

>>> from datetime import date
>>> from pharmasales.archive import Lead, admit
>>> from pharmasales.compliance import NONE
>>> from pharmasales.recruitment.leads.campaigns import Campaign, campaign_costs
>>> from pharmasales.units import CNY
>>> day = date(2026, 3, 2)
>>> leads = [Lead(f"L{n}", "agent", "advert", day, campaign="AD-1") for n in (1, 2)]
>>> adverts = [Campaign(f"AD-{n}", "advert", day, day, Amount.of(cost, CNY)) for n, cost in ((1, 1000), (2, 500))]
>>> row = source_costs(campaign_costs(admit(leads, NONE, as_of=day), adverts)).rows[0]
>>> row.per_lead, row.per_win
(Fraction(750, 1), None)
>>> print(row.why)
2 leads, 0 contracts
  campaigns without a lead: 1, for 500.00
  no contract, so no cost of a contract

Source: S000-16 (cost and yield per source), S000-5 (wrong choice wastes money), S000-29.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import field, frozen

from pharmasales.archive.leads import source_name
from pharmasales.archive.yields import Deal, lead_yields
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.recruitment.leads.campaigns import CampaignCosts
from pharmasales.units import Amount, exact, ratio

__all__ = ["SourceCost", "SourceCosts", "source_costs"]


@frozen
class SourceCost:
    """What one source cost and brought (来源成本).

    Args:
        source: the key of the source.
        leads: how many leads count.
        won: how many of them became a contract.
        cost: what they cost, with their share of campaigns, as far as known; missing where nothing is.
        idle: what campaigns of the source cost that brought no lead that counts; missing likewise.
        wasted: how many such campaigns there are.
        unknown: how many leads and campaigns have no cost recorded.
    """

    source: str
    leads: int
    won: int
    cost: Amount | None = field(repr=False)
    idle: Amount | None = field(repr=False)
    wasted: int
    unknown: int

    @property
    def per_lead(self) -> Fraction | None:
        """Cost of a lead, in whole units; missing unless every cost is known, and where there is no lead."""
        return ratio(self._whole, self.leads)

    @property
    def per_win(self) -> Fraction | None:
        """Cost of a contract (每单成本); missing likewise, and where there is none."""
        return ratio(self._whole, self.won)

    @property
    def _whole(self) -> Fraction | None:
        known = [exact(one) for one in (self.cost, self.idle) if one is not None]
        return sum(known, start=Fraction(0)) if known and not self.unknown else None

    @property
    def why(self) -> Why:
        """The counts, what was wasted, and why a cost is missing."""
        parts = []
        if self.idle is not None:
            says = "campaigns without a lead: {n}, for {idle}", "{n} 个活动未带来线索，费用 {idle}"
            parts.append(because(*says, n=self.wasted, idle=self.idle.value))
        if self.unknown:
            parts.append(because("the cost of {n} is not recorded", "{n} 项未记录费用", n=self.unknown))
        if not self.leads:
            parts.append(because("no lead that counts, so no cost of a lead", "无有效线索，无每条成本"))
        if not self.won:
            parts.append(because("no contract, so no cost of a contract", "无合同，无每单成本"))
        return because(
            "{leads} leads, {won} contracts", "线索 {leads} 条，合同 {won} 份", *parts, leads=self.leads, won=self.won
        )


@frozen
class SourceCosts:
    """The sources by key. Made by `source_costs`.

    Args:
        rows: one row a source that has a lead or a campaign.
    """

    rows: tuple[SourceCost, ...] = field(repr=lambda rows: f"<{len(rows)} sources>")

    def table(self) -> Table:
        """Return source, leads, contracts, cost of the leads, campaigns without one, per lead, per contract, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            cost, idle = (None if one is None else one.value for one in (row.cost, row.idle))
            figures = (cost, idle, row.per_lead, row.per_win, row.why)
            rows.append((source_name(row.source), row.leads, row.won, *figures))
        return Table("source_costs", Says("Costs of sources", "来源成本"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("source", "Source", "来源"),
    Column("leads", "Leads", "线索数", "number"),
    Column("won", "Contracts", "合同数", "number"),
    Column("cost", "Cost of the leads", "线索费用", "amount"),
    Column("idle", "Campaigns without a lead", "无线索活动费用", "amount"),
    Column("per_lead", "Cost per lead", "每条成本", "amount"),
    Column("per_win", "Cost per contract", "每单成本", "amount"),
    Column("why", "Why", "原因", "why"),
)


def source_costs(found: CampaignCosts, deals: Iterable[Deal] = ()) -> SourceCosts:
    """Say what a lead and a contract of each source cost, campaigns that brought nothing included (来源成本).

    Args:
        found: the leads with their share of the campaigns.
        deals: the contracts that came of them.

    Raises:
        NotFound: a contract of no lead here.
        NotComparable: amounts of several units.

    Source: S000-16, S000-29.
    """
    yields = {row.key[0]: row for row in lead_yields(found.admission, deals, by=["source"])}
    rows = []
    for source in sorted({*yields, *(row.campaign.source for row in found.idle)}):
        brought, idle = yields.get(source), [row.campaign for row in found.idle if row.campaign.source == source]
        prices = [one.price for one in idle if one.price is not None]
        rows.append(
            SourceCost(
                source,
                brought.leads if brought else 0,
                brought.won if brought else 0,
                brought.cost if brought else None,
                Amount.total(prices, prices[0].unit) if prices else None,
                len(idle),
                (brought.uncosted if brought else 0) + len(idle) - len(prices),
            )
        )
    return SourceCosts(tuple(rows))
