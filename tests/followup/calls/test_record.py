"""The record of a visit: every state leads where it may and nowhere else; what is submitted stays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from attrs import evolve

from pharmasales.compliance import CN_2020, NONE
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.followup.calls.adverse import hear
from pharmasales.followup.calls.notes import CallNotes, NextStep
from pharmasales.followup.calls.policy import CallPolicy
from pharmasales.followup.calls.record import CallRecord
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import DrugFeedback
from pharmasales.followup.calls.steps import CallStep

DAY = date(2026, 3, 4)
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
PLAN = CallReport("V1", "r1", "c1", DAY, "face", "n1", state="planned", visit="2026-03-01/r1/c1/1", start=time(10))
NOTES = CallNotes(next_step=NextStep("send the paper", "r1", date(2026, 3, 6)))
MADE = evolve(PLAN, state="done", minutes=20, notes=NOTES)
GATE = {"gate": CN_2020, "role": "medical_rep"}
BY = {"by": "r1", "at": NOON}


def planned():
    """Return the record of a planned visit."""
    return CallRecord.open(PLAN, **BY)


def done():
    """Return one that was made."""
    return planned().done(MADE, **BY)


def submitted():
    """Return one that is submitted."""
    return done().submit(**BY, **GATE)


def test_the_way_of_a_visit():
    """Planned, done, submitted, corrected: states, entry time and versions."""
    record = submitted()
    assert [(step.action, step.report.state, step.report.submitted) for step in record.steps] == [
        ("open", "planned", False),
        ("done", "done", False),
        ("submit", "done", True),
    ]
    assert (planned().latest.entered, record.latest.entered) == (None, NOON)
    later = NOON + timedelta(hours=3)
    fixed = record.correct(evolve(record.latest, minutes=25), by="m1", at=later, why="mistyped", **GATE)
    assert [(one.report.minutes, one.by, one.at, one.why) for one in fixed.versions] == [
        (20, "r1", NOON, ""),
        (25, "m1", later, "mistyped"),
    ]
    assert fixed.version(1) == record.latest
    assert fixed.latest.entered == NOON
    assert fixed.latest.submitted
    assert fixed.id == "V1"


ENDINGS = {
    "missed": lambda record: record.missed("customer_absent", **BY),
    "cancelled": lambda record: record.cancelled("not_needed", **BY),
    "moved": lambda record: record.moved(date(2026, 3, 5), "V2", "customer_asked", **BY)[0],
    "done": lambda record: record.done(MADE, **BY),
    "edit": lambda record: record.edit(evolve(record.latest, place="h1"), **BY),
    "submit": lambda record: record.submit(**BY, **GATE),
    "correct": lambda record: record.correct(evolve(record.latest, place="h1"), **BY, why="seen", **GATE),
}
STARTS = {
    "planned": planned,
    "done": done,
    "missed": lambda: planned().missed("customer_absent", **BY),
    "cancelled": lambda: planned().cancelled("not_needed", **BY),
    "moved": lambda: planned().moved(date(2026, 3, 5), "V2", "customer_asked", **BY)[0],
    "submitted": submitted,
}
LEGAL = {
    "planned": {"missed", "cancelled", "moved", "done", "edit"},
    "done": {"edit", "submit"},
    "missed": {"edit", "submit"},
    "cancelled": {"edit", "submit"},
    "moved": {"edit", "submit"},
    "submitted": {"correct"},
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("step", ENDINGS)
def test_every_state_and_every_step(start, step):
    """Each step from each state: what the table allows, and nothing else."""
    if step in LEGAL[start]:
        found = ENDINGS[step](STARTS[start]())
        assert found.steps[-1].action == step
        assert len(found.steps) == len(STARTS[start]().steps) + 1
        return
    with pytest.raises((BadRule, BadRows)) as refused:
        ENDINGS[step](STARTS[start]())
    error = refused.value.exceptions[0] if isinstance(refused.value, BadRows) else refused.value
    locked = start == "submitted"
    expected = "followup.calls.locked" if locked else "followup.calls.step"
    assert error.code in (expected, "followup.calls.submitted")
    assert "V1" in error.where


def test_a_moved_visit_leaves_its_successor():
    """The old record ends with its reason; the new one fulfils the same planned visit, and hears nothing twice."""
    heard, sent = hear(PLAN, DrugFeedback("P1", "safety", "bad"), at=NOON, hand_off="S1", seriousness="other")
    record = CallRecord.open(evolve(heard, notes=evolve(heard.notes, objective="study")), **BY)
    old, new = record.moved(date(2026, 3, 9), "V2", "customer_asked", **BY, start=time(15), why="asked by phone")
    assert (old.latest.state, old.latest.reason, old.latest.moved_to) == ("moved", "customer_asked", "V2")
    assert old.latest.entered == NOON
    assert old.hand_offs == (sent,)
    plan = new.latest
    assert (plan.id, plan.day, plan.start, plan.state, plan.visit) == (
        "V2",
        date(2026, 3, 9),
        time(15),
        "planned",
        PLAN.visit,
    )
    assert plan.entered is None
    assert new.hand_offs == ()
    assert plan.notes.objective == "study"
    with pytest.raises(BadRule) as refused:
        planned().moved(date(2026, 3, 9), " V1 ", "customer_asked", **BY)
    assert refused.value.code == "followup.calls.moved"


def test_a_cancelled_visit_ahead_is_submitted():
    """A visit that lies ahead is cancelled and submitted today; one said to be missed is not."""
    ahead = CallRecord.open(evolve(PLAN, day=date(2026, 3, 20)), **BY)
    assert ahead.cancelled("hospital_closed", **BY).submit(**BY, **GATE).latest.submitted
    with pytest.raises(BadRows) as refused:
        ahead.missed("customer_absent", **BY).submit(**BY, **GATE)
    assert [one.code for one in refused.value.exceptions] == ["followup.calls.future"]


def test_reasons_are_the_companys():
    """A reason must stand in the list of the policy, whichever that is."""
    record = planned().missed("customer_abset", **BY)
    with pytest.raises(BadRows) as refused:
        record.submit(**BY, **GATE)
    assert str(refused.value.exceptions[0]) == (
        "no such reason @ call 'V1', reason; did you mean \"customer_absent\"? [followup.calls.reason]"
    )
    own = CallPolicy(reasons={"customer_abset": "x"})
    assert record.submit(**BY, **GATE, policy=own).latest.submitted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda made: evolve(made, id="V9"), "a step of another visit or rep"),
        (lambda made: evolve(made, rep="r2"), "a step of another visit or rep"),
    ],
)
def test_a_correction_stays_with_its_visit_and_rep(change, reason):
    """Id and rep do not change; the customer may have been mistaken."""
    record = submitted()
    with pytest.raises(BadRule) as refused:
        record.correct(change(record.latest), **BY, why="mistaken", **GATE)
    assert refused.value.reason == reason
    other = record.correct(evolve(record.latest, customer="c2"), **BY, why="mistaken", **GATE)
    assert (other.version(1).customer, other.version(2).customer) == ("c1", "c2")


@pytest.mark.parametrize("why", ["", "  ", "\u200b"])
def test_a_correction_has_its_reason(why):
    """An empty or invisible reason is none."""
    with pytest.raises(BadRule) as refused:
        submitted().correct(MADE, **BY, why=why, **GATE)
    assert refused.value.reason == "a correction without its reason"


def test_a_correction_is_checked_as_a_submission():
    """What a submission needs, a correction needs; the old version stands."""
    record = submitted()
    with pytest.raises(BadRows) as refused:
        record.correct(evolve(record.latest, minutes=None), **BY, why="unsure", **GATE)
    assert [one.where for one in refused.value.exceptions] == ["call 'V1', minutes"]


def test_a_missed_visit_is_corrected_to_done():
    """What was submitted as missed and was made after all: a new version, entered when the first was."""
    record = planned().missed("customer_absent", **BY).submit(**BY, **GATE)
    later = NOON + timedelta(days=1)
    fixed = record.correct(MADE, by="r1", at=later, why="she came late", **GATE)
    assert [one.report.state for one in fixed.versions] == ["missed", "done"]
    assert fixed.latest.entered == NOON


def test_steps_are_in_order():
    """A step before the last one is refused; at the same moment it is fine."""
    with pytest.raises(BadRule) as refused:
        done().submit(by="r1", at=NOON - timedelta(seconds=1), gate=CN_2020, role="", policy=CallPolicy(future=True))
    assert refused.value.reason == "a step before the last one"


def test_a_hand_off_is_never_lost():
    """Neither an edit nor a correction loses one, and it outlives a visit that was cancelled."""
    heard, sent = hear(MADE, DrugFeedback("P1", "safety", "bad", "rash"), at=NOON, hand_off="S1", seriousness="serious")
    record = CallRecord.open(heard, **BY)
    with pytest.raises(BadRule) as refused:
        record.edit(MADE, **BY)
    assert refused.value.reason == "a hand-off to drug safety would be lost"
    record = record.submit(**BY, **GATE)
    with pytest.raises(BadRule):
        record.correct(MADE, **BY, why="no event", **GATE)
    called_off = CallRecord.open(evolve(heard, state="planned"), **BY).cancelled("not_needed", **BY)
    assert called_off.hand_offs == (sent,)


def test_the_clock_of_a_hand_off_is_never_set_back():
    """First awareness may turn out to be earlier, never later; the moment of the hand-off stays."""
    heard, sent = hear(MADE, DrugFeedback("P1", "safety", "bad"), at=NOON, hand_off="S1", seriousness="other")
    record = CallRecord.open(heard, **BY)

    def with_one(**change):
        return record.edit(evolve(record.latest, notes=evolve(heard.notes, hand_offs=[evolve(sent, **change)])), **BY)

    for change in (
        {"known_on": DAY + timedelta(1)},
        {"created": NOON + timedelta(1)},
        {"created": NOON - timedelta(1)},
    ):
        with pytest.raises(BadRule) as refused:
            with_one(**change)
        assert refused.value.reason == "the clock of a hand-off would be set back"
    assert with_one(known_on=DAY - timedelta(1)).hand_offs[0].known_on == DAY - timedelta(1)
    assert with_one(seriousness="death").hand_offs[0].seriousness == "death"


def test_versions_by_number():
    """From 1 to the last one; a record that is not submitted has none."""
    record = submitted()
    for number in (0, 2, -1):
        with pytest.raises(NotFound) as refused:
            record.version(number)
        assert refused.value.hint == "versions 1 to 1"
    with pytest.raises(NotFound) as refused:
        done().version(1)
    assert refused.value.hint == "it is not submitted"


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [CallStep("done", MADE, "r1", NOON)],
        [CallStep("open", evolve(MADE, entered=NOON, submitted=True), "r1", NOON)],
        [CallStep("open", evolve(PLAN, state="missed", reason="travel", entered=NOON), "r1", NOON)],
        [CallStep("open", evolve(MADE, entered=NOON + timedelta(1)), "r1", NOON)],
        [CallStep("open", evolve(PLAN, entered=NOON), "r1", NOON)],
    ],
)
def test_a_record_opens_once(steps):
    """No step, another step, a submitted or ended visit, an entry at another moment."""
    with pytest.raises(BadRule):
        CallRecord(steps)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (
            CallStep("submit", evolve(MADE, entered=NOON, submitted=True, minutes=25), "r1", NOON),
            "submit is no step from done",
        ),
        (CallStep("open", evolve(MADE, entered=NOON), "r1", NOON), "open is no step from done"),
        (CallStep("edit", evolve(MADE, entered=NOON, submitted=True), "r1", NOON), "edit is no step from done"),
        (CallStep("edit", evolve(MADE, entered=None), "r1", NOON), "the moment of entry changes"),
        (CallStep("correct", evolve(MADE, entered=NOON), "r1", NOON, "why"), "correct is no step from done"),
        (
            CallStep("moved", evolve(PLAN, state="moved", reason="travel", moved_to="V2", entered=NOON), "r1", NOON),
            "moved is no step from done",
        ),
    ],
)
def test_forged_steps_are_refused(after, reason):
    """Steps as somebody could write them into a store."""
    with pytest.raises(BadRule) as refused:
        CallRecord([*done().steps, after])
    assert refused.value.reason == reason


def test_forged_steps_after_submission():
    """No edit, no second submission, no unlocking; a correction says why and stays submitted."""
    steps, made = submitted().steps, submitted().latest
    forged = [
        (CallStep("edit", made, "r1", NOON), "the report is submitted"),
        (CallStep("submit", made, "r1", NOON), "the report is submitted"),
        (
            CallStep("correct", evolve(made, submitted=False), "r1", NOON, "why"),
            "correct is no step from done, submitted",
        ),
        (
            CallStep("correct", evolve(made, entered=NOON - timedelta(1)), "r1", NOON, "why"),
            "the moment of entry changes",
        ),
    ]
    for step, reason in forged:
        with pytest.raises(BadRule) as refused:
            CallRecord([*steps, step])
        assert refused.value.reason == reason
    with pytest.raises(BadRule):
        CallRecord([*planned().steps, CallStep("done", PLAN, "r1", NOON)])


def test_an_unknown_step_is_refused():
    """A word that is no step."""
    with pytest.raises(BadValue) as refused:
        CallStep("delete", PLAN, "r1", NOON)
    assert refused.value.code == "followup.calls.word"


def test_table_of_a_record():
    """Every step, in both languages; reasons, and no text of the notes."""
    record, _ = planned().moved(date(2026, 3, 5), "V2", "customer_asked", **BY)
    text = record.table().text("zh")
    assert text.splitlines()[0].split() == ["序号", "步骤", "状态", "拜访日期", "操作人", "操作时间", "原因"]
    assert text.splitlines()[3].split() == [
        "2",
        "改期",
        "已改期",
        "2026-03-04",
        "r1",
        "2026-03-04T04:00:00+00:00",
        "客户要求改期",
    ]
    assert "send the paper" not in submitted().table().text() + submitted()._repr_html_() + repr(submitted())
    assert "<table>" in submitted()._repr_html_()


def test_without_a_gate_everything_passes_the_gate():
    """The policy that allows everything is named, never assumed."""
    assert done().submit(**BY, gate=NONE, role="").latest.submitted
    with pytest.raises(TypeError):
        done().submit(**BY)
