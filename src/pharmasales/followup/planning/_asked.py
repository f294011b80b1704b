"""What a visit plan is asked for, checked before anybody plans: targets, reps, appointments and the order of grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import pairwise

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._terms import minute
from pharmasales.followup.planning.targets import Appointment, Target

__all__ = ["check_asked", "day_order", "ranks_of"]


def check_asked(
    targets: Sequence[Target], reps: Sequence[Rep], first: date, end: date, fixed: Sequence[Appointment]
) -> None:
    """Name every target and appointment that cannot be planned, and reps given twice."""
    known = {rep.id: rep for rep in reps}
    bad = [*_twice(targets, reps)]
    for target in sorted(targets, key=lambda one: one.customer):
        where = f"customer {target.customer!r}"
        if target.rep not in known:
            bad.append(NotFound(f"no rep {target.rep!r}", where=where, hint="add the rep", code="followup.rep"))
        if target.done and target.done[-1] >= first:
            hint = "start the plan after it"
            bad.append(BadValue("a visit done inside the horizon", where=where, hint=hint, code="followup.done"))
    for one in fixed:
        bad += _wrong(one, known.get(one.rep), first, end)
    bad += _clashes(fixed)
    if bad:
        raise BadRows(f"{len(bad)} errors in targets, reps and appointments", bad)


def _twice(targets: Iterable[Target], reps: Iterable[Rep]) -> Iterator[PharmaSalesError]:
    for rep, count in Counter(rep.id for rep in reps).items():
        if count > 1:
            yield BadValue("rep given twice", where=f"rep {rep!r}", code="followup.twice")
    for customer, count in sorted(Counter(target.customer for target in targets).items()):
        if count > 1:
            hint = "one rep visits a customer; add the visits up"
            yield BadValue("given twice", where=f"customer {customer!r}", hint=hint, code="followup.twice")


def _wrong(one: Appointment, rep: Rep | None, first: date, end: date) -> Iterator[PharmaSalesError]:
    where = f"appointment of rep {one.rep!r}, {one.day}"
    if rep is None:
        yield NotFound(f"no rep {one.rep!r}", where=where, hint="add the rep", code="followup.rep")
    elif one.day in rep.leave:
        hint = "move it, or give up the leave"
        yield BadValue("a fixed appointment on a day of leave", where=where, hint=hint, code="followup.fixed")
    if not first <= one.day <= end:
        hint = f"from {first} to {end}"
        yield BadValue("a fixed appointment outside the days to plan", where=where, hint=hint, code="followup.fixed")


def _clashes(fixed: Sequence[Appointment]) -> Iterator[PharmaSalesError]:
    """Name appointments of one rep that cannot both be kept."""
    for (rep, day, _), count in Counter((one.rep, one.day, one.customer) for one in fixed if one.customer).items():
        if count > 1:
            where = f"appointment of rep {rep!r}, {day}"
            yield BadValue("a customer fixed twice on a day", where=where, hint="leave one", code="followup.fixed")
    timed = [one for one in fixed if one.start is not None]
    for one, after in pairwise(timed):
        if (one.rep, one.day) == (after.rep, after.day) and _end(one) > _begin(after):
            where = f"appointment of rep {one.rep!r}, {one.day}"
            yield BadValue("two fixed appointments at one time", where=where, hint="move one", code="followup.fixed")


def _begin(one: Appointment) -> int:
    return minute(one.start or time.min)


def _end(one: Appointment) -> int:
    return _begin(one) + (one.minutes or 1)


def day_order(one: Appointment) -> tuple[object, ...]:
    """Return by what appointments stand in order: the day, the rep, the hour."""
    return one.day, one.rep, one.start or time.min, one.customer, one.kind, one.name, one.place, one.minutes or 0


def ranks_of(targets: Iterable[Target], priority: Sequence[str] | None) -> Mapping[str, int]:
    """Return the rank of each grade, 0 for the one to serve first; a grade that `priority` leaves out is refused."""
    grades = sorted({target.grade for target in targets})
    order = grades if priority is None else list(dict.fromkeys(priority))
    missing = [grade for grade in grades if grade not in order]
    if missing:
        hint = "name every grade"
        raise BadRule(f"grades without a priority: {', '.join(missing)}", hint=hint, code="followup.priority")
    return {grade: rank for rank, grade in enumerate(order)}
