"""Joint visits (协访): who goes with whom to which customer, and of which kind.

Two kinds of one vocabulary, never mixed in one count: a visit together with a dealer's people (工商协访), and a manager
who goes along to coach (内部协访、带教). The mode of a dealer joint visit decides who leads and what it is for.

>>> JOINT_MODES["demonstrate"].lead, JOINT_MODES["demonstrate"].goal.text("zh")
('maker', '解决问题')
>>> JOINT_MODES["observe"].lead, JOINT_MODES["observe"].goal.text("zh")
('dealer', '提升商家能力')

Source: S003-1, S003-11, S003-12, E15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import clean, fold, nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = [
    "JOINT_KINDS",
    "JOINT_MODES",
    "JOINT_ROLES",
    "JointKind",
    "JointMode",
    "JointRole",
    "JointVisit",
    "joint_mode",
    "listed",
]

T = TypeVar("T")

JointKind: TypeAlias = Literal["dealer_joint", "coaching"]
JointRole: TypeAlias = Literal["maker", "dealer", "coach", "employee"]

JOINT_KINDS: Mapping[str, Says] = MappingProxyType(
    {"dealer_joint": Says("dealer joint visit", "工商协访"), "coaching": Says("coaching visit", "内部协访（带教）")}
)
"""The two kinds of joint visit (S003-1)."""

JOINT_ROLES: Mapping[str, Mapping[str, Says]] = MappingProxyType(
    {
        "dealer_joint": MappingProxyType({"maker": Says("maker", "厂家"), "dealer": Says("dealer", "商家")}),
        "coaching": MappingProxyType({"coach": Says("coach", "带教人"), "employee": Says("employee", "被带教人")}),
    }
)
"""The roles of those who take part, by kind; each is taken by at least one person."""


@frozen
class JointMode:
    """How a dealer joint visit is carried out (协访方式).

    Args:
        name: `demonstrate` or `observe`.
        says: what it is called.
        lead: which side leads the talk with the customer; the other supplements.
        goal: what such a visit is for.
    """

    name: str
    says: Says
    lead: JointRole
    goal: Says


JOINT_MODES: Mapping[str, JointMode] = MappingProxyType(
    {
        "demonstrate": JointMode(
            "demonstrate", Says("demonstrate", "示范式"), "maker", Says("solve the problem", "解决问题")
        ),
        "observe": JointMode(
            "observe", Says("observe", "观察式"), "dealer", Says("raise the dealer's ability", "提升商家能力")
        ),
    }
)
"""The two modes, each with its lead and its goal (S003-11, S003-12, E15)."""


def joint_mode(word: str) -> JointMode:
    """Return a mode by its name, in English or Chinese.

    >>> joint_mode("示范式").name
    'demonstrate'

    Raises:
        BadValue: an unknown word.
    """
    known = {fold(name): mode for mode in JOINT_MODES.values() for name in (mode.name, mode.says.zh)}
    found = known.get(fold(clean(word, "mode")))
    if found is None:
        raise BadValue("no such mode", where="mode", hint=nearest(str(word), JOINT_MODES), code="followup.joint.mode")
    return found


def listed(given: Iterable[T], where: str) -> tuple[T, ...]:
    """Return the items of a list; one text is no list of its characters.

    >>> listed("H1", "customers")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: one text where a list is due @ customers; write [text] [text]

    Raises:
        BadValue: a text.
    """
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where=where, hint="write [text]", code="text")
    return tuple(given)


def _participants(given: Mapping[str, JointRole]) -> Mapping[str, JointRole]:
    if not isinstance(given, Mapping):
        hint = "give a mapping of person id to role"
        raise BadValue("participants have roles", where="participants", hint=hint, code="followup.joint.role")
    found = {normal_id(person, "participant"): role for person, role in given.items()}
    if len({fold(person) for person in found}) < len(given):
        raise BadValue("a participant given twice", where="participants", code="followup.twice")
    return MappingProxyType(found)


def _optional_id(text: str) -> str:
    return normal_id(text, "place") if text else ""


@frozen(repr=False)
class JointVisit:
    """One joint visit as it stands in the diaries: its kind, its day, whom it is to, who takes part.

    Args:
        id: its stable id.
        kind: `dealer_joint` or `coaching`.
        day: when.
        customer: the id of the customer who is visited.
        participants: the role of each who takes part, by the person's id.
        start: the hour at which it begins, in the customer's local time; unknown where left out.
        minutes: how long it is to take, from 1.
        place: where, an id, or "".

    >>> visit = JointVisit("J1", "dealer_joint", date(2026, 3, 4), "H1", {"r1": "maker", "s1": "dealer"})
    >>> visit.of("dealer"), visit
    (('s1',), JointVisit('J1', 'dealer_joint', 2026-03-04))
    >>> JointVisit("J1", "coaching", date(2026, 3, 4), "H1", {"r1": "maker", "s1": "dealer"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: maker is no role of a coaching visit @ joint visit 'J1'; roles: coach, employee \
[followup.joint.role]

    Source: S003-1. Raises:
        BadRule: an unknown kind, a role of the other kind, or a role that nobody takes.
        BadValue: an empty id, a participant given twice, no plain date, or minutes below 1.
    """

    id: str = field(converter=normal_id)
    kind: JointKind
    day: date = field(converter=checked_day)
    customer: str = field(converter=normal_id)
    participants: Mapping[str, JointRole] = field(converter=_participants, hash=False)
    start: time | None = None
    minutes: int | None = None
    place: str = field(default="", converter=_optional_id)

    def __attrs_post_init__(self) -> None:
        where = f"joint visit {self.id!r}"
        if self.kind not in JOINT_KINDS:
            hint = nearest(str(self.kind), JOINT_KINDS)
            raise BadRule("no such kind of joint visit", where=where, hint=hint, code="followup.joint.kind")
        roles, said = JOINT_ROLES[self.kind], f"a {JOINT_KINDS[self.kind].en}"
        hint = f"roles: {', '.join(roles)}"
        for role in self.participants.values():
            if role not in roles:
                known = any(role in others for others in JOINT_ROLES.values())
                what = f"{role} is no role of {said}" if known else f"no such role of {said}"
                raise BadRule(what, where=where, hint=hint, code="followup.joint.role")
        for asked in roles:
            if not self.of(asked):
                raise BadRule(f"{said} without a {asked}", where=where, hint=hint, code="followup.joint.role")
        if self.minutes is not None and (type(self.minutes) is not int or self.minutes < 1):
            raise BadValue("a visit takes at least a minute", where=where, code="followup.minutes")

    def __repr__(self) -> str:
        return f"JointVisit({self.id!r}, {self.kind!r}, {self.day.isoformat()})"

    def of(self, role: str) -> tuple[str, ...]:
        """Return who takes part in a role, in the order given."""
        return tuple(person for person, own in self.participants.items() if own == role)
