"""Reports of an evaluation (考核报告): the league table of a manager, and a district all round, as pages.

>>> from pharmasales.evaluation.reporting import league
>>> from pharmasales.org import Node, Org
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> report = league_report(league(org, {"r1": 80, "r2": 90}, "N"), Says("2026-Q1", "2026年第一季度"))
>>> report.title.zh, [section.title.en for section in report.sections]
('排行榜：North', ['Everybody'])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import evolve

from pharmasales.display import Cell, Says, Speaks, Table, because, percent
from pharmasales.evaluation.reporting.district import DistrictView
from pharmasales.evaluation.reporting.ranking import League
from pharmasales.exchange._figures import readable
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section

__all__ = ["district_report", "league_report"]

_FIRST: Final = 100
_MADE: Final = Says("Made by pharmasales.", "由 pharmasales 生成。")
_LEAGUE: Final = Says("League table", "排行榜")
_DISTRICT: Final = Says("District all round", "区域360")


def league_report(table: League, about: Speaks) -> Report:
    """Put the page of a league table together (排行榜); `report_html` and `write_report` make the page of it.

    Everybody first, then those of each node above by themselves, where there are several.

    Args:
        table: the league table, which names only what its manager may see.
        about: for which period.

    Source: S004-63, S004-67.
    """
    return Report(
        title=_titled(_LEAGUE, table.under.name),
        subtitle=about,
        tiles=tuple(_league_tiles(table)),
        sections=tuple(_league_sections(table)),
        foot=Says(
            "Who is level shares a rank; ranks are among the nodes of this page only. Made by pharmasales.",
            "数值相同者名次相同；名次仅限本页节点。由 pharmasales 生成。",
        ),
    )


def _titled(what: Says, name: str) -> Says:
    said = because("{what}: {name}", "{what}：{name}", what=what, name=name)
    return Says(said.head(), said.head("zh"))


def _league_tiles(table: League) -> Iterator[Tile]:
    yield Tile(Says("Ranked", "参与排名"), f"{table.people:,}")
    lacking = len(table.rows) - table.people
    if lacking:
        yield Tile(Says("Without a rank", "无名次"), f"{lacking:,}", tone="warn")
    if table.compared:
        moves = [row.moved for row in table.rows if row.moved is not None]
        yield Tile(Says("Moved up", "上升"), f"{sum(move > 0 for move in moves):,}")
        yield Tile(Says("Moved down", "下降"), f"{sum(move < 0 for move in moves):,}")


def _league_sections(table: League) -> Iterator[Section]:
    groups = table.by_above()
    yield Section(Says("Everybody", "总排名"), None, None, _narrow(table.table(), table), _FIRST)
    if len(groups) > 1:
        for rows in groups.values():
            above = rows[0].above
            name = Says("at the top", "顶层") if above is None else Says(above.name, above.name)
            inner = sorted(rows, key=lambda row: (row.rank_above is None, row.rank_above or 0))
            yield Section(name, None, None, _narrow(table.table(inner), table, "above"), _FIRST)


def _narrow(shown: Table, table: League, *gone: str) -> Table:
    """Leave out what a page has no room for: ids, levels, reasons, and movement where there is none."""
    out = {"node_id", "level", "why", *gone} | (set() if table.compared else {"rank_before", "moved"})
    return _kept(shown, [column.key for column in shown.columns if column.key not in out])


def _kept(table: Table, keys: Sequence[str]) -> Table:
    """Keep some columns; the title, which stands above as the heading, is left out where there are rows."""
    named = {column.key: at for at, column in enumerate(table.columns)}
    kept = [named[key] for key in keys]
    title = Says("", "") if len(table) else table.title
    columns = tuple(table.columns[at] for at in kept)
    return evolve(table, title=title, columns=columns, rows=[tuple(row[at] for at in kept) for row in table.rows])


def district_report(view: DistrictView, about: Speaks) -> Report:
    """Put the page of a district together (区域360); `report_html` and `write_report` make the page of it.

    Args:
        view: what is known of the district.
        about: for which period and day.

    Source: S004-5, S004-63, S004-55.
    """
    return Report(
        title=_titled(_DISTRICT, view.node.name),
        subtitle=about,
        tiles=tuple(_district_tiles(view)),
        sections=tuple(_district_sections(view)),
        foot=_lacking(view),
    )


def _lacking(view: DistrictView) -> Says:
    if not view.missing:
        return _MADE
    en, zh = ", ".join(one.en for one in view.missing), "、".join(one.zh for one in view.missing)
    return Says(f"Not given: {en}.\n{_MADE.en}", f"未提供：{zh}。\n{_MADE.zh}")


def _district_tiles(view: DistrictView) -> Iterator[Tile]:
    top = next(view.table().records())
    for key, title in _TILES.items():
        if top[key] is not None:
            status = top["status"] if key == "attainment" else None
            note = status if isinstance(status, Says) else None
            yield Tile(title, _shown(top[key], key), note, _tone(top[key], key))


_TILES: Final = {
    "attainment": Says("Attainment", "达成率"),
    "coverage": Says("Coverage", "覆盖率"),
    "score": Says("Score", "得分"),
    "open": Says("Receivables", "应收"),
    "overdue": Says("Overdue", "逾期"),
    "expense": Says("Over budget", "超预算"),
    "sales_change": Says("Change of sales", "销售变化"),
}


def _shown(cell: Cell, key: str) -> str | Says:
    if key in ("attainment", "coverage") and isinstance(cell, Fraction | int):
        return percent(Fraction(cell))
    return readable(Fraction(cell)) if key != "score" and isinstance(cell, Decimal) else str(cell)


def _tone(cell: Cell, key: str) -> Tone:
    return "warn" if key in ("overdue", "expense") and isinstance(cell, Decimal) and cell > 0 else "plain"


def _district_sections(view: DistrictView) -> Iterator[Section]:
    table = view.table()
    for title, keys in _BLOCKS:
        known = [key for key in keys if any(row[key] is not None for row in table.records())]
        if known:
            yield Section(title, None, None, _kept(table, ["node", "level", *known]), _FIRST)
    cases = None if view.cases is None else view.cases.table()
    for found in (_moving(view.sales_table()), _moving(view.expense_table()), cases):
        if found is not None:
            yield Section(found.title, None, None, _kept(found, [column.key for column in found.columns]), _FIRST)
    feedback = view.feedback_table()
    if feedback is not None:
        left = Says(f"{view.unplaced} more belong to no known node.", f"另有 {view.unplaced} 项无对应节点。")
        columns = [column.key for column in feedback.columns]
        yield Section(feedback.title, left if view.unplaced else None, None, _kept(feedback, columns), _FIRST)


def _moving(table: Table | None) -> Table | None:
    """Leave out the ids, and the parts of a change that are zero everywhere."""
    if table is None:
        return None
    sides = ("node", "before", "after", "change")
    moved = [one.key for one in table.columns[1:] if one.key in sides or any(row[one.key] for row in table.records())]
    return evolve(_kept(table, moved), title=table.title)


_BLOCKS: Final = (
    (Says("Goal and actual", "目标与实际"), ("goal", "actual", "attainment", "status")),
    (Says("Coverage and score", "覆盖与得分"), ("coverage", "frequency", "score")),
    (Says("Money", "资金"), ("open", "overdue", "expense", "sales_change")),
    (Says("What is open", "待办数量"), ("cases", "feedback")),
)
