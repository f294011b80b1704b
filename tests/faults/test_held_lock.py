"""Scene 5: one writer holds the lock for long (threat T12, goal 3.1)."""

import time

from pharmasales.storage import open_store

WAIT_MS = 300


def test_one_writer_holds_the_lock(crew, dose, place, work, figures):
    """T12: other writers get `storage.busy` within their wait and a second, no reader is held up, all works after."""
    told = figures(f"one writer holds the lock ({place.scheme})")
    url, seconds, waits = place.url(), dose(3.0, 60.0), []
    work.fresh(url, 3)
    with crew.play("hold", url=url, number=4) as holder, crew.play("read", url=url) as reader:
        reader.until("reading")
        holder.until("holding")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            waits.append(attempt(told, work, *opened(place, url, patient=dose.full and len(waits) % 10 == 0)))
        reader.go()
        _, times, slowest = reader.until("read")
        holder.go()
        holder.until("ack")
        holder.end()
        told.hear(holder)
        told.hear(reader)
    with open_store(url) as store:
        work.do(store, 5)
    told.add(work.look(url, 5, 5))
    told.dose = f"{seconds:.0f} s"
    told.notes.append(
        f"{len(waits)} writers refused, at most {max(waits):.2f} s behind their wait; "
        f"{times} readings, the slowest {slowest * 1000:.0f} ms"
    )
    assert times > seconds
    assert slowest < 1


def opened(place, url, *, patient):
    """Return a store and how long it waits: with the wait that everybody has, or a short one."""
    return place.patient(url) if patient else (place.impatient(url, WAIT_MS), WAIT_MS / 1000)


def attempt(told, work, store, wait):
    """Try to write while another holds the lock; return how many seconds behind its wait the refusal came."""
    with store:
        begin = time.monotonic()
        code = work.code(lambda: work.do(store, 9))
        late = time.monotonic() - begin - wait
        if code != "storage.busy" or late > 1:
            told.trouble("untyped", f"{code or 'went through'} {late:.2f} s behind the wait")
        if store.get("tally", "units").data["n"] != 3:
            told.trouble("silent", "a unit that is not committed was read")
    return late


def test_a_patient_writer_gets_through(crew, place, work):
    """T12: a writer that comes while the lock is held for a second waits by itself and is kept."""
    url = place.url()
    work.fresh(url, 1)
    with crew.play("hold", url=url, number=2) as holder:
        holder.until("holding")
        with crew.play("wait", url=url, number=3) as waiter:
            waiter.until("begin")
            time.sleep(1.0)
            holder.go()
            _, refused, took = waiter.until("ended")
            holder.until("ack")
    assert (refused, took >= 0.9) == ("", True)
    seen = work.look(url, 3, 3)
    assert (seen.whole, seen.troubles) == (3, [])


def test_a_holder_that_dies_frees_the_lock(crew, place, work):
    """T11: a writer killed while it holds the lock leaves nothing of its unit, and the next one is kept at once."""
    url = place.url()
    work.fresh(url, 1)
    with crew.play("hold", url=url, number=2) as holder:
        holder.until("holding")
    begin = time.monotonic()
    with open_store(url) as store:
        work.do(store, 2)
    assert time.monotonic() - begin < 5
    seen = work.look(url, 2, 2)
    assert (seen.whole, seen.troubles) == (2, [])
