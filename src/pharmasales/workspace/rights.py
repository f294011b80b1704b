"""What a person may ask of the archive (个人权利): to see everything that is kept, and to have it erased.

Every kind of record in the store is looked through, its history included: the person's own files and those of merged
twins, change requests, kept plans and reviews, and other customers' files that name the person.

>>> from datetime import UTC, datetime
>>> from pharmasales.storage import open_store
>>> from pharmasales.testing.lives import doctor_file
>>> file, at = doctor_file(), datetime(2026, 9, 1, tzinfo=UTC)
>>> with open_store("memory:") as store:
...     cabinet = Cabinet(store)
...     cabinet.keep([file], file.changes)
...     done = erase_person(cabinet, "D1", at=at, by="m1", why="asked for by the person")
...     cabinet.dossier("D1").standing(), done.files, bool(cabinet.verify())
('erased', ('D1',), True)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.archive import Change, Dossier, Register, access, erase, is_person
from pharmasales.archive.erasure import forget
from pharmasales.compliance.consent import Consent
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.storage import Store, Unit
from pharmasales.storage.records import NODE
from pharmasales.workspace.cabinet import Cabinet
from pharmasales.workspace.chain import AUDIT, HEAD, SALTS
from pharmasales.workspace.checks import discreet
from pharmasales.workspace.keep import KEYS
from pharmasales.workspace.mentions import GONE, Person
from pharmasales.workspace.part import whole
from pharmasales.workspace.shelf import CHANGES, CONSENTS, CUSTOMERS, REQUESTS

__all__ = ["Copy", "Erased", "Erasure", "copies_of", "copies_table", "correct_person", "erase_person", "held_of"]

_OWN = frozenset({AUDIT, HEAD, SALTS})
_BY_CUSTOMER = frozenset({CONSENTS, CUSTOMERS})
_THEIRS = frozenset(
    "name aliases address telephone owner executive kind division source parent level province city county".split()
)
_REPS = frozenset({"rep", "rep_id", "node", "node_id", "owner", "by", "author", NODE})


@frozen
class Copy:
    """A record outside the person's own files that names the person.

    Args:
        kind: the kind of record.
        id: its id.
        now: whether the newest version names the person; otherwise only its history does.
    """

    kind: str
    id: str
    now: bool


@frozen
class Erased:
    """What was erased.

    Args:
        files: the ids of the person's files, the one that counts first.
        copies: the other records that named the person.
        person: what the person could be found by, for looking through what is not in the store.
    """

    files: tuple[str, ...]
    copies: tuple[Copy, ...]
    person: Person = field(repr=False)


@frozen
class Erasure:
    """An erasure that was checked and not yet carried out. Make it with `Erasure.of`.

    Args:
        files: the person's files without personal values, each with the change that says so.
        copies: the other records that name the person.
        person: what the person is found by.
        rid: files of others, without what merges that were undone had brought from the person's.
    """

    files: tuple[tuple[Dossier, Change], ...]
    copies: tuple[Copy, ...]
    person: Person = field(repr=False)
    rid: tuple[Dossier, ...] = ()

    @classmethod
    def of(cls, cabinet: Cabinet, customer: str, *, at: datetime, by: str, why: str) -> Erasure:
        """Check an erasure; arguments and errors as `erase_person`."""
        register, files, person = _person(cabinet, customer)
        discreet(person, why, "why")
        known_as = {text for file in files for text in file.identifying()}
        gone = tuple(erase(file, at=at, by=by, why=why, known_as=known_as) for file in files)
        pairs = [(file, forget(file, files)) for file in register if file.id not in person.ids]
        rid = tuple(fresh for file, fresh in pairs if fresh is not file)
        return cls(gone, tuple(copies_of(cabinet, person)), person, rid)

    def carry_out(self, cabinet: Cabinet) -> Erased:
        """Erase in one unit of work.

        Raises:
            StorageError: as `erase_person`.
        """
        change = self.files[0][1]
        with cabinet.store.unit(by=change.by, why=change.why, at=change.at) as unit:
            for file, last in self.files:
                cabinet.replace(unit, file, last)
            for file in self.rid:
                cabinet.rewrite(unit, file)
            for copy in self.copies:
                _without(cabinet, unit, copy, self.person)
            others = (_unparted(copy.id.rpartition("/")[0]) for copy in self.copies if copy.kind == CHANGES)
            for other in dict.fromkeys([*others, *(file.id for file in self.rid)]):
                cabinet.unname(unit, other, at=change.at, by=change.by)
        return Erased(tuple(file.id for file, _ in self.files), self.copies, self.person)


def held_of(cabinet: Cabinet, customer: str) -> tuple[Table, tuple[Copy, ...]]:
    """Return everything that is kept of one person, and where else the person is named (查阅).

    Args:
        cabinet: the archive.
        customer: the person, by the id of any of the files.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being.
    """
    _, files, person = _person(cabinet, customer)
    held = access(*files)
    consents = [
        (file.id, "consent", "同意记录", _agreed(one), None) for file in files for one in cabinet.consents(file.id)
    ]
    return evolve(held, rows=[*held.rows, *consents]), tuple(copies_of(cabinet, person))


def correct_person(
    cabinet: Cabinet, customer: str, values: Mapping[str, object], *, at: datetime, by: str, why: str
) -> tuple[tuple[Change, ...], tuple[Copy, ...]]:
    """Correct what is kept of one person, and find where else the wrong value may stand (更正).

    Args:
        cabinet: the archive.
        customer: the person, by the id of any of the files; the file that counts is corrected.
        values: the right values by field name.
        at: the moment of writing.
        by: the id of who corrects.
        why: the reason, without personal values.

    Returns:
        The changes, and the other records that name the person as the file said it before.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being, nothing changes, or whatever `Dossier.correct` refuses.
        Conflict: somebody else changed the file meanwhile.
    """
    _, files, person = _person(cabinet, customer)
    file, changes = files[0].correct(values, at=at, by=by, why=why)
    cabinet.keep([file], changes)
    return changes, tuple(copies_of(cabinet, person))


def _agreed(consent: Consent) -> str:
    ended = f", withdrawn {consent.withdrawn}" if consent.withdrawn else ""
    return f"{consent.kind} {consent.purpose} {consent.channel} {consent.given} ({consent.evidence}){ended}"


def erase_person(cabinet: Cabinet, customer: str, *, at: datetime, by: str, why: str) -> Erased:
    """Erase one person everywhere in the store, in one unit of work (删除).

    The person's files lose every personal value in every version, and the salt under which the audit chain holds their
    digests is destroyed; so is that of every other customer whose file named the person. Other records lose the texts
    that name the person, and their history. Tombstones stay.

    Args:
        cabinet: the archive.
        customer: the person, by the id of any of the files.
        at: the moment of writing.
        by: the id of who erases.
        why: the reason, without personal values.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being, is under a legal hold, or erased already; the reason names the person.
        StorageError: the values are gone from the records but their bytes may still stand in the store's files; the
            error says what to do.
    """
    return Erasure.of(cabinet, customer, at=at, by=by, why=why).carry_out(cabinet)


def copies_of(cabinet: Cabinet, person: Person) -> Iterator[Copy]:
    """Yield every record outside the person's own files that names the person, now or in its history.

    Raises:
        StorageError: `storage.scope`; a part of the archive does not tell.
    """
    return _copies(whole(cabinet.store), person)


def _copies(store: Store, person: Person) -> Iterator[Copy]:
    for kind in store.kinds():
        if kind in _OWN:
            continue
        newest = {record.id: record for record in store.find(kind)}
        for id_ in store.ids(kind):
            if _customer(kind, id_) in person.ids:
                continue
            record = newest.get(id_)
            if record is not None and record.version == 1:
                versions: list[Mapping[str, Any] | None] = [record.data]
            else:
                versions = [one.data for one in store.history(kind, id_)]
            named = [data is not None and _names(kind, id_, data, person) for data in versions]
            if any(named):
                yield Copy(kind, id_, named[-1])


def _customer(kind: str, id_: str) -> str:
    """Return the customer whose file a record is of, or ""."""
    return _unparted(id_.rpartition("/")[0]) if kind == CHANGES else id_ if kind == CUSTOMERS else ""


def _person(cabinet: Cabinet, customer: str) -> tuple[Register, list[Dossier], Person]:
    whole(cabinet.store)
    register = cabinet.register()
    files = register.twins_of(customer)
    if not any(is_person(file.protected) for file in files):
        hint = "only human beings have these rights; close the file instead"
        raise BadValue("no human being", where=f"customer {customer!r}", hint=hint, code="rights.kind")
    return register, files, Person.of(files)


def _unparted(part: str) -> str:
    """Return a part of an id as it was before it became one."""
    return part.replace("%2F", "/").replace("%25", "%")


def _without(cabinet: Cabinet, unit: Unit, copy: Copy, person: Person) -> None:
    """Destroy every version of a record, and keep its newest without the person, where its id says nothing."""
    data = cabinet.store.history(copy.kind, copy.id)[-1].data
    unit.erase(copy.kind, copy.id)
    if data is not None and not _named_by(copy.kind, copy.id, person):
        unit.put(copy.kind, copy.id, _rewritten(copy.kind, copy.id, data, person))


def _names(kind: str, id_: str, data: Mapping[str, Any], person: Person) -> bool:
    return _named_by(kind, id_, person) or _rewritten(kind, id_, data, person) != data


def _named_by(kind: str, id_: str, person: Person) -> bool:
    """Whether an id names the person; of a result table the parts that stand for reps do not count."""
    parts = [id_] if kind in _BY_CUSTOMER else [_unparted(part) for part in id_.split("/")]
    keys = ("", *KEYS[kind]) if kind in KEYS else ("",) * len(parts)
    return any(
        person.is_name(part) or person.marked_in(part)
        for key, part in zip(keys, parts, strict=False)
        if key not in _REPS and part not in person.ids
    )


def _rewritten(kind: str, id_: str, data: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """Return a record without the person.

    Beside one of the person's ids every text counts. Elsewhere a mark does, and a name: in another customer's file in
    all that is not that customer's own name or place, and in other records where it is a whole value and no rep's.
    """
    if kind == CUSTOMERS:
        return dict(data)
    parts = {_unparted(part) for part in id_.split("/")}
    own = bool(parts & person.ids) or any(text in person.ids for text in _strings(data))
    if kind == REQUESTS and str(data.get("customer", "")) in person.ids:
        return {**data, "old": {}, "new": {}, "why": GONE, "decision": GONE if data["decision"] else ""}
    if kind in (CHANGES, REQUESTS):
        told = {name: person.without(data[name]) for name in ("why", "decision") if data.get(name)}
        return {**data, **told, **{side: _side(data[side], person) for side in ("old", "new")}}
    if kind == CONSENTS:
        own = id_ in person.ids
    return {key: _replaced(key, value, person, own=own) for key, value in data.items()}


def _side(values: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """Return what another customer's file says without the person."""
    return {name: value if name in _THEIRS else _said(value, person) for name, value in values.items()}


def _said(value: Any, person: Person) -> Any:  # noqa: ANN401 - JSON of any form
    if isinstance(value, list):
        return [_said(one, person) for one in value]
    return person.without(value) if isinstance(value, str) else value


def _replaced(key: str, value: Any, person: Person, *, own: bool) -> Any:  # noqa: ANN401 - JSON of any form
    if isinstance(value, str):
        if value in person.ids or (key in _REPS and not person.marked_in(value)):
            return value
        named = own or person.is_name(value) or person.marked_in(value)
        return person.without(value, own=own) if named else value
    if isinstance(value, Mapping):
        return {name: _replaced(name, one, person, own=own) for name, one in value.items()}
    return [_replaced(key, one, person, own=own) for one in value] if isinstance(value, list) else value


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def copies_table(copies: Iterable[Copy]) -> Table:
    """Return the copies, a row each."""
    columns = (
        Column("kind", "Kind of record", "记录类型"),
        Column("id", "Id", "编号"),
        Column("now", "Newest version", "最新版本"),
    )
    rows = [(one.kind, one.id, Says("yes", "是") if one.now else Says("history only", "仅历史")) for one in copies]
    return Table("copies", Says("Where else the person is named", "其他提及处"), columns, rows)
