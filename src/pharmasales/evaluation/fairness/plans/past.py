"""Past records (历史记录): the figures of each person in each period, on which a sheet or a plan is tried.

>>> from pharmasales.periods import Quarter
>>> one = PastRecord("r1", Quarter(2025, 1), {"attainment": "95%"})
>>> try:
...     read_past([one, one])
... except BadRows as refused:
...     print(*refused.lines())
overlaps 2025-Q1 @ r1 2025-Q1; one record a person and period [fairness.past]
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from attrs import field, frozen

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.periods import Period
from pharmasales.rules import Field, Label
from pharmasales.units import Amount

__all__ = ["Judged", "PastRecord", "in_time", "read_past"]


@frozen
class PastRecord:
    """What one person did in one period (历史记录).

    Args:
        person_id: the person's id.
        period: the period: a month, a quarter.
        figures: what the sheet and the plan read: `Figures`, a mapping, or any object.
        bonus: the target bonus of the period, for a plan with curves.
    """

    person_id: str = field(converter=normal_id)
    period: Period
    figures: object = field(repr=False)
    bonus: Amount | None = field(default=None, repr=False)


@frozen
class Judged:
    """A record as a payout plan reads it, with what the score sheet found: `score` and `grade`.

    >>> judged = Judged({"attainment": "95%"}, Decimal("91.50"), "A")
    >>> Field("score")(judged), Field("grade")(judged), Field("attainment")(judged)
    (Decimal('91.50'), 'A', '95%')
    """

    _figures: object = field(repr=False)
    score: Decimal | None = field(repr=False)
    grade: Label | None

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return Field(name)(self._figures)


def in_time(period: Period) -> tuple[object, object, str]:
    """Return what periods are put in the order of time by."""
    return period.start, period.end, str(period)


def read_past(records: Iterable[PastRecord]) -> tuple[PastRecord, ...]:
    """Return the records by person and in the order of time, so that the order given decides nothing.

    Raises:
        BadRows: every record of a person whose period overlaps another of the same person.
    """
    found = sorted(records, key=lambda one: (one.person_id, *in_time(one.period)))
    bad: list[PharmaSalesError] = [
        BadValue(
            f"overlaps {before.period}",
            where=f"{one.person_id} {one.period}",
            hint="one record a person and period",
            code="fairness.past",
        )
        for before, one in pairwise(found)
        if before.person_id == one.person_id and one.period.start <= before.period.end
    ]
    if bad:
        raise BadRows("past records are refused", bad)
    return tuple(found)
