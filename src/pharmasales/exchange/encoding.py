"""Bytes to text, strictly: what does not decode is refused by the name of what it looks like.

Nothing is guessed silently. Only a byte order mark is certain: it decides where no other encoding is set. GB18030
without one is never certain (Big5, Shift-JIS and EUC-KR decode as it too), so it is refused with the setting that
accepts it. An encoding that is set and decodes is believed, unless the bytes are far likelier UTF-8.
GB18030 is Python's table of 2005 (A6D9 gives U+E78D, where the table of 2022 has U+FE10).

>>> "".join(decoded(iter(["编号".encode()]), "utf-8")), "".join(decoded(iter(["编号".encode("utf-16")]), "utf-8"))
('编号', '编号')
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from pharmasales.errors import BadConfig, BadFile

__all__ = ["codec_name", "decoded"]

_KNOWN: Final = (
    "ascii big5 big5hkscs cp1252 cp950 gb18030 gb2312 gbk iso8859-1 utf-16 utf-16-be utf-16-le utf-32 utf-8"
).split()
_MAGIC: Final = (
    (b"PK\x03\x04", "an Excel workbook or another archive", "name it .xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", "save it as .xlsx or CSV UTF-8"),
    (b"\x1f\x8b", "compressed with gzip", "name it .csv.gz"),
)
# A mark, and the settings that it agrees with; the first one reads the file where nothing else is set.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, ("utf-32",)),
    (codecs.BOM_UTF32_BE, ("utf-32",)),
    (codecs.BOM_UTF16_LE, ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, ("utf-16", "utf-16-be")),
    (codecs.BOM_UTF8, ("utf-8",)),
    (b"\x84\x31\x95\x33", ("gb18030",)),
)
_COMMON: Final = {"gb18030": "gb2312", "gbk": "gb2312", "gb2312": "gb2312"} | dict.fromkeys(
    ("big5", "big5hkscs", "cp950"), "big5"
)
_SINGLE: Final = ("ascii", "cp1252", "iso8859-1")
# What a line of UTF-8 holds: Chinese of three bytes, or where one byte is a character any of two.
_LINES: Final = {name: re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}[^\n]*") for name in _COMMON} | {
    name: re.compile(rb"[\xc2-\xf4][\x80-\xbf][^\n]*") for name in _SINGLE
}
_PAIR: Final = re.compile(rb"[\x81-\xfe][\xa1-\xfe]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_MANY: Final = 8
_TWO_BYTES: Final = "\u07ff"
_ASCII: Final = frozenset(map(chr, range(128)))
_HEAD: Final = 64 * 1024


def codec_name(encoding: str) -> str:
    """Return the normal name of a text encoding.

    Raises:
        BadConfig: an encoding that is unknown, or that is no encoding of tables.

    Example:
        >>> codec_name("GB18030"), codec_name("utf8")
        ('gb18030', 'utf-8')
    """
    try:
        name = codecs.lookup(encoding).name.replace("utf-8-sig", "utf-8")
    except (LookupError, ValueError):
        name = ""
    if name not in _KNOWN:
        raise BadConfig("unknown encoding", hint=f"known: {', '.join(_KNOWN)}", code="config.encoding")
    return name


def decoded(blocks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Yield the text of the blocks, without a byte order mark; up to the character that does not decode, if any.

    Raises:
        BadConfig: an unknown encoding.
        BadFile: the bytes are of another kind or encoding, or hold a NUL.

    Example:
        >>> list(decoded(iter(["医院名称".encode("gb18030")]), "utf-8"))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: not utf-8, looks like GB18030 (GBK);
            save it as UTF-8, or set encoding = "gb18030" in its [tables.NAME] [file.encoding]
    """
    name = codec_name(encoding)
    gathered = _gathered(blocks)
    head = next(gathered, b"")
    name = _settled(head[:_HEAD], name)
    decoder = codecs.getincrementaldecoder(name)("strict")
    first, seen = True, False
    for block in chain((head,) if head else (), gathered):
        state = decoder.getstate()
        refusal = None
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            good = max(0, error.start - (len(error.object) - len(block)))
            decoder.setstate(state)
            text = decoder.decode(block[:good])
            refusal = _not_decoded(block, good, name, utf8_before=seen or max(text, default="") > _TWO_BYTES)
        other = _other_line(block, name) if name in _LINES else -1
        if other >= 0:
            decoder.setstate(state)
            text = decoder.decode(block[:other])
            hint = "the file mixes encodings: save all of it as UTF-8"
            refusal = BadFile(f"a line that looks like UTF-8, not {name}", hint=hint, code="file.encoding")
        text, refusal = _before_nul(text.removeprefix("\ufeff") if first else text, refusal)
        first, seen = False, seen or not text.isascii()
        yield text
        if refusal:
            raise refusal
    if _unfinished(decoder):
        raise BadFile(
            "ends within a character", hint="the file was cut, or is of another encoding", code="file.encoding"
        )


