"""Attainment of cycle plans beside a bare loop over the same calls, in the same run.

The floor knows one rule for what counts, keeps three numbers a customer, and explains nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from timing import timed

from pharmasales.followup.capacity import Rep
from pharmasales.followup.cycleplan.attaining import attain_plan, attain_plans
from pharmasales.followup.cycleplan.counting import PlainCall
from pharmasales.followup.cycleplan.pacing import plan_pace
from pharmasales.followup.cycleplan.plan_channels import ActivityGoal, ChannelGoal, PlanChannel
from pharmasales.followup.cycleplan.plans import CyclePlan, PlanTarget
from pharmasales.followup.cycleplan.slips import slipping
from pharmasales.workdays import WEEKDAYS

START, END, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 2, 13)
TARGETS, CALLS, REPS = 100_000, 500_000, 1_000
CHANNELS = (PlanChannel("face"), PlanChannel("wechat", weight="0.25"), PlanChannel("email", weight="0.5"))


def log(targets: int, calls: int, territories: int, seed: int = 1) -> list[PlainCall]:
    """Calls over four months, one in ten by another territory, some planned, some saved, some missed."""
    random = Random(seed)  # noqa: S311 - a seeded example, no secret
    days = [START - timedelta(days=15) + timedelta(days=n) for n in range(120)]
    states = ("done", "done", "done", "planned", "missed")
    found = []
    for _ in range(calls):
        customer, day = random.randrange(targets), random.choice(days)
        home = customer * territories // targets
        at = f"r{home if random.random() < 0.9 else random.randrange(territories)}"
        channel = random.choice(("face", "face", "wechat", "email", "post"))
        state = random.choice(states)
        submitted = state == "done" and day <= TODAY and random.random() < 0.8
        found.append(PlainCall(day, at, f"c{customer}", channel, at, state, submitted))
    return found


def targets_of(first: int, last: int) -> list[PlanTarget]:
    """Targets with goals in two channels, capped in one."""
    goals = (ChannelGoal("face", ActivityGoal(4, most=6)), ChannelGoal("wechat", 2))
    return [
        PlanTarget(f"c{n}", "Dr. Example", grade="ABC"[n % 3], goals=goals, gap=7, value=n % 97)
        for n in range(first, last)
    ]


def floor(plan: CyclePlan, calls: list[PlainCall]) -> dict[str, tuple[int, int, int]]:
    """Count made, scheduled and total by customer, the plainest way."""
    made = {target.customer: [0, 0, 0] for target in plan.targets}
    for call in calls:
        kept = made.get(call.customer)
        if kept is None or not START <= call.day <= END or call.channel not in ("face", "wechat"):
            continue
        if call.state == "done" and (call.submitted or call.day <= TODAY):
            kept[2] += 1
            if call.territory == plan.territory:
                kept[0] += 1
        elif call.state in ("planned", "done") and call.territory == plan.territory:
            kept[1] += 1
    return {customer: (kept[0], kept[1], max(6 - kept[0] - kept[1], 0)) for customer, kept in made.items()}


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    whole = CyclePlan("Q1", "r0", START, END, targets_of(0, TARGETS), CHANNELS)
    calls = log(TARGETS, CALLS, 1)
    ours, found = timed(lambda: attain_plan(whole, calls, TODAY))
    bare, counts = timed(lambda: floor(whole, calls))
    assert [(one.actual, one.scheduled, one.to_schedule) for one in found.targets] == list(counts.values())
    yield "one plan: 100,000 customers, 500,000 calls", ours, bare
    paced, _ = timed(lambda: plan_pace(found, WEEKDAYS, over="20%", under="20%"), 1)
    yield "the pace of each of them", paced, bare
    slid, _ = timed(lambda: slipping(found, Rep("r0", "Rep Zero", 8), WEEKDAYS, under="20%"), 1)
    yield "the slipping ones among them, with what is still possible", slid, bare
    step = TARGETS // REPS
    plans = [
        CyclePlan(f"Q1/{n}", f"r{n}", START, END, targets_of(n * step, (n + 1) * step), CHANNELS) for n in range(REPS)
    ]
    many = log(TARGETS, CALLS, REPS)
    ours, _ = timed(lambda: attain_plans(plans, many, TODAY))
    yield "1,000 plans of 100 customers, the same calls", ours, bare
    small = log(100, 500, 1)
    ours, one = timed(lambda: [attain_plan(plans[0], small, TODAY) for _ in range(100)][-1])
    bare, _ = timed(lambda: [floor(plans[0], small) for _ in range(100)])
    yield "one plan of 100 customers, 500 calls, 100 times", ours, bare
    lines, _ = timed(lambda: [one.lines(f"c{n}") for n in range(100)])
    yield "every call of them with its reason", lines, bare / 100


def main() -> None:
    """Print each case with the ratio to the floor."""
    for name, ours, bare in cases():
        print(f"{name}: {ours:.3f} s, floor {bare:.3f} s, ratio {ours / bare:.1f}")


if __name__ == "__main__":
    main()
