"""PostgreSQL: the conformance suite, its settings, its errors, and opening what is no store of this version."""

import os
import threading
import time
import traceback
from datetime import UTC, datetime

import psycopg
import pytest

from pharmasales.errors import BadConfig, PharmaSalesError, StorageError
from pharmasales.storage.postgres import PostgresStore
from pharmasales.storage.postgres_server import place_of, typed
from pharmasales.storage.records import LONGEST
from pharmasales.testing.storage import StoreSuite

MISPLACED = (
    "INSERT INTO pharmasales.past SELECT * FROM pharmasales.record WHERE id = 'V2'; "
    "DELETE FROM pharmasales.record WHERE id = 'V2'"
)
STAMP = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}


class TestPostgres(StoreSuite):
    """The store on a server. It is not `clean`: what was erased may stand in its log and its backups."""

    clean = False

    @pytest.fixture(autouse=True)
    def _database(self, postgres):
        """Make a database for each test."""
        self.url = postgres.database()

    def open(self, tmp_path):  # noqa: ARG002 - needs no file
        """Make the schema."""
        return PostgresStore.open(self.url, create=True)

    def reopen(self, tmp_path):  # noqa: ARG002 - needs no file
        """Open that schema."""
        return PostgresStore.open(self.url)


@pytest.fixture
def url(postgres):
    """Return the URL of a fresh database."""
    return postgres.database()


@pytest.fixture
def store(url):
    """Return an empty store."""
    with PostgresStore.open(url, create=True) as made:
        yield made


def put(store, rows, kind="visit", **more):
    """Put rows in a unit of their own."""
    with store.unit(**STAMP, **more) as unit:
        return unit.put_many(kind, rows.items())


def refused(work):
    """Return the storage error that the work raises; neither cause nor context tells what the driver said."""
    with pytest.raises(StorageError) as caught:
        work()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def backend(store):
    """Return the process id of the server's side of a store."""
    return store._tables.server.ready().info.backend_pid


def end(postgres, pid):
    """End the server's side of a connection, and wait until it is gone."""
    postgres.sql(f"SELECT pg_terminate_backend({pid}, 5000)")


# the place


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:sales",
        "postgresql://clerk:secret@host/sales#top",
        "postgresql://clerk:secret@host/sales?colour=blue",
        "postgresql://clerk:secret@host/sales?schema=a&schema=b",
        "postgresql://clerk:secret@host/sales?schema=",
        "postgresql://clerk:secret@host/sales?schema=" + "示" * 22,
        "postgresql://clerk:secret@host/sales?schema",
        "postgresql://clerk:secret@[host/sales",
        "postgresql://clerk:secret%@host/sales",
        "postgres://clerk:secret@host/sales",
    ],
)
def test_bad_url(url):
    """A URL that means nothing is refused, and the password in it is told nowhere."""
    with pytest.raises(BadConfig) as caught:
        PostgresStore.open(url)
    assert caught.value.code == "config.url"
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_password_is_never_shown(postgres):
    """Neither the place nor the error of a server out of reach shows the password; libpq gets it."""
    place = place_of("postgresql://clerk:s%40cret@127.0.0.1:1/sales?sslmode=disable")
    assert ("s@cret" in place.conninfo, "cret" in repr(place)) == (True, False)
    error = refused(lambda: PostgresStore.open("postgresql://clerk:secret@127.0.0.1:1/sales"))
    assert (error.code, error.where, "secret" in str(error)) == ("storage.server", "sales", False)
    error = refused(lambda: PostgresStore.open(postgres.url("nowhere")))
    assert (error.code, error.where) == ("storage.server", "nowhere")


def test_schemas_are_apart(url):
    """Two schemas of one database are two stores, of any name, and two units of work stand open beside each other."""
    names = ["north", 'we"ird', "示例 分公司", "Select"]
    stores = [PostgresStore.open(f"{url}&schema={name}", create=True) for name in names]
    for number, store in enumerate(stores):
        put(store, {f"V{place}": {"n": number} for place in range(150)})
    with stores[0].unit(**STAMP) as one, stores[1].unit(**STAMP) as two:
        one.put("visit", "A", {})
        two.put("visit", "A", {})
    assert [store.get("visit", "V7").data["n"] for store in stores] == [0, 1, 2, 3]
    for store in stores:
        assert store.verify()
        store.close()
    assert refused(lambda: PostgresStore.open(url)).code == "storage.missing"


