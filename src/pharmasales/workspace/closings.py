"""Closed periods in a store (已关账期间): every version is a record of its own, written once and never changed.

The head of a period says who opened it again and holds the appeals; both belong to the top of the organisation, since
they hold everybody's figures. The seals are checked whenever it is read.

>>> from pharmasales.periods import period
>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     closing_of(store, period("2026-Q1")) is None
True
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import frozen

from pharmasales.errors import BadValue, NotFound, PharmaSalesError
from pharmasales.evaluation.closing.closed import ClosedPeriod, ReopenedPeriod
from pharmasales.evaluation.closing.closing_records import closing_data, closing_from
from pharmasales.evaluation.closing.plain import read_at
from pharmasales.evaluation.closing.results import Results, results_from
from pharmasales.periods import Period
from pharmasales.periods import period as as_period
from pharmasales.rules.book import fingerprint_of
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import NODE

__all__ = ["ClosedScores", "Closing", "KeptClosing", "closed_scores", "closing_of", "keep_closing", "periods_closed"]

Closing: TypeAlias = ClosedPeriod | ReopenedPeriod

_HEAD, _VERSION = "closing", "closed version"


@frozen
class KeptClosing:
    """A closed period as it was read, closed or opened again.

    Args:
        state: the period.
        read: the version of its head in the store, which the next writer must still find.
    """

    state: Closing
    read: int

    @property
    def closed(self) -> ClosedPeriod:
        """What counts, also while the period is open again."""
        return self.state.closed if isinstance(self.state, ReopenedPeriod) else self.state

    @property
    def is_open(self) -> bool:
        """Whether it was opened again and is not closed yet."""
        return isinstance(self.state, ReopenedPeriod)


def closing_of(store: Reader | None, when: Period) -> KeptClosing | None:
    """Return a period as it was closed, or nothing where it never was, or where the reader does not see it.

    Raises:
        BadValue: what is kept was changed since it was sealed, or has another form; with its place.
        BadRule: versions that could not have come about.
    """
    try:
        head = store.get(_HEAD, str(when)) if store else None
    except NotFound:
        return None
    if store is None or head is None:
        return None
    data: dict[str, Any] = {name: value for name, value in head.data.items() if name != NODE}
    kept = store.find(_VERSION, prefix=f"{when}/")
    versions = [{name: value for name, value in one.data.items() if name != NODE} for one in kept]
    try:
        return KeptClosing(closing_from({**data, "versions": versions}), head.version)
    except PharmaSalesError as error:
        raise error.at(f"closing {when}") from None


@frozen
class ClosedScores:
    """What a closed period came to, without what it was scored from.

    Args:
        sheet: the fingerprint of the sheet.
        results: the results of its latest version.
    """

    sheet: str
    results: Results


def closed_scores(store: Reader, when: Period) -> ClosedScores:
    """Return the results of a closed period, of which the seals of results and version are checked, not the inputs.

    Args:
        store: where it is kept.
        when: one of `periods_closed`.

    Raises:
        BadValue: what is kept was changed since it was sealed, or has another form; with its place.
    """
    data: Mapping[str, Any] = list(store.find(_VERSION, prefix=f"{when}/"))[-1].data
    try:
        with read_at("versions"):
            results = results_from(data["results"])
            named = {name: data[name] for name in ("number", "by", "on", "correction", "before")}
            parts = {"inputs": data["inputs"]["seal"], "sheet": data["sheet"]["fingerprint"], "results": results.seal}
            if fingerprint_of(named | parts) != data["seal"]:
                hint = "read it from where it is kept"
                raise BadValue("changed since it was sealed", hint=hint, code="closing.seal")
    except PharmaSalesError as error:
        raise error.at(f"closing {when}") from None
    return ClosedScores(str(data["sheet"]["fingerprint"]), results)


def periods_closed(store: Reader) -> list[Period]:
    """Return the periods that were ever closed, in the order of their days."""
    return sorted(map(as_period, store.ids(_HEAD)))


def keep_closing(unit: Unit, when: Period, state: Closing, read: int) -> None:
    """Keep a period that was closed or opened again; versions that are kept already stay as they are.

    Args:
        unit: the unit of work.
        when: the period.
        state: the period as it is now.
        read: the version of the head that was read; 0 where there was none.

    Raises:
        Conflict: somebody else has closed or opened it meanwhile.
    """
    data = closing_data(state)
    versions = data.pop("versions")
    closed = state.closed if isinstance(state, ReopenedPeriod) else state
    mark = {NODE: closed.latest.inputs.org.root.id}
    unit.put(_HEAD, str(when), {**data, **mark}, expected=read)
    if isinstance(state, ClosedPeriod):
        unit.put(_VERSION, f"{when}/{len(versions):04d}", {**versions[-1], **mark}, expected=0)
