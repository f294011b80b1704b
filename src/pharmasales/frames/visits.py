"""Visit plans on Spark (批量排程): rows of customers in, rows of visits out, rep by rep, as `followup.plan_many` plans.

Each rep's rows come together on one worker, in the order of the customers' ids, and the function that plans them is the
one that a process pool maps (`plan_records`); so the visits are the same, whatever cuts the work into parts.

Source: issue 7, many reps; performance, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias, cast

from attrs import frozen

from pharmasales.display import Lang
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.followup import Access, Appointment, Point, Rep, Target, Workdays
from pharmasales.followup.planning.many import SharedTerms, check_shared, plan_records
from pharmasales.followup.planning.packing import Plan, packed, plan_of
from pharmasales.frames._exact import Native
from pharmasales.frames._kinds import check_columns, columns_of, kind_of

__all__ = ["plan_many", "target_of"]

Row: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[Row], Target]

_NEEDED = ("customer", "name", "rep", "grade", "visits", "gap")

_COLUMNS = (
    ("rep", "string"),
    ("customer", "string"),
    ("day", "date"),
    ("number", "int"),
    ("visit", "string"),
    ("since", "int"),
    ("together", "int"),
    ("start", "string"),
    ("unmet", "bigint"),
    ("reason", "string"),
    ("why", "string"),
    ("error", "string"),
)


def target_of(row: Row) -> Target:
    """Read a customer from the columns of a frame.

    Columns: `customer`, `name`, `rep`, `grade`, `visits` and `gap`; where there are any, also `weekdays` (numbers, 0
    for Monday), `closed` and `done` (days), `place`, `minutes`, and `monthly` (text such as `1/2`). Missing values are
    as if the column were not there.

    >>> row = {"customer": "c1", "name": "Dr. Example", "rep": "r1", "grade": "A", "visits": 4, "gap": 3}
    >>> target_of({**row, "weekdays": [2], "place": None}).access.weekdays
    frozenset({2})

    Raises:
        BadValue: what `Target` and `Access` refuse.
    """
    held = {name: value for name, value in row.items() if value is not None}
    access = Access(**{name: held[name] for name in ("weekdays", "closed") if name in held})
    more: dict[str, Any] = {name: held[name] for name in ("place", "done", "minutes") if name in held}
    if "monthly" in held:
        more["monthly"] = Fraction(held["monthly"])
    return Target(**{name: row[name] for name in _NEEDED}, access=access, **more)


def plan_many(
    frame: Native,
    reps: Iterable[Rep],
    start: date,
    end: date,
    calendar: Workdays,
    *,
    read: Read = target_of,
    priority: Sequence[str] | None = None,
    as_of: date | None = None,
    fixed: Iterable[Appointment] = (),
    points: Mapping[str, Point] | None = None,
    budget: int = 0,
    seed: int = 0,
    chunk: int = 25,
    lang: Lang = "en",
) -> Native:
    """Plan the visits of many reps on Spark, with `mapInArrow`; the visits are those of `followup.plan_many`.

    Args:
        frame: a Spark frame, one row a customer, each customer once; it has a column `rep`.
        reps: who visits; sent to every worker.
        start: first day of the cycle.
        end: its last day.
        calendar: the working days.
        read: makes the customer of a row; a function that reads the columns that `target_of` names where left out.
        priority: the grades, first the one to serve first.
        as_of: the first day that can be planned.
        fixed: what stands already.
        points: where the places lie.
        budget: iterations of the search for each rep.
        seed: one number for all.
        chunk: how many reps a task of Spark plans.
        lang: the language of the reasons.

    Returns:
        A Spark frame, planned when it is asked for, of columns `rep`, `customer`, `day`, `number`, `visit` (its id),
        `since`, `together`, `start` for a visit; `unmet`, `reason` and `why` for what could not be planned; and `error`
        for a rep whose data are bad, who then has no visit. Look at the errors first.

    Raises:
        BadValue: no Spark frame, a column that is missing, a chunk or budget out of range, or days out of order.
        BadRows: reps that are given twice, and appointments of nobody or on days that cannot be.
        UnknownYear: the calendar does not know the year.
    """
    kind = kind_of(frame)
    if kind != "pyspark":
        hint = "followup.plan_many takes customers in memory, with a pool where asked"
        raise BadValue(f"a frame of {kind} is not planned on Spark", hint=hint, code="frame.kind")
    if type(chunk) is not int or chunk < 1:
        raise BadValue("a chunk is a whole number of reps from 1", where="chunk", code="followup.chunk")
    check_columns(columns_of(frame, kind), kind, _NEEDED if read is target_of else ("rep",), [])
    terms = SharedTerms(start, end, calendar, None if priority is None else tuple(priority), as_of, budget, seed)
    people, stands = list(reps), list(fixed)
    check_shared(terms, people, stands)
    theirs: dict[str, list[Appointment]] = {}
    for one in stands:
        theirs.setdefault(one.rep, []).append(one)
    task = _Task(terms, {rep.id: rep for rep in people}, theirs, points or {}, read, lang)
    parted = cast("Any", frame).repartition(max(1, -(-len(people) // chunk)), "rep").sortWithinPartitions("rep")
    return parted.mapInArrow(partial(_planned, task), ", ".join(map(" ".join, _COLUMNS)))


@frozen
class _Task:
    """All that a worker needs beside the rows."""

    terms: SharedTerms
    reps: Mapping[str, Rep]
    fixed: Mapping[str, Sequence[Appointment]]
    points: Mapping[str, Point]
    read: Read
    lang: Lang


def _planned(task: _Task, batches: Iterable[Any]) -> Iterator[Any]:
    """Plan each rep of a sorted part of the rows, and give one batch a rep."""
    import pyarrow as pa

    kinds = {"string": pa.string(), "date": pa.date32(), "int": pa.int32(), "bigint": pa.int64()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in _COLUMNS])
    rows = (row for batch in batches for row in batch.to_pylist())
    for rep, mine in groupby(rows, key=itemgetter("rep")):
        yield pa.RecordBatch.from_pylist(list(_answers(task, rep, list(mine))), schema=schema)


def _answers(task: _Task, rep: str, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of one rep's plan, or one row an error."""
    targets, bad = _targets(task, rep, rows)
    if not bad:
        work = packed(task.reps[rep], targets, task.fixed.get(rep, ()), task.points, {})
        plan = plan_records(task.terms, [work])[0]
        if not isinstance(plan, PharmaSalesError):
            yield from _told(task, rep, plan, targets)
            return
        bad = [plan]
    for error in bad:
        lines = error.lines() if isinstance(error, BadRows) else [str(error)]
        yield from ({"rep": rep, "error": line} for line in lines)


