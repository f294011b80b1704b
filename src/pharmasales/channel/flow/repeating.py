"""Repeated lines (重复行): one line of one document that came twice, in one file or in two.

A distributor sends January again with February, or a clerk pastes a block twice. The first line counts, every later one
is held, and the reason names the first. Where one line of a document says two things, both are held: nobody can know
which is right.

>>> from fractions import Fraction
>>> from pharmasales.periods import Month
>>> def line(row, quantity, item="1"):
...     return FlowLine("d1.csv", row, "D1", (), Month(2026, 1), document="S-7", item=item, quantity=Fraction(quantity))
>>> {at: one.why.text() for at, one in repeats([line(2, 5), line(3, 5)]).items()}
{1: 'the same as row 2 of d1.csv'}
>>> {at: one.code for at, one in repeats([line(2, 5), line(3, 6)]).items()}
{0: 'clash', 1: 'clash'}

Source: P2-F.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from pharmasales.channel.flow.held import HeldReason
from pharmasales.channel.flow.reading import FlowLine
from pharmasales.channel.flow.telling import name_key
from pharmasales.display import because
from pharmasales.names import fold

__all__ = ["repeats"]

_Content: TypeAlias = tuple[object, ...]


def repeats(lines: Sequence[FlowLine]) -> dict[int, HeldReason]:
    """Return which lines repeat an earlier one or clash with it, by their place.

    Lines of one distributor, document and line number are one line. Where a document has no line numbers, lines that
    say the same are taken for one; where there is no document at all, only lines of which every cell is the same, also
    those that nobody reads. A file that writes honest twins gets a question about them, not a silent loss; a person's
    answer goes into `CleaningPolicy.honest`.

    Args:
        lines: the lines in their final order; the first of several counts.
    """
    numbered: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    seen: dict[_Content, int] = {}
    found: dict[int, HeldReason] = {}
    for at, line in enumerate(lines):
        if line.document and line.item:
            numbered[line.distributor, fold(line.document), fold(line.item)].append(at)
            continue
        said = (fold(line.document), *_content(line)) if line.document else _cells(line)
        first = seen.setdefault((line.distributor, *said), at)
        if first != at:
            found[at] = _repeat(lines[first])
    for places in numbered.values():
        if len(places) > 1:
            found.update(_numbered(lines, places))
    return found


def _content(line: FlowLine) -> _Content:
    """Return what a line says, spaces, case and width of its texts aside."""
    texts = (line.customer, line.customer_code, line.place, line.product, line.product_code, line.batch, line.unit)
    cells = _cells(line) if line.problems else ()
    return (line.month, line.day, line.quantity, line.price, line.amount, *map(name_key, texts), cells)


def _cells(line: FlowLine) -> _Content:
    """Return what stands in the row; spaces around a cell and empty cells at its end do not count."""
    cells = [cell.strip() for cell in line.cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _numbered(lines: Sequence[FlowLine], places: list[int]) -> dict[int, HeldReason]:
    contents = {_content(lines[at]) for at in places}
    if len(contents) == 1:
        return {at: _repeat(lines[places[0]]) for at in places[1:]}
    rows = ", ".join(f"{lines[at].file} {lines[at].row}" for at in places[:5])
    en, zh = "rows that are one line say {count} things: {rows}", "同一单据行有 {count} 种内容：{rows}"
    return {at: HeldReason("clash", because(en, zh, count=len(contents), rows=rows)) for at in places}


def _repeat(first: FlowLine) -> HeldReason:
    en, zh = "the same as row {row} of {file}", "与 {file} 第 {row} 行相同"
    return HeldReason("repeat", because(en, zh, row=str(first.row), file=first.file))
