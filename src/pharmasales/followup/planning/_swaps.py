"""Fewer journeys: two visits change days where that saves opening a place.

In a full month no visit can move alone; two that change days leave every day's load as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from pharmasales.followup.planning._diary import OPEN, Diary, Job

__all__ = ["swap"]


def swap(diary: Diary, jobs: Iterable[Job], month: int) -> None:
    """Try for each visit that stands alone at its place to change days with a visit where the place is open."""
    first, end = diary.months[month]
    for job in jobs:
        if job.place:
            for day in [day for day in job.days if first <= day < end]:
                if diary.visits_at(job.place, day) == 1:
                    _change(diary, job, day, month)


def _change(diary: Diary, job: Job, day: int, month: int) -> None:
    """Make the exchange that saves most, if any saves."""
    best, chosen = 0, None
    for to in diary.fits(job, month):
        if to == day or not diary.visits_at(job.place, to) or not diary.keeps_gap(job, to, without=day):
            continue
        mine = diary.spacing(job, day, to) - OPEN
        for other in diary.on[to]:
            if other.place == job.place or not diary.suits(other, day) or not diary.keeps_gap(other, day, without=to):
                continue
            gain = mine + diary.spacing(other, to, day) + _places(diary, other, to, day)
            if gain < best:
                best, chosen = gain, (other, to)
    if chosen is not None:
        other, to = chosen
        diary.take(job, day)
        diary.take(other, to)
        diary.put(job, to)
        diary.put(other, day)


def _places(diary: Diary, job: Job, day: int, to: int) -> int:
    """Return what opening and closing the place costs when one visit moves."""
    if not job.place:
        return 0
    opened = 0 if diary.visits_at(job.place, to) else OPEN
    return opened - (OPEN if diary.visits_at(job.place, day) == 1 else 0)
