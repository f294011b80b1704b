"""The registry of measures (考核指标): everything that a node of the organisation is measured by.

>>> from pharmasales.evaluation.measures.figures import Figures
>>> figures = Figures(goal=400_000, actual=420_000, last=350_000, target_customers=50, seen_customers=45)
>>> MEASURES["attainment"].rule(figures), MEASURES["growth"].rule(figures), MEASURES["coverage"].rule(figures)
(Fraction(21, 20), Fraction(1, 5), Fraction(9, 10))
>>> MEASURES["receipts"].rule(figures) is None     # nothing known is missing, never zero
True
>>> from pharmasales.units import CNY, Amount
>>> spent = Figures(gross=Amount.of(1000, CNY), returns=Amount.of(50, CNY), cost=Amount.of(115, CNY))
>>> for name in ("net_sales", "output_input", "roi", "return_rate"):
...     print(MEASURES[name].measure(spent))
Net sales: 950
Output over input: 8.26
Return on investment: 726.1%
Return rate: 5.0%
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.evaluation.measures.activity import ACTIVITY
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.measure import Measure, renamed
from pharmasales.evaluation.measures.results import RESULTS
from pharmasales.names import nearest, normal_id
from pharmasales.rules import Field
from pharmasales.rules.reading import fields_of

__all__ = ["MEASURES", "by_class", "measure_table", "measures_named"]

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in (*RESULTS, *ACTIVITY)})
"""Every measure by its name; a zero denominator gives missing."""


def by_class(measure: Measure, letter: str) -> Measure:
    """Return a measure of one class of customers, over the figures kept of that class (分级指标).

    Args:
        measure: any measure.
        letter: the class, as the scheme in use names it; the figures are then named `seen_customers.A`.

    >>> coverage = by_class(MEASURES["coverage"], "A")
    >>> print(coverage.measure({"seen_customers.A": 9, "target_customers.A": 12}).why.head("zh"))
    覆盖率（A）：75.0%

    Source: S004-37, S004-52. Raises:
        BadValue: a letter that is no name.
    """
    letter = normal_id(letter, "class")
    names = {one.name: Field(f"{one.name}.{letter}", f"{one.zh}（{letter}）") for one in fields_of(measure.rule)}
    return evolve(
        measure,
        name=f"{measure.name}.{letter}",
        en=f"{measure.en}, class {letter}",
        zh=f"{measure.zh}（{letter}）",
        formula=renamed(measure.formula, names),
        undefined=renamed(measure.undefined, names),
    )


def measures_named(*names: str) -> tuple[Measure, ...]:
    """Return measures of the registry by name, in the order asked; `coverage.A` is that of class A.

    >>> [measure.zh for measure in measures_named("attainment", "coverage.A")]
    ['达成率', '覆盖率（A）']

    Raises:
        BadRule: an unknown measure.
    """
    return tuple(_named(name) for name in names)


def _named(name: str) -> Measure:
    if name in MEASURES:
        return MEASURES[name]
    of, _, letter = name.partition(".")
    if of not in MEASURES or not letter:
        raise BadRule("unknown measure", where=f"measure {name!r}", hint=nearest(name, MEASURES), code="rule.measure")
    return by_class(MEASURES[of], letter)


def measure_table(measures: Mapping[str, Measure] = MEASURES) -> Table:
    """Return every measure with its formula, unit, direction, when it is missing, what it reads, and its source.

    >>> next(measure_table().records())["formula"].text("zh")
    '实际 / 目标'
    """
    rows = [
        (
            one.name,
            Says(one.en, one.zh),
            one.says,
            one.unit,
            one.direction,
            one.policy,
            Says(
                ", ".join(FIGURES[name].says.en if name in FIGURES else name for name in one.reads),
                "、".join(FIGURES[name].says.zh if name in FIGURES else name for name in one.reads),
            ),
            one.source,
        )
        for one in measures.values()
    ]
    return Table("measures", Says("Measures", "考核指标"), _COLUMNS, rows)


_COLUMNS = (
    Column("measure", "Name", "名称"),
    Column("title", "Measure", "指标"),
    Column("formula", "Formula", "公式"),
    Column("unit", "Unit", "单位"),
    Column("better", "Direction", "方向"),
    Column("missing", "Zero and missing", "零值与缺失"),
    Column("reads", "Reads", "所需数据"),
    Column("source", "Source", "来源"),
)
