"""Reads the tables of agents of a workspace (读取招商台账): every bad cell of every table is listed at once.

An id of an agent is known where it is a lead, a prospect or a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from attrs import define, evolve, field

from pharmasales.archive.leads import Admission, Lead, admit
from pharmasales.classification.coverage.known_agents import MarketAgent
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.goals.acting.methods import PlannedMethod
from pharmasales.names import nearest
from pharmasales.recruitment.agents import (
    CONDITIONS,
    AgentIssue,
    AgentMark,
    AgentTraining,
    HardCondition,
    SelectionMark,
)
from pharmasales.recruitment.leads import Campaign, Medium
from pharmasales.recruitment.pipeline import DailyTarget, Promise, Receipt
from pharmasales.recruitment.rights import AgentRight, Areas, Commitment, Performed
from pharmasales.workspace.agents.book import AgentBook, Invoiced
from pharmasales.workspace.agents.cells import (
    campaign_of,
    condition_row,
    issue_of,
    lead_facts,
    lead_of,
    mark_of,
    medium_of,
    method_of,
    supplier_of,
    target_of,
    training_of,
)
from pharmasales.workspace.agents.events import Happened, deed_of, happened, prospects_of, touch_of
from pharmasales.workspace.agents.right_cells import (
    AgentStep,
    VersionRow,
    commitments_of,
    paths_of,
    rights_of,
    step_of,
    version_of,
)
from pharmasales.workspace.agents.words import item_of, kind_of_area
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.refusals import refuse
from pharmasales.workspace.rows import PLACE, BadRow, Row

__all__ = ["AGENT_TABLES", "read_book"]

AGENT_TABLES = (
    "areas",
    "leads",
    "campaigns",
    "media",
    "recruiting",
    "agent_targets",
    "market_agents",
    "agent_rights",
    "commitments",
    "supplier_agreements",
    "agent_marks",
    "agent_steps",
    "agent_issues",
    "agent_trainings",
)
"""The tables of the desk, in the order in which they are read."""

_FIGURES = ("sales", "credit")


@define
class _Read:
    """What was read so far."""

    tables: DeskTables
    as_of: date
    parents: dict[str, str] = field(factory=dict)
    hospitals: dict[str, str] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    leads: list[tuple[Lead, tuple[str, int]]] = field(factory=list)
    owners: dict[str, str] = field(factory=dict)
    wanted: dict[str, str] = field(factory=dict)
    facts: dict[str, dict[str, object]] = field(factory=dict)
    came: dict[str, date] = field(factory=dict)
    campaigns: list[Campaign] = field(factory=list)
    methods: list[PlannedMethod] = field(factory=list)
    media: list[Medium] = field(factory=list)
    events: list[Happened] = field(factory=list)
    promises: list[Promise] = field(factory=list)
    daily: list[DailyTarget] = field(factory=list)
    market: list[MarketAgent] = field(factory=list)
    versions: list[VersionRow] = field(factory=list)
    commitments: list[Commitment] = field(factory=list)
    performed: list[Performed] = field(factory=list)
    suppliers: list[Any] = field(factory=list)
    marks: list[AgentMark] = field(factory=list)
    selection: list[SelectionMark] = field(factory=list)
    figures: dict[str, dict[str, object]] = field(factory=dict)
    steps: list[AgentStep] = field(factory=list)
    issues: list[AgentIssue] = field(factory=list)
    trainings: list[AgentTraining] = field(factory=list)
    receipts: list[Receipt] = field(factory=list)
    known: set[str] = field(factory=set)
    tree: Areas | None = None
    invoices: list[Invoiced] = field(factory=list)
    conditions: list[HardCondition] = field(factory=list)

    # --- areas

    def area(self, row: Row) -> str:
        name, above = row["id"], row.get("parent") or ""
        if kind_of_area(row.get("kind") or "") == "hospital":
            name = self.tables.customer(row, "id")
            self.hospitals[name] = above
        else:
            self.parents[name] = above
        self.names[name] = row.get("name") or name
        return str(name)

    def grow(self) -> None:
        """Check the tree; what is wrong with it is told at once, and nothing is looked for in it then."""
        if not self.tables.has("areas"):
            return
        try:
            self.tree = Areas.of(self.parents, self.hospitals)
        except PharmaSalesError as error:
            for one in error.exceptions if isinstance(error, BadRows) else (error,):
                if isinstance(one, PharmaSalesError):
                    self.tables.bad.append(_whole_table("areas", one))

    def place(self, row: Row, column: str, level: str = "") -> str:
        """Return the id of an area of a row, which the tree must have where there is one."""
        area = row.get(column) or ""
        if area and self.tree is not None:
            if area not in self.tree:
                hint = nearest(area, self.tree.paths)
                raise BadValue("no such area", where=column, hint=hint, code="row.area")
            if level and self.tree.level(area) != level:
                raise BadValue(f"no {level}", where=column, hint=f"name a {level}", code="row.area")
        return area

    def person(self, row: Row, column: str) -> str:
        """Return the id of who answers for something: a rep or a node above, since managers recruit too."""
        who, org = row.get(column) or "", self.tables.region.org
        if who and self.tables.has("org") and (org is None or who not in org):
            raise BadValue("nobody of the organisation", where=column, hint="write the id of a node", code="row.person")
        return str(who)

    # --- leads

    def lead(self, row: Row) -> str:
        self.place(row, "region")
        owner, product = self.person(row, "owner"), self.tables.product(row)
        lead = evolve(lead_of(row), customer="")
        self.leads.append((lead, row[PLACE]))
        self.owners[lead.id], self.wanted[lead.id] = owner, product
        self.facts[lead.id], self.came[lead.id] = lead_facts(row), lead.on
        return lead.id

    def campaign(self, row: Row) -> str:
        method = method_of(row)
        self.campaigns.append(campaign_of(row))
        self.methods += [] if method is None else [method]
        return str(row["id"])

    def medium(self, row: Row) -> str:
        self.media.append(medium_of(row))
        return str(row["id"])

    # --- what happens

    def event(self, row: Row) -> None:
        agent = self.tables.merged.get(row.get("agent") or "", row.get("agent") or "")
        if agent and self.tables.has("leads") and agent not in self.owners:
            hint = "add its lead, with the source that the gate judges"
            raise BadValue("no such lead", where="agent", hint=hint, code="row.agent")
        came = self.came.get(agent)
        if came is not None and row["date"] < came:
            raise BadValue("before the lead came", where="date", hint="check both days", code="row.date")
        self.events.append(happened(row, agent))

    def target(self, row: Row) -> None:
        self.person(row, "owner")
        agent = self.agent(row) if row.get("agent") else ""
        made = target_of(row, agent)
        if isinstance(made, Promise):
            self.promises.append(made)
        elif any((one.owner, one.kind) == (made.owner, made.kind) for one in self.daily):
            raise BadValue("a second target", where="kind", hint="one a kind and owner", code="row.twice")
        else:
            self.daily.append(made)

    def listed(self, row: Row) -> None:
        area = self.place(row, "area", "prefecture")
        if any((one.id, one.prefecture) == (row["agent"], area) for one in self.market):
            raise BadValue("a second row of the agent", where="agent", hint="one a prefecture", code="row.twice")
        self.market.append(MarketAgent(row["agent"], area, row.get("sales")))

    def agent(self, row: Row, column: str = "agent") -> str:
        """Return the id of the agent of a row, which somebody must know.

        Raises:
            BadValue: neither a lead, nor a prospect, nor a customer.
        """
        agent = self.tables.merged.get(row[column], row[column])
        lists = self.tables.has("leads") or self.tables.has("recruiting") or self.tables.has("customers")
        if lists and agent not in self.known and agent not in self.tables.region.archive.customers:
            hint = "write the id as leads or customers have it"
            raise BadValue("no such agent", where=column, hint=hint, code="row.agent")
        return str(agent)

    # --- rights and agreements

    def version(self, row: Row) -> None:
        self.versions.append(version_of(row, self.agent(row), self.tables.product(row), self.place(row, "area")))

    def commitment(self, row: Row) -> None:
        if self.tables.has("agent_rights") and row["right"] not in {one.right for one in self.versions}:
            raise BadValue("no such right", where="right", hint="add it to agent_rights", code="row.right")
        asked, came = commitments_of(row)
        taken = {(one.agreement, one.period, one.amount.unit) for one in self.commitments}
        if any((one.agreement, one.period, one.amount.unit) in taken for one in asked):
            raise BadValue("a second promise for the period", where="period", hint="keep one", code="row.twice")
        self.commitments += asked
        self.performed += came

    def supplier(self, row: Row) -> str:
        self.suppliers.append(supplier_of(row))
        return str(row["id"])

    # --- agents

    def mark(self, row: Row) -> None:
        agent, item = self.agent(row), item_of(row["item"])
        if item in CONDITIONS:
            self.conditions.append(condition_row(row, agent, item))
            return
        if item in _FIGURES:
            if row["date"] <= self.as_of:
                self.figures.setdefault(agent, {})[item] = row["value"]
            return
        made = mark_of(row, agent, item)
        if isinstance(made, SelectionMark):
            refuse(*(_second(one.dealer == made.dealer and _same(one, made)) for one in self.selection))
            self.selection.append(made)
        else:
            twin = (one.agent == made.agent and one.version == made.version and _same(one, made) for one in self.marks)
            refuse(*map(_second, twin))
            self.marks.append(made)

    def step(self, row: Row) -> None:
        self.steps.append(step_of(row, self.agent(row)))

    def issue(self, row: Row) -> str:
        self.person(row, "owner")
        self.issues.append(issue_of(row, self.agent(row)))
        return str(row["id"])

    def training(self, row: Row) -> str:
        self.trainings.append(training_of(row, self.agent(row)))
        return str(row["id"])

    def receipt(self, row: Row) -> None:
        customer = self.tables.customer(row)
        self.invoices.append(Invoiced(customer, row["invoiced"], row["amount"], row["invoice"]))
        if row.get("paid") and row.get("paid_on") is not None:
            self.receipts.append(Receipt(customer, row["paid_on"], row["paid"]))

    # --- what the whole table shows

    def reject(self, table: str) -> Callable[[tuple[str, int], PharmaSalesError], None]:
        """Return what refuses a row that was taken, for something that only all rows together show."""

        def rejected(place: tuple[str, int], error: PharmaSalesError) -> None:
            file, number = place
            for one in error.exceptions if isinstance(error, BadRows) else (error,):
                told = (one.reason, one.hint, one.code) if isinstance(one, PharmaSalesError) else ("refused", "", "row")
                where = one.where if isinstance(one, PharmaSalesError) else ""
                self.tables.bad.append(BadRow(table, file, number, where, *told, ""))

        return rejected


def _same(one: AgentMark | SelectionMark, other: AgentMark | SelectionMark) -> bool:
    return (one.item, one.on, one.by) == (other.item, other.on, other.by)


def _second(twice: bool) -> BadValue | None:
    hint = "keep one, or give the later one a version"
    return BadValue("a second mark of the day", where="item", hint=hint, code="row.twice") if twice else None


def _whole_table(table: str, error: PharmaSalesError) -> BadRow:
    return BadRow(table, f"[tables.{table}]", 0, error.where, error.reason, error.hint, error.code, "")


def read_book(tables: DeskTables, as_of: date) -> AgentBook:
    """Read every table of agents that the settings name (读取招商台账).

    Args:
        tables: reads the tables of the workspace.
        as_of: the day; leads and events of later days are not there yet.

    Raises:
        BadRows: rows were refused, all of them in the group.
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    read = _Read(tables, as_of)
    tables.read_once("areas", read.area)
    read.grow()
    tables.read_once("leads", read.lead)
    tables.read_once("campaigns", read.campaign)
    tables.read_once("media", read.medium)
    tables.read("recruiting", read.event)
    read.known = {*read.owners, *(one.agent for one in read.events)}
    tables.read("agent_targets", read.target)
    tables.read("market_agents", read.listed)
    tables.read("agent_rights", read.version)
    tables.read("commitments", read.commitment)
    tables.read_once("supplier_agreements", read.supplier)
    tables.read("agent_marks", read.mark)
    tables.read("agent_steps", read.step)
    tables.read_once("agent_issues", read.issue)
    tables.read_once("agent_trainings", read.training)
    tables.read("receivables", read.receipt)
    return _book(read)


