"""The audit chain of a cabinet (审计留痕): an entry for each change, and the salts of the digests in it.

What is done to a person's file stands in the chain with the reason as a digest, too: the reason in clear stands in the
file, where it can be erased.

>>> from datetime import UTC, datetime
>>> from pharmasales.storage import open_store
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> with open_store("memory:") as store:
...     chain = Chain(store)
...     with store.unit(by="u1", why="export", at=at) as unit:
...         chain.add(unit, told_out("export", 12, ["name"], at=at, by="u1", why="list for the congress"))
...     [entry.new for entry in chain.entries()], bool(chain.verify())
([{'fields': ['name'], 'rows': 12}], True)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from attrs import field, frozen

from pharmasales.archive import Change, Dossier, Request, is_person
from pharmasales.archive.changes import personal_fields
from pharmasales.archive.values import MERGED
from pharmasales.compliance.audit import START, Anchor, Entry, append
from pharmasales.compliance.personal import USES, FieldUse, registered
from pharmasales.compliance.verdict import Verdict
from pharmasales.compliance.verification import Verified, entry_data, entry_from_data, verify
from pharmasales.errors import NotFound
from pharmasales.storage import Store, Unit
from pharmasales.workspace.cells import path_part

__all__ = [
    "AUDIT",
    "HEAD",
    "SALTS",
    "Chain",
    "consents_entry",
    "erased_entry",
    "override_entries",
    "prefix",
    "request_entry",
    "told_out",
]

AUDIT = "audit"
"""The kind of record that an entry of the chain is kept as."""

HEAD = "audit head"
"""The kind of record that holds how far the chain goes."""

SALTS = "salt"
"""The kind of record that holds a customer's salt; without it the digests of the chain say nothing."""

_IN_FILE, _IN_REQUEST = "the reason is in the file", "the reason is in the request"
_REASON = "reason"
_OPEN = {"rows": "行数", "fields": "字段", "merged_into": "并入", "approver": "批准人", "policy": "政策"}
_USES = registered([FieldUse(name, zh, "open", USES["id"].purpose) for name, zh in _OPEN.items()])


def prefix(customer: str) -> str:
    """Return what the ids of a customer's records begin with; a slash in the customer's id is written otherwise.

    >>> prefix("City/Example")
    'City%2FExample/'
    """
    return f"{path_part(customer)}/"


def _salt() -> bytes:
    return secrets.token_bytes(32)


@frozen
class Chain:
    """The audit chain in a store.

    Args:
        store: where it is kept.
        make: makes a new salt of at least 16 bytes; a random one where left out.
    """

    store: Store = field(repr=False)
    make: Callable[[], bytes] = field(default=_salt, repr=False)

    def entries(self) -> Iterator[Entry]:
        """Yield the chain from its first entry."""
        return (entry_from_data(record.data) for record in self.store.find(AUDIT))

    def head(self) -> Anchor:
        """Return the head of the chain."""
        try:
            data: Mapping[str, Any] = self.store.get(HEAD, "head").data
        except NotFound:
            return START
        return Anchor(data["count"], data["hash"])

    def verify(self, anchor: Anchor | None = None) -> Verified:
        """Check the chain; with an anchor also that its end was not cut and the whole not rebuilt."""
        return verify((record.data for record in self.store.find(AUDIT)), anchor)

    def add(self, unit: Unit, *entries: Mapping[str, Any]) -> None:
        """Append entries within a unit of work; each holds the arguments of `compliance.append`."""
        head, made = self.head(), list[tuple[str, Mapping[str, object]]]()
        for given in entries:
            entry = append(head, **given)
            head = entry.head
            made.append((f"{entry.sequence:012d}", entry_data(entry)))
        unit.put_many(AUDIT, made)
        unit.put(HEAD, "head", {"count": head.count, "hash": head.hash})

    def record(self, unit: Unit, files: Mapping[str, Dossier], acts: Sequence[Change], new: Set[str]) -> None:
        """Append an entry for each change.

        Args:
            unit: the unit of work.
            files: the files after the changes, by id.
            acts: the changes.
            new: the ids of those customers who had no file before, and so no salt.
        """
        salts, fresh = dict[str, bytes](), list[tuple[str, Mapping[str, object]]]()
        for change in acts:
            file, customer = files[change.customer], change.customer
            if customer in salts or not (is_person(file.protected) or personal_fields(_names(change), file.protected)):
                continue
            if customer in new:
                salts[customer] = self.make()
                fresh.append((prefix(customer), {"salt": salts[customer].hex()}))
            else:
                salts[customer] = self.salt(unit, customer)
        unit.put_many(SALTS, fresh)
        self.add(unit, *(_entry(one, files[one.customer], salts.get(one.customer)) for one in acts))

    def salt(self, unit: Unit, customer: str) -> bytes:
        """Return the customer's salt, made where there is none yet."""
        try:
            return bytes.fromhex(str(self.store.get(SALTS, prefix(customer)).data["salt"]))
        except NotFound:
            made = self.make()
            unit.put(SALTS, prefix(customer), {"salt": made.hex()})
            return made


