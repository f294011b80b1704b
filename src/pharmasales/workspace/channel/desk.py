"""The desk of the channel (四流看板): every dealer's four flows side by side, and what its papers do not agree in.

Nothing is kept: everything comes of the files and of the limits and orders in the store.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from attrs import field, frozen

from pharmasales.channel.board import ChannelBoard, TradeConsistency, channel_board
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import NotFound
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.workspace.channel.inputs import channel_inputs
from pharmasales.workspace.channel.page import channel_page
from pharmasales.workspace.credit.desk import last_quarter
from pharmasales.workspace.desk_outputs import DeskOutputs
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.workspace import Workspace

__all__ = ["ChannelDesk", "ChannelMade"]


@frozen
class ChannelMade:
    """What the desk found (四流看板报表).

    Args:
        board: the four flows of every dealer.
        trade: what does not agree; nothing where there are no documents of money.
        notes: what is not known, and why.
    """

    board: ChannelBoard
    trade: TradeConsistency | None
    notes: tuple[Says, ...] = field(repr=False)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table that is written."""
        board, trade = self.board, self.trade
        found = (board.table(), board.tasks_table(), board.figures_table(), board.why_table())
        return found if trade is None else (*found, trade.totals(), trade.table(), trade.ties_table())


@frozen
class ChannelDesk:
    """Sets the four flows of a workspace's dealers side by side; a reader of a part is refused.

    Args:
        space: the workspace.
        period: the period; the last quarter that was over on the day where left out.
    """

    space: Workspace
    period: Period | None = None

    def look(self, as_of: date, *, dealer: str | None = None, progress: Progress = quiet) -> ChannelMade:
        """Work out the board as of a day; nothing is kept or written.

        Args:
            as_of: the day.
            dealer: one dealer alone; all where left out.
            progress: called with the name of each file as it is begun.

        Raises:
            NotFound: nothing is known of the dealer asked.
            BadRows: rows are bad; every one is listed.
            PharmaSalesError: whatever else the files refuse.
            StorageError: `storage.scope` for a reader of a part.
        """
        period = self.period or last_quarter(as_of)
        inputs = channel_inputs(self.space, period, as_of, progress)
        names = inputs.dealers
        if dealer is not None and dealer not in names:
            raise NotFound("nothing is known of it", where=dealer, hint=nearest(dealer, names), code="channel.dealer")
        limits = self.space.settings.channel.limits
        board = channel_board(names, period, as_of, inputs.known, limits=limits)
        trade = inputs.known.trade
        if dealer is not None:
            board, trade = board.only(dealer), None if trade is None else trade.only(dealer)
        return ChannelMade(board, trade, inputs.notes)

    def write(self, made: ChannelMade, lang: Lang | None = None, progress: Progress = quiet) -> Path:
        """Write the tables, a workbook and the page to `out/channel`; return the folder.

        Args:
            made: what was found.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.

        Raises:
            BadConfig: a package for workbooks or pictures is not installed.
            StorageError: the disk is full or may not be written.
        """
        folder = self.space.root / "out" / "channel"
        page = channel_page(made.board, made.trade, made.notes)
        said = lang or self.space.settings.lang
        DeskOutputs(folder, made.board.as_of, page, made.tables, made.notes, said).write(progress)
        return folder
