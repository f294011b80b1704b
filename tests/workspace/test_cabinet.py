"""The cabinet: an act is kept whole with its audit entries, or not at all."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Customer, Dossier, approve, merge, propose, reject, unmerge
from pharmasales.compliance import START, Anchor, Consent, withdraw
from pharmasales.compliance.audit import matches
from pharmasales.errors import BadValue, Conflict, NotFound, StorageError
from pharmasales.storage import open_store
from pharmasales.workspace import Cabinet
from pharmasales.workspace.cabinet import CHANGES, CONSENTS, REQUESTS
from pharmasales.workspace.chain import SALTS

DAY, AT = date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)
WHO = {"at": AT, "by": "u1", "why": "list of 2026"}


def opened(id_: str, kind: str = "hospital", **more) -> Dossier:
    """Return the file of one customer, opened on the day."""
    name = more.pop("name", f"Example {id_.replace('/', ' ')}")
    return Dossier.open(Customer(id_, name, kind, **more), since=DAY, **WHO)[0]


def doctor(**more) -> Dossier:
    """Return a doctor's file."""
    return opened("D1", "doctor", **{"name": "Dr Canary", "fields": {"mobile": "13812345678"}, **more})


def keep(cabinet: Cabinet, *files: Dossier) -> None:
    """Keep files that were opened."""
    cabinet.keep(files, [file.changes[-1] for file in files])


@pytest.fixture
def cabinet():
    """Return an empty cabinet in memory whose salts are known."""
    with open_store("memory:") as store:
        yield Cabinet(store, lambda: bytes(32))


def test_what_was_kept_comes_back(cabinet):
    """Files come back change by change, in order of their ids, whatever stands in an id."""
    ids = ["H/1", "H%2F1", "H1", "H10", "示例/一"]
    files = [opened(id_) for id_ in ids]
    keep(cabinet, *files)
    assert [file.id for file in cabinet.register()] == sorted(
        ids, key=lambda one: one.replace("%", "%25").replace("/", "%2F")
    )
    assert [cabinet.dossier(id_) for id_ in ids] == files
    with pytest.raises(NotFound, match="no such customer @ customer id 'H'"):
        cabinet.dossier("H")


