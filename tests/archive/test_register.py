"""The register: the archive as it stood on any day, as it was known on any day, merged ids counted once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Affiliation, Customer, Dossier, Register, erase, merge, unmerge
from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.testing.strategies import dossiers

DAYS = [date.min, *(date(2026, 1, 1) + timedelta(n) for n in range(-1, 23)), date.max]
DAY = date(2026, 3, 1)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def on(n: int) -> date:
    """Return a day of January 2026."""
    return date(2026, 1, n)


def written(n: int) -> dict[str, object]:
    """Return who, when, why on a day of January 2026."""
    return {"at": datetime(2026, 1, n, 9, tzinfo=UTC), "by": "m1", "why": "same licence"}


def opened(customer: str, kind: str = "hospital", since: int = 5, **more: object) -> Dossier:
    """Return a file opened on a day of January."""
    given_ = Customer(customer, f"Example {customer}", kind, **more)  # type: ignore[arg-type]  # any part of it
    return Dossier.open(given_, since=on(since), **written(since))[0]  # type: ignore[arg-type]  # likewise


def merged(register: Register, kept: str, twin: str, day: int = 20) -> Register:
    """Return the register with two files merged."""
    return register.with_(*merge(register[kept], register[twin], **written(day))[:2])


def undone(register: Register, kept: str, twin: str, day: int = 25) -> Register:
    """Return the register with a merge taken back."""
    return register.with_(*unmerge(register[kept], register[twin], **written(day))[:2])


def lines(files: list[Dossier]) -> list[str]:
    """Return what `Register.of` refuses, line by line."""
    with pytest.raises(BadRows) as caught:
        Register.of(files)
    return list(caught.value.lines())


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), *[st.sampled_from("ABCD")] * 2), max_size=8),
    st.tuples(*(dossiers(one, "hospital") for one in "ABCD")),
)
def test_nobody_counts_twice_whatever_is_merged(acts, files):
    """After any merges and undoings, on every day and day of knowledge.

    A merged id counts nowhere and is named nowhere, its way ends in a customer that is not merged, and no act changes
    what was known before.
    """
    register = Register.of([*files, opened("P1", since=1), opened("P2", since=1)])
    archives = {}
    for n, (back, kept, twin) in enumerate(acts):
        moment = {"at": datetime(2026, 3, 1 + n, tzinfo=UTC), "by": "m1", "why": "same licence"}
        try:
            made = (unmerge if back else merge)(register[kept], register[twin], **moment)
        except BadValue:
            continue
        register = Register.of(register.with_(*made[:2]))
        archives[moment["at"].date()] = {day: list(register.on(day)) for day in DAYS}
    for known in (None, *archives):
        merged_ = register.merged(known)
        assert not set(merged_.values()) & merged_.keys()
        for day in DAYS:
            archive = register.on(day, known)
            assert not merged_.keys() & archive.customers.keys()
            named = {one.parent for one in archive} | {place.place for one in archive for place in one.affiliations}
            assert named - {""} <= archive.customers.keys()
            assert known is None or list(archive) == archives[known][day]


@settings(deadline=None)
@given(dossiers("A"), dossiers("B"))
def test_two_files_are_two_files(first, second):
    """A register says of each customer what its file says."""
    register = Register.of([first, second, opened("P1", since=1), opened("P2", since=1)])
    for day in DAYS:
        for known in (None, *DAYS[::4]):
            expected = [file.id for file in register if file.on(day, known) is not None]
            assert list(register.on(day, known).customers) == expected


def test_ids_of_merged_customers_are_replaced_wherever_they_are_named():
    """Parents and affiliations lead to the customer that counts, through every merge on the way."""
    doctor = opened("D1", "doctor", parent="H3", affiliations=[Affiliation("H9", "consultant"), Affiliation("P1", "b")])
    register = Register.of([opened("H1"), opened("H3"), opened("H9"), opened("P1", "pharmacy"), doctor])
    register = merged(merged(register, "H3", "H9"), "H1", "H3")
    assert register.merged() == {"H3": "H1", "H9": "H1"}
    found = register.on(DAY)["D1"]
    assert (found.parent, [one.place for one in found.affiliations]) == ("H1", ["P1"])
    before = register.on(DAY, known=on(19))["D1"]
    assert (before.parent, [one.place for one in before.affiliations]) == ("H3", ["H9", "P1"])
    assert register.dangling(DAY) == []


def test_two_affiliations_that_meet_are_one():
    """Where both a twin and the kept place are named, the one named by the kept id stands, in whatever order."""
    for places in (("H1", "H9"), ("H9", "H1")):
        doctor = opened("D1", "doctor", affiliations=[Affiliation(place, f"post at {place}") for place in places])
        register = merged(Register.of([opened("H1"), opened("H9"), doctor]), "H1", "H9")
        assert register.on(DAY)["D1"].affiliations == (Affiliation("H1", "post at H1", on(5)),)


def test_a_post_at_the_main_place_stays():
    """An affiliation with the parent is no doubling where no merge brought it about."""
    doctor = opened("D1", "doctor", parent="H1", affiliations=[Affiliation("H1", "head")])
    assert Register.of([opened("H1"), doctor]).on(DAY)["D1"].affiliations == (Affiliation("H1", "head", on(5)),)


def test_a_merge_taken_back_changes_no_knowledge():
    """While the merge was believed, the twin's id led to the kept customer, and it does so for ever."""
    doctor = opened("D1", "doctor", parent="H9")
    register = undone(merged(Register.of([opened("H1"), opened("H9"), doctor]), "H1", "H9"), "H1", "H9")
    assert [register.on(DAY, known=on(n))["D1"].parent for n in (19, 20, 24, 25)] == ["H9", "H1", "H1", "H9"]
    assert [len(register.on(DAY, known=on(n))) for n in (19, 20, 24, 25)] == [3, 2, 2, 3]
    assert register.dangling(DAY, known=on(22)) == []