# opening


def test_make_once(url):
    """Making a store where there is one opens it; without `create` nothing is made."""
    assert refused(lambda: PostgresStore.open(url)).code == "storage.missing"
    with PostgresStore.open(url, create=True) as store:
        put(store, {"V1": {}})
    with PostgresStore.open(url, create=True) as store:
        assert store.count("visit") == 1


def test_made_by_many_at_once(url):
    """Four processes' worth of connections that make the same store at once all open it."""
    found = []

    def work():
        with PostgresStore.open(url, create=True) as store:
            found.append(store.head().count)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0, 0, 0, 0]


def test_schema_of_the_administrator(postgres, url):
    """A role that may not make schemas fills the empty one that was made for it; one that may not is refused."""
    postgres.sql("CREATE ROLE newcomer LOGIN", "REVOKE CREATE ON DATABASE postgres FROM PUBLIC")
    mine = url.replace("clerk@", "newcomer@")
    assert refused(lambda: PostgresStore.open(mine, create=True)).code == "storage.denied"
    postgres.sql("CREATE SCHEMA pharmasales AUTHORIZATION newcomer", url=url.replace("clerk@", "postgres@"))
    assert refused(lambda: PostgresStore.open(mine)).code == "storage.missing"
    with PostgresStore.open(mine, create=True) as store:
        assert put(store, {"V1": {}}) == 1


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE pharmasales.customer (id int)",
        "CREATE TABLE pharmasales.store (id int)",
        'CREATE TABLE pharmasales.store (application text COLLATE "C" PRIMARY KEY, version bigint NOT NULL)',
    ],
)
def test_foreign(postgres, url, made, create):
    """A schema that holds something else is refused, and nothing of it changes."""
    postgres.sql("CREATE SCHEMA pharmasales", made, url=url)
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'pharmasales'"
    before = postgres.sql(tables, url=url)
    error = refused(lambda: PostgresStore.open(url, create=create))
    assert (error.code, error.where.endswith(" pharmasales")) == ("storage.foreign", True)
    assert postgres.sql(tables, url=url) == before


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(("version", "code"), [(3, "storage.newer"), (999, "storage.newer"), (1, "storage.damaged")])
def test_other_version(postgres, url, version, code, create):
    """A newer store is refused untouched; an older one PostgreSQL never had."""
    with PostgresStore.open(url, create=True) as store:
        put(store, {"V1": {}})
    postgres.sql(f"UPDATE pharmasales.store SET version = {version:d}", url=url)  # noqa: S608 - a number
    assert refused(lambda: PostgresStore.open(url, create=create)).code == code
    assert postgres.sql("SELECT version FROM pharmasales.store", url=url) == [(version,)]


def test_migrated_meanwhile(postgres, url, store):
    """A store that was migrated while it was open takes no further unit of this library."""
    postgres.sql("UPDATE pharmasales.store SET version = 3", url=url)
    assert refused(lambda: put(store, {"V1": {}})).code == "storage.newer"


@pytest.mark.parametrize(
    "done",
    [
        "ALTER TABLE pharmasales.record DROP COLUMN salt",
        "ALTER TABLE pharmasales.record ALTER COLUMN version TYPE int",
        "ALTER TABLE pharmasales.record ALTER COLUMN hash DROP NOT NULL",
        "ALTER TABLE pharmasales.unit ALTER COLUMN reason TYPE text COLLATE pg_catalog.default",
        "ALTER TABLE pharmasales.past DROP CONSTRAINT past_pkey",
        "ALTER TABLE pharmasales.label DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE pharmasales.unit NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY reader ON pharmasales.unit",
        "CREATE POLICY all_of_it ON pharmasales.record USING (true)",
        "DROP TABLE pharmasales.reader CASCADE",
    ],
)
def test_damaged(postgres, url, done):
    """Tables that are not those of a store are refused: a column, a collation, a key, a rule is another or missing."""
    PostgresStore.open(url, create=True).close()
    postgres.sql(done, url=url)
    assert refused(lambda: PostgresStore.open(url)).code == "storage.damaged"


