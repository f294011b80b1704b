"""What runs for each joint visit, beside bare loops over the same tuples in the same run.

The floors leave steps, reasons and checks out: they count, compare hours, walk lists of marks and join dicts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from fractions import Fraction
from random import Random

from timing import timed

from pharmasales.archive.agreements import Agreement
from pharmasales.followup.joint.alignment import JointDiary
from pharmasales.followup.joint.chain import CoachingBook
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_versions import CoachingAction
from pharmasales.followup.joint.contents import (
    JointAction,
    JointConduct,
    JointDebrief,
    JointGoals,
    JointPreparation,
    JointQuestion,
)
from pharmasales.followup.joint.counting import joint_counts
from pharmasales.followup.joint.dealer_joint import DealerJoint, held_joints
from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion
from pharmasales.followup.joint.joint_records import dealer_joint_data, dealer_joint_from
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.links import ActionCheck
from pharmasales.followup.joint.overview import call_grid
from pharmasales.followup.joint.problems import JointProblem
from pharmasales.followup.joint.quality import joint_quality
from pharmasales.followup.joint.terms import DealerTerms
from pharmasales.followup.joint.trends import skill_trend
from pharmasales.followup.planning.targets import Appointment
from pharmasales.workdays import CHINA

START, YEAR_END = date(2026, 1, 5), date(2026, 12, 31)
VISITS, RIDES, PEOPLE = 2_000, 2_000, 200


def joint_lives() -> list[DealerJoint]:
    """Take every visit through its four steps."""
    customers = [f"H{n}" for n in range(300)]
    terms = DealerTerms("D1", "head", Agreement("A1"), START, customers)
    ready = JointPreparation(["d"], "p", START, "w", "t", "P1", "plan", ["m"])
    goals = JointGoals("demonstrate", "g", "e", [JointProblem("late", "market")], ["late"])
    found = []
    for n in range(VISITS):
        day, rep, other = START + timedelta(days=n % 300), f"r{n % PEOPLE}", f"s{n % 97}"
        visit = JointVisit(f"J{n}", "dealer_joint", day, customers[n % 300], {rep: "maker", other: "dealer"}, time(14))
        debrief = JointDebrief(
            [JointQuestion("q", "a")],
            consensus="c",
            improvements=["i"],
            actions=[JointAction("a1", "x", rep, day + timedelta(days=14))],
            follow_up=day + timedelta(days=28),
        )
        joint = DealerJoint.plan(visit, terms).prepare(ready, by=rep, on=day).set_goals(goals, by=rep, on=day)
        joint = (
            joint.sign(by=rep, on=day)
            .sign(by=other, on=day)
            .carry_out(JointConduct(30, [rep, other], "o"), by=rep, on=day)
        )
        found.append(joint.debrief(debrief, by=rep, on=day).sign(by=rep, on=day).sign(by=other, on=day))
    return found


def lives_loop() -> list[dict[str, object]]:
    """Write the same down in dicts, and check the order of the steps alone."""
    found = []
    order = ("prepare", "goals", "sign", "carry_out", "debrief", "sign")
    for n in range(VISITS):
        day = START + timedelta(days=n % 300)
        steps: list[tuple[str, str, date]] = []
        for place, step in enumerate(order):
            assert len(steps) == place
            steps.append((step, f"r{n % PEOPLE}", day))
        found.append({"id": f"J{n}", "day": day, "customer": f"H{n % 300}", "steps": steps})
    return found


def coached() -> CoachingBook:
    """Coach 200 people ten times each, with an action a time and its check the next time."""
    form = CoachingForm("field", "1", [CoachingQuestion(f"q{n}", f"skill{n % 4}", 10) for n in range(10)])
    random = Random(7)  # noqa: S311 - a seeded example, no secret
    reports, checks = [], []
    for n in range(RIDES):
        who, turn = f"r{n % PEOPLE}", n // PEOPLE
        day = START + timedelta(days=30 * turn)
        ride = JointVisit(f"J{n}", "coaching", day, f"H{n % 300}", {"m1": "coach", who: "employee"})
        marks = {one.id: random.randint(1, 5) for one in form.questions}
        action = CoachingAction("a1", "skill1", "x", day + timedelta(days=20))
        report = CoachingReport.begin(f"R{n}", [ride], form, until=day, on=day).fill(marks, [action], by="m1", on=day)
        reports.append(report.send(by="m1", on=day).comment("ok", by=who, on=day).complete(by=who, on=day))
        if turn:
            checks.append(ActionCheck(f"K{n}", f"R{n - PEOPLE}/a1", f"R{n}", "done"))
    return CoachingBook(reports, checks)


def coached_loop() -> dict[str, list[int]]:
    """Add up the same marks by skill, in lists."""
    random = Random(7)  # noqa: S311 - a seeded example, no secret
    found: dict[str, list[int]] = defaultdict(list)
    for n in range(RIDES):
        marks = [random.randint(1, 5) for _ in range(10)]
        for skill in range(4):
            found[f"r{n % PEOPLE}"].append(sum(marks[place] for place in range(skill, 10, 4)))
    return found


def quality_loop(debrief: JointDebrief | None) -> Fraction:
    """Reckon the same four parts without a rule."""
    assert debrief is not None
    answered = Fraction(sum(bool(one.answer) for one in debrief.questions), len(debrief.questions))
    due = [one for one in debrief.actions if one.due is not None and one.due <= YEAR_END]
    parts = [answered, Fraction(0, len(due)), Fraction(0)]
    return 100 * sum(parts, Fraction(0)) / len(parts)


def chain_loop(book: CoachingBook) -> dict[str, list[tuple[str, str]]]:
    """Hang checks on actions, and actions on each of their ids."""
    checks = {check.action: check.id for check in book.checks}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for report in book.reports:
        for action in report.latest.actions:
            key = f"{report.id}/{action.id}"
            for link in (report.form.name, report.visits[0].id, report.id, key, checks.get(key, "")):
                found[link].append((key, checks.get(key, "")))
    return found


def near_loop(busy: dict[tuple[str, date], list[tuple[int, int]]], day: date, work: frozenset[date]) -> list[date]:
    """Try days outwards until three are free for both at 14:00."""
    found: list[date] = []
    for away in (0, *(sign * n for n in range(1, 15) for sign in (-1, 1))):
        there = day + timedelta(days=away)
        slots = [slot for who in ("r1", "s1") for slot in busy.get((who, there), ())]
        if there >= START and there in work and not any(end > 840 and first < 870 for first, end in slots):
            found.append(there)
            if len(found) == 3:
                break
    return found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    ours, joints = timed(joint_lives, 1)
    floor, _ = timed(lives_loop)
    yield f"{VISITS:,} dealer joint visits, four steps each", ours, floor
    ours, _ = timed(lambda: [dealer_joint_from(dealer_joint_data(one)) for one in joints[:200]])
    floor, _ = timed(lambda: [dict(dealer_joint_data(one)) for one in joints[:200]])
    yield "200 dealer joint visits to records and back", ours, floor
    held = held_joints(joints)
    ours, _ = timed(lambda: joint_counts(held, "dealer_joint"))
    floor, _ = timed(lambda: (Counter(v.customer for v in held), Counter(p for v in held for p in v.participants)))
    yield f"{VISITS:,} joint visits counted", ours, floor
    ours, _ = timed(lambda: [joint_quality(one, as_of=YEAR_END).score for one in joints])
    floor, _ = timed(lambda: [quality_loop(one.debriefed) for one in joints])
    yield f"{VISITS:,} quality scores", ours, floor
    yield from diary_cases()
    ours, book = timed(coached, 1)
    floor, _ = timed(coached_loop)
    yield f"{RIDES:,} coaching reports, ten questions each", ours, floor
    ours, _ = timed(lambda: CoachingBook(book.reports, book.checks).follow("R1/a1"))
    floor, _ = timed(lambda: chain_loop(book))
    yield f"chains of {RIDES:,} reports", ours, floor
    ours, _ = timed(lambda: skill_trend(book.reports, "r1"))
    floor, _ = timed(lambda: [one for one in book.reports if one.employee == "r1"])
    yield "skills of one person over ten visits", ours, floor


def grid_loop(rows: list[tuple[date, str, str]]) -> list[tuple[date, str]]:
    """Collect who calls where and when, and where two meet."""
    found: dict[tuple[date, str], set[str]] = defaultdict(set)
    for day, rep, customer in rows:
        found[day, customer].add(rep)
    return sorted(key for key, people in found.items() if len(people) > 1)


def diary_cases() -> Iterator[tuple[str, float, float]]:
    """Yield the search for days that suit, and the grid of calls."""
    random, days = Random(3), CHINA.workdays(START, date(2026, 11, 30))  # noqa: S311 - a seeded example, no secret
    planned = [
        Appointment(who, day, f"H{random.randrange(300)}", time(random.randrange(9, 17), random.choice((0, 30))), 30)
        for day in days
        for who in ("r1", "s1")
        for _ in range(8)
    ]
    busy: dict[tuple[str, date], list[tuple[int, int]]] = defaultdict(list)
    for one in planned:
        assert one.start is not None
        first = 60 * one.start.hour + one.start.minute
        busy[one.rep, one.day].append((first, first + 30))
    diary, work = JointDiary(planned, CHINA), frozenset(CHINA.workdays(START, YEAR_END))
    wished = [
        JointVisit(f"J{n}", "dealer_joint", day, "H900", {"r1": "maker", "s1": "dealer"}, time(14), 30)
        for n, day in enumerate(days)
    ]
    ours, _ = timed(lambda: [diary.nearest(one, earliest=START) for one in wished])
    floor, _ = timed(lambda: [near_loop(busy, one.day, work) for one in wished])
    yield f"nearest days for {len(wished)} joint visits, {len(planned):,} calls", ours, floor
    rows = [(one.day, one.rep, one.customer) for one in planned]
    ours, _ = timed(lambda: call_grid(rows).opportunities("r1"))
    floor, _ = timed(lambda: grid_loop(rows))
    yield f"grid of {len(rows):,} calls and its chances", ours, floor


if __name__ == "__main__":
    for name, ours, floor in cases():
        print(f"{name}: {ours:.4f} s, floor {floor:.4f} s, ratio {ours / floor:.1f}")
