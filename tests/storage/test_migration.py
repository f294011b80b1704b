"""Migration from version 1: all of it or no byte, and everything that could be read before can be read after."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, StorageError
from pharmasales.storage import _sqlite_migration, open_store
from pharmasales.storage._sqlite_migration import OLD, migrate_file
from pharmasales.storage._sqlite_tables import SqliteTables
from pharmasales.storage.backup import restore
from pharmasales.storage.memory import MemoryStore
from pharmasales.storage.migration import Migrated, migrate
from pharmasales.storage.records import digest
from pharmasales.storage.sqlite_file import APPLICATION, VERSION

DUMP = Path(__file__).parent / "older" / "v1.sql"
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
STAMP = {"by": "u9", "why": "after", "at": AT}


def url(path):
    """Return the URL of a file."""
    return f"sqlite:///{path}"


@pytest.fixture
def older(tmp_path):
    """Return the path of a store as version 1 wrote it."""
    path = tmp_path / "sales.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
    return path


def dump(path):
    """Return all that a file holds, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute("PRAGMA user_version").fetchall(), *connection.iterdump()]


def before(path):
    """Return what version 1 would show: each history, and the done operations."""
    histories = {}
    query = """
        SELECT v.*, author, reason, moment FROM (SELECT * FROM past UNION ALL SELECT * FROM record) AS v
        JOIN unit USING (sequence) WHERE kind <> '' ORDER BY kind, id, version
    """
    with closing(sqlite3.connect(path)) as connection:
        for kind, key, version, sequence, text, found, by, why, at in connection.execute(query):
            erased = found == digest(kind, key, version, sequence, "erased")
            entry = version, text and json.loads(text), by, why, at, sequence, erased
            histories.setdefault((kind, key), []).append(entry)
        done = [name for (name,) in connection.execute("SELECT operation FROM unit WHERE operation IS NOT NULL")]
        units = connection.execute("SELECT sequence, author, reason, moment FROM unit").fetchall()
    return histories, done, units


def after(path, histories, done):
    """Return the same as a store of this version shows it."""
    with open_store(url(path)) as store:
        found = {
            (kind, key): [
                (entry.version, entry.data, entry.by, entry.why, entry.at.isoformat(), entry.sequence, entry.erased)
                for entry in store.history(kind, key)
            ]
            for kind, key in histories
        }
        for (kind, key), entries in histories.items():
            live = [record.data for record in store.find(kind, prefix=key) if record.id == key]
            assert live == [entry[1] for entry in entries[-1:] if entry[1] is not None]
        ids = {(kind, key) for kind in store.kinds() for key in store.ids(kind)}
        assert ids == {place for place, entries in histories.items() if any(entry[1] for entry in entries)}
        assert store.verify()
        units = [(unit.sequence, unit.by, unit.why, unit.at.isoformat()) for unit in store.units()]
        repeated = []
        for name in done:
            with store.unit(**STAMP, operation=name) as unit:
                repeated += [name] * unit.done
    return found, repeated, units


def refused(path, code, *, files=None):
    """See that migrating is refused with a code, that no byte changed and no file came."""
    held, there = path.read_bytes(), files or sorted(path.parent.iterdir())
    with pytest.raises(StorageError) as caught:
        migrate_file(path, wait_ms=20)
    assert caught.value.code == code
    assert path.read_bytes() == held
    assert sorted(path.parent.iterdir()) == there
    return caught.value


def test_everything_is_the_same(older):
    """T13: data, versions, histories, stamps, sequences and done operations are equal before and after."""
    histories, done, units = before(older)
    assert (len(histories), len(done), len(units)) == (17, 2, 6)
    migrate(url(older))
    assert after(older, histories, done) == (histories, done, units)


def test_opening_refuses(older):
    """T13: opening never migrates; it refuses version 1 as older and changes no byte."""
    held = older.read_bytes()
    for create in (False, True):
        with pytest.raises(StorageError, match="migrate it: pharmasales store migrate DIR") as caught:
            open_store(url(older), create=create)
        assert caught.value.code == "storage.older"
    assert (older.read_bytes(), sorted(file.name for file in older.parent.iterdir())) == (held, ["sales.db"])


