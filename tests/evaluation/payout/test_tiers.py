"""Tier tables: flat, marginal and interpolated beside integrals made step by step; gaps, overlaps, ends, caps."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, NotComparable
from pharmasales.evaluation.payout.building import rate_above
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.rules import Field
from pharmasales.units import BOX, CNY, USD, Amount, Unit, half_up

# The rate table of O-STEP, and the amounts of O-INT; both in whole units.
STEP = [Tier(0, 1_000, "1%"), Tier(1_000, 3_000, "2%"), Tier(3_000, 8_000, "3%"), Tier(8_000, 20_000, "5%")]
INTER = [Tier(0, 1_000, 10), Tier(1_000, 3_000, 40), Tier(3_000, 8_000, 100), Tier(8_000, 20_000, 2_000)]
SALES = (200, 300, 1_500, 1_200, 2_000, 4_500)


def yuan(value) -> Amount:
    """An amount of yuan."""
    return Amount.of(value, CNY)


def table(tiers, method="marginal", **more) -> TierTable:
    """A table of money for money."""
    return TierTable(CNY, CNY, tiers, method, **more)


@st.composite
def tables(draw, method=None, rising=False):
    """Draw a table of up to five tiers in boxes, whole ends, rates in hundredths of a yuan."""
    ends = sorted(draw(st.lists(st.integers(0, 60), min_size=2, max_size=6, unique=True)))
    rates = draw(st.lists(st.integers(0, 500), min_size=len(ends) - 1, max_size=len(ends) - 1))
    how = method or draw(st.sampled_from(["flat", "marginal", "interpolated"]))
    tiers = [
        Tier(low, high, Fraction(rate, 100))
        for low, high, rate in zip(ends, ends[1:], sorted(rates) if rising else rates, strict=False)
    ]
    if how != "interpolated" and draw(st.booleans()):
        tiers[-1] = Tier(tiers[-1].low, None, tiers[-1].rate)
    cap = draw(st.one_of(st.none(), st.integers(0, 20_000)))
    shared = draw(st.sampled_from(["upper", "lower"]))
    return TierTable(BOX, CNY, tiers, how, shared, None if cap is None else Amount(cap, CNY))


def box_by_box(made: TierTable, boxes: int) -> Fraction:
    """Pay each whole box alone, in fen: marginal its own tier's rate, interpolated its share of the tier."""
    paid = Fraction(0)
    for box in range(boxes):
        for tier in made.tiers:
            if tier.low <= box and (tier.high is None or box < tier.high):
                share = Fraction(1) if made.method == "marginal" else Fraction(1, tier.high - tier.low)
                paid += tier.rate * 100 * share
    return paid


def test_o_step_per_transaction():
    """O-STEP: six transactions, each alone, marginal: 2, 3, 20, 14, 30, 95, 164 in all."""
    paid = [table(STEP).earns(yuan(n)) for n in SALES]
    assert [int(one.value) for one in paid] == [2, 3, 20, 14, 30, 95]
    assert Amount.total(paid, CNY) == yuan(164)


def test_o_int_per_transaction():
    """O-INT: the same, in proportion within a tier: 2, 3, 20, 14, 30, 80, 149 in all."""
    paid = [table(INTER, "interpolated").earns(yuan(n)) for n in SALES]
    assert [int(one.value) for one in paid] == [2, 3, 20, 14, 30, 80]
    assert Amount.total(paid, CNY) == yuan(149)


def test_flat_pays_the_whole_at_the_tiers_rate():
    """The same transactions, not split over tiers: 2, 3, 30, 24, 40, 135."""
    assert [int(table(STEP, "flat").earns(yuan(n)).value) for n in SALES] == [2, 3, 30, 24, 40, 135]


@pytest.mark.parametrize(("shared_end", "paid"), [("upper", 60), ("lower", 40)])
def test_the_shared_end_is_the_upper_tiers_unless_said(shared_end, paid):
    """3,000 stands in two tiers: 以上 gives it to the upper one; a fen above and below there is no question."""
    made = table([Tier(1_000, 2_000, "2%"), Tier(2_000, None, "3%")], "flat", shared_end=shared_end)
    assert made.earns(yuan(2_000)) == yuan(paid)
    assert made.earns(yuan("1999.99")) == yuan("40")
    assert made.earns(yuan("2000.01")) == yuan("60")
    assert made.tier(yuan(2_000)) == (2 if paid == 60 else 1)
    assert made.bands(Field("sold"))({"sold": 2_000}) == (2 if paid == 60 else 1)
    assert made.earns(yuan(1_000)) == yuan(20), "the first tier includes where it begins, whoever has the shared ends"


def test_the_deck_of_p2_e():
    """P2-E: 50 million, 20 reps, start at 80 %, 1,500 yuan at 100 %: 3.6 % on the part above 80 %."""
    goal = Fraction(50_000_000, 20 * 12)
    rate = rate_above(yuan(1_500), goal, "80%")
    assert rate == Fraction(36, 1000)
    made = table([Tier(goal * Fraction(4, 5), None, rate)])
    assert made.earns(yuan("166666.67")) == yuan(0)
    assert made.earns(Amount.of(goal, CNY, "half_up")) == yuan(1_500)
    assert made.earns(yuan("210000")) == Amount.of((210_000 - goal * 4 / 5) * rate, CNY, "half_up") == yuan("1560")
    assert made.earns(yuan("100000")) == yuan(0)


