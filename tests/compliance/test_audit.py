"""The audit chain: what enters it, what it proves, and six ways of tampering with it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pharmasales.compliance.audit import START, Anchor, Entry, append, content_hash, matches
from pharmasales.compliance.personal import USES
from pharmasales.compliance.sealing import Seal, canonical, digest, field_key, plain
from pharmasales.compliance.verification import Verified, entry_data, entry_from_data, verify
from pharmasales.errors import BadValue
from pharmasales.testing.strategies import ids

SALT = bytes(range(32))
OTHER = bytes(32)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
CANARY = {"name": "金丝雀示例", "mobile": "13912345678", "id_number": "11010119900101001X", "shoe_size": "canary-42"}


def entry(head: Anchor = START, **more: Any) -> Entry:
    """Return a next entry with plain defaults."""
    known: dict[str, Any] = {"at": AT, "by": "u1", "kind": "doctor", "id": "D1", "action": "amend", "why": "visit"}
    return append(head, **{**known, **more})


def chain_of(specs: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Return a chain of as many entries."""
    made: list[Entry] = []
    for spec in specs:
        made.append(entry(made[-1].head if made else START, **spec))
    return made


VALUES = st.dictionaries(
    st.sampled_from(["kind", "owner", "beds", "name", "mobile", "shoe_size", "affiliation:H2", "products"]),
    st.none() | st.text("甲乙ab1", max_size=4) | st.integers(0, 99) | st.lists(st.text("xy", max_size=2), max_size=2),
    max_size=3,
)
SPECS = st.fixed_dictionaries(
    {
        "at": st.integers(-9, 9).map(lambda hours: AT + timedelta(hours=hours)),
        "by": st.sampled_from(["u1", "u2"]),
        "id": ids(),
        "action": st.sampled_from(["open", "amend", "erase"]),
        "why": st.sampled_from(["list of 2026", "拜访反馈"]),
        "old": VALUES,
        "new": VALUES,
        "salt": st.just(SALT),
    }
)
CHAINS = st.lists(SPECS, min_size=3, max_size=7).map(chain_of)


def rehashed(forged: Entry) -> Entry:
    """Return a forged entry whose own hash fits."""
    return evolve(forged, hash=content_hash(forged.content()))


def rebuilt(chain: Sequence[Entry], start: int) -> list[Entry]:
    """Return the chain with links, numbers and hashes made anew from a place on."""
    made = list(chain[:start])
    for one in chain[start:]:
        head = made[-1].head if made else START
        made.append(rehashed(evolve(one, sequence=head.count + 1, previous=head.hash)))
    return made


def broken(found: Verified) -> tuple[int, str]:
    """Return number and reason of the first bad entry."""
    assert found.first_bad is not None
    assert not found
    assert found.why.parts[0] == found.first_bad.why
    return found.first_bad.sequence, found.first_bad.reason


EDITS: dict[str, Any] = {
    "sequence": 99,
    "at": AT + timedelta(days=1),
    "by": "u9",
    "kind": "agent",
    "id": "forged",
    "action": "forged",
    "why": "forged",
    "old": {"beds": 12345},
    "new": {"name": {"digest": "0" * 64}},
    "previous": "f" * 64,
    "hash": "f" * 64,
}


@given(CHAINS)
def test_an_untouched_chain_verifies(chain: list[Entry]) -> None:
    """As entries, as plain data, as JSON read back; with an anchor at its end or before, and without one."""
    stored = json.loads(json.dumps([entry_data(one) for one in chain]))
    for given_chain in (chain, stored):
        found = verify(given_chain, chain[-1].head)
        assert (found.count, found.head, found.anchored, found.first_bad) == (len(chain), chain[-1].head, True, None)
    assert [entry_from_data(one) for one in stored] == chain
    assert not verify(chain).anchored
    assert verify(chain)
    assert all(verify(chain, one.head).anchored for one in chain)


