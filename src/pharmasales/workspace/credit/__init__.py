"""The desk of money and credit (资信与回款) on the files and the store of a workspace.

`CreditDesk` looks at what is owed, at limits and at budgets on a day; an `OrderRoom` proposes and approves limits and
takes orders, which are kept in the store.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.workspace.credit.desk import CreditAsked, CreditDesk, CreditMade
    from pharmasales.workspace.credit.order_keeping import known_order
    from pharmasales.workspace.credit.order_room import LimitAsked, OrderRoom
    from pharmasales.workspace.credit.standings import holds_said, orders_of, orders_table, why_order

__all__ = [
    "CreditAsked",
    "CreditDesk",
    "CreditMade",
    "LimitAsked",
    "OrderRoom",
    "holds_said",
    "known_order",
    "orders_of",
    "orders_table",
    "why_order",
]

_MODULES = {
    "desk": "CreditAsked CreditDesk CreditMade",
    "order_keeping": "known_order",
    "order_room": "LimitAsked OrderRoom",
    "standings": "holds_said orders_of orders_table why_order",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
