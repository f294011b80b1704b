"""The tutorial of a rep's month: the pictures it shows are those that its commands draw."""

from __future__ import annotations

import doctest
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/tutorial/a-reps-month.md"


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """Return the pictures that the page's code has written, before it clears its folder."""
    made: dict[str, Any] = {}
    for example in doctest.DocTestParser().get_examples(PAGE.read_text("utf-8")):
        if not example.source.startswith("folder.cleanup"):
            exec(compile(example.source, str(PAGE), "exec"), made)  # noqa: S102 - our own page
    found = {name: (made["home"] / f"{name}.svg").read_text("utf-8") for name in ("month", "after")}
    made["folder"].cleanup()
    return found


def shapes(svg: str) -> list[tuple[str, str]]:
    """Return the tags and words of a picture."""
    return [(tag.tag, tag.text or "") for tag in ET.fromstring(svg).iter()]  # noqa: S314 - our own picture


@pytest.mark.parametrize(("file", "name"), [("reps-month", "month"), ("reps-month-after", "after")])
def test_the_pictures_are_what_the_commands_draw(drawn, file, name):
    """The file beside the page has the same words and shapes, and names no doctor."""
    kept = (ROOT / f"docs/img/{file}.svg").read_text("utf-8")
    assert shapes(kept) == shapes(drawn[name])
    assert "Dr." not in kept
    assert "href" not in kept.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")
