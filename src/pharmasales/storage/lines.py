"""What SQL back ends have in common: from the lines that their statements give to units, authors and labels.

>>> from datetime import UTC
>>> monday = Signed(1, "u1", "first load", datetime(2026, 1, 5, tzinfo=UTC), "")
>>> by = (monday.by, monday.why, monday.at.isoformat(), None, stamp_of(monday))
>>> signed_by("hospital", "H1", 1, by) == monday
True
>>> [(unit.by, unit.rows) for unit in units_of([(1, *by, bytes(32), *[None] * 8)])]
[('u1', ())]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from pharmasales.storage.protocol import Row, Sealed
from pharmasales.storage.records import digest, marks_of
from pharmasales.storage.seals import damaged
from pharmasales.storage.tables import Label, Signed

__all__ = ["signed_by", "stamp_of", "strays_of", "units_of"]

_NOBODY = Signed(0, "", "", datetime.fromtimestamp(0, UTC), "")


def stamp_of(by: Signed) -> bytes:
    """Return the hash by which an edited author, reason or moment is noticed when one history is read."""
    return digest(by.sequence, by.by, by.at.isoformat(), by.operation, by.why)


def signed_by(kind: str, key: str, sequence: int, by: Sequence[Any]) -> Signed:
    """Return who made the unit of a version.

    Args:
        kind: the kind of the version.
        key: its id.
        sequence: the sequence of its unit.
        by: author, reason, moment, operation and stamp of the unit; nothing but None where there is none.

    Raises:
        StorageError: `storage.damaged`, where the stamp does not hold.
    """
    author, why, at, operation, stamp = by
    if author is not None and digest(sequence, author, at, operation or "", why) == stamp:
        return Signed(sequence, author, why, datetime.fromisoformat(at), operation or "")
    raise damaged(kind, key)


def units_of(lines: Iterable[Sequence[Any]]) -> Iterator[Sealed]:
    """Gather units and their rows; what does not stand as it was written is given all the same, for `verify`.

    Args:
        lines: in order of the sequence, the unit before its rows: sequence, author, reason, moment, operation, stamp
            and hash of the unit, then the columns of a row, one of the two being None.
    """
    for sequence, together in groupby(lines, lambda line: line[0]):
        by, hash_, rows = _NOBODY, b"", []  # rows of no unit follow from nothing
        for line in together:
            if line[7] is not None:
                rows.append(Row._make(line[7:]))
                continue
            author, why, at, operation, stamp, found = line[1:7]
            by = Signed(sequence, author, why, _moment(at), operation or "")
            hash_ = found if stamp_of(by) == stamp else b""
        yield Sealed(*by, hash=hash_, rows=tuple(rows))


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _NOBODY.at
    return at if at.isoformat() == text and at.utcoffset() is not None else _NOBODY.at


def strays_of(lines: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """Return kind and id of a record whose labels are not those that its data bear, if there is one.

    Args:
        lines: kind, name, value and id of each label, and kind, data, None and id of each record that bears some.

    >>> strays_of([("visit", "rep", "R01", "V1"), ("visit", '{"@labels":{"rep":"R02"}}', None, "V1")])
    [('visit', 'V1')]
    """
    due, there = set[Label](), set[Label]()
    for kind, name, value, key in lines:
        if value is None:
            due.update(Label(kind, *label, key) for label in marks_of(name)[1])
        else:
            there.add(Label(kind, name, value, key))
    return [(label.kind, label.id) for label in sorted(due ^ there)[:1]]
