"""Working days: the rules of a calendar, by worked examples and by laws."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue, UnknownYear
from pharmasales.workdays import CALENDARS, CHINA, WEEKDAYS, Calendar, YearPlan

FIRST, LAST = date(2007, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, LAST)
INNER = st.dates(date(2012, 1, 1), date(2021, 12, 31))
LEAVE = st.frozensets(st.dates(date(2019, 12, 1), date(2021, 2, 28)), max_size=40)


def every(start: date, end: date) -> list[date]:
    """All days of a range, one after another."""
    return [start + timedelta(n) for n in range((end - start).days + 1)]


class TestExamples:
    """Worked examples and published counts."""

    def test_e60(self) -> None:
        """E60: single days of 2026 and 2018, the total of 2026."""
        assert CHINA.is_workday(date(2026, 2, 14))
        assert not CHINA.is_workday(date(2026, 2, 16))
        assert CHINA.is_workday(date(2026, 1, 4))
        assert not CHINA.is_workday(date(2018, 4, 30))
        assert CHINA.count(date(2026, 1, 1), date(2026, 12, 31)) == 248

    def test_e60_unknown(self) -> None:
        """E60: 2027 is an error that names the year and says how to supply it."""
        with pytest.raises(UnknownYear) as caught:
            CHINA.is_workday(date(2027, 1, 4))
        error = caught.value
        assert error.reason == "no arrangement is known for 2027"
        assert (error.where, error.code) == ("calendar CN", "calendar.year")
        assert "with_year(2027, off=..., work=...)" in error.hint
        assert "[calendar.2027] of pharmasales.toml" in error.hint
        assert isinstance(error.__cause__, UnknownYear)
        assert "2027" in error.__cause__.reason

    def test_e16(self) -> None:
        """E16: two working days after Friday 13 February 2026 is Tuesday 24 February."""
        assert CHINA.add(date(2026, 2, 13), 1) == date(2026, 2, 14)
        assert CHINA.add(date(2026, 2, 13), 2) == date(2026, 2, 24)
        assert not any(CHINA.is_workday(day) for day in every(date(2026, 2, 15), date(2026, 2, 23)))

    @pytest.mark.parametrize(
        ("year", "months"),
        [
            (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
            (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
        ],
    )
    def test_months(self, year: int, months: list[int]) -> None:
        """The twelve months of 2025 and 2026; February 2026 has 16."""
        starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
        ends = [start - timedelta(1) for start in starts[1:]]
        assert [CHINA.count(start, end) for start, end in zip(starts, ends, strict=False)] == months

    @pytest.mark.parametrize(("year", "quarters"), [(2025, [59, 61, 67, 61]), (2026, [59, 61, 66, 62])])
    def test_quarters(self, year: int, quarters: list[int]) -> None:
        """P2-L: the quarters of 2025 and 2026."""
        ends = [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]
        starts = [date(year, month, 1) for month in (1, 4, 7, 10)]
        assert [CHINA.count(start, end) for start, end in zip(starts, ends, strict=True)] == quarters

    def test_years(self) -> None:
        """P2-L: 251 working days in 2024, 248 in 2025 and in 2026."""
        assert [CHINA.count(date(y, 1, 1), date(y, 12, 31)) for y in (2024, 2025, 2026)] == [251, 248, 248]

    def test_spring_festival_2020(self) -> None:
        """The extended Spring Festival: off to 2 February, Saturday 1 February no make-up day, 3 February at work."""
        assert CHINA.workdays(date(2020, 1, 18), date(2020, 2, 4)) == (
            *every(date(2020, 1, 19), date(2020, 1, 23)),
            date(2020, 2, 3),
            date(2020, 2, 4),
        )

    def test_edges_of_years(self) -> None:
        """Days that the next year's notice moved: 2007, 2011, 2018."""
        assert CHINA.workdays(date(2007, 12, 28), date(2008, 1, 2)) == (
            date(2007, 12, 28),
            date(2007, 12, 29),
            date(2008, 1, 2),
        )
        assert CHINA.is_workday(date(2011, 12, 31))
        assert CHINA.workdays(date(2018, 12, 29), date(2019, 1, 2)) == (date(2018, 12, 29), date(2019, 1, 2))

    def test_weekdays(self) -> None:
        """Monday to Friday in every year that a date can hold."""
        assert WEEKDAYS.count(date(2026, 1, 1), date(2026, 12, 31)) == 261
        assert WEEKDAYS.count(date(2001, 1, 1), date(2400, 12, 31)) == 146_097 // 7 * 5
        assert WEEKDAYS.is_workday(date(2027, 1, 1))
        assert not WEEKDAYS.is_workday(date(9999, 12, 26))

    def test_registry(self) -> None:
        """The calendars that settings can name, read-only."""
        assert dict(CALENDARS) == {"CN": CHINA, "weekdays": WEEKDAYS}
        with pytest.raises(TypeError):
            CALENDARS["x"] = CHINA  # type: ignore[index]  # that it refuses is the point


