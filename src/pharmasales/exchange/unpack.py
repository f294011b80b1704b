r"""Bytes from disk, plain or gzip, counted against the limits while they come.

>>> import io
>>> b"".join(plain_blocks(io.BytesIO(b"id\n"), Limits()))
b'id\n'
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from pharmasales.errors import BadFile
from pharmasales.exchange.limits import Limits

__all__ = ["BLOCK", "gzip_blocks", "plain_blocks", "too_large"]

BLOCK: Final = 256 * 1024
_GZIP: Final = 31


def plain_blocks(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Yield the file in blocks.

    Raises:
        BadFile: more bytes than the limits allow, or a device that does not read.
    """
    total = 0
    while block := _read(file):
        total += len(block)
        too_large(total, total, limits)
        yield block


def gzip_blocks(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Yield what a gzip file unpacks to, in blocks; several members in a row are one file, as gzip has it.

    As long as the beginning grows like a bomb it is unpacked once ahead, without being handed on.

    Raises:
        BadFile: damaged or cut, or growing beyond the limits.

    Example:
        >>> import gzip, io
        >>> b"".join(gzip_blocks(io.BytesIO(gzip.compress(b"id")), Limits()))
        b'id'
        >>> list(gzip_blocks(io.BytesIO(gzip.compress(b"id")[:-1]), Limits()))
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: the compressed file ends too early; copy it again [file.truncated]
    """
    for total, taken, _ in _members(file):
        too_large(total, taken, limits)
        if total <= limits.ratio * taken:
            break
    file.seek(0)
    for total, taken, data in _members(file):
        too_large(total, taken, limits)
        if data:
            yield data


def _members(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Yield how many bytes came out so far, from how many, and the last of them."""
    engine = zlib.decompressobj(_GZIP)
    read = total = 0
    within = True
    while block := _read(file):
        read += len(block)
        while True:
            block = block if within else block.lstrip(b"\0")
            within = within or bool(block)
            data = _unpacked(engine, block)
            total += len(data)
            if engine.eof:
                block, engine, within = engine.unused_data, zlib.decompressobj(_GZIP), False
            else:
                block = engine.unconsumed_tail
            yield total, read - len(block), data
            if not block and len(data) < BLOCK:
                break
    if within:
        raise BadFile("the compressed file ends too early", hint="copy it again", code="file.truncated")


def too_large(total: int, taken: int, limits: Limits) -> None:
    """Refuse what grows beyond the limits: `total` bytes so far out of `taken` bytes on disk.

    Raises:
        BadFile: `file.large`, or `file.bomb` where the growth is not that of data.

    Example:
        >>> too_large(70_000_000, 70_000, Limits())
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadFile: unpacks to more than 200 times its size [file.bomb]
    """
    if total > limits.unpacked:
        raise BadFile(f"more than {limits.unpacked} bytes unpacked", hint="split the file", code="file.large")
    if total > limits.grace and total > limits.ratio * taken:
        raise BadFile(f"unpacks to more than {limits.ratio} times its size", code="file.bomb")


def _unpacked(engine: zlib._Decompress, block: bytes) -> bytes:
    try:
        return engine.decompress(block, BLOCK)
    except zlib.error as error:
        raise BadFile("damaged gzip data", hint="copy the file again", code="file.damaged") from error


def _read(file: BinaryIO) -> bytes:
    try:
        return file.read(BLOCK)
    except OSError as error:
        raise BadFile("the device does not read", hint="copy the file elsewhere", code="file.unreadable") from error
