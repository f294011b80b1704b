"""Rules that look at the others: fitted once, kept with their evidence, then asked for one person."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, BadRule, BadValue
from pharmasales.rules import (
    Curve,
    FairShare,
    Field,
    Part,
    Percentile,
    RelativeToBest,
    Weighted,
    compiled,
    explain,
    fit_peers,
)
from pharmasales.rules.data import read_rule
from pharmasales.rules.peers import peers_in
from pharmasales.rules.writing import rule_data

X = Field("x")
values = st.lists(st.one_of(st.none(), st.integers(-5, 40), st.fractions(0, 9, max_denominator=4)), max_size=12)


def people(given_values):
    """One record for each value."""
    return [{"x": value} for value in given_values]


def answers(rule, given_values):
    """Everybody's answer, fitted to everybody."""
    records = people(given_values)
    fitted = fit_peers(rule, records).rule
    return [fitted(record) for record in records]


def test_relative_to_best():
    """E42: sales 70, credit 30; X has 90 and 80, Y 60 and 100: 94 and 76.67."""
    screen = Weighted(
        [Part("sales", 70, RelativeToBest(Field("sales"))), Part("credit", 30, RelativeToBest(Field("credit")))]
    )
    records = [{"sales": 90, "credit": 80}, {"sales": 60, "credit": 100}]
    fitted = fit_peers(screen, records)
    assert [str(fitted.rule(record)) for record in records] == ["94.00", "76.67"]
    assert [(fact.counted, fact.missing, fact.figures[0].value) for fact in fitted.facts] == [(2, 0, 90), (2, 0, 100)]
    assert [row[:5] for row in fitted.table().rows] == [
        (RelativeToBest.says, "sales", 2, 0, fitted.facts[0].figures[0].name),
        (RelativeToBest.says, "credit", 2, 0, fitted.facts[1].figures[0].name),
    ]
    assert [one.says.zh for one in (RelativeToBest, Percentile, FairShare)] == ["相对最优", "百分位", "按潜力归一"]
    assert "RelativeToBest" in fitted._repr_html_()


def test_the_least_may_be_the_best():
    """Of costs 40, 50, 80 and 100 the first is the best; half as much again costs half, twice as much all."""
    assert answers(RelativeToBest(X, lowest_first=True), (40, 50, 60, 80, 100)) == [
        1,
        Fraction(3, 4),
        Fraction(1, 2),
        0,
        0,
    ]


@given(values)
def test_the_best_has_one_and_the_rest_in_proportion(given_values):
    """By brute force: value over best, never below zero; without a best above zero it is refused."""
    there = [value for value in given_values if value is not None]
    if not there or max(there) <= 0:
        with pytest.raises(BadRule) as caught:
            answers(RelativeToBest(X), given_values)
        assert caught.value.code == "rule.fit"
        return
    due = [None if value is None else max(Fraction(value) / max(there), 0) for value in given_values]
    assert answers(RelativeToBest(X), given_values) == due


@given(values, st.integers(2, 20), st.booleans())
def test_a_percentile_is_the_share_who_are_not_better(given_values, parts, lowest_first):
    """By brute force, cut off to whole parts; equal values have equal scores, zero and less take part."""
    there = [value for value in given_values if value is not None]
    rule = Percentile(X, parts, lowest_first)
    if not there:
        with pytest.raises(BadRule, match="nobody has a value"):
            answers(rule, given_values)
        return

    def due(value):
        if value is None:
            return None
        level = sum(other >= value if lowest_first else other <= value for other in there)
        return Fraction(parts * level // len(there), parts)

    assert answers(rule, given_values) == [due(value) for value in given_values]


def test_a_newcomer_beyond_everybody():
    """Whoever is worse than all who were looked at has nothing, and whoever is better has everything."""
    rule = fit_peers(Percentile(X), people([10, 20])).rule
    assert [rule({"x": value}) for value in (9, 10, 15, 20, 99)] == [0, Fraction(1, 2), Fraction(1, 2), 1, 1]
    best = fit_peers(RelativeToBest(X), people([10, 20])).rule
    assert [best({"x": value}) for value in (-5, 0, 40)] == [0, 0, 1]


def test_a_fair_share():
    """Sales 60 and 90 of potentials 100 and 200: a half of a unit each, so 120 % and 90 % of what could be expected."""
    records = [{"s": 60, "p": 100}, {"s": 90, "p": 200}, {"s": 5, "p": 0}, {"s": None, "p": 9}, {"s": 9, "p": None}]
    fitted = fit_peers(FairShare(Field("s"), Field("p")), records)
    assert [fitted.rule(record) for record in records] == [Fraction(6, 5), Fraction(9, 10), None, None, None]
    fact = fitted.facts[0]
    assert (fact.counted, fact.missing, [figure.value for figure in fact.figures]) == (5, 3, [150, 300, Fraction(1, 2)])
    with pytest.raises(BadRule, match="nothing to share out"):
        fit_peers(FairShare(Field("s"), Field("p")), records[2:])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=8))
