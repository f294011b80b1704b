"""How far a dealer has come (商家发展阶段): attract, find, help, lead; each stage by its evidence; and training.

From attracting dealers (招商) over finding the right ones (找商) and helping them (助商) to leading them (领商). A
dealer stands at the last stage up to which every stage has its evidence; a gap is named and never skipped.

>>> marks = [StageMark("attract", date(2025, 5, 1), "A1"), StageMark("help", date(2026, 3, 4), "J1")]
>>> found = dealer_stage("D1", marks, as_of=date(2026, 4, 1))
>>> found.stage, found.next, found.why.text("zh")
('attract', 'find', '商家处于招商阶段（2025-05-01：A1；找商阶段尚无依据）')

Source: S003-7 (stages), S003-8 (training as a service).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.classification.schemes.agents import DEALER_STAGES
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.joint.kinds import listed
from pharmasales.names import clean, nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = [
    "DEALER_STAGES",
    "DealerStage",
    "DealerTraining",
    "StageMark",
    "StageName",
    "dealer_stage",
    "dealer_training_table",
]

StageName: TypeAlias = Literal["attract", "find", "help", "lead"]


@frozen
class StageMark:
    """That a dealer has reached a stage (阶段依据).

    Args:
        stage: one of `DEALER_STAGES`.
        on: since when.
        evidence: the id of what shows it, such as an agreement, a joint visit or a plan made together.

    Raises:
        BadValue: an unknown stage, or no evidence.
    """

    stage: StageName = field()
    on: date = field(converter=checked_day)
    evidence: str = field(converter=normal_id)

    @stage.validator
    def _known(self, _attribute: object, value: str) -> None:
        if value not in DEALER_STAGES:
            hint = nearest(str(value), DEALER_STAGES)
            raise BadValue("no such stage of a dealer", where="stage", hint=hint, code="followup.joint.stage")


@frozen
class DealerStage:
    """The stage of one dealer on a day.

    Args:
        dealer: the dealer's id.
        stage: where it stands; missing without evidence for the first stage.
        since: since when: the day on which the last of the stages up to it had its evidence.
        next: the stage that comes next; none at the last.
        why: the evidence of each stage reached, and what is lacking for the next.
    """

    dealer: str
    stage: StageName | None
    since: date | None
    next: StageName | None
    why: Why = field(repr=False)


def dealer_stage(dealer: str, marks: Iterable[StageMark], *, as_of: date) -> DealerStage:
    """Return the stage of a dealer: the last up to which every stage has evidence.

    Args:
        dealer: the dealer's id.
        marks: the evidence, in any order; of several for one stage the first day counts.
        as_of: the day; evidence of later days does not count.
    """
    known = sorted((mark for mark in marks if mark.on <= checked_day(as_of)), key=lambda one: (one.on, one.evidence))
    first: dict[str, StageMark] = {}
    for mark in known:
        first.setdefault(mark.stage, mark)
    order: Sequence[StageName] = ("attract", "find", "help", "lead")
    count = next((place for place, stage in enumerate(order) if stage not in first), len(order))
    reached = [first[stage] for stage in order[:count]]
    following = order[count] if count < len(order) else None
    stage = order[count - 1] if count else None
    since = max((mark.on for mark in reached), default=None)
    return DealerStage(normal_id(dealer), stage, since, following, _why(stage, reached, following))


def _why(stage: StageName | None, reached: Iterable[StageMark], following: StageName | None) -> Why:
    parts = [because("{on}: {proof}", "{on}：{proof}", on=mark.on, proof=mark.evidence) for mark in reached]
    if following:
        en, zh = "no evidence yet for {stage}", "{stage}阶段尚无依据"
        parts.append(because(en, zh, stage=DEALER_STAGES[following]))
    if stage is None:
        return because("the dealer stands at no stage yet", "商家尚无阶段", *parts)
    return because("the dealer stands at {stage}", "商家处于{stage}阶段", *parts, stage=DEALER_STAGES[stage])


def _people(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(normal_id, listed(given, "people"))))


@frozen
class DealerTraining:
    """Training of a dealer's people, as a service of the maker (商家培训).

    Args:
        id: its id.
        dealer: the dealer's id.
        topic: what is trained.
        planned: the day for which it is planned.
        held: the day on which it was held, or none.
        people: the ids of those of the dealer's people who were there; or who are to come, before it was held.

    >>> DealerTraining("T1", "D1", "objections", date(2026, 3, 10), held=date(2026, 3, 12)).late
    2

    Source: S003-8.
    """

    id: str = field(converter=normal_id)
    dealer: str = field(converter=normal_id)
    topic: str = field(converter=clean)
    planned: date = field(converter=checked_day)
    held: date | None = field(default=None, converter=optional(checked_day))
    people: tuple[str, ...] = field(default=(), converter=_people)

    @property
    def late(self) -> int | None:
        """How many calendar days after its plan it was held; missing while it was not, below zero before its plan."""
        return None if self.held is None else (self.held - self.planned).days


def dealer_training_table(trainings: Iterable[DealerTraining], *, as_of: date) -> Table:
    """Return a row a training as table `dealer_training`: planned, held, people; and whether it is overdue.

    >>> planned = DealerTraining("T1", "D1", "objections", date(2026, 3, 10))
    >>> table = dealer_training_table([planned], as_of=date(2026, 3, 11))
    >>> table.rows[0][-1].text("zh")
    '逾期未举行'
    """
    columns = (
        Column("training_id", "Training", "培训编号"),
        Column("dealer_id", "Dealer", "商家"),
        Column("topic", "Topic", "主题"),
        Column("planned", "Planned", "计划日期", "date"),
        Column("held", "Held", "举行日期", "date"),
        Column("people", "People", "人数", "number"),
        Column("state", "State", "状态"),
    )
    rows = [
        (one.id, one.dealer, one.topic, one.planned, one.held, len(one.people), _state(one, as_of)) for one in trainings
    ]
    return Table("dealer_training", Says("Training of dealers", "商家培训"), columns, rows)


def _state(training: DealerTraining, as_of: date) -> Says:
    if training.held is not None and training.held <= as_of:
        return Says("held", "已举行")
    return Says("overdue", "逾期未举行") if training.planned < as_of else Says("planned", "已计划")
