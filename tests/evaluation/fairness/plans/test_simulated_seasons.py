"""Seasons simulated on the past: scores and pay as the rooms give them, plans compared, one weight changed, draws."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.evaluation import fairness
from pharmasales.evaluation.fairness.plans.level_odds import Levels
from pharmasales.evaluation.fairness.plans.past import PastRecord, read_past
from pharmasales.evaluation.fairness.plans.resampling import resample
from pharmasales.evaluation.fairness.plans.reweighting import reweighted
from pharmasales.evaluation.fairness.plans.season_change import compare_seasons
from pharmasales.evaluation.fairness.plans.simulating import simulate
from pharmasales.evaluation.measures.figures import Figures
from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.paying import pay
from pharmasales.evaluation.payout.plans import PayGate, PayoutPlan, PayPart
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
from pharmasales.evaluation.scoring.curves import linear
from pharmasales.evaluation.scoring.grading import RankGrades, cut_grades
from pharmasales.evaluation.scoring.scorecard import score, scorecard_rule
from pharmasales.evaluation.scoring.sheet import ScoreSheet, fit_sheet
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Field, Part, RelativeToBest, Times, Weighted
from pharmasales.units import BOX, CNY, USD, Amount

ITEMS = ("sales", "visits", "reports")
JUMP = payout_curve(threshold="70%", start="30%", above=2, cap="200%")
STEEP = payout_curve(threshold="80%", above=3, cap="150%")
BONUS = Amount.of(10_000, CNY)
BREACH = Field("breaches").over(0)
THIRD = Fraction(100, 3)


def sheet_of(weights=(50, 30, 20), *, missing="missing", adjusted=False, grades=None) -> ScoreSheet:
    """Return a sheet of three items, with a factor, a cap and a gate where asked."""
    pairs = zip(ITEMS, weights, strict=True)
    parts = [Part(name, weight, linear(Field(name), 0, "120%")) for name, weight in pairs]
    more = {}
    if adjusted:
        more = {
            "factors": [Factor("flood", Field("flood"), 5, "district office", "水灾")],
            "cap": 90,
            "gates": [ScoreGate("breach", BREACH, Says("a breach", "违规"), 20)],
        }
    return ScoreSheet("field force", Weighted(parts, missing=missing), grades=grades, **more)


def plan_of(weights=(60, 40), curve=JUMP, *, blend=False, gates=()) -> PayoutPlan:
    """Return a plan that pays sales and visits, each on its curve or both on one."""
    pairs = zip(ITEMS[:2], weights, strict=True)
    parts = [PayPart(name, "activity", Field(name), None if blend else curve, weight) for name, weight in pairs]
    return PayoutPlan("bonus", parts, curve if blend else None, gates)


ON_SCORE = PayoutPlan("on the score", [PayPart("score", "quality", Times([Field("score")], "1%"), STEEP, 100)])

SHARES = st.integers(40, 140).map(lambda n: Fraction(n, 100))
FIGURES = st.fixed_dictionaries(
    {name: st.one_of(SHARES, st.none()) for name in ITEMS}
    | {"flood": st.sampled_from([None, 0, 3, -9]), "breaches": st.sampled_from([0, 0, 0, 1])}
)
PAST = st.lists(st.tuples(FIGURES, FIGURES), max_size=5).map(
    lambda people: [
        PastRecord(f"r{n}", Quarter(2025, q), figures, BONUS)
        for n, quarters in enumerate(people)
        for q, figures in enumerate(quarters, 1)
    ]
)
SHEETS = st.builds(
    sheet_of,
    st.sampled_from([(50, 30, 20), (100, 0, 0), (40, 40, 20), (THIRD, THIRD, THIRD)]),
    missing=st.sampled_from(["missing", "zero", "reweight"]),
    adjusted=st.booleans(),
    grades=st.sampled_from([None, cut_grades(((50, "C"), (70, "B")), top="A"), RankGrades(((1, "A"),), rest="B")]),
)
PLANS = st.one_of(
    st.just(ON_SCORE),
    st.builds(
        plan_of,
        st.sampled_from([(60, 40), (100, 0)]),
        st.sampled_from([JUMP, STEEP]),
        blend=st.booleans(),
        gates=st.sampled_from([(), (PayGate("breach", BREACH, Says("a breach", "违规")),)]),
    ),
)


@pytest.fixture(scope="module")
def year() -> list[PastRecord]:
    """Return four quarters of four people; the third has no visits in the second quarter."""
    done = {
        "r1": ((90, 100), (100, 80), (110, 90), (120, 70)),
        "r2": ((60, 120), (70, 110), (69, 100), (75, 90)),
        "r3": ((100, 100), (100, None), (100, 100), (100, 100)),
        "r4": ((130, 50), (140, 50), (150, 50), (90, 50)),
    }
    found = []
    for rep, quarters in done.items():
        for n, pair in enumerate(quarters, 1):
            sales, visits = (None if one is None else Fraction(one, 100) for one in pair)
            figures = {"sales": sales, "visits": visits, "reports": Fraction(9, 10), "flood": None, "breaches": 0}
            found.append(PastRecord(rep, Quarter(2025, n), figures, BONUS))
    return found


def test_the_door():
    """The room gives what it lists."""
    assert fairness.simulate is simulate
    assert set(fairness.__all__) == set(dir(fairness))


# simulate


@settings(max_examples=40, deadline=None)
@given(PAST, SHEETS, PLANS, st.randoms(use_true_random=False))
def test_a_season_is_what_the_rooms_score_and_pay(past, sheet, plan, random):
    """Each cell is what `score` and `pay` give; sums and means are of all periods or missing; order decides nothing."""
    season = simulate(past, sheet=sheet, plan=plan)
    shuffled = list(past)
    random.shuffle(shuffled)
    assert simulate(shuffled, sheet=sheet, plan=plan) == season
    records = {(one.person_id, one.period): one for one in past}
    assert {(cell.person_id, cell.period) for cell in season.cells} == set(records)
    for cell in season.cells:
        record = records[cell.person_id, cell.period]
        total = score(sheet, cell.person_id, "", record.figures).total
        assert cell.score == total
        figures = record.figures | {"score": total, "grade": cell.grade}
        assert cell.payout == pay(plan, cell.person_id, figures, record.bonus)
    for row in season.rows:
        totals, paid = [cell.score for cell in row.cells], [cell.paid for cell in row.cells]
        assert row.score == (None if None in totals else sum(map(Fraction, totals)) / 2)
        assert row.paid == (None if None in paid else paid[0] + paid[1])
        known = [one.score for one in season.rows if one.score is not None]
        assert row.rank == (None if row.score is None else 1 + sum(one > row.score for one in known))
    sums = [cell.paid.minor for cell in season.cells if cell.paid is not None]
    assert season.known_cost == (Amount(sum(sums), CNY) if sums else None)
    assert season.cost == (season.known_cost if len(sums) == len(season.cells) else None)
    lost = len(season.unscored) + len(season.unpaid)
    assert len(season.missing_table()) == lost


def test_a_year_by_hand(year):
    """Sales 60 and visits 40 of 10,000, 30 % paid at 70 %; who misses a figure has no sum, and is listed."""
    season = simulate(year, plan=plan_of())
    found = {row.person_id: (row.attainment, row.paid and str(row.paid)) for row in season.rows}
    assert found == {
        "r1": (Fraction(97, 100), "36,600.00 CNY"),
        "r2": (Fraction(84 + 86) / 400 + Fraction(814 + 810, 4000), "21,766.67 CNY"),
        "r3": (None, None),
        "r4": (Fraction(98 + 104 + 110 + 74, 400), "37,000.00 CNY"),
    }
    assert season.cost is None
    assert str(season.known_cost) == "125,366.67 CNY"
    assert [(cell.person_id, str(cell.period)) for cell in season.unpaid] == [("r3", "2025-Q2")]
    assert [(*row[:2], row[2].text()) for row in season.missing_table().rows] == [
        ("r3", "2025-Q2", "nothing can be paid yet (visits: attainment is missing)")
    ]
    assert season.row("r2").brief.lines("zh")[:2] == ["4 期共发 21,766.67 CNY", "  2025-Q1：发 5,600.00 CNY"]
    assert "attainment 60% is below the threshold 70%: nothing" in season.row("r2").why.text()
    assert "<caption>" in season._repr_html_()


def test_a_plan_on_the_score(year):
    """The plan reads what the sheet found; means are graded by the sheet's cuts, and the mean of the pay follows."""
    sheet = sheet_of(missing="zero", grades=cut_grades(((70, "B"), (80, "A")), top="S"))
    rows = list(simulate(year, sheet=sheet, plan=ON_SCORE).table().records())
    assert [(str(row["score"]), row["rank"], row["grade"], str(row["paid"])) for row in rows] == [
        ("80.00", 1, "S", "2915.00"),
        ("69.79", 4, "B", "0.00"),
        ("75.42", 2, "A", "2505.00"),
        ("74.38", 3, "A", "0.00"),
    ]
    both = simulate(year, sheet=sheet, plan=plan_of()).row("r1")
    assert (both.performance, both.attainment) == (80, Fraction(97, 100))
    assert rows[0]["why"].head() == "mean score 80.00, paid 2,915.00 CNY over 4 periods"