class TestReason:
    """Why a day is a working day or not."""

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(2026, 2, 16), ("Spring Festival", "春节")),
            (date(2026, 2, 21), ("Spring Festival", "春节")),
            (date(2026, 2, 14), ("make-up working day", "调休上班")),
            (date(2026, 1, 10), ("weekend", "周末")),
            (date(2026, 1, 12), ("working day", "工作日")),
            (date(2025, 10, 6), ("National Day and Mid-Autumn Festival", "国庆节、中秋节")),
            (
                date(2015, 9, 3),
                (
                    "70th anniversary of the victory in the War of Resistance",
                    "抗日战争暨世界反法西斯战争胜利70周年纪念日",
                ),
            ),
        ],
    )
    def test_china(self, day: date, words: tuple[str, str]) -> None:
        """Each kind of day has its words in both languages."""
        assert CHINA.reason(day) == words

    def test_leave(self) -> None:
        """Leave is named where the day would be worked, on a make-up day too; a holiday stays a holiday."""
        away = CHINA.without([*every(date(2026, 2, 13), date(2026, 2, 16)), date(2026, 1, 10)])
        assert away.reason(date(2026, 2, 13)) == ("leave", "请假")
        assert away.reason(date(2026, 2, 14)) == ("leave", "请假")
        assert away.reason(date(2026, 2, 16)) == ("Spring Festival", "春节")
        assert away.reason(date(2026, 1, 10)) == ("weekend", "周末")

    def test_supplied(self) -> None:
        """A supplied day off has no name of its own."""
        later = CHINA.with_year(2027, off=[date(2027, 1, 1)], work=[date(2027, 1, 3)])
        assert later.reason(date(2027, 1, 1)) == ("holiday", "放假")
        assert later.reason(date(2027, 1, 3)) == ("make-up working day", "调休上班")

    @given(day=DAYS, leave=LEAVE)
    def test_agrees(self, day: date, leave: frozenset[date]) -> None:
        """The words say "working" exactly on working days."""
        calendar = CHINA.without(leave)
        assert ("working" in calendar.reason(day)[0]) == calendar.is_workday(day)


