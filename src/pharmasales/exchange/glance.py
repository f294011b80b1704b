"""A quick look at a worksheet's XML: enough for a sheet as Excel writes it, without formulas and errors.

Most sheets hold plain values in cells that are written `<c r="B7" ...>`. For those, a few searches over the bytes say
how far the sheet reaches; whatever is written in any other way is left to the exact pass in `cells`.

>>> glanced([b'<worksheet><sheetData><row r="1"><c r="B1"><v>2</v></c></row></sheetData></worksheet>'])
(1, 2, 0)
>>> glanced([b'<worksheet><sheetData><row r="1"><c r="B1"><f>1+1</f></c></row></sheetData></worksheet>']) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import groupby, takewhile
from operator import ge
from typing import Final, TypeAlias

__all__ = ["glanced"]

_Cell: TypeAlias = tuple[bytes, bytes]

_OPEN: Final = re.compile(rb"<sheetData\s*>")
_CLOSE: Final = b"</sheetData>"
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"')
_UNUSUAL: Final = (b"<f", b":f", b":c", b":row", b"<!", b"<?", b"&", b'"e"', b"'e'", b"'s'")
_LONGEST_HEAD: Final = 1024 * 1024


def glanced(blocks: Iterable[bytes]) -> tuple[int, int, int] | None:
    """Return rows, columns and cells of shared text, or nothing where the sheet needs the exact pass.

    Blank cells that bear a format only are counted too.
    """
    columns = {b""}
    edge: set[_Cell] = set()
    shared = gap = 0
    ended = False
    for data in _data(blocks):
        if any(mark in data for mark in _UNUSUAL):
            return None
        found = _CELL.findall(data)
        if len(found) != data.count(b"<c"):
            return None
        if found:
            below = _below(found, edge)
            if below is None:
                return None
            edge = below
            columns.update([column for column, _ in found])
        gap = len(data) - data.rfind(b"<c") if found else gap + len(data)
        if gap > _LONGEST_HEAD:  # one cell, or something else, of many parts
            return None
        shared += data.count(b't="s"')
        ended = data.endswith(_CLOSE)
    last = next(iter(edge), (b"", b"0"))[1]
    return (int(last), max(map(_number, columns)), shared) if ended else None


def _below(found: Sequence[_Cell], edge: Set[_Cell]) -> set[_Cell] | None:
    """Return the cells of the last row so far, or nothing where a row is out of order or a cell comes twice.

    Args:
        found: the cells of one piece.
        edge: the cells of the last row before it.
    """
    rows = [int(row) for row, _ in groupby([row for _, row in found])]
    cells, last = set(found), found[-1][1]
    above = int(next(iter(edge), (b"", b"0"))[1])
    if rows[0] < above or any(map(ge, rows, rows[1:])) or len(cells) != len(found) or not edge.isdisjoint(cells):
        return None
    tail = set(takewhile(lambda cell: cell[1] == last, reversed(found)))
    return tail | edge if rows[-1] == above else tail


def _data(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what stands between the tags of the sheet's data, cut before a tag; the closing tag ends the last piece."""
    rest, inside = b"", False
    for block in blocks:
        data = rest + block
        if not inside:
            opened = _OPEN.search(data)
            if b"<!" in data or (opened is None and len(data) > _LONGEST_HEAD):
                return
            inside, data = opened is not None, data[opened.end() :] if opened else data
        if not inside:
            rest = data
            continue
        end = data.find(_CLOSE)
        if end >= 0:
            yield data[: end + len(_CLOSE)]
            return
        cut = max(data.rfind(b"<"), 0)
        rest = data[cut:]
        yield data[:cut]


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
