"""The monthly base of a limit (月均基数): the average over the months with shipments.

>>> from pharmasales.units import CNY
>>> shipped = {Month(2026, month): Amount.of(300_000, CNY) for month in (1, 2, 4, 6)}
>>> print(monthly_base(shipped, [Month(2026, n) for n in range(1, 7)], unit=CNY).why)
base 1,200,000.00 CNY / 4 months with shipments of 6 = 300,000.00 CNY

Source: P2-G, E45: 1.2 million in 4 of 6 months are 300,000 a month, not 200,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadValue
from pharmasales.periods import Month
from pharmasales.units import Amount, Unit

__all__ = ["MonthlyBase", "expected_base", "monthly_base"]


@frozen
class MonthlyBase:
    """What a dealer takes in a month that it takes anything (月均基数).

    Args:
        total: what was shipped, net of returns; or what is expected of a month.
        months: the months with shipments.
        looked_at: how many months were looked at; 0 where the base is expected.

    Raises:
        BadValue: more months with shipments than were looked at, or a total below zero.
    """

    total: Amount = field(repr=False)
    months: int
    looked_at: int

    def __attrs_post_init__(self) -> None:
        if self.total.minor < 0 or not 0 <= self.months <= max(self.looked_at, 1) or self.looked_at < 0:
            raise BadValue("a base that cannot be", where="monthly base", code="credit.base")

    @property
    def expected(self) -> bool:
        """Whether nobody saw it yet: what a new customer is expected to take."""
        return self.looked_at == 0

    @property
    def exact(self) -> Fraction | None:
        """The exact base in smallest parts; missing where there was no month with shipments."""
        return Fraction(self.total.minor, self.months) if self.months else None

    @property
    def amount(self) -> Amount | None:
        """The base, rounded half up to the smallest part for showing."""
        return self.total.times(Fraction(1, self.months)) if self.months else None

    @property
    def text(self) -> str:
        """The base to reckon with: what it is where that is whole, else what is divided by what."""
        whole = self.exact is None or self.exact.denominator == 1
        return str(self.amount) if whole else f"{self.total} / {self.months}"

    @property
    def why(self) -> Why:
        """How it comes about."""
        if self.expected:
            return because("base {total} a month is expected", "月基数 {total} 为预计", total=str(self.total))
        if self.amount is None:
            en, zh = "no shipments in {n} months, so there is no base", "{n} 个月内无发货，故无基数"
            return because(en, zh, n=self.looked_at)
        return because(
            "base {total} / {months} month{s} with shipments of {n} = {base}{rounded}",
            "月基数 {total} / {n} 个月中有发货的 {months} 个月 = {base}{rounded}",
            total=str(self.total),
            months=self.months,
            s="" if self.months == 1 else "s",
            n=self.looked_at,
            base=str(self.amount),
            rounded=Says("", "") if self.text == str(self.amount) else Says(", rounded", "（四舍五入）"),
        )


def monthly_base(shipments: Mapping[Month, Amount], months: Iterable[Month], *, unit: Unit) -> MonthlyBase:
    """Average what was shipped over the months in which something was (有发货月份的月均).

    Args:
        shipments: what was shipped in each month, net of returns; a month left out had none.
        months: the months to look at.
        unit: the unit of all of them.

    Returns:
        The base. Returns of a month without shipments lessen the total; a total below zero is zero.

    Source: P2-G, E45. Raises:
        BadValue: no months to look at.
        NotComparable: an amount in another unit.
    """
    asked = sorted(set(months))
    if not asked:
        raise BadValue("no months to look at", where="months", hint="give those of a period", code="credit.base")
    found = [shipments[month] for month in asked if month in shipments]
    total = Amount.total(found, unit)
    return MonthlyBase(max(total, Amount(0, unit)), sum(one.minor > 0 for one in found), len(asked))


def expected_base(a_month: Amount) -> MonthlyBase:
    """Return the base of a new customer: what it is expected to take in a month (预计月销).

    >>> from pharmasales.units import CNY
    >>> expected_base(Amount.of(200_000, CNY)).expected
    True

    Source: P2-G. Raises:
        BadValue: less than zero.
    """
    return MonthlyBase(a_month, 1, 0)
