"""Payout curves: E36 by number, the six shapes, thresholds on both sides, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.evaluation.payout.building import payout_curve, rate_above, shaped_curve
from pharmasales.evaluation.payout.curves import PAYOUT_SHAPES, PayoutCurve
from pharmasales.evaluation.payout.pieces import in_full, in_percent, side
from pharmasales.rules import Bands, Curve, Field, Ratio, RuleBook, over
from pharmasales.units import CNY, Amount, half_up

BONUS = Amount.of(10_000, CNY)
E36 = payout_curve(threshold="70%", above=2, cap="200%")
A = Field("attainment")

attainments = st.fractions(min_value=-1, max_value=3, max_denominator=1000)


def by_hand(points: list[tuple[Fraction, Fraction]], value: Fraction) -> Fraction:
    """Walk the points: nothing below the first, flat above the last."""
    if value < points[0][0]:
        return Fraction(0)
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= value < x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return points[-1][1]


@pytest.mark.parametrize(
    ("attainment", "paid"),
    [
        ("69.9%", 0),
        ("70%", 0),
        ("85%", 5_000),
        ("100%", 10_000),
        ("120%", 14_000),
        ("150%", 20_000),
        ("180%", 20_000),
        ("-5%", 0),
    ],
)
def test_e36(attainment, paid):
    """E36: threshold 70, target bonus 10,000 at 100, x2 above, cap 200 %."""
    assert E36.pays(attainment, BONUS) == Amount.of(paid, CNY)


def test_the_parts_of_a_curve():
    """Threshold, cap and shape are read off the rule; missing gives missing."""
    assert (E36.threshold, E36.cap, E36.shape) == (Fraction(7, 10), 2, "concave")
    assert E36.rule == Curve(A, (("0.7", 0), (1, 1), ("1.5", 2)))
    assert E36.share(None) is None
    assert E36.pays(None, BONUS) is None
    assert E36.pays("100%", None) is None
    steps = PayoutCurve(Bands(A, (("80%", "0%"), ("90%", "0"), ("100%", "50%")), top="120%"))
    assert (steps.threshold, steps.cap, steps.shape) == (Fraction(9, 10), Fraction(6, 5), "step")
    assert [str(steps.share(a)) for a in ("89%", "90%", "99.99%", "100%")] == ["0", "1/2", "1/2", "6/5"]
    assert PayoutCurve(Bands(A, (), top="10%")).threshold == 0
    assert PayoutCurve(Bands(A, (("80%", "50%"),), top="100%")).threshold == 0  # it pays below 80 % too
    assert PayoutCurve(Bands(A, (("80%", 0),), top=0)).threshold == 0


def test_acceleration_and_deceleration():
    """P2-E: post-launch: low threshold, a jump there, steep above target, slow above 120 %, capped."""
    curve = payout_curve(threshold="50%", start="40%", above=3, excellence="120%", beyond="0.5", cap="180%")
    assert curve.rule.points == (
        (Fraction(1, 2), Fraction(2, 5)),
        (1, 1),
        (Fraction(6, 5), Fraction(8, 5)),
        (Fraction(8, 5), Fraction(9, 5)),
    )
    assert curve.shape == "s"
    exact = payout_curve(threshold="50%", above=3, excellence="120%", beyond=1, cap="160%")
    assert exact.rule.points[-1] == (Fraction(6, 5), Fraction(8, 5))
    assert payout_curve(threshold="50%", above=3, cap=1).rule.points[-1] == (1, 1)


def test_the_threshold_has_a_side():
    """以上 includes and 超过 excludes: only where the threshold itself pays is there a difference."""
    for exclusive, paid in ((False, Fraction(1, 2)), (True, 0)):
        curve = payout_curve(threshold="70%", start="50%", above=1, cap=2, over_threshold=exclusive)
        assert curve.share("70%") == paid
        assert curve.share("69.9999%") == 0
        assert curve.share("70.0001%") > Fraction(1, 2)
    assert curve.why("70%").text() == "attainment 70% is not over the threshold 70%: nothing"
    assert curve.why("70%").text("zh") == "达成率 70% 未超过起付线 70%：无奖金"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_place_has_its_reason(lang):
    """Below, on the line, at the end, missing, and on a step of either side."""
    steps = PayoutCurve(Bands(A, ((over("80%"), "0%"), ("100%", "60%")), top="100%"))
    said = [E36.why(a).text(lang) for a in ("69.9%", "85%", "150%", None)]
    said += [steps.why(a).text(lang) for a in ("80%", "90%", "1")] + [
        PayoutCurve(Bands(A, (), top="1")).why(1).text(lang)
    ]
    assert (
        said
        == {
            "en": [
                "attainment 69.9% is below the threshold 70%: nothing",
                "attainment 85% on the line from 70% (pays 0%) to 100% (pays 100%): 50% of the target bonus",
                "attainment 150% is at or above 150%, the end of the curve: 200% of the target bonus",
                "attainment is missing, so there is no payout",
                "attainment 80% is at most 80%: 0% of the target bonus",
                "attainment 90% is over 80% and below 100%: 60% of the target bonus",
                "attainment 100% is at least 100%: 100% of the target bonus",
                "attainment 100%: 100% of the target bonus",
            ],
            "zh": [
                "达成率 69.9% 低于起付线 70%：无奖金",
                "达成率 85% 位于 70%（发 0%）至 100%（发 100%）的线段：目标奖金的 50%",
                "达成率 150% 已达曲线终点 150%：目标奖金的 200%",
                "达成率缺失，故无奖金",
                "达成率 80% 不超过 80%：目标奖金的 0%",
                "达成率 90% 超过 80% 且低于 100%：目标奖金的 60%",
                "达成率 100% 不低于 100%：目标奖金的 100%",
                "达成率 100%：目标奖金的 100%",
            ],
        }[lang]
    )


@pytest.mark.parametrize("shape", [shape for shape in PAYOUT_SHAPES if shape != "mixed"])
@settings(deadline=None)
@given(pieces=st.integers(3, 12), value=attainments)
def test_six_shapes(shape, pieces, value):
    """P2-E: each shape is what it says, goes through both its points, and never falls."""
    curve = shaped_curve(shape, ("80%", 0), ("120%", 2), pieces=pieces)
    assert curve.shape == shape
    assert (curve.share("79.99%"), curve.share("120%"), curve.share(9)) == (0, 2, 2)
    assert curve.pieces.rising
    assert 0 <= curve.share(value) <= 2
    assert curve.share(value) <= curve.share(value + Fraction(1, 50))
    if shape != "step":
        assert curve.share("80%") == 0


def test_shapes_by_number():
    """Four pieces from (0, 0) to (4, 4): the exact heights of each shape."""
    heights = {
        "linear": ["0", "1", "2", "3", "4"],
        "convex": ["0", "1/4", "1", "9/4", "4"],
        "concave": ["0", "7/4", "3", "15/4", "4"],
        "s": ["0", "5/8", "2", "27/8", "4"],
        "reverse_s": ["0", "11/8", "2", "21/8", "4"],
        "step": ["0", "1", "2", "3", "4"],
    }
    for shape, told in heights.items():
        curve = shaped_curve(shape, (0, 0), (4, 4))
        assert [str(curve.share(x)) for x in range(5)] == told
    assert len(shaped_curve("linear", (0, 0), (4, 4)).rule.points) == 2
    assert str(shaped_curve("step", (0, 0), (4, 4)).share("3.999")) == "3"


def test_a_shape_that_is_none_is_mixed():
    """Up, down and up again is no shape of the six."""
    points = ((0, 0), (1, 1), (2, 4), (3, 5), (4, 8))
    assert PayoutCurve(Curve(A, points)).shape == "mixed"
    assert PayoutCurve(Curve(A, ((0, 0), (1, 1), (2, 2), (3, 5)))).shape == "convex"


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=7, unique_by=lambda p: p[0]),
    attainments,
    st.integers(0, 10**9),
)
def test_a_curve_equals_a_walk_over_its_points(points, value, minor):
    """An independent walk gives the same share; money is rounded half up once."""
    drawn = [(Fraction(x, 100), Fraction(y, 100)) for x, y in sorted(points)]
    curve = PayoutCurve(Curve(A, drawn))
    told = by_hand(drawn, value)
    assert curve.share(value) == told
    assert curve.pays(value, Amount(minor, CNY)) == Amount(half_up(told * minor), CNY)
    assert curve.pieces.at(value) <= curve.cap
    if value >= drawn[0][0]:
        assert curve.rule({"attainment": value}) == told


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 300), min_size=2, max_size=6, unique=True),
    st.lists(st.integers(0, 300), min_size=6, max_size=6),
    attainments,
    attainments,
)
def test_a_rising_curve_pays_more_for_more(xs, ys, one, other):
    """Monotone curve, monotone payout, in money too."""
    points = list(zip(sorted(xs), sorted(ys), strict=False))
    curve = PayoutCurve(Curve(A, [(Fraction(x, 100), Fraction(y, 100)) for x, y in points]))
    assert curve.pieces.rising
    low, high = sorted((one, other))
    assert curve.pays(low, BONUS) <= curve.pays(high, BONUS)


def test_a_bonus_below_zero_is_refused():
    """Nobody is made to pay for a good result."""
    with pytest.raises(BadValue, match="a bonus below zero @ bonus"):
        E36.pays("100%", Amount(-1, CNY))


def test_a_falling_curve_is_known_as_such():
    """Cost against budget: less spent pays more. It is allowed, and says that it falls."""
    curve = PayoutCurve(Curve(A, (("80%", 1), ("120%", 0))))
    assert (curve.cap, curve.pieces.rising) == (1, False)
    assert curve.share("100%") == Fraction(1, 2)


def test_rules_of_a_book():
    """A curve and its steps are rules of a rule book, in TOML and back, and stay what they pay."""
    step = shaped_curve("step", ("80%", 0), ("120%", 2))
    book = RuleBook("pay", "1", {"curve": E36.rule, "steps": step.rule})
    again = RuleBook.from_data(book.data())
    assert again.fingerprint == book.fingerprint
    assert PayoutCurve(again["curve"]) == E36
    assert PayoutCurve(again["steps"]) == step


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: PayoutCurve(Ratio(A, A)), "payout.curve"),
        (lambda: PayoutCurve(Curve(A, ((0, -1), (1, 1)))), "payout.negative"),
        (lambda: PayoutCurve(Bands(A, ((1, "-5%"),), top="1")), "payout.negative"),
        (lambda: PayoutCurve(Bands(A, ((1, "low"),), top="1")), "payout.step"),
        (lambda: payout_curve(threshold=1, above=2, cap=2), "payout.threshold"),
        (lambda: PayoutCurve(Bands(A, (("80%", 0),), top=1), over_threshold=True), "payout.threshold"),
        (lambda: payout_curve(threshold="70%", start="101%", above=2, cap=2), "payout.start"),
        (lambda: payout_curve(threshold="70%", start=-1, above=2, cap=2), "payout.start"),
        (lambda: payout_curve(threshold="70%", above=0, cap=2), "payout.above"),
        (lambda: payout_curve(threshold="70%", above=1, cap="99%"), "payout.above"),
        (lambda: payout_curve(threshold="70%", above=1, cap=2, excellence="120%"), "payout.excellence"),
        (lambda: payout_curve(threshold="70%", above=1, cap=2, beyond=1), "payout.excellence"),
        (lambda: payout_curve(threshold="70%", above=1, cap=2, excellence=1, beyond=1), "payout.excellence"),
        (lambda: payout_curve(threshold="70%", above=1, cap=2, excellence="120%", beyond=0), "payout.beyond"),
        (lambda: payout_curve(threshold="70%", above=2, cap="130%", excellence="120%", beyond=1), "payout.cap"),
        (lambda: payout_curve(threshold="seventy", above=2, cap=2), "rule.number"),
        (lambda: payout_curve(threshold=float("nan"), above=2, cap=2), "rule.number"),
        (lambda: shaped_curve("round", (0, 0), (1, 1)), "payout.shape"),
        (lambda: shaped_curve("mixed", (0, 0), (1, 1)), "payout.shape"),
        (lambda: shaped_curve("s", (1, 0), (1, 1)), "payout.ends"),
        (lambda: shaped_curve("s", (0, 1), (1, 1)), "payout.ends"),
        (lambda: shaped_curve("s", (0, 0), (1, 1), pieces=2), "payout.pieces"),
        (lambda: shaped_curve("s", (0, 0), (1, 1), pieces=101), "payout.pieces"),
        (lambda: shaped_curve("s", (0, 0), (1, 1), pieces=True), "payout.pieces"),
        (lambda: rate_above(BONUS, 0, "80%"), "payout.rate"),
        (lambda: rate_above(BONUS, 100, 1), "payout.rate"),
        (lambda: rate_above(BONUS, 100, "-1%"), "payout.rate"),
    ],
)
def test_what_is_refused(made, code):
    """Each with its code."""
    with pytest.raises(BadRule) as caught:
        made()
    assert caught.value.code == code


@pytest.mark.parametrize("value", [True, 0.85, "NaN", "８５%", "85%%", "", "1e9"])
def test_hostile_attainments(value):
    """No bool, float, NaN, full-width digit or exponent decides what somebody is paid."""
    with pytest.raises(BadValue):
        E36.share(value)


def test_the_cap_passed_before_excellence_says_where():
    """What to do stands in the hint."""
    with pytest.raises(BadRule, match=r"the curve reaches it at 115%"):
        payout_curve(threshold="70%", above=2, cap="130%", excellence="120%", beyond=1)


def test_numbers_in_reasons():
    """Whole, with decimals, below zero; the sides of a range."""
    assert [in_percent(Fraction(2, 3)), in_percent(0), in_percent(Fraction(-1, 8))] == ["66.6667%", "0%", "-12.5%"]
    assert [in_full(1_234_567), in_full(Fraction(-5, 4)), in_full(0)] == ["1,234,567", "-1.25", "0"]
    assert side(None, "5", from_over=False, to_over=True).text() == "at most 5"


@pytest.mark.parametrize(("above", "where"), [(0, "above"), (1, "cap")])
def test_which_part_of_a_curve_is_wrong(above, where):
    """A slope of nothing, or a cap below the target: the error names the one that is."""
    with pytest.raises(BadRule) as caught:
        payout_curve(threshold="70%", above=above, cap="99%")
    assert caught.value.where == where
