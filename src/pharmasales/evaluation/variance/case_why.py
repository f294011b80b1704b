"""Why a deviation case stands where it does, and its steps (偏差处理说明): the chain in words, and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.evaluation.variance.causes import KINDS, Cause
from pharmasales.evaluation.variance.responses import CASE_STATES, Countermeasure, PlanChange
from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES

if TYPE_CHECKING:
    from pharmasales.evaluation.variance.cases import DeviationCase

__all__ = ["case_table", "case_why"]


def case_why(case: DeviationCase, as_of: date, causes: Mapping[str, Cause]) -> Why:
    """Say the chain as of a day: the deviation, the cause, what is done, and how far it is. Free texts stay out.

    Raises:
        BadRule: a day before the case was found.
    """
    state = case.state_on(as_of)
    if state is None:
        raise BadRule("before the case was found", where=f"case {case.id!r}", hint="a later day", code="variance.day")
    known = [one for one in case.causes if one.on <= as_of]
    named = [because("cause: {cause}", "原因：{cause}", cause=_cause(one.cause, causes)) for one in known[-1:]]
    measures = [_measure(n, one, as_of) for n, one in enumerate(case.measures, 1) if one.on <= as_of]
    changes = [_change(one, as_of) for one in case.changes if one.on <= as_of]
    return because(
        "{id}, {node}, {kind}: {figure} of {goal} in {period}, {deviation} off the pace: {state}",
        "{id}，{node}，{kind}：{period} {figure}，目标 {goal}，偏离进度 {deviation}：{state}",
        *(named + measures + changes),
        id=case.id,
        node=case.node,
        kind=KINDS[case.kind],
        figure=str(case.figure),
        goal=str(case.goal),
        period=str(case.period),
        deviation=percent(case.deviation),
        state=CASE_STATES[state],
    )


def _cause(key: str, causes: Mapping[str, Cause]) -> Says:
    return causes[key].says if key in causes else Says(key, key)


def _measure(number: int, one: Countermeasure, day: date) -> Why:
    values: dict[str, Cell] = {"number": number, "due": one.due.isoformat(), "owner": one.owner}
    if one.open_on(day):
        return because("measure {number}: {owner}, due {due}", "措施 {number}：{owner}，期限 {due}", **values)
    done = str(one.done_on)
    en, zh = "measure {number}: done on {done}, due {due}", "措施 {number}：{done} 完成，期限 {due}"
    return because(en, zh, done=done, **values)


def _change(one: PlanChange, day: date) -> Why:
    state = one.state_on(day)
    return because(
        "change of goal {goal}, version {version}: {state}",
        "目标 {goal} 调整，第 {version} 版：{state}",
        goal=one.goal,
        version=one.version,
        state=None if state is None else AGREEMENT_STATES[state],
    )


def case_table(case: DeviationCase) -> Table:
    """Return day, step, who, due and words of every step, in the order of days; words are as persons wrote them."""
    rows: list[tuple[Cell, ...]] = [(case.on, _FOUND, None, case.answer_by, None)]
    rows += [(one.on, _CAUSE, one.by, None, f"{one.cause}: {'; '.join(one.evidence)}") for one in case.causes]
    for number, one in enumerate(case.measures, 1):
        named = Says(f"measure {number}", f"措施 {number}")
        rows.append((one.on, named, one.owner, one.due, one.what))
        if one.done_on is not None:
            done = Says(f"measure {number} done", f"措施 {number} 完成")
            rows.append((one.done_on, done, one.done_by, None, one.result))
    for change in case.changes:
        for day, state in change.states:
            told = f"{change.goal}, {change.version}"
            rows.append((day, AGREEMENT_STATES[state], None, change.answer_by, told))
    if case.end is not None:
        rows.append((case.end.on, CASE_STATES["closed"], case.end.by, None, case.end.outcome))
    rows.sort(key=lambda row: str(row[0]))
    return Table("deviation_case", Says("Deviation case", "偏差处理单"), _COLUMNS, rows)


_FOUND, _CAUSE = Says("found", "发现"), Says("cause", "原因")
_COLUMNS = (
    Column("on", "On", "日期", "date"),
    Column("step", "Step", "步骤"),
    Column("who", "Who", "责任人"),
    Column("due", "Due", "期限", "date"),
    Column("words", "Words", "内容"),
)
