"""Adjustments within bounds, and baselines restated to a fixed total."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.goals.baselines.adjustments import FACTORS, Adjusted, Adjustments, Factor, named_factor
from pharmasales.goals.baselines.builders import Known, build_all
from pharmasales.goals.baselines.restating import restate
from pharmasales.goals.baselines.series import same_last_year
from pharmasales.periods import Year
from pharmasales.units import BOX, CNY, Amount, Number

THREE = [named_factor(name, "0.8", "1.2") for name in FACTORS]
WIDE = Adjustments(THREE, "0.5", "2")
NEXT = Year(2026)


def known(sold: int | None = 100, **figures: Number | None) -> Known:
    """Return an owner with one year and some factors."""
    return Known({Year(2025): None if sold is None else Amount.of(sold, BOX)}, figures)


def test_multiplied_or_added() -> None:
    """S004-32: 1.1 x 1.1 x 0.9 = 1.089; as a sum 1 + 0.1 + 0.1 - 0.1 = 1.1."""
    rep = known(difficulty="1.1", experience="1.1", ability="0.9")
    assert Adjusted(same_last_year(), WIDE).build(rep, NEXT).value == Fraction(1089, 10)
    added = Adjusted(same_last_year(), Adjustments(THREE, "0.5", 2, "plus"))
    found = added.build(rep, NEXT)
    assert (found.value, found.amount) == (110, Amount.of(110, BOX))
    assert found.why.lines("zh") == [
        "2026：110 盒（去年同期，经调整）",
        "  2026：100 盒（去年同期）",
        "    2025：100",
        "  综合系数 × 1.1",
        "    区域难度：× 1.1（0.8 至 1.2）",
        "    经验：× 1.1（0.8 至 1.2）",
        "    能力：× 0.9（0.8 至 1.2）",
    ]


def test_held_within_the_total_bounds() -> None:
    """1.2 x 1.2 x 1.2 = 1.728 is held at 1.15, and says so; the bound itself is not held."""
    narrow = Adjustments(THREE, "0.85", "1.15")
    strong = known(difficulty="1.2", experience="1.2", ability="1.2")
    assert narrow.factor(strong) == Fraction(23, 20)
    assert narrow.why(strong).head() == "all factors: x 1.728, held at 1.15"
    assert narrow.factor(known(difficulty="0.8", experience=1, ability=1)) == Fraction(17, 20)
    even = known(difficulty="1.15", experience=1, ability=1)
    assert narrow.why(even).head() == "all factors: x 1.15"


def test_out_of_its_own_bounds_is_refused() -> None:
    """Nobody passes a factor's own bounds; they belong to it."""
    for inside in ("0.8", "1.2"):
        assert WIDE.factor(known(difficulty=inside, experience=1, ability=1)) == Fraction(inside)
    for outside in ("0.79", "1.21", -1, "x"):
        with pytest.raises(BadValue, match=r"@ .*difficulty"):
            WIDE.factor(known(difficulty=outside, experience=1, ability=1))
    with pytest.raises(BadRows) as caught:
        build_all(Adjusted(same_last_year(), WIDE), {"a": known(difficulty=9), "b": known(difficulty=8)}, NEXT)
    assert [error.where for error in caught.value.exceptions] == [
        "baseline of 'a', difficulty",
        "baseline of 'b', difficulty",
    ]


def test_a_factor_that_is_not_known() -> None:
    """Missing by default, with its name; neutral where that is the stated policy."""
    rep = known(difficulty="1.1", experience=None)
    missing = Adjusted(same_last_year(), WIDE).build(rep, NEXT)
    assert missing.value is None
    assert missing.why.lines("zh")[-1] == "  经验、能力未知"
    neutral = Adjusted(same_last_year(), Adjustments(THREE, "0.5", "2", unknown="neutral"))
    assert neutral.build(rep, NEXT).value == 110
    assert neutral.reasons(rep, NEXT)[1].lines()[-1] == "  ability: not known, changes nothing"
    assert neutral.build(known(None, difficulty=1), NEXT).value is None


@given(
    st.lists(st.fractions("1/2", 2, max_denominator=50), min_size=3, max_size=3),
    st.fractions(0, 1),
    st.fractions(1, 3),
    st.sampled_from(["times", "plus"]),
)
def test_bounded_whatever_the_factors(
    values: list[Fraction], low: Fraction, high: Fraction, way: Literal["times", "plus"]
) -> None:
    """The result lies within the bounds in total, and is the bare product or sum where that does."""
    factors = [named_factor(name, "0.5", "2") for name in FACTORS]
    rep = known(**dict(zip(FACTORS, values, strict=True)))
    found = Adjustments(factors, low, high, way).factor(rep)
    assert found is not None
    assert low <= found <= high
    one, two, three = values
    bare = one * two * three if way == "times" else one + two + three - 2
    assert found == min(max(bare, low), high)


