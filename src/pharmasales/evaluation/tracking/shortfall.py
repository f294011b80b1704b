"""Gap to the goal (差额分析): what is missing, and the daily rate that it asks for.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import BOX
>>> from pharmasales.workdays import WEEKDAYS
>>> found = gap_to_goal(Amount.of(300, BOX), Amount.of(100, BOX), Month(2026, 1), date(2026, 1, 14), WEEKDAYS)
>>> found.gap, found.rate_so_far, found.rate_required
(Amount('200 BOX'), Fraction(10, 1), Fraction(50, 3))
>>> print(found.why)
goal 300 BOX - actual 100 BOX = 200 BOX
  12 working days left: 16.6667 a day, against 10 so far

Source: S004-49.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen

from pharmasales.display import Cell, Why, because
from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation.tracking.forecast import Forecast
from pharmasales.periods import Period
from pharmasales.units import Amount, ratio
from pharmasales.workdays import Calendar

__all__ = ["Shortfall", "gap_to_goal"]


@frozen
class Shortfall:
    """How far a period is from its goal, and how fast the rest must go. Made by `gap_to_goal`.

    Args:
        goal: the goal.
        actual: what is sold so far.
        period: the period.
        as_of: the day, counted as passed.
        passed: the working days that have passed.
        left: those still to come.
        forecast: what the period is expected to come to, or missing.
    """

    goal: Amount
    actual: Amount
    period: Period
    as_of: date
    passed: int
    left: int
    forecast: Amount | None

    @property
    def gap(self) -> Amount:
        """Goal less actual (差额); below zero where the goal is passed."""
        return self.goal - self.actual

    @property
    def expected_gap(self) -> Amount | None:
        """Goal less forecast (预计差额): what no forecast brings; missing without one."""
        return None if self.forecast is None else self.goal - self.forecast

    @property
    def rate_so_far(self) -> Fraction | None:
        """Actual by working day passed, in smallest parts (已有日均); missing before the first."""
        return ratio(self.actual.minor, self.passed)

    @property
    def rate_required(self) -> Fraction | None:
        """What each working day to come must bring, in smallest parts (所需日均); missing after the last."""
        return ratio(self.gap.minor, self.left)

    @property
    def stretch(self) -> Fraction | None:
        """The required rate over the rate so far: 2 is twice as fast; missing where either is, or at a rate of zero."""
        return ratio(self.rate_required, self.rate_so_far)

    @property
    def why(self) -> Why:
        """What is missing, and what each working day to come must bring."""
        said: dict[str, Cell] = {"goal": str(self.goal), "actual": str(self.actual), "gap": str(self.gap)}
        parts = []
        if self.forecast is not None:
            en, zh = (
                "the forecast is {forecast}, so {expected} are not in sight",
                "预测 {forecast}，预计差额 {expected}",
            )
            parts.append(because(en, zh, forecast=str(self.forecast), expected=str(self.expected_gap)))
        if self.rate_required is None:
            parts.append(because("no working day is left", "已无剩余工作日"))
        else:
            en = "{left} working days left: {required} a day, against {rate} so far"
            zh = "剩余 {left} 个工作日：每日需 {required}，迄今日均 {rate}"
            rates = {"required": self._a_day(self.rate_required), "rate": self._a_day(self.rate_so_far)}
            parts.append(because(en, zh, left=self.left, **rates))
        return because("goal {goal} - actual {actual} = {gap}", "目标 {goal} - 实际 {actual} = {gap}", *parts, **said)

    def _a_day(self, rate: Fraction | None) -> Fraction | None:
        return None if rate is None else rate / 10**self.goal.unit.decimals

    def _repr_html_(self) -> str:
        return self.why.html()


def gap_to_goal(
    goal: Amount, actual: Amount, period: Period, as_of: date, calendar: Calendar, forecast: Forecast | None = None
) -> Shortfall:
    """Reckon the gap to the goal and the daily rate that closes it (差额分析).

    Args:
        goal: the goal of the period.
        actual: what is sold so far.
        period: the period.
        as_of: the day, counted as passed.
        calendar: the working days.
        forecast: what the same period is expected to come to on that day.

    Raises:
        BadValue: a goal below zero, or a forecast of another period or day.
        NotComparable: two units.
        UnknownYear: working days of a year that the calendar does not know.
    """
    if goal.minor < 0:
        raise BadValue("a goal below zero", where="goal", code="goal.negative")
    expected = None if forecast is None else forecast.amount
    for other in (actual, expected):
        if other is not None and other.unit != goal.unit:
            raise NotComparable(f"{goal.unit.code} with {other.unit.code}", code="unit")
    if forecast is not None and (forecast.period, forecast.as_of) != (period, as_of):
        raise BadValue("a forecast of another period or day", where="forecast", code="shortfall.forecast")
    passed = calendar.count(period.start, max(min(as_of, period.end), period.start - timedelta(days=1)))
    whole = calendar.count(period.start, period.end)
    return Shortfall(goal, actual, period, as_of, passed, whole - passed, expected)
