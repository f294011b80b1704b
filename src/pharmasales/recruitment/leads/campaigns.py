"""Campaigns (招商活动): one price for many leads, spread over those that it brought, so that cost per lead is true.

An advertisement, a fair or a mailing is paid once. Its price is split over its accepted leads by largest remainder and
added to what each cost by itself; what a campaign without an accepted lead cost is shown and lost.

>>> from pharmasales.archive import admit, lead_yields
>>> from pharmasales.compliance import NONE
>>> from pharmasales.units import CNY
>>> day = date(2026, 3, 2)
>>> leads = [Lead(f"L{n}", "agent", "advert", day, campaign="AD-1") for n in (1, 2, 3)]
>>> advert = Campaign("AD-1", "advert", day, date(2026, 3, 31), Amount.of(1000, CNY))
>>> found = campaign_costs(admit(leads, NONE, as_of=day), [advert])
>>> [str(lead.cost) for lead in found.admission.accepted]
['333.34 CNY', '333.33 CNY', '333.33 CNY']
>>> lead_yields(found.admission, by=["campaign"]).rows[0].per_lead
Fraction(1000, 3)

Source: S000-5 (cost per lead, campaign attribution), S000-16.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.archive.leads import Admission, Judged, Lead, source_name
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import clean, misspelt, normal_id, twins
from pharmasales.splits import one_unit, split
from pharmasales.units import Amount, exact, ratio
from pharmasales.yearplan import checked_day

__all__ = ["Campaign", "CampaignCost", "CampaignCosts", "campaign_costs"]


@frozen
class Campaign:
    """One paid effort to find agents (招商活动).

    Args:
        id: its id, which its leads bear.
        source: the key of the lead source that it works through, such as `advert`.
        start: its first day.
        end: its last day.
        price: what it cost in all; missing where nobody knows.

    Raises:
        BadValue: a price below zero, or an end before the start.
    """

    id: str = field(converter=normal_id)
    source: str = field(converter=clean)
    start: date = field(converter=checked_day)
    end: date = field(converter=checked_day)
    price: Amount | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        where = f"campaign {self.id!r}"
        if self.end < self.start:
            raise BadValue("ends before it begins", where=where, hint="give a later day", code="leads.campaign")
        if self.price is not None and self.price.minor < 0:
            raise BadValue("a price below zero", where=where, code="leads.cost")


@frozen
class CampaignCost:
    """What one campaign cost and brought.

    Args:
        campaign: the campaign; one that leads name and nobody described has no price.
        accepted: how many of its leads count.
        quarantined: how many of its leads are in quarantine and bear nothing.
        why: how its price was spread.
    """

    campaign: Campaign
    accepted: int
    quarantined: int
    why: Why = field(repr=False)


@frozen
class CampaignCosts:
    """Leads with their share of the campaigns, and the campaigns. Made by `campaign_costs`.

    Args:
        admission: the same leads with the same verdicts; each accepted lead of a campaign bears its full cost.
        rows: a row a campaign, in the order given, then those that nobody described.
    """

    admission: Admission
    rows: tuple[CampaignCost, ...] = field(repr=lambda rows: f"<{len(rows)} campaigns>")

    @property
    def idle(self) -> tuple[CampaignCost, ...]:
        """The campaigns that brought no lead that counts."""
        return tuple(row for row in self.rows if not row.accepted)

    def table(self) -> Table:
        """Return campaign, source, start, end, price, leads, in quarantine, price per lead, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            one, price = row.campaign, row.campaign.price
            per_lead = None if price is None else ratio(exact(price), row.accepted)
            paid = None if price is None else price.value
            counts = (row.accepted, row.quarantined, per_lead, row.why)
            rows.append((one.id, source_name(one.source), one.start, one.end, paid, *counts))
        return Table("campaigns", Says("Campaigns", "招商活动"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("campaign", "Campaign", "活动"),
    Column("source", "Source", "来源"),
    Column("start", "From", "起", "date"),
    Column("end", "To", "止", "date"),
    Column("price", "Price", "费用", "amount"),
    Column("accepted", "Leads", "线索数", "number"),
    Column("quarantined", "In quarantine", "隔离数", "number"),
    Column("per_lead", "Price per lead", "每条费用", "amount"),
    Column("why", "Why", "原因", "why"),
)


def campaign_costs(admission: Admission, campaigns: Iterable[Campaign]) -> CampaignCosts:
    """Spread the price of each campaign over its accepted leads (活动费用分摊).

    A lead that names a campaign without a price costs an unknown sum, whatever it cost by itself. `lead_yields` of the
    admission that comes out gives cost per lead and per contract by source, region and campaign; `source_costs` gives
    them by source with the campaigns that brought nothing.

    Args:
        admission: the leads as the gate judged them.
        campaigns: the campaigns.

    Raises:
        BadRows: twin ids, and leads that spell their campaign otherwise or whose source is not that of it: all of them.
        NotComparable: prices and costs of several units.

    Source: S000-5, S000-16.
    """
    given = list(campaigns)
    known = {one.id: one for one in given}
    _refuse(admission, given, known)
    amounts = [*(one.price for one in given), *(one.lead.cost for one in admission.judged)]
    one_unit((amount for amount in amounts if amount is not None), "costs")
    members: dict[str, list[int]] = {}
    for place, judged in enumerate(admission.judged):
        if name := campaign_of(judged.lead):
            members.setdefault(name, []).append(place)
    costed, rows = list(admission.judged), []
    for name in dict.fromkeys([*known, *members]):
        places = members.get(name, [])
        counted = [place for place in places if costed[place].verdict.allowed]
        one = known.get(name) or _undescribed(name, costed[places[0]].lead)
        _spread(costed, counted, one.price)
        rows.append(CampaignCost(one, len(counted), len(places) - len(counted), _why(one, len(counted))))
    return CampaignCosts(Admission(tuple(costed)), tuple(rows))


def campaign_of(lead: Lead) -> str:
    """Return the id of the campaign of a lead in its normal form, or nothing."""
    return normal_id(lead.campaign, f"lead {lead.id!r} campaign") if lead.campaign.strip() else ""


def _refuse(admission: Admission, given: Sequence[Campaign], known: Mapping[str, Campaign]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"campaigns[{second}]", hint="one row a campaign", code="leads.twins")
        for _, second in twins(one.id for one in given)
    ]
    named = [campaign_of(judged.lead) for judged in admission.judged]
    bad += [
        BadValue("another spelling of a campaign", where=f"lead {lead.id!r}", hint=f"as {one!r}", code="leads.twins")
        for place, one in misspelt(named, known)
        for lead in [admission.judged[place].lead]
    ]
    for name, judged in zip(named, admission.judged, strict=True):
        one = known.get(name)
        if one is not None and one.source != judged.lead.source:
            hint = f"the campaign works through {one.source}"
            where = f"lead {judged.lead.id!r}"
            bad.append(BadValue("another source than its campaign", where=where, hint=hint, code="leads.campaign"))
    if bad:
        raise BadRows("the campaigns cannot be spread", bad)


def _undescribed(name: str, lead: Lead) -> Campaign:
    return Campaign(name, lead.source, lead.on, lead.on)


def _spread(costed: list[Judged], places: Sequence[int], price: Amount | None) -> None:
    """Give each of these leads its share on top of its own cost; an unknown price makes the cost unknown."""
    shares = [None] * len(places) if price is None or not places else split(price, [1] * len(places))
    for place, share in zip(places, shares, strict=True):
        own = costed[place].lead.cost
        cost = share if share is None or own is None else own + share
        costed[place] = evolve(costed[place], lead=evolve(costed[place].lead, cost=cost))


def _why(one: Campaign, accepted: int) -> Why:
    if one.price is None:
        return because("nobody knows what it cost; record its price", "未记录费用，请补充")
    if not accepted:
        says = (
            "{price} brought no lead that counts; look for a better medium",
            "费用 {price} 未带来有效线索，请更换媒体",
        )
        return because(*says, price=one.price.value)
    says = "{price} shared by {n} leads, in the order given", "费用 {price} 由 {n} 条线索按给定顺序分摊"
    return because(*says, price=one.price.value, n=accepted)
