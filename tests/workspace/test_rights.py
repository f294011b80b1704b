"""Access and erasure in a store: every copy is found, nothing of the person stays, nobody else is damaged."""

import json
from datetime import UTC, date, datetime

import pytest

from pharmasales.archive import Customer, Dossier, approve, merge, propose, unmerge
from pharmasales.compliance import Consent
from pharmasales.errors import BadValue, NotFound
from pharmasales.storage import open_store
from pharmasales.testing.lives import doctor_file
from pharmasales.workspace import Cabinet, copies_table, erase_person, held_of
from pharmasales.workspace.chain import SALTS
from pharmasales.workspace.mentions import Person

DAY, AT = date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)
WHO = {"at": AT, "by": "u1", "why": "list of 2026"}
ASKED = {"at": AT, "by": "m1", "why": "asked for by the person"}
CANARIES = {
    "name": "Kanarienvogel 金丝雀",
    "mobile": "138-7654-3210",
    "email": "canary@example.org",
    "wechat": "wx_canary77",
    "id_number": "11010119900101001X",
    "address": "77 Canary Street",
    "notes": "keeps birds at home",
}


def opened(id_: str, name: str, kind: str = "hospital", **fields) -> Dossier:
    """Return the file of one customer."""
    own = {key: fields.pop(key) for key in ("parent", "owner") if key in fields}
    return Dossier.open(Customer(id_, name, kind, fields=fields, **own), since=DAY, **WHO)[0]


def doctor(id_: str = "D/1") -> Dossier:
    """Return the file of the doctor whose values are unlike anything else."""
    given = dict(CANARIES)
    return opened(id_, given.pop("name"), "doctor", parent="H1", owner="r1", **given)


def keep(cabinet: Cabinet, *files: Dossier) -> None:
    """Keep files that were opened."""
    cabinet.keep(files, [file.changes[-1] for file in files])


def everything(store) -> str:
    """Return all that a store tells, history and kinds included, as one text."""
    told = [
        [one.data, one.by, one.why]
        for kind in store.kinds()
        for id_ in store.ids(kind)
        for one in store.history(kind, id_)
    ]
    return json.dumps([told, [[kind, store.ids(kind)] for kind in store.kinds()]], ensure_ascii=False)


@pytest.fixture
def path(tmp_path):
    """Return where the store's file goes."""
    return tmp_path / "archive.db"


@pytest.fixture
def cabinet(path):
    """Return a cabinet with a hospital and the doctor in a file."""
    with open_store(f"sqlite:///{path}", create=True) as store:
        made = Cabinet(store)
        keep(
            made,
            opened("H1", "First Example Hospital", address=CANARIES["address"], contact=CANARIES["name"]),
            doctor(),
        )
        yield made


def hits(told: str) -> list[str]:
    """Return the canaries that stand in a text."""
    return [name for name, text in CANARIES.items() if text in told]


def test_everything_that_is_kept_is_shown(cabinet):
    """Access lists every value with its purpose, and the hospital that names the doctor as its contact."""
    held, copies = held_of(cabinet, "D/1")
    assert {row["field"]: row["values"] for row in held.records()} == {**CANARIES, "parent": "H1"}
    assert [(one.kind, one.id, one.now) for one in copies] == [("change", "H1/000000", True)]
    assert copies_table(copies).text("zh").splitlines()[-1].split() == ["change", "H1/000000", "是"]


