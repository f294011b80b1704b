"""Numbers, rounding, units and amounts."""

from __future__ import annotations

import time
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue, NotComparable
from pharmasales.testing import strategies as some
from pharmasales.units import BOX, CNY, UNITS, Amount, Unit, exact, from_float, half_up, in_decimals, ratio, share, unit


class OddFloat(float):
    """A float of another library, with a repr of its own."""

    def __repr__(self):
        return f"lib.float({float(self)})"


GOOD = [
    ("12", 12),
    (" 12 ", 12),
    ("+12", 12),
    ("-12.50", Fraction(-25, 2)),
    ("1.", 1),
    ("0012", 12),
    ("1,234,567.89", Fraction(123456789, 100)),
    ("0.1", Fraction(1, 10)),
    ("-0", 0),
    ("1/3", Fraction(1, 3)),
    (" -1 / 4 ", Fraction(-1, 4)),
    ("0/5", 0),
    ("9" * 100, 10**100 - 1),
    (5, 5),
    (Decimal("1E+2"), 100),
    (Decimal("0E+999999999"), 0),
    (Fraction(2, 3), Fraction(2, 3)),
    (Amount.of("2.50", CNY), Fraction(5, 2)),
]
BAD = [
    ("", "number.empty"),
    ("   ", "number.empty"),
    ("-", "number.empty"),
    ("NaN", "number.nan"),
    ("-Infinity", "number.nan"),
    ("inf", "number.nan"),
    ("１２３", "number.digits"),
    ("١٢٣", "number.digits"),
    ("−12", "number.digits"),
    ("12元", "number.digits"),
    ("12\u00a0000", "number.digits"),
    ("1_000", "number.underscore"),
    ("1e5", "number.exponent"),
    ("1.5E-3", "number.exponent"),
    ("1,23", "number"),
    ("0,123", "number"),
    ("1,234,56", "number"),
    ("1234,567", "number"),
    ("+-1", "number"),
    ("--1", "number"),
    ("1.2.3", "number"),
    (".5", "number"),
    ("0x10", "number"),
    ("12%", "number"),
    ("12\n", "number"),
    ("(12)", "number"),
    ("=1+1", "number"),
    ("1/0", "number.zero"),
    ("1/2/3", "number"),
    ("/", "number.empty"),
    ("1/", "number.empty"),
    ("9" * 101, "number.long"),
    ("9" * 5000, "number.long"),
    ("1/" + "9" * 5000, "number.long"),
    ("1/" * 5000 + "1", "number"),
    (True, "number.bool"),
    (1.5, "number.float"),
    (float("nan"), "number.float"),
    (Decimal("NaN"), "number.nan"),
    (Decimal("sNaN"), "number.nan"),
    (Decimal("-Infinity"), "number.nan"),
    (Decimal("1E+999999"), "number.long"),
    (Decimal("1E-999999"), "number.long"),
    (Decimal("1." + "1" * 200), "number.long"),
    (None, "number"),
    (b"12", "number"),
    ([], "number"),
]


@pytest.mark.parametrize(("given", "value"), GOOD)
def test_numbers_that_are_read(given, value):
    """Plain numbers are read exactly, whatever type bears them."""
    assert exact(given) == value
    assert type(exact(given)) is Fraction


@pytest.mark.parametrize(("given", "code"), BAD, ids=lambda value: repr(value)[:20])
def test_numbers_that_are_refused(given, code):
    """Each hostile number is refused at once by its own code, and its text is not repeated."""
    start = time.perf_counter()
    with pytest.raises(BadValue) as caught:
        exact(given)
    assert caught.value.code == code
    assert len(str(caught.value)) < 120
    assert time.perf_counter() - start < 1
    with pytest.raises(BadValue):
        CNY.minor(given)
    with pytest.raises(BadValue):
        half_up(given)


