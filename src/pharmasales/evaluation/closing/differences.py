"""What changed between two versions of a closed period (版本差异): whose result, and what caused it.

>>> from datetime import date
>>> from pharmasales.evaluation.closing.closed import close_period
>>> from pharmasales.evaluation.closing.inputs import PeriodInputs
>>> from pharmasales.evaluation.scoring.curves import linear
>>> from pharmasales.evaluation.scoring.sheet import ScoreSheet
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field, Part, Weighted
>>> sheet = ScoreSheet("visits", Weighted([Part("visits", 100, linear(Field("visits"), 0, 10))]))
>>> org, quarter = Org.of([Node("r1", "One", "rep")]), Quarter(2026, 1)
>>> first, second = (PeriodInputs(quarter, org, [], facts={"r1": {"visits": n}}) for n in (8, 9))
>>> opened = close_period(first, sheet, by="p2", on=date(2026, 4, 7)).reopen(
...     "a visit of March was missing", by="p2", approver="p9", on=date(2026, 4, 9))
>>> found = opened.close(second, by="p2", on=date(2026, 4, 9)).diff(1, 2)
>>> print(found.scores[0].why(), "|", found.causes[0].text())
r1: 80.00 to 90.00 | changed by (visits corrected)
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.inputs_records import inputs_data
from pharmasales.evaluation.closing.item_changes import CHANGE_KINDS, ItemChange, item_changes
from pharmasales.evaluation.closing.late_entries import SCORE_COLUMNS, ScoreChange, score_changes
from pharmasales.evaluation.closing.versions import ClosedVersion
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.rules.book import changes

__all__ = ["VersionDiff", "version_diff"]


@frozen
class VersionDiff:
    """What changed between two versions, and why (版本差异). Made by `ClosedPeriod.diff`.

    Args:
        old: the number of the earlier version.
        new: the number of the later one.
        items: the items that were entered, changed or are gone.
        scores: whose total, rank or grade is another.
        causes: what caused it, for each of these, in their order.
        others: what else of the inputs differs: path, old value, new value.
        rules: what differs in the sheet: path, old value, new value.
    """

    old: int
    new: int
    items: tuple[ItemChange, ...] = field(repr=lambda items: f"<{len(items)} items>")
    scores: tuple[ScoreChange, ...] = field(repr=lambda scores: f"<{len(scores)} reps>")
    causes: tuple[Why, ...] = field(repr=False, eq=False)
    others: Table = field(repr=False, eq=False)
    rules: Table = field(repr=False, eq=False)

    def table(self) -> Table:
        """Return rep_id, total, rank and grade before and after, and what caused it: a row a rep that changed."""
        rows: list[tuple[Cell, ...]] = [
            (one.rep, one.before, one.after, *one.ranks, *(None if g is None else str(g) for g in one.grades), why)
            for one, why in zip(self.scores, self.causes, strict=True)
        ]
        return Table("version_diff", Says("What the correction changed", "更正前后对比"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (*SCORE_COLUMNS, Column("why", "Cause", "原因", "why"))


def version_diff(old: ClosedVersion, new: ClosedVersion) -> VersionDiff:
    """Compare two versions.

    Args:
        old: the earlier one.
        new: the later one.
    """
    items = item_changes(old.inputs.items, new.inputs.items)
    scores = score_changes(old.results, new.results)
    rules, others = changes(old.sheet.data(), new.sheet.data()), _others(old.inputs, new.inputs)
    shared = tuple(_shared(old, new, len(rules)))
    causes = tuple(_cause(old, new, one, items, shared) for one in scores)
    return VersionDiff(old.number, new.number, items, scores, causes, others, rules)


def _others(old: PeriodInputs, new: PeriodInputs) -> Table:
    """Return what differs in the inputs beside the items."""
    before, after = ({**inputs_data(inputs), "items": None} for inputs in (old, new))
    return changes(before, after)


def _shared(old: ClosedVersion, new: ClosedVersion, rules: int) -> Iterator[Why]:
    """Yield the causes that concern everybody."""
    if rules:
        yield because("the score sheet changed in {n} places", "评分表变更 {n} 处", n=rules)
    before, after = inputs_data(old.inputs), inputs_data(new.inputs)
    names = {"org": _ORG, "reps": _REPS, "rules": _RULES, "units": _UNITS, "unfilled": _UNITS}
    for says in dict.fromkeys(says for key, says in names.items() if before[key] != after[key]):
        yield because("{what} changed", "{what}变更", what=says)


_ORG, _REPS = Says("the organisation", "组织架构"), Says("who is scored", "考核范围")
_RULES, _UNITS = Says("the rule book or policy", "规则或政策"), Says("units or what is unfilled", "单位或缺失约定")


def _cause(
    old: ClosedVersion, new: ClosedVersion, one: ScoreChange, items: tuple[ItemChange, ...], shared: tuple[Why, ...]
) -> Why:
    """Say what changed one rep's result: its own items, facts and grade, what concerns all, or else the others."""
    if one.rep not in old.inputs.reps:
        parts = [because("not scored before", "此前不在考核范围")]
    elif one.rep not in new.inputs.reps:
        parts = [because("no longer scored", "不再考核")]
    else:
        parts = [*(_item_why(change) for change in _own(old, new, one.rep, items)), *_facts(old, new, one.rep), *shared]
    return because("changed by", "变更原因", *(parts or [because("the results of others changed", "他人结果变更")]))


def _own(old: ClosedVersion, new: ClosedVersion, rep: str, items: tuple[ItemChange, ...]) -> Iterator[ItemChange]:
    within = {node for of in (old, new) if rep in of.inputs.org for node in of.inputs.org.within(rep)}
    return (change for change in items if change.item.node in within)


def _item_why(change: ItemChange) -> Why:
    figure = FIGURES[change.item.figure.partition(".")[0]].says
    return because(
        "{figure} {id} {kind}", "{figure} {id} {kind}", figure=figure, id=change.id, kind=CHANGE_KINDS[change.kind]
    )


def _facts(old: ClosedVersion, new: ClosedVersion, rep: str) -> Iterator[Why]:
    before, after = (of.inputs.facts.get(rep, {}) for of in (old, new))
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield because("{name} corrected", "{name} 已更正", name=name)
    start, now = (of.inputs.start_rep_grades.grades.get(rep) for of in (old, new))
    if start != now:
        yield because("the grade of the first day corrected", "期初级别已更正")