def test_the_old_file_is_kept(older):
    """T13: the store as it was is kept beside it, under a name that was free; nothing is overwritten."""
    taken, held = older.with_name("sales.db.v1.bak"), dump(older)
    taken.write_text("an earlier one")
    done = migrate(url(older))
    assert (done.done, done.old, done.new, done.backup) == (True, 1, VERSION, older.with_name("sales.db.v1-2.bak"))
    assert dump(done.backup) == held
    assert taken.read_text() == "an earlier one"
    assert sorted(file.name for file in older.parent.iterdir()) == [
        "sales.db",
        "sales.db.v1-2.bak",
        "sales.db.v1.bak",
    ]
    for opening in (lambda: open_store(url(done.backup)), lambda: restore(done.backup, "memory:")):
        with pytest.raises(StorageError) as caught:
            opening()
        assert caught.value.code == "storage.older"


def test_nothing_to_migrate(older, monkeypatch):
    """A store of this version is left as it is, and so is one whose back end knows no other version."""
    migrate(url(older))
    held, files = older.read_bytes(), sorted(older.parent.iterdir())
    done = migrate(url(older))
    assert (done.done, str(done)) == (False, "nothing to migrate: the store is of this version")
    assert done.says().zh == "无需迁移：存储已是当前版本"
    assert (older.read_bytes(), sorted(older.parent.iterdir())) == (held, files)
    assert migrate("memory:") == Migrated()
    with pytest.raises(BadConfig) as caught:
        migrate("oracle://db")
    assert caught.value.code == "config.store"

    class Own:
        open = MemoryStore.open

        @staticmethod
        def migrate(place):
            return Migrated(3, 4, Path(place))

    monkeypatch.setattr("pharmasales.storage.migration.opener_of", lambda _: Own)
    assert migrate("own:x").says().zh == "已从版本 3 迁移到版本 4；原存储保留为 own:x"


def test_postgres_has_nothing_to_migrate(postgres):
    """A PostgreSQL store answers for itself: there is no older version of it."""
    place = postgres.database()
    open_store(place, create=True).close()
    assert not migrate(place).done
    with pytest.raises(StorageError) as caught:
        migrate(f"{place}&schema=none")
    assert caught.value.code == "storage.missing"


def test_work_goes_on(older):
    """After migrating, versions go on where they were, also behind an erasure, and an anchor holds."""
    migrate(url(older))
    with open_store(url(older)) as store:
        anchor = store.head()
        with store.unit(**STAMP) as unit:
            assert unit.put("hospital", "H001", {"beds": 13}, expected=3) == 4
            assert unit.put("hospital", "H002", {"beds": 99}) == 3
            assert unit.erase("hospital", "H003") == 1
            unit.delete("hospital", "H005")
            assert unit.put("hospital", "H005", {"beds": 1}) == 3
        assert [entry.erased for entry in store.history("hospital", "H003")] == [True] * 4
        assert store.verify(anchor).anchored
        assert store.head().count == anchor.count + 1 == 7


def test_salts_differ(older, tmp_path):
    """Two migrations of one file seal under salts of their own, so that the two heads differ."""
    copy = tmp_path / "copy.db"
    shutil.copy(older, copy)
    heads = set()
    for path in (older, copy):
        migrate(url(path))
        with open_store(url(path)) as store:
            heads.add(store.head())
    assert len(heads) == 2


