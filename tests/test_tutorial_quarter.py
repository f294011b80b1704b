"""The tutorial of a manager's quarter: the picture it shows is the one it draws, and its plans add up."""

from __future__ import annotations

import doctest
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/tutorial/a-managers-quarter.md"


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Return what the page's code has made at its end."""
    made: dict[str, Any] = {}
    for example in doctest.DocTestParser().get_examples(PAGE.read_text("utf-8")):
        exec(compile(example.source, str(PAGE), "exec"), made)  # noqa: S102 - our own page
    return made


def shapes(svg: str) -> list[tuple[str, str]]:
    """Return the tags and words of a picture."""
    return [(tag.tag, tag.text or "") for tag in ET.fromstring(svg).iter()]  # noqa: S314 - our own picture


def test_the_picture_is_what_the_code_draws(names):
    """The file beside the page has the same words and shapes, and names nobody."""
    kept = (ROOT / "docs/img/quarter-fairness.svg").read_text("utf-8")
    assert shapes(kept) == shapes(names["picture"].svg())
    assert "Sample" not in kept
    assert "href" not in kept.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")


def test_every_node_equals_its_parts_for_every_month(names):
    """From the company's number to each rep's months, before and after the revision; the total never moves."""
    for plan in (names["first"], names["goals"], names["revised"].plan):
        assert plan.total == names["yuan"](62_100)
        for bucket in (None, *plan.buckets):
            for node_id, below in plan.org.below.items():
                if below:
                    parts = [plan.amount(child, bucket) for child in below]
                    assert sum(parts[1:], parts[0]) == plan.amount(node_id, bucket)


def test_both_consents_stand_in_the_revision(names):
    """Owner and manager signed both versions of both goals; what is in force is what the plan says."""
    for rep in ("n2", "n3"):
        deal = names["deals"][rep]
        assert len(deal.versions) == 2
        for version in deal.versions:
            assert (version.signed("accept").by, version.signed("approve").by) == (rep, "m1")
        assert deal.in_force.terms.amount == names["revised"].plan.amount(rep)
