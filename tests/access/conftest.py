"""A small company whose every record bears texts of its own (canaries), to see who gets to see which of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from attrs import asdict, has

from pharmasales.org import Node, Org
from pharmasales.storage import Store, open_store
from pharmasales.storage.protocol import Entry

ORG = Org.of(
    Node(name, name, level, above)
    for name, level, above in (
        *(("C", "company", None), ("RA", "region", "C"), ("RB", "region", "C")),
        *(("DA", "district", "RA"), ("DB", "district", "RA"), ("DC", "district", "RB")),
        *(("R1", "rep", "DA"), ("R2", "rep", "DA"), ("R3", "rep", "DB"), ("R4", "rep", "DC"), ("R9", "rep", "DC")),
    )
)
ROLES: Mapping[str, str] = {
    "company head": "C",
    "region manager": "RA",
    "district manager": "DA",
    "rep": "R1",
    "rep of another district": "R3",
    "nobody": "R9",
}
STATES = ("own", "other", "parent", "retired", "erased")
KINDS = ("customer", "visit")
NOWHERE, EVERYBODY, EMPTY = "", "*", "R9"
START = datetime(2026, 1, 5, tzinfo=UTC)

_PLACES = [*(node.id for node in ORG if node.id != EMPTY), NOWHERE, EVERYBODY]
_MOVES = (
    *(("R1", "R3"), ("R3", "R1"), ("R1", "R2"), ("R1", "DA"), ("DA", "R1"), ("R1", "C"), ("R4", "R3"), ("R2", "R4")),
    *(("R1", NOWHERE), (NOWHERE, "R1"), ("R1", EVERYBODY), (EVERYBODY, "R1"), ("RA", "RB"), ("C", NOWHERE)),
    *(("DA", "DB"), ("R3", "DC"), ("DB", "DC")),
)


class Seed(NamedTuple):
    """One record and its life: the node of each version, and how it ends."""

    mark: str
    kind: str
    nodes: tuple[str, ...]
    end: str

    @property
    def id(self) -> str:
        """An id that only this record has, in a group with those of others."""
        return f"H{int(self.mark[2:5]) % 3}/{self.mark}"

    @property
    def labels(self) -> dict[str, Any]:
        """A label of its own, and one that it shares with others."""
        return {"own": f"{self.mark}label", "grade": ["A", "B"]}

    def data(self, version: int) -> dict[str, Any]:
        """Return what a version holds: texts of its own."""
        node = self.nodes[min(version, len(self.nodes)) - 1]
        data: dict[str, Any] = {"name": f"{self.mark}v{version}", "@labels": self.labels}
        return data | ({"@node": node} if node else {})

    def seen(self, nodes: set[str]) -> bool:
        """Whether a reader of these nodes sees the record: what it is now decides."""
        return self.nodes[-1] in nodes | {EVERYBODY}

    def state(self, role: str) -> str:
        """Return what the record is to a role."""
        nodes, above = ORG.within(ROLES[role]), {node.id for node in ORG.path(ROLES[role])[:-1]} or {NOWHERE}
        if self.end == "erased":
            return "erased"
        if self.end == "deleted" or (not self.seen(nodes) and nodes & set(self.nodes)):
            return "retired"
        return "own" if self.nodes[-1] in nodes else "parent" if self.nodes[-1] in above else "other"

    def acts(self) -> Iterator[tuple[str, int]]:
        """Yield the steps of its life, each a unit of work of its own, and the version that it makes."""
        yield from (("put", version) for version in range(1, len(self.nodes) + 1))
        if self.end in ("deleted", "erased", "again"):
            yield {"deleted": "delete", "erased": "erase", "again": "delete"}[self.end], len(self.nodes) + 1
        if self.end == "again":
            yield "put", len(self.nodes) + 2


def _seeds() -> list[Seed]:
    lives = [((place,), end) for place in _PLACES for end in ("live", "deleted", "erased", "shared")]
    lives += [((place, place), end) for place in _PLACES for end in ("erased", "again")]
    lives += [(move, end) for move in _MOVES for end in ("live", "deleted", "erased")]
    numbers = count(1)
    seeds = [Seed(f"zq{next(numbers):03d}x", KINDS[n % 2], nodes, end) for n, (nodes, end) in enumerate(lives)]
    alone = [Seed(f"zq{next(numbers):03d}x", f"kind of {place or 'nowhere'}", (place,), "live") for place in _PLACES]
    return seeds + alone


SEEDS = _seeds()


def write(store: Store, seeds: Iterable[Seed]) -> None:
    """Let the records live, in an order and at moments that depend on the record alone."""
    given = list(seeds)
    with store.unit(by="clerk", why="all at once", at=START) as unit:
        for seed in given:
            if seed.end == "shared":
                unit.put(seed.kind, seed.id, seed.data(1))
    steps = [(version, seed, act) for seed in given if seed.end != "shared" for act, version in seed.acts()]
    for version, seed, act in sorted(steps, key=lambda step: step[0]):
        at = START + timedelta(days=version, seconds=int(seed.mark[2:5]))
        signed = {"by": f"{seed.mark}by", "why": f"{seed.mark}why", "at": at, "operation": f"{seed.mark}op{version}"}
        with store.unit(**signed) as unit:
            match act:
                case "put":
                    unit.put(seed.kind, seed.id, seed.data(version))
                case "delete":
                    unit.delete(seed.kind, seed.id)
                case "erase":
                    unit.erase(seed.kind, seed.id)


def plain(value: object) -> Any:
    """Return an answer with nothing hidden: what its repr leaves out is told, and walks are walked."""
    if isinstance(value, Entry):
        told = asdict(value)
        del told["sequence"]  # the place among all units of the store is the one thing that may differ
        return told
    if has(type(value)):
        return {"": type(value).__name__, **{name: plain(one) for name, one in vars_of(value).items()}}
    if isinstance(value, str | int | bytes | None | datetime):
        return value
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return repr(value)


def vars_of(value: Any) -> dict[str, Any]:
    """Return the fields of a value by name."""
    return {name: getattr(value, name) for name in (field.name for field in type(value).__attrs_attrs__)}


def outcome(ask: Callable[[], object], *asked: str) -> Any:
    """Return what comes back, or the error with everything that it says, up to the texts that were asked."""
    try:
        found = plain(ask())
    except Exception as error:  # noqa: BLE001 - what is raised is the answer
        chain, link = [], error
        while link is not None:
            chain.append([type(link).__name__, str(link), repr(link), plain(vars(link))])
            link = link.__cause__ or link.__context__
        return without(["raised", *chain], asked)
    return without(found, asked) if isinstance(found, str) else found


def without(value: Any, asked: Iterable[str]) -> Any:
    """Return an error's words without the texts that were asked."""
    if isinstance(value, str):
        for text in sorted(asked, key=len, reverse=True):
            value = value.replace(text, "<asked>")
        return value
    if isinstance(value, Mapping):
        return {key: without(one, asked) for key, one in value.items()}
    return [without(one, asked) for one in value] if isinstance(value, list) else value


class Company:
    """The company and its tools, for the tests of this folder."""

    org, roles, states, kinds, seeds, empty, start = ORG, ROLES, STATES, KINDS, SEEDS, EMPTY, START
    write, plain, outcome, without = (
        staticmethod(write),
        staticmethod(plain),
        staticmethod(outcome),
        staticmethod(without),
    )

    @staticmethod
    def nodes(role: str) -> set[str]:
        """Return the nodes that a role sees."""
        return ORG.within(ROLES[role])

    @staticmethod
    def visible(role: str) -> list[Seed]:
        """Return the records that a role may see."""
        return [seed for seed in SEEDS if seed.seen(ORG.within(ROLES[role]))]

    @staticmethod
    def admitted(server: Any, url: str, role: str) -> str:
        """Admit a role of the server to what a role of the company sees, and return the URL by which it comes."""
        user = role.replace(" ", "_")
        if not server.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{user}'"):  # noqa: S608 - a name of our own
            server.sql(f"CREATE ROLE {user} LOGIN")
        with open_store(url) as store:
            store.admit(user, ORG.within(ROLES[role]))
        return url.replace("clerk@", f"{user}@")


@pytest.fixture(scope="session")
def company() -> type[Company]:
    """Return the company of the matrix."""
    return Company
