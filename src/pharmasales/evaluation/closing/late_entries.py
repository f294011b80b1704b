"""Late entries (迟录): what was entered, changed or gone since the close, and what it would change.

Nothing of it counts. The closed inputs are scored again with each entry alone, and with all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, PharmaSalesError
from pharmasales.evaluation.closing.item_changes import CHANGE_KINDS, ItemChange, item_changes
from pharmasales.evaluation.closing.plain import when_data
from pharmasales.evaluation.closing.results import Results
from pharmasales.evaluation.closing.scoring_period import score_period
from pharmasales.evaluation.closing.versions import ClosedVersion
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.items import Item, Stretch, place_item
from pharmasales.rules import Label

__all__ = ["LateEntries", "LateEntry", "ScoreChange", "late_entries", "score_changes"]


@frozen
class ScoreChange:
    """One rep's result before and after (得分变化).

    Args:
        rep: the id of the rep.
        before: the total before; missing where there was none.
        after: the total after.
        ranks: the rank before and after.
        grades: the grade before and after.
    """

    rep: str
    before: Decimal | None = field(repr=False)
    after: Decimal | None = field(repr=False)
    ranks: tuple[int | None, int | None] = field(repr=False)
    grades: tuple[Label | None, Label | None] = field(repr=False)

    def why(self) -> Why:
        """Return it in words: `r1: 80.00 to 82.50, rank 3 to 2`."""
        parts = []
        if self.ranks[0] != self.ranks[1]:
            parts.append(because("rank {old} to {new}", "名次 {old} 变为 {new}", old=self.ranks[0], new=self.ranks[1]))
        if self.grades[0] != self.grades[1]:
            old, new = (None if one is None else str(one) for one in self.grades)
            parts.append(because("grade {old} to {new}", "等级 {old} 变为 {new}", old=old, new=new))
        says = "{rep}: {before} to {after}", "{rep}：{before} 变为 {after}"
        if self.before == self.after:
            says = "{rep}: {after} as before", "{rep}：{after} 不变"
        return because(*says, *parts, rep=self.rep, before=self.before, after=self.after)


def score_changes(before: Results, after: Results) -> tuple[ScoreChange, ...]:
    """Return the reps whose total, rank or grade is another, in the order of the later results, then of the earlier."""
    old, new = ({one.rep: one for one in results.reps} for results in (before, after))
    found = []
    for rep in dict.fromkeys([*new, *old]):
        (was, ranked, graded), (now, ranks, grades) = (
            (None, None, None) if rep not in side else (side[rep].total, side[rep].rank, side[rep].grade)
            for side in (old, new)
        )
        if (was, ranked, graded) != (now, ranks, grades):
            found.append(ScoreChange(rep, was, now, (ranked, ranks), (graded, grades)))
    return tuple(found)


@frozen
class LateEntry:
    """One item that was entered, changed or gone since the close, flagged (迟录项).

    Args:
        change: the item as it was at the close and as it is.
        counts: whether it would count in the period, or did.
        effect: whose result it alone would change; empty where it would change nobody's.
        why: the same in words, or why it would not count.
    """

    change: ItemChange
    counts: bool
    effect: tuple[ScoreChange, ...]
    why: Why = field(repr=False, eq=False)


@frozen
class LateEntries:
    """What came since the close, and what it would change (迟录清单). Made by `ClosedPeriod.late`.

    Args:
        version: the number of the version that it was compared with.
        entries: one an item, by figure, node and id.
        together: whose result all of them together would change.
        refused: why they cannot be counted together; "" where they can.
    """

    version: int
    entries: tuple[LateEntry, ...] = field(repr=lambda entries: f"<{len(entries)} entries>")
    together: tuple[ScoreChange, ...] = field(repr=lambda changes: f"<{len(changes)} reps>")
    refused: str = ""

    def table(self) -> Table:
        """Return what, figure, node_id, id, when, why: a row an entry."""
        rows: list[tuple[Cell, ...]] = [
            (
                CHANGE_KINDS[one.change.kind],
                FIGURES[one.change.item.figure.partition(".")[0]].says,
                one.change.item.node,
                one.change.id,
                when_data(one.change.when),
                one.why,
            )
            for one in self.entries
        ]
        return Table("late_entries", Says("Late entries, not counted", "迟录项（未计入）"), _COLUMNS, rows)

    def scores_table(self) -> Table:
        """Return rep_id, total, rank and grade before and after: a row a rep whom all of them together would change."""
        rows: list[tuple[Cell, ...]] = [
            (one.rep, one.before, one.after, *one.ranks, *(None if g is None else str(g) for g in one.grades))
            for one in self.together
        ]
        return Table("late_scores", Says("Scores with the late entries", "计入迟录后的得分"), SCORE_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("what", "What", "变动"),
    Column("figure", "Figure", "数据"),
    Column("node_id", "Node id", "节点编号"),
    Column("id", "Item", "计数项"),
    Column("when", "When", "日期或期间"),
    Column("why", "What it would change", "影响", "why"),
)
SCORE_COLUMNS = (
    Column("rep_id", "Rep id", "代表编号"),
    Column("before", "Before", "原总分", "number"),
    Column("after", "After", "新总分", "number"),
    Column("rank_before", "Rank before", "原名次", "number"),
    Column("rank_after", "Rank after", "新名次", "number"),
    Column("grade_before", "Grade before", "原等级"),
    Column("grade_after", "Grade after", "新等级"),
)


def late_entries(version: ClosedVersion, items_now: Iterable[Item]) -> LateEntries:
    """Flag what came since a version was closed; its results stay as they are.

    Each entry that would count is scored alone, which takes as long as scoring the period once.

    Args:
        version: the version that was closed.
        items_now: all items as they are now, from the same sources.
    """
    changes = item_changes(version.inputs.items, items_now)
    entries = tuple(_entry(version, change) for change in changes)
    if not any(one.counts for one in entries):
        return LateEntries(version.number, entries, ())
    now = list(version.inputs.items)
    for change in changes:
        now = change.applied(now)
    return LateEntries(version.number, entries, *_effect(version, now))


def _effect(version: ClosedVersion, items: Iterable[Item]) -> tuple[tuple[ScoreChange, ...], str]:
    """Return whose result other items would change, or why they cannot be counted."""
    try:
        return score_changes(version.results, score_period(version.inputs, version.sheet, items).results), ""
    except BadRows as error:
        return (), "; ".join(error.lines())
    except PharmaSalesError as error:
        return (), str(error)


def _entry(version: ClosedVersion, change: ItemChange) -> LateEntry:
    inputs = version.inputs
    stretch, forms = Stretch.of(inputs.period), [one for one in (change.old, change.new) if one is not None]
    reasons = [place_item(one, stretch, inputs.org, inputs.units)[1] for one in forms]
    if None not in reasons:
        return LateEntry(change, False, (), because("not counted: {reason}", "不计：{reason}", reason=reasons[-1]))
    effect, refused = _effect(version, change.applied(inputs.items))
    if refused:
        says = "cannot be counted alone: {refused}", "无法单独计入：{refused}"
        return LateEntry(change, True, (), because(*says, refused=refused))
    if not effect:
        return LateEntry(change, True, (), because("changes no result", "不影响任何结果"))
    why = because("results changed: {n}", "影响结果：{n}", *(one.why() for one in effect), n=len(effect))
    return LateEntry(change, True, effect, why)
