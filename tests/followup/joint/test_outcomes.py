"""What came of joint visits: effects, quality, companions, stages, terms and sharing, at their edges."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.agreements import Agreement
from pharmasales.compliance.policies import CN_2026, NONE
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.followup.joint.contents import (
    JointAction,
    JointConduct,
    JointDebrief,
    JointGoals,
    JointPreparation,
    JointQuestion,
)
from pharmasales.followup.joint.dealer_joint import DealerJoint
from pharmasales.followup.joint.development import DealerTraining, StageMark, dealer_stage
from pharmasales.followup.joint.development_records import (
    dealer_training_data,
    dealer_training_from,
    stage_mark_from,
)
from pharmasales.followup.joint.effects import Effect, Reading, effect
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.problems import AgreedProblem, JointProblem, common_problems
from pharmasales.followup.joint.qualified import companions
from pharmasales.followup.joint.quality import joint_quality, joint_quality_table
from pharmasales.followup.joint.sharing import DataShare
from pharmasales.followup.joint.terms import JOINT_TERM, CostSplit, DealerTerms, term_proposal
from pharmasales.rules import Field, Part, Weighted
from pharmasales.units import BOX, CNY, Amount

DAY = date(2026, 3, 4)
TERMS = DealerTerms("D1", "head-1", Agreement("A1"), DAY, ["H1", "H2"])
LATE = JointProblem("late", "market")


def joint(key="J1", day=DAY, customer="H1", terms=TERMS, questions=(), actions=(), follow_up=date(2026, 3, 25), upto=6):
    """Return a visit after so many acts: prepared, set, signed, carried out, debriefed, signed."""
    visit = JointVisit(key, "dealer_joint", day, customer, {"r1": "maker", "s1": "dealer"})
    debrief = JointDebrief(
        questions,
        consensus="c",
        improvements=["i"],
        actions=actions or [JointAction("a1", "x", "s1", max(day, date(2026, 3, 20)))],
        follow_up=max(follow_up, day + timedelta(days=1)) if follow_up else None,
        no_follow_up="" if follow_up else "no need",
    )
    acts = [
        lambda one: one.prepare(JointPreparation(["d"], "p", DAY, "w", "t", "P1", "p", ["m"]), by="r1", on=DAY),
        lambda one: one.set_goals(JointGoals("demonstrate", "g", "e", [LATE], ["late"]), by="r1", on=DAY),
        lambda one: one.sign(by="r1", on=DAY).sign(by="s1", on=DAY),
        lambda one: one.carry_out(JointConduct(30, ["r1", "s1"], "o"), by="r1", on=day),
        lambda one: one.debrief(debrief, by="r1", on=day),
        lambda one: one.sign(by="r1", on=day).sign(by="s1", on=day),
    ]
    made = DealerJoint.plan(visit, terms)
    for act in acts[:upto]:
        made = act(made)
    return made


def box(on, amount):
    """Return a reading in boxes."""
    return Reading(on, Amount.of(amount, BOX))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 6, 30)), st.integers(-99, 99)), unique_by=lambda p: p[0])
)
def test_before_and_after_by_an_oracle(pairs):
    """The last reading up to the day, and the last after it, up to the day of asking; the change is exact."""
    as_of = date(2026, 5, 15)
    found = effect("m", [box(*pair) for pair in pairs], DAY, as_of=as_of)
    before = max((pair for pair in pairs if pair[0] <= DAY), default=None)
    after = max((pair for pair in pairs if DAY < pair[0] <= as_of), default=None)
    assert (found.before and found.before.on) == (before and before[0])
    assert (found.after and found.after.on) == (after and after[0])
    if before and after:
        change = after[1] - before[1]
        assert found.change == Amount.of(change, BOX)
        assert found.growth == (Fraction(change, before[1]) if before[1] else None)
        assert found.improved is (change > 0)
        assert evolve(found, better="down").improved is (change < 0)
    else:
        assert (found.change, found.growth, found.improved) == (None, None, None)
        assert len(found.missing) == (before is None) + (after is None)


def test_effects_refuse():
    """Two readings of a day, two units, the wrong side of the day, a way that is none."""
    with pytest.raises(BadRows, match="1 readings given twice"):
        effect("m", [box(DAY, 1), box(DAY, 2)], DAY, as_of=DAY)
    with pytest.raises(NotComparable):
        Effect("m", DAY, box(DAY, 1), Reading(date(2026, 3, 5), Amount.of(1, CNY)))
    with pytest.raises(BadValue, match="wrong side"):
        Effect("m", DAY, after=box(DAY, 1))
    with pytest.raises(BadValue, match="wrong side"):
        Effect("m", DAY, before=box(date(2026, 3, 5), 1))
    with pytest.raises(BadValue, match="which way is better"):
        Effect("m", DAY, better="left")


def test_no_change_is_zero_and_no_reading_is_missing():
    """Zero is known; missing is not zero."""
    same_day = effect("m", [box(DAY, 5)], DAY, as_of=date(2026, 4, 1))
    assert (same_day.before, same_day.after) == (box(DAY, 5), None)
    flat = Effect("m", DAY, box(DAY, 5), box(date(2026, 4, 1), 5))
    assert (flat.change, flat.growth, flat.improved) == (Amount.of(0, BOX), Fraction(0), False)
    none = Effect("m", DAY)
    assert none.why.text() == "m: no effect known yet (the reading before is missing; the reading after is missing)"


def test_quality_by_hand():
    """2 of 4 questions, 1 of 2 actions in time, followed up, 1 of 2 measures better: 12.5 + 12.5 + 25 + 12.5."""
    questions = [JointQuestion("q", "a"), JointQuestion("q", "a"), *[JointQuestion("q", action="a1")] * 2]
    due = date(2026, 3, 20)
    actions = [
        JointAction("a1", "x", "s1", due),
        JointAction("a2", "x", "r1", due),
        JointAction("a3", "x", "r1", date(2026, 5, 1)),
    ]
    first = joint(questions=questions, actions=actions)
    first = first.report("a2", adopted=False, by="r1", on=date(2026, 3, 19)).report("a1", adopted=True, by="s1", on=due)
    first = first.report("a2", adopted=True, by="r1", on=date(2026, 3, 21))
    again = joint("J2", date(2026, 3, 25))
    effects = [
        Effect("boxes", DAY, box(DAY, 5), box(date(2026, 4, 1), 6)),
        Effect("returns", DAY, box(DAY, 5), box(date(2026, 4, 1), 6), "down"),
        Effect("share", DAY),
    ]
    found = joint_quality(first, as_of=date(2026, 4, 2), effects=effects, others=[again])
    half = Fraction(1, 2)
    assert dict(found.parts) == {"answered": half, "kept": half, "followed": 1, "effect": half}
    assert (found.score, found.missing) == (Decimal("62.50"), ())
    assert joint_quality_table([found]).rows[0][:4] == ("J1", date(2026, 4, 2), Decimal("62.50"), half)
    early = joint_quality(first, as_of=date(2026, 3, 19), others=[again])
    assert dict(early.parts) == {"answered": half, "kept": None, "followed": None, "effect": None}


def test_an_action_taken_back_is_not_kept():
    """The last report of an action counts, as in what is open; said twice, it was done the first time."""
    due = date(2026, 3, 20)
    made = joint(actions=[JointAction("a1", "x", "s1", due)]).report("a1", adopted=True, by="s1", on=due)
    later, end = date(2026, 3, 23), date(2026, 4, 2)
    again = made.report("a1", adopted=True, by="s1", on=later)
    undone = made.report("a1", adopted=False, by="r1", on=later)
    assert [joint_quality(one, as_of=end).parts["kept"] for one in (made, again, undone)] == [1, 1, 0]
    assert joint_quality(undone, as_of=due).parts["kept"] == 1
    assert [one.id for one in undone.open_actions] == ["a1"]


@pytest.mark.parametrize(
    ("other", "followed"),
    [
        (joint("J2", date(2026, 3, 25)), 1),
        (joint("J2", date(2026, 3, 26)), 0),
        (joint("J2", date(2026, 3, 25), "H2"), 0),
        (joint("J2", date(2026, 3, 25), terms=evolve(TERMS, dealer="D2")), 0),
        (joint("J2", date(2026, 3, 25), upto=3), 0),
        (joint("J2"), 0),
    ],
)
def test_a_follow_up_is_held_in_time_with_the_same_people(other, followed):
    """Held, the same customer and dealer, after this one and by the day agreed."""
    assert joint_quality(joint(), as_of=date(2026, 4, 1), others=[other]).parts["followed"] == followed


def test_quality_before_the_end_and_with_other_parts():
    """Unsigned, nothing is known; no follow-up agreed is no part; a rule of one's own weighs otherwise."""
    assert joint_quality(joint(upto=5), as_of=DAY).score is None
    assert joint_quality(joint(follow_up=None), as_of=date(2026, 12, 1)).parts["followed"] is None
    own = Weighted([Part("kept", 100, Field("kept"))])
    assert joint_quality(joint(), as_of=date(2026, 3, 20), rule=own).score == Decimal("0.00")
    assert joint_quality(joint(), as_of=date(2026, 3, 19), rule=own).score is None
    with pytest.raises(BadValue):
        joint_quality(joint(), as_of="2026-03-20")
    with pytest.raises(BadValue, match="an effect of another day"):
        joint_quality(joint(), as_of=DAY, effects=[Effect("sales", date(2026, 3, 3))])


