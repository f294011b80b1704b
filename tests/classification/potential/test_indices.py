"""Market indices: share, growth, evolution index, change of share, each missing by name (S004-19, P2-C)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.indices import (
    EVOLUTION,
    GROWTH,
    INDICES,
    MARKET,
    MARKET_GROWTH,
    SHARE,
    SHARE_CHANGE,
)
from pharmasales.classification.potential.inputs import Input
from pharmasales.classification.potential.market_index import MarketIndex, index_table
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.rules import Ratio, RuleBook
from pharmasales.units import BOX, CNY, Amount

YEAR = {"own": 94, "own_last": 100, "market": 1050, "market_last": 1000}


def test_p2c_formulas() -> None:
    """P2-C: a product at -6 % in a market at +5 % has an evolution index of 89.52 (printed as 89 on the page)."""
    assert SHARE.measure(YEAR).value == Fraction(94, 1050)
    assert GROWTH.measure(YEAR).value == Fraction(-6, 100)
    assert MARKET_GROWTH.measure(YEAR).value == Fraction(5, 100)
    found = EVOLUTION.measure(YEAR)
    assert found.value == Fraction(100 - 6, 100 + 5) * 100
    assert (found.written(), str(found)) == ("89.52", "evolution index: 89.52")
    change = SHARE_CHANGE.measure(YEAR)
    assert change.value == Fraction(94, 1050) - Fraction(1, 10)
    assert (change.written(), change.written("zh")) == ("-1.0 points", "-1.0 个百分点")
    assert change.why.head("zh") == "份额变化：-1.0 个百分点"


def test_why_writes_the_formula() -> None:
    """The formula in words, then in figures."""
    assert GROWTH.measure(YEAR).why.lines() == [
        "growth: -6.0%",
        "  this / last - 1",
        "    (own - own_last)/own_last = -6 / 100 = -0.06",
        "      own - own_last = 94 - 100 = -6",
    ]


@pytest.mark.parametrize(
    ("index", "change", "reason"),
    [
        (SHARE, {"market": 0, "own": 0}, "there is no market"),
        (SHARE, {"market": -5}, "the market is below zero: more came back than was sold"),
        (SHARE, {"own": 1051}, "own sales are above the market"),
        (SHARE, {"market": None}, "the market not known"),
        (GROWTH, {"own_last": 0}, "no sales in the base period"),
        (GROWTH, {"own_last": 0, "own": 0}, "no sales in the base period"),
        (GROWTH, {"own_last": -1}, "more came back than was sold in the base period"),
        (GROWTH, {"own_last": None, "own": None}, "own sales, own sales of the base period not known"),
        (MARKET_GROWTH, {"market_last": 0}, "the market did not exist in the base period"),
        (MARKET_GROWTH, {"market_last": -1}, "the market was below zero in the base period"),
        (EVOLUTION, {"own_last": 0}, "no sales in the base period"),
        (EVOLUTION, {"market_last": 0, "own_last": 0}, "no sales in the base period"),
        (EVOLUTION, {"market_last": 0}, "the market did not exist in the base period"),
        (EVOLUTION, {"market": 0}, "there is no market"),
        (EVOLUTION, {"market": -1}, "the market is below zero: more came back than was sold"),
        (SHARE_CHANGE, {"market_last": 0, "own_last": 0}, "the market did not exist in the base period"),
        (SHARE_CHANGE, {"own_last": 1001}, "own sales were above the market in the base period"),
    ],
)
def test_a_base_that_is_none_has_a_name(index: MarketIndex, change: dict[str, object], reason: str) -> None:
    """Zero, missing, below zero, and more than the whole: missing, each with its own reason in both languages."""
    found = index.measure({**YEAR, **change})
    assert (found.value, found.written(), found.reason.en) == (None, "n/a", reason)
    assert found.why.text() == f"{index.says.en} is missing: {reason}"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in found.reason.zh)


def test_zero_now_is_a_figure() -> None:
    """Nothing sold now: share 0, growth -100 %, index 0, and all of the share is lost."""
    none = {**YEAR, "own": 0}
    assert [index.measure(none).value for index in (SHARE, GROWTH, EVOLUTION)] == [0, -1, 0]
    assert SHARE_CHANGE.measure(none).value == Fraction(-1, 10)
    assert GROWTH.measure(YEAR).reason == Says("", "")


def test_the_whole_market_and_less_than_nothing() -> None:
    """Who sells all of it has a share of 1; who takes back more than is sold has one below zero."""
    assert SHARE.measure({**YEAR, "own": 1050}).value == 1
    assert SHARE_CHANGE.measure({**YEAR, "own_last": 1000}).value == Fraction(94, 1050) - 1
    returned = {**YEAR, "own": -21}
    assert [index.measure(returned).value for index in (SHARE, GROWTH)] == [Fraction(-1, 50), Fraction(-121, 100)]


def test_new_to_the_market() -> None:
    """A product that was not there had a share of zero, so that the change of share is known and growth is not."""
    found = SHARE_CHANGE.measure({**YEAR, "own_last": 0})
    assert found.value == Fraction(94, 1050)
    assert GROWTH.measure({**YEAR, "own_last": 0}).value is None


def test_units_do_not_mix() -> None:
    """Own boxes over a market in yuan is no share; all amounts of one unit are as plain numbers."""
    boxes = {name: Amount.of(value, BOX) for name, value in YEAR.items()}
    for index in MARKET:
        assert index.measure(boxes).value == index.measure(YEAR).value
    for own in (Amount.of(94, CNY), 94):
        with pytest.raises(NotComparable, match="two units, or an amount beside a plain number"):
            SHARE.measure({**boxes, "own": own})


def test_hostile_figures() -> None:
    """No number, no field: refused by name; nothing else is guessed."""
    for change, reason in (({"own": "n/a"}, "not a number @ own"), ({"own": float("inf")}, "@ own")):
        with pytest.raises(BadValue, match=reason):
            SHARE.measure({**YEAR, **change})
    with pytest.raises(BadValue, match="no field 'market'"):
        SHARE.measure({"own": 1})


def test_the_table() -> None:
    """One row a product and index, the missing ones with their reason."""
    table = index_table([("P1", "Example", YEAR), ("P2", "Sample", {**YEAR, "own_last": 0})], [GROWTH, EVOLUTION])
    assert [(row[0], row[2].text(), row[3].text()) for row in table.rows] == [  # type: ignore[union-attr]
        ("P1", "growth", "-6.0%"),
        ("P1", "evolution index", "89.52"),
        ("P2", "growth", "n/a"),
        ("P2", "evolution index", "n/a"),
    ]
    assert "基期无销售" in table.text("zh")
    with pytest.raises(BadRows) as caught:
        index_table([("P1", "", {**YEAR, "own": "x"}), ("P2", "", {**YEAR, "market": "y"})], [SHARE, GROWTH])
    assert [error.where for error in caught.value.exceptions] == [
        "product 'P1', share, own",
        "product 'P1', growth, own",
        "product 'P2', share, market",
    ]


def test_the_rules_are_kept_in_a_book() -> None:
    """Every index is a rule value with a source and words in both languages."""
    book = RuleBook("indices", "1", {name: index.rule for name, index in INDICES.items()})
    assert RuleBook.from_data(book.data()) == book
    assert book["evolution"](YEAR) == EVOLUTION.measure(YEAR).value
    for name, index in INDICES.items():
        assert index.name == name
        assert index.source
        for says in (index.says, index.formula):
            assert says.en
            assert any("\u4e00" <= sign <= "\u9fff" for sign in says.zh)


def test_an_index_of_ones_own() -> None:
    """Without stated reasons a division by zero is still missing; inputs must be those of the rule."""
    a, b = (Input(name, Says(name, name)) for name in "ab")
    own = MarketIndex(
        name="own",
        says=Says("own", "自定"),
        rule=Ratio(a.term, b.term),
        inputs=[a, b],
        undefined=[],
        formula=Says("a / b", "a / b"),
    )
    assert own.measure({"a": 1, "b": 4}).value == Fraction(1, 4)
    assert own.measure({"a": 1, "b": 0}).reason == Says("it would be divided by zero", "除数为零")
    assert "94" not in repr(GROWTH.measure(YEAR))
    with pytest.raises(BadRule, match=r"potential\.inputs"):
        MarketIndex(name="own", says=Says("", ""), rule=a.term, inputs=[b], undefined=[], formula=Says("", ""))


POSITIVE = st.fractions(Fraction(1, 100), 10**6, max_denominator=100) | st.integers(1, 10**25)


@given(POSITIVE, POSITIVE, POSITIVE)
def test_who_grows_with_the_market_has_100(own, market, times) -> None:
    """Both grow alike: 100, exactly."""
    record = {"own_last": own, "own": own * times, "market_last": market, "market": market * times}
    assert EVOLUTION.measure(record).value == 100


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_the_index_is_as_the_formula_says(own, own_last, rest, rest_last) -> None:
    """(100 + g %) / (100 + m %) x 100, and above 100 just where the share grew."""
    record = {"own": own, "own_last": own_last, "market": own + rest, "market_last": own_last + rest_last}
    growth, market, change, found = (
        index.measure(record).value for index in (GROWTH, MARKET_GROWTH, SHARE_CHANGE, EVOLUTION)
    )
    assert found == (100 + 100 * growth) / (100 + 100 * market) * 100
    assert (found > 100) == (change > 0)
    assert (found == 100) == (change == 0)
    assert growth == Fraction(own) / own_last - 1


@given(st.fixed_dictionaries({name: st.none() | st.integers(-5, 20) for name in YEAR}))
def test_an_index_is_its_rule_or_missing(record) -> None:
    """Never a number that the rule does not give; and missing exactly where a reason is."""
    for index in MARKET:
        found = index.measure(record)
        assert (found.value is None) == bool(found.reason.en)
        assert found.value is None or found.value == index.rule(record)
        if None in [record[one.name] for one in index.inputs]:
            assert found.value is None
