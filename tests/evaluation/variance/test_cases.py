"""Deviation cases: found, explained, answered, closed; the plan changes only with both consents."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.evaluation import attain, deviations
from pharmasales.evaluation.variance.case_records import case_data, case_from
from pharmasales.evaluation.variance.cases import DeviationCase
from pharmasales.evaluation.variance.causes import CAUSES, CURES, Cause, cause_table, causes_of
from pharmasales.evaluation.variance.due_cases import open_cases
from pharmasales.evaluation.variance.responses import CASE_STATES
from pharmasales.goals.agreeing.agreed_terms import GoalTerms
from pharmasales.goals.agreeing.agreement import Agreement
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount

ORG, Q1 = Org.of([Node("r1", "Rep One", "rep")]), Quarter(2026, 1)
FOUND = date(2026, 2, 16)


def yuan(n):
    """Return an amount in yuan."""
    return Amount.of(n, CNY)


def after(days):
    """Return a day after the case was found."""
    return FOUND + timedelta(days)


def row(goal, done, elapsed=Fraction(1, 2)):
    """Return the deviation of r1."""
    sums = ({"r1": yuan(n)} if n is not None else {} for n in (goal, done))
    return deviations(attain(ORG, *sums, Q1, elapsed)).rows[0]


def opened(kind="behind", found=None, **more):
    """Return a case of p1 under p2, found on 16 February, to be answered in four days."""
    names = {"rep": "p1", "manager": "p2", "on": FOUND, "answer_by": after(4)} | more
    return DeviationCase.open("K1", kind, found or row(300, 90), Q1, **names)


def explained():
    """Return a case with a cause on the second day."""
    return opened().explain("product_knowledge", ["test: 41 of 100"], by="p2", on=after(2))


def agreement():
    """Return the agreement of 300 yuan between p1 and p2, in force since January."""
    day = date(2026, 1, 5)
    one = Agreement.draft("G1", "r1", owner="p1", manager="p2", terms=GoalTerms(yuan(300)), by="p2", on=day)
    return one.propose(by="p2", on=day).accept(by="p1", on=day).approve(by="p2", on=day).enforce(by="p2", on=day)


def tasks(case, day):
    """Return what is to be done about one case as of a day."""
    return [(one.what.en, one.who, one.due, one.late) for one in open_cases([case], day).tasks]


def test_only_severe_deviations_open_a_case():
    """40 % off the pace is severe, 10 % is not, nothing to compare is not."""
    case = opened()
    assert (case.node, case.figure, case.goal, case.deviation) == ("r1", yuan(90), yuan(300), Fraction(-2, 5))
    for found in (row(300, 135), row(300, 200), row(None, 90), row(300, None)):
        with pytest.raises(BadRule, match=r"variance\.case\.severe"):
            opened(found=found)
    assert opened(found=row(300, 135), severe=Fraction(1, 20)).deviation == Fraction(-1, 10)


def test_over_budget_is_the_other_way_round():
    """More spent than the pace allows, or more than the whole budget at any time."""
    assert opened("over_budget", row(300, 166)).kind == "over_budget"
    assert opened("over_budget", row(300, 301, Fraction(1))).deviation == Fraction(1, 300)
    for found in (row(300, 165), row(300, 90), row(300, 300, Fraction(1))):
        with pytest.raises(BadRule, match=r"variance\.case\.severe"):
            opened("over_budget", found)


def test_a_cause_is_chosen_from_the_list_with_evidence():
    """Another word, a cause of the other case, no evidence, one text instead of a list: refused."""
    with pytest.raises(BadRule, match="did you mean"):
        opened().explain("product_knowlege", ["x"], by="p2", on=after(1))
    with pytest.raises(BadRule, match=r"variance\.case\.cause"):
        opened().explain("rate_high", ["x"], by="p2", on=after(1))
    for evidence in ([], [" "], "text"):
        with pytest.raises(BadValue, match=r"variance\.text"):
            opened().explain("rival", evidence, by="p2", on=after(1))
    again = explained().explain("rival", ["two wards lost"], by="p1", on=after(3))
    assert [one.cause for one in again.causes] == ["product_knowledge", "rival"]
    assert again.cause is again.causes[-1]
    assert opened().cause is None


def test_a_company_adds_causes_of_its_own():
    """The list is a value."""
    mine = Cause("new_rep", "behind", Says("new in post", "新人"), Says("date", "日期"), ("training",))
    known = {**CAUSES, mine.key: mine}
    case = opened().explain("new_rep", ["joined in January"], by="p2", on=after(1), causes=known)
    assert case.why(after(1), known).lines()[1] == "  cause: new in post"
    assert case.why(after(1)).lines()[1] == "  cause: new_rep"


def test_the_two_playbooks():
    """Every cause says what shows it, what helps and whence; every cure is used."""
    assert [len(causes_of(kind)) for kind in ("behind", "over_budget")] == [11, 6]
    assert {cure for cause in CAUSES.values() for cure in cause.cures} == CURES.keys()
    table = cause_table("behind")
    assert (table.rows[0][0], table.rows[0][3].zh, table.rows[0][4]) == ("product_knowledge", "培训", "S004-24")
    assert cause_table("over_budget").title.zh == "应对手册：费用超预算"
    with pytest.raises(BadRule, match=r"variance\.cause"):
        causes_of("beind")
    with pytest.raises(BadRule, match=r"variance\.cause"):
        Cause("x", "behind", Says("", ""), Says("", ""), ("pray",))


def test_a_measure_has_an_owner_and_a_day_and_is_reported_by_its_owner():
    """Found > explained > acting > answered > closed, and each day keeps its own state."""
    case = explained().take("two days of training", owner="p3", due=after(10), by="p2", on=after(3))
    case = case.finish(1, "test: 83 of 100", by="p3", on=after(12)).close("back on track", by="p2", on=after(20))
    states = [case.state_on(after(n)) for n in (-1, 0, 1, 2, 3, 11, 12, 19, 20)]
    assert states == [None, "found", "found", "explained", "acting", "acting", "answered", "answered", "closed"]
    assert tasks(case, after(1)) == [("find a cause", ("p1", "p2"), after(4), 0)]
    assert tasks(case, after(2)) == [("set a measure or ask for a change of the plan", ("p1", "p2"), after(4), 0)]
    assert tasks(case, after(10)) == [("measure 1", ("p3",), after(10), 0)]
    assert tasks(case, after(11)) == [("measure 1", ("p3",), after(10), 1)]
    assert tasks(case, after(12)) == [("close the case", ("p2",), None, 0)]
    assert tasks(case, after(20)) == tasks(case, after(-1)) == []
    assert case.why(after(11)).lines()[-1] == "  measure 1: p3, due 2026-02-26"
    assert case.why(after(12)).text("zh").endswith("措施 1：2026-02-28 完成，期限 2026-02-26）")
    with pytest.raises(BadRule, match=r"variance\.day"):
        case.why(after(-1))


def test_steps_out_of_turn_are_refused():
    """No measure without a cause, nobody else, no step back in time, nothing done twice, nothing after the end."""
    case = explained()
    with pytest.raises(BadRule, match=r"variance\.case\.step"):
        opened().take("x", owner="p1", due=after(5), by="p2", on=after(1))
    with pytest.raises(BadRule, match=r"variance\.case\.who"):
        case.take("x", owner="p1", due=after(5), by="p9", on=after(3))
    with pytest.raises(BadRule, match=r"variance\.day"):
        case.take("x", owner="p1", due=after(5), by="p2", on=after(1))
    with pytest.raises(BadValue, match=r"variance\.day"):
        case.take("x", owner="p1", due=after(2), by="p2", on=after(3))
    with pytest.raises(BadValue, match=r"variance\.text"):
        case.take(" ", owner="p1", due=after(5), by="p2", on=after(3))
    acting = case.take("x", owner="p3", due=after(5), by="p2", on=after(3))
    with pytest.raises(NotFound, match="measures 1 to 1"):
        acting.finish(2, "x", by="p3", on=after(4))
    with pytest.raises(BadRule, match=r"variance\.case\.who"):
        acting.finish(1, "x", by="p9", on=after(4))
    with pytest.raises(BadRule, match=r"variance\.case\.step"):
        acting.close("x", by="p2", on=after(4))
    done = acting.finish(1, "x", by="p1", on=after(4))
    with pytest.raises(BadRule, match=r"variance\.case\.step"):
        done.finish(1, "x", by="p3", on=after(5))
    with pytest.raises(BadRule, match=r"variance\.case\.step"):
        done.close("x", by="p1", on=after(5))
    ended = done.close("x", by="p2", on=after(5))
    with pytest.raises(BadRule, match="closed"):
        ended.explain("rival", ["x"], by="p2", on=after(6))
    with pytest.raises(BadRule, match=r"variance\.day"):
        done.explain("rival", ["x"], by="p2", on=after(3))


def test_e26_the_plan_changes_only_with_both_consents_and_the_old_version_stays():
    """E26: with the rep's consent alone it is pending; with both a new version is in force and the old one kept."""
    before = agreement()
    case, asked = explained().change_plan(
        before, GoalTerms(yuan(240)), by="p2", on=after(3), reason="a ward was closed", answer_by=after(8)
    )
    assert asked.in_force == before.in_force
    assert tasks(case, after(9)) == [("accept or reject the change", ("p1",), after(8), 1)]
    accepted = asked.accept(by="p1", on=after(4))
    case = case.follow(accepted, on=after(4))
    assert (accepted.pending, accepted.in_force) == (True, before.in_force)
    assert (case.state_on(after(4)), tasks(case, after(4))[0][:2]) == (
        "acting",
        ("approve or reject the change", ("p2",)),
    )
    approved = accepted.approve(by="p2", on=after(5))
    assert tasks(case.follow(approved, on=after(5)), after(5))[0][0] == "put the change in force"
    enforced = approved.enforce(by="p2", on=after(6))
    case = case.follow(enforced, on=after(6))
    assert (enforced.in_force.terms.amount, enforced.versions[0].state) == (yuan(240), "superseded")
    assert [case.state_on(after(n)) for n in (3, 4, 5, 6)] == ["acting", "acting", "acting", "answered"]
    assert "change of goal G1, version 2: in force" in case.why(after(6)).text()
    assert case.close("agreed", by="p2", on=after(7)).state_on(after(7)) == "closed"


