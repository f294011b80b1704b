"""The task graph: against brute force on small graphs, by hand on the calendar, and deep without recursion."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, UnknownYear
from pharmasales.goals.acting.plan_tasks import Task, in_series, working_due
from pharmasales.goals.acting.taskgraph import schedule_tasks
from pharmasales.workdays import CHINA, WEEKDAYS

MONDAY = date(2026, 3, 2)


@st.composite
def graphs(draw):
    """Return up to seven tasks without a cycle, in a shuffled order."""
    count = draw(st.integers(1, 7))
    tasks = []
    for n in range(count):
        after = draw(st.lists(st.integers(0, max(n - 1, 0)), unique=True, max_size=3)) if n else []
        tasks.append(Task(f"t{n}", draw(st.integers(0, 4)), tuple(f"t{one}" for one in after)))
    return draw(st.permutations(tasks))


def paths(tasks):
    """Return every path through the graph, by brute force."""
    by_id = {task.id: task for task in tasks}
    followers = {task.id: [one.id for one in tasks if task.id in one.after] for task in tasks}

    def onward(task_id):
        tails = [tail for other in followers[task_id] for tail in onward(other)]
        return [[task_id, *tail] for tail in tails] or [[task_id]]

    return [[by_id[one] for one in path] for task in tasks if not task.after for path in onward(task.id)]


@given(graphs(), st.integers(0, 30))
def test_against_brute_force(tasks, offset):
    """Length, slack and critical chain are those of the longest paths, found by walking all of them."""
    start = MONDAY + timedelta(days=offset)
    found = schedule_tasks(tasks, start, WEEKDAYS)
    ways = paths(tasks)
    lengths = [sum(task.days for task in way) for way in ways]
    assert found.length == max(lengths)
    assert found.serial == sum(task.days for task in tasks)
    for task in tasks:
        through = max(n for way, n in zip(ways, lengths, strict=True) if task in way)
        assert found[task.id].slack == found.length - through
        assert found[task.id].critical == (through == found.length)
    chain = [found[one] for one in found.critical]
    assert sum(row.task.days for row in chain) == found.length
    assert all(row.critical for row in chain)
    assert all(left.task.id in right.task.after for left, right in pairwise(chain))


@given(graphs(), st.integers(0, 400))
def test_every_day_is_a_working_day(tasks, offset):
    """No start or finish falls on a day off, durations are exact, and nothing begins before what it follows is done."""
    start = date(2025, 9, 1) + timedelta(days=offset)
    if start > date(2026, 10, 1):
        return
    found = schedule_tasks(tasks, start, CHINA)
    for row in found.rows.values():
        for day in (row.start, row.finish, row.latest_start, row.latest_finish):
            assert CHINA.is_workday(day)
        if row.task.days:
            assert (
                CHINA.count(row.start, row.finish) == row.task.days == CHINA.count(row.latest_start, row.latest_finish)
            )
            for one in row.task.after:
                before = found[one]
                assert before.finish < row.start or (not before.task.days and before.finish <= row.start)
        assert row.start <= row.latest_start


@given(graphs())
def test_the_order_given_does_not_matter(tasks):
    """Any order of the tasks gives the same days and slack."""
    once = schedule_tasks(tasks, MONDAY, WEEKDAYS)
    again = schedule_tasks(list(reversed(tasks)), MONDAY, WEEKDAYS)
    assert dict(once.rows) == dict(again.rows)
    assert once.length == again.length


def test_over_the_spring_festival():
    """Make-up days count and the festival does not: five days from 14 February 2026 end on the 27th."""
    found = schedule_tasks([Task("a", 5)], date(2026, 2, 14), CHINA)
    assert (found["a"].start, found["a"].finish) == (date(2026, 2, 14), date(2026, 2, 27))
    assert schedule_tasks([Task("a", 1)], date(2026, 2, 15), CHINA)["a"].start == date(2026, 2, 24)


def test_parallel_and_serial():
    """Side by side as long as the longest, one after the other as long as all."""
    tasks = [Task("a", 2), Task("b", 3), Task("c", 4)]
    assert (schedule_tasks(tasks, MONDAY, WEEKDAYS).length, schedule_tasks(tasks, MONDAY, WEEKDAYS).serial) == (4, 9)
    one_by_one = schedule_tasks(in_series(tasks), MONDAY, WEEKDAYS)
    assert (one_by_one.length, one_by_one.critical) == (9, ("a", "b", "c"))
    assert in_series([]) == ()


def test_not_before_and_milestones():
    """A task waits for its first day; a milestone is reached on the day when all before it is finished."""
    tasks = [
        Task("a", 2, not_before=date(2026, 3, 7)),
        Task("done", 0, after=("a",)),
        Task("b", 1, after=("done",)),
        Task("opening", 0, not_before=date(2026, 3, 5)),
        Task("go", 0),
    ]
    found = schedule_tasks(tasks, MONDAY, WEEKDAYS)
    assert (found["a"].start, found["a"].finish) == (date(2026, 3, 9), date(2026, 3, 10))
    assert found["done"].finish == date(2026, 3, 10)
    assert found["b"].start == date(2026, 3, 11)
    assert (found["opening"].start, found["opening"].finish) == (date(2026, 3, 5), date(2026, 3, 5))
    assert found["go"].start == MONDAY
    assert found.critical == ("a", "done", "b")
    assert found.length == 8
    assert schedule_tasks([Task("m", 0)], MONDAY, WEEKDAYS)["m"].finish == MONDAY


def test_due_dates():
    """Late is counted in working days; in time is 0; without a due date it is missing."""
    tasks = [
        Task("a", 3, due=date(2026, 3, 4)),
        Task("b", 3, due=date(2026, 3, 3)),
        Task("c", 10, due=MONDAY),
        Task("d", 1),
    ]
    found = schedule_tasks(tasks, MONDAY, WEEKDAYS)
    assert [row.late for row in found.rows.values()] == [0, 1, 9, None]
    assert [row.task.id for row in found.late] == ["b", "c"]
    assert [row["late"] for row in found.table().records()] == [0, 1, 9, None]


def test_a_due_date_on_a_day_off():
    """It is refused unless it is said where it moves; the neighbours are named."""
    sunday = date(2026, 3, 8)
    with pytest.raises(BadValue, match="2026-03-08 is a day off: weekend @ due; use 2026-03-06 or 2026-03-09"):
        working_due(sunday, CHINA)
    assert working_due(sunday, CHINA, "before") == date(2026, 3, 6)
    assert working_due(sunday, CHINA, "after") == date(2026, 3, 9)
    assert working_due(MONDAY, CHINA) == MONDAY
    with pytest.raises(BadValue, match="did you mean"):
        working_due(sunday, CHINA, "aftr")
    with pytest.raises(BadRows, match="1 faults"):
        schedule_tasks([Task("a", 1, due=sunday)], MONDAY, CHINA)


@given(st.dates(date(2007, 1, 5), date(2026, 12, 25)))
def test_a_moved_due_date_is_a_working_day(day):
    """Whatever the day, both moves end on the nearest working day of their side."""
    before, after = working_due(day, CHINA, "before"), working_due(day, CHINA, "after")
    assert CHINA.is_workday(before)
    assert CHINA.is_workday(after)
    assert before <= day <= after
    assert CHINA.count(before, after) == (1 if before == after else 2)


def test_why():
    """What a task waits for, and how far it can slip, in both languages."""
    tasks = [Task("a", 1), Task("b", 3), Task("c", 1, after=("a", "b"), not_before=MONDAY)]
    found = schedule_tasks(tasks, MONDAY, WEEKDAYS)
    assert found.why("c").text() == (
        "c: 1 working days, 2026-03-05 to 2026-03-05 "
        "(after b, finished on 2026-03-04; not before 2026-03-02; cannot slip: it is critical)"
    )
    assert found.why("a").text("zh") == "a：1 个工作日，2026-03-02 至 2026-03-02（可推迟 2 个工作日）"
    assert "2026-03-05" in found._repr_html_()
    with pytest.raises(NotFound):
        found["x"]


@pytest.mark.parametrize(
    ("after", "path"),
    [
        ({"a": ("c",), "b": ("a",), "c": ("b",)}, "a > b > c > a"),
        ({"a": ("a",), "b": (), "c": ()}, "a > a"),
        ({"a": (), "b": ("c", "a"), "c": ("b",)}, "b > c > b"),
        ({"a": ("b",), "b": ("c",), "c": ("b",)}, "b > c > b"),
    ],
)
def test_a_cycle_shows_its_path(after, path):
    """Tasks that wait for each other are refused with the way round, in the order of the work."""
    with pytest.raises(BadRule) as caught:
        schedule_tasks([Task(one, 1, before) for one, before in after.items()], MONDAY, WEEKDAYS)
    assert caught.value.reason == f"cycle: {path}"
    assert caught.value.code == "tasks.cycle"


def test_depth():
    """A hundred thousand tasks in a chain, and the same as a cycle, need no recursion."""
    count = 100_000
    chain = [Task("t0", 1), *(Task(f"t{n}", 1, (f"t{n - 1}",)) for n in range(1, count))]
    found = schedule_tasks(chain, MONDAY, WEEKDAYS)
    assert found.length == count
    assert len(found.critical) == count
    assert found[f"t{count - 1}"].finish == WEEKDAYS.add(MONDAY, count - 1)
    with pytest.raises(BadRule, match=r"cycle: .* > \.\.\. > "):
        schedule_tasks([Task("t0", 1, (f"t{count - 1}",)), *chain[1:]], MONDAY, WEEKDAYS)


def test_hostile_input():
    """No task, twins, unknown tasks to follow, days that are none: all at once."""
    with pytest.raises(BadRule, match="no task"):
        schedule_tasks([], MONDAY, WEEKDAYS)
    tasks = [Task("a", -1), Task("A", 1), Task("b", True), Task("c", 1.5), Task("d", 1, ("bb", "zzz"))]
    with pytest.raises(BadRows) as caught:
        schedule_tasks(tasks, MONDAY, WEEKDAYS)
    assert [(e.where, e.code) for e in caught.value.exceptions] == [
        ("task 'A'", "tasks.twins"),
        ("task 'a'", "tasks.days"),
        ("task 'b'", "tasks.days"),
        ("task 'c'", "tasks.days"),
        ("task 'd'", "tasks.after"),
        ("task 'd'", "tasks.after"),
    ]
    with pytest.raises(UnknownYear):
        schedule_tasks([Task("a", 300)], MONDAY, CHINA)
