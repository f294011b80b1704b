"""Feedback: shown, heard, agreed, signed by both; training from weak items; corrections are new versions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.evaluation.variance.due_feedback import open_feedback
from pharmasales.evaluation.variance.feedback import Feedback
from pharmasales.evaluation.variance.feedback_records import feedback_data, feedback_from
from pharmasales.evaluation.variance.feedback_terms import FEEDBACK_STATES, ShownFigure
from pharmasales.evaluation.variance.training import TRAINING_TOPICS, Training, training_plan, training_table
from pharmasales.evaluation.variance.weaknesses import weak_items

DAY = date(2026, 4, 7)
SHOWN = [ShownFigure("attainment", "92.5 % of the goal", "37.50"), ShownFigure("knowledge", "test: 55 of 100")]
WEAK = weak_items({"knowledge": ["80%", "55%"], "skill": ["90%", "59%"]}, below="60%")


def after(days):
    """Return a day after the figures were shown."""
    return DAY + timedelta(days)


def trainings(until=31):
    """Return one training for each weak item."""
    return [
        Training("skill", "objection", "three joint visits", after(until), "joint_visit"),
        Training("knowledge", "product", "two days with the trainer", after(until), "test"),
    ]


def drafted(**more):
    """Return a record of p1 under p2."""
    return Feedback.draft("F1", "2026-Q1", **({"rep": "p1", "manager": "p2", "shown": SHOWN, "on": DAY} | more))


def agreed():
    """Return a record with the rep's view, what was agreed and a training plan."""
    heard = drafted().view("two hospitals bought elsewhere", by="p1", on=after(1))
    return heard.agree(["a visit together each month"], training_plan(WEAK, trainings()), by="p2", on=after(2))


def signed():
    """Return a record signed by both."""
    return agreed().sign(by="p2", on=after(2)).sign(by="p1", on=after(3))


def tasks(record, day):
    """Return what is to be done as of a day, with a week to sign."""
    return [(one.what.en, one.who, one.due, one.late) for one in open_feedback([record], day, within=7).tasks]


def test_below_the_cut_is_weak_and_the_cut_itself_is_not():
    """59.9 % is, 60 % is not, missing is neither."""
    found = weak_items({"a": ["59.9%"], "b": ["60%"], "c": ["10%", None], "d": []}, below="60%")
    assert [(one.item, one.why.text(), one.why.text("zh")) for one in found.items] == [
        ("a", "59.9% is below 60.0%", "59.9% 低于 60.0%")
    ]
    assert found.unknown == ("c", "d")


def test_falling_over_periods_is_weak():
    """Three scores, each lower than the one before; equal ones, a gap or a short row are not falling."""
    rows = {
        "falls": ["90%", "85%", "80%"],
        "late": ["10%", "90%", "85%", "80%"],
        "equal": ["90%", "80%", "80%"],
        "gap": ["95%", "90%", None, "85%", "80%"],
        "short": ["90%", "80%"],
        "rises": ["90%", "80%", "81%"],
    }
    found = weak_items(rows, below="60%", falling=3)
    assert [one.item for one in found.items] == ["falls", "late"]
    assert found.items[0].why.text() == "fell in each of the last 3 scores: 90.0% > 85.0% > 80.0%"
    assert weak_items(rows, below="60%").items == ()
    assert found.table().rows[0][:2] == ("falls", Fraction(4, 5))
    assert found._repr_html_().startswith("<table>")


def test_one_item_given_twice_is_refused():
    """Two rows of one id would leave one of them out of the plan."""
    with pytest.raises(BadRows) as caught:
        weak_items({"a": ["90%"], " a": ["10%"]}, below="60%")
    assert [error.code for error in caught.value.exceptions] == ["feedback.twice"]


