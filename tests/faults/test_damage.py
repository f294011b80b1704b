"""Scene 6: damaged, foreign and tampered files (threats T5, T13, goal 3.1): none is wrong in silence."""

import random
import sqlite3
import time
import zipfile
from collections import Counter
from contextlib import closing, suppress

import pytest

from pharmasales.errors import PharmaSalesError, StorageError
from pharmasales.storage import open_store
from pharmasales.workspace.cabinet import Cabinet

UNITS = 12
ENDS = ("refused at opening", "refused on reading", "found by verify", "reads as written")


def picture(store):
    """Return all that can be read of a store by every public way of reading."""
    cabinet = Cabinet(store)
    seen = {"kinds": store.kinds(), "entries": list(cabinet.entries()), "head": cabinet.head()}
    seen["files"] = [(file.id, file.changes) for file in cabinet.register().dossiers.values()]
    for kind in (*store.kinds(), "nobody"):
        seen[kind, "ids"] = store.ids(kind)
        seen[kind, "count"] = store.count(kind)
        seen[kind, "find"] = [(one.id, one.version, one.data) for one in store.find(kind)]
        for id_ in store.ids(kind):
            seen[kind, id_] = [
                (one.version, one.data, one.by, one.why, one.at, one.sequence, one.erased)
                for one in store.history(kind, id_)
            ]
        seen[kind, "all"] = [id_ for id_, _ in store.histories(kind)]
        seen[kind, "within"] = [(one.id, one.version) for one in store.within(["R1"]).find(kind)]
    for where in ({"grade": "A"}, {"grade": "B"}, {"grade": ["C", "D"]}, {"team": "north"}, {"team": "示例"}):
        for reader in (store, store.within(["R1"]), store.within(["R2"])):
            found = [(one.id, one.version) for one in reader.find("grades", where=where)]
            seen[str(where), len(seen)] = found, reader.count("grades", where=where)
    return seen


class Case:
    """The store that is damaged, what can be read of it while it is whole, and where its chains stood."""

    def __init__(self, folder, work):
        """Make a store of some units, with a deleted and an erased record."""
        self.path = folder / "store.db"
        self.url = f"sqlite:///{self.path}"
        work.fresh(self.url, UNITS)
        with open_store(self.url) as store:
            with store.unit(**work.STAMP) as unit:
                unit.delete("visits", f"{work.customer(1)}/0")
                unit.erase("visits", f"{work.customer(2)}/0")
            self.old = self.path.read_bytes()
            work.do(store, UNITS + 1)
        self.whole = self.path.read_bytes()
        with open_store(self.url) as store:
            self.right = picture(store)
            self.anchor = Cabinet(store).head()
            self.head = store.head()

    def proved(self, store):
        """Return whether both chains are proved by the anchors that were kept elsewhere."""
        return bool(store.verify(self.head)) and bool(Cabinet(store).verify(self.anchor))

    def judge(self, told, where):
        """Return how the file at the path ends, and count what must not be: an untyped error, or a silent one."""
        before = self.path.read_bytes() if self.path.is_file() else None
        try:
            end = self._judge(told, where)
        except Exception as error:  # noqa: BLE001 - an error of any other type is what the suite looks for
            told.trouble("untyped", f"{where}: {type(error).__name__} {error}")
            end = "untyped"
        if before is not None and self.path.read_bytes() != before:
            told.trouble("half", f"{where}: its bytes were changed")
        if strays := [file.name for file in self.path.parent.iterdir() if file != self.path]:
            told.trouble("half", f"{where}: left {strays}")
        return end

    def _judge(self, told, where):
        try:
            begin = time.monotonic()
            store = open_store(self.url)
            told.slowest = max(told.slowest, time.monotonic() - begin)
        except StorageError:
            return "refused at opening"
        with store:
            try:
                equal = picture(store) == self.right
            except PharmaSalesError:
                return "refused on reading"
            try:
                proved = self.proved(store)
            except PharmaSalesError:
                proved = False
        if not proved:
            return "found by verify"
        if not equal:
            told.trouble("silent", f"{where}: read otherwise, and no check said so")
            return "silent"
        return "reads as written"


