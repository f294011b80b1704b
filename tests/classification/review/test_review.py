"""Review: the matrix holds everybody, and every move says which input passed which cut."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import SCHEMES, Scheme, agent, classify, doctor_matrix
from pharmasales.classification.review.moves import GONE, MISSING, NEW, Transitions, transitions
from pharmasales.classification.review.settled import own_answers
from pharmasales.errors import BadRows, NotComparable
from pharmasales.rules import Bands, Field, FirstMatch, over

SIZE = Scheme("size", ("A", "B", "C"), "规模")
RULE = Bands(Field("sales", "销售额"), ((20, "C"), (50, "B")), top="A")


def graded(sales, rule=RULE, scheme=SIZE):
    """Grade customers by id and sales."""
    return classify([(who, f"Customer {who}", {"sales": value}) for who, value in sales.items()], scheme, rule)


def reason(was, now, lang="en"):
    """Return why the only customer moved."""
    (move,) = transitions(was, now).moves
    return move.why.lines(lang)


def test_everybody_has_a_place():
    """Up, down, stayed, graded, ungraded, new, gone, and the two odd ways without any grade."""
    was = graded(
        {"up": 30, "down": 60, "stay": 55, "graded": None, "ungraded": 5, "gone": 25, "none": None, "lost": None}
    )
    now = graded(
        {"new": 1, "up": 70, "down": 1, "stay": 50, "graded": 20, "ungraded": None, "none": None, "blank": None}
    )
    found = transitions(was, now)
    assert [(m.customer, m.moved, m.was and m.was.letter, m.now and m.now.letter) for m in found.moves] == [
        ("new", "new", None, "C"),
        ("up", "up", "B", "A"),
        ("down", "down", "A", "C"),
        ("graded", "graded", None, "B"),
        ("ungraded", "ungraded", "C", None),
        ("blank", "new", None, None),
        ("gone", "gone", "B", None),
        ("lost", "gone", None, None),
    ]
    assert found.counts == {
        (NEW, "C"): 1,
        ("B", "A"): 1,
        ("A", "C"): 1,
        ("A", "A"): 1,
        (MISSING, "B"): 1,
        ("C", MISSING): 1,
        (MISSING, MISSING): 1,
        (NEW, MISSING): 1,
        ("B", GONE): 1,
        (MISSING, GONE): 1,
    }
    assert (found.total, found.compared) == (10, 3)
    assert (found.stayed, found.up, found.down) == (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))
    assert found.why.text() == "3 of 10 had a grade both times: 33.3% stayed, 33.3% moved up, 33.3% moved down"
    assert found.why.text("zh") == "10 个客户中 3 个两期均有级别：33.3% 不变，33.3% 上升，33.3% 下降"


def test_the_matrix_and_its_sums():
    """Rows, columns and sums of the table, in both languages, with keys that no letter can take."""
    odd = Scheme("odd", ("Missing", "gone"))
    rule = Bands(Field("sales"), ((10, "gone"),), top="Missing")
    table = transitions(graded({"a": 5, "b": 20, "c": None}, rule, odd), graded({"a": 20, "d": 1}, rule, odd)).table()
    assert [column.key for column in table.columns] == ["from", "to_Missing", "to_gone", "missing", "gone", "all"]
    assert [[column.title("zh") for column in table.columns][place] for place in (0, 3, 4, 5)] == [
        "从 / 到",
        "缺失",
        "不再",
        "合计",
    ]
    assert [row[1:] for row in table.rows] == [
        (0, 0, 0, 1, 1),
        (1, 0, 0, 0, 1),
        (0, 0, 0, 1, 1),
        (0, 1, 0, 0, 1),
        (1, 1, 0, 2, 4),
    ]
    assert [row[0] if isinstance(row[0], str) else row[0].text("zh") for row in table.rows] == [
        "Missing",
        "gone",
        "缺失",
        "新增",
        "合计",
    ]


def test_why_an_input_that_passes_cuts():
    """A fall through two cuts names both, in both languages."""
    was, now = graded({"H1": 60}), graded({"H1": 19})
    assert reason(was, now) == [
        "H1: A to C",
        "  sales from 60 to 19 passes the cut 20 downwards",
        "  sales from 60 to 19 passes the cut 50 downwards",
    ]
    assert reason(now, was, "zh") == [
        "H1：C 变为 A",
        "  销售额 由 19 变为 60，向上越过切点 20",
        "  销售额 由 19 变为 60，向上越过切点 50",
    ]


def test_why_a_cut_that_moved():
    """A customer who sells the same is moved by the cut alone, and the reason says so; `over` is said in words."""
    lower = Bands(Field("sales", "销售额"), ((20, "C"), (over(47), "B")), top="A")
    assert reason(graded({"H1": 48}), graded({"H1": 48}, lower)) == [
        "H1: B to A",
        "  sales stays 48, the cut from 50 to over 47",
    ]
    assert reason(graded({"H1": 48}), graded({"H1": 49}, lower), "zh") == [
        "H1：B 变为 A",
        "  销售额 由 48 变为 49，切点由 50 变为 超过 47",
    ]


def test_why_a_rule_with_other_classes():
    """Where the two periods' bands do not have the same labels, both answers are told whole."""
    other = Bands(Field("sales"), ((10, "C"),), top="A")
    assert reason(graded({"H1": 30}), graded({"H1": 31}, other)) == [
        "H1: B to A",
        "  sales from 30 to 31",
        "  before",
        "    sales 30 is at least 20 and is below 50: B",
        "  now",
        "    sales 31 is at least 10: A",
    ]


