"""The archive as it stood on a day, one file, and merges, beside bare loops over the same data, in the same run.

Run `python bench/bench_archive.py`. The floor of the register builds the same `Customer`s by hand and keeps them in a
dict: it knows no history, follows no merge and checks nothing. That of a file sorts its changes and writes them into a
dict; that of a merge joins two dicts. In a store, keeping stands beside the bare records put in one unit of work, and
finding by an owner, which the tabs narrow, beside the walk over all files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

from pharmasales.archive import Archive, Customer, Dossier, Page, Register, find, merge, where
from pharmasales.archive.changes import Change
from pharmasales.archive.records import change_data
from pharmasales.storage import Store, open_store
from pharmasales.workspace import Cabinet

T = TypeVar("T")

FILES, LONG, KEPT, ROUNDS = 100_000, 10_000, 10_000, 3
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = date(2026, 6, 1)
WRITTEN = {"at": AT, "by": "u1", "why": "list of 2026"}


def _customer(n: int) -> Customer:
    parent = f"H{n - n % 10}" if n % 10 else ""
    fields = {"beds": n % 900, "address": f"Example Road {n}"}
    return Customer(
        f"H{n}", f"Example {n}", "hospital", f"r{n % 70}", parent, "三级甲等", n, division="330100", fields=fields
    )


def _files() -> list[Dossier]:
    found = []
    for n in range(FILES):
        file = Dossier.open(_customer(n), since=AT.date(), **WRITTEN)[0]  # type: ignore[arg-type]  # who, when, why
        if n % 3 == 0:
            file = file.amend({"beds": 1000, "owner": "r99"}, since=date(2026, 2, 1), **WRITTEN)[0]  # type: ignore[arg-type]  # likewise
        found.append(file)
    return found


def _bare_customers(rows: list[dict[str, Any]]) -> dict[str, Customer]:
    return {row["id"]: Customer(**row) for row in rows}


def _bare_state(changes: tuple[Change, ...], day: date) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for change in sorted(changes, key=lambda one: one.since):
        if change.since <= day:
            values.update(change.new)
    return values


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the best of some runs, and the result."""
    best, found = float("inf"), work()
    for _ in range(ROUNDS):
        began = perf_counter()
        found = work()
        best = min(best, perf_counter() - began)
    return best, found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    files = _files()
    register = Register.of(files)
    names = ("id", "name", "kind", "owner", "parent", "level", "potential", "division", "since", "fields")
    rows = [{name: getattr(one, name) for name in names} for one in register.on(DAY)]
    floor, bare = timed(lambda: _bare_customers(rows))
    ours, found = timed(lambda: register.on(DAY))
    assert list(found) == list(bare.values())
    yield f"register on a day, {FILES:,} files", ours, floor
    ours, _ = timed(lambda: Register({one.id: Dossier(one.id, one.changes) for one in files}).on(DAY))
    yield f"register on a day, {FILES:,} files just read", ours, floor
    ours, _ = timed(lambda: register.on(DAY, AT.date()))
    yield f"register on a day as known then, {FILES:,} files", ours, floor
    ours, _ = timed(lambda: Archive.of(bare.values()))
    yield "of that, the checks of the archive", ours, floor
    ours, _ = timed(lambda: Register.of(files))
    floor, _ = timed(lambda: {file.id: file for file in files})
    yield f"register of {FILES:,} files, checked", ours, floor

    file = files[0]
    began = perf_counter()
    for n in range(LONG):
        file = file.amend({"beds": LONG + n}, since=AT.date() + timedelta(n), **WRITTEN)[0]  # type: ignore[arg-type]  # likewise
    ours = perf_counter() - began
    floor, _ = timed(
        lambda: [Change("H0", "amend", DAY, AT, "u1", "x", {"beds": n - 1}, {"beds": n}) for n in range(LONG)]
    )
    yield f"{LONG:,} amendments of one file : making the changes", ours, floor
    day = AT.date() + timedelta(LONG // 2)
    ours, found_ = timed(lambda: file.on(day))
    floor, values = timed(lambda: _bare_state(file.changes, day))
    assert found_ is not None
    assert found_.fields["beds"] == values["beds"]
    yield f"one file of {LONG:,} changes on a day", ours, floor
    short = files[3]
    ours, _ = timed(lambda: [short.on(AT.date()) for _ in range(LONG)])
    floor, _ = timed(lambda: [_bare_state(short.changes, AT.date()) for _ in range(LONG)])
    yield "one file of 2 changes on a day, 10,000 times", ours, floor

    pairs = list(zip(files[:2000:2], files[1:2000:2], strict=True))
    ours, _ = timed(lambda: [merge(kept, twin, **WRITTEN) for kept, twin in pairs])  # type: ignore[arg-type]  # likewise
    floor, _ = timed(lambda: [_bare_state(b.changes, DAY) | _bare_state(a.changes, DAY) for a, b in pairs])
    yield "1,000 merges", ours, floor
    yield from _stored()


def _doctors() -> list[Dossier]:
    """Return the files of doctors, 140 to an owner."""
    found = []
    for n in range(KEPT):
        fields = {"mobile": f"138{n:08d}", "title": "主治医师", "address": f"Example Road {n}"}
        doctor = Customer(
            f"D{n}", f"Dr Example {n}", "doctor", f"r{n % (KEPT // 140)}", level="A", division="330100", fields=fields
        )
        found.append(Dossier.open(doctor, since=AT.date(), **WRITTEN)[0])  # type: ignore[arg-type]  # who, when, why
    return found


def _stored() -> Iterator[tuple[str, float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("memory", "memory:{}"), ("SQLite", f"sqlite:///{folder}/{{}}.db")):
            with open_store(url.format("" if name == "memory" else "bare"), create=True) as store:
                floor = _bare_kept(store, _doctors())
            with open_store(url.format("" if name == "memory" else "kept"), create=True) as store:
                cabinet, files = Cabinet(store), _doctors()
                began = perf_counter()
                cabinet.keep(files, [file.changes[0] for file in files])
                yield f"keep {KEPT:,} doctors, {name} : the bare records", perf_counter() - began, floor
                ours, found = timed(partial(cabinet.find, where(owner="r7"), on=DAY, limit=200))
                floor, walked = timed(partial(_walked, cabinet))
                assert list(found) == list(walked)
                yield f"find by owner among {KEPT:,}, {name} : the whole walk", ours, floor


def _walked(cabinet: Cabinet) -> Page:
    return find(cabinet.register().on(DAY), where(owner="r7"), limit=200)


def _bare_kept(store: Store, files: list[Dossier]) -> float:
    began = perf_counter()
    with store.unit(by="u1", why="bare", at=AT) as unit:
        unit.put_many("change", [(f"{file.id}/000000", change_data(file.changes[0])) for file in files])
    return perf_counter() - began


def main() -> None:
    print(f"{'case':56}{'ours ms':>11}{'floor ms':>11}{'ratio':>7}")
    for name, ours, floor in cases():
        print(f"{name:56}{ours * 1e3:11.2f}{floor * 1e3:11.2f}{ours / floor:7.1f}")


if __name__ == "__main__":
    main()
