"""Marks, issues, training and approvals as plain data and back (存储格式). What comes back is what went in.

>>> mark = AgentMark("A1", "receipts", Fraction(200, 3), date(2026, 12, 31), "p1", "LEDGER-12")
>>> agent_mark_data(mark)["mark"], agent_mark_from(agent_mark_data(mark)) == mark
('200/3', True)
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from pharmasales.recruitment.agents.assessing import SelectionMark
from pharmasales.recruitment.agents.cutting import Kept
from pharmasales.recruitment.agents.issues import AgentIssue, IssueStep, IssueTerms
from pharmasales.recruitment.agents.marks import AgentMark
from pharmasales.recruitment.agents.trainings import AgentTraining, TrainingEffect
from pharmasales.recruitment.plain import Data, reads
from pharmasales.rules.terms import Exact
from pharmasales.yearplan import day_from, day_text

__all__ = [
    "agent_issue_data",
    "agent_issue_from",
    "agent_mark_data",
    "agent_mark_from",
    "agent_training_data",
    "agent_training_from",
    "kept_data",
    "kept_from",
    "selection_mark_data",
    "selection_mark_from",
]

_CODE = "agents.record"


def _exact(value: Exact | None) -> str | None:
    return None if value is None else str(value)


def _exact_from(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def agent_mark_data(mark: AgentMark) -> dict[str, Any]:
    """Return a mark as plain JSON; `agent_mark_from` reads it back."""
    return {
        "agent": mark.agent,
        "item": mark.item,
        "mark": _exact(mark.mark),
        "on": day_text(mark.on),
        "by": mark.by,
        "evidence": mark.evidence,
        "version": mark.version,
    }


@reads("mark", _CODE)
def agent_mark_from(data: Data) -> AgentMark:
    """Read a mark back.

    >>> agent_mark_from({"agent": "A1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no mark: data of another form [agents.record]

    Raises:
        BadValue: data of another form, or a mark that cannot be.
    """
    value, on = _exact_from(data["mark"]), date.fromisoformat(data["on"])
    return AgentMark(data["agent"], data["item"], value, on, data["by"], data["evidence"], data["version"])


def selection_mark_data(mark: SelectionMark) -> dict[str, Any]:
    """Return a mark of a would-be dealer as plain JSON; `selection_mark_from` reads it back."""
    return {
        "dealer": mark.dealer,
        "item": mark.item,
        "mark": _exact(mark.mark),
        "on": day_text(mark.on),
        "by": mark.by,
        "evidence": mark.evidence,
    }


@reads("mark", _CODE)
def selection_mark_from(data: Data) -> SelectionMark:
    """Read a mark of a would-be dealer back.

    Raises:
        BadValue: data of another form, or a mark that cannot be.
    """
    value, on = _exact_from(data["mark"]), date.fromisoformat(data["on"])
    return SelectionMark(data["dealer"], data["item"], value, on, data["by"], data["evidence"])


def kept_data(kept: Kept) -> dict[str, Any]:
    """Return an approval as plain JSON; `kept_from` reads it back."""
    return {
        "dealer": kept.dealer,
        "reason": kept.reason,
        "by": kept.by,
        "approver": kept.approver,
        "on": day_text(kept.on),
    }


@reads("approval", _CODE)
def kept_from(data: Data) -> Kept:
    """Read an approval back.

    Raises:
        BadValue: data of another form.
        BadRule: who asks approves it, too.
    """
    return Kept(data["dealer"], data["reason"], data["by"], data["approver"], date.fromisoformat(data["on"]))


def agent_issue_data(issue: AgentIssue) -> dict[str, Any]:
    """Return an issue as plain JSON; `agent_issue_from` reads it back."""
    return {
        "id": issue.id,
        "agent": issue.agent,
        "steps": [
            {
                "do": one.do,
                "says": one.says,
                "on": day_text(one.on),
                "by": one.by,
                "terms": _terms_data(one.terms) if one.terms else None,
            }
            for one in issue.steps
        ],
    }


def _terms_data(terms: IssueTerms) -> dict[str, Any]:
    return {"kind": terms.kind, "owner": terms.owner, "due": day_text(terms.due)}


@reads("issue", _CODE)
def agent_issue_from(data: Data) -> AgentIssue:
    """Read an issue back.

    Raises:
        BadValue: data of another form.
        BadRule: steps that cannot follow one another, or an unknown kind.
    """
    return AgentIssue(data["id"], data["agent"], tuple(_step(one) for one in data["steps"]))


def _step(data: Data) -> IssueStep:
    told = data["terms"]
    terms = None if told is None else IssueTerms(told["kind"], told["owner"], date.fromisoformat(told["due"]))
    return IssueStep(data["do"], data["says"], date.fromisoformat(data["on"]), data["by"], terms)


def agent_training_data(training: AgentTraining) -> dict[str, Any]:
    """Return a training as plain JSON; `agent_training_from` reads it back."""
    return {
        "id": training.id,
        "agent": training.agent,
        "topic": training.topic,
        "on": day_text(training.on),
        "by": training.by,
        "people": list(training.people),
        "issues": list(training.issues),
        "items": list(training.items),
        "until": day_text(training.until),
        "effects": [
            {
                "measure": one.measure,
                "before": _exact(one.before),
                "after": _exact(one.after),
                "on": day_text(one.on),
                "by": one.by,
                "lowest_first": one.lowest_first,
            }
            for one in training.effects
        ],
    }


@reads("training", _CODE)
def agent_training_from(data: Data) -> AgentTraining:
    """Read a training back.

    Raises:
        BadValue: data of another form.
        BadRule: an unknown topic.
    """
    on, lists = date.fromisoformat(data["on"]), (data["people"], data["issues"], data["items"])
    effects = tuple(_effect(one) for one in data["effects"])
    head = (data["id"], data["agent"], data["topic"], on, data["by"])
    return AgentTraining(*head, *lists, day_from(data["until"]), effects)


def _effect(data: Data) -> TrainingEffect:
    before, after = _exact_from(data["before"]), _exact_from(data["after"])
    on = date.fromisoformat(data["on"])
    return TrainingEffect(data["measure"], before, after, on, data["by"], data["lowest_first"])
