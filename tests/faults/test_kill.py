"""Scene 1: kill -9 at random moments of a real unit of work (threat T11, goal 3.1)."""

import random
import signal
import time
from pathlib import Path


def _journal(url):
    return Path(f"{url.removeprefix('sqlite:///')}-journal").exists()


def test_kill_at_random_moments(crew, dose, place, work, figures):
    """T11: after kill -9 every acknowledged unit is whole, none is half, the chain verifies, it opens in under 5 s."""
    rounds = dose(15, 500)
    told = figures(f"kill -9 in a unit of work ({place.scheme})")
    inside = journals = done = whole = 0
    for number in range(rounds):
        if number % 25 == 0:
            done += whole
            url, whole = place.url(f"store{number:03d}"), 0
        chance = random.Random(number)  # noqa: S311 - moments, no secrets
        with crew.play("units", url=url, number=whole) as actor:
            for _ in range(chance.randrange(12)):
                actor.line()
            time.sleep(chance.uniform(0, 0.006))
            actor.signal(signal.SIGKILL)
            actor.rest()
            actor.end()
        acknowledged, begun = actor.last("ack", whole), actor.last("begin", whole)
        journals += place.scheme == "sqlite" and _journal(url)
        seen = work.look(url, acknowledged, begun)
        told.hear(actor, f"round {number}")
        inside, whole = inside + (begun > acknowledged), seen.whole
        told.add(seen, f"round {number}")
    told.dose = f"{rounds} kills"
    told.notes.append(f"{done + whole} units kept; {inside} kills inside of a unit, {journals} of them left a journal")
    assert inside > rounds // 3


def test_an_early_acknowledgement_is_seen(crew, place, work):
    """The suite itself: a child that acknowledges a unit before its block has ended is found out by one kill."""
    url = place.url()
    with crew.play("units", url=url, number=0, early=True) as actor:
        actor.until("ack")
        actor.signal(signal.SIGKILL)
        actor.rest()
    seen = work.look(url, actor.last("ack"), actor.last("begin"))
    assert (seen.whole, seen.lost, seen.half) == (0, 1, 0)


def test_the_unit_is_a_real_one(work):
    """The suite itself: a unit holds customer, class, follow-up and audit records, and only salted ones are hidden."""
    parts = work.parts(2)
    assert {kind for kind, *_ in parts} >= {"change", "salt", "audit", "audit head", "grades", "visits", "tally"}
    assert {kind for (kind, *_), data in parts.items() if data is None} == {"salt", "audit", "audit head"}
    assert parts["visits", "D000002/1", 0] == work.visits(2)[1][1]
    assert parts["grades", "D000001", 1]["again"] is True
