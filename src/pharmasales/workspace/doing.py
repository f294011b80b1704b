"""Who does what when: the stamp that a unit of work is kept under, and how a run tells of its progress.

>>> run_of("plan 2026-Q1", date(2026, 1, 1)).at.isoformat()
'2026-01-01T00:00:00+00:00'
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TypeAlias

from attrs import frozen

from pharmasales.storage.records import ANYBODY, NODE

__all__ = ["Done", "Progress", "made_of", "quiet", "run_of"]

Progress: TypeAlias = Callable[[str], None]


def quiet(_what: str) -> None:
    """Report nothing."""


@frozen
class Done:
    """What a unit of work is kept under.

    Args:
        by: the id of who does it.
        why: what is done, or the reason, without personal values.
        at: the moment, zone-aware.
    """

    by: str
    why: str
    at: datetime


def run_of(why: str, day: date) -> Done:
    """Return the stamp of a run: its moment is the start of the day that it was made as of, not the clock."""
    return Done("workspace", why, datetime.combine(day, time(), UTC))


def made_of(day: date, fingerprint: str) -> dict[str, str]:
    """Return what everybody may know of a run: its day and the fingerprint of its rules."""
    return {"as_of": day.isoformat(), "fingerprint": fingerprint, NODE: ANYBODY}
