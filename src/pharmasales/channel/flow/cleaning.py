"""Cleaning (流向清洗): lines of many distributors become sales of known customers and products, or are held back.

No row is lost: what comes in is matched or held, by count, by money and by quantity, and the sums are compared before
anything is returned. A held line keeps every reason at once and stays whole, so that an answer lets it in.

>>> from datetime import date
>>> from pharmasales.channel.flow.columns import ColumnMap
>>> from pharmasales.channel.flow.masters import Master, MasterNames
>>> from pharmasales.channel.flow.reading import FlowFile, read_flow
>>> from pharmasales.channel.flow.telling import product_name
>>> headers = {"date": "日期", "customer": "客户", "product": "品名", "quantity": "数量", "unit": "单位"}
>>> columns = ColumnMap("D1", headers, "u1", date(2026, 1, 9))
>>> file = FlowFile("d1.csv", ["日期", "客户", "品名", "数量", "单位"], [
...     (2, ["2026-01-05", "示例市医院", "示例片10mg*24", "2", "件"]),
...     (3, ["2026-01-06", "样本医院", "示例片10mg*24", "5", "盒"]),
... ])
>>> matcher = Matcher(MasterNames.of([Master("H1", ("示例市医院",))]),
...     MasterNames.of([Master("P1", ("示例片 10mg*24片",))], product_name))
>>> done = clean_flow([read_flow(file, columns)], matcher, [Packing("P1", {"盒": 1, "件": 200})])
>>> [(sale.customer, sale.product, str(sale.quantity)) for sale in done.sales]
[('H1', 'P1', '400 BOX')]
>>> [(one.line.row, one.why.text()) for one in done.held]
[(3, 'customer: not alike enough: 47 of 100, the next 0')]
>>> print(done.balance.table())
What                   In  Matched  Held
-------------------  ----  -------  ----
lines                   2        1     1
money                0.00     0.00  0.00
quantity, 件            2        2     0
quantity, 盒            5        0     5
lines without money     2        1     1

Source: P2-F; S003-6; S004-61.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from pharmasales.channel.flow.balance import FlowBalance, Tally
from pharmasales.channel.flow.held import HELD_REASONS, FlowSale, HeldLine, HeldReason
from pharmasales.channel.flow.matching import Matched, Matcher
from pharmasales.channel.flow.packing import Packing
from pharmasales.channel.flow.reading import FlowLine, ReadFlow
from pharmasales.channel.flow.repeating import repeats
from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import BadRows, BadValue, NotComparable
from pharmasales.names import two_spellings
from pharmasales.periods import Month
from pharmasales.units import CNY, Amount, Unit, exact

__all__ = ["CleanFlow", "CleaningPolicy", "clean_flow"]


def _slack(value: Fraction | int | str) -> Fraction:
    found = exact(value)
    if found < 0:
        raise BadValue("less than nothing", where="policy slack", code="flow.policy")
    return found


@frozen
class CleaningPolicy:
    """What is asked about besides names (清洗规则).

    Args:
        slack: by how much quantity x price may miss the amount, in whole units of money.
        repeats: whether a line that repeats another is held; a file without document numbers may hold honest twins,
            which is why they are asked about and not dropped.
        honest: the lines that a person looked at and knows for honest, by file and row: they repeat another, or share
            its document and line number, and count all the same.
        months: the months that are expected; others are held. Every month where left out.
    """

    slack: Fraction = field(default=Fraction(1, 100), converter=_slack)
    repeats: bool = True
    honest: frozenset[tuple[str, int]] = field(default=frozenset(), converter=frozenset, repr=False)
    months: frozenset[Month] = field(default=frozenset(), converter=frozenset)


@frozen(repr=False)
class CleanFlow:
    """What became of some files: every line is a sale or is held.

    Args:
        sales: the lines that are known, by distributor, file and row.
        held: the lines that wait, in the same order.
        balance: what came in against what became of it.
        unit: what money is counted in.
    """

    sales: tuple[FlowSale, ...]
    held: tuple[HeldLine, ...]
    balance: FlowBalance
    unit: Unit

    def __repr__(self) -> str:
        return f"CleanFlow({len(self.sales)} sales, {len(self.held)} held)"

    def table(self) -> Table:
        """Return how many lines are held for which reason, and what they are worth; a line may count several times."""
        counts = {code: [0, 0] for code in HELD_REASONS}
        for one in self.held:
            for code in {reason.code for reason in one.reasons}:
                counts[code][0] += 1
                counts[code][1] += one.line.amount.minor if one.line.amount else 0
        rows = [
            (HELD_REASONS[code], count, Amount(minor, self.unit).value)
            for code, (count, minor) in counts.items()
            if count
        ]
        return Table("held", Says("Lines that are held", "隔离行"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.balance.table().html() + self.table().html()


_COLUMNS = (
    Column("reason", "Reason", "原因"),
    Column("lines", "Lines", "行数", "number"),
    Column("amount", "Amount", "金额", "amount"),
)


def clean_flow(
    files: Iterable[ReadFlow],
    matcher: Matcher,
    packings: Iterable[Packing] = (),
    *,
    policy: CleaningPolicy = CleaningPolicy(),
) -> CleanFlow:
    """Turn the lines of some files into sales, and hold what nobody can know (流向清洗).

    Args:
        files: what was read; the order does not matter.
        matcher: the master data with what people confirmed.
        packings: the units of the products; a product without one is held.
        policy: what is asked about.

    Raises:
        BadValue: two files of one name, or two packings of one product.
        BadRows: distributors or products of packings whose ids differ in case, width or spaces only.
        NotComparable: files in several units of money.
    """
    given = sorted(files, key=lambda one: one.file)
    unit = _money(given)
    units = _packings(packings)
    lines = sorted((line for one in given for line in one.lines), key=lambda one: (one.distributor, one.file, one.row))
    bad = two_spellings("distributor", (one.distributor for one in lines), "flow.twins")
    if bad:
        raise BadRows("the distributors cannot be told apart", bad)
    again = repeats(lines) if policy.repeats else {}
    sales: list[FlowSale] = []
    held: list[HeldLine] = []
    for at, line in enumerate(lines):
        twin = None if (line.file, line.row) in policy.honest else again.get(at)
        done = _cleaned(line, matcher, units, policy, twin)
        if isinstance(done, FlowSale):
            sales.append(done)
        else:
            held.append(done)
    balance = FlowBalance(
        Tally.of(line for one in given for line in one.lines),
        Tally.of(one.line for one in sales),
        Tally.of(one.line for one in held),
        sum(one.blank for one in given),
        unit,
    )
    return CleanFlow(tuple(sales), tuple(held), balance, unit)


def _money(files: list[ReadFlow]) -> Unit:
    names = [one.file for one in files]
    for before, after in pairwise(names):
        if before == after:
            raise BadValue(
                "two files of one name", where=before, hint="each row must be found again", code="flow.files"
            )
    units = {one.unit for one in files}
    if len(units) > 1:
        raise NotComparable("files in several units of money", hint="clean them apart", code="unit")
    return units.pop() if units else CNY


def _packings(given: Iterable[Packing]) -> dict[str, Packing]:
    units: dict[str, Packing] = {}
    for one in given:
        if units.setdefault(one.product, one) != one:
            where, hint = f"product {one.product!r}", "keep one of them"
            raise BadValue("two packings of one product", where=where, hint=hint, code="flow.unit")
    bad = two_spellings("packing of", sorted(units), "flow.twins")
    if bad:
        raise BadRows("the packings cannot be told apart", bad)
    return units


def _cleaned(
    line: FlowLine, matcher: Matcher, units: Mapping[str, Packing], policy: CleaningPolicy, again: HeldReason | None
) -> FlowSale | HeldLine:
    customer = matcher.customer(line.customer, code=line.customer_code, place=line.place, distributor=line.distributor)
    product = matcher.product(line.product, code=line.product_code, distributor=line.distributor)
    reasons = [HeldReason("unread", why) for why in line.problems]
    reasons += [HeldReason(one.kind, one.why) for one in (customer, product) if not one.id]
    quantity, packed = _packed(line, product, units)
    reasons += packed
    reasons += [again] if again else []
    reasons += _checked(line, policy)
    if reasons or quantity is None or line.month is None:
        return HeldLine(line, tuple(reasons), customer, product)
    return FlowSale(line, customer.id, product.id, line.month, quantity, line.amount, (customer, product))


def _packed(line: FlowLine, product: Matched, units: Mapping[str, Packing]) -> tuple[Amount | None, list[HeldReason]]:
    if line.quantity is None or not product.id:
        return None, []
    packing = units.get(product.id)
    if packing is None:
        return None, [HeldReason("unit", because("the product has no packing", "产品没有包装换算"))]
    try:
        return packing.boxes(line.quantity, line.unit), []
    except BadValue as error:
        en, zh = ("{reason}", "{reason}") if line.unit else ("no unit is written", "未写单位")
        return None, [HeldReason("unit", because(en, zh, reason=error.reason))]


def _checked(line: FlowLine, policy: CleaningPolicy) -> Iterator[HeldReason]:
    quantity, amount = line.quantity, line.amount
    if quantity is not None and amount is not None:
        if quantity * amount.minor < 0:
            yield HeldReason("sign", because("quantity and amount differ in sign", "数量与金额正负不一"))
        elif line.price is not None:
            off = abs(quantity * line.price - exact(amount))
            if off > policy.slack:
                yield HeldReason(
                    "sum", because("quantity x price misses the amount by {off}", "数量×单价与金额相差 {off}", off=off)
                )
    if policy.months and line.month is not None and line.month not in policy.months:
        yield HeldReason("month", because("{month} is not expected", "{month} 不在预期月份", month=str(line.month)))
