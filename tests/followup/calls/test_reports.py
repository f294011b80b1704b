"""Reports, notes and words: what they take, what they refuse, and what they never show."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve, fields, has
from hypothesis import given

from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.calls import (
    adverse,
    afterwards,
    checklist,
    evidence,
    flags,
    notes,
    objections,
    preparing,
    record,
    reports,
    safety,
    steps,
    support,
    ways,
)
from pharmasales.followup.calls.completeness import call_completeness
from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, LeftItem, NextStep
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.policy import ASKED_FIELDS, CALL_POLICY, CallPolicy
from pharmasales.followup.calls.reports import CallReport, Detailed, twin_faults
from pharmasales.followup.calls.safety import DrugFeedback, SafetyHandOff
from pharmasales.followup.calls.words import CALL_STAGES, known_word, moment
from pharmasales.testing.call_reports import call_reports

DAY = date(2026, 3, 4)
SENT = SafetyHandOff("S1", "c1", "r1", DAY, "other", created=datetime(2026, 3, 4, tzinfo=UTC))
ROOM = (adverse, afterwards, checklist, evidence, flags, notes, objections, preparing, record, reports, safety, steps)


def call(**given):
    """Return a report that was made."""
    return CallReport("V1", "r1", "c1", DAY, **given)


def test_a_report_states_little():
    """Id, rep, customer and day are enough; all else has its default."""
    one = call()
    assert (one.channel, one.territory, one.state, one.submitted, one.entered) == ("face", "", "done", False, None)
    assert (one.stated, one.ends, one.notes) == (None, None, CallNotes())
    assert call(start=time(23, 50), minutes=20).ends == datetime.combine(date(2026, 3, 5), time(0, 10))
    assert call(minutes=20).ends is None
    assert call(start=time(9)).ends is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"channel": "fax"}, "followup.channel"),
        ({"channel": None}, "followup.channel"),
        ({"state": "lost"}, "followup.calls.word"),
        ({"state": None}, "followup.calls.word"),
        ({"minutes": 0}, "followup.calls.minutes"),
        ({"minutes": 1441}, "followup.calls.minutes"),
        ({"minutes": True}, "followup.calls.minutes"),
        ({"minutes": 20.0}, "followup.calls.minutes"),
        ({"start": time(9, tzinfo=UTC)}, "followup.calls.start"),
        ({"start": "09:00"}, "followup.calls.start"),
        ({"start": datetime(2026, 3, 4, 9, tzinfo=UTC)}, "followup.calls.start"),
        ({"entered": datetime.combine(DAY, time(9))}, "followup.calls.moment"),
        ({"entered": DAY}, "followup.calls.moment"),
        ({"entered": datetime(9999, 12, 31, tzinfo=UTC)}, "followup.calls.moment"),
        ({"state": "planned", "submitted": True}, "followup.calls.submitted"),
        ({"state": "missed"}, "followup.calls.reason"),
        ({"reason": "travel"}, "followup.calls.reason"),
        ({"state": "planned", "reason": "travel"}, "followup.calls.reason"),
        ({"state": "moved", "reason": "travel"}, "followup.calls.moved"),
        ({"moved_to": "V2"}, "followup.calls.moved"),
        ({"place": "a\x00b"}, "text.control"),
        ({"territory": "n\n1"}, "id.lines"),
        ({"submitted": True, "notes": CallNotes(adverse=True)}, "followup.calls.adverse"),
    ],
)
def test_what_a_report_refuses(given, code):
    """Unknown words, lengths and hours that cannot be, reasons missing or out of place, hostile text."""
    with pytest.raises(BadValue) as refused:
        call(**given)
    assert refused.value.code == code


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("bad", ["", " ", "\u200b", None, 7])
def test_ids_and_days(place, bad):
    """Each of the four must be there."""
    given = ["V1", "r1", "c1", DAY]
    given[place] = bad
    with pytest.raises(BadValue):
        CallReport(*given)


def test_a_day_is_no_moment():
    """A datetime has no day before somebody says in which zone."""
    with pytest.raises(BadValue) as refused:
        CallReport("V1", "r1", "c1", datetime(2026, 3, 4, tzinfo=UTC))
    assert refused.value.code == "calendar.day"


def test_moments_keep_their_offset():
    """A zone by name becomes its offset, so that a moment reads back as it was."""
    at = moment(datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Berlin")))
    assert (at.isoformat(), at.tzinfo) == ("2026-07-01T09:00:00+02:00", timezone(timedelta(hours=2)))
    china = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert CALL_POLICY.local(china) == datetime.combine(date(2026, 3, 5), time(7))


@pytest.mark.parametrize("priority", [0, -1, True, 1.0, "1"])
def test_priorities(priority):
    """From 1; none is fine."""
    with pytest.raises(BadValue) as refused:
        Detailed("P1", priority)
    assert refused.value.code == "followup.calls.priority"
    assert [Detailed("P1").priority, Detailed("P1", 2).priority] == [None, 2]


def test_no_room_for_whereabouts():
    """No value of the room has a field for a location, a photograph, a score or sales."""
    seen = set()
    for module in (*ROOM, support, ways):
        for kind in vars(module).values():
            if isinstance(kind, type) and has(kind):
                seen |= {one.name for one in fields(kind)}
    assert {"day", "start", "minutes", "place"} <= seen
    assert [name for name in seen if re.search("lat|lon|gps|coord|photo|score|sales|prescri|rank", name)] == []


@given(call_reports())
def test_repr_shows_no_text(report):
    """A report of any form shows ids, words and days, never what was said."""
    shown = repr(report)
    assert "notes" not in shown
    said = "Dr. Example told a secret 秘密"
    told = CallNotes(
        objective=said,
        summary=said,
        needs=[CustomerNeed("safety", said)],
        objections=[Objection("O1", "V1", "c1", "price", DAY, said).reply(said, source="L1", on=DAY)],
        feedback=[DrugFeedback("P1", "efficacy", "good", said)],
        next_step=NextStep(said, "r1", DAY),
        hand_offs=[SafetyHandOff("S1", "c1", "r1", DAY, "other", created=datetime(2026, 3, 4, tzinfo=UTC), text=said)],
    )
    parts = (told, *told.needs, *told.objections, *told.feedback, told.next_step, *told.hand_offs)
    assert not any("secret" in repr(one) for one in (*parts, evolve(report, notes=told, submitted=False)))
    assert list(told.texts()).count(said) == 7


def test_stages_and_tags():
    """Stages in their order, each once; tags each once; unknown stages name the nearest."""
    told = CallNotes(stages=["closing", "opening", "closing"], topics=["science", "science", "sport"], solutions=("x",))
    assert (told.stages, told.stage_coverage, told.topics) == (
        ("opening", "closing"),
        Fraction(2, 5),
        ("science", "sport"),
    )
    assert [CallNotes(stages=list(CALL_STAGES)[:n]).stage_coverage for n in range(6)] == [
        Fraction(n, 5) for n in range(6)
    ]
    with pytest.raises(BadValue) as refused:
        CallNotes(stages=["cloesing"])
    assert refused.value.hint == 'did you mean "closing"?'
    with pytest.raises(BadValue) as refused:
        known_word(CALL_STAGES, "stage")(7)
    assert (refused.value.where, refused.value.hint) == ("stage", "")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: NextStep(" ", "r1", DAY), "followup.calls.next"),
        (lambda: NextStep("x", "", DAY), "id.empty"),
        (lambda: NextStep("x", "r1", None), "calendar.day"),
        (lambda: LeftItem("leaflet", "L1"), "followup.calls.word"),
        (lambda: LeftItem("literature", "L1", 0), "followup.calls.count"),
        (lambda: LeftItem("literature", "L1", True), "followup.calls.count"),
        (lambda: LeftItem("literature", "L1", 1, "nurse"), "followup.calls.word"),
        (lambda: LeftItem("gift", "G1", value="10x"), "number"),
        (lambda: CallNotes(adverse="no"), "followup.calls.adverse"),
        (lambda: CallNotes(adverse=0), "followup.calls.adverse"),
        (lambda: CallNotes(topics=[""]), "id.empty"),
        (lambda: CallNotes(objections=[Objection("O1", "V1", "c1", "price", DAY)] * 2), "followup.calls.twins"),
        (lambda: CallNotes(hand_offs=[SENT, evolve(SENT, text="another")]), "followup.calls.twins"),
        (lambda: CallNotes(summary="\ud800"), "text.control"),
        (lambda: CustomerNeed(""), "id.empty"),
    ],
)
def test_what_notes_refuse(make, code):
    """Every part checks itself."""
    with pytest.raises(BadValue) as refused:
        make()
    assert refused.value.code == code


def test_completeness_is_exact():
    """Seven fields of a talk, four of a message, none of a visit that did not take place."""
    full = CallNotes("study", ["opening"], next_step=NextStep("x", "r1", DAY), summary="fine")
    made = call(start=time(9), minutes=20, products=[Detailed("P1")], notes=full)
    assert call_completeness(made).ratio == 1
    assert call_completeness(made).missing == call_completeness(made).required == ()
    assert call_completeness(call()).ratio == 0
    assert call_completeness(call()).required == ("minutes", "next_step")
    assert call_completeness(call(start=time(0))).given == ("start",)
    letter = call_completeness(call(channel="email", notes=CallNotes("  ", summary="sent")))
    assert (letter.given, letter.missing) == (("summary",), ("objective", "products", "next_step"))
    assert (letter.ratio, letter.required) == (Fraction(1, 4), ("next_step",))
    missed = call_completeness(call(state="missed", reason="travel"))
    assert (missed.ratio, missed.required) == (None, ())
    own = CallPolicy(required={"objective", "start"})
    assert call_completeness(call(), own).required == ("start", "objective")
    assert [one.text("zh") for one in call_completeness(call(), own).lacking] == [
        one.zh for one in ASKED_FIELDS.values()
    ]


def test_policy_refuses_what_is_not_asked():
    """A required field must be one of those asked."""
    with pytest.raises(BadRule) as refused:
        CallPolicy(required=["minutse"])
    assert refused.value.hint == 'did you mean "minutes"?'


def test_twins():
    """Every id that comes again, as often as it does."""
    one = call()
    assert [fault.where for fault in twin_faults([one, evolve(one, id="V2"), one, one])] == ["call 'V1'"] * 2
