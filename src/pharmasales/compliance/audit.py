"""The audit chain (审计链) as values: who did what to which record, when and why, each entry bound to the one before.

Personal values never enter in clear: they stand as digests under a salt of the person's own. Erasing a person destroys
the salt; the digests are then noise, and the chain still verifies (`verify`).

>>> from datetime import UTC
>>> salt = bytes(range(32))
>>> first = append(START, at=datetime(2026, 1, 5, 9, tzinfo=UTC), by="u1", kind="doctor", id="D1", action="open",
...                why="referral", new={"kind": "doctor", "name": "示例医生"}, person=True, salt=salt)
>>> first.new["kind"], sorted(first.new["name"]), matches(first, "name", "示例医生", salt)
('doctor', ['digest'], True)
>>> second = append(first.head, at=datetime(2026, 3, 2, 9, tzinfo=UTC), by="u2", kind="doctor", id="D1", action="amend",
...                 why="moved", old={"owner": "r1"}, new={"owner": "r2"}, person=True, salt=salt)
>>> second
Entry(2 amend doctor 'D1')

Source: PIPL 47, 54; threats T5, T14, T19; finding 5 and goals 3.3 of the reliability file.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from pharmasales.compliance.personal import USES, FieldUse
from pharmasales.compliance.sealing import Seal, canonical, digest, field_key, plain
from pharmasales.errors import BadValue
from pharmasales.names import normal_id

__all__ = ["START", "Anchor", "Entry", "Side", "append", "content_hash", "matches"]

Side: TypeAlias = Literal["old", "new"]

_HASH = re.compile("[0-9a-f]{64}")
_NONE = "0" * 64


@frozen
class Anchor:
    """How far a chain went: its count of entries and the hash of the last. Kept elsewhere, it proves cut and rebuilt.

    Args:
        count: how many entries there were.
        hash: the hash of the last one.

    Raises:
        BadValue: a count below 0, or a hash that is not 64 hexadecimal digits.
    """

    count: int
    hash: str

    def __attrs_post_init__(self) -> None:
        if type(self.count) is not int or self.count < 0:
            raise BadValue("a count is a whole number, 0 or more", where="count", code="audit.anchor")
        if not isinstance(self.hash, str) or not _HASH.fullmatch(self.hash):
            raise BadValue("a hash is 64 hexadecimal digits", where="hash", code="audit.anchor")
        if self.count == 0 and self.hash != _NONE:
            raise BadValue("a chain without entries has no hash of its own", where="hash", code="audit.anchor")


START = Anchor(0, _NONE)
"""The head of a chain without entries."""


def _moment(at: datetime) -> datetime:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise BadValue("a moment needs its time zone", where="at", hint="datetime(..., tzinfo=UTC)", code="audit.at")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadValue("no calendar has this moment in UTC", where="at", code="audit.at") from None


@frozen(repr=False)
class Entry:
    """One entry of the chain; `append` makes it. Its order is its sequence, never its moment (T14).

    Args:
        sequence: its number, from 1.
        at: the moment, kept in UTC.
        by: the id of who did it.
        kind: the kind of the record.
        id: the id of the record.
        action: what was done.
        why: the reason, without personal values.
        old: what the fields held: open ones in clear, personal ones as `{"digest": ...}`.
        new: what they hold now.
        previous: the hash of the entry before.
        hash: the hash of everything above.
    """

    sequence: int
    at: datetime = field(converter=_moment)
    by: str
    kind: str
    id: str
    action: str
    why: str
    old: Mapping[str, Any] = field(hash=False)
    new: Mapping[str, Any] = field(hash=False)
    previous: str
    hash: str

    def __repr__(self) -> str:
        return f"Entry({self.sequence} {self.action} {self.kind} {self.id!r})"

    @property
    def head(self) -> Anchor:
        """The head of the chain that ends with this entry."""
        return Anchor(self.sequence, self.hash)

    def content(self) -> dict[str, Any]:
        """Return what the entry says as plain JSON, without its hash."""
        return {
            "sequence": self.sequence,
            "at": self.at.isoformat(),
            "by": self.by,
            "kind": self.kind,
            "id": self.id,
            "action": self.action,
            "why": self.why,
            "old": self.old,
            "new": self.new,
            "previous": self.previous,
        }


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what an entry says, in hexadecimal.

    >>> content_hash({"sequence": 1})[:8]
    '603ff4b7'
    """
    return hashlib.sha256(canonical(content)).hexdigest()


def append(
    head: Anchor,
    *,
    at: datetime,
    by: str,
    kind: str,
    id: str,  # noqa: A002 - the field's name
    action: str,
    why: str,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    person: bool = True,
    salt: bytes | None = None,
    uses: Mapping[str, FieldUse] = USES,
    never: Iterable[str] = (),
) -> Entry:
    """Return the next entry of a chain.

    Args:
        head: the head of the chain so far: `START`, or the last entry's `head`.
        at: the moment, zone-aware.
        by: the id of who did it.
        kind: the kind of the record.
        id: the id of the record, which must say nothing of a person.
        action: what was done.
        why: the reason in a few words, without personal values.
        old: what the fields held, in clear.
        new: what they hold now, in clear.
        person: whether the record is of a person, whose name is personal.
        salt: the subject's salt; not needed where every field is open.
        uses: the register of fields; every value of a personal, sensitive or unregistered field becomes a digest.
        never: the subject's personal values. A reason that holds one is refused; an open field that holds one is
            digested.

    >>> append(START, at=datetime(2026, 1, 5, tzinfo=UTC), by="u1", kind="doctor", id="D1", action="amend",
    ...        why="number is 138 0000 1234 now", never=["13800001234"])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: it holds a personal value of the subject @ why; say it with ids only [audit.personal]

    Raises:
        BadValue: a moment without zone, an empty id, action or reason, a reason or field name with a personal value, a
            value that is no plain data, or a personal value without a salt of 16 bytes.
    """
    seal = Seal(person, salt, uses, never)
    content: dict[str, Any] = {
        "sequence": head.count + 1,
        "at": _moment(at).isoformat(),
        "by": normal_id(by, "by"),
        "kind": normal_id(kind, "kind"),
        "id": normal_id(id, "id"),
        "action": normal_id(action, "action"),
        "why": seal.reason(why),
        "old": seal.values(old or {}),
        "new": seal.values(new or {}),
        "previous": head.hash,
    }
    return Entry(**{**content, "at": at, "hash": content_hash(content)})


def matches(entry: Entry, field: str, value: object, salt: bytes, *, side: Side = "new") -> bool:
    """Whether a field held this value, proved from its digest while the salt lives.

    Args:
        entry: the entry.
        field: the field's name.
        value: the value in clear.
        salt: the subject's salt; under any other, and after it is destroyed, nothing matches.
        side: what it held before (`old`) or since (`new`).

    Raises:
        BadValue: a salt shorter than 16 bytes, or a value that is no plain data.
    """
    kept: Mapping[str, Any] = entry.new if side == "new" else entry.old
    name = field if field in kept else field_key(field, salt)
    if name not in kept:
        return False
    known, held = kept[name], plain(value)
    if isinstance(known, Mapping) and "digest" in known:
        return hmac.compare_digest(str(known["digest"]), digest(salt, [field, held]))
    return bool(known == held)
