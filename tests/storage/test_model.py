"""SQLite beside memory: the same steps give the same answers, versions, errors and history."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pharmasales.errors import PharmaSalesError
from pharmasales.storage import open_store
from pharmasales.storage._sqlite_tables import upper
from pharmasales.storage.records import DEPTH, as_text, from_text

AT = datetime(2026, 1, 5, tzinfo=UTC)
KINDS = st.sampled_from(["a", "b"])
IDS = st.sampled_from(["H1", "H2", "H10", "H%", "h1", "示", "示例", "\U0010ffff", " bad"])
PREFIXES = st.sampled_from(["", "H", "H1", "示", "%", "\U0010ffff"])
DATA = st.sampled_from([{}, {"n": 1}, {"n": True}, {"n": 2**70, "t": "药"}, {"n": [1, {"x": None}]}, {"n": 0.5}])
EXPECTED = st.sampled_from([None, None, 0, 1, 2, 3])
WRITES = st.one_of(
    st.tuples(st.just("put"), KINDS, IDS, DATA, EXPECTED),
    st.tuples(st.just("put_many"), KINDS, st.lists(st.tuples(IDS, DATA), max_size=4)),
    st.tuples(st.just("delete"), KINDS, IDS, EXPECTED),
    st.tuples(st.just("replace"), KINDS, PREFIXES, st.lists(st.tuples(IDS, DATA), max_size=3)),
    st.tuples(st.just("erase"), KINDS, IDS, st.just("")),
    st.tuples(st.just("erase"), KINDS, st.just(""), PREFIXES),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("aб药 ", max_size=4), inner, max_size=4),
    max_leaves=12,
)


def answer(work):
    """Return what the work returns, or what it says when it is refused."""
    try:
        return work()
    except PharmaSalesError as error:
        return type(error).__name__, str(error)


def write(unit, step):
    """Do one write and return its answer."""
    name, *args = step
    if name == "erase":
        return answer(lambda: unit.erase(*args[:-1], prefix=args[-1]))
    if name in ("put", "delete"):
        return answer(lambda: getattr(unit, name)(*args[:-1], expected=args[-1]))
    return answer(lambda: getattr(unit, name)(*args))


class Undo(Exception):
    """Raised to roll back."""


class Twins(RuleBasedStateMachine):
    """The same steps on both stores."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'store.db'}"
        self.stores = [open_store("memory:"), open_store(self.url, create=True)]
        for connection in [self.stores[1]._tables.connection]:
            connection.execute("PRAGMA synchronous=OFF")
        self.number = 0

    def both(self, work):
        """Ask both stores and compare."""
        first, second = (answer(lambda store=store: work(store)) for store in self.stores)
        assert first == second
        return first

    @rule(steps=st.lists(WRITES, max_size=6), operation=st.sampled_from(["", "", "op1", "op2"]), undo=st.booleans())
    def unit(self, steps, operation, undo):
        """Do a unit of work with up to six writes, and commit or roll back."""
        self.number += 1

        def work(store):
            said = []
            try:
                with store.unit(by=f"u{self.number}", why="step", at=AT, operation=operation) as unit:
                    said += [unit.done, [write(unit, step) for step in steps]]
                    said.append([(r.id, r.version) for kind in "ab" for r in store.find(kind)])
                    said += [[store.ids(kind) for kind in store.kinds()]]
                    if undo and steps:
                        raise Undo
            except Undo:
                said.append("undone")
            return said

        self.both(work)

    @rule(kind=KINDS, key=IDS)
    def one(self, kind, key):
        """Get one record and its history."""
        self.both(lambda store: store.get(kind, key))
        self.both(lambda store: store.history(kind, key))

    @rule(
        kind=KINDS,
        prefix=PREFIXES,
        after=st.sampled_from(["", "H1", "H5", "示"]),
        limit=st.sampled_from([None, 0, 1, 2, 9]),
    )
    def search(self, kind, prefix, after, limit):
        """Find a page."""
        self.both(lambda store: list(store.find(kind, prefix=prefix, after=after, limit=limit)))
        self.both(lambda store: store.count(kind, prefix=prefix))
        self.both(lambda store: store.ids(kind, prefix=prefix))

    @rule()
    def reopen(self):
        """Close the file and open it again."""
        self.stores[1].close()
        self.stores[1] = open_store(self.url)
        self.stores[1]._tables.connection.execute("PRAGMA synchronous=OFF")

    @invariant()
    def same(self):
        """Everything that can be found is the same."""
        self.both(lambda store: [list(store.find(kind)) for kind in "ab"])
        self.both(lambda store: [store.history(kind, key) for kind in store.kinds() for key in store.ids(kind)])

    def teardown(self):
        """Close both."""
        for store in self.stores:
            store.close()
        self.folder.cleanup()


def test_twins():
    """SQLite and memory cannot be told apart by 40 runs of up to 25 steps."""
    checks = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(Twins, settings=checks)


@given(st.dictionaries(st.text("abc药", max_size=5), JSON, max_size=5))
def test_text_and_back(data):
    """Data come back equal from their canonical text, which does not depend on the order of keys."""
    text = as_text("hospital", "H1", data)
    assert from_text(text) == data
    assert as_text("hospital", "H1", dict(reversed(data.items()))) == text


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]), max_size=3))
def test_upper_bound(text, prefix):
    """A text lies between a prefix and its upper bound exactly when it begins with the prefix."""
    for candidate in (text, prefix + text):
        bound = upper(prefix)
        below = isinstance(bound, bytes) or candidate < bound
        assert (candidate >= prefix and below) == candidate.startswith(prefix)


def test_depth():
    """A record may have 100 levels, not 101; a list that holds itself twice is refused at once."""
    deep = {}
    for _ in range(DEPTH - 1):
        deep = {"x": deep}
    assert from_text(as_text("a", "b", deep)) == deep
    circle = []
    circle += [circle, circle]
    for data in ({"x": deep}, {"x": circle}):
        with pytest.raises(PharmaSalesError) as caught:
            as_text("a", "b", data)
        assert caught.value.code == "record.depth"


def test_too_many_digits():
    """An integer that Python itself would not write out is refused by type."""
    with pytest.raises(PharmaSalesError) as caught:
        as_text("a", "b", {"n": 10**5000})
    assert caught.value.code == "record.number"


@pytest.mark.parametrize(
    ("data", "where", "code"),
    [
        ({"x": {"y": [1, 0.5]}}, "a b 'x' 'y' 1", "record.type"),
        ({"x": {1: 2}}, "a b 'x'", "record.type"),
        ({"x": ["ok", "\x07"]}, "a b 'x' 1", "text.control"),
        ({"x": {"\ud800": 1}}, "a b 'x'", "text.control"),
        ({"x": "\x85"}, "a b 'x'", "text.control"),
    ],
)
def test_where(data, where, code):
    """A refusal names the way to the value, not the value."""
    with pytest.raises(PharmaSalesError) as caught:
        as_text("a", "b", data)
    assert (caught.value.where, caught.value.code) == (where, code)


def test_reprs_hide_data():
    """Neither a record nor an entry shows its data, nor an entry its reason."""
    with open_store("memory:") as store:
        with store.unit(by="u1", why="secret", at=AT) as unit:
            unit.put("doctor", "D1", {"mobile": "secret"})
        assert "secret" not in repr(store.get("doctor", "D1")) + repr(store.history("doctor", "D1"))
