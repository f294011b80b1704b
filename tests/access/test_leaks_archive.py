"""The leak matrix of the archive: every way into a cabinet x 6 roles x 5 states of a customer.

As with stores: no answer holds a text of a customer whom the role may not see, and each is the very one of a twin
archive into which the others were never written. Each public name of `Cabinet` has a row; a new one without a row
fails. Source: T1, goals 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any, NamedTuple, cast

import pytest

from pharmasales.archive import Customer, Dossier, merge, propose, where
from pharmasales.compliance import Consent
from pharmasales.storage import open_store
from pharmasales.workspace import Cabinet, correct_person, erase_person, held_of
from pharmasales.workspace.part import Part

ROLES = ("company head", "region manager", "district manager", "rep", "rep of another district", "nobody")
STATES = ("own", "other", "parent", "retired", "erased")
STORES = ("memory", "sqlite", "postgres alone")
"""The last is the server's own filter: a cabinet on the store as a role sees it that is no owner, unfiltered."""
DAY = date(2026, 6, 1)


class Life(NamedTuple):
    """One customer: the owners in their order, how the file ends, and into which it is merged."""

    mark: str
    owners: tuple[str, ...]
    end: str
    into: str = ""

    @property
    def customer(self) -> Customer:
        """The customer, each text of whom is a canary."""
        fields = {"mobile": f"{self.mark}mobile", f"{self.mark}field": 7}
        kind = "doctor" if self.person else "hospital"
        return Customer(self.mark, f"Dr {self.mark}name", kind, self.owners[0], fields=fields if self.person else {})

    @property
    def person(self) -> bool:
        """Whether it is a human being: whoever is erased, and half of the others."""
        return self.end == "erased" or int(self.mark[2:5]) % 2 == 0 or bool(self.into) or self.end == "kept"


def _lives() -> list[Life]:
    numbers = count(1)

    def mark() -> str:
        return f"zc{next(numbers):03d}x"

    places = ["C", "RA", "RB", "DA", "DB", "DC", "R1", "R2", "R3", "R4", "", "*"]
    lives = [
        Life(mark(), (place,), end) for place in places for end in ("live", "live", "closed", "restricted", "erased")
    ]
    moves = [
        ("R1", "R3"),
        ("R3", "R1"),
        ("R1", "R2"),
        ("DA", "R1"),
        ("R1", "C"),
        ("R4", "R3"),
        ("R1", "RB"),
        ("R2", "R4"),
    ]
    lives += [Life(mark(), move, end) for move in moves for end in ("live", "closed", "erased")]
    for here, there in [("R1", "R3"), ("R3", "R1"), ("R1", "R2"), ("R4", "R4"), ("C", "R1"), ("DB", "RB")]:
        kept = Life(mark(), (there,), "kept")
        lives += [kept, Life(mark(), (here,), "merged", kept.mark)]
    return lives


LIVES = _lives()


def seen(life: Life, nodes: set[str]) -> bool:
    """Whether a reader of these nodes sees the customer: the last owner decides; "*" is nobody's."""
    return life.owners[-1] in nodes


def state(company: Any, life: Life, role: str) -> str:
    """Return what the customer is to a role."""
    nodes, top = company.nodes(role), company.roles[role]
    above = {node.id for node in company.org.path(top)[:-1]} or {""}
    if life.end == "erased":
        return "erased"
    if life.end in ("closed", "merged") or (not seen(life, nodes) and nodes & set(life.owners)):
        return "retired"
    return "own" if seen(life, nodes) else "parent" if life.owners[-1] in above else "other"


def write(cabinet: Cabinet, lives: list[Life], start: Any) -> None:
    """Let the customers live: each act at a moment that depends on the customer alone."""
    files: dict[str, Dossier] = {}

    def signed(life: Life, step: int) -> dict[str, Any]:
        at = start + timedelta(days=step, seconds=int(life.mark[2:5]))
        return {"at": at, "by": f"{life.mark}by", "why": f"{life.mark}why"}

    def keep(life: Life, made: tuple[Dossier, Any]) -> None:
        files[life.mark] = made[0]
        cabinet.keep([made[0]], [made[1]])

    for life in lives:
        keep(life, Dossier.open(life.customer, since=start.date(), **signed(life, 0)))
        told = {"address": f"{life.mark}road"} if life.person else {"level": "三甲"}
        cabinet.ask(propose(f"{life.mark}req", files[life.mark], told, since=DAY, **signed(life, 1)))
        paper = Consent(life.mark, "marketing", "any", "opt_in", start.date(), f"{life.mark}paper")
        cabinet.keep_consents(life.mark, [paper], **signed(life, 2))
    for life in lives:
        for step, owner in enumerate(life.owners[1:], start=3):
            keep(life, files[life.mark].reassign(owner, since=DAY, **signed(life, step)))
        if life.end == "closed":
            keep(life, files[life.mark].close(since=DAY, **signed(life, 6)))
        elif life.end == "restricted":
            keep(life, files[life.mark].restrict(**signed(life, 6)))
        elif life.end == "erased":
            erase_person(cabinet, life.mark, **signed(life, 6))
    _merge(cabinet, lives, files, signed)