@pytest.fixture
def case(tmp_path, work):
    """Return a store to damage, in a folder of its own."""
    folder = tmp_path / "case"
    folder.mkdir()
    return Case(folder, work)


def test_bit_flips(case, dose, figures):
    """T13: a flipped bit is refused, found by a check, or stands where nothing is and all reads as it was written."""
    told, ends = figures("single-bit flips"), Counter()
    flips, size = dose(40, 200), len(case.whole) * 8
    for number in range(flips):
        bit = random.Random(number).randrange(size)  # noqa: S311 - a bit, no secret
        flipped = bytearray(case.whole)
        flipped[bit // 8] ^= 1 << bit % 8
        case.path.write_bytes(flipped)
        ends[case.judge(told, f"bit {bit}")] += 1
    told.dose = f"{flips} flips in {len(case.whole):,} bytes"
    told.notes.append(", ".join(f"{end} {ends[end]}" for end in ENDS))
    assert ends["reads as written"] < flips * 0.7


def foreign(case):
    """Yield 28 files that are no whole store, by name: a text, bytes, or what makes it at a path."""
    whole = case.whole
    page = 4096
    for length in (1, 99, 100, page, page + 1, len(whole) // 2, len(whole) - page, len(whole) - 1):
        yield f"cut to {length}", whole[:length]
    yield from {
        "empty": b"",
        "text": "客户,等级\nExample Hospital,A\n".encode() * 50,
        "json": b'{"stores": []}',
        "png": b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 500,
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" * 300,
        "gzip": b"\x1f\x8b\x08\0" * 1500,
        "zeros": b"\0" * 8192,
        "noise": random.Random(5).randbytes(8192),  # noqa: S311 - bytes, no secret
        "a head and nothing behind": whole[:100] + b"\0" * (page - 100),
        "a head and noise": whole[:100] + random.Random(6).randbytes(len(whole) - 100),  # noqa: S311 - bytes, no secret
        "something in front": b"\xef\xbb\xbf" + whole,
        "something behind": whole + b"x",
        "lines translated": whole.replace(b"\n", b"\r\n"),
    }.items()
    yield "zip", lambda path: zipfile.ZipFile(path, "w").close()
    yield "another program's database", _another
    yield "a newer version", lambda path: _mark(path, whole, "user_version=999")
    yield "an older version", lambda path: _mark(path, whole, "user_version=1")
    yield "a version that never was", lambda path: _mark(path, whole, "user_version=-1")
    yield "a directory", lambda path: path.mkdir()
    yield "a link in a circle", lambda path: path.symlink_to(path)


def _another(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE record (kind TEXT, id TEXT, data TEXT)")
        other.execute("INSERT INTO record VALUES ('doctor', 'D1', '{}')")
        other.commit()


def _mark(path, whole, setting):
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as store:
        store.execute(f"PRAGMA {setting}")


def test_foreign_files(case, dose, figures):
    """T13: 28 files cut short, of other programs or of another version are refused at opening, no byte changed."""
    told, ends = figures("cut and foreign files"), Counter()
    for name, content in foreign(case):
        if case.path.is_dir():
            case.path.rmdir()
        else:
            case.path.unlink()
        if isinstance(content, bytes):
            case.path.write_bytes(content)
        else:
            content(case.path)
        end = case.judge(told, name)
        ends[end] += 1
        with suppress(StorageError):
            open_store(case.url, create=True).close()
            told.trouble("silent", f"{name}: opened with create=True")
        if end != "refused at opening":
            told.trouble("silent", f"{name}: {end}")
    told.dose = f"{ends.total()} files"
    told.notes.append(", ".join(f"{end} {ends[end]}" for end in ENDS))
    assert ends.total() == 28


def tampered(whole, path, each):
    """Yield edits of every table behind the library's back: each value changed, rows deleted, doubled and swapped."""
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        content = {
            table: (
                [column[1] for column in file.execute(f'PRAGMA table_info("{table}")')],
                file.execute(f'SELECT * FROM "{table}"').fetchall(),  # noqa: S608 - a name from the schema
            )
            for table in tables
            if not table.startswith("sqlite_")
        }
    for table, (columns, rows) in content.items():
        chosen = random.Random(table).sample(rows, min(each, len(rows)))  # noqa: S311 - rows, no secret
        for place, row in enumerate(chosen):
            yield f"{table} row {place} deleted", _change(table, columns, row, None)
            for at, name in enumerate(columns):
                for value in _others(row[at], [other[at] for other in chosen]):
                    new = (*row[:at], value, *row[at + 1 :])
                    yield f"{table} row {place}: {name} changed", _change(table, columns, row, new)
                    yield f"{table} row {place}: doubled, with another {name}", _insert(table, new)
            other = chosen[place - 1]
            for at, name in enumerate(columns):
                if other[at] != row[at] and other[:at] + other[at + 1 :] != row[:at] + row[at + 1 :]:
                    yield f"{table} rows {place}: {name} swapped", _swap(table, columns, (row, other), at)
        if rows:
            yield f"{table} emptied", [(f'DELETE FROM "{table}"', ())]  # noqa: S608 - a name from the schema


def _others(value, beside):
    """Return other values for one: nearly the same, another row's, and none."""
    if isinstance(value, str):
        near = [f"{value}x", value[:-1]]
    elif isinstance(value, int):
        near = [value + 1, -value - 1]
    elif isinstance(value, bytes):
        near = [bytes(len(value)), value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"]
    else:
        near = ["{}", 1, b"x"]
    return [one for one in dict.fromkeys([*near, *beside[:1], None]) if one != value]


def _change(table, columns, row, new):
    same = " AND ".join(f'"{name}" IS ?' for name in columns)
    if new is None:
        return [(f'DELETE FROM "{table}" WHERE {same}', row)]  # noqa: S608 - names from the schema
    names = ", ".join(f'"{name}" = ?' for name in columns)
    return [(f'UPDATE "{table}" SET {names} WHERE {same}', (*new, *row))]  # noqa: S608 - names from the schema


def _insert(table, new):
    return [(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(new))})', new)]  # noqa: S608 - names from the schema


def _swap(table, columns, pair, at):
    one, two = pair
    first = (*one[:at], two[at], *one[at + 1 :])
    second = (*two[:at], one[at], *two[at + 1 :])
    remove = [*_change(table, columns, one, None), *_change(table, columns, two, None)]
    return [*remove, *_insert(table, first), *_insert(table, second)]


def edited(path, whole, statements):
    """Write the whole store, edit it and say whether SQLite let it be done."""
    path.write_bytes(whole)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints=ON")
        try:
            for statement, values in statements:
                file.execute(statement, values)
        except (sqlite3.IntegrityError, sqlite3.OperationalError):
            return False
    return path.read_bytes() != whole


def test_tampered_files(case, dose, figures):
    """T5: rows of any table edited, deleted, doubled or swapped are found by reading or by the check with an anchor."""
    told, ends = figures("rows edited behind the library"), Counter()
    cases = list(tampered(case.whole, case.path, dose(2, 4)))
    if not dose.full:
        cases = random.Random(9).sample(cases, min(60, len(cases)))  # noqa: S311 - a sample, no secrets
    for name, statements in cases:
        if edited(case.path, case.whole, statements):
            ends[case.judge(told, name)] += 1
    told.dose = f"{ends.total()} edits"
    told.notes.append(", ".join(f"{end} {ends[end]}" for end in ENDS))
    assert ends.total() > 30
    assert ends["reads as written"] == 0


def test_an_older_copy(case, figures):
    """T5: a store put back to an older copy of itself is whole, and found by the anchor that was kept elsewhere."""
    told = figures("an older copy in place of the store")
    case.path.write_bytes(case.old)
    assert case.judge(told, "older copy") == "found by verify"
    with open_store(case.url) as store:
        assert Cabinet(store).verify()
        assert store.verify()
    told.dose = "1 copy"
