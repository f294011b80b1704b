"""Stock (进销存): what each customer holds of each product, kept as dated movements, and what to do about it.

A `StockBook` holds movements and counts. `stock_card` writes the card of some days, `roll_stock` that of many periods,
`count_differences` holds counts against the book, `batches_on` and `expiring_stock` say what expires when,
`stock_speed` how fast goods leave, `batch_holders` to whom each batch went, `suggest_order` what to order,
`stock_facts` and `route_stock` what a rep should know and whom to see. `sold_by_month` and `sold_so_far` give goals and
forecasts their history.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.channel.stock.batches import BATCH_STATES, Batch, BatchState, BatchStock, batches_on, card_faults
    from pharmasales.channel.stock.book import StockBook, StockHistory
    from pharmasales.channel.stock.card import StockCard, stock_card
    from pharmasales.channel.stock.counting import CountDifference, book_difference, count_differences, difference_table
    from pharmasales.channel.stock.expiry import ExpiringBatch, expiring_stock, expiring_table
    from pharmasales.channel.stock.facts import StockFact, StockRule, facts_table, stock_facts
    from pharmasales.channel.stock.faults import STOCK_FAULTS, StockFault, StockFaultKey
    from pharmasales.channel.stock.feeding import sold_by_month, sold_so_far
    from pharmasales.channel.stock.kinds import STOCK_KINDS, StockKind, StockKindKey
    from pharmasales.channel.stock.movements import StockCount, StockMovement
    from pharmasales.channel.stock.ordering import ONE_AND_A_HALF, OrderBasis, OrderRule, SuggestedOrder, suggest_order
    from pharmasales.channel.stock.records import stock_data, stock_from
    from pharmasales.channel.stock.rolling import StockRoll, negative_stock, roll_stock
    from pharmasales.channel.stock.routing import (
        STOCK_REASONS,
        RouteReason,
        RouteReasonKey,
        RouteStop,
        route_stock,
        route_table,
    )
    from pharmasales.channel.stock.speed import StockSpeed, stock_speed
    from pharmasales.channel.stock.tracing import BatchHolders, batch_holders

__all__ = [
    "BATCH_STATES",
    "ONE_AND_A_HALF",
    "STOCK_FAULTS",
    "STOCK_KINDS",
    "STOCK_REASONS",
    "Batch",
    "BatchHolders",
    "BatchState",
    "BatchStock",
    "CountDifference",
    "ExpiringBatch",
    "OrderBasis",
    "OrderRule",
    "RouteReason",
    "RouteReasonKey",
    "RouteStop",
    "StockBook",
    "StockCard",
    "StockCount",
    "StockFact",
    "StockFault",
    "StockFaultKey",
    "StockHistory",
    "StockKind",
    "StockKindKey",
    "StockMovement",
    "StockRoll",
    "StockRule",
    "StockSpeed",
    "SuggestedOrder",
    "batch_holders",
    "batches_on",
    "book_difference",
    "card_faults",
    "count_differences",
    "difference_table",
    "expiring_stock",
    "expiring_table",
    "facts_table",
    "negative_stock",
    "roll_stock",
    "route_stock",
    "route_table",
    "sold_by_month",
    "sold_so_far",
    "stock_card",
    "stock_data",
    "stock_facts",
    "stock_from",
    "stock_speed",
    "suggest_order",
]

_MODULES = {
    "kinds": "STOCK_KINDS StockKind StockKindKey",
    "movements": "StockCount StockMovement",
    "faults": "STOCK_FAULTS StockFault StockFaultKey",
    "book": "StockBook StockHistory",
    "card": "StockCard stock_card",
    "rolling": "StockRoll negative_stock roll_stock",
    "counting": "CountDifference book_difference count_differences difference_table",
    "speed": "StockSpeed stock_speed",
    "ordering": "ONE_AND_A_HALF OrderBasis OrderRule SuggestedOrder suggest_order",
    "batches": "BATCH_STATES Batch BatchState BatchStock batches_on card_faults",
    "tracing": "BatchHolders batch_holders",
    "expiry": "ExpiringBatch expiring_stock expiring_table",
    "facts": "StockFact StockRule facts_table stock_facts",
    "routing": "STOCK_REASONS RouteReason RouteReasonKey RouteStop route_stock route_table",
    "feeding": "sold_by_month sold_so_far",
    "records": "stock_data stock_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
