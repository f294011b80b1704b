"""Scene 8: a store used in a forked child and in another thread (goal 3.1)."""

import pytest

EXPECTED = {"fork": "storage.process", "thread": "storage.thread"}


@pytest.mark.parametrize("how", ["fork", "thread"])
def test_every_way_in(how, crew, place, work, figures):
    """Every public method, found by introspection, is refused by type in the middle of a unit; the file is unharmed."""
    told = figures(f"a store used in a {how} ({place.scheme})")
    url = place.url()
    work.fresh(url, 3)
    with crew.play("misuse", url=url, how=how) as actor:
        _, results = actor.until("results")
        actor.end()
    told.hear(actor)
    for entry, ended in results.items():
        if ended != EXPECTED[how]:
            told.trouble("untyped", f"{entry}: {ended}")
    with work.open_store(url) as store:
        if store.count(work.PROBE) != 3001:
            told.trouble("lost", f"{store.count(work.PROBE)} rows of the unit that was open")
    told.add(work.look(url, 3, 3))
    told.dose = f"{len(results)} entry points"
    assert {"Store.get", "Store.find", "Store.unit", "Store.close", "Unit.put", "Unit.erase"} <= set(results)
