"""Speed and quality of the visit plan, beside naive even spacing on the same work in the same run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

from attrs import frozen
from timing import timed

from pharmasales.followup import DEFAULT_CADENCE, Access, Rep, Target, cost_of, schedule

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


STEPS = 3000


def swapped(plan: Plan, targets: Sequence[Target], steps: int) -> Plan:
    """Try so many times to let two visits change days, in the plainest way there is; keep what is no worse."""
    random, known = Random(1), {target.customer: target for target in targets}  # noqa: S311 - a seeded example
    found, best = list(plan), soft(plan, targets, 31)[0]
    for _ in range(steps):
        one, other = random.randrange(len(found)), random.randrange(len(found))
        (day, customer), (to, partner) = found[one], found[other]
        if known[customer].access.receives(to) and known[partner].access.receives(day):
            found[one], found[other] = (to, customer), (day, partner)
            cost = soft(found, targets, 31)[0]
            if cost > best:
                found[one], found[other] = (day, customer), (to, partner)
            best = min(best, cost)
    return found


def search_speed() -> tuple[float, float]:
    """Return steps a second of the search, and of plain swaps that count the whole cost anew each time."""
    targets, reps, calendar = tight_month(SEEDS[0])
    march = date(2026, 3, 1), date(2026, 3, 31)
    greedy, _ = timed(lambda: schedule(targets, reps, *march, calendar))
    whole, _ = timed(lambda: schedule(targets, reps, *march, calendar, budget=STEPS), 1)
    plan = naive(targets, reps, *march, calendar)
    plain, _ = timed(lambda: swapped(plan, targets, 300), 1)
    return STEPS / (whole - greedy), 300 / plain


def quality() -> Iterator[tuple[str, tuple[int, ...], int, int]]:
    """Yield plan, unmet visits by grade, soft cost and places gone to for tight months."""
    start, end = date(2026, 3, 1), date(2026, 3, 31)
    for seed in SEEDS:
        targets, reps, calendar = tight_month(seed)
        for budget in (0, 300, STEPS):
            cost = cost_of(schedule(targets, reps, start, end, calendar, budget=budget), targets)
            yield f"tight month {seed}, {budget} steps", cost.unmet, cost.soft, cost.openings
        made = naive(targets, reps, start, end, calendar)
        yield f"tight month {seed}, naive", (158 - len(made),), soft(made, targets, 31)[0], len(places(made, targets))


def places(plan: Plan, targets: Sequence[Target]) -> set[tuple[date, str]]:
    """Return the places gone to, each with its day."""
    known = {target.customer: target for target in targets}
    return {(day, known[customer].place) for day, customer in plan}


def main() -> None:
    """Print speed with the ratio to the floor, then quality."""
    for name, ours, floor in cases():
        print(f"{name}: {ours:.3f} s, floor {floor:.3f} s, ratio {ours / floor:.1f}")
    ours, plain = search_speed()
    print(f"search: {ours:,.0f} steps a second, plain swaps {plain:,.0f}, ratio {plain / ours:.2f}")
    for name, unmet, cost, opened in quality():
        print(f"{name}: unmet {unmet}, soft {cost}, places {opened}")


if __name__ == "__main__":
    main()
