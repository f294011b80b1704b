"""A compiled rule answers as the rule itself does, and refuses in the same words."""

from __future__ import annotations

from collections import OrderedDict
from types import MappingProxyType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import PharmaSalesError
from pharmasales.rules import (
    AnyOf,
    Bands,
    Curve,
    Field,
    FirstMatch,
    Grid,
    Not,
    Pareto,
    Part,
    Ratio,
    Sum,
    Times,
    Weighted,
    compiled,
    over,
)
from pharmasales.testing import strategies as some

VALUES = st.one_of(st.none(), st.integers(-5, 200), st.integers(-5, 200), st.booleans(), some.numbers(), st.just("x"))
RECORDS = st.fixed_dictionaries(dict.fromkeys(some.FIELDS, VALUES))


def told(rule, record):
    """Return an answer with its type, or the words of the refusal."""
    try:
        found = rule(record)
    except PharmaSalesError as error:
        return str(error)
    return found, type(found)


@settings(max_examples=150, deadline=None)
@given(st.one_of(some.rules(), some.conditions()), st.lists(RECORDS, min_size=1, max_size=4))
def test_the_same_answers(rule, records):
    """Every shape and every form of a number; for mappings of any kind and for objects."""
    fast = compiled(rule)
    for record in records:
        for form in (record, OrderedDict(record), MappingProxyType(record), SimpleNamespace(**record)):
            assert told(fast, form) == told(rule, form)


@settings(max_examples=150, deadline=None)
@given(st.one_of(some.rules(), some.conditions()), st.tuples(*[st.none() | st.integers(-300, 300)] * 3))
def test_the_same_answers_the_short_way(rule, values):
    """Whole numbers and missing values, which go the short way."""
    record = dict(zip(some.FIELDS, values, strict=True))
    assert told(compiled(rule), record) == told(rule, record)


def test_rules_upon_rules():
    """A band of a score, a score of labels, a grid of first matches."""
    x, y = Field("x"), Field("y")
    size = Bands(x, ((over(5), 1), (10, 20)), top=300)
    first = FirstMatch(((AnyOf([x.over(3), Not(y.missing())]), "a"),), otherwise="b")
    score = Weighted([Part("x", 60, size), Part("y", 40, Curve(Ratio(x, y), ((0, 0), ("1/3", 1), (2, -1))))], full=10)
    grid = Grid(first, size, {row: {col: f"{row}{col}" for col in size.labels()} for row in ("a", "b")})
    part = Bands(Ratio(x, y), ((over("1/3"), "a"), ("1/2", "b"), (over(4), "c")), top="d")
    half = Bands(score, (("0.5", "low"), (over(60), "mid")), top="high")
    for rule in (
        size,
        first,
        score,
        grid,
        half,
        part,
        Times([size, score], "0.5"),
        Sum([size], less=[x]),
        Bands(first, (), top=1),
    ):
        for record in ({"x": a, "y": b} for a in (None, -1, 4, 5, 6, 10) for b in (None, -3, 0, 1, 12)):
            assert told(compiled(rule), record) == told(rule, record)


def test_a_mapping_with_attributes_is_a_mapping():
    """A field named as a method of mappings is read by its key."""
    rule = Bands(Field("items"), ((5, "few"),), top="many")
    assert compiled(rule)(OrderedDict(items=7)) == "many"


def test_what_is_not_compiled():
    """A population rule and a bare field are returned as they are; an unknown field is refused as by the rule."""
    pareto = Pareto(Field("x"), (("80%", "A"),), rest="B")
    assert compiled(pareto) is pareto
    with pytest.raises(PharmaSalesError, match="no field 'x'"):
        compiled(Bands(Field("x"), (), top="a"))({"z": 1})


RATIO = Ratio(Field("x"), Field("y"))
PAIRS = [{"x": x, "y": y} for x in (None, -40, -3, 0, 1, 5, 17, 40, 10**30) for y in (None, -7, 0, 1, 3, 10**25)]


@pytest.mark.parametrize("count", [2, 8, 9, 40])
def test_few_and_many_cuts(count):
    """Cuts are compared one by one or searched: the same places on and beside each cut, of numbers and ratios."""
    for of in (RATIO, Field("x")):
        cuts = [(over(n) if n % 3 else n, str(n)) for n in range(count)]
        curve = Curve(of, [(n, (n * 7 % 5) - 1) for n in range(count)])
        for rule in (Bands(of, cuts, top="top"), curve, Weighted([Part("c", 100, curve)])):
            fast = compiled(rule)
            assert [told(fast, record) for record in PAIRS] == [told(rule, record) for record in PAIRS]


def test_many_cases_and_many_terms():
    """As many as a rule may have: no case, term or part is one too many to be written."""
    first = FirstMatch([(Field("x").over(n), n) for n in range(1_500, 0, -1)], otherwise=0)
    total = Sum([Field(f"x{n}") for n in range(3_000)], less=[Field("x0")])
    assert [compiled(first)({"x": x}) for x in (None, 0, 7, 9_999)] == [None, 0, 6, 1_500]
    assert compiled(total)({f"x{n}": n for n in range(3_000)}) == 2_999 * 1_500


def test_no_word_of_a_rule_is_code():
    """Names and labels are constants beside the function, whatever is written in them."""
    word = 'x"]; raise SystemExit\n#'
    rule = Bands(Field(word.replace("\n", " ")), ((1, "a'); raise SystemExit #"),), top="b")
    name = rule.of.name
    assert [compiled(rule)({name: value}) for value in (0, 1)] == ["a'); raise SystemExit #", "b"]
    assert not any("SystemExit" in text for text in map(str, compiled(rule).__code__.co_consts))


@pytest.mark.parametrize("missing", ["missing", "zero", "reweight"])
def test_halves_are_rounded_away_from_zero(missing):
    """Above and below zero, for parts whose weight divides evenly and for those whose weight does not."""
    parts = [Part("x", "33.5", Field("x")), Part("r", "66.5", RATIO)]
    rule = Weighted(parts, full=1_000, missing=missing)
    fast = compiled(rule)
    assert [told(fast, record) for record in PAIRS] == [told(rule, record) for record in PAIRS]
    half = Weighted([Part("x", 100, Field("x"))], full=20_000)
    assert [str(compiled(half)({"x": x})) for x in (-3, -1, 1, 3)] == ["-0.02", "-0.01", "0.01", "0.02"]


def test_a_rule_refused_only_where_it_is_asked():
    """Every part is written before any is asked; what the rule would not have read is not refused."""
    rule = FirstMatch(((Field("x").over(0), "x"), (Field("y").over(0), "y")), otherwise="none")
    assert compiled(rule)({"x": 1, "y": "many"}) == "x"
    assert compiled(rule)({"x": 1}) == "x"
    assert told(compiled(rule), {"x": 0, "y": "many"}) == told(rule, {"x": 0, "y": "many"})
