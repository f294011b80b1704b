"""Backup and restore (备份与恢复): any store as one SQLite file that was checked, and back into a store of any kind.

>>> import tempfile
>>> from datetime import UTC, datetime
>>> from pharmasales.storage import open_store
>>> stamp = {"by": "u1", "why": "first load", "at": datetime(2026, 1, 5, tzinfo=UTC)}
>>> with tempfile.TemporaryDirectory() as folder:
...     with open_store(f"sqlite:///{folder}/sales.db", create=True) as store:
...         with store.unit(**stamp) as unit:
...             unit.put("hospital", "H001", {"beds": 300})
...         anchor = backup(store, f"{folder}/monday.db")
...     restore(f"{folder}/monday.db", f"sqlite:///{folder}/again.db", anchor=anchor) == anchor
...     with open_store(f"sqlite:///{folder}/again.db") as store:
...         store.get("hospital", "H001").data
1
True
{'beds': 300}
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import field, frozen

from pharmasales.compliance.audit import Anchor
from pharmasales.errors import BadValue, StorageError
from pharmasales.storage.protocol import Data, Row, Store, Unit
from pharmasales.storage.records import as_text, stamp
from pharmasales.storage.registry import open_store
from pharmasales.storage.seals import ERASURE, check
from pharmasales.storage.sqlite import SqliteStore
from pharmasales.storage.sqlite_file import connect, named, typed
from pharmasales.storage.texts import decode

__all__ = ["Erased", "backup", "erase_again", "erased", "restore"]


@frozen
class Erased:
    """One erasure (删除个人信息): which record, and what took its place.

    Args:
        kind: the kind.
        id: the id.
        version: the version that the erasure is of the record.
        data: what the same unit of work put there afterwards, such as a text without the person; `None`: nothing.

    >>> Erased("doctor", "D7", 3).version
    3
    """

    kind: str
    id: str
    version: int
    data: Data | None = field(default=None, repr=False)


def backup(store: Store | str, path: Path | str) -> Anchor:
    """Write a store into a new file, whole and checked, or not at all; return the head of its audit chain (备份).

    The head, kept elsewhere, proves later that the backup is the one that was made. A SQLite store is copied by the
    online backup of SQLite, never as a file; every other store is taken over unit by unit. Others may write meanwhile:
    the backup is the store at one moment. What was erased is not in it.

    Args:
        store: the store, or its URL.
        path: where the backup goes; something that has the name is never overwritten.

    Raises:
        StorageError: `storage.exists`; `storage.damaged`, where the store itself does not verify; `storage.full`,
            `storage.path`, `storage.readonly` where the file cannot be made; or whatever the store raises.
    """
    if isinstance(store, str):
        with open_store(store) as opened:
            return backup(opened, path)
    target = Path(path)
    if os.path.lexists(target):
        raise _exists(target)
    with _named(target), TemporaryDirectory(dir=target.parent, prefix=".pharmasales-") as folder:
        fresh = Path(folder) / "backup.db"
        head = store.copy_to(fresh) if isinstance(store, SqliteStore) else _taken(store, fresh)
        with _opened(fresh, target.name) as copy:
            copy.compact()
            _check(copy, head)
        if not named(fresh, target):
            raise _exists(target)
    return head


def restore(
    path: Path | str,
    url: str,
    *,
    anchor: Anchor | None = None,
    erased: Iterable[Erased] = (),
    by: str = "",
    why: str = "",
    at: datetime | None = None,
) -> Anchor:
    """Take a backup over into a new or empty store of any kind, exactly as it is, and return the head (恢复).

    The backup is verified first. Persons that were erased since it was made come back with it: `erased` erases them
    again, in one unit of work behind the restored ones, and puts there what took the place of the data then.

    Args:
        path: the backup.
        url: the store; a missing one is made.
        anchor: the head that `backup` returned, as it was kept elsewhere.
        erased: the erasures of the store that was lost, as `erased(store)` gave them; those that the backup has are
            not done twice.
        by: who erases again.
        why: the reason.
        at: the moment.

    Raises:
        BadValue: erasures without who, why and when, or one that no store could have given.
        StorageError: `storage.missing`, `storage.older` or `storage.damaged` for the backup; `storage.used` where the
            store is not empty; or whatever the store raises. Where taking over failed the store is empty; where erasing
            again failed, remove it and restore anew.

    Source: T19 of the reliability file (re-apply the erasure list on restore); PIPL 47.
    """
    again, place = tuple(erased), Path(path)
    for one in again:
        as_text(one.kind, one.id, {} if one.data is None else one.data)
    if again and at is None:
        raise BadValue("no moment given", where="at", hint="say who erases again, why and when", code="unit.moment")
    if again and at is not None:
        stamp(by, why, at, "")
    with _named(place):
        if not place.exists():
            hint = "check the path"
            raise StorageError("no backup at this path", where=place.name, hint=hint, code="storage.missing")
    with _opened(place, place.name) as source:
        _check(source, anchor)
        with open_store(url, create=True) as store:
            head = store.take(source.units())
            if again and at is not None:
                head = erase_again(store, again, by=by, why=why, at=at)
    return head


def erased(store: Store) -> list[Erased]:
    """Return every erasure of a store, oldest first; keep it away from the store, for the restoring of a backup.

    What took the place of erased data is in it: guard it like a backup.

    >>> from datetime import UTC, datetime
    >>> given = {"why": "request 7", "at": datetime(2026, 1, 5, tzinfo=UTC)}
    >>> with open_store("memory:") as store:
    ...     with store.unit(by="u1", **given) as unit:
    ...         unit.put("doctor", "D7", {"mobile": "secret"})
    ...         unit.erase("doctor", "D7")
    ...     erased(store)
    1
    1
    [Erased(kind='doctor', id='D7', version=2)]
    """
    return [one for unit in store.units() for one in _erased(unit.rows)]


def _erased(rows: Sequence[Row]) -> Iterator[Erased]:
    """Yield the erasures of one unit of work, whose rows stand in order."""
    gone = [row for row in rows if row.data is None and row.salt is not None and check(row) == ERASURE]
    last = {(row.kind, row.id): row for row in rows} if gone else {}
    for row in gone:
        text = last[row.kind, row.id].data
        yield Erased(row.kind, row.id, row.version, None if text is None else decode(text))


def erase_again(store: Store, again: Iterable[Erased], *, by: str, why: str, at: datetime) -> Anchor:
    """Erase in one unit of work what a store does not show as erased, and return the head.

    Where data stood, what took their place then is put there again.

    Raises:
        BadValue: an erasure that no store could have given; a stamp that no unit of work takes.
        StorageError: as in `Unit.erase`.
    """
    with store.unit(by=by, why=why, at=at) as unit:
        for one in again:
            _erase(store, unit, one)
    return store.head()


def _erase(store: Store, unit: Unit, one: Erased) -> None:
    """Erase what the store does not show as erased."""
    entries = store.history(one.kind, one.id)
    if len(entries) >= one.version > 0 and entries[one.version - 1].erased:
        return
    stands = bool(entries) and entries[-1].data is not None
    unit.erase(one.kind, one.id)
    if stands and one.data is not None:
        unit.put(one.kind, one.id, one.data)


def _taken(store: Store, fresh: Path) -> Anchor:
    with SqliteStore(connect(fresh, create=True, wait_ms=0), fresh.name) as copy:
        return copy.take(store.units())


@contextmanager
def _opened(path: Path, name: str) -> Iterator[SqliteStore]:
    """Open a backup as it is: nothing is cleaned in it."""
    with SqliteStore(connect(path, create=False, wait_ms=5000), name) as store:
        yield store


def _check(copy: SqliteStore, anchor: Anchor | None) -> None:
    found = copy.verify(anchor)
    if found.first_bad is not None:
        where = f"unit {found.first_bad.sequence}"
        hint = "look with verify; an earlier backup may be whole"
        raise StorageError("its audit chain does not hold", where=where, hint=hint, code="storage.damaged")


@contextmanager
def _named(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise typed(error, target.name) from error


def _exists(target: Path) -> StorageError:
    hint = "give it another name; a backup never overwrites"
    return StorageError("something has this name already", where=target.name, hint=hint, code="storage.exists")