class TestLaws:
    """What holds for every calendar."""

    @given(days=st.tuples(DAYS, DAYS, DAYS).map(sorted))
    def test_count_adds_up(self, days: list[date]) -> None:
        """count(a, c) = count(a, b) + count(b + 1, c), with an empty second part too."""
        a, b, c = days
        assert CHINA.count(a, c) == CHINA.count(a, b) + CHINA.count(b + timedelta(1), c)

    @given(start=DAYS, length=st.integers(0, 900), leave=LEAVE)
    def test_brute_force(self, start: date, length: int, leave: frozenset[date]) -> None:
        """Listing and counting equal asking day by day."""
        calendar, end = CHINA.without(leave), min(LAST, start + timedelta(length))
        expected = tuple(day for day in every(start, end) if calendar.is_workday(day))
        assert calendar.workdays(start, end) == expected
        assert calendar.count(start, end) == len(expected)

    @given(day=INNER, n=st.integers(1, 1200), leave=LEAVE)
    def test_add_counts(self, day: date, n: int, leave: frozenset[date]) -> None:
        """From the day after to the n-th working day there are n, and the last is one; backwards alike."""
        calendar = CHINA.without(leave)
        later, earlier = calendar.add(day, n), calendar.add(day, -n)
        assert calendar.is_workday(later)
        assert calendar.is_workday(earlier)
        assert calendar.count(day + timedelta(1), later) == n
        assert calendar.count(earlier, day - timedelta(1)) == n

    @given(day=INNER, n=st.integers(-1200, 1200))
    def test_add_back(self, day: date, n: int) -> None:
        """On a working day, adding and taking away returns to it."""
        start = CHINA.add(day, 0)
        assert CHINA.add(CHINA.add(start, n), -n) == start

    @given(day=INNER, n=st.integers(0, 600), m=st.integers(0, 600))
    def test_add_in_steps(self, day: date, n: int, m: int) -> None:
        """From a working day, n and then m is n + m."""
        start = CHINA.add(day, 0)
        assert CHINA.add(CHINA.add(start, n), m) == CHINA.add(start, n + m)

    @given(day=INNER)
    def test_add_nothing(self, day: date) -> None:
        """With 0 it is the first working day from the day on."""
        found = CHINA.add(day, 0)
        assert found == min(one for one in every(day, day + timedelta(15)) if CHINA.is_workday(one))

    @given(leave=LEAVE, more=LEAVE, day=DAYS)
    def test_without(self, leave: frozenset[date], more: frozenset[date], day: date) -> None:
        """Blocking takes exactly the named days, in any order, once or twice; it never makes a day a working day."""
        calendar = CHINA.without(leave)
        assert all(calendar.is_workday(one) == (CHINA.is_workday(one) and one not in leave) for one in (day, *leave))
        twice = calendar.without([*more, *more]).without(leave)
        assert twice == CHINA.without(more | leave)
        assert hash(twice) == hash(CHINA.without(more | leave))

    @given(
        off=st.frozensets(st.dates(date(2027, 1, 1), date(2027, 12, 31)), max_size=40),
        work=st.frozensets(
            st.dates(date(2027, 1, 1), date(2027, 12, 31)).filter(lambda d: d.weekday() > 4), max_size=20
        ),
    )
    def test_with_year(self, off: frozenset[date], work: frozenset[date]) -> None:
        """A supplied year equals its definition, day by day, and leaves the others alone."""
        calendar = CHINA.with_year(2027, off=off - work, work=work)
        for day in every(date(2027, 1, 1), date(2027, 12, 31)):
            assert calendar.is_workday(day) == (day in work or (day.weekday() < 5 and day not in off))
        assert calendar.count(FIRST, LAST) == CHINA.count(FIRST, LAST)
        assert not calendar.known(2028)

    @pytest.mark.parametrize("calendar", CALENDARS.values())
    def test_pickle_provider(self, calendar: Calendar) -> None:
        """The bundled calendars come back with the same provider."""
        back = pickle.loads(pickle.dumps(calendar))  # noqa: S301 - made here
        assert back == calendar
        assert back.provider is calendar.provider

    @given(leave=LEAVE)
    def test_pickle(self, leave: frozenset[date]) -> None:
        """A calendar survives pickling, equal, of equal hash and fingerprint, whatever it has worked out."""
        calendar = CHINA.without(leave).with_year(2027)
        calendar.count(date(2026, 1, 1), date(2027, 12, 31))
        back = pickle.loads(pickle.dumps(calendar))  # noqa: S301 - made here
        assert (back, hash(back), back.fingerprint) == (calendar, hash(calendar), calendar.fingerprint)
        assert back.count(date(2020, 1, 1), date(2020, 12, 31)) == calendar.count(date(2020, 1, 1), date(2020, 12, 31))


