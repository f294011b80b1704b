"""Visits to test with (拜访样本): hypothesis strategies for reports and their notes, and the law of their plain form.

>>> from hypothesis import given
>>> @given(call_reports())
... def comes_back(report):
...     assert call_round_trip(report) == ""
>>> comes_back()
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, LeftItem, NextStep
from pharmasales.followup.calls.objections import Objection
from pharmasales.followup.calls.plain import (
    call_data,
    call_from,
    call_record_data,
    call_record_from,
    hand_off_data,
    hand_off_from,
    objection_data,
    objection_from,
)
from pharmasales.followup.calls.record import CallRecord
from pharmasales.followup.calls.reports import CallReport, Detailed
from pharmasales.followup.calls.safety import DrugFeedback, SafetyHandOff
from pharmasales.followup.calls.words import (
    ASPECTS,
    CALL_REASONS,
    CALL_STAGES,
    CALL_STATES,
    CUSTOMER_NEEDS,
    OBJECTIONS,
    SERIOUSNESS,
    TONES,
)
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.testing.strategies import days, exact_numbers, ids, labels

__all__ = ["call_notes", "call_reports", "call_round_trip", "drug_feedback", "objections", "safety_hand_offs"]


def _at(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time())


_IDS, _LABELS, _YES = ids(), labels(), st.booleans()
_MAYBE_ID = st.one_of(st.just(""), _IDS)
_WITHIN = st.integers(0, 30).map(lambda n: timedelta(days=n))
_OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(_at(1900), _at(2100), timezones=_OFFSETS)
_STARTS = st.one_of(st.none(), st.integers(0, 86_399).map(lambda n: time(n // 3600, n // 60 % 60, n % 60)))
_MINUTES = st.one_of(st.none(), st.integers(1, 1440))
_PRIORITIES = st.one_of(st.none(), st.integers(1, 5))
_PRODUCTS = st.lists(st.builds(Detailed, _IDS, _PRIORITIES), max_size=2)
_STAGES = st.frozensets(st.sampled_from(list(CALL_STAGES)))
_NEEDS = st.lists(st.builds(CustomerNeed, st.sampled_from(list(CUSTOMER_NEEDS)), _LABELS), max_size=2)
_KINDS, _SERIOUS = st.sampled_from(list(OBJECTIONS)), st.sampled_from(list(SERIOUSNESS))
_STATES, _CHANNELS = st.sampled_from(list(CALL_STATES)), st.sampled_from(list(CONTACT_CHANNELS))
_REASONS = st.sampled_from(list(CALL_REASONS))
_LEFT = st.lists(
    st.builds(
        LeftItem,
        st.sampled_from(("literature", "sample", "gift")),
        _IDS,
        st.integers(1, 9),
        st.sampled_from(("individual", "department", "institution")),
        value=st.one_of(st.none(), exact_numbers().filter(lambda value: value >= 0)),
        written_agreement=st.sampled_from((None, True, False)),
    ),
    max_size=2,
)
_FEEDBACK = st.builds(
    DrugFeedback,
    _IDS,
    st.sampled_from(list(ASPECTS)),
    st.sampled_from(list(TONES)),
    _LABELS,
    adverse=_YES,
)
_TOLD = st.lists(_FEEDBACK, max_size=2)
_TAGS = st.lists(_IDS, max_size=2)
_WHAT = _LABELS.filter(str.strip)


def drug_feedback() -> SearchStrategy[DrugFeedback]:
    """Return feedback on drugs: good and bad, about efficacy, safety and convenience, events among it."""
    return _FEEDBACK


@st.composite
def objections(draw: DrawFn, call: str = "V1", customer: str = "c1", day: date = date(2026, 3, 4)) -> Objection:
    """Return objections: just raised, promised, answered or closed.

    Args:
        draw: given by hypothesis.
        call: the id of the visit.
        customer: the id of the customer.
        day: the day of the visit.
    """
    return _objection(draw, call, customer, day)


def _objection(draw: DrawFn, call: str, customer: str, day: date) -> Objection:
    found = Objection(draw(_IDS), call, customer, draw(_KINDS), day, draw(_LABELS))
    if draw(_YES):
        found = evolve(found, owner=draw(_IDS), due=day + draw(_WITHIN))
    if draw(_YES):
        found = found.reply(draw(_LABELS), source=draw(_IDS), on=day)
        found = found.close(day + draw(_WITHIN), confirmation=draw(_IDS)) if draw(_YES) else found
    return found


@st.composite
def safety_hand_offs(draw: DrawFn, report: CallReport | None = None, hand_off: str = "S1") -> SafetyHandOff:
    """Return hand-offs to drug safety, of a visit where one is given.

    Args:
        draw: given by hypothesis.
        report: the visit.
        hand_off: the id.
    """
    return _hand_off(draw, report or CallReport("V1", draw(_IDS), draw(_IDS), date(2026, 3, 4)), hand_off)


def _hand_off(draw: DrawFn, report: CallReport, hand_off: str) -> SafetyHandOff:
    return SafetyHandOff(
        hand_off,
        report.customer,
        report.rep,
        report.day,
        draw(_SERIOUS),
        created=draw(_MOMENTS),
        call=report.id,
        product=draw(_MAYBE_ID),
        text=draw(_LABELS),
        deadline=report.day + draw(_WITHIN) if draw(_YES) else None,
    )


@st.composite
def call_notes(draw: DrawFn, report: CallReport) -> CallNotes:
    """Return notes of a visit, in which every adverse event has its hand-off.

    Args:
        draw: given by hypothesis.
        report: the visit.
    """
    return _notes(draw, report)


def _notes(draw: DrawFn, report: CallReport) -> CallNotes:
    heard = [evolve(one, hand_off=f"S{n}") if one.is_event else one for n, one in enumerate(draw(_TOLD))]
    sent = [_hand_off(draw, report, one.hand_off) for one in heard if one.hand_off]
    return CallNotes(
        draw(_LABELS),
        draw(_STAGES),
        draw(_NEEDS),
        [_objection(draw, report.id, report.customer, report.day)] if draw(_YES) else [],
        draw(_LEFT),
        heard,
        NextStep(draw(_WHAT), draw(_IDS), report.day) if draw(_YES) else None,
        True if sent else draw(st.sampled_from((None, False))),
        sent,
        draw(_TAGS),
        draw(_TAGS),
        draw(_LABELS),
    )


@st.composite
def call_reports(draw: DrawFn) -> CallReport:
    """Return reports of every state and channel, with and without notes, submitted or not.

    >>> CallReport("V1", "r1", "c1", date(2026, 3, 4)).state in CALL_STATES     # as of every report drawn
    True
    """
    state = draw(_STATES)
    report = CallReport(
        draw(_IDS),
        draw(_IDS),
        draw(_IDS),
        draw(_REPORTED),
        draw(_CHANNELS),
        draw(_MAYBE_ID),
        state=state,
        start=draw(_STARTS),
        minutes=draw(_MINUTES),
        products=draw(_PRODUCTS),
        visit=draw(_MAYBE_ID),
        place=draw(_MAYBE_ID),
        entered=draw(_MOMENTS) if draw(_YES) else None,
        reason=draw(_REASONS) if state in ("missed", "moved", "cancelled") else "",
        moved_to=draw(_IDS) if state == "moved" else "",
    )
    notes = _notes(draw, report) if draw(_YES) else CallNotes()
    return evolve(report, notes=notes, submitted=state != "planned" and draw(_YES))


_REPORTED = days(2024, 2026)


def call_round_trip(value: CallReport | CallRecord | Objection | SafetyHandOff) -> str:
    """Say what is wrong with the plain form of a value, or "": it is JSON without floats, and comes back as it was.

    Args:
        value: a report, a record, an objection or a hand-off.
    """
    write, read = _FORMS[type(value)]
    text = json.dumps(write(value), allow_nan=False, ensure_ascii=False)
    data = json.loads(text, parse_float=_no_float)
    found = read(data)
    if found != value:
        return "another value comes back"
    return "" if write(found) == data else "another form comes back"


def _no_float(text: str) -> float:
    raise AssertionError(f"a float of {len(text)} characters")


_FORMS: dict[type, tuple[Callable[[Any], dict[str, Any]], Callable[[Any], object]]] = {
    CallReport: (call_data, call_from),
    CallRecord: (call_record_data, call_record_from),
    Objection: (objection_data, objection_from),
    SafetyHandOff: (hand_off_data, hand_off_from),
}
