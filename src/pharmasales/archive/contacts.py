"""Layered contact plan (分层对接): an executive beside the owner for core customers, the owner alone for the others.

The executive is the owner's superior at a named level of the organisation, or is named for the customer.

>>> from pharmasales.archive import Customer
>>> from pharmasales.org import Node
>>> org = Org.of([Node("N", "North", "region"), Node("r1", "Rep One", "rep", "N"), Node("r2", "Rep Two", "rep", "N")])
>>> archive = Archive.of([Customer("H1", "A", owner="r1"), Customer("H2", "B", owner="r2"), Customer("H3", "C")])
>>> plan = contact_plan(archive, org, {"H1", "H3"}, level="region", as_of=date(2026, 1, 1))
>>> for contact in plan.contacts:
...     print(contact.why)
complete: r1 every day, N beside it
complete: r2 every day
gap: nobody
  no owner stands for it
  no executive: nobody to be found above an owner who does not stand
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive.customers import Archive, Customer
from pharmasales.archive.ownership import standing
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.org import Org

__all__ = ["Contact", "ContactPlan", "Core", "contact_plan"]

Core: TypeAlias = Collection[str] | Callable[[Customer], bool | None]
"""Which customers are core: their ids, such as `Concentration.vips`, or a test of each."""

ContactState: TypeAlias = Literal["complete", "gap", "conflict"]

_STATES: Mapping[ContactState, Says] = {
    "complete": Says("complete", "完整"),
    "gap": Says("gap", "缺口"),
    "conflict": Says("conflict", "冲突"),
}


@frozen
class Contact:
    """Who serves one customer.

    Args:
        customer: its id.
        core: whether it is a core customer (核心客户).
        owner: who serves it every day; "" where nobody stands.
        executive: who joins for a core customer (高管); "" where none is due or none stands.
        state: `complete`, `gap` (somebody is missing) or `conflict` (the two layers do not fit).
        why: the reason, with every gap and conflict.
    """

    customer: str
    core: bool
    owner: str
    executive: str
    state: ContactState
    why: Why = field(repr=False)


@frozen
class ContactPlan:
    """Who serves whom, in the archive's order."""

    contacts: tuple[Contact, ...]

    def of(self, state: ContactState) -> list[Contact]:
        """Return the contacts of one state, such as `gap`."""
        return [contact for contact in self.contacts if contact.state == state]

    def table(self) -> Table:
        """Return one row a customer."""
        columns = (
            Column("customer", "Customer", "客户"),
            Column("core", "Core", "核心客户"),
            Column("owner", "Owner", "负责人"),
            Column("executive", "Executive", "对接高管"),
            Column("state", "State", "状态"),
            Column("why", "Why", "原因", "why"),
        )
        rows = [
            (c.customer, _YES if c.core else _NO, c.owner, c.executive, _STATES[c.state], c.why) for c in self.contacts
        ]
        return Table("contact_plan", Says("Layered contact plan", "分层对接计划"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_YES, _NO = Says("yes", "是"), Says("no", "否")
_NO_OWNER = because("no owner stands for it", "无在岗负责人")
_NO_WAY_UP = because(
    "no executive: nobody to be found above an owner who does not stand", "无高管：负责人不在岗，无从向上查找"
)


@frozen
class _Layers:
    """The two layers of one customer as far as they stand, with what is wrong."""

    owner: str
    executive: str
    gaps: tuple[Why, ...] = ()
    conflicts: tuple[Why, ...] = ()


def _named(owner: str, executive: str, org: Org, as_of: date) -> _Layers:
    """Check the executive whom a list names for the customer."""
    if standing(org, executive, as_of) != "stands":
        why = because("executive {who} does not stand", "指定的高管 {who} 不在岗", who=executive)
        return _Layers(owner, "", (why,))
    if owner == executive:
        why = because("{who} is owner and executive at once", "{who} 兼任负责人与高管", who=owner)
        return _Layers(owner, executive, (), (why,))
    if owner and all(node.id != executive for node in org.path(owner)):
        says = "executive {who} is no superior of owner {owner}", "高管 {who} 不是负责人 {owner} 的上级"
        return _Layers(owner, executive, (), (because(*says, who=executive, owner=owner),))
    return _Layers(owner, executive)


def _superior(owner: str, level: str, org: Org, as_of: date) -> _Layers:
    """Find the nearest superior of the owner at a level."""
    if not owner:
        return _Layers("", "", (_NO_WAY_UP,))
    line = [node for node in reversed(org.path(owner)) if node.level == level]
    if not line:
        says = "no executive: {owner} has no superior at {level}", "无高管：{owner} 在 {level} 层级无上级"
        return _Layers(owner, "", (because(*says, owner=owner, level=level),))
    return _named(owner, line[0].id, org, as_of)


def _layers(customer: Customer, core: bool, level: str, named: str, org: Org, as_of: date) -> _Layers:
    owner = customer.owner if standing(org, customer.owner, as_of) == "stands" else ""
    if core:
        return _named(owner, named, org, as_of) if named else _superior(owner, level, org, as_of)
    if named:
        says = "executive {who} is named, though it is no core customer", "已指定高管 {who}，但并非核心客户"
        return _Layers(owner, "", (), (because(*says, who=named),))
    return _Layers(owner, "")


def _contact(customer: Customer, layers: _Layers, *, core: bool) -> Contact:
    gaps = layers.gaps if layers.owner else (_NO_OWNER, *layers.gaps)
    state: ContactState = "gap" if gaps else "conflict" if layers.conflicts else "complete"
    daily = because("{owner} every day", "{owner} 日常", owner=layers.owner) if layers.owner else _NOBODY
    beside = because(", {who} beside it", "，{who} 协同", who=layers.executive) if layers.executive else _ALONE
    says = "{state}: {daily}{beside}", "{state}：{daily}{beside}"
    why = because(*says, *gaps, *layers.conflicts, state=_STATES[state], daily=daily, beside=beside)
    return Contact(customer.id, core, layers.owner, layers.executive, state, why)


_NOBODY, _ALONE = because("nobody", "无人"), because("", "")


def contact_plan(
    archive: Archive,
    org: Org,
    core: Core,
    *,
    level: str,
    as_of: date,
    named: Mapping[str, str] | None = None,
) -> ContactPlan:
    """Say who serves each customer: the owner every day, and an executive beside the owner for core customers.

    Args:
        archive: the customers, with their owners.
        org: the organisation, whose tree leads from an owner up to the executive.
        core: the ids of the core customers, or a test; a test without an answer is no.
        level: the level of the organisation whose people join, such as `region`.
        as_of: the day on which they stand.
        named: for single customers the id of another executive, by the customer's id.

    Source: S001-14. Raises:
        NotFound: a level that the organisation does not have, a core customer or one with a named executive whom the
            archive does not know.
    """
    if level not in org.levels():
        raise NotFound(f"no level {level!r}", hint=f"known: {', '.join(org.levels())}", code="org.level")
    executives = named or {}
    ids = frozenset() if callable(core) else frozenset(core)
    for customer_id in sorted({*executives, *ids}):
        archive[customer_id]
    contacts = []
    for customer in archive:
        is_core = bool(core(customer)) if callable(core) else customer.id in ids
        layers = _layers(customer, is_core, level, executives.get(customer.id, ""), org, as_of)
        contacts.append(_contact(customer, layers, core=is_core))
    return ContactPlan(tuple(contacts))
