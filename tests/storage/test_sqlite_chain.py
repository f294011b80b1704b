"""The audit chain of a SQLite file: whatever is changed behind the library's back is found, one by one (T5)."""

import hashlib
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from pharmasales.compliance import Anchor
from pharmasales.errors import StorageError
from pharmasales.storage import open_store
from pharmasales.storage.chain import link
from pharmasales.storage.protocol import Row
from pharmasales.storage.records import digest
from pharmasales.storage.seals import DELETED, ERASURE, KEPT, seal
from pharmasales.storage.sqlite import SqliteStore

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def stamp(number):
    """Return who writes the unit of this number."""
    return {"by": f"u{number}", "why": f"reason {number}", "at": AT + timedelta(days=number)}


def url(path):
    """Return the URL of a file."""
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path):
    """Return the path of a store of six units: loaded, changed, deleted, erased, looked up by labels, and one empty."""
    path = tmp_path / "store.db"
    with open_store(url(path), create=True) as store:
        with store.unit(**stamp(1), operation="load") as unit:
            unit.put_many("hospital", [(f"H{number}", {"beds": number}) for number in range(5)])
            unit.put("doctor", "D7", {"mobile": "13800000007", "@node": "R01"})
            unit.put("doctor", "D8", {"mobile": "13800000008"})
        with store.unit(**stamp(2)) as unit:
            unit.put("hospital", "H1", {"beds": 100})
            unit.put("doctor", "D7", {"mobile": "13900000007", "@node": "R01"})
            unit.put("visit", "V1", {"@node": "R01", "@labels": {"owner": "R01"}, "day": "2026-01-05"})
        with store.unit(**stamp(3)) as unit:
            unit.put("hospital", "H1", {"beds": 101})
            unit.delete("hospital", "H2")
        with store.unit(**stamp(4)) as unit:
            unit.erase("doctor", "D7")
        with store.unit(**stamp(5), operation="empty"):
            pass
        with store.unit(**stamp(6)) as unit:
            unit.put("visit", "V1", {"@node": "R02", "@labels": {"owner": "R02"}, "day": "2026-01-06"})
            unit.put("hospital", "H9", {"beds": 9})
    return path


