"""Access shows everything; erasure leaves no personal value anywhere in a file, its twins and their history."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings

from pharmasales.archive import Affiliation, Customer, Dossier, Register, access, erase, merge, unmerge
from pharmasales.archive.changes import IDENTIFYING
from pharmasales.archive.erasure import forget
from pharmasales.archive.records import change_data
from pharmasales.compliance.personal import USES
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.testing.lives import doctor_life
from pharmasales.testing.strategies import dossiers, file_values

DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATE = datetime(2026, 6, 1, tzinfo=UTC)
W = {"at": AT, "by": "u1", "why": "seen on site"}
GONE = {"at": LATE, "by": "m1", "why": "asked for by the person"}
DAYS = [date.min, *(date(2026, 1, 1) + timedelta(n) for n in range(-1, 23)), date.max]
KEPT = {"kind", "owner", "@open", "@merged", "@restricted", "@erased"}


def said(*files: Dossier) -> str:
    """Return all that files say anywhere: reprs, tables, values on every day and known, records."""
    found = [
        repr(files),
        str(files),
        json.dumps([change_data(c) for f in files for c in f.changes], ensure_ascii=False),
    ]
    for file in files:
        found += [file.table().text(), file.table(unmasked=True).text(), access(file).text(), repr(file.personal())]
        found += [repr(file.changes), repr(list(file.identifying())), repr(file.confirmed())]
        for known in (None, *DAYS):
            customer = file.on(date.max, known)
            found += [repr(file.values(date.max, known)), repr(customer and customer.record())]
    return fold(" ".join(found))


def doctor(customer: str = "D1", **fields: object) -> Dossier:
    """Return a doctor's file in which every part holds a canary."""
    given_ = Customer(
        customer,
        "Canary Name",
        "doctor",
        owner="r1",
        parent="canary-place",
        level="canary level",
        division="330100",
        source="referral",
        potential=777777,
        weekdays=frozenset({3}),
        roles={"canary_role"},
        affiliations=[Affiliation("canary-second", "canary post")],
        fields={"mobile": 13877777777, "title": "canary title", "canary field": "x", **fields},
    )
    return Dossier.open(given_, since=DAY, **W)[0]


def code(work) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(BadValue) as caught:
        work()
    return caught.value.code


def test_a_tombstone_holds_no_personal_value_under_any_name():
    """Neither values nor the places in field names stay; who wrote when and who looked after the customer does."""
    file = doctor().amend({"affiliation:canary-third": "x", "title": None}, since=DAY, **W)[0]
    file = file.correct({"mobile": "13977777777"}, **W)[0].close(since=date(2026, 2, 1), **W)[0]
    gone, change = erase(file, **GONE)
    assert "canary" not in said(gone)
    assert "7777" not in said(gone)
    assert gone.values() == {"kind": "doctor", "owner": "r1", "division": "330100", "source": "referral"}
    assert [(one.action, one.since, one.at, one.by, one.why) for one in gone.changes] == [
        *((one.action, one.since, one.at, one.by, one.why) for one in file.changes),
        ("erase", DAY, LATE, "m1", "asked for by the person"),
    ]
    assert change == gone.changes[-1]
    assert (gone.standing(), gone.standing(DAY), gone.on(DAY), gone.personal()) == ("erased", "erased", None, {})


def test_what_was_known_before_says_that_there_was_somebody():
    """The archive as it was known before the erasure counts the customer still, without a name."""
    gone = erase(doctor(), **GONE)[0]
    before = gone.on(DAY, known=date(2026, 5, 31))
    assert (before.id, before.name, before.kind, before.owner, before.fields) == ("D1", "", "doctor", "r1", {})
    assert len(Register.of([gone]).on(DAY, known=date(2026, 5, 31))) == 1
    assert len(Register.of([gone]).on(DAY)) == 0


@settings(deadline=None)
@given(dossiers())
def test_no_history_gives_a_person_back(file):
    """After any acts, whatever was personal is gone from every change."""
    if file.standing() == "restricted":
        assert code(lambda: erase(file, **GONE)) == "archive.hold"
        file = file.release(**W)[0]
    before = file.personal()
    gone = erase(file, **GONE)[0]
    assert before["name"][0] in {"Example Name", "示例名称"}
    for change in gone.changes:
        assert {*change.old, *change.new} <= KEPT
    assert gone.personal() == {}
    assert [gone.on(day) for day in DAYS] == [None] * len(DAYS)
    assert list(gone.identifying()) == []
    assert [one.action for one in gone.changes[:-1]] == [one.action for one in file.changes]


