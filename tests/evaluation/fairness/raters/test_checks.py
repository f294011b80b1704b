"""The rater checks: planted errors are found, fair raters are left in peace, and every figure is as by hand."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import pytest

from pharmasales.errors import BadRows, BadRule, NotComparable, NotFound
from pharmasales.evaluation.fairness import (
    RATER_ERRORS,
    RATER_QUESTIONS,
    Mark,
    MarkBook,
    RaterRules,
    Scale,
    calibrate,
    check_raters,
)
from pharmasales.evaluation.fairness.raters.overlap import beyond_chance
from pharmasales.periods import Quarter

from .conftest import FIVE, Q1, Q4, make_world

FEW = RaterRules(least=4, people=3)
OTHERS = ("m1", "m2", "m3", "m4")


def checked(world, rules=None):
    """Check a world with all that is known of it."""
    book, last, team_of, rater_team = world
    return check_raters(book, rules or RaterRules(), last=last, team_of=team_of, rater_team=rater_team)


@pytest.mark.parametrize("error", RATER_ERRORS)
def test_a_planted_error_is_found(error):
    """In each of two worlds it is found where it was planted, and nobody else is accused of anything."""
    for seed in (1, 2):
        review = checked(make_world(seed, error))
        assert {one.rater for one in review.found} == {"m0"}
        assert error in {one.error for one in review.found}
        assert review.hints == ()
        one = review.of("m0", error)
        assert one.question == RATER_QUESTIONS[error]
        assert len(one.evidence) >= 12 or error == "copied"
        assert "{" not in one.why.text() + one.why.text("zh")


def test_fair_worlds_accuse_nobody(fair):
    """Eight worlds of five fair raters and eight checks: not one flag of 320."""
    reviews = [checked(fair), *(checked(make_world(seed)) for seed in range(10, 17))]
    assert [one for review in reviews for one in (*review.found, *review.hints)] == []
    assert reviews[0].counts() == {"found": 0, "hint": 0, "clear": 40, "unknown": 0}


def test_the_order_of_marks_does_not_matter(fair):
    """Nor does the order of last period's marks and of the teams."""
    book, last, team_of, rater_team = fair
    marks, before = list(book), list(last)
    random.Random(3).shuffle(marks)  # noqa: S311 - any order
    turned = MarkBook(marks, FIVE, Q1), MarkBook(before[::-1], FIVE, Q4), dict(reversed(team_of.items())), rater_team
    assert checked(turned).findings == checked(fair).findings


def test_a_lenient_rater_is_told_from_good_people(book_of):
    """Who marks only good people as high as the others do is left in peace, whatever the mean."""
    good, weak = (5, 4, 5, 5), (2, 1, 2, 3)
    review = check_raters(book_of(a=(*good, None, None, None, None), b=(*good, *weak), c=(*good, *weak)), FEW)
    assert review.of("a", "lenient").figure == 0
    assert review.of("a", "lenient").state == "clear"
    assert review.found == ()


def test_leniency_by_hand(book_of):
    """Each person counts once: differences 1, 1, 1, 2 from the others' means are 5/4 steps, 5/16 of the width."""
    book = book_of(a=(4, 3, 4, 5), b=(3, 2, 3, 2), c=(3, 2, 3, 4))
    one = check_raters(book, FEW).of("a", "lenient")
    assert (one.state, one.figure, one.marks, one.people) == ("found", Fraction(5, 16), 4, 4)
    assert [each.beside for each in one.evidence] == [3, 2, 3, 3]
    assert one.table().rows[3][2:] == ("skill", *(Fraction(n) for n in (5, 3, 2)))
    assert one.why.text() == (
        "4 marks of 4 people, of whom 2 others gave marks too: mean 4.00 against 2.75, by person 31.3% of the scale's "
        "width; asked from 12.5% on"
    )
    assert check_raters(book, FEW).of("a", "severe").figure == Fraction(-5, 16)


