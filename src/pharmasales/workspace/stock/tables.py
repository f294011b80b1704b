"""What the desk of stock found (进销存结果), and its tables: cards, facts, orders, counts, expiry, the route by rep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.archive import Customer
from pharmasales.channel.stock.batches import BatchStock
from pharmasales.channel.stock.counting import CountDifference, difference_table
from pharmasales.channel.stock.expiry import ExpiringBatch, expiring_table
from pharmasales.channel.stock.facts import StockFact, StockRule, facts_table
from pharmasales.channel.stock.faults import StockFault
from pharmasales.channel.stock.rolling import StockRoll
from pharmasales.channel.stock.routing import STOCK_REASONS, RouteReasonKey, RouteStop
from pharmasales.display import Cell, Column, Says, Table, because
from pharmasales.periods import Period

__all__ = ["StockFound", "found_tables", "moved_table", "order_table", "route_by_rep", "rule_words"]


@frozen
class StockFound:
    """What was found of all customers.

    Args:
        period: the period of the cards.
        as_of: the last day.
        rule: what counts as too little, too much and too old, and up to which stock to order.
        roll: the stock cards of the period.
        facts: what is known of each product at each customer on the day.
        counts: the counts of the period beside the book.
        expiring: the batches that have expired or do so soon.
        batches: the batches of each customer and product on the day.
        stops: the customers to see because of their stock, the most urgent first.
        customers: who they are, by id.
    """

    period: Period
    as_of: date
    rule: StockRule
    roll: StockRoll
    facts: tuple[StockFact, ...]
    counts: tuple[CountDifference, ...]
    expiring: tuple[ExpiringBatch, ...]
    batches: Mapping[tuple[str, str], BatchStock] = field(repr=lambda held: f"<{len(held)}>")
    stops: tuple[RouteStop, ...]
    customers: Mapping[str, Customer] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def differing(self) -> tuple[CountDifference, ...]:
        """The counts that found more or less than the book."""
        return tuple(one for one in self.counts if one.difference.minor)

    @property
    def sold_expired(self) -> tuple[StockFault, ...]:
        """The sales of the period that took from a batch that had expired."""
        start = self.period.start
        return tuple(fault for held in self.batches.values() for fault in held.sold_expired if fault.on >= start)

    def asking(self, *keys: RouteReasonKey) -> int:
        """Return how many products at customers have one of some reasons to be seen."""
        found = {(s.customer, one.product) for s in self.stops for one in s.reasons if one.key in keys}
        return len(found)

    def owner(self, customer: str) -> str:
        """Return the id of the rep of a customer; "" where nobody is named."""
        known = self.customers.get(customer)
        return known.owner if known else ""

    def name(self, customer: str) -> str:
        """Return what a customer is called; its id where nobody knows it."""
        known = self.customers.get(customer)
        return known.name if known else customer


def found_tables(found: StockFound) -> tuple[Table, ...]:
    """Return the tables that are written, each of a name of its own."""
    return (
        route_by_rep(found),
        found.roll.table(),
        facts_table(found.facts),
        order_table(found.facts, found.rule),
        difference_table(found.counts),
        expiring_table(found.expiring),
        _sold_expired(found),
    )


def rule_words(rule: StockRule) -> Says:
    """Say up to which stock is ordered (订货规则).

    >>> from pharmasales.channel.stock.ordering import ONE_AND_A_HALF
    >>> rule_words(StockRule(over=30, order=ONE_AND_A_HALF, low=15, high=90, near=180, count_every=31)).en
    'order up to 1.5 times the sales of 30 days'
    """
    said: dict[str, Cell] = {"factor": Fraction(rule.order.factor), "over": rule.over}
    if rule.order.basis == "sales":
        en, zh = "order up to {factor} times the sales of {over} days", "订至 {over} 天销量的 {factor} 倍"
    else:
        en, zh = "order up to {factor} days of the sales of {over} days", "按 {over} 天动销速度订至 {factor} 天销量"
    why = because(en, zh, **said)
    return Says(why.head("en"), why.head("zh"))


def route_by_rep(found: StockFound) -> Table:
    """Return the route list (按库存排访): each rep's customers, the most urgent first, with every reason.

    Customers of nobody stand last.
    """
    columns = (
        Column("rep_id", "Rep id", "代表编号"),
        Column("place", "Place", "顺序", "number"),
        Column("customer_id", "Customer", "客户编号"),
        Column("customer", "Name", "客户名称"),
        Column("first", "First reason", "首要理由"),
        Column("reasons", "Reasons", "理由数", "number"),
        Column("why", "Why", "说明", "why"),
    )
    by_rep: dict[str, list[RouteStop]] = {}
    for stop in found.stops:
        by_rep.setdefault(found.owner(stop.customer), []).append(stop)
    rows: list[tuple[Cell, ...]] = [
        (
            rep,
            place,
            stop.customer,
            found.name(stop.customer),
            STOCK_REASONS[stop.reasons[0].key],
            len(stop.reasons),
            stop.why,
        )
        for rep in sorted(by_rep, key=lambda one: (not one, one))
        for place, stop in enumerate(by_rep[rep], 1)
    ]
    return Table("route_stock", Says("Whom to see because of stock, by rep", "按库存排访（按代表）"), columns, rows)


def moved_table(found: StockFound) -> Table:
    """Return the stock cards without their days, and without the kinds of movement that no card has (进销存简表)."""
    table = found.roll.table()
    always = {"customer_id", "product_id", "opening", "closing"}
    empty = [column.key for place, column in enumerate(table.columns) if not any(row[place] for row in table.rows)]
    return table.without("start", "end", *(key for key in empty if key not in always))


def order_table(facts: tuple[StockFact, ...], rule: StockRule) -> Table:
    """Return what to order (建议订货): a row a product and customer that lacks some, with the arithmetic."""
    columns = (
        Column("customer_id", "Customer", "客户编号"),
        Column("product_id", "Product", "产品编号"),
        Column("stock", "Stock", "库存", "amount"),
        Column("target", "Up to", "目标库存", "amount"),
        Column("order", "Order", "建议订货", "amount"),
        Column("why", "Why", "说明", "why"),
    )
    said = rule_words(rule)
    title = Says(f"Suggested orders: {said.en}", f"建议订货：{said.zh}")
    return Table("stock_orders", title, columns, list(_orders(facts)))


def _orders(facts: tuple[StockFact, ...]) -> Iterator[tuple[Cell, ...]]:
    for one in facts:
        if one.order.amount.minor:
            amounts = one.stock.value, one.order.target.value, one.order.amount.value
            yield (one.customer, one.product, *amounts, one.order.why)


def _sold_expired(found: StockFound) -> Table:
    columns = (
        Column("customer_id", "Customer", "客户编号"),
        Column("product_id", "Product", "产品编号"),
        Column("batch", "Batch", "批号"),
        Column("date", "Date", "日期", "date"),
        Column("number", "Number", "单号"),
        Column("quantity", "Quantity", "数量", "amount"),
        Column("why", "Why", "说明", "why"),
    )
    rows: list[tuple[Cell, ...]] = [
        (one.customer, one.product, one.batch or None, one.on, one.movement, one.short.value, one.why)
        for one in found.sold_expired
    ]
    return Table("sold_expired", Says("Sold when expired", "过期销售"), columns, rows)
