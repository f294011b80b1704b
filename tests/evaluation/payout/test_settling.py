"""Settling a year: transactions, intervals, cumulative; telescoping sums, clawback, what-if, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.settling import settle
from pharmasales.evaluation.payout.stages import Stage, earned_at, intervals, together
from pharmasales.evaluation.payout.steps import what_if
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.periods import Month, Quarter, Week, Year
from pharmasales.units import BOX, CNY, USD, Amount, half_up

YEAR = Year(2015)
CURVE = payout_curve(threshold="70%", above=2, cap="200%")
STEP = [Tier(0, 1_000, "1%"), Tier(1_000, 3_000, "2%"), Tier(3_000, 8_000, "3%"), Tier(8_000, 20_000, "5%")]
MARGINAL = TierTable(CNY, CNY, STEP)
FLAT = TierTable(CNY, CNY, STEP, "flat")
SALES = ((1, 200), (1, 300), (1, 1_500), (2, 1_200), (2, 2_000), (3, 4_500))


def yuan(value) -> Amount:
    """An amount of yuan."""
    return Amount.of(value, CNY)


def stages(sales=SALES) -> list[Stage]:
    """Transactions by month."""
    return [Stage(Month(2015, month), yuan(n)) for month, n in sales]


def goals(*months: tuple[int | None, int]) -> list[Stage]:
    """Months of actual and goal, with a bonus of 1,000 each."""
    return [
        Stage(Month(2015, n), None if actual is None else yuan(actual), yuan(goal), yuan(1_000))
        for n, (actual, goal) in enumerate(months, 1)
    ]


def paid(found) -> list[int | None]:
    """What each interval is paid, in fen."""
    return [None if one.paid is None else one.paid.minor for one in found.installments]


def test_transaction_interval_and_cumulative_by_number():
    """O-STEP's six sales: alone 164; by month 30 + 56 + 95 (2,000; 3,200; 4,500); at once 9,700 earn 285."""
    assert paid(settle(MARGINAL, stages(), YEAR, "transaction")) == [25_00, 44_00, 95_00]
    assert paid(settle(MARGINAL, stages(), YEAR, "interval")) == [30_00, 56_00, 95_00]
    assert paid(settle(MARGINAL, stages(), YEAR)) == [30_00, 86_00, 169_00]
    assert settle(MARGINAL, stages(), YEAR, "transaction").installments[1].why.lines() == [
        "2015-02: 44.00 CNY",
        "  1,200.00 CNY earns 14.00 CNY",
        "    tier 1 (from 0 to 1,000): 1,000 at 1% = 10",
        "    tier 2 (from 1,000 to 3,000): 200 at 2% = 4",
        "  2,000.00 CNY earns 30.00 CNY",
        "    tier 1 (from 0 to 1,000): 1,000 at 1% = 10",
        "    tier 2 (from 1,000 to 3,000): 1,000 at 2% = 20",
    ]
    totals = {basis: settle(MARGINAL, stages(), YEAR, basis) for basis in ("transaction", "interval", "cumulative")}
    assert {basis: (one.total, one.difference) for basis, one in totals.items()} == {
        "transaction": (yuan(164), yuan(-121)),
        "interval": (yuan(181), yuan(-104)),
        "cumulative": (yuan(285), yuan(0)),
    }
    assert {one.due for one in totals.values()} == {yuan(285)}


def test_a_curve_is_settled_on_attainment_so_far():
    """110 %, then 90 %: 1,200 first; 100 % so far earns 2,000 of two bonuses, so 800 are left."""
    found = settle(CURVE, goals((110, 100), (90, 100)), YEAR)
    assert paid(found) == [1_200_00, 800_00]
    assert found.installments[1].why.lines() == [
        "2015-02: due so far 2,000.00 CNY - paid before 1,200.00 CNY = 800.00 CNY",
        "  200.00 CNY of 200.00 CNY is 100%, bonus 2,000.00 CNY",
        "    attainment 100% on the line from 100% (pays 100%) to 150% (pays 200%): 100% of the target bonus",
    ]
    assert paid(settle(CURVE, goals((110, 100), (90, 100)), YEAR, "interval")) == [1_200_00, 666_67]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 5_000_00)), min_size=1, max_size=24),
    st.sampled_from([MARGINAL, FLAT]),
    st.randoms(use_true_random=False),
)
def test_any_partition_into_months_pays_the_year(sales, table, random):
    """Cumulative payments add up to the year at once, whatever the months, and whatever the order given."""
    given_stages = [Stage(Month(2015, month), Amount(n, CNY)) for month, n in sales]
    found = settle(table, given_stages, YEAR)
    whole = half_up(table.exactly(Amount(sum(n for _, n in sales), CNY)))
    assert found.total == found.due == Amount(whole, CNY)
    assert found.difference == Amount(0, CNY)
    assert all(minor >= 0 for minor in paid(found)), "rates that rise never take back"
    random.shuffle(given_stages)
    again = settle(table, given_stages, YEAR)
    assert paid(again) == paid(found)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3_000, 9_000), st.integers(1, 5_000)), min_size=1, max_size=12),
    st.sampled_from(["deduct", "carry"]),
)
def test_clawback(months, clawback):
    """`deduct` always ends at the year's payout; `carry` never pays below zero, and names what is left to take back."""
    found = settle(CURVE, goals(*months), YEAR, clawback=clawback)
    before = 0
    for place, one in enumerate(found.installments, 1):
        actual, goal = (sum(pair[side] for pair in months[:place]) for side in (0, 1))
        due = half_up(CURVE.share(Fraction(actual, goal)) * 1_000_00 * place)
        wanted = due - before if clawback == "deduct" else max(due - before, 0)
        assert (one.due.minor, one.paid.minor, one.before.minor) == (due, wanted, before)
        before += wanted
    assert found.total.minor == before
    assert found.difference.minor == before - found.due.minor >= 0
    assert clawback == "carry" or found.difference.minor == 0


