"""The leak matrix of stores: every way to read x 6 roles x 5 states of a record, and nobody learns of another's.

What a role may not see must not be in any answer: not its texts, not its number, not in the words of an error. The
strongest form is asked as well: every answer is the very one of a twin store into which the forbidden records were
never written. The place of a unit of work among all units, `Entry.sequence`, is the one thing that may differ.

Each public method of `Reader` and `Store` has a row below; a new one without a row fails. Source: T1, goals 3.3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest

from pharmasales.errors import NotFound, StorageError
from pharmasales.storage import open_store
from pharmasales.storage.protocol import Reader, Store

ROLES = ("company head", "region manager", "district manager", "rep", "rep of another district", "nobody")
STATES = ("own", "other", "parent", "retired", "erased")
STORES = ("memory", "sqlite", "postgres", "postgres alone")
"""The last is the server's own filter: a role that is no owner, and nothing of the library between."""


class Call(NamedTuple):
    """One question to a reader: the texts that it asks for, how to ask, and in which words it is asked."""

    asked: tuple[str, ...]
    ask: Callable[[], object]
    words: str = ""


class Row(NamedTuple):
    """How one way to read is asked about a record, and which of the record's texts its answer shows to who may see."""

    calls: Callable[[Any, Any], list[Call]]
    shows: Callable[[Any], str] | None


def _ranges(reader: Any, seed: Any, ask: Callable[..., object], *, behind: bool) -> list[Call]:
    """Ask for the id, for prefixes that it shares with others, behind it, a few, and by labels."""
    group, stem = seed.id.partition("/")[0], seed.id[:-1]
    prefixes = [{"prefix": text} for text in (seed.id, stem, f"{group}/zq0", "", f"{seed.id}/")]
    wheres: list[dict[str, Any]] = [
        *({"where": {"own": text}} for text in (f"{seed.mark}label", seed.mark)),
        *({"where": {"grade": text}} for text in ("A", ["A", "B"], "C")),
        {"where": {"grade": "B", "own": [f"{seed.mark}label", "none"]}, "prefix": group},
    ]
    more: list[dict[str, Any]] = [
        *({"limit": n} for n in (0, 1, 2, 7)),
        *({"after": after, "limit": 2} for after in (seed.id, stem, f"{group}/")),
        {"prefix": group, "after": stem, "limit": 3, "where": {"grade": "A"}},
    ]
    given = prefixes + (wheres if ask.__name__ in ("find", "count") else []) + (more if behind else [])
    return [
        Call((seed.id, seed.mark), lambda kwargs=kwargs: ask(seed.kind, **kwargs), f"{seed.kind} {kwargs}")
        for kwargs in given
    ]


READS: dict[str, Row] = {
    "get": Row(
        lambda reader, seed: [Call((seed.id,), lambda: reader.get(seed.kind, seed.id), f"{seed.kind} {seed.id}")],
        lambda seed: f"{seed.mark}v",
    ),
    "find": Row(lambda reader, seed: _ranges(reader, seed, reader.find, behind=True), lambda seed: f"{seed.mark}v"),
    "count": Row(lambda reader, seed: _ranges(reader, seed, reader.count, behind=False), None),
    "history": Row(
        lambda reader, seed: [Call((seed.id,), lambda: reader.history(seed.kind, seed.id), f"{seed.kind} {seed.id}")],
        lambda seed: f"{seed.mark}v1",
    ),
    "histories": Row(
        lambda reader, seed: _ranges(reader, seed, reader.histories, behind=False), lambda seed: f"{seed.mark}v1"
    ),
    "part": Row(lambda reader, _seed: [Call((), lambda: reader.part)], None),
    "kinds": Row(lambda reader, _seed: [Call((), reader.kinds)], lambda seed: seed.kind),
    "ids": Row(lambda reader, seed: _ranges(reader, seed, reader.ids, behind=False), lambda seed: seed.id),
}
"""Every way to read, of `Reader` and so of `Store.within`."""

WHOLE: dict[str, str] = {
    "within": "makes the reader of a part; such a reader makes no other",
    "units": "the whole audit chain",
    "head": "counts every unit of work",
    "verify": "reads every version",
    "take": "writes",
    "unit": "writes",
    "close": "the store is its opener's to close",
}
"""What a whole store has beside: a reader of a part must not have it."""