def test_peers_are_fitted_in_each_period():
    """Relative to the best of the quarter: 60 of 90 in the first, the best in the second."""
    sheet = ScoreSheet("best", Weighted([Part("sales", 100, RelativeToBest(Field("sales")))]))
    sold = {"r1": (90, 50), "r2": (60, 100)}
    past = [
        PastRecord(rep, Quarter(2025, n), {"sales": one}) for rep, two in sold.items() for n, one in enumerate(two, 1)
    ]
    season = simulate(past, sheet=sheet)
    assert [[str(cell.score) for cell in row.cells] for row in season.rows] == [
        ["100.00", "50.00"],
        ["66.67", "100.00"],
    ]
    assert [row.rank for row in season.rows] == [2, 1]
    assert season.rows[1].score == Fraction(16667, 200)
    alone = fit_sheet(sheet, [{"sales": 90}, {"sales": 60}]).sheet
    assert season.rows[1].cells[0].card.total == score(alone, "r2", "", {"sales": 60}).total


def test_people_may_come_and_go():
    """The mean is over the periods that a person has a record in; figures may be `Figures`, without a bonus no pay."""
    sheet = ScoreSheet("card", scorecard_rule())
    past = [
        PastRecord("r2", Month(2025, 3), Figures(goal=100, actual=80)),
        PastRecord("r1", Month(2025, 2), Figures(goal=100, actual=100)),
        PastRecord("r1", Month(2025, 3), Figures(goal=100, actual=120)),
    ]
    season = simulate(past, sheet=sheet)
    assert [(row.person_id, len(row.cells), row.score) for row in season.rows] == [("r1", 2, 110), ("r2", 1, 50)]
    assert season.periods == (Month(2025, 2), Month(2025, 3))
    assert (season.unit, season.cost, season.unpaid) == (None, None, ())
    plan = PayoutPlan("sales", [PayPart("sales", "sales", Times([Field("actual")], "1%"), JUMP, 100)])
    unpaid = simulate(past, plan=plan)
    assert len(unpaid.unpaid) == 3
    assert "the target bonus is missing" in unpaid.rows[0].why.text()
    assert unpaid.known_cost is None
    assert simulate([], sheet=sheet).rows == ()


