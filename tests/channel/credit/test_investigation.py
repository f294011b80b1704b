"""The investigation file and its score: what is known, what is missing or old, and what that makes of a dealer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.credit import (
    CREDIT_ITEMS,
    CREDIT_POLICY,
    CREDIT_RULES,
    CreditFile,
    CreditFinding,
    CreditItem,
    CreditPolicy,
    CreditScore,
    credit_score,
)
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.rules import Field, RuleBook

DAY = date(2026, 7, 1)
KEYS = [item.key for item in CREDIT_ITEMS]
MARKS = {"payment": 90, "trade": 80, "cooperation": 85, "finance": 70}


def finding(item, on=date(2026, 6, 1), mark=None, says="seen", source="register"):
    """Return a finding."""
    return CreditFinding(item, says, source, on, "p1", mark)


def full(on=date(2026, 6, 1), since=date(2024, 5, 1), but=()):
    """Return a file with every item but some."""
    return CreditFile("D1", since, [finding(key, on, MARKS.get(key)) for key in KEYS if key not in but])


def test_a_full_file_is_complete_and_says_so():
    """All items known and fresh: 100 points; the customer of two years is an old one."""
    state = full().state(DAY)
    assert (state.points, state.complete, state.new, state.missing, state.stale) == (Decimal(100), True, False, (), ())
    assert state.why.lines() == [
        "100.00 of 100 points: complete",
        "  first deal 2024-05-01, 6 months ago or more: an old customer",
    ]
    assert state.why.head("zh") == "完整度 100.00/100：完整"


@pytest.mark.parametrize(
    ("but", "points", "complete"),
    [
        (("finance", "cooperation", "bank"), 85, True),
        (("finance", "cooperation", "bank", "network"), 80, False),
        (("suits",), 90, False),  # enough points, but what is needed is missing
    ],
)
def test_complete_takes_the_points_and_everything_needed(but, points, complete):
    """85 points suffice, and no needed item may be missing; each missing one is named."""
    state = full(but=but).state(DAY)
    assert (state.points, state.complete) == (points, complete)
    assert set(state.missing) == set(but)
    assert sum("missing: " in line for line in state.why.lines()) == len(but)
    assert [row[2].en for row in state.table().rows].count("missing") == len(but)


def test_a_finding_grows_old_after_its_months():
    """Suits hold for 6 months: found on 1 January, they hold on 30 June and no more on 1 July."""
    file = CreditFile("D1", None, [finding("suits", date(2026, 1, 1)), finding("premises", date(2026, 1, 1))])
    assert file.state(date(2026, 6, 30)).stale == ()
    late = file.state(DAY)
    assert (late.stale, late.points) == (("suits",), Decimal(5))
    assert "  too old: suits and enforcement" in late.why.lines()
    assert file.add(finding("suits", date(2026, 5, 1))).state(DAY).stale == ()
    assert [row[2].en for row in late.table().rows][2] == "too old"


def test_what_is_found_later_is_not_known_yet():
    """A file is read as of a day."""
    file = full(on=date(2026, 6, 1))
    assert file.state(date(2026, 5, 31)).missing == tuple(KEYS)
    assert file.state(date(2026, 6, 1)).missing == ()


@pytest.mark.parametrize(
    ("since", "new", "first"),
    [
        (None, True, True),
        (DAY, True, True),
        (date(2026, 6, 30), True, False),
        (date(2026, 1, 2), True, False),
        (date(2026, 1, 1), False, False),
    ],
)
def test_a_customer_is_new_for_six_months(since, new, first):
    """From the first deal on; the deal of the very day is the first one."""
    state = full(since=since).state(DAY)
    assert (state.new, state.first_deal) == (new, first)
    assert ("new" in state.why.lines()[1]) is new


def test_policy_and_items_are_the_companys():
    """Other points, other months, other items."""
    item = CreditItem("guarantee", Says("guarantee", "担保"), 100, needed=True, months=1)
    state = CreditFile("D1", date(2026, 6, 1), [finding("guarantee")]).state(
        date(2026, 6, 30), items=[item], policy=CreditPolicy(new_months=0, complete_from=100)
    )
    assert (state.complete, state.new) == (True, False)
    with pytest.raises(BadRows) as bad:
        full(but=("payment",)).state(DAY, items=[CREDIT_ITEMS[0]])
    assert len(bad.value.exceptions) == len(KEYS) - 2
    with pytest.raises(BadRule, match="add up to"):
        full(but=KEYS[1:]).state(DAY, items=[CREDIT_ITEMS[0]]).points  # noqa: B018 - it raises


def test_what_a_finding_refuses():
    """Nothing said, no source, a mark out of range, a float, two of one day, months of no length."""
    for bad in ({"says": " "}, {"source": ""}, {"mark": 101}, {"mark": -1}):
        with pytest.raises(BadValue):
            finding("bank", **bad)
    assert [finding("bank", mark=mark).mark for mark in (0, "99.5", 100)] == [0, Fraction(199, 2), 100]
    with pytest.raises(BadRule):
        finding("bank", mark="many")
    with pytest.raises(BadRows, match="1 findings refused"):
        CreditFile("D1", None, [finding("bank"), finding("bank", mark=3)])
    with pytest.raises(BadValue, match="a month or more"):
        CreditItem("bank", Says("b", "b"), 5, months=0)


def test_words_and_sources_stay_out_of_the_repr():
    """What is told of a dealer is in its file, not in a log."""
    file = CreditFile("D1", None, [finding("suits", says="owner Example sued", source="court of Example")])
    assert "Example" not in repr(file) + repr(file.findings) + repr(file.state(DAY))
    assert file.table().rows[0][3:] == ("court of Example", "p1", "owner Example sued")
    assert "court of Example" in file._repr_html_()


@given(st.permutations([finding(key, DAY - timedelta(days=n)) for key in KEYS[:4] for n in (1, 2)]))
def test_the_order_of_findings_does_not_matter(found):
    """The same findings make the same file and the same state."""
    whole = CreditFile("D1", None, sorted(found, key=lambda one: (one.item, one.on)))
    file = CreditFile("D1", None).add(*found)
    assert file == whole
    assert file.known(DAY)[KEYS[0]].on == DAY - timedelta(days=1)


def test_the_score_weighs_the_marks_that_hold():
    """90 x 35 % + 80 x 25 % + 85 x 20 % + 70 x 20 % = 82.5: AA."""
    score = credit_score(full().state(DAY))
    by_hand = Fraction(90 * 35 + 80 * 25 + 85 * 20 + 70 * 20, 100)
    assert (score.points, score.credit_class) == (by_hand, "AA")
    assert [row[3] for row in score.table().rows] == [Decimal("31.5"), 20, 17, 14]
    assert "付款：得分 90 / 100 x 权重 35 = 31.50" in score.why.text("zh")
    assert "31.50" in score._repr_html_()


@pytest.mark.parametrize("but", ["payment", "trade", "cooperation", "finance"])
def test_a_missing_mark_is_no_score(but):
    """Missing is never zero and never the best: there is no class, and the reason names it."""
    score = credit_score(full(but=(but,)).state(DAY))
    assert (score.points, score.credit_class) == (None, None)
    assert score.why.head() == "no class"
    assert f"{but}: missing, so there is no total" in score.why.text()


def test_an_old_mark_is_a_missing_one():
    """The mark of a finding that no longer holds does not count."""
    old = CreditFile("D1", None, [finding(key, date(2025, 6, 1), mark) for key, mark in MARKS.items()])
    assert credit_score(old.state(DAY)).points is None


@pytest.mark.parametrize(
    ("points", "label"), [(0, "C"), ("59.99", "C"), (60, "B"), (70, "A"), ("79.99", "A"), (80, "AA"), (90, "AAA")]
)
def test_a_class_includes_its_lower_cut(points, label):
    """The bounds of the classes."""
    assert CREDIT_RULES["class"]({"score": points}) == label


def test_the_rules_are_data():
    """A company lays its own weights over; what is no weighted sum is refused; the classes are those of the policy."""
    ours = RuleBook.from_toml(
        'name = "ours"\n[rules.score]\nshape = "weighted"\nfull = 100\n'
        'parts = [{ name = "payment", weight = 100, of = "payment" }]\n'
    ).over(CREDIT_RULES)
    assert credit_score(full().state(DAY), ours).points == 90
    assert credit_score(full().state(DAY), ours).credit_class == "AAA"
    misspelt = RuleBook.from_toml(
        'name = "ours"\n[rules.score]\nshape = "weighted"\nparts = [{ name = "p", weight = 100, of = "paymnet" }]\n'
    ).over(CREDIT_RULES)
    with pytest.raises(BadValue, match="paymnet"):
        credit_score(full().state(DAY), misspelt).points  # noqa: B018 - it raises
    with pytest.raises(BadRule, match="no weighted sum"):
        CreditScore("D1", DAY, {}, RuleBook("x", "1", {"score": Field("a")}))
    with pytest.raises(NotFound):
        CreditScore("D1", DAY, {}, RuleBook("x", "1", {}))
    assert [one.key for one in reversed(CREDIT_POLICY.classes)] == list(CREDIT_RULES["class"].labels())
