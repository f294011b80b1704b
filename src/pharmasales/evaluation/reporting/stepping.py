"""What to do next (下一步): the weakest items, the point to win in each, and what it takes.

>>> from pharmasales.evaluation.measures.figures import Figures
>>> from pharmasales.evaluation.scoring.scorecard import score, scorecard_rule
>>> rule = scorecard_rule({"coverage": (60, [(0, 0), (1, 1)]), "frequency": (40, [("50%", 0), (1, 1)])})
>>> figures = Figures(target_customers=50, seen_customers=45, planned_visits=120, made_visits=110, capped_visits=102)
>>> for step in next_steps(score(rule, "r1", "Rep One", figures)):
...     print(step.why)
Call frequency attainment has 28.00 of 40.00 points
  +1.33 points: 2 more visits up to each customer's plan (104 in all)
  +12.00 points: 18 more visits up to each customer's plan (120 in all)
Coverage has 54.00 of 60.00 points
  +1.20 points: 1 more target customers seen at least once (46 in all)
  +6.00 points: 5 more target customers seen at least once (50 in all)
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, decimal_text
from pharmasales.evaluation.reporting.inverting import Need, needed, with_figure
from pharmasales.evaluation.reporting.wording import figure_name, item_name
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.rules import Points
from pharmasales.rules.reading import fields_of
from pharmasales.rules.terms import number
from pharmasales.units import Amount, half_up, in_decimals

__all__ = ["NextStep", "StepKind", "Win", "next_steps", "steps_table"]

StepKind: TypeAlias = Literal["gate", "cap", "missing", "item"]
"""What a step is about: a gate that is closed or not known, the cap, data that is missing, or an item to improve."""

_SHOWN: Final = 3


@frozen
class Win:
    """Points to win, and what they take (可得分数与所需).

    Args:
        points: how many points more the item brings then.
        need: the figure and the value that it takes, all others staying as they are.
        why: the same in words.
    """

    points: Decimal
    need: Need
    why: Why = field(repr=False, eq=False)


@frozen
class NextStep:
    """One thing to do next (下一步).

    Args:
        kind: what it is about.
        key: the name of the item, the gate, or `cap`.
        name: the same in both languages.
        point: the next whole point; missing where the full item comes before it, or the rule cannot be read backwards.
        full: the full item; missing where the rule cannot be read backwards, or one figure alone cannot bring it.
        why: what is there now, and what would bring more.
    """

    kind: StepKind
    key: str
    name: Says
    point: Win | None
    full: Win | None
    why: Why = field(repr=False, eq=False)


def next_steps(score: RepScore, most: int = _SHOWN) -> tuple[NextStep, ...]:
    """Say what a person can do next about a score (下一步做什么).

    First what stands before everything: a gate that is closed or not known, the cap, items without data. Then the
    weakest items, the least share of full points first, equal ones in the order of the sheet. What an item takes is
    read off its own rule, exactly: the least value of one figure that brings the next whole point, and the full item.

    Args:
        score: the score.
        most: how many weak items; what stands before them is always there.

    Source: S004-55 (feedback), S004-64 (strengths and needs).
    """
    weak = [one for one in score.points if one.score is not None and one.weight and one.score < one.full]
    weak.sort(key=lambda one: Fraction(one.score or 0) / one.full)
    return (*_first(score), *(_weak(one, score.figures) for one in weak[:most]))


def _first(score: RepScore) -> Iterator[NextStep]:
    for change in score.adjustments:
        if change.kind != "factor" and (change.points is None or change.points < 0):
            yield NextStep(change.kind, change.name.en, change.name, None, None, change.why)
    for one in score.points:
        if one.score is None:
            why = because(
                "{name} is not scored: have its data recorded", "{name}未评分：请补录数据", name=item_name(one.part)
            )
            yield NextStep("missing", one.part.name, item_name(one.part), None, None, why)


def _weak(one: Points, figures: object) -> NextStep:
    full = half_up(100 * (one.weight or 0))
    point = max((one.hundredths or 0) // 100 + 1, 1) * 100
    whole = _win(one, full, figures)
    next_point = _win(one, point, figures) if point < full else None
    wins = [win.why for win in (next_point, whole) if win is not None]
    if not wins:
        wins = [because("ask what would bring more: its rule has no single answer", "提分所需无唯一答案，请与主管商定")]
    says = "{name} has {points} of {full} points", "{name}得 {points} 分，满分 {full} 分"
    why = because(*says, *wins, name=item_name(one.part), points=one.points, full=in_decimals(full, 2))
    return NextStep("item", one.part.name, item_name(one.part), next_point, whole, why)


def _win(one: Points, target: int, figures: object) -> Win | None:
    """Return what it takes for an item to show at least so many hundredths; checked against the rule itself."""
    least = (target - Fraction(1, 2)) * one.full / (100 * (one.weight or 1))
    need = needed(one.part.rule, least, figures)
    if need is None:
        return None
    then = number(one.part.rule(with_figure(one.part.rule, figures, need.figure, need.value)), one.part.name)
    reached = half_up(Fraction(100 * (one.weight or 0) * (then or 0)) / one.full)
    if reached < target:
        return None
    won = reached - (one.hundredths or 0)
    return Win(in_decimals(won, 2), need, _what(one, need, figures, won))


def _what(one: Points, need: Need, figures: object, won: int) -> Why:
    term = next(term for term in fields_of(one.part.rule) if term.name == need.figure)
    held = term(figures)
    unit = held.unit.code if isinstance(held, Amount) else None
    more = need.change > 0
    return because(
        "+{points} points: {change} " + ("more" if more else "less") + " {figure} ({value} in all)",
        "+{points} 分：{figure}" + ("增加" if more else "减少") + " {change}，达到 {value}",
        points=in_decimals(won, 2),
        change=_written(abs(need.change), need, unit),
        figure=figure_name(need.figure, term.zh),
        value=_written(need.value, need, unit),
    )


def _written(value: Fraction, need: Need, unit: str | None) -> str:
    places = len(str(need.grain.denominator)) - 1
    text = f"{Decimal(decimal_text(value, places)):,f}"
    if unit is None and places:
        text = text.rstrip("0").rstrip(".")
    return text if unit is None else f"{text} {unit}"


def steps_table(steps: tuple[NextStep, ...]) -> Table:
    """Return kind, name, points to win, figure, now, needed and why: a row a win, or a step without one."""
    rows: list[tuple[Cell, ...]] = []
    for step in steps:
        wins = [win for win in (step.point, step.full) if win is not None]
        rows += [
            (_KINDS[step.kind], step.name, win.points, win.need.figure, win.need.now, win.need.value, win.why)
            for win in wins
        ] or [(_KINDS[step.kind], step.name, None, None, None, None, step.why)]
    return Table("next_steps", Says("What to do next", "下一步"), _COLUMNS, rows)


_KINDS: Final = {
    "gate": Says("gate", "否决项"),
    "cap": Says("cap", "封顶"),
    "missing": Says("missing data", "数据缺失"),
    "item": Says("item", "评分项"),
}
_COLUMNS = (
    Column("kind", "About", "类别"),
    Column("name", "Item", "项目"),
    Column("points", "Points to win", "可得分", "number"),
    Column("figure", "Figure", "数据"),
    Column("now", "Now", "当前", "amount"),
    Column("value", "Needed", "所需", "amount"),
    Column("why", "Why", "说明", "why"),
)
