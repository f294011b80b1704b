"""Coaching as plain data and back: forms, reports, checks and results (存储格式). What comes back is what went in.

>>> form = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])
>>> coaching_form_data(form)["questions"], coaching_form_from(coaching_form_data(form)) == form
([['q1', 'opening', '100', '', '']], True)

Source: row "Coaching" of the systems file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_versions import (
    COACHING_STEPS,
    CoachingAct,
    CoachingAction,
    CoachingVersion,
    lacking,
    read_filling,
)
from pharmasales.followup.joint.effects import Effect, Reading
from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion, coaching_form_data
from pharmasales.followup.joint.joint_records import (
    amount_of,
    amount_row,
    joint_visit_data,
    joint_visit_from,
    read_record,
)
from pharmasales.followup.joint.links import ActionCheck, CoachingResult
from pharmasales.units import exact

__all__ = [
    "action_check_data",
    "action_check_from",
    "coaching_form_data",
    "coaching_form_from",
    "coaching_report_data",
    "coaching_report_from",
    "coaching_result_data",
    "coaching_result_from",
]

Data = Mapping[str, Any]


def coaching_form_from(data: Data) -> CoachingForm:
    """Read a form back.

    Raises:
        BadValue: data of another form.
        BadRule: a form that cannot be.
    """
    return read_record("coaching form", _form_from, data)


def _form_from(data: Data) -> CoachingForm:
    asked = [
        CoachingQuestion(key, skill, exact(weight), Says(en, zh)) for key, skill, weight, en, zh in data["questions"]
    ]
    return CoachingForm(data["name"], data["version"], asked, data["least"], data["most"])


def coaching_report_data(report: CoachingReport) -> dict[str, Any]:
    """Return a report with its form and every version as plain JSON; `coaching_report_from` reads it back."""
    return {
        "id": report.id,
        "visits": [joint_visit_data(visit) for visit in report.visits],
        "form": coaching_form_data(report.form),
        "versions": [
            {
                "number": one.number,
                "until": one.until.isoformat(),
                "answers": dict(one.answers),
                "actions": [
                    [action.id, action.skill, action.what, action.due.isoformat() if action.due else None]
                    for action in one.actions
                ],
                "state": one.state,
                "acts": [[act.name, act.by, act.on.isoformat(), act.words] for act in one.acts],
            }
            for one in report.versions
        ],
    }


def coaching_report_from(data: Data) -> CoachingReport:
    """Read a report back; one whose acts could not have been done so is refused.

    >>> coaching_report_from({"id": "R1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no coaching report: data of another form [followup.joint.record]

    Raises:
        BadValue: data of another form, or acts out of order.
        BadRule: visits that do not belong together.
        BadRows: answers that the form refuses.
    """
    return read_record("coaching report", _report_from, data)


def _report_from(data: Data) -> CoachingReport:
    visits = [joint_visit_from(visit) for visit in data["visits"]]
    report = CoachingReport(data["id"], visits, _form_from(data["form"]), tuple(map(_version_from, data["versions"])))
    _refuse_impossible(report)
    return report


def _version_from(data: Data) -> CoachingVersion:
    actions = [
        CoachingAction(key, skill, what, None if due is None else date.fromisoformat(due))
        for key, skill, what, due in data["actions"]
    ]
    acts = tuple(CoachingAct(name, by, date.fromisoformat(on), words) for name, by, on, words in data["acts"])
    until = date.fromisoformat(data["until"])
    return CoachingVersion(data["number"], until, data["answers"], actions, data["state"], acts)


def _refuse_impossible(report: CoachingReport) -> None:
    """Walk the acts of every version as the report itself would."""
    last = report.day
    for place, version in enumerate(report.versions, 1):
        read_filling(report.form, version.answers, version.actions)
        state = "draft"
        first = "begin" if place == 1 else "correct"
        for number, act in enumerate(version.acts):
            due, after, who = COACHING_STEPS[act.name] if number else (("draft",), "draft", "coach")
            named = act.name == first if not number else act.name != "correct"
            by = report.coach if who == "coach" else report.employee
            if not named or state not in due or act.by != by or not last <= act.on <= version.until:
                raise BadValue("acts that cannot follow each other", code="followup.joint.record")
            state, last = after, act.on
        sent = [act.words for act in version.acts if act.name == "send"]
        whole = state == "draft" or not lacking(report.form, version, sent[-1])
        earlier = place == len(report.versions) or state == "completed"
        if not (version.acts and whole and earlier and version.state == state and version.number == place):
            raise BadValue("a version that its acts do not lead to", code="followup.joint.record")
    if not report.versions:
        raise BadValue("a report without a version", code="followup.joint.record")


def action_check_data(check: ActionCheck) -> dict[str, Any]:
    """Return a check as plain JSON; `action_check_from` reads it back.

    >>> check = ActionCheck("K1", "R1/a1", "R2", "done")
    >>> action_check_from(action_check_data(check)) == check
    True
    """
    return {name: getattr(check, name) for name in ("id", "action", "report", "found", "note")}


def action_check_from(data: Data) -> ActionCheck:
    """Read a check back.

    Raises:
        BadValue: data of another form, or an unknown finding.
    """
    return read_record("check of an action", lambda given: ActionCheck(**given), data)


def coaching_result_data(result: CoachingResult) -> dict[str, Any]:
    """Return a result as plain JSON; `coaching_result_from` reads it back.

    >>> result = CoachingResult("E1", "R1/a1", Effect("sales", date(2026, 3, 4)))
    >>> coaching_result_from(coaching_result_data(result)) == result
    True
    """
    effect = result.effect
    return {
        "id": result.id,
        "action": result.action,
        "measure": effect.measure,
        "day": effect.day.isoformat(),
        "before": _reading_data(effect.before),
        "after": _reading_data(effect.after),
        "better": effect.better,
    }


def _reading_data(reading: Reading | None) -> list[Any] | None:
    if reading is None:
        return None
    return [reading.on.isoformat(), *amount_row(reading.amount)]


def _reading_from(data: Any) -> Reading | None:  # noqa: ANN401 - plain JSON of any form
    if data is None:
        return None
    on, *row = data
    return Reading(date.fromisoformat(on), amount_of(row))


def coaching_result_from(data: Data) -> CoachingResult:
    """Read a result back.

    Raises:
        BadValue: data of another form, or an effect that cannot be.
    """
    return read_record("result of coaching", _result_from, data)


def _result_from(data: Data) -> CoachingResult:
    day, before, after = date.fromisoformat(data["day"]), _reading_from(data["before"]), _reading_from(data["after"])
    return CoachingResult(data["id"], data["action"], Effect(data["measure"], day, before, after, data["better"]))
