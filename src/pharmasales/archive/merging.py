"""Merge two files of one customer, and take it back (合并与撤销).

Both histories stay where they are. The twin points to the customer that is kept, for every day, so that it never counts
twice; the kept file takes over what only the twin knew.

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

from datetime import datetime

from attrs import evolve

from pharmasales.archive.changes import Change
from pharmasales.archive.dossier import MERGED, OPEN, Dossier
from pharmasales.archive.kinds import Value
from pharmasales.errors import BadValue

__all__ = ["merge", "unmerge"]


def merge(
    kept: Dossier, twin: Dossier, *, at: datetime, by: str, why: str
) -> tuple[Dossier, Dossier, tuple[Change, Change]]:
    """Merge a twin into the customer that is kept (合并).

    Where both know a value, the kept file's stands. For days before the kept file was opened the twin's values hold.

    Args:
        kept: the customer that stays.
        twin: the one that is found to be the same.
        at: the moment of writing.
        by: the id of who writes.
        why: the reason, without personal values.

    Returns:
        The two files and the two changes, kept first.

    Raises:
        BadValue: one customer, two kinds of customer, or a file that is merged, restricted or erased already.
    """
    if kept.id == twin.id:
        raise BadValue("a customer is no twin of itself", where=f"customer {kept.id!r}", code="merge.self")
    for file in (kept, twin):
        standing = file.standing()
        if standing not in ("open", "closed"):
            raise BadValue(f"the file is {standing}", where=f"customer {file.id!r}", code=f"archive.{standing}")
    if kept.kind != twin.kind:
        where = f"customers {kept.id!r} and {twin.id!r}"
        raise BadValue("two kinds of customer", where=where, hint="correct the kind of one first", code="merge.kind")
    since, theirs, own = twin.opened, twin.values(), kept.values()
    older = since < kept.opened
    taken: dict[str, Value] = {name: value for name, value in theirs.items() if older or name not in own}
    before: dict[str, Value] = dict.fromkeys(taken)
    brought: dict[str, Value] = {OPEN: "yes", **taken} if older else taken
    ours = Change(kept.id, "merge", since, at, by, why, before, brought, twin.id)
    gone = Change(twin.id, "merge", since, at, by, why, {MERGED: None}, {MERGED: kept.id}, kept.id)
    return _with(kept, ours), _with(twin, gone), (ours, gone)


def unmerge(
    kept: Dossier, twin: Dossier, *, at: datetime, by: str, why: str
) -> tuple[Dossier, Dossier, tuple[Change, Change]]:
    """Take a merge back (撤销合并): the twin counts again, and the kept file loses what the twin had brought.

    What was written into the kept file since then stays. Arguments as `merge`.

    Raises:
        BadValue: the twin is not merged into this customer.
    """
    if twin.standing() != "merged" or twin.into != kept.id:
        where = f"customers {kept.id!r} and {twin.id!r}"
        raise BadValue("these two are not merged", where=where, code="merge.none")
    made = next(one for one in reversed(kept.changes) if one.action == "merge" and one.other == twin.id)
    back: dict[str, Value] = dict.fromkeys(made.new)
    ours = Change(kept.id, "unmerge", made.since, at, by, why, dict(made.new), back, twin.id)
    undone = Change(twin.id, "unmerge", made.since, at, by, why, {MERGED: kept.id}, {MERGED: None}, kept.id)
    return _with(kept, ours), _with(twin, undone), (ours, undone)


def _with(file: Dossier, change: Change) -> Dossier:
    return evolve(file, changes=(*file.changes, change))
