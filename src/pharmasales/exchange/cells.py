"""What the XML of a worksheet says beyond the values: formulas, errors, how far it reaches, how long its texts are.

The reader of values shows what a formula gave when the file was last saved, shows nothing for an error, and lays out
the rectangle between the first and the last used cell. So each sheet is streamed once before: see `scanned`.

>>> sheet = b'<worksheet><sheetData><row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
>>> scanned([sheet], "a.xlsx").texts
{1: {1: '=1+1'}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import Factory, define

from pharmasales.errors import BadFile
from pharmasales.exchange.limits import Limits
from pharmasales.exchange.package import parsed, xml_parser
from pharmasales.exchange.sheet import letters

__all__ = ["Scan", "scanned", "shared_lengths"]

_REF: Final = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_ROWS, _COLUMNS = 1_048_576, 16_384
_VALUES: Final = frozenset(("v", "f", "is"))


@define
class Scan:
    """What one pass over a worksheet found; rows and columns count from 0.

    Args:
        texts: by row and column, the text of each formula (from `=`) and error cell.
        rows: how many rows the used part reaches down to.
        columns: how many columns it reaches out to.
        shared: how many cells take their text from the table of shared strings.
        characters: how long these texts are together, where `lengths` was given.
    """

    texts: dict[int, dict[int, str]] = Factory(dict)
    rows: int = 0
    columns: int = 0
    shared: int = 0
    characters: int = 0


def scanned(
    blocks: Iterable[bytes], file: str, limits: Limits | None = None, lengths: Sequence[int] | None = None
) -> Scan:
    """Return what the XML of one worksheet says, and refuse one that reaches beyond the limits.

    Args:
        blocks: the XML.
        file: base name of the file, for messages.
        limits: rows, columns and cells of the rectangle.
        lengths: the lengths of the shared strings, where their use is to be summed up.

    Raises:
        BadFile: a cell beyond the limits, a document type, or shared strings used so often that they are a bomb.
        xml.parsers.expat.ExpatError: not well-formed.
    """
    reader = _Reader(file, limits or Limits(), lengths)
    parsed(reader.parser, blocks)
    return reader.found


def shared_lengths(blocks: Iterable[bytes], file: str) -> list[int]:
    """Return the length of each shared string.

    Raises:
        BadFile: a document type.
        xml.parsers.expat.ExpatError: not well-formed.

    Example:
        >>> shared_lengths([b"<sst><si><t>abc</t></si><si/></sst>"], "a.xlsx")
        [3, 0]
    """
    found: list[int] = []

    def start(tag: str, _: object) -> None:
        if tag == "si" or tag.endswith(":si"):
            found.append(0)

    def text(data: str) -> None:
        if found:
            found[-1] += len(data)

    parser = xml_parser(file)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parsed(parser, blocks)
    return found


class _Reader:
    """Handlers of one parse; text is listened to only within a formula, an error, or a string to be summed up."""

    def __init__(self, file: str, limits: Limits, lengths: Sequence[int] | None) -> None:
        self.found = Scan()
        self.parser = xml_parser(file)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._outside
        self._file, self._limits, self._lengths = file, limits, lengths
        self._row = self._column = self._next_row = self._next_column = self._inline = 0
        self._last, self._taken = -1, set[int]()
        self._kind = self._heard = self._index = ""
        self._numbers: dict[str, int] = {}
        self._masters: dict[str, str] = {}

    def _outside(self, tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "sheetData":
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end_of_data

    def _end_of_data(self, tag: str) -> None:
        if tag == "sheetData" or tag.endswith(":sheetData"):
            self.parser.StartElementHandler = None
            self.parser.EndElementHandler = None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "v" and ":" in tag:
            tag = _local(tag)
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            number = attributes.get("r", "")
            self._next_row = (int(number) - 1 if number.isdecimal() else self._next_row) + 1
            self._next_column = 0
            if self._next_row > _ROWS:
                raise BadFile(f"a row beyond {_ROWS}", where=self._file, code="file.damaged")
        elif tag in _VALUES:
            self._value(tag, attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        if ref is None:
            self._row, self._column = self._next_row - 1, self._next_column
        else:
            name = ref.rstrip("0123456789")
            self._row, self._column = int(ref[len(name) :] or 0) - 1, self._numbers.get(name, -1)
            if self._column < 0:
                self._column = self._numbers[name] = self._number(ref)
        if self._row > self._last:
            self._last, self._taken = self._row, set()
        if self._row < self._last or self._column in self._taken:
            where = f"{self._file} row {self._row + 1} column {letters(self._column)}"
            raise BadFile("a cell that comes twice or out of order", where=where, code="file.damaged")
        self._taken.add(self._column)
        if self._column >= _COLUMNS:
            raise BadFile("a cell beyond column XFD", where=self._file, code="file.damaged")
        self._next_column = self._column + 1
        self._kind = attributes.get("t", "")
        if self._inline:
            self._inline, self.parser.CharacterDataHandler = 0, None

    def _number(self, ref: str) -> int:
        if not _REF.fullmatch(ref):
            raise BadFile("a cell without a place", where=self._file, code="file.damaged")
        number = 0
        for letter in ref.rstrip("0123456789").upper():
            number = number * 26 + ord(letter) - 64
        return number - 1

    def _value(self, tag: str, attributes: dict[str, str]) -> None:
        found = self.found
        if self._row >= found.rows or self._column >= found.columns:
            self._reach()
        if tag == "f":
            self._index = attributes.get("si", "")
            self._listen()
        elif tag == "is":
            self.parser.CharacterDataHandler = self._measure
        elif tag == "v" and self._kind == "s":
            found.shared += 1
            if self._lengths is not None:
                self._listen()
        elif tag == "v" and self._kind == "e":
            self._listen()

    def _reach(self) -> None:
        found, limits = self.found, self._limits
        found.rows, found.columns = max(found.rows, self._row + 1), max(found.columns, self._column + 1)
        where = f"{self._file} row {self._row + 1} column {letters(self._column)}"
        if found.rows > limits.rows + 1 or found.columns > limits.columns or found.rows * found.columns > limits.cells:
            hint = "delete the cells that lie far outside of the table, or split the file"
            raise BadFile("a cell beyond the limits", where=where, hint=hint, code="file.large")

    def _listen(self) -> None:
        self._heard = ""
        self.parser.CharacterDataHandler = self._hear
        self.parser.EndElementHandler = self._end

    def _measure(self, data: str) -> None:
        self._inline += len(data)
        self._refuse_long(self._inline)

    def _hear(self, data: str) -> None:
        self._heard += data
        self._refuse_long(len(self._heard))

    def _refuse_long(self, size: int) -> None:
        if size > self._limits.cell:
            where = f"{self._file} row {self._row + 1} column {letters(self._column)}"
            raise BadFile(f"a cell of more than {self._limits.cell} characters", where=where, code="file.large")

    def _end(self, tag: str) -> None:
        self.parser.CharacterDataHandler = None
        self.parser.EndElementHandler = self._end_of_data
        if _local(tag) == "f":
            text = self._heard or self._masters.get(self._index, "")
            if self._index:
                self._masters.setdefault(self._index, text)
            self._keep(f"={text}")
        elif self._kind == "e":
            self._keep(self._heard)
        else:
            self._weigh()

    def _keep(self, text: str) -> None:
        row = self.found.texts.setdefault(self._row, {})
        row.setdefault(self._column, text)

    def _weigh(self) -> None:
        lengths = self._lengths or ()
        number = self._heard.strip()
        if number.isdecimal() and int(number) < len(lengths):
            self.found.characters += lengths[int(number)]
        if self.found.characters > self._limits.unpacked:
            raise BadFile("texts repeated beyond the limits", where=self._file, code="file.bomb")


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
