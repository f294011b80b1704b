"""Re-planning (重排): life intervenes, and the plan of the cycle changes as little as it can.

What is past and what is fixed stays. A day of leave, a closed clinic, a missed or cancelled visit, a changed demand, a
new customer or a new appointment is absorbed by moving the fewest visits; who moves, and why, is said.

>>> from pharmasales.followup import Access, schedule
>>> from pharmasales.workdays import CHINA
>>> march = date(2026, 3, 1), date(2026, 3, 31)
>>> one = Target("c1", "Dr. Example", "r1", "A", visits=4, gap=3, access=Access({2, 3}))
>>> before = schedule([one], [Rep("r1", "Rep One", 8)], *march, CHINA)
>>> seen = evolve(one, done=[date(2026, 3, 4)])
>>> away = Rep("r1", "Rep One", 8, leave={date(2026, 3, 18)})
>>> again = replan(before, [seen], [away], *march, CHINA, as_of=date(2026, 3, 9))
>>> print(again.changes.moved[0].why)
the rep is away on 2026-03-18

Source: issue 7, re-planning and carry-over; S002-21.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from random import Random

from attrs import evolve, frozen

from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.followup.access import Workdays
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._asked import check_asked, day_order, ranks_of
from pharmasales.followup.planning._cases import Case, Frame, board_of, case_of
from pharmasales.followup.planning._fates import RepDays, fates_of, gone
from pharmasales.followup.planning._fewest import change
from pharmasales.followup.planning._terms import Terms
from pharmasales.followup.planning._times import starts
from pharmasales.followup.planning.carrying import Carry
from pharmasales.followup.planning.changes import LABELS, VisitChange, VisitChanges, in_order
from pharmasales.followup.planning.scheduling import schedule
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import Schedule, Unmet, Visit

__all__ = ["Replanned", "replan"]


@frozen
class Replanned:
    """A plan after re-planning, and what changed (重排结果).

    Args:
        plan: the plan from the first day that could change; its visits keep their ids.
        changes: who moved, came, went or was carried over, and why.
        until: the last day that could change.
    """

    plan: Schedule
    changes: VisitChanges
    until: date

    @property
    def by_choice(self) -> tuple[VisitChange, ...]:
        """The changes that nothing but the others' sake asked for: visits that could have stayed."""
        return tuple(one for one in self.changes if one.cause == "room")

    @property
    def carried(self) -> Mapping[str, int]:
        """How many visits go into the next cycle, by customer: to be added to the demand of that cycle."""
        return dict(Counter(one.visit.customer for one in self.changes.of("carried")))

    def table(self) -> Table:
        """Return how many visits stay and how many change, as table `replanned`."""
        kinds = Counter(one.kind for one in self.changes)
        rows = [
            (Says("kept", "维持"), self.changes.kept),
            *((label, kinds[kind]) for kind, label in LABELS.items()),
            (Says("moved for others", "为他人让位"), len(self.by_choice)),
            (Says("not planned", "未排"), sum(one.count for one in self.plan.unmet)),
        ]
        columns = (Column("what", "What", "项目"), Column("visits", "Visits", "次数", "number"))
        return Table("replanned", Says("Re-planned", "重排结果"), columns, rows)

    def __str__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html() + self.changes.table().html(most=20)


