"""First touch: working time against a count by the minute, states, lateness, channels and breaches."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Lead, admit
from pharmasales.compliance import CN_2026, Consent
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.recruitment.leads import BEIJING, InDays, InHours, Touch, WorkHours, first_touches
from pharmasales.workdays import CHINA

FRIDAY = date(2026, 2, 13)  # the Saturday after it is a working day, then nine days off
HOURS = WorkHours(CHINA)
SHORT = WorkHours(CHINA, time(9), time(12))
TOLD = {"about": "company"}


def moment(day, hour, minute=0):
    """Return a moment in February 2026, in Beijing."""
    return datetime(2026, 2, day, hour, minute, tzinfo=BEIJING)


def works(at):
    """Say whether the minute from a moment on is working time of three hours a day."""
    return CHINA.is_workday(at.date()) and time(9) <= at.time() < time(12)


MOMENTS = st.builds(moment, st.integers(11, 26), st.integers(0, 23), st.sampled_from([0, 30]))
MINUTE = timedelta(minutes=30)


@settings(max_examples=60)
@given(MOMENTS, MOMENTS)
def test_working_time_is_what_a_clock_counts(start, end):
    """Half an hour by half an hour, from one moment to the other."""
    at, counted = start, timedelta()
    while at < end:
        counted += MINUTE if works(at) else timedelta()
        at += MINUTE
    assert SHORT.between(start, end) == counted


@settings(max_examples=60)
@given(MOMENTS, st.integers(1, 14))
def test_a_deadline_is_so_much_working_time_away(start, halves):
    """The time between is what was asked, and a moment earlier it is not yet there."""
    due = SHORT.after(start, halves * MINUTE)
    assert SHORT.between(start, due) == halves * MINUTE
    assert SHORT.between(start, due - timedelta(seconds=1)) < halves * MINUTE
    assert due.utcoffset() == timedelta(hours=8)


def test_zones_meet():
    """A moment in another zone is the same moment."""
    assert HOURS.after(datetime(2026, 2, 13, 8, 30, tzinfo=UTC), timedelta(hours=4)) == moment(14, 11, 30)
    for broken in (datetime(2026, 2, 13), date(2026, 2, 13)):  # noqa: DTZ001
        with pytest.raises(BadValue, match=r"leads\.moment"):
            HOURS.after(broken, timedelta(hours=4))
    with pytest.raises(BadValue, match=r"leads\.hours"):
        HOURS.after(moment(13, 9), timedelta())
    with pytest.raises(BadRule, match=r"leads\.hours"):
        WorkHours(CHINA, time(9), time(9))


def leads(*names, on=FRIDAY):
    """Return accepted leads, and one in quarantine."""
    made = [Lead(name, "agent", "tender", on, TOLD, customer=f"c-{name}") for name in names]
    return admit([*made, Lead("Q", "agent", "bought_list", on)], CN_2026, as_of=on)


def test_states_by_working_days():
    """Two working days after Friday the 13th is Tuesday the 24th: the day itself is in time."""
    touches = [
        Touch("L1", date(2026, 2, 26), "phone", "p1"),
        Touch("L1", date(2026, 2, 24), "sms", "p1"),
        Touch("L2", date(2026, 2, 25), "phone", "p1"),
        Touch("L4", date(2026, 2, 28), "phone", "p1"),
    ]
    found = first_touches(leads("L1", "L2", "L3", "L4"), touches, InDays(2, CHINA), as_of=date(2026, 2, 26))
    assert [(row.lead, row.state, row.touched, row.late) for row in found.rows] == [
        ("L3", "overdue", None, 2),
        ("L4", "overdue", None, 2),
        ("L2", "late", date(2026, 2, 25), 1),
        ("L1", "in_time", date(2026, 2, 24), 0),
    ]
    assert {row.due for row in found.rows} == {date(2026, 2, 24)}
    assert found.rate == Fraction(1, 4)
    assert [row.lead for row in found.overdue] == ["L3", "L4"]
    assert found.breaches == ()
    assert [row.why.text() for row in found.rows[1:]] == [
        "overdue by 2 working days; contact it now",
        "touched 1 working days after its time",
        "touched in time",
    ]
    assert found.table().title.zh == "首次触达"
    open_ = first_touches(leads("L1"), [], InDays(2, CHINA), as_of=date(2026, 2, 24))
    assert [(row.state, open_.rate) for row in open_.rows] == [("open", None)]
    same_day = first_touches(leads("L1"), [], InDays(0, CHINA), as_of=FRIDAY, arrived={"L1": moment(13, 20)})
    assert same_day.rows[0].due == FRIDAY


def test_states_by_working_hours():
    """Four working hours; without the hour of arrival nobody can say; a touch known by its day has no lateness."""
    arrived = {name: moment(13, 16, 30) for name in ("L1", "L2", "L3")}
    touches = [
        Touch("L1", moment(14, 11, 30), "phone", "p1"),
        Touch("L2", moment(14, 12), "phone", "p1"),
        Touch("L3", date(2026, 2, 14), "phone", "p1"),
    ]
    sla = InHours(4, HOURS)
    found = first_touches(leads("L1", "L2", "L3", "L4"), touches, sla, as_of=moment(24, 10), arrived=arrived)
    assert [(row.lead, row.state, row.late) for row in found.rows] == [
        ("L4", "unknown", None),
        ("L2", "late", Fraction(1, 2)),
        ("L1", "in_time", 0),
        ("L3", "in_time", None),
    ]
    none = first_touches(
        leads("L1"), touches[:1], sla, as_of=moment(14, 11, 30) - timedelta(minutes=1), arrived=arrived
    )
    assert (none.rows[0].state, none.rows[0].touched) == ("open", None)
    late = first_touches(leads("L1"), [], sla, as_of=moment(24, 10), arrived=arrived)
    assert (late.rows[0].state, late.rows[0].late) == ("overdue", Fraction(15, 2))
    assert late.table().columns[4].en == "Late, working hours"


def test_consent_opens_channels():
    """Without a consent there is no channel and no overdue; who asked us is owed an answer."""
    consents = [
        Consent("c-L2", "marketing", "sms", "opt_in", FRIDAY, "FORM-1"),
        Consent("c-L3", "answer", "phone", "opt_out", FRIDAY, "CALL-1"),
    ]
    touches = [Touch("L1", FRIDAY, "phone", "p1"), Touch("L2", FRIDAY, "sms", "p1"), Touch("Q", FRIDAY, "sms", "p1")]
    found = first_touches(
        leads("L1", "L2", "L3", "L4", "L5"),
        touches,
        InDays(1, CHINA),
        as_of=date(2026, 2, 25),
        consents=consents,
        asked_us=["L3", "L4"],
    )
    assert {row.lead: (row.state, row.channels) for row in found.rows} == {
        "L1": ("in_time", ()),
        "L2": ("in_time", ("sms",)),
        "L3": ("overdue", ("face", "sms", "wechat", "email", "post")),
        "L4": ("overdue", ("face", "phone", "sms", "wechat", "email", "post")),
        "L5": ("no_channel", ()),
    }
    assert [(one.touch.lead, one.why.head()) for one in found.breaches] == [
        ("L1", "contacted without consent"),
        ("Q", "a lead in quarantine was contacted"),
    ]
    assert (found.rows[2].why.text("zh"), found.rows[2].late) == ("任何渠道均无同意，请先取得同意", None)


def test_touches_are_checked():
    """Strangers and touches before the lead came are all named; hours need moments; times allowed are in range."""
    touches = [Touch("X", FRIDAY, "phone", "p1"), Touch("L1", FRIDAY - timedelta(1), "phone", "p1")]
    with pytest.raises(BadRows) as rows:
        first_touches(leads("L1"), touches, InDays(1, CHINA), as_of=FRIDAY)
    assert [error.where for error in rows.value.exceptions] == ["touches[0]", "touches[1]"]
    early = [Touch("L1", moment(13, 9), "phone", "p1")]
    with pytest.raises(BadRows):
        first_touches(leads("L1"), early, InDays(1, CHINA), as_of=moment(13, 12), arrived={"L1": moment(13, 10)})
    with pytest.raises(BadValue, match=r"leads\.moment"):
        first_touches(leads("L1"), [], InHours(1, HOURS), as_of=FRIDAY)
    naive = datetime(2026, 2, 13)  # noqa: DTZ001
    with pytest.raises(BadValue, match=r"leads\.moment"):
        first_touches(leads("L1"), [], InDays(1, CHINA), as_of=naive)
    for sla in (InDays(1, CHINA), InHours(1, HOURS)):
        with pytest.raises(BadValue, match=r"arrived 'L1'.*leads\.moment"):
            first_touches(leads("L1"), [], sla, as_of=moment(13, 12), arrived={"L1": naive})
    for make in (
        lambda: Touch("L1", naive, "phone", "p1"),
        lambda: Touch("L1", FRIDAY, "any", "p1"),
        lambda: InDays(-1, CHINA),
        lambda: InHours(0, HOURS),
        lambda: InHours("1/7", HOURS),
    ):
        with pytest.raises((BadRule, BadValue)):
            make()


def test_the_first_of_two_moments_in_two_zones():
    """Half past midnight in Beijing is before one o'clock of the same night in London, though its date is later."""
    early = datetime(2026, 2, 14, 0, 30, tzinfo=BEIJING)
    later = datetime(2026, 2, 13, 17, 0, tzinfo=UTC)
    assert early < later
    touches = [Touch("L1", later, "phone", "p1"), Touch("L1", early, "sms", "p1")]
    for made in (touches, touches[::-1]):
        found = first_touches(leads("L1"), made, InHours(4, HOURS), as_of=moment(24, 10), arrived={"L1": moment(13, 9)})
        assert found.rows[0].touched == early


def test_a_touch_at_the_moment_asked_is_there():
    """So is one of the day asked."""
    arrived = {"L1": moment(13, 9)}
    touch = Touch("L1", moment(13, 12), "phone", "p1")
    found = first_touches(leads("L1"), [touch], InHours(4, HOURS), as_of=moment(13, 12), arrived=arrived)
    assert found.rows[0].state == "in_time"
    assert first_touches(leads("L1"), [touch], InDays(1, CHINA), as_of=FRIDAY).rows[0].state == "in_time"


def test_a_lead_that_has_not_come_is_not_waited_for():
    """Before the day, or the moment, it has no row."""
    for as_of, rows in ((date(2026, 2, 12), 0), (FRIDAY, 1), (moment(13, 8), 1)):
        assert len(first_touches(leads("L1"), [], InDays(1, CHINA), as_of=as_of).rows) == rows
    arrived = {"L1": moment(13, 9)}
    for minute, rows in ((59, 0), (60, 1)):
        at = moment(13, 8) + timedelta(minutes=minute)
        assert len(first_touches(leads("L1"), [], InHours(1, HOURS), as_of=at, arrived=arrived).rows) == rows
