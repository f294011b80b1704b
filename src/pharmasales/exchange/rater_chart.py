"""A picture of how raters mark (评分分布图): each rater's marks as bars, with least, median, most and mean.

The strictest stands first. One who uses a single step, or only the ends, is seen at a glance; whether that is fair is
for `evaluation.fairness` to say.

>>> from attrs import make_class
>>> marks = make_class("Marks", ("rater", "counts", "least", "median", "most", "mean"))
>>> chart = rater_distribution([marks("m1", {1: 0, 2: 1, 3: 3}, 2, 3, 3, Fraction(11, 4))])
>>> print(chart.alt.en)
Distribution of marks: m1: 4 marks, least 2, median 3, most 3, mean 2.75
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import Final, Protocol

from pharmasales.display import Says
from pharmasales.exchange._drawing import WIDTH, Name, labels, room
from pharmasales.exchange._figures import close_ticks, noted, undrawn
from pharmasales.exchange._rater_plots import HEADS, RIGHT, RaterRow, bars_of, distribution, in_short
from pharmasales.exchange.charts import Chart
from pharmasales.rules.terms import Exact

__all__ = ["RaterMarks", "rater_distribution"]

_MOST: Final = 15
_TITLE: Final = Says("Distribution of marks", "评分分布")


class RaterMarks(Protocol):
    """The marks of one rater, such as a `MarkDistribution`: counts by step, and what stands out of them."""

    @property
    def rater(self) -> str:
        """The rater's id."""

    @property
    def counts(self) -> Mapping[Exact, int]:
        """How many marks each step has."""

    @property
    def least(self) -> Exact:
        """The lowest mark given."""

    @property
    def median(self) -> Exact:
        """The middle mark."""

    @property
    def most(self) -> Exact:
        """The highest mark given."""

    @property
    def mean(self) -> Exact:
        """The mean of the marks."""


def rater_distribution(raters: Iterable[RaterMarks], names: Mapping[str, Name] | None = None) -> Chart | None:
    """Return each rater's marks (评分分布图): bars by step with their counts, and a line from the least to the most.

    A bar is as high as its share of the rater's own marks, so that raters of few and of many marks can be compared.
    Steps too close together to be told apart are gathered into bars of a width that the note says.
    The strictest median comes first, then the lower mean, then the id; at most fifteen raters. The dashed line is the
    median of all marks. Raters without a mark are counted in the note. `None` without any mark.

    Args:
        raters: in any order, such as the rows of `evaluation.fairness.mark_distribution`.
        names: what a rater is called, by id; the id where left out.

    Source: issue 8, sections 3 and 4; P2-K.
    """
    found = list(raters)
    marked = sorted(
        (one for one in found if sum(one.counts.values())), key=lambda one: (one.median, one.mean, one.rater)
    )
    if not marked:
        return None
    shown, called = marked[:_MOST], names or {}
    both = zip(labels(called.get(one.rater, one.rater) for one in shown), shown, strict=True)
    rows = [_row(name, one) for name, one in both]
    middle, left = _median(marked), room(row.name for row in rows) + 28
    at = close_ticks([*(Fraction(step) for row in rows for step in row.counts), middle])
    bars = bars_of(rows, at, WIDTH - left - RIGHT)
    unmarked = undrawn((len(found) - len(marked), " without a mark", " 位无评分"))
    note = noted(_counted(marked), _few(len(marked)), unmarked, bars.note)
    return Chart(_TITLE, distribution(rows, at, bars, middle, left), note, _alt(rows))


def _row(name: Says, one: RaterMarks) -> RaterRow:
    figures = one.least, one.median, one.most, one.mean
    words = f"{sum(one.counts.values()):,}", *map(in_short, figures)
    return RaterRow(name, one.counts, *figures, words)


def _median(marked: Sequence[RaterMarks]) -> Fraction:
    """Return the middle of all marks, halfway between both middles where their count is even."""
    counts: Counter[Exact] = Counter()
    for one in marked:
        counts.update(one.counts)
    return Fraction(median(Fraction(mark) for mark in counts.elements()))


def _counted(marked: Sequence[RaterMarks]) -> Says:
    raters, marks = len(marked), sum(sum(one.counts.values()) for one in marked)
    many = "rater" if raters == 1 else "raters", "mark" if marks == 1 else "marks"
    return Says(f"{marks:,} {many[1]} of {raters:,} {many[0]}", f"{raters:,} 位评分人，{marks:,} 份评分")


def _few(count: int) -> Says | None:
    said = Says(f"the {_MOST} strictest of {count:,}", f"共 {count:,} 位，列出最严的 {_MOST} 位")
    return said if count > _MOST else None


def _alt(rows: Sequence[RaterRow]) -> Says:
    heads = HEADS[1:]
    en = [
        f"{row.name.en}: {row.words[0]} marks, "
        + ", ".join(f"{h.en} {w}" for h, w in zip(heads, row.words[1:], strict=True))
        for row in rows
    ]
    zh = [
        f"{row.name.zh}：{row.words[0]} 份，"
        + "，".join(f"{h.zh} {w}" for h, w in zip(heads, row.words[1:], strict=True))
        for row in rows
    ]
    return Says(f"{_TITLE.en}: {'; '.join(en)}", f"{_TITLE.zh}：{'；'.join(zh)}")
