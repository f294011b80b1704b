"""Storage beside the hand-written floor: raw sqlite3 on the same JSON texts, in the same run.

Run `python bench/bench_storage.py`. Two floors stand beside insert, load and get: rows that are ready as text, and the
same with the standard library's json, which is what a caller without this package would write to keep records and to
have them back.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from pharmasales.storage import Data, Store, open_store

ROWS = 100_000
GETS = 10_000
ROUNDS = 3
AT = datetime(2026, 1, 5, tzinfo=UTC)


def hospital(number: int) -> dict[str, object]:
    """Return one made-up record of eight fields."""
    return {
        "name": f"示例医院{number}",
        "city": "上海",
        "grade": "A",
        "beds": number % 900,
        "potential": number * 37,
        "active": True,
        "note": None,
        "tags": ["x", "y"],
    }


def timed(work: Callable[[], object]) -> float:
    gc.collect()  # nobody pays for what was thrown away before
    begin = perf_counter()
    work()
    return perf_counter() - begin


def dump(data: Data) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def raw_table(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=EXTRA")
    connection.execute("CREATE TABLE raw (kind TEXT, id TEXT, data TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID")
    return connection


def raw_insert(connection: sqlite3.Connection, rows: list[tuple[str, str]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO raw VALUES ('hospital', ?, ?)", rows)
    connection.execute("COMMIT")


def raw_erase(connection: sqlite3.Connection, key: str) -> None:
    connection.execute("DELETE FROM raw WHERE kind = 'hospital' AND id = ?", (key,))
    connection.execute("VACUUM")


def insert(store: Store, rows: list[tuple[str, dict[str, object]]]) -> None:
    with store.unit(by="bench", why="insert", at=AT) as unit:
        unit.put_many("hospital", rows)


def erase(store: Store, key: str) -> None:
    with store.unit(by="bench", why="erase", at=AT) as unit:
        unit.erase("hospital", key)


def one_round(folder: Path) -> Iterator[tuple[str, float, float]]:
    rows = [(f"H{number:06d}", hospital(number)) for number in range(ROWS)]
    texts = [(key, dump(data)) for key, data in rows]
    keys = [key for key, _ in rows[:: ROWS // GETS]]
    raw = raw_table(folder / "raw.db")
    ready = timed(lambda: raw_insert(raw, texts))
    raw.execute("DELETE FROM raw")
    dumped = timed(lambda: raw_insert(raw, [(key, dump(data)) for key, data in rows]))
    everything = "SELECT id, data FROM raw WHERE kind = 'hospital' ORDER BY id"
    selected = timed(lambda: raw.execute(everything).fetchall())
    parsed = timed(lambda: [(key, json.loads(text)) for key, text in raw.execute(everything)])
    single = "SELECT data FROM raw WHERE kind = ? AND id = ?"
    walked = timed(lambda: sum(len(json.loads(text)) for _, text in raw.execute(everything)))
    fetched = timed(lambda: [raw.execute(single, ("hospital", key)).fetchone() for key in keys])
    read = timed(lambda: [json.loads(raw.execute(single, ("hospital", key)).fetchone()[0]) for key in keys])
    wiped = timed(lambda: raw_erase(raw, keys[7]))
    raw.close()
    url = f"sqlite:///{folder / 'store.db'}"
    with open_store(url, create=True) as store:
        inserted = timed(lambda: insert(store, rows))
        loaded = timed(lambda: list(store.find("hospital")))
        seen = timed(lambda: sum(len(record.data) for record in store.find("hospital")))
        got = timed(lambda: [store.get("hospital", key) for key in keys])
        erased = timed(lambda: erase(store, keys[7]))
    opened = timed(lambda: open_store(url).close())
    yield "insert 1e5 : texts ready", inserted, ready
    yield "insert 1e5 : with json.dumps", inserted, dumped
    yield "load 1e5 : select", loaded, selected
    yield "load 1e5 : select and json.loads", loaded, parsed
    yield "walk through 1e5 : select and json.loads", seen, walked
    yield "get by id, 1e4 times : select", got, fetched
    yield "get by id, 1e4 times : and json.loads", got, read
    yield "open and check 1e5 : select", opened, selected
    yield "erase 1 of 1e5 : delete, vacuum", erased, wiped


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield (name, our seconds, seconds of the floor), each the median of a few rounds."""
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(list(one_round(Path(folder))))
    for same in zip(*rounds, strict=True):
        yield same[0][0], median(ours for _, ours, _ in same), median(floor for _, _, floor in same)


def main() -> None:
    print(f"{'case':42}{'ours s':>9}{'floor s':>9}{'ratio':>7}")
    for name, ours, floor in cases():
        print(f"{name:42}{ours:9.3f}{floor:9.3f}{ours / floor:7.2f}")


if __name__ == "__main__":
    main()
