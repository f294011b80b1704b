"""Conflicts of rights (代理权冲突): two owners, nested territories, a handover too early, exclusivity broken.

>>> areas = Areas.of({"33": "", "3301": "33"})
>>> def right(name, agent, area, since, until, exclusive=False):
...     return AgentRight.grant(name, agent, "P1", area, "region", since=since, until=until, by="p1",
...         signed=date(2026, 1, 5) if exclusive else date(2026, 2, 1), evidence="AG-" + name, exclusive=exclusive)
>>> found = right_conflicts([
...     right("R1", "A1", "33", date(2026, 1, 1), date(2026, 12, 31), exclusive=True),
...     right("R2", "A2", "3301", date(2026, 7, 1), date(2026, 9, 30)),
... ], areas, as_of=date(2026, 2, 1))
>>> print(found.rows[0].why)
P1 in 3301: A1 (R1) and A2 (R2) from 2026-07-01 to 2026-09-30
  3301 lies in 33
  R1 version 1 (AG-R1) is exclusive
  R2 was signed later, on 2026-02-01 (AG-R2)
>>> found.rows[0].kinds, found.rows[0].todo.en
(('exclusivity', 'overlap'), 'end R2, or move it out of 33, or have A1 agree in writing to share')

Within one network, where a right stands `under` another, a territory inside the other's is no conflict. A right that
reaches beyond the right above it is one.

Source: S000-4 (one owner for each territory and product), S001-18, S001-7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why
from pharmasales.recruitment.rights.areas import Areas, said
from pharmasales.recruitment.rights.conflict_why import is_higher, pair_todo, pair_why, reach_todo, reach_why
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.stretches import Days, common_days, uncovered_days
from pharmasales.recruitment.rights.together import Together
from pharmasales.yearplan import checked_day

__all__ = ["CONFLICTS", "ConflictKind", "RightConflict", "RightConflicts", "right_conflicts"]

ConflictKind: TypeAlias = Literal["exclusivity", "two_owners", "overlap", "dates", "twice", "beyond"]
"""What is wrong, the gravest first."""

CONFLICTS: Mapping[ConflictKind, Says] = MappingProxyType(
    {
        "exclusivity": Says("exclusivity broken", "违反独家"),
        "two_owners": Says("two owners of one territory", "一地两代理"),
        "overlap": Says("one territory lies in the other", "区域重叠"),
        "dates": Says("the next begins before the last ends", "期限重叠"),
        "twice": Says("the same agent holds it twice", "重复授权"),
        "beyond": Says("beyond the right above", "超出上级授权"),
    }
)
"""What can be wrong, in both languages."""


@frozen
class RightConflict:
    """Two rights that cannot both stand as they are, or one that reaches beyond the right above it.

    Args:
        kinds: what is wrong, the gravest first.
        first: the id of the right with the wider territory, or the one above; of one territory the one signed first.
        second: the id of the other; the one below.
        product: the id of the product.
        area: the territory concerned: the narrower of the two.
        agents: the ids of the agents, in the same order.
        days: the stretches of days on which it holds, from the day asked on; both ends included, none is for ever.
        why: the evidence.
        todo: what to do.
    """

    kinds: tuple[ConflictKind, ...]
    first: str
    second: str
    product: str
    area: str
    agents: tuple[str, ...]
    days: tuple[Days, ...]
    why: Why = field(repr=False)
    todo: Says = field(repr=False)

    def holds(self, day: date) -> bool:
        """Whether the conflict stands on a day."""
        return any(since <= day <= (until or date.max) for since, until in self.days)


@frozen
class RightConflicts:
    """The conflicts among rights, from a day on (代理权冲突). Made by `right_conflicts`.

    Args:
        as_of: the day.
        rows: the conflicts by product, territory and first day.
    """

    as_of: date
    rows: tuple[RightConflict, ...] = field(repr=lambda rows: f"<{len(rows)} conflicts>")

    def of(self, kind: ConflictKind) -> tuple[RightConflict, ...]:
        """Return the conflicts of one kind."""
        return tuple(row for row in self.rows if kind in row.kinds)

    def table(self) -> Table:
        """Return what is wrong, product, territory, agents, rights, first and last day, evidence and what to do."""
        rows = [
            (
                Says(*(join.join(CONFLICTS[kind].text(lang) for kind in row.kinds) for join, lang in _JOINED)),
                row.product,
                said(row.area),
                ", ".join(dict.fromkeys(row.agents)),
                f"{row.first}, {row.second}",
                row.days[0][0],
                row.days[-1][1],
                row.why,
                row.todo,
            )
            for row in self.rows
        ]
        return Table("right_conflicts", Says("Conflicts of rights", "代理权冲突"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_JOINED: tuple[tuple[str, Literal["en", "zh"]], ...] = ((", ", "en"), ("、", "zh"))
_COLUMNS = (
    Column("kinds", "What is wrong", "问题"),
    Column("product", "Product", "产品"),
    Column("area", "Territory", "区域"),
    Column("agents", "Agents", "代理商"),
    Column("rights", "Rights", "代理权"),
    Column("since", "From", "自", "date"),
    Column("until", "To", "至", "date"),
    Column("why", "Evidence", "依据", "why"),
    Column("todo", "What to do", "处理"),
)


def right_conflicts(rights: Iterable[AgentRight], areas: Areas, *, as_of: date) -> RightConflicts:
    """Find the rights that cannot stand together (代理权冲突检查).

    Two rights to one product are held against each other where one territory is the other or lies in it and some day
    from the day asked on is common. A right under another may lie in it, but not be for the same territory.

    Args:
        rights: all rights, in any order.
        areas: the tree of the territories.
        as_of: what was signed up to this day counts; what was over before it is left out.

    Raises:
        BadRows: rights of one id, products or agents spelt in two ways, or unknown territories: all of them at once.
    """
    together = Together.of(rights, areas, checked_day(as_of))
    found = [row for one, other in _nested(together) if (row := _pair(one, other, together))]
    found += [row for one in together.by_id.values() if one.under and (row := _reach(one, together))]
    found.sort(key=lambda row: (row.product, row.area, row.days[0][0], row.first, row.second))
    return RightConflicts(as_of, tuple(found))


def _nested(together: Together) -> Iterator[tuple[AgentRight, AgentRight]]:
    """Yield each pair of rights to one product with nested territories once, the wider or earlier first."""
    for one in together.by_id.values():
        for area in together.areas.above(one.area):
            for other in together.holding(one.product, area):
                if other.area != one.area or _earlier(other) < _earlier(one):
                    yield other, one


def _earlier(right: AgentRight) -> tuple[date, date, str]:
    first = right.versions[0]
    return first.signed, first.since, right.id


def _pair(one: AgentRight, other: AgentRight, together: Together) -> RightConflict | None:
    """Say what is wrong with two rights whose territories are nested, or nothing."""
    if together.in_network(one, other) or together.in_network(other, one):
        return None
    linked = together.linked(one, other) or together.linked(other, one)
    spans = [together.spans(right) for right in (one, other)]
    days = common_days(*spans, since=together.as_of)
    if not days:
        return None
    kinds: list[ConflictKind] = []
    if one.agent == other.agent:
        kinds.append("twice")
    else:
        alone = common_days(*spans, since=together.as_of, exclusive=True)
        kinds += ["exclusivity"] if alone and not linked else []
        kinds.append("two_owners" if one.area == other.area else "overlap")
        kinds += ["dates"] if together.handed_over(one, other) else []
    why, todo = pair_why(one, other, days, together), pair_todo(one, other, kinds, days, together)
    agents = (one.agent, other.agent)
    return RightConflict(tuple(kinds), one.id, other.id, one.product, other.area, agents, days, why, todo)


def _reach(one: AgentRight, together: Together) -> RightConflict | None:
    """Say how a right reaches beyond the one above it, or nothing."""
    spans = together.spans(one)
    mine = uncovered_days(spans, (), since=together.as_of)
    if not mine:
        return None
    upper = together.by_id.get(one.under)
    days, faults = mine, []
    if upper is None:
        faults = ["unknown"]
    else:
        faults += ["product"] if upper.product != one.product else []
        faults += ["area"] if not together.areas.covers(upper.area, one.area) else []
        faults += ["level"] if not is_higher(upper, one) else []
        if not faults:
            days = uncovered_days(spans, together.spans(upper), since=together.as_of)
            faults += ["days"] if days else []
    if not faults:
        return None
    why, todo = reach_why(one, upper, faults, days), reach_todo(one, faults)
    agents = (one.agent,) if upper is None else (upper.agent, one.agent)
    return RightConflict(("beyond",), one.under, one.id, one.product, one.area, agents, days, why, todo)
