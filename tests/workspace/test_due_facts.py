"""What the due list of a workspace reads: which files are new, and which kept plans lie ahead."""

from __future__ import annotations

from datetime import date

from pharmasales.archive import Archive, Customer
from pharmasales.cycle import Call, FollowPolicy, Region
from pharmasales.periods import period
from pharmasales.units import BOX, CNY
from pharmasales.workspace import due_facts
from pharmasales.workspace.due_facts import files_opened

BEGUN, DAY = date(2026, 2, 2), date(2026, 3, 20)


def test_a_file_is_new_from_the_first_day_of_the_log_on():
    """What was opened before the log begins may have been contacted; without a log nobody knows."""
    days = {"D0": None, "D1": date(2026, 2, 1), "D2": BEGUN, "D3": DAY, "D4": date(2026, 3, 21)}
    archive = Archive.of(Customer(one, one, "doctor", "r1", since=day) for one, day in days.items())
    region = Region(None, archive, CNY, BOX, calls=[Call(BEGUN, "r1", "D9")])
    found = files_opened(region, FollowPolicy(), DAY, asked=True)
    assert [(one.id, one.on) for one in found] == [("D2/file", BEGUN), ("D3/file", DAY)]
    assert files_opened(region, FollowPolicy(kinds=("hospital",)), DAY, asked=True) == []
    assert files_opened(region, FollowPolicy(), DAY, asked=False) == []
    assert files_opened(Region(None, archive, CNY, BOX), FollowPolicy(), DAY, asked=True) == []


def test_the_shortest_plan_around_the_day_and_what_follows_it():
    """One after the other, none of them overlapping; what is over is left out."""
    kept = [period(text) for text in ("2026-Q1", "2026-02", "2026-03", "2026-Q2", "2026-04", "2026-06")]
    assert [str(one) for one in due_facts._around(kept, DAY)] == ["2026-03", "2026-04", "2026-06"]
    assert due_facts._around(kept, date(2026, 7, 1)) == []
