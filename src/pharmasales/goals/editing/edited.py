"""Editing a plan (目标调整): a set of edits, applied to the plan that they start from, in any order with one result.

The result is one constrained decomposition of the difference: edited nodes get what is said of them, the rest of their
families absorbs it by weight, and nothing outside the smallest family that must change moves. Every node still equals
its parts, in every bucket and in all.

>>> from pharmasales.goals.decomposing.decompose import decompose
>>> from pharmasales.goals.editing.edits import Mark, Move, Pin
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX, Amount
>>> org = Org.of([Node("N", "North", "area"), *(Node(f"r{n}", f"Rep {n}", "rep", "N") for n in (1, 2, 3))])
>>> box, season, basis = Amount.of(1, BOX), even(Quarter(2026, 1).months), Says("sales", "销量")
>>> base = decompose(org, box * 900, {"r1": 3, "r2": 4, "r3": 2}, season, grain=box, basis=basis)
>>> edited = edit_plan(base, [Pin("r1", box * 360, mark=Mark("m1", reason="a new hospital"))])
>>> [str(edited.plan.amount(rep)) for rep in ("r1", "r2", "r3")]
['360 BOX', '360 BOX', '180 BOX']
>>> print(edited.plan.why("r2").parts[1])
Rep 2: 400 before, 360 now
  takes -40 of the difference in its family, by weight 4 / 6 (66.67%)
  edits: pin of 'r1'
>>> moved = edited.with_edits(Move("r2", "r3", box * 10))
>>> [str(moved.plan.amount(rep)) for rep in ("r1", "r2", "r3")]
['360 BOX', '350 BOX', '190 BOX']
>>> [str(moved.undo().plan.amount(rep)) for rep in ("r1", "r2", "r3")]
['360 BOX', '360 BOX', '180 BOX']
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.feasible import NOT_HELD, Feasibility, table_conflict
from pharmasales.goals.decomposing.sharing import Handed, NoTable
from pharmasales.goals.editing.causes import Causes, Told
from pharmasales.goals.editing.edit_task import EditTask
from pharmasales.goals.editing.edits import Edit
from pharmasales.goals.editing.plan_diff import PlanDiff, diff_plans

__all__ = ["EditedPlan", "edit_feasibility", "edit_plan"]


@frozen(eq=False)
class EditedPlan:
    """A plan, the edits made to it, and what comes of them (调整后的目标). Made by `edit_plan`.

    Args:
        base: the plan that all edits speak of.
        edits: the edits, in the order given.
        plan: the base with the edits.
        causes: which edits changed which node.
        undone: the edits taken back, the last one last, until a new one is made.
    """

    base: Decomposition
    edits: tuple[Edit, ...]
    plan: Decomposition
    causes: Causes = field(repr=False)
    undone: tuple[Edit, ...] = ()

    def with_edits(self, *edits: Edit) -> EditedPlan:
        """Return the plan with more edits; what was undone is forgotten.

        Raises:
            BadRows: as `edit_plan`.
        """
        return edit_plan(self.base, (*self.edits, *edits))

    def without(self, edit: Edit) -> EditedPlan:
        """Return the plan without one of its edits (撤销其中一项), whenever that was made.

        Raises:
            NotFound: no such edit.
            BadRows: as `edit_plan`; another edit may need it.
        """
        if edit not in self.edits:
            where, hint = edit.says.en, "list them with edit_table()"
            raise NotFound("no such edit of the plan", where=where, hint=hint, code="goals.edit.gone")
        place = len(self.edits) - 1 - self.edits[::-1].index(edit)
        made = edit_plan(self.base, self.edits[:place] + self.edits[place + 1 :])
        return evolve(made, undone=(*self.undone, edit))

    def undo(self) -> EditedPlan:
        """Take the last edit back (撤销).

        Raises:
            NotFound: no edit is left.
        """
        if not self.edits:
            raise NotFound("no edit to undo", code="goals.edit.gone")
        return self.without(self.edits[-1])

    def redo(self) -> EditedPlan:
        """Make the edit that was last undone again (重做).

        Raises:
            NotFound: nothing was undone.
        """
        if not self.undone:
            raise NotFound("no edit to redo", code="goals.edit.gone")
        return evolve(self.with_edits(self.undone[-1]), undone=self.undone[:-1])

    def check(self) -> None:
        """Audit the plan (对账): every node equals its parts, and has what the edits say.

        Raises:
            BadRows: nodes that do not.
        """
        self.plan.check()
        bad: list[PharmaSalesError] = []
        for node_id, held in self.causes.held.items():
            for place, due in held.items():
                has = self.plan.whole[node_id] if place is None else self.plan.cells[node_id][place]
                if has != due.grains:
                    names = " and ".join(edit.says.en for edit in due.edits)
                    where = f"goal of {node_id!r}"
                    bad.append(BadValue(f"differs from {names}", where=where, code="goals.sum"))
        if bad:
            raise BadRows("goals do not add up", bad)

    def diff(self) -> PlanDiff:
        """Compare the plan with its base, and name the edits behind each change (差异)."""
        return diff_plans(self.base, self.plan, self.causes)

    def edit_table(self) -> Table:
        """Return one row an edit: what, who, when, why."""
        rows = [(n, edit.says, edit.mark.by, edit.mark.on, edit.mark.reason) for n, edit in enumerate(self.edits, 1)]
        return Table("edits", Says("Edits of the plan", "目标调整记录"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.diff().table().html(most=20)


_COLUMNS = (
    Column("number", "No.", "序号", "number"),
    Column("edit", "Edit", "调整"),
    Column("by", "By", "操作人"),
    Column("on", "On", "日期", "date"),
    Column("reason", "Reason", "原因"),
)


def edit_plan(base: Decomposition, edits: Iterable[Edit]) -> EditedPlan:
    """Apply a set of edits to a plan (调整目标), in any order with the same result.

    Pins, scales and locks fix amounts; moves and transfers with their goal are flows, which add up; resplits and
    concentrations give a family new weights. What an edit leaves is absorbed by the rest of the smallest family, by
    weight; a node keeps its months in proportion. The constraints of the base still hold.

    Args:
        base: the plan.
        edits: what is to change. Amounts and factors speak of the base, not of each other.

    Raises:
        BadRows: edits that cannot be read, that contradict each other, or that cannot hold together; nothing is done.

    Source: b2b's edit set (pin, move, transfer, re-split, joint constraints), peers.md section 6.
    """
    given = tuple(edits)
    task = EditTask.of(base, given)
    task.report().require()
    made = task.run()
    if isinstance(made, NoTable):
        raise BadRows(NOT_HELD, [table_conflict(base.grain, base.buckets, made).error()])
    causes = Causes(task.says, task.held, made)
    plan = evolve(
        base,
        org=task.says.org,
        total=task.total,
        weights=task.weights(),
        whole=made.whole,
        cells=made.cells,
        handed=Handed(base.handed.rise, made.given, made.handed),
        told=Told(causes),
    )
    return EditedPlan(base, given, plan, causes)


def edit_feasibility(base: Decomposition, edits: Iterable[Edit]) -> Feasibility:
    """Report what stands in the way of a set of edits (可行性), without making them; arguments as `edit_plan`.

    Raises:
        BadRows: edits that cannot be read, that contradict each other, or whose difference nobody has a weight to take.
    """
    task = EditTask.of(base, edits)
    report = task.report()
    if not report.holds:
        return report
    made = task.run()
    if isinstance(made, NoTable):
        return evolve(report, conflicts=(table_conflict(base.grain, base.buckets, made),))
    return report
