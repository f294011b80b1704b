"""After the visit: length of first visits, late entry, tasks, needs over time, experience, ways, support."""

from datetime import UTC, date, datetime, time
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.compliance import CN_2020, CN_2026, NONE
from pharmasales.errors import BadValue, Blocked, UnknownYear
from pharmasales.followup.calls.afterwards import call_task_table, call_tasks, experience_to_share, need_history
from pharmasales.followup.calls.durations import duration_notes, duration_word, entry_delay
from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, NextStep
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.policy import CallPolicy
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import DrugFeedback
from pharmasales.followup.calls.support import SUPPORT_KINDS, Support, give_support
from pharmasales.followup.calls.ways import VISIT_WAYS, VisitRequest, ways_table
from pharmasales.rules import Bands, Field
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 4)


def call(number=1, day=DAY, **given):
    """Return a visit that was made."""
    return CallReport(f"V{number}", "r1", given.pop("customer", "c1"), day, **given)


@pytest.mark.parametrize(
    ("minutes", "first", "word"),
    [(14, True, "info"), (15, True, "ok"), (30, True, "ok"), (31, True, "warn"), (40, False, None), (None, True, None)],
)
def test_e11(minutes, first, word):
    """E11: a first visit of 14 info, 15 ok, 30 ok, 31 warn; a second of 40 no flag."""
    assert duration_word(minutes, first=first) == word
    made = [call(1, DAY, minutes=20), call(2, date(2026, 3, 9), minutes=minutes)]
    known = () if not first else (("r1", "c9"),)
    notes = duration_notes(
        [evolve(made[1], customer="c9")] if not first else made[1:], [("r1", "c9")] if not first else known
    )
    assert [(one.call, one.minutes, one.word) for one in notes] == ([("V2", minutes, word)] if word else [])


def test_first_is_the_first_face_to_face():
    """By day and start, for each rep and customer; a phone call, a missed visit and a visit of another rep are none."""
    made = [
        call(5, date(2026, 3, 9), minutes=40, start=time(9)),
        call(4, DAY, minutes=31, start=time(15)),
        call(3, DAY, minutes=14, start=time(9)),
        call(2, date(2026, 3, 1), minutes=50, channel="phone"),
        call(1, date(2026, 2, 1), minutes=50, state="missed", reason="travel"),
        evolve(call(6, date(2026, 3, 9), minutes=45), rep="r2"),
        call(7, date(2026, 3, 9), customer="c2"),
    ]
    found = duration_notes(made)
    assert [(one.call, one.word) for one in found] == [("V3", "info"), ("V6", "warn")]
    assert found[0].why.text("zh") == "首次拜访 14 分钟，偏短"
    assert found[1].why.text() == "a first visit of 45 minutes is long"
    assert duration_notes(made, [("r1", "c1"), ("r2", "c1")]) == ()
    own = Bands(Field("minutes"), ((10, "info"), (61, "ok")), top="warn")
    assert [one.word for one in duration_notes(made, rule=own)] == ["ok", "ok"]
    assert found[0].why.text() == "a first visit of 14 minutes is short"
    assert duration_notes(made, rule=own)[0].why.text("zh") == "首次拜访 14 分钟，适中"


def test_a_first_visit_without_a_length_is_the_first_all_the_same():
    """The next one is no first visit, whatever the first did not state."""
    assert duration_notes([call(1), call(2, date(2026, 3, 9), minutes=50)]) == ()


@pytest.mark.parametrize(
    ("day", "entered", "days"),
    [
        (date(2026, 2, 13), datetime(2026, 2, 13, 12, tzinfo=UTC), 0),
        (date(2026, 2, 13), datetime(2026, 2, 13, 16, tzinfo=UTC), 1),
        (date(2026, 2, 13), datetime(2026, 2, 23, 12, tzinfo=UTC), 1),
        (date(2026, 2, 13), datetime(2026, 2, 24, 1, tzinfo=UTC), 2),
        (date(2026, 3, 7), datetime(2026, 3, 8, 1, tzinfo=UTC), 0),
        (date(2026, 3, 7), datetime(2026, 3, 9, 1, tzinfo=UTC), 1),
        (date(2026, 3, 9), datetime(2026, 3, 2, 1, tzinfo=UTC), 0),
    ],
)
def test_late_entry_counts_working_days(day, entered, days):
    """In Beijing time; holidays and weekends do not count, make-up days do; entered ahead is not late."""
    assert entry_delay(call(1, day, entered=entered), CHINA) == days


