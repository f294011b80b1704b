"""What came after a period was closed (迟录): listed beside what it was closed with, never counted in silence."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from pharmasales.cycle.lining_up import lined_up
from pharmasales.display import Says, because
from pharmasales.evaluation.closing.closed import ClosedPeriod
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.item_changes import ItemChange, item_changes
from pharmasales.evaluation.closing.late_entries import LateEntries, LateEntry
from pharmasales.evaluation.measures.figures import Figure
from pharmasales.units import Amount
from pharmasales.workspace.closings import KeptClosing

__all__ = ["closed_notes", "late_since", "opened_again"]

_MOST = 50
"""So many late entries are each asked what they would change; of more it is asked of all together."""


def late_since(closed: ClosedPeriod, now: PeriodInputs) -> LateEntries:
    """Return what was entered, changed or gone since the latest close, and what it would change.

    Each of a few entries is scored alone; many are only listed, because scoring each would take hours.

    Args:
        closed: the closed period.
        now: what the period is scored from by the files now.
    """
    before, items = closed.latest.inputs.items, list(now.items)
    changes = item_changes(before, items)
    if changes:
        items = lined_up(items, before)
        changes = tuple(one for one in item_changes(before, items) if _counts(one))
    if len(changes) <= _MOST:
        found = closed.late(items)
        return evolve(found, entries=tuple(one for one in found.entries if _counts(one.change)))
    why = because("not asked alone: {n} entries came late", "未单独测算：迟录共 {n} 项", n=len(changes))
    return LateEntries(closed.latest.number, tuple(LateEntry(one, True, (), why) for one in changes), ())


def _counts(change: ItemChange) -> bool:
    """Whether an entry is one: that there is nothing of something, which goes with another entry, is none."""
    return change.kind == "changed" or bool(_number(change.item.value))


def _number(value: Figure) -> int | Decimal | Fraction | None:
    return value.minor if isinstance(value, Amount) else value


def closed_notes(kept: KeptClosing, late: LateEntries, now: PeriodInputs) -> Iterator[Says]:
    """Say that the results are those of the close, and what is not counted in them."""
    last = kept.closed.latest
    yield Says(
        f"closed on {last.on} by {last.by}, version {last.number}: results as closed",
        f"已于 {last.on} 由 {last.by} 关账，第 {last.number} 版：以关账结果为准",
    )
    if late.entries:
        many, reps = len(late.entries), len(late.together)
        effect = (
            (f"; all together would change {reps} scores", f"；全部计入将影响 {reps} 人得分")
            if many <= _MOST
            else ("", "")
        )
        yield Says(
            f"{many} late entries are not counted{effect[0]}: see reopen",
            f"迟录 {many} 项未计入{effect[1]}：如需计入请重开（reopen）",
        )
    noted = [rep for rep in {*last.inputs.facts, *now.facts} if last.inputs.facts.get(rep) != now.facts.get(rep)]
    if noted:
        yield Says(
            f"facts of {len(noted)} reps are not those of the close and are not counted: see reopen",
            f"{len(noted)} 名代表的考核事实与关账时不同，未计入：如需计入请重开（reopen）",
        )


def opened_again(kept: KeptClosing) -> Says:
    """Say that a period is open again, and which results count until it is closed."""
    last = kept.closed.latest
    return Says(
        f"opened again: version {last.number} of {last.on} counts until it is closed; these are the results now",
        f"已重开：关账前仍以 {last.on} 第 {last.number} 版为准；以下为当前数据的结果",
    )
