"""How the marks of each rater lie on the scale (评分分布): counts of each step, five figures and the mean.

>>> from pharmasales.periods import Quarter
>>> rows = [{"rater": "m1", "person": f"r{n}", "item": "skill", "value": value} for n, value in enumerate((2, 3, 3, 5))]
>>> found = mark_distribution(MarkBook.read(rows, Scale(1, 5), Quarter(2026, 1)))
>>> dict(found[0].counts), found[0].median, found[0].mean
({1: 0, 2: 1, 3: 2, 4: 0, 5: 1}, 3, Fraction(13, 4))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.scale import Scale, in_two
from pharmasales.rules.terms import Exact

__all__ = ["MarkDistribution", "MarkDistributions", "mark_distribution"]


@frozen
class MarkDistribution:
    """The marks of one rater (某评分人的评分分布).

    Args:
        rater: the id of the rater.
        marks: how many marks.
        counts: how many of each step of the scale, lowest first, with zero where there is none.
        least: the lowest mark given.
        lower: the lower quartile.
        median: the median.
        upper: the upper quartile.
        most: the highest mark given.
        mean: the mean.
    """

    rater: str
    marks: int
    counts: Mapping[Exact, int] = field(repr=False)
    least: Exact = field(repr=False)
    lower: Exact = field(repr=False)
    median: Exact = field(repr=False)
    upper: Exact = field(repr=False)
    most: Exact = field(repr=False)
    mean: Exact = field(repr=False)


@frozen
class MarkDistributions:
    """The distribution of each rater's marks, by rater.

    Args:
        rows: one a rater.
    """

    rows: tuple[MarkDistribution, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[MarkDistribution]:
        return iter(self.rows)

    def __getitem__(self, place: int) -> MarkDistribution:
        return self.rows[place]

    def table(self) -> Table:
        """Return rater, marks, least, lower, median, upper, most, mean, with two decimals."""
        rows: list[tuple[Cell, ...]] = [
            (one.rater, one.marks, *map(in_two, (one.least, one.lower, one.median, one.upper, one.most, one.mean)))
            for one in self.rows
        ]
        return Table("mark_distribution", Says("Distribution of marks", "评分分布"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("rater", "Rater", "评分人"),
    Column("marks", "Marks", "评分数", "number"),
    Column("least", "Least", "最低", "number"),
    Column("lower", "Lower quartile", "下四分位", "number"),
    Column("median", "Median", "中位数", "number"),
    Column("upper", "Upper quartile", "上四分位", "number"),
    Column("most", "Most", "最高", "number"),
    Column("mean", "Mean", "均值", "number"),
)


def mark_distribution(book: MarkBook) -> MarkDistributions:
    """Count each rater's marks by step, with the least, the quartiles, the median, the most and the mean, all exact.

    A quartile lies at a quarter of the way from the first to the last mark in order, on a straight line between its two
    neighbours, as the function QUARTILE.INC of spreadsheets has it.

    Args:
        book: the marks.
    """
    return MarkDistributions(tuple(_one(rater, book.of_rater(rater), book.scale) for rater in book.raters))


def _one(rater: str, marks: Sequence[Mark], scale: Scale) -> MarkDistribution:
    places = sorted(mark.place for mark in marks)
    tally = Counter(places)
    counts = {scale.value(place): tally[place] for place in range(scale.span + 1)}
    least, lower, median, upper, most = (scale.value(_quantile(places, quarter)) for quarter in range(5))
    mean = scale.value(Fraction(sum(places), len(places)))
    return MarkDistribution(rater, len(places), counts, least, lower, median, upper, most, mean)


def _quantile(places: Sequence[int], quarter: int) -> Fraction:
    below, rest = divmod((len(places) - 1) * quarter, 4)
    above = min(below + 1, len(places) - 1)
    return places[below] + Fraction(rest * (places[above] - places[below]), 4)
