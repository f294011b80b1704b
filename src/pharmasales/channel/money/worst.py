"""Worst customers (最差客户): poor sales, and much owed for long; three conditions, each with its why.

>>> from pharmasales.units import CNY
>>> def money(name: str, sales: int, old: int, oldest: int) -> CustomerMoney:
...     return CustomerMoney(name, Amount.of(sales, CNY), None, Amount.of(old, CNY), Amount.of(old, CNY), oldest, 120)
>>> from pharmasales.rules import Field
>>> poor = Field("sales", "销售额").below(100_000)
>>> found = worst_customers([money("D1", 20_000, 50_000, 121), money("D2", 900_000, 80_000, 200)], poor)
>>> [one.customer for one in found.listed]
['D1']
>>> print(found.verdicts[1].why)
D2 is not among the worst
  sales are not poor: 900,000.00 CNY
  80,000.00 CNY is owed over 120 days: at least 50,000.00 CNY
  the oldest debt is 200 days old: over 120
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from pharmasales.channel.money.facts import CustomerMoney
from pharmasales.channel.money.verdicts import (
    CustomerVerdict,
    checked,
    condition,
    every,
    judged,
    listed_of,
    listed_table,
    minor_of,
    shown,
)
from pharmasales.display import Says, Table, Why, because
from pharmasales.rules import Condition
from pharmasales.units import CNY, Amount, Unit

__all__ = ["WorstCustomers", "worst_customers"]

_WORST = Says("the worst", "最差客户")


@frozen
class WorstCustomers:
    """The worst customers (最差客户). Made by `worst_customers`.

    Args:
        verdicts: everybody; the listed first, the largest old debt first.
    """

    verdicts: tuple[CustomerVerdict, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def listed(self) -> tuple[CustomerVerdict, ...]:
        """Who is on the list."""
        return listed_of(self.verdicts)

    @property
    def unknown(self) -> tuple[CustomerVerdict, ...]:
        """Whom a missing fact keeps from being judged."""
        return tuple(one for one in self.verdicts if one.listed is None)

    def table(self) -> Table:
        """Return customer, sales, old debt, and why."""
        return listed_table("worst_customers", Says("Worst customers", "最差客户"), self.listed)

    def _repr_html_(self) -> str:
        return self.table().html()


def worst_customers(
    facts: Iterable[CustomerMoney], poor: Condition, *, least: Amount | None = None, unit: Unit = CNY
) -> WorstCustomers:
    """List the customers with poor sales that owe much for long (最差客户): three conditions, all of them.

    Sales are poor; at least 50,000 (5万元以上 includes it) is owed over 120 days (超过 excludes the 120th); and the
    oldest debt is over 120 days. Disputed debts do not count.

    Args:
        facts: of every customer, in any order.
        poor: when sales are poor, a condition on `sales`, `goal`, `attainment` or any other of the facts; the source
            gives none, so there is no default.
        least: the least old debt; 50,000 of the unit where left out.
        unit: the unit of `least` where that is left out.

    Source: S004-81, E48; "Read first" 3.

    Raises:
        BadRows: two facts of one customer, or sums in several units: all at once.
        NotComparable: `least` in another unit than the debts.
    """
    floor = Amount.of(50_000, unit) if least is None else least
    verdicts = []
    for one in checked(facts):
        bad = None if one.sales is None else poor(one)
        much = None if one.old is None else one.old >= floor
        late = _over(one)
        parts = [
            condition(bad, "sales are poor", "销售差", "sales are not poor", "销售不差", shown(one.sales)),
            _owed(one, floor, met=much),
            _age(one, met=late),
        ]
        verdicts.append(judged(one, every((bad, much, late)), None, _WORST, parts))
    return WorstCustomers(
        tuple(sorted(verdicts, key=lambda one: (not one.listed, -minor_of(one.facts.old), one.customer)))
    )


def _over(one: CustomerMoney) -> bool | None:
    if one.oldest is None:
        return None if one.old is None else False
    return one.oldest > one.over_days


def _owed(one: CustomerMoney, floor: Amount, *, met: bool | None) -> Why:
    en = "at least" if met else "below"
    zh = "不低于" if met else "低于"
    return because(
        "{old} is owed over {days} days: {side} {floor}",
        "超过 {days} 天欠款 {old}，{side} {floor}",
        old=shown(one.old),
        days=one.over_days,
        side=Says("not known whether at least", "未知是否不低于") if met is None else Says(en, zh),
        floor=str(floor),
    )


def _age(one: CustomerMoney, *, met: bool | None) -> Why:
    side = Says("over", "超过") if met else Says("not over", "未超过")
    return because(
        "the oldest debt is {oldest} days old: {side} {days}",
        "最长账龄 {oldest} 天，{side} {days} 天",
        oldest=one.oldest,
        side=side,
        days=one.over_days,
    )
