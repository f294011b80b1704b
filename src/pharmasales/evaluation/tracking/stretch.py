"""Forecast by the season (季节推算): which share the same stretch of the period had in earlier years.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> sold = {Month(year, n): Amount.of(first * n, BOX) for year, first in ((2024, 12), (2025, 10)) for n in (1, 2, 3)}
>>> sold[Month(2024, 3)] = Amount.of(12, BOX)
>>> print(seasonal(Amount.of(90, BOX), Quarter(2026, 1), date(2026, 2, 28), sold, years=2).why)
2026-Q1 by the season: 144 BOX, from 120 BOX to 180 BOX
  2025-Q1: 30 BOX of 60 BOX by 2025-02-28, 50.0%
  2024-Q1: 36 BOX of 48 BOX by 2024-02-29, 75.0%
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from pharmasales.display import Says, Why, because, percent
from pharmasales.errors import BadRule, NotComparable
from pharmasales.evaluation.tracking.forecast import Forecast, finished, ranged, read_spread
from pharmasales.periods import Month, Period, Week, back
from pharmasales.units import Amount, Number, ratio

__all__ = ["same_day", "same_stretch", "seasonal"]

_SEASON = Says("the season", "季节推算")


def same_stretch(
    history: Mapping[Period | date, Amount], period: Period, as_of: date, years: int
) -> tuple[Fraction | None, Why]:
    """Return which share of the same period some years ago lay in the same stretch of it, and how (同期占比).

    The same stretch ends on the same day of that year; where the day is the last of its month, so is that one. In a
    week it ends on the same weekday.

    Args:
        history: what was sold, by period or day; the pieces cover the earlier period whole, zero where nothing was.
        period: the period now.
        as_of: the day in it.
        years: how many years ago.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.units import BOX
    >>> sold = {Month(2025, n): Amount.of(10 * n, BOX) for n in (1, 2, 3)}
    >>> part, why = same_stretch(sold, Quarter(2026, 1), date(2026, 2, 28), 1)
    >>> part, why.text()
    (Fraction(1, 2), '2025-Q1: 30 BOX of 60 BOX by 2025-02-28, 50.0%')
    """
    before = period
    for _ in range(years):
        before = before.year_before()
    until = same_day(period, before, as_of, years)
    pieces = sorted((*_ends(one), amount) for one, amount in history.items() if _touches(one, before))
    name = {"period": str(before)}
    if not _covers(pieces, before):
        return None, because("{period} is not known in full", "{period} 数据不全", **name)
    if any(start <= until < end for start, end, _ in pieces):
        en, zh = "{period} is known in pieces too coarse to end on {day}", "{period} 数据过粗，无法截至 {day}"
        return None, because(en, zh, day=until.isoformat(), **name)
    whole = Amount.total((amount for _, _, amount in pieces), pieces[0][2].unit)
    part = Amount.total((amount for _, end, amount in pieces if end <= until), whole.unit)
    if part.minor <= 0 or whole.minor <= 0:
        en, zh = "{period}: nothing was sold by {day}, or more came back", "{period}：截至 {day} 无净销售"
        return None, because(en, zh, day=until.isoformat(), **name)
    found = ratio(part.minor, whole.minor)
    said = {"part": str(part), "whole": str(whole), "day": until.isoformat(), "share": percent(found)}
    en, zh = "{period}: {part} of {whole} by {day}, {share}", "{period}：截至 {day} 为 {part}，全期 {whole}，占 {share}"
    return found, because(en, zh, **said, **name)


def same_day(period: Period, before: Period, as_of: date, years: int) -> date:
    """Return the day of an earlier year on which the same stretch of a period ends (同期截止日).

    >>> from pharmasales.periods import Quarter
    >>> same_day(Quarter(2025, 1), Quarter(2024, 1), date(2025, 2, 28), 1).isoformat()
    '2024-02-29'
    """
    if isinstance(period, Week):
        return before.start + (as_of - period.start)
    month = Month.of(as_of)
    if as_of == month.end:
        return Month(month.year - years, month.month).end
    return back(as_of, 12 * years)


def _ends(piece: Period | date) -> tuple[date, date]:
    return (piece.start, piece.end) if isinstance(piece, Period) else (piece, piece)


def _touches(piece: Period | date, whole: Period) -> bool:
    start, end = _ends(piece)
    return start <= whole.end and whole.start <= end


def _covers(pieces: Sequence[tuple[date, date, Amount]], whole: Period) -> bool:
    """Whether pieces in order cover a period exactly once."""
    if not pieces or pieces[0][0] != whole.start or pieces[-1][1] != whole.end:
        return False
    return all(left[1] + timedelta(days=1) == right[0] for left, right in pairwise(pieces))


def seasonal(
    actual: Amount,
    period: Period,
    as_of: date,
    history: Mapping[Period | date, Amount],
    *,
    years: int,
    spread: Number | None = None,
) -> Forecast:
    """Forecast by the share that the same stretch had in earlier years (季节推算): actual / mean share.

    Its range is what the lowest and the highest of these shares give; with a spread it is that instead.

    Args:
        actual: what is sold so far.
        period: the period.
        as_of: the day, counted as passed.
        history: what was sold in earlier years, as `same_stretch` reads it.
        years: how many years back are read, one or more; every one of them must be known.
        spread: as in `run_rate`; needed for a range from one year alone.

    Source: P2-D (season); S004-33.

    Raises:
        BadRule: less than one year.
        BadValue: a spread below zero, or no exact number.
        NotComparable: two units.
    """
    if type(years) is not int or years < 1:
        raise BadRule("no earlier year", where="years", hint="1 or more", code="forecast.years")
    stray = read_spread(spread)
    for amount in history.values():
        if amount.unit != actual.unit:
            raise NotComparable(f"{amount.unit.code} with {actual.unit.code}", where="history", code="unit")
    if as_of >= period.end:
        return finished(actual, period, as_of, _SEASON)
    if as_of < period.start:
        said = because("the period has not begun", "期间尚未开始")
        return Forecast(period, as_of, _SEASON, actual, None, None, (said,))
    found = [same_stretch(history, period, as_of, n) for n in range(1, years + 1)]
    known = [part for part, _ in found if part is not None]
    if len(known) < years:
        gone = tuple(why for part, why in found if part is None)
        return Forecast(period, as_of, _SEASON, actual, None, None, gone)
    value = actual.minor * years / sum(known, Fraction(0))
    low, high = sorted((actual.minor / min(known), actual.minor / max(known)))
    ends = (low, high) if years > 1 and stray is None else None
    return ranged(Forecast(period, as_of, _SEASON, actual, value, ends, tuple(why for _, why in found)), stray)
