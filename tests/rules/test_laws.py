"""The laws hold for random rules of every shape, and name what a wrong rule breaks."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Bands, Field, FirstMatch, Pareto, Part, Rule, Weighted
from pharmasales.rules.terms import number
from pharmasales.testing import strategies as some
from pharmasales.testing.laws import LAWS, Broken, check_all, evidence_adds_up, explained, fields_read


@settings(max_examples=150, deadline=None)
@given(st.one_of(some.rules(), some.conditions()), some.records())
def test_random_rules_keep_every_law(rule, record):
    """Every shape, with every form of number and with missing values, keeps all laws."""
    assert check_all(rule, [record]) == []


@settings(max_examples=150, deadline=None)
@given(st.one_of(some.paretos(), some.quantiles()), st.lists(some.records(), max_size=8))
def test_random_population_rules_keep_every_law(rule, records):
    """A fitted rule's bands keep the laws, and its evidence adds up; nobody above zero is an error."""
    values = [value for record in records if (value := number(rule.of(record), "")) is not None]
    if any(value > 0 for value in values):
        assert check_all(rule, records) == []
    else:
        with pytest.raises(BadRule, match="nobody has a value above zero"):
            check_all(rule, records)


@frozen
class AlwaysTop(Rule):
    """A wrong rule: missing is the top grade."""

    of: Field

    def __call__(self, record):
        """Answer A whatever the record holds, and in another voice for text."""
        return "B" if isinstance(self.of(record), str) else "A"


def test_a_wrong_rule_is_named():
    """A rule of one's own that breaks laws gets each of them by name, with the record."""
    broken = check_all(AlwaysTop(Field("x")), [{"x": 5}])
    assert [one.law for one in broken] == [
        "missing_in_missing_out",
        "equal_values_equal_classes",
        "explained",
        "data_round_trip",
        "same_fingerprint",
    ]
    assert broken[0] == Broken("missing_in_missing_out", 0, "an answer without x")
    assert broken[1].what == "x as str answers otherwise"
    assert broken[2].what.startswith("no reason: a AlwaysTop cannot be explained")


@frozen
class Shifted(Bands):
    """Bands that put a value at a cut below it."""

    def place(self, value):
        """Return the place of a value a little less."""
        return None if value is None else super().place(value - 1)

    def __call__(self, record):
        """Answer by the shifted place."""
        place = self.place(number(self.of(record), ""))
        return None if place is None else self.labels()[place]


@frozen
class Late(Bands):
    """Bands whose cut is right, and a little more than the cut is not."""

    def place(self, value):
        """Return the place of a whole number alone."""
        return super().place(value) if isinstance(value, int) else 0


@frozen
class Forgetful(Weighted):
    """A sum that shows a point more than it counts."""

    def points(self, record):
        """Return one part twice."""
        return super().points(record) * 2


@frozen
class Silent(FirstMatch):
    """A rule without an answer, whose reason names one."""

    def __call__(self, record):
        """Answer nothing, or a list that no reason names."""
        return "other" if self.of_first(record) is False else None

    def of_first(self, record):
        """Ask the first case alone."""
        return self.cases[0][0](record)


class Counting(Rule):
    """A rule that remembers."""

    def __init__(self):
        self.asked = 0

    def __call__(self, _record):
        """Answer otherwise each time."""
        self.asked += 1
        return self.asked


X = Field("x")


@pytest.mark.parametrize(
    ("rule", "law", "what"),
    [
        (Shifted(X, ((1, "a"),), top="b"), "band_includes_lower_cut", "cut 0 is on the wrong side"),
        (Late(X, ((1, "a"),), top="b"), "band_includes_lower_cut", "a little more than cut 0 is not above it"),
        (Forgetful([Part("x", 100, X)]), "points_add_up", "the points shown do not add up to the total"),
        (Silent([(X.over(1), "a")]), "explained", "the reason does not say that there is no answer"),
        (Counting(), "objects_as_mappings", "another answer for an object, or the second time"),
    ],
)
def test_each_law_finds_its_wrong_rule(rule, law, what):
    """A rule that breaks one law is found by that law, in its own words."""
    assert LAWS[law](rule, {"x": 5}) == what
    assert (law, what) in [(one.law, one.what) for one in check_all(rule, [{"x": 5}])]


def test_an_answer_that_is_not_named_or_not_kept():
    """A reason that names another answer, and a rule that answers otherwise when it comes back, are found."""
    silent = Silent([(X.over(1), "a")], otherwise="rest")
    assert explained(silent, {"x": 1}) == "the answer is not named"
    assert LAWS["data_round_trip"](silent, {"x": 1}) == "another rule after writing and reading"


def test_evidence_is_counted_again():
    """Evidence that lost somebody, or counts the wrong ones, or whose shares miss the whole, is found."""
    rule, records = Pareto(X, (("80%", "A"),), rest="B"), [{"x": 8}, {"x": 2}, {"x": None}]
    fitted = rule.fit(records)
    first, last = fitted.evidence
    assert evidence_adds_up(rule, fitted, records) == ""
    wrong = {
        "the counts are not those of the records": evolve(fitted, missing=0),
        "a label counts others than the bands give it": evolve(
            fitted, evidence=(evolve(first, count=2), evolve(last, count=0))
        ),
        "the shares of Pareto miss the whole": evolve(fitted, evidence=(first, evolve(last, share=Fraction(1, 2)))),
    }
    assert {what: evidence_adds_up(rule, bad, records) for what, bad in wrong.items()} == {what: what for what in wrong}


def test_spoken_answers():
    """Texts, dates of fields and tests are named as reasons name them."""
    for rule, record in [(X, {"x": "poor"}), (X, {"x": 1.5}), (X.over(1), {"x": 5}), (X.over(1), {"x": None})]:
        assert check_all(rule, [record]) == []


def test_laws_are_a_registry():
    """Laws are found by name; each says in a sentence what it holds."""
    assert LAWS["explained"] is explained
    assert all(law.__doc__ for law in LAWS.values())
    with pytest.raises(TypeError):
        LAWS["mine"] = explained


def test_a_record_that_the_rule_refuses_is_the_callers_error():
    """Check_all does not hide a bad record."""
    with pytest.raises(BadValue, match="not a number @ sales"):
        check_all(Bands(Field("sales"), ((1, "a"),), top="b"), [{"sales": "much"}])


def test_fields_read():
    """The fields of a rule are found through terms, tests, parts and grids."""
    assert fields_read(Pareto(Field("sales"), (("80%", "A"),), rest="B")) == ["sales"]


@given(some.rule_books())
def test_books_come_back_from_their_data(book):
    """A rule book read from its own data is equal and bears the same fingerprint."""
    again = type(book).from_data(book.data())
    assert again == book
    assert again.fingerprint == book.fingerprint
    assert book.diff(again).rows == []
