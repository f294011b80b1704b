"""Goals of several products (分产品目标): one decomposition a product, and their sum.

Nothing is kept twice: a node's goal over all products is the sum of its products, in every bucket and in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.decomposing.decomposition import Decomposition, Each
from pharmasales.names import nearest
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["ByProduct", "ProductGoals"]

_TITLE = Says("Goals by product", "分产品目标")
_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("parent_id", "Parent id", "上级编号"),
    Column("product", "Product", "产品"),
    Column("period", "Period", "期间"),
    Column("amount", "Amount", "金额", "amount"),
    Column("why", "Why", "说明", "why"),
)


@frozen(eq=False)
class ByProduct(Mapping[str, Why]):
    """Why each node has what it has of a product where its own goal over all products holds too.

    Args:
        org: the tree.
        product: the product.
        grain: what goals are multiples of.
        mine: what each node has of the product, in grains.
        own: what each node has over all products, in grains.
    """

    org: Org
    product: str
    grain: Amount
    mine: Mapping[str, int] = field(repr=False)
    own: Mapping[str, int] = field(repr=False)

    def __getitem__(self, node_id: str) -> Why:
        above = self.org.parent_of(node_id)
        if above is None:
            raise KeyError(node_id)
        return because(
            "{name}: {got} of {above} of {product}, so that its {own} over all products and the product both hold",
            "{name}：{product} {above} 中的 {got}，使其各产品合计 {own} 与该产品合计同时成立",
            name=self.org[node_id].name,
            product=self.product,
            got=(self.grain * self.mine[node_id]).value,
            above=(self.grain * self.mine[above]).value,
            own=(self.grain * self.own[node_id]).value,
        )

    def __iter__(self) -> Iterator[str]:
        return (node_id for node_id in self.org.nodes if node_id != self.org.root.id)

    def __len__(self) -> int:
        return len(self.org) - 1


@frozen(eq=False)
class ProductGoals:
    """Every node's goal for every product in every bucket, and why (产品 × 组织 × 日历). Made by `decompose_products`.

    Args:
        org: who shares.
        grain: what every goal is a multiple of.
        basis: what the weights rest on.
        products: the goals of each product.
        own: the goals over all products, where they were set beside the products' totals.
    """

    org: Org
    grain: Amount
    basis: Says
    products: Mapping[str, Decomposition] = field(repr=False)
    own: Decomposition | None = field(default=None, repr=False)

    @property
    def buckets(self) -> tuple[Period, ...]:
        """The buckets, in order."""
        return next(iter(self.products.values())).buckets

    def of(self, product: str) -> Decomposition:
        """Return the goals of one product.

        Raises:
            NotFound: no such product.
        """
        if product not in self.products:
            where, hint = f"product {product!r}", nearest(product, self.products)
            raise NotFound("no such product in these goals", where=where, hint=hint, code="goals.product")
        return self.products[product]

    def amount(self, node_id: str, period: Period | None = None, product: str | None = None) -> Amount:
        """Return what a node is to reach: of one product or all, in a bucket or in all.

        Raises:
            NotFound: no such node, bucket or product.
        """
        if product is not None:
            return self.of(product).amount(node_id, period)
        return Amount.total((one.amount(node_id, period) for one in self.products.values()), self.grain.unit)

    def why(self, node_id: str, period: Period | None = None, product: str | None = None) -> Why:
        """Trace a number: of one product as in `Decomposition.why`; over all, to its products and its own goal.

        Raises:
            NotFound: no such node, bucket or product.
        """
        if product is not None:
            return self.of(product).why(node_id, period)
        parts = [
            because("{product}: {got}", "{product}：{got}", product=name, got=one.amount(node_id, period).value)
            for name, one in self.products.items()
        ]
        if self.own is not None and period is None:
            parts = [*self.own.why(node_id).parts, *parts]
        name, got = self.org[node_id].name, self.amount(node_id, period)
        when = Says("all buckets", "全期") if period is None else str(period)
        en, zh = "{name}: {got} {unit} over all products in {when}", "{name}：{when} 各产品合计 {got} {unit}"
        return because(en, zh, *parts, name=name, got=got.value, unit=got.unit.code, when=when)

    def table(self) -> Table:
        """Return every node in every bucket for every product as a table; rows are made when they are read."""
        names = [str(bucket) for bucket in self.buckets]
        pairs = [(node_id, product) for node_id in self.org.nodes for product in self.products]

        def row(pair: tuple[str, str], place: int) -> tuple[str, str, str, str, str, str, Decimal, Why]:
            (node_id, product), goals = pair, self.products[pair[1]]
            quota = goals.quota(node_id, place)
            node = quota.node
            return (
                node_id,
                node.name,
                node.level,
                quota.parent or "",
                product,
                names[place],
                quota.amount.value,
                quota.why,
            )

        return Table("product_goals", _TITLE, _COLUMNS, Each(row, pairs, len(names)))

    def check(self) -> None:
        """Audit every product, and that each node's products add up to its own goal where there is one (对账).

        Raises:
            BadRows: what does not add up, products named.
        """
        bad: list[PharmaSalesError] = []
        for product, goals in self.products.items():
            bad += [error.at(f"product {product!r}") for error in goals.differences()]
        if self.own is not None:
            bad += self.own.differences()
            for node_id in self.org.nodes:
                if sum(goals.whole[node_id] for goals in self.products.values()) != self.own.whole[node_id]:
                    what = "differs from its products"
                    bad.append(BadValue(what, where=f"goal of {node_id!r}", code="goals.sum"))
        if bad:
            raise BadRows("goals do not add up", bad)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)
