"""Speed of the working calendar, each question beside the bare look-up that answers it, in the same run.

`main()` prints one line a case: name, time of one question, time of the floor, ratio. The floor of a look-up is a plain
dict of days; the floor of counting and adding is a search in one ready list of the working days of 20 years.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import perf_counter

from pharmasales.workdays import CHINA, Calendar

START, END = date(2007, 1, 1), date(2026, 12, 31)
BEST_OF = 5
ROUNDS = 20


def every_day() -> list[date]:
    """Days of their own: equal to the calendar's and to the dict's, not the same objects."""
    return [date.fromordinal(n) for n in range(START.toordinal(), END.toordinal() + 1)]


def per_question(ask: Callable[[], object], questions: int) -> float:
    start = perf_counter()
    for _ in range(ROUNDS):
        ask()
    return (perf_counter() - start) / (ROUNDS * questions)


def compared(
    name: str, ours: Callable[[], object], floor: Callable[[], object], questions: int
) -> tuple[str, float, float]:
    """Check that both answer alike, then take the best of some runs each, in turns."""
    assert ours() == floor()
    pairs = [(per_question(ours, questions), per_question(floor, questions)) for _ in range(BEST_OF)]
    return name, min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def asked(calendar: Calendar, days: list[date]) -> list[bool]:
    """Ask as the library does: the calendar is an argument."""
    return [calendar.is_workday(day) for day in days]


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds and the floor's seconds for one question."""
    days, table = every_day(), {day: CHINA.is_workday(day) for day in every_day()}
    work = list(CHINA.workdays(START, END))
    yield compared(
        "workdays.is_workday",
        lambda: asked(CHINA, days),
        lambda: [table[day] for day in days],
        len(days),
    )
    yield from (counting(days, work, span) for span in (30, 3000))
    yield from (adding(days, work, n) for n in (5, 2000))


def counting(days: list[date], work: list[date], span: int) -> tuple[str, float, float]:
    ranges = [(day, day + timedelta(span)) for day in days[:-span]]
    return compared(
        f"workdays.count over {span} days",
        lambda: [CHINA.count(start, end) for start, end in ranges],
        lambda: [bisect_right(work, end) - bisect_left(work, start) for start, end in ranges],
        len(ranges),
    )


def adding(days: list[date], work: list[date], n: int) -> tuple[str, float, float]:
    starts = days[: -2 * n]
    return compared(
        f"workdays.add {n} days",
        lambda: [CHINA.add(day, n) for day in starts],
        lambda: [work[bisect_right(work, day) + n - 1] for day in starts],
        len(starts),
    )


def main() -> None:
    for name, ours, floor in cases():
        kind = "dict" if name.endswith("is_workday") else "list"
        print(f"{name:32}  {ours * 1e9:6.0f} ns  {kind} {floor * 1e9:6.0f} ns  ratio {ours / floor:.2f}")


if __name__ == "__main__":
    main()
