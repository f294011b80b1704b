"""Customers and products: the master data of the archive (客户档案).

Ids are stable and unique, labels may repeat, and every customer may name its owner, the rep who looks after it.

>>> archive = Archive.of([Customer("H1", "Example Hospital", "hospital", owner="r1")])
>>> archive["H1"].name, [customer.id for customer in archive.owned_by("r1")]
('Example Hospital', ['H1'])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import clean, normal_id, twins
from pharmasales.units import BOX, Number, Unit, exact

__all__ = ["Affiliation", "Archive", "Customer", "Product"]


def _id(text: str) -> str:
    return normal_id(text, "customer id")


def _optional_id(text: str) -> str:
    return normal_id(text) if text else ""


def _exact(value: Number | None) -> int | Fraction | None:
    """Keep a whole number as such, so that it is shown with thousands."""
    if value is None or type(value) is int:
        return value
    number = exact(value)
    return number.numerator if number.denominator == 1 else number


def _days(given: Iterable[int]) -> frozenset[int]:
    return frozenset(given)


def _places(given: Iterable[Affiliation]) -> tuple[Affiliation, ...]:
    return tuple(given)


def _words(given: Iterable[str]) -> frozenset[str]:
    return frozenset(map(clean, given))


@frozen
class Affiliation:
    """Where a person works beside or within the main place (任职): one doctor may serve three hospitals.

    Args:
        place: id of the hospital, department or firm.
        post: what the person is there, such as 主任医师 or buyer, or "".
        since: the first day; from the beginning of the file where left out.

    >>> Affiliation("H2", "visiting consultant").place
    'H2'
    """

    place: str = field(converter=_id)
    post: str = field(default="", converter=clean, repr=False)
    since: date | None = None


@frozen(repr=False)
class Customer:
    """One customer (客户): an institution, a person, a distributor, a supplier or a contact (S001-6, S004-12, S004-76).

    It is what is held true on one day; `Dossier` keeps how it came to be. The `repr` shows the id alone, because the
    name may be a person's.

    Args:
        id: stable id, in its normal form.
        name: the label, kept as written.
        kind: one of `KINDS`, such as `hospital`, `doctor` or `distributor`, or a word of your own.
        owner: the id of the rep who looks after it (S001-12), or "".
        parent: the id of the customer it belongs to, a doctor's hospital, or "".
        level: its official grade, such as 三级甲等, or "".
        potential: what it could buy in the workspace's measure, an exact number, or missing.
        weekdays: the days on which visitors are received, 0 for Monday; every day where empty.
        since: the day on which its file was opened; it has always been known where left out.
        fields: further columns, by name, for rules to read.
        roles: what it is to us, several at once: `kol`, `department_head`, `decider`, `general_agent` (`ROLES`).
        affiliations: further places where a person works.
        division: the code of its administrative division, or "".
        source: where its file came from, a lead source such as `referral`, or "".

    Raises:
        BadValue: an empty id, a refused character, or a potential that is no exact number.
    """

    id: str = field(converter=_id)
    name: str = field(converter=clean)
    kind: str = field(default="", converter=clean)
    owner: str = field(default="", converter=_optional_id)
    parent: str = field(default="", converter=_optional_id)
    level: str = field(default="", converter=clean)
    potential: int | Fraction | None = field(default=None, converter=_exact)
    weekdays: frozenset[int] = field(default=frozenset(), converter=_days)
    since: date | None = None
    fields: Mapping[str, object] = field(factory=dict, hash=False)
    roles: frozenset[str] = field(default=frozenset(), converter=_words)
    affiliations: tuple[Affiliation, ...] = field(default=(), converter=_places)
    division: str = field(default="", converter=clean)
    source: str = field(default="", converter=clean)

    def __repr__(self) -> str:
        return f"Customer({self.id!r})"

    def record(self) -> dict[str, object]:
        """Return all of it by name, the further fields beside the others: what a rule or a query reads.

        An empty text is a missing value.

        >>> Customer("H1", "Example Hospital", "hospital", fields={"beds": 800}).record()["beds"]
        800
        """
        own = {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "owner": self.owner,
            "parent": self.parent,
            "level": self.level,
            "division": self.division,
            "source": self.source,
            "potential": self.potential,
            "since": self.since,
            "weekdays": self.weekdays or None,
            "roles": self.roles or None,
            "affiliations": self.affiliations or None,
        }
        return {**self.fields, **{name: None if value == "" else value for name, value in own.items()}}


@frozen
class Product:
    """A product: its id, label, the unit it is counted in, and its class.

    >>> Product("P1", "Example 10 mg").unit.code
    'BOX'
    """

    id: str = field(converter=_id)
    name: str = field(converter=clean)
    unit: Unit = BOX
    kind: str = ""


@frozen(repr=False)
class Archive:
    """All customers, checked together and in the order given. Build it with `Archive.of`."""

    customers: Mapping[str, Customer]

    @classmethod
    def of(cls, customers: Iterable[Customer]) -> Archive:
        """Check the customers and keep them.

        Raises:
            BadRows: twin ids (case, width or spaces), customers who belong to an unknown one, and customers who belong
                to themselves in a circle, all at once.
        """
        given = list(customers)
        bad: list[PharmaSalesError] = [
            BadValue(
                f"twin ids in rows {first + 1} and {second + 1}",
                where=f"id {given[second].id!r}",
                hint="merge them or give one another id",
                code="archive.twins",
            )
            for first, second in twins(customer.id for customer in given)
        ]
        known = {customer.id: customer for customer in given}
        bad += [
            BadValue("belongs to an unknown customer", where=f"row {row}, id {customer.id!r}", code="archive.parent")
            for row, customer in enumerate(given, 1)
            if customer.parent and customer.parent not in known
        ]
        bad += map(_cycle, _cycles(known))
        if bad:
            raise BadRows("the archive cannot be trusted", bad)
        return cls(known)

    def __getitem__(self, customer_id: str) -> Customer:
        found = self.customers.get(customer_id)
        if found is None:
            raise NotFound("no such customer", where=f"customer id {customer_id!r}", code="archive.id")
        return found

    def __contains__(self, customer_id: object) -> bool:
        return customer_id in self.customers

    def __iter__(self) -> Iterator[Customer]:
        return iter(self.customers.values())

    def __len__(self) -> int:
        return len(self.customers)

    def __repr__(self) -> str:
        return f"Archive({len(self)} customers)"

    def owned_by(self, rep: str) -> list[Customer]:
        """Return the customers that a rep looks after."""
        return [customer for customer in self if customer.owner == rep]

    def before(self, day: date) -> Archive:
        """Return the archive as it stood before a day: the customers whose file was open by then.

        >>> Archive.of([Customer("H1", "Old"), Customer("H2", "New", since=date(2026, 1, 5))]).before(date(2026, 1, 5))
        Archive(1 customers)
        """
        return Archive({c.id: c for c in self if c.since is None or c.since < day})

    def orphans(self) -> list[Customer]:
        """Return the customers whom nobody looks after (S001-12).

        >>> Archive.of([Customer("H1", "Example Hospital")]).orphans()
        [Customer('H1')]
        """
        return self.owned_by("")

    def place(self, customer_id: str) -> str:
        """Return the id of the topmost customer that it belongs to: a doctor's department's hospital.

        >>> ward = Archive.of([Customer("H1", "Hospital"), Customer("W1", "Ward", parent="H1")])
        >>> ward.place("W1")
        'H1'

        Raises:
            NotFound: no such customer.
        """
        here, seen = self[customer_id], {customer_id}
        while here.parent in self.customers and here.parent not in seen:
            here = self.customers[here.parent]
            seen.add(here.id)
        return here.id

    def with_owners(self, owners: Mapping[str, str]) -> Archive:
        """Return the archive with an owner for each orphan that `owners` knows; owners already named stay."""
        return Archive(
            {
                customer.id: customer if customer.owner else evolve(customer, owner=owners.get(customer.id, ""))
                for customer in self
            }
        )


def _cycles(known: Mapping[str, Customer]) -> Iterator[list[str]]:
    """Yield each circle of parents once, in the order in which it is met."""
    done: set[str] = set()
    for start in known:
        path: dict[str, None] = {}
        here = start
        while here in known and here not in done and here not in path:
            path[here] = None
            here = known[here].parent
        if here in path:
            ids = list(path)
            yield [*ids[ids.index(here) :], here]
        done.update(path)


def _cycle(path: Sequence[str]) -> BadValue:
    shown = path if len(path) <= 12 else [*path[:6], "...", *path[-5:]]
    hint = "give one of them another parent, or none"
    return BadValue(f"belongs to itself: {' > '.join(shown)}", where=f"id {path[0]!r}", hint=hint, code="archive.cycle")