@given(CHAINS, st.data())
def test_an_edit_of_any_field_is_found(chain: list[Entry], data: st.DataObject) -> None:
    """Attack 1 of 6: the entry itself is named, whichever field was edited."""
    place = data.draw(st.integers(0, len(chain) - 1))
    name = data.draw(st.sampled_from(sorted(EDITS)))
    assume(getattr(chain[place], name) != EDITS[name])
    forged = [*chain[:place], evolve(chain[place], **{name: EDITS[name]}), *chain[place + 1 :]]
    reason = "number" if name == "sequence" else "content"
    assert broken(verify(forged)) == (place + 1, reason)
    found = verify(forged)
    assert (found.count, found.head.count) == (place, place)


@given(CHAINS, st.data())
def test_an_edit_with_a_new_hash_breaks_the_next_link(chain: list[Entry], data: st.DataObject) -> None:
    """Who edits an entry and its hash is found at the next one; at the last one only the anchor tells."""
    place = data.draw(st.integers(0, len(chain) - 1))
    forged = [*chain[:place], rehashed(evolve(chain[place], why="forged")), *chain[place + 1 :]]
    if place < len(chain) - 1:
        assert broken(verify(forged)) == (place + 2, "link")
    else:
        assert verify(forged)
        assert broken(verify(forged, chain[-1].head)) == (len(chain), "rebuilt")


@given(CHAINS, st.data())
def test_a_deletion_is_found(chain: list[Entry], data: st.DataObject) -> None:
    """Attack 2 of 6: the missing number is named."""
    place = data.draw(st.integers(0, len(chain) - 2))
    forged = [*chain[:place], *chain[place + 1 :]]
    assert broken(verify(forged)) == (place + 1, "number")
    renumbered = [evolve(one, sequence=number) for number, one in enumerate(forged, 1)]
    assert broken(verify(renumbered)) == (place + 1, "content")


@given(CHAINS, st.data())
def test_a_swap_is_found(chain: list[Entry], data: st.DataObject) -> None:
    """Attack 3 of 6: the first of the two is named."""
    first = data.draw(st.integers(0, len(chain) - 2))
    second = data.draw(st.integers(first + 1, len(chain) - 1))
    forged = list(chain)
    forged[first], forged[second] = forged[second], forged[first]
    assert broken(verify(forged)) == (first + 1, "number")


@given(CHAINS, st.data())
def test_an_insertion_is_found(chain: list[Entry], data: st.DataObject) -> None:
    """Attack 4 of 6: a copy is named itself; a forged entry that fits what is before it, by the next one."""
    place = data.draw(st.integers(1, len(chain) - 1))
    copy = [*chain[:place], chain[place - 1], *chain[place:]]
    assert broken(verify(copy)) == (place + 1, "number")
    fitting = [*chain[:place], entry(chain[place - 1].head, why="forged"), *chain[place:]]
    assert broken(verify(fitting)) == (place + 2, "number")
    naive = [*chain[:place], evolve(entry(START), sequence=place + 1), *chain[place:]]
    assert broken(verify(naive)) == (place + 1, "content")
    unlinked = [*chain[:place], rehashed(evolve(entry(START), sequence=place + 1)), *chain[place:]]
    assert broken(verify(unlinked)) == (place + 1, "link")


@given(CHAINS, st.data())
def test_a_cut_end_is_found_with_an_anchor(chain: list[Entry], data: st.DataObject) -> None:
    """Attack 5 of 6: the first number cut off is named; without an anchor it is said to be unproved."""
    left = data.draw(st.integers(0, len(chain) - 1))
    assert broken(verify(chain[:left], chain[-1].head)) == (left + 1, "cut")
    assert not verify(chain[:left], chain[-1].head).anchored
    found = verify(chain[:left])
    assert found
    assert [part.text() for part in found.why.parts] == [
        "not proved without an anchor: that the end was not cut off",
        "not proved without an anchor: that the chain was not rebuilt",
    ]