def _merge(
    cabinet: Cabinet, lives: list[Life], files: dict[str, Dossier], signed: Callable[..., dict[str, Any]]
) -> None:
    """Merge twins; where one of the two is not to be written, the other is kept as it is after the merge."""
    every = {life.mark: life for life in LIVES}
    for life in (life for life in LIVES if life.into):
        pair = [mark for mark in (life.mark, life.into) if mark in {one.mark for one in lives}]
        both = {}
        for mark in (life.mark, life.into):
            opened = Dossier.open(every[mark].customer, since=date(2026, 1, 5), **signed(every[mark], 0))[0]
            both[mark] = files.get(mark, opened)
        kept, twin, changes = merge(both[life.into], both[life.mark], **signed(life, 7))
        if pair:
            made = [file for file in (kept, twin) if file.id in pair]
            cabinet.keep(made, [change for change in changes if change.customer in pair])


class Ask(NamedTuple):
    """How one way to read is asked about a customer, by names, and what its answer shows to who may see."""

    calls: Callable[[Cabinet, Life], dict[str, Callable[[], object]]]
    shows: Callable[[Life], str]


def _finds(cabinet: Cabinet, life: Life) -> dict[str, Callable[[], object]]:
    questions: list[tuple[Any, dict[str, Any]]] = [
        *((where(**{f"{life.mark}field": 7}), more) for more in ({}, {"known": date(2026, 1, 8)})),
        (where(), {"limit": 1000}),
        (where(), {"limit": 2, "after": ""}),
        (where(), {"order": ("name",), "limit": 3}),
        (where(id=life.mark), {}),
        (where(owner=life.owners[-1]), {}),
        (where(owner__in=life.owners), {"on": date(2026, 1, 8)}),
        (where(name__has=f"{life.mark}name"), {}),
        (where(kind="doctor", mobile=f"{life.mark}mobile"), {}),
        (~where(kind="hospital"), {"limit": 1000}),
        (where(owner="R1") | where(owner="R3"), {}),
    ]
    return {
        f"{ask!r} {more}": lambda ask=ask, more=more: cabinet.find(ask, **{"on": DAY, **more})
        for ask, more in questions
    }


READS: dict[str, Ask] = {
    "dossier": Ask(
        lambda cabinet, life: {life.mark: lambda: cabinet.dossier(life.mark)}, lambda life: f"{life.mark}name"
    ),
    "register": Ask(lambda cabinet, _life: {"": cabinet.register}, lambda life: f"{life.mark}name"),
    "find": Ask(_finds, lambda life: f"{life.mark}name"),
    "requests": Ask(lambda cabinet, _life: {"": cabinet.requests}, lambda life: f"{life.mark}req"),
    "every_consent": Ask(lambda cabinet, _life: {"": cabinet.every_consent}, lambda life: f"{life.mark}paper"),
    "consents": Ask(
        lambda cabinet, life: {life.mark: lambda: cabinet.consents(life.mark)}, lambda life: f"{life.mark}paper"
    ),
}
"""Every way to read the archive."""

_AT: dict[str, Any] = {}
REFUSED: dict[str, Callable[[Any, Life, Any], object]] = {
    "ask": lambda cabinet, life, at: cabinet.ask(propose("q1", _file(life), {"address": "x"}, since=DAY, **_by(at))),
    "chain": lambda cabinet, _life, _at: cabinet.chain,
    "entries": lambda cabinet, _life, _at: list(cabinet.entries()),
    "head": lambda cabinet, _life, _at: cabinet.head(),
    "index": lambda cabinet, _life, at: cabinet.index(at=at, by="u1"),
    "keep": lambda cabinet, life, _at: cabinet.keep([_file(life)], _file(life).changes),
    "keep_consents": lambda cabinet, life, at: cabinet.keep_consents(life.mark, [], **_by(at)),
    "replace": lambda cabinet, life, _at: cabinet.replace(None, _file(life), _file(life).changes[0]),
    "rewrite": lambda cabinet, life, _at: cabinet.rewrite(None, _file(life)),
    "shown": lambda cabinet, _life, at: cabinet.shown("export", 1, ["name"], **_by(at)),
    "unname": lambda cabinet, life, at: cabinet.unname(None, life.mark, at=at, by="u1"),
    "verify": lambda cabinet, _life, _at: cabinet.verify(),
    "within": lambda cabinet, _life, _at: cabinet.within(["C"]),
}
"""What needs the whole archive: refused with the same words, whoever the customer is."""

