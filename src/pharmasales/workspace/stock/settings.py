"""`[stock]` of `pharmasales.toml` (进销存): what counts as too little, too much and too old, and what the cards feed.

>>> order_rule("1.5x"), order_rule("45 天").basis
(OrderRule(basis='sales', factor=Fraction(3, 2)), 'days')
>>> order_rule("45")
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no order rule; write "45 days", or "1.5x" for so many times the sales of the window
[stock.order-rule]
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, cast

from attrs import frozen

from pharmasales.channel.stock.facts import StockRule
from pharmasales.channel.stock.ordering import OrderBasis, OrderRule
from pharmasales.channel.stock.routing import STOCK_REASONS
from pharmasales.errors import BadConfig, BadRule, BadValue
from pharmasales.names import nearest
from pharmasales.units import exact
from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "SellOut", "StockSettings", "order_rule", "stock_settings"]

TEMPLATE = """
[stock]
# window = 30                      # over how many days, up to the day asked, the sell-out speed is taken
# low_days = 15                    # stock that lasts shorter runs out
# high_days = 90                   # stock that lasts longer is too much
# near_expiry = 180                # a batch that expires within so many days is near its expiry
# count_every = 31                 # a count older than so many days is due again
# order_rule = "45 days"           # up to which stock to order; or "1.5x": so many times the sales of the window
# sell_out = "apart"               # "sales": the sell-out of the cards counts as sales lines of the cycle
# visit_reasons = ["expired", "low", "near", "difference"]    # what `due` asks a visit for; also "high", "count"
"""
"""What a new `pharmasales.toml` says of it."""

SellOut: TypeAlias = Literal["apart", "sales"]

_ORDER = re.compile(r"([0-9.]{1,9}) ?(x|times|倍|d|days?|天)")
_TIMES = ("x", "times", "倍")
_ASKED = ("expired", "low", "near", "difference")
_RULE = StockRule(over=30, order=OrderRule("days", 45), low=15, high=90, near=180, count_every=31)


@frozen
class StockSettings:
    """What a company decides of stock cards: movements and counts.

    Args:
        rule: what counts as too little, too much and too old, and up to which stock to order.
        sell_out: whether the sell-out of the cards stands apart or counts as sales lines of the cycle.
        visit_reasons: for which of `STOCK_REASONS` a customer is to be visited.
    """

    rule: StockRule = _RULE
    sell_out: SellOut = "apart"
    visit_reasons: tuple[str, ...] = _ASKED


def stock_settings(section: Section) -> StockSettings:
    """Read `[stock]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    days = {
        key: section.take(key, int, default)
        for key, default in (
            ("window", _RULE.over),
            ("low_days", _RULE.low),
            ("high_days", _RULE.high),
            ("near_expiry", _RULE.near),
            ("count_every", _RULE.count_every),
        )
    }
    order = section.read("order_rule", order_rule, _RULE.order)
    sell_out = cast("SellOut", section.choice("sell_out", ("apart", "sales"), "apart"))
    reasons = section.texts("visit_reasons", _ASKED)
    section.done()
    for one in reasons:
        if one not in STOCK_REASONS:
            where, hint = section.path("visit_reasons"), nearest(one, STOCK_REASONS)
            raise BadConfig("no such reason to visit", where=where, hint=hint, code="config.choice")
    window, low, high, near, every = days.values()
    try:
        rule = StockRule(over=window, order=order, low=low, high=high, near=near, count_every=every)
    except BadRule as error:
        where = ", ".join(section.path(key) for key in days)
        raise BadConfig(error.reason, where=where, hint=error.hint, code=error.code) from None
    return StockSettings(rule, sell_out, reasons)


def order_rule(value: object) -> OrderRule:
    """Read an order rule: `"45 days"`, or `"1.5x"` for so many times the sales of the window.

    Raises:
        BadValue: any other text, or nothing above zero.
    """
    found = _ORDER.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        hint = 'write "45 days", or "1.5x" for so many times the sales of the window'
        raise BadValue("no order rule", hint=hint, code="stock.order-rule")
    basis: OrderBasis = "sales" if found[2] in _TIMES else "days"
    return OrderRule(basis, exact(found[1]))
