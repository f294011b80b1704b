"""What the exactness of a frame rests on: floats read as shortest decimals, numbers with bounds."""

from __future__ import annotations

import math
from fractions import Fraction

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pharmasales.frames._exact import INT64, Quotient, Room, TooWide
from pharmasales.frames._facts import short_decimal, smallest_float
from pharmasales.units import from_float, half_up

FINITE = st.floats(allow_nan=False, allow_infinity=False)
NARROW, WIDE = Room(INT64, nw.Int64()), Room(10**38 - 1, nw.Int128())
GUESSED = Room(10**38 - 1, nw.Int128(), by_float=True)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        FINITE,
        st.integers(-(10**16), 10**16).map(lambda n: n / 100),
        st.decimals(-(10**12), 10**12, places=6).map(float),
    ),
    st.sampled_from((0, 2, 4, 6, 9, 12)),
)
@example(0.3, 2)
@example(123456789012345.6, 2)
@example(9007199254740993.0, 0)
@example(999999999999999.0, 0)
def test_a_short_decimal_is_read_exactly(value, scale):
    """Where the check says yes, the count of last decimals is the shortest decimal; NaN and infinity never pass."""
    table = pl.DataFrame({"x": [value, math.nan, math.inf, -math.inf]}, schema={"x": pl.Float64})
    x = nw.col("x")
    done = nw.from_native(table).with_columns(
        sure=short_decimal(x, scale), count=(x * float(10**scale)).round(0) if scale else x.round(0)
    )
    sure, count = (done.to_native()[name].to_list() for name in ("sure", "count"))
    assert sure[1:] == [False] * 3
    if sure[0]:
        assert Fraction(int(count[0]), 10**scale) == from_float(value)
    elif (from_float(value) * 10**scale).denominator == 1:
        assert abs(from_float(value)) * 10**scale >= 10**15


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=50))
def test_cents_are_always_sure(cents):
    """Money in floats of two decimals is never left to the slow way."""
    table = pl.DataFrame({"x": [cent / 100 for cent in cents]})
    found = nw.from_native(table).with_columns(sure=short_decimal(nw.col("x"), 2)).to_native()
    assert found["sure"].all()


@given(st.one_of(FINITE.map(from_float), st.fractions(), st.integers()), st.booleans())
@example(Fraction(1, 10), True)
@example(10**400, False)
@example(-(10**400), False)
@example(Fraction(1, 10**400), False)
def test_smallest_float(cut, over):
    """The least float that reaches a cut does, and the one before it does not."""
    found = smallest_float(cut, over=over)
    largest = math.nextafter(math.inf, 0)
    if found is None:
        assert from_float(largest) < cut or (over and from_float(largest) == cut)
        return
    assert from_float(found) > cut if over else from_float(found) >= cut
    before = math.nextafter(found, -math.inf)
    assert before == -math.inf or (from_float(before) <= cut if over else from_float(before) < cut)


def divided(room, a, b):
    """Divide two whole numbers in a frame."""
    table = pl.DataFrame({"a": [a], "b": [b]}, schema={"a": pl.Int128, "b": pl.Int128})
    top, under = room.whole(nw.col("a"), 0, max(a, 1)), room.whole(nw.col("b"), 1, b)
    return nw.from_native(table).with_columns(x=top.over(under).expr).to_native()["x"][0]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 10**37) | st.integers(0, 2**53), st.integers(1, 10**37) | st.integers(1, 2**53) | st.integers(1, 9)
)
@example(10**37, 1)
@example(10**37 - 1, 3)
@example(2**53 - 1, 1)
@example(9 * 10**15, 9 * 10**15 - 1)
def test_a_guess_is_corrected(a, b):
    """Where `//` is no exact division, a guess by float, corrected, is: whatever the size."""
    assert divided(GUESSED, a, b) == a // b


def test_a_guess_needs_room():
    """Twice the numbers must fit, or there is no guess."""
    with pytest.raises(TooWide):
        divided(GUESSED, 9 * 10**37, 7)


@settings(max_examples=150, deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.sampled_from((NARROW, WIDE, GUESSED)))
def test_half_up(a, b, room):
    """A quotient is rounded half away from zero, as `half_up` does."""
    table = pl.DataFrame({"a": [a, None], "b": [b, b]}, schema={"a": pl.Int64, "b": pl.Int64})
    cast = nw.from_native(table).with_columns(nw.col("a", "b").cast(room.dtype))
    top, under = room.whole(nw.col("a"), min(a, 0), max(a, 0)), room.whole(nw.col("b"), 1, b)
    found = top.half_up_over(under, lambda expr: expr)
    assert cast.with_columns(x=found.column()).to_native()["x"].to_list() == [half_up(Fraction(a, b)), None]
    assert found.low <= half_up(Fraction(a, b)) <= found.high


SMALL = st.integers(-50, 50)


@settings(max_examples=200, deadline=None)
@given(SMALL, SMALL, st.tuples(SMALL, SMALL), st.fractions(-9, 9, max_denominator=7), st.booleans())
def test_bounds_hold(a, b, spare, cut, over):
    """Sums, products and comparisons of quotients are exact, and lie within the bounds that are told of them."""
    room = NARROW

    def number(name, value):
        low, high = value - abs(spare[0]), value + abs(spare[1])
        return Quotient(room.whole(nw.col(name), low, high), room.constant(3))

    table = nw.from_native(pl.DataFrame({"a": [a], "b": [b]}))
    left, right = number("a", a), number("b", b)
    x, y = Fraction(a, 3), Fraction(b, 3)
    for found, due in ((left.plus(right), x + y), (left.times(right), x * y), (left.by(cut), x * cut)):
        top = table.with_columns(x=found.top.column()).to_native()["x"][0]
        assert Fraction(top, found.under.constant) == due
        assert found.top.low <= top <= found.top.high
        reached = table.with_columns(x=found.reaches(cut, over=over)).to_native()["x"][0]
        assert reached == (due > cut if over else due >= cut)
        assert table.with_columns(x=found.equals(2)).to_native()["x"][0] == (due == 2)


def test_too_wide():
    """What may not fit is never reckoned."""
    top = NARROW.whole(nw.col("a"), 0, 2**40)
    for make in (lambda: top.times(top), lambda: top.by(2**30), lambda: NARROW.constant(2**63)):
        with pytest.raises(TooWide):
            make()
    assert top.by(2**22).high == 2**62
