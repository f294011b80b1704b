"""Checks of a plan before it is used: order, influence, odds, potential and cliffs, against plain loops and by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.evaluation.fairness.plans.influence import influences, item_points
from pharmasales.evaluation.fairness.plans.level_odds import Levels, reaches
from pharmasales.evaluation.fairness.plans.near_cliffs import near_grades, near_pay
from pharmasales.evaluation.fairness.plans.past import PastRecord
from pharmasales.evaluation.fairness.plans.pay_order import Earner, pay_checks
from pharmasales.evaluation.fairness.plans.plan_bounds import PlanBounds, UsualRange
from pharmasales.evaluation.fairness.plans.plan_check import check_plan
from pharmasales.evaluation.fairness.plans.reweighting import reweighted
from pharmasales.evaluation.fairness.plans.same_order import in_order, overtaken
from pharmasales.evaluation.fairness.plans.single_checks import potential_checks
from pharmasales.evaluation.payout.building import payout_curve, shaped_curve
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.paying import pay
from pharmasales.evaluation.payout.plans import PayGate, PayoutPlan, PayPart
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
from pharmasales.evaluation.scoring.curves import linear
from pharmasales.evaluation.scoring.grading import ForcedDistribution, cut_grades
from pharmasales.evaluation.scoring.scorecard import score
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.evaluation.scoring.standing import standings
from pharmasales.goals.agreeing.correlation import spearman
from pharmasales.periods import Quarter
from pharmasales.rules import Bands, Curve, Cut, Field, Part, Times, Weighted
from pharmasales.units import BOX, CNY, Amount

Q4 = Quarter(2025, 4)
BONUS = Amount.of(10_000, CNY)
JUMP = payout_curve(threshold="70%", start="50%", above=2, cap="200%")
BREACH = Field("breaches").over(0)
SHEET = ScoreSheet(
    "field force",
    Weighted(
        [
            Part("sales", 60, linear(Field("sales"), 0, "120%"), "销售"),
            Part("visits", 30, linear(Field("visits"), 0, 1), "拜访"),
            Part("reports", 10, linear(Field("reports"), 0, 1), "报告"),
        ],
        missing="reweight",
    ),
    factors=[Factor("flood", Field("flood"), 5, "district office", "水灾")],
    cap=95,
    gates=[ScoreGate("breach", BREACH, Says("a breach", "违规"), 20)],
    grades=cut_grades(((60, "C"), (80, "B")), top="A"),
)
numbers = st.integers(-4, 4).map(lambda n: Fraction(n, 3))
pairs = st.lists(st.tuples(numbers, numbers), max_size=9)


def named(report):
    """Return figure and verdict of each check by its name."""
    return {one.name: (one.figure, one.verdict) for one in report.checks}


# order


@given(pairs)
def test_order_by_a_plain_loop(given_pairs):
    """Concordant less discordant pairs over both; missing where none is in any order; -1 to 1."""
    xs, ys = [x for x, _ in given_pairs], [y for _, y in given_pairs]
    signs = [(a[0] - b[0]) * (a[1] - b[1]) for a, b in combinations(given_pairs, 2)]
    same, turned = sum(one > 0 for one in signs), sum(one < 0 for one in signs)
    due = Fraction(same - turned, same + turned) if same + turned else None
    assert in_order(xs, ys) == due
    assert in_order(ys, xs) == due
    assert in_order(xs, [-y for y in ys]) == (None if due is None else -due)


@given(st.lists(st.tuples(numbers, st.integers(0, 4)), max_size=8))
def test_who_is_overtaken_by_a_plain_loop(people):
    """Whoever has somebody with less performance and more pay."""
    rows = [(f"r{n}", performance, paid) for n, (performance, paid) in enumerate(people)]
    due = [one[0] for one in rows if any(other[1] < one[1] and other[2] > one[2] for other in rows)]
    assert overtaken(rows) == tuple(due)
    assert overtaken(reversed(rows)) == tuple(due)


@given(st.lists(st.integers(30, 180), min_size=2, max_size=9), st.sampled_from(["linear", "convex", "concave", "s"]))
def test_a_rising_payout_agrees_with_performance(done, shape):
    """Pay that never falls with attainment agrees fully, whatever is flat: 1, or missing where nothing varies."""
    curve = shaped_curve(shape, ("60%", 0), ("150%", "200%"))
    attained = [Fraction(n, 100) for n in done]
    paid = [curve.pays(one, BONUS).minor for one in attained]
    assert in_order(attained, paid) in ((1,) if len(set(paid)) > 1 else (None,))
    people = [Earner(f"r{n:02}", one, two, 1) for n, (one, two) in enumerate(zip(attained, paid, strict=True))]
    agreement = next(one for one in pay_checks(people, PlanBounds(fewest=2)) if one.name == "agreement")
    assert (agreement.people, agreement.flagged) == ((), False)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=2, max_size=25))
def test_the_best_tenth_by_a_plain_loop(given_people):
    """A tenth rounded up with all who are level, against as many around the middle, from both sides alike."""
    people = [Earner(f"r{n:02}", Fraction(one), paid, 4) for n, (one, paid) in enumerate(given_people)]
    checks = {one.name: one for one in pay_checks(people, PlanBounds(fewest=2))}
    falling = sorted((one.performance for one in people), reverse=True)
    tenth = (len(people) + 9) // 10
    best = [one.paid for one in people if one.performance >= falling[tenth - 1]]
    start = (len(people) - tenth) // 2
    low, high = falling[len(people) - start - 1], falling[start]
    middle = [one.paid for one in people if low <= one.performance <= high]
    due = None if not sum(middle) else Fraction(sum(best), len(best)) / Fraction(sum(middle), len(middle))
    assert checks["spread"].figure == due
    assert checks["spread"].flagged == (due is not None and due <= 1)
    assert checks["upside"].figure == Fraction(sum(best), 4 * len(best))
    assert len(checks["upside"].people) == len(best)
    turned = list(pay_checks(people[::-1], PlanBounds(fewest=2)))
    assert [one.figure for one in turned] == [one.figure for one in checks.values()]


# influence

figures = st.fixed_dictionaries(
    {name: st.one_of(st.none(), st.integers(0, 130).map(lambda n: Fraction(n, 100))) for name in ("sales", "visits")}
    | {
        "reports": st.just(Fraction(1, 2)),
        "flood": st.sampled_from([None, -3, 9]),
        "breaches": st.sampled_from([0, 0, 1, None]),
    }
)


@settings(max_examples=60)
@given(st.lists(figures, max_size=6))
def test_the_spread_is_split_exactly(people):
    """Covariances add up to the variance and shares to 1, in any order of people; who has no total is named."""
    cards = [score(SHEET, f"r{n}", "", one) for n, one in enumerate(people)]
    found = influences(cards)
    assert influences(reversed(cards)) == found
    totals = [Fraction(card.total) for card in cards if card.total is not None]
    assert found.people == len(totals)
    assert found.missing == tuple(card.rep_id for card in cards if card.total is None)
    assert all(sum(item_points(card).values()) == 100 * card.total for card in cards if card.total is not None)
    mean = sum(totals) / len(totals) if totals else 0
    variance = sum((one - mean) ** 2 for one in totals) / len(totals) if totals else 0
    assert found.variance == variance
    assert sum(one.covariance for one in found.items) == variance
    shares = [one.effective for one in found.items]
    assert shares == [None] * len(shares) if not variance else sum(shares) == 1
    assert (found.decisive is None) == (not variance)
    for one in found.items:
        if one.nominal is not None:
            rest = [score(reweighted(SHEET, one.name.en, 0), card.rep_id, "", card.figures) for card in cards]
            before = {row.rep_id: row.rank for row in standings(cards) if row.rank is not None}
            after = {row.rep_id: row.rank for row in standings([card for card in rest if card.rep_id in before])}
            assert one.moved == tuple(sorted(rep for rep in before if before[rep] != after[rep]))
            assert one.agreement == in_order(
                *zip(*((before[rep], after[rep]) for rep in sorted(before) if after[rep] is not None), strict=True)
                if any(after.values())
                else ((), ())
            )


def test_a_heavy_item_on_which_all_are_alike_decides_nothing():
    """Sales weigh 60 and everybody is at 100 %: the visits decide, all of the spread, and the check says so."""
    past = [
        PastRecord(f"r{n}", Q4, {"sales": 1, "visits": Fraction(n, 10), "reports": 1, "flood": None, "breaches": 0})
        for n in range(5, 10)
    ]
    report = check_plan(past, sheet=SHEET)
    found = report.influences
    assert [(one.name.en, one.nominal, one.effective) for one in found.items] == [
        ("sales", Fraction(3, 5), 0),
        ("visits", Fraction(3, 10), 1),
        ("reports", Fraction(1, 10), 0),
    ]
    assert found.variance == 18
    assert found.items[0].moved == ()
    assert found.items[1].moved == ("r5", "r6", "r7", "r8")
    assert found.items[1].agreement is None
    assert found.why.head() == "visits decides the ranking: 100.0% of the spread of 5 totals, with a weight of 30.0%"
    check = next(one for one in report.checks if one.name == "influence")
    assert (check.figure, check.flagged, check.verdict) == (1, True, "stated")
    assert check.why.text("zh").endswith("建议：调整其评分曲线或权重，并先模拟）")
    assert (
        found.items[1].why.text("zh")
        == "拜访：权重 30.0%，占差异的 100.0%（剔除后 4 人名次变化；两种排序一致度 无数据）"
    )
    heavy = evolve(SHEET, rule=evolve(SHEET.rule, parts=[evolve(SHEET.rule.parts[0], weight=100)]))
    alone = influences([score(heavy, one.person_id, "", one.figures) for one in past])
    assert (alone.items[0].moved, alone.decisive) == (None, None)
    assert alone.why.head() == "5 totals do not differ, so nothing decides"
    assert "<caption>" in alone._repr_html_()


def test_a_gate_is_no_measure():
    """One breach of five people: the gate has all of the spread and is shown; the measure that decides is the first."""
    past = [{"sales": 1, "visits": 1, "reports": 1, "flood": None, "breaches": int(n == 0)} for n in range(5)]
    found = influences([score(SHEET, f"r{n}", "", one) for n, one in enumerate(past)])
    assert found.items[-1].name == Says("breach", "breach")
    assert found.items[-1].why.head() == "breach: 100.0% of the spread"
    idle = influences([score(SHEET, f"r{n}", "", one | {"visits": 0}) for n, one in enumerate(past)])
    assert [(one.name.en, one.effective) for one in idle.items][1:] == [("visits", 0), ("reports", 0), ("breach", 1)]
    assert found.decisive.name.en == "sales"
    with pytest.raises(BadValue, match="scores of several sheets"):
        influences([score(SHEET, "a", "", past[0]), score(evolve(SHEET, cap=None), "b", "", past[0])])


# odds


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 200)), max_size=8),
    st.tuples(st.integers(0, 100), st.integers(100, 150)),
    st.booleans(),
)
def test_odds_by_a_plain_loop(done, ends, exclusive):
    """Each level's people are those at or over it; the three parts are everybody."""
    levels = Levels(Cut(Fraction(ends[0], 100), exclusive), Fraction(ends[1], 100))
    attained = {f"r{n}": None if one is None else Fraction(one, 100) for n, one in enumerate(done)}
    found = {one.level: one for one in levels.odds(attained)}
    for level, at in (("threshold", ends[0]), ("target", 100), ("excellence", ends[1])):
        over = exclusive and level == "threshold"
        due = [f"r{n}" for n, one in enumerate(done) if one is not None and (one > at if over else one >= at)]
        assert found[level].reached == tuple(due)
        parts = (*found[level].reached, *found[level].short, *found[level].missing)
        assert sorted(parts) == sorted(attained)
        known = len(done) - done.count(None)
        assert found[level].share == (Fraction(len(due), known) if known else None)