@given(st.fractions())
def test_fractions_come_back_from_their_text(value):
    """A fraction written as `n/d` is read back."""
    assert exact(f"{value.numerator}/{value.denominator}") == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_come_back_from_their_text(value):
    """A Decimal, its plain text and its text with thousands are the same number."""
    assert exact(value) == exact(f"{value:f}") == exact(f"{value:,f}") == Fraction(value)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Decimal("2.5"), 3),
        (Decimal("-2.5"), -3),
        (Decimal("2.4999999999999999999999999999999999999999"), 2),
        (Fraction(1, 3), 0),
        (Fraction(-2, 3), -1),
        (0, 0),
        (-7, -7),
        (10**50, 10**50),
    ],
)
def test_half_up_table(value, rounded):
    """Halves go away from zero, on exact values of any size."""
    assert half_up(value) == rounded
    assert type(half_up(value)) is int


@given(some.exact_numbers())
def test_half_up_mirrors_and_is_nearest(value):
    """Negative values mirror positive ones, and the result is never more than a half away."""
    found = half_up(value)
    assert half_up(-value) == -found
    assert abs(found - value) <= Fraction(1, 2)
    assert abs(found) >= abs(value) or abs(found - value) < Fraction(1, 2)


@given(st.integers(-(10**6), 10**6))
def test_floats_by_their_shortest_decimal(cents):
    """A float stands for the decimal that it is written as."""
    assert from_float(cents / 100) == Fraction(cents, 100)
    assert from_float(OddFloat(cents / 100)) == Fraction(cents, 100)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf"), 1, "1.5", None])
def test_from_float_takes_finite_floats_only(bad):
    """NaN, infinity and what is no float are refused."""
    with pytest.raises(BadValue):
        from_float(bad)


@pytest.mark.parametrize(
    ("text", "value"), [("10%", (1, 10)), (" 12.5 % ", (1, 8)), ("1/10", (1, 10)), ("-5%", (-1, 20))]
)
def test_share(text, value):
    """A percentage is a hundredth of its number."""
    assert share(text) == Fraction(*value)


@pytest.mark.parametrize("bad", ["%", "10%%", "10％", "%10", "10%\n", 0.1])
def test_share_refuses(bad):
    """What is no percentage is refused as any number."""
    with pytest.raises(BadValue):
        share(bad)


def test_ratio_of_what_is_missing_or_zero_is_missing():
    """Missing or zero below the line gives missing; zero above is zero; nothing is a float."""
    assert ratio(0, 5) == 0
    assert [ratio(5, 0), ratio(None, 5), ratio(5, None)] == [None, None, None]
    assert ratio(Fraction(1, 2), -2) == Fraction(-1, 4)
    with pytest.raises(TypeError):
        ratio(0.5, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [("0.005", "3 decimals where CNY has 2"), ("1/8", "3 decimals"), ("1/50000", "5 decimals"), ("1/3", "a fraction")],
)
def test_more_decimals_than_the_unit_has(text, message):
    """Too fine a number is refused, saying how many decimals it has, unless half_up is asked for."""
    with pytest.raises(BadValue, match=message) as caught:
        Amount.of(text, CNY)
    assert caught.value.code == "number.decimals"
    assert Amount.of(text, CNY, extra="half_up").minor == half_up(exact(text) * 100)


@given(some.units(), st.integers(-(10**40), 10**40))
def test_amounts_come_back_from_their_text(kind, minor):
    """Value, text and minor units say the same of an amount of any size."""
    amount = Amount(minor, kind)
    assert Amount.of(amount.value, kind) == amount
    assert Amount.of(f"{amount.value:,f}", kind) == amount
    assert str(amount) == f"{amount.value:,f} {kind.code}"
    assert repr(amount) == f"Amount('{amount.value:f} {kind.code}')"


def test_value_does_not_hang_on_the_decimal_context():
    """A program that computes with six digits sees every digit of an amount."""
    with localcontext() as context:
        context.prec, context.rounding = 6, ROUND_DOWN
        assert Amount(12345678901, CNY).value == Decimal("123456789.01")
        assert in_decimals(-(10**30) - 1, 2) == Decimal("-10000000000000000000000000000.01")
    assert Amount(10**40 + 1, CNY).value == Decimal(f"1{'0' * 37}0.01")


