"""What deserves a look: each pattern on a log that has it, on one that has not, and on honest reports."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, UnknownYear
from pharmasales.followup.access import Access
from pharmasales.followup.calls.flags import FLAG_PATTERNS, FLAG_QUESTIONS, FLAG_RULES, FlagRules
from pharmasales.followup.calls.habits import day_ends, round_numbers, same_length, same_text, text_digest
from pharmasales.followup.calls.impossible import days_off, overlaps, too_little_travel, too_many_hours
from pharmasales.followup.calls.notes import CallNotes
from pharmasales.followup.calls.policy import CALL_POLICY, CHINA_TIME
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.truth import truth_flags
from pharmasales.testing.call_logs import honest_calls, honest_travel
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 4)
STRICT = FlagRules(slack=0)


def call(number, start=None, minutes=None, day=DAY, **given):
    """Return a submitted visit of rep r1; the start in minutes of the day."""
    hour = None if start is None else time(start // 60, start % 60)
    return CallReport(
        f"V{number:03d}", "r1", f"c{number % 7}", day, start=hour, minutes=minutes, submitted=True, **given
    )


def patterns(found):
    """Return the patterns and visits of some flags."""
    return [(one.pattern, one.calls) for one in found]


# ---- days that cannot be ----


@given(st.lists(st.tuples(st.integers(480, 600), st.integers(1, 60)), max_size=8), st.integers(0, 30))
def test_overlaps_against_every_pair(rows, slack):
    """A visit is flagged exactly where an earlier one, in order of start, ends later by more than the slack."""
    calls = [call(n, *row) for n, row in enumerate(rows)]
    order = sorted(calls, key=lambda one: (one.start, one.id))
    expected = [
        one.id
        for place, one in enumerate(order)
        if any(other.ends - one.stated > timedelta(minutes=slack) for other in order[:place])
    ]
    found = list(overlaps(calls, FlagRules(slack=slack)))
    assert [flag.calls[1] for flag in found] == expected
    for flag in found:
        earlier, later = ({one.id: one for one in calls}[name] for name in flag.calls)
        assert timedelta(minutes=flag.figures["minutes"]) == earlier.ends - later.stated
        assert flag.day == DAY


def test_overlap_crosses_midnight():
    """A visit that is said to last until after midnight, and one at its end."""
    late = [call(1, 23 * 60, 120), call(2, 30, 10, date(2026, 3, 5))]
    assert patterns(overlaps(late, STRICT)) == [("overlap", ("V001", "V002"))]
    assert next(overlaps(late, STRICT)).why.text("zh") == "V001 结束前 30 分钟 V002 已开始"


def test_what_is_no_overlap():
    """Customers of one meeting, messages, visits without start or length, one right after the other."""
    meeting = {"channel": "meeting", "place": "h1"}
    assert list(overlaps([call(1, 540, 60, **meeting), call(2, 540, 60, **meeting)], STRICT)) == []
    assert len(list(overlaps([call(1, 540, 60, **meeting), call(2, 550, 60, **meeting)], STRICT))) == 1
    assert len(list(overlaps([call(1, 540, 60, **meeting), call(2, 540, 60, channel="meeting")], STRICT))) == 1
    assert len(list(overlaps([call(1, 540, 60, place="h1"), call(2, 540, 60, place="h1")], STRICT))) == 1
    assert list(overlaps([call(1, 540, 60), call(2, 545, 10, channel="wechat")], STRICT)) == []
    assert list(overlaps([call(1, 540), call(2, 540), call(3, None, 60)], STRICT)) == []
    assert list(overlaps([call(1, 540, 60), call(2, 600, 60)], STRICT)) == []


@pytest.mark.parametrize(("last", "flagged"), [(60, False), (61, True)])
def test_more_visits_than_hours(last, flagged):
    """Twelve hours fit, a minute more does not; messages take none, a meeting counts once however many were there."""
    meeting = [call(n, 540, 600, channel="meeting", place="h1") for n in (1, 2, 3)]
    calls = [*meeting, call(4, None, 60), call(5, None, last), call(6, 0, 600, channel="email"), call(7, 540)]
    found = list(too_many_hours(calls, FLAG_RULES))
    expected = [("hours", ("V001", "V002", "V003", "V004", "V005"))]
    assert patterns(found) == (expected if flagged else [])
    if flagged:
        assert dict(found[0].figures) == {"visits": 5, "minutes": 721, "most": 720}
        assert found[0].why.text("zh") == "5 次拜访共 721 分钟，一天至多 720 分钟"
    other_days = [evolve(one, day=DAY + timedelta(n)) for n, one in enumerate(calls)]
    assert list(too_many_hours(other_days, FLAG_RULES)) == []


@pytest.mark.parametrize(("start", "flagged"), [(614, True), (615, False)])
def test_too_little_travel(start, flagged):
    """Half an hour is stated and 15 minutes are slack: a quarter of an hour is enough; either way round."""
    calls = [call(1, 540, 60, place="h1"), call(2, start, 20, place="h2")]
    for travel in ({("h1", "h2"): 30}, {("h2", "h1"): 30}):
        found = list(too_little_travel(calls, travel, FLAG_RULES))
        assert patterns(found) == ([("travel", ("V001", "V002"))] if flagged else [])
        if flagged:
            assert dict(found[0].figures) == {"between": 14, "needed": 30}


def test_where_nothing_is_said_of_travel():
    """Unknown ways, one place, another day, no place, no hours, phone calls between."""
    travel = {("h1", "h2"): 300, ("h1", "h1"): 300}
    fine = [
        [call(1, 540, 60, place="h1"), call(2, 600, 60, place="h3")],
        [call(1, 540, 60, place="h1"), call(2, 600, 60, place="h1")],
        [call(1, 1380, 60, place="h1"), call(2, 0, 60, date(2026, 3, 5), place="h2")],
        [call(1, 540, 60), call(2, 600, 60, place="h2")],
        [call(1, 540, place="h1"), call(2, 600, 60, place="h2")],
        [call(1, 540, 60, place="h1"), call(2, 600, 60, place="h2", channel="phone")],
        [call(1, 540, 60, place="h1"), call(2, None, 60, place="h2")],
    ]
    assert [list(too_little_travel(calls, travel, STRICT)) for calls in fine] == [[]] * len(fine)
    between = [call(1, 540, 60, place="h1"), call(2, 600, 9, channel="phone"), call(3, 610, 9, place="h2")]
    assert patterns(too_little_travel(between, travel, STRICT)) == [("travel", ("V001", "V003"))]


def test_days_off():
    """Leave first, then holiday, then the customer's own days; phone calls may be made on any day."""
    access = {"c3": Access({2}), "c4": Access(closed={date(2026, 3, 9)})}
    calls = [
        call(1, day=DAY),
        call(2, day=date(2026, 2, 17)),
        call(3, day=date(2026, 3, 5)),
        call(4, day=date(2026, 3, 9)),
        call(5, day=date(2026, 2, 14)),
        call(6, day=date(2026, 2, 17), channel="phone"),
    ]
    found = list(days_off(calls, CHINA, {DAY}, access))
    assert [(one.calls, one.why.text("zh")) for one in found] == [
        (("V002",), "V002（2026-02-17）：春节"),
        (("V001",), "V001（2026-03-04）：代表休假"),
        (("V003",), "V003（2026-03-05）：客户当日不接待"),
        (("V004",), "V004（2026-03-09）：客户当日不接待"),
    ]
    with pytest.raises(UnknownYear):
        list(days_off([call(1, day=date(2027, 3, 4))], CHINA, (), {}))