def test_levels_of_curves():
    """A curve's first point, its target, the first point that pays its most; steps where they first pay."""
    assert Levels.of(JUMP) == Levels("70%", "150%")
    assert Levels.of(JUMP, "120%").excellence == Cut(Fraction(6, 5))
    flat_end = PayoutCurve(Curve(Field("a"), (("80%", 0), ("100%", 1), ("130%", 2), ("200%", 2))))
    assert Levels.of(flat_end) == Levels("80%", "130%")
    falling = PayoutCurve(Curve(Field("a"), (("80%", 0), ("100%", 1), ("130%", 2), ("200%", 1))))
    assert Levels.of(falling) == Levels("80%", "130%")
    steps = PayoutCurve(Bands(Field("a"), (("50%", 0), (Cut("90%", exclusive=True), 0), ("100%", "60%")), top=1))
    assert Levels.of(steps) == Levels(Cut("90%", exclusive=True), None)
    over = payout_curve(threshold="70%", above=2, cap="100%", over_threshold=True)
    assert Levels.of(over) == Levels(Cut("70%", exclusive=True), None)
    assert reaches(Fraction(7, 10), Cut("70%")) > reaches(Fraction(7, 10), Cut("70%", exclusive=True))
    late = PayoutCurve(Bands(Field("a"), (("110%", 0),), top=1))
    assert Levels.of(late) == Levels("110%", None, "110%")
    with pytest.raises(BadRule, match="levels out of order"):
        Levels.of(JUMP, "90%")
    with pytest.raises(BadRule, match="levels out of order"):
        Levels("120%")