@pytest.mark.parametrize("data", [None, {}, {"stage": "help", "on": "Dr. Secret", "evidence": "J1"}])
def test_development_is_kept_and_hostile_data_refused(data):
    """Stages and training come back as they were; data of another form is refused without a word of it."""
    training = DealerTraining("T1", "D1", "stock", DAY, DAY, ["s2", "s1"])
    assert dealer_training_from(json.loads(json.dumps(dealer_training_data(training)))) == training
    for read in (dealer_training_from, stage_mark_from):
        with pytest.raises(BadValue, match="data of another form") as caught:
            read(data)
        assert "Secret" not in str(caught.value)


def test_companions_refuse_and_explain():
    """Every bad mark at once; equal is not abler; one skill too few, or unknown, and nobody is called qualified."""
    with pytest.raises(BadRows) as caught:
        companions({"r1": {"a": 0.5, "b": "x"}}, {"a": True}, ["a", "b"])
    assert [error.where for error in caught.value.exceptions] == ["dealer, a", "person 'r1', a", "person 'r1', b"]
    with pytest.raises(BadRule, match="no skill asked"):
        companions({}, {}, [])
    marks = {"r1": {"a": 5, "b": "5.1"}, "r2": {"a": 9, "b": 5}, "r3": {"a": 9}, "r4": {"a": 1}}
    found = companions(marks, {"a": 4, "b": 5}, ["a", "b", "a"])
    assert [(one.person, one.qualified) for one in found] == [("r1", True), ("r2", False), ("r3", None), ("r4", False)]
    assert (
        found[0].why.text()
        == "abler in every skill asked (a: companion 5, dealer's people 4; b: companion 5.1, dealer's people 5)"
    )


