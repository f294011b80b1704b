"""An issue of an agent (代理商问题): who solves it until when, what was done; nothing is overwritten.

Every step has its day, its author and its words. A change of owner, deadline or kind is a later version with a reason;
a closing that was wrong is opened again. As of an earlier day the issue reads as it did then.

>>> terms = IssueTerms("goods", "p2", date(2026, 3, 9))
>>> issue = AgentIssue.open("I1", "A1", "late batch", terms, by="p1", on=date(2026, 3, 2))
>>> issue = issue.change(evolve(terms, due=date(2026, 3, 16)), "carrier answers later", by="p2", on=date(2026, 3, 6))
>>> issue = issue.close("delivered", by="p2", on=date(2026, 3, 18))
>>> [(str(day), issue.state_on(day)) for day in (date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18))]
[('2026-03-16', 'open'), ('2026-03-17', 'overdue'), ('2026-03-18', 'closed')]

Source: S000-25 (know execution and difficulties, solve them; guard against rivals).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.names import nearest, normal_id
from pharmasales.recruitment.agents.words import said
from pharmasales.yearplan import checked_day

__all__ = ["ISSUE_KINDS", "ISSUE_STATES", "AgentIssue", "IssueKind", "IssueState", "IssueStep", "IssueTerms"]

IssueState: TypeAlias = Literal["open", "overdue", "closed"]
StepKind: TypeAlias = Literal["open", "change", "close", "reopen"]

ISSUE_STATES: Mapping[IssueState, Says] = MappingProxyType(
    {"open": Says("open", "处理中"), "overdue": Says("overdue", "逾期"), "closed": Says("closed", "已关闭")}
)
"""The states of an issue."""


@frozen
class IssueKind:
    """A kind of issue.

    Args:
        says: its name.
        training: the key of the training that may answer it; "" where none does.
    """

    says: Says
    training: str = ""


ISSUE_KINDS: Mapping[str, IssueKind] = MappingProxyType(
    {
        "policy": IssueKind(Says("price or policy", "价格与政策"), "policy"),
        "goods": IssueKind(Says("supply and delivery", "供货与物流")),
        "papers": IssueKind(Says("papers", "资质与单据")),
        "listing": IssueKind(Says("tender and hospital listing", "招标与进院")),
        "product": IssueKind(Says("product knowledge", "产品知识"), "product"),
        "promotion": IssueKind(Says("promotion in hospitals", "医院推广"), "promotion"),
        "payment": IssueKind(Says("payment", "回款")),
        "territory": IssueKind(Says("territory and cross-selling", "区域与窜货"), "policy"),
        "rival": IssueKind(Says("a rival asks for the agent", "竞品争夺")),
        "other": IssueKind(Says("other", "其他")),
    }
)
"""What agents have trouble with; the list is ours. A complaint of quality or an adverse reaction belongs to drug safety
with its legal deadlines, not here."""


@frozen
class IssueTerms:
    """What one version of an issue says.

    Args:
        kind: a key of `ISSUE_KINDS`.
        owner: id of who solves it.
        due: the last day for that, itself included.

    Raises:
        BadRule: an unknown kind.
        BadValue: no owner, or no day.
    """

    kind: str = field()
    owner: str = field(converter=normal_id)
    due: date = field(converter=checked_day)

    @kind.validator
    def _known(self, _attribute: object, kind: str) -> None:
        if kind not in ISSUE_KINDS:
            hint = nearest(str(kind), ISSUE_KINDS)
            raise BadRule("no such kind of issue", where="kind", hint=hint, code="agents.kind")


def _said(text: str) -> str:
    return said(text, "says")


@frozen
class IssueStep:
    """One step of an issue (处理记录).

    Args:
        do: `open`, `change` (a later version), `close`, `reopen`.
        says: what the issue is, why it is changed or opened again, or what was done.
        on: the day.
        by: id of who says so.
        terms: kind, owner and deadline from then on; none for `close`.

    Raises:
        BadRule: an unknown step, terms where none are due, or none where they are.
        BadValue: nothing said, or a deadline before the day it is set.
    """

    do: StepKind
    says: str = field(converter=_said, repr=False)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    terms: IssueTerms | None = None

    def __attrs_post_init__(self) -> None:
        if self.do not in _AFTER:
            raise BadRule("no such step", where="step", hint=nearest(str(self.do), _AFTER), code="agents.step")
        if (self.do == "close") != (self.terms is None):
            raise BadRule("every step but closing says owner and deadline", where=self.do, code="agents.step")
        if self.terms is not None and self.do != "change" and self.terms.due < self.on:
            hint = "give a day that is still to come"
            raise BadValue("due before it is set", where=self.do, hint=hint, code="agents.day")


_AFTER: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "change": ("open", "change", "reopen"),
    "close": ("open", "change", "reopen"),
    "reopen": ("close",),
}


@frozen
class AgentIssue:
    """One issue of one agent, with all its steps (代理商问题单). Begin one with `AgentIssue.open`.

    Args:
        id: its id.
        agent: id of the agent.
        steps: the steps in the order taken, `open` first.

    Raises:
        BadRule: steps that cannot follow one another, or back in time.
    """

    id: str = field(converter=normal_id)
    agent: str = field(converter=normal_id)
    steps: tuple[IssueStep, ...] = field(repr=lambda steps: f"<{len(steps)} steps>")

    def __attrs_post_init__(self) -> None:
        before: IssueStep | None = None
        for step in self.steps:
            legal = step.do == "open" if before is None else before.do in _AFTER[step.do]
            if not legal:
                reason = f"no step {step.do} after {before.do if before else 'the beginning'}"
                raise BadRule(reason, where=self._where, hint="read its state first", code="agents.step")
            if before is not None and step.on < before.on:
                raise BadRule("a step before the last one", where=self._where, hint="give its day", code="agents.day")
            before = step
        if before is None:
            raise BadRule("an issue begins with a step", where=self._where, hint="AgentIssue.open", code="agents.step")

    @classmethod
    def open(cls, issue_id: str, agent: str, what: str, terms: IssueTerms, *, by: str, on: date) -> AgentIssue:
        """Open an issue (登记问题).

        Raises:
            BadValue: nothing said, or a deadline before the day.
        """
        return cls(issue_id, agent, (IssueStep("open", what, on, by, terms),))

    @property
    def opened_on(self) -> date:
        """The day on which it was opened."""
        return self.steps[0].on

    def change(self, terms: IssueTerms, why: str, *, by: str, on: date) -> AgentIssue:
        """Give it another owner, deadline or kind, with the reason; a correction too (变更、更正).

        Raises:
            BadRule: it is closed, nothing changes, or a day before the last step.
            BadValue: no reason.
        """
        if terms == self.terms_on(date.max):
            raise BadRule("nothing changes", where=self._where, hint="give what is new", code="agents.step")
        return self._with(IssueStep("change", why, on, by, terms))

    def close(self, done: str, *, by: str, on: date) -> AgentIssue:
        """Close it with what was done (关闭).

        Raises:
            BadRule: it is closed already, or a day before the last step.
            BadValue: nothing said.
        """
        return self._with(IssueStep("close", done, on, by))

    def reopen(self, why: str, *, due: date, by: str, on: date, owner: str = "") -> AgentIssue:
        """Open it again (重新打开), because it came back or was closed by mistake.

        Args:
            why: why.
            due: the new deadline.
            by: id of who opens it.
            on: the day.
            owner: id of who solves it now; the last owner where left out.

        Raises:
            BadRule: it is not closed, or a day before the last step.
            BadValue: no reason, or a deadline before the day.
        """
        last = self.terms_on(date.max)
        return self._with(IssueStep("reopen", why, on, by, evolve(last, due=due, owner=owner or last.owner)))

    def steps_on(self, day: date) -> tuple[IssueStep, ...]:
        """Return the steps taken by the end of a day."""
        return tuple(step for step in self.steps if step.on <= day)

    def terms_on(self, day: date) -> IssueTerms:
        """Return kind, owner and deadline as they were at the end of a day.

        Raises:
            NotFound: it was not open yet.
        """
        told = [step.terms for step in self.steps_on(day) if step.terms is not None]
        if not told:
            raise NotFound("not open yet", where=self._where, hint="ask for a later day", code="agents.day")
        return told[-1]

    def state_on(self, day: date) -> IssueState:
        """Return its state at the end of a day: on its deadline it is still open, the day after overdue.

        Raises:
            NotFound: it was not open yet.
        """
        terms = self.terms_on(day)
        if self.steps_on(day)[-1].do == "close":
            return "closed"
        return "overdue" if day > terms.due else "open"

    def table(self) -> Table:
        """Return every step: day, what, who, kind, owner, deadline, words."""
        rows: list[tuple[Cell, ...]] = []
        for step in self.steps:
            terms = step.terms
            told = (ISSUE_KINDS[terms.kind].says, terms.owner, terms.due) if terms else (None, None, None)
            rows.append((step.on, _STEPS[step.do], step.by, *told, step.says))
        return Table("agent_issue", Says(f"Issue {self.id}", f"问题 {self.id}"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _with(self, step: IssueStep) -> AgentIssue:
        return evolve(self, steps=(*self.steps, step))

    @property
    def _where(self) -> str:
        return f"issue {self.id!r}"


_STEPS: Mapping[str, Says] = {
    "open": Says("opened", "登记"),
    "change": Says("changed", "变更"),
    "close": Says("closed", "关闭"),
    "reopen": Says("opened again", "重新打开"),
}
_COLUMNS = (
    Column("on", "Day", "日期", "date"),
    Column("step", "Step", "步骤"),
    Column("by", "Who", "经办人"),
    Column("kind", "Kind", "类别"),
    Column("owner", "Owner", "负责人"),
    Column("due", "Due", "期限", "date"),
    Column("says", "Words", "说明"),
)
