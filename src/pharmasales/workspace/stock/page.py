"""The page of the desk of stock (进销存报表): key figures, how long stock lasts, whom to see, what expires."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from operator import attrgetter

from pharmasales.channel.stock.counting import difference_table
from pharmasales.channel.stock.expiry import expiring_table
from pharmasales.display import Says
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section
from pharmasales.exchange.stock_chart import StockDays, stock_days_chart
from pharmasales.workspace.stock.tables import StockFound, moved_table, order_table, route_by_rep, rule_words

__all__ = ["stock_page"]


def stock_page(found: StockFound, notes: Sequence[Says] = ()) -> Report:
    """Put the page together.

    Args:
        found: what the desk found.
        notes: what was left out, and why.
    """
    rule, said = found.rule, rule_words(found.rule)
    foot = Says("; ".join(note.en for note in notes), "；".join(note.zh for note in notes))
    return Report(
        Says(f"Stock, {found.period}", f"{found.period} 进销存"),
        Says(f"as of {found.as_of}; {said.en}", f"截至 {found.as_of}；{said.zh}"),
        tuple(_tiles(found)),
        (
            Section(
                Says("How long stock lasts", "库存天数"),
                Says(
                    f"Speed of {rule.over} days; too little below {rule.low} days, too much above {rule.high}.",
                    f"按 {rule.over} 天动销速度；低于 {rule.low} 天为缺货风险，高于 {rule.high} 天为压货。",
                ),
                stock_days_chart(_lasting(found), rule.low, rule.high),
            ),
            Section(Says("Whom to see", "按库存排访"), None, None, route_by_rep(found).without("place"), 12),
            Section(Says("Suggested orders", "建议订货"), None, None, order_table(found.facts, rule), 12),
            Section(
                Says("Counted against book", "账实核对"),
                Says(
                    f"{len(found.counts)} counts, {len(found.differing)} differ. Nothing is put right by itself.",
                    f"盘点 {len(found.counts)} 次，差异 {len(found.differing)} 次。差异不自动调账。",
                ),
                None,
                difference_table(found.differing),
            ),
            Section(Says("What expires", "近效期"), None, None, expiring_table(found.expiring), 12),
            Section(
                Says("Stock cards", "进销存卡"),
                Says(
                    "Opening + in + transfers + returns - out - loss = closing.",
                    "期初 + 购进 + 调拨 + 退货 - 出库 - 损耗 = 结存。",
                ),
                None,
                moved_table(found),
                40,
            ),
        ),
        foot if notes else Says("Made by pharmasales.", "由 pharmasales 生成。"),
    )


def _tiles(found: StockFound) -> list[Tile]:
    cards, customers = len(found.roll.cards), len({one.customer for one in found.roll.cards})
    gone = sum(1 for one in found.expiring if one.batch.state == "expired")
    near = len(found.expiring) - gone
    sold = len(found.sold_expired)
    note = Says(f"{sold} sold when expired", f"过期销售 {sold} 笔") if sold else None
    expired: Tone = "bad" if gone or sold else "warn" if near else "good"
    return [
        Tile(
            Says("Customers to see", "待访客户"),
            f"{len(found.stops):,}",
            Says(f"of {customers} with {cards} cards", f"共 {customers} 家，{cards} 张卡"),
        ),
        _tile(Says("Run out", "缺货风险"), found.asking("low"), "bad"),
        _tile(Says("Too much", "压货"), found.asking("high"), "warn"),
        Tile(Says("Expired, near expiry", "过期、近效期批号"), f"{gone}, {near}", note, expired),
        _tile(Says("Counts that differ", "账实不符"), len(found.differing), "warn"),
    ]


def _tile(title: Says, count: int, tone: Tone) -> Tile:
    return Tile(title, f"{count:,}", None, tone if count else "good")


def _lasting(found: StockFound) -> list[StockDays]:
    """Return how long each product lasts, by customer: whom to see first in front, then the others."""
    order = {stop.customer: place for place, stop in enumerate(found.stops)}
    facts = sorted(found.facts, key=lambda one: (order.get(one.customer, len(order)), one.customer))
    rows = []
    for customer, held in groupby(facts, key=attrgetter("customer")):
        days: dict[str, Fraction | None] = {one.product: one.stock_days for one in held}
        rows.append(StockDays(customer, days))
    return rows
