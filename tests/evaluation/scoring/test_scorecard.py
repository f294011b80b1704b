"""Scorecards: weighted measures, points that add up, and their reasons."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule
from pharmasales.evaluation import DEFAULT_MEASURES, MEASURES, Figures, Scorecards, score, scorecard_rule
from pharmasales.rules import Curve, Field, Part, Weighted
from pharmasales.units import CNY, Amount

LINEAR = ((0, 0), (1, 1))
FULL = {
    "goal": 400_000,
    "actual": 420_000,
    "last": 400_000,
    "target_customers": 50,
    "seen_customers": 45,
    "planned_visits": 120,
    "made_visits": 130,
    "capped_visits": 102,
}


@st.composite
def any_figures(draw):
    """Figures with anything missing, in one consistent set."""
    number = st.integers(0, 1000)
    planned, made, targets = draw(number), draw(number), draw(number)
    every = {
        "goal": draw(number),
        "actual": draw(st.integers(-100, 2000)),
        "last": draw(number),
        "target_customers": targets,
        "seen_customers": draw(st.integers(0, targets)),
        "planned_visits": planned,
        "made_visits": made,
        "capped_visits": draw(st.integers(0, min(planned, made))),
        "field_days": draw(number),
        "due": draw(number),
        "collected": draw(number),
    }
    kept = draw(st.sets(st.sampled_from(sorted(every))))
    return Figures(**{name: value for name, value in every.items() if name in kept})


rules = st.builds(
    lambda cuts, missing: scorecard_rule(
        {
            name: (weight, LINEAR)
            for name, weight in zip(
                sorted(MEASURES), (b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)), strict=True
            )
        },
        missing=missing,
    ),
    st.lists(st.integers(0, 100), min_size=len(MEASURES) - 1, max_size=len(MEASURES) - 1).map(sorted),
    st.sampled_from(["missing", "zero", "reweight"]),
)


def test_the_default_scorecard():
    """105 % of the goal 52.50, growth 5 % 8.33, coverage 90 % 18, capped frequency 85 % 17: 95.83 in all."""
    found = score(scorecard_rule(), "r1", "Rep One", Figures(**FULL))
    assert [str(one.points) for one in found.points] == ["52.50", "8.33", "18.00", "17.00"]
    assert found.total == Decimal("95.83")


@pytest.mark.parametrize(
    ("actual", "points"),
    [(60, "0.00"), (59, "0.00"), (80, "25.00"), (100, "50.00"), (110, "55.00"), (120, "60.00"), (200, "60.00")],
)
def test_the_default_curve_of_attainment(actual, points):
    """Nothing up to 60 %, the weight at 100 %, a fifth more at 120 %, and no more above."""
    found = score(scorecard_rule(missing="zero"), "r1", "", Figures(goal=100, actual=actual))
    assert str(found.points[0].points) == points


@pytest.mark.parametrize(("actual", "points"), [(80, "0.00"), (95, "5.00"), (110, "10.00"), (500, "10.00")])
def test_the_default_curve_of_growth(actual, points):
    """Nothing at -20 %, half at -5 %, the weight at 10 %, and no more above."""
    found = score(scorecard_rule(missing="zero"), "r1", "", Figures(last=100, actual=actual))
    assert str(found.points[1].points) == points


def test_the_default_weights():
    """Attainment 50, growth 10, coverage 20, frequency 20; receipts only where configured."""
    assert {name: int(weight) for name, (weight, _) in DEFAULT_MEASURES.items()} == {
        "attainment": 50,
        "growth": 10,
        "coverage": 20,
        "frequency": 20,
    }


def test_products_weighted():
    """E40: weights 40/25/35 over 110 %, 90 %, 80 % give 44 + 22.5 + 28 = 94.5."""
    curve = ((0, 0), (2, 2))
    parts = [Part(name, weight, Curve(Field(name), curve)) for name, weight in (("a", 40), ("b", 25), ("c", 35))]
    assert Weighted(parts)({"a": "1.1", "b": "0.9", "c": "0.8"}) == Decimal("94.50")


@pytest.mark.parametrize(("actual", "points"), [(90, "27.50"), (96, "30.00"), (95, "30.00"), (35, "0.00"), (0, "0.00")])
def test_half_a_point_for_each_percent_short(actual, points):
    """E41: weight 30, target 95 %, half a point off for each 1 % short; 90 % is 27.5, and the floor is 0."""
    curve = ((Fraction(35, 100), 0), (Fraction(95, 100), 1))
    rule = scorecard_rule({"attainment": (30, curve), "coverage": (70, LINEAR)}, missing="zero")
    assert str(rule.points(Figures(goal=100, actual=actual))[0].points) == points


def test_payout_curve():
    """E36: threshold 70 %, whole at 100 %, twice that at 150 %: a scorecard pays by the same curve."""
    rule = scorecard_rule({"attainment": (100, (("70%", 0), (1, 1), ("150%", 2)))})
    totals = [score(rule, "r", "", Figures(goal=1000, actual=n)).total for n in (699, 700, 850, 1000, 1200, 1500, 1800)]
    assert [int(total) for total in totals] == [0, 0, 50, 100, 140, 200, 200]


@given(rules, any_figures())
def test_points_add_up(rule, figures):
    """The points of a rep's rows add up to its total exactly, and the total is the rule's own answer."""
    found = score(rule, "r1", "Rep One", figures)
    assert found.total == rule(figures)
    *rows, last = found.rows()
    if found.total is not None:
        assert sum(row[5] for row in rows if row[5] is not None) == last[5] == found.total


@given(rules, any_figures())
def test_missing_is_never_zero(rule, figures):
    """A measure without data has no points unless the rule says zero, and with nothing at all there is no total."""
    found = score(rule, "r1", "", figures)
    for one in found.points:
        if one.score is None:
            assert one.points == (Decimal("0.00") if rule.missing == "zero" else None)
    if rule.missing != "zero" and all(one.score is None for one in found.points):
        assert found.total is None


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.booleans())
def test_weights_add_up_to_the_whole_or_are_refused(drawn, mended):
    """A sheet is taken where its weights add up to 100 exactly, and refused where they miss it by anything."""
    weights = [*drawn, 100 - sum(drawn)] if mended and sum(drawn) <= 100 else drawn
    parts = [Part(f"p{n}", weight, Field(f"p{n}")) for n, weight in enumerate(weights)]
    if sum(weights) == 100:
        assert sum(part.weight for part in Weighted(parts).parts) == 100
    else:
        with pytest.raises(BadRule, match=f"add up to {sum(weights)}, not 100"):
            Weighted(parts)


@given(any_figures())
def test_reweighting_keeps_the_whole(figures):
    """The weights that count add up to 100 wherever any measure has data."""
    counted = [one.weight for one in scorecard_rule().points(figures) if one.weight is not None]
    assert not counted or sum(counted) == 100


def test_a_measure_without_data_gives_its_weight_away():
    """Without visits planned, attainment 50, growth 10 and coverage 20 count 62.5, 12.5 and 25."""
    figures = Figures(**{**FULL, "planned_visits": 0, "capped_visits": 0})
    rows = list(score(scorecard_rule(), "r1", "", figures).rows())
    assert [row[4] for row in rows] == [Decimal(n) for n in ("62.50", "12.50", "25.00")] + [None, Decimal("100.00")]
    assert rows[3][3] is None
    assert rows[3][5] is None
    assert rows[3][6].head() == "frequency: missing, its weight goes to the others"
    missing = score(scorecard_rule(missing="missing"), "r1", "", figures)
    assert missing.total is None
    assert list(missing.rows())[-1][6].text() == "no total: data is missing"


def test_a_measure_of_weight_zero_is_left_out():
    """Where the only measure with data weighs nothing there is no total, rather than zero."""
    rule = scorecard_rule({"attainment": (100, LINEAR), "receipts": ("0", LINEAR)})
    assert [part.name for part in rule.parts] == ["attainment"]
    assert score(rule, "r1", "", Figures(due=100, collected=100)).total is None


def test_table():
    """Seven columns, a row a measure and a total; words follow the language."""
    cards = Scorecards([score(scorecard_rule(), "r1", "Rep One", Figures(**FULL))])
    table = cards.table()
    assert table.name == "scorecard"
    assert [column.key for column in table.columns] == ["rep_id", "rep", "measure", "value", "weight", "points", "why"]
    first, *_, last = table.rows
    assert first[:2] == ("r1", "Rep One")
    assert (first[2].text(), first[2].text("zh")) == ("attainment", "达成率")
    assert first[3:6] == (Fraction(21, 20), Decimal("50.00"), Decimal("52.50"))
    assert first[6].text() == (
        "attainment: score 1.05 x weight 50 = 52.50 (actual/goal 1.05 on the line from (1, 1) to (1.2, 1.2): 1.05 "
        "(actual/goal = 420,000 / 400,000 = 1.05))"
    )
    assert (last[2].text("zh"), last[3], str(last[4]), str(last[5])) == ("合计", None, "100.00", "95.83")
    assert last[6].text("zh") == "以上得分之和"
    assert "105.0%" in cards._repr_html_()


def test_values_that_are_no_ratios():
    """A call rate is shown as visits a day with two decimals, missing where unknown; a plain field as it is."""
    rule = scorecard_rule({"call_rate": (50, ((4, 0), (8, 1))), "attainment": (50, LINEAR)})
    seven = score(rule, "r1", "", Figures(made_visits=20, field_days=3, goal=10, actual=5))
    assert [row[3] for row in seven.rows()] == [Decimal("6.67"), Fraction(1, 2), None]
    assert [row[3] for row in score(rule, "r1", "", Figures()).rows()] == [None, None, None]
    assert "6.67" in Scorecards([seven]).table().text()
    own = Weighted([Part("visits", 100, Field("made_visits"))], full=20)
    row = next(score(own, "r1", "", Figures(made_visits=15)).rows())
    assert (row[2].text("zh"), row[3], row[5]) == ("visits", 15, Decimal("75.00"))


def test_the_order_of_reps_is_kept_and_changes_no_score():
    """Cards stand in the order given; nobody's points depend on the others."""
    rule = scorecard_rule()
    one, two = (score(rule, rep, "", Figures(goal=100, actual=n)) for rep, n in (("r1", 80), ("r2", 90)))
    ids = [row[0] for row in Scorecards([two, one]).table().rows]
    assert ids == ["r2"] * 5 + ["r1"] * 5
    assert (
        Scorecards([one, two]).table().rows
        == Scorecards([two, one]).table().rows[5:] + Scorecards([two, one]).table().rows[:5]
    )


