"""Reasons up and down: what is shown and the rest add up to the whole difference, whatever it is held against."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.evaluation.reporting import (
    peer_bands,
    reasons_against_full,
    reasons_against_nothing,
    reasons_against_peers,
    reasons_since,
)


def added(found, most):
    """Add up what is shown and the rest."""
    return sum((one.difference for one in (*found.up(most), *found.down(most))), found.rest(most))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 4), st.sampled_from([0, 0, 1, None]), st.booleans())
def test_they_add_up(force, seed, most, breaches, known):
    """Up, down and the rest are the whole difference: total less reference, for each kind."""
    changes = {} if known else {"last": None}
    card = force.person(1, seed=seed, breaches=breaches, **changes)
    before = force.person(1, seed=seed + 1)
    bands = peer_bands(card, force.people(8, seed=seed))
    found = {
        "peers": reasons_against_peers(card, bands),
        "full": reasons_against_full(card),
        "nothing": reasons_against_nothing(card),
        "before": reasons_since(card, before),
    }
    if card.total is None:
        assert set(found.values()) == {None}
        return
    middles = sum((band.median for band in bands.items.values()), Decimal(0))
    wholes = {"peers": middles, "nothing": Decimal(0), "before": before.total}
    wholes["full"] = sum((Decimal(one.reference) for one in found["full"].lines), Decimal(0))
    for kind, one in found.items():
        assert one.kind == kind
        assert one.whole == card.total - wholes[kind]
        assert added(one, most) == one.whole == sum((line.difference for line in one.lines), Decimal(0))
        assert len(one.up(most)) <= most
        assert [line.difference for line in one.up(9)] == sorted(
            (line.difference for line in one.lines if line.difference > 0), reverse=True
        )
        assert all(line.difference < 0 for line in one.down(9))


def test_against_the_peers(force):
    """The middle of each item, and nothing for what is no work of an item; a missing band leaves no comparison."""
    card = force.person(1, flood=3)
    bands = peer_bands(card, force.people(7))
    found = reasons_against_peers(card, bands)
    assert [one.key for one in found.lines] == [
        *("item:attainment", "item:growth", "item:coverage", "item:return_rate", "item:knowledge"),
        *("factor:flood", "gate:compliance"),
    ]
    assert [one.reference for one in found.lines[:5]] == [band.median for band in bands.items.values()]
    assert {one.reference for one in found.lines[5:]} == {Decimal("0.00")}
    assert reasons_against_peers(card, peer_bands(card, force.people(5))) is None
    young = [force.person(n, last=None) for n in range(2, 9)]
    assert [name for name, band in peer_bands(card, young).items.items() if band is None] == ["growth"]
    assert reasons_against_peers(card, peer_bands(card, young)) is None


def test_full_points_are_the_weight_that_counted(force):
    """An item without data costs nothing: its weight went to the others."""
    card = force.person(1, last=None)
    lines = {one.key: one for one in reasons_against_full(card).lines}
    assert (lines["item:growth"].points, lines["item:growth"].reference) == (Decimal("0.00"), Decimal("0.00"))
    assert lines["item:attainment"].reference == Decimal("44.44")
    assert lines["item:coverage"].reference == Decimal("16.67")


def test_since(force):
    """What only one period has counts whole; another rule is said to be another."""
    card, before = force.person(1, flood=None), force.person(1, flood=3, breaches=1, seed=4)
    found = reasons_since(card, before)
    flood = next(one for one in found.lines if one.key == "factor:flood")
    assert (flood.points, flood.reference, flood.difference) == (Decimal("0.00"), Decimal("3.00"), Decimal("-3.00"))
    assert found.reference == int(before.total * 100) == 0
    assert found.same_rule
    assert reasons_since(card, force.person(1, breaches=None)) is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table(force, lang):
    """Up, down, the rest and the whole; each line says why, in both languages."""
    found = reasons_against_nothing(force.person(1, breaches=1, flood=3))
    rows = list(found.table(2).records())
    assert [row["name"].text(lang) for row in rows[-2:]] == (
        ["all others", "whole difference"] if lang == "en" else ["其余合计", "差额合计"]
    )
    assert sum((row["difference"] for row in rows[:-1]), Decimal(0)) == rows[-1]["difference"] == found.whole
    gate = found.down()[0]
    assert gate.key == "gate:compliance"
    assert ("a confirmed breach" if lang == "en" else "经确认的违规") in gate.why.text(lang)
    assert found.title.text(lang) == ("Counted from nothing" if lang == "en" else "从零计起")
    assert "Rep" not in repr(found)
    assert "<table>" in found._repr_html_()
