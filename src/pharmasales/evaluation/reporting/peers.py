"""Peers as bands (同侪区间): where the others lie, without names, and nothing where one of them could be guessed.

>>> from pharmasales.evaluation.scoring.scorecard import score
>>> from pharmasales.rules import Field, Part, Weighted
>>> rule = Weighted([Part("visits", 100, Field("visits"))])
>>> scores = [score(rule, f"r{n}", f"Rep {n}", {"visits": Fraction(n, 10)}) for n in range(3, 9)]
>>> bands = peer_bands(scores[0], scores)
>>> print(bands.total)
50.00 to 70.00, middle 60.00, of 5 peers
>>> print(peer_bands(scores[0], scores[:5]).why)
4 peers with a total, fewer than 5: no band, so that nobody can be guessed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Lang, Says, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, PharmaSalesError
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.goals.agreeing.spread import spread_of
from pharmasales.names import nearest
from pharmasales.units import half_up, in_decimals

__all__ = ["LEAST_PEERS", "BandKind", "PeerBand", "PeerBands", "peer_bands"]

LEAST_PEERS: Final = 5
"""How many peers a band needs at least (同侪下限). The number is ours, not a rule of any source."""

_FEWEST: Final = 3  # of two others, the middle and one's own knowledge of one of them give the other away

BandKind: TypeAlias = Literal["quartiles", "range"]
"""What a band runs between: the quartiles (四分位), or the least and the most (最低至最高)."""

_PLACES: Final = (
    Says("below the band", "低于区间"),
    Says("in the lower half of the band", "区间下半"),
    Says("in the upper half of the band", "区间上半"),
    Says("above the band", "高于区间"),
)


@frozen
class PeerBand:
    """Where the others lie (同侪区间), in hundredths of a point, so that what is shown adds up.

    Args:
        low: the lower end.
        median: the middle of them.
        high: the upper end.
        peers: how many others there are.
    """

    low: Decimal
    median: Decimal
    high: Decimal
    peers: int

    def place(self, points: Decimal) -> Says:
        """Say where points lie; an end belongs to the band, the middle to its upper half.

        >>> PeerBand(Decimal(40), Decimal(50), Decimal(70), 9).place(Decimal(50)).text("zh")
        '区间上半'
        """
        return _PLACES[(points >= self.low) + (points >= self.median) + (points > self.high)]

    def text(self, lang: Lang = "en") -> str:
        """Return the band in words."""
        says = "{low} to {high}, middle {median}, of {peers} peers", "{low} 至 {high}，中位 {median}，同侪 {peers} 人"
        said = because(*says, low=self.low, median=self.median, high=self.high, peers=self.peers)
        return said.head(lang)

    def __str__(self) -> str:
        return self.text()


@frozen
class PeerBands:
    """The bands of a person's total and of each item. Made by `peer_bands`.

    Args:
        total: the band of the totals; missing where too few are known.
        items: for each item by name, its band, or missing.
        least: how many peers a band needs.
        kind: what a band runs between.
        why: how many peers there are, and why there is no band.
    """

    total: PeerBand | None
    items: Mapping[str, PeerBand | None] = field(hash=False)
    least: int
    kind: BandKind
    why: Why = field(repr=False, eq=False)


def peer_bands(
    score: RepScore, others: Iterable[RepScore], *, least: int = LEAST_PEERS, kind: BandKind = "quartiles"
) -> PeerBands:
    """Show where a person's peers lie (与同侪比较), without any name, and not where they could be guessed.

    The person is not among the own peers. A band needs at least `least` others with a value; between the least and the
    most there is none either where all are alike, for it would tell everybody's points.

    Args:
        score: the person's score.
        others: the scores of those who are compared, by the same rule; the person may be among them.
        least: how many others a band needs, 3 or more; the default is ours.
        kind: `quartiles`, or `range` for the least and the most.

    Source: S004-64 (accurate, objective, fair); S004-67 (against others). The least number of peers is ours.

    Raises:
        BadRule: a number of peers below 3, or an unknown kind.
        BadRows: somebody scored twice, or by another rule.
    """
    if type(least) is not int or least < _FEWEST:
        raise BadRule("too few peers to hide anybody", where="least", hint=f"{_FEWEST} or more", code="reporting.peers")
    if kind not in get_args(BandKind):
        raise BadRule("unknown kind of band", where="kind", hint=nearest(str(kind), get_args(BandKind)))
    peers = [one for one in others if one.rep_id != score.rep_id]
    _refuse(score, peers)
    totals = [None if one.total is None else int(one.total.scaleb(2)) for one in peers]
    items = {
        points.part.name: _band([one.points[place].hundredths for one in peers], least, kind)
        for place, points in enumerate(score.points)
    }
    total = _band(totals, least, kind)
    return PeerBands(total, items, least, kind, _why(totals, total, least))


def _refuse(score: RepScore, peers: Sequence[RepScore]) -> None:
    bad: list[PharmaSalesError] = []
    seen: set[str] = set()
    for place, one in enumerate(peers):
        where = f"others[{place}] {one.rep_id}"
        if one.rep_id in seen:
            bad.append(BadValue("scored twice", where=where, hint="keep one", code="score.twins"))
        if one.rule is not score.rule and one.rule != score.rule:
            hint = "compare only those whom the same sheet scored"
            bad.append(NotComparable("scored by another rule", where=where, hint=hint, code="reporting.rule"))
        seen.add(one.rep_id)
    if bad:
        raise BadRows("peers are refused", bad)


def _band(values: Iterable[int | None], least: int, kind: BandKind) -> PeerBand | None:
    found = spread_of(None if value is None else Fraction(value) for value in values)
    if found is None or found.count < least or (kind == "range" and found.least == found.most):
        return None
    ends = (found.low, found.high) if kind == "quartiles" else (found.least, found.most)
    low, median, high = (in_decimals(half_up(value), 2) for value in (ends[0], found.median, ends[1]))
    return PeerBand(low, median, high, found.count)


def _why(totals: Sequence[int | None], band: PeerBand | None, least: int) -> Why:
    known = sum(total is not None for total in totals)
    if band is not None:
        return because("{band}", "{band}", band=band)
    if known >= least:
        return because(
            "all peers are alike: a band would tell their points", "同侪得分全部相同，显示区间即等于公开得分"
        )
    return because(
        "{known} peers with a total, fewer than {least}: no band, so that nobody can be guessed",
        "有总分的同侪 {known} 人，少于 {least} 人，为避免推知个人得分，不显示区间",
        known=known,
        least=least,
    )
