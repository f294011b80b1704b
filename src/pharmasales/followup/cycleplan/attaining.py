"""Attainment of the plan (计划达成): planned, scheduled, actual, remaining and earned, for every customer and for all.

Own counts are those of the plan's territory, total counts those of any territory, team counts those of the territories
aligned to the customer; they stand apart and are never added to each other.

>>> from pharmasales.followup.cycleplan.counting import PlainCall
>>> from pharmasales.followup.cycleplan.plans import PlanTarget
>>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [PlanTarget("c1", "Dr. Example", planned=4)])
>>> calls = [
...     PlainCall(date(2026, 1, 5), "r1", "c1", territory="r1"),
...     PlainCall(date(2026, 1, 9), "r2", "c1", territory="r2"),
...     PlainCall(date(2026, 2, 20), "r1", "c1", territory="r1", submitted=False),
... ]
>>> found = attain_plan(plan, calls, date(2026, 1, 31))
>>> print(found.why("c1"))
planned 4, actual 1, scheduled 1: 3 remain, 2 to schedule
  2026-01-05 r1 face: made, earns 1
  2026-01-09 r2 face: not counted, another territory: r2
  2026-02-20 r1 face: scheduled

Source: practice, systems 1a and its openings (explainable numbers, one computation).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Table, Why
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.call_frequency import Frequency, frequency
from pharmasales.followup.cycleplan import _tables
from pharmasales.followup.cycleplan._judging import Judge, Memory
from pharmasales.followup.cycleplan.attained import TargetAttainment, attain_target
from pharmasales.followup.cycleplan.counting import BY_STATE, CallLike, Counting
from pharmasales.followup.cycleplan.lines import CallLine, calls_counted, each_once, in_total, judged, stray_line
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanStage
from pharmasales.yearplan import checked_day

__all__ = ["Credit", "PlanAttainment", "attain_plan", "attain_plans"]

Credit: TypeAlias = Literal["own", "team", "total"]
"""Whose calls count: the plan's territory, the territories aligned to the customer, or any."""

_COUNTS: dict[Credit, str] = {"own": "actual", "team": "team_actual", "total": "total_actual"}


