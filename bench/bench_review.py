"""The review of a period beside bare loops over the same data, in the same run.

Run `python bench/bench_review.py`. The floors take plain numbers out of a list and count: they check no scheme, keep no
customer, name no cut and give no reason.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from random import Random

from timing import show, timed

from pharmasales.classification import Scheme, classify
from pharmasales.classification.capacity import ByCapacity, ClassVisits
from pharmasales.classification.coverage.allocation import share_out
from pharmasales.classification.review.hysteresis import Hysteresis, hold
from pharmasales.classification.review.moves import transitions
from pharmasales.classification.review.stability import cut_sensitivity, near_cuts
from pharmasales.rules import Bands, Field
from pharmasales.units import VISIT, Amount

CUSTOMERS = 100_000
SCHEME = Scheme("size", ("A", "B", "C"))
RULE = Bands(Field("sales"), ((200_000, "C"), (500_000, "B")), top="A")
SHIFTS = ("-10%", "-5%", "5%", "10%")


def values_of(seed: int) -> list[int]:
    random = Random(seed)  # noqa: S311 - made-up figures, the same in every run
    return [random.randrange(1_000_000) for _ in range(CUSTOMERS)]


def letter(value: int) -> str:
    return "C" if value < 200_000 else "B" if value < 500_000 else "A"


def shifted_by_hand(values: list[int]) -> list[int]:
    """Count whom each shifted cut moves, by grading everybody again."""
    found = []
    for cut in (500_000, 200_000):
        for by in (-10, -5, 5, 10):
            to = cut + cut * by // 100
            low, high = min(cut, to), max(cut, to)
            found.append(sum(low <= value < high for value in values))
    return found


def near_by_hand(values: list[int]) -> int:
    ordered = sorted(values)
    return sum(
        bisect_right(ordered, cut * 21 // 20) - bisect_left(ordered, cut * 19 // 20) for cut in (200_000, 500_000)
    )


def held_by_hand(values: list[int], before: list[str]) -> list[str]:
    """Grade by two cuts of which each is 10 % higher or lower by the grade before."""
    found = []
    for value, was in zip(values, before, strict=True):
        top = value >= (450_000 if was == "A" else 550_000)
        found.append("A" if top else "C" if value < (220_000 if was == "C" else 180_000) else "B")
    return found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    old, new = values_of(1), values_of(2)
    was, now = (
        classify(((f"H{n}", "", {"sales": one}) for n, one in enumerate(values)), SCHEME, RULE) for values in (old, new)
    )
    ours, found = timed(lambda: transitions(was, now))
    floor, counts = timed(lambda: Counter((letter(a), letter(b)) for a, b in zip(old, new, strict=True)))
    assert found.counts == counts
    yield "transitions of 1e5 customers : counting pairs of letters", ours, floor
    ours, lines = timed(lambda: [move.why for move in found.moves])
    floor, plain = timed(
        lambda: [f"{a} {b} {letter(a)} {letter(b)}" for a, b in zip(old, new, strict=True) if letter(a) != letter(b)]
    )
    assert len(lines) == len(plain)
    yield "a reason for every move among 1e5 : a line of text", ours, floor
    ours, moved = timed(lambda: cut_sensitivity(now, SHIFTS))
    floor, by_hand = timed(lambda: shifted_by_hand(new))
    assert [row.moved for row in moved.rows] == by_hand
    yield "2 cuts x 4 shifts on 1e5 customers : grading them again", ours, floor
    ours, near = timed(lambda: near_cuts(now, "5%"))
    floor, count = timed(lambda: near_by_hand(new))
    assert len(near.customers) == count
    yield "who is near a cut among 1e5 : counting them", ours, floor
    grades = was.by_customer()
    ours, held = timed(lambda: hold(now, grades, Hysteresis(share="10%")))
    before = [letter(value) for value in old]
    floor, kept = timed(lambda: held_by_hand(new, before))
    assert [graded.grade.letter if graded.grade else "" for graded in held.grades] == kept
    yield "hysteresis on 1e5 customers : two cuts a customer", ours, floor
    rule = ByCapacity(Field("sales"), 90_000, [ClassVisits("A", 6, "50%"), ClassVisits("B", 3, "30%")], rest="C")
    records = [{"sales": value} for value in new]
    ours, _ = timed(lambda: rule.fit(records))
    floor, _ = timed(lambda: sorted(Counter(new).items(), reverse=True))
    yield "cut points by capacity from 1e5 : sorting them", ours, floor
    ours, _ = timed(lambda: share_out(Amount.of(200_000, VISIT), now, {"A": 6, "B": 3, "C": 1}))
    floor, _ = timed(lambda: [letter(value) for value in new])
    yield "200,000 visits over 1e5 customers : a letter for each", ours, floor


if __name__ == "__main__":
    show(cases())
