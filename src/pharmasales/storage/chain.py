"""The audit chain of a store (审计链): every unit of work is bound to the one before it by a hash over its content.

>>> from datetime import UTC, datetime
>>> from pharmasales.compliance.audit import START
>>> from pharmasales.storage.seals import KEPT, seal
>>> row = seal("hospital", "H1", 1, 1, KEPT, "{}", None, bytes(16))
>>> first = signed(START, Signed(1, "u1", "first load", datetime(2026, 1, 5, tzinfo=UTC), ""), [row])
>>> bool(verify([first], [])), verify([first], [], Anchor(2, "0" * 64)).first_bad
(True, BadEntry(sequence=2, reason='cut'))
>>> verify([evolve(first, by="u2")], []).first_bad
BadEntry(sequence=1, reason='content')

Source: threat T5; findings 4, 5 of the reliability file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TypeAlias

from attrs import evolve

from pharmasales.compliance.audit import Anchor
from pharmasales.compliance.verification import BadEntry, Verified, misplaced, walk
from pharmasales.display import Why, because
from pharmasales.errors import StorageError
from pharmasales.storage.protocol import Row, Sealed
from pharmasales.storage.records import digest
from pharmasales.storage.seals import ERASURE, WIPED, check
from pharmasales.storage.tables import Signed

__all__ = ["Trace", "follows", "link", "linked", "signed", "traces", "verify"]

Trace: TypeAlias = "tuple[str, str, int, str | None, bytes]"
"""Kind, id, version, node and seal of a row: what the chain binds."""

_trace = itemgetter(*map(Row._fields.index, ("kind", "id", "version", "node", "hash")))


def signed(head: Anchor, by: Signed, rows: Iterable[Row]) -> Sealed:
    """Return the unit of work that comes after `head`."""
    unit = Sealed(*by, hash=b"", rows=tuple(sorted(rows)))
    return evolve(unit, hash=link(head.hash, unit))


def traces(rows: Iterable[Row]) -> list[Trace]:
    """Return what the chain binds of rows; their data need not be kept for it."""
    return list(map(_trace, rows))


def link(previous: str, unit: Sealed) -> bytes:
    """Return the hash of a unit of work; see `linked`."""
    return linked(previous, unit, traces(unit.rows))


def linked(previous: str, by: Signed | Sealed, written: Iterable[Trace]) -> bytes:
    """Return a hash of the hash before, of who wrote, when and why, and of what was written, in order."""
    lines = [f"{kind}\n{key}\n{version}\n{node or ''}\n{found.hex()}\n" for kind, key, version, node, found in written]
    contents = hashlib.sha256("".join(lines).encode())
    who = by.sequence, by.by, by.at.isoformat(), by.operation
    return digest(previous, *who, contents.hexdigest(), by.why)


def follows(head: Anchor, unit: Sealed) -> Anchor:
    """Return the head after a unit of work that comes after `head`.

    Raises:
        StorageError: `storage.damaged`, where it does not follow.
    """
    if unit.sequence != head.count + 1 or link(head.hash, unit) != unit.hash:
        hint = "restore from another backup"
        where = f"unit {head.count + 1}"
        raise StorageError("the units do not follow from each other", where=where, hint=hint, code="storage.damaged")
    return Anchor(unit.sequence, unit.hash.hex())


def verify(units: Iterable[Sealed], strays: Sequence[tuple[str, str]], anchor: Anchor | None = None) -> Verified:
    """Check the seal of every version and every link of the chain.

    Args:
        units: the units of work with their rows, in order.
        strays: kind and id of records that do not stand where reads look for them.
        anchor: the head of the chain as it was kept elsewhere.
    """
    wiped: dict[tuple[str, str], tuple[int, int]] = {}

    def step(unit: Sealed, due: int, last: str) -> str | BadEntry:
        if unit.sequence != due:
            return BadEntry(due, "number", misplaced(due, unit.sequence))
        for row in unit.rows:
            place = row.kind, row.id
            try:
                state = check(row)
            except StorageError:
                return BadEntry(due, "content", _told(due, *place))
            if state == WIPED:
                wiped[place] = due, wiped.get(place, (0, 0))[1] + 1
            elif state == ERASURE and wiped.pop(place, (0, 0))[1] != row.version - 1:
                return BadEntry(due, "content", _told(due, *place))  # data that were erased stand again
        if link(last, unit) != unit.hash:
            en, zh = "entry {n} does not match its hash: it or its records were changed", "第 {n} 条与其哈希不符"
            return BadEntry(due, "content", because(en, zh, n=due))
        return unit.hash.hex()

    found = walk(units, anchor, step)
    if found.first_bad is None and wiped:
        (kind, key), (sequence, _) = min(wiped.items(), key=lambda pair: pair[1])
        return _bad(found, BadEntry(sequence, "content", _told(sequence, kind, key)))
    if found.first_bad is None and strays:
        return _bad(found, BadEntry(found.count, "content", _told(found.count, *strays[0])))
    return found


def _bad(found: Verified, bad: BadEntry) -> Verified:
    return evolve(found, first_bad=bad, why=evolve(found.why, parts=(bad.why, *found.why.parts)))


def _told(sequence: int, kind: str, key: str) -> Why:
    return because(
        "{kind} {id}, written by entry {n}, was changed or is out of its place",
        "第 {n} 条写入的 {kind} {id} 已被修改或不在原位",
        n=sequence,
        kind=kind,
        id=key,
    )
