"""Merge two files of one customer, and take it back (合并与撤销).

Both histories stay where they are. The twin points to the customer that is kept, for every day, so that it never counts
twice; the kept file takes over what only the twin knew, for the days for which the twin knew it.

>>> from datetime import UTC, date, datetime
>>> from pharmasales.archive.customers import Customer
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> def opened(id, **fields):
...     customer = Customer(id, "Example Hospital", "hospital", fields=fields)
...     return Dossier.open(customer, since=at.date(), at=at, by="u1", why="list of 2026")[0]
>>> kept, twin, changes = merge(opened("H1"), opened("H9", beds=300), at=at, by="u1", why="same licence")
>>> changes
(Change('H1' merge H9 beds since 2026-01-05), Change('H9' merge H1 @merged since 2026-01-05))
>>> kept.on(at.date()).fields, twin.on(at.date()), twin.into
({'beds': 300}, None, 'H1')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import reduce

from attrs import evolve

from pharmasales.archive._timeline import amends, in_force, states_on
from pharmasales.archive.changes import AFFILIATION, Change
from pharmasales.archive.dossier import Dossier, Standing
from pharmasales.archive.kinds import Value
from pharmasales.archive.values import MERGED, OPEN
from pharmasales.errors import BadValue

__all__ = ["merge", "unmerge"]


def merge(
    kept: Dossier, twin: Dossier, *, at: datetime, by: str, why: str
) -> tuple[Dossier, Dossier, tuple[Change, ...]]:
    """Merge a twin into the customer that is kept (合并).

    For every day the kept file says what it said, and what the twin said where it said nothing; it is open where one of
    them was. It never belongs to itself: where one of the two belonged to the other, that is left out.

    Args:
        kept: the customer that stays.
        twin: the one that is found to be the same.
        at: the moment of writing.
        by: the id of who writes.
        why: the reason, without personal values.

    Returns:
        The two files and the changes: those of the kept file, one for each day from which the twin adds something, and
        last that of the twin.

    Raises:
        BadValue: one customer, two kinds of customer, a file that is merged, restricted or erased already, or a reason
            or an id that holds a personal value of either.
    """
    if kept.id == twin.id:
        raise BadValue("a customer is no twin of itself", where=f"customer {kept.id!r}", code="merge.self")
    for file in (kept, twin):
        _due(file, "open", "closed")
    if kept.kind != twin.kind:
        where = f"customers {kept.id!r} and {twin.id!r}"
        raise BadValue("two kinds of customer", where=where, hint="correct the kind of one first", code="merge.kind")
    days = _days(kept, twin)
    both = zip(states_on(kept.changes, days), states_on(twin.changes, days), strict=True)
    wanted = [_joined(own, theirs, kept.id, twin.id) for own, theirs in both]
    gone = Change(twin.id, "merge", twin.opened, at, by, why, {MERGED: None}, {MERGED: kept.id}, kept.id)
    return _done(kept, twin, gone, _towards(kept, days, wanted, gone))


def unmerge(
    kept: Dossier, twin: Dossier, *, at: datetime, by: str, why: str
) -> tuple[Dossier, Dossier, tuple[Change, ...]]:
    """Take a merge back (撤销合并): the twin counts again, and the kept file loses what the twin had brought.

    What was written into the kept file since then stays, also where it stands in place of what the twin had brought.
    Merges are taken back in any order; what another twin knew too, but this one had brought first, goes with this one.
    Arguments and result as of `merge`.

    Raises:
        BadValue: the twin is not merged into this customer, the kept file is restricted or erased, or the reason holds
            a personal value.
    """
    if twin.standing() != "merged" or twin.into != kept.id:
        where = f"customers {kept.id!r} and {twin.id!r}"
        raise BadValue("these two are not merged", where=where, code="merge.none")
    _due(kept, "open", "closed", "merged")
    days = _days(kept)
    wanted = states_on(in_force(kept.changes, {twin.id}), days)
    made = next(one for one in reversed(twin.changes) if MERGED in one.new)
    gone = Change(twin.id, "unmerge", made.since, at, by, why, {MERGED: kept.id}, {MERGED: None}, kept.id)
    return _done(kept, twin, gone, _towards(kept, days, wanted, gone))


def _due(file: Dossier, *due: Standing) -> None:
    standing = file.standing()
    if standing not in due:
        raise BadValue(f"the file is {standing}", where=f"customer {file.id!r}", code=f"archive.{standing}")


def _days(*files: Dossier) -> list[date]:
    return sorted({one.since for file in files for one in file.changes})


def _joined(own: dict[str, Value], theirs: dict[str, Value], kept: str, twin: str) -> dict[str, Value]:
    """Return what two files say together for a day, the own file first, and nothing of one belonging to the other."""
    values = {name: value for name, value in theirs.items() if not name.startswith("@") or name == OPEN} | own
    places = {AFFILIATION + kept, AFFILIATION + twin}
    return {
        name: value
        for name, value in values.items()
        if name not in places and not (name == "parent" and value in (kept, twin))
    }


def _towards(
    kept: Dossier, days: Sequence[date], wanted: Iterable[Mapping[str, Value]], gone: Change
) -> Iterator[Change]:
    """Yield the changes after which the kept file says what is wanted; one at least, as the sign of the act."""
    act = evolve(gone, customer=kept.id, other=gone.customer, old={}, new={})
    told = [evolve(act, since=since, old=old, new=new) for since, old, new in amends(kept.changes, days, wanted)]
    yield from told or [act]


def _done(
    kept: Dossier, twin: Dossier, gone: Change, ours: Iterable[Change]
) -> tuple[Dossier, Dossier, tuple[Change, ...]]:
    made = tuple(ours)
    return reduce(Dossier.with_, made, kept), twin.with_(gone), (*made, gone)