ALONE: dict[str, tuple[Callable[[Any], object], str]] = {
    "units": (lambda store: list(store.units()), "storage.part"),
    "head": (lambda store: store.head(), "storage.part"),
    "verify": (lambda store: store.verify(), "storage.part"),
    "take": (lambda store: store.take([]), "storage.readonly"),
    "unit": (
        lambda store: store.unit(by="u", why="w", at=datetime(2026, 1, 5, tzinfo=UTC)).__enter__(),
        "storage.readonly",
    ),
    "admit": (lambda store: store.admit("postgres", ["C"]), "storage.denied"),
    "dismiss": (lambda store: store.dismiss("postgres"), "storage.denied"),
    "compact": (lambda store: store.compact(), "storage.denied"),
    "readers": (lambda store: store.readers(), ""),
    "within": (lambda store: [store.within(["C", "R1", "R3"]).ids(kind) for kind in ("customer", "visit")], ""),
    "open": (lambda store: repr(store), ""),
    "close": (lambda _store: None, ""),
}
"""What a role that is no owner can ask of a store on PostgreSQL beside the reads, and the error that it gets."""


def public(thing: object) -> set[str]:
    """Return the names that anybody may use."""
    return {name for name in dir(thing) if not name.startswith("_")}


class Worlds:
    """The full store and, for each role, its twin; and who reads them."""

    def __init__(self, company: Any, folder: Any, server: Callable[[], Any]) -> None:
        """Make none yet."""
        self.company, self.folder, self.server = company, folder, server
        self.stores: dict[tuple[str, str], Store] = {}
        self.urls: dict[tuple[str, str], str] = {}
        self.readers: dict[tuple[str, str, str], Reader] = {}
        self.told: dict[tuple[str, ...], Any] = {}

    def store(self, back_end: str, name: str) -> Store:
        """Return a store that holds what a role may see, or all of it."""
        back_end = back_end.partition(" ")[0]
        if (back_end, name) not in self.stores:
            urls = {"memory": "memory:", "sqlite": f"sqlite:///{self.folder / name}.db"}
            url = self.urls[back_end, name] = urls.get(back_end) or self.server().database()
            store = self.stores[back_end, name] = open_store(url, create=True)
            self.company.write(store, self.company.visible(name) if name else self.company.seeds)
        return self.stores[back_end, name]

    def reader(self, back_end: str, role: str, name: str) -> Any:
        """Return one of these stores as a role reads it."""
        if (back_end, role, name) not in self.readers:
            made: Any = self.store(back_end, name)
            if back_end == "postgres alone":
                made = open_store(self.company.admitted(self.server(), self.urls["postgres", name], role))
            else:
                made = made.within(self.company.nodes(role))
            self.readers[back_end, role, name] = made
        return self.readers[back_end, role, name]

    def answers(self, back_end: str, role: str, name: str, method: str, seed: Any) -> list[Any]:
        """Return what a reader answers about a record; what was asked in the same words is not asked again."""
        calls = READS[method].calls(self.reader(back_end, role, name), seed)
        for call in calls:
            key = (back_end, role, name, method, call.words)
            if key not in self.told:
                self.told[key] = self.company.outcome(call.ask, *call.asked)
        return [self.told[back_end, role, name, method, call.words] for call in calls]

    def close(self) -> None:
        """Close every store."""
        for one in [*self.readers.values(), *self.stores.values()]:
            getattr(one, "close", lambda: None)()


@pytest.fixture(scope="module")
def worlds(company, tmp_path_factory, request) -> Iterator[Worlds]:
    """Return the stores of the matrix, each made when the first cell asks for it."""
    made = Worlds(company, tmp_path_factory.mktemp("worlds"), lambda: request.getfixturevalue("postgres"))
    yield made
    made.close()


def test_every_way_to_read_has_a_row(company):
    """A new public method of `Reader` or `Store` must say in the tables above what a reader of a part gets of it."""
    assert public(Reader) == set(READS)
    assert public(Store) == {*READS, *WHOLE}
    assert (set(company.roles), company.states) == (set(ROLES), STATES)


