"""Spacing (间隔): visits per week, month, quarter or year, the days between them, and how many that makes.

One convention, the one of `Cadence`: a month counts 30 days, so a quarter 90 and a year 360; a week has its 7. All is
exact, and whole days or visits are made of it at the last step only.

>>> monthly("2", "week"), monthly(1, "quarter"), spacing(monthly(4, "month"))
(Fraction(60, 7), Fraction(1, 3), Fraction(15, 2))
>>> task = rhythm(quantity=6, gap=15)
>>> task.days, task.per_month
(Fraction(90, 1), Fraction(2, 1))

Source: row "Cyclic task" of the systems file; practice P2-B (visits a week, a month, a quarter).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import nearest
from pharmasales.units import Number, exact

__all__ = ["MONTH_DAYS", "PER_DAYS", "PER_WORDS", "Per", "Rhythm", "monthly", "rhythm", "spacing"]

Per: TypeAlias = Literal["week", "month", "quarter", "year"]

MONTH_DAYS = 30
"""Days of a month wherever visits a month become days between visits."""

PER_DAYS: Mapping[str, int] = MappingProxyType(
    {"week": 7, "month": MONTH_DAYS, "quarter": 3 * MONTH_DAYS, "year": 12 * MONTH_DAYS}
)
"""The days of each period that visits are counted in."""

PER_WORDS: Mapping[str, Says] = MappingProxyType(
    {
        "week": Says("a week", "每周"),
        "month": Says("a month", "每月"),
        "quarter": Says("a quarter", "每季"),
        "year": Says("a year", "每年"),
    }
)
"""How a person says each of them."""

_HINT = "give gap or per_month with quantity or days, or quantity with days"


def monthly(visits: Number, per: Per) -> Fraction:
    """Return how many visits a month some visits per period make, exactly.

    Raises:
        BadValue: a number that is not exact, or an unknown period.
    """
    if per not in PER_DAYS:
        raise BadValue("unknown period", where="per", hint=nearest(str(per), PER_DAYS), code="followup.per")
    return exact(visits) * MONTH_DAYS / PER_DAYS[per]


def spacing(per_month: Fraction) -> Fraction | None:
    """Return the days from one visit to the next if they stand evenly; missing where there is no visit."""
    return MONTH_DAYS / per_month if per_month else None


@frozen
class Rhythm:
    """So many visits, so many days apart (周期任务): `quantity x gap = days` and `gap x per_month = 30`, exactly.

    Args:
        quantity: how many visits.
        gap: the days from one to the next.

    >>> Rhythm(Fraction(4), Fraction(31, 4)).days
    Fraction(31, 1)
    """

    quantity: Fraction = field()
    gap: Fraction = field()

    @property
    def days(self) -> Fraction:
        """The days that they take."""
        return self.quantity * self.gap

    @property
    def per_month(self) -> Fraction:
        """How many that makes in a month."""
        return MONTH_DAYS / self.gap

    @property
    def why(self) -> Why:
        """The four figures in both languages."""
        return because(
            "{quantity} visits, {gap} days apart, {per_month} a month, {days} days in all",
            "{quantity} 次，间隔 {gap} 天，每月 {per_month} 次，共 {days} 天",
            quantity=self.quantity,
            gap=self.gap,
            per_month=self.per_month,
            days=self.days,
        )


def rhythm(
    *,
    quantity: Number | None = None,
    gap: Number | None = None,
    per_month: Number | None = None,
    days: Number | None = None,
) -> Rhythm:
    """Work out quantity, gap, visits a month and days from any of them that suffice (互推).

    Args:
        quantity: visits in all.
        gap: days from one to the next.
        per_month: visits a month.
        days: days in all.

    >>> rhythm(quantity=4, days=31) == rhythm(gap="31/4", days=31)
    True
    >>> rhythm(gap=7, per_month=4)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: gap and per_month contradict each other; leave one out: by per_month the gap is 15/2
    [followup.rhythm]

    Raises:
        BadValue: figures that are not exact, not above zero, too few, or that contradict each other.
    """
    stated = {"quantity": quantity, "gap": gap, "per_month": per_month, "days": days}
    known = {name: _positive(name, value) for name, value in stated.items() if value is not None}
    gaps = _gaps(known)
    (first, found), *others = gaps.items() if gaps else [("", Fraction(0))]
    for name, other in others:
        if other != found:
            hint = f"leave one out: by {name} the gap is {other}"
            raise BadValue(f"{first} and {name} contradict each other", hint=hint, code="followup.rhythm")
    if not gaps or ("quantity" not in known and "days" not in known):
        raise BadValue("too few figures for a rhythm", hint=_HINT, code="followup.rhythm")
    return Rhythm(known["quantity"] if "quantity" in known else known["days"] / found, found)


def _gaps(known: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return the gap that each of the figures asks for, by their names."""
    found = {}
    if "gap" in known:
        found["gap"] = known["gap"]
    if "per_month" in known:
        found["per_month"] = MONTH_DAYS / known["per_month"]
    if "quantity" in known and "days" in known:
        found["quantity with days"] = known["days"] / known["quantity"]
    return found


def _positive(name: str, value: Number) -> Fraction:
    try:
        number = exact(value)
    except BadValue as error:
        raise error.at(name) from None
    if number <= 0:
        raise BadValue("not above zero", where=name, code="followup.rhythm")
    return number
