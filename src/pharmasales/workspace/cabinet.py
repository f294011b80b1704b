"""The cabinet (档案柜): where dossiers are kept in a store, with an audit chain beside them.

Every act is one unit of work: its changes, and one audit entry for each, or nothing. Personal values enter the chain
only as digests under a salt of the customer's own; erasing destroys the values, their history and the salt.

>>> from datetime import UTC, datetime
>>> from pharmasales.archive import Customer
>>> from pharmasales.storage import open_store
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> doctor = Customer("D1", "Dr Example", "doctor", owner="r1")
>>> with open_store("memory:") as store:
...     cabinet = Cabinet(store)
...     file, opened = Dossier.open(doctor, since=at.date(), at=at, by="u1", why="referral")
...     cabinet.keep([file], [opened])
...     cabinet.register().on(at.date()), cabinet.verify().count
(Archive(1 customers), 1)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from attrs import asdict, field, frozen

from pharmasales.archive import Change, Dossier, Register, Request, is_person
from pharmasales.archive.changes import personal_fields
from pharmasales.archive.dossier import MERGED
from pharmasales.archive.records import change_data, change_from, request_data, request_from
from pharmasales.compliance.audit import START, Anchor, Entry, append
from pharmasales.compliance.consent import Consent
from pharmasales.compliance.verification import Verified, entry_data, entry_from_data, verify
from pharmasales.errors import BadValue, Conflict, NotFound
from pharmasales.storage import Store, Unit
from pharmasales.workspace.cells import path_part

__all__ = ["AUDIT", "CHANGES", "CONSENTS", "HEAD", "REQUESTS", "SALTS", "Cabinet"]

AUDIT, CHANGES, CONSENTS, HEAD, REQUESTS, SALTS = "audit", "change", "consent", "audit head", "request", "salt"
"""The kinds of records that a cabinet keeps."""


def _salt() -> bytes:
    return secrets.token_bytes(32)


@frozen
class Cabinet:
    """Dossiers, change requests and the audit chain in a store.

    Args:
        store: where they are kept; it is the caller's to open and close.
        salt: makes a new salt of at least 16 bytes; a random one where left out.
    """

    store: Store = field(repr=False)
    salt: Callable[[], bytes] = field(default=_salt, repr=False)

    def dossier(self, customer: str) -> Dossier:
        """Return one customer's file.

        Raises:
            NotFound: no such customer.
        """
        changes = [change_from(record.data) for record in self.store.find(CHANGES, prefix=_prefix(customer))]
        if not changes:
            raise NotFound("no such customer", where=f"customer id {customer!r}", code="archive.id")
        return Dossier(customer, changes)

    def register(self) -> Register:
        """Return all files, in order of their ids.

        Raises:
            BadRows: files that contradict each other.
        """
        kept = (change_from(record.data) for record in self.store.find(CHANGES))
        return Register.of(Dossier(id_, changes) for id_, changes in groupby(kept, lambda change: change.customer))

    def keep(self, files: Iterable[Dossier], changes: Iterable[Change], *, operation: str = "") -> None:
        """Keep an act: the files as they are now, whose last changes these are (保存).

        Args:
            files: the files after the act.
            changes: the changes of the act, which are the last of their files, all by one author at one moment.
            operation: a unique id that makes a retry safe.

        Raises:
            BadValue: no change, or changes of several authors or moments.
            Conflict: somebody else changed one of the files meanwhile.
            StorageError: the store cannot keep it; nothing was kept.
        """
        acts = list(changes)
        with self._unit(acts, operation) as unit:
            if not unit.done:
                self._append(unit, {file.id: file for file in files}, acts)

    def ask(self, request: Request) -> None:
        """Keep a change request, new or decided.

        Raises:
            Conflict: a new request under the id of another, or one that somebody else has decided meanwhile.
        """
        new = request.state == "proposed"
        at, by = (request.at, request.by) if new else (request.decided_at or request.at, request.decided_by)
        with self.store.unit(by=by, why=f"request {request.state}", at=at) as unit:
            unit.put(REQUESTS, request.id, request_data(request), expected=0 if new else 1)

    def requests(self) -> list[Request]:
        """Return every change request, in order of their ids."""
        return [request_from(record.data) for record in self.store.find(REQUESTS)]

    def consents(self, customer: str) -> tuple[Consent, ...]:
        """Return what a person consented to and refused, in the order in which it was kept."""
        try:
            kept: Mapping[str, Any] = self.store.get(CONSENTS, customer).data
        except NotFound:
            return ()
        return tuple(_consent(one) for one in kept["consents"])

    def keep_consents(self, customer: str, consents: Iterable[Consent], *, at: datetime, by: str, why: str) -> None:
        """Keep what a person consents to from now on, in place of what was kept (同意记录).

        Args:
            customer: the person.
            consents: all records of the person, as `consents` returns them and `compliance.withdraw` changes them.
            at: the moment of writing.
            by: the id of who writes.
            why: the reason, without personal values.

        Raises:
            BadValue: a consent of somebody else.
            NotFound: no such customer.
        """
        rows = [asdict(one, value_serializer=_iso) for one in consents]
        if any(row["subject"] != customer for row in rows):
            raise BadValue("a consent of somebody else", where=f"customer {customer!r}", code="cabinet.consent")
        file = self.dossier(customer)
        never = [text for text in file.identifying() if len(text) > 1]
        entry = {"at": at, "by": by, "kind": "consent", "id": customer, "action": "put", "why": why, "never": never}
        with self.store.unit(by=by, why=why, at=at) as unit:
            unit.put(CONSENTS, customer, {"consents": rows})
            self.audit(unit, entry)

    def entries(self) -> Iterator[Entry]:
        """Yield the audit chain from its first entry."""
        return (entry_from_data(record.data) for record in self.store.find(AUDIT))

    def head(self) -> Anchor:
        """Return the head of the audit chain: kept elsewhere, it proves later that nothing was cut or rebuilt."""
        try:
            data: Mapping[str, Any] = self.store.get(HEAD, "head").data
        except NotFound:
            return START
        return Anchor(data["count"], data["hash"])

    def verify(self, anchor: Anchor | None = None) -> Verified:
        """Check the audit chain; with an anchor also that its end was not cut and the whole not rebuilt."""
        return verify((record.data for record in self.store.find(AUDIT)), anchor)

    def audit(self, unit: Unit, entry: Mapping[str, Any]) -> None:
        """Append an entry to the chain within a unit of work; the arguments are those of `compliance.append`."""
        made = append(self.head(), **entry)
        unit.put(AUDIT, f"{made.sequence:012d}", entry_data(made), expected=0)
        unit.put(HEAD, "head", {"count": made.sequence, "hash": made.hash})

    def replace(self, unit: Unit, file: Dossier, change: Change) -> None:
        """Put a file in place of the one that is kept, whose data are destroyed, and its salt with them: an erasure."""
        unit.erase(CHANGES, prefix=_prefix(file.id))
        unit.erase(SALTS, prefix=_prefix(file.id))
        for place, one in enumerate(file.changes):
            unit.put(CHANGES, _key(file.id, place), change_data(one))
        self.audit(unit, _entry(change, file, None))

    def _unit(self, acts: Sequence[Change], operation: str) -> Any:  # noqa: ANN401 - the store's own unit
        if len({(change.by, change.at) for change in acts}) != 1:
            raise BadValue("an act has one author and one moment", where="changes", code="cabinet.act")
        first = acts[0]
        why = first.why if len({change.why for change in acts}) == 1 else f"{len(acts)} changes"
        return self.store.unit(by=first.by, why=why, at=first.at, operation=operation)

    def _append(self, unit: Unit, files: Mapping[str, Dossier], acts: Sequence[Change]) -> None:
        last: dict[str, list[Change]] = {}
        for change in acts:
            last.setdefault(change.customer, []).append(change)
        rows: list[tuple[str, Mapping[str, object]]] = []
        for customer, changes in last.items():
            file = files.get(customer)
            if file is None or list(file.changes[-len(changes) :]) != changes:
                raise BadValue("no change of these files", where=f"customer {customer!r}", code="cabinet.act")
            begun, found = len(file.changes) - len(changes), self.store.count(CHANGES, prefix=_prefix(customer))
            if begun != found:
                raise Conflict("changed by somebody else", expected=begun, found=found, where=f"customer {customer!r}")
            rows += [(_key(customer, begun + place), change_data(change)) for place, change in enumerate(changes)]
        unit.put_many(CHANGES, rows)
        self._audit_all(unit, files, acts)

    def _audit_all(self, unit: Unit, files: Mapping[str, Dossier], acts: Sequence[Change]) -> None:
        head = self.head()
        entries: list[tuple[str, Mapping[str, object]]] = []
        for change in acts:
            file = files[change.customer]
            made = append(head, **_entry(change, file, self._salt_of(unit, file, change)))
            head = made.head
            entries.append((f"{made.sequence:012d}", entry_data(made)))
        unit.put_many(AUDIT, entries)
        unit.put(HEAD, "head", {"count": head.count, "hash": head.hash})

    def _salt_of(self, unit: Unit, file: Dossier, change: Change) -> bytes | None:
        """Return the customer's salt, made where the change needs one and there is none yet."""
        if not personal_fields([*change.old, *change.new], file.kind):
            return None
        key = _prefix(file.id)
        try:
            return bytes.fromhex(str(self.store.get(SALTS, key).data["salt"]))
        except NotFound:
            made = self.salt()
            unit.put(SALTS, key, {"salt": made.hex()})
            return made


