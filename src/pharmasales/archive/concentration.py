"""Concentration (客户集中度): who makes 80 % of the business, and what it costs to keep and to win a customer.

The few who give most are found by a rule of share, not by opinion, and the rule of thumb of 20 and 80 is set beside the
figures.

>>> from pharmasales.units import CNY
>>> found = concentrate({c: Amount.of(n, CNY) for c, n in (("H1", 60), ("H2", 25), ("H3", 10), ("H4", 5))})
>>> found.vips
('H1', 'H2')
>>> print(found.why.head())
2 of 4 customers (50.0%) make 85.0% where 80.0% was asked; the first 20.0% of customers make 60.0%
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.archive.retention import Flow
from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.units import POINT, Amount, Number, Unit, exact, ratio
from pharmasales.units import share as read_share

__all__ = ["Concentration", "KeepingCost", "Ranked", "concentrate", "keeping_cost"]


@frozen
class Ranked:
    """One customer's place among those with net sales above zero.

    Args:
        customer: the id.
        rank: 1 for the most; equal amounts share a rank (1, 1, 3).
        amount: its net sales.
        reached: its net sales and those of everybody listed before it.
        total: the whole.
        vip: whether it is among those who together make the share that was asked (大客户); equal amounts go together.
    """

    customer: str
    rank: int
    amount: Amount = field(repr=False)
    reached: Amount = field(repr=False)
    total: Amount = field(repr=False)
    vip: bool

    @property
    def share(self) -> Fraction:
        """Its share of the whole (占比), exact."""
        return Fraction(self.amount.minor, self.total.minor)

    @property
    def cumulative(self) -> Fraction:
        """Its share and those of everybody listed before it (累计占比)."""
        return Fraction(self.reached.minor, self.total.minor)


@frozen(repr=False)
class Concentration:
    """Who makes how much, the most first. Build it with `concentrate`.

    Args:
        rows: everybody with net sales above zero, by amount, then id.
        share: the share that the VIPs are to make.
        top: the part of the customers that the rule of thumb speaks of.
        without: ids of those with net sales of zero or less, who have no share.
    """

    rows: tuple[Ranked, ...]
    share: Fraction
    top: Fraction
    without: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Concentration({len(self.vips)} of {len(self.rows)} customers)"

    @property
    def vips(self) -> tuple[str, ...]:
        """The ids of the VIPs, the most first."""
        return tuple(row.customer for row in self.rows if row.vip)

    @property
    def vip_people(self) -> Fraction | None:
        """The VIPs' part of all customers with sales; missing where there are none."""
        return ratio(len(self.vips), len(self.rows))

    @property
    def vip_share(self) -> Fraction | None:
        """What the VIPs make together; missing where nobody has sales."""
        return self._made(len(self.vips))

    @property
    def top_share(self) -> Fraction | None:
        """What the first 20 % (`top`) of customers make: all ranked within it, ties together; missing as above."""
        first = self.top * len(self.rows)
        return self._made(sum(row.rank - 1 < first for row in self.rows))

    def _made(self, count: int) -> Fraction | None:
        """Return what the first rows make together."""
        return self.rows[count - 1].cumulative if self.rows else None

    @property
    def why(self) -> Why:
        """The actual figures beside the rule of thumb."""
        if not self.rows:
            return because("nobody has net sales above zero, so there is no share", "无净销售额为正的客户，故无占比")
        return because(
            "{vips} of {count} customers ({people}) make {made} where {asked} was asked; "
            "the first {top} of customers make {top_made}",
            "{count} 家客户中 {vips} 家（{people}）贡献 {made}（要求 {asked}）；前 {top} 的客户贡献 {top_made}",
            vips=len(self.vips),
            count=len(self.rows),
            people=percent(self.vip_people),
            made=percent(self.vip_share),
            asked=percent(self.share),
            top=percent(self.top),
            top_made=percent(self.top_share),
        )

    def table(self) -> Table:
        """Return one row a customer: rank, amount, share, cumulative share, VIP or not."""
        rows = [(r.rank, r.customer, r.amount.value, r.share, r.cumulative, _YES if r.vip else _NO) for r in self.rows]
        return Table("concentration", Says("Concentration", "客户集中度"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_YES, _NO = Says("yes", "是"), Says("no", "否")
_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("customer", "Customer", "客户"),
    Column("amount", "Net sales", "净销售额", "amount"),
    Column("share", "Share", "占比", "ratio"),
    Column("cumulative", "Cumulative", "累计占比", "ratio"),
    Column("vip", "VIP", "大客户"),
)


def _part(value: Number, where: str) -> Fraction:
    found = read_share(value)
    if not 0 < found <= 1:
        raise BadRule("a share lies above 0 and up to 100 %", where=where, code="concentration.share")
    return found


def _one_unit(amounts: Mapping[str, Amount]) -> Unit:
    units = list(dict.fromkeys(amount.unit for amount in amounts.values()))
    if len(units) > 1:
        names = " and ".join(unit.code for unit in units)
        raise NotComparable(f"amounts in {names}", hint="convert them first", code="unit")
    return units[0] if units else POINT


def concentrate(amounts: Mapping[str, Amount], share: Number = "80%", top: Number = "20%") -> Concentration:
    """Rank customers by what they brought and find the VIPs: those before whom less than the share was reached.

    The one who crosses the share is inside, and everybody of the same amount too.

    Args:
        amounts: net sales, or profit, by customer, as `net_sales` gives them.
        share: what the VIPs are to make together.
        top: the part of the customers for the comparison.

    >>> from pharmasales.units import CNY
    >>> found = concentrate({c: Amount.of(1, CNY) for c in "abcde"})
    >>> len(found.vips), found.rows[0].rank, found.top_share
    (5, 1, Fraction(1, 1))

    Source: S001-2, S001-4. Raises:
        BadRule: a share that is not above 0 and up to 100 %.
        NotComparable: amounts of several units.
    """
    asked, first = _part(share, "share"), _part(top, "top")
    unit = _one_unit(amounts)
    above = {customer: amount.minor for customer, amount in amounts.items() if amount.minor > 0}
    total = sum(above.values())
    whole = Amount(total, unit)
    rows: list[Ranked] = []
    done = rank = 0
    vip = True
    for place, customer in enumerate(sorted(above, key=lambda customer: (-above[customer], customer)), 1):
        if not rows or above[customer] != rows[-1].amount.minor:
            rank, vip = place, done * asked.denominator < asked.numerator * total
        done += above[customer]
        rows.append(Ranked(customer, rank, amounts[customer], Amount(done, unit), whole, vip))
    without = tuple(sorted(customer for customer, amount in amounts.items() if amount.minor <= 0))
    return Concentration(tuple(rows), asked, first, without)


@frozen
class KeepingCost:
    """What it costs to keep a customer against winning one (留客成本与获客成本), in whole units, exact.

    Args:
        kept: how many were kept.
        won: how many were new or won back.
        keeping: what was spent on keeping, or missing.
        winning: what was spent on winning, or missing.
        expected: the ratio to compare with.
    """

    kept: int
    won: int
    keeping: Amount | None = field(repr=False)
    winning: Amount | None = field(repr=False)
    expected: Fraction

    @property
    def per_kept(self) -> Fraction | None:
        """The cost of keeping one; missing where nobody was kept or nothing is recorded."""
        return ratio(exact(self.keeping), self.kept) if self.keeping is not None and self.keeping.minor else None

    @property
    def per_won(self) -> Fraction | None:
        """The cost of winning one; missing where nobody was won or nothing is recorded."""
        return ratio(exact(self.winning), self.won) if self.winning is not None and self.winning.minor else None

    @property
    def ratio(self) -> Fraction | None:
        """Keeping one over winning one."""
        return ratio(self.per_kept, self.per_won)

    @property
    def why(self) -> Why:
        """The two costs and their ratio beside the expected one, or every reason why there is none."""
        missing = [because(en, zh) for holds, en, zh in self._missing() if holds]
        if missing:
            return because("no ratio of keeping to winning", "无留客与获客成本之比", *missing)
        return because(
            "keeping one costs {keep}, winning one {win}: ratio {found} where {expected} is expected",
            "留住一家 {keep}，赢得一家 {win}：比值 {found}，参考 {expected}",
            keep=self.per_kept,
            win=self.per_won,
            found=self.ratio,
            expected=self.expected,
        )

    def _missing(self) -> tuple[tuple[bool, str, str], ...]:
        return (
            (not self.kept, "nobody was kept", "无留存客户"),
            (not self.won, "nobody was won", "无新增或赢回客户"),
            (self.keeping is None or not self.keeping.minor, "no cost of keeping is recorded", "未记录留客费用"),
            (self.winning is None or not self.winning.minor, "no cost of winning is recorded", "未记录获客费用"),
        )


def keeping_cost(
    flow: Flow, keeping: Amount | None, winning: Amount | None, expected: Number = Fraction(1, 5)
) -> KeepingCost:
    """Compare what was spent on keeping customers in a period with what was spent on winning them.

    Args:
        flow: the period's flow; who came back counts as won.
        keeping: what was spent on those kept.
        winning: what was spent on those new and won back.
        expected: the ratio to compare with; the trade says one fifth.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.units import CNY
    >>> flow = Flow(Quarter(2026, 1), new=("H3",), kept=("H1", "H2"), lost=(), won_back=())
    >>> keeping_cost(flow, Amount.of(200, CNY), Amount.of(400, CNY)).ratio
    Fraction(1, 4)

    Source: S001-3. Raises:
        BadValue: a cost below zero.
        NotComparable: costs in two units.
    """
    for name, cost in (("keeping", keeping), ("winning", winning)):
        if cost is not None and cost.minor < 0:
            raise BadValue("a cost below zero", where=name, code="retention.cost")
    if keeping is not None and winning is not None and keeping.unit != winning.unit:
        raise NotComparable(f"{keeping.unit.code} with {winning.unit.code}", hint="convert one first", code="unit")
    return KeepingCost(len(flow.kept), len(flow.new) + len(flow.won_back), keeping, winning, read_share(expected))
