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

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
            BadRows: ids that differ in case, width or spaces only, and files merged into a customer nobody knows or, in
                a circle, into each other, all at once.
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
        into = register._into(None)
        bad += [
            NotFound("merged into an unknown customer", where=f"customer {file!r}", code="archive.id")
            for file, other in into.items()
            if other not in register
        ]
        bad += map(_circle, _resolved(into)[1])
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
        seen = dict.fromkeys([customer])
        here = customer
        while into := self[here].into:
            if into in seen:
                raise _circle([*seen, into])
            seen[into] = None
            here = into
        return here

    def merged(self, known: date | None = None) -> dict[str, str]:
        """Return for each merged id the one under which it counts.

        Args:
            known: what was known at the end of this day; all that is known where left out.

        Raises:
            BadValue: files that are merged into each other.
        """
        kept, circles = _resolved(self._into(known))
        if circles:
            raise _circle(circles[0])
        return kept

    def twins_of(self, customer: str) -> list[Dossier]:
        """Return the file under which a customer counts and all files merged into it: every file of one person.

        Raises:
            NotFound: no such customer.
            BadValue: files that are merged into each other.
        """
        kept = self.resolve(customer)
        merged = self.merged()
        return [self[kept], *(file for file in self if merged.get(file.id) == kept)]

    def with_(self, *files: Dossier) -> Register:
        """Return the register with these files in place of those of the same id, or added; `on` checks ids."""
        return evolve(self, dossiers={**self.dossiers, **{file.id: file for file in files}})

    def on(self, day: date, known: date | None = None) -> Archive:
        """Return the archive as it stood on a day: every customer whose file was open.

        Ids of merged customers are replaced wherever another customer names them, by the merges that were known then. A
        place that is not open on the day is left out; `dangling` lists it.

        Args:
            day: the day.
            known: what was known at the end of this day; all that is known where left out.

        Raises:
            BadRows: two open files whose ids differ in case, width or spaces only, or customers who belong to
                themselves in a circle, which the error names; so it is where a merge made a customer its own parent.
            BadValue: files that are merged into each other.
        """
        found = self._open(day, known)
        merged = self.merged(known)
        return Archive.of(_placed(customer, found, merged) for customer in found.values())

    def dangling(self, day: date, known: date | None = None) -> list[tuple[str, str]]:
        """Return (customer, place) for each customer that belongs to a place that is not open on the day."""
        found, merged = self._open(day, known), self.merged(known)
        return [
            (customer.id, place)
            for customer in found.values()
            for place in [customer.parent, *(one.place for one in customer.affiliations)]
            if place and merged.get(place, place) not in found
        ]

    def _into(self, known: date | None) -> dict[str, str]:
        return {file.id: other for file in self if (other := file.into_by(known))}

    def _open(self, day: date, known: date | None) -> dict[str, Customer]:
        return {file.id: one for file in self if (one := file.on(day, known)) is not None}


def _resolved(into: Mapping[str, str]) -> tuple[dict[str, str], list[list[str]]]:
    """Return for each merged id the one at the end of its way, and each circle once."""
    kept: dict[str, str] = {}
    circles = []
    for start in into:
        here, path = start, dict[str, None]()
        while here in into and here not in kept and here not in path:
            path[here] = None
            here = into[here]
        if here in path:
            ids = list(path)
            circles.append([*ids[ids.index(here) :], here])
        kept.update(dict.fromkeys(path, kept.get(here, here)))
    return kept, circles


def _circle(path: Sequence[str]) -> BadValue:
    shown = path if len(path) <= 12 else [*path[:6], "...", *path[-5:]]
    return BadValue(f"merged in a circle: {' > '.join(shown)}", where=f"customer {path[0]!r}", code="merge.circle")


def _placed(customer: Customer, found: Mapping[str, Customer], merged: Mapping[str, str]) -> Customer:
    """Return the customer with its places under the ids by which they count, each once, and only those that are open.

    Of two affiliations that meet under one id, the one that named it stands; one that a merge led to the parent, and a
    place that turned out to be the customer itself, go.
    """
    named = [one.place for one in customer.affiliations]
    if customer.parent:
        named.append(customer.parent)
    if all(place in found for place in named):
        return customer
    parent = merged.get(customer.parent, customer.parent)
    if customer.parent in merged and parent == customer.id:
        parent = ""
    own = {one.place for one in customer.affiliations if one.place not in merged} | {parent, customer.id}
    places = {
        merged.get(one.place, one.place): one for one in customer.affiliations if merged.get(one.place) not in own
    }
    return evolve(
        customer,
        parent=parent if parent in found else "",
        affiliations=[Affiliation(place, one.post, one.since) for place, one in places.items() if place in found],
    )
