"""Many records at once against one by one: the same texts, the same first refusal, word for word."""

import sys
from itertools import chain
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.names import normal_id
from pharmasales.storage import bulk
from pharmasales.storage.bulk import batch, chunks
from pharmasales.storage.records import DEPTH, as_text
from pharmasales.storage.texts import decode, decode_all


class Text(str):
    """Text of a kind of its own."""

    __slots__ = ()


PIECES = [*'a"\\示{},[]@%\u3000\u2028😀', "\n0.5\n", "e\u0301", "\x07", "\ud800"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
CLEAN = st.lists(st.sampled_from(PIECES[:-2]), max_size=4).map("".join)
ODD = st.sampled_from([0.5, float("nan"), Text("x"), (1,), b"x", {1: 2}, [0.5], {"a": {"b": 1.5}}, object()])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), CLEAN)


def nested(leaves):
    """Return JSON of these leaves."""
    return st.recursive(
        leaves, lambda below: st.lists(below, max_size=3) | st.dictionaries(CLEAN, below, max_size=3), max_leaves=6
    )


RECORDS = st.dictionaries(st.sampled_from(["b", "a", "示", 'q"', "@node", "@labels"]), nested(LEAVES), max_size=4)
GOOD = st.dictionaries(st.sampled_from(["b", "a", "示", 'q"']), nested(LEAVES), max_size=4)
BAD = st.one_of(
    st.dictionaries(TEXTS, nested(LEAVES | ODD | TEXTS), max_size=3),
    st.sampled_from([None, [], "x", {1: 2}, MappingProxyType({"a": 1})]),
)
IDS = st.one_of(
    st.integers(0, 9).map("H{}".format),
    st.sampled_from(["示例/1", "a b", " H1", "", "\u200b", "e\u0301", "각", "x\n", 5, None, Text("q"), "\ud800"]),
)


def one_by_one(kind, rows, prefix):
    """Return what a batch is, a record at a time."""
    found = {}
    for key, data in rows:
        text = as_text(kind, key, data)
        if key in found:
            raise BadValue("the same id twice in one batch", where=f"{kind} {key}", code="record.twice")
        if not key.startswith(prefix):
            raise BadValue("the id does not begin with the prefix", where=f"{kind} {key}", code="record.prefix")
        found[key] = text
    return found


def answer(work):
    """Return what the work returns, in its order, or what it says when it refuses."""
    try:
        return list(work().items())
    except BadValue as error:
        return str(error)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let a chunk hold five records, so that most batches have several."""
    monkeypatch.setattr(bulk, "CHUNK", 5)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(IDS, GOOD | RECORDS | BAD), max_size=12), st.sampled_from(["", "H"]))
def test_as_one_by_one(rows, prefix):
    """Whatever comes in, good and bad mixed, the answer is that of one record after the other."""
    assert answer(lambda: batch("a", rows, prefix)) == answer(lambda: one_by_one("a", rows, prefix))


@settings(max_examples=200, deadline=None)
@given(st.lists(GOOD, max_size=12))
def test_good(datas):
    """Good records come out in order, and their texts are read back together as they are one by one."""
    rows = [(f"H{place}", data) for place, data in enumerate(datas)]
    texts = batch("a", iter(rows))
    assert texts == one_by_one("a", rows, "")
    assert list(texts) == [key for key, _ in rows]
    assert decode_all(list(texts.values())) == [decode(text) for text in texts.values()] == datas


@pytest.mark.parametrize("depth", [DEPTH - 2, DEPTH - 1, DEPTH, DEPTH + 1, 3 * DEPTH])
def test_depth(depth):
    """The same depth is refused as for one record."""
    deep = {}
    for number in range(depth):
        deep = {"x": deep} if number % 2 else {"x": [deep]} if number < depth // 2 else {"x": deep}
    rows = [("H1", {"n": 1}), ("H2", deep)]
    assert answer(lambda: batch("a", rows)) == answer(lambda: one_by_one("a", rows, ""))


def test_digits():
    """A whole number with too many digits is refused as for one record, naming it."""
    rows = [("H1", {"n": 1}), ("H2", {"n": 10**5000})]
    assert answer(lambda: batch("a", rows)) == answer(lambda: one_by_one("a", rows, ""))
    assert "@ a H2" in answer(lambda: batch("a", rows))


def test_circle():
    """A list that holds itself many times is refused at once."""
    circle = []
    circle += [circle] * 10
    with pytest.raises(BadValue) as caught:
        batch("a", [("H1", {"x": circle})])
    assert caught.value.code == "record.depth"


def test_ids_of_every_character():
    """No character, alone or beside others, passes as an id in normal form when it is not."""
    passed = 0
    for number in chain(range(0x3100), range(0xA000, 0x10000, 1), range(0x1F000, 0x1F700), [sys.maxunicode]):
        for text in (chr(number), f"a{chr(number)}b", f"가{chr(number)}"):
            if bulk._apart([text], {}, ""):
                passed += 1
                assert normal_id(text) == text
    assert passed > 10_000


def test_fast_way_is_taken(monkeypatch):
    """Clean records are not judged one by one, and one text with a quote does not slow its neighbours."""
    asked = []
    monkeypatch.setattr(bulk, "as_text", lambda kind, key, data: asked.append(key) or as_text(kind, key, data))
    batch("a", [(f"H{number}", {"n": number, "t": 'say "x"' if number == 3 else "药"}) for number in range(12)])
    assert asked == ["H3"]


def test_chunks():
    """Chunks hold all items in order."""
    assert [list(chunk) for chunk in chunks(range(12))] == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11]]
