"""The cabinet (档案柜): where dossiers are kept in a store, with an audit chain beside them.

Every act is one unit of work: its changes, and one audit entry for each, or nothing. Personal values enter the chain
only as digests under a salt of the customer's own, as do the reasons for what is done to a person's file. Erasing
destroys the values, their history and the salt.

Whatever is kept of a customer belongs to the node of the organisation that owns it, so that `Cabinet.within` shows the
files of a subtree alone; a tab beside each file lets `find` read no more files than may answer.

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

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import asdict, evolve, field, frozen

from pharmasales.archive import Change, Dossier, Request, is_person
from pharmasales.archive.records import change_data, request_data, request_from
from pharmasales.compliance.audit import Anchor, Entry
from pharmasales.compliance.consent import Consent
from pharmasales.compliance.verdict import Verdict
from pharmasales.compliance.verification import Verified
from pharmasales.errors import BadValue, Conflict
from pharmasales.storage import Unit
from pharmasales.workspace.chain import (
    SALTS,
    Chain,
    consents_entry,
    erased_entry,
    override_entries,
    prefix,
    request_entry,
    told_out,
)
from pharmasales.workspace.checks import carried, discreet, rooted
from pharmasales.workspace.indexing import got, index, move, tabs_of
from pharmasales.workspace.mentions import Person
from pharmasales.workspace.part import Part, whole
from pharmasales.workspace.reading import ReadingRoom
from pharmasales.workspace.shelf import CHANGES, CONSENTS, CUSTOMERS, REQUESTS, Tab, marked, node_of

__all__ = ["CHANGES", "CONSENTS", "REQUESTS", "Cabinet"]


@frozen
class Cabinet(ReadingRoom):
    """Dossiers, change requests and the audit chain in a store.

    Args:
        store: where they are kept; it is the caller's to open and close.
        salt: makes a new salt of at least 16 bytes; a random one where left out.
    """

    salt: Callable[[], bytes] | None = field(default=None, repr=False)

    @property
    def chain(self) -> Chain:
        """The audit chain beside the files.

        Raises:
            StorageError: `storage.scope`; it speaks of the whole archive, not of the part that is seen.
        """
        return Chain(whole(self.store), self.salt) if self.salt else Chain(whole(self.store))

    def within(self, nodes: Iterable[str]) -> Cabinet:
        """Return the cabinet as somebody reads it who sees only these nodes of the organisation (数据权限).

        `dossier`, `register`, `requests`, `consents` and `find` show the files that these nodes own now, by the latest
        owner that is known; any other customer is as good as unknown. All else is refused as `storage.scope`.

        Args:
            nodes: the ids of the nodes, such as `org.within("N1")`.

        Raises:
            BadValue: one text where several ids are due, or an id out of normal form.
            StorageError: the cabinet is one of a part already.

        >>> from pharmasales.storage import open_store
        >>> from pharmasales.testing.lives import doctor_file
        >>> with open_store("memory:") as store:
        ...     file = doctor_file()
        ...     Cabinet(store).keep([file], file.changes)
        ...     len(Cabinet(store).within(["r1"]).register()), len(Cabinet(store).within(["r2"]).register())
        (1, 0)
        """
        return evolve(self, store=Part(whole(self.store).within(nodes)))

    def keep(
        self,
        files: Iterable[Dossier],
        changes: Iterable[Change],
        *,
        operation: str = "",
        request: Request | None = None,
        verdicts: Iterable[Verdict] = (),
    ) -> None:
        """Keep an act: the files as they are now, whose last changes these are (保存).

        Args:
            files: the files after the act.
            changes: the changes of the act, which are the last of their files, all by one author at one moment.
            operation: a unique id that makes a retry safe.
            request: the approved request that the act carries out, kept with it.
            verdicts: what the compliance gate let pass by an override, each of which is entered in the chain.

        Raises:
            BadValue: no change, or changes of several authors or moments; a person's id or a reason that names the
                person; a customer that would belong to itself.
            Conflict: somebody else changed one of the files meanwhile.
            StorageError: the store cannot keep it; nothing was kept.
        """
        acts = list(changes)
        with self._unit(acts, operation) as unit:
            if not unit.done:
                self._append(unit, {file.id: file for file in files}, acts)
                if request is not None:
                    self._ask(unit, request)
                at, by = acts[0].at, acts[0].by
                passed = [entry for one in verdicts for entry in override_entries(one, at=at, by=by)]
                if passed:
                    self.chain.add(unit, *passed)

    def ask(self, request: Request) -> None:
        """Keep a change request, new or decided; an approved one is kept together with its change, by `keep`.

        Raises:
            NotFound: no such customer.
            BadValue: an id or a decision that names the person.
            Conflict: a new request under the id of another, or one that somebody else has decided meanwhile.
        """
        at, by = _decided(request)
        with self.store.unit(by=by, why=f"request {request.state}", at=at) as unit:
            self._ask(unit, request)

    def keep_consents(self, customer: str, consents: Iterable[Consent], *, at: datetime, by: str, why: str) -> None:
        """Keep what a person consents to from now on, in place of what was kept (同意记录).

        Args:
            customer: the person.
            consents: all records of the person, as `consents` returns them and `compliance.withdraw` changes them.
            at: the moment of writing.
            by: the id of who writes.
            why: the reason, without personal values.

        Raises:
            BadValue: a consent of somebody else, a reason that names the person, or a person who was erased.
            Conflict: a consent or a withdrawal that was kept is not among them: somebody else wrote it meanwhile.
            NotFound: no such customer.
        """
        now, store = tuple(consents), whole(self.store)
        if any(one.subject != customer for one in now):
            raise BadValue("a consent of somebody else", where=f"customer {customer!r}", code="cabinet.consent")
        file = self.dossier(customer)
        if file.standing() == "erased":
            raise BadValue("the file is erased", where=f"customer {customer!r}", code="archive.erased")
        discreet(Person.of([file]), why, "why")
        with store.unit(by=by, why="consents", at=at) as unit:
            before = self.consents(customer)
            if not carried(before, now):
                reason = "a consent or withdrawal that is kept would be lost"
                raise Conflict(reason, expected=len(before), found=len(now), where=f"customer {customer!r}")
            data = {"consents": [asdict(one, value_serializer=_iso) for one in now]}
            unit.put(CONSENTS, customer, marked(data, node_of(file), customer))
            salt = self.chain.salt(unit, customer)
            self.chain.add(unit, consents_entry(file, salt, at=at, by=by, why=why))

    def shown(
        self, what: str, rows: int, fields: Iterable[str], *, at: datetime, by: str, why: str, unit: Unit | None = None
    ) -> None:
        """Enter into the chain that personal values left the archive in clear (导出留痕), as an export does.

        Args:
            what: what was done, such as `export`.
            rows: of how many customers.
            fields: which fields.
            at: the moment.
            by: the id of who asked for it.
            why: the reason, without personal values.
            unit: the unit of work within which it happens; one of its own where left out.

        Raises:
            BadValue: no reason.

        Source: threat T2.
        """
        entry = told_out(what, rows, fields, at=at, by=by, why=why)
        if unit is not None:
            self.chain.add(unit, entry)
            return
        with self.store.unit(by=by, why=what, at=at) as own:
            self.chain.add(own, entry)

    def entries(self) -> Iterator[Entry]:
        """Yield the audit chain from its first entry."""
        return self.chain.entries()

    def head(self) -> Anchor:
        """Return the head of the audit chain: kept elsewhere, it proves later that nothing was cut or rebuilt."""
        return self.chain.head()

    def verify(self, anchor: Anchor | None = None) -> Verified:
        """Check the audit chain; with an anchor also that its end was not cut and the whole not rebuilt."""
        return self.chain.verify(anchor)

    def replace(self, unit: Unit, file: Dossier, change: Change) -> None:
        """Put a file in place of the one that is kept, whose data are destroyed, and its salt with them: an erasure."""
        self.rewrite(unit, file)
        unit.erase(SALTS, prefix=prefix(file.id))
        self.chain.add(unit, erased_entry(change))

    def rewrite(self, unit: Unit, file: Dossier) -> None:
        """Put a file in place of the one that is kept, whose data are destroyed: what others had brought is gone."""
        whole(self.store)
        tab, indexed = Tab.of(file), got(self.store, CUSTOMERS, file.id) is not None
        unit.erase(CHANGES, prefix=prefix(file.id))
        unit.put_many(CHANGES, [(_key(file.id, place), _data(one, tab)) for place, one in enumerate(file.changes)])
        unit.erase(CUSTOMERS, file.id)
        if indexed:
            unit.put(CUSTOMERS, file.id, tab.data())

    def index(self, *, at: datetime, by: str) -> int:
        """Give every file its tab and everything that is kept its node, as an archive of an earlier version has not.

        It is done in one unit of work, and may be repeated: what is right already stays.

        Args:
            at: the moment of writing.
            by: the id of who writes.

        Returns:
            How many files there are.

        Raises:
            StorageError: the store cannot keep it; nothing was kept.

        >>> from datetime import UTC
        >>> from pharmasales.storage import open_store
        >>> with open_store("memory:") as store:
        ...     Cabinet(store).index(at=datetime(2026, 1, 5, tzinfo=UTC), by="u1")
        0
        """
        with self.store.unit(by=by, why="index of the archive", at=at) as unit:
            return index(self.store, unit, self._files())

    def unname(self, unit: Unit, customer: str, *, at: datetime, by: str) -> None:
        """Destroy the salt of a customer whose file named a person who is erased, and enter that into the chain."""
        chain, why = self.chain, "named a person who is erased"
        unit.erase(SALTS, prefix=prefix(customer))
        chain.add(unit, {"at": at, "by": by, "kind": "customer", "id": customer, "action": "unname", "why": why})

    def _unit(self, acts: Sequence[Change], operation: str) -> Any:  # noqa: ANN401 - the store's own unit
        if len({(change.by, change.at) for change in acts}) != 1:
            raise BadValue("an act has one author and one moment", where="changes", code="cabinet.act")
        done = Counter(change.action for change in acts)
        why = ", ".join(f"{action} {count}" for action, count in done.items())
        return self.store.unit(by=acts[0].by, why=why, at=acts[0].at, operation=operation)

    def _append(self, unit: Unit, files: Mapping[str, Dossier], acts: Sequence[Change]) -> None:
        last: dict[str, list[Change]] = {}
        for change in acts:
            last.setdefault(change.customer, []).append(change)
        found, tabs = tabs_of(self.store, last), dict[str, Tab]()
        rows: list[tuple[str, Mapping[str, object]]] = []
        for customer, changes in last.items():
            file = files.get(customer)
            if file is None or list(file.changes[-len(changes) :]) != changes:
                raise BadValue("no change of these files", where=f"customer {customer!r}", code="cabinet.act")
            if is_person(file.protected):
                person = Person.of([file])
                discreet(person, customer, "id")
                for change in changes:
                    discreet(person, change.why, "why")
            tab = found.get(customer, Tab())
            begun = len(file.changes) - len(changes)
            if begun != tab.changes:
                where = f"customer {customer!r}"
                raise Conflict("changed by somebody else", expected=begun, found=tab.changes, where=where)
            tabs[customer] = now = tab.then(changes, node_of(file))
            rows += [(_key(customer, begun + place), _data(change, now)) for place, change in enumerate(changes)]
        rooted(files, acts, self._kept)
        unit.put_many(CHANGES, rows)
        unit.put_many(CUSTOMERS, [(customer, tab.data()) for customer, tab in tabs.items()])
        move(self.store, unit, {one: tabs[one].node for one in found if found[one].node != tabs[one].node})
        self.chain.record(unit, files, acts, last.keys() - found.keys())

    def _ask(self, unit: Unit, request: Request) -> None:
        file, new = self.dossier(request.customer), request.state == "proposed"
        person = Person.of([file]) if is_person(file.protected) else Person.of([])
        discreet(person, request.id, "id")
        discreet(person, request.decision, "decision")
        data = marked(request_data(request), node_of(file), file.id)
        unit.put(REQUESTS, request.id, data, expected=0 if new else self._proposed(request))
        self.chain.add(unit, request_entry(request, file, self.chain.salt(unit, file.id)))

    def _proposed(self, request: Request) -> int:
        """Return the version in which a request stands as it was proposed, or else 1, the version of a new one.

        Of a customer who changed hands a request has further versions with the same words.
        """
        kept = got(self.store, REQUESTS, request.id)
        before = evolve(request, state="proposed", decided_by="", decided_at=None, decision="")
        return kept.version if kept is not None and request_from(kept.data) == before else 1


def _decided(request: Request) -> tuple[datetime, str]:
    """Return the moment and the author of what was done to a request last."""
    return (request.at, request.by) if request.decided_at is None else (request.decided_at, request.decided_by)


def _iso(_owner: object, _field: object, value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _data(change: Change, tab: Tab) -> dict[str, Any]:
    return marked(change_data(change), tab.node)


def _key(customer: str, place: int) -> str:
    return f"{prefix(customer)}{place:06d}"
