"""The leak matrix of a workspace: every public name x 6 roles x 5 states of a kept result, on files of one company.

Each public name of `Workspace` has a row; a new one without a row fails. Source: T1, goals 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count, product
from typing import Any, NamedTuple

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer, Dossier
from pharmasales.channel.credit import CreditGuard, CreditOrder
from pharmasales.cycle import Region
from pharmasales.display import Column, Says, Table
from pharmasales.errors import NotFound, StorageError
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workspace import Asked, Cabinet, Done, Stamp, Workspace, erase_person, forget, take_in
from pharmasales.workspace.credit.order_keeping import KeptOrders, kept_guard, kept_order, kept_orders
from pharmasales.workspace.doing import run_of
from pharmasales.workspace.keep import save, table_of
from pharmasales.workspace.outputs import outputs_of

ROLES = ("company head", "region manager", "district manager", "rep", "rep of another district", "nobody")
STATES = ("own", "other", "parent", "retired", "erased")
STORES = ("sqlite", "postgres alone")
"""The last is the server's own filter: a `url` that names a role which is no owner, and no `within`."""
Q1 = period("2026-Q1")
WHATS = {"grade": "grades", "goal": "goals", "visit": "visits", "score": "scorecard"}
COLUMNS = {
    "grades": ("customer_id", "customer", "scheme", "grade", "why"),
    "goals": ("node_id", "node", "period", "why"),
    "visits": ("date", "rep_id", "customer_id", "why", "visit_id"),
    "scorecard": ("rep_id", "measure", "why"),
}


class Result(NamedTuple):
    """One customer with a grade and a visit, or a node of a made-up branch with a goal and a score."""

    mark: str
    node: str
    end: str

    def row(self, table: str) -> tuple[Any, ...]:
        """Return the row of one table; every text is a canary."""
        told, why = f"{self.mark}text", Says(f"{self.mark}why", f"{self.mark}由")
        day, visit = date(2026, 1, 5), f"2026-01-05/{self.node}/{self.mark}"
        return {
            "grades": (self.mark, told, "abc", f"{self.mark}grade", why),
            "goals": (self.node, told, self.mark, why),
            "visits": (day, self.node, self.mark, why, visit),
            "scorecard": (self.node, self.mark, why),
        }[table]


def _results() -> list[Result]:
    numbers, places = count(1), ("C", "RA", "RB", "DA", "DB", "DC", "R1", "R2", "R3", "R4", "", "*")
    return [Result(f"zr{next(numbers):03d}x", node, end) for node, end in product(places, ("kept", "gone", "erased"))]


RESULTS = _results()


def seen(result: Result, nodes: set[str]) -> bool:
    """Whether a reader of these nodes sees the result; an owner written as "*" is nobody's."""
    return result.node in nodes


def state(company: Any, result: Result, role: str) -> str:
    """Return what the result is to a role."""
    nodes, top = company.nodes(role), company.roles[role]
    above = {node.id for node in company.org.path(top)[:-1]} or {""}
    if result.end != "kept":
        return {"gone": "retired", "erased": "erased"}[result.end]
    return "own" if seen(result, nodes) else "parent" if result.node in above else "other"


def tables(results: list[Result]) -> list[Table]:
    """Return the tables of results."""
    return [
        Table(
            name,
            Says(name, name),
            tuple(Column(key, key, key) for key in keys),
            [one.row(name) for one in results if one.node or name == "grades"],
        )
        for name, keys in COLUMNS.items()
    ]


def keep(store: Any, results: list[Result], at: Any) -> None:
    """Keep the results, then those of a second run without what is gone, then erase persons."""
    owners = {one.mark: one.node for one in results}
    cabinet = Cabinet(store, lambda: bytes(32))
    for one in results:
        person = Customer(one.mark, f"Dr {one.mark}text", "doctor", one.node)
        file, opened = Dossier.open(person, since=at.date(), at=at, by="u1", why="list")
        cabinet.keep([file], [opened])
    for one in results:
        if one.end == "kept":
            order = CreditOrder.place(f"O{one.mark}", one.mark, Amount.of(9, CNY), by="u1", on=at.date())
            book = KeptOrders(store, "u1", at, owners.__getitem__)
            book.keep(CreditGuard(one.mark, CNY), order)
    for run in (results, [one for one in results if one.end != "gone"]):
        with store.unit(by="workspace", why="plan", at=at) as unit:
            save(unit, Q1, tables(run), list(COLUMNS), owners)
    for one in results:
        if one.end == "erased":
            erase_person(cabinet, one.mark, at=at, by="u1", why="asked for")