def test_carry_says_what_is_taken_back_later():
    """A month of returns: nothing is paid, and the surplus is deducted from the next."""
    sold = [Stage(Month(2015, n), yuan(m)) for n, m in ((1, 3_000), (2, -1_000), (3, 500), (4, 1_500))]
    found = settle(MARGINAL, sold, YEAR, clawback="carry")
    assert paid(found) == [50_00, 0, 0, 30_00]
    assert found.installments[1].why.head() == (
        "2015-02: due so far 30.00 CNY, paid before 50.00 CNY: 20.00 CNY is carried to later payments"
    )
    assert (
        found.installments[1].why.head("zh")
        == "2015-02：累计应发 30.00 CNY，已发 50.00 CNY：多发 20.00 CNY 从以后各期扣回"
    )
    assert paid(settle(MARGINAL, sold, YEAR)) == [50_00, -20_00, 10_00, 40_00]
    left = settle(MARGINAL, sold[:2], YEAR, clawback="carry")
    assert left.difference == yuan(20)
    assert left.why.head() == (
        "50.00 CNY for 2015, cumulative, less what was paid before; "
        "at once it would be 30.00 CNY: a difference of 20.00 CNY"
    )


def test_a_month_that_is_missing():
    """By month only that one is missing; cumulative, all from it on; there is no total, and no zero."""
    months = goals((100, 100), (None, 100), (100, 100))
    assert paid(settle(CURVE, months, YEAR, "interval")) == [1_000_00, None, 1_000_00]
    found = settle(CURVE, months, YEAR)
    assert paid(found) == [1_000_00, None, None]
    assert (found.total, found.due, found.difference) == (None, None, None)
    assert found.why.lines("zh")[0] == "有期间数据缺失，故无合计"
    assert found.installments[1].why.lines() == [
        "2015-02: a value is missing, so nothing can be paid yet",
        "  missing of 200.00 CNY is missing, bonus 2,000.00 CNY",
        "    attainment is missing, so there is no payout",
    ]
    assert found.table().rows[-1][4] is None
    alone = settle(MARGINAL, [Stage(Month(2015, 1), None), *stages()], YEAR, "transaction")
    assert paid(alone) == [None, 44_00, 95_00]


def test_a_goal_of_zero_or_none_gives_no_attainment():
    """Missing with a reason, never a division and never zero."""
    zero = settle(CURVE, goals((100, 0)), YEAR)
    assert paid(zero) == [None]
    assert zero.installments[0].why.lines()[1] == "  the goal is zero, so there is no attainment"
    none = settle(CURVE, [Stage(Month(2015, 1), yuan(5), None, yuan(1))], YEAR)
    assert none.installments[0].why.lines("zh") == ["2015-01：数据缺失，暂无法计发", "  无目标或无目标奖金"]
    ahead = settle(CURVE, goals((100, 0), (100, 200)), YEAR)
    assert paid(ahead) == [None, 2_000_00], "what comes before the first goal is paid when there is one"


def test_what_if():
    """90 % next month, given what stands so far; on top where the month has begun; nothing that stood is changed."""
    so_far = settle(CURVE, goals((110, 100)), YEAR)
    asked = Stage.reaching("90%", Month(2015, 2), yuan(100), yuan(1_000))
    assert asked.actual == yuan(90)
    assert what_if(so_far, asked).paid == yuan(800)
    assert what_if(so_far, asked).why.head("zh") == "2015-02：累计应发 2,000.00 CNY - 已发 1,200.00 CNY = 800.00 CNY"
    tiers = settle(MARGINAL, stages()[:5], YEAR)
    assert what_if(tiers, Stage(Month(2015, 3), yuan(4_500))).paid == yuan(169)
    assert what_if(tiers, Stage(Month(2015, 2), yuan(100))).measured.actual == yuan(5_300)
    assert tiers.stages == tuple(stages()[:5])
    with pytest.raises(BadRows):
        what_if(so_far, Stage(Quarter(2015, 1), yuan(1), yuan(1), yuan(1)))


