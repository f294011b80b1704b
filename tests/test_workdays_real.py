"""The bundled table against two independent ones, on every single day.

The two oracles agree with each other on every day from 2007 to 2024, the extended Spring Festival of 2020 included, so
nothing had to be decided between them. They differ only in which weekend days beside a holiday they list as part of it
(for instance 6 and 7 April 2019), which changes no working day; the bundled table then follows the notices' files.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from pharmasales.workdays import CHINA
from pharmasales.workdays_cn import CHINA as TABLE
from pharmasales.workdays_cn import NAMES
from pharmasales.yearplan import CHINA_NOTICES

NOTICES = Path(__file__).parents[1] / "../shared/data/holiday_cn"
SHORT = {"“五一”": "劳动节", "“十一”": "国庆节", "“五一”国际劳动节": "劳动节"}
ENGLISH = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗日战争暨世界反法西斯战争胜利70周年纪念日",
}


def days_of(first: int, last: int) -> list[date]:
    """All days from one year to another."""
    start = date(first, 1, 1)
    return [start + timedelta(n) for n in range((date(last, 12, 31) - start).days + 1)]


@pytest.fixture(scope="module")
def announced() -> dict[date, tuple[str, bool]]:
    """Name and "off" of every day that the notices list; a file may hold days of its neighbour year."""
    if not NOTICES.is_dir():
        pytest.skip("the files of the notices, 2007 to 2024, are not here")
    found: dict[date, tuple[str, bool]] = {}
    for path in sorted(NOTICES.glob("*.json")):
        for day in json.loads(path.read_text(encoding="utf-8"))["days"]:
            entry = (SHORT.get(day["name"], day["name"]), day["isOffDay"])
            assert found.setdefault(date.fromisoformat(day["date"]), entry) == entry
    return found


def test_notices(announced: dict[date, tuple[str, bool]]) -> None:
    """Every day from 2007 to 2024 is as the notices list it."""
    wrong = [
        day
        for day in days_of(2007, 2024)
        if CHINA.is_workday(day) != (not announced[day][1] if day in announced else day.weekday() < 5)
    ]
    assert wrong == []


def test_notices_names(announced: dict[date, tuple[str, bool]]) -> None:
    """Every day off bears the notice's name, and no other day bears one."""
    plans = [CHINA_NOTICES.year(year) for year in range(2007, 2025)]
    ours = {day: words[1] for plan in plans for day, words in plan.names}
    listed = {day: name for day, (name, off) in announced.items() if off and day.year >= 2007}
    assert ours == listed


def test_library() -> None:
    """Every day from 2007 to 2026 is as the independent library has it."""
    oracle = pytest.importorskip("chinese_calendar")
    assert [day for day in days_of(2007, 2026) if CHINA.is_workday(day) != oracle.is_workday(day)] == []


def test_library_names() -> None:
    """Every weekday off bears one of the names that the independent library gives it."""
    oracle = pytest.importorskip("chinese_calendar")
    for day in days_of(2007, 2026):
        off, name = oracle.get_holiday_detail(day)
        if off and day.weekday() < 5:
            assert ENGLISH[name] in CHINA.reason(day)[1].split("、"), day


def test_table() -> None:
    """The table is in order: years without a gap, weekday make-up days nowhere, every name translated and used."""
    assert list(TABLE) == list(range(2007, 2027))
    plans = [CHINA_NOTICES.year(year) for year in TABLE]
    assert [day for plan in plans for day in plan.work if day.weekday() < 5] == []
    assert {part for plan in plans for _, words in plan.names for part in words[1].split("、")} == set(NAMES)
    assert all(plan.off == {day for day, _ in plan.names} for plan in plans)
