"""The desk of flow (流向) on the files and the store of a workspace: a month read, cleaned, closed, restated."""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.workspace.flow.desk import ClosedShown, FlowDesk, FlowMade

__all__ = ["ClosedShown", "FlowDesk", "FlowMade"]

_MODULES = {"desk": "ClosedShown FlowDesk FlowMade"}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