@settings(deadline=None)
@given(tables(), st.integers(-5, 90))
def test_a_table_equals_its_steps(made, boxes):
    """Marginal and interpolated are the sum over single boxes; flat is the whole at the rate of its tier."""
    sold = Amount(boxes, BOX)
    if made.method == "flat":
        last = made.tiers[-1]
        counted = boxes if last.high is None else min(boxes, last.high)
        place = made.bands(Field("n"))({"n": boxes})
        told = counted * made.tiers[min(place, len(made.tiers)) - 1].rate * 100 if place else Fraction(0)
    else:
        told = box_by_box(made, boxes)
    if made.cap is not None:
        told = min(told, Fraction(made.cap.minor))
    assert made.exactly(sold) == told
    assert made.earns(sold) == Amount(half_up(told), CNY)


@settings(deadline=None)
@given(tables(), st.integers(-5, 90))
def test_the_cap_is_never_passed_and_nothing_is_below_zero(made, boxes):
    """Whatever the table."""
    paid = made.earns(Amount(boxes, BOX))
    assert paid.minor >= 0
    assert made.cap is None or paid <= made.cap


@settings(deadline=None)
@given(st.one_of(tables("marginal"), tables("interpolated"), tables("flat", rising=True)), st.integers(0, 80))
def test_more_never_pays_less(made, boxes):
    """Marginal and interpolated always; flat where its rates rise."""
    assert made.pieces.rising
    assert made.earns(Amount(boxes, BOX)) <= made.earns(Amount(boxes + 1, BOX))


def test_a_flat_table_whose_rate_falls_may_pay_less():
    """It is allowed, known as such, and its cliff goes down."""
    made = table([Tier(0, 100, "5%"), Tier(100, None, "1%")], "flat")
    assert not made.pieces.rising
    assert made.earns(yuan(101)) < made.earns(yuan(99))


@settings(deadline=None)
@given(tables(), st.integers(-5, 90))
def test_bands_say_the_tier(made, boxes):
    """The tier of a table is that of the rule that goes into frames and rule books."""
    assert made.bands(Field("n"))({"n": boxes}) == made.tier(Amount(boxes, BOX))


def test_tiers_in_any_order_are_the_same_table():
    """The order of the rows of a file does not matter."""
    assert table(STEP[::-1]) == table(STEP)


@pytest.mark.parametrize(
    ("tiers", "method", "said"),
    [
        (
            [Tier(0, 1_000, "1%"), Tier(1_001, None, "2%")],
            "flat",
            (
                "a gap between tier 1 (from 0 to 1,000) and tier 2 (from 1,001 up) @ tiers[1]; let a tier begin where "
                "the one before it ends, and say whose the shared end is [payout.tiers.gap]"
            ),
        ),
        (
            [Tier(900, None, "2%"), Tier(0, 1_000, "1%")],
            "flat",
            (
                "an overlap of tier 1 (from 0 to 1,000) and tier 2 (from 900 up) @ tiers[1]; let a tier begin where "
                "the one before it ends [payout.tiers.overlap]"
            ),
        ),
        (
            [Tier(0, None, "1%"), Tier(1_000, None, "2%")],
            "marginal",
            (
                "an overlap of tier 1 (from 0 up) and tier 2 (from 1,000 up) @ tiers[1]; let a tier begin where "
                "the one before it ends [payout.tiers.overlap]"
            ),
        ),
        ([], "flat", "a tier table without tiers @ tiers [payout.tiers]"),
        (
            [Tier(5, 5, "1%")],
            "flat",
            "tier 1 (from 5 to 5) holds nothing @ tiers[0]; end it above its beginning [payout.tiers.empty]",
        ),
        (
            [Tier(-1, 5, "1%")],
            "flat",
            (
                "tier 1 (from -1 to 5) is below zero @ tiers[0]; begin at 0 or above, with a rate of 0 or above "
                "[payout.negative]"
            ),
        ),
        (
            [Tier(0, 5, "-1%")],
            "flat",
            (
                "tier 1 (from 0 to 5) is below zero @ tiers[0]; begin at 0 or above, with a rate of 0 or above "
                "[payout.negative]"
            ),
        ),
        (
            [Tier(0, None, 100)],
            "interpolated",
            (
                "tier 1 (from 0 up) has no end to interpolate to @ tiers[0]; give it an end; nothing more is paid "
                "above it [payout.tiers.open]"
            ),
        ),
        (
            [Tier(0, 1, 1)],
            "steps",
            "no such method @ method; known: flat, interpolated, marginal [payout.tiers.method]",
        ),
    ],
)
def test_what_is_refused_names_the_tiers(tiers, method, said):
    """A gap or an overlap names both tiers and says what to do."""
    with pytest.raises(BadRule) as caught:
        table(tiers, method)
    assert str(caught.value) == said


