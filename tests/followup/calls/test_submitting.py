"""Submission: every fault at once, the gate's word on what was left, the switch for what lies ahead."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from attrs import evolve

from pharmasales.compliance import CN_2020, NONE, Override
from pharmasales.errors import NotFound
from pharmasales.followup.calls.notes import CallNotes, LeftItem, NextStep
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.policy import CallPolicy
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.submitting import left_verdicts, submission_faults
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 4)
AT = datetime(2026, 3, 4, 8, tzinfo=UTC)
NOTES = CallNotes(next_step=NextStep("send the paper", "r1", DAY))
CALL = CallReport("V1", "r1", "c1", DAY, start=time(14), minutes=20, notes=NOTES)


def faults(report, at=AT, gate=CN_2020, role="medical_rep", **more):
    """Return code and place of every fault."""
    return [(one.code, one.where) for one in submission_faults(report, at, gate=gate, role=role, **more)]


def noted(**given):
    """Return the report with other notes."""
    return evolve(CALL, notes=evolve(NOTES, **given))


def test_a_sound_report():
    """Nothing is wrong with it."""
    assert faults(CALL) == []


def test_every_fault_at_once():
    """Length, next step, objection, event and gift, each named with its place."""
    doubt = Objection("O1", "V1", "c1", "price", DAY)
    notes = CallNotes(objections=[doubt], summary="皮疹", left=[LeftItem("gift", "G1"), LeftItem("literature", "L1")])
    assert faults(evolve(CALL, minutes=None, notes=notes)) == [
        ("followup.calls.objection", "call 'V1', objection 'O1'"),
        ("followup.calls.adverse", "call 'V1'"),
        ("followup.calls.required", "call 'V1', minutes"),
        ("followup.calls.required", "call 'V1', next_step"),
        ("blocked.gift-no-limit", "call 'V1', item 'G1', give"),
    ]


def test_a_planned_visit():
    """Somebody says first what became of it."""
    assert faults(evolve(CALL, state="planned")) == [("followup.calls.submitted", "call 'V1'")]


@pytest.mark.parametrize(
    ("at", "ahead"),
    [
        (datetime(2026, 3, 4, 6, tzinfo=UTC), False),
        (datetime(2026, 3, 4, 5, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 3, 20, tzinfo=UTC), True),
        (datetime(2026, 3, 5, tzinfo=UTC), False),
    ],
)
def test_the_hour_decides_what_lies_ahead(at, ahead):
    """14:00 in Beijing is 06:00 UTC; the policy is the switch."""
    expected = [("followup.calls.future", "call 'V1'")] if ahead else []
    assert faults(CALL, at) == expected
    assert faults(CALL, at, policy=CallPolicy(future=True)) == []


def test_without_an_hour_the_day_decides():
    """From midnight in Beijing on, which is 16:00 UTC of the day before."""
    call, midnight = evolve(CALL, start=None), datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert [len(faults(call, at)) for at in (midnight - timedelta(seconds=1), midnight)] == [1, 0]
    assert faults(call, midnight, policy=CallPolicy(zone=UTC)) == [("followup.calls.future", "call 'V1'")]


def test_next_step_is_due_on_the_day_or_later():
    """A step due before the visit is a slip of the pen."""
    early = NextStep("x", "r1", DAY - timedelta(days=1))
    assert faults(noted(next_step=early)) == [("followup.calls.next", "call 'V1', next_step")]
    assert faults(noted(next_step=None)) == [("followup.calls.required", "call 'V1', next_step")]


def test_objections_are_promised_or_closed():
    """Recorded, promised: a doubt that is left open has an owner and a day; one of another visit is refused."""
    doubt = Objection("O1", "V1", "c1", "price", DAY)
    assert faults(noted(objections=[doubt.promise("r1", CHINA, days=2)])) == []
    answered = doubt.reply("a study", source="L1", on=DAY)
    assert [code for code, _ in faults(noted(objections=[answered]))] == ["followup.calls.objection"]
    assert faults(noted(objections=[answered.close(DAY, confirmation="V1")])) == []
    for other in (evolve(doubt, call="V2"), evolve(doubt, customer="c2")):
        assert len(faults(noted(objections=[other.promise("r1", CHINA, days=2)]))) == 1


def test_the_gate_decides_what_is_left():
    """Samples to a doctor are blocked, literature is free; a named override lets pass, and the verdict keeps it."""
    left = noted(left=[LeftItem("sample", "P1", 2), LeftItem("literature", "L1")])
    assert faults(left) == [("blocked.give-goods-person", "call 'V1', item 'P1', give")]
    assert [one.outcome for one in left_verdicts(left, CN_2020, "medical_rep")] == ["block", "allow"]
    assert faults(left, gate=NONE) == []
    named = Override("give-goods-person", approver="m9", reason="trial agreed in writing", until=DAY)
    verdicts = left_verdicts(left, CN_2020, "medical_rep", [named])
    assert [one.outcome for one in verdicts] == ["warn", "allow"]
    assert verdicts[0].overrides == (named,)
    assert faults(left, overrides=iter([named])) == []


def test_a_role_that_nobody_stated():
    """What cannot be decided is blocked, where a clause asks for it."""
    item = LeftItem("donation", "D1", 1, "department")
    assert [code for code, _ in faults(noted(left=[item]), role="medical_rep")] == ["blocked.give-rep-support"]


def test_a_gate_of_another_time():
    """The policy must be in force on the day of the visit."""
    old = evolve(
        CALL,
        day=date(2019, 3, 4),
        notes=evolve(NOTES, next_step=NextStep("x", "r1", DAY), left=[LeftItem("gift", "G1")]),
    )
    with pytest.raises(NotFound) as refused:
        faults(old)
    assert refused.value.code == "policy.day"
