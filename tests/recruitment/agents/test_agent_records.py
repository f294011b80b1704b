"""What is kept comes back as it went in; what is no such data is refused without a word of it; every result shows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import because
from pharmasales.errors import BadRule, BadValue
from pharmasales.recruitment import agents
from pharmasales.recruitment.agents import (
    DEVELOPMENT,
    AgentIssue,
    AgentMark,
    AgentPath,
    AgentTraining,
    DropCut,
    HardCondition,
    IssueTerms,
    Kept,
    SelectionMark,
    StageMove,
    TrainingEffect,
)

DAY = date(2026, 3, 2)
ODD = "<b>"


def path():
    """Return a path with a move, corrections and evidence taken back."""
    one = AgentPath(ODD)
    for ask in DEVELOPMENT["attract"].asks:
        one = one.show(ask, ODD, by=ODD, on=DAY, until=DAY)
    one = one.move("attract", ODD, by=ODD, on=DAY).take_back("met", ODD, by=ODD, on=DAY)
    return one.correct(1, StageMove("attract", ODD, DAY, ODD), ODD, by=ODD, on=DAY).correct(
        1, None, ODD, by="p", on=DAY
    )


def issue():
    """Return an issue that was changed, closed and opened again."""
    one = AgentIssue.open(ODD, ODD, ODD, IssueTerms("rival", ODD, DAY), by=ODD, on=DAY)
    one = one.change(IssueTerms("product", "p2", DAY), ODD, by=ODD, on=DAY).close(ODD, by=ODD, on=DAY)
    return one.reopen(ODD, due=DAY, by=ODD, on=DAY)


def training():
    """Return a training with an effect."""
    one = AgentTraining(ODD, ODD, "law", DAY, ODD, [ODD], [ODD], ["loyalty"], DAY)
    return one.measure(TrainingEffect(ODD, "0.5", None, DAY, ODD, lowest_first=True))


KEPT = {
    "agent_mark": AgentMark(ODD, "loyalty", Fraction(200, 3), DAY, ODD, ODD, 2),
    "agent_path": path(),
    "agent_issue": issue(),
    "agent_training": training(),
    "selection_mark": SelectionMark(ODD, "staff", None, DAY, ODD, ODD),
    "kept": Kept(ODD, ODD, "p1", "p2", DAY),
}


@pytest.mark.parametrize("kind", KEPT)
def test_there_and_back(kind):
    """Through JSON and back it is the same value."""
    write, read = getattr(agents, f"{kind}_data"), getattr(agents, f"{kind}_from")
    assert read(json.loads(json.dumps(write(KEPT[kind])))) == KEPT[kind]


@pytest.mark.parametrize("kind", KEPT)
def test_data_of_another_form(kind):
    """Every field is needed; a wrong one is refused by its kind, never by its content."""
    write, read = getattr(agents, f"{kind}_data"), getattr(agents, f"{kind}_from")
    whole = json.loads(json.dumps(write(KEPT[kind])))
    for key in whole:
        with pytest.raises(BadValue, match="data of another form") as refused:
            read({name: value for name, value in whole.items() if name != key})
        assert refused.value.code == "agents.record"
    for wrong in (None, [], "secret", {"secret": 1}):
        with pytest.raises(BadValue, match="data of another form") as refused:
            read(wrong)
        assert "secret" not in str(refused.value)
    if "on" in whole:
        with pytest.raises(BadValue, match="data of another form"):
            read({**whole, "on": "secret"})
    if "mark" in whole:
        with pytest.raises(BadValue, match="data of another form"):
            read({**whole, "mark": "1/0"})


def test_what_cannot_be_is_not_read():
    """A path that is not legal, steps that cannot follow."""
    data = agents.agent_path_data(path())
    with pytest.raises(BadRule, match="no move from the beginning to lead"):
        agents.agent_path_from({**data, "revisions": [], "moves": [{**data["moves"][0], "to": "lead"}]})
    data = agents.agent_issue_data(issue())
    with pytest.raises(BadRule, match="no step reopen after the beginning"):
        agents.agent_issue_from({**data, "steps": data["steps"][-1:]})


@settings(max_examples=30, deadline=None)
@given(st.fractions(0, 100), st.text(min_size=1), st.dates())
def test_any_mark_comes_back(mark, words, on):
    """Exact marks, any words that are legal, any day."""
    try:
        one = AgentMark("A1", "loyalty", mark, on, "p1", words)
    except BadValue:
        return
    assert agents.agent_mark_from(json.loads(json.dumps(agents.agent_mark_data(one)))) == one


def results():
    """Yield one result of each kind, with an odd id in it."""
    yield path()
    yield issue()
    yield agents.grade_agents([KEPT["agent_mark"]], DAY)
    yield agents.development_board([AgentPath(ODD)], DAY)
    yield agents.issue_log([issue()], DAY)
    yield agents.training_needs([issue()], [], [training()], DAY + timedelta(1))
    condition = HardCondition(ODD, "licence", "block", because(ODD, ODD))
    yield agents.select_dealers([ODD], [KEPT["selection_mark"]], [condition], DAY)
    keeps = [Kept(ODD, ODD, "p1", ODD, DAY)]
    yield agents.screen_dealers({ODD: {"sales": 1, "credit": 1}}, DropCut(last=1), keeps, as_of=DAY)


@pytest.mark.parametrize("shown", list(results()), ids=lambda one: type(one).__name__)
def test_a_notebook_shows_it_escaped(shown):
    """HTML has a table and no tag of a stranger; the Chinese title is there."""
    html = shown._repr_html_()
    assert "<table>" in html
    assert ODD not in html
    assert not shown.table().title.zh.isascii()
    assert len(shown.table().text("zh").splitlines()) >= 2


def test_every_name_of_the_door_is_there():
    """The door lists what it gives, each once, and no name is that of a module."""
    assert len(set(agents.__all__)) == len(agents.__all__) > 50
    assert all(getattr(agents, name) is not None for name in agents.__all__)
    assert not set(agents.__all__) & set(agents._MODULES)


@pytest.mark.parametrize(
    "ask",
    [
        lambda day: agents.grade_agents([], day),
        lambda day: agents.development_board([AgentPath("A1")], day),
        lambda day: agents.issue_log([issue()], day),
        lambda day: agents.training_list([], day),
        lambda day: agents.training_needs([], [], [], day),
        lambda day: agents.select_dealers([], [], [], day),
        lambda day: agents.screen_dealers({}, DropCut(last=1), as_of=day),
    ],
)
def test_a_day_is_a_day(ask):
    """A moment or a text is no day."""
    for wrong in ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC), None):
        with pytest.raises(BadValue) as refused:
            ask(wrong)
        assert refused.value.code == "calendar.day"
