"""A merge says for every day what two files said together, and taken back leaves both as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pharmasales.archive import Customer, Dossier, Register, erase, merge, unmerge
from pharmasales.errors import BadValue
from pharmasales.testing.strategies import dossiers, file_values

DAYS = [date.min, *(date(2026, 1, 1) + timedelta(n) for n in range(-1, 23)), date.max]
LATE = {"at": datetime(2026, 6, 1, tzinfo=UTC), "by": "m1", "why": "same licence"}
LATER = {"at": datetime(2026, 7, 1, tzinfo=UTC), "by": "m2", "why": "two licences"}


def on(n: int) -> date:
    """Return a day of January 2026."""
    return date(2026, 1, n)


def opened(customer: str, since: int = 5, kind: str = "hospital", **more: object) -> Dossier:
    """Return a file opened on a day of January."""
    at = datetime(2026, 1, since, 9, tzinfo=UTC)
    given_ = Customer(customer, f"Example {customer}", kind, **more)  # type: ignore[arg-type]  # any part of it
    return Dossier.open(given_, since=on(since), at=at, by="u1", why="list of 2026")[0]


def code(work) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(BadValue) as caught:
        work()
    return caught.value.code


def life(file: Dossier) -> list[object]:
    """Return all that a file says, day by day."""
    return [(file.on(day), file.values(day), file.standing(day)) for day in DAYS]


def free(*files: Dossier) -> None:
    """Go on only with files that may be merged."""
    assume(all(file.standing() in ("open", "closed") for file in files))


@settings(deadline=None)
@given(dossiers("D1"), dossiers("D2"))
def test_a_merged_file_says_what_both_said(kept, twin):
    """For every day the kept file's own values, the twin's where it had none, and open where one of them was."""
    free(kept, twin)
    one, other, changes = merge(kept, twin, **LATE)
    for day in DAYS:
        assert one.values(day) == {**twin.values(day), **kept.values(day)}
        assert (one.on(day) is None) == (kept.on(day) is None and twin.on(day) is None)
        assert other.on(day) is None
        assert other.values(day) == twin.values(day)
        assert (one.on(day, known=on(31)), other.on(day, known=on(31))) == (kept.on(day), twin.on(day))
    assert (other.into, other.standing(), one.into) == ("D1", "merged", "")
    assert one.changes == (*kept.changes, *changes[:-1])
    assert other.changes == (*twin.changes, changes[-1])
    assert {(change.customer, change.other) for change in changes} == {("D1", "D2"), ("D2", "D1")}


@settings(deadline=None)
@given(dossiers("D1"), dossiers("D2"))
def test_a_merge_taken_back_leaves_both_as_they_were(kept, twin):
    """After the undoing both files say on every day what they said before; what was known in between stays known."""
    free(kept, twin)
    one, other, _ = merge(kept, twin, **LATE)
    back, again, changes = unmerge(one, other, **LATER)
    assert life(back) == life(kept)
    assert life(again) == life(twin)
    between = date(2026, 6, 15)
    assert [back.on(day, between) for day in DAYS] == [one.on(day) for day in DAYS]
    assert again.into == ""
    assert again.into_by(between) == "D1"
    assert changes[-1].customer == "D2"
    twice, gone, _ = merge(back, again, **LATER)
    assert life(twice) == life(one)
    undone = unmerge(twice, gone, **LATER)[0]
    assert life(undone) == life(kept)
    assert undone.confirmed() == kept.confirmed()
    if undone.standing(day := on(9)) == "open":
        past = {"since": day, **LATER}
        assert life(undone.amend({"floors": 9}, **past)[0]) == life(kept.amend({"floors": 9}, **past)[0])


@settings(deadline=None)
@given(dossiers("D1"), dossiers("D2"), file_values(), st.sampled_from(DAYS[1:-1]), st.booleans())
def test_what_was_written_since_stays(kept, twin, values, since, corrected):
    """An amendment or a correction of the merged file outlives the undoing, even in place of what the twin brought."""
    free(kept, twin)
    one, other, _ = merge(kept, twin, **LATE)
    try:
        if corrected:
            one, changes = one.correct(values, **LATE)
        else:
            one, change = one.amend(values, since=since, **LATE)
            changes = (change,)
    except BadValue:
        return
    plain = kept
    for change in changes:
        plain = plain.with_(change)
    back, again, _ = unmerge(one, other, **LATER)
    assert [back.values(day) for day in DAYS] == [plain.values(day) for day in DAYS]
    assert life(again) == life(twin)


@settings(deadline=None)
@given(dossiers("D1"), dossiers("D2"), dossiers("D3"), st.sampled_from(list(permutations(range(2)))), st.booleans())
def test_chains_are_taken_back_in_any_order(first, second, third, order, chain):
    """Two merges, one after the other or through the middle, leave no trace however they are undone."""
    free(first, second, third)
    files = {file.id: file for file in (first, second, third)}
    acts = [("D2", "D3"), ("D1", "D2")] if chain else [("D1", "D2"), ("D1", "D3")]
    for kept, twin in acts:
        files[kept], files[twin], _ = merge(files[kept], files[twin], **LATE)
    assert {one.id for one in Register.of(files.values()).twins_of("D3")} == {"D1", "D2", "D3"}
    for place in order:
        kept, twin = acts[place]
        files[kept], files[twin], _ = unmerge(files[kept], files[twin], **LATER)
    untold = files["D1"] if chain and order == (0, 1) else None
    assert [life(one) for one in files.values() if one is not untold] == [
        life(one) for one in (first, second, third) if untold is None or one.id != "D1"
    ]
    if untold is not None:
        assert [untold.values(day) for day in DAYS] == [first.values(day) for day in DAYS]


def test_an_older_twin_brings_its_days_as_they_were():
    """The kept file reaches back to the twin's beginning, with the values of those days and not of today."""
    twin = opened("H9", 2, parent="P1", fields={"beds": 100})
    twin, _ = twin.amend({"parent": "P2"}, since=on(4), **{**LATE, "at": twin.changes[0].at, "why": "moved"})
    kept = opened("H1", 8, parent="P3")
    one, other, changes = merge(kept, twin, **LATE)
    assert [one.on(on(n)) and one.on(on(n)).parent for n in (1, 2, 3, 4, 7, 8)] == [None, "P1", "P1", "P2", "P2", "P3"]
    assert [one.on(on(n)).name for n in (2, 8)] == ["Example H9", "Example H1"]
    assert (one.opened, one.on(on(9)).since, one.on(on(9), known=on(31)).since) == (on(2), on(2), on(8))
    assert one.on(on(9)).fields == {"beds": 100}
    assert [(change.customer, change.since) for change in changes] == [("H1", on(2)), ("H1", on(4)), ("H9", on(2))]
    back, again, _ = unmerge(one, other, **LATER)
    assert (back.opened, again.opened) == (on(8), on(2))
    assert back.correct({"name": "Example"}, **LATER)[0].on(on(8)).name == "Example"
    assert back.correct({"beds": 5}, **LATER)[0].on(on(8)).fields == {"beds": 5}


