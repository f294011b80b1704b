"""Relations (客户关系分级): new, kept, loyal and lost between two periods, and the stage that a relation has reached.

Who was kept and who was lost says the retention funnel of the archive; here its answer becomes a grade.

>>> from pharmasales.archive import Sale, retention_funnel
>>> from pharmasales.archive.activity import Loyal
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY, Amount
>>> bought = [("H1", 1, 9), ("H2", 1, 5), ("H1", 2, 9), ("H3", 2, 4)]
>>> sales = [Sale(Quarter(2026, q), Amount.of(n, CNY), customer=c) for c, q, n in bought]
>>> funnel = retention_funnel(sales, [Quarter(2026, 1), Quarter(2026, 2)], loyal=Loyal(2, 2))
>>> found = RETENTION.classify(moves(funnel, Quarter(2026, 2)))
>>> [(graded.customer, str(graded.grade)) for graded in found.grades]
[('H1', 'loyal (retention)'), ('H2', 'lost (retention)'), ('H3', 'new (retention)')]
"""

from __future__ import annotations

from collections.abc import Mapping

from pharmasales.archive.retention import Retention
from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.methods import Method
from pharmasales.classification.schemes.reads import Reads
from pharmasales.display import Says
from pharmasales.periods import Period
from pharmasales.rules import All, FirstMatch

__all__ = ["RELATION_STAGE", "RETENTION", "moves", "relation_stage", "retention"]

_MOVE = Reads(
    "move",
    "去留",
    Says("what became of the customer between two periods", "两期之间的去留"),
    values=("new", "kept", "lost", "won_back"),
)
_LOYAL = Reads("loyal", "忠诚", Says("whether it is loyal by the company's rule", "是否忠诚客户"), values=(True, False))
_PARTNER = ("战略伙伴", "战略合作", "strategic partner")
_TRUST = ("情感信任", "信任", "trust")
_INTEREST = ("利益", "利益型", "interest")
_STAGE = Reads(
    "relation_stage", "关系阶段", Says("the stage of the relation", "关系阶段"), values=(*_PARTNER, *_TRUST, *_INTEREST)
)


def retention() -> FirstMatch:
    """New, kept, loyal, lost and won back (新增、留存、忠诚、流失、赢回). Loyal is best, lost the last.

    Only who was kept can be loyal: a loyal customer of old who bought nothing now is lost. Where nobody said who is
    loyal, those kept have no grade, because it is not known which of the two they are.

    Source: S001-1, S001-5.

    >>> [retention()({"move": "kept", "loyal": loyal}) for loyal in (True, False, None)]
    ['loyal', 'kept', None]
    """
    move, loyal = _MOVE.term, _LOYAL.term
    kept = move.equals("kept")
    moved = tuple((move.equals(name), name) for name in ("new", "won_back", "lost"))
    return FirstMatch((*moved, (All([kept, loyal.equals(True)]), "loyal"), (kept, "kept")))


def moves(
    found: Retention, period: Period, names: Mapping[str, str] | None = None
) -> list[tuple[str, str, dict[str, object]]]:
    """Return a record of each customer that was active in a period or before it, for `RETENTION` to grade.

    Args:
        found: the retention funnel, made with `loyal=` and with as many periods as that asks for; else `loyal` is
            missing.
        period: one of its periods.
        names: the labels of the customers, by id; the id where left out.

    Raises:
        NotFound: a period that the funnel does not have.
    """
    loyal = found[period].loyal
    ids = None if loyal is None else frozenset(loyal)
    return [
        (
            one.customer,
            (names or {}).get(one.customer, one.customer),
            {
                "move": one.move,
                "loyal": None if ids is None else one.customer in ids,
                "before": one.before,
                "now": one.now,
            },
        )
        for one in found.moved(period)
    ]


def relation_stage() -> FirstMatch:
    """The stage of a relation (关系阶段): interest, trust, strategic partner, the last the best.

    Source: S001-17.

    >>> relation_stage()({"relation_stage": "情感信任"})
    'trust'
    """
    stage = _STAGE.term
    steps = ((_PARTNER, "partner"), (_TRUST, "trust"), (_INTEREST, "interest"))
    return FirstMatch(tuple((stage.one_of(words), letter) for words, letter in steps))


RETENTION = Method(
    Scheme(
        "retention",
        ("loyal", "kept", "won_back", "new", "lost"),
        "新老客户分级",
        "S001-1, S001-5",
        limits=Says(
            "It holds for two periods and the rule of who is active: a quarter loses customers whom a year keeps.",
            "取决于两个期间与活跃口径：按季流失的客户按年可能仍留存。",
        ),
    ),
    retention,
    fields=(_MOVE, _LOYAL),
    meanings={
        "loyal": Says("kept, and loyal by the company's rule", "留存且忠诚"),
        "kept": Says("bought before and now", "上期与本期均购买"),
        "won_back": Says("bought now and long ago, not before", "曾流失，本期赢回"),
        "new": Says("bought now for the first time", "本期首次购买"),
        "lost": Says("bought before and not now", "上期购买，本期未购买"),
    },
)
RELATION_STAGE = Method(
    Scheme(
        "relation_stage",
        ("partner", "trust", "interest"),
        "关系阶段",
        "S001-17",
        limits=Says(
            "It is the owner's word about a relation, not what the customer is worth.",
            "由负责人判断，不代表客户价值。",
        ),
    ),
    relation_stage,
    fields=(_STAGE,),
    meanings={
        "partner": Says("strategic partner", "战略伙伴"),
        "trust": Says("trust", "情感信任"),
        "interest": Says("interest alone", "利益关系"),
    },
    kinds=("distributor", "agent", "broker", "contact"),
)
