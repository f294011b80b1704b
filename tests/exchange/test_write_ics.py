"""Calendars out: what a title holds stays a title, the same events give the same bytes."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, BadValue
from pharmasales.exchange import Event, write_ics

DAY, STAMP = date(2026, 1, 5), date(2026, 1, 1)
ATTACKS = [
    "x\r\nBEGIN:VEVENT\r\nSUMMARY:evil\r\nEND:VEVENT", "x\nATTACH:http://example.org/evil", "x\rURL:http://example.org",
    "x\u2028ATTENDEE:mailto:a@example.org", "x\u2029END:VCALENDAR", "END:VEVENT", "x\\nBEGIN:VALARM", "x;VALUE=URI:y",
    "\r\n \r\nBEGIN:VALARM", "x,y;z\\", "\"x\"", "\n\n\n",
]  # fmt: skip


def written(events, **more):
    """Write events and return the bytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.ics"
        write_ics(events, path, **({"name": "Plan", "stamp": STAMP} | more))
        assert [file.name for file in path.parent.iterdir()] == ["plan.ics"]
        return path.read_bytes()


def test_to_the_byte():
    """All-day events, ended by the next day, stamped by the day given."""
    data = written([Event("V-1", date(2026, 12, 31), "Visit 拜访", "ward 3\nsheet")])
    assert data.decode() == "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pharmasales//pharmasales//EN", "X-WR-CALNAME:Plan", "BEGIN:VEVENT",
        "SUMMARY:Visit 拜访", "DTSTART;VALUE=DATE:20261231", "DTSTAMP:20260101T000000Z",
        "UID:V-1", "DESCRIPTION:ward 3\\nsheet", "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_property(attack):
    """T7: two parsers, icalendar and a plain split of lines, agree on one event and on its properties."""
    data = written([Event("V-1", DAY, attack, attack)], name=attack)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == 1
    assert set(events[0]) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION"}
    unfolded = re.sub("\r?\n[ \t]", "", data.decode())
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in unfolded.splitlines()]
    assert sorted(names) == sorted(["BEGIN", "BEGIN", "END", "END", "VERSION", "PRODID", "X-WR-CALNAME", *events[0]])
    assert str(events[0]["DESCRIPTION"]) == re.sub("\r\n|[\r\u2028\u2029]", "\n", attack).replace("\\n", "\n") or (
        "\\" in attack
    )


@pytest.mark.parametrize("bad", ["a\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x85", "\ud800"])
@pytest.mark.parametrize("field", ["uid", "title", "details", "name"])
def test_control_characters_are_refused(bad, field):
    """Finding 12: icalendar lets them through, so they are refused before, by field."""
    event = {"uid": "V-1", "title": "t", "details": "d"} | {field: bad}
    name = event.pop("name", "Plan")
    with pytest.raises(BadValue) as caught:
        written([Event("V-0", DAY, "", ""), Event(day=DAY, **event)], name=name)
    assert (caught.value.code, caught.value.where) == (
        "text.control",
        "name" if field == "name" else f"events[1].{field}",
    )


@pytest.mark.parametrize(
    ("uid", "code"),
    [("", "id.empty"), ("  ", "id.empty"), ("a\r\nb", "id.lines"), ("V-0", "id.twin"), (" V-0 ", "id.twin")],
)
def test_uids(uid, code):
    """A uid is one line, not empty, and borne once."""
    with pytest.raises(BadValue) as caught:
        written([Event("V-0", DAY, "", ""), Event(uid, DAY, "", "")])
    assert (caught.value.code, caught.value.where) == (code, "events[1].uid")


TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from('a:;,\\\r\n\u2028"医 '),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\uffff\ufffe"),
    ),
    max_size=100,
)


@settings(max_examples=50)
@given(st.lists(st.tuples(TEXT, TEXT, st.dates(max_value=date(9999, 12, 30))), max_size=4), TEXT)
def test_events_come_back(items, name):
    """As many events as went in, in order, with their days; written twice, the bytes are equal."""
    events = [Event(f"V-{number}", day, title, details) for number, (title, details, day) in enumerate(items)]
    data = written(events, name=name)
    assert data == written(events, name=name)
    back = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [(str(event["UID"]), event.decoded("DTSTART")) for event in back] == [
        (event.uid, event.day) for event in events
    ]
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_without_the_package(monkeypatch):
    """The error says which extra to install."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[files\]"):
        written([])