# cliffs


@given(st.lists(st.integers(650, 760), max_size=6), st.integers(0, 40), st.booleans())
def test_near_a_cliff_by_a_plain_loop(done, near, over_threshold):
    """Within the distance on either side; the step is a half of 60 of 10,000."""
    curve = payout_curve(threshold="70%", start="50%", above=2, cap="200%", over_threshold=over_threshold)
    other = PayPart("other", "quality", Field("other"), payout_curve(threshold="70%", above=2, cap="200%"), 40)
    plan = PayoutPlan("p", [PayPart("sales", "sales", Field("done"), curve, 60), other])
    people = {f"r{n}": Fraction(one, 1000) for n, one in enumerate(done)}
    found = near_pay(
        [pay(plan, rep, {"done": one, "other": 1}, BONUS) for rep, one in people.items()], Fraction(near, 1000)
    )
    at = Fraction(7, 10)
    due = [
        (rep, one > at or (one == at and not over_threshold))
        for rep, one in people.items()
        if abs(one - at) <= Fraction(near, 1000)
    ]
    assert [(one.person_id, one.over) for one in found] == due
    assert {str(one.step) for one in found} <= {"3,000.00 CNY"}
    assert all(one.distance == abs(people[one.person_id] - at) for one in found)


def test_near_a_cliff_of_a_tier_table():
    """Two per cent of 1,000 boxes is 20; behind a gate nobody wins, without a figure nobody is near."""
    table = TierTable(BOX, CNY, [Tier(0, 1_000, 1), Tier(1_000, None, "1.5")], "flat", shared_end="lower")
    plan = PayoutPlan(
        "boxes",
        [PayPart("boxes", "sales", Field("boxes"), table, zh="盒数")],
        gates=[PayGate("breach", BREACH, Says("a breach", "违规"))],
    )
    boxes = {"a": 979, "b": 980, "c": 1_000, "d": 1_020, "e": 1_021, "f": None}
    payouts = [pay(plan, rep, {"boxes": one, "breaches": 0}) for rep, one in boxes.items()]
    found = near_pay([*payouts, pay(plan, "g", {"boxes": 1_000, "breaches": 1})], Fraction(2, 100))
    assert [one.why.head() for one in found] == [
        "b, boxes: 980 is 20 short of 1,000, which would bring 500.00 CNY",
        "c, boxes: 1,000 is 0 short of 1,000, which would bring 500.00 CNY",
        "d, boxes: 1,020 is 20 over 1,000; below it 500.00 CNY would be lost",
    ]
    assert found[2].why.head("zh") == "d，盒数：1,020 高出 1,000 20；低于则少得 500.00 CNY"


