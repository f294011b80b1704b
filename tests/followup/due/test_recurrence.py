"""Recurrence: RFC 5545 both ways, days off, words, and rules that cannot be."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil import rrule as library
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, UnknownYear
from pharmasales.followup.due.days_off import moved
from pharmasales.followup.due.recurrence import Recurrence, SinceLast, read_recurrence
from pharmasales.workdays import CHINA, WEEKDAYS

DAY = timedelta(days=1)
starts = st.dates(date(2024, 1, 1), date(2026, 6, 30))


def some(values, most=3):
    """Return a short list of some values, often none."""
    return st.just([]) | st.lists(values, min_size=1, max_size=most, unique=True)


@st.composite
def recurrences(draw):
    """Return a rule that may be, with any of its parts."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    nth = st.integers(-5, 5) if freq in ("MONTHLY", "YEARLY") else st.just(0)
    start = draw(starts)
    ends = draw(st.sampled_from(["never", "until", "count"]))
    try:
        return Recurrence(
            start,
            freq,
            draw(st.integers(1, 15)),
            draw(some(st.tuples(nth, st.integers(0, 6)))),
            draw(some(st.integers(-31, 31).filter(bool))),
            draw(some(st.integers(1, 12))),
            draw(some(st.integers(-4, 4).filter(bool), 2)),
            start + draw(st.integers(0, 900)) * DAY if ends == "until" else None,
            draw(st.integers(1, 40)) if ends == "count" else None,
            draw(st.integers(0, 6)),
        )
    except BadRule:
        assume(False)


@settings(deadline=None)
@given(recurrences())
def test_text_round_trip(rule):
    """A rule written and read is the same: alone, with its start, in small letters, and as `dateutil` prints it."""
    assert read_recurrence(rule.rrule, start=rule.start) == rule
    assert read_recurrence(f"RRULE:{rule.rrule};".lower(), start=rule.start) == rule
    assert read_recurrence(rule.ics) == rule
    assert Recurrence.of(rule.dateutil()) == rule
    assert list(rule.falls(date(2027, 1, 1))) == list(Recurrence.of(rule.dateutil()).falls(date(2027, 1, 1)))


@settings(deadline=None)
@given(recurrences())
def test_no_accepted_rule_is_empty_or_endless(rule):
    """Whatever is accepted falls on a day, and on no more of them than its count and its end allow."""
    found = list(islice(rule.dateutil(), 50))
    assert found or rule.until is not None
    if rule.count is not None:
        assert len(found) == min(50, rule.count)
    if rule.until is not None:
        assert all(day.date() <= rule.until for day in found)
    assert all(rule.text(lang) for lang in ("en", "zh"))