DAMAGED = {
    "a record": "UPDATE record SET data = '{\"beds\":8}' WHERE id = 'H007'",
    "a version": "UPDATE past SET data = '{\"beds\":8}' WHERE id = 'H001'",
    "an erased version": "UPDATE past SET data = '{}' WHERE id = 'H003'",
    "an erased hash": "UPDATE past SET hash = zeroblob(32) WHERE id = 'H003'",
    "a deletion": "UPDATE past SET hash = zeroblob(32) WHERE id = 'H002' AND version = 2",
    "a gap": "DELETE FROM past WHERE id = 'H001' AND version = 2",
    "the first version gone": "DELETE FROM past WHERE id = 'H001' AND version = 1",
    "the newest version gone": "DELETE FROM record WHERE id = 'H001'",
    "the newest version in history": "INSERT INTO past SELECT * FROM record WHERE id = 'H000'",
    "a record in history": """
        INSERT INTO past SELECT * FROM record WHERE id = 'H000'; DELETE FROM record WHERE id = 'H000'
    """,
    "an author": "UPDATE unit SET author = 'u9' WHERE sequence = 3",
    "an operation": "UPDATE unit SET operation = 'other' WHERE sequence = 4",
    "a unit gone": "DELETE FROM unit WHERE sequence = 4",
    "the last unit gone": "DELETE FROM unit WHERE sequence = 6",
    "all units gone": "DELETE FROM unit",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_is_refused(older, name):
    """T13: every hash is checked first; where one does not fit nothing is changed, and no copy stays."""
    with closing(sqlite3.connect(older)) as connection:
        connection.executescript(DAMAGED[name])
    assert refused(older, "storage.damaged").where.split()[0] in ("hospital", "unit", "audit")


def forged(path, table, kind, key, version, sequence, text, hash_):
    """Put a row of version 1 into a file."""
    with closing(sqlite3.connect(path)) as connection:
        row = kind, key, version, sequence, text, hash_
        connection.execute(f"REPLACE INTO {table} VALUES (?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our own words
        connection.commit()


def test_erased_in_the_middle(older):
    """T5: an erasure behind which data of an earlier version stand is none that version 1 can have written."""
    forged(older, "past", "hospital", "H001", 2, 2, None, digest("hospital", "H001", 2, 2, "erased"))
    assert refused(older, "storage.damaged").where == "hospital H001"


@pytest.mark.parametrize("sequence", [0, -1, 7])
def test_row_of_no_unit(older, sequence):
    """T5: a row of a unit that is not there is refused, whatever its hash."""
    forged(older, "record", "clinic", "C1", 1, sequence, "{}", digest("clinic", "C1", 1, sequence, "{}"))
    assert refused(older, "storage.damaged").where == "clinic C1"


def test_other_files(older, tmp_path):
    """T13: what is missing, foreign, newer, cut, or of another schema is refused untouched."""
    missing = tmp_path / "none.db"
    with pytest.raises(StorageError) as caught:
        migrate(url(missing))
    assert (caught.value.code, missing.exists()) == ("storage.missing", False)
    whole = older.read_bytes()
    with closing(sqlite3.connect(older)) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    refused(older, "storage.newer")
    older.write_bytes(b"something else" * 99)
    refused(older, "storage.foreign")
    older.write_bytes(whole[:-4096])
    refused(older, "storage.damaged")
    older.write_bytes(whole)
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("CREATE TABLE other (x)")
    refused(older, "storage.damaged")


class Writer:
    """Writes a file as version 1 did: the tables, and the hashes of content."""

    def __init__(self, path):
        """Make the file."""
        self.connection = sqlite3.connect(path, isolation_level=None)
        for statement in OLD:
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA application_id={APPLICATION}")
        self.connection.execute("PRAGMA user_version=1")
        self.sequence = 0
        self.newest = {}

    def unit(self, *writes, operation=None):
        """Write a unit of work: (kind, id, data), where None deletes and "erase" erases."""
        self.sequence += 1
        at = (AT + timedelta(days=self.sequence)).isoformat()
        by, why = f"u{self.sequence}", "更正\nreason"
        found = digest(self.sequence, by, at, operation or "", why)
        values = self.sequence, by, why, at, operation, found
        self.connection.execute("INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?)", values)
        for kind, key, data in writes:
            self.write(kind, key, data)

    def write(self, kind, key, data):
        """Write one version, where there is something to write."""
        version, text = self.newest.get((kind, key), (0, None))
        fresh = None if data in (None, "erase") else encoded(data)
        erasing = data == "erase"
        if erasing and not self.standing(kind, key):
            return
        if fresh == text and not erasing:
            return
        self.connection.execute("INSERT INTO past SELECT * FROM record WHERE kind = ? AND id = ?", (kind, key))
        if erasing:
            for old, sequence in self.connection.execute(
                "SELECT version, sequence FROM past WHERE kind = ? AND id = ?", (kind, key)
            ).fetchall():
                found = digest(kind, key, old, sequence, "erased")
                self.connection.execute(
                    "UPDATE past SET data = NULL, hash = ? WHERE kind = ? AND id = ? AND version = ?",
                    (found, kind, key, old),
                )
        place = kind, key, version + 1, self.sequence
        found = digest(*place, "erased" if erasing else fresh or "")
        self.connection.execute("REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)", (*place, fresh, found))
        self.newest[kind, key] = version + 1, fresh

    def standing(self, kind, key):
        """Return whether data stand under an id."""
        both = "SELECT count(data) FROM (SELECT * FROM past UNION ALL SELECT * FROM record) WHERE kind = ? AND id = ?"
        return self.connection.execute(both, (kind, key)).fetchone() != (0,)

    def close(self):
        """Close the file."""
        self.connection.close()


def encoded(data):
    """Return the canonical text of data, whatever their keys."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


WRITES = st.tuples(
    st.sampled_from(["doctor", "医生"]),
    st.sampled_from(["D1", "D2", "D10", "示例"]),
    st.one_of(
        st.none(),
        st.just("erase"),
        st.fixed_dictionaries({"n": st.integers(0, 3)}, optional={"@node": st.sampled_from(["R1", "*"])}),
    ),
)


@given(units=st.lists(st.lists(WRITES, max_size=5), max_size=6), operation=st.booleans())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_whatever_was_written(units, operation):
    """T13: whatever version 1 wrote is the same afterwards, several versions of a record in one unit included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sales.db"
        with closing(Writer(path)) as writer:
            for number, writes in enumerate(units):
                writer.unit(*writes, operation=f"op {number}" if operation else None)
        histories, done, made = before(path)
        migrate(url(path))
        assert after(path, histories, done) == (histories, done, made)


def written(path, *units):
    """Write a file as version 1 did."""
    with closing(Writer(path)) as writer:
        for writes in units:
            writer.unit(*writes)


def test_marks_take_effect(tmp_path):
    """Labels and nodes that version 1 kept as plain data are the record's own now, those of a deleted one too."""
    path = tmp_path / "sales.db"
    written(
        path,
        [("visit", "V1", {"@node": "R01", "@labels": {"owner": ["R01", "R09"]}}), ("visit", "V2", {"@node": "R01"})],
        [("visit", "V1", {"@node": "R02", "@labels": {"owner": "R02"}}), ("visit", "V2", None)],
        [("visit", "V3", {"@other": 1, "nested": {"@labels": 7}})],
    )
    migrate(url(path))
    with open_store(url(path)) as store:
        assert [record.id for record in store.find("visit", where={"owner": "R02"})] == ["V1"]
        assert store.count("visit", where={"owner": "R01"}) == 0
        assert [len(store.within(["R01"]).history("visit", key)) for key in ("V1", "V2")] == [0, 2]
        assert store.get("visit", "V3").data == {"@other": 1, "nested": {"@labels": 7}}
        assert store.verify()


@pytest.mark.parametrize("data", [{"@node": 7}, {"@node": " R1"}, {"@labels": []}, {"@labels": {"owner": 7}}])
def test_keys_of_the_stores_own(tmp_path, data):
    """A node or label that today's store could not read is refused by kind and id, be it in history."""
    path = tmp_path / "sales.db"
    written(path, [("visit", "V1", data)], [("visit", "V1", {"n": 1})])
    error = refused(path, "storage.reserved")
    assert (error.where, "7" in str(error)) == ("visit V1", False)


@pytest.mark.parametrize("cleaned", [True, False])
def test_mark_of_erased_bytes(tmp_path, monkeypatch, cleaned):
    """T19: bytes that an erasure had left in the old file are not in the new one, and its mark is in the copy.

    Where cleaning fails it is migrated all the same; the mark stays, and the next opening cleans.
    """
    path, canary = tmp_path / "sales.db", "#药D7!" * 2000
    with closing(Writer(path)) as writer:
        writer.connection.execute("PRAGMA secure_delete=OFF")
        writer.unit(("doctor", "D7", {"text": canary}), ("doctor", "D9", {"n": 1}))
        writer.unit(("doctor", "D7", "erase"))
        writer.connection.execute("INSERT INTO past VALUES ('', '', 0, 2, NULL, x'')")
    assert "#药D7!".encode() in path.read_bytes()

    def fails(*_):
        raise StorageError("no space is left", code="storage.full")

    with monkeypatch.context() as patch:
        if not cleaned:
            patch.setattr(SqliteTables, "compact", fails)
        kept = migrate(url(path)).backup
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM remnant").fetchall() == ([] if cleaned else [(2,)])
    assert not cleaned or "#药D7!".encode() not in path.read_bytes()
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT sequence FROM past WHERE kind = ''").fetchall() == [(2,)]
    with open_store(url(path)) as store:
        assert "#药D7!".encode() not in path.read_bytes()
        assert (store._tables.marked(), store.ids("doctor")) == ([], ["D9"])
        assert [entry.erased for entry in store.history("doctor", "D7")] == [True, True]


def test_no_guess_fits_what_was_erased(older):
    """T14: hashes of content are gone from the file; what is erased keeps one that was made of its key alone."""
    with closing(sqlite3.connect(older)) as connection:
        both = "SELECT kind, id, version, sequence, data, hash FROM past UNION ALL SELECT * FROM record"
        rows = connection.execute(both).fetchall()
    migrate(url(older))
    content = older.read_bytes()
    assert not [row for row in rows if row[4] is not None and row[5] in content]
    assert not [row for row in rows if row[4] is not None and digest(row[4]) in content]
    stays = [row[:4] for row in rows if row[5] in content]
    assert stays == [("hospital", "H003", 1, 1)]


def test_somebody_is_at_work(older):
    """T12: a writer or a reader on the old file is waited for, then told; nothing changed, and no copy stays."""
    with closing(sqlite3.connect(older, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(older, "storage.busy")
        other.execute("ROLLBACK")
        cursor = other.execute("SELECT * FROM record")
        cursor.fetchone()
        refused(older, "storage.busy")
        cursor.close()
    assert migrate_file(older, wait_ms=20).done


def test_migrated_by_somebody_else_meanwhile(older, monkeypatch):
    """T9: of two that migrate at once one does it, and the other finds nothing left to do, or is told to try again."""
    connect, calls = _sqlite_migration.connect, []

    def slow(path, **more):
        calls.append(more)
        connection = connect(path, **more)
        if len(calls) == moment:
            monkeypatch.setattr(_sqlite_migration, "connect", connect)
            migrate_file(path)
        return connection

    moment = 2
    monkeypatch.setattr(_sqlite_migration, "connect", slow)
    assert migrate_file(older) == Migrated(VERSION, VERSION)
    assert [file.name for file in sorted(older.parent.iterdir())] == ["sales.db", "sales.db.v1.bak"]
    with pytest.raises(StorageError) as caught:
        connect(older, create=False, wait_ms=20, version=1, schema=OLD)
    assert caught.value.code == "storage.busy"


BOTH = """
import sys
from pharmasales.errors import StorageError
from pharmasales.storage.migration import migrate
try:
    print("done" if migrate("sqlite:///" + sys.argv[1]).done else "nothing")
except StorageError as error:
    print(error.code)
"""


def half_committed(older):
    """Leave the file as a process does that was killed in its commit: a head of this version, and a hot journal."""
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        connection.execute(f"PRAGMA user_version={VERSION}")
        journal = older.with_name("sales.db-journal").read_bytes()
        connection.execute("ROLLBACK")
    content = bytearray(older.read_bytes())
    content[60:64] = VERSION.to_bytes(4, "big")
    older.write_bytes(content)
    older.with_name("sales.db-journal").write_bytes(journal)


def test_killed_in_the_commit(older):
    """T11: a head that says this version over a journal that takes it back is an older store, and can be migrated."""
    held = dump(older)
    half_committed(older)
    with pytest.raises(StorageError) as caught:
        open_store(url(older))
    assert (caught.value.code, dump(older)) == ("storage.older", held)
    half_committed(older)
    assert migrate(url(older)).done


def test_many_at_once(older):
    """T9: of eight processes that migrate at once exactly one does it."""
    histories, done, units = before(older)
    command = [sys.executable, "-c", BOTH, str(older)]
    children = [subprocess.Popen(command, text=True, stdout=subprocess.PIPE) for _ in range(8)]  # noqa: S603 - our own script
    said = [child.communicate(timeout=60)[0].strip() for child in children]
    assert said.count("done") == 1
    assert set(said) <= {"done", "nothing", "storage.busy"}
    assert after(older, histories, done) == (histories, done, units)
    assert [file.name for file in sorted(older.parent.iterdir())] == ["sales.db", "sales.db.v1.bak"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
@pytest.mark.parametrize("room", [1000, 20_000, 30_000])
def test_no_space(older, room):
    """T12: where the copy or the new tables find no space, the old file stands, no copy stays, and it works later."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    held = dump(older)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(StorageError) as caught:
            migrate_file(older)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code in ("storage.full", "storage.io")
    assert [file.name for file in older.parent.iterdir()] == ["sales.db"]
    assert dump(older) == held
    assert migrate_file(older).done


def test_copy_that_cannot_be_taken_away(older, monkeypatch):
    """T12: where even the copy cannot be taken away, the first error is the one that is told."""

    def fails(*_):
        raise sqlite3.OperationalError("disk I/O error")

    def refuses(*_):
        raise PermissionError

    monkeypatch.setattr(_sqlite_migration, "_fill", fails)
    monkeypatch.setattr(Path, "unlink", refuses)
    held = dump(older)
    with pytest.raises(StorageError) as caught:
        migrate_file(older)
    assert caught.value.code == "storage.sqlite"
    assert dump(older) == held


def test_new_tables_are_proved(older, monkeypatch):
    """T13: what was written is verified before it is committed; where it does not hold, nothing is changed."""
    real = _sqlite_migration._put

    def forging(connection, old, lines):
        made = real(connection, old, lines)
        connection.execute("UPDATE record SET data = '{}' WHERE id = 'H007'")
        return made

    monkeypatch.setattr(_sqlite_migration, "_put", forging)
    refused(older, "storage.damaged")