def test_tiers_have_no_attainment():
    """A plan of boxes pays, but has no weighted attainment, and nobody's performance without a sheet."""
    boxes = TierTable(BOX, CNY, [Tier(0, 100, 0), Tier(100, None, 2)])
    plan = PayoutPlan("boxes", [PayPart("boxes", "sales", Field("boxes"), boxes)])
    (row,) = simulate([PastRecord("r1", Quarter(2025, 1), {"boxes": 130})], plan=plan).rows
    assert (str(row.paid), row.attainment, row.performance) == ("60.00 CNY", None, None)


def test_refusals_of_a_season(year):
    """Nothing to simulate, two records of a time, every bad figure at once, two units, nobody of an id."""
    with pytest.raises(BadValue, match="nothing to simulate"):
        simulate(year)
    with pytest.raises(BadRows) as refused:
        read_past([*year, PastRecord("r1", Month(2025, 2), {}), PastRecord("r4", Quarter(2025, 4), {})])
    assert [str(one) for one in refused.value.exceptions] == [
        "overlaps 2025-Q1 @ r1 2025-02; one record a person and period [fairness.past]",
        "overlaps 2025-Q4 @ r4 2025-Q4; one record a person and period [fairness.past]",
    ]
    bad = [PastRecord(f"r{n}", Quarter(2025, 1), {"sales": "lots", "visits": 1}, BONUS) for n in (1, 2)]
    with pytest.raises(BadRows) as refused:
        simulate(bad, plan=plan_of())
    assert [one.where for one in refused.value.exceptions] == [f"r{n} 2025-Q1, part 'sales'" for n in (1, 2)]
    assert "lots" not in "".join(refused.value.lines())
    with pytest.raises(BadRows) as refused:
        simulate(bad, sheet=ScoreSheet("one", Weighted([Part("visits", 100, Field("visit"))])), plan=plan_of())
    assert [one.code for one in refused.value.exceptions] == ["rule.field", "rule.field"]
    with pytest.raises(NotComparable, match="CNY with USD"):
        simulate([year[0], evolve(year[5], bonus=Amount.of(1, USD))], plan=plan_of())
    with pytest.raises(NotFound, match="nobody of this id"):
        simulate(year, plan=plan_of()).row("r9")


