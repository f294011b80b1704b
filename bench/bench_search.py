"""Queries and name search over 100,000 customers beside what a programmer writes by hand, in one process.

The floor of a query is a list comprehension over the same objects, sorted whole; of a name search `in` over the folded
names; of a search by initials `in` over initials that were spelt out before, one reading for each character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from pypinyin import Style, lazy_pinyin

from pharmasales.archive.criteria import where
from pharmasales.archive.customers import Customer
from pharmasales.archive.query import find
from pharmasales.archive.search import NameIndex

SIGNS = "协和重庆长乐朝阳绿西安先锋东湖南海北京广福泉州"
LEVELS = ("三级甲等", "三级", "二级", "")
COUNT = 100_000


def places() -> list[Customer]:
    """Made-up hospitals with levels and beds."""
    return [
        Customer(
            f"H{n:06}",
            "".join(SIGNS[n * step // 7 % len(SIGNS)] for step in (1, 3, 11, 29)) + "人民医院",
            "hospital",
            level=LEVELS[n % 4],
            fields={"beds": n * 7919 % 1500} if n % 9 else {},
        )
        for n in range(COUNT)
    ]


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the shortest time of a few rounds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def by_hand(customers: list[Customer]) -> list[Customer]:
    """The third level with 500 beds, the largest first."""
    found = [c for c in customers if c.level in ("三级甲等", "三级") and (c.fields.get("beds") or 0) >= 500]  # type: ignore[operator]  # whole numbers
    return sorted(found, key=lambda c: (-c.fields["beds"], c.id))[:50]  # type: ignore[operator]  # whole numbers


def cases() -> Iterator[tuple[str, float, float]]:
    known = places()
    asked = where(level__in=("三级甲等", "三级"), beds__at_least=500)
    ours = best(lambda: find(known, asked, order=("-beds",)))
    yield "two questions of 100,000 customers, the first page", ours, best(lambda: by_hand(known))
    index = NameIndex.of(known)
    names = [customer.name for customer in known]
    ours = best(lambda: index.search("朝阳"))
    yield "part of a name among 100,000", ours, best(lambda: [name for name in names if "朝阳" in name])
    spelt = ["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)) for name in names]
    index.search("cy")
    ours = best(lambda: index.search("xhrmyy"))
    yield "initials among 100,000", ours, best(lambda: [text for text in spelt if "xhrmyy" in text])
    ours = best(lambda: NameIndex.of(known).search("xhrmyy"), rounds=1)
    floor = best(lambda: [lazy_pinyin(name, style=Style.FIRST_LETTER) for name in names], rounds=1)
    yield "making the index of 100,000 ready for initials", ours, floor
