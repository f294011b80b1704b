"""What lets a step of a dealer joint visit pass (步骤闸口): order, completeness, people and days.

>>> refuse_incomplete("joint visit 'J1'", "prepare", [Says("plan", "方案")])
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: prepare is incomplete @ joint visit 'J1'; add plan [followup.joint.incomplete]

Source: S003-3, S003-9 to S003-13, E15.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.followup.joint.contents import JointConduct, JointDebrief
from pharmasales.followup.joint.kinds import JOINT_ROLES, JointRole, JointVisit
from pharmasales.followup.joint.problems import JointProblem
from pharmasales.followup.joint.steps import CONTENT_OF, JOINT_STATES, JOINT_STEPS, JointState, JointStep
from pharmasales.followup.joint.terms import DealerTerms
from pharmasales.names import normal_id

__all__ = ["actions_stand", "both_there", "in_time", "out_of_order", "refuse_incomplete", "side_of"]


def _place(visit: JointVisit) -> str:
    return f"joint visit {visit.id!r}"


def out_of_order(where: str, step: JointStep, due: JointStep | None, state: JointState) -> BadRule:
    """Return the refusal of a step that is not the next one.

    >>> str(out_of_order("J1", "carry_out", "prepare", "planned"))
    'carry out comes after set goals @ J1; the next step is prepare [followup.joint.step]'
    """
    order = list(CONTENT_OF)
    place = order.index(step)
    early = due is not None and place > order.index(due)
    asked = JOINT_STEPS[step].en
    reason = f"{asked} comes after {JOINT_STEPS[order[place - 1]].en}" if early else f"{asked} is no longer due"
    hint = f"the next step is {JOINT_STEPS[due].en}" if due else f"it is {JOINT_STATES[state].en}"
    return BadRule(reason, where=where, hint=hint, code="followup.joint.step")


def refuse_incomplete(where: str, step: JointStep, missing: Sequence[Says]) -> None:
    """Refuse a step that lacks something, naming all of it.

    Raises:
        BadRule: something is missing.
    """
    if missing:
        hint = f"add {', '.join(one.en for one in missing)}"
        raise BadRule(f"{JOINT_STEPS[step].en} is incomplete", where=where, hint=hint, code="followup.joint.incomplete")


def side_of(visit: JointVisit, terms: DealerTerms, by: str) -> JointRole:
    """Return the side of a person; the dealer's head is of the dealer's side.

    Raises:
        BadRule: somebody who takes no part.
    """
    person = normal_id(by, "by")
    side = "dealer" if person == terms.head else visit.participants.get(person)
    if side is None:
        hint = "a participant or the dealer's head"
        raise BadRule("this person takes no part", where=_place(visit), hint=hint, code="followup.joint.who")
    return side


def in_time(visit: JointVisit, step: JointStep, on: date) -> None:
    """Check that a step is prepared and agreed by the day of the visit, or written down from that day on.

    Raises:
        BadRule: it is not.
    """
    before = step in ("prepare", "goals")
    if on > visit.day if before else on < visit.day:
        reason = f"{JOINT_STEPS[step].en} {'after' if before else 'before'} the day of the visit"
        hint = f"the visit is on {visit.day}"
        raise BadRule(reason, where=_place(visit), hint=hint, code="followup.joint.day")


def both_there(visit: JointVisit, content: JointConduct) -> None:
    """Check that somebody of each side was there, and nobody else.

    Raises:
        BadRule: a side was not there, or somebody who takes no part was.
    """
    if any(person not in visit.participants for person in content.present):
        reason = "somebody was there who takes no part"
        raise BadRule(reason, where=_place(visit), hint="name the participants", code="followup.joint.who")
    for role in JOINT_ROLES["dealer_joint"]:
        if not set(visit.of(role)) & set(content.present):
            hint = "it is no joint visit; cancel it"
            raise BadRule(f"nobody of the {role} was there", where=_place(visit), hint=hint, code="followup.joint.who")


def actions_stand(visit: JointVisit, terms: DealerTerms, agreed: Iterable[JointProblem], content: JointDebrief) -> None:
    """Check the actions of a debrief: owners who take part, days after it, problems agreed on; and the follow-up's day.

    Raises:
        BadRule: the first that does not hold.
    """
    problems = {one.key for one in (*agreed, *content.found)}
    for action in content.actions:
        where = f"{_place(visit)}, action {action.id!r}"
        if action.owner not in visit.participants and action.owner != terms.head:
            raise BadRule("its owner takes no part", where=where, hint="name one who does", code="followup.joint.who")
        if action.due is not None and action.due < visit.day:
            raise BadRule("due before the visit", where=where, hint="give a later day", code="followup.joint.day")
        if action.problem and action.problem not in problems:
            raise BadRule("no agreed problem", where=where, hint="agree on it first", code="followup.joint.problem")
    if content.follow_up is not None and content.follow_up <= visit.day:
        reason = "the follow-up is not after the visit"
        raise BadRule(reason, where=_place(visit), hint="give a later day", code="followup.joint.day")
