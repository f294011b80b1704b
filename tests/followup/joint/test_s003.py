"""The requirements S003-1 to S003-13 and the worked example E15, each by its number."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from pharmasales.archive.agreements import Agreement
from pharmasales.compliance.policies import CN_2026
from pharmasales.errors import BadRule
from pharmasales.followup.joint.alignment import JointDiary
from pharmasales.followup.joint.contents import (
    JointAction,
    JointConduct,
    JointDebrief,
    JointGoals,
    JointPreparation,
    JointQuestion,
)
from pharmasales.followup.joint.counting import joint_counts
from pharmasales.followup.joint.dealer_joint import DealerJoint, held_joints
from pharmasales.followup.joint.development import (
    DEALER_STAGES,
    DealerTraining,
    StageMark,
    dealer_stage,
    dealer_training_table,
)
from pharmasales.followup.joint.effects import Effect, Reading, effect, joint_effect_table
from pharmasales.followup.joint.kinds import JOINT_MODES, JointVisit, joint_mode
from pharmasales.followup.joint.problems import JOINT_FLOWS, AgreedProblem, JointProblem, common_problems
from pharmasales.followup.joint.qualified import companions
from pharmasales.followup.joint.quality import joint_quality, joint_quality_table
from pharmasales.followup.joint.sharing import DataShare
from pharmasales.followup.joint.steps import JOINT_STEPS
from pharmasales.followup.joint.terms import CostSplit, DealerTerms, term_proposal
from pharmasales.followup.planning.targets import Appointment
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 4)
SIGNED = Agreement("A1", since=date(2026, 1, 1), until=date(2026, 12, 31))
TERMS = DealerTerms("D1", "head-1", SIGNED, consented=date(2026, 1, 5), customers=["H1"])
LATE = JointProblem("late-delivery", "market", "goods arrive late", flow="goods")
READY = JointPreparation(
    ["32 beds"], "late goods", date(2026, 3, 2), "ward round", "head nurse", "P1", "3 points", ["leaflet"]
)
GOALS = JointGoals("demonstrate", "a delivery day", "one named day a week", [LATE], ["late-delivery"])
DONE = JointConduct(30, ["r1", "s1"], "Tuesdays it is")
DEBRIEF = JointDebrief(
    [JointQuestion("when?", "Tuesdays")],
    consensus="Tuesdays",
    improvements=["call ahead"],
    actions=[JointAction("a1", "fix the route", "s1", date(2026, 3, 20), "late-delivery")],
    follow_up=date(2026, 3, 25),
)


def visit(key="J1", day=DAY, customer="H1"):
    """Return a dealer joint visit of r1 and s1."""
    return JointVisit(key, "dealer_joint", day, customer, {"r1": "maker", "s1": "dealer"})


def agreed(goals=GOALS, **more):
    """Return a visit whose goals both have signed."""
    joint = DealerJoint.plan(visit(**more), TERMS)
    early = date(2026, 3, 2)
    joint = joint.prepare(READY, by="r1", on=early).set_goals(goals, by="r1", on=early)
    return joint.sign(by="r1", on=early).sign(by="s1", on=early)


def closed(debrief=DEBRIEF, **more):
    """Return a visit that is over and signed."""
    joint = agreed(**more)
    day = joint.visit.day
    joint = joint.carry_out(DONE, by="r1", on=day).debrief(debrief, by="s1", on=day)
    return joint.sign(by="head-1", on=day).sign(by="r1", on=day)


def test_e15_mode_decides_lead_and_goal():
    """E15: 示范式, the maker leads and the problem is solved; 观察式, the dealer leads and its ability is raised."""
    show, watch = joint_mode("示范式"), joint_mode("观察式")
    assert (show.name, show.lead, show.goal.zh) == ("demonstrate", "maker", "解决问题")
    assert (watch.name, watch.lead, watch.goal.zh) == ("observe", "dealer", "提升商家能力")
    assert JointGoals("示范式").lead == "maker"
    assert JointGoals("观察式").lead == "dealer"


def test_e15_step_3_before_step_2_is_refused():
    """E15: carrying out before the goals are set, and before they are signed, is refused."""
    joint = DealerJoint.plan(visit(), TERMS).prepare(READY, by="r1", on=date(2026, 3, 2))
    with pytest.raises(BadRule) as caught:
        joint.carry_out(DONE, by="r1", on=DAY)
    assert str(caught.value) == (
        "carry out comes after set goals @ joint visit 'J1'; the next step is set goals [followup.joint.step]"
    )
    joint = joint.set_goals(GOALS, by="r1", on=date(2026, 3, 2)).sign(by="r1", on=date(2026, 3, 2))
    with pytest.raises(BadRule, match="the goals are not signed by the dealer"):
        joint.carry_out(DONE, by="r1", on=DAY)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (None, "no agreement with a dealer"),
        (
            DealerTerms("D1", "head-1", Agreement("A0", until=date(2026, 3, 3)), DAY, ["H1"]),
            "agreement A0 is not in force on 2026-03-04",
        ),
        (DealerTerms("D1", "head-1", SIGNED, None, ["H1"]), "the dealer has not consented by 2026-03-04"),
        (DealerTerms("D1", "head-1", SIGNED, date(2026, 3, 5), ["H1"]), "the dealer has not consented by 2026-03-04"),
        (DealerTerms("D1", "head-1", SIGNED, DAY, ["H2"]), "the customer is not within the scope of agreement A1"),
    ],
)
def test_e15_no_dealer_agreement_is_refused(terms, said):
    """E15: without an agreement, its consent or its scope there is no joint visit."""
    with pytest.raises(BadRule) as caught:
        DealerJoint.plan(visit(), terms)
    assert caught.value.reason == said
    assert caught.value.code == "followup.joint.agreement"


def test_e15_the_agreement_holds_on_its_last_day_and_consent_on_its_own():
    """Both ends of the term are included, and consent counts from its day."""
    last = DealerTerms("D1", "head-1", Agreement("A0", until=DAY), DAY, ["H1"])
    assert DealerJoint.plan(visit(), last).state == "planned"


def test_s003_1_two_kinds_never_in_one_count():
    """A dealer joint visit is no coaching visit; each has its own roles and its own count."""
    ride = JointVisit("J2", "coaching", DAY, "H1", {"m1": "coach", "r1": "employee"})
    for kind, people in (("dealer_joint", {"r1": 1, "s1": 1}), ("coaching", {"m1": 1, "r1": 1})):
        counts = joint_counts([visit(), ride], kind)
        assert (counts.visits, dict(counts.customers), dict(counts.participants)) == (1, {"H1": 1}, people)
    with pytest.raises(BadRule, match="a coaching visit has no dealer"):
        DealerJoint.plan(ride, TERMS)
    with pytest.raises(BadRule, match="coach is no role of a dealer joint visit"):
        JointVisit("J3", "dealer_joint", DAY, "H1", {"m1": "coach", "r1": "maker"})


def test_s003_2_before_and_after_and_suggestions_adopted():
    """Measures stand before and after with their days; each suggestion is taken up, or not, or not known yet."""
    sold = [Reading(date(2026, 2, 28), Amount.of(40, BOX)), Reading(date(2026, 4, 30), Amount.of(52, BOX))]
    found = effect("sales", sold, DAY, as_of=date(2026, 5, 1))
    assert (found.change, found.growth, found.improved) == (
        Amount.of(12, BOX),
        Amount.of(3, BOX).over(Amount.of(10, BOX)),
        True,
    )
    row = dict(next(iter(joint_effect_table([found]).records())))
    assert (row["before"], row["after"], row["change"]) == (40, 52, 12)
    joint = closed()
    assert [one.id for one in joint.open_actions] == ["a1"]
    no = joint.report("a1", adopted=False, by="s1", on=date(2026, 3, 10))
    assert [one.id for one in no.open_actions] == ["a1"]
    yes = no.report("a1", adopted=True, by="s1", on=date(2026, 3, 19), note="route 3")
    assert yes.open_actions == ()
    assert [(one.adopted, one.on.day) for one in yes.reports] == [(False, 10), (True, 19)]
    assert yes.last_reports()["a1"].note == "route 3"


def test_s003_3_not_supervision():
    """Problems agreed by both are required, effects are kept, and the dealer's head gets problems, not people."""
    with pytest.raises(BadRule, match="add problems that both agree on"):
        DealerJoint.plan(visit(), TERMS).prepare(READY, by="r1", on=DAY).set_goals(
            JointGoals("observe", "ask more", "three questions", ability="questions"), by="r1", on=DAY
        )
    one, two = closed(), closed(key="J2", day=date(2026, 3, 11))
    unsigned = DealerJoint.plan(visit("J3"), TERMS).prepare(READY, by="r1", on=DAY).set_goals(GOALS, by="r1", on=DAY)
    assert unsigned.agreed_problems() == ()
    common = common_problems([*one.agreed_problems(), *two.agreed_problems()])
    assert [(line.key, line.visits, line.customers, line.open) for line in common.lines] == [("late-delivery", 2, 1, 2)]
    said = common.table().text() + common.table().text("zh") + common.table().html()
    assert not any(person in said for person in ("r1", "s1", "head-1", "H1"))
    solved = one.report("a1", adopted=True, by="s1", on=date(2026, 3, 19))
    assert solved.agreed_problems()[0].solved == date(2026, 3, 19)