def test_intervals_must_lie_within_and_not_overlap():
    """A month of another year, and a quarter over its months, are named at once."""
    wrong = [Month(2014, 12), Month(2015, 2), Quarter(2015, 1), Month(2015, 3), Month(2016, 1)]
    with pytest.raises(BadRows) as caught:
        settle(MARGINAL, [Stage(one, yuan(1)) for one in wrong], YEAR)
    assert [str(error) for error in caught.value.exceptions] == [
        "not within 2015 @ interval 2014-12 [payout.interval]",
        "not within 2015 @ interval 2016-01 [payout.interval]",
        "overlaps 2015-Q1 @ interval 2015-02; settle months or quarters, not both [payout.interval]",
        "overlaps 2015-Q1 @ interval 2015-03; settle months or quarters, not both [payout.interval]",
    ]


def test_one_day_in_two_intervals_is_an_overlap():
    """The fifth week of 2026 ends on the first of February."""
    with pytest.raises(BadRows, match="intervals refused"):
        intervals([Stage(Week(2026, 5), yuan(1)), Stage(Month(2026, 2), yuan(1))], Year(2026))
    assert len(intervals([Stage(Week(2026, 4), yuan(1)), Stage(Month(2026, 2), yuan(1))], Year(2026))) == 2


@pytest.mark.parametrize(
    ("made", "error", "code"),
    [
        (lambda: settle(MARGINAL, [], YEAR), BadValue, "payout.stages"),
        (lambda: settle(MARGINAL, stages(), YEAR, "yearly"), BadRule, "payout.basis"),
        (lambda: settle(CURVE, goals((1, 1)), YEAR, "transaction"), BadRule, "payout.basis"),
        (lambda: settle(MARGINAL, stages(), YEAR, clawback="forget"), BadRule, "payout.clawback"),
        (lambda: settle(CURVE, stages(), YEAR), BadValue, "payout.bonus"),
        (lambda: settle(CURVE, goals((1, -1)), YEAR), BadValue, "payout.negative"),
        (lambda: settle(CURVE, [Stage(Month(2015, 1), yuan(1), yuan(1), yuan(-1))], YEAR), BadValue, "payout.negative"),
        (lambda: settle(CURVE, [Stage(Month(2015, 1), Amount(1, BOX), yuan(1), yuan(1))], YEAR), NotComparable, "unit"),
        (lambda: settle(MARGINAL, [Stage(Month(2015, 1), Amount(1, BOX))], YEAR), NotComparable, "unit"),
        (lambda: settle(MARGINAL, [*stages(), Stage(Month(2015, 1), Amount(1, USD))], YEAR), NotComparable, "unit"),
        (lambda: Stage.reaching("ninety", Month(2015, 1), yuan(1)), BadValue, "number"),
    ],
)
def test_what_is_refused(made, error, code):
    """Each with its code."""
    with pytest.raises(error) as caught:
        made()
    assert caught.value.code == code


@pytest.mark.parametrize("basis", ["interval", "cumulative"])
def test_bonuses_of_two_units_are_never_one_sum(basis):
    """Not even where a month without a bonus stands between them, so that no sum brings them together."""
    bonuses = (yuan(1_000), None, Amount.of(1_000, USD))
    months = [Stage(Month(2015, n), yuan(100), yuan(100), bonus) for n, bonus in enumerate(bonuses, 1)]
    with pytest.raises(NotComparable, match=r"USD with CNY @ bonus \[unit\]"):
        settle(CURVE, months, YEAR, basis)


def test_parts_of_stages():
    """Sums are missing where a part is; quarters and custom intervals are taken like months."""
    both = together([Stage(Month(2015, 1), yuan(1), yuan(2)), Stage(Month(2015, 1), yuan(3), None)], YEAR)
    assert both == Stage(YEAR, yuan(4), None, None)
    quarters = [Stage(Quarter(2015, n), yuan(1_000 * n)) for n in (3, 1)]
    assert [str(one) for one, _ in intervals(quarters, YEAR)] == ["2015-Q1", "2015-Q3"]
    assert earned_at(CURVE, Stage(YEAR, yuan(85), yuan(100), yuan(10_000))) == 500_000
    assert "85" not in repr(Stage(Month(2015, 1), yuan(85)))
    found = settle(MARGINAL, quarters, YEAR)
    assert found.table().rows[0][:5] == ("2015-Q1", yuan(1_000).value, yuan(10).value, yuan(0).value, yuan(10).value)
    assert "<table>" in found._repr_html_()
    assert "10.00" not in repr(found)
