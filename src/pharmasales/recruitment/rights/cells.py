"""White space (空白市场): an agent for every target hospital and product, or why there is none.

>>> areas = Areas.of({"33": "", "3301": "33"}, {"H1": "3301", "H2": "33"})
>>> one = AgentRight.grant("R1", "A1", "P1", "3301", "region", since=date(2026, 1, 1), until=date(2026, 12, 31),
...     signed=date(2026, 1, 1), by="p1", evidence="AG-1")
>>> space = market_space(areas, ["P1"], [one], as_of=date(2026, 6, 1))
>>> print(space.table())
Hospital  Product  State  Agents  Rights  Why                          What to do
--------  -------  -----  ------  ------  ---------------------------  -------------
H1        P1       held   A1      R1      R1 for 3301, regional agent
H2        P1       open                   nobody has held P1 here      find an agent
>>> space.coverage
Fraction(1, 2)

The narrowest right of a network answers; `classification.coverage.white_space` does the same for rights without levels.

Source: S000-3 (each target hospital has a partner agent), S000-1 (an agent for every target hospital).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.coverage.market_cells import MarketCell
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import normal_id, twins
from pharmasales.recruitment.rights.areas import Areas, said
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.together import Together
from pharmasales.recruitment.rights.versions import NETWORK_LEVELS
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["CellState", "MarketSpace", "OwnedCell", "market_space"]

CellState: TypeAlias = Literal["held", "open", "conflict"]
"""Whether a cell has one agent, none, or several who do not belong to one network."""

_STATES: Mapping[CellState, Says] = MappingProxyType(
    {"held": Says("held", "已有代理"), "open": Says("open", "空白"), "conflict": Says("conflict", "冲突")}
)


@frozen
class OwnedCell:
    """A target hospital and a product: who answers for it on a day.

    Args:
        cell: the hospital and the product.
        state: `held`, `open` or `conflict`.
        agents: ids of the agents who answer, the narrowest right first.
        rights: ids of their rights, in the same order.
        why: the reason.
        todo: what to do; "" where nothing is.
    """

    cell: MarketCell
    state: CellState
    agents: tuple[str, ...]
    rights: tuple[str, ...]
    why: Why = field(repr=False)
    todo: str | Says = field(repr=False)


@frozen
class MarketSpace:
    """Every target hospital and product, as of a day (空白市场分析). Made by `market_space`.

    Args:
        as_of: the day.
        cells: one entry a placed hospital and product, in their order.
        unplaced: ids of hospitals without an area; none of their cells is counted, because nobody can say who covers.
    """

    as_of: date
    cells: tuple[OwnedCell, ...] = field(repr=lambda cells: f"<{len(cells)} cells>")
    unplaced: tuple[str, ...]

    @property
    def gaps(self) -> tuple[OwnedCell, ...]:
        """The cells without an agent (空白)."""
        return tuple(one for one in self.cells if one.state == "open")

    @property
    def coverage(self) -> Fraction | None:
        """Cells with an agent, those in conflict included, over all cells; n/a where there is none."""
        return ratio(len(self.cells) - len(self.gaps), len(self.cells))

    def table(self) -> Table:
        """Return hospital, product, state, agents, rights, why and what to do."""
        rows = [_row(one) for one in self.cells]
        return Table("market_space", Says("Agents by hospital and product", "医院、产品与代理商"), _COLUMNS, rows)

    def gaps_table(self) -> Table:
        """Return the cells without an agent, as `table` does."""
        return Table("market_gaps", Says("White space", "空白市场"), _COLUMNS, [_row(one) for one in self.gaps])

    def by_product(self) -> Table:
        """Return product, cells, held, in conflict, open and coverage."""
        states: dict[str, list[CellState]] = {}
        for one in self.cells:
            states.setdefault(one.cell.product, []).append(one.state)
        rows = []
        for product, found in states.items():
            counts = [found.count(state) for state in _STATES]
            rows.append((product, len(found), *counts, ratio(len(found) - found.count("open"), len(found))))
        return Table("market_by_product", Says("Coverage by product", "各产品覆盖率"), _PRODUCTS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _row(one: OwnedCell) -> tuple[str | Says | Why, ...]:
    agents, rights = ", ".join(one.agents), ", ".join(one.rights)
    return (one.cell.hospital, one.cell.product, _STATES[one.state], agents, rights, one.why, one.todo)


_COLUMNS = (
    Column("hospital", "Hospital", "医院"),
    Column("product", "Product", "产品"),
    Column("state", "State", "状态"),
    Column("agents", "Agents", "代理商"),
    Column("rights", "Rights", "代理权"),
    Column("why", "Why", "原因", "why"),
    Column("todo", "What to do", "处理"),
)
_PRODUCTS = (
    Column("product", "Product", "产品"),
    Column("cells", "Hospitals", "医院", "number"),
    *(Column(state, says.en.capitalize(), says.zh, "number") for state, says in _STATES.items()),
    Column("coverage", "Coverage", "覆盖率", "ratio"),
)


def wares(products: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of products, each once.

    Raises:
        BadValue: an empty id, or one twice.
    """
    found = tuple(normal_id(one, "product") for one in products)
    for _, second in twins(found):
        raise BadValue("a product stands twice", where=f"products[{second}]", hint="once each", code="rights.product")
    return found


