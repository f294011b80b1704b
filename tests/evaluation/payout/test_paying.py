"""Paying by a plan: E40, several rates, gates, what is missing, rounding once, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.evaluation.measures.figures import Figures
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.evaluation.payout.building import payout_curve, shaped_curve
from pharmasales.evaluation.payout.paid import Payouts
from pharmasales.evaluation.payout.paying import pay
from pharmasales.evaluation.payout.plans import PayGate, PayoutPlan, PayPart
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.rules import Field
from pharmasales.units import BOX, CNY, USD, Amount, half_up

BONUS = Amount.of(10_000, CNY)
CURVE = payout_curve(threshold="70%", above=2, cap="200%")
LINE = shaped_curve("linear", (0, 0), (2, 2))
BOXES = TierTable(BOX, CNY, [Tier(0, 100, 0), Tier(100, None, "2.5")])
BREACH = PayGate("compliance", Field("breaches").over(0), Says("a breach of compliance", "存在违规"))
WEIGHTS = (("a", 40), ("b", 25), ("c", 35))
E40 = {"a": "110%", "b": "90%", "c": "80%"}


def plan_of(curve=CURVE, blend=None, gates=(), weights=WEIGHTS) -> PayoutPlan:
    """A plan of weighted parts."""
    parts = [PayPart(name, "sales", Field(name), None if blend else curve, weight) for name, weight in weights]
    return PayoutPlan("a plan", parts, blend, gates)


def minors(found) -> list[int | None]:
    """The parts as shown."""
    return [one.minor for one in found.parts]


def test_e40_on_the_blend():
    """E40: 110, 90 and 80 % at 40/25/35 blend to 94.5 %, which is paid on one curve; parts have no sum of their own."""
    plan = plan_of(blend=CURVE)
    found = pay(plan, "r1", E40, BONUS)
    assert found.blended == Fraction(945, 1000)
    assert found.paid == Amount.of(Fraction(49, 60) * 10_000, CNY, "half_up") == Amount.of("8166.67", CNY)
    assert minors(found) == [None, None, None]
    assert pay(plan_of(blend=LINE), "r1", E40, BONUS).paid == Amount.of(9_450, CNY)
    assert found.why.lines() == [
        "8,166.67 CNY is paid",
        "  a: attainment 110% x 40 / 100",
        "  b: attainment 90% x 25 / 100",
        "  c: attainment 80% x 35 / 100",
        "  the blend of 3 parts pays on one curve",
        "    attainment 94.5% on the line from 70% (pays 0%) to 100% (pays 100%): 81.6667% of the target bonus",
        "  rounded half up once, at the end",
    ]
    assert len(pay(plan_of(blend=LINE), "r1", E40, BONUS).why.lines()) == 6, "what is exact was not rounded"


def test_e40_each_at_its_own_rate():
    """The same three, each on a curve: 120, 66.67 and 33.33 % of 4,000, 2,500 and 3,500; the sum is rounded once."""
    found = pay(plan_of(), "r1", E40, BONUS)
    assert found.earned == 480_000 + Fraction(500_000, 3) + Fraction(350_000, 3)
    assert found.paid == Amount(763_333, CNY)
    assert minors(found) == [480_000, 166_667, 116_666], "by largest remainder: .67 goes up, .33 does not"
    assert pay(plan_of(curve=LINE), "r1", E40, BONUS).paid == Amount.of(9_450, CNY)
    said = found.why.lines("zh")
    assert said[0] == "发 7,633.33 CNY"
    assert said[-1] == "  仅在最后四舍五入一次；各分项按最大余额法与合计一致"
    assert said[1] == "  a：4,800.00 CNY = 目标奖金 10,000.00 CNY 的 40 / 100 x 120%"


def test_curves_and_tiers_in_one_plan():
    """A share of a bonus and so much a box add up; the tiers need no weight."""
    parts = [
        PayPart("sales", "sales", Field("sales"), CURVE, 100),
        PayPart("new", "sales", Field("new"), BOXES, zh="新品"),
    ]
    plan = PayoutPlan("both", parts)
    found = pay(plan, "r1", {"sales": "85%", "new": 130}, BONUS)
    assert (found.paid, minors(found)) == (Amount.of(5_075, CNY), [500_000, 7_500])
    assert pay(plan, "r1", {"sales": "85%", "new": Amount(130, BOX)}, BONUS) == found
    assert pay(PayoutPlan("boxes", parts[1:]), "r1", {"new": 130}).paid == Amount.of(75, CNY)


def test_measures_of_the_registry_pay():
    """The rule of a measure is what a part reads: attainment of the figures."""
    plan = PayoutPlan("bonus", [PayPart("attainment", "sales", MEASURES["attainment"].rule, CURVE, 100)])
    assert pay(plan, "r1", Figures(goal=400_000, actual=480_000), BONUS).paid == Amount.of(14_000, CNY)
    assert pay(plan, "r1", Figures(goal=0, actual=480_000), BONUS).paid is None


def test_a_gate_zeroes_and_says_from_what():
    """A breach pays nothing, shows what it would have been, and is never a silent zero."""
    plan = plan_of(curve=LINE, gates=[BREACH])
    found = pay(plan, "r1", E40 | {"breaches": 2}, BONUS)
    assert (found.paid, minors(found), found.earned) == (Amount(0, CNY), [0, 0, 0], 945_000)
    assert found.why.lines()[:2] == [
        "0.00 CNY is paid instead of 9,450.00 CNY: a breach of compliance",
        "  a: 4,400.00 CNY = 110% of 40 / 100 of the target bonus 10,000.00 CNY",
    ]
    assert found.why.head("zh") == "发 0.00 CNY，否决前为 9,450.00 CNY：存在违规"
    assert pay(plan, "r1", E40 | {"breaches": 0}, BONUS).paid == Amount.of(9_450, CNY)
    missing = pay(plan, "r1", E40 | {"breaches": 2, "a": None}, BONUS)
    assert missing.paid == Amount(0, CNY), "the breach decides, whatever is missing"
    assert missing.why.head() == "0.00 CNY is paid instead of missing: a breach of compliance"
    assert "  a: attainment is missing" in missing.why.lines()


def test_two_gates_are_both_named():
    """Every gate that holds stands in the reason."""
    late = PayGate("reports", Field("late").at_least(3), Says("three late reports", "三次迟交报告"))
    found = pay(plan_of(gates=[BREACH, late]), "r1", E40 | {"breaches": 1, "late": 3}, BONUS)
    assert [one.en for one in found.gates] == ["a breach of compliance", "three late reports"]
    assert found.why.head("zh").endswith("：存在违规；三次迟交报告")


@pytest.mark.parametrize("blend", [None, CURVE])
def test_a_missing_measure_is_no_zero(blend):
    """One measure missing leaves the payout missing, and its name stands in the reason."""
    found = pay(plan_of(blend=blend), "r1", E40 | {"b": None}, BONUS)
    assert (found.paid, found.earned, minors(found)) == (None, None, [None] * 3)
    assert found.why.lines() == ["nothing can be paid yet", "  b: attainment is missing"]
    assert found.why.lines("zh") == ["暂无法计发", "  b：达成率缺失"]


def test_a_missing_bonus_and_an_open_gate_are_no_zero():
    """No bonus, or a gate that cannot be answered: nothing is paid until it is known."""
    plan = plan_of(gates=[BREACH])
    found = pay(plan, "r1", E40 | {"breaches": None})
    assert found.paid is None
    assert found.unit is None
    assert found.why.lines() == [
        "nothing can be paid yet",
        "  gate compliance cannot be answered: a value is missing",
        "  the target bonus is missing",
    ]
    held = pay(plan, "r1", E40 | {"breaches": 1})
    assert held.paid is None, "without a bonus there is no unit to say zero in"
    assert pay(plan, "r1", E40 | {"breaches": None}, BONUS).paid is None
    tiers = PayoutPlan("boxes", [PayPart("new", "sales", Field("new"), BOXES)])
    assert pay(tiers, "r1", {"new": None}).why.lines() == [
        "nothing can be paid yet",
        "  new: what was sold is missing, so there is no payout",
    ]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 300)), min_size=1, max_size=6),
    st.integers(0, 10**7),
)
def test_parts_add_up_to_what_is_paid(drawn, minor):
    """The total is the exact sum rounded half up; each part is within one of what it earns."""
    weights = [Fraction(weight * 100, sum(w for w, _ in drawn)) for weight, _ in drawn]
    names = [(f"p{n}", weight) for n, weight in enumerate(weights)]
    record = {f"p{n}": Fraction(at, 100) for n, (_, at) in enumerate(drawn)}
    found = pay(plan_of(weights=names), "r1", record, Amount(minor, CNY))
    earned = [CURVE.share(record[name]) * weight / 100 * minor for name, weight in names]
    assert [one.earned for one in found.parts] == earned
    assert found.paid == Amount(half_up(sum(earned)), CNY)
    assert sum(minors(found)) == found.paid.minor
    for part, exact in zip(minors(found), earned, strict=True):
        assert exact - 1 < part < exact + 1
    assert found.paid.minor <= 2 * minor


@settings(deadline=None, max_examples=60)
@given(
    st.fixed_dictionaries({name: st.one_of(st.none(), st.integers(0, 250)) for name in "abc"}),
    st.sampled_from([None, CURVE]),
    st.sampled_from([None, 0, 1]),
)
def test_nothing_is_paid_without_its_why(done, blend, breaches):
    """What is paid stands at the head, each part has its line, and what is missing is named, in both languages."""
    record = {name: None if at is None else Fraction(at, 100) for name, at in done.items()} | {"breaches": breaches}
    found = pay(plan_of(blend=blend, gates=[BREACH]), "r1", record, BONUS)
    for lang in ("en", "zh"):
        head, *said = found.why.lines(lang)
        if found.paid is None:
            assert said
            assert all(any(line.strip().startswith(name) for line in said) for name in "abc" if done[name] is None)
        else:
            assert str(found.paid) in head
            assert all(any(line.strip().startswith(name) for line in said) for name in "abc")


@settings(deadline=None)
@given(st.integers(0, 250), st.integers(0, 250))
def test_more_attainment_never_pays_less(one, other):
    """Monotone curves, monotone payout, each alone and on the blend."""
    low, high = sorted((one, other))
    for plan in (plan_of(), plan_of(blend=CURVE)):
        less, more = (pay(plan, "r1", E40 | {"a": Fraction(n, 100)}, BONUS).paid for n in (low, high))
        assert less <= more


def test_tables_show_parts_that_add_up():
    """A row a part, then what is paid; both languages; nothing personal in a repr."""
    found = Payouts([pay(plan_of(), "r1", E40, BONUS), pay(plan_of(blend=CURVE), "r2", E40, BONUS)])
    rows = list(found.table().records())
    assert [(row["person_id"], row["part"].text(), row["value"], row["amount"]) for row in rows] == [
        ("r1", "a", "110%", Amount(480_000, CNY).value),
        ("r1", "b", "90%", Amount(166_667, CNY).value),
        ("r1", "c", "80%", Amount(116_666, CNY).value),
        ("r1", "paid", None, Amount(763_333, CNY).value),
        ("r2", "a", "110%", None),
        ("r2", "b", "90%", None),
        ("r2", "c", "80%", None),
        ("r2", "paid", "94.5%", Amount(816_667, CNY).value),
    ]
    assert [row["weight"] for row in rows[:4]] == [40, 25, 35, None]
    assert rows[3]["why"].text("zh") == "发 7,633.33 CNY"
    assert "<table>" in found._repr_html_()
    assert "<table>" in found.payouts[0]._repr_html_()
    assert "7633" not in repr(found.payouts[0])
    assert "110%" not in repr(found.payouts[0])
    empty = pay(plan_of(), "r3", E40 | {"a": None})
    assert [row["amount"] for row in empty.table().records()] == [None] * 4


def test_the_bonus_must_fit():
    """A bonus below zero, or in another unit than the tiers pay in, is refused."""
    plan = PayoutPlan("both", [PayPart("s", "sales", Field("s"), CURVE, 100), PayPart("n", "sales", Field("n"), BOXES)])
    with pytest.raises(BadValue, match="a bonus below zero"):
        pay(plan, "r1", {"s": 1, "n": 1}, Amount(-1, CNY))
    with pytest.raises(NotComparable, match="USD with CNY @ bonus"):
        pay(plan, "r1", {"s": 1, "n": 1}, Amount(1, USD))


def test_all_faults_of_a_plan_at_once():
    """Weights, names, curves and units are told together, each with its part."""
    dollars = TierTable(BOX, USD, [Tier(0, None, 1)])
    parts = [
        PayPart("a", "sales", Field("a"), CURVE, 60),
        PayPart("a", "sales", Field("a"), CURVE),
        PayPart("b", "sales", Field("b"), BOXES, 30),
        PayPart("c", "sales", Field("c"), dollars),
        PayPart("d", "sales", Field("d"), weight=5),
    ]
    with pytest.raises(BadRows) as caught:
        PayoutPlan("x", parts)
    assert [(error.reason, error.where, error.code) for error in caught.value.exceptions] == [
        ("two parts of one name", "parts[1] a", "payout.parts"),
        ("no weight", "parts[1] a", "payout.weight"),
        ("a tier table with a weight", "parts[2] b", "payout.weight"),
        ("a part that nothing pays", "parts[4] d", "payout.plan"),
        ("the weights add up to 95, not 100", "parts", "payout.weight"),
        ("CNY with USD", "parts", "unit"),
    ]
    with pytest.raises(BadRows) as caught:
        PayoutPlan("x", [PayPart("a", "sales", Field("a"), CURVE, 100)], blend=CURVE)
    assert [error.code for error in caught.value.exceptions] == ["payout.blend"]
    with pytest.raises(BadRows) as caught:
        PayoutPlan("x", [])
    assert [error.code for error in caught.value.exceptions] == ["payout.plan"]
    with pytest.raises(BadRows) as caught:
        PayoutPlan("x", [PayPart("a", "sales", Field("a"), CURVE, 100)], gates=[BREACH, BREACH])
    assert [(error.where, error.code) for error in caught.value.exceptions] == [("gates[1] compliance", "payout.gates")]


@pytest.mark.parametrize("says", [Says("", "违规"), Says("a breach", " ")])
def test_a_gate_says_why_in_both_languages(says):
    """Who is paid nothing reads the reason."""
    with pytest.raises(BadRule) as caught:
        PayGate("compliance", Field("breaches").over(0), says)
    assert caught.value.code == "payout.gate"


@pytest.mark.parametrize(
    ("more", "code"),
    [({"measure": "sale"}, "payout.measure"), ({"weight": -1}, "payout.weight"), ({"weight": "x"}, "rule.number")],
)
def test_a_part_must_be_known_to_the_gate(more, code):
    """The law asks by the measure, so a part without a known one cannot be made."""
    with pytest.raises(BadRule) as caught:
        PayPart(**{"name": "a", "measure": "sales", "of": Field("a"), "pays": CURVE, "weight": 100} | more)
    assert caught.value.code == code


@pytest.mark.parametrize("value", [True, 0.5, "NaN", "Infinity", "１", "1e3", [1], "=1+1"])
def test_hostile_values(value):
    """What is no number is refused with the part's name, and the value is not repeated where it may be personal."""
    for plan in (plan_of(weights=(("a", 100),)), PayoutPlan("t", [PayPart("a", "sales", Field("a"), BOXES)])):
        with pytest.raises(BadValue) as caught:
            pay(plan, "r1", {"a": value}, BONUS)
        assert caught.value.where == "part 'a'"
    with pytest.raises(NotComparable):
        pay(PayoutPlan("t", [PayPart("a", "sales", Field("a"), BOXES)]), "r1", {"a": Amount(1, CNY)})
    with pytest.raises(BadValue, match="no field"):
        pay(plan_of(), "r1", {"b": 1}, BONUS)
