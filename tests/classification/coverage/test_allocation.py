"""Shares by class (S000-26, S004-15, S002-4): to each class and each customer, adding up to the whole exactly."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import SCHEMES, Scheme, classify, doctor_matrix
from pharmasales.classification.coverage.allocation import share_out
from pharmasales.classification.review.moves import MISSING
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.rules import Bands, Field
from pharmasales.splits import largest_remainder
from pharmasales.units import BOX, CNY, VISIT, Amount

SIZE = Scheme("size", ("A", "B", "C"))
RULE = Bands(Field("sales"), ((20, "C"), (50, "B")), top="A")
SOURCE = {"A": 60, "B": 30, "C": 10}


def graded(letters):
    """Make customers H0, H1... with these letters; `-` has none."""
    sales = {"A": 90, "B": 30, "C": 1, "-": None}
    people = [(f"H{n}", "Example", {"sales": sales[letter]}) for n, letter in enumerate(letters)]
    return classify(people, SIZE, RULE)


def visits(count):
    """Make visits."""
    return Amount.of(count, VISIT)


def amounts(found):
    """Return the whole units of each class."""
    return [int(one.amount.value) for one in found.classes]


def test_s000_26_weighted_investment():
    """S000-26: 100,000 yuan over agents A, B, C by 5 : 3 : 1 a head; each class and each agent in whole fen."""
    found = share_out(Amount.of(100_000, CNY), graded("ABBCCC"), {"A": 5, "B": 3, "C": 1})
    assert [str(one.amount) for one in found.classes] == ["35,714.29 CNY", "42,857.14 CNY", "21,428.57 CNY", "0.00 CNY"]
    assert [str(found.customers[f"H{n}"]) for n in range(6)] == [
        "35,714.29 CNY",
        "21,428.57 CNY",
        "21,428.57 CNY",
        "7,142.86 CNY",
        "7,142.86 CNY",
        "7,142.85 CNY",
    ]


def test_s004_15_time_by_the_doctor_matrix():
    """S004-15: B and C more, A as it is, D less; the figures are the company's: 2, 2, 1, 0 for each doctor."""
    scheme, rule = SCHEMES["doctor_matrix"], doctor_matrix(50, 100)
    doctors = [{"use": u, "potential": p} for u, p in ((80, 150), (20, 150), (80, 60), (20, 60), (20, 60))]
    found = classify([(f"D{n}", "Doctor", record) for n, record in enumerate(doctors)], scheme, rule)
    shares = share_out(visits(50), found, {"B": 2, "C": 2, "A": 1, "D": 0})
    assert [(one.place, int(one.amount.value)) for one in shares.classes] == [
        ("B", 20),
        ("C", 20),
        ("A", 10),
        ("D", 0),
        (MISSING, 0),
    ]
    assert shares.classes[3].why.text("zh") == "权重为零"


def test_by_class_alone():
    """60 : 30 : 10 whatever the heads: two A share 60 visits, seven C share 10."""
    found = share_out(visits(100), graded("AABCCCCCCC"), SOURCE, by="class")
    assert amounts(found) == [60, 30, 10, 0]
    assert [int(found.customers[f"H{n}"].value) for n in range(10)] == [30, 30, 30, 2, 2, 2, 1, 1, 1, 1]
    assert [one.each for one in found.classes] == [30, 30, Fraction(10, 7), None]
    assert [one.share for one in found.classes] == [Fraction(3, 5), Fraction(3, 10), Fraction(1, 10), 0]
    assert found.classes[0].why.text() == "weight 60 of 100"


def test_a_class_without_customers_takes_nothing():
    """Nobody is there to get it: the others share the whole, and the reason says so."""
    found = share_out(visits(100), graded("AC"), SOURCE, by="class")
    assert amounts(found) == [86, 0, 14, 0]
    assert found.classes[1].why.text("zh") == "该级别无客户"
    assert (found.classes[1].each, found.classes[1].parts, found.classes[1].weight) == (None, 0, 30)


def test_without_a_grade_there_is_no_share():
    """A customer without a grade gets nothing, is named, and stands in the order given."""
    found = share_out(visits(7), graded("-A-"), SOURCE)
    assert amounts(found) == [7, 0, 0, 0]
    assert list(found.customers) == ["H0", "H1", "H2"]
    assert [int(amount.value) for amount in found.customers.values()] == [0, 7, 0]
    assert (found.classes[-1].place, found.classes[-1].customers) == (MISSING, 2)


