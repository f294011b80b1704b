"""Credit (资信): how much a dealer may owe, why, and which order passes.

A `CreditFile` holds what is known of a dealer; `credit_score` weighs it into a class; `propose_limit` makes a limit of
monthly base x term x factor that an approver other than the asker approves; `limit_on` says what it is worth on a day
after season, trouble signs and its last day; `check_order` and `decide_order` hold what exceeds it and show the
arithmetic; a `CreditGuard` lets no two orders pass on the same headroom.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.channel.credit.averaging import MonthlyBase, expected_base, monthly_base
    from pharmasales.channel.credit.checks import CheckBasis, OrderCheck, Owed, owed_by
    from pharmasales.channel.credit.guard import CreditGuard, OrderBook, check_order, decide_order
    from pharmasales.channel.credit.holds import HOLDS, HoldReason, hold_table
    from pharmasales.channel.credit.investigation import CreditFile, CreditFinding, FileState
    from pharmasales.channel.credit.items import CREDIT_ITEMS, CreditItem
    from pharmasales.channel.credit.limits import CreditLimit, SpecialApproval, SpecialKind, propose_limit
    from pharmasales.channel.credit.order_records import order_data, order_from
    from pharmasales.channel.credit.order_steps import ORDER_STATES, OrderState, OrderStep
    from pharmasales.channel.credit.orders import CreditOrder
    from pharmasales.channel.credit.owing import ledger_owed
    from pharmasales.channel.credit.policy import CREDIT_POLICY, CreditClass, CreditPolicy
    from pharmasales.channel.credit.records import (
        file_data,
        file_from,
        guard_data,
        guard_from,
        limit_data,
        limit_from,
        sign_data,
        sign_from,
    )
    from pharmasales.channel.credit.scoring import CREDIT_RULES, CreditScore, credit_score
    from pharmasales.channel.credit.signals import (
        TROUBLES,
        LoweredClass,
        Trouble,
        TroubleSign,
        late_payments,
        lower_class,
        trouble_table,
    )
    from pharmasales.channel.credit.standing import LimitOnDay, limit_on
    from pharmasales.channel.credit.trading import TradeNote, trade_notes

__all__ = [
    "CREDIT_ITEMS",
    "CREDIT_POLICY",
    "CREDIT_RULES",
    "HOLDS",
    "ORDER_STATES",
    "TROUBLES",
    "CheckBasis",
    "CreditClass",
    "CreditFile",
    "CreditFinding",
    "CreditGuard",
    "CreditItem",
    "CreditLimit",
    "CreditOrder",
    "CreditPolicy",
    "CreditScore",
    "FileState",
    "HoldReason",
    "LimitOnDay",
    "LoweredClass",
    "MonthlyBase",
    "OrderBook",
    "OrderCheck",
    "OrderState",
    "OrderStep",
    "Owed",
    "SpecialApproval",
    "SpecialKind",
    "TradeNote",
    "Trouble",
    "TroubleSign",
    "check_order",
    "credit_score",
    "decide_order",
    "expected_base",
    "file_data",
    "file_from",
    "guard_data",
    "guard_from",
    "hold_table",
    "late_payments",
    "ledger_owed",
    "limit_data",
    "limit_from",
    "limit_on",
    "lower_class",
    "monthly_base",
    "order_data",
    "order_from",
    "owed_by",
    "propose_limit",
    "sign_data",
    "sign_from",
    "trade_notes",
    "trouble_table",
]

_MODULES = {
    "items": "CREDIT_ITEMS CreditItem",
    "investigation": "CreditFile CreditFinding FileState",
    "policy": "CREDIT_POLICY CreditClass CreditPolicy",
    "scoring": "CREDIT_RULES CreditScore credit_score",
    "signals": "TROUBLES LoweredClass Trouble TroubleSign late_payments lower_class trouble_table",
    "averaging": "MonthlyBase expected_base monthly_base",
    "limits": "CreditLimit SpecialApproval SpecialKind propose_limit",
    "standing": "LimitOnDay limit_on",
    "trading": "TradeNote trade_notes",
    "holds": "HOLDS HoldReason hold_table",
    "checks": "CheckBasis OrderCheck Owed owed_by",
    "owing": "ledger_owed",
    "order_steps": "ORDER_STATES OrderState OrderStep",
    "orders": "CreditOrder",
    "guard": "CreditGuard OrderBook check_order decide_order",
    "records": "file_data file_from guard_data guard_from limit_data limit_from sign_data sign_from",
    "order_records": "order_data order_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
