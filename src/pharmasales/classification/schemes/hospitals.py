"""Hospitals and markets (医院与市场分级): hospitals by tier and potential, markets by product.

>>> rule = hospital(high=500, middle=200)
>>> seen = ((3, 500), (3, 200), (2, 500), (1, 500), (3, 1))
>>> [rule({"tier": tier, "potential": potential}) for tier, potential in seen]
['A', 'B', 'B', 'B', 'C']
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from pharmasales.archive.levels import hospital_level
from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.methods import CutPoint, Method
from pharmasales.classification.schemes.reads import TIER, Reads
from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.names import nearest
from pharmasales.rules import Bands, FirstMatch, Grid
from pharmasales.rules.terms import Label, literal
from pharmasales.units import Number

__all__ = ["HOSPITAL", "MARKET_PRODUCT", "hospital", "market_product", "tier_of"]

_POTENTIAL = Reads("potential", "潜力", Says("potential, in the measure of the cuts", "潜力，与分界点同口径"))
_CLASSES = ("A", "B", "C")
_MARKET = Reads("market_class", "市场级别", Says("class of the market", "市场级别"), values=_CLASSES)
_PRODUCT = Reads("product_class", "产品级别", Says("class of the product", "产品级别"), values=_CLASSES)


def tier_of(level: str) -> int | None:
    """Return the tier that a level's spelling says (医院级别): 3, 2 or 1, and 0 for a hospital that is not rated.

    Missing where nothing is written, and where the spelling is an open question of the archive.

    >>> [tier_of(level) for level in ("三级甲等", "二級", "未定级", "", "省级")]
    [3, 2, 0, None, None]

    Raises:
        BadValue: no text, or a control character.
    """
    read = hospital_level(level)
    return 0 if read.text == "未定级" else read.tier


def hospital(high: Number | float, middle: Number | float) -> Grid:
    """Hospitals by tier and potential (医院分级): A is best, and C holds the communities.

    Args:
        high: potential from which it is high.
        middle: potential from which it is at least middling.

    Source: S004-9, S004-13, S004-44 (A/B, C/社区, 专科). The cut points are the company's own; that a high potential
    lifts a hospital of lower tier to B, and that tier three makes an A only together with it, is ours.

    Raises:
        BadRule: cut points that do not descend.
    """
    if literal(middle) >= literal(high):
        raise BadRule("the middle cut lies below the high one", where="middle", code="grade.cut")
    tier = TIER.term
    rows = FirstMatch(((tier.one_of((3,)), "three"), (tier.one_of((2,)), "two"), (tier.one_of((1, 0)), "lower")))
    cols = Bands(_POTENTIAL.term, ((middle, "low"), (high, "middle")), top="high")
    cells: dict[Label, dict[Label, Label]] = {
        "three": {"high": "A", "middle": "B", "low": "C"},
        "two": {"high": "B", "middle": "B", "low": "C"},
        "lower": {"high": "B", "middle": "C", "low": "C"},
    }
    return Grid(rows, cols, cells)


def market_product(first: Sequence[str], second: Sequence[str]) -> Grid:
    """Which product first in which market (市场与产品优先级): 1 comes first.

    A pair is the market's class, then the product's.

    Args:
        first: the pairs that come first, such as `["AA", "AB"]`.
        second: the pairs that come second; all others come third.

    Source: S004-9 (A/B/C markets crossed with products); which pair comes when is the company's own.

    >>> rule = market_product(first=["AA", "AB"], second=["BA"])
    >>> [rule({"market_class": pair[0], "product_class": pair[1]}) for pair in ("AB", "BA", "CC")]
    [1, 2, 3]

    Raises:
        BadRule: a pair that there is not, or one that stands twice.
    """
    pairs = ["".join(pair) for pair in product(_CLASSES, _CLASSES)]
    place: dict[str, int] = {}
    for name, given, priority in (("first", first, 1), ("second", second, 2)):
        for pair in [given] if isinstance(given, str) else given:
            if pair not in pairs or pair in place:
                reason = "no such pair of market and product" if pair not in pairs else "a pair stands twice"
                raise BadRule(reason, where=name, hint=nearest(str(pair), pairs), code="grade.cut")
            place[pair] = priority
    rows, cols = (FirstMatch(tuple((read.term.equals(c), c) for c in _CLASSES)) for read in (_MARKET, _PRODUCT))
    return Grid(rows, cols, {row: {col: place.get(row + col, 3) for col in _CLASSES} for row in _CLASSES})


HOSPITAL = Method(
    Scheme(
        "hospital",
        _CLASSES,
        "医院分级",
        "S004-9, S004-13, S004-44",
        limits=Says(
            "It ranks general hospitals. A specialist hospital (专科) is chosen by the product: grade those apart.",
            "用于综合医院；专科医院按产品选择，应另行分级。",
        ),
    ),
    hospital,
    fields=(TIER, _POTENTIAL),
    meanings={
        "A": Says("tier three with high potential", "三级且潜力大"),
        "B": Says("tier three or two with potential, or high potential below", "三、二级有潜力，或级别较低但潜力大"),
        "C": Says("low potential, communities", "潜力小、社区"),
    },
    cuts=(
        CutPoint("high", Says("potential from which it is high", "潜力大的分界点")),
        CutPoint("middle", Says("potential from which it is middling", "潜力中等的分界点")),
    ),
    kinds=("hospital", "community_centre"),
)
MARKET_PRODUCT = Method(
    Scheme(
        "market_product",
        (1, 2, 3),
        "市场与产品优先级",
        "S004-9",
        limits=Says(
            "A record is a pair of market and product, not a customer; its classes come from schemes of their own.",
            "记录为市场与产品的组合，不是客户；两个级别各由其方案得出。",
        ),
    ),
    market_product,
    fields=(_MARKET, _PRODUCT),
    meanings={
        "1": Says("people and material first", "人员与资源优先投入"),
        "2": Says("second", "其次"),
        "3": Says("last", "最后"),
    },
    cuts=(
        CutPoint("first", Says("pairs of market and product that come first", "第一优先的组合")),
        CutPoint("second", Says("pairs that come second", "第二优先的组合")),
    ),
)
