"""Honest visit reports (如实填报的拜访), made up and the same for a seed: to see how often a check speaks wrongly.

Each rep makes real days, one visit after another with the way between, and then writes them down as people do: some to
the minute, most rounded to five, some to ten minutes and the quarter of an hour; some at once, some in the evening.

>>> log = honest_calls(seed=1, reps=2)
>>> len(log), sorted({call.rep for call in log}), log == honest_calls(seed=1, reps=2)
(707, ['r000', 'r001'], True)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from attrs import frozen

from pharmasales.followup.calls.notes import CallNotes
from pharmasales.followup.calls.policy import CHINA_TIME
from pharmasales.followup.calls.reports import CallReport
from pharmasales.workdays import CHINA

__all__ = ["honest_calls", "honest_travel"]

_PLACES = 12
_DONE = "介绍研究 讲解用法 回答疑问 送达资料 讨论病例 了解需求 说明医保 约定科会".split()
_FOUND = "医生认可 仍有顾虑 希望看数据 愿意试用 要求再访 关注安全性 比较同类药 转给科室讨论".split()
_NEXT = "下周再访 寄送文献 邀请参会 答复价格 提供指南 联系药剂科 安排科会 无需跟进".split()


@frozen
class _Habits:
    """How one rep writes.

    Args:
        rounding: to how many minutes start and length are rounded.
        evening: how many days of a hundred are written in one sitting in the evening.
        template: how many texts of a hundred are the same one.
    """

    rounding: tuple[int, int]
    evening: int
    template: int


def honest_travel(seed: int = 1) -> dict[tuple[str, str], int]:
    """Return the minutes between places as a company may state them: 10 to 60.

    Args:
        seed: as that of the log.

    >>> honest_travel()["h00", "h01"]
    26
    """
    random = Random(f"{seed}/travel")  # noqa: S311 - a seeded example, no secret
    pairs = [(one, other) for one in range(_PLACES) for other in range(one + 1, _PLACES)]
    return {(f"h{one:02d}", f"h{other:02d}"): random.randint(10, 60) for one, other in pairs}


def honest_calls(
    seed: int = 1,
    reps: int = 1,
    start: date = date(2026, 1, 5),
    end: date = date(2026, 3, 31),
    *,
    evening: int | None = None,
) -> list[CallReport]:
    """Return what honest reps submitted: every visit was made as it says, but for rounding.

    Args:
        seed: the same seed, the same log.
        reps: how many reps.
        start: the first day.
        end: the last day.
        evening: how many days of a hundred each rep writes in one sitting in the evening; left out, each has a habit:
            most write at once, one in five on some evenings, one in ten every evening.
    """
    travel = honest_travel(seed)
    found: list[CallReport] = []
    for number in range(reps):
        random = Random(f"{seed}/{number}")  # noqa: S311 - a seeded example, no secret
        rounding = random.choice([(1, 1), (5, 5), (5, 5), (5, 5), (15, 10)])
        evenings = random.choice([0, 0, 0, 5, 5, 5, 5, 40, 40, 100])
        habits = _Habits(rounding, evenings if evening is None else evening, random.choice([0, 0, 5, 15]))
        for day in CHINA.workdays(start, end):
            found += _written(f"r{number:03d}", day, list(_made(random, day, travel)), habits, random)
    return found


def _made(random: Random, day: date, travel: dict[tuple[str, str], int]) -> Iterator[tuple[str, datetime, int]]:
    """Yield place, start and minutes of the visits that one day really had."""
    now = datetime.combine(day, time(8, random.randint(30, 59)), CHINA_TIME)
    place = f"h{random.randrange(_PLACES):02d}"
    for _ in range(random.randint(4, 8)):
        minutes = random.choice([random.randint(8, 20), random.randint(10, 30), random.randint(20, 45)])
        yield place, now, minutes
        other = place if random.random() < 0.6 else f"h{random.randrange(_PLACES):02d}"
        way = travel.get((min(place, other), max(place, other)), 0)
        now += timedelta(minutes=minutes + random.randint(3, 25) + way * random.randint(85, 130) // 100)
        place = other


def _written(
    rep: str, day: date, made: list[tuple[str, datetime, int]], habits: _Habits, random: Random
) -> Iterator[CallReport]:
    """Yield the reports of one day as the rep writes them down."""
    together = random.randrange(100) < habits.evening
    last = made[-1][1] + timedelta(minutes=made[-1][2])
    sitting = last + timedelta(minutes=random.randint(20, 180))
    for number, (place, begun, minutes) in enumerate(made):
        sitting += timedelta(minutes=random.randint(1, 3))
        at_once = begun + timedelta(minutes=minutes + random.randint(2, 90))
        start, length = _rounded(begun, minutes, habits)
        yield CallReport(
            f"{rep}/{day}/{number}",
            rep,
            f"{place}-d{random.randrange(6)}",
            day,
            start=start,
            minutes=length,
            place=place,
            submitted=True,
            entered=sitting if together else at_once,
            notes=CallNotes(summary=_told(random, habits)),
        )


def _rounded(begun: datetime, minutes: int, habits: _Habits) -> tuple[time, int]:
    to, of = habits.rounding
    start = _to_step(begun.hour * 60 + begun.minute, to)
    return time(start // 60, start % 60), max(of, _to_step(minutes, of))


def _to_step(count: int, step: int) -> int:
    """Return a count rounded half up to a multiple of a step."""
    return (2 * count + step) // (2 * step) * step


def _told(random: Random, habits: _Habits) -> str:
    if random.randrange(100) < habits.template:
        return "按计划拜访，介绍产品信息"
    return f"{random.choice(_DONE)}，{random.choice(_FOUND)}，{random.choice(_NEXT)}"
