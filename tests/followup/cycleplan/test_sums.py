"""Sums: own counts add up at every node of the organisation; own, team and total stand apart."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, NotFound
from pharmasales.followup.cycleplan.attaining import attain_plan, attain_plans
from pharmasales.followup.cycleplan.counting import PlainCall
from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal, PlanChannel
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.followup.cycleplan.sums import PlanSums, node_sums, sum_targets, sums_table
from pharmasales.org import Node, Org

START, END, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 31)
ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        *(Node(f"r{n}", f"Rep {n}", "rep", "N" if n < 3 else "S") for n in range(1, 5)),
    ]
)
CHANNELS = PlanChannel("face"), PlanChannel("email", weight="1/3")

logs = st.lists(
    st.builds(
        PlainCall,
        (st.integers(0, 89) | st.integers(-5, 100)).map(lambda n: START + timedelta(days=n)),
        st.just("r1"),
        st.sampled_from([f"c{n}" for n in range(1, 8)]),
        st.sampled_from(["face", "email"]),
        st.sampled_from(["r1", "r1", "r2", "r2", "r3", "r9", ""]),
        st.sampled_from(["done", "done", "planned"]),
        st.just(False),
    ),
    min_size=5,
    max_size=30,
)
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
caps = st.none() | st.integers(0, 2)


@st.composite
def plan_sets(draw):
    """Draw at most one plan a territory."""
    plans = []
    for territory in draw(st.sets(st.sampled_from(["r1", "r2", "r3", "r4"]))):
        held = [
            PlanTarget(
                f"c{n}",
                "Dr. Example",
                goals=[
                    ChannelGoal("face", ActivityGoal(draw(st.integers(0, 3)), most=draw(caps))),
                    ChannelGoal("email", 1),
                ],
            )
            for n in draw(st.sets(st.integers(1, 6)))
        ]
        plans.append(CyclePlan(f"Q1/{territory}", territory, START, END, held, CHANNELS))
    return plans


@patient
@given(plan_sets(), logs)
def test_own_counts_add_up_at_every_node(plans, log):
    """A node has the sum of the plans at and below it; a node without any has no entry."""
    found = attain_plans(plans, log, TODAY)
    sums = node_sums(found, ORG)
    for node in ORG:
        below = [one for one in found if one.plan.territory in ORG.within(node.id)]
        if not below:
            assert node.id not in sums
            continue
        parts = [sum_targets(one.targets) for one in below]
        for name in ("targets", "planned", "actual", "scheduled", "remaining", "to_schedule", "goal", "earned"):
            assert getattr(sums[node.id], name) == sum(getattr(part, name) for part in parts)


@patient
@given(plan_sets(), logs)
def test_many_plans_at_once_are_each_plan_alone(plans, log):
    """Reading the calls once gives the figures of one plan after the other, and each call is own at most once."""
    found = attain_plans(plans, log, TODAY)
    owned = [line.call for one in found for line in one.lines() if line.counts]
    assert len({id(call) for call in owned}) == len(owned)
    for one in found:
        alone = attain_plan(one.plan, log, TODAY)
        assert one.targets == alone.targets
        wanted = {target.customer for target in one.plan.targets}
        kept = [call for call in log if call.customer in wanted or call.territory == one.plan.territory]
        assert sorted(id(line.call) for line in one.lines()) == sorted(map(id, kept))


def test_the_three_credits_stand_apart():
    """Own is r1's, the team adds the territories aligned to the customer, the total everybody's."""
    target = PlanTarget("c1", "Dr. Example", goals=[ChannelGoal("face", 4, team=ActivityGoal(5, most=2))], team=["r2"])
    log = [PlainCall(START, "r1", "c1", territory=at) for at in ("r1", "r2", "r2", "r3", "")]
    one = attain_plan(CyclePlan("Q1", "r1", START, END, [target], CHANNELS), log, TODAY)["c1"]
    assert (one.actual, one.team_actual, one.total_actual) == (1, 3, 5)
    team = one.channels[0].team
    assert (team.goal, team.actual, team.earned, one.channels[0].own.earned) == (5, 3, 2, 1)


def test_a_merged_customer_counts_for_nobody():
    """V-TEAM: ignored in own and team, in sums and in frequency, and said so."""
    held = [PlanTarget("c1", "Dr. Example", 4, merged=True, team=["r2"]), PlanTarget("c2", "Dr. Sample", 2)]
    log = [PlainCall(START, at, "c1", territory=at) for at in ("r1", "r2")]
    found = attain_plan(CyclePlan("Q1", "r1", START, END, held), log, TODAY)
    assert sum_targets(found.targets) == PlanSums(1, 2, 0, 0, 2, 2, Fraction(2))
    assert [line.reason for line in found.lines("c1")] == ["merged", "merged"]
    assert found.frequency().targets == 1
    with pytest.raises(NotFound, match="no such target"):
        found.why("c1")
    with pytest.raises(NotFound, match="no such target"):
        found.lines("c9")


def test_two_plans_of_a_territory_may_follow_but_not_overlap():
    """One active plan a territory; the next cycle begins the day after."""
    one, two = (CyclePlan(f"Q{n}", "r1", *days, []) for n, days in ((1, (START, END)), (2, (END, END))))
    with pytest.raises(BadRows) as caught:
        attain_plans([two, one], [], TODAY)
    assert str(caught.value.exceptions[0]) == (
        "two plans at one time @ territory 'r1'; plans 'Q1' and 'Q2' [followup.plan]"
    )
    after = CyclePlan("Q2", "r1", END + timedelta(days=1), date(2026, 6, 30), [])
    call = PlainCall(START, "r1", "c1", territory="r1")
    found = attain_plans([one, after], [call], TODAY)
    assert [[line.reason for line in plan.lines()] for plan in found] == [["no-target"], ["no-target"]]


def test_a_missing_part_makes_a_missing_sum():
    """No number of visits, or no log: the sum is missing, what remains is not."""
    held = [PlanTarget("c1", "Dr. Example", 4), PlanTarget("c2", "Dr. Sample")]
    plan = CyclePlan("Q1", "r1", START, END, held)
    sums = sum_targets(attain_plan(plan, None, TODAY).targets)
    assert (sums.planned, sums.actual, sums.goal, sums.earned, sums.remaining) == (None, None, None, None, 4)
    assert (sums.attained, sums.earned_share) == (None, None)
    assert attain_plans([plan], None, TODAY)[0]["c1"].actual is None


def test_two_cycles_of_a_territory_add_up():
    """One after the other, both are in the sum of their node."""
    held = [PlanTarget("c1", "Dr. Example", 4)]
    plans = [CyclePlan("Q1", "r1", START, END, held), CyclePlan("Q2", "r1", date(2026, 4, 1), date(2026, 6, 30), held)]
    assert node_sums(attain_plans(plans, [], TODAY), ORG)["r1"].planned == 8


def test_a_plan_of_an_unknown_territory_is_refused():
    """The organisation has to know it."""
    with pytest.raises(NotFound):
        node_sums(attain_plans([CyclePlan("Q1", "r9", START, END, [])], [], TODAY), ORG)


def test_tables_in_both_languages():
    """Customers, channels, calls, people and differences; names are labels, figures are exact."""
    goals = [ChannelGoal("face", ActivityGoal(4, most=5), team=2), ChannelGoal("email", 1)]
    target = PlanTarget("c1", "Dr. Example", 6, "A", goals=goals)
    log = [PlainCall(START, "r1", "c1", how, "r1") for how in ("face", "email")]
    log += [PlainCall(END, "r7", "c1", territory="r1", state="planned"), PlainCall(END, "r2", "c1", territory="r2")]
    found = attain_plan(CyclePlan("Q1", "r1", START, END, [target], CHANNELS), log, TODAY)
    assert found.table().text("zh").splitlines()[2].split() == (
        "c1 Dr. Example A 6 2 1 4 3 3 2 4.33 1.33 1.33 30.8%".split()
    )
    assert [row[2:8] for row in found.channels_table().rows][0::2] == [
        ("face", found.channels_table().rows[0][3], 4, 5, 1, 1),
        ("email", found.channels_table().rows[2][3], 1, None, 1, 0),
    ]
    assert [row[3].text("zh") for row in found.channels_table().rows] == ["本辖区", "团队", "本辖区"]
    assert [(row[4].text("zh"), row[6].text("zh")) for row in found.calls_table("c1").rows] == [
        ("实际", "2026-01-01 r1 face: 实际，计 1"),
        ("实际", "2026-01-01 r1 email: 实际，计 0.3333"),
        ("已安排", "2026-03-31 r7 face: 已安排"),
        ("不计", "2026-03-31 r2 face: 不计，其他辖区：r2"),
    ]
    assert [row[:3] for row in found.reps_table().rows] == [("r1", 2, 0), ("r7", 0, 1)]
    assert [(row[2].text(), *map(str, row[3:])) for row in found.differences_table().rows] == [
        ("visits", "6", "5", "1")
    ]
    assert found.why("c1").head("zh") == "计划 6，实际 2，已安排 1：剩余 4，待安排 3"
    assert "<table>" in found._repr_html_()
    assert found.stage == "in_progress"
    assert [str(row[-1]) for row in sums_table(ORG, node_sums([found], ORG)).rows] == ["4/13"] * 3
