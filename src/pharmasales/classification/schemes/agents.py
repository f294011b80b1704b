"""Agents and dealers (代理商与经销商分级): agents by four marks, dealers by the stage of their development.

>>> agent()({"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60})
'B'
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.methods import CutPoint, Method, weights_of
from pharmasales.classification.schemes.reads import Reads, marks_of
from pharmasales.display import Says
from pharmasales.rules import Bands, FirstMatch, Part, Weighted
from pharmasales.units import Number

__all__ = ["AGENT", "DEALER_STAGE", "DEALER_STAGES", "agent", "dealer_stage"]

DEALER_STAGES: Mapping[str, Says] = MappingProxyType(
    {
        "attract": Says("attract", "招商"),
        "find": Says("find", "找商"),
        "help": Says("help", "助商"),
        "lead": Says("lead", "领商"),
    }
)
"""The stages of the work with a dealer or agent, in their order (S003-7)."""

_CONTRACT = marks_of("contract", "合同", "size of the contract", "合同大小")
_RECEIPTS = marks_of("receipts", "回款", "receipts", "回款多少")
_KEENNESS = marks_of("keenness", "积极性", "keenness", "积极性")
_LOYALTY = marks_of("loyalty", "忠诚度", "loyalty", "忠诚度")
_STAGES = tuple(says.zh for says in reversed([*DEALER_STAGES.values()]))
_STAGE = Reads(
    "dealer_stage", "经销商发展阶段", Says("the stage that the dealer is in", "经销商所处阶段"), values=_STAGES
)


def agent(
    a: Number | float = 80,
    b: Number | float = 60,
    contract: Number = 30,
    receipts: Number = 30,
    keenness: Number = 20,
    loyalty: Number = 20,
) -> Bands:
    """Agents by contract, receipts, keenness and loyalty (代理商分级), each marked out of 100 and weighed. A is best.

    Args:
        a: points from which an agent is A.
        b: points from which an agent is B.
        contract: weight of the contract's size; the four weights add up to 100.
        receipts: weight of the receipts.
        keenness: weight of the keenness.
        loyalty: weight of the loyalty.

    Source: S000-26; weights and cuts are policy (E57), the cut of 60 is ours.

    >>> agent(a=77)({"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60})
    'A'

    Raises:
        BadRule: weights that do not add up to 100, or cut points that do not ascend.
    """
    parts = (
        Part("contract", contract, _CONTRACT.term, zh="合同"),
        Part("receipts", receipts, _RECEIPTS.term, zh="回款"),
        Part("keenness", keenness, _KEENNESS.term, zh="积极性"),
        Part("loyalty", loyalty, _LOYALTY.term, zh="忠诚度"),
    )
    return Bands(Weighted(parts, full=100), ((b, "C"), (a, "B")), top="A")


def dealer_stage() -> FirstMatch:
    """The stage of a dealer's development (经销商发展阶段): 招商, 找商, 助商, 领商, the last the furthest.

    Source: S003-7.

    >>> dealer_stage()({"dealer_stage": "助商"})
    'helped'
    """
    letters = ("led", "helped", "found", "recruited")
    cases = ((_STAGE.term.equals(stage), letter) for stage, letter in zip(_STAGES, letters, strict=True))
    return FirstMatch(tuple(cases))


AGENT = Method(
    Scheme(
        "agent",
        ("A", "B", "C"),
        "代理商分级",
        "S000-26, E57",
        limits=Says(
            "Keenness and loyalty are judgements: they steer effort, and decide neither credit nor price.",
            "积极性与忠诚度为主观判断：用于安排投入，不决定授信与价格。",
        ),
    ),
    agent,
    fields=(_CONTRACT, _RECEIPTS, _KEENNESS, _LOYALTY),
    meanings={
        "A": Says("most effort and support", "重点投入"),
        "B": Says("some", "一般投入"),
        "C": Says("little", "少量投入"),
    },
    cuts=(
        CutPoint("a", Says("points from which an agent is A", "A 类最低分"), "E57"),
        CutPoint("b", Says("points from which an agent is B", "B 类最低分"), "ours"),
        *weights_of(
            [
                ("contract", "the contract", "合同"),
                ("receipts", "receipts", "回款"),
                ("keenness", "keenness", "积极性"),
                ("loyalty", "loyalty", "忠诚度"),
            ],
            "E57",
        ),
    ),
    kinds=("agent",),
)
DEALER_STAGE = Method(
    Scheme(
        "dealer_stage",
        ("led", "helped", "found", "recruited"),
        "经销商发展阶段",
        "S003-7",
        limits=Says(
            "It says how far the work with a dealer has come, not how good the dealer is.",
            "表示合作推进到哪一步，不表示经销商优劣。",
        ),
    ),
    dealer_stage,
    fields=(_STAGE,),
    meanings={
        "led": Says("led: the market is developed together", "领商"),
        "helped": Says("helped to sell", "助商"),
        "found": Says("sought out by its traits", "找商"),
        "recruited": Says("recruited", "招商"),
    },
    kinds=("distributor", "agent"),
)