@settings(deadline=None)
@given(st.lists(st.fractions(0, 1), min_size=1, max_size=4), st.integers(0, 10**6))
def test_costs_add_up_exactly(weights, minor):
    """Shares that make 100 % split any cost without a remainder; shares that do not are refused."""
    whole = sum(weights)
    if whole:
        shares = {f"s{n}": weight / whole for n, weight in enumerate(weights)}
        parts = CostSplit(shares).split(Amount(minor, CNY))
        assert sum(part.minor for part in parts.values()) == minor
        assert all(abs(parts[side].minor - minor * share) < 1 for side, share in shares.items())
    if whole != 1:
        with pytest.raises(BadRule, match="not 100%"):
            CostSplit({f"s{n}": weight for n, weight in enumerate(weights)})


def test_costs_below_zero_and_terms_of_odd_rules():
    """A refund is not shared by this rule; a rule of terms answers with months."""
    with pytest.raises(BadValue, match="below zero"):
        CostSplit({"maker": 1}).split(Amount(-1, CNY))
    odd = evolve(JOINT_TERM, cells={**JOINT_TERM.cells, "long": {"weak": "x", "fair": 0, "good": 36}})
    for score in (10, 70):
        with pytest.raises(BadRule, match="whole number of months"):
            term_proposal(9, score, odd)
    assert term_proposal(None, 90).months is None
    found = [
        [term_proposal(years, score).months for score in ("59.9", 60, "79.9", 80)] for years in ("0.9", 1, "2.9", 3)
    ]
    assert found == [[6, 6, 6, 12], [6, 12, 12, 24], [6, 12, 12, 24], [12, 24, 24, 36]]
    assert "合作年数" in term_proposal(4, 90).why.text("zh")


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 100), st.integers(0, 60), st.integers(0, 100))
def test_a_longer_and_better_partner_never_gets_a_shorter_term(years, score, more, better):
    """S003-4: the term grows with years and with the assessment."""
    assert term_proposal(years, score).months <= term_proposal(years + more, min(100, score + better)).months