def test_a_circle_of_parents_that_a_merge_closes_is_named():
    """Grandparent merged into the grandchild: the archive of the day is refused with the path, and undoing helps."""
    register = Register.of([opened("H1"), opened("H2", parent="H1"), opened("H3", parent="H2")])
    bad = merged(register, "H3", "H1")
    with pytest.raises(BadRows) as caught:
        bad.on(DAY)
    assert list(caught.value.lines()) == [
        "belongs to itself: H2 > H3 > H2 @ id 'H2'; give one of them another parent, or none [archive.cycle]"
    ]
    assert len(bad.on(DAY, known=on(19))) == 3
    assert undone(bad, "H3", "H1").on(DAY)["H3"].parent == "H2"


def test_who_turns_out_to_be_the_own_parent_has_none():
    """A parent that two merges lead back to the customer itself is left out."""
    register = Register.of([opened("H1"), opened("H2", parent="H1"), opened("H3")])
    register = merged(merged(register, "H3", "H1"), "H2", "H3")
    assert register.on(DAY)["H2"].parent == ""
    ward = opened("W1", "own kind", affiliations=[Affiliation("H1")])
    register = Register.of([opened("H1"), opened("H3"), ward]).with_()
    assert [one.place for one in register.on(DAY)["W1"].affiliations] == ["H1"]


def test_a_circle_of_parents_in_the_files_is_named():
    """Two files that name each other are refused on the days on which both do."""
    second = opened("H2").amend({"parent": "H1"}, since=on(10), **written(10))[0]
    register = Register.of([opened("H1", parent="H2"), second])
    assert register.on(on(9))["H1"].parent == "H2"
    with pytest.raises(BadRows, match="cannot be trusted"):
        register.on(on(10))


