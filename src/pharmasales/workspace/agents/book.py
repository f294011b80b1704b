"""Everything that the tables of a workspace say of its agents as of a day (招商台账), as values of the rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.archive.leads import Admission
from pharmasales.archive.suppliers import Supplier
from pharmasales.classification.coverage.known_agents import MarketAgent
from pharmasales.goals.acting.methods import PlannedMethod
from pharmasales.recruitment.agents import AgentIssue, AgentMark, AgentPath, AgentTraining, HardCondition, SelectionMark
from pharmasales.recruitment.leads import CampaignCosts, Medium, Touch
from pharmasales.recruitment.pipeline import DailyTarget, Deed, Promise, Prospect, Receipt
from pharmasales.recruitment.rights import AgentRight, Areas, Commitment, Performed
from pharmasales.units import Amount

__all__ = ["AgentBook", "Invoiced"]

Facts = Mapping[str, Mapping[str, object]]


@frozen
class Invoiced:
    """An invoice to an agent (发货开票).

    Args:
        agent: its id.
        on: the day.
        amount: how much.
        invoice: its number.
    """

    agent: str
    on: date
    amount: Amount = field(repr=False)
    invoice: str


@frozen(kw_only=True)
class AgentBook:
    """What is known of leads, prospects and agents as of a day.

    Args:
        as_of: the day; what is dated later was left out, where it does not stand for a plan.
        tables: the names of the tables that the settings name files of.
        admission: the leads as the gate judged them.
        lead_facts: what is known of each lead for its score.
        costs: the campaigns that have begun, with their price spread over their leads.
        methods: those of them that stand in a method plan.
        media: the media on offer.
        touches: the contacts with leads.
        prospects: the prospects with their moves and notes.
        deeds: the daily reports.
        promises: what was promised by a day.
        daily: what was promised for each working day.
        receipts: the money that came in, from the receivables.
        invoices: what agents were invoiced, from the receivables.
        market: the agents of each prefecture, known or not.
        areas: the tree of areas with the target hospitals.
        area_names: the names of areas.
        products: ids of the products.
        rights: the rights.
        commitments: what agreements promise.
        performed: what came of it.
        billed: the agreements of which invoices stand for what came, because nobody counted by hand.
        suppliers: the suppliers with their agreements.
        marks: marks of agents.
        selection: marks of would-be dealers.
        conditions: hard conditions of would-be dealers, such as a licence.
        figures: figures of dealers for the yearly screening.
        paths: how far each agent's development has come.
        issues: the issues.
        trainings: the trainings.
    """

    as_of: date
    tables: frozenset[str]
    admission: Admission = field(repr=False)
    lead_facts: Facts = field(repr=False, hash=False)
    costs: CampaignCosts = field(repr=False)
    methods: tuple[PlannedMethod, ...] = field(repr=False)
    media: tuple[Medium, ...] = field(repr=False)
    touches: tuple[Touch, ...] = field(repr=False)
    prospects: tuple[Prospect, ...] = field(repr=lambda found: f"<{len(found)} prospects>")
    deeds: tuple[Deed, ...] = field(repr=False)
    promises: tuple[Promise, ...] = field(repr=False)
    daily: tuple[DailyTarget, ...] = field(repr=False)
    receipts: tuple[Receipt, ...] = field(repr=False)
    invoices: tuple[Invoiced, ...] = field(repr=False)
    market: tuple[MarketAgent, ...] = field(repr=False)
    areas: Areas = field(repr=False)
    area_names: Mapping[str, str] = field(repr=False, hash=False)
    products: tuple[str, ...] = field(repr=False)
    rights: tuple[AgentRight, ...] = field(repr=lambda found: f"<{len(found)} rights>")
    commitments: tuple[Commitment, ...] = field(repr=False)
    performed: tuple[Performed, ...] = field(repr=False)
    billed: tuple[str, ...] = field(repr=False)
    suppliers: tuple[Supplier, ...] = field(repr=False)
    marks: tuple[AgentMark, ...] = field(repr=False)
    selection: tuple[SelectionMark, ...] = field(repr=False)
    conditions: tuple[HardCondition, ...] = field(repr=False)
    figures: Facts = field(repr=False, hash=False)
    paths: tuple[AgentPath, ...] = field(repr=False)
    issues: tuple[AgentIssue, ...] = field(repr=False)
    trainings: tuple[AgentTraining, ...] = field(repr=False)

    def prospect(self, agent: str) -> Prospect | None:
        """Return the prospect of an id; none where nobody filed it."""
        return next((one for one in self.prospects if one.id == agent), None)

    @property
    def agents(self) -> tuple[str, ...]:
        """The ids of all who are known: leads that count, prospects, and whoever holds a right."""
        named = [*(lead.id for lead in self.admission.accepted), *(one.id for one in self.prospects)]
        return tuple(dict.fromkeys([*named, *(one.agent for one in self.rights)]))

    def within(self, region: str) -> AgentBook:
        """Return what concerns one area and what lies in it, and the rights above that reach into it.

        A lead keeps its share of its campaign; campaigns as such belong to no area and are left out.

        Args:
            region: the id of an area; where there is no tree, the region of a lead as it is written.

        Raises:
            NotFound: no such area in the tree.
        """
        if "areas" in self.tables:
            self.areas.above(region)
        inside = {region, *(area for area in self.areas.paths if region in self.areas.paths[area])}
        reaching = inside | set(self.areas.paths.get(region, ()))
        judged, costed = (
            tuple(one for one in found.judged if one.lead.region in inside)
            for found in (self.admission, self.costs.admission)
        )
        rights = tuple(one for one in self.rights if one.area in reaching)
        leads = {one.lead.id for one in judged}
        ids = leads | {one.agent for one in rights if one.area in inside}
        prospects = tuple(one for one in self.prospects if one.id in ids or one.region in inside)
        filed = {one.id for one in prospects}
        ids |= filed
        agreed, owners = {one.id for one in rights}, {one.owner for one in prospects}
        return evolve(
            self,
            admission=Admission(judged),
            costs=CampaignCosts(Admission(costed), ()),
            lead_facts={lead: facts for lead, facts in self.lead_facts.items() if lead in ids},
            touches=tuple(one for one in self.touches if one.lead in leads),
            prospects=prospects,
            promises=tuple(one for one in self.promises if one.prospect in filed),
            deeds=tuple(one for one in self.deeds if one.owner in owners),
            daily=tuple(one for one in self.daily if one.owner in owners),
            receipts=tuple(one for one in self.receipts if one.prospect in filed),
            invoices=tuple(one for one in self.invoices if one.agent in ids),
            market=tuple(one for one in self.market if one.prefecture in inside),
            areas=_part(self.areas, inside | reaching, inside),
            rights=rights,
            commitments=tuple(one for one in self.commitments if one.agreement in agreed),
            performed=tuple(one for one in self.performed if one.agreement in agreed),
            marks=tuple(one for one in self.marks if one.agent in ids),
            selection=tuple(one for one in self.selection if one.dealer in ids),
            conditions=tuple(one for one in self.conditions if one.dealer in ids),
            figures={dealer: told for dealer, told in self.figures.items() if dealer in ids},
            paths=tuple(one for one in self.paths if one.agent in ids),
            issues=tuple(one for one in self.issues if one.agent in ids),
            trainings=tuple(one for one in self.trainings if one.agent in ids),
        )


def _part(areas: Areas, kept: set[str], inside: set[str]) -> Areas:
    """Return the tree cut down to an area, what lies in it and what it lies in."""
    parents = {area: areas.paths[area][1] for area in areas.below if area and area in kept}
    hospitals = {one: areas.paths[one][1] for one in areas.hospitals if one in inside}
    return Areas.of(parents, hospitals)
