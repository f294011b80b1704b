"""Progress of an action plan (计划进度): the share that is done, rolled up, against what should be by now.

>>> from pharmasales.goals.acting.actions import PlanItem, Resources
>>> from pharmasales.periods import Month
>>> def item(name: str, days: int | None, part_of: str = "") -> PlanItem:
...     return PlanItem(name, name, resources=Resources(days=days), part_of=part_of)
>>> plan = ActionPlan(Month(2026, 3), (item("meeting", None), item("room", 1, "meeting"), item("guests", 3, "meeting")))
>>> found = plan_progress(plan, {"room": 1, "guests": "1/3"})
>>> found["meeting"].done, found.all.done
(Fraction(1, 2), Fraction(1, 2))
>>> found = plan_progress(plan, {"room": 1})
>>> print(found["meeting"].done, found["meeting"].at_least, found["meeting"].unreported)
None 1/4 1

Source: S004-46 (tracking), S004-49 (plan adherence).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadTree, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.acting.actions import ActionPlan
from pharmasales.goals.acting.taskgraph import Scheduled, TaskSchedule
from pharmasales.names import nearest
from pharmasales.org import Node, Org
from pharmasales.units import Number, ratio, share
from pharmasales.workdays import Calendar

__all__ = ["ItemProgress", "PlanProgress", "Weigh", "done_shares", "plan_progress"]

Weigh: TypeAlias = Literal["days", "items"]
"""What an item weighs among its siblings: its working days, or the same as any other."""

_ALL = Says("all", "全部")
_ROOT = Node("Σ plan", "plan", "plan")


@frozen
class ItemProgress:
    """How far an item is, with all its parts (完成进度).

    Args:
        weight: what it weighs: working days or items.
        at_least: the share that is done for certain: what is not reported counts as nothing; missing without weight.
        unreported: how many items without parts have reported nothing.
        planned: the share that its schedule has done by the day; missing without a schedule or weight.
    """

    weight: int
    at_least: Fraction | None
    unreported: int
    planned: Fraction | None

    @property
    def done(self) -> Fraction | None:
        """The share that is done; missing where an item has reported nothing."""
        return None if self.unreported else self.at_least

    @property
    def behind(self) -> Fraction | None:
        """Planned less done, in points; missing where either is."""
        return None if self.planned is None or self.done is None else self.planned - self.done


@frozen
class PlanProgress:
    """The progress of a plan. Made by `plan_progress`.

    Args:
        items: the progress of each item by id, in the order given.
        all: the progress of the plan as a whole.
    """

    items: Mapping[str, ItemProgress] = field(repr=lambda items: f"<{len(items)} items>", hash=False)
    all: ItemProgress

    def __getitem__(self, item_id: str) -> ItemProgress:
        found = self.items.get(item_id)
        if found is None:
            raise NotFound("no such item in the plan", where=f"item {item_id!r}", code="plan.item")
        return found

    def table(self) -> Table:
        """Return item_id, weight, done, at_least, unreported, planned, behind; the whole plan last."""
        named: list[tuple[Cell, ItemProgress]] = [*self.items.items(), (_ALL, self.all)]
        rows: list[tuple[Cell, ...]] = [
            (name, one.weight, one.done, one.at_least, one.unreported, one.planned, one.behind) for name, one in named
        ]
        return Table("plan_progress", Says("Progress of the plan", "计划进度"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=50)


_COLUMNS = (
    Column("item_id", "Item", "行动项"),
    Column("weight", "Weight", "权重", "number"),
    Column("done", "Done", "完成", "ratio"),
    Column("at_least", "At least", "至少完成", "ratio"),
    Column("unreported", "Not reported", "未报", "number"),
    Column("planned", "Planned", "应完成", "ratio"),
    Column("behind", "Behind", "落后", "ratio"),
)


def done_shares(plan: ActionPlan, done: Mapping[str, Number]) -> dict[str, Fraction]:
    """Read the done shares of the items without parts.

    Raises:
        BadRows: every share out of range, of an unknown item, or of one with parts.
    """
    leaves, known = {item.id for item in plan.leaves()}, {item.id for item in plan.items}
    found: dict[str, Fraction] = {}
    bad: list[PharmaSalesError] = []
    for item_id, given in done.items():
        where = f"item {item_id!r}"
        try:
            found[item_id] = share(given)
        except BadValue as error:
            bad.append(error.at(where))
            continue
        if item_id not in known:
            bad.append(
                NotFound("no such item in the plan", where=where, hint=nearest(item_id, known), code="plan.item")
            )
        elif item_id not in leaves:
            bad.append(BadValue("it has parts", where=where, hint="say how far they are", code="plan.whole"))
        elif not 0 <= found[item_id] <= 1:
            bad.append(BadValue("a done share out of range", where=where, hint="0 to 1", code="plan.done"))
    if bad:
        raise BadRows(f"{len(bad)} reports refused", bad)
    return found


_Sums: TypeAlias = tuple[int, Fraction, int, Fraction]


def plan_progress(
    plan: ActionPlan,
    done: Mapping[str, Number],
    *,
    weigh: Weigh = "days",
    schedule: TaskSchedule | None = None,
    as_of: date | None = None,
    calendar: Calendar | None = None,
) -> PlanProgress:
    """Roll up what is done of a plan (进度汇总): an item is as far as its parts, each by its weight.

    Args:
        plan: the plan.
        done: the share of each item without parts that is done, 0 to 1; an item that is not there has not reported.
        weigh: whether an item weighs its working `days`, or all `items` the same.
        schedule: when the items were to be done; with a day and a calendar it gives what should be done by now.
        as_of: the day, counted as passed.
        calendar: the working days.

    Raises:
        BadRows: reports that are refused, or items without days where days weigh.
        BadRule: an unknown word, or a schedule without a day and a calendar.
        BadTree: items that are parts of each other.
        NotFound: an item that the schedule does not have.
    """
    if weigh not in ("days", "items"):
        hint = nearest(str(weigh), ("days", "items"))
        raise BadRule("what does an item weigh?", where="weigh", hint=hint, code="plan.weigh")
    if schedule is not None and (as_of is None or calendar is None):
        raise BadRule("a schedule without a day and a calendar", hint="give as_of and calendar", code="plan.schedule")
    reported, weights = done_shares(plan, done), _weights(plan, weigh)
    own: dict[str, _Sums] = {}
    for item_id, weight in weights.items():
        due = Fraction(0)
        if schedule is not None and as_of is not None and calendar is not None:
            due = weight * _due(schedule[item_id], as_of, calendar)
        own[item_id] = weight, weight * reported.get(item_id, Fraction(0)), int(item_id not in reported), due
    tree = _tree(plan)
    sums = tree.roll_up(own, _add)
    found = {item.id: _progress(sums[item.id], schedule is not None) for item in plan.items}
    return PlanProgress(found, _progress(sums[tree.root.id], schedule is not None))


def _weights(plan: ActionPlan, weigh: Weigh) -> dict[str, int]:
    leaves = plan.leaves()
    if weigh == "items":
        return dict.fromkeys((item.id for item in leaves), 1)
    hint = 'give resources.days, or weigh="items"'
    bad = [
        BadValue("its working days are not known", where=f"item {item.id!r}", hint=hint, code="plan.days")
        for item in leaves
        if item.resources.days is None
    ]
    if bad:
        raise BadRows(f"{len(bad)} items without days", bad)
    return {item.id: item.resources.days or 0 for item in leaves}


def _tree(plan: ActionPlan) -> Org:
    """Return the items as a tree below one root that no item can be."""
    if not plan.items:
        raise BadTree("no item in the plan", hint="give at least one", code="plan.empty")
    items = [Node(item.id, item.id, "item", item.part_of or _ROOT.id) for item in plan.items]
    return Org.of([_ROOT, *items])


def _due(row: Scheduled, as_of: date, calendar: Calendar) -> Fraction:
    """Return the share of a task that its schedule has done at the end of a day."""
    if as_of >= row.finish:
        return Fraction(1)
    if as_of < row.start:
        return Fraction(0)
    return Fraction(calendar.count(row.start, as_of), row.task.days)


def _add(one: _Sums, other: _Sums) -> _Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def _progress(sums: _Sums, scheduled: bool) -> ItemProgress:
    weight, done, unreported, due = sums
    return ItemProgress(weight, ratio(done, weight), unreported, ratio(due, weight) if scheduled else None)
