"""The history of a file as a table (变更记录), field by field, personal values masked."""

from __future__ import annotations

from collections.abc import Iterable

from pharmasales.archive.changes import Change
from pharmasales.archive.kinds import Value, is_person
from pharmasales.compliance.masking import mask
from pharmasales.compliance.personal import use_of
from pharmasales.display import Column, Says, Table

__all__ = ["history"]


def history(customer: str, changes: Iterable[Change], protected: str, *, unmasked: bool) -> Table:
    """Return a row for each field of each change.

    Args:
        customer: the customer's id.
        changes: the changes, in the order in which they were written.
        protected: the kind whose rules protect the values.
        unmasked: whether personal values are shown as they are.
    """

    def show(name: str, value: Value) -> str | None:
        if value is None or not unmasked:
            return None if value is None else mask(value, use_of(name), person=is_person(protected))
        return ", ".join(value) if isinstance(value, tuple) else Column.plain(value)

    rows = [
        (one.action, name, one.since, show(name, one.old.get(name)), show(name, new), one.by, str(one.at), one.why)
        for one in changes
        for name, new in (one.new or {"": None}).items()
    ]
    return Table("history", Says(f"History of {customer}", f"{customer} 变更记录"), _COLUMNS, rows)


_COLUMNS = (
    Column("action", "Action", "操作"),
    Column("field", "Field", "字段"),
    Column("since", "Since", "生效日", "date"),
    Column("old", "Old", "原值"),
    Column("new", "New", "新值"),
    Column("by", "By", "操作人"),
    Column("at", "Known at", "记录时间"),
    Column("why", "Why", "原因"),
)
