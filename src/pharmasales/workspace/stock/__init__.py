"""The desk of stock (进销存) on the files of a workspace: cards, counts, orders, expiry, and whom to see first."""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.workspace.stock.desk import CustomerCards, StockDesk, StockMade
    from pharmasales.workspace.stock.tables import moved_table
    from pharmasales.workspace.stock.visiting import stock_occasions

__all__ = ["CustomerCards", "StockDesk", "StockMade", "moved_table", "stock_occasions"]

_MODULES = {"desk": "CustomerCards StockDesk StockMade", "tables": "moved_table", "visiting": "stock_occasions"}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