def test_near_the_cut_of_a_grade():
    """Two points around 60 and 80, both included; a forced distribution has its cuts, too."""
    sheet = ScoreSheet("one", Weighted([Part("x", 100, Field("x"))]), grades=SHEET.grades)
    totals = ("57.99", "58", "60", "81.5", "82.01", None)
    cards = [score(sheet, f"r{n}", "", {"x": None if x is None else Fraction(x) / 100}) for n, x in enumerate(totals)]
    found = near_grades(cards, sheet.grades, 2)
    assert [one.why.head() for one in found] == [
        "r1, grade: 58 is 2 short of 60, which would bring grade B",
        "r2, grade: 60 is 0 over 60; below it the grade is C",
        "r3, grade: 81.5 is 1.5 over 80; below it the grade is B",
    ]
    assert found[0].why.head("zh") == "r1，等级：58 距 60 差 2，达到则得等级 B"
    forced = standings(cards, ForcedDistribution((("20%", "A"), ("80%", "B")))).grades.bands
    assert [(one.person_id, one.at) for one in near_grades(cards, forced, 1)] == [
        ("r3", Fraction("82.01")),
        ("r4", Fraction("82.01")),
    ]


# potential


@given(st.lists(st.tuples(numbers, numbers), min_size=5, max_size=9))
def test_potential_by_a_plain_loop(given_pairs):
    """Pearson's r squared by its own formula; the order as `in_order`; missing where one side does not vary."""
    xs = {f"r{n}": x for n, (x, _) in enumerate(given_pairs)}
    ys = {f"r{n}": y for n, (_, y) in enumerate(given_pairs)}
    order, linear_one = potential_checks("score", xs, ys, PlanBounds())
    count = len(given_pairs)
    mean_x, mean_y = sum(xs.values()) / count, sum(ys.values()) / count
    across = sum((x - mean_x) * (y - mean_y) for x, y in given_pairs)
    own_x, own_y = sum((x - mean_x) ** 2 for x, _ in given_pairs), sum((y - mean_y) ** 2 for _, y in given_pairs)
    due = None if not own_x * own_y else across * abs(across) / (own_x * own_y)
    assert linear_one.figure == due
    if due is not None:
        assert linear_one.verdict == ("within" if abs(due) <= Fraction(9, 100) else "outside")
        assert linear_one.flagged == (linear_one.verdict == "outside")
    assert order.figure == in_order(list(xs.values()), list(ys.values()))
    if len(set(xs.values())) == len(set(ys.values())) == count:
        assert (order.figure > 0) >= (spearman(list(xs.values()), list(ys.values())).squared == 1 and due > 0)


