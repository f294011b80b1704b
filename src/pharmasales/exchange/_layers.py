"""What every picture is made of: layers of data with a mark, words and colours as they are given, pixels, and keys.

>>> layer([{"x": 1}], {"type": "rule"}, pixels("x"))["encoding"]["x"]["scale"] is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pharmasales.display import Says
from pharmasales.exchange._drawing import Node, room

__all__ = ["TINT", "WORDS", "beside", "colours", "entry", "key", "layer", "pixels", "square"]

WORDS: Final[Node] = {"field": "words", "type": "nominal"}
"""The encoding of the words of each row."""

TINT: Final[Node] = {"field": "tint", "type": "nominal", "scale": None}
"""The encoding of the colour of each row, drawn as it is given."""


def layer(values: Iterable[Node], mark: Node, encoding: Mapping[str, object] | None = None) -> Node:
    """Return one layer: its rows, the mark that each is drawn with, and what decides where and how.

    Example:
        >>> layer([], {"type": "bar"})
        {'data': {'values': []}, 'mark': {'type': 'bar'}}
    """
    found: Node = {"data": {"values": list(values)}, "mark": mark}
    return found if encoding is None else {**found, "encoding": encoding}


def pixels(*fields: str) -> Mapping[str, Node]:
    """Return the encoding of fields that are pixels already.

    Example:
        >>> list(pixels("x", "y2"))
        ['x', 'y2']
    """
    return {field: {"field": field, "type": "quantitative", "scale": None} for field in fields}


def square(colour: str) -> Node:
    """Return the mark of a class in a key."""
    return {"type": "square", "size": 110, "opacity": 1, "color": colour}


def entry(words: Says, mark: Node, x: int, y: int, gap: int = 12) -> list[Node]:
    """Return one entry of a key as two layers: a mark, and its words beside it.

    Args:
        words: what the mark stands for.
        mark: how it is drawn.
        x: where the mark stands, in pixels from the left of the plot.
        y: where it stands, in pixels from the top.
        gap: how far from it the words begin.

    Example:
        >>> len(entry(Says("North", "北区"), square("#0072B2"), 500, 8))
        2
    """
    spot: Node = {"x": x, "y": y}
    text: Node = {"type": "text", "align": "left", "baseline": "middle", "dx": gap, "text": words}
    return [layer([{}], {**one, **spot}) for one in (mark, text)]


def key(entries: Sequence[tuple[Says, Node]], x: int) -> list[Node]:
    """Return the layers of a key at the right of the plot: a mark and its words, one below the other.

    Example:
        >>> len(key([(Says("North", "北区"), square("#0072B2"))], 500))
        2
    """
    return [one for place, (words, mark) in enumerate(entries) for one in entry(words, mark, x, 8 + 20 * place)]


def beside(entries: Iterable[tuple[Says, Node]], x: int, y: int) -> list[Node]:
    """Return the layers of a key below the plot: a mark and its words, side by side.

    Example:
        >>> [one["mark"]["x"] for one in beside([(Says("North", "北区"), square("#0072B2"))] * 2, 6, 90)]
        [6, 6, 74, 74]
    """
    found: list[Node] = []
    for words, mark in entries:
        found += entry(words, mark, x, y, 11)
        x += room([words]) + 36
    return found


def colours(entries: Sequence[tuple[Says, str]]) -> list[tuple[Says, Node]]:
    """Return the entries of a key of colours: a square each."""
    return [(words, square(colour)) for words, colour in entries]