def _iso(_owner: object, _field: object, value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _consent(data: Mapping[str, Any]) -> Consent:
    days = {name: date.fromisoformat(data[name]) for name in ("given", "until", "withdrawn", "confirmed") if data[name]}
    return Consent(**{**data, **days})


def _prefix(customer: str) -> str:
    """Return what the ids of a customer's records begin with; a slash in the customer's id is written otherwise."""
    return f"{path_part(customer)}/"


def _key(customer: str, place: int) -> str:
    return f"{_prefix(customer)}{place:06d}"


def _entry(change: Change, file: Dossier, salt: bytes | None) -> dict[str, Any]:
    """Return the arguments of the audit entry of a change; how the file stands is told by the action."""
    return {
        "at": change.at,
        "by": change.by,
        "kind": "customer",
        "id": change.customer,
        "action": change.action,
        "why": change.why,
        "old": _told(change.old),
        "new": _told(change.new),
        "person": is_person(file.kind),
        "salt": salt,
        "never": [text for text in file.identifying() if len(text) > 1] if is_person(file.kind) else (),
    }


def _told(values: Mapping[str, object]) -> dict[str, object]:
    told = {name: value for name, value in values.items() if not name.startswith("@")}
    return {**told, "merged_into": values[MERGED]} if values.get(MERGED) else told