FIELDS = {"store", "salt"}
"""What the cabinet is made of: `store` is the reader's part of the store, whose ways to read have their own matrix."""

RIGHTS: dict[str, Callable[[Any, Life, Any], object]] = {
    "held_of": lambda cabinet, life, _at: held_of(cabinet, life.mark),
    "erase_person": lambda cabinet, life, at: erase_person(cabinet, life.mark, **_by(at)),
    "correct_person": lambda cabinet, life, at: correct_person(cabinet, life.mark, {"address": "y"}, **_by(at)),
}
"""A person's rights go through every record of the store: a reader of a part gets no answer, whoever the person is."""


def _file(life: Life) -> Dossier:
    start = life.customer
    return Dossier.open(start, since=DAY, at=_AT["at"], by="u1", why="test")[0]


def _by(at: Any) -> dict[str, Any]:
    return {"at": at, "by": "u1", "why": "no business"}


class Archives:
    """The full archive and, for each role, its twin."""

    def __init__(self, company: Any, folder: Any, server: Callable[[], Any]) -> None:
        """Make none yet."""
        self.company, self.folder, self.server = company, folder, server
        self.made: dict[tuple[str, str], Cabinet] = {}
        self.alone: dict[tuple[str, str], Cabinet] = {}
        self.stores: list[Any] = []
        self.urls: dict[tuple[str, str], str] = {}
        self.told: dict[tuple[str, ...], Any] = {}

    def cabinet(self, back_end: str, role: str, name: str) -> Cabinet:
        """Return an archive with what a role may see, or with all of it, as the role reads it."""
        if (back_end, name) not in self.made:
            urls = {"memory": "memory:", "sqlite": f"sqlite:///{self.folder / name}.db"}
            url = self.urls[back_end, name] = urls.get(back_end) or self.server().database()
            cabinet = self.made[back_end, name] = Cabinet(open_store(url, create=True), lambda: bytes(32))
            nodes = self.company.nodes(role)
            write(cabinet, [life for life in LIVES if not name or seen(life, nodes)], self.company.start)
        if back_end != "postgres alone":
            return self.made[back_end, name].within(self.company.nodes(role))
        if (role, name) not in self.alone:
            url = self.company.admitted(self.server(), self.urls[back_end, name], role)
            self.stores.append(open_store(url))
            self.alone[role, name] = Cabinet(cast("Any", Part(self.stores[-1])))  # a part that filters nothing
        return self.alone[role, name]

    def known(self, role: str) -> set[str]:
        """Return whose ids own files tell: a file says itself into which it was merged, and which into it."""
        nodes, every = self.company.nodes(role), {life.mark: life for life in LIVES}
        found = {life.into for life in LIVES if seen(life, nodes)}
        return found | {life.mark for life in LIVES if life.into and seen(every[life.into], nodes)}

    def answers(self, back_end: str, role: str, name: str, method: str, life: Life) -> list[Any]:
        """Return what an archive answers about a customer; what was asked before is not asked again."""
        calls = READS[method].calls(self.cabinet(back_end, role, name), life)
        for key, ask in calls.items():
            if (back_end, role, name, method, key) not in self.told:
                self.told[back_end, role, name, method, key] = self.company.outcome(ask, life.mark)
        return [self.told[back_end, role, name, method, key] for key in calls]


@pytest.fixture(scope="module")
def archives(company, tmp_path_factory, request) -> Iterator[Archives]:
    """Return the archives of the matrix, each made when the first cell asks for it."""
    _AT["at"] = company.start
    made = Archives(company, tmp_path_factory.mktemp("archives"), lambda: request.getfixturevalue("postgres"))
    yield made
    for store in [*made.stores, *(cabinet.store for cabinet in made.made.values())]:
        store.close()


def test_every_public_name_of_a_cabinet_has_a_row():
    """A new way to read or to write must say above what a reader of a part gets of it."""
    names = {name for name in dir(Cabinet) if not name.startswith("_")}
    assert names == {*READS, *REFUSED, *FIELDS}


