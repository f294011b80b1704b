"""Areas and rights: the tree is checked at once; versions rule from their day on; what comes back went in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.divisions import Division, Divisions
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.recruitment.rights import (
    AgentRight,
    Areas,
    Commitment,
    Performed,
    RightVersion,
    commitment_data,
    commitment_from,
    performed_data,
    performed_from,
    right_data,
    right_from,
)
from pharmasales.recruitment.rights.stretches import common_days, uncovered_days
from pharmasales.units import CNY, Amount

START = date(2026, 1, 1)


def day(n):
    """Return a day after the start of 2026."""
    return START + timedelta(n)


def granted(first=0, last=9, signed=0, **more):
    """Return a right from one day to another."""
    until = None if last is None else day(last)
    told = {"since": day(first), "until": until, "signed": day(signed), "by": "p1", "evidence": "AG-1"}
    return AgentRight.grant("R1", "A1", "P1", "33", "province", **{**told, **more})


PAPER = {"by": "p1", "evidence": "AG-2"}


def test_the_tree_knows_its_levels():
    """Province, prefecture, county by depth; a hospital hangs anywhere; the country is above all."""
    areas = Areas.of({"33": "", "3301": "33", "330106": "3301"}, {"H1": "330106", "H2": "33", "H3": ""})
    assert [areas.level(one) for one in ("", "33", "3301", "330106", "H1", "H2")] == [
        "nation",
        "province",
        "prefecture",
        "county",
        "hospital",
        "hospital",
    ]
    assert areas.of_level("nation") == ("",)
    assert areas.of_level("county") == ("330106",)
    assert areas.of_level("hospital") == ("H1", "H2")
    assert areas.unplaced == ("H3",)
    assert areas.below[""] == ("33",)
    assert (areas.covers("", "H2"), areas.covers("3301", "H2"), areas.covers("H1", "H1")) == (True, False, True)
    assert repr(areas) == "Areas(3 areas, 2 hospitals)"
    with pytest.raises(NotFound, match=r"no such area @ area '3302'; did you mean"):
        areas.above("3302")


def test_codes_of_divisions_fit():
    """A tree of official codes is taken as it is."""
    china = Divisions.of([Division("330000", "浙江省"), Division("330100", "杭州市"), Division("330106", "西湖区")])
    areas = Areas.of({place.code: place.parent for place in china})
    assert areas.above("330106") == ("330106", "3301", "33", "")


@pytest.mark.parametrize(
    ("parents", "hospitals", "faults"),
    [
        ({"a": "b", "b": "a"}, {}, ["no province within three levels: a > b > a > b @ area 'a'", "b > a > b > a"]),
        ({"a": "a"}, {}, ["a > a > a > a"]),
        ({"a": "", "b": "a", "c": "b", "d": "c"}, {}, ["no province within three levels: d > c > b > a @ area 'd'"]),
        ({"a": "x"}, {"H": "y"}, ["unknown area above @ area 'a'", "unknown area above @ area 'H'"]),
        ({"a": "", "A": ""}, {"a ": "a"}, ["twin ids @ area 'A'; the first is 'a'"]),
    ],
)
def test_no_tree(parents, hospitals, faults):
    """Circles, depth, strangers and twins: all at once, with their path."""
    with pytest.raises(BadRows) as caught:
        Areas.of(parents, hospitals)
    lines = list(caught.value.lines())
    assert all(any(fault in line for line in lines) for fault in faults)
    assert all(line.endswith("[rights.area]") for line in lines)


def test_versions_rule_from_their_day_on():
    """An amendment takes over, an end cuts, a renewal goes on; the older ones stay."""
    one = granted(0, 9, exclusive=True)
    one = one.amend(since=day(4), until=day(9), exclusive=False, signed=day(3), **PAPER)
    one = one.renew(until=day(19), signed=day(8), **PAPER)
    one = one.end(last=day(14), signed=day(12), **PAPER)
    assert [(s.number, s.since, s.until, s.exclusive) for s in one.spans()] == [
        (1, day(0), day(3), True),
        (2, day(4), day(9), False),
        (3, day(10), day(14), False),
    ]
    assert one.spans(day(2)) == granted(0, 9, exclusive=True).spans()
    assert [s.until for s in one.spans(day(11))] == [day(3), day(9), day(19)]
    assert granted(signed=5).spans(day(4)) == ()
    again = one.renew(until=None, signed=day(20), **PAPER)
    assert again.spans()[-1].since == day(15)
    assert (one.unbroken(day(0)), one.unbroken(day(0), day(5)), one.unbroken(day(15))) == (day(14), day(9), None)
    assert again.unbroken(day(0)) == date.max
    assert [kind.text("zh") for _, kind, *_ in again.table().rows] == ["授权", "变更", "续签", "终止", "续签"]
    assert next((r.holder, r.region, r.exclusive, r.since, r.until) for r in one.rights()) == (
        "A1",
        "33",
        True,
        day(0),
        day(3),
    )


def test_a_version_from_the_first_day_replaces_the_one_before():
    """Amended or called off before it began, a right has no empty stretch."""
    one = granted().amend(since=day(0), until=None, exclusive=True, signed=day(1), **PAPER)
    assert [(s.number, s.until) for s in one.spans()] == [(2, None)]
    off = granted(5, 9).end(last=day(4), signed=day(1), **PAPER)
    assert off.spans() == ()


def test_a_renewal_may_begin_later_or_be_of_another_kind():
    """A gap is legal and seen; exclusivity goes on unless said."""
    one = granted(exclusive=True).renew(since=day(12), until=day(20), signed=day(11), **PAPER)
    assert (one.on(day(10)), one.on(day(12)).exclusive, one.unbroken(day(3))) == (None, True, day(9))
    assert granted().renew(until=day(12), exclusive=True, signed=day(2), **PAPER).newest.exclusive is True


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda: granted(last=None).renew(until=day(30), signed=day(1), **PAPER), "a right for ever is not renewed"),
        (lambda: granted().renew(since=day(9), until=day(30), signed=day(1), **PAPER), "a day of the old term"),
        (lambda: granted().renew(until=day(9), signed=day(1), **PAPER), "the last day is before the first"),
        (lambda: granted(signed=3).renew(until=day(30), signed=day(2), **PAPER), "signed before the version"),
        (lambda: granted().amend(since=day(10), until=None, exclusive=True, signed=day(1), **PAPER), "outside of"),
        (lambda: granted(5).end(last=day(3), signed=day(1), **PAPER), "outside of the term"),
        (lambda: granted().end(last=day(10), signed=day(1), **PAPER), "outside of the term"),
        (
            lambda: granted().end(last=day(3), signed=day(1), **PAPER).end(last=day(5), signed=day(1), **PAPER),
            "outside",
        ),
        (
            lambda: (
                granted()
                .end(last=day(3), signed=day(1), **PAPER)
                .renew(since=day(3), until=None, signed=day(2), **PAPER)
            ),
            "a day of the old term",
        ),
        (lambda: AgentRight("R", "A", "P", "", "province", "", ()), "the first version grants"),
        (lambda: AgentRight("R", "A", "P", "", "provinz", "", granted().versions), 'did you mean "province"'),
        (lambda: AgentRight("R", "A", "P", "", "region", "", granted().versions * 2), "granted a second time"),
        (lambda: RightVersion("grant", day(0), None, False, day(0), "p1", "E"), 'did you mean "granted"'),
    ],
)
def test_what_cannot_follow(change, fault):
    """Versions out of order are refused by name."""
    with pytest.raises(BadRule, match=fault):
        change()


def test_a_right_needs_its_paper():
    """No evidence, no right; a moment is no day."""
    with pytest.raises(BadValue, match="empty id"):
        granted(evidence=" ")
    with pytest.raises(BadValue, match="datetime"):
        granted(signed=0, since="2026-01-01")


@st.composite
def rights(draw, name="R1"):
    """Draw a right with up to four versions."""
    first, long = draw(st.integers(0, 6)), st.integers(0, 5)
    one = granted(first, first + draw(long), exclusive=draw(st.booleans()))
    for signed in range(1, draw(st.integers(0, 3)) + 1):
        newest = one.newest
        kind = draw(st.sampled_from(["renew", "amend", "end"]))
        told = {"signed": day(signed), **PAPER}
        if kind == "renew" or newest.kind == "ended":
            start = (newest.since if newest.kind == "ended" else newest.until + timedelta(1)) + timedelta(draw(long))
            one = one.renew(since=start, until=start + timedelta(draw(long)), exclusive=draw(st.booleans()), **told)
        else:
            start = newest.since + timedelta(draw(st.integers(0, (newest.until - newest.since).days)))
            if kind == "end":
                one = one.end(last=start - timedelta(1), **told)
            else:
                one = one.amend(since=start, until=start + timedelta(draw(long)), exclusive=draw(st.booleans()), **told)
    return one


def ruling(one, asked, known):
    """Return whether a right is exclusive on a day, by reading its versions one by one; none where off."""
    found = None
    for version in one.versions:
        if version.signed <= known and version.since <= asked:
            found = version
    if found is None or found.kind == "ended" or asked > found.until:
        return None
    return found.exclusive


@settings(max_examples=60, deadline=None)
@given(rights(), rights(), st.integers(0, 4), st.integers(0, 12))
def test_spans_equal_the_days_read_one_by_one(one, other, known, since):
    """In force, common and uncovered days: as on a wall calendar."""
    told, days = day(known), [day(n) for n in range(40)]
    mine = {d: ruling(one, d, told) for d in days}
    theirs = {d: ruling(other, d, told) for d in days}
    assert {d: s.exclusive if (s := one.on(d, told)) else None for d in days} == mine
    here, there = one.spans(told), other.spans(told)
    late = [d for d in days if d >= day(since)]
    both = [d for d in late if mine[d] is not None and theirs[d] is not None]
    assert within(common_days(here, there, since=day(since)), days) == both
    alone = [d for d in both if mine[d] or theirs[d]]
    assert within(common_days(here, there, since=day(since), exclusive=True), days) == alone
    lacking = [d for d in late if mine[d] is not None and theirs[d] is None]
    assert within(uncovered_days(here, there, since=day(since)), days) == lacking
    for d in days:
        last = one.unbroken(d, told)
        assert (last is None) == (mine[d] is None)
        if last is not None:
            assert all(mine[e] is not None for e in days if d <= e <= last)
            assert mine[last + timedelta(1)] is None


def within(stretches, days):
    """Return the days that lie in stretches; two stretches never touch."""
    for (_, last), (first, _) in pairwise(stretches):
        assert last + timedelta(1) < first
    return [d for d in days if any(first <= d <= last for first, last in stretches)]


@settings(max_examples=30, deadline=None)
@given(rights())
def test_rights_come_back_as_they_went(one):
    """Through JSON text and back."""
    assert right_from(json.loads(json.dumps(right_data(one)))) == one


def test_promises_come_back_as_they_went():
    """Amounts keep their unit, periods their form."""
    from pharmasales.periods import period

    for text in ("2026", "2026-Q1", "2026-01", "2026-W05", "2026-Q2+Q3"):
        promise = Commitment("AG", period(text), Amount.of("12.50", CNY))
        assert commitment_from(json.loads(json.dumps(commitment_data(promise)))) == promise
    came = Performed("AG", START, Amount(-5, CNY), "N-1")
    back = performed_from(json.loads(json.dumps(performed_data(came))))
    assert (back, back.amount.unit.zh) == (came, CNY.zh)


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (right_from, {**right_data(granted()), "versions": [{"kind": "granted"}]}),
        (right_from, {**right_data(granted()), "versions": 3}),
        (commitment_from, {"agreement": "AG", "period": "2026", "amount": ["secret"]}),
        (performed_from, {"agreement": "AG", "on": "secret", "amount": [1, "CNY", 2]}),
    ],
)
def test_data_of_another_form(read, data):
    """Refused with a code, and without its words."""
    with pytest.raises(BadValue) as caught:
        read(data)
    assert caught.value.code == "rights.record"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("odd", ["no", 1, None])
def test_exclusive_is_yes_or_no(odd):
    """A word is no answer: "no" would count as yes."""
    first = right_data(granted())["versions"][0]
    with pytest.raises(BadValue, match=r"neither yes nor no.*rights\.version"):
        right_from({**right_data(granted()), "versions": [{**first, "exclusive": odd}]})
    with pytest.raises(BadValue, match=r"rights\.version"):
        granted().amend(since=START, until=None, exclusive=odd, signed=START, by="p1", evidence="AG-2")
