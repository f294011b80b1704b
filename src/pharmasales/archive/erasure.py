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

from collections.abc import Mapping, Set
from datetime import datetime

from attrs import evolve

from pharmasales.archive.changes import Change, personal_fields
from pharmasales.archive.dossier import ERASED, Dossier
from pharmasales.archive.kinds import FIELDS, Value
from pharmasales.compliance.personal import USES
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.names import fold

__all__ = ["access", "erase"]


def access(*files: Dossier) -> Table:
    """Return everything personal that the files of one person hold or ever held, and what it is kept for (查阅).

    Args:
        files: the person's files, those of merged twins among them: `Register.twins_of`.
    """
    rows = [
        (file.id, name, _chinese(name), ", ".join(map(_shown, values)), USES[name].purpose if name in USES else None)
        for file in files
        for name, values in file.personal().items()
    ]
    return Table("access", Says("What is kept of one person", "个人信息查阅"), _COLUMNS, rows)


def erase(file: Dossier, *, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
    """Erase a person's values from a file and its history (删除); the changes themselves stay, without them.

    Args:
        file: the file.
        at: the moment of erasing.
        by: who erases.
        why: the reason, without personal values.

    Raises:
        BadValue: the file is restricted, as under a legal hold (`archive.hold`), or erased already.
    """
    standing, where = file.standing(), f"customer {file.id!r}"
    if standing == "restricted":
        hint = "release it first, or leave it restricted: it is neither shown nor used"
        raise BadValue("the file is under a hold", where=where, hint=hint, code="archive.hold")
    if standing == "erased":
        raise BadValue("the file is erased", where=where, code="archive.erased")
    kind, found = file.kind, set(file.identifying())
    kept = tuple(
        evolve(one, old=_rest(one.old, kind), new=_rest(one.new, kind), why=_silent(one.why, found))
        for one in file.changes
    )
    change = Change(file.id, "erase", file.opened, at, by, why, {ERASED: None}, {ERASED: "yes"})
    return Dossier(file.id, (*kept, change)), change


def _rest(values: Mapping[str, Value], kind: str) -> dict[str, Value]:
    gone = set(personal_fields(values, kind))
    return {name: value for name, value in values.items() if name not in gone}


def _silent(why: str, found: Set[str]) -> str:
    """Take a reason out that holds what became known as a personal value only later."""
    told = fold(why)
    return "erased" if any(text in told for text in found if len(text) > 1) else why


def _chinese(name: str) -> str:
    if name in FIELDS:
        return FIELDS[name].zh
    return USES[name].zh if name in USES else ""


def _shown(value: Value) -> str:
    return "/".join(value) if isinstance(value, tuple) else Column.plain(value)


_COLUMNS = (
    Column("customer", "Customer", "客户编号"),
    Column("field", "Field", "字段"),
    Column("zh", "Chinese", "中文名"),
    Column("values", "Values", "值"),
    Column("purpose", "Kept for", "用途"),
)