def test_late_entry_is_missing_where_nothing_was_entered():
    """Missing in, missing out; the zone is the policy's; an unknown year is an error."""
    assert entry_delay(call(), CHINA) is None
    midnight = call(1, DAY, entered=datetime(2026, 3, 4, 16, tzinfo=UTC))
    assert [entry_delay(midnight, CHINA), entry_delay(midnight, CHINA, CallPolicy(zone=UTC))] == [1, 0]
    with pytest.raises(UnknownYear):
        entry_delay(call(1, date(2026, 12, 31), entered=datetime(2027, 1, 4, tzinfo=UTC)), CHINA)


def test_next_steps_and_promises_become_tasks():
    """Each with owner and day; a ticket counts as it stands now; a closed one owes nothing."""
    doubt = Objection("O1", "V1", "c1", "price", DAY).promise("r2", CHINA, days=2)
    other = Objection("O2", "V1", "c1", "safety", DAY).promise("r1", CHINA, days=5)
    step = NextStep("send the paper", "r1", date(2026, 3, 6))
    made = call(
        1, notes=CallNotes(next_step=step, objections=[doubt, other, Objection("O3", "V1", "c1", "price", DAY)])
    )
    planned = CallReport("V2", "r1", "c1", DAY, state="planned", notes=CallNotes(next_step=step))
    tasks = call_tasks([planned, made])
    assert [(one.kind, one.owner, one.due, one.objection) for one in tasks] == [
        ("next_step", "r1", date(2026, 3, 6), ""),
        ("answer", "r2", date(2026, 3, 6), "O1"),
        ("answer", "r1", date(2026, 3, 11), "O2"),
    ]
    assert ("paper" in repr(tasks), tasks[0].what) == (False, "send the paper")
    later = date(2026, 3, 9)
    closed = doubt.reply("x", source="L", on=later).close(later, confirmation="V3")
    moved = evolve(other, due=date(2026, 3, 20))
    assert [(one.objection, one.due) for one in call_tasks([made], [closed, moved])][1:] == [("O2", date(2026, 3, 20))]
    rows = call_task_table(tasks, date(2026, 3, 9)).rows
    assert [row[6] and row[6].text("zh") for row in rows] == ["是", "是", None]


def test_needs_change():
    """S002-15: from efficacy to safety, from a single drug to the whole plan, each dated."""
    made = [
        call(3, date(2026, 5, 6), notes=CallNotes(needs=[CustomerNeed("safety"), CustomerNeed("regimen")])),
        call(1, DAY, notes=CallNotes(needs=[CustomerNeed("efficacy"), CustomerNeed("drug"), CustomerNeed("drug")])),
        call(2, date(2026, 4, 1)),
        call(4, date(2026, 5, 7), notes=CallNotes(needs=[CustomerNeed("regimen"), CustomerNeed("safety")])),
        call(5, date(2026, 5, 8), notes=CallNotes(needs=[CustomerNeed("regimen")])),
        call(6, date(2026, 5, 9), notes=CallNotes(needs=[CustomerNeed("regimen"), CustomerNeed("own word")])),
        call(7, date(2026, 5, 9), customer="c0", state="planned", notes=CallNotes(needs=[CustomerNeed("drug")])),
    ]
    found = need_history(made)
    assert list(found) == ["c1"]
    assert [one.why.text("zh") for one in found["c1"]] == [
        "首次了解：疗效、单药",
        "新增：安全性、整体治疗方案；不再提及：疗效、单药",
        "与前次相同：整体治疗方案、安全性",
        "不再提及：安全性",
        "新增：own word",
    ]
    assert [(one.call, one.came, one.went) for one in found["c1"]][1] == (
        "V3",
        ("safety", "regimen"),
        ("efficacy", "drug"),
    )


