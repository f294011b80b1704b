"""The scores of earlier periods as they were kept (往期得分): a closed one as it was closed, any other as scored last.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     earlier_scores(store, Quarter(2026, 1), [], "")
{}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Says, Table, because
from pharmasales.errors import NotFound
from pharmasales.evaluation.closing.results import LineKind, RepResult
from pharmasales.evaluation.scoring.adjusted import Adjustment
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.periods import Period
from pharmasales.rules import Field, Part, Points, Weighted
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.closings import closed_scores, periods_closed
from pharmasales.workspace.keep import periods_kept, table_of

__all__ = ["Earlier", "earlier_scores"]

Earlier: TypeAlias = Mapping[Period, Mapping[str, RepScore]]
"""Scores by period, then by id of the rep."""

_MOST: Final = 5
_NOT_KEPT: Final = because("its reason is kept with that period", "其说明随该期间留存")


@frozen
class _Line:
    """A line of a scorecard: an item has a weight, or neither weight nor points; what comes after has points alone."""

    kind: LineKind
    name: Says
    weight: Fraction | None
    points: Decimal | None


@frozen
class _Card:
    """One rep's scorecard as it was kept."""

    lines: Sequence[_Line]
    total: Decimal | None
    whole: Fraction


@frozen
class _Period:
    """The scorecards of a period by rep, and the fingerprint of its sheet."""

    sheet: str
    cards: Mapping[str, _Card] = field(factory=dict)


def earlier_scores(
    store: Reader, period: Period, cards: Sequence[RepScore], sheet: str
) -> dict[Period, dict[str, RepScore]]:
    """Return the scores of the last five periods of the same kind before a period, the oldest first.

    What is kept are points and totals without figures, so that these scores explain none of their points.

    Args:
        store: where they are kept.
        period: the period.
        cards: the scores of the period itself; those who have none in it are left out.
        sheet: the fingerprint of its sheet; what the same sheet scored earlier was scored by the same rule.

    Raises:
        BadValue: a closed period that was changed in the store.
    """
    closed = frozenset(periods_closed(store))
    kept = sorted({*closed, *periods_kept(store, "scorecard")})
    before = [when for when in kept if type(when) is type(period) and when.end < period.start][-_MOST:]
    found = {}
    for when in before:
        then = _closed(store, when) if when in closed else _scored(store, when)
        known = [(card, then.cards[card.rep_id]) for card in cards if card.rep_id in then.cards]
        found[when] = {card.rep_id: _score(card, one, same=then.sheet == sheet) for card, one in known}
    return found


def _closed(store: Reader, when: Period) -> _Period:
    kept = closed_scores(store, when)
    whole = Fraction(kept.results.sheet.rule.whole)
    return _Period(kept.sheet, {one.rep: _Card(_lines(one), one.total, whole) for one in kept.results.reps})


def _lines(one: RepResult) -> list[_Line]:
    return [_Line(line.kind, line.name, line.weight, line.points) for line in one.lines]


def _scored(store: Reader, when: Period) -> _Period:
    """Return the scorecards of a period that is open, from the rows of their table."""
    table = table_of(store, when, "scorecard")
    try:
        sheet = str(store.get("reviews", str(when)).data.get("sheet", ""))
    except NotFound:
        sheet = ""
    return _Period(sheet, {} if table is None else dict(_cards(table)))


def _cards(table: Table) -> Iterator[tuple[str, _Card]]:
    """Yield each rep's rows as a card: the last of them is the total."""
    rows: dict[str, list[Mapping[str, Cell]]] = {}
    for row in table.records():
        rows.setdefault(str(row["rep_id"]), []).append(row)
    for rep, (*items, total) in rows.items():
        yield (
            rep,
            _Card([_row(row) for row in items], _number(total["points"]), Fraction(_number(total["weight"]) or 100)),
        )


def _row(row: Mapping[str, Cell]) -> _Line:
    name, weight, points = row["measure"], _number(row["weight"]), _number(row["points"])
    kind: LineKind = "item" if weight is not None or points is None else "factor"
    named = name if isinstance(name, Says) else Says(str(name), str(name))
    return _Line(kind, named, None if weight is None else Fraction(weight), points)


def _number(cell: Cell) -> Decimal | None:
    return Decimal(cell) if isinstance(cell, int | Decimal) else None


def _score(now: RepScore, then: _Card, *, same: bool) -> RepScore:
    """Return a kept card as a score that can be held against a later one of the same rep."""
    rule = now.rule if same else Weighted([Part("total", then.whole, Field("total"))], whole=then.whole)
    kinds = {one.name.en: one.kind for one in now.adjustments}
    points = tuple(_points(line) for line in then.lines if line.kind == "item")
    changes = tuple(
        Adjustment(kinds.get(line.name.en, line.kind), line.name, Decimal(0), line.points, _NOT_KEPT)
        for line in then.lines
        if line.kind != "item"
    )
    return RepScore(now.rep_id, now.rep, {}, rule, points, changes, then.total)


def _points(line: _Line) -> Points:
    part = Part(line.name.en, line.weight or 0, Field(line.name.en), line.name.zh)
    hundredths = None if line.points is None else int(line.points.scaleb(2))
    return Points(part, None, line.weight, hundredths)
