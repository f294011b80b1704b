"""Paying (计发奖金): what a plan pays a person, part by part, rounded once, every sum with its reason.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.display import Says
>>> from pharmasales.evaluation.payout.plans import PayGate
>>> from pharmasales.rules import Field
>>> from pharmasales.units import CNY
>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> plan = PayoutPlan("bonus", [
...     PayPart("sales", "sales", Field("sales"), curve, 70, zh="销售"),
...     PayPart("receipts", "receipts", Field("receipts"), curve, 30, zh="回款"),
... ], gates=[PayGate("compliance", Field("breaches").over(0), Says("a breach of compliance", "存在违规"))])
>>> bonus = Amount.of(10_000, CNY)
>>> one = pay(plan, "r1", {"sales": "120%", "receipts": "85%", "breaches": 0}, bonus)
>>> print(one.why)
11,300.00 CNY is paid
  sales: 9,800.00 CNY = 140% of 70 / 100 of the target bonus 10,000.00 CNY
    attainment 120% on the line from 100% (pays 100%) to 150% (pays 200%): 140% of the target bonus
  receipts: 1,500.00 CNY = 50% of 30 / 100 of the target bonus 10,000.00 CNY
    attainment 85% on the line from 70% (pays 0%) to 100% (pays 100%): 50% of the target bonus
>>> print(pay(plan, "r1", {"sales": "120%", "receipts": None, "breaches": 0}, bonus).why)
nothing can be paid yet
  receipts: attainment is missing
>>> print(pay(plan, "r1", {"sales": "120%", "receipts": "85%", "breaches": 1}, bonus).why.head())
0.00 CNY is paid instead of 11,300.00 CNY: a breach of compliance

Source: E36, E40; P2-C, P2-E.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from pharmasales.display import Says
from pharmasales.errors import NotComparable
from pharmasales.evaluation.payout.paid import PaidPart, Payout
from pharmasales.evaluation.payout.pieces import refuse_negative
from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart, amount, attained
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.names import normal_id
from pharmasales.units import Amount, half_up

__all__ = ["pay"]

Found: TypeAlias = tuple[Fraction | Amount | None, Fraction | None]


def pay(plan: PayoutPlan, person_id: str, record: object, bonus: Amount | None = None) -> Payout:
    """Pay one person by a plan (计发).

    A gate that holds zeroes the payout, and says from what. Otherwise a missing measure, a missing bonus, or a gate
    that cannot be answered leaves the payout missing, never zero. The exact sum of the parts is rounded half up once;
    the parts shown add up to it by largest remainder, ties in the order of the plan.

    Whether the person may be paid for a measure at all is for the compliance gate to say before.

    Args:
        plan: the plan.
        person_id: the person's id.
        record: what the parts and gates read, by name.
        bonus: what 100 % pays in a plan with curves.

    Source: E36, E40; P2-C, P2-E.

    Raises:
        BadValue: a value that is no number, or a bonus below zero.
        NotComparable: a bonus in another unit than the tiers pay in.
    """
    if bonus is not None:
        _refuse(plan, bonus)
    found = [_found(part, record, bonus) for part in plan.parts]
    blended = None if plan.blend is None else plan.blended(record)
    earned = _earned(plan, found, blended, bonus)
    held, unknown = _gated(plan, record) if plan.gates else ((), ())
    unit = plan.unit if bonus is None else bonus.unit
    whole = 0 if held else None if unknown or earned is None else half_up(earned)
    minors = _minors(plan, found, None if unit is None else whole)
    parts = tuple(PaidPart(part, *one, minor) for part, one, minor in zip(plan.parts, found, minors, strict=True))
    paid = None if unit is None or whole is None else Amount(whole, unit)
    return Payout(normal_id(person_id), plan, bonus, parts, blended, earned, paid, held, unknown)


def _gated(plan: PayoutPlan, record: object) -> tuple[tuple[Says, ...], tuple[str, ...]]:
    """Return the reasons of the gates that hold, and the names of those that cannot be answered."""
    answers = [(gate, gate.breach(record)) for gate in plan.gates]
    held = tuple(gate.says for gate, told in answers if told)
    return held, tuple(gate.name for gate, told in answers if told is None)


def _refuse(plan: PayoutPlan, bonus: Amount) -> None:
    refuse_negative(bonus, "bonus")
    if plan.unit is not None and plan.unit != bonus.unit:
        raise NotComparable(f"{bonus.unit.code} with {plan.unit.code}", where="bonus", code="unit")


def _found(part: PayPart, record: object, bonus: Amount | None) -> Found:
    """Return what a part reads, and what it earns in exact smallest parts."""
    pays = part.pays
    if isinstance(pays, TierTable):
        sold = amount(part, pays, record)
        return sold, None if sold is None else pays.exactly(sold)
    value = attained(part, record)
    if value is None or bonus is None or pays is None:
        return value, None
    weight = part.weight or 0
    top, under = pays.pieces.over(value)
    return value, Fraction(top * weight.numerator * bonus.minor, under * weight.denominator * 100)


def _earned(
    plan: PayoutPlan, found: Sequence[Found], blended: Fraction | None, bonus: Amount | None
) -> Fraction | None:
    if plan.blend is not None:
        return None if blended is None or bonus is None else plan.blend.pieces.at(blended) * bonus.minor
    top, under = 0, 1
    for _, part in found:
        if part is None:
            return None
        top, under = top * part.denominator + part.numerator * under, under * part.denominator
    return Fraction(top, under)


def _minors(plan: PayoutPlan, found: Sequence[Found], whole: int | None) -> list[int | None]:
    """Return what each part is shown with: parts of a blend have no sum of their own."""
    if whole is None or plan.blend is not None:
        return [None] * len(found)
    if whole == 0:
        return [0] * len(found)
    return list(_shown([earned for _, earned in found if earned is not None], whole))


def _shown(earned: Sequence[Fraction], whole: int) -> list[int]:
    """Round parts to whole numbers that add up to their rounded sum: each its floor, or one more."""
    parts = [one.numerator // one.denominator for one in earned]
    left = whole - sum(parts)
    if left:
        under = lcm(*(one.denominator for one in earned))
        rests = [one.numerator % one.denominator * (under // one.denominator) for one in earned]
        for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
            parts[place] += 1
    return parts
