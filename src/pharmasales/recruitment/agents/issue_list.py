"""The issue log (问题台账): what is open, overdue and closed as of a day, by agent and by owner.

>>> from pharmasales.recruitment.agents.issues import IssueTerms
>>> terms = IssueTerms("rival", "p2", date(2026, 3, 9))
>>> issue = AgentIssue.open("I1", "A1", "asked by another maker", terms, by="p1", on=date(2026, 3, 2))
>>> log = issue_log([issue], date(2026, 3, 12))
>>> log.rows[0].state, log.rows[0].why.text(), log.rivals
('overdue', '3 days late: due 2026-03-09 by p2', ('A1',))

Source: S000-25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import twins
from pharmasales.recruitment.agents.issues import ISSUE_KINDS, ISSUE_STATES, AgentIssue, IssueState, IssueTerms
from pharmasales.recruitment.agents.marks import spelt_twice
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["IssueLog", "IssueRow", "checked_issues", "issue_log"]


@frozen
class IssueRow:
    """One issue as of a day (问题状态).

    Args:
        issue: the issue.
        state: `open`, `overdue` or `closed`.
        terms: kind, owner and deadline on the day.
        age: calendar days since it was opened, up to the day or to its closing.
        late: calendar days after the deadline, up to the day or to its closing; 0 in time.
        put_off: how often the deadline was moved to a later day.
        again: how often it was opened again.
        closed_on: when it was closed; none while it is not.
        done: what was done; "" while it is not closed.
        why: the state in words.
    """

    issue: AgentIssue
    state: IssueState
    terms: IssueTerms
    age: int
    late: int
    put_off: int
    again: int
    closed_on: date | None
    done: str = field(repr=False)
    why: Why = field(repr=False)


@frozen
class IssueLog:
    """The issues as of a day: the longest overdue first, then open ones by deadline, then the closed, the last first.

    Made by `issue_log`.

    Args:
        as_of: the day.
        rows: one row an issue that was open by then.
    """

    as_of: date
    rows: tuple[IssueRow, ...] = field(repr=lambda rows: f"<{len(rows)} issues>")

    def of(self, state: IssueState) -> tuple[IssueRow, ...]:
        """Return the issues in a state."""
        return tuple(row for row in self.rows if row.state == state)

    @property
    def rivals(self) -> tuple[str, ...]:
        """The ids of agents whom a rival asks for: an issue of that kind is not closed."""
        named = (row.issue.agent for row in self.rows if row.state != "closed" and row.terms.kind == "rival")
        return tuple(sorted(set(named)))

    def table(self) -> Table:
        """Return issue, agent, kind, state, owner, deadline, days late, age, put off, what was done, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            terms, days = row.terms, (row.late, row.age, row.put_off)
            head = (row.issue.id, row.issue.agent, ISSUE_KINDS[terms.kind].says, ISSUE_STATES[row.state])
            rows.append((*head, terms.owner, terms.due, *days, row.done, row.why))
        return Table("agent_issues", Says("Issues of agents", "代理商问题台账"), _COLUMNS, rows)

    def by_agent(self) -> Table:
        """Return agent, open, overdue, closed, closed in time, longest late."""
        return self._by(Column("agent", "Agent", "代理商"), lambda row: row.issue.agent)

    def by_owner(self) -> Table:
        """Return owner, open, overdue, closed, closed in time, longest late."""
        return self._by(Column("owner", "Owner", "负责人"), lambda row: row.terms.owner)

    def _by(self, column: Column, key: Callable[[IssueRow], str]) -> Table:
        groups: dict[str, list[IssueRow]] = {}
        for row in self.rows:
            groups.setdefault(key(row), []).append(row)
        rows: list[tuple[Cell, ...]] = []
        for name, found in sorted(groups.items()):
            states = [row.state for row in found]
            in_time = ratio(sum(row.state == "closed" and not row.late for row in found), states.count("closed"))
            late = max(row.late for row in found)
            rows.append((name, states.count("open"), states.count("overdue"), states.count("closed"), in_time, late))
        title = Says(f"Issues by {column.en.lower()}", f"按{column.zh}统计问题")
        return Table(f"agent_issues_by_{column.key}", title, (column, *_COUNTED), rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("issue", "Issue", "问题编号"),
    Column("agent", "Agent", "代理商"),
    Column("kind", "Kind", "类别"),
    Column("state", "State", "状态"),
    Column("owner", "Owner", "负责人"),
    Column("due", "Due", "期限", "date"),
    Column("late", "Days late", "逾期天数", "number"),
    Column("age", "Age, days", "历时天数", "number"),
    Column("put_off", "Put off", "延期次数", "number"),
    Column("done", "What was done", "处理结果"),
    Column("why", "Why", "原因", "why"),
)
_COUNTED = (
    Column("open", "Open", "处理中", "number"),
    Column("overdue", "Overdue", "逾期", "number"),
    Column("closed", "Closed", "已关闭", "number"),
    Column("in_time", "Closed in time", "按期关闭率", "ratio"),
    Column("late", "Longest late, days", "最长逾期天数", "number"),
)


