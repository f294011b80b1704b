"""Access: visiting days and hours."""

from datetime import date, datetime, time, timedelta, timezone

import pytest

from pharmasales.errors import BadValue
from pharmasales.followup import ANY_DAY, Access, weekday_names

BEIJING = timezone(timedelta(hours=8))
WINDOW = Access(weekdays=frozenset({2, 3}), start=time(14), end=time(17))


class October:
    """October 2026: 1 to 7 off, Saturday 10 worked."""

    def is_workday(self, day):
        """Whether people work."""
        return day == date(2026, 10, 10) or (day.weekday() < 5 and not date(2026, 10, 1) <= day <= date(2026, 10, 7))


def at(day, hour, minute=0):
    """Return a moment of October 2026."""
    return datetime(2026, 10, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("start", "minutes", "en", "zh"),
    [
        (at(13, 14), 30, "Tue is not a visiting day (Wed, Thu)", "周二不是接待日（周三、周四）"),
        (at(14, 14), 30, None, None),
        (at(14, 16, 45), 30, "outside the visiting hours 14:00-17:00", "不在接待时间 14:00-17:00 内"),
        (at(1, 15), 30, "holiday or weekend: not a working day", "节假日或周末，非工作日"),
        (at(10, 15), 30, "Sat is not a visiting day (Wed, Thu)", "周六不是接待日（周三、周四）"),
    ],
)
def test_e12(start, minutes, en, zh):
    """E12: the window Wednesday and Thursday 14:00 to 17:00, its five cases, with the reason in both languages."""
    said = WINDOW.refusal(start, minutes, October())
    assert (said and said.text(), said and said.text("zh")) == (en, zh)


@pytest.mark.parametrize(
    ("hour", "minute", "minutes", "fine"),
    [(14, 0, 180, True), (14, 0, 181, False), (13, 59, 30, False), (16, 59, 1, True), (17, 0, 1, False)],
)
def test_hours_include_both_ends(hour, minute, minutes, fine):
    """A visit may begin when the hours begin and end when they end."""
    assert (WINDOW.refusal(at(14, hour, minute), minutes, October()) is None) is fine


def test_open_ends():
    """Only a start, or only an end; midnight is not crossed where there is an end."""
    late, early = Access(start=time(14)), Access(end=time(9))
    assert late.refusal(at(14, 23, 50), 30, October()) is None
    assert late.refusal(at(14, 8), 30, October()).text() == "outside the visiting hours 14:00-24:00"
    assert early.refusal(at(14, 23, 50), 30, October()).text() == "outside the visiting hours 00:00-09:00"
    assert early.refusal(at(14, 8, 30), 30, October()) is None


def test_allows_follows_calendar_weekday_and_closed_days():
    """Wednesdays and Thursdays that are worked, but for the days closed."""
    access = Access(weekdays={2, 3}, closed={date(2026, 10, 15)})
    days = [date(2026, 10, n) for n in range(1, 32)]
    assert [day.day for day in days if access.allows(day, October())] == [8, 14, 21, 22, 28, 29]
    assert access.refusal(at(15, 15), 30, October()).text("zh") == "当日不接待"
    assert access.refusal(at(15, 15), 30, October()).text() == "closed to visitors on this day"


def test_any_day_takes_a_working_saturday():
    """Without named weekdays every working day is a visiting day."""
    assert ANY_DAY.allows(date(2026, 10, 10), October())
    assert not ANY_DAY.allows(date(2026, 10, 11), October())
    assert (ANY_DAY.any_weekday, WINDOW.any_weekday) == (True, False)


def test_no_visiting_day_at_all():
    """An empty set of weekdays is legal and refuses everything by name."""
    nobody = Access(weekdays=())
    assert nobody.refusal(at(14, 15), 30, October()).text() == "no visiting day at all"
    assert not nobody.allows(date(2026, 10, 14), October())


@pytest.mark.parametrize("weekdays", [{7}, {-1}, {0, 9}])
def test_weekday_out_of_range(weekdays):
    """Weekdays go from 0 to 6."""
    with pytest.raises(BadValue, match="weekday out of range"):
        Access(weekdays=weekdays)


def test_hours_backwards_and_empty_visit():
    """The end must be after the start, and a visit takes a minute."""
    with pytest.raises(BadValue, match="end before they start"):
        Access(start=time(14), end=time(14))
    with pytest.raises(BadValue, match="at least a minute"):
        WINDOW.refusal(at(14, 14), 0, October())


def test_weekdays_are_named_in_order():
    """Sorted, in both languages."""
    names = weekday_names([6, 0])
    assert (names.en, names.zh) == ("Mon, Sun", "周一、周日")
