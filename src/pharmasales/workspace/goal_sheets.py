"""Goals as a sheet that a manager corrects in Excel, and back (目标表): nodes down, buckets across, amounts as numbers.

A second sheet says which version it was made from. Only amounts may be changed; every other change is refused, all of
them at once, each with its row and column.

>>> columns = tuple(Column(key, key, key) for key in ("node_id", "node", "level", "parent_id", "period", "amount"))
>>> rows = [("N", "North", "area", "", "2026-01", 9), ("r1", "One", "rep", "N", "2026-01", 9)]
>>> print(goal_sheet(Table("goals", Says("Goals", "目标分解"), columns, rows)))
Node id  Node   Level  Parent id  2026-01  Total  Sum of parts  Parts less own
-------  -----  -----  ---------  -------  -----  ------------  --------------
N        North  area                    9      9             9               0
r1       One    rep    N                9      9
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from attrs import field, frozen

from pharmasales.display import Cell, Column, Lang, Says, Table
from pharmasales.errors import BadFile, BadRows, BadRule, BadValue, Conflict, NotFound, PharmaSalesError
from pharmasales.exchange import Sheet, read_sheet, write_xlsx
from pharmasales.exchange.sheet import letters
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.editing.edited import EditedPlan, edit_plan
from pharmasales.goals.editing.edits import Mark, Pin
from pharmasales.names import fold, normal_id
from pharmasales.periods import period as as_period
from pharmasales.splits import in_grains
from pharmasales.units import Amount

__all__ = ["GoalSheet", "corrected", "goal_sheet", "read_goal_sheet", "write_goal_sheet"]

_GOALS = Says("Goals by node", "目标表")
_ABOUT = Says("About this sheet", "说明")
_IDS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("parent_id", "Parent id", "上级编号"),
)
_TOTAL = Column("total", "Total", "合计", "amount")
_CHECKS = (
    Column("parts", "Sum of parts", "下级合计", "amount"),
    Column("off", "Parts less own", "下级合计减本级", "amount"),
)
_FACTS = (Column("key", "Key", "项目"), Column("value", "Value", "内容"))
_REFUSED = "the sheet is refused"


def goal_sheet(goals: Table) -> Table:
    """Return goals with a row a node: its buckets, their total, and what its parts add up to.

    Args:
        goals: the table of goals, a row a node and bucket; all of it, or what a reader of a part sees.
    """
    held: dict[str, dict[str, Decimal]] = {}
    ids: dict[str, tuple[str, str, str, str]] = {}
    for row in goals.records():
        node_id = str(row["node_id"])
        ids.setdefault(node_id, (node_id, str(row["node"]), str(row["level"]), str(row["parent_id"] or "")))
        amount = row["amount"]
        held.setdefault(node_id, {})[str(row["period"])] = (
            amount if isinstance(amount, Decimal) else Decimal(str(amount))
        )
    buckets = list(dict.fromkeys(bucket for by in held.values() for bucket in by))
    totals = {node_id: sum(by.values(), Decimal(0)) for node_id, by in held.items()}
    parts: dict[str, Decimal] = {}
    for node_id, (_, _, _, above) in ids.items():
        if above in ids:
            parts[above] = parts.get(above, Decimal(0)) + totals[node_id]
    columns = (*_IDS, *(Column(bucket, bucket, bucket, "amount") for bucket in buckets), _TOTAL, *_CHECKS)
    rows: list[tuple[Cell, ...]] = []
    for node_id, told in ids.items():
        below = parts.get(node_id)
        off = None if below is None else below - totals[node_id]
        rows.append((*told, *(held[node_id].get(bucket) for bucket in buckets), totals[node_id], below, off))
    return Table("goal_sheet", _GOALS, columns, rows)


def write_goal_sheet(table: Table, path: Path, about: Mapping[str, str], *, lang: Lang, created: date) -> None:
    """Write the sheet of a manager, and beside it what it is.

    Args:
        table: made by `goal_sheet`.
        path: an `.xlsx` file to make or replace.
        about: what the sheet is of: `period`, `version`, `unit`.
        lang: the language of titles.
        created: the day that the file says it was made on.

    Raises:
        BadFile: another kind of file.
        BadConfig: the package for Excel files is not installed.
        StorageError: the disk is full or may not be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadFile("not a name of an Excel file", where=path.name, hint="write FILE.xlsx", code="file.suffix")
    rows = [*about.items(), ("top", str(table.rows[0][0]))]
    write_xlsx([table, Table("about", _ABOUT, _FACTS, rows)], path, lang=lang, created=created)


