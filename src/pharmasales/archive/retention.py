"""Retention funnel (客户流失漏斗): who came, stayed, left and came back, period by period.

New customers may hide that old ones leave: opening + new + won back - lost = closing, exactly, in every period.

>>> from pharmasales.archive import Sale
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY, Amount
>>> bought = [("H1", 1, 9), ("H2", 1, 5), ("H1", 2, 9), ("H3", 2, 4), ("H2", 3, 1)]
>>> sales = [Sale(Quarter(2026, q), Amount.of(n, CNY), customer=c) for c, q, n in bought]
>>> for flow in retention_funnel(sales, [Quarter(2026, 2), Quarter(2026, 3)]):
...     print(flow.why.head())
2026-Q2: 2 + 1 new + 0 won back - 1 lost = 2
2026-Q3: 2 + 0 new + 1 won back - 2 lost = 1
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive.activity import Active, Activity, Coverage, Loyal, Resolve, Window, activity_in, as_given
from pharmasales.archive.sales import Measured, Sale
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.periods import Period, Week, back
from pharmasales.units import Amount, ratio

__all__ = ["ANY_NET_SALES", "Flow", "Move", "Moved", "Retention", "retention_funnel"]

Move: TypeAlias = Literal["new", "kept", "lost", "won_back"]

ANY_NET_SALES = Active()
"""Active means net sales above zero in the period itself."""

_MOVES: Mapping[str, Says] = {
    "new": Says("new", "新增"),
    "kept": Says("kept", "留存"),
    "lost": Says("lost", "流失"),
    "won_back": Says("won back", "赢回"),
}


@frozen
class Flow:
    """What became of the customers in one period; every tuple holds ids, sorted.

    Args:
        period: the period.
        new: active now, and never known to have bought before.
        kept: active now and before.
        lost: active before and not now.
        won_back: active now and not before, but known to have bought earlier.
        loyal: the loyal ones; missing without a definition, or where fewer periods are known than it asks for.
        begins: nothing at all is known from before the period, so that everybody is new.
    """

    period: Period
    new: tuple[str, ...] = field(repr=False)
    kept: tuple[str, ...] = field(repr=False)
    lost: tuple[str, ...] = field(repr=False)
    won_back: tuple[str, ...] = field(repr=False)
    loyal: tuple[str, ...] | None = field(default=None, repr=False)
    begins: bool = False

    @property
    def opening(self) -> int:
        """How many were active before."""
        return len(self.kept) + len(self.lost)

    @property
    def closing(self) -> int:
        """How many are active now."""
        return len(self.kept) + len(self.new) + len(self.won_back)

    @property
    def churn(self) -> Fraction | None:
        """Lost over opening (流失率); missing where nobody was active before."""
        return ratio(len(self.lost), self.opening)

    @property
    def net_growth(self) -> int:
        """Closing less opening (净增)."""
        return self.closing - self.opening

    @property
    def growth(self) -> Fraction | None:
        """Net growth over opening; missing where nobody was active before."""
        return ratio(self.net_growth, self.opening)

    @property
    def why(self) -> Why:
        """The identity in figures, and why a rate is missing."""
        parts = []
        if self.begins:
            says = "nothing is known from before, so everybody is new", "此前无数据，故全部计为新增"
            parts.append(because(*says))
        if not self.opening:
            parts.append(because("nobody was active before, so there is no churn", "期初无活跃客户，故无流失率"))
        return because(
            "{period}: {opening} + {new} new + {back} won back - {lost} lost = {closing}",
            "{period}：期初 {opening} + 新增 {new} + 赢回 {back} - 流失 {lost} = 期末 {closing}",
            *parts,
            period=str(self.period),
            opening=self.opening,
            new=len(self.new),
            back=len(self.won_back),
            lost=len(self.lost),
            closing=self.closing,
        )


@frozen
class Moved:
    """What became of one customer in one period, and why.

    Args:
        customer: the id.
        move: new, kept, lost or won back.
        before: net sales in the window before; zero where there were none.
        now: net sales in the window now.
        first: the day by which it is first known to have bought; `None` where only returns are known.
        why: the reason.
    """

    customer: str
    move: Move
    before: Amount = field(repr=False)
    now: Amount = field(repr=False)
    first: date | None = field(repr=False)
    why: Why = field(repr=False)


@frozen(repr=False)
class Retention:
    """The flows of a chain of periods, each opening being the closing before. Build it with `retention_funnel`."""

    flows: tuple[Flow, ...]
    activity: Activity

    @property
    def coverage(self) -> Coverage:
        """What became of the sales lines."""
        return self.activity.coverage

    def __iter__(self) -> Iterator[Flow]:
        return iter(self.flows)

    def __len__(self) -> int:
        return len(self.flows)

    def __repr__(self) -> str:
        return f"Retention({', '.join(str(flow.period) for flow in self.flows)})"

    def __getitem__(self, period: Period) -> Flow:
        return self.flows[self._place(period)]

    def _place(self, period: Period) -> int:
        for place, flow in enumerate(self.flows):
            if flow.period == period:
                return place
        raise NotFound("no such period in the report", where=str(period), code="retention.period")

    def moved(self, period: Period) -> list[Moved]:
        """Return what became of each customer in a period, by id, with the reason.

        Raises:
            NotFound: a period that the report does not have.
        """
        place = self._place(period)
        flow, unit = self.flows[place], self.activity.unit
        if unit is None:
            return []
        before, now = self.activity.nets[place : place + 2]
        by_move: tuple[tuple[Move, tuple[str, ...]], ...] = (
            ("new", flow.new),
            ("kept", flow.kept),
            ("lost", flow.lost),
            ("won_back", flow.won_back),
        )
        return [
            _moved(c, move, Amount(before.get(c, 0), unit), Amount(now.get(c, 0), unit), self.activity.bought.get(c))
            for c, move in sorted((c, move) for move, ids in by_move for c in ids)
        ]

    def table(self) -> Table:
        """Return one row a period: the flow, churn, growth and the reason."""
        rows = [
            (
                str(f.period),
                f.opening,
                len(f.new),
                len(f.won_back),
                len(f.lost),
                f.closing,
                len(f.kept),
                f.churn,
                f.net_growth,
                f.growth,
                None if f.loyal is None else len(f.loyal),
                f.why,
            )
            for f in self.flows
        ]
        return Table("retention", Says("Retention funnel", "客户流失漏斗"), _COLUMNS, rows)

    def customers(self, period: Period) -> Table:
        """Return one row a customer of a period: what became of it and why; errors as `moved`."""
        rows = [(m.customer, _MOVES[m.move], m.before.value, m.now.value, m.why) for m in self.moved(period)]
        title = Says(f"Customers in {period}", f"{period} 客户去留")
        return Table("retention_customers", title, _CUSTOMER_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("period", "Period", "期间"),
    Column("opening", "Opening", "期初", "number"),
    Column("new", "New", "新增", "number"),
    Column("won_back", "Won back", "赢回", "number"),
    Column("lost", "Lost", "流失", "number"),
    Column("closing", "Closing", "期末", "number"),
    Column("kept", "Kept", "留存", "number"),
    Column("churn", "Churn", "流失率", "ratio"),
    Column("net_growth", "Net growth", "净增", "number"),
    Column("growth", "Growth", "增长率", "ratio"),
    Column("loyal", "Loyal", "忠诚客户", "number"),
    Column("why", "Why", "原因", "why"),
)
_CUSTOMER_COLUMNS = (
    Column("customer", "Customer", "客户"),
    Column("move", "What became of it", "去留"),
    Column("before", "Before", "上期净额", "amount"),
    Column("now", "Now", "本期净额", "amount"),
    Column("why", "Why", "原因", "why"),
)
_REASONS: Mapping[str, tuple[str, str]] = {
    "new": ("net {now} now, and never known to have bought before", "本期净额 {now}，此前从未购买"),
    "kept": ("net {before} before and {now} now", "上期净额 {before}，本期净额 {now}"),
    "lost": ("net {before} before, {now} now", "上期净额 {before}，本期净额 {now}"),
    "won_back": (
        "net {before} before, {now} now, first bought by {first}",
        "上期净额 {before}，本期 {now}，首购不晚于 {first}",
    ),
}


def _moved(customer: str, move: Move, before: Amount, now: Amount, first: date | None) -> Moved:
    why = because(*_REASONS[move], before=str(before), now=str(now), first=first)
    return Moved(customer, move, before, now, first, why)


def _opening(first: Period, active: Active) -> Window:
    """Return the window that ends the day before the first period; as long as that period where none is named."""
    last = first.start - timedelta(days=1)
    if active.months is not None:
        return active.window(last)
    if isinstance(first, Week):
        return first.start - timedelta(days=first.days), last
    return back(first.start, len(first.months)), last


def _chain(periods: Iterable[Period]) -> tuple[Period, ...]:
    chain = tuple(periods)
    if not chain:
        raise BadValue("no period to report on", hint="name at least one", code="retention.periods")
    for left, right in pairwise(chain):
        if left.end + timedelta(days=1) != right.start:
            hint = "give them in order, without a gap"
            raise BadValue(
                "each period must follow the one before", where=str(right), hint=hint, code="retention.chain"
            )
    return chain


def retention_funnel(
    sales: Iterable[Sale],
    periods: Iterable[Period],
    active: Active = ANY_NET_SALES,
    loyal: Loyal | None = None,
    *,
    measure: Measured = "amount",
    resolve: Resolve = as_given,
    among: Container[str] | None = None,
) -> Retention:
    """Say for each period who is new, kept, lost and won back (留存、流失、赢回).

    A customer is new who was not active before and has never been known to buy before the period; who was not active
    before, and has bought earlier, is won back. The opening of the first period is the stretch of the same length
    before it, or the window that ends there. The order of the lines does not matter.

    Args:
        sales: the lines, with as much history as there is; returns are negative.
        periods: one after another, without a gap.
        active: who counts as active.
        loyal: who counts as loyal; nobody is counted where left out.
        measure: by amount or by quantity.
        resolve: says under which id a customer counts, so that the merged ids of one count once.
        among: the only customers who count, such as the `Archive` without those in quarantine.

    Source: S001-1, S001-5. Raises:
        BadValue: no period, or periods that do not follow one another.
        NotComparable: sales in more than one unit.
    """
    chain = _chain(periods)
    windows = [(p.start, p.end) if active.months is None else active.window(p.end) for p in chain]
    found = activity_in(sales, [_opening(chain[0], active), *windows], measure=measure, resolve=resolve, among=among)
    sets = [found.active(place, active.above) for place in range(len(windows) + 1)]
    begun = min(found.bought.values(), default=date.max)
    flows = [
        _flow(p, sets[n], sets[n + 1], found.bought, _loyal(sets[1 : n + 2], loyal), begins=begun >= p.start)
        for n, p in enumerate(chain)
    ]
    return Retention(tuple(flows), found)


def _flow(
    period: Period,
    before: frozenset[str],
    now: frozenset[str],
    bought: Mapping[str, date],
    loyal: tuple[str, ...] | None,
    *,
    begins: bool,
) -> Flow:
    came = sorted(now - before)
    back_again = {customer for customer in came if bought[customer] < period.start}
    return Flow(
        period,
        new=tuple(customer for customer in came if customer not in back_again),
        kept=tuple(sorted(now & before)),
        lost=tuple(sorted(before - now)),
        won_back=tuple(customer for customer in came if customer in back_again),
        loyal=loyal,
        begins=begins,
    )


def _loyal(sets: Sequence[frozenset[str]], rule: Loyal | None) -> tuple[str, ...] | None:
    if rule is None or len(sets) < rule.of:
        return None
    times = Counter(customer for active in sets[-rule.of :] for customer in active)
    return tuple(sorted(customer for customer, count in times.items() if count >= rule.least))
