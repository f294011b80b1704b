"""Each whole percent, the next unit, cliffs, and shared credit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotComparable, NotFound
from pharmasales.evaluation.payout.building import payout_curve, shaped_curve
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.sharing import share_out
from pharmasales.evaluation.payout.stages import Stage
from pharmasales.evaluation.payout.steps import cliffs, next_unit, percent_table
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.periods import Month
from pharmasales.rules import Bands, Field, over
from pharmasales.units import BOX, CNY, USD, Amount

JANUARY = Month(2026, 1)
BONUS = Amount.of(10_000, CNY)
E36 = payout_curve(threshold="70%", above=2, cap="200%")
JUMP = payout_curve(threshold="70%", start="50%", above=2, cap="200%", over_threshold=True)
TIERS = [Tier(100, 200, "1.5"), Tier(200, 300, 2), Tier(300, 400, "0.5")]


def boxes(method, **more) -> TierTable:
    """Boxes for yuan."""
    return TierTable(BOX, CNY, TIERS, method, **more)


def test_a_payout_for_each_whole_percent():
    """E36 as a table: nothing up to 70, 333.33 a point to the target, 200 above it, nothing more above 150."""
    rows = {row["percent"]: row for row in percent_table(E36, bonus=BONUS).records()}
    assert sorted(rows) == list(range(151))
    assert [str(rows[n]["payout"]) for n in (0, 69, 70, 71, 85, 100, 120, 150)] == [
        "0.00",
        "0.00",
        "0.00",
        "333.33",
        "5000.00",
        "10000.00",
        "14000.00",
        "20000.00",
    ]
    assert [str(rows[n]["more"]) for n in (0, 71, 72, 101)] == ["None", "333.33", "333.34", "200.00"]
    assert sum(row["more"] for row in rows.values() if row["more"] is not None) == rows[150]["payout"]
    assert rows[85]["why"].text("zh").startswith("达成率 85% 位于 70%")
    assert [row[1] for row in percent_table(E36, bonus=BONUS, first=150, last=151).rows] == [BONUS.value * 2] * 2


def test_percents_of_a_tier_table_are_of_the_goal():
    """Half of 400 boxes is 200: the shared end is the upper tier's."""
    rows = percent_table(boxes("flat"), goal=Amount(400, BOX), first=49, last=51).rows
    assert [str(row[1]) for row in rows] == ["294.00", "400.00", "408.00"]
    assert rows[1][3].text("en").startswith("200 BOX earns 400.00 CNY")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"bonus": Amount(0, CNY)},
        {"goal": BONUS},
        {"bonus": BONUS, "first": -1},
        {"bonus": BONUS, "first": 5, "last": 4},
        {"bonus": BONUS, "last": 10_001},
        {"bonus": BONUS, "last": 1.5},
        {"bonus": BONUS, "first": True},
    ],
)
def test_percents_refused(asked):
    """No bonus, or percents that are none."""
    with pytest.raises(BadValue) as caught:
        percent_table(E36, **asked)
    assert caught.value.code == "payout.percent"
    with pytest.raises(BadValue, match="no goal"):
        percent_table(boxes("flat"), bonus=BONUS)


def test_cliffs_of_curves():
    """A threshold that pays at once and each step are cliffs; a curve from zero has none."""
    assert cliffs(E36) == ()
    (one,) = cliffs(JUMP)
    assert (one.at, one.exclusive, one.below, one.above, one.step) == (
        Fraction(7, 10),
        True,
        0,
        Fraction(1, 2),
        Fraction(1, 2),
    )
    assert one.why.text() == "over 70% pays 50% of the bonus, up to it 0%: a step of 50%"
    assert one.why.text("zh") == "超过 70% 发目标奖金的 50%，未超过发 0%：相差 50%"
    step = shaped_curve("step", ("80%", 0), ("120%", 2))
    assert [str(cliff.at) for cliff in cliffs(step)] == ["9/10", "1", "11/10", "6/5"]
    falling = PayoutCurve(Bands(Field("attainment"), ((over(1), "100%"),), top="0%"))
    assert [(cliff.step, cliff.exclusive) for cliff in cliffs(falling)] == [(-1, True)]


def test_cliffs_of_tiers():
    """Flat tables jump at each beginning, down where the rate falls; the others do not; a cap flattens what it cuts."""
    found = cliffs(boxes("flat"))
    assert [(cliff.at, cliff.below, cliff.above) for cliff in found] == [
        (100, 0, 150),
        (200, 300, 400),
        (300, 600, 150),
    ]
    assert found[1].why.text() == "at least 200 pays 400, just below it 300: a step of 100"
    assert found[1].why.text("zh") == "不低于 200 发 400，低于发 300：相差 100"
    assert found[2].step == -450
    assert cliffs(boxes("marginal")) == cliffs(boxes("interpolated")) == ()
    capped = cliffs(boxes("flat", cap=Amount.of(300, CNY)))
    assert [(cliff.at, cliff.above) for cliff in capped] == [(100, 150), (300, 150)]
    halves = TierTable(CNY, CNY, [Tier(0, "0.5", 0), Tier("0.5", None, 1)], "flat")
    assert [cliff.at for cliff in cliffs(halves)] == [Fraction(1, 2)]
    assert [cliff.exclusive for cliff in cliffs(boxes("flat", shared_end="lower"))] == [False, True, True]


