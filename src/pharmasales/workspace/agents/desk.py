"""The desk of agents (招商工作台): the tables of a workspace in, what the rooms say of them out.

Nothing is kept in the store: the company's own tables are the record, and the same tables give the same results.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from attrs import evolve, field, frozen

from pharmasales.display import Lang, Says, Table
from pharmasales.errors import BadConfig
from pharmasales.exchange.report import Report
from pharmasales.periods import Period, Week
from pharmasales.workspace.agents.agent_results import AgentFigures, agent_figures
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.cover_results import CoverResults, cover_results
from pharmasales.workspace.agents.lead_results import LeadResults, lead_results
from pharmasales.workspace.agents.life import AgentLife, agent_life
from pharmasales.workspace.agents.page import agents_page, life_page
from pharmasales.workspace.agents.pipeline_results import PipelineResults, pipeline_results
from pharmasales.workspace.agents.reading import AGENT_TABLES, read_book
from pharmasales.workspace.agents.week_tasks import WeekTasks, week_tasks
from pharmasales.workspace.desk_outputs import DeskOutputs
from pharmasales.workspace.desk_tables import desk_tables
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.file_names import file_name, folder_name
from pharmasales.workspace.workspace import Workspace

__all__ = ["AgentsDesk", "AgentsMade"]


@frozen
class AgentsMade:
    """What the desk of agents shows as of a day.

    Args:
        book: what the tables say.
        leads: what the leads show.
        pipeline: what the prospects show.
        cover: what areas, rights and agreements show.
        agents: what is known of the agents.
        tasks: what everybody has to do in the week.
        outputs: what is written.
        life: the life of the agent asked for; none where nobody was.
    """

    book: AgentBook
    leads: LeadResults = field(repr=False)
    pipeline: PipelineResults = field(repr=False)
    cover: CoverResults = field(repr=False)
    agents: AgentFigures = field(repr=False)
    tasks: WeekTasks
    outputs: DeskOutputs
    life: AgentLife | None = None

    @property
    def notes(self) -> tuple[Says, ...]:
        """What has no data, and what should be known."""
        return self.outputs.notes

    def tables(self) -> dict[str, Table]:
        """Return every table that is there, by name, in the order in which they are written."""
        return {table.name: table for table in self.outputs.tables}


@frozen
class AgentsDesk:
    """Works on leads, prospects and agents as of a day.

    Args:
        space: the workspace.
        as_of: the day.
    """

    space: Workspace
    as_of: date

    def run(
        self,
        *,
        week: Period | None = None,
        region: str | None = None,
        agent: str | None = None,
        lang: Lang | None = None,
        progress: Progress = quiet,
    ) -> AgentsMade:
        """Read the tables, ask the rooms, and write the results to `out/agents`.

        Args:
            week: the week of the targets; that of the day where left out.
            region: only what concerns this area and what lies in it; written to `out/agents-in-REGION`.
            agent: also the life of this agent, which alone is then written, to `out/agents-AGENT`.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.

        Raises:
            BadConfig: the settings name no table of agents.
            BadRows: rows were refused, every one in the group; nothing was written.
            NotFound: no such agent or area.
            StorageError: `storage.scope` for a reader of a part, or the outputs cannot be written.
        """
        self._asked_for()
        settings = self.space.settings
        book = read_book(desk_tables(self.space, progress, self.as_of), self.as_of)
        book = book if region is None else book.within(region)
        calendar = settings.policy.calendar
        leads = lead_results(book, settings.policy, settings.agents)
        asked = week or _week(self.as_of)
        pipeline = pipeline_results(book, calendar, settings.agents, asked)
        agents = agent_figures(book, settings.agents)
        cover = cover_results(book, calendar, settings.agents, agents.points, settings.money)
        life = None if agent is None else agent_life(agent, book, agents, cover)
        notes = (*pipeline.notes, *leads.notes, *cover.notes, *agents.notes)
        tasks = week_tasks(asked, book, leads, pipeline, cover, agents)
        tables = (tasks.table(), *pipeline.tables(), *leads.tables(), *cover.tables(), *agents.tables())
        said = lang or settings.lang
        page = agents_page((leads, pipeline, cover, agents), tasks, book.area_names, notes)
        folder = self._folder(*([f"in-{region}"] if region else []), *([agent] if agent else []))
        names = set[str]()
        calendars = {file_name(f"agents-{who}", names): found for who, found in tasks.calendars(said).items()}
        outputs = DeskOutputs(folder, self.as_of, page, tables, notes, said, calendars)
        if life is not None:
            outputs = _of_one(outputs, life)
        outputs.write(progress)
        return AgentsMade(book, leads, pipeline, cover, agents, tasks, outputs, life)

    def _asked_for(self) -> None:
        if not any(name in self.space.settings.tables for name in AGENT_TABLES):
            hint = 'name one, such as [tables.leads] file = "leads.csv"'
            raise BadConfig("no table of agents", where="tables", hint=hint, code="config.missing")

    def _folder(self, *ids: str) -> Path:
        return self.space.root / "out" / "-".join(["agents", *map(folder_name, ids)])


def _week(day: date) -> Week:
    year, week, _ = day.isocalendar()
    return Week(year, week)


def _of_one(outputs: DeskOutputs, life: AgentLife) -> DeskOutputs:
    """Return the outputs of one agent: its life, and its rows of the tables that have a row an agent."""
    mine = [kept for table in outputs.tables if len(kept := _rows_of(table, life.agent))]
    page: Report = life_page(life, mine)
    return evolve(outputs, page=page, tables=(life.table(), *mine), calendars={})


_NAMED = ("prospect", "lead", "agent", "dealer")


def _rows_of(table: Table, agent: str) -> Table:
    """Return the rows of a table that are of one agent; none where its rows are of something else."""
    places = [place for place, column in enumerate(table.columns) if column.key in _NAMED]
    rows = [row for row in table.rows if places and row[places[0]] == agent]
    return evolve(table, rows=rows)