def test_table_gone_meanwhile(postgres, url, store):
    """A table that vanishes under an open store is damage, typed, for reads and units."""
    postgres.sql("DROP TABLE pharmasales.record CASCADE", url=url)
    assert refused(lambda: store.count("visit")).code == "storage.damaged"
    assert refused(lambda: put(store, {"V1": {}})).code == "storage.damaged"


# rows


def test_many_and_few(store):
    """Rows that come by COPY and rows that come one by one stand alike, with labels, history and a whole chain."""
    few = {f"V{number:04d}": {"@labels": {"of": "few"}, "n": number} for number in range(99)}
    many = {f"W{number:04d}": {"@labels": {"of": ["many", "示例\\\\\t"]}, "n": number} for number in range(1200)}
    with store.unit(**STAMP) as unit:
        assert (unit.put_many("visit", few.items()), unit.put_many("visit", many.items())) == (99, 1200)
    changed = {key: {**data, "n": -1} for key, data in {**few, **many}.items()}
    assert put(store, changed) == 1299
    assert [store.count("visit", where={"of": text}) for text in ("few", "many", "示例\\\\\t", "x")] == [
        99,
        1200,
        1200,
        0,
    ]
    assert {record.version for record in store.find("visit")} == {2}
    assert [entry.data["n"] for entry in store.history("visit", "W0007")] == [7, -1]
    assert store.verify()


def test_without_temporary_tables(postgres, url):
    """A database that lets nobody make temporary tables takes many rows all the same."""
    postgres.sql(f"REVOKE TEMP ON DATABASE {place_of(url).name} FROM PUBLIC")
    postgres.sql(f"ALTER DATABASE {place_of(url).name} OWNER TO postgres")
    postgres.sql("CREATE SCHEMA pharmasales AUTHORIZATION clerk", url=url.replace("clerk@", "postgres@"))
    with PostgresStore.open(url, create=True) as store:
        assert not store._tables.server.stages
        assert put(store, {f"V{number}": {"@labels": {"of": "x"}} for number in range(300)}) == 300
        assert (store.count("visit", where={"of": "x"}), bool(store.verify())) == (300, True)


@pytest.mark.parametrize("limit", [0, 1, 2, 40, 100])
def test_pages_over_deleted(store, limit):
    """A page holds as many records as were asked for, however many deleted ones stand between them."""
    put(store, {f"V{number:03d}": {} for number in range(200)})
    with store.unit(**STAMP) as unit:
        for number in set(range(200)) - {0, 50, 100, 150}:
            unit.delete("visit", f"V{number:03d}")
    assert [record.id for record in store.find("visit", limit=limit)] == ["V000", "V050", "V100", "V150"][:limit]
    assert [record.id for record in store.find("visit", after="V050", limit=limit)] == ["V100", "V150"][:limit]


def test_order_is_that_of_code_points(postgres, url, store):
    """Order does not follow the server's language: every text stands under the collation "C"."""
    keys = ["Z", "a", "ß", "z", "Ａ", "示", "\U0001f600", "\U0010ffff"]
    put(store, {key: {} for key in keys})
    assert [record.id for record in store.find("visit")] == sorted(keys)
    assert [record.id for record in store.find("visit", prefix="\U0010ffff")] == ["\U0010ffff"]
    asked = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = 'pharmasales'"
    assert postgres.sql(f"{asked} AND data_type = 'text'", url=url) == [("C",)]


