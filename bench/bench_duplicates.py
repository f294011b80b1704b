"""Duplicates and dirty names beside rapidfuzz alone, in one process.

The floor of looking up is `rapidfuzz.process.extract` over the names as they are; it knows no campus and no alias. The
floor of listing duplicates is the same call for each customer over those of its own division.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from time import perf_counter

from rapidfuzz import fuzz, process

from pharmasales.archive.customers import Customer
from pharmasales.archive.duplicates import candidates
from pharmasales.archive.lookup import NameMatcher

SIGNS = [chr(n) for n in range(0x4E00, 0x4E00 + 1500)]
KINDS = ["人民医院", "中医医院", "妇幼保健院", "第一医院", "第二医院", "中心卫生院", "镇卫生院", "街道社区卫生服务中心"]


def places(count: int) -> list[Customer]:
    """Made-up hospitals in 340 divisions; one in fifty is a twin of another, with a slip of the pen."""
    chance = Random(5)  # noqa: S311 - made-up data
    made: list[Customer] = []
    for number in range(count):
        name = "".join(chance.choices(SIGNS, k=2)) + "县" + "".join(chance.choices(SIGNS, k=2)) + chance.choice(KINDS)
        division = f"{11 + number % 34:02}{1 + number // 34 % 10:02}00"
        if number % 50 == 0 and made:
            name, division = slip(made[-1].name, chance), made[-1].division
        made.append(Customer(f"H{number:06}", name, "hospital", division=division))
    return made


def slip(name: str, chance: Random) -> str:
    at = chance.randrange(len(name))
    return name[:at] + chance.choice(SIGNS) + name[at + 1 :]


def best(*works: Callable[[], object], rounds: int = 5) -> list[float]:
    """Time some works in turns and return the shortest time of each."""
    times = [float("inf")] * len(works)
    for _ in range(rounds):
        for spot, work in enumerate(works):
            start = perf_counter()
            work()
            times[spot] = min(times[spot], perf_counter() - start)
    return times


def within(customers: list[Customer]) -> int:
    """What a programmer writes: each name against those of its division."""
    by_division: dict[str, list[str]] = defaultdict(list)
    for customer in customers:
        by_division[customer.division].append(customer.name)
    return sum(
        len(process.extract(name, names, scorer=fuzz.ratio, limit=None, score_cutoff=90))
        for names in by_division.values()
        for name in names
    )


def cases() -> Iterator[tuple[str, float, float]]:
    chance = Random(3)  # noqa: S311 - made-up data
    known = places(2400)
    names = [customer.name for customer in known]
    dirty = [slip(name, chance) for name in names[:500]]
    matcher = NameMatcher.of(known)
    for k, what in ((1, "the best one"), (3, "the best three")):
        ours, floor = best(
            lambda k=k: matcher.many(dirty, k=k),  # type: ignore[misc]  # a bound default
            lambda k=k: [process.extract(name, names, scorer=fuzz.ratio, limit=k) for name in dirty],  # type: ignore[misc]  # a bound default
        )
        yield f"500 dirty names among 2,400, {what}", ours, floor
    for count in (3700, 100_000):
        many = places(count)
        ours, floor = best(lambda many=many: candidates(many), lambda many=many: within(many), rounds=2)  # type: ignore[misc]  # a bound default
        yield f"duplicates among {count:,} customers", ours, floor
