"""Finding in the cabinet: narrowed by tabs it answers as the whole walk does, and a reader of a part sees its part."""

import inspect
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales.archive import (
    Affiliation,
    Customer,
    Dossier,
    Register,
    approve,
    find,
    merge,
    propose,
    reject,
    unmerge,
    where,
)
from pharmasales.archive.criteria import Every, Some
from pharmasales.compliance import Consent
from pharmasales.errors import BadValue, Conflict, NotFound, PharmaSalesError, StorageError
from pharmasales.storage import open_store
from pharmasales.storage.migration import migrate
from pharmasales.workspace import Cabinet, copies_table, correct_person, erase_person, held_of
from pharmasales.workspace.cabinet import CHANGES, CONSENTS, REQUESTS
from pharmasales.workspace.mentions import Person
from pharmasales.workspace.rights import Erasure, copies_of
from pharmasales.workspace.shelf import CUSTOMERS, Tab, marked, narrowed, node_of

DAY, AT = date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)
WHO = {"at": AT, "by": "u1", "why": "list of 2026"}
KINDS = (CHANGES, CONSENTS, CUSTOMERS, REQUESTS)


def opened(id_: str, kind: str = "hospital", **more) -> Dossier:
    """Return the file of one customer, opened on the day."""
    name = more.pop("name", f"Example {id_.replace('/', ' ')}")
    return Dossier.open(Customer(id_, name, kind, **more), since=DAY, **WHO)[0]


def keep(cabinet: Cabinet, *files: Dossier) -> None:
    """Keep files that were opened or changed once."""
    cabinet.keep(files, [file.changes[-1] for file in files])


def reassigned(cabinet: Cabinet, customer: str, owner: str) -> None:
    """Give a customer another owner and keep it."""
    file, change = cabinet.dossier(customer).reassign(owner, since=DAY, **WHO)
    cabinet.keep([file], [change])


@pytest.fixture
def cabinet():
    """Return an empty cabinet in memory."""
    with open_store("memory:") as store:
        yield Cabinet(store)


# --- the law: the same as the whole walk, whatever was written and is asked ---

IDS = ("A", "B/1", "C%2F", "示例 一")
OWNERS = ("", "r1", "r2", "r 3", "*")
DIVISIONS = ("", "33", "330100", "330108", "35", "3501", "00", "351", "Example County")
LEVELS = ("", "三级甲等", "二级")
GRADES = (None, "A", "B", 1, ("A", "B"))
DAYS = st.integers(0, 4).map(lambda n: DAY + timedelta(n))

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.sampled_from(OWNERS),
        "division": st.sampled_from(DIVISIONS),
        "level": st.sampled_from(LEVELS),
        "grade": st.sampled_from(GRADES),
        "beds": st.sampled_from((None, 1, 2)),
        "parent": st.sampled_from(("", *IDS)),
        "affiliation:A": st.sampled_from(("", "consultant")),
        "kind": st.sampled_from(("hospital", "doctor")),
    },
)
STEP = st.tuples(
    st.sampled_from("amend amend correct reassign close merge unmerge restrict request decide consent erase".split()),
    st.sampled_from(IDS),
    st.sampled_from(IDS),
    DAYS,
    VALUES,
)
OPENED = st.tuples(st.just("open"), st.sampled_from(IDS), st.just(""), st.just(DAY) | DAYS, VALUES)
LIVES = st.tuples(
    st.lists(OPENED, min_size=4, max_size=4, unique_by=lambda step: step[1]), st.lists(STEP, min_size=1, max_size=9)
).map(lambda lists: lists[0] + lists[1])


def asks(name: str, values, *ops: str):
    """Return questions about one field: alone, or among several values."""
    one = st.tuples(st.sampled_from([op for op in ops if op not in ("in", "any", "all")]), st.sampled_from(values))
    many = st.tuples(
        st.sampled_from([op for op in ops if op in ("in", "any", "all")] or ["in"]),
        st.lists(st.sampled_from(values), max_size=3).map(tuple),
    )
    return (one | many).map(lambda asked: where(**{f"{name}__{asked[0]}": asked[1]}))


