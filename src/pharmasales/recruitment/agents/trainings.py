"""Training given to agents (代理商培训): what, when, by whom, to whom, and whether it helped, as far as anybody knows.

>>> given = AgentTraining("T1", "A1", "product", date(2026, 3, 10), "p7", people=["s1", "s2"], issues=["I1"])
>>> given.effect_on(date(2026, 4, 30))
'unknown'
>>> given = given.measure(TrainingEffect("boxes a month", 40, 55, date(2026, 4, 30), "p1"))
>>> given.effect_on(date(2026, 4, 29)), given.effect_on(date(2026, 4, 30))
('unknown', 'better')

Source: S003-8 (training as a service), S003-2 (before and after), S004-73 (train dealer staff).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.recruitment.agents.words import said
from pharmasales.rules.terms import Exact, number
from pharmasales.yearplan import checked_day

__all__ = [
    "AGENT_TRAININGS",
    "EFFECTS",
    "AgentTraining",
    "Effect",
    "TrainingEffect",
    "checked_trainings",
    "training_list",
]

Effect: TypeAlias = Literal["better", "same", "worse", "unknown"]

EFFECTS: Mapping[Effect, Says] = MappingProxyType(
    {
        "better": Says("better", "有效"),
        "same": Says("no change", "无变化"),
        "worse": Says("worse", "变差"),
        "unknown": Says("not known", "效果未知"),
    }
)
"""Whether a training helped."""

AGENT_TRAININGS: Mapping[str, Says] = MappingProxyType(
    {
        "product": Says("product knowledge", "产品知识"),
        "promotion": Says("promotion in hospitals", "医院推广"),
        "policy": Says("policy, price, territory", "政策、价格与区域"),
        "collecting": Says("credit and collecting", "资信与回款"),
        "stock": Says("stock and flow records", "库存与流向管理"),
        "planning": Says("planning the market", "市场规划"),
        "law": Says("law and papers", "法规与单据"),
    }
)
"""What agents are trained in; the list is ours."""


def _measure(text: str) -> str:
    return said(text, "measure")


def _before(value: object) -> Exact | None:
    return number(value, "before")


def _after(value: object) -> Exact | None:
    return number(value, "after")


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="ids", hint="put it in a list", code="agents.list")
    return tuple(dict.fromkeys(map(normal_id, given)))


@frozen
class TrainingEffect:
    """A figure before and after a training (培训效果).

    Args:
        measure: what was measured, in words.
        before: its value before; missing where nobody knows.
        after: its value after; missing likewise.
        on: when it was measured.
        by: id of who measured it.
        lowest_first: whether less is better, as of returns.

    Raises:
        BadValue: no measure, a value that is no exact number, or `lowest_first` that is neither yes nor no.
    """

    measure: str = field(converter=_measure, repr=False)
    before: Exact | None = field(converter=_before)
    after: Exact | None = field(converter=_after)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    lowest_first: bool = False

    def __attrs_post_init__(self) -> None:
        if type(self.lowest_first) is not bool:
            raise BadValue("neither yes nor no", where="lowest_first", hint="True or False", code="agents.training")

    @property
    def result(self) -> Effect:
        """Whether it is better, the same or worse; not known where a value is missing."""
        if self.before is None or self.after is None:
            return "unknown"
        gain = self.before - self.after if self.lowest_first else self.after - self.before
        return "better" if gain > 0 else "worse" if gain < 0 else "same"


@frozen
class AgentTraining:
    """One training of an agent's people (培训记录).

    Args:
        id: its id.
        agent: id of the agent.
        topic: a key of `AGENT_TRAININGS`.
        on: the day on which it is given; a day to come is a plan. One that did not take place is left out, or moved.
        by: id of who gives it.
        people: ids of those of the agent's people who take part.
        issues: ids of the issues that it answers.
        items: the weak items of the grade that it answers.
        until: the last day on which it counts, where it must be refreshed.
        effects: figures before and after, in the order measured; the last one counts.

    Raises:
        BadRule: an unknown topic.
        BadValue: an empty id, an end or a measurement before the day.
    """

    id: str = field(converter=normal_id)
    agent: str = field(converter=normal_id)
    topic: str = field()
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    people: tuple[str, ...] = field(default=(), converter=_ids)
    issues: tuple[str, ...] = field(default=(), converter=_ids)
    items: tuple[str, ...] = field(default=(), converter=_ids)
    until: date | None = field(default=None, converter=optional(checked_day))
    effects: tuple[TrainingEffect, ...] = ()

    @topic.validator
    def _known(self, _attribute: object, topic: str) -> None:
        if topic not in AGENT_TRAININGS:
            hint = nearest(str(topic), AGENT_TRAININGS)
            raise BadRule("no such training", where="topic", hint=hint, code="agents.training")

    def __attrs_post_init__(self) -> None:
        where = f"training {self.id!r}"
        if self.until is not None and self.until < self.on:
            raise BadValue("an end before its day", where=where, code="agents.day")
        day = self.on
        for effect in self.effects:
            if effect.on < day:
                hint = "measure the effect after the training, each later than the last"
                raise BadValue("measured too early", where=where, hint=hint, code="agents.day")
            day = effect.on

    def measure(self, effect: TrainingEffect) -> AgentTraining:
        """Add a measurement (记录效果); the earlier ones are kept.

        Raises:
            BadValue: measured before the training or before the last measurement.
        """
        return evolve(self, effects=(*self.effects, effect))

    def given_on(self, day: date) -> bool:
        """Whether it was given by the end of a day."""
        return self.on <= day

    def counts_on(self, day: date) -> bool:
        """Whether it was given by the end of a day and need not be refreshed yet."""
        return self.on <= day and (self.until is None or day <= self.until)

    def effect_on(self, day: date) -> Effect:
        """Return whether it helped, as far as known by the end of a day."""
        known = [effect.result for effect in self.effects if effect.on <= day]
        return known[-1] if known else "unknown"


def checked_trainings(trainings: Iterable[AgentTraining]) -> list[AgentTraining]:
    """Return trainings by day, then by id.

    Raises:
        BadRows: two of one id: all of them.
    """
    found = sorted(trainings, key=lambda one: (one.on, one.id))
    bad: list[PharmaSalesError] = [
        BadValue(
            "two trainings of one id", where=f"training {found[later].id!r}", hint="number them", code="agents.twice"
        )
        for _, later in twins([one.id for one in found])
    ]
    if bad:
        raise BadRows(f"{len(bad)} trainings refused", bad)
    return found


def training_list(trainings: Iterable[AgentTraining], as_of: date) -> Table:
    """Return training, agent, topic, day, by whom, people, answers, until, state, effect, by day.

    Raises:
        BadRows: two trainings of one id.
    """
    rows: list[tuple[Cell, ...]] = []
    day = checked_day(as_of)
    for one in checked_trainings(trainings):
        state = _STATES[0] if one.on > day else _STATES[1] if one.counts_on(day) else _STATES[2]
        effect = EFFECTS[one.effect_on(day)] if one.given_on(day) else None
        answers = ", ".join([*one.issues, *one.items])
        told = (AGENT_TRAININGS[one.topic], one.on, one.by, len(one.people), answers, one.until)
        rows.append((one.id, one.agent, *told, state, effect))
    return Table("agent_trainings", Says("Training of agents", "代理商培训"), _COLUMNS, rows)


_STATES = (Says("planned", "已计划"), Says("given", "已培训"), Says("to be refreshed", "需复训"))
_COLUMNS = (
    Column("training", "Training", "培训编号"),
    Column("agent", "Agent", "代理商"),
    Column("topic", "Topic", "主题"),
    Column("on", "Day", "日期", "date"),
    Column("by", "By", "讲师"),
    Column("people", "People", "人数", "number"),
    Column("answers", "Answers", "针对"),
    Column("until", "Until", "有效至", "date"),
    Column("state", "State", "状态"),
    Column("effect", "Effect", "效果"),
)
