"""Training needs (培训需求): from issues, from weak items of a grade, from training to be refreshed; met or not yet.

>>> from pharmasales.recruitment.agents.issues import IssueTerms
>>> terms = IssueTerms("product", "p2", date(2026, 3, 9))
>>> issue = AgentIssue.open("I1", "A1", "doctors' questions are not answered", terms, by="p1", on=date(2026, 3, 2))
>>> given = AgentTraining("T1", "A1", "product", date(2026, 3, 10), "p7", issues=["I1"])
>>> for trainings in ([], [given]):
...     need = training_needs([issue], [], trainings, date(2026, 3, 12)).rows[0]
...     print(need.topic, need.state, need.why)
product open issue I1 (product knowledge) since 2026-03-02: no training yet; plan one
product check issue I1 (product knowledge) since 2026-03-02: training T1 of 2026-03-10, effect not known; measure it

Source: S003-8, S004-64 (training need), S002-22 (expiry).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule
from pharmasales.names import nearest
from pharmasales.recruitment.agents.issue_list import checked_issues
from pharmasales.recruitment.agents.issues import ISSUE_KINDS, AgentIssue
from pharmasales.recruitment.agents.marks import AgentMark, item_says, marks_on, spelt_twice
from pharmasales.recruitment.agents.trainings import AGENT_TRAININGS, AgentTraining, checked_trainings
from pharmasales.yearplan import checked_day

__all__ = ["ITEM_TRAININGS", "NEED_STATES", "NeedState", "TrainingNeed", "TrainingNeeds", "training_needs"]

NeedState: TypeAlias = Literal["open", "again", "planned", "check", "met"]

NEED_STATES: Mapping[NeedState, Says] = MappingProxyType(
    {
        "open": Says("no training yet", "尚未培训"),
        "again": Says("it did not help", "培训无效"),
        "planned": Says("planned", "已计划"),
        "check": Says("effect not known", "效果未知"),
        "met": Says("it helped", "培训有效"),
    }
)
"""What became of a need."""

ITEM_TRAININGS: Mapping[str, str] = MappingProxyType(
    {"contract": "planning", "receipts": "collecting", "keenness": "policy", "loyalty": "policy"}
)
"""Which training may answer a weak item of the grade; ours."""


@frozen
class TrainingNeed:
    """One need for training (培训需求).

    Args:
        agent: id of the agent.
        topic: a key of `AGENT_TRAININGS`.
        source: `issue`, `item` or `refresh`.
        ref: the id of the issue, the weak item, or the id of the training to be refreshed.
        since: since when it is known.
        training: the id of the training that answers it, the last one; "" where none does.
        state: what became of it.
        why: where it comes from, what was done, and what to do.
    """

    agent: str
    topic: str
    source: Literal["issue", "item", "refresh"]
    ref: str
    since: date
    training: str
    state: NeedState
    why: Why = field(repr=False)


@frozen
class TrainingNeeds:
    """The needs as of a day: those without training first, then by the day since when. Made by `training_needs`.

    Args:
        as_of: the day.
        rows: one row a need.
    """

    as_of: date
    rows: tuple[TrainingNeed, ...] = field(repr=lambda rows: f"<{len(rows)} needs>")

    @property
    def open(self) -> tuple[TrainingNeed, ...]:
        """Those that want a training: none yet, or one that did not help."""
        return tuple(row for row in self.rows if row.state in ("open", "again"))

    def table(self) -> Table:
        """Return agent, topic, where from, since, training, state, why."""
        rows: list[tuple[Cell, ...]] = [
            (
                row.agent,
                AGENT_TRAININGS[row.topic],
                _SOURCES[row.source],
                item_says(row.ref) if row.source == "item" else row.ref,
                row.since,
                row.training,
                NEED_STATES[row.state],
                row.why,
            )
            for row in self.rows
        ]
        return Table("training_needs", Says("Training needs", "培训需求"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_SOURCES = {
    "issue": Says("issue", "问题"),
    "item": Says("weak item", "弱项"),
    "refresh": Says("refresh", "复训"),
}
_COLUMNS = (
    Column("agent", "Agent", "代理商"),
    Column("topic", "Topic", "主题"),
    Column("source", "From", "来源"),
    Column("ref", "Of", "编号"),
    Column("since", "Since", "起", "date"),
    Column("training", "Training", "培训编号"),
    Column("state", "State", "状态"),
    Column("why", "Why", "原因", "why"),
)


def training_needs(
    issues: Iterable[AgentIssue],
    marks: Iterable[AgentMark],
    trainings: Iterable[AgentTraining],
    as_of: date,
    *,
    weak_below: int = 60,
    topics: Mapping[str, str] = ITEM_TRAININGS,
) -> TrainingNeeds:
    """Say who needs which training, why, and what became of it (培训需求).

    An issue that is not closed is a need where its kind has a training; a mark below the cut is one where its item has;
    so is a training whose last day is over and that no later one of its topic replaces. A training answers a need where
    it names the issue or item and is not before the need; an issue that was opened again is a need since that day.

    Args:
        issues: the issues.
        marks: the marks of the agents.
        trainings: the trainings, planned ones too.
        as_of: the day.
        weak_below: a mark below it is weak.
        topics: which training may answer a weak item.

    Raises:
        BadRows: two marks of one day and version, two issues or trainings of one id, or agents spelt in two ways.
        BadRule: a weak item is to be answered by an unknown training.
    """
    unknown = sorted(set(topics.values()) - set(AGENT_TRAININGS))
    if unknown:
        hint = nearest(unknown[0], AGENT_TRAININGS)
        raise BadRule(f"no such training: {unknown[0]}", where="topics", hint=hint, code="agents.training")
    day, known = checked_day(as_of), dict[str, list[AgentTraining]]()
    told, marked = checked_issues(issues), list(marks)
    for one in checked_trainings(trainings):
        known.setdefault(one.agent, []).append(one)
    if bad := spelt_twice([*known, *(one.agent for one in told), *(one.agent for one in marked)]):
        raise BadRows("agents spelt in two ways", bad)
    waiting = [one for one in told if one.opened_on <= day and one.state_on(day) != "closed"]
    found = [_of_issue(one, known.get(one.agent, []), day) for one in waiting]
    for agent, items in marks_on(marked, day).items():
        weak = [one for one in items.values() if one.mark is not None and one.mark < weak_below]
        found += [_of_mark(one, topics[one.item], known.get(agent, []), day) for one in weak if one.item in topics]
    found += [_of_old(one, given, day) for given in known.values() for one in given]
    rows = [one for one in found if one is not None]
    order = list(NEED_STATES)
    rows.sort(key=lambda row: (order.index(row.state), row.since, row.agent, row.source, row.ref))
    return TrainingNeeds(as_of, tuple(rows))


def _of_issue(issue: AgentIssue, trainings: list[AgentTraining], day: date) -> TrainingNeed | None:
    kind = ISSUE_KINDS[issue.terms_on(day).kind]
    if not kind.training:
        return None
    answers = [one for one in trainings if issue.id in one.issues]
    why = because("issue {ref} ({kind})", "问题 {ref}（{kind}）", ref=issue.id, kind=kind.says)
    since = next(step.on for step in reversed(issue.steps_on(day)) if step.do in ("open", "reopen"))
    return _need(issue.agent, kind.training, ("issue", issue.id), since, answers, why, day)


def _of_mark(mark: AgentMark, topic: str, trainings: list[AgentTraining], day: date) -> TrainingNeed:
    answers = [one for one in trainings if mark.item in one.items]
    why = because("{item} marked {mark}", "{item} 得分 {mark}", item=item_says(mark.item), mark=mark.mark)
    return _need(mark.agent, topic, ("item", mark.item), mark.on, answers, why, day)


def _of_old(old: AgentTraining, trainings: list[AgentTraining], day: date) -> TrainingNeed | None:
    """Return a training to be refreshed; none where a later one of its topic was given."""
    later = [one for one in trainings if one.topic == old.topic and one.on > old.on]
    if old.until is None or old.until >= day or any(one.given_on(day) for one in later):
        return None
    why = because("training {ref} counted until {until}", "培训 {ref} 有效至 {until}", ref=old.id, until=old.until)
    return _need(old.agent, old.topic, ("refresh", old.id), old.until + timedelta(1), later, why, day)


def _need(
    agent: str,
    topic: str,
    named: tuple[Literal["issue", "item", "refresh"], str],
    since: date,
    answers: list[AgentTraining],
    why: Why,
    day: date,
) -> TrainingNeed:
    """Say what became of a need by the trainings that name it."""
    given = [one for one in answers if since <= one.on <= day]
    planned = [one for one in answers if one.on > day]
    last = planned[0] if planned else given[-1] if given else None
    state: NeedState = "open"
    if given and given[-1].effect_on(day) == "better":
        last, state = given[-1], "met"
    elif planned:
        state = "planned"
    elif given:
        state = "check" if given[-1].effect_on(day) == "unknown" else "again"
    en, zh = _TOLD[state]
    told = because(
        f"{{source}} since {{since}}: {en}",
        f"{{source}}，自 {{since}}：{zh}",
        source=Says(why.text(), why.text("zh")),
        since=since,
        training=last.id if last else "",
        on=last.on if last else None,
    )
    return TrainingNeed(agent, topic, *named, since, last.id if last else "", state, told)


_TOLD: Mapping[NeedState, tuple[str, str]] = {
    "open": ("no training yet; plan one", "尚未培训，请安排"),
    "again": (
        "training {training} of {on} did not help; train in another way",
        "{on} 的培训 {training} 无效，请换方式再培训",
    ),
    "planned": ("training {training} is planned for {on}", "已计划 {on} 的培训 {training}"),
    "check": ("training {training} of {on}, effect not known; measure it", "{on} 的培训 {training} 效果未知，请测评"),
    "met": ("training {training} of {on} helped", "{on} 的培训 {training} 有效"),
}
