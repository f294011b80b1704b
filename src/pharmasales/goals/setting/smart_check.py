"""SMART as this trade defines it (SMART 原则): Specific, Measurable, Ambitious, Realistic, Timetable.

Each letter passes, fails, or is unknown with the figure that decided. What is missing never passes.

>>> from pharmasales.goals.setting.goal import Stage
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> boxes = lambda count: Amount.of(count, BOX)
>>> goal = Goal(
...     id="G1",
...     owner="n1",
...     level="rep",
...     kind="product",
...     measure="boxes",
...     period=Quarter(2027, 1),
...     amount=boxes(1200),
...     products=["P1"],
...     stages=[Stage(date(2027, 2, 15), boxes(500))],
... )
>>> found = smart(goal, SmartFacts(as_of=date(2026, 12, 1), trend=boxes(1100), potential=boxes(4000)))
>>> print(found)
Specific: yes: owner n1, measure boxes sold, kind product, about P1
Measurable: yes: 1,200 BOX
Ambitious: yes: 1,200 BOX is over 1,100 BOX, the trend
Realistic: unknown: capacity not known
  1,200 BOX is at most 4,000 BOX, the potential
Timetable: yes: 2027-01-01 to 2027-03-31, 1 stage, 31 days to the start where 0 are due
>>> found.passed is None
True

Source: "Read first" 2, S004-29.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals.baselines.builders import not_known
from pharmasales.goals.setting.goal import Goal
from pharmasales.goals.setting.smart_letters import Smart, SmartLetter
from pharmasales.units import Amount, exact, share

__all__ = ["SmartFacts", "SmartLimits", "smart"]


@frozen(kw_only=True)
class SmartFacts:
    """What a goal is held against; what is left out is not known.

    Args:
        as_of: the day of the check.
        trend: where things go without the goal, such as a baseline's `amount`, of the goal's owner and period.
        potential: what could be used at all, in the goal's unit and period.
        capacity: what the owner can carry, in the same unit and period.
    """

    as_of: date | None = None
    trend: Amount | None = None
    potential: Amount | None = None
    capacity: Amount | None = None


@frozen(kw_only=True)
class SmartLimits:
    """Where the letters flip.

    Args:
        above_trend: the goal must be over the trend by more than this share.
        of_potential: the goal may be at most this share of the potential, itself included.
        of_capacity: the goal may be at most this share of the capacity, itself included.
        lead_days: days that must be left before the first day, at least.
        stages: how many stages on the way are due, at least.

    >>> SmartLimits(of_potential="80%").of_potential
    Fraction(4, 5)

    Raises:
        BadRule: a limit below zero.
    """

    above_trend: Fraction = field(default=Fraction(0), converter=share)
    of_potential: Fraction = field(default=Fraction(1), converter=share)
    of_capacity: Fraction = field(default=Fraction(1), converter=share)
    lead_days: int = 0
    stages: int = 1

    def __attrs_post_init__(self) -> None:
        limits = self.above_trend, self.of_potential, self.of_capacity, Fraction(self.lead_days), Fraction(self.stages)
        if min(limits) < 0:
            raise BadRule("a limit below zero", where="smart", hint="give zero or above", code="goals.limits")


_LETTERS = (
    ("S", Says("Specific", "具体")),
    ("M", Says("Measurable", "可衡量")),
    ("A", Says("Ambitious", "有挑战")),
    ("R", Says("Realistic", "可实现")),
    ("T", Says("Timetable", "有时间表")),
)


def smart(goal: Goal, facts: SmartFacts, limits: SmartLimits | None = None) -> Smart:
    """Check a goal letter by letter (SMART 检查).

    Specific: it names owner, measure, kind, and the product or customer that its kind is about. Measurable: an amount
    with its unit, or a standard with the documents that show it. Ambitious: over the trend. Realistic: within the
    potential and within the capacity, both. Timetable: dated, with stages on the way and time left before it starts.

    Args:
        goal: the goal.
        facts: what it is held against.
        limits: where the letters flip; `SmartLimits()` where left out.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.units import BOX, CNY
    >>> due = {"id": "G1", "owner": "n1", "level": "rep", "kind": "product", "measure": "boxes"}
    >>> goal = Goal(**due, period=Quarter(2027, 1), amount=Amount.of(5, BOX))
    >>> smart(goal, SmartFacts(trend=Amount.of(5, CNY)))
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotComparable: CNY with BOX @ trend [unit]

    Raises:
        NotComparable: a fact in another unit than the goal.
        BadValue: a potential or a capacity below zero.
    """
    given = limits or SmartLimits()
    _check(goal, facts)
    found = (
        _specific(goal),
        _measurable(goal),
        _ambitious(goal, facts.trend, given.above_trend),
        _realistic(goal, facts, given),
        _timetable(goal, facts.as_of, given),
    )
    return Smart(goal, tuple(SmartLetter(*letter, *each) for letter, each in zip(_LETTERS, found, strict=True)))


def _check(goal: Goal, facts: SmartFacts) -> None:
    for name in ("trend", "potential", "capacity"):
        amount: Amount | None = getattr(facts, name)
        if amount is None:
            continue
        if amount.unit != goal.measure.unit:
            due = goal.measure.unit.code if goal.measure.unit else "no unit"
            raise NotComparable(f"{amount.unit.code} with {due}", where=name, code="unit")
        if amount.minor < 0 and name != "trend":
            raise BadValue("below zero", where=name, hint="leave out what is not known", code="goals.negative")


Verdict = tuple[bool | None, Why]


def _specific(goal: Goal) -> Verdict:
    named = goal.products + goal.customers
    asked = {"product": bool(goal.products), "customer": bool(goal.customers), "either": bool(named), "owner": True}
    values: dict[str, Cell] = {"owner": goal.owner, "measure": goal.measure.says, "kind": goal.kind.says}
    if not asked[goal.kind.names]:
        due = _DUE[goal.kind.names]
        en = "owner {owner}, measure {measure}, kind {kind}, but no {due} named"
        zh = "责任人 {owner}，指标 {measure}，类型 {kind}，但未指明{due}"
        return False, because(en, zh, due=due, **values)
    about = ", ".join(named) or goal.owner
    en = "owner {owner}, measure {measure}, kind {kind}, about {about}"
    zh = "责任人 {owner}，指标 {measure}，类型 {kind}，对象 {about}"
    return True, because(en, zh, about=about, **values)


_DUE = {
    "product": Says("product", "产品"),
    "customer": Says("customer", "客户"),
    "either": Says("product or customer", "产品或客户"),
}


def _measurable(goal: Goal) -> Verdict:
    if goal.standard is None:
        return True, because("{amount}", "{amount}", amount=str(goal.amount))
    named = ", ".join(one.document for one in goal.standard.evidence)
    if named:
        return True, because("a standard, to be shown by {named}", "有标准，佐证为 {named}", named=named)
    return False, because("a standard that nothing shows", "有标准，无佐证")


def _ambitious(goal: Goal, trend: Amount | None, above: Fraction) -> Verdict:
    if goal.amount is None:
        return None, _UNCOUNTED
    if trend is None:
        return None, not_known([_TREND])
    if trend.minor < 0:
        return None, because(
            "the trend {trend} is below zero, no yardstick", "趋势 {trend} 为负，不可比", trend=str(trend)
        )
    cut = exact(trend) * (1 + above)
    passed = exact(goal.amount) > cut
    return passed, _compared(goal.amount, trend, _TREND, above + 1, _OVER if passed else _NOT_OVER)


_TREND, _POTENTIAL, _CAPACITY = Says("trend", "趋势"), Says("potential", "潜力"), Says("capacity", "承载能力")
_UNCOUNTED = because("a goal by standard has no figure: judge by hand", "定性目标无数值，须人工判断")
_OVER, _NOT_OVER = Says("is over", "高于"), Says("is not over", "未高于")
_WITHIN, _BEYOND = Says("is at most", "不超过"), Says("is over", "超过")


def _compared(amount: Amount, yardstick: Amount, name: Says, times: Fraction, verb: Says) -> Why:
    """Say how an amount compares with a share of a yardstick."""
    values: dict[str, Cell] = {"amount": str(amount), "yardstick": str(yardstick), "name": name, "verb": verb}
    if times == 1:
        return because("{amount} {verb} {yardstick}, the {name}", "{amount} {verb}{name} {yardstick}", **values)
    en, zh = "{amount} {verb} {times} x {yardstick}, the {name}", "{amount} {verb}{name} {yardstick} 的 {times} 倍"
    return because(en, zh, times=times, **values)


def _realistic(goal: Goal, facts: SmartFacts, limits: SmartLimits) -> Verdict:
    if goal.amount is None:
        return None, _UNCOUNTED
    gone: list[Says] = []
    said: list[tuple[bool, Why]] = []
    for name, yardstick, times in (
        (_POTENTIAL, facts.potential, limits.of_potential),
        (_CAPACITY, facts.capacity, limits.of_capacity),
    ):
        if yardstick is None:
            gone.append(name)
            continue
        within = exact(goal.amount) <= exact(yardstick) * times
        said.append((within, _compared(goal.amount, yardstick, name, times, _WITHIN if within else _BEYOND)))
    parts = [why for _, why in said]
    if not all(within for within, _ in said):
        return False, because("more than can be", "超出可能", *parts)
    if gone:
        missing = not_known(gone)
        return None, Why(missing.says, missing.values, tuple(parts))
    return True, because("within potential and capacity", "在潜力与承载能力之内", *parts)


def _timetable(goal: Goal, as_of: date | None, limits: SmartLimits) -> Verdict:
    count = len([stage for stage in goal.stages if stage.by < goal.period.end])
    values: dict[str, Cell] = {
        "start": goal.period.start,
        "end": goal.period.end,
        "stages": Says(f"{count} stage{'' if count == 1 else 's'}", f"{count} 个阶段"),
    }
    if as_of is None:
        known = count >= limits.stages
        en, zh = "{start} to {end}, {stages}, day of the check not known", "{start} 至 {end}，{stages}，检查日未知"
        return None if known else False, because(en, zh, **values)
    left = (goal.period.start - as_of).days
    en = "{start} to {end}, {stages}, {left} days to the start where {due} are due"
    zh = "{start} 至 {end}，{stages}，距开始 {left} 天（应有 {due} 天）"
    passed = count >= limits.stages and left >= limits.lead_days
    return passed, because(en, zh, left=left, due=limits.lead_days, **values)
