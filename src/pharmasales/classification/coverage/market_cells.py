"""White space (空白市场): which hospital x product cells have an agent, which have none, and which have several.

Agents hold rights to products in territories (`pharmasales.archive.rights`); a right to a region covers every hospital
in it.

>>> from pharmasales.archive.rights import Right
>>> rights = [Right("a1", "P1", region="East"), Right("a2", "P1", region="Shanghai"), Right("a1", "P2", region="East")]
>>> space = white_space(
...     {"H1": "Shanghai", "H2": "Nanjing", "H3": "Wuhan"}, ["P1", "P2"], rights, as_of=date(2026, 1, 1),
...     within={"Shanghai": "East", "Nanjing": "East"},
... )
>>> print(space.table())
Hospital  Territory  P1      P2
--------  ---------  ------  --
H1        Shanghai   a1, a2  a1
H2        Nanjing    a1      a1
H3        Wuhan
>>> space.coverage, space.gaps
(Fraction(2, 3), (MarketCell(hospital='H3', product='P1'), MarketCell(hospital='H3', product='P2')))
>>> print(space.conflicts[0].why)
P1 in Shanghai has 2 agents where one is due: a1, a2
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.archive.rights import Right, rights_held
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["MarketCell", "OwnerConflict", "WhiteSpace", "white_space"]

_NOWHERE: Mapping[str, str] = {}


@frozen
class MarketCell:
    """One hospital and one product."""

    hospital: str
    product: str


@frozen
class OwnerConflict:
    """A territory and product with several agents, where one is to answer for it.

    Args:
        territory: the territory.
        product: the product.
        agents: ids of all who hold a right there, sorted.
        exclusive: ids of those among them whose right is exclusive (独家).
        hospitals: how many hospitals it touches.
    """

    territory: str
    product: str
    agents: tuple[str, ...]
    exclusive: tuple[str, ...]
    hospitals: int

    @property
    def why(self) -> Why:
        """Who collides, and who holds an exclusive right."""
        parts = [
            because("the right of {agent} is exclusive", "{agent} 为独家", agent=agent) for agent in self.exclusive
        ]
        return because(
            "{product} in {territory} has {count} agents where one is due: {agents}",
            "{territory} 的 {product} 有 {count} 家代理商，应为一家：{agents}",
            *parts,
            product=self.product,
            territory=self.territory,
            count=len(self.agents),
            agents=", ".join(self.agents),
        )


@frozen
class WhiteSpace:
    """Who answers for which product at which hospital (空白市场分析). Build it with `white_space`.

    Args:
        territories: the territory of each hospital that has one, by its id.
        products: the products.
        agents: for each territory and product the ids of the agents, sorted; nobody where there is no entry.
        conflicts: territories and products with several agents, in the order of the hospitals and products.
        unplaced: ids of hospitals without a territory; no cell of theirs is counted, because nobody can say who covers.
    """

    territories: Mapping[str, str] = field(repr=False)
    products: tuple[str, ...]
    agents: Mapping[tuple[str, str], tuple[str, ...]] = field(repr=False)
    conflicts: tuple[OwnerConflict, ...]
    unplaced: tuple[str, ...]

    def who(self, hospital: str, product: str) -> tuple[str, ...]:
        """Return the agents of a cell; none where the hospital has no territory."""
        return self.agents.get((self.territories.get(hospital, ""), product), ())

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.territories) * len(self.products)

    @property
    def gaps(self) -> tuple[MarketCell, ...]:
        """The cells without an agent, in the order of the hospitals, then of the products."""
        return tuple(
            MarketCell(hospital, product)
            for hospital in self.territories
            for product in self.products
            if not self.who(hospital, product)
        )

    @property
    def coverage(self) -> Fraction | None:
        """Cells with an agent over all cells; n/a where there is none."""
        return ratio(self.cells - len(self.gaps), self.cells)

    def by_product(self) -> Table:
        """Return for each product how many hospitals have an agent."""
        rows = []
        for product in self.products:
            covered = sum(bool(self.who(hospital, product)) for hospital in self.territories)
            rows.append((product, covered, len(self.territories), ratio(covered, len(self.territories))))
        return Table("product_coverage", Says("Coverage by product", "各产品覆盖率"), _PRODUCT_COLUMNS, rows)

    def table(self) -> Table:
        """Return the matrix: one row a hospital, one column a product, the agents in the cells."""
        columns = (
            Column("hospital", "Hospital", "医院"),
            Column("territory", "Territory", "区域"),
            *(Column(f"product_{product}", product, product) for product in self.products),
        )
        rows = [
            (hospital, territory, *(", ".join(self.who(hospital, product)) for product in self.products))
            for hospital, territory in self.territories.items()
        ]
        return Table("white_space", Says("Agents by hospital and product", "医院、产品与代理商"), columns, rows)

    def gaps_table(self) -> Table:
        """Return one row a cell without an agent."""
        rows = [(cell.hospital, self.territories[cell.hospital], cell.product) for cell in self.gaps]
        return Table("white_space_gaps", Says("White space", "空白市场"), _GAP_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_PRODUCT_COLUMNS = (
    Column("product", "Product", "产品"),
    Column("covered", "Hospitals with an agent", "有代理商的医院", "number"),
    Column("all", "Hospitals", "医院", "number"),
    Column("coverage", "Coverage", "覆盖率", "ratio"),
)
_GAP_COLUMNS = (
    Column("hospital", "Hospital", "医院"),
    Column("territory", "Territory", "区域"),
    Column("product", "Product", "产品"),
)


def white_space(
    hospitals: Mapping[str, str],
    products: Sequence[str],
    rights: Iterable[Right],
    *,
    as_of: date,
    within: Mapping[str, str] = _NOWHERE,
    kind: str = "distribution",
) -> WhiteSpace:
    """Cross hospitals and products, and say which agent answers for each cell on a day.

    Args:
        hospitals: the territory of each target hospital, by its id; "" where it is not known.
        products: ids of the products.
        rights: who holds which product where and when.
        as_of: the day.
        within: for each region the one that it lies in, as for `clashes`.
        kind: the kind of right that counts.

    Source: S000-3 (each target hospital has a partner agent), one owner for each territory and product. Raises:
        BadValue: a product twice, or a day that is no plain date.
    """
    day, wares = checked_day(as_of), tuple(products)
    if len(set(wares)) < len(wares):
        raise BadValue("a product stands twice", where="products", code="coverage.twice")
    placed = {hospital: territory for hospital, territory in hospitals.items() if fold(territory)}
    held: dict[str, list[Right]] = {}
    for right in rights:
        if right.kind == kind:
            held.setdefault(right.product, []).append(right)
    agents: dict[tuple[str, str], tuple[str, ...]] = {}
    conflicts = []
    for territory, touched in Counter(placed.values()).items():
        for product in wares:
            found = rights_held(held.get(product, ()), day, region=territory, within=within)
            if who := tuple(sorted({right.holder for right in found})):
                agents[territory, product] = who
            if len(who) > 1:
                alone = tuple(sorted({right.holder for right in found if right.exclusive}))
                conflicts.append(OwnerConflict(territory, product, who, alone, touched))
    return WhiteSpace(placed, wares, agents, tuple(conflicts), tuple(h for h in hospitals if h not in placed))
