"""Score sheets: the order of items, factors, cap and gates; every point with its reason; the total as one rule."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRule
from pharmasales.evaluation import Scorecards, score
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate
from pharmasales.evaluation.scoring.blends import from_sources, weighted_completion
from pharmasales.evaluation.scoring.bounds import bounds_of
from pharmasales.evaluation.scoring.curves import linear, per_percent, steps
from pharmasales.evaluation.scoring.grading import ForcedDistribution, RankGrades, cut_grades
from pharmasales.evaluation.scoring.sheet import ScoreSheet, fit_sheet, fit_sheets
from pharmasales.rules import (
    Bands,
    Curve,
    Field,
    Grid,
    Part,
    Percentile,
    Ratio,
    RelativeToBest,
    Sum,
    Times,
    Weighted,
    compiled,
)
from pharmasales.rules.data import read_rule
from pharmasales.rules.writing import rule_data

BREACH = ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"), zh="合规")
LATE = ScoreGate("reports", Field("late").over(3), Says("more than three late reports", "迟交报告超过三份"), at_most=60)
FLOOD = Factor("flood", Field("flood"), bound=5, source="district office, notice 12", zh="水灾")
TENDER = Factor("tender", Curve(Field("lost"), ((0, 0), (10, "-2.5"))), bound=2, source="tender list")
SALES = Ratio(Field("actual", "实绩"), Field("goal", "目标"))


def items(missing="reweight"):
    """Attainment 60 on a curve up to 120 %, visits 40 in steps."""
    attainment = Curve(SALES, (("60%", 0), (1, 1), ("120%", "1.2")))
    visits = steps(Field("visits"), ((50, 0), (80, "0.5")), top=1)
    return Weighted([Part("attainment", 60, attainment, "达成率"), Part("visits", 40, visits)], missing=missing)


SHEET = ScoreSheet("reps", items(), [FLOOD, TENDER], cap=105, gates=[BREACH, LATE], zh="代表")
RECORD = {"actual": 120, "goal": 100, "visits": 80, "flood": 0, "lost": 0, "breaches": 0, "late": 0}

small = st.one_of(st.none(), st.integers(0, 150))
records = st.fixed_dictionaries(
    {
        "actual": small,
        "goal": small,
        "visits": small,
        "flood": st.one_of(st.none(), st.integers(-20, 20), st.fractions(-9, 9, max_denominator=700)),
        "lost": small,
        "breaches": st.one_of(st.none(), st.integers(0, 1)),
        "late": st.one_of(st.none(), st.integers(0, 5)),
    }
)
sheets = st.builds(
    lambda missing, factors, cap, gates: ScoreSheet("some", items(missing), factors, cap=cap, gates=gates),
    st.sampled_from(["missing", "zero", "reweight"]),
    st.sampled_from([(), (FLOOD,), (FLOOD, TENDER)]),
    st.sampled_from([None, 50, 100, "107.5", 500]),
    st.sampled_from([(), (BREACH,), (LATE,), (BREACH, LATE), (LATE, BREACH)]),
)


def card(sheet, record):
    """The scorecard of one made-up rep."""
    return score(sheet, "r1", "Rep One", record)


@given(sheets, records)
def test_rows_add_up_to_the_total(sheet, record):
    """Items, factors, cap and gates as shown add up exactly, and the total is what the one plain rule answers."""
    found = card(sheet, record)
    assert found.total == sheet.total_rule()(record)
    assert compiled(sheet.total_rule())(record) == found.total
    *rows, last = found.rows()
    if found.total is not None:
        assert sum(row[5] for row in rows if row[5] is not None) == last[5] == found.total
    assert all(row[6].text() and row[6].text("zh") for row in [*rows, last])


@given(sheets, records)
def test_a_gate_never_raises(sheet, record):
    """Without its gates a sheet gives at least as much, and that is what stands before the gates."""
    found = card(sheet, record)
    free = card(ScoreSheet("free", sheet.rule, sheet.factors, cap=sheet.cap), record)
    if found.total is not None:
        assert found.total <= free.total
    if found.adjustments or not sheet.gates:
        assert found.before_gates == free.total


@given(sheets, records)
def test_caps_and_bounds_hold(sheet, record):
    """No total is above the cap, and no factor moves more than its bound."""
    found = card(sheet, record)
    if found.total is not None:
        least, most = sheet.bounds
        assert least <= Fraction(found.total) or sheet.gates
        assert Fraction(found.total) <= (most if sheet.cap is None else min(sheet.cap, most))
    bounds = {factor.name: factor.bound for factor in sheet.factors}
    for change in found.adjustments:
        if change.kind == "factor":
            assert abs(Fraction(change.points)) <= bounds[change.name.en]


@given(sheets, records)
def test_recomputed_from_its_text(sheet, record):
    """The sheet read back from its own TOML is equal, has the same fingerprint, and scores the same."""
    again = ScoreSheet.from_toml(sheet.toml())
    assert again == sheet
    assert again.fingerprint == sheet.fingerprint
    assert card(again, record).total == card(sheet, record).total
    assert read_rule(rule_data(sheet.total_rule())) == sheet.total_rule()


@given(sheets, records, st.integers(1, 30))
def test_more_sales_are_never_fewer_points(sheet, record, more):
    """Curves that rise give points that rise, through cap and gates."""
    if record["actual"] is None or not record["goal"]:
        return
    low, high = card(sheet, record), card(sheet, {**record, "actual": record["actual"] + more})
    assert low.total is None or low.total <= high.total


def test_the_order_of_the_steps():
    """72 + 20 is 92; flood noted 8, 5 count; tender -1; no cap, no gate."""
    found = card(SHEET, {**RECORD, "visits": 79, "flood": 8, "lost": 4})
    assert [(str(change.before), str(change.points)) for change in found.adjustments] == [
        ("92.00", "5.00"),
        ("97.00", "-1.00"),
        ("96.00", "0.00"),
        ("96.00", "0.00"),
    ]
    assert str(found.total) == "96.00"
    assert [change.kind for change in found.adjustments] == ["factor", "factor", "gate", "gate"]


def test_the_cap_stands_before_the_gates():
    """112 and 5 for the flood are capped at 105; a breach leaves nothing, and 105 stays visible."""
    found = card(SHEET, {**RECORD, "flood": 5, "breaches": 1})
    assert str(found.total) == "0.00"
    assert str(found.before_gates) == "105.00"
    cap, gate, late = (change for change in found.adjustments if change.kind != "factor")
    assert (str(cap.before), str(cap.points), cap.why.text()) == ("117.00", "-12.00", "no more than 105 points in all")
    assert gate.why.text() == (
        "gate compliance closed, a confirmed breach: 105.00 points before it, at most 0 after "
        "(breaches 1 is over 0: yes)"
    )
    assert gate.why.head("zh") == "否决项合规触发，经确认的违规：触发前 105.00 分，触发后至多 0 分"
    assert (str(late.before), str(late.points), late.why.head()) == ("0.00", "0.00", "gate reports: open")
    assert found.why().head() == "total 0.00 of 100"
    assert len(found.why().parts) == 2 + len(found.adjustments)


def test_a_gate_that_leaves_something():
    """Late reports leave 60 at most; who has less keeps it."""
    assert str(card(SHEET, {**RECORD, "late": 4}).total) == "60.00"
    few = {**RECORD, "late": 4, "actual": 70, "visits": 60}
    assert str(card(SHEET, few).total) == str(card(SHEET, {**few, "late": 0}).total) == "35.00"


def test_an_unknown_gate_leaves_no_total():
    """Nobody is paid by a score whose gate was never asked; the reason says what to do."""
    found = card(SHEET, {**RECORD, "breaches": None})
    assert found.total is None
    assert str(found.before_gates) == "105.00"
    assert found.why().head() == "compliance is not known, so there is no total"
    assert found.why().head("zh") == "合规未知，故无总分"
    *_, last = found.rows()
    assert (last[5], last[6].text()) == (None, "no total: a gate is not known")
    change = next(change for change in found.adjustments if change.points is None)
    assert change.why.head() == (
        "gate compliance: not known whether a confirmed breach; record it, there is no total until then"
    )


def test_what_is_not_noted_has_no_row():
    """A factor without a note neither counts nor shows; without any item there is nothing to adjust."""
    found = card(SHEET, {**RECORD, "flood": None})
    assert [change.name.en for change in found.adjustments if change.kind == "factor"] == ["tender"]
    nothing = card(SHEET, {**RECORD, "goal": 0, "visits": None, "flood": 3})
    assert (nothing.total, nothing.adjustments, nothing.before_gates) == (None, (), None)
    assert nothing.why().head() == "a score is missing, so there is no total"


def test_a_factor_says_where_it_comes_from():
    """The points noted, the bound, what counts, and the source."""
    found = card(SHEET, {**RECORD, "flood": 8, "lost": 10})
    assert found.adjustments[0].why.text("zh") == "水灾：记录 8 分，上下限 5 分：5.00；来源：district office, notice 12"
    assert found.adjustments[1].why.head() == (
        "tender: noted -2.5 points, at most 2 either way: -2.00; source: tender list"
    )
    assert "on the line from (0, 0) to (10, -2.5)" in found.adjustments[1].why.text()


def test_the_table_shows_values_and_adjustments():
    """The value of an item before its curve or its steps, then what was added and taken, then the total."""
    rows = Scorecards([card(SHEET, {**RECORD, "flood": 2})]).table().rows
    shown = [(row[2].text(), row[3], None if row[5] is None else str(row[5])) for row in rows]
    assert shown == [
        ("attainment", Fraction(6, 5), "72.00"),
        ("visits", 80, "40.00"),
        ("flood", None, "2.00"),
        ("tender", None, "0.00"),
        ("cap", None, "-9.00"),
        ("compliance", None, "0.00"),
        ("reports", None, "0.00"),
        ("total", None, "105.00"),
    ]


def test_no_personal_value_in_a_repr():
    """Neither the name nor the figures."""
    found = repr(card(SHEET, {**RECORD, "actual": 4711}))
    assert "Rep One" not in found
    assert "4711" not in found


def test_relative_to_best_fitted_first():
    """E42: 94 and 76.67; the evidence is kept; one person alone is refused before."""
    screen = ScoreSheet(
        "screen",
        Weighted(
            [Part("sales", 70, RelativeToBest(Field("sales"))), Part("credit", 30, RelativeToBest(Field("credit")))]
        ),
        cap=100,
    )
    x, y = {"sales": 90, "credit": 80}, {"sales": 60, "credit": 100}
    with pytest.raises(BadRule, match="fit_sheet"):
        card(screen, x)
    fitted = fit_sheet(screen, [x, y])
    assert [str(card(fitted.sheet, one).total) for one in (x, y)] == ["94.00", "76.67"]
    assert [fact.figures[0].value for fact in fitted.facts] == [90, 100]
    assert len(fitted.table().rows) == 2
    assert "best" in fitted._repr_html_()
    assert ScoreSheet.from_toml(screen.toml()) == screen
    assert ScoreSheet.from_toml(fitted.sheet.toml()) == fitted.sheet


def test_a_factor_may_look_at_the_others():
    """Its rule is fitted with the items."""
    factor = Factor("hard ground", Times([Percentile(Field("distance"))], times=4), bound=3, source="map")
    sheet = ScoreSheet("far", Weighted([Part("visits", 100, linear(Field("visits"), 0, 1))]), [factor])
    far, near = {"visits": "0.5", "distance": 90}, {"visits": "0.5", "distance": 10}
    fitted = fit_sheet(sheet, [far, near])
    assert [str(card(fitted.sheet, one).total) for one in (far, near)] == ["53.00", "52.00"]
    assert len(fitted.facts) == 1


def test_peers_within_a_group():
    """Each region has its own best; a group without one is named."""
    sheet = ScoreSheet("best", Weighted([Part("sales", 100, RelativeToBest(Field("sales")))]))
    reps = [{"city": city, "sales": sales} for city, sales in (("N", 90), ("S", 60), ("S", 30), (None, 9))]
    found = fit_sheets(sheet, reps, ["city"])
    assert list(found) == [("N",), ("S",)]
    assert [str(card(found[(rep["city"],)].sheet, rep).total) for rep in reps[:3]] == ["100.00", "100.00", "50.00"]
    with pytest.raises(BadRule, match="group S"):
        fit_sheets(sheet, [{"city": "S", "sales": 0}], ["city"])
    with pytest.raises(BadRule, match="everybody"):
        fit_sheets(sheet, [{"city": "S", "sales": 0}], [])


@pytest.mark.parametrize(
    ("rule", "bounds"),
    [
        (linear(Field("x"), 0, 1), (0, 1)),
        (steps(Field("x"), ((0, "-0.5"),), top="1.2"), (Fraction(-1, 2), Fraction(6, 5))),
        (RelativeToBest(Field("x")), (0, 1)),
        (Percentile(Field("x")), (0, 1)),
        (Times([linear(Field("x"), 0, 1), steps(Field("x"), ((0, -1),), top=1)], times=-2), (-2, 2)),
        (from_sources("a", {"own": 100}), (0, Fraction(10_001, 10_000))),
        (weighted_completion({"A": 100}), None),
        (Bands(Field("x"), ((1, 0),), top="high"), None),
        (Grid(Bands(Field("x"), (), top=1), Bands(Field("x"), (), top=2), {1: {2: 7}}), (7, 7)),
    ],
)
def test_bounds(rule, bounds):
    """What each shape can give at least and at most; a completion is on no curve, and has none."""
    if bounds is None:
        with pytest.raises(BadRule, match="without bounds"):
            bounds_of(rule)
    else:
        assert bounds_of(rule) == bounds


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: ScoreSheet("x", items(), [FLOOD, FLOOD]), "score.twins"),
        (lambda: ScoreSheet("x", items(), [Factor("visits", Field("v"), 1, "s")]), "score.twins"),
        (lambda: ScoreSheet("x", items(), cap=0), "score.cap"),
        (lambda: ScoreSheet("x", items(), cap="1.001"), "score.points"),
        (lambda: ScoreSheet("x", Weighted([Part("a", 100, Field("a"))]), cap=100), "score.bounds"),
        (lambda: ScoreSheet("x", Weighted([Part("a", 100, Sum([Field("a")]))]), gates=[BREACH]), "score.bounds"),
        (lambda: ScoreSheet("x", items(), grades=RelativeToBest(Field("x"))), "score.grades"),
        (lambda: Factor("f", Field("f"), 0, "s"), "score.factor"),
        (lambda: Factor("f", Field("f"), -1, "s"), "score.factor"),
        (lambda: Factor("f", Field("f"), 1, " "), "score.factor"),
        (lambda: Factor("f", Field("f"), "0.001", "s"), "score.points"),
        (lambda: ScoreGate("g", Field("g").over(0), Says("", "")), "score.gate"),
        (lambda: ScoreGate("g", Field("g").over(0), Says("why", "")), "score.gate"),
    ],
)
def test_sheets_that_cannot_hold_are_refused(make, code):
    """Two of one name, a cap below everything, more than two decimals, items without bounds, no source, no reason."""
    with pytest.raises(BadRule) as caught:
        make()
    assert caught.value.code == code


@pytest.mark.parametrize(
    "grades",
    [
        cut_grades(((60, "C"), ("89.5", "B")), top="A"),
        ForcedDistribution((("1/3", "A plus"), ("2/3", "B")), "down"),
        RankGrades(((3, "A"), (10, "B")), rest="C", of=Field("total")),
    ],
)
def test_grades_in_the_text(grades):
    """Grades of each kind come back from TOML."""
    sheet = ScoreSheet("x", items(), grades=grades)
    assert ScoreSheet.from_toml(sheet.toml()) == sheet


ITEMS = '[[items]]\nname = "a"\nweight = 100\nof = { shape = "curve", of = "a", points = [[0, 0], [1, 1]] }\n'


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name = 'x'\n", "sheet.items"),
        (f"name = 'x'\ncaps = 3\n{ITEMS}", "sheet.caps"),
        (f"name = 'x'\ncap = 0\n{ITEMS}", "cap"),
        (f"name = 3\n{ITEMS}", ""),
        ("name = 'x'\nitems = 3\n", "rules.items.parts"),
        (ITEMS.replace("100", "90") + "[x]\n", "sheet.x"),
        ("name = 'x'\n" + ITEMS.replace("100", "90"), "rules.items.parts"),
        (f"name = 'x'\nfactors = 3\n{ITEMS}", "factors"),
        (f"name = 'x'\nfactors = [3]\n{ITEMS}", "factors[0], factor"),
        (f"name = 'x'\nfactors = [{{ name = 'f', of = 'f', bound = 1 }}]\n{ITEMS}", "factors[0], factor.source"),
        (
            f"name = 'x'\ngates = [{{ name = 'g', when = {{ of = 'g', over = 0 }}, reason = 'no' }}]\n{ITEMS}",
            "gates[0], reason",
        ),
        (f"name = 'x'\ngrades = {{ shape = 'forced', of = 'total' }}\n{ITEMS}", "grades.shares"),
        (f"name = 'x'\ngrades = {{ shape = 'forced', of = 'total', shares = 3 }}\n{ITEMS}", "sheet"),
        (f"name = 'x'\ngrades = 'total'\n{ITEMS}", "grades"),
        ("name = ", ""),
    ],
)
def test_bad_texts_are_refused(text, where):
    """Each with its path."""
    with pytest.raises(BadConfig) as caught:
        ScoreSheet.from_toml(text)
    assert caught.value.where == where


def test_sheets_read_as_written():
    """Decimals are exact, and what is left out has its default."""
    sheet = ScoreSheet.from_toml(f"name = 'x'\ncap = 99.5\n{ITEMS}")
    assert sheet.cap == Fraction(199, 2)
    assert sheet.rule.missing == "missing"
    assert str(card(sheet, {"a": 1}).total) == "99.50"
    assert sheet.rule.parts[0].rule == linear(Field("a"), 0, 1)


def test_a_weight_of_zero_alone_is_no_total():
    """Where only an item that weighs nothing has data there is nothing to go by."""
    rule = Weighted(
        [Part("a", 100, linear(Field("a"), 0, 1)), Part("b", 0, linear(Field("b"), 0, 1))], missing="reweight"
    )
    assert card(rule, {"a": None, "b": 1}).total is None is rule({"a": None, "b": 1})
    assert compiled(rule)({"a": None, "b": 1}) is None


def test_e41_in_a_sheet():
    """E41: 27.5 at 90 %, 30 at 96 %, and nothing below zero, with the reason."""
    rule = Weighted(
        [Part("attainment", 30, per_percent(SALES, 30, "95%", "0.5")), Part("rest", 70, linear(Field("r"), 0, 1))]
    )
    sheet = ScoreSheet("x", rule, gates=[BREACH])
    cards = [card(sheet, {"actual": a, "goal": 100, "r": 0, "breaches": 0}) for a in (90, 96, 10)]
    assert [one.total for one in cards] == [Decimal("27.50"), Decimal("30.00"), Decimal("0.00")]
    assert cards[0].why().parts[0].head() == "attainment: score 0.9167 x weight 30 = 27.50"


def test_just_at_the_cap_nothing_is_taken():
    """A sum that is the cap itself has no row for it."""
    found = card(ScoreSheet("x", items(), cap=112), RECORD)
    assert (str(found.total), found.adjustments) == ("112.00", ())


FINE = ScoreGate("fine", Field("late").over(3), Says("fined", "罚分"), at_most=-10)


@pytest.mark.parametrize(
    ("gates", "change", "total"),
    [
        ([BREACH], {"actual": 0, "visits": 0, "flood": -4, "breaches": 1}, "-4.00"),
        ([FINE, BREACH], {"late": 4, "breaches": 1}, "-10.00"),
        ([LATE], {"visits": None, "flood": 5, "late": 4}, "60.00"),
        ([LATE], {"visits": None, "flood": 5}, "125.00"),
    ],
)
def test_gates_at_the_edges(gates, change, total):
    """Below zero a gate at zero raises nobody, and the most that anybody can have is held down as well."""
    sheet = ScoreSheet("x", items(), [FLOOD], gates=gates)
    record = {**RECORD, **change}
    assert str(card(sheet, record).total) == total
    assert sheet.total_rule()(record) == Decimal(total)
    assert compiled(sheet.total_rule())(record) == Decimal(total)


def test_a_gate_after_one_below_zero():
    """Who was held down to -10 is not lifted to zero by the next gate, where no item or factor is below zero."""
    sheet = ScoreSheet("x", items(), gates=[FINE, BREACH])
    record = {**RECORD, "late": 4, "breaches": 1}
    assert card(sheet, record).total == sheet.total_rule()(record) == Decimal("-10.00")
