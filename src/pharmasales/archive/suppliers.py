"""Upstream suppliers (上游供应商): what they hold and owe, and how far they can be trusted.

The duty checklist names what is broken or not proven. The risk rating gives points for what happened and for what the
agreement leaves open, by a rule that a company may replace; a fact that nobody has looked into leaves the supplier
without a rating, because a firm is to be known in detail.

>>> supplier = Supplier("S1", "industrial", take_backs=1, changes=0)
>>> rate_supplier(supplier, as_of=date(2026, 3, 1)).grade
'high'
>>> print(rate_supplier(Supplier("S2", "commercial"), as_of=date(2026, 3, 1)).grade)
None
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.archive.agreements import CLAUSES, Agreement, Clause, clause_warnings
from pharmasales.archive.rights import Right
from pharmasales.display import Column, Says, Table, Why
from pharmasales.errors import BadValue
from pharmasales.names import clean, nearest, normal_id
from pharmasales.rules import Bands, Field, FirstMatch, Part, RuleBook, Weighted, explain

__all__ = [
    "DUTIES",
    "SUPPLIER_RISK",
    "Duty",
    "DutyCheck",
    "DutyState",
    "Supplier",
    "SupplierRating",
    "duty_checks",
    "duty_table",
    "rate_supplier",
    "supplier_record",
]

SupplierRole: TypeAlias = Literal["industrial", "commercial"]
DutyState: TypeAlias = Literal["open", "met", "broken"]

DUTIES: Mapping[str, Says] = MappingProxyType(
    {
        "production": Says("production", "生产"),
        "shipping": Says("shipping", "发货"),
        "tender_help": Says("help with tenders", "协助投标"),
    }
)
"""What an upstream supplier owes by default (S001-7)."""


def _id(text: str) -> str:
    return normal_id(text, "supplier")


@frozen
class Duty:
    """One duty of a supplier and where it stands.

    Args:
        name: one of `DUTIES`, or a word of your own.
        state: `open`, `met` or `broken`.
        evidence: what proves it, such as the number of a delivery note, or "".
        on: the day on which that was seen.

    Source: S001-7. Raises:
        BadValue: an unknown state.
    """

    name: str = field(converter=clean)
    state: DutyState = "open"
    evidence: str = field(default="", converter=clean)
    on: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.state not in get_args(DutyState):
            hint = nearest(str(self.state), get_args(DutyState))
            raise BadValue("unknown state of a duty", where="state", hint=hint, code="supplier.duty")


@frozen
class Supplier:
    """The file of an upstream supplier (供应商档案): who gives us the product.

    Args:
        id: the id of its party in the archive.
        role: `industrial` (a maker) or `commercial` (a trading firm).
        rights: the product rights that it holds, such as the approval (批文).
        duties: what it owes, and where each stands.
        agreement: what was signed, or none.
        take_backs: how often it took a product back from somebody; missing where nobody has asked.
        changes: how often it changed an agreement alone; missing likewise.

    Source: S001-7, S001-8. Raises:
        BadValue: an empty id, an unknown role, somebody else's right, or a count below zero.
    """

    id: str = field(converter=_id)
    role: SupplierRole
    rights: tuple[Right, ...] = field(default=(), converter=tuple)
    duties: tuple[Duty, ...] = field(default=(), converter=tuple)
    agreement: Agreement | None = None
    take_backs: int | None = None
    changes: int | None = None

    def __attrs_post_init__(self) -> None:
        where = f"supplier {self.id!r}"
        if self.role not in get_args(SupplierRole):
            hint = nearest(str(self.role), get_args(SupplierRole))
            raise BadValue("unknown role of a supplier", where=where, hint=hint, code="supplier.role")
        if any(right.holder != self.id for right in self.rights):
            raise BadValue("a right that somebody else holds", where=where, code="supplier.right")
        if any(
            count is not None and (type(count) is not int or count < 0) for count in (self.take_backs, self.changes)
        ):
            raise BadValue("a count is a whole number of zero or more", where=where, code="supplier.count")


DutyStanding: TypeAlias = Literal["open", "met", "broken", "unproven", "unrecorded"]

_DUTY_STATES: Mapping[DutyStanding, Says] = MappingProxyType(
    {
        "open": Says("open", "未完成"),
        "met": Says("met", "已履行"),
        "broken": Says("broken", "违约"),
        "unproven": Says("said to be met, without evidence", "称已履行，无凭证"),
        "unrecorded": Says("nothing is recorded", "无记录"),
    }
)


@frozen
class DutyCheck:
    """One line of the duty checklist: the duty, where it stands on a day, and what proves it."""

    name: str
    standing: DutyStanding
    evidence: str
    on: date | None


def duty_checks(supplier: Supplier, *, as_of: date, due: Iterable[str] = tuple(DUTIES)) -> list[DutyCheck]:
    """Go through the duties that are due, then what else is recorded; the latest entry known on a day counts.

    A duty that is met without evidence is unproven.

    >>> supplier = Supplier("S1", "industrial", duties=[Duty("shipping", "met", "note 17"), Duty("production", "met")])
    >>> [(check.name, check.standing) for check in duty_checks(supplier, as_of=date(2026, 1, 1))]
    [('production', 'unproven'), ('shipping', 'met'), ('tender_help', 'unrecorded')]

    Source: S001-7.
    """
    known = sorted(
        (duty for duty in supplier.duties if duty.on is None or duty.on <= as_of), key=lambda duty: duty.on or date.min
    )
    latest = {duty.name: duty for duty in known}
    found = []
    for name in dict.fromkeys([*due, *sorted(latest)]):
        duty = latest.get(name)
        if duty is None:
            found.append(DutyCheck(name, "unrecorded", "", None))
        else:
            proven = duty.state != "met" or bool(duty.evidence.strip())
            found.append(DutyCheck(name, duty.state if proven else "unproven", duty.evidence, duty.on))
    return found


def duty_table(checks: Sequence[DutyCheck]) -> Table:
    """Return one row a duty: its state, evidence and day."""
    columns = (
        Column("duty", "Duty", "义务"),
        Column("standing", "Standing", "状态"),
        Column("evidence", "Evidence", "凭证"),
        Column("on", "On", "日期", "date"),
    )
    rows = [(DUTIES.get(c.name, c.name), _DUTY_STATES[c.standing], c.evidence, c.on) for c in checks]
    return Table("duties", Says("Duties of the supplier", "供应商义务"), columns, rows)


_POINTS = Weighted(
    (
        Part("take_backs", 35, Bands(Field("take_backs", zh="收回产品次数"), ((1, 0),), top=100), zh="收回产品"),
        Part("changes", 20, Bands(Field("changes", zh="单方变更次数"), ((1, 0), (2, 50)), top=100), zh="单方变更"),
        Part(
            "broken_duties", 20, Bands(Field("broken_duties", zh="违约义务数"), ((1, 0), (2, 50)), top=100), zh="违约"
        ),
        Part(
            "missing_clauses",
            15,
            Bands(Field("missing_clauses", zh="缺失条款数"), ((1, 0), (4, 50)), top=100),
            zh="条款",
        ),
        Part("approval", 10, FirstMatch(((Field("approvals", zh="批文数").at_least(1), 0),), otherwise=100), zh="批文"),
    ),
    full=100,
)

SUPPLIER_RISK = RuleBook(
    "supplier risk", "1", {"supplier_risk": Bands(_POINTS, ((25, "low"), (50, "medium")), top="high")}
)
"""An example to begin with: the sources name what to look at, and the weights and cuts are a company's own."""


