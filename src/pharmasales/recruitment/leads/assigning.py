"""Assignment (线索分配): each lead to somebody whose territory it lies in and who can still take one, and why.

Three rules, in this order:

1. An earlier lead is never given up for a later one: put the best first. So, as many as possible are placed.
2. Of all ways to place those leads, one is taken that loads people most evenly against their capacities.
3. Equals go to who stands first in the order given.

>>> from datetime import date
>>> people = [Taker("p1", {"330000"}, 2), Taker("p2", {"330000", "310000"}, 2)]
>>> leads = [Lead(f"L{n}", "agent", "referral", date(2026, 3, 2), region=r) for n, r in enumerate("AABBC", 1)]
>>> found = assign_leads(leads, people, within={"A": "330000", "B": "310000"})
>>> [(row.lead, row.taker) for row in found.rows]
[('L1', 'p1'), ('L2', 'p1'), ('L3', 'p2'), ('L4', 'p2'), ('L5', None)]
>>> print(found.rows[4].why)
nobody takes leads of C; give the region to somebody

Source: practice of lead systems (uniform assignment, capacity, territory); S000-18, S001-12 (a named owner).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.archive.leads import Lead
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import normal_id, twins
from pharmasales.recruitment.leads.placing import place_evenly
from pharmasales.units import ratio

__all__ = ["Assigned", "Assignment", "Taker", "TakerLoad", "assign_leads"]

_NOWHERE: Mapping[str, str] = MappingProxyType({})


def _codes(given: Iterable[str]) -> frozenset[str]:
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="territory", hint="write [code]", code="leads.taker")
    return frozenset(code.strip() for code in given)


@frozen
class Taker:
    """Somebody who takes leads (线索承接人).

    Args:
        id: the id of the person.
        territory: the codes of the regions; a region takes in all that lies in it, and "" is the whole country.
        capacity: how many leads the person can carry at once.
        held: how many the person carries already.
        kinds: the kinds of lead that the person takes, such as `agent`; all where left out.

    Raises:
        BadValue: a capacity or load that is no whole number of zero or more.
    """

    id: str = field(converter=normal_id)
    territory: frozenset[str] = field(converter=_codes)
    capacity: int
    held: int = 0
    kinds: frozenset[str] = field(default=frozenset(), converter=_codes)

    def __attrs_post_init__(self) -> None:
        for name in ("capacity", "held"):
            count = getattr(self, name)
            if type(count) is not int or count < 0:
                where = f"taker {self.id!r} {name}"
                raise BadValue("no whole number", where=where, hint="0 or more", code="leads.taker")

    def takes(self, lead: Lead, within: Mapping[str, str]) -> bool:
        """Whether a lead is of a kind and region that the person takes."""
        if self.kinds and lead.kind not in self.kinds:
            return False
        return bool(self.territory & _above(lead.region, within))


def _above(region: str, within: Mapping[str, str]) -> set[str]:
    """Return a region and all that it lies in, up to the whole country; a circle ends the walk."""
    found = {"", region}
    while (region := within.get(region, "")) not in found:
        found.add(region)
    return found


@frozen
class Assigned:
    """A lead and who takes it (分配结果).

    Args:
        lead: the id of the lead.
        taker: the id of who takes it; none where nobody can.
        why: who could have, how full they are, or what to do.
    """

    lead: str
    taker: str | None
    why: Why = field(repr=False)


@frozen
class TakerLoad:
    """How full somebody is after the assignment (承接负荷).

    Args:
        taker: the person.
        new: how many leads were assigned.
    """

    taker: Taker
    new: int

    @property
    def carried(self) -> int:
        """All leads that the person carries now."""
        return self.taker.held + self.new

    @property
    def part(self) -> Fraction | None:
        """Carried over capacity; missing where there is no capacity."""
        return ratio(self.carried, self.taker.capacity)


@frozen
class Assignment:
    """Who takes which lead, in the order given. Made by `assign_leads`.

    Args:
        rows: one row a lead.
        loads: one row a person, in the order given.
    """

    rows: tuple[Assigned, ...] = field(repr=lambda rows: f"<{len(rows)} leads>")
    loads: tuple[TakerLoad, ...] = field(repr=lambda rows: f"<{len(rows)} people>")

    @property
    def left(self) -> tuple[Assigned, ...]:
        """The leads that nobody takes."""
        return tuple(row for row in self.rows if row.taker is None)

    def table(self) -> Table:
        """Return lead, taker, why."""
        columns = (
            Column("lead", "Lead", "线索"),
            Column("taker", "Taken by", "承接人"),
            Column("why", "Why", "原因", "why"),
        )
        rows = [(row.lead, row.taker, row.why) for row in self.rows]
        return Table("lead_assignment", Says("Assignment of leads", "线索分配"), columns, rows)

    def load_table(self) -> Table:
        """Return person, capacity, carried before, new, carried now, part of the capacity."""
        columns = (
            Column("taker", "Person", "承接人"),
            Column("capacity", "Capacity", "容量", "number"),
            Column("held", "Before", "原有", "number"),
            Column("new", "New", "新增", "number"),
            Column("carried", "Now", "现有", "number"),
            Column("part", "Of the capacity", "负荷率", "ratio"),
        )
        rows: list[tuple[Cell, ...]] = [
            (one.taker.id, one.taker.capacity, one.taker.held, one.new, one.carried, one.part) for one in self.loads
        ]
        return Table("lead_loads", Says("Load of each person", "承接负荷"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def assign_leads(leads: Iterable[Lead], takers: Iterable[Taker], *, within: Mapping[str, str] = _NOWHERE) -> Assignment:
    """Assign leads by territory and capacity (按区域和容量分配).

    Args:
        leads: the leads that count, the most important first, such as those of `Admission.accepted` by score.
        takers: the people, in the order in which equals are served.
        within: the region that each region lies in.

    Raises:
        BadRows: twin leads or people, all of them.
    """
    given, people = list(leads), list(takers)
    _refuse(given, people)
    able = _able(given, people, within)
    free = [max(one.capacity - one.held, 0) for one in people]
    places = place_evenly(able, free, [one.held for one in people], [one.capacity for one in people])
    new = [places.count(place) for place in range(len(people))]
    loads = tuple(TakerLoad(one, count) for one, count in zip(people, new, strict=True))
    rows = []
    for lead, choice, place in zip(given, able, places, strict=True):
        taker = None if place is None else people[place].id
        why = _why([loads[n] for n in choice], taker) if choice else _nobody(lead, people, within)
        rows.append(Assigned(lead.id, taker, why))
    return Assignment(tuple(rows), loads)


def _refuse(leads: Sequence[Lead], people: Sequence[Taker]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"{what}[{second}]", hint="each once", code="leads.twins")
        for what, rows in (("leads", [one.id for one in leads]), ("takers", [one.id for one in people]))
        for _, second in twins(rows)
    ]
    if bad:
        raise BadRows("the leads cannot be assigned", bad)


def _able(leads: Sequence[Lead], people: Sequence[Taker], within: Mapping[str, str]) -> list[tuple[int, ...]]:
    """Return who can take each lead, by position; leads of one kind and region are asked about once."""
    known: dict[tuple[str, str], tuple[int, ...]] = {}
    for lead in leads:
        key = (lead.kind, lead.region)
        if key not in known:
            known[key] = tuple(place for place, one in enumerate(people) if one.takes(lead, within))
    return [known[lead.kind, lead.region] for lead in leads]


def _nobody(lead: Lead, people: Sequence[Taker], within: Mapping[str, str]) -> Why:
    """Say that nobody has the region, or that those who have it do not take such leads."""
    region, above = lead.region or Says("no region", "未填区域"), _above(lead.region, within)
    here = [one.id for one in people if one.territory & above]
    if not here:
        says = "nobody takes leads of {region}; give the region to somebody", "{region} 无人承接，请指定负责人"
        return because(*says, region=region)
    says = "{who} in {region} take no {kind}; say who does", "{region} 的 {who} 不承接 {kind}，请指定承接人"
    return because(*says, who=", ".join(here), region=region, kind=lead.kind)


def _why(choice: Sequence[TakerLoad], taker: str | None) -> Why:
    full = [
        because(
            "{who} carries {n} of {most}",
            "{who} 承接 {n}/{most}",
            who=one.taker.id,
            n=one.carried,
            most=one.taker.capacity,
        )
        for one in choice
    ]
    if taker is None:
        return because("everybody who could take it is full", "可承接人员均已满额", *full)
    if len(choice) == 1:
        return because("{who} alone takes such leads", "仅 {who} 承接此类线索", *full, who=taker)
    return because("{who} takes it, so that loads are most even", "由 {who} 承接，负荷最均衡", *full, who=taker)
