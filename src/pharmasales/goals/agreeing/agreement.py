"""Agreeing a goal (目标签订): drafted, proposed, accepted by its owner, approved by the manager above, in force.

An agreement is a value: each step returns a new one, and who did it, when and why stays in it. A goal in force is never
changed; a revision makes a new version, which needs both consents, and the old one is kept.

>>> from pharmasales.units import BOX, Amount
>>> terms, day = GoalTerms(Amount.of(1000, BOX)), date(2026, 12, 1)
>>> one = Agreement.draft("G1", "n1", owner="p1", manager="p2", terms=terms, by="p2", on=day)
>>> one = one.propose(by="p2", on=day, answer_by=date(2026, 12, 8)).accept(by="p1", on=day)
>>> one.latest.state, one.pending
('accepted', True)
>>> one = one.approve(by="p2", on=day).enforce(by="p2", on=date(2027, 1, 1))
>>> one.in_force.terms.amount
Amount('1000 BOX')
>>> one.accept(by="p2", on=date(2027, 1, 2))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: version 1 of the goal is in_force @ goal 'G1'; accept is a step from proposed; revise it
first [goals.agreement.step]

Source: S004-31, S004-56, E26.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES, AgreedVersion, AgreementStep, GoalTerms, State
from pharmasales.names import clean, fold, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["Agreement"]

_EITHER = ("owner", "manager")
_STEPS: Mapping[str, tuple[tuple[str, ...], State, tuple[str, ...]]] = MappingProxyType(
    {
        "propose": (("draft",), "proposed", _EITHER),
        "accept": (("proposed",), "accepted", ("owner",)),
        "approve": (("accepted",), "approved", ("manager",)),
        "enforce": (("approved",), "in_force", ("manager",)),
        "reject": (("proposed", "accepted"), "rejected", _EITHER),
        "withdraw": (("draft", "proposed", "accepted"), "withdrawn", _EITHER),
    }
)
"""From which states, to which, and whose step it is."""


@frozen
class Agreement:
    """The versions of one goal, and who agrees to it (目标协议). Begin with `Agreement.draft`.

    Args:
        goal: the id of the goal.
        node: the id of the node that carries it.
        owner: the id of the person who is to reach it.
        manager: the id of the person above, who approves it.
        versions: its versions, the latest last.

    Raises:
        BadRule: owner and manager are one: nobody accepts and approves.
    """

    goal: str = field(converter=normal_id)
    node: str = field(converter=normal_id)
    owner: str = field(converter=normal_id)
    manager: str = field(converter=normal_id)
    versions: tuple[AgreedVersion, ...]

    def __attrs_post_init__(self) -> None:
        if fold(self.owner) == fold(self.manager):
            hint = "name the person above as the manager"
            raise BadRule("owner and manager are one", where=self._where, hint=hint, code="goals.agreement.self")

    @classmethod
    def draft(
        cls, goal: str, node: str, *, owner: str, manager: str, terms: GoalTerms, by: str, on: date, reason: str = ""
    ) -> Agreement:
        """Begin an agreement with the first version (草稿).

        Args:
            goal: the id of the goal.
            node: the id of the node that carries it.
            owner: the id of the person who is to reach it.
            manager: the id of the person above.
            terms: what the version says.
            by: who drafts it, one of the two.
            on: when.
            reason: why.

        Raises:
            BadRule: owner and manager are one, or somebody else drafts.
        """
        first = AgreementStep("draft", by, on, reason)
        made = cls(goal, node, owner, manager, (AgreedVersion(1, terms, "draft", (first,)),))
        _allow(made, first, _EITHER)
        return made

    @property
    def latest(self) -> AgreedVersion:
        """The latest version, whatever became of it."""
        return self.versions[-1]

    @property
    def in_force(self) -> AgreedVersion | None:
        """The version in force, which a pending revision leaves as it is; none where there is none."""
        return next((version for version in self.versions if version.state == "in_force"), None)

    @property
    def pending(self) -> bool:
        """Whether a version is still on its way."""
        return self.latest.state in ("draft", "proposed", "accepted", "approved")

    @property
    def agreed(self) -> AgreedVersion | None:
        """The latest version that its owner has accepted and nobody has turned down; none where there is none."""
        accepted = [version for version in self.versions if version.state in ("accepted", "approved", "in_force")]
        return accepted[-1] if accepted else None

    def version(self, number: int) -> AgreedVersion:
        """Return a version by its number.

        Raises:
            NotFound: no such version.
        """
        if not 1 <= number <= len(self.versions):
            hint = f"versions 1 to {len(self.versions)}"
            raise NotFound(f"no version {number}", where=self._where, hint=hint, code="goals.agreement.version")
        return self.versions[number - 1]

    def propose(self, *, by: str, on: date, answer_by: date | None = None, reason: str = "") -> Agreement:
        """Put the draft before the other (提出).

        Args:
            by: owner or manager.
            on: when.
            answer_by: the last day for an answer, not before `on`.
            reason: why.

        Raises:
            BadRule: no draft, somebody else's step, or a step before the last one.
            BadValue: a last day before the proposal.
        """
        if answer_by is not None and checked_day(answer_by) < on:
            hint = "give a later day"
            raise BadValue("an answer due before it is asked", where=self._where, hint=hint, code="goals.agreement.day")
        return self._step("propose", AgreementStep("propose", by, on, reason), answer_by)

    def accept(self, *, by: str, on: date, commitments: Iterable[str] = (), reason: str = "") -> Agreement:
        """Accept what was proposed (代表确认), with what the owner promises.

        Raises:
            BadRule: nothing proposed, or anybody but the owner.
        """
        return self._step("accept", AgreementStep("accept", by, on, reason, commitments))

    def approve(self, *, by: str, on: date, commitments: Iterable[str] = (), reason: str = "") -> Agreement:
        """Approve what the owner accepted (主管批准), with what the manager promises, such as resources.

        Raises:
            BadRule: not accepted yet, or anybody but the manager.
        """
        return self._step("approve", AgreementStep("approve", by, on, reason, commitments))

    def enforce(self, *, by: str, on: date) -> Agreement:
        """Put what both agreed to in force (生效); a version in force before is superseded and kept.

        Raises:
            BadRule: not approved yet, or anybody but the manager.
        """
        done = self._step("enforce", AgreementStep("enforce", by, on))
        ended = AgreementStep("supersede", by, on, f"version {self.latest.number}")
        return evolve(done, versions=(*(_superseded(v, ended) for v in done.versions[:-1]), done.latest))

    def reject(self, *, by: str, on: date, reason: str) -> Agreement:
        """Turn down what was proposed or accepted (退回), with a reason. What is in force stays.

        Raises:
            BadRule: nothing to turn down.
            BadValue: no reason.
        """
        return self._step("reject", AgreementStep("reject", by, on, self._reason(reason)))

    def withdraw(self, *, by: str, on: date, reason: str) -> Agreement:
        """Take a version back (撤回), with a reason; only who drafted it may, and not once both agreed.

        Raises:
            BadRule: nothing to take back, or somebody else's draft.
            BadValue: no reason.
        """
        drafted = self.latest.steps[0].by
        if self.latest.state in _STEPS["withdraw"][0] and normal_id(by) != drafted:
            hint = "the other one rejects it"
            raise BadRule("only who drafted it withdraws it", where=self._where, hint=hint, code="goals.agreement.who")
        return self._step("withdraw", AgreementStep("withdraw", by, on, self._reason(reason)))

    def revise(self, terms: GoalTerms, *, by: str, on: date, reason: str) -> Agreement:
        """Draft a new version (修订), which needs both consents; what is in force stays until then (E26).

        Args:
            terms: what the new version says.
            by: owner or manager.
            on: when.
            reason: why the goal is to change.

        Raises:
            BadRule: a version is still on its way.
            BadValue: no reason.

        Source: S004-56.
        """
        if self.pending:
            hint = "finish, reject or withdraw it first"
            busy = f"version {self.latest.number} is still {self.latest.state}"
            raise BadRule(busy, where=self._where, hint=hint, code="goals.agreement.step")
        self._in_order(on)
        step = AgreementStep("draft", by, on, self._reason(reason))
        _allow(self, step, _EITHER)
        return evolve(self, versions=(*self.versions, AgreedVersion(self.latest.number + 1, terms, "draft", (step,))))

    def table(self) -> Table:
        """Return every step of every version: who, when and why."""
        rows = [
            (
                self.goal,
                self.node,
                version.number,
                version.terms.amount.value,
                AGREEMENT_STATES[version.state],
                step.action,
                step.by,
                step.on,
                step.reason,
                "; ".join(step.commitments),
            )
            for version in self.versions
            for step in version.steps
        ]
        return Table("agreement", Says("Agreement of a goal", "目标签订记录"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    @property
    def _where(self) -> str:
        return f"goal {self.goal!r}"

    def _step(self, action: str, step: AgreementStep, answer_by: date | None = None) -> Agreement:
        """Take a step where the state allows it and the person may."""
        due, state, who = _STEPS[action]
        latest = self.latest
        if latest.state not in due:
            hint = f"{action} is a step from {' or '.join(due)}"
            hint += "" if self.pending else "; revise it first"
            reason = f"version {latest.number} of the goal is {latest.state}"
            raise BadRule(reason, where=self._where, hint=hint, code="goals.agreement.step")
        _allow(self, step, who)
        self._in_order(step.on)
        due_by = latest.answer_by if answer_by is None else answer_by
        made = evolve(latest, state=state, steps=(*latest.steps, step), answer_by=due_by)
        return evolve(self, versions=(*self.versions[:-1], made))

    def _in_order(self, on: date) -> None:
        if on < self.latest.steps[-1].on:
            hint = "give its own day"
            raise BadRule("a step before the last one", where=self._where, hint=hint, code="goals.agreement.day")

    def _reason(self, reason: str) -> str:
        if not fold(clean(reason, "reason")):
            raise BadValue("no reason", where=self._where, hint="say why", code="goals.agreement.reason")
        return reason


def _allow(agreement: Agreement, step: AgreementStep, who: Iterable[str]) -> None:
    if step.by not in [getattr(agreement, role) for role in who]:
        where, reason = f"goal {agreement.goal!r}", f"only the {' or the '.join(who)} may {step.action} it"
        raise BadRule(reason, where=where, hint="ask that person", code="goals.agreement.who")


def _superseded(version: AgreedVersion, step: AgreementStep) -> AgreedVersion:
    if version.state != "in_force":
        return version
    return evolve(version, state="superseded", steps=(*version.steps, step))


_COLUMNS = (
    Column("goal_id", "Goal", "目标编号"),
    Column("node_id", "Node id", "节点编号"),
    Column("version", "Version", "版本", "number"),
    Column("amount", "Amount", "金额", "amount"),
    Column("state", "State", "状态"),
    Column("action", "Step", "步骤"),
    Column("by", "By", "操作人"),
    Column("on", "On", "日期", "date"),
    Column("reason", "Reason", "原因"),
    Column("commitments", "Commitments", "承诺"),
)
