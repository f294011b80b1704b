"""What if the past had come otherwise (重抽样试算): the odds of each level and the range of cost, counted draw by draw.

Whole periods or whole people are drawn anew, as many as there are, each as often as chance wills. It shows how much a
figure hangs on one good quarter or on a few people; it is no forecast.

>>> from pharmasales.evaluation.fairness.plans.past import PastRecord
>>> from pharmasales.evaluation.fairness.plans.simulating import simulate
>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.evaluation.payout.plans import PayPart
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> plan = PayoutPlan("sales", [PayPart("sales", "sales", Field("done"), curve, 100)])
>>> done = {"r1": ("85%", "120%"), "r2": ("60%", "75%")}
>>> past = [
...     PastRecord(rep, Quarter(2025, n), {"done": one}, Amount.of(1_000, CNY))
...     for rep, quarters in done.items() for n, one in enumerate(quarters, 1)
... ]
>>> found = resample(simulate(past, plan=plan), draws=100, seed=7)
>>> [(one.person_id, one.draws, one.threshold, one.target) for one in found.people]
[('r1', 100, 100, 71), ('r2', 100, 27, 0)]
>>> [str(found.cost_at(at)) for at in (0, "1/2", 1)]
['1,000.00 CNY', '2,066.67 CNY', '3,133.34 CNY']

Source: issue 8, section 3 (simulation of a season on the past year; odds of threshold, target, excellence).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.evaluation.fairness.plans.draws import Draws
from pharmasales.evaluation.fairness.plans.level_odds import LEVELS, Level, Levels
from pharmasales.evaluation.fairness.plans.season import Season
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.plans import PayoutPlan
from pharmasales.names import nearest
from pharmasales.units import Amount, Number, Unit, ratio, share

__all__ = ["DrawnBy", "PersonOdds", "Resampled", "resample"]

DrawnBy: TypeAlias = Literal["periods", "people"]
"""What is drawn anew: whole `periods`, the same for everybody, or whole `people` with all their periods."""

_BY = {"periods": Says("whole periods", "整期抽样"), "people": Says("whole people", "整人抽样")}
_MOST = 100_000


@frozen
class PersonOdds:
    """In how many draws one person reaches each level (个人达到次数).

    Args:
        person_id: the person's id.
        draws: in how many draws at least one of the person's periods was drawn.
        threshold: in how many of them the mean attainment reaches the threshold.
        target: the same of the target.
        excellence: the same of excellence; none where the levels have none.
    """

    person_id: str
    draws: int
    threshold: int
    target: int
    excellence: int | None


@frozen
class Resampled:
    """What came of the draws (重抽样结果). Made by `resample`.

    Args:
        by: what was drawn.
        draws: how many draws.
        seed: what they began from; the same seed gives the same draws.
        levels: the levels that were counted; none where the plan has not one set of them.
        people: each person's counts, by id; empty without levels, and where people were drawn.
        reached: for each level, how many people reach it in each draw, ascending.
        costs: the total cost of each draw, ascending, in smallest parts.
        missing: who lacks a figure and is in no draw, by id.
        unit: what the costs are in.
    """

    by: DrawnBy
    draws: int
    seed: int
    levels: Levels | None
    people: tuple[PersonOdds, ...] = field(repr=lambda people: f"<{len(people)} people>")
    reached: tuple[tuple[Level, tuple[int, ...]], ...] = field(repr=False)
    costs: tuple[int, ...] = field(repr=False)
    missing: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} people>")
    unit: Unit

    def cost_at(self, part: Number) -> Amount:
        """Return the least cost that so large a part of the draws does not pass.

        Args:
            part: 0 for the least cost of all, `1/2` for the median, 1 for the most.

        Raises:
            BadValue: no share from 0 to 1.
        """
        return Amount(_at(self.costs, part), self.unit)

    def within(self, budget: Amount) -> int:
        """Return how many of the draws cost no more than a budget.

        Raises:
            NotComparable: a budget in another unit.
        """
        return sum(Amount(cost, self.unit) <= budget for cost in self.costs)

    @property
    def why(self) -> Why:
        """How the draws were made, and between what the cost lies."""
        said: dict[str, Cell] = {"draws": self.draws, "by": _BY[self.by], "seed": str(self.seed)}
        for name, part in (("least", 0), ("low", "5%"), ("high", "95%"), ("most", 1)):
            said[name] = str(self.cost_at(part))
        en = "{draws} draws of {by}, seed {seed}: cost {least} to {most}, nine of ten between {low} and {high}"
        zh = "{by} {draws} 次（种子 {seed}）：成本 {least} 至 {most}，九成在 {low} 与 {high} 之间"
        parts = [
            because(
                "{level}: reached by {least} to {most} people, {middle} in the middle draw",
                "{level}：{least} 至 {most} 人达到，中位 {middle} 人",
                level=LEVELS[level],
                least=counts[0],
                most=counts[-1],
                middle=_at(counts, "1/2"),
            )
            for level, counts in self.reached
        ]
        if self.missing:
            en_left, zh_left = "left out for want of a figure: {ids}", "缺数据未计入：{ids}"
            parts.append(because(en_left, zh_left, ids=", ".join(self.missing)))
        return because(en, zh, *parts, **said)

    def table(self) -> Table:
        """Return person_id, draws, threshold, target, excellence: a row a person, the counts as shares of the draws."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.person_id,
                one.draws,
                *(ratio(count, one.draws) for count in (one.threshold, one.target, one.excellence)),
            )
            for one in self.people
        ]
        return Table("resampled_odds", Says("Odds by person", "个人达到率"), _PEOPLE, rows)

    def cost_table(self) -> Table:
        """Return part, cost: the least cost, the twentieths at both ends, the quartiles and the most."""
        rows: list[tuple[Cell, ...]] = [
            (Fraction(n, 20), self.cost_at(Fraction(n, 20)).value) for n in (0, 1, 5, 10, 15, 19, 20)
        ]
        return Table("resampled_cost", Says("Range of cost", "成本分布"), _COSTS, rows)

    def _repr_html_(self) -> str:
        return self.cost_table().html()


