"""Length of first visits (首次拜访时长), and how late a visit was entered (补录).

A first visit takes 15 to 30 minutes; on later ones no length is expected.

>>> [duration_word(minutes, first=True) for minutes in (14, 15, 30, 31)], duration_word(40, first=False)
(['info', 'ok', 'ok', 'warn'], None)

Source: S002-9, E11; systems file 1c (entry time beside stated time).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Literal, TypeAlias, cast

from attrs import frozen

from pharmasales.display import Why, because
from pharmasales.followup.calls.policy import CALL_POLICY, CallPolicy
from pharmasales.followup.calls.reports import CallReport, in_order
from pharmasales.rules import Bands, Field
from pharmasales.workdays import Calendar

__all__ = ["FIRST_VISIT", "DurationNote", "DurationWord", "duration_notes", "duration_word", "entry_delay"]

DurationWord: TypeAlias = Literal["info", "ok", "warn"]

FIRST_VISIT = Bands(Field("minutes"), ((15, "info"), (31, "ok")), top="warn")
"""The length of a first visit in minutes: below 15 info, 15 to 30 ok, above 30 warn (S002-9)."""


def duration_word(minutes: int | None, *, first: bool, rule: Bands = FIRST_VISIT) -> DurationWord | None:
    """Return what a length is worth saying; nothing on a later visit, or where no length is stated.

    Args:
        minutes: the length.
        first: whether it is the first visit to the customer.
        rule: bands over `minutes`.

    Source: E11.
    """
    return cast("DurationWord | None", rule({"minutes": minutes})) if first else None


@frozen
class DurationNote:
    """What is said of the length of a first visit.

    Args:
        call: the id of the visit.
        minutes: its length.
        word: `info` short, `ok`, or `warn` long.
    """

    call: str
    minutes: int
    word: DurationWord

    @property
    def why(self) -> Why:
        """The reason, in both languages."""
        words = {
            "info": ("a first visit of {minutes} minutes is short", "首次拜访 {minutes} 分钟，偏短"),
            "ok": ("a first visit of {minutes} minutes", "首次拜访 {minutes} 分钟，适中"),
            "warn": ("a first visit of {minutes} minutes is long", "首次拜访 {minutes} 分钟，偏长"),
        }
        return because(*words[self.word], minutes=self.minutes)


def duration_notes(
    reports: Iterable[CallReport], known: Collection[tuple[str, str]] = (), *, rule: Bands = FIRST_VISIT
) -> tuple[DurationNote, ...]:
    """Check the length of each rep's first visit face to face to each customer, by day and start.

    Args:
        reports: the visits of a period; only those done count.
        known: pairs of rep and customer who had met before the period.
        rule: bands over `minutes`.

    Source: S002-9, E11.
    """
    made = [one for one in reports if one.state == "done" and one.channel == "face"]
    met, found = set(known), []
    for one in in_order(made):
        word = duration_word(one.minutes, first=(one.rep, one.customer) not in met, rule=rule)
        met.add((one.rep, one.customer))
        if word is not None and one.minutes is not None:
            found.append(DurationNote(one.id, one.minutes, word))
    return tuple(found)


def entry_delay(report: CallReport, calendar: Calendar, policy: CallPolicy = CALL_POLICY) -> int | None:
    """Return how many working days after its stated day a visit was entered; 0 on the day or before the next one.

    >>> from datetime import UTC, date, datetime
    >>> from pharmasales.workdays import CHINA
    >>> friday = CallReport("V1", "r1", "c1", date(2026, 2, 13), entered=datetime(2026, 2, 24, 8, tzinfo=UTC))
    >>> entry_delay(friday, CHINA)
    2

    Args:
        report: the visit.
        calendar: the working days.
        policy: the zone in which its day is stated.

    Returns:
        The working days after the stated day up to the day of entry; missing where it was not entered.

    Raises:
        UnknownYear: the calendar does not know the year.
    """
    if report.entered is None:
        return None
    entered = policy.local(report.entered).date()
    return calendar.count(report.day + timedelta(days=1), entered) if entered > report.day else 0