def test_chance_accuses_nobody(book_of):
    """The same mean, but from two marks of four: that is within chance, and said."""
    one = check_raters(book_of(a=(3, 2, 5, 5), b=(3, 2, 3, 2), c=(3, 2, 3, 2)), FEW).of("a", "lenient")
    assert (one.state, one.figure) == ("clear", Fraction(5, 16))
    assert "within chance: less than 3 standard errors" in one.why.text()
    loose = RaterRules(least=4, people=3, sure=0)
    assert (
        check_raters(book_of(a=(3, 2, 5, 5), b=(3, 2, 3, 2), c=(3, 2, 3, 2)), loose).of("a", "lenient").state == "found"
    )


def test_the_farthest_is_set_aside_first(book_of):
    """Beside one who gives two steps more, the others are not severe."""
    review = check_raters(book_of(a=(5, 4, 5, 3), b=(3, 2, 3, 1), c=(3, 2, 3, 1)), FEW)
    assert [(one.rater, one.error) for one in review.found] == [("a", "lenient")]
    assert review.of("b", "severe").figure == 0


def test_who_is_borne_out_by_a_third_is_left_in_peace(book_of):
    """Beside a alone b looks severe, but c bears b out: a is set aside first, with a hint, for only b is against."""
    none = (None,) * 5
    book = book_of(a=(5, 4, 5, 3, 4, *none), b=(3, 2, 3, 1, 2, 2, 3, 4, 5, 1), c=(*none, 2, 3, 4, 5, 1))
    review = check_raters(book, RaterRules(least=4, people=3, sure=0))
    assert review.found == ()
    assert [(one.rater, one.error) for one in review.hints] == [("a", "lenient")]
    assert (review.of("b", "severe").figure, review.of("b", "severe").state) == (0, "clear")


def test_of_two_equally_far_the_one_whom_more_contradict(book_of):
    """The marks of a lie two steps above those of b, c and d; d, who shares people with a alone, is not accused."""
    none = (None,) * 4
    book = book_of(a=(5, 4, 5, 3, 4, 3, 5, 4), b=(3, 2, 3, 1, *none), c=(3, 2, 3, 1, *none), d=(*none, 2, 1, 3, 2))
    review = check_raters(book, FEW)
    assert [(one.rater, one.error) for one in review.found] == [("a", "lenient")]
    assert review.of("d", "severe").state != "found"
    assert review.of("b", "severe").state == "clear"


@pytest.mark.parametrize(("more", "state"), [(Fraction(1, 2), "found"), (Fraction(49, 100), "clear")])
def test_the_threshold_itself_is_asked(book_of, more, state):
    """Half a step of five is an eighth of the width: found; a hundredth less is not."""
    scale = Scale(1, 5, "0.01")
    level = (3, 2, 3, 1)
    book = book_of(scale, a=tuple(one + more for one in level), b=level, c=level)
    assert check_raters(book, FEW).of("a", "lenient").state == state


def test_two_raters_cannot_tell_which(book_of):
    """Both get a hint that says so."""
    review = check_raters(book_of(a=(5, 4, 5, 3), b=(3, 2, 3, 1)), FEW)
    assert review.found == ()
    assert [(one.rater, one.error) for one in review.hints] == [("a", "lenient"), ("b", "severe")]
    assert "it may be that one" in review.of("a", "lenient").why.text()


def test_without_overlap_it_is_a_hint(book_of):
    """Own people only: the mean beside other people's is weaker, and says what would help."""
    none = (None,) * 4
    review = check_raters(book_of(a=(5, 5, 4, 5, *none), b=(*none, 2, 1, 2, 2)), FEW)
    one = review.of("a", "lenient")
    assert (one.state, one.figure) == ("hint", Fraction(3, 4))
    assert one.question == RATER_QUESTIONS["lenient"]
    assert "let a second rater mark some of them" in one.why.text()
    assert "请第二人评其中几位" in one.why.text("zh")


