"""A guard over raw XML, block by block: no endless tag, text or comment, and no more tags or strings than there can be.

Parsers gather a tag, a text or a comment whole before anybody sees it, and keep a record for each string and sheet.
A small archive that unpacks to sixty megabytes of one of these costs many times as much, so the bytes are looked at
before any parser gets them.

>>> b"".join(bounded([b"<a><b/>text</a>"], "a.xlsx"))
b'<a><b/>text</a>'
>>> b"".join(bounded([b"<a>" + b"<b/>" * 9 + b"</a>"], "a.xlsx", tags=10))
Traceback (most recent call last):
    ...
pharmasales.errors.BadFile: more than 10 tags in one part @ a.xlsx; open it in Excel and save it again [file.large]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pharmasales.errors import BadFile

__all__ = ["LONGEST", "bounded"]

LONGEST: Final = 1024 * 1024
"""How many bytes one tag, text, comment or CDATA section may have."""

_STRING: Final = 8 * LONGEST  # as many characters as a cell holds, each in a format of its own
_SECTION: Final = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_ENDS: Final = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_SECTIONS: Final = 100_000
_CARRIED: Final = 8
_HINT: Final = "open it in Excel and save it again"


def bounded(
    blocks: Iterable[bytes], file: str, *, tags: int | None = None, strings: int | None = None
) -> Iterator[bytes]:
    """Yield the blocks of one XML part as they are, and refuse what no workbook holds.

    Args:
        blocks: the XML.
        file: base name of the file, for messages.
        tags: how many tags it may have.
        strings: how many shared strings it may have.

    Raises:
        BadFile: `file.large`: a tag, text, comment or section without end, or too many tags or strings.
    """
    run = found = items = since = 0
    sections = _Sections()
    for block in blocks:
        run = _run(block, run)
        if max(run, sections.run(block)) > LONGEST:
            raise BadFile("a tag or text without end", where=file, hint=_HINT, code="file.large")
        if tags is not None:
            found += block.count(b"<")
            if found > tags:
                raise BadFile(f"more than {tags} tags in one part", where=file, hint=_HINT, code="file.large")
        if strings is not None:
            items += block.count(b"<si") + block.count(b":si")
            last = max(block.rfind(b"<si"), block.rfind(b":si"))
            since = len(block) - last if last >= 0 else since + len(block)
            if since > _STRING:
                raise BadFile("a text without end", where=file, hint=_HINT, code="file.large")
            if items > strings:
                raise BadFile(f"more than {strings} texts", where=file, hint="split the file", code="file.large")
        yield block


def _run(block: bytes, run: int) -> int:
    """Return the longest distance between two tags that this block shows or leaves open."""
    first = block.find(b"<")
    if first < 0 or run + first > LONGEST:
        return run + len(block)
    return len(block) - block.rfind(b"<")


class _Sections:
    """Follows comments, CDATA and instructions, within which `<` begins no tag."""

    def __init__(self) -> None:
        self._rest = self._end = b""
        self._inside = self._count = 0

    def run(self, block: bytes) -> int:
        """Return the length so far of the longest section that reaches into this block; 0 without any."""
        data, at, longest = self._rest + block, 0, 0
        if not self._end and b"<!" not in data and b"<?" not in data:
            self._rest = data[-_CARRIED:]
            return 0
        while True:
            if self._end:
                stop = data.find(self._end, at)
                if stop < 0:
                    self._rest = data[max(at, len(data) - len(self._end) + 1) :]
                    self._inside += len(data) - at - len(self._rest)
                    return max(longest, self._inside)
                longest = max(longest, self._inside + stop - at)
                at, self._end, self._inside = stop + len(self._end), b"", 0
            opened = _SECTION.search(data, at)
            if not opened:
                self._rest = data[max(at, len(data) - _CARRIED) :]
                return longest
            at, self._end, self._count = opened.end(), _ENDS[opened.group()], self._count + 1
            if self._count > _SECTIONS:
                return LONGEST + 1
