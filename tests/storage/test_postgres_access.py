"""The wall: what a role of the server that is not the owner sees of a store, through the library and past it.

Source: T1; finding 6 and goals 3.3 of the reliability file.
"""

from datetime import UTC, datetime

import psycopg
import pytest

from pharmasales.errors import BadValue, NotFound, StorageError
from pharmasales.storage.postgres import PostgresStore

STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
TABLES = ("unit", "record", "past", "label")
ANN, BEN = "ann", 'ben "the reader"; DROP SCHEMA pharmasales; --'
ROWS = {
    "own": {"@node": "R01", "@labels": {"grade": "A"}, "canary": "mine"},
    "other": {"@node": "R02", "@labels": {"grade": "B"}, "canary": "hidden"},
    "parent": {"@node": "D1", "@labels": {"grade": "B"}, "canary": "hidden"},
    "nobody": {"@labels": {"grade": "B"}, "canary": "hidden"},
    "all": {"@node": "*", "canary": "everybody"},
    "moved away": {"@node": "R01", "canary": "mine before"},
    "moved here": {"@node": "R02", "canary": "seen with its history"},
    "gone other": {"@node": "R02", "canary": "hidden"},
    "gone own": {"@node": "R01", "canary": "mine"},
    "erased own": {"@node": "R01", "canary": "erased"},
}


@pytest.fixture(scope="module")
def roles(postgres):
    """Make the roles; they belong to the whole server."""
    postgres.sql("CREATE ROLE ann LOGIN", f"CREATE ROLE {psycopg.sql.Identifier(BEN).as_string(None)} LOGIN")
    postgres.sql("CREATE ROLE boss SUPERUSER LOGIN", "CREATE ROLE passer BYPASSRLS LOGIN")
    postgres.sql("CREATE ROLE second LOGIN IN ROLE clerk", "CREATE ROLE stranger LOGIN")
    return postgres


@pytest.fixture
def url(roles):
    """Return the URL of a fresh database."""
    return roles.database()


def as_role(url, role):
    """Return the URL with another role."""
    return url.replace("clerk@", f"{role}@")


@pytest.fixture
def store(url):
    """Return the owner's store: records of several nodes, moved, deleted and erased ones."""
    with PostgresStore.open(url, create=True) as made:
        with made.unit(**STAMP) as unit:
            unit.put_many("visit", ROWS.items())
            unit.put("secret kind", "S1", {"@node": "R02", "canary": "hidden"})
        with made.unit(**STAMP) as unit:
            unit.put("visit", "moved away", {"@node": "R02", "canary": "hidden"})
            unit.put("visit", "moved here", {"@node": "R01", "canary": "mine"})
            unit.delete("visit", "gone other")
            unit.delete("visit", "gone own")
            unit.erase("visit", "erased own")
        with made.unit(**{**STAMP, "by": "u2"}) as unit:
            unit.put("visit", "other", {"@node": "R02", "canary": "hidden", "again": True})
        made.admit(ANN, ["R01"])
        yield made


@pytest.fixture
def reader(store, url):
    """Return the same store as the role `ann` opens it."""
    with PostgresStore.open(as_role(url, ANN)) as made:
        yield made


def everything(reader):
    """Return all that a reader sees, through every way of reading."""
    kinds = reader.kinds()
    asked = [*kinds, "visit", "secret kind"]
    return {
        "kinds": kinds,
        "ids": [reader.ids(kind) for kind in asked],
        "found": [[(row.id, row.version, row.data) for row in reader.find(kind)] for kind in asked],
        "page": [[row.id for row in reader.find(kind, limit=2)] for kind in asked],
        "labels": [[row.id for row in reader.find("visit", where={"grade": ["A", "B"]})]],
        "count": [(reader.count(kind), reader.count(kind, where={"grade": "B"})) for kind in asked],
        "history": [reader.history(kind, key) for kind in asked for key in [*ROWS, "S1", "never"]],
        "histories": [list(reader.histories(kind)) for kind in asked],
        "get": [told(reader, kind, key) for kind in asked for key in [*ROWS, "S1", "never"]],
    }


def told(reader, kind, key):
    """Return a record, or all that is said where there is none, without the id that was asked for."""
    try:
        return reader.get(kind, key)
    except NotFound as error:
        return error.code, str(error).replace(f"{kind} {key}", "")


def test_the_wall_and_the_filter_agree(store, reader):
    """The server shows the role exactly what the library's own filter shows a reader of the same nodes."""
    seen = everything(reader)
    assert seen == everything(store.within(["R01"]))
    assert seen["ids"][0] == ["all", "gone own", "moved here", "own"]
    assert seen["kinds"] == ["visit"]
    assert "hidden" not in repr(seen["found"]) + repr([row.data for row in seen["get"] if not isinstance(row, tuple)])


