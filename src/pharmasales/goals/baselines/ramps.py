"""Launch ramps (新开发医院爬坡): what a hospital brings in the months after it opens, as shares of its run rate.

>>> from pharmasales.periods import Year, period
>>> from pharmasales.units import BOX
>>> opening = Opening("H1", period("2026-07"), Amount.of(10, BOX))
>>> ramp = Ramp(["50%", "100%"])
>>> [int(ramp.brings(opening, month)) for month in Year(2026).months]
[0, 0, 0, 0, 0, 0, 5, 10, 10, 10, 10, 10]

Source: E27 (S004-43).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Why, because, percent
from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.periods import Month, Period
from pharmasales.units import Amount, Number, exact, share

__all__ = ["Opening", "Ramp"]


def _day_or_month(given: date | Period) -> date | Month:
    if isinstance(given, Month) or type(given) is date:
        return given
    raise BadValue(
        "a day or a month is due", where="opens", hint="write a date or period('2026-07')", code="goals.opens"
    )


@frozen
class Opening:
    """A hospital still to open (待开发医院): when, and what it is to bring in a month once it is up.

    Args:
        hospital: its id.
        opens: the month in which it opens, counted whole, or the day, from which that month counts by its days left.
        a_month: its run rate (月均用量), zero or above.
        planned: when it was to open first; set by `slipped`.

    Raises:
        BadValue: a run rate below zero, or an opening that is neither a day nor a month.
    """

    hospital: str = field(converter=normal_id)
    opens: date | Month = field(converter=_day_or_month)
    a_month: Amount
    planned: date | Month | None = None

    def __attrs_post_init__(self) -> None:
        where = f"opening of {self.hospital!r}"
        if not isinstance(self.a_month, Amount):
            raise BadValue("no amount", where=where, hint="write Amount.of(10, BOX)", code="number")
        if self.a_month.minor < 0:
            raise BadValue("a run rate below zero", where=where, hint="give zero or above", code="goals.run-rate")

    @property
    def month(self) -> Month:
        """The month in which it opens."""
        return self.opens if isinstance(self.opens, Month) else Month.of(self.opens)

    @property
    def first_share(self) -> Fraction:
        """The part of the opening month in which it is open, the day itself counted; 1 where a month is given."""
        if isinstance(self.opens, Month):
            return Fraction(1)
        return Fraction((self.month.end - self.opens).days + 1, self.month.days)

    def slipped(self, to: date | Month) -> Opening:
        """Return it with another opening (延期); its whole ramp moves along, and the first date is kept.

        >>> from pharmasales.periods import period
        >>> from pharmasales.units import BOX
        >>> opening = Opening("H1", period("2026-07"), Amount.of(10, BOX)).slipped(period("2026-09"))
        >>> opening.opens, opening.planned
        (period('2026-09'), period('2026-07'))
        """
        return evolve(self, opens=to, planned=self.planned or self.opens)


def _shares(given: Iterable[Number]) -> tuple[Fraction, ...]:
    if isinstance(given, str):
        raise BadRule("one share where several are due", where="ramp", hint='write ["50%", "100%"]', code="goals.ramp")
    try:
        return tuple(share(one) for one in given)
    except PharmaSalesError as error:
        raise error.at("ramp") from None


@frozen
class Ramp:
    """How a hospital comes up after its opening (爬坡曲线): a share of the run rate for the first, second, ... month.

    Args:
        shares: the shares, zero or above; the last one holds from then on.

    >>> Ramp(["150%", "-1%"])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: a share below zero @ ramp; give zero or above [goals.ramp]

    Raises:
        BadRule: no share, or one below zero.
    """

    shares: tuple[Fraction, ...] = field(converter=_shares)

    def __attrs_post_init__(self) -> None:
        if not self.shares:
            raise BadRule("a ramp needs a share", where="ramp", hint='write ["50%", "100%"]', code="goals.ramp")
        if min(self.shares) < 0:
            raise BadRule("a share below zero", where="ramp", hint="give zero or above", code="goals.ramp")

    def brings(self, opening: Opening, month: Month) -> Fraction:
        """Return what an opening brings in a month, exact; zero before it opens."""
        place, part = self._reached(opening, month)
        return exact(opening.a_month) * self.shares[min(place, len(self.shares) - 1)] * part if place >= 0 else part

    def brings_in(self, opening: Opening, within: Period) -> Fraction:
        """Return what an opening brings in a period of whole months, exact.

        Raises:
            BadValue: a week, which has no whole months.
        """
        return sum((self.brings(opening, month) for month in within.months), Fraction(0))

    def why(self, opening: Opening, within: Period) -> Why:
        """Say what an opening brings in a period, month by month while it comes up."""
        values = {"hospital": opening.hospital, "opens": str(opening.opens), "period": str(within)}
        late = _late(opening)
        if opening.month.start > within.end:
            en, zh = "{hospital} opens {opens}, after {period}: 0", "{hospital} 于 {opens} 开业，在 {period} 之后：0"
            return because(en, zh, *late, **values)
        months = [self._month_step(opening, month) for month in within.months if month.start >= opening.month.start]
        en = "{hospital} opens {opens}, {rate} a month: {brings} in {period}"
        zh = "{hospital} 于 {opens} 开业，月均 {rate}：{period} 合计 {brings}"
        brings = self.brings_in(opening, within)
        return because(en, zh, *late, *months, rate=str(opening.a_month), brings=brings, **values)

    def _reached(self, opening: Opening, month: Month) -> tuple[int, Fraction]:
        """Return how many months after the opening a month is, and the part of it that counts."""
        first = opening.month
        place = (month.year - first.year) * 12 + month.month - first.month
        return place, opening.first_share if place == 0 else Fraction(int(place > 0))

    def _month_step(self, opening: Opening, month: Month) -> Why:
        place, part = self._reached(opening, month)
        values: dict[str, Cell] = {
            "month": str(month),
            "share": percent(self.shares[min(place, len(self.shares) - 1)]),
            "brings": self.brings(opening, month),
        }
        if part == 1:
            return because(
                "{month}: {share} of the run rate = {brings}", "{month}：月均的 {share} = {brings}", **values
            )
        en = "{month}: {share} of the run rate x {part} of the month = {brings}"
        zh = "{month}：月均的 {share} × 当月 {part} = {brings}"
        return because(en, zh, part=f"{part.numerator}/{part.denominator}", **values)


def _late(opening: Opening) -> tuple[Why, ...]:
    if opening.planned is None:
        return ()
    en, zh = "was to open {planned}, its ramp moved along", "原定 {planned} 开业，爬坡顺延"
    return (because(en, zh, planned=str(opening.planned)),)
