"""Cut points by capacity (P2-B): as many A as the force can see so often, ties together, never more than it has."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import Scheme, classify
from pharmasales.classification.capacity import ByCapacity, ClassVisits
from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Field

POTENTIAL = Field("potential", "潜力")
HALF = [ClassVisits("A", 6, "50%"), ClassVisits("B", 3, "30%")]


def rows(values):
    """Make records of one field."""
    return [{"potential": value} for value in values]


def by_capacity(capacity, classes=HALF, rest_visits=0):
    """Make the rule under test."""
    return ByCapacity(POTENTIAL, capacity, classes, "C", rest_visits)


def test_p2b_seventy_customers_of_one_rep():
    """P2-B: 70 customers; 200 visits a month, half for A at 6, 30 % for B at 3: 16 A, 20 B, 34 C at one visit."""
    found = by_capacity(200, rest_visits=1).fit(rows(range(1, 71)))
    assert [(load.label, load.customers, load.used, load.allowed) for load in found.loads] == [
        ("A", 16, 96, 100),
        ("B", 20, 60, 60),
        ("C", 34, 34, 44),
    ]
    assert (found.used, found.unused, found.capacity) == (190, 10, 200)
    assert [found.bands({"potential": value}) for value in (70, 55, 54, 35, 34, 0, None)] == [*"AABBCC", None]
    assert [load.share for load in found.loads] == [Fraction(12, 25), Fraction(3, 10), Fraction(17, 100)]
    assert found.loads[0].why.text() == "4 visits are left, the next customer needs 6"
    assert found.loads[0].why.text("zh") == "余 4 次，下一客户需 6 次"


def test_as_many_a_as_the_force_can_see():
    """The plainest question: everything for A, 8 visits each; 50 visits are 6 A, and 2 are left."""
    found = by_capacity(50, [ClassVisits("A", 8, "100%")]).fit(rows(range(1, 21)))
    assert (found.loads[0].customers, found.unused) == (6, 2)
    assert found.bands({"potential": 15}) == "A"
    assert found.bands({"potential": 14}) == "C"


def test_equals_that_would_pass_the_capacity_stay_below():
    """Three equal customers need 18 visits where 12 are left: all three are B, and nobody behind them is A."""
    found = by_capacity(36).fit(rows([90, 80, 80, 80, 1]))
    assert [load.customers for load in found.loads] == [1, 3, 1]
    assert found.loads[0].why.text() == "12 visits are left, the next 3 customers are equal and need 18"
    assert "并列" in found.loads[0].why.text("zh")
    assert [found.bands({"potential": value}) for value in (90, 80, 1)] == ["A", "B", "C"]


def test_a_class_that_equals_leave_empty():
    """Where not even the first group fits into A, A stays empty and the group may be B."""
    found = by_capacity(20).fit(rows([9, 9, 1]))
    assert [load.customers for load in found.loads] == [0, 2, 1]
    assert found.bands.labels() == ("C", "B")


def test_zero_negative_and_missing():
    """Zero and less are the rest and are visited as such; a missing value has no class and no visit."""
    found = by_capacity(100, rest_visits=1).fit(rows([5, 0, -7, None]))
    assert [load.customers for load in found.loads] == [1, 0, 2]
    assert (found.missing, found.used) == (1, 8)
    assert [found.bands({"potential": value}) for value in (0, -7, None)] == ["C", "C", None]
    assert found.loads[1].why.text() == "nobody with a value above zero is left"


def test_visits_less_than_once_a_month():
    """One visit a quarter is a third of a visit a month, exactly."""
    found = by_capacity(10, [ClassVisits("A", 1, "50%")], rest_visits="1/3").fit(rows(range(1, 21)))
    assert [load.customers for load in found.loads] == [5, 15]
    assert (found.used, found.unused) == (10, 0)
    assert found.loads[0].why.text() == "everything it may use is used"


@pytest.mark.parametrize(
    ("rule", "values", "code"),
    [
        (by_capacity(100), [], "rule.fit"),
        (by_capacity(100), [0, -1, None], "rule.fit"),
        (by_capacity(5), [9, 8], "capacity.none"),
        (by_capacity(1000), [7] * 200, "capacity.none"),
        (by_capacity(20, rest_visits=3), range(1, 10), "capacity.rest"),
    ],
)
def test_a_population_that_the_capacity_does_not_fit(rule, values, code):
    """Nobody above zero, nobody above the rest, or too little left for the rest: a typed error, never a grade."""
    with pytest.raises(BadRule) as refused:
        rule.fit(rows(values))
    assert refused.value.code == code


def test_too_little_for_the_rest_says_what_would_do():
    """The hint names the most visits that each of the rest can have."""
    with pytest.raises(BadRule, match=r"6 customers of the rest need 18 visits where 8 are left.*at most 4/3 a month"):
        by_capacity(20, rest_visits=3).fit(rows(range(1, 10)))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: by_capacity(0), "capacity.zero"),
        (lambda: by_capacity(-5), "capacity.zero"),
        (lambda: by_capacity("many"), "rule.number"),
        (lambda: by_capacity(10, []), "capacity.label"),
        (lambda: by_capacity(10, [ClassVisits("A", 6, "50%"), ClassVisits("A", 3, "10%")]), "capacity.label"),
        (lambda: by_capacity(10, [ClassVisits("C", 6, "50%")]), "capacity.label"),
        (lambda: by_capacity(10, [ClassVisits("A", 3, "50%"), ClassVisits("B", 6, "10%")]), "capacity.visits"),
        (lambda: by_capacity(10, rest_visits=4), "capacity.visits"),
        (lambda: by_capacity(10, rest_visits=-1), "capacity.visits"),
        (lambda: by_capacity(10, [ClassVisits("A", 6, "60%"), ClassVisits("B", 3, "50%")]), "capacity.share"),
        (lambda: ClassVisits("A", 0, "50%"), "capacity.visits"),
        (lambda: ClassVisits("A", 1, 0), "capacity.share"),
        (lambda: ClassVisits("A", 1, "101%"), "capacity.share"),
        (lambda: ClassVisits(1.5, 1, "1%"), "rule.label"),
    ],
)
def test_a_rule_that_cannot_be(make, code):
    """Every parameter out of its range is refused when the rule is made."""
    with pytest.raises(BadRule) as refused:
        make()
    assert refused.value.code == code


def test_a_bad_value_is_named_by_its_position():
    """A value that is no number is refused with the place of its record."""
    with pytest.raises(BadValue, match=r"records\[1\], potential"):
        by_capacity(10).fit(rows([3, "many"]))


VALUES = st.lists(st.none() | st.integers(-2, 9), min_size=1, max_size=30)
PARTS = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(
    lambda parts: [ClassVisits("A", 6, Fraction(parts[0], 24)), ClassVisits("B", 3, Fraction(parts[1], 24))]
)


def fitted(capacity, classes, values):
    """Return the fit, or nothing where the capacity fits nobody above the rest."""
    try:
        return by_capacity(capacity, classes).fit(rows(values))
    except BadRule as error:
        if error.code not in ("rule.fit", "capacity.none"):
            raise
        return None


@given(VALUES, PARTS, st.integers(1, 200))
def test_by_its_definition(values, classes, capacity):
    """A class takes whole groups of equals while they fit its part, and the first that does not fit ends it."""
    found = fitted(capacity, classes, values)
    groups = sorted({value for value in values if value is not None and value > 0}, reverse=True)
    expected = {}
    for one in classes:
        used = 0
        while groups and used + values.count(groups[0]) * one.visits <= one.share * capacity:
            used += values.count(groups[0]) * one.visits
            expected[groups.pop(0)] = one.label
    assert (found is None) == (not expected)
    if found is not None:
        for value in values:
            assert found.bands({"potential": value}) == (None if value is None else expected.get(value, "C"))
        assert found.used <= capacity
        assert all(load.used <= load.allowed for load in found.loads)
        assert sum(load.customers for load in found.loads) + found.missing == len(values)
        assert [(e.label, e.count) for e in found.evidence] == [
            (load.label, load.customers) for load in found.loads if load.customers or load.label == "C"
        ]


@given(VALUES, PARTS, st.integers(1, 100), st.integers(1, 60))
def test_more_capacity_puts_nobody_lower(values, classes, capacity, more):
    """With more visits to give, everybody's class is as good or better."""
    less, wide = fitted(capacity, classes, values), fitted(capacity + more, classes, values)
    if less is not None:
        assert wide is not None
        for value in {value for value in values if value is not None}:
            assert wide.bands({"potential": value}) <= less.bands({"potential": value})


@given(VALUES, PARTS, st.integers(1, 200), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_more_is_never_worse(values, classes, capacity, random):
    """The same people in another order have the same cuts; a greater value never has a worse class."""
    again = list(values)
    random.shuffle(again)
    found = fitted(capacity, classes, values)
    assert fitted(capacity, classes, again) == found
    if found is not None:
        letters = [found.bands({"potential": value}) for value in sorted(v for v in values if v is not None)]
        assert all(high <= low for low, high in pairwise(letters))


def test_what_it_makes_grades_as_any_bands():
    """The cut points of a fit go into `classify` as they are."""
    people = [(f"H{n}", "Example", record) for n, record in enumerate(rows([90, 50, 10]))]
    fit = by_capacity(18).fit(record for _, _, record in people)
    found = classify(people, Scheme("size", ("A", "B", "C")), fit.bands)
    assert [str(grade.letter) for grade in found.by_customer().values()] == ["A", "B", "C"]
    assert "6" in fit._repr_html_()
