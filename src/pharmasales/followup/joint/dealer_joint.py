"""The dealer joint visit (工商协访): prepare, set goals, carry out, debrief; each step has its gate.

A value: each act returns a new one. No step is taken out of order, none while it is incomplete, and none without an
agreement. Goals and debrief are signed by both sides; what was once signed never changes: a revision is a new record
beside the old one and is signed anew.

>>> from pharmasales.archive.agreements import Agreement
>>> signed = Agreement("A1", since=date(2026, 1, 1), until=date(2026, 12, 31))
>>> terms = DealerTerms("D1", "head-1", signed, consented=date(2026, 1, 5), customers=["H1"])
>>> visit = JointVisit("J1", "dealer_joint", date(2026, 3, 4), "H1", {"r1": "maker", "s1": "dealer"})
>>> joint = DealerJoint.plan(visit, terms)
>>> joint.state, joint.next_step
('planned', 'prepare')
>>> joint.carry_out(JointConduct(30, ["r1", "s1"], "agreed to try"), by="r1", on=date(2026, 3, 4))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: carry out comes after set goals @ joint visit 'J1'; the next step is prepare \
[followup.joint.step]

Source: S003-9 to S003-13, E15.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from attrs import evolve, frozen

from pharmasales.display import Table
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.followup.joint._gates import (
    actions_stand,
    both_there,
    in_time,
    out_of_order,
    refuse_incomplete,
    side_of,
)
from pharmasales.followup.joint.contents import (
    JointAction,
    JointConduct,
    JointContent,
    JointDebrief,
    JointGoals,
    JointPreparation,
)
from pharmasales.followup.joint.kinds import JointRole, JointVisit
from pharmasales.followup.joint.problems import AgreedProblem
from pharmasales.followup.joint.steps import (
    CONTENT_OF,
    JOINT_STATES,
    JOINT_STEPS,
    ActionReport,
    JointCancelled,
    JointSignature,
    JointState,
    JointStep,
    JointStepRecord,
    step_table,
)
from pharmasales.followup.joint.terms import DealerTerms
from pharmasales.names import clean, fold, nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["DealerJoint", "held_joints"]

C = TypeVar("C", JointPreparation, JointGoals, JointConduct, JointDebrief)


@frozen(repr=False)
class DealerJoint:
    """A dealer joint visit on its way. Begin with `DealerJoint.plan`.

    Args:
        visit: who goes with whom to whom, and when.
        terms: what is agreed with the dealer.
        records: every step taken, in order; revisions stand behind what they replace.
        reports: what became of the actions.
        cancelled: who cancelled it, when and why; or nobody.
    """

    visit: JointVisit
    terms: DealerTerms
    records: tuple[JointStepRecord, ...] = ()
    reports: tuple[ActionReport, ...] = ()
    cancelled: JointCancelled | None = None

    def __repr__(self) -> str:
        return f"DealerJoint({self.visit.id!r}, {self.state!r})"

    @classmethod
    def plan(cls, visit: JointVisit, terms: DealerTerms | None) -> DealerJoint:
        """Plan a joint visit with a dealer, where one is agreed.

        Args:
            visit: a visit of kind `dealer_joint`.
            terms: what is agreed with the dealer; none where nothing is.

        Raises:
            BadRule: a coaching visit, no agreement, or one that does not cover this customer on this day. Source: E15.
        """
        where = f"joint visit {visit.id!r}"
        if visit.kind != "dealer_joint":
            hint = "a coaching visit has a coaching report"
            raise BadRule("a coaching visit has no dealer", where=where, hint=hint, code="followup.joint.kind")
        if terms is None:
            hint = "agree with the dealer's head first"
            raise BadRule("no agreement with a dealer", where=where, hint=hint, code="followup.joint.agreement")
        if terms.head in visit.of("maker"):
            hint = "each side signs for itself"
            raise BadRule("the dealer's head goes for the maker", where=where, hint=hint, code="followup.joint.who")
        refused = terms.refusal(visit.customer, visit.day)
        if refused is not None:
            raise BadRule(refused.head(), where=where, hint="agree on it first", code="followup.joint.agreement")
        return cls(visit, terms)

    def take(self, step: JointStep, content: JointContent, *, by: str, on: date) -> DealerJoint:
        """Take a step by its name, one of `JOINT_STEPS`; the four methods below say the same.

        Args:
            step: the step, which must be the next one.
            content: what it holds, complete.
            by: the id of who writes it: a participant, or the dealer's head.
            on: when it is written.

        Raises:
            BadRule: another step is due, signatures are lacking, the content is incomplete, somebody who takes no part
                writes it, a side that was not there, or a day that cannot be.
        """
        if step not in JOINT_STEPS:
            hint = nearest(str(step), JOINT_STEPS)
            raise BadRule("no such step", where=self._where, hint=hint, code="followup.joint.step")
        if step != self.next_step:
            raise out_of_order(self._where, step, self.next_step, self.state)
        if not isinstance(content, CONTENT_OF[step]):
            hint = f"give a {CONTENT_OF[step].__name__}"
            raise BadRule("content of another step", where=self._where, hint=hint, code="followup.joint.step")
        unsigned = self.records[-1].unsigned if self.records else ()
        if unsigned:
            reason = f"the goals are not signed by the {' and the '.join(unsigned)}"
            raise BadRule(reason, where=self._where, hint="let both sides sign", code="followup.joint.sign")
        return self._written(step, content, by, on, 1, "")

    def prepare(self, content: JointPreparation, *, by: str, on: date) -> DealerJoint:
        """Take step 1 (准备). Errors as `take`."""
        return self.take("prepare", content, by=by, on=on)

    def set_goals(self, content: JointGoals, *, by: str, on: date) -> DealerJoint:
        """Take step 2 (设定目标), which both sides sign. Errors as `take`."""
        return self.take("goals", content, by=by, on=on)

    def carry_out(self, content: JointConduct, *, by: str, on: date) -> DealerJoint:
        """Take step 3 (实施). Errors as `take`."""
        return self.take("carry_out", content, by=by, on=on)

    def debrief(self, content: JointDebrief, *, by: str, on: date) -> DealerJoint:
        """Take step 4 (总结), which both sides sign. Errors as `take`."""
        return self.take("debrief", content, by=by, on=on)

    def sign(self, *, by: str, on: date) -> DealerJoint:
        """Sign the goals or the debrief (签字) for the side that a person belongs to.

        Raises:
            BadRule: nothing to sign, the side has signed already, somebody of neither side, goals signed after the
                visit, or a day before the last act.
        """
        last = self.records[-1] if self.records else None
        if self.cancelled or last is None or not last.unsigned:
            hint = f"it is {JOINT_STATES[self.state].en}"
            raise BadRule("nothing to sign", where=self._where, hint=hint, code="followup.joint.sign")
        side = self._side(by)
        if side not in last.unsigned:
            raise BadRule(f"the {side} has signed already", where=self._where, code="followup.joint.sign")
        self._after_last(on)
        in_time(self.visit, last.step, on)
        signed = evolve(last, signatures=(*last.signatures, JointSignature(side, by, on)))
        return evolve(self, records=(*self.records[:-1], signed))

    def revise(self, content: JointContent, *, by: str, on: date, reason: str) -> DealerJoint:
        """Replace the last step by a new record (修订); the old one is kept, and signatures are asked for anew.

        Raises:
            BadRule: no step taken yet, content of another step, or as `take`.
            BadValue: no reason.
        """
        last = self.records[-1] if self.records else None
        if last is None or not isinstance(content, CONTENT_OF[last.step]):
            hint = f"it is {JOINT_STATES[self.state].en}"
            raise BadRule("only the last step is revised", where=self._where, hint=hint, code="followup.joint.step")
        if not fold(clean(reason, "reason")):
            raise BadValue("no reason", where=self._where, hint="say why", code="followup.joint.reason")
        return self._written(last.step, content, by, on, last.number + 1, reason)

    def cancel(self, *, by: str, on: date, reason: str) -> DealerJoint:
        """Cancel a visit that was not carried out (取消); another day is another joint visit.

        Raises:
            BadRule: it was carried out or is cancelled already, or somebody who takes no part.
            BadValue: no reason.
        """
        if self.held or self.cancelled:
            reached = f"it is {JOINT_STATES[self.state].en}"
            raise BadRule("it cannot be cancelled", where=self._where, hint=reached, code="followup.joint.step")
        if not fold(clean(reason, "reason")):
            raise BadValue("no reason", where=self._where, hint="say why", code="followup.joint.reason")
        self._side(by)
        self._after_last(on)
        return evolve(self, cancelled=JointCancelled(by, on, reason))

    def report(self, action: str, *, adopted: bool, by: str, on: date, note: str = "") -> DealerJoint:
        """Report whether an action was taken up (采纳反馈); the last report of an action counts, all are kept.

        Raises:
            BadRule: the debrief is not signed by both, or somebody who takes no part.
            BadValue: anything but yes or no.
            NotFound: no such action.
        """
        if self.state != "closed":
            hint = "sign the debrief first"
            raise BadRule("no signed debrief", where=self._where, hint=hint, code="followup.joint.step")
        known = [one.id for one in self.signed_debrief.actions] if self.signed_debrief else []
        if normal_id(action, "action") not in known:
            where, hint = f"action {action!r}", nearest(action, known)
            raise NotFound("no such action", where=where, hint=hint, code="followup.joint.action")
        self._side(by)
        self._after_last(on)
        return evolve(
            self, reports=(*self.reports, ActionReport(action, adopted, on, by, note, self.records[-1].number))
        )

    @property
    def state(self) -> JointState:
        """Where it stands: one of `JOINT_STATES`."""
        if self.cancelled:
            return "cancelled"
        return self.records[-1].reached if self.records else "planned"

    @property
    def next_step(self) -> JointStep | None:
        """The step that is due; none where it is cancelled, or the last step is taken."""
        if self.cancelled:
            return None
        taken = {record.step for record in self.records}
        return next((step for step in CONTENT_OF if step not in taken), None)

    @property
    def held(self) -> bool:
        """Whether the visit took place, so that it counts."""
        return self.conduct is not None

    @property
    def preparation(self) -> JointPreparation | None:
        """What counts of step 1, or none before it is taken; likewise `goals`, `conduct` and `debriefed`."""
        return self._content(JointPreparation)

    @property
    def goals(self) -> JointGoals | None:
        """What counts of step 2."""
        return self._content(JointGoals)

    @property
    def conduct(self) -> JointConduct | None:
        """What counts of step 3."""
        return self._content(JointConduct)

    @property
    def debriefed(self) -> JointDebrief | None:
        """What counts of step 4, signed or not."""
        return self._content(JointDebrief)

    @property
    def signed_debrief(self) -> JointDebrief | None:
        """The debrief that both sides have signed; none before that."""
        return self.debriefed if self.state == "closed" else None

    @property
    def open_actions(self) -> tuple[JointAction, ...]:
        """The actions of the signed debrief that nobody has reported as done, in their order."""
        found = self.signed_debrief
        done = {action for action, report in self.last_reports().items() if report.adopted}
        return tuple(action for action in found.actions if action.id not in done) if found else ()

    def last_reports(self) -> Mapping[str, ActionReport]:
        """Return the last report of each action; an action that nobody reported on is not in it."""
        return {report.action: report for report in self.reports}

    def agreed_problems(self) -> tuple[AgreedProblem, ...]:
        """Return the problems that both sides have signed, in the goals or in the debrief; none once it is cancelled.

        A problem is solved on the day on which the last of the actions that were agreed for it was reported as done.
        """
        standing = () if self.cancelled else tuple(self._standing())
        signed = [record.content for record in standing if record.reached in ("agreed", "closed")]
        goals = [one for content in signed if isinstance(content, JointGoals) for one in content.problems]
        found = [one for content in signed if isinstance(content, JointDebrief) for one in content.found]
        problems = {one.key: one for one in (*goals, *found)}
        line = (self.visit.id, self.visit.day, self.visit.customer)
        return tuple(AgreedProblem(*line, one, self._solved(one.key)) for one in problems.values())

    def table(self) -> Table:
        """Return every record with its signatures as table `joint_visit`; no words of the talk."""
        return step_table(self.visit.id, self.records, self.state)

    def _repr_html_(self) -> str:
        return self.table().html()

    @property
    def _where(self) -> str:
        return f"joint visit {self.visit.id!r}"

    def _standing(self) -> Iterator[JointStepRecord]:
        """Yield the record that counts of each step."""
        yield from {record.step: record for record in self.records}.values()

    def _content(self, kind: type[C]) -> C | None:
        return next((record.content for record in self._standing() if isinstance(record.content, kind)), None)

    def _solved(self, key: str) -> date | None:
        actions = [one.id for one in self.debriefed.actions if one.problem == key] if self.debriefed else []
        reports = self.last_reports()
        done = [reports[one].on for one in actions if one in reports and reports[one].adopted]
        return max(done) if done and len(done) == len(actions) else None

    def _written(
        self, step: JointStep, content: JointContent, by: str, on: date, number: int, reason: str
    ) -> DealerJoint:
        """Add a record where it is complete and holds together."""
        if self.cancelled:
            raise BadRule("it is cancelled", where=self._where, hint="plan another", code="followup.joint.step")
        refuse_incomplete(self._where, step, content.missing)
        self._side(by)
        self._after_last(on)
        in_time(self.visit, step, on)
        if isinstance(content, JointConduct):
            both_there(self.visit, content)
        if isinstance(content, JointDebrief):
            agreed = self.goals.problems if self.goals else ()
            actions_stand(self.visit, self.terms, agreed, content)
        return evolve(self, records=(*self.records, JointStepRecord(step, content, by, on, number, reason)))

    def _side(self, by: str) -> JointRole:
        return side_of(self.visit, self.terms, by)

    def _after_last(self, on: date) -> None:
        days = [record.on for record in self.records] + [report.on for report in self.reports]
        days += [signature.on for record in self.records for signature in record.signatures]
        if checked_day(on) < max(days, default=on):
            reason = "an act before the last one"
            raise BadRule(reason, where=self._where, hint="give its own day", code="followup.joint.day")


def held_joints(joints: Iterable[DealerJoint]) -> tuple[JointVisit, ...]:
    """Return the visits that took place, as `joint_counts` takes them; planned and cancelled ones count nowhere."""
    return tuple(one.visit for one in joints if one.held)