def test_longest(store):
    """Whatever no store refuses as too long, PostgreSQL can index, however little it can be compressed."""
    one, two = ("".join(chr(0x4E00 + number * by % 20000) for number in range(LONGEST // 3)) for by in (7919, 4241))
    data = {"@node": one, "@labels": {one: [one, two]}}
    with store.unit(**STAMP, operation=one) as unit:
        unit.put(one, two, data)
    assert [record.id for record in store.find(one, where={one: two})] == [two]
    assert store.within([one]).count(one) == 1


@pytest.mark.parametrize("url", ["postgresql:///sales", "postgresql:///sales?schema=north", "postgresql:///?service=x"])
def test_local_places(url):
    """A URL without a host is libpq's default place, as for every other program."""
    assert place_of(url).name == ("sales" if "sales" in url else "")


def test_verify_beside_a_writer(store, url):
    """A commit between two questions of `verify` is no damage."""
    put(store, {"V1": {"@labels": {"o": "x"}}})
    tables, real = store._tables, store._tables.server.each
    with PostgresStore.open(url) as other:

        def each(sql, values):
            put(other, {"V2": {"@labels": {"o": f"y{other.head().count}"}}})
            return real(sql, values)

        tables.server.each = each
        assert store.verify().count == 3


# what was changed behind the library


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ("UPDATE pharmasales.record SET data = '{}' WHERE id = 'V2'", "content"),
        ("UPDATE pharmasales.record SET node = 'R1' WHERE id = 'V2'", "content"),
        ("UPDATE pharmasales.past SET data = NULL, salt = NULL", "content"),
        ("UPDATE pharmasales.unit SET author = 'u2' WHERE sequence = 2", "content"),
        ("UPDATE pharmasales.unit SET moment = 'long ago' WHERE sequence = 2", "content"),
        ("UPDATE pharmasales.unit SET moment = '2026-01-05T00:00:00' WHERE sequence = 2", "content"),
        ("DELETE FROM pharmasales.unit WHERE sequence = 2", "number"),
        ("DELETE FROM pharmasales.record WHERE id = 'V2'", "content"),
        ("UPDATE pharmasales.past SET version = 3; UPDATE pharmasales.past SET version = 1", None),
        (MISPLACED, "content"),
        ("INSERT INTO pharmasales.label VALUES ('visit', 'rep', 'R9', 'V2')", "content"),
        ("DELETE FROM pharmasales.label", "content"),
        (
            "INSERT INTO pharmasales.record SELECT kind, 'V9', 1, 3, data, salt, hash, node FROM pharmasales.past",
            "number",
        ),
    ],
)
def test_verify_finds(postgres, url, store, done, reason):
    """T5: `verify` finds what the administrator edits, deletes or adds behind the library."""
    put(store, {"V1": {"n": 1, "@labels": {"rep": "R1"}}})
    put(store, {"V1": {"n": 2, "@labels": {"rep": "R1"}}, "V2": {"n": 2}})
    assert store.verify(store.head())
    postgres.sql(*done.split("; "), url=url)
    found = store.verify().first_bad
    assert (found and found.reason) == reason


def test_forged_author(postgres, url, store):
    """T5: a history whose author was changed behind the library is refused as damaged."""
    put(store, {"V1": {}})
    postgres.sql("UPDATE pharmasales.unit SET author = 'u2'", url=url)
    assert refused(lambda: store.history("visit", "V1")).code == "storage.damaged"


def test_walk_through_the_units(store):
    """The units come as they stood when the walk began, while others are written; a walk may be left half-way."""
    for number in range(5):
        put(store, {"V1": {"n": number}})
    walk = store._tables.units(0)
    first = next(walk)
    put(store, {"V1": {"n": 9}})
    assert [first.sequence, *(unit.sequence for unit in walk)] == [1, 2, 3, 4, 5]
    left = store._tables.units(2)
    assert next(left).rows[0].data == '{"n":2}'
    left.close()
    assert [unit.sequence for unit in store.units(after=4)] == [5, 6]


# faults


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("LockNotAvailable", "storage.busy"),
        ("DeadlockDetected", "storage.deadlock"),
        ("SerializationFailure", "storage.serialization"),
        ("QueryCanceled", "storage.timeout"),
        ("DiskFull", "storage.full"),
        ("OutOfMemory", "storage.memory"),
        ("TooManyConnections", "storage.server"),
        ("ReadOnlySqlTransaction", "storage.readonly"),
        ("InsufficientPrivilege", "storage.denied"),
        ("InFailedSqlTransaction", "storage.broken"),
        ("IoError", "storage.io"),
        ("AdminShutdown", "storage.lost"),
        ("IdleInTransactionSessionTimeout", "storage.lost"),
        ("ConnectionFailure", "storage.lost"),
        ("OperationalError", "storage.lost"),
        ("DataCorrupted", "storage.damaged"),
        ("UndefinedColumn", "storage.damaged"),
        ("UniqueViolation", "storage.postgres"),
        ("DataError", "storage.postgres"),
    ],
)
def test_errors_are_mapped_in_one_place(error, code):
    """Every error of the driver becomes a typed one that repeats none of its words."""
    found = typed(getattr(psycopg.errors, error)("Key (name)=(secret)"), "sales")
    assert (found.code, found.where, "secret" in str(found)) == (code, "sales", False)
    assert ("nothing was kept" in found.hint or found.hint == "try again") <= found.retry