def test_each_person_counts_once():
    """One person with three marks a step higher and two with one as the others': a third of a step, no more."""
    cells = [("p0", "x", 1), ("p0", "y", 1), ("p0", "z", 1), ("p1", "x", 0), ("p2", "x", 0)]
    marks = [Mark("a", person, item, 3 + more, FIVE) for person, item, more in cells]
    marks += [Mark(rater, person, item, 3, FIVE) for rater in "bc" for person, item, _ in cells]
    assert check_raters(MarkBook(marks, FIVE, Q1), FEW).of("a", "lenient").figure == Fraction(1, 12)


def test_many_marks_of_few_people_are_too_few():
    """Twelve marks, but of two people."""
    review = check_raters(grid(a=[(5,) * 6, (4,) * 6], b=[(1,) * 6, (2,) * 6], c=[(1,) * 6, (2,) * 6]))
    assert {one.state for one in review} == {"unknown"}


def test_standard_errors_by_hand():
    """Two values a third either side of one: the error is a third, and three of it are just reached."""
    values = [Fraction(2, 3), Fraction(4, 3)]
    assert beyond_chance([values], Fraction(1), Fraction(3))
    assert not beyond_chance([values], Fraction(1), Fraction(31, 10))
    assert not beyond_chance([values, values], Fraction(1), Fraction(3))


def test_too_little_says_nothing(book_of):
    """Fewer marks or people than the rules need: not known, with both numbers."""
    one = check_raters(book_of(a=(5, 5, 5), b=(1, 1, 1))).of("a", "lenient")
    assert (one.state, one.figure, one.evidence, one.question) == ("unknown", None, (), None)
    assert one.why.text() == "not known: 3 marks of 3 people can be compared; at least 12 of 5 are needed"
    alone = check_raters(book_of(a=(5, 5, 5)), RaterRules(least=3, people=3))
    assert {each.state for each in alone} == {"unknown"}
    assert check_raters(MarkBook([], FIVE, Q1)).findings == ()


def grid(**rows):
    """Make a book of several items: by rater, the marks of each person."""
    marks = [
        Mark(rater, f"p{person}", f"i{item}", value, FIVE)
        for rater, people in rows.items()
        for person, given in enumerate(people)
        for item, value in enumerate(given)
    ]
    return MarkBook(marks, FIVE, Q1)


def test_central_tendency_by_hand():
    """Sums of squares about each item's mean: 2/3 against the others' 38/3 and 26/3, twice compared: 1/16."""
    book = grid(a=[(3, 3), (3, 3), (3, 2)], b=[(1, 1), (3, 4), (5, 2)], c=[(1, 2), (3, 3), (5, 4)])
    one = check_raters(book, RaterRules(least=6, people=3)).of("a", "central")
    theirs = (8 + Fraction(14, 3)) + (8 + 2)
    assert (one.state, one.figure) == ("found", 2 * Fraction(2, 3) / theirs)
    high = grid(a=[(5, 5), (5, 5), (5, 4)], b=[(1, 1), (3, 4), (5, 2)], c=[(1, 2), (3, 3), (5, 4)])
    one = check_raters(high, RaterRules(least=6, people=3)).of("a", "central")
    assert (one.state, one.figure) == ("clear", 2 * Fraction(2, 3) / theirs)
    assert "not about the middle" in one.why.text()


def test_halo_by_hand():
    """Items alike while people differ; where people are alike too, it is central tendency."""
    others = {"b": [(1, 3), (2, 4), (5, 3)], "c": [(1, 3), (4, 2), (5, 3)]}
    one = check_raters(grid(a=[(2, 2), (3, 3), (5, 4)], **others), RaterRules(least=6, people=3)).of("a", "halo")
    assert (one.state, one.figure) == ("found", 2 * Fraction(1, 2) / 12)
    assert len(one.evidence) == 6
    flat = check_raters(grid(a=[(3, 3), (3, 3), (3, 2)], **others), RaterRules(least=6, people=3)).of("a", "halo")
    assert flat.state == "clear"
    assert "see central tendency" in flat.why.text()
    same = check_raters(grid(a=[(2, 2), (3, 4), (5, 5)], b=[(1, 1), (2, 2), (4, 4)]), RaterRules(least=6, people=3))
    assert (same.of("a", "halo").state, same.of("a", "halo").figure) == ("unknown", None)
    assert "do not vary" in same.of("a", "halo").why.text()


