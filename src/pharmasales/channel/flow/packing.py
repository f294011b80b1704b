"""Units of packing (包装换算): boxes, pieces and cases of a product, by exact factors.

>>> packing = Packing("P1", {"盒": 1, "box": 1, "件": 200, "片": "1/24"})
>>> packing.boxes(Fraction(3), "件"), packing.boxes(Fraction(48), "片")
(Amount('600 BOX'), Amount('2 BOX'))
>>> packing.boxes(Fraction(12), "片")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no whole count of BOX @ product 'P1'; check the factor or the unit [flow.unit]

Source: P2-F; S004-60.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import fold, normal_id
from pharmasales.units import BOX, Amount, Number, Unit, exact, unit

__all__ = ["Packing", "packing_data", "packing_from"]


def _id(text: str) -> str:
    return normal_id(text, "packing product")


def _factors(given: Mapping[str, Number]) -> Mapping[str, Fraction]:
    made: dict[str, Fraction] = {}
    for word, factor in given.items():
        value = exact(factor)
        if value <= 0 or not fold(word):
            raise BadValue("a factor above zero and a word are due", where="packing", code="flow.unit")
        if made.setdefault(fold(word), value) != value:
            raise BadValue("one word with two factors", where="packing", code="flow.unit")
    return MappingProxyType(made)


@frozen
class Packing:
    """How many of the counted unit the other words for units of one product stand for (包装换算).

    Args:
        product: id of the product.
        factors: for each word, how many of `unit` one of it is, an exact number such as 200 or "1/24". Case and width
            do not count.
        unit: what the product is counted in.

    Raises:
        BadValue: a factor that is not above zero, or one word with two factors.
    """

    product: str = field(converter=_id)
    factors: Mapping[str, Fraction] = field(converter=_factors, hash=False)
    unit: Unit = BOX

    def knows(self, word: str) -> bool:
        """Whether the word has a factor."""
        return fold(word) in self.factors

    def boxes(self, quantity: Fraction, word: str) -> Amount:
        """Return a quantity in the counted unit, exactly.

        Args:
            quantity: how many, negative for a return.
            word: the word for the unit.

        Raises:
            BadValue: an unknown word, or a quantity that is no whole count of the smallest part of the unit.
        """
        factor = self.factors.get(word) or self.factors.get(fold(word))
        where = f"product {self.product!r}"
        if factor is None:
            known = ", ".join(sorted(self.factors)) or "none"
            raise BadValue("unknown unit of packing", where=where, hint=f"known: {known}", code="flow.unit")
        minor = quantity * factor * 10**self.unit.decimals
        if minor.denominator != 1:
            hint = "check the factor or the unit"
            raise BadValue(f"no whole count of {self.unit.code}", where=where, hint=hint, code="flow.unit")
        return Amount(minor.numerator, self.unit)


def packing_data(packings: Iterable[Packing]) -> list[dict[str, Any]]:
    """Return packings as plain data; the unit is a built-in one.

    >>> packing_from(packing_data([Packing("P1", {"件": 200})])) == [Packing("P1", {"件": 200})]
    True
    """
    return [
        {"product": one.product, "factors": {w: str(f) for w, f in one.factors.items()}, "unit": one.unit.code}
        for one in packings
    ]


def packing_from(rows: Iterable[Mapping[str, Any]]) -> list[Packing]:
    """Read the plain data of `packing_data`.

    Raises:
        BadRows: rows of another form, all at once.
    """
    made: list[Packing] = []
    bad: list[PharmaSalesError] = []
    for number, row in enumerate(rows, 1):
        try:
            made.append(Packing(row["product"], row["factors"], unit(row["unit"])))
        except PharmaSalesError as error:
            bad.append(error.at(f"packing {number}"))
        except (KeyError, TypeError, ValueError, AttributeError):
            bad.append(BadValue("data of another form", where=f"packing {number}", code="flow.record"))
    if bad:
        raise BadRows("the packings cannot be read", bad)
    return made