def test_a_reason_and_an_open_value_that_tell_of_the_person_go_too():
    """What became known as a name, a number or a birthday only later is searched for in everything that stays."""
    file = Dossier.open(
        Customer("D1", "unknown", "doctor", owner="r1", source="introduced by Dr Later"), since=DAY, **W
    )[0]
    file = file.amend({"division": "Dr-Later's"}, since=DAY, **{**W, "why": "rang Dr  LATER on 138 7777-7777"})[0]
    file = file.amend({"title": "x"}, since=DAY, **{**W, "why": "no name here"})[0]
    file = file.amend({"name": "Dr Later", "mobile": 13877777777, "birthday": date(1980, 2, 3)}, since=DAY, **W)[0]
    gone = erase(file, **GONE)[0]
    assert [one.why for one in gone.changes] == [
        "seen on site",
        "erased",
        "no name here",
        "seen on site",
        "asked for by the person",
    ]
    assert gone.values() == {"kind": "doctor", "owner": "r1"}
    assert "later" not in said(gone)


def test_a_short_name_does_not_take_the_signs_away():
    """A name that happens to stand in a sign or an id leaves the file erased and its owner named."""
    file = Dossier.open(Customer("D1", "Ye", "doctor", owner="ye1"), since=DAY, **W)[0]
    gone = erase(file, **GONE)[0]
    assert (gone.standing(), gone.values()) == ("erased", {"kind": "doctor", "owner": "ye1"})


def test_the_reason_of_the_erasure_tells_nobody():
    """The last change too holds no name."""
    assert code(lambda: erase(doctor(), **{**GONE, "why": "Canary  name asked"})) == "change.why"
    assert code(lambda: erase(doctor(), **{**GONE, "why": "on the telephone"}, known_as=["telephone"])) == "change.why"
    assert code(lambda: erase(doctor(), **{**GONE, "why": ""})) == "change.why"
    assert code(lambda: erase(doctor(), **{**GONE, "by": ""})) == "id.empty"


def test_a_hold_comes_first_and_nothing_is_erased_twice():
    """A restricted file is kept; an erased one takes no act any more."""
    held = doctor().restrict(**W)[0]
    assert code(lambda: erase(held, **GONE)) == "archive.hold"
    gone = erase(held.release(**W)[0], **GONE)[0]
    assert code(lambda: erase(gone, **GONE)) == "archive.erased"
    for work in (
        lambda: gone.amend({"name": "x"}, since=DAY, **W),
        lambda: gone.correct({"name": "x"}, **W),
        lambda: gone.reassign("r2", since=DAY, **W),
        lambda: gone.close(since=DAY, **W),
        lambda: gone.reopen(since=DAY, **W),
        lambda: gone.restrict(**W),
        lambda: gone.release(**W),
        lambda: merge(gone, doctor("D2"), **W),
        lambda: merge(doctor("D2"), gone, **W),
    ):
        assert code(work) == "archive.erased"
    assert code(lambda: gone.reopen(since=date(2020, 1, 1), **W)) == "archive.reopen"


def test_a_person_without_personal_fields():
    """Somebody of whom nothing is known but an id is erased like others."""
    file = Dossier.open(Customer("D1", "", "doctor"), since=DAY, **W)[0]
    assert list(access(file).rows) == []
    gone = erase(file, **GONE)[0]
    assert (gone.values(), gone.standing(), len(gone.changes)) == ({"kind": "doctor"}, "erased", 2)


@pytest.mark.parametrize("kinds", [("doctor", "hospital"), ("hospital", "doctor"), ("doctor", None), ("x", "pharmacy")])
def test_once_a_person_always_erased_as_one(kinds):
    """A name that was ever kept as a human being's goes, whatever the kind is at the end, and before it was one."""
    first, second = kinds
    file = Dossier.open(Customer("C1", "Canary One", first, parent="canary"), since=DAY, **W)[0]
    file = file.amend({"kind": second, "level": "canary level"}, since=date(2026, 1, 9), **W)[0]
    file = file.amend({"name": "Canary Two"}, since=date(2026, 1, 12), **W)[0]
    gone = erase(file, **GONE)[0]
    assert "canary" not in said(gone)
    assert gone.changes[0].new["kind"] == first


def test_of_an_institution_only_the_people_go():
    """A hospital's contact is personal, its name and its beds are not."""
    hospital = Customer("H1", "Example Hospital", "hospital", fields={"contact": "Canary", "beds": 800})
    file = Dossier.open(hospital, since=DAY, **W)[0]
    assert file.personal() == {"contact": ("Canary",)}
    gone = erase(file, **GONE)[0]
    assert gone.values() == {"name": "Example Hospital", "kind": "hospital", "beds": 800}


