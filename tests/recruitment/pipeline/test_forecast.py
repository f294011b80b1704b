"""The forecast: expected values and exact ranges, held against every outcome by hand; draws by seed."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.recruitment.pipeline import Prospect, pipeline_forecast
from pharmasales.recruitment.pipeline.odds import exact_odds
from pharmasales.units import BOX, CNY, Amount

DAY = date(2026, 3, 2)
BY = date(2026, 3, 31)
RATES = {"filed": "1/4", "touched": "1/2"}


def hopeful(name, value, *, touched=False, due=BY, unit=CNY):
    """Return a prospect with an outlook."""
    one = Prospect.file(name, by="p1", on=DAY, evidence="F")
    one = one.expect(None if value is None else Amount.of(value, unit), due, by="p1", on=DAY)
    return one.move("touched", by="p1", on=DAY, evidence="C") if touched else one


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=6), st.integers(1, 20))
def test_the_exact_range_is_what_every_outcome_says(given_, part):
    """Each sum has the chance of all outcomes that lead to it; quantiles and expected value follow."""
    prospects = [hopeful(f"A{n}", value, touched=touched) for n, (value, touched) in enumerate(given_)]
    found = pipeline_forecast(prospects, RATES, by=BY, as_of=DAY)
    chances: dict[int, Fraction] = {}
    for signs in product((0, 1), repeat=len(given_)):
        chance, total = Fraction(1), 0
        for sign, (value, touched) in zip(signs, given_, strict=True):
            rate = Fraction(1, 2) if touched else Fraction(1, 4)
            chance *= rate if sign else 1 - rate
            total += sign * value * 100
        chances[total] = chances.get(total, Fraction(0)) + chance
    assert found.odds == tuple(sorted(chances.items()))
    assert sum(chance for _, chance in found.odds) == 1
    if not given_:
        assert (found.expected, found.at("50%"), found.chance(Amount(1, CNY)), found.unit) == (None, None, None, None)
        return
    assert found.expected == sum(Fraction(total, 100) * chance for total, chance in chances.items())
    asked = Fraction(part, 20)
    least = min(total for total in chances if sum(c for t, c in chances.items() if t <= total) >= asked)
    assert found.at(asked) == Amount(least, CNY)
    assert found.chance(Amount(200, CNY)) == sum(c for t, c in chances.items() if t >= 200)


def test_draws_are_repeated_by_their_seed():
    """One seed draws one range; the expected value stays exact, and the middle is near it."""
    prospects = [hopeful(f"A{n}", 10, touched=True) for n in range(20)]
    one, again = (pipeline_forecast(prospects, RATES, by=BY, as_of=DAY, draws=2000, seed=7) for _ in range(2))
    other = pipeline_forecast(prospects, RATES, by=BY, as_of=DAY, draws=2000, seed=8)
    assert one.odds == again.odds
    assert one.odds != other.odds
    assert (one.expected, one.draws, one.seed) == (Fraction(100), 2000, 7)
    exact = pipeline_forecast(prospects, RATES, by=BY, as_of=DAY)
    assert abs(one.at("10%").minor - exact.at("10%").minor) <= 1000
    assert (exact.draws, exact.seed) == (None, None)
    assert "2,000 draws" in one.why.text()
    assert "2,000 次抽样" in one.why.text("zh")
    sure = pipeline_forecast(prospects[:2], {"touched": 1}, by=BY, as_of=DAY, draws=5, seed=0)
    assert sure.odds == ((2000, Fraction(1)),)


def test_too_many_sums_ask_for_draws():
    """Sixteen prospects of distinct binary values have too many sums; draws answer."""
    prospects = [hopeful(f"A{n}", 2**n) for n in range(16)]
    with pytest.raises(BadRule, match=r"pipeline\.sums"):
        pipeline_forecast(prospects, RATES, by=BY, as_of=DAY)
    assert pipeline_forecast(prospects, RATES, by=BY, as_of=DAY, draws=10).draws == 10


def test_what_cannot_be_counted_is_named_and_never_zero():
    """Without value, day or rate, or with a day gone by, a prospect is left out with each reason."""
    later = date(2026, 3, 10)
    signed = hopeful("A7", 9, touched=True)
    for to in ("key", "visited", "signed"):
        signed = signed.move(to, by="p1", on=DAY, evidence="E")
    prospects = [
        hopeful("A1", 100),
        hopeful("A2", None),
        hopeful("A3", 100, due=None),
        hopeful("A4", 100, due=later - timedelta(1)),
        hopeful("A5", 100, due=BY + timedelta(1)),
        hopeful("A6", 100, touched=True).move("key", by="p1", on=DAY, evidence="E"),
        signed,
        Prospect.file("A8", by="p1", on=DAY, evidence="F"),
        Prospect.file("A9", by="p1", on=later + timedelta(1), evidence="F"),
        hopeful("B1", 100).move("lost", by="p1", on=DAY, evidence="E", reason="silent"),
        hopeful("B2", 100, due=later),
    ]
    found = pipeline_forecast(prospects, {**RATES, "key": None}, by=BY, as_of=later)
    assert [one.prospect for one in found.counted] == ["A1", "B2"]
    assert [(one.prospect, len(one.why.parts)) for one in found.left_out] == [
        ("A2", 1),
        ("A3", 1),
        ("A4", 1),
        ("A6", 1),
        ("A8", 2),
    ]
    assert found.left_out[2].why.text() == "left out (the expected day has passed; set a new one)"
    assert found.counted[0].why.text() == "100.00 x rate 0.25 of filed"
    assert [row[1] for row in found.table().rows] == [0, 0, 100, Fraction(50), 200]
    assert [row[0] for row in found.prospects_table().rows][-1] == "A8"
    assert (found.by, found.as_of, found.unit) == (BY, later, CNY)


def test_what_is_no_rate_is_refused():
    """Rates lie from 0 to 1 and have known stages; draws, seeds and parts are in their range; units are one."""
    one = hopeful("A1", 5)
    for code, rates, more in (
        ("pipeline.rate", {"filed": 2}, {}),
        ("pipeline.rate", {"filed": "-10%"}, {}),
        ("pipeline.stage", {"field": 1}, {}),
        ("number.float", {"filed": 0.5}, {}),
        ("pipeline.draws", RATES, {"draws": 0}),
        ("pipeline.draws", RATES, {"draws": 100_001}),
        ("pipeline.draws", RATES, {"seed": "1"}),
    ):
        with pytest.raises((BadRule, BadValue)) as caught:
            pipeline_forecast([one], rates, by=BY, as_of=DAY, **more)
        assert caught.value.code == code
    with pytest.raises(NotComparable):
        pipeline_forecast([one, hopeful("A2", 5, unit=BOX)], RATES, by=BY, as_of=DAY)
    found = pipeline_forecast([one], RATES, by=BY, as_of=DAY)
    for part in (0, "101%"):
        with pytest.raises(BadValue, match=r"pipeline\.part"):
            found.at(part)
    with pytest.raises(NotComparable):
        found.chance(Amount(1, BOX))


def test_what_is_sure_has_one_sum():
    """A rate of 1 always signs, one of 0 never; the range has no sum that cannot come."""
    prospects = [hopeful("A1", 5), hopeful("A2", 7, touched=True)]
    found = pipeline_forecast(prospects, {"filed": 1, "touched": 0}, by=BY, as_of=DAY)
    assert found.odds == ((500, Fraction(1)),)
    assert found.at("100%") == found.at("1%") == Amount(500, CNY)


def test_as_many_sums_as_an_exact_range_may_have():
    """20,000 are exact, one way more is refused: four each of 1, 5, 25 and 125, then 625 and its doubles."""
    half = Fraction(1, 2)
    values = [*(5**n for n in range(4) for _ in range(4)), *(625 * 2**n for n in range(5))]
    assert len(exact_odds((value, half) for value in values)) == 20_000
    with pytest.raises(BadRule, match=r"pipeline\.sums"):
        exact_odds((value, half) for value in [*values, 10**6])


@pytest.mark.parametrize("draws", [None, 50])
def test_the_range_at_nothing_and_at_all(draws):
    """A rate of 0 never brings its value, a rate of 1 always: no other sum can come, drawn or not."""
    prospects = [hopeful("A1", 100), hopeful("A2", 40, touched=True)]
    found = pipeline_forecast(prospects, {"filed": 0, "touched": 1}, by=BY, as_of=DAY, draws=draws)
    assert found.odds == ((4000, Fraction(1)),)
    assert [found.at(part) for part in ("1%", "50%", 1)] == [Amount.of(40, CNY)] * 3
    assert [found.chance(Amount(minor, CNY)) for minor in (0, 4000, 4001)] == [1, 1, 0]
    assert found.expected == 40
    none = pipeline_forecast(prospects, {"filed": 0, "touched": 0}, by=BY, as_of=DAY, draws=draws)
    assert (none.expected, none.at(1), none.left_out) == (0, Amount(0, CNY), ())
    for part in (0, "101%"):
        with pytest.raises(BadValue, match=r"pipeline\.part"):
            found.at(part)
