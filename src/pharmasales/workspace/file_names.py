"""Names of files for ids (文件名): safe on every system, and no two alike.

>>> taken: set[str] = set()
>>> [file_name(rep, taken, ".html") for rep in ("R1", "r1", "../x", "CON", "代表一")]
['R1.html', 'r1-2.html', '_x.html', 'CON_.html', '代表一.html']
>>> folder_name("N1"), folder_name("N/1")
('N1', 'N_1-8c073a9d')
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["file_name", "folder_name"]

_RESERVED = {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}


def file_name(node: str, taken: set[str], ending: str = "") -> str:
    """Return a file name for an id: letters, digits, `-` and `_` stay, and no two are alike on any system.

    Args:
        node: the id.
        taken: the names given so far in this folder, to which this one is added.
        ending: what the name ends with, such as `.html`.
    """
    stem = _stem(node)
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.casefold())
    return name + ending


def folder_name(node: str) -> str:
    """Return the name of the one folder of an id: two ids have two, also where their letters alone would be alike."""
    stem = _stem(node)
    return stem if stem == node else f"{stem}-{hashlib.sha256(node.encode()).hexdigest()[:8]}"


def _stem(node: str) -> str:
    stem = re.sub(r"[^\w-]+", "_", node).encode()[:120].decode("utf-8", "ignore") or "rep"  # a name has 255 bytes
    return f"{stem}_" if stem.upper() in _RESERVED else stem