def test_the_role_is_held_back(store, url, roles):
    """The reading role is neither superuser, nor BYPASSRLS, nor the owner; the rules hold for the owner's kind, too."""
    flags = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'ann'"
    assert roles.sql(flags) == [(False, False)]
    owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'pharmasales'"
    assert roles.sql(owners, url=url) == [("clerk",)]
    assert roles.sql("SELECT pg_has_role('ann', 'clerk', 'MEMBER')") == [(False,)]
    ruled = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1"
    assert roles.sql(ruled, url=url) == [("label",), ("past",), ("reader",), ("record",), ("unit",)]
    assert roles.sql("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'clerk'") == [(False,)]


def raw(url, statement, user=ANN, options=""):
    """Run a statement as the role itself, past the library."""
    with psycopg.connect(as_role(url, user), autocommit=True, options=options) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_past_the_library(store, url):
    """The role's own SQL sees no row of another node: no data, count, label, unit, node or reader."""
    assert raw(url, "SELECT id FROM pharmasales.record ORDER BY id") == [
        (key,) for key in ("all", "erased own", "gone own", "moved here", "own")
    ]
    assert "hidden" not in repr([raw(url, f"TABLE pharmasales.{table}") for table in (*TABLES, "reader")])
    assert raw(url, "SELECT count(*), count(DISTINCT kind) FROM pharmasales.past") == [(3, 1)]
    assert raw(url, "SELECT kind, name, value, id FROM pharmasales.label") == [("visit", "grade", "A", "own")]
    assert raw(url, "SELECT sequence, author FROM pharmasales.unit ORDER BY 1") == [(1, "u1"), (2, "u1")]
    assert raw(url, "SELECT role, node FROM pharmasales.reader ORDER BY node") == [("ann", "*"), ("ann", "R01")]
    for sneak in (
        "SELECT * FROM pharmasales.record WHERE pg_temp.peek(data)",
        "SELECT * FROM pharmasales.past WHERE pg_temp.peek(data)",
    ):
        body = "BEGIN IF $1 LIKE ''%hidden%'' THEN RAISE ''seen''; END IF; RETURN true; END"
        made = f"CREATE FUNCTION pg_temp.peek(text) RETURNS bool COST 0.0000001 LANGUAGE plpgsql AS '{body}'"
        with psycopg.connect(as_role(url, ANN), autocommit=True) as connection:
            connection.execute(made)
            connection.execute(sneak)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO pharmasales.record VALUES ('visit', 'x', 1, 1, '{}', '', '', 'R01')",
        "UPDATE pharmasales.record SET node = 'R01'",
        "DELETE FROM pharmasales.past",
        "TRUNCATE pharmasales.label",
        "INSERT INTO pharmasales.reader VALUES ('ann', 'R02')",
        "UPDATE pharmasales.reader SET node = 'R02'",
        "SELECT * FROM pharmasales.record FOR UPDATE",
        "BEGIN; LOCK TABLE pharmasales.store IN EXCLUSIVE MODE",
        "BEGIN; LOCK TABLE pharmasales.unit IN SHARE MODE",
        "ALTER TABLE pharmasales.record DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON pharmasales.record USING (true)",
        "CREATE TABLE pharmasales.mine (id int)",
        "CREATE TRIGGER mine AFTER INSERT ON pharmasales.record EXECUTE FUNCTION now()",
        "SET ROLE clerk",
        "SET SESSION AUTHORIZATION clerk",
        "COPY pharmasales.record TO '/tmp/x'",
        "ANALYZE pharmasales.record",
    ],
)
def test_the_role_changes_nothing(store, url, roles, statement):
    """No statement of the role writes, locks, or loosens a rule."""
    before = store.head(), store.readers()
    try:
        raw(url, statement)
    except psycopg.errors.InsufficientPrivilege:
        pass
    else:
        assert statement.startswith("ANALYZE")  # which PostgreSQL passes over with a warning
    assert (store.head(), store.readers()) == before
    assert store.verify(before[0])
    assert roles.sql("SELECT last_analyze FROM pg_stat_user_tables WHERE relname = 'record'", url=url) == [(None,)]


def test_rules_off_is_an_error(store, url):
    """A role that turns the rules off sees an error in place of the rows."""
    with psycopg.connect(as_role(url, ANN), autocommit=True) as connection:
        connection.execute("SET row_security = off")
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"TABLE pharmasales.{table}")


def test_statistics(store, url, roles):
    """The server's statistics of values (most common texts, histograms) are not shown to the role."""
    roles.sql("ANALYZE", url=as_role(url, "postgres"))
    hints = "SELECT * FROM pg_stats WHERE schemaname = 'pharmasales' AND tablename <> 'store'"
    assert roles.sql(hints, url=as_role(url, "postgres"))
    assert raw(url, hints) == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw(url, "SELECT * FROM pg_statistic")


