"""Seasonal baseline (季节性基数): the season is taken out of whole years, their level carried on, the season put back.

>>> from pharmasales.periods import buckets
>>> from pharmasales.units import BOX, Amount
>>> quarters = [q for year in (2024, 2025) for q in buckets(Year(year), "quarter")]
>>> sold = dict(zip(quarters, (80, 100, 100, 120, 160, 200, 200, 240), strict=True))
>>> known = Known({quarter: Amount.of(count, BOX) for quarter, count in sold.items()})
>>> print(Seasonal(2).build(known, Quarter(2026, 4)).why)
2026-Q4: 180 BOX by the season of 2 years on their level
  the mean of each of 4 seasons over 2024 to 2025, by the mean of all, 150
  without the season: 150; x the season of 2026-Q4, 1.2 = 180

Source: P2-D, S004-33.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from attrs import field, frozen

from pharmasales.classification.potential.seasonal import SeasonalIndex, seasonal_index
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.goals.baselines.baseline import plain
from pharmasales.goals.baselines.builders import Baseline, Known
from pharmasales.goals.baselines.series import least_squares
from pharmasales.periods import Month, Period, Quarter, Year, buckets
from pharmasales.units import Amount, exact

__all__ = ["Seasonal"]


@frozen
class Seasonal:
    """A baseline of a month or a quarter by its season (季节性基数).

    The index is that of `classification.seasonal`; it is taken over whole calendar years that end with the year before
    the period. Of a line that rises within each year it holds a part, so that with `trend` a steep rise is carried on
    a little too weakly; with one year alone it is the same period last year.

    Args:
        years: how many whole years are read, at least 1.
        trend: carry on the line through the values without their season, not their mean; needs two years.

    >>> Seasonal(1, trend=True)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: too few years; give at least 2 for a trend, 1 without [goals.points]

    Raises:
        BadRule: too few years.
    """

    years: int = 2
    trend: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if type(self.years) is not int or self.years < 1 + self.trend:
            hint = "give at least 2 for a trend, 1 without"
            raise BadRule("too few years", hint=hint, code="goals.points")

    @property
    def says(self) -> Says:
        """How a reason speaks of it."""
        by = Says("line", "趋势") if self.trend else Says("level", "水平")
        return Says(f"the season of {self.years} years on their {by.en}", f"{self.years} 年季节指数与{by.zh}")

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline of a month or a quarter: see `Builder`.

        Raises:
            BadValue: another kind of period.
            NotComparable: two units.
        """
        history = self._history(known, period)
        unit = next((amount.unit for amount in history.values() if amount is not None), None)
        return Baseline(self, period, known, self._value(seasonal_index(history), history, period), unit)

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return how the index was taken, what is left without it, and the season of the period; or what is missing."""
        history = self._history(known, period)
        index = seasonal_index(history)
        if not index.values:
            return (index.why,)
        if gone := [season for season, value in index.values.items() if value <= 0]:
            en, zh = "season {season} is zero or below: nothing divides by it", "第 {season} 季节为零或负，无法相除"
            return index.why, because(en, zh, season=gone[0])
        value, season = self._value(index, history, period), index.values[_season(period)]
        en = "without the season: {level}; x the season of {period}, {season} = {value}"
        zh = "去季节后 {level} × {period} 的季节指数 {season} = {value}"
        level = None if value is None else plain(value / season)
        step = because(en, zh, level=level, period=str(period), season=plain(season), value=value)
        return index.why, step

    def _history(self, known: Known, period: Period) -> dict[Period, Amount | None]:
        if not isinstance(period, Month | Quarter):
            hint = "build its months or quarters, then add them up"
            raise BadValue(f"{period} has no season of its own", hint=hint, code="goals.season")
        points = _whole_years(period.year, self.years, "month" if isinstance(period, Month) else "quarter")
        return {point: known.reached(point) for point in points}

    def _value(self, index: SeasonalIndex, history: Mapping[Period, Amount | None], period: Period) -> Fraction | None:
        seasons = index.values
        if not seasons or min(seasons.values()) <= 0:
            return None
        place = _season(period)
        if not self.trend:
            return (index.mean or Fraction(0)) * seasons[place]
        bare = [exact(amount) / seasons[_season(point)] for point, amount in history.items()]
        return least_squares(bare).at(len(bare) - 1 + place) * seasons[place]


@lru_cache(maxsize=64)
def _whole_years(before: int, count: int, by: str) -> tuple[Period, ...]:
    return tuple(point for year in range(before - count, before) for point in buckets(Year(year), by))


def _season(period: Period) -> int:
    return period.start.month if isinstance(period, Month) else (period.start.month + 2) // 3
