"""Visit reports: truth checks and submission, beside the plainest loops over the same visits in the same run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from attrs import evolve
from timing import timed

from pharmasales.compliance import CN_2020
from pharmasales.followup.calls.evidence import CallEvidence, three_way
from pharmasales.followup.calls.flags import FlagRules
from pharmasales.followup.calls.notes import NextStep
from pharmasales.followup.calls.policy import CHINA_TIME
from pharmasales.followup.calls.reports import CallReport
from pharmasales.followup.calls.submitting import submission_faults
from pharmasales.followup.calls.truth import truth_flags
from pharmasales.testing.call_logs import honest_calls, honest_travel
from pharmasales.workdays import CHINA

Row = tuple[str, str, int, int, str]


def plain_flags(log: Sequence[CallReport], travel: dict[tuple[str, str], int]) -> Counter[str]:
    """Count overlaps, short ways, days off and habits by hand: no reason, no visit named, no check."""
    found: Counter[str] = Counter()
    reps: dict[str, list[CallReport]] = defaultdict(list)
    for one in log:
        reps[one.rep].append(one)
    for calls in reps.values():
        calls.sort(key=lambda one: (one.day, one.start))
        over, before, run, even, texts = datetime.combine(calls[0].day, time()), None, 0, 0, Counter[str]()
        days: dict[object, list[CallReport]] = defaultdict(list)
        for one in calls:
            begun = datetime.combine(one.day, one.start or time())
            ends = begun + timedelta(minutes=one.minutes or 0)
            found["overlap"] += over - begun > timedelta(minutes=15)
            if before is not None and before[0].day == one.day and before[0].place != one.place:
                pair = (min(before[0].place, one.place), max(before[0].place, one.place))
                found["travel"] += (begun - before[1]) + timedelta(minutes=15) < timedelta(minutes=travel.get(pair, 0))
            found["day_off"] += not CHINA.is_workday(one.day)
            run = run + 1 if before is not None and before[0].minutes == one.minutes else 1
            found["same_length"] += run == 12
            even += begun.minute % 30 == 0 and (one.minutes or 1) % 10 == 0
            texts[one.notes.summary] += 1
            days[one.day].append(one)
            over, before = max(over, ends), (one, ends)
        found["round"] += even >= 0.95 * len(calls)
        found["same_text"] += texts.most_common(1)[0][1] >= 0.25 * len(calls)
        late = 0
        for made in days.values():
            entered = [one.entered.replace(tzinfo=None) for one in made if one.entered]
            last = max(
                datetime.combine(one.day, one.start or time()) + timedelta(minutes=one.minutes or 0) for one in made
            )
            late += last <= min(entered) and max(entered) - min(entered) <= timedelta(minutes=30)
        found["day_end"] += late >= 0.9 * len(days)
    return +found


def plain_faults(report: CallReport, at: datetime) -> list[str]:
    """Check a report by hand: the hour, the length, the next step and two words."""
    found = []
    if report.start and datetime.combine(report.day, report.start) > at.replace(tzinfo=None):
        found.append("ahead")
    if report.minutes is None:
        found.append("minutes")
    if report.notes.next_step is None:
        found.append("next_step")
    if "不良反应" in report.notes.summary or "皮疹" in report.notes.summary:
        found.append("adverse")
    return found


def plain_counts(log: Sequence[CallReport], said: Sequence[CallEvidence]) -> dict[str, tuple[int, int]]:
    """Count reported and confirmed visits by hand."""
    good = {one.call for one in said if one.confirms}
    made, held = Counter(one.customer for one in log), Counter(one.customer for one in log if one.id in good)
    return {customer: (count, held[customer]) for customer, count in made.items()}


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    log, travel = honest_calls(1, 100), honest_travel(1)
    ours, found = timed(lambda: truth_flags(log, CHINA, travel=travel))
    floor, by_hand = timed(lambda: plain_flags(log, travel))
    assert Counter(flag.pattern for flag in found.flags) == by_hand
    yield f"visits: truth checks of 100 reps, {len(log):,} visits", ours, floor
    step = NextStep("send the paper", "r1", log[-1].day)
    drafts = [evolve(one, submitted=False, notes=evolve(one.notes, next_step=step)) for one in log[:5_000]]
    now = datetime(2026, 6, 1, tzinfo=CHINA_TIME)
    ours, _ = timed(lambda: [submission_faults(one, now, gate=CN_2020, role="medical_rep") for one in drafts])
    floor, _ = timed(lambda: [plain_faults(one, now) for one in drafts])
    yield f"visits: submission checks of {len(drafts):,} reports", ours, floor
    said = [CallEvidence(one.id, "customer", one.day, "m1", n % 9 > 0) for n, one in enumerate(log[::10])]
    expected = dict.fromkeys({one.customer for one in log}, 12)
    ours, _ = timed(lambda: three_way(expected, log, said))
    floor, _ = timed(lambda: plain_counts(log, said))
    yield f"visits: expected, reported, verified of {len(log):,} visits", ours, floor


def honesty() -> Iterator[tuple[str, int, dict[str, int]]]:
    """Yield rules, visits and flags of honest reports: each of them is one asked in vain."""
    for name, rules in (
        ("default", FlagRules()),
        ("no slack", FlagRules(slack=0)),
        ("quarters", FlagRules(round_start=15)),
    ):
        flags, visits = Counter[str](), 0
        for seed in (1, 2, 3):
            log = honest_calls(seed, 100)
            visits += len(log)
            found = truth_flags(log, CHINA, travel=honest_travel(seed), rules=rules)
            flags += Counter(flag.pattern for flag in found.flags)
        yield name, visits, dict(sorted(flags.items()))


def main() -> None:
    """Print speed with the ratio to the floor, then how often honest reports are asked about."""
    for name, ours, floor in cases():
        print(f"{name}: {ours:.3f} s, floor {floor:.3f} s, ratio {ours / floor:.1f}")
    for name, visits, flags in honesty():
        print(f"honest reports, {name}: {visits:,} visits, {flags}")


if __name__ == "__main__":
    main()
