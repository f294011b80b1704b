"""The page of the channel (四流看板): the dashboard of the four flows, what to do, and what does not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pharmasales.channel.board import CHANNEL_FLOWS, ChannelBoard, TradeConsistency
from pharmasales.display import Says
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section

__all__ = ["channel_page"]

_MOST = 20


def channel_page(board: ChannelBoard, trade: TradeConsistency | None, notes: Sequence[Says]) -> Report:
    """Put the page together.

    Args:
        board: the four flows.
        trade: what does not agree.
        notes: what is not known, and why.
    """
    said = Says("; ".join(note.en for note in notes), "；".join(note.zh for note in notes))
    return Report(
        Says("The four flows of the channel", "渠道四流看板"),
        Says(f"{board.period}, as of {board.as_of}", f"{board.period}，截至 {board.as_of}"),
        tuple(_tiles(board, trade)),
        tuple(_sections(board, trade)),
        said if notes else Says("Made by pharmasales.", "由 pharmasales 生成。"),
    )


def _tiles(board: ChannelBoard, trade: TradeConsistency | None) -> Iterator[Tile]:
    states = [row.state for row in board.rows]
    of = Says(f"of {len(states)} dealers", f"共 {len(states)} 家商业")
    yield _counted(Says("To act on", "需处理"), states.count("act"), "bad", of)
    yield _counted(Says("To watch", "需关注"), states.count("watch"), "warn", of)
    for flow, says in CHANNEL_FLOWS.items():
        worst = sum(1 for row in board.rows if (found := row.flow(flow)) is not None and found.state == "act")
        yield _counted(Says(says.en.capitalize(), says.zh), worst, "bad", Says("dealers to act on", "家需处理"))
    if trade is not None:
        blocked = sum(one.outcome == "block" for one in trade.findings)
        yield _counted(Says("Papers blocked", "证票账货款禁止"), blocked, "bad", Says("findings", "项"))


def _counted(title: Says, count: int, tone: Tone, note: Says) -> Tile:
    return Tile(title, f"{count:,}", note, tone if count else "good")


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