def test_no_byte_of_the_person_stays(cabinet, path):
    """After a whole life, erasing leaves 0 hits in every record, every version and the file's bytes."""
    store = cabinet.store
    file, change = cabinet.dossier("D/1").amend({"title": "x", "mobile": "13811112222"}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    asked = propose("Q1", file, {"email": "second-canary@example.org"}, since=DAY, **WHO)
    cabinet.ask(asked)
    done, file, change = approve(asked, file, at=AT, by="m1", why="checked")
    cabinet.keep([file], [change], request=done)
    keep(cabinet, doctor("D9"))
    one, two, changes = merge(cabinet.dossier("D/1"), cabinet.dossier("D9"), **WHO)
    cabinet.keep([one, two], changes)
    cabinet.keep_consents(
        "D/1", [Consent("D/1", "marketing", "any", "opt_in", DAY, f"letter of {CANARIES['email']}")], **WHO
    )
    with store.unit(by="w", why="plan", at=AT) as unit:
        unit.put(
            "visits",
            "2026-Q1/D%2F1/2026-02-03/r1",
            {"customer_id": "D/1", "why": f"call {CANARIES['name']} at 77 Canary Street"},
        )
        unit.put("note", "N1", {"text": "call 138 7654 3210"})
        unit.put("note", "N1", {"text": "done"})
    assert hits(everything(store)) == ["name", "mobile", "email", "wechat", "id_number", "address", "notes"]
    gone = erase_person(cabinet, "D9", **ASKED)
    assert gone.files == ("D/1", "D9")
    assert sorted({one.kind for one in gone.copies}) == ["change", "consent", "note", "request", "visits"]
    assert hits(everything(store)) == ["address"]  # the hospital's own
    assert cabinet.dossier("H1").values() == {
        "name": "First Example Hospital",
        "kind": "hospital",
        "address": CANARIES["address"],
        "contact": "***",
    }
    raw = path.read_bytes()
    others = [text for name, text in CANARIES.items() if name != "address"] + [
        "13811112222",
        "second-canary",
        "138 7654 3210",
    ]
    assert [text for text in others for code in ("utf-8", "utf-16-le", "utf-16-be") if text.encode(code) in raw] == []
    assert [file.standing() for file in map(cabinet.dossier, ("D/1", "D9"))] == ["erased", "erased"]
    assert bool(cabinet.verify(cabinet.head()))
    assert list(store.find(SALTS)) == []
    held, copies = held_of(cabinet, "D/1")  # the proof of what was agreed stays, without the person
    assert ([row[1] for row in held.rows], copies) == (["consent"], ())
    with pytest.raises(BadValue, match="the file is erased"):
        erase_person(cabinet, "D/1", **ASKED)


def test_errors_and_reprs_are_silent(cabinet):
    """No repr, no error and no traceback text shows a canary."""
    held, copies = held_of(cabinet, "D/1")
    file = cabinet.dossier("D/1")
    shown = [
        repr(one)
        for one in (cabinet, file, *file.changes, *copies, Person.of([file]), *cabinet.entries(), cabinet.register())
    ]
    shown.append(str([record for kind in cabinet.store.kinds() for record in cabinet.store.find(kind)]))
    for act in (
        lambda: erase_person(cabinet, "D/1", at=AT, by="m1", why=f"{CANARIES['name']} asked"),
        lambda: erase_person(cabinet, "D/1", at=AT, by="m1", why="the owner of 13876543210 asked"),
        lambda: file.amend({"name": CANARIES["name"]}, since=DAY, **WHO),
        lambda: propose("Q", file, {"title": 1.5}, since=DAY, **WHO),
    ):
        with pytest.raises(BadValue) as found:
            act()
        shown.append(f"{found.value} {found.value.args}")
    assert hits(" ".join(shown)) == []
    assert len(held) == 8


def test_who_only_shares_something_is_not_damaged(cabinet):
    """Namesakes, a shared telephone or address, names within names, ids that begin alike: all stay."""
    keep(
        cabinet,
        opened("D2", CANARIES["name"], "doctor", mobile="13800000000"),
        opened("D/10", "金丝雀诊所 Kanarienvogel 金丝雀分院"),
        opened("D%2F1", "Kanarienvogel 金丝雀"),
        opened("D4", "Dr Referrer", "doctor", introducer=CANARIES["name"]),
        opened("D5", "Dr Friend", "doctor", notes=f"met {CANARIES['name']} in March", address=CANARIES["address"]),
    )
    with cabinet.store.unit(by="w", why="plan", at=AT) as unit:
        unit.put("goals", f"2026-Q1/{CANARIES['name']}/2026-01", {"node_id": CANARIES["name"], "rep": CANARIES["name"]})
    gone = erase_person(cabinet, "D/1", **ASKED)
    assert sorted(one.id for one in gone.copies) == ["D4/000000", "D5/000000", "H1/000000"]
    said = {file.id: file.values() for file in cabinet.register()}
    assert (said["D2"]["name"], said["D%2F1"]["name"]) == (CANARIES["name"], CANARIES["name"])
    assert said["D/10"]["name"] == "金丝雀诊所 Kanarienvogel 金丝雀分院"
    assert said["D4"]["introducer"] == "***"
    assert (said["D5"]["notes"], said["D5"]["address"]) == ("met *** in March", CANARIES["address"])
    assert cabinet.store.count("goals") == 1


def test_erasing_who_was_introduced_leaves_who_introduced(cabinet):
    """The introducer named in a doctor's file is somebody else, whose own file stays."""
    keep(cabinet, opened("D2", "Dr Referrer", "doctor"), opened("D3", "Dr New", "doctor", introducer="Dr Referrer"))
    keep(cabinet, opened("H3", "Third Example Hospital", contact="Dr Referrer"))
    assert erase_person(cabinet, "D3", **ASKED).copies == ()
    assert cabinet.dossier("D2").values()["name"] == cabinet.dossier("H3").values()["contact"] == "Dr Referrer"


def test_salts_of_files_that_named_the_person_go_too(cabinet):
    """The digest of the name in the hospital's chain proves nothing afterwards, and the chain says why."""
    erase_person(cabinet, "D/1", **ASKED)
    assert [(one.action, one.id, one.why) for one in cabinet.entries()][2:] == [
        ("erase", "D/1", "asked for by the person"),
        ("unname", "H1", "named a person who is erased"),
    ]
    file, change = cabinet.dossier("H1").amend({"contact": "Dr New"}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    assert (cabinet.store.count(SALTS), bool(cabinet.verify())) == (1, True)


def test_a_hold_refuses_erasure(cabinet):
    """Legal hold: restricted is neither in the archive nor erased; released it can be."""
    file, change = cabinet.dossier("D/1").restrict(at=AT, by="legal", why="papers are kept by law")
    cabinet.keep([file], [change])
    assert "D/1" not in cabinet.register().on(DAY)
    with pytest.raises(BadValue, match=r"under a hold.*archive\.hold"):
        erase_person(cabinet, "D/1", **ASKED)
    assert "name" in hits(everything(cabinet.store))
    file, change = cabinet.dossier("D/1").release(at=AT, by="legal", why="the term is over")
    cabinet.keep([file], [change])
    assert erase_person(cabinet, "D/1", **ASKED).files == ("D/1",)


def test_an_erased_merge_is_not_undone(cabinet):
    """Undoing the merge with an erased twin is refused and brings no value back."""
    keep(cabinet, doctor("D9"))
    one, two, changes = merge(cabinet.dossier("D/1"), cabinet.dossier("D9"), **WHO)
    cabinet.keep([one, two], changes)
    erase_person(cabinet, "D/1", **ASKED)
    with pytest.raises(BadValue):
        unmerge(cabinet.dossier("D/1"), cabinet.dossier("D9"), **WHO)
    assert [file.personal() for file in cabinet.register().twins_of("D9")] == [{}, {}]


def test_only_persons_have_these_rights(cabinet):
    """A hospital is closed, not erased; a stranger is not found."""
    for act in (lambda: held_of(cabinet, "H1"), lambda: erase_person(cabinet, "H1", **ASKED)):
        with pytest.raises(BadValue, match=r"no human being.*rights\.kind"):
            act()
    with pytest.raises(NotFound):
        held_of(cabinet, "D404")


def test_an_erasure_cut_short_erases_nothing(cabinet, monkeypatch):
    """An interrupt on the way leaves every value where it was, and it can be repeated."""
    with monkeypatch.context() as patch:
        patch.setattr(Cabinet, "unname", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase_person(cabinet, "D/1", **ASKED)
    assert cabinet.dossier("D/1").values()["name"] == CANARIES["name"]
    assert erase_person(cabinet, "D/1", **ASKED).files == ("D/1",)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Kanarienvogel 金丝雀", True),
        ("with KANARIENVOGEL  金丝雀!", True),
        ("Kanarienvogel", False),
        ("+86 138 7654 3210", True),
        ("1387654321", False),
        ("CANARY@EXAMPLE.ORG", True),
        ("77 Canary Street", False),
        ("", False),
    ],
)
def test_what_names_a_person(text, named):
    """A name as a whole word in any case and spacing, a number however it is written; an address is shared."""
    person = Person.of([doctor()])
    assert person.named_in(text) is named
    assert (person.without(text) != text) is named
    assert person.told_in("he lives at 77 canary street")


def test_short_marks_and_names():
    """A name of two letters is a word of its own; a short nickname counts as a name; one sign proves nothing."""
    person = Person.of([opened("D1", "Wu", "doctor", wechat="ly")])
    assert [person.named_in(text) for text in ("WUHAN-7", "Wu called", "ly", "fly", "x")] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert Person.of([opened("D1", "王", "doctor")]).names == frozenset()
    assert not Person.of([]).named_in("anything")


def test_a_doctor_once_kept_as_a_hospital_is_erased_all_the_same():
    """Once a file was a human being's it is protected: nothing enters the chain in clear, and it can be erased."""
    file = doctor_file()
    at = datetime(2026, 2, 1, 9, tzinfo=UTC)
    with open_store("memory:") as store:
        cabinet = Cabinet(store)
        cabinet.keep([file], file.changes)
        slipped, change = file.amend({"kind": "hospital"}, since=at.date(), at=at, by="u1", why="slip of the pen")
        cabinet.keep([slipped], [change])
        renamed, change = slipped.amend({"name": "Canary Name"}, since=at.date(), at=at, by="u1", why="new name")
        cabinet.keep([renamed], [change])
        assert "Canary" not in str([record.data for record in store.find("audit")])
        done = erase_person(cabinet, "D1", at=at, by="m1", why="asked for by the person")
        assert (done.files, "Canary" in str([record.data for record in store.find("change")])) == (("D1",), False)


def test_what_an_undone_merge_had_brought_goes_with_the_person():
    """Two doctors, merged by mistake and parted again: erasing one leaves nothing of it in the other's history."""
    at = datetime(2026, 2, 1, 9, tzinfo=UTC)
    stamp = {"at": at, "by": "u1", "why": "list of 2026"}
    with open_store("memory:") as store:
        cabinet = Cabinet(store)
        pair = []
        for id_, fields in (("D1", {}), ("D2", {"speciality": "canary speciality", "mobile": "13800009999"})):
            doctor = Customer(id_, f"Doctor {id_}x", "doctor", fields=fields)
            file, change = Dossier.open(doctor, since=at.date(), **stamp)
            cabinet.keep([file], [change])
            pair.append(file)
        for act in (merge, unmerge):
            one, other, changes = act(*pair, **stamp)
            cabinet.keep([one, other], changes)
            pair = [one, other]
        assert "canary speciality" in str(cabinet.dossier("D1").changes[1].new)
        erase_person(cabinet, "D2", at=at, by="m1", why="asked for by the person")
        kept = str([record.data for record in store.find("change")])
        assert [text in kept for text in ("canary speciality", "13800009999", "Doctor D1x")] == [False, False, True]
        assert bool(cabinet.verify())
