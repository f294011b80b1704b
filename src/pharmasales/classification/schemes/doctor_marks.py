"""Doctors by marks (医生评分分级): 3P, and the value of a doctor by potential, influence and willingness.

Marks are out of a hundred and given by people; the points say how they add up, and to what.

>>> rule = doctor_value(a="2.4", b="1.5")
>>> [rule({"potential_mark": mark, "influence": 80, "willingness": 70}) for mark in (90, 40, 0, None)]
['A', 'B', 'B', None]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pharmasales.archive.kinds import ROLES
from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.doctors import sensitive
from pharmasales.classification.schemes.methods import CutPoint, Method, weights_of
from pharmasales.classification.schemes.reads import marks_of
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest
from pharmasales.rules import Bands, Part, Weighted
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Number

__all__ = ["DOCTOR_VALUE", "THREE_P", "doctor_value", "influence_of", "three_p"]

_POTENTIAL_MARK = marks_of("potential_mark", "处方潜力", "potential", "处方潜力")
_PRESCRIPTION = marks_of("prescription", "处方行为", "prescribing behaviour", "处方行为", usage=True)
_PARTNERSHIP = marks_of("partnership", "合作关系", "partnership", "合作关系")
_INFLUENCE = marks_of("influence", "影响力", "influence", "影响力")
_WILLINGNESS = marks_of("willingness", "合作意愿", "willingness to cooperate", "合作意愿")


def three_p(
    a: Number | float, b: Number | float, potential: Number, prescription: Number, partnership: Number
) -> Bands:
    """3P: potential, prescribing behaviour and partnership, each marked out of 100 and weighed. A is best.

    Args:
        a: points from which a doctor is A, of 100.
        b: points from which a doctor is B.
        potential: weight of the potential; the three weights add up to 100.
        prescription: weight of the prescribing behaviour.
        partnership: weight of the partnership.

    Source: P2-A names the three; weights and cut points are the company's own.

    >>> rule = three_p(80, 60, potential=50, prescription=30, partnership=20)
    >>> rule({"potential_mark": 90, "prescription": 70, "partnership": 60})
    'B'

    Raises:
        BadRule: weights that do not add up to 100, or cut points that do not ascend.
    """
    parts = (
        Part("potential", potential, _POTENTIAL_MARK.term, zh="处方潜力"),
        Part("prescription", prescription, _PRESCRIPTION.term, zh="处方行为"),
        Part("partnership", partnership, _PARTNERSHIP.term, zh="合作关系"),
    )
    return Bands(Weighted(parts, full=100), ((b, "C"), (a, "B")), top="A")


def doctor_value(
    a: Number | float, b: Number | float, potential: Number = 1, influence: Number = 1, willingness: Number = 1
) -> Bands:
    """The value of a doctor (医生价值): potential, influence and willingness, each marked out of 100. A is best.

    The points go from 0 to the sum of the weights: to 3 where all of them are 1.

    Args:
        a: points from which a doctor is A.
        b: points from which a doctor is B.
        potential: weight of the prescribing potential.
        influence: weight of the influence, such as `influence_of` gives it from the roles.
        willingness: weight of the willingness to cooperate.

    Source: S002-4 (value = potential + influence + willingness); the cut points are the company's own.

    >>> doctor_value(a="2.4", b="1.5")({"potential_mark": 80, "influence": 70, "willingness": 60})
    'B'

    Raises:
        BadRule: a negative weight, no weight at all, or cut points that do not ascend.
    """
    parts = (
        Part("potential", potential, _POTENTIAL_MARK.term, zh="处方潜力"),
        Part("influence", influence, _INFLUENCE.term, zh="影响力"),
        Part("willingness", willingness, _WILLINGNESS.term, zh="合作意愿"),
    )
    whole = sum(part.weight for part in parts)
    return Bands(Weighted(parts, full=100, whole=whole), ((b, "C"), (a, "B")), top="A")


def influence_of(roles: Iterable[str], marks: Mapping[str, Number]) -> Exact | None:
    """Return the influence of somebody with several roles: the mark of the strongest; missing where none has a mark.

    Args:
        roles: what the person is, several at once: `kol`, `department_head`, `backbone` and the other roles.
        marks: the company's own mark of each role, out of 100.

    >>> marks = {"kol": 100, "department_head": 80, "backbone": 50}
    >>> influence_of({"backbone", "department_head"}, marks), influence_of(["resident"], marks), influence_of([], marks)
    (80, None, None)

    Source: S002-3, S002-4. Raises:
        BadValue: a role that is neither known nor marked.
        BadRule: a mark that is no number from 0 to 100.
    """
    known = {role: literal(mark) for role, mark in marks.items()}
    for role, mark in known.items():
        if not 0 <= mark <= 100:
            raise BadRule("a mark is out of 100", where=role, hint="0 to 100", code="grade.mark")
    held = set(roles)
    strange = sorted(role for role in held if role not in known and role not in ROLES)
    if strange:
        hint = nearest(strange[0], {*known, *ROLES})
        raise BadValue("unknown role", where="roles", hint=hint, code="grade.role")
    return max((known[role] for role in held if role in known), default=None)


_BEST = ("A", "B", "C")
_BY_POINTS = {
    "A": Says("most points: first", "分数最高：优先"),
    "B": Says("points between the cuts", "分数居中"),
    "C": Says("few points: last", "分数较低：靠后"),
}
_POINTS = (
    CutPoint("a", Says("points from which a doctor is A", "A 类最低分")),
    CutPoint("b", Says("points from which a doctor is B", "B 类最低分")),
)

THREE_P = Method(
    Scheme(
        "three_p",
        _BEST,
        "3P 分级",
        "P2-A (zdsztech.com/blog/yi-yao-dai-biao-ru-he-gao-xiao-guan-li-ke-hu-guan-xi)",
        limits=sensitive("Marks are a person's judgement: have two people mark.", "打分为主观判断：宜由两人评定。"),
    ),
    three_p,
    fields=(_POTENTIAL_MARK, _PRESCRIPTION, _PARTNERSHIP),
    meanings=_BY_POINTS,
    cuts=(
        *_POINTS,
        *weights_of(
            [
                ("potential", "potential", "处方潜力"),
                ("prescription", "prescribing behaviour", "处方行为"),
                ("partnership", "partnership", "合作关系"),
            ]
        ),
    ),
    kinds=("doctor",),
)
DOCTOR_VALUE = Method(
    Scheme(
        "doctor_value",
        _BEST,
        "医生价值分级",
        "S002-3, S002-4",
        limits=Says(
            "It steers academic work and time. No payment, gift or favour may follow from it.",
            "用于安排学术推广与时间；不得据此给予任何报酬、礼品或利益。",
        ),
    ),
    doctor_value,
    fields=(_POTENTIAL_MARK, _INFLUENCE, _WILLINGNESS),
    meanings=_BY_POINTS,
    cuts=(
        *_POINTS,
        *weights_of(
            [
                ("potential", "potential", "处方潜力"),
                ("influence", "influence", "影响力"),
                ("willingness", "willingness", "合作意愿"),
            ],
            "S002-4, a plain sum",
        ),
    ),
    kinds=("doctor",),
)
