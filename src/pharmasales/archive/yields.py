"""Yields of leads (线索产出): what each source costs and brings, region by region, over the accepted leads alone.

>>> from datetime import date
>>> from pharmasales.archive.leads import Lead, admit
>>> from pharmasales.compliance.policies import NONE
>>> from pharmasales.units import CNY
>>> day = date(2026, 3, 1)
>>> leads = [Lead(f"L{n}", "agent", "referral", day, cost=Amount.of(50, CNY)) for n in range(2)]
>>> row = lead_yields(admit(leads, NONE, as_of=day), [Deal("L0", Amount.of(1000, CNY))], by=["source"]).rows[0]
>>> row.key, row.rate, row.per_win, row.back
(('referral',), Fraction(1, 2), Fraction(100, 1), Fraction(10, 1))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.archive.leads import Admission, Lead, source_name
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.names import nearest, normal_id
from pharmasales.units import Amount, exact, ratio

__all__ = ["Deal", "LeadKey", "Yield", "Yields", "lead_yields"]

LeadKey: TypeAlias = Literal["source", "region", "campaign", "kind"]
"""What leads can be grouped by."""


def _id(text: str) -> str:
    return normal_id(text, "lead")


@frozen
class Deal:
    """A contract that came of a lead.

    Args:
        lead: the id of the lead.
        amount: what it is worth; missing where nobody said so.
    """

    lead: str = field(converter=_id)
    amount: Amount | None = field(repr=False)


@frozen
class Yield:
    """What the leads of one group cost and brought.

    Args:
        key: what they have in common, in the order asked: a source, a region.
        leads: how many were accepted.
        won: how many of them became a contract.
        amount: what the contracts are worth, as far as known; missing where nothing is.
        cost: what the leads cost, as far as known; missing where nothing is known.
        uncosted: how many have no cost recorded.
        unvalued: how many of the contracts nobody knows the worth of.
    """

    key: tuple[str, ...]
    leads: int
    won: int
    amount: Amount | None = field(repr=False)
    cost: Amount | None = field(repr=False)
    uncosted: int
    unvalued: int = 0

    @property
    def rate(self) -> Fraction | None:
        """Leads won over leads (成单率)."""
        return ratio(self.won, self.leads)

    @property
    def per_lead(self) -> Fraction | None:
        """Cost of a lead, in whole units; missing unless every cost is known."""
        return ratio(self._whole_cost, self.leads)

    @property
    def per_win(self) -> Fraction | None:
        """Cost of a lead won; missing likewise, or where none was."""
        return ratio(self._whole_cost, self.won)

    @property
    def back(self) -> Fraction | None:
        """Worth of the contracts over the cost (产出比); missing unless both are known, or where it cost nothing."""
        worth = None if self.unvalued or self.amount is None else exact(self.amount)
        return ratio(worth, self._whole_cost)

    @property
    def _whole_cost(self) -> Fraction | None:
        return None if self.uncosted or self.cost is None else exact(self.cost)

    @property
    def why(self) -> Why:
        """The counts, and why a cost or a worth is missing."""
        parts = []
        if self.uncosted:
            parts.append(because("the cost of {n} is not recorded", "{n} 条未记录费用", n=self.uncosted))
        if self.unvalued:
            parts.append(because("the worth of {n} is not recorded", "{n} 单未记录金额", n=self.unvalued))
        says = "{won} of {leads} leads became a contract", "{leads} 条线索成单 {won} 条"
        return because(*says, *parts, won=self.won, leads=self.leads)


@frozen(repr=False)
class Yields:
    """What each group of accepted leads cost and brought, by key.

    Args:
        by: what they are grouped by.
        rows: one group each.
        barred: how many contracts rest on leads in quarantine, and count nowhere.
    """

    by: tuple[LeadKey, ...]
    rows: tuple[Yield, ...]
    barred: int = 0

    def __iter__(self) -> Iterator[Yield]:
        return iter(self.rows)

    def table(self) -> Table:
        """Return one row a group."""
        columns = (
            *(_KEYS[name] for name in self.by),
            Column("leads", "Leads", "线索数", "number"),
            Column("won", "Won", "成单数", "number"),
            Column("rate", "Rate", "成单率", "ratio"),
            Column("cost", "Cost", "费用", "amount"),
            Column("per_lead", "Cost per lead", "每条费用", "amount"),
            Column("per_win", "Cost per win", "每单费用", "amount"),
            Column("amount", "Contracts", "合同额", "amount"),
            Column("back", "Contracts over cost", "产出比", "number"),
            Column("why", "Why", "原因", "why"),
        )
        rows = [(*map(_shown, self.by, row.key), *_figures(row)) for row in self.rows]
        return Table("lead_yields", Says("Cost and yield of leads", "线索费用与产出"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_KEYS: Mapping[LeadKey, Column] = {
    "source": Column("source", "Source", "来源"),
    "region": Column("region", "Region", "区域"),
    "campaign": Column("campaign", "Campaign", "活动"),
    "kind": Column("kind", "Kind", "类型"),
}


def _shown(name: LeadKey, value: str) -> Cell:
    return source_name(value) if name == "source" else value


def _figures(row: Yield) -> tuple[Cell, ...]:
    costs = (_value(row.cost), row.per_lead, row.per_win)
    return (row.leads, row.won, row.rate, *costs, _value(row.amount), row.back, row.why)


def _value(amount: Amount | None) -> Cell:
    return None if amount is None else amount.value


def lead_yields(
    admission: Admission, deals: Iterable[Deal] = (), by: Sequence[LeadKey] = ("source", "region")
) -> Yields:
    """Count what the accepted leads cost and brought, by source and region or otherwise.

    Args:
        admission: the leads as the gate judged them; those in quarantine count nowhere.
        deals: the contracts that came of them.
        by: what to group by.

    Source: S000-16, S000-29. Raises:
        BadValue: something else to group by.
        NotFound: a contract of no lead here.
        NotComparable: amounts of several units.
    """
    for name in by:
        if name not in get_args(LeadKey):
            hint = nearest(str(name), get_args(LeadKey))
            raise BadValue("leads have no such part", where="by", hint=hint, code="leads.by")
    worth, barred = _worth(admission, deals)
    groups: dict[tuple[str, ...], list[Lead]] = {}
    for lead in admission.accepted:
        groups.setdefault(tuple(str(getattr(lead, name)) for name in by), []).append(lead)
    rows = [_yield(key, members, worth) for key, members in sorted(groups.items())]
    return Yields(tuple(by), tuple(rows), barred)


def _worth(admission: Admission, deals: Iterable[Deal]) -> tuple[dict[str, list[Amount | None]], int]:
    """Gather the contracts by accepted lead, and count those of leads in quarantine."""
    counted = {one.lead.id: one.verdict.allowed for one in admission.judged}
    worth: dict[str, list[Amount | None]] = {}
    barred = 0
    for deal in deals:
        if deal.lead not in counted:
            raise NotFound("a contract of no lead here", where=f"lead {deal.lead!r}", code="leads.deal")
        if counted[deal.lead]:
            worth.setdefault(deal.lead, []).append(deal.amount)
        else:
            barred += 1
    return worth, barred


def _yield(key: tuple[str, ...], leads: Sequence[Lead], worth: Mapping[str, Sequence[Amount | None]]) -> Yield:
    won = [worth[lead.id] for lead in leads if lead.id in worth]
    known = [amount for amounts in won for amount in amounts if amount is not None]
    costs = [lead.cost for lead in leads if lead.cost is not None]
    unvalued = sum(None in amounts for amounts in won)
    return Yield(key, len(leads), len(won), _total(known), _total(costs), len(leads) - len(costs), unvalued)


def _total(amounts: Sequence[Amount]) -> Amount | None:
    return Amount.total(amounts, amounts[0].unit) if amounts else None
