"""Last resort for customers who came short: anew over the whole horizon, before any lower grade.

A customer may take the place of a visit of a lower grade, never of an equal or higher one; who loses a visit is tried
again in turn. Each step plans more for some grade at the cost of lower grades alone, so it comes to an end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from pharmasales.followup.capacity import most_visits
from pharmasales.followup.planning._diary import Diary, Job

__all__ = ["retry"]

_EVICT = 1 << 40
"""The price of another's visit: above every spacing, below that of a day that cannot be had."""


def retry(diary: Diary, jobs: Sequence[Job]) -> bool:
    """Plan anew whoever came short, first the higher grades, until that helps nobody; whether it helped anybody."""
    diary.lowest = max((job.rank for job in jobs), default=0)
    helped, ever = True, False
    while helped:
        helped = False
        for job in jobs:
            if job.left and _plan_whole(diary, job):
                helped = ever = True
    return ever


def _plan_whole(diary: Diary, job: Job) -> bool:
    """Choose all days of one customer anew if that makes more visits."""
    mine = [day for day in job.days if day not in job.pinned]
    for day in mine:
        diary.take(job, day)
    losers = {day: loser for day in diary.all_fits(job) for loser in _losers(diary, job, day)}
    earliest = 0 if job.last is None else job.last + job.gap
    if most_visits([diary.ordinals[day] for day in losers], job.gap, earliest) <= len(mine):
        for day in mine:
            diary.put(job, day)
        return False
    prices = _prices(diary, job, list(losers), losers)
    for day in diary.best(job, list(losers), prices, len(mine) + job.left):
        loser = losers[day]
        if loser is not None:
            diary.take(loser, day)
            loser.left += 1
        diary.put(job, day)
    job.left -= len(job.days) - len(job.pinned) - len(mine)
    return True


def _losers(diary: Diary, job: Job, day: int) -> list[Job | None]:
    """Return whose visit a day's visit would cost: nobody's, or the lowest grade's; nothing where it cannot be had."""
    if diary.takes(job, day):
        return [None]
    if job.rank == diary.lowest:
        return []
    lower = [other for other in diary.on[day] if other.rank > job.rank and day not in other.pinned]
    lower.sort(key=lambda other: (other.rank, other.number), reverse=True)
    if diary.clock is None:
        return [*lower[:1]]
    return [*islice((other for other in lower if _makes_way(diary, job, other, day)), 1)]


def _makes_way(diary: Diary, job: Job, other: Job, day: int) -> bool:
    diary.take(other, day)
    fits = diary.takes(job, day)
    diary.put(other, day)
    return fits


def _prices(diary: Diary, job: Job, days: Sequence[int], losers: Mapping[int, Job | None]) -> list[int]:
    """Price days with room as ever, and others at the price of another's visit."""
    prices = diary.prices(job, days)
    return [price if losers[n] is None else _EVICT + diary.load[n] for n, price in zip(days, prices, strict=True)]
