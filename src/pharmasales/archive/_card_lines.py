"""What stands on a customer card: the lines of every part of the file, masked or not.

>>> from pharmasales.archive.customers import Customer
>>> hospital = Customer("H1", "Example Hospital", "hospital", weekdays={0})
>>> source = CardSource(hospital, None, {}, frozenset(), unmasked=False)
>>> [(line.field, line.state) for line in next(source.parts(source.shown(), frozenset({"level"}))).lines]
[('name', 'there'), ('level', 'missing'), ('weekdays', 'there')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive.changes import AFFILIATION
from pharmasales.archive.customers import Archive, Customer
from pharmasales.archive.freshness import known_kind, label_of
from pharmasales.archive.kinds import KINDS, ROLES, is_person
from pharmasales.compliance.masking import mask, masked_record
from pharmasales.compliance.personal import USES
from pharmasales.compliance.sources import SOURCES
from pharmasales.display import Cell, Column, Says, Table

__all__ = ["CardLine", "CardPart", "CardSource", "LineState", "joined"]

LineState: TypeAlias = Literal["there", "missing", "stale"]

_CORE = ("name", "level", "division", "parent", "owner", "roles", "source", "potential", "weekdays", "since")


@frozen(repr=False)
class CardLine:
    """One field on a card.

    Args:
        field: its name.
        label: its name as a person reads it.
        value: its value as it may be shown; `None` where it is missing.
        confirmed: the day on which it was last written, where a history is kept.
        state: `there`, `missing` (asked for, and not there) or `stale`.
    """

    field: str
    label: Says
    value: Cell
    confirmed: date | None
    state: LineState

    def __repr__(self) -> str:
        return f"CardLine({self.field!r}, {self.state!r})"


@frozen
class CardPart:
    """A part of the file on a card: its title and its fields."""

    title: Says
    lines: tuple[CardLine, ...]


@frozen(repr=False)
class CardSource:
    """What a card is made from, and how it may be shown.

    Args:
        customer: the customer.
        archive: all customers, for the names of places.
        told: for each field the day on which it was last written.
        stale: the names of the stale fields.
        unmasked: whether personal values are shown as they are.
    """

    customer: Customer
    archive: Archive | None
    told: Mapping[str, date]
    stale: frozenset[str]
    unmasked: bool = field(kw_only=True)

    @property
    def person(self) -> bool:
        """Whether the customer is a human being."""
        return is_person(self.customer.kind)

    def shown(self) -> Mapping[str, object]:
        """Return the record as it may be shown."""
        record = self.customer.record()
        if record["parent"]:
            record["parent"] = self.place(self.customer.parent)
        return record if self.unmasked else masked_record(record, person=self.person)

    def place(self, place: str) -> str:
        """Return a place with its name, where the archive knows it and it is no person's."""
        found = self.archive.customers.get(place) if self.archive is not None else None
        return place if found is None or is_person(found.kind) else f"{found.name} ({place})"

    def parts(self, record: Mapping[str, object], asked: frozenset[str]) -> Iterator[CardPart]:
        """Yield the parts of the file in order, then what else is there or asked for; empty parts are left out."""
        kind = KINDS.get(known_kind(self.customer.kind))
        titled = [(Says("Customer", "客户"), list(_CORE))]
        own = kind.parts if kind else ()
        titled += [(Says(part.name.capitalize(), part.zh), [one.name for one in part.fields]) for part in own]
        known = {"id", "kind", "affiliations", *(name for _, names in titled for name in names)}
        further = [*record, *sorted(asked - record.keys())]
        titled.append((Says("Further", "其他"), [name for name in further if name not in known]))
        for title, names in titled:
            lines = tuple(self.line(name, record.get(name), name in asked) for name in names)
            lines = tuple(line for line in lines if line.value is not None or line.state == "missing")
            if lines:
                yield CardPart(title, lines)

    def line(self, name: str, value: object, missing: bool) -> CardLine:
        """Return one field's line."""
        state: LineState = "missing" if missing else "stale" if name in self.stale else "there"
        return CardLine(name, label_of(name), _cell(name, value), self.told.get(name), state)

    def affiliations(self) -> Table:
        """Return where a person works beside the main place."""
        rows = [
            (
                self.hidden(self.place(one.place)),
                self.hidden(one.post),
                one.since,
                self.told.get(AFFILIATION + one.place),
            )
            for one in self.customer.affiliations
        ]
        return Table("affiliations", Says("Affiliations", "任职"), _PLACES, rows)

    def hidden(self, text: str) -> str:
        """Return a word about an affiliation as it may be shown."""
        return text if self.unmasked else mask(text, USES["affiliation"], person=self.person)


_PLACES = (
    Column("place", "Place", "单位"),
    Column("post", "Post", "职务"),
    Column("since", "Since", "自", "date"),
    Column("confirmed", "Last written", "最近更新", "date"),
)
_DAYS = [
    Says(en, f"周{zh}")
    for en, zh in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日", strict=True)
]


def _cell(name: str, value: object) -> Cell:
    """Return a value as a person reads it: roles and weekdays in words, several texts in one."""
    if isinstance(value, frozenset | set | tuple | list):
        items = sorted(value, key=str) if isinstance(value, frozenset | set) else value
        return joined(_word(name, item) for item in items) if items else None
    if value is None or value == "":
        return None
    if name == "source" and value in SOURCES:
        return SOURCES[str(value)]
    return value if isinstance(value, int | Fraction | date | Says) else str(value)


def _word(name: str, item: object) -> Says:
    if name == "weekdays" and isinstance(item, int):
        return _DAYS[item % 7]
    return ROLES.get(str(item), Says(str(item), str(item))) if name == "roles" else Says(str(item), str(item))


def joined(words: Iterable[Says]) -> Says:
    """Return several words as one text.

    >>> joined([Says("one", "一"), Says("two", "二")])
    Says(en='one, two', zh='一、二')
    """
    given = list(words)
    return Says(", ".join(one.en for one in given), "、".join(one.zh for one in given))
