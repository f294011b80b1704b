"""Best and worst (S004-81): three conditions, both ends of the list, equals at its end."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.classification import METHODS, SCHEMES, Shortlist, best, classify, worst
from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Field

BEST = SCHEMES["best"]


@pytest.mark.parametrize(
    ("sales", "owed", "days", "letter"),
    [
        (40_000, 50_000, 121, "worst"),
        (40_000, 50_000, 120, "other"),
        (40_000, "49999.99", 200, "other"),
        (900_000, 80_000, 200, "other"),
        (100_000, 50_000, 121, "other"),
        (None, 50_000, 121, None),
        (40_000, None, 121, None),
        (40_000, 50_000, None, None),
        (900_000, None, None, "other"),
        (None, 1, None, "other"),
    ],
)
def test_e48_worst(sales: object, owed: object, days: object, letter: str | None) -> None:
    """E48: poor sales, 50,000 (included) and over 120 days, all three; one that fails decides, missing does not."""
    assert worst(poor=100_000)({"sales": sales, "owed": owed, "days_late": days}) == letter


def dealers(*groups: tuple[int, bool | None]) -> list[tuple[str, str, object]]:
    """Make dealers of these sales, who pay on time or not."""
    return [(f"D{n}", "Example Dealer", {"sales": sales, "on_time": paid}) for n, (sales, paid) in enumerate(groups)]


def listed(people: list[tuple[str, str, object]], **cuts: int) -> list[int]:
    """Return the sales of those on the list, the most first."""
    found = METHODS["best"].classify(people, **cuts)
    return sorted(
        (g.record["sales"] for g in found.grades if g.grade == BEST.grade("best")),  # type: ignore[index]  # a mapping
        reverse=True,
    )


def test_e49_the_list_is_clamped_to_a_hundred() -> None:
    """E49: of 500 dealers 120 pay on time: the hundred who sell most of these are listed, without a warning."""
    people = dealers(*[(n, n % 25 < 6) for n in range(1, 501)])
    assert sum(n % 25 < 6 for n in range(1, 501)) == 120
    found = METHODS["best"].classify(people)
    assert Counter(graded.grade.letter for graded in found.grades if graded.grade) == {"best": 100, "other": 400}
    assert listed(people) == sorted((n for n in range(1, 501) if n % 25 < 6), reverse=True)[:100]
    assert found.warnings == ()


def test_e49_a_short_list_warns() -> None:
    """E49: 25 pay on time: 25 are listed, with a warning in both languages."""
    found = METHODS["best"].classify(dealers(*[(n, n % 20 == 0) for n in range(1, 501)]))
    assert Counter(graded.grade.letter for graded in found.grades if graded.grade) == {"best": 25, "other": 475}
    assert [w.text() for w in found.warnings] == ["25 are listed, fewer than 30"]
    assert [w.text("zh") for w in found.warnings] == ["名单 25 家，不足 30 家"]


@pytest.mark.parametrize(
    ("equals", "more", "count", "said"),
    [
        (2, 99, 99, ["2 equals share the last places and do not all fit into 100: none of them is listed"]),
        (1, 99, 100, []),
        (2, 98, 100, []),
        (5, 100, 100, []),
        (
            101,
            0,
            0,
            [
                "101 equals share the last places and do not all fit into 100: none of them is listed",
                "0 are listed, fewer than 30",
            ],
        ),
    ],
)
def test_equals_at_the_hundredth_place(equals: int, more: int, count: int, said: list[str]) -> None:
    """Equal sales get equal answers and never more than a hundred are listed: who does not fit whole stays out."""
    found = METHODS["best"].classify(dealers(*[(1000 + n, True) for n in range(more)], *[(5, True)] * equals))
    letters = [graded.grade.letter for graded in found.grades if graded.grade]
    assert letters.count("best") == count
    assert len(set(letters[more:])) == 1
    assert [w.text() for w in found.warnings] == said


def test_who_sells_nothing_or_pays_late_is_never_best() -> None:
    """Zero and returns do not count as sales, and a missing answer is none."""
    people = dealers((0, True), (-5, True), (9, False), (9, None), (8, True))
    found = METHODS["best"].classify(people)
    assert [graded.grade and graded.grade.letter for graded in found.grades] == [
        "other",
        "other",
        "other",
        None,
        "best",
    ]
    assert found.grade({"sales": None, "on_time": False}) == BEST.grade("other")
    assert found.grade({"sales": None, "on_time": True}) is None


def test_the_list_is_a_rule_to_keep_with_its_evidence() -> None:
    """Whoever comes later is held against the same cut; the evidence says what the list makes of the whole."""
    found = METHODS["best"].classify(dealers((60, True), (30, True), (10, False)), least=1, most=1)
    assert found.grade({"sales": 60, "on_time": True}) == BEST.grade("best")
    assert found.grade({"sales": 59, "on_time": True}) == BEST.grade("other")
    assert [(e.label, e.count, e.total, e.share, e.low, e.high) for e in found.evidence] == [
        ("best", 1, 60, Fraction(3, 5), 60, 60),
        ("other", 2, 40, Fraction(2, 5), 10, 30),
    ]
    assert "sales 60 is at least 60: yes" in found.grades[0].why().text()


def test_nobody_qualifies() -> None:
    """An empty list is a list, with its warning; the shares of nothing are missing."""
    found = METHODS["best"].classify(dealers((9, False), (0, True)))
    assert [graded.grade and graded.grade.letter for graded in found.grades] == ["other", "other"]
    assert [w.text() for w in found.warnings] == ["0 are listed, fewer than 30"]
    empty = METHODS["best"].classify([])
    assert [(e.label, e.count, e.share, e.low) for e in empty.evidence] == [
        ("best", 0, None, None),
        ("other", 0, None, None),
    ]


def test_a_shortlist_has_a_length_and_no_answer_for_one_record() -> None:
    """1 <= least <= most, whole; a single record has no list."""
    rule = best(least=1, most=2)
    assert rule == Shortlist(Field("sales"), Field("on_time").equals(True), 1, 2)
    assert rule.answers([{"sales": s, "on_time": True} for s in (3, 2, 1)]) == ["best", "best", "other"]
    with pytest.raises(BadRule, match=r"rule\.group"):
        rule({"sales": 1, "on_time": True})
    for least, most in ((0, 5), (6, 5), (True, 5), (1, 5.0)):
        with pytest.raises(BadRule, match=r"rule\.list"):
            Shortlist(Field("sales"), Field("on_time").equals(True), least, most)  # type: ignore[arg-type]
    with pytest.raises(BadValue, match=r"sales @ records\[0\]|records\[0\], sales|records\[0\]"):
        classify([("D", "E", {"sales": "many", "on_time": True})], BEST, rule)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 12), st.booleans()), max_size=60), st.integers(1, 20))
def test_the_list_is_the_longest_that_keeps_equals_together(groups: list[tuple[int, bool]], most: int) -> None:
    """By a plain count: somebody is listed if and only if those who sell as much or more and pay on time all fit."""
    found = METHODS["best"].classify(dealers(*groups), least=1, most=most)
    fit = [sales for sales, paid in groups if paid and sales > 0]
    expected = [paid and sales > 0 and sum(other >= sales for other in fit) <= most for sales, paid in groups]
    assert [graded.grade == BEST.grade("best") for graded in found.grades] == expected
    assert sum(expected) <= most
    assert any("fewer" in w.text() for w in found.warnings) == (sum(expected) < 1)