def test_busy(url, store):
    """A second writer waits as long as it was told, and is refused by type; a reader does not wait."""
    with PostgresStore.open(url, wait_ms=200) as other, store.unit(**STAMP) as unit:
        unit.put("visit", "V1", {})
        begin = time.monotonic()
        assert refused(lambda: put(other, {"V2": {}})).code == "storage.busy"
        assert 0.15 < time.monotonic() - begin < 1.2
        assert other.count("visit") == 0
    with PostgresStore.open(url) as other:
        assert put(other, {"V2": {}}) == 1


def test_read_only_server(postgres, url):
    """A server that takes no writes is read, and refuses a unit by type."""
    with PostgresStore.open(url, create=True) as store:
        put(store, {"V1": {}})
    postgres.sql(f"ALTER DATABASE {place_of(url).name} SET default_transaction_read_only = on")
    with PostgresStore.open(url) as store:
        assert refused(lambda: put(store, {"V2": {}})).code == "storage.readonly"
        assert store.count("visit") == 1


def test_connection_lost_between_units(postgres, store):
    """A connection that ended between two calls is made anew, for a read, a unit, a walk and the chain."""
    put(store, {"V1": {}})
    for work in (
        lambda: store.count("visit"),
        lambda: put(store, {"V1": {}}) + 1,
        lambda: len(list(store.find("visit"))),
        lambda: store.verify().count,
        lambda: store.head().count,
    ):
        end(postgres, backend(store))
        assert work() == 1
    end(postgres, backend(store))
    with pytest.raises(StorageError) as caught:
        next(store.units())
    assert caught.value.code == "storage.lost"
    assert len(list(store.units())) == 1


def test_bad_wait(url):
    """A wait that the server does not take is refused by type, and no connection stays open."""
    assert refused(lambda: PostgresStore.open(url, wait_ms=-1)).code == "storage.postgres"


def test_connection_lost_before_a_roll_back(postgres, store):
    """A connection that ended before a unit is undone: the block's own error comes out, and the store works on."""

    def work():
        with store.unit(**STAMP) as unit:
            unit.put("visit", "V1", {})
            end(postgres, backend(store))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        work()
    assert (store.count("visit"), put(store, {"V1": {}})) == (0, 1)


@pytest.mark.parametrize("code", ["storage.lost", "storage.broken"])
def test_nothing_to_keep(postgres, store, code):
    """A unit that only reads tells that its transaction was lost or broken, too."""

    def work():
        with store.unit(**STAMP):
            if code == "storage.lost":
                end(postgres, backend(store))
            with pytest.raises(StorageError):
                store._tables.server.run("SELECT 1 / 0")

    assert refused(work).code == code
    assert store.count("visit") == 0


def test_connection_lost_in_a_unit(postgres, store):
    """A connection that ends inside a unit: `storage.lost`, then a broken unit; nothing is kept."""
    put(store, {"V1": {}})
    codes = []

    def work():
        with store.unit(**STAMP, operation="op") as unit:
            unit.put("visit", "V2", {})
            end(postgres, backend(store))
            calls = [
                lambda: unit.put("visit", "V3", {}),
                lambda: unit.put_many("visit", [(f"W{number}", {}) for number in range(200)]),
                lambda: unit.delete("visit", "V1"),
                lambda: store.count("visit"),
            ]
            codes.extend(refused(call).code for call in calls)

    codes.append(refused(work).code)
    assert (codes[0], set(codes)) == ("storage.lost", {"storage.lost", "storage.broken"})
    assert [record.id for record in store.find("visit")] == ["V1"]
    with store.unit(**STAMP, operation="op") as unit:
        assert not unit.done


