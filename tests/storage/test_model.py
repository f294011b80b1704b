"""Memory beside SQLite beside PostgreSQL: the same steps give the same answers, versions, errors, history and chain."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pharmasales.errors import PharmaSalesError
from pharmasales.storage import open_store
from pharmasales.storage.records import DEPTH, as_text
from pharmasales.storage.tables import upper
from pharmasales.storage.texts import decode
from pharmasales.testing.storage_chain import told

AT = datetime(2026, 1, 5, tzinfo=UTC)
KINDS = st.sampled_from(["a", "b"])
IDS = st.sampled_from(["H1", "H2", "H10", "H%", "h1", "示", "示例", "\U0010ffff", " bad"])
PREFIXES = st.sampled_from(["", "H", "H1", "示", "%", "\U0010ffff"])
PLAIN = [{}, {"n": 1}, {"n": True}, {"n": 2**70, "t": "药"}, {"n": [1, {"x": None}]}, {"n": 0.5}, {"@other": 1}]
NODES = ["R01", "R02", "示", "*"]
TEXTS = ["A", "a", "示", "%", ""]
LABELS = st.dictionaries(st.sampled_from(["grade", "示"]), st.sampled_from(TEXTS) | st.lists(st.sampled_from(TEXTS)))
MARKED = st.fixed_dictionaries(
    {}, optional={"n": st.integers(0, 1), "@node": st.sampled_from([*NODES, " bad"]), "@labels": LABELS}
)
DATA = st.sampled_from(PLAIN) | MARKED
WHERES = st.dictionaries(
    st.sampled_from(["grade", "示"]), st.sampled_from(TEXTS) | st.lists(st.sampled_from(TEXTS)), max_size=2
)
SCOPES = st.none() | st.sets(st.sampled_from([*NODES, "R"])).map(sorted)
EXPECTED = st.sampled_from([None, None, 0, 1, 2, 3])
WRITES = st.one_of(
    st.tuples(st.just("put"), KINDS, IDS, DATA, EXPECTED),
    st.tuples(st.just("put"), KINDS, IDS, MARKED, st.none()),
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


def scoped(store, nodes):
    """Return the store, or a reader of these nodes."""
    return store if nodes is None else store.within(nodes)


def standing(reader):
    """Return all that stands, in the ways that do not ask for one record."""
    kinds = reader.kinds()
    return kinds, [(reader.ids(kind), list(reader.find(kind)), list(reader.histories(kind))) for kind in kinds]


class Undo(Exception):
    """Raised to roll back."""


class Stores(RuleBasedStateMachine):
    """The same steps on every store; `urls` makes the place of each behind the first, which is in memory."""

    def __init__(self, *urls):
        super().__init__()
        self.urls = urls
        self.stores = [open_store("memory:"), *(open_store(url, create=True) for url in self.urls)]
        self.number, self.heads = 0, []
        self.relax()

    def relax(self):
        """Let SQLite not wait for the disk."""
        for store in self.stores:
            connection = getattr(store._tables, "connection", None)
            if connection is not None:
                connection.execute("PRAGMA synchronous=OFF")

    def both(self, work):
        """Ask all stores and compare with the first."""
        first, *others = (answer(lambda store=store: work(store)) for store in self.stores)
        for other in others:
            assert first == other
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
                    said += [[store.ids(kind) for kind in store.kinds()], standing(store.within(["R01"]))]
                    said.append(answer(store.head))
                    if undo and steps:
                        raise Undo
            except Undo:
                said.append("undone")
            return said

        self.both(work)

    @rule(kind=KINDS, key=IDS, nodes=SCOPES)
    def one(self, kind, key, nodes):
        """Get one record and its history."""
        self.both(lambda store: scoped(store, nodes).get(kind, key))
        self.both(lambda store: scoped(store, nodes).history(kind, key))

    @rule(
        kind=KINDS,
        prefix=PREFIXES,
        after=st.sampled_from(["", "H1", "H5", "示"]),
        limit=st.sampled_from([None, 0, 1, 2, 9]),
        where=WHERES,
        nodes=SCOPES,
    )
    def search(self, kind, prefix, after, limit, where, nodes):
        """Find a page, with labels and within a scope, and count."""
        asked = {"prefix": prefix, "where": where}
        self.both(lambda store: list(scoped(store, nodes).find(kind, after=after, limit=limit, **asked)))
        self.both(lambda store: scoped(store, nodes).count(kind, **asked))
        self.both(lambda store: scoped(store, nodes).ids(kind, prefix=prefix))
        self.both(lambda store: list(scoped(store, nodes).histories(kind, prefix=prefix)))

    @rule(nodes=SCOPES)
    def scope(self, nodes):
        """Read all that a reader of some nodes sees."""
        self.both(lambda store: standing(scoped(store, nodes)))

    @rule(after=st.integers(-1, 5))
    def chain(self, after):
        """Read the units, which differ in salts and hashes alone, and verify with every head that there was."""
        self.both(lambda store: told(store.units(after=after)))
        self.heads.append([store.head() for store in self.stores])
        for heads in self.heads:
            assert len({head.count for head in heads}) == 1
            found = [store.verify(head) for store, head in zip(self.stores, heads, strict=True)]
            assert [(bool(one), one.anchored, one.count) for one in found] == [
                (True, True, self.heads[-1][0].count)
            ] * len(found)

    @rule()
    def take(self):
        """Take over the last store into one in memory, which is equal to it in everything, hashes too."""
        last = self.stores[-1]
        with open_store("memory:") as copy:
            assert copy.take(last.units()) == last.head()
            assert list(copy.units()) == list(last.units())
            assert standing(copy) == standing(last)

    @rule()
    def reopen(self):
        """Close what is not in memory and open it again."""
        for place, url in enumerate(self.urls, start=1):
            self.stores[place].close()
            self.stores[place] = open_store(url)
        self.relax()

    @invariant()
    def same(self):
        """Everything that can be found is the same."""
        self.both(standing)
        self.both(lambda store: store.head().count)

    def teardown(self):
        """Close all."""
        for store in self.stores:
            store.close()


def run(urls, examples, steps):
    """Compare memory with a fresh store at each of the URLs, in so many runs of up to so many steps."""
    checks = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(lambda: Stores(*urls()), settings=checks)


FULL = os.environ.get("DOSE") == "full"


def test_memory_and_sqlite():
    """SQLite and memory cannot be told apart by 40 runs of up to 25 steps (DOSE=full: 300 of 50)."""
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(10**6))
        run(lambda: [f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"], *((300, 50) if FULL else (40, 25)))


def test_three_stores(postgres):
    """Nor can PostgreSQL beside them, by 8 runs of up to 25 steps (DOSE=full: 100 of 50)."""
    with tempfile.TemporaryDirectory() as folder:
        numbers, database = iter(range(10**6)), postgres.database()

        def urls():
            number = next(numbers)
            return [f"sqlite:///{Path(folder) / f'{number}.db'}", f"{database}&schema=s{number}"]

        run(urls, *((100, 50) if FULL else (8, 25)))


@given(st.dictionaries(st.text("abc药", max_size=5), JSON, max_size=5))
def test_text_and_back(data):
    """Data come back equal from their canonical text, which does not depend on the order of keys."""
    text = as_text("hospital", "H1", data)
    assert decode(text) == data
    assert as_text("hospital", "H1", dict(reversed(data.items()))) == text


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]), max_size=3))
def test_upper_bound(text, prefix):
    """A text lies between a prefix and its upper bound exactly when it begins with the prefix."""
    for candidate in (text, prefix + text):
        bound = upper(prefix)
        below = bound is None or candidate < bound
        assert (candidate >= prefix and below) == candidate.startswith(prefix)


def test_depth():
    """A record may have 100 levels, not 101; a list that holds itself twice is refused at once."""
    deep = {}
    for _ in range(DEPTH - 1):
        deep = {"x": deep}
    assert decode(as_text("a", "b", deep)) == deep
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