CRITERIA = st.recursive(
    st.one_of(
        asks("owner", ("r1", "r2", "r 3", "*", ""), "is", "in", "any"),
        asks("division", DIVISIONS[1:], "is", "in", "within"),
        asks("level", LEVELS[1:], "is", "in", "any", "all", "has"),
        asks("kind", ("hospital", "doctor", "agent"), "is", "in"),
        asks("id", (*IDS, "Z", ""), "is", "in", "any"),
        asks("grade", ("A", "B", 1), "is", "in", "any"),
        asks("parent", IDS, "is", "in"),
        st.sampled_from(
            [where(), where(beds__at_least=1), where(owner__missing=True)] * 3 + [where(level__over=1), where(zzz=1)]
        ),
        st.just(Some([])),
    ),
    lambda inner: st.one_of(
        inner.map(lambda one: ~one),
        st.lists(inner, min_size=1, max_size=3).map(Every),
        st.lists(inner, min_size=1, max_size=3).map(Some),
    ),
    max_leaves=5,
)
ORDERS = st.sampled_from((*((("id",), ("-id",), ("-beds",), ("level", "owner")) * 3), ("grade",), ("zzz",), "id"))


def live(cabinet: Cabinet, steps) -> None:
    """Write a life, leaving out what is refused."""
    for place, step in enumerate(steps):
        with suppress(PharmaSalesError):
            _lived(cabinet, place, *step)


def _lived(cabinet: Cabinet, place: int, what: str, one: str, other: str, day: date, values) -> None:
    at = AT + timedelta(hours=9 * place)
    who = {"at": at, "by": "u1", "why": "seen there"}
    if what == "open":
        own = {
            name: value for name, value in values.items() if name in ("kind", "owner", "division", "level", "parent")
        }
        fields = {name: value for name, value in values.items() if name in ("beds", "grade")}
        customer = Customer(one, f"Example Name{IDS.index(one)}", **{"kind": "doctor", **own}, fields=fields)
        made, change = Dossier.open(customer, since=day, **who)
        cabinet.keep([made], [change])
        return
    file = cabinet.dossier(one)
    if what == "merge":
        *files, changes = merge(file, cabinet.dossier(other), **who)
        cabinet.keep(files, changes)
    elif what == "unmerge":
        for twin in [one for one in cabinet.register() if one.into]:
            *files, changes = unmerge(cabinet.dossier(twin.into), twin, **who)
            cabinet.keep(files, changes)
    elif what == "request":
        cabinet.ask(propose(f"Q{place % 3}", file, values, since=day, **who))
    elif what == "decide":
        asked = min(cabinet.requests(), key=lambda one: one.state != "proposed", default=None)
        if asked is None:
            return
        who = {"at": at, "by": "m1"}
        if place % 2:
            cabinet.ask(reject(asked, why="no", **who))
        else:
            done, file, change = approve(asked, cabinet.dossier(asked.customer), **who)
            cabinet.keep([file], [change], request=done)
    elif what == "consent":
        told = (*cabinet.consents(one), Consent(one, "marketing", "any", "opt_in", day, f"F-{place}"))
        cabinet.keep_consents(one, told, **who)
    elif what == "erase":
        erase_person(cabinet, one, **who)
    else:
        _changed(cabinet, file, what, day, values, who)


def _changed(cabinet: Cabinet, file: Dossier, what: str, day: date, values, who) -> None:
    if what == "correct":
        file, changes = file.correct(values, **who)
        cabinet.keep([file], changes)
        return
    more = {"amend": {"values": values, "since": day}, "reassign": {"since": day}, "close": {"since": day}}
    if what == "reassign":
        more["reassign"]["owner"] = values.get("owner", "r1")
    changed, change = getattr(file, what)(**more.get(what, {}), **who)
    cabinet.keep([changed], [change])


def _walk(cabinet: Cabinet, criteria, on, known, **more):
    return find(cabinet.register().on(on, known), criteria, **more)


def told(work, *args, **more):
    """Return what was found, or the code of the error."""
    try:
        page = work(*args, **more)
    except PharmaSalesError as error:
        return error.code
    return [one.record() for one in page], page.total, page.next


def same_as_the_walk(cabinet: Cabinet, criteria, on, known, order, limit) -> None:
    """Find page by page, narrowed and by the whole walk; where the walk refuses a value, a narrowed one need not."""
    after = ""
    while True:
        more = {"order": order, "limit": limit, "after": after}
        walked = told(_walk, cabinet, criteria, on, known, **more)
        found = told(cabinet.find, criteria, on=on, known=known, **more)
        if isinstance(walked, str):
            assert found == walked or (not isinstance(found, str) and narrowed(criteria))
            return
        assert found == walked
        after = walked[2]
        if not after:
            return


def right_marks(cabinet: Cabinet) -> None:
    """Check that every record of a customer bears its node, every tab is its file's, and that index changes nothing."""
    store, register = cabinet.store, cabinet.register()
    assert {one.id: Tab.read(one.data) for one in store.find(CUSTOMERS)} == {one.id: Tab.of(one) for one in register}
    head = store.head()
    assert cabinet.index(at=AT, by="u1") == len(register)
    assert store.head() == head