@pytest.mark.parametrize("back_end", STORES[:3])
def test_a_reader_of_a_part_can_do_nothing_else(worlds, back_end):
    """What `within` returns has the ways to read and no others, and its repr says nothing."""
    reader = worlds.reader(back_end, "rep", "")
    assert public(reader) == set(READS)
    assert "zq" not in repr(reader)
    assert "R1" not in repr(reader)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_each_cell_of_the_matrix_has_records(company, role, state):
    """No cell is empty: each state has records, and where the role may see some of them, others that it may not."""
    seeds = [seed for seed in company.seeds if seed.state(role) == state]
    seen = {seed.seen(company.nodes(role)) for seed in seeds}
    both = {False, True}
    due = {"own": {True}, "parent": {False}, "other": both, "retired": both, "erased": both}
    due["other"] = {True} if role == "company head" else both  # above and beside the head there is only "nowhere"
    due["own"] = set() if role == "nobody" else {True}
    assert seen == due[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("back_end", STORES)
def test_no_answer_tells_of_what_a_role_may_not_see(worlds, company, back_end, role, method, state):
    """Canaries, the twin store, and the error of a missing record: one cell of the matrix."""
    row, nodes = READS[method], company.nodes(role)
    hidden = [seed.mark for seed in company.seeds if not seed.seen(nodes)]
    for seed in (seed for seed in company.seeds if seed.state(role) == state):
        seen = seed.seen(nodes)
        found = worlds.answers(back_end, role, "", method, seed)
        assert found == worlds.answers(back_end, role, role, method, seed)
        shown = repr(found)
        assert not [mark for mark in hidden if mark in shown]
        if method in ("get", "history") and not seen:
            assert found == worlds.answers(back_end, role, "", method, seed._replace(mark=f"{seed.mark[:4]}0y"))
        if seen and row.shows and state in ("own", "other"):
            assert row.shows(seed) in shown or (method == "get" and seed.end == "deleted")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("back_end", STORES)
def test_totals_are_those_of_what_a_role_sees(worlds, company, back_end, role):
    """The count of each kind is the number of visible records that hold data, for the matrix would pass on empty."""
    reader, seen = worlds.reader(back_end, role, ""), company.visible(role)
    for kind in company.kinds:
        live = [seed.id for seed in seen if seed.kind == kind and seed.end not in ("deleted", "erased")]
        assert (reader.count(kind), [record.id for record in reader.find(kind)]) == (len(live), sorted(live))
        kept = [seed.id for seed in seen if seed.kind == kind and seed.end != "erased"]
        assert reader.ids(kind) == sorted(kept)
        told = [seed.id for seed in seen if seed.kind == kind]
        assert [id_ for id_, _ in reader.histories(kind)] == sorted(told)


@pytest.mark.parametrize("back_end", STORES)
def test_a_reader_sees_a_record_move(company, tmp_path, request, back_end):
    """A reader made before a record moves, is deleted or erased sees it come and go; within a unit of work as well."""
    if back_end.startswith("postgres"):
        server = request.getfixturevalue("postgres")
        url = server.database()
    else:
        url = "memory:" if back_end == "memory" else f"sqlite:///{tmp_path / 's.db'}"
    store = open_store(url, create=True)
    if back_end == "postgres alone":
        readers = []
        for user, nodes in (("mover_one", ["R1"]), ("mover_two", ["R2"])):
            server.sql(f"CREATE ROLE {user} LOGIN")
            store.admit(user, nodes)
            readers.append(open_store(url.replace("clerk@", f"{user}@")))
    else:
        readers = [store.within(["R1"]), store.within(["R2"])]

    def seen() -> tuple[int, int]:
        counts = []
        for reader in readers:
            there = company.outcome(lambda reader=reader: reader.get("visit", "V1").data["x"])
            ways = {
                isinstance(there, int),
                bool(reader.count("visit")),
                bool(list(reader.find("visit", where={"a": "b"}))),
                bool(reader.history("visit", "V1")),
                bool(list(reader.histories("visit"))),
                bool(reader.ids("visit")),
                bool(reader.kinds()),
            }
            assert len(ways) == 1
            counts.append(int(ways.pop()))
        return counts[0], counts[1]

    stamp = {"by": "u1", "why": "test", "at": company.start}
    for node, expected in (("R1", (1, 0)), ("R2", (0, 1)), ("", (0, 0)), ("*", (1, 1)), ("R2", (0, 1))):
        with store.unit(**stamp) as unit:
            unit.put("visit", "V1", {"x": 1, "@labels": {"a": "b"}} | ({"@node": node} if node else {}))
            if "alone" not in back_end:
                assert seen() == expected
        assert seen() == expected
    with suppress(KeyboardInterrupt), store.unit(**stamp) as unit:
        unit.put("visit", "V1", {"x": 2, "@node": "R1", "@labels": {"a": "b"}})
        raise KeyboardInterrupt
    assert seen() == (0, 1)
    for reader in readers if "alone" in back_end else []:
        reader.close()
    store.close()


def test_a_forbidden_record_that_is_damaged_is_not_told(company, tmp_path):
    """An edit behind the library's back is found by who may see the record, and is no news to others."""
    url = f"sqlite:///{tmp_path / 's.db'}"
    with open_store(url, create=True) as store:
        company.write(store, company.seeds)
    file = sqlite3.connect(tmp_path / "s.db")
    with file:
        file.execute("UPDATE record SET data = replace(data, 'v', 'w') WHERE node = 'R4'")
    file.close()
    with open_store(url) as store:
        reader, head = store.within(["R1"]), store.within(["R4"])
        assert [len(list(reader.find(kind))) for kind in company.kinds] == [
            reader.count(kind) for kind in company.kinds
        ]
        assert all(reader.histories(kind) for kind in company.kinds)
        with pytest.raises(StorageError, match=r"storage\.damaged"):
            list(head.find("customer"))


def test_misuse_says_the_same_to_everybody(worlds, company):
    """A kind, id, prefix or limit that cannot be is refused with the same words, whoever asks."""
    for ask in (
        lambda reader: reader.get("customer", " x"),
        lambda reader: reader.get("customer\n", "x"),
        lambda reader: reader.find("customer", limit=-1),
        lambda reader: reader.find("customer", prefix=7),
        lambda reader: reader.count("customer", where={"a": "\0"}),
        lambda reader: reader.history("customer", ""),
    ):
        found = [company.outcome(partial(ask, reader)) for reader in _all(worlds)]
        assert found[0][0] == "raised"
        assert all(one == found[0] for one in found)


def _all(worlds: Worlds) -> list[Any]:
    return [worlds.reader("memory", role, "") for role in ROLES]


def test_nobody_at_all_sees_what_is_everybodys(worlds, company):
    """A reader of no node sees the records of everybody and nothing else; "*" as a node is no master key."""
    store = worlds.store("memory", "")
    everybody = sorted(
        seed.id for seed in company.seeds if seed.nodes[-1] == "*" and seed.end in ("live", "again", "shared")
    )
    for nodes in ([], ["*"], ["no such node"]):
        found = [record.id for kind in store.kinds() for record in store.within(nodes).find(kind)]
        assert sorted(found) == everybody
    with pytest.raises(NotFound):
        store.within(["*"]).get(
            "customer", next(s.id for s in company.seeds if s.kind == "customer" and s.nodes == ("",))
        )


@pytest.mark.parametrize("role", ROLES)
def test_the_server_holds_a_role_back_by_itself(worlds, company, postgres, role):
    """No owner, no superuser, not BYPASSRLS: such a role has no other way in, and each way has a row."""
    store = worlds.reader("postgres alone", role, "")
    user, hidden = role.replace(" ", "_"), [s.mark for s in company.seeds if not s.seen(company.nodes(role))]
    url = worlds.urls["postgres", ""]
    admin = url.replace("clerk@", "postgres@")
    assert postgres.sql(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid),"  # noqa: S608 - a name of our own
        f" pg_has_role(rolname, 'clerk', 'MEMBER') FROM pg_roles WHERE rolname = '{user}'",
        url=admin,
    ) == [(False, False, False, 0, False)]
    assert postgres.sql(
        "SELECT bool_and(relrowsecurity AND relforcerowsecurity), count(*) FROM pg_class"
        " WHERE relname IN ('record', 'past', 'label', 'unit', 'reader')",
        url=admin,
    ) == [(True, 5)]
    assert public(store) == {*READS, *ALONE}
    twin = worlds.reader("postgres alone", role, role)
    for name, (ask, code) in ALONE.items():
        found = company.outcome(lambda ask=ask: ask(store))
        text = repr(found)
        assert not [mark for mark in hidden if mark in text], name
        if code:
            assert (found[0], code in repr(found)) == ("raised", True), (name, found)
        elif name != "open":
            assert found == company.outcome(lambda ask=ask: ask(twin)), name


