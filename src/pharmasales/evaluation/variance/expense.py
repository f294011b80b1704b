"""Variance of expense (费用差异分析): how much of it is use, and how much is the rate, exactly.

>>> from pharmasales.units import CNY, VISIT
>>> def yuan(n: int) -> Amount:
...     return Amount.of(n, CNY)
>>> def visits(n: int) -> Amount:
...     return Amount.of(n, VISIT)
>>> found = expense_variance([SpentLine("r1", "travel", yuan(1000), yuan(1320), visits(100), visits(120))])
>>> print(found.whole["use"], found.whole["rate"])
200.00 CNY 120.00 CNY
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.evaluation.variance.parted import Parted, VariancePart, whole_parts
from pharmasales.names import normal_id
from pharmasales.org import Org
from pharmasales.units import Amount, Unit

__all__ = ["EXPENSE_PARTS", "ExpenseVariance", "SpentLine", "expense_variance"]

EXPENSE_PARTS = (
    VariancePart(
        "use",
        Says("use", "用量"),
        Says("(actual use - budget use) x budget rate", "（实际用量 - 预算用量）× 预算费率"),
    ),
    VariancePart(
        "rate",
        Says("rate", "费率"),
        Says("actual use x (actual rate - budget rate)", "实际用量 ×（实际费率 - 预算费率）"),
    ),
    VariancePart(
        "unbudgeted", Says("not budgeted", "无预算"), Says("spent where no budget was given", "无预算项目的支出")
    ),
    VariancePart(
        "unexplained",
        Says("unexplained", "未能解释"),
        Says("budget or spending without use, or in another unit", "缺用量或用量单位不同的差异"),
    ),
)
"""The parts of a change of expense, in the order of the waterfall. Rate is money over use (费率 = 金额 / 用量)."""

_KINDS: Mapping[str, Says] = {
    "split": Says("split by the budget rate", "按预算费率分解"),
    "unbudgeted": Says("no budget; agree one or stop it", "无预算：请补批或停止"),
    "no_budget_use": Says("unexplained: the budget has no use; give it", "未能解释：预算缺用量，请补"),
    "no_use": Says("unexplained: the spending has no use; give it", "未能解释：支出缺用量，请补"),
    "unit_changed": Says("unexplained: use in two units; bring them to one", "未能解释：用量单位不同，请统一"),
}


@frozen
class SpentLine:
    """One item of expense: budget against actual (费用明细行).

    Args:
        node: the id of the node that spends.
        item: the id of the item, such as travel or samples.
        budget: the budget; none where there is none.
        actual: what was spent; zero where nothing was.
        budget_use: how much use the budget was made for: visits, days, meetings; none where it is not known.
        actual_use: how much use there was.
    """

    node: str = field(converter=normal_id)
    item: str = field(converter=normal_id)
    budget: Amount | None = field(repr=False)
    actual: Amount = field(repr=False)
    budget_use: Amount | None = field(default=None, repr=False)
    actual_use: Amount | None = field(default=None, repr=False)


@frozen(eq=False)
class ExpenseVariance:
    """The change of expense from budget to actual, split line by line. Made by `expense_variance`.

    Args:
        lines: the lines, sorted by node and item.
        kinds: what became of each.
        parts: the parts of each, in smallest parts of the money, in the order of `EXPENSE_PARTS`.
        money: the unit.
    """

    lines: tuple[SpentLine, ...] = field(repr=lambda lines: f"<{len(lines)} lines>")
    kinds: tuple[str, ...] = field(repr=False)
    parts: tuple[tuple[int, ...], ...] = field(repr=False)
    money: Unit

    @cached_property
    def whole(self) -> Parted:
        """The change of everything, and its parts; above zero is more than the budget."""
        return self._parted([sum(column) for column in zip(*self._rows(), strict=True)])

    def by_item(self) -> dict[str, Parted]:
        """Return the change of each item, sorted by id."""
        return {
            name: self._parted(sums) for name, sums in sorted(self._sums([line.item for line in self.lines]).items())
        }

    def by_node(self, org: Org) -> dict[str, Parted]:
        """Return the change of every node with lines at it or below it, rolled up.

        Raises:
            NotFound: a line at a node that the organisation does not have.
        """
        sums = self._sums([line.node for line in self.lines])
        rolled = org.roll_up(sums, lambda one, two: [a + b for a, b in zip(one, two, strict=True)])
        return {node.id: self._parted(rolled[node.id]) for node in org if node.id in rolled}

    def why(self, node: str, item: str) -> Why:
        """Say how one line was split: use, rates and what each part is.

        Raises:
            BadValue: no such line.
        """
        for line, kind, parts in zip(self.lines, self.kinds, self.parts, strict=True):
            if (line.node, line.item) == (node, item):
                return _why(line, kind, parts, self.money)
        raise BadValue("no such line", where=f"node {node!r}, item {item!r}", hint="see table", code="variance.of")

    def table(self) -> Table:
        """Return node, item, budget, actual, change, every part, and what it is; the largest overspending first."""
        rows: list[tuple[Cell, ...]] = [
            (
                line.node,
                line.item,
                None if line.budget is None else line.budget.value,
                line.actual.value,
                *(Amount(one, self.money).value for one in (sum(parts), *parts)),
                _KINDS[kind],
            )
            for line, kind, parts in sorted(
                zip(self.lines, self.kinds, self.parts, strict=True), key=lambda row: -sum(row[2])
            )
        ]
        return Table("expense_variance", Says("Variance of expense", "费用差异分解"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _rows(self) -> list[tuple[int, ...]]:
        return [
            (0 if line.budget is None else line.budget.minor, line.actual.minor, *parts)
            for line, parts in zip(self.lines, self.parts, strict=True)
        ]

    def _sums(self, names: Iterable[str]) -> dict[str, list[int]]:
        sums: dict[str, list[int]] = {}
        for name, row in zip(names, self._rows(), strict=True):
            sums[name] = [a + b for a, b in zip(sums.get(name, [0] * len(row)), row, strict=True)]
        return sums

    def _parted(self, sums: Iterable[int]) -> Parted:
        before, after, *parts = (Amount(one, self.money) for one in sums)
        return Parted(before, after, tuple(zip(EXPENSE_PARTS, parts, strict=True)))


_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("item", "Item", "项目"),
    Column("budget", "Budget", "预算", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("change", "Change", "差异", "amount"),
    *(Column(part.key, part.says.en.capitalize(), part.says.zh, "amount") for part in EXPENSE_PARTS),
    Column("kind", "What it is", "性质"),
)


def expense_variance(lines: Iterable[SpentLine]) -> ExpenseVariance:
    """Split the difference between budget and actual expense into use and rate, exactly (费用差异分解).

    Budget rate x budget use is the budget. `use = (actual use - budget use) x budget rate`, at the old rate;
    `rate = actual use x (actual rate - budget rate)`. Each line is rounded to the smallest part of the money by largest
    remainder, and its parts add up to its difference. What has no use is unexplained, and never guessed.

    Args:
        lines: budget and actual by node and item, in any order.

    >>> from pharmasales.units import CNY
    >>> expense_variance([SpentLine("r1", "gifts", None, Amount.of(50, CNY))]).whole["unbudgeted"]
    Amount('50.00 CNY')

    Source: S004-53 (budget against actual), S004-57 (over budget). The split is the textbook's.

    Raises:
        BadRows: amounts below zero, two units of money, two lines of one node and item: all at once.
        BadValue: no line.
    """
    given = list(lines)
    if not given:
        raise BadValue("no expense to compare", hint="give one line or more", code="variance.empty")
    money = given[0].actual.unit
    _check(given, money)
    given.sort(key=lambda line: (line.node, line.item))
    kinds = tuple(_kind(line) for line in given)
    return ExpenseVariance(tuple(given), kinds, tuple(map(_parts, given, kinds)), money)


def _check(lines: list[SpentLine], money: Unit) -> None:
    bad: list[PharmaSalesError] = []
    seen: set[tuple[str, str]] = set()
    for place, line in enumerate(lines):
        where, key = f"lines[{place}]", (line.node, line.item)
        sums = [one for one in (line.budget, line.actual) if one is not None]
        uses = [one for one in (line.budget_use, line.actual_use) if one is not None]
        if any(one.unit != money for one in sums):
            bad.append(NotComparable(f"money that is not {money.code}", where=where, hint="change it", code="unit"))
        if any(one.minor < 0 for one in (*sums, *uses)):
            bad.append(BadValue("below zero", where=where, hint="give zero or above", code="variance.negative"))
        if key in seen:
            bad.append(BadValue("two lines of one node and item", where=where, hint="add up", code="variance.twins"))
        seen.add(key)
    if bad:
        raise BadRows("lines of expense refused", bad)


def _kind(line: SpentLine) -> str:
    budget_use, use = line.budget_use, line.actual_use
    if line.budget is None or not (line.budget.minor or (budget_use and budget_use.minor)):
        return "unbudgeted"
    if budget_use is None or not budget_use.minor:
        return "no_budget_use"
    if use is None or (line.actual.minor and not use.minor):
        return "no_use"
    return "split" if use.unit == budget_use.unit else "unit_changed"


def _parts(line: SpentLine, kind: str) -> tuple[int, ...]:
    budget = 0 if line.budget is None else line.budget.minor
    change = line.actual.minor - budget
    if kind == "unbudgeted":
        return 0, 0, change, 0
    if kind != "split" or line.budget_use is None or line.actual_use is None:
        return 0, 0, 0, change
    old, new = line.budget_use.minor, line.actual_use.minor
    exact = [(new - old) * budget, line.actual.minor * old - new * budget]
    return (*whole_parts(exact, old), 0, 0)


def _why(line: SpentLine, kind: str, parts: tuple[int, ...], money: Unit) -> Why:
    named = [
        because(
            "{part} {amount}: {formula}",
            "{part} {amount}：{formula}",
            part=part.says,
            amount=str(Amount(one, money)),
            formula=part.formula,
        )
        for part, one in zip(EXPENSE_PARTS, parts, strict=True)
        if one
    ]
    rates = [] if kind != "split" else [_rates(line)]
    return because(
        "{node}, {item}: spent {actual}, budget {budget}: {kind}",
        "{node}，{item}：支出 {actual}，预算 {budget}：{kind}",
        *rates,
        *named,
        node=line.node,
        item=line.item,
        actual=str(line.actual),
        budget=None if line.budget is None else str(line.budget),
        kind=_KINDS[kind],
    )


def _rates(line: SpentLine) -> Why:
    return because(
        "{use} used of {planned} planned; {rate} each, {budget} in the budget",
        "实际用量 {use}，预算用量 {planned}；实际费率 {rate}，预算费率 {budget}",
        use=str(line.actual_use),
        planned=str(line.budget_use),
        rate=_rate(line.actual, line.actual_use),
        budget=_rate(line.budget, line.budget_use),
    )


def _rate(sums: Amount | None, use: Amount | None) -> Fraction | None:
    if sums is None or use is None or not use.minor:
        return None
    return Fraction(sums.minor, use.minor) * Fraction(10**use.unit.decimals, 10**sums.unit.decimals)