class TestUnknownYears:
    """What is not announced is never guessed."""

    @pytest.mark.parametrize(
        "ask",
        [
            lambda: CHINA.reason(date(2027, 6, 1)),
            lambda: CHINA.count(date(2026, 12, 1), date(2027, 1, 31)),
            lambda: CHINA.workdays(date(2026, 12, 1), date(2027, 1, 1)),
            lambda: CHINA.add(date(2026, 12, 31), 1),
            lambda: CHINA.add(date(2027, 1, 1), 0),
            lambda: CHINA.add(date(2027, 1, 10), -5),
        ],
    )
    def test_ahead(self, ask: Any) -> None:
        """Every question that touches 2027 is refused and names it."""
        with pytest.raises(UnknownYear, match="no arrangement is known for 2027"):
            ask()

    def test_before(self) -> None:
        """The table begins with 2007."""
        assert CHINA.add(date(2007, 1, 5), -1) == date(2007, 1, 4)
        with pytest.raises(UnknownYear, match="2006"):
            CHINA.add(date(2007, 1, 5), -2)

    def test_known(self) -> None:
        """Exactly the announced years are known, and a supplied one."""
        assert [year for year in range(1990, 2040) if CHINA.known(year)] == list(range(2007, 2027))
        assert CHINA.with_year(2027).known(2027)
        assert WEEKDAYS.known(1)
        assert WEEKDAYS.known(9999)

    def test_last_day(self) -> None:
        """The last announced day is answered; an empty range after it asks nothing."""
        assert CHINA.add(date(2026, 12, 30), 1) == date(2026, 12, 31)
        assert CHINA.count(date(2027, 1, 1), date(2026, 12, 31)) == 0
        assert CHINA.workdays(date(2026, 12, 31), date(2026, 12, 30)) == ()

    def test_errors_stay(self) -> None:
        """An unknown year stays unknown when asked again."""
        for _ in range(2):
            with pytest.raises(UnknownYear):
                CHINA.is_workday(date(2027, 3, 1))


class TestSupply:
    """Years that are not announced yet, and corrections."""

    def test_replaces(self) -> None:
        """The last arrangement given for a year holds; the order of different years does not matter."""
        first = CHINA.with_year(2027, off=[date(2027, 1, 1)]).with_year(2028)
        assert first == CHINA.with_year(2028).with_year(2027, off=[date(2027, 1, 1)])
        assert first.with_year(2027).is_workday(date(2027, 1, 1))
        company = CHINA.with_year(2026)
        assert company.is_workday(date(2026, 2, 16))
        assert not CHINA.is_workday(date(2026, 2, 16))

    def test_year_end(self) -> None:
        """December days of the year before are added to that year; the rest of it stays."""
        later = CHINA.with_year(2027, off=[date(2026, 12, 31), date(2027, 1, 1)], work=[date(2026, 12, 26)])
        assert later.workdays(date(2026, 12, 25), date(2027, 1, 4)) == (
            date(2026, 12, 25),
            date(2026, 12, 26),
            *every(date(2026, 12, 28), date(2026, 12, 30)),
            date(2027, 1, 4),
        )
        assert later.count(date(2026, 1, 1), date(2026, 11, 30)) == CHINA.count(date(2026, 1, 1), date(2026, 11, 30))
        assert later.reason(date(2026, 2, 16)) == ("Spring Festival", "春节")
        assert later.reason(date(2026, 12, 26)) == ("make-up working day", "调休上班")

    def test_year_end_twice(self) -> None:
        """A later word on a December day overrules the earlier one."""
        first = WEEKDAYS.with_year(2023, off=[date(2023, 12, 29)], work=[date(2023, 12, 31)])
        second = first.with_year(2024, off=[date(2023, 12, 31)])
        assert second.workdays(date(2023, 12, 28), date(2024, 1, 1)) == (date(2023, 12, 28), date(2024, 1, 1))
        third = second.with_year(2024, work=[date(2023, 12, 31)])
        assert third.workdays(date(2023, 12, 29), date(2024, 1, 1)) == (date(2023, 12, 31), date(2024, 1, 1))

    def test_year_end_unknown(self) -> None:
        """A December day of a year that is not known itself cannot be moved."""
        with pytest.raises(UnknownYear, match="2027"):
            CHINA.with_year(2028, off=[date(2027, 12, 31)])

    @pytest.mark.parametrize(
        ("off", "work", "reason"),
        [
            ([date(2028, 1, 1)], [], "2028-01-01 is no day of 2027"),
            ([date(2026, 11, 30)], [], "2026-11-30 is no day of 2027"),
            ([date(2027, 1, 2)], [date(2027, 1, 2)], "2027-01-02 is both off and a working day"),
            ([], [date(2027, 1, 4)], "2027-01-04 lies in the working week"),
            ([datetime(2027, 1, 1, tzinfo=UTC)], [], "a datetime is no date"),
            (["2027-01-01"], [], "str is no date"),
            (date(2027, 1, 1), [], "date is no list of dates"),
        ],
    )
    def test_refused(self, off: Any, work: Any, reason: str) -> None:
        """A slip in a supplied year is named, not swallowed."""
        with pytest.raises(BadValue, match=reason):
            CHINA.with_year(2027, off=off, work=work)

    @pytest.mark.parametrize("year", [True, "2027", None, 0, 10_000, 2027.0])
    def test_no_year(self, year: Any) -> None:
        """A year is a whole number that a date can hold."""
        for ask in (
            CHINA.with_year,
            CHINA.known,
            CHINA.with_year(2027).known,
            YearPlan,
            lambda y: CHINA.with_year(y, off=[date(2027, 1, 1)]),
        ):
            with pytest.raises(BadValue, match="a year is a whole number from 1 to 9999"):
                ask(year)


