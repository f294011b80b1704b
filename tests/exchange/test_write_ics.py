"""Calendars out: what a title holds stays a title, the same events give the same bytes."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, BadValue
from pharmasales.exchange import Event, reissue, write_ics

DAY, STAMP = date(2026, 1, 5), date(2026, 1, 1)
ATTACKS = [
    "x\r\nBEGIN:VEVENT\r\nSUMMARY:evil\r\nEND:VEVENT", "x\nATTACH:http://example.org/evil", "x\rURL:http://example.org",
    "x\u2028ATTENDEE:mailto:a@example.org", "x\u2029END:VCALENDAR", "END:VEVENT", "x\\nBEGIN:VALARM", "x;VALUE=URI:y",
    "\r\n \r\nBEGIN:VALARM", "x,y;z\\", "\"x\"", "\n\n\n",
]  # fmt: skip


FRAME = ["BEGIN", "BEGIN", "END", "END", "VERSION", "PRODID", "METHOD", "X-WR-CALNAME"]
ZONE = ["BEGIN", "BEGIN", "DTSTART", "END", "END", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"]


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
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pharmasales//pharmasales//EN", "METHOD:PUBLISH",
        "X-WR-CALNAME:Plan",
        "BEGIN:VEVENT",
        "SUMMARY:Visit 拜访", "DTSTART;VALUE=DATE:20261231", "DTSTAMP:20260101T000000Z",
        "UID:V-1", "SEQUENCE:0", "STATUS:CONFIRMED", "DESCRIPTION:ward 3\\nsheet", "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_property(attack):
    """T7: two parsers, icalendar and a plain split of lines, agree on one event and on its properties."""
    data = written([Event("V-1", DAY, attack, attack, time(9), 30, attack)], name=attack)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == 1
    assert set(events[0]) == {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "SEQUENCE", "STATUS", "LOCATION",
    }  # fmt: skip
    unfolded = re.sub("\r?\n[ \t]", "", data.decode())
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in unfolded.splitlines()]
    assert sorted(names) == sorted([*FRAME, *ZONE, *events[0]])
    assert str(events[0]["DESCRIPTION"]) == re.sub("\r\n|[\r\u2028\u2029]", "\n", attack).replace("\\n", "\n") or (
        "\\" in attack
    )


@pytest.mark.parametrize("bad", ["a\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x85", "\ud800"])
@pytest.mark.parametrize("field", ["uid", "title", "details", "place", "name"])
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


HOURS = st.one_of(st.none(), st.tuples(st.times().map(lambda hour: hour.replace(microsecond=0)), st.integers(1, 3000)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, st.dates(max_value=date(9998, 12, 30)), HOURS), max_size=4), TEXT)
def test_events_come_back(items, name):
    """As many events as went in, in order, with their days; written twice, the bytes are equal."""
    events = [
        Event(f"V-{number}", day, title, details, *(hours or ()))
        for number, (title, details, day, hours) in enumerate(items)
    ]
    data = written(events, name=name)
    assert data == written(events, name=name)
    back = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [(str(event["UID"]), str(event.decoded("DTSTART"))[:19]) for event in back] == [
        (event.uid, str(event.day if event.start is None else datetime.combine(event.day, event.start)))
        for event in events
    ]
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_without_the_package(monkeypatch):
    """The error says which extra to install."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[files\]"):
        written([])


def test_an_hour_stands_in_the_named_zone():
    """Ten in the morning in Shanghai is two in UTC; the file says what the zone's clocks show."""
    visit = Event("V-1", date(2026, 3, 5), "Visit", "", time(10), 45, "Example Hospital 示例医院")
    data = written([visit])
    calendar = icalendar.Calendar.from_ical(data)
    (event,), (zone,) = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    begins, ends = event.decoded("DTSTART"), event.decoded("DTEND")
    assert (str(zone["TZID"]), str(event["DTSTART"].params["TZID"])) == ("Asia/Shanghai", "Asia/Shanghai")
    assert begins.utctimetuple()[3:5] == (2, 0)
    assert (
        begins.utcoffset() == zone.to_tz().utcoffset(datetime.fromisoformat("2026-03-05T10:00")) == timedelta(hours=8)
    )
    assert (ends - begins, str(event["LOCATION"])) == (timedelta(minutes=45), "Example Hospital 示例医院")
    assert b"VTIMEZONE" not in written([Event("V-1", DAY, "", "")])


