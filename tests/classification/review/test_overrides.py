"""Overrides: a manager's word for a time, approved by another; the rule's own answer is never lost."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import Scheme, classify
from pharmasales.classification.review.hysteresis import Hysteresis, hold
from pharmasales.classification.review.moves import transitions
from pharmasales.classification.review.overrides import GradeOverride, Overrides
from pharmasales.classification.review.overriding import override
from pharmasales.classification.review.settled import own_answers
from pharmasales.errors import BadRows, BadValue, NotComparable
from pharmasales.rules import Bands, Field

SIZE = Scheme("size", ("A", "B", "C"))
OTHER = Scheme("other", ("A", "B"))
RULE = Bands(Field("sales"), ((20, "C"), (50, "B")), top="A")
FIRST, LAST = date(2026, 3, 1), date(2026, 5, 31)


def graded(**sales):
    """Grade customers by id and sales."""
    return classify([(who, "Example", {"sales": value}) for who, value in sales.items()], SIZE, RULE)


def one(customer="H1", letter="A", *, author="m1", since=FIRST, until=LAST, approver="d1", scheme=SIZE):
    """Make an override."""
    return GradeOverride(customer, scheme.grade(letter), "new ward", author, since, until, approver)


def letters(found):
    """Return the letter of each customer that has one."""
    return {customer: grade.letter for customer, grade in found.classification.by_customer().items()}


@pytest.mark.parametrize(
    ("day", "letter", "state"),
    [
        (FIRST - timedelta(days=1), "C", "to_come"),
        (FIRST, "A", "in_force"),
        (LAST, "A", "in_force"),
        (LAST + timedelta(days=1), "C", "expired"),
    ],
)
def test_on_a_day(day, letter, state):
    """Both ends belong to it; before and after, the rule's answer counts, and the override is listed."""
    given_one = one()
    found = override(graded(H1=10), Overrides.of([given_one]), as_of=day)
    assert letters(found) == {"H1": letter}
    assert given_one.state(day) == state
    lists = {"to_come": found.to_come, "in_force": found.applied, "expired": found.expired}
    assert lists == {name: ((given_one,) if name == state else ()) for name in lists}
    assert own_answers(found.classification)["H1"].letter == "C"


def test_the_reason_shows_both_answers():
    """Who, until when, why, and what the rule says, in both languages."""
    found = override(graded(H1=10), Overrides.of([one()]), as_of=FIRST).classification
    assert found.grades[0].why().lines() == [
        "A by m1, approved by d1, until 2026-05-31: new ward; the rule says C",
        "  sales 10 is below 20: C",
    ]
    assert found.grades[0].why().head("zh") == "m1 调为 A，d1 批准，至 2026-05-31：new ward；规则结果为 C"
    assert "new ward" not in repr(one())


def test_an_override_over_a_grade_that_was_held():
    """The rule's answer stays the rule's own, and the reason of hysteresis is not lost."""
    held = hold(graded(H1=48), {"H1": SIZE.grade("A")}, Hysteresis(margin=5))
    found = override(held, Overrides.of([one(letter="C")]), as_of=FIRST).classification
    assert (found.grades[0].grade, own_answers(found)["H1"]) == (SIZE.grade("C"), SIZE.grade("B"))
    assert found.grades[0].why().lines()[1] == "  would be B, stays A: sales 48 is within 5 of the cut 50"
    (move,) = transitions(held, found).moves
    assert "  now" in move.why.lines()
    assert move.moved == "down"


def test_a_missing_value_and_customers_who_are_not_there():
    """A manager may grade a customer whose value is missing; an override of a stranger is listed and does nothing."""
    register = Overrides.of([one("H1", "B"), one("H9")])
    found = override(graded(H1=None, H2=60), register, as_of=FIRST)
    assert letters(found) == {"H1": "B", "H2": "A"}
    assert found.classification.grades[0].why().head().endswith("the rule says no grade")
    assert [o.customer for o in found.applied] == ["H1"]
    assert [row[:4] for row in found.table().rows] == [("H1", "Example", "B", None)]
    assert "H1" in found._repr_html_()
    assert [o.customer for o in found.strangers] == ["H9"]