def right_parts(cabinet: Cabinet, nodes) -> None:
    """Check that a reader of some nodes sees the files, requests and consents of exactly these, and nothing else."""
    part, register = cabinet.within(nodes), cabinet.register()
    seen = {file.id: file for file in register if node_of(file) in nodes}
    assert {file.id: file for file in part.register()} == seen
    assert part.requests() == [one for one in cabinet.requests() if one.customer in seen]
    assert part.every_consent() == tuple(one for one in cabinet.every_consent() if one.subject in seen)
    for file in register:
        assert part.consents(file.id) == (cabinet.consents(file.id) if file.id in seen else ())
        if file.id not in seen:
            with pytest.raises(NotFound) as other:
                part.dossier(file.id)
            with pytest.raises(NotFound) as none:
                part.dossier("Q404")
            assert str(other.value) == str(none.value).replace("Q404", file.id)
    assert part.store.kinds() == [kind for kind in KINDS if part.store.count(kind)]


def a_life(url: str, steps, criteria, on, known, order, limit, nodes) -> None:
    """Write a life into a new store and check all laws on it."""
    with open_store(url, create=True) as store:
        cabinet = Cabinet(store, lambda: bytes(32))
        live(cabinet, steps)
        same_as_the_walk(cabinet, criteria, on, known, order, limit)
        same_as_the_walk(cabinet.within(nodes), criteria, on, known, order, limit)
        right_marks(cabinet)
        right_parts(cabinet, nodes)
        assert bool(cabinet.verify(cabinet.head()))


CASE = st.tuples(
    LIVES, CRITERIA, DAYS, st.none() | DAYS, ORDERS, st.integers(1, 3), st.sets(st.sampled_from(OWNERS[1:4]))
)


@settings(max_examples=250, deadline=None)
@given(CASE)
def test_finding_is_the_whole_walk_in_memory(case):
    """Law: any life, question, day, knowledge, order, page and scope: as `archive.find` over the register."""
    a_life("memory:", *case)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CASE)
def test_finding_is_the_whole_walk_in_sqlite(tmp_path_factory, case):
    """Law: the same in a SQLite file."""
    a_life(f"sqlite:///{tmp_path_factory.mktemp('find')}/a.db", *case)


@settings(max_examples=8, deadline=None)
@given(CASE)
def test_finding_is_the_whole_walk_in_postgresql(postgres, case):
    """Law: the same in PostgreSQL."""
    a_life(postgres.database(), *case)


# --- what narrows, and what does not ---


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        (where(id="H1"), {"id": ("H1",)}),
        (where(owner__in=("r1", "r2")), {"owner": ("r1", "r2")}),
        (where(level__any=("三级",)), {"level": ("三级",)}),
        (where(grade="A"), {"grade": ("A",)}),
        (where(grade=1), {}),
        (where(grade__in=("A", 1)), {}),
        (where(owner=""), {}),
        (where(owner__in=()), {"owner": ()}),
        (where(owner__missing=True), {}),
        (where(owner__has="r"), {}),
        (where(level__all=("三级",)), {}),
        (where(name="Example"), {}),
        (where(division="330000"), {"division": ("33",)}),
        (where(division__within="3301"), {"division": ("3301",)}),
        (where(division__within="00"), {}),
        (where(parent__within="33"), {}),
        (~where(owner="r1"), {}),
        (where(owner="r1", beds__at_least=1), {"owner": ("r1",)}),
        (where(division__within="33") & where(division__in=("3301", "3302")), {"division": ("33",)}),
        (where(owner__in=("r1", "r2")) & where(owner="r1"), {"owner": ("r1",)}),
        (where(owner="r1") | where(owner="r2", kind="doctor"), {"owner": ("r1", "r2")}),
        (where(owner="r1") | where(kind="doctor"), {}),
        (Some([]), {}),
        (where(), {}),
    ],
    ids=str,
)
def test_what_narrows(criteria, names):
    """Equality, several values and a division around narrow; an or by what all its arms name; all else does not."""
    assert narrowed(criteria) == names


def test_a_tab_bears_every_value_and_no_name():
    """Every owner, level, kind, grade and division with those around it, of any day; no name, no field but these."""
    file = opened("D1", "doctor", owner="r1", level="A", division="330108", fields={"grade": ("x", "y"), "mobile": "1"})
    file, _ = file.amend({"owner": "r2", "division": "350000", "level": None, "grade": 7}, since=DAY, **WHO)
    assert Tab.of(file).data() == {
        "@node": "r2",
        "@labels": {
            "division": ["33", "3301", "330108", "35"],
            "grade": ["x", "y"],
            "kind": ["doctor"],
            "level": ["A"],
            "owner": ["r1", "r2"],
        },
        "changes": 2,
    }
    assert Tab.read(Tab.of(file).data()) == Tab.of(file)


