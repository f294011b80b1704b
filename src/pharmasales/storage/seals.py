"""The seal of a version (封印): a hash of its content under a salt of its own, so that damage shows and nothing leaks.

Whoever knows the salt can check the data; once an erasure destroyed both, the hash that stays in the audit chain says
nothing of them.

>>> row = seal("hospital", "H001", 1, 1, KEPT, '{"beds":300}', None, bytes(16))
>>> check(row)
'+'
>>> check(row._replace(data='{"beds":301}'))
Traceback (most recent call last):
    ...
pharmasales.errors.StorageError: the stored content is damaged @ hospital H001; restore it from a backup
[storage.damaged]
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

from pharmasales.errors import StorageError
from pharmasales.storage.protocol import Row

__all__ = ["DELETED", "ERASURE", "KEPT", "SALT", "WIPED", "Version", "check", "damaged", "intact", "seal", "seal_all"]

SALT = 16
"""How many random bytes a salt has."""

KEPT = "+"
"""A version with data."""

DELETED = "-"
"""A version that is a deletion."""

ERASURE = "x"
"""A version that is an erasure; it destroyed the data of all before it."""

WIPED = ""
"""A version whose data were destroyed by an erasure; nothing of it can be checked."""


Version: TypeAlias = "tuple[str, int, str | None, str | None]"
"""A version that is to be sealed: id, number, data and node."""


def _hash(
    kind: str, key: str, version: int, sequence: int, mark: str, data: str | None, node: str | None, salt: bytes
) -> bytes:
    text = f"{kind}\n{key}\n{version}\n{sequence}\n{node or ''}\n{mark}{data or ''}"
    return sha256(salt + text.encode()).digest()


def seal(
    kind: str,
    id: str,  # noqa: A002 - the field's name
    version: int,
    sequence: int,
    mark: str,
    data: str | None,
    node: str | None,
    salt: bytes,
) -> Row:
    """Return a version sealed under a salt; `mark` is `KEPT`, `DELETED` or `ERASURE`."""
    found = _hash(kind, id, version, sequence, mark, data, node, salt)
    return Row(kind, id, version, sequence, data, salt, found, node)


def seal_all(kind: str, sequence: int, versions: Sequence[Version], gone: str = DELETED) -> list[Row]:
    """Return versions sealed under fresh salts; those without data are `gone`, a deletion or an erasure.

    >>> [check(row) for row in seal_all("hospital", 1, [("H1", 1, "{}", None), ("H2", 2, None, "R01")])]
    ['+', '-']
    """
    salts = os.urandom(SALT * len(versions))
    rows = [
        (
            kind,
            key,
            number,
            sequence,
            data,
            salt := salts[at : at + SALT],
            _hash(kind, key, number, sequence, gone if data is None else KEPT, data, node, salt),
            node,
        )
        for at, (key, number, data, node) in zip(range(0, len(salts), SALT), versions, strict=True)
    ]
    return list(map(Row._make, rows))


def check(row: Row) -> str:
    """Return what a version is: `KEPT`, `DELETED`, `ERASURE`, or `WIPED`, which nothing can be checked of.

    Raises:
        StorageError: `storage.damaged`, where data, salt and hash do not fit.
    """
    kind, key, version, sequence, data, salt, found, node = row
    if salt is None:
        if data is None:
            return WIPED
    elif data is not None:
        if _hash(kind, key, version, sequence, KEPT, data, node, salt) == found:
            return KEPT
    else:
        for mark in (DELETED, ERASURE):
            if _hash(kind, key, version, sequence, mark, None, node, salt) == found:
                return mark
    raise damaged(kind, key)


def intact(rows: Iterable[Row]) -> bool:
    """Whether all versions hold data, unchanged: what `check` says of each, in one go.

    >>> row = seal("hospital", "H001", 1, 1, KEPT, "{}", None, bytes(16))
    >>> intact([row, row]), intact([row, row._replace(version=2)])
    (True, False)
    """
    for kind, key, version, sequence, data, salt, found, node in rows:
        if data is None or salt is None:
            return False
        if _hash(kind, key, version, sequence, KEPT, data, node, salt) != found:
            return False
    return True


def damaged(kind: str, key: str) -> StorageError:
    """Return the error for a record whose content is not what was written.

    >>> damaged("hospital", "H1").code
    'storage.damaged'
    """
    hint = "restore it from a backup"
    return StorageError("the stored content is damaged", where=f"{kind} {key}", hint=hint, code="storage.damaged")