def test_needs_of_one_day_follow_the_hour():
    """Two visits on one day: by start, those without one last."""
    made = [
        call(1, start=None, notes=CallNotes(needs=[CustomerNeed("drug")])),
        call(2, start=time(15), notes=CallNotes(needs=[CustomerNeed("safety")])),
        call(3, start=time(9), notes=CallNotes(needs=[CustomerNeed("efficacy")])),
    ]
    assert [one.call for one in need_history(made)["c1"]] == ["V3", "V2", "V1"]


def test_good_experience_waits_to_be_shared():
    """Good news that no meeting has heard yet; never an event, never a visit that was not made."""
    good = DrugFeedback("P1", "efficacy", "good")
    bad = DrugFeedback("P1", "efficacy", "bad")
    shared, event = evolve(good, shared_in="M1"), evolve(good, adverse=True)
    made = call(1, notes=CallNotes(feedback=[good, shared, event, bad]))
    assert experience_to_share([made, evolve(made, id="V2", state="planned")]) == (("V1", good),)


def test_ways_table():
    """Tried, led to a visit, share; a way never tried has no row; visits that were not made may be left out."""
    asked = [
        VisitRequest("A1", "r1", "c1", "introduction", DAY, introducer="c9", call="V1"),
        VisitRequest("A2", "r1", "c2", "introduction", DAY, introducer="c9", call="V2"),
        VisitRequest("A3", "r1", "c3", "introduction", DAY, introducer="c9"),
        VisitRequest("A4", "r1", "c4", "exhibition", DAY),
    ]
    assert [row[1:] for row in ways_table(asked).rows] == [(3, 2, Fraction(2, 3)), (1, 0, Fraction(0))]
    assert [row[1:] for row in ways_table(asked, ["V1"]).rows] == [(3, 1, Fraction(1, 3)), (1, 0, Fraction(0))]
    assert [row[0].text("zh") for row in ways_table(asked).rows] == ["他人引荐", "展会"]
    assert len(ways_table([])) == 0
    assert set(VISIT_WAYS) > {"introduction", "phone", "meeting", "exhibition", "department_talk"}


@pytest.mark.parametrize(
    ("way", "given"),
    [
        ("phone", {}),
        ("phone", {"purpose": "study"}),
        ("phone", {"minutes": 15}),
        ("phone", {"purpose": " ", "minutes": 15}),
        ("introduction", {}),
        ("meeting", {"minutes": 0}),
        ("meeting", {"minutes": True}),
    ],
)
def test_requests_state_what_they_must(way, given):
    """S002-5: a phone call states purpose and length, an introduction by whom."""
    with pytest.raises(BadValue) as refused:
        VisitRequest("A1", "r1", "c1", way, DAY, **given)
    assert refused.value.code == "followup.calls.request"
    assert VisitRequest("A1", "r1", "c1", "phone", DAY, purpose="study", minutes=15).call == ""


@given(st.sampled_from(list(SUPPORT_KINDS)), st.sampled_from((CN_2020, CN_2026, NONE)))
def test_support_is_never_tied_to_sales(kind, gate):
    """S002-13: whatever is given and whatever the policy says; literature for its own sake is free."""
    entry, day = Support("U1", "r1", "c1", kind, DAY, "what Dr. Example asked for"), DAY
    assert entry.day == day
    free = give_support(entry, gate=gate, role="medical_rep", tied_to_sales=False)
    assert free.outcome == "allow"
    with pytest.raises(Blocked) as refused:
        give_support(entry, gate=gate, role="medical_rep", tied_to_sales=True)
    assert (refused.value.code, refused.value.where) == ("blocked.give-tied", "support 'U1'")
    assert "Example" not in repr(entry) + str(refused.value)


def test_support_of_which_nobody_says_whether_it_is_tied():
    """Silence never opens the gate; money and donations are no support."""
    entry = Support("U1", "r1", "c1", "data", DAY)
    assert not give_support(entry, gate=CN_2020, role="medical_rep", tied_to_sales=None).allowed
    with pytest.raises(BadValue) as refused:
        Support("U1", "r1", "c1", "sponsorship", DAY)
    assert refused.value.code == "followup.calls.word"
