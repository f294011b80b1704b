"""Months to plan, made from a seed: one rep with customers of three grades, nothing real in them.

A tight month has work that just fits: 90 customers, 158 visits due, 160 slots. An overfull one has 1.4 times as much:
150 customers, 230 visits due. Both have 25 hospitals of very different size, 22 working days with the rep away on 2 of
them, and 8 visits a day. Most customers receive on two or three weekdays; most were seen before, each at its own time
within the spacing that its grade asks for. In the months called new nobody was seen before: the days of most customers
are then free of cost.

>>> tight = month(1, "tight")
>>> len(tight.targets), tight.demand, tight.slots
(90, 158, 160)
>>> month(1, "over").demand
230
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Literal, TypeAlias

from attrs import evolve, frozen

from pharmasales.followup import ANY_DAY, DEFAULT_CADENCE, Access, Rep, Target, field_days
from pharmasales.workdays import CHINA, Calendar

Kind: TypeAlias = Literal["tight", "over", "tight-new", "over-new"]

START, END = date(2026, 3, 1), date(2026, 3, 31)
"""A month of 22 working days without a holiday."""
HOSPITALS = 25
PRIORITY = ("A", "B", "C")
MIX = {"tight": {"A": 14, "B": 26, "C": 50}, "over": {"A": 16, "B": 32, "C": 102}}
"""Customers by grade: 4, 2 and 1 visits each make 158 and 230."""
SPACING = {"A": 8, "B": 15, "C": 31}
"""The most days between the last visit and the month's first day: from then on the customer is due."""


@frozen
class Task:
    """One month to plan: what `schedule` takes."""

    name: str
    targets: tuple[Target, ...]
    rep: Rep
    start: date = START
    end: date = END
    calendar: Calendar = CHINA
    priority: tuple[str, ...] = PRIORITY

    @property
    def demand(self) -> int:
        """Visits due."""
        return sum(target.visits for target in self.targets)

    @property
    def slots(self) -> int:
        """Visits that fit."""
        return len(field_days(self.start, self.end, self.calendar, self.rep.leave)) * self.rep.visits_a_day


def month(seed: int, kind: Kind) -> Task:
    """Make one month; the same seed and kind make the same month."""
    work, _, new = kind.partition("-")
    random = Random(f"{work} {seed}")  # noqa: S311 - a seeded example, no secret
    leave = random.sample(CHINA.workdays(START, END), 2)
    sizes = [1 / (1 + n) ** 0.7 for n in range(HOSPITALS)]
    grades = [grade for grade in PRIORITY for _ in range(MIX[work][grade])]
    targets = [_target(random, n, grade, sizes) for n, grade in enumerate(grades)]
    if new:
        targets = [evolve(target, done=()) for target in targets]
    return Task(f"{kind} {seed}", tuple(targets), Rep("r1", "Rep One", 8, frozenset(leave)))


def months(count: int, kind: Kind) -> Iterator[Task]:
    """Make the months of the seeds from 1."""
    return (month(seed, kind) for seed in range(1, count + 1))


def _target(random: Random, n: int, grade: str, sizes: list[float]) -> Target:
    cadence = DEFAULT_CADENCE[grade]
    (hospital,) = random.choices(range(HOSPITALS), sizes)
    return Target(
        customer=f"c{n:03d}",
        name=f"Customer {n}",
        rep="r1",
        grade=grade,
        visits=int(cadence.per_month),
        gap=cadence.gap,
        access=_access(random),
        place=f"h{hospital:02d}",
        done=[START - timedelta(days=random.randint(1, SPACING[grade]))] if random.random() < 0.85 else [],
    )


def _access(random: Random) -> Access:
    """Two or three clinic weekdays as a rule; one customer in seven receives on any day."""
    if random.random() < 1 / 7:
        return ANY_DAY
    return Access(frozenset(random.sample(range(5), random.choice((2, 2, 3)))))