def test_minutes_pass_when_clocks_change():
    """Two hours from one at night are four o'clock where an hour is left out that night, and the zone says so."""
    data = written([Event("V-1", date(2026, 3, 29), "", "", time(1), 120)], zone="Europe/Berlin")
    calendar = icalendar.Calendar.from_ical(data)
    event = calendar.walk("VEVENT")[0]
    assert event.decoded("DTEND").isoformat() == "2026-03-29T04:00:00+02:00"
    assert calendar.walk("DAYLIGHT")[0].decoded("DTSTART").isoformat() == "2026-03-29T03:00:00"


@pytest.mark.parametrize("zone", ["No/Where", "Asia", "", "../etc/passwd", "Asia/Shanghai\r\nX:1", "/etc", "a" * 500])
def test_unknown_zones_are_refused(zone):
    """A name that leads nowhere, out of the database, or into another line."""
    with pytest.raises(BadValue) as caught:
        written([Event("V-1", DAY, "", "", time(9), 30)], zone=zone)
    assert (caught.value.code, caught.value.where) == ("event.zone", "zone")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"start": time(9)}, "event.time"), ({"minutes": 9}, "event.time"),
        ({"start": time(9), "minutes": 0}, "event.minutes"), ({"sequence": -1}, "event.sequence"),
    ],
)  # fmt: skip
def test_half_an_hour_is_refused(given, code):
    """A start goes with minutes, a duration is at least one, a sequence counts from 0."""
    with pytest.raises(BadValue) as caught:
        Event("V-1", DAY, "", "", **given)
    assert caught.value.code == code


def test_an_hour_at_the_end_of_time_is_refused():
    """The zone of the year after must be known."""
    assert written([Event("V-1", date(9998, 12, 31), "", "", time(9), 30)])
    with pytest.raises(BadValue) as caught:
        written([Event("V-1", date(9999, 1, 1), "", "", time(9), 30)])
    assert caught.value.code == "event.day"


def test_an_export_after_another_updates_and_cancels():
    """Issue 7, 5: unchanged 0, changed 1, gone 1 and cancelled; come back, it grows again; a new one begins at 0."""
    first = reissue((), [Event("V-1", DAY, "a", ""), Event("V-2", DAY, "b", ""), Event("V-3", DAY, "c", "")])
    later = reissue(first, [Event("V-2", DAY, "b", "", time(9), 30), Event("V-1", DAY, "a", "")])
    assert [(e.uid, e.sequence, e.cancelled) for e in later] == [
        ("V-2", 1, False), ("V-1", 0, False), ("V-3", 1, True),
    ]  # fmt: skip
    again = reissue(later, [Event("V-3", DAY, "c", ""), Event("V-4", DAY, "d", "", sequence=9)])
    assert [(e.uid, e.sequence, e.cancelled) for e in again] == [
        ("V-3", 2, False), ("V-4", 0, False), ("V-2", 2, True), ("V-1", 1, True),
    ]  # fmt: skip
    back = icalendar.Calendar.from_ical(written(again))
    assert str(back["METHOD"]) == "PUBLISH"
    assert [(str(e["STATUS"]), e["SEQUENCE"]) for e in back.walk("VEVENT")] == [
        ("CONFIRMED", 2), ("CONFIRMED", 0), ("CANCELLED", 2), ("CANCELLED", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("sides", [((), ["V", "V"]), (["V", "V"], ())])
def test_twins_have_no_sequence(sides):
    """Two entries of one uid on either side are refused by their place."""
    earlier, now = ([Event(uid, DAY, "", "") for uid in side] for side in sides)
    with pytest.raises(BadValue) as caught:
        reissue(earlier, now)
    assert (caught.value.code, caught.value.where) == ("id.twin", f"{'now' if now else 'earlier'}[1].uid")


PLANS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3), max_size=4)


@given(st.lists(PLANS, max_size=6))
def test_what_a_calendar_holds_is_the_last_plan(plans):
    """A calendar that takes in any of the exports, the last among them, shows the last plan and nothing else."""
    issued: tuple[Event, ...] = ()
    shown: dict[str, Event] = {}
    late: dict[str, Event] = {}
    for number, plan in enumerate(plans, 1):
        issued = reissue(issued, [Event(uid, date(2026, 1, day), "", "") for uid, day in plan.items()])
        assert issued == reissue(issued, [event for event in issued if not event.cancelled])
        for held in (shown, *([late] if number % 2 == len(plans) % 2 else [])):
            for event in issued:
                if event.uid not in held or event.sequence > held[event.uid].sequence:
                    held[event.uid] = event
    for held in (shown, late):
        days = {uid: event.day.day for uid, event in held.items() if not event.cancelled}
        assert days == (plans[-1] if plans else {})


def test_who_is_visited_stands_in_no_repr():
    """A title names a customer, the reason and the place say more of the visit."""
    assert "zr" not in repr(Event("V-1", DAY, "zr title", "zr details", place="zr place"))
