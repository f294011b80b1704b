"""Primary against secondary sales (一级与二级销售), and who holds stock against who sells.

Primary is what we supplied, secondary what distributors sold on. Sales that only fill a warehouse are bonus paid for
nothing: where far more went in than out, goods pile up (压货); where far more went out than in, stock runs down or
goods come from elsewhere.

>>> from pharmasales.channel.flow.chain import ChainMove
>>> from pharmasales.channel.flow.closure import close_chain
>>> from pharmasales.units import BOX
>>> def move(sender, receiver, n): return ChainMove(sender, receiver, "P1", Month(2026, 1), Amount(n, BOX))
>>> done = close_chain([move("", "D1", 100), move("D1", "H1", 40), move("", "D2", 50)], reporting={"D1", "D2"})
>>> print(primary_secondary(done).table())
Distributor  Product  Primary  Secondary  Sold on  Lies there  What
-----------  -------  -------  ---------  -------  ----------  --------
D1           P1           100         40    40.0%          60  piles up
D2           P1            50          0     0.0%          50  piles up
>>> found = stock_counts(done)[0]
>>> found.stockists, found.sellers, found.idle
(2, 1, ('D2',))

Source: S004-58 (net sales), S003-6; P2-F.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.channel.flow.chain import ChainStock
from pharmasales.channel.flow.closure import ChainClosure
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.periods import Month, Period
from pharmasales.units import Amount, Number, exact, ratio

__all__ = [
    "LOADING",
    "LoadingPolicy",
    "PrimarySecondary",
    "SoldOn",
    "StockistCount",
    "primary_secondary",
    "stock_counts",
    "stock_table",
]

LOADING = MappingProxyType(
    {
        "piles up": Says("piles up", "压货"),
        "runs down": Says("runs down", "去库存或外来货"),
        "even": Says("even", "平衡"),
        "nothing": Says("nothing came in", "无进货"),
    }
)
"""What primary beside secondary sales say."""


def _share(value: Number) -> Fraction:
    found = exact(value)
    if found < 0:
        raise BadValue("a share is not below zero", where="loading policy", code="flow.policy")
    return found


@frozen
class LoadingPolicy:
    """From which share sold on goods count as piling up or running down (压货判定).

    Args:
        piles: less than this share sold on: goods pile up.
        runs: more than this share sold on: stock runs down, or goods come from elsewhere.
    """

    piles: Fraction = field(default=Fraction(2, 3), converter=_share)
    runs: Fraction = field(default=Fraction(3, 2), converter=_share)

    def __attrs_post_init__(self) -> None:
        if self.runs < self.piles:
            raise BadValue("runs down below where it piles up", where="loading policy", code="flow.policy")


@frozen
class SoldOn:
    """One distributor and product over a period.

    Args:
        distributor: who.
        product: what.
        primary: all that came in, from us and from other distributors.
        secondary: all that it sold.
        closing: what must lie there at the end.
        policy: where goods pile up and run down.
    """

    distributor: str
    product: str
    primary: Amount
    secondary: Amount
    closing: Amount
    policy: LoadingPolicy

    @property
    def share(self) -> Fraction | None:
        """Secondary over primary; missing where nothing came in."""
        return ratio(self.secondary.minor, self.primary.minor) if self.primary.minor > 0 else None

    @property
    def kind(self) -> str:
        """One of `LOADING`."""
        if self.share is None:
            return "nothing"
        return (
            "piles up" if self.share < self.policy.piles else "runs down" if self.share > self.policy.runs else "even"
        )

    @property
    def why(self) -> Why:
        """The figures and the bounds."""
        en = "{secondary} of {primary} sold on; piles up below {piles}, runs down over {runs}"
        zh = "进货 {primary}，卖出 {secondary}；低于 {piles} 为压货，高于 {runs} 为去库存"
        values = {"secondary": self.secondary.value, "primary": self.primary.value}
        return because(en, zh, piles=self.policy.piles, runs=self.policy.runs, **values)


@frozen(repr=False)
class PrimarySecondary:
    """Primary against secondary sales of all who report.

    Args:
        rows: one a distributor and product.
    """

    rows: tuple[SoldOn, ...]

    def __iter__(self) -> Iterator[SoldOn]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"PrimarySecondary({len(self)} rows)"

    def table(self) -> Table:
        """Return the figures."""
        rows = [
            (
                one.distributor,
                one.product,
                one.primary.value,
                one.secondary.value,
                one.share,
                one.closing.value,
                LOADING[one.kind],
            )
            for one in self.rows
        ]
        return Table("primary_secondary", Says("Primary against secondary sales", "一级与二级销售对照"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_COLUMNS = (
    Column("distributor", "Distributor", "商业公司"),
    Column("product", "Product", "产品"),
    Column("primary", "Primary", "一级", "amount"),
    Column("secondary", "Secondary", "二级", "amount"),
    Column("share", "Sold on", "卖出率", "ratio"),
    Column("closing", "Lies there", "期末", "amount"),
    Column("kind", "What", "判定"),
)


def primary_secondary(
    chain: ChainClosure,
    period: Period | None = None,
    *,
    policy: LoadingPolicy = LoadingPolicy(),
) -> PrimarySecondary:
    """Set what came in against what was sold on, by distributor and product.

    Args:
        chain: the books.
        period: whole months of it; all of it where left out.
        policy: where goods pile up and run down.
    """
    books: dict[tuple[str, str], list[ChainStock]] = defaultdict(list)
    for stock in chain.stocks:
        if period is None or stock.month in period:
            books[stock.distributor, stock.product].append(stock)
    rows = []
    for (distributor, product), months in books.items():
        unit = months[0].opening.unit
        came, went = (
            Amount.total(parts, unit) for parts in zip(*((one.received, one.sold) for one in months), strict=True)
        )
        rows.append(SoldOn(distributor, product, came, went, months[-1].closing, policy))
    return PrimarySecondary(tuple(rows))


@frozen
class StockistCount:
    """Who holds a product at the end of a month against who sold it (铺货与动销).

    Args:
        product: what.
        month: when.
        holding: the distributors with stock at the end of the month, or who sold in it.
        selling: those that sold more than came back.
        idle: those that hold stock and sold nothing.
        without: those that sold more than they can have had.
    """

    product: str
    month: Month
    holding: tuple[str, ...]
    selling: tuple[str, ...]
    idle: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def stockists(self) -> int:
        """How many hold or held it."""
        return len(self.holding)

    @property
    def sellers(self) -> int:
        """How many sold it."""
        return len(self.selling)

    @property
    def rate(self) -> Fraction | None:
        """Sellers over stockists (动销率); missing where nobody holds it."""
        return ratio(self.sellers, self.stockists)


def stock_counts(chain: ChainClosure) -> Sequence[StockistCount]:
    """Count who holds each product against who sold it, month by month.

    Args:
        chain: the books.
    """
    groups: dict[tuple[str, Month], list[ChainStock]] = defaultdict(list)
    for stock in chain.stocks:
        groups[stock.product, stock.month].append(stock)
    return [_count(product, month, groups[product, month]) for product, month in sorted(groups)]


def _count(product: str, month: Month, stocks: Sequence[ChainStock]) -> StockistCount:
    selling = {one.distributor for one in stocks if one.sold.minor > 0}
    lying = {one.distributor for one in stocks if one.closing.minor > 0}
    short = {one.distributor for one in stocks if one.closing.minor < 0}
    some = (lying | selling, selling, lying - selling, short)
    return StockistCount(product, month, *(tuple(sorted(one)) for one in some))


def stock_table(counts: Sequence[StockistCount]) -> Table:
    """Return the counts as a table, with the distributors that only hold stock."""
    rows = [(one.product, str(one.month), one.stockists, one.sellers, one.rate, ", ".join(one.idle)) for one in counts]
    return Table("stock_counts", Says("Stockists against sellers", "铺货与动销"), _COUNT_COLUMNS, rows)


_COUNT_COLUMNS = (
    Column("product", "Product", "产品"),
    Column("month", "Month", "月份"),
    Column("stockists", "Stockists", "有货家数", "number"),
    Column("sellers", "Sellers", "动销家数", "number"),
    Column("rate", "Selling", "动销率", "ratio"),
    Column("idle", "Only hold stock", "有货不动"),
)
