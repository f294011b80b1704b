"""The sentences that say why a goal is what it is (目标说明), one for each step of a decomposition.

>>> from pharmasales.units import BOX
>>> print(share_step("North", Amount.of(100, BOX), Fraction(1), Fraction(3), Amount.of(33, BOX)))
North: 100 x weight 1 / 3 (33.33%) = 33.3333, rounded down by 0.3333 to 33
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from pharmasales.display import Cell, Says, Why, because, percent
from pharmasales.goals.baselines.baseline import plain
from pharmasales.units import Amount, exact

__all__ = [
    "BUCKET",
    "SEASON",
    "TABLE",
    "Later",
    "bucket_step",
    "bucket_values",
    "handed_step",
    "held_step",
    "left_step",
    "season_step",
    "season_values",
    "share_step",
    "table_step",
]

_SHARE = Says(
    "{name}: {above} x weight {part} / {of} ({share}) = {exact}{rounding}",
    "{name}：{above} × 权重 {part} / {of}（{share}）= {exact}{rounding}",
)
SEASON = Says(
    "{bucket}: {above} x season {part} / {of} ({share}) = {exact}{rounding}",
    "{bucket}：{above} × 季节系数 {part} / {of}（{share}）= {exact}{rounding}",
)
BUCKET = Says(
    "{name} in {bucket}: {above} x {part} / {of} ({share}) = {exact}{rounding}",
    "{name}（{bucket}）：{above} × {part} / {of}（{share}）= {exact}{rounding}",
)
TABLE = Says(
    "{name} in {bucket}: {got} of {above}, so that {own} in all and the bucket both hold",
    "{name}（{bucket}）：{above} 中的 {got}，使其全期 {own} 与本期合计同时成立",
)
_LEFT = Says(
    "{name}: {above} left for those not held x weight {part} / {of} ({share}) = {exact}{rounding}",
    "{name}：其余 {above} × 权重 {part} / {of}（{share}）= {exact}{rounding}",
)


@frozen(eq=False)
class Later(Mapping[str, Cell]):
    """Values of a `Why` that are worked out when somebody reads them.

    Args:
        make: returns the values.

    >>> Later(lambda: {"n": 3})["n"]
    3
    """

    make: Callable[[], Mapping[str, Cell]] = field(repr=False)

    @cached_property
    def made(self) -> Mapping[str, Cell]:
        """The values themselves."""
        return self.make()

    def __getitem__(self, name: str) -> Cell:
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


def share_step(name: str, above: Amount, weight: Fraction, weights: Fraction, got: Amount) -> Why:
    """Say how a node came to its part of what the node above has.

    Args:
        name: the node.
        above: what the node above has.
        weight: the node's own weight.
        weights: the weights of all siblings added.
        got: what it got.
    """
    return Why(_SHARE, _values(above, (weight, weights), got, name=name, part=plain(weight), of=plain(weights)))


def left_step(name: str, rest: Amount, weight: Fraction, weights: Fraction, got: Amount) -> Why:
    """Say how a node came to its part of what those held at a bound leave.

    Args:
        name: the node.
        rest: what they leave.
        weight: the node's own weight.
        weights: the weights of all that share the rest.
        got: what it got.
    """
    return Why(_LEFT, _values(rest, (weight, weights), got, name=name, part=plain(weight), of=plain(weights)))


def held_step(name: str, got: Amount, *reasons: Why) -> Why:
    """Say that a node is held at a bound, and by what.

    >>> from pharmasales.units import BOX
    >>> print(held_step("North", Amount.of(30, BOX)).text("zh"))
    North：保持 30，由其下级的上下限决定
    """
    if reasons:
        return because("{name}: held at {got}", "{name}：保持 {got}", *reasons, name=name, got=got.value)
    en, zh = "{name}: held at {got} by what is below it", "{name}：保持 {got}，由其下级的上下限决定"
    return because(en, zh, name=name, got=got.value)


def handed_step(name: str, own: Amount, more: Fraction, got: Amount) -> Why:
    """Say what a node hands on above its own number (层层加码).

    >>> from pharmasales.units import BOX
    >>> print(handed_step("North", Amount.of(105, BOX), Fraction(1, 10), Amount.of(116, BOX)))
    North hands on 105 x (1 + 10.0%) = 115.5, rounded up by 0.5 to 116
    """
    due = exact(own) * (1 + more)
    return because(
        "{name} hands on {own} x (1 + {more}) = {exact}{rounding}",
        "{name} 下达 {own} ×（1 + {more}）= {exact}{rounding}",
        name=name,
        own=own.value,
        more=percent(more),
        exact=plain(due),
        rounding=_rounding(exact(got) - due, got),
    )


def table_step(name: str, bucket: str, above: Amount, own: Amount, got: Amount, *reasons: Why) -> Why:
    """Say how a node came to its part of a bucket where seasons or constraints of its own meet both totals.

    Args:
        name: the node.
        bucket: the bucket.
        above: what there is to share in the bucket.
        own: what the node has in all buckets.
        got: what it got in the bucket.
        reasons: the constraints on the bucket.
    """
    values: Mapping[str, Cell] = {"above": above.value, "own": own.value, "got": got.value}
    return Why(TABLE, {"name": name, "bucket": bucket, **values}, reasons)


def season_step(bucket: str, above: Amount, weight: Fraction, weights: Fraction, got: Amount) -> Why:
    """Say how a bucket came to its part of the total.

    >>> from pharmasales.units import BOX
    >>> print(season_step("2026-Q1", Amount.of(1200, BOX), Fraction(20), Fraction(100), Amount.of(240, BOX)))
    2026-Q1: 1,200 x season 20 / 100 (20.00%) = 240
    """
    return Why(SEASON, season_values(bucket, above, weight, weights, got))


def season_values(bucket: str, above: Amount, weight: Fraction, weights: Fraction, got: Amount) -> Mapping[str, Cell]:
    """Return the values of a `season_step`."""
    return _values(above, (weight, weights), got, bucket=bucket, part=plain(weight), of=plain(weights))


def bucket_step(name: str, bucket: str, above: Amount, own: Amount, of: Amount, got: Amount) -> Why:
    """Say how a node came to its part of a bucket of the node above.

    Args:
        name: the node.
        bucket: the bucket.
        above: what the node above has in the bucket.
        own: what the node has in all buckets.
        of: what the node above has in all buckets.
        got: what the node got in the bucket.

    >>> from pharmasales.units import BOX
    >>> boxes = [Amount.of(n, BOX) for n in (25, 33, 100, 9)]
    >>> print(bucket_step("North", "2026-Q1", *boxes).text("zh"))
    North（2026-Q1）：25 × 33 / 100（33.00%）= 8.25，进位 0.75 得 9
    """
    return Why(BUCKET, bucket_values(name, bucket, above, own, of, got))


def bucket_values(name: str, bucket: str, above: Amount, own: Amount, of: Amount, got: Amount) -> Mapping[str, Cell]:
    """Return the values of a `bucket_step`."""
    pair = (exact(own), exact(of))
    return _values(above, pair, got, name=name, bucket=bucket, part=own.value, of=of.value)


def _values(above: Amount, pair: tuple[Fraction, Fraction], got: Amount, **names: Cell) -> Mapping[str, Cell]:
    """Work out the exact share and how far the rounding moved it."""
    share = pair[0] / pair[1] if pair[1] else Fraction(0)
    due = exact(above) * share
    return names | {
        "above": above.value,
        "share": percent(share, 2),
        "exact": plain(due),
        "rounding": _rounding(exact(got) - due, got),
    }


def _rounding(by: Fraction, got: Amount) -> Says | Why:
    if by == 0:
        return Says("", "")
    if by > 0:
        return because(", rounded up by {by} to {got}", "，进位 {by} 得 {got}", by=plain(by), got=got.value)
    return because(", rounded down by {by} to {got}", "，舍去 {by} 得 {got}", by=plain(-by), got=got.value)