def test_why_in_full():
    """The reason of a scorecard holds the reason of each measure."""
    why = score(scorecard_rule(), "r1", "", Figures(goal=Amount.of(200, CNY), actual=Amount.of(150, CNY))).why()
    assert why.head() == "total 37.50 of 100"
    assert [part.head("zh") for part in why.parts] == [
        "达成率：得分 0.375 x 权重 100 = 37.50",
        "增长率：缺失，权重分给其他项",
        "覆盖率：缺失，权重分给其他项",
        "频率达成率：缺失，权重分给其他项",
    ]


@pytest.mark.parametrize(
    ("measures", "code"),
    [
        ({"atainment": (100, LINEAR)}, "rule.measure"),
        ({"attainment": (99, LINEAR)}, "rule.weight"),
        ({"attainment": (120, LINEAR), "growth": (-20, LINEAR)}, "rule.weight"),
        ({"attainment": (100, ((1, 0), (0, 1)))}, "rule.points"),
        ({"attainment": ("x", LINEAR)}, "rule.number"),
        ({}, "rule.weight"),
    ],
)
def test_bad_scorecards_are_refused(measures, code):
    """Unknown measures, weights that miss 100 and broken curves are refused at set-up."""
    with pytest.raises(BadRule) as caught:
        scorecard_rule(measures)
    assert caught.value.code == code


def test_a_misspelt_measure_is_named():
    """The hint names the nearest measure."""
    with pytest.raises(BadRule, match='did you mean "attainment"'):
        scorecard_rule({"atainment": (100, LINEAR)})


def test_a_value_is_shown_as_what_it_is():
    """Shares in per cent, counts and indices as numbers, a mark of one's own as a number too: three hospitals are 3."""
    names = ("hospitals_opened", "call_rate", "evolution", "share_change")
    parts = [Part(name, 20, Curve(MEASURES[name].rule, ((0, 0), (10, 1)))) for name in names]
    rule = Weighted([*parts, Part("own mark", 20, Curve(Field("mark"), ((1, 0), (5, 1))))])
    known = {"hospitals_opened": 3, "made_visits": 120, "field_days": 11, "mark": Fraction(5, 2)}
    market = {"own": 10, "own_last": 9, "market": 100, "market_last": 95}
    table = Scorecards([score(rule, "r1", "Rep One", known | market)]).table()
    shown = [line.split()[4] for line in table.text().splitlines()[2:6]]
    assert shown == ["3", "10.91", "105.56", "0.5%"]
    assert [str(row["value"]) for row in table.records()][4] == "2.50"