def test_an_override_that_says_what_the_rule_says():
    """It counts and keeps its reason, and is not among the grades that differ from the rule's."""
    found = override(graded(H1=10), Overrides.of([one(letter="C")]), as_of=FIRST)
    assert found.classification.grades[0].why().head().startswith("C by m1")
    assert (len(found.applied), found.table().rows) == (1, [])


def test_nobody_approved_it():
    """Without an approver it does not count, on any day, and is listed."""
    waiting = one(approver="")
    found = override(graded(H1=10), Overrides.of([waiting]), as_of=FIRST)
    assert (letters(found), found.not_approved, found.applied) == ({"H1": "C"}, (waiting,), ())


def test_other_schemes():
    """An override counts in its scheme only; one for a scheme of the same name with other letters is refused."""
    register = Overrides.of([one(scheme=OTHER), one()])
    assert letters(override(graded(H1=10), register, as_of=FIRST)) == {"H1": "A"}
    assert letters(override(graded(H1=10), Overrides.of([one(scheme=OTHER)]), as_of=FIRST)) == {"H1": "C"}
    older = Overrides.of([one(scheme=Scheme("size", ("A", "B")))])
    with pytest.raises(NotComparable, match=r"an override for other letters @ customer 'H1', scheme size"):
        override(graded(H1=10), older, as_of=FIRST)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: one(approver="m1"), "override.self"),
        (lambda: one(approver=" M１ "), "override.self"),
        (lambda: one(author=""), "id.empty"),
        (lambda: one(customer=" "), "id.empty"),
        (lambda: one(until=FIRST - timedelta(days=1)), "override.dates"),
        (lambda: one(since=datetime(2026, 3, 1)), "calendar.day"),  # noqa: DTZ001 - a moment is what is refused
        (lambda: one(until=None), "calendar.day"),
        (lambda: GradeOverride("H1", SIZE.grade("A"), " \u200b", "m1", FIRST, LAST), "override.reason"),
        (lambda: GradeOverride("H1", "A", "why", "m1", FIRST, LAST), "override.grade"),
        (lambda: override(graded(), Overrides.of([]), as_of=datetime(2026, 3, 1)), "calendar.day"),  # noqa: DTZ001
    ],
)
def test_what_is_refused(make, code):
    """An approver who is the author under any spelling, no end, no reason, a bare letter, a moment for a day."""
    with pytest.raises(BadValue) as refused:
        make()
    assert refused.value.code == code


def test_two_on_one_day_are_refused():
    """Approved overrides that share a day are refused, all at once; one after another, or one not approved, are not."""
    next_day = LAST + timedelta(days=1)
    later = {"since": next_day, "until": next_day + timedelta(days=30)}
    assert len(Overrides.of([one(), one(letter="B", **later), one(approver=""), one(scheme=OTHER)]).overrides) == 4
    with pytest.raises(BadRows) as refused:
        Overrides.of([one(), one(until=date(2026, 12, 31)), one(letter="B", **later), one("H2"), one("H2")])
    assert [error.where for error in refused.value.exceptions] == [
        "overrides 1 and 2, customer 'H1', scheme size",
        "overrides 2 and 3, customer 'H1', scheme size",
        "overrides 4 and 5, customer 'H2', scheme size",
    ]


def test_a_long_one_is_remembered_behind_a_short_one():
    """A year, a month within it and another month later on: both months share days with the year."""
    year = one(since=date(2026, 1, 1), until=date(2026, 12, 31))
    months = [one(since=date(2026, month, 1), until=date(2026, month, 28)) for month in (2, 9)]
    with pytest.raises(BadRows) as refused:
        Overrides.of([months[1], year, months[0]])
    assert [error.where.partition(",")[0] for error in refused.value.exceptions] == [
        "overrides 2 and 3",
        "overrides 2 and 1",
    ]


