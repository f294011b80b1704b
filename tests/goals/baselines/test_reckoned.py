"""Baselines from figures, and baselines made of baselines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.inputs import Input
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals import blend
from pharmasales.goals.baselines.builders import Known, build_all
from pharmasales.goals.baselines.mixtures import Added, FirstKnown, Mixed
from pharmasales.goals.baselines.reckoned import (
    ACHIEVABLE,
    MARKET_GROWTH,
    POTENTIAL_SHARE,
    PRIOR_PLUS_INCREASE,
    RECKONED,
    Reckoned,
)
from pharmasales.goals.baselines.series import last_mean, same_last_year, trend
from pharmasales.periods import Year
from pharmasales.rules import Ratio, RuleBook
from pharmasales.units import BOX, CNY, Amount, Number

NEXT = Year(2026)


def yuan(value: Number) -> Amount:
    """Return so many yuan."""
    return Amount.of(value, CNY)


def years(*values: int) -> Known:
    """Lay yuan out by year up to 2025."""
    return Known({Year(2026 - len(values) + n): yuan(value) for n, value in enumerate(values)})


@pytest.mark.parametrize(
    ("builder", "figures", "due"),
    [
        (POTENTIAL_SHARE, {"total": yuan(9000), "share_of_potential": "1/3"}, 3000),
        (ACHIEVABLE, {"potential": yuan(4000), "achievable_share": "0.3"}, 1200),
        (PRIOR_PLUS_INCREASE, {"prior": yuan(500), "increase": yuan(1000), "share_of_potential": "0.2"}, 700),
        (PRIOR_PLUS_INCREASE, {"prior": yuan(-50), "increase": yuan(1000), "share_of_potential": "0.2"}, 150),
        # a market of 1,000 grows by 5 % to 1,050; our 20 % gain 2 points: 1,050 x 22 % = 231
        (MARKET_GROWTH, {"market": yuan(1000), "own": yuan(200), "market_growth": "0.05", "share_gain": "0.02"}, 231),
        (MARKET_GROWTH, {"market": yuan(1000), "own": yuan(200), "market_growth": -1, "share_gain": 0}, 0),
    ],
)
def test_by_hand(builder: Reckoned, figures: dict[str, Any], due: int) -> None:
    """P2-D, S004-33, S004-40: each formula on figures that can be checked in the head."""
    found = builder.build(Known(figures=figures), NEXT)
    assert (found.value, found.amount) == (due, yuan(due))
    assert found.why.head().endswith(f"by {builder.says.en}")


def test_the_increase_is_shared_by_potential_and_adds_up() -> None:
    """Prior plus increase x share of potential: everybody together has the prior and the whole increase."""
    shares = blend({"potential": ({"a": 3, "b": 1}, 1)})
    known = {
        owner: Known(figures={"prior": yuan(prior), "increase": yuan(100), "share_of_potential": shares[owner]})
        for owner, prior in (("a", 400), ("b", 200))
    }
    found = build_all(PRIOR_PLUS_INCREASE, known, NEXT).weights()
    assert found == {"a": 475, "b": 225}


def test_what_is_missing_is_named() -> None:
    """A figure that is not given is not known; a market of zero divides nothing."""
    found = ACHIEVABLE.build(Known(figures={"potential": yuan(1)}), NEXT)
    assert found.value is None
    assert found.why.text("zh") == "2026：无基数（潜力可达份额）（可达份额未知）"
    zero = MARKET_GROWTH.build(
        Known(figures={"market": yuan(0), "own": yuan(0), "market_growth": 0, "share_gain": 0}), NEXT
    )
    assert (zero.value, zero.why.parts[0].text()) == (None, "market is zero and divides")
    assert ACHIEVABLE.build(Known(), NEXT).unit is None


@pytest.mark.parametrize(
    ("figures", "error", "says"),
    [
        (
            {"potential": 4000, "achievable_share": "0.3"},
            NotComparable,
            "a plain number where an amount is due @ potential",
        ),
        ({"potential": yuan(-1), "achievable_share": "0.3"}, BadValue, "out of range @ potential"),
        ({"potential": yuan(1), "achievable_share": "1.01"}, BadValue, "out of range @ achievable_share"),
        ({"potential": yuan(1), "achievable_share": yuan(1)}, NotComparable, "CNY where a part of 1 is due"),
        ({"potential": yuan(1), "achievable_share": "30 in 100"}, BadValue, "not a number @ achievable_share"),
    ],
)
def test_hostile_figures(figures: dict[str, Any], error: type[Exception], says: str) -> None:
    """Each is refused with the figure's name."""
    with pytest.raises(error, match=says):
        ACHIEVABLE.build(Known(figures=figures), NEXT)