def test_fair_shares_weigh_up(pairs):
    """Weighed by potential, the fair shares of everybody are 1 on average."""
    records = [{"s": sold, "p": potential} for sold, potential in pairs]
    if not any(sold for sold, _ in pairs):
        return
    rule = fit_peers(FairShare(Field("s"), Field("p")), records).rule
    assert sum(rule(record) * record["p"] for record in records) == sum(record["p"] for record in records)


@given(values.filter(lambda given_values: any(value and value > 0 for value in given_values)), st.randoms())
def test_the_order_is_irrelevant(given_values, random):
    """Everybody in any order gives the same rule and the same evidence."""
    shuffled = list(given_values)
    random.shuffle(shuffled)
    for rule in (RelativeToBest(X), Percentile(X, 7)):
        assert fit_peers(rule, people(given_values)) == fit_peers(rule, people(shuffled))


def test_they_stand_anywhere_in_a_rule():
    """Under a curve, in a sum; the rest of the rule stays as it is."""
    rule = Curve(FairShare(Field("s"), Field("p")), (("0.5", 0), ("1.5", 1)))
    fitted = fit_peers(rule, [{"s": 5, "p": 10}])
    assert fitted.rule({"s": 6, "p": 10}) == Fraction(7, 10)
    assert [type(one) for one in peers_in(rule)] == [FairShare]
    assert list(peers_in(fitted.rule)) == []
    assert fit_peers(X, []).rule is X


def test_they_stand_within_one_another():
    """A percentile of what is normalised by potential: 6/5, 9/10 and 1/2 of a fair share are third, second and last."""
    rule = Curve(Percentile(FairShare(Field("s"), Field("p"))), ((0, 0), (1, 1)))
    records = [{"s": 60, "p": 100}, {"s": 45, "p": 100}, {"s": 25, "p": 100}, {"s": 20, "p": None}]
    fitted = fit_peers(rule, records)
    assert [fitted.rule(record) for record in records] == [1, Fraction(33, 50), Fraction(33, 100), None]
    assert [type(fact.rule) for fact in fitted.facts] == [FairShare, Percentile]
    assert [(fact.counted, fact.missing) for fact in fitted.facts] == [(4, 1), (4, 1)]
    assert [type(one) for one in peers_in(rule)] == [Percentile, FairShare]
    assert list(peers_in(fitted.rule)) == []


def test_one_person_alone_is_refused():
    """What the others did is not known until the rule is fitted."""
    for rule in (RelativeToBest(X), Percentile(X), FairShare(X, X)):
        for ask in (rule, compiled(rule)):
            with pytest.raises(BadRule, match="looks at the others") as caught:
                ask({"x": 1})
            assert caught.value.code == "rule.fit"
        with pytest.raises(BadRule, match="cannot be explained"):
            explain(rule, {"x": 1})


def test_a_fitted_rule_explains_itself():
    """The reason names the best, or the band of the percentile."""
    best = fit_peers(RelativeToBest(X), people([90, 60])).rule
    assert explain(best, {"x": 60}).head() == "x 60 on the line from (0, 0) to (90, 1): 0.6667"
    level = fit_peers(Percentile(X), people([90, 60])).rule
    assert "x 60 is at least 60 and is below 90: 50" in explain(level, {"x": 60}).text()


@pytest.mark.parametrize(
    "rule",
    [
        RelativeToBest(X),
        Percentile(X, 10, lowest_first=True),
        FairShare(X, Field("p")),
        RelativeToBest(FairShare(X, Field("p"))),
    ],
)
def test_both_ways_as_data(rule):
    """A rule book keeps them, bare and within another rule."""
    assert read_rule(rule_data(rule)) == rule
    nested = Curve(rule, ((0, 0), (1, 1)))
    assert read_rule(rule_data(nested)) == nested


@pytest.mark.parametrize(
    "data",
    [
        {"shape": "percentile", "of": "x", "parts": 1},
        {"shape": "percentile", "of": "x", "lowest_first": "yes"},
        {"shape": "relative_to_best"},
        {"shape": "fair_share", "of": "x"},
    ],
)
def test_bad_data(data):
    """Too few parts, a word for a yes, a missing key."""
    with pytest.raises(BadConfig):
        read_rule(data)


def test_a_bad_value_is_named_by_its_place():
    """The second record holds a text."""
    with pytest.raises(BadValue, match=r"records\[1\]"):
        fit_peers(RelativeToBest(X), people([1, "many"]))