class File:
    """The file of a store, open behind the library's back."""

    def __init__(self, connection):
        self.run = connection.execute

    def rows(self, table, where):
        """Return the rows of a table."""
        return [Row._make(row) for row in self.run(f"SELECT * FROM {table} WHERE {where}")]  # noqa: S608 - our own words

    def put(self, table, *rows):
        """Write rows into a table."""
        for row in rows:
            self.run(f"REPLACE INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our own words

    def forge(self, table, where, data, **other):
        """Give a version other data, under a salt and a hash that fit."""
        (row,) = self.rows(table, where)
        given = {"version": row.version, "sequence": row.sequence, "node": row.node, "salt": os.urandom(16), **other}
        mark = given.pop("mark", KEPT)
        self.run(f"DELETE FROM {table} WHERE {where}")  # noqa: S608 - our own words
        self.put(table, seal(kind=row.kind, id=given.pop("id", row.id), data=data, mark=mark, **given))

    def sign(self, sequence):
        """Give a unit a stamp that fits."""
        ((by, at, operation, why),) = self.run(
            "SELECT author, moment, operation, reason FROM unit WHERE sequence = ?", (sequence,)
        )
        fresh = digest(sequence, by, at, operation or "", why)
        self.run("UPDATE unit SET stamp = ? WHERE sequence = ?", (fresh, sequence))

    def unit(self, sequence, operation=None):
        """Put in a unit with a stamp that fits."""
        moment = AT.isoformat()
        self.run("INSERT INTO unit VALUES (?, 'u9', 'forged', ?, ?, x'', zeroblob(32))", (sequence, moment, operation))
        self.sign(sequence)


def edited(path, edit):
    """Change the file behind the library's back; the file stays one that SQLite takes as whole."""
    with closing(sqlite3.connect(path)) as connection:
        if callable(edit):
            edit(File(connection))
        else:
            connection.executescript(edit)
        connection.commit()


def found(path, anchor=None):
    """Return the unit and the reason of what is found."""
    with open_store(url(path)) as store:
        bad = store.verify(anchor).first_bad
        return bad and (bad.sequence, bad.reason)


def heads(path):
    """Return the head after each unit."""
    with open_store(url(path)) as store:
        return [Anchor(unit.sequence, unit.hash.hex()) for unit in store.units()]


def shift(file):
    """Make room for a unit behind the first, and put one there."""
    for sequence in range(6, 1, -1):
        for table in ("unit", "record", "past"):
            file.run(f"UPDATE {table} SET sequence = sequence + 1 WHERE sequence = {sequence}")  # noqa: S608 - our own words
    file.unit(2)


def swap_contents(file):
    """Let two records of one unit change data, salt and hash."""
    three, four = file.rows("record", "id IN ('H3', 'H4') ORDER BY id")
    file.put("record", three._replace(id="H4"), four._replace(id="H3"))


def swap_versions(file):
    """Let the newest version of a record and the one before change places."""
    (newest,), (before,) = file.rows("record", "id = 'H1'"), file.rows("past", "id = 'H1' AND version = 2")
    file.run("DELETE FROM past WHERE id = 'H1' AND version = 2")
    file.put("record", before)
    file.put("past", newest)


def swap_units(file):
    """Let two units change who made them, when and why."""
    file.run("UPDATE unit SET sequence = 99 WHERE sequence = 2")
    file.run("UPDATE unit SET sequence = 2 WHERE sequence = 3")
    file.run("UPDATE unit SET sequence = 3 WHERE sequence = 99")
    for sequence in (2, 3):
        file.sign(sequence)


def fresh_row(sequence, key="H7"):
    """Return what puts a new record into a unit."""
    return lambda file: file.put("record", seal("hospital", key, 1, sequence, KEPT, '{"beds":7}', None, bytes(16)))


def undeleted(file):
    """Let a deletion be a record again, with the version and unit of the deletion."""
    file.forge("record", "id = 'H2'", '{"beds":2}')


def with_hash(file):
    """Edit data, and make the hash fit under the salt that is there."""
    (row,) = file.rows("record", "id = 'H3'")
    file.forge("record", "id = 'H3'", '{"beds":33}', salt=row.salt)


def forged_erasure(file):
    """Wipe a version, and say by a version more that it was an erasure."""
    (row,) = file.rows("record", "id = 'H3'")
    file.put("past", row._replace(data=None, salt=None))
    file.put("record", seal("hospital", "H3", 2, 6, ERASURE, None, None, bytes(16)))


def both(file, sequence):
    """Put in a unit before the first, with a record in it."""
    file.unit(sequence)
    fresh_row(sequence)(file)


BACK = """
    REPLACE INTO record SELECT * FROM past WHERE id = 'H1' AND version = 2;
    DELETE FROM past WHERE id = 'H1' AND version = 2
"""
WIPE = "SET data = NULL, salt = NULL WHERE"
EDITS = {
    "edit data": ("UPDATE record SET data = '{\"beds\":33}' WHERE id = 'H3'", (1, "content")),
    "edit data of history": ("UPDATE past SET data = '{\"beds\":33}' WHERE id = 'H1' AND version = 2", (2, "content")),
    "edit data and hash": (with_hash, (1, "content")),
    "edit data, salt and hash": (lambda file: file.forge("record", "id = 'H3'", '{"beds":33}'), (1, "content")),
    "edit history, salt and hash": (
        lambda file: file.forge("past", "id = 'H1' AND version = 2", '{"beds":33}'),
        (2, "content"),
    ),
    "edit salt": ("UPDATE record SET salt = zeroblob(16) WHERE id = 'H3'", (1, "content")),
    "edit hash": ("UPDATE record SET hash = zeroblob(32) WHERE id = 'H3'", (1, "content")),
    "delete a record": ("DELETE FROM record WHERE id = 'H3'", (1, "content")),
    "delete a record of several versions": ("DELETE FROM record WHERE id = 'H1'", (3, "content")),
    "delete a record and its history": (
        "DELETE FROM record WHERE id = 'H1'; DELETE FROM past WHERE id = 'H1'",
        (1, "content"),
    ),
    "delete a version": ("DELETE FROM past WHERE id = 'H1' AND version = 1", (1, "content")),
    "delete an erasure": ("DELETE FROM record WHERE id = 'D7'", (4, "content")),
    "delete the first unit": ("DELETE FROM unit WHERE sequence = 1", (1, "number")),
    "delete a unit": ("DELETE FROM unit WHERE sequence = 3", (3, "number")),
    "delete an empty unit": ("DELETE FROM unit WHERE sequence = 5", (5, "number")),
    "delete a unit and its rows": (
        "".join(("DELETE FROM unit WHERE sequence = 3; DELETE FROM record WHERE sequence = 3;", BACK)),
        (3, "number"),
    ),
    "delete the last unit alone": ("DELETE FROM unit WHERE sequence = 6", (6, "number")),
    "swap the contents of two rows": (swap_contents, (1, "content")),
    "swap the ids of two rows": (
        """
        UPDATE record SET id = 'X' || id WHERE id IN ('H3', 'H4');
        UPDATE record SET id = iif(id = 'XH3', 'H4', 'H3') WHERE id LIKE 'X%'
        """,
        (1, "content"),
    ),
    "swap the newest version with the one before": (swap_versions, (6, "content")),
    "swap two units": (swap_units, (2, "content")),
    "move a record to history": (
        "INSERT INTO past SELECT * FROM record WHERE id = 'H3'; DELETE FROM record WHERE id = 'H3'",
        (6, "content"),
    ),
    "move history over the record": (BACK, (3, "content")),
    "copy a record to history": ("INSERT INTO past SELECT * FROM record WHERE id = 'H3'", (1, "content")),
    "insert a row": (fresh_row(1), (1, "content")),
    "insert a row into an empty unit": (fresh_row(5), (5, "content")),
    "insert a row behind the last unit": (fresh_row(7), (7, "number")),
    "insert a row before the first unit": (fresh_row(0), (1, "number")),
    "insert a row long before the first unit": (fresh_row(-(2**63)), (1, "number")),
    "insert history": (
        lambda file: file.put("past", seal("hospital", "H3", 0, 1, KEPT, "{}", None, bytes(16))),
        (1, "content"),
    ),
    "insert a unit": (shift, (2, "content")),
    "insert a unit at the end": (lambda file: file.unit(7), (7, "content")),
    "insert a unit behind a gap": (lambda file: file.unit(9), (7, "number")),
    "insert a unit before the first": (lambda file: both(file, 0), (1, "number")),
    "insert a unit long before the first": (lambda file: both(file, -7), (1, "number")),
    "move a row to another unit": (
        lambda file: file.forge("record", "id = 'H3'", '{"beds":3}', sequence=5),
        (1, "content"),
    ),
    "change an id": (lambda file: file.forge("record", "id = 'H3'", '{"beds":3}', id="H33"), (1, "content")),
    "change a kind": ("UPDATE record SET kind = 'clinic' WHERE id = 'H3'", (1, "content")),
    "change a version": (lambda file: file.forge("record", "id = 'H9'", '{"beds":9}', version=2), (6, "content")),
    "undo a deletion": (undeleted, (3, "content")),
    "forge a deletion": (lambda file: file.forge("record", "id = 'H3'", None, mark=DELETED), (1, "content")),
    "wipe a record": (f"UPDATE record {WIPE} id = 'H3'", (1, "content")),
    "wipe a version": (f"UPDATE past {WIPE} id = 'H1' AND version = 2", (2, "content")),
    "wipe a deletion": (f"UPDATE record {WIPE} id = 'H2'", (3, "content")),
    "wipe an erasure": (f"UPDATE record {WIPE} id = 'D7'", (4, "content")),
    "wipe all": (f"UPDATE record {WIPE} 1; UPDATE past {WIPE} 1", (1, "content")),
    "forge an erasure": (forged_erasure, (6, "content")),
    "forge an erasure of a deletion": (
        lambda file: file.forge("record", "id = 'H2'", None, mark=ERASURE),
        (3, "content"),
    ),
    "take salt alone": ("UPDATE record SET salt = NULL WHERE id = 'H3'", (1, "content")),
    "take data alone": ("UPDATE record SET data = NULL WHERE id = 'H3'", (1, "content")),
    "add a label": ("INSERT INTO label VALUES ('visit', 'owner', 'R09', 'V1')", (6, "content")),
    "add a label to a record of none": ("INSERT INTO label VALUES ('hospital', 'owner', 'R1', 'H3')", (6, "content")),
    "take a label": ("DELETE FROM label", (6, "content")),
    "change a label": ("UPDATE label SET value = 'R01'", (6, "content")),
    "change a node": ("UPDATE record SET node = 'R01' WHERE id = 'V1'", (6, "content")),
    "give a node": ("UPDATE record SET node = '*' WHERE id = 'D8'", (1, "content")),
    "take the node of an erasure": ("UPDATE record SET node = NULL WHERE id = 'D7'", (4, "content")),
    "change a node of history": ("UPDATE past SET node = 'R02' WHERE id = 'V1'", (2, "content")),
    "change a node of an erased version": (
        "UPDATE past SET node = 'R09' WHERE id = 'D7' AND version = 1",
        (1, "content"),
    ),
    "change a node, salt and hash": (
        lambda file: file.forge("record", "id = 'D8'", '{"mobile":"13800000008"}', node="*"),
        (1, "content"),
    ),
    "change the hash of a unit": ("UPDATE unit SET hash = zeroblob(32) WHERE sequence = 4", (4, "content")),
    "change the hash of the last unit": ("UPDATE unit SET hash = zeroblob(32) WHERE sequence = 6", (6, "content")),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_changed_is_found(path, name):
    """T5, goal 3.3: verifying names the first unit that does not follow, without an anchor and with one."""
    anchor = heads(path)[-1]
    edit, due = EDITS[name]
    edited(path, edit)
    assert found(path) == due
    assert found(path, anchor) == due


SIGNED = {
    "author": "UPDATE unit SET author = 'u9' WHERE sequence = 3",
    "reason": "UPDATE unit SET reason = 'other' WHERE sequence = 3",
    "moment": "UPDATE unit SET moment = '2020-01-01T00:00:00+00:00' WHERE sequence = 3",
    "operation": "UPDATE unit SET operation = 'other' WHERE sequence = 3",
}


@pytest.mark.parametrize("name", SIGNED)
def test_who_made_a_unit(path, name):
    """T5: who, when, why and under which operation is found where it was changed; a stamp that fits does not help."""
    edited(path, SIGNED[name])
    assert found(path) == (3, "content")
    with open_store(url(path)) as store, pytest.raises(StorageError) as caught:
        store.history("hospital", "H1")
    assert caught.value.code == "storage.damaged"
    edited(path, lambda file: file.sign(3))
    assert found(path) == (3, "content")


def test_stamp_alone(path):
    """T5: a stamp that does not fit its unit is found."""
    edited(path, "UPDATE unit SET stamp = zeroblob(32) WHERE sequence = 3")
    assert found(path) == (3, "content")


def cut(file):
    """Take the last unit with all of its rows, and bring back what it superseded."""
    file.run("DELETE FROM unit WHERE sequence = 6")
    file.run("DELETE FROM record WHERE sequence = 6")
    file.run("INSERT INTO record SELECT * FROM past WHERE id = 'V1'")
    file.run("DELETE FROM past WHERE id = 'V1'")
    file.run("UPDATE label SET value = 'R01'")


def test_cut(path):
    """T5: a cut end follows from itself; an anchor that was kept elsewhere finds it, an older one does not."""
    anchors = heads(path)
    edited(path, cut)
    assert found(path) is None
    assert found(path, anchors[4]) is None
    assert found(path, anchors[5]) == (6, "cut")


def rebuilt(path):
    """Link all units anew over what stands now."""
    with closing(sqlite3.connect(path)) as connection, open_store(url(path)) as store:
        last = "0" * 64
        for unit in list(store.units()):
            fresh = link(last, unit)
            connection.execute("UPDATE unit SET hash = ? WHERE sequence = ?", (fresh, unit.sequence))
            last = fresh.hex()
        connection.commit()


def test_rebuilt(path):
    """T5: a chain rebuilt over forged data follows from itself; every anchor from the forged unit on finds it."""
    anchors = heads(path)
    edited(path, lambda file: file.forge("past", "id = 'H1' AND version = 2", '{"beds":33}'))
    assert found(path) == (2, "content")
    rebuilt(path)
    assert found(path) is None
    assert found(path, anchors[0]) is None
    for anchor in anchors[1:]:
        assert found(path, anchor) == (anchor.count, "rebuilt")


def test_whole(path):
    """T5: an untouched file verifies up to every head that it had."""
    assert found(path) is None
    for anchor in heads(path):
        assert found(path, anchor) is None


def test_while_others_write(path):
    """T9: verifying looks at one state of the file; whoever writes meanwhile raises no false alarm."""
    with open_store(url(path)) as store, open_store(url(path)) as other:

        def write(statement):
            if "FROM label" in statement:
                store._tables.connection.set_trace_callback(None)
                with other.unit(**stamp(7)) as unit:
                    unit.put("visit", "V1", {"@node": "R03", "@labels": {"owner": "R03"}, "day": "2026-01-07"})

        store._tables.connection.set_trace_callback(write)
        assert store.verify().first_bad is None
        assert store.verify().count == 7


@pytest.mark.parametrize("table", ["record", "past"])
def test_wiped_and_read(path, table):
    """T5: a forged wiping of the newest version is refused by every read; one of history is shown as erased."""
    edited(path, f"UPDATE {table} {WIPE} id = 'H1' AND version >= 2")
    with SqliteStore.open(url(path)) as store:
        if table == "past":
            assert [entry.erased for entry in store.history("hospital", "H1")] == [False, True, False]
            return
        for read in (store.get, store.history):
            with pytest.raises(StorageError) as caught:
                read("hospital", "H1")
            assert caught.value.code == "storage.damaged"


def test_erased_data_put_back(path, tmp_path):
    """T5, T19: erased data that somebody puts back, salt and all, from an old copy of the file are found."""
    kept = tmp_path / "kept.db"
    with open_store(url(kept), create=True) as store:
        with store.unit(**stamp(1)) as unit:
            unit.put("doctor", "D7", {"n": 1})
            unit.put("doctor", "D7", {"n": 2})
        ((first, _),) = (unit.rows for unit in store.units())
        with store.unit(**stamp(2)) as unit:
            unit.erase("doctor", "D7")
    edited(kept, lambda file: file.put("past", first))
    assert found(kept) == (2, "content")


def test_hash_without_salt(path):
    """T14: the hash that an erasure leaves is met by no guess of the data, however right."""
    with closing(sqlite3.connect(path)) as connection:
        (row,) = (Row._make(row) for row in connection.execute("SELECT * FROM past WHERE id = 'D7' AND version = 1"))
    assert (row.data, row.salt) == (None, None)
    data = '{"@node":"R01","mobile":"13800000007"}'
    for salt in (b"", bytes(16), row.hash[:16]):
        assert seal("doctor", "D7", 1, 1, KEPT, data, "R01", salt).hash != row.hash
    assert hashlib.sha256(data.encode()).digest() != row.hash
