"""People near a cliff (断崖附近人员): who is just short of a jump or just over it, and what that wins or loses.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.evaluation.payout.paying import pay
>>> from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart
>>> from pharmasales.rules import Field
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", start="50%", above=2, cap="200%")
>>> plan = PayoutPlan("sales", [PayPart("sales", "sales", Field("done"), curve, 100, zh="销售")])
>>> done = {"r1": "69%", "r2": "71%", "r3": "90%"}
>>> found = near_pay(
...     [pay(plan, rep, {"done": one}, Amount.of(10_000, CNY)) for rep, one in done.items()], Fraction(2, 100)
... )
>>> for one in found:
...     print(one.why.head())
r1, sales: 69% is 1% short of 70%, which would bring 5,000.00 CNY
r2, sales: 71% is 1% over 70%; below it 5,000.00 CNY would be lost

Source: P2-E (steps create risk); issue 8, section 3 (people near a cliff).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation.fairness.plans.level_odds import reaches
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.paid import PaidPart, Payout
from pharmasales.evaluation.payout.pieces import in_full, in_percent
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.evaluation.payout.steps import Cliff, cliffs
from pharmasales.evaluation.scoring.scorecard import RepScore
from pharmasales.rules import Bands, Cut
from pharmasales.rules.terms import Exact, number
from pharmasales.units import Amount, exact, half_up

__all__ = ["NearCliff", "near_grades", "near_pay", "near_table"]


@frozen
class NearCliff:
    """One person near one cliff (断崖附近人员).

    Args:
        person_id: the person's id.
        name: the part of the plan, or the grade, in both languages.
        at: the place of the cliff.
        value: where the person stands.
        over: whether the cliff is reached.
        step: what reaching it brings in money, rounded half up; below zero where more pays less, none of a grade.
        grades: the grade below the cut and the one above it; none of a payout.
        share: whether place and value are shares, as of a curve.
    """

    person_id: str
    name: Says
    at: Exact
    value: Exact = field(repr=False)
    over: bool
    step: Amount | None = field(repr=False)
    grades: tuple[str, str] | None
    share: bool

    @property
    def distance(self) -> Fraction:
        """How far the person stands from the cliff, on either side."""
        return abs(Fraction(self.value) - self.at)

    @property
    def why(self) -> Why:
        """How near, on which side, and what it wins or loses."""
        say = in_percent if self.share else in_full
        said: dict[str, Cell] = {"person": self.person_id, "name": self.name, "at": say(self.at)}
        said |= {"value": say(self.value), "distance": say(self.distance)}
        if self.grades is not None:
            said |= {"win": Says(f"grade {self.grades[1]}", f"等级 {self.grades[1]}")}
            said |= {"lose": Says(f"the grade is {self.grades[0]}", f"降为等级 {self.grades[0]}")}
        else:
            said |= {"win": Says(str(self.step), f" {self.step}")}
            said |= {"lose": Says(f"{self.step} would be lost", f"少得 {self.step}")}
        if self.over:
            en = "{person}, {name}: {value} is {distance} over {at}; below it {lose}"
            return because(en, "{person}，{name}：{value} 高出 {at} {distance}；低于则{lose}", **said)
        en = "{person}, {name}: {value} is {distance} short of {at}, which would bring {win}"
        return because(en, "{person}，{name}：{value} 距 {at} 差 {distance}，达到则得{win}", **said)


def near_pay(payouts: Iterable[Payout], near: Exact) -> tuple[NearCliff, ...]:
    """Return who is near a jump of a payout, by id and from the lowest cliff up.

    Who is paid nothing by a gate wins and loses nothing here, and is left out, as is who lacks the figure.

    Args:
        payouts: one a person.
        near: how far: of a curve in attainment, both sides included; of a tier table as a share of the cliff's place.
    """
    ordered = sorted(payouts, key=lambda one: one.person_id)
    return tuple(found for payout in ordered if not payout.gates for found in _near_payout(payout, near))


def _near_payout(payout: Payout, near: Exact) -> Iterator[NearCliff]:
    if payout.plan.blend is not None:
        blend = Says("the blend", "加权达成率")
        yield from _near(payout, blend, payout.plan.blend, payout.blended, Fraction(1), near)
        return
    for one in payout.parts:
        if one.part.pays is not None:
            weight = Fraction(one.part.weight or 0) / 100
            yield from _near(payout, one.part.says(), one.part.pays, _value(one), weight, near)


def _value(one: PaidPart) -> Fraction | None:
    return exact(one.value) if isinstance(one.value, Amount) else one.value


def _near(
    payout: Payout, name: Says, pays: Pays, value: Fraction | None, weight: Fraction, near: Exact
) -> Iterator[NearCliff]:
    if value is None or payout.unit is None:
        return
    for cliff in cliffs(pays):
        within = near if isinstance(pays, PayoutCurve) else near * cliff.at
        if abs(value - cliff.at) <= within:
            over = reaches(value, Cut(cliff.at, cliff.exclusive))
            step = Amount(half_up(_step(payout, cliff, weight)), payout.unit)
            yield NearCliff(payout.person_id, name, cliff.at, value, over, step, None, cliff.share)


def _step(payout: Payout, cliff: Cliff, weight: Fraction) -> Fraction:
    """Return what a cliff is worth to a person, in exact smallest parts."""
    if not cliff.share:
        return cliff.step * 10**payout.unit.decimals if payout.unit is not None else Fraction(0)
    return cliff.step * weight * (0 if payout.bonus is None else payout.bonus.minor)


def near_grades(cards: Iterable[RepScore], bands: Bands, near: Exact) -> tuple[NearCliff, ...]:
    """Return who is near the cut of a grade, by id and from the lowest cut up.

    Args:
        cards: one a person; who has no total is left out.
        bands: the grades by total, as of `Standings.grades`.
        near: how many points, both sides included.
    """
    found, labels = [], [str(label) for label in bands.labels()]
    name = Says("grade", "等级")
    for card in sorted(cards, key=lambda card: card.rep_id):
        value = number(bands.of({"total": card.total}), "total")
        for place, (cut, _) in enumerate(bands.cuts):
            if value is not None and abs(Fraction(value) - cut.at) <= near:
                grades = labels[place], labels[place + 1]
                found.append(
                    NearCliff(card.rep_id, name, cut.at, value, reaches(value, cut), None, grades, share=False)
                )
    return tuple(found)


def near_table(found: Iterable[NearCliff]) -> Table:
    """Return person_id, name, at, value, over, step, why: a row a person and cliff."""
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        say = in_percent if one.share else in_full
        side = Says("over", "已达到") if one.over else Says("short", "未达到")
        step = None if one.step is None else one.step.value
        rows.append((one.person_id, one.name, say(one.at), say(one.value), side, step, one.why))
    return Table("near_cliffs", Says("People near a cliff", "断崖附近人员"), _COLUMNS, rows)


_COLUMNS = (
    Column("person_id", "Person id", "人员编号"),
    Column("name", "Part or grade", "项目或等级"),
    Column("at", "Cliff", "断崖点"),
    Column("value", "Stands at", "当前值"),
    Column("over", "Side", "位置"),
    Column("step", "Step", "差额", "amount"),
    Column("why", "Why", "说明", "why"),
)
