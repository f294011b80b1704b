"""What everybody has to do in a week (本周任务): next actions, chases, first contacts, renewals, issues, promises.

A task that was due before the week is in it, too; it is late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import field, frozen

from pharmasales.display import Column, Lang, Says, Speaks, Table, Why
from pharmasales.exchange.events import Event
from pharmasales.periods import Period
from pharmasales.recruitment.pipeline import PROMISES
from pharmasales.workspace.agents.agent_results import AgentFigures
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.cover_results import CoverResults
from pharmasales.workspace.agents.lead_results import LeadResults
from pharmasales.workspace.agents.pipeline_results import PipelineResults

__all__ = ["Task", "WeekTasks", "week_tasks"]


@frozen
class Task:
    """One thing to do.

    Args:
        owner: the id of who does it; "" where nobody answers for it.
        due: the last day.
        agent: the id of the agent.
        kind: what kind of task it is.
        what: what is to be done.
        why: the reason; none where it says itself.
    """

    owner: str
    due: date
    agent: str
    kind: Says
    what: str | Speaks = field(repr=False)
    why: Why | None = field(default=None, repr=False)


@frozen
class WeekTasks:
    """The tasks of a week, by owner, then by day. Made by `week_tasks`.

    Args:
        week: the week.
        as_of: the day; what is due before it is late.
        tasks: the tasks.
    """

    week: Period
    as_of: date
    tasks: tuple[Task, ...] = field(repr=lambda tasks: f"<{len(tasks)} tasks>")

    def table(self) -> Table:
        """Return owner, due, late or not, kind, agent, what, why."""
        late = Says("late", "逾期")
        rows = [
            (one.owner, one.due, late if one.due < self.as_of else None, one.kind, one.agent, one.what, one.why)
            for one in self.tasks
        ]
        return Table("week_tasks", Says(f"Tasks of {self.week}", f"{self.week} 任务"), _COLUMNS, rows)

    def calendars(self, lang: Lang) -> Mapping[str, tuple[Event, ...]]:
        """Return an all-day entry for each task, by owner; what is late stands on the day asked.

        Args:
            lang: the language of the entries.
        """
        found: dict[str, list[Event]] = {}
        seen: Counter[str] = Counter()
        for one in self.tasks:
            if one.owner:
                what = one.what if isinstance(one.what, str) else one.what.text(lang)
                details = "" if one.why is None else "\n".join(one.why.lines(lang))
                uid = f"agents-{one.owner}-{one.agent}-{one.kind.en}-{one.due}".replace(" ", "-")
                seen[uid] += 1
                uid = uid if seen[uid] == 1 else f"{uid}-{seen[uid]}"
                event = Event(uid, max(one.due, self.as_of), f"{one.kind.text(lang)} {one.agent}: {what}", details)
                found.setdefault(one.owner, []).append(event)
        return {owner: tuple(events) for owner, events in found.items()}


_COLUMNS = (
    Column("owner", "Owner", "负责人"),
    Column("due", "Due", "期限", "date"),
    Column("late", "Late", "逾期"),
    Column("kind", "Task", "任务"),
    Column("agent", "Agent", "代理商"),
    Column("what", "What to do", "内容"),
    Column("why", "Why", "原因", "why"),
)
_ACTION, _CHASE = Says("next action", "下一步"), Says("chase", "跟催")
_FIRST, _BACK = Says("first contact", "首次触达"), Says("win back", "赢回")
_RENEW, _ISSUE = Says("renewal", "续签"), Says("issue", "问题")
_SOLVE, _CONTACT = Says("solve it", "解决问题"), Says("contact it for the first time", "首次联系")


def week_tasks(
    week: Period,
    book: AgentBook,
    leads: LeadResults,
    pipeline: PipelineResults,
    cover: CoverResults,
    agents: AgentFigures,
) -> WeekTasks:
    """Gather what is due by the end of a week (本周任务).

    Args:
        week: the week.
        book: what the tables say.
        leads: the results of the leads.
        pipeline: of the prospects.
        cover: of the rights.
        agents: of the agents.
    """
    owners = {one.id: one.owner for one in book.prospects}
    parts = (
        _of_pipeline(pipeline),
        _of_leads(leads, owners),
        _of_rights(cover, owners, book.as_of),
        _of_issues(agents),
    )
    return WeekTasks(week, book.as_of, tuple(sorted(_due(parts, week), key=lambda one: (one.owner, one.due))))


def _due(parts: Iterable[Iterator[Task]], week: Period) -> Iterator[Task]:
    return (one for part in parts for one in part if one.due <= week.end)


def _of_pipeline(found: PipelineResults) -> Iterator[Task]:
    for row in () if found.board is None else found.board.rows:
        if row.action is not None:
            yield Task(row.action.who, row.action.due, row.prospect.id, _ACTION, row.action.what)
    for idle in () if found.idle is None else found.idle.rows:
        yield Task(idle.owner, idle.chase_by, idle.prospect, _CHASE, idle.action, idle.why)
    for lost in () if found.lost is None else found.lost.due:
        if lost.again_on is not None:
            yield Task(lost.owner, lost.again_on, lost.prospect, _BACK, lost.action, lost.why)
    for line in () if found.weekly is None else found.weekly.lines:
        if line.state in ("open", "overdue", "unknown"):
            promise = line.promise
            yield Task(promise.owner, promise.due, promise.prospect, PROMISES[promise.kind], line.why)


def _of_leads(found: LeadResults, owners: Mapping[str, str]) -> Iterator[Task]:
    for row in () if found.touches is None else found.touches.rows:
        if row.state in ("open", "overdue") and row.due is not None:
            owner = owners.get(row.lead, "")
            yield Task("" if owner == "gate" else owner, _day(row.due), row.lead, _FIRST, _CONTACT, row.why)


def _day(at: date) -> date:
    return date(at.year, at.month, at.day)


def _of_rights(found: CoverResults, owners: Mapping[str, str], as_of: date) -> Iterator[Task]:
    for row in () if found.renewals is None else found.renewals.due:
        day = max((day for day in row.days if day <= as_of), default=as_of)
        agent = row.right.agent
        yield Task(owners.get(agent, row.right.newest.by), day, agent, _RENEW, row.todo, row.why)


def _of_issues(found: AgentFigures) -> Iterator[Task]:
    for row in () if found.issues is None else found.issues.rows:
        if row.state != "closed":
            yield Task(row.terms.owner, row.terms.due, row.issue.agent, _ISSUE, _SOLVE, row.why)
