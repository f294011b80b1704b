"""Stability: exact counts of whom a moved cut moves, who stands near one, and how the classes shift."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import SCHEMES, Scheme, classify, doctor_matrix
from pharmasales.classification.review.moves import MISSING
from pharmasales.classification.review.shift import population_shift
from pharmasales.classification.review.stability import cut_sensitivity, near_cuts
from pharmasales.errors import BadRule, NotComparable
from pharmasales.rules import Bands, Cut, Field, over

SIZE = Scheme("size", ("A", "B", "C"))
RULE = Bands(Field("sales"), ((20, "C"), (50, "B")), top="A")


def graded(values, rule=RULE, scheme=SIZE):
    """Grade customers H0, H1..."""
    return classify([(f"H{n}", "Example", {"sales": value}) for n, value in enumerate(values)], scheme, rule)


def test_a_cut_five_percent_higher():
    """Who lies from 50 up to 52.5 falls; who lies from 47.5 rises when the cut is lowered; each end states its side."""
    found = cut_sensitivity(graded([80, "52.5", 52, 50, 49, "47.5", "47.4", 5, None]), ["5%", "-5%"])
    assert [(r.better.letter, r.to.at, r.up, r.down) for r in found.rows] == [
        ("A", Fraction(105, 2), 0, 2),
        ("A", Fraction(95, 2), 2, 0),
        ("B", 21, 0, 0),
        ("B", 19, 0, 0),
    ]
    assert (found.rows[0].share, found.rows[0].moved, found.rows[0].valued) == (Fraction(1, 4), 2, 8)
    assert found.rows[0].why.text() == "a cut 5.0% higher, at 52.5, moves 2 of 8 customers: 0 up, 2 down"
    assert found.rows[1].why.text("zh") == "切点低 5.0%（47.5）将变动 8 个客户中的 2 个：上升 2，下降 0"
    assert "52.5" in found._repr_html_()
    assert [str(row[3]) for row in found.table().rows] == ["52.5", "47.5", "21", "19"]


def test_a_cut_that_would_reach_the_next():
    """A shift that would make a class vanish has no figure, and says why."""
    found = cut_sensitivity(graded([10, 30, 60]), ["150%", "-60%", "149%"])
    assert [(r.better.letter, r.moved) for r in found.rows] == [
        ("A", 1),
        ("A", None),
        ("A", 1),
        ("B", None),
        ("B", 1),
        ("B", 1),
    ]
    assert found.rows[3].why.text() == "a cut 150.0% higher would reach the next cut"
    assert found.rows[1].why.text("zh") == "切点低 60.0% 将触及相邻切点"
    assert (found.rows[1].to, found.rows[1].share) == (None, None)


def test_cuts_that_exclude_count_downwards_or_lie_below_zero():
    """`over` keeps its side; with the fewest days best a longer limit moves up; 10 % higher than -100 is -90."""
    rule = Bands(Field("sales"), ((30, "A"), (over(60), "B")), top="C")
    found = cut_sensitivity(graded([30, 60, 60, 61, 66, 67], rule), ["10%"])
    assert [(r.better.letter, r.worse.letter, r.to, r.up, r.down) for r in found.rows] == [
        ("A", "B", Cut(33), 1, 0),
        ("B", "C", Cut(66, exclusive=True), 2, 0),
    ]
    below = cut_sensitivity(graded([-95, -100], Bands(Field("sales"), ((-100, "B"),), top="A")), ["10%"])
    assert (below.rows[0].to.at, below.rows[0].down) == (-90, 2)


def test_two_bands_of_one_grade_move_nobody():
    """Where both sides of a cut bear the same letter, moving it changes no grade."""
    rule = Bands(Field("sales"), ((20, "B"), (50, "B")), top="A")
    assert [(r.up, r.down) for r in cut_sensitivity(graded([20, 21], rule), ["10%"]).rows] == [(0, 0), (0, 0)]


VALUES = st.lists(st.none() | st.integers(-5, 80) | st.fractions(10, 60, max_denominator=4), max_size=20)
SHIFTS = st.fractions(Fraction(-1, 2), Fraction(1, 2), max_denominator=20)


@given(VALUES, SHIFTS)
def test_sensitivity_by_brute_force(values, by):
    """Every count is what grading everybody again with that one cut moved finds."""
    found = graded(values)
    for row, place in zip(cut_sensitivity(found, [by]).rows, (1, 0), strict=True):
        cuts = [20, 50]
        cuts[place] += by * cuts[place]
        if cuts[0] >= cuts[1]:
            assert row.moved is None
            continue
        again = graded(values, Bands(Field("sales"), list(zip(cuts, "CB", strict=True)), top="A"))
        pairs = [(a.grade, b.grade) for a, b in zip(found.grades, again.grades, strict=True) if a.grade]
        assert (row.up, row.down) == (sum(b > a for a, b in pairs), sum(b < a for a, b in pairs))


@given(VALUES, st.fractions(0, 1, max_denominator=20))
def test_near_cuts_by_brute_force(values, within):
    """Whoever lies within the part of a cut is found once, at the cut that is relatively nearest, the nearest first."""
    found = near_cuts(graded(values), within)
    expected = {}
    for n, value in enumerate(values):
        far = [abs(Fraction(value - cut) / cut) for cut in (20, 50)] if value is not None else []
        if far and min(far) <= within:
            expected[f"H{n}"] = (min(far), (20, 50)[far.index(min(far))])
    assert {one.customer: (one.share, one.cut.at) for one in found.customers} == expected
    assert [one.share for one in found.customers] == sorted(one.share for one in found.customers)
    assert all(one.distance == one.value - one.cut.at for one in found.customers)
    assert found.valued == sum(value is not None for value in values)


def test_nearness_is_said_and_shown():
    """The share in both languages, a table with the nearest first, no name and no value in the repr."""
    found = near_cuts(graded([51, 49, 20, 90, None]), "2%")
    assert [one.customer for one in found.customers] == ["H2", "H0", "H1"]
    assert found.why.text("zh") == "4 个客户中 3 个（75.0%）距切点不超过 2.0%"
    assert found.table().rows[1] == ("H0", "Example", 51, 50, 1, Fraction(1, 50))
    assert repr(found.customers[0]) == "NearCut('H2', 20)"
    assert "H2" in found._repr_html_()
    assert near_cuts(graded([]), 0).share is None


def test_nearness_to_a_cut_at_zero():
    """A part of nothing is nothing: only zero itself is near a cut of zero."""
    found = near_cuts(graded([0, 1, -1], Bands(Field("sales"), ((0, "B"),), top="A")), "50%")
    assert [(one.customer, one.share) for one in found.customers] == [("H0", 0)]


@pytest.mark.parametrize("ask", [lambda found: cut_sensitivity(found, ["5%"]), lambda found: near_cuts(found, "5%")])
def test_a_grid_has_no_cut_points(ask):
    """A rule that is not bands is refused."""
    matrix = classify([("D", "D", {"use": 1, "potential": 1})], SCHEMES["doctor_matrix"], doctor_matrix(50, 100))
    with pytest.raises(BadRule, match=r"a Grid has no cut points.*\[stability.rule\]"):
        ask(matrix)


def test_shifts_and_parts_that_are_none():
    """A shift that is no number is named by its place; a negative part is refused."""
    with pytest.raises(BadRule, match=r"@ shifts\[1\].*\[rule.number\]"):
        cut_sensitivity(graded([1]), ["5%", "some"])
    with pytest.raises(BadRule, match=r"a part below zero @ within \[stability.within\]"):
        near_cuts(graded([1]), "-1%")


def test_population_shift():
    """Shares then and now, the missing among them, and the exact distance."""
    found = population_shift(graded([60, 60, 30, 10]), graded([60, 30, 30, 10, None]))
    assert [(c.place, c.was, c.now, c.change) for c in found.classes] == [
        ("A", 2, 1, Fraction(-3, 10)),
        ("B", 1, 2, Fraction(3, 20)),
        ("C", 1, 1, Fraction(-1, 20)),
        (MISSING, 0, 1, Fraction(1, 5)),
    ]
    assert found.distance == Fraction(7, 20)
    assert found.why.text() == "35.0% of the population would have to change class to make both alike"
    assert found.why.text("zh") == "两期结构差异 35.0%"
    assert "Missing" in found._repr_html_()


def test_population_shift_of_nobody_and_of_two_schemes():
    """Without anybody in one period there is no share and no distance; two schemes are refused."""
    found = population_shift(graded([]), graded([60]))
    assert (found.classes[0].share_was, found.classes[0].change, found.distance) == (None, None, None)
    assert found.why.text("zh") == "一期无客户，故无结构差异"
    with pytest.raises(NotComparable, match="grades of size and other"):
        population_shift(graded([]), graded([], scheme=Scheme("other", ("A", "B", "C"))))


@given(VALUES, VALUES)
def test_population_shift_is_between_nothing_and_everything(was, now):
    """Changes add up to zero; the distance lies within 0 and 1, is symmetric, and zero against itself."""
    found, back = population_shift(graded(was), graded(now)), population_shift(graded(now), graded(was))
    if was and now:
        assert sum(one.change for one in found.classes) == 0
        assert 0 <= found.distance <= 1
        assert found.distance == back.distance
        assert population_shift(graded(was), graded(list(reversed(was)))).distance == 0
