"""The tables of a journal: read whole into memory, written one line a unit of work; and the store over them.

The file is the truth, the memory a copy of its complete lines. Before every read the store looks whether the file has
grown or was replaced. A unit of work holds the lock file alone; its line is written and synced when it is committed.
Where a crash tore that line, nobody was told that it was kept: it is never read, and the next unit cuts it away.

>>> JournalStore.open("journal:///nowhere.journal")
Traceback (most recent call last):
    ...
pharmasales.errors.StorageError: no store at this path @ nowhere.journal; create=True makes one [storage.missing]
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from pharmasales.compliance.audit import START, Anchor
from pharmasales.errors import BadConfig, StorageError
from pharmasales.names import clean
from pharmasales.storage.chain import follows
from pharmasales.storage.memory import MemoryTables
from pharmasales.storage.protocol import Row, Sealed
from pharmasales.storage.shell import TableStore
from pharmasales.storage.tables import Asked, Label, Signed
from pharmasales_journal.lines import from_line, to_line

__all__ = ["HEADER", "JournalStore", "JournalTables"]

HEADER = b"pharmasales-journal 1\n"
"""The first line of every journal: what it is, and the version of its form."""


@contextmanager
def _typed(path: Path) -> Iterator[None]:
    """Let every error of the operating system come out as a `StorageError`."""
    try:
        yield
    except FileNotFoundError as error:
        hint = "create=True makes one"
        raise StorageError("no store at this path", where=path.name, hint=hint, code="storage.missing") from error
    except OSError as error:
        full, refused = error.errno in (errno.ENOSPC, errno.EDQUOT), error.errno in (errno.EACCES, errno.EROFS)
        code, hint = "full" if full else "readonly" if refused else "io", "look into the file and its folder"
        raise StorageError("the file failed", where=path.name, hint=hint, code=f"storage.{code}") from error


class JournalTables:
    """The lines of one file, as tables in memory.

    Args:
        path: the file.
        wait: for how many seconds another writer is waited for.
    """

    def __init__(self, path: Path, wait: float = 5.0) -> None:
        self._path, self._wait = path, wait
        self._file: BinaryIO | None = None
        self._lock: BinaryIO | None = None
        self._signed: Signed | None = None
        self._rows: list[Row] = []
        self._wiped = self._writing = False
        self._forget()

    @property
    def open(self) -> bool:
        """Whether a unit of work is open."""
        return self._memory.open

    def _forget(self) -> None:
        """Hold no file and nothing of its lines; the next look reads all of it."""
        file, self._file = self._file, None
        self._memory, self._end, self._lines, self._last = MemoryTables(), 0, 0, START
        if file is not None:
            file.close()

    def _refuse(self, name: str, reason: str, hint: str) -> StorageError:
        return StorageError(reason, where=self._path.name, hint=hint, code=f"storage.{name}")

    # reading

    def look(self) -> MemoryTables:
        """Return the memory, once it has the lines that came to the file since the last look."""
        if self.open:  # nobody else writes now
            return self._memory
        with _typed(self._path):
            there = self._path.stat()
            if self._file is None or not os.path.samestat(there, os.fstat(self._file.fileno())):
                self._forget()
                self._file = self._path.open("rb")  # kept open, so that no other file gets its number
            elif there.st_size == self._end:
                return self._memory
            fcntl.flock(self._file, fcntl.LOCK_SH)  # no line is half written now
            try:
                self._file.seek(self._end)
                lines = self._file.readlines()
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        try:
            self._replay(line for line in lines if line.endswith(b"\n"))
            if not self._lines:
                raise self._refuse("foreign", "the file holds something else", "name another file")
            if there.st_size < self._end:
                raise self._refuse("damaged", "the end of the journal was cut off", "restore it from a backup")
        except BaseException:
            self._forget()
            raise
        return self._memory

    def _replay(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            if self._lines:
                self._keep(line)
            elif line.startswith(HEADER[:-2]) and line != HEADER:
                raise self._refuse("newer", "made by a newer version", "update pharmasales-journal")
            elif line != HEADER:
                raise self._refuse("foreign", "the file holds something else", "name another file")
            self._lines, self._end = self._lines + 1, self._end + len(line)

    def _keep(self, line: bytes) -> None:
        try:
            unit = from_line(line)
            self._last = follows(self._last, unit)
        except (ValueError, TypeError, IndexError, StorageError) as error:
            reason = f"line {self._lines + 1} of the journal is damaged"
            raise self._refuse("damaged", reason, "restore it from a backup") from error
        self._memory.begin()
        self._memory.sign(Signed(unit.sequence, unit.by, unit.why, unit.at, unit.operation))
        self._memory.put(unit.rows, ())
        self._memory.link(unit.sequence, unit.hash)
        self._memory.commit()

    def head(self) -> tuple[int, bytes]:
        """Return sequence and hash of the last unit."""
        return self.look().head()

    def done(self, operation: str) -> bool:
        """Whether a unit with this operation id was committed."""
        return self.look().done(operation)

    def newest(self, kind: str, keys: Sequence[str]) -> list[Row]:
        """Return the newest version of each id."""
        return self.look().newest(kind, keys)

    def found(self, asked: Asked) -> list[Row]:
        """Return the newest versions asked for."""
        return self.look().found(asked)

    def count(self, asked: Asked) -> int:
        """Return how many of them hold data."""
        return self.look().count(asked)

    def kinds(self) -> list[str]:
        """Return every kind that was ever used."""
        return self.look().kinds()

    def ids(self, asked: Asked) -> list[str]:
        """Return the ids under which data stand."""
        return self.look().ids(asked)

    def versions(self, asked: Asked) -> list[tuple[Row, Signed]]:
        """Return every version with the unit that made it."""
        return self.look().versions(asked)

    def units(self, after: int) -> Iterator[Sealed]:
        """Return every unit with its rows."""
        return self.look().units(after)

    def strays(self) -> list[tuple[str, str]]:
        """Return nothing: the memory is made from the lines, so that no record stands elsewhere."""
        return []

    # writing

    def begin(self) -> None:
        """Begin alone: hold the lock, read what others wrote, cut a torn line away."""
        self._alone()
        try:
            self.look()
            with _typed(self._path):
                if self._path.stat().st_size > self._end:
                    os.truncate(self._path, self._end)
            self._signed, self._rows, self._wiped, self._writing = None, [], False, False
            self._memory.begin()
        except BaseException:
            self._release()
            raise

    def sign(self, by: Signed) -> None:
        """Keep who makes the unit that is open."""
        self._memory.sign(by)
        self._signed = by

    def link(self, sequence: int, hash_: bytes) -> None:
        """Keep the hash of the unit."""
        self._memory.link(sequence, hash_)

    def label(self, gone: Sequence[Label], new: Sequence[Label]) -> None:
        """Keep nothing: labels are read from the data."""

    def put(self, rows: Sequence[Row], superseded: Sequence[tuple[str, str]]) -> None:
        """Let these be the newest versions, and part of the unit's line."""
        self._memory.put(rows, superseded)
        self._rows += rows

    def wipe(self, rows: Sequence[Row]) -> None:
        """Destroy data and salt of these versions, and mark that the file must be written anew."""
        self._wiped = True
        self._memory.wipe(rows)

    def scrub(self) -> None:
        """Do nothing: `commit` has written the file anew."""

    def commit(self) -> None:
        """Write the line of the unit, or the whole file anew where it erased; it is on disk when this returns."""
        self._writing = True
        if self._wiped:
            self._rewrite(self._memory.units(0))
            self._release()
            self._forget()
            return
        if self._signed is not None:
            sequence, found = self._memory.head()
            rows = sorted(self._rows, key=lambda row: row[:3])
            line = to_line(Sealed(*self._signed, hash=found, rows=tuple(rows)))
            self._append(line)
            self._end, self._lines, self._last = self._end + len(line), self._lines + 1, Anchor(sequence, found.hex())
        self._release()
        self._memory.commit()

    def roll_back(self) -> None:
        """Undo everything since `begin`; what was being written is read again, or cut away by the next unit."""
        self._release()
        if self._writing:
            self._forget()
        else:
            self._memory.roll_back()

    def close(self) -> None:
        """Let go of the file."""
        self._forget()
        self._release()

    def create(self) -> None:
        """Make an empty journal where there is no file."""
        self._alone()
        try:
            if not self._path.exists():
                self._rewrite([])
        finally:
            self._release()

    def _alone(self) -> None:
        """Hold the lock file, which the system takes back from a process that dies."""
        end = time.monotonic() + self._wait
        with _typed(self._path):
            lock = self._path.with_name(f"{self._path.name}.lock").open("ab")
            while self._lock is None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._lock = lock
                except BlockingIOError:
                    if time.monotonic() > end:
                        lock.close()
                        raise self._refuse("busy", "somebody else is writing", "try again") from None
                    time.sleep(0.01)

    def _release(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            fcntl.flock(lock, fcntl.LOCK_UN)
            lock.close()

    def _append(self, line: bytes) -> None:
        with _typed(self._path), self._path.open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # readers wait until the line is whole
            try:
                left = memoryview(line)
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())
            except BaseException as error:
                try:
                    os.ftruncate(file.fileno(), self._end)
                except OSError:
                    hint = "a unit with the same operation id tells by `done`"
                    raise self._refuse("unknown", "nobody knows whether the unit is kept", hint) from error
                raise

    def _rewrite(self, units: Iterable[Sealed]) -> None:
        other = self._path.with_name(f"{self._path.name}.new")
        with _typed(self._path):
            with other.open("wb") as file:
                if self._path.exists():
                    os.fchmod(file.fileno(), self._path.stat().st_mode)
                file.write(HEADER)
                file.writelines(map(to_line, units))
                file.flush()
                os.fsync(file.fileno())
            other.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


class JournalStore(TableStore):
    """Records in one append-only file; opened by `open_store("journal:///sales.journal")`."""

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Self:
        """Open the file at `journal:///relative` or `journal:////absolute`; its folder must exist.

        Raises:
            BadConfig: no path in the URL.
            StorageError: the file is missing, damaged, foreign, newer or out of reach.
        """
        place = url.removeprefix("journal:///")
        if place == url or not place:
            hint = "use journal:///relative.journal or journal:////absolute.journal"
            raise BadConfig("no place of a journal", where="journal", hint=hint, code="config.url")
        tables = JournalTables(Path(clean(place, "journal")).resolve())
        if create:
            tables.create()
        tables.look()
        return cls(tables)
