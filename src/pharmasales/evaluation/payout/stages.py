"""What is paid for within a year (计奖期间): a month's or a transaction's sales, with its goal and its bonus.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> Stage.reaching("90%", Month(2026, 4), Amount.of(200_000, CNY), Amount.of(1_500, CNY)).actual
Amount('180000.00 CNY')

Source: systems 1e (per transaction, per interval, cumulative).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.pieces import refuse_negative
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.periods import Period
from pharmasales.units import Amount, Number, share

__all__ = ["Stage", "earned_at", "intervals", "together"]


@frozen
class Stage:
    """One transaction, or one interval, within the period that is settled (计奖单元).

    Args:
        interval: when it is paid: a month, a quarter. Transactions of one month have the same interval.
        actual: what was sold; missing where it is not known.
        goal: what should have been, for a payout curve.
        bonus: what 100 % pays in this interval, for a payout curve.
    """

    interval: Period
    actual: Amount | None = field(repr=False)
    goal: Amount | None = field(default=None, repr=False)
    bonus: Amount | None = field(default=None, repr=False)

    @classmethod
    def reaching(cls, attainment: Number, interval: Period, goal: Amount, bonus: Amount | None = None) -> Stage:
        """Make the stage that reaches a share of its goal, half up to the smallest part: `"90%"` of next month.

        Raises:
            BadValue: an attainment that is no number.
        """
        return cls(interval, goal.times(share(attainment)), goal, bonus)


def _sum(one: Amount | None, other: Amount | None) -> Amount | None:
    return None if one is None or other is None else one + other


def together(stages: Sequence[Stage], interval: Period) -> Stage:
    """Return stages as one: a sum is missing where one of its parts is.

    >>> from pharmasales.periods import Month
    >>> from pharmasales.units import BOX
    >>> both = [Stage(Month(2026, 1), Amount(n, BOX)) for n in (3, 4)]
    >>> together(both, Month(2026, 1)).actual
    Amount('7 BOX')
    """
    first, *rest = stages
    found = evolve(first, interval=interval)
    for one in rest:
        found = Stage(
            interval, _sum(found.actual, one.actual), _sum(found.goal, one.goal), _sum(found.bonus, one.bonus)
        )
    return found


def intervals(stages: Iterable[Stage], within: Period) -> list[tuple[Period, list[Stage]]]:
    """Return stages by interval, in the order of time; transactions of one interval in the order given.

    Raises:
        BadRows: intervals that are not within the period, or that overlap, all at once.
    """
    found: dict[Period, list[Stage]] = {}
    for stage in stages:
        found.setdefault(stage.interval, []).append(stage)
    order = sorted(found, key=lambda period: (period.start, period.end, str(period)))
    bad: list[PharmaSalesError] = [
        BadValue(f"not within {within}", where=f"interval {one}", code="payout.interval")
        for one in order
        if one.start < within.start or one.end > within.end
    ]
    last: Period | None = None
    for one in order:
        if last is not None and one.start <= last.end:
            hint = "settle months or quarters, not both"
            bad.append(BadValue(f"overlaps {last}", where=f"interval {one}", hint=hint, code="payout.interval"))
        last = one if last is None or one.end > last.end else last
    if bad:
        raise BadRows("intervals refused", bad)
    return [(one, found[one]) for one in order]


def earned_at(pays: Pays, stage: Stage) -> Fraction | None:
    """Return what a stage earns, in exact smallest parts; missing where a value is, or where the goal is zero.

    Raises:
        NotComparable: an actual and a goal of two units, or an actual of another unit than the tiers'.
        BadValue: a goal or a bonus below zero.
    """
    if not isinstance(pays, PayoutCurve):
        return None if stage.actual is None else pays.exactly(stage.actual)
    for what, value in (("goal", stage.goal), ("bonus", stage.bonus)):
        refuse_negative(value, what, f"interval {stage.interval}")
    if stage.actual is None or stage.goal is None or stage.bonus is None:
        return None
    if stage.actual.unit != stage.goal.unit:
        where = f"interval {stage.interval}"
        raise NotComparable(f"{stage.actual.unit.code} with {stage.goal.unit.code}", where=where, code="unit")
    attainment = stage.actual.over(stage.goal)
    return None if attainment is None else pays.pieces.at(attainment) * stage.bonus.minor
