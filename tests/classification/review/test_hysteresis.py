"""Hysteresis: a customer at a cut does not flap; with a margin of zero it is the rule alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import SCHEMES, Scheme, classify, doctor_matrix
from pharmasales.classification.review.hysteresis import Hysteresis, hold
from pharmasales.classification.review.moves import transitions
from pharmasales.classification.review.settled import Settled, own_answers, settled_table
from pharmasales.errors import BadRule, NotComparable
from pharmasales.rules import Bands, Field, over

SIZE = Scheme("size", ("A", "B", "C"))
RULE = Bands(Field("sales", "销售额"), ((20, "C"), (50, "B")), top="A")
FIVE = Hysteresis(margin=5)


def graded(*values, rule=RULE, scheme=SIZE):
    """Grade customers H0, H1..."""
    return classify([(f"H{n}", "Example", {"sales": value}) for n, value in enumerate(values)], scheme, rule)


def letter(value, was, policy=FIVE, own=(), rule=RULE, scheme=SIZE):
    """Return the letter that one customer has after one period."""
    before = {} if was is None else {"H0": scheme.grade(was)}
    answers = [{} if one is None else {"H0": scheme.grade(one)} for one in own]
    found = hold(graded(value, rule=rule, scheme=scheme), before, policy, answers).by_customer()
    return found["H0"].letter if found else None


def walk(values, policy, start="C", rule=RULE, scheme=SIZE):
    """Return the letters of one customer, period by period, each beginning where the last ended."""
    letters, own = [start], []
    for value in values:
        letters.append(letter(value, letters[-1], policy, own, rule, scheme))
        own.append(str(rule({"sales": value})))
    return letters[1:]


@pytest.mark.parametrize(
    ("value", "was", "expected"),
    [
        (49, "A", "A"),
        (45, "A", "A"),
        (44, "A", "B"),
        (Fraction(449, 10), "A", "B"),
        (50, "B", "B"),
        (54, "B", "B"),
        (55, "B", "A"),
        (16, "A", "B"),
        (14, "A", "C"),
        (24, "C", "C"),
        (25, "C", "B"),
        (52, "C", "B"),
        (55, "C", "A"),
        (47, "C", "B"),
        (24, "A", "B"),
        (60, "A", "A"),
        (None, "A", None),
        (49, None, "B"),
    ],
)
def test_one_step_and_any_step(value, was, expected):
    """Cuts at 20 and 50 with a margin of 5: every cut is asked by itself, from 5 above and below 5 beneath it."""
    assert letter(value, was) == expected


def test_a_share_of_the_cut():
    """Five percent of 50,000 is 2,500: 47,500 keeps the A, a yuan less does not; exclusive cuts keep their side."""
    rule = Bands(Field("sales"), ((20_000, "C"), (over(50_000), "B")), top="A")
    policy = Hysteresis(share="5%")
    assert [letter(value, "A", policy, rule=rule) for value in (47_501, 47_500, 47_499)] == ["A", "B", "B"]
    assert [letter(value, "B", policy, rule=rule) for value in (52_500, 52_501)] == ["B", "A"]
    assert [letter(value, "B", policy, rule=rule) for value in (19_000, 18_999)] == ["B", "C"]


def test_the_reason_in_both_languages():
    """Would be B, stays A: how near to which cut, with the rule's own reason below."""
    held = hold(graded(48), {"H0": SIZE.grade("A")}, Hysteresis(share="5%"))
    assert held.grades[0].why().lines() == [
        "would be B, stays A: sales 48 is within 5.0% of the cut 50",
        "  sales 48 is at least 20 and is below 50: B",
    ]
    why = hold(graded(21), {"H0": SIZE.grade("C")}, Hysteresis(margin="1.5", periods=3)).grades[0].why()
    assert why.lines("zh") == [
        "按规则为 B，保留 C：销售额 21 距切点 20 不足 1.5",
        "  尚未连续 3 期越过",
        "  销售额 21 不低于 20且低于 50：B",
    ]
    fell = hold(graded(19), {"H0": SIZE.grade("A")}, FIVE).grades[0].why()
    assert fell.head() == "would be C, goes no further than B: sales 19 is within 5 of the cut 20"
    assert fell.head("zh") == "按规则为 C，仅变至 B：销售额 19 距切点 20 不足 5"
    only = hold(graded(90), {"H0": SIZE.grade("C")}, Hysteresis(periods=2)).grades[0].why()
    assert only.head() == "would be A, stays C: sales 90 is beyond the cut 20"


