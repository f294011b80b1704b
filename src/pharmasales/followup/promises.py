"""Coverage promises (覆盖承诺): what cannot hold is said before the plan, for each customer, rep and class.

>>> from pharmasales.followup.planning.visits import Target
>>> from pharmasales.followup.access import Access
>>> from pharmasales.workdays import CHINA
>>> wednesdays = Target("c1", "Dr. Example", "r1", "A", visits=6, gap=3, access=Access({2}))
>>> march = date(2026, 3, 1), date(2026, 3, 31)
>>> for broken in broken_promises([wednesdays], [Rep("r1", "Rep One", 8)], *march, CHINA):
...     print(broken.why.text())
customer c1: 6 visits promised, at most 4 possible (4 days suit)

Source: issue of follow-up, section 1 (coverage promises that cannot hold).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, Protocol, TypeAlias

from attrs import frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule, NotFound
from pharmasales.followup.access import Access, Workdays
from pharmasales.followup.capacity import Rep, field_days, most_visits

__all__ = ["BrokenPromise", "Promised", "broken_promises", "possible_visits", "promise_table"]

PromiseKind: TypeAlias = Literal["customer", "rep", "grade"]

_KINDS: Mapping[str, Says] = {
    "customer": Says("customer", "客户"),
    "rep": Says("rep", "代表"),
    "grade": Says("grade", "级别"),
}


class Promised(Protocol):
    """What is promised to a customer, such as a `Target` of the visit plan with the least visits of its class."""

    @property
    def customer(self) -> str:
        """The id of the customer."""
        ...

    @property
    def rep(self) -> str:
        """The id of the rep."""
        ...

    @property
    def grade(self) -> str:
        """The letter of the class."""
        ...

    @property
    def visits(self) -> int:
        """The visits promised in the period."""
        ...

    @property
    def gap(self) -> int:
        """The shortest gap between two visits, in calendar days."""
        ...

    @property
    def access(self) -> Access:
        """When the customer receives."""
        ...

    @property
    def done(self) -> tuple[date, ...]:
        """The visits made, in order; those within the period count towards the promise."""
        ...


@frozen
class BrokenPromise:
    """A promise that no plan can keep.

    Args:
        kind: whether it is that of a customer, a rep's whole, or a class.
        rep: the id of the rep; "" for a class over all reps.
        id: the id of the customer or rep, or the letter.
        promised: visits promised.
        possible: the most that can be made.
        why: the reason, and what would mend it.
    """

    kind: PromiseKind
    rep: str
    id: str
    promised: int
    possible: int
    why: Why

    @property
    def missing(self) -> int:
        """Visits that cannot be made."""
        return self.promised - self.possible


def possible_visits(target: Promised, days: Iterable[date], start: date | None = None) -> int:
    """Return the most visits that a customer's access and gap allow on some field days, those made among them.

    Taking the first day that suits each time is best: no other choice makes room for more.

    Args:
        target: the customer.
        days: the rep's field days of the period, in order.
        start: the first day of the period, from which visits made count; the first of the field days where left out.
    """
    within = list(days)
    first = within[0] if start is None and within else start
    made = 0 if first is None else sum(day >= first for day in target.done)
    earliest = target.done[-1].toordinal() + target.gap if target.done else 0
    suited = (day.toordinal() for day in within if target.access.receives(day))
    return made + most_visits(suited, target.gap, earliest)


def broken_promises(
    targets: Iterable[Promised],
    reps: Sequence[Rep],
    start: date,
    end: date,
    calendar: Workdays,
    priority: Sequence[str] | None = None,
) -> tuple[BrokenPromise, ...]:
    """Say which promises cannot hold, whatever the plan: customers first, then reps, then classes.

    A customer whose windows, gap and rep's leave allow fewer visits than promised; a rep whose slots do not hold what
    is promised; a class that is left short once the classes before it are served, rep by rep and added up.

    Args:
        targets: what is promised to each customer.
        reps: who visits.
        start: first day of the period.
        end: last day; both belong to it.
        calendar: the working days.
        priority: the letters, best first; in the order of the alphabet where left out.

    Raises:
        NotFound: a customer of a rep who is not given.
        BadRule: a class without a place in the priority.
        BadValue: the end lies before the start.
        UnknownYear: the calendar does not know the year.
    """
    promised = sorted(targets, key=lambda one: one.customer)
    known = {rep.id: rep for rep in reps}
    for one in promised:
        if one.rep not in known:
            where = f"customer {one.customer!r}"
            raise NotFound("a customer of a rep who is not given", where=where, code="followup.rep")
    place = _places(promised, priority)
    days = {rep.id: field_days(start, end, calendar, rep.leave) for rep in reps}
    possible = {one.customer: min(one.visits, possible_visits(one, days[one.rep], start)) for one in promised}
    customers = [_customer(one, days[one.rep], possible[one.customer]) for one in promised]
    open_visits = _open(promised, possible, start)
    over = [_over(rep, len(days[rep.id]), open_visits.get(rep.id, {})) for rep in sorted(reps, key=lambda one: one.id)]
    slots = {rep.id: len(days[rep.id]) * rep.visits_a_day for rep in reps}
    grades = _grades(open_visits, slots, place)
    return tuple(one for one in (*customers, *over, *grades) if one is not None)


def _places(promised: Iterable[Promised], priority: Sequence[str] | None) -> Mapping[str, int]:
    letters = {one.grade for one in promised}
    ordered = sorted(letters) if priority is None else list(priority)
    missing = sorted(letters - set(ordered))
    if missing:
        hint = "name every class once"
        raise BadRule(f"no place in the priority: {', '.join(missing)}", hint=hint, code="followup.workload")
    return {letter: number for number, letter in enumerate(ordered)}


def _customer(one: Promised, days: Sequence[date], possible: int) -> BrokenPromise | None:
    if possible >= one.visits:
        return None
    suits = sum(one.access.receives(day) for day in days)
    tight = because("{days} days suit", "{days} 天可访", days=suits)
    parts = [tight] if suits < one.visits else [tight, because("{gap} days apart", "间隔 {gap} 天", gap=one.gap)]
    why = because(
        "customer {id}: {promised} visits promised, at most {possible} possible",
        "客户 {id}：承诺 {promised} 次，最多可行 {possible} 次",
        *parts,
        id=one.customer,
        promised=one.visits,
        possible=possible,
    )
    return BrokenPromise("customer", one.rep, one.customer, one.visits, possible, why)


def _open(promised: Iterable[Promised], possible: Mapping[str, int], start: date) -> dict[str, dict[str, int]]:
    """Return the visits still to be made, by rep and class, as far as the customers allow them."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in promised:
        made = sum(day >= start for day in one.done)
        found[one.rep][one.grade] += max(0, possible[one.customer] - made)
    return found