@pytest.mark.parametrize(("owner", "node"), [("", ""), ("r1", "r1"), ("*", "")])
def test_the_node_of_a_file(cabinet, owner, node):
    """A file belongs to its owner; one without is nobody's, and so is one whose owner is written as everybody."""
    keep(cabinet, opened("H1", owner=owner))
    (kept,) = cabinet.store.find(CHANGES)
    assert (node_of(cabinet.dossier("H1")), kept.data.get("@node", "")) == (node, node)
    assert len(cabinet.within(["r1", "r2"]).register()) == (node == "r1")
    assert marked({"@node": "r9"}, node) == ({"@node": node} if node else {})


def test_a_field_that_somebody_else_has(cabinet):
    """A field that no file lists is looked for in all files before it is refused, as without narrowing."""
    keep(cabinet, opened("H1", owner="r1"), opened("H2", owner="r2", fields={"house colour": "red"}))
    asked = Every([where(owner="r1"), where(**{"house colour": "red"})])
    assert cabinet.find(asked, on=DAY).total == 0
    with pytest.raises(BadValue, match=r"no such field @ house color; did you mean \"house colour\"\?"):
        cabinet.find(where(owner="r1") & where(**{"house color": "red"}), on=DAY)


def test_places_count_under_the_ids_they_were_merged_into(cabinet):
    """A doctor's parent merged twice over, a further place merged, another as it was: read with the doctor alone."""
    keep(cabinet, *(opened(f"H{n}", owner="r2") for n in range(1, 7)))
    for kept, twin in (("H3", "H1"), ("H4", "H3"), ("H5", "H2")):
        one, two, changes = merge(cabinet.dossier(kept), cabinet.dossier(twin), **WHO)
        cabinet.keep([one, two], changes)
    places = [Affiliation("H2", "consultant"), Affiliation("H6")]
    keep(cabinet, opened("D1", "doctor", owner="r1", parent="H1", affiliations=places))
    (found,) = cabinet.find(where(owner="r1"), on=DAY)
    assert (found.parent, [one.place for one in found.affiliations]) == ("H4", ["H5", "H6"])
    assert [found] == list(find(cabinet.register().on(DAY), where(owner="r1")))


def test_more_than_a_few(cabinet, monkeypatch):
    """Where the tabs leave most files, one walk reads all; the answer is the same either way."""
    keep(cabinet, *(opened(f"H{n:03d}", owner=f"r{n // 120}", level="三级") for n in range(600)))
    assert cabinet.find(where(level="三级", owner="r1"), on=DAY, limit=600).total == 120
    assert cabinet.find(where(level="三级"), on=DAY, limit=7).total == 600
    monkeypatch.setattr(Cabinet, "register", lambda _: pytest.fail("the whole register was read"))
    assert cabinet.find(where(owner="r1"), on=DAY, limit=600).total == 120
    assert cabinet.find(where(id__in=("H007", "H007", "H999")), on=DAY).total == 1


# --- the plans of SQLite ---


ONE_FILE = "SEARCH record USING PRIMARY KEY (kind=? AND id>? AND id<?)"


