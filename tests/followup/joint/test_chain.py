"""The coaching chain is whole: from any link everything that hangs on it is found, and nothing hangs on nothing."""

from __future__ import annotations

import json
from datetime import date

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.followup.joint.chain import CoachingBook
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_records import (
    action_check_data,
    action_check_from,
    coaching_result_data,
    coaching_result_from,
)
from pharmasales.followup.joint.coaching_versions import CoachingAction
from pharmasales.followup.joint.effects import Effect, Reading
from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.links import CHECK_FINDINGS, ActionCheck, CoachingResult
from pharmasales.units import BOX, Amount

FORM = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 60), CoachingQuestion("q2", "needs", 40)])


def report(key, month, employee="r1", actions=("a1",), mark=3):
    """Return a completed report of a month."""
    day = date(2026, month, 4)
    ride = JointVisit(f"J-{key}", "coaching", day, "H1", {"m1": "coach", employee: "employee"})
    agreed = [CoachingAction(one, "opening", f"do {one}", date(2026, month, 20)) for one in actions]
    made = CoachingReport.begin(key, [ride], FORM, until=date(2026, month, 25), on=day)
    made = made.fill({"q1": mark, "q2": None}, agreed, by="m1", on=day)
    made = made.send(by="m1", on=day, no_action="" if actions else "none")
    return made.comment("seen", by=employee, on=day).complete(by=employee, on=day)


def sold(after=None):
    """Return sales before and, where given, after March."""
    later = None if after is None else Reading(date(2026, 6, 30), Amount.of(after, BOX))
    return Effect("sales", date(2026, 3, 4), Reading(date(2026, 2, 28), Amount.of(40, BOX)), later)


REPORTS = [report("R1", 3, actions=("a1", "a2")), report("R2", 4, mark=4, actions=()), report("R3", 4, employee="r2")]
CHECKS = [ActionCheck("K1", "R1/a1", "R2", "partly", "said by Dr. Secret")]
RESULTS = [CoachingResult("E1", "R1/a1", sold(50))]
BOOK = CoachingBook(REPORTS, CHECKS, RESULTS)
AFTER = st.none() | st.integers(0, 99)


@pytest.mark.parametrize("link", ["J-R1", "R1/a1", "R2", "K1", "E1"])
def test_the_chain_is_found_from_any_link(link):
    """Form, visit, report, score, action, check and result: the same chain from each."""
    chain = next(one for one in BOOK.follow(link) if one.id == "R1/a1")
    assert chain.links == ("field@1", "J-R1", "R1", "R1/a1", "K1", "E1")
    assert (str(chain.score), chain.state, chain.form) == ("60.00", "result_known", FORM)
    assert chain.results[0].effect.change == Amount.of(10, BOX)


def test_a_form_and_a_report_lead_to_all_their_actions():
    """One form, three actions; one report, its own and none of others."""
    assert [one.id for one in BOOK.follow("field@1")] == ["R1/a1", "R1/a2", "R3/a1"]
    assert [one.id for one in BOOK.follow("R1")] == ["R1/a1", "R1/a2"]
    assert [one.id for one in BOOK.follow("R2")] == ["R1/a1"]
    with pytest.raises(NotFound, match="no such link"):
        BOOK.follow("R9")
    with pytest.raises(NotFound, match="no action is agreed"):
        CoachingBook([]).follow("R1")


def test_the_state_and_the_words_of_a_chain():
    """Agreed, checked, result known; a result whose effect is not known yet is none."""
    states = [
        CoachingBook(REPORTS).chains[0],
        CoachingBook(REPORTS, CHECKS).chains[0],
        CoachingBook(REPORTS, CHECKS, [CoachingResult("E1", "R1/a1", sold())]).chains[0],
        BOOK.chains[0],
    ]
    assert [one.state for one in states] == ["agreed", "checked", "checked", "result_known"]
    assert states[3].why.lines() == [
        "action R1/a1: result known",
        "  form field@1",
        "  report R1, score 60.00",
        "  check K1: done in part",
        "  E1",
        "    sales: 40 BOX on 2026-02-28, 50 BOX on 2026-06-30, change 10 BOX",
    ]
    assert "尚无效果数据" in states[2].why.text("zh")
    rows = [(row["action_id"], row["employee_id"], row["state"].zh) for row in BOOK.table().records()]
    assert rows == [("R1/a1", "r1", "已有结果"), ("R1/a2", "r1", "尚未检查"), ("R3/a1", "r2", "尚未检查")]
    assert "Secret" not in repr(BOOK) + BOOK._repr_html_()


def test_unchecked_actions_are_named():
    """A later visit to the person, on or after the due day, could have checked it; another person's could not."""
    assert [one.id for one in BOOK.unchecked(date(2026, 4, 3))] == []
    assert [one.id for one in BOOK.unchecked(date(2026, 4, 4))] == ["R1/a2"]
    assert [one.id for one in CoachingBook([*REPORTS, report("R4", 5, "r2")]).unchecked(date(2026, 12, 31))] == [
        "R1/a1",
        "R1/a2",
        "R3/a1",
    ]
    early = evolve(REPORTS[1].visits[0], day=date(2026, 3, 19))
    before = CoachingBook([REPORTS[0], evolve(REPORTS[1], visits=[early])])
    assert before.unchecked(date(2026, 12, 31)) == ()


def test_another_visit_of_the_same_day_checks_nothing():
    """The book takes no check of that day, so that none can be missed: an action due at once waits for a later day."""
    due = evolve(REPORTS[0].latest.actions[0], due=REPORTS[0].day)
    first = evolve(REPORTS[0], versions=[evolve(REPORTS[0].latest, actions=[due])])
    assert CoachingBook([first, report("R5", 3)]).unchecked(date(2026, 3, 31)) == ()
    assert [one.id for one in CoachingBook([first, report("R5", 4)]).unchecked(date(2026, 4, 30))] == ["R1/a1"]


