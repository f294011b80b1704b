"""The visit plan (拜访计划): who sees whom, when and why.

Hard rules are never broken: a rep's visits a day, working days, leave, visiting days, the shortest gap (to visits made
before the plan too), one visit per customer and day. What does not fit is named, with its reason.

>>> from pharmasales.workdays import CHINA
>>> reps = [Rep("r1", "Rep One", visits_a_day=8)]
>>> wednesdays = Access(weekdays=frozenset({2}))
>>> targets = [Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3, access=wednesdays)]
>>> plan = schedule(targets, reps, date(2026, 3, 1), date(2026, 3, 31), CHINA)
>>> [visit.day.isoformat() for visit in plan.visits]
['2026-03-04', '2026-03-11', '2026-03-18', '2026-03-25']
>>> plan.visits[1].why.text()
'grade A, visit 2 of 4, 4 a month (7 days after the last one; Wed is a visiting day (Wed))'

How it is made: rep by rep and calendar month by calendar month, customers in the order of priority; each gets the best
days that are left by an exact dynamic programme, whose cost is the squared deviation from even spacing in days, plus
the visits that stand on the day, plus 10 for a place that nobody else is visited at that day. A customer who comes
short makes room by moving visits of others. When all stand, each chooses once more, and visits change days in pairs
where that saves opening a place; twice. What a month could not take is carried into the next, and tried on the whole
horizon at the end, where it may take the place of a lower grade's visit.

Source: S002-9 to S002-11, S004-1, practice P2-B, performance section 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from pharmasales.display import because
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.access import Access, Workdays
from pharmasales.followup.cadence import month_parts, split
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning._retry import retry
from pharmasales.followup.planning._spread import most
from pharmasales.followup.planning._swaps import swap
from pharmasales.followup.planning.cost import ideal_distance
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import Load, Reason, Schedule, Unmet, Visit
from pharmasales.periods import Month

__all__ = ["Access", "Load", "Rep", "Schedule", "Target", "Unmet", "Visit", "schedule"]

_ROUNDS = 2

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many reps of how many are done."""


@frozen
class _Horizon:
    """First and last day, the working days between, and the months with their parts."""

    start: date
    first: date
    end: date
    workdays: Sequence[date]
    months: Sequence[Month]
    parts: Sequence[Fraction]

    @property
    def length(self) -> int:
        return (self.end - self.start).days + 1


