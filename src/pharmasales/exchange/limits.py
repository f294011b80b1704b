"""Limits: how much of a file is read before it is refused.

A file comes from outside; its size on disk says nothing of what it unpacks to. Every limit is counted while reading,
so that a bomb is refused as soon as it shows, not after it has filled the memory.

>>> Limits(rows=1000).rows
1000
"""

from __future__ import annotations

from typing import Any

from attrs import Attribute, field, frozen

from pharmasales.errors import BadConfig

__all__ = ["MIB", "Limits"]

MIB = 1024 * 1024


def _positive(_: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 1:
        raise BadConfig("a limit is a whole number from 1", where=f"limits.{attribute.name}", code="config.limit")


@frozen
class Limits:
    """What one file may hold; the defaults suit a distributor's yearly flow file (流向).

    Source: reliability T6 (limits on bytes read, cells, columns and ratio, before parsing).

    Args:
        disk: bytes of the file as it lies on disk.
        unpacked: bytes after decompression, counted while they come.
        ratio: how many times larger than on disk it may become; judged beyond `grace` bytes only.
        grace: unpacked bytes below which no ratio is too large.
        rows: rows under the header; by default as many as the bytes allow.
        columns: columns of one row.
        cell: characters of one cell; Excel keeps 32,767.
        record: characters of one row of a text file, line breaks within quotes included.
        cells: cells of the rectangle that spans the used part of a worksheet.
        strings: different texts in the table of shared strings of a workbook.
        members: files within one XLSX archive; also how many sheets and links the workbook may list.

    Raises:
        BadConfig: a limit that is not a whole number from 1.

    Example:
        >>> Limits(rows=0)
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadConfig: a limit is a whole number from 1 @ limits.rows [config.limit]
    """

    disk: int = field(default=256 * MIB, validator=_positive)
    unpacked: int = field(default=1024 * MIB, validator=_positive)
    ratio: int = field(default=200, validator=_positive)
    grace: int = field(default=64 * MIB, validator=_positive)
    rows: int = field(default=1024 * MIB, validator=_positive)
    columns: int = field(default=1_024, validator=_positive)
    cell: int = field(default=32_767, validator=_positive)
    record: int = field(default=4 * MIB, validator=_positive)
    cells: int = field(default=20_000_000, validator=_positive)
    strings: int = field(default=5_000_000, validator=_positive)
    members: int = field(default=1_000, validator=_positive)
