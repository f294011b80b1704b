"""How every case is timed: the least processor time of a few rounds, with what was found.

Others work on the machine too: the least of several rounds is what the work itself takes, and processor time leaves out
what the others took meanwhile.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from time import process_time
from typing import TypeVar

T = TypeVar("T")

Case = tuple[str, float, float]
"""A name, our seconds, and the floor's."""


def timed(work: Callable[[], T], rounds: int = 3) -> tuple[float, T]:
    """Return the least processor time of some rounds, and the result; nobody pays for what was thrown away before."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        began = process_time()
        found = work()
        best = min(best, process_time() - began)
    return best, found


def held_against(name: str, ours: Callable[[], T], floor: Callable[[], T], rounds: int = 3) -> Iterator[Case]:
    """Yield one case, ours and the floor in the same run; both must find the same."""
    spent, found = timed(ours, rounds)
    least, sought = timed(floor, rounds)
    assert found == sought, name
    yield name, spent, least


def grown(name: str, work: Callable[[int], Callable[[], object]], count: int, times: int = 4) -> Iterator[Case]:
    """Yield what so many times as many take beside so many times the time of the few: 1 is linear.

    The collector is off meanwhile, as in `timeit`: it looks through all that is alive, the made-up world too.
    """
    gc.disable()
    few, _ = timed(work(count))
    many, _ = timed(work(count * times))
    gc.enable()
    yield f"{name}: {count * times:,} : {times} x the time of {count:,}", many, times * few


def show(cases: Iterable[Case]) -> None:
    """Print cases with their ratio."""
    print(f"{'case':72}{'ours s':>9}{'floor s':>9}{'ratio':>7}")
    for name, ours, floor in cases:
        print(f"{name:72}{ours:9.4f}{floor:9.4f}{ours / floor:7.2f}", flush=True)
