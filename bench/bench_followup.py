"""Speed and quality of the visit plan, beside naive even spacing on the same work in the same run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from time import perf_counter
from typing import TypeVar

from attrs import frozen

from pharmasales.followup import DEFAULT_CADENCE, Access, Rep, Target, schedule

T = TypeVar("T")
Plan = list[tuple[date, str]]

GAPS = {grade: cadence.gap for grade, cadence in DEFAULT_CADENCE.by_grade.items()}
SEEDS = (1, 2, 3)


@frozen
class Weekdays:
    """A calendar of Mondays to Fridays without the days named, so that no case depends on a holiday table."""

    off: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.off

    def workdays(self, start: date, end: date) -> tuple[date, ...]:
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return tuple(day for day in days if self.is_workday(day))


def year_of_a_firm(seed: int = 1) -> tuple[list[Target], list[Rep]]:
    """13 reps with 58 customers each, a mixture of A 4, B 2, C 1 a month over 12 months."""
    random = Random(seed)  # noqa: S311 - a seeded example, no secret
    reps = [Rep(f"r{n:02d}", f"Rep {n}", 8) for n in range(13)]
    targets = []
    for rep in reps:
        for n in range(58):
            grade = "AABBBBCCCC"[n % 10]
            visits = 12 * int(DEFAULT_CADENCE[grade].per_month)
            access = Access(frozenset(random.sample(list(range(5)), random.randint(2, 4))))
            customer = f"{rep.id}-c{n:02d}"
            targets.append(
                Target(customer, customer, rep.id, grade, visits, GAPS[grade], access, f"h{random.randrange(16)}")
            )
    return targets, reps


def tight_month(seed: int) -> tuple[list[Target], list[Rep], Weekdays]:
    """One rep, 22 days less 2, 8 visits a day: 90 customers at 25 places, 158 visits for 160 slots."""
    random = Random(seed)  # noqa: S311 - a seeded example, no secret
    counts = [4] * 14 + [2] * 26 + [1] * 50
    targets = []
    for n, visits in enumerate(counts):
        grade = {4: "A", 2: "B", 1: "C"}[visits]
        access = Access(frozenset(random.sample(list(range(5)), random.randint(1, 3) if visits < 4 else 3)))
        targets.append(
            Target(f"c{n:02d}", f"c{n:02d}", "r1", grade, visits, GAPS[grade], access, f"h{random.randrange(25)}")
        )
    off = frozenset({date(2026, 3, 11), date(2026, 3, 26)})
    return targets, [Rep("r1", "Rep One", 8)], Weekdays(off)


def naive(targets: Sequence[Target], reps: Sequence[Rep], start: date, end: date, calendar: Weekdays) -> Plan:
    """Space each customer's visits evenly and take the nearest day with room; forget the visit where none is near."""
    days = calendar.workdays(start, end)
    room = {(rep.id, day): rep.visits_a_day for rep in reps for day in days if day not in rep.leave}
    length = (end - start).days + 1
    plan: Plan = []
    for target in sorted(targets, key=lambda one: (one.grade, one.customer)):
        suits = [day for day in days if target.access.receives(day)]
        last = None
        for n in range(target.visits):
            ideal = start + timedelta(days=(2 * n + 1) * length // (2 * target.visits))
            first, after = ideal - timedelta(days=16), ideal + timedelta(days=16)
            near = [
                day
                for day in suits
                if first <= day <= after
                and room.get((target.rep, day), 0) > 0
                and (last is None or (day - last).days >= target.gap)
            ]
            if near:
                last = min(near, key=lambda day: (abs((day - ideal).days), day))
                room[target.rep, last] -= 1
                plan.append((last, target.customer))
    return plan


def soft(plan: Plan, targets: Sequence[Target], length: int) -> tuple[int, Fraction]:
    """Return squared deviation from even spacing plus 10 for each place and day, and places a day."""
    seen: dict[str, list[date]] = defaultdict(list)
    for day, customer in sorted(plan):
        seen[customer].append(day)
    known = {target.customer: target for target in targets}
    places = {(day, known[customer].place) for day, customer in plan}
    cost = Fraction(10 * len(places))
    for customer, days in seen.items():
        ideal = Fraction(length, known[customer].visits)
        cost += sum(((after - before).days - ideal) ** 2 for before, after in pairwise(days))
    return int(cost), Fraction(len(places), len({day for day, _ in plan}))


def timed(work: Callable[[], T], times: int = 3) -> tuple[float, T]:
    """Return the best of some runs, and the result."""
    best, found = float("inf"), work()
    for _ in range(times):
        began = perf_counter()
        found = work()
        best = min(best, perf_counter() - began)
    return best, found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    targets, reps = year_of_a_firm()
    year = date(2026, 1, 1), date(2026, 12, 31)
    ours, _ = timed(lambda: schedule(targets, reps, *year, Weekdays()))
    floor, _ = timed(lambda: naive(targets, reps, *year, Weekdays()))
    yield "visit plan: 13 reps x 58 customers x 12 months", ours, floor
    few, one, calendar = tight_month(SEEDS[0])
    march = date(2026, 3, 1), date(2026, 3, 31)
    ours, _ = timed(lambda: schedule(few, one, *march, calendar))
    floor, _ = timed(lambda: naive(few, one, *march, calendar))
    yield "visit plan: a tight month, 90 customers, 158 visits, 160 slots", ours, floor


def quality() -> Iterator[tuple[str, int, int, float]]:
    """Yield plan, unmet visits, soft cost and places a day for tight months."""
    start, end = date(2026, 3, 1), date(2026, 3, 31)
    for seed in SEEDS:
        targets, reps, calendar = tight_month(seed)
        plan = [(visit.day, visit.customer) for visit in schedule(targets, reps, start, end, calendar).visits]
        for name, made in (("ours", plan), ("naive", naive(targets, reps, start, end, calendar))):
            cost, places = soft(made, targets, 31)
            yield f"tight month {seed}, {name}", 158 - len(made), cost, float(places)


def main() -> None:
    """Print speed with the ratio to the floor, then quality."""
    for name, ours, floor in cases():
        print(f"{name}: {ours:.3f} s, floor {floor:.3f} s, ratio {ours / floor:.1f}")
    for name, unmet, cost, places in quality():
        print(f"{name}: unmet {unmet}, soft {cost}, places a day {places:.1f}")


if __name__ == "__main__":
    main()
