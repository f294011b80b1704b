"""The best and the worst (最佳与最差客户名单): the 30 to 100 who sell most and pay on time, and those who cost money.

>>> rule = worst(poor=100_000)
>>> dealer = {"sales": 40_000, "owed": 50_000, "days_late": 121}
>>> rule(dealer), rule({**dealer, "days_late": 120})
('worst', 'other')
"""

from __future__ import annotations

from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.methods import CutPoint, Method
from pharmasales.classification.schemes.reads import Reads
from pharmasales.classification.shortlist import Shortlist
from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.rules import All, FirstMatch
from pharmasales.rules.terms import literal
from pharmasales.units import Number

__all__ = ["BEST", "WORST", "best", "worst"]

_SALES = Reads("sales", "销售额", Says("net sales, yuan", "净销售额，元"))
_ON_TIME = Reads("on_time", "按时回款", Says("whether it pays on time", "是否按时回款"), values=(True, False))
_OWED = Reads("owed", "逾期欠款", Says("what it has owed for that long, yuan", "逾期欠款额，元"), least=0)
_DAYS_LATE = Reads("days_late", "逾期天数", Says("days that it is overdue", "逾期天数"))


def best(least: Number | float = 30, most: Number | float = 100) -> Shortlist:
    """The best customers (最佳客户): who sell most among those who pay on time, 100 of them at most.

    Equal sales get equal answers, and the list is never longer than `most`: where several share the last place and do
    not all fit, none of them is on it. Fewer than `least` are listed all the same, with a warning.

    Args:
        least: how many there should be.
        most: how many there may be.

    Source: S004-81, E49.

    Raises:
        BadRule: not whole numbers with 1 <= least <= most.
    """
    short, long = literal(least), literal(most)
    if not isinstance(short, int) or not isinstance(long, int):
        raise BadRule("a list has a whole number of places", where="least, most", code="rule.list")
    return Shortlist(_SALES.term, _ON_TIME.term.equals(True), short, long)


def worst(poor: Number | float, owed: Number | float = 50_000, days: Number | float = 120) -> FirstMatch:
    """The worst customers (最差客户): poor sales, and 50,000 yuan or more owed for over 120 days, all three together.

    Args:
        poor: sales below which they are poor.
        owed: what is owed at least, in yuan (以上 includes it).
        days: days over which it is overdue (超过 excludes them).

    Source: S004-81, E48; what poor sales are is the company's own.
    """
    bad = All([_SALES.term.below(poor), _OWED.term.at_least(owed), _DAYS_LATE.term.over(days)])
    return FirstMatch(((bad, "worst"),), otherwise="other")


BEST = Method(
    Scheme(
        "best",
        ("best", "other"),
        "最佳客户名单",
        "S004-81, E49",
        limits=Says(
            "A list for a season: who is left out at its end may sell as much as the one who follows on the list.",
            "名单有时效；末位并列而未列入者，销售可与列入者相近。",
        ),
    ),
    best,
    fields=(_SALES, _ON_TIME),
    meanings={
        "best": Says("among those who sell most and pay on time", "销售领先且按时回款"),
        "other": Says("everybody else", "其他客户"),
    },
    cuts=(
        CutPoint("least", Says("how many there should be", "最少家数"), "S004-81"),
        CutPoint("most", Says("how many there may be", "最多家数"), "S004-81"),
    ),
    kinds=("distributor", "agent"),
)
WORST = Method(
    Scheme(
        "worst",
        ("other", "worst"),
        "最差客户名单",
        "S004-81, E48",
        limits=Says(
            "It calls for a talk and a credit check, and stops no supply by itself; settle disputed invoices first.",
            "用于约谈与信用复核，本身不构成停止供货；有争议的发票应先处理。",
        ),
    ),
    worst,
    fields=(_SALES, _OWED, _DAYS_LATE),
    meanings={
        "other": Says("everybody else", "其他客户"),
        "worst": Says("poor sales, much owed, and for long", "销售差、欠款多且久"),
    },
    cuts=(
        CutPoint("poor", Says("sales below which they are poor, yuan", "销售差的分界点，元")),
        CutPoint("owed", Says("what is owed at least, yuan", "欠款起点，元"), "S004-81"),
        CutPoint("days", Says("days over which it is overdue", "逾期天数（超过）"), "S004-81"),
    ),
    kinds=("distributor", "agent"),
)
