"""Peers as bands: exact quartiles of the others, and nothing where somebody could be guessed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule
from pharmasales.evaluation.reporting import LEAST_PEERS, PeerBand, peer_bands
from pharmasales.evaluation.scoring import score
from pharmasales.rules import Field, Part, Weighted

RULE = Weighted([Part("a", 60, Field("a")), Part("b", 40, Field("b"))], missing="reweight")


def card(n, a, b):
    """Score one person by hundredths of full points."""
    shares = (None if value is None else Fraction(value, 100) for value in (a, b))
    return score(RULE, f"r{n}", f"Rep {n}", dict(zip("ab", shares, strict=True)))


def test_the_person_is_no_peer():
    """The quartiles are those of the others: with or without the person in the list."""
    cards = [card(n, 10 * n, 10 * n) for n in range(6)]
    bands = peer_bands(cards[5], cards)
    assert bands == peer_bands(cards[5], cards[:5])
    assert bands.total == PeerBand(Decimal("10.00"), Decimal("20.00"), Decimal("30.00"), 5)
    assert bands.items["a"] == PeerBand(Decimal("6.00"), Decimal("12.00"), Decimal("18.00"), 5)
    assert bands.why.text("zh") == "10.00 至 30.00，中位 20.00，同侪 5 人"


def test_a_quartile_between_two_is_rounded_once():
    """Of six, the quartiles lie between two people; they are half up in hundredths."""
    cards = [card(n, value, 0) for n, value in enumerate((1, 2, 4, 8, 16, 32))]
    band = peer_bands(card(9, 0, 0), cards).items["a"]
    assert band == PeerBand(Decimal("1.50"), Decimal("3.60"), Decimal("8.40"), 6)
    ranged = peer_bands(card(9, 0, 0), cards, kind="range").items["a"]
    assert ranged == PeerBand(Decimal("0.60"), Decimal("3.60"), Decimal("19.20"), 6)


values = st.one_of(st.none(), st.integers(0, 120))
rows = st.lists(st.tuples(values, values), max_size=12)


@given(rows, st.integers(3, 7), st.sampled_from(["quartiles", "range"]))
def test_never_below_the_least(given_rows, least, kind):
    """A band of the total and of each item stands on at least so many known others."""
    cards = [card(n, a, b) for n, (a, b) in enumerate(given_rows)]
    bands = peer_bands(card(99, 50, 50), cards, least=least, kind=kind)
    known = {"total": [one.total for one in cards if one.total is not None]}
    for place, name in enumerate("ab"):
        known[name] = [one.points[place].points for one in cards if one.points[place].points is not None]
    for name, found in {"total": bands.total, **bands.items}.items():
        alike = kind == "range" and len(set(known[name])) == 1
        assert (found is None) == (len(known[name]) < least or alike)
        if found is not None:
            assert found.peers == len(known[name]) >= least
            assert min(known[name]) <= found.low <= found.median <= found.high <= max(known[name])
            assert kind == "quartiles" or (found.low, found.high) == (min(known[name]), max(known[name]))


def test_the_default_is_five():
    """Ours: five; four others are too few, and the reason says so."""
    cards = [card(n, n, n) for n in range(5)]
    assert LEAST_PEERS == 5
    assert peer_bands(cards[0], cards).total is None
    assert peer_bands(cards[0], cards).items == {"a": None, "b": None}
    said = peer_bands(cards[0], cards).why
    assert said.text("zh") == "有总分的同侪 4 人，少于 5 人，为避免推知个人得分，不显示区间"
    alike = peer_bands(cards[0], [card(n, 50, 50) for n in range(7)], kind="range")
    assert alike.why.head() == "all peers are alike: a band would tell their points"


@pytest.mark.parametrize("least", [0, 1, 2, True, "5"])
def test_a_least_that_hides_nobody_is_refused(least):
    """Of one or two others anybody can tell."""
    with pytest.raises(BadRule) as caught:
        peer_bands(card(1, 1, 1), [], least=least)
    assert caught.value.code == "reporting.peers"


def test_refusals_all_at_once():
    """Twice the same person, another rule: each by its place; no name is told. An unknown kind says what there is."""
    other = score(Weighted([Part("a", 100, Field("a"))]), "x9", "Secret Name", {"a": 1})
    with pytest.raises(BadRows) as caught:
        peer_bands(card(1, 1, 1), [card(2, 1, 1), card(2, 2, 2), other])
    assert [error.code for error in caught.value.exceptions] == ["score.twins", "reporting.rule"]
    assert [error.where for error in caught.value.exceptions] == ["others[1] r2", "others[2] x9"]
    assert "Secret" not in repr(caught.value)
    with pytest.raises(BadRule, match="quartiles"):
        peer_bands(card(1, 1, 1), [], kind="quartile")


@pytest.mark.parametrize(
    ("points", "says"),
    [("9.99", "below the band"), ("10", "in the lower half of the band"), ("20", "in the upper half of the band"),
     ("30", "in the upper half of the band"), ("30.01", "above the band")],
)  # fmt: skip
def test_places(points, says):
    """Both ends belong to the band, the middle to its upper half."""
    assert PeerBand(Decimal(10), Decimal(20), Decimal(30), 5).place(Decimal(points)).en == says