def test_twins_are_erased_with_the_values_that_each_brought():
    """Two merged files hold nothing afterwards, nor a reason that holds the other's name."""
    kept = doctor().amend({"title": "y"}, since=DAY, **{**W, "why": "also known as Dr Twin"})[0]
    twin = Customer("D2", "Dr Twin", "doctor", fields={"email": "canary@example.org"})
    kept, other, _ = merge(kept, Dossier.open(twin, since=date(2026, 1, 2), **W)[0], **GONE)
    assert kept.personal()["name"] == ("Canary Name", "Dr Twin")
    texts = [text for one in (kept, other) for text in one.identifying()]
    gone = [erase(one, **GONE, known_as=texts)[0] for one in (kept, other)]
    assert "canary" not in said(*gone)
    assert "twin" not in said(*gone)
    assert Register.of(gone).resolve("D2") == "D1"
    assert code(lambda: unmerge(*gone, **GONE)) == "merge.none"
    young = Dossier.open(Customer("D3", "Dr Young", "doctor"), since=date(2026, 2, 1), **W)[0]
    kept, other, _ = merge(doctor().amend({"title": "y"}, since=DAY, **{**W, "why": "Dr Young"})[0], young, **GONE)
    assert "young" not in said(erase(kept, **GONE, known_as=other.identifying())[0])


@settings(deadline=None)
@given(dossiers("D1"), dossiers("D2"), file_values())
def test_what_an_undone_merge_brought_is_forgotten(kept, twin, values):
    """After the undoing, the other's values go from the file, which says on every day what it said."""
    assume(all(file.standing() in ("open", "closed") for file in (kept, twin)))
    twin = twin.with_(twin.changes[-1].__class__("D2", "amend", date.min, LATE, "u1", "x", {}, {"email": "t@canary"}))
    file, other, _ = merge(kept, twin, **W)
    file, other, _ = unmerge(file, other, **W)
    clean = forget(file, [other])
    assert [clean.values(day) for day in DAYS] == [kept.values(day) for day in DAYS]
    assert clean.personal() == kept.personal()
    assert "canary" not in said(clean)
    assert forget(kept, [other]) is kept
    assert forget(file, []) is file


def test_forgetting_takes_the_reasons_of_the_undone_merge():
    """A reason that tells of the other person goes from these changes, and the person's own values stay."""
    file, other, _ = merge(doctor(), Dossier.open(Customer("D2", "", "doctor"), since=DAY, **W)[0], **W)
    file, other, _ = unmerge(file, other, at=LATE, by="m1", why="it was Dr Late")
    other = other.amend({"name": "Dr Late"}, since=DAY, **GONE)[0]
    clean = forget(file, [other])
    assert "late" not in said(clean)
    assert clean.values() == file.values()
    third = Dossier.open(Customer("D3", "", "doctor", fields={"email": "third@x"}), since=DAY, **W)[0]
    kept = forget(merge(file, third, **W)[0], [other])
    assert kept.values()["email"] == "third@x"
    assert "late" not in said(kept)


def test_access_shows_everything_that_was_ever_kept():
    """Each field with its Chinese name, all its values and its purpose, of all files of the person."""
    file = doctor().amend({"mobile": 13977777777, "needs": ["a", "b"]}, since=DAY, **W)[0]
    rows = {row[1]: row for row in access(file, doctor("D2")).rows if row[0] == "D1"}
    assert rows["mobile"][2:4] == ("手机", "13877777777, 13977777777")
    assert rows["mobile"][4].en == "contact about products and service"
    assert rows["affiliation:canary-second"][2:4] == ("任职", "canary post")
    assert rows["affiliation:canary-second"][4] == USES["affiliation"].purpose
    assert rows["canary field"][2:] == ("", "x", None)
    assert rows["needs"][3] == "a/b"
    assert "owner" not in rows
    assert {row[0] for row in access(file, doctor("D2")).rows} == {"D1", "D2"}
    masked = doctor().restrict(**W)[0]
    assert access(masked).rows == access(doctor()).rows


@pytest.mark.parametrize("name", sorted(IDENTIFYING))
def test_every_identifying_value_is_searched_for(name):
    """Whatever identifies a person is found in the reasons."""
    file = Dossier.open(Customer("D1", "", "doctor"), since=DAY, **{**W, "why": "canary 4711 said so"})[0]
    for value in ("Canary 4711", ["x", "Canary 4711"]):
        if name == "name" and isinstance(value, list):
            continue
        known = file.amend({name: value}, since=DAY, **W)[0]
        assert erase(known, **GONE)[0].changes[0].why == "erased"


def test_the_life_of_a_doctor_ends_without_a_trace():
    """The story of the docs: no value of the doctor is left in the register of the last day."""
    last = doctor_life()[-1].register
    found = said(last["D1"], last["D9"])
    for canary in ("example doctor", "示例医生", "13800000001", "example.org", "医师", "visiting"):
        assert canary not in found
