"""The dossier (客户档案): one customer's complete file, every change it went through, and how it stood on any day.

Two dates are kept for every fact: since when it is true, and when it became known. The value that holds on a day is the
one that began last by then; of two that began on the same day, the one that was written later.

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
from functools import cached_property
from itertools import takewhile
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive._history import history
from pharmasales.archive._timeline import (
    End,
    State,
    Told,
    end_of,
    in_force,
    state_on,
    tells,
    told_by,
)
from pharmasales.archive.changes import Change, ChangeKind, checked, customer_of, personal_fields, values_of
from pharmasales.archive.customers import Customer
from pharmasales.archive.kinds import Value, is_person
from pharmasales.archive.values import ERASED, MERGED, OPEN, RESTRICTED
from pharmasales.display import Table
from pharmasales.errors import BadValue
from pharmasales.names import normal_id

__all__ = ["Dossier", "Standing"]

Standing: TypeAlias = Literal["open", "closed", "merged", "restricted", "erased"]


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(changes)


@frozen(repr=False)
class Dossier:
    """One customer's file with its whole history. Begin it with `Dossier.open`; every change returns a new value.

    Args:
        id: the customer's id.
        changes: every change in the order in which it was written.

    Raises:
        BadValue: no change, changes of another customer, or a first one that opens no file.
    """

    id: str = field(converter=normal_id)
    changes: tuple[Change, ...] = field(converter=_in_order)

    def __attrs_post_init__(self) -> None:
        ends = (self.changes[0], self.changes[-1]) if self.changes else ()
        if not ends or ends[0].action != "open" or any(one.customer != self.id for one in ends):
            raise BadValue("no history of this customer", where=f"customer {self.id!r}", code="archive.history")

    @classmethod
    def open(cls, customer: Customer, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Open a file (建档).

        Args:
            customer: what is known of the customer; an affiliation that began on another day is an amendment.
            since: the first day on which it is true.
            at: the moment of writing, zone-aware.
            by: the id of who writes.
            why: the reason, without personal values.

        Raises:
            BadValue: a person's id or a reason that holds the person's own data, a value no file can keep, a missing
                reason, or an affiliation with a first day of its own.
        """
        if any(one.since not in (None, since) for one in customer.affiliations):
            hint = "leave its day out; amend({'affiliation:PLACE': post}, since=...) adds one that began later"
            raise BadValue(
                "an affiliation has a day of its own", where=customer.id, hint=hint, code="archive.affiliation"
            )
        values = checked(values_of(customer), customer.id)
        change = Change(customer.id, "open", since, at, by, why, {}, {OPEN: "yes", **values})
        _discreet(told_by((change,)), customer.id, why)
        return cls(customer.id, (change,)), change

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
            BadValue: nothing changes, a field or value that no file can keep, a reason or id that holds a personal
                value, or a file that is not open on that day: closed, merged, restricted or erased.
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
        file, made = self, []
        for since, one in self._days(self.difference(values)).items():
            file, change = file._change("correct", one, since, at, by, why)
            made.append(change)
        if not made:
            raise _nothing(self.id)
        return file, tuple(made)

    def confirm(self, names: Iterable[str], *, at: datetime, by: str, why: str) -> tuple[Dossier, tuple[Change, ...]]:
        """Confirm that fields still hold (确认): their freshness begins anew, and nothing else changes.

        Raises:
            BadValue: a field without a value, a reason that holds a personal value, a file that is not open.
        """
        state, file, made = self._state(date.max), self, []
        for since, held in self._days({name: state.get(name) for name in names}).items():
            file._due(since, "open")
            if None in held.values():
                raise BadValue("nothing to confirm", where=", ".join(held), hint="amend it", code="change.empty")
            file, change = file._wrote("confirm", since, at, by, why, held, held)
            made.append(change)
        return file, tuple(made)

    def _days(self, values: Mapping[str, Value]) -> dict[date, dict[str, Value]]:
        """Return the values by the day on which the field's present one began."""
        begun, opened, days = self._state(date.max).begun, self.opened, dict[date, dict[str, Value]]()
        for name, value in values.items():
            days.setdefault(max(begun.get(name, opened), opened), {})[name] = value
        return days

    def close(self, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Close the file from a day on (关闭): the customer is no longer one; nothing is deleted.

        Raises:
            BadValue: a file that is not open on that day.
        """
        self._due(since, "open")
        return self._wrote("close", since, at, by, why, {OPEN: "yes"}, {OPEN: None})

    def reopen(self, *, since: date, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Open a closed file again from a day on.

        Raises:
            BadValue: a file that is not closed on that day, or was not opened yet.
        """
        self._due(since, "closed")
        if since < self.opened:
            hint = f"it was opened on {self.opened}"
            raise BadValue(
                "no file was closed by then", where=f"customer {self.id!r}", hint=hint, code="archive.reopen"
            )
        return self._wrote("reopen", since, at, by, why, {OPEN: None}, {OPEN: "yes"})

    def restrict(self, *, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Keep the file but neither show nor use it (限制处理), as under a legal hold (法定保存).

        Raises:
            BadValue: a file that is restricted already, merged or erased.
        """
        self._due(date.max, "open", "closed")
        return self._wrote("restrict", self.opened, at, by, why, {RESTRICTED: None}, {RESTRICTED: "yes"})

    def release(self, *, at: datetime, by: str, why: str) -> tuple[Dossier, Change]:
        """Lift a restriction.

        Raises:
            BadValue: a file that is not restricted.
        """
        self._due(date.max, "restricted")
        return self._wrote("release", self.opened, at, by, why, {RESTRICTED: "yes"}, {RESTRICTED: None})

    def with_(self, change: Change) -> Dossier:
        """Return the file with one more change at its end.

        What the file says in the end is kept up to date, so that the next change of a long history costs no more.

        Raises:
            BadValue: a change of another customer, or a reason or id that holds a personal value.
        """
        made, told = Dossier(self.id, (*self.changes, change)), self._told.then(change)
        _discreet(told, self.id, change.why)
        object.__setattr__(made, "_told", told)
        if change.since >= self._end.last and change.action != "unmerge":
            object.__setattr__(made, "_end", self._end.then(change))
        return made

    @property
    def opened(self) -> date:
        """The first day on which the file is open; the day it was opened on where it was closed on the same."""
        return self._since

    @property
    def kind(self) -> str:
        """What the customer is, by the latest that is known."""
        return str(self._state(date.max).get("kind") or "")

    @property
    def protected(self) -> str:
        """The kind whose rules protect the values: once a file was kept as a human being's, it stays one.

        >>> from datetime import UTC, datetime
        >>> from pharmasales.testing.lives import doctor_file
        >>> at = datetime(2026, 2, 1, tzinfo=UTC)
        >>> file, _ = doctor_file().amend({"kind": "hospital"}, since=at.date(), at=at, by="u1", why="slip of the pen")
        >>> file.kind, file.protected
        ('hospital', 'doctor')
        """
        return self._told.protected

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
            known: what was known at the end of this day, by the UTC offset of each change's own; all that is known
                where left out. A change that was written after one of a later day counts from that day on.
        """
        state = self._state(day, known)
        if not state.get(OPEN) or state.get(MERGED) or state.get(RESTRICTED) or state.get(ERASED):
            return None
        return customer_of(
            self.id, _plain(state.values), state.begun, self._since if known is None else self._opened(known)
        )

    def values(self, day: date = date.max, known: date | None = None) -> dict[str, Value]:
        """Return what the file says for a day, by field name, whatever its standing."""
        return _plain(self._state(day, known).values)

    def confirmed(self, day: date = date.max, known: date | None = None) -> dict[str, date]:
        """Return for each field that has a value the day on which it was last written: how fresh it is."""
        told: dict[str, date] = {}
        for change in in_force(self._known(known)):
            told.update(dict.fromkeys(change.new, change.at.date()))
        return {name: told[name] for name in self.values(day, known)}

    def difference(self, values: Mapping[str, object], day: date = date.max) -> dict[str, Value]:
        """Return those of the values that differ from what the file says for a day; the same values give none.

        Raises:
            BadValue: a field or a value that no file can keep.
        """
        state = self._state(day)
        return {name: value for name, value in checked(values, self.id).items() if value != state.get(name)}

    def table(self, known: date | None = None, *, unmasked: bool = False) -> Table:
        """Return the history field by field, newest last: what, since when, old, new, who, when, why.

        Args:
            known: what was known at the end of this day; all that is known where left out.
            unmasked: whether personal values are shown as they are.
        """
        return history(self.id, self._known(known), self.protected, unmasked=unmasked)

    def personal(self) -> dict[str, tuple[Value, ...]]:
        """Return every personal value that the file holds or ever held, by field: what a person may ask to see."""
        found: dict[str, dict[Value, None]] = {}
        for change in self.changes:
            for values in (change.old, change.new):
                for name in personal_fields(values, self.protected):
                    if values[name] is not None:
                        found.setdefault(name, {})[values[name]] = None
        return {name: tuple(values) for name, values in found.items()}

    def identifying(self) -> Iterator[str]:
        """Yield every text by which the person could be found, folded, now or ever in the file, each once."""
        yield from self._told.texts

    def __repr__(self) -> str:
        return f"Dossier({self.id!r}, {len(self.changes)} changes)"

    def _change(
        self, action: ChangeKind, values: Mapping[str, object], since: date, at: datetime, by: str, why: str
    ) -> tuple[Dossier, Change]:
        self._due(since, "open")
        new = self.difference(values, since)
        if not new:
            raise _nothing(self.id)
        state = self._state(since)
        return self._wrote(action, since, at, by, why, {name: state.get(name) for name in new}, new)

    def _wrote(
        self,
        action: ChangeKind,
        since: date,
        at: datetime,
        by: str,
        why: str,
        old: Mapping[str, Value],
        new: Mapping[str, Value],
    ) -> tuple[Dossier, Change]:
        change = Change(self.id, action, since, at, by, why, old, new)
        return self.with_(change), change

    def _due(self, day: date, *due: Standing) -> None:
        standing = self.standing(day)
        if standing not in due:
            when = f" on {day}" if day < date.max else ""
            raise BadValue(f"the file is {standing}{when}", where=f"customer {self.id!r}", code=f"archive.{standing}")

    def _known(self, known: date | None) -> Iterable[Change]:
        """Return what was written by the end of a day: what comes later in the file never comes in between."""
        return self.changes if known is None else takewhile(lambda one: one.at.date() <= known, self.changes)

    def _state(self, day: date, known: date | None = None) -> State:
        if known is None and day >= self._end.last:
            return self._end.state
        return state_on(self._known(known), day)

    def _opened(self, known: date | None) -> date:
        opening = {one.since: one.new[OPEN] for one in in_force(self._known(known)) if OPEN in one.new}
        return min((day for day, said in opening.items() if said), default=self.changes[0].since)

    @cached_property
    def _since(self) -> date:
        return self._opened(None)

    @cached_property
    def _end(self) -> End:
        return end_of(self.changes)

    @cached_property
    def _told(self) -> Told:
        return told_by(self.changes)


def _discreet(told: Told, customer: str, why: str) -> None:
    """Refuse an id or a reason that tells who the person is."""
    texts = told.texts if is_person(told.protected) else ()
    if tells(customer, texts):
        hint = "open another file under an id that says nothing of the person"
        raise BadValue("the id holds the person's own data", where="id", hint=hint, code="archive.id_personal")
    if tells(why, texts):
        raise BadValue("the reason holds a personal value", where="why", hint="leave it out", code="change.why")


def _nothing(customer: str) -> BadValue:
    where, hint = f"customer {customer!r}", "ask difference() first"
    return BadValue("nothing changes", where=where, hint=hint, code="change.empty")


def _plain(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if not name.startswith("@")}
