"""Cadence (拜访频率): how often a customer of each grade is to be seen, and how many visits that makes.

A cadence is an exact number of visits a month. Demand is counted in whole visits: it adds up month by month and is
rounded half up as it grows, so that the months always make the period's total.

>>> from datetime import date
>>> from pharmasales.workdays import CHINA
>>> every_two_months = Cadence("1/2")
>>> demand = every_two_months.by_month(date(2026, 1, 1), date(2026, 3, 31), CHINA)
>>> {str(month): visits for month, visits in demand.items()}
{'2026-01': 1, '2026-02': 0, '2026-03': 1}
>>> every_two_months.visits(date(2026, 1, 1), date(2026, 3, 31), CHINA), every_two_months.gap
(2, 30)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.access import Workdays
from pharmasales.periods import Month
from pharmasales.units import Number, exact, half_up

__all__ = ["DEFAULT_CADENCE", "Cadence", "Cadences", "month_parts", "split"]

_MOST = 31


def month_parts(start: date, end: date, calendar: Workdays) -> tuple[tuple[Month, Fraction], ...]:
    """Return the months of a horizon, each with the part of it that the horizon covers.

    A whole month is 1. A part counts by its working days over those of the month; a month without any counts 0.

    >>> from pharmasales.workdays import CHINA
    >>> [(str(month), str(part)) for month, part in month_parts(date(2026, 3, 1), date(2026, 4, 10), CHINA)]
    [('2026-03', '1'), ('2026-04', '1/3')]

    Raises:
        BadValue: the end lies before the start.
        UnknownYear: the calendar does not know the year.
    """
    if end < start:
        raise BadValue("the horizon ends before it starts", hint="give the first day first", code="followup.horizon")
    first, last = Month.of(start), Month.of(end)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple((month, _part(month, start, end, calendar)) for month in map(first.plus, range(count)))


def _part(month: Month, start: date, end: date, calendar: Workdays) -> Fraction:
    if start <= month.start and month.end <= end:
        return Fraction(1)
    whole = len(calendar.workdays(month.start, month.end))
    within = len(calendar.workdays(max(start, month.start), min(end, month.end)))
    return Fraction(within, whole) if whole else Fraction(0)


def split(visits: int, parts: Sequence[Fraction]) -> tuple[int, ...]:
    """Split whole visits over months in proportion to their parts; the sum is always `visits`.

    What is due by the end of each month is rounded half up; a month gets what is due beyond the month before.

    >>> split(2, [Fraction(1), Fraction(1), Fraction(1)])
    (1, 0, 1)
    """
    total = sum(parts)
    if not total:
        return (0,) * (len(parts) - 1) + (visits,) * bool(parts)
    return _steps([visits * part / total for part in parts])


def _steps(rates: Iterable[Fraction]) -> tuple[int, ...]:
    """Round a running sum half up and return its steps."""
    found, due, before = [], Fraction(0), 0
    for rate in rates:
        due += rate
        found.append(half_up(due) - before)
        before += found[-1]
    return tuple(found)


@frozen
class Cadence:
    """How often one customer is to be seen (频率).

    Args:
        per_month: visits a month, exactly: 4, `"1/2"` for every two months, `"0.5"` the same. 0 to 31.
        gap: the shortest gap between two visits, in calendar days. Left out: half of the even spacing in a month of 30
            days, rounded down, at least 1; so 4 a month gives 3, 2 gives 7, 1 gives 15, 1/2 gives 30.

    >>> Cadence(4).gap, Cadence(4, gap=5).gap
    (3, 5)
    >>> Cadence(-1)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: visits a month out of range; 0 to 31 [followup.cadence]

    Raises:
        BadValue: a number that is not exact or out of range, or a gap below one day.
    """

    per_month: Fraction = field(converter=exact)
    gap: int = field()

    @gap.default
    def _half(self) -> int:
        return max(1, 15 * self.per_month.denominator // self.per_month.numerator) if self.per_month > 0 else 1

    @per_month.validator
    def _in_range(self, _attribute: object, value: Fraction) -> None:
        if not 0 <= value <= _MOST:
            raise BadValue("visits a month out of range", hint=f"0 to {_MOST}", code="followup.cadence")

    @gap.validator
    def _a_day(self, _attribute: object, value: int) -> None:
        if type(value) is not int or value < 1:
            raise BadValue("the shortest gap is a whole number of days from 1", code="followup.gap")

    def by_month(self, start: date, end: date, calendar: Workdays) -> dict[Month, int]:
        """Return the visits due in each month of a horizon; a part of a month counts by its working days.

        Raises:
            BadValue: the end lies before the start.
            UnknownYear: the calendar does not know the year.
        """
        parts = month_parts(start, end, calendar)
        steps = _steps(self.per_month * part for _, part in parts)
        return {month: visits for (month, _), visits in zip(parts, steps, strict=True)}

    def visits(self, start: date, end: date, calendar: Workdays) -> int:
        """Return the visits due in a horizon: the sum of `by_month`. Errors as there."""
        return sum(self.by_month(start, end, calendar).values())


def _kept(given: Mapping[str, Cadence]) -> Mapping[str, Cadence]:
    return MappingProxyType(dict(given))


@frozen
class Cadences:
    """The cadence of each grade of one scheme (各级频率).

    Letters mean what the scheme says: no letter is the best one by itself. A `CadenceTable` makes one of its rows by
    class, stage and channel. Source: S002-11.

    >>> cadences = Cadences.of({"A": 4, "B": 2, "C": "1/2"})
    >>> cadences["C"].per_month
    Fraction(1, 2)
    >>> cadences.require(["A", "E", "F"])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: grades without a cadence: E, F; give each a number, 0 for no visit [followup.cadence]
    """

    by_grade: Mapping[str, Cadence] = field(converter=_kept)

    @classmethod
    def of(cls, table: Mapping[str, Number | Cadence]) -> Cadences:
        """Read a table of grade letters; a number takes the default gap, a `Cadence` stands as it is.

        Raises:
            BadValue: a number that cannot be a cadence, with its letter.
        """
        return cls({grade: _read(grade, given) for grade, given in table.items()})

    def __getitem__(self, grade: str) -> Cadence:
        self.require([grade])
        return self.by_grade[grade]

    def __contains__(self, grade: object) -> bool:
        return grade in self.by_grade

    def require(self, grades: Iterable[str]) -> None:
        """Check that every grade has a cadence.

        Raises:
            BadRule: some do not; it names their letters.
        """
        missing = sorted(set(grades) - set(self.by_grade))
        if missing:
            hint = "give each a number, 0 for no visit"
            raise BadRule(f"grades without a cadence: {', '.join(missing)}", hint=hint, code="followup.cadence")

    def demand(self, grades: Mapping[str, str], start: date, end: date, calendar: Workdays) -> dict[str, int]:
        """Return the visits that each customer is due in a horizon, from the grade of each.

        >>> from pharmasales.workdays import CHINA
        >>> DEFAULT_CADENCE.demand({"c1": "A", "c2": "D"}, date(2026, 1, 1), date(2026, 3, 31), CHINA)
        {'c1': 12, 'c2': 0}

        Raises:
            BadRule: a grade without a cadence.
            BadValue: the end lies before the start.
            UnknownYear: the calendar does not know the year.
        """
        self.require(grades.values())
        due = {grade: self.by_grade[grade].visits(start, end, calendar) for grade in sorted(set(grades.values()))}
        return {customer: due[grade] for customer, grade in grades.items()}


def _read(grade: str, given: Number | Cadence) -> Cadence:
    try:
        return given if isinstance(given, Cadence) else Cadence(given)
    except BadValue as error:
        raise error.at(f"grade {grade!r}") from None


DEFAULT_CADENCE = Cadences.of({"A": 4, "B": 2, "C": 1, "D": 0})
"""A 4, B 2, C 1, D no visit a month. Source: practice P2-B, lower ends of A 4-8, B 2-4, C 1-2 a month."""
