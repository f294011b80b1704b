"""Forecast to the period's end (期末预测): by the run rate, and as a blend of several, each with its range.

Every forecast starts from what is sold already and equals it when the period is over. What the data do not carry is
missing, with the reason: a year that is not known, no working day passed, no spread to make a range from. By the season
it is in `stretch`, by orders in `orders`.

>>> from pharmasales.units import CNY
>>> from pharmasales.workdays import WEEKDAYS
>>> from pharmasales.periods import Month
>>> sold, january = Amount.of(100, CNY), Month(2026, 1)
>>> rate = run_rate(sold, january, date(2026, 1, 14), WEEKDAYS, spread="20%")
>>> str(rate.amount), str(rate.low), str(rate.high)
('220.00 CNY', '196.00 CNY', '244.00 CNY')
>>> print(rate.why)
2026-01 by the run rate: 220.00 CNY, from 196.00 CNY to 244.00 CNY
  100.00 CNY in 10 of 22 working days
  the rest may come out 20.0% lower or higher
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRule, BadValue
from pharmasales.periods import Period
from pharmasales.splits import read_weights
from pharmasales.units import Amount, Number, half_up, share
from pharmasales.workdays import Calendar

__all__ = ["Forecast", "blended", "finished", "ranged", "read_spread", "run_rate"]

_RUN_RATE, _BLEND = Says("the run rate", "日均推算"), Says("a blend", "加权合成")
_OVER = because("the period is over: what is sold is all", "期间已结束：实际即全部")


@frozen
class Forecast:
    """What a period is expected to come to.

    Args:
        period: the period.
        as_of: the day up to which the actual is known.
        method: how it was made.
        actual: what is sold so far, returns taken off.
        value: the expected whole in smallest parts, exact; missing where it cannot be told.
        ends: the lower and the upper end of its range, exact; missing where nothing says how far it may stray.
        parts: what it rests on, or why it is missing.
        members: the forecasts that it was blended from.
    """

    period: Period
    as_of: date
    method: Says
    actual: Amount
    value: Fraction | None
    ends: tuple[Fraction, Fraction] | None
    parts: tuple[Why, ...] = field(repr=False)
    members: tuple[Forecast, ...] = field(default=(), repr=False)

    @property
    def amount(self) -> Amount | None:
        """The expected whole, rounded half up once."""
        return self._amount(self.value)

    @property
    def low(self) -> Amount | None:
        """The lower end of its range."""
        return self._amount(self.ends[0] if self.ends else None)

    @property
    def high(self) -> Amount | None:
        """The upper end of its range."""
        return self._amount(self.ends[1] if self.ends else None)

    def _amount(self, value: Fraction | None) -> Amount | None:
        return None if value is None else Amount(half_up(value), self.actual.unit)

    @property
    def why(self) -> Why:
        """How the forecast comes about, or why there is none."""
        said: dict[str, Cell] = {"period": str(self.period), "method": self.method}
        if self.value is None:
            return because("{period} by {method}: no forecast", "{period} 按{method}：无法预测", *self.parts, **said)
        said["amount"] = str(self.amount)
        if self.ends is None:
            en, zh = "{period} by {method}: {amount}, without a range", "{period} 按{method}：{amount}，无区间"
            return because(en, zh, *self.parts, **said)
        en, zh = (
            "{period} by {method}: {amount}, from {low} to {high}",
            "{period} 按{method}：{amount}，区间 {low} 至 {high}",
        )
        return because(en, zh, *self.parts, low=str(self.low), high=str(self.high), **said)

    def table(self) -> Table:
        """Return one row a forecast: those it was blended from, then itself."""
        rows = [
            (str(one.period), one.method, one.actual.value, *map(_value, (one.low, one.amount, one.high)), one.why)
            for one in (*self.members, self)
        ]
        return Table("forecast", Says("Forecast", "期末预测"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _value(amount: Amount | None) -> Cell:
    return None if amount is None else amount.value


_COLUMNS = (
    Column("period", "Period", "期间"),
    Column("method", "Method", "方法"),
    Column("actual", "Actual", "实际", "amount"),
    Column("low", "Low", "下限", "amount"),
    Column("forecast", "Forecast", "预测", "amount"),
    Column("high", "High", "上限", "amount"),
    Column("why", "Why", "说明", "why"),
)


def run_rate(
    actual: Amount, period: Period, as_of: date, calendar: Calendar, *, spread: Number | None = None
) -> Forecast:
    """Forecast by the rate of the working days so far (日均推算): actual x all working days / those passed.

    Args:
        actual: what is sold so far.
        period: the period.
        as_of: the day, counted as passed.
        calendar: the working days.
        spread: how far the rest may stray from it, up and down, as a share of the rest; left out, there is no range.

    Source: S004-49; E16 for working days.

    Raises:
        BadValue: a spread below zero, or no exact number.
        UnknownYear: working days of a year that the calendar does not know.
    """
    stray = read_spread(spread)
    if as_of >= period.end:
        return finished(actual, period, as_of, _RUN_RATE)
    passed = calendar.count(period.start, as_of) if as_of >= period.start else 0
    if not passed:
        said = because("no working day has passed", "尚无工作日")
        return Forecast(period, as_of, _RUN_RATE, actual, None, None, (said,))
    whole = calendar.count(period.start, period.end)
    en, zh = "{actual} in {passed} of {whole} working days", "{whole} 个工作日中已过 {passed} 日，实际 {actual}"
    said = because(en, zh, actual=str(actual), passed=passed, whole=whole)
    return ranged(
        Forecast(period, as_of, _RUN_RATE, actual, Fraction(actual.minor * whole, passed), None, (said,)), stray
    )


def finished(actual: Amount, period: Period, as_of: date, method: Says) -> Forecast:
    """Return the forecast of a period that is over: what is sold is all."""
    value = Fraction(actual.minor)
    return Forecast(period, as_of, method, actual, value, (value, value), (_OVER,))


def read_spread(spread: Number | None) -> Fraction | None:
    """Read a spread, zero or more, or none.

    Raises:
        BadValue: below zero, or no exact number.
    """
    if spread is None:
        return None
    found = share(spread)
    if found < 0:
        raise BadValue("a spread below zero", where="spread", hint="0 or more", code="forecast.spread")
    return found


def ranged(found: Forecast, spread: Fraction | None) -> Forecast:
    """Widen a forecast by a share of the rest that is still to come."""
    if spread is None or found.value is None:
        return found
    rest = abs(found.value - found.actual.minor) * spread
    en, zh = "the rest may come out {spread} lower or higher", "剩余部分可上下浮动 {spread}"
    parts = (*found.parts, because(en, zh, spread=percent(spread)))
    return evolve(found, ends=(found.value - rest, found.value + rest), parts=parts)


def blended(members: Sequence[tuple[Forecast, Number]]) -> Forecast:
    """Blend forecasts of one figure by weights (加权合成), their ranges with them; missing where any of them is.

    Args:
        members: each forecast with its weight: percentages that add up to 100 %, or plain weights of any sum.

    >>> from pharmasales.evaluation.tracking.orders import Order, from_orders
    >>> from pharmasales.periods import Month
    >>> from pharmasales.units import CNY
    >>> from pharmasales.workdays import WEEKDAYS
    >>> sold, month, day = Amount.of(100, CNY), Month(2026, 1), date(2026, 1, 14)
    >>> rate = run_rate(sold, month, day, WEEKDAYS, spread="20%")
    >>> orders = from_orders(sold, month, day, [Order("o1", Amount.of(60, CNY), date(2026, 1, 20), "1/2")])
    >>> both = blended([(rate, "50%"), (orders, "50%")])
    >>> str(both.amount), str(both.low), str(both.high)
    ('175.00 CNY', '148.00 CNY', '202.00 CNY')

    Raises:
        BadRule: no forecast, forecasts of different figures, weights that are negative, all zero or miss 100 %.
    """
    weights = read_weights([weight for _, weight in members], "weights of the blend")
    if not members or any(weight < 0 for weight in weights) or not any(weights):
        raise BadRule("no weight above zero, or one below", hint="give zero or more", code="forecast.blend")
    first = members[0][0]
    if any((one.period, one.as_of, one.actual) != (first.period, first.as_of, first.actual) for one, _ in members):
        hint = "blend forecasts of one period, day and actual"
        raise BadRule("forecasts of different figures", hint=hint, code="forecast.blend")
    parts = [weight / sum(weights) for weight in weights]
    used = [(one, part) for (one, _), part in zip(members, parts, strict=True) if part]
    said = tuple(
        because(
            "{part} {method}: {amount}",
            "{method} 占 {part}：{amount}",
            part=percent(part),
            method=one.method,
            amount=_said(one),
        )
        for one, part in used
    )
    value, ends = None, None
    if all(one.value is not None for one, _ in used):
        value = sum((part * one.value for one, part in used if one.value is not None), Fraction(0))
    if value is not None and all(one.ends is not None for one, _ in used):
        low, high = (sum((part * one.ends[n] for one, part in used if one.ends), Fraction(0)) for n in (0, 1))
        ends = (low, high)
    kept = tuple(one for one, _ in members)
    return Forecast(first.period, first.as_of, _BLEND, first.actual, value, ends, said, kept)


def _said(one: Forecast) -> Cell:
    return None if one.amount is None else str(one.amount)