RAW = (
    "TABLE pharmasales.record",
    "TABLE pharmasales.past",
    "TABLE pharmasales.label",
    "SELECT author, reason, moment, operation FROM pharmasales.unit",
    "TABLE pharmasales.reader",
    "TABLE pharmasales.store",
    "SELECT count(*), max(length(data)), min(id), string_agg(id, ',') FROM pharmasales.record",
    "SELECT kind, count(*) FROM pharmasales.past GROUP BY kind",
    "SELECT * FROM pharmasales.record WHERE 1 / (CASE WHEN data LIKE '%zq%v%' THEN 1 ELSE 1 END) = 1",
    "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = 'pharmasales'",
    "COPY pharmasales.record TO STDOUT",
)
REFUSED = (
    "INSERT INTO pharmasales.reader SELECT current_user, 'C'",
    "UPDATE pharmasales.record SET node = 'R1'",
    "UPDATE pharmasales.reader SET node = 'C'",
    "DELETE FROM pharmasales.past",
    "ALTER TABLE pharmasales.record DISABLE ROW LEVEL SECURITY",
    "CREATE TABLE pharmasales.mine (x text)",
    "SET SESSION AUTHORIZATION clerk",
    "SET ROLE clerk",
    "CREATE POLICY mine ON pharmasales.record FOR SELECT USING (true)",
    "SET row_security = off; TABLE pharmasales.record",
    "SELECT * FROM pg_statistic",
    "LOCK TABLE pharmasales.record IN ACCESS EXCLUSIVE MODE",
)


