"""Effect before and after (前后效果): what a joint visit changed, exactly, and what is not known yet.

The last reading up to the day of the visit is the one before, the last one after that day the one after. No reading is
no effect known yet, which is not an effect of zero.

>>> from pharmasales.units import BOX
>>> sold = [Reading(date(2026, 2, 28), Amount.of(40, BOX)), Reading(date(2026, 4, 30), Amount.of(50, BOX))]
>>> after = effect("sales", sold, date(2026, 3, 4), as_of=date(2026, 5, 1))
>>> after.change, after.growth, after.improved
(Amount('10 BOX'), Fraction(1, 4), True)
>>> early = effect("sales", sold, date(2026, 3, 4), as_of=date(2026, 4, 1))
>>> early.change is None, early.why.text("zh")
(True, 'sales：尚无效果数据（协访后的数据缺失）')

Source: S003-2, S003-3.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import clean, nearest
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["Effect", "Reading", "effect", "joint_effect_table"]

Better: TypeAlias = Literal["up", "down"]


@frozen
class Reading:
    """One value of a measure on a day (指标读数).

    Args:
        on: the day that it is of.
        amount: the value.
    """

    on: date = field(converter=checked_day)
    amount: Amount


@frozen
class Effect:
    """A measure before and after a joint visit.

    Args:
        measure: what is measured.
        day: the day of the visit.
        before: the last reading up to that day, or none.
        after: the last reading since, or none.
        better: whether more (`up`) or less (`down`) is better.

    Raises:
        BadValue: readings on the wrong side of the day, or an unknown word.
        NotComparable: readings in two units.
    """

    measure: str = field(converter=clean)
    day: date = field(converter=checked_day)
    before: Reading | None = None
    after: Reading | None = None
    better: Better = "up"

    def __attrs_post_init__(self) -> None:
        where = f"effect on {self.measure!r}"
        if self.better not in get_args(Better):
            hint = nearest(str(self.better), get_args(Better))
            raise BadValue("which way is better?", where=where, hint=hint, code="followup.joint.better")
        if (self.before and self.before.on > self.day) or (self.after and self.after.on <= self.day):
            hint = "before is up to the day of the visit, after is later"
            raise BadValue("a reading on the wrong side", where=where, hint=hint, code="followup.joint.reading")
        if self.before and self.after:
            self.after.amount - self.before.amount

    @property
    def change(self) -> Amount | None:
        """The value after less the value before, exactly; missing where either is."""
        return self.after.amount - self.before.amount if self.before and self.after else None

    @property
    def growth(self) -> Fraction | None:
        """The change over the value before; missing where that is zero or missing."""
        return self.change.over(self.before.amount) if self.change and self.before else None

    @property
    def improved(self) -> bool | None:
        """Whether it became better; missing where no effect is known yet. No change is no improvement."""
        if self.change is None:
            return None
        return self.change.minor > 0 if self.better == "up" else self.change.minor < 0

    @property
    def missing(self) -> tuple[Says, ...]:
        """Which of the two readings is missing."""
        asked = ((self.before, Says("before", "协访前")), (self.after, Says("after", "协访后")))
        return tuple(says for reading, says in asked if reading is None)

    @property
    def why(self) -> Why:
        """The two readings with their days, or which is missing."""
        if self.before is None or self.after is None:
            parts = [because("the reading {side} is missing", "{side}的数据缺失", side=one) for one in self.missing]
            says = "{measure}: no effect known yet", "{measure}：尚无效果数据"
            return because(*says, *parts, measure=self.measure)
        return because(
            "{measure}: {before} on {first}, {after} on {last}, change {change}",
            "{measure}：{first} 为 {before}，{last} 为 {after}，变化 {change}",
            measure=self.measure,
            before=str(self.before.amount),
            after=str(self.after.amount),
            first=self.before.on,
            last=self.after.on,
            change=str(self.change),
        )


def effect(measure: str, readings: Iterable[Reading], day: date, *, as_of: date, better: Better = "up") -> Effect:
    """Set the values of a measure before and after a joint visit side by side.

    Args:
        measure: what is measured.
        readings: its values, one a day, in any order.
        day: the day of the visit; a reading of that day counts as before.
        as_of: the day up to which readings are known; later ones are not looked at.
        better: whether more (`up`) or less (`down`) is better.

    Raises:
        BadRows: two readings of one day, all of them at once.
        BadValue: an unknown word.
        NotComparable: readings in two units.
    """
    known = sorted((one for one in readings if one.on <= checked_day(as_of)), key=lambda one: one.on)
    bad: list[PharmaSalesError] = [
        BadValue("two readings of one day", where=f"{measure} on {one.on}", code="followup.twice")
        for one, other in pairwise(known)
        if one.on == other.on
    ]
    if bad:
        raise BadRows(f"{len(bad)} readings given twice", bad)
    before = [one for one in known if one.on <= day]
    after = [one for one in known if one.on > day]
    return Effect(measure, day, before[-1] if before else None, after[-1] if after else None, better)


def joint_effect_table(effects: Iterable[Effect]) -> Table:
    """Return a row a measure as table `joint_effects`: before, after, change, growth, reason.

    >>> joint_effect_table([Effect("sales", date(2026, 3, 4))]).rows[0][:3]
    ('sales', datetime.date(2026, 3, 4), None)
    """
    columns = (
        Column("measure", "Measure", "指标"),
        Column("day", "Joint visit on", "协访日期", "date"),
        Column("before", "Before", "协访前", "amount"),
        Column("after", "After", "协访后", "amount"),
        Column("change", "Change", "变化", "amount"),
        Column("growth", "Growth", "增长率", "ratio"),
        Column("why", "Why", "说明", "why"),
    )
    rows = [
        (
            one.measure,
            one.day,
            one.before.amount.value if one.before else None,
            one.after.amount.value if one.after else None,
            one.change.value if one.change else None,
            one.growth,
            one.why,
        )
        for one in effects
    ]
    return Table("joint_effects", Says("Effect of joint visits", "协访效果"), columns, rows)
