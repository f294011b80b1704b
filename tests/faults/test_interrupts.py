"""Scene 7: Ctrl-C at random moments of an import and of small units (threat T11, goal 3.1)."""

import random
import signal
import time

import pytest


@pytest.mark.parametrize(("part", "span"), [("imports", 0.04), ("small", 0.006)])
def test_interrupts(part, span, crew, dose, place, work, figures):
    """T11: after Ctrl-C the unit is undone or done, and the next call works in the same process."""
    told = figures(f"Ctrl-C in {part} ({place.scheme})")
    rounds, struck, done = dose(12, 200), 0, 0
    url = place.url()
    with crew.play(part, url=url, rounds=rounds) as actor:
        for number in range(rounds):
            actor.until("go")
            time.sleep(random.Random(number).uniform(0, span))  # noqa: S311 - a moment, no secret
            actor.signal(signal.SIGINT)
            _, acknowledged, kept, whole, hit = actor.until("state")
            if kept < acknowledged:
                told.trouble("lost", f"round {number}: {acknowledged} acknowledged, {kept} kept")
            if not whole or kept > acknowledged + 1:
                told.trouble("half", f"round {number}: {acknowledged} acknowledged, {kept} kept, whole: {whole}")
            struck, done = struck + hit, done + (hit and kept > acknowledged)
            actor.go()
        actor.until("closed")
        actor.end()
    told.hear(actor)
    if part == "small":
        told.add(work.look(url, kept, kept))
    else:
        with work.open_store(url) as store:
            if len(store.history("part", "1999")) != kept:
                told.trouble("lost", "the last import is not in the file")
    told.dose = f"{rounds} moments"
    told.notes.append(f"{struck} struck inside of the work; {kept} units kept, {done} of them although interrupted")
    assert struck > rounds // 6  # a faster machine is struck less often inside of the work
