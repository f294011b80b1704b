"""Rows of the visit log and of the diary: words of both languages, and what is refused at which column."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction

import pytest

from pharmasales.errors import BadValue
from pharmasales.workspace.diary_cells import appointment_of, call_of, hour_of, kind_of, reason_of, state_of, whole

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", "done"),
        ("done", "done"),
        ("已完成", "done"),
        ("Missed", "missed"),
        ("已改期", "moved"),
        ("CANCELLED", "cancelled"),
    ],
)
def test_states(text, state):
    """In either language and any case; nothing said is done."""
    assert state_of(text) == state


def test_reasons():
    """A known reason is its word, one of your own stays, on one line."""
    assert reason_of("客户不在") == reason_of("customer_absent") == "customer_absent"
    assert (reason_of("snow\non the road"), reason_of("")) == ("snow on the road", "")


@pytest.mark.parametrize(
    ("text", "hour"), [("", None), ("9:05", time(9, 5)), ("14：30", time(14, 30)), ("00:00", time(0))]
)
def test_hours(text, hour):
    """With one digit or two, and a full-width colon."""
    assert hour_of(text) == hour


@pytest.mark.parametrize(
    ("call", "where", "code"),
    [
        (lambda: state_of("planned"), "state", "row.state"),
        (lambda: state_of("vanished"), "state", "row.state"),
        (lambda: kind_of("kept"), "kind", "row.kind"),
        (lambda: hour_of("25:00"), "start", "row.hour"),
        (lambda: hour_of("14:30:15"), "start", "row.hour"),
        (lambda: hour_of("14:30+08:00"), "start", "row.hour"),
        (lambda: hour_of("noon"), "start", "row.hour"),
        (lambda: whole(0, "minutes"), "minutes", "row.minutes"),
        (lambda: whole(Fraction(1, 2), "minutes"), "minutes", "row.minutes"),
        (lambda: call_of({"date": DAY, "rep": "r1", "state": "missed"}, "c1"), "reason", "row.reason"),
    ],
)
def test_what_is_refused(call, where, code):
    """By its column."""
    with pytest.raises(BadValue) as caught:
        call()
    assert (caught.value.where, caught.value.code) == (where, code)


def test_rows():
    """A line of the log, and one of the diary; a reason of a visit that was made is left aside."""
    row = {"date": DAY, "rep": "r1", "state": "done", "reason": "x", "visit": "v"}
    call = call_of(row, "c1")
    assert (call.state, call.reason, call.visit, call.customer) == ("done", "", "v", "c1")
    made = appointment_of(
        {"date": DAY, "rep": "r1", "start": "9:00", "minutes": 30, "kind": "协同拜访", "name": "x"}, "c1"
    )
    assert (made.kind, made.start, made.minutes, made.name) == ("joint", time(9), 30, "x")
    assert (whole(None, "minutes"), whole(5, "minutes"), kind_of("会议")) == (None, 5, "meeting")
