"""Group rules answer for everybody at once: ranks, shares and classes within a group."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, BadRule, BadValue
from pharmasales.rules import Field, Grouped, Pareto, Quantiles, Ranked, RuleBook, Split
from pharmasales.rules.groups import groups_of
from pharmasales.splits import largest_remainder

SALES, CITY = Field("sales"), st.sampled_from(("N", "S", "西", 1, None))
PEOPLE = st.lists(st.fixed_dictionaries({"sales": st.none() | st.integers(-3, 9), "city": CITY}), max_size=12)
PAYING = st.lists(st.fixed_dictionaries({"sales": st.integers(1, 9), "city": CITY}), max_size=12)
ABC = Pareto(SALES, (("80%", "A"), ("95%", "B")), rest="C")


@given(PEOPLE, st.booleans())
def test_rank_is_one_more_than_those_before(people, lowest_first):
    """A rank is one more than the count of those of the group that are better; missing value or group: no rank."""
    for person, rank in zip(people, Ranked(SALES, ["city"], lowest_first).answers(people), strict=True):
        if person["sales"] is None or person["city"] is None:
            assert rank is None
            continue
        others = [o["sales"] for o in people if o["city"] == person["city"] and o["sales"] is not None]
        better = [o for o in others if (o < person["sales"] if lowest_first else o > person["sales"])]
        assert rank == 1 + len(better)


@given(PAYING, st.integers(-50, 50))
def test_shares_add_up_in_every_group(people, total):
    """Each group's shares are those of its weights alone, and add up to the total."""
    shares = Split(SALES, total, ["city"]).answers(people)
    for places in groups_of(people, ["city"]).values():
        found = [shares[place] for place in places]
        assert found == largest_remainder(total, [people[place]["sales"] for place in places])
        assert sum(found) == total
    assert all(share is None for person, share in zip(people, shares, strict=True) if person["city"] is None)


def test_total_of_each_group():
    """The total may stand on the records: the same on every one of a group."""
    people = [
        {"sales": 2, "city": "N", "goal": 9},
        {"sales": 1, "city": "N", "goal": 9},
        {"sales": 5, "city": "S", "goal": 4},
    ]
    rule = Split(SALES, Field("goal"), ["city"])
    assert rule.answers(people) == [6, 3, 4]
    people[1]["goal"] = 8
    with pytest.raises(BadValue, match="several totals in one group @ group N, goal"):
        rule.answers(people)


@given(PEOPLE, st.sampled_from((ABC, Quantiles(SALES, 4), Quantiles(SALES, 3, by="volume"))))
def test_grouped_is_the_rule_in_each_group(people, rule):
    """Within a group the labels are those of the rule fitted to that group alone."""
    found = Grouped(rule, ["city"]).answers(people)
    for places in groups_of(people, ["city"]).values():
        mine = [people[place] for place in places]
        bands = rule.fit(mine, all_zero="lowest").bands
        assert [found[place] for place in places] == [bands(person) for person in mine]


def test_a_group_of_zeros_has_the_lowest_label():
    """Nobody above zero: the lowest label for all of the group, and a missing one stays missing."""
    people = [{"sales": 0, "city": "N"}, {"sales": None, "city": "N"}, {"sales": 7, "city": "S"}]
    assert Grouped(ABC, ["city"]).answers(people) == ["C", None, "A"]
    assert Grouped(Quantiles(SALES), ["city"]).answers(people) == [0, None, 10]
    with pytest.raises(BadRule, match="nobody has a value above zero"):
        ABC.fit(people[:2])


def test_several_fields_part_the_population():
    """Groups are told by all of their fields; 1 and "1" are two."""
    people = [{"a": 1, "b": "x"}, {"a": "1", "b": "x"}, {"a": 1, "b": "y"}, {"a": 1, "b": "x"}]
    assert groups_of(people, ["a", "b"]) == {(1, "x"): [0, 3], ("1", "x"): [1], (1, "y"): [2]}
    assert groups_of(people, []) == {(): [0, 1, 2, 3]}
    assert groups_of([], []) == {(): []}


@pytest.mark.parametrize(
    "rule",
    [
        Ranked(SALES),
        Ranked(SALES, ["city"], lowest_first=True),
        Split(SALES, 7, ["city", "kind"], "even"),
        Split(SALES, Field("goal")),
        Grouped(ABC, ["city"]),
        Grouped(Quantiles(SALES, 5, by="volume"), ["city"]),
    ],
)
def test_kept_as_data(rule):
    """A book keeps a group rule and reads it back."""
    book = RuleBook("b", "1", {"rule": rule})
    again = RuleBook.from_data(book.data())
    assert (again, again.fingerprint) == (book, book.fingerprint)


def test_refused():
    """What cannot be answered is refused by name."""
    cases = [
        (lambda: Ranked(SALES)({"sales": 1}), "answers for everybody at once"),
        (lambda: Ranked(SALES, "city"), "one text where several fields are due"),
        (lambda: Split(SALES, "7"), "a total is a whole number or a term"),
        (lambda: Grouped(ABC, []), "name the fields"),
        (lambda: Grouped(SALES, ["city"]), "only a population rule"),
        (lambda: Split(SALES, 7).answers([{"sales": None}]), r"a weight is missing @ records\[0\], sales"),
        (lambda: Split(SALES, 7).answers([{"sales": -1}]), r"negative weight @ everybody, weights\[0\]"),
        (lambda: Split(SALES, Field("t")).answers([{"sales": 1, "t": None}]), "no total @ everybody, t"),
        (lambda: Split(SALES, Field("t")).answers([{"sales": 1, "t": "0.5"}]), "a total that is not whole"),
        (lambda: Ranked(SALES, ["city"]).answers([{"sales": 1, "city": 0.5}]), r"float as a group @ records\[0\] city"),
        (lambda: Ranked(SALES, ["town"]).answers([{"sales": 1}]), r"records\[0\]"),
        (lambda: Ranked(SALES).answers([{"sales": 1}, {"sales": "x"}]), r"records\[1\], sales"),
    ]
    for make, words in cases:
        with pytest.raises((BadRule, BadValue), match=words):
            make()
    with pytest.raises(BadConfig, match="true or false"):
        RuleBook.from_data({"rules": {"r": {"shape": "ranked", "of": "sales", "lowest_first": "yes"}}})


def test_even_where_all_weights_are_zero():
    """A policy may share evenly what no weight says how to share."""
    assert Split(SALES, 5, all_zero="even").answers([{"sales": 0}] * 3) == [2, 2, 1]
    assert Split(SALES, 0).answers([{"sales": 0}] * 2) == [0, 0]
    assert Split(SALES, 0).answers([]) == []
    with pytest.raises(BadValue, match="there are no weights"):
        Split(SALES, 5).answers([])


def test_fractions_are_ranked_in_one_unit():
    """Few denominators or many: the order is that of the values."""
    for count in (12, 100):
        values = [Fraction(n * 7 % 31, n % count + 1) for n in range(2 * count)]
        due = [1 + sum(other > value for other in values) for value in values]
        assert Ranked(Field("x")).answers([{"x": value} for value in values]) == due
