"""The single checks of a plan (方案单项检查): odds of each level and grade, influence, potential, people near a cliff.

>>> pairs = {f"r{n}": Fraction(n) for n in range(5)}
>>> for check in potential_checks("pay", pairs, {person: -value for person, value in pairs.items()}, PlanBounds()):
...     print(check.name, check.figure, check.verdict)
potential.pay -1 outside
potential.pay.pearson -1 outside
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from pharmasales.display import Cell, Says, because, percent
from pharmasales.evaluation.fairness.plans.influence import Influences
from pharmasales.evaluation.fairness.plans.level_odds import LEVELS, LevelOdds, Levels
from pharmasales.evaluation.fairness.plans.near_cliffs import NearCliff
from pharmasales.evaluation.fairness.plans.pay_order import too_few
from pharmasales.evaluation.fairness.plans.plan_bounds import PlanBounds, PlanCheck, UsualRange, checked
from pharmasales.evaluation.fairness.plans.same_order import in_order
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.paid import Payout
from pharmasales.evaluation.payout.pieces import in_percent
from pharmasales.evaluation.payout.plans import PayoutPlan
from pharmasales.evaluation.scoring.standing import Standings
from pharmasales.goals.agreeing.correlation import pearson
from pharmasales.units import Number, ratio

__all__ = ["cliff_check", "grade_checks", "influence_check", "level_checks", "potential_checks"]

_TODO = {
    "threshold": because(
        "what to do: move the threshold, or see whether the goals can be reached",
        "建议：调整起付线，或检查目标是否可达",
    ),
    "target": because("what to do: see whether the goals can be reached", "建议：检查目标是否可达"),
    "excellence": because(
        "what to do: move excellence, or see whether the goals are too easy or too hard",
        "建议：调整卓越线，或检查目标过易或过难",
    ),
    "influence": because(
        "what to do: change its curve or its weight, and simulate that first", "建议：调整其评分曲线或权重，并先模拟"
    ),
    "potential": because(
        "what to do: set goals or scores by the potential of the territory", "建议：按区域潜力设定目标或评分"
    ),
    "cliffs": because(
        "what to do: let the payout or the grade rise in small steps, or look at these people's last orders",
        "建议：改为平缓递增，或核查这些人员期末订单",
    ),
}


def level_checks(
    plan: PayoutPlan, payouts: Sequence[Payout], excellence: Number | None, bounds: PlanBounds
) -> Iterator[PlanCheck]:
    """Yield the odds of each level of each curve: `threshold`, `target`, `excellence`, of a part `threshold.PART`.

    A tier table has no such levels.
    """
    if plan.blend is not None:
        blended = {one.person_id: one.blended for one in payouts}
        for odds in Levels.of(plan.blend, excellence).odds(blended):
            yield _level_check(odds.level, Says("the blend", "加权达成率"), odds, bounds)
        return
    for place, part in enumerate(plan.parts):
        if isinstance(part.pays, PayoutCurve):
            attained = {one.person_id: _attained(one, place) for one in payouts}
            for odds in Levels.of(part.pays, excellence).odds(attained):
                yield _level_check(f"{odds.level}.{part.name}", part.says(), odds, bounds)


def _attained(payout: Payout, place: int) -> Fraction | None:
    value = payout.parts[place].value
    return value if isinstance(value, Fraction) else None


def _level_check(name: str, part: Says, odds: LevelOdds, bounds: PlanBounds) -> PlanCheck:
    says, count = LEVELS[odds.level], len(odds.reached) + len(odds.short)
    if count < bounds.fewest:
        both = Says(f"{part.en}: {says.en}", f"{part.zh}：{says.zh}")
        return too_few(name, both, count, odds.missing, bounds.fewest)
    usual = {"threshold": bounds.threshold, "target": bounds.target, "excellence": bounds.excellence}[odds.level]
    en = "{part}: {level} at {at} reached by {reached} of {count} people ({share})"
    zh = "{part}：{level} {at}，{count} 人中 {reached} 人达到（{share}）"
    said: dict[str, Cell] = {"part": part, "level": says, "at": in_percent(odds.at.at), "share": percent(odds.share)}
    why = because(en, zh, reached=len(odds.reached), count=count, **said)
    return checked(name, odds.share, usual, odds.reached, odds.missing, why, _TODO[odds.level])


def grade_checks(ranked: Standings, bounds: PlanBounds) -> Iterator[PlanCheck]:
    """Yield the share of people in each grade, the best first: `grade.GRADE`; no source states a usual one."""
    if ranked.grades is None:
        return
    missing = sorted(one.rep_id for one in ranked if one.total is None)
    count = sum(one.total is not None for one in ranked)
    for label in reversed(ranked.grades.bands.labels()):
        people = sorted(one.rep_id for one in ranked if one.grade == label)
        says = Says(f"grade {label}", f"等级 {label}")
        if count < bounds.fewest:
            yield too_few(f"grade.{label}", says, count, missing, bounds.fewest)
            continue
        figure = ratio(len(people), count)
        en, zh = "{says}: {held} of {count} people ({share})", "{says}：{count} 人中 {held} 人（{share}）"
        why = because(en, zh, says=says, held=len(people), count=count, share=percent(figure))
        yield PlanCheck(f"grade.{label}", figure, None, False, tuple(people), tuple(missing), why)


def influence_check(found: Influences, bounds: PlanBounds) -> PlanCheck:
    """Return the share of the spread that the decisive item has; flagged where another has the largest weight."""
    says, one, heaviest = Says("what decides the ranking", "决定名次的项目"), found.decisive, found.heaviest
    if found.people < bounds.fewest:
        return too_few("influence", says, found.people, found.missing, bounds.fewest)
    if one is None:
        return PlanCheck("influence", None, None, False, (), found.missing, found.why)
    lighter = heaviest is not None and (one.nominal or 0) < (heaviest.nominal or 0)
    people = one.moved or ()
    todo = _TODO["influence"]
    return checked("influence", one.effective, None, people, found.missing, found.why, todo, flagged=lighter)


_WITH = {"score": Says("score", "得分"), "attainment": Says("attainment", "达成率"), "pay": Says("pay", "奖金")}


def potential_checks(
    what: str, potentials: Mapping[str, Fraction | None], values: Mapping[str, Fraction | None], bounds: PlanBounds
) -> Iterator[PlanCheck]:
    """Yield how a figure goes with the potential of the territory, by rank and by Pearson's coefficient.

    `potential.WHAT` is the agreement of the two orders, exact from -1 to 1, ties left out; `potential.WHAT.pearson` is
    the square of Pearson's coefficient with its sign, which is exact where the coefficient is not.

    Args:
        what: `score`, `attainment` or `pay`.
        potentials: by person id.
        values: the figure of each person.
        bounds: what is usual.
    """
    name, says = (
        f"potential.{what}",
        Says(f"{_WITH[what].en} and potential of the territory", f"{_WITH[what].zh}与区域潜力"),
    )
    pairs, missing = [], []
    for person in sorted(values):
        value, potential = values[person], potentials.get(person)
        if value is None or potential is None:
            missing.append(person)
        else:
            pairs.append((person, potential, value))
    if len(pairs) < bounds.fewest:
        yield too_few(name, says, len(pairs), missing, bounds.fewest)
        yield too_few(f"{name}.pearson", says, len(pairs), missing, bounds.fewest)
        return
    people = [person for person, _, _ in pairs]
    xs, ys = [potential for _, potential, _ in pairs], [value for _, _, value in pairs]
    said: dict[str, Cell] = {"says": says, "count": len(pairs)}
    for key, figure, usual, en, zh in (
        (name, in_order(xs, ys), bounds.potential, "rank agreement {figure}", "排序一致度 {figure}"),
        (
            f"{name}.pearson",
            _signed_square(xs, ys),
            _squared(bounds.potential),
            "Pearson's r squared, with its sign, {figure}",
            "皮尔逊相关系数平方（带符号）{figure}",
        ),
    ):
        if figure is None:
            why = because(
                "{says}: one of the two does not vary over {count} people", "{says}：{count} 人中有一项没有差异", **said
            )
        else:
            why = because("{says}: " + en + " of {count} people", "{says}：{count} 人" + zh, figure=figure, **said)
        yield checked(key, figure, usual, people, missing, why, _TODO["potential"])


def _signed_square(xs: Sequence[Number], ys: Sequence[Number]) -> Fraction | None:
    found = pearson(xs, ys)
    return None if found is None else found.sign * found.squared


def _squared(usual: UsualRange | None) -> UsualRange | None:
    """Return the range of a coefficient as that of its signed square."""
    if usual is None:
        return None
    low, high = usual.low * abs(usual.low), usual.high * abs(usual.high)
    return UsualRange(low, high, usual.source)


def cliff_check(near: Iterable[NearCliff], people: Sequence[str]) -> PlanCheck:
    """Return the share of people who stand near a cliff; flagged where anybody does."""
    found = list(near)
    ids = sorted({one.person_id for one in found})
    why = because(
        "{near} of {count} people stand near a cliff",
        "{count} 人中 {near} 人位于断崖附近",
        *(one.why for one in found),
        near=len(ids),
        count=len(people),
    )
    return checked("cliffs", ratio(len(ids), len(people)), None, ids, (), why, _TODO["cliffs"], flagged=bool(ids))
