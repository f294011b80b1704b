"""What a row of changes says of a day (时间轴): the arithmetic below the dossier.

Of all changes that have begun by a day the one that began last decides, field by field; of two that began on the same
day, the one that was written later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter

from attrs import evolve, field, frozen

from pharmasales.archive.changes import IDENTIFYING, Change
from pharmasales.archive.kinds import Value, is_person
from pharmasales.names import fold

__all__ = ["Latest", "State", "identifying", "latest", "state_on", "states_on", "tells"]

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
class Latest:
    """What holds in the end, and what was ever said, kept up to date change by change.

    Args:
        state: what holds when every change has begun.
        last: the day on which the last one begins.
        texts: every text by which the customer could be found, folded, in the order in which it came.
        protected: the kind whose rules protect the values: the last one that is a human being, else the last.
    """

    state: State = field(factory=lambda: State({}, {}))
    last: date = date.min
    texts: Mapping[str, None] = field(factory=dict)
    protected: str = ""

    def then(self, change: Change) -> Latest:
        """Add a change that begins on the last day or later."""
        values, begun = dict(self.state.values), dict(self.state.begun)
        _write(change, values, begun)
        return evolve(self.heard(change), state=State(values, begun), last=change.since)

    def heard(self, change: Change) -> Latest:
        """Add what a change tells for ever, whenever it begins."""
        found = [text for values in (change.old, change.new) for text in identifying(values)]
        texts = self.texts if self.texts.keys() >= set(found) else {**self.texts, **dict.fromkeys(found)}
        kinds = [str(kind) for values in (change.old, change.new) if (kind := values.get("kind"))]
        protected = self.protected
        for kind in kinds:
            protected = kind if is_person(kind) or not is_person(protected) else protected
        return evolve(self, texts=texts, protected=protected)


def latest(changes: Sequence[Change]) -> Latest:
    """Return what holds in the end."""
    if not changes:
        return Latest()
    found = Latest(state_on(changes, date.max), max(map(_BY_DAY, changes)))
    texts = {text for one in changes for values in (one.old, one.new) for text in identifying(values)}
    for one in changes:
        if "kind" in one.new or "kind" in one.old or not texts <= found.texts.keys():
            found = found.heard(one)
    return found


def state_on(changes: Iterable[Change], day: date) -> State:
    """Return what holds on a day."""
    values: dict[str, Value] = {}
    begun: dict[str, date] = {}
    for change in sorted((one for one in changes if one.since <= day), key=_BY_DAY):
        values.update(change.new)
        begun.update(dict.fromkeys(change.new, change.since))
    return State({name: value for name, value in values.items() if value is not None}, begun)


def states_on(changes: Iterable[Change], days: Iterable[date]) -> Iterator[dict[str, Value]]:
    """Yield what holds on each of these days, which come in order, in one walk."""
    rows = sorted(changes, key=_BY_DAY)
    values: dict[str, Value] = {}
    place = 0
    for day in days:
        while place < len(rows) and rows[place].since <= day:
            _write(rows[place], values, {})
            place += 1
        yield dict(values)


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
    """Whether a text holds one of these, however it is spaced or hyphenated; one character alone proves nothing."""
    told = _GAPS.sub("", fold(text))
    return any(len(one) > 1 and one in told for one in (_GAPS.sub("", given) for given in texts))
