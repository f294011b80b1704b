"""The steps of a record (记录步骤), and which of them may follow which: the laws of the record of a visit.

Planned leads to done, missed, moved or cancelled; each of these to submitted; submitted to corrections only.

>>> from datetime import UTC, date
>>> noon = datetime(2026, 3, 4, 4, tzinfo=UTC)
>>> plan = CallReport("V1", "r1", "c1", date(2026, 3, 4), state="planned")
>>> check_step(CallStep("open", plan, "r1", noon), CallStep("submit", plan, "r1", noon))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: submit is no step from planned @ call 'V1'; say first what became of it \
[followup.calls.step]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from attrs import evolve, field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.words import known_word, moment
from pharmasales.names import clean, fold, normal_id

__all__ = ["CALL_STEPS", "CallStep", "CallStepKind", "check_opening", "check_step"]

CallStepKind: TypeAlias = Literal["open", "edit", "done", "missed", "moved", "cancelled", "submit", "correct"]

CALL_STEPS: Mapping[str, Says] = MappingProxyType(
    {
        "open": Says("opened", "新建"),
        "edit": Says("edited", "修改"),
        "done": Says("done", "完成"),
        "missed": Says("missed", "未成行"),
        "moved": Says("moved", "改期"),
        "cancelled": Says("cancelled", "取消"),
        "submit": Says("submitted", "提交"),
        "correct": Says("corrected", "更正"),
    }
)
"""The steps of a record, in words."""


def _action(word: str) -> CallStepKind:
    return cast("CallStepKind", known_word(CALL_STEPS, "step")(word))


@frozen
class CallStep:
    """One step of a record: what was done, the report after it, by whom, when, why.

    Args:
        action: one of `CALL_STEPS`.
        report: the report after the step.
        by: the id of who did it.
        at: the moment.
        why: the reason; a correction has one.
    """

    action: CallStepKind = field(converter=_action)
    report: CallReport
    by: str = field(converter=normal_id)
    at: datetime = field(converter=moment)
    why: str = field(default="", converter=clean, repr=False)


def check_opening(step: CallStep) -> None:
    """Refuse a first step that opens no record.

    Raises:
        BadRule: another step, a report that is submitted or of another state, or entered at another moment.
    """
    report = step.report
    if step.action != "open" or report.submitted or report.state not in ("planned", "done"):
        raise refused(report, "a record opens with a visit that is planned or done")
    if report.entered != (None if report.state == "planned" else step.at):
        raise refused(report, "entered at another moment than the step")


def check_step(before: CallStep, step: CallStep) -> None:
    """Refuse a step that may not follow another.

    Raises:
        BadRule: of another visit or rep, before the other, not allowed in its state, one that changes what is submitted
            or when it was entered, one that loses a hand-off to drug safety or sets its clock back, or a correction
            without its reason.
    """
    old, new = before.report, step.report
    if (old.id, old.rep) != (new.id, new.rep):
        raise refused(old, "a step of another visit or rep")
    if step.at < before.at:
        raise refused(old, "a step before the last one", "give its own moment")
    sent = {one.id: one for one in new.notes.hand_offs}
    for one in old.notes.hand_offs:
        kept = sent.get(one.id)
        if kept is None:
            raise refused(old, "a hand-off to drug safety would be lost", "keep every one")
        if kept.known_on > one.known_on or kept.created != one.created:
            raise refused(old, "the clock of a hand-off would be set back", "known_on may only become earlier")
    _allowed(before, step)
    if new.entered != (step.at if old.state == "planned" and new.state != "planned" else old.entered):
        raise refused(old, "the moment of entry changes", "leave it to the record")


def _allowed(before: CallStep, step: CallStep) -> None:
    """Refuse a step that the state does not allow."""
    old, new, action = before.report, step.report, step.action
    if action == "correct":
        fine = old.submitted and new.submitted
        if fine and not fold(step.why):
            raise refused(old, "a correction without its reason", "say why")
    elif old.submitted:
        raise refused(old, "the report is submitted", "correct it", code="followup.calls.locked")
    elif action == "edit":
        fine = new.state == old.state and not new.submitted
    elif action == "submit":
        fine = old.state != "planned" and new == evolve(old, submitted=True)
    else:
        fine = old.state == "planned" and new.state == action and not new.submitted
    if not fine:
        hint = "say first what became of it" if old.state == "planned" else "edit it, or submit it as it stands"
        raise refused(old, f"{action} is no step from {_standing(old)}", hint)


def _standing(report: CallReport) -> str:
    return f"{report.state}, submitted" if report.submitted else report.state


def refused(report: CallReport, reason: str, hint: str = "", *, code: str = "followup.calls.step") -> BadRule:
    """Return the error of a step that may not be taken."""
    return BadRule(reason, where=f"call {report.id!r}", hint=hint, code=code)
