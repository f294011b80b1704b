"""Movements and counts of a workspace's files (出入库与盘点) as a stock book; what cannot be is refused at its row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.channel.stock.batches import card_faults
from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.kinds import STOCK_KINDS
from pharmasales.channel.stock.movements import StockCount, StockMovement
from pharmasales.errors import BadConfig, BadRows, BadValue, PharmaSalesError
from pharmasales.names import fold
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.diary_cells import known_word, spelled
from pharmasales.workspace.refusals import each_of
from pharmasales.workspace.rows import PLACE, Place, Row, TableRows

__all__ = ["KeptBook", "read_book"]

_ALSO: Mapping[str, str] = {
    "opening": "期初库存 上期结存 期初结存",
    "in": "入库 采购入库 购进入库 采购 进货",
    "transfer_in": "调拨入库 移入",
    "return_in": "销售退货 销退 退货入库 销售退货入库",
    "out": "出库 销售 销售出库单",
    "transfer_out": "调拨出库 移出",
    "return_out": "采购退货 购退 采购退货出库",
    "loss": "报损 盘亏 损溢",
    "gain": "报溢",
}
_WORDS = MappingProxyType(
    {
        **spelled({key: kind.says for key, kind in STOCK_KINDS.items()}),
        **{fold(word): key for key, words in _ALSO.items() for word in words.split()},
    }
)
_AT = re.compile(r"(movements|counts)\[(\d+)\]$")
_COLUMNS: Mapping[str, str] = {
    "stock.twins": "id",
    "stock.expiry": "expires",
    "stock.opening": "kind",
    "stock.order": "date",
    "stock.count": "count",
    "unit": "quantity",
}


@frozen
class KeptBook:
    """A stock book, and where its movements stand.

    Args:
        book: the movements and counts.
        places: the file and row of each movement, by its id.
    """

    book: StockBook
    places: Mapping[str, Place] = field(repr=False)


@frozen
class _Rows:
    """The rows while they are read, each with its place."""

    tables: DeskTables
    movements: list[StockMovement] = field(factory=list)
    counts: list[StockCount] = field(factory=list)
    places: dict[str, list[Place]] = field(factory=lambda: {"movements": [], "counts": []})

    def movement(self, row: Row) -> str:
        customer, product, kind = each_of(row, self.tables.customer, self.tables.product, _kind)
        batch, note, count = (row.get(name) or "" for name in ("batch", "note", "count"))
        more = batch, row.get("expires"), note, count
        made = StockMovement(row["id"], customer, product, row["date"], kind, row["quantity"], *more)
        self.movements.append(made)
        self.places["movements"].append(row[PLACE])
        return made.id

    def count(self, row: Row) -> str:
        customer, product = each_of(row, self.tables.customer, self.tables.product)
        made = StockCount(row["id"], customer, product, row["date"], row["quantity"], row["by"])
        self.counts.append(made)
        self.places["counts"].append(row[PLACE])
        return made.id

    def refused(self, error: BadRows) -> Iterator[tuple[str, Place, BadValue]]:
        """Yield each refusal of a book at the column of the row that it names; one that names none is raised."""
        for one in error.exceptions:
            if not isinstance(one, PharmaSalesError) or (at := _AT.search(one.where)) is None:
                raise error
            column = "product" if (at[1], one.code) == ("counts", "stock.opening") else _COLUMNS.get(one.code, "id")
            refusal = BadValue(one.reason, where=column, hint=one.hint, code=one.code)
            yield at[1], self.places[at[1]][int(at[2])], refusal


def _kind(row: Row) -> str:
    return known_word(row["kind"], _WORDS, STOCK_KINDS, "kind")


def read_book(tables: DeskTables) -> KeptBook:
    """Read the movements and counts of a workspace (读取出入库与盘点).

    A movement that takes stock below zero, or more of a batch than there was, is refused at its row, whatever day is
    asked for later: it is the first cause, and what follows from it says nothing.

    Args:
        tables: reads the tables.

    Raises:
        BadConfig: the settings name no table of movements.
        BadRows: rows were refused; every one is in the group.
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    if not tables.has("movements"):
        hint = 'name its file: [tables.movements] file = "..."'
        raise BadConfig("no table of movements", where="tables.movements", hint=hint, code="config.missing")
    rows = _Rows(tables)
    read = {
        "movements": tables.read_once("movements", rows.movement),
        "counts": tables.read_once("counts", rows.count),
    }
    tables.checked()
    try:
        book = StockBook.of(rows.movements, rows.counts)
    except BadRows as error:
        for table, place, refusal in list(rows.refused(error)):
            _reject(read[table], place, refusal)
        tables.checked()
        raise
    places = {one.id: place for one, place in zip(rows.movements, rows.places["movements"], strict=True)}
    for fault in card_faults(book):
        said = fault.error()
        column = "batch" if fault.kind == "batch" else "quantity"
        refusal = BadValue(said.reason, where=column, hint=said.hint, code=said.code)
        _reject(read["movements"], places[fault.movement], refusal)
    tables.checked()
    return KeptBook(book, places)


def _reject(rows: TableRows | None, place: Place, refusal: BadValue) -> None:
    if rows is not None:
        rows.reject(place, refusal, "")
