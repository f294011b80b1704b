"""A person's card: numbers that add up, the past, the peers, and nothing of anybody else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pharmasales.errors import BadRows, BadValue
from pharmasales.evaluation.reporting import person_card, person_cards
from pharmasales.evaluation.scoring import score, standings
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Field, Part, Weighted

NOW, THEN, LONG_AGO = Quarter(2026, 2), Quarter(2026, 1), Quarter(2025, 2)


@pytest.fixture(scope="module")
def cards(force):
    """Return the cards of eight people with two earlier periods, in which the third person was not there."""
    scores = force.people(8)
    past = {when: {one.rep_id: one for one in force.people(8, seed=at)} for at, when in enumerate((THEN, LONG_AGO), 1)}
    del past[THEN]["r3"], past[LONG_AGO]["r3"]
    return person_cards(scores, NOW, earlier=past, standings=standings(scores))


def test_the_numbers(force, cards):
    """Each item with value, points, of how many; adjustments; all add up to the total."""
    card = cards[0]
    assert card.score == force.person(1)
    for one in cards:
        assert sum((item.points or Decimal(0) for item in one.items), Decimal(0)) == one.score.total
    attainment = card.items[0]
    assert (attainment.name.en, attainment.name.zh, attainment.of) == ("Attainment", "达成率", Decimal("40.00"))
    assert attainment.value.en == "{:.1f}%".format(card.score.figures["actual"].minor / 400_000)
    assert attainment.why.text("zh").startswith("达成率：得分")
    rows = list(card.table().records())
    assert rows[-1]["points"] == card.score.total
    assert rows[-1]["before"] == card.before == card.trend[-2].total
    assert sum(row["change"] or 0 for row in rows[:-1]) == rows[-1]["change"] == card.since.whole


def test_value_of_what_has_no_measure():
    """An item of the company's own shows its plain number; what is missing says so."""
    rule = Weighted([Part("own", 60, Field("own"), "自定"), Part("gone", 40, Field("gone"))], missing="zero")
    card = person_card(score(rule, "r1", "One", {"own": "0.25", "gone": None}), NOW)
    assert [(one.name.zh, one.value.zh, one.of) for one in card.items] == [
        ("自定", "0.25", Decimal("60.00")),
        ("gone", "缺失", Decimal("40.00")),
    ]
    points = score(Weighted([Part("hospitals_opened", 100, Field("x"))]), "r1", "One", {"x": 1})
    assert person_card(points, NOW).items[0].value.en == "1"


def test_trend(force, cards):
    """Earlier periods in order, this one last; the period before is the last that has a total."""
    assert [str(one.period) for one in cards[0].trend] == ["2025-Q2", "2026-Q1", "2026-Q2"]
    assert [str(one.period) for one in cards[2].trend] == ["2026-Q2"]
    assert (cards[2].since, cards[2].before) == (None, None)
    gone, known = force.person(1, breaches=None), force.person(1, seed=3)
    card = person_card(force.person(1), NOW, earlier={THEN: gone, LONG_AGO: known})
    assert card.before == known.total
    assert card.since.reference == int(known.total * 100)
    rows = list(card.trend_table().records())
    assert [(row["period"], row["total"], row["change"]) for row in rows[:2]] == [
        ("2025-Q2", known.total, None),
        ("2026-Q1", None, None),
    ]


def test_what_it_is_held_against(force, cards):
    """The peers where they are enough; else what brought most is counted from nothing, what cost most from full."""
    assert cards[0].brought is cards[0].cost
    assert cards[0].brought.kind == "peers"
    alone = person_card(force.person(1), NOW, peers=force.people(3))
    assert (alone.brought.kind, alone.cost.kind) == ("nothing", "full")
    none = person_card(force.person(1, breaches=None), NOW)
    assert (none.brought, none.cost, none.since) == (None, None, None)
    assert none.table().rows[-1][2] is None


def test_rank_and_grade(force, cards):
    """A rank is shown only where the peers are; a grade always."""
    scores = force.people(3)
    few = person_cards(scores, NOW, standings=standings(scores))
    assert {card.rank for card in few} == {None}
    assert {card.standing.grade for card in few} == {"A", "B"}
    assert sorted(card.rank for card in cards) == sorted(one.standing.rank for one in cards)
    with pytest.raises(BadValue) as caught:
        person_card(force.person(1), NOW, standing=few[1].standing)
    assert caught.value.code == "reporting.person"


def test_no_other_person(force, cards):
    """Neither a name nor an id of a peer is in a card, and no name is in its repr."""
    for card in cards:
        shown = "\n".join(table.text(lang, 99) for table in card.tables() for lang in ("en", "zh"))
        assert all(f"Rep {n}" not in shown and f"r{n} " not in shown for n in range(1, 9))
        assert "Rep" not in repr(card)
    assert [table.name for table in cards[0].tables()] == [
        *("person_card", "score_trend", "reasons", "reasons", "next_steps")
    ]
    few = person_card(force.person(1), NOW)
    assert [table.name for table in few.tables()].count("reasons") == 2
    assert "<table>" in few._repr_html_()


def test_earlier_scores_are_checked(force):
    """Another person's, or a period that had not ended before this one began: all at once."""
    wrong = {Month(2026, 4): force.person(1), THEN: force.person(2), LONG_AGO: force.person(1)}
    with pytest.raises(BadRows) as caught:
        person_card(force.person(1), NOW, earlier=wrong)
    assert [(one.code, one.where) for one in caught.value.exceptions] == [
        ("reporting.period", "earlier 2026-04"),
        ("reporting.person", "earlier 2026-Q1"),
    ]


def test_the_order_of_the_peers_is_nothing(force):
    """The same people in another order give the same cards."""
    scores = force.people(8)
    turned = person_cards(scores[::-1], NOW)
    assert [card.table().text() for card in turned[::-1]] == [card.table().text() for card in person_cards(scores, NOW)]
