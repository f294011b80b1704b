"""The compliance gate in the cycle: goals, scores and the usage of single doctors (E44, S002-20, S004-12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.compliance import CN_2026, NONE
from pharmasales.compliance import Policy as Gate
from pharmasales.cycle import ClassPolicy, GoalPolicy, Policy, Region, grade_customers, plan, review, set_goals
from pharmasales.cycle.gating import may_score, refuse_goals, refuse_payouts, without_usage
from pharmasales.errors import BadRows, Blocked, NotFound
from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Field
from pharmasales.testing import one_rep, two_districts
from pharmasales.units import CNY, Amount

Q1 = Quarter(2026, 1)
BEFORE = date(2020, 11, 30)
SINCE = date(2020, 12, 1)
FREE = Policy(gates=())


def with_role(region: Region, role: str, *reps: str) -> Region:
    """Give some reps of a region a role."""
    assert region.org is not None
    nodes = [evolve(node, role=role) if node.id in reps else node for node in region.org if node.id != "TOTAL"]
    return evolve(region, org=Org.of(nodes))


def goals(role: str) -> tuple[Org, dict[str, Amount]]:
    """One rep of a role with a goal."""
    return Org.of([Node("r1", "Rep Example", "rep", role=role)]), {"r1": Amount.of(1, CNY)}


def refused(region: Region, policy: Policy, day: date | None = None) -> list[str]:
    """The errors of setting goals."""
    with pytest.raises(BadRows) as caught:
        set_goals(region, policy, Q1, as_of=day)
    return [str(error) for error in caught.value.exceptions]


def test_a_medical_rep_gets_no_sales_goal_and_a_business_rep_does():
    """E44: a sales quota on `medical_rep` is refused with its rule; the same on `business_rep` stands."""
    (said,) = refused(with_role(one_rep(), "medical_rep", "r1"), Policy())
    assert said.startswith("a medical rep takes no sales goal @ node 'r1', assign_goal; give it to a business rep")
    assert said.endswith("[blocked.goal-rep-sales]")
    made = set_goals(with_role(one_rep(), "business_rep", "r1"), Policy(), Q1)
    assert made.amount("r1") == Amount.of(13200, CNY)


def test_a_cut_organisation_is_asked_about_by_the_roles_of_the_whole():
    """Goals for districts alone: the role of a district that is cut out of the tree still counts."""
    world = with_role(two_districts(), "medical_rep", "N")
    cut = Policy(goals=GoalPolicy(levels=("district",)))
    assert [text.split("@ ")[1].split(",")[0] for text in refused(world, cut)] == ["node 'N'"]


def test_every_goal_that_is_blocked_is_named_at_once():
    """Two medical reps of five: two errors, in the order of the organisation."""
    region = with_role(two_districts(), "medical_rep", "n1", "s2")
    found = refused(region, Policy())
    assert [text.split("@ ")[1].split(",")[0] for text in found] == ["node 'n1'", "node 's2'"]


@pytest.mark.parametrize(("day", "blocked"), [(BEFORE, False), (SINCE, True), (date(2026, 1, 1), True)])
def test_the_policy_in_force_on_the_day_decides(day: date, blocked: bool):
    """Before the filing rules began nothing is asked; since their first day a sales goal is blocked."""
    org, given = goals("medical_rep")
    if blocked:
        with pytest.raises(BadRows) as caught:
            refuse_goals(Policy(), org, given, day)
        assert [type(error) for error in caught.value.exceptions] == [Blocked]
    else:
        refuse_goals(Policy(), org, given, day)


@pytest.mark.parametrize("role", ["", "business_rep", "manager", "agent"])
def test_other_roles_have_sales_goals(role: str):
    """Nobody but a medical rep is refused, and a rep without a role is not asked about."""
    org, given = goals(role)
    refuse_goals(Policy(), org, given, date(2026, 1, 1))


def test_a_goal_of_zero_is_none_and_no_goal_is_none():
    """A medical rep who bought and sold nothing gets a goal of zero, which is no sales task."""
    org, _ = goals("medical_rep")
    refuse_goals(Policy(), org, {"r1": Amount(0, CNY)}, date(2026, 1, 1))
    refuse_goals(Policy(), org, {}, date(2026, 1, 1))


def test_no_gate_or_another_policy_may_allow():
    """A non-Chinese policy: without gates, or with NONE, the same goal stands."""
    org, given = goals("medical_rep")
    for gates in ((), (NONE,), (Gate("OTHER", "1", ()),)):
        refuse_goals(Policy(gates=gates), org, given, date(2026, 1, 1))


def test_a_plan_is_refused_as_a_whole():
    """The refusal is no note: a plan that nobody may carry out is not made."""
    with pytest.raises(BadRows) as caught:
        plan(with_role(one_rep(), "medical_rep", "r1"), Policy(), Q1)
    assert [error.code for error in caught.value.exceptions] == ["blocked.goal-rep-sales"]
    assert plan(with_role(one_rep(), "medical_rep", "r1"), FREE, Q1).goals is not None


def test_targets_of_a_medical_rep_are_refused_in_the_review():
    """A target in the files is a goal that somebody gave."""
    region = evolve(with_role(one_rep(), "medical_rep", "r1"), targets={("r1", Quarter(2025, 4)): Amount.of(5, CNY)})
    with pytest.raises(BadRows):
        review(region, Policy(), Quarter(2025, 4))
    assert review(region, FREE, Quarter(2025, 4)).attainments["r1"].goal == Amount.of(5, CNY)


def test_a_medical_rep_is_scored_without_sales_and_receipts():
    """Attainment and growth are missing for the role, the note says so, and the others keep their figures."""
    world = two_districts()
    region = with_role(world, "medical_rep", "n1")
    goals = {"n2": Amount.of(1000, CNY)}
    plain = review(world, Policy(), Q1, goals=goals)
    judged = review(region, Policy(), Q1, goals=goals)
    measures = {(row["rep_id"], row["measure"].text()): row for row in judged.scorecards.table().records()}
    before = {(row["rep_id"], row["measure"].text()): row for row in plain.scorecards.table().records()}
    assert [measures["n1", name]["points"] for name in ("attainment", "growth")] == [None, None]
    assert {key: row for key, row in measures.items() if key[0] != "n1"} == {
        key: row for key, row in before.items() if key[0] != "n1"
    }
    said = [note.en for note in judged.notes if "role" in note.en]
    assert said == ["1 reps are not scored by sales or receipts: their role forbids it"]
    assert not any("role" in note.en for note in plain.notes)


def test_may_score_follows_role_measure_and_day():
    """Sales and receipts are off for a medical rep; activity and quality are not."""
    rep = Node("r1", "Rep Example", "rep", role="medical_rep")
    day = date(2026, 1, 1)
    assert [may_score(Policy(), rep, measure, day) for measure in ("sales", "receipts", "activity", "quality")] == [
        False,
        False,
        True,
        True,
    ]
    assert may_score(Policy(), rep, "sales", BEFORE)
    assert may_score(Policy(), evolve(rep, role=""), "sales", day)


def doctors() -> Region:
    """A doctor and a hospital that both have sales, potential and a field of usage."""
    fields = {"product_usage": "often", "beds": 5}
    customers = [
        Customer("D1", "Doctor Example", "doctor", potential=100, fields=fields),
        Customer("H1", "Example Hospital", "hospital", potential=100, fields=fields),
    ]
    sales = [Sale(Month(2025, 12), Amount.of(n, CNY), customer=id_) for id_, n in (("D1", "100.00"), ("H1", "50.00"))]
    return Region(None, Archive.of(customers), CNY, CNY, sales=sales)


def test_a_doctors_usage_is_not_read_and_a_hospitals_is():
    """S004-12: sales by single doctor do not classify under CN-2020; the note names the rule in both languages."""
    notes: list = []
    (graded, _) = grade_customers(doctors(), Policy(), Q1, notes)
    assert {one.customer: one.grade and one.grade.letter for one in graded.grades} == {"D1": None, "H1": "A"}
    (note,) = notes
    assert note.en == "usage of 1 doctors left out: the usage of one doctor is not read (CN-2026@1 usage-doctor)"
    assert note.zh == "未读取 1 名医生的用药数据：不得查看医生个人用药量（CN-2026@1 usage-doctor）"
    (free, _) = grade_customers(doctors(), FREE, Q1)
    assert {one.customer: one.grade and one.grade.letter for one in free.grades} == {"D1": "A", "H1": "A"}


def test_potential_of_a_doctor_may_classify():
    """Read first 4: bands of potential, self-assessed from public inputs, stay possible."""
    region = evolve(doctors(), sales=[])
    (graded, _) = grade_customers(region, Policy(), Q1)
    assert {one.customer: one.grade is not None for one in graded.grades} == {"D1": True, "H1": True}


def test_without_usage_touches_nothing_else():
    """Only usage goes: potential, beds and the kind stay; a hospital's record is the very same."""
    doctor, hospital = doctors().archive
    record: dict[str, object] = {"sales": 1, "quantity": 2, "product_usage": "x", "potential": Decimal(3), "beds": None}
    kept, rule = without_usage(Policy(), doctor, record, date(2026, 1, 1))
    assert kept == {"sales": None, "quantity": None, "product_usage": None, "potential": Decimal(3), "beds": None}
    assert rule is not None
    assert record["sales"] == 1
    assert without_usage(Policy(), hospital, record, date(2026, 1, 1)) == (record, None)
    assert without_usage(Policy(), doctor, {"potential": 1}, date(2026, 1, 1)) == ({"potential": 1}, None)
    assert without_usage(Policy(), doctor, record, BEFORE) == (record, None)


