"""Measures (考核指标): what a rep is measured by, each a rule over the same figures.

>>> figures = Figures(goal=400_000, actual=420_000, last=350_000, target_customers=50, seen_customers=45)
>>> MEASURES["attainment"].rule(figures), MEASURES["growth"].rule(figures), MEASURES["coverage"].rule(figures)
(Fraction(21, 20), Fraction(1, 5), Fraction(9, 10))
>>> MEASURES["receipts"].rule(figures) is None     # nothing known is missing, never zero
True
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotComparable
from pharmasales.rules import Field, Ratio
from pharmasales.units import Amount, exact

__all__ = ["MEASURES", "Figure", "Figures", "Measure"]

Figure: TypeAlias = Amount | int | Decimal | Fraction | None

_MONEY = (("goal", "actual", "last"), ("due", "collected"))
_COUNTS = ("target_customers", "seen_customers", "planned_visits", "made_visits", "capped_visits", "field_days")
_NOT_NEGATIVE = ("goal", "due", *_COUNTS)
_WITHIN = (
    ("seen_customers", "target_customers", "count target customers only"),
    ("capped_visits", "planned_visits", "count min(made, planned) of each customer"),
    ("capped_visits", "made_visits", "count min(made, planned) of each customer"),
)


@frozen(kw_only=True)
class Figures:
    """One rep's figures of a period (考核数据); what is unknown is left out and stays missing.

    Plain numbers are in whole units, as an `Amount` speaks of itself; the two are not mixed among goal, actual and
    last, nor between due and collected.

    Args:
        goal: the goal.
        actual: the actual.
        last: the same period of the year before.
        target_customers: customers that were to be seen.
        seen_customers: those of them seen at least once.
        planned_visits: visits planned.
        made_visits: visits made.
        capped_visits: visits made, of each customer no more than planned.
        field_days: days in the field; halves are legal.
        due: what fell due.
        collected: how much of that was paid.

    Raises:
        BadValue: a figure that is not exact, a negative goal, due or count, more customers seen than there are, or
            more capped visits than made or planned.
        NotComparable: two units, or an amount beside a plain number.
    """

    goal: Figure = None
    actual: Figure = None
    last: Figure = None
    target_customers: Figure = None
    seen_customers: Figure = None
    planned_visits: Figure = None
    made_visits: Figure = None
    capped_visits: Figure = None
    field_days: Figure = None
    due: Figure = None
    collected: Figure = None

    def __attrs_post_init__(self) -> None:
        known = {name: value for name in _FIGURES if (value := getattr(self, name)) is not None}
        for name, value in known.items():
            if type(value) not in (int, Amount, Fraction, Decimal):
                raise BadValue(f"{type(value).__name__} as a figure", where=name, hint="give it exact", code="number")
            if name in _NOT_NEGATIVE and _number(value) < 0:
                raise BadValue("below zero", where=name, hint="leave out what is unknown", code="figures.negative")
        for names in _MONEY:
            units = {getattr(known[name], "unit", None) for name in names if name in known}
            if len(units) > 1:
                raise NotComparable("two units", where=", ".join(names), hint="use one unit", code="unit")
        for part, whole, hint in _WITHIN:
            if part in known and whole in known and _number(known[part]) > _number(known[whole]):
                raise BadValue(f"{part} over {whole}", where=part, hint=hint, code="figures.over")

    @property
    def increase(self) -> Fraction | None:
        """Actual less last (增量); missing where last is not above zero, because growth over that has no meaning."""
        if self.actual is None or self.last is None or _number(self.last) <= 0:
            return None
        return Fraction(_number(self.actual) - _number(self.last))


_FIGURES = (*_MONEY[0], *_COUNTS, *_MONEY[1])


def _number(value: object) -> int | Fraction:
    return value if type(value) is int else exact(value)


@frozen
class Measure:
    """One measure: how it is called, how it is computed, and where that is written.

    Args:
        name: the canonical name, as in a policy file.
        en: English name.
        zh: Chinese name.
        rule: the rule over `Figures`.
        formula: the formula in words, in both languages.
        source: requirement or page.
        kind: `ratio` is shown in percent, `number` as it is.
    """

    name: str
    en: str
    zh: str
    rule: Ratio
    formula: Says
    source: str
    kind: Literal["ratio", "number"] = "ratio"


_ACTUAL, _LAST = Field("actual", "实际"), Field("last", "同期")
_PLANNED = Field("planned_visits", "计划拜访")

_ALL = (
    Measure(
        "attainment",
        "Attainment",
        "达成率",
        Ratio(_ACTUAL, Field("goal", "目标")),
        Says("actual / goal", "实际 / 目标"),
        "P2-C, S004-67",
    ),
    Measure(
        "growth",
        "Growth",
        "增长率",
        Ratio(Field("increase", "增量"), _LAST),
        Says("actual / last - 1, over the same period of the year before", "实际 / 同期 - 1"),
        "P2-C, S004-58",
    ),
    Measure(
        "coverage",
        "Coverage",
        "覆盖率",
        Ratio(Field("seen_customers", "已访目标客户"), Field("target_customers", "目标客户")),
        Says("target customers seen at least once / target customers", "至少拜访一次的目标客户 / 目标客户"),
        "P2-C, E13",
    ),
    Measure(
        "frequency",
        "Call frequency attainment",
        "频率达成率",
        Ratio(Field("capped_visits", "计划内拜访"), _PLANNED),
        Says("sum of min(made, planned) / sum of planned", "Σ min(实际, 计划) / Σ 计划"),
        "P2-C, E13",
    ),
    Measure(
        "frequency_raw",
        "Call frequency attainment, uncapped",
        "频率达成率（不封顶）",
        Ratio(Field("made_visits", "实际拜访"), _PLANNED),
        Says("sum of made / sum of planned", "Σ 实际 / Σ 计划"),
        "P2-C, E13",
    ),
    Measure(
        "call_rate",
        "Call rate",
        "日均拜访",
        Ratio(Field("made_visits", "实际拜访"), Field("field_days", "外勤天数")),
        Says("visits made / field days", "实际拜访 / 外勤天数"),
        "P2-C",
        "number",
    ),
    Measure(
        "receipts",
        "Receipts rate",
        "回款率",
        Ratio(Field("collected", "已收"), Field("due", "到期应收")),
        Says("collected / due", "已收 / 到期应收"),
        "P2-C, S004-67",
    ),
)

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _ALL})
"""Every measure by its name; a zero denominator gives missing."""