def test_a_plan_reads_nothing_private():
    """Beside a sheet's score a plan reads fields by name, and none that begins with an underscore."""
    plan = PayoutPlan("private", [PayPart("x", "quality", Field("_private"), JUMP, 100)])
    with pytest.raises(BadRows) as refused:
        simulate([PastRecord("r1", Quarter(2025, 1), {"sales": 1, "_private": 1}, BONUS)], sheet=_one_item(), plan=plan)
    assert refused.value.exceptions[0].code == "rule.field"


def _one_item() -> ScoreSheet:
    return ScoreSheet("one", Weighted([Part("sales", 100, Field("sales"))]))


# one weight changed


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=5),
    st.integers(1, 4),
    st.integers(0, 4),
    st.integers(0, 300),
    st.booleans(),
)
def test_reweighting_adds_up_and_keeps_proportion(weights, grain, place, asked, as_plan):
    """All weights add up to the whole exactly; each other one is its exact share or less than a grain away from it."""
    whole = Fraction(sum(weights), grain)
    if not whole or (as_plan and whole != 100):
        weights, grain, whole = [50 * grain, 30 * grain, 20 * grain], grain, Fraction(100)
    place %= len(weights)
    exacts = [Fraction(one, grain) for one in weights]
    new = min(Fraction(asked, 4), whole)
    others = whole - exacts[place]
    if as_plan:
        of = PayoutPlan("p", [PayPart(f"i{n}", "quality", Field("x"), JUMP, one) for n, one in enumerate(exacts)])
    else:
        parts = [Part(f"i{n}", one, Field("x")) for n, one in enumerate(exacts)]
        of = ScoreSheet("s", Weighted(parts, whole=whole), cap=None)
    if not others and new != whole:
        with pytest.raises(BadRule, match="no other item has a weight"):
            reweighted(of, f"i{place}", new)
        return
    changed = reweighted(of, f"i{place}", new)
    found = [Fraction(one.weight) for one in (changed.parts if as_plan else changed.rule.parts)]
    assert sum(found) == whole
    assert found[place] == new
    finest = Fraction(1, max(one.denominator for one in [*exacts, new, whole]))
    for n, (old, now) in enumerate(zip(exacts, found, strict=True)):
        if n != place:
            due = old * (whole - new) / others if others else Fraction(0)
            assert abs(now - due) < finest
            assert now == 0 or old != 0
    assert reweighted(changed, f"i{place}", new) == changed
    assert reweighted(of, f"i{place}", exacts[place]) == of


def test_largest_remainder_and_grain():
    """Halves where a half is asked for; what is left goes to the largest remainder, of equal ones to the first."""
    sheet = sheet_of((60, 20, 20))
    assert [part.weight for part in reweighted(sheet, "sales", 25).rule.parts] == [25, 38, 37]
    assert [part.weight for part in reweighted(sheet, "sales", "24.5").rule.parts] == [
        Fraction(49, 2),
        38,
        Fraction(75, 2),
    ]
    assert [part.weight for part in reweighted(sheet, "visits", 100).rule.parts] == [0, 100, 0]
    tiers = PayPart("boxes", "sales", Field("x"), TierTable(BOX, CNY, [Tier(0, None, 1)]))
    mixed = PayoutPlan("mixed", [*plan_of().parts, tiers])
    assert [part.weight for part in reweighted(mixed, "visits", 70).parts] == [30, 70, None]
    for name, weight, text in (
        ("boxes", 1, "no item of this name"),
        ("visits", 101, "out of range"),
        ("visits", -1, "0"),
    ):
        with pytest.raises(BadRule, match=text):
            reweighted(mixed, name, weight)


# two plans compared


