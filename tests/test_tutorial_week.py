"""The tutorial of a recruiter's week: the pictures it shows are those that its code draws."""

from __future__ import annotations

import doctest
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/tutorial/a-recruiters-week.md"
DRAWING = ("import", "from", "folder =", "home =", "write_demo", "space,", "board =", "tones =", "funnel =", "ageing =")


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """Return the pictures of the page; the commands between them run as its doctest."""
    made: dict[str, Any] = {}
    for example in doctest.DocTestParser().get_examples(PAGE.read_text("utf-8")):
        if example.source.startswith(DRAWING):
            exec(compile(example.source, str(PAGE), "exec"), made)  # noqa: S102 - our own page
    made["folder"].cleanup()
    return {name: made[name].svg() for name in ("funnel", "ageing")}


def shapes(svg: str) -> list[tuple[str, str, str]]:
    """Return the tags, colours and words of a picture."""
    return [(tag.tag, tag.get("fill", ""), tag.text or "") for tag in ET.fromstring(svg).iter()]  # noqa: S314 - our own picture


@pytest.mark.parametrize(("name", "words"), [("funnel", "filed"), ("ageing", "D05")])
def test_the_pictures_are_what_the_code_draws(drawn, name, words):
    """The file beside the page has the same words, shapes and colours, names no firm and leads nowhere."""
    kept = (ROOT / f"docs/img/recruiters-week-{name}.svg").read_text("utf-8")
    assert shapes(kept) == shapes(drawn[name])
    assert any(words in text for *_, text in shapes(kept))
    assert "Example" not in kept
    assert "href" not in kept.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', "")