@settings(deadline=None)
@given(starts, st.sets(st.integers(0, 6), min_size=1), st.integers(1, 8))
def test_weeks_by_hand(start, weekdays, every):
    """Against counting Mondays: the weeks at distance `every` from that of the start, on these weekdays."""
    monday = start - start.weekday() * DAY
    last = start + 200 * DAY
    days = (start + n * DAY for n in range(201))
    byhand = [d for d in days if d.weekday() in weekdays and (d - d.weekday() * DAY - monday).days // 7 % every == 0]
    assert list(Recurrence.weekly(start, weekdays, every=every).falls(last)) == byhand


@settings(deadline=None)
@given(starts, st.sampled_from([1, 2, 3, 4, -1, -2]), st.integers(0, 6))
def test_nth_weekday_by_hand(start, nth, weekday):
    """Against listing each month's weekdays."""
    byhand = []
    for n in range(12):
        year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
        days = [date(year, month + 1, d) for d in range(1, monthrange(year, month + 1)[1] + 1)]
        same = [day for day in days if day.weekday() == weekday]
        byhand += [day for day in [same[nth - 1 if nth > 0 else nth]] if day >= start]
    assert list(Recurrence.monthly(start, nth, weekday).falls(byhand[-1])) == byhand


OFF = ["before", "after", "drop"]


@settings(deadline=None)
@given(recurrences(), st.integers(0, 700), st.integers(0, 60), st.sampled_from(OFF))
def test_dates_against_moving_each_day(rule, ahead, length, off):
    """Against moving every day on which it falls and keeping those of the range: each once, in order."""
    start = rule.start + ahead * DAY
    end = start + length * DAY
    assume(end < date(2026, 11, 15))
    everywhere = {moved(day, CHINA, off) for day in rule.falls(end + 30 * DAY)}
    byhand = sorted(day for day in everywhere if day is not None and start <= day <= end)
    found = rule.dates(start, end, CHINA, off)
    assert list(found) == byhand
    assert all(CHINA.is_workday(day) for day in found)


@settings(deadline=None)
@given(recurrences(), st.sampled_from(OFF), st.integers(1, 300))
def test_two_ranges_make_one(rule, off, cut):
    """The days of neighbouring ranges are those of both together."""
    first, last = rule.start, rule.start + 300 * DAY
    assume(last < date(2026, 11, 15) and cut < 300)
    middle = first + cut * DAY
    parts = rule.dates(first, middle, CHINA, off) + rule.dates(middle + DAY, last, CHINA, off)
    assert parts == rule.dates(first, last, CHINA, off)


def test_the_spring_festival():
    """Wednesday 18 February 2026 is off: the days before it are 14, the days after it 24 February."""
    rule = Recurrence.weekly(date(2026, 2, 4), [2], every=2)
    month = date(2026, 2, 1), date(2026, 2, 28)
    assert [[day.day for day in rule.dates(*month, CHINA, off)] for off in OFF] == [[4, 14], [4, 24], [4]]
    with pytest.raises(BadValue, match="2026-02-18 is a day off") as caught:
        rule.dates(*month, CHINA, "refuse")
    assert caught.value.code == "followup.off"
    assert rule.dates(date(2026, 2, 4), date(2026, 2, 4), CHINA, "refuse") == (date(2026, 2, 4),)
    assert rule.dates(date(2026, 2, 19), date(2026, 2, 28), CHINA, "after") == (date(2026, 2, 24),)
    assert rule.dates(date(2026, 2, 1), date(2026, 2, 17), CHINA, "before") == (date(2026, 2, 4), date(2026, 2, 14))


def test_last_working_day():
    """31 January is a Saturday, so the 30th; 28 February is a Saturday that is worked."""
    rule = Recurrence.month_day(date(2026, 1, 1), -1)
    found = rule.dates(date(2026, 1, 1), date(2026, 4, 30), CHINA, "before")
    assert [str(day) for day in found] == ["2026-01-30", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_an_unknown_year_is_an_error_where_it_matters():
    """E60: 1 January 2027 may move into 2026 only if somebody says so; a range out of its reach asks nothing."""
    rule = Recurrence.month_day(date(2026, 1, 1), 1)
    with pytest.raises(UnknownYear):
        rule.dates(date(2026, 12, 1), date(2026, 12, 31), CHINA, "before")
    assert rule.dates(date(2026, 12, 1), date(2026, 12, 30), CHINA, "before") == (date(2026, 12, 1),)
    assert rule.dates(date(2026, 12, 1), date(2026, 12, 31), CHINA, "after") == (date(2026, 12, 1),)


class Closed:
    """Nobody ever works."""

    def is_workday(self, _day):
        """Never."""
        return False


@pytest.mark.parametrize("off", ["before", "after"])
def test_no_working_day_within_reach(off):
    """A calendar without working days ends in a typed error."""
    with pytest.raises(BadValue, match="no working day within 40 days"):
        moved(date(2026, 3, 2), Closed(), off)


@pytest.mark.parametrize("off", ["sideways", None, "", 1])
def test_unknown_word_for_days_off(off):
    """Refused even where no day falls."""
    with pytest.raises(BadValue, match="what becomes of a day off") as caught:
        moved(date(2026, 3, 2), WEEKDAYS, off)
    assert caught.value.code == "followup.off"


def test_ranges_and_reach():
    """Backwards, and more than 50 years."""
    rule = Recurrence.weekly(date(2026, 2, 4), [2])
    with pytest.raises(BadValue, match="ends before it starts"):
        rule.dates(date(2026, 2, 2), date(2026, 2, 1), WEEKDAYS, "drop")
    with pytest.raises(BadValue, match="more than 50 years"):
        rule.dates(date(2076, 2, 2), date(2077, 2, 1), WEEKDAYS, "drop")
    assert rule.dates(date(2020, 2, 2), date(2021, 2, 1), WEEKDAYS, "drop") == ()
    with pytest.raises(BadValue, match="what becomes"):
        rule.dates(date(2026, 2, 4), date(2026, 2, 4), WEEKDAYS, "twist")


WORDS = [
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "every 2 weeks on Wed", "每 2 周周三"),
    ("FREQ=WEEKLY", "every week on Wed", "每周周三"),
    ("FREQ=DAILY;INTERVAL=14", "every 14 days", "每 14 天"),
    ("FREQ=DAILY;BYDAY=MO,TU", "every day on Mon, Tue", "每天周一、周二"),
    ("FREQ=MONTHLY;BYDAY=1MO", "every month on the first Mon", "每月第一个周一"),
    ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "every 3 months on the last Fri", "每 3 个月最后一个周五"),
    (
        "FREQ=MONTHLY;BYDAY=-2FR,3MO",
        "every month on the second to last Fri, the third Mon",
        "每月倒数第二个周五、第三个周一",
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "every month on the last day, day 15", "每月最后一天、15 日"),
    ("FREQ=MONTHLY;BYMONTHDAY=-2", "every month on the second to last day", "每月倒数第二天"),
    ("FREQ=MONTHLY", "every month on day 4", "每月 4 日"),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on Fri that are day 13", "每月周五且为 13 日"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "every month on the last of Mon, Tue, Wed, Thu, Fri",
        "每月周一、周二、周三、周四、周五中的最后一个",
    ),
    ("FREQ=YEARLY", "every year on Feb 4", "每年 2 月 4 日"),
    ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO", "every year in Mar, Sep on the first Mon", "每年 3 月、9 月第一个周一"),
    ("FREQ=YEARLY;BYMONTH=3", "every year in Mar on day 4", "每年 3 月 4 日"),
    ("FREQ=YEARLY;BYDAY=21MO", "every year on the 21st Mon", "每年第21个周一"),
    ("FREQ=YEARLY;BYDAY=-12MO", "every year on the 12th to last Mon", "每年倒数第12个周一"),
]