def issue_log(issues: Iterable[AgentIssue], as_of: date) -> IssueLog:
    """List the issues as of a day (问题台账); those opened later are left out.

    Args:
        issues: the issues, in any order.
        as_of: the day.

    Raises:
        BadRows: two issues of one id, or agents spelt in two ways: all of them.
    """
    day = checked_day(as_of)
    rows = [_row(one, day) for one in checked_issues(issues) if one.opened_on <= day]
    rows.sort(key=_order)
    return IssueLog(day, tuple(rows))


def checked_issues(issues: Iterable[AgentIssue]) -> list[AgentIssue]:
    """Return issues by their id.

    Raises:
        BadRows: two of one id, or agents spelt in two ways: all of them.
    """
    found = sorted(issues, key=lambda one: one.id)
    bad: list[PharmaSalesError] = [
        BadValue("two issues of one id", where=f"issue {found[later].id!r}", hint="number them", code="agents.twice")
        for _, later in twins([one.id for one in found])
    ]
    bad += spelt_twice(one.agent for one in found)
    if bad:
        raise BadRows(f"{len(bad)} issues refused", bad)
    return found


def _order(row: IssueRow) -> tuple[int, int]:
    if row.closed_on is not None:
        return 2, -row.closed_on.toordinal()
    return (0, -row.late) if row.state == "overdue" else (1, row.terms.due.toordinal())


def _row(issue: AgentIssue, as_of: date) -> IssueRow:
    steps, terms, state = issue.steps_on(as_of), issue.terms_on(as_of), issue.state_on(as_of)
    closed = steps[-1].on if state == "closed" else None
    until = closed or as_of
    late = max((until - terms.due).days, 0)
    dues = [(step.do, step.terms.due) for step in steps if step.terms is not None]
    put_off = sum(do == "change" and due > before for (_, before), (do, due) in pairwise(dues))
    again = sum(step.do == "reopen" for step in steps)
    why = _why(state, terms, late, put_off, closed)
    age = (until - issue.opened_on).days
    return IssueRow(issue, state, terms, age, late, put_off, again, closed, steps[-1].says if closed else "", why)


def _why(state: IssueState, terms: IssueTerms, late: int, put_off: int, closed: date | None) -> Why:
    parts = [because("times the deadline was put off: {n}", "延期 {n} 次", n=put_off)] if put_off else []
    if state == "closed":
        en, zh = "closed on {closed}, due {due} by {owner}", "{closed} 关闭，期限 {due}，负责人 {owner}"
        en, zh = (f"{en}: {{late}} days late", f"{zh}：逾期 {{late}} 天") if late else (f"{en}: in time", f"{zh}：按期")
    elif state == "overdue":
        en, zh = "{late} days late: due {due} by {owner}", "逾期 {late} 天：期限 {due}，负责人 {owner}"
    else:
        en, zh = "due {due} by {owner}", "期限 {due}，负责人 {owner}"
    return because(en, zh, *parts, late=late, due=terms.due, owner=terms.owner, closed=closed)
