"""What factors, the cap and the gates do to one person's sum (调整明细): each step with its points and its reason.

>>> from pharmasales.rules import Field, Part, Weighted
>>> from pharmasales.evaluation.scoring.adjusting import Factor
>>> sheet = ScoreSheet(
...     "visits", Weighted([Part("visits", 100, Field("visits"))]),
...     factors=[Factor("flood", Field("flood"), bound=5, source="district office", zh="水灾")],
... )
>>> changes, total = adjusted(sheet, 9000, {"flood": 8})
>>> print(total, changes[0].why)
95.00 flood: noted 8 points, at most 5 either way: 5.00; source: district office
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.rules import Field, explain
from pharmasales.rules.terms import number
from pharmasales.units import half_up, in_decimals

__all__ = ["Adjustment", "AdjustmentKind", "adjusted"]

AdjustmentKind: TypeAlias = Literal["factor", "cap", "gate"]


@frozen
class Adjustment:
    """What a factor, the cap or a gate did to a score (调整).

    Args:
        kind: `factor`, `cap` or `gate`.
        name: its name, in both languages.
        before: the points before it.
        points: what it added or took; missing where a gate's test has no answer, and then there is no total.
        why: why, with the points noted and the bound, or the reason of the gate.
    """

    kind: AdjustmentKind
    name: Says
    before: Decimal
    points: Decimal | None
    why: Why = field(repr=False)


def adjusted(sheet: ScoreSheet, found: int, record: object) -> tuple[tuple[Adjustment, ...], Decimal | None]:
    """Adjust one person's sum of items.

    Args:
        sheet: the sheet.
        found: the sum of the items, in hundredths of a point.
        record: the figures.

    Returns:
        What was added or taken, in order, and the total; a gate that cannot be asked leaves none.

    Raises:
        BadValue: a figure that is not there, or is no number.
    """
    changes: list[Adjustment] = []
    total: int | None = found
    for change in _changes(sheet, found, record):
        changes.append(change)
        total = None if change.points is None or total is None else total + _count(change.points)
    return tuple(changes), None if total is None else in_decimals(total, 2)


def _count(points: Decimal) -> int:
    return int(points.scaleb(2))


def _changes(sheet: ScoreSheet, found: int, record: object) -> Iterator[Adjustment]:
    for factor in sheet.factors:
        change = _noted(factor, found, record)
        if change is not None:
            yield change
            found += _count(change.points or Decimal(0))
    if sheet.cap is not None and found > 100 * sheet.cap:
        cut = int(100 * sheet.cap) - found
        why = because("no more than {cap} points in all", "总分封顶 {cap} 分", cap=sheet.cap)
        yield Adjustment("cap", Says("cap", "封顶"), in_decimals(found, 2), in_decimals(cut, 2), why)
        found += cut
    for gate in sheet.gates:
        change = _held(gate, found, record)
        yield change
        found += _count(change.points or Decimal(0))


def _noted(factor: Factor, found: int, record: object) -> Adjustment | None:
    """Return what a factor does; nothing where nothing is noted."""
    noted = number(factor.of(record), factor.name)
    if noted is None:
        return None
    within = max(min(noted, factor.bound), -factor.bound)
    points = in_decimals(half_up(100 * within), 2)
    parts = () if isinstance(factor.of, Field) else (explain(factor.of, record),)
    why = because(
        "{name}: noted {noted} points, at most {bound} either way: {points}; source: {source}",
        "{name}：记录 {noted} 分，上下限 {bound} 分：{points}；来源：{source}",
        *parts,
        name=factor.says,
        noted=noted,
        bound=factor.bound,
        points=points,
        source=factor.source,
    )
    return Adjustment("factor", factor.says, in_decimals(found, 2), points, why)


def _held(gate: ScoreGate, found: int, record: object) -> Adjustment:
    """Return what a gate does: nothing where it is open, and an open question where it cannot be asked."""
    before, asked = in_decimals(found, 2), explain(gate.when, record)
    holds = gate.when(record)
    name, reason = gate.says, gate.reason
    if holds is None:
        why = because(
            "gate {name}: not known whether {reason}; record it, there is no total until then",
            "否决项{name}：是否{reason}未知；请补录，此前无总分",
            asked,
            name=name,
            reason=reason,
        )
        return Adjustment("gate", name, before, None, why)
    if not holds:
        why = because("gate {name}: open", "否决项{name}：未触发", asked, name=name)
        return Adjustment("gate", name, before, Decimal("0.00"), why)
    points = in_decimals(min(int(100 * gate.at_most) - found, 0), 2)
    why = because(
        "gate {name} closed, {reason}: {before} points before it, at most {left} after",
        "否决项{name}触发，{reason}：触发前 {before} 分，触发后至多 {left} 分",
        asked,
        name=name,
        reason=reason,
        before=before,
        left=gate.at_most,
    )
    return Adjustment("gate", name, before, points, why)
