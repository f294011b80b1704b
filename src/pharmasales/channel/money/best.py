"""Best customers (最优客户): the top sellers that pay on time, 30 to 100 of them.

>>> from pharmasales.units import CNY, Amount
>>> none = Amount.of(0, CNY)
>>> facts = [CustomerMoney(f"D{n}", Amount.of(n, CNY), Fraction(n, 9), none, none) for n in (8, 9)]
>>> found = best_customers(facts)
>>> [one.customer for one in found.listed], str(found.warnings[0])
(['D9'], '1 sell and pay on time, fewer than 30: win more of them')
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

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
from pharmasales.display import Says, Table, Why, because, percent
from pharmasales.errors import BadValue
from pharmasales.units import Number, share

__all__ = ["BestCustomers", "best_customers"]

_BEST = Says("the best", "最优客户")


@frozen
class BestCustomers:
    """The best customers (最优客户). Made by `best_customers`.

    Args:
        verdicts: everybody; the listed first, the most sales first.
        warnings: a list that is too short, or equal sales of which some are in and some are out.
    """

    verdicts: tuple[CustomerVerdict, ...] = field(repr=lambda held: f"<{len(held)}>")
    warnings: tuple[Why, ...] = ()

    @property
    def listed(self) -> tuple[CustomerVerdict, ...]:
        """Who is on the list."""
        return listed_of(self.verdicts)

    def table(self) -> Table:
        """Return rank, customer, sales, share in time, and why."""
        return listed_table("best_customers", Says("Best customers", "最优客户"), self.listed)

    def _repr_html_(self) -> str:
        return self.table().html()


def best_customers(
    facts: Iterable[CustomerMoney], *, in_time: Number = 1, least: int = 30, most: int = 100, size: int | None = None
) -> BestCustomers:
    """List the top sellers that pay on time (最优客户), 30 to 100 of them.

    On time is: paid in time by at least the share asked, and nothing overdue. Equal sales are ordered by the share paid
    in time, then by id; where the end of the list parts equal sales, a warning says so.

    Args:
        facts: of every customer, in any order.
        in_time: the least share of what fell due that was paid by its due day; all of it by default.
        least: a list below this bears a warning.
        most: no list is longer.
        size: how many to list; brought within `least` and `most`. As many as there are where left out.

    Source: S004-81 (30-100 家), E49.

    Raises:
        BadRows: two facts of one customer, or sales in several units: all at once.
        BadValue: bounds or a size that are no whole numbers from 1, or bounds that cross.
    """
    wanted = share(in_time)
    asked = (least, most) if size is None else (least, most, size)
    if any(type(one) is not int or one < 1 for one in asked) or least > most:
        raise BadValue(
            "bounds are whole numbers from 1", where="least, most, size", hint="30, 100", code="money.bounds"
        )
    given = checked(facts)
    fits = {one.customer: _on_time(one, wanted) for one in given}
    found = [one for one in given if fits[one.customer][0]]
    found.sort(key=lambda one: (-minor_of(one.sales), -(one.in_time or 0), one.customer))
    end = most if size is None else min(max(size, least), most)
    chosen, over = found[:end], found[end:]
    sales = [minor_of(one.sales) for one in chosen]
    verdicts = [judged(one, True, 1 + sales.index(minor_of(one.sales)), _BEST, fits[one.customer][1]) for one in chosen]
    late = because("the list of {end} is full", "名单已满 {end} 家", end=end)
    verdicts += [judged(one, False, None, _BEST, [*fits[one.customer][1], late]) for one in over]
    rest = [one for one in given if not fits[one.customer][0]]
    verdicts += [judged(one, fits[one.customer][0], None, _BEST, fits[one.customer][1]) for one in rest]
    return BestCustomers(tuple(verdicts), tuple(_warnings(chosen, over, least)))


def _warnings(chosen: list[CustomerMoney], over: list[CustomerMoney], least: int) -> Iterable[Why]:
    if len(chosen) < least:
        yield because(
            "{count} sell and pay on time, fewer than {least}: win more of them",
            "按期回款的客户仅 {count} 家，少于 {least} 家：需培养更多",
            count=len(chosen),
            least=least,
        )
    tied = [one.customer for one in over if one.sales == chosen[-1].sales]
    if tied:
        names = ", ".join(tied)
        en, zh = "left out with the same sales as the last: {names}", "与末位销售额相同而未入选：{names}"
        yield because(en, zh, names=names)


def _on_time(one: CustomerMoney, wanted: Fraction) -> tuple[bool | None, list[Why]]:
    sold = None if one.sales is None else one.sales.minor > 0
    paid = None if one.in_time is None else one.in_time >= wanted
    clear = None if one.overdue is None else one.overdue.minor == 0
    places = next((n for n in range(1, 9) if percent(one.in_time, n) != percent(wanted, n)), 1)  # what differs looks it
    parts = [
        condition(sold, "sells", "有销售", "sells nothing", "无销售", shown(one.sales)),
        because(
            "{share} paid in time: {wanted} asked",
            "按期回款率 {share}，要求 {wanted}",
            share=percent(one.in_time, places),
            wanted=percent(wanted, places),
        ),
        condition(clear, "nothing overdue", "无逾期", "overdue", "有逾期", shown(one.overdue)),
    ]
    return every((sold, paid, clear)), parts