@pytest.mark.parametrize("state_", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_each_cell_of_the_archive_has_customers(company, role, state_):
    """No cell is empty of customers whom the role may not see, but its own; and nobody has own ones."""
    lives = [life for life in LIVES if state(company, life, role) == state_]
    found = {seen(life, company.nodes(role)) for life in lives}
    both = {False} if role == "nobody" else {False, True}
    due = {"own": set() if role == "nobody" else {True}, "other": {False}, "parent": {False}}
    assert found == due.get(state_, both)


@pytest.mark.parametrize("state_", STATES)
@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("back_end", STORES)
def test_no_answer_tells_of_a_customer_whom_a_role_may_not_see(archives, company, back_end, role, method, state_):
    """Canaries, the twin archive, and the error of an unknown customer: one cell of the matrix."""
    nodes = company.nodes(role)
    known = archives.known(role)
    hidden = [life.mark for life in LIVES if not seen(life, nodes) and life.mark not in known]
    for life in (life for life in LIVES if state(company, life, role) == state_):
        found = archives.answers(back_end, role, "", method, life)
        assert found == archives.answers(back_end, role, role, method, life)
        text = repr(found)
        assert not [mark for mark in hidden if mark in text]
        if method in ("dossier", "consents") and not seen(life, nodes):
            assert found == archives.answers(back_end, role, "", method, life._replace(mark=f"{life.mark[:4]}0y"))
        if state_ == "own" and (method, life.end) != ("find", "restricted"):
            assert READS[method].shows(life) in text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("back_end", STORES)
def test_the_register_is_what_a_role_sees(archives, company, back_end, role):
    """All of it and nothing else, for the matrix would pass on an empty one; each consent and request as well."""
    cabinet = archives.cabinet(back_end, role, "")
    due = sorted(life.mark for life in LIVES if seen(life, company.nodes(role)))
    assert [file.id for file in cabinet.register()] == due
    assert sorted(request.customer for request in cabinet.requests()) == due
    assert [life.mark for life in sorted(LIVES) if cabinet.consents(life.mark)] == due


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", {**REFUSED, **RIGHTS})
def test_what_needs_the_whole_archive_is_refused(archives, company, role, method):
    """The same refusal for every customer, seen or not, there or not."""
    ask, cabinet = {**REFUSED, **RIGHTS}[method], archives.cabinet("memory", role, "")
    missing = Life("zc9990y", ("R1",), "live")
    answers = []
    for life in [*LIVES, missing]:
        found = company.outcome(lambda life=life: ask(cabinet, life, company.start), life.mark)
        assert found[0] == "raised"
        answers.append(found)
        if seen(life, company.nodes(role)):
            continue
        assert found == company.outcome(lambda: ask(cabinet, missing, company.start), missing.mark)
    if method in REFUSED:
        assert all(found == answers[0] and "storage.scope" in repr(found) for found in answers)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("back_end", STORES)
def test_the_store_of_a_part_is_no_way_around(archives, company, back_end, role):
    """The field `store` gives nothing more: all that lies in it, its cards and history too, is that of the twin."""
    full, twin = (archives.cabinet(back_end, role, name).store for name in ("", role))
    kinds = full.kinds()
    assert (kinds, kinds and set(kinds)) == (twin.kinds(), kinds and {"change", "consent", "customer", "request"})
    told = [], []
    for store, found in zip((full, twin), told, strict=True):
        for kind in ("audit", "audit head", "change", "consent", "customer", "request", "salt"):
            found += [store.ids(kind), store.count(kind), company.plain(store.find(kind))]
            for id_, entries in company.plain(store.histories(kind)):  # the reason of a unit counts what all of it did
                found.append([id_, [{**entry, "why": ""} for entry in entries]])
    assert told[0] == told[1]
    known = archives.known(role)
    hidden = [life.mark for life in LIVES if not seen(life, company.nodes(role)) and life.mark not in known]
    text = repr(told[0])
    assert not [mark for mark in hidden if mark in text]
    assert "zc" not in repr(full) + repr(archives.cabinet(back_end, role, ""))


def test_a_customer_who_changes_hands_is_seen_by_the_new_owner_alone(company):
    """A cabinet of a part made before sees the file come and go, with its requests and consents."""
    life = Life("zc500x", ("R1",), "live")
    with open_store("memory:") as store:
        cabinet = Cabinet(store, lambda: bytes(32))
        one, other = cabinet.within(["R1"]), cabinet.within(["R3"])
        write(cabinet, [life], company.start)
        for owner, before, after in (("R3", one, other), ("R1", other, one)):
            file, change = cabinet.dossier(life.mark).reassign(owner, since=DAY, at=company.start, by="m", why="w")
            assert [file.id for file in before.register()] == [life.mark]
            cabinet.keep([file], [change])
            assert (len(before.register()), before.requests(), before.consents(life.mark)) == (0, [], ())
            assert (len(after.register()), len(after.requests()), len(after.consents(life.mark))) == (1, 1, 1)
            assert before.find(where(), on=DAY).total == 0
            assert after.find(where(), on=DAY).total == 1
