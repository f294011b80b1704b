"""The tables that the desk of flow shows and writes (流向输出表), from what a month came to.

`questions` has the columns of the table `aliases`: a person fills in `id`, `by` and `date` and appends the rows there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fractions import Fraction
from io import StringIO

from attrs import evolve, frozen

from pharmasales.archive import Archive
from pharmasales.channel.flow import FlowMonth, HeldLine, Question, stock_table
from pharmasales.cycle import Region
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.units import Amount
from pharmasales.workspace.columns import TABLES
from pharmasales.workspace.flow.month_run import FlowRun

__all__ = ["RunTables", "closed_table"]


@frozen
class RunTables:
    """The tables of a month.

    Args:
        run: the month.
        region: names the customers and products.
    """

    run: FlowRun
    region: Region

    def all(self) -> list[Table]:
        """Return every table that is written, the balance first."""
        run = self.run
        found = [
            run.clean.balance.table(),
            self.files(),
            self.reasons(),
            self.held(),
            self.questions(),
            self.sales(),
            run.crossed.table(),
            self.returns(),
        ]
        if run.chain is not None:
            closure = run.chain.closure
            found += [closure.differences().table(), closure.table(), run.chain.sold_on.table()]
            found.append(stock_table(run.chain.counts))
        if run.kept is not None:
            found.append(closed_table(run.kept.month, self.region.archive))
        if run.diff is not None:
            found.append(run.diff.table())
        return found

    def files(self) -> Table:
        """Return what of each file belongs to the month: rows = lines + other months + blank."""
        rows = [
            (
                one.file.distributor,
                one.file.read.file,
                one.rows,
                len(one.lines.lines),
                one.others,
                one.blank,
                _record(one.file.header),
            )
            for one in self.run.files
        ]
        return Table("files", Says("Files of the month", "本月流向文件"), _FILES, rows)

    def reasons(self) -> Table:
        """Return how many lines are held for which reason."""
        return evolve(self.run.clean.table(), name="held_reasons", title=Says("Why lines are held", "隔离原因"))

    def held(self) -> Table:
        """Return every held line with its reasons and the row as it came, as one CSV record."""
        return Table("held", Says("Lines that are held", "隔离行"), _HELD, [_held(one) for one in self.run.clean.held])

    def questions(self) -> Table:
        """Return the names to be confirmed in the columns of the table `aliases`, the id left open."""
        columns = tuple(Column(spec.name, spec.name.capitalize(), spec.zh) for spec in TABLES["aliases"])
        rows = [(one.kind, one.text, None, one.distributor, None, None, self._likely(one)) for one in self.run.asked]
        return Table("questions", Says("Names to be confirmed", "待确认名称"), columns, rows)

    def sales(self) -> Table:
        """Return every matched line."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.distributor,
                one.customer,
                _name(self.region.archive, one.customer),
                one.product,
                one.line.day or str(one.month),
                one.quantity.value,
                _value(one.amount),
                one.line.file,
                one.line.row,
                one.why,
            )
            for one in self.run.clean.sales
        ]
        return Table("sales", Says("Matched lines", "已匹配流向"), _SALES, rows)

    def returns(self) -> Table:
        """Return where more came back than was sold."""
        rows: list[tuple[Cell, ...]] = [
            (one.sale.distributor, one.sale.customer, one.sale.product, one.over.value, one.why)
            for one in self.run.returns
        ]
        return Table("unfounded_returns", Says("Returns without a sale", "无源退货"), _RETURNS, rows)

    def _likely(self, one: Question) -> Says:
        """Say what waits for an answer, and the likeliest answers with their scores."""
        names = self.region.products if one.kind == "product" else self.region.archive.customers
        near = "; ".join(f"{like.id} {names[like.id].name} {like.score}" for like in one.found.likely[:3])
        worth, why = f"{one.amount.value:,}", one.found.why
        en, zh = f"{one.lines} lines, {worth}, {why.text('en')}", f"{one.lines} 行，{worth}，{why.text('zh')}"
        return Says(f"{en}: {near}", f"{zh}：{near}") if near else Says(en, zh)