def test_the_rules_own_answer_is_kept_beside():
    """What the rule says stays known: in the value, in the list to keep, and in the table; nothing else changes."""
    found = graded(48, 60, None)
    held = hold(found, {"H0": SIZE.grade("A")}, FIVE)
    assert held.by_customer() == {"H0": SIZE.grade("A"), "H1": SIZE.grade("A")}
    assert own_answers(held) == found.by_customer()
    assert held.grades[1:] == found.grades[1:]
    assert [row[:4] for row in settled_table(held).rows] == [("H0", "Example", "A", "B")]
    assert repr(held.grades[0]) == "Settled('H0', A (size), own=B (size))"
    assert isinstance(held.grades[0], Settled)
    assert [row[3] for row in held.table().rows] == ["A", "A", None]


def test_a_review_of_held_grades_tells_both():
    """A grade that was held and then follows the rule moves with both reasons, although no cut was passed."""
    held = hold(graded(48), {"H0": SIZE.grade("A")}, FIVE)
    (move,) = transitions(held, hold(graded(44), held.by_customer(), FIVE)).moves
    assert move.why.lines() == [
        "H0: A to B",
        "  sales from 48 to 44",
        "  before",
        "    would be B, stays A: sales 48 is within 5 of the cut 50",
        "      sales 48 is at least 20 and is below 50: B",
        "  now",
        "    sales 44 is at least 20 and is below 50: B",
    ]
    assert transitions(graded(60), held).moves == ()


@pytest.mark.parametrize(
    ("values", "policy", "expected"),
    [
        ((51, 49, 51, 49), Hysteresis(margin=5), "BBBB"),
        ((51, 49, 51, 49), Hysteresis(margin=0), "ABAB"),
        ((51, 51, 51), Hysteresis(margin=5, periods=2), "BAA"),
        ((51, 49, 51, 51), Hysteresis(margin=5, periods=2), "BBBA"),
        ((56, 49, 49), Hysteresis(margin=5, periods=3), "AAA"),
        ((90, 90, 10, 90, 10, 10), Hysteresis(periods=2), "CAAAAC"),
        ((90, 30, 90, 90), Hysteresis(periods=2), "CBBA"),
        ((90, 90, 90, 90), Hysteresis(periods=4), "CCCA"),
    ],
)
def test_period_by_period(values, policy, expected):
    """Flapping values, and values that stay beyond a cut: by margin, by periods, by both."""
    start = "B" if values[0] in (51, 56) else "C"
    assert "".join(walk(values, policy, start)) == expected


def test_a_period_without_an_answer_breaks_the_row():
    """A missing answer in between is no proof: the customer waits on."""
    two = Hysteresis(margin=5, periods=3)
    assert letter(51, "B", two, own=["A", "A"]) == "A"
    assert letter(51, "B", two, own=["A", None]) == "B"
    assert letter(51, "B", two, own=["A"]) == "B"
    assert letter(51, "B", two, own=["B", "A"]) == "B"
    assert letter(51, "B", two, own=["B", "A", "A"]) == "A"


def test_a_grade_whose_band_is_gone():
    """A fitted rule may have no B this time: a B is then placed by the scheme's order, below the cut of A."""
    two = Bands(Field("sales"), ((50, "C"),), top="A")
    assert [letter(value, "B", rule=two) for value in (44, 47, 52, 55)] == ["C", "C", "C", "A"]


def test_cuts_that_count_downwards():
    """Days overdue, the fewest best: the margin holds on both sides as well."""
    rule = Bands(Field("sales"), ((30, "A"), (60, "B")), top="C")
    assert [letter(days, "A", rule=rule) for days in (34, 35, 64, 65)] == ["A", "B", "B", "C"]
    assert [letter(days, "C", rule=rule) for days in (56, 55, 54, 24)] == ["C", "C", "B", "A"]


def test_below_zero_and_at_zero():
    """A share is of the cut's size; a cut at zero then has no margin, an absolute margin has."""
    rule = Bands(Field("sales"), ((-100, "C"), (0, "B")), top="A")
    share = Hysteresis(share="10%")
    assert [letter(value, "B", share, rule=rule) for value in (-110, -111, 0)] == ["B", "C", "A"]
    assert letter(0, "B", Hysteresis(margin=1), rule=rule) == "B"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Hysteresis(), "hysteresis.form"),
        (lambda: Hysteresis(margin=1, share="5%"), "hysteresis.form"),
        (lambda: Hysteresis(margin=-1), "hysteresis.margin"),
        (lambda: Hysteresis(share="-5%"), "hysteresis.margin"),
        (lambda: Hysteresis(margin="wide"), "rule.number"),
        (lambda: Hysteresis(periods=1), "hysteresis.periods"),
        (lambda: Hysteresis(periods=True), "hysteresis.periods"),
        (lambda: hold(graded(1), {}, Hysteresis(margin=16)), "hysteresis.overlap"),
        (lambda: hold(graded(1), {}, Hysteresis(share="50%")), "hysteresis.overlap"),
        (lambda: hold(graded(1, rule=Bands(Field("sales"), ((1, "B"), (2, "C")), top="A")), {}, FIVE), "grade.order"),
    ],
)
def test_what_is_refused(make, code):
    """No margin at all, two, negative ones, margins of two cuts that overlap, bands out of order."""
    with pytest.raises(BadRule) as refused:
        make()
    assert refused.value.code == code


