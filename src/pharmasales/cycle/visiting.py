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

from collections.abc import Sequence
from datetime import date, timedelta

from pharmasales.archive import Customer
from pharmasales.classification import Classification
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Region
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadValue
from pharmasales.followup import Access, Rep, Schedule, Target, schedule
from pharmasales.names import nearest
from pharmasales.periods import Period

__all__ = ["plan_visits"]


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
        letter, before = letters[customer.id], done.get(customer.id, ())
        gap, place = follow.cadence[letter].gap, region.archive.place(customer.id)
        who, rate = (customer.id, customer.name, customer.owner), follow.cadence[letter].per_month
        targets.append(Target(*who, letter, due[letter], gap, _access(policy, customer), place, before, rate))
    people = [
        Rep(node.id, node.name, follow.visits_a_day, follow.leave.get(node.id, frozenset())) for node in reps.values()
    ]
    order = dict.fromkeys(letter for found in chosen for letter in found.scheme.letters)
    return schedule(targets, people, period.start, period.end, policy.calendar, priority=list(order), as_of=start)


def _chosen(policy: Policy, grades: Sequence[Classification]) -> list[Classification]:
    """Return the classifications whose letters decide, in the order asked for."""
    known = dict.fromkeys([*policy.classify.schemes, *(found.scheme.name for found in grades)])
    for name in policy.follow.schemes:
        if name not in known:
            hint = nearest(name, known)
            raise BadConfig("no such scheme", where=f"followup.schemes {name!r}", hint=hint, code="followup.schemes")
    wanted = policy.follow.schemes or policy.classify.schemes
    return [found for name in wanted for found in grades if found.scheme.name == name]


def _access(policy: Policy, customer: Customer) -> Access:
    days = policy.follow.weekdays.get(customer.id, customer.weekdays)
    try:
        return Access(weekdays=days) if days else Access()
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
