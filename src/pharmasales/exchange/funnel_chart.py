"""A picture of a funnel (招商漏斗图): how many stand in each stage, what they may bring, who has stood there longest.

>>> steps = [FunnelStep(Says("filed", "建档"), 12, None, 40), FunnelStep(Says("signed", "签约"), 3, 250_000, 52)]
>>> chart = funnel_chart(steps)
>>> print(chart.alt.en)
filed: 12, oldest 40 days; signed: 3, 250k, oldest 52 days
>>> chart.title.zh, "<svg" in chart.svg("zh")
('招商漏斗', True)
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import frozen

from pharmasales.display import Says, Table
from pharmasales.errors import BadValue
from pharmasales.exchange._drawing import ACCENT, GOOD, GREY, labels
from pharmasales.exchange._figures import noted, readable
from pharmasales.exchange._plots import Level, levels
from pharmasales.exchange.charts import Chart

__all__ = ["FunnelStep", "funnel_chart", "funnel_steps"]

_TITLE: Final = Says("Funnel", "招商漏斗")
_NOTE: Final = Says("number, known value, oldest stay", "数量、已知金额、最久停留")


@frozen
class FunnelStep:
    """One stage of a funnel.

    Args:
        name: what it is called.
        count: how many stand in it.
        value: what they may bring, as far as known; missing where nothing is.
        oldest: how many days who has stood there longest; missing where nobody does.
        tone: `open` on the way, `won` reached, `lost` fallen out.
    """

    name: Says
    count: int
    value: int | Decimal | None = None
    oldest: int | None = None
    tone: str = "open"

    @property
    def words(self) -> Says:
        """The figures in words, those that are missing left out."""
        value = None if self.value is None else readable(self.value)
        days = None if self.oldest is None else Says(f"oldest {self.oldest:,} days", f"最久 {self.oldest:,} 天")
        told = [one for one in (Says(f"{self.count:,}", f"{self.count:,}"), value, days) if one is not None]
        return Says(", ".join(one.en for one in told), "，".join(one.zh for one in told))


_TINTS: Final = {"open": ACCENT, "won": GOOD, "lost": GREY}


def funnel_steps(table: Table, tones: dict[str, str]) -> list[FunnelStep]:
    """Return the steps of a table of stages with the columns `stage`, `prospects`, `value` and `oldest`.

    Args:
        table: such as `Board.funnel` gives.
        tones: `won` or `lost` by the English name of a stage; `open` where it is left out.
    """
    return [_step(row, tones) for row in table.records()]


def _step(row: object, tones: dict[str, str]) -> FunnelStep:
    cells = dict(row)  # type: ignore[call-overload]
    name = cells["stage"]
    return FunnelStep(name, cells["prospects"], cells["value"], cells["oldest"], tones.get(name.en, "open"))


def funnel_chart(steps: Sequence[FunnelStep]) -> Chart | None:
    """Return a bar a stage, the first on top, with its figures in words (招商漏斗图); `None` where all are empty.

    Args:
        steps: the stages in their order.

    Raises:
        BadValue: a count below zero.

    Source: issue 9, section 5 (pictures: funnel); S000-22.
    """
    for one in steps:
        if one.count < 0:
            raise BadValue("a count below zero", where=one.name.en, hint="0 or more", code="chart.count")
    if not any(one.count for one in steps):
        return None
    names = labels(one.name for one in steps)
    rows = [
        Level(name, Fraction(one.count), None, None, one.words, _TINTS[one.tone])
        for name, one in zip(names, steps, strict=True)
    ]
    told = [Says(f"{one.name.en}: {one.words.en}", f"{one.name.zh}：{one.words.zh}") for one in steps]
    return Chart(_TITLE, levels(rows, Says("Prospects", "数量")), _NOTE, noted(*told))