def test_spread_beside_other_people():
    """Without overlap the spread of all the others' marks is the measure, and what it says is a hint."""
    a = [Mark("a", f"p{n}", item, 3, FIVE) for n in range(4) for item in ("x", "y")]
    b = [Mark("b", f"q{n}", item, 1 + n, FIVE) for n in range(4) for item in ("x", "y")]
    other_item = [Mark("c", f"s{n}", "z", 1 + n, FIVE) for n in range(4)]
    one = check_raters(MarkBook(a + b + other_item, FIVE, Q1), FEW).of("a", "central")
    assert (one.state, one.figure) == ("hint", 0)


def test_the_thresholds_of_spread_themselves_are_asked():
    """A variance of exactly a quarter of the others', between people and between items."""
    three = RaterRules(least=3, people=3)
    people = grid(a=[(2,), (3,), (4,)], b=[(1,), (3,), (5,)], c=[(1,), (3,), (5,)])
    one = check_raters(people, three).of("a", "central")
    assert (one.state, one.figure) == ("found", Fraction(1, 4))
    items = grid(a=[(1, 2), (3, 4), (4, 5)], b=[(1, 3), (3, 5), (3, 5)], c=[(2, 4), (3, 5), (3, 5)])
    one = check_raters(items, three).of("a", "halo")
    assert (one.state, one.figure) == ("found", Fraction(1, 4))


def test_spread_of_unlike_numbers_of_people():
    """Beside other people it is variance against variance: 5/3 of four marks, 10/7 of eight."""
    a = [Mark("a", f"p{n}", "x", 1 + n, FIVE) for n in range(4)]
    b = [Mark("b", f"q{n}", "x", 1 + n % 4, FIVE) for n in range(8)]
    assert check_raters(MarkBook(a + b, FIVE, Q1), FEW).of("a", "central").figure == Fraction(7, 6)


def with_evidence(rater, person, value, start, end):
    """A mark on evidence of the first and of the last day."""
    return Mark(rater, person, "skill", value, FIVE, None, [(Q1.start, start), (Q1.end, end)])


@pytest.mark.parametrize(("error", "at"), [("primacy", 0), ("recency", 1)])
def test_marks_that_follow_one_end(error, at):
    """They follow it wholly: its weight is 1, the other's 0. Evidence beside is that end's mean."""
    seen = [(1, 5), (5, 1), (2, 4), (3, 3), (4, 2)]
    book = MarkBook([with_evidence("a", f"p{n}", pair[at], *pair) for n, pair in enumerate(seen)], FIVE, Q1)
    review = check_raters(book, FEW)
    one = review.of("a", error)
    assert (one.state, one.figure, one.cut) == ("found", 1, Fraction(3, 4))
    assert [each.beside for each in one.evidence] == [pair[at] for pair in seen]
    other = review.of("a", "recency" if error == "primacy" else "primacy")
    assert (other.state, other.figure) == ("clear", 0)


