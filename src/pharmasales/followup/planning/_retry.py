"""Last resort for customers who came short: anew over the whole horizon, before any lower grade.

A customer may take the place of a visit of a lower grade, never of an equal or higher one; who loses a visit is tried
again in turn. Each step plans more for some grade at the cost of lower grades alone, so it comes to an end.
"""

from __future__ import annotations

from collections.abc import Sequence

from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning._spread import FULL, most

__all__ = ["retry"]

_EVICT = 1 << 40
"""The price of another's visit: above every spacing, below `FULL`."""


def retry(diary: Diary, jobs: Sequence[Job]) -> None:
    """Plan anew whoever came short, first the higher grades, until that helps nobody."""
    helped = True
    while helped:
        helped = False
        for job in jobs:
            if job.left and _plan_whole(diary, job):
                helped = True


def _plan_whole(diary: Diary, job: Job) -> bool:
    """Choose all days of one customer anew if that makes more visits."""
    days = diary.all_fits(job)
    had, mine = len(job.days), set(job.days)
    open_days = [n for n in days if diary.room[n] or n in mine or _lowest(diary, job, n) is not None]
    earliest = 0 if job.last is None else job.last + job.gap
    if most([diary.ordinals[n] for n in open_days], job.gap, earliest) <= had:
        return False
    for day in sorted(mine):
        diary.take(job, day)
    for day in diary.best(job, open_days, _prices(diary, job, open_days), had + job.left):
        loser = None if diary.room[day] else _lowest(diary, job, day)
        if loser is not None:
            diary.take(loser, day)
            loser.left += 1
        diary.put(job, day)
    job.left -= len(job.days) - had
    return True


def _lowest(diary: Diary, job: Job, day: int) -> Job | None:
    """Return whose visit on a day may be taken: the lowest grade's, if it is below this customer's."""
    found = max(diary.on[day], key=lambda other: (other.rank, other.number), default=None)
    return found if found is not None and found.rank > job.rank else None


def _prices(diary: Diary, job: Job, days: Sequence[int]) -> list[int]:
    """Price days with room as ever, and full ones at the price of another's visit."""
    prices = diary.prices(job, days)
    return [_EVICT + diary.load[n] if price >= FULL else price for n, price in zip(days, prices, strict=True)]
