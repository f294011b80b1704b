"""Rows of the table of occasions and of places: words of both languages, and what is refused at which column."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.followup.due.followed import AdverseEvent, Occasion
from pharmasales.followup.due.greetings import BIRTHDAY
from pharmasales.followup.due.triggers import DEADLINES
from pharmasales.workspace.occasion_cells import OCCASIONS, occasion_of, point_of

DAY, NEXT, BEFORE = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 3)


def row(kind: str, **cells: object) -> dict[str, object]:
    """Make a row."""
    return {"id": "T1", "kind": kind, "date": DAY, **cells}


def refused(cells: dict[str, object], customer: str = "c1") -> list[tuple[str, str]]:
    """Return the column and the code of everything that is refused."""
    with pytest.raises((BadValue, BadRows)) as caught:
        occasion_of(cells, customer)
    found = caught.value.exceptions if isinstance(caught.value, BadRows) else [caught.value]
    return [(one.where, one.code) for one in found if isinstance(one, PharmaSalesError)]


def test_every_kind_that_a_rule_follows_may_be_written():
    """No trigger waits for an occasion that no row can be."""
    assert {one.follows for one in DEADLINES} | {BIRTHDAY.follows, "adverse_event"} == set(OCCASIONS)


@pytest.mark.parametrize("word", OCCASIONS)
def test_kinds_in_both_languages(word):
    """The word, its English and its Chinese name, in any case."""
    more = {"severity": "other"} if word == "adverse_event" else {}
    for text in (word, word.upper(), OCCASIONS[word].en, OCCASIONS[word].zh):
        made = occasion_of(row(text, **more), "c1")
        assert (made.kind if isinstance(made, Occasion) else "adverse_event") == word


def test_an_occasion():
    """All days are taken over; the customer is the one under which it counts."""
    made = occasion_of(row("promise", customer="old", due=NEXT, done=NEXT), "c1")
    assert made == Occasion("T1", "promise", "c1", DAY, NEXT, NEXT)


@pytest.mark.parametrize(
    ("text", "severity"), [("死亡", "death"), ("严重", "serious"), ("新的", "new"), ("OTHER", "other")]
)
def test_an_adverse_event(text, severity):
    """It needs no customer; handed over and reported on their days."""
    made = occasion_of(row("不良事件", severity=text, rep="r1", handed=DAY, done=NEXT), "")
    assert made == AdverseEvent("T1", DAY, severity, "", "r1", DAY, NEXT)


@pytest.mark.parametrize(
    ("cells", "customer", "found"),
    [
        (row("promises"), "c1", [("kind", "row.kind")]),
        (row("promise"), "", [("customer", "cell.empty")]),
        (row("promise", due=BEFORE, done=BEFORE), "c1", [("due", "row.day"), ("done", "row.day")]),
        (
            row("contract", severity="death", handed=DAY),
            "c1",
            [("severity", "row.occasion"), ("handed", "row.occasion")],
        ),
        (row("adverse_event"), "c1", [("severity", "cell.empty")]),
        (row("adverse_event", severity="bad"), "c1", [("severity", "row.severity")]),
        (row("adverse_event", severity="death", due=NEXT), "c1", [("due", "row.occasion")]),
        (row("adverse_event", severity="death", handed=BEFORE), "c1", [("handed", "row.day")]),
        ({**row("adverse_event", severity="death"), "date": date(2011, 6, 30)}, "c1", [("date", "followup.law")]),
    ],
)
def test_what_is_refused(cells, customer, found):
    """By its columns, all of them at once."""
    assert refused(cells, customer) == found


def test_points():
    """Exact to a millionth of a degree, half up; each column out of range by its name."""
    made = point_of({"id": "H1", "latitude": Fraction(312304, 10_000), "longitude": Fraction(-1, 4_000_000)})
    assert (made.latitude, made.longitude) == (31_230_400, 0)
    with pytest.raises(BadRows) as caught:
        point_of({"id": "H1", "latitude": 91, "longitude": -181})
    assert [one.where for one in caught.value.exceptions if isinstance(one, BadValue)] == ["latitude", "longitude"]