def test_a_closed_file_lives_on_in_an_open_twin():
    """The customer is one on each day on which one of the files was open, and not in a gap between them."""
    at = LATE["at"]
    kept = opened("H1", 2).close(since=on(6), at=at, by="u1", why="closed")[0]
    one, _, _ = merge(kept, opened("H9", 10), **LATE)
    assert [one.standing(on(n)) for n in (2, 5, 6, 9, 10)] == ["open", "open", "closed", "closed", "open"]
    older = opened("H9", 2).close(since=on(6), at=at, by="u1", why="closed")[0]
    one, _, _ = merge(opened("H1", 10), older, **LATE)
    assert [one.standing(on(n)) for n in (2, 5, 6, 9, 10)] == ["open", "open", "closed", "closed", "open"]


def test_a_merge_that_brings_nothing_still_leaves_its_sign():
    """The kept file bears a change without values."""
    kept, twin = opened("H1", 5, fields={"beds": 1}), opened("H9", 5, fields={"beds": 2})
    one, other, changes = merge(kept, twin, **LATE)
    assert [(change.customer, dict(change.new)) for change in changes] == [("H1", {}), ("H9", {"@merged": "H1"})]
    assert [change.action for change in unmerge(one, other, **LATER)[2]] == ["unmerge", "unmerge"]


def test_nobody_becomes_the_own_parent():
    """A parent and its campus become one without a parent; taken back, the campus belongs again."""
    centre, campus = opened("H1", 5), opened("H2", 7, parent="H1")
    one, other, _ = merge(centre, campus, **LATE)
    assert one.on(on(9)).parent == ""
    one, other, _ = merge(campus, centre, **LATE)
    assert [one.on(on(n)).parent for n in (5, 7)] == ["", ""]
    assert unmerge(one, other, **LATER)[0].on(on(9)).parent == "H1"
    elsewhere = opened("H2", 7, parent="P1")
    assert merge(elsewhere, centre, **LATE)[0].on(on(9)).parent == "P1"
    doctor = opened("D1", 5, "own kind", fields={}).amend({"affiliation:D2": "x"}, since=on(6), **LATE)[0]
    assert merge(doctor, opened("D2", 5, "own kind"), **LATE)[0].on(on(9)).affiliations == ()