def test_a_place_that_is_not_open_is_left_out_and_listed():
    """An unknown, closed or erased place is no parent on that day."""
    gone = opened("H2").close(since=on(10), **written(10))[0]
    doctor = opened("D1", "doctor", parent="H2", affiliations=[Affiliation("H7", "a"), Affiliation("H3", "b")])
    register = Register.of([gone, doctor, erase(opened("H3"), **written(12))[0]])
    assert (register.on(on(9))["D1"].parent, register.on(on(10))["D1"].parent) == ("H2", "")
    assert register.on(on(9))["D1"].affiliations == ()
    assert register.dangling(on(9)) == [("D1", "H7"), ("D1", "H3")]
    assert register.dangling(on(10)) == [("D1", "H2"), ("D1", "H7"), ("D1", "H3")]
    assert register.dangling(on(9), known=on(9)) == [("D1", "H7")]


def test_every_fault_is_named_at_once():
    """Twin ids, merges into nobody and circles of merges come together."""
    one, two = opened("H1"), opened("H2")
    first, second = merge(one, two, **written(20))[1], merge(two, one, **written(20))[1]
    third = merge(opened("H5"), opened("H4"), **written(20))[1]
    assert lines([first, second, third, opened("ｈ１")]) == [
        "twin ids @ ids 'H2' and 'ｈ１'; give one of them another id [archive.twins]".replace("H2", "H1"),
        "merged into an unknown customer @ customer 'H4' [archive.id]",
        "merged in a circle: H2 > H1 > H2 @ customer 'H2' [merge.circle]",
    ]


def test_a_circle_of_merges_ends():
    """Stale files put together after the check are refused by name and never walked for ever."""
    one, two = opened("H1"), opened("H2")
    bad = Register.of([one, two]).with_(merge(one, two, **written(20))[1], merge(two, one, **written(20))[1])
    for work in (lambda: bad.on(DAY), bad.merged, lambda: bad.resolve("H1"), lambda: bad.twins_of("H2")):
        with pytest.raises(BadValue, match="merged in a circle: H"):
            work()
    assert len(bad.on(DAY, known=on(19))) == 2


def test_a_long_circle_is_shortened():
    """A circle of many shows its ends."""
    files = [opened(f"H{n}") for n in range(30)]
    ring = [merge(kept, twin, **written(20))[1] for twin, kept in pairwise([*files, files[0]])]
    path = "H0 > H1 > H2 > H3 > H4 > H5 > ... > H26 > H27 > H28 > H29 > H0"
    assert lines(ring) == [f"merged in a circle: {path} @ customer 'H0' [merge.circle]"]


def test_a_chain_of_thousands_of_merges_is_no_limit():
    """Each merged into the next: all lead to the last, in one walk."""
    files = [opened(f"H{n}") for n in range(5_000)]
    chain = [merge(kept, twin, **written(20))[1] for twin, kept in pairwise(files)]
    register = Register.of([*chain, files[-1]])
    assert set(register.merged().values()) == {"H4999"}
    assert register.resolve("H0") == "H4999"
    assert len(register.twins_of("H2500")) == 5_000
    assert [one.id for one in register.on(DAY)] == ["H4999"]


def test_look_up_and_walk():
    """A register knows its files, in the order given, and says who is missing by id."""
    register = Register.of([opened("H2"), opened("H1")])
    assert [file.id for file in register] == ["H2", "H1"]
    assert ("H1" in register, "h1" in register, len(register)) == (True, False, 2)
    assert repr(register) == "Register(2 dossiers)"
    for work in (lambda: register["h1"], lambda: register.resolve("h1"), lambda: register.twins_of("h1")):
        with pytest.raises(NotFound, match="customer id 'h1'"):
            work()
    assert [file.id for file in register.twins_of("H1")] == ["H1"]
    assert len(Register.of([])) == 0


def test_a_file_takes_the_place_of_the_one_of_its_id():
    """Files are replaced and added; the register given stays as it is."""
    register = Register.of([opened("H1")])
    more = register.with_(opened("H1", fields={"beds": 1}), opened("H2"))
    assert more.on(DAY)["H1"].fields == {"beds": 1}
    assert ([one.id for one in more], [one.id for one in register]) == (["H1", "H2"], ["H1"])
    with pytest.raises(BadRows, match="cannot be trusted"):
        register.with_(opened("h1")).on(DAY)
