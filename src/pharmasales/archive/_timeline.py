"""What a row of changes says of a day (时间轴): the arithmetic below the dossier.

Of all changes that have begun by a day the one that began last decides, field by field; of two that began on the same
day, the one that was written later. What a merge had brought does not count any more once the merge is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import attrgetter

from attrs import field, frozen

from pharmasales.archive.changes import IDENTIFYING, Change
from pharmasales.archive.kinds import Value, is_person
from pharmasales.names import fold

__all__ = [
    "End",
    "State",
    "Told",
    "amends",
    "end_of",
    "identifying",
    "state_on",
    "states_on",
    "tells",
    "told_by",
]

_BY_DAY = attrgetter("since")
_GAPS = re.compile(r"[\s\-‐-―]+")


@frozen
class State:
    """What holds on one day: the values, missing ones left out, and since when each field says so."""

    values: Mapping[str, Value]
    begun: Mapping[str, date]

    def get(self, name: str) -> Value:
        return self.values.get(name)


@frozen
class End:
    """What holds when every change has begun, kept up to date change by change.

    Args:
        state: what holds then.
        last: the day on which the last change begins.
    """

    state: State
    last: date

    def then(self, change: Change) -> End:
        """Add a change that begins on the last day or later."""
        values, begun = dict(self.state.values), dict(self.state.begun)
        _write(change, values, begun)
        return End(State(values, begun), change.since)


@frozen
class Told:
    """What a file ever said of the customer, whenever it was true.

    Args:
        texts: every text by which the customer could be found, folded, in the order in which it came.
        protected: the kind whose rules protect the values: the last that is a human being, or else the last.
    """

    texts: Mapping[str, None] = field(factory=dict)
    protected: str = ""

    def then(self, change: Change) -> Told:
        """Add a change."""
        found = dict.fromkeys(text for values in (change.old, change.new) for text in identifying(values))
        kinds = [self.protected, *(str(kind) for values in (change.old, change.new) if (kind := values.get("kind")))]
        persons = [kind for kind in kinds if is_person(kind)]
        return Told(
            self.texts if found.keys() <= self.texts.keys() else {**self.texts, **found}, (persons or kinds)[-1]
        )


def in_force(changes: Iterable[Change], undone: Iterable[str] = ()) -> Sequence[Change]:
    """Return the changes but those of merges that were taken back later, and their taking back.

    Args:
        changes: the changes of one file, in the order in which they were written.
        undone: further customers whose merge into this one is not to count.
    """
    rows, gone = tuple(changes), set(undone)
    if not gone and not any(one.action == "unmerge" for one in rows):
        return rows
    kept = []
    for one in reversed(rows):
        if one.action == "unmerge":
            gone.add(one.other)
        elif one.other not in gone:
            kept.append(one)
    return kept[::-1]


def end_of(changes: Sequence[Change]) -> End:
    """Return what holds in the end."""
    return End(state_on(changes, date.max), max(map(_BY_DAY, changes), default=date.min))


def told_by(changes: Iterable[Change]) -> Told:
    """Return what these changes ever said."""
    return reduce(Told.then, changes, Told())


def state_on(changes: Iterable[Change], day: date) -> State:
    """Return what holds on a day."""
    values: dict[str, Value] = {}
    begun: dict[str, date] = {}
    for change in sorted((one for one in in_force(changes) if one.since <= day), key=_BY_DAY):
        _write(change, values, begun)
    return State(values, begun)


def states_on(changes: Iterable[Change], days: Iterable[date]) -> Iterator[dict[str, Value]]:
    """Yield what holds on each of these days, which come in order, in one walk."""
    rows = sorted(in_force(changes), key=_BY_DAY)
    values: dict[str, Value] = {}
    place = 0
    for day in days:
        while place < len(rows) and rows[place].since <= day:
            _write(rows[place], values, {})
            place += 1
        yield dict(values)


def amends(
    changes: Iterable[Change], days: Iterable[date], wanted: Iterable[Mapping[str, Value]]
) -> Iterator[tuple[date, dict[str, Value], dict[str, Value]]]:
    """Yield day, old and new values to write after these changes, so that each day says what is wanted of it.

    Args:
        changes: the changes.
        days: days in order, those on which the changes begin among them.
        wanted: for each of the days what is to hold on it and until the next.
    """
    rows = sorted(in_force(changes), key=_BY_DAY)
    said: dict[str, Value] = {}
    place = 0
    for day, goal in zip(days, wanted, strict=True):
        while place < len(rows) and rows[place].since <= day:
            _write(rows[place], said, {})
            place += 1
        apart = [name for name in (said | dict(goal)) if said.get(name) != goal.get(name)]
        if apart:
            yield day, {name: said.get(name) for name in apart}, {name: goal.get(name) for name in apart}
            said = dict(goal)


def _write(change: Change, values: dict[str, Value], begun: dict[str, date]) -> None:
    for name, value in change.new.items():
        begun[name] = change.since
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value


def identifying(values: Mapping[str, Value]) -> Iterator[str]:
    """Yield the texts by which a person could be found, folded; a number and a date are texts too."""
    for name in values:
        value = values[name] if name in IDENTIFYING else None
        if value is not None:
            yield from (fold(str(text)) for text in (value if isinstance(value, tuple) else (value,)))


def tells(text: str, texts: Iterable[str]) -> bool:
    """Whether a text holds one of these, however it is spaced or hyphenated; one character alone proves nothing.

    A name in Latin letters counts as whole words, so that Li does not stand in a list.
    """
    folded = fold(text)
    told = _GAPS.sub("", folded)
    for one in (_GAPS.sub("", given) for given in texts):
        if len(one) > 1 and one in told and (not (one.isascii() and one.isalpha()) or _as_words(one, folded)):
            return True
    return False


def _as_words(name: str, text: str) -> bool:
    letters = r"[\s\-‐-―]*".join(name)
    return re.search(f"(?<![a-z]){letters}(?![a-z])", text) is not None
