"""Step by step along a payout (逐点试算): each whole percent, the next unit, the cliffs, and what if.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", start="50%", above=2, cap="200%")
>>> bonus = Amount.of(10_000, CNY)
>>> for row in percent_table(curve, bonus=bonus, first=69, last=71).records():
...     print(row["percent"], row["payout"], row["more"])
69 0.00 None
70 5000.00 5000.00
71 5166.67 166.67
>>> print(cliffs(curve)[0].why)
at least 70% pays 50% of the bonus, just below it 0%: a step of 50%

Source: P2-E (steps create risk), S004-64.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.pieces import Jump, in_full, in_percent
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.evaluation.payout.settling import Installment, Settlement, settle
from pharmasales.evaluation.payout.stages import Stage, earned_at
from pharmasales.rules.terms import Exact
from pharmasales.units import Amount, half_up

__all__ = ["Cliff", "NextUnit", "cliffs", "next_unit", "percent_table", "what_if"]

_MOST = 10_000


@frozen
class Cliff:
    """A place where the payout jumps (断崖): people just short of it have reason to push, or to pull sales forward.

    Args:
        at: the attainment, or the amount in whole units.
        exclusive: whether the place itself still belongs to the lower side (超过).
        below: what is paid just below it: a share of the bonus, or whole units of pay.
        above: what is paid from it on.
        share: whether these are shares, as of a curve.
    """

    at: Exact
    exclusive: bool
    below: Fraction = field(repr=False)
    above: Fraction = field(repr=False)
    share: bool

    @property
    def step(self) -> Fraction:
        """How much more is paid above than below; below zero where more sold pays less."""
        return self.above - self.below

    @property
    def why(self) -> Why:
        """Where it is and how high."""
        say = in_percent if self.share else in_full
        en = (
            "over {at} pays {above}, up to it {below}"
            if self.exclusive
            else "at least {at} pays {above}, just below it {below}"
        )
        zh = "超过 {at} 发 {above}，未超过发 {below}" if self.exclusive else "不低于 {at} 发 {above}，低于发 {below}"
        if self.share:
            en, zh = en.replace("{above}", "{above} of the bonus"), zh.replace("发 {above}", "发目标奖金的 {above}")
        said: dict[str, Cell] = {"at": say(self.at), "above": say(self.above), "below": say(self.below)}
        return because(en + ": a step of {step}", zh + "：相差 {step}", step=say(self.step), **said)


def cliffs(pays: Pays) -> tuple[Cliff, ...]:
    """Return every place where a curve or a tier table jumps, from below (断崖点); none where it is continuous.

    >>> from pharmasales.evaluation.payout.tier import Tier
    >>> from pharmasales.evaluation.payout.tiers import TierTable
    >>> from pharmasales.units import CNY
    >>> tiers = [Tier(0, 1_000, "1%"), Tier(1_000, None, "2%")]
    >>> [(cliff.at, int(cliff.step)) for cliff in cliffs(TierTable(CNY, CNY, tiers, "flat"))]
    [(1000, 10)]
    >>> cliffs(TierTable(CNY, CNY, tiers, "marginal"))
    ()

    Source: P2-E; issue 8, section 3 (people near a cliff).
    """
    return tuple(_cliff(pays, jump) for jump in pays.pieces.jumps())


def _cliff(pays: Pays, jump: Jump) -> Cliff:
    if isinstance(pays, PayoutCurve):
        return Cliff(jump.cut.at, jump.cut.exclusive, jump.below, jump.above, share=True)
    at, finer = Fraction(jump.cut.at, 10**pays.unit.decimals), 10**pays.pay.decimals
    place = at.numerator if at.denominator == 1 else at
    return Cliff(place, jump.cut.exclusive, jump.below / finer, jump.above / finer, share=False)


@frozen
class NextUnit:
    """What a little more would bring (边际奖金). Made by `next_unit`.

    Args:
        step: how much more is sold.
        exact: what that brings in exact smallest parts, before rounding.
        value: what that brings, rounded half up.
        why: the reason, in both languages.
    """

    step: Amount
    exact: Fraction = field(repr=False)
    value: Amount = field(repr=False)
    why: Why = field(repr=False)


def next_unit(pays: Pays, stage: Stage, step: Amount) -> NextUnit | None:
    """Return what a further step of sales brings from where somebody stands (多卖一单位的奖金).

    Args:
        pays: a payout curve or a tier table.
        stage: where somebody stands.
        step: a box, a thousand yuan; above zero.

    Returns:
        What it brings, or `None` where the payout itself is missing.

    >>> from pharmasales.evaluation.payout.tier import Tier
    >>> from pharmasales.evaluation.payout.tiers import TierTable
    >>> from pharmasales.periods import Month
    >>> from pharmasales.units import BOX, CNY
    >>> flat = TierTable(BOX, CNY, [Tier(0, 100, 1), Tier(100, None, 2)], "flat")
    >>> print(next_unit(flat, Stage(Month(2026, 1), Amount.of(99, BOX)), Amount.of(1, BOX)).why)
    1 BOX more brings 101.00 CNY
      a step lies between: at least 100 pays 200, just below it 100: a step of 100

    Raises:
        BadValue: a step that is not above zero.
        NotComparable: a step of another unit.
    """
    if step.minor <= 0:
        raise BadValue("no step", where="step", hint="above zero", code="payout.step")
    now = earned_at(pays, stage)
    if now is None or stage.actual is None:
        return None
    more = earned_at(pays, Stage(stage.interval, stage.actual + step, stage.goal, stage.bonus))
    unit = stage.bonus.unit if isinstance(pays, PayoutCurve) and stage.bonus is not None else pays.pay  # type: ignore[union-attr] # a curve with a bonus, or tiers
    exact = (now if more is None else more) - now
    value = Amount(half_up(exact), unit)
    low, high = (_where(pays, stage, amount) for amount in (stage.actual, stage.actual + step))
    parts = [
        because("a step lies between: {cliff}", "其间有断崖：{cliff}", cliff=_head(cliff))
        for cliff in cliffs(pays)
        if _reached(cliff, high) and not _reached(cliff, low)
    ]
    why = because("{step} more brings {value}", "多 {step} 增加 {value}", *parts, step=str(step), value=str(value))
    return NextUnit(step, exact, value, why)


def _head(cliff: Cliff) -> Says:
    return Says(cliff.why.head(), cliff.why.head("zh"))


def _where(pays: Pays, stage: Stage, amount: Amount) -> Fraction:
    """Return where an amount stands on the scale of the cliffs."""
    if isinstance(pays, PayoutCurve) and stage.goal is not None:
        return Fraction(amount.minor, stage.goal.minor)
    return Fraction(amount.minor, 10**amount.unit.decimals)


def _reached(cliff: Cliff, place: Fraction) -> bool:
    return place > cliff.at if cliff.exclusive else place >= cliff.at


def what_if(settled: Settlement, stage: Stage) -> Installment:
    """Return what an interval would be paid, given what stands so far (试算): "90 % next month gives ...".

    Args:
        settled: what stands so far.
        stage: the figure asked about; in an interval that is settled already it comes on top.

    >>> from pharmasales.evaluation.payout.building import payout_curve
    >>> from pharmasales.periods import Month, Year
    >>> from pharmasales.units import CNY
    >>> goal, bonus = Amount.of(100_000, CNY), Amount.of(1_000, CNY)
    >>> curve = payout_curve(threshold="70%", above=2, cap="200%")
    >>> so_far = settle(curve, [Stage(Month(2026, 1), Amount.of(110_000, CNY), goal, bonus)], Year(2026))
    >>> what_if(so_far, Stage.reaching("90%", Month(2026, 2), goal, bonus)).paid
    Amount('800.00 CNY')

    Raises:
        BadRows: an interval outside the period, or one that overlaps another.
    """
    asked = settle(settled.pays, [*settled.stages, stage], settled.within, settled.basis, clawback=settled.clawback)
    return next(one for one in asked.installments if one.interval == stage.interval)


def percent_table(
    pays: Pays, *, bonus: Amount | None = None, goal: Amount | None = None, first: int = 0, last: int = 150
) -> Table:
    """Return percent, payout, more, why: what each whole percent of attainment pays (逐点奖金表).

    Args:
        pays: a payout curve, which needs a bonus, or a tier table, which needs a goal.
        bonus: what 100 % pays.
        goal: what 100 % is.
        first: the first percent.
        last: the last, at most 10,000 after the first.

    Raises:
        BadValue: a bonus or goal that is missing, zero or below, or percents out of range.
    """
    for what, value in (("first", first), ("last", last)):
        if type(value) is not int:
            raise BadValue(
                f"{type(value).__name__} as a percent", where=what, hint="whole numbers", code="payout.percent"
            )
    if not 0 <= first <= last <= first + _MOST:
        raise BadValue("percents out of range", where="last", hint="first is at most last", code="payout.percent")
    needed, what = (bonus, "bonus") if isinstance(pays, PayoutCurve) else (goal, "goal")
    if needed is None or needed.minor <= 0:
        raise BadValue(f"no {what}", where=what, hint="above zero", code="payout.percent")
    return Table(
        "payout_by_percent", Says("Payout by percent", "逐点奖金表"), _COLUMNS, list(_rows(pays, needed, first, last))
    )


def _rows(pays: Pays, needed: Amount, first: int, last: int) -> Iterator[tuple[Cell, ...]]:
    before: Amount | None = None
    for percent in range(first, last + 1):
        at = Fraction(percent, 100)
        if isinstance(pays, PayoutCurve):
            paid, why = Amount(half_up(pays.pieces.at(at) * needed.minor), needed.unit), pays.why(at)
        else:
            sold = needed.times(at)
            paid, why = Amount(half_up(pays.exactly(sold)), pays.pay), pays.why(sold)
        yield percent, paid.value, None if before is None else (paid - before).value, why
        before = paid


_COLUMNS = (
    Column("percent", "Percent", "达成率（%）", "number"),
    Column("payout", "Payout", "奖金", "amount"),
    Column("more", "More", "比上一点多", "amount"),
    Column("why", "Why", "说明", "why"),
)
