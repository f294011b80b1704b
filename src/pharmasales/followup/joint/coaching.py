"""Coaching reports (带教报告): the coach fills and sends, the employee comments and completes; then it is locked.

A value: each act returns a new one and is kept. After its last day nothing is saved. A completed version never changes;
a correction is a new version, which goes the same way, beside the old one.

>>> ride = JointVisit("J1", "coaching", date(2026, 3, 4), "H1", {"m1": "coach", "r1": "employee"})
>>> from pharmasales.followup.joint.forms import CoachingQuestion
>>> form = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])
>>> report = CoachingReport.begin("R1", [ride], form, until=date(2026, 3, 20), on=date(2026, 3, 4))
>>> talk = CoachingAction("a1", "opening", "begin with the last talk", date(2026, 4, 1))
>>> report = report.fill({"q1": 3}, [talk], by="m1", on=date(2026, 3, 4)).send(by="m1", on=date(2026, 3, 5))
>>> report = report.comment("agreed", by="r1", on=date(2026, 3, 6)).complete(by="r1", on=date(2026, 3, 6))
>>> report.latest.state, report.score
('completed', Decimal('60.00'))
>>> report.fill({"q1": 5}, [talk], by="m1", on=date(2026, 3, 7))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: version 1 is completed @ coaching report 'R1'; fill is a step from draft; correct it in a \
new version [followup.joint.step]

Source: row "Coaching" of the systems file; S003-1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table, Why
from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.joint.coaching_versions import (
    COACHING_STATES,
    COACHING_STEPS,
    CoachingAct,
    CoachingAction,
    CoachingState,
    CoachingVersion,
    lacking,
    read_filling,
)
from pharmasales.followup.joint.forms import CoachingAnswers, CoachingForm
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.names import clean, fold, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["CoachingReport"]


def _visits(given: Iterable[JointVisit]) -> tuple[JointVisit, ...]:
    return tuple(given)


@frozen(repr=False)
class CoachingReport:
    """A coaching report on its way. Begin with `CoachingReport.begin`.

    Args:
        id: its stable id.
        visits: the coaching visits of one day that it is about, of one coach and one employee.
        form: the form that it answers.
        versions: its versions, the latest last.

    Raises:
        BadRule: no visit, one of another kind, or visits of several days or people.
    """

    id: str = field(converter=normal_id)
    visits: tuple[JointVisit, ...] = field(converter=_visits)
    form: CoachingForm
    versions: tuple[CoachingVersion, ...]

    def __attrs_post_init__(self) -> None:
        if not self.visits:
            raise BadRule("no visit", where=self._where, hint="name the visits", code="followup.joint.visits")
        if any(visit.kind != "coaching" for visit in self.visits):
            hint = "a dealer joint visit has its four steps"
            raise BadRule("no coaching visit", where=self._where, hint=hint, code="followup.joint.kind")
        people = {(visit.day, visit.of("coach"), visit.of("employee")) for visit in self.visits}
        if len(people) > 1 or any(len(who) > 1 for _, *sides in people for who in sides):
            hint = "one report a day, coach and employee"
            raise BadRule(
                "visits of several days or people", where=self._where, hint=hint, code="followup.joint.visits"
            )

    def __repr__(self) -> str:
        return f"CoachingReport({self.id!r}, version {self.latest.number}, {self.latest.state!r})"

    @classmethod
    def begin(
        cls,
        id: str,  # noqa: A002 - the field's name
        visits: Iterable[JointVisit],
        form: CoachingForm,
        *,
        until: date,
        on: date,
    ) -> CoachingReport:
        """Begin a report after coaching visits (带教后填写).

        Args:
            id: its stable id.
            visits: the visits of one day, of one coach and one employee.
            form: the form.
            until: the last day on which it can be saved.
            on: when it is begun, by the coach; not before the visits.

        Raises:
            BadRule: visits that do not belong together, begun before them or after its last day.
        """
        made = cls(id, visits, form, (CoachingVersion(1, until),))
        if checked_day(on) < made.day:
            hint = f"the visits are on {made.day}"
            raise BadRule("begun before the visits", where=made._where, hint=hint, code="followup.joint.day")
        return made._done("begin", "draft", "coach", CoachingAct("begin", made.coach, on))

    @property
    def day(self) -> date:
        """The day of the visits."""
        return self.visits[0].day

    @property
    def coach(self) -> str:
        """The id of the coach."""
        return self.visits[0].of("coach")[0]

    @property
    def employee(self) -> str:
        """The id of the employee."""
        return self.visits[0].of("employee")[0]

    @property
    def latest(self) -> CoachingVersion:
        """The latest version, whatever its state."""
        return self.versions[-1]

    @property
    def completed(self) -> CoachingVersion | None:
        """The latest completed version, which counts while a correction is on its way; none where there is none."""
        return next((one for one in reversed(self.versions) if one.state == "completed"), None)

    @property
    def score(self) -> Decimal | None:
        """The score of the completed version; missing before that, and where nothing was seen."""
        return self.form.score(self.completed.answers) if self.completed else None

    @property
    def why(self) -> Why | None:
        """How the score comes about."""
        return self.form.why(self.completed.answers) if self.completed else None

    def lapsed(self, as_of: date) -> bool:
        """Whether the time of the latest version ran out before it was completed; begin another report then."""
        return self.latest.state != "completed" and as_of > self.latest.until

    def skills(self) -> Mapping[str, Fraction | None]:
        """Return the score of each skill in the completed version; missing where it was not seen."""
        answers = self.completed.answers if self.completed else {}
        return {skill: self.form.skill(skill, answers) for skill in self.form.skills}

    def fill(
        self, answers: CoachingAnswers, actions: Iterable[CoachingAction] = (), *, by: str, on: date
    ) -> CoachingReport:
        """Fill the draft (填写): answers and actions take the place of those before. It need not be complete yet.

        Raises:
            BadRule: no draft, somebody else than the coach, a day before the last act or after the last day.
            BadRows: unknown questions or skills, marks out of range, actions given twice: all of them at once.
        """
        read, found = read_filling(self.form, answers, tuple(actions))
        made = self._done("fill", *self._due("fill"), CoachingAct("fill", by, on))
        filled = evolve(made.latest, answers=read, actions=found)
        return evolve(made, versions=(*made.versions[:-1], filled))

    def send(self, *, by: str, on: date, no_action: str = "") -> CoachingReport:
        """Send it to the employee (发送), complete: every question answered, every action with its words and its day.

        Args:
            by: the coach.
            on: when.
            no_action: why no action is agreed, where none is.

        Raises:
            BadRule: something is missing, all of it named; or as `fill`.
        """
        step, missing = self._due("send"), lacking(self.form, self.latest, no_action)
        if missing:
            hint = f"add {', '.join(missing)}"
            raise BadRule("the report is incomplete", where=self._where, hint=hint, code="followup.joint.incomplete")
        return self._done("send", *step, CoachingAct("send", by, on, no_action))

    def comment(self, words: str, *, by: str, on: date) -> CoachingReport:
        """Comment on it (员工反馈), in the employee's own words.

        Raises:
            BadValue: no words.
            BadRule: nothing sent, somebody else than the employee, or as `fill`.
        """
        return self._said("comment", words, by, on)

    def send_back(self, words: str, *, by: str, on: date) -> CoachingReport:
        """Send it back to the coach (退回), with the reason; it is a draft again. Errors as `comment`."""
        return self._said("send_back", words, by, on)

    def complete(self, *, by: str, on: date) -> CoachingReport:
        """Complete it (完成): the employee has seen it and agrees to its actions; it is locked.

        Raises:
            BadRule: not commented yet, somebody else than the employee, or as `fill`.
        """
        return self._done("complete", *self._due("complete"), CoachingAct("complete", by, on))

    def correct(self, reason: str, *, by: str, on: date, until: date) -> CoachingReport:
        """Begin a new version of a completed report (更正); the old one is kept as it was.

        Args:
            reason: why.
            by: the coach.
            on: when.
            until: the last day on which the new version can be saved.

        Raises:
            BadValue: no reason.
            BadRule: not completed, somebody else than the coach, or a day before the last act or after `until`.
        """
        due = self._due("correct")
        self._words(reason, "correct")
        self._allow(by, "coach", "correct")
        before, act = self.latest, CoachingAct("correct", by, on, reason)
        opened = CoachingVersion(before.number + 1, until, before.answers, before.actions)
        noted = self._noted(opened, due[0], act, before.acts[-1].on)
        return evolve(self, versions=(*self.versions, noted))

    def table(self) -> Table:
        """Return every act of every version as table `coaching_report`."""
        columns = (
            Column("report_id", "Report", "带教报告"),
            Column("version", "Version", "版本", "number"),
            Column("state", "State", "状态"),
            Column("act", "Act", "操作"),
            Column("by", "By", "操作人"),
            Column("on", "On", "日期", "date"),
            Column("words", "Words", "说明"),
        )
        rows = [
            (self.id, version.number, COACHING_STATES[version.state], _ACTS[act.name], act.by, act.on, act.words)
            for version in self.versions
            for act in version.acts
        ]
        return Table("coaching_report", Says("Coaching report", "带教报告"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()

    @property
    def _where(self) -> str:
        return f"coaching report {self.id!r}"

    def _due(self, step: str) -> tuple[CoachingState, str]:
        """Return the state that a step leads to and whose it is, where the latest version allows it."""
        due, state, who = COACHING_STEPS[step]
        latest = self.latest
        if latest.state not in due:
            hint = f"{step} is a step from {' or '.join(due)}"
            hint += "; correct it in a new version" if latest.state == "completed" else ""
            reason = f"version {latest.number} is {latest.state}"
            raise BadRule(reason, where=self._where, hint=hint, code="followup.joint.step")
        return state, who

    def _said(self, step: str, words: str, by: str, on: date) -> CoachingReport:
        due = self._due(step)
        self._words(words, step)
        return self._done(step, *due, CoachingAct(step, by, on, words))

    def _words(self, words: str, step: str) -> None:
        if not fold(clean(words, step)):
            raise BadValue("no words", where=self._where, hint="say why", code="followup.joint.reason")

    def _allow(self, by: str, who: str, step: str) -> None:
        if normal_id(by, "by") != getattr(self, who):
            raise BadRule(
                f"only the {who} may {step} it", where=self._where, hint="ask that person", code="followup.joint.who"
            )

    def _done(self, step: str, state: CoachingState, who: str, act: CoachingAct) -> CoachingReport:
        """Note an act of the latest version where the person may."""
        self._allow(act.by, who, step)
        latest = self.latest
        noted = self._noted(latest, state, act, latest.acts[-1].on if latest.acts else act.on)
        return evolve(self, versions=(*self.versions[:-1], noted))

    def _noted(self, version: CoachingVersion, state: CoachingState, act: CoachingAct, last: date) -> CoachingVersion:
        """Note an act where it is not before the last one, and the version's last day has not passed."""
        if act.on < last:
            hint = "give its own day"
            raise BadRule("an act before the last one", where=self._where, hint=hint, code="followup.joint.day")
        if act.on > version.until:
            reason = f"nothing is saved after {version.until}"
            raise BadRule(reason, where=self._where, hint="begin another report", code="followup.joint.ended")
        return evolve(version, state=state, acts=(*version.acts, act))


_ACTS: Mapping[str, Says] = {
    "begin": Says("begun", "开始填写"),
    "fill": Says("filled", "填写"),
    "send": Says("sent", "发送"),
    "comment": Says("commented", "反馈"),
    "send_back": Says("sent back", "退回"),
    "complete": Says("completed", "完成"),
    "correct": Says("correction begun", "更正"),
}
