"""Why a deviation case stands where it does (偏差处理说明): the chain in words, without anybody's free text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pharmasales.display import Cell, Says, Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.evaluation.variance.causes import KINDS, Cause
from pharmasales.evaluation.variance.responses import CASE_STATES, Countermeasure, PlanChange
from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES

if TYPE_CHECKING:
    from pharmasales.evaluation.variance.cases import DeviationCase

__all__ = ["case_why"]


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