@pytest.mark.parametrize("role", ROLES)
def test_plain_sql_shows_no_more(worlds, company, postgres, role):
    """Whatever program the role uses: the tables show it its own, statistics nothing, and it changes nothing."""
    worlds.reader("postgres alone", role, "")
    url = worlds.urls["postgres", ""]
    postgres.sql("ANALYZE", url=url)
    user, seen = role.replace(" ", "_"), company.visible(role)
    hidden = [s.mark for s in company.seeds if not s.seen(company.nodes(role))]
    told = ""
    for statement in RAW:
        copied = statement.startswith("COPY")
        answer = (
            _copied(url.replace("clerk@", f"{user}@"), statement)
            if copied
            else postgres.sql(statement, url=url.replace("clerk@", f"{user}@"))
        )
        told += repr(answer)
    assert not [mark for mark in hidden if mark in told]
    assert all(seed.mark in told for seed in seen)
    import psycopg

    for statement in REFUSED:
        with pytest.raises(psycopg.Error):
            postgres.sql(statement, url=url.replace("clerk@", f"{user}@"))


def _copied(url: str, statement: str) -> list[bytes]:
    import psycopg

    with psycopg.connect(url) as connection, connection.cursor().copy(statement) as copy:
        return [bytes(part) for part in copy]


def test_what_may_differ_is_the_place_in_the_chain_alone(worlds, company):
    """The one exception, by itself: the sequence of an entry tells how many units of work came before, not which."""
    role = "rep"
    full, twin = worlds.reader("memory", role, ""), worlds.reader("memory", role, role)
    first = next(s for s in company.seeds if s.seen(company.nodes(role)) and s.end == "live")
    one, other = full.history(first.kind, first.id)[0], twin.history(first.kind, first.id)[0]
    assert one.sequence >= other.sequence
    assert one.at - other.at == timedelta(0)