def replan(
    before: Schedule,
    targets: Iterable[Target],
    reps: Iterable[Rep],
    start: date,
    end: date,
    calendar: Workdays,
    *,
    as_of: date,
    until: date | None = None,
    priority: Sequence[str] | None = None,
    fixed: Iterable[Appointment] = (),
    cancelled: Collection[str] = (),
    carry: Carry | None = None,
    points: Mapping[str, Point] | None = None,
    budget: int = 20,
    seed: int = 0,
) -> Replanned:
    """Plan the rest of a cycle anew with the fewest changes.

    Of two plans the one is better that leaves fewer visits unmet, grade by grade in the order of priority; then the one
    that changes fewer visits of the plan before, whether they move or are given up; then the one of lesser soft cost.
    Whoever can stay stays; what is missing is placed by the exact day choice, moving others along the shortest way to a
    day with room, and at the cost of lower grades where there is none; then some customers around a change are placed
    together in another order, as often as the budget says. On small cases against all plans there are, the least number
    of changes is reached in about 98 of 100 without a budget, and in more than 99 of 100 with the usual one: it is
    nearly always the least, and never said to be proven.

    Args:
        before: the plan made before, by `schedule` or an earlier `replan`.
        targets: the customers as they are now: with the visits made, changed demand or access, new ones, without those
            that are gone.
        reps: who visits, with their leave as it is now.
        start: first day of the cycle.
        end: its last day.
        calendar: the working days as they are now.
        as_of: the first day that may change. A visit planned before it and not among the visits made is missed.
        until: the last day that may change, such as the end of the week; left out, the end of the cycle. After it
            nothing is moved or added, and only what cannot be made any more is struck out.
        priority: the grades, first the one to serve first; as in the plan before where left out.
        fixed: what stands already.
        cancelled: the ids of planned visits that were called off; they are planned on another day.
        carry: what becomes of visits that were missed or called off; planned again within the cycle where left out.
        points: where the places lie.
        budget: how many times some customers of a rep are placed anew in another order.
        seed: one number for all; each rep draws its own from it and its id.

    Raises:
        BadRows: unknown reps, ids that come twice, visits done from `as_of` on, visits cancelled that no plan has.
        BadRule: a grade that the priority leaves out.
        BadValue: days out of order, or another cycle than that of the plan before.
        UnknownYear: the calendar does not know the year.
    """
    customers, people = list(targets), sorted(reps, key=lambda rep: rep.id)
    stands = sorted(fixed, key=day_order)
    last = end if until is None else min(until, end)
    _check_days(before, start, end, as_of, last)
    check_asked(customers, people, as_of, end, stands)
    _check_cancelled(before, cancelled)
    ranks = ranks_of(customers, before.priority if priority is None else priority)
    workdays = calendar.workdays(as_of, end)
    frame = Frame(start, end, as_of, last, workdays, ranks, carry or Carry(), frozenset(cancelled))
    cases = _cases(before, customers, people, stands, frame)
    kept = [one for rep in people for one in _kept(rep, cases[rep.id], stands, frame, budget, seed)]
    asked = [_asked(case, frame) for rep in people for case in cases[rep.id]]
    made = schedule(
        asked,
        people,
        start,
        end,
        calendar,
        priority=tuple(ranks),
        as_of=as_of,
        fixed=[*stands, *kept],
        points=points,
    )
    own_keys = {(one.rep, one.day, one.customer) for one in stands}
    own = tuple(one for one in made.appointments if (one.rep, one.day, one.customer) in own_keys)
    return _told(before, evolve(made, appointments=own), cases, people, stands, frame)


def _check_days(before: Schedule, start: date, end: date, as_of: date, until: date) -> None:
    if (before.start, before.end) != (start, end):
        hint = f"the plan before runs from {before.start} to {before.end}"
        raise BadValue("another cycle than that of the plan before", hint=hint, code="followup.cycle")
    if not start <= as_of <= until <= end:
        hint = "the cycle starts, then the first day that may change, then the last one"
        raise BadValue("days of re-planning out of order", hint=hint, code="followup.horizon")


def _check_cancelled(before: Schedule, cancelled: Iterable[str]) -> None:
    known = {visit.id for visit in before.visits}
    hint = "give the id of a visit of the plan before"
    bad = [
        NotFound("no such visit", where=f"visit {one!r}", hint=hint, code="followup.visit")
        for one in sorted(set(cancelled) - known)
    ]
    if bad:
        raise BadRows(f"{len(bad)} cancelled visits are not in the plan before", bad)


def _cases(
    before: Schedule, targets: Sequence[Target], reps: Sequence[Rep], fixed: Sequence[Appointment], frame: Frame
) -> dict[str, list[Case]]:
    """Return each rep's customers in the order of priority, with what was planned for them."""
    planned: dict[tuple[str, str], list[Visit]] = {}
    for visit in before.visits:
        planned.setdefault((visit.rep, visit.customer), []).append(visit)
    pins: dict[tuple[str, str], list[Appointment]] = {}
    for one in fixed:
        pins.setdefault((one.rep, one.customer), []).append(one)
    people = {rep.id: rep for rep in reps}
    found: dict[str, list[Case]] = {rep.id: [] for rep in reps}
    for target in sorted(targets, key=lambda one: (frame.ranks[one.grade], -one.visits, one.customer)):
        who = (target.rep, target.customer)
        found[target.rep].append(case_of(target, people[target.rep], planned.get(who, ()), pins.get(who, ()), frame))
    return found


