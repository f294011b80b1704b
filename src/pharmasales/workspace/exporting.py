"""Customers out of the archive as a table (客户导出): masked, or in clear for who says why and is entered in the chain.

The columns bear the names under which an import knows them, so that an export in clear is taken in again as it is.

>>> from pharmasales.archive import Customer
>>> kept = Archive.of([Customer("D1", "Dr Example", "doctor", fields={"mobile": "13800000000"})])
>>> print(customers_table(kept))
id  name  kind    mobile
--  ----  ------  -----------
D1  D*    doctor  138******00
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from pharmasales.archive import Archive, Customer, is_person
from pharmasales.archive.changes import values_of
from pharmasales.archive.kinds import Value, surely_person
from pharmasales.compliance.masking import in_clear, mask
from pharmasales.compliance.personal import USES, use_of
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.workspace.columns import ARCHIVE

__all__ = ["customers_table", "masked_names", "personal_columns"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TITLES = {spec.name: spec.zh for spec in ARCHIVE}


def customers_table(kept: Archive, *, unmasked: bool = False) -> Table:
    """Return the customers, a row each; columns that are empty for all are left out.

    Args:
        kept: the archive as it stood on a day.
        unmasked: whether personal values stand as they are.
    """
    held = [(customer, {"id": customer.id, **values_of(customer)}) for customer in kept]
    names = _ordered(name for _, values in held for name in values)
    columns = tuple(Column(name, name, _TITLES.get(name, name)) for name in names)
    rows = [tuple(_cell(customer, name, values.get(name), unmasked) for name in names) for customer, values in held]
    return Table("customers", Says("Customers", "客户"), columns, rows)


def masked_names(kept: Archive) -> Archive:
    """Return the archive with the names of human beings masked; a kind of your own keeps its name.

    >>> kept = Archive.of([Customer("D1", "Dr Example", "doctor"), Customer("H1", "Example Hospital", "hospital")])
    >>> [customer.name for customer in masked_names(kept)]
    ['D*', 'Example Hospital']
    """
    name = USES["name"]
    return Archive({one.id: evolve(one, name=mask(one.name, name)) if surely_person(one.kind) else one for one in kept})


def personal_columns(table: Table) -> list[str]:
    """Return the columns that may say something of a person.

    >>> personal_columns(customers_table(Archive.of([Customer("D1", "Dr Example", "doctor", owner="r1")])))
    ['name']
    """
    names = [column.key for column in table.columns]
    return [name for name in names if (use := use_of(name)) is None or not use.is_open(person=True)]


def _ordered(names: Iterable[str]) -> list[str]:
    """Return the names in the order of the import's columns, all others behind."""
    found = set(names)
    known = [spec.name for spec in ARCHIVE if spec.name in found]
    return [*known, *sorted(found.difference(known))]


def _cell(customer: Customer, name: str, value: Value, unmasked: bool) -> Cell:
    person = is_person(customer.kind)
    if value is not None and not unmasked and not in_clear(name, value, person=person):
        return mask(value if isinstance(value, str) else str(value), use_of(name), person=person)
    if name == "weekdays" and isinstance(value, tuple):
        return ", ".join(_DAYS[int(day)] for day in value)
    return "、".join(value) if isinstance(value, tuple) else value
