"""What an agreement promises for a period (协议量), and what came under it (履约实绩).

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> Commitment("AG-1", Quarter(2026, 1), Amount.of(0, CNY))
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: how much? @ agreement 'AG-1' 2026-Q1; an amount above zero [rights.promise]

Source: S000-24, S000-20 (contract: size, product, territory).
"""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id
from pharmasales.periods import Period
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["Commitment", "Performed"]


@frozen
class Commitment:
    """What an agreement promises for a period (协议量).

    Args:
        agreement: the id of the agreement or right.
        period: the period.
        amount: how much: money, boxes, above zero.

    Raises:
        BadValue: an empty id, or an amount that is not above zero.
    """

    agreement: str = field(converter=normal_id)
    period: Period
    amount: Amount = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            where = f"agreement {self.agreement!r} {self.period}"
            raise BadValue("how much?", where=where, hint="an amount above zero", code="rights.promise")


@frozen
class Performed:
    """What came under an agreement on a day (履约实绩). One below zero takes back; zero says that nothing came.

    Args:
        agreement: the id of the agreement or right.
        on: the day.
        amount: how much, in the unit of the promise.
        evidence: the number of the paper, or "".
    """

    agreement: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    amount: Amount = field(repr=False)
    evidence: str = field(default="", converter=clean)
