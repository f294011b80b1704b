"""What is known of a column before a rule reads it (列的概况): its kind, and, after one look, its bounds.

One look is one pass over the columns that a rule reads: least and largest value, whether every float is finite and how
many decimals the floats have. Most rules then run in 64 bits with no doubt left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw
from attrs import evolve, frozen

from pharmasales.frames._exact import Expr, Room, TooWide
from pharmasales.units import from_float

__all__ = ["DECIMALS", "Facts", "Kind", "ask", "by_dtype", "looked", "short_decimal", "smallest_float"]

Kind: TypeAlias = Literal["whole", "decimal", "float", "text", "bool", "nothing", "other", "odd"]

DECIMALS = (0, 2, 4, 6, 9, 12)
"""How many decimals the floats of a column are tried with."""

_DIGITS, _WIDEST = 10**15, 38
_UNSIGNED = (nw.UInt8, nw.UInt16, nw.UInt32, nw.UInt64, nw.UInt128)
_SIGNED = (nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.Int128)
_NEITHER = (nw.Date, nw.Datetime, nw.Duration, nw.Time, nw.Binary, nw.List, nw.Array, nw.Struct)


@frozen
class Facts:
    """What is known of one column.

    Args:
        name: the column.
        kind: `whole`, `decimal`, `float`, `text`, `bool`, `nothing` (only missing), `other` (dates and the like, equal
            to no number and no text) or `odd`, of which nothing is known.
        low: least value, of a decimal or a float counted in units of its last decimal.
        high: largest value.
        scale: how many decimals.
        finite: whether every float is.
        exact: whether every float is a decimal of at most fifteen digits and `scale` decimals.
        present: whether a column that holds no numbers holds anything.
        counted: whether the column of a decimal holds the count of its last place already.
    """

    name: str
    kind: Kind
    low: int = 0
    high: int = 0
    scale: int = 0
    finite: bool = False
    exact: bool = False
    present: bool = True
    counted: bool = False

    def column(self, api: Any = nw) -> Expr:  # noqa: ANN401 - narwhals, or polars itself
        """Return the column, a float in 64 bits."""
        return api.col(self.name).cast(api.Float64) if self.kind == "float" else api.col(self.name)

    def count(self, room: Room) -> Expr:
        """Return the column as a count of its last decimal: of whole numbers themselves, of floats still floats.

        A decimal is multiplied as a decimal that is just wide enough. Spark drops decimals of a product that may need
        more than 38 digits, by the types of its factors; DuckDB keeps to 18 where both factors do.

        Raises:
            TooWide: a decimal whose product with a power of ten needs more than 38 digits; Spark would drop decimals.
        """
        value = self.column(room.api)
        if self.kind == "float":
            return counted(value, self.scale)
        if self.kind != "decimal" or self.counted or not self.scale:
            return value
        digits = max(len(str(max(abs(self.low), abs(self.high)))), self.scale + 1)
        if digits + self.scale + 2 > _WIDEST:
            raise TooWide
        digits += 0 if room.by_float else self.scale + 1
        return value.cast(room.api.Decimal(digits, self.scale)) * room.api.lit(Decimal(10**self.scale))

    @property
    def whole(self) -> bool:
        """Whether it holds whole numbers by its type."""
        return self.kind == "whole" or (self.kind == "decimal" and self.scale == 0)


def by_dtype(name: str, dtype: Any) -> Facts:  # noqa: ANN401 - a narwhals type
    """Return what the type alone says."""
    kind = type(dtype) if not isinstance(dtype, type) else dtype
    for kinds, sign in ((_UNSIGNED, 0), (_SIGNED, -1)):
        if kind in kinds:
            bits = int("".join(filter(str.isdigit, kind.__name__))) + sign
            return Facts(name, "whole", sign * 2**bits, 2**bits - 1)
    if kind is nw.Decimal:
        most = 10**dtype.precision - 1
        return Facts(name, "decimal", -most, most, dtype.scale)
    if kind in (nw.Float32, nw.Float64):
        return Facts(name, "float", 1 - _DIGITS, _DIGITS - 1)
    if kind in (nw.String, nw.Categorical, nw.Enum):
        return Facts(name, "text")
    if kind is nw.Boolean:
        return Facts(name, "bool")
    return Facts(name, "other" if kind in _NEITHER else "odd")


Asked: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Callable[[list[Expr], list[Expr]], Asked]


def ask(facts: Facts, decimals: Iterable[int]) -> tuple[list[Expr], list[Expr]]:
    """Return the columns to make first, and the bare aggregates of them, by which a column is known better."""
    name = facts.name
    if facts.kind in ("whole", "decimal"):
        return [], [nw.col(name).min().alias(f"{name} low"), nw.col(name).max().alias(f"{name} high")]
    if facts.kind != "float":
        return [], [nw.col(name).count().alias(f"{name} present")]
    value = facts.column()
    made = [nw.when(value.is_finite()).then(value).alias(f"pharmasales_finite_{name}")]
    made += [
        nw.when(short_decimal(value, scale)).then(value).alias(f"pharmasales_d{scale}_{name}") for scale in decimals
    ]
    finite = nw.col(f"pharmasales_finite_{name}")
    found = [nw.col(name).count().alias(f"{name} present"), finite.count().alias(f"{name} finite")]
    found += [finite.min().alias(f"{name} low"), finite.max().alias(f"{name} high")]
    found += [nw.col(f"pharmasales_d{scale}_{name}").count().alias(f"{name} {scale}") for scale in decimals]
    return made, found


def looked(facts: Facts, row: Asked, decimals: Iterable[int]) -> Facts:
    """Return what is known of a column after a look."""
    name = facts.name
    if facts.kind == "float":
        return _looked_float(facts, row, decimals)
    if facts.kind in ("whole", "decimal"):
        low, high = row[f"{name} low"], row[f"{name} high"]
        if low is None:
            return evolve(facts, low=0, high=0)
        scale = 10**facts.scale
        return evolve(facts, low=int(Fraction(low) * scale), high=int(Fraction(high) * scale))
    there = bool(row[f"{name} present"])
    return facts if there else evolve(facts, kind="nothing", present=False)


def _looked_float(facts: Facts, row: Asked, decimals: Iterable[int]) -> Facts:
    name, present = facts.name, row[f"{facts.name} present"]
    if not present:
        return evolve(facts, kind="nothing", present=False)
    finite = row[f"{name} finite"] == present
    counts = {scale: row[f"{name} {scale}"] for scale in decimals}
    scale = max(counts, key=lambda scale: (counts[scale], -scale), default=0)
    low, high = (from_float(float(row[f"{name} {end}"] or 0.0)) * 10**scale for end in ("low", "high"))
    exact = bool(counts) and counts[scale] == present
    bounds = (max(math.floor(low), 1 - _DIGITS), min(math.ceil(high), _DIGITS - 1))
    if not exact:  # what is in doubt may lie beyond them
        bounds = (1 - _DIGITS, _DIGITS - 1)
    return evolve(facts, low=bounds[0], high=bounds[1], scale=scale, finite=finite, exact=exact)


def counted(value: Expr, scale: int) -> Expr:
    """Return a float as a count of its last decimals, still a float."""
    return (value * float(10**scale)).round(0) if scale else value.round(0)


def short_decimal(value: Expr, scale: int) -> Expr:
    """Ask whether a float is a decimal of at most fifteen digits, with at most `scale` decimals.

    Let n be a whole number below 10**15 and x the float nearest to n / 10**scale. Decimals of up to fifteen digits lie
    further apart than floats, so two of them never share their nearest float; the shortest decimal of x is one of
    them (it is no longer than n), so it is n / 10**scale itself. For `scale` up to 22 both numbers are floats exactly
    and the quotient is rounded once: it equals x just where x is that nearest float.

    The divisor is a column, not a constant: polars divides by a constant as a product with its reciprocal, which
    rounds twice. NaN is never below a number.
    """
    n = counted(value, scale)
    back = n / (value * 0.0 + float(10**scale)) if scale else n
    return (back == value) & (n < float(_DIGITS)) & (n > -float(_DIGITS))


def smallest_float(cut: Fraction | int, *, over: bool = False) -> float | None:
    """Return the least float whose shortest decimal reaches a cut; `None` where no finite one does.

    The shortest decimal of a float lies between those of its neighbours, so all larger floats reach the cut too.

    >>> smallest_float(Fraction(1, 10)), smallest_float(Fraction(1, 10), over=True)
    (0.1, 0.10000000000000002)
    """

    def reaches(value: float) -> bool:
        found = from_float(value)
        return found > cut if over else found >= cut

    try:
        value = float(cut)
    except OverflowError:
        value = math.inf if cut > 0 else -math.inf
    value = min(max(value, -math.nextafter(math.inf, 0)), math.nextafter(math.inf, 0))
    while not reaches(value):
        value = math.nextafter(value, math.inf)
        if value == math.inf:
            return None
    while (lower := math.nextafter(value, -math.inf)) != -math.inf and reaches(lower):
        value = lower
    return value
