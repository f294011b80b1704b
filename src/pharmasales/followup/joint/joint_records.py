"""Dealer joint visits as plain data and back: what a store keeps (存储格式). What comes back is what went in.

Reading back takes every step again, so that a record which could not have come about is refused.

>>> visit = JointVisit("J1", "dealer_joint", date(2026, 3, 4), "H1", {"r1": "maker", "s1": "dealer"}, time(14))
>>> joint_visit_data(visit)["start"], joint_visit_from(joint_visit_data(visit)) == visit
('14:00:00', True)

Source: S003-9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar

from pharmasales.archive.agreements import Agreement
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.followup.joint.contents import (
    JointAction,
    JointConduct,
    JointContent,
    JointDebrief,
    JointGoals,
    JointPreparation,
    JointQuestion,
)
from pharmasales.followup.joint.dealer_joint import DealerJoint
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.problems import JointProblem
from pharmasales.followup.joint.steps import JointStepRecord
from pharmasales.followup.joint.terms import CostSplit, DealerTerms
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import day_from, day_text

__all__ = [
    "amount_of",
    "amount_row",
    "dealer_joint_data",
    "dealer_joint_from",
    "dealer_terms_data",
    "dealer_terms_from",
    "joint_visit_data",
    "joint_visit_from",
    "read_record",
]

T = TypeVar("T")
Data = Mapping[str, Any]


def read_record(what: str, read: Callable[[Any], T], data: object) -> T:
    """Read plain data; data of another form is refused without a word of what it says.

    >>> read_record("joint visit", lambda data: data["id"], {})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no joint visit: data of another form [followup.joint.record]

    Raises:
        BadValue: data of another form, or what the value itself refuses.
    """
    try:
        return read(data)
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise BadValue(f"no {what}: data of another form", code="followup.joint.record") from None  # it may quote words


def amount_row(amount: Amount) -> list[str | int]:
    """Return an amount with its unit as plain JSON; `amount_of` reads it back."""
    unit = amount.unit
    return [amount.minor, unit.code, unit.decimals, unit.en, unit.zh]


def amount_of(row: Sequence[Any]) -> Amount:
    """Read an amount back."""
    minor, *unit = row
    return Amount(minor, Unit(*unit))


def joint_visit_data(visit: JointVisit) -> dict[str, Any]:
    """Return a joint visit as plain JSON; `joint_visit_from` reads it back."""
    return {
        "id": visit.id,
        "kind": visit.kind,
        "day": visit.day.isoformat(),
        "customer": visit.customer,
        "participants": [[person, role] for person, role in visit.participants.items()],
        "start": None if visit.start is None else visit.start.isoformat(),
        "minutes": visit.minutes,
        "place": visit.place,
    }


def joint_visit_from(data: Data) -> JointVisit:
    """Read a joint visit back.

    Raises:
        BadValue: data of another form.
        BadRule: a visit that cannot be.
    """
    return read_record("joint visit", _visit_from, data)


def _visit_from(data: Data) -> JointVisit:
    people = data["participants"]
    participants = dict(people)
    if len(participants) < len(people):
        raise BadValue("a participant given twice", where="participants", code="followup.twice")
    return JointVisit(
        data["id"],
        data["kind"],
        date.fromisoformat(data["day"]),
        data["customer"],
        participants,
        None if data["start"] is None else time.fromisoformat(data["start"]),
        data["minutes"],
        data["place"],
    )


def dealer_terms_data(terms: DealerTerms) -> dict[str, Any]:
    """Return what is agreed with a dealer as plain JSON; `dealer_terms_from` reads it back.

    >>> terms = DealerTerms("D1", "head-1", Agreement("A1"), costs=CostSplit({"maker": "1/3", "dealer": "2/3"}))
    >>> dealer_terms_data(terms)["costs"], dealer_terms_from(dealer_terms_data(terms)) == terms
    ({'maker': '1/3', 'dealer': '2/3'}, True)
    """
    signed = terms.agreement
    penalty = signed.penalty
    return {
        "dealer": terms.dealer,
        "head": terms.head,
        "agreement": {
            "id": signed.id,
            "since": day_text(signed.since),
            "until": day_text(signed.until),
            "penalty": None if penalty is None else amount_row(penalty),
            "clauses": sorted(signed.clauses),
        },
        "consented": day_text(terms.consented),
        "customers": sorted(terms.customers),
        "costs": None if terms.costs is None else {side: str(part) for side, part in terms.costs.shares.items()},
        "duties": {side: list(duties) for side, duties in terms.duties.items()},
        "support": list(terms.support),
    }


def dealer_terms_from(data: Data) -> DealerTerms:
    """Read what is agreed with a dealer back.

    Raises:
        BadValue: data of another form.
        BadRule: shares that do not add up.
    """
    return read_record("terms of a dealer", _terms_from, data)


def _terms_from(data: Data) -> DealerTerms:
    signed, costs = data["agreement"], data["costs"]
    penalty = signed["penalty"]
    return DealerTerms(
        data["dealer"],
        data["head"],
        Agreement(
            signed["id"],
            day_from(signed["since"]),
            day_from(signed["until"]),
            None if penalty is None else amount_of(penalty),
            signed["clauses"],
        ),
        day_from(data["consented"]),
        data["customers"],
        None if costs is None else CostSplit(costs),
        data["duties"],
        data["support"],
    )


def dealer_joint_data(joint: DealerJoint) -> dict[str, Any]:
    """Return a dealer joint visit, every record of it, as plain JSON; `dealer_joint_from` reads it back."""
    gone = joint.cancelled
    return {
        "visit": joint_visit_data(joint.visit),
        "terms": dealer_terms_data(joint.terms),
        "records": [_record_data(record) for record in joint.records],
        "reports": [
            [one.action, one.adopted, one.on.isoformat(), one.by, one.note, one.version] for one in joint.reports
        ],
        "cancelled": None if gone is None else [gone.by, gone.on.isoformat(), gone.reason],
    }


def _record_data(record: JointStepRecord) -> dict[str, Any]:
    return {
        "step": record.step,
        "content": _content_data(record.content),
        "by": record.by,
        "on": record.on.isoformat(),
        "number": record.number,
        "reason": record.reason,
        "signatures": [[one.side, one.by, one.on.isoformat()] for one in record.signatures],
    }


def _content_data(content: JointContent) -> dict[str, Any]:
    match content:
        case JointPreparation():
            texts = {name: getattr(content, name) for name in ("problem", "way", "target", "product", "plan")}
            lists = {"details": list(content.details), "materials": list(content.materials)}
            return {**texts, **lists, "agreed": day_text(content.agreed)}
        case JointGoals():
            texts = {name: getattr(content, name) for name in ("goal", "expected", "ability")}
            problems = [_problem_data(one) for one in content.problems]
            return {**texts, "problems": problems, "solves": list(content.solves), "mode": content.mode.name}
        case JointConduct():
            lists = {"present": list(content.present), "supplemented": list(content.supplemented)}
            return {**lists, "minutes": content.minutes, "outcome": content.outcome}
    return {
        "questions": [[one.asked, one.answer, one.action] for one in content.questions],
        "found": [_problem_data(one) for one in content.found],
        "consensus": content.consensus,
        "improvements": list(content.improvements),
        "actions": [[one.id, one.what, one.owner, day_text(one.due), one.problem] for one in content.actions],
        "follow_up": day_text(content.follow_up),
        "no_follow_up": content.no_follow_up,
    }


def _problem_data(problem: JointProblem) -> list[str]:
    return [problem.key, problem.area, problem.says, problem.flow]


def dealer_joint_from(data: Data) -> DealerJoint:
    """Read a dealer joint visit back by taking its steps again.

    >>> dealer_joint_from({"visit": {}})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no dealer joint visit: data of another form [followup.joint.record]

    Raises:
        BadValue: data of another form.
        BadRule: steps that could not have been taken so.
    """
    return read_record("dealer joint visit", _joint_from, data)


def _joint_from(data: Data) -> DealerJoint:
    joint = DealerJoint.plan(_visit_from(data["visit"]), _terms_from(data["terms"]))
    for record in data["records"]:
        joint = _again(joint, record)
        if joint.state == "closed":
            for action, adopted, on, by, note, version in data["reports"]:
                if version == record["number"]:
                    when = date.fromisoformat(on)
                    joint = joint.report(action, adopted=adopted, by=by, on=when, note=note)
    if data["cancelled"] is not None:
        by, on, reason = data["cancelled"]
        joint = joint.cancel(by=by, on=date.fromisoformat(on), reason=reason)
    if len(joint.reports) < len(data["reports"]):
        raise BadValue("a report on no signed debrief", code="followup.joint.record")
    return joint


def _again(joint: DealerJoint, record: Data) -> DealerJoint:
    """Take one step again, with its signatures."""
    content, by, on = _CONTENT[record["step"]](record["content"]), record["by"], date.fromisoformat(record["on"])
    if record["number"] > 1:
        joint = joint.revise(content, by=by, on=on, reason=record["reason"])
    else:
        joint = joint.take(record["step"], content, by=by, on=on)
    if joint.records[-1].number != record["number"]:
        raise BadValue("versions that are not numbered from 1", code="followup.joint.record")
    for side, signer, day in record["signatures"]:
        joint = joint.sign(by=signer, on=date.fromisoformat(day))
        if joint.records[-1].signatures[-1].side != side:
            raise BadValue("a signature of another side", code="followup.joint.record")
    return joint


def _preparation(data: Data) -> JointPreparation:
    return JointPreparation(**{**data, "agreed": day_from(data["agreed"])})


def _goals(data: Data) -> JointGoals:
    return JointGoals(**{**data, "problems": [JointProblem(*one) for one in data["problems"]]})


def _conduct(data: Data) -> JointConduct:
    return JointConduct(**data)


def _debrief(data: Data) -> JointDebrief:
    lists = {
        "questions": [JointQuestion(*one) for one in data["questions"]],
        "found": [JointProblem(*one) for one in data["found"]],
        "actions": [
            JointAction(key, what, owner, day_from(due), problem) for key, what, owner, due, problem in data["actions"]
        ],
    }
    return JointDebrief(**{**data, **lists, "follow_up": day_from(data["follow_up"])})


_CONTENT: Mapping[str, Callable[[Data], JointContent]] = {
    "prepare": _preparation,
    "goals": _goals,
    "carry_out": _conduct,
    "debrief": _debrief,
}
