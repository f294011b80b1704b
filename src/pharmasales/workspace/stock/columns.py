"""The tables of the desk of stock (进销存): a line a column, as in `pharmasales.workspace.columns`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType({})
"""The columns of each table."""