def test_what_ready_made_schemes_read_of_single_doctors_is_usage():
    """Use, behaviour and prescriptions of a doctor are not read, whatever scheme asks for them; of others they are."""
    doctor, hospital = doctors().archive
    record: dict[str, object] = {"use": 80, "behaviour": 2, "prescription": 70, "potential": 150, "title": "主治"}
    kept, rule = without_usage(Policy(), doctor, record, date(2026, 1, 1))
    assert kept == {"use": None, "behaviour": None, "prescription": None, "potential": 150, "title": "主治"}
    assert rule is not None
    assert without_usage(Policy(), hospital, record, date(2026, 1, 1)) == (record, None)


def test_the_doctor_matrix_grades_nobody_under_the_chinese_policies():
    """S004-14 reads what one doctor uses: without that there is no cell, and the note says why."""
    customers = [Customer("D1", "Doctor Example", "doctor", potential=150, fields={"use": 80})]
    region = Region(None, Archive.of(customers), CNY, CNY)
    asked = ClassPolicy(("doctor_matrix",), cuts={"doctor_matrix": {"use": 50, "potential": 100}})
    notes: list = []
    (found,) = grade_customers(region, Policy(classify=asked), Q1, notes)
    assert found.by_customer() == {}
    assert "usage of 1 doctors left out" in notes[0].en
    (free,) = grade_customers(region, evolve(FREE, classify=asked), Q1)
    assert free.by_customer()["D1"].letter == "B"