@pytest.fixture
def planned(tmp_path):
    """Return a cabinet in a SQLite file, and what gives the plan of each statement that some work runs."""
    with open_store(f"sqlite:///{tmp_path}/a.db", create=True) as store:
        cabinet, connection = Cabinet(store), store._tables.connection
        files = [
            opened(
                f"H{n:04d}", owner=f"r{n % 70}", level=f"L{n % 9}", division=f"33{n % 40:02d}", fields={"grade": "A"}
            )
            for n in range(700)
        ]
        keep(cabinet, *files)

        def plans(work) -> list[str]:
            statements: list[str] = []
            connection.set_trace_callback(statements.append)
            work()
            connection.set_trace_callback(None)
            found = [row[3] for text in statements for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")]
            return [one for one in found if "json_each" not in one and "SUBQUERY" not in one]

        yield cabinet, plans


@pytest.mark.parametrize(
    "criteria",
    [
        where(owner="r7"),
        where(owner__in=("r7", "r8")),
        where(division__within="3307"),
        where(division="330700"),
        where(level="L3"),
        where(grade="A", owner="r5"),
        where(owner="r7") & where(level="L3"),
    ],
    ids=str,
)
def test_no_table_is_scanned(planned, criteria):
    """Owner, division, level and grade: labels by their index, tabs by their ids, changes by the customer's."""
    cabinet, plans = planned
    found = set(plans(lambda: cabinet.find(criteria, on=DAY)))
    assert found == {
        "SEARCH label USING PRIMARY KEY (kind=? AND name=? AND value=?)",
        "SEARCH record USING PRIMARY KEY (kind=? AND id=?)",
        ONE_FILE,
    }


def test_an_id_is_looked_up(planned):
    """An id needs no label: its changes are looked up by what their ids begin with."""
    cabinet, plans = planned
    found = set(plans(lambda: cabinet.find(where(id="H0007"), on=DAY)))
    assert found == {ONE_FILE}


# --- customers change hands ---


def test_a_file_moves_with_its_owner(cabinet):
    """Changes, requests, consents and tab go over to the new owner in the same unit; the old one sees nothing more."""
    keep(cabinet, opened("D/1", "doctor", owner="r1"), opened("D2", "doctor", owner="r1"))
    for id_ in ("D/1", "D2"):
        cabinet.ask(propose(f"Q{id_}", cabinet.dossier(id_), {"title": "x"}, since=DAY, **WHO))
        cabinet.keep_consents(id_, [Consent(id_, "marketing", "any", "opt_in", DAY, "F-7")], **WHO)
    reassigned(cabinet, "D/1", "r2")
    assert {kind: [one.id for one in cabinet.within(["r2"]).store.find(kind)] for kind in KINDS} == {
        CHANGES: ["D%2F1/000000", "D%2F1/000001"],
        CONSENTS: ["D/1"],
        CUSTOMERS: ["D/1"],
        REQUESTS: ["QD/1"],
    }
    assert [file.id for file in cabinet.within(["r1"]).register()] == ["D2"]
    assert cabinet.store.history(CHANGES, "D%2F1/000000")[-1].sequence == cabinet.store.head().count
    reassigned(cabinet, "D/1", "")
    assert [cabinet.within([node]).consents("D/1") for node in ("r1", "r2")] == [(), ()]
    right_marks(cabinet)


def test_a_request_is_decided_after_the_customer_changed_hands(cabinet):
    """The record of the request has a further version, the request is the same: it is decided once, as ever."""
    keep(cabinet, opened("H1", owner="r1"))
    asked = propose("Q1", cabinet.dossier("H1"), {"beds": 1}, since=DAY, at=AT, by="u1", why="counted")
    cabinet.ask(asked)
    reassigned(cabinet, "H1", "r2")
    cabinet.ask(reject(asked, at=AT, by="m1", why="no"))
    assert [one.state for one in cabinet.within(["r2"]).requests()] == ["rejected"]
    with pytest.raises(Conflict):
        cabinet.ask(reject(asked, at=AT, by="m2", why="too late"))
    with pytest.raises(Conflict):
        cabinet.ask(
            reject(propose("Q2", cabinet.dossier("H1"), {"beds": 1}, since=DAY, **WHO), at=AT, by="m1", why="no")
        )


def test_an_approval_may_change_the_owner(cabinet):
    """A request to give the customer away is approved with its change in one act, and goes along."""
    keep(cabinet, opened("H1", owner="r1"))
    asked = propose("Q1", cabinet.dossier("H1"), {"owner": "r2"}, since=DAY, at=AT, by="u1", why="nearer")
    cabinet.ask(asked)
    done, file, change = approve(asked, cabinet.dossier("H1"), at=AT, by="m1", why="yes")
    cabinet.keep([file], [change], request=done)
    assert [one.state for one in cabinet.within(["r2"]).requests()] == ["approved"]
    right_marks(cabinet)


def test_an_old_reading_brings_nothing_back(cabinet):
    """Who read a file before an erasure took a name out of it and gives it away afterwards does not write it again."""
    keep(cabinet, opened("H1", owner="r1", fields={"contact": "Dr Canary"}), opened("D1", "doctor", name="Dr Canary"))
    before = cabinet.dossier("H1")
    erase_person(cabinet, "D1", at=AT, by="m1", why="asked for by the person")
    file, change = before.reassign("r2", since=DAY, **WHO)
    cabinet.keep([file], [change])
    assert cabinet.dossier("H1").values()["contact"] == "***"
    assert [len(cabinet.within([node]).register()) for node in ("r1", "r2")] == [0, 1]


def test_conflicts_after_a_move(cabinet):
    """The changes of a file are counted, not the versions of their records."""
    keep(cabinet, opened("H1", owner="r1"))
    mine = cabinet.dossier("H1")
    reassigned(cabinet, "H1", "r2")
    file, change = mine.amend({"beds": 2}, since=DAY, **WHO)
    with pytest.raises(Conflict) as found:
        cabinet.keep([file], [change])
    assert (found.value.expected, found.value.found) == (1, 2)


def test_many_change_hands_at_once(cabinet):
    """Six hundred of seven hundred go over to another owner in one act."""
    keep(cabinet, *(opened(f"H{n}", owner="r1") for n in range(700)))
    pairs = [cabinet.dossier(f"H{n}").reassign("r2", since=DAY, **WHO) for n in range(600)]
    cabinet.keep([file for file, _ in pairs], [change for _, change in pairs])
    assert [cabinet.within([node]).store.count(CHANGES) for node in ("r1", "r2")] == [100, 1200]


def test_the_latest_owner_that_is_known_counts(cabinet):
    """A file that goes over on a later day is the new owner's as soon as that is kept; the old one is found by then."""
    keep(cabinet, opened("H1", owner="r1"))
    file, change = cabinet.dossier("H1").reassign("r2", since=date(2026, 7, 1), **WHO)
    cabinet.keep([file], [change])
    assert [len(cabinet.within([node]).register()) for node in ("r1", "r2")] == [0, 1]
    for day, owner in ((DAY, "r1"), (date(2026, 7, 1), "r2")):
        assert [one.id for one in cabinet.find(where(owner=owner), on=day)] == ["H1"]
        assert cabinet.find(where(owner={"r1": "r2", "r2": "r1"}[owner]), on=day).total == 0


# --- erasure ---


def test_an_erased_person_keeps_owner_and_kind_alone(cabinet):
    """The tombstone's tab shows what the erased file shows; the level, a person's own, is gone from every version."""
    keep(cabinet, opened("D1", "doctor", owner="r1", level="A级", division="3301", fields={"grade": "K"}))
    file, change = cabinet.dossier("D1").amend({"level": "B级"}, since=DAY, **WHO)
    cabinet.keep([file], [change])
    erase_person(cabinet, "D1", at=AT, by="m1", why="asked for by the person")
    labels = {"division": ["33", "3301"], "kind": ["doctor"], "owner": ["r1"]}
    history = cabinet.store.history(CUSTOMERS, "D1")
    assert [one.data for one in history if one.data] == [{"@node": "r1", "@labels": labels, "changes": 3}]
    assert cabinet.within(["r1"]).dossier("D1").standing() == "erased"
    assert list(cabinet.store.find(CUSTOMERS, where={"level": ["A级", "B级"]})) == []
    right_marks(cabinet)


def test_the_tab_is_no_copy_elsewhere(cabinet):
    """Neither the person's tab nor that of somebody whose level bears the name is listed as a further copy."""
    keep(cabinet, opened("D1", "doctor", name="Canary"), opened("H1", level="Canary"))
    assert held_of(cabinet, "D1")[1] == ()
    erase_person(cabinet, "D1", at=AT, by="m1", why="asked for by the person")
    assert [one.data["@labels"].get("level") for one in cabinet.store.find(CUSTOMERS)] == [None, ["Canary"]]


def test_ids_of_others_that_hold_the_name(cabinet):
    """An id in which the name is a part only stays with everything that hangs on it: it is somebody else's."""
    keep(cabinet, opened("D1", "doctor", name="Canary"), opened("D2/Canary", "doctor", name="Other Person"))
    cabinet.keep_consents("D2/Canary", [Consent("D2/Canary", "marketing", "any", "opt_in", DAY, "F-7")], **WHO)
    erase_person(cabinet, "D1", at=AT, by="m1", why="asked for by the person")
    assert len(cabinet.consents("D2/Canary")) == len(cabinet.dossier("D2/Canary").changes) == 1
    right_marks(cabinet)


def test_an_id_that_is_the_name_goes_with_its_tab(cabinet):
    """A customer whose whole id is the person's name cannot stay: file and tab go."""
    keep(cabinet, opened("D1", "doctor", name="Canary", owner="r1"), opened("Canary", owner="r1", name="Example"))
    erase_person(cabinet, "D1", at=AT, by="m1", why="asked for by the person")
    assert [one.id for one in cabinet.store.find(CUSTOMERS)] == [file.id for file in cabinet.register()] == ["D1"]


# --- a reader of a part ---

READS = {"consents", "dossier", "every_consent", "find", "register", "requests"}
REFUSED = set("ask chain entries head index keep keep_consents replace rewrite shown unname verify within".split())


def calls(part: Cabinet, file: Dossier, unit) -> dict:
    """Return all else that a cabinet offers, by name."""
    return {
        "ask": lambda: part.ask(propose("Q1", file, {"beds": 1}, since=DAY, **WHO)),
        "chain": lambda: part.chain,
        "entries": lambda: part.entries(),
        "head": lambda: part.head(),
        "index": lambda: part.index(at=AT, by="u1"),
        "keep": lambda: keep(part, file),
        "keep_consents": lambda: part.keep_consents("D1", [], **WHO),
        "replace": lambda: part.replace(unit, file, file.changes[-1]),
        "rewrite": lambda: part.rewrite(unit, file),
        "shown": lambda: part.shown("export", 1, ["name"], **WHO),
        "unname": lambda: part.unname(unit, "D1", at=AT, by="u1"),
        "verify": lambda: part.verify(),
        "within": lambda: part.within(["r1"]),
    }


def test_every_method_is_a_read_or_refused():
    """A new method of the cabinet has to say which it is."""
    names = {name for name, _ in inspect.getmembers(Cabinet) if not name.startswith("_")}
    assert names - {"salt", "store"} == READS | REFUSED


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_reader_of_a_part_does_nothing_else(cabinet, name):
    """Writes, the chain and what needs the whole archive are refused by name, and change nothing."""
    keep(cabinet, opened("D1", "doctor", owner="r1"))
    head, file = cabinet.store.head(), cabinet.dossier("D1")
    with cabinet.store.unit(by="u1", why="test", at=AT) as unit, pytest.raises(StorageError) as found:
        calls(cabinet.within(["r1"]), file, unit)[name]()
    assert (found.value.code, cabinet.store.head()) == ("storage.scope", head)


@pytest.mark.parametrize(
    "work",
    [
        lambda part: held_of(part, "D1"),
        lambda part: correct_person(part, "D1", {"level": "x"}, **WHO),
        lambda part: erase_person(part, "D1", **WHO),
        lambda part: Erasure.of(part, "D1", **WHO),
        lambda part: copies_table(copies_of(part, Person.of([]))),
        lambda part: part.store.head(),
        lambda part: part.store.units(),
        lambda part: part.store.take([]),
        lambda part: part.store.unit(by="u1", why="x", at=AT),
    ],
    ids=["held", "correct", "erase", "erasure", "copies", "head", "units", "take", "unit"],
)
def test_rights_need_the_whole_archive(cabinet, work):
    """What is kept of a person, and every copy of it, is never told from a part."""
    keep(cabinet, opened("D1", "doctor", owner="r1"))
    with pytest.raises(StorageError, match=r"\[storage\.scope\]"):
        work(cabinet.within(["r1"]))


def test_a_part_is_opened_and_closed_without_the_store(cabinet):
    """Closing the part leaves the store open to its owner."""
    keep(cabinet, opened("H1", owner="r1"))
    with cabinet.within(["r1"]).store as part:
        assert part.get(CUSTOMERS, "H1").version == part.count(CUSTOMERS) == len(part.history(CUSTOMERS, "H1"))
        assert (part.ids(CUSTOMERS), [id_ for id_, _ in part.histories(CUSTOMERS)]) == (["H1"], ["H1"])
        part.close()
    assert len(cabinet.register()) == 1
    with pytest.raises(BadValue, match="one text"):
        cabinet.within("r1")


def test_places_of_others_are_not_shown(cabinet):
    """A doctor of r1 in a hospital of r2: r1 sees the doctor without the hospital, and no error tells of it."""
    keep(cabinet, opened("H1", owner="r2"), opened("H2", owner="r2"))
    keep(cabinet, opened("D1", "doctor", owner="r1", parent="H1"), opened("D2", "doctor", owner="r1", name="Other X"))
    part = cabinet.within(["r1"])
    assert [(one.id, one.parent) for one in part.find(where(owner="r1"), on=DAY)] == [("D1", ""), ("D2", "")]
    assert [(one.id, one.parent) for one in cabinet.find(where(id="D1"), on=DAY)] == [("D1", "H1")]


def test_a_file_merged_into_one_of_somebody_else(cabinet):
    """The twin of r1 went into a file of r2: r1 still sees the twin's file, merged, and the archive without it."""
    keep(cabinet, opened("D1", "doctor", owner="r2", name="Canary"), opened("D2", "doctor", owner="r1", name="Canary"))
    one, two, changes = merge(cabinet.dossier("D1"), cabinet.dossier("D2"), **WHO)
    cabinet.keep([one, two], changes)
    part = cabinet.within(["r1"])
    assert ([file.standing() for file in part.register()], part.find(where(), on=DAY).total) == (["merged"], 0)
    assert part.find(where(id="D2"), on=DAY).total == 0


# --- archives of an earlier version ---


def unindexed(cabinet: Cabinet) -> None:
    """Take away all tabs and marks, as an archive of an earlier version has none."""
    store = cabinet.store
    with store.unit(by="u1", why="as before", at=AT) as unit:
        unit.replace(CUSTOMERS, "", [])
        for kind in (CHANGES, CONSENTS, REQUESTS):
            bare = [(one.id, {name: one.data[name] for name in one.data if name[0] != "@"}) for one in store.find(kind)]
            unit.put_many(kind, bare)


def test_an_archive_of_an_earlier_version_is_indexed(cabinet):
    """It is read as ever, shown to no part, and neither searched nor written before `index`, which does it once."""
    keep(cabinet, opened("D/1", "doctor", owner="r1"), opened("H1", owner="r2"))
    cabinet.ask(propose("Q1", cabinet.dossier("D/1"), {"title": "x"}, since=DAY, **WHO))
    cabinet.keep_consents("D/1", [Consent("D/1", "marketing", "any", "opt_in", DAY, "F-7")], **WHO)
    unindexed(cabinet)
    register = cabinet.register()
    assert (len(register), len(cabinet.within(["r1", "r2"]).register())) == (2, 0)
    assert cabinet.find(where(), on=DAY).total == 2 * cabinet.find(where(id="H1"), on=DAY).total == 2
    for work in (
        lambda: cabinet.find(where(owner="r1"), on=DAY),
        lambda: keep(cabinet, opened("H2")),
        lambda: keep(cabinet, *(opened(f"H{n}") for n in range(1000, 1600))),
        lambda: reassigned(cabinet, "H1", "r9"),
    ):
        with pytest.raises(StorageError, match=r"no index.*Cabinet\.index \[archive\.index\]"):
            work()
    assert cabinet.index(at=AT, by="u1") == 2
    right_marks(cabinet)
    right_parts(cabinet, ["r1"])
    assert dict(cabinet.register().dossiers) == dict(register.dossiers)
    assert cabinet.find(where(owner="r1"), on=DAY).total == 1
    reassigned(cabinet, "D/1", "r3")
    assert len(cabinet.within(["r3"]).requests()) == len(cabinet.within(["r3"]).consents("D/1")) == 1


def test_a_store_of_schema_1_is_migrated_and_indexed(tmp_path):
    """What the first version wrote: after `storage.migrate` the doctor is read, after `index` found and in a part."""
    path = tmp_path / "sales.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript((Path(__file__).parents[1] / "storage" / "older" / "v1.sql").read_text("utf-8"))
    migrate(f"sqlite:///{path}")
    with open_store(f"sqlite:///{path}") as store:
        cabinet = Cabinet(store)
        assert (cabinet.dossier("D1").kind, len(cabinet.within(["r1"]).register())) == ("doctor", 0)
        assert cabinet.index(at=AT, by="u1") == 1
        assert [one.id for one in cabinet.within(["r1"]).find(where(owner="r1"), on=DAY)] == ["D1"]
        right_marks(cabinet)
        assert bool(cabinet.verify()) == bool(store.verify()) is True


def test_a_person_is_erased_before_the_index(cabinet):
    """Erasing waits for no index; what it leaves is indexed later."""
    keep(cabinet, opened("D1", "doctor", owner="r1", level="A级"), opened("H1"))
    unindexed(cabinet)
    erase_person(cabinet, "D1", at=AT, by="m1", why="asked for by the person")
    assert cabinet.store.count(CUSTOMERS) == 0
    assert cabinet.index(at=AT, by="u1") == 2
    right_marks(cabinet)


def test_an_index_cut_short_leaves_nothing(cabinet):
    """One unit of work: where a change cannot be kept there is no tab either."""
    keep(cabinet, opened("H1", owner="r1"))
    unindexed(cabinet)
    with cabinet.store.unit(by="u1", why="broken", at=AT) as unit:
        unit.put(REQUESTS, "Q1", {"customer": 7, "@labels": {"customer": "7"}})
    head = cabinet.store.head()
    with pytest.raises(StorageError, match="open"), cabinet.store.unit(by="u1", why="other", at=AT):
        cabinet.index(at=AT, by="u1")
    assert (cabinet.store.head(), cabinet.store.count(CUSTOMERS)) == (head, 0)


def test_the_register_of_a_part_is_a_register(cabinet):
    """It answers for days as any register does."""
    keep(cabinet, opened("H1", owner="r1"), opened("H2", owner="r2"))
    part = cabinet.within(["r1"]).register()
    assert (isinstance(part, Register), [one.id for one in part.on(DAY)]) == (True, ["H1"])
