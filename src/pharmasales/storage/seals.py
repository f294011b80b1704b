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

from hashlib import sha256

from pharmasales.errors import StorageError
from pharmasales.storage.protocol import Row

__all__ = ["DELETED", "ERASURE", "KEPT", "SALT", "WIPED", "check", "damaged", "seal", "sealed_text"]

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


def sealed_text(row: Row, mark: str) -> str:
    r"""Return the text whose hash, behind the salt, is the seal of a version.

    >>> sealed_text(Row("hospital", "H1", 2, 7, None, bytes(16), b"", "R01"), DELETED)
    'hospital\nH1\n2\n7\nR01\n-'
    """
    return f"{row.kind}\n{row.id}\n{row.version}\n{row.sequence}\n{row.node or ''}\n{mark}{row.data or ''}"


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
    text = f"{kind}\n{id}\n{version}\n{sequence}\n{node or ''}\n{mark}{data or ''}"
    return Row._make((kind, id, version, sequence, data, salt, sha256(salt + text.encode()).digest(), node))


def check(row: Row) -> str:
    """Return what a version is: `KEPT`, `DELETED`, `ERASURE`, or `WIPED`, which nothing can be checked of.

    Raises:
        StorageError: `storage.damaged`, where data, salt and hash do not fit.
    """
    kind, key, version, sequence, data, salt, found, node = row
    if data is not None and salt is not None:
        text = f"{kind}\n{key}\n{version}\n{sequence}\n{node or ''}\n+{data}"
        if sha256(salt + text.encode()).digest() == found:
            return KEPT
    elif data is None and salt is None:
        return WIPED
    elif data is None and salt is not None:
        for mark in (DELETED, ERASURE):
            if sha256(salt + sealed_text(row, mark).encode()).digest() == found:
                return mark
    raise damaged(kind, key)


def damaged(kind: str, key: str) -> StorageError:
    """Return the error for a record whose content is not what was written.

    >>> damaged("hospital", "H1").code
    'storage.damaged'
    """
    hint = "restore it from a backup"
    return StorageError("the stored content is damaged", where=f"{kind} {key}", hint=hint, code="storage.damaged")