def _whys(what: Any) -> Callable[[Workspace, Result], dict[str, Callable[[], object]]]:
    def calls(workspace: Workspace, one: Result) -> dict[str, Callable[[], object]]:
        keys = {"grade": [one.mark], "visit": [one.mark, f"2026-01-05/{one.node}/{one.mark}"]}.get(
            what, [one.node or "none"]
        )
        return {
            f"{key} {when}": lambda key=key, when=when: workspace.why(what, key, when)
            for key in keys
            for when in (Q1, None)
        }

    return calls


def _cabinet(workspace: Workspace, one: Result) -> object:
    with workspace.cabinet() as cabinet:
        return cabinet.dossier(one.mark)


def _kept(workspace: Workspace, _one: Result) -> object:
    with workspace.kept_store() as store:
        assert store is not None
        rows = {name: list(found.rows) for name in COLUMNS if (found := table_of(store, Q1, name)) is not None}
        credit = [kept_guard(store, one.mark) for one in RESULTS], kept_order(store, f"O{_one.mark}")
        return {**rows, "credit": credit, "orders": list(kept_orders(store))}


READS: dict[str, Callable[[Workspace, Result], dict[str, Callable[[], object]]]] = {
    **{f"why {what}": _whys(what) for what in WHATS},
    "why_grade": lambda workspace, one: {one.mark: lambda: workspace.why_grade(one.mark, Asked("abc", Q1))},
    "classify": lambda workspace, _one: {"": lambda: workspace.classify(Asked("abc", Q1))},
    "register": lambda workspace, _one: {"": workspace.register},
    "cabinet": lambda workspace, one: {one.mark: lambda: _cabinet(workspace, one)},
    "kept_store": lambda workspace, one: {"": lambda: _kept(workspace, one)},
}
"""Every way to read what the store keeps."""


def _write(workspace: Workspace) -> None:
    region = Region(org=None, archive=Archive.of([]), money=CNY, goods=BOX)
    outputs = outputs_of(workspace.root, region, Q1, Q1.start, {}, (), "en")
    with workspace.kept(outputs, Done("u1", "write", datetime(2026, 1, 5, tzinfo=UTC))):
        raise AssertionError("a reader of a part writes")


REFUSED: dict[str, Callable[[Workspace], object]] = {
    "load": lambda workspace: workspace.load(),
    "plan": lambda workspace: workspace.plan(Q1),
    "review": lambda workspace: workspace.review(Q1),
    "within": lambda workspace: workspace.within("C"),
    "check_whole": lambda workspace: workspace.check_whole(),
    "kept": lambda workspace: _write(workspace),
    "writing": lambda workspace: workspace.writing(run_of("test", Q1.start)).__enter__(),
}
"""What reads the files of the whole company, or writes."""

OTHERS = {
    "open": "the way to a whole workspace, for who has the folder",
    "root": "the folder",
    "url": "where the store is, as pharmasales.toml says",
    "settings": "what the company wrote into pharmasales.toml",
    "nodes": "the reader's own",
    "from_archive": "what the company wrote into pharmasales.toml: whose customers are meant",
    "named": "works on what was loaded, which a reader of a part cannot",
}
"""What says nothing of what the store keeps."""


class Folders:
    """Workspaces on the files of the company: the full one and, for each role, its twin."""

    def __init__(self, company: Any, home: Any, server: Callable[[], Any]) -> None:
        """Make none yet."""
        self.company, self.home, self.server = company, home, server
        self.held: list[Any] = []
        self.opened: dict[tuple[str, str, str], Workspace] = {}
        self.told: dict[tuple[str, ...], Any] = {}

    def workspace(self, back_end: str, role: str, name: str) -> Workspace:
        """Return a workspace as a role reads it."""
        if (back_end, role, name) not in self.opened:
            made = self._made(back_end, role, name)
            if back_end == "sqlite":
                self.opened[back_end, role, name] = made.within(self.company.roles[role])
            else:
                url = self.company.admitted(self.server(), made.settings.storage, role)
                self.opened[back_end, role, name] = evolve(made, settings=evolve(made.settings, storage=url))
        return self.opened[back_end, role, name]

    def _made(self, back_end: str, role: str, name: str) -> Workspace:
        folder = self.home / back_end / (name or "full")
        if not folder.exists():
            folder.mkdir(parents=True)
            lines = [f"{node.id},{node.name},{node.level},{node.parent or ''}" for node in self.company.org]
            (folder / "org.csv").write_text("\n".join(["id,name,level,parent", *lines]) + "\n", "utf-8")
            text = "id,name,kind,source\nH1,Example Hospital,hospital,tender\n"
            (folder / "customers.csv").write_text(text, "utf-8")
            url = f"sqlite:///{folder / 'sales.db'}" if back_end == "sqlite" else self.server().database()
            facts = 'facts = { about = "company", published = true }'
            toml = '[tables.org]\nfile = "org.csv"\n[archive]\nfile = "customers.csv"\n'
            toml += f'{facts}\n[storage]\nurl = "{url}"\n'
            (folder / "pharmasales.toml").write_text(toml, "utf-8")
            nodes, store = self.company.nodes(role), open_store(url, create=True)
            self.held.append(store)  # a database that nobody uses may be dropped
            keep(store, [one for one in RESULTS if not name or seen(one, nodes)], self.company.start)
        return Workspace.open(folder)

    def answers(self, back_end: str, role: str, name: str, method: str, one: Result) -> list[Any]:
        """Return what a workspace answers about a result; what was asked before is not asked again."""
        calls = READS[method](self.workspace(back_end, role, name), one)
        for key, ask in calls.items():
            if (back_end, role, name, method, key) not in self.told:
                found = self.company.outcome(ask, one.mark, f"2026-01-05/{one.node}/{one.mark}")
                self.told[back_end, role, name, method, key] = found
        return [self.told[back_end, role, name, method, key] for key in calls]


