"""Is a plan fair and healthy, before anybody signs (公平性检查)? Checks with stated bounds, and the asks to talk about.

Goals are fair where growth is not asked of the large or of the promising territories alone, where nobody is asked for
a far larger part of the potential than others, and where history has seen such growth. Nothing is decided here: each
check passes, fails or is missing, with its figure and its bound.

>>> from pharmasales.units import BOX, Amount
>>> box = Amount.of(1, BOX)
>>> growths = [110, 112, 109, 111, 110]
>>> history = [box * 95, box * 100]
>>> asks = [Ask(f"n{n}", box * goal, past=history, size=n) for n, goal in enumerate(growths)]
>>> found = check_fairness(asks, FairnessBounds(correlation=Fraction(1, 2)))
>>> for check in found.checks:
...     print(check.verdict, check.why.head())
pass growth with size: spearman -0.10 of 5 nodes, between -0.5 and 0.5
missing growth with potential: 5 of 5 nodes have no figure
missing goal over potential: 5 of 5 nodes have no figure
missing goal over capacity: 5 of 5 nodes have no figure
pass threshold at 90.0% of the goal: reached in 5 of 5 past periods (100.0%), at least 80.0%
fail target at 100.0% of the goal: reached in 0 of 5 past periods (0.0%), at least 50.0%
pass excellence at 110.0% of the goal: reached in 0 of 5 past periods (0.0%), at most 20.0%

Source: china.md P2-D (attainment should not go with territory size or growth), P2-E (threshold, target, excellence).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.goals.agreeing.asks import Ask, Odds
from pharmasales.goals.agreeing.fairness_checks import (
    FairnessBounds,
    FairnessCheck,
    odds_check,
    spread_check,
    together,
)
from pharmasales.goals.agreeing.spread import Spread, spread_of
from pharmasales.goals.agreeing.tips import Tip, tips_of

__all__ = ["Fairness", "check_fairness"]

_VERDICTS = {"pass": Says("pass", "通过"), "fail": Says("fail", "不通过"), "missing": Says("missing", "缺数据")}


@frozen
class Fairness:
    """The checks of a plan, the spreads behind them, and what to talk about first (公平性报告).

    Made by `check_fairness`.

    Args:
        asks: what was looked at.
        checks: the checks, in a fixed order.
        utilisation: the spread of goal over potential; none where nobody has a potential.
        load: the spread of goal over capacity; none where nobody has a capacity.
        tips: the largest and smallest asks.
        bounds: what counted as fair.
    """

    asks: tuple[Ask, ...] = field(repr=False)
    checks: tuple[FairnessCheck, ...]
    utilisation: Spread | None
    load: Spread | None
    tips: tuple[Tip, ...] = field(repr=False)
    bounds: FairnessBounds

    def __iter__(self) -> Iterator[FairnessCheck]:
        return iter(self.checks)

    @property
    def failed(self) -> tuple[FairnessCheck, ...]:
        """The checks that fail."""
        return tuple(check for check in self.checks if check.verdict == "fail")

    def odds(self) -> dict[str, tuple[Odds | None, Odds | None, Odds | None]]:
        """Return each node's odds of threshold, target and excellence; missing without history."""
        levels = self.bounds.threshold, Fraction(1), self.bounds.excellence
        return {ask.node: (ask.odds(levels[0]), ask.odds(levels[1]), ask.odds(levels[2])) for ask in self.asks}

    def table(self) -> Table:
        """Return one row a check."""
        rows = [(c.name, _VERDICTS[c.verdict], c.why, len(c.missing), ", ".join(c.missing)) for c in self.checks]
        return Table("fairness", Says("Fairness of the goals", "公平性检查"), _CHECKS, rows)

    def ask_table(self) -> Table:
        """Return one row a node: what is asked, and the odds."""
        rows: list[tuple[Cell, ...]] = []
        for ask, odds in zip(self.asks, self.odds().values(), strict=True):
            amounts = [None if a is None else a.value for a in (ask.history, ask.potential, ask.capacity)]
            chances = [None if one is None else one.share for one in odds]
            figures = ask.growth, ask.size, ask.utilisation, ask.load
            rows.append((ask.node, ask.goal.value, *amounts, *figures, *chances))
        return Table("asks", Says("What is asked of whom", "目标要求"), _ASKS, rows)

    def tip_table(self) -> Table:
        """Return the largest and smallest asks, ranked, with reason."""
        rows = [(tip.node, tip.of, tip.end, tip.rank, tip.figure, tip.why) for tip in self.tips]
        return Table("tips", Says("What to talk about first", "重点关注"), _TIPS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def check_fairness(asks: Iterable[Ask], bounds: FairnessBounds | None = None, *, tips: int = 3) -> Fairness:
    """Check a plan before anybody signs (公平性检查).

    A node without a figure is left out of a check and named by it. Odds are counted from the past: in how many periods
    a growth as large as the one asked for was reached; they are no forecast.

    Args:
        asks: one a node, all of one kind, commonly of one level.
        bounds: what counts as fair; the defaults where left out.
        tips: how many of the largest and of the smallest asks are named, zero or above.

    >>> check_fairness([], FairnessBounds()).checks[0].verdict
    'missing'

    Raises:
        BadRows: two asks of one node.
        BadValue: a negative number of tips.

    Source: P2-D, P2-E; systems 1e (quota fairness).
    """
    given, due = tuple(asks), bounds or FairnessBounds()
    _one_each(given)
    if tips < 0:
        raise BadValue("a negative number of tips", hint="give zero or more", code="goals.fairness")
    utilisation, load = (spread_of([read(ask) for ask in given]) for read in (_utilisation, _load))
    with_size, with_potential = Says("growth with size", "增长与区域规模"), Says("growth with potential", "增长与潜力")
    over_potential, over_capacity = Says("goal over potential", "目标/潜力"), Says("goal over capacity", "目标/产能")
    levels = (
        ("threshold", Says("threshold", "门槛"), due.threshold, due.threshold_least, True),
        ("target", Says("target", "目标"), Fraction(1), due.target_least, True),
        ("excellence", Says("excellence", "卓越"), due.excellence, due.excellence_most, False),
    )
    checks = (
        together("growth_with_size", with_size, given, lambda ask: ask.size, due),
        together("growth_with_potential", with_potential, given, _potential, due),
        spread_check("utilisation", over_potential, given, _utilisation, utilisation, due),
        spread_check("load", over_capacity, given, _load, load, due),
        *(odds_check(name, says, given, of, bound, least, due.fewest) for name, says, of, bound, least in levels),
    )
    return Fairness(given, checks, utilisation, load, tips_of(given, tips), due)


def _one_each(asks: Sequence[Ask]) -> None:
    seen: set[str] = set()
    bad: list[PharmaSalesError] = []
    for ask in asks:
        if ask.node in seen:
            bad.append(
                BadRule("two asks of one node", where=f"ask of {ask.node!r}", hint="keep one", code="goals.twins")
            )
        seen.add(ask.node)
    if bad:
        raise BadRows("asks are refused", bad)


def _potential(ask: Ask) -> Fraction | None:
    return None if ask.potential is None else Fraction(ask.potential.minor)


def _utilisation(ask: Ask) -> Fraction | None:
    return ask.utilisation


def _load(ask: Ask) -> Fraction | None:
    return ask.load


_CHECKS = (
    Column("check", "Check", "检查项"),
    Column("verdict", "Verdict", "结论"),
    Column("why", "Why", "说明", "why"),
    Column("missing", "Without a figure", "缺数据", "number"),
    Column("missing_ids", "Whose", "缺数据节点"),
)
_ASKS = (
    Column("node_id", "Node id", "节点编号"),
    Column("goal", "Goal", "目标", "amount"),
    Column("history", "History", "历史", "amount"),
    Column("potential", "Potential", "潜力", "amount"),
    Column("capacity", "Capacity", "产能", "amount"),
    Column("growth", "Growth", "增长率", "ratio"),
    Column("size", "Size", "区域规模"),
    Column("utilisation", "Goal over potential", "目标/潜力", "ratio"),
    Column("load", "Goal over capacity", "目标/产能", "ratio"),
    Column("threshold", "Odds of threshold", "门槛把握", "ratio"),
    Column("target", "Odds of target", "目标把握", "ratio"),
    Column("excellence", "Odds of excellence", "卓越把握", "ratio"),
)
_TIPS = (
    Column("node_id", "Node id", "节点编号"),
    Column("of", "Measure", "指标"),
    Column("end", "End", "方向"),
    Column("rank", "Rank", "名次", "number"),
    Column("figure", "Figure", "数值", "ratio"),
    Column("why", "Why", "说明", "why"),
)
