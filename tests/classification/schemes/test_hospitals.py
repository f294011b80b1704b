"""Hospitals by tier and potential, markets by product."""

from __future__ import annotations

import pytest

from pharmasales.classification import hospital, market_product, tier_of
from pharmasales.errors import BadValue

CELLS = {3: "ABC", 2: "BBC", 1: "BCC", 0: "BCC"}


@pytest.mark.parametrize("tier", CELLS)
def test_every_cell(tier: int) -> None:
    """High, middle, low; both cuts are included."""
    rule = hospital(high=500, middle=200)
    assert "".join(str(rule({"tier": tier, "potential": p})) for p in (500, 499, 199)) == CELLS[tier]
    assert rule({"tier": tier, "potential": 200}) == CELLS[tier][1]


@pytest.mark.parametrize(("tier", "potential"), [(None, 500), (3, None), (4, 500), ("三级", 500)])
def test_without_tier_or_potential_there_is_no_grade(tier: object, potential: int | None) -> None:
    """Missing, or a tier that there is not, is never the best and never the worst."""
    assert hospital(high=500, middle=200)({"tier": tier, "potential": potential}) is None


@pytest.mark.parametrize(
    ("level", "tier"),
    [
        ("三级甲等", 3),
        ("3级", 3),
        ("二級", 2),
        ("一级", 1),
        ("未评级", 0),
        ("", None),
        ("省级", None),
        ("二级以上", None),
    ],
)
def test_tier_of_a_level(level: str, tier: int | None) -> None:
    """The archive's grammar reads it; said to be unrated is 0, nothing written and an open question are missing."""
    assert tier_of(level) == tier


def test_a_level_is_text() -> None:
    """A number is no level."""
    with pytest.raises(BadValue):
        tier_of(3)  # type: ignore[arg-type]  # on purpose


def test_each_pair_of_market_and_product_has_its_priority() -> None:
    """What is named comes first and second, all others third; a missing class has none."""
    rule = market_product(first=["AA", "AB", "BA"], second=["AC", "BB", "CA"])
    found = {m + p: rule({"market_class": m, "product_class": p}) for m in "ABC" for p in "ABC"}
    assert found == {"AA": 1, "AB": 1, "AC": 2, "BA": 1, "BB": 2, "BC": 3, "CA": 2, "CB": 3, "CC": 3}
    assert rule({"market_class": "A", "product_class": None}) is None
    asked = market_product(first=["AB"], second=["CA"])
    assert [asked({"market_class": p[0], "product_class": p[1]}) for p in ("AB", "BA", "CA", "AC")] == [1, 3, 2, 3]
    assert market_product(first="AA", second=())({"market_class": "A", "product_class": "A"}) == 1