def test_fair_marks_weigh_both_ends_alike():
    """The mean of all evidence, one step higher throughout: one half each, for that is leniency."""
    seen = [(1, 5), (4, 2), (2, 4), (3, 3), (1, 3)]
    marks = [with_evidence("a", f"p{n}", (x + y) // 2 + 1, x, y) for n, (x, y) in enumerate(seen)]
    review = check_raters(MarkBook(marks, FIVE, Q1), FEW)
    assert review.of("a", "primacy").figure == review.of("a", "recency").figure == Fraction(1, 2)


def test_where_evidence_lies_says_what_is_fair():
    """Three observations at the end and one at the start: the end's fair weight is three quarters, not one half."""
    ends = [(1, 5), (5, 1), (2, 4), (3, 3), (4, 2)]

    def marked(value_of):
        days = [Q1.start, Q1.end, Q1.end, Q1.end]
        given = [(value_of(x, y), list(zip(days, (x, y, y, y), strict=True))) for x, y in ends]
        marks = [
            Mark("a", f"p{n}", "skill", value, Scale(1, 5, "0.5"), None, seen) for n, (value, seen) in enumerate(given)
        ]
        return check_raters(MarkBook(marks, Scale(1, 5, "0.5"), Q1), FEW)

    fair = marked(lambda x, y: Fraction(x + 3 * y, 4))
    assert fair.of("a", "recency").figure == Fraction(3, 4)
    assert (fair.of("a", "recency").state, fair.of("a", "recency").cut) == ("clear", 1)
    assert fair.of("a", "primacy").state == "clear"
    first = marked(lambda x, _: x).of("a", "primacy")
    assert (first.state, first.figure, first.cut) == ("found", 1, Fraction(1, 2))
    assert "weighs 100.0%, where 25.0% is fair; asked from 50.0% on" in first.why.text()


def test_order_within_chance():
    """A weight beyond the threshold that a scatter of marks may have made by chance."""
    seen = [((2, 4), 4), ((4, 2), 2), ((3, 3), 5), ((3, 3), 1), ((2, 4), 4)]
    book = MarkBook([with_evidence("a", f"p{n}", value, *pair) for n, (pair, value) in enumerate(seen)], FIVE, Q1)
    one = check_raters(book, FEW).of("a", "recency")
    assert (one.state, one.figure) == ("clear", 1)
    assert "within chance" in one.why.text()


def test_the_standard_error_of_a_weight_by_hand():
    """Four marks half a step after the end, 0.3 off the line: 4 x 1/4 x 2 is less than 9 x 0.36, so it is chance."""
    tenths = Scale(1, 5, "0.1")
    marks = [
        Mark("a", f"p{n}", "skill", value, tenths, None, [(Q1.start, start), (Q1.end, 7 - start)])
        for n, (start, value) in enumerate(((3, "4.3"), (3, "3.7"), (4, "3.3"), (4, "2.7")))
    ]
    one = check_raters(MarkBook(marks, tenths, Q1), FEW).of("a", "recency")
    assert (one.state, one.figure) == ("clear", 1)


def test_without_days_order_is_not_known(book_of):
    """No evidence by day, evidence in the middle only, or the same change for all."""
    one = check_raters(book_of(a=(1, 2, 3, 4)), FEW).of("a", "recency")
    assert one.state == "unknown"
    assert "it needs evidence by day" in one.why.text()
    middle = [Mark("a", f"p{n}", "skill", 3, FIVE, None, [(date(2026, 2, 14), 3)]) for n in range(4)]
    assert check_raters(MarkBook(middle, FIVE, Q1), FEW).of("a", "primacy").marks == 0
    alike = MarkBook([with_evidence("a", f"p{n}", 3, n, n + 1) for n in range(1, 5)], FIVE, Q1)
    assert "the same for all" in check_raters(alike, FEW).of("a", "recency").why.text()


def test_the_edges_of_the_period():
    """A third of 90 days: the thirtieth is of the start, the thirty-first of neither."""
    for day, count in ((date(2026, 1, 30), 4), (date(2026, 1, 31), 0)):
        seen = [(day, 3), (date(2026, 3, 2), 4)]
        book = MarkBook([Mark("a", f"p{n}", "skill", 3, FIVE, None, seen) for n in range(4)], FIVE, Q1)
        assert check_raters(book, FEW).of("a", "recency").marks == count
    late = [(date(2026, 1, 1), 3), (date(2026, 3, 1), 4)]
    book = MarkBook([Mark("a", f"p{n}", "skill", 3, FIVE, None, late) for n in range(4)], FIVE, Q1)
    assert check_raters(book, FEW).of("a", "recency").marks == 0


def last_of(book):
    """The same marks, a quarter before."""
    return MarkBook(list(book), FIVE, Q4)


def test_similarity_to_last_period(book_of):
    """All equal while the others' change is found; where theirs do not change, the people may be as they were."""
    now, before = book_of(a=(3, 2, 4, 5), b=(3, 1, 4, 4)), book_of(a=(3, 2, 4, 5), b=(2, 2, 4, 5))
    one = check_raters(now, FEW, last=last_of(before)).of("a", "copied")
    assert (one.state, one.figure, len(one.evidence)) == ("found", 1, 4)
    assert "of the others' 25.0%" in one.why.text()
    still = check_raters(now, FEW, last=last_of(now)).of("a", "copied")
    assert (still.state, still.figure) == ("clear", 1)
    alone = check_raters(book_of(a=(3, 2, 4, 5)), FEW, last=last_of(before)).of("a", "copied")
    assert alone.state == "hint"
    assert "may truly be as they were" in alone.why.text()
    assert check_raters(now, FEW).of("a", "copied").state == "unknown"
    differs = check_raters(now, FEW, last=last_of(before)).of("b", "copied")
    assert (differs.state, differs.figure) == ("clear", Fraction(1, 4))


def test_similarity_is_held_against_the_same_people(book_of):
    """What b did with other people does not count; nine of ten just reach the threshold."""
    none = (None,) * 10
    now = book_of(a=(3,) * 10 + none, b=(3,) * 5 + (4,) * 15)
    before = book_of(a=(3,) * 9 + (4,) + none, b=(3,) * 20)
    one = check_raters(now, FEW, last=last_of(before)).of("a", "copied")
    assert (one.state, one.figure, one.marks) == ("found", Fraction(9, 10), 10)
    assert "of the others' 50.0%" in one.why.text()


def test_last_period_must_fit(book_of):
    """It lies before, and on the same scale."""
    book = book_of(a=(3, 2))
    for last in (book, MarkBook([], Scale(0, 10), Q4), MarkBook([], FIVE, Quarter(2026, 2))):
        with pytest.raises(NotComparable) as caught:
            check_raters(book, last=last)
        assert caught.value.code == "fairness.last"


def test_partiality_by_hand(book_of):
    """Own team one step above impartial raters, others level: a quarter of the width. Lenient to all is not partial."""
    teams = {f"p{n:02}": "north" if n < 4 else "south" for n in range(8)}
    own = {"a": "north", "b": "east", "c": "west", "d": "north"}
    level = (2, 3, 2, 4, 2, 3, 4, 3)
    partial, lenient = (3, 4, 3, 5, 2, 3, 4, 3), (3, 4, 3, 5, 3, 4, 5, 4)
    for mine, figure, state in ((partial, Fraction(1, 4), "found"), (lenient, 0, "clear")):
        book = book_of(a=mine, b=level, c=level, d=partial)
        rules = RaterRules(least=4, people=3, own="1/4")  # just reached
        one = check_raters(book, rules, team_of=teams, rater_team=own).of("a", "partial")
        # d is of the north too, and is no yardstick for its people; for the south it is
        assert (one.figure, one.state) == (figure, state)
    assert one.people == 8
    assert [each.mark.person for each in one.evidence] == ["p00", "p01", "p02", "p03"]
    unknown = check_raters(book, FEW, team_of=teams).of("a", "partial")
    assert unknown.state == "unknown"
    assert "the team of each" in unknown.why.text()
    one_side = check_raters(book, FEW, team_of=dict.fromkeys(teams, "north"), rater_team=own).of("a", "partial")
    assert "4 of 4" not in one_side.why.text()
    assert one_side.state == "unknown"


def test_a_rater_of_few_marks_is_a_yardstick_all_the_same(book_of):
    """Though nothing can be said of e: beside b, c and e the first person is level, the other three a step above."""
    teams = {f"p{n:02}": "north" if n < 4 else "south" for n in range(8)}
    own = {"a": "north", "b": "east", "c": "west", "e": "east"}
    level = (2, 3, 2, 4, 2, 3, 4, 3)
    book = book_of(a=(3, 4, 3, 5, 2, 3, 4, 3), b=level, c=level, e=(5,))
    rules = RaterRules(least=4, people=3, sure=0)
    review = check_raters(book, rules, team_of=teams, rater_team=own)
    assert review.of("e", "lenient").state == "unknown"
    assert review.of("a", "partial").figure == Fraction(3, 16)


def test_partiality_within_chance(book_of):
    """From one person of four: said to be within chance."""
    teams = {f"p{n:02}": "north" if n < 4 else "south" for n in range(8)}
    own = {"a": "north", "b": "east", "c": "west"}
    level = (1, 3, 2, 4, 2, 3, 4, 3)
    book = book_of(a=(5, 3, 2, 4, 2, 3, 4, 3), b=level, c=level)
    one = check_raters(book, FEW, team_of=teams, rater_team=own).of("a", "partial")
    assert (one.state, one.figure) == ("clear", Fraction(1, 4))
    assert "within chance" in one.why.text()


def test_teams_that_are_none(book_of):
    """Every bad id at once."""
    with pytest.raises(BadRows) as caught:
        check_raters(book_of(a=(1,)), team_of={"p1": " ", " p1": "t", "p2": "\x00"})
    assert [one.code for one in caught.value.exceptions] == ["id.empty", "text.control"]
    with pytest.raises(BadRows, match="teams are refused") as caught:
        check_raters(book_of(a=(1,)), rater_team={"a": "t", " a": "t"})
    assert caught.value.exceptions[0].code == "fairness.twins"


@pytest.mark.parametrize(
    "wrong",
    [
        {"least": 2},
        {"least": 12.0},
        {"people": True},
        {"sure": -1},
        {"level": 0},
        {"level": "101%"},
        {"edge": "51%"},
        {"pull": "3/5"},
        {"same": "many"},
    ],
)
def test_rules_that_cannot_be(wrong):
    """Each threshold has its range."""
    with pytest.raises(BadRule):
        RaterRules(**wrong)


def test_rules_say_that_they_have_no_source():
    """Every threshold is in the table, with its meaning, and none pretends to a source."""
    rows = list(RaterRules(level="10%").table().records())
    assert [row["rule"] for row in rows] == [
        *("least", "people", "sure", "level", "close", "middle", "alike", "edge", "pull", "same", "beyond", "own")
    ]
    assert rows[3]["value"] == "1/10"
    assert {row["source"].text("zh") for row in rows} == {"本库自定，无出处"}
    assert "least number of marks" in RaterRules()._repr_html_()


def test_ids_are_shown_and_never_obeyed(book_of):
    """Braces and tags in an id come out as they went in, escaped in HTML."""
    hostile = {"{a}": (5, 4, 5, 3), "<b>": (3, 2, 3, 1), "{0.__class__}": (3, 2, 3, 1)}
    book = book_of(**hostile)
    review = check_raters(book, FEW)
    assert [one.rater for one in review.found] == ["{a}"]
    assert "<td><b>" not in review._repr_html_()
    assert "&lt;b&gt;" in review.table().html()
    shown = calibrate(book, most=2, least=4).table().html("zh")
    assert "{0.__class__} 比全体低" in shown


def test_a_review_shows_itself(fair):
    """A row a rater with all checks, a row a check with its why, and what is asked for by a wrong name."""
    review = checked(make_world(1, "halo"))
    summary = list(review.summary().records())
    assert [row["rater"] for row in summary] == ["m0", *OTHERS]
    assert (summary[0]["marks"], summary[0]["shared"], summary[0]["people"]) == (36, 36, 12)
    assert (summary[0]["halo"].text("zh"), summary[1]["halo"].text()) == ("查出", "clear")
    rows = [row for row in review.table().records() if row["state"].text() == "found"]
    assert [(row["rater"], row["check"].text("zh"), row["question"].en) for row in rows] == [
        ("m0", "晕轮", RATER_QUESTIONS["halo"].en)
    ]
    assert len(review.table()) == len(list(review)) == 40
    assert "<table>" in review._repr_html_()
    assert "halo" not in review.of("m0", "halo")._repr_html_()
    for rater, error in (("m9", "halo"), ("m0", "hallo")):
        with pytest.raises(NotFound, match="no such rater or check"):
            review.of(rater, error)
    assert "4" not in repr(fair[0]).replace("2026", "")