@pytest.fixture(scope="module")
def folders(company, tmp_path_factory, request) -> Iterator[Folders]:
    """Return the workspaces of the matrix, each made when the first cell asks for it."""
    made = Folders(company, tmp_path_factory.mktemp("folders"), lambda: request.getfixturevalue("postgres"))
    yield made
    for store in made.held:
        store.close()


def test_every_public_name_of_a_workspace_has_a_row(folders):
    """A new way to read or to write must say above what a reader of a part gets of it; so must each thing explained."""
    workspace = folders.workspace("sqlite", "rep", "")
    names = {name for name in dir(workspace) if not name.startswith("_")}
    assert names == {*{name.partition(" ")[0] for name in READS}, *REFUSED, *OTHERS}
    assert "zr" not in repr(workspace) + repr(workspace.settings)


@pytest.mark.parametrize("state_", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_each_cell_of_the_workspace_has_results(company, role, state_):
    """No cell is empty but those that cannot be."""
    found = {seen(one, company.nodes(role)) for one in RESULTS if state(company, one, role) == state_}
    both = {False} if role == "nobody" else {False, True}
    due = {"own": set() if role == "nobody" else {True}, "other": {False}, "parent": {False}}
    assert found == due.get(state_, both)


@pytest.mark.parametrize("state_", STATES)
@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("back_end", STORES)
def test_no_answer_tells_of_a_result_that_a_role_may_not_see(folders, company, back_end, role, method, state_):
    """Canaries, the twin workspace, and the error of an unknown id: one cell of the matrix."""
    nodes = company.nodes(role)
    hidden = [one.mark for one in RESULTS if not seen(one, nodes)]
    for one in (one for one in RESULTS if state(company, one, role) == state_):
        found = folders.answers(back_end, role, "", method, one)
        assert found == folders.answers(back_end, role, role, method, one)
        text = repr(found)
        assert not [mark for mark in hidden if mark in text]
        if method in ("why grade", "why visit", "why_grade", "cabinet") and not seen(one, nodes):
            assert found == folders.answers(back_end, role, "", method, one._replace(mark=f"{one.mark[:4]}0y"))
        if state_ == "own" and (method, back_end) != ("classify", "postgres alone"):  # it reads the files there
            assert f"{one.mark}text" in text or f"{one.mark}why" in text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("what", WHATS)
def test_a_node_of_others_is_as_good_as_unknown(folders, company, role, what):
    """The same words for a node that is not seen and for one that is not there."""
    workspace, said = folders.workspace("sqlite", role, ""), set()
    for node in ["no such", *(node.id for node in company.org if node.id not in company.nodes(role))]:
        for when in (Q1, None):
            with pytest.raises(NotFound) as raised:
                workspace.why(what, node, when)
            said.add(str(raised.value).replace(f"@ {node};", "@ <asked>;"))
    assert said == {f"nothing kept in {WHATS[what]} of 2026-Q1 @ <asked>; plan or review it first [not-found]"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", REFUSED)
def test_what_needs_the_whole_workspace_is_refused(folders, role, method):
    """Nothing is written, not even a folder, and no file is read."""
    workspace = folders.workspace("sqlite", role, "")
    with pytest.raises(StorageError, match=r"storage\.scope") as raised:
        REFUSED[method](workspace)
    assert "zr" not in repr(raised.value)
    assert not (workspace.root / "out").exists()


def test_a_part_makes_no_store_and_takes_nothing_in(folders, company):
    """An archive is neither made nor written by a reader of a part."""
    workspace = folders.workspace("sqlite", "company head", "")
    with pytest.raises(StorageError, match=r"storage\.scope"), workspace.cabinet(create=True):
        pass
    stamp = Stamp(date(2026, 1, 5), company.start, "u1", "list of 2026")
    with pytest.raises(StorageError, match=r"storage\.scope"):
        take_in(workspace, stamp)
    with pytest.raises(StorageError, match=r"storage\.scope"):
        forget(workspace, "zr003x", at=company.start, by="u1", why="no business")
