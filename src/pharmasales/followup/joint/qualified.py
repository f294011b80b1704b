"""Qualified companions (合格的协访人员): who is abler than the dealer's people in what the visit is about.

Whoever goes along must have something to give: in each skill asked, a mark above that of the dealer's people. A mark
that nobody gave qualifies nobody. The order given stays: this is no ranking.

>>> found = companions({"r1": {"talk": 80}, "r2": {"talk": 60}, "r3": {}}, {"talk": 70}, ["talk"])
>>> [(one.person, one.qualified) for one in found]
[('r1', True), ('r2', False), ('r3', None)]
>>> print(found[2].why.text("zh"))
无法判断（talk：随行人员 无数据，商家人员 70）

Source: S003-5 (staff abler than the dealer's).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.followup.joint.kinds import listed
from pharmasales.names import clean, normal_id
from pharmasales.units import Number, exact

__all__ = ["Companion", "companions"]

Marks = Mapping[str, Number | None]


@frozen
class Companion:
    """Whether somebody may go along (协访人员资格).

    Args:
        person: the person's id.
        qualified: abler in every skill asked; missing where a mark is.
        why: each skill with both marks.
    """

    person: str
    qualified: bool | None
    why: Why = field(repr=False)


def companions(candidates: Mapping[str, Marks], dealer: Marks, skills: Iterable[str]) -> tuple[Companion, ...]:
    """Say who is qualified to go along, in the order given.

    Args:
        candidates: the marks of each candidate by skill, by the person's id.
        dealer: the best mark among the dealer's people who are visited with, by skill.
        skills: the skills that the visit is about; at least one.

    Raises:
        BadRule: no skill asked.
        BadRows: marks that are no exact numbers, all of them at once.
    """
    asked = list(dict.fromkeys(map(clean, listed(skills, "skills"))))
    if not asked:
        hint = "name what the visit is about"
        raise BadRule("no skill asked", where="skills", hint=hint, code="followup.joint.skill")
    given = {"dealer": dealer, **{f"person {person!r}": marks for person, marks in candidates.items()}}
    read, bad = _read(given, asked)
    if bad:
        raise BadRows(f"{len(bad)} marks refused", bad)
    theirs = read.pop("dealer")
    return tuple(
        _judged(normal_id(person), marks, theirs, asked)
        for person, marks in zip(candidates, read.values(), strict=True)
    )


def _read(
    given: Mapping[str, Marks], asked: Sequence[str]
) -> tuple[dict[str, dict[str, Fraction | None]], list[PharmaSalesError]]:
    """Read every mark asked for, and every one that cannot be read."""
    found: dict[str, dict[str, Fraction | None]] = {}
    bad: list[PharmaSalesError] = []
    for whose, marks in given.items():
        found[whose] = {}
        for skill in asked:
            mark = marks.get(skill)
            try:
                found[whose][skill] = None if mark is None else exact(mark)
            except BadValue as error:
                bad.append(error.at(f"{whose}, {skill}"))
    return found, bad


def _judged(
    person: str, own: Mapping[str, Fraction | None], theirs: Mapping[str, Fraction | None], asked: Sequence[str]
) -> Companion:
    pairs = [(own[skill], theirs[skill]) for skill in asked]
    able = [None if mine is None or other is None else mine > other for mine, other in pairs]
    qualified = False if False in able else None if None in able else True
    parts = [
        because(
            "{skill}: companion {own}, dealer's people {other}",
            "{skill}：随行人员 {own}，商家人员 {other}",
            skill=skill,
            own=own[skill],
            other=theirs[skill],
        )
        for skill in asked
    ]
    says = {
        True: ("abler in every skill asked", "各项能力均高于商家人员"),
        False: ("not abler in every skill asked", "并非各项能力均高于商家人员"),
        None: ("cannot be judged", "无法判断"),
    }[qualified]
    return Companion(person, qualified, because(*says, *parts))
