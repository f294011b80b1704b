"""Rows refused for what only all rows together show (整表校验), at the column that the file itself names."""

from __future__ import annotations

from collections.abc import Callable

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.workspace.rows import TableRows

__all__ = ["rejecter"]


def rejecter(rows: TableRows | None) -> Callable[[tuple[str, int], PharmaSalesError], None]:
    """Return what refuses a row of a table that was taken.

    Args:
        rows: what read the table; none where there is no such table, and so no row to be refused.
    """

    def rejected(place: tuple[str, int], error: PharmaSalesError) -> None:
        assert rows is not None  # noqa: S101 - a place is that of a row
        for one in error.exceptions if isinstance(error, BadRows) else (error,):
            if isinstance(one, PharmaSalesError):
                column = _COLUMNS.get(one.code, one.where)
                rows.reject(place, BadValue(one.reason, where=column, hint=one.hint, code=one.code), "")

    return rejected


_COLUMNS = {
    "pipeline.move": "what",
    "pipeline.action": "what",
    "pipeline.idle": "what",
    "pipeline.day": "date",
    "pipeline.reason": "reason",
    "agents.ask": "what",
    "agents.move": "what",
    "agents.day": "date",
    "rights.version": "kind",
    "rights.dates": "until",
    "rights.area": "parent",
}
"""The column that is at fault, by the code of what a room refuses."""