@given(CHAINS, st.data())
def test_a_rebuilt_chain_is_found_with_an_anchor(chain: list[Entry], data: st.DataObject) -> None:
    """Attack 6 of 6: the anchored entry is named; an older anchor narrows it down; without one it is unproved."""
    place = data.draw(st.integers(0, len(chain) - 1))
    forged = rebuilt([*chain[:place], evolve(chain[place], why="forged"), *chain[place + 1 :]], place)
    assert verify(forged)
    for one in chain:
        found = verify(forged, one.head)
        if one.sequence <= place:
            assert found.anchored
        else:
            assert broken(found) == (one.sequence, "rebuilt")
            assert not found.anchored
    deleted = rebuilt([*chain[:place], *chain[place + 1 :]], place)
    assert not verify(deleted, chain[-1].head)


def test_what_an_older_anchor_leaves_unproved_is_said() -> None:
    """Entries after the anchor follow from each other; that is all."""
    chain = chain_of([{}, {}, {}])
    found = verify(chain, chain[1].head)
    assert [part.text("zh") for part in found.why.parts] == [
        "锚点证明至第 2 条",
        "锚点之后的条目尚未证明：末尾未被截断",
        "锚点之后的条目尚未证明：整链未被重建",
    ]
    assert [part.text() for part in verify(chain, chain[2].head).why.parts] == ["proved by the anchor up to entry 3"]


def test_a_chain_without_entries() -> None:
    """Nothing is whole; with an anchor of more it was cut off."""
    assert (verify([]).count, verify([]).head, verify([], START).anchored) == (0, START, True)
    assert broken(verify([], entry().head)) == (1, "cut")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"sequence": 1},
        None,
        7,
        {**entry_data(entry()), "extra": 1},
        {**entry_data(entry()), "sequence": "1"},
        {**entry_data(entry()), "sequence": True},
        {**entry_data(entry()), "why": None},
        {**entry_data(entry()), "old": "{}"},
        {**entry_data(entry()), "at": "yesterday"},
        {**entry_data(entry()), "at": 5},
        {**entry_data(entry()), "at": "2026-01-05T09:00:00Z"},
        {**entry_data(entry()), "at": "2026-01-05T17:00:00+08:00"},
        {**entry_data(entry()), "at": "2026-01-05T09:00:00"},
        {**entry_data(entry()), "at": "0001-01-01T00:00:00+14:00"},
        {**entry_data(entry()), "new": {"a": float("nan")}},
        {**entry_data(entry()), "new": {"a": object()}},
    ],
)
def test_data_that_is_no_entry_is_a_finding(row: Any) -> None:
    """A store that was tampered with gives a verdict, not a traceback."""
    first = entry()
    assert broken(verify([first, row], first.head)) == (2, "unreadable")


def test_lone_surrogates_and_deep_data_are_findings() -> None:
    """Text that no file can hold and data without end are bad entries too."""
    data = entry_data(entry())
    assert broken(verify([{**data, "why": "\ud800"}])) == (1, "content")
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert broken(verify([{**data, "new": {"a": deep}}])) == (1, "unreadable")


def test_personal_values_never_enter_in_clear() -> None:
    """Canaries of every kind, in old and new, in an unregistered field and inside an open one: none is found."""
    made = entry(
        old=CANARY,
        new={**CANARY, "products": [{"name": CANARY["name"]}], "source": f"told by {CANARY['name']}"},
        salt=SALT,
        never=CANARY.values(),
    )
    seen = json.dumps(entry_data(made), ensure_ascii=False) + repr(made) + str(made)
    assert [value for value in CANARY.values() if value in seen] == []
    assert set(made.old) == set(CANARY)
    assert all(matches(made, name, value, SALT, side="old") for name, value in CANARY.items())
    assert matches(made, "source", f"told by {CANARY['name']}", SALT)


@given(st.dictionaries(st.sampled_from(sorted(USES)), st.text("示例甲乙", min_size=5, max_size=9), max_size=5))
def test_no_personal_field_is_ever_in_clear(values: dict[str, str]) -> None:
    """Of a person, only open fields are in clear; of a firm, what is personal of persons only too."""
    for person in (True, False):
        kept = entry(new=values, salt=SALT, person=person).new
        for name, value in values.items():
            assert (kept[name] == value) == USES[name].is_open(person=person)


