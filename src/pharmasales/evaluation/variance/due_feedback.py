"""What is open and overdue of feedback and training as of a day (反馈与培训待办).

>>> from pharmasales.evaluation.variance.feedback_terms import ShownFigure
>>> shown = [ShownFigure("attainment", "92.5 % of the goal", "37.50")]
>>> one = Feedback.draft("F1", "2026-Q1", rep="p1", manager="p2", shown=shown, on=date(2026, 4, 7))
>>> print(open_feedback([one], date(2026, 4, 20), within=7).table())
Feedback  To do                      Who  Due         Days late
--------  -------------------------  ---  ----------  ---------
F1        write down the rep's view  p1   2026-04-14          6
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.evaluation.variance.feedback import Feedback
from pharmasales.evaluation.variance.training import TRAINING_TOPICS
from pharmasales.yearplan import checked_day

__all__ = ["FeedbackTask", "OpenFeedback", "open_feedback"]

_VIEW = Says("write down the rep's view", "听取代表陈述")
_AGREE = Says("agree on what follows", "达成一致")
_SIGN = Says("sign", "签字")


@frozen
class FeedbackTask:
    """One thing to be done about a feedback record (反馈待办).

    Args:
        feedback: the id of the record.
        what: what is to be done.
        who: the ids of those whose turn it is.
        due: the last day.
        late: by how many days that is past; 0 where it is not.
    """

    feedback: str
    what: Says
    who: tuple[str, ...]
    due: date
    late: int


@frozen
class OpenFeedback:
    """What is open as of a day, the latest first. Made by `open_feedback`.

    Args:
        as_of: the day.
        tasks: what is to be done.
    """

    as_of: date
    tasks: tuple[FeedbackTask, ...] = field(repr=lambda tasks: f"<{len(tasks)} tasks>")

    @property
    def overdue(self) -> tuple[FeedbackTask, ...]:
        """What is past its day."""
        return tuple(task for task in self.tasks if task.late)

    def table(self) -> Table:
        """Return feedback, what, who, due, days late."""
        rows: list[tuple[Cell, ...]] = [
            (task.feedback, task.what, ", ".join(task.who), task.due, task.late) for task in self.tasks
        ]
        return Table("open_feedback", Says("Open feedback and training", "反馈与培训待办"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("feedback_id", "Feedback", "反馈编号"),
    Column("what", "To do", "待办"),
    Column("who", "Who", "责任人"),
    Column("due", "Due", "期限", "date"),
    Column("late", "Days late", "逾期天数", "number"),
)


def open_feedback(records: Iterable[Feedback], as_of: date, *, within: int) -> OpenFeedback:
    """List what is to be done about feedback as of a day, as the records are now (待办清单).

    The latest version is due signed by both `within` days after it was made; each training of the version signed last
    is due on its own day, until its last report says that it was passed.

    Args:
        records: the records, in any order; those made later are left out.
        as_of: the day; what is due on it is not late.
        within: how many calendar days a version has until it is signed by both; the company's own.

    Source: S004-55 (feedback in time).

    Raises:
        BadRule: fewer than no days.
    """
    if type(within) is not int or within < 0:
        raise BadRule("fewer than no days", where="within", hint="0 or more", code="feedback.within")
    day = checked_day(as_of)
    found = [
        FeedbackTask(one.id, what, who, due, max((day - due).days, 0))
        for one in records
        if one.versions[0].on <= day
        for what, who, due in (*_signing(one, timedelta(within)), *_training(one))
    ]
    found.sort(key=lambda task: (-task.late, task.due, task.feedback, task.what.en))
    return OpenFeedback(day, tuple(found))


def _signing(one: Feedback, within: timedelta) -> list[tuple[Says, tuple[str, ...], date]]:
    latest, both = one.latest, (one.rep, one.manager)
    due = latest.on + within
    if latest.state == "shown":
        return [(_VIEW, (one.rep,), due)]
    if latest.state == "heard":
        return [(_AGREE, both, due)]
    signed = [who for who, _ in latest.signatures]
    left = tuple(who for who in both if who not in signed)
    return [(_SIGN, left, due)] if left else []


def _training(one: Feedback) -> list[tuple[Says, tuple[str, ...], date]]:
    version = one.signed
    if version is None:
        return []
    passed = {result.place: result.passed for result in one.results if result.version == version.number}
    return [
        (
            Says(f"training: {TRAINING_TOPICS[plan.topic].en}", f"培训：{TRAINING_TOPICS[plan.topic].zh}"),
            (one.rep,),
            plan.until,
        )
        for place, plan in enumerate(version.training, 1)
        if not passed.get(place, False)
    ]