# ---- habits ----


def days_of(visits, written, days=7):
    """Return days of some visits, each entered so many minutes after midnight."""
    found = []
    for n in range(days):
        day = DAY + timedelta(n)
        for k in range(visits):
            at = datetime.combine(day, time(), CHINA_TIME) + timedelta(minutes=written(k))
            found.append(call(n * visits + k, 540 + 60 * k, 30, day, entered=at))
    return found


def test_all_entered_at_the_end_of_the_day():
    """Every day in one sitting after the last visit: flagged, with the days counted."""
    found = day_ends(days_of(3, lambda k: 1200 + k), FLAG_RULES, CALL_POLICY)
    assert (found.pattern, found.day, len(found.calls)) == ("day_end", None, 21)
    assert dict(found.figures) == {"days": 7, "late": 7, "share": Fraction(1)}
    assert found.why.text() == "7 of 7 days with 3 visits or more were entered in one sitting, after the last visit"


@pytest.mark.parametrize(
    "written",
    [lambda k: 575 + 60 * k, lambda k: 1200 + 16 * k, lambda k: 689 + k, lambda k: 1200 if k else 600],
)
def test_what_is_no_sitting_at_the_end(written):
    """Written after each visit, over more than half an hour, before the last one ended, or one of them earlier."""
    assert day_ends(days_of(3, written), FLAG_RULES, CALL_POLICY) is None


