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

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from typing import Any

from attrs import field, frozen

from pharmasales.archive import access, erase, is_person
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.workspace.cabinet import AUDIT, CHANGES, HEAD, REQUESTS, SALTS, Cabinet

__all__ = ["Copy", "Erased", "copies_of", "copies_table", "erase_person", "held_of"]

_OWN = frozenset({AUDIT, HEAD, SALTS})
_SIGNS = 6
_GONE = "***"


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
        texts: the folded values by which the person could be found, for looking through what is not in the store.
    """

    files: tuple[str, ...]
    copies: tuple[Copy, ...]
    texts: frozenset[str] = field(repr=False)


@frozen
class _Person:
    """What a person is found by: the ids of the files, and the texts.

    A long text, such as a telephone number, is proof by itself wherever it stands. A name may be somebody else's, so it
    counts where it is the whole value, or where one of the ids stands in the same record.
    """

    ids: Set[str]
    texts: Set[str] = field(repr=False)
    numbers: Set[str] = field(repr=False)

    def named(self, text: str, *, own: bool) -> bool:
        told = fold(text)
        return (
            told in self.texts
            or any(number in told for number in self.numbers)
            or (own and any(one in told for one in self.texts))
        )

    def owns(self, data: object, id_: str) -> bool:
        return any(one in id_ for one in self.ids) or any(text in self.ids for text in _strings(data))

    def stands_in(self, data: object, id_: str) -> bool:
        own = self.owns(data, id_)
        return any(self.named(text, own=own) for text in (id_, *_strings(data)))

    def without(self, data: Any, id_: str) -> Any:  # noqa: ANN401 - JSON of any form
        return _replaced(data, self, own=self.owns(data, id_))


def held_of(cabinet: Cabinet, customer: str) -> tuple[Table, tuple[Copy, ...]]:
    """Return everything that is kept of one person, and where else the person is named (查阅).

    Args:
        cabinet: the archive.
        customer: the person, by the id of any of the files.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being.
    """
    files, person = _person(cabinet, customer)
    return access(*files), tuple(copies_of(cabinet, person))


def erase_person(cabinet: Cabinet, customer: str, *, at: datetime, by: str, why: str) -> Erased:
    """Erase one person everywhere in the store, in one unit of work (删除).

    The person's files lose every personal value in every version, and the salt under which the audit chain holds their
    digests is destroyed. Other records lose the texts that name the person, and their history. Tombstones stay.

    Args:
        cabinet: the archive.
        customer: the person, by the id of any of the files.
        at: the moment of writing.
        by: the id of who erases.
        why: the reason, without personal values.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being, is under a legal hold, or erased already.
        StorageError: the values are gone from the records but their bytes may still stand in the store's files; the
            error says what to do.
    """
    files, person = _person(cabinet, customer)
    gone = [erase(file, at=at, by=by, why=why) for file in files]
    copies = tuple(copies_of(cabinet, person))
    with cabinet.store.unit(by=by, why=why, at=at) as unit:
        for file, change in gone:
            cabinet.replace(unit, file, change)
        for copy in copies:
            kept = _newest(cabinet, copy)
            unit.erase(copy.kind, copy.id)
            if kept is not None and not person.stands_in(None, copy.id):
                unit.put(copy.kind, copy.id, _emptied(copy.kind, person.without(kept, copy.id)))
    return Erased(tuple(file.id for file in files), copies, frozenset(person.texts))


def copies_of(cabinet: Cabinet, person: _Person) -> Iterator[Copy]:
    """Yield every record outside the person's own files that names the person, now or in its history."""
    for kind in cabinet.store.kinds():
        if kind in _OWN:
            continue
        for id_ in cabinet.store.ids(kind):
            if kind == CHANGES and id_.rpartition("/")[0] in person.ids:
                continue
            versions = [one.data for one in cabinet.store.history(kind, id_) if one.data is not None]
            named = [person.stands_in(data, id_) for data in versions]
            if any(named) or (kind == REQUESTS and any(_customer(data) in person.ids for data in versions)):
                yield Copy(kind, id_, named[-1])


def _person(cabinet: Cabinet, customer: str) -> tuple[list[Any], _Person]:
    register = cabinet.register()
    files = register.twins_of(customer)
    if not is_person(files[0].kind):
        hint = "only human beings have these rights; close the file instead"
        raise BadValue("no human being", where=f"customer {customer!r}", hint=hint, code="rights.kind")
    texts = {text for file in files for text in file.identifying() if len(text) > 1}
    numbers = {text for text in texts if len(text) >= _SIGNS and (any(map(str.isdigit, text)) or "@" in text)}
    return files, _Person({file.id for file in files}, texts, numbers)


def _newest(cabinet: Cabinet, copy: Copy) -> Mapping[str, Any] | None:
    return cabinet.store.history(copy.kind, copy.id)[-1].data


def _customer(data: Mapping[str, Any]) -> str:
    return str(data.get("customer", ""))


def _emptied(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Take the values out of a change request: they were the person's."""
    return {**data, "old": {}, "new": {}, "why": "erased"} if kind == REQUESTS else data


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield str(key)
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def _replaced(data: Any, person: _Person, *, own: bool) -> Any:  # noqa: ANN401 - JSON of any form
    if isinstance(data, str):
        return _GONE if person.named(data, own=own) else data
    if isinstance(data, Mapping):
        return {key: _replaced(value, person, own=own) for key, value in data.items()}
    return [_replaced(value, person, own=own) for value in data] if isinstance(data, list) else data


def copies_table(copies: Iterable[Copy]) -> Table:
    """Return the copies, a row each."""
    columns = (
        Column("kind", "Kind of record", "记录类型"),
        Column("id", "Id", "编号"),
        Column("now", "Newest version", "最新版本"),
    )
    rows = [(one.kind, one.id, Says("yes", "是") if one.now else Says("history only", "仅历史")) for one in copies]
    return Table("copies", Says("Where else the person is named", "其他提及处"), columns, rows)