def test_s003_4_customers_scope_term_costs_and_data_of_the_dealer():
    """The agreement fixes scope and term, longer for long-standing, well assessed dealers; costs are split exactly."""
    assert [term_proposal(years, score).months for years, score in ((0, 50), (2, 70), (4, 70), (4, 90))] == [
        6,
        12,
        24,
        36,
    ]
    with pytest.raises(BadRule, match=r"add up to 99\.9%"):
        CostSplit({"maker": "60%", "dealer": "39.9%"})
    thirds = CostSplit({"maker": "1/3", "dealer": "2/3"}).split(Amount.of("0.02", CNY))
    assert dict(thirds) == {"maker": Amount.of("0.01", CNY), "dealer": Amount.of("0.01", CNY)}
    share = DataShare("H1", "D1", ["division", "mobile"], person=True, until=date(2026, 12, 31))
    note = share.note(CN_2026, as_of=DAY, facts={"separate_consent": True, "by": "u1"})
    assert [(line.name, line.shown) for line in note.lines] == [("division", True), ("mobile", True)]
    log = note.entry(by="u1", at=datetime(2026, 3, 4, tzinfo=UTC))
    assert (log["fields"], log["owner"], log["until"]) == (["division", "mobile"], "D1", "2026-12-31")


def test_s003_5_content_over_form():
    """A quality score, no count; times aligned with the dealer's plan; companions abler than the dealer's people."""
    joint = closed().report("a1", adopted=True, by="s1", on=date(2026, 3, 20))
    scored = joint_quality(joint, as_of=date(2026, 3, 20))
    assert (str(scored.score), scored.missing) == ("100.00", ("followed", "effect"))
    assert joint_quality(joint, as_of=date(2026, 3, 26)).parts["followed"] == 0
    assert str(joint_quality(joint, as_of=date(2026, 3, 26)).score) == "66.66"
    assert not {"r1", "s1"} & {str(cell) for row in joint_quality_table([scored]).rows for cell in row}
    busy = JointDiary([Appointment("s1", DAY, "H2", start=time(14))], CHINA)
    wished = JointVisit("J9", "dealer_joint", DAY, "H1", {"r1": "maker", "s1": "dealer"}, time(14))
    assert [one.kind for one in busy.conflicts(wished)] == ["time"]
    found = companions({"r1": {"talk": 80}, "r2": {"talk": 70}}, {"talk": 70}, ["talk"])
    assert [one.qualified for one in found] == [True, False]