def _targets(task: _Task, rep: str, rows: Sequence[Row]) -> tuple[list[Target], list[PharmaSalesError]]:
    """Read the customers of one rep, by id, and name each row that cannot be read."""
    if rep not in task.reps:
        return [], [NotFound(f"no rep {rep!r}", hint="add the rep", code="followup.rep")]
    found, bad = [], list[PharmaSalesError]()
    for row in rows:
        where = f"rep {rep!r}, customer {row.get('customer')!r}"
        try:
            found.append(task.read(row))
        except PharmaSalesError as error:
            bad.append(error.at(where if "customer" not in error.where else f"rep {rep!r}"))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__} while reading"
            bad.append(BadValue(reason, where=where, hint="look at this row", code="followup.rep-data"))
    return sorted(found, key=lambda one: one.customer), bad


def _told(task: _Task, rep: str, plan: Plan, targets: Sequence[Target]) -> Iterator[Row]:
    made = plan_of(plan, task.reps[rep], targets, task.terms.start)
    for one in made.visits:
        start = None if one.start is None else f"{one.start:%H:%M}"
        more = {"visit": one.id, "since": one.since, "together": one.together, "start": start}
        yield {"rep": rep, "customer": one.customer, "day": one.day, "number": one.number, **more}
    for short in made.unmet:
        more = {"unmet": short.count, "reason": short.reason, "why": short.why.text(task.lang)}
        yield {"rep": rep, "customer": short.customer, **more}