@frozen
class GoalSheet:
    """A sheet as it came back.

    Args:
        file: the base name of the file.
        about: what it says it is of.
        header: the titles of its columns.
        rows: its rows, by the number that Excel shows.
    """

    file: str
    about: Mapping[str, str]
    header: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[str, ...]]] = field(repr=False)


def read_goal_sheet(path: Path) -> GoalSheet:
    """Read a sheet back, in either language.

    Raises:
        BadFile: no such file, no Excel file, or none that was made as a sheet of goals.
        BadConfig: the package for Excel files is not installed.
    """
    if path.suffix.lower() != ".xlsx":
        hint = "give the .xlsx file that goals decompose --sheet wrote"
        raise BadFile("not an Excel file", where=path.name, hint=hint, code="file.suffix")
    about = {cells[0]: cells[1] for _, cells in _titled(path, _ABOUT).rows if len(cells) > 1}
    sheet = _titled(path, _GOALS)
    return GoalSheet(path.name, about, sheet.header, list(sheet.rows))


def _titled(path: Path, title: Says) -> Sheet:
    for name in (title.en, title.zh):
        try:
            return read_sheet(path, sheet=name)
        except BadFile as error:
            if error.code != "file.sheet":
                raise
    hint = "correct the file that goals decompose --sheet wrote, and keep both of its sheets"
    raise BadFile(f"no sheet {title.en!r} or {title.zh!r}", where=path.name, hint=hint, code="goals.sheet")


def corrected(
    sheet: GoalSheet, table: Table, goals: Decomposition, about: Mapping[str, str], mark: Mark, *, total: bool = False
) -> EditedPlan:
    """Return the plan with every change that a sheet makes (表格修正).

    A bucket that is changed alone leaves the node's total as it is, and the other buckets take the difference; whoever
    is below or beside a changed node takes it by weight.

    Args:
        sheet: as it came back.
        table: as it would be written now, of the same top.
        goals: the plan that stands.
        about: what a sheet of that plan says it is of.
        mark: who corrects it, when and why.
        total: whether the top of the sheet may be changed, too.

    Raises:
        Conflict: the goals have another version by now.
        BadFile: a sheet of another period or unit.
        BadRows: everything that is refused, with row and column; nothing is changed then.
        BadValue: a sheet that changes nothing.
    """
    _same(sheet, about)
    reading = _Reading(sheet, table, goals, mark, total)
    pins = reading.read()
    if reading.bad:
        raise BadRows(_REFUSED, reading.bad)
    if not pins:
        raise BadValue("the sheet changes nothing", where=sheet.file, hint="correct an amount", code="goals.sheet.same")
    try:
        return edit_plan(goals, pins)
    except BadRows as error:
        raise BadRows(_REFUSED, [reading.placed(one) for one in _flat(error)]) from None


def _same(sheet: GoalSheet, due: Mapping[str, str]) -> None:
    """Refuse a sheet of other goals, or of a version that others have changed since."""
    hint = "write the sheet anew: goals decompose --sheet"
    for key, value in due.items():
        found = sheet.about.get(key, "")
        if key == "version" and found != value and found.isdecimal():
            reason = f"the goals are version {value} by now, the sheet is of version {found}"
            raise Conflict(reason, expected=int(found), found=int(value), where=sheet.file)
        if found != value:
            raise BadFile(f"a sheet of another {key}", where=sheet.file, hint=hint, code="goals.sheet")


def _flat(error: BadRows) -> Iterator[PharmaSalesError]:
    for one in error.exceptions:
        if isinstance(one, BadRows):
            yield from _flat(one)
        elif isinstance(one, PharmaSalesError):
            yield one