@settings(deadline=None)
@given(
    st.permutations(
        [
            StageMark("attract", DAY, "E1"),
            StageMark("find", date(2026, 2, 1), "E2"),
            StageMark("attract", date(2026, 3, 9), "E3"),
        ]
    )
)
def test_a_stage_does_not_depend_on_the_order_of_its_evidence(marks):
    """The first evidence of a stage counts; since is the day of the last stage to be proved."""
    found = dealer_stage("D1", marks, as_of=date(2026, 12, 1))
    assert (found.stage, found.since, found.next) == ("find", DAY, "help")
    assert found.why.text() == "the dealer stands at find (2026-03-04: E1; 2026-02-01: E2; no evidence yet for help)"
    assert dealer_stage("D1", marks, as_of=date(2026, 3, 3)).stage is None
    with pytest.raises(BadValue, match="no such stage"):
        StageMark("leed", DAY, "E1")


@settings(deadline=None)
@given(st.permutations([("J1", 4, "H1"), ("J2", 5, "H1"), ("J3", 6, "H2"), ("J1", 4, "H1")]))
def test_common_problems_in_any_order(seen):
    """A visit that names a problem twice counts once; the lines do not depend on the order given."""
    agreed = [AgreedProblem(key, date(2026, 3, day), customer, LATE) for key, day, customer in seen]
    once = AgreedProblem("J9", DAY, "H9", JointProblem("price", "sales", flow="money"), solved=DAY)
    lines = common_problems([*agreed, once]).lines
    assert [(one.key, one.visits, one.customers, one.open, one.first.day, one.last.day) for one in lines] == [
        ("late", 3, 2, 3, 4, 6),
        ("price", 1, 1, 0, 4, 4),
    ]
    assert "late" in common_problems(agreed)._repr_html_()


def test_sharing_field_by_field():
    """Open is shown, personal only where the policy lets it, unregistered never; in the end nothing."""
    fields = ["division", "mobile", "shoe_size", "mobile"]
    share = DataShare("H1", "D1", fields, person=True, until=date(2026, 6, 30))
    values = {"division": "示例市", "mobile": "13800001234", "shoe_size": "42", "note": "x"}
    silent = share.note(CN_2026, as_of=DAY)
    assert [line.shown for line in silent.lines] == [True, False, False]
    assert silent.view(values, on=DAY) == {"division": "示例市", "mobile": "138******34", "shoe_size": "***"}
    given_ = share.note(CN_2026, as_of=DAY, facts={"separate_consent": True})
    assert given_.view(values, on=date(2026, 6, 30))["mobile"] == "13800001234"
    assert given_.view(values, on=date(2026, 7, 1)) == silent.view(values, on=DAY)
    assert given_.view({}, on=DAY) == {"division": "", "mobile": "", "shoe_size": ""}
    late = share.note(CN_2026, as_of=date(2026, 7, 1), facts={"separate_consent": True})
    assert [line.why.text() for line in late.lines] == [
        "the field is open",
        "shared until 2026-06-30 only",
        "the field is not registered",
    ]
    entrusted = evolve(share, manner="entrusted").note(CN_2026, as_of=DAY, facts={"processing_contract": False})
    assert entrusted.verdict.rule == "share-entrusted"
    assert share.note(NONE, as_of=DAY).lines[1].shown
    assert "13800001234" not in repr(given_) + given_.table().text() + given_._repr_html_()
    assert [row[1].zh for row in given_.table().rows] == ["是", "是", "否"]
    log = silent.entry(by="u1", at=datetime(2026, 3, 4, tzinfo=UTC))
    assert (log["outcome"], log["customer"], log["fields"], log["by"]) == ("block", "H1", ["division"], "u1")
    with pytest.raises(BadValue, match="not a word of this fact"):
        evolve(share, manner="sold").note(CN_2026, as_of=DAY)
