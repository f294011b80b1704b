"""Measures: the formulas of the trade over one rep's figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel import receipts_rate
from pharmasales.classification import INDICES
from pharmasales.compliance.words import MEASURES as WORDS
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.evaluation import MEASURES, Figures, Measure
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.registry import by_class, measure_table, measures_named
from pharmasales.rules import Bands, Curve, Field, Ratio, RuleBook, explain
from pharmasales.rules.reading import fields_of
from pharmasales.units import BOX, CNY, Amount

counts = st.integers(0, 10**6)


def measure(name, **figures):
    """Return one measure over figures."""
    return MEASURES[name].rule(Figures(**figures))


def test_coverage_and_frequency():
    """E13: targets 4, plan 4,4,2,2, made 6,2,2,0: coverage 75 %, raw 83.33 %, capped 66.67 %."""
    plan, made = (4, 4, 2, 2), (6, 2, 2, 0)
    figures = Figures(
        target_customers=4,
        seen_customers=sum(n > 0 for n in made),
        planned_visits=sum(plan),
        made_visits=sum(made),
        capped_visits=sum(map(min, plan, made)),
    )
    found = [MEASURES[name].rule(figures) for name in ("coverage", "frequency_raw", "frequency")]
    assert found == [Fraction(3, 4), Fraction(10, 12), Fraction(8, 12)]


def test_every_formula():
    """P2-C: attainment, growth, call rate and receipts rate, each by its formula."""
    assert measure("attainment", goal=400, actual=420) == Fraction(21, 20)
    assert measure("growth", actual=420, last=350) == Fraction(1, 5)
    assert measure("growth", actual=280, last=350) == Fraction(-1, 5)
    assert measure("call_rate", made_visits=34, field_days=Fraction(17, 4)) == 8
    assert measure("receipts", due=200, collected=150) == Fraction(3, 4)


def test_net_sales_count():
    """E34: gross 1,000 less returns 50 are 950 net: 95 % of a goal of 1,000."""
    assert measure("attainment", goal=1000, actual=1000 - 50) == Fraction(19, 20)


def test_amounts_and_numbers_agree():
    """An amount counts in whole units, so the same figures in either form give the same measures."""
    as_amounts = Figures(goal=Amount.of("12.50", CNY), actual=Amount.of(10, CNY), last=Amount.of(8, CNY))
    as_numbers = Figures(goal=Decimal("12.5"), actual=10, last=Fraction(8))
    for name in ("attainment", "growth"):
        assert MEASURES[name].rule(as_amounts) == MEASURES[name].rule(as_numbers)
    assert MEASURES["attainment"].rule(as_amounts) == Fraction(4, 5)


COUNTED = [name for name, one in MEASURES.items() if isinstance(one.formula, Field)]
RATIOS = [name for name in MEASURES if name not in {*COUNTED, "net_sales"}]


@pytest.mark.parametrize("name", RATIOS)
def test_missing_and_zero_denominators_are_missing(name):
    """Nothing known is missing, and a denominator of zero is missing too, never zero; both say so."""
    one = MEASURES[name]
    assert one.rule(Figures()) is None
    zero = Figures(**dict.fromkeys(FIGURES, 0))
    found = one.measure(zero)
    assert (found.value, found.written()) == (None, "n/a")
    assert "missing" in explain(one.rule, zero).text()
    assert found.why.head().startswith(f"{one.en} is missing: ")
    assert found.why.head("zh").startswith(f"{one.zh}缺失：")


@pytest.mark.parametrize("name", [*COUNTED, "net_sales"])
def test_a_count_of_zero_is_zero(name):
    """What is counted is zero where nothing was, and missing where nobody knows."""
    assert MEASURES[name].measure(Figures()).value is None
    assert MEASURES[name].measure(Figures(**dict.fromkeys(FIGURES, 0))).value == 0


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_unknown_figures_are_named(name):
    """A missing measure names each figure that is not known."""
    one = MEASURES[name]
    head = one.measure(Figures()).why.head()
    assert all(FIGURES[figure].says.en in head for figure in {term.name for term in fields_of(one.formula)})
    assert head.endswith(" not known")


@pytest.mark.parametrize(("last", "reason"), [(0, "no sales in"), (-5, "more came back than was sold in")])
def test_growth_over_nothing_is_missing(last, reason):
    """A year before without net sales gives no growth, however much was sold since, and says why."""
    found = MEASURES["growth"].measure(Figures(actual=100, last=last))
    assert found.value is None
    assert found.why.head() == f"Growth is missing: {reason} the base period"


def test_e31_receipts_rate():
    """E31: sales 500, receivables 100 to 150 are 90 %; 150 to 100 are 110 %, which is valid."""
    low, high = ({"gross": 500, "returns": 0, "opening": a, "closing": b} for a, b in ((100, 150), (150, 100)))
    assert [measure("receipts_rate", **figures) for figures in (low, high)] == [Fraction(9, 10), Fraction(11, 10)]
    assert MEASURES["receipts_rate"].measure(Figures(**high)).written() == "110.0%"
    none = MEASURES["receipts_rate"].measure(Figures(gross=5, returns=9, opening=1, closing=2))
    assert none.why.head() == "Receipts over sales is missing: nothing was sold, net of returns"


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_the_receipts_rate_of_the_channel(gross, returns, opening, closing):
    """The measure and `channel.receipts_rate` are one formula."""
    net, first, last = (Amount(n, CNY) for n in (gross - returns, opening, closing))
    found = measure("receipts_rate", gross=gross, returns=returns, opening=opening, closing=closing)
    assert found == receipts_rate(net, first, last)


def test_e34_output_and_input():
    """E34: net 950 over cost 115 is 8.26, ROI is one less, and 5 % came back."""
    cost = sum((60, 20, 10, 8, 12, 5))
    figures = Figures(gross=1000, returns=50, cost=cost)
    found = {name: MEASURES[name].measure(figures) for name in ("net_sales", "output_input", "roi", "return_rate")}
    assert [one.value for one in found.values()] == [950, Fraction(950, 115), Fraction(835, 115), Fraction(1, 20)]
    assert [one.written() for one in found.values()] == ["950", "8.26", "726.1%", "5.0%"]
    assert found["output_input"].why.lines()[-1] == "      gross - returns = 1,000 - 50 = 950"


def test_market_measures_are_the_indices():
    """Growth, share and evolution index have one formula, that of classification, over other figures."""
    own = {"own": 94, "own_last": 100, "market": 1050, "market_last": 1000}
    for name, of in (("share", "share"), ("share_change", "share_change"), ("evolution", "evolution")):
        assert MEASURES[name].rule(own) == INDICES[of].measure(own).value
        assert MEASURES[name].measure(own).written() == INDICES[of].measure(own).written()
    assert MEASURES["growth"].rule({"actual": 94, "last": 100}) == INDICES["growth"].measure(own).value
    assert MEASURES["evolution"].measure(own).written() == "89.52"
    assert MEASURES["share_change"].measure(own).written("zh") == "-1.0 个百分点"


@given(st.fixed_dictionaries({name: st.integers(-9, 99) for name in ("own", "own_last", "market", "market_last")}))
def test_market_measures_refuse_the_same_bases(record):
    """Where the index has a reason to be missing, the measure is missing too, in the rule itself."""
    for name in ("share", "share_change", "market_growth", "evolution"):
        assert MEASURES[name].rule(record) == INDICES[name].measure(record).value


def test_against_other_regions():
    """120 beside peers of 100 and 60: 150 % of their mean; and its growth beside theirs as an index."""
    figures = Figures(actual=120, last=100, peers_actual=160, peers=2, peers_comparable=160, peers_last=160)
    assert MEASURES["against_peers"].rule(figures) == Fraction(3, 2)
    assert MEASURES["growth_against_peers"].measure(figures).written() == "120.00"
    assert MEASURES["against_peers"].measure(Figures(actual=1, peers_actual=-2, peers=2)).value is None


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"peers_last": 0}, "the other regions sold nothing the year before, net of returns"),
        ({"peers_comparable": 0}, "the other regions sold nothing, net of returns"),
        ({"peers_comparable": -1}, "the other regions sold nothing, net of returns"),
        ({"last": 0}, "no sales in the base period"),
        ({"last": -1}, "more came back than was sold in the base period"),
    ],
)
def test_growth_beside_nothing_speaks_of_the_regions(figures, reason):
    """Without a base there is no comparison, and the reason names who has none: not a market that nobody asked for."""
    known = {"actual": 120, "last": 100, "peers_comparable": 160, "peers_last": 160}
    assert MEASURES["growth_against_peers"].measure(Figures(**known | figures)).why.head() == (
        f"Growth against other regions is missing: {reason}"
    )
    assert "市场" not in MEASURES["growth_against_peers"].policy.zh


def test_what_the_gate_is_asked_about():
    """What rises with sales counts sales, so that no medical rep is paid by it under another name."""
    sales = {"actual", "volume", "net_sales", "return_rate", "attainment", "growth", "against_peers"}
    sales |= {"growth_against_peers", "output_input", "roi"}
    assert {name for name, one in MEASURES.items() if one.counts == "sales"} == sales
    share = {"share", "share_change", "market_growth", "evolution"}
    assert {name for name, one in MEASURES.items() if one.counts == "share"} == share


def test_joint_visits_costs_and_means():
    """Points after less before; cost per visit of any kind; means of points; all exact."""
    assert measure("joint_effect", points_before=150, points_after=171, joint_visits=2) == Fraction(21, 2)
    assert measure("cost_per_call", cost=900, made_visits=25, other_visits=5) == 30
    assert measure("visit_quality", visit_points=170, rated_visits=2) == 85
    assert measure("compliance", activities=8, clean_activities=7) == Fraction(7, 8)
    assert measure("budget_use", cost=110, budget=100) == Fraction(11, 10)
    assert measure("churn", customers_before=20, customers_lost=3) == Fraction(3, 20)
    assert measure("plan_adherence", planned_visits=4, made_visits=4, kept_visits=3) == Fraction(3, 4)


def test_a_measure_of_one_class():
    """A measure by class reads the figures of that class alone, in its formula, its tests and its reasons."""
    one = by_class(MEASURES["growth"], "A")
    assert one.reads == ("actual.A", "last.A")
    assert one.rule({"actual.A": 12, "last.A": 10, "actual": 0, "last": 0}) == Fraction(1, 5)
    assert one.rule({"actual.A": 12, "last.A": -1}) is None
    coverage = measures_named("coverage.A")[0]
    gap = coverage.measure(Figures(**{"target_customers.A": 0, "seen_customers.A": 0})).why
    assert gap.head() == "Coverage, class A is missing: target customers, class A is zero"
    assert gap.head("zh") == "覆盖率（A）缺失：目标客户（A）为零"
    with pytest.raises(BadRule, match="unknown measure") as caught:
        measures_named("coverge.A")
    assert caught.value.code == "rule.measure"
    with pytest.raises(BadRule):
        measures_named("coverage.")


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_measure_is_kept_in_a_rule_book(name):
    """The rule of every measure is plain data and comes back the same, so that a closed period can be recomputed."""
    book = RuleBook("measures", "1", {name: MEASURES[name].rule})
    assert RuleBook.from_data(book.data())[name] == MEASURES[name].rule


@given(st.integers(1, 10**12), st.integers(-(10**9), 10**12), st.integers(1, 10**12), st.integers(1, 1000))
def test_scale_changes_no_ratio(goal, actual, last, factor):
    """Money times any factor keeps attainment and growth."""
    once = Figures(goal=goal, actual=actual, last=last)
    large = Figures(goal=goal * factor, actual=actual * factor, last=last * factor)
    for name in ("attainment", "growth"):
        assert MEASURES[name].rule(once) == MEASURES[name].rule(large)
    assert MEASURES["growth"].rule(once) == Fraction(actual, last) - 1


def test_every_measure_says_everything():
    """Names in both languages, formula, unit, direction, policy on zero and missing, source, and a word of the gate."""
    for name, one in MEASURES.items():
        assert name == one.name
        assert one.en
        assert all(says.en and says.zh for says in (one.says, one.unit, one.direction, one.policy))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.zh)
        assert one.source
        assert one.counts in WORDS
        assert set(one.reads) <= set(FIGURES)
    assert {name: one.zh for name, one in MEASURES.items() if name in OLD} == OLD
    assert len({one.zh for one in MEASURES.values()}) == len({one.en for one in MEASURES.values()}) == len(MEASURES)
    with pytest.raises(TypeError):
        MEASURES["own"] = MEASURES["growth"]


OLD = {
    "attainment": "达成率",
    "growth": "增长率",
    "coverage": "覆盖率",
    "frequency": "频率达成率",
    "frequency_raw": "频率达成率（不封顶）",
    "call_rate": "日均拜访",
    "receipts": "回款率",
}
"""Measures that policies and workspaces name already."""


def test_the_table_of_measures():
    """Every measure with its formula, unit, direction, policy and what it reads, in both languages."""
    rows = {row["measure"]: row for row in measure_table().records()}
    assert list(rows) == list(MEASURES)
    churn = rows["churn"]
    assert [churn[key].text("zh") for key in ("title", "formula", "unit", "better", "missing", "reads")] == [
        "客户流失率",
        "流失客户 / 期初活跃客户",
        "百分比",
        "越低越好",
        "数据未知则缺失；期初活跃客户为零",
        "流失客户、期初活跃客户",
    ]
    assert rows["frequency_raw"]["better"].en == "neither more nor less is better"
    assert "own sales are above the market" in rows["share"]["missing"].en


def test_a_measure_of_your_own():
    """A measure is a value: any term over any record, with the same reasons; its word is one of the gate."""
    own = Measure(
        name="deposits",
        en="Deposits",
        zh="保证金",
        formula=Ratio(Field("paid", "已缴"), Field("owed", "应缴")),
        says=Says("paid / owed", "已缴 / 应缴"),
        source="own policy",
        better="more",
        counts="receipts",
    )
    assert own.measure({"paid": 1, "owed": 4}).written() == "25.0%"
    assert own.measure({"paid": None, "owed": 4}).why.head("zh") == "保证金缺失：已缴未知"
    assert own.measure({"paid": 1, "owed": 0}).why.head() == "Deposits is missing: owed is zero"
    with pytest.raises(BadRule) as caught:
        Measure(name="x", en="X", zh="某", formula=Field("x"), says=Says("x", "某"), source="", counts="sale")
    assert caught.value.code == "measure.word"
    with pytest.raises(BadValue, match="the record has no field"):
        own.measure({"paid": 1})


def test_scored_growth_explains_itself():
    """A curve over a measure with cases explains the formula, or the case in which it has no meaning."""
    curve = Curve(MEASURES["growth"].rule, ((0, 0), (1, 1)))
    assert explain(curve, Figures(actual=105, last=100)).lines()[1] == "  (actual - last)/last = 5 / 100 = 0.05"
    assert explain(curve, Figures(actual=105, last=-1)).text("zh") == (
        "(实际 - 同期)/同期 缺失，故无得分（(实际 - 同期)/同期 在此无意义，故缺失（同期 -1 低于 0：是））"
    )


def test_a_band_over_a_count():
    """The rule of a measure stands in any shape."""
    few = Bands(MEASURES["hospitals_opened"].rule, ((3, "few"),), top="many")
    assert [few(Figures(hospitals_opened=n)) for n in (2, 3)] == ["few", "many"]


def test_reasons_speak_chinese():
    """The reason of a measure names its inputs in Chinese."""
    figures = Figures(target_customers=4, seen_customers=3)
    assert explain(MEASURES["coverage"].rule, figures).text("zh") == "已访目标客户/目标客户 = 3 / 4 = 0.75"


@pytest.mark.parametrize(
    ("figures", "where", "code"),
    [
        ({"goal": -1}, "goal", "figures.negative"),
        ({"due": Amount.of(-1, CNY)}, "due", "figures.negative"),
        ({"field_days": Fraction(-1, 2)}, "field_days", "figures.negative"),
        ({"actual": 1.5}, "actual", "number"),
        ({"made_visits": True}, "made_visits", "number"),
        ({"made_visits": "3"}, "made_visits", "number"),
        ({"seen_customers": 5, "target_customers": 4}, "seen_customers", "figures.over"),
        ({"capped_visits": 5, "planned_visits": 4}, "capped_visits", "figures.over"),
        ({"capped_visits": 5, "made_visits": 4}, "capped_visits", "figures.over"),
        ({"seen_customers.B": 5, "target_customers.B": 4}, "seen_customers.B", "figures.over"),
        ({"gaol": 5}, "gaol", "figures.name"),
        ({"goal.": 5}, "goal.", "figures.name"),
        ({"cost": Decimal("NaN")}, "", "number.nan"),
    ],
)
def test_impossible_figures_are_refused(figures, where, code):
    """What cannot be is refused by field, without its value."""
    with pytest.raises(BadValue) as caught:
        Figures(**figures)
    assert (caught.value.where, caught.value.code) == (where, code)


def test_returns_may_exceed_sales():
    """Actual, last and collected may be negative: returns and refunds are real."""
    assert measure("attainment", goal=100, actual=-5) == Fraction(-1, 20)
    assert measure("receipts", due=100, collected=-5) == Fraction(-1, 20)
    assert measure("growth", actual=-5, last=100) == Fraction(-21, 20)


@pytest.mark.parametrize(
    "figures",
    [
        {"goal": Amount.of(1, CNY), "actual": Amount.of(1, BOX)},
        {"goal": Amount.of(1, CNY), "actual": 1},
        {"due": 1, "collected": Amount.of(1, CNY)},
    ],
)
def test_units_do_not_mix(figures):
    """Boxes over yuan, or yuan over a bare number, are no ratio."""
    with pytest.raises(NotComparable):
        Figures(**figures)


def test_goals_in_boxes_beside_debt_in_yuan():
    """A goal in boxes and debt in yuan stand side by side: they never meet in a ratio."""
    figures = Figures(goal=Amount.of(10, BOX), actual=Amount.of(9, BOX), due=Amount.of(1, CNY))
    assert MEASURES["attainment"].rule(figures) == Fraction(9, 10)


def test_parts_of_classes_do_not_mix():
    """Five seen of class B are not too many beside four targets of class A."""
    figures = Figures(**{"seen_customers.B": 5, "target_customers.A": 4, "target_customers": 4})
    assert getattr(figures, "seen_customers.B") == 5
    assert getattr(figures, "seen_customers.C") is None


def test_figures_are_values():
    """Equal figures are equal, changes make new ones, nothing is shown of them, and a misspelt one is no attribute."""
    one = Figures(goal=100, actual=None)
    assert one == Figures(goal=100)
    assert one.but(actual=5).but(actual=None) == one
    assert one.but(goal=Amount.of(1, CNY)) != one
    assert repr(one) == "Figures(known=<1 figures>)"
    assert "goal" in dir(one)
    with pytest.raises(AttributeError):
        _ = one.gaol
    with pytest.raises(BadValue) as caught:
        Ratio(Field("gaol"), Field("goal"))(one)
    assert caught.value.code == "rule.field"