def closed_table(closed: FlowMonth, archive: Archive) -> Table:
    """Return what a closed version of a month holds.

    Args:
        closed: the version.
        archive: names the customers.
    """
    rows: list[tuple[Cell, ...]] = [
        (
            distributor,
            customer,
            _name(archive, customer),
            product,
            fact.lines,
            fact.quantity.value,
            _value(fact.amount),
        )
        for (distributor, customer, product), fact in closed.facts.items()
    ]
    number = closed.version
    title = Says(f"As closed, {closed.month}, version {number}", f"{closed.month} 关账数据，第 {number} 版")
    return Table("closed", title, _CLOSED, rows)


def _name(archive: Archive, customer: str) -> str:
    return archive[customer].name if customer in archive else ""


def _held(one: HeldLine) -> tuple[Cell, ...]:
    line = one.line
    return (
        line.distributor,
        line.file,
        line.row,
        _joined(one),
        line.customer,
        line.product,
        _plain(line.quantity),
        line.unit,
        _value(line.amount),
        _record(line.cells),
    )


def _joined(one: HeldLine) -> Says:
    """Say every reason of a line."""
    said = (one.why, *one.why.parts)
    return Says("; ".join(why.head("en") for why in said), "；".join(why.head("zh") for why in said))


def _record(cells: Iterable[str]) -> str:
    """Return cells as one CSV record, from which each can be had back."""
    text = StringIO()
    csv.writer(text, lineterminator="").writerow(list(cells))
    return text.getvalue()


def _plain(number: Fraction | None) -> Cell:
    return number.numerator if number is not None and number.denominator == 1 else number


def _value(amount: Amount | None) -> Cell:
    return None if amount is None else amount.value


_DISTRIBUTOR = Column("distributor", "Distributor", "商业公司")
_CUSTOMER = (Column("customer_id", "Customer", "客户编号"), Column("customer", "Name", "客户名称"))
_PRODUCT = Column("product", "Product", "产品")
_QUANTITY, _AMOUNT = Column("quantity", "Quantity", "数量", "amount"), Column("amount", "Amount", "金额", "amount")
_WHY = Column("why", "Why", "理由", "why")
_PLACE = (Column("file", "File", "文件"), Column("row", "Row", "行", "number"))
_FILES = (
    _DISTRIBUTOR,
    Column("file", "File", "文件"),
    Column("rows", "Rows", "行数", "number"),
    Column("lines", "Of the month", "本月行", "number"),
    Column("others", "Other months", "他月行", "number"),
    Column("blank", "Blank", "空行", "number"),
    Column("header", "Header", "表头"),
)
_HELD = (
    _DISTRIBUTOR,
    *_PLACE,
    Column("reasons", "Reasons", "原因"),
    Column("customer", "Customer as written", "客户（原文）"),
    Column("product", "Product as written", "产品（原文）"),
    _QUANTITY,
    Column("unit", "Unit", "单位"),
    _AMOUNT,
    Column("row_as_it_came", "Row as it came", "原始行"),
)
_SALES = (
    _DISTRIBUTOR,
    *_CUSTOMER,
    _PRODUCT,
    Column("date", "Date", "日期"),
    _QUANTITY,
    _AMOUNT,
    *_PLACE,
    _WHY,
)
_RETURNS = (
    _DISTRIBUTOR,
    _CUSTOMER[0],
    _PRODUCT,
    Column("over", "Without a sale", "无对应销售", "amount"),
    _WHY,
)
_CLOSED = (
    _DISTRIBUTOR,
    *_CUSTOMER,
    _PRODUCT,
    Column("lines", "Lines", "行数", "number"),
    _QUANTITY,
    _AMOUNT,
)
