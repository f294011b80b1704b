"""Appeals: filed by the person scored, in time, decided by nobody's party, upheld ones lead to a version."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from attrs import evolve

from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.evaluation.closing import (
    APPEAL_STATES,
    AppealDecision,
    AppealTerms,
    ReopenedPeriod,
    close_period,
    closing_data,
    closing_from,
    open_appeals,
    recompute,
)

spec = spec_from_file_location("closing_worlds", Path(__file__).with_name("worlds.py"))
assert spec is not None
assert spec.loader is not None
w = module_from_spec(spec)
spec.loader.exec_module(w)

TERMS = AppealTerms(within=10, decide_within=5, correct_within=7)


def after(days):
    """Return a day after the close."""
    return w.DAY + timedelta(days)


@pytest.fixture(scope="session")
def one():
    """Return the quarter closed, with p1 in the post of r1."""
    return close_period(w.inputs(people={"r1": "p1"}), w.SHEET, by="p2", on=w.DAY, terms=TERMS)


def filed(closed, **more):
    """Return it with the appeal of p1 against the attainment of r1."""
    said = {"rep": "r1", "item": "attainment", "reason": "invoice 7 is missing", "evidence": ["invoice 7"], "by": "p1"}
    said |= {"key": "A1", "on": after(2)} | more
    return closed.appeal(said.pop("key"), said.pop("rep"), **said)


def upheld(closed):
    """Return it with the appeal upheld by p9."""
    return filed(closed).decide("A1", True, "it was booked in April", by="p9", on=after(4))


def answered(closed):
    """Return it closed again with the invoice, naming the appeal."""
    opened = upheld(closed).reopen("appeal A1", by="p2", approver="p8", on=after(5), appeals=["A1"])
    given = w.inputs([*w.items(), w.late_item()], people={"r1": "p1"})
    return opened.close(given, by="p2", on=after(6))


def todo(closed, days):
    """Return what is to be done so many days after the close."""
    return [
        (task.appeal.id, task.what.en[:6], task.due, task.late) for task in open_appeals([closed], after(days)).tasks
    ]


def test_an_appeal_won(one):
    """Filed, upheld, corrected by a version that names it, and then nothing is open."""
    state = filed(one)
    assert (state.appeals[0].state, todo(state, 1), todo(state, 7)) == ("open", [], [("A1", "decide", after(7), 0)])
    assert todo(state, 3) == [("A1", "decide", after(7), 0)]
    assert todo(state, 9) == [("A1", "decide", after(7), 2)]
    state = upheld(one)
    assert (state.appeals[0].state, todo(state, 12)) == ("upheld", [("A1", "upheld", after(11), 1)])
    assert state.corrected_by("A1") is None
    won = answered(one)
    assert (won.corrected_by("A1"), won.latest.correction.appeals, todo(won, 99)) == (2, ("A1",), [])
    assert str(won.results["r1"].total) == "92.00"
    assert str(won.versions[0].results["r1"].total) == "83.78"
    assert won.versions_table().rows[1][5] == "A1"
    assert won.appeals_table().rows[0][:7] == ("A1", "r1", "attainment", 1, after(2), APPEAL_STATES["upheld"], 2)
    assert recompute(won.latest).results == won.results


def test_an_appeal_lost_is_read_with_its_reasons(one):
    """The person reads who decided, when, and why, in both languages."""
    lost = filed(one, item="").decide("A1", False, "invoice 7 is of April", by="p9", on=after(4))
    assert lost.appeals[0].state == "rejected"
    assert lost.appeals[0].why().text() == (
        "appeal A1 against the whole score, version 1: rejected (by p9 on 2026-04-11: invoice 7 is of April)"
    )
    assert lost.appeals_table().rows[0][7].text("zh") == (
        "申诉 A1（总分，第 1 版）：不成立（p9 于 2026-04-11 裁定：invoice 7 is of April）"
    )
    assert todo(lost, 99) == []
    assert lost.appeals_table().rows[0][2].text("zh") == "总分"
    assert "invoice" not in repr(lost)


def test_an_appeal_taken_back(one):
    """Only by the person, only while it is open; then it may be filed again."""
    gone = filed(one).withdraw("A1", by="P1", on=after(3))
    assert (gone.appeals[0].state, todo(gone, 99)) == ("withdrawn", [])
    assert filed(gone, key="A2").appeals[1].state == "open"
    for state, by, code in [
        (filed(one), "p3", "closing.appeal.who"),
        (gone, "p1", "closing.appeal.step"),
        (upheld(one), "p1", "closing.appeal.step"),
    ]:
        with pytest.raises(BadRule) as caught:
            state.withdraw("A1", by=by, on=after(9))
        assert caught.value.code == code
    with pytest.raises(BadValue) as caught:
        filed(one).withdraw("A1", by="p1", on=after(1))
    assert caught.value.code == "closing.day"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"by": "p3"}, "closing.appeal.who"),
        ({"by": "r1"}, "closing.appeal.who"),
        ({"rep": "r9"}, "closing.rep"),
        ({"rep": "r2"}, "closing.appeal.who"),
        ({"item": "attainmnet"}, "closing.item"),
        ({"on": after(11)}, "closing.appeal.late"),
        ({"on": after(-1)}, "closing.appeal.late"),
        ({"reason": " "}, "closing.text"),
        ({"evidence": []}, "closing.text"),
        ({"evidence": "invoice 7"}, "closing.text"),
        ({"evidence": [""]}, "closing.text"),
        ({"key": ""}, "id.empty"),
    ],
)
def test_an_appeal_that_cannot_be_filed(one, more, code):
    """Somebody else's, unknown, too early or late, without a reason or evidence."""
    with pytest.raises((BadRule, BadValue, NotFound)) as caught:
        filed(one, **more)
    assert caught.value.code == code
    assert "invoice" not in str(caught.value)


