"""The calendars of a period's visits in a store (拜访日历): what was exported last, so that the next export follows it.

>>> from pharmasales.periods import period
>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     issued(store, period("2026-Q1"))
{}
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from attrs import astuple

from pharmasales.display import Lang
from pharmasales.exchange import Event, reissue
from pharmasales.followup import Schedule, Visit
from pharmasales.periods import Period
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import NODE
from pharmasales.workspace.cells import path_part

__all__ = ["Calendars", "issue", "issued", "keep_calendars"]

Calendars = Mapping[str, tuple[Event, ...]]
"""The entries of each rep's calendar, by the rep's id."""

_CALENDAR = "calendar"


def issued(store: Reader | None, when: Period) -> Calendars:
    """Return the calendars as they were exported last; none where none was."""
    records = store.find(_CALENDAR, prefix=f"{when}/") if store else ()
    return {str(record.data[NODE]): tuple(_event(row) for row in record.data["events"]) for record in records}  # type: ignore[union-attr]  # a list of rows


def issue(
    earlier: Calendars, when: Period, plan: Schedule, reps: Iterable[str], places: Mapping[str, str], lang: Lang
) -> Calendars:
    """Return the calendars of a plan as they follow those exported before.

    What lies before the first day that could be planned stays as it was, unless its visit was planned again.

    Args:
        earlier: the calendars exported before.
        when: the period.
        plan: the visits.
        reps: the ids of all reps whose visits the plan has; who has none gets an empty calendar.
        places: the names of hospitals and other places, by id.
        lang: the language of titles and reasons.
    """
    now: dict[str, list[Event]] = {rep: [] for rep in reps}
    for visit in plan.visits:
        now.setdefault(visit.rep, []).append(_entry(visit, when, places, lang))
    found = {rep: mine for rep, mine in earlier.items() if rep not in now}
    for rep, mine in now.items():
        before = earlier.get(rep, ())
        again = {event.uid for event in mine}
        past = [one for one in before if one.day < plan.as_of and one.uid not in again and not one.cancelled]
        found[rep] = reissue(before, [*past, *mine])
    return found


def keep_calendars(unit: Unit, when: Period, calendars: Calendars) -> None:
    """Keep the calendars that are exported; each belongs to its rep."""
    rows = [(f"{when}/{path_part(rep)}", {"events": [*map(_row, mine)], NODE: rep}) for rep, mine in calendars.items()]
    unit.put_many(_CALENDAR, rows)


def _entry(visit: Visit, when: Period, places: Mapping[str, str], lang: Lang) -> Event:
    title, details = f"{visit.name} ({visit.grade})", visit.why.text(lang)
    minutes = None if visit.start is None else visit.minutes
    place = places.get(visit.place, "") if visit.place != visit.customer else ""
    return Event(_uid(when, visit.id), visit.day, title, details, visit.start, minutes, place)


def _uid(when: Period, visit_id: str) -> str:
    """Return a short stable id that names nobody."""
    return f"{hashlib.blake2b(f'{when} {visit_id}'.encode(), digest_size=12).hexdigest()}@pharmasales"


def _row(event: Event) -> list[object]:
    """Return an entry as plain data."""
    return [one.isoformat() if isinstance(one, date | time) else one for one in astuple(event)]


def _event(row: Any) -> Event:  # noqa: ANN401 - what JSON holds
    uid, day, title, details, start, *rest = row
    return Event(uid, date.fromisoformat(day), title, details, time.fromisoformat(start) if start else None, *rest)