def test_what_the_server_tells_all_the_same(store, url, roles):
    """Not hidden by PostgreSQL from whoever writes SQL of his own: the number of rows, and whether an id is used."""
    roles.sql("ANALYZE", url=as_role(url, "postgres"))
    sizes = "SELECT reltuples::int FROM pg_class WHERE oid = 'pharmasales.record'::regclass"
    assert raw(url, sizes) == [(len(ROWS) + 1,)]
    asked = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT FROM pharmasales.record"
    no_scan = "-c enable_seqscan=off -c enable_bitmapscan=off"
    used, free = (
        raw(url, f"{asked} WHERE (kind, id) = ('visit', '{key}')", options=no_scan) for key in ("other", "never")
    )
    assert ("Rows Removed by Filter: 1" in str(used), "Rows Removed by Filter" in str(free)) == (True, False)


def test_reading_role_only_reads(reader):
    """A store that is open as a reading role refuses a unit, the chain, and the owner's acts, each by type."""
    put_nothing = lambda: reader.unit(**STAMP).__enter__()  # noqa: E731 - a list of calls
    calls = {
        "storage.readonly": [put_nothing, lambda: reader.take([])],
        "storage.part": [reader.head, reader.verify, reader.units],
        "storage.denied": [lambda: reader.admit(ANN, ["R02"]), lambda: reader.dismiss(ANN), reader.compact],
    }
    for code, works in calls.items():
        for work in works:
            with pytest.raises(StorageError) as caught:
                work()
            assert caught.value.code == code
    assert reader.get("visit", "own").data["canary"] == "mine"
    assert reader.readers() == {"ann": {"R01"}}


def test_filter_and_wall_together(reader):
    """The library's filter narrows what the role sees, and never widens it."""
    assert reader.within(["R02", "D1"]).ids("visit") == ["all"]
    assert reader.within(["R01"]).ids("visit") == ["all", "gone own", "moved here", "own"]


def test_admit_again_and_dismiss(store, url):
    """Admitting again replaces the nodes; a dismissed role is refused as a stranger is, and could be dropped."""
    for role in (ANN, BEN):
        store.admit(role, ["R02", "D1"])
    assert store.readers() == {ANN: {"R02", "D1"}, BEN: {"R02", "D1"}}
    with PostgresStore.open(as_role(url, ANN)) as reader:
        assert reader.ids("visit") == ["all", "gone other", "moved away", "other", "parent"]
        assert reader.kinds() == ["secret kind", "visit"]
        store.dismiss(ANN)
        with pytest.raises(StorageError) as caught:
            reader.ids("visit")
        assert caught.value.code == "storage.denied"
    for role in (ANN, "stranger"):
        with pytest.raises(StorageError) as caught:
            PostgresStore.open(as_role(url, role))
        assert caught.value.code == "storage.denied"
    store.dismiss(BEN)
    store.dismiss(BEN)
    assert store.readers() == {}
    left = "SELECT nspacl, ARRAY(SELECT relacl::text FROM pg_class WHERE relnamespace = n.oid) FROM pg_namespace AS n"
    assert "ann" not in repr(raw(url, f"{left} WHERE nspname = 'pharmasales'", user="clerk"))


@pytest.mark.parametrize(
    "role", ["nobody there", "boss", "passer", "clerk", "second", "", "a\0b", "ann; DROP ROLE ann"]
)
def test_roles_that_cannot_be_admitted(store, role):
    """A role that is not there, or that no rule holds back, is refused by type, and nothing is granted."""
    with pytest.raises(StorageError) as caught:
        store.admit(role, ["R01"])
    assert caught.value.code == "storage.role"
    assert store.readers() == {ANN: {"R01"}}
    if role in ("nobody there", ""):
        with pytest.raises(StorageError) as caught:
            store.dismiss(role)
        assert caught.value.code == "storage.role"


def test_bad_nodes(store):
    """Nodes are ids in normal form; one text is refused, no nodes are fine: then only what is everybody's is seen."""
    for nodes in ("R01", [" R01"], [""]):
        with pytest.raises(BadValue):
            store.admit(ANN, nodes)
    store.admit(ANN, [])
    assert store.readers() == {ANN: frozenset()}
    with store.unit(**STAMP), pytest.raises(StorageError) as caught:
        store.admit(ANN, ["R01"])
    assert caught.value.code == "storage.nested"


def test_member_of_the_owner_writes(store, url):
    """A role that is a member of the owner works as the owner does."""
    with PostgresStore.open(as_role(url, "second")) as second:
        with second.unit(**STAMP) as unit:
            unit.put_many("visit", [(f"V{number}", {"@node": "R02"}) for number in range(150)])
        assert second.verify(second.head())
    assert store.count("visit") == len(ROWS) - 3 + 150
