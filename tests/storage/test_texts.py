"""The canonical text beside the standard library's json: the same text, the same value back, the same refusals."""

import json
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.storage import open_store, records
from pharmasales.storage.records import as_text
from pharmasales.storage.texts import decode, decode_all, encode, encode_all

EDGES = [2**31, 2**53, 2**63, 2**64, 10**19, 10**308, 10**309, 10**4299]
NUMBERS = st.integers() | st.builds(
    lambda edge, by, sign: sign * (edge + by), st.sampled_from(EDGES), st.integers(-2, 2), st.sampled_from([1, -1])
)
MARKED = st.sampled_from(["@node", '"', "\\", "/", "\x00", "\x1f", "\x7f", "\x85", "\u2028", "\ue000", "\uffff", "😀"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.lists(MARKED, max_size=4).map("".join)
HALVES = st.text(st.characters(categories=["Cs"]), min_size=1, max_size=2)


def nested(leaves, keys):
    """Return objects of these leaves and keys."""
    below = st.recursive(leaves, lambda to: st.lists(to, max_size=4) | st.dictionaries(keys, to, max_size=4))
    return st.dictionaries(keys, below, max_size=6)


SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
GOOD = nested(SCALARS, TEXTS)
ANY = nested(SCALARS | HALVES | st.just("huge"), TEXTS | HALVES)


def swollen(value):
    """Return the value with numbers too long for Python to write, which no failing test could print."""
    if isinstance(value, dict):
        return {key: swollen(below) for key, below in value.items()}
    if isinstance(value, list):
        return [swollen(below) for below in value]
    return 10**4300 if value == "huge" else value


def dump(data):
    """Return what the standard library writes."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def same(one, other):
    """Whether two values are the same to the last type: True is not 1."""
    return repr(one) == repr(other)


@settings(max_examples=150)
@given(st.lists(GOOD, min_size=1, max_size=4))
@example([{"\U0001f600": 1, "\uffff": 2, "\ue000": 3, "é": 4, "z": 5, "": 6, "a": 7, "ab": 8, "a\x00": 9}])
def test_texts(datas):
    """Every text is that of the standard library, and every value comes back as that library reads it."""
    texts = [dump(data) for data in datas]
    assert [encode(data) for data in datas] == encode_all(datas) == texts
    read = [json.loads(text) for text in texts]
    assert same([decode(text) for text in texts], read)
    assert same(decode_all(texts), read)
    assert read == datas


@given(GOOD, st.sampled_from([None, 2]), st.booleans())
def test_any_spelling(data, indent, ascii_only):
    """Another spelling of the same value is read the same, and so is a key that comes twice."""
    text = json.dumps(data, ensure_ascii=ascii_only, indent=indent)
    assert same(decode(text), data)
    twice = f'{{"a":1,"a":{text}}}'
    assert same(decode(twice), json.loads(twice))


def test_order_is_that_of_code_points():
    """Keys stand in the order of their code points, beyond the basic plane too, where UTF-16 has another."""
    names = ["", "a", "a\x00", "ab", "z", "é", "药", "\ue000", "\uffff", "\U00010000", "😀", "\U0010ffff"]
    assert list(decode(encode(dict.fromkeys(reversed(names))))) == sorted(names) == names


@settings(max_examples=400)
@given(ANY)
@example({"a": "\ud800", "b": "huge"})
@example({"b": "\ud800", "a": "huge"})
def test_refusals(data):
    """What is refused, and with which words, is what a writer by the standard library alone would be told."""

    def answer():
        try:
            return as_text("hospital", "H1", swollen(data))
        except BadValue as error:
            return str(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "encode", dump)
        due = answer()
    assert answer() == due


@given(ANY)
def test_all_or_one_by_one(data):
    """Many at once are refused, or are what they are one by one."""
    data = swollen(data)
    try:
        found = encode_all([{}, data])
    except ValueError:
        return
    assert found == ["{}", dump(data)]


def test_digits():
    """With Python's limit of digits lifted, a number of any length is kept and read; with the limit it is refused."""
    number, limit = 10**5000, sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        text = encode({"n": -number})
        assert decode(text) == {"n": -number}
        assert decode_all([text, "{}"]) == [{"n": -number}, {}]
    finally:
        sys.set_int_max_str_digits(limit)
    with pytest.raises(ValueError, match="digits"):
        encode({"n": number})
    with pytest.raises(ValueError, match="digits"):
        decode(text)


@pytest.mark.parametrize("text", ["", "{", '{"a":1}}', '{"a":NULL}', '{"a":01}', "{'a':1}"])
def test_no_json(text):
    """What is no JSON is refused."""
    with pytest.raises(ValueError, match="char"):
        decode(text)


def test_fresh():
    """Data that a caller changes do not come back changed."""
    store = open_store("memory:")
    with store.unit(by="u1", why="load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
        unit.put_many("hospital", [("H1", {"tags": ["a"]})])
    for read in (lambda: store.get("hospital", "H1"), lambda: next(store.find("hospital"))):
        read().data["tags"].append("b")
        assert read().data == {"tags": ["a"]}
