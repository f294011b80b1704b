"""One tier of a tier table (档位), and what may be wrong between tiers: a gap, an overlap, no end.

>>> Tier(1_000, 3_000, "2%").ends().text("zh")
'1,000 至 3,000'
>>> [fault.reason for fault in tier_faults([Tier(0, 1_000, "1%"), Tier(900, None, "2%")], "flat")]
['an overlap of tier 1 (from 0 to 1,000) and tier 2 (from 900 up)']

Source: O-SPLIT (practice file systems, 1e).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, NotComparable, PharmaSalesError
from pharmasales.evaluation.payout.pieces import in_full
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Amount, Number, Unit

__all__ = ["Tier", "TierMethod", "cap_faults", "end_of", "tier_faults"]

TierMethod: TypeAlias = Literal["flat", "marginal", "interpolated"]
"""How a tier table pays: the whole at the tier's rate, each part at its own, or each tier in proportion."""


def _high(value: Number | float | None) -> Exact | None:
    return None if value is None else literal(value)


@frozen
class Tier:
    """One tier (档位).

    Args:
        low: where it begins, in whole units of what is measured.
        high: where it ends; `None` for the open top tier.
        rate: what it pays for each unit: a share such as `"3.6%"` of money, or `5` yuan a box. In an `interpolated`
            table, what the whole tier brings.

    Raises:
        BadRule: not a number.
    """

    low: Exact = field(converter=literal)
    high: Exact | None = field(converter=_high)
    rate: Exact = field(converter=literal)

    def ends(self) -> Says:
        """Say from where to where it goes."""
        low = in_full(self.low)
        if self.high is None:
            return Says(f"from {low} up", f"{low} 起")
        return Says(f"from {low} to {in_full(self.high)}", f"{low} 至 {in_full(self.high)}")


def end_of(tier: Tier) -> Exact:
    """Return the end of a tier that is known to have one."""
    return tier.low + 1 if tier.high is None else tier.high


def _named(n: int, tier: Tier) -> str:
    return f"tier {n} ({tier.ends().en})"


def tier_faults(tiers: Sequence[Tier], method: TierMethod) -> Iterator[PharmaSalesError]:
    """Yield what is wrong with tiers in order: each alone, then each with the next."""
    if not tiers:
        yield BadRule("a tier table without tiers", where="tiers", code="payout.tiers")
    for n, tier in enumerate(tiers, 1):
        where = f"tiers[{n - 1}]"
        if tier.low < 0 or tier.rate < 0:
            hint = "begin at 0 or above, with a rate of 0 or above"
            yield BadRule(f"{_named(n, tier)} is below zero", where=where, hint=hint, code="payout.negative")
        if tier.high is not None and tier.high <= tier.low:
            hint = "end it above its beginning"
            yield BadRule(f"{_named(n, tier)} holds nothing", where=where, hint=hint, code="payout.tiers.empty")
        if tier.high is None and method == "interpolated":
            hint = "give it an end; nothing more is paid above it"
            yield BadRule(
                f"{_named(n, tier)} has no end to interpolate to", where=where, hint=hint, code="payout.tiers.open"
            )
    for n, (one, other) in enumerate(pairwise(tiers), 1):
        yield from _between(n, one, other)


def _between(n: int, one: Tier, other: Tier) -> Iterator[BadRule]:
    both, where = f"{_named(n, one)} and {_named(n + 1, other)}", f"tiers[{n}]"
    if one.high is None or one.high > other.low:
        hint = "let a tier begin where the one before it ends"
        yield BadRule(f"an overlap of {both}", where=where, hint=hint, code="payout.tiers.overlap")
    elif one.high < other.low:
        hint = "let a tier begin where the one before it ends, and say whose the shared end is"
        yield BadRule(f"a gap between {both}", where=where, hint=hint, code="payout.tiers.gap")


def cap_faults(cap: Amount, pay: Unit) -> Iterator[PharmaSalesError]:
    """Yield what is wrong with a cap."""
    if cap.unit != pay:
        yield NotComparable(f"{cap.unit.code} with {pay.code}", where="cap", code="unit")
    elif cap.minor < 0:
        yield BadRule("a cap below zero", where="cap", hint="0 or more", code="payout.negative")