def _names(change: Change) -> list[str]:
    return [*change.old, *change.new]


def _entry(change: Change, file: Dossier, salt: bytes | None) -> dict[str, Any]:
    """Return the arguments of the audit entry of a change; how the file stands is told by the action."""
    person, new = is_person(file.protected), _told(change.new)
    return {
        "at": change.at,
        "by": change.by,
        "kind": "customer",
        "id": change.customer,
        "action": change.action,
        "why": _IN_FILE if person else change.why,
        "old": _told(change.old),
        "new": {**new, _REASON: change.why} if person else new,
        "person": person,
        "salt": salt,
        "uses": _USES,
        "never": [text for text in file.identifying() if len(text) > 1] if person else (),
    }


def _told(values: Mapping[str, object]) -> dict[str, object]:
    told = {name: value for name, value in values.items() if not name.startswith("@")}
    return {**told, "merged_into": values[MERGED]} if values.get(MERGED) else told


def erased_entry(change: Change) -> dict[str, Any]:
    """Return the arguments of the entry of an erasure, which needs no salt."""
    entry = {"at": change.at, "by": change.by, "kind": "customer", "id": change.customer, "action": change.action}
    return {**entry, "why": change.why}


def request_entry(request: Request, file: Dossier, salt: bytes) -> dict[str, Any]:
    """Return the arguments of the entry of what was done to a change request last."""
    at, by = request.decided_at or request.at, request.decided_by or request.by
    entry = {"at": at, "by": by, "kind": "request", "id": request.id, "action": request.state, "why": _IN_REQUEST}
    return {**entry, "old": request.old, "new": request.new, "person": is_person(file.protected), "salt": salt}


def consents_entry(file: Dossier, salt: bytes, *, at: datetime, by: str, why: str) -> dict[str, Any]:
    """Return the arguments of the entry of consents that were kept."""
    entry = {"at": at, "by": by, "kind": "consent", "id": file.id, "action": "put", "why": _IN_FILE}
    return {**entry, "new": {_REASON: why}, "salt": salt}


def override_entries(verdict: Verdict, *, at: datetime, by: str) -> list[dict[str, Any]]:
    """Return the arguments of an entry for each override that let something pass the compliance gate (特批)."""
    entry = {"at": at, "by": by, "kind": "override", "action": verdict.action.name, "uses": _USES}
    policy = f"{verdict.policy.title} {verdict.policy.fingerprint}"
    return [
        {**entry, "id": one.rule, "why": one.reason, "new": {"approver": one.approver, "policy": policy}}
        for one in verdict.overrides
    ]


def told_out(what: str, rows: int, fields: Iterable[str], *, at: datetime, by: str, why: str) -> dict[str, Any]:
    """Return the arguments of the entry of personal values that leave the archive in clear: how many, and which.

    Source: threat T2.
    """
    entry = {"at": at, "by": by, "kind": "customers", "id": "all", "action": what, "why": why}
    return {**entry, "new": {"rows": rows, "fields": sorted(fields)}, "uses": _USES}
