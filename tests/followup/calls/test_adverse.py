"""Adverse events: handed over at once, asked for, and never submitted without their hand-off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.compliance import NONE
from pharmasales.errors import BadRows, BadValue
from pharmasales.followup.calls.adverse import adverse_faults, hear
from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, NextStep
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.policy import CallPolicy
from pharmasales.followup.calls.record import CallRecord
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import ADVERSE_WORDS, DrugFeedback, SafetyHandOff, mentions_event
from pharmasales.testing.call_reports import call_reports, drug_feedback

DAY = date(2026, 2, 10)
AT = datetime(2026, 2, 10, 3, tzinfo=UTC)
CALL = CallReport("V1", "r1", "c1", DAY, minutes=20)
BAD = DrugFeedback("P1", "safety", "bad", "a rash")


def told(**given):
    """Return the report with notes."""
    return evolve(CALL, notes=CallNotes(**given))


@pytest.mark.parametrize(
    ("aspect", "tone", "adverse", "event", "share"),
    [
        ("efficacy", "good", False, False, True),
        ("efficacy", "bad", False, False, False),
        ("convenience", "bad", False, False, False),
        ("safety", "good", False, False, True),
        ("safety", "mixed", False, True, False),
        ("safety", "bad", False, True, False),
        ("efficacy", "good", True, True, False),
        ("convenience", "mixed", True, True, False),
    ],
)
def test_what_is_an_event(aspect, tone, adverse, event, share):
    """Anything but good about safety, and whatever is told as an event; only other good news is shared."""
    found = DrugFeedback("P1", aspect, tone, adverse=adverse)
    assert (found.is_event, found.to_share) == (event, share)
    if not share:
        with pytest.raises(BadValue) as refused:
            evolve(found, shared_in="M1")
        assert refused.value.code == "followup.calls.shared"


def test_hearing_makes_the_hand_off_in_the_same_step():
    """E59's facts travel: known on, seriousness, who, whom; the deadline is the rule's, the text is not shown."""
    report, sent = hear(CALL, BAD, at=AT, hand_off="S1", seriousness="serious", deadline=date(2026, 2, 25))
    assert (sent.id, sent.customer, sent.reporter, sent.call, sent.product) == ("S1", "c1", "r1", "V1", "P1")
    assert (sent.known_on, sent.seriousness, sent.created, sent.deadline) == (DAY, "serious", AT, date(2026, 2, 25))
    assert (sent.text, "rash" in repr(sent)) == ("a rash", False)
    assert report.notes.hand_offs == (sent,)
    assert report.notes.adverse is True
    assert report.notes.feedback[0].hand_off == "S1"
    assert list(adverse_faults(report)) == []
    assert sent.why.text("zh") == "2026-02-10 获知不良反应（严重），不得延误或搁置"
    assert sent.why.text() == "an adverse event (serious) known on 2026-02-10; nothing holds it back"
    earlier = hear(CALL, BAD, at=AT, hand_off="S1", seriousness="death", known_on=date(2026, 2, 9))[1]
    assert (earlier.known_on, earlier.deadline) == (date(2026, 2, 9), None)


def test_hearing_good_news_makes_none():
    """Feedback is kept, nothing is handed over, no answer is put into anybody's mouth."""
    report, sent = hear(CALL, DrugFeedback("P1", "efficacy", "good"), at=AT)
    assert sent is None
    assert (report.notes.adverse, len(report.notes.feedback)) == (None, 1)


@pytest.mark.parametrize("given", [{}, {"hand_off": "S1"}, {"seriousness": "serious"}])
def test_hearing_an_event_without_its_hand_off_is_refused(given):
    """Seriousness and id must be said; who is not sure says serious."""
    with pytest.raises(BadValue) as refused:
        hear(CALL, BAD, at=AT, **given)
    assert (refused.value.code, "serious" in refused.value.hint) == ("followup.calls.adverse", True)


