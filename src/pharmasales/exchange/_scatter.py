"""Where the dots of a scatter stand: axes of equal or of growing steps, and places for records close together.

Records are counted in small places instead of drawn one by one, so that a picture of many is a small file and none
stands exactly where its record does. Steps of a logarithmic axis are worked out in decimals, never by a float.

>>> side = axis_of([10, 20, 30, 40, 5_000], [100], Says("Sales", "销售额"), 400)
>>> side.log, [str(tick) for tick in side.at]
(True, ['10', '20', '50', '100', '200', '500', '1000', '2000', '5000'])
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final, Literal

from attrs import field, frozen

from pharmasales.display import Says, decimal_text
from pharmasales.exchange._drawing import TITLES, Node, room
from pharmasales.exchange._figures import readable, ticks
from pharmasales.exchange._layers import WORDS, layer, pixels
from pharmasales.rules.terms import Exact
from pharmasales.units import half_up

__all__ = ["HIGH", "Axis", "above", "axis_of", "placed"]

HIGH: Final = 260
_STEEP: Final = 5
_PLACE: Final = 9
_MOST: Final = 9
_CONTEXT: Final = Context(prec=20)
_TITLES: Final[Mapping[str, Node]] = {**TITLES, "y": {**TITLES["y"], "titleY": -36}}  # above the values of the cuts


@frozen
class Axis:
    """One axis of a scatter.

    Args:
        title: what it says.
        at: its ticks, ascending; the first and the last are its ends.
        cuts: the cuts that part it.
        log: whether equal steps multiply.
        edges: the edges of the places, ascending from end to end.
        share: whether its numbers are shares, said in percent.
    """

    title: Says
    at: Sequence[Fraction]
    cuts: Sequence[Exact]
    log: bool
    edges: Sequence[Fraction] = field(repr=False)
    share: bool = False

    def place(self, value: Exact) -> int:
        """Return the place that holds a value; what lies below a logarithmic axis stands in its first."""
        return min(max(bisect_right(self.edges, value) - 1, 0), len(self.edges) - 2)

    def middle(self, place: int, cell: int) -> Fraction:
        """Return the middle of what a place has within a cell."""
        low, high = self.cell(cell)
        low, high = max(low, self.edges[place]), min(high, self.edges[place + 1])
        return Fraction(_CONTEXT.sqrt(_decimal(low * high))) if self.log else (low + high) / 2

    def cell(self, place: int) -> tuple[Fraction, Fraction]:
        """Return both edges of a cell, the outer ones being the ends of the axis."""
        bounds = [self.at[0], *map(Fraction, self.cuts), self.at[-1]]
        return bounds[place], bounds[place + 1]

    def part(self, value: Exact | Decimal) -> Fraction:
        """Return how far along the axis a value stands, from 0 to 1."""
        low, high, at = self.at[0], self.at[-1], Fraction(value)
        if not self.log:
            return (at - low) / (high - low)
        return Fraction(_CONTEXT.divide(_log(at / low), _log(high / low)))

    def pixel(self, value: Exact, pixels: int) -> Fraction:
        """Return where a value stands on an axis of so many pixels, to a tenth of one."""
        return Fraction(half_up(self.part(value) * pixels * 10), 10)

    def marked(self, pixels: int, side: Literal[0, 1], rows: int) -> list[tuple[Fraction, Says, int]]:
        """Return the cuts with their exact values and their row, without those for which no row has room.

        Args:
            pixels: the length of the axis.
            side: 1 where the values stand side by side, 0 where one stands above the other.
            rows: how many rows of values there are, the nearest being number 0.
        """
        found: list[tuple[Fraction, Says, int]] = []
        free = [Fraction(-pixels)] * rows
        for cut in self.cuts:
            words = self._exactly(cut)
            half = Fraction(room([words]) + 6, 2) if side else Fraction(6)
            at = self.part(cut) * pixels
            row = next((row for row in range(rows) if at - half >= free[row]), None)
            if row is not None:
                found.append((Fraction(cut), words, row))
                free[row] = at + half
        return found

    def encoding(self, side: Literal["x", "y"]) -> Node:
        """Return scale and axis of a field as a spec has them."""
        scale: Node = {"domain": [self.at[0], self.at[-1]], "nice": False, "zero": False}
        if self.log:
            scale = {**scale, "type": "log"}
        label = Says(self._labelled(lambda at: self._short(at).en), self._labelled(lambda at: self._short(at).zh))
        axis = {"title": self.title, "values": list(self.at), "labelExpr": label, "grid": False, **_TITLES[side]}
        return {"scale": scale, "axis": axis, "type": "quantitative"}

    def _labelled(self, say: Callable[[Fraction], str]) -> str:
        """Return the expression that writes each tick as people say it."""
        cases = (f"datum.value == {at if at.denominator == 1 else float(at)} ? '{say(at)}' : " for at in self.at)
        return f"{''.join(cases)}''"

    def _short(self, at: Fraction) -> Says:
        return self._exactly(at) if self.share or abs(at) < 1 else readable(at)

    def _exactly(self, value: Exact) -> Says:
        """Return a value with all its decimals, six at most."""
        scaled = Fraction(value) * 100 if self.share else Fraction(value)
        whole, _, rest = decimal_text(abs(scaled), 6).partition(".")
        rest = rest.rstrip("0")
        text = f"{'-' if scaled < 0 else ''}{int(whole):,}{'.' if rest else ''}{rest}{'%' if self.share else ''}"
        return Says(text, text)


def placed(x: Axis, y: Axis) -> Node:
    """Return the encoding of the fields `x` and `y` on two axes."""
    return {"x": {"field": "x", **x.encoding("x")}, "y": {"field": "y", **y.encoding("y")}}


def above(axis: Axis, pixels_wide: int) -> Node:
    """Return the layer that writes the values of the cuts above the plot, in two rows at most."""
    told = [{"x": at, "words": words, "y": -8 - 12 * row} for at, words, row in axis.marked(pixels_wide, 1, 2)]
    text: Node = {"type": "text", "fontSize": 10, "baseline": "bottom"}
    return layer(told, text, {**pixels("y"), "x": {"field": "x", **axis.encoding("x")}, "text": WORDS})


def axis_of(values: Sequence[Exact], cuts: Sequence[Exact], title: Says, pixels: int, *, share: bool = False) -> Axis:
    """Return the axis that holds all values and leaves room at both sides of the cuts.

    It is logarithmic where the largest value is at least five times the middle one, and nothing is below zero.

    Args:
        values: at least one value.
        cuts: the cuts that part the axis, ascending.
        title: what the axis says.
        pixels: how long it is.
        share: whether its numbers are shares.

    Example:
        >>> axis_of([1, 2, 3], [2], Says("Sales", "销售额"), 400).log
        False
    """
    log = _is_steep(values, cuts)
    at = _growing(values, cuts) if log else _even(values, cuts)
    count = max(pixels // _PLACE, 1)
    edges = (
        _grown(at[0], at[-1], count)
        if log
        else [at[0] + (at[-1] - at[0]) * Fraction(n, count) for n in range(count + 1)]
    )
    return Axis(title, at, cuts, log, edges, share)


def _is_steep(values: Sequence[Exact], cuts: Sequence[Exact]) -> bool:
    if min(values) < 0 or min(cuts, default=1) <= 0:
        return False
    above = sorted(value for value in values if value > 0)
    return bool(above) and above[-1] >= _STEEP * above[len(above) // 2]


def _even(values: Sequence[Exact], cuts: Sequence[Exact]) -> list[Fraction]:
    """Return even ticks; an outer cut has an eighth of the axis beyond it, but no axis leaves zero for that alone."""
    found = [Fraction(value) for value in (*values, *cuts)]
    at = ticks(found)
    room = (at[-1] - at[0]) / 8
    if cuts and cuts[-1] > at[-1] - room:
        found.append(cuts[-1] + room)
    if cuts and cuts[0] < at[0] + room and (at[0] < 0 or cuts[0] <= 0):
        found.append(cuts[0] - room)
    return ticks(found)


def _growing(values: Sequence[Exact], cuts: Sequence[Exact]) -> list[Fraction]:
    """Return ticks 1, 2, 5, 10 and so on, or every tenfold one where these are too many."""
    above = [*(value for value in values if value > 0), *cuts]
    low, high = _step(min(above)), _step(max(above))
    first, last = low, high if _value(high) == max(above) else high + 1
    if cuts:
        first = min(first, _step(cuts[0]) - 1)
        last = max(last, _step(cuts[-1]) + 2)
    if last - first < _MOST:
        return [_value(step) for step in range(first, last + 1)]
    tens = range(first // 3, -(-last // 3) + 1)
    every = -(-len(tens) // _MOST)
    return [_value(3 * ten) for ten in range(tens[0], tens[-1] + every, every)]


def _value(step: int) -> Fraction:
    """Return a number of the row 1, 2, 5, 10, 20 and so on, of which 1 is number 0."""
    return (1, 2, 5)[step % 3] * Fraction(10) ** (step // 3)


def _step(value: Exact) -> int:
    """Return the place of the largest number of the row that is not above a value."""
    exact = Fraction(value)
    step = 3 * (len(str(exact.numerator)) - len(str(exact.denominator)) - 1)
    while _value(step + 1) <= exact:
        step += 1
    return step


def _grown(low: Fraction, high: Fraction, count: int) -> list[Fraction]:
    """Return edges from low to high, each the same number of times the one before."""
    base, times = _log(low), _log(high / low)
    inner = (
        _CONTEXT.power(10, _CONTEXT.add(base, _CONTEXT.divide(_CONTEXT.multiply(times, n), count)))
        for n in range(1, count)
    )
    return [low, *map(Fraction, inner), high]


def _log(value: Fraction) -> Decimal:
    return _CONTEXT.log10(_decimal(value))


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