def test_the_last_day_and_every_line_can_be_contested(one):
    """The last day counts; a factor or a gate can be contested as an item can; the post needs no person."""
    assert filed(one, on=after(10), by="Ｐ1", item="compliance").appeals[0].item == "compliance"
    assert one.appeal("A3", "r2", reason="x", evidence=["y"], by="R2", on=w.DAY).appeals[0].by == "R2"


@pytest.mark.parametrize("by", ["p1", "P1", "r1", "Ｒ1", "p2", " P2"])
def test_no_party_decides(one, by):
    """Neither the person scored, nor under the id of the post, nor the author of the close, however it is written."""
    with pytest.raises(BadRule) as caught:
        filed(one).decide("A1", True, "x", by=by, on=after(4))
    assert caught.value.code == "closing.appeal.who"


def test_the_author_of_the_correction_decides_no_appeal_against_it(one):
    """Whoever opened the period again or closed it is an author; the approver may decide."""
    opened = upheld(one).reopen("appeal A1", by="p3", approver="p8", on=after(5), appeals=["A1"])
    again = opened.close(w.inputs([*w.items(), w.late_item()]), by="p4", on=after(6))
    state = again.appeal("A2", "r2", item="best", reason="x", evidence=["y"], by="r2", on=after(16))
    for by in ("p2", "p3", "p4"):
        with pytest.raises(BadRule) as caught:
            state.decide("A2", True, "x", by=by, on=after(17))
        assert caught.value.code == "closing.appeal.who"
    assert state.decide("A2", False, "x", by="p8", on=after(17)).appeals[1].state == "rejected"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": ""}, "closing.text"),
        ({"upheld": "yes"}, "closing.appeal"),
        ({"on": after(1)}, "closing.day"),
        ({"key": "A9"}, "closing.appeal"),
        ({"by": ""}, "id.empty"),
    ],
)
def test_a_decision_that_cannot_be(one, more, code):
    """Without reasons, neither yes nor no, before it was filed, of no appeal."""
    said = {"key": "A1", "upheld": True, "reason": "x", "by": "p9", "on": after(4)} | more
    with pytest.raises((BadRule, BadValue, NotFound)) as caught:
        filed(one).decide(said.pop("key"), said.pop("upheld"), said.pop("reason"), **said)
    assert caught.value.code == code


def test_what_is_decided_stays(one):
    """Neither decided again nor filed again on the same result, by no spelling of its id or item."""
    state = upheld(one)
    with pytest.raises(BadRule) as caught:
        state.decide("A1", False, "x", by="p8", on=after(5))
    assert caught.value.code == "closing.appeal.step"
    for more, code in [({"key": "a1", "item": "best"}, "closing.twins"), ({"key": "A2"}, "closing.appeal.again")]:
        with pytest.raises(BadRule) as caught:
            filed(state, **more)
        assert caught.value.code == code
    assert len(filed(state, key="A2", item="best").appeals) == 2


def test_a_correction_opens_the_time_again_for_those_whom_it_changed(one):
    """r1 and r2 changed and may contest the new version; r3 did not, and its time went on from the first close."""
    state = answered(one)
    assert [state.appeal_until(rep) for rep in w.REPS] == [after(16), after(16), after(10)]
    with pytest.raises(NotFound):
        state.appeal_until("r9")
    assert filed(state, key="A2", on=after(16)).appeals[1].version == 2
    assert state.appeal("A3", "r2", reason="x", evidence=["y"], by="r2", on=after(16)).appeals[1].id == "A3"
    for day, rep, by in ((17, "r1", "p1"), (11, "r3", "r3"), (5, "r3", "r3")):
        with pytest.raises(BadRule) as caught:
            state.appeal("A4", rep, reason="x", evidence=["y"], by=by, on=after(day))
        assert caught.value.code == "closing.appeal.late"
    assert state.appeal("A4", "r3", reason="x", evidence=["y"], by="r3", on=after(10)).appeals[1].version == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"appeals": ["A9"]}, "closing.appeal"),
        ({"on": after(3)}, "closing.day"),
        ({"by": "p1"}, "closing.appeal.who"),
        ({"approver": "R1"}, "closing.appeal.who"),
    ],
)
def test_a_correction_that_answers_wrongly(one, more, code):
    """An unknown appeal, before its decision, or by the person scored."""
    said = {"by": "p3", "approver": "p8", "on": after(5), "appeals": ["A1"]} | more
    with pytest.raises((BadRule, BadValue, NotFound)) as caught:
        upheld(one).reopen("appeal A1", **said)
    assert caught.value.code == code


