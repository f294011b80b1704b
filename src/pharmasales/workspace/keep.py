"""Result tables in a store: a record a row, so that any row can be asked for by its id.

The rows of table `goals` of period 2026-Q1 stand under the kind `goals` with ids such as `2026-Q1/R01/2026-01`; the
table itself, its columns and order, is a record of the kind `tables`.

A row belongs to the node of the organisation that it is about (数据权限): that of a goal, the rep of a visit, the rep
who looks after a graded customer. Whoever sees that node sees the row; the heads of tables are everybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve

from pharmasales.display import Cell, Column, Lang, Says, Speaks, Table, speaks
from pharmasales.errors import NotFound, StorageError
from pharmasales.periods import Period, period
from pharmasales.storage import Record, Unit
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import ANYBODY, LABELS, NODE

__all__ = ["KEYS", "explained", "periods_kept", "rows_of", "save", "settled", "table_of"]

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
    "standings": ("rep_id",),
    "score_evidence": ("rep_id", "measure"),
}
_PLACE = "#"
_NODES = ("rep_id", "node_id")
_NOBODY: Mapping[str, str] = {}


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


def save(
    unit: Unit, when: Period, tables: Iterable[Table], kinds: Sequence[str], owners: Mapping[str, str] = _NOBODY
) -> None:
    """Let exactly these tables stand for a period.

    A row of nobody that is known, such as the grade of a customer without an owner, is shown to no reader of a part.

    Args:
        unit: the open unit of work.
        when: the period.
        tables: the settled tables.
        kinds: the names of all tables that this step may write; those not given are cleared.
        owners: the rep of each customer, to whom the rows belong that name a customer alone.

    Source: T1.
    """
    given = {table.name: table for table in tables}
    for name in kinds:
        table = given.get(name)
        unit.replace(name, f"{when}/", [] if table is None else list(_records(table, when, owners)))
        head = [] if table is None else [(f"{when}/{name}/", _head(table))]
        unit.replace("tables", f"{when}/{name}/", head)


def _records(table: Table, when: Period, owners: Mapping[str, str]) -> Iterable[tuple[str, dict[str, Any]]]:
    keys = [column.key for column in table.columns]
    named = [keys.index(key) for key in KEYS[table.name]]
    for place, row in enumerate(table.rows):
        record_id = "/".join([str(when), *(_key(row[index]) for index in named)])
        cells = dict(zip(keys, row, strict=True))
        data = {_PLACE: place} | {key: _plain(cell) for key, cell in cells.items()}
        yield record_id, data | _node(cells, owners) | _labels(table.name, cells)


def _node(cells: Mapping[str, Cell], owners: Mapping[str, str]) -> dict[str, str]:
    """Return the mark of the node that a row belongs to; none where nobody is known, or an id means everybody."""
    key = next((key for key in _NODES if key in cells), None)
    node = cells[key] if key else owners.get(str(cells.get("customer_id")))
    return {NODE: node} if isinstance(node, str) and node not in ("", ANYBODY) else {}


def _labels(name: str, cells: Mapping[str, Cell]) -> dict[str, dict[str, str]]:
    """Return the mark by which grades are looked up, of a customer or by their letter."""
    if name != "grades":
        return {}
    told = {"customer": cells["customer_id"], "grade": cells.get("grade")}
    return {LABELS: {label: text for label, text in told.items() if isinstance(text, str)}}


def _head(table: Table) -> dict[str, Any]:
    columns = [[column.key, column.en, column.zh, column.kind] for column in table.columns]
    return {"title": _plain(table.title), "columns": columns, NODE: ANYBODY}


def head_of(store: Reader, when: Period, name: str) -> Table | None:
    """Return the table kept for a period without its rows, or `None`."""
    heads = list(store.find("tables", prefix=f"{when}/{name}/"))
    if not heads:
        return None
    head: Any = heads[0].data
    columns = tuple(Column(*column) for column in head["columns"])
    return Table(name, Says(head["title"]["en"], head["title"]["zh"]), columns, ())


def table_of(store: Reader, when: Period, name: str) -> Table | None:
    """Return the table kept for a period, or `None`."""
    head = head_of(store, when, name)
    if head is None:
        return None
    records = sorted(store.find(name, prefix=f"{when}/"), key=_place)
    return evolve(head, rows=[_row(head, record) for record in records])


def _row(head: Table, record: Record) -> tuple[Cell, ...]:
    return tuple(_cell(record.data[column.key]) for column in head.columns)


def rows_of(store: Reader, when: Period, name: str, *ids: str) -> Table:
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


def periods_kept(store: Reader, name: str) -> list[Period]:
    """Return the periods for which a table is kept, in the order of their days."""
    kept = {record.id.partition("/")[0] for record in store.find("tables") if record.id.split("/")[1] == name}
    return sorted(map(period, kept))


def explained(table: Table, when: Period) -> list[tuple[Says, Says]]:
    """Return for each row a heading that names it, and its reason, in both languages."""
    named = [(place, column) for place, column in enumerate(table.columns) if column.key not in ("why", "visit_id")]
    why = [column.key for column in table.columns].index("why")

    def heading(row: tuple[Cell, ...], lang: Lang) -> str:
        shown = [column.show(row[place], lang) for place, column in named]
        return f"{table.title.text(lang)} {when}: " + " | ".join(text for text in shown if text)

    found = []
    for row in table.rows:
        reason = row[why]
        said = reason if isinstance(reason, Says) else Says(str(reason), str(reason))
        found.append((Says(heading(row, "en"), heading(row, "zh")), said))
    return found
