"""Plain data and back: every value of the room, and what somebody could write into a store."""

import json
import traceback
from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.compliance import NONE
from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.followup.calls.notes import CallNotes, NextStep
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
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.safety import SafetyHandOff
from pharmasales.testing.call_reports import call_reports, call_round_trip, objections, safety_hand_offs

AT = datetime(2030, 1, 5, 9, tzinfo=UTC)
DAY = date(2026, 3, 4)
MADE = CallReport(
    "V1", "r1", "c1", DAY, minutes=20, notes=CallNotes(summary="秘密", next_step=NextStep("x", "r1", DAY))
)
READERS = (call_from, call_record_from, objection_from, hand_off_from)


@given(call_reports())
def test_reports_come_back(report):
    """Every field, of every state and channel."""
    assert call_round_trip(report) == ""
    again = call_from(json.loads(json.dumps(call_data(report))))
    assert (again.entered is None) == (report.entered is None)
    if report.entered is not None:
        assert again.entered.isoformat() == report.entered.isoformat()


@given(objections())
def test_objections_come_back(doubt):
    """Open, promised, answered, closed."""
    assert call_round_trip(doubt) == ""


@given(safety_hand_offs())
def test_hand_offs_come_back(sent):
    """With and without a visit and a deadline."""
    assert call_round_trip(sent) == ""


@settings(max_examples=40, deadline=None)
@given(call_reports().filter(lambda one: one.state in ("planned", "done")))
def test_records_come_back(report):
    """With each of their steps."""
    record = CallRecord.open(evolve(report, submitted=False), by="r1", at=AT)
    assert call_round_trip(record) == ""
    if record.latest.state == "planned":
        assert call_round_trip(record.missed("travel", by="r1", at=AT, why="snow")) == ""


def test_a_broken_form_is_named():
    """The law says what is wrong where a reader loses something."""
    assert call_round_trip(MADE) == ""
    with pytest.raises(AssertionError):
        json.loads("[1.5]", parse_float=_fail)


def _fail(text):
    raise AssertionError(text)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("data", [{}, None, [], 7, "x", {"steps": None}, {"steps": 7}, {"id": {}}, {"steps": [{}]}])
def test_data_of_another_form(read, data):
    """A typed error, whatever is given."""
    with pytest.raises(PharmaSalesError):
        read(data)


@given(
    st.sampled_from(list(call_data(MADE))),
    st.sampled_from((None, 7, "", "x", [], {}, [7], {"a": 1}, "2026-13-01", True)),
)
def test_one_hostile_field(name, value):
    """Each field in turn: it is refused with a typed error, or what is read is a report; nothing is quoted."""
    said = _read({**call_data(MADE), name: value})
    assert said == "" or ("秘密" not in said and "pharmasales.errors" in said)


def _read(data):
    """Return the whole traceback of a refusal, or nothing where a report is read."""
    try:
        assert isinstance(call_from(data), CallReport)
    except PharmaSalesError as error:
        return "".join(traceback.format_exception(error))
    return ""


@pytest.mark.parametrize("name", list(call_data(MADE)))
def test_one_field_missing(name):
    """A field that is not there is no default."""
    data = {key: value for key, value in call_data(MADE).items() if key != name}
    with pytest.raises(BadValue) as refused:
        call_from(data)
    assert (refused.value.code, refused.value.__cause__) == ("followup.calls.record", None)


def test_more_fields_do_not_count():
    """A store may keep its own beside them."""
    assert call_from({**call_data(MADE), "gps": "31.2,121.5"}) == MADE


def test_a_forged_store_is_refused():
    """A submitted report that was changed in the store, or an event whose hand-off was taken away."""
    record = CallRecord.open(MADE, by="r1", at=AT).submit(by="r1", at=AT, gate=NONE, role="")
    data = json.loads(json.dumps(call_record_data(record)))
    assert call_record_from(data) == record
    data["steps"][1]["report"]["minutes"] = 30
    with pytest.raises(BadRule) as refused:
        call_record_from(data)
    assert refused.value.code == "followup.calls.step"
    data = json.loads(json.dumps(call_record_data(record)))
    for step in data["steps"]:
        step["report"]["notes"]["adverse"] = True
    with pytest.raises(BadValue) as refused:
        call_record_from(data)
    assert refused.value.code == "followup.calls.adverse"


def test_huge_numbers_stay_small():
    """A number that would fill the memory is refused before it is made."""
    left = {
        "kind": "gift",
        "item": "G1",
        "count": 1,
        "recipient": "individual",
        "value": "1e999999999",
        "written_agreement": None,
    }
    data = call_data(MADE)
    data["notes"]["left"] = [left]
    with pytest.raises(BadValue):
        call_from(data)


def test_forms_of_objection_and_hand_off():
    """The plain forms bear their fields by name."""
    assert list(objection_data(Objection("O1", "V1", "c1", "price", DAY)))[:3] == ["id", "call", "customer"]
    sent = SafetyHandOff("S1", "c1", "r1", DAY, "other", created=AT)
    assert hand_off_data(sent)["known_on"] == "2026-03-04"
