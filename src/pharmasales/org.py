"""The sales organisation (销售组织): company > region > district > rep, as a tree of stable ids.

Names are labels and may repeat; ids may not, not even in case, width or spaces. Every walk is iterative, so depth is no
limit. A synthetic root joins several tops, so that every organisation has one total.

>>> org = Org.of([Node("N", "North", "district"), Node("r1", "Rep One", "rep", "N"), Node("r2", "Rep Two", "rep", "N")])
>>> org.root.id, [node.id for node in org.leaves()], [node.id for node in org.path("r2")]
('N', ['r1', 'r2'], ['N', 'r2'])
>>> Org.of([Node("a", "A", "x", "b"), Node("b", "B", "x", "a")])
Traceback (most recent call last):
    ...
pharmasales.errors.BadTree: cycle: a > b > a; give one of them another parent [tree.cycle]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from attrs import field, frozen

from pharmasales.errors import BadRows, BadTree, NotFound, PharmaSalesError
from pharmasales.names import clean, fold, normal_id, twins

__all__ = ["TOTAL", "Node", "Org"]

V = TypeVar("V")

TOTAL = "TOTAL"


def _id(text: str) -> str:
    return normal_id(text, "org id")


def _parent(text: str | None) -> str | None:
    return normal_id(text, "org parent") if text else None


@frozen
class Node:
    """One place in the organisation: a region, a district, a rep.

    Args:
        id: stable id, in its normal form.
        name: the label shown to people, kept as written.
        level: the name of its level, such as `rep` (代表).
        parent: the id of the node above; none for a top.
        since: first day on which it exists; always where left out.
        until: last day on which it exists; for ever where left out.
        role: what its people may do, such as `medical_rep` or `business_rep` (`compliance.ROLES`), or "".

    Raises:
        BadValue: an id that is empty or of several lines, or a refused character.
        BadTree: a last day before the first.
    """

    id: str = field(converter=_id)
    name: str = field(converter=clean)
    level: str
    parent: str | None = field(default=None, converter=_parent)
    since: date | None = None
    until: date | None = field(default=None)
    role: str = field(default="", converter=clean)

    @until.validator
    def _after(self, _attribute: object, until: date | None) -> None:
        if until is not None and self.since is not None and until < self.since:
            raise BadTree("the last day is before the first", where=f"id {self.id!r}", code="tree.dates")

    def exists(self, day: date) -> bool:
        """Whether it stands on that day, both ends included."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@frozen(eq=False)
class Org:
    """A checked tree of nodes, parents before children, siblings in the order given. Build it with `Org.of`.

    Args:
        nodes: every node by id.
        below: the ids right below each node.
        root: the top.
        families: each node that has children, with their ids.
    """

    nodes: Mapping[str, Node] = field(repr=False)
    below: Mapping[str, Sequence[str]] = field(repr=False)
    root: Node
    families: Sequence[tuple[str, Sequence[str]]] = field(repr=False)

    @classmethod
    def of(cls, nodes: Iterable[Node], *, total: str = "Total") -> Org:
        """Check the nodes and build the tree.

        Args:
            nodes: in any order.
            total: the name of the root that is added (id `TOTAL`, level `total`) where there are several tops.

        Raises:
            BadRows: twin ids, unknown parents: all of them at once.
            BadTree: no node at all, a cycle, with its path, or several tops where one node is called `TOTAL`.
        """
        given = list(nodes)
        if not given:
            raise BadTree("an organisation needs at least one node", code="tree.empty")
        ids, parents = [node.id for node in given], [node.parent for node in given]
        known = _checked(given, ids, parents)
        families = _families(ids, parents)
        tops = families.pop("", [])
        if not tops:
            raise _cycle(known, set())
        root = known[tops[0]] if len(tops) == 1 else Node(TOTAL, total, "total")
        if len(tops) > 1:
            _untaken(given)
            known[TOTAL], families[TOTAL] = root, tops
        order, inner = _walk(root.id, families)
        if len(order) < len(known):
            raise _cycle(known, set(order))
        below: dict[str, Sequence[str]] = dict.fromkeys(order, ())
        below.update(families)
        ordered = dict(zip(order, map(known.__getitem__, order), strict=True))
        return cls(ordered, below, root, [(node_id, below[node_id]) for node_id in inner])

    def __getitem__(self, node_id: str) -> Node:
        found = self.nodes.get(node_id)
        if found is None:
            raise NotFound("no such node in the organisation", where=f"org id {node_id!r}", code="org.id")
        return found

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.nodes

    def __iter__(self) -> Iterator[Node]:
        """Yield every node, parents before children."""
        return iter(self.nodes.values())

    def __len__(self) -> int:
        return len(self.nodes)

    def children(self, node_id: str) -> list[Node]:
        """Return the nodes right below, in their order."""
        return [self.nodes[child] for child in self.below[self[node_id].id]]

    def leaves(self, under: str | None = None) -> list[Node]:
        """Return the nodes without children, of the whole or below one node; a leaf is its own."""
        ids: Iterable[str] = self.nodes if under is None else _walk(self[under].id, self.below)[0]
        return [self.nodes[node_id] for node_id in ids if not self.below[node_id]]

    def levels(self) -> list[str]:
        """Return the level names, in the order in which a walk meets them."""
        return list(dict.fromkeys(node.level for node in self))

    def path(self, node_id: str) -> list[Node]:
        """Return the nodes from the root down to this one."""
        found = [self[node_id]]
        while found[-1].id != self.root.id:
            found.append(self.nodes[self.parent_of(found[-1].id) or self.root.id])
        return found[::-1]

    def parent_of(self, node_id: str) -> str | None:
        """Return the id of the node above, the added root included; none for the root."""
        if node_id == self.root.id:
            return None
        return self[node_id].parent or self.root.id

    def within(self, node_id: str) -> set[str]:
        """Return the ids of a node and all below it."""
        return set(_walk(self[node_id].id, self.below)[0])

    def roll_up(self, values: Mapping[str, V], add: Callable[[V, V], V]) -> dict[str, V]:
        """Sum values from wherever they sit up to the root; a node without any value below has no entry.

        >>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
        >>> org.roll_up({"r1": 3, "r2": 4}, int.__add__)
        {'r1': 3, 'r2': 4, 'N': 7}

        Raises:
            NotFound: a value for a node that does not exist.
        """
        sums = {self[node_id].id: value for node_id, value in values.items()}
        for node_id in reversed(list(self.nodes)):
            above = self.parent_of(node_id)
            if above is not None and node_id in sums:
                sums[above] = add(sums[above], sums[node_id]) if above in sums else sums[node_id]
        return sums

    def totals(self, values: Mapping[str, int]) -> dict[str, int]:
        """Sum whole numbers of the leaves for every node; zero where there is none.

        >>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
        >>> org.totals({"r1": 3})
        {'N': 3, 'r1': 3, 'r2': 0}
        """
        sums = dict.fromkeys(self.nodes, 0)
        sums.update(values)
        for node_id, children in reversed(self.families):
            sums[node_id] = sum([sums[child] for child in children])
        return sums

    def as_of(self, day: date) -> Org:
        """Return the organisation as it stands on a day.

        Raises:
            BadRows: a node that exists under a parent that does not.
            BadTree: nothing stands on that day.
        """
        added = any(child.parent is None for child in self.children(self.root.id))
        nodes = [node for node in self if node.exists(day) and not (added and node is self.root)]
        return Org.of(nodes, total=self.root.name if added else "Total")

    def cut(self, levels: Iterable[str]) -> Org:
        """Keep the root and the nodes of some levels; each hangs under its nearest kept ancestor.

        Raises:
            NotFound: a level that the organisation does not have.
        """
        wanted = set(levels)
        missing = sorted(wanted - set(self.levels()))
        if missing:
            raise NotFound(f"no level {missing[0]!r}", hint=f"known: {', '.join(self.levels())}", code="org.level")
        anchor: dict[str, str] = {}
        kept: list[Node] = []
        for node in self:
            above = self.parent_of(node.id)
            keep = node.level in wanted or above is None
            anchor[node.id] = node.id if keep or above is None else anchor[above]
            if keep:
                parent = None if above is None else anchor[above]
                kept.append(Node(node.id, node.name, node.level, parent, node.since, node.until))
        return Org.of(kept)

    def anchors(self, kept: Org) -> dict[str, str]:
        """Say for each node which node of a `cut` it counts under.

        >>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N")])
        >>> org.anchors(org.cut(["district"]))
        {'N': 'N', 'r1': 'N'}
        """
        found: dict[str, str] = {}
        for node in self:
            above = self.parent_of(node.id)
            found[node.id] = node.id if node.id in kept or above is None else found[above]
        return found


