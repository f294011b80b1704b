"""The page of the desk of agents (招商报告): key figures, the funnel, and what is to be done first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from attrs import evolve

from pharmasales.display import Cell, Says, Table, percent
from pharmasales.exchange.charts import readable
from pharmasales.exchange.funnel_chart import funnel_chart, funnel_steps
from pharmasales.exchange.page import Tile
from pharmasales.exchange.report import Report, Section
from pharmasales.recruitment.rights import CoverageMap
from pharmasales.workspace.agents.agent_results import AgentFigures
from pharmasales.workspace.agents.cover_results import CoverResults
from pharmasales.workspace.agents.lead_results import LeadResults
from pharmasales.workspace.agents.life import AgentLife
from pharmasales.workspace.agents.pipeline_results import PipelineResults
from pharmasales.workspace.agents.week_tasks import WeekTasks

__all__ = ["agents_page", "life_page"]

_TONES = {"signed": "won", "executing": "won", "kept": "won", "lost": "lost"}
_SIGNS = {"held": "●", "ending": "◔", "part": "◐", "conflict": "‼", "open": "○"}
_LEGEND = Says(
    "● held; ◔ held, ends soon (with its last day); ◐ held in part (counties with an agent / all); "
    "‼ several agents in conflict; ○ open.",
    "● 已授权；◔ 即将到期（附截止日）；◐ 部分授权（有代理的区县/全部）；‼ 多家冲突；○ 空白。",
)
_FOOT = Says("Made by pharmasales.", "由 pharmasales 生成。")


def agents_page(
    found: tuple[LeadResults, PipelineResults, CoverResults, AgentFigures],
    tasks: WeekTasks,
    names: Mapping[str, str],
    notes: Collection[Says],
) -> Report:
    """Put the page together from whatever there is.

    Args:
        found: the results of the leads, the prospects, the rights and the agents.
        tasks: what everybody has to do in the week.
        names: the names of areas.
        notes: what was left out, and why.
    """
    leads, pipeline, cover, agents = found
    sections = [
        *_of_pipeline(pipeline),
        *_of_week(tasks),
        *_of_leads(leads),
        *_of_cover(cover, names),
        *_of_agents(agents),
    ]
    said = "\n".join(one.en for one in notes), "\n".join(one.zh for one in notes)
    return Report(
        title=Says("Recruitment of agents", "招商工作台"),
        subtitle=Says(f"as of {tasks.as_of}", f"截至 {tasks.as_of}"),
        tiles=tuple(_tiles(leads, pipeline, cover, agents)),
        sections=tuple(sections),
        foot=Says(*said) if notes else _FOOT,
    )


def life_page(life: AgentLife, beside: Collection[Table]) -> Report:
    """Return the page of one agent: its life, and what the other tables say of it now.

    Args:
        life: its life.
        beside: further tables, with the rows of this agent.
    """
    title = Says(f"Life of {life.agent}", f"{life.agent} 历程")
    told = [Section(title, None, None, life.table(), 400)]
    told += [Section(table.title, None, None, table, 40) for table in beside]
    return Report(title, Says(f"as of {life.as_of}", f"截至 {life.as_of}"), (), tuple(told), _FOOT)


def _tiles(leads: LeadResults, pipeline: PipelineResults, cover: CoverResults, agents: AgentFigures) -> Iterator[Tile]:
    if pipeline.board is not None:
        flagged = len(pipeline.board.flagged)
        note = Says(f"{flagged} to act on", f"{flagged} 个需处理")
        count = len(pipeline.board.rows)
        yield Tile(Says("Open prospects", "在谈及合作对象"), f"{count}", note, "warn" if flagged else "good")
    if pipeline.forecast is not None and pipeline.forecast.expected is not None:
        low, high = (pipeline.forecast.at(part) for part in ("10%", "90%"))
        ends = [readable(end.value) for end in (low, high) if end is not None]
        note = Says(" - ".join(one.en for one in ends), " - ".join(one.zh for one in ends))
        yield Tile(Says("Expected contracts", "预计签约额"), readable(pipeline.forecast.expected), note)
    if pipeline.idle is not None:
        count = len(pipeline.idle.rows)
        tone: Any = "bad" if count else "good"
        yield Tile(Says("Signed, not executed", "签而未执行"), f"{count}", None, tone)
    if leads.touches is not None:
        late = len(leads.touches.overdue)
        note = Says(f"in time: {percent(leads.touches.rate)}", f"按时率 {percent(leads.touches.rate)}")
        yield Tile(Says("First contact overdue", "首次触达逾期"), f"{late}", note, "bad" if late else "good")
    if cover.space is not None:
        note = Says(f"{len(cover.space.gaps)} open", f"空白 {len(cover.space.gaps)} 个")
        yield Tile(Says("Hospital x product covered", "医院产品覆盖率"), percent(cover.space.coverage), note)
    if cover.conflicts is not None:
        count = len(cover.conflicts.rows)
        yield Tile(Says("Conflicts of rights", "代理权冲突"), f"{count}", None, "bad" if count else "good")
    if cover.renewals is not None:
        count = len(cover.renewals.due)
        yield Tile(Says("Renewals due", "应续签"), f"{count}", None, "warn" if count else "good")
    if agents.issues is not None:
        count = len(agents.issues.of("overdue"))
        yield Tile(Says("Issues overdue", "逾期问题"), f"{count}", None, "bad" if count else "good")


def _of_pipeline(found: PipelineResults) -> Iterator[Section]:
    if found.board is not None:
        funnel = found.board.funnel()
        yield Section(Says("Funnel", "招商漏斗"), None, funnel_chart(funnel_steps(funnel, _TONES)), funnel, 8)
        shown = found.board.table().only("prospect", "stage", "age", "next", "who", "due", "value", "flags")
        flagged = _kept(shown, "flags", bool)
        words = Says("The most urgent first; what is wrong says what to do.", "最急者在前；提示即对策。")
        yield Section(Says("Prospects to act on", "待处理对象"), words, None, flagged, 20)
    if found.idle is not None and found.idle.rows:
        asked = ("prospect", "owner", "days", "value", "action", "chase_by", "late")
        yield _plain(found.idle.table().only(*asked))
    if found.lost is not None and found.lost.rows:
        told = ("prospect", "from_stage", "lost_on", "value", "action", "again_on", "state")
        yield _plain(found.lost.table().only(*told), 8)
    if found.forecast is not None:
        why = Says(found.forecast.why.text(), found.forecast.why.text("zh"))
        yield Section(Says("Forecast", "签约预测"), why, None, found.forecast.table(), 8)
    if found.conversion is not None:
        columns = ("stage", "stays", "still", "onward", "lost_rate")
        yield Section(found.conversion.table().title, None, None, found.conversion.table().only(*columns), 8)
    if found.weekly is not None:
        promised = ("kind", "prospect", "owner", "due", "amount", "state", "late", "why")
        yield _plain(found.weekly.table().only(*promised))
    if found.daily is not None:
        yield _plain(found.daily.by_week())


def _of_week(found: WeekTasks) -> Iterator[Section]:
    if found.tasks:
        words = Says("By owner; what is late comes first.", "按负责人；逾期者在前。")
        table = found.table().only("owner", "due", "late", "kind", "agent", "what")
        yield Section(table.title, words, None, table, 30)


def _of_leads(found: LeadResults) -> Iterator[Section]:
    if found.yields is not None:
        yield _plain(found.yields.table().without("why", "amount"), 15)
    if found.sources is not None:
        yield _plain(found.sources.table(), 12)
    if found.admission is not None and found.admission.quarantined:
        yield _plain(found.quarantine().only("lead", "source", "why", "cure"), 8)
    if found.costs is not None:
        yield _plain(found.costs.table().without("why"), 8)
    if found.media is not None:
        measured = ("rank", "medium", "reach", "insiders", "price", "per_thousand", "score")
        yield _plain(found.media.table().only(*measured), 8)
    if found.plan is not None:
        yield _plain(found.planned())
    if found.methods is not None:
        table = found.methods.table()
        told = ("rank", "method", "region", "leads", "won", "state")
        yield _plain(table.only(*told), 15)
    if found.touches is not None and found.touches.overdue:
        late = _kept(found.touches.table(), "state", lambda cell: _en(cell) == "overdue")
        short = late.only("lead", "due", "why")
        yield Section(Says("First contacts overdue", "首次触达逾期"), None, None, short, 12)
    if found.touches is not None and found.touches.breaches:
        yield _plain(found.breaches(), 8)
    if found.scores is not None:
        yield _plain(found.scores.table().only("rank", "lead", "score", "key", "best", "ask"), 12)
    if found.assignment is not None and found.assignment.rows:
        yield _plain(found.assignment.table(), 12)


def _of_cover(found: CoverResults, names: Mapping[str, str]) -> Iterator[Section]:
    if found.map is not None:
        yield Section(Says("Coverage map", "代理覆盖图"), _LEGEND, None, _signed(found.map, names), 400)
    if found.known is not None:
        yield _plain(found.known.table(), 40)
        if found.known.gaps:
            yield _plain(found.known.gaps_table(), 20)
    if found.conflicts is not None and found.conflicts.rows:
        told = ("kinds", "product", "area", "agents", "until", "todo")
        yield _plain(found.conflicts.table().only(*told), 20)
    if found.network is not None:
        yield _plain(found.network.by_level(), 20)
    if found.renewals is not None and found.renewals.due:
        due = _kept(found.renewals.table(), "state", lambda cell: _en(cell) != "later")
        shown = due.only("right", "agent", "ends", "left", "why")
        yield Section(Says("Renewals due", "应续签"), None, None, shown, 20)
        yield _plain(found.proposed(), 20)
    if found.fulfilment is not None:
        keys = ("agreement", "period", "unit", "promised", "actual", "rate", "state", "todo")
        yield _plain(found.fulfilment.table().only(*keys), 20)
    if found.clauses is not None and found.clauses.lacking:
        yield _plain(found.clauses.lacking_table(), 12)


def _of_agents(found: AgentFigures) -> Iterator[Section]:
    if found.grades is not None:
        yield _plain(found.grades.table().only("agent", "points", "grade", "ask", "weak", "next"), 20)
    if found.development is not None:
        keys = ("agent", "stage", "since", "next", "open", "action")
        yield _plain(found.development.table().only(*keys), 20)
    if found.issues is not None:
        yield _plain(found.issues.table().only("issue", "agent", "kind", "state", "owner", "due", "late", "done"), 15)
    if found.needs is not None and found.needs.rows:
        yield _plain(found.needs.table().only("agent", "topic", "state", "why"), 15)
    if found.selection is not None:
        yield _plain(found.selection.table().only("rank", "dealer", "proposal", "points", "ask", "flags"), 15)
    if found.screening is not None:
        yield _plain(found.screening.table().without("why", "approver", "reason"), 20)


def _signed(found: CoverageMap, names: Mapping[str, str]) -> Table:
    """Return the map with a sign before the words of each cell, and the name of each prefecture."""
    marks = {(one.prefecture, one.product): one for one in found.cells}
    rows = []
    for row in found.table().rows:
        area = str(row[0])
        cells: list[Cell] = [f"{names.get(area, area)} ({area})"]
        for product in found.products:
            cell = marks[area, product]
            sign = _SIGNS[cell.mark]
            cells.append(Says(f"{sign} {cell.text()}", f"{sign} {cell.text('zh')}"))
        rows.append(tuple(cells))
    return evolve(found.table(), rows=rows)


def _plain(table: Table, most: int = 12) -> Section:
    return Section(table.title, None, None, table, most)


def _en(cell: Cell) -> str:
    return cell.en if isinstance(cell, Says) else str(cell)


def _kept(table: Table, key: str, keep: Callable[[Cell], bool]) -> Table:
    place = [column.key for column in table.columns].index(key)
    return evolve(table, rows=[row for row in table.rows if keep(row[place])])
