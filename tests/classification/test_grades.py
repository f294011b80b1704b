"""Grades, schemes and ready-made rules: letters mean something only inside their scheme."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import permutations

import pytest

from pharmasales.classification import SCHEMES, Grade, Scheme, abc, agent, decile, doctor_matrix, letters_of
from pharmasales.errors import BadRule, NotComparable
from pharmasales.rules import Bands, Curve, Field, FirstMatch, Grid, Pareto

COMPARE = (operator.lt, operator.le, operator.gt, operator.ge)


def test_e7_an_a_is_not_an_a() -> None:
    """E7: the A of the doctor matrix and the A of a nine-grid are not equal, and not comparable either."""
    matrix = SCHEMES["doctor_matrix"].grade("A")
    nine = Scheme("nine_grid", ("A", "B", "C", "D")).grade("A")
    assert matrix != nine
    assert len({matrix, nine}) == 2
    for compare in COMPARE:
        with pytest.raises(NotComparable, match="doctor_matrix and nine_grid"):
            compare(matrix, nine)


@pytest.mark.parametrize("compare", COMPARE)
@pytest.mark.parametrize("other", ["A", 1, None])
def test_a_grade_compares_with_grades_alone(compare: Callable[[object, object], bool], other: object) -> None:
    """A bare letter is no grade: ordering is a type error, equality is false."""
    grade = SCHEMES["abc"].grade("A")
    with pytest.raises(TypeError, match=r"grade\.scheme"):
        compare(grade, other)
    assert grade != other


def test_the_order_is_the_schemes_own() -> None:
    """The first letter is the greatest: B > C > A > D in the doctor matrix."""
    scheme = SCHEMES["doctor_matrix"]
    best = [scheme.grade(letter) for letter in "BCAD"]
    for given in permutations(best):
        assert sorted(given, reverse=True) == best
    for place, one in enumerate(best):
        for after, two in enumerate(best):
            assert (one > two, one >= two, one < two, one <= two) == (
                place < after,
                place <= after,
                place > after,
                place >= after,
            )


def test_decile_ten_is_above_decile_nine() -> None:
    """Deciles are ordered as numbers although their letters are text."""
    scheme = SCHEMES["decile"]
    assert scheme.grade(10) > scheme.grade(9) > scheme.grade("1") > scheme.grade(0)


def test_equal_grades_hash_alike_and_labels_do_not_count() -> None:
    """A scheme without its Chinese name and its source is the same scheme."""
    bare, named = Scheme("abc", ("A", "B", "C")).grade("B"), SCHEMES["abc"].grade("B")
    assert bare == named
    assert hash(bare) == hash(named)
    assert bare >= named >= bare
    assert Scheme("abc", ("C", "B", "A")).grade("B") != named


@pytest.mark.parametrize("letters", [(), ("A", "A"), (1, "1")])
def test_a_scheme_has_letters_each_once(letters: tuple[str, ...]) -> None:
    """No letter, or one twice, is no scheme."""
    with pytest.raises(BadRule, match=r"grade\.letters"):
        Scheme("x", letters)


def test_an_unknown_letter_is_refused_everywhere() -> None:
    """Neither the scheme nor the grade itself takes a letter that the scheme lacks."""
    scheme = SCHEMES["abc"]
    for make in (scheme.grade, lambda letter: Grade(scheme, letter)):
        with pytest.raises(BadRule, match=r"no such letter @ abc; known: A, B, C \[grade.letter\]"):
            make("Z")


@pytest.mark.parametrize(
    ("use", "potential", "letter"),
    [(80, 60, "A"), (80, 150, "B"), (20, 150, "C"), (20, 60, "D"), (50, 100, "B"), (None, 150, None), (80, None, None)],
)
def test_e5_doctor_matrix(use: int | None, potential: int | None, letter: str | None) -> None:
    """E5: use from 50 and potential from 100 are high; both cuts included; missing stays missing."""
    assert doctor_matrix(50, 100)({"use": use, "potential": potential}) == letter


@pytest.mark.parametrize(
    ("marks", "letter"),
    [
        ((90, 80, 70, 60), "B"),
        ((90, 90, 90, 90), "A"),
        ((80, 80, 80, 80), "A"),
        ((60, 60, 60, 60), "B"),
        ((59,) * 4, "C"),
    ],
)
def test_e57_agents(marks: tuple[int, ...], letter: str) -> None:
    """E57: contract 30, receipts 30, keenness 20, loyalty 20: 77 points make a B, from 80 an A, below 60 a C."""
    record = dict(zip(("contract", "receipts", "keenness", "loyalty"), marks, strict=True))
    assert agent()(record) == letter


def test_e57_points() -> None:
    """E57: 90/80/70/60 are 77 points: with 77 as the cut the agent is an A, with 78 not."""
    record = {"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60}
    assert (agent(a=77)(record), agent(a=78)(record)) == ("A", "B")


@pytest.mark.parametrize(
    ("rule", "letters"),
    [
        (abc(), ("A", "B", "C")),
        (decile(), ("10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0")),
        (doctor_matrix(1, 1), ("A", "B", "D", "C")),
        (agent(), ("A", "B", "C")),
        (FirstMatch(((Field("beds").over(5), "big"),), otherwise="small"), ("big", "small")),
        (Pareto(Field("x"), (("50%", "top"),), rest="rest"), ("top", "rest")),
    ],
)
def test_letters_of(rule: Bands | Grid, letters: tuple[str, ...]) -> None:
    """Bands and fitted rules name their best first; a grid and first-match keep the order written."""
    assert letters_of(rule) == letters


def test_a_curve_has_no_letters() -> None:
    """A rule that answers with a number gives no grade."""
    with pytest.raises(BadRule, match="a Curve gives no grade"):
        letters_of(Curve(Field("x"), ((0, 0), (1, 1))))


def test_every_ready_scheme_knows_its_rules_letters() -> None:
    """Each scheme that ships has the letters that its own rule gives."""
    for name, rule in {
        "abc": abc(),
        "decile": decile(),
        "doctor_matrix": doctor_matrix(1, 1),
        "agent": agent(),
    }.items():
        assert set(letters_of(rule)) == set(SCHEMES[name].letters)


def test_two_versions_are_two_schemes() -> None:
    """Grades of two versions are unequal, and comparing them is an error that says what to do."""
    old, new = (Scheme("abc", ("A", "B", "C"), version=version) for version in ("1", "2"))
    assert old != new
    assert old.grade("A") != new.grade("A")
    for compare in COMPARE:
        with pytest.raises(
            NotComparable, match=r"abc in versions 1 and 2; if the letters mean the same.*grade\.version"
        ):
            compare(old.grade("A"), new.grade("B"))


def test_whoever_says_so_compares_two_versions() -> None:
    """`under` reads a grade as one of another version; of another name or other letters it never does."""
    old, new = (Scheme("abc", ("A", "B", "C"), version=version) for version in ("1", "2"))
    assert old.grade("A").under(new) == new.grade("A")
    assert old.grade("A").under(new) > new.grade("B")
    for other, said in (
        (Scheme("abd", ("A", "B", "C")), "abc and abd"),
        (Scheme("abc", ("C", "B", "A")), "of other letters"),
    ):
        with pytest.raises(NotComparable, match=said):
            old.grade("A").under(other)


def test_letters_that_mean_something_else_are_told_apart() -> None:
    """One name and version with other letters is another scheme, and the error says so."""
    with pytest.raises(NotComparable, match=r"two schemes named abc, of other letters"):
        operator.lt(Scheme("abc", ("A", "B")).grade("A"), Scheme("abc", ("A", "B", "C")).grade("A"))


@pytest.mark.parametrize("version", ["", " ", 1, None])
def test_a_version_is_a_text(version: object) -> None:
    """An empty version, or a number, is refused."""
    with pytest.raises(BadRule, match=r"grade\.version"):
        Scheme("abc", ("A",), version=version)  # type: ignore[arg-type]  # on purpose