@frozen
class PlanAttainment:
    """What a plan reached by a day (计划达成), with every call that was looked at. Made by `attain_plan`.

    Args:
        plan: the plan.
        as_of: the day asked for.
        counting: the rules that decided what counts.
        targets: its customers in the order of the plan; those that were merged into others are left out.
        calls: the calls of each customer of the plan, in the order given; none where nobody keeps a log.
        strays: calls of customers whom the plan does not have.
    """

    plan: CyclePlan
    as_of: date
    counting: Counting = field(repr=False)
    targets: tuple[TargetAttainment, ...] = field(repr=False)
    calls: Mapping[str, Sequence[CallLike]] | None = field(repr=False, hash=False)
    strays: Sequence[CallLike] = field(default=(), repr=False, hash=False)
    _places: dict[str, int] = field(init=False, factory=dict, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        self._places.update({one.target.customer: place for place, one in enumerate(self.targets)})

    @property
    def stage(self) -> PlanStage:
        """Where the plan stands on the day asked for."""
        return self.plan.stage(self.as_of)

    def __getitem__(self, customer: str) -> TargetAttainment:
        place = self._places.get(customer)
        if place is None:
            raise NotFound("no such target in the plan", where=f"customer {customer!r}", code="followup.customer")
        return self.targets[place]

    def lines(self, customer: str | None = None) -> tuple[CallLine, ...]:
        """Return what became of every call, or of every call to one customer, by the plan's customers and by day.

        Every call that was given has one line.

        Raises:
            NotFound: a customer whom the plan does not have.
        """
        judge, calls = Judge(self.plan, self.as_of, self.counting), self.calls or {}
        held = [one for one in self.plan.targets if customer in (None, one.customer)]
        if customer is not None and not held:
            raise NotFound("no such target in the plan", where=f"customer {customer!r}", code="followup.customer")
        found: list[CallLine] = []
        for target in held:
            seen = [(call, judge(call)) for call in calls.get(target.customer, ())]
            found += calls_counted(self.plan, target, seen)
        if customer is None:
            found += [stray_line(call, judge(call)) for call in self.strays]
        return tuple(found)

    def why(self, customer: str) -> Why:
        """Say what a customer's figures are, and of every call whether it counts, and if not, why.

        Raises:
            NotFound: a customer whom the plan does not have, or who was merged into another.
        """
        return evolve(self[customer].why, parts=tuple(line.why for line in self.lines(customer)))

    def frequency(self, credit: Credit = "own", grade: str | None = None) -> Frequency:
        """Return coverage and call frequency, raw and capped, as `frequency` reckons them from these counts.

        Calls to customers whom the plan does not have, or has without a number of visits, are the unplanned ones.

        Args:
            credit: whose calls: the plan's `own`, the `team`'s, or those of any territory (`total`).
            grade: only customers of this grade; all of them, and calls to others, where left out.

        Raises:
            BadValue: another word, or no log to count.
        """
        if credit not in _COUNTS:
            raise BadValue("whose calls?", where="credit", hint="own, team or total", code="followup.credit")
        if self.calls is None:
            raise BadValue("nobody keeps a log", hint="give the calls", code="followup.log")
        targets = [one for one in self.targets if grade in (None, one.target.grade)]
        plan = {one.target.customer: one.planned for one in targets if one.planned is not None}
        made = Counter({one.target.customer: getattr(one, _COUNTS[credit]) for one in targets})
        judge = Judge(self.plan, self.as_of, self.counting)
        for call in self.strays if grade is None else ():
            verdict = judge(call)
            if verdict.role == "actual" and (not verdict.reason or (credit == "total" and in_total(verdict.reason))):
                made[call.customer] += 1
        return frequency(plan, made)

    def table(self) -> Table:
        """Return one row a customer, as table `plan_attainment`."""
        return _tables.targets_table(self.targets)

    def channels_table(self) -> Table:
        """Return one row a goal of a channel, a team or a product, as table `plan_channels`."""
        return _tables.channels_table(self.targets)

    def differences_table(self) -> Table:
        """Return the customers whose own goals are not the sums of their channels, as table `plan_differences`."""
        return _tables.differences_table(self.targets)

    def calls_table(self, customer: str | None = None) -> Table:
        """Return one row a call, as table `plan_calls`. Errors as `lines`."""
        return _tables.calls_table(self.lines(customer))

    def reps_table(self) -> Table:
        """Return who made the plan's own calls, as table `plan_reps`."""
        return _tables.reps_table(self.lines())

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def attain_plan(
    plan: CyclePlan,
    calls: Iterable[CallLike] | None,
    as_of: date,
    *,
    counting: Counting = BY_STATE,
    last: PlanAttainment | None = None,
) -> PlanAttainment:
    """Count what a plan reached by a day.

    Args:
        plan: the plan.
        calls: every call that is known, planned ones too, of whatever day and territory, each in its latest version;
            none where nobody keeps a log, which is not the same as no call.
        as_of: the day of counting. A plan that was closed before is counted as of the day on which it was closed.
        counting: what counts.
        last: the count made before. Once it is one of a completed plan it stands (冻结), whatever comes in later.

    >>> from pharmasales.followup.cycleplan.counting import PlainCall
    >>> from pharmasales.followup.cycleplan.plans import PlanTarget
    >>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [PlanTarget("c1", "Dr. Example", planned=4)])
    >>> try:
    ...     attain_plan(plan, [PlainCall(date(2026, 3, 31), "r1", "c1", territory="r1")], date(2026, 3, 1))
    ... except BadRows as refused:
    ...     print(refused.exceptions[0].reason, refused.exceptions[0].where)
    made on a day that has not come call of customer 'c1' on 2026-03-31

    Raises:
        BadRows: two calls of one id; calls that are made although their day has not come, or without a field that a
            rule reads: all of them.
        BadValue: a last count of another plan.
    """
    if last is not None:
        if last.plan.id != plan.id:
            raise BadValue("the last count is of another plan", where=f"plan {plan.id!r}", code="followup.plan")
        if last.stage == "completed":
            return last
    checked_day(as_of)
    if calls is None:
        return _reckon(plan, None, (), as_of, counting)
    held: dict[str, list[CallLike]] = {target.customer: [] for target in plan.targets}
    strays: list[CallLike] = []
    for call in each_once(calls):
        held.get(call.customer, strays).append(call)
    return _reckon(plan, held, strays, as_of, counting)


def attain_plans(
    plans: Sequence[CyclePlan],
    calls: Iterable[CallLike] | None,
    as_of: date,
    *,
    counting: Counting = BY_STATE,
) -> tuple[PlanAttainment, ...]:
    """Count what many plans reached by a day, reading the calls once.

    Each plan gets the calls to its customers, of whatever territory, and as strays those of its territory to others. A
    call of a territory without a plan, to a customer in no plan, is in none of them.

    Args:
        plans: at most one a territory at any time.
        calls: as in `attain_plan`.
        as_of: the day of counting.
        counting: what counts.

    Raises:
        BadRows: two plans of one territory that overlap, or calls as in `attain_plan`.
    """
    _refuse_overlaps(plans)
    checked_day(as_of)
    if calls is None:
        return tuple(_reckon(plan, None, (), as_of, counting) for plan in plans)
    books: list[dict[str, list[CallLike]]] = [{target.customer: [] for target in plan.targets} for plan in plans]
    lost: list[list[CallLike]] = [[] for _ in plans]
    wanted: dict[str, list[list[CallLike]]] = {}
    for book in books:
        for customer, kept in book.items():
            wanted.setdefault(customer, []).append(kept)
    at: dict[str, list[int]] = {}
    for place, plan in enumerate(plans):
        at.setdefault(plan.territory, []).append(place)
    for call in each_once(calls):
        for kept in wanted.get(call.customer, ()):
            kept.append(call)
        for place in at.get(call.territory, ()):
            if call.customer not in books[place]:
                lost[place].append(call)
    memory, sorted_out = Memory(), zip(plans, books, lost, strict=True)
    return tuple(_reckon(plan, book, strays, as_of, counting, memory) for plan, book, strays in sorted_out)


def _refuse_overlaps(plans: Sequence[CyclePlan]) -> None:
    by_territory: dict[str, list[CyclePlan]] = {}
    for plan in plans:
        by_territory.setdefault(plan.territory, []).append(plan)
    bad: list[PharmaSalesError] = []
    for territory, held in by_territory.items():
        for before, after in pairwise(sorted(held, key=lambda one: (one.start, one.end))):
            if after.start <= before.end:
                where, hint = f"territory {territory!r}", f"plans {before.id!r} and {after.id!r}"
                bad.append(BadValue("two plans at one time", where=where, hint=hint, code="followup.plan"))
    if bad:
        raise BadRows(f"{len(bad)} plans overlap", bad)


def _reckon(
    plan: CyclePlan,
    book: Mapping[str, Sequence[CallLike]] | None,
    strays: Sequence[CallLike],
    as_of: date,
    counting: Counting,
    memory: Memory | None = None,
) -> PlanAttainment:
    """Count the calls of every target; strays are judged too, so that a call that cannot be is refused."""
    if book is None or not (plan.lifecycle.while_planned or plan.stage(as_of) != "planned"):
        bare = tuple(attain_target(plan, target, None) for target in plan.targets if not target.merged)
        return PlanAttainment(plan, as_of, counting, bare, None)
    judge = Judge(plan, as_of, counting, memory)
    found: list[TargetAttainment] = []
    bad: list[PharmaSalesError] = []
    for target in plan.targets:
        seen = judged(judge, book[target.customer], bad)
        if not target.merged:
            found.append(attain_target(plan, target, seen))
    judged(judge, strays, bad)
    if bad:
        raise BadRows(f"{len(bad)} calls refused", bad)
    return PlanAttainment(plan, as_of, counting, tuple(found), book, strays)
