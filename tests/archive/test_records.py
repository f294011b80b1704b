"""What is kept of a change or a request is plain JSON and comes back bit for bit."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import Change, Request, reject
from pharmasales.archive.records import change_data, change_from, request_data, request_from
from pharmasales.errors import BadValue
from pharmasales.testing.strategies import changes, exact_numbers, ids, labels

DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 5, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
VALUES = st.one_of(
    st.none(), labels(), exact_numbers(), st.dates(), st.lists(labels(), min_size=1, max_size=3).map(tuple)
)
FIELDS = st.dictionaries(labels(), VALUES, max_size=4)
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def again(data: dict[str, object]) -> dict[str, object]:
    """Write as JSON, without NaN and with any character, and read."""
    return json.loads(json.dumps(data, allow_nan=False, ensure_ascii=False))


def typed(values) -> list[object]:
    """Return values with their types, in order."""
    return [(name, type(value), value) for name, value in values.items()]


@given(FIELDS, FIELDS, st.dates(), st.datetimes(timezones=OFFSETS), ids(), labels().filter(str.strip))
def test_a_change_comes_back_bit_for_bit(old, new, since, at, by, why):
    """Every value with its type and order, the day and the moment with its offset."""
    change = Change("D1", "merge", since, at, by, why, old, new, "D9")
    found = change_from(again(change_data(change)))
    assert found == change
    assert (typed(found.old), typed(found.new)) == (typed(change.old), typed(change.new))
    assert (found.at.isoformat(), found.at.utcoffset()) == (change.at.isoformat(), change.at.utcoffset())
    assert change_data(found) == change_data(change)


@given(changes())
def test_changes_of_a_file_come_back(change):
    """So do the changes of any file."""
    assert change_from(again(change_data(change))) == change


@given(FIELDS, FIELDS, st.sampled_from(("proposed", "approved", "rejected")), labels(), st.booleans())
def test_a_request_comes_back_bit_for_bit(old, new, state, decision, decided):
    """A request too, decided or not."""
    who = ("m1", AT, decision) if decided else ("", None, "")
    request = Request("Q1", "D1", old, new, DAY, "seen", "u1", AT, state, *who)
    found = request_from(again(request_data(request)))
    assert found == request
    assert (typed(found.old), typed(found.new)) == (typed(request.old), typed(request.new))
    assert request_data(found) == request_data(request)


def test_what_stands_in_the_data():
    """Days and fractions are tagged, numbers stand as they are, several texts are a list; nothing is a float."""
    new = {"a": DAY, "b": Fraction(1, 3), "c": 10**99, "d": ("x", "y"), "e": "2026-01-05", "f": None}
    data = change_data(Change("D1", "amend", DAY, AT, "u1", "seen", {}, new))
    assert data["new"] == {
        "a": {"date": "2026-01-05"},
        "b": {"fraction": "1/3"},
        "c": 10**99,
        "d": ["x", "y"],
        "e": "2026-01-05",
        "f": None,
    }
    assert (data["since"], data["at"]) == ("2026-01-05", "2026-01-05T09:30:15.123456+08:00")


BAD_VALUES = [
    1.5,
    True,
    {"date": "Canary"},
    {"date": 7},
    {"fraction": "Canary"},
    {"fraction": "1/0"},
    {"fraction": "1e999999999"},
    {"fraction": 0.5},
    {"other": "x"},
    {},
    ["a", 1],
    [["a"]],
]


@pytest.mark.parametrize("value", BAD_VALUES)
def test_values_of_another_form_are_refused(value):
    """A float, a bool, an unknown tag or a broken number or day is refused, and no trace quotes it."""
    asked = Request("Q1", "D1", {}, {}, DAY, "seen", "u1", AT)
    change = Change("D1", "amend", DAY, AT, "u1", "seen")
    for data, read in ((change_data(change), change_from), (request_data(asked), request_from)):
        for side in ("old", "new"):
            with pytest.raises(BadValue) as caught:
                read({**data, side: {"mobile": value}})
            assert caught.value.code == "archive.record"
            assert "Canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "part",
    [
        {"since": "Canary"},
        {"since": None},
        {"at": "Canary"},
        {"at": "2026-01-05T09:00:00"},
        {"at": 5},
        {"by": ""},
        {"by": None},
        {"why": ""},
        {"old": []},
        {"new": None},
    ],
)
def test_parts_of_another_form_are_refused(part):
    """A part that is none makes no change and no request."""
    asked = Request("Q1", "D1", {}, {}, DAY, "seen", "u1", AT)
    change = Change("D1", "amend", DAY, AT, "u1", "seen")
    for data, read in ((change_data(change), change_from), (request_data(asked), request_from)):
        with pytest.raises(BadValue) as caught:
            read({**data, **part})
        assert caught.value.code == "archive.record"
        assert "Canary" not in "".join(traceback.format_exception(caught.value))
    for data, read in ((change_data(change), change_from), (request_data(asked), request_from)):
        for key in data:
            with pytest.raises(BadValue, match=r"archive\.record"):
                read({name: value for name, value in data.items() if name != key})
        for other in (None, [], "x", 7):
            with pytest.raises(BadValue, match=r"archive\.record"):
                read(other)


def test_unknown_words_are_refused():
    """An action or a state that nobody knows is no record."""
    asked = reject(Request("Q1", "D1", {}, {}, DAY, "seen", "u1", AT), at=AT.astimezone(UTC), by="m1", why="no")
    with pytest.raises(BadValue, match=r"archive\.record"):
        request_from({**request_data(asked), "state": "pending"})
    with pytest.raises(BadValue, match=r"archive\.record"):
        change_from({**change_data(Change("D1", "amend", DAY, AT, "u1", "seen")), "action": "zap"})
