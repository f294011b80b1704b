"""Reads the tables of agents of a workspace (读取招商台账): every bad cell of every table is listed at once.

An id of an agent is known where it is a lead, a prospect or a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, TypeAlias

from pharmasales.archive.leads import Admission, Lead, admit
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.recruitment.leads import Campaign, campaign_costs
from pharmasales.recruitment.rights import AgentRight, Areas, Performed
from pharmasales.workspace.agents.agent_rows import AgentRows, Newest
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.events import Happened, deed_of, prospects_of, touch_of
from pharmasales.workspace.agents.rejecting import rejecter
from pharmasales.workspace.agents.right_cells import (
    paths_of,
    rights_of,
)
from pharmasales.workspace.desk_tables import DeskTables

__all__ = ["AGENT_TABLES", "read_book"]

Reject: TypeAlias = Callable[[tuple[str, int], PharmaSalesError], None]

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


def read_book(tables: DeskTables, as_of: date) -> AgentBook:
    """Read every table of agents that the settings name (读取招商台账).

    Args:
        tables: reads the tables of the workspace.
        as_of: the day; leads and events of later days are not there yet.

    Raises:
        BadRows: rows were refused, all of them in the group.
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    read = AgentRows(tables, as_of)
    read.grow(tables.read_once("areas", read.area))
    leads = tables.read_once("leads", read.lead)
    tables.read_once("campaigns", read.campaign)
    tables.read_once("media", read.medium)
    events = tables.read("recruiting", read.event)
    read.known = {*read.owners, *(one.agent for one in read.events)}
    tables.read("agent_targets", read.target)
    tables.read("market_agents", read.listed)
    rights = tables.read("agent_rights", read.version)
    tables.read("commitments", read.commitment)
    tables.read_once("supplier_agreements", read.supplier)
    tables.read("agent_marks", read.mark)
    steps = tables.read("agent_steps", read.step)
    tables.read_once("agent_issues", read.issue)
    tables.read_once("agent_trainings", read.training)
    tables.read("receivables", read.receipt)
    return _book(read, *map(rejecter, (leads, events, rights, steps)))


def _book(read: AgentRows, lead: Reject, event: Reject, right: Reject, step: Reject) -> AgentBook:
    """Put the book together; each of the four refuses a row of its table."""
    tables, as_of = read.tables, read.as_of
    policy = tables.space.settings.policy
    leads = [lead for lead, _ in read.leads if lead.on <= as_of]
    admission = admit(leads, policy.gate(as_of), as_of=as_of)
    events = [one for one in read.events if one.on <= as_of]
    barred = {one.lead.id for one in admission.quarantined}
    led = [one for one in events if one.agent and one.agent not in barred]
    prospects = prospects_of(admission, read.owners, read.wanted, led, lambda one, error: event(one.place, error))
    rights = rights_of(read.versions, right)
    paths = paths_of([one for one in read.steps if one.on <= as_of], step)
    _check_leads(read, admission, lead)
    tables.checked()
    here, invoiced = {one.id for one in prospects}, _invoiced(read, rights)
    return AgentBook(
        as_of=as_of,
        tables=frozenset(name for name in (*AGENT_TABLES, "receivables") if tables.has(name)),
        admission=admission,
        lead_facts={lead.id: read.facts[lead.id] for lead in leads},
        costs=campaign_costs(admission, _begun(read, leads)),
        methods=tuple(read.methods),
        media=tuple(read.media),
        touches=_touches(events, admission),
        prospects=prospects,
        deeds=tuple(deed for one in events if (deed := deed_of(one)) is not None),
        promises=tuple(one for one in read.promises if one.prospect in here),
        daily=tuple(read.daily),
        receipts=tuple(one for one in read.receipts if one.prospect in here and one.on <= as_of),
        invoices=tuple(one for one in read.invoices if one.agent in here and one.on <= as_of),
        market=tuple(read.market),
        areas=read.tree or Areas.of({}),
        area_names=read.names,
        products=tuple(tables.region.products),
        rights=rights,
        commitments=tuple(read.commitments),
        performed=(*read.performed, *invoiced),
        billed=tuple(sorted({one.agreement for one in invoiced})),
        suppliers=tuple(read.suppliers),
        marks=tuple(one for one in read.marks if one.agent not in barred),
        selection=tuple(one for one in read.selection if one.dealer not in barred),
        conditions=tuple(one for items in _held(read.conditions, barred).values() for one in items.values()),
        figures={dealer: told for dealer, told in _held(read.figures, barred).items() if told},
        paths=tuple(one for one in paths if one.agent not in barred),
        issues=tuple(one for one in read.issues if one.agent not in barred),
        trainings=tuple(one for one in read.trainings if one.agent not in barred),
    )


def _begun(read: AgentRows, leads: Sequence[Lead]) -> list[Campaign]:
    """Return the campaigns that have begun, or that a lead names: a plan has wasted nothing yet."""
    named = {lead.campaign for lead in leads}
    return [one for one in read.campaigns if one.start <= read.as_of or one.id in named]


def _held(newest: Newest, barred: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the newest value of each agent and item, of those who are not barred."""
    return {
        agent: {item: value for item, (_, value) in items.items()}
        for agent, items in newest.items()
        if agent not in barred
    }


def _invoiced(read: AgentRows, rights: Sequence[AgentRight]) -> list[Performed]:
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


def _check_leads(read: AgentRows, admission: Admission, reject: Reject) -> None:
    """Refuse a lead of another source than that of its campaign."""
    places = {lead.id: place for lead, place in read.leads}
    sources = {one.id: one.source for one in read.campaigns}
    for judged in admission.judged:
        lead = judged.lead
        if lead.campaign in sources and sources[lead.campaign] != lead.source:
            hint, reason = f"the campaign works through {sources[lead.campaign]}", "another source than its campaign"
            reject(places[lead.id], BadValue(reason, where="source", hint=hint, code="row.source"))
