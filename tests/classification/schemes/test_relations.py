"""New, kept, loyal, lost and won back; the stages of a relation and of a dealer."""

from __future__ import annotations

import pytest

from pharmasales.archive import Sale, retention_funnel
from pharmasales.archive.activity import Loyal
from pharmasales.classification import METHODS, SCHEMES, agent, dealer_stage, moves, relation_stage, retention
from pharmasales.errors import NotFound
from pharmasales.periods import Quarter, Year
from pharmasales.units import CNY, Amount

QUARTERS = [Quarter(2025, n) for n in (1, 2, 3, 4)]
BOUGHT = {"always": (1, 2, 3, 4), "often": (2, 3, 4), "late": (3, 4), "left": (1, 2, 3), "back": (1, 2, 4), "new": (4,)}
"""In which quarters each customer bought."""


def sold() -> list[Sale]:
    """The sales of these customers."""
    return [
        Sale(Quarter(2025, quarter), Amount.of(9, CNY), customer=name)
        for name, when in BOUGHT.items()
        for quarter in when
    ]


def graded(loyal: Loyal | None, quarter: int = 4) -> dict[str, str | None]:
    """Return each customer's letter in one quarter."""
    funnel = retention_funnel(sold(), QUARTERS, loyal=loyal)
    found = METHODS["retention"].classify(moves(funnel, Quarter(2025, quarter)))
    return {one.customer: one.grade and one.grade.letter for one in found.grades}


def test_new_lost_kept_loyal_and_won_back() -> None:
    """Loyal is 3 of 4 quarters: who left and who came back are not, however often they bought before."""
    assert graded(Loyal(3, 4)) == {
        "always": "loyal",
        "often": "loyal",
        "late": "kept",
        "left": "lost",
        "back": "won_back",
        "new": "new",
    }


def test_without_a_rule_of_loyalty_those_kept_have_no_grade() -> None:
    """It is not known which of the two they are; nobody is given the best grade, or the next, by guess."""
    assert graded(None) == {
        "always": None,
        "often": None,
        "late": None,
        "left": "lost",
        "back": "won_back",
        "new": "new",
    }
    assert graded(Loyal(3, 4), quarter=2)["always"] is None, "two quarters are too few to know 3 of 4"


def test_records_carry_labels_and_net_sales() -> None:
    """What the funnel knows comes along, under the label that the caller has."""
    funnel = retention_funnel(sold(), QUARTERS, loyal=Loyal(3, 4))
    found = {one: (label, record) for one, label, record in moves(funnel, QUARTERS[3], {"new": "New Example"})}
    assert found["new"][0] == "New Example"
    assert found["left"] == (
        "left",
        {"move": "lost", "loyal": True, "before": Amount.of(9, CNY), "now": Amount.of(0, CNY)},
    )
    with pytest.raises(NotFound, match=r"retention\.period"):
        moves(funnel, Year(2025))


def test_loyal_is_best_and_lost_the_last() -> None:
    """The order of the letters: loyal, kept, won back, new, lost."""
    grades = [SCHEMES["retention"].grade(letter) for letter in ("lost", "new", "won_back", "kept", "loyal")]
    assert grades == sorted(grades)
    assert [retention()({"move": move, "loyal": True}) for move in (None, "left")] == [None, None]


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("战略伙伴", "partner"),
        ("信任", "trust"),
        ("利益", "interest"),
        ("interest", "interest"),
        (None, None),
        ("?", None),
    ],
)
def test_relation_stage(word: str | None, letter: str | None) -> None:
    """S001-17: interest, trust and emotion, strategic partner; another word has no grade."""
    assert relation_stage()({"relation_stage": word}) == letter


def test_dealer_stage() -> None:
    """S003-7: 招商, 找商, 助商, 领商, each further than the one before."""
    letters = [dealer_stage()({"dealer_stage": stage}) for stage in ("招商", "找商", "助商", "领商")]
    grades = [SCHEMES["dealer_stage"].grade(str(letter)) for letter in letters]
    assert grades == sorted(grades)
    assert dealer_stage()({"dealer_stage": None}) is None


def test_agents_with_weights_of_ones_own() -> None:
    """E57: the weights are policy: with 40/40/10/10 the marks 90/80/70/60 make 81 points, an A."""
    record = {"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60}
    rule = agent(contract=40, receipts=40, keenness=10, loyalty=10)
    assert (rule.of(record), rule(record)) == (81, "A")
