"""The one neutraliser for spreadsheet text: no name becomes a formula, and none is lost on the way back.

A spreadsheet runs a text cell that begins with `=`, `+`, `-` or `@` (full-width forms included) when it opens a CSV.
Such text gets a leading apostrophe; reading takes it off again. Numbers and dates are never touched.

>>> neutral("=1+1"), neutral("plain"), restore("'=1+1")
("'=1+1", 'plain', '=1+1')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pharmasales.display import Cell, Column, Lang
from pharmasales.exchange.sheet import letters
from pharmasales.names import clean

__all__ = ["ESCAPED", "cell_text", "neutral", "restore", "row_texts"]

# White space (tab and return apart: they count as triggers) and the marks of no width that may stand before a trigger.
_LIVE: Final = r"(?:[^\S\t\r]|[\u200b-\u200f\u2060\ufeff])*[=+\-@＝＋－＠\t\r]"
_DANGEROUS: Final = re.compile(rf"'*{_LIVE}")
ESCAPED: Final = re.compile(rf"''*{_LIVE}")
"""What a cell that `neutral` has changed begins with."""
_FIRSTS: Final = frozenset("'=+-@＝＋－＠\u200b\u200c\u200d\u200e\u200f\u2060\ufeff").union(
    c for c in map(chr, range(0x3001)) if c.isspace()
)


def neutral(text: str) -> str:
    """Return text that no spreadsheet runs: an apostrophe in front of what would be a formula.

    Text that already looks escaped gets one more, so that `restore` gives back exactly what went in.
    Source: reliability finding 8, goal "formula payloads".

    Example:
        >>> neutral("  ＝SUM(A1)"), neutral("'=x"), neutral("O'Brien")
        ("'  ＝SUM(A1)", "''=x", "O'Brien")
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """Return what the text was before `neutral`: `restore(neutral(x)) == x` for every x.

    Example:
        >>> restore("'@home"), restore("'quoted'")
        ('@home', "'quoted'")
    """
    return text[1:] if text[:1] == "'" and ESCAPED.match(text) else text


def cell_text(cell: Cell, lang: Lang = "en", where: str = "") -> str:
    """Return a cell as a file keeps it: numbers and dates plain, any text refused or neutralised.

    Raises:
        BadValue: the text holds a control character or half a surrogate pair.

    Example:
        >>> cell_text(-5), cell_text("-5"), cell_text(None)
        ('-5', "'-5", '')
    """
    if type(cell) is str:
        return neutral(clean(cell, where))
    if type(cell) is int:
        return str(cell)
    text = Column.plain(cell, lang)
    if isinstance(cell, int | Decimal | Fraction | date):
        return text
    return neutral(clean(text, where))


def row_texts(row: Sequence[Cell], lang: Lang = "en", where: str = "") -> list[str]:
    """Return `cell_text` of each cell of a row; `where` names the row in an error.

    Most rows hold nothing to escape or refuse: one look at all of a row's text says so.

    Raises:
        BadValue: a text holds a control character or half a surrogate pair; the column is told by its letters.

    Example:
        >>> row_texts(["H1", -5, "=1"])
        ['H1', '-5', "'=1"]
        >>> row_texts(["H1", chr(7)], where="visits row 2")
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: character U+0007 is refused @ visits row 2 column B [text.control]
    """
    words = [cell for cell in row if type(cell) is str]
    if "".join(words).isprintable() and _FIRSTS.isdisjoint([word[:1] for word in words]):
        return [cell if type(cell) is str else cell_text(cell, lang, where) for cell in row]
    return [cell_text(cell, lang, f"{where} column {letters(at)}") for at, cell in enumerate(row)]