def test_one_entry_for_each_change(cabinet):
    """Opening two and amending one makes three entries, each with who, what and why."""
    keep(cabinet, opened("H1"), opened("H2"))
    file, change = cabinet.dossier("H1").amend({"beds": 300}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    assert [(one.sequence, one.action, one.id, one.by, one.why) for one in cabinet.entries()] == [
        (1, "open", "H1", "u1", "list of 2026"),
        (2, "open", "H2", "u1", "list of 2026"),
        (3, "amend", "H1", "u1", "list of 2026"),
    ]
    assert [*cabinet.entries()][-1].new == {"beds": 300}
    assert bool(cabinet.verify(cabinet.head()))


def test_a_person_stands_in_the_chain_as_digests_alone(cabinet):
    """Name, number and reason are digests; while the salt lives they prove what was written."""
    keep(cabinet, doctor())
    (entry,) = cabinet.entries()
    told = json.dumps(entry.content(), ensure_ascii=False)
    assert [text for text in ("Canary", "13812345678", "list of 2026") if text in told] == []
    assert matches(entry, "mobile", "13812345678", bytes(32))
    assert matches(entry, "reason", "list of 2026", bytes(32))
    assert not matches(entry, "mobile", "13812345679", bytes(32))


def test_salts_are_random_and_one_a_person():
    """Without a maker each person has 32 random bytes, made once."""
    with open_store("memory:") as store:
        cabinet = Cabinet(store)
        keep(cabinet, doctor(), opened("D2", "doctor"))
        file, change = cabinet.dossier("D1").amend({"title": "x"}, since=DAY, **WHO)
        cabinet.keep([file], [change])
        salts = [record.data["salt"] for record in store.find(SALTS)]
    assert len(salts) == len(set(salts)) == 2
    assert {len(salt) for salt in salts} == {64}


class Broken:
    """A store that fails at one of its writes."""

    def __init__(self, store, at: int, error: BaseException) -> None:
        """Fail at write number `at`."""
        self.store, self.left, self.error = store, at, error

    def __getattr__(self, name):
        """Pass everything else on."""
        return getattr(self.store, name)

    def unit(self, **stamp):
        """Return a unit whose writes are counted."""
        return _BrokenUnit(self, self.store.unit(**stamp))


class _BrokenUnit:
    def __init__(self, broken: Broken, unit) -> None:
        self.broken, self.context = broken, unit

    def __enter__(self):
        self.unit = self.context.__enter__()
        return self

    def __exit__(self, *error):
        return self.context.__exit__(*error)

    def __getattr__(self, name):
        found = getattr(self.unit, name)
        if not callable(found):
            return found

        def write(*args, **more):
            self.broken.left -= 1
            if self.broken.left == 0:
                raise self.broken.error
            return found(*args, **more)

        return write


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StorageError("disk full")], ids=["interrupt", "full"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_act_cut_short_leaves_nothing(at, error):
    """Whatever write fails, neither a change nor an entry nor a salt is there, and the act can be repeated."""
    with open_store("memory:") as store:
        with pytest.raises(type(error)):
            keep(Cabinet(Broken(store, at, error)), doctor(), opened("H1"))
        cabinet = Cabinet(store)
        assert (store.kinds(), cabinet.head(), len(cabinet.register())) == ([], START, 0)
        keep(cabinet, doctor(), opened("H1"))
        assert cabinet.verify().count == 2


def test_two_editors_of_one_file(cabinet):
    """The second writer is told so, nothing of the second is kept, and after reading again it goes through."""
    keep(cabinet, opened("H1"), opened("H2"))
    mine, theirs = cabinet.dossier("H1"), cabinet.dossier("H1")
    file, change = theirs.amend({"beds": 1}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    file, change = mine.amend({"beds": 2}, since=DAY, **WHO)
    other, second = cabinet.dossier("H2").amend({"beds": 3}, since=DAY, **WHO)
    with pytest.raises(Conflict, match="changed by somebody else @ customer 'H1'") as found:
        cabinet.keep([other, file], [second, change])
    assert (found.value.expected, found.value.found) == (1, 2)
    assert (cabinet.dossier("H1").values()["beds"], "beds" in cabinet.dossier("H2").values()) == (1, False)
    assert cabinet.verify().count == 3
    file, change = cabinet.dossier("H1").amend({"beds": 2}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    assert cabinet.dossier("H1").values()["beds"] == 2


def test_opening_an_id_twice(cabinet):
    """Two who open the same customer: one does, the other is told."""
    keep(cabinet, opened("H1"))
    with pytest.raises(Conflict):
        keep(cabinet, opened("H1"))


def test_an_operation_is_done_once(cabinet):
    """A retry with the same operation id changes nothing."""
    file = opened("H1")
    cabinet.keep([file], file.changes, operation="op1")
    cabinet.keep([file], file.changes, operation="op1")
    assert (len(cabinet.dossier("H1").changes), cabinet.verify().count) == (1, 1)


def test_acts_that_are_none(cabinet):
    """No change, changes of two authors, a change of another file: refused, nothing kept."""
    file = opened("H1")
    second, change = file.amend({"beds": 1}, since=DAY, at=AT, by="u2", why="seen")
    for files, changes in (([file], []), ([second], second.changes), ([file], [change]), ([], file.changes)):
        with pytest.raises(BadValue, match=r"\[cabinet\.act\]"):
            cabinet.keep(files, changes)
    assert cabinet.head() == START


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("Dr Canary", "Dr. Canary"),
        ("H1/dr-canary", "Dr Canary"),
        ("示例医院/金丝雀", "金丝雀"),
        ("x13812345678", "A B"),
    ],
)
def test_no_id_names_the_person(cabinet, id_, name):
    """An id that holds the name or the number is refused, since the chain could never lose it."""
    with pytest.raises(BadValue, match="the id ") as found:
        keep(cabinet, opened(id_, "doctor", name=name, fields={"mobile": "138 1234 5678"}))
    assert name not in str(found.value)
    assert cabinet.head() == START


def test_no_reason_names_the_person(cabinet):
    """A merge whose reason holds the twin's name is refused."""
    keep(cabinet, doctor(), opened("D2", "doctor", name="Dr Canary"))
    why = "both are DR  CANARY"
    with pytest.raises(BadValue, match="why"):
        keep_merged(cabinet, *merge(cabinet.dossier("D1"), cabinet.dossier("D2"), at=AT, by="u1", why=why))
    assert cabinet.dossier("D2").standing() == "open"


def keep_merged(cabinet: Cabinet, one: Dossier, two: Dossier, changes) -> None:
    """Keep a merge."""
    cabinet.keep([one, two], changes)


def test_nobody_belongs_to_itself(cabinet):
    """A circle of parents, at once or by a merge, is refused, so that the archive of every day can be built."""
    keep(cabinet, opened("H1"), opened("H2", parent="H1"), opened("H3", parent="H2"))
    file, change = cabinet.dossier("H1").amend({"parent": "H3"}, since=DAY, **WHO)
    with pytest.raises(BadValue, match="belongs to itself"):
        cabinet.keep([file], [change])
    assert len(cabinet.register().on(DAY)) == 3


def test_a_merge_and_its_undoing(cabinet):
    """Both files and both entries at once; afterwards the twin counts again."""
    keep(cabinet, opened("H1"), opened("H2", fields={"beds": 5}))
    one, two, changes = merge(cabinet.dossier("H1"), cabinet.dossier("H2"), **WHO)
    cabinet.keep([one, two], changes)
    assert [one.action for one in cabinet.entries()][2:] == ["merge", "merge"]
    assert [entry.new for entry in cabinet.entries()][3] == {"merged_into": "H1"}
    assert len(cabinet.register().on(DAY)) == 1
    one, two, changes = unmerge(cabinet.dossier("H1"), cabinet.dossier("H2"), **WHO)
    cabinet.keep([one, two], changes)
    assert {one.id: dict(one.fields) for one in cabinet.register().on(DAY)} == {"H1": {}, "H2": {"beds": 5}}


def test_requests_are_audited_and_decided_once(cabinet):
    """Proposed, approved with its change in one act, and never decided twice; the chain holds digests."""
    keep(cabinet, doctor())
    asked = propose("Q1", cabinet.dossier("D1"), {"title": "Canary title"}, since=DAY, at=AT, by="u1", why="told by D1")
    cabinet.ask(asked)
    done, file, change = approve(asked, cabinet.dossier("D1"), at=AT, by="m1", why="checked")
    cabinet.keep([file], [change], request=done)
    assert [(one.kind, one.action) for one in cabinet.entries()] == [
        ("customer", "open"),
        ("request", "proposed"),
        ("customer", "amend"),
        ("request", "approved"),
    ]
    assert "Canary" not in "".join(str(one.content()) for one in cabinet.entries())
    assert [one.state for one in cabinet.requests()] == ["approved"]
    with pytest.raises(Conflict):
        cabinet.ask(reject(asked, at=AT, by="m2", why="too late"))
    with pytest.raises(Conflict):
        cabinet.ask(asked)


def test_an_approval_is_whole(cabinet):
    """Where the request was decided meanwhile, its change is not kept either."""
    keep(cabinet, opened("H1"))
    asked = propose("Q1", cabinet.dossier("H1"), {"beds": 1}, since=DAY, at=AT, by="u1", why="counted")
    cabinet.ask(asked)
    done, file, change = approve(asked, cabinet.dossier("H1"), at=AT, by="m1")
    cabinet.ask(reject(asked, at=AT, by="m2", why="no"))
    with pytest.raises(Conflict):
        cabinet.keep([file], [change], request=done)
    assert len(cabinet.dossier("H1").changes) == 1


def test_requests_do_not_name_the_person(cabinet):
    """Neither the id of a request nor a decision holds the name; no request without a file."""
    keep(cabinet, doctor())
    asked = propose("Dr Canary-1", cabinet.dossier("D1"), {"title": "x"}, since=DAY, at=AT, by="u1", why="seen")
    with pytest.raises(BadValue, match="the id names"):
        cabinet.ask(asked)
    asked = propose("Q1", cabinet.dossier("D1"), {"title": "x"}, since=DAY, at=AT, by="u1", why="seen")
    with pytest.raises(BadValue, match="the decision names"):
        cabinet.ask(reject(asked, at=AT, by="m1", why="Dr Canary said no"))
    assert cabinet.store.count(REQUESTS) == 0


def test_consents_are_never_lost(cabinet):
    """Given, withdrawn; a writer who read before the withdrawal is refused, as is a stranger's consent."""
    keep(cabinet, doctor())
    given_ = Consent("D1", "marketing", "any", "opt_in", DAY, "F-7", until=date(2027, 1, 1))
    assert cabinet.consents("D1") == ()
    cabinet.keep_consents("D1", [given_], **WHO)
    left = withdraw([given_], "D1", on=date(2026, 2, 1), evidence="C-9")
    cabinet.keep_consents("D1", left, **WHO)
    assert cabinet.consents("D1") == left
    for stale in ([given_], [given_, left[1]], []):
        with pytest.raises(Conflict, match="would be lost"):
            cabinet.keep_consents("D1", stale, **WHO)
    with pytest.raises(BadValue, match="somebody else"):
        cabinet.keep_consents("D2", left, **WHO)
    with pytest.raises(BadValue, match="the why names"):
        cabinet.keep_consents("D1", left, at=AT, by="u1", why="Dr Canary signed")
    assert [one.kind for one in cabinet.entries()] == ["customer", "consent", "consent"]
    assert len(cabinet.store.history(CONSENTS, "D1")) == 2


def test_an_export_enters_the_chain(cabinet):
    """T2: who, why, how many customers, which fields; a reason is due."""
    cabinet.shown("export", 12, ["name", "mobile"], at=AT, by="u1", why="congress")
    (entry,) = cabinet.entries()
    assert (entry.action, entry.by, entry.why, entry.new) == (
        "export",
        "u1",
        "congress",
        {"rows": 12, "fields": ["mobile", "name"]},
    )
    with pytest.raises(BadValue):
        cabinet.shown("export", 12, ["name"], at=AT, by="u1", why=" ")


def edited(path, sql: str) -> None:
    """Change the store's file behind the library; the content hash is made to fit where it is recomputed."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()


@pytest.fixture
def file_of_three(tmp_path):
    """Return a store's file with three entries, and the head of its chain."""
    path = tmp_path / "a.db"
    with open_store(f"sqlite:///{path}", create=True) as store:
        keep(Cabinet(store), opened("H1"), opened("H2"), opened("H3"))
        return path, Cabinet(store).head()


def test_an_edited_record_in_the_file_is_found(file_of_three):
    """T5: the author of an entry is changed by hand: the store names the record."""
    path, _ = file_of_three
    edited(path, """UPDATE record SET data = replace(data, '"u1"', '"u9"') WHERE kind = 'audit' AND id LIKE '%2'""")
    with open_store(f"sqlite:///{path}") as store, pytest.raises(StorageError, match=r"damaged @ audit 000000000002"):
        Cabinet(store).verify()


def test_an_entry_forged_through_the_store_is_found(file_of_three):
    """T5: whoever knows the store's own hashes and rewrites an entry is found by the chain."""
    path, _ = file_of_three
    with open_store(f"sqlite:///{path}") as store:
        data = dict(store.get("audit", "000000000002").data)
        with store.unit(by="x", why="forged", at=AT) as unit:
            unit.put("audit", "000000000002", {**data, "by": "u9"})
        bad = Cabinet(store).verify().first_bad
    assert (bad.sequence, bad.reason) == (2, "content")


def test_a_cut_tail_is_found_with_an_anchor(file_of_three):
    """Entries cut off the end are found with the head that was kept elsewhere, and only so."""
    path, head = file_of_three
    edited(path, "DELETE FROM record WHERE kind = 'audit' AND id LIKE '%3'")
    with open_store(f"sqlite:///{path}") as store:
        cabinet = Cabinet(store)
        assert (bool(cabinet.verify()), cabinet.verify().anchored) == (True, False)
        assert cabinet.verify(head).first_bad.reason == "cut"
        assert cabinet.verify(Anchor(2, [*cabinet.entries()][1].hash)).anchored


IDS = st.text(st.sampled_from("aA1/%_-示 ."), min_size=1, max_size=6).map(str.strip).filter(bool)


@settings(max_examples=60)
@given(st.lists(IDS, min_size=1, max_size=6, unique_by=lambda text: " ".join(text.casefold().split())))
def test_any_ids_stay_apart(ids):
    """Law: files under any ids, slashes and percent signs among them, come back each with its own changes."""
    with open_store("memory:") as store:
        cabinet = Cabinet(store)
        files = [opened(id_, name="Example") for id_ in ids]
        keep(cabinet, *files)
        for file in files:
            later, change = file.amend({"beds": 1}, since=DAY, **WHO)
            cabinet.keep([later], [change])
        assert {file.id: len(file.changes) for file in cabinet.register()} == dict.fromkeys([f.id for f in files], 2)
        assert store.count(CHANGES) == 2 * len(ids)


def test_many_at_once_and_one_by_one(cabinet):
    """A thousand files in one act, then one of them changed: counts and chain are right."""
    keep(cabinet, *(opened(f"H{n}") for n in range(1000)))
    files = [cabinet.dossier(f"H{n}").amend({"beds": n}, since=DAY, **WHO) for n in range(600)]
    cabinet.keep([file for file, _ in files], [change for _, change in files])
    file, change = cabinet.dossier("H7").amend({"beds": 70}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    assert (cabinet.verify().count, len(cabinet.dossier("H7").changes)) == (1601, 3)
    with pytest.raises(Conflict):
        cabinet.keep([one for one, _ in files], [one for _, one in files])
