"""What a version of a coaching report holds (带教报告版本): marks, agreed actions, its state, what was done to it.

>>> CoachingVersion(1, date(2026, 3, 20)).state, COACHING_STATES["completed"].zh
('draft', '已完成（锁定）')

Source: row "Coaching" of the systems file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.followup.joint.forms import CoachingAnswers, CoachingForm
from pharmasales.names import clean, fold, nearest, normal_id, twins
from pharmasales.yearplan import checked_day

__all__ = [
    "COACHING_STATES",
    "COACHING_STEPS",
    "CoachingAct",
    "CoachingAction",
    "CoachingState",
    "CoachingVersion",
    "lacking",
    "read_filling",
]

CoachingState: TypeAlias = Literal["draft", "sent", "commented", "completed"]

COACHING_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "draft": Says("draft", "填写中"),
        "sent": Says("sent to the employee", "已发送"),
        "commented": Says("commented by the employee", "员工已反馈"),
        "completed": Says("completed and locked", "已完成（锁定）"),
    }
)
"""Where a version of a coaching report stands."""

COACHING_STEPS: Mapping[str, tuple[tuple[CoachingState, ...], CoachingState, str]] = MappingProxyType(
    {
        "fill": (("draft",), "draft", "coach"),
        "send": (("draft",), "sent", "coach"),
        "comment": (("sent", "commented"), "commented", "employee"),
        "send_back": (("sent", "commented"), "draft", "employee"),
        "complete": (("commented",), "completed", "employee"),
        "correct": (("completed",), "draft", "coach"),
    }
)
"""From which states each step leads, to which, and whose it is."""


@frozen
class CoachingAction:
    """An action that coach and employee agree on (带教行动).

    Args:
        id: its id within the report.
        skill: the skill that it is to raise, one of the form's.
        what: what the employee does.
        due: the day by which it is due.
    """

    id: str = field(converter=normal_id)
    skill: str = field(converter=normal_id)
    what: str = field(converter=clean, repr=False)
    due: date | None = field(default=None, converter=optional(checked_day))


@frozen
class CoachingAct:
    """What was done to a report: by whom, when, with which words (操作记录)."""

    name: str
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    words: str = field(default="", converter=clean, repr=False)


def _answers(given: CoachingAnswers) -> CoachingAnswers:
    return MappingProxyType(dict(given))


def _actions(given: Iterable[CoachingAction]) -> tuple[CoachingAction, ...]:
    return tuple(given)


@frozen
class CoachingVersion:
    """One version of a coaching report.

    Args:
        number: 1 for the first.
        until: the last day on which it can be saved.
        answers: the marks by question; `None` where it was not seen.
        actions: the actions agreed.
        state: one of `COACHING_STATES`.
        acts: what was done to it, in order.
    """

    number: int
    until: date = field(converter=checked_day)
    answers: CoachingAnswers = field(factory=dict, converter=_answers, hash=False, repr=False)
    actions: tuple[CoachingAction, ...] = field(default=(), converter=_actions)
    state: CoachingState = "draft"
    acts: tuple[CoachingAct, ...] = ()


def read_filling(
    form: CoachingForm, answers: CoachingAnswers, actions: Sequence[CoachingAction]
) -> tuple[dict[str, int | None], tuple[CoachingAction, ...]]:
    """Check what a coach fills in, against the form.

    >>> from pharmasales.followup.joint.forms import CoachingQuestion
    >>> form = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])
    >>> read_filling(form, {"q1": 3}, [])
    ({'q1': 3}, ())

    Raises:
        BadRows: unknown questions or skills, marks out of range, actions given twice: all of them at once.
    """
    bad: list[PharmaSalesError] = list(form.refused(answers))
    bad += (
        BadValue("given twice", where=f"action {actions[second].id!r}", code="followup.twice")
        for _, second in twins(one.id for one in actions)
    )
    bad += (
        BadValue(
            "the form asks about no such skill",
            where=f"action {one.id!r}",
            hint=nearest(one.skill, form.skills),
            code="followup.joint.skill",
        )
        for one in actions
        if one.skill not in form.skills
    )
    if bad:
        raise BadRows(f"{len(bad)} answers or actions refused", bad)
    return form.read(answers), tuple(actions)


def lacking(form: CoachingForm, version: CoachingVersion, no_action: str) -> tuple[str, ...]:
    """Return what keeps a version from being sent: open questions, actions without words or day, no action at all.

    >>> from pharmasales.followup.joint.forms import CoachingQuestion
    >>> form = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])
    >>> lacking(form, CoachingVersion(1, date(2026, 3, 20)), "")
    ('question q1', 'an action, or why there is none')
    """
    questions = [f"question {one}" for one in form.open_questions(version.answers)]
    loose = [f"action {one.id}" for one in version.actions if not fold(one.what) or one.due is None]
    none = [] if version.actions or fold(clean(no_action, "no_action")) else ["an action, or why there is none"]
    return (*questions, *loose, *none)
