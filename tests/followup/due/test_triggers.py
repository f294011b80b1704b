"""Triggers: deadlines after occasions, silences, greetings."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotFound, UnknownYear
from pharmasales.followup.due.followed import Followed, Occasion, Touch
from pharmasales.followup.due.greetings import BIRTHDAY, Birthday, Festival, festival_days
from pharmasales.followup.due.triggers import (
    AGEING,
    CONTRACT_EXECUTED,
    FIRST_TOUCH,
    KEEP_IN_TOUCH,
    LOST_CONTACT,
    PROMISED_ANSWER,
    REFERRAL_ASKED,
    REFERRAL_RETURNED,
    SILENCES,
    Deadline,
    Silence,
)
from pharmasales.workdays import CHINA, WEEKDAYS

DAY = timedelta(days=1)
SINCE = date(2026, 1, 5)
SAYS = Says("do it", "办理")


def customer(*days, grade="A", peripheral=False):
    """Return a customer seen on some days."""
    return Followed("c1", "r1", grade, SINCE, touches=[Touch(day) for day in days], peripheral=peripheral)


def happened(kind, on, **days):
    """Return an occasion of the customer."""
    return Occasion("T1", kind, "c1", on, **days)


def test_e16():
    """E16: promised on Friday 13 February 2026 with 2 working days: Saturday 14 is worked, 15 to 23 are off."""
    promise = happened("promise", date(2026, 2, 13))
    assert PROMISED_ANSWER.due(promise, CHINA) == date(2026, 2, 24)
    need = PROMISED_ANSWER.need(customer(), promise, date(2026, 2, 13), CHINA)
    assert (need.since, need.until, need.purpose) == (date(2026, 2, 13), date(2026, 2, 24), "answer")
    assert need.why.text() == "answer what was promised: within 2 working days of 2026-02-13, by 2026-02-24"


def test_a_promise_may_name_its_day():
    """The day promised goes before the count, a day off too: it was promised."""
    promise = happened("promise", date(2026, 2, 13), due=date(2026, 2, 17))
    need = PROMISED_ANSWER.need(customer(date(2026, 2, 14)), promise, date(2026, 3, 1), CHINA)
    assert need.until == date(2026, 2, 17)
    assert need.why.text("zh") == "答复所承诺的问题：2026-02-13 承诺，截止 2026-02-17"


def test_a_contact_is_no_answer():
    """Only the answer settles a promise, from its day on."""
    promise = happened("promise", date(2026, 2, 13), done=date(2026, 2, 25))
    assert PROMISED_ANSWER.need(customer(date(2026, 2, 20)), promise, date(2026, 2, 24), CHINA)
    assert PROMISED_ANSWER.need(customer(), promise, date(2026, 2, 25), CHINA) is None


def test_first_touch_after_a_new_file():
    """A file of Saturday 14 February, worked, is due on the 24th; any contact from its day on settles it."""
    file = happened("file", date(2026, 2, 14))
    assert FIRST_TOUCH.need(customer(), file, date(2026, 2, 16), CHINA).until == date(2026, 2, 24)
    assert FIRST_TOUCH.need(customer(date(2026, 2, 13)), file, date(2026, 2, 16), CHINA).until == date(2026, 2, 24)
    assert FIRST_TOUCH.need(customer(date(2026, 2, 14)), file, date(2026, 2, 16), CHINA) is None
    assert FIRST_TOUCH.need(customer(date(2026, 2, 24)), file, date(2026, 2, 16), CHINA) is not None
    assert FIRST_TOUCH.need(customer(), file, date(2026, 2, 13), CHINA) is None
    assert FIRST_TOUCH.need(customer(), happened("promise", date(2026, 2, 14)), date(2026, 2, 16), CHINA) is None


def test_signed_and_not_executed():
    """It is silent for 15 calendar days, shows on the 15th, and is late after 30."""
    signed = happened("contract", date(2026, 3, 1))
    assert CONTRACT_EXECUTED.need(customer(), signed, date(2026, 3, 15), CHINA) is None
    need = CONTRACT_EXECUTED.need(customer(), signed, date(2026, 3, 16), CHINA)
    assert (need.since, need.until) == (date(2026, 3, 16), date(2026, 3, 31))
    assert (
        need.why.text() == "signed and not executed: find out why: within 30 calendar days of 2026-03-01, by 2026-03-31"
    )
    executed = happened("contract", date(2026, 3, 1), done=date(2026, 3, 10))
    assert CONTRACT_EXECUTED.need(customer(), executed, date(2026, 3, 16), CHINA) is None
    soon = happened("contract", date(2026, 3, 1), due=date(2026, 3, 10))
    early = CONTRACT_EXECUTED.need(customer(), soon, date(2026, 3, 10), CHINA)
    assert (early.since, early.until) == (date(2026, 3, 10), date(2026, 3, 10))


def test_a_referral_is_returned():
    """Ten working days, and only that it was told settles it."""
    need = REFERRAL_RETURNED.need(
        customer(date(2026, 3, 3)), happened("referral", date(2026, 3, 2)), date(2026, 3, 4), CHINA
    )
    assert need.until == date(2026, 3, 16)


def test_a_referral_that_was_asked_for():
    """Silent for ten working days, late after 20, ended by an answer alone."""
    asked = happened("referral_ask", date(2026, 3, 2))
    assert REFERRAL_ASKED.need(customer(), asked, date(2026, 3, 15), CHINA) is None
    need = REFERRAL_ASKED.need(customer(date(2026, 3, 10)), asked, date(2026, 3, 16), CHINA)
    assert (need.since, need.until) == (date(2026, 3, 16), date(2026, 3, 30))


def test_ready_made_silences():
    """A 30, B 60, others 90 days are ageing, 180 are lost; the edge has its own."""
    last = date(2026, 1, 5)
    for grade, days in (("A", 30), ("B", 60), ("C", 90), ("", 90)):
        found = [AGEING.need(customer(last, grade=grade), last + n * DAY) for n in (days - 1, days)]
        assert [bool(need) for need in found] == [False, True]
    assert [bool(LOST_CONTACT.need(customer(last), last + n * DAY)) for n in (179, 180)] == [False, True]
    assert SILENCES == (AGEING, LOST_CONTACT, KEEP_IN_TOUCH)


def test_an_unknown_year_is_no_guess():
    """E60: a promise at the end of 2026 leads into a year that nobody announced."""
    with pytest.raises(UnknownYear):
        PROMISED_ANSWER.due(happened("promise", date(2026, 12, 30)), CHINA)


@settings(deadline=None)
@given(st.dates(date(2026, 1, 5), date(2026, 10, 1)), st.integers(0, 40), st.sampled_from(["workdays", "days"]))
def test_the_count_of_days(on, within, counts):
    """So many working or calendar days lie after the occasion, up to the last day in time."""
    deadline = Deadline("x", "y", within, SAYS, counts=counts)
    due = deadline.due(happened("y", on), CHINA)
    if counts == "days":
        assert (due - on).days == within
    else:
        assert (CHINA.count(on + DAY, due) if due > on else 0) == within


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Deadline("x", "y", -1, SAYS),
        lambda: Deadline("x", "y", True, SAYS),
        lambda: Deadline("x", "y", 1001, SAYS),
        lambda: Deadline("x", "y", 2, SAYS, shows_after=3),
        lambda: Deadline("x", "y", 2, SAYS, shows_after=-1),
        lambda: Deadline("x", "y", 2, SAYS, counts="weeks"),
        lambda: Deadline("adverse_event", "y", 2, SAYS),
        lambda: Silence("adverse_event", {"": 2}, SAYS),
        lambda: Silence("x", {"A": 0}, SAYS),
        lambda: Silence("x", {"A": "30"}, SAYS),
        lambda: Silence("x", {"A": 30}, SAYS, grace=-1),
    ],
)
def test_what_is_no_trigger(bad):
    """Days out of range, unknown counts, and adverse events, which have a law of their own."""
    with pytest.raises(BadRule) as caught:
        bad()
    assert caught.value.code == "followup.trigger"


def test_ageing_by_class():
    """A after 30 days, others after 90, none for a class that is not named; any channel breaks the silence."""
    ageing = Silence("ageing", {"A": 30, "": 90}, SAYS, grace=10)
    last = date(2026, 3, 1)
    assert ageing.need(customer(last), last + 29 * DAY) is None
    need = ageing.need(customer(last), last + 45 * DAY)
    assert (need.since, need.until, need.begun) == (last + 30 * DAY, last + 40 * DAY, last)
    assert need.why.text("zh") == "办理：已 45 天未联系（自 2026-03-01）"
    assert ageing.need(customer(last, grade="B"), last + 89 * DAY) is None
    assert ageing.need(customer(last, grade="B"), last + 90 * DAY)
    assert Silence("lost", {"A": 30}, SAYS).need(customer(last, grade="B"), last + 900 * DAY) is None
    spoke = Followed("c1", "r1", "A", SINCE, touches=[Touch(last), Touch(last + 20 * DAY, "wechat")])
    assert ageing.need(spoke, last + 49 * DAY) is None


def test_contacts_after_the_day_break_no_silence():
    """What is known only later does not count."""
    ageing = Silence("ageing", {"": 30}, SAYS)
    assert ageing.need(customer(date(2026, 3, 1)), date(2026, 2, 20)).begun == SINCE


def test_the_edge_is_kept_in_touch():
    """Peripheral contacts only; the others have a cadence."""
    day = SINCE + 90 * DAY
    assert KEEP_IN_TOUCH.need(customer(), day) is None
    need = KEEP_IN_TOUCH.need(customer(peripheral=True), day)
    assert (need.since, need.until, need.channel) == (day, day + 30 * DAY, "wechat")
    assert Silence("ageing", {"": 30}, SAYS).need(customer(peripheral=True), day) is None


@pytest.mark.parametrize(
    ("born", "as_of", "day"),
    [
        (date(1980, 3, 9), date(2026, 3, 9), date(2026, 3, 9)),
        (date(1980, 3, 9), date(2026, 3, 10), date(2027, 3, 9)),
        (date(1980, 2, 29), date(2026, 2, 28), date(2026, 2, 28)),
        (date(1980, 2, 29), date(2026, 3, 1), date(2027, 2, 28)),
        (date(1980, 2, 29), date(2028, 2, 28), date(2028, 2, 29)),
        (date(1980, 1, 1), date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_birthdays(born, as_of, day):
    """The next one, or today's; leap days on the 28th."""
    assert BIRTHDAY.day(born, as_of) == day


