"""One person's rights over the own file: to see it, and to have it erased (查阅、删除).

Correcting is `Dossier.correct`. Erasing takes every personal value out of the file and its whole history, of the twins
merged into it too; what stays is a tombstone: that there was a file, who wrote in it when, and who erased it.

>>> from datetime import UTC, date, datetime
>>> from pharmasales.archive.customers import Customer
>>> at = datetime(2026, 1, 5, tzinfo=UTC)
>>> doctor = Customer("D1", "Dr Example", "doctor", owner="r1", fields={"mobile": "13800000000"})
>>> file, _ = Dossier.open(doctor, since=at.date(), at=at, by="u1", why="referral")
>>> file.personal()["mobile"]
('13800000000',)
>>> gone, change = erase(file, at=at, by="u2", why="asked for by the person")
>>> gone.personal(), gone.on(at.date()), gone.standing()
({}, None, 'erased')
>>> gone.values()
{'kind': 'doctor', 'owner': 'r1'}

Source: PIPL (个人信息保护法) 44-47; threat T19.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from attrs import evolve

from pharmasales.archive._timeline import identifying, tells
from pharmasales.archive.changes import Change, personal_fields
from pharmasales.archive.dossier import Dossier
from pharmasales.archive.kinds import FIELDS, Value
from pharmasales.archive.values import ERASED, MERGED, OPEN, RESTRICTED
from pharmasales.compliance.personal import use_of
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue

__all__ = ["access", "erase", "forget"]


def access(*files: Dossier) -> Table:
    """Return everything personal that the files of one person hold or ever held, and what it is kept for (查阅).

    Args:
        files: the person's files, those of merged twins among them: `Register.twins_of`.
    """
    rows = [
        (file.id, name, _chinese(name), ", ".join(map(_shown, values)), use.purpose if (use := use_of(name)) else None)
        for file in files
        for name, values in file.personal().items()
    ]
    return Table("access", Says("What is kept of one person", "个人信息查阅"), _COLUMNS, rows)


def erase(file: Dossier, *, at: datetime, by: str, why: str, known_as: Iterable[str] = ()) -> tuple[Dossier, Change]:
    """Erase a person's values from a file and its history (删除); the changes themselves stay, without them.

    A file that was ever kept as a human being's is treated as such, whatever its kind is now. Values and reasons in
    which one of the erased texts stands go too, even where their field is open.

    Args:
        file: the file.
        at: the moment of erasing.
        by: who erases.
        why: the reason, without personal values.
        known_as: further texts by which the person could be found, such as `identifying()` of merged twins.

    Raises:
        BadValue: the file is restricted, as under a legal hold (`archive.hold`), or erased already, or the reason holds
            a personal value.
    """
    standing, where = file.standing(), f"customer {file.id!r}"
    if standing == "restricted":
        hint = "release it first, or leave it restricted: it is neither shown nor used"
        raise BadValue("the file is under a hold", where=where, hint=hint, code="archive.hold")
    if standing == "erased":
        raise BadValue("the file is erased", where=where, code="archive.erased")
    found = {*_texts(file), *known_as}
    if tells(why, found):
        raise BadValue("the reason holds a personal value", where="why", hint="leave it out", code="change.why")
    change = Change(file.id, "erase", file.opened, at, by, why, {ERASED: None}, {ERASED: "yes"})
    return Dossier(file.id, (*(_silent(one, file.protected, found) for one in file.changes), change)), change


def forget(file: Dossier, gone: Iterable[Dossier]) -> Dossier:
    """Take out of another customer's file what merges that were undone had brought from files that are to be erased.

    Args:
        file: the file of somebody else, in which the two customers were one for a while.
        gone: the files that are to be erased, as they are before.

    Returns:
        The file without these values in its history; the same one where there are none.

    >>> from pharmasales.testing.lives import doctor_life
    >>> files = doctor_life()[0].register
    >>> forget(files["H1"], [files["D1"]]) is files["H1"]
    True
    """
    people = {one.id: one for one in gone}
    found = {text for one in people.values() for text in _texts(one)}
    if not any(one.other in people for one in file.changes):
        return file
    changes = (_silent(one, people[one.other].protected, found) if one.other in people else one for one in file.changes)
    return Dossier(file.id, tuple(changes))


_SIGNS = frozenset(("kind", "owner", OPEN, MERGED, RESTRICTED, ERASED))
"""What a tombstone keeps: signs and ids, which hold no text of anybody's own."""


def _texts(file: Dossier) -> Iterator[str]:
    """Yield the texts by which a human being could be found: of an institution its people, not its own name."""
    for name, values in file.personal().items():
        for value in values:
            yield from identifying({name: value})


def _silent(change: Change, kind: str, found: Iterable[str]) -> Change:
    """Return a change without its personal values, and without a reason that tells one, known then or only later."""
    why = "erased" if tells(change.why, found) else change.why
    return evolve(change, old=_rest(change.old, kind, found), new=_rest(change.new, kind, found), why=why)


def _rest(values: Mapping[str, Value], kind: str, found: Iterable[str]) -> dict[str, Value]:
    gone = set(personal_fields(values, kind))
    return {
        name: value
        for name, value in values.items()
        if name not in gone and (name in _SIGNS or value is None or not tells(_shown(value), found))
    }


def _chinese(name: str) -> str:
    if name in FIELDS:
        return FIELDS[name].zh
    use = use_of(name)
    return use.zh if use else ""


def _shown(value: Value) -> str:
    return "/".join(value) if isinstance(value, tuple) else Column.plain(value)


_COLUMNS = (
    Column("customer", "Customer", "客户编号"),
    Column("field", "Field", "字段"),
    Column("zh", "Chinese", "中文名"),
    Column("values", "Values", "值"),
    Column("purpose", "Kept for", "用途"),
)