def test_a_sitting_is_half_an_hour_after_the_end():
    """Both ends included: the last visit ends at 11:30, entries run from then to 12:00."""
    assert day_ends(days_of(3, lambda k: 690 + 15 * k), FLAG_RULES, CALL_POLICY) is not None


def test_nine_days_of_ten():
    """From nine days of ten on, of those with three visits; other days do not count, the zone is the policy's."""
    late, once = days_of(3, lambda k: 1200 + k, 10), days_of(3, lambda k: 575 + 60 * k, 10)
    assert day_ends([*late[:27], *once[27:]], FLAG_RULES, CALL_POLICY).figures["share"] == Fraction(9, 10)
    assert day_ends([*late[:24], *once[24:]], FLAG_RULES, CALL_POLICY) is None
    assert day_ends(days_of(2, lambda k: 1200 + k, 20), FLAG_RULES, CALL_POLICY).visits == 0
    assert day_ends(days_of(4, lambda k: 1200 + k, 5), FLAG_RULES, CALL_POLICY).figures["days"] == 5
    few = day_ends(days_of(3, lambda k: 1200 + k, 6), FLAG_RULES, CALL_POLICY)
    assert (few.pattern, few.visits, few.least) == ("day_end", 18, 20)
    assert day_ends([], FLAG_RULES, CALL_POLICY) is None
    unstated = [evolve(one, minutes=None) for one in late]
    assert day_ends(unstated, FLAG_RULES, CALL_POLICY).figures["late"] == 10


def test_round_numbers():
    """All on the half hour and in tens; nineteen of twenty are named, one less is not; nineteen visits say nothing."""
    even = [call(n, 480 + 30 * n, 30) for n in range(20)]
    assert round_numbers(even, FLAG_RULES).figures["share"] == 1
    one, two = [*even[:19], call(19, 541, 30)], [*even[:18], call(18, 540, 31), call(19, 541, 30)]
    found = round_numbers(one, FLAG_RULES)
    assert (found.figures["share"], len(found.calls)) == (Fraction(19, 20), 19)
    assert found.why.text("zh") == "20 次拜访中 19 次的开始时间为 30 分钟的整数倍、时长为 10 分钟的整数倍"
    assert round_numbers(two, FLAG_RULES) is None
    assert round_numbers(even[:19], FLAG_RULES).visits == 19
    seconds = [evolve(one, start=one.start.replace(second=1)) for one in even]
    assert round_numbers(seconds, FLAG_RULES) is None
    assert round_numbers([*even[:19], call(19, 540)], FLAG_RULES).visits == 19


