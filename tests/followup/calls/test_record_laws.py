"""Laws of the record of a visit, held through any sequence of steps that anybody may try."""

from datetime import UTC, date, datetime, timedelta

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pharmasales.compliance import CN_2020
from pharmasales.errors import PharmaSalesError
from pharmasales.followup.calls.adverse import hear
from pharmasales.followup.calls.notes import CallNotes, NextStep
from pharmasales.followup.calls.record import CallRecord
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import DrugFeedback
from pharmasales.followup.calls.words import CALL_REASONS
from pharmasales.testing.call_reports import call_round_trip, drug_feedback

DAY = date(2026, 3, 4)
GATE = {"gate": CN_2020, "role": "medical_rep"}
NEXT = NextStep("send the paper", "r1", date(2026, 3, 6))
REASONS = st.sampled_from(list(CALL_REASONS))


class Visits(RuleBasedStateMachine):
    """One visit after another through every step; a plain list of what was ever submitted stands beside it."""

    def __init__(self):
        super().__init__()
        self.now = datetime(2026, 3, 4, 1, tzinfo=UTC)
        self.kept = []
        self.sent = set()
        self.count = 0

    @initialize(plan=st.booleans())
    def begin(self, plan):
        """Open a planned visit, or one made without a plan."""
        report = CallReport("V0", "r1", "c1", DAY, state="planned" if plan else "done", minutes=20)
        self.record = CallRecord.open(report, **self.by())

    def by(self):
        """Return who and when; the clock goes on."""
        self.now += timedelta(minutes=1)
        return {"by": "r1", "at": self.now}

    def attempt(self, step):
        """Take a step if the record lets it; a refusal changes nothing."""
        before = self.record
        try:
            self.record = step(before)
        except PharmaSalesError:
            assert self.record is before
            return False
        return True

    @rule(
        minutes=st.one_of(st.none(), st.integers(1, 60)),
        step=st.booleans(),
        answer=st.sampled_from((None, True, False)),
    )
    def made(self, minutes, step, answer):
        """Report the visit as made, complete or not."""
        notes = evolve(self.record.latest.notes, next_step=NEXT if step else None, adverse=answer)
        said = evolve(
            self.record.latest, state="done", reason="", moved_to="", minutes=minutes, notes=notes, submitted=False
        )
        self.attempt(lambda record: record.done(said, **self.by()))

    @rule(text=st.sampled_from(("ok", "患者皮疹", "no side effect")), answer=st.sampled_from((None, False)))
    def write(self, text, answer):
        """Write into what is not submitted; the answer to the question may be yes already."""
        notes = evolve(self.record.latest.notes, summary=text, next_step=NEXT)
        notes = notes if notes.hand_offs else evolve(notes, adverse=answer)
        self.attempt(lambda record: record.edit(evolve(record.latest, notes=notes, submitted=False), **self.by()))

    @rule()
    def forget(self):
        """Try to throw all notes away."""
        self.attempt(lambda record: record.edit(evolve(record.latest, notes=CallNotes(), submitted=False), **self.by()))

    @rule(told=drug_feedback(), hand_over=st.booleans())
    def hear(self, told, hand_over):
        """Hear of a drug, and hand an event over, or try to do without."""
        latest = self.record.latest
        if latest.submitted:
            return
        if not hand_over:
            notes = evolve(latest.notes, feedback=(*latest.notes.feedback, told))
            self.attempt(lambda record: record.edit(evolve(latest, notes=notes), **self.by()))
            return
        self.count += 1
        name = f"S{self.count}"
        said, sent = hear(latest, told, at=self.now, hand_off=name, seriousness="serious")
        if self.attempt(lambda record: record.edit(said, **self.by())) and sent is not None:
            self.sent.add(name)

    @rule(reason=REASONS, state=st.sampled_from(("missed", "cancelled")))
    def end(self, reason, state):
        """Say that it did not take place."""
        self.attempt(lambda record: getattr(record, state)(reason, **self.by()))

    @rule(reason=REASONS)
    def move(self, reason):
        """Move it, and follow the new visit where it was moved."""
        self.count += 1
        self.attempt(lambda record: record.moved(DAY, f"V{self.count}", reason, **self.by())[0])

    @rule()
    def submit(self):
        """Submit what stands."""
        if self.attempt(lambda record: record.submit(**self.by(), **GATE)):
            self.kept.append(self.record.latest)

    @rule(minutes=st.one_of(st.none(), st.integers(1, 60)), why=st.sampled_from(("", "mistyped")), bare=st.booleans())
    def correct(self, minutes, why, bare):
        """Correct what is submitted, with or without a reason, with all notes or none."""
        notes = CallNotes(next_step=NEXT) if bare else self.record.latest.notes
        said = evolve(self.record.latest, minutes=minutes, notes=notes)
        if self.attempt(lambda record: record.correct(said, **self.by(), why=why, **GATE)):
            self.kept.append(self.record.latest)

    @rule(told=st.just(DrugFeedback("P1", "efficacy", "good", adverse=True)))
    def smuggle(self, told):
        """Try to correct an event into a report without its hand-off."""
        notes = evolve(self.record.latest.notes, feedback=(told,), next_step=NEXT)

        def step(record):
            said = evolve(record.latest, notes=notes, submitted=False)
            return record.correct(said, **self.by(), why="more", **GATE)

        assert not self.attempt(step)

    @invariant()
    def submitted_never_changes(self):
        """Every version that was ever submitted is there as it was, in its order; nothing else is."""
        if hasattr(self, "record"):
            assert [step.report for step in self.record.versions] == self.kept
            assert all(one.submitted for one in self.kept)
            assert self.record.latest.submitted is bool(self.kept)

    @invariant()
    def versions_chain(self):
        """Steps are in order, of one visit, and each correction says why."""
        if hasattr(self, "record"):
            steps = self.record.steps
            assert [step.at for step in steps] == sorted(step.at for step in steps)
            assert {step.report.id for step in steps} == {self.record.id}
            assert all(step.why for step in steps if step.action == "correct")
            assert len({step.report.entered for step in steps} - {None}) <= 1

    @invariant()
    def no_event_without_its_hand_off(self):
        """No submitted version tells an event that drug safety does not have; no hand-off is ever lost."""
        if hasattr(self, "record"):
            for one in self.kept:
                handed = {sent.id for sent in one.notes.hand_offs}
                assert all(told.hand_off in handed for told in one.notes.feedback if told.is_event)
                assert one.notes.adverse is not True or handed
            assert self.sent <= {sent.id for sent in self.record.hand_offs}

    @invariant()
    def comes_back_from_a_store(self):
        """A record is plain data and back at every step."""
        if hasattr(self, "record"):
            assert call_round_trip(self.record) == ""


TestVisits = Visits.TestCase
TestVisits.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