@pytest.mark.parametrize(
    "make",
    [
        lambda: named_factor("difficulty", "1.1", "1.2"),
        lambda: named_factor("difficulty", "0.8", "0.9"),
        lambda: named_factor("difficulty", "-0.1", "1.2"),
        lambda: named_factor("dificulty", "0.8", "1.2"),
        lambda: Factor("x", Says("x", "x"), "a", 1),
        lambda: Adjustments([], "0.8", "1.2"),
        lambda: Adjustments([THREE[0], THREE[0]], "0.8", "1.2"),
        lambda: Adjustments(THREE, "1.1", "1.2"),
        lambda: Adjustments(THREE, "0.8", "1.2", "add"),  # type: ignore[arg-type]  # the point of the test
        lambda: Adjustments(THREE, "0.8", "1.2", unknown="zero"),  # type: ignore[arg-type]
    ],
)
def test_adjustments_that_cannot_be(make: Any) -> None:
    """Bounds that leave out 1, an unknown name or word, no factor, one twice."""
    with pytest.raises(BadRule):
        make()


def baselines(**sold: int | None) -> Any:
    """Build baselines of one year back."""
    return build_all(same_last_year(), {owner: known(count) for owner, count in sold.items()}, NEXT)


def test_restated_to_the_total() -> None:
    """300, 200 and 200 of 700 into 800: 342 6/7, 228 4/7, 228 4/7: 343, 229, 228, ties in the order given."""
    found = restate(baselines(a=300, b=200, c=200), Amount.of(800, BOX))
    assert {owner: amount.minor for owner, amount in found.items()} == {"a": 343, "b": 229, "c": 228}
    assert len(found) == 3
    assert found.why("a").head("zh") == "a：800 BOX × 300 / 700 = 342.8571，调整为 343"
    assert found.why("a").parts[0].head() == "2026: 300 BOX by the same period last year"
    assert found.table().rows[1][:3] == ("b", 200, 229)
    assert "343" in found._repr_html_()
    with pytest.raises(NotFound, match="no baseline of this owner"):
        found.why("z")


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any), st.integers(-(10**9), 10**9))
def test_restated_sums_are_exact(counts: list[int], total: int) -> None:
    """Parts add up to the total, and each is the floor or the ceiling of its share."""
    found = restate(baselines(**{f"r{n}": count for n, count in enumerate(counts)}), Amount.of(total, BOX))
    assert sum(amount.minor for amount in found.values()) == total
    for count, amount in zip(counts, found.values(), strict=True):
        assert abs(amount.minor - Fraction(total * count, sum(counts))) < 1


def test_restating_refuses_what_it_cannot_share() -> None:
    """Who has no baseline, one in another unit, one below zero: all at once, with their ids."""
    with pytest.raises(BadRows) as caught:
        restate(baselines(a=1, b=None, c=-5), Amount.of(10, BOX))
    assert [str(error) for error in caught.value.exceptions] == [
        "there is none @ baseline of 'b'; state a policy with FirstKnown, or leave the owner out [goals.missing]",
        "below zero @ baseline of 'c'; correct it, or count it as zero with negative=\"zero\" [goals.weight.negative]",
    ]
    with pytest.raises(BadRows, match="cannot be restated"):
        restate(baselines(a=1), Amount.of(10, CNY))
    assert dict(restate(baselines(a=1, c=-5), Amount.of(10, BOX), negative="zero")) == {
        "a": Amount.of(10, BOX),
        "c": Amount.of(0, BOX),
    }
    with pytest.raises(BadValue, match="a goal with no basis"):
        restate(baselines(a=0, b=0), Amount.of(10, BOX))
    even = restate(baselines(a=0, b=0), Amount.of(10, BOX), all_zero="even")
    assert even["a"] == Amount.of(5, BOX)
    assert even.why("a").head() == "a: 10 BOX x 0 of 0 = missing, restated to 5"
    with pytest.raises(BadValue, match="no multiple of the grain"):
        restate(baselines(a=1), Amount.of(10, BOX), grain=Amount.of(4, BOX))