@pytest.mark.parametrize("kept", [False, True])
def test_connection_lost_at_the_commit(postgres, url, store, kept):
    """A connection that ends as the unit is kept: `storage.unknown`; the operation id tells what became of it."""
    pid = backend(store)
    if kept:  # the commit stands on the server's disk, and waits for a copy that no other server makes
        asleep = "SyncRep"
        postgres.set("synchronous_standby_names", "nobody")
    else:  # the commit waits before it stands
        asleep = "PgSleep"
        postgres.sql(
            "CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'",
            "CREATE CONSTRAINT TRIGGER doze AFTER INSERT ON pharmasales.record DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION doze()",
            url=url,
        )
    ender = threading.Thread(target=postgres.end_asleep, args=(pid, asleep))
    ender.start()
    error = refused(lambda: put(store, {"V1": {}}, operation="op"))
    ender.join()
    postgres.set("synchronous_standby_names", "")
    postgres.sql("DROP FUNCTION IF EXISTS doze CASCADE", url=url)
    assert (error.code, "operation id" in error.hint) == ("storage.unknown", True)
    with store.unit(**STAMP, operation="op") as unit:
        assert unit.done is kept
        unit.put("visit", "V1", {})
    assert (store.head().count, store.count("visit")) == (1, 1)


def test_broken_transaction_is_never_acknowledged(store):
    """A transaction that the server gave up is not committed, whatever the block swallows."""

    def work():
        with store.unit(**STAMP) as unit:
            unit.put("visit", "V1", {})
            with pytest.raises(StorageError):
                store._tables.server.run("SELECT 1 / 0")

    assert refused(work).code == "storage.broken"
    assert store.count("visit") == 0


def test_no_value_in_an_error(postgres, url, store):
    """A row that the server refuses is told by no error: neither its words nor the driver's stand in the traceback."""
    postgres.sql("ALTER TABLE pharmasales.record ADD CONSTRAINT short CHECK (length(data) < 50)", url=url)
    with pytest.raises(StorageError) as caught:
        put(store, {"V1": {"mobile": "13800001234", "name": "示例医生" * 20}})
    assert caught.value.code == "storage.postgres"
    assert not {"13800001234", "示例医生"} & set(str(caught.value).split())
    assert caught.value.__suppress_context__


def test_thread(store):
    """What PostgreSQL has beyond every store is refused in another thread as the rest is."""
    calls = [lambda: store.admit("ann", []), lambda: store.dismiss("ann"), store.readers, store.compact]
    codes = []
    thread = threading.Thread(target=lambda: codes.extend(refused(call).code for call in calls))
    thread.start()
    thread.join()
    assert codes == ["storage.thread"] * 4


def test_fork(store):
    """A forked child is refused, and its end does not disturb the parent's connection, unit or walk."""
    put(store, {"V1": {}, "V2": {}})
    walk = store._tables.units(0)
    next(walk)
    with store.unit(**STAMP) as unit:
        unit.put("visit", "V3", {})
        child = os.fork()
        if not child:
            status = 1
            try:
                store.close()
            except PharmaSalesError as error:
                status = 0 if error.code == "storage.process" else 2
            del unit, walk
            store.__dict__.clear()
            os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        unit.put("visit", "V4", {})
    assert (store.count("visit"), list(walk), bool(store.verify())) == (4, [], True)


# erasing


def test_compact(postgres, url, store):
    """After `compact` the bytes of what was erased stand in no table of the store."""
    canary = "canary-" + "4711" * 3
    put(store, {"D1": {"mobile": canary, "@labels": {"mobile": canary}}, "D2": {}}, kind="doctor")
    with store.unit(**STAMP) as unit:
        unit.erase("doctor", "D1")
    store.compact()
    postgres.sql("CHECKPOINT")
    paths = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relnamespace = 'pharmasales'::regnamespace"
    files = [postgres.data / path for (path,) in postgres.sql(paths, url=url)]
    assert len(files) > 9
    assert not [path for path in files if canary.encode() in path.read_bytes()]
    assert (store.count("doctor"), bool(store.verify())) == (1, True)
    with store.unit(**STAMP):
        assert refused(store.compact).code == "storage.nested"