@frozen
class SupplierRating:
    """The rating of one supplier.

    Args:
        supplier: its id.
        grade: the label that the rule gave, or missing.
        why: the reason, with every point.
        fingerprint: of the rule book that it was made with.
    """

    supplier: str
    grade: str | int | None
    why: Why = field(repr=False)
    fingerprint: str = field(repr=False)


def supplier_record(
    supplier: Supplier, *, as_of: date, clauses: Iterable[Clause] = CLAUSES, due: Iterable[str] = tuple(DUTIES)
) -> Mapping[str, object]:
    """Return what a rule may read of a supplier on a day; without an agreement in force every clause is missing.

    >>> record = supplier_record(Supplier("S1", "industrial"), as_of=date(2026, 1, 1))
    >>> record["missing_clauses"], record["unproven_duties"], record["take_backs"]
    (8, 3, None)
    """
    asked = tuple(clauses)
    agreement = supplier.agreement if supplier.agreement and supplier.agreement.in_force(as_of) else None
    standings = [check.standing for check in duty_checks(supplier, as_of=as_of, due=due)]
    return {
        "role": supplier.role,
        "approvals": sum(right.kind == "approval" and right.holds(as_of) for right in supplier.rights),
        "take_backs": supplier.take_backs,
        "changes": supplier.changes,
        "broken_duties": standings.count("broken"),
        "unproven_duties": standings.count("unproven") + standings.count("unrecorded"),
        "missing_clauses": len(asked) if agreement is None else len(clause_warnings(agreement, asked)),
        "months": None if agreement is None else agreement.months,
    }


def rate_supplier(
    supplier: Supplier,
    *,
    as_of: date,
    book: RuleBook = SUPPLIER_RISK,
    clauses: Iterable[Clause] = CLAUSES,
    due: Iterable[str] = tuple(DUTIES),
) -> SupplierRating:
    """Rate a supplier by the rule `supplier_risk` of a book.

    Source: S001-7, S001-8. Raises:
        NotFound: a book without that rule.
    """
    rule = book["supplier_risk"]
    record = supplier_record(supplier, as_of=as_of, clauses=clauses, due=due)
    answer = rule(record)
    grade = answer if isinstance(answer, str | int) else None
    return SupplierRating(supplier.id, grade, explain(rule, record), book.fingerprint)