def test_both_reasons_stand_together():
    """Below the cut and falling."""
    (one,) = weak_items({"a": ["70%", "50%"]}, below="60%", falling=2).items
    assert one.why.text("zh") == "50.0% 低于 60.0%；最近 2 次得分连续下降：70.0% > 50.0%"


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.one_of(st.none(), st.fractions(0, 1)), max_size=5)),
    st.fractions(Fraction(1, 100), 1),
    st.one_of(st.none(), st.integers(2, 4)),
)
def test_weak_items_against_the_plain_words(scores, cut, falling):
    """Counted again in the plainest way; the lowest first; no weak item without its reason."""
    found = weak_items(scores, below=cut, falling=falling)
    expected = set()
    for item, row in scores.items():
        if row and row[-1] is not None:
            tail = row[-(falling or 1) :]
            falls = falling is not None and len(tail) == falling and None not in tail
            falls = falls and all(tail[n] > tail[n + 1] for n in range(falling - 1))
            if row[-1] < cut or falls:
                expected.add(item)
    assert {one.item for one in found.items} == expected
    assert [one.scores[-1] for one in found.items] == sorted(one.scores[-1] for one in found.items)
    assert all(one.why.text() for one in found.items)


def test_cuts_are_stated_and_scores_are_exact():
    """0 and more than 100 % are no cuts, one score is no row, floats are refused with their items."""
    for cut in (0, "101%"):
        with pytest.raises(BadRule, match=r"feedback\.cut"):
            weak_items({}, below=cut)
    with pytest.raises(BadRule, match=r"feedback\.falling"):
        weak_items({}, below="60%", falling=1)
    with pytest.raises(BadRows) as caught:
        weak_items({"a": [0.5], "b": ["x"], "c": [1]}, below="60%")
    assert [error.where for error in caught.value.exceptions] == ["scores['a']", "scores['b']"]


def test_every_weak_item_gets_a_training_and_no_other():
    """The lowest first, each with its reason; all that is wrong at once."""
    plan = training_plan(WEAK, trainings())
    assert [(one.item, one.why.en) for one in plan] == [
        ("knowledge", "55.0% is below 60.0%"),
        ("skill", "59.0% is below 60.0%"),
    ]
    table = training_table(plan)
    assert [cell.text("zh") for cell in (table.rows[1][2], table.rows[1][5])] == ["异议处理", "协访"]
    with pytest.raises(BadRows) as caught:
        training_plan(WEAK, [Training("coverage", "planning", "x", DAY, "figures")])
    assert [error.where for error in caught.value.exceptions] == [
        "item 'knowledge'",
        "item 'skill'",
        "trainings[0]",
    ]
    with pytest.raises(BadRule, match="check"):
        Training("a", "product", "x", DAY, "exam")
    with pytest.raises(BadValue, match=r"variance\.text"):
        Training("a", "product", " ", DAY, "test")
    assert len(TRAINING_TOPICS) == 11


def test_shown_heard_agreed_signed():
    """Each step has its state, and either may sign first."""
    one = drafted()
    assert (one.state, one.signed, one.period.end.isoformat()) == ("shown", None, "2026-03-31")
    heard = one.view("mine", by="p1", on=after(1))
    assert (heard.state, agreed().state) == ("heard", "agreed")
    for first, second in (("p1", "p2"), ("p2", "p1")):
        half = agreed().sign(by=first, on=after(2))
        assert (half.state, half.signed) == ("signed_by_one", None)
        full = half.sign(by=second, on=after(2))
        assert (full.state, full.signed) == ("signed", full.latest)
    assert FEEDBACK_STATES["signed"].zh == "双方已签字"


def test_the_rep_is_heard_before_anything_is_agreed():
    """No agreement without the rep's own view, no signature without an agreement."""
    with pytest.raises(BadRule, match=r"feedback\.view"):
        drafted().agree(["x"], by="p2", on=after(1))
    heard = drafted().view("mine", by="p1", on=after(1))
    with pytest.raises(BadRule, match=r"feedback\.sign"):
        heard.sign(by="p1", on=after(1))
    with pytest.raises(BadValue, match=r"variance\.text"):
        heard.agree([], by="p2", on=after(1))
    with pytest.raises(BadValue, match="one text"):
        heard.agree("x", by="p2", on=after(1))
    with pytest.raises(BadRule, match=r"feedback\.day"):
        heard.agree([], trainings(until=0), by="p2", on=after(1))
    assert heard.agree([], trainings(), by="p1", on=after(1)).state == "agreed"