def test_a_change_turned_down_leaves_the_case_without_an_answer():
    """Rejected: what is in force stays, and something else has to be done."""
    case, asked = explained().change_plan(agreement(), GoalTerms(yuan(240)), by="p1", on=after(3), reason="why")
    rejected = asked.reject(by="p2", on=after(4), reason="no")
    case = case.follow(rejected, on=after(4))
    assert rejected.in_force.terms.amount == yuan(300)
    assert [case.state_on(after(n)) for n in (3, 4)] == ["acting", "explained"]
    assert case.follow(rejected, on=after(5)).changes == case.changes
    with pytest.raises(BadRule, match=r"variance\.case\.step"):
        case.close("x", by="p2", on=after(5))


def test_a_change_needs_a_cause_and_the_right_agreement():
    """Nothing in force, somebody else's agreement, a goal that was not asked about."""
    terms = GoalTerms(yuan(240))
    with pytest.raises(BadRule, match=r"variance\.case\.step"):
        opened().change_plan(agreement(), terms, by="p1", on=after(3), reason="why")
    draft = Agreement.draft("G1", "r1", owner="p1", manager="p2", terms=terms, by="p2", on=FOUND)
    for wrong in (draft, evolve(agreement(), owner="p3"), evolve(agreement(), manager="p3")):
        with pytest.raises(BadRule, match=r"variance\.case\.agreement"):
            explained().change_plan(wrong, terms, by="p1", on=after(3), reason="why")
    with pytest.raises(NotFound, match=r"variance\.case\.agreement"):
        explained().follow(agreement(), on=after(3))