def test_same_length():
    """Twelve in a row; eleven are not, and another length ends the run; messages have none."""

    def run(lengths):
        return [call(n, 480 + n, minutes) for n, minutes in enumerate(lengths)]

    found = same_length(run([20] * 12 + [25] + [30] * 13), FLAG_RULES)
    assert [(one.figures["visits"], one.figures["minutes"]) for one in found] == [(12, 20), (13, 30)]
    assert same_length(run([20] * 11 + [25] + [20] * 11), FLAG_RULES) == []
    few = same_length(run([20] * 11), FLAG_RULES)
    assert (few[0].visits, few[0].least) == (11, 12)
    assert same_length([], FLAG_RULES) == []
    mixed = [*run([20] * 11), call(11, 500, 20, channel="wechat"), call(12, 501)]
    assert same_length(mixed, FLAG_RULES)[0].visits == 11


def texts(said):
    """Return visits with these results."""
    return [call(n, notes=CallNotes(summary=text)) for n, text in enumerate(said)]


def test_same_text():
    """A quarter of the texts and at least five; case, width and spaces do not matter, and no text is shown."""
    copy, own = "Introduced the study, Dr. Example agreed", [f"talked about case number {n}" for n in range(20)]
    spelt = [copy, copy.upper(), f" {copy} ", copy.replace(" ", "  "), copy.replace("I", "Ｉ")]
    found = same_text(texts([*spelt, *own[:15]]), FLAG_RULES)
    assert [(one.pattern, len(one.calls), dict(one.figures)) for one in found] == [
        ("same_text", 5, {"copies": 5, "texts": 20})
    ]
    assert "Example" not in repr(found) + found[0].why.text()
    assert same_text(texts([*spelt, *own[:16]]), FLAG_RULES) == []
    assert same_text(texts([*spelt[:4], *own[:16]]), FLAG_RULES) == []
    few = same_text(texts([*spelt, *own[:14], "fine", ""]), FLAG_RULES)
    assert (few[0].pattern, few[0].visits) == ("same_text", 19)
    assert same_text(texts(["正常拜访"] * 30), FLAG_RULES)[0].visits == 0
    assert len(same_text(texts(["十个字的拜访结果记录"] * 20), FLAG_RULES)[0].calls) == 20
    assert same_text(texts(["九个字的拜访结果记"] * 20), FLAG_RULES)[0].visits == 0
    assert len({text_digest(one) for one in texts(spelt)}) == 1
    assert text_digest(texts([""])[0]) == ""


# ---- all together ----


def test_only_what_is_submitted_as_done():
    """Drafts, planned and missed visits say nothing yet; each rep is looked at alone."""
    one = call(1, 540, 60)
    drafts = [evolve(one, submitted=False), evolve(one, id="V2", state="missed", reason="travel")]
    assert truth_flags(drafts, CHINA).flags == ()
    two = [evolve(one, id=f"V{n}", submitted=False) for n in (1, 2)]
    assert truth_flags(two, CHINA) == truth_flags([], CHINA)
    others = [call(1, 540, 60), evolve(call(2, 540, 60), rep="r2")]
    assert truth_flags(others, CHINA).flags == ()
    both = truth_flags([call(1, 540, 60), call(2, 540, 60)], CHINA, leave={"r1": [DAY], "r2": [DAY]})
    assert patterns(both.flags) == [("overlap", ("V001", "V002")), ("day_off", ("V001",)), ("day_off", ("V002",))]
    with pytest.raises(BadRows) as refused:
        truth_flags([one, one, one], CHINA)
    assert len(refused.value.exceptions) == 2


def test_of_few_visits_nothing_is_said():
    """The habits that were not looked at are listed, with how many visits it takes."""
    found = truth_flags([call(1, 540, 60)], CHINA)
    assert [(one.pattern, one.visits, one.least) for one in found.unsaid] == [
        ("day_end", 0, 20),
        ("round", 1, 20),
        ("same_length", 1, 12),
        ("same_text", 0, 20),
    ]


