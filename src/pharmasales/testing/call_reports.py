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

from pharmasales.followup.calls.notes import CallNotes, LeftItem, Need, NextStep
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
from pharmasales.followup.calls.words import CALL_REASONS, CALL_STATES, NEEDS, OBJECTIONS, SERIOUSNESS, STAGES
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.testing.strategies import days, exact_numbers, ids, labels

__all__ = ["call_notes", "call_reports", "call_round_trip", "drug_feedback", "objections", "safety_hand_offs"]


def _at(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time())


_OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(_at(1900), _at(2100), timezones=_OFFSETS)


def drug_feedback() -> SearchStrategy[DrugFeedback]:
    """Return feedback on drugs: good and bad, about efficacy, safety and convenience, events among it."""
    return st.builds(
        DrugFeedback,
        ids(),
        st.sampled_from(("efficacy", "safety", "convenience")),
        st.sampled_from(("good", "mixed", "bad")),
        labels(),
        adverse=st.booleans(),
    )


@st.composite
def objections(draw: DrawFn, call: str = "V1", customer: str = "c1", day: date = date(2026, 3, 4)) -> Objection:
    """Return objections: just raised, promised, answered or closed.

    Args:
        draw: given by hypothesis.
        call: the id of the visit.
        customer: the id of the customer.
        day: the day of the visit.
    """
    found = Objection(draw(ids()), call, customer, draw(st.sampled_from(list(OBJECTIONS))), day, draw(labels()))
    later = st.integers(0, 30).map(lambda n: day + timedelta(days=n))
    if draw(st.booleans()):
        found = evolve(found, owner=draw(ids()), due=draw(later))
    if draw(st.booleans()):
        found = found.reply(draw(labels()), source=draw(ids()), on=day)
        found = found.close(draw(later), confirmation=draw(ids())) if draw(st.booleans()) else found
    return found


@st.composite
def safety_hand_offs(draw: DrawFn, report: CallReport | None = None, hand_off: str = "S1") -> SafetyHandOff:
    """Return hand-offs to drug safety, of a visit where one is given.

    Args:
        draw: given by hypothesis.
        report: the visit.
        hand_off: the id.
    """
    call, customer, rep = (report.id, report.customer, report.rep) if report else ("", draw(ids()), draw(ids()))
    known = report.day if report else draw(days(2024, 2026))
    return SafetyHandOff(
        hand_off,
        customer,
        rep,
        known,
        draw(st.sampled_from(list(SERIOUSNESS))),
        created=draw(_MOMENTS),
        call=call,
        product=draw(st.one_of(st.just(""), ids())),
        text=draw(labels()),
        deadline=draw(st.one_of(st.none(), st.integers(0, 30).map(lambda n: known + timedelta(days=n)))),
    )


def _left() -> SearchStrategy[LeftItem]:
    return st.builds(
        LeftItem,
        st.sampled_from(("literature", "sample", "gift")),
        ids(),
        st.integers(1, 9),
        st.sampled_from(("individual", "department", "institution")),
        value=st.one_of(st.none(), exact_numbers().filter(lambda value: value >= 0)),
        written_agreement=st.sampled_from((None, True, False)),
    )


@st.composite
def call_notes(draw: DrawFn, report: CallReport) -> CallNotes:
    """Return notes of a visit, in which every adverse event has its hand-off.

    Args:
        draw: given by hypothesis.
        report: the visit.
    """
    told = draw(st.lists(drug_feedback(), max_size=3))
    heard = [evolve(one, hand_off=f"S{n}") if one.is_event else one for n, one in enumerate(told)]
    sent = [draw(safety_hand_offs(report, one.hand_off)) for one in heard if one.hand_off]
    step = st.builds(NextStep, labels().filter(str.strip), ids(), st.just(report.day))
    return CallNotes(
        draw(labels()),
        draw(st.frozensets(st.sampled_from(list(STAGES)))),
        draw(st.lists(st.builds(Need, st.sampled_from(list(NEEDS)), labels()), max_size=3)),
        draw(st.lists(objections(report.id, report.customer, report.day), max_size=2)),
        draw(st.lists(_left(), max_size=2)),
        heard,
        draw(st.one_of(st.none(), step)),
        True if sent else draw(st.sampled_from((None, False))),
        sent,
        draw(st.lists(ids(), max_size=2)),
        draw(st.lists(ids(), max_size=2)),
        draw(labels()),
    )


@st.composite
def call_reports(draw: DrawFn) -> CallReport:
    """Return reports of every state and channel, with and without notes, submitted or not.

    >>> CallReport("V1", "r1", "c1", date(2026, 3, 4)).state in CALL_STATES     # as of every report drawn
    True
    """
    state = draw(st.sampled_from(list(CALL_STATES)))
    ended = state in ("missed", "moved", "cancelled")
    starts = st.times().map(lambda one: time(one.hour, one.minute, one.second))
    report = CallReport(
        draw(ids()),
        draw(ids()),
        draw(ids()),
        draw(days(2024, 2026)),
        draw(st.sampled_from(list(CONTACT_CHANNELS))),
        draw(st.one_of(st.just(""), ids())),
        state=state,
        start=draw(st.one_of(st.none(), starts)),
        minutes=draw(st.one_of(st.none(), st.integers(1, 1440))),
        products=draw(st.lists(st.builds(Detailed, ids(), st.one_of(st.none(), st.integers(1, 5))), max_size=2)),
        visit=draw(st.one_of(st.just(""), ids())),
        place=draw(st.one_of(st.just(""), ids())),
        entered=draw(st.one_of(st.none(), _MOMENTS)),
        reason=draw(st.sampled_from(list(CALL_REASONS))) if ended else "",
        moved_to=draw(ids()) if state == "moved" else "",
    )
    notes = draw(st.one_of(st.just(CallNotes()), call_notes(report)))
    return evolve(report, notes=notes, submitted=state != "planned" and draw(st.booleans()))


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
