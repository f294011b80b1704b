"""Bytes to text, strictly: what does not decode is refused by the name of what it looks like.

Nothing is guessed silently: a file in another encoding than the one set is refused with the setting that accepts it.
GB18030 is Python's table of 2005 (A6D9 gives U+E78D, where the table of 2022 has U+FE10).

>>> "".join(decoded(iter(["编号".encode()]), "utf-8"))
'编号'
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
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
_PAIR: Final = re.compile(rb"[\x81-\xfe][\xa1-\xfe]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_MANY: Final = 8
_TWO_BYTES: Final = "\u07ff"
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
    decoder = codecs.getincrementaldecoder(name)("strict")
    first, seen = True, False
    for block in _gathered(blocks):
        if first:
            _check_head(block[:_HEAD], name)
        state = decoder.getstate()
        refusal = None
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            good = max(0, error.start - (len(error.object) - len(block)))
            decoder.setstate(state)
            text = decoder.decode(block[:good])
            refusal = _not_decoded(block, good, name, utf8_before=seen or max(text, default="") > _TWO_BYTES)
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


def _check_head(head: bytes, name: str) -> None:
    """Refuse at once what the first block shows to be something else."""
    for magic, looks, hint in _MAGIC:
        if head.startswith(magic):
            raise BadFile(f"no text, looks like {looks}", hint=hint, code="file.kind")
    if name in ("utf-16", "utf-32"):
        if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
            raise _other(name, "bytes without a byte order mark", "utf-16-le")
        return
    looks_like = _unicode_kind(head, name)
    if looks_like and looks_like != name and not (looks_like == "utf-16" and name.startswith("utf-16-")):
        raise _other(name, looks_like.upper(), looks_like)
    if name == "utf-8" and not looks_like and _by_chance(head):
        hint = 'save it as UTF-8 with a byte order mark, or set encoding = "gb18030" in its [tables.NAME]'
        raise BadFile("may be UTF-8 or GB18030, too short to tell", hint=hint, code="file.encoding")


def _unicode_kind(head: bytes, name: str) -> str:
    """Return the Unicode encoding that a byte order mark, NULs or many valid sequences betray, or nothing."""
    for mark, kind in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8"),
    ):
        if head.startswith(mark):
            return kind
    if b"\0" in head:
        return next((kind for kind in ("utf-16-le", "utf-16-be") if _delimited(_try(head, kind))), "")
    if name == "utf-8":
        return ""
    return "utf-8" if sum(c > "\x7f" for c in _try(head, "utf-8")) >= _MANY else ""


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
