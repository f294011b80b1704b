"""Training: what, when, by whom, its effect; needs from issues, weak items and training that is over."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.recruitment.agents import (
    AGENT_TRAININGS,
    ISSUE_KINDS,
    ITEM_TRAININGS,
    AgentIssue,
    AgentMark,
    AgentTraining,
    IssueTerms,
    TrainingEffect,
    training_list,
    training_needs,
)

START = date(2026, 3, 2)


def after(days):
    """Return a day so many days after the first."""
    return START + timedelta(days)


def issue(kind="product", name="I1"):
    """Return an issue of the first day."""
    return AgentIssue.open(name, "A1", "secret words", IssueTerms(kind, "p2", after(7)), by="p1", on=START)


def training(name="T1", on=5, agent="A1", topic="product", **told):
    """Return a training."""
    return AgentTraining(name, agent, topic, after(on), "p7", **told)


def effect(before, gone, on=30, **told):
    """Return a measurement."""
    return TrainingEffect("boxes a month", before, gone, after(on), "p1", **told)


@pytest.mark.parametrize(
    ("before", "gone", "lowest_first", "result"),
    [
        (40, 55, False, "better"),
        (40, 40, False, "same"),
        (40, 39, False, "worse"),
        (40, 39, True, "better"),
        (40, 41, True, "worse"),
        (None, 41, False, "unknown"),
        (40, None, False, "unknown"),
        ("0.1", Fraction(1, 10), False, "same"),
    ],
)
def test_an_effect(before, gone, lowest_first, result):
    """A figure before and after; missing is not known, never the same."""
    assert effect(before, gone, lowest_first=lowest_first).result == result


def test_the_last_measurement_by_a_day_counts():
    """Not known before it is measured; a later measurement replaces the first."""
    one = training().measure(effect(40, 55, 30)).measure(effect(40, 38, 60))
    assert [one.effect_on(after(n)) for n in (29, 30, 59, 60)] == ["unknown", "better", "better", "worse"]
    assert [len(one.effects), one.effects[0].after] == [2, 55]
    assert [one.given_on(after(n)) for n in (4, 5)] == [False, True]
    assert [training(until=after(9)).counts_on(after(n)) for n in (4, 5, 9, 10)] == [False, True, True, False]


@pytest.mark.parametrize(
    "make",
    [
        lambda: training(until=after(4)),
        lambda: training().measure(effect(1, 2, 4)),
        lambda: training().measure(effect(1, 2, 30)).measure(effect(1, 2, 29)),
        lambda: training(people="s1"),
        lambda: effect("many", 1),
        lambda: TrainingEffect(" ", 1, 2, START, "p1"),
    ],
)
def test_values_that_cannot_be(make):
    """No end before the day, no measurement before the training or the last one, lists and numbers."""
    with pytest.raises(BadValue):
        make()


def test_an_unknown_topic():
    """Topics are a list."""
    with pytest.raises(BadRule, match='did you mean "stock"'):
        training(topic="stocks")
    assert {kind.training for kind in ISSUE_KINDS.values()} - {""} <= set(AGENT_TRAININGS)
    assert set(ITEM_TRAININGS.values()) <= set(AGENT_TRAININGS)


def test_the_list():
    """By day: planned, given, to be refreshed; the effect of those that were given."""
    trainings = [
        training("T3", 20),
        training("T1", 5, people=["s1", "s2", "s1"], issues=["I1"], items=["keenness"]),
        training("T2", 2, until=after(9)).measure(effect(1, 2, 8)),
    ]
    rows = training_list(trainings, after(10)).rows
    assert [(row[0], row[5], row[6], row[8].text(), row[9] and row[9].text()) for row in rows] == [
        ("T2", 0, "", "to be refreshed", "better"),
        ("T1", 2, "I1, keenness", "given", "not known"),
        ("T3", 0, "", "planned", None),
    ]
    assert [row[0] for row in training_list([training("T2"), training("T1")], START).rows] == ["T1", "T2"]
    with pytest.raises(BadRows, match="1 trainings refused"):
        training_list([training(), training("t1")], START)


STATES = [
    ([], "open", "", "no training yet; plan one"),
    ([training(on=-1, issues=["I1"])], "open", "", "no training yet; plan one"),
    ([training(issues=["I2"])], "open", "", "no training yet; plan one"),
    ([training(agent="A2", issues=["I1"])], "open", "", "no training yet; plan one"),
    ([training(on=15, issues=["I1"])], "planned", "T1", "training T1 is planned for 2026-03-17"),
    ([training(on=0, issues=["I1"])], "check", "T1", "training T1 of 2026-03-02, effect not known; measure it"),
    ([training(issues=["I1"]).measure(effect(1, 1, 9))], "again", "T1", "did not help; train in another way"),
    ([training(issues=["I1"]).measure(effect(1, 2, 9))], "met", "T1", "training T1 of 2026-03-07 helped"),
    ([training(issues=["I1"]).measure(effect(1, 2, 11))], "check", "T1", "effect not known"),
    (
        [training(issues=["I1"]).measure(effect(1, 0, 9)), training("T2", 15, issues=["I1"])],
        "planned",
        "T2",
        "training T2 is planned",
    ),
    (
        [training(issues=["I1"]).measure(effect(1, 2, 9)), training("T2", 9, issues=["I1"])],
        "check",
        "T2",
        "training T2 of 2026-03-11, effect not known",
    ),
    ([training("T2", 16, issues=["I1"]), training("T3", 15, issues=["I1"])], "planned", "T3", "for 2026-03-17"),
    (
        [training(issues=["I1"]).measure(effect(1, 2, 9)), training("T2", 15, issues=["I1"])],
        "met",
        "T1",
        "training T1 of 2026-03-07 helped",
    ),
]


@pytest.mark.parametrize(("trainings", "state", "name", "text"), STATES)
def test_a_need_from_an_issue(trainings, state, name, text):
    """What became of it by the tenth day: a training answers it where it names it and is not before it."""
    needs = training_needs([issue()], [], trainings, after(10))
    need = next(row for row in needs.rows if row.source == "issue")
    assert (need.state, need.training, need.topic, need.since) == (state, name, "product", START)
    assert need.why.text().startswith("issue I1 (product knowledge) since 2026-03-02: ")
    assert text in need.why.text()
    assert "secret" not in need.why.text()
    assert (need in needs.open) == (state in ("open", "again"))


def test_issues_that_are_no_need():
    """Closed, opened later, or of a kind that no training answers; opened again it is a need since that day."""
    closed = issue().close("done", by="p2", on=after(8))
    for one, day in ((closed, after(10)), (issue("goods"), after(10)), (issue(), after(-1))):
        assert training_needs([one], [], [], day).rows == ()
    again = closed.reopen("came back", due=after(30), by="p1", on=after(9))
    helped = training(issues=["I1"]).measure(effect(1, 2, 7))
    need = training_needs([again], [], [helped], after(10)).rows[0]
    assert (need.state, need.since) == ("open", after(9))


def test_needs_from_weak_items():
    """Below the cut, since the day of the mark; the newest mark counts; topics are data."""
    told = (("loyalty", 59), ("keenness", 60), ("receipts", 10), ("contract", None), ("luck", 1))
    marks = [AgentMark("A1", item, mark, START, "p1", "E") for item, mark in told]
    trainings = [training("T1", 3, topic="collecting", items=["receipts"])]
    needs = training_needs([], marks, trainings, after(10))
    assert [(row.ref, row.topic, row.state) for row in needs.rows] == [
        ("loyalty", "policy", "open"),
        ("receipts", "collecting", "check"),
    ]
    assert needs.rows[0].why.text("zh") == "忠诚度 得分 59，自 2026-03-02：尚未培训，请安排"
    later = [*marks, AgentMark("A1", "receipts", 20, after(9), "p1", "E")]
    assert training_needs([], later, trainings, after(10)).open[1].since == after(9)
    assert [row.ref for row in training_needs([], marks, [], after(10), topics={"luck": "law"}).rows] == ["luck"]
    assert [row.ref for row in training_needs([], marks, [], after(10), weak_below=11).rows] == ["receipts"]
    with pytest.raises(BadRule, match=r'no such training: laws .* did you mean "law"'):
        training_needs([], marks, [], after(10), topics={"luck": "laws"})


def test_needs_to_refresh():
    """The day after its last day a training is to be refreshed, until one of its topic is given."""
    old = training("T1", 0, topic="law", until=after(9))
    assert training_needs([], [], [old], after(9)).rows == ()
    need = training_needs([], [], [old], after(10)).rows[0]
    assert (need.ref, need.state, need.since) == ("T1", "open", after(10))
    assert need.why.text().startswith("training T1 counted until 2026-03-11 since 2026-03-12: no training yet")
    planned = training("T2", 20, topic="law")
    assert training_needs([], [], [planned, old], after(10)).rows[0].state == "planned"
    assert training_needs([], [], [planned, old], after(20)).rows == ()
    assert training_needs([], [], [training("T2", 20, topic="stock"), old], after(20)).rows[0].state == "open"


def test_any_order_gives_the_same():
    """Needs come by what is to be done, then by the day since when."""
    issues = [issue("product", "I1"), issue("policy", "I2"), issue("promotion", "I3")]
    trainings = [training("T1", 5, issues=["I1"]), training("T2", 15, issues=["I2"])]
    needs = training_needs(issues, [], trainings, after(10))
    assert [row.ref for row in needs.rows] == ["I3", "I2", "I1"]
    assert training_needs(issues[::-1], [], trainings[::-1], after(10)) == needs
    assert [row[6].text() for row in needs.table().rows] == ["no training yet", "planned", "effect not known"]


def test_less_is_better_or_not():
    """A word is no answer: "no" would count as yes."""
    with pytest.raises(BadValue, match=r"neither yes nor no.*agents\.training"):
        TrainingEffect("returns", 4, 2, after(9), "p1", lowest_first="no")
