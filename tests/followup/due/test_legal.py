"""Legal deadlines of adverse events."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.followup.due.adverse import asked_by_adverse
from pharmasales.followup.due.followed import AdverseEvent
from pharmasales.followup.due.legal import CN_ADR_2011, HAND_OFF_24H, HandOff, ReportingLaw, law_on
from pharmasales.followup.due.needs import LEGAL

KNOWN = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("serious", date(2026, 2, 25)),
        ("new", date(2026, 2, 25)),
        ("other", date(2026, 3, 12)),
        ("death", date(2026, 2, 10)),
    ],
)
def test_e59(severity, due):
    """E59: known on 10 February 2026, the Spring Festival within; calendar days, no holiday moves them."""
    assert CN_ADR_2011.due(KNOWN, severity) == due
    report = [need for need in needs(severity) if need.id == "AE-1/report"]
    assert [(need.since, need.until, need.kind) for need in report] == [(KNOWN, due, LEGAL)]


def needs(severity, as_of=KNOWN, **days):
    """Return what an event known on 10 February asks for."""
    event = AdverseEvent("AE-1", KNOWN, severity, **days)
    return list(asked_by_adverse(event, [CN_ADR_2011], HAND_OFF_24H, as_of))


def test_the_hand_off_comes_first():
    """Within 24 hours to drug safety, at once in a case of death."""
    assert [(need.id, need.until) for need in needs("other")] == [
        ("AE-1/hand-off", date(2026, 2, 11)),
        ("AE-1/report", date(2026, 3, 12)),
    ]
    assert [need.until for need in needs("death")] == [KNOWN, KNOWN]
    assert needs("serious")[0].why.text() == (
        "hand over to drug safety within 24 hours, known on 2026-02-10: by 2026-02-11 "
        "(a common rule of companies, no law; practice P2-J [M])"
    )
    assert needs("death")[1].why.head("zh") == "死亡，2026-02-10 获知：立即报告，截止 2026-02-10"
    assert needs("other")[1].why.head("zh") == "一般，2026-02-10 获知：30 个自然日内报告，截止 2026-03-12"


def test_only_doing_it_ends_it():
    """Handed over, the report stays; reported, nothing does; a later day does not count yet."""
    later = date(2026, 2, 12)
    assert [need.id for need in needs("other", later, handed=later)] == ["AE-1/report"]
    assert len(needs("other", later, handed=later + timedelta(days=1))) == 2
    assert needs("other", later, handed=later, reported=later) == []
    assert len(needs("other", later, reported=later + timedelta(days=1))) == 2
    assert needs("other", KNOWN - timedelta(days=1)) == []
    assert len(needs("other", date(2036, 1, 1))) == 2


@settings(deadline=None)
@given(st.dates(date(2011, 7, 1), date(2090, 1, 1)), st.sampled_from(sorted(CN_ADR_2011.days)))
def test_days_are_calendar_days(known, severity):
    """No holiday, no leave, no weekend: always the same count."""
    assert (CN_ADR_2011.due(known, severity) - known).days == {"death": 0, "serious": 15, "new": 15, "other": 30}[
        severity
    ]


@pytest.mark.parametrize(("hours", "days"), [(1, 1), (24, 1), (25, 2), (48, 2), (72, 3)])
def test_hours_are_begun_days(hours, days):
    """A day of awareness has no hour."""
    assert (HandOff(hours).due(KNOWN) - KNOWN).days == days


@pytest.mark.parametrize("hours", [0, -24, True, "24", 24.0])
def test_hours_are_counted(hours):
    """Whole numbers from 1."""
    with pytest.raises(BadRule, match="hours are a whole number"):
        HandOff(hours)


def test_a_law_holds_on_its_days():
    """The one in force on the day of awareness decides, the later of two; before and after there is none."""
    old = ReportingLaw("old", {"serious": 20}, "made up", date(2020, 1, 1), date(2026, 2, 9))
    new = ReportingLaw("new", {"serious": 10}, "made up", date(2026, 2, 10))
    assert law_on([old, new], KNOWN) is law_on([new, old], KNOWN) is new
    assert law_on([old, new], date(2026, 2, 9)) is old
    assert law_on([CN_ADR_2011, old], date(2026, 2, 9)) is old
    with pytest.raises(NotFound, match="no reporting law"):
        law_on([old, new], date(2019, 12, 31))
    with pytest.raises(NotFound, match="not in force on 2026-02-10"):
        old.due(KNOWN, "serious")
    event = AdverseEvent("AE-1", date(2010, 1, 1), "serious")
    with pytest.raises(NotFound):
        list(asked_by_adverse(event, [CN_ADR_2011], HAND_OFF_24H, KNOWN))


def test_an_unknown_severity_is_refused():
    """Never taken for a mild one."""
    with pytest.raises(BadValue, match='did you mean "serious"') as caught:
        needs("serius")
    assert caught.value.code == "followup.severity"


@pytest.mark.parametrize(
    "law",
    [
        lambda: ReportingLaw("x", {}, "", KNOWN),
        lambda: ReportingLaw("x", {"serious": -1}, "", KNOWN),
        lambda: ReportingLaw("x", {"serious": True}, "", KNOWN),
        lambda: ReportingLaw("x", {"serious": 366}, "", KNOWN),
        lambda: ReportingLaw("x", {"serious": 1}, "", KNOWN, date(2026, 2, 9)),
    ],
)
def test_what_is_no_law(law):
    """Days out of range, an end before the start."""
    with pytest.raises(BadRule) as caught:
        law()
    assert caught.value.code == "followup.law"


def test_what_is_no_event():
    """Days before it was known, moments, empty ids."""
    with pytest.raises(BadValue, match="handed before it was known"):
        AdverseEvent("AE-1", KNOWN, "serious", handed=date(2026, 2, 9))
    with pytest.raises(BadValue):
        AdverseEvent("AE-1", datetime(2026, 2, 10), "serious")  # noqa: DTZ001 - a moment is refused
    with pytest.raises(BadValue):
        AdverseEvent(" ", KNOWN, "serious")
