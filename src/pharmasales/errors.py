"""Typed errors: what is wrong, where, and what to do.

Every error that the library raises on purpose descends from `PharmaSalesError` and from the built-in that fits, so that
`except ValueError` works too. Each bears a stable `code`, a `where` (file, row, field or id) and a `hint`. None ever
holds a personal value: a name, a telephone number or an amount of one person stays in the caller's data.

>>> raise BadValue("negative weight", where="weights[2]", hint="use zero to leave a node out", code="weight.negative")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: negative weight @ weights[2]; use zero to leave a node out [weight.negative]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    _Group = ExceptionGroup["PharmaSalesError"]
else:
    _Group = ExceptionGroup

__all__ = [
    "BadConfig",
    "BadFile",
    "BadRows",
    "BadRule",
    "BadTree",
    "BadValue",
    "Blocked",
    "Conflict",
    "NotComparable",
    "NotFound",
    "PharmaSalesError",
    "StorageError",
    "UnknownYear",
]


class PharmaSalesError(Exception):
    """The base of all errors of this library.

    Args:
        reason: what is wrong, in a few words, without any personal value.
        where: the file, row, field, path or id.
        hint: what to do about it.
        code: a stable dotted code for programs; the class's own where left out.
    """

    code: str = "error"

    def __init__(self, reason: str, *, where: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.hint = hint
        self.code = code or type(self).code

    def __str__(self) -> str:
        where = f" @ {self.where}" if self.where else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.reason}{where}{hint} [{self.code}]"

    def at(self, where: str) -> Self:
        """Say where: the outer place goes in front of what the error knows already.

        >>> str(BadValue("not a number", where="amount").at("sales.csv row 7"))
        'not a number @ sales.csv row 7, amount [value]'
        """
        self.where = f"{where}, {self.where}" if self.where else where
        return self


class BadValue(PharmaSalesError, ValueError):
    """A value that no rule accepts: not a number, too many decimals, a wrong period."""

    code = "value"


class NotComparable(PharmaSalesError, TypeError):
    """Two values of different kinds were added or compared: two units, or grades of two schemes."""

    code = "kind"


class BadRule(PharmaSalesError, ValueError):
    """A rule that cannot hold: cut points out of order, a gap, weights that miss the whole."""

    code = "rule"


class BadTree(PharmaSalesError, ValueError):
    """An organisation that is no tree: a cycle (with its path), an orphan, two nodes of one id."""

    code = "tree"


class UnknownYear(PharmaSalesError, LookupError):
    """The calendar holds no arrangement for this year; it never guesses."""

    code = "calendar.year"


class NotFound(PharmaSalesError, LookupError):
    """Nothing is kept under this id."""

    code = "not-found"


class BadConfig(PharmaSalesError, ValueError):
    """A setting that is unknown, misspelt, or cannot be."""

    code = "config"


class Blocked(PharmaSalesError, RuntimeError):
    """The compliance gate does not let this pass (合规拦截): the rule, and what would make it allowed.

    Args:
        reason: why, without any personal value.
        rule: the id of the clause that decided; the code becomes `blocked.RULE`.
        where: the action that was asked for.
        hint: what would make it allowed.

    >>> error = Blocked("a filed medical rep takes no sales quota", rule="goal-rep-sales", where="assign_goal")
    >>> error.rule, error.code
    ('goal-rep-sales', 'blocked.goal-rep-sales')
    """

    code = "blocked"

    def __init__(self, reason: str, *, rule: str = "", where: str = "", hint: str = "") -> None:
        super().__init__(reason, where=where, hint=hint, code=f"blocked.{rule}" if rule else "")
        self.rule = rule


class BadFile(PharmaSalesError, ValueError):
    """A file that cannot be read as what it claims to be."""

    code = "file"


class StorageError(PharmaSalesError, RuntimeError):
    """The store cannot do this; nothing was half-written.

    >>> StorageError("somebody else is writing", code="storage.busy").retry
    True
    """

    code = "storage"

    @property
    def retry(self) -> bool:
        """Whether the same unit of work may succeed when it is simply repeated, best under an operation id."""
        return self.code in _RETRY


_RETRY = {
    "storage.busy",
    "storage.deadlock",
    "storage.lost",
    "storage.serialization",
    "storage.server",
    "storage.unknown",
}


class Conflict(StorageError):
    """Somebody else wrote first: the expected version is stale.

    Args:
        reason: what is wrong.
        expected: the version that the writer had read.
        found: the version that the store holds.
        where: kind and id of the record.
    """

    code = "storage.conflict"

    def __init__(self, reason: str, *, expected: int = 0, found: int = 0, where: str = "") -> None:
        super().__init__(reason, where=where, hint="read it again and repeat the change")
        self.expected = expected
        self.found = found


class BadRows(PharmaSalesError, _Group):
    """Every bad row at once, so that a file is corrected in one go.

    >>> bad = BadRows("2 rows refused", [BadValue("not a number", where="row 3"), BadValue("empty", where="row 9")])
    >>> for line in bad.lines():
    ...     print(line)
    not a number @ row 3 [value]
    empty @ row 9 [value]
    """

    code = "rows"

    def __new__(cls, reason: str, rows: Sequence[PharmaSalesError]) -> Self:
        """Make the group; `rows` must hold at least one error."""
        return super().__new__(cls, reason, list(rows))

    def __init__(self, reason: str, rows: Sequence[PharmaSalesError]) -> None:  # noqa: ARG002 - __new__ keeps the rows
        super().__init__(reason)

    def derive(self, rows: Sequence[PharmaSalesError]) -> BadRows:  # type: ignore[override]  # of our own errors only
        """Make a group of the same kind and place over other errors, as `split` and `subgroup` ask."""
        made = BadRows(self.reason, rows)
        made.where, made.hint, made.code = self.where, self.hint, self.code
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.exceptions), self.__dict__

    def lines(self) -> Iterator[str]:
        """Yield one line an error: `reason @ where`."""
        for error in self.exceptions:
            yield str(error)
