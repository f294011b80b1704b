"""The scorecard of one person (个人考核卡): numbers, peers as bands, trend, reasons up and down, what to do next.

>>> from pharmasales.evaluation.measures.figures import Figures
>>> from pharmasales.evaluation.scoring.scorecard import score, scorecard_rule
>>> from pharmasales.periods import Quarter
>>> rule = scorecard_rule({"coverage": (60, [(0, 0), (1, 1)]), "attainment": (40, [("60%", 0), (1, 1)])})
>>> now, then = (
...     score(rule, "r1", "Rep One", Figures(target_customers=50, seen_customers=seen, goal=100, actual=actual))
...     for seen, actual in ((45, 90), (40, 95))
... )
>>> card = person_card(now, Quarter(2026, 2), earlier={Quarter(2026, 1): then})
>>> for row in card.table().records():
...     print(row["item"].text(), row["value"].text(), row["points"], row["of"], row["before"], row["change"])
Coverage 90.0% 54.00 60.00 48.00 6.00
Attainment 90.0% 30.00 40.00 35.00 -5.00
total  84.00 100.00 83.00 1.00
>>> print(card.bands.why)
0 peers with a total, fewer than 5: no band, so that nobody can be guessed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.evaluation.reporting.peers import LEAST_PEERS, BandKind, PeerBand, PeerBands, peer_bands
from pharmasales.evaluation.reporting.reasons import (
    Reasons,
    reasons_against_full,
    reasons_against_nothing,
    reasons_against_peers,
    reasons_since,
)
from pharmasales.evaluation.reporting.stepping import NextStep, next_steps, steps_table
from pharmasales.evaluation.reporting.wording import item_name, item_value
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.evaluation.scoring.standing import Standing
from pharmasales.periods import Period
from pharmasales.units import half_up, in_decimals

__all__ = ["CardItem", "PersonCard", "TrendPoint", "person_card", "person_cards"]


@frozen
class CardItem:
    """One line of a card: an item, or what a factor, the cap or a gate did (评分项).

    Args:
        key: its name.
        name: the same in both languages.
        value: what was measured, as a person reads it; of an adjustment, what it is.
        points: its points; missing where it was not scored.
        of: full points; missing for an adjustment, and where its weight went to the others.
        band: where the peers lie; missing where they are too few.
        before: its points in the period before; missing where it had none.
        why: how the points came about.
    """

    key: str
    name: Says
    value: Says = field(repr=False)
    points: Decimal | None = field(repr=False)
    of: Decimal | None
    band: PeerBand | None
    before: Decimal | None = field(repr=False)
    why: Why = field(repr=False, eq=False)


@frozen
class TrendPoint:
    """The total of one period (走势).

    Args:
        period: the period.
        total: the total; missing where there was none.
        of: full points then.
    """

    period: Period
    total: Decimal | None = field(repr=False)
    of: Decimal


@frozen
class PersonCard:
    """One person's scorecard of a period (个人考核卡). Made by `person_card`.

    Args:
        rep_id: id of the person.
        rep: the label shown.
        period: the period.
        score: the score.
        items: each item and adjustment.
        bands: where the peers lie.
        trend: the totals of the periods before and of this one, oldest first.
        brought: what brought most: against the peers, or counted from nothing where they are too few.
        cost: what cost most: against the peers, or against full points.
        since: what changed since the last period with a total; missing where there is none.
        steps: what to do next.
        standing: rank and grade, where everybody was ranked.
    """

    rep_id: str
    rep: str = field(repr=False)
    period: Period
    score: RepScore = field(repr=False)
    items: tuple[CardItem, ...] = field(repr=False)
    bands: PeerBands = field(repr=False)
    trend: tuple[TrendPoint, ...] = field(repr=False)
    brought: Reasons | None = field(repr=False)
    cost: Reasons | None = field(repr=False)
    since: Reasons | None = field(repr=False)
    steps: tuple[NextStep, ...] = field(repr=False)
    standing: Standing | None = field(default=None, repr=False)

    @property
    def rank(self) -> int | None:
        """The rank; missing where the peers are too few to be shown, for a rank among few tells on them."""
        return None if self.standing is None or self.bands.total is None else self.standing.rank

    @property
    def before(self) -> Decimal | None:
        """The total of the last period before this one that has a total."""
        return next((one.total for one in reversed(self.trend[:-1]) if one.total is not None), None)

    def table(self) -> Table:
        """Return item, value, points, of, low, median, high, before, change, why: a row an item, then the total."""
        rows = [_row(one) for one in self.items]
        whole = in_decimals(half_up(100 * self.score.rule.whole), 2)
        total = CardItem("", _TOTAL, _NOTHING, self.score.total, whole, self.bands.total, self.before, self.score.why())
        return Table("person_card", Says("Scorecard", "个人考核卡"), _COLUMNS, [*rows, _row(total)])

    def trend_table(self) -> Table:
        """Return period, total, of and the change since the period before it: a row a period, oldest first."""
        totals = [None, *(one.total for one in self.trend)]
        rows = [
            (str(one.period), one.total, one.of, _less(one.total, before))
            for one, before in zip(self.trend, totals, strict=False)
        ]
        return Table("score_trend", Says("Trend", "得分走势"), _TREND, rows)

    def tables(self) -> tuple[Table, ...]:
        """Return everything as tables: items, trend, reasons, next steps."""
        asked = (self.brought, None if self.cost is self.brought else self.cost, self.since)
        reasons = [one.table() for one in asked if one is not None]
        return (self.table(), self.trend_table(), *reasons, steps_table(self.steps))

    def _repr_html_(self) -> str:
        return self.table().html()


_TOTAL = Says("total", "合计")
_NOTHING = Says("", "")
_KINDS = {
    "factor": Says("not controllable", "不可控"),
    "cap": Says("cap", "封顶"),
    "gate": Says("gate", "否决项"),
}


def _less(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _row(one: CardItem) -> tuple[Cell, ...]:
    band = (None, None, None) if one.band is None else (one.band.low, one.band.median, one.band.high)
    return (one.name, one.value, one.points, one.of, *band, one.before, _less(one.points, one.before), one.why)


_COLUMNS = (
    Column("item", "Item", "项目"),
    Column("value", "Value", "数值"),
    Column("points", "Points", "得分", "number"),
    Column("of", "Of", "满分", "number"),
    Column("low", "Peers from", "同侪下端", "number"),
    Column("median", "Peers' middle", "同侪中位", "number"),
    Column("high", "Peers to", "同侪上端", "number"),
    Column("before", "Before", "上期", "number"),
    Column("change", "Change", "变化", "number"),
    Column("why", "Why", "说明", "why"),
)
_TREND = (
    Column("period", "Period", "期间"),
    Column("total", "Total", "总分", "number"),
    Column("of", "Of", "满分", "number"),
    Column("change", "Change", "变化", "number"),
)


def person_card(
    score: RepScore,
    period: Period,
    *,
    peers: Iterable[RepScore] = (),
    earlier: Mapping[Period, RepScore] | None = None,
    standing: Standing | None = None,
    least: int = LEAST_PEERS,
    kind: BandKind = "quartiles",
) -> PersonCard:
    """Put one person's scorecard together (个人考核卡).

    Args:
        score: the person's score of the period.
        period: the period.
        peers: the scores of those who are compared, of the same period and by the same rule; the person may be there.
        earlier: the person's own scores of periods that ended before this one began, by period.
        standing: the person's rank and grade.
        least: how many others a band needs, 3 or more; the default is ours.
        kind: what a band runs between.

    Source: S004-55, S004-64, S004-66 (growth is seen), S004-68 (previous appraisal).

    Raises:
        BadRows: peers that cannot be compared, or earlier scores of another person or of no earlier period.
        BadRule: as `peer_bands`.
        BadValue: a standing of another person.
    """
    past = _past(score, period, earlier or {})
    if standing is not None and standing.rep_id != score.rep_id:
        raise BadValue("a standing of another person", where=f"standing {standing.rep_id}", code="reporting.person")
    bands = peer_bands(score, peers, least=least, kind=kind)
    last = next((one for _, one in reversed(past) if one.total is not None), None)
    against = reasons_against_peers(score, bands)
    return PersonCard(
        score.rep_id,
        score.rep,
        period,
        score,
        tuple(_items(score, bands, last)),
        bands,
        tuple(TrendPoint(when, one.total, _whole(one)) for when, one in (*past, (period, score))),
        against or reasons_against_nothing(score),
        against or reasons_against_full(score),
        None if last is None else reasons_since(score, last),
        next_steps(score),
        standing,
    )


def _whole(score: RepScore) -> Decimal:
    return in_decimals(half_up(100 * score.rule.whole), 2)


def _past(score: RepScore, period: Period, earlier: Mapping[Period, RepScore]) -> list[tuple[Period, RepScore]]:
    bad: list[PharmaSalesError] = []
    for when, one in earlier.items():
        where = f"earlier {when}"
        if one.rep_id != score.rep_id:
            bad.append(BadValue("a score of another person", where=where, code="reporting.person"))
        if when.end >= period.start:
            hint = f"it must have ended before {period.start}"
            bad.append(BadValue(f"not before {period}", where=where, hint=hint, code="reporting.period"))
    if bad:
        raise BadRows("earlier scores are refused", bad)
    return sorted(earlier.items(), key=lambda pair: (pair[0].start, pair[0].end))


def _items(score: RepScore, bands: PeerBands, last: RepScore | None) -> Iterator[CardItem]:
    """Yield the lines of a card; `RepScore.rows` has a row for each of them, then the total."""
    then = {} if last is None else {one.part.name: one.points for one in last.points}
    rows = score.rows()
    for one, (_, _, _, value, _, _, why) in zip(score.points, rows, strict=False):
        name, of = one.part.name, None if one.weight is None else in_decimals(half_up(100 * one.weight), 2)
        band = bands.items.get(name)
        yield CardItem(
            name, item_name(one.part), item_value(name, value), one.points, of, band, then.get(name), _why(why)
        )
    then = {} if last is None else {change.name.en: change.points for change in last.adjustments}
    for change in score.adjustments:
        yield CardItem(
            change.name.en,
            change.name,
            _KINDS[change.kind],
            change.points,
            None,
            None,
            then.get(change.name.en),
            change.why,
        )


def _why(cell: Cell) -> Why:
    return cell if isinstance(cell, Why) else because("", "")


def person_cards(
    scores: Sequence[RepScore],
    period: Period,
    *,
    earlier: Mapping[Period, Mapping[str, RepScore]] | None = None,
    standings: Iterable[Standing] = (),
    least: int = LEAST_PEERS,
    kind: BandKind = "quartiles",
) -> tuple[PersonCard, ...]:
    """Put the scorecards of a group together, each held against all others (全组考核卡).

    Args:
        scores: one a person, all by the same rule: those of one role, or of one group that was fitted.
        period: the period.
        earlier: scores of earlier periods, by period, then by id of the person.
        standings: ranks and grades.
        least: how many others a band needs, 3 or more; the default is ours.
        kind: what a band runs between.

    Returns:
        A card a person, in the order given.

    Raises:
        BadRows: somebody scored twice or by another rule, or as `person_card`.
        BadRule: as `peer_bands`.
    """
    placed = {one.rep_id: one for one in standings}
    return tuple(
        person_card(
            one,
            period,
            peers=scores,
            earlier={when: past[one.rep_id] for when, past in (earlier or {}).items() if one.rep_id in past},
            standing=placed.get(one.rep_id),
            least=least,
            kind=kind,
        )
        for one in scores
    )
