"""Leads of a workspace (线索): what they cost and brought, who was contacted when, whom to pick, and who takes whom.

Each part is there where its tables are; what has no data is missing, with a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.archive.leads import Admission
from pharmasales.archive.yields import Deal, Yields, lead_yields
from pharmasales.cycle.policy import Policy
from pharmasales.display import Column, Says, Table
from pharmasales.errors import NotFound
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.goals.acting.methods import MethodPlan, PlannedMethod, plan_methods
from pharmasales.periods import Year
from pharmasales.recruitment.leads import (
    LEAD_RULE,
    Assignment,
    CampaignCosts,
    FirstTouches,
    InDays,
    LeadScores,
    MediaComparison,
    MethodReports,
    SourceCosts,
    Taker,
    assign_leads,
    compare_media,
    first_touches,
    method_reports,
    score_leads,
    source_costs,
)
from pharmasales.recruitment.pipeline import Stage
from pharmasales.rules import Rule, Weighted
from pharmasales.units import POINT, Amount
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.settings import AgentsSettings

__all__ = ["LeadResults", "lead_results"]

_BEFORE: tuple[Stage, ...] = ("filed", "touched", "key", "visited")
_FRESH: tuple[Stage, ...] = ("filed", "touched")


@frozen
class LeadResults:
    """What the leads show as of a day. Made by `lead_results`.

    Args:
        admission: the leads as the gate judged them; none without a table of leads, as is all that rests on them.
        costs: the campaigns with their price spread over their leads.
        yields: cost and yield by source and region.
        sources: cost of a lead and a contract by source, with the campaigns that brought nothing.
        touches: the first contacts, and contacts that should not have been.
        media: media compared.
        plan: the method plan of the newest year that has one.
        methods: what each method brought in each region.
        scores: the scores of leads that have not signed.
        assignment: who is proposed to take the leads without an owner.
        notes: what is missing, and why.
    """

    admission: Admission | None = field(default=None, repr=False)
    costs: CampaignCosts | None = None
    yields: Yields | None = None
    sources: SourceCosts | None = None
    touches: FirstTouches | None = None
    media: MediaComparison | None = None
    plan: MethodPlan | None = None
    methods: MethodReports | None = None
    scores: LeadScores | None = None
    assignment: Assignment | None = None
    notes: tuple[Says, ...] = field(default=(), repr=False)

    def tables(self) -> Iterator[Table]:
        """Yield the tables of what is there."""
        if self.admission is not None:
            yield self.quarantine()
        if self.yields is not None:
            yield self.yields.table()
        if self.sources is not None:
            yield self.sources.table()
        if self.costs is not None:
            yield self.costs.table()
        if self.media is not None:
            yield self.media.table()
        if self.plan is not None:
            yield self.planned()
        if self.methods is not None:
            yield self.methods.table()
        if self.touches is not None:
            yield self.touches.table().without("channels")  # no consents are looked at
            yield self.breaches()
        if self.scores is not None:
            yield self.scores.table()
        if self.assignment is not None:
            yield self.assignment.table()
            yield self.assignment.load_table()

    def planned(self) -> Table:
        """Return the method plan (方法计划) without what was spent, which nobody reports here."""
        assert self.plan is not None  # noqa: S101 - asked for where there is a plan
        table = self.plan.against({}, date.min).only("rank", "method_id", "start", "end", "share")
        return evolve(table, name="method_plan", title=Says("Method plan", "方法计划"))

    def quarantine(self) -> Table:
        """Return the leads that count nowhere (隔离线索), with the rule and what would make them allowed."""
        assert self.admission is not None  # noqa: S101 - asked for where there are leads
        held = Admission(self.admission.quarantined).table()
        return evolve(held, name="quarantine", title=Says("Leads in quarantine", "隔离线索"))

    def breaches(self) -> Table:
        """Return the contacts that should not have been (违规触达)."""
        made = () if self.touches is None else self.touches.breaches
        rows = [
            (touch.lead, touch.at, CONTACT_CHANNELS[touch.channel], touch.by, one.why)
            for one in made
            for touch in [one.touch]
        ]
        return Table("touch_breaches", Says("Contacts that should not have been", "违规触达"), _BREACHES, rows)


_BREACHES = (
    Column("lead", "Lead", "线索"),
    Column("on", "Day", "日期", "date"),
    Column("channel", "Channel", "方式"),
    Column("by", "By", "经办人"),
    Column("why", "Why", "原因", "why"),
)


def lead_results(book: AgentBook, policy: Policy, settings: AgentsSettings) -> LeadResults:
    """Ask the room of leads about everything that the tables allow.

    Args:
        book: what the tables say.
        policy: the working days, the gate, and a rule `lead_score` where the company has one of its own.
        settings: what the company decides of recruitment.

    Raises:
        BadRows: methods that are not ranked 1, 2, 3, or leave their year.
        BadRule: efforts that miss 100 %, or a rule of scores that is no weighted sum.
    """
    found, notes = LeadResults(), list[Says]()
    if "leads" in book.tables:
        found = _of_leads(book, policy, settings, notes)
    else:
        en = "no table of leads: no yield, no first contacts, and no source passed the gate"
        notes.append(Says(en, "无线索表：无产出及触达分析，来源未经合规审核"))
    gate = policy.gate(book.as_of)
    if len(book.media) > 1:
        found = evolve(found, media=compare_media(book.media, settings.media, policy=gate, as_of=book.as_of))
    elif book.media:
        notes.append(Says("one medium alone is not compared: ask for a second offer", "仅一家媒体，无法比较"))
    return evolve(found, notes=tuple(notes))


def _of_leads(book: AgentBook, policy: Policy, settings: AgentsSettings, notes: list[Says]) -> LeadResults:
    held = len(book.admission.quarantined)
    if held:
        en = f"leads in quarantine: {held}; nothing that happened to them counts in any figure"
        notes.append(Says(en, f"{held} 条线索被隔离：其全部进展不计入任何指标"))
    deals = _deals(book)
    unknown = sum(one.amount is None for one in deals)
    if unknown:
        en = f"contracts without an amount: {unknown}; they count as won, and what they are worth is missing"
        notes.append(Says(en, f"{unknown} 份合同未填金额：计入成单，合同额缺失"))
    sla = InDays(settings.first_touch, policy.calendar)
    plan, reports = _methods(book)
    return LeadResults(
        admission=book.admission,
        costs=book.costs if book.costs.rows else None,
        yields=lead_yields(book.costs.admission, deals),
        sources=source_costs(book.costs, deals),
        touches=first_touches(book.admission, book.touches, sla, as_of=book.as_of),
        plan=plan,
        methods=reports,
        scores=(scores := _scores(book, policy, settings, notes)),
        assignment=_assignment(book, settings, scores, notes),
    )


def _deals(book: AgentBook) -> list[Deal]:
    """Return the contracts of the leads, with their amounts where somebody told them."""
    judged = {one.lead.id for one in book.admission.judged}
    signed = [one for one in book.prospects if one.id in judged and any(move.to == "signed" for move in one.path)]
    outlooks = [(one.id, one.outlook_on(book.as_of)) for one in signed]
    return [Deal(lead, None if told is None else told.value) for lead, told in outlooks]


def _methods(book: AgentBook) -> tuple[MethodPlan | None, MethodReports | None]:
    """Return the plan of the newest year that has one, and what its methods brought in that year."""
    years = [one.start.year for one in book.methods if one.start.year <= book.as_of.year]
    if not years:
        return None, None
    year = Year(max(years))
    mine: list[PlannedMethod] = [one for one in book.methods if one.start.year == max(years)]
    plan = plan_methods(mine, year, Amount.of(100, POINT))
    here = Admission(tuple(one for one in book.admission.judged if one.lead.on in year))
    regions = book.areas.of_level("prefecture") or tuple(sorted({one.region for one in book.admission.accepted}))
    came = {one.lead.id for one in here.judged}
    won = [deal.lead for deal in _deals(book) if deal.lead in came]
    return plan, method_reports(plan.methods, here, regions, as_of=book.as_of, won=won)


def _open(book: AgentBook, stages: tuple[Stage, ...]) -> list[str]:
    return [one.id for one in book.prospects if one.stage_on(book.as_of) in stages]


def _scores(book: AgentBook, policy: Policy, settings: AgentsSettings, notes: list[Says]) -> LeadScores | None:
    waiting = set(_open(book, _BEFORE))
    if not any(book.lead_facts.get(lead) for lead in waiting):
        notes.append(Says("no facts of open leads: no scores", "无在谈线索的资料：未评分"))
        return None
    here = Admission(tuple(one for one in book.admission.judged if one.lead.id in waiting))
    facts = {lead: book.lead_facts[lead] for lead in waiting if lead in book.lead_facts}
    rule = _rule(policy)
    if not isinstance(rule, Weighted):
        notes.append(Says("the rule lead_score is no weighted sum: no scores", "规则 lead_score 非加权和：未评分"))
        return None
    return score_leads(here, facts, rule, key_from=settings.key_from)


def _rule(policy: Policy) -> Rule:
    try:
        return policy.book["lead_score"]
    except NotFound:
        return LEAD_RULE


def _assignment(
    book: AgentBook, settings: AgentsSettings, scores: LeadScores | None, notes: list[Says]
) -> Assignment | None:
    """Propose who takes the fresh leads that nobody answers for, the best score first."""
    if not settings.takers:
        notes.append(Says("no takers are set in [agents]: no assignment", "[agents] 未设承接人：未分配线索"))
        return None
    fresh, owned = set(_open(book, _FRESH)), _open(book, _BEFORE)
    owners = {one.id: one.owner for one in book.prospects}
    order = {} if scores is None else {row.lead: place for place, row in enumerate(scores.rows)}
    leads = [lead for lead in book.admission.accepted if lead.id in fresh and owners[lead.id] not in _reps(settings)]
    leads.sort(key=lambda lead: order.get(lead.id, len(order)))
    held = [owners[lead] for lead in owned]
    takers = [Taker(rep, frozenset(one.areas), one.capacity, held.count(rep)) for rep, one in settings.takers.items()]
    within = {area: book.areas.paths[area][1] for area in book.areas.below if area}
    return assign_leads(leads, takers, within=within)


def _reps(settings: AgentsSettings) -> frozenset[str]:
    return frozenset(settings.takers)
