"""Known agents (代理商掌握情况): which of the biggest agents of each prefecture we know, and whom we do not.

>>> market = [MarketAgent(name, "N", sales) for name, sales in (("a1", 9), ("a2", 5), ("a3", 5), ("a4", 1))]
>>> print(agent_coverage(market, {"a2"}, top=2).table())
Prefecture  Known  Top  Coverage  Not known  Why
----------  -----  ---  --------  ---------  ---------------------------------------------
N               1    3     33.3%  a1, a3     1 of the top 3 known (3 tie into the first 2)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import clean, fold, normal_id
from pharmasales.rules import Field, Ranked
from pharmasales.rules.terms import Exact, number
from pharmasales.units import ratio

__all__ = ["AgentCoverage", "KnownAgents", "MarketAgent", "agent_coverage"]


def _agent_id(text: str) -> str:
    return normal_id(text, "agent")


def _sales(value: object) -> Exact | None:
    return number(value, "sales")


@frozen
class MarketAgent:
    """An agent that sells in a prefecture, known to us or not (地市代理商).

    Args:
        id: its id on the list.
        prefecture: the prefecture (地市), as the list names it.
        sales: what it sells there, from the market's list; missing where nobody can say.

    Raises:
        BadValue: an empty id, or sales that are no exact number.
    """

    id: str = field(converter=_agent_id)
    prefecture: str = field(converter=clean)
    sales: Exact | None = field(default=None, converter=_sales, repr=False)


@frozen
class KnownAgents:
    """The big agents of one prefecture, and which of them we know.

    Args:
        prefecture: the prefecture.
        top: ids of the agents ranked up to the number asked, the biggest first; all that tie at the last place.
        known: those of them whom we know.
        asked: the number asked, such as 20.
        listed: how many agents with sales above zero the list has there.
        unranked: ids of agents without sales, or without a figure, who have no rank.
    """

    prefecture: str
    top: tuple[str, ...] = field(repr=False)
    known: tuple[str, ...] = field(repr=False)
    asked: int
    listed: int
    unranked: tuple[str, ...] = field(repr=False)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The big agents whom we do not know, the biggest first: whom to get to know next."""
        known = frozenset(self.known)
        return tuple(agent for agent in self.top if agent not in known)

    @property
    def coverage(self) -> Fraction | None:
        """Known over the top ones; n/a where the list has none."""
        return ratio(len(self.known), len(self.top))

    @property
    def why(self) -> Why:
        """The figures, and what is special about the list."""
        if not self.top:
            return because("the list has no agent with sales here: n/a", "名单中无有销售的代理商：不适用")
        parts = []
        if self.listed < self.asked:
            says = "the list has only {listed} where {asked} are asked", "名单仅有 {listed} 家，要求 {asked} 家"
            parts.append(because(*says, listed=self.listed, asked=self.asked))
        if len(self.top) > self.asked:
            says = "{count} tie into the first {asked}", "并列使前 {asked} 名达 {count} 家"
            parts.append(because(*says, count=len(self.top), asked=self.asked))
        says = "{known} of the top {top} known", "前 {top} 家中已认识 {known} 家"
        return because(*says, *parts, known=len(self.known), top=len(self.top))


@frozen
class AgentCoverage:
    """The big agents of every prefecture (地市前二十代理商).

    Args:
        rows: one entry a prefecture.
        unplaced: ids of agents whose prefecture is not known; they count nowhere.
    """

    rows: tuple[KnownAgents, ...]
    unplaced: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return one row a prefecture: known, top, coverage, whom we do not know, and the reason."""
        rows = [(r.prefecture, len(r.known), len(r.top), r.coverage, ", ".join(r.gaps), r.why) for r in self.rows]
        return Table("agent_coverage", Says("Known agents by prefecture", "各地市代理商掌握情况"), _AGENT_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_AGENT_COLUMNS = (
    Column("prefecture", "Prefecture", "地市"),
    Column("known", "Known", "已认识", "number"),
    Column("top", "Top", "前列", "number"),
    Column("coverage", "Coverage", "覆盖率", "ratio"),
    Column("gaps", "Not known", "未认识"),
    Column("why", "Why", "说明", "why"),
)


def agent_coverage(
    agents: Iterable[MarketAgent], known: Collection[str], *, top: int = 20, prefectures: Sequence[str] = ()
) -> AgentCoverage:
    """Say for each prefecture how many of its biggest agents we know, and name the others.

    Ranks are competition ranks by sales: who ties at the 20th place is inside, so that there may be 21 or more. Where
    the list has fewer, all of them are asked for, and the reason says that the list is short: a short list may as well
    be one that nobody has filled in. Agents without sales above zero have no rank.

    Args:
        agents: the market's list, one entry an agent and prefecture.
        known: ids of the agents whom we know.
        top: how many a prefecture is to have.
        prefectures: the prefectures to report on, in this order; those of the list where left out. One of these that
            the list does not have is n/a.

    >>> market = [MarketAgent(name, "N", sales) for name, sales in (("a1", 9), ("a2", 5), ("a3", 5), ("a4", 1))]
    >>> row = agent_coverage(market, {"a2"}, top=2).rows[0]
    >>> row.top, row.gaps, row.coverage
    (('a1', 'a2', 'a3'), ('a1', 'a3'), Fraction(1, 3))

    Source: S000-2. Raises:
        BadRule: a top that is no whole number above zero.
        BadRows: agents who stand twice under one prefecture.
    """
    if type(top) is not int or top < 1:
        raise BadRule("a whole number above zero", where="top", code="coverage.top")
    given = list(agents)
    _each_once(given)
    listed = [one for one in given if fold(one.prefecture)]
    ranks = Ranked(Field("sales"), within=["prefecture"]).answers(_ranked(one) for one in listed)
    names = dict.fromkeys(prefectures or (one.prefecture for one in listed))
    groups: dict[str, list[tuple[int, str]]] = {name: [] for name in names}
    without: dict[str, list[str]] = {name: [] for name in names}
    for one, rank in zip(listed, ranks, strict=True):
        if one.prefecture in groups and rank is not None:
            groups[one.prefecture].append((rank, one.id))
        elif one.prefecture in groups:
            without[one.prefecture].append(one.id)
    us = frozenset(known)
    rows = []
    for name, found in groups.items():
        best = tuple(agent for rank, agent in sorted(found) if rank <= top)
        mine = tuple(agent for agent in best if agent in us)
        rows.append(KnownAgents(name, best, mine, top, len(found), tuple(sorted(without[name]))))
    return AgentCoverage(tuple(rows), tuple(one.id for one in given if not fold(one.prefecture)))


def _ranked(one: MarketAgent) -> Mapping[str, object]:
    """Return what is ranked: sales above zero."""
    return {"prefecture": one.prefecture, "sales": one.sales if one.sales is not None and one.sales > 0 else None}


def _each_once(listed: Sequence[MarketAgent]) -> None:
    seen: dict[tuple[str, str], int] = {}
    bad: list[PharmaSalesError] = []
    for place, one in enumerate(listed):
        first = seen.setdefault((one.prefecture, one.id), place)
        if first != place:
            where = f"agents[{place}], agent id {one.id!r}"
            bad.append(BadValue(f"stands there already, as agents[{first}]", where=where, code="coverage.twice"))
    if bad:
        raise BadRows("agents who stand twice under one prefecture", bad)