def test_all_zero():
    """By the splits law: refused, unless a policy is named; then everybody with a grade gets the same."""
    none = dict.fromkeys("ABC", 0)
    with pytest.raises(BadValue, match=r"no class has both a weight above zero and customers.*\[allocation.basis\]"):
        share_out(visits(10), graded("AAB-"), none)
    found = share_out(visits(10), graded("AAB-"), none, all_zero="even")
    assert amounts(found) == [7, 3, 0, 0]
    assert found.classes[0].why.text() == "no weight above zero: 2 of 3 customers"
    assert amounts(share_out(visits(0), graded("AAB-"), none)) == [0, 0, 0, 0]
    assert share_out(visits(0), graded("A"), SOURCE).classes[0].share is None
    for everybody in ("", "--"):
        with pytest.raises(BadValue, match=r"allocation\.basis"):
            share_out(visits(10), graded(everybody), SOURCE, all_zero="even")


def test_in_steps():
    """Samples go out in boxes of ten, to classes and to customers."""
    found = share_out(Amount.of(110, BOX), graded("AAB"), SOURCE, grain=Amount.of(10, BOX))
    assert amounts(found) == [90, 20, 0, 0]
    assert [int(amount.value) for amount in found.customers.values()] == [50, 40, 20]
    with pytest.raises(BadValue, match=r"use 100 BOX or 110 BOX"):
        share_out(Amount.of(105, BOX), graded("A"), SOURCE, grain=Amount.of(10, BOX))
    with pytest.raises(NotComparable, match=r"\[unit\]"):
        share_out(visits(10), graded("A"), SOURCE, grain=Amount.of(1, BOX))


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"A": 1, "B": 1}, "allocation.weight"),
        ({"A": 1, "B": 1, "C": -1}, "allocation.weight"),
        ({"A": 1, "B": 1, "C": 1, "D": 1}, "grade.letter"),
        ({"A": 1, "B": 1, "C": "much"}, "rule.number"),
    ],
)
def test_weights_that_cannot_be(weights, code):
    """A letter without a weight, a negative one, a letter too many, or no number."""
    with pytest.raises(BadRule) as refused:
        share_out(visits(10), graded("ABC"), weights)
    assert refused.value.code == code


def test_an_unknown_way_and_a_customer_who_stands_twice():
    """`by` is one of two words; one customer in two classes would get two shares."""
    with pytest.raises(BadRule, match=r'did you mean "class"\? \[allocation.by\]'):
        share_out(visits(10), graded("A"), SOURCE, by="classes")
    twice = classify([("H1", "One", {"sales": 1}), ("H1", "One", {"sales": 90})], SIZE, RULE)
    with pytest.raises(BadRows, match="customers who stand twice"):
        share_out(visits(10), twice, SOURCE)


def test_the_table_in_chinese():
    """The table names the unit, and the reason speaks the language."""
    table = share_out(visits(10), graded("AB"), SOURCE).table()
    assert table.title.text("zh") == "按级分配（次）"
    assert table.rows[0][-1].text("zh") == "1 个客户 x 权重 60 = 60，共 90 份"
    assert "66.7%" not in table.text()
    assert "70.0%" in share_out(visits(10), graded("AB"), SOURCE)._repr_html_()


WEIGHTS = st.fixed_dictionaries(dict.fromkeys("ABC", st.integers(0, 9) | st.fractions(0, 3, max_denominator=7)))


@given(
    st.text("ABC-", min_size=1, max_size=15),
    WEIGHTS,
    st.integers(-500, 500),
    st.sampled_from(["customer", "class"]),
    st.sampled_from(["refuse", "even"]),
)
def test_the_parts_are_the_whole(letters, weights, whole, by, all_zero):
    """Classes add up to the whole, the customers of a class to the class, and each is the largest remainder's part."""
    heads = Counter(letters)
    parts = [weights[one] * (heads[one] if by == "customer" else bool(heads[one])) for one in "ABC"]
    if not any(parts) and all_zero == "even":
        parts = [heads[one] for one in "ABC"]
    if not any(parts) and whole:
        with pytest.raises(BadValue, match=r"allocation\.basis"):
            share_out(visits(whole), graded(letters), weights, by=by, all_zero=all_zero)
        return
    found = share_out(visits(whole), graded(letters), weights, by=by, all_zero=all_zero)
    assert amounts(found) == [*largest_remainder(whole, parts), 0]
    assert sum(amounts(found)) == whole == sum(amount.minor for amount in found.customers.values())
    for one in found.classes:
        letter = "-" if one.place is MISSING else one.place
        mine = [found.customers[f"H{n}"].minor for n, each in enumerate(letters) if each == letter]
        assert sum(mine) == one.amount.minor
        assert not mine or max(mine) - min(mine) <= 1
        assert (one.customers, len(mine)) == (heads[letter], heads[letter])
