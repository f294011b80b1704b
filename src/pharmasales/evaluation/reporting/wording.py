"""What items and figures are called on a card (名称): the words of the registry, where it knows them.

>>> from pharmasales.rules import Field, Part
>>> item_name(Part("receipts", 100, Field("receipts"), zh="回款率")).text(), figure_name("collected", "已收").text()
('Receipts rate', 'collected of what fell due')
>>> item_value("coverage", Fraction(9, 10)).text("zh"), item_value("own", Fraction(1, 2)).text()
('90.0%', '0.5')
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pharmasales.display import Cell, Says, because
from pharmasales.errors import BadRule
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.measure import Measure
from pharmasales.evaluation.measures.registry import measures_named
from pharmasales.rules import Part

__all__ = ["figure_name", "item_name", "item_value"]

# Declared as a part of the figure before them, which stands nowhere on a card.
_ALONE: Final[Mapping[str, Says]] = {
    "capped_visits": Says("visits up to each customer's plan", "计划内拜访"),
    "collected": Says("collected of what fell due", "已收到期应收"),
    "visit_points": Says("points of rated visits", "拜访质量分"),
    "verified_visits": Says("visits confirmed when checked", "核实拜访"),
    "report_points": Says("points of rated reports", "报告质量分"),
    "knowledge_points": Says("points in knowledge tests", "知识得分"),
    "skill_points": Says("points in skill tests", "技巧得分"),
    "answer_points": Says("points given by customers", "满意度得分"),
}


def _measure(name: str) -> Measure | None:
    try:
        return measures_named(name)[0]
    except BadRule:
        return None


def item_name(part: Part) -> Says:
    """Return what an item is called: as its measure, or as the rule names it."""
    measure = _measure(part.name)
    return Says(part.name if measure is None else measure.en, part.zh or (part.name if measure is None else measure.zh))


def item_value(name: str, value: Cell) -> Says:
    """Return a value as its measure writes it, or as the plain number that it is."""
    if not isinstance(value, int | Fraction | Decimal):
        return Says("missing", "缺失")
    measure = _measure(name)
    if measure is None:
        plain = because("{value}", "{value}", value=value)
        return Says(plain.head(), plain.head("zh"))
    found = Fraction(value)
    return Says(measure.written(found), measure.written(found, "zh"))


def figure_name(figure: str, zh: str = "") -> Says:
    """Return what a figure is called, standing alone: as it is declared, or as the rule names it.

    Args:
        figure: its name.
        zh: the Chinese name that the rule has for it.
    """
    name, dot, letter = figure.partition(".")
    kind = FIGURES.get(name)
    if kind is None:
        return Says(figure, zh or figure)
    said = _ALONE.get(name, kind.says)
    return Says(f"{said.en}, class {letter}", f"{said.zh}（{letter}）") if dot else said