def test_s003_6_four_flows():
    """Problems are seen by the flow that they hamper: information, goods, money, trade."""
    assert [says.zh for says in JOINT_FLOWS.values()] == ["信息流", "物流", "资金流", "商流"]
    seen = [
        AgreedProblem("J1", DAY, "H1", LATE),
        AgreedProblem("J2", DAY, "H2", JointProblem("credit", "sales", flow="money")),
    ]
    assert common_problems(seen).by_flow() == {"information": 0, "goods": 1, "money": 1, "title": 0}


def test_s003_7_stages_of_a_dealer():
    """招商 > 找商 > 助商 > 领商, each by its evidence; a gap is not skipped."""
    assert [says.zh for says in DEALER_STAGES.values()] == ["招商", "找商", "助商", "领商"]
    marks = [StageMark(stage, date(2026, n, 1), f"E{n}") for n, stage in enumerate(DEALER_STAGES, 1)]
    reached = [dealer_stage("D1", marks, as_of=date(2026, n, 1)) for n in range(1, 5)]
    assert [(one.stage, one.next, one.since.month) for one in reached] == [
        ("attract", "find", 1),
        ("find", "help", 2),
        ("help", "lead", 3),
        ("lead", None, 4),
    ]
    assert dealer_stage("D1", marks[1:], as_of=date(2026, 12, 1)).stage is None


def test_s003_8_training_as_a_service():
    """Training has its plan and its record: who, when, how late."""
    trainings = [
        DealerTraining("T1", "D1", "objections", date(2026, 3, 10), date(2026, 3, 9), ["s1", "s1", "s2"]),
        DealerTraining("T2", "D1", "stock", date(2026, 3, 11)),
        DealerTraining("T3", "D1", "law", date(2026, 3, 12)),
    ]
    rows = [
        (row["training_id"], row["people"], row["state"].en)
        for row in dealer_training_table(trainings, as_of=date(2026, 3, 12)).records()
    ]
    assert rows == [("T1", 2, "held"), ("T2", 0, "overdue"), ("T3", 0, "planned")]
    assert [one.late for one in trainings] == [-1, None, None]


