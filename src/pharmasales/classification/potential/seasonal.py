"""Seasonal index (季节指数): how far each quarter or month lies above or below the mean, over whole years.

>>> from pharmasales.periods import Quarter
>>> sold = {Quarter(2025, 1): 80, Quarter(2025, 2): 100, Quarter(2025, 3): 100, Quarter(2025, 4): 120}
>>> found = seasonal_index(sold)
>>> found.values
{1: Fraction(4, 5), 2: Fraction(1, 1), 3: Fraction(1, 1), 4: Fraction(6, 5)}
>>> del sold[Quarter(2025, 3)]
>>> print(seasonal_index(sold).why.head())
no seasonal index: 2025-Q3 not known

Source: P2-D.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule, NotComparable
from pharmasales.periods import Month, Period, Quarter, Year, buckets
from pharmasales.rules.terms import number
from pharmasales.units import Amount, Number

__all__ = ["SeasonalIndex", "seasonal_index"]


@frozen
class SeasonalIndex:
    """How far each quarter or month lies from the mean. Build it with `seasonal_index`.

    Args:
        years: the years that it was taken from.
        parts: how many seasons a year has: 4 or 12.
        means: the mean of each season over the years, by its number; none where the index is missing.
        reason: why the index is missing; left out where it is there.
    """

    years: tuple[int, ...]
    parts: int
    means: Mapping[int, Fraction] = field(repr=False, hash=False)
    reason: Says | None = None

    @property
    def mean(self) -> Fraction | None:
        """The mean over everything; missing with the index."""
        return sum(self.means.values(), Fraction(0)) / self.parts if self.means else None

    @property
    def values(self) -> Mapping[int, Fraction]:
        """The index by number of the quarter or month, 1 for an even one; they add up to 4 or 12."""
        mean = self.mean
        return {} if mean is None else {season: value / mean for season, value in self.means.items()}

    @property
    def why(self) -> Why:
        """From what it was taken, or why it is missing."""
        if not self.means:
            return because("no seasonal index: {reason}", "无季节指数：{reason}", reason=self.reason)
        return because(
            "the mean of each of {parts} seasons over {first} to {last}, by the mean of all, {mean}",
            "{first} 至 {last} 年 {parts} 个季节各自的均值除以总均值 {mean}",
            parts=self.parts,
            first=str(self.years[0]),
            last=str(self.years[-1]),
            mean=self.mean,
        )

    def table(self) -> Table:
        """Return one row a season: its mean and its index in per cent."""
        rows = [(self._named(season), self.means[season], value) for season, value in self.values.items()]
        return Table("seasonal_index", Says("Seasonal index", "季节指数"), _COLUMNS, rows)

    def _named(self, season: int) -> Says:
        return Says(f"Q{season}", f"第 {season} 季度") if self.parts == 4 else Says(f"{season:02}", f"{season} 月")

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("season", "Season", "季节"),
    Column("mean", "Mean", "均值", "number"),
    Column("index", "Index", "季节指数", "ratio"),
)


def seasonal_index(actual: Mapping[Period, Amount | Number | None]) -> SeasonalIndex:
    """Take the seasonal index of quarters, or of months, from whole years: the season's mean over the mean of all.

    The indices average exactly 1: four add up to 400 %. A quarter or month between the first and the last year that is
    not known leaves the index missing and is named, because a year with a hole would shift the others.

    Args:
        actual: what was sold, by quarter or by month.

    Source: P2-D. Raises:
        BadRule: nothing at all, or something else than quarters alone or months alone.
        NotComparable: amounts in two units, or beside plain numbers.
    """
    kinds = {type(period) for period in actual}
    if kinds not in ({Quarter}, {Month}):
        hint = "give quarters alone or months alone"
        raise BadRule("no series of quarters or months", where="season", hint=hint, code="potential.season")
    units = {value.unit if isinstance(value, Amount) else None for value in actual.values() if value is not None}
    if len(units) > 1:
        raise NotComparable("two units, or an amount beside a plain number", where="season", code="unit")
    by = "quarter" if kinds == {Quarter} else "month"
    years = tuple(range(min(p.start.year for p in actual), max(p.start.year for p in actual) + 1))
    found = {period: number(actual.get(period), str(period)) for year in years for period in buckets(Year(year), by)}
    parts = len(found) // len(years)
    values = [value for value in found.values() if value is not None]
    gone = [str(period) for period, value in found.items() if value is None]
    if gone or sum(values) <= 0:
        return SeasonalIndex(years, parts, {}, _unknown(gone) if gone else _NO_SALES)
    means = {season + 1: Fraction(sum(values[season::parts])) / len(years) for season in range(parts)}
    return SeasonalIndex(years, parts, means)


_NO_SALES = Says("nothing was sold, or more came back", "无销售，或退货不少于销售")
_NAMED = 3


def _unknown(gone: list[str]) -> Says:
    """Name the first few periods that are not known, and count the others."""
    named, more = gone[:_NAMED], len(gone) - _NAMED
    en, zh = ", ".join(named), "、".join(named)
    return (
        Says(f"{en} and {more} more not known", f"{zh}等 {len(gone)} 期未知")
        if more > 0
        else Says(f"{en} not known", f"{zh}未知")
    )
