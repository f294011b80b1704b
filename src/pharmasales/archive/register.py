"""The register (客户档案库): all dossiers together, and the archive as it stood on any day.

>>> from datetime import UTC, date, datetime
>>> from pharmasales.archive.customers import Customer
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> file, _ = Dossier.open(Customer("H1", "Example"), since=at.date(), at=at, by="u1", why="list of 2026")
>>> register = Register.of([file])
>>> register.on(date(2026, 1, 4)), register.on(date(2026, 1, 5))
(Archive(0 customers), Archive(1 customers))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import evolve, frozen

from pharmasales.archive.customers import Affiliation, Archive, Customer
from pharmasales.archive.dossier import Dossier
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import twins

__all__ = ["Register"]


@frozen(repr=False)
class Register:
    """All dossiers, by id and in the order given. Build it with `Register.of`.

    Args:
        dossiers: the files, those of merged, closed and erased customers among them.
    """

    dossiers: Mapping[str, Dossier]

    @classmethod
    def of(cls, dossiers: Iterable[Dossier]) -> Register:
        """Check the dossiers together and keep them.

        Raises:
            BadRows: ids that differ in case, width or spaces only, and files merged into a customer nobody knows or,
                in a circle, into each other.
        """
        given = list(dossiers)
        bad: list[PharmaSalesError] = [
            BadValue(
                "twin ids",
                where=f"ids {given[first].id!r} and {given[second].id!r}",
                hint="give one of them another id",
                code="archive.twins",
            )
            for first, second in twins(file.id for file in given)
        ]
        register = cls({file.id: file for file in given})
        for file in given:
            try:
                register.resolve(file.id)
            except NotFound as error:
                bad.append(error.at(f"customer {file.id!r}"))
            except BadValue as error:
                bad.append(error)
        if bad:
            raise BadRows("the register cannot be trusted", bad)
        return register

    def __getitem__(self, customer: str) -> Dossier:
        found = self.dossiers.get(customer)
        if found is None:
            raise NotFound("no such customer", where=f"customer id {customer!r}", code="archive.id")
        return found

    def __contains__(self, customer: object) -> bool:
        return customer in self.dossiers

    def __iter__(self) -> Iterator[Dossier]:
        return iter(self.dossiers.values())

    def __len__(self) -> int:
        return len(self.dossiers)

    def __repr__(self) -> str:
        return f"Register({len(self)} dossiers)"

    def resolve(self, customer: str) -> str:
        """Return the id under which a customer counts: its own, or that of the one it was merged into.

        Raises:
            NotFound: no such customer.
            BadValue: files that are merged into each other.
        """
        seen = [customer]
        while into := self[seen[-1]].into:
            if into in seen:
                raise BadValue(f"merged in a circle: {' > '.join([*seen, into])}", code="merge.circle")
            seen.append(into)
        return seen[-1]

    def merged(self) -> dict[str, str]:
        """Return for each merged id the one under which it counts."""
        return {file.id: self.resolve(file.id) for file in self if file.into}

    def twins_of(self, customer: str) -> list[Dossier]:
        """Return the file under which a customer counts and all files merged into it: every file of one person."""
        kept = self.resolve(customer)
        return [self[kept], *(file for file in self if file.into and self.resolve(file.id) == kept)]

    def with_(self, *files: Dossier) -> Register:
        """Return the register with these files in place of those of the same id, or added."""
        return evolve(self, dossiers={**self.dossiers, **{file.id: file for file in files}})

    def on(self, day: date, known: date | None = None) -> Archive:
        """Return the archive as it stood on a day: every customer whose file was open.

        Ids of merged customers are replaced wherever another customer names them. A place that is not open on the day
        is left out; `dangling` lists it.

        Args:
            day: the day.
            known: what was known at the end of this day; all that is known where left out.
        """
        found = {file.id: one for file in self if (one := file.on(day, known)) is not None}
        merged = {one: self._kept(one, known) for one in self.merged()}
        return Archive.of(_placed(customer, found, merged) for customer in found.values())

    def dangling(self, day: date, known: date | None = None) -> list[tuple[str, str]]:
        """Return (customer, place) for each customer that belongs to a place that is not open on the day."""
        merged = {one: self._kept(one, known) for one in self.merged()}
        found = {file.id: one for file in self if (one := file.on(day, known)) is not None}
        return [
            (customer.id, place)
            for customer in found.values()
            for place in [customer.parent, *(one.place for one in customer.affiliations)]
            if place and merged.get(place, place) not in found
        ]

    def _kept(self, customer: str, known: date | None) -> str:
        """Follow the merges that were known by then."""
        while (file := self.dossiers.get(customer)) and (into := file.into_by(known)):
            customer = into
        return customer


def _placed(customer: Customer, found: Mapping[str, Customer], merged: Mapping[str, str]) -> Customer:
    """Return the customer with its places under the ids by which they count, and only those that are open."""
    if not customer.parent and not customer.affiliations:
        return customer
    parent = merged.get(customer.parent, customer.parent)
    places = {merged.get(one.place, one.place): one for one in customer.affiliations}
    return evolve(
        customer,
        parent=parent if parent in found else "",
        affiliations=[Affiliation(place, one.post, one.since) for place, one in places.items() if place in found],
    )