def test_s003_9_four_steps_in_their_order():
    """准备, 设定目标, 实施, 总结; the state follows them."""
    assert [step.zh for step in JOINT_STEPS.values()] == ["准备", "设定目标", "实施", "总结"]
    joint, states = DealerJoint.plan(visit(), TERMS), []
    for act in (
        lambda one: one.prepare(READY, by="r1", on=DAY),
        lambda one: one.set_goals(GOALS, by="r1", on=DAY),
        lambda one: one.sign(by="s1", on=DAY).sign(by="r1", on=DAY),
        lambda one: one.carry_out(DONE, by="r1", on=DAY),
        lambda one: one.debrief(DEBRIEF, by="s1", on=DAY),
        lambda one: one.sign(by="s1", on=DAY).sign(by="r1", on=DAY),
    ):
        joint = act(joint)
        states.append((joint.state, joint.next_step, joint.held))
    assert states == [
        ("prepared", "goals", False),
        ("goals_set", "carry_out", False),
        ("agreed", "carry_out", False),
        ("carried_out", "debrief", True),
        ("debriefed", None, True),
        ("closed", None, True),
    ]
    assert held_joints([joint, agreed()]) == (joint.visit,)


def test_s003_10_the_checklist_of_step_1():
    """Customer details and the dealer's problem; time, way and target; product, plan and materials."""
    assert [one.en for one in JointPreparation().missing] == [
        "customer details",
        "the dealer's problem",
        "the day on which the time was agreed",
        "way",
        "target",
        "product",
        "plan",
        "materials",
    ]
    bare = JointPreparation(["32 beds"], "late goods", DAY, "ward round", "head nurse", "P1", " ", [" "])
    with pytest.raises(BadRule, match=r"prepare is incomplete.*add plan, materials"):
        DealerJoint.plan(visit(), TERMS).prepare(bare, by="r1", on=DAY)


def test_s003_11_both_sides_sign_the_goal():
    """The mode asks for its own goal; both sides sign with their days, and neither twice."""
    assert [one.en for one in JointGoals("demonstrate", "g", "e", [LATE]).missing] == [
        "which agreed problem it is to solve"
    ]
    assert [one.en for one in JointGoals("observe", "g", "e", [LATE]).missing] == ["which ability it is to raise"]
    joint = agreed()
    assert [(one.side, one.by, one.on) for one in joint.records[-1].signatures] == [
        ("maker", "r1", date(2026, 3, 2)),
        ("dealer", "s1", date(2026, 3, 2)),
    ]
    with pytest.raises(BadRule, match="nothing to sign"):
        joint.sign(by="head-1", on=DAY)
    half = DealerJoint.plan(visit(), TERMS).prepare(READY, by="r1", on=DAY).set_goals(GOALS, by="r1", on=DAY)
    with pytest.raises(BadRule, match="the dealer has signed already"):
        half.sign(by="s1", on=DAY).sign(by="head-1", on=DAY)


def test_s003_12_the_lead_follows_from_the_mode():
    """Nobody enters who leads: the mode says it, and the other side supplements."""
    assert {name: mode.lead for name, mode in JOINT_MODES.items()} == {"demonstrate": "maker", "observe": "dealer"}
    watched = agreed(JointGoals("observe", "g", "e", [LATE], ability="questions"))
    assert watched.goals.lead == "dealer"
    done = watched.carry_out(JointConduct(20, ["r1", "s1"], "ok", ["a figure"]), by="r1", on=DAY)
    assert done.conduct.supplemented == ("a figure",)


def test_s003_13_the_debrief_closes():
    """Questions answered or handed on, consensus, improvement, actions with owner and day, a follow-up joint visit."""
    assert [one.en for one in JointDebrief().missing] == [
        "consensus",
        "improvement",
        "actions",
        "the follow-up joint visit, or why there is none",
    ]
    loose = JointDebrief(
        [JointQuestion("q1"), JointQuestion("q2", action="a1"), JointQuestion("q3", "yes")],
        consensus="c",
        improvements=["i"],
        actions=[JointAction("a1", " ")],
        no_follow_up="not needed",
    )
    assert [one.zh for one in loose.missing] == [
        "问题 1 的答复",
        "行动 a1 的内容",
        "行动 a1 的负责人",
        "行动 a1 的日期",
    ]
    with pytest.raises(BadRule, match=r"debrief is incomplete.*an answer to question 1"):
        agreed().carry_out(DONE, by="r1", on=DAY).debrief(loose, by="r1", on=DAY)
    assert closed().debriefed.follow_up == date(2026, 3, 25)


def test_effect_with_no_reading_after_is_not_zero():
    """No effect known yet is missing, and says which reading is."""
    found = Effect("sales", DAY, Reading(DAY, Amount.of(1, BOX)))
    assert (found.change, found.growth, found.improved) == (None, None, None)
    assert [one.en for one in found.missing] == ["after"]
