"""Writing to a store through its tables: one unit of work, sealed into the audit chain when it is committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pharmasales.compliance.audit import Anchor
from pharmasales.errors import StorageError
from pharmasales.storage.bulk import batch, chunks
from pharmasales.storage.chain import Trace, linked, traces
from pharmasales.storage.owner import Owner
from pharmasales.storage.protocol import Data, Row
from pharmasales.storage.reading import live
from pharmasales.storage.records import (
    Stamp,
    as_text,
    check_erase,
    check_expected,
    check_key,
    marks_of,
    missing,
)
from pharmasales.storage.seals import DELETED, ERASURE, Version, check, seal_all
from pharmasales.storage.tables import Label, Signed, Tables, one, span

__all__ = ["TableUnit", "labels_between"]


class TableUnit:
    """A `Unit` over tables.

    Args:
        owner: who may use it.
        tables: the statements of the back end.
        by: who writes, when and why.
    """

    def __init__(self, owner: Owner, tables: Tables, by: Stamp) -> None:
        self._owner = owner
        self._tables = tables
        self._stamp = by
        self.done = False

    def begin(self) -> None:
        """Begin it, alone."""
        self._broken = self._erasing = self._signed = False
        self._written: list[Trace] = []
        self._tables.begin()
        sequence, found = self._tables.head()
        self._head = Anchor(sequence, found.hex())
        self._by = Signed(sequence + 1, self._stamp.by, self._stamp.why, self._stamp.at, self._stamp.operation)
        self.done = bool(self._stamp.operation) and self._tables.done(self._stamp.operation)

    def commit(self) -> None:
        """Sign what was written and keep it."""
        self._check()
        if self._stamp.operation and not self.done:
            self._sign()
        if self._signed:
            self._tables.link(self._by.sequence, linked(self._head.hash, self._by, sorted(self._written)))
        self._tables.commit()
        if self._erasing:
            self._tables.scrub()

    def roll_back(self) -> None:
        """Undo it, where it is still open."""
        if self._tables.open:
            self._tables.roll_back()

    def put(self, kind: str, id: str, data: Data, *, expected: int | None = None) -> int:  # noqa: A002 - the field's name
        """Keep data and return the version; see `Unit.put`."""
        self._check()
        text = as_text(kind, id, data)
        row = self._newest(kind, [id]).get(id)
        found = row.version if row and row.data is not None else 0
        if self.done:
            return found
        check_expected(kind, id, expected, found)
        return (row.version if row else 0) + self._save(kind, {id: text}, {} if row is None else {id: row})

    def put_many(self, kind: str, rows: Iterable[tuple[str, Data]]) -> int:
        """Put many records of one kind; see `Unit.put_many`."""
        self._check()
        return self._save_all(kind, batch(kind, rows))

    def delete(self, kind: str, id: str, *, expected: int | None = None) -> None:  # noqa: A002 - the field's name
        """Delete a record; see `Unit.delete`."""
        self._check()
        check_key(kind, id)
        if self.done:
            return
        row = self._newest(kind, [id]).get(id)
        if row is None or row.data is None:
            raise missing(kind, id)
        check_expected(kind, id, expected, row.version)
        self._save(kind, {id: None}, {id: row})

    def replace(self, kind: str, prefix: str, rows: Iterable[tuple[str, Data]]) -> int:
        """Let exactly these rows stand under a prefix; see `Unit.replace`."""
        self._check()
        texts = batch(kind, rows, prefix)
        there = (row.id for row in self._tables.found(span(kind, prefix)) if row.data is not None)
        return self._save_all(kind, {**texts, **dict.fromkeys(key for key in there if key not in texts)})

    def erase(self, kind: str, id: str = "", *, prefix: str = "") -> int:  # noqa: A002 - the field's name
        """Destroy the data of every version; see `Unit.erase`."""
        self._check()
        check_erase(kind, id, prefix)
        self._erasing = True
        if self.done:
            return 0
        asked = one(kind, id) if id else span(kind, prefix)
        rows = [row for row, _ in self._tables.versions(asked)]
        standing = {row.id for row in rows if row.data is not None}
        rows = [row for row in rows if row.id in standing]
        for row in rows:
            check(row)
        if rows:
            self._wipe(kind, rows)
        return len(standing)

    def _check(self) -> None:
        self._owner.check_unit(self)
        if self._broken or not self._tables.open:
            hint = "an error came up inside its block; repeat the whole unit"
            raise StorageError("the unit of work is broken", hint=hint, code="storage.broken")

    def _sign(self) -> None:
        if not self._signed:
            self._tables.sign(self._by)
            self._signed = True

    def _newest(self, kind: str, keys: Sequence[str]) -> dict[str, Row]:
        rows = {row.id: row for row in self._tables.newest(kind, keys)}
        for row in rows.values():
            live(row)
        return rows

    def _save_all(self, kind: str, texts: Mapping[str, str | None]) -> int:
        """Write all of it, or leave the unit broken, whatever interrupts."""
        if self.done:
            return 0
        self._broken = True
        changed = 0
        for chunk in chunks(texts.items()):
            changed += self._save(kind, dict(chunk), self._newest(kind, [key for key, _ in chunk]))
        self._broken = False
        return changed

    def _save(self, kind: str, texts: Mapping[str, str | None], known: Mapping[str, Row]) -> int:
        """Write the texts that differ from the rows known; what is deleted stays where it was."""
        before = {key: row for key, row in known.items() if row.data != texts[key]}
        versions = [(key, 1, text, marks_of(text)[0]) for key, text in texts.items() if key not in known]
        for key, row in before.items():
            text = texts[key]
            versions.append((key, row.version + 1, text, row.node if text is None else marks_of(text)[0]))
        self._put(kind, versions, before)
        return len(versions)

    def _put(self, kind: str, versions: Sequence[Version], known: Mapping[str, Row], gone: str = DELETED) -> None:
        """Write versions, which take the place of the rows known; without data they are `gone`."""
        if versions:
            broken, self._broken = self._broken, True
            self._sign()
            fresh = seal_all(kind, self._by.sequence, versions, gone)
            before = {(kind, key): row for key, row in known.items()}
            self._tables.put(fresh, list(before))
            self._tables.label(*labels_between(before, fresh))
            self._written += traces(fresh)
            self._broken = broken

    def _wipe(self, kind: str, rows: list[Row]) -> None:
        """Let every version lose its data, and put the erasure itself behind the last one."""
        self._broken = True
        last = {row.id: row for row in rows}
        self._put(kind, [(key, row.version + 1, None, row.node) for key, row in last.items()], last, ERASURE)
        self._tables.wipe(rows)
        self._broken = False


def labels_between(before: Mapping[tuple[str, str], Row], after: Iterable[Row]) -> tuple[list[Label], list[Label]]:
    """Return the labels that go and those that come as rows take the place of others, by kind and id.

    >>> labels_between({}, seal_all("visit", 1, [("V1", 1, '{"@labels":{"rep":"R01"}}', None)]))
    ([], [Label(kind='visit', name='rep', value='R01', id='V1')])
    """
    gone, new = list[Label](), list[Label]()
    bearing = (row for row in after if before or '"@labels"' in (row.data or ""))
    for row in bearing:
        old = before.get((row.kind, row.id))
        had, has = marks_of(old and old.data)[1], marks_of(row.data)[1]
        gone += [Label(row.kind, name, value, row.id) for name, value in sorted(had - has)]
        new += [Label(row.kind, name, value, row.id) for name, value in sorted(has - had)]
    return gone, new
