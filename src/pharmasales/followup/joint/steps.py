"""The steps of a dealer joint visit as they are taken (协访步骤): their order, their records, their signatures.

>>> [step.zh for step in JOINT_STEPS.values()]
['准备', '设定目标', '实施', '总结']

Source: S003-9, S003-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.followup.joint.contents import JointConduct, JointContent, JointDebrief, JointGoals, JointPreparation
from pharmasales.followup.joint.kinds import JOINT_ROLES, JointRole
from pharmasales.names import clean, normal_id
from pharmasales.yearplan import checked_day

__all__ = [
    "CONTENT_OF",
    "JOINT_STATES",
    "JOINT_STEPS",
    "ActionReport",
    "JointCancelled",
    "JointSignature",
    "JointState",
    "JointStep",
    "JointStepRecord",
    "step_table",
]

JointStep: TypeAlias = Literal["prepare", "goals", "carry_out", "debrief"]
JointState: TypeAlias = Literal[
    "planned", "prepared", "goals_set", "agreed", "carried_out", "debriefed", "closed", "cancelled"
]

JOINT_STEPS: Mapping[str, Says] = MappingProxyType(
    {
        "prepare": Says("prepare", "准备"),
        "goals": Says("set goals", "设定目标"),
        "carry_out": Says("carry out", "实施"),
        "debrief": Says("debrief", "总结"),
    }
)
"""The four steps, in their order (S003-9)."""

JOINT_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "planned": Says("planned", "已计划"),
        "prepared": Says("prepared", "已准备"),
        "goals_set": Says("goals set, to be signed", "目标待签字"),
        "agreed": Says("goals agreed by both", "双方已签目标"),
        "carried_out": Says("carried out", "已实施"),
        "debriefed": Says("debriefed, to be signed", "总结待签字"),
        "closed": Says("closed", "已完成"),
        "cancelled": Says("cancelled", "已取消"),
    }
)
"""Where a dealer joint visit stands."""

CONTENT_OF: Mapping[JointStep, type[JointContent]] = MappingProxyType(
    {"prepare": JointPreparation, "goals": JointGoals, "carry_out": JointConduct, "debrief": JointDebrief}
)
"""What each step holds, in the order of the steps."""

_SIGNED = ("goals", "debrief")
_REACHED: Mapping[str, JointState] = MappingProxyType(
    {"prepare": "prepared", "goals": "goals_set", "carry_out": "carried_out", "debrief": "debriefed"}
)


@frozen
class JointSignature:
    """One side's signature (签字): who signed for it, and when."""

    side: JointRole
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)


@frozen
class JointStepRecord:
    """One step as it was taken, or taken anew.

    Args:
        step: which of the four.
        content: what it holds.
        by: the id of who wrote it.
        on: when it was written.
        number: 1 the first time, 2 for its first revision.
        reason: why it was revised, or "".
        signatures: who signed it; one a side.
    """

    step: JointStep
    content: JointContent
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    number: int = 1
    reason: str = field(default="", converter=clean, repr=False)
    signatures: tuple[JointSignature, ...] = ()

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The sides that still have to sign; none where the step is not signed at all."""
        sides = JOINT_ROLES["dealer_joint"] if self.step in _SIGNED else ()
        return tuple(side for side in sides if side not in {one.side for one in self.signatures})

    @property
    def reached(self) -> JointState:
        """Where the visit stands after this step."""
        if self.step in _SIGNED and not self.unsigned:
            return "agreed" if self.step == "goals" else "closed"
        return _REACHED[self.step]


@frozen
class ActionReport:
    """What became of an action: taken up or not (建议采纳).

    Args:
        action: its id.
        adopted: whether it was done as agreed.
        on: when.
        by: the id of who reports.
        note: anything to add.
        version: the version of the debrief in which the action stood.
    """

    action: str = field(converter=normal_id)
    adopted: bool = field()
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    note: str = field(default="", converter=clean, repr=False)
    version: int = 1

    @adopted.validator
    def _yes_or_no(self, _attribute: object, value: object) -> None:
        if not isinstance(value, bool):
            where, hint = f"action {self.action!r}", "True or False"
            raise BadValue("not yes or no", where=where, hint=hint, code="followup.joint.adopted")


@frozen
class JointCancelled:
    """That a visit was cancelled (取消): by whom, when and why."""

    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    reason: str = field(converter=clean, repr=False)


_COLUMNS = (
    Column("visit_id", "Joint visit", "协访编号"),
    Column("step", "Step", "步骤"),
    Column("number", "Version", "版本", "number"),
    Column("by", "By", "填写人"),
    Column("on", "On", "日期", "date"),
    Column("signed", "Signed", "签字"),
    Column("reason", "Reason", "修订原因"),
)


def step_table(visit: str, records: Iterable[JointStepRecord], state: JointState) -> Table:
    """Return a row a record with its signatures as table `joint_visit`; no words of the talk.

    >>> step_table("J1", [], "planned").title.text("zh")
    '工商协访，已计划'
    """
    rows = [
        (
            visit,
            JOINT_STEPS[record.step],
            record.number,
            record.by,
            record.on,
            ", ".join(f"{one.by} {one.on}" for one in record.signatures),
            record.reason,
        )
        for record in records
    ]
    reached = JOINT_STATES[state]
    title = Says(f"Dealer joint visit, {reached.en}", f"工商协访，{reached.zh}")
    return Table("joint_visit", title, _COLUMNS, rows)
