"""Skill by skill over the visits of one person (技能趋势): exact changes, and no zero where nothing was seen.

A change is said between two visits at which the skill was seen and asked about in the same way; where the form asks
otherwise by now, the two do not compare and the change is missing.

>>> from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion
>>> from pharmasales.followup.joint.kinds import JointVisit
>>> form = CoachingForm("field", "1", [CoachingQuestion("q1", "opening", 100)])
>>> who = {"m1": "coach", "r1": "employee"}
>>> reports = []
>>> for number, (month, mark) in enumerate([(3, 2), (4, None), (5, 4)], 1):
...     day = date(2026, month, 4)
...     one = CoachingReport.begin(
...         f"R{number}", [JointVisit(f"J{number}", "coaching", day, "H1", who)], form, until=day, on=day
...     )
...     one = one.fill({"q1": mark}, by="m1", on=day).send(by="m1", on=day, no_action="none needed")
...     reports.append(one.comment("seen", by="r1", on=day).complete(by="r1", on=day))
>>> [(point.report, point.score, point.change) for point in skill_trend(reports, "r1").points]
[('R1', Fraction(2, 5), None), ('R2', None, None), ('R3', Fraction(4, 5), Fraction(2, 5))]

Source: row "Coaching" of the systems file; S004-54.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.names import normal_id

__all__ = ["SkillPoint", "SkillTrend", "skill_trend"]


@frozen
class SkillPoint:
    """One skill at one visit.

    Args:
        skill: the skill.
        report: the id of the report.
        day: the day of the visit.
        score: the exact score, 1 the best; missing where it was not seen.
        change: the score less that of the last visit at which it was seen and asked about in the same way.
        why: what the change rests on, or why there is none.
    """

    skill: str
    report: str
    day: date
    score: Fraction | None
    change: Fraction | None
    why: Why = field(repr=False)


@frozen
class SkillTrend:
    """The skills of one person over the visits.

    Args:
        person: the person's id.
        points: by skill, in the order in which the forms ask, then by day.
    """

    person: str
    points: tuple[SkillPoint, ...]

    def table(self) -> Table:
        """Return a row a skill and visit as table `skill_trend`."""
        columns = (
            Column("skill", "Skill", "技能"),
            Column("report_id", "Report", "带教报告"),
            Column("day", "Day", "日期", "date"),
            Column("score", "Score", "得分率", "ratio"),
            Column("change", "Change", "变化", "ratio"),
            Column("why", "Why", "说明", "why"),
        )
        rows = [(one.skill, one.report, one.day, one.score, one.change, one.why) for one in self.points]
        return Table("skill_trend", Says("Skills over the visits", "技能趋势"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def skill_trend(reports: Iterable[CoachingReport], person: str) -> SkillTrend:
    """Return how the skills of one person went over the coaching visits.

    Args:
        reports: coaching reports of anybody, in any order; those of others, and those without a completed version, do
            not count. A report counts with its latest completed version.
        person: the person's id.
    """
    own = [one for one in reports if one.employee == normal_id(person, "person") and one.completed]
    own.sort(key=lambda one: (one.day, one.id))
    skills = dict.fromkeys(skill for one in own for skill in one.form.skills)
    return SkillTrend(normal_id(person), tuple(point for skill in skills for point in _points(skill, own)))


def _points(skill: str, reports: Iterable[CoachingReport]) -> list[SkillPoint]:
    found: list[SkillPoint] = []
    last: tuple[CoachingReport, Fraction] | None = None
    for report in reports:
        if skill not in report.form.skills:
            continue
        score = report.skills()[skill]
        found.append(_point(skill, report, score, last))
        if score is not None:
            last = report, score
    return found


def _point(
    skill: str, report: CoachingReport, score: Fraction | None, last: tuple[CoachingReport, Fraction] | None
) -> SkillPoint:
    if score is None:
        why, change = because("the skill could not be seen", "该技能未能观察"), None
    elif last is None:
        why, change = because("seen for the first time", "首次观察"), None
    elif last[0].form.asked_about(skill) != report.form.asked_about(skill):
        en, zh = "asked about otherwise than in {report}", "与报告 {report} 的题目不同，不可比"
        why, change = because(en, zh, report=last[0].id), None
    else:
        change = score - last[1]
        en, zh = "{before} in {report}", "报告 {report} 为 {before}"
        why = because(en, zh, before=percent(last[1]), report=last[0].id)
    return SkillPoint(skill, report.id, report.day, score, change, why)
