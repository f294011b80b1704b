"""The route list from the stock (按库存排访): which customers to see first, and what to do there.

>>> from datetime import date
>>> from pharmasales.channel.stock.book import StockBook
>>> from pharmasales.channel.stock.facts import stock_facts
>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.channel.stock.ordering import ONE_AND_A_HALF
>>> from pharmasales.units import BOX, Amount
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(420, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(350, BOX)),
... ])
>>> rule = StockRule(over=30, order=ONE_AND_A_HALF, low=15, high=90, near=180, count_every=90)
>>> for stop in route_stock(stock_facts(book, date(2026, 4, 30), rule), rule):
...     print(stop.why)
D1: 2 reasons to visit
  P1 lasts 6 days, below 15: order 455 BOX
  P1 was never counted: count it

Source: S004-61 (路线计划的基础), S004-52 (清点库存).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.stock.facts import StockFact, StockRule
from pharmasales.display import Cell, Column, Says, Table, Why, because

__all__ = ["STOCK_REASONS", "RouteReason", "RouteReasonKey", "RouteStop", "route_stock", "route_table"]

RouteReasonKey: TypeAlias = Literal["expired", "low", "near", "difference", "high", "count"]

STOCK_REASONS: Mapping[str, Says] = MappingProxyType(
    {
        "expired": Says("expired goods", "有过期品"),
        "low": Says("runs out", "缺货风险"),
        "near": Says("near expiry", "近效期"),
        "difference": Says("count differs", "账实不符"),
        "high": Says("too much stock", "压货"),
        "count": Says("count due", "应盘点"),
    }
)
"""Why to go, the most urgent first."""

_ORDER = {key: place for place, key in enumerate(STOCK_REASONS)}


@frozen
class RouteReason:
    """One reason to go, and what to do there (拜访理由).

    Args:
        key: one of `STOCK_REASONS`.
        product: id of the product.
        why: the figure, its bound, and what to do.
    """

    key: RouteReasonKey
    product: str
    why: Why = field(repr=False)


@frozen
class RouteStop:
    """One customer to see because of its stock (路线候选). Made by `route_stock`.

    Args:
        customer: id of the customer.
        reasons: the most urgent first, then by product.
    """

    customer: str
    reasons: tuple[RouteReason, ...]

    @property
    def why(self) -> Why:
        """Every reason, with what to do."""
        parts = [one.why for one in self.reasons]
        count = len(parts)
        en = "{customer}: {count} reason to visit" if count == 1 else "{customer}: {count} reasons to visit"
        return because(en, "{customer}：{count} 条拜访理由", *parts, customer=self.customer, count=count)


def route_stock(facts: Iterable[StockFact], rule: StockRule) -> tuple[RouteStop, ...]:
    """List the customers to see because of their stock, the most urgent first (按库存排访).

    Customers stand by their most urgent reason, then by how many reasons they have, then by id. A customer without a
    reason is not listed. A planner takes the ids as its order of visits.

    Args:
        facts: what is known, as `stock_facts` says.
        rule: what counts as too little, too much and too old.
    """
    found: dict[str, list[RouteReason]] = {}
    for fact in facts:
        found.setdefault(fact.customer, []).extend(_reasons(fact, rule))
    stops = [
        RouteStop(customer, tuple(sorted(reasons, key=lambda one: (_ORDER[one.key], one.product))))
        for customer, reasons in found.items()
        if reasons
    ]
    return tuple(sorted(stops, key=lambda s: (_ORDER[s.reasons[0].key], -len(s.reasons), s.customer)))


def _reasons(fact: StockFact, rule: StockRule) -> Iterator[RouteReason]:
    said: dict[str, Cell] = {"product": fact.product, "days": fact.stock_days}
    if fact.expired.minor:
        en, zh = "{product}: {quantity} expired: take them back", "{product}：{quantity} 已过期：办理退回"
        yield RouteReason("expired", fact.product, because(en, zh, **said, quantity=str(fact.expired)))
    if fact.near.minor:
        en, zh = (
            "{product}: {quantity} expire within {near} days: move them",
            "{product}：{quantity} 于 {near} 天内到期：促销",
        )
        why = because(en, zh, **said, quantity=str(fact.near), near=rule.near)
        yield RouteReason("near", fact.product, why)
    if fact.difference is not None and fact.difference.minor:
        en, zh = "{product}: count and book differ by {gap}: settle it", "{product}：账实差 {gap}：核对处理"
        yield RouteReason("difference", fact.product, because(en, zh, **said, gap=str(fact.difference)))
    yield from _days(fact, rule, said)
    yield from _count(fact, rule)


def _days(fact: StockFact, rule: StockRule, said: dict[str, Cell]) -> Iterator[RouteReason]:
    lasts = fact.stock_days
    if lasts is None:
        if (fact.stock - fact.expired).minor:
            en, zh = "{product}: {stock} there, none sold in {over} days", "{product}：库存 {stock}，{over} 天无销售"
            why = because(en, zh, **said, stock=str(fact.stock), over=fact.speed.days)
            yield RouteReason("high", fact.product, why)
        else:
            en, zh = (
                "{product}: none there, none sold in {over} days: order",
                "{product}：无库存，{over} 天无销售：订货",
            )
            yield RouteReason("low", fact.product, because(en, zh, **said, over=fact.speed.days))
    elif lasts < rule.low:
        en, zh = (
            "{product} lasts {days} days, below {low}: order {order}",
            "{product} 可销 {days} 天，低于 {low}：订 {order}",
        )
        why = because(en, zh, **said, low=rule.low, order=str(fact.order.amount))
        yield RouteReason("low", fact.product, why)
    elif lasts > rule.high:
        en, zh = (
            "{product} lasts {days} days, above {high}: ship none, sell out",
            "{product} 可销 {days} 天，高于 {high}：停发促销",
        )
        yield RouteReason("high", fact.product, because(en, zh, **said, high=rule.high))


def _count(fact: StockFact, rule: StockRule) -> Iterator[RouteReason]:
    if fact.counted is None:
        en, zh = "{product} was never counted: count it", "{product} 从未盘点：请盘点"
        yield RouteReason("count", fact.product, because(en, zh, product=fact.product))
    elif (age := (fact.as_of - fact.counted).days) > rule.count_every:
        en, zh = "{product} was counted {age} days ago: count it", "{product} 已 {age} 天未盘点：请盘点"
        yield RouteReason("count", fact.product, because(en, zh, product=fact.product, age=age))


def route_table(stops: Iterable[RouteStop]) -> Table:
    """Return a row a customer: its most urgent reason, how many there are, and all of them."""
    columns = (
        Column("customer_id", "Customer", "客户编号"),
        Column("first", "First reason", "首要理由"),
        Column("reasons", "Reasons", "理由数", "number"),
        Column("why", "Why", "说明", "why"),
    )
    rows: list[tuple[Cell, ...]] = [
        (stop.customer, STOCK_REASONS[stop.reasons[0].key], len(stop.reasons), stop.why) for stop in stops
    ]
    return Table("route_stock", Says("Whom to see because of stock", "按库存排访"), columns, rows)