class _Reading:
    """Reads a sheet cell by cell against what it was made from; collects what is refused."""

    def __init__(self, sheet: GoalSheet, table: Table, goals: Decomposition, mark: Mark, total: bool) -> None:
        self.bad: list[PharmaSalesError] = []
        self._sheet, self._goals, self._mark = sheet, goals, mark
        self._due = {str(row[0]): row for row in table.rows}
        self._columns = table.columns
        self._top = "" if total else str(table.rows[0][0])
        self._places: dict[str, str] = {}
        self._rows: dict[str, int] = {}

    def read(self) -> list[Pin]:
        """Return a pin for every amount that was changed."""
        where = self._where()
        if where is None:
            return []
        pins: list[Pin] = []
        for number, cells in self._sheet.rows:
            if any(cells):
                pins += self._row(number, cells, where)
        hint = "put the row back; to take a goal away, set it to 0"
        for node_id in self._due:
            if node_id not in self._rows:
                self._refuse(NotFound(f"the row of {node_id!r} is missing", hint=hint, code="goals.sheet.row"), "")
        return pins

    def _where(self) -> list[int] | None:
        """Return where each column stands; refuse a sheet without one of them."""
        at = {fold(title): place for place, title in enumerate(self._sheet.header)}
        found: list[int] = []
        for column in self._columns:
            places = [at[fold(title)] for title in (column.en, column.zh) if fold(title) in at]
            if not places:
                hint = "put the column back as it was"
                error = BadFile(f"no column {column.en!r} ({column.zh})", hint=hint, code="goals.sheet.column")
                self._refuse(error, "row 1")
            else:
                found.append(places[0])
        return None if self.bad else found

    def _row(self, number: int, cells: Sequence[str], where: Sequence[int]) -> Iterator[Pin]:
        row = [cells[place].strip() if place < len(cells) else "" for place in where]
        place = f"row {number} column {letters(where[0])}"
        try:
            node_id = normal_id(row[0])
        except PharmaSalesError as error:
            self._refuse(error, place)
            return
        if node_id not in self._due:
            hint = "correct the id; nodes are added in the organisation"
            self._refuse(NotFound("no such node in these goals", hint=hint, code="goals.edit.node"), place)
            return
        if node_id in self._rows:
            hint = f"see row {self._rows[node_id]}"
            self._refuse(BadRule(f"a second row of {node_id!r}", hint=hint, code="goals.twins"), place)
            return
        self._rows[node_id] = number
        for at, column in enumerate(self._columns):
            place = f"row {number} column {letters(where[at])}"
            yield from self._cell(node_id, column, self._due[node_id][at], row[at], place)

    def _cell(self, node_id: str, column: Column, due: Cell, text: str, place: str) -> Iterator[Pin]:
        if column.kind != "amount":
            if text != Column.plain(due).strip():
                hint = f"{column.en} is not changed by a sheet; put it back"
                self._refuse(BadRule("only amounts can be changed", hint=hint, code="goals.sheet.column"), place)
            return
        if text == Column.plain(due):
            return
        checks = {one.key for one in _CHECKS}
        try:
            pin = self._pin(node_id, None if column.key in (_TOTAL.key, *checks) else column.key, text, due)
        except PharmaSalesError as error:
            self._refuse(error, place)
            return
        if pin is None:
            return
        if column.key in checks:
            hint = "correct the amounts that it adds up"
            self._refuse(BadRule("a check, not an amount", hint=hint, code="goals.sheet.check"), place)
        elif node_id == self._top:
            hint = "put it back, or say that the total is to change: --total"
            self._refuse(BadRule("a changed total", hint=hint, code="goals.edit.total"), place)
        else:
            self._places[pin.says.en] = place
            yield pin

    def _pin(self, node_id: str, bucket: str | None, text: str, due: Cell) -> Pin | None:
        """Return what a cell asks for; none where it says what stands there, in other digits."""
        if not text:
            raise BadValue("an empty cell", hint="write 0 for nothing", code="cell.empty")
        if text.startswith("="):
            raise BadValue("a formula", hint="paste the values", code="cell.formula")
        amount = self._amount(text)
        if due is not None and amount.value == due:
            return None
        return Pin(node_id, amount, None if bucket is None else as_period(bucket), mark=self._mark)

    def _amount(self, text: str) -> Amount:
        amount = Amount.of(text, self._goals.grain.unit)
        in_grains(amount, self._goals.grain)
        return amount

    def placed(self, error: PharmaSalesError) -> PharmaSalesError:
        """Say where the edits stand that cannot hold: those that are named, or those of a node and its parts."""
        said = f"{error.reason} {error.where}"
        places = [place for says, place in self._places.items() if re.search(rf"{re.escape(says)}(?! in \d)", said)]
        for node_id in self._rows:
            if repr(node_id) in said:
                near = [node_id, *self._goals.org.below[node_id]]
                places += [at for one in near for says, at in self._places.items() if f"of {one!r}" in says]
        if error.code == "goals.infeasible":
            error.hint = "correct one of them, so that the parts can make up their whole"
        return error.at(f"{self._sheet.file} {' and '.join(dict.fromkeys(places))}".strip())

    def _refuse(self, error: PharmaSalesError, place: str) -> None:
        self.bad.append(error.at(f"{self._sheet.file} {place}".strip()))
