"""The page of a month of flow (流向月报): what came in and is held, who sold where, and what does not close."""

from __future__ import annotations

from collections.abc import Iterator

from pharmasales.display import Says, Table, percent
from pharmasales.exchange.charts import readable
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section, foot_of
from pharmasales.units import Amount
from pharmasales.workspace.flow.month_run import ChainFound, FlowRun
from pharmasales.workspace.flow.tables import RunTables

__all__ = ["flow_page"]


def flow_page(run: FlowRun, tables: RunTables) -> Report:
    """Return the page of a month.

    Args:
        run: the month.
        tables: its tables.
    """
    return Report(
        title=Says(f"Flow of {run.month}", f"{run.month} 流向月报"),
        subtitle=_state(run),
        tiles=tuple(_tiles(run)),
        sections=tuple(_sections(run, tables)),
        foot=foot_of(run.notes),
    )


def _state(run: FlowRun) -> Says:
    if run.kept is None:
        return Says("Not closed yet.", "尚未关账。")
    one = run.kept.month
    return Says(f"Closed on {one.on}, version {one.version}.", f"已于 {one.on} 关账，第 {one.version} 版。")


def _tiles(run: FlowRun) -> Iterator[Tile]:
    balance = run.clean.balance
    share = balance.held_share
    worth = Amount(balance.matched.minor, run.clean.unit).value
    yield Tile(Says("Lines in", "流入行数"), f"{balance.read.lines:,}")
    yield Tile(Says("Matched", "匹配金额"), readable(worth))
    held = balance.held.lines
    note = Says(f"{percent(share)} of the lines", f"占 {percent(share)}")
    yield _counted(Says("Held", "隔离行数"), held, "warn", note)
    yield _counted(Says("Names to confirm", "待确认名称"), len(run.asked), "warn")
    yield _cross(run)
    if run.chain is not None:
        yield _counted(Says("Does not close", "通路差异"), len(run.chain.closure.differences()), "bad")
    if run.diff is not None:
        yield _counted(Says("Changed since closed", "关账后变更"), len(run.diff.changes), "warn")


def _cross(run: FlowRun) -> Tile:
    """Return the tile of cross-region sales; where no line could be judged nothing is known, and nothing is good."""
    title, cases, left = Says("Cross-region", "窜货"), len(run.crossed.cases), len(run.crossed.unjudged)
    note = Says(f"{left} lines not judged", f"{left} 行未判定") if left else None
    if not cases and left == len(run.clean.sales):
        return Tile(title, "-", note)
    return _counted(title, cases, "bad", note)


def _counted(title: Says, count: int, tone: Tone, note: Says | None = None) -> Tile:
    return Tile(title, f"{count:,}", note, tone if count else "good")


def _sections(run: FlowRun, tables: RunTables) -> Iterator[Section]:
    words = Says(
        "What came in is matched or held, by lines, money and quantity; nothing is lost.",
        "流入 = 匹配 + 隔离，按行数、金额、数量核对，不丢一行。",
    )
    yield Section(_title(run.clean.balance.table()), words, None, run.clean.balance.table())
    if run.diff is not None:
        yield _section(run.diff.table())
    if run.clean.held:
        yield _section(tables.reasons())
        yield _section(tables.held().without("row_as_it_came", "unit"), 15)
    if len(run.asked):
        yield _section(tables.questions().only("kind", "distributor", "text", "note"), 15)
    yield _section(run.crossed.table())
    if run.chain is not None:
        yield from _chain(run.chain)
    if run.returns:
        yield _section(tables.returns())
    yield _section(tables.files().without("header"), 40)


def _chain(chain: ChainFound) -> Iterator[Section]:
    yield _section(chain.closure.differences().table())
    yield _section(chain.sold_on.table(), 30)


def _title(table: Table) -> Says:
    return Says(table.title.text("en"), table.title.text("zh"))


def _section(table: Table, most: int = 12) -> Section:
    return Section(_title(table), None, None, table, most)