def test_a_firm_needs_no_salt() -> None:
    """A hospital's name and beds are open; a contact's name needs its salt all the same."""
    made = entry(kind="hospital", id="H1", person=False, new={"name": "示例医院", "beds": 800, "contact": None})
    assert made.new == {"name": "示例医院", "beds": 800, "contact": None}
    with pytest.raises(BadValue) as caught:
        entry(person=False, new={"contact": "张三"})
    assert (caught.value.code, caught.value.where) == ("audit.salt", "field 'contact'")
    assert "张三" not in str(caught.value)


def test_the_place_of_an_affiliation_is_hidden_too() -> None:
    """`affiliation:H2` stands under a digest of its own name, also when it ends."""
    made = entry(old={"affiliation:H2": "主任"}, new={"affiliation:H2": None, "products:P1": "x"}, salt=SALT)
    key = field_key("affiliation:H2", SALT)
    assert (set(made.old), made.new) == ({key}, {key: None, "products:P1": "x"})
    assert "H2" not in json.dumps(entry_data(made))
    assert matches(made, "affiliation:H2", "主任", SALT, side="old")
    assert matches(made, "affiliation:H2", None, SALT)


def test_erasing_is_destroying_the_salt() -> None:
    """While the salt lives a value is proved; under any other salt nothing is, and the chain verifies as before."""
    chain = chain_of([{"new": {"mobile": "13912345678"}, "salt": SALT}, {"new": {"owner": "r2"}}])
    assert matches(chain[0], "mobile", "13912345678", SALT)
    assert not matches(chain[0], "mobile", "13912345679", SALT)
    assert not matches(chain[0], "mobile", "13912345678", OTHER)
    assert not matches(chain[0], "mobile", "13912345678", SALT, side="old")
    assert not matches(chain[0], "absent", None, SALT)
    assert (matches(chain[1], "owner", "r2", SALT), matches(chain[1], "owner", "r1", SALT)) == (True, False)
    assert verify(chain, chain[-1].head).anchored


def test_the_same_value_looks_different_in_each_field_and_under_each_salt() -> None:
    """Nobody sees that two fields or two people share a value."""
    made = entry(new={"mobile": "13912345678", "wechat": "13912345678"}, salt=SALT)
    other = entry(new={"mobile": "13912345678"}, salt=OTHER)
    assert len({made.new["mobile"]["digest"], made.new["wechat"]["digest"], other.new["mobile"]["digest"]}) == 3


def test_a_digest_is_hmac_sha256() -> None:
    """The digest of a known value under a known salt, as any program computes it."""
    import hashlib
    import hmac

    expected = hmac.new(SALT, '{"a":"示例","b":[1,null]}'.encode(), hashlib.sha256).hexdigest()
    assert digest(SALT, {"b": [1, None], "a": "示例"}) == expected
    for salt in (b"short", b"", "x" * 32, bytearray(32)):
        with pytest.raises(BadValue) as caught:
            digest(salt, 1)  # type: ignore[arg-type]
        assert caught.value.code == "audit.salt"


@pytest.mark.parametrize(
    "why",
    [
        "called 13912345678",
        "called 139-1234-5678",
        "called １３９ １２３４ ５６７８",
        "金丝雀示例 asked",
        "ID 11010119900101001x",
    ],
)
def test_a_reason_with_a_personal_value_is_refused(why: str, caplog: pytest.LogCaptureFixture) -> None:
    """However it is spaced, dashed or widened; the error does not repeat it."""
    with caplog.at_level(logging.DEBUG), pytest.raises(BadValue) as caught:
        entry(why=why, never=CANARY.values())
    assert str(caught.value) == "it holds a personal value of the subject @ why; say it with ids only [audit.personal]"
    assert caplog.text == ""
    assert entry(why=why, never=["", " ", "-"]).why == why


