"""Baseline of hospitals still to open (新开发医院基数): their ramps added up, and a plan by hospital and month.

>>> from pharmasales.periods import Year, period
>>> from pharmasales.units import BOX
>>> known = Known(openings=[Opening("H1", period("2026-07"), Amount.of(10, BOX))])
>>> launch = Launch(Ramp(["50%", "100%"]), BOX)
>>> print(launch.build(known, Year(2026)).why)
2026: 55 BOX by hospitals still to open
  H1 opens 2026-07, 10 BOX a month: 55 in 2026
    2026-07: 50.0% of the run rate = 5
    2026-08: 100.0% of the run rate = 10
    2026-09: 100.0% of the run rate = 10
    2026-10: 100.0% of the run rate = 10
    2026-11: 100.0% of the run rate = 10
    2026-12: 100.0% of the run rate = 10
>>> plan = launch.plan(known.openings, Year(2026))
>>> plan.total, [amount.minor for amount in plan.rows[0].months]
(Amount('55 BOX'), [0, 0, 0, 0, 0, 0, 5, 10, 10, 10, 10, 10])

Source: E27 (S004-43).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.goals.baselines.builders import Baseline, Known
from pharmasales.goals.baselines.ramps import Opening, Ramp
from pharmasales.periods import Month, Period
from pharmasales.splits import split
from pharmasales.units import Amount, Unit, half_up

__all__ = ["Launch", "LaunchPlan", "LaunchRow"]


@frozen
class LaunchRow:
    """What one hospital is to bring, by month (新开发医院计划).

    Args:
        opening: the hospital with its opening.
        months: its amount in each month of the plan.
        why: its ramp.
    """

    opening: Opening
    months: tuple[Amount, ...] = field(repr=False)
    why: Why = field(repr=False)

    @property
    def total(self) -> Amount:
        """Its amount in all months."""
        return Amount.total(self.months, self.opening.a_month.unit)


@frozen
class LaunchPlan:
    """What hospitals still to open are to bring, by hospital and month. Made by `Launch.plan`.

    Args:
        months: the months, in order.
        rows: the hospitals, in the order given.
        total: all of it: the exact sum rounded half up, once.
    """

    months: tuple[Month, ...]
    rows: tuple[LaunchRow, ...]
    total: Amount

    def month(self, month: Month) -> Amount:
        """Return what all hospitals together bring in a month."""
        place = self.months.index(month)
        return Amount.total((row.months[place] for row in self.rows), self.total.unit)

    def table(self) -> Table:
        """Return one row a hospital and month."""
        rows = [
            (row.opening.hospital, str(row.opening.opens), str(month), amount.value, row.why)
            for row in self.rows
            for month, amount in zip(self.months, row.months, strict=True)
        ]
        return Table("launch_plan", Says("Hospitals still to open", "新开发医院计划"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=24)


_COLUMNS = (
    Column("hospital", "Hospital", "医院"),
    Column("opens", "Opens", "开业"),
    Column("month", "Month", "月份"),
    Column("amount", "Amount", "金额", "amount"),
    Column("why", "Why", "说明", "why"),
)


@frozen
class Launch:
    """The baseline of hospitals still to open, by one ramp (新开发医院基数); without any it is zero.

    Args:
        ramp: how each comes up.
        unit: what their run rates are counted in.
    """

    ramp: Ramp
    unit: Unit
    says: Says = field(default=Says("hospitals still to open", "新开发医院"), init=False, eq=False, repr=False)

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline of a period of whole months: see `Builder`.

        Raises:
            BadRows: run rates in another unit, and two openings of one hospital.
            BadValue: a week, which has no whole months.
        """
        self._check(known.openings)
        brings = (self.ramp.brings_in(opening, period) for opening in known.openings)
        return Baseline(self, period, known, sum(brings, Fraction(0)), self.unit)

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:
        """Return each hospital's ramp."""
        if not known.openings:
            return (because("no hospital is still to open", "无待开发医院"),)
        return tuple(self.ramp.why(opening, period) for opening in known.openings)

    def plan(self, openings: Iterable[Opening], period: Period) -> LaunchPlan:
        """Lay out what each hospital brings in each month; hospitals add up to the total, months to their hospital.

        Raises:
            BadRows: run rates in another unit, and two openings of one hospital.
            BadValue: a week, which has no whole months.
        """
        given = tuple(openings)
        self._check(given)
        exact_months = [[self.ramp.brings(opening, month) for month in period.months] for opening in given]
        wholes = [sum(row, Fraction(0)) for row in exact_months]
        total = Amount(half_up(sum(wholes, Fraction(0)) * 10**self.unit.decimals), self.unit)
        parts = split(total, wholes) if total.minor else [total] * len(given)
        rows = [
            LaunchRow(
                opening,
                tuple(split(part, row) if part.minor else [part] * len(row)),
                self.ramp.why(opening, period),
            )
            for opening, part, row in zip(given, parts, exact_months, strict=True)
        ]
        return LaunchPlan(period.months, tuple(rows), total)

    def _check(self, openings: Iterable[Opening]) -> None:
        seen: set[str] = set()
        bad: list[PharmaSalesError] = []
        for opening in openings:
            where = f"opening of {opening.hospital!r}"
            if opening.a_month.unit != self.unit:
                reason = f"{opening.a_month.unit.code} where {self.unit.code} is due"
                bad.append(NotComparable(reason, where=where, code="unit"))
            if opening.hospital in seen:
                bad.append(BadValue("opens twice", where=where, hint="keep one", code="goals.twins"))
            seen.add(opening.hospital)
        if bad:
            raise BadRows("openings are refused", bad)