def market_space(areas: Areas, products: Sequence[str], rights: Iterable[AgentRight], *, as_of: date) -> MarketSpace:
    """Say for every target hospital and product which agent answers, and where nobody does (空白市场分析).

    Args:
        areas: the tree, with the target hospitals.
        products: ids of the products.
        rights: all rights, in any order.
        as_of: the day; what was signed up to it counts.

    Raises:
        BadRows: rights of one id, products or agents spelt in two ways, or unknown territories.
        BadValue: a product twice, or a day that is no plain date.
    """
    asked = wares(products)
    together = Together.of(rights, areas, checked_day(as_of), asked)
    held = {name: _held(right) for name, right in together.force.items()}  # one right answers in many hospitals
    cells = [_cell(MarketCell(hospital, product), together, held) for hospital in areas.hospitals for product in asked]
    return MarketSpace(as_of, tuple(cells), areas.unplaced)


def _cell(cell: MarketCell, together: Together, held: Mapping[str, Why]) -> OwnedCell:
    answering, disputed = together.standing(cell.product, cell.hospital)
    owners = disputed or answering
    if not owners:
        why, todo = _nobody(cell, together)
        return OwnedCell(cell, "open", (), (), why, todo)
    names = tuple([right.id for right in owners])
    agents = tuple(dict.fromkeys([right.agent for right in owners]))
    parts = [held[name] for name in names]
    if not disputed:
        return OwnedCell(cell, "held", agents, names, parts[0], "")
    why = because("{count} agents where one is due", "{count} 家代理商，应为一家", *parts, count=len(agents))
    todo = Says("settle the conflict of their rights", "处理其代理权冲突")
    return OwnedCell(cell, "conflict", agents, names, why, todo)


def _held(right: AgentRight) -> Why:
    says = "{id} for {area}, {level}", "{id}：{area}，{level}"
    return because(*says, id=right.id, area=said(right.area), level=NETWORK_LEVELS[right.level])


def _nobody(cell: MarketCell, together: Together) -> tuple[Why, Says]:
    """Say who held the cell last or will hold it next, and what to do."""
    past, coming = [], []
    for area in together.areas.above(cell.hospital):
        for right in together.holding(cell.product, area):
            spans = together.spans(right)
            past += [(span.last, right) for span in spans if span.last < together.as_of]
            coming += [(span.since, right) for span in spans if span.since > together.as_of]
    if coming:
        day, right = min(coming, key=lambda found: (found[0], found[1].id))
        why = because(
            "{agent} ({id}) begins on {day}", "{agent}（{id}）自 {day} 起", agent=right.agent, id=right.id, day=day
        )
        return why, Says("wait, or begin earlier", "等待或提前生效")
    if past:
        day, right = max(past, key=lambda found: (found[0], found[1].id))
        says = "{agent} ({id}) held it until {day}", "{agent}（{id}）持有至 {day}"
        why = because(*says, agent=right.agent, id=right.id, day=day)
        return why, Says(f"renew {right.id}, or find another agent", f"续签 {right.id}，或另寻代理商")
    why = because("nobody has held {product} here", "{product} 在此从未授权", product=cell.product)
    return why, Says("find an agent", "寻找代理商")