def _book(read: _Read) -> AgentBook:
    tables, as_of = read.tables, read.as_of
    policy = tables.space.settings.policy
    leads = [lead for lead, _ in read.leads if lead.on <= as_of]
    admission = admit(leads, policy.gate(as_of), as_of=as_of)
    events = [one for one in read.events if one.on <= as_of]
    barred = {one.lead.id for one in admission.quarantined}
    led = [one for one in events if one.agent and one.agent not in barred]
    reject = read.reject("recruiting")
    prospects = prospects_of(admission, read.owners, read.wanted, led, lambda one, error: reject(one.place, error))
    rights = rights_of(read.versions, read.reject("agent_rights"))
    paths = paths_of([one for one in read.steps if one.on <= as_of], read.reject("agent_steps"))
    _check_leads(read, admission)
    tables.checked()
    here = {one.id for one in prospects}
    return AgentBook(
        as_of,
        frozenset(name for name in (*AGENT_TABLES, "receivables") if tables.has(name)),
        admission,
        {lead.id: read.facts[lead.id] for lead in leads},
        tuple(read.campaigns),
        tuple(read.methods),
        tuple(read.media),
        _touches(events, admission),
        prospects,
        tuple(deed for one in events if (deed := deed_of(one)) is not None),
        tuple(one for one in read.promises if one.prospect in here),
        tuple(read.daily),
        tuple(one for one in read.receipts if one.prospect in here and one.on <= as_of),
        tuple(one for one in read.invoices if one.agent in here and one.on <= as_of),
        tuple(read.market),
        read.tree or Areas.of({}),
        read.names,
        tuple(tables.region.products),
        rights,
        tuple(read.commitments),
        (*read.performed, *_invoiced(read, rights)),
        tuple(read.suppliers),
        tuple(one for one in read.marks if one.agent not in barred),
        tuple(one for one in read.selection if one.dealer not in barred),
        tuple(one for one in read.conditions if one.dealer not in barred),
        {dealer: told for dealer, told in read.figures.items() if dealer not in barred},
        paths,
        tuple(read.issues),
        tuple(read.trainings),
    )


