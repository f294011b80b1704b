"""The desk of agents (招商) on the files of a workspace: funnel, leads, coverage, rights, agents, the week's tasks."""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.workspace.agents.desk import AgentsDesk, AgentsMade
    from pharmasales.workspace.agents.week_tasks import Task, WeekTasks

__all__ = ["AgentsDesk", "AgentsMade", "Task", "WeekTasks"]

_MODULES = {"desk": "AgentsDesk AgentsMade", "week_tasks": "Task WeekTasks"}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
