"""The network (代理网络): 省代, 区域代理 and 终端代理 of each product, who stands under whom, how complete it is.

>>> areas = Areas.of({"33": "", "3301": "33", "3302": "33"}, {"H1": "3301"})
>>> def right(name, agent, area, level, under=""):
...     return AgentRight.grant(name, agent, "P1", area, level, since=date(2026, 1, 1), until=date(2026, 12, 31),
...         signed=date(2026, 1, 1), by="p1", evidence="AG-" + name, under=under)
>>> net = agent_network(
...     [right("R1", "A1", "33", "province"), right("R2", "A2", "3301", "region", "R1")], areas, as_of=date(2026, 6, 1)
... )
>>> print(net.table())
Product  Level             Agent  Right  Territory  Under  Until       Below
-------  ----------------  -----  -----  ---------  -----  ----------  -----
P1       provincial agent  A1     R1     33                2026-12-31      1
P1       regional agent    A2     R2     3301       R1     2026-12-31      0
>>> [(row.level, row.held, row.asked, row.lacking) for row in net.levels]
[('province', 1, 1, ()), ('region', 1, 2, ('3302',)), ('terminal', 0, 1, ('H1',))]

Source: S000-4 (agent hierarchy, completeness by level), S000-24 (sub-network of a 省代).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.recruitment.rights.areas import AreaLevel, Areas, said
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.together import Together
from pharmasales.recruitment.rights.versions import NETWORK_LEVELS, NetworkLevel
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["AgentNetwork", "LevelCoverage", "NetworkRow", "agent_network"]

_ASKED: Mapping[NetworkLevel, AreaLevel] = MappingProxyType(
    {"province": "province", "region": "prefecture", "terminal": "hospital"}
)


@frozen
class NetworkRow:
    """A right in force in the network.

    Args:
        right: the right.
        depth: how many rights in force it stands under.
        until: the last day without a gap, renewals included; none is for ever.
        below: how many rights in force stand directly under it.
    """

    right: AgentRight
    depth: int
    until: date | None
    below: int


@frozen
class LevelCoverage:
    """How complete a level of the network of a product is (层级完整度).

    Args:
        product: the id of the product.
        level: the level: 省代 are asked for by province, 区域代理 by prefecture, 终端代理 by target hospital.
        asked: how many of those areas there are.
        held: how many have an agent of that level, for themselves or for what they lie in.
        lacking: ids of the others.
    """

    product: str
    level: NetworkLevel
    asked: int
    held: int
    lacking: tuple[str, ...] = field(repr=False)

    @property
    def rate(self) -> Fraction | None:
        """Held over asked; n/a where there are no such areas."""
        return ratio(self.held, self.asked)

    @property
    def why(self) -> Why:
        """What is there, and where to look for agents."""
        level = NETWORK_LEVELS[self.level]
        if not self.asked:
            return because("no area of this level in the tree: n/a", "树中无此级区域：不适用")
        if not self.lacking:
            return because("every area has its {level}", "各区域均有{level}", level=level)
        shown, more = ", ".join(self.lacking[:10]), len(self.lacking) - 10
        rest = [because("and {more} more", "另有 {more} 个", more=more)] if more > 0 else []
        return because("find a {level} for {areas}", "为 {areas} 寻找{level}", *rest, level=level, areas=shown)


@frozen
class AgentNetwork:
    """The network of agents as of a day (代理网络). Made by `agent_network`.

    Args:
        as_of: the day.
        rows: the rights in force, by product; each before those under it.
        levels: how complete each level is, by product.
    """

    as_of: date
    rows: tuple[NetworkRow, ...] = field(repr=lambda rows: f"<{len(rows)} rights>")
    levels: tuple[LevelCoverage, ...] = field(repr=False)

    def table(self) -> Table:
        """Return product, level, agent, right, territory, the right above, last day and how many stand below."""
        rows = [
            (
                one.right.product,
                NETWORK_LEVELS[one.right.level],
                one.right.agent,
                one.right.id,
                said(one.right.area),
                one.right.under,
                one.until,
                one.below,
            )
            for one in self.rows
        ]
        return Table("agent_network", Says("Network of agents", "代理网络"), _COLUMNS, rows)

    def by_level(self) -> Table:
        """Return product, level, areas asked, held, part and what to do."""
        rows = [(one.product, NETWORK_LEVELS[one.level], one.asked, one.held, one.rate, one.why) for one in self.levels]
        return Table("network_levels", Says("Network by level", "各级代理完整度"), _LEVELS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("product", "Product", "产品"),
    Column("level", "Level", "级别"),
    Column("agent", "Agent", "代理商"),
    Column("right", "Right", "代理权"),
    Column("area", "Territory", "区域"),
    Column("under", "Under", "上级"),
    Column("until", "Until", "截止", "date"),
    Column("below", "Below", "下级数", "number"),
)
_LEVELS = (
    Column("product", "Product", "产品"),
    Column("level", "Level", "级别"),
    Column("asked", "Areas", "区域数", "number"),
    Column("held", "Held", "已有", "number"),
    Column("rate", "Coverage", "完整度", "ratio"),
    Column("why", "What to do", "处理", "why"),
)


def agent_network(rights: Iterable[AgentRight], areas: Areas, *, as_of: date) -> AgentNetwork:
    """Draw the network of each product as of a day (代理网络图).

    Args:
        rights: all rights, in any order.
        areas: the tree, with the target hospitals.
        as_of: the day; what was signed up to it counts.

    Raises:
        BadRows: rights of one id, products or agents spelt in two ways, or unknown territories.
    """
    together = Together.of(rights, areas, checked_day(as_of))
    force = together.force
    under: dict[str, list[AgentRight]] = {}
    for right in sorted(force.values(), key=_order):
        above = right.under if right.under in force and not together.linked(force[right.under], right) else ""
        under.setdefault(above, []).append(right)
    rows: list[NetworkRow] = []
    waiting = [(right, 0) for right in reversed(under.get("", []))]
    while waiting:
        right, depth = waiting.pop()
        mine = under.get(right.id, [])
        last = right.unbroken(as_of, as_of)
        rows.append(NetworkRow(right, depth, None if last == date.max else last, len(mine)))
        waiting += [(one, depth + 1) for one in reversed(mine)]
    products = sorted({right.product for right in together.by_id.values()})
    levels = [_level(product, level, force, areas) for product in products for level in NETWORK_LEVELS]
    return AgentNetwork(as_of, tuple(rows), tuple(levels))


def _order(right: AgentRight) -> tuple[object, ...]:
    return right.product, list(NETWORK_LEVELS).index(right.level), right.area, right.id


def _level(product: str, level: NetworkLevel, force: Mapping[str, AgentRight], areas: Areas) -> LevelCoverage:
    placed = {right.area for right in force.values() if right.product == product and right.level == level}
    asked = areas.of_level(_ASKED[level])
    lacking = tuple(area for area in asked if placed.isdisjoint(areas.above(area)))
    return LevelCoverage(product, level, len(asked), len(asked) - len(lacking), lacking)