@pytest.mark.parametrize(("text", "en", "zh"), WORDS)
def test_words(text, en, zh):
    """What a person reads, in both languages."""
    rule = read_recurrence(text, start=date(2026, 2, 4))
    assert rule.text() == f"{en}, from 2026-02-04"
    assert rule.text("zh") == f"{zh}，自 2026-02-04 起"


@pytest.mark.parametrize(
    ("end", "en", "zh"),
    [
        ("COUNT=1", ", once", "，共 1 次"),
        ("COUNT=12", ", 12 times", "，共 12 次"),
        ("UNTIL=20261231", " until 2026-12-31", "至 2026-12-31"),
        ("UNTIL=20261231T235959", " until 2026-12-31", "至 2026-12-31"),
    ],
)
def test_words_of_the_end(end, en, zh):
    """How often, or until when."""
    rule = read_recurrence(f"FREQ=WEEKLY;{end}", start=date(2026, 2, 4))
    assert rule.text().endswith(f"from 2026-02-04{en}")
    assert rule.text("zh").endswith(f"自 2026-02-04 起{zh}")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "FREQ"),
        ("BYDAY=MO", "FREQ"),
        ("FREQ=SECONDLY", "FREQ"),
        ("FREQ=HOURLY;COUNT=10", "FREQ"),
        ("FREQ=weekly;FREQ=DAILY", "FREQ"),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "BYDAY"),
        ("FREQ=WEEKLY;BYHOUR=9", "RRULE"),
        ("FREQ=WEEKLY;BYWEEKNO=3", "RRULE"),
        ("FREQ=WEEKLY;BYYEARDAY=3", "RRULE"),
        ("FREQ=WEEKLY;BYEASTER=1", "RRULE"),
        ("FREQ=WEEKLY;WKST=XX", "RRULE"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=MON", "BYDAY"),
        ("FREQ=WEEKLY;INTERVAL=two", "INTERVAL"),
        ("FREQ=WEEKLY;INTERVAL=", "INTERVAL"),
        ("FREQ=WEEKLY;INTERVAL=²", "INTERVAL"),
        ("FREQ=WEEKLY;INTERVAL=1000000000000000000000", "INTERVAL"),
        ("FREQ=WEEKLY;COUNT=99999999", "COUNT"),
        ("FREQ=WEEKLY;UNTIL=soon", "UNTIL"),
        ("FREQ=WEEKLY;UNTIL=20260230", "UNTIL"),
        ("FREQ=WEEKLY;UNTIL=20261231T160000Z", "UNTIL"),
        ("FREQ=WEEKLY\nFREQ=DAILY", "FREQ"),
        ("DTSTART:20260204T090000\nFREQ=WEEKLY", "DTSTART"),
        ("DTSTART;TZID=Asia/Shanghai:20260204T000000Z\nFREQ=WEEKLY", "DTSTART"),
        ("DTSTART:20260204\nFREQ=WEEKLY", "DTSTART"),
        ("FREQ=WEEKLY;" + "X" * 500, "RRULE"),
        ("EXDATE:20260211", "RRULE"),
        (None, "RRULE"),
    ],
)
def test_hostile_text(text, where):
    """Each is refused with its part; nothing is guessed or skipped."""
    with pytest.raises(BadRule) as caught:
        read_recurrence(text, start=date(2026, 2, 4))
    assert caught.value.code == "followup.rrule"
    assert caught.value.where == where


