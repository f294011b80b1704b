"""Agent grades (代理商分级): points out of the marks, the grade, what moved it, and what brings the next one.

>>> from datetime import date
>>> from pharmasales.recruitment.agents.marks import AgentMark
>>> day, told = date(2026, 12, 31), {"contract": 90, "receipts": 80, "keenness": 70, "loyalty": 60}
>>> marks = [AgentMark("A1", item, mark, day, "p1", "year file") for item, mark in told.items()]
>>> row = grade_agents(marks, day).rows[0]
>>> str(row.grade), str(row.points), row.next.text()
('B (agent)', '77.00', '3.00 points more bring A; most is to be won in loyalty: 8.00 points')

Source: S000-26, E57.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from attrs import field, frozen

from pharmasales.classification.grade import Grade, Scheme
from pharmasales.classification.schemes.agents import AGENT
from pharmasales.display import Cell, Column, Says, Table, Why, because, decimal_text, joined
from pharmasales.errors import BadRows, BadRule
from pharmasales.names import nearest, normal_id
from pharmasales.recruitment.agents.marks import AgentMark, marks_on, spelt_twice
from pharmasales.rules import Bands, Rule, Weighted, compiled, explain
from pharmasales.rules.reading import fields_of, words_of
from pharmasales.rules.terms import Exact

__all__ = ["AGENT_RULE", "AgentGrade", "AgentGrades", "grade_agents"]

AGENT_RULE: Rule = AGENT.rule()
"""Contract 30, receipts 30, keenness 20, loyalty 20; A from 80 points (E57), B from 60 (ours). Other weights and cuts:
`AGENT.rule(a=85, contract=40, loyalty=10)`."""


@frozen
class AgentGrade:
    """What one agent is graded (代理商级别).

    Args:
        agent: its id.
        points: its points; missing where a mark is missing and the rule does not allow for that.
        grade: its grade; missing likewise.
        before: its grade before, where one was given.
        ask: the items without a mark.
        weak: the items marked below the cut for weak ones, the lowest first.
        marks: the mark of each item that the rule reads; missing where there is none.
        rule: the bands over the weighted sum that graded it.
    """

    agent: str
    points: Decimal | None
    grade: Grade | None
    before: Grade | None
    ask: tuple[str, ...]
    weak: tuple[str, ...]
    marks: tuple[tuple[str, Exact | None], ...] = field(repr=False)
    rule: Bands = field(repr=False)

    @property
    def next(self) -> Why | None:
        """What brings the next grade; none at the best grade and without points."""
        return None if self.points is None else _next(dict(self.marks), self.points, *_parted(self.rule))

    @property
    def why(self) -> Why:
        """How the points are made."""
        why = explain(self.rule, dict(self.marks))
        return why if self.grade else because("no grade: mark what is missing", "无法定级：请补充缺失的评分", why)

    @property
    def moved(self) -> str:
        """`up`, `down` or `same` against the grade before; "" where either is missing."""
        if self.grade is None or self.before is None:
            return ""
        return "same" if self.grade == self.before else "up" if self.grade > self.before else "down"


@frozen
class AgentGrades:
    """Grades of agents on a day, the most points first, then those without. Made by `grade_agents`.

    Args:
        as_of: the day.
        scheme: the scheme of the grades.
        rows: one row an agent.
        words: how the table calls the items.
    """

    as_of: date
    scheme: Scheme
    rows: tuple[AgentGrade, ...] = field(repr=lambda rows: f"<{len(rows)} agents>")
    words: Mapping[str, Says] = field(factory=dict, repr=False, hash=False)

    def counts(self) -> Mapping[str, int]:
        """Return how many agents each letter has, the best letter first."""
        letters = [row.grade.letter for row in self.rows if row.grade]
        return {letter: letters.count(letter) for letter in self.scheme.letters}

    def table(self) -> Table:
        """Return agent, points, grade, before, moved, still to ask, weak in, what brings the next grade, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            letters = [one.letter if one else None for one in (row.grade, row.before)]
            named = (joined(self.words[item] for item in items) for items in (row.ask, row.weak))
            rows.append((row.agent, row.points, *letters, _MOVED[row.moved], *named, row.next, row.why))
        return Table("agent_grades", Says("Agents by grade", "代理商分级"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_MOVED = {"": None, "same": Says("same", "不变"), "up": Says("up", "上升"), "down": Says("down", "下降")}
_COLUMNS = (
    Column("agent", "Agent", "代理商"),
    Column("points", "Points", "得分", "number"),
    Column("grade", "Grade", "级别"),
    Column("before", "Before", "原级别"),
    Column("moved", "Moved", "变动"),
    Column("ask", "Still to ask", "待评"),
    Column("weak", "Weak in", "弱项"),
    Column("next", "What brings the next grade", "升级途径", "why"),
    Column("why", "Why", "原因", "why"),
)


def grade_agents(
    marks: Iterable[AgentMark],
    as_of: date,
    *,
    agents: Iterable[str] = (),
    rule: Rule = AGENT_RULE,
    scheme: Scheme = AGENT.scheme,
    since: date | None = None,
    before: Mapping[str, Grade] | None = None,
    weak_below: int = 60,
) -> AgentGrades:
    """Grade agents by the marks that hold on a day (代理商分级).

    Args:
        marks: the marks of everybody, in any order.
        as_of: the day.
        agents: ids of agents to list even where they have no mark.
        rule: bands over a weighted sum of the items; `AGENT.rule(...)` makes it with other weights and cuts.
        scheme: the scheme whose letters the rule gives.
        since: marks of days before it are too old and do not count.
        before: the grades before, by agent, to say who moved.
        weak_below: an item marked below it is weak.

    Raises:
        BadRows: two marks of one day and version, marks of items that the rule does not read, or agents spelt in two
            ways: all of them.
        BadRule: a rule that is no bands over a weighted sum, or a letter that the scheme does not have.
        NotComparable: a grade before that is one of another scheme, or of another version of it.

    Limits: keenness and loyalty are judgements: they steer effort, and decide neither credit nor price.
    """
    bands, parts = _parted(rule)
    given, listed, old = list(marks), list(map(normal_id, agents)), before or {}
    items, summed = list(dict.fromkeys(one.name for one in fields_of(parts))), compiled(parts)
    _checked(given, [*listed, *old], items)
    known = marks_on(given, as_of, since=since)
    rows = []
    for agent in sorted(dict.fromkeys([*known, *listed])):
        own = known.get(agent, {})
        told = {item: own[item].mark if item in own else None for item in items}
        points = cast("Decimal | None", summed(told))
        rows.append(_row(agent, told, bands, points, scheme, old.get(agent), weak_below))
    rows.sort(key=lambda row: (row.points is None, -(row.points or 0)))
    for row in rows:
        _ = row.moved  # grades of two schemes are refused here, not when the table is shown
    return AgentGrades(as_of, scheme, tuple(rows), words_of(parts))


def _parted(rule: Rule) -> tuple[Bands, Weighted]:
    if isinstance(rule, Bands) and isinstance(rule.of, Weighted):
        return rule, rule.of
    hint = "AGENT.rule(...) makes one"
    raise BadRule("no bands over a weighted sum", where="rule", hint=hint, code="agents.rule")


def _checked(marks: list[AgentMark], named: list[str], items: list[str]) -> None:
    unknown = sorted({(one.agent, one.item) for one in marks if one.item not in items})
    bad = spelt_twice([*(one.agent for one in marks), *named])
    bad += [
        BadRule("no item of the rule", where=f"agent {agent!r} {item}", hint=nearest(item, items), code="agents.item")
        for agent, item in unknown
    ]
    if bad:
        raise BadRows(f"{len(bad)} marks refused", bad)


def _row(
    agent: str,
    marks: Mapping[str, Exact | None],
    bands: Bands,
    points: Decimal | None,
    scheme: Scheme,
    before: Grade | None,
    weak_below: int,
) -> AgentGrade:
    place = bands.place(None if points is None else Fraction(points))
    grade = None if place is None else scheme.grade(bands.labels()[place])
    low = [(mark, item) for item, mark in marks.items() if mark is not None and mark < weak_below]
    weak = tuple(item for _, item in sorted(low, key=lambda pair: pair[0]))
    ask = tuple(item for item, mark in marks.items() if mark is None)
    return AgentGrade(agent, points, grade, before, ask, weak, tuple(marks.items()), bands)


def _next(record: Mapping[str, object], points: Decimal, bands: Bands, parts: Weighted) -> Why | None:
    """Say how many points the next band lies away, and in which part most is to be won."""
    place = bands.place(Fraction(points))
    if place is None or place >= len(bands.cuts):
        return None
    cut, letter = bands.cuts[place][0], bands.labels()[place + 1]
    room = [
        (one.weight - Fraction(one.points), one.part)
        for one in parts.points(record)
        if one.weight is not None and one.points is not None
    ]
    most, part = max(room, key=lambda pair: pair[0])
    more = "more than {short} points more bring" if cut.exclusive else "{short} points more bring"
    zh = "再得 {short} 分以上" if cut.exclusive else "再得 {short} 分"
    return because(
        f"{more} {{letter}}; most is to be won in {{part}}: {{most}} points",
        f"{zh}升为 {{letter}}；潜力最大的是{{part}}：{{most}} 分",
        short=decimal_text(cut.at - Fraction(points), 2),
        letter=str(letter),
        part=Says(part.name, part.zh or part.name),
        most=decimal_text(most, 2),
    )