def test_two_units() -> None:
    """Amounts of one builder are in one unit."""
    figures = {"prior": yuan(1), "increase": Amount.of(1, BOX), "share_of_potential": 1}
    with pytest.raises(NotComparable):
        PRIOR_PLUS_INCREASE.build(Known(figures=figures), NEXT)


def test_one_of_your_own() -> None:
    """A company's own is a rule with its inputs; one that is not described is refused."""
    budget, staff = Input("budget", Says("budget", "预算")), Input("staff", Says("staff", "人数"), Says("people", "人"))
    own = Reckoned(
        name="own", says=Says("budget a head", "人均预算"), rule=Ratio(budget.term, staff.term), inputs=[budget, staff]
    )
    assert own.build(Known(figures={"budget": yuan(90), "staff": 4}), NEXT).value == Fraction(45, 2)
    with pytest.raises(BadRule, match="no input describes"):
        Reckoned(name="own", says=Says("x", "x"), rule=Ratio(budget.term, staff.term), inputs=[budget])


def test_kept_in_a_rule_book() -> None:
    """Their rules are data, and read back they are the same."""
    book = RuleBook("reckoned", "1", {name: one.rule for name, one in RECKONED.items()})
    assert RuleBook.from_data(book.data()) == book


def test_a_mixture() -> None:
    """P2-D: w x history + (1 - w) x potential: 0.7 x 100 + 0.3 x 200 = 130."""
    known = Known(years(100).history, {"potential": yuan(400), "achievable_share": "0.5"})
    for weights in (("70%", "30%"), (7, 3), ("0.7", "0.3")):
        mixed = Mixed([(same_last_year(), weights[0]), (ACHIEVABLE, weights[1])])
        assert mixed.build(known, NEXT).value == 130
    missing = mixed.build(years(100), NEXT)
    assert missing.value is None
    assert "potential, achievable share not known" in missing.why.text()
    assert missing.why.head("zh") == "2026：无基数（2 项基数加权）"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any), st.integers(-(10**9), 10**9))
def test_a_mixture_of_equals_is_that_value(weights: list[int], value: int) -> None:
    """Weights add up to one, whatever they are."""
    mixed = Mixed([(same_last_year(), weight) for weight in weights])
    assert sum(weight for _, weight in mixed.parts) == 1
    assert mixed.build(years(value), NEXT).value == value


def test_a_sum_of_parts() -> None:
    """P2-D: what there is and what is new are added; one unknown leaves the sum unknown."""
    known = Known(years(100).history, {"potential": yuan(400), "achievable_share": "0.5"})
    both = Added([same_last_year(), ACHIEVABLE])
    found = both.build(known, NEXT)
    assert (found.value, found.amount) == (300, yuan(300))
    assert found.why.text("zh").startswith("2026：300 元（2 项基数之和）（2026：100 元（去年同期）")
    assert both.build(years(100), NEXT).value is None


def test_the_first_that_is_known() -> None:
    """A trend over three years, else the mean of two, else the potential: who is new gets the stated one."""
    policy = FirstKnown([trend(3), last_mean(2), ACHIEVABLE])
    potential = {"potential": yuan(400), "achievable_share": "0.5"}
    people = {"old": years(10, 20, 30), "short": years(20, 30), "new": Known(figures=potential), "none": Known()}
    found = build_all(policy, people, NEXT)
    assert found.weights() == {"old": 40, "short": 25, "new": 200}
    assert found.missing == ("none",)
    assert [len(found[one].why.parts) for one in people] == [1, 2, 3, 3]
    assert found["short"].builder is policy
    assert FirstKnown([same_last_year(), ACHIEVABLE]).build(Known(years(0).history, potential), NEXT).value == 0


def test_units_of_a_mixture() -> None:
    """Boxes and yuan are not added."""
    known = Known({Year(2025): Amount.of(1, BOX)}, {"potential": yuan(4), "achievable_share": 1})
    for builder in (Added([same_last_year(), ACHIEVABLE]), Mixed([(same_last_year(), 1), (ACHIEVABLE, 1)])):
        with pytest.raises(NotComparable, match="BOX with CNY @ mixture"):
            builder.build(known, NEXT)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Added([]),
        lambda: FirstKnown([]),
        lambda: Mixed([]),
        lambda: Mixed([(same_last_year(), 0)]),
        lambda: Mixed([(same_last_year(), 2), (same_last_year(), -1)]),
        lambda: Mixed([(same_last_year(), "60%"), (same_last_year(), "30%")]),
    ],
)
def test_mixtures_of_nothing(make: Any) -> None:
    """No builder, no weight, a weight below zero, percentages that miss 100 %."""
    with pytest.raises(BadRule):
        make()