def test_a_birthday_shows_before_it_and_is_gone_after_it():
    """Three days before, over the end of a year too; the day itself is in no reason and no repr."""
    born = Occasion("B1", "birthday", "c1", date(1980, 1, 1))
    assert BIRTHDAY.need(customer(), born, date(2026, 12, 28)) is None
    need = BIRTHDAY.need(customer(), born, date(2026, 12, 29))
    assert (need.since, need.until, need.purpose) == (date(2026, 12, 29), date(2027, 1, 1), "greeting")
    assert need.why.text() == "birthday within 3 days: words only, nothing of value"
    assert BIRTHDAY.need(customer(), born, date(2027, 1, 2)) is None
    assert BIRTHDAY.need(customer(), happened("file", date(2026, 1, 1)), date(2026, 12, 31)) is None
    assert "1980" not in repr(born)


def test_festivals_on_stated_days():
    """From the days before to the day itself, for the classes named."""
    spring = Festival(
        "spring", Says("Spring Festival", "春节"), [date(2027, 2, 6), date(2026, 2, 17)], grade_letters="AB"
    )
    assert [bool(spring.need(customer(), date(2026, 2, day))) for day in (13, 14, 17, 18)] == [False, True, True, False]
    assert spring.need(customer(grade="C"), date(2026, 2, 17)) is None
    need = spring.need(customer(), date(2027, 2, 4))
    assert (need.id, need.until, need.kind) == ("spring 2027", date(2027, 2, 6), "festival")
    assert need.why.text("zh") == "2027-02-06 春节：仅致问候，不赠礼品"


def test_festival_days_of_the_announced_holidays():
    """The first day off that bears the name, in Chinese or English, also where two share a week."""
    assert festival_days(CHINA, "中秋节", [2023, 2026]) == (date(2023, 9, 29), date(2026, 9, 25))
    assert festival_days(CHINA, "Spring Festival", [2026]) == (date(2026, 2, 15),)
    with pytest.raises(NotFound, match="no 春节 in 2026"):
        festival_days(WEEKDAYS, "春节", [2026])
    with pytest.raises(UnknownYear):
        festival_days(CHINA, "春节", [2027])


@pytest.mark.parametrize("lead", [-1, 61, True, "3"])
def test_days_ahead(lead):
    """0 to 60."""
    with pytest.raises(BadRule, match="days ahead"):
        Birthday(lead)
    with pytest.raises(BadRule, match="days ahead"):
        Festival("x", SAYS, [], lead)


def test_what_is_no_occasion():
    """Days before it happened."""
    with pytest.raises(BadValue, match="due before it happened"):
        happened("promise", date(2026, 2, 13), due=date(2026, 2, 12))
    with pytest.raises(BadValue, match="done before it happened"):
        happened("promise", date(2026, 2, 13), done=date(2026, 2, 12))
