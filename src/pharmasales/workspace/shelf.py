"""The shelf (档案架): each customer's file has a tab (索引签) by which it is found without being read.

A tab bears no name: it says to which node of the organisation the file belongs, how many changes it has, and which
owners, divisions, levels, kinds and grades it has named on any day. A query is narrowed to the tabs that can answer
it; the files themselves then answer, so that a question about a past day, or as known then, is exact as well.

>>> from datetime import UTC, datetime
>>> from pharmasales.archive import Customer, where
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> hospital = Customer("H1", "Example Hospital", "hospital", owner="r1", division="330100")
>>> file, _ = Dossier.open(hospital, since=at.date(), at=at, by="u1", why="list of 2026")
>>> Tab.of(file).data()["@labels"]
{'division': ['33', '3301'], 'kind': ['hospital'], 'owner': ['r1']}
>>> narrowed(where(division__within="33", name__has="example"))
{'division': ('33',)}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from pharmasales.archive import Change, Criteria, Dossier
from pharmasales.archive.criteria import Ask, Every, Some
from pharmasales.archive.likeness import place_path
from pharmasales.storage.records import ANYBODY, LABELS, NODE

__all__ = ["CHANGES", "CONSENTS", "CUSTOMERS", "REQUESTS", "Tab", "marked", "narrowed", "node_of"]

CHANGES = "change"
"""The kind of record that a change of a file is kept as."""

CONSENTS = "consent"
"""The kind of record that holds what one person consented to and refused."""

REQUESTS = "request"
"""The kind of record that a change request is kept as."""

CUSTOMERS = "customer"
"""The kind of record that a customer's tab is kept as; its id is the customer's."""

_CHANGES = "changes"
_NAMES = frozenset({"owner", "division", "level", "kind", "grade"})


def node_of(file: Dossier) -> str:
    """Return the node of the organisation that a file belongs to: its owner by the latest that is known, or "".

    A file that was merged, closed or erased belongs to its last owner. An owner written as "*", which would be
    everybody's, is nobody's.

    >>> from pharmasales.testing.lives import doctor_file
    >>> node_of(doctor_file())
    'r1'
    """
    owner = str(file.values().get("owner") or "")
    return "" if owner == ANYBODY else owner


def marked(data: Mapping[str, Any], node: str, customer: str = "") -> dict[str, Any]:
    """Return a record's data as those of a node's, in place of the node that they bear; without a node, nobody's.

    Args:
        data: the data.
        node: the node, or "".
        customer: the customer by whose id the record is to be found, where it has an id of its own.

    >>> marked({"@node": "r1", "beds": 5}, "r2"), marked({"@node": "r1", "beds": 5}, "")
    ({'beds': 5, '@node': 'r2'}, {'beds': 5})
    """
    found = {name: value for name, value in data.items() if name != NODE}
    if customer:
        found[LABELS] = {"customer": customer}
    if node:
        found[NODE] = node
    return found


@frozen
class Tab:
    """What stands on the shelf for one customer.

    Args:
        node: the node that the file belongs to, or "".
        changes: how many changes the file has.
        labels: each name and value by which it is found.
    """

    node: str = ""
    changes: int = 0
    labels: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, file: Dossier) -> Tab:
        """Return the tab of a file."""
        return cls().then(file.changes, node_of(file))

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Tab:
        """Read a tab back.

        >>> Tab.read(Tab("r1", 2, frozenset({("kind", "doctor")})).data())
        Tab(node='r1', changes=2, labels=frozenset({('kind', 'doctor')}))
        """
        labels = frozenset((name, text) for name, texts in data[LABELS].items() for text in texts)
        return cls(data.get(NODE, ""), data[_CHANGES], labels)

    def then(self, changes: Iterable[Change], node: str) -> Tab:
        """Return the tab after further changes: what the file has ever said stays."""
        made = list(changes)
        return Tab(node, self.changes + len(made), self.labels.union(*map(_labels, made)))

    def data(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        labels: dict[str, list[str]] = {}
        for name, text in sorted(self.labels):
            labels.setdefault(name, []).append(text)
        return marked({LABELS: labels, _CHANGES: self.changes}, self.node)


def _labels(change: Change) -> Iterator[tuple[str, str]]:
    for name in _NAMES & change.new.keys():
        value = change.new[name]
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield from ((name, one) for one in (_around(text) if name == "division" else (text,)))


def _around(code: str) -> list[str]:
    """Return a division and every one around it, the widest first; each by its code without closing zeros."""
    path = place_path(code)
    return ["".join(path[: place + 1]) for place in range(len(path))]


def narrowed(criteria: Criteria) -> dict[str, tuple[str, ...]]:
    """Return for some names the values of which a customer that answers must have one; nothing where none is sure.

    All parts of an "and" narrow; an "or" narrows by the names that each of its arms narrows by; a "not" and every test
    but `is`, `in`, `any` and a division's `within` narrow nothing. `grade` is the further field of that name, where
    files have one: a customer's class of a period is a result, kept under `grades`.

    >>> from pharmasales.archive import where
    >>> narrowed(where(owner="r1", beds__at_least=500) | where(owner__in=("r2", "r3")))
    {'owner': ('r1', 'r2', 'r3')}
    >>> narrowed(where(owner="r1") | where(kind="doctor")), narrowed(~where(owner="r1"))
    ({}, {})
    """
    found: dict[str, tuple[str, ...]] = {}
    match criteria:
        case Ask():
            return _of_one(criteria)
        case Every():
            for part in criteria.parts:
                for name, texts in narrowed(part).items():
                    if name not in found or len(texts) < len(found[name]):
                        found[name] = texts
        case Some():
            arms = [narrowed(part) for part in criteria.parts]
            for name in arms[0] if arms else ():
                if all(name in arm for arm in arms):
                    found[name] = tuple(dict.fromkeys(text for arm in arms for text in arm[name]))
    return found


def _of_one(ask: Ask) -> dict[str, tuple[str, ...]]:
    within = ask.op == "within" and ask.of == "division"
    if ask.of not in _NAMES | {"id"} or not (within or ask.op in ("is", "in", "any")):
        return {}
    values = ask.value if isinstance(ask.value, tuple) else (ask.value,)
    texts = [value for value in values if isinstance(value, str)]
    if ask.of == "division":
        texts = ["".join(place_path(text)) for text in texts]
    return {ask.of: tuple(texts)} if len(texts) == len(values) and all(texts) else {}