def test_the_register_as_plain_rows():
    """Written as JSON and read back it is the same register; TOML's own dates are read too."""
    register = Overrides.of([one(), one("H2", "C", approver=""), one("H3", "B", scheme=OTHER)])
    schemes = {"size": SIZE, "other": OTHER}
    assert Overrides.of_rows(json.loads(json.dumps(register.rows())), schemes) == register
    dated = [row | {"since": FIRST, "until": LAST} for row in register.rows()]
    assert Overrides.of_rows(dated, schemes) == register


def test_every_bad_row_at_once():
    """Each row that is no override is named by its number, with the reason, and without the text of any other."""
    good = one().row()
    rows = [
        good,
        {**good, "reason": ""},
        {**good, "grade": "Z"},
        {**good, "scheme": "sise"},
        {**good, "since": "1 March"},
        {**good, "until": 20260531},
        {**good, "approver": "m1"},
        {**good, "until_": "2026-01-01"},
        {**good, "until": datetime(2026, 5, 31)},  # noqa: DTZ001 - a moment is what is refused
        {key: value for key, value in good.items() if key != "author"},
        None,
    ]
    with pytest.raises(BadRows) as refused:
        Overrides.of_rows(rows, {"size": SIZE})
    assert [(error.code, error.where) for error in refused.value.exceptions] == [
        ("override.row", "row 2, reason"),
        ("grade.letter", "row 3, size"),
        ("grade.scheme", "row 4, scheme"),
        ("override.day", "row 5, since"),
        ("override.day", "row 6, until"),
        ("override.self", "row 7, customer 'H1'"),
        ("override.row", "row 8, until_"),
        ("calendar.day", "row 9"),
        ("override.row", "row 10, author"),
        ("override.row", "row 11"),
    ]
    assert 'did you mean "size"?' in str(refused.value.exceptions[2])


def test_the_table_of_a_day():
    """One row an override with its state in both languages."""
    table = Overrides.of([one(), one("H2", approver="")]).table(LAST)
    assert [row[0] for row in table.rows] == ["H1", "H2"]
    assert [row[-1].text("zh") for row in table.rows] == ["生效", "未批准"]
    assert [column.key for column in table.columns][-3:] == ["since", "until", "state"]


SPANS = st.tuples(st.sampled_from(["H1", "H2"]), st.integers(0, 20), st.integers(0, 5), st.booleans())


@given(st.lists(SPANS, max_size=6), st.integers(-1, 27))
def test_by_its_definition(spans, offset):
    """A register is refused exactly where two approved ones share a customer and a day; else at most one counts."""
    start = date(2026, 1, 1)
    given_ones = [
        one(who, "A", since=start + timedelta(a), until=start + timedelta(a + days), approver="d1" if approved else "")
        for who, a, days, approved in spans
    ]
    approved = [o for o in given_ones if o.approver]
    clash = any(
        p.customer == q.customer and p.since <= q.until and q.since <= p.until
        for place, p in enumerate(approved)
        for q in approved[:place]
    )
    if clash:
        with pytest.raises(BadRows):
            Overrides.of(given_ones)
        return
    day = start + timedelta(offset)
    found = override(graded(H1=1, H2=1), Overrides.of(given_ones), as_of=day)
    counted = {o.customer for o in approved if o.since <= day <= o.until}
    assert letters(found) == {who: "A" if who in counted else "C" for who in ("H1", "H2")}
    listed = (*found.applied, *found.strangers, *found.to_come, *found.expired, *found.not_approved)
    assert sorted(map(id, listed)) == sorted(map(id, given_ones))
    assert own_answers(found.classification) == graded(H1=1, H2=1).by_customer()