def schedule(
    targets: Iterable[Target],
    reps: Iterable[Rep],
    start: date,
    end: date,
    calendar: Workdays,
    *,
    priority: Sequence[str] | None = None,
    as_of: date | None = None,
    fixed: Iterable[Appointment] = (),
    points: Mapping[str, Point] | None = None,
    budget: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Schedule:
    """Plan visits for a horizon.

    A customer never goes short while a customer of a lower grade has a visit on a day that would do; within a grade
    the one with more visits due comes first, then the lower id. The same input in any order gives the same plan.

    Args:
        targets: the customers; each id once.
        reps: who visits; a rep without customers has an empty diary.
        start: first day; any day, a plan can begin in the middle of a month.
        end: last day, included.
        calendar: the working days.
        priority: the grades, first the one to serve first; in alphabetical order where left out. A scheme whose best
            letter is not the first must say so.

    Raises:
        BadRows: unknown reps, ids that come twice, visits done inside the horizon: all at once, by customer id.
        BadRule: a grade that `priority` leaves out.
        BadValue: the end lies before the start.
        UnknownYear: the calendar does not know the year.
    """
    first = start if as_of is None else as_of
    customers, people = list(targets), sorted(reps, key=lambda rep: rep.id)
    parts = month_parts(first, end, calendar)
    _check(customers, people, first)
    ranks = _ranks(customers, priority)
    customers.sort(key=lambda one: (ranks[one.grade], -one.visits, one.customer))
    horizon = _Horizon(start, first, end, calendar.workdays(first, end), *zip(*parts, strict=True))
    mine: dict[str, list[Target]] = {rep.id: [] for rep in people}
    for customer in customers:
        mine[customer.rep].append(customer)
    plans = [_plan(rep, mine[rep.id], ranks, horizon) for rep in people]
    visits = [visit for plan in plans for visit in plan.visits]
    return Schedule(
        tuple(sorted(visits, key=lambda visit: (visit.day, visit.rep, visit.customer))),
        tuple(unmet for plan in plans for unmet in plan.unmet),
        tuple(load for plan in plans for load in plan.loads),
        (),
        tuple(fixed),
        start,
        end,
        first,
        tuple(ranks),
    )


@frozen
class _Part:
    visits: Sequence[Visit]
    unmet: Sequence[Unmet]
    loads: Sequence[Load]


def _check(targets: Sequence[Target], reps: Sequence[Rep], start: date) -> None:
    """Name every target that cannot be planned, and reps given twice."""
    known = Counter(rep.id for rep in reps)
    bad: list[PharmaSalesError] = [
        BadValue("rep given twice", where=f"rep {rep!r}", code="followup.twice")
        for rep, count in known.items()
        if count > 1
    ]
    for customer, count in sorted(Counter(target.customer for target in targets).items()):
        if count > 1:
            hint = "one rep visits a customer; add the visits up"
            bad.append(BadValue("given twice", where=f"customer {customer!r}", hint=hint, code="followup.twice"))
    for target in sorted(targets, key=lambda one: one.customer):
        where = f"customer {target.customer!r}"
        if target.rep not in known:
            bad.append(NotFound(f"no rep {target.rep!r}", where=where, hint="add the rep", code="followup.rep"))
        if target.done and target.done[-1] >= start:
            hint = "start the plan after it"
            bad.append(BadValue("a visit done inside the horizon", where=where, hint=hint, code="followup.done"))
    if bad:
        raise BadRows(f"{len(bad)} errors in targets and reps", bad)


def _ranks(targets: Iterable[Target], priority: Sequence[str] | None) -> Mapping[str, int]:
    grades = sorted({target.grade for target in targets})
    order = grades if priority is None else list(dict.fromkeys(priority))
    missing = [grade for grade in grades if grade not in order]
    if missing:
        hint = "name every grade"
        raise BadRule(f"grades without a priority: {', '.join(missing)}", hint=hint, code="followup.priority")
    return {grade: rank for rank, grade in enumerate(order)}


def _plan(rep: Rep, targets: Sequence[Target], ranks: Mapping[str, int], horizon: _Horizon) -> _Part:
    """Fill one rep's diary and read the plan off it."""
    days = [day for day in horizon.workdays if day not in rep.leave]
    diary = Diary(days, _windows(days, horizon.months), rep.visits_a_day, horizon.length)
    jobs = [_job(number, ranks[target.grade], target, horizon) for number, target in enumerate(targets)]
    for month in range(len(horizon.months)):
        _fill(diary, jobs, month)
    retry(diary, jobs)
    visits = [visit for job in jobs for visit in _visits(rep, targets[job.number], job, diary, horizon)]
    unmet = [_unmet(rep, targets[job.number], job, diary, horizon) for job in jobs if len(job.days) < _due(job)]
    unmet.sort(key=lambda one: one.customer)
    return _Part(visits, unmet, _loads(rep, jobs, diary, horizon))


def _windows(days: Sequence[date], months: Iterable[Month]) -> list[tuple[int, int]]:
    """Return the first and the next position of each month's field days."""
    counts = Counter((day.year, day.month) for day in days)
    found, first = [], 0
    for month in months:
        end = first + counts[month.year, month.month]
        found.append((first, end))
        first = end
    return found


def _job(number: int, rank: int, target: Target, horizon: _Horizon) -> Job:
    last = target.done[-1].toordinal() if target.done else None
    ideal = ideal_distance(horizon.length, target.visits, target.gap)
    left = max(0, target.visits - _made(target, horizon))
    return Job(number, rank, target.access, target.place, target.gap, ideal, last, split(left, horizon.parts))


def _made(target: Target, horizon: _Horizon) -> int:
    return sum(day >= horizon.start for day in target.done)


def _due(job: Job) -> int:
    return sum(job.wanted)


def _fill(diary: Diary, jobs: Sequence[Job], month: int) -> None:
    """Plan one month: every customer in turn, then each once more among the others."""
    dead: set[int] = set()
    for job in jobs:
        job.left += job.wanted[month]
        job.left -= diary.plan(job, month, job.left)
        while job.left and diary.squeeze(job, month, dead):
            job.left -= 1
    for _ in range(_ROUNDS):
        _settle(diary, jobs, month)
        swap(diary, jobs, month)


def _settle(diary: Diary, jobs: Iterable[Job], month: int) -> None:
    """Let each customer choose once more among the others."""
    for job in jobs:
        stands = diary.count(job, month)
        if stands or job.left:
            job.left += stands - diary.plan_again(job, month, stands + job.left)


def _visits(rep: Rep, target: Target, job: Job, diary: Diary, horizon: _Horizon) -> list[Visit]:
    """Read one customer's visits off the diary."""
    covered, monthly = sum(horizon.parts), target.monthly
    if monthly is None:
        monthly = Fraction(target.visits) / covered if covered else Fraction(target.visits)
    found, before = [], job.last
    for number, n in enumerate(job.days, _made(target, horizon) + 1):
        here = diary.ordinals[n]
        since = None if before is None else here - before
        day, together = diary.days[n], diary.visits_at(job.place, n) - 1 if job.place else 0
        who = (rep.id, rep.name, target.customer, target.name, target.grade)
        found.append(
            Visit(day, *who, number, target.visits, monthly, since, job.access, horizon.start, job.place, together)
        )
        before = here
    return found


def _unmet(rep: Rep, target: Target, job: Job, diary: Diary, horizon: _Horizon) -> Unmet:
    """Say what kept a customer's visits out."""
    earliest = 0 if job.last is None else job.last + job.gap
    here = [diary.ordinals[n] for n in diary.all_fits(job)]
    always = [day.toordinal() for day in horizon.workdays if job.access.receives(day)]
    holds, could = most(here, job.gap, earliest), most(always, job.gap, earliest)
    reason: Reason
    if not diary.days or not rep.visits_a_day:
        reason, why = "no-day", because("the rep has no field day or no slot", "代表无可用工作日")
    elif not always:
        reason, why = "access", because("no working day is a visiting day", "工作日均非接待日")
    elif holds < target.visits <= could:
        reason, why = "leave", because("the rep's leave takes the days", "代表休假占用接待日")
    elif holds < target.visits:
        en = "{days} visiting days at least {gap} days apart hold {holds} visits"
        zh = "{days} 个可访日、间隔不少于 {gap} 天，最多 {holds} 次"
        reason, why = "gap", because(en, zh, days=len(here), gap=job.gap, holds=holds)
    else:
        en = "the rep's {days} field days that suit are full"
        reason, why = "full", because(en, "可访的 {days} 个工作日均已排满", days=len(here))
    return Unmet(rep.id, target.customer, target.name, target.grade, job.left, reason, why)


def _loads(rep: Rep, jobs: Sequence[Job], diary: Diary, horizon: _Horizon) -> tuple[Load, ...]:
    """Sum up each month; a visit beyond a month's own demand pays for the earliest month that came short."""
    short = [_short(job, diary) for job in jobs if job.left]
    found = []
    for n, (month, (first, end)) in enumerate(zip(horizon.months, diary.months, strict=True)):
        days = end - first
        planned = sum(diary.load[first:end])
        found.append(
            Load(rep.id, rep.name, month, days, days * rep.visits_a_day, planned, sum(one[n] for one in short))
        )
    return tuple(found)


def _short(job: Job, diary: Diary) -> list[int]:
    """Return by how much a customer came short in each month, what other months made up for taken off."""
    left = [wanted - diary.count(job, month) for month, wanted in enumerate(job.wanted)]
    over = -sum(count for count in left if count < 0)
    found = []
    for count in left:
        paid = min(over, max(0, count))
        over -= paid
        found.append(max(0, count) - paid)
    return found
