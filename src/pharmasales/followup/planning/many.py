"""Many reps (批量排程): the visit plans of a whole company, rep by rep, on any executor, always the same.

Reps do not share days, so each is planned by itself; a rep's random numbers come from the seed and the rep's id, never
from a worker. How many processes there are, how the reps are cut into parts and which part is ready first makes no
difference: the plan is that of `schedule`, visit for visit.

>>> from pharmasales.workdays import CHINA
>>> reps = [Rep(f"r{n}", f"Rep {n}", visits_a_day=8) for n in range(3)]
>>> targets = [Target(f"c{n}", "Dr. Example", f"r{n % 3}", "A", visits=4, gap=3) for n in range(9)]
>>> march = date(2026, 3, 1), date(2026, 3, 31)
>>> plan = plan_many(targets, reps, *march, CHINA, progress=lambda done, of: print(done, of), chunk=2)
2 3
3 3
>>> plan == schedule(targets, reps, *march, CHINA)
True

Source: issue 7, many reps; performance, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from attrs import evolve, field, frozen

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.followup.access import Access, Workdays
from pharmasales.followup.capacity import Rep
from pharmasales.followup.planning._asked import check_asked, day_order, ranks_of
from pharmasales.followup.planning._pools import Pool, WorkerDied, answers
from pharmasales.followup.planning.packing import Part, Plan, Work, packed, plan_of, told, work_of
from pharmasales.followup.planning.scheduling import Progress, schedule
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.followup.planning.travel import Point
from pharmasales.followup.planning.visits import Schedule

__all__ = ["SharedTerms", "WorkerDied", "check_shared", "plan_many", "plan_records"]

_Mine = TypeVar("_Mine", Target, Appointment)


@frozen
class SharedTerms:
    """What the plans of all reps share: the arguments of `schedule` that do not belong to one rep.

    Args:
        start: first day of the cycle.
        end: its last day.
        calendar: the working days.
        priority: the grades, first the one to serve first.
        as_of: the first day that can be planned.
        budget: iterations of the search for each rep.
        seed: one number for all.
    """

    start: date
    end: date
    calendar: Workdays = field(repr=False)
    priority: tuple[str, ...] | None = None
    as_of: date | None = None
    budget: int = 0
    seed: int = 0


def check_shared(
    terms: SharedTerms, reps: Sequence[Rep], fixed: Iterable[Appointment], targets: Sequence[Target] = ()
) -> date:
    """Refuse what no plan can be made of, before anybody plans; return the first day that can be planned.

    Args:
        terms: what the plans share.
        reps: who visits.
        fixed: what stands already.
        targets: the customers, where they are known.

    Raises:
        BadRows, BadValue, UnknownYear: as `schedule`.
    """
    first = schedule([], [], terms.start, terms.end, terms.calendar, as_of=terms.as_of, budget=terms.budget).as_of
    check_asked(targets, reps, first, terms.end, sorted(fixed, key=day_order))
    return first


def plan_records(terms: SharedTerms, reps: Sequence[Work]) -> list[Plan | PharmaSalesError]:
    """Plan some reps, plain values in, plain values out: the function that every executor maps.

    Args:
        terms: what they share.
        reps: each rep's work, as `packed` makes it.

    Returns:
        For each rep its plan, or what is wrong with it; the other reps are planned all the same.
    """
    return [_planned(terms, work) for work in reps]


def _planned(terms: SharedTerms, work: Work) -> Plan | PharmaSalesError:
    where = f"rep {work[0][0]!r}"
    try:
        rep, targets, fixed, points = work_of(work)
        made = schedule(
            targets,
            [rep],
            terms.start,
            terms.end,
            terms.calendar,
            priority=terms.priority,
            as_of=terms.as_of,
            fixed=fixed,
            points=points,
            budget=terms.budget,
            seed=terms.seed,
        )
        return told(made, targets)
    except BadRows as error:
        return BadRows(error.reason, [one.at(where) for one in rows_of(error)])
    except PharmaSalesError as error:
        return error.at(where)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        reason, hint = f"{type(error).__name__} while planning", "look at the days and texts of this rep's data"
        return BadValue(reason, where=where, hint=hint, code="followup.rep-data")


def plan_many(
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
    pool: Pool = None,
    chunk: int = 25,
    progress: Progress | None = None,
) -> Schedule:
    """Plan the visits of many reps, in parallel where asked; the plan is that of `schedule`.

    Args:
        targets: the customers; each id once.
        reps: who visits.
        start: first day of the cycle.
        end: its last day.
        calendar: the working days; other processes must be able to load it.
        priority: the grades, first the one to serve first, as `schedule` takes them.
        as_of: the first day that can be planned.
        fixed: what stands already.
        points: where the places lie.
        budget: iterations of the search for each rep.
        seed: one number for all; each rep draws its own from it and its id.
        pool: how many processes to start, or an executor: anything that has `map`, from `concurrent.futures`,
            `multiprocessing`, Dask or Ray; left out, one rep after the other in this process. Processes are started
            fresh (spawn), so a program that starts them guards its first lines with `if __name__ == "__main__":`.
        chunk: how many reps are sent at a time.
        progress: told how many reps of how many are done, after each chunk.

    Raises:
        BadRows: what `schedule` refuses, and every rep whose data cannot be planned, all at once by id.
        BadRule: a grade that `priority` leaves out.
        BadValue: the end lies before the start, a chunk below 1, or no pool.
        UnknownYear: the calendar does not know the year.
        WorkerDied: a process ended before it answered; it names the rep.
    """
    if type(chunk) is not int or chunk < 1:
        raise BadValue("a chunk is a whole number of reps from 1", where="chunk", code="followup.chunk")
    customers, people = list(targets), sorted(reps, key=lambda rep: rep.id)
    stands = sorted(fixed, key=day_order)
    terms = SharedTerms(start, end, calendar, None, as_of, budget, seed)
    first = check_shared(terms, people, stands, customers)
    ranks = tuple(ranks_of(customers, priority))
    mine, theirs = _by_rep(people, customers), _by_rep(people, stands)
    seen: dict[Access, Access] = {}
    works = [packed(rep, mine[rep.id], theirs[rep.id], points or {}, seen) for rep in people]
    parts = [works[n : n + chunk] for n in range(0, len(works), chunk)]
    work = partial(plan_records, evolve(terms, priority=ranks))
    found = _gathered(answers(work, parts, pool, _name), people, mine, start, progress)
    return Schedule(
        tuple(sorted((one for part in found for one in part.visits), key=lambda one: (one.day, one.rep, one.customer))),
        tuple(one for part in found for one in part.unmet),
        tuple(one for part in found for one in part.loads),
        tuple(one for part in found for one in part.days),
        tuple(sorted((one for part in found for one in part.fixed), key=day_order)),
        start,
        end,
        first,
        ranks,
    )


def rows_of(error: PharmaSalesError) -> list[PharmaSalesError]:
    """Return each row that an error names, or the error itself."""
    return (
        [one for one in error.exceptions if isinstance(one, PharmaSalesError)]
        if isinstance(error, BadRows)
        else [error]
    )


def _by_rep(reps: Iterable[Rep], given: Iterable[_Mine]) -> dict[str, list[_Mine]]:
    found: dict[str, list[_Mine]] = {rep.id: [] for rep in reps}
    for one in given:
        found[one.rep].append(one)
    return found


def _name(work: Work) -> str:
    return f"rep {work[0][0]!r}"


def _gathered(
    found: Iterable[Sequence[Plan | PharmaSalesError]],
    reps: Sequence[Rep],
    targets: Mapping[str, Sequence[Target]],
    start: date,
    progress: Progress | None,
) -> list[Part]:
    """Put the plans together as they come, and name every rep that has none."""
    made: list[Part] = []
    bad: list[PharmaSalesError] = []
    done = 0
    for answer in found:
        for plan, rep in zip(answer, reps[done:], strict=False):
            if isinstance(plan, PharmaSalesError):
                bad += rows_of(plan)
            else:
                made.append(plan_of(plan, rep, targets[rep.id], start))
        done += len(answer)
        if progress is not None:
            progress(done, len(reps))
    if bad:
        raise BadRows(f"{len(bad)} errors in the data of reps", bad)
    return made