def _over(rep: Rep, days: int, asked: Mapping[str, int]) -> BrokenPromise | None:
    total, slots = sum(asked.values()), days * rep.visits_a_day
    if total <= slots:
        return None
    why = because(
        "rep {id}: {total} visits promised, {slots} slots on {days} field days",
        "代表 {id}：承诺 {total} 次，{days} 个工作日可容纳 {slots} 次",
        id=rep.id,
        total=total,
        slots=slots,
        days=days,
    )
    return BrokenPromise("rep", rep.id, rep.id, total, slots, why)


def _grades(
    asked: Mapping[str, Mapping[str, int]], slots: Mapping[str, int], place: Mapping[str, int]
) -> Iterator[BrokenPromise]:
    """Serve the classes of each rep in their order, and add up what each class gets."""
    total: dict[str, int] = defaultdict(int)
    kept: dict[str, int] = defaultdict(int)
    for rep, by_grade in asked.items():
        left = slots[rep]
        for grade in sorted(by_grade, key=place.__getitem__):
            got = min(by_grade[grade], left)
            left -= got
            total[grade] += by_grade[grade]
            kept[grade] += got
    for grade in sorted(total, key=place.__getitem__):
        if kept[grade] < total[grade]:
            why = because(
                "class {grade}: {total} visits promised, {kept} fit once the classes before it are served",
                "{grade} 级：承诺 {total} 次，优先级别安排后可容纳 {kept} 次",
                grade=grade,
                total=total[grade],
                kept=kept[grade],
            )
            yield BrokenPromise("grade", "", grade, total[grade], kept[grade], why)


def promise_table(broken: Iterable[BrokenPromise]) -> Table:
    """Return promises that cannot hold, a row each.

    >>> len(promise_table([]))
    0
    """
    columns = (
        Column("kind", "Whose", "对象"),
        Column("id", "Id", "编号"),
        Column("rep", "Rep id", "代表编号"),
        Column("promised", "Promised", "承诺次数", "number"),
        Column("possible", "Possible", "可行次数", "number"),
        Column("missing", "Missing", "缺口", "number"),
        Column("why", "Why", "原因", "why"),
    )
    rows = [(_KINDS[one.kind], one.id, one.rep, one.promised, one.possible, one.missing, one.why) for one in broken]
    return Table("promises", Says("Promises that cannot hold", "无法兑现的覆盖承诺"), columns, rows)
