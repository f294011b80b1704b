"""Counting joint visits (协访计次): once for the customer, once for each participant, never two kinds in one count.

>>> who = {"r1": "maker", "r2": "maker", "s1": "dealer"}
>>> held = [JointVisit("J1", "dealer_joint", date(2026, 3, 4), "H1", who)]
>>> counts = joint_counts(held, "dealer_joint")
>>> dict(counts.customers), dict(counts.participants)
({'H1': 1}, {'r1': 1, 'r2': 1, 's1': 1})
>>> joint_counts(held, "coaching").visits
0

Source: S003-1; row "Joint visits and coaching" of the systems file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.followup.joint.kinds import JOINT_KINDS, JOINT_ROLES, JointKind, JointVisit
from pharmasales.names import nearest, twins

__all__ = ["CreditedTo", "JointCounts", "JointCredit", "joint_counts", "joint_credits"]

CreditedTo: TypeAlias = Literal["customer", "participant"]


@frozen
class JointCredit:
    """That one joint visit counts once for one customer or one participant (计次).

    Args:
        visit: the id of the joint visit.
        kind: its kind.
        day: when.
        customer: the id of the customer who was visited.
        to: whether the count is the customer's or a participant's.
        person: the id of the participant, "" where the count is the customer's.
        role: the participant's role, or "".
    """

    visit: str
    kind: JointKind
    day: date
    customer: str
    to: CreditedTo
    person: str = ""
    role: str = ""

    @property
    def why(self) -> Why:
        """Why it counts, and once."""
        values: dict[str, Cell] = {"visit": self.visit, "kind": JOINT_KINDS[self.kind]}
        if self.to == "customer":
            return because("{kind} {visit} counts once for the customer", "{kind} {visit} 对客户计 1 次", **values)
        role = JOINT_ROLES[self.kind][self.role]
        en, zh = (
            "{kind} {visit} counts once for each who took part, as {role}",
            "{kind} {visit} 对每位参与者各计 1 次（{role}）",
        )
        return because(en, zh, role=role, **values)


def joint_credits(held: Iterable[JointVisit]) -> tuple[JointCredit, ...]:
    """Return what joint visits that were held count for: one line for the customer, one for each participant.

    Plan attainment takes these lines: the customer's for coverage and frequency, a participant's for the person's own
    activity. However many took part, the customer has been seen once.

    Args:
        held: the visits that took place, each id once.

    Raises:
        BadRows: ids that come twice, all of them at once: no visit counts twice.
    """
    visits = list(held)
    _once(visits)
    return tuple(credit for visit in visits for credit in _credits(visit))


def _once(visits: Sequence[JointVisit]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("given twice", where=f"joint visit {visits[second].id!r}", code="followup.twice")
        for _, second in twins(visit.id for visit in visits)
    ]
    if bad:
        raise BadRows(f"{len(bad)} joint visits given twice", bad)


def _credits(visit: JointVisit) -> Iterator[JointCredit]:
    line = (visit.id, visit.kind, visit.day, visit.customer)
    yield JointCredit(*line, "customer")
    for person, role in visit.participants.items():
        yield JointCredit(*line, "participant", person, role)


@frozen
class JointCounts:
    """Joint visits of one kind, counted (协访次数).

    Args:
        kind: the kind that is counted; the other kind has counts of its own.
        visits: how many were held.
        customers: how often each customer was seen so, by id.
        participants: in how many each person took part, by id; in the order of the ids, which is no ranking.
    """

    kind: JointKind
    visits: int
    customers: Mapping[str, int] = field(hash=False)
    participants: Mapping[str, int] = field(hash=False)

    def table(self) -> Table:
        """Return a row for each customer and each participant, as table `joint_counts`."""
        columns = (
            Column("kind", "Kind", "类型"),
            Column("counts_for", "Counts for", "计次对象"),
            Column("id", "Id", "编号"),
            Column("visits", "Joint visits", "协访次数", "number"),
        )
        kind = JOINT_KINDS[self.kind]
        rows = [(kind, Says("customer", "客户"), one, count) for one, count in self.customers.items()]
        rows += [(kind, Says("participant", "参与者"), one, count) for one, count in self.participants.items()]
        return Table("joint_counts", Says("Joint visits counted", "协访计次"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def joint_counts(held: Iterable[JointVisit], kind: JointKind) -> JointCounts:
    """Count the joint visits of one kind; those of the other kind are left out, never added.

    Args:
        held: the visits that took place, of either kind.
        kind: the kind to count.

    Raises:
        BadRule: an unknown kind.
        BadRows: ids that come twice.
    """
    if kind not in JOINT_KINDS:
        hint = nearest(str(kind), JOINT_KINDS)
        raise BadRule("no such kind of joint visit", where="kind", hint=hint, code="followup.joint.kind")
    found = [credit for credit in joint_credits(held) if credit.kind == kind]
    customers = Counter(credit.customer for credit in found if credit.to == "customer")
    people = Counter(credit.person for credit in found if credit.to == "participant")
    return JointCounts(kind, customers.total(), dict(sorted(customers.items())), dict(sorted(people.items())))
