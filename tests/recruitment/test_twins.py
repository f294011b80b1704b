"""Ids that differ in case, width or spaces only are refused by every room, whoever names them, and all of them at once.

Nothing would be lost in silence otherwise but the figure: a lead of the campaign `c1` bears nothing of the price of
`C1`, a right to `p1` collides with none to `P1`, an agent known as `a2` stands in the list of those to get to know.
"""

from __future__ import annotations

from datetime import date

import pytest

from pharmasales.archive import Lead, admit
from pharmasales.classification.coverage.known_agents import MarketAgent
from pharmasales.classification.schemes.agents import AGENT
from pharmasales.compliance import NONE
from pharmasales.errors import BadRows
from pharmasales.goals import PlannedMethod
from pharmasales.periods import Year
from pharmasales.recruitment.agents import (
    AgentIssue,
    AgentMark,
    AgentTraining,
    DropCut,
    IssueTerms,
    figure_marks,
    grade_agents,
    issue_log,
    screen_dealers,
    training_needs,
)
from pharmasales.recruitment.leads import Campaign, campaign_costs, method_reports
from pharmasales.recruitment.pipeline import (
    DailyTarget,
    Deed,
    Promise,
    Prospect,
    conversion_matrix,
    daily_targets,
    pipeline_board,
    pipeline_forecast,
    reach_rates,
    signed_idle,
    weekly_targets,
    win_back,
)
from pharmasales.recruitment.rights import (
    AgentRight,
    Areas,
    Commitment,
    Performed,
    agent_gaps,
    agent_network,
    agreement_fulfilment,
    coverage_map,
    market_space,
    right_conflicts,
)
from pharmasales.units import CNY, Amount
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 2)
AREAS = Areas.of({"33": "", "3301": "33"}, {"H1": "3301"})
YUAN = Amount.of(1, CNY)
TWINS = ("a1", "Ａ1", "A1 x")  # case, width; the third is another id


def refused(make):
    """Return where the errors are, at once."""
    with pytest.raises(BadRows) as rows:
        make()
    return [error.where for error in rows.value.exceptions]


def filed(name):
    """Return a prospect."""
    return Prospect.file(name, by="p1", on=DAY, evidence="F")


def admitted(campaign, source="tender"):
    """Return two leads, one of the campaign A1."""
    leads = [Lead("L1", "agent", "tender", DAY, campaign="A1"), Lead("L2", "agent", source, DAY, campaign=campaign)]
    return admit(leads, NONE, as_of=DAY)


@pytest.mark.parametrize("twin", TWINS[:2])
@pytest.mark.parametrize(
    "ask",
    [
        lambda two: pipeline_board(two, DAY),
        lambda two: conversion_matrix(two, (DAY, DAY), as_of=DAY),
        lambda two: reach_rates(two, (DAY, DAY), as_of=DAY),
        lambda two: pipeline_forecast(two, {}, by=DAY, as_of=DAY),
        lambda two: signed_idle(two, DAY, calendar=CHINA),
        lambda two: win_back(two, DAY),
        lambda two: weekly_targets([], two, as_of=DAY),
        lambda two: daily_targets([], [], (DAY, DAY), as_of=DAY, calendar=CHINA, prospects=two),
    ],
)
def test_a_prospect_counts_once(ask, twin):
    """Whoever stands there twice, or under two spellings, would count twice."""
    assert refused(lambda: ask(filed(name) for name in ("A1", "B1", "A1", twin))) == ["prospects[2]", "prospects[3]"]
    ask(filed(name) for name in ("A1", TWINS[2]))


@pytest.mark.parametrize("twin", TWINS[:2])
def test_campaigns_methods_and_their_leads(twin):
    """A lead that spells its campaign otherwise is named; spaces around do not count."""
    campaign = Campaign("A1", "tender", DAY, DAY, Amount.of(10, CNY))
    assert refused(lambda: campaign_costs(admitted(twin), [campaign])) == ["lead 'L2'"]
    assert [row.accepted for row in campaign_costs(admitted(" A1 "), [campaign]).rows] == [2]
    assert [row.campaign.id for row in campaign_costs(admitted(" "), [campaign]).rows] == ["A1"]
    assert refused(lambda: campaign_costs(admitted(" A1 ", "advert"), [campaign])) == ["lead 'L2'"]
    plan = [PlannedMethod("A1", 1, DAY, DAY, 1)]
    assert refused(lambda: method_reports(plan, admitted(twin), [""], as_of=DAY)) == ["lead 'L2'"]
    assert refused(lambda: method_reports(plan, admitted("x", twin), [""], as_of=DAY)) == ["lead 'L2'"]
    assert method_reports(plan, admitted(" A1 "), [""], as_of=DAY).rows[0].leads == 2


