"""The channel board (四流看板): information, goods, money and ownership of every dealer side by side, and 证票账货款.

`trade_consistency` holds licence, invoice, book, goods and money of every sale against each other and asks the
compliance gate about each disagreement; `channel_board` sets the four flows and the quality of distribution of each
dealer beside each other, the worst first, with what to do and who. The room stands on its siblings money, credit, stock
and flow, reads their values and writes no rule of theirs; none of them knows it.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.channel.board.boarding import channel_board
    from pharmasales.channel.board.catalogue import BOARD_FIGURES, BOARD_STATES, CHANNEL_FLOWS, FigureKind
    from pharmasales.channel.board.consistency import trade_consistency
    from pharmasales.channel.board.figures import BOARD_LIMITS, BoardFigure, BoardLimit
    from pharmasales.channel.board.findings import TRADE_LEGS, TradeFinding
    from pharmasales.channel.board.known import ChannelKnown, FlowCame, target_hospitals
    from pharmasales.channel.board.papers import GoodsMoved, InvoiceLine, Payer, TradeLicence
    from pharmasales.channel.board.shown import BoardRow, BoardTask, ChannelBoard
    from pharmasales.channel.board.ties import TIE_KINDS, TradeConsistency, TradeTie

__all__ = [
    "BOARD_FIGURES",
    "BOARD_LIMITS",
    "BOARD_STATES",
    "CHANNEL_FLOWS",
    "TIE_KINDS",
    "TRADE_LEGS",
    "BoardFigure",
    "BoardLimit",
    "BoardRow",
    "BoardTask",
    "ChannelBoard",
    "ChannelKnown",
    "FigureKind",
    "FlowCame",
    "GoodsMoved",
    "InvoiceLine",
    "Payer",
    "TradeConsistency",
    "TradeFinding",
    "TradeLicence",
    "TradeTie",
    "channel_board",
    "target_hospitals",
    "trade_consistency",
]

_MODULES = {
    "shown": "BoardRow BoardTask ChannelBoard",
    "boarding": "channel_board",
    "catalogue": "BOARD_FIGURES BOARD_STATES CHANNEL_FLOWS FigureKind",
    "consistency": "trade_consistency",
    "figures": "BOARD_LIMITS BoardFigure BoardLimit",
    "findings": "TRADE_LEGS TradeFinding",
    "known": "ChannelKnown FlowCame target_hospitals",
    "papers": "GoodsMoved InvoiceLine Payer TradeLicence",
    "ties": "TIE_KINDS TradeConsistency TradeTie",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
