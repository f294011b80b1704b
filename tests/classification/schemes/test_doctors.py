"""Doctors: the nine-grid by E6, zones, 3P, the value of S002-4 with its roles; E7 between all schemes."""

from __future__ import annotations

import operator
from decimal import Decimal
from itertools import permutations

import pytest

from pharmasales.classification import (
    METHODS,
    SCHEMES,
    doctor_value,
    influence_of,
    nine_grid,
    three_p,
    zone,
)
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.rules import explain

BAND = {"first": (3, 200_000_001), "second": (2, 80_000_001), "third": (1, 5)}


@pytest.mark.parametrize(
    ("title", "band", "behaviour", "points", "letter"),
    [
        ("主治医师", "first", 2, 10, "A"),
        ("主治医师", "second", 2, 7, "B"),
        ("住院医师", "second", 1, 4, "B"),
        ("住院医师", "third", 1, 2, "C"),
        ("主治医师", "second", 3, 8, "A"),
        ("主治医师", "third", 1, 3, "C"),
        ("副主任医师", "first", 3, 12, "A"),
        ("主任医师", "first", 1, 10, "A"),
        ("住院医师", "first", 3, 8, "A"),
        ("副主任医师", "second", 1, 8, "A"),
        ("副主任医师", "third", 1, 4, "B"),
    ],
)
def test_e6_nine_grid(title: str, band: str, behaviour: int, points: int, letter: str) -> None:
    """E6: points for hospital and title plus those for behaviour; A from 8, B from 4, C below, at most 12."""
    tier, revenue = BAND[band]
    record = {"tier": tier, "revenue": revenue, "title": title, "behaviour": behaviour}
    assert nine_grid()(record) == letter
    assert nine_grid().of(record) == Decimal(points)
    assert f"total {points}.00 of 12" in explain(nine_grid(), record).text()
    assert f"总分 {points}.00，满分 12" in explain(nine_grid(), record).text("zh")


@pytest.mark.parametrize(
    ("tier", "revenue", "points"),
    [
        (3, 200_000_001, 8),
        (3, 200_000_000, 5),
        (3, 80_000_000, 2),
        (2, 300_000_000, 5),
        (2, 80_000_001, 5),
        (2, 80_000_000, 2),
        (1, 900_000_000, 2),
        (0, 0, 2),
    ],
)
def test_revenue_is_over_its_cut(tier: int, revenue: int, points: int) -> None:
    """超过 excludes the number itself; tier three with too little for the first row stands in the second (ours)."""
    record = {"tier": tier, "revenue": revenue, "title": "主治", "behaviour": 1}
    assert nine_grid().of(record) == points + 1


@pytest.mark.parametrize("missing", ["tier", "title", "behaviour"])
@pytest.mark.parametrize("value", [None, "?", 0, 4, 13])
def test_a_missing_or_unknown_value_never_makes_a_grade(missing: str, value: object) -> None:
    """Nothing, or what the source does not know, has no points; tier 0 alone is known, a hospital that is not rated."""
    record = {"tier": 3, "revenue": 1, "title": "主治", "behaviour": 3, missing: value}
    assert (nine_grid()(record) is None) == (not (missing == "tier" and value == 0))


def test_a_missing_revenue_counts_where_it_would_decide() -> None:
    """Without its revenue a hospital of tier two has no row; one of tier one is in the third whatever it earns."""
    record = {"revenue": None, "title": "主治", "behaviour": 2}
    assert [nine_grid()({**record, "tier": tier}) for tier in (3, 2, 1, 0)] == [None, None, "B", "B"]


def test_titles_in_both_languages() -> None:
    """副主任以上 is 主任 and 副主任; English titles say the same."""
    record = {"tier": 3, "revenue": 200_000_001, "behaviour": 1}
    for titles, points in (
        (("主任医师", "副主任医师", "主任", "副主任", "chief physician", "associate chief physician"), 10),
        (("主治医师", "主治", "attending physician"), 9),
        (("住院医师", "住院", "resident physician"), 6),
    ):
        assert {nine_grid().of({**record, "title": title}) for title in titles} == {points}


def test_nine_grid_with_ones_own_cuts() -> None:
    """A company that wants fewer A sets the points."""
    record = {"tier": 3, "revenue": 200_000_001, "title": "主治", "behaviour": 2}
    assert (nine_grid(a=10)(record), nine_grid(a=11)(record)) == ("A", "B")
    assert nine_grid(top_revenue=300_000_000)(record) == "B"


