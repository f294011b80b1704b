"""Whether pay follows performance (绩效与奖金的对应): how far the best stand out, and whether the order is the same.

>>> people = [Earner(f"r{n}", Fraction(60 + 5 * n), 1_000 * n, 5_000) for n in range(1, 11)]
>>> [(one.name, str(one.figure), one.verdict) for one in pay_checks(people, PlanBounds())]
[('spread', '20/11', 'stated'), ('upside', '2', 'within'), ('agreement', '1', 'stated')]

Source: issue 8, section 3 (pay-performance spread).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Says, because, percent
from pharmasales.evaluation.fairness.plans.plan_bounds import PlanBounds, PlanCheck, UsualRange, checked
from pharmasales.evaluation.fairness.plans.same_order import in_order, overtaken
from pharmasales.units import ratio

__all__ = ["Earner", "pay_checks", "too_few"]

_FLAT = because(
    "what to do: see whether the best are paid enough more than the others, or too much",
    "建议：检查优秀人员与其他人的奖金差距是否过小或过大",
)
_TURNED = because(
    "what to do: see which part or which target bonus pays them less", "建议：检查是哪个项目或目标奖金使其少得"
)


@frozen
class Earner:
    """One person's performance and pay, as the checks read them.

    Args:
        person_id: the person's id.
        performance: the score or the weighted attainment; missing where it is.
        paid: what is paid in smallest parts; missing where it is.
        bonus: the target bonus in smallest parts, or none.
    """

    person_id: str
    performance: Fraction | None = field(repr=False)
    paid: int | None = field(repr=False)
    bonus: int | None = field(default=None, repr=False)


_SAYS = {
    "spread": Says("pay of the best tenth over that of the middle", "前 10% 与中间人员的奖金之比"),
    "upside": Says("pay of the best tenth over its target bonus", "前 10% 的奖金与其目标奖金之比"),
    "agreement": Says("agreement of pay with performance", "奖金与绩效排序一致度"),
}

Known: TypeAlias = tuple[str, Fraction, int, int | None]


def pay_checks(people: Sequence[Earner], bounds: PlanBounds) -> Iterator[PlanCheck]:
    """Yield the three checks of pay against performance: `spread`, `upside`, `agreement`.

    The best tenth are the people of the best performance, a tenth of all rounded up, with all who are level with the
    last of them; the middle are as many around the middle of the same order, or one more so that both sides are equal.

    Args:
        people: everybody; who lacks performance or pay is named as missing.
        bounds: what is usual.
    """
    known: list[Known] = []
    missing: list[str] = []
    for one in sorted(people, key=lambda one: one.person_id):
        if one.performance is None or one.paid is None:
            missing.append(one.person_id)
        else:
            known.append((one.person_id, one.performance, one.paid, one.bonus))
    if len(known) < bounds.fewest:
        for name, says in _SAYS.items():
            yield too_few(name, says, len(known), missing, bounds.fewest)
        return
    known.sort(key=lambda one: one[1], reverse=True)
    yield _spread(known, missing)
    yield _upside(known, missing, bounds.upside)
    yield _agreement(known, missing)


def too_few(name: str, says: Says, count: int, missing: Sequence[str], fewest: int) -> PlanCheck:
    """Return a check that has too few figures to say anything."""
    en = "{says}: {count} people with a figure, at least {fewest} are needed; {missing} have none"
    zh = "{says}：有数据者 {count} 人，至少需要 {fewest} 人；缺数据 {missing} 人"
    why = because(en, zh, says=says, count=count, fewest=fewest, missing=len(missing))
    return PlanCheck(name, None, None, False, (), tuple(missing), why)


def _level(known: Sequence[Known], start: int, count: int) -> list[Known]:
    """Return those who stand from a place on, and all who are level with the first or the last of them."""
    high, low = known[start][1], known[start + count - 1][1]
    return [one for one in known if low <= one[1] <= high]


def _mean(paid: Sequence[int]) -> Fraction:
    return Fraction(sum(paid), len(paid))


def _tenth(known: Sequence[Known]) -> int:
    return -(-len(known) // 10)


def _spread(known: Sequence[Known], missing: Sequence[str]) -> PlanCheck:
    count = _tenth(known)
    start = (len(known) - count) // 2
    best, middle = _level(known, 0, count), _level(known, start, len(known) - 2 * start)
    figure = ratio(_mean([one[2] for one in best]), _mean([one[2] for one in middle]))
    says, ids = _SAYS["spread"], tuple(one[0] for one in best)
    said: dict[str, Cell] = {"says": says, "best": len(best), "middle": len(middle), "count": len(known)}
    if figure is None:
        en = "{says}: the {middle} in the middle are paid nothing"
        return checked("spread", None, None, ids, missing, because(en, "{says}：中间 {middle} 人无奖金", **said), _FLAT)
    en = "{says}: {figure} times, {best} against {middle} of {count} people"
    why = because(en, "{says}：{figure} 倍（{count} 人中 {best} 人对 {middle} 人）", figure=figure, **said)
    return checked("spread", figure, None, ids, missing, why, _FLAT, flagged=figure <= 1)


def _upside(known: Sequence[Known], missing: Sequence[str], usual: UsualRange | None) -> PlanCheck:
    best = _level(known, 0, _tenth(known))
    ids, says = tuple(one[0] for one in best), _SAYS["upside"]
    bonuses = [one[3] for one in best if one[3] is not None]
    figure = ratio(sum(one[2] for one in best), sum(bonuses)) if len(bonuses) == len(best) else None
    if figure is None:
        en, zh = "{says}: there is no target bonus to compare with", "{says}：无目标奖金可比"
        return checked("upside", None, usual, ids, missing, because(en, zh, says=says), _FLAT)
    en, zh = "{says}: {figure}, {best} of {count} people", "{says}：{figure}（{count} 人中 {best} 人）"
    why = because(en, zh, says=says, figure=percent(figure), best=len(best), count=len(known))
    return checked("upside", figure, usual, ids, missing, why, _FLAT)


def _agreement(known: Sequence[Known], missing: Sequence[str]) -> PlanCheck:
    figure = in_order([one[1] for one in known], [one[2] for one in known])
    ids, says = overtaken((person, performance, paid) for person, performance, paid, _ in known), _SAYS["agreement"]
    if figure is None:
        en, zh = "{says}: one of the two does not vary over {count} people", "{says}：{count} 人中有一项没有差异"
        return checked("agreement", None, None, ids, missing, because(en, zh, says=says, count=len(known)), _TURNED)
    en = "{says}: {figure} of {count} people; {turned} did better than somebody who is paid more"
    zh = "{says}：{figure}（{count} 人）；{turned} 人绩效更好而奖金低于他人"
    why = because(en, zh, says=says, figure=figure, count=len(known), turned=len(ids))
    return checked("agreement", figure, None, ids, missing, why, _TURNED, flagged=bool(ids))