def test_the_case_as_a_table():
    """Every step by its day, with who and the words."""
    case, asked = explained().change_plan(agreement(), GoalTerms(yuan(240)), by="p1", on=after(3), reason="why")
    case = case.follow(asked.reject(by="p2", on=after(4), reason="no"), on=after(4))
    case = case.take("training", owner="p3", due=after(9), by="p2", on=after(4))
    case = case.finish(1, "ok", by="p1", on=after(5)).close("well", by="p2", on=after(6))
    steps = [(row[0], row[1].en, row[2], row[4]) for row in case.table().rows]
    assert steps == [
        (FOUND, "found", None, None),
        (after(2), "cause", "p2", "product_knowledge: test: 41 of 100"),
        (after(3), "proposed", None, "G1, 2"),
        (after(4), "measure 1", "p3", "training"),
        (after(4), "rejected", None, "G1, 2"),
        (after(5), "measure 1 done", "p1", "ok"),
        (after(6), "closed", "p2", "well"),
    ]
    assert "措施 1 完成" in case.table().text("zh")
    assert case._repr_html_().startswith("<table>")


def test_rep_and_manager_are_two_and_days_stand_in_order():
    """Nobody consents with oneself; an answer is not due before it is asked."""
    with pytest.raises(BadRule, match=r"variance\.case\.self"):
        opened(manager="P1")
    with pytest.raises(BadValue, match=r"variance\.day"):
        opened(answer_by=after(-1))