def test_nobody_else_and_no_step_back():
    """The manager does not write the rep's view, strangers nothing, and nobody signs twice."""
    with pytest.raises(BadRule, match=r"feedback\.who"):
        drafted().view("x", by="p2", on=after(1))
    with pytest.raises(BadRule, match=r"feedback\.who"):
        agreed().sign(by="p9", on=after(3))
    with pytest.raises(BadRule, match=r"feedback\.day"):
        agreed().sign(by="p1", on=after(1))
    with pytest.raises(BadRule, match=r"feedback\.sign"):
        agreed().sign(by="p1", on=after(3)).sign(by="p1", on=after(3))
    with pytest.raises(BadRule, match=r"feedback\.sign"):
        signed().sign(by="p1", on=after(3))
    with pytest.raises(BadRule, match=r"feedback\.self"):
        drafted(manager="P1")
    with pytest.raises(BadRule, match=r"feedback\.shown"):
        drafted(shown=[])


@pytest.mark.parametrize("made", [lambda: agreed().sign(by="p1", on=after(3)), signed])
def test_nothing_signed_changes(made):
    """From the first signature on: no view, no agreement; a correction is a new version that both sign again."""
    old = made()
    with pytest.raises(BadRule, match=r"feedback\.signed"):
        old.view("other", by="p1", on=after(4))
    with pytest.raises(BadRule, match=r"feedback\.signed"):
        old.agree(["other"], by="p2", on=after(4))
    new = old.correct("a late order", by="p2", on=after(4), shown=[ShownFigure("attainment", "95 %", "40")])
    assert (new.state, new.latest.number, new.latest.own_view) == ("agreed", 2, old.latest.own_view)
    changed = new.view("better", by="p1", on=after(5)).sign(by="p1", on=after(5)).sign(by="p2", on=after(5))
    assert changed.versions[0] == old.versions[0]
    assert changed.signed.number == 2
    assert new.signed == old.signed
    points = [(row[0], str(row[6])) for row in changed.table().rows if row[1].en == "shown"]
    assert points == [(2, "40.00"), (1, "37.50"), (1, "None")]


def test_a_correction_needs_a_reason_and_something_signed():
    """What nobody signed is simply changed; what is corrected keeps its figures where none are given."""
    with pytest.raises(BadRule, match=r"feedback\.sign"):
        agreed().correct("x", by="p2", on=after(4))
    with pytest.raises(BadValue, match=r"variance\.text"):
        signed().correct(" ", by="p2", on=after(4))
    with pytest.raises(BadRule, match=r"feedback\.who"):
        signed().correct("x", by="p9", on=after(4))
    assert signed().correct("x", by="p1", on=after(4)).latest.shown == tuple(SHOWN)


def test_training_is_reported_until_it_is_passed():
    """What is open as of a day: steps to sign within a week, then each training until its report says passed."""
    assert tasks(drafted(), after(7)) == [("write down the rep's view", ("p1",), after(7), 0)]
    assert tasks(drafted().view("x", by="p1", on=DAY), after(9)) == [
        ("agree on what follows", ("p1", "p2"), after(7), 2)
    ]
    assert tasks(agreed(), after(8)) == [("sign", ("p1", "p2"), after(7), 1)]
    assert tasks(agreed().sign(by="p1", on=after(3)), after(7))[0][1] == ("p2",)
    both = [
        ("training: handling objections", ("p1",), after(31), 1),
        ("training: product knowledge", ("p1",), after(31), 1),
    ]
    assert tasks(signed(), after(32)) == both
    failed = signed().report(1, False, by="p2", on=after(20), result="41 of 100")
    assert tasks(failed, after(32)) == both
    passed = failed.report(1, True, by="p2", on=after(30))
    assert tasks(passed, after(32)) == both[:1]
    corrected = passed.correct("x", by="p2", on=after(31)).sign(by="p1", on=after(31)).sign(by="p2", on=after(31))
    assert len(tasks(corrected, after(32))) == 2
    assert tasks(drafted(), after(-1)) == []