def _kept(
    rep: Rep, cases: Sequence[Case], fixed: Sequence[Appointment], frame: Frame, budget: int, seed: int
) -> list[Appointment]:
    """Return the visits of one rep as they are to stand, each held where it is."""
    mine = [one for one in fixed if one.rep == rep.id]
    board = board_of(rep, cases, mine, frame)
    change(board, budget, Random(f"{seed}/{rep.id}"))  # noqa: S311 - a seeded search, no secret
    terms = Terms(rep, frame.horizon)
    found = []
    for day in board.on:
        day_of = date.fromordinal(day)
        times = starts(board, day, _before(cases, day_of), terms)
        for one in board.standing(day):
            if day_of not in one.fixed:
                who = cases[one.number].target.customer
                found.append(Appointment(rep.id, day_of, who, times.get(one.number), kind="kept"))
    return found


def _before(cases: Sequence[Case], day: date) -> dict[int, time]:
    """Return when the visits of a day began in the plan before, by the customers' numbers."""
    return {n: one.start for n, case in enumerate(cases) for one in case.old if one.day == day and one.start}


def _asked(case: Case, frame: Frame) -> Target:
    """Return the customer as `schedule` is to read it: without visits that are not planned again, or days too late."""
    target = evolve(case.target, visits=case.target.visits - case.given)
    if frame.until == frame.end:
        return target
    later = {frame.until + timedelta(n + 1) for n in range((frame.end - frame.until).days)}
    return evolve(target, access=evolve(target.access, closed=target.access.closed | later))


def _told(
    before: Schedule,
    made: Schedule,
    cases: Mapping[str, Sequence[Case]],
    reps: Sequence[Rep],
    fixed: Sequence[Appointment],
    frame: Frame,
) -> Replanned:
    """Give every visit its id and its own terms back, and say what changed."""
    own = {(one.rep, one.customer, one.day) for one in fixed}
    visits: dict[str, list[Visit]] = {}
    for visit in made.visits:
        visits.setdefault(visit.customer, []).append(visit)
    unmet = [_unmet(one, frame) for one in made.unmet]
    short = {one.customer: one.why for one in unmet}
    found: list[Visit] = []
    changes: list[VisitChange] = []
    for rep in reps:
        days = _days(rep, cases[rep.id], visits, fixed)
        for case in cases[rep.id]:
            target = case.target
            mine = [_restored(one, target, own) for one in visits.get(target.customer, ())]
            now, changed = fates_of(case, mine, days, short.get(target.customer), frame)
            found += now
            changes += changed
    known = {(case.target.rep, case.target.customer) for mine in cases.values() for case in mine}
    changes += [gone(one) for one in before.visits if one.day >= frame.as_of and (one.rep, one.customer) not in known]
    found.sort(key=lambda one: (one.day, one.rep, one.customer))
    kept = len(found) - sum(one.after is not None for one in changes)
    plan = evolve(made, visits=tuple(found), unmet=tuple(unmet))
    return Replanned(plan, VisitChanges(tuple(sorted(changes, key=in_order)), kept), frame.until)


def _restored(visit: Visit, target: Target, fixed: Collection[tuple[str, str, date]]) -> Visit:
    """Return a visit with the customer's own access and demand; only what the caller fixed says so."""
    kind = visit.fixed if (visit.rep, visit.customer, visit.day) in fixed else ""
    return evolve(visit, access=target.access, of=target.visits, fixed=kind)


def _unmet(one: Unmet, frame: Frame) -> Unmet:
    if frame.until == frame.end:
        return one
    week = because("only days up to {day} may change", "仅 {day} 及以前可调整", day=frame.until)
    return evolve(one, why=evolve(one.why, parts=(*one.why.parts, week)))


def _days(
    rep: Rep, cases: Sequence[Case], visits: Mapping[str, Sequence[Visit]], fixed: Sequence[Appointment]
) -> RepDays:
    """Return on which days more could have stayed than the day takes, and who came to each day."""
    could = Counter(day for case in cases for day in case.still())
    taken = Counter(one.day for one in fixed if one.rep == rep.id)
    came: dict[date, list[str]] = {}
    for case in cases:
        stood = {one.day for one in case.old}
        for visit in visits.get(case.target.customer, ()):
            if visit.day not in stood:
                came.setdefault(visit.day, []).append(case.target.customer)
    over = frozenset(day for day, count in could.items() if count > max(0, rep.visits_a_day - taken[day]))
    return RepDays(over, came)
