"""Reconciliation (估计值对账): several estimates of one thing made into one, with its range and where they disagree.

>>> from pharmasales.classification.potential.estimators import DEPARTMENT_TOTAL, SALES_TOTAL
>>> total = DEPARTMENT_TOTAL.estimate(
...     {"patients_a_day": 80, "share_using": "0.3", "rx_per_patient": 3, "working_days": 22}
... )
>>> sold = SALES_TOTAL.estimate({"own_sales": 660, "rival_sales": 540})
>>> found = reconcile([total, sold], "median", per="month", tolerance="1.5")
>>> found.value, found.low, found.high, found.spread
(1392, 1200, 1584, Fraction(33, 25))
>>> print(found.why.head())
median of 2 estimates: 1,392 BOX a month, from 1,200 to 1,584; the largest is 1.32 times the smallest, 1.5 is allowed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from statistics import median

from pharmasales.classification.potential.estimating import Conversion, Estimate, Per, check_per
from pharmasales.classification.potential.reconciled import BYS, By, Compared, Reconciled
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.names import nearest
from pharmasales.rules.terms import Exact, literal, number
from pharmasales.units import Number, ratio

__all__ = ["reconcile"]


def reconcile(
    estimates: Iterable[Estimate],
    by: By,
    *,
    per: Per,
    tolerance: Number,
    conversion: Conversion | None = None,
    weights: Mapping[str, Number] | None = None,
) -> Reconciled:
    """Make one estimate of several of one thing, in one unit and one period.

    Missing ones are listed and left out. Where the largest is more than `tolerance` times the smallest they disagree.
    Out are then those that are further than that from the middle (the median) either way; where none is, the furthest.
    Of two estimates nobody can say which is wrong, so that both are out. An estimate of zero counts, has no ratio to
    the others, and disagrees with all that are not zero.

    Args:
        estimates: the estimates; none twice by one estimator.
        by: the policy, of which there is no best.
        per: the period of the answer.
        tolerance: how many times the smallest the largest may be; no source names a figure.
        conversion: working days in a month and months in a year, where estimates of other periods are among them.
        weights: for `weighted`, the weight of each estimator by name, zero or above.

    Raises:
        NotComparable: different units, different things, or a period that the conversion does not state.
        BadValue: an estimate below zero, or two by one estimator, by name.
        BadRule: an unknown policy, a tolerance below 1, weights that lack an estimator, are negative, or belong to no
            policy; no estimate at all.

    Source: S004-16, S004-17.
    """
    found = list(estimates)
    limit = _checked(found, by, tolerance)
    check_per(per, "per")
    factors = [_factor(one, per, conversion or Conversion()) for one in found]
    values = {
        one.estimator.name: None if one.value is None else number(one.value * factor, "value")
        for one, factor in zip(found, factors, strict=True)
    }
    known = {name: value for name, value in values.items() if value is not None}
    value = _one(known, by, _weights(values, by, weights))
    middle, out = _middle(known.values()) if known else None, _out(known, limit)
    rows = []
    for one, factor in zip(found, factors, strict=True):
        its = values[one.estimator.name]
        off = None if its is None or middle is None else ratio(its - middle, middle)
        rows.append(Compared(one, its, factor, off, one.estimator.name in out))
    rows.sort(key=lambda row: (row.value is None, -(row.value or 0), row.name))
    return Reconciled(by, found[0].estimator.unit, per, limit, tuple(rows), value)


def _checked(estimates: Sequence[Estimate], by: By, tolerance: Number) -> Exact:
    """Check that the estimates are of one thing and the policy is one; return the tolerance."""
    if by not in BYS:
        raise BadRule("unknown policy", where="by", hint=nearest(str(by), BYS), code="potential.policy")
    if not estimates:
        raise BadRule("no estimate to reconcile", hint="give at least one", code="potential.none")
    limit = literal(tolerance)
    if limit < 1:
        hint = "1 allows no difference, 2 the double"
        raise BadRule("a tolerance below 1", where="tolerance", hint=hint, code="potential.tolerance")
    first = estimates[0].estimator
    for place, one in enumerate(estimates):
        its = one.estimator
        if its.unit != first.unit:
            hint = "convert them first; `priced` makes boxes a value"
            raise NotComparable(f"{first.unit.code} with {its.unit.code}", where=its.name, hint=hint, code="unit")
        if its.of != first.of:
            raise NotComparable(f"{first.of} with {its.of}", where=its.name, code="potential.of")
        if one.value is not None and one.value < 0:
            raise BadValue("an estimate below zero", where=its.name, code="potential.negative")
        if any(other.estimator.name == its.name for other in estimates[:place]):
            hint = "give one of them another name"
            raise BadValue("two estimates by one estimator", where=its.name, hint=hint, code="potential.twice")
    return limit


def _factor(one: Estimate, per: Per, conversion: Conversion) -> Fraction:
    try:
        return conversion.factor(one.estimator.per, per)
    except NotComparable as error:
        raise error.at(one.estimator.name) from None


def _weights(names: Iterable[str], by: By, weights: Mapping[str, Number] | None) -> Mapping[str, Exact]:
    if (weights is not None) != (by == "weighted"):
        hint = "name the weight of each estimator, with the policy weighted alone"
        raise BadRule("weights and policy do not fit", where="weights", hint=hint, code="potential.weights")
    found = {name: literal(weight) for name, weight in (weights or {}).items()}
    for name in names if weights is not None else ():
        if name not in found:
            raise BadRule(
                "an estimator without a weight", where=name, hint="zero leaves it out", code="potential.weights"
            )
        if found[name] < 0:
            raise BadRule("a negative weight", where=name, code="potential.weights")
    return found


def _one(known: Mapping[str, Exact], by: By, weights: Mapping[str, Exact]) -> Exact | None:
    if not known:
        return None
    if by == "weighted":
        total = sum(weights[name] for name in known)
        return number(ratio(sum(Fraction(weights[name] * value) for name, value in known.items()), total), "value")
    return min(known.values()) if by == "lowest" else _middle(known.values())


def _middle(values: Iterable[Exact]) -> Exact:
    found = median(map(Fraction, values))
    return found.numerator if found.denominator == 1 else found


def _out(known: Mapping[str, Exact], limit: Exact) -> frozenset[str]:
    """Name those that make the estimates disagree."""
    if len(known) < 2 or max(known.values()) <= limit * min(known.values()):
        return frozenset()
    if len(known) == 2:
        return frozenset(known)
    middle = _middle(known.values())
    far = {name for name, value in known.items() if value > limit * middle or value * limit < middle}
    if far:
        return frozenset(far)
    times = {name: max(Fraction(value, middle), Fraction(middle, value)) for name, value in known.items()}
    return frozenset(name for name, factor in times.items() if factor == max(times.values()))