def test_grades_that_are_settled_already():
    """Held twice, or held after an override, a grade would lose its reason: refused, with the right order."""
    held = hold(graded(48), {"H0": SIZE.grade("A")}, FIVE)
    with pytest.raises(BadRule, match=r"settled already @ size; hold the rule's own grades, then override"):
        hold(held, {}, FIVE)


def test_a_grade_that_came_from_elsewhere():
    """A grade put in by hand on a record without a value is left as it is."""
    found = graded(None)
    by_hand = evolve(found, grades=[evolve(found.grades[0], grade=SIZE.grade("B"))])
    assert hold(by_hand, {"H0": SIZE.grade("A")}, FIVE) == by_hand


def test_margins_may_touch():
    """Margins of 15 around 20 and 50 meet at 35 and do not overlap: each value has one answer."""
    wide = Hysteresis(margin=15)
    assert [letter(value, "C", wide) for value in (34, 35, 64, 65)] == ["C", "B", "B", "A"]
    assert [letter(value, "A", wide) for value in (35, 34, 5, 4)] == ["A", "B", "B", "C"]
    assert [letter(35, was, wide) for was in "ABC"] == ["A", "B", "B"]


def test_a_grid_and_another_scheme():
    """A grid has no cut points to be near to; a grade of another scheme is not comparable."""
    matrix = classify([("H0", "X", {"use": 1, "potential": 1})], SCHEMES["doctor_matrix"], doctor_matrix(50, 100))
    with pytest.raises(BadRule, match=r"a Grid has no cut points.*\[hysteresis.rule\]"):
        hold(matrix, {}, FIVE)
    other = {"H9": Scheme("other", ("A",)).grade("A")}
    for was, own in ((other, []), ({}, [other])):
        with pytest.raises(NotComparable, match="grades of other and size"):
            hold(graded(1), was, FIVE, own)


NUMBERS = st.integers(-10, 80) | st.fractions(-10, 80, max_denominator=4)
LETTERS = st.sampled_from("ABC")
MARGINS = st.fractions(0, 15, max_denominator=4)


@given(NUMBERS, LETTERS, st.none() | st.integers(2, 4))
def test_a_margin_of_zero_is_the_rule_alone(value, was, periods):
    """Whatever the grade before, without a margin the rule decides."""
    for policy in (Hysteresis(margin=0, periods=periods), Hysteresis(share=0)):
        assert letter(value, was, policy) == RULE({"sales": value})


@given(NUMBERS, LETTERS, MARGINS)
def test_by_its_definition(value, was, margin):
    """Each cut: at cut + margin and more above, below cut - margin below, else as before."""
    above = 0
    for place, cut in enumerate((20, 50)):
        if value >= cut + margin:
            above += 1
        elif value >= cut - margin:
            above += "CBA".index(was) > place
    assert letter(value, was, Hysteresis(margin=margin)) == "CBA"[above]


@given(NUMBERS, NUMBERS, LETTERS, MARGINS)
def test_more_is_never_worse(one, two, was, margin):
    """From the same grade, the greater value never ends in a worse class; nor from a better grade the same value."""
    low, high = sorted((one, two))
    policy = Hysteresis(margin=margin)
    assert letter(high, was, policy) <= letter(low, was, policy)
    assert letter(one, "A", policy) <= letter(one, "B", policy) <= letter(one, "C", policy)


@given(st.lists(st.tuples(LETTERS, NUMBERS), min_size=3, max_size=3), NUMBERS, LETTERS, NUMBERS)
def test_more_is_never_worse_with_periods(past, value, was, more):
    """With the same past, by periods alone, the greater value never ends in a worse class."""
    own = [RULE({"sales": number}) for _, number in past]
    low, high = sorted((value, more))
    policy = Hysteresis(periods=3)
    assert letter(high, was, policy, own) <= letter(low, was, policy, own)


@given(NUMBERS, st.lists(st.fractions(0, 1, max_denominator=8), max_size=12), LETTERS, MARGINS)
def test_moving_by_less_than_the_margin_never_changes_twice(base, steps, start, margin):
    """Values that all lie within less than two margins of each other change the class once at most after the first."""
    values = [base + step * margin * 2 * Fraction(99, 100) for step in steps]
    letters = walk(values, Hysteresis(margin=margin), start)
    if margin:
        assert sum(one != two for one, two in pairwise(letters)) <= 1


@given(st.lists(NUMBERS, max_size=8), LETTERS, MARGINS)
def test_asked_again_it_says_the_same(values, start, margin):
    """A value that does not change keeps the class that it was given."""
    policy = Hysteresis(margin=margin)
    for value, got in zip(values, walk(values, policy, start), strict=True):
        assert letter(value, got, policy) == got
