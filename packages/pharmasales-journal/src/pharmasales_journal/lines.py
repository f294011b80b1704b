"""One line of the journal: a unit of work as JSON behind the SHA-256 of that JSON.

>>> from datetime import UTC, datetime
>>> unit = Sealed(1, "u1", "first load", datetime(2026, 1, 5, tzinfo=UTC), "", bytes(32))
>>> from_line(to_line(unit)) == unit
True
>>> from_line(to_line(unit).replace(b"u1", b"u2"))
Traceback (most recent call last):
    ...
ValueError: the line does not match its checksum
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256

from pharmasales.storage.protocol import Row, Sealed

__all__ = ["from_line", "to_line"]


def to_line(unit: Sealed) -> bytes:
    """Return the line of a unit of work; JSON writes every line break inside a text as an escape."""
    rows = [(*row[:5], row.salt and row.salt.hex(), row.hash.hex(), row.node) for row in unit.rows]
    parts = unit.sequence, unit.by, unit.why, unit.at.isoformat(), unit.operation, unit.hash.hex(), rows
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return sha256(text).hexdigest().encode() + b" " + text + b"\n"


def from_line(line: bytes) -> Sealed:
    """Return the unit of work of a line.

    Raises:
        ValueError: the line is not what was written.
    """
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if sha256(text).hexdigest().encode() != checksum:
        raise ValueError("the line does not match its checksum")
    sequence, by, why, at, operation, hash_, rows = json.loads(text)
    versions = [Row._make((*row[:5], row[5] and bytes.fromhex(row[5]), bytes.fromhex(row[6]), row[7])) for row in rows]
    moment = datetime.fromisoformat(at)
    return Sealed(sequence, by, why, moment, operation, bytes.fromhex(hash_), tuple(versions))
