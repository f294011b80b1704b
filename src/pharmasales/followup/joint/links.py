"""The links of coaching (带教环节): the check of an action, its later result, and the chain that they make.

>>> ActionCheck("K1", "R1/a1", "R2", "partly").found, CHECK_FINDINGS["partly"].zh
('partly', '部分做到')

Source: row "Joint visits and coaching" of the systems file.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_versions import CoachingAction
from pharmasales.followup.joint.effects import Effect
from pharmasales.followup.joint.forms import CoachingForm
from pharmasales.names import clean, nearest, normal_id

__all__ = [
    "CHAIN_STATES",
    "CHECK_FINDINGS",
    "ActionCheck",
    "ChainState",
    "CheckFinding",
    "CoachingChain",
    "CoachingResult",
]

CheckFinding: TypeAlias = Literal["done", "partly", "not_done", "not_seen"]
ChainState: TypeAlias = Literal["agreed", "checked", "result_known"]

CHECK_FINDINGS: Mapping[str, Says] = MappingProxyType(
    {
        "done": Says("done", "已做到"),
        "partly": Says("done in part", "部分做到"),
        "not_done": Says("not done", "未做到"),
        "not_seen": Says("could not be seen", "无法观察"),
    }
)
"""What is found when an action is checked."""

CHAIN_STATES: Mapping[ChainState, Says] = MappingProxyType(
    {
        "agreed": Says("not checked yet", "尚未检查"),
        "checked": Says("checked, no result known yet", "已检查，尚无结果"),
        "result_known": Says("result known", "已有结果"),
    }
)
"""How far a chain has come."""


@frozen
class ActionCheck:
    """The check of an action at a later coaching visit (复查).

    Args:
        id: its stable id.
        action: the action, as `REPORT/ACTION`.
        report: the id of the coaching report of the visit at which it was checked.
        found: one of `CHECK_FINDINGS`.
        note: anything to add.

    Raises:
        BadValue: an empty id, or an unknown finding.
    """

    id: str = field(converter=normal_id)
    action: str = field(converter=normal_id)
    report: str = field(converter=normal_id)
    found: CheckFinding
    note: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.found not in CHECK_FINDINGS:
            where, hint = f"check {self.id!r}", nearest(str(self.found), CHECK_FINDINGS)
            raise BadValue("no such finding", where=where, hint=hint, code="followup.joint.finding")


@frozen
class CoachingResult:
    """What came of an action later (后续结果): a measure before and after.

    Args:
        id: its stable id.
        action: the action, as `REPORT/ACTION`.
        effect: the measure before and after the coaching visit; its effect may not be known yet.
    """

    id: str = field(converter=normal_id)
    action: str = field(converter=normal_id)
    effect: Effect


@frozen
class CoachingChain:
    """One agreed action with everything that it hangs on and that hangs on it.

    Args:
        report: the report in which it was agreed, with form, visits and score.
        action: the action.
        checks: its checks at later visits, by day.
        results: what came of it.
        withdrawn: whether the latest version of the report no longer holds the action.
    """

    report: CoachingReport
    action: CoachingAction
    checks: tuple[ActionCheck, ...] = ()
    results: tuple[CoachingResult, ...] = ()
    withdrawn: bool = False

    @property
    def id(self) -> str:
        """The action's id in the book: `REPORT/ACTION`."""
        return f"{self.report.id}/{self.action.id}"

    @property
    def form(self) -> CoachingForm:
        """The form that the score comes from."""
        return self.report.form

    @property
    def score(self) -> Decimal | None:
        """The score of the report; missing before it is completed."""
        return self.report.score

    @property
    def state(self) -> ChainState:
        """How far it has come; a result whose effect is not known yet is none."""
        if any(one.effect.change is not None for one in self.results):
            return "result_known"
        return "checked" if self.checks else "agreed"

    @property
    def links(self) -> tuple[str, ...]:
        """The ids of all links, from the form to the results."""
        visits = [visit.id for visit in self.report.visits]
        later = [one.id for one in self.checks] + [one.id for one in self.results]
        return (self.form.title, *visits, self.report.id, self.id, *later)

    @property
    def why(self) -> Why:
        """The chain in words, link by link."""
        parts = [
            because("form {form}", "带教表 {form}", form=self.form.title),
            because("report {id}, score {score}", "报告 {id} 得分 {score}", id=self.report.id, score=self.score),
        ]
        parts += (
            because("check {id}: {found}", "复查 {id}：{found}", id=check.id, found=CHECK_FINDINGS[check.found])
            for check in self.checks
        )
        parts += (because("{id}", "{id}", one.effect.why, id=one.id) for one in self.results)
        return because("action {id}: {state}", "行动 {id}：{state}", *parts, id=self.id, state=CHAIN_STATES[self.state])