def _gathered(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the blocks, the first ones joined until they show what the file is."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _HEAD:
            break
    yield from (head,) if head else ()
    yield from blocks


def _unfinished(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return True
    return False


def _before_nul(text: str, refusal: BadFile | None) -> tuple[str, BadFile | None]:
    found = text.find("\0")
    if found < 0:
        return text, refusal
    return text[:found], BadFile("a NUL character", hint="the file is damaged or is no text", code="file.nul")


def _settled(head: bytes, name: str) -> str:
    """Return the encoding to read by, or refuse at once what the first block shows to be something else."""
    for magic, looks, hint in _MAGIC:
        if head.startswith(magic):
            raise BadFile(f"no text, looks like {looks}", hint=hint, code="file.kind")
    marked = next((kinds for mark, kinds in _MARKS if head.startswith(mark)), ())
    if marked:
        if name != "utf-8" and name not in marked:
            raise _other(name, marked[0].upper(), marked[0])
        return name if name in marked else marked[0]
    if name.startswith("utf-16") or name == "utf-32":
        _check_wide(head, name)
    elif b"\0" in head:
        found = next((kind for kind in ("utf-16-le", "utf-16-be") if _delimited(_try(head, kind))), "")
        if found:
            raise _other(name, found.upper(), found)
    elif name != "utf-8" and _utf8_sooner(head, name):
        raise _other(name, "UTF-8", "utf-8")
    elif name == "utf-8" and _by_chance(head):
        hint = 'save it as UTF-8 with a byte order mark, or set encoding = "gb18030" in its [tables.NAME]'
        raise BadFile("may be UTF-8 or GB18030, too short to tell", hint=hint, code="file.encoding")
    return name


def _check_wide(head: bytes, name: str) -> None:
    """Refuse what is not UTF-16 or UTF-32: without a mark where that is due, or without the NULs of its delimiters."""
    if name in ("utf-16", "utf-32"):
        raise _other(name, "bytes without a byte order mark", "utf-16-le")
    other = "utf-16-be" if name == "utf-16-le" else "utf-16-le"
    if _delimited(_try(head, other)) and not _delimited(_try(head, name)):
        raise _other(name, other.upper(), other)
    if head and b"\0" not in head:
        raise _other(name, *(("UTF-8", "utf-8") if _try(head, "utf-8") else ("another encoding", "")))


def _utf8_sooner(head: bytes, name: str) -> bool:
    """Say whether bytes for which another encoding is set are far likelier UTF-8.

    UTF-8 writes Chinese with three bytes a character; misread by twos it gives rare characters, so the reading of the
    more common characters wins. The two-byte characters of UTF-8 (Greek, Cyrillic, accents) are weak evidence: those
    of the word for hospital spell two of them, and a column repeats it in every row. There many different ones are
    due, or accents alone that stand for a handful of Chinese characters out of thousands.
    """
    text = "" if head.isascii() else _try(head, "utf-8")
    found = set(text) - _ASCII
    if not found:
        return False
    there = _try(head, name)
    if not there:
        return True
    long = {c for c in found if c > _TWO_BYTES}
    if name in _SINGLE:
        return bool(long) or len(found) > 1 or sum(c > "\x7f" for c in text) >= _MANY
    if long and _rare(there, name) > _rare(text, name):
        return True
    accents = len(found) > 1 and max(found) <= "\xff" and sum(c > "\x7f" for c in text) >= _MANY
    return len(long or found) >= _MANY or accents


def _other_line(block: bytes, name: str) -> int:
    """Return where the first line begins that is UTF-8 amid another encoding, or -1."""
    for found in _LINES[name].finditer(block):
        start = block.rfind(b"\n", 0, found.start()) + 1
        end = block.find(b"\n", found.end())
        if _utf8_sooner(block[start : end if end >= 0 else len(block)], name):
            return start
    return -1


def _rare(text: str, name: str) -> int:
    """Return how many different characters lie outside of the common ones of an encoding's script."""
    return sum(not c.encode(_COMMON[name], "ignore") for c in set(text))


def _by_chance(head: bytes) -> bool:
    """Say whether a few GB2312 characters happen to spell UTF-8, as those of the word for hospital do."""
    strange = "" if head.isascii() else re.sub("[\x00-\x7f]+", "", _try(head, "utf-8"))
    few = 0 < len(strange) < _MANY and all("\u0400" <= c <= "\u07ff" for c in strange)
    return few and bool(_try(head, "gb2312"))


def _try(data: bytes, name: str) -> str:
    """Return the text, a character cut at the end left out; empty where it does not decode."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(data)
    except UnicodeDecodeError:
        return ""


def _delimited(text: str) -> bool:
    return "\0" not in text and any(c in text for c in ",\t\n")


def _not_decoded(block: bytes, at: int, name: str, *, utf8_before: bool) -> BadFile:
    """Return the refusal of bytes that do not decode, with the likeliest encoding of the lines around."""
    if name == "utf-8" and utf8_before:
        return BadFile("a damaged UTF-8 character", hint="the file was cut or mixes encodings", code="file.encoding")
    near = block[block.rfind(b"\n", 0, at) + 1 : at + 4096]
    high = len(_HIGH.findall(near))
    if name != "gb18030" and 2 * len(_PAIR.findall(near)) * 5 >= high * 3 and _try(near, "gb18030"):
        return _other(name, "GB18030 (GBK)", "gb18030")
    if name == "utf-8" and _try(near, "cp1252"):
        return _other(name, "a Western single-byte encoding", "cp1252")
    return _other(name, "another encoding", "")


def _other(name: str, looks_like: str, setting: str) -> BadFile:
    hint = f'save it as UTF-8, or set encoding = "{setting or "..."}" in its [tables.NAME]'
    return BadFile(f"not {name}, looks like {looks_like}", hint=hint, code="file.encoding")
