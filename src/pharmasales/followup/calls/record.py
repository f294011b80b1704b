"""The record of a visit (拜访记录): every step of it, who, when and why; what is submitted never changes.

A planned visit is done, missed, moved or cancelled, and then submitted. From then on it is locked: a correction is a
new version, and the old one stays where it was.

>>> from datetime import UTC, time
>>> from pharmasales.compliance import CN_2020
>>> from pharmasales.followup.calls.notes import CallNotes, NextStep
>>> day, noon = date(2026, 3, 4), datetime(2026, 3, 4, 4, tzinfo=UTC)
>>> record = CallRecord.open(CallReport("V1", "r1", "c1", day, state="planned"), by="r1", at=noon)
>>> notes = CallNotes(next_step=NextStep("send the paper", "r1", date(2026, 3, 6)))
>>> said = evolve(record.latest, state="done", start=time(10), minutes=20, notes=notes)
>>> record = record.done(said, by="r1", at=noon).submit(by="r1", at=noon, gate=CN_2020, role="medical_rep")
>>> record.missed("customer_absent", by="r1", at=noon)
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: the report is submitted @ call 'V1'; correct it [followup.calls.locked]
>>> longer = evolve(record.latest, minutes=25)
>>> record = record.correct(longer, by="m1", at=noon, why="mistyped", gate=CN_2020, role="medical_rep")
>>> [(one.report.minutes, one.by, one.why) for one in record.versions]
[(20, 'r1', ''), (25, 'm1', 'mistyped')]

Source: systems file 1c (submitted is locked, future-dated submission); S002-18.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import pairwise

from attrs import evolve, field, frozen

from pharmasales.compliance import Override, Policy
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, NotFound
from pharmasales.followup.calls.policy import CALL_POLICY, CallPolicy
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import SafetyHandOff
from pharmasales.followup.calls.steps import CALL_STEPS, CallStep, check_opening, check_step, refused
from pharmasales.followup.calls.submitting import submission_faults
from pharmasales.followup.calls.words import CALL_REASONS, CALL_STATES, CallState
from pharmasales.names import normal_id

__all__ = ["CallRecord"]


def _steps(given: Iterable[CallStep]) -> tuple[CallStep, ...]:
    return tuple(given)


@frozen
class CallRecord:
    """Every step of one visit, the first one first; begin with `CallRecord.open`.

    The steps are checked whenever a record is made, also when it is read from a store: what breaks a law is refused.

    Args:
        steps: the steps.

    Raises:
        BadRule: no step, one that its state does not allow, of another visit, before the last one, that changes what is
            submitted or when it was entered, or that loses a hand-off to drug safety or sets its clock back.
    """

    steps: tuple[CallStep, ...] = field(converter=_steps, repr=lambda steps: f"<{len(steps)} steps>")

    def __attrs_post_init__(self) -> None:
        if not self.steps:
            raise BadRule("a record without a step", hint="begin with CallRecord.open", code="followup.calls.step")
        check_opening(self.steps[0])
        for before, step in pairwise(self.steps):
            check_step(before, step)

    @classmethod
    def open(cls, report: CallReport, *, by: str, at: datetime) -> CallRecord:
        """Begin the record of a visit that is planned, or of one that was made without a plan (新建).

        Args:
            report: the visit; when it was entered is filled in.
            by: the id of who opens it.
            at: the moment.

        Raises:
            BadRule: a report that is submitted, or of another state.
        """
        when = None if report.state == "planned" else at
        return cls([CallStep("open", evolve(report, entered=when), by, at)])

    @property
    def latest(self) -> CallReport:
        """The report as it stands."""
        return self.steps[-1].report

    @property
    def id(self) -> str:
        """The id of the visit."""
        return self.latest.id

    @property
    def versions(self) -> tuple[CallStep, ...]:
        """The submission and every correction: what was ever submitted, the first one first."""
        return tuple(step for step in self.steps if step.action in ("submit", "correct"))

    def version(self, number: int) -> CallReport:
        """Return a submitted version by its number, from 1.

        Raises:
            NotFound: no such version.
        """
        found = self.versions
        if not 1 <= number <= len(found):
            hint = f"versions 1 to {len(found)}" if found else "it is not submitted"
            raise NotFound(f"no version {number}", where=f"call {self.id!r}", hint=hint, code="followup.calls.version")
        return found[number - 1].report

    @property
    def hand_offs(self) -> tuple[SafetyHandOff, ...]:
        """Every hand-off to drug safety as it stands, whatever became of the visit."""
        return self.latest.notes.hand_offs

    def edit(self, report: CallReport, *, by: str, at: datetime) -> CallRecord:
        """Change what is not submitted; its state stays (修改).

        Raises:
            BadRule: the report is submitted, or the state changes.
        """
        return self._step("edit", report, by, at)

    def done(self, report: CallReport, *, by: str, at: datetime) -> CallRecord:
        """Say that the planned visit was made, with what is reported of it (完成).

        Raises:
            BadRule: it is not planned, or the report says otherwise.
        """
        return self._step("done", evolve(report, entered=at), by, at)

    def missed(self, reason: str, *, by: str, at: datetime, why: str = "") -> CallRecord:
        """Say that the planned visit did not take place (未成行).

        Args:
            reason: a word such as those of `CALL_REASONS`.
            by: the id of who says it.
            at: the moment.
            why: more words, without personal values.

        Raises:
            BadRule: it is not planned.
        """
        return self._ended("missed", reason, by, at, why)

    def cancelled(self, reason: str, *, by: str, at: datetime, why: str = "") -> CallRecord:
        """Call the planned visit off (取消). Arguments and errors as `missed`."""
        return self._ended("cancelled", reason, by, at, why)

    def moved(
        self,
        to: date,
        new_id: str,
        reason: str,
        *,
        by: str,
        at: datetime,
        start: time | None = None,
        why: str = "",
    ) -> tuple[CallRecord, CallRecord]:
        """Move the planned visit to another day or hour (改期): this record ends, and a new one is opened.

        The new visit fulfils the same planned one, so that the plan counts it once.

        Args:
            to: the new day.
            new_id: the id of the new visit.
            reason: a word such as those of `CALL_REASONS`.
            by: the id of who moves it.
            at: the moment.
            start: the new hour.
            why: more words, without personal values.

        Raises:
            BadRule: it is not planned, or the new visit has the id of the old one.
        """
        if normal_id(new_id) == self.id:
            raise BadRule("a visit moved to itself", where=f"call {self.id!r}", code="followup.calls.moved")
        plan = self.latest
        old = self._ended("moved", reason, by, at, why, moved_to=new_id)
        notes = evolve(plan.notes, hand_offs=(), feedback=(), adverse=None)
        return old, CallRecord.open(evolve(plan, id=new_id, day=to, start=start, notes=notes), by=by, at=at)

    def submit(
        self,
        *,
        by: str,
        at: datetime,
        gate: Policy,
        role: str,
        policy: CallPolicy = CALL_POLICY,
        overrides: Iterable[Override] = (),
    ) -> CallRecord:
        """Submit the report and lock it (提交).

        Args:
            by: the id of who submits.
            at: the moment.
            gate: the compliance policy of the day, asked about what was left.
            role: what the rep is to the law, or "" where nobody has said.
            policy: what the company requires.
            overrides: decisions against named clauses of the gate.

        Raises:
            BadRule: it is submitted already.
            BadRows: every fault that `submission_faults` finds.
        """
        if self.latest.submitted:
            raise refused(self.latest, "the report is submitted", "correct it", code="followup.calls.locked")
        _sound(self.latest, at, gate, role, policy, overrides)
        return self._step("submit", evolve(self.latest, submitted=True), by, at)

    def correct(
        self,
        report: CallReport,
        *,
        by: str,
        at: datetime,
        why: str,
        gate: Policy,
        role: str,
        policy: CallPolicy = CALL_POLICY,
        overrides: Iterable[Override] = (),
    ) -> CallRecord:
        """Correct what is submitted by a new version (更正); the old one is kept, and so is when it was entered.

        Args:
            report: the whole report as it is to be.
            by: the id of who corrects.
            at: the moment.
            why: the reason.
            gate: the compliance policy of the day.
            role: what the rep is to the law, or "" where nobody has said.
            policy: what the company requires.
            overrides: decisions against named clauses of the gate.

        Raises:
            BadRule: nothing is submitted yet, no reason, another visit, or a hand-off that would be lost.
            BadRows: every fault that `submission_faults` finds.
        """
        said = evolve(report, entered=self.latest.entered, submitted=False)
        _sound(said, at, gate, role, policy, overrides)
        return self._step("correct", evolve(said, submitted=True), by, at, why)

    def table(self) -> Table:
        """Return every step: what, the state after it, when it is said to have been, by whom, when, why."""
        rows: list[tuple[Cell, ...]] = [
            (
                number,
                CALL_STEPS[step.action],
                CALL_STATES[step.report.state],
                step.report.day,
                step.by,
                step.at.isoformat(),
                step.why or CALL_REASONS.get(step.report.reason, step.report.reason),
            )
            for number, step in enumerate(self.steps, 1)
        ]
        return Table("call_record", Says("Record of a visit", "拜访记录"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _ended(
        self, state: CallState, reason: str, by: str, at: datetime, why: str, *, moved_to: str = ""
    ) -> CallRecord:
        return self._step(
            state, evolve(self.latest, state=state, reason=reason, moved_to=moved_to, entered=at), by, at, why
        )

    def _step(self, action: str, report: CallReport, by: str, at: datetime, why: str = "") -> CallRecord:
        return CallRecord([*self.steps, CallStep(action, report, by, at, why)])


def _sound(
    report: CallReport, at: datetime, gate: Policy, role: str, policy: CallPolicy, overrides: Iterable[Override]
) -> None:
    bad = submission_faults(report, at, gate=gate, role=role, policy=policy, overrides=overrides)
    if bad:
        raise BadRows(f"{len(bad)} faults keep the report from being submitted", bad)


_COLUMNS = (
    Column("step", "Step", "序号", "number"),
    Column("action", "What", "步骤"),
    Column("state", "State", "状态"),
    Column("day", "Day stated", "拜访日期", "date"),
    Column("by", "By", "操作人"),
    Column("at", "At", "操作时间"),
    Column("reason", "Why", "原因"),
)