@settings(max_examples=40, deadline=None)
@given(PAST, SHEETS, SHEETS, PLANS, PLANS)
def test_a_comparison_adds_up(past, one, other, old_plan, new_plan):
    """Equal plans do not differ; items add up to the change of score and parts to the change of pay, exactly."""
    old = simulate(past, sheet=one, plan=old_plan)
    same = compare_seasons(old, simulate(past, sheet=one, plan=old_plan))
    assert same.moved == ()
    assert all(row.item is None and row.part is None and not row.score for row in same.rows)
    assert all(row.why.head() == f"{row.person_id}: no difference" for row in same.rows)
    new = simulate(past, sheet=other, plan=new_plan)
    found = compare_seasons(old, new)
    for row in found.rows:
        if row.score is not None:
            assert sum(by for _, by in row.by_item) == row.score
        if row.by_part:
            assert sum(by for _, by in row.by_part) == row.paid.minor
        if row.by_attainment:
            assert sum(by for _, by in row.by_attainment) == row.new.attainment - row.old.attainment
        row.why.text("zh")
    back = compare_seasons(new, old)
    assert [row.score for row in back.rows] == [None if row.score is None else -row.score for row in found.rows]
    assert [row.person_id for row in back.losers(9)] == [row.person_id for row in found.winners(9)]
    assert found.cost == (None if old.cost is None or new.cost is None else new.cost - old.cost)
    assert set(found.missing) == {row.person_id for row in found.rows if row.paid is None}


def test_one_weight_changed_first(year):
    """Visits from 30 to 60: r2 wins by visits, r1 loses by sales; who only moves because others did is told so."""
    sheet = sheet_of(missing="zero", grades=cut_grades(((50, "C"), (70, "B")), top="A"))
    old = simulate(year, sheet=sheet, plan=ON_SCORE)
    found = compare_seasons(old, simulate(year, sheet=reweighted(sheet, "visits", 60), plan=ON_SCORE))
    assert [(one.person_id, str(one.paid), one.item.en, one.part.en) for one in found.winners()] == [
        ("r2", "1,460.00 CNY", "visits", "score"),
        ("r3", "1,125.00 CNY", "sales", "score"),
    ]
    assert [(one.person_id, one.ranks) for one in found.losers()] == [("r1", -1)]
    assert found.why.head() == (
        "4 of 4 people differ; up in rank: 1, down: 3; "
        "paid more: 2, less: 1; cost 5,420.00 CNY to 5,090.00 CNY, a difference of -330.00 CNY"
    )
    assert found.why.head("zh").endswith(
        "奖金增加 2 人、减少 1 人；成本 5,420.00 CNY 变为 5,090.00 CNY，差额 -330.00 CNY"
    )
    assert found.rows[1].why.head() == (
        "r2: score 69.79 to 77.31, rank 4 to 1, grade B to A, pay 0.00 CNY to 1,460.00 CNY, "
        "points most by visits, pay most by score"
    )
    assert found.cost == found.known_cost == Amount.of(-330, CNY)
    assert [str(row[8]) for row in found.table().rows] == ["-2915.00", "1460.00", "1125.00", "0.00"]
    assert "<caption>" in found._repr_html_()
    half = [evolve(one, figures=one.figures | {"visits": 2}) if one.person_id == "r4" else one for one in year]
    moved = compare_seasons(simulate(year, sheet=sheet), simulate(half, sheet=sheet))
    assert moved.rows[1].why.head() == "r2: no difference"
    assert moved.rows[0].why.head() == ("r1: score 80.00 to 80.00, rank 1 to 2, grade A to A, because others moved")
    assert [one.person_id for one in moved.winners()] == ["r4"]
    assert moved.why.head() == "3 of 4 people differ; up in rank: 1, down: 2"


def test_a_blend_is_moved_by_its_parts(year):
    """All on sales: r4 wins by sales; all on visits: r2 by visits; on another curve the attainment stays."""
    old = simulate(year, plan=plan_of(blend=True))
    sales = compare_seasons(old, simulate(year, plan=plan_of((100, 0), blend=True)))
    assert [(one.person_id, one.part.en) for one in sales.winners(1)] == [("r4", "sales")]
    assert [(one.person_id, one.part.en) for one in sales.losers(1)] == [("r2", "visits")]
    assert sales.rows[3].by_part == ()
    assert sales.rows[3].why.head() == (
        "r4: attainment 96.5% to 127.5%, pay 36,266.66 CNY to 61,666.67 CNY, pay most by sales"
    )
    other = compare_seasons(old, simulate(year, plan=plan_of(curve=STEEP, blend=True)))
    assert other.rows[3].part is None
    assert other.rows[3].why.head().startswith("r4: pay ")


