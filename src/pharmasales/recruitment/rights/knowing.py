"""Known agents by prefecture (代理商掌握情况): at least the top 20, and whom to get to know next.

>>> areas = Areas.of({"33": "", "3301": "33", "3302": "33"})
>>> market = [MarketAgent(name, "3301", sales) for name, sales in (("a1", 9), ("a2", 5), ("a3", 1))]
>>> found = agent_gaps(market, {"a2"}, areas, top=2)
>>> print(found.table())
Prefecture  State    Known  Top  Coverage  Why
----------  -------  -----  ---  --------  --------------------------------------------------
3301        gap          1    2     50.0%  1 of the top 2 known
3302        no list      0    0            the list has no agent with sales here: make a list
>>> print(found.gaps_table())
Prefecture  Rank  Agent  What to do
----------  ----  -----  ------------------------------
3301           1  a1     get to know it and open a file

Source: S000-2 (know at least the top 20 agents by sales per 地市), S000-1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.coverage.known_agents import KnownAgents, MarketAgent, agent_coverage
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import misspelt, normal_id
from pharmasales.recruitment.rights.areas import Areas

__all__ = ["AgentGap", "AgentGaps", "KnownState", "agent_gaps"]

KnownState: TypeAlias = Literal["met", "gap", "short", "no_list"]
"""Whether all of the top are known, some are not, the list itself is too short, or there is none."""

_STATES: Mapping[KnownState, Says] = MappingProxyType(
    {
        "met": Says("met", "达标"),
        "gap": Says("gap", "有缺口"),
        "short": Says("short list", "名单不足"),
        "no_list": Says("no list", "无名单"),
    }
)
_TODO = Says("get to know it and open a file", "结识并建档")


@frozen
class AgentGap:
    """A big agent whom we do not know: the prefecture, its rank there by sales, its id."""

    prefecture: str
    rank: int
    agent: str


@frozen
class AgentGaps:
    """The top agents of every prefecture of the tree (地市代理商缺口). Made by `agent_gaps`.

    Args:
        top: how many a prefecture is to have.
        rows: one entry a prefecture, in the order of the tree.
        gaps: whom we do not know, by prefecture, then by rank.
        unplaced: ids of agents on the list without a prefecture of the tree; they count nowhere.
    """

    top: int
    rows: tuple[KnownAgents, ...] = field(repr=False)
    gaps: tuple[AgentGap, ...] = field(repr=lambda gaps: f"<{len(gaps)} gaps>")
    unplaced: tuple[str, ...]

    def state(self, row: KnownAgents) -> KnownState:
        """Say how a prefecture stands; a list that is too short is not met, however well it is known."""
        if not row.top:
            return "no_list"
        if row.gaps:
            return "gap"
        return "short" if row.listed < self.top else "met"

    def table(self) -> Table:
        """Return prefecture, state, known, top, coverage and why."""
        rows = [
            (one.prefecture, _STATES[self.state(one)], len(one.known), len(one.top), one.coverage, self._why(one))
            for one in self.rows
        ]
        return Table("known_agents", Says("Known agents by prefecture", "各地市代理商掌握情况"), _COLUMNS, rows)

    def gaps_table(self) -> Table:
        """Return prefecture, rank, agent and what to do."""
        rows = [(one.prefecture, one.rank, one.agent, _TODO) for one in self.gaps]
        return Table("agent_gaps", Says("Agents to get to know", "待结识代理商"), _GAPS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=400)

    def _why(self, row: KnownAgents) -> Why:
        state = self.state(row)
        if state == "no_list":
            return because("the list has no agent with sales here: make a list", "名单中无有销售的代理商：待收集名单")
        todo = [because("ask for a longer list", "补充名单")] if row.listed < self.top else []
        return because(row.why.says.en, row.why.says.zh, *row.why.parts, *todo, **row.why.values)


_COLUMNS = (
    Column("prefecture", "Prefecture", "地市"),
    Column("state", "State", "状态"),
    Column("known", "Known", "已认识", "number"),
    Column("top", "Top", "前列", "number"),
    Column("coverage", "Coverage", "覆盖率", "ratio"),
    Column("why", "Why", "说明", "why"),
)
_GAPS = (
    Column("prefecture", "Prefecture", "地市"),
    Column("rank", "Rank", "名次", "number"),
    Column("agent", "Agent", "代理商"),
    Column("todo", "What to do", "处理"),
)


def agent_gaps(market: Iterable[MarketAgent], known: Collection[str], areas: Areas, *, top: int = 20) -> AgentGaps:
    """Say for every prefecture of the tree how many of its top agents we know, and list the others.

    The figures are those of `classification.coverage.agent_coverage`: ranks by sales, ties inside.

    Args:
        market: the market's list, one entry an agent and prefecture, the prefecture as an id of the tree.
        known: ids of the agents whom we know.
        areas: the tree; a prefecture without a list is named.
        top: how many a prefecture is to have.

    Raises:
        BadRule: a top that is no whole number above zero.
        BadRows: agents who stand twice under one prefecture, or whom we know under another spelling: all of them.
    """
    listed, prefectures = list(market), areas.of_level("prefecture")
    us = {normal_id(one, "known") for one in known}
    _one_spelling(listed, us)
    counted = agent_coverage(listed, us, top=top, prefectures=prefectures) if prefectures else None
    rows = () if counted is None else counted.rows
    asked = set(prefectures)
    unplaced = tuple(one.id for one in listed if one.prefecture not in asked)
    sales = {(one.prefecture, one.id): one.sales for one in listed}
    return AgentGaps(top, rows, tuple(gap for row in rows for gap in _ranked(row, sales)), unplaced)


def _one_spelling(listed: Sequence[MarketAgent], known: Collection[str]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("known under another spelling", where=f"agents[{place}]", hint=f"as {one!r}", code="rights.twins")
        for place, one in misspelt((agent.id for agent in listed), known)
    ]
    if bad:
        raise BadRows("agents of two spellings", bad)


def _ranked(row: KnownAgents, sales: Mapping[tuple[str, str], object]) -> Sequence[AgentGap]:
    """Rank whom we do not know: one more than how many sell more."""
    rank, found = 0, []
    for place, agent in enumerate(row.top, 1):
        if place == 1 or sales[row.prefecture, agent] != sales[row.prefecture, row.top[place - 2]]:
            rank = place
        if agent not in row.known:
            found.append(AgentGap(row.prefecture, rank, agent))
    return found
