"""Scene 4: many processes write one record with expected versions (threat T9, goal 3.1)."""

import time
from contextlib import ExitStack

from pharmasales.storage import open_store

THINK = 0.003
LIMIT = 240.0
"""Seconds after which a process that has not ended counts as starved."""


def test_writers_of_one_record(crew, dose, place, work, figures):
    """T9: the count is what was acknowledged, every refusal is a Conflict or `storage.busy`, and every process ends."""
    for processes in dose([2, 4], [2, 8, 16, 32]):
        told = figures(f"{processes} processes write one record ({place.scheme})")
        race(told, crew, work, place.url(f"store{processes}"), processes, dose(15, 100))


def race(told, crew, work, url, processes, writes):
    """Let so many processes count one record up, and see that it holds what they acknowledged."""
    with open_store(url, create=True) as store, store.unit(**work.STAMP) as unit:
        unit.put("counter", "c", {"n": 0})
    with ExitStack() as stack:
        actors = [
            stack.enter_context(crew.play("count", url=url, writes=writes, think=THINK)) for _ in range(processes)
        ]
        for actor in actors:
            actor.until("ready")
        begin = time.monotonic()
        for actor in actors:
            actor.go()
        for actor in actors:
            try:
                actor.rest(max(1.0, LIMIT + begin - time.monotonic()))
            except TimeoutError:
                told.trouble("lost", "a process starved")
            told.hear(actor)
        took = time.monotonic() - begin
    done = [line for actor in actors for line in actor.said if line[0] == "done"]
    acknowledged = sum(line[1] for line in done)
    begin = time.monotonic()
    with open_store(url) as store:
        told.slowest = time.monotonic() - begin
        numbers = [entry.data["n"] for entry in store.history("counter", "c")]
        if numbers != list(range(acknowledged + 1)) or store.get("counter", "c").data["n"] != acknowledged:
            told.trouble("lost", f"{acknowledged} acknowledged, {numbers[-1]} kept in {len(numbers)} versions")
    refused = {code: sum(line[2].get(code, 0) for line in done) for code in ("storage.conflict", "storage.busy")}
    told.dose = f"{processes} x {writes} writes"
    told.notes.append(
        f"{acknowledged} kept in {took:.1f} s; {refused['storage.conflict']} Conflict, {refused['storage.busy']} busy; "
        f"longest wait for one write {max(line[3] for line in done):.1f} s"
    )
    assert acknowledged == processes * writes
