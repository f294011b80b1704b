"""Baselines from a history (历史基数): the same period last year, the last periods, recent years, a straight line.

Each is a sum of earlier periods with fixed weights, which a rule book can keep and many rows at once can run.

>>> from pharmasales.periods import Year
>>> from pharmasales.units import BOX, Amount
>>> known = Known({Year(2023 + n): Amount.of(count, BOX) for n, count in enumerate((100, 120, 140))})
>>> [builder.build(known, Year(2026)).amount.minor for builder in (same_last_year(), recent_weighted(), trend(3))]
[140, 125, 160]
>>> print(trend(3).build(known, Year(2026)).why)
2026: 160 BOX by the line over 3 periods
  2023: 100 x -0.6667 = -66.6667
  2024: 120 x 0.3333 = 40
  2025: 140 x 1.3333 = 186.6667
  the line rises by 20 a period

Source: S004-33, P2-D.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.goals.baselines.baseline import plain
from pharmasales.goals.baselines.builders import Baseline, Known, not_known
from pharmasales.periods import Month, Period, Quarter, Week, Year
from pharmasales.rules import Field, Sum, Times
from pharmasales.splits import one_unit, read_weights, whole_weights
from pharmasales.units import Number, exact

__all__ = ["Line", "Series", "earlier", "last_mean", "least_squares", "recent_weighted", "same_last_year", "trend"]

Step: TypeAlias = Literal["period", "year"]

_LEAST = 3


def _weights(given: Iterable[Fraction]) -> tuple[Fraction, ...]:
    return tuple(given)


@frozen
class Series:
    """A baseline as a weighted sum of earlier periods (历史加权). Made by the functions of this module.

    Args:
        name: its name.
        says: how a reason speaks of it.
        step: whether it goes back by `period` or by `year`.
        lags: how many steps back each of its points is, the oldest first.
        weights: the weight of each point.
        slope: the weights that give the rise a period; none where there is no line.
    """

    name: str
    says: Says = field(eq=False)
    step: Step
    lags: tuple[int, ...]
    weights: tuple[Fraction, ...] = field(converter=_weights, repr=False)
    slope: tuple[Fraction, ...] = field(default=(), converter=_weights, repr=False)
    _whole: tuple[list[int], int] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        under = whole_weights([abs(weight) for weight in self.weights])[1]
        object.__setattr__(self, "_whole", ([int(weight * under) for weight in self.weights], under))

    @property
    def rule(self) -> Sum:
        """The same sum as a rule over fields such as `back_1` or `years_back_1`, for a rule book or many rows."""
        terms = zip(self._fields(), self.weights, strict=True)
        return Sum([term if weight == 1 else Times([term], weight) for term, weight in terms])

    def record(self, known: Known, period: Period) -> dict[str, Fraction | None]:
        """Return the fields that `rule` reads, for one owner."""
        values = (known.reached(point) for point in self.points(period))
        pairs = zip(self._fields(), values, strict=True)
        return {term.name: None if value is None else exact(value) for term, value in pairs}

    def points(self, period: Period) -> tuple[Period, ...]:
        """Return the periods that it reads, the oldest first.

        Raises:
            BadValue: a period that has no number of its own, such as `2026-Q2+Q3`, where it goes back by periods.
        """
        return _points(self.step, self.lags, period)

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline: see `Builder`."""
        amounts = list(map(known.reached, self.points(period)))
        held = [amount for amount in amounts if amount is not None]
        if len(held) < len(amounts):
            return Baseline(self, period, known, None, held[0].unit if held else None)
        unit = held[0].unit
        if any(amount.unit is not unit for amount in held):
            one_unit(held, self.name)
        weights, under = self._whole
        total = sum(amount.minor * weight for amount, weight in zip(held, weights, strict=True))
        return Baseline(self, period, known, Fraction(total, under * 10**unit.decimals), unit)

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return each point with its weight, and the rise of a line; or the points that are not known."""
        points = self.points(period)
        amounts = [known.reached(point) for point in points]
        gone = [Says(str(point), str(point)) for point, amount in zip(points, amounts, strict=True) if amount is None]
        if gone:
            return (not_known(gone),)
        values = [exact(amount) for amount in amounts]
        steps = [_step(*each) for each in zip(points, values, self.weights, strict=True)]
        return (*steps, *self._rise(values))

    def _rise(self, values: Sequence[Fraction]) -> tuple[Why, ...]:
        if not self.slope:
            return ()
        rise = sum((value * weight for value, weight in zip(values, self.slope, strict=True)), Fraction(0))
        if rise < 0:
            return (because("the line falls by {fall} a period", "直线每期下降 {fall}", fall=plain(-rise)),)
        return (because("the line rises by {rise} a period", "直线每期上升 {rise}", rise=plain(rise)),)

    def _fields(self) -> list[Field]:
        if self.step == "year":
            return [Field(f"years_back_{lag}", f"{lag}年前") for lag in self.lags]
        return [Field(f"back_{lag}", f"前{lag}期") for lag in self.lags]


def _step(point: Period, value: Fraction, weight: Fraction) -> Why:
    values: dict[str, Cell] = {"point": str(point), "value": plain(value)}
    if weight == 1:
        return because("{point}: {value}", "{point}：{value}", **values)
    en, zh = "{point}: {value} x {weight} = {part}", "{point}：{value} × {weight} = {part}"
    return because(en, zh, weight=plain(weight), part=plain(value * weight), **values)


@lru_cache(maxsize=1024)
def _points(step: Step, lags: tuple[int, ...], period: Period) -> tuple[Period, ...]:
    if step == "period":
        return tuple(earlier(period, lag) for lag in lags)
    back = [period]
    for _ in range(max(lags)):
        back.append(back[-1].year_before())
    return tuple(back[lag] for lag in lags)


def earlier(period: Period, count: int) -> Period:
    """Return the period of the same kind that lies `count` before.

    >>> str(earlier(Quarter(2026, 1), 3)), str(earlier(Month(2026, 1), 1))
    ('2025-Q2', '2025-12')

    Raises:
        BadValue: neighbouring quarters taken as one, of which there is none before.
    """
    match period:
        case Month():
            return period.plus(-count)
        case Year():
            return Year(period.year - count)
        case Quarter():
            year, quarter = divmod(period.year * 4 + period.quarter - 1 - count, 4)
            return Quarter(year, quarter + 1)
        case Week():
            iso = (period.start - timedelta(weeks=count)).isocalendar()
            return Week(iso.year, iso.week)
    hint = "use years, quarters, months or weeks"
    raise BadValue(f"nothing of the kind of {period} lies before it", hint=hint, code="goals.earlier")


def _count(value: int, least: int, where: str) -> None:
    if type(value) is not int or value < least:
        raise BadRule(f"at least {least} is due", where=where, hint="give a whole number", code="goals.points")


def same_last_year() -> Series:
    """Take the same period of the year before (去年同期)."""
    return Series("same_last_year", Says("the same period last year", "去年同期"), "year", (1,), [Fraction(1)])


def last_mean(count: int) -> Series:
    """Take the mean of the last periods of the same kind (近期均值).

    Args:
        count: how many, at least 1.

    >>> last_mean(0)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: at least 1 is due @ last_mean; give a whole number [goals.points]
    """
    _count(count, 1, "last_mean")
    says = Says(f"the mean of the last {count} periods", f"近 {count} 期均值")
    return Series("last_mean", says, "period", tuple(range(count, 0, -1)), [Fraction(1, count)] * count)


def recent_weighted(weights: Sequence[Number] = (1, 1, 2)) -> Series:
    """Take the weighted mean of the same period over the last years, the recent one heaviest (近年加权，1:1:2).

    Args:
        weights: one weight a year, the oldest first: plain, or percentages that add up to 100 %.

    Source: P2-D.

    Raises:
        BadRule: a weight below zero, none above, or percentages that miss 100 %.
    """
    read = read_weights(weights, "recent_weighted")
    if not any(read) or min(read) < 0:
        hint = "give weights of zero or more, one of them above"
        raise BadRule("no weights for a mean", where="recent_weighted", hint=hint, code="goals.points")
    named = ":".join(str(weight) for weight in weights)
    says = Says(f"the last {len(read)} years weighted {named}", f"近 {len(read)} 年按 {named} 加权")
    lags = tuple(range(len(read), 0, -1))
    return Series("recent_weighted", says, "year", lags, [weight / sum(read) for weight in read])


def trend(count: int, ahead: int = 1) -> Series:
    """Carry on the straight line that fits the last periods best, by least squares (趋势外推).

    Args:
        count: how many points the line is laid through, at least 3.
        ahead: how many periods after the last point the baseline is; 1 for the very next.

    >>> trend(2)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: at least 3 is due @ trend; give a whole number [goals.points]

    Raises:
        BadRule: fewer than 3 points, or nothing ahead.
    """
    _count(count, _LEAST, "trend")
    _count(ahead, 1, "trend, ahead")
    lines = [least_squares([int(place == one) for place in range(count)]) for one in range(count)]
    says = Says(f"the line over {count} periods", f"{count} 期趋势")
    lags = tuple(range(count - 1 + ahead, ahead - 1, -1))
    weights, slope = [line.at(count - 1 + ahead) for line in lines], [line.slope for line in lines]
    return Series("trend", says, "period", lags, weights, slope)


@frozen
class Line:
    """A straight line (趋势线): where it stands at place 0, and how much it rises a place."""

    level: Fraction
    slope: Fraction

    def at(self, place: int) -> Fraction:
        """Return its height at a place.

        >>> Line(Fraction(100), Fraction(20)).at(3)
        Fraction(160, 1)
        """
        return self.level + self.slope * place


def least_squares(values: Sequence[Fraction | int]) -> Line:
    """Fit a straight line to values at the places 0, 1, 2, ... exactly (最小二乘法).

    >>> least_squares([100, 120, 140])
    Line(level=Fraction(100, 1), slope=Fraction(20, 1))

    Raises:
        BadRule: fewer than 3 values.
    """
    count = len(values)
    _count(count, _LEAST, "least_squares")
    middle, mean = Fraction(count - 1, 2), Fraction(sum(values)) / count
    spread = Fraction(count * (count * count - 1), 12)
    slope = sum(((place - middle) * value for place, value in enumerate(values)), Fraction(0)) / spread
    return Line(mean - slope * middle, slope)
