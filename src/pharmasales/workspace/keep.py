"""Result tables in a store: a record a row, so that any row can be asked for by its id.

The rows of table `goals` of period 2026-Q1 stand under the kind `goals` with ids such as `2026-Q1/R01/2026-01`; the
table itself, its columns and order, is a record of the kind `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve

from pharmasales.display import Cell, Column, Says, Speaks, Table, speaks
from pharmasales.errors import NotFound, StorageError
from pharmasales.periods import Period, period
from pharmasales.storage import Record, Store, Unit

__all__ = ["KEYS", "periods_kept", "rows_of", "save", "settled", "table_of"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "grades": ("customer_id", "scheme"),
    "goals": ("node_id", "period"),
    "visits": ("customer_id", "date", "rep_id"),
    "unmet_visits": ("customer_id",),
    "visit_load": ("rep_id", "month"),
    "attainment": ("node_id",),
    "scorecard": ("rep_id", "measure"),
    "deviations": ("node_id",),
    "frequency": ("rep_id",),
}
_PLACE = "#"


def settled(table: Table) -> Table:
    """Return the table with every explanation said in both languages, so that it is worked out once.

    >>> from pharmasales.display import because
    >>> table = Table("t", Says("T", "表"), (Column("why", "Why", "说明", "why"),), [(because("so", "如此"),)])
    >>> settled(table).rows
    [(Says(en='so', zh='如此'),)]
    """
    rows = [tuple(_said(cell) if speaks(cell) else cell for cell in row) for row in table.rows]
    return evolve(table, rows=rows)


def _said(cell: Speaks) -> Says:
    return cell if isinstance(cell, Says) else Says(cell.text("en"), cell.text("zh"))


def _part(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F")


def _key(cell: Cell) -> str:
    return _part(cell.text("en") if speaks(cell) else Column.plain(cell))


def _plain(cell: Cell) -> Any:  # noqa: ANN401 - what JSON holds
    match cell:
        case Says():
            return {"en": cell.en, "zh": cell.zh}
        case Decimal():
            return {"decimal": f"{cell:f}"}
        case Fraction():
            return {"fraction": f"{cell.numerator}/{cell.denominator}"}
        case date():
            return {"date": cell.isoformat()}
    return cell


def _cell(value: Any) -> Cell:  # noqa: ANN401 - what JSON holds
    match value:
        case {"en": str(en), "zh": str(zh)}:
            return Says(en, zh)
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"fraction": str(text)}:
            return Fraction(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case None | str() | int():
            return value
    raise StorageError("not a cell of a result", code="storage.damaged")


def save(unit: Unit, when: Period, tables: Iterable[Table], kinds: Sequence[str]) -> None:
    """Let exactly these tables stand for a period.

    Args:
        unit: the open unit of work.
        when: the period.
        tables: the settled tables.
        kinds: the names of all tables that this step may write; those not given are cleared.
    """
    given = {table.name: table for table in tables}
    for name in kinds:
        table = given.get(name)
        unit.replace(name, f"{when}/", [] if table is None else list(_records(table, when)))
        head = [] if table is None else [(f"{when}/{name}/", _head(table))]
        unit.replace("tables", f"{when}/{name}/", head)


def _records(table: Table, when: Period) -> Iterable[tuple[str, dict[str, Any]]]:
    keys = [column.key for column in table.columns]
    named = [keys.index(key) for key in KEYS[table.name]]
    for place, row in enumerate(table.rows):
        record_id = "/".join([str(when), *(_key(row[index]) for index in named)])
        yield record_id, {_PLACE: place} | {key: _plain(cell) for key, cell in zip(keys, row, strict=True)}


def _head(table: Table) -> dict[str, Any]:
    columns = [[column.key, column.en, column.zh, column.kind] for column in table.columns]
    return {"title": _plain(table.title), "columns": columns}


def head_of(store: Store, when: Period, name: str) -> Table | None:
    """Return the table kept for a period without its rows, or `None`."""
    heads = list(store.find("tables", prefix=f"{when}/{name}/"))
    if not heads:
        return None
    head: Any = heads[0].data
    columns = tuple(Column(*column) for column in head["columns"])
    return Table(name, Says(head["title"]["en"], head["title"]["zh"]), columns, ())


def table_of(store: Store, when: Period, name: str) -> Table | None:
    """Return the table kept for a period, or `None`."""
    head = head_of(store, when, name)
    if head is None:
        return None
    records = sorted(store.find(name, prefix=f"{when}/"), key=_place)
    return evolve(head, rows=[_row(head, record) for record in records])


def _row(head: Table, record: Record) -> tuple[Cell, ...]:
    return tuple(_cell(record.data[column.key]) for column in head.columns)


def rows_of(store: Store, when: Period, name: str, *ids: str) -> Table:
    """Return the rows whose key begins with these ids, in the order of the table.

    Raises:
        NotFound: there is none.
    """
    head = head_of(store, when, name)
    prefix = "/".join([str(when), *map(_part, ids), ""])
    found = sorted(store.find(name, prefix=prefix), key=_place)
    if not found and len(ids) == len(KEYS[name]):
        found = [record for record in store.find(name, prefix=prefix[:-1]) if record.id == prefix[:-1]]
    if head is None or not found:
        raise NotFound(f"nothing kept in {name} of {when}", where=" ".join(ids), hint="plan or review it first")
    return evolve(head, rows=[_row(head, record) for record in found])


def _place(record: Record) -> int:
    place = record.data[_PLACE]
    return place if isinstance(place, int) else 0


def periods_kept(store: Store, name: str) -> list[Period]:
    """Return the periods for which a table is kept, in the order of their days."""
    kept = {record.id.partition("/")[0] for record in store.find("tables") if record.id.split("/")[1] == name}
    return sorted(map(period, kept))