def test_only_upheld_appeals_are_answered_and_each_once(one):
    """An open or rejected one leads to no version; an answered one to no other."""
    said = {"by": "p3", "approver": "p8", "on": after(9), "appeals": ["A1"]}
    rejected = filed(one).decide("A1", False, "x", by="p9", on=after(4))
    for state in (filed(one), rejected, answered(one)):
        with pytest.raises(BadRule) as caught:
            state.reopen("appeal A1", **said)
        assert caught.value.code == "closing.appeal.step"


def test_the_person_scored_closes_no_version_that_answers_the_own_appeal(one):
    """Nor does a version answer an appeal that contests this very version."""
    opened = upheld(one).reopen("appeal A1", by="p2", approver="p8", on=after(5), appeals=["A1"])
    given = w.inputs([*w.items(), w.late_item()], people={"r1": "p1"})
    with pytest.raises(BadRule) as caught:
        opened.close(given, by="Ｐ1", on=after(6))
    assert caught.value.code == "closing.appeal.who"
    closed = answered(one)
    forged = evolve(closed.appeals[0], version=2, on=after(6), decision=AppealDecision(True, "x", "p9", after(6)))
    with pytest.raises(BadRule) as caught:
        evolve(closed, appeals=(forged,))
    assert caught.value.code == "closing.appeal.step"


def test_appeals_while_the_period_is_open_again(one):
    """They are filed and decided in the closed period, and the opened one takes them over."""
    opened = filed(one).reopen("a wrong goal", by="p2", approver="p8", on=after(3))
    more = opened.closed.decide("A1", True, "x", by="p9", on=after(4))
    assert opened.with_appeals(more).closed.appeals[0].state == "upheld"
    with pytest.raises(BadRule) as caught:
        opened.with_appeals(answered(one))
    assert caught.value.code == "closing.version"
    given = w.inputs([*w.items(), w.late_item()])
    assert opened.with_appeals(more).close(given, by="p2", on=after(5)).appeals[0].decision.by == "p9"


def test_a_record_that_could_not_have_come_about(one):
    """An appeal put together by hand is checked as one that was filed."""
    appeal = upheld(one).appeals[0]
    for changed, code in [
        (evolve(appeal, version=2), "closing.version"),
        (evolve(appeal, version=True), "closing.version"),
        (evolve(appeal, decision=AppealDecision(True, "x", "p2", after(4))), "closing.appeal.who"),
    ]:
        with pytest.raises((BadRule, NotFound)) as caught:
            evolve(one, appeals=(changed,))
        assert caught.value.code == code
        assert "appeal 'A1'" in caught.value.where
    with pytest.raises(BadRule) as caught:
        evolve(appeal, withdrawn=after(4))
    assert caught.value.code == "closing.appeal.step"
    with pytest.raises(BadRule):
        evolve(answered(one), appeals=(evolve(appeal, decision=None),))
    late = evolve(appeal, on=after(7), decision=None)
    with pytest.raises(BadRule) as caught:
        evolve(answered(one), appeals=(appeal, evolve(late, id="A2", item="best")))
    assert caught.value.code == "closing.appeal.late"


def test_the_list_of_many_periods(one):
    """The latest first, in both languages, what was filed later left out."""
    other = close_period(w.inputs(people={"r1": "p7"}), w.SHEET, by="p2", on=w.DAY)
    periods = [filed(one), other.appeal("B1", "r1", reason="x", evidence=["y"], by="p7", on=after(1))]
    found = open_appeals(periods, after(20))
    assert [(row[0], row[1], row[2], row[4], row[5]) for row in found.table().rows] == [
        ("A1", "2026-Q1", "r1", after(7), 13),
        ("B1", "2026-Q1", "r1", after(11), 9),
    ]
    assert found == open_appeals(periods[::-1], after(20))
    assert found.table().rows[0][3].text("zh") == "裁定（非本人、非关账人）"
    assert len(found.overdue) == 2
    assert "<table>" in found._repr_html_()
    assert [task.appeal.id for task in open_appeals(periods, after(1)).tasks] == ["B1"]


def test_round_trip_of_every_state(one):
    """Open, upheld, rejected, withdrawn, answered and opened again come back as they were."""
    rejected = filed(one).decide("A1", False, "x", by="p9", on=after(4))
    opened = upheld(one).reopen("appeal A1", by="p2", approver="p8", on=date(2026, 4, 20), appeals=["A1"])
    gone = filed(one).withdraw("A1", by="p1", on=after(3))
    for state in (filed(one), upheld(one), rejected, gone, answered(one), opened):
        again = closing_from(json.loads(json.dumps(closing_data(state), ensure_ascii=False)))
        assert again == state
        assert closing_data(again) == closing_data(state)
        assert isinstance(again, ReopenedPeriod) == (state is opened)