def test_e7_no_two_schemes_share_a_letter() -> None:
    """E7: grades of any two ready-made schemes are unequal, and comparing them is a type error."""
    assert METHODS["doctor_matrix"].scheme.grade("A") != METHODS["nine_grid"].scheme.grade("A")
    for one, two in permutations(SCHEMES.values(), 2):
        for letter in set(one.letters) & set(two.letters):
            assert one.grade(letter) != two.grade(letter)
            for compare in (operator.lt, operator.le, operator.gt, operator.ge):
                with pytest.raises(NotComparable, match=f"grades of {one.name} and {two.name}"):
                    compare(one.grade(letter), two.grade(letter))


def test_e7_one_doctor_under_two_schemes() -> None:
    """E7: the same doctor is an A of the matrix, where that is third of four, and an A of the nine-grid, the best."""
    doctor = {"use": 80, "potential": 60, "tier": 3, "revenue": 200_000_001, "title": "主治", "behaviour": 2}
    (matrix,) = METHODS["doctor_matrix"].classify([("D1", "Dr Example", doctor)], use=50, potential=100).grades
    (nine,) = METHODS["nine_grid"].classify([("D1", "Dr Example", doctor)]).grades
    assert matrix.grade is not None
    assert nine.grade is not None
    assert (matrix.grade.letter, nine.grade.letter) == ("A", "A")
    assert matrix.grade != nine.grade
    assert matrix.grade < matrix.grade.scheme.grade("B")
    assert nine.grade > nine.grade.scheme.grade("B")


@pytest.mark.parametrize(
    ("potential", "use", "letter"),
    [(100, 1, "red"), (100, 0, "yellow"), (99, 1, "blue"), (99, None, "blue"), (100, None, None), (None, 5, None)],
)
def test_zones(potential: int | None, use: int | None, letter: str | None) -> None:
    """The cut is included; using is more than nothing; who has no potential is blue whether it uses or not."""
    assert zone(100)({"potential": potential, "use": use}) == letter


def test_three_p_adds_up_to_a_hundred() -> None:
    """50/30/20 on 90/70/60 are 45 + 21 + 12 = 78 points."""
    rule = three_p(78, 60, potential=50, prescription=30, partnership=20)
    record = {"potential_mark": 90, "prescription": 70, "partnership": 60}
    assert (rule.of(record), rule(record)) == (Decimal("78.00"), "A")
    assert rule({**record, "partnership": None}) is None


@pytest.mark.parametrize(("marks", "points"), [((100, 100, 100), "3.00"), ((80, 70, 60), "2.10"), ((0, 0, 0), "0.00")])
def test_the_value_of_a_doctor_is_a_plain_sum(marks: tuple[int, ...], points: str) -> None:
    """S002-4: potential + influence + willingness, each out of 1, so that full marks make 3."""
    record = dict(zip(("potential_mark", "influence", "willingness"), marks, strict=True))
    assert doctor_value(3, 2).of(record) == Decimal(points)


def test_weights_of_ones_own() -> None:
    """Other weights, another sum: 50/30/20 make points out of a hundred."""
    rule = doctor_value(80, 60, potential=50, influence=30, willingness=20)
    assert rule({"potential_mark": 80, "influence": 80, "willingness": 80}) == "A"
    with pytest.raises(BadRule, match="above zero"):
        doctor_value(80, 60, potential=0, influence=0, willingness=0)


def test_influence_is_that_of_the_strongest_role() -> None:
    """S002-3: roles are several; a known role without a mark counts nothing, a strange one is refused."""
    marks = {"kol": "99.5", "department_head": 80, "backbone": 50, "our_speaker": 60}
    assert influence_of(["backbone", "kol", "department_head"], marks) == Decimal("99.5")
    assert influence_of({"our_speaker", "resident"}, marks) == 60
    assert influence_of(["resident"], marks) is None
    assert influence_of((), {}) is None
    with pytest.raises(BadValue, match=r'unknown role @ roles; did you mean "kol"\? \[grade\.role\]'):
        influence_of(["koll"], marks)
    for mark in (-1, 101):
        with pytest.raises(BadRule, match=r"a mark is out of 100 @ kol"):
            influence_of(["kol"], {"kol": mark})