def test_what_is_missing_is_in_no_difference(year):
    """The third cannot be paid: no difference in cost in all, one of the other three, and the reason says so."""
    found = compare_seasons(simulate(year, plan=plan_of()), simulate(year, plan=plan_of((100, 0))))
    assert (found.cost, str(found.known_cost), found.missing) == (None, "17,133.34 CNY", ("r3",))
    assert found.why.head() == (
        "3 of 4 people differ; paid more: 2, less: 1; cost 95,366.67 CNY to 112,500.01 CNY, "
        "a difference of 17,133.34 CNY; without 1 who cannot be compared"
    )
    nobody = [evolve(one, bonus=None) for one in year]
    bare = compare_seasons(*[simulate(nobody, plan=plan_of())] * 2)
    assert (bare.known_cost, bare.moved, len(bare.missing)) == (None, (), 4)


def test_refusals_of_a_comparison(year):
    """A sheet on one side only, other people, pay in two units."""
    one = simulate(year, plan=plan_of())
    with pytest.raises(BadValue, match="a sheet on one side only"):
        compare_seasons(one, simulate(year, plan=plan_of(), sheet=sheet_of()))
    with pytest.raises(BadValue, match="other people or periods"):
        compare_seasons(one, simulate(year[1:], plan=plan_of()))
    dollars = [evolve(record, bonus=Amount.of(1, USD)) for record in year]
    with pytest.raises(NotComparable, match="CNY with USD"):
        compare_seasons(one, simulate(dollars, plan=plan_of()))


# draws


@pytest.fixture(scope="module")
def three() -> list[PastRecord]:
    """Return three quarters of two people; the second begins in the second quarter."""
    done = {"r1": (60, 100, 160), "r2": (None, 90, 120)}
    return [
        PastRecord(rep, Quarter(2025, n), {"sales": Fraction(one, 100), "visits": Fraction(one, 100)}, BONUS)
        for rep, quarters in done.items()
        for n, one in enumerate(quarters, 1)
        if one is not None
    ]


def test_draws_of_periods_lie_on_the_grid_of_all_draws(three):
    """Every cost is one of the 27 that three quarters drawn three times can have, about as often as it should be."""
    season = simulate(three, plan=plan_of())
    found = resample(season, draws=2_000, seed=3)
    paid = {(cell.person_id, cell.period.quarter): cell.paid.minor for cell in season.cells}
    possible = Counter(
        sum(paid.get((rep, n), 0) for rep in ("r1", "r2") for n in drawn) for drawn in product((1, 2, 3), repeat=3)
    )
    assert set(found.costs) == set(possible)
    for cost, ways in possible.items():
        assert abs(Fraction(found.costs.count(cost), 2_000) - Fraction(ways, 27)) < Fraction(4, 100)
    done = {"r1": (60, 100, 160), "r2": (None, 90, 120)}
    for one in found.people:
        drawn = [[done[one.person_id][n - 1] for n in draw] for draw in product((1, 2, 3), repeat=3)]
        known = [[value for value in values if value is not None] for values in drawn]
        there = [values for values in known if values]
        assert abs(Fraction(one.draws, 2_000) - Fraction(len(there), 27)) < Fraction(3, 100)
        for count, cut in ((one.threshold, 70), (one.target, 100), (one.excellence, 150)):
            ways = sum(sum(values) >= cut * len(values) for values in there)
            assert abs(Fraction(count, one.draws) - Fraction(ways, len(there))) < Fraction(4, 100)
    assert found.cost_at(0).minor == min(possible)
    assert found.cost_at(1).minor == max(possible)
    assert found.within(found.cost_at("1/2")) >= 1_000 > found.within(Amount(found.cost_at("1/2").minor - 1, CNY))


