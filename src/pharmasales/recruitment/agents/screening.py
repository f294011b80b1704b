"""The yearly screening of dealers (年度筛选): each figure relative to the best, ranked, and dropped by rank.

The best of all has 100, everybody else as much as the figure is of the best; sales count 70, market credit 30. Ties
share a rank, and who ties across the cut stays. What comes out is a proposal with its reasons.

>>> year = {"D1": (500, 80), "D2": (250, 100), "D3": (100, 40)}
>>> figures = {dealer: {"sales": sales, "credit": credit} for dealer, (sales, credit) in year.items()}
>>> found = screen_dealers(figures, DropCut(last=1), as_of=date(2026, 12, 31))
>>> [(row.dealer, row.rank, str(row.points), row.outcome) for row in found.rows]
[('D1', 1, '94.00', 'stay'), ('D2', 2, '65.00', 'stay'), ('D3', 3, '26.00', 'drop')]

Source: P2-G (relative to best = 100, sales 70 %, market credit 30 %), S004-73 (pick the best).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, decimal_text
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import normal_id, twins
from pharmasales.recruitment.agents.cutting import DropCut, Kept
from pharmasales.rules import Field, Part, Points, Ranked, RelativeToBest, Rule, Weighted, explain
from pharmasales.rules.peers import PeersFitted, fit_peers
from pharmasales.rules.reading import fields_of
from pharmasales.splits import one_unit
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["SCREENING", "SCREENING_OUTCOMES", "Screening", "ScreeningOutcome", "ScreeningRow", "screen_dealers"]

ScreeningOutcome: TypeAlias = Literal["stay", "drop", "kept", "ask"]

SCREENING_OUTCOMES: Mapping[ScreeningOutcome, Says] = MappingProxyType(
    {
        "stay": Says("stay", "保留"),
        "kept": Says("kept though below", "特批保留"),
        "drop": Says("drop", "淘汰"),
        "ask": Says("ask first", "待补充"),
    }
)
"""What the screening proposes."""

SCREENING = Weighted(
    [
        Part("sales", 70, RelativeToBest(Field("sales", "销售额")), "销售"),
        Part("credit", 30, RelativeToBest(Field("credit", "市场信用")), "市场信用"),
    ]
)
"""Sales 70, market credit 30, each relative to the best (P2-G). Sales alone can be goods pushed into a store: a rule of
yours may take more figures, such as receipts, stock days and flow reported."""


@frozen
class ScreeningRow:
    """What the screening says of one dealer.

    Args:
        dealer: its id.
        points: its points of 100; missing where a figure is.
        indices: each figure relative to the best, best = 100; missing likewise.
        rank: 1 for the most points, ties alike; missing likewise.
        outcome: `stay`, `drop`, `kept` (below the cut, but approved) or `ask` (a figure is missing).
        ask: the figures that are missing.
        kept: the approval, where it stays though below.
        why: the rank against the cut, and how the points are made.
    """

    dealer: str
    points: Decimal | None
    indices: Mapping[str, Fraction | None] = field(hash=False)
    rank: int | None
    outcome: ScreeningOutcome
    ask: tuple[str, ...]
    kept: Kept | None
    why: Why = field(repr=False)


@frozen
class Screening:
    """The screening of a year, the best first, those without points last. Made by `screen_dealers`.

    Args:
        as_of: the day.
        rows: one row a dealer.
        cut: the cut as stated.
        line: the cut in words, with its counts.
        fitted: the rule as it was fitted to everybody, with the best of each figure.
        unused: ids of dealers whose approval was not needed: they are not below the cut.
    """

    as_of: date
    rows: tuple[ScreeningRow, ...] = field(repr=lambda rows: f"<{len(rows)} dealers>")
    cut: DropCut
    line: Why = field(repr=False)
    fitted: PeersFitted = field(repr=False)
    unused: tuple[str, ...] = ()

    def of(self, outcome: ScreeningOutcome) -> tuple[str, ...]:
        """Return the ids of the dealers with an outcome, in the order of the rows."""
        return tuple(row.dealer for row in self.rows if row.outcome == outcome)

    def table(self) -> Table:
        """Return rank, dealer, points, proposal, each figure relative to the best, who approved, reason, why."""
        names = list(self.rows[0].indices) if self.rows else []
        labels = {part.name: part.zh or part.name for part in _weighted(self.fitted.rule).parts}
        figures = (Column(name, f"{name}, best = 100", f"{labels[name]}（最优=100）", "number") for name in names)
        columns = (*_FIRST, *figures, *_LAST)
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            shown = [None if one is None else Decimal(decimal_text(one, 2)) for one in row.indices.values()]
            approved = (row.kept.approver, row.kept.reason) if row.kept else ("", "")
            head = (row.rank, row.dealer, row.points, SCREENING_OUTCOMES[row.outcome])
            rows.append((*head, *shown, *approved, row.why))
        return Table("dealer_screening", Says("Yearly screening of dealers", "经销商年度筛选"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_FIRST = (
    Column("rank", "Rank", "名次", "number"),
    Column("dealer", "Dealer", "经销商"),
    Column("points", "Points", "得分", "number"),
    Column("proposal", "Proposal", "建议"),
)


_LAST = (
    Column("approver", "Approved by", "批准人"),
    Column("reason", "Reason", "保留理由"),
    Column("why", "Why", "原因", "why"),
)


def screen_dealers(
    figures: Mapping[str, Mapping[str, object]],
    cut: DropCut,
    keeps: Iterable[Kept] = (),
    *,
    as_of: date,
    rule: Weighted = SCREENING,
) -> Screening:
    """Rank dealers relative to the best and propose whom to drop (年度筛选).

    Who misses a figure that the rule needs is neither ranked nor dropped: the figure is asked for first; the figures
    that it has count when the best is looked for. A tie across the cut stays, so that equal dealers fare alike.

    Args:
        figures: the figures of each dealer over the same year, by its id, under the names that the rule reads; what is
            left out is missing.
        cut: how many of the last ranks are dropped.
        keeps: approvals for those who stay though below; those of later days do not count yet.
        as_of: the day.
        rule: a weighted sum of figures, each relative to the best.

    Raises:
        BadRows: twin ids, approvals of dealers who are not here, or two for one dealer: all of them.
        BadRule: a rule that is no weighted sum, or a figure of which nobody has more than zero.
        BadValue: a figure that is no number.
        NotComparable: figures of one name in two units.
    """
    given = {normal_id(dealer): told for dealer, told in figures.items()}
    approved = _approved(list(figures), given, list(keeps), checked_day(as_of))
    names = list(dict.fromkeys(one.name for one in fields_of(rule)))
    records = {dealer: {name: given[dealer].get(name) for name in names} for dealer in sorted(given)}
    for name in names:
        one_unit((one for told in records.values() if isinstance(one := told[name], Amount)), name)
    fitted = fit_peers(rule, records.values()) if records else PeersFitted(rule, ())
    plain = _weighted(fitted.rule)
    points = {dealer: plain(record) for dealer, record in records.items()}
    ranks = dict(
        zip(points, Ranked(Field("points")).answers([{"points": one} for one in points.values()]), strict=True)
    )
    ranked = sum(rank is not None for rank in ranks.values())
    line = cut.why(ranked)
    rows = [
        _row(dealer, record, plain, points[dealer], ranks[dealer], (cut, ranked, line), approved.get(dealer))
        for dealer, record in records.items()
    ]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    unused = tuple(row.dealer for row in rows if row.dealer in approved and row.outcome != "kept")
    return Screening(as_of, tuple(rows), cut, line, fitted, unused)


def _weighted(rule: Rule) -> Weighted:
    if isinstance(rule, Weighted):
        return rule
    raise BadRule("no weighted sum", where="rule", hint="give a Weighted, as SCREENING is", code="agents.rule")


def _approved(ids: list[str], figures: Mapping[str, object], keeps: list[Kept], as_of: date) -> Mapping[str, Kept]:
    bad: list[PharmaSalesError] = [
        BadValue("a dealer twice", where=f"dealer {ids[later]!r}", hint="give it once", code="agents.twice")
        for _, later in twins(ids)
    ]
    bad += [
        NotFound("an approval of no dealer here", where=f"dealer {one.dealer!r}", code="agents.dealer")
        for one in sorted(keeps, key=lambda one: one.dealer)
        if one.dealer not in figures
    ]
    bad += [
        BadValue("two approvals of one dealer", where=f"dealer {dealer!r}", hint="keep one", code="agents.twice")
        for dealer, times in sorted(Counter(one.dealer for one in keeps).items())
        if times > 1
    ]
    if bad:
        raise BadRows(f"{len(bad)} entries refused", bad)
    return {one.dealer: one for one in keeps if one.on <= as_of}


def _row(
    dealer: str,
    record: Mapping[str, object],
    rule: Weighted,
    points: Decimal | None,
    rank: int | None,
    told: tuple[DropCut, int, Why],
    kept: Kept | None,
) -> ScreeningRow:
    cut, ranked, line = told
    scores = rule.points(record)
    indices = {
        one.part.name: None if one.score is None else Fraction(one.score) / Fraction(one.full) * 100 for one in scores
    }
    reasons = explain(rule, record)
    if points is None or rank is None:
        ask = tuple(name for name, value in record.items() if value is None)
        why = because("not ranked: ask for what is missing", "未排名：请补充缺失数据", reasons)
        return ScreeningRow(dealer, None, indices, None, "ask", ask, None, why)
    below = rank > ranked - cut.dropped(ranked) and (cut.below is None or points < cut.below)
    outcome: ScreeningOutcome = "stay" if not below else "kept" if kept else "drop"
    en, zh = _TOLD[outcome]
    most = [_lost(scores)] if below else []
    why = because(en, zh, line, *most, reasons, rank=rank, ranked=ranked, approver=kept.approver if kept else "")
    return ScreeningRow(dealer, points, indices, rank, outcome, (), kept if outcome == "kept" else None, why)


def _lost(scores: Iterable[Points]) -> Why:
    """Say in which figure most points are lost against the best; of equals the first."""
    lost = [(one.weight - Fraction(one.points), one.part) for one in scores if one.weight and one.points is not None]
    most, part = max(lost, key=lambda pair: pair[0])
    en, zh = "most is lost in {part}: {most} points", "失分最多的是{part}：{most} 分"
    return because(en, zh, part=Says(part.name, part.zh or part.name), most=decimal_text(most, 2))


_TOLD: Mapping[ScreeningOutcome, tuple[str, str]] = {
    "stay": ("rank {rank} of {ranked}: stay", "第 {rank} 名（共 {ranked} 家）：保留"),
    "kept": (
        "rank {rank} of {ranked}: below the cut, kept with the approval of {approver}",
        "第 {rank} 名（共 {ranked} 家）：低于淘汰线，经 {approver} 批准保留",
    ),
    "drop": (
        "rank {rank} of {ranked}: below the cut; end it at the end of its term, or have it kept for a reason",
        "第 {rank} 名（共 {ranked} 家）：低于淘汰线；到期终止，或说明理由申请保留",
    ),
}