@settings(deadline=None)
@given(st.integers(0, 450), st.integers(1, 60), st.sampled_from(["flat", "marginal", "interpolated"]))
def test_the_next_unit_is_the_difference(sold, step, method):
    """What comes next is what is earned with it less what is earned without; a jump between is named."""
    table = boxes(method)
    found = next_unit(table, Stage(JANUARY, Amount(sold, BOX)), Amount(step, BOX))
    assert found.exact == table.exactly(Amount(sold + step, BOX)) - table.exactly(Amount(sold, BOX))
    passed = [cliff for cliff in cliffs(table) if sold < cliff.at <= sold + step]
    assert len(found.why.parts) == len(passed)


def test_the_next_thousand_yuan_on_a_curve():
    """At 85 % of 100,000 a thousand more is a point: 333.33; from just below a jump it is the jump too."""
    at = Stage(JANUARY, Amount.of(85_000, CNY), Amount.of(100_000, CNY), BONUS)
    found = next_unit(E36, at, Amount.of(1_000, CNY))
    assert (found.value, found.exact) == (Amount(33_333, CNY), Fraction(100_000, 3))
    assert found.why.lines("zh") == ["多 1,000.00 CNY 增加 333.33 CNY"]
    edge = Stage(JANUARY, Amount.of(70_000, CNY), Amount.of(100_000, CNY), BONUS)
    assert next_unit(JUMP, edge, Amount.of(1_000, CNY)).value == Amount.of("5166.67", CNY)
    assert len(next_unit(JUMP, edge, Amount.of(1_000, CNY)).why.parts) == 1
    assert next_unit(E36, Stage(JANUARY, None, Amount.of(1, CNY), BONUS), Amount.of(1, CNY)) is None
    assert next_unit(E36, Stage(JANUARY, Amount.of(1, CNY), Amount(0, CNY), BONUS), Amount.of(1, CNY)) is None
    with pytest.raises(BadValue, match="no step"):
        next_unit(E36, at, Amount(0, CNY))
    with pytest.raises(NotComparable):
        next_unit(E36, at, Amount(1, USD))


@settings(deadline=None)
@given(
    st.integers(-(10**6), 10**6),
    st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any),
)
def test_shared_credit_adds_up(minor, weights):
    """Parts add up to the whole to the last fen, each within one of its exact share, and zero gets nothing."""
    shared = share_out(Amount(minor, CNY), {f"r{n}": weight for n, weight in enumerate(weights)})
    assert sum(one.minor for one in shared.amounts.values()) == minor
    assert sum(shared.shares.values()) == 1
    for one, found in shared.amounts.items():
        assert abs(found.minor - minor * shared.shares[one]) < 1
        assert shared.shares[one] or not found.minor


def test_shared_credit_says_why():
    """Ties go in the order given; the reason says what the rounding did."""
    shared = share_out(Amount.of("0.05", CNY), {"r2": "50%", "r1": "50%"})
    assert [str(one) for one in shared.amounts.values()] == ["0.03 CNY", "0.02 CNY"]
    assert shared.why("r2").lines() == [
        "50% of 0.05 CNY = 0.03 CNY",
        "  to the smallest part by largest remainder, so that the parts add up",
    ]
    assert share_out(BONUS, {"r1": 3, "r2": 1}).why("r1").lines("zh") == ["10,000.00 CNY 的 75% = 7,500.00 CNY"]
    assert shared.table().rows[-1][2] == shared.whole.value
    assert "<table>" in shared._repr_html_()
    assert "0.03" not in repr(shared)
    with pytest.raises(NotFound):
        shared.why("r9")


@pytest.mark.parametrize(
    ("shares", "error", "code"),
    [
        ({"r1": "60%", "r2": "30%"}, BadRule, "goals.percent"),
        ({"r1": "60%", "r2": 1}, BadRule, "goals.percent"),
        ({"r1": -1, "r2": 2}, BadValue, "goals.weight.negative"),
        ({"r1": 0}, BadValue, "goals.basis"),
        ({}, BadValue, "goals.basis"),
        ({"r1": 1, " r1 ": 2}, BadValue, "payout.share"),
        ({"r1": 1, "R1": 2}, BadValue, "payout.share"),
        ({"r1": True}, BadValue, "number.bool"),
        ({"r1": 0.5}, BadValue, "number.float"),
    ],
)
def test_shares_refused(shares, error, code):
    """Shares that miss the whole, twin ids, and what is no number."""
    with pytest.raises(error) as caught:
        share_out(BONUS, shares)
    assert caught.value.code == code
