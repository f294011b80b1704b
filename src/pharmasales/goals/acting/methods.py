"""Method plan (方法计划): all methods ranked, each with its window and its share of the effort, and what became of it.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import DAY
>>> methods = [
...     PlannedMethod("fair", 1, date(2026, 1, 5), date(2026, 2, 13), "60%"),
...     PlannedMethod("calls", 2, date(2026, 1, 5), date(2026, 3, 31), "40%"),
... ]
>>> plan = plan_methods(methods, Quarter(2026, 1), Amount.of(59, DAY))
>>> [str(amount) for amount in plan.effort.values()]
['35 DAY', '24 DAY']
>>> [(str(month), plan.main(month)) for month in Quarter(2026, 1).months]
[('2026-01', 'fair'), ('2026-02', 'fair'), ('2026-03', 'calls')]
>>> print(plan.against({"calls": Amount.of(20, DAY)}, date(2026, 3, 31)))
Rank  Method  From        To          Share  Effort  Spent  Share spent  Status
----  ------  ----------  ----------  -----  ------  -----  -----------  ------------
   1  fair    2026-01-05  2026-02-13  60.0%      35                      not reported
   2  calls   2026-01-05  2026-03-31  40.0%      24     20               below plan

Source: S000-28 (rank all methods, a main one for each period, windows, shares of effort; a plan not executed is worth
nothing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.periods import Period
from pharmasales.splits import read_weights, split
from pharmasales.units import Amount, Number

__all__ = ["MethodPlan", "PlannedMethod", "plan_methods"]

_NOT_YET, _UNREPORTED = Says("not begun", "未开始"), Says("not reported", "未报")
_NOTHING, _BELOW, _DONE = Says("not executed", "未执行"), Says("below plan", "低于计划"), Says("executed", "已执行")
_RUNNING = Says("running", "执行中")


@frozen
class PlannedMethod:
    """One method, such as a trade fair or calls to a list (方法).

    Args:
        id: its id.
        rank: 1 for the main one.
        start: the first day of its window.
        end: the last day.
        effort: its share of the whole effort: `60%`, or a plain weight.
    """

    id: str = field(converter=normal_id)
    rank: int
    start: date
    end: date
    effort: Number


@frozen
class MethodPlan:
    """Methods with windows and efforts. Made by `plan_methods`.

    Args:
        within: the period.
        methods: the methods, by rank.
        shares: the exact share of each, by id; together one.
        effort: what each gets, by id; together the whole.
    """

    within: Period
    methods: tuple[PlannedMethod, ...] = field(repr=lambda methods: f"<{len(methods)} methods>")
    shares: Mapping[str, Fraction] = field(repr=False, hash=False)
    effort: Mapping[str, Amount] = field(repr=False, hash=False)

    def main(self, part: Period) -> str | None:
        """Return the best ranked method whose window touches a stretch (主要方法); none where no window does."""
        touching = (one for one in self.methods if one.start <= part.end and part.start <= one.end)
        return next((one.id for one in touching), None)

    def against(self, spent: Mapping[str, Amount], as_of: date) -> Table:
        """Compare what was spent with the plan (执行检查): what is not reported stays missing, never zero.

        While its window runs a method is running, unless nothing was spent; afterwards it is executed from its planned
        effort on. Shares are of all that was spent, once every method that has begun has reported.

        Args:
            spent: the effort spent on each method, by id.
            as_of: the day, counted as passed.

        Returns:
            Rank, method_id, start, end, share, effort, spent, share_spent, status.

        Raises:
            NotFound: a method that is not in the plan.
            NotComparable: another unit.
        """
        unit = next(iter(self.effort.values())).unit
        for method_id, amount in spent.items():
            if method_id not in self.effort:
                hint = nearest(method_id, self.effort)
                raise NotFound(
                    "no such method in the plan", where=f"method {method_id!r}", hint=hint, code="methods.id"
                )
            if amount.unit != unit:
                said = f"{amount.unit.code} with {unit.code}"
                raise NotComparable(said, where=f"method {method_id!r}", code="unit")
        whole = Amount.total(spent.values(), unit)
        all_in = all(one.id in spent for one in self.methods if one.start <= as_of)
        rows: list[tuple[Cell, ...]] = []
        for one in self.methods:
            done = spent.get(one.id)
            part = None if done is None or not all_in else done.over(whole)
            told = None if done is None else done.value
            planned = (self.shares[one.id], self.effort[one.id].value)
            rows.append((one.rank, one.id, one.start, one.end, *planned, told, part, self._status(one, done, as_of)))
        return Table("methods", Says("Methods", "方法执行"), _COLUMNS, rows)

    def _status(self, one: PlannedMethod, done: Amount | None, as_of: date) -> Says:
        if as_of < one.start:
            return _NOT_YET
        if done is None:
            return _UNREPORTED
        if not done.minor:
            return _NOTHING
        if done >= self.effort[one.id]:
            return _DONE
        return _RUNNING if as_of < one.end else _BELOW


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("method_id", "Method", "方法"),
    Column("start", "From", "起", "date"),
    Column("end", "To", "止", "date"),
    Column("share", "Share", "占比", "ratio"),
    Column("effort", "Effort", "投入", "amount"),
    Column("spent", "Spent", "已投入", "amount"),
    Column("share_spent", "Share spent", "实际占比", "ratio"),
    Column("status", "Status", "状态"),
)


def plan_methods(methods: Sequence[PlannedMethod], within: Period, effort: Amount) -> MethodPlan:
    """Plan methods over a period: ranks, windows, and shares of one effort that add up to it exactly (方法计划).

    Args:
        methods: the methods; their ranks are 1, 2, 3 and so on, each once.
        within: the period.
        effort: the whole effort: days, visits, money; split by largest remainder.

    Source: S000-28.

    Raises:
        BadRows: every twin id, window that is empty or leaves the period, effort below zero.
        BadRule: no method, ranks that are not 1 to n, percentages that miss 100 %, or no effort above zero.
        BadValue: an effort that is no exact number.
    """
    ranked = sorted(methods, key=lambda one: one.rank)
    if not ranked or [one.rank for one in ranked] != list(range(1, len(ranked) + 1)):
        raise BadRule("methods are not ranked", hint="rank them 1, 2, 3 and so on, each once", code="methods.rank")
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"method {ranked[second].id!r}", code="methods.twins")
        for _, second in twins(one.id for one in ranked)
    ]
    bad += (
        BadValue("a window outside the period, or empty", where=f"method {one.id!r}", code="methods.window")
        for one in ranked
        if not within.start <= one.start <= one.end <= within.end
    )
    weights = read_weights([one.effort for one in ranked], "effort")
    bad += (
        BadValue("an effort below zero", where=f"method {one.id!r}", code="methods.effort")
        for one, weight in zip(ranked, weights, strict=True)
        if weight < 0
    )
    if bad:
        raise BadRows(f"{len(bad)} faults in the methods", bad)
    if not any(weights):
        raise BadRule("no effort above zero", where="effort", code="methods.effort")
    ids, shares = [one.id for one in ranked], [weight / sum(weights) for weight in weights]
    parts = split(effort, weights)
    return MethodPlan(within, tuple(ranked), dict(zip(ids, shares, strict=True)), dict(zip(ids, parts, strict=True)))
