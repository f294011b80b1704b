"""Grades by cut, by rank and by a forced distribution, ties together."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule
from pharmasales.evaluation.scoring.grading import ForcedDistribution, RankGrades, cut_grades
from pharmasales.evaluation.scoring.scorecard import score
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.evaluation.scoring.standing import standings
from pharmasales.rules import Field, Part, Weighted

SHARES = ((Fraction(1, 5), "A"), (Fraction(7, 10), "B"), (Fraction(1, 10), "C"))
totals = st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=25)


def people(given_totals):
    """One record for each total."""
    return [{"total": total} for total in given_totals]


def grades_of(rule, given_totals):
    """Everybody's grade, fitted to everybody."""
    found = rule.fit(people(given_totals))
    return [found.bands(person) for person in people(given_totals)]


def expected(given_totals, sizes, ties):
    """Place everybody by hand: sort, and give all who are level the grade of their first place, or of their last."""
    there = sorted((total for total in given_totals if total is not None), reverse=True)
    grades = [label for size, label in sizes for _ in range(size)]
    at = {}
    for place, total in enumerate(there):
        if ties == "down" or total not in at:
            at[total] = grades[place]
    return [None if total is None else at[total] for total in given_totals]


def sizes_of(count):
    """Largest remainder by hand, the better grade first."""
    exact = [share * count for share, _ in SHARES]
    whole = [int(part) for part in exact]
    order = sorted(range(3), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: count - sum(whole)]:
        whole[place] += 1
    return list(zip(whole, "ABC", strict=True))


@given(totals, st.sampled_from(["up", "down"]))
def test_a_forced_distribution_by_hand(given_totals, ties):
    """Shares are exact, ties together, and whoever has no total takes no place."""
    rule = ForcedDistribution(SHARES, ties)
    count = sum(total is not None for total in given_totals)
    assert grades_of(rule, given_totals) == expected(given_totals, sizes_of(count), ties)
    found = rule.fit(people(given_totals))
    assert [fact.due for fact in found.facts] == [size for size, _ in sizes_of(count)]
    held = Counter(grade for grade in grades_of(rule, given_totals) if grade)
    assert {fact.grade: fact.given for fact in found.facts if fact.given} == held
    assert found.missing == len(given_totals) - count


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=40))
def test_without_ties_the_shares_are_exact(given_totals):
    """Every grade holds just the places due."""
    for fact in ForcedDistribution(SHARES).fit(people(given_totals)).facts:
        assert fact.given == fact.due
        assert fact.why.head() == f"{fact.due} places, all given"


@given(totals)
def test_rank_grades_by_hand(given_totals):
    """Rank is 1 more than those above; the first 2 A, to the fifth B."""
    there = [total for total in given_totals if total is not None]

    def due(total):
        if total is None:
            return None
        rank = 1 + sum(other > total for other in there)
        return "A" if rank <= 2 else "B" if rank <= 5 else "C"

    assert grades_of(RankGrades(((2, "A"), (5, "B")), rest="C"), given_totals) == [due(total) for total in given_totals]


@given(totals, st.randoms(), st.sampled_from([ForcedDistribution(SHARES), RankGrades(((3, "A"),), rest="B")]))
def test_the_order_is_irrelevant(given_totals, random, rule):
    """Everybody in any order gives the same bands."""
    shuffled = list(given_totals)
    random.shuffle(shuffled)
    assert rule.fit(people(given_totals)) == rule.fit(people(shuffled))


def test_grades_by_cut():
    """A grade includes its lower cut."""
    bands = cut_grades(((60, "D"), (75, "C"), (90, "B")), top="A")
    assert [bands({"total": total}) for total in ("59.99", 60, "89.99", 90, None)] == ["D", "C", "B", "A", None]


def test_evidence():
    """Places due and given, and why they differ."""
    table = ForcedDistribution(SHARES).fit(people([99, 90, 90, 80, 70, 60, 50, 40, 30, 20])).table()
    assert [row[:5] for row in table.rows] == [("A", 2, 3, 90, 99), ("B", 7, 6, 30, 80), ("C", 1, 1, 20, 20)]
    assert table.rows[0][5].text() == "2 places due, 3 given: who is level stays together and goes up"
    assert table.rows[0][5].text("zh") == "名额 2，实际 3：同分同级，并列者上靠"
    assert table.name == "grade_evidence"
    assert "<table>" in ForcedDistribution(SHARES).fit([])._repr_html_()


