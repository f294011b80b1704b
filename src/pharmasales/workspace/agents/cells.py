"""Rows of the tables of agents (招商台账) to values: leads, campaigns, media, marks, issues, trainings.

>>> from datetime import date
>>> given = {"id": "A1", "date": date(2025, 1, 6), "source": "招标目录", "facts": ("about=company",), "region": "9901"}
>>> lead_of(given).source, lead_of(given).region
('tender', '9901')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from pharmasales.archive.agreements import Agreement
from pharmasales.archive.leads import Lead
from pharmasales.archive.suppliers import Supplier
from pharmasales.display import because
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.goals.acting.methods import PlannedMethod
from pharmasales.recruitment.agents import (
    AgentIssue,
    AgentMark,
    AgentTraining,
    HardCondition,
    IssueTerms,
    SelectionMark,
    TrainingEffect,
)
from pharmasales.recruitment.leads import Campaign, Medium
from pharmasales.recruitment.pipeline import DailyTarget, Promise
from pharmasales.units import share
from pharmasales.workspace.agents.words import DAILY, judged_facts, known, source_of
from pharmasales.workspace.diary_cells import whole
from pharmasales.workspace.refusals import refuse

__all__ = [
    "GRADED",
    "SELECTED",
    "campaign_of",
    "condition_row",
    "issue_of",
    "lead_facts",
    "lead_of",
    "mark_of",
    "medium_of",
    "method_of",
    "supplier_of",
    "target_of",
    "training_of",
]

Cells: TypeAlias = Mapping[str, Any]

LEAD_FACTS = ("hospitals", "people", "sales")
GRADED = ("contract", "receipts", "keenness", "loyalty")
"""What is marked for the grade."""
SELECTED = ("staff", "management", "service", "cooperation")
"""What is marked for the selection."""


def lead_of(row: Cells) -> Lead:
    """Return a lead (线索), which the gate has not seen yet.

    Raises:
        BadValue: facts that the gate does not know, or a cost below zero.
    """
    facts = judged_facts(row.get("facts") or (), "take_lead")
    told = (row.get("region") or "", row.get("campaign") or "", row.get("cost"))
    source = source_of(row.get("source") or "")
    return cast("Lead", _at("cost", Lead, row["id"], "agent", source, row["date"], facts, *told))


def lead_facts(row: Cells) -> dict[str, object]:
    """Return what is known of a lead for its score: hospitals, people and monthly sales, as far as they are told."""
    return {name: row[name] for name in LEAD_FACTS if row.get(name) is not None}


def campaign_of(row: Cells) -> Campaign:
    """Return a campaign (招商活动).

    Raises:
        BadValue: an end before its beginning, or a cost below zero.
    """
    column = "cost" if row["until"] >= row["since"] else "until"
    made = (row["id"], source_of(row["source"]), row["since"], row["until"], row.get("cost"))
    return cast("Campaign", _at(column, Campaign, *made))


def method_of(row: Cells) -> PlannedMethod | None:
    """Return a campaign as a method of the plan (方法计划); none where it has no rank.

    Raises:
        BadRows: no whole rank from 1, or no effort of 0 to 100.
    """
    rank, effort = row.get("rank"), row.get("effort")
    if rank is None:
        return None
    hint = "a percentage; those of a year add up to 100"
    part = (
        None
        if effort is not None and 0 <= effort <= 100
        else BadValue("no effort", where="effort", hint=hint, code="row.effort")
    )
    refuse(part)
    return PlannedMethod(row["id"], whole(rank, "rank") or 1, row["since"], row["until"], f"{effort}%")


def medium_of(row: Cells) -> Medium:
    """Return a medium on offer (媒体).

    Raises:
        BadValue: a reach or price below zero, a part that is not from 0 to 100 %, or facts that the gate does not know.
    """
    facts, insiders = judged_facts(row.get("facts") or (), "advertise"), row.get("insiders")
    part = None if insiders is None else _at("insiders", share, insiders)
    if part is not None and not 0 <= part <= 1:
        raise BadValue("a part of the readers", where="insiders", hint="0 % to 100 %", code="row.insiders")
    return cast("Medium", _at("reach", Medium, row["id"], row.get("reach"), part, row.get("price"), facts))


def supplier_of(row: Cells) -> Supplier:
    """Return a supplier with its agreement (供应商协议).

    Raises:
        BadValue: an unknown kind, or a last day before the first.
    """
    role = known(row["kind"], "supplier", "kind") if row.get("kind") else "industrial"
    clauses = row.get("clauses") or ()
    made = _at("until", Agreement, row["id"], row.get("since"), row.get("until"), row.get("penalty"), clauses)
    return Supplier(row["supplier"], cast("Any", role), agreement=made)


def target_of(row: Cells, agent: str) -> Promise | DailyTarget:
    """Return what was promised by a day, or how many of something a working day (周目标、日目标).

    Raises:
        BadValue: an unknown kind, or a cell that it needs and has not.
    """
    kind = known(row["kind"], "target", "kind")
    if kind in DAILY:
        if row.get("count") is None:
            raise BadValue("empty", where="count", hint="how many a working day", code="cell.empty")
        return cast("DailyTarget", _at("count", DailyTarget, row["owner"], kind, row["count"]))
    lacking = [name for name, cell in (("agent", agent), ("due", row.get("due"))) if not cell]
    refuse(*(BadValue("empty", where=name, hint="fill it in", code="cell.empty") for name in lacking))
    since = row.get("since")
    if kind == "money" and since is None:
        raise BadValue("empty", where="since", hint="the first day on which money counts for it", code="cell.empty")
    column = "since" if since is not None and since > row["due"] else "amount"
    return cast("Promise", _at(column, Promise, kind, agent, row["owner"], row["due"], row.get("amount"), since))


def mark_of(row: Cells, agent: str, item: str) -> AgentMark | SelectionMark:
    """Return a mark out of a hundred: of an agent for its grade, of a dealer for the selection (评分).

    Raises:
        BadValue: a mark out of range, or a version below 1.
    """
    told = (agent, item, row["value"], row["date"], row["by"], row["evidence"])
    if item in GRADED:
        version = whole(row.get("version"), "version") or 1
        return cast("AgentMark", _at("value", AgentMark, *told, version))
    return cast("SelectionMark", _at("value", SelectionMark, *told))


def condition_row(row: Cells, agent: str, key: str) -> HardCondition:
    """Return whether a dealer meets a hard condition: 1 says that it does, 0 that it does not.

    Raises:
        BadValue: another value.
    """
    if row["value"] not in (0, 1):
        raise BadValue("met or not", where="value", hint="1 where it is met, 0 where it is not", code="row.value")
    why = because("{evidence}", "{evidence}", evidence=row["evidence"])
    return HardCondition(agent, key, "allow" if row["value"] else "block", why)


def issue_of(row: Cells, agent: str) -> AgentIssue:
    """Return an issue (问题), closed where it has a day of closing.

    Raises:
        BadValue: an unknown kind, a deadline or a closing before the day it was opened, or nothing said of what was
            done.
    """
    terms = IssueTerms(known(row["kind"], "issue", "kind"), row["owner"], row["due"])
    by = row.get("by") or row["owner"]
    opened = _at("due", AgentIssue.open, row["id"], agent, row["what"], terms, by=by, on=row["date"])
    closed, done = row.get("closed"), row.get("done") or ""
    if closed is None:
        return cast("AgentIssue", opened)
    if not done:
        raise BadValue("empty", where="done", hint="say what was done", code="cell.empty")
    return cast("AgentIssue", _at("closed", opened.close, done, by=row["owner"], on=closed))


def training_of(row: Cells, agent: str) -> AgentTraining:
    """Return a training (培训), with the figure before and after where it was measured.

    Raises:
        BadValue: an unknown topic, an end or a measurement before its day, or a measurement without its day or words.
    """
    topic = known(row["topic"], "topic", "topic")
    lists = [row.get(name) or () for name in ("people", "issues", "items")]
    made = _at("until", AgentTraining, row["id"], agent, topic, row["date"], row["by"], *lists, row.get("until"))
    if not row.get("measure"):
        return cast("AgentTraining", made)
    if row.get("measured") is None:
        raise BadValue("empty", where="measured", hint="the day of the measurement", code="cell.empty")
    found = TrainingEffect(row["measure"], row.get("before"), row.get("after"), row["measured"], row["by"])
    return cast("AgentTraining", _at("measured", made.measure, found))


def _at(column: str, make: Any, *told: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it makes
    """Make something; what it refuses is refused at a column."""
    try:
        return make(*told, **named)
    except PharmaSalesError as error:
        raise BadValue(error.reason, where=column, hint=error.hint, code=error.code) from None