class TestProviders:
    """Calendars of others."""

    def test_own(self) -> None:
        """A provider with its own weekend, days off, make-up days and names."""

        class Example:
            def year(self, year: int, /) -> YearPlan:
                if year != 2026:
                    raise UnknownYear(f"nothing for {year}")
                words = ("Founders' Day", "创立日")
                return YearPlan(2026, [date(2026, 7, 1)], [date(2026, 7, 4)], {date(2026, 7, 1): words})

        calendar = Calendar("example", Example(), weekend=[4, 5])
        assert calendar.workdays(date(2026, 6, 30), date(2026, 7, 5)) == (
            date(2026, 6, 30),
            date(2026, 7, 2),
            date(2026, 7, 4),
            date(2026, 7, 5),
        )
        assert calendar.reason(date(2026, 7, 1)) == ("Founders' Day", "创立日")
        assert calendar.reason(date(2026, 7, 3)) == ("weekend", "周末")
        with pytest.raises(UnknownYear, match="2025 @ calendar example"):
            calendar.is_workday(date(2025, 7, 1))

    def test_wrong_year(self) -> None:
        """A provider that answers for another year is refused."""

        class Wrong:
            def year(self, year: int, /) -> YearPlan:
                return YearPlan(year + 1)

        with pytest.raises(BadValue, match="asked for 2026, given 2027"):
            Calendar("wrong", Wrong()).is_workday(date(2026, 1, 5))

    def test_asked_once(self) -> None:
        """Look-ups ask the provider once a year."""
        asked: list[int] = []

        class Counting:
            def year(self, year: int, /) -> YearPlan:
                asked.append(year)
                return YearPlan(year)

        calendar = Calendar("counting", Counting())
        calendar.count(date(2024, 5, 1), date(2026, 5, 1))
        assert [calendar.is_workday(day) for day in every(date(2025, 1, 3), date(2025, 1, 6))] == [
            True,
            False,
            False,
            True,
        ]
        assert asked == [2024, 2025, 2026]

    @pytest.mark.parametrize("weekend", [range(7), [7], [-1], ["5"], [True]])
    def test_weekend(self, weekend: Any) -> None:
        """A weekend leaves a day to work on and numbers its days from 0 to 6."""
        with pytest.raises(BadValue, match="a weekend is some of the days 0"):
            Calendar("x", weekend=weekend)

    def test_no_weekend(self) -> None:
        """A calendar may work all seven days."""
        assert Calendar("shop", weekend=()).count(date(2026, 1, 1), date(2026, 12, 31)) == 365


