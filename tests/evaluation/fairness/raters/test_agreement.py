"""Agreement of two raters, and kappa against the formulas by brute force."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.evaluation.fairness import Scale, agreement, agreements, cohen_kappa

TABLES = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 9), max_size=12)


def by_force(counts, weight):
    """Kappa by the formula over all pairs of single marks: disagreement within pairs over disagreement of all pairs."""
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    chance = sum(weight(one, other) for one, _ in pairs for _, other in pairs)
    if not chance:
        return None
    observed = sum(weight(one, other) for one, other in pairs)
    return 1 - Fraction(observed, len(pairs)) / Fraction(chance, len(pairs) ** 2)


@settings(deadline=None)
@given(TABLES)
def test_kappa_by_force(counts):
    """All three weights, exact, and missing where chance agrees as well."""
    assert cohen_kappa(counts) == by_force(counts, lambda one, other: one != other)
    assert cohen_kappa(counts, "linear") == by_force(counts, lambda one, other: abs(one - other))
    assert cohen_kappa(counts, "quadratic") == by_force(counts, lambda one, other: (one - other) ** 2)


@settings(deadline=None)
@given(TABLES, st.permutations(range(5)))
def test_kappa_under_other_names(counts, names):
    """Unweighted kappa does not know the order of the steps; no kappa knows which rater comes first."""
    assert cohen_kappa({(names[one], names[other]): n for (one, other), n in counts.items()}) == cohen_kappa(counts)
    for weights in ("none", "linear", "quadratic"):
        turned = {(other, one): n for (one, other), n in counts.items()}
        assert cohen_kappa(turned, weights) == cohen_kappa(counts, weights)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1))
def test_kappa_of_one_who_agrees(places):
    """With two steps or more it is 1; with one it is not known."""
    counts = {(place, place): places.count(place) for place in places}
    expected = 1 if len(counts) > 1 else None
    assert [cohen_kappa(counts, weights) for weights in ("none", "linear", "quadratic")] == [expected] * 3


def test_kappa_by_hand():
    """Fifty grants, 20 and 15 alike: 0.4. Three steps, reckoned on paper."""
    assert cohen_kappa({(0, 0): 20, (0, 1): 5, (1, 0): 10, (1, 1): 15}) == Fraction(2, 5)
    # rows 2 1 0 / 1 2 0 / 0 1 2, totals 3 3 3 and 3 4 2: 27/81 observed against 54, 69 and 99 of 81 by chance
    three = {(0, 0): 2, (0, 1): 1, (1, 0): 1, (1, 1): 2, (2, 1): 1, (2, 2): 2}
    assert cohen_kappa(three) == Fraction(1, 2)
    assert cohen_kappa(three, "linear") == Fraction(14, 23)
    assert cohen_kappa(three, "quadratic") == Fraction(8, 11)


@pytest.mark.parametrize(("counts", "weights"), [({}, "linar"), ({(0, 0): -1}, "none"), ({(0, 0): True}, "none")])
def test_kappa_refuses(counts, weights):
    """Unknown weights, and what is no count."""
    with pytest.raises((BadRule, BadValue)):
        cohen_kappa(counts, weights)


def test_two_raters(book_of):
    """Equal, within one step, mean difference on the scale, and the table of marks."""
    book = book_of(a=(2, 3, 4, 4, None), b=(2, 3, 4, 5, 1), c=(5, 1, None, None, None))
    found = agreement(book, "a", "b")
    assert (found.marks, found.exact, found.within_one) == (4, Fraction(3, 4), 1)
    assert (found.mean_difference, found.kappa) == (Fraction(-1, 4), Fraction(2, 3))
    assert found.counts == {(2, 2): 1, (3, 3): 1, (4, 4): 1, (4, 5): 1}
    assert found.table().rows[2] == (Decimal("4.00"), 0, 0, 1, 1)
    assert "within one step" in found._repr_html_()
    far = agreement(book, "a", "c")
    assert (far.exact, far.within_one, far.mean_difference) == (0, 0, Fraction(-1, 2))
    assert [(one.first, one.second, one.marks) for one in agreements(book)] == [
        ("a", "b", 4),
        ("a", "c", 2),
        ("b", "c", 2),
    ]
    row = next(agreements(book).table().records())
    assert (row["exact"], row["kappa"]) == (Fraction(3, 4), Decimal("0.67"))
    assert "评分一致性" in agreements(book).table().html("zh")
    assert "Agreement of raters" in agreements(book)._repr_html_()


def test_differences_are_on_the_scale(book_of):
    """A step of ten is a difference of ten."""
    book = book_of(Scale(0, 100, 10), a=(50, 60), b=(40, 60))
    assert agreement(book, "a", "b").mean_difference == 5
    assert agreement(book, "a", "b").within_one == 1


def test_nothing_to_compare(book_of):
    """Without common marks all is missing; with one step throughout the kappas are, and say why."""
    none = agreement(book_of(a=(1, None), b=(None, 1)), "a", "b")
    assert (none.exact, none.kappa, none.quadratic, none.why.text()) == (
        None,
        None,
        None,
        "not known: no person and item that both marked",
    )
    flat = agreement(book_of(a=(3, 3), b=(3, 3)), "a", "b")
    assert (flat.exact, flat.kappa, flat.linear) == (1, None, None)
    assert "chance would agree as well" in flat.why.text()


def test_who_and_what_is_not_there(book_of):
    """Unknown raters and items are named; one rater is no pair; one item alone can be asked."""
    book = book_of(a=(1, 2), b=(1, 3))
    for first, second, item in (("a", "x", None), ("a", "b", "skil")):
        with pytest.raises(NotFound):
            agreement(book, first, second, item=item)
    with pytest.raises(BadValue, match="one rater twice"):
        agreement(book, "a", "a")
    assert agreement(book, "a", "b", item="skill").marks == 2
