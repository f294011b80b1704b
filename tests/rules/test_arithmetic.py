"""Products and sums: exact, missing with any of their parts, and written out in their reasons."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Bands, Field, Not, Ratio, RuleBook, Sum, Times, Unless, compiled, explain
from pharmasales.testing import strategies as some

A, B, C = Field("a", "甲"), Field("b"), Field("c")
THREE = st.fixed_dictionaries({name: some.exact_numbers() for name in "abc"})


def test_e1_department_potential():
    """E1: 80 patients x 30 % x 3 boxes x 22 days = 1,584; own 10 x 3 x 22 = 660; share 41.67 %; of zero undefined."""
    total = Times([Field("patients"), Field("share"), Field("boxes"), Field("days")])
    own = Times([Field("own"), Field("boxes"), Field("days")])
    record = {"patients": 80, "share": "0.3", "boxes": 3, "days": 22, "own": 10}
    assert (total(record), own(record)) == (1584, 660)
    assert Ratio(own, total)(record) == Fraction(5, 12)
    assert Ratio(own, total)({**record, "patients": 0}) is None


@given(THREE, st.fractions(-5, 5, max_denominator=9))
def test_exact(record, constant):
    """The answer is the exact product or sum, an int where it is whole."""
    a, b, c = (record[name] for name in "abc")
    product, total = Times([A, B], constant)(record), Sum([A, B], less=[C])(record)
    assert product == Fraction(a) * b * constant
    assert total == Fraction(a) + b - c
    assert all(type(found) is int or found.denominator > 1 for found in (product, total))


@given(THREE, st.sampled_from("abc"))
def test_missing(record, gone):
    """One missing part leaves the whole missing, a zero beside it too."""
    record = {**record, "a": 0, gone: None}
    assert Times([A, B, C])(record) is None
    assert Sum([A], less=[B, C])(record) is None


def test_names():
    """A term is named after its formula."""
    assert Times([A, B], times=12).named() == "12 x a x b"
    assert Sum([A, B], less=[C]).named() == "a + b - c"


def test_brackets():
    """A formula reads as it is reckoned: sums in products and ratios stand in brackets, and what divides does."""
    growth = Ratio(Sum([A], less=[B]), B)
    assert growth.named() == "(a - b)/b"
    assert Times([Sum([A, B]), C]).named() == "(a + b) x c"
    assert Sum([A], less=[Sum([B], less=[C])]).named() == "a - (b - c)"
    assert Ratio(Times([A, B]), Times([A, C])).named() == "a x b/(a x c)"
    assert Ratio(Ratio(A, B), Ratio(C, B)).named() == "a/b/(c/b)"
    record = {"a": 3, "b": 2, "c": 4}
    assert explain(growth, record).text("zh") == "(甲 - b)/b = 1 / 2 = 0.5（甲 - b = 3 - 2 = 1）"
    assert explain(Times([Sum([A, B]), C], 2), record).head("zh") == "2 x (甲 + b) x c = 2 x 5 x 4 = 40"
    assert explain(Sum([A], less=[Sum([B, C])]), record).head() == "a - (b + c) = 3 - 6 = -3"


def test_reasons():
    """The reason writes the formula and its numbers, and goes into what is no plain field."""
    record = {"a": 4, "b": Fraction(1, 2), "c": 1000}
    assert explain(Times([A, B], times=12), record).text("zh") == "12 x 甲 x b = 12 x 4 x 0.5 = 24"
    why = explain(Sum([Ratio(C, A)], less=[B]), record)
    assert why.text() == "c/a - b = 250 - 0.5 = 249.5 (c/a = 1,000 / 4 = 250)"
    bands = Bands(Sum([A, B]), ((4, "few"),), top="many")
    assert explain(bands, record).text() == "a + b 4.5 is at least 4: many (a + b = 4 + 0.5 = 4.5)"


def test_tested():
    """A product can be asked as any term."""
    assert Times([A, B]).at_least(6)({"a": 2, "b": 3}) is True
    assert Times([A, B]).over(6)({"a": 2, "b": 3}) is False


@pytest.mark.parametrize(
    "term", [Times([A, B], times=Fraction(1, 3)), Times([A]), Sum([A, B]), Sum([A], less=[Times([B], 2)])]
)
def test_kept_as_data(term):
    """A book keeps it and reads it back, as a rule and inside another."""
    book = RuleBook("b", "1", {"term": term, "size": Bands(term, ((0, "no"),), top="yes")})
    again = RuleBook.from_data(book.data())
    assert (again, again.fingerprint) == (book, book.fingerprint)


def test_from_toml():
    """TOML writes terms inline."""
    text = '[rules.gap]\nsum = [{ times = ["patients", "boxes"], constant = 12 }]\nless = ["actual"]\n'
    assert RuleBook.from_toml(text)["gap"]({"patients": 5, "boxes": 2, "actual": 20}) == 100


def test_refused():
    """A product or sum of nothing, a part that is no number, a constant that is none."""
    for make, code in ((lambda: Times([]), "rule.factors"), (lambda: Sum([], less=[A]), "rule.factors")):
        with pytest.raises(BadRule) as caught:
            make()
        assert caught.value.code == code
    with pytest.raises(BadRule, match="not a number"):
        Times([A], times="much")
    with pytest.raises(BadValue, match="not a number @ b"):
        Times([A, B])({"a": 1, "b": "many"})


GROWTH = Unless(Ratio(Sum([A], less=[B]), B), [B.below(0), B.at_most(0)])


@given(THREE)
def test_unless(record):
    """A number stands where every test is false; where one holds, or a value is missing, it is missing."""
    b = record["b"]
    assert GROWTH(record) == (None if b <= 0 else Fraction(record["a"] - b) / b)
    assert GROWTH({**record, "b": None}) is None
    negated = Unless(A, [Not(C.over(5))])
    assert negated(record) == (record["a"] if record["c"] > 5 else None)
    assert negated({**record, "c": None}) is None


@given(st.fixed_dictionaries({name: st.one_of(st.none(), st.integers(-4, 4)) for name in "ab"}))
def test_unless_compiled(record):
    """The short way gives the same value of the same type, ratio or not."""
    for rule in (GROWTH, Unless(A, [B.equals(0)]), Unless(Sum([A], less=[B]), [A.over("1/2"), B.missing()])):
        found, wanted = compiled(rule)(record), rule(record)
        assert (type(found), found) == (type(wanted), wanted)


def test_unless_explains_itself():
    """It is called what it holds, explained as that, and where it has no meaning by the test that says so."""
    assert GROWTH.named() == "(a - b)/b"
    assert explain(GROWTH, {"a": 6, "b": 4}).text() == "(a - b)/b = 2 / 4 = 0.5 (a - b = 6 - 4 = 2)"
    assert explain(GROWTH, {"a": 6, "b": 0}).text("zh") == "(甲 - b)/b 在此无意义，故缺失（b 0 不超过 0：是）"
    assert explain(GROWTH, {"a": 6, "b": None}).text() == (
        "(a - b)/b has no meaning here, so it is missing (b missing is below 0: unknown)"
    )
    with pytest.raises(BadRule) as caught:
        Unless(A, [])
    assert caught.value.code == "rule.tests"


def test_unless_in_a_rule_book():
    """It is kept as data, at the top of a book and inside a shape."""
    rules = {"growth": GROWTH, "band": Bands(GROWTH, ((1, "low"),), top="high")}
    book = RuleBook("b", "1", rules)
    assert RuleBook.from_data(book.data()).rules == rules
    assert book.data()["rules"]["growth"] == {
        "unless": [{"of": {"field": "b"}, "below": 0}, {"of": {"field": "b"}, "at_most": 0}],
        "of": {"ratio": [{"sum": [{"field": "a", "zh": "甲"}], "less": [{"field": "b"}]}, {"field": "b"}]},
    }