class TestHostile:
    """Values that are no days, ranges that are none."""

    @pytest.mark.parametrize(
        ("value", "name"),
        [
            (None, "NoneType"),
            (True, "bool"),
            (20260101, "int"),
            ("2026-01-01", "str"),
            ([], "list"),
            (datetime(2026, 1, 5, tzinfo=UTC), "a datetime"),
        ],
    )
    def test_no_day(self, value: Any, name: str) -> None:
        """Every question refuses what is no plain date and says what it was given."""
        good = date(2026, 1, 5)
        asks = [
            lambda: CHINA.is_workday(value),
            lambda: CHINA.reason(value),
            lambda: CHINA.count(value, good),
            lambda: CHINA.count(good, value),
            lambda: CHINA.workdays(value, good),
            lambda: CHINA.add(value, 1),
            lambda: CHINA.without([value]),
            lambda: Calendar("x", leave=[value]),
        ]
        for ask in asks:
            with pytest.raises(BadValue, match=f"^{name} is no date") as caught:
                ask()
            assert caught.value.code == "calendar.day"

    @pytest.mark.parametrize("value", [None, 3, date(2026, 1, 5)])
    def test_no_list(self, value: Any) -> None:
        """One day is no list of days."""
        with pytest.raises(BadValue, match="is no list of dates"):
            CHINA.without(value)

    @pytest.mark.parametrize("n", [True, None, 1.0, "1"])
    def test_no_number(self, n: Any) -> None:
        """Days are added in whole numbers."""
        with pytest.raises(BadValue, match="is no whole number of days"):
            CHINA.add(date(2026, 1, 5), n)

    def test_backwards(self) -> None:
        """A range that ends two days before it starts is a slip."""
        for ask in (CHINA.count, CHINA.workdays):
            with pytest.raises(BadValue, match="the range ends before it starts"):
                ask(date(2026, 1, 7), date(2026, 1, 5))

    def test_end_of_time(self) -> None:
        """The first and the last day that a date can hold."""
        assert WEEKDAYS.add(date(9999, 12, 30), 1) == date.max
        assert WEEKDAYS.count(date.max, date.max) == 1
        assert WEEKDAYS.add(date(1, 1, 2), -1) == date.min
        for day, n in ((date.max, 1), (date.min, -1)):
            with pytest.raises(BadValue, match="a year is a whole number from 1 to 9999"):
                WEEKDAYS.add(day, n)

    def test_repr(self) -> None:
        """The repr counts days of leave and never names them."""
        text = repr(CHINA.without([date(2026, 3, 2)]).with_year(2027))
        assert text.startswith("Calendar(name='CN', provider=CHINA_NOTICES, ")
        assert repr(WEEKDAYS.provider) == "NO_HOLIDAYS"
        assert "leave=<1 days>" in text
        assert "supplied=<2027>" in text
        assert "2026, 3, 2" not in text

    def test_name(self) -> None:
        """A calendar's name is an id."""
        assert Calendar(" example ").name == "example"
        with pytest.raises(BadValue, match="empty id"):
            Calendar(" ")


class TestFingerprint:
    """What a kept result remembers of its calendar."""

    def test_differs(self) -> None:
        """Name, weekend, leave and years each change it."""
        leave = CHINA.without([date(2026, 3, 2)])
        prints = {
            one.fingerprint
            for one in (
                CHINA,
                WEEKDAYS,
                leave,
                CHINA.with_year(2027),
                CHINA.with_year(2027, off=[date(2027, 1, 1)]),
                CHINA.with_year(2027, work=[date(2027, 1, 2)]),
                Calendar("weekdays", weekend=[6]),
                Calendar("other"),
            )
        }
        assert len(prints) == 8

    def test_same(self) -> None:
        """The way to a calendar does not matter; the print is the same in every process."""
        days = [date(2026, 3, 2), date(2026, 3, 3)]
        assert CHINA.without(days).fingerprint == CHINA.without(days[1:]).without(days[:1]).fingerprint
        assert WEEKDAYS.fingerprint == "66ba71f36eab4ee01bba60fa238f5d3f5189319449035cac3f3aaab890d8c9f7"
