"""Tier tables (提成档位表): flat, marginal and interpolated, with gap, overlap and shared end made plain.

>>> from pharmasales.units import CNY
>>> tiers = [Tier(0, 1_000, "1%"), Tier(1_000, 3_000, "2%"), Tier(3_000, None, "3%")]
>>> sold = Amount.of(4_500, CNY)
>>> [str(TierTable(CNY, CNY, tiers, method).earns(sold)) for method in ("flat", "marginal")]
['135.00 CNY', '95.00 CNY']
>>> TierTable(CNY, CNY, [Tier(0, 1_000, "1%"), Tier(1_001, None, "2%")])
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a gap between tier 1 (from 0 to 1,000) and tier 2 (from 1,001 up) @ tiers[1]; let a tier
begin where the one before it ends, and say whose the shared end is [payout.tiers.gap]

Source: O-SPLIT, O-STEP, O-INT (practice file systems, 1e); P2-E.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, NotComparable
from pharmasales.evaluation.payout.pieces import Pieces, amount_of, in_full, in_percent, side
from pharmasales.evaluation.payout.tier import Tier, TierMethod, cap_faults, end_of, tier_faults
from pharmasales.names import nearest
from pharmasales.rules.shapes import Bands, Cut
from pharmasales.rules.terms import Exact, Rule
from pharmasales.units import Amount, Unit, exact

__all__ = ["SharedEnd", "Tier", "TierMethod", "TierTable"]

SharedEnd: TypeAlias = Literal["upper", "lower"]
"""Whose the end is that two tiers share: the upper tier's (以上 includes), or the lower one's."""


def _tiers(given: Iterable[Tier]) -> tuple[Tier, ...]:
    return tuple(sorted(given, key=lambda tier: tier.low))


@frozen
class TierTable:
    """A table of tiers and how it pays (提成表).

    What lies below the first tier, and what is sold below zero, pays nothing.

    Args:
        unit: what is measured: `CNY` for sales, `BOX` for boxes.
        pay: what is paid: `CNY`.
        tiers: in any order; each begins where the one before ends, and only the last may be open.
        method: `flat` pays the whole at the rate of the tier that it reaches, and jumps at each end; `marginal` (step,
            超额累进) pays each part at its own tier's rate; `interpolated` pays what every whole tier brings, and of
            the tier that is reached a part in proportion. Above the end of the last tier nothing more is paid.
        shared_end: whose the end is that two tiers share: the `upper` tier's (以上, the default) or the `lower` one's.
            Only `flat` tables pay differently for it.
        cap: the most that is paid, or nothing.

    Source: O-SPLIT, O-STEP, O-INT; P2-E.

    Raises:
        BadRule: a gap, an overlap, an empty tier, or what cannot be; each names the tiers.
        BadRows: several of them at once.
    """

    unit: Unit
    pay: Unit
    tiers: tuple[Tier, ...] = field(converter=_tiers, repr=lambda tiers: f"<{len(tiers)} tiers>")
    method: TierMethod = "marginal"
    shared_end: SharedEnd = "upper"
    cap: Amount | None = None
    pieces: Pieces = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        for what, value, words in (
            ("method", self.method, get_args(TierMethod)),
            ("shared_end", self.shared_end, get_args(SharedEnd)),
        ):
            if value not in words:
                hint = nearest(str(value), words)
                raise BadRule(f"no such {what}", where=what, hint=hint, code=f"payout.tiers.{what}")
        bad = list(tier_faults(self.tiers, self.method))
        if self.cap is not None:
            bad += cap_faults(self.cap, self.pay)
        if len(bad) == 1:
            raise bad[0]
        if bad:
            raise BadRows(f"{len(bad)} faults in a tier table", bad)
        object.__setattr__(self, "pieces", _pieces(self))

    def exactly(self, sold: Amount) -> Fraction:
        """Return what an amount earns, in exact smallest parts of `pay`, before it is rounded.

        Raises:
            NotComparable: an amount of another unit.
        """
        if sold.unit is not self.unit and sold.unit != self.unit:
            raise NotComparable(f"{sold.unit.code} in tiers of {self.unit.code}", where="sold", code="unit")
        return self.pieces.at(sold.minor)

    def earns(self, sold: Amount | None) -> Amount | None:
        """Return what an amount earns, rounded half up once; missing where it is."""
        return None if sold is None else amount_of(self.exactly(sold), self.pay)

    def tier(self, sold: Amount) -> int:
        """Return the number of the tier that an amount stands in: 0 below the first, one more above a closed last."""
        return self.pieces.place(sold.minor)

    def bands(self, of: Rule) -> Bands:
        """Return the tiers as bands of what a rule reads, labelled 1, 2, 3 from below, and 0 under the first.

        >>> from pharmasales.rules import Field
        >>> from pharmasales.units import BOX, CNY
        >>> table = TierTable(BOX, CNY, [Tier(0, 100, 1), Tier(100, None, 2)], shared_end="lower")
        >>> table.bands(Field("boxes"))({"boxes": 100})
        1
        """
        lower = self.shared_end == "lower"
        cuts = [(Cut(tier.low, exclusive=lower and place > 0), place) for place, tier in enumerate(self.tiers)]
        last = self.tiers[-1].high
        if last is None:
            return Bands(of, cuts, len(self.tiers))
        return Bands(of, [*cuts, (Cut(last, exclusive=True), len(self.tiers))], len(self.tiers) + 1)

    def why(self, sold: Amount | None) -> Why:
        """Say which tiers pay what, in both languages."""
        if sold is None:
            return because("what was sold is missing, so there is no payout", "销售数据缺失，故无提成")
        said = {"sold": str(sold), "pays": str(self.earns(sold))}
        place = self.tier(sold)
        if place == 0:
            en, zh = "{sold} is below the first tier, {low}: nothing", "{sold} 低于首档 {low}：无提成"
            return because(en, zh, sold=str(sold), low=in_full(self.tiers[0].low))
        parts = [*self._parts(sold, place)]
        uncapped = Pieces(self.pieces.cuts, self.pieces.lines).at(sold.minor)
        if self.cap is not None and uncapped > self.cap.minor:
            whole = str(amount_of(uncapped, self.pay))
            en, zh = "capped at {cap} instead of {whole}", "封顶 {cap}，未封顶为 {whole}"
            parts.append(because(en, zh, cap=str(self.cap), whole=whole))
        return because("{sold} earns {pays}", "{sold} 提成 {pays}", *parts, **said)

    def _parts(self, sold: Amount, place: int) -> Iterator[Why]:
        value, last = exact(sold), self.tiers[-1]
        if self.method == "flat":
            n = min(place, len(self.tiers))
            en, zh = "tier {n} ({ends}): the whole at {rate}", "第 {n} 档（{ends}）：全额按 {rate}"
            yield because(en, zh, n=n, ends=self.tiers[n - 1].ends(), rate=self.rated(self.tiers[n - 1]))
        else:
            yield from self._taken(value, place)
        if last.high is not None and value > last.high:
            en, zh = "nothing more above {high}, where the last tier ends", "末档止于 {high}，超出部分不再计提"
            yield because(en, zh, high=in_full(last.high))

    def _taken(self, value: Exact, place: int) -> Iterator[Why]:
        for n, tier in enumerate(self.tiers[:place], 1):
            top = value if tier.high is None or value < tier.high else tier.high
            if self.method == "marginal":
                en, zh = (
                    "tier {n} ({ends}): {part} at {rate} = {pays}",
                    "第 {n} 档（{ends}）：{part} 按 {rate} = {pays}",
                )
                pays = (top - tier.low) * tier.rate
            else:
                en, zh = (
                    "tier {n} ({ends}): {part} of it, which brings {rate} in all = {pays}",
                    "第 {n} 档（{ends}）：达到 {part}，全档 {rate} = {pays}",
                )
                pays = Fraction(top - tier.low) / (end_of(tier) - tier.low) * tier.rate
            part = in_full(top - tier.low)
            yield because(en, zh, n=n, ends=tier.ends(), part=part, rate=self.rated(tier), pays=in_full(pays))

    def rated(self, tier: Tier) -> Says:
        """Say a tier's rate: a share of money, so much a unit, or what the whole tier brings."""
        if self.method == "interpolated":
            text = f"{in_full(tier.rate)} {self.pay.code}"
            return Says(text, text)
        if self.unit == self.pay:
            return Says(in_percent(tier.rate), in_percent(tier.rate))
        code, unit = self.pay.code, self.unit
        return Says(
            f"{in_full(tier.rate)} {code} a {unit.en or unit.code}",
            f"每{unit.zh or unit.code} {in_full(tier.rate)} {code}",
        )

    def table(self) -> Table:
        """Return tier, range, rate: a row a tier, each saying whose its ends are."""
        rows = [(n, self._range(n), self.rated(tier)) for n, tier in enumerate(self.tiers, 1)]
        return Table("tiers", Says("Tiers", "提成档位"), _COLUMNS, rows)

    def _range(self, n: int) -> Says:
        tier, lower = self.tiers[n - 1], self.shared_end == "lower"
        high = None if tier.high is None else in_full(tier.high)
        return side(in_full(tier.low), high, from_over=lower and n > 1, to_over=lower or n == len(self.tiers))

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("tier", "Tier", "档位", "number"),
    Column("range", "Range", "区间"),
    Column("rate", "Rate", "比例或单价"),
)


def _pieces(table: TierTable) -> Pieces:
    """Bring a table to lines in smallest parts: of what is measured, and of what is paid."""
    finer, lower = 10**table.unit.decimals, table.shared_end == "lower"
    times = Fraction(10**table.pay.decimals, finer)
    cuts, lines, paid = [], [(Fraction(0), Fraction(0))], Fraction(0)
    for place, tier in enumerate(table.tiers):
        low, rate = tier.low * finer, tier.rate * times
        cuts.append(Cut(low, exclusive=lower and place > 0))
        if table.method == "interpolated":
            rate = rate / (end_of(tier) - tier.low)
        lines.append((Fraction(0), rate) if table.method == "flat" else (paid - rate * low, rate))
        if tier.high is not None:
            paid += rate * (tier.high - tier.low) * finer
    last = table.tiers[-1]
    if last.high is not None:
        cuts.append(Cut(last.high * finer, exclusive=True))
        lines.append((rate * last.high * finer if table.method == "flat" else paid, Fraction(0)))
    return Pieces(cuts, lines, None if table.cap is None else Fraction(table.cap.minor))
