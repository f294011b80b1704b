"""Carry-over (结转): what a period did not finish goes to the next one, with the reason; nothing is lost.

>>> from pharmasales.goals.acting.actions import Resources
>>> from pharmasales.periods import Month
>>> items = tuple(PlanItem(one, one, resources=Resources(days=4)) for one in ("list", "talks", "fair"))
>>> done = {"list": 1, "talks": "1/2"}
>>> reasons = {"talks": "head of department on leave", "fair": "cancelled by the hall"}
>>> found = carry_items(ActionPlan(Month(2026, 3), items), done, Month(2026, 4), reasons, dropped=["fair"])
>>> [(item.id, item.resources.days, item.carried) for item in found.plan.items], found.finished, found.dropped
([('talks', 2, 1)], ('list',), ('fair',))

Source: S002-21 (review weekly and monthly, then the next plan).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.acting.actions import ActionPlan, PlanItem
from pharmasales.goals.acting.progress import done_shares
from pharmasales.names import clean, nearest
from pharmasales.periods import Period
from pharmasales.units import Number

__all__ = ["CarriedItems", "carry_items"]

_CARRIED, _FINISHED, _DROPPED = Says("carried over", "结转"), Says("finished", "已完成"), Says("dropped", "取消")


@frozen
class CarriedItems:
    """What became of each item of a plan. Made by `carry_items`.

    Args:
        plan: the plan of the next period, with what was carried over.
        finished: the ids of what is finished.
        dropped: the ids of what was given up.
        reasons: why an item was carried over or dropped, by id.
        done: how far each was, by id; missing where nothing was reported.
    """

    plan: ActionPlan
    finished: tuple[str, ...]
    dropped: tuple[str, ...]
    reasons: Mapping[str, str] = field(repr=False, hash=False)
    done: Mapping[str, Fraction] = field(repr=False, hash=False)

    def table(self) -> Table:
        """Return item_id, became, done, carried, reason: carried over first, then dropped, then finished."""
        rows: list[tuple[Cell, ...]] = [
            (item.id, _CARRIED, self.done.get(item.id), item.carried, self.reasons.get(item.id, ""))
            for item in self.plan.items
        ]
        for ids, word in ((self.dropped, _DROPPED), (self.finished, _FINISHED)):
            rows += [(one, word, self.done.get(one), None, self.reasons.get(one, "")) for one in ids]
        return Table("carry_items", Says("Carry-over", "结转"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=50)


_COLUMNS = (
    Column("item_id", "Item", "行动项"),
    Column("became", "Became", "结果"),
    Column("done", "Done", "完成", "ratio"),
    Column("carried", "Times carried", "结转次数", "number"),
    Column("reason", "Reason", "原因"),
)


def carry_items(
    plan: ActionPlan,
    done: Mapping[str, Number],
    after: Period,
    reasons: Mapping[str, str],
    *,
    dropped: Collection[str] = (),
    due: Mapping[str, date] | None = None,
) -> CarriedItems:
    """Carry what is not finished over to the next period (未完成事项结转).

    An item is finished, carried over or dropped, never two of these and never none. One that is carried over keeps
    what is left of its working days, rounded up, no longer waits for what is finished or dropped, and loses its dates:
    it is to be dated anew. An item with parts is carried over while one of them is, dropped where all of them are.

    Args:
        plan: the plan of the period that ends.
        done: the share of each item without parts that is done; one that is not there has reported nothing and is not
            finished.
        after: the next period, which begins after this one.
        reasons: why, for each item without parts that is not finished.
        dropped: the ids of those that are given up.
        due: new due dates of items that are carried over.

    Raises:
        BadRows: reports that are refused, unfinished items without a reason, unknown items, items that are dropped
            though finished or though they have parts, due dates of what is not carried over.
        BadRule: a next period that does not begin after this one.
    """
    if after.start <= plan.period.end:
        raise BadRule("the next period begins before this one ends", where="after", code="plan.next")
    reported = done_shares(plan, done)
    open_ids = {item.id for item in plan.leaves() if reported.get(item.id, 0) < 1}
    dates = dict(due or {})
    _refuse(plan, open_ids, reasons, dropped, dates)
    carried = _with_wholes(plan, open_ids - set(dropped))
    closed = {item.id for item in plan.leaves()} - open_ids
    given_up = _with_wholes(plan, set(dropped)) - carried - _with_wholes(plan, closed)
    rest = tuple(
        _rest(item, reported.get(item.id, Fraction(0)), carried, dates.get(item.id))
        for item in plan.items
        if item.id in carried
    )
    finished = tuple(item.id for item in plan.items if item.id not in carried | given_up)
    gone = tuple(item.id for item in plan.items if item.id in given_up)
    kept = {one: clean(reason, f"reason of {one!r}") for one, reason in reasons.items()}
    return CarriedItems(ActionPlan(after, rest, plan.components), finished, gone, kept, reported)


def _refuse(
    plan: ActionPlan, open_ids: set[str], reasons: Mapping[str, str], dropped: Collection[str], due: Mapping[str, date]
) -> None:
    known = {item.id for item in plan.items}
    bad: list[PharmaSalesError] = [
        NotFound("no such item in the plan", where=f"item {one!r}", hint=nearest(one, known), code="plan.item")
        for one in dict.fromkeys((*reasons, *dropped, *due))
        if one not in known
    ]
    bad += (
        BadValue("not finished, and no reason given", where=f"item {item.id!r}", code="plan.reason")
        for item in plan.items
        if item.id in open_ids and not reasons.get(item.id, "").strip()
    )
    hint = "drop only items without parts that are not finished"
    bad += (
        BadValue("nothing to drop", where=f"item {one!r}", hint=hint, code="plan.dropped")
        for one in dropped
        if one in known and one not in open_ids
    )
    bad += (
        BadValue("a due date of what is not carried over", where=f"item {one!r}", code="plan.due")
        for one in due
        if one in known and (one not in open_ids or one in dropped)
    )
    if bad:
        raise BadRows(f"{len(bad)} faults in the carry-over", bad)


def _with_wholes(plan: ActionPlan, ids: set[str]) -> set[str]:
    """Return ids with every item that they are a part of."""
    above = {item.id: item.part_of for item in plan.items}
    found: set[str] = set()
    for one in ids:
        here = one
        while here and here not in found:
            found.add(here)
            here = above[here]
    return found


def _rest(item: PlanItem, done: Fraction, carried: set[str], due: date | None) -> PlanItem:
    days = item.resources.days
    left = None if days is None else -(-days * (done.denominator - done.numerator) // done.denominator)
    return evolve(
        item,
        start=None,
        due=due,
        resources=evolve(item.resources, days=left),
        after=tuple(one for one in item.after if one in carried),
        carried=item.carried + 1,
    )