# the whole report


@pytest.fixture(scope="module")
def team() -> list[PastRecord]:
    """Return ten people of one quarter: sales rise with the potential, one has no sales, one a breach."""
    found = []
    for n in range(10):
        sales = None if n == 9 else Fraction(60 + 8 * n, 100)
        visits = Fraction(90 - 3 * (n % 4), 100)
        record = {"sales": sales, "visits": visits, "reports": 1, "flood": None, "breaches": int(n == 3)}
        found.append(PastRecord(f"r{n}", Q4, record, BONUS))
    return found


PLAN = PayoutPlan(
    "bonus",
    [PayPart("sales", "sales", Field("sales"), JUMP, 60), PayPart("visits", "activity", Field("visits"), JUMP, 40)],
    gates=[PayGate("breach", BREACH, Says("a breach", "违规"))],
)


def test_a_plan_is_checked_on_a_quarter(team):
    """Every figure by hand; the order of the people decides nothing."""
    potentials = {f"r{n}": n for n in range(9)}
    report = check_plan(team, plan=PLAN, potentials=potentials, excellence="115%")
    found = named(report)
    by_hand = {
        "spread": (Fraction(1_221_333, 853_333), "stated"),
        "upside": (Fraction(1_221_333, 1_000_000), "outside"),
        "agreement": (Fraction(32 - 4, 36), "stated"),
        "threshold.sales": (Fraction(7, 9), "outside"),
        "target.sales": (Fraction(4, 9), "stated"),
        "excellence.sales": (Fraction(2, 9), "outside"),
        "threshold.visits": (1, "outside"),
        "target.visits": (0, "stated"),
        "excellence.visits": (0, "outside"),
        "potential.attainment": (1, "outside"),
        "potential.attainment.pearson": (Fraction(3481, 3525), "outside"),
        "potential.pay": (Fraction(7, 9), "outside"),
        "cliffs": (Fraction(1, 10), "stated"),
    }
    assert found == by_hand | {"potential.pay.pearson": found["potential.pay.pearson"]}
    assert check_plan(team[::-1], plan=PLAN, potentials=potentials, excellence="115%") == report
    checks = {one.name: one for one in report}
    assert checks["agreement"].people == ("r1", "r3")
    assert checks["threshold.sales"].people == tuple(f"r{n}" for n in range(2, 9))
    assert checks["threshold.sales"].missing == ("r9",)
    assert checks["threshold.sales"].why.text() == (
        "sales: threshold at 70% reached by 7 of 9 people (77.8%) "
        "(usually 85.0% to 95.0% (aurochssolutions.com: about 90% of the force reach the threshold); "
        "what to do: move the threshold, or see whether the goals can be reached)"
    )
    assert report.missing == ("r9",)
    assert [one.person_id for one in report.near] == ["r1"]
    assert "cliffs" in {one.name for one in report.findings}
    assert "target.sales" not in {one.name for one in report.findings}
    row = next(row for row in report.table().records() if row["check"] == "excellence.sales")
    assert (row["verdict"].text("zh"), row["people"], row["missing"]) == ("超出通常范围", "r7, r8", "r9")
    assert report.near_table().rows[0][2:5] == ("70%", "68%", Says("short", "未达到"))
    assert "<caption>" in report._repr_html_()


