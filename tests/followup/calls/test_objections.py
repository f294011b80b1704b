"""Objections: promised in working days, overdue after that, closed by the customer alone."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue, UnknownYear
from pharmasales.followup.calls.objections import Objection, objection_table
from pharmasales.testing.call_reports import objections
from pharmasales.testing.strategies import days
from pharmasales.workdays import CHINA

RAISED = date(2026, 2, 13)
DOUBT = Objection("O1", "V1", "c1", "safety", RAISED, "what of the liver?")
PROMISED = DOUBT.promise("r1", CHINA, days=2)
ANSWERED = PROMISED.reply("a study", source="LIT-7", on=date(2026, 2, 24))


def test_e16():
    """E16: raised Friday 2026-02-13, due in 2 working days: Saturday is worked, 15 to 23 off, so 2026-02-24."""
    assert PROMISED.due == date(2026, 2, 24)
    assert (PROMISED.owner, PROMISED.state(date(2026, 2, 24)), PROMISED.state(date(2026, 2, 25))) == (
        "r1",
        "open",
        "overdue",
    )
    assert PROMISED.late(date(2026, 2, 24), CHINA) == 0
    assert [PROMISED.late(day, CHINA) for day in (date(2026, 2, 25), date(2026, 2, 28), date(2026, 3, 2))] == [1, 4, 5]
    assert DOUBT.promise("r1", CHINA, days=0).due == RAISED


def test_an_answer_alone_closes_nothing():
    """Answered in time and not confirmed: overdue all the same, and the reason says what is missing."""
    late = date(2026, 2, 25)
    assert (ANSWERED.state(late), ANSWERED.closed) == ("overdue", None)
    assert ANSWERED.why(late).text() == ("promised by r1 for 2026-02-24 (answered on 2026-02-24, not confirmed yet)")
    assert ANSWERED.why(date(2026, 2, 23)).text("zh") == "r1 承诺于 2026-02-24 前答复（尚未答复）"
    assert DOUBT.why(late).text("zh") == "尚未承诺答复时间（尚未答复）"
    assert DOUBT.state(date(2027, 1, 1)) == "open"
    closed = ANSWERED.close(date(2026, 2, 26), confirmation="V9")
    assert [closed.state(date(2026, 2, day)) for day in (24, 25, 26, 27)] == ["open", "overdue", "closed", "closed"]
    assert closed.why(date(2026, 2, 26)).text("zh") == "客户已于 2026-02-26 确认"
    assert closed.late(date(2026, 2, 27), CHINA) == 0


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: DOUBT.reply("a study", source="", on=RAISED), "an answer needs its source and its day"),
        (lambda: evolve(DOUBT, answer="believe me"), "an answer needs its source and its day"),
        (lambda: evolve(DOUBT, source="LIT-7"), "an answer needs its source and its day"),
        (lambda: evolve(DOUBT, owner="r1"), "a promise needs its owner and its day"),
        (lambda: evolve(DOUBT, due=RAISED), "a promise needs its owner and its day"),
        (lambda: PROMISED.close(RAISED, confirmation="V9"), "closed without an answer"),
        (lambda: ANSWERED.close(date(2026, 2, 26), confirmation=""), "closed without the customer's confirmation"),
        (lambda: evolve(ANSWERED, confirmation="V9"), "closed without the customer's confirmation"),
        (lambda: ANSWERED.close(date(2026, 2, 23), confirmation="V9"), "days out of order"),
        (lambda: DOUBT.reply("x", source="L", on=RAISED - timedelta(1)), "days out of order"),
        (lambda: evolve(PROMISED, due=RAISED - timedelta(1)), "days out of order"),
        (lambda: DOUBT.promise("r1", CHINA, days=-1), "days are a whole number from 0"),
        (lambda: DOUBT.promise("r1", CHINA, days=True), "days are a whole number from 0"),
    ],
)
def test_what_an_objection_refuses(make, reason):
    """Facts without a source, promises without a day, closing without the customer."""
    with pytest.raises(BadValue) as refused:
        make()
    assert (refused.value.reason, refused.value.code) == (reason, "followup.calls.objection")
    assert "liver" not in str(refused.value)


def test_kinds_and_years():
    """Four kinds; an unknown year is an error."""
    with pytest.raises(BadValue) as refused:
        Objection("O1", "V1", "c1", "prize", RAISED)
    assert refused.value.hint == 'did you mean "price"?'
    with pytest.raises(UnknownYear):
        Objection("O1", "V1", "c1", "price", date(2026, 12, 31)).promise("r1", CHINA, days=2)


@given(objections(), days(2026, 2026))
def test_states_never_go_back(doubt, as_of):
    """Open, then overdue, then closed for good; closed only with a confirmation; late only where overdue."""
    order = ("open", "overdue", "closed")
    today, tomorrow = doubt.state(as_of), doubt.state(as_of + timedelta(1))
    assert order.index(today) <= order.index(tomorrow)
    assert (today == "closed") is (doubt.closed is not None and doubt.closed <= as_of)
    assert (today != "closed") or bool(doubt.confirmation)
    late = doubt.late(as_of, CHINA)
    assert late >= 0 if today == "overdue" else late == 0
    if today == "overdue":
        assert late == sum(CHINA.is_workday(doubt.due + timedelta(n)) for n in range(1, (as_of - doubt.due).days + 1))


@given(st.permutations([DOUBT, evolve(PROMISED, id="O2"), evolve(ANSWERED, id="O3", due=date(2026, 2, 14))]))
def test_table(doubts):
    """The longest overdue first, whatever the order given; no text of what was said."""
    table = objection_table(doubts, date(2026, 2, 26), CHINA)
    assert [row[:1] + row[3:7] for row in [tuple(map(_text, row)) for row in table.rows]] == [
        ("O3", "overdue", "r1", "2026-02-14", "3"),
        ("O2", "overdue", "r1", "2026-02-24", "2"),
        ("O1", "open", "", "", "0"),
    ]
    assert "liver" not in table.html() + table.html("zh") + repr(doubts)


def _text(cell):
    return "" if cell is None else cell.text() if hasattr(cell, "text") else str(cell)