def test_a_submitted_report_hears_nothing():
    """It is corrected instead."""
    with pytest.raises(BadValue) as refused:
        hear(evolve(CALL, submitted=True), BAD, at=AT, hand_off="S1", seriousness="other")
    assert refused.value.code == "followup.calls.locked"


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({"feedback": [BAD]}, ["an adverse event without its hand-off"]),
        (
            {"feedback": [BAD], "adverse": False},
            ["an adverse event without its hand-off", "says that no event was heard of, and hands one over"],
        ),
        ({"adverse": True}, ["an adverse event without its hand-off"]),
        ({"summary": "患者出现皮疹"}, ["may speak of an adverse event"]),
        ({"objective": "explain side　effects"}, ["may speak of an adverse event"]),
        ({"needs": [CustomerNeed("safety", "Anaphylaxis?")]}, ["may speak of an adverse event"]),
        ({"objections": [Objection("O1", "V1", "c1", "safety", DAY, "副作用大")]}, ["may speak of an adverse event"]),
        ({"next_step": NextStep("ask about the ADVERSE event", "r1", DAY)}, ["may speak of an adverse event"]),
        ({"feedback": [DrugFeedback("P1", "safety", "good", "no toxicity")]}, ["may speak of an adverse event"]),
        ({"summary": "没有不良反应", "adverse": False}, []),
        ({"summary": "wants the guideline"}, []),
        ({}, []),
    ],
)
def test_a_report_that_mentions_one(given, reasons):
    """Facts need the hand-off whatever is answered; words only ask, wherever they stand."""
    assert [fault.reason for fault in adverse_faults(told(**given))] == reasons


def test_the_company_adds_words():
    """Words of its own ask too."""
    policy = CallPolicy(words=(*ADVERSE_WORDS, "头晕"))
    assert [len(list(adverse_faults(told(summary="患者头晕"), one))) for one in (CallPolicy(), policy)] == [0, 1]


@pytest.mark.parametrize("word", ADVERSE_WORDS)
def test_every_word_asks(word):
    """Each in any case, in the middle of a text."""
    assert mentions_event(f"医生说{word.upper()}的情况")
    assert not mentions_event("医生说明指南的情况")


@pytest.mark.parametrize(
    "change",
    [{"call": "V2"}, {"call": ""}, {"customer": "c2"}, {"known_on": DAY + timedelta(1)}],
)
def test_a_hand_off_of_another_visit_or_day(change):
    """It must be of this visit and customer; the clock may not start after the visit."""
    report, sent = hear(CALL, BAD, at=AT, hand_off="S1", seriousness="other")
    wrong = evolve(report, notes=evolve(report.notes, hand_offs=[evolve(sent, **change)]))
    assert [fault.reason for fault in adverse_faults(wrong)] == ["a hand-off of another visit or day"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"seriousness": "grave"}, "followup.calls.word"),
        ({"seriousness": None}, "followup.calls.word"),
        ({"known_on": AT}, "calendar.day"),
        ({"created": DAY}, "followup.calls.moment"),
        ({"created": AT.replace(tzinfo=None)}, "followup.calls.moment"),
        ({"deadline": DAY - timedelta(1)}, "followup.calls.deadline"),
        ({"reporter": ""}, "id.empty"),
        ({"text": "\x07"}, "text.control"),
    ],
)
def test_what_a_hand_off_refuses(given, code):
    """No guess at seriousness, day or moment."""
    good = {"id": "S1", "customer": "c1", "reporter": "r1", "known_on": DAY, "seriousness": "other", "created": AT}
    assert SafetyHandOff(**good, deadline=DAY).deadline == DAY
    with pytest.raises(BadValue) as refused:
        SafetyHandOff(**{**good, **given})
    assert refused.value.code == code


def test_feedback_refuses():
    """Unknown words, and anything but yes or no."""
    for bad in (("", "safety", "bad"), ("P1", "price", "bad"), ("P1", "safety", "awful")):
        with pytest.raises(BadValue):
            DrugFeedback(*bad)
    with pytest.raises(BadValue) as refused:
        DrugFeedback("P1", "safety", "bad", adverse=1)
    assert refused.value.code == "followup.calls.adverse"


@settings(max_examples=50, deadline=None)
@given(call_reports(), drug_feedback().filter(lambda one: one.is_event), st.sampled_from((None, True, False)))
def test_no_report_with_an_event_is_submitted_without_its_hand_off(report, event, answer):
    """Whatever else a report holds: not as a record, not as a value of its own."""
    notes = evolve(report.notes, feedback=(*report.notes.feedback, event), adverse=answer)
    said = evolve(report, state="done", reason="", moved_to="", submitted=False, notes=notes)
    with pytest.raises(BadValue) as refused:
        evolve(said, submitted=True)
    assert refused.value.code == "followup.calls.adverse"
    record = CallRecord.open(said, by="r1", at=datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(BadRows) as faults:
        record.submit(by="r1", at=datetime(2030, 1, 1, tzinfo=UTC), gate=NONE, role="")
    assert "followup.calls.adverse" in {one.code for one in faults.value.exceptions}
