"""Doctors by use and potential (医生分级): the matrix, the nine-grid, and its zones.

What one doctor uses or prescribes is legally sensitive: under the Chinese policies the cycle takes it out of the
records, and a method that reads it then gives no grade.

>>> matrix = doctor_matrix(use=50, potential=100)
>>> [matrix({"use": use, "potential": potential}) for use, potential in ((80, 60), (80, 150), (20, 150), (20, 60))]
['A', 'B', 'C', 'D']
"""

from __future__ import annotations

from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.methods import CutPoint, Method
from pharmasales.classification.schemes.reads import TIER, Reads
from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.rules import All, Bands, FirstMatch, Grid, Part, Weighted
from pharmasales.rules.terms import Label, literal
from pharmasales.units import Number

__all__ = ["DOCTOR_MATRIX", "NINE_GRID", "ZONE", "doctor_matrix", "nine_grid", "sensitive", "zone"]

_SENIOR = ("主任医师", "副主任医师", "主任", "副主任", "chief physician", "associate chief physician")
_ATTENDING = ("主治医师", "主治", "attending physician")
_RESIDENT = ("住院医师", "住院", "resident physician")

_USE = Reads("use", "用量", Says("own use a month, in the company's measure", "本品月用量"), usage=True)
_POTENTIAL = Reads("potential", "潜力", Says("potential, in the measure of the cut", "潜力，与分界点同口径"))
_REVENUE = Reads(
    "revenue", "医院年收入", Says("yearly revenue of the hospital, yuan", "医院年收入，元"), least=0, place=True
)
_TITLE = Reads("title", "职称", Says("the doctor's title", "医生职称"), values=(*_SENIOR, *_ATTENDING, *_RESIDENT))
_BEHAVIOUR = Reads(
    "behaviour",
    "处方行为",
    Says("prescribing behaviour, 3 the best", "处方行为，3 为最好"),
    values=(1, 2, 3),
    usage=True,
)


def doctor_matrix(use: Number | float, potential: Number | float) -> Grid:
    """The doctor matrix (医生矩阵): use across potential. B (high use, high potential) is best, then C, A, D.

    Args:
        use: own use from which it is high; the record's field `use`.
        potential: potential from which it is high; the record's field `potential`.

    Source: S004-14, S004-15 (time A ±, B +, C +, D −), E5; the cut points are the company's own.
    """
    rows = Bands(_USE.term, ((use, "low"),), top="high")
    cols = Bands(_POTENTIAL.term, ((potential, "low"),), top="high")
    return Grid(rows, cols, {"high": {"low": "A", "high": "B"}, "low": {"low": "D", "high": "C"}})


def nine_grid(
    a: Number | float = 8,
    b: Number | float = 4,
    top_revenue: Number | float = 200_000_000,
    middle_revenue: Number | float = 80_000_000,
) -> Bands:
    """The nine-grid (九宫格): points for the hospital and the title, 1 to 9, and for behaviour, 1 to 3. A is best.

    A hospital of tier three with over 200 million yuan stands in the first row, one of tier two or three with over 80
    million in the second, every other in the third. A tier, title or behaviour that the source does not know has no
    points, and so no grade.

    Args:
        a: points from which a doctor is A, of 12.
        b: points from which a doctor is B.
        top_revenue: yearly revenue, in yuan, over which a hospital of tier three is in the first row.
        middle_revenue: yearly revenue over which one of tier two is in the second.

    Source: P2-A, E6. That a hospital of tier three with less stands in the second row is ours.

    >>> nine_grid()({"tier": 3, "revenue": 250_000_000, "title": "主治医师", "behaviour": 2})
    'A'

    Raises:
        BadRule: not 2 < b < a <= 12, the points that there are, or revenues that do not descend.
    """
    if not 2 < literal(b) < literal(a) <= 12:
        raise BadRule("points go from 2 to 12", where="a, b", hint="2 < b < a <= 12", code="grade.cut")
    if literal(middle_revenue) > literal(top_revenue):
        raise BadRule("the first row has the higher revenue", where="top_revenue, middle_revenue", code="grade.cut")
    tier, revenue = TIER.term, _REVENUE.term
    rows = FirstMatch(
        (
            (All([tier.one_of((3,)), revenue.over(top_revenue)]), "first"),
            (All([tier.one_of((3, 2)), revenue.over(middle_revenue)]), "second"),
            (tier.one_of((3, 2, 1, 0)), "third"),
        )
    )
    title = _TITLE.term
    cols = FirstMatch(
        (
            (title.one_of(_SENIOR), "senior"),
            (title.one_of(_ATTENDING), "attending"),
            (title.one_of(_RESIDENT), "resident"),
        )
    )
    cells: dict[Label, dict[Label, Label]] = {
        "first": {"senior": 9, "attending": 8, "resident": 5},
        "second": {"senior": 7, "attending": 5, "resident": 3},
        "third": {"senior": 3, "attending": 2, "resident": 1},
    }
    # out of 9 points each, so that the weights 9 and 3 add the points up and the reason says "of 12"
    behaviour = FirstMatch(tuple((_BEHAVIOUR.term.equals(points), 3 * points) for points in (3, 2, 1)))
    parts = (Part("potential", 9, Grid(rows, cols, cells), zh="潜力"), Part("behaviour", 3, behaviour, zh="处方行为"))
    return Bands(Weighted(parts, full=9, whole=12), ((b, "C"), (a, "B")), top="A")


