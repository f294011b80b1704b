"""An XLSX file as an archive of XML: judged by its directory, then every member streamed once, before it is parsed.

What the directory claims is not believed: each member must unpack to exactly the size it claims. XML with a document
type (DTD) is refused, so that no entity, of whatever kind, is ever expanded.

>>> elements("sheet", [b'<workbook><sheet name="Goals"/></workbook>'], "a.xlsx")
[{'name': 'Goals'}]
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import BinaryIO, Final, NoReturn
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pharmasales.errors import BadFile
from pharmasales.exchange.limits import MIB, Limits
from pharmasales.exchange.unpack import BLOCK, too_large

__all__ = ["checked_archive", "damaged", "elements", "member", "parsed", "xml_parser"]

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = 0x1
_LARGEST_DIRECTORY: Final = MIB
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")


@contextmanager
def checked_archive(path: Path, limits: Limits) -> Iterator[ZipFile]:
    """Open an XLSX archive whose directory is sound: sizes, names, methods; nothing is unpacked yet.

    Raises:
        BadFile: no archive, encrypted, an old workbook, beyond the limits, or with names that lead elsewhere.
    """
    with damaged(path.name), path.open("rb") as file:
        _check_directory(file, path.name)
        with ZipFile(file) as archive:
            _check_members(archive.infolist(), path.stat().st_size, path.name, limits)
            yield archive


@contextmanager
def damaged(file: str) -> Iterator[None]:
    """Turn what the archive and XML layers raise over damaged bytes into one typed error.

    Raises:
        BadFile: `file.damaged`.

    Example:
        >>> with damaged("a.xlsx"):
        ...     raise BadZipFile
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: a damaged Excel file @ a.xlsx; open it in Excel and save it again [file.damaged]
    """
    try:
        yield
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error, struct.error) as error:
        hint = "open it in Excel and save it again"
        raise BadFile("a damaged Excel file", where=file, hint=hint, code="file.damaged") from error
    except (expat.ExpatError, UnicodeDecodeError) as error:
        hint = "open it in Excel and save it again"
        raise BadFile("damaged XML within", where=file, hint=hint, code="file.damaged") from error


def member(archive: ZipFile, info: ZipInfo, file: str) -> Iterator[bytes]:
    """Yield one member in blocks; it must unpack to the size that the directory claims, not a byte more.

    Raises:
        BadFile: another size than claimed (`file.bomb`).
    """
    longer = copy(info)
    longer.file_size += 1
    total = 0
    with archive.open(longer) as stream:
        while block := stream.read(BLOCK):
            total += len(block)
            if total > info.file_size:
                break
            yield block
    if total != info.file_size:
        raise BadFile("a part of the archive is not of the size it claims", where=file, code="file.bomb")


def xml_parser(file: str) -> expat.XMLParserType:
    """Return a parser that reads UTF-8 whatever the document says, and refuses a document type.

    Raises:
        BadFile: while parsing, at a document type (`file.dtd`).

    Example:
        >>> xml_parser("a.xlsx").Parse(b"<!DOCTYPE x []><x/>")
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: XML with a document type @ a.xlsx; open it in Excel and save it again [file.dtd]
    """

    def refuse(*_: object) -> NoReturn:
        hint = "open it in Excel and save it again"
        raise BadFile("XML with a document type", where=file, hint=hint, code="file.dtd")

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    return parser


def parsed(parser: expat.XMLParserType, blocks: Iterable[bytes]) -> None:
    """Feed all blocks to a parser.

    Raises:
        xml.parsers.expat.ExpatError: not well-formed.
    """
    for block in blocks:
        parser.Parse(block)
    parser.Parse(b"", True)


def elements(name: str, blocks: Iterable[bytes], file: str, most: int = 1_000) -> list[Mapping[str, str]]:
    """Return the attributes of every element of a local name, in document order.

    Raises:
        BadFile: a document type, or more than `most` elements of the name.
        xml.parsers.expat.ExpatError: not well-formed.
    """
    found: list[Mapping[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            if len(found) >= most:
                hint = "open it in Excel and save it again"
                raise BadFile(f"more than {most} entries of one kind", where=file, hint=hint, code="file.large")
            found.append(attributes)

    parser = xml_parser(file)
    parser.StartElementHandler = start
    parsed(parser, blocks)
    return found


def _check_directory(file: BinaryIO, name: str) -> None:
    """Judge the size of the directory before anything reads it, and say what is no archive."""
    head = file.read(8)
    if head == _OLE:
        _refuse_ole(file, name)
    if not head.startswith(b"PK"):
        raise BadFile("no Excel workbook", where=name, hint="save it as .xlsx", code="file.kind")
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - _END.size - _LOCATOR_64.size - _END_64.size))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise BadFile("a damaged Excel file", where=name, hint="copy it again", code="file.truncated")
    directory = int(_END.unpack_from(tail, at)[5])
    before = at - _LOCATOR_64.size
    if before >= _END_64.size and tail[before:].startswith(b"PK\x06\x07"):
        directory = max(directory % 0xFFFFFFFF, _END_64.unpack_from(tail, before - _END_64.size)[8])
    if directory > _LARGEST_DIRECTORY:
        raise BadFile("an archive of too many parts", where=name, code="file.large")
    file.seek(0)


def _refuse_ole(file: BinaryIO, name: str) -> NoReturn:
    if "EncryptedPackage".encode("utf-16-le") in file.read(16 * MIB):
        raise BadFile("the workbook has a password", where=name, hint="save it without", code="file.encrypted")
    raise BadFile("an old Excel workbook", where=name, hint="save it as .xlsx or CSV UTF-8", code="file.old-excel")


def _check_members(infos: list[ZipInfo], size: int, name: str, limits: Limits) -> None:
    if len(infos) > limits.members:
        raise BadFile(f"an archive of more than {limits.members} parts", where=name, code="file.large")
    if len({info.filename.casefold() for info in infos}) != len(infos):
        raise BadFile("two parts of one name within the archive", where=name, code="file.damaged")
    for info in infos:
        parts = info.filename.split("/")
        if not parts[0] or ".." in parts or "\\" in info.orig_filename or ":" in parts[0]:
            raise BadFile("a part of the archive lies outside of it", where=name, code="file.path")
        if info.flag_bits & _ENCRYPTED:
            raise BadFile("the workbook has a password", where=name, hint="save it without", code="file.encrypted")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadFile("an unusual way of compression", where=name, hint="save it in Excel", code="file.damaged")
    try:
        too_large(sum(info.file_size for info in infos), size, limits)
    except BadFile as error:
        raise error.at(name) from None