def test_a_correction_withdraws_an_action_and_keeps_its_chain():
    """The check of a withdrawn action still leads to it; it is no longer asked for."""
    corrected = REPORTS[0].correct("typing error", by="m1", on=date(2026, 4, 30), until=date(2026, 5, 30))
    corrected = corrected.fill({"q1": 3, "q2": 3}, corrected.latest.actions[1:], by="m1", on=date(2026, 4, 30))
    book = CoachingBook([corrected, *REPORTS[1:], report("R4", 5)], CHECKS)
    assert [(one.id, one.withdrawn) for one in book.follow("R1")] == [("R1/a1", True), ("R1/a2", False)]
    bare = CoachingBook([corrected, *REPORTS[1:], report("R4", 5)])
    assert [one.id for one in bare.unchecked(date(2026, 12, 31))] == ["R1/a2"]


def test_everything_about_oneself_and_of_nobody_else():
    """Every report, version, check and result of one person, as they are; nobody else is there to compare with."""
    own = BOOK.about("r1")
    assert (own.reports, own.checks, own.results) == (tuple(REPORTS[:2]), tuple(CHECKS), tuple(RESULTS))
    assert BOOK.about("r2").reports == (REPORTS[2],)
    assert BOOK.about("m1").reports == ()


def test_every_loose_link_at_once():
    """Of no action, at no visit, at another's, not later, ids twice: all named together."""
    checks = [
        ActionCheck("K1", "R1/a9", "R2", "done"),
        ActionCheck("K2", "R1/a1", "R9", "done"),
        ActionCheck("K3", "R1/a1", "R3", "done"),
        ActionCheck("K4", "R1/a1", "R1", "done"),
        ActionCheck("r1", "R1/a1", "R2", "done"),
    ]
    with pytest.raises(BadRows) as caught:
        CoachingBook(REPORTS, checks, [CoachingResult("E1", "R9/a1", sold())])
    assert [(error.where, error.reason) for error in caught.value.exceptions] == [
        ("link 'r1'", "an id that means two links"),
        ("link 'K1'", "of no action here"),
        ("link 'E1'", "of no action here"),
        ("link 'K2'", "at no visit here"),
        ("link 'K3'", "at the visit of another person"),
        ("link 'K4'", "not at a later visit"),
    ]
    with pytest.raises(BadValue, match="no such finding"):
        ActionCheck("K1", "R1/a1", "R2", "well")


@st.composite
def books(draw):
    """Return a book of two people's coaching over some months, with checks and results where they may be."""
    reports, checks, results = [], [], []
    for month in range(1, draw(st.integers(1, 5)) + 1):
        for who in draw(st.lists(st.sampled_from(["r1", "r2"]), max_size=2, unique=True)):
            actions = draw(st.lists(st.sampled_from(["a1", "a2", "a3"]), max_size=2, unique=True))
            made = report(f"R{month}{who}", month, who, tuple(actions))
            for before in [one for one in reports if one.employee == who]:
                for action in before.latest.actions:
                    if draw(st.booleans()):
                        found = draw(st.sampled_from(list(CHECK_FINDINGS)))
                        checks.append(ActionCheck(f"K{len(checks)}", f"{before.id}/{action.id}", made.id, found))
            reports.append(made)
            results += [
                CoachingResult(
                    f"E-{made.id}-{action}", f"{made.id}/{action}", sold(draw(st.none() | st.integers(0, 99)))
                )
                for action in actions
                if draw(st.booleans())
            ]
    return CoachingBook(draw(st.permutations(reports)), draw(st.permutations(checks)), results)


@settings(deadline=None)
@given(books())
def test_chains_are_whole(book):
    """Every action has one chain, every check and result stands in one, and each link leads back to its chain."""
    chains = book.chains
    assert sorted(one.id for one in chains) == sorted(
        f"{report.id}/{action.id}" for report in book.reports for action in report.latest.actions
    )
    assert sorted(check.id for one in chains for check in one.checks) == sorted(one.id for one in book.checks)
    assert sorted(result.id for one in chains for result in one.results) == sorted(one.id for one in book.results)
    days = {report.id: report.day for report in book.reports}
    for chain in chains:
        assert all(chain in book.follow(link) for link in chain.links)
        order = [days[check.report] for check in chain.checks]
        assert order == sorted(order)
        assert all(day > chain.report.day for day in order)
    for person in ("r1", "r2"):
        assert set(book.about(person).chains) == {one for one in chains if one.report.employee == person}


@settings(deadline=None)
@given(books())
def test_checks_and_results_are_kept(book):
    """Through JSON and back, each is as it was."""
    for check in book.checks:
        assert action_check_from(json.loads(json.dumps(action_check_data(check)))) == check
    for result in book.results:
        assert coaching_result_from(json.loads(json.dumps(coaching_result_data(result)))) == result


@pytest.mark.parametrize("data", [None, [], {"id": 1}, {**action_check_data(CHECKS[0]), "extra": 1}])
def test_checks_of_another_form_are_refused(data):
    """Nothing is guessed, and nothing is quoted."""
    with pytest.raises(BadValue, match="data of another form"):
        action_check_from(data)
    with pytest.raises(BadValue, match="data of another form"):
        coaching_result_from(data)


def test_a_result_with_readings_on_the_wrong_side_is_refused():
    """What cannot be is refused on the way back, too."""
    data = coaching_result_data(RESULTS[0])
    with pytest.raises(BadValue, match="wrong side"):
        coaching_result_from({**data, "before": data["after"]})
    assert evolve(RESULTS[0], id="E2") != RESULTS[0]
