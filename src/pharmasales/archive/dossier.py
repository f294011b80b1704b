"""The dossier (客户档案): one customer's complete file, every change it went through, and how it stood on any day.

Two dates are kept for every fact: since when it is true, and when it became known. The value that holds on a day is the
one that began last by then; of two that began on the same day, the one that became known later.

>>> from datetime import UTC, date, datetime
>>> when = datetime(2026, 1, 5, 9, tzinfo=UTC)
>>> doctor = Customer("D1", "Dr Example", "doctor", parent="H1", source="referral")
>>> file, opened = Dossier.open(doctor, since=date(2026, 1, 5), at=when, by="u1", why="referral by a customer")
>>> later = datetime(2026, 3, 2, 9, tzinfo=UTC)
>>> file, change = file.amend({"parent": "H2"}, since=date(2026, 2, 1), at=later, by="u1", why="moved")
>>> change
Change('D1' amend parent since 2026-02-01)
>>> file.on(date(2026, 1, 31)).parent, file.on(date(2026, 2, 1)).parent
('H1', 'H2')
>>> file.on(date(2026, 2, 1), known=date(2026, 2, 28)).parent  # nobody knew it yet
'H1'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.archive.changes import (
    ATTRIBUTES,
    IDENTIFYING,
    Change,
    ChangeKind,
    as_value,
    customer_of,
    personal_fields,
    values_of,
)
from pharmasales.archive.customers import Customer
from pharmasales.archive.kinds import Value, is_person
from pharmasales.compliance.masking import mask
from pharmasales.compliance.personal import use_of
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.names import fold, normal_id

__all__ = ["ERASED", "MERGED", "OPEN", "RESTRICTED", "Dossier", "Standing"]

Standing: TypeAlias = Literal["open", "closed", "merged", "restricted", "erased"]

OPEN, MERGED, RESTRICTED, ERASED = "@open", "@merged", "@restricted", "@erased"


@frozen
class _State:
    """What holds on one day: the values, and since when each."""

    values: Mapping[str, Value]
    begun: Mapping[str, date]

    def get(self, name: str) -> Value:
        return self.values.get(name)


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(changes)


@frozen(repr=False)
class Dossier:
    """One customer's file with its whole history. Begin it with `Dossier.open`; every change returns a new value.

    Args:
        id: the customer's id.
        changes: every change in the order in which it was written.
    """

    id: str = field(converter=normal_id)
    changes: tuple[Change, ...] = field(converter=_in_order)

    @classmethod
    def open(cls, customer: Customer, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Open a file (建档).

        Args:
            customer: what is known of the customer.
            since: the first day on which it is true.
            at: the moment of writing, zone-aware.
            by: the id of who writes.
            why: the reason, without personal values.

        Raises:
            BadValue: a person's id that is one of the person's own data, a value no file can keep, a missing reason.
        """
        values = values_of(customer)
        if fold(customer.id) in set(_identifying(values)) and is_person(customer.kind):
            hint = "give it an id that says nothing of the person"
            raise BadValue("the id is one of the person's own data", where="id", hint=hint, code="archive.id_personal")
        change = Change(customer.id, "open", since, at, by, why, {}, {OPEN: "yes", **values})
        return _with(cls(customer.id, ()), change)

    def amend(
        self, values: Mapping[str, object], *, since: date, at: datetime, by: str, why: str
    ) -> tuple[Dossier, Change]:
        """Change fields from a day on (变更); `None` clears one.

        Args:
            values: the new values by field name; `affiliation:H2` holds the post at H2, `None` ends it.
            since: the first day on which they are true, which may lie before changes already known.
            at: the moment of writing.
            by: the id of who writes.
            why: the reason, without personal values.

        Raises:
            BadValue: nothing changes, a value no file can keep, a file that is closed, merged, restricted or erased.
        """
        return self._change("amend", values, since, at, by, why)

    def reassign(self, owner: str, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Give the customer another owner (更换负责人); errors as `amend`."""
        return self._change("reassign", {"owner": owner}, since, at, by, why)

    def correct(
        self, values: Mapping[str, object], *, at: datetime, by: str, why: str
    ) -> tuple[Dossier, tuple[Change, ...]]:
        """Correct what was written wrongly (更正): each value is put in the place of the one that stands now.

        Values that began on different days make one change a day; errors as `amend`.
        """
        begun = self._state(date.max).begun
        days: dict[date, dict[str, object]] = {}
        for name, value in values.items():
            days.setdefault(begun.get(name, self.opened), {})[name] = value
        file, made = self, []
        for since, one in days.items():
            file, change = file._change("correct", one, since, at, by, why)
            made.append(change)
        return file, tuple(made)

    def close(self, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Close the file from a day on (关闭): the customer is no longer one; nothing is deleted.

        Raises:
            BadValue: a file that is not open on that day.
        """
        return self._change("close", {OPEN: None}, since, at, by, why)

    def reopen(self, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Open a closed file again from a day on.

        Raises:
            BadValue: a file that is not closed.
        """
        self._due(since, "closed")
        return _with(self, Change(self.id, "reopen", since, at, by, why, {OPEN: None}, {OPEN: "yes"}))

    def restrict(self, *, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Keep the file but neither show nor use it (限制处理), as under a legal hold (法定保存).

        Raises:
            BadValue: a file that is restricted already, merged or erased.
        """
        self._due(date.max, "open", "closed")
        return _with(
            self, Change(self.id, "restrict", self.opened, at, by, why, {RESTRICTED: None}, {RESTRICTED: "yes"})
        )

    def release(self, *, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Lift a restriction.

        Raises:
            BadValue: a file that is not restricted.
        """
        self._due(date.max, "restricted")
        old, new = {RESTRICTED: "yes"}, {RESTRICTED: None}
        return _with(self, Change(self.id, "release", self.opened, at, by, why, old, new))

    @property
    def opened(self) -> date:
        """The first day on which the file is open."""
        days = sorted({change.since for change in self.changes})
        return next(day for day in days if self._state(day).get(OPEN))

    @property
    def kind(self) -> str:
        """What the customer is, by the latest that is known."""
        return str(self._state(date.max).get("kind") or "")

    @property
    def into(self) -> str:
        """The id of the customer that this one was merged into, or ""."""
        return self.into_by(None)

    def into_by(self, known: date | None) -> str:
        """Return the id of the customer that this one was merged into, as far as was known on a day, or ""."""
        if not any(MERGED in change.new for change in self.changes):
            return ""
        return str(self._state(date.max, known).get(MERGED) or "")

    def standing(self, day: date = date.max, known: date | None = None) -> Standing:
        """Return what has become of the file on a day.

        >>> from pharmasales.testing.lives import doctor_file
        >>> doctor_file().standing(date(2020, 1, 1)), doctor_file().standing()
        ('closed', 'open')
        """
        state = self._state(day, known)
        if state.get(ERASED):
            return "erased"
        if state.get(MERGED):
            return "merged"
        if state.get(RESTRICTED):
            return "restricted"
        return "open" if state.get(OPEN) else "closed"

    def on(self, day: date, known: date | None = None) -> Customer | None:
        """Return the customer as the file says for a day; `None` where it is not open.

        Args:
            day: the day.
            known: what was known at the end of this day (UTC offset of each change's own); all that is known where
                left out.
        """
        state = self._state(day, known)
        if not state.get(OPEN) or state.get(MERGED) or state.get(RESTRICTED) or state.get(ERASED):
            return None
        return customer_of(self.id, _plain(state.values), state.begun, self.opened)

    def values(self, day: date = date.max, known: date | None = None) -> dict[str, Value]:
        """Return what the file says for a day, by field name, whatever its standing."""
        return _plain(self._state(day, known).values)

    def confirmed(self, day: date = date.max, known: date | None = None) -> dict[str, date]:
        """Return for each field that has a value the day on which it was last written: how fresh it is."""
        told: dict[str, date] = {}
        for change in self._known(known):
            told.update(dict.fromkeys(change.new, change.at.date()))
        return {name: told[name] for name in self.values(day, known)}

    def difference(self, values: Mapping[str, object], day: date = date.max) -> dict[str, Value]:
        """Return those of the values that differ from what the file says for a day; the same values give none."""
        state = self._state(day)
        given = {name: as_value(value, name) for name, value in values.items()}
        return {name: value for name, value in given.items() if value != state.get(name)}

    def table(self, known: date | None = None, *, unmasked: bool = False) -> Table:
        """Return the history field by field, newest last: what, since when, old, new, who, when, why.

        Args:
            known: what was known at the end of this day; all that is known where left out.
            unmasked: whether personal values are shown as they are.
        """
        show = _shown if unmasked else self._masked
        rows = [
            (one.action, name, one.since, show(name, one.old.get(name)), show(name, new), one.by, str(one.at), one.why)
            for one in self._known(known)
            for name, new in (one.new or {"": None}).items()
        ]
        return Table("history", Says(f"History of {self.id}", f"{self.id} 变更记录"), _HISTORY, rows)

    def _masked(self, name: str, value: Value) -> str | None:
        return None if value is None else mask(value, use_of(name), person=is_person(self.kind))

    def personal(self) -> dict[str, tuple[Value, ...]]:
        """Return every personal value that the file holds or ever held, by field: what a person may ask to see."""
        found: dict[str, dict[Value, None]] = {}
        for change in self.changes:
            for values in (change.old, change.new):
                for name in personal_fields(values, self.kind):
                    if values[name] is not None:
                        found.setdefault(name, {})[values[name]] = None
        return {name: tuple(values) for name, values in found.items()}

    def identifying(self) -> Iterator[str]:
        """Yield every text by which the person could be found, folded, now or ever in the file."""
        for change in self.changes:
            yield from _identifying(change.old)
            yield from _identifying(change.new)

    def __repr__(self) -> str:
        return f"Dossier({self.id!r}, {len(self.changes)} changes)"

    def _change(
        self, action: ChangeKind, values: Mapping[str, object], since: date, at: datetime, by: str, why: str
    ) -> tuple[Dossier, Change]:
        self._due(since, "open")
        _refuse_reserved(values, action)
        new = self.difference(values, since)
        if not new:
            raise BadValue("nothing changes", where=self.id, hint="ask difference() first", code="change.empty")
        state = self._state(since)
        return _with(self, Change(self.id, action, since, at, by, why, {name: state.get(name) for name in new}, new))

    def _due(self, day: date, *due: Standing) -> None:
        standing = self.standing(day)
        if standing not in due:
            when = f" on {day}" if day < date.max else ""
            raise BadValue(f"the file is {standing}{when}", where=f"customer {self.id!r}", code=f"archive.{standing}")

    def _known(self, known: date | None) -> Iterable[Change]:
        return self.changes if known is None else [one for one in self.changes if one.at.date() <= known]

    def _state(self, day: date, known: date | None = None) -> _State:
        """Let every change that was known and had begun write its values, the one that began first going first."""
        values: dict[str, Value] = {}
        begun: dict[str, date] = {}
        for change in sorted((one for one in self._known(known) if one.since <= day), key=lambda one: one.since):
            values.update(change.new)
            begun.update(dict.fromkeys(change.new, change.since))
        return _State({name: value for name, value in values.items() if value is not None}, begun)


def _with(file: Dossier, change: Change) -> tuple[Dossier, Change]:
    """Append a change whose reason tells nothing of the person."""
    file = evolve(file, changes=(*file.changes, change))
    told = fold(change.why)
    if is_person(file.kind) and any(len(text) > 1 and text in told for text in file.identifying()):
        raise BadValue("the reason holds a personal value", where="why", hint="leave it out", code="change.why")
    return file, change


_HISTORY = (
    Column("action", "Action", "操作"),
    Column("field", "Field", "字段"),
    Column("since", "Since", "生效日", "date"),
    Column("old", "Old", "原值"),
    Column("new", "New", "新值"),
    Column("by", "By", "操作人"),
    Column("at", "Known at", "记录时间"),
    Column("why", "Why", "原因"),
)


def _plain(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if not name.startswith("@")}


def _shown(_name: str, value: Value) -> str | None:
    if isinstance(value, tuple):
        return ", ".join(value)
    return None if value is None else Column.plain(value)


def _identifying(values: Mapping[str, Value]) -> Iterator[str]:
    for name in IDENTIFYING & values.keys():
        value = values[name]
        yield from (fold(text) for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str))


def _refuse_reserved(values: Mapping[str, object], action: ChangeKind) -> None:
    for name in values:
        if name in ("id", "since", "affiliations", "fields") or (name.startswith("@") and action != "close"):
            hint = f"a field of the file: {', '.join(ATTRIBUTES)}, affiliation:PLACE or one of your own"
            raise BadValue("no field that can be changed", where=name, hint=hint, code="change.field")
