"""Ready-made schemes, written in the vocabulary of `pharmasales.rules`. Cut points that no source gives are arguments.

>>> matrix = doctor_matrix(use=50, potential=100)
>>> [matrix({"use": use, "potential": potential}) for use, potential in ((80, 60), (80, 150), (20, 150), (20, 60))]
['A', 'B', 'C', 'D']
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pharmasales.classification.grade import Scheme
from pharmasales.rules import Bands, Field, Grid, Pareto, Part, Quantiles, Rule, Weighted
from pharmasales.units import Number

__all__ = ["SCHEMES", "abc", "agent", "decile", "doctor_matrix"]


_SALES = Field("sales", "销售额")


def abc(of: Rule = _SALES) -> Pareto:
    """ABC by cumulative share (二八法则): A makes the first 80 %, B the next 15 %, C the rest. A is best.

    Source: S001-2, S004-81; the cuts are common practice.

    >>> fitted = abc().fit([{"sales": s} for s in (80, 15, 5)])
    >>> [fitted.bands({"sales": s}) for s in (80, 15, 5, None)]
    ['A', 'B', 'C', None]
    """
    return Pareto(of, (("80%", "A"), ("95%", "B")), rest="C")


def decile(of: Rule = _SALES) -> Quantiles:
    """Deciles by head-count: 10 is best, ties share the better decile, zero and less is decile 0.

    >>> fitted = decile().fit([{"sales": s} for s in range(1, 101)])
    >>> [fitted.bands({"sales": s}) for s in (100, 90, 1, 0)]
    [10, 9, 1, 0]
    """
    return Quantiles(of, 10)


def doctor_matrix(use: Number, potential: Number) -> Grid:
    """The doctor matrix: use across potential. B (high use, high potential) is best, then C, A, D.

    Args:
        use: own use from which it is high; the record's field `use`.
        potential: potential from which it is high; the record's field `potential`.

    Source: S004-14, S004-15 (time A ±, B +, C +, D −); the cut points are the company's own.
    """
    rows = Bands(Field("use", "用量"), ((use, "low"),), top="high")
    cols = Bands(Field("potential", "潜力"), ((potential, "low"),), top="high")
    return Grid(rows, cols, {"high": {"low": "A", "high": "B"}, "low": {"low": "D", "high": "C"}})


def agent(a: Number = 80, b: Number = 60) -> Bands:
    """Agents by contract 30, receipts 30, keenness 20 and loyalty 20, each marked out of 100. A is best.

    Args:
        a: points from which an agent is A.
        b: points from which an agent is B.

    Source: S000-26; weights and cuts are policy (E57).

    >>> agent()({"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60})
    'B'
    """
    parts = [
        Part("contract", 30, Field("contract"), zh="合同"),
        Part("receipts", 30, Field("receipts"), zh="回款"),
        Part("keenness", 20, Field("keenness"), zh="积极性"),
        Part("loyalty", 20, Field("loyalty"), zh="忠诚度"),
    ]
    return Bands(Weighted(parts, full=100), ((b, "C"), (a, "B")), top="A")


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            Scheme("abc", ("A", "B", "C"), "ABC 分级", "S001-2, S004-81"),
            Scheme("decile", tuple(range(10, -1, -1)), "十分位", "IMS volume deciles"),
            Scheme("doctor_matrix", ("B", "C", "A", "D"), "医生矩阵", "S004-14"),
            Scheme("agent", ("A", "B", "C"), "代理商分级", "S000-26"),
        )
    }
)
