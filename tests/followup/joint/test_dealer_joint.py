"""Dealer joint visits: whatever is done in whatever order, no step is out of order and nothing signed changes."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pharmasales.archive.agreements import Agreement
from pharmasales.errors import BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.joint.contents import (
    JointAction,
    JointConduct,
    JointDebrief,
    JointGoals,
    JointPreparation,
    JointQuestion,
)
from pharmasales.followup.joint.dealer_joint import DealerJoint
from pharmasales.followup.joint.joint_records import (
    dealer_joint_data,
    dealer_joint_from,
    dealer_terms_data,
    dealer_terms_from,
    joint_visit_data,
    joint_visit_from,
)
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.problems import JointProblem
from pharmasales.followup.joint.steps import CONTENT_OF
from pharmasales.followup.joint.terms import CostSplit, DealerTerms
from pharmasales.units import CNY, Amount

DAY = date(2026, 3, 4)
SIGNED = Agreement("A1", date(2026, 1, 1), date(2026, 12, 31), Amount.of(5, CNY), ["penalty"])
TERMS = DealerTerms(
    "D1",
    "head-1",
    SIGNED,
    date(2026, 1, 5),
    ["H1"],
    CostSplit({"maker": "60%", "dealer": "40%"}),
    {"maker": ["train"], "dealer": ["deliver"]},
    ["department talk"],
)
VISIT = JointVisit("J1", "dealer_joint", DAY, "H1", {"r1": "maker", "s1": "dealer"})
PROBLEM = JointProblem("late", "market", "Dr. Secret waits", flow="goods")
READY = JointPreparation(["Dr. Secret, 32 beds"], "late", DAY, "round", "Dr. Secret", "P1", "3 points", ["leaflet"])
GOALS = JointGoals("demonstrate", "Dr. Secret orders", "a day", [PROBLEM], ["late"])
DONE = JointConduct(30, ["r1", "s1"], "Dr. Secret agreed", ["a figure"])
DEBRIEF = JointDebrief(
    [JointQuestion("does Dr. Secret pay?", "yes"), JointQuestion("when?", action="a1")],
    [JointProblem("price", "sales")],
    "Dr. Secret agrees",
    ["call Dr. Secret"],
    [JointAction("a1", "ask Dr. Secret", "s1", date(2026, 3, 20), "late"), JointAction("a2", "x", "r1", DAY)],
    date(2026, 3, 25),
)
CONTENTS = {"prepare": READY, "goals": GOALS, "carry_out": DONE, "debrief": DEBRIEF}
PEOPLE = st.sampled_from(["r1", "s1", "head-1", "stranger"])
STEPS = st.sampled_from(list(CONTENT_OF))


def reached(step, day=DAY):
    """Return a visit at which a step was just taken."""
    joint = DealerJoint.plan(VISIT, TERMS)
    for name in CONTENT_OF:
        joint = joint.take(name, CONTENTS[name], by="r1", on=day)
        if name == step:
            return joint
        if name == "goals":
            joint = joint.sign(by="r1", on=day).sign(by="head-1", on=day)
    raise AssertionError


def over():
    """Return a visit that both have signed off."""
    return reached("debrief").sign(by="s1", on=DAY).sign(by="r1", on=DAY)


class Life(RuleBasedStateMachine):
    """Try everything at any time; most of it is refused, and what passes keeps the laws."""

    def __init__(self):
        super().__init__()
        self.joint = DealerJoint.plan(VISIT, TERMS)
        self.day = DAY - timedelta(days=2)
        self.past = [self.joint]

    def attempt(self, act):
        """Do something, or be refused."""
        with suppress(PharmaSalesError):
            self.joint = act(self.joint)
        self.past.append(self.joint)

    @rule(days=st.integers(-1, 2))
    def wait(self, days):
        """Let days pass; a clerk may also write the day before."""
        self.day += timedelta(days=days)

    @rule(step=STEPS, by=PEOPLE)
    def take(self, step, by):
        """Take any step."""
        self.attempt(lambda joint: joint.take(step, CONTENTS[step], by=by, on=self.day))

    @rule(by=PEOPLE)
    def take_the_next(self, by):
        """Take the step that is due."""
        step = self.joint.next_step
        if step:
            self.attempt(lambda joint: joint.take(step, CONTENTS[step], by=by, on=self.day))

    @rule(by=PEOPLE)
    def sign(self, by):
        """Sign."""
        self.attempt(lambda joint: joint.sign(by=by, on=self.day))

    @rule()
    def both_sign(self):
        """Sign for both sides."""
        self.attempt(lambda joint: joint.sign(by="r1", on=self.day).sign(by="s1", on=self.day))

    @precondition(lambda self: self.joint.records)
    @rule(by=PEOPLE, step=STEPS, last=st.booleans(), reason=st.sampled_from(["", "corrected"]))
    def revise(self, by, step, last, reason):
        """Revise the last step, or try another."""
        content = self.joint.records[-1].content if last else CONTENTS[step]
        self.attempt(lambda joint: joint.revise(content, by=by, on=self.day, reason=reason))

    @rule(by=PEOPLE, action=st.sampled_from(["a1", "a2", "a9"]), adopted=st.booleans())
    def report(self, by, action, adopted):
        """Report on an action."""
        self.attempt(lambda joint: joint.report(action, adopted=adopted, by=by, on=self.day))

    @precondition(lambda self: len(self.past) > 8)
    @rule(by=PEOPLE)
    def cancel(self, by):
        """Cancel, late enough that something has happened."""
        self.attempt(lambda joint: joint.cancel(by=by, on=self.day, reason="leave"))

    @invariant()
    def steps_stand_in_order(self):
        """Each step follows the one before it; a revision follows what it replaces."""
        order = list(CONTENT_OF)
        places = [order.index(record.step) for record in self.joint.records]
        assert places == sorted(places)
        assert sorted(set(places)) == list(range(len(set(places))))
        for before, after in zip(self.joint.records, self.joint.records[1:], strict=False):
            assert after.number == (before.number + 1 if after.step == before.step else 1)

    @invariant()
    def nothing_begins_before_goals_are_signed(self):
        """The record that counts of the goals bears both signatures once the visit was carried out."""
        if self.joint.held:
            goals = [record for record in self.joint.records if record.step == "goals"][-1]
            assert {one.side for one in goals.signatures} == {"maker", "dealer"}
            assert all(one.on <= DAY for one in (goals, *goals.signatures))

    @invariant()
    def what_was_written_stays(self):
        """Every record of every moment is still there, with at least the signatures that it had."""
        for before in self.past:
            for old, new in zip(before.records, self.joint.records, strict=False):
                assert evolve(new, signatures=()) == evolve(old, signatures=())
                assert new.signatures[: len(old.signatures)] == old.signatures
            assert len(before.records) <= len(self.joint.records)
            assert self.joint.reports[: len(before.reports)] == before.reports

    @invariant()
    def days_do_not_go_back(self):
        """Acts stand in the order of their days, and nobody strange has acted."""
        acts = [act for record in self.joint.records for act in (record, *record.signatures)]
        assert [act.on for act in acts] == sorted(act.on for act in acts)
        assert {act.by for act in (*acts, *self.joint.reports)} <= {"r1", "s1", "head-1"}

    @invariant()
    def it_is_kept_whole(self):
        """What a store keeps comes back as it was."""
        kept = json.loads(json.dumps(dealer_joint_data(self.joint)))
        assert dealer_joint_from(kept) == self.joint

    @invariant()
    def cancelled_is_never_held(self):
        """A cancelled visit was not held, and has no next step."""
        if self.joint.cancelled:
            assert (self.joint.state, self.joint.held, self.joint.next_step) == ("cancelled", False, None)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase


@pytest.mark.parametrize("reach", list(CONTENT_OF))
def test_every_other_step_is_refused(reach):
    """After each step only the next one is taken; the refusal says which."""
    joint, order = reached(reach), list(CONTENT_OF)
    if reach == "goals":
        joint = joint.sign(by="r1", on=DAY).sign(by="s1", on=DAY)
    for step in order:
        if step == joint.next_step:
            assert joint.take(step, CONTENTS[step], by="r1", on=DAY).records[-1].step == step
        else:
            with pytest.raises(BadRule) as caught:
                joint.take(step, CONTENTS[step], by="r1", on=DAY)
            assert caught.value.code == "followup.joint.step"


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        (lambda: reached("prepare").take("plan", GOALS, by="r1", on=DAY), "followup.joint.step", "no such step"),
        (lambda: reached("prepare").take("goals", DONE, by="r1", on=DAY), "followup.joint.step", "of another step"),
        (lambda: reached("prepare").set_goals(GOALS, by="r9", on=DAY), "followup.joint.who", "takes no part"),
        (
            lambda: reached("prepare").set_goals(GOALS, by="r1", on=date(2026, 3, 3)),
            "followup.joint.day",
            "before the last",
        ),
        (
            lambda: reached("prepare").set_goals(GOALS, by="r1", on=date(2026, 3, 5)),
            "followup.joint.day",
            "after the day",
        ),
        (lambda: reached("prepare").sign(by="r1", on=DAY), "followup.joint.sign", "nothing to sign"),
        (lambda: reached("goals").sign(by="r1", on=date(2026, 3, 5)), "followup.joint.day", "set goals after the day"),
        (lambda: DealerJoint.plan(VISIT, TERMS).sign(by="r1", on=DAY), "followup.joint.sign", "nothing to sign"),
        (lambda: over().cancel(by="r1", on=DAY, reason="x"), "followup.joint.step", "cannot be cancelled"),
        (
            lambda: reached("debrief").report("a1", adopted=True, by="s1", on=DAY),
            "followup.joint.step",
            "no signed debrief",
        ),
        (lambda: over().revise(GOALS, by="r1", on=DAY, reason="x"), "followup.joint.step", "only the last step"),
        (
            lambda: DealerJoint.plan(VISIT, TERMS).revise(READY, by="r1", on=DAY, reason="x"),
            "followup.joint.step",
            "only",
        ),
        (
            lambda: over().report("a1", adopted=True, by="s1", on=date(2026, 3, 3)),
            "followup.joint.day",
            "before the last",
        ),
        (
            lambda: DealerJoint.plan(VISIT, evolve(TERMS, head="r1")),
            "followup.joint.who",
            "the dealer's head goes for the maker",
        ),
    ],
)
def test_what_is_refused(act, code, said):
    """Each refusal has its code, its place and its words, and never a text of the talk."""
    with pytest.raises(BadRule) as caught:
        act()
    assert caught.value.code == code
    assert said in caught.value.reason
    assert "Secret" not in str(caught.value)
    assert "joint visit 'J1'" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (evolve(DONE, present=["r1"]), "nobody of the dealer was there"),
        (evolve(DONE, present=["s1"]), "nobody of the maker was there"),
        (evolve(DONE, present=["r1", "s1", "r2"]), "somebody was there who takes no part"),
        (JointConduct(), "carry out is incomplete"),
    ],
)
def test_both_sides_are_there(content, said):
    """A visit without one side is no joint visit."""
    joint = reached("goals").sign(by="r1", on=DAY).sign(by="s1", on=DAY)
    with pytest.raises(BadRule, match=said):
        joint.carry_out(content, by="r1", on=DAY)


def test_a_visit_is_not_written_down_before_its_day():
    """What is to happen on Monday cannot have happened on Wednesday."""
    later = DealerJoint.plan(evolve(VISIT, day=date(2026, 3, 9)), TERMS).prepare(READY, by="r1", on=DAY)
    later = later.set_goals(GOALS, by="r1", on=DAY).sign(by="r1", on=DAY).sign(by="s1", on=DAY)
    with pytest.raises(BadRule, match="carry out before the day of the visit"):
        later.carry_out(DONE, by="r1", on=DAY)
    assert later.carry_out(DONE, by="r1", on=date(2026, 3, 11)).held


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"actions": [JointAction("a1", "x", "r7", DAY)]}, "its owner takes no part"),
        ({"actions": [JointAction("a1", "x", "r1", date(2026, 3, 3))]}, "due before the visit"),
        ({"actions": [JointAction("a1", "x", "r1", DAY, "weather")]}, "no agreed problem"),
        ({"follow_up": DAY}, "the follow-up is not after the visit"),
    ],
)
def test_actions_of_a_debrief_hold_together(change, said):
    """Owners take part, days are not before the visit, problems are agreed on."""
    with pytest.raises(BadRule, match=said):
        reached("carry_out").debrief(evolve(DEBRIEF, questions=(), **change), by="r1", on=DAY)
    fine = [JointAction("a1", "x", "head-1", DAY, "price")]
    assert (
        reached("carry_out").debrief(evolve(DEBRIEF, questions=(), actions=fine), by="r1", on=DAY).state == "debriefed"
    )


def test_a_revision_is_signed_anew_and_the_old_one_stays():
    """A debrief signed by both and revised waits for both again; reports on the old one stay with it."""
    first = over().report("a1", adopted=True, by="s1", on=date(2026, 3, 6))
    with pytest.raises(BadValue, match="no reason"):
        first.revise(DEBRIEF, by="r1", on=date(2026, 3, 7), reason=" ")
    new = first.revise(evolve(DEBRIEF, consensus="more"), by="r1", on=date(2026, 3, 7), reason="two words")
    assert (new.state, new.open_actions, new.signed_debrief) == ("debriefed", (), None)
    assert (new.preparation, new.goals) == (READY, GOALS)
    assert [(one.step, one.number, len(one.signatures)) for one in new.records[-2:]] == [
        ("debrief", 1, 2),
        ("debrief", 2, 0),
    ]
    again = new.sign(by="s1", on=date(2026, 3, 8)).sign(by="r1", on=date(2026, 3, 8))
    again = again.report("a2", adopted=True, by="r1", on=date(2026, 3, 9))
    assert [one.version for one in again.reports] == [1, 2]
    assert again.open_actions == ()
    assert dealer_joint_from(json.loads(json.dumps(dealer_joint_data(again)))) == again
    assert [row["number"] for row in again.table().records()][-2:] == [1, 2]
    assert "closed" in again.table().title.en
    assert "签字" in again.table().text("zh")


def test_unknown_actions_reasons_and_cancelled_visits():
    """An action that is not there is not found; a cancelled visit takes no step more."""
    with pytest.raises(NotFound, match="no such action"):
        over().report("a3", adopted=True, by="s1", on=DAY)
    with pytest.raises(BadValue, match="no reason"):
        reached("goals").cancel(by="r1", on=DAY, reason="")
    agreed = reached("goals").sign(by="r1", on=DAY).sign(by="s1", on=DAY)
    assert len(agreed.agreed_problems()) == 1
    assert agreed.cancel(by="r1", on=DAY, reason="leave").agreed_problems() == ()
    gone = reached("prepare").cancel(by="head-1", on=DAY, reason="clinic closed")
    assert (gone.state, gone.next_step, gone.cancelled.reason) == ("cancelled", None, "clinic closed")
    with pytest.raises(BadRule, match="no longer due"):
        gone.set_goals(GOALS, by="r1", on=DAY)
    with pytest.raises(BadRule, match="it is cancelled"):
        gone.revise(READY, by="r1", on=DAY, reason="x")
    with pytest.raises(BadRule, match="cannot be cancelled"):
        gone.cancel(by="r1", on=DAY, reason="again")


def test_problems_are_solved_by_all_their_actions():
    """Two actions for one problem: it is solved on the day of the later one, and open again where one was not kept."""
    two = [JointAction("a1", "x", "s1", DAY, "late"), JointAction("a2", "y", "r1", DAY, "late")]
    joint = reached("carry_out").debrief(evolve(DEBRIEF, actions=two), by="r1", on=DAY)
    joint = joint.sign(by="r1", on=DAY).sign(by="s1", on=DAY).report("a1", adopted=True, by="s1", on=date(2026, 3, 6))
    assert [(one.problem.key, one.solved) for one in joint.agreed_problems()] == [("late", None), ("price", None)]
    done = joint.report("a2", adopted=True, by="r1", on=date(2026, 3, 9))
    assert done.agreed_problems()[0].solved == date(2026, 3, 9)
    assert done.report("a1", adopted=False, by="s1", on=date(2026, 3, 10)).agreed_problems()[0].solved is None


def test_no_repr_tells_what_was_said():
    """No name and no text of the talk stands in a repr or in the table of steps."""
    joint = over().report("a1", adopted=True, by="s1", on=DAY, note="Dr. Secret")
    shown = [repr(joint), *map(repr, joint.records), *map(repr, joint.reports), repr(TERMS), joint._repr_html_()]
    assert not [text for text in shown if "Secret" in text]


@pytest.mark.parametrize(
    "make",
    [
        lambda: JointPreparation(details="32 beds"),
        lambda: JointConduct(present="r1"),
        lambda: JointConduct(0),
        lambda: JointConduct(True),
        lambda: JointGoals("teach"),
        lambda: JointGoals("observe", problems=[PROBLEM, JointProblem("LATE", "sales")]),
        lambda: JointDebrief(actions=[JointAction("a", "x"), JointAction("A", "x")]),
        lambda: JointProblem("p", "weather"),
        lambda: JointProblem("p", "sales", flow="air"),
        lambda: JointProblem(" ", "sales"),
        lambda: JointAction("a", "x", due="2026-03-04"),
        lambda: over().report("a1", adopted="yes", by="s1", on=DAY),
        lambda: DealerTerms("D1", "h", SIGNED, DAY, "H1"),
        lambda: DealerTerms("D1", "h", SIGNED, duties={"maker": "train"}),
        lambda: DealerTerms("D1", "h", SIGNED, support="talks"),
        lambda: JointPreparation(problem="\x00"),
        lambda: JointVisit("J1", "dealer_joint", DAY, "H1", ["r1", "s1"]),
        lambda: JointVisit("J1", "dealer_joint", DAY, "H1", {"r1": "maker", "R1": "dealer"}),
        lambda: JointVisit("J1", "dealer_joint", DAY, "H1", {"r1": "maker", "s1": "dealer"}, minutes=0),
        lambda: JointVisit("J1", "dealer_joint", "2026-03-04", "H1", {"r1": "maker", "s1": "dealer"}),
        lambda: DealerTerms("D1", "h", SIGNED, "yes"),
        lambda: CostSplit({"maker": 0.6, "dealer": 0.4}),
        lambda: CostSplit({"maker": "x"}),
    ],
)
def test_hostile_values_are_refused(make):
    """Nothing is guessed: each is refused by name."""
    with pytest.raises(BadValue):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: JointGoals("observe", problems=[PROBLEM], solves=["price"]),
        lambda: JointDebrief([JointQuestion("q", action="a9")]),
        lambda: JointVisit("J1", "dealer", DAY, "H1", {"r1": "maker", "s1": "dealer"}),
        lambda: JointVisit("J1", "dealer_joint", DAY, "H1", {"r1": "maker"}),
        lambda: JointVisit("J1", "dealer_joint", DAY, "H1", {"r1": "maker", "s1": "boss"}),
        lambda: CostSplit({}),
        lambda: CostSplit({"maker": "120%", "dealer": "-20%"}),
        lambda: CostSplit({"maker": "1/3", "dealer": "1/3"}),
    ],
)
def test_what_cannot_hold_is_refused(make):
    """Rules that cannot hold are refused as such."""
    with pytest.raises(BadRule):
        make()


def test_a_question_is_handed_to_an_action_that_is_there():
    """The place of the question is named, not its words."""
    questions = [JointQuestion("Dr. Secret?", "yes"), JointQuestion("Dr. Secret?", action="a9")]
    with pytest.raises(BadRule, match="handed to an action that is not there @ question 2"):
        JointDebrief(questions)


def test_visits_and_terms_are_kept_whole():
    """Both come back as they were; the order of the participants too. A minute is long enough."""
    assert (evolve(VISIT, minutes=1).minutes, JointConduct(1).minutes) == (1, 1)
    assert joint_visit_from(json.loads(json.dumps(joint_visit_data(VISIT)))) == VISIT
    back = joint_visit_from(joint_visit_data(evolve(VISIT, participants={"s1": "dealer", "r1": "maker"})))
    assert list(back.participants) == ["s1", "r1"]
    assert dealer_terms_from(json.loads(json.dumps(dealer_terms_data(TERMS)))) == TERMS
    bare = DealerTerms("D1", "h", Agreement("A1"))
    assert dealer_terms_from(dealer_terms_data(bare)) == bare


def spoilt(path, value):
    """Return the data of a visit with one place overwritten."""
    data = json.loads(json.dumps(dealer_joint_data(over().report("a1", adopted=True, by="s1", on=DAY))))
    here = data
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("records", 1, "signatures"), [["maker", "r1", "2026-03-04"]]),
        (("records", 1, "signatures", 0, 0), "dealer"),
        (("records", 2, "number"), 2),
        (("records", 2, "number"), 0),
        (("records", 2, "step"), "debrief"),
        (("records", 2, "step"), "plan"),
        (("records", 3, "content", "extra"), "Dr. Secret"),
        (("records", 3, "content", "questions"), [["Dr. Secret"] * 4]),
        (("records", 0, "on"), "Dr. Secret"),
        (("reports", 0, 1), "yes"),
        (("reports", 0, 5), 7),
        (("terms", "consented"), None),
        (("terms", "costs"), {"maker": "x"}),
        (("terms", "costs"), {"maker": 0.5, "dealer": 0.5}),
        (("visit", "participants"), [["r1", "maker"], ["r1", "dealer"]]),
        (("visit", "participants"), 5),
        (("cancelled",), ["r1", "2026-03-04", "late"]),
        (("cancelled",), 5),
        (("records",), None),
    ],
)
def test_records_that_could_not_have_come_about_are_refused(path, value):
    """Reading back takes every step again; no word of the talk stands in the refusal."""
    with pytest.raises(PharmaSalesError) as caught:
        dealer_joint_from(spoilt(path, value))
    assert "Secret" not in str(caught.value)
