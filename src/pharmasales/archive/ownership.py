"""Owners (客户负责人): every customer has a named person who answers for it, with a load that one person can bear.

`owner_gaps` names the customers for whom nobody answers, `owner_loads` the people with too many or too few, and
`contact_plan` the executive beside the owner for each core customer (分层对接).

>>> from pharmasales.archive import Customer
>>> from pharmasales.org import Node
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "Rep One", "rep", "N", until=date(2026, 6, 30))])
>>> archive = Archive.of([Customer("H1", "A", owner="r1"), Customer("H2", "B", owner="r9"), Customer("H3", "C")])
>>> for gap in owner_gaps(archive, org, as_of=date(2026, 7, 1)).gaps:
...     print(gap.why)
owner r1 of H1 left on 2026-06-30
owner r9 of H2 is not in the organisation
H3 has no owner
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive.customers import Archive, Customer
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule, NotFound
from pharmasales.names import clean
from pharmasales.org import Node, Org

__all__ = ["LoadLimit", "OwnerGap", "OwnerGaps", "OwnerLoad", "OwnerLoads", "owner_gaps", "owner_loads", "standing"]

GapKind: TypeAlias = Literal["none", "unknown", "not_yet", "ended", "nameless"]
LoadState: TypeAlias = Literal["under", "within", "over"]

_GAPS: Mapping[GapKind, tuple[str, str]] = {
    "none": ("{customer} has no owner", "{customer} 无负责人"),
    "unknown": ("owner {owner} of {customer} is not in the organisation", "{customer} 的负责人 {owner} 不在组织中"),
    "not_yet": ("owner {owner} of {customer} begins on {day}", "{customer} 的负责人 {owner} 于 {day} 才到岗"),
    "ended": ("owner {owner} of {customer} left on {day}", "{customer} 的负责人 {owner} 已于 {day} 离岗"),
    "nameless": ("the place {owner} that owns {customer} bears no name", "{customer} 的负责岗位 {owner} 无人署名"),
}
_STATES: Mapping[LoadState, Says] = {
    "under": Says("under", "不足"),
    "within": Says("within", "合适"),
    "over": Says("over", "超负荷"),
}


def standing(org: Org, node_id: str, as_of: date) -> GapKind | Literal["stands"]:
    """Say whether somebody named stands at a place on a day, or what is missing.

    >>> from pharmasales.org import Node
    >>> org = Org.of([Node("r1", "Rep One", "rep", since=date(2026, 2, 1))])
    >>> [standing(org, who, date(2026, 1, 31)) for who in ("", "r1", "r2")]
    ['none', 'not_yet', 'unknown']
    """
    if not node_id:
        return "none"
    if node_id not in org:
        return "unknown"
    node = org[node_id]
    if node.since is not None and as_of < node.since:
        return "not_yet"
    if not node.exists(as_of):
        return "ended"
    return "stands" if node.name.strip() else "nameless"


@frozen
class OwnerGap:
    """A customer for whom nobody answers.

    Args:
        customer: its id.
        owner: the id of the owner that its file names, or "".
        kind: `none`, `unknown` to the organisation, `not_yet` there, `ended`, or a `nameless` place.
        why: the reason.
    """

    customer: str
    owner: str
    kind: GapKind
    why: Why = field(repr=False)


@frozen
class OwnerGaps:
    """Who has an accountable owner and who has none; together they are the whole archive.

    Args:
        owned: for each customer with a named owner, that owner's id.
        gaps: the others, in the archive's order.
    """

    owned: Mapping[str, str] = field(repr=False)
    gaps: tuple[OwnerGap, ...]

    def table(self) -> Table:
        """Return one row a customer without an accountable owner."""
        columns = (
            Column("customer", "Customer", "客户"),
            Column("owner", "Owner in the file", "档案中的负责人"),
            Column("why", "Why", "原因", "why"),
        )
        rows = [(gap.customer, gap.owner, gap.why) for gap in self.gaps]
        return Table("owner_gaps", Says("Customers without an owner", "无负责人的客户"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _gap(customer: Customer, org: Org, kind: GapKind) -> OwnerGap:
    node = org.nodes.get(customer.owner)
    day = None if node is None else node.since if kind == "not_yet" else node.until
    why = because(*_GAPS[kind], customer=customer.id, owner=customer.owner, day=day)
    return OwnerGap(customer.id, customer.owner, kind, why)


def owner_gaps(archive: Archive, org: Org, *, as_of: date) -> OwnerGaps:
    """Find the customers without a named owner who stands in the organisation on a day (孤儿客户).

    Source: S001-12.
    """
    owned: dict[str, str] = {}
    gaps: list[OwnerGap] = []
    for customer in archive:
        kind = standing(org, customer.owner, as_of)
        if kind == "stands":
            owned[customer.id] = customer.owner
        else:
            gaps.append(_gap(customer, org, kind))
    return OwnerGaps(owned, tuple(gaps))


def _words(given: Iterable[str]) -> frozenset[str]:
    return frozenset(map(clean, given))


@frozen
class LoadLimit:
    """How many customers of a sort one person looks after (客户负荷): a company's own figures, without a default.

    Args:
        name: what the limit is called.
        least: fewer is under, or no lower limit.
        most: more is over, or no upper limit.
        kinds: the kinds of customer that count; every kind where empty.
        levels: the official levels that count; every level where empty.
        posts: the levels of the organisation that it holds for; the nodes without anybody below where empty.

    >>> LoadLimit("hospitals", most=40, kinds=["hospital"]).state(41)
    'over'

    Raises:
        BadRule: no limit at all, one that is no whole number of zero or more, or a least above the most.
    """

    name: str = field(converter=clean)
    least: int | None = None
    most: int | None = None
    kinds: frozenset[str] = field(default=frozenset(), converter=_words)
    levels: frozenset[str] = field(default=frozenset(), converter=_words)
    posts: frozenset[str] = field(default=frozenset(), converter=_words)

    def __attrs_post_init__(self) -> None:
        limits = [limit for limit in (self.least, self.most) if limit is not None]
        if not limits or any(type(limit) is not int or limit < 0 for limit in limits):
            raise BadRule("a load has a least or a most, 0 or more", where=self.name, code="owners.limit")
        if limits != sorted(limits):
            raise BadRule("the least is above the most", where=self.name, code="owners.limit")

    def counts(self, customer: Customer) -> bool:
        """Whether a customer is of the sort that this limit speaks of."""
        kind = not self.kinds or customer.kind in self.kinds
        return kind and (not self.levels or customer.level in self.levels)

    def state(self, count: int) -> LoadState:
        """Return where a count stands; both limits are within."""
        if self.most is not None and count > self.most:
            return "over"
        return "under" if self.least is not None and count < self.least else "within"


@frozen
class OwnerLoad:
    """How many customers of one sort one person looks after, against the limit.

    Args:
        owner: id of the node.
        limit: the limit.
        count: how many customers.
        state: `under`, `within` or `over`.
        why: the reason, with what the customers are by kind and level.
    """

    owner: str
    limit: LoadLimit
    count: int
    state: LoadState
    why: Why = field(repr=False)


@frozen
class OwnerLoads:
    """Every person's load under every limit, in the organisation's order."""

    rows: tuple[OwnerLoad, ...]

    def of(self, state: LoadState) -> list[OwnerLoad]:
        """Return the rows of one state, such as `over`."""
        return [row for row in self.rows if row.state == state]

    def table(self) -> Table:
        """Return one row a person and limit."""
        columns = (
            Column("owner", "Owner", "负责人"),
            Column("limit", "Limit", "标准"),
            Column("count", "Customers", "客户数", "number"),
            Column("least", "Least", "下限", "number"),
            Column("most", "Most", "上限", "number"),
            Column("state", "State", "状态"),
            Column("why", "Why", "原因", "why"),
        )
        rows = [
            (row.owner, row.limit.name, row.count, row.limit.least, row.limit.most, _STATES[row.state], row.why)
            for row in self.rows
        ]
        return Table("owner_loads", Says("Customers per owner", "负责人客户数"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_LOADS: Mapping[LoadState, tuple[str, str]] = {
    "under": (
        "{owner} has {count} where {limit} asks for at least {least}",
        "{owner} 有 {count} 家，{limit} 要求不少于 {least}",
    ),
    "within": ("{owner} has {count}, within {limit}", "{owner} 有 {count} 家，符合 {limit}"),
    "over": ("{owner} has {count} where {limit} allows {most}", "{owner} 有 {count} 家，{limit} 上限 {most}"),
}


def _sorts(customers: Sequence[Customer]) -> list[Why]:
    """Say what the customers are: how many of each kind and level, the most first."""
    sorts = Counter((customer.kind, customer.level) for customer in customers)
    ordered = sorted(sorts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        because("{n} {kind} {level}", "{kind} {level} {n} 家", n=n, kind=kind or "-", level=level or "-")
        for (kind, level), n in ordered
    ]


def _load(node: Node, limit: LoadLimit, customers: Sequence[Customer]) -> OwnerLoad:
    counted = [customer for customer in customers if limit.counts(customer)]
    state = limit.state(len(counted))
    why = because(
        *_LOADS[state],
        *_sorts(counted),
        owner=node.id,
        count=len(counted),
        limit=limit.name,
        least=limit.least,
        most=limit.most,
    )
    return OwnerLoad(node.id, limit, len(counted), state, why)


def owner_loads(archive: Archive, org: Org, limits: Iterable[LoadLimit], *, as_of: date) -> OwnerLoads:
    """Count each person's customers against limits; who has none at all is counted too.

    >>> from pharmasales.archive import Customer
    >>> org = Org.of([Node("r1", "Rep One", "rep"), Node("r2", "Rep Two", "rep")])
    >>> archive = Archive.of([Customer(f"H{n}", "Example", "hospital", owner="r1") for n in range(3)])
    >>> loads = owner_loads(archive, org, [LoadLimit("hospitals", least=1, most=2)], as_of=date(2026, 1, 1))
    >>> [(row.owner, row.count, row.state) for row in loads.rows]
    [('r1', 3, 'over'), ('r2', 0, 'under')]

    Source: S001-12; 60 to 80 customers a rep (P2-B) is one such limit. Raises:
        NotFound: a limit for a level that the organisation does not have.
    """
    limits = tuple(limits)
    levels = set(org.levels())
    for limit in limits:
        if unknown := sorted(limit.posts - levels):
            hint = f"known: {', '.join(org.levels())}"
            raise NotFound(f"no level {unknown[0]!r}", where=limit.name, hint=hint, code="org.level")
    owned: dict[str, list[Customer]] = {}
    for customer in archive:
        owned.setdefault(customer.owner, []).append(customer)
    rows = [
        _load(node, limit, owned.get(node.id, ()))
        for node in org
        if node.exists(as_of)
        for limit in limits
        if (node.level in limit.posts if limit.posts else not org.below[node.id])
    ]
    return OwnerLoads(tuple(rows))
