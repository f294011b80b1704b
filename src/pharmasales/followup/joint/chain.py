"""From coaching form to later result as one chain (带教闭环): form, score, action, check at the next visit, result.

Every link has an id, and the whole chain is found from any of them.

>>> from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion
>>> from pharmasales.followup.joint.kinds import JointVisit
>>> ride = JointVisit("J1", "coaching", date(2026, 3, 4), "H1", {"m1": "coach", "r1": "employee"})
>>> form = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])
>>> report = CoachingReport.begin("R1", [ride], form, until=date(2026, 3, 20), on=ride.day)
>>> report = report.fill({"q1": 3}, [CoachingAction("a1", "opening", "ask", date(2026, 4, 1))], by="m1", on=ride.day)
>>> book = CoachingBook([report])
>>> [(one.id, one.state) for one in book.follow("field@1")] == [(one.id, one.state) for one in book.follow("R1/a1")]
True
>>> book.follow("R1/a1")[0].why.text("zh")
'行动 R1/a1：尚未检查（带教表 field@1；报告 R1 得分 无数据）'

Source: row "Joint visits and coaching" and opening 4 of the systems file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_versions import CoachingAction
from pharmasales.followup.joint.links import CHAIN_STATES, ActionCheck, CoachingChain, CoachingResult
from pharmasales.names import nearest, normal_id, twins

__all__ = ["CoachingBook"]


def _reports(given: Iterable[CoachingReport]) -> tuple[CoachingReport, ...]:
    return tuple(given)


def _checks(given: Iterable[ActionCheck]) -> tuple[ActionCheck, ...]:
    return tuple(given)


def _results(given: Iterable[CoachingResult]) -> tuple[CoachingResult, ...]:
    return tuple(given)


@frozen
class CoachingBook:
    """The coaching of some people: reports, checks and results, every link in its place (带教档案).

    Args:
        reports: the coaching reports.
        checks: the checks of their actions.
        results: what came of their actions.

    Raises:
        BadRows: ids that mean two links, checks and results of no action, and checks at a visit that is another
            person's or not later: all of them at once.
    """

    reports: tuple[CoachingReport, ...] = field(converter=_reports)
    checks: tuple[ActionCheck, ...] = field(default=(), converter=_checks)
    results: tuple[CoachingResult, ...] = field(default=(), converter=_results)

    def __attrs_post_init__(self) -> None:
        ids = [one.id for one in self.reports] + [one.id for one in self.checks] + [one.id for one in self.results]
        ids += dict.fromkeys(visit.id for report in self.reports for visit in report.visits)
        ids += dict.fromkeys([*self._actions, *(report.form.title for report in self.reports)])
        bad: list[PharmaSalesError] = [
            BadValue("an id that means two links", where=f"link {ids[second]!r}", code="followup.twice")
            for _, second in twins(ids)
        ]
        bad += self._loose()
        if bad:
            raise BadRows(f"{len(bad)} links refused", bad)

    def _loose(self) -> Iterator[PharmaSalesError]:
        """Yield every check and result that hangs on nothing."""
        reports = {report.id: report for report in self.reports}
        hung = [(one.id, one.action) for one in self.checks] + [(one.id, one.action) for one in self.results]
        for link, action in hung:
            if action not in self._actions:
                hint = "name it as REPORT/ACTION"
                yield NotFound("of no action here", where=f"link {link!r}", hint=hint, code="followup.joint.link")
        for check in self.checks:
            agreed = self._actions.get(check.action)
            where, there = f"link {check.id!r}", reports.get(check.report)
            if there is None:
                yield NotFound("at no visit here", where=where, hint="add its report", code="followup.joint.link")
            elif agreed and there.employee != agreed[0].employee:
                yield BadValue("at the visit of another person", where=where, code="followup.joint.link")
            elif agreed and there.day <= agreed[0].day:
                hint = "an action is checked at a later visit"
                yield BadValue("not at a later visit", where=where, hint=hint, code="followup.joint.link")

    @cached_property
    def _actions(self) -> Mapping[str, tuple[CoachingReport, CoachingAction, bool]]:
        """Return every action by its id in the book, those that a correction withdrew too."""
        found: dict[str, tuple[CoachingReport, CoachingAction, bool]] = {}
        for report in self.reports:
            current = {action.id for action in report.latest.actions}
            for version in report.versions:
                for action in version.actions:
                    found[f"{report.id}/{action.id}"] = (report, action, action.id not in current)
        return found

    @cached_property
    def _by_link(self) -> Mapping[str, Mapping[str, CoachingChain]]:
        found: dict[str, dict[str, CoachingChain]] = {}
        for chain in self.chains:
            for link in (*chain.links, *(check.report for check in chain.checks)):
                found.setdefault(link, {})[chain.id] = chain
        return found

    @cached_property
    def chains(self) -> tuple[CoachingChain, ...]:
        """Every action with its chain, in the order of reports and actions."""
        days = {report.id: report.day for report in self.reports}
        checks: dict[str, list[ActionCheck]] = {}
        for check in sorted(self.checks, key=lambda one: days[one.report]):
            checks.setdefault(check.action, []).append(check)
        results: dict[str, list[CoachingResult]] = {}
        for result in self.results:
            results.setdefault(result.action, []).append(result)
        return tuple(
            CoachingChain(report, action, tuple(checks.get(key, ())), tuple(results.get(key, ())), withdrawn)
            for key, (report, action, withdrawn) in self._actions.items()
        )

    def follow(self, link: str) -> tuple[CoachingChain, ...]:
        """Return every chain that a link belongs to: a form, visit, report, action, check or result.

        A report stands in the chains of the actions agreed in it, and of those checked at its visit.

        Raises:
            NotFound: no such link; a report without an action has no chain.
        """
        found = self._by_link.get(normal_id(link, "link"))
        if found is None:
            hint = nearest(link, self._by_link) if self._by_link else "no action is agreed"
            raise NotFound("no such link", where=f"link {link!r}", hint=hint, code="followup.joint.link")
        return tuple(found.values())

    def unchecked(self, as_of: date) -> tuple[CoachingChain, ...]:
        """Return the actions that a later visit could have checked and did not (漏查), the longest due first.

        An action counts from the day on which it was due; one that a correction withdrew does not count.
        """
        found = [
            chain for chain in self.chains if not chain.checks and not chain.withdrawn and self._missed(chain, as_of)
        ]
        return tuple(sorted(found, key=lambda chain: (chain.action.due or date.max, chain.id)))

    def _missed(self, chain: CoachingChain, as_of: date) -> bool:
        due = chain.action.due
        return due is not None and any(
            report.employee == chain.report.employee and chain.report.day < report.day and due <= report.day <= as_of
            for report in self.reports
        )

    def about(self, person: str) -> CoachingBook:
        """Return everything about one person (本人可见的全部内容): every report, version, check and result, unabridged.

        The person sees all of it; nobody else is in it, so that nobody is compared.
        """
        own = [report for report in self.reports if report.employee == normal_id(person, "person")]
        ids = {report.id for report in own}
        checks = [one for one in self.checks if one.report in ids]
        return CoachingBook(own, checks, [one for one in self.results if self._actions[one.action][0].id in ids])

    def table(self) -> Table:
        """Return a row a chain as table `coaching_chains`, in the order of the reports: no ranking."""
        columns = (
            Column("action_id", "Action", "行动"),
            Column("employee_id", "Employee", "员工"),
            Column("day", "Coached on", "带教日期", "date"),
            Column("skill", "Skill", "技能"),
            Column("score", "Score", "得分", "number"),
            Column("due", "Due", "期限", "date"),
            Column("state", "State", "状态"),
            Column("why", "Why", "说明", "why"),
        )
        rows = [
            (
                one.id,
                one.report.employee,
                one.report.day,
                one.action.skill,
                one.score,
                one.action.due,
                CHAIN_STATES[one.state],
                one.why,
            )
            for one in self.chains
        ]
        return Table("coaching_chains", Says("Coaching, link by link", "带教闭环"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)