def test_standings():
    """Competition rank, the best first, level people in the order given, no total at the end."""
    rule = Weighted([Part("visits", 100, Field("visits"))])
    cards = [score(rule, f"r{n}", "", {"visits": v}) for n, v in enumerate((None, "0.8", "0.9", "0.8", "0.5"))]
    found = standings(cards, RankGrades(((1, "A"), (2, "B")), rest="C"))
    assert [(one.rank, one.rep_id, one.grade) for one in found] == [
        (1, "r2", "A"),
        (2, "r1", "B"),
        (2, "r3", "B"),
        (4, "r4", "C"),
        (None, "r0", None),
    ]
    assert found.rows[1].why.text() == "rank 2 of 4 (total 80 is at least 80 and is below 90: B)"
    assert found.rows[4].why.head("zh") == "无总分，故无名次与等级"
    assert [row[0] for row in found.table().rows] == [1, 2, 2, 4, None]
    assert "r2" in found._repr_html_()
    assert standings(cards, cut_grades(((60, "F"),), top="P")).rows[3].grade == "F"
    assert standings(cards).rows[0].grade is None
    assert "0.8" not in repr(found)


def test_the_grades_of_several_sheets():
    """Grades left out are those of the sheets, in any order; sheets that grade differently are not mixed."""
    rule = Weighted([Part("v", 100, Field("v"))])
    graded = ScoreSheet("a", rule, grades=cut_grades(((80, "B"),), top="A"))
    one, two = score(graded, "r1", "", {"v": "0.9"}), score(graded, "r2", "", {"v": "0.7"})
    assert [row.grade for row in standings([two, one])] == ["A", "B"]
    assert [row.grade for row in standings([one])] == ["A"]
    for other in (rule, ScoreSheet("b", rule, grades=cut_grades(((90, "B"),), top="A"))):
        for cards in ([one, score(other, "r2", "", {"v": 1})], [score(other, "r2", "", {"v": 1}), one]):
            with pytest.raises(BadRule, match="several rules of grades") as caught:
                standings(cards)
            assert caught.value.code == "score.grades"
            assert [row.grade for row in standings(cards, graded.grades)] == ["A", "A"]


@pytest.mark.parametrize("twin", ["R1", " r1", "ｒ1"])
def test_two_spellings_of_one_person(twin):
    """Ids that differ in case, width or spaces only are one person's, and both rows are named."""
    rule = Weighted([Part("v", 100, Field("v"))])
    with pytest.raises(BadRows) as caught:
        standings([score(rule, one, "", {"v": 1}) for one in ("r1", "r2", twin)])
    (error,) = caught.value.exceptions
    assert (error.where, error.hint, error.code) == (
        f"scores[2] {twin.strip()}",
        "keep one: scores[0] is r1",
        "score.twins",
    )


def test_nobody_is_scored_twice():
    """Every second score of one person is named at once."""
    rule = Weighted([Part("visits", 100, Field("visits"))])
    cards = [score(rule, "r1", "", {"visits": 1})] * 3
    with pytest.raises(BadRows) as caught:
        standings(cards)
    assert [error.where for error in caught.value.exceptions] == ["scores[1] r1", "scores[2] r1"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: ForcedDistribution(((Fraction(1, 2), "A"),)), "score.shares"),
        (lambda: ForcedDistribution((("120%", "A"), ("-20%", "B"))), "score.shares"),
        (lambda: ForcedDistribution((("50%", "A"), ("50%", "A"))), "score.twins"),
        (lambda: ForcedDistribution(SHARES, "sideways"), "score.ties"),
        (lambda: RankGrades(((3, "A"), (3, "B")), rest="C"), "score.ranks"),
        (lambda: RankGrades(((0, "A"),), rest="C"), "score.ranks"),
        (lambda: RankGrades(((True, "A"),), rest="C"), "score.ranks"),
        (lambda: RankGrades(((1, "A"),), rest="A"), "score.twins"),
    ],
)
def test_bad_grades_are_refused(make, code):
    """Shares that miss the whole, two grades of one name, ranks that do not ascend."""
    with pytest.raises(BadRule) as caught:
        make()
    assert caught.value.code == code


def test_the_worst_grade_has_no_floor():
    """Two grades part at one cut, so that a reason never names a line within a grade."""
    found = RankGrades(((1, "A"),), rest="B").fit(people([90, 80, 70]))
    assert [(cut.at, label) for cut, label in found.bands.cuts] == [(90, "B")]
    assert found.bands({"total": 1}) == "B"
