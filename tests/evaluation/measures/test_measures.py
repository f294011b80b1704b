"""Measures: the formulas of the trade over one rep's figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation import MEASURES, Figures
from pharmasales.rules import explain
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


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_missing_and_zero_denominators_are_missing(name):
    """Nothing known is missing, and a denominator of zero is missing too, never zero."""
    assert measure(name) is None
    zero = Figures(**{one.name: 0 for one in fields(Figures)})
    assert MEASURES[name].rule(zero) is None
    assert "missing" in explain(MEASURES[name].rule, zero).text()


@pytest.mark.parametrize("last", [0, -5])
def test_growth_over_nothing_is_missing(last):
    """A year before without net sales gives no growth, however much was sold since."""
    assert measure("growth", actual=100, last=last) is None
    assert Figures(actual=100, last=last).increase is None


@given(st.integers(1, 10**12), st.integers(-(10**9), 10**12), st.integers(1, 10**12), st.integers(1, 1000))
def test_scale_changes_no_ratio(goal, actual, last, factor):
    """Money times any factor keeps attainment and growth."""
    once = Figures(goal=goal, actual=actual, last=last)
    large = Figures(goal=goal * factor, actual=actual * factor, last=last * factor)
    for name in ("attainment", "growth"):
        assert MEASURES[name].rule(once) == MEASURES[name].rule(large)
    assert MEASURES["growth"].rule(once) == Fraction(actual, last) - 1


def test_names_are_bilingual_and_sourced():
    """Every measure bears its standard terms, its formula in both languages and its source."""
    assert {name: one.zh for name, one in MEASURES.items()} == {
        "attainment": "达成率",
        "growth": "增长率",
        "coverage": "覆盖率",
        "frequency": "频率达成率",
        "frequency_raw": "频率达成率（不封顶）",
        "call_rate": "日均拜访",
        "receipts": "回款率",
    }
    assert all(name == one.name and one.formula.en and one.formula.zh and one.source for name, one in MEASURES.items())
    assert [name for name, one in MEASURES.items() if one.kind == "number"] == ["call_rate"]
    with pytest.raises(TypeError):
        MEASURES["own"] = MEASURES["growth"]


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