def test_a_start_is_named_once():
    """In the text or beside it."""
    with pytest.raises(BadRule, match="starts on one day"):
        read_recurrence("FREQ=WEEKLY")
    assert read_recurrence("DTSTART:20260204T000000\nRRULE:FREQ=WEEKLY").start == date(2026, 2, 4)


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"freq": "MINUTELY"}, "freq"),
        ({"every": 0}, "every"),
        ({"every": 1001}, "every"),
        ({"every": True}, "every"),
        ({"every": "2"}, "every"),
        ({"count": 0}, "count"),
        ({"count": 1001}, "count"),
        ({"count": 10**9}, "count"),
        ({"weekdays": [7]}, "weekdays"),
        ({"weekdays": [(1, 0)]}, "nth weekday"),
        ({"freq": "MONTHLY", "weekdays": [(6, 0)]}, "nth weekday"),
        ({"freq": "YEARLY", "weekdays": [(54, 0)]}, "nth weekday"),
        ({"freq": "YEARLY", "weekdays": [(6, 0)], "months": [1]}, "nth weekday"),
        ({"freq": "MONTHLY", "monthdays": [0]}, "monthdays"),
        ({"freq": "MONTHLY", "monthdays": [32]}, "monthdays"),
        ({"freq": "MONTHLY", "monthdays": [-32]}, "monthdays"),
        ({"months": [13]}, "months"),
        ({"months": [0]}, "months"),
        ({"freq": "MONTHLY", "weekdays": [0], "positions": [0]}, "positions"),
        ({"week_start": 7}, "week_start"),
        ({"until": date(2026, 2, 3)}, "until"),
        ({"until": date(2026, 3, 1), "count": 2}, "until"),
        ({"freq": "DAILY", "every": 7, "weekdays": [0]}, "every"),
        ({"freq": "DAILY", "every": 2, "months": [1]}, "every"),
        ({"monthdays": [1]}, "freq"),
        ({"every": 52, "months": [1]}, "freq"),
        ({"freq": "MONTHLY", "weekdays": [(1, 0)], "monthdays": [31]}, "weekdays"),
        ({"freq": "MONTHLY", "weekdays": [0, (1, 1)]}, "weekdays"),
        ({"freq": "DAILY", "weekdays": [0], "positions": [1]}, "positions"),
        ({"freq": "YEARLY", "weekdays": [0], "positions": [1]}, "positions"),
        ({"freq": "MONTHLY", "positions": [1]}, "positions"),
        ({"freq": "MONTHLY", "weekdays": [0], "positions": [5]}, "positions"),
        ({"freq": "MONTHLY", "weekdays": [(1, 0), (2, 0)], "positions": [-3]}, "positions"),
        ({"weekdays": [0, 1], "positions": [3]}, "positions"),
        ({"freq": "MONTHLY", "monthdays": [1, 2], "positions": [3]}, "positions"),
        ({"freq": "MONTHLY", "weekdays": [0], "monthdays": [1, 2], "positions": [2]}, "positions"),
        ({"freq": "YEARLY", "months": [2], "monthdays": [30]}, "monthdays"),
        ({"freq": "YEARLY", "months": [4, 6], "monthdays": [31]}, "monthdays"),
        ({"freq": "DAILY", "months": [2], "monthdays": [-30]}, "monthdays"),
        ({"freq": "MONTHLY", "every": 12, "monthdays": [30]}, "monthdays"),
        ({"freq": "MONTHLY", "every": 12, "months": [1], "monthdays": [3]}, "months"),
        ({"freq": "YEARLY", "every": 4, "months": [2], "monthdays": [29]}, "monthdays"),
    ],
)
def test_hostile_rules(parts, where):
    """Out of range, contradictory, or never falling on a day: refused when made, in no time."""
    with pytest.raises(BadRule) as caught:
        Recurrence(date(2026, 2, 4), **{"freq": "WEEKLY", **parts})
    assert caught.value.code == "followup.recurrence"
    assert caught.value.where == f"recurrence, {where}"