@pytest.mark.parametrize("twin", TWINS[:2])
def test_owners_of_daily_targets(twin):
    """What `a1` reports is not lost for the target of `A1`, nor whom he files."""
    targets, window = [DailyTarget("A1", "visit", 1)], (DAY, DAY)
    deed = Deed(twin, "visit", DAY, 1)
    both = {"as_of": DAY, "calendar": CHINA}
    assert len(refused(lambda: daily_targets(targets, [deed], window, **both))) == 1
    other = Prospect.file("P", by=twin, on=DAY, evidence="F")
    assert len(refused(lambda: daily_targets(targets, [], window, **both, prospects=[other]))) == 1
    assert daily_targets(targets, [Deed("A1 x", "visit", DAY, 1)], window, **both).lines[0].actual is None


@pytest.mark.parametrize("twin", TWINS[:2])
def test_rights_to_one_product_of_two_spellings(twin):
    """No conflict would be seen, and no owner found."""

    def right(name, agent, product):
        days = {"since": DAY, "until": None, "signed": DAY}
        return AgentRight.grant(name, agent, product, "3301", "region", **days, by="p1", evidence="AG")

    products = [right("R1", "X", "A1"), right("R2", "Y", twin)]
    agents = [right("R1", "A1", "P"), right("R2", twin, "P")]
    asks = (
        lambda rights: right_conflicts(rights, AREAS, as_of=DAY),
        lambda rights: agent_network(rights, AREAS, as_of=DAY),
        lambda rights: market_space(AREAS, ["Q"], rights, as_of=DAY),
        lambda rights: coverage_map(AREAS, ["Q"], rights, as_of=DAY),
    )
    for ask in asks:
        assert [where.split()[0] for where in refused(lambda ask=ask: ask(products))] == ["product"]
        assert [where.split()[0] for where in refused(lambda ask=ask: ask(agents))] == ["agent"]
    for ask in (market_space, coverage_map):
        assert len(refused(lambda ask=ask: ask(AREAS, [twin], products[:1], as_of=DAY))) == 1
        ask(AREAS, ["A1", "A1 x"], products[:1], as_of=DAY)


@pytest.mark.parametrize("twin", TWINS[:2])
def test_agreements_and_known_agents(twin):
    """What came under another spelling is not short, and whom we know under one is no gap."""
    promise = Commitment("A1", Year(2026), YUAN)
    assert len(refused(lambda: agreement_fulfilment([promise], [Performed(twin, DAY, YUAN)], as_of=DAY))) == 1
    assert len(agreement_fulfilment([promise], [Performed("A1 x", DAY, YUAN)], as_of=DAY).outside) == 1
    market = [MarketAgent("B1", "3301", 9), MarketAgent("A1", "3301", 5)]
    assert refused(lambda: agent_gaps(market, {twin}, AREAS)) == ["agents[1]"]
    assert [gap.agent for gap in agent_gaps(market, {" A1 ", "A1 x"}, AREAS).gaps] == ["B1"]


@pytest.mark.parametrize("twin", TWINS[:2])
def test_agents_that_are_graded_and_screened(twin):
    """Half of the marks of one agent, and two ranks for one dealer, are no result."""
    marks = [AgentMark(name, "loyalty", 50, DAY, "p1", "E") for name in ("A1", twin)]
    grade = AGENT.scheme.grade("A")
    assert len(refused(lambda: grade_agents(marks, DAY))) == 1
    assert len(refused(lambda: grade_agents(marks[:1], DAY, agents=[twin]))) == 1
    assert len(refused(lambda: grade_agents(marks[:1], DAY, before={twin: grade}))) == 1
    assert len(refused(lambda: training_needs([], marks, [], DAY))) == 1
    terms = IssueTerms("product", "p2", DAY)
    issues = [AgentIssue.open(f"I{n}", name, "dosage", terms, by="p1", on=DAY) for n, name in enumerate(("A1", twin))]
    assert len(refused(lambda: issue_log(issues, DAY))) == 1
    training = AgentTraining("T1", twin, "product", DAY, "p7", issues=["I0"])
    assert len(refused(lambda: training_needs(issues[:1], [], [training], DAY))) == 1
    assert len(refused(lambda: training_needs([], marks[:1], [training], DAY))) == 1
    for spelt in (twin, " A1"):
        figures = {name: {"contracted": 1, "sales": 5, "credit": 5} for name in ("A1", spelt)}
        assert len(refused(lambda figures=figures: figure_marks(figures, on=DAY, by="p1"))) == 1
        assert len(refused(lambda figures=figures: screen_dealers(figures, DropCut(last=1), as_of=DAY))) == 1
        assert len(refused(lambda spelt=spelt: Areas.of({"A1": "", spelt: ""}))) == 1
        assert len(refused(lambda spelt=spelt: Areas.of({}, {"A1": "", spelt: ""}))) == 1


def test_a_promise_needs_the_spelling_of_its_prospect():
    """A stranger is refused as before."""
    assert refused(lambda: weekly_targets([Promise("sign", "a1", "p1", DAY)], [filed("A1")], as_of=DAY)) == [
        "promises[0]"
    ]