def test_a_field_name_with_a_personal_value_is_refused() -> None:
    """A column named after a person does not slip in as a name."""
    with pytest.raises(BadValue) as caught:
        entry(new={CANARY["name"]: 1}, salt=SALT, never=CANARY.values())
    assert (caught.value.where, caught.value.code) == ("a field's name", "audit.personal")
    with pytest.raises(BadValue) as unknown:
        entry(new={CANARY["name"]: 1})
    assert CANARY["name"] not in str(unknown.value)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"at": datetime(2026, 1, 5)}, "audit.at"),  # noqa: DTZ001 - a moment without zone is what is refused
        ({"at": date(2026, 1, 5)}, "audit.at"),
        ({"at": datetime.min.replace(tzinfo=timezone(timedelta(hours=8)))}, "audit.at"),
        ({"why": " "}, "audit.why"),
        ({"why": "\x00"}, "text.control"),
        ({"by": ""}, "id.empty"),
        ({"kind": ""}, "id.empty"),
        ({"id": "a\nb"}, "id.lines"),
        ({"action": "\u200b"}, "id.empty"),
        ({"new": {"beds": 1.5}}, "audit.value"),
        ({"new": {"beds": {"a": object()}}}, "audit.value"),
        ({"new": {"beds": 10**5000}}, "audit.value"),
        ({"new": {"kind": "\ud800"}}, "text.control"),
        ({"new": {"name": "x"}}, "audit.salt"),
        ({"new": {"affiliation:H2": None}}, "audit.salt"),
        ({"new": {"name": "x"}, "salt": b"short"}, "audit.salt"),
    ],
)
def test_what_no_entry_can_hold_is_refused(wrong: dict[str, Any], code: str) -> None:
    """Moments without zone, empty words, floats, strange objects, numbers without end, a missing salt."""
    with pytest.raises(BadValue) as caught:
        entry(**wrong)
    assert caught.value.code == code


def test_data_deeper_than_twenty_levels_is_refused() -> None:
    """Nesting has an end."""
    deep: list[Any] = []
    for _ in range(30):
        deep = [deep]
    with pytest.raises(BadValue, match="list cannot be audited"):
        plain(deep)


def test_plain_values() -> None:
    """Dates, exact numbers, sets and lists have one plain form."""
    given_values = {
        "d": date(2026, 1, 5),
        "t": AT,
        "x": Decimal("1.50"),
        "f": Fraction(2, 3),
        "s": {"b", "a"},
        "n": (1, True),
    }
    expected = {"d": "2026-01-05", "t": AT.isoformat(), "x": "1.50", "f": "2/3", "s": ["a", "b"], "n": [1, True]}
    assert plain(given_values) == expected
    assert canonical(plain({"b": 1, "a": None})) == b'{"a":null,"b":1}'


def test_one_moment_in_two_zones_is_one_entry() -> None:
    """Moments are kept in UTC; the order of entries is their number, not their moment (T14)."""
    here = AT.astimezone(timezone(timedelta(hours=8)))
    assert entry(at=here) == entry(at=AT)
    chain = chain_of([{"at": AT}, {"at": AT - timedelta(days=400)}])
    assert verify(chain)


@pytest.mark.parametrize(
    ("count", "value"), [(-1, "0" * 64), (True, "a" * 64), (1, "A" * 64), (1, "a" * 63), (0, "a" * 64), (1, 7)]
)
def test_an_anchor_that_cannot_be_is_refused(count: int, value: str) -> None:
    """A count below 0, or a hash that no chain has."""
    with pytest.raises(BadValue) as caught:
        Anchor(count, value)
    assert caught.value.code == "audit.anchor"


def test_the_seal_shows_nothing() -> None:
    """Neither the salt nor the personal values stand in its repr."""
    seal = Seal(person=True, salt=SALT, never=CANARY.values())  # type: ignore[arg-type]  # any texts
    assert repr(seal) == "Seal(person=True)"


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(200, 400))
def test_a_long_chain_verifies_and_breaks_where_it_was_touched(length: int) -> None:
    """Hundreds of entries, one of them edited."""
    chain = chain_of([{}] * length)
    assert verify(chain, chain[-1].head).count == length
    chain[length // 2] = evolve(chain[length // 2], why="forged")
    assert broken(verify(chain)) == (length // 2 + 1, "content")
