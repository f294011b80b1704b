"""Output over input (投入产出比): what was sold for every yuan that was spent.

>>> from datetime import date
>>> from pharmasales.channel.expense.book import ExpenseBook
>>> from pharmasales.channel.expense.control import expense_by
>>> from pharmasales.channel.expense.entries import Shared, Spent
>>> from pharmasales.units import CNY
>>> book = ExpenseBook.of([Spent("A1", "launch", date(2026, 4, 9), Amount.of(200, CNY), [Shared("D1")])])
>>> for line in output_input(expense_by(book, date(2026, 4, 30), "customer"), {"D1": Amount.of(900, CNY), "D2": None}):
...     print(line.why)
D1: 4.5 CNY for 1 CNY
  900.00 CNY sold / 200.00 CNY spent
D2: no ratio: nothing is known to be sold

Source: S004-58 (投入/产出; sales are net sales).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import frozen

from pharmasales.channel.expense.control import ExpenseLine
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import optional_id, respelt
from pharmasales.units import Amount, exact, ratio

__all__ = ["OutputInput", "output_input", "output_table"]


@frozen
class OutputInput:
    """What came out of an expense (投入产出). Made by `output_input`.

    Args:
        key: id of the plan, customer, product or budget.
        output: net sales in money or in boxes; missing where they are not known.
        spent: what was spent; missing where nothing is on record.
    """

    key: str
    output: Amount | None
    spent: Amount | None

    @property
    def ratio(self) -> Fraction | None:
        """Output over input in whole units, exact; missing where the output is, or where nothing was spent, net."""
        if self.output is None or self.spent is None or self.spent.minor < 0:
            return None
        return ratio(exact(self.output), exact(self.spent))

    @property
    def why(self) -> Why:
        """Both figures, or why there is no ratio."""
        key: Cell = self.key or Says("none in particular", "未指定")
        if self.output is None:
            en, zh = "{key}: no ratio: nothing is known to be sold", "{key}：无比值：销售无数据"
            return because(en, zh, key=key)
        if self.spent is None or self.ratio is None:
            return because("{key}: no ratio: nothing was spent", "{key}：无比值：无支出", key=key)
        part = because(
            "{out} sold / {spent} spent", "销售 {out} / 支出 {spent}", out=str(self.output), spent=str(self.spent)
        )
        units = {"out": self.output.unit.code, "unit": self.spent.unit.code}
        return because(
            "{key}: {ratio} {out} for 1 {unit}",
            "{key}：每 1 {unit} 产出 {ratio} {out}",
            part,
            key=key,
            ratio=self.ratio,
            **units,
        )


def output_input(lines: Iterable[ExpenseLine], outputs: Mapping[str, Amount | None]) -> tuple[OutputInput, ...]:
    """Hold what was sold against what was spent (投入产出), by the ids of either, sorted.

    Args:
        lines: what was spent, as `expense_by` says.
        outputs: net sales by the same ids; an id that is not in it has no known output.

    Raises:
        BadValue: an id in two spellings.
    """
    spent = {line.key: line.spent for line in lines}
    sold = {optional_id(key): amount for key, amount in outputs.items()}
    if respelt([*spent, *sold]):
        hint = "write an id as the book does"
        raise BadValue("one id spelt in two ways", where="outputs", hint=hint, code="expense.twins")
    return tuple(OutputInput(key, sold.get(key), spent.get(key)) for key in sorted({*spent, *sold}))


def output_table(lines: Iterable[OutputInput]) -> Table:
    """Return a row an id: output, input, ratio, and why there is none."""
    columns = (
        Column("id", "Id", "编号"),
        Column("output", "Output", "产出", "amount"),
        Column("input", "Input", "投入", "amount"),
        Column("ratio", "Output / input", "投入产出比", "number"),
        Column("why", "Why", "说明", "why"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            line.key or Says("none in particular", "未指定"),
            None if line.output is None else line.output.value,
            None if line.spent is None else line.spent.value,
            line.ratio,
            line.why,
        )
        for line in lines
    ]
    return Table("output_input", Says("Output over input", "投入产出"), columns, rows)