def test_draws_are_counts_and_repeat(year):
    """The same seed gives the same draws in any order of the records; who misses a figure is in none, and named."""
    season = simulate(year, plan=plan_of())
    found = resample(season, draws=300, seed=11)
    assert resample(simulate(year[::-1], plan=plan_of()), draws=300, seed=11) == found
    assert resample(season, draws=300, seed=12).people != found.people
    assert found.missing == ("r3",)
    assert [one.person_id for one in found.people] == ["r1", "r2", "r4"]
    assert all(one.threshold >= one.target >= one.excellence for one in found.people)
    assert {level: len(counts) for level, counts in found.reached} == dict.fromkeys(
        ("threshold", "target", "excellence"), 300
    )
    assert all(list(counts) == sorted(counts) for _, counts in found.reached)
    for place, (_, counts) in enumerate(found.reached):
        assert sum(counts) == sum((one.threshold, one.target, one.excellence)[place] for one in found.people)
    assert found.why.text().startswith("300 draws of whole periods, seed 11: cost ")
    assert found.why.parts[-1].head("zh") == "缺数据未计入：r3"
    assert [row[0] for row in found.cost_table().rows] == [Fraction(n, 20) for n in (0, 1, 5, 10, 15, 19, 20)]
    assert found.table().rows[0][2] == Fraction(found.people[0].threshold, 300)
    assert "<caption>" in found._repr_html_()


def test_draws_of_people(year):
    """Each draw is three of the three known people, so that a cost is a sum of three of their sums."""
    season = simulate(year, plan=plan_of())
    found = resample(season, draws=500, seed=5, by="people")
    sums = [row.paid.minor for row in season.rows if row.paid is not None]
    assert set(found.costs) == {sum(drawn) for drawn in product(sums, repeat=3)}
    assert found.people == ()
    assert dict(found.reached)["threshold"] == (3,) * 500
    assert dict(found.reached)["excellence"] == (0,) * 500


def test_levels_of_the_draws(three):
    """Curves that differ have no levels of their own, and a side is kept: at the threshold is not over it."""
    parts = [PayPart("a", "quality", Field("sales"), JUMP, 50), PayPart("b", "quality", Field("sales"), STEEP, 50)]
    season = simulate(three, plan=PayoutPlan("two", parts))
    bare = resample(season, draws=5, seed=1)
    assert (bare.levels, bare.people, bare.reached) == (None, (), ())
    assert len(bare.costs) == 5
    flat = [PastRecord("r1", Quarter(2025, 1), {"sales": "70%"}, BONUS)]
    for over, count in ((False, 4), (True, 0)):
        curve = payout_curve(threshold="70%", above=2, cap="200%", over_threshold=over)
        plan = PayoutPlan("one", [PayPart("a", "quality", Field("sales"), None, 100)], curve)
        (one,) = resample(simulate(flat, plan=plan), draws=4, seed=1).people
        assert (one.threshold, one.target) == (count, 0)
    given_levels = resample(season, draws=5, seed=1, levels=Levels("10%", "200%"))
    assert [one.threshold for one in given_levels.people] == [one.draws for one in given_levels.people]


def test_who_is_paid_nothing_by_a_gate_and_has_no_figure_is_in_no_draw(year):
    """A gate zeroes the pay of one without a figure: the cost is known, the odds are not, and the person is named."""
    breach = PayGate("breach", BREACH, Says("a breach", "违规"))
    past = [evolve(one, figures=one.figures | {"breaches": 1}) if one.person_id == "r3" else one for one in year]
    season = simulate(past, plan=plan_of(gates=(breach,)))
    assert season.row("r3").paid == Amount(0, CNY)
    found = resample(season, draws=20, seed=1)
    assert found.missing == ("r3",)
    assert [one.person_id for one in found.people] == ["r1", "r2", "r4"]


def test_refusals_of_draws(year):
    """No such way, no such count, nobody paid, no part of the draws, a budget in another unit."""
    season = simulate(year, plan=plan_of())
    for more, text in (
        ({"draws": 0, "seed": 1}, "no such draws @ draws"),
        ({"draws": True, "seed": 1}, "no such draws @ draws"),
        ({"draws": 1, "seed": "1"}, "no such draws @ seed"),
        ({"draws": 1, "seed": 1, "by": "person"}, "no such way to draw"),
    ):
        with pytest.raises((BadValue, BadRule), match=text):
            resample(season, **more)
    with pytest.raises(BadValue, match="nobody is paid"):
        resample(simulate(year, sheet=sheet_of()), draws=1, seed=1)
    found = resample(season, draws=2, seed=1)
    with pytest.raises(BadValue, match="no part of the draws"):
        found.cost_at(2)
    with pytest.raises(NotComparable):
        found.within(Amount.of(1, USD))
