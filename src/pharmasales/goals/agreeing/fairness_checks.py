"""The single checks of fairness (公平性检查项) and their bounds: each passes, fails or is missing.

>>> FairnessBounds(correlation="30%").kind
'spearman'
>>> FairnessBounds(spread="1/2")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a bound out of its range; correlation and odds 0 to 1, spread at least 1, most above 0
[goals.fairness]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says, Why, because, percent
from pharmasales.errors import BadRule
from pharmasales.goals.agreeing.asks import Ask, Odds
from pharmasales.goals.agreeing.correlation import CORRELATIONS, CorrelationKind
from pharmasales.goals.agreeing.spread import Spread
from pharmasales.names import nearest
from pharmasales.units import share

__all__ = ["FairnessBounds", "FairnessCheck", "Verdict", "odds_check", "spread_check", "together"]

Verdict: TypeAlias = Literal["pass", "fail", "missing"]

_KINDS = {
    "pearson": Says("pearson", "皮尔逊"),
    "spearman": Says("spearman", "斯皮尔曼"),
    "kendall": Says("kendall", "肯德尔"),
}


@frozen(kw_only=True)
class FairnessBounds:
    """What counts as fair (公平性标准); every bound allows itself.

    Args:
        correlation: the coefficient may lie between minus this and this, 0 to 1.
        kind: which coefficient: `pearson`, `spearman` or `kendall`.
        spread: the largest share of potential or capacity may be so many times the smallest, at least 1.
        most: the largest share of potential or capacity that may be asked, above 0.
        threshold: the threshold (门槛), as a share of the goal.
        excellence: excellence (卓越), as a share of the goal.
        threshold_least: the least share of past periods in which the growth to the threshold was reached.
        target_least: the least share for the goal itself.
        excellence_most: the most for excellence.
        fewest: how many nodes a check needs; with fewer it is missing, because a handful proves nothing.

    Raises:
        BadRule: a bound out of its range, or an unknown coefficient.
    """

    correlation: Fraction = field(default=Fraction(3, 10), converter=share)
    kind: CorrelationKind = "spearman"
    spread: Fraction = field(default=Fraction(2), converter=share)
    most: Fraction = field(default=Fraction(1), converter=share)
    threshold: Fraction = field(default=Fraction(9, 10), converter=share)
    excellence: Fraction = field(default=Fraction(11, 10), converter=share)
    threshold_least: Fraction = field(default=Fraction(8, 10), converter=share)
    target_least: Fraction = field(default=Fraction(5, 10), converter=share)
    excellence_most: Fraction = field(default=Fraction(2, 10), converter=share)
    fewest: int = 5

    def __attrs_post_init__(self) -> None:
        if self.kind not in CORRELATIONS:
            raise BadRule("no such coefficient", hint=nearest(self.kind, CORRELATIONS), code="goals.fairness")
        shares = (self.correlation, self.threshold_least, self.target_least, self.excellence_most)
        if not all(0 <= bound <= 1 for bound in shares) or self.spread < 1 or self.most <= 0:
            hint = "correlation and odds 0 to 1, spread at least 1, most above 0"
            raise BadRule("a bound out of its range", hint=hint, code="goals.fairness")
        if not 0 < self.threshold <= 1 <= self.excellence or self.fewest < 2:
            hint = "0 < threshold <= 1 <= excellence, fewest at least 2"
            raise BadRule("a bound out of its range", hint=hint, code="goals.fairness")


@frozen
class FairnessCheck:
    """One check and what came of it (检查项).

    Args:
        name: a stable word for programs.
        verdict: `pass`, `fail` or `missing`.
        missing: the ids of nodes that it has no figure for.
        why: the figure and the bound.
    """

    name: str
    verdict: Verdict
    missing: tuple[str, ...]
    why: Why = field(repr=False)


def together(
    name: str, says: Says, asks: Sequence[Ask], read: Callable[[Ask], Fraction | None], due: FairnessBounds
) -> FairnessCheck:
    """Check that growth does not go with a figure, either way."""
    pairs, missing = [], []
    for ask in asks:
        growth, figure = ask.growth, read(ask)
        if growth is None or figure is None:
            missing.append(ask.node)
        else:
            pairs.append((growth, figure))
    if len(pairs) < due.fewest:
        return _without(name, says, asks, missing, due.fewest)
    found = CORRELATIONS[due.kind]([growth for growth, _ in pairs], [figure for _, figure in pairs])
    if found is None:
        en, zh = "{says}: one of the two does not vary over {count} nodes", "{says}：{count} 个节点中有一项没有差异"
        return FairnessCheck(name, "missing", tuple(missing), because(en, zh, says=says, count=len(pairs)))
    why = because(
        "{says}: {kind} {found} of {count} nodes, between {least} and {most}",
        "{says}：{kind} {found}（{count} 个节点），应在 {least} 与 {most} 之间",
        says=says,
        kind=_KINDS[due.kind],
        found=found.shown,
        count=found.count,
        least=-due.correlation,
        most=due.correlation,
    )
    return FairnessCheck(name, "pass" if found.within(due.correlation) else "fail", tuple(missing), why)


def spread_check(
    name: str,
    says: Says,
    asks: Sequence[Ask],
    read: Callable[[Ask], Fraction | None],
    spread: Spread | None,
    due: FairnessBounds,
) -> FairnessCheck:
    """Check that nobody is asked for more than there is, nor for a far larger share than others."""
    missing = [ask.node for ask in asks if read(ask) is None]
    if spread is None or spread.count < due.fewest:
        return _without(name, says, asks, missing, due.fewest)
    why = because(
        "{says}: {least} to {most}, at most {bound} and {times} times the least",
        "{says}：{least} 至 {most}，上限 {bound}，且不超过最低者的 {times} 倍",
        spread.why(),
        says=says,
        least=percent(spread.least),
        most=percent(spread.most),
        bound=percent(due.most),
        times=due.spread,
    )
    fair = spread.most <= due.most and spread.most <= due.spread * spread.least
    return FairnessCheck(name, "pass" if fair else "fail", tuple(missing), why)


def odds_check(
    name: str, says: Says, asks: Sequence[Ask], of: Fraction, bound: Fraction, least: bool, fewest: int
) -> FairnessCheck:
    """Check in how many past periods of all nodes the growth to a share of the goal was reached."""
    known, missing = [], []
    for ask in asks:
        odds = ask.odds(of)
        if odds is None:
            missing.append(ask.node)
        else:
            known.append(odds)
    if len(known) < fewest:
        return _without(name, says, asks, missing, fewest)
    pooled = Odds(sum(odds.reached for odds in known), sum(odds.periods for odds in known))
    share = pooled.share or Fraction(0)
    side = Says("at least", "至少") if least else Says("at most", "至多")
    why = because(
        "{says} at {of} of the goal: reached in {reached} of {periods} past periods ({share}), {side} {bound}",
        "{says}（目标的 {of}）：过去 {periods} 期中有 {reached} 期达到（{share}），应{side} {bound}",
        says=says,
        of=percent(of),
        reached=pooled.reached,
        periods=pooled.periods,
        share=percent(share),
        side=side,
        bound=percent(bound),
    )
    fair = share >= bound if least else share <= bound
    return FairnessCheck(name, "pass" if fair else "fail", tuple(missing), why)


def _without(name: str, says: Says, asks: Sequence[Ask], missing: Sequence[str], fewest: int) -> FairnessCheck:
    """Say that a check has too few figures to say anything."""
    en, zh = "{says}: {missing} of {count} nodes have no figure", "{says}：{count} 个节点中有 {missing} 个缺数据"
    if not missing:
        en, zh = (
            "{says}: {count} nodes, at least {fewest} are needed",
            "{says}：仅 {count} 个节点，至少需要 {fewest} 个",
        )
    why = because(en, zh, says=says, missing=len(missing), count=len(asks), fewest=fewest)
    return FairnessCheck(name, "missing", tuple(missing), why)