_PEOPLE = (
    Column("person_id", "Person id", "人员编号"),
    Column("draws", "Draws", "抽样次数", "number"),
    Column("threshold", "Threshold", "起付线", "ratio"),
    Column("target", "Target", "目标", "ratio"),
    Column("excellence", "Excellence", "卓越线", "ratio"),
)
_COSTS = (Column("part", "Part of the draws", "抽样占比", "ratio"), Column("cost", "Cost", "成本", "amount"))


def _at(ordered: Sequence[int], part: Number) -> int:
    found = share(part)
    if not 0 <= found <= 1:
        raise BadValue("no part of the draws", where="part", hint="0 to 1", code="fairness.part")
    place = -(-found.numerator * len(ordered) // found.denominator) - 1
    return ordered[max(place, 0)]


def resample(
    season: Season, *, draws: int, seed: int, by: DrawnBy = "periods", levels: Levels | None = None
) -> Resampled:
    """Draw a simulated season anew, many times, and count (重抽样试算).

    With `periods`, each draw takes as many periods as the season has, any of them several times, for everybody alike;
    the cost is what they paid, and a person reaches a level where the mean attainment of the periods drawn does. With
    `people`, each draw takes as many people as there are, each with the whole season. Who lacks a figure in any period
    is in no draw, and named.

    Args:
        season: a simulated season with a plan.
        draws: how many, 1 to 100,000.
        seed: a whole number.
        by: what is drawn.
        levels: what is counted; where left out, the levels of the plan's curves, if all are the same.

    Raises:
        BadValue: a season without pay, or a count or seed that is no whole number in its range.
        BadRule: an unknown way to draw.
    """
    if by not in get_args(DrawnBy):
        hint = nearest(str(by), get_args(DrawnBy))
        raise BadRule("no such way to draw", where="by", hint=hint, code="fairness.draws")
    if type(draws) is not int or not 1 <= draws <= _MOST or type(seed) is not int:
        where, hint = ("seed", "a whole number") if type(seed) is not int else ("draws", f"1 to {_MOST:,}")
        raise BadValue("no such draws", where=where, hint=hint, code="fairness.draws")
    due = levels if levels is not None or season.plan is None else _levels(season.plan)
    known = [row for row in season.rows if row.paid is not None and (due is None or row.attainment is not None)]
    if season.unit is None or not known:
        hint = "simulate with a plan, and give bonuses and figures"
        raise BadValue("nobody is paid", where="season", hint=hint, code="fairness.draws")
    board = Draws(season, known, due)
    random = Random(seed)  # noqa: S311 - seeded draws that can be repeated, no secret
    for _ in range(draws):
        (board.draw_periods if by == "periods" else board.draw_people)(random)
    drawn = {row.person_id for row in known}
    missing = tuple(row.person_id for row in season.rows if row.person_id not in drawn)
    people = tuple(_odds(board)) if by == "periods" and due is not None else ()
    costs = tuple(sorted(board.costs))
    return Resampled(by, draws, seed, due, people, tuple(board.counted()), costs, missing, season.unit)


def _levels(plan: PayoutPlan) -> Levels | None:
    """Return the levels that all curves of a plan share; none where they differ, or where a tier table pays."""
    if plan.blend is not None:
        return Levels.of(plan.blend)
    curves = [part.pays for part in plan.parts if isinstance(part.pays, PayoutCurve)]
    found = {Levels.of(curve) for curve in curves}
    return found.pop() if len(found) == 1 and len(curves) == len(plan.parts) else None


def _odds(board: Draws) -> Iterator[PersonOdds]:
    for one in board.everybody:
        of = dict(zip(board.levels, one.reached, strict=True))
        yield PersonOdds(one.id, one.draws, of["threshold"], of["target"], of.get("excellence"))