def zone(potential: Number | float) -> FirstMatch:
    """The zones (红黄蓝区): red has high potential and uses already, yellow has it and does not yet, blue has not.

    Args:
        potential: potential from which it is high.

    Source: P2-A (red about 8 visits a month, yellow 2 to 4, blue only when asked); the cut point is the company's own.

    >>> [zone(100)({"potential": p, "use": use}) for p, use in ((100, 1), (100, 0), (99, 50), (100, None))]
    ['red', 'yellow', 'blue', None]
    """
    return FirstMatch(((_POTENTIAL.term.below(potential), "blue"), (_USE.term.over(0), "red")), otherwise="yellow")


def sensitive(en: str, zh: str) -> Says:
    """Return the limits of a method that reads what single doctors use: what the law says, then these.

    >>> sensitive("No more.", "仅此而已。").zh
    '读取单个医生的用药数据：法律敏感，CN-2020 与 CN-2026 下不读取。仅此而已。'
    """
    law = "It reads what one doctor uses or prescribes: legally sensitive, and not read under CN-2020 and CN-2026."
    return Says(f"{law} {en}", f"读取单个医生的用药数据：法律敏感，CN-2020 与 CN-2026 下不读取。{zh}")


DOCTOR_MATRIX = Method(
    Scheme(
        "doctor_matrix",
        ("B", "C", "A", "D"),
        "医生矩阵",
        "S004-14, S004-15, E5",
        limits=sensitive(
            "Its A is not the best: never read its letters as those of another scheme.",
            "其 A 并非最好：不可与其他方案的字母混用。",
        ),
    ),
    doctor_matrix,
    fields=(_USE, _POTENTIAL),
    meanings={
        "B": Says("high use, high potential", "用量高、潜力大"),
        "C": Says("low use, high potential", "用量低、潜力大"),
        "A": Says("high use, low potential", "用量高、潜力小"),
        "D": Says("low use, low potential", "用量低、潜力小"),
    },
    cuts=(
        CutPoint("use", Says("own use from which it is high", "用量高的分界点")),
        CutPoint("potential", Says("potential from which it is high", "潜力大的分界点")),
    ),
    kinds=("doctor",),
    time={"B": "+", "C": "+", "A": "±", "D": "-"},
)
NINE_GRID = Method(
    Scheme(
        "nine_grid",
        ("A", "B", "C"),
        "九宫格",
        "P2-A (renrendoc.com/paper/370464918.html), E6",
        limits=sensitive(
            "Title and hospital stand for potential: who gives most may well be a B. The source leaves open which "
            "of 首选, 次选 and 竞品 is which number.",
            "以职称和医院代表潜力，贡献最大者可能在 B 类；资料未明确首选、次选、竞品各对应几分。",
        ),
    ),
    nine_grid,
    fields=(TIER, _REVENUE, _TITLE, _BEHAVIOUR),
    meanings={
        "A": Says("8 to 12 points by the source's cuts", "按资料分界 8 至 12 分"),
        "B": Says("4 to 7 points", "按资料分界 4 至 7 分"),
        "C": Says("1 to 3 points", "按资料分界 1 至 3 分"),
    },
    cuts=(
        CutPoint("a", Says("points from which a doctor is A", "A 类最低分"), "P2-A"),
        CutPoint("b", Says("points from which a doctor is B", "B 类最低分"), "P2-A"),
        CutPoint(
            "top_revenue",
            Says("revenue over which tier three is in the first row, yuan", "三级医院收入分界，元"),
            "P2-A",
        ),
        CutPoint(
            "middle_revenue",
            Says("revenue over which tier two is in the second row, yuan", "二级医院收入分界，元"),
            "P2-A",
        ),
    ),
    kinds=("doctor",),
)
ZONE = Method(
    Scheme(
        "zone",
        ("red", "yellow", "blue"),
        "红黄蓝区",
        "P2-A (renrendoc.com/paper/370464918.html)",
        limits=sensitive("The visits are one page's habit, not a norm.", "拜访次数为单一资料的做法，并非规范。"),
    ),
    zone,
    fields=(_POTENTIAL, _USE),
    meanings={
        "red": Says("high potential, uses already", "潜力大，已使用"),
        "yellow": Says("high potential, does not use yet", "潜力大，尚未使用"),
        "blue": Says("low potential: when asked, or on the way", "潜力小：有需要或顺路时"),
    },
    cuts=(CutPoint("potential", Says("potential from which it is high", "潜力大的分界点")),),
    kinds=("doctor",),
    visits={"red": (8, 8), "yellow": (2, 4), "blue": (0, 0)},
)
