"""The page of the channel (四流看板): the dashboard of the four flows, what to do, and what does not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pharmasales.channel.board import CHANNEL_FLOWS, ChannelBoard, TradeConsistency
from pharmasales.display import Says
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section, foot_of

__all__ = ["channel_page"]

_MOST = 20
_UNKNOWN = Says("not known", "未知")


def channel_page(board: ChannelBoard, trade: TradeConsistency | None, notes: Sequence[Says]) -> Report:
    """Put the page together.

    Args:
        board: the four flows.
        trade: what does not agree.
        notes: what is not known, and why.
    """
    return Report(
        Says("The four flows of the channel", "渠道四流看板"),
        Says(f"{board.period}, as of {board.as_of}", f"{board.period}，截至 {board.as_of}"),
        tuple(_tiles(board, trade)),
        tuple(_sections(board, trade)),
        foot_of(notes),
    )


def _tiles(board: ChannelBoard, trade: TradeConsistency | None) -> Iterator[Tile]:
    states = [row.state for row in board.rows if row.state is not None]
    of = Says(f"of {len(board.rows)} dealers", f"共 {len(board.rows)} 家商业")
    yield _counted(Says("To act on", "需处理"), states.count("act"), "bad", of, known=bool(states))
    yield _counted(Says("To watch", "需关注"), states.count("watch"), "warn", of, known=bool(states))
    for flow, says in CHANNEL_FLOWS.items():
        told = [found.state for row in board.rows if (found := row.flow(flow)) is not None]
        note = Says(f"of {len(told)} dealers known, to act on", f"家需处理，已知 {len(told)} 家")
        yield _counted(Says(says.en.capitalize(), says.zh), told.count("act"), "bad", note, known=bool(told))
    if trade is not None:
        blocked = sum(one.outcome == "block" for one in trade.findings)
        held = any(one.findings or not one.unknown for one in trade.ties)
        yield _counted(Says("Papers blocked", "证票账货款禁止"), blocked, "bad", Says("findings", "项"), known=held)


def _counted(title: Says, count: int, tone: Tone, note: Says, *, known: bool) -> Tile:
    """Return the tile of a count; of what nobody knows it is neither zero nor good."""
    return Tile(title, f"{count:,}", note, tone if count else "good") if known else Tile(title, "-", _UNKNOWN)


def _sections(board: ChannelBoard, trade: TradeConsistency | None) -> Iterator[Section]:
    shown = board.table().without("place", "todo", "who")
    yield Section(
        shown.title,
        Says(
            "Each flow with the figure that decided its state; the worst dealers first. What is not known is not good.",
            "每流列出决定状态的指标，最差在前；未知不等于正常。",
        ),
        None,
        shown,
        _MOST,
    )
    tasks = board.tasks_table().without("why")
    yield Section(tasks.title, Says("What is to be acted on comes first.", "先处理，后关注。"), None, tasks, _MOST)
    if trade is not None:
        words = Says(
            "Licence, invoice, book, goods and money of every sale; no row is left out.",
            "逐笔核对证、票、账、货、款，不漏一行。",
        )
        yield Section(trade.totals().title, words, None, trade.totals())
        found = trade.table().without("why", "rule")
        yield Section(found.title, None, None, found, _MOST)