def _checked(given: Sequence[Node], ids: Sequence[str], parents: Sequence[str | None]) -> dict[str, Node]:
    """Return the nodes by id, or name every twin and every unknown parent."""
    hint = "give one of them another id"
    bad: list[PharmaSalesError] = [
        BadTree(
            f"twin ids in rows {first + 1} and {second + 1}",
            where=f"id {given[second].id!r}",
            hint=hint,
            code="tree.twins",
        )
        for first, second in twins(ids)
    ]
    known = dict(zip(ids, given, strict=True))
    if not bad and set(parents) - {None} <= known.keys():
        return known
    bad += [
        BadTree("unknown parent", where=f"row {row}, id {node.id!r}", hint="add it or correct it", code="tree.parent")
        for row, node in enumerate(given, 1)
        if node.parent is not None and node.parent not in known
    ]
    if bad:
        raise BadRows("the organisation is no tree", bad)
    return known


def _untaken(given: Iterable[Node]) -> None:
    """Refuse a node under the id of the root that is to be added."""
    for node in given:
        if fold(node.id) == fold(TOTAL):
            hint = "leave it out, or make it the parent of the other tops"
            raise BadTree("several tops beside a node with the id of their total", hint=hint, code="tree.total")


def _families(ids: Sequence[str], parents: Sequence[str | None]) -> dict[str, list[str]]:
    """Return the ids below each node, in the order given; the tops stand below no id."""
    families: dict[str, list[str]] = {}
    for parent, node_id in zip(parents, ids, strict=True):
        try:
            families[parent or ""].append(node_id)
        except KeyError:
            families[parent or ""] = [node_id]
    return families


def _walk(start: str, below: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Return a node and all below it, parents first, siblings in order; and those of them that have children."""
    order: list[str] = []
    inner: list[str] = []
    stack = [start]
    while stack:
        node_id = stack.pop()
        order.append(node_id)
        children = below.get(node_id)
        if children:
            inner.append(node_id)
            stack += children[::-1]
    return order, inner


def _cycle(known: Mapping[str, Node], reached: set[str]) -> BadTree:
    """Follow the parents of a node that no root reaches until one repeats."""
    here = next(node_id for node_id in known if node_id not in reached)
    seen: dict[str, None] = {}
    while here not in seen:
        seen[here] = None
        here = known[here].parent or here
    path = [*seen, here]
    path = path[path.index(here) :]
    shown = path if len(path) <= 12 else [*path[:6], "...", *path[-5:]]
    return BadTree(f"cycle: {' > '.join(shown)}", hint="give one of them another parent", code="tree.cycle")