def test_gates_are_part_of_the_fingerprint():
    """A plan made under another policy is another plan."""
    assert Policy().fingerprint != FREE.fingerprint
    assert Policy().fingerprint != Policy(gates=(CN_2026,)).fingerprint
    assert Policy().gate(date(2025, 10, 14)).name == "CN-2020"
    assert Policy().gate(date(2025, 10, 15)).name == "CN-2026"


def payout_plan(*measures: str, blend: bool = False) -> PayoutPlan:
    """A plan that pays by some measures, each with its own curve or all on one."""
    curve = payout_curve(threshold="70%", above=2, cap="200%")
    parts = [
        PayPart(f"{n} {one}", one, Field(one), None if blend else curve, weight=100 // len(measures))
        for n, one in enumerate(measures)
    ]
    return PayoutPlan("a plan", parts, blend=curve if blend else None)


@pytest.mark.parametrize("blend", [False, True])
def test_a_medical_rep_is_paid_for_no_sales(blend: bool):
    """E44: each part that pays a medical rep for sales or receipts is refused, in a blend too; activity is paid."""
    org = Org.of([Node("r1", "Rep One", "rep", role="medical_rep"), Node("r2", "Rep Two", "rep", role="business_rep")])
    plan = payout_plan("sales", "receipts", "activity", "quality", blend=blend)
    with pytest.raises(BadRows) as caught:
        refuse_payouts(Policy(), org, {"r1": plan, "r2": plan}, SINCE)
    assert caught.value.reason == "2 payouts that nobody may be given"
    assert [str(error) for error in caught.value.exceptions] == [
        (
            "a medical rep is not paid by sales @ node 'r1', part '0 sales', pay_bonus; "
            "pay for activity, quality, knowledge or compliance instead [blocked.bonus-rep-sales]"
        ),
        (
            "a medical rep is not paid by receipts @ node 'r1', part '1 receipts', pay_bonus; "
            "pay for activity, quality, knowledge or compliance instead [blocked.bonus-rep-receipts]"
        ),
    ]
    refuse_payouts(Policy(), org, {"r2": plan}, SINCE)
    refuse_payouts(Policy(), org, {"r1": payout_plan("activity", "knowledge", blend=blend)}, SINCE)


def test_a_payout_is_asked_about_under_the_policy_of_its_day():
    """Before the filing rules, without a gate, or without a role nobody is refused; an unknown node is."""
    org = Org.of([Node("r1", "Rep One", "rep", role="medical_rep"), Node("r2", "Rep Two", "rep")])
    plan = payout_plan("sales")
    refuse_payouts(Policy(), org, {"r1": plan}, BEFORE)
    refuse_payouts(FREE, org, {"r1": plan}, SINCE)
    refuse_payouts(Policy(), org, {"r2": plan}, SINCE)
    with pytest.raises(NotFound):
        refuse_payouts(Policy(), org, {"x": plan}, SINCE)
