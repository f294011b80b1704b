"""Splits of one number: exact, order-stable, and each method true to its name."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals import largest_remainder, split, webster
from pharmasales.splits import apportion, in_grains, one_unit, read_weights, whole_weights
from pharmasales.units import BOX, CNY, Amount

SPLITS = [largest_remainder, webster]
WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any)
EXACT = st.lists(st.fractions(0, 9, max_denominator=12) | st.decimals(0, 9, places=2), min_size=1, max_size=8)


def one_by_one(total: int, weights: list[int]) -> list[int]:
    """Webster as it is told: each unit goes to the strongest claim, the first place among equals."""
    parts = [0] * len(weights)
    for _ in range(total):
        claims = [Fraction(weight, 2 * part + 1) for weight, part in zip(weights, parts, strict=True)]
        parts[claims.index(max(claims))] += 1
    return parts


def test_worked_example() -> None:
    """E20: 50/30/20 into 7 gives 4/2/1."""
    assert largest_remainder(7, [50, 30, 20]) == [4, 2, 1]


def test_ties_go_to_the_first() -> None:
    """Equal remainders and equal claims are served in the order given."""
    assert largest_remainder(5, [1, 1, 1]) == [2, 2, 1]
    assert webster(5, [1, 1, 1]) == [2, 2, 1]
    assert webster(7, [50, 30, 20]) == one_by_one(7, [50, 30, 20]) == [4, 2, 1]


def test_alabama_paradox() -> None:
    """One unit more lowers the last part under largest remainder, never under Webster."""
    assert largest_remainder(13, [10, 7, 4])[2] == 3
    assert largest_remainder(14, [10, 7, 4])[2] == 2
    assert webster(13, [10, 7, 4])[2] == webster(14, [10, 7, 4])[2] == 3


@given(total=st.integers(-(10**31), 10**31) | st.integers(-40, 40), weights=WEIGHTS)
def test_parts_add_up_and_mirror(total: int, weights: list[int]) -> None:
    """Both methods: the sum is exact, zero gets zero, equal weights differ by one at most, signs mirror."""
    for method in SPLITS:
        parts = method(total, weights)
        assert sum(parts) == total
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
        assert parts == [-part for part in method(-total, weights)]
        for weight in set(weights):
            same = [abs(part) for part, other in zip(parts, weights, strict=True) if other == weight]
            assert same == sorted(same, reverse=True)
            assert same[0] - same[-1] <= 1


@given(total=st.integers(0, 10**31) | st.integers(0, 40), weights=WEIGHTS)
def test_largest_remainder_stays_within_a_unit(total: int, weights: list[int]) -> None:
    """Each part is the floor or the ceiling of its share, and only the largest remainders are rounded up."""
    parts = largest_remainder(total, weights)
    gains = []
    for part, weight in zip(parts, weights, strict=True):
        due = Fraction(total * weight, sum(weights))
        assert part - 1 < due < part + 1
        gains.append((part > due, due - due.__floor__()))
    ups, downs = [rest for up, rest in gains if up], [rest for up, rest in gains if not up and rest]
    assert not ups or not downs or min(ups) >= max(downs)


@given(total=st.integers(0, 60), weights=WEIGHTS)
def test_webster_equals_one_unit_at_a_time(total: int, weights: list[int]) -> None:
    """The closed form gives the same parts as handing out unit after unit."""
    assert webster(total, weights) == one_by_one(total, weights)


def test_webster_may_leave_the_quota() -> None:
    """A large part may fall below the floor of its share where many small ones are rounded up."""
    weights = [300, *[3] * 10]
    assert webster(66, weights) == one_by_one(66, weights) == [56, *[1] * 10]
    assert largest_remainder(66, weights)[0] == 60


@given(total=st.integers(0, 10**12), weights=WEIGHTS)
def test_webster_grows_with_the_total(total: int, weights: list[int]) -> None:
    """No part falls when the total grows."""
    fewer, more = webster(total, weights), webster(total + 1, weights)
    assert all(before <= after for before, after in zip(fewer, more, strict=True))


@given(total=st.integers(0, 10**6), weights=WEIGHTS, place=st.integers(0, 8), more=st.integers(1, 20))
def test_more_weight_never_gives_less(total: int, weights: list[int], place: int, more: int) -> None:
    """Within one total, a larger weight never lowers the part it belongs to."""
    place %= len(weights)
    raised = [weight + more * (n == place) for n, weight in enumerate(weights)]
    for method in SPLITS:
        assert method(total, raised)[place] >= method(total, weights)[place]


@given(total=st.integers(0, 10**6), weights=EXACT.filter(any), factor=st.fractions(Fraction(1, 9), 9))
def test_scale_of_the_weights_is_no_matter(total: int, weights: list[Fraction | Decimal], factor: Fraction) -> None:
    """Weights of any exact kind count by their proportions alone."""
    scaled = [Fraction(weight) * factor for weight in weights]
    for method in SPLITS:
        assert method(total, weights) == method(total, scaled)


def test_kinds_of_weights() -> None:
    """Texts, Decimals, Fractions and ints are exact alike."""
    assert whole_weights(["0.5", Decimal("0.25"), Fraction(1, 3), 1]) == ([6, 3, 4, 12], 12)
    assert largest_remainder(12, ["0.5", Decimal("0.5"), Fraction(1, 2), "1/2"]) == [3, 3, 3, 3]


@pytest.mark.parametrize("method", SPLITS)
def test_all_zero_weights(method: object) -> None:
    """All-zero weights are refused, split evenly where allowed, and harmless under a total of zero."""
    assert callable(method)
    with pytest.raises(BadValue, match=r"a goal with no basis: all weights are zero.*all_zero=.even.*\[goals.basis\]"):
        method(3, [0, 0])
    with pytest.raises(BadValue, match="there are no weights"):
        method(3, [], all_zero="even")
    assert method(3, [0, 0], all_zero="even") == [2, 1]
    assert method(0, [0, 0]) == [0, 0]
    assert method(0, []) == []


def test_hostile_weights() -> None:
    """Negative and inexact weights are refused with their position; a policy counts negatives as zero."""
    with pytest.raises(BadValue, match=r"negative weight @ weights\[1\]; .*negative=.zero"):
        largest_remainder(3, [1, -1])
    assert largest_remainder(3, [1, -1], negative="zero") == [3, 0]
    assert webster(3, [Fraction(1, 2), Fraction(-1, 2)], negative="zero") == [3, 0]
    with pytest.raises(BadValue, match=r"a float is not exact @ weights\[1\]; use from_float"):
        largest_remainder(3, [1, 0.5])  # type: ignore[list-item]  # a caller without types
    with pytest.raises(BadValue, match=r"bool is no number @ weights\[0\]"):
        largest_remainder(3, [True, 1])
    with pytest.raises(BadValue, match="nan"):
        largest_remainder(3, [Decimal("NaN"), 1])


def test_hostile_totals_and_methods() -> None:
    """A total that is no int and a method that does not exist are refused."""
    with pytest.raises(BadValue, match="float as a total"):
        largest_remainder(3.0, [1])  # type: ignore[arg-type]  # a caller without types
    with pytest.raises(BadValue, match="bool as a total"):
        largest_remainder(True, [1])
    with pytest.raises(BadValue, match='did you mean "webster"'):
        apportion(3, [1], "webstr")  # type: ignore[arg-type]  # a caller without types


def test_split_in_grains() -> None:
    """Parts of an amount are multiples of the grain, by either method."""
    total, grain = Amount.of(14_000, CNY), Amount.of(1000, CNY)
    assert split(total, [10, 7, 4], grain=grain) == [Amount.of(n, CNY) for n in (7000, 5000, 2000)]
    assert split(total, [10, 7, 4], grain=grain, method="webster") == [Amount.of(n, CNY) for n in (6000, 5000, 3000)]
    assert split(Amount.of(1, CNY), [1, 1, 1]) == [Amount.of(n, CNY) for n in ("0.34", "0.33", "0.33")]
    assert split(-total, [0, -1], grain=grain, all_zero="even", negative="zero") == [Amount.of(-7000, CNY)] * 2


def test_total_off_the_grain() -> None:
    """A total between two multiples is refused, naming both; the grain is above zero and of the same unit."""
    with pytest.raises(BadValue, match=r"no multiple of the grain; use 7,000.00 CNY or 8,000.00 CNY"):
        split(Amount.of(7500, CNY), [1], grain=Amount.of(1000, CNY))
    with pytest.raises(BadValue, match="use -20 BOX or -10 BOX"):
        in_grains(Amount.of(-15, BOX), Amount.of(10, BOX))
    with pytest.raises(BadValue, match="the grain must be above zero"):
        in_grains(Amount.of(15, BOX), Amount.of(0, BOX))
    with pytest.raises(NotComparable, match="BOX with CNY"):
        in_grains(Amount.of(15, CNY), Amount.of(1, BOX))


def test_percentages_make_a_whole() -> None:
    """E23: percentages add up to 100 % or are refused; plain weights have any sum."""
    assert read_weights(["20%", "55%", "25 %"], "season") == [Fraction(1, 5), Fraction(11, 20), Fraction(1, 4)]
    assert read_weights([20, 55, 24], "season") == [20, 55, 24]
    with pytest.raises(BadRule, match=r"percentages add up to 99.5% @ season; make them 100%"):
        read_weights(["20%", "55%", "24.5%"], "season")
    with pytest.raises(BadRule, match="percentages mixed with weights"):
        read_weights(["20%", "0.8"], "season")
    with pytest.raises(BadValue, match="not a number @ season"):
        read_weights(["20%", "eighty%"], "season")


def test_one_unit() -> None:
    """Amounts of one unit pass, of two are named."""
    one_unit([Amount(1, CNY), Amount(2, CNY)], "history")
    with pytest.raises(NotComparable, match="BOX with CNY @ history"):
        one_unit([Amount(1, CNY), Amount(2, BOX)], "history")