def test_rare_days_that_do_come():
    """29 February in leap years, a start on the 31st in long months, a start that is no day of the rule."""
    leap = Recurrence(date(2025, 1, 1), "YEARLY", months=[2], monthdays=[29])
    assert [day.year for day in leap.falls(date(2033, 1, 1))] == [2028, 2032]
    long = Recurrence(date(2026, 1, 31), "MONTHLY")
    assert [day.month for day in long.falls(date(2026, 8, 31))] == [1, 3, 5, 7, 8]
    with pytest.raises(BadRule, match="falls on no day"):
        Recurrence(date(2026, 1, 31), "YEARLY", months=[2])
    assert Recurrence(date(2026, 3, 29), "YEARLY", months=[2, 3]).months == (2, 3)
    counted = Recurrence(date(2026, 2, 5), "WEEKLY", weekdays=[2], count=2)
    assert list(counted.falls(date(2027, 1, 1))) == [date(2026, 2, 11), date(2026, 2, 18)]
    assert Recurrence(date(2026, 2, 4), "MONTHLY", 12, months=[2], monthdays=[28]).every == 12
    assert Recurrence(date(2026, 2, 4), "MONTHLY", weekdays=[0], positions=[4]).positions == (4,)
    with pytest.raises(BadValue):
        Recurrence(datetime(2026, 2, 4), "WEEKLY")  # noqa: DTZ001 - a moment is refused


def test_a_rule_may_end_on_the_day_it_starts():
    """Both ends belong: one day."""
    rule = Recurrence(date(2026, 2, 4), "DAILY", until=date(2026, 2, 4))
    assert list(rule.falls(date(2026, 3, 1))) == [date(2026, 2, 4)]


def test_week_start_counts():
    """Every second week on Sunday and Monday from a Sunday: weeks that begin on Sunday put both into one."""
    days = [(0, 0), (0, 6)]
    monday = Recurrence(date(2026, 3, 1), "WEEKLY", 2, days)
    sunday = Recurrence(date(2026, 3, 1), "WEEKLY", 2, days, week_start=6)
    assert [day.day for day in monday.falls(date(2026, 3, 20))] == [1, 9, 15]
    assert [day.day for day in sunday.falls(date(2026, 3, 20))] == [1, 2, 15, 16]
    assert sunday.rrule.endswith("WKST=SU")


@settings(deadline=None)
@given(st.integers(1, 1000), starts)
def test_since_the_last_contact(days, last):
    """The next is so many days later, and those that follow are a daily recurrence."""
    rule = SinceLast(days)
    assert (rule.after(last) - last).days == days
    first, second = islice(rule.recurrence(last).falls(last + 2 * days * DAY), 2)
    assert (first, (second - first).days) == (rule.after(last), days)
    assert rule.text() == f"every {days} days after the last contact"


@pytest.mark.parametrize("bad", [0, -1, 1001, True, "14", 1.5])
def test_since_last_counts_days(bad):
    """Whole numbers from 1 to 1,000."""
    with pytest.raises(BadRule, match="days out of range"):
        SinceLast(bad)


def test_other_rules_of_dateutil_are_refused():
    """Hours, week numbers, Easter."""
    start = datetime(2026, 3, 2)  # noqa: DTZ001 - days have no zone
    for rule in (
        library.rrule(library.HOURLY, dtstart=start),
        library.rrule(library.DAILY, dtstart=start, byhour=9),
        library.rrule(library.YEARLY, dtstart=start, byweekno=3),
        library.rrule(library.YEARLY, dtstart=start, byeaster=1),
        library.rrule(library.DAILY, dtstart=start.replace(hour=9)),
    ):
        with pytest.raises(BadRule):
            Recurrence.of(rule)
