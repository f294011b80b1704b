"""Reasons up and down (得分原因): what brought most and cost most, against something, adding up exactly.

>>> from pharmasales.evaluation.scoring.scorecard import score
>>> from pharmasales.rules import Field, Part, Weighted
>>> rule = Weighted([Part("visits", 60, Field("visits")), Part("reports", 40, Field("reports"))])
>>> now, then = (score(rule, "r1", "Rep One", {"visits": v, "reports": r}) for v, r in (("0.9", "0.5"), ("0.8", "1")))
>>> change = reasons_since(now, then)
>>> [str(one.difference) for one in (*change.up(), *change.down())], str(change.whole)
(['6.00', '-20.00'], '-14.00')
>>> print(change.down()[0].why.head())
reports: 20.00 points, 40.00 then: -20.00
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation.reporting.peers import PeerBands
from pharmasales.evaluation.reporting.wording import item_name
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.rules import explain_points
from pharmasales.units import half_up, in_decimals

__all__ = [
    "Against",
    "Reason",
    "Reasons",
    "reasons_against_full",
    "reasons_against_nothing",
    "reasons_against_peers",
    "reasons_since",
]

Against: TypeAlias = Literal["peers", "full", "nothing", "before"]
"""What a score is held against: the middle of the peers, full points, no points at all, or an earlier period."""

_AGAINST: Final[Mapping[Against, tuple[str, str]]] = {
    "peers": ("{reference} in the middle of the peers", "同侪中位 {reference} 分"),
    "full": ("{reference} in full", "满分 {reference} 分"),
    "nothing": ("counted from nothing", "从零计起"),
    "before": ("{reference} then", "上期 {reference} 分"),
}
_TITLES: Final[Mapping[Against, Says]] = {
    "peers": Says("Against the middle of the peers", "与同侪中位相比"),
    "full": Says("Against full points", "与满分相比"),
    "nothing": Says("Counted from nothing", "从零计起"),
    "before": Says("Against the earlier period", "与上期相比"),
}
_SHOWN: Final = 3


@frozen
class Reason:
    """What one item or adjustment brought or cost (原因).

    Args:
        key: what it is and its name: `item:coverage`, `gate:compliance`.
        name: its name, in both languages.
        counted: the points that it counts, in hundredths.
        against: what it is held against, in hundredths.
        why: both in words, and how the points came about.
    """

    key: str
    name: Says
    counted: int = field(repr=False)
    against: int = field(repr=False)
    why: Why = field(repr=False, eq=False)

    @property
    def points(self) -> Decimal:
        """The points that it counts."""
        return in_decimals(self.counted, 2)

    @property
    def reference(self) -> Decimal:
        """The points that it is held against."""
        return in_decimals(self.against, 2)

    @property
    def difference(self) -> Decimal:
        """The points more, or less where below zero."""
        return in_decimals(self.counted - self.against, 2)


@frozen
class Reasons:
    """A score against something, item by item and adjustment by adjustment; the differences add up to the whole.

    Args:
        kind: what it is held against.
        lines: each item, then each adjustment, in the order of the sheet.
        total: the points of the score, in hundredths.
        reference: the points that all of it is held against, in hundredths.
        same_rule: whether both were scored by the same rule.
    """

    kind: Against
    lines: tuple[Reason, ...]
    total: int = field(repr=False)
    reference: int = field(repr=False)
    same_rule: bool = True

    @property
    def title(self) -> Says:
        """What the score is held against, in words."""
        return _TITLES[self.kind]

    @property
    def whole(self) -> Decimal:
        """The whole difference: the total less what it is held against."""
        return in_decimals(self.total - self.reference, 2)

    def up(self, most: int = _SHOWN) -> tuple[Reason, ...]:
        """Return what brought most, the most first; equal ones in the order of the sheet."""
        return tuple(sorted((one for one in self.lines if one.difference > 0), key=lambda one: -one.difference)[:most])

    def down(self, most: int = _SHOWN) -> tuple[Reason, ...]:
        """Return what cost most, the most first; equal ones in the order of the sheet."""
        return tuple(sorted((one for one in self.lines if one.difference < 0), key=lambda one: one.difference)[:most])

    def rest(self, most: int = _SHOWN) -> Decimal:
        """Return what all others add up to, so that they, `up` and `down` are the whole."""
        shown = {one.key for one in (*self.up(most), *self.down(most))}
        return in_decimals(sum(one.counted - one.against for one in self.lines if one.key not in shown), 2)

    def table(self, most: int = _SHOWN) -> Table:
        """Return name, points, reference, difference, why: up, down, the rest, then the whole."""
        rows: list[tuple[Cell, ...]] = [
            (one.name, one.points, one.reference, one.difference, one.why) for one in (*self.up(most), *self.down(most))
        ]
        rest = Says("all others", "其余合计")
        rows.append((rest, None, None, self.rest(most), because("what is not listed", "未列出的各项")))
        total, against = in_decimals(self.total, 2), in_decimals(self.reference, 2)
        summed = because("sum of the differences above", "以上差额之和")
        rows.append((Says("whole difference", "差额合计"), total, against, self.whole, summed))
        return Table("reasons", self.title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("name", "Item", "项目"),
    Column("points", "Points", "得分", "number"),
    Column("reference", "Against", "对照", "number"),
    Column("difference", "Difference", "差额", "number"),
    Column("why", "Why", "说明", "why"),
)


def reasons_against_peers(score: RepScore, bands: PeerBands) -> Reasons | None:
    """Hold a score against the middle of the peers, item by item (与同侪中位比较).

    What is not the work of an item (factors, cap, gates) is held against nothing. The reference is what one would have
    who is in the middle in every item; that need not be the middle of the totals.

    Args:
        score: the person's score.
        bands: the peers, as `peer_bands` shows them.

    Returns:
        The reasons; missing where an item has no band, and where there is no total.
    """
    if score.total is None or any(band is None for band in bands.items.values()):
        return None
    middles = {f"item:{name}": _hundredths(band.median) for name, band in bands.items.items() if band is not None}
    return _reasons(score, "peers", middles)


def reasons_against_full(score: RepScore) -> Reasons | None:
    """Hold a score against full points: what each item and adjustment cost (与满分比较); missing without a total.

    Full points are the weight as it counted: an item without data, whose weight went to the others, costs nothing.
    """
    full = {f"item:{one.part.name}": half_up(100 * (one.weight or 0)) for one in score.points}
    return _reasons(score, "full", full)


def reasons_against_nothing(score: RepScore) -> Reasons | None:
    """Count a score from nothing: what each item and adjustment brought (从零计起); missing without a total."""
    return _reasons(score, "nothing", {})


def reasons_since(score: RepScore, before: RepScore) -> Reasons | None:
    """Hold a score against that of an earlier period, item by item (与上期比较).

    An item that only one of them has counts its points whole. The weights of the earlier period may have been others:
    `same_rule` says so.

    Args:
        score: the score.
        before: the earlier score of the same person.

    Returns:
        The reasons; missing where one of the two has no total.
    """
    if before.total is None:
        return None
    return _reasons(score, "before", {key: counted for key, _, counted, _ in _parts(before)}, before)


def _hundredths(points: Decimal) -> int:
    return int(points.scaleb(2))


def _parts(score: RepScore) -> Iterator[tuple[str, Says, int, Why]]:
    """Yield what a total is the sum of: key, name, hundredths and why."""
    for one in score.points:
        yield f"item:{one.part.name}", item_name(one.part), one.hundredths or 0, explain_points(one, score.figures)
    for change in score.adjustments:
        yield f"{change.kind}:{change.name.en}", change.name, _hundredths(change.points or Decimal(0)), change.why


def _reasons(
    score: RepScore, kind: Against, against: Mapping[str, int], before: RepScore | None = None
) -> Reasons | None:
    if score.total is None:
        return None
    found = [_reason(key, name, counted, against.get(key, 0), kind, why) for key, name, counted, why in _parts(score)]
    known = {one.key for one in found}
    if before is not None:
        gone = (part for part in _parts(before) if part[0] not in known)
        found += [_reason(key, name, 0, counted, kind, why) for key, name, counted, why in gone]
    same = before is None or before.rule == score.rule
    return Reasons(kind, tuple(found), _hundredths(score.total), sum(against.values()), same)


def _reason(key: str, name: Says, counted: int, against: int, kind: Against, why: Why) -> Reason:
    en, zh = _AGAINST[kind]
    said = because(
        f"{{name}}: {{points}} points, {en}: {{difference}}",
        f"{{name}}：{{points}} 分，{zh}：{{difference}}",
        why,
        name=name,
        points=in_decimals(counted, 2),
        reference=in_decimals(against, 2),
        difference=in_decimals(counted - against, 2),
    )
    return Reason(key, name, counted, against, said)
