"""Straight lines between cuts (分段直线): what every payout is, exact, with its jumps and the side of each cut.

>>> pieces = Pieces([Cut(100)], [(Fraction(0), Fraction(1, 100)), (Fraction(0), Fraction(2, 100))])
>>> [str(pieces.at(value)) for value in (99, 100)]
['99/100', '2']
>>> [(jump.cut.at, str(jump.below), str(jump.above)) for jump in pieces.jumps()]
[(100, '1', '2')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Says, decimal_text
from pharmasales.errors import BadValue
from pharmasales.rules.shapes import Cut
from pharmasales.rules.terms import Exact
from pharmasales.units import Amount, Unit, half_up

__all__ = ["Jump", "Pieces", "amount_of", "in_full", "in_percent", "refuse_negative", "side"]


def _cuts(given: Iterable[Cut]) -> tuple[Cut, ...]:
    return tuple(given)


def _lines(given: Iterable[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    return tuple(given)


@frozen
class Jump:
    """A cut at which the height is not the same on both sides.

    Args:
        cut: the cut.
        below: the height that is left.
        above: the height that is reached.
    """

    cut: Cut
    below: Fraction
    above: Fraction


@frozen
class Pieces:
    """A line between each two cuts, not above a most.

    Args:
        cuts: ascending; each says whether the line above it includes it.
        lines: base and slope of each line, one more than cuts.
        most: what no height is above, or nothing.
    """

    cuts: tuple[Cut, ...] = field(converter=_cuts)
    lines: tuple[tuple[Fraction, Fraction], ...] = field(converter=_lines)
    most: Fraction | None = None
    _keys: tuple[tuple[int, int, bool], ...] = field(init=False, repr=False, eq=False)
    _whole: tuple[tuple[int, int, int], ...] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        keys = tuple((cut.at.numerator, cut.at.denominator, cut.exclusive) for cut in self.cuts)
        whole = []
        for base, slope in self.lines:
            under = base.denominator * slope.denominator
            whole.append((int(base * under), int(slope * under), under))
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "_whole", tuple(whole))

    def place(self, value: Exact) -> int:
        """Return the position of the line that holds a value, 0 the lowest."""
        top, under = value.numerator, value.denominator
        found = 0
        for p, q, exclusive in self._keys:
            left, right = top * q, p * under
            if left < right or (exclusive and left == right):
                break
            found += 1
        return found

    def at(self, value: Exact) -> Fraction:
        """Return the exact height at a value."""
        return Fraction(*self.over(value))

    def over(self, value: Exact) -> tuple[int, int]:
        """Return the height at a value as a whole number over another, not reduced: the fast way to a product."""
        under = value.denominator
        base, slope, over = self._whole[self.place(value)]
        found, below = base * under + slope * value.numerator, over * under
        if self.most is not None and found * self.most.denominator > self.most.numerator * below:
            return self.most.numerator, self.most.denominator
        return found, below

    def jumps(self) -> Iterator[Jump]:
        """Yield the cuts at which the height jumps."""
        for cut, ((base, slope), (next_base, next_slope)) in zip(self.cuts, self.pairs(), strict=True):
            below, above = base + slope * cut.at, next_base + next_slope * cut.at
            if self.most is not None:
                below, above = min(below, self.most), min(above, self.most)
            if below != above:
                yield Jump(cut, below, above)

    def pairs(self) -> Iterator[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]]:
        """Yield the lines below and above each cut."""
        return zip(self.lines, self.lines[1:], strict=False)

    @property
    def rising(self) -> bool:
        """Whether more never brings less."""
        return all(slope >= 0 for _, slope in self.lines) and all(jump.above > jump.below for jump in self.jumps())


def in_percent(value: Exact) -> str:
    """Write a share in percent with all its decimals, four at most.

    >>> in_percent(Fraction(699, 1000)), in_percent(2)
    ('69.9%', '200%')
    """
    text = decimal_text(Fraction(value) * 100, 4)
    return text.rstrip("0").rstrip(".") + "%"


def in_full(value: Exact) -> str:
    """Write a number with its thousands and all its decimals, four at most.

    >>> in_full(Fraction(500_000, 3)), in_full(10_000)
    ('166,666.6667', '10,000')
    """
    whole, _, rest = decimal_text(abs(Fraction(value)), 4).partition(".")
    rest = rest.rstrip("0")
    return f"{'-' if value < 0 else ''}{int(whole):,}{'.' if rest else ''}{rest}"


def side(low: Cell, high: Cell, *, from_over: bool, to_over: bool) -> Says:
    """Say between which ends a value lies, and whose each end is.

    >>> side("70%", "100%", from_over=False, to_over=False).text()
    'at least 70% and below 100%'
    >>> side("70%", None, from_over=True, to_over=False).zh
    '超过 70%'
    """
    en, zh = [], []
    if low is not None:
        en.append(f"over {low}" if from_over else f"at least {low}")
        zh.append(f"超过 {low}" if from_over else f"不低于 {low}")
    if high is not None:
        en.append(f"at most {high}" if to_over else f"below {high}")
        zh.append(f"不超过 {high}" if to_over else f"低于 {high}")
    return Says(" and ".join(en), " 且".join(zh))


def refuse_negative(value: Amount | None, what: str, where: str = "") -> None:
    """Refuse a goal or a bonus below zero.

    Raises:
        BadValue: it is.
    """
    if value is not None and value.minor < 0:
        raise BadValue(f"a {what} below zero", where=where or what, hint="0 or more", code="payout.negative")


def amount_of(minor: Fraction, unit: Unit) -> Amount:
    """Round an exact count of smallest parts half up: the last step of every payout.

    >>> from pharmasales.units import CNY
    >>> amount_of(Fraction(5, 2), CNY)
    Amount('0.03 CNY')
    """
    return Amount(half_up(minor), unit)
