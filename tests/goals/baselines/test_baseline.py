"""Totals, weights and levels: what a goal rests on."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound
from pharmasales.goals import blend, goal_levels, grown, history_weights
from pharmasales.periods import Quarter, Year, period
from pharmasales.units import BOX, CNY, Amount


def test_growth() -> None:
    """The base grows exactly and is rounded half up to the grain once."""
    assert grown(Amount.of(1000, CNY), Fraction(1, 3), Amount.of(100, CNY)) == Amount.of(1300, CNY)
    assert grown(Amount.of(1000, CNY), "35%", Amount.of(100, CNY)) == Amount.of(1400, CNY)
    assert grown(Amount.of(1000, CNY), Decimal("-0.05"), Amount.of(100, CNY)) == Amount.of(1000, CNY)
    assert grown(Amount.of(-1000, CNY), "35%", Amount.of(100, CNY)) == Amount.of(-1400, CNY)


def test_growth_refused() -> None:
    """A grain of nothing, another unit and a float are refused."""
    with pytest.raises(BadValue, match="the grain must be above zero"):
        grown(Amount.of(1, BOX), 0, Amount.of(0, BOX))
    with pytest.raises(NotComparable, match="CNY with BOX"):
        grown(Amount.of(1, BOX), 0, Amount.of(1, CNY))
    with pytest.raises(BadValue, match="from_float"):
        grown(Amount.of(1, BOX), 0.1, Amount.of(1, BOX))  # type: ignore[arg-type]  # a caller without types


def test_history() -> None:
    """A node weighs what it sold within the period; one that sold nothing there is missing, not zero."""
    sold = {
        "r1": {period("2025-01"): Amount.of(5, BOX), period("2025-04"): Amount.of(9, BOX)},
        "r2": {period("2025-02"): Amount.of(-2, BOX), period("2025-03"): Amount.of(3, BOX)},
        "r3": {period("2024-02"): Amount.of(7, BOX)},
        "r4": {},
    }
    assert history_weights(sold, Quarter(2025, 1)) == {"r1": 5, "r2": 1}


def test_history_in_two_units() -> None:
    """Two units are refused, within one node and between nodes."""
    with pytest.raises(NotComparable):
        history_weights({"r1": {Quarter(2025, 1): Amount(1, BOX), Quarter(2025, 2): Amount(1, CNY)}}, Year(2025))
    with pytest.raises(NotComparable, match="BOX with CNY @ history"):
        history_weights({"r1": {Year(2025): Amount(1, BOX)}, "r2": {Year(2025): Amount(1, CNY)}}, Year(2025))


def test_blend() -> None:
    """Each basis counts by its share of its own sum, times its part."""
    weights = blend({"history": ({"r1": 300, "r2": 100}, 3), "potential": ({"r2": "0.5", "r3": Fraction(1, 2)}, 1)})
    assert weights == {"r1": Fraction(9, 16), "r2": Fraction(5, 16), "r3": Fraction(1, 8)}
    assert list(weights) == ["r1", "r2", "r3"]
    assert len(weights) == 3


def test_blend_says_why() -> None:
    """The reasons name each basis, and the one that knows nothing of a node."""
    weights = blend({"history": ({"r1": 3000, "r2": None}, "60%"), "potential": ({"r1": 1, "r2": 1}, "40%")})
    assert weights.why("r2").lines() == [
        "weight 0.2, blended from 2 bases",
        "  history (60.0%): no data, counts as zero",
        "  potential (40.0%): 1 of 2",
    ]
    zh = "权重 0.8，由 2 项依据合成（history（60.0%）：3,000 / 3,000；potential（40.0%）：1 / 2）"
    assert weights.why("r1").text("zh") == zh
    with pytest.raises(NotFound, match="no basis knows this node @ id 'r9'"):
        weights.why("r9")


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 99), min_size=1).filter(lambda d: any(d.values())))
def test_blend_of_one_basis_keeps_proportions(values: dict[str, int]) -> None:
    """One basis alone gives its own shares, whatever its part, and blends add up to one."""
    total = sum(values.values())
    assert blend({"only": (values, 7)}) == {node: Fraction(value, total) for node, value in values.items()}
    both = blend({"a": (values, 1), "b": ({"a": 1, "x": 2}, 2)})
    assert sum(both.values()) == 1


def test_basis_without_anything() -> None:
    """A basis whose values are all zero or missing is named."""
    with pytest.raises(BadValue, match=r"a goal with no basis: all values are zero or missing @ potential"):
        blend({"history": ({"r1": 1}, 1), "potential": ({"r1": 0, "r2": None}, 1)})
    with pytest.raises(BadValue, match="a goal with no basis: no basis has a part above zero"):
        blend({})
    with pytest.raises(BadValue, match="no basis has a part above zero"):
        blend({"history": ({"r1": 1}, 0)})


def test_blend_refuses_every_bad_value() -> None:
    """Negative and inexact values and twin ids come with basis and id, all at once."""
    with pytest.raises(BadRows) as caught:
        blend({"history": ({"r1": -1, "r2": "x", "r3": 1}, 1)})
    assert [error.where for error in caught.value.exceptions] == ["history of 'r1'", "history of 'r2'"]
    with pytest.raises(BadRows) as caught:
        blend({"history": ({"r1": 1, " r1": 1, "\x00": 2}, 1)})
    assert [error.reason for error in caught.value.exceptions] == ["twin ids", "character U+0000 is refused"]
    assert blend({"history": ({"r1": -1, "r2": 4}, 1)}, negative="zero") == {"r1": 0, "r2": 1}


def test_blend_parts() -> None:
    """Parts as percentages make 100 %; none is negative."""
    with pytest.raises(BadRule, match="percentages add up to 90% @ parts of the blend"):
        blend({"a": ({"r1": 1}, "60%"), "b": ({"r1": 1}, "30%")})
    with pytest.raises(BadRule, match="negative part of a blend"):
        blend({"a": ({"r1": 1}, 2), "b": ({"r1": 1}, -1)})


def test_levels() -> None:
    """E24: base 1,000 gives challenge 1,200, floor 800 and room 950 to 1,050; 1,060 is refused."""
    levels = goal_levels(Amount.of(1000, CNY))
    assert (levels.challenge, levels.floor) == (Amount.of(1200, CNY), Amount.of(800, CNY))
    for inside in (950, 1000, 1050):
        assert levels.accept(Amount.of(inside, CNY)) == Amount.of(inside, CNY)
    for outside in (1060, "1050.01", "949.99"):
        with pytest.raises(BadValue, match=r"outside the room to move; set 950.00 CNY to 1,050.00 CNY"):
            levels.accept(Amount.of(outside, CNY))
    with pytest.raises(NotComparable):
        levels.accept(Amount.of(1000, BOX))


def test_levels_are_rounded_half_up() -> None:
    """Levels in boxes are whole boxes, halves up."""
    levels = goal_levels(Amount.of(5, BOX), challenge="1.1", floor="50%", room="10%")
    assert (levels.floor.minor, levels.challenge.minor, levels.lowest.minor, levels.highest.minor) == (3, 6, 5, 6)


def test_levels_out_of_order() -> None:
    """A floor above the base, a challenge below it, a negative room and a negative base are refused."""
    base = Amount.of(10, BOX)
    for wrong in ({"floor": "1.1"}, {"challenge": "0.9"}, {"room": "-1%"}, {"room": 2}, {"floor": -1}):
        with pytest.raises(BadRule, match="levels out of order"):
            goal_levels(base, **wrong)  # type: ignore[arg-type]  # each key takes a number
    with pytest.raises(BadValue, match="zero or above"):
        goal_levels(-base)
