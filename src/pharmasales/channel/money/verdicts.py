"""Verdicts on customers (入选结论): on a list or not, with every condition, met or not.

A condition that is not known makes the verdict missing, unless another one already fails.

>>> every((True, None)), every((False, None)), every((True, True))
(None, False, True)
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from pharmasales.channel.money.facts import CustomerMoney
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import twins
from pharmasales.units import Amount

__all__ = [
    "CustomerVerdict",
    "checked",
    "condition",
    "every",
    "judged",
    "listed_of",
    "listed_table",
    "minor_of",
    "shown",
]


@frozen
class CustomerVerdict:
    """Whether a customer is on a list, and why (入选结论).

    Args:
        customer: its id.
        listed: whether it is; missing where a fact that decides is.
        rank: its place by sales among those listed, equal sales alike; none where it is not listed.
        facts: what is known of it.
        why: each condition, met or not.
    """

    customer: str
    listed: bool | None
    rank: int | None
    facts: CustomerMoney = field(repr=False)
    why: Why = field(repr=False)


def listed_of(verdicts: Iterable[CustomerVerdict]) -> tuple[CustomerVerdict, ...]:
    """Return the verdicts of those on the list."""
    return tuple(one for one in verdicts if one.listed)


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("customer", "Customer", "客户"),
    Column("sales", "Sales", "销售额", "amount"),
    Column("in_time", "Paid in time", "按期回款率", "ratio"),
    Column("old", "Old debt", "长账龄欠款", "amount"),
    Column("why", "Why", "说明", "why"),
)


def listed_table(name: str, title: Says, listed: Iterable[CustomerVerdict]) -> Table:
    """Return rank, customer, sales, share in time, old debt and why of those on a list."""
    rows: list[tuple[Cell, ...]] = [
        (one.rank, one.customer, _value(one.facts.sales), one.facts.in_time, _value(one.facts.old), one.why)
        for one in listed
    ]
    return Table(name, title, _COLUMNS, rows)


def _value(amount: Amount | None) -> Cell:
    return None if amount is None else amount.value


def every(met: Iterable[bool | None]) -> bool | None:
    """Whether all conditions are met; missing where none fails and one is not known."""
    held = list(met)
    if any(one is False for one in held):
        return False
    return None if any(one is None for one in held) else True


def shown(amount: Amount | None) -> str | None:
    """Return an amount as it is shown."""
    return None if amount is None else str(amount)


def minor_of(amount: Amount | None) -> int:
    """Return the smallest parts of an amount, zero where it is missing, to order by."""
    return 0 if amount is None else amount.minor


def condition(met: bool | None, en: str, zh: str, not_en: str, not_zh: str, value: str | None) -> Why:
    """Say a condition, met or not or not known, and the value that it looks at."""
    says = Says("not known whether " + en, "未知是否" + zh)
    if met is not None:
        says = Says(en, zh) if met else Says(not_en, not_zh)
    return because("{says}: {value}", "{says}：{value}", says=says, value=value)


def judged(
    one: CustomerMoney, listed: bool | None, rank: int | None, of: Says, parts: Iterable[Why]
) -> CustomerVerdict:
    """Return the verdict on a customer with its conditions."""
    forms = {
        True: ("{customer} is among {of}", "{customer} 列入{of}"),
        False: ("{customer} is not among {of}", "{customer} 未列入{of}"),
        None: ("{customer} cannot be judged for {of}", "{customer} 无法判定是否为{of}"),
    }
    en, zh = forms[listed]
    return CustomerVerdict(one.customer, listed, rank, one, because(en, zh, *parts, customer=one.customer, of=of))


def checked(facts: Iterable[CustomerMoney]) -> list[CustomerMoney]:
    """Return the facts by customer, or refuse them all at once."""
    given = list(facts)
    bad: list[PharmaSalesError] = [
        BadValue("two facts of one customer", where=f"facts[{first}], facts[{second}]", code="money.twins")
        for first, second in twins(one.customer for one in given)
    ]
    units = {amount.unit for one in given for amount in (one.sales, one.overdue, one.old, one.goal) if amount}
    if len(units) > 1:
        codes = ", ".join(sorted(unit.code for unit in units))
        bad.append(NotComparable(f"sums in several units: {codes}", hint="list unit by unit", code="unit"))
    if bad:
        raise BadRows("facts refused", bad)
    return sorted(given, key=lambda one: one.customer)
