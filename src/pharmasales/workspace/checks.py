"""What an act has to fulfil before the cabinet keeps it (入档检查).

>>> from pharmasales.testing.lives import doctor_file
>>> discreet(Person.of([doctor_file()]), "a call from Example Doctor 示例医生", "why")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: the why names the person @ why; leave the personal value out [cabinet.personal]
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from attrs import evolve

from pharmasales.archive import Change, Dossier
from pharmasales.compliance.consent import Consent
from pharmasales.errors import BadValue
from pharmasales.workspace.mentions import Person

T = TypeVar("T", bound=Hashable)

__all__ = ["carried", "circles", "discreet", "rooted"]


def discreet(person: Person, text: str, where: str) -> None:
    """Refuse an id or a reason that names the person, since neither can be erased from the chain.

    Raises:
        BadValue: it does; the value is not shown.
    """
    if person.named_in(text):
        hint = "give it an id that says nothing of the person" if where == "id" else "leave the personal value out"
        raise BadValue(f"the {where} names the person", where=where, hint=hint, code="cabinet.personal")


def carried(before: Iterable[Consent], now: Iterable[Consent]) -> bool:
    """Whether every consent is still there, and every withdrawal.

    >>> given = Consent("D1", "marketing", "any", "opt_in", date(2026, 1, 5), "F-7", withdrawn=date(2026, 2, 1))
    >>> carried([given], [evolve(given, withdrawn=None)])
    False
    """
    left = {evolve(one, withdrawn=None, confirmed=None): one for one in now}
    found = [(one, left.get(evolve(one, withdrawn=None, confirmed=None))) for one in before]
    return all(other is not None and (one.withdrawn is None or other.withdrawn is not None) for one, other in found)


def rooted(files: Mapping[str, Dossier], acts: Sequence[Change], kept: Callable[[str], Dossier | None]) -> None:
    """Refuse a customer that would belong to itself, by its parent or after a merge.

    Args:
        files: the files after the act, by id.
        acts: the changes.
        kept: gives any other file, or `None`.

    Raises:
        BadValue: there is such a customer.
    """

    def above(place: tuple[str, date]) -> tuple[str, date] | None:
        customer, day = place
        file = files.get(customer) or kept(customer)
        parent = file.into or str(file.values(day).get("parent") or "") if file else ""
        return (parent, day) if parent else None

    moved = [one for one in acts if one.action in ("merge", "unmerge") or "parent" in one.new]
    for customer, _ in circles(((one.customer, day) for one in moved for day in (one.since, date.max)), above):
        hint, where = "give one of them another parent, or none", f"customer {customer!r}"
        raise BadValue("belongs to itself", where=where, hint=hint, code="archive.cycle")


def circles(starts: Iterable[T], above: Callable[[T], T | None]) -> Iterator[T]:
    """Yield everything that stands above itself, met from some starts; nothing is walked through twice.

    >>> list(circles("abcd", {"a": "b", "b": "c", "c": "b", "d": "a"}.get))
    ['b', 'c']
    """
    safe: set[T] = set()
    for start in starts:
        path: dict[T, None] = {}
        here: T | None = start
        while here is not None and here not in safe and here not in path:
            path[here] = None
            here = above(here)
        if here is not None and here in path:
            ids = list(path)
            yield from ids[ids.index(here) :]
        safe.update(path)