def test_a_sheet_and_a_plan_on_its_score(team):
    """Grades are counted, the score goes with the potential, and who is near a jump of the plan is named."""
    on_score = PayoutPlan("s", [PayPart("score", "quality", Times([Field("score")], "1%"), None, 100)], JUMP)
    report = check_plan(team, sheet=SHEET, plan=on_score, potentials={f"r{n}": n for n in range(9)})
    found = named(report)
    assert {name: found[name] for name in ("threshold", "target", "grade.A", "grade.B", "grade.C", "agreement")} == {
        "threshold": (Fraction(8, 10), "outside"),
        "target": (0, "stated"),
        "grade.A": (Fraction(6, 10), "stated"),
        "grade.B": (Fraction(3, 10), "stated"),
        "grade.C": (Fraction(1, 10), "stated"),
        "agreement": (1, "stated"),
    }
    assert [name for name in found if name.startswith("grade")] == ["grade.A", "grade.B", "grade.C"]
    assert found["potential.score"] == (Fraction(5, 6), "outside")
    assert found["potential.score.pearson"] == (Fraction(7_656_289, 25_225_800), "outside")
    assert [(one.person_id, one.name.en) for one in report.near] == [("r1", "the blend")]
    measures = [one for one in report.influences.items if one.nominal is not None]
    assert report.influences.decisive == max(measures, key=lambda one: one.effective)
    assert report.influences.decisive.name.en == "visits"  # r9 has no sales, and their weight went to its visits
    assert next(one for one in report.checks if one.name == "influence").flagged


