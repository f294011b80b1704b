"""Plan the visits of a period (跟进) from the grades of its customers.

>>> from pharmasales.cycle.grading import grade_customers
>>> from pharmasales.periods import Month
>>> from pharmasales.testing import one_rep
>>> world, january = one_rep(), Month(2026, 1)
>>> visits = plan_visits(world, Policy(), grade_customers(world, Policy(), january), january)
>>> [(visit.day.isoformat(), visit.customer) for visit in visits.visits][:3]
[('2026-01-04', 'H1'), ('2026-01-05', 'H2'), ('2026-01-06', 'H3')]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypedDict

from attrs import evolve, field, frozen

from pharmasales.archive import Customer
from pharmasales.classification import Classification
from pharmasales.cycle.policy import FollowPolicy, Policy
from pharmasales.cycle.region import Region
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadValue, NotFound
from pharmasales.followup import Access, Appointment, Rep, Schedule, Target, schedule
from pharmasales.followup.planning.travel import Point
from pharmasales.names import nearest
from pharmasales.org import Node
from pharmasales.periods import Period
from pharmasales.workdays import Calendar

__all__ = ["VisitDemand", "accesses", "plan_visits", "visit_demand"]

_MINUTES = 30


def plan_visits(
    region: Region,
    policy: Policy,
    grades: Sequence[Classification],
    period: Period,
    as_of: date | None = None,
    notes: list[Says] | None = None,
) -> Schedule:
    """Plan the visits of a period from a day on (跟进): what is due in it, less the visits made in it before that day.

    Args:
        region: what is known.
        policy: its `follow` says how often, when and whom; its calendar has the working days.
        grades: the classifications; a customer's letter is that of the first scheme that has one for it.
        period: the period.
        as_of: the first day that can be planned; the period's first day where left out.
        notes: takes a note of the customers that were left out.

    >>> from pharmasales.cycle.grading import grade_customers
    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.testing import two_districts
    >>> world, first = two_districts(), Quarter(2026, 1)
    >>> visits = plan_visits(world, Policy(), grade_customers(world, Policy(), first), first, date(2026, 3, 16))
    >>> visits.visits[0].day.isoformat(), visits.visits[0].why.head()
    ('2026-03-16', 'grade A, visit 6 of 12, 4 a month')

    Raises:
        BadConfig: a scheme that nobody was classified under, misspelt in `follow.schemes`.
        BadRule: a letter without a cadence.
        BadValue: a day after the period, or a weekday out of range.
        UnknownYear: the calendar does not know the year.
    """
    return visit_demand(region, policy, grades, period, as_of, notes).plan()


@frozen
class VisitDemand:
    """What the visits of a period are planned from (排程需求): the arguments of `schedule`.

    Args:
        targets: the customers, with what is due in the period and what was made.
        reps: who visits.
        start: the first day of the period.
        end: its last day.
        as_of: the first day that can be planned.
        calendar: the working days.
        priority: the grades, first the one to serve first.
        fixed: what is fixed in the diaries.
        points: where the places lie.
    """

    targets: tuple[Target, ...] = field(repr=False)
    reps: tuple[Rep, ...] = field(repr=False)
    start: date
    end: date
    as_of: date
    calendar: Calendar = field(repr=False)
    priority: tuple[str, ...]
    fixed: tuple[Appointment, ...] = field(repr=False)
    points: Mapping[str, Point] = field(factory=dict, repr=False)

    def plan(self) -> Schedule:
        """Plan the visits at once, without a search."""
        return schedule(self.targets, self.reps, self.start, self.end, self.calendar, **self.terms())

    def terms(self) -> _Terms:
        """Return what every way of planning takes beside customers, reps, days and calendar."""
        return {"priority": self.priority, "as_of": self.as_of, "fixed": self.fixed, "points": self.points}

    def of(self, reps: Collection[str]) -> VisitDemand:
        """Return the demand of some reps.

        Raises:
            NotFound: a rep whom the organisation does not have.
        """
        known = {rep.id for rep in self.reps}
        for rep in reps:
            if rep not in known:
                raise NotFound("no such rep", where=rep, hint=nearest(rep, known), code="followup.rep")
        return evolve(
            self,
            targets=tuple(target for target in self.targets if target.rep in reps),
            reps=tuple(rep for rep in self.reps if rep.id in reps),
            fixed=tuple(one for one in self.fixed if one.rep in reps),
        )


class _Terms(TypedDict):
    priority: Sequence[str]
    as_of: date
    fixed: Sequence[Appointment]
    points: Mapping[str, Point]


def visit_demand(
    region: Region,
    policy: Policy,
    grades: Sequence[Classification],
    period: Period,
    as_of: date | None = None,
    notes: list[Says] | None = None,
) -> VisitDemand:
    """Return what the visits of a period are planned from: arguments and errors as of `plan_visits`.

    >>> from pharmasales.cycle.grading import grade_customers
    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.testing import two_districts
    >>> world, first = two_districts(), Quarter(2026, 1)
    >>> demand = visit_demand(world, Policy(), grade_customers(world, Policy(), first), first)
    >>> [(target.customer, target.visits) for target in demand.of(["n1"]).targets]
    [('H1', 12)]
    """
    follow = policy.follow
    chosen = _chosen(policy, grades)
    letters = _letters(chosen)
    start = max(period.start, as_of or period.start)
    if start > period.end:
        raise BadValue("the day of planning lies after the period", hint=f"up to {period.end}", code="plan.as_of")
    reps = {node.id: node for node in region.org.leaves()} if region.org else {}
    asked = [customer for customer in region.archive if not follow.kinds or customer.kind in follow.kinds]
    graded = [customer for customer in asked if customer.id in letters]
    mine = [customer for customer in graded if customer.owner in reps]
    _note_left_out(len(graded) - len(mine), len(asked) - len(graded), notes)
    used = sorted({letters[customer.id] for customer in mine})
    follow.cadence.require(used)
    due = {letter: follow.cadence[letter].visits(period.start, period.end, policy.calendar) for letter in used}
    done = _done(region, period, start)
    targets = []
    for customer in mine:
        letter, place = letters[customer.id], region.archive.place(customer.id)
        who, rate = (customer.id, customer.name, customer.owner), follow.cadence[letter].per_month
        access, made = _access(policy, customer, place), tuple(done.get(customer.id, ()))
        minutes = follow.visit_minutes.get(customer.id, follow.visit_minutes.get(place, _MINUTES))
        gap = follow.cadence[letter].gap
        targets.append(Target(*who, letter, due[letter], gap, access, place, made, rate, minutes))
    people = [_rep(follow, node) for node in reps.values()]
    order = dict.fromkeys(letter for found in chosen for letter in found.scheme.letters)
    fixed = tuple(one for one in region.appointments if start <= one.day <= period.end)
    calendar = policy.calendar
    given = tuple(targets), tuple(people), period.start, period.end, start, calendar, tuple(order), fixed
    return VisitDemand(*given, region.points)


def _rep(follow: FollowPolicy, node: Node) -> Rep:
    return Rep(
        node.id,
        node.name,
        follow.visits_a_day,
        follow.leave.get(node.id, frozenset()),
        base=follow.bases.get(node.id, ""),
        minutes_a_day=follow.minutes_a_day,
        filing=follow.filings.get(node.id, ""),
    )


def _chosen(policy: Policy, grades: Sequence[Classification]) -> list[Classification]:
    """Return the classifications whose letters decide, in the order asked for."""
    known = dict.fromkeys([*policy.classify.schemes, *(found.scheme.name for found in grades)])
    for name in policy.follow.schemes:
        if name not in known:
            hint = nearest(name, known)
            raise BadConfig("no such scheme", where=f"followup.schemes {name!r}", hint=hint, code="followup.schemes")
    wanted = policy.follow.schemes or policy.classify.schemes
    return [found for name in wanted for found in grades if found.scheme.name == name]


def accesses(region: Region, policy: Policy) -> dict[str, Access]:
    """Return when each customer receives, by id (接待时间).

    >>> from pharmasales.testing import one_rep
    >>> accesses(one_rep(), Policy())["H1"].any_weekday
    True

    Raises:
        BadValue: a weekday out of range.
    """
    archive = region.archive
    return {customer.id: _access(policy, customer, archive.place(customer.id)) for customer in archive}


def _access(policy: Policy, customer: Customer, place: str) -> Access:
    """Return when a customer is visited: by its own hours, those of its hospital, or its weekdays."""
    follow = policy.follow
    closed = follow.closed.get(customer.id, frozenset()) | follow.closed.get(place, frozenset())
    days = follow.weekdays.get(customer.id, customer.weekdays)
    windows = follow.hours.get(customer.id, () if days else follow.hours.get(place, ()))
    terms: dict[str, Any] = {
        "closed": closed,
        "flexible": customer.id in follow.flexible or place in follow.flexible,
        "appointment": follow.notice.get(customer.id, follow.notice.get(place, 0)),
        "filing": customer.id in follow.filing_asked or place in follow.filing_asked,
    }
    try:
        if windows:
            return Access(windows=windows, **terms)
        return Access(weekdays=days, **terms) if days else Access(**terms)
    except BadValue as error:
        raise error.at(f"customer {customer.id!r}") from None


def _letters(chosen: Sequence[Classification]) -> dict[str, str]:
    """Return each customer's letter, from the first scheme that gives one."""
    letters: dict[str, str] = {}
    for found in chosen:
        for customer, grade in found.by_customer().items():
            letters.setdefault(customer, grade.letter)
    return letters


def _done(region: Region, period: Period, start: date) -> dict[str, list[date]]:
    """Return the visits made before the plan starts, by customer; a year back is far enough for any gap."""
    first = period.start - timedelta(days=366)
    found: dict[str, list[date]] = {}
    for call in region.calls or ():
        if first <= call.day < start:
            found.setdefault(call.customer, []).append(call.day)
    return {customer: sorted(days) for customer, days in found.items()}


def _note_left_out(orphans: int, ungraded: int, notes: list[Says] | None) -> None:
    if notes is None:
        return
    if orphans:
        notes.append(
            Says(f"{orphans} graded customers have no rep and are not visited", f"{orphans} 个客户无负责代表，未排拜访")
        )
    if ungraded:
        notes.append(
            Says(f"{ungraded} customers have no grade and are not visited", f"{ungraded} 个客户无级别，未排拜访")
        )