def test_the_record_as_a_table():
    """All that was shown, said, agreed, planned, signed and checked, in both languages."""
    one = signed().report(2, False, by="p2", on=after(20), result="41 of 100").correct("late", by="p2", on=after(21))
    told = [(row[0], row[1].en, row[2]) for row in one.table().rows]
    said = ["shown", "shown", "own view", "agreed", "training", "training"]
    assert [step for number, step, _ in told if number == 2] == ["correction", *said]
    assert [step for number, step, _ in told if number == 1] == [*said, "signed", "signed", "training not passed"]
    assert told[-3:] == [(1, "signed", "p2"), (1, "signed", "p1"), (1, "training not passed", "p2")]
    assert "代表陈述" in one.table().text("zh")
    assert one._repr_html_().startswith("<table>")
    assert signed().report(1, True, by="p2", on=after(20)).table().rows[-1][1].zh == "培训通过"


def test_reports_need_a_signed_plan():
    """Nothing signed, no such training, somebody else."""
    with pytest.raises(NotFound, match="no version is signed"):
        agreed().report(1, True, by="p2", on=after(20))
    for place in (0, 3):
        with pytest.raises(NotFound, match="trainings 1 to 2"):
            signed().report(place, True, by="p2", on=after(20))
    with pytest.raises(BadRule, match=r"feedback\.who"):
        signed().report(1, True, by="p9", on=after(20))


def test_the_list_puts_the_latest_first():
    """In any order; both languages; a week is the company's own."""
    old, new = drafted(), evolve(drafted(on=after(3)), id="F2")
    for some in ([old, new], [new, old]):
        found = open_feedback(some, after(9), within=7)
        assert [(one.feedback, one.late) for one in found.tasks] == [("F1", 2), ("F2", 0)]
    assert [one.feedback for one in found.overdue] == ["F1"]
    for days, known in ((2, ["F1"]), (3, ["F1", "F2"])):
        assert [one.feedback for one in open_feedback([old, new], after(days), within=7).tasks] == known
    assert found.table().text("zh").splitlines()[2].split()[:2] == ["F1", "听取代表陈述"]
    assert found._repr_html_().startswith("<table>")
    for within in (-1, True):
        with pytest.raises(BadRule, match=r"feedback\.within"):
            open_feedback([], DAY, within=within)


def test_records_go_both_ways():
    """A whole record through JSON text; strangers are refused and nothing of them is quoted."""
    whole = signed().report(1, True, by="p2", on=after(20), result="83").correct("late order", by="p2", on=after(21))
    for one in (drafted(), agreed(), whole):
        assert feedback_from(json.loads(json.dumps(feedback_data(one)))) == one
    good = feedback_data(whole)
    for key in good:
        with pytest.raises(BadValue, match=r"feedback\.record"):
            feedback_from({name: value for name, value in good.items() if name != key})
    for versions in ([], good["versions"][1:], good["versions"][::-1]):
        with pytest.raises(BadValue, match=r"feedback\.record"):
            feedback_from(good | {"versions": versions})
    for signatures in ([["p9", "2026-04-09"]], [["p1", "2026-04-09"], ["p1", "2026-04-09"]]):
        with pytest.raises(BadRule, match=r"feedback\.sign"):
            feedback_from(good | {"versions": [good["versions"][0] | {"signatures": signatures}]})
    with pytest.raises(BadValue, match=r"feedback\.record") as caught:
        feedback_from(good | {"results": ["Dr. Example said so"]})
    assert "Example" not in str(caught.value)


def test_no_words_of_a_person_in_a_repr():
    """The view, what was agreed, figures, points and results stay out of logs."""
    one = drafted(shown=[ShownFigure("a", "SECRET", "12.34")]).view("SECRET", by="p1", on=after(1))
    one = one.agree(["SECRET"], [Training("a", "law", "SECRET", after(9), "test")], by="p2", on=after(1))
    one = (
        one.sign(by="p1", on=after(1)).sign(by="p2", on=after(1)).report(1, True, by="p2", on=after(2), result="SECRET")
    )
    one = one.correct("SECRET", by="p2", on=after(3))
    assert "SECRET" not in repr(one)
    assert "12.34" not in repr(one)