def test_too_few_prove_nothing(team):
    """Four people, or none: each check is missing and says how many it needs; potentials that do not vary, too."""
    few = check_plan(team[:4], sheet=SHEET, plan=PLAN, potentials={"r0": 1})
    assert {one.verdict for one in few.checks if one.name != "cliffs"} == {"missing"}
    assert few.checks[0].why.head() == (
        "pay of the best tenth over that of the middle: 4 people with a figure, at least 5 are needed; 0 have none"
    )
    none = check_plan([], sheet=SHEET, plan=PLAN)
    assert {one.verdict for one in none.checks} == {"missing"}
    alike = check_plan(
        team, plan=PLAN, potentials={f"r{n}": "7.5" for n in range(10)}, bounds=PlanBounds(potential=None)
    )
    last = [one for one in alike.checks if one.name.startswith("potential")]
    assert [one.verdict for one in last] == ["missing"] * 4
    assert last[0].why.head("zh") == "达成率与区域潜力：9 人中有一项没有差异"
    unpaid = check_plan([evolve(one, bonus=None) for one in team], plan=PLAN)
    assert len(unpaid.checks[0].missing) == 10
    zero = check_plan([evolve(one, bonus=Amount(0, CNY)) for one in team], plan=PLAN)
    assert [one.verdict for one in zero.checks[:3]] == ["missing"] * 3
    assert zero.checks[0].why.head() == (
        "pay of the best tenth over that of the middle: the 1 in the middle are paid nothing"
    )
    same = check_plan([evolve(one, figures=team[5].figures) for one in team], sheet=SHEET)
    assert named(same)["influence"] == (None, "missing")


def test_the_heaviest_may_decide_and_tiers_have_no_target_bonus(team):
    """Only sales differ, and they weigh most: no flag. A bonus that no curve pays is nothing to compare with."""
    past = [evolve(one, figures=one.figures | {"sales": Fraction(n, 10), "visits": 1}) for n, one in enumerate(team, 1)]
    table = TierTable(BOX, CNY, [Tier(0, None, 2)])
    plan = PayoutPlan("boxes", [PayPart("boxes", "sales", Times([Field("sales")], 100), table)])
    checks = {one.name: one for one in check_plan(past, sheet=SHEET, plan=plan)}
    assert (checks["influence"].flagged, checks["influence"].verdict) == (False, "stated")
    assert checks["upside"].why.head() == (
        "pay of the best tenth over its target bonus: there is no target bonus to compare with"
    )
    ends = UsualRange("85%", "95%", Says("a", "b"))
    assert [ends.holds(Fraction(n, 100)) for n in (84, 85, 95, 96)] == [False, True, True, False]


def test_refusals_of_a_check(team):
    """Several periods, bad potentials at once, ranges and bounds that cannot be."""
    with pytest.raises(BadValue, match="records of several periods"):
        check_plan([*team, evolve(team[0], period=Quarter(2025, 3))], plan=PLAN)
    with pytest.raises(BadRows) as refused:
        check_plan(team, plan=PLAN, potentials={"r1": "many", "r2": True, "r3": 1})
    assert [one.where for one in refused.value.exceptions] == ["potentials 'r1'", "potentials 'r2'"]
    for make in (
        lambda: UsualRange(1, 0, Says("a", "b")),
        lambda: UsualRange(0, 1, Says("a", " ")),
        lambda: PlanBounds(near="-1%"),
        lambda: PlanBounds(near_points=-1),
        lambda: PlanBounds(fewest=1),
        lambda: PlanBounds(fewest=True),
    ):
        with pytest.raises(BadRule):
            make()
