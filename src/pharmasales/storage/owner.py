"""Who may use an open store, and the bracket around its one unit of work.

A store belongs to the thread and the process that opened it: elsewhere it is refused, so that no lock and no cache is
shared by accident.

>>> owner = Owner()
>>> owner.check()
>>> owner.close()
>>> owner.check()
Traceback (most recent call last):
    ...
pharmasales.errors.StorageError: the store is closed; open it again [storage.closed]
"""

from __future__ import annotations

import os
import threading
import weakref
from types import TracebackType
from typing import Generic, Protocol, TypeVar

from pharmasales.errors import StorageError

__all__ = ["Bracket", "Owner", "Part"]


class Part(Protocol):
    """What the bracket asks of a unit of work.

    >>> sorted(name for name in vars(Part) if not name.startswith("_"))
    ['begin', 'commit', 'roll_back']
    """

    def begin(self) -> None:
        """Begin, or raise."""
        ...

    def commit(self) -> None:
        """Keep all writes, or raise."""
        ...

    def roll_back(self) -> None:
        """Undo all writes; harmless where nothing was begun or all is over."""
        ...


U = TypeVar("U", bound=Part)


class Owner:
    """The thread and the process that opened a store, and the unit of work that is open in it.

    >>> Owner().mine
    True
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self._thread = threading.get_ident()
        self._closed = False
        self._unit: Part | None = None
        self._bracket: weakref.ref[object] | None = None

    @property
    def mine(self) -> bool:
        """Whether the caller is the owner and the store is still open."""
        return not self._closed and self._process == os.getpid() and self._thread == threading.get_ident()

    @property
    def closed(self) -> bool:
        """Whether the store was closed."""
        return self._closed

    def check(self) -> None:
        """Let the owner pass, and undo a unit whose block was left without its end (by an interrupt in between).

        Raises:
            StorageError: `storage.process` in a forked child, `storage.thread` in another thread, `storage.closed`.
        """
        if self._process != os.getpid():
            hint = "open the store anew after the fork"
            raise StorageError("the store belongs to another process", hint=hint, code="storage.process")
        if self._thread != threading.get_ident():
            hint = "open one store in each thread"
            raise StorageError("the store belongs to another thread", hint=hint, code="storage.thread")
        if self._closed:
            raise StorageError("the store is closed", hint="open it again", code="storage.closed")
        if self._bracket is not None and self._bracket() is None:
            self.end()

    def check_idle(self) -> None:
        """Let the owner pass while no unit is open.

        Raises:
            StorageError: as in `check`, or `storage.nested` where one is open.
        """
        self.check()
        if self._unit is not None:
            hint = "end the open unit first; after an interrupt, close the store and open it again"
            raise StorageError("a unit of work is open already", hint=hint, code="storage.nested")

    def check_unit(self, unit: Part) -> None:
        """Let the owner pass while this very unit is open.

        Raises:
            StorageError: as in `check`, or `storage.over` for a unit that has ended.
        """
        self.check()
        if self._unit is not unit:
            raise StorageError("the unit of work is over", hint="begin another", code="storage.over")

    def begin(self, unit: Part, bracket: object) -> None:
        """Make `unit` the open one and begin it.

        Raises:
            StorageError: as in `check`, or `storage.nested` where one is open.
        """
        self.check_idle()
        try:
            self._bracket, self._unit = weakref.ref(bracket), unit
            unit.begin()
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Undo what the open unit has not committed, and have none open."""
        if self._unit is not None and self.mine:
            self._unit.roll_back()
            self._unit = self._bracket = None

    def close(self) -> None:
        """Undo the open unit and let nobody pass any more."""
        self.end()
        self._closed = True


class Bracket(Generic[U]):
    """The `with` block of one unit of work: commit at its end, roll back on any exception.

    >>> class Loud:
    ...     def begin(self) -> None:
    ...         print("begin")
    ...     def commit(self) -> None:
    ...         print("commit")
    ...     def roll_back(self) -> None:
    ...         print("undo what is left")
    >>> with Bracket(Owner(), Loud()):
    ...     print("work")
    begin
    work
    commit
    undo what is left
    """

    def __init__(self, owner: Owner, unit: U) -> None:
        self._owner = owner
        self._unit = unit

    def __enter__(self) -> U:
        self._owner.begin(self._unit, self)
        return self._unit

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        try:
            if kind is None:
                self._owner.check_unit(self._unit)
                self._unit.commit()
        finally:
            self._owner.end()