def test_all_faults_at_once():
    """A gap, an overlap and a cap of another unit are one error with three lines."""
    tiers = [Tier(0, 10, 1), Tier(11, 20, 1), Tier(15, 30, 1)]
    with pytest.raises(BadRows) as caught:
        table(tiers, cap=Amount.of(1, USD))
    assert [error.code for error in caught.value.exceptions] == ["payout.tiers.gap", "payout.tiers.overlap", "unit"]
    with pytest.raises(BadRule, match="a cap below zero"):
        table(tiers[:1], cap=Amount(-1, CNY))
    with pytest.raises(BadRule, match="no such shared_end"):
        table(tiers[:1], shared_end="both")


def test_units():
    """An amount of another unit is refused; a unit is the same by code and decimals."""
    with pytest.raises(NotComparable, match="BOX in tiers of CNY"):
        table(STEP).earns(Amount(3, BOX))
    assert table(STEP).earns(Amount(100_000, Unit("CNY", 2))) == yuan(10)
    assert table(STEP).earns(None) is None
    mills = Unit("MILL", 3)
    assert TierTable(BOX, mills, [Tier(0, None, "1.2345")]).earns(Amount(1, BOX)) == Amount(1235, mills)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reasons(lang):
    """Each tier says its part, a flat table its rate, the end and the cap say what they hold back."""
    boxes = TierTable(BOX, CNY, [Tier(10, 100, 1), Tier(100, 200, "2.5")], cap=yuan(200))
    said = [
        boxes.why(Amount(250, BOX)).lines(lang),
        boxes.why(Amount(5, BOX)).lines(lang),
        boxes.why(None).lines(lang),
        table(STEP, "flat").why(yuan(30_000)).lines(lang),
        table(INTER, "interpolated").why(yuan(2_000)).lines(lang),
    ]
    assert (
        said
        == {
            "en": [
                [
                    "250 BOX earns 200.00 CNY",
                    "  tier 1 (from 10 to 100): 90 at 1 CNY a box = 90",
                    "  tier 2 (from 100 to 200): 100 at 2.5 CNY a box = 250",
                    "  nothing more above 200, where the last tier ends",
                    "  capped at 200.00 CNY instead of 340.00 CNY",
                ],
                ["5 BOX is below the first tier, 10: nothing"],
                ["what was sold is missing, so there is no payout"],
                [
                    "30,000.00 CNY earns 1,000.00 CNY",
                    "  tier 4 (from 8,000 to 20,000): the whole at 5%",
                    "  nothing more above 20,000, where the last tier ends",
                ],
                [
                    "2,000.00 CNY earns 30.00 CNY",
                    "  tier 1 (from 0 to 1,000): 1,000 of it, which brings 10 CNY in all = 10",
                    "  tier 2 (from 1,000 to 3,000): 1,000 of it, which brings 40 CNY in all = 20",
                ],
            ],
            "zh": [
                [
                    "250 BOX 提成 200.00 CNY",
                    "  第 1 档（10 至 100）：90 按 每盒 1 CNY = 90",
                    "  第 2 档（100 至 200）：100 按 每盒 2.5 CNY = 250",
                    "  末档止于 200，超出部分不再计提",
                    "  封顶 200.00 CNY，未封顶为 340.00 CNY",
                ],
                ["5 BOX 低于首档 10：无提成"],
                ["销售数据缺失，故无提成"],
                [
                    "30,000.00 CNY 提成 1,000.00 CNY",
                    "  第 4 档（8,000 至 20,000）：全额按 5%",
                    "  末档止于 20,000，超出部分不再计提",
                ],
                [
                    "2,000.00 CNY 提成 30.00 CNY",
                    "  第 1 档（0 至 1,000）：达到 1,000，全档 10 CNY = 10",
                    "  第 2 档（1,000 至 3,000）：达到 1,000，全档 40 CNY = 20",
                ],
            ],
        }[lang]
    )


def test_at_its_very_end_a_table_and_its_cap_hold_nothing_back():
    """200 boxes end the last tier, and 340 yuan are the cap: neither is named."""
    boxes = TierTable(BOX, CNY, [Tier(10, 100, 1), Tier(100, 200, "2.5")], cap=yuan(340))
    assert boxes.why(Amount(200, BOX)).lines() == [
        "200 BOX earns 340.00 CNY",
        "  tier 1 (from 10 to 100): 90 at 1 CNY a box = 90",
        "  tier 2 (from 100 to 200): 100 at 2.5 CNY a box = 250",
    ]


def test_the_table_says_whose_its_ends_are():
    """The boundary rule is stated, row by row."""
    upper, lower = (table(STEP[:2], "flat", shared_end=side).table() for side in ("upper", "lower"))
    assert [row[1].en for row in upper.rows] == ["at least 0 and below 1,000", "at least 1,000 and at most 3,000"]
    assert [row[1].zh for row in lower.rows] == ["不低于 0 且不超过 1,000", "超过 1,000 且不超过 3,000"]
    assert "<table>" in table(STEP)._repr_html_()
    assert "1%" not in repr(table(STEP))
