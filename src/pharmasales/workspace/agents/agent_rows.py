"""Rows of every table of agents (招商台账), held against one another: an id that nobody knows is refused at its cell.

An agent is known where it is a lead, a prospect or a customer; who answers is anybody of the organisation.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeAlias

from attrs import define, evolve, field

from pharmasales.archive.leads import Lead
from pharmasales.classification.coverage.known_agents import MarketAgent
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.goals.acting.methods import PlannedMethod
from pharmasales.names import nearest
from pharmasales.recruitment.agents import (
    CONDITIONS,
    AgentIssue,
    AgentMark,
    AgentTraining,
    SelectionMark,
)
from pharmasales.recruitment.leads import Campaign, Medium
from pharmasales.recruitment.pipeline import DailyTarget, Promise, Receipt
from pharmasales.recruitment.rights import Areas, Commitment, Performed
from pharmasales.workspace.agents.book import Invoiced
from pharmasales.workspace.agents.cells import (
    GRADED,
    SELECTED,
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
from pharmasales.workspace.agents.events import Happened, happened
from pharmasales.workspace.agents.rejecting import rejecter
from pharmasales.workspace.agents.right_cells import (
    AgentStep,
    VersionRow,
    commitments_of,
    step_of,
    version_of,
)
from pharmasales.workspace.agents.words import item_of, kind_of_area
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.rows import PLACE, Row, TableRows

__all__ = ["AgentRows", "Newest"]

Newest: TypeAlias = dict[str, dict[str, tuple[date, Any]]]
"""Of each agent and item the newest day and its value."""

_FIGURES = ("sales", "credit")
_YEAR = timedelta(366)
_AGAIN = ("a second mark of the day", "keep one, or give the later one a version")


@define
class AgentRows:
    """Takes the rows of each table, or refuses them, and keeps what they say.

    Args:
        tables: reads the tables of the workspace.
        as_of: the day.
    """

    tables: DeskTables
    as_of: date
    parents: dict[str, str] = field(factory=dict)
    hospitals: dict[str, str] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    places: dict[str, tuple[str, int]] = field(factory=dict)
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
    figures: Newest = field(factory=dict)
    agreed: set[str] = field(factory=set)
    seen: set[tuple[object, ...]] = field(factory=set)
    steps: list[AgentStep] = field(factory=list)
    issues: list[AgentIssue] = field(factory=list)
    trainings: list[AgentTraining] = field(factory=list)
    receipts: list[Receipt] = field(factory=list)
    known: set[str] = field(factory=set)
    tree: Areas | None = None
    invoices: list[Invoiced] = field(factory=list)
    conditions: Newest = field(factory=dict)

    def area(self, row: Row) -> str:
        """Take an area or a target hospital."""
        name, above = row["id"], row.get("parent") or ""
        if kind_of_area(row.get("kind") or "") == "hospital":
            name = self.tables.customer(row, "id")
            self.hospitals[name] = above
        else:
            self.parents[name] = above
        self.names[name], self.places[f"area {name!r}"] = row.get("name") or name, row[PLACE]
        return str(name)

    def grow(self, rows: TableRows | None) -> None:
        """Check the tree; what is wrong with it is told at once, and nothing is looked for in it then.

        Args:
            rows: what read the table of areas; none where there is no such table.
        """
        if rows is None:
            return
        try:
            tree = Areas.of(self.parents, self.hospitals)
            self.tree = Areas.of(self.parents, {one: self._lies(one, tree) for one in self.hospitals})
        except PharmaSalesError as error:
            reject = rejecter(rows)
            for one in error.exceptions if isinstance(error, BadRows) else (error,):
                if isinstance(one, PharmaSalesError):
                    reject(self.places[one.where], one)

    def _lies(self, hospital: str, tree: Areas) -> str:
        """Return the area of a hospital: the division of its own file, where the tree has it and no narrower one."""
        area, known = self.hospitals[hospital], self.tables.region.archive.customers.get(hospital)
        own = known.division if known is not None else ""
        return own if own in tree.below and own not in tree.paths.get(area, ()) else area

    def place(self, row: Row, column: str) -> str:
        """Return the id of an area of a row, which the tree must have where there is one."""
        area = row.get(column) or ""
        if area and self.tree is not None and area not in self.tree:
            hint = nearest(area, self.tree.paths)
            raise BadValue("no such area", where=column, hint=hint, code="row.area")
        return str(area)

    def one(self, agent: str) -> str:
        """Return the id under which an agent counts: its lead's, else that of the customer it was merged into."""
        return agent if agent in self.owners else self.tables.merged.get(agent, agent)

    def person(self, row: Row, column: str) -> str:
        """Return the id of who answers for something: a rep or a node above, since managers recruit too."""
        who, org = row.get(column) or "", self.tables.region.org
        if who and self.tables.has("org") and (org is None or who not in org):
            raise BadValue("nobody of the organisation", where=column, hint="write the id of a node", code="row.person")
        return str(who)

    def lead(self, row: Row) -> str:
        """Take a lead, with who answers for it."""
        self.place(row, "region")
        owner, product = self.person(row, "owner"), self.tables.product(row)
        lead = evolve(lead_of(row), customer="")
        self.leads.append((lead, row[PLACE]))
        self.owners[lead.id], self.wanted[lead.id] = owner, product
        self.facts[lead.id], self.came[lead.id] = lead_facts(row), lead.on
        return lead.id

    def campaign(self, row: Row) -> str:
        """Take a campaign, and the method that it may be."""
        method = method_of(row)
        self.campaigns.append(campaign_of(row))
        self.methods += [] if method is None else [method]
        return str(row["id"])

    def medium(self, row: Row) -> str:
        """Take a medium on offer."""
        self.media.append(medium_of(row))
        return str(row["id"])

    def event(self, row: Row) -> None:
        """Take a dated event."""
        agent = self.one(row.get("agent") or "")
        if agent and self.tables.has("leads") and agent not in self.owners:
            hint = "add its lead, with the source that the gate judges"
            raise BadValue("no such lead", where="agent", hint=hint, code="row.agent")
        came = self.came.get(agent)
        if came is not None and row["date"] < came:
            raise BadValue("before the lead came", where="date", hint="check both days", code="row.date")
        self.events.append(happened(row, agent))

    def target(self, row: Row) -> None:
        """Take a promise, or a target of each working day."""
        self.person(row, "owner")
        agent = self.agent(row) if row.get("agent") else ""
        if agent and agent not in self.known:
            hint = "add its lead, or the row that files it"
            raise BadValue("no such prospect", where="agent", hint=hint, code="row.agent")
        made = target_of(row, agent)
        if isinstance(made, Promise):
            self.promises.append(made)
        else:
            self.first(("daily", made.owner, made.kind), "kind", ("a second target", "one a kind and owner"))
            self.daily.append(made)

    def listed(self, row: Row) -> None:
        """Take an agent of the list of a prefecture."""
        area = self.place(row, "area")
        self.first(("market", row["agent"], area), "agent", ("a second row of the agent", "one a prefecture"))
        self.market.append(MarketAgent(row["agent"], area, row.get("sales")))

    def agent(self, row: Row, column: str = "agent") -> str:
        """Return the id of the agent of a row, which somebody must know.

        Raises:
            BadValue: neither a lead, nor a prospect, nor a customer.
        """
        agent = self.one(row[column])
        lists = self.tables.has("leads") or self.tables.has("recruiting") or self.tables.has("customers")
        if lists and agent not in self.known and agent not in self.tables.region.archive.customers:
            hint = "write the id as leads or customers have it"
            raise BadValue("no such agent", where=column, hint=hint, code="row.agent")
        return str(agent)

    def version(self, row: Row) -> None:
        """Take a version of a right."""
        self.versions.append(version_of(row, self.agent(row), self.tables.product(row), self.place(row, "area")))
        self.agreed.add(row["id"])

    def commitment(self, row: Row) -> None:
        """Take what an agreement promises for a period."""
        if self.tables.has("agent_rights") and row["right"] not in self.agreed:
            raise BadValue("no such right", where="right", hint="add it to agent_rights", code="row.right")
        asked, came = commitments_of(row)
        for one in asked:
            key = ("promise", one.agreement, one.period, one.amount.unit)
            self.first(key, "period", ("a second promise for the period", "keep one"))
        self.commitments += asked
        self.performed += came

    def supplier(self, row: Row) -> str:
        """Take a supplier's agreement."""
        self.suppliers.append(supplier_of(row))
        return str(row["id"])

    def mark(self, row: Row) -> None:
        """Take a mark, a figure of the screening or a hard condition."""
        agent, item = self.agent(row), item_of(row["item"])
        self.first(("mark", agent, item, row["date"], self._marker(row, item)), "item", _AGAIN)
        if item in CONDITIONS:
            self.newest(self.conditions, agent, item, row, condition_row(row, agent, item))
        elif item in _FIGURES:
            self.newest(self.figures, agent, item, row, row["value"])
        else:
            made = mark_of(row, agent, item)
            (self.selection if isinstance(made, SelectionMark) else self.marks).append(made)  # type: ignore[arg-type]

    def _marker(self, row: Row, item: str) -> object:
        """Return what may tell two marks of one item and day apart: the version, or who gives it."""
        return row["by"] if item in SELECTED else row.get("version") or 1 if item in GRADED else None

    def newest(self, kept: Newest, agent: str, item: str, row: Row, value: object) -> None:
        """Keep the value of the newest day of the last year, up to the day asked."""
        day, last = row["date"], kept.setdefault(agent, {}).get(item)
        if self.as_of - _YEAR < day <= self.as_of and (last is None or last[0] < day):
            kept[agent][item] = day, value

    def first(self, key: tuple[object, ...], column: str, refusal: tuple[str, str]) -> None:
        """Let pass what comes for the first time.

        Raises:
            BadValue: it came before.
        """
        if key in self.seen:
            raise BadValue(refusal[0], where=column, hint=refusal[1], code="row.twice")
        self.seen.add(key)

    def step(self, row: Row) -> None:
        """Take a step of an agent's development."""
        self.steps.append(step_of(row, self.agent(row)))

    def issue(self, row: Row) -> str:
        """Take an issue."""
        self.person(row, "owner")
        self.issues.append(issue_of(row, self.agent(row)))
        return str(row["id"])

    def training(self, row: Row) -> str:
        """Take a training."""
        self.trainings.append(training_of(row, self.agent(row)))
        return str(row["id"])

    def receipt(self, row: Row) -> None:
        """Take an invoice, and what was paid of it."""
        customer = self.tables.customer(row)
        self.invoices.append(Invoiced(customer, row["invoiced"], row["amount"], row["invoice"]))
        if row.get("paid") and row.get("paid_on") is not None:
            self.receipts.append(Receipt(customer, row["paid_on"], row["paid"]))
