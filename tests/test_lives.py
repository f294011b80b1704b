"""The doctor's life that tests and docs tell: what the archive says on each of its days."""

from __future__ import annotations

from datetime import date

from pharmasales.testing.lives import doctor_file, doctor_life

OPENED, AMENDED, MOVED, TWIN, MERGED, ERASED = (step.day for step in doctor_life())


def test_the_life_is_always_the_same():
    """No clock and no chance: told twice, it is equal."""
    assert doctor_life() == doctor_life()
    assert doctor_life()[0].register["D1"] == doctor_file()
    assert [step.what for step in doctor_life()] == ["opened", "amended", "moved", "twin opened", "merged", "erased"]


def test_the_archive_as_it_stood_on_each_day():
    """Each step's register says of earlier days, known then, what the step of then said; only erasing takes away."""
    steps = doctor_life()
    for later in steps[:-1]:
        for step in steps:
            if step.day <= later.day:
                assert list(later.register.on(step.day, step.day)) == list(step.register.on(step.day))


def test_when_it_was_true_and_when_it_was_known():
    """The promotion of 1 February was known on the 10th, the move of 16 March on 1 April."""
    merged = doctor_life()[4].register
    title = {known: merged["D1"].values(date(2026, 2, 5), known).get("title") for known in (date(2026, 2, 9), AMENDED)}
    assert list(title.values()) == ["主治医师", "副主任医师"]
    parents = [
        merged.on(day, known)["D1"].parent for day in (date(2026, 3, 15), date(2026, 3, 16)) for known in (MOVED,)
    ]
    assert parents == ["H1", "H2"]
    assert merged.on(date(2026, 3, 16), date(2026, 3, 31))["D1"].parent == "H1"
    assert [one.place for one in merged.on(MOVED)["D1"].affiliations] == ["H1"]


def test_the_twin_counts_once():
    """Both were customers for two weeks; after the merge one is, with what only the twin had."""
    steps = doctor_life()
    assert sorted(steps[3].register.on(TWIN).customers) == ["D1", "D9", "H1", "H2"]
    assert sorted(steps[4].register.on(TWIN).customers) == ["D1", "H1", "H2"]
    assert sorted(steps[4].register.on(TWIN, TWIN).customers) == ["D1", "D9", "H1", "H2"]
    assert steps[4].register.on(MERGED)["D1"].fields["email"] == "d@example.org"
    assert steps[4].register.resolve("D9") == "D1"


def test_nobody_is_left():
    """After the erasure the two hospitals are."""
    last = doctor_life()[-1].register
    assert sorted(last.on(ERASED).customers) == ["H1", "H2"]
    assert [last[one].standing() for one in ("D1", "D9")] == ["erased", "erased"]
    assert [last[one].personal() for one in ("D1", "D9")] == [{}, {}]
