"""How good a plan can be at all (下界): a bound that no plan of one rep beats, and the proven best plan.

A lower bound comes from the relaxation, in which a visit may be split over days: it takes less than a second for a
month. The proven best plan comes from searching to the end, which takes seconds to minutes; where the search is cut
short, its plan stands beside the bound reached so far. Both need the extra `solver`.

>>> from pharmasales.followup.access import Access
>>> from pharmasales.workdays import CHINA
>>> rep, march = Rep("r1", "Rep One", visits_a_day=1), (date(2026, 3, 1), date(2026, 3, 31))
>>> wednesdays = Access(weekdays={2})
>>> targets = [
...     Target("c1", "Dr. Example", "r1", "A", visits=3, gap=3, access=wednesdays),
...     Target("c2", "Dr. Sample", "r1", "B", visits=2, gap=7, access=wednesdays),
... ]
>>> proof = prove(targets, rep, *march, CHINA)
>>> proof.bound.unmet, proof.bound.soft, proof.bound.proven, proof.gap
((0, 1), 22, True, Fraction(0, 1))
>>> print(proof.table())
Measure         Plan  Bound  Above the bound
--------------  ----  -----  ---------------
Unmet, grade A     0      0
Unmet, grade B     1      1
Soft cost         22     22             0.0%

Source: issue 7, section 2; performance, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import define, evolve, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.followup.access import Workdays
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._desk import Desk, plan_rep
from pharmasales.followup.planning._highs import Found, Solver, in_stages
from pharmasales.followup.planning._programme import Programme
from pharmasales.followup.planning._terms import Terms
from pharmasales.followup.planning._walks import clashes, write_back, written
from pharmasales.followup.planning.cost import Cost, cost_of
from pharmasales.followup.planning.scheduling import Planner, planned
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import Schedule
from pharmasales.units import ratio

__all__ = ["NODES", "Bound", "Proof", "lower_bound", "prove"]

NODES = 2_000
"""How many nodes `prove` searches for each grade and for the soft cost, unless told otherwise."""

_STEPS = 2_000
"""How many steps the usual search takes."""

_ROUNDS = 50
"""How often the search begins anew because hours clash; after that the plan of the usual search stands."""


@frozen
class Bound:
    """What no plan of one rep can beat (下界).

    Args:
        priority: the grades, first the one to serve first.
        unmet: visits that stay unmet at least, one number a grade; those of a grade hold for plans that leave no more
            than this unmet of the grades before it.
        soft: what a plan that leaves just these visits unmet costs at least; missing where that is not known.
        proven: whether there is a plan with just this cost.
        why: how it is known.
    """

    priority: tuple[str, ...]
    unmet: tuple[int, ...]
    soft: int | None
    proven: bool
    why: Why

    def gap(self, cost: Cost) -> Fraction | None:
        """Return by what part of the bound a plan's soft cost lies above it (差距).

        Missing where the plan leaves other visits unmet than the bound, and where the bound is 0 or missing.

        >>> bound = Bound(("A",), (0,), 800, False, because("", ""))
        >>> bound.gap(Cost((0,), 40, 80)), bound.gap(Cost((1,), 0, 80))
        (Fraction(1, 20), None)
        """
        if self.soft is None or tuple(cost.unmet) != self.unmet:
            return None
        return ratio(cost.soft - self.soft, self.soft)


@frozen
class Proof:
    """A plan beside its bound (最优性证明).

    Args:
        plan: the plan.
        cost: what it costs.
        bound: what no plan beats; the plan is the best there is where it is proven.
    """

    plan: Schedule
    cost: Cost
    bound: Bound

    @property
    def gap(self) -> Fraction | None:
        """By what part of the bound the plan's soft cost lies above it; as `Bound.gap`."""
        return self.bound.gap(self.cost)

    def table(self) -> Table:
        """Return plan and bound as table `plan_bound`."""
        columns = (
            Column("measure", "Measure", "指标"),
            Column("plan", "Plan", "计划", "number"),
            Column("bound", "Bound", "下界", "number"),
            Column("gap", "Above the bound", "高于下界", "ratio"),
        )
        rows: list[tuple[Cell, ...]] = [
            (Says(f"Unmet, grade {grade}", f"未排，{grade} 级"), planned, least, None)
            for grade, planned, least in zip(self.bound.priority, self.cost.unmet, self.bound.unmet, strict=True)
        ]
        rows.append((Says("Soft cost", "软成本"), self.cost.soft, self.bound.soft, self.gap))
        return Table("plan_bound", Says("Plan and bound", "计划与下界"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html() + self.bound.why.html()


def lower_bound(
    targets: Iterable[Target],
    rep: Rep,
    start: date,
    end: date,
    calendar: Workdays,
    *,
    priority: Sequence[str] | None = None,
    as_of: date | None = None,
    fixed: Iterable[Appointment] = (),
) -> Bound:
    """Return a bound that no plan of these customers beats, from the relaxation: fast, and near the best as a rule.

    Hours are left out of account: the bound holds for plans with and without times.

    Args:
        targets: the customers, all of this rep.
        rep: who visits.
        start: the first day of the cycle.
        end: its last day.
        calendar: the working days.
        priority: the grades, first the one to serve first; in alphabetical order where left out.
        as_of: the first day that can be planned; the start where left out.
        fixed: what stands already.

    Raises:
        BadConfig: the solver is not installed.
        BadRows, BadRule, BadValue, UnknownYear: as `schedule`.
    """
    search, targets = _Search(whole=False), list(targets)
    plan = planned(search, targets, [rep], start, end, calendar, priority=priority, as_of=as_of, fixed=fixed)
    return search.bound(plan.priority, cost_of(plan, targets))


def prove(
    targets: Iterable[Target],
    rep: Rep,
    start: date,
    end: date,
    calendar: Workdays,
    *,
    priority: Sequence[str] | None = None,
    as_of: date | None = None,
    fixed: Iterable[Appointment] = (),
    points: Mapping[str, Point] | None = None,
    nodes: int = NODES,
    seconds: int | None = None,
) -> Proof:
    """Search for the best plan of these customers and prove that it is the best (证明最优).

    First the unmet visits of each grade are settled, in the order of priority, then the soft cost. A search that its
    limits cut short leaves the best plan found so far, and the bound proven so far.

    Args:
        targets: the customers, all of this rep.
        rep: who visits.
        start: the first day of the cycle.
        end: its last day.
        calendar: the working days.
        priority: the grades, first the one to serve first; in alphabetical order where left out.
        as_of: the first day that can be planned; the start where left out.
        fixed: what stands already.
        points: where bases and places lie, for the travel proxy.
        nodes: how many nodes to search at most for each grade and for the soft cost; the same everywhere.
        seconds: how long to search at most for each of them; where it cuts a search short, the result depends on the
            machine.

    Raises:
        BadConfig: the solver is not installed.
        BadRows, BadRule, BadValue, UnknownYear: as `schedule`.
    """
    search, targets, fixed = _Search(whole=True, nodes=nodes, seconds=seconds), list(targets), list(fixed)

    def plan_by(planner: Planner) -> Proof:
        plan = planned(
            planner, targets, [rep], start, end, calendar, priority=priority, as_of=as_of, fixed=fixed, points=points
        )
        cost = cost_of(plan, targets)
        return Proof(plan, cost, search.bound(plan.priority, cost))

    return min((plan_by(planner) for planner in (search, _usual)), key=lambda proof: proof.cost.key)


def _usual(
    terms: Terms,
    targets: Sequence[Target],
    ranks: Mapping[str, int],
    fixed: Sequence[Appointment],
    tell: Callable[[int], None],
) -> Desk:
    """Plan one rep by the usual search; its plan stands where the solver finds none that is better."""
    return plan_rep(terms, targets, ranks, fixed, _STEPS, 0, tell)


_NOTHING = Found((), None, 0, True)
_RELAXED = Says("from the relaxation, in which a visit may be split over days", "由松弛问题得出：一次拜访可拆分到多天")
_ENDED = Says("searched to the end, {nodes} nodes", "已搜索到底，共 {nodes} 个节点")
_CUT = Says("the search was cut short after {nodes} nodes", "搜索在 {nodes} 个节点后中止")
_REACHED = because("a plan reaches it, none is better", "已有计划达到下界，不存在更优计划")


@define
class _Search:
    """The solver as a planner: the greedy plan stands where it finds none.

    Args:
        whole: whether to search for a plan; else only the relaxation is solved.
        nodes: how many nodes to search at most in each stage.
        seconds: how long to search at most in each stage.
        found: what was found, once a rep is planned.
        constant: the soft cost that no choice changes.
    """

    whole: bool
    nodes: int | None = None
    seconds: int | None = None
    found: Found = _NOTHING
    constant: int = 0

    def __call__(
        self,
        terms: Terms,
        targets: Sequence[Target],
        ranks: Mapping[str, int],
        fixed: Sequence[Appointment],
        tell: Callable[[int], None],
    ) -> Desk:
        """Plan one rep: as `plan_rep`."""
        desk = plan_rep(terms, targets, ranks, fixed, 0, 0, tell)
        programme = written(desk)
        stages = [*(programme.unmet.get(rank, {}) for rank in range(len(ranks))), dict(enumerate(programme.costs))]
        self.constant = programme.constant
        self.found = self._settle(desk, programme, stages)
        if self.found.chosen is not None:
            write_back(desk, programme, self.found.chosen)
        return desk

    def _settle(self, desk: Desk, programme: Programme, stages: Sequence[Mapping[int, int]]) -> Found:
        """Search; where the hours of a day do not allow what is chosen, search again without it."""
        barred, searched = list[list[int]](), 0
        for _ in range(_ROUNDS):
            solver = Solver(programme, whole=self.whole)
            for columns in barred:
                solver.hold(dict.fromkeys(columns, 1), len(columns) - 1)
            found = in_stages(solver, stages, nodes=self.nodes, seconds=self.seconds)
            searched += found.nodes
            found = evolve(found, nodes=searched)
            clash = [] if found.chosen is None else clashes(desk, programme, found.chosen)
            if not clash:
                return found
            barred += clash
        return evolve(found, chosen=None, ended=False)

    def bound(self, priority: tuple[str, ...], cost: Cost) -> Bound:
        """Say what was found, beside the cost of the plan."""
        bounds, grades = self.found.bounds, len(priority)
        unmet = (bounds + (0,) * grades)[:grades]
        soft = bounds[grades] + self.constant if len(bounds) > grades else None
        proven = (unmet, soft) == cost.key
        how = (_ENDED if self.found.ended else _CUT) if self.whole else _RELAXED
        why = because(how.en, how.zh, *[_REACHED] * proven, nodes=self.found.nodes)
        return Bound(priority, unmet, soft, proven, why)
