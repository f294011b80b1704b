"""The channel as one (四流): the four flows of every dealer, and what of the papers of its sales does not agree."""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.workspace.channel.desk import ChannelDesk, ChannelMade

__all__ = ["ChannelDesk", "ChannelMade"]

_MODULES = {"desk": "ChannelDesk ChannelMade"}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