def test_the_list_puts_the_latest_first_in_any_order():
    """By days late, then by day, those without a day last."""
    late, soon = opened(), evolve(opened(), id="K2", answer_by=after(9))
    never = evolve(opened(), id="K3", answer_by=None)
    for some in ([never, soon, late], [late, never, soon]):
        found = open_cases(some, after(6))
        assert [(one.case.id, one.late) for one in found.tasks] == [("K1", 2), ("K2", 0), ("K3", 0)]
        assert [one.case.id for one in found.overdue] == ["K1"]
    assert found.table().text("zh").splitlines()[2].split() == [
        *("K1", "r1", "销售落后进度", "已发现，未定原因", "定原因", "p1,", "p2", "2026-02-20", "2"),
    ]
    assert found._repr_html_().startswith("<table>")


def test_records_go_both_ways():
    """A whole case through JSON text; strangers are refused and nothing of them is quoted."""
    case, asked = explained().change_plan(agreement(), GoalTerms(yuan(240)), by="p1", on=after(3), reason="why")
    case = case.follow(asked.reject(by="p2", on=after(4), reason="no"), on=after(4))
    case = case.take("training", owner="p3", due=after(9), by="p2", on=after(4)).finish(1, "ok", by="p3", on=after(5))
    case = case.take("more", owner="p3", due=after(9), by="p2", on=after(5)).finish(2, "ok", by="p1", on=after(5))
    ended = case.close("well", by="p2", on=after(6))
    for one in (opened(answer_by=None), opened(found=row(0, 9), kind="over_budget"), case, ended):
        assert case_from(json.loads(json.dumps(case_data(one)))) == one
    good = case_data(ended)
    for key in good:
        with pytest.raises(BadValue, match=r"variance\.record"):
            case_from({name: value for name, value in good.items() if name != key})
    with pytest.raises(BadValue, match=r"variance\.record"):
        case_from(good | {"changes": [good["changes"][0] | {"states": [["2026-02-19", "signed"]]}]})
    with pytest.raises(BadRule, match=r"variance\.cause"):
        case_from(good | {"kind": "late"})
    with pytest.raises(BadValue, match=r"variance\.record") as caught:
        case_from(good | {"on": "Dr. Example said so"})
    assert "Example" not in str(caught.value)


def test_no_words_of_a_person_in_a_repr():
    """Evidence, measures, results and outcomes stay out of logs."""
    case = explained().take("SECRET-1", owner="p3", due=after(9), by="p2", on=after(4))
    case = case.finish(1, "SECRET-2", by="p3", on=after(5)).close("SECRET-3", by="p2", on=after(6))
    assert "SECRET" not in repr(case) + str(case.why(after(9)))
    assert "41 of 100" not in repr(case)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8), st.integers(0, 30))
def test_the_state_of_a_day_does_not_depend_on_what_comes_later(steps, day):
    """Any run of legal steps: the list of an earlier day, made again after more steps, is the same."""
    case, now, seen = explained(), 2, []
    for action, wait in steps:
        now += wait
        seen.append((now, case))
        if action < 2:
            case = case.take("x", owner="p3", due=after(now + 3), by="p2", on=after(now + 1))
        elif action < 4 and any(one.done_on is None for one in case.measures):
            number = next(n for n, one in enumerate(case.measures, 1) if one.done_on is None)
            case = case.finish(number, "x", by="p3", on=after(now + 1))
        else:
            case = case.explain("rival", ["x"], by="p1", on=after(now + 1))
        now += 1
    for until, old in seen:
        asked = after(min(day, until))
        assert tasks(old, asked) == tasks(case, asked)
        assert old.state_on(asked) == case.state_on(asked)
        assert CASE_STATES[case.state_on(asked)].en
