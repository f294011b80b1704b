"""Carry-over (结转): what becomes of a visit that was planned and not made, or was called off.

>>> from datetime import date
>>> carry = Carry("cycle", {"C": "drop"})
>>> carry.rule("A"), carry.rule("C")
('cycle', 'drop')
>>> done = [date(2026, 3, 3), date(2026, 3, 12)]
>>> [day.day for day in missed([date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)], done)]
[17]

Source: S002-21; issue 7, carry-over rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.errors import BadValue

__all__ = ["Carry", "CarryRule", "missed"]

CarryRule: TypeAlias = Literal["cycle", "next", "drop"]


def _kept(given: Mapping[str, CarryRule]) -> Mapping[str, CarryRule]:
    return MappingProxyType(dict(given))


@frozen
class Carry:
    """What becomes of a visit that was missed or called off (结转规则).

    Args:
        other: the rule of grades that are not named: `cycle` it is planned anew within the cycle, `next` it goes into
            the next cycle and is named, `drop` it is given up and named.
        by_grade: the rule of a grade, by its letter.

    >>> Carry("later")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no such carry-over rule; cycle, next, drop [followup.carry]

    Raises:
        BadValue: a rule that does not exist.
    """

    other: CarryRule = field(default="cycle")
    by_grade: Mapping[str, CarryRule] = field(factory=dict, converter=_kept)

    def __attrs_post_init__(self) -> None:
        if not {self.other, *self.by_grade.values()} <= set(get_args(CarryRule)):
            hint = ", ".join(get_args(CarryRule))
            raise BadValue("no such carry-over rule", hint=hint, code="followup.carry")

    def rule(self, grade: str) -> CarryRule:
        """Return the rule of a grade."""
        return self.by_grade.get(grade, self.other)


def missed(planned: Sequence[date], done: Sequence[date]) -> list[date]:
    """Return the days of planned visits that no visit made stands for.

    A visit made on its day stands for it; any other stands for the earliest that is still open, whichever came first.

    Args:
        planned: the days planned, each once.
        done: the days of visits made.
    """
    left = [day for day in sorted(planned) if day not in done]
    others = len(done) - (len(planned) - len(left))
    return left[max(0, others) :]