@given(st.randoms())
@settings(max_examples=10, deadline=None)
def test_the_order_given_does_not_matter(random):
    """Shuffled, the same flags."""
    log, travel = honest_calls(3, 2, end=date(2026, 2, 10), evening=100), honest_travel(3)
    rules = FlagRules(slack=0, copies=1, copy_share="1/100")
    expected = truth_flags(log, CHINA, travel=travel, rules=rules)
    assert {one.pattern for one in expected.flags} >= {"overlap", "day_end", "same_text"}
    random.shuffle(log)
    assert truth_flags(log, CHINA, travel=travel, rules=rules) == expected


def test_the_same_under_any_hash_seed():
    """Two processes with other hash seeds print the same."""
    program = (
        "from pharmasales.testing.call_logs import *; from pharmasales.followup.calls.truth import *;"
        "from pharmasales.workdays import CHINA; import datetime;"
        "log = honest_calls(3, 2, end=datetime.date(2026, 1, 20), evening=100);"
        "print(truth_flags(log, CHINA, travel=honest_travel(3)).table().text('zh'), len(log))"
    )
    found = {
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert b"r00" in found.pop()


def test_every_flag_says_why_and_what_to_ask():
    """Figures in words and an innocent explanation, in both languages; no total of a person anywhere."""
    assert set(FLAG_QUESTIONS) == set(FLAG_PATTERNS)
    found = truth_flags(honest_calls(3, 3, evening=100), CHINA, rules=STRICT, leave={"r000": [date(2026, 1, 5)]})
    table = found.table()
    assert [column.key for column in table.columns] == ["pattern", "rep", "day", "calls", "why", "ask"]
    for flag in found.flags:
        assert flag.why.text() != flag.why.text("zh")
        assert flag.ask.en.endswith("?")
        assert flag.ask.zh.endswith("？")
    assert "非结论" in table.title.zh
    assert "等 " in table.text("zh", most=100)
    assert "<table>" in found._repr_html_()


@pytest.fixture(scope="module")
def honest():
    """Return what 100 honest reps reported in a quarter."""
    return honest_calls(1, 100)


def counted(log, **rules):
    """Return how often each pattern is named."""
    found = truth_flags(log, CHINA, travel=honest_travel(1), rules=FlagRules(**rules))
    return dict(Counter(flag.pattern for flag in found.flags))


def test_how_often_honest_reports_are_asked_about(honest):
    """Of 34,757 visits one way too short, and the 13 reps who write every evening, who do what the pattern says."""
    assert (len(honest), counted(honest)) == (34_757, {"travel": 1, "day_end": 13})
    assert counted(honest_calls(1, 20, evening=0)) == {"travel": 1}
    assert counted(honest_calls(1, 20, evening=100))["day_end"] == 20


def test_rounding_alone_would_make_many(honest):
    """Without slack the same honest reports are asked about 504 times more, and who rounds to quarters is named."""
    assert counted(honest, slack=0) == {"travel": 291, "overlap": 213, "day_end": 13}
    assert counted(honest, round_start=15) == {"travel": 1, "day_end": 13, "round": 21}


@pytest.mark.parametrize(
    "name", "least day_least sitting round_start round_minutes run copies copy_length hours_a_day".split()
)
@pytest.mark.parametrize("bad", [0, -1, True, 1.0, "5"])
def test_counts_of_the_rules(name, bad):
    """Whole numbers from 1."""
    with pytest.raises(BadRule) as refused:
        FlagRules(**{name: bad})
    assert refused.value.where == name


@pytest.mark.parametrize(
    "given", [{"slack": -1}, {"slack": True}, {"end_share": 0}, {"round_share": 2}, {"copy_share": -1}]
)
def test_shares_of_the_rules(given):
    """Above 0, at most 1; no slack is a choice."""
    with pytest.raises(BadRule):
        FlagRules(**given)
    assert FlagRules(end_share=1).end_share == 1
