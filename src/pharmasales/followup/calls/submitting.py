"""What a report must hold before it is submitted (提交核查): every fault at once, with the word of the gate.

>>> from datetime import UTC, date, time
>>> from pharmasales.compliance import CN_2020
>>> from pharmasales.followup.calls.notes import CallNotes, LeftItem
>>> notes = CallNotes(left=[LeftItem("sample", "P1")])
>>> call = CallReport("V1", "r1", "c1", date(2026, 3, 4), start=time(14), minutes=20, notes=notes)
>>> for one in submission_faults(call, datetime(2026, 3, 4, 8, tzinfo=UTC), gate=CN_2020, role="medical_rep"):
...     print(one)
a required field is missing @ call 'V1', next_step [followup.calls.required]
samples and equipment are not given to persons or departments @ call 'V1', item 'P1', give; agree it with the \
institution in writing [blocked.give-goods-person]

Source: S002-8, S002-10, S002-18; systems file 1c (validation on submit, future-dated submission).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pharmasales.compliance import Override, Policy, Verdict
from pharmasales.errors import BadValue, Blocked, PharmaSalesError
from pharmasales.followup.calls.adverse import adverse_faults
from pharmasales.followup.calls.completeness import call_completeness
from pharmasales.followup.calls.policy import CALL_POLICY, CallPolicy
from pharmasales.followup.calls.reports import CallReport
from pharmasales.names import nearest

__all__ = ["left_verdicts", "submission_faults"]


def left_verdicts(report: CallReport, gate: Policy, role: str, overrides: Iterable[Override] = ()) -> list[Verdict]:
    """Ask the compliance gate about every sample and material left, in their order.

    Args:
        report: the report.
        gate: the policy of the day.
        role: what the rep is to the law, such as `medical_rep`, or "" where nobody has said.
        overrides: decisions of named people against named clauses.

    Raises:
        NotFound: the policy is not in force on the day of the visit.
        BadValue: an unknown role.
    """
    passes = tuple(overrides)
    actions = (item.action(role, report.rep) for item in report.notes.left)
    return [gate.check(action, as_of=report.day, overrides=passes) for action in actions]


def submission_faults(
    report: CallReport,
    at: datetime,
    *,
    gate: Policy,
    role: str,
    policy: CallPolicy = CALL_POLICY,
    overrides: Iterable[Override] = (),
) -> list[PharmaSalesError]:
    """Return why a report may not be submitted; nothing where it may.

    Args:
        report: the report.
        at: the moment of submission.
        gate: the compliance policy of the day, asked about what was left.
        role: what the rep is to the law, or "" where nobody has said.
        policy: what the company requires.
        overrides: decisions against named clauses of the gate.

    Raises:
        NotFound: the gate's policy is not in force on the day of the visit.
    """
    where = f"call {report.id!r}"
    found: list[PharmaSalesError] = [*_state(report, at, policy), *_promises(report), *adverse_faults(report, policy)]
    found += [
        BadValue("a required field is missing", where=f"{where}, {name}", code="followup.calls.required")
        for name in call_completeness(report, policy).required
    ]
    for item, verdict in zip(report.notes.left, left_verdicts(report, gate, role, overrides), strict=True):
        try:
            verdict.require()
        except Blocked as error:
            found.append(error.at(f"{where}, item {item.item!r}"))
    return found


def _state(report: CallReport, at: datetime, policy: CallPolicy) -> Iterator[BadValue]:
    """Yield what is wrong with state, reason and time."""
    where = f"call {report.id!r}"
    if report.state == "planned":
        hint = "say first what became of it"
        yield BadValue("a planned visit is not submitted", where=where, hint=hint, code="followup.calls.submitted")
    if report.reason and report.reason not in policy.reasons:
        hint = nearest(report.reason, policy.reasons)
        yield BadValue("no such reason", where=f"{where}, reason", hint=hint, code="followup.calls.reason")
    if report.state in ("done", "missed") and not policy.future and _ahead(report, at, policy):
        hint = "submit it afterwards, or let the policy allow it"
        yield BadValue("the visit lies ahead", where=where, hint=hint, code="followup.calls.future")


def _ahead(report: CallReport, at: datetime, policy: CallPolicy) -> bool:
    now, begun = policy.local(at), report.stated
    return report.day > now.date() if begun is None else begun > now


def _promises(report: CallReport) -> Iterator[BadValue]:
    """Yield what is wrong with the next step and the objections."""
    where, step = f"call {report.id!r}", report.notes.next_step
    if step is not None and step.due < report.day:
        yield BadValue("due before the visit", where=f"{where}, next_step", code="followup.calls.next")
    for doubt in report.notes.objections:
        at = f"{where}, objection {doubt.id!r}"
        if (doubt.call, doubt.customer) != (report.id, report.customer):
            yield BadValue("an objection of another visit", where=at, code="followup.calls.objection")
        if doubt.closed is None and doubt.due is None:
            hint = "promise an answer: owner and day"
            yield BadValue("left open without a promise", where=at, hint=hint, code="followup.calls.objection")
