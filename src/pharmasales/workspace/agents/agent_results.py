"""Agents of a workspace (代理商): grades, development, issues, training, selection and yearly screening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.classification.schemes.agents import AGENT
from pharmasales.display import Says, Table
from pharmasales.recruitment.agents import (
    AgentGrades,
    DevelopmentBoard,
    DropCut,
    IssueLog,
    Screening,
    Selection,
    TrainingNeeds,
    development_board,
    grade_agents,
    issue_log,
    screen_dealers,
    select_dealers,
    training_list,
    training_needs,
)
from pharmasales.recruitment.pipeline import WON
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.settings import AgentsSettings

__all__ = ["AgentFigures", "agent_figures"]


@frozen
class AgentFigures:
    """What is known of the agents as of a day. Made by `agent_figures`.

    Args:
        grades: the grades of everybody with a contract or a mark.
        development: how far each agent's development has come.
        issues: what is open, overdue and closed.
        trainings: the trainings, planned ones too.
        needs: who needs which training.
        selection: whom to choose among would-be dealers.
        screening: whom to drop at the end of the year.
        notes: what is missing, and why.
    """

    grades: AgentGrades | None = None
    development: DevelopmentBoard | None = None
    issues: IssueLog | None = None
    trainings: Table | None = field(default=None, repr=False)
    needs: TrainingNeeds | None = None
    selection: Selection | None = None
    screening: Screening | None = None
    notes: tuple[Says, ...] = field(default=(), repr=False)

    @property
    def points(self) -> Mapping[str, Decimal]:
        """The points of each agent that has some."""
        rows = () if self.grades is None else self.grades.rows
        return {row.agent: row.points for row in rows if row.points is not None}

    def tables(self) -> Iterator[Table]:
        """Yield the tables of what is there."""
        if self.grades is not None:
            yield self.grades.table()
        if self.development is not None:
            yield self.development.table()
        if self.issues is not None:
            yield self.issues.table()
            yield self.issues.by_owner()
        if self.trainings is not None:
            yield self.trainings
        if self.needs is not None:
            yield self.needs.table()
        if self.selection is not None:
            yield self.selection.table()
        if self.screening is not None:
            yield self.screening.table()


def agent_figures(book: AgentBook, settings: AgentsSettings) -> AgentFigures:
    """Ask the room of agents about everything that the tables allow.

    Args:
        book: what the tables say.
        settings: what the company decides of recruitment.

    Raises:
        BadRule: nobody has a figure of the screening above zero.
    """
    day, notes, found = book.as_of, list[Says](), AgentFigures()
    if book.marks:
        won = [one.id for one in book.prospects if one.stage_on(day) in WON]
        cuts: dict[str, Any] = dict(settings.grades)
        found = evolve(found, grades=grade_agents(book.marks, day, agents=won, rule=AGENT.rule(**cuts)))
    else:
        notes.append(Says("no marks of agents: no grades", "无代理商评分：未分级"))
    if book.paths:
        found = evolve(found, development=development_board(book.paths, day))
    if book.issues:
        found = evolve(found, issues=issue_log(book.issues, day))
    if book.trainings:
        found = evolve(found, trainings=training_list(book.trainings, day))
    if book.issues or book.marks or book.trainings:
        found = evolve(found, needs=training_needs(book.issues, book.marks, book.trainings, day))
    if book.selection:
        dealers = sorted({one.dealer for one in book.selection})
        conditions = [one for one in book.conditions if one.dealer in dealers]
        found = evolve(found, selection=select_dealers(dealers, book.selection, conditions, day))
    if book.figures:
        found = evolve(found, screening=screen_dealers(book.figures, DropCut(settings.drop), as_of=day))
    return evolve(found, notes=tuple(notes))
