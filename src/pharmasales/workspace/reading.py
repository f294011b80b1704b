"""The reading room (阅览室): what is read of the customers' files in a store, of all of them or of a part.

>>> from pharmasales.archive import where
>>> from pharmasales.storage import open_store
>>> from pharmasales.testing.lives import doctor_file
>>> from pharmasales.workspace import Cabinet
>>> with open_store("memory:") as store:
...     file = doctor_file()
...     Cabinet(store).keep([file], file.changes)
...     room = ReadingRoom(store)
...     room.find(where(owner="r1", kind="doctor"), on=date(2026, 2, 1)).customers, room.dossier("D1")
((Customer('D1'),), Dossier('D1', 1 changes))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, cast

from attrs import field, frozen

from pharmasales.archive import Criteria, Customer, Dossier, Page, Register, Request, find
from pharmasales.archive.records import change_from, request_from
from pharmasales.compliance.consent import Consent
from pharmasales.errors import BadValue, NotFound
from pharmasales.storage import Store
from pharmasales.workspace.chain import prefix
from pharmasales.workspace.indexing import check_index, got
from pharmasales.workspace.shelf import CHANGES, CONSENTS, CUSTOMERS, REQUESTS, narrowed

__all__ = ["ReadingRoom"]


@frozen
class ReadingRoom:
    """The files of a store, or of the part of it that somebody sees, to be read.

    Args:
        store: where they are kept; it is the caller's to open and close.
    """

    store: Store = field(repr=False)

    def dossier(self, customer: str) -> Dossier:
        """Return one customer's file.

        Raises:
            NotFound: no such customer.
        """
        file = self._kept(customer)
        if file is None:
            raise NotFound("no such customer", where=f"customer id {customer!r}", code="archive.id")
        return file

    def register(self) -> Register:
        """Return all files, in order of their ids.

        Of a part they are not checked against each other: a file may have been merged into one that is not seen.

        Raises:
            BadRows: files that contradict each other.
        """
        files = self._files()
        return Register({file.id: file for file in files}) if self.store.part else Register.of(files)

    def find(
        self,
        criteria: Criteria,
        *,
        on: date,
        known: date | None = None,
        order: Sequence[str] = ("id",),
        after: str = "",
        limit: int = 50,
    ) -> Page:
        """Return one page of the customers for whom a question holds on a day (客户查询), as `archive.find` does.

        Files that their tabs rule out by id, owner, division, level, kind or grade are not read: a value in one of
        them that the question cannot read, and files that contradict each other, are met where nothing narrows alone.

        Args:
            criteria: the question.
            on: the day.
            known: what was known at the end of this day; all that is known where left out.
            order: as in `archive.find`.
            after: the `next` of the page before.
            limit: the most customers to return.

        Raises:
            BadValue: as in `archive.find`.
            StorageError: `archive.index`, an archive of an earlier version; see `Cabinet.index`.

        Source: S001-15 (easy to query).
        """
        few = self._narrowed(criteria)
        if few is not None:
            try:
                return find(self._standing(few, on, known), criteria, order=order, after=after, limit=limit)
            except BadValue as error:
                if error.code != "query.field":  # somebody else may have that field
                    raise
        return find(self.register().on(on, known), criteria, order=order, after=after, limit=limit)

    def requests(self) -> list[Request]:
        """Return every change request, in order of their ids."""
        return [request_from(record.data) for record in self.store.find(REQUESTS)]

    def consents(self, customer: str) -> tuple[Consent, ...]:
        """Return what a person consented to and refused, in the order in which it was kept."""
        kept = got(self.store, CONSENTS, customer)
        held: Any = kept.data["consents"] if kept is not None else ()
        return tuple(map(_consent, held))

    def every_consent(self) -> tuple[Consent, ...]:
        """Return what anybody consented to and refused, person by person."""
        held: list[Any] = [one for record in self.store.find(CONSENTS) for one in cast("Any", record.data["consents"])]
        return tuple(map(_consent, held))

    def _kept(self, customer: str) -> Dossier | None:
        changes = [change_from(record.data) for record in self.store.find(CHANGES, prefix=prefix(customer))]
        return Dossier(customer, changes) if changes else None

    def _narrowed(self, criteria: Criteria) -> list[str] | None:
        """Return the ids of the customers who may answer, as the register has them; `None` where they may be most."""
        asked = narrowed(criteria)
        if not asked:
            return None
        if "id" in asked:
            return sorted(set(asked["id"]), key=prefix)
        ids = {one.id for one in self.store.find(CUSTOMERS, where=asked)}
        if not ids:
            check_index(self.store)
        return sorted(ids, key=prefix) if len(ids) <= _FEW or len(ids) * 4 < self.store.count(CUSTOMERS) else None

    def _standing(self, ids: Sequence[str], on: date, known: date | None) -> list[Customer]:
        """Return those of these customers who stand on a day, their places under the ids by which they count."""
        files: dict[str, Dossier | None] = {}
        due, asked = list(ids), set(ids)
        while due:
            here = due.pop()
            if here and here not in files:
                files[here] = file = self._kept(here)
                due.append(file.into_by(known) if file else "")
                if file and here in asked and (customer := file.on(on, known)):
                    due += [customer.parent, *(one.place for one in customer.affiliations)]
        archive = Register({id_: file for id_, file in files.items() if file}).on(on, known)
        return [archive[one] for one in ids if one in archive]

    def _files(self) -> Iterator[Dossier]:
        kept = (change_from(record.data) for record in self.store.find(CHANGES))
        return (Dossier(id_, changes) for id_, changes in groupby(kept, lambda change: change.customer))


_FEW = 100


def _consent(data: Mapping[str, Any]) -> Consent:
    days = {name: date.fromisoformat(data[name]) for name in ("given", "until", "withdrawn", "confirmed") if data[name]}
    return Consent(**{**data, **days})