def _invoiced(read: _Read, rights: Sequence[AgentRight]) -> list[Performed]:
    """Return the invoices of agents as what came under their only right, where no row of it was counted by hand."""
    counted = {one.agreement for one in read.performed}
    asked = {one.agreement for one in read.commitments if one.amount.unit == read.tables.space.settings.money}
    held: dict[str, list[str]] = {}
    for right in rights:
        held.setdefault(right.agent, []).append(right.id)
    only = {agent: ids[0] for agent, ids in held.items() if len(ids) == 1 and ids[0] in asked - counted}
    return [Performed(only[one.agent], one.on, one.amount, one.invoice) for one in read.invoices if one.agent in only]


def _touches(events: list[Happened], admission: Admission) -> tuple[Any, ...]:
    """Return the contacts with leads; without a table of leads there is nobody whose time would run."""
    leads = {one.lead.id: one.lead for one in admission.judged}
    made = [touch_of(one) for one in events if one.agent in leads]
    return tuple(one for one in made if one is not None)


def _check_leads(read: _Read, admission: Admission) -> None:
    """Refuse a lead of another source than that of its campaign."""
    places = {lead.id: place for lead, place in read.leads}
    sources = {one.id: one.source for one in read.campaigns}
    reject = read.reject("leads")
    for judged in admission.judged:
        lead = judged.lead
        if lead.campaign in sources and sources[lead.campaign] != lead.source:
            hint, reason = f"the campaign works through {sources[lead.campaign]}", "another source than its campaign"
            reject(places[lead.id], BadValue(reason, where="source", hint=hint, code="row.source"))
