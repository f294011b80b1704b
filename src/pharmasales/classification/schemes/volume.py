"""Classes by volume (按量分级): ABC by cumulative share, deciles by head-count and by volume, VIPs by share.

Each looks at everybody once. Only values above zero take part, equal values get equal letters, and missing stays
missing.

>>> fitted = abc().fit([{"sales": sales} for sales in (80, 15, 5)])
>>> [fitted.bands({"sales": sales}) for sales in (80, 15, 5, None)]
['A', 'B', 'C', None]
"""

from __future__ import annotations

from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.methods import CutPoint, Method
from pharmasales.classification.schemes.reads import Reads
from pharmasales.display import Says
from pharmasales.rules import Pareto, Quantiles, Rule
from pharmasales.units import Number

__all__ = ["ABC", "DECILE", "DECILE_VOLUME", "VIP", "abc", "decile", "decile_volume", "vip"]

_SALES = Reads("sales", "销售额", Says("net sales, or another measure that adds up", "净销售额，或其他可加总的指标"))


def abc(of: Rule = _SALES.term, a: Number | float = "80%", b: Number | float = "95%") -> Pareto:
    """ABC by cumulative share (二八法则): A makes the first 80 %, B the next 15 %, C the rest. A is best.

    Args:
        of: what is added up.
        a: the share that the A customers make together; the one who crosses it is inside.
        b: the share that A and B make together.

    Source: S001-2, S004-81; the cuts are common practice.

    >>> fitted = abc(a="50%").fit([{"sales": sales} for sales in (80, 15, 5)])
    >>> [(one.label, one.count) for one in fitted.evidence]
    [('A', 1), ('B', 1), ('C', 1)]

    Raises:
        BadRule: shares that do not ascend within 0 and 100 %.
    """
    return Pareto(of, ((a, "A"), (b, "B")), rest="C")


def decile(of: Rule = _SALES.term) -> Quantiles:
    """Deciles by head-count (十分位): 10 is best, ties share the better decile, zero and less is decile 0.

    >>> fitted = decile().fit([{"sales": s} for s in range(1, 101)])
    >>> [fitted.bands({"sales": s}) for s in (100, 90, 1, 0)]
    [10, 9, 1, 0]
    """
    return Quantiles(of, 10)


def decile_volume(of: Rule = _SALES.term) -> Quantiles:
    """Deciles by volume (按量十分位): each makes a tenth of the whole, so that decile 10 has the fewest customers.

    Ties share the better decile, zero and less is decile 0. A decile stays empty where one customer makes more
    than a tenth.

    >>> fitted = decile_volume().fit([{"sales": s} for s in (50, 30, 10, 10, 0)])
    >>> [fitted.bands({"sales": s}) for s in (50, 30, 10, 0)]
    [10, 5, 2, 0]
    """
    return Quantiles(of, 10, "volume")


def vip(of: Rule = _SALES.term, share: Number | float = "80%") -> Pareto:
    """VIPs by a rule of share, not by opinion (大客户): those who together make 80 % of the whole.

    Args:
        of: sales, or better the profit that a customer brings.
        share: what the VIPs make together; the one who crosses it is inside, and everybody of the same value too.

    Source: S001-2, S001-4.

    >>> fitted = vip().fit([{"sales": s} for s in (70, 20, 10)])
    >>> [fitted.bands({"sales": s}) for s in (70, 20, 10)]
    ['VIP', 'VIP', 'other']

    Raises:
        BadRule: a share that is not above 0 and up to 100 %.
    """
    return Pareto(of, ((share, "VIP"),), rest="other")


_NOT_GROWTH = Says(
    "It says how big a customer is today, not what it could buy or how it grows; of two populations it cannot be "
    "compared.",
    "只反映当前规模，不反映潜力与增长；不同人群的级别不可比较。",
)


def _deciles(tenth: Says) -> dict[str, Says]:
    top = {"10": Says(f"the best {tenth.en}", f"最高的{tenth.zh}")}
    rest = {str(n): Says(f"{n} of ten, ten the best", f"第 {n} 分位，10 为最高") for n in range(9, 0, -1)}
    return {**top, **rest, "0": Says("nothing, or less than nothing", "为零或为负")}


ABC = Method(
    Scheme(
        "abc", ("A", "B", "C"), "ABC 分级", "S001-2, S004-81; cuts 80 % and 95 % common practice", limits=_NOT_GROWTH
    ),
    abc,
    fields=(_SALES,),
    meanings={
        "A": Says("the few who make the first 80 %, or the share that is set", "贡献前 80%（或所设占比）的少数客户"),
        "B": Says("those who make the next 15 %, or what is set", "贡献其后 15%（或所设占比）的客户"),
        "C": Says("the rest, and those with nothing", "其余客户及无贡献者"),
    },
    cuts=(
        CutPoint("a", Says("the share that A makes", "A 类合计占比"), "S001-2, the rule of 20 and 80"),
        CutPoint("b", Says("the share that A and B make", "A、B 类合计占比"), "common practice"),
    ),
)
DECILE = Method(
    Scheme(
        "decile",
        tuple(range(10, -1, -1)),
        "十分位",
        "deciles of the US practice (axiomdata.com, Partitioning), by head-count",
        limits=_NOT_GROWTH,
    ),
    decile,
    fields=(_SALES,),
    meanings=_deciles(Says("tenth of the customers", "十分之一客户")),
)
DECILE_VOLUME = Method(
    Scheme(
        "decile_volume",
        tuple(range(10, -1, -1)),
        "按量十分位",
        "volume deciles of the US practice (vivek.rathod, HCP decile summary), with count, total, least, greatest",
        limits=Says(
            f"{_NOT_GROWTH.en} Some count the best as 1: here 10 is the best.",
            f"{_NOT_GROWTH.zh}有资料以 1 为最高，此处以 10 为最高。",
        ),
    ),
    decile_volume,
    fields=(_SALES,),
    meanings=_deciles(Says("tenth of the volume", "十分之一销量")),
)
VIP = Method(
    Scheme(
        "vip",
        ("VIP", "other"),
        "大客户",
        "S001-2, S001-4",
        limits=Says(
            "It asks for a share, not for 20 % of the heads: how many VIPs there are is an outcome.",
            "以占比而非人数 20% 为准；大客户有多少家是结果。",
        ),
    ),
    vip,
    fields=(_SALES,),
    meanings={
        "VIP": Says("together they make the share that is asked for", "合计达到所要求的占比"),
        "other": Says("everybody else", "其他客户"),
    },
    cuts=(CutPoint("share", Says("the share that the VIPs make", "大客户合计占比"), "S001-2, the rule of 20 and 80"),),
)