@given(some.amounts(CNY), some.amounts(CNY), st.integers(-9, 9))
def test_arithmetic_is_that_of_whole_numbers(left, right, count):
    """Add, subtract, negate, multiply and compare follow the minor units."""
    assert (left + right).minor == left.minor + right.minor
    assert (left - right) + right == left
    assert -left + left == Amount(0, CNY)
    assert left * count == count * left == Amount(left.minor * count, CNY)
    assert [left < right, left <= right, left > right, left >= right] == [
        left.minor < right.minor,
        left.minor <= right.minor,
        left.minor > right.minor,
        left.minor >= right.minor,
    ]
    assert Amount.total([left, right, left], CNY) == left + right + left
    assert left.over(right) == ratio(left.minor, right.minor)


@pytest.mark.parametrize(
    "mixed",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: a.over(b),
        lambda a, b: a.to_grain(b),
        lambda a, b: Amount.total([b], a.unit),
        lambda a, b: Amount.of(b, a.unit),
    ],
)
@pytest.mark.parametrize("other", [BOX, Unit("CNY", 0)])
def test_units_do_not_mix(mixed, other):
    """Another code, or the same code with other decimals, is another unit."""
    with pytest.raises(NotComparable) as caught:
        mixed(Amount(100, CNY), Amount(100, other))
    assert caught.value.code == "unit"
    assert Amount(100, CNY) != Amount(100, other)


@pytest.mark.parametrize(
    "mixed",
    [lambda a: a + 1, lambda a: 1 - a, lambda a: a * 1.5, lambda a: a * True, lambda a: a < 1, lambda a: a >= 1],
)
def test_amounts_and_bare_numbers_do_not_mix(mixed):
    """A bare number beside an amount is a TypeError."""
    with pytest.raises(TypeError):
        mixed(Amount(100, CNY))


@pytest.mark.parametrize("compare", [lambda a: a > 1, lambda a: a <= 1, lambda a: a - 1])
def test_amounts_and_bare_numbers_do_not_compare(compare):
    """Nor do the other operators guess a unit."""
    with pytest.raises(TypeError):
        compare(Amount(100, CNY))


def test_a_units_names_are_labels():
    """Amounts of one code and decimals are equal whatever the unit is called."""
    assert Amount(5, Unit("CNY", 2, "renminbi", "人民币")) == Amount(5, CNY)
    assert hash(Amount(5, Unit("CNY", 2))) == hash(Amount(5, CNY))


@pytest.mark.parametrize(("code", "decimals"), [("", 0), (" ", 0), ("X", -1), ("X", 10), ("X", True), ("X", 1.0)])
def test_units_are_checked(code, decimals):
    """A unit has a code and 0 to 9 decimals."""
    with pytest.raises(BadValue) as caught:
        Unit(code, decimals)
    assert caught.value.code == "unit"


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), None])
def test_minor_units_are_whole(minor):
    """An amount holds an int and nothing else."""
    with pytest.raises(BadValue, match="as a count"):
        Amount(minor, CNY)


@pytest.mark.parametrize(
    ("amount", "grain", "rounded"),
    [("1499.99", "1000", "1000"), ("1500", "1000", "2000"), ("-1500", "1000", "-2000"), ("0.05", "0.10", "0.10")],
)
def test_to_grain(amount, grain, rounded):
    """To the nearest multiple, halves away from zero."""
    assert Amount.of(amount, CNY).to_grain(Amount.of(grain, CNY)) == Amount.of(rounded, CNY)


@pytest.mark.parametrize("grain", [0, -100])
def test_a_grain_is_above_zero(grain):
    """Zero and negative grains are refused."""
    with pytest.raises(BadValue) as caught:
        Amount(5, CNY).to_grain(Amount(grain, CNY))
    assert caught.value.code == "number.grain"


@given(some.amounts(CNY), st.fractions(-100, 100))
def test_times_rounds_once(amount, factor):
    """A product is exact up to one rounding at the end."""
    assert amount.times(factor).minor == half_up(amount.minor * factor)


def test_times_refuses_a_float():
    """No float decides anything."""
    with pytest.raises(BadValue) as caught:
        Amount(100, CNY).times(0.1)
    assert caught.value.code == "number.float"


def test_units_by_code():
    """Built-in units are found by their code; others are a typed error, and the registry is read-only."""
    assert unit("BOX") is BOX
    with pytest.raises(BadValue, match="known: CNY, USD"):
        unit("box")
    with pytest.raises(TypeError):
        UNITS["KG"] = Unit("KG", 3)