def test_why_a_rule_of_another_input():
    """Two rules with the same cuts and labels but other inputs share no cut: nothing is said to have passed one."""
    other = Bands(Field("boxes"), ((20, "C"), (50, "B")), top="A")
    was = graded({"H1": 60})
    now = classify([("H1", "One", {"sales": 60, "boxes": 30})], SIZE, other)
    assert reason(was, now) == [
        "H1: A to B",
        "  before",
        "    sales 60 is at least 50: A",
        "  now",
        "    boxes 30 is at least 20 and is below 50: B",
    ]


def test_why_a_side_of_a_grid():
    """In the doctor matrix the side that changed is named with its cut, and the other side is silent."""
    matrix, scheme = doctor_matrix(50, 100), SCHEMES["doctor_matrix"]
    was = classify([("D1", "Doctor", {"use": 40, "potential": 150})], scheme, matrix)
    now = classify([("D1", "Doctor", {"use": 80, "potential": 160})], scheme, matrix)
    assert reason(was, now) == [
        "D1: C to B",
        "  use from 40 to 80 passes the cut 50 upwards",
        "  potential from 150 to 160",
    ]


def test_why_a_sum_of_points():
    """E57: an agent who pays later falls from B to C; the points pass the cut and the marks that changed are named."""
    marks = {"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60}
    was = classify([("a1", "Agent", marks)], SCHEMES["agent"], agent())
    now = classify([("a1", "Agent", marks | {"receipts": 20})], SCHEMES["agent"], agent())
    assert reason(was, now) == [
        "a1: B to C",
        "  weighted from 77 to 59 passes the cut 60 downwards",
        "  receipts from 80 to 20",
    ]


def test_why_a_first_match():
    """Cases have no cuts: the inputs that changed, then both answers."""
    rule = FirstMatch(((Field("late").equals(True), "C"), (Field("city", "城市").equals("N"), "B")), otherwise="A")
    was = classify([("H1", "One", {"late": False, "city": None})], SIZE, FirstMatch((), otherwise="A"))
    now = classify([("H1", "One", {"late": True, "city": "N"})], SIZE, rule)
    assert reason(was, now)[0] == "H1: A to C"
    again = classify([("H1", "One", {"late": False, "city": "S"})], SIZE, rule)
    assert reason(again, now)[:3] == ["H1: A to C", "  late from false to true", "  city from S to N"]
    assert reason(now, again, "zh")[2] == "  城市 由 N 变为 S"


def test_a_field_that_nobody_asked_for():
    """A first-match that decided before a later case never read its field: that record may lack it."""
    rule = FirstMatch(((Field("late").equals(True), "C"), (Field("city").equals("N"), "B")), otherwise="A")
    was = classify([("H1", "One", {"late": True})], SIZE, rule)
    now = classify([("H1", "One", {"late": False, "city": "N"})], SIZE, rule)
    assert reason(was, now)[1:3] == ["  late from true to false", "  city from missing to N"]


def test_a_value_that_is_only_written_otherwise():
    """80, "80" and 80.0 are one value: an input that did not change is no reason."""
    marks = {"contract": 90, "receipts": 80, "keenness": "70", "loyalty": 60.0}
    was = classify([("a1", "Agent", marks)], SCHEMES["agent"], agent())
    again = marks | {"contract": 10, "receipts": "80", "keenness": 70, "loyalty": 60}
    now = classify([("a1", "Agent", again)], SCHEMES["agent"], agent())
    assert reason(was, now)[2:] == ["  contract from 90 to 10"]


def test_why_new_gone_and_without_a_grade():
    """A new customer's reason is its grade's, a gone one's its absence, a lost grade's the missing value."""
    found = transitions(graded({"g": 60, "u": 60, "m": None}), graded({"n": 20, "u": None, "m": 60}))
    said = {move.customer: move.why.lines() for move in found.moves}
    assert said["n"] == ["n: new, B", "  sales 20 is at least 20 and is below 50: B"]
    assert said["g"] == ["g: was A, is not among the customers now"]
    assert said["u"][0] == "u: A to no grade"
    assert "    sales is missing, so there is no answer" in said["u"]
    assert said["m"][:2] == ["m: no grade to A", "  sales from missing to 60"]


def test_moves_show_themselves_without_names():
    """The table of moves has the columns of a file; the repr holds the id and no name."""
    found = transitions(graded({"H1": 60}), graded({"H1": 20}))
    table = found.moves_table()
    assert [column.key for column in table.columns] == ["customer_id", "customer", "moved", "from", "to", "why"]
    assert table.rows[0][:2] == ("H1", "Customer H1")
    assert [cell if isinstance(cell, str) else cell.text("zh") for cell in table.rows[0][2:5]] == ["下降", "A", "B"]
    assert repr(found.moves[0]) == "Move('H1', down, A (size), B (size))"
    assert "Customer H1" not in repr(found)
    assert "From grade to grade: size" in found._repr_html_()


def test_two_schemes_and_customers_who_stand_twice():
    """Grades of two schemes are not compared; every customer who stands twice is named at once."""
    with pytest.raises(NotComparable, match=r"grades of other and size \[grade.scheme\]"):
        transitions(graded({}, scheme=Scheme("other", ("A", "B", "C"))), graded({}))
    twice = classify([("H1", "One", {"sales": 1})] * 3, SIZE, RULE)
    with pytest.raises(BadRows) as refused:
        transitions(graded({}), twice)
    assert [error.where for error in refused.value.exceptions] == [
        "now, grades[1], customer id 'H1'",
        "now, grades[2], customer id 'H1'",
    ]


def test_nobody_at_all():
    """Two empty periods have a matrix of zeros and no share."""
    found = transitions(graded({}), graded({}))
    assert (found.total, found.stayed, found.up, found.down, found.moves) == (0, None, None, None, ())
    assert "n/a stayed" in found.why.text()


PEOPLE = st.dictionaries(st.sampled_from("abcdefghij"), st.none() | st.integers(0, 70))


@given(PEOPLE, PEOPLE)
def test_the_matrix_adds_up_to_everybody(was, now):
    """Every customer of either period stands in the matrix once; sums of rows and columns are those of the periods."""
    found = transitions(graded(was), graded(now))
    assert found.total == len(was | now) == sum(found.total_was(place) for place in found.rows)
    assert found.total == sum(found.total_now(place) for place in found.columns)
    letters = Counter("C" if v < 20 else "B" if v < 50 else "A" for v in was.values() if v is not None)
    assert {place: found.total_was(place) for place in "ABC"} == {place: letters[place] for place in "ABC"}
    assert found.total_now(GONE) == len(was.keys() - now.keys())
    assert found.total_was(NEW) == len(now.keys() - was.keys())
    both = [who for who in was.keys() & now.keys() if was[who] is not None and now[who] is not None]
    assert found.compared == len(both)
    if both:
        assert found.stayed + found.up + found.down == 1
    assert len(found.moves) == found.total - sum(found.count(place, place) for place in (*"ABC", MISSING))


@given(PEOPLE, PEOPLE)
def test_back_and_forth_is_the_matrix_turned(was, now):
    """The review the other way round has rows and columns exchanged, up and down too."""
    there, back = transitions(graded(was), graded(now)), transitions(graded(now), graded(was))
    turn = {NEW: GONE, GONE: NEW}
    assert back.counts == {(turn.get(n, n), turn.get(w, w)): count for (w, n), count in there.counts.items()}
    assert (back.up, back.down) == (there.down, there.up)


@given(PEOPLE, PEOPLE)
def test_every_move_has_a_reason_in_both_languages(was, now):
    """No reason is empty, and one that compares two grades names a cut that was passed or both answers."""
    found: Transitions = transitions(graded(was), graded(now))
    for move in found.moves:
        assert move.customer in move.why.text()
        assert move.why.text() != move.why.text("zh")
        if move.moved in ("up", "down"):
            way = "upwards" if move.moved == "up" else "downwards"
            assert [way in part.text() for part in move.why.parts] == [True] * len(move.why.parts)
            assert move.why.parts


def test_the_rules_own_answers_of_a_plain_classification():
    """Without hysteresis and overrides the rule's own answers are the grades."""
    found = graded({"H1": 60, "H2": None})
    assert own_answers(found) == found.by_customer() == {"H1": SIZE.grade("A")}