def test_what_cannot_be_merged():
    """Oneself, another kind, and files that are merged, restricted or erased, on either side."""
    kept, twin = opened("H1"), opened("H9")
    assert code(lambda: merge(kept, kept, **LATE)) == "merge.self"
    assert code(lambda: merge(kept, opened("D1", kind="doctor"), **LATE)) == "merge.kind"
    one, gone, _ = merge(kept, twin, **LATE)
    held = kept.restrict(**LATE)[0]
    erased = erase(kept, **LATE)[0]
    for bad, due in ((gone, "archive.merged"), (held, "archive.restricted"), (erased, "archive.erased")):
        assert code(lambda bad=bad: merge(opened("X"), bad, **LATE)) == due
        assert code(lambda bad=bad: merge(bad, opened("X"), **LATE)) == due
    assert code(lambda: merge(gone, one, **LATE)) == "archive.merged"


def test_a_merged_file_takes_no_act():
    """A merged file is neither amended, closed, opened again nor restricted, on no day."""
    _, gone, _ = merge(opened("H1"), opened("H9"), **LATE)
    for work in (
        lambda: gone.amend({"beds": 1}, since=on(9), **LATE),
        lambda: gone.close(since=on(9), **LATE),
        lambda: gone.reopen(since=on(9), **LATE),
        lambda: gone.restrict(**LATE),
        lambda: gone.release(**LATE),
        lambda: gone.correct({"beds": 1}, **LATE),
    ):
        assert code(work) == "archive.merged"
    assert code(lambda: gone.reopen(since=on(1), **LATE)) == "archive.reopen"


def test_what_cannot_be_taken_back():
    """Files that were never merged, the wrong way round, with another, twice, or when one is erased or held."""
    kept, twin = opened("H1"), opened("H9")
    assert code(lambda: unmerge(kept, twin, **LATE)) == "merge.none"
    one, gone, _ = merge(kept, twin, **LATE)
    assert code(lambda: unmerge(gone, one, **LATE)) == "merge.none"
    assert code(lambda: unmerge(opened("H2"), gone, **LATE)) == "merge.none"
    back, again, _ = unmerge(one, gone, **LATER)
    assert code(lambda: unmerge(back, again, **LATER)) == "merge.none"
    assert code(lambda: unmerge(one, erase(gone, **LATE)[0], **LATER)) == "merge.none"
    assert code(lambda: unmerge(erase(one, **LATE)[0], gone, **LATER)) == "archive.erased"
    assert code(lambda: unmerge(one.restrict(**LATE)[0], gone, **LATER)) == "archive.restricted"


def test_what_another_twin_knew_too_goes_with_the_one_that_brought_it():
    """Of two twins that knew the same, the first brought it."""
    kept, first, second = opened("H1"), opened("H8", fields={"beds": 1}), opened("H9", fields={"beds": 2})
    one, first, _ = merge(kept, first, **LATE)
    one, second, _ = merge(one, second, **LATE)
    assert one.on(on(9)).fields == {"beds": 1}
    one, first, _ = unmerge(one, first, **LATER)
    assert one.on(on(9)).fields == {}
    assert unmerge(one, second, **LATER)[0].on(on(9)) == kept.on(on(9))


@pytest.mark.parametrize("why", ["same as Example D1", "EXAMPLE  D9", "call 1380000"])
def test_no_reason_tells_who_either_is(why):
    """A reason that holds the name of one of the two or a number that the twin brings is refused, both ways."""
    kept, twin = opened("D1", kind="doctor"), opened("D9", kind="doctor", fields={"mobile": "138-0000"})
    assert code(lambda: merge(kept, twin, **{**LATE, "why": why})) == "change.why"
    one, gone, _ = merge(kept, twin, **LATE)
    assert code(lambda: unmerge(one, gone, **{**LATER, "why": why})) == "change.why"


def test_no_id_becomes_personal_by_a_merge():
    """An id that is the twin's number is refused where the twin brings that number."""
    twin = opened("D9", kind="doctor", fields={"mobile": "13800000000"})
    assert code(lambda: merge(opened("13800000000", kind="doctor"), twin, **LATE)) == "archive.id_personal"
    assert merge(twin, opened("13800000000", kind="doctor"), **LATE)[0].id == "D9"


def test_the_undoing_tells_what_it_takes_away():
    """The change bears the day, the value that goes and what stands there now."""
    kept, twin = opened("H1", 5), opened("H9", 8, fields={"beds": 300})
    one, other, _ = merge(kept, twin, **LATE)
    back, _, changes = unmerge(one, other, **LATER)
    assert [(change.customer, change.since, dict(change.old), dict(change.new)) for change in changes] == [
        ("H1", on(8), {"beds": 300}, {"beds": None}),
        ("H9", on(8), {"@merged": "H1"}, {"@merged": None}),
    ]
    assert life(back.correct({"beds": 5}, **LATER)[0]) == life(kept.correct({"beds": 5}, **LATER)[0])
    row = next(row for row in back.table().rows if row[0] == "unmerge")
    assert (row[1], row[3], row[4]) == ("beds", "300", None)
