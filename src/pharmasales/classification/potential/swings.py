"""Sensitivity (敏感性): what would change an estimate most, input by input, exact and ranked.

In a product one step in per cent weighs alike for every input. What tells them apart is how well each is known: give an
input its own plausible range, and the widest swing comes first.

>>> from pharmasales.classification.potential.estimators import DEPARTMENT_TOTAL
>>> record = {"patients_a_day": 80, "share_using": "0.3", "rx_per_patient": 3, "working_days": 22}
>>> for swing in sensitivity(DEPARTMENT_TOTAL, record).swings[:2]:
...     print(swing.why.head())
10 % more patients a day: +158.4 BOX a month
10 % more share using the drug: +158.4 BOX a month
>>> known = {"patients_a_day": (70, 90), "share_using": ("0.2", "0.4"), "working_days": "5%"}
>>> found = sensitivity(DEPARTMENT_TOTAL, record, known)
>>> print(found.why.head())
share using the drug would change it most: from 0.2 to 0.4 the estimate swings by 1,056 BOX a month

Source: S004-16 to S004-19.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, field, frozen

from pharmasales.classification.potential.estimating import Estimate, Estimator
from pharmasales.classification.potential.inputs import Input
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.names import nearest
from pharmasales.rules import Field, Ranked
from pharmasales.rules.terms import Exact, literal, number
from pharmasales.units import Number

__all__ = ["Plausible", "Sensitivity", "Swing", "sensitivity"]

Plausible: TypeAlias = Number | tuple[Number, Number]
"""How well an input is known: its lowest and highest plausible value, or one share by which it may be off."""


@frozen
class Swing:
    """What one input does to the estimate.

    Args:
        input: the input.
        estimate: the estimate that it is about.
        step: the share by which it was moved either way; missing where the caller gave two values.
        low: its lower value.
        high: its higher value.
        at_low: the estimate with it, or missing.
        at_high: likewise.
        rank: 1 for the widest swing, equal ones share a rank; missing where there is no swing.
        ties: the other inputs of the same swing.
    """

    input: Input
    estimate: Estimate
    step: Fraction | None
    low: Exact
    high: Exact
    at_low: Exact | None = field(repr=False)
    at_high: Exact | None = field(repr=False)
    rank: int | None = None
    ties: tuple[Input, ...] = ()

    @property
    def value(self) -> Exact:
        """The input as it is."""
        return self.estimate.inputs[self.input.name] or 0

    @property
    def swing(self) -> Exact | None:
        """The largest less the smallest of the estimate and its two neighbours; missing where one of them is."""
        found = [self.at_low, self.at_high, self.estimate.value]
        known = [value for value in found if value is not None]
        return max(known) - min(known) if len(known) == len(found) else None

    @property
    def why(self) -> Why:
        """What more of it does, then what less does, then who ties with it."""
        parts = [self._says(self.low, self.at_low)]
        if self.ties:
            says = "ties with {ties}", "与{ties}并列"
            parts.append(because(*says, ties=_names(self.ties)))
        more = self._says(self.high, self.at_high)
        return Why(more.says, more.values, tuple(parts))

    def _says(self, to: Exact, then: Exact | None) -> Why:
        """Say what happens to the estimate where the input goes to a value."""
        whole = self.step is not None and to in (self.value * (1 - self.step), self.value * (1 + self.step))
        if to == self.value:
            en, zh = "{name} stays {to}", "{name}仍为 {to}"
        elif whole:
            word = ("more", "增加") if to > self.value else ("less", "减少")
            en, zh = f"{{step}} % {word[0]} {{name}}", f"{{name}}{word[1]} {{step}}%"
        else:
            en, zh = "{name} {to} in place of {value}", "{name}由 {value} 变为 {to}"
        change = None if then is None or self.estimate.value is None else then - self.estimate.value
        plus = "+" if change is not None and change > 0 else ""
        values: dict[str, Cell] = {"name": self.input.says, "to": to, "value": self.value, "change": change}
        values["step"] = None if self.step is None else self.step * 100
        unit = self.estimate.estimator.quantity
        if change is None:
            return because(f"{en}: no estimate", f"{zh}：无估计", **values)
        return because(f"{en}: {plus}{{change}} {{unit}}", f"{zh}：{plus}{{change}} {{unit}}", **values, unit=unit)


@frozen
class Sensitivity:
    """What would change an estimate most. Build it with `sensitivity`.

    Args:
        estimate: the estimate.
        swings: one entry an input, the widest swing first; none where the estimate is missing.
    """

    estimate: Estimate
    swings: tuple[Swing, ...] = field(repr=False)

    @property
    def missing(self) -> tuple[Input, ...]:
        """The inputs that keep the answer away."""
        return self.estimate.missing

    @property
    def most(self) -> tuple[Swing, ...]:
        """The inputs that change it most: several where they tie, none where nothing changes it."""
        return tuple(swing for swing in self.swings if swing.rank == 1 and swing.swing)

    @property
    def why(self) -> Why:
        """What would change it most, or what the answer waits for."""
        if self.estimate.value is None:
            return because("no estimate to change: {reason}", "无估计：{reason}", reason=self.estimate.reason)
        parts = [swing.why for swing in self.swings]
        if not self.most:
            return because("no input changes it within its range", "各参数在其范围内均不改变结果", *parts)
        first, unit = self.most[0], self.estimate.estimator.quantity
        if len(self.most) > 1:
            return because(
                "{names} tie: each swings the estimate by {swing} {unit}",
                "{names}并列：各使估计变动 {swing} {unit}",
                *parts,
                names=_names([swing.input for swing in self.most]),
                swing=first.swing,
                unit=unit,
            )
        return because(
            "{name} would change it most: from {low} to {high} the estimate swings by {swing} {unit}",
            "{name}影响最大：由 {low} 至 {high}，估计变动 {swing} {unit}",
            *parts,
            name=first.input.says,
            low=first.low,
            high=first.high,
            swing=first.swing,
            unit=unit,
        )

    def table(self) -> Table:
        """Return one row an input: its range, the estimate at both ends, the swing, its rank, and why."""
        rows = [(s.rank, s.input.says, s.low, s.high, s.at_low, s.at_high, s.swing, s.why) for s in self.swings]
        title = Says(f"Sensitivity: {self.estimate.estimator.says.en}", f"敏感性：{self.estimate.estimator.says.zh}")
        return Table("sensitivity", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("input", "Input", "参数"),
    Column("low", "Low", "低值", "number"),
    Column("high", "High", "高值", "number"),
    Column("at_low", "At low", "低值时估计", "number"),
    Column("at_high", "At high", "高值时估计", "number"),
    Column("swing", "Swing", "变动幅度", "number"),
    Column("why", "Why", "说明", "why"),
)


def _names(inputs: Sequence[Input]) -> Says:
    return Says(", ".join(one.says.en for one in inputs), "、".join(one.says.zh for one in inputs))


def sensitivity(
    estimator: Estimator,
    record: object,
    known: Mapping[str, Plausible] | None = None,
    *,
    step: Number = "10%",
) -> Sensitivity:
    """Say what would change an estimate most: each input moved alone to both ends of its plausible range.

    The ends are looked at, not what lies between them. A share of 0.95 cannot be 10 % higher: it goes to its limit, 1,
    and the sentence says so. Zero stays zero whatever its step in per cent: give it two values.

    Args:
        estimator: the estimator.
        record: the record.
        known: for some inputs how well they are known: `(low, high)`, or one share either way such as `"20%"`.
        step: the share for all others; ours, to compare by.

    Raises:
        BadRule: a range for no input, out of order, beyond what the input can be, or one that leaves out its value; a
            share that is not above zero.
        BadValue, NotComparable: as `Estimator.estimate`.
    """
    ranges = dict(known or {})
    names = [one.name for one in estimator.inputs]
    for name in ranges:
        if name not in names:
            raise BadRule("no such input", where=name, hint=nearest(name, names), code="potential.range")
    estimate = estimator.estimate(record)
    swings = [
        _swing(estimate, one, value, ranges.get(one.name, step))
        for one in estimator.inputs
        if (value := estimate.inputs[one.name]) is not None
    ]
    return Sensitivity(estimate, () if estimate.value is None else _ranked(swings))


def _swing(estimate: Estimate, one: Input, value: Exact, plausible: Plausible) -> Swing:
    step = None if isinstance(plausible, tuple) else _share(plausible, one)
    if step is None:
        low, high = _ends(plausible, one, value)
    else:
        low, high = (one.clipped(end) for end in sorted((value * (1 - step), value * (1 + step))))
    at_low, at_high = (
        number(estimate.estimator.rule({**estimate.inputs, one.name: end}), one.name) for end in (low, high)
    )
    return Swing(one, estimate, step, low, high, at_low, at_high)


def _share(plausible: Number, one: Input) -> Fraction:
    step = Fraction(literal(plausible))
    if step <= 0:
        raise BadRule("a share that is not above zero", where=one.name, hint="write 10%", code="potential.range")
    return step


def _ends(plausible: Plausible, one: Input, value: Exact) -> tuple[Exact, Exact]:
    """Read the two values that the caller gave."""
    if not isinstance(plausible, tuple) or len(plausible) != 2:
        raise BadRule("a range is two values", where=one.name, hint="write (low, high)", code="potential.range")
    low, high = map(literal, plausible)
    if low > high:
        raise BadRule("the range is out of order", where=one.name, hint="write (low, high)", code="potential.range")
    for end in (low, high):
        if one.clipped(end) != end:
            raise BadRule(
                "the range is beyond what can be", where=one.name, hint=one.bounds().en, code="potential.range"
            )
    if not low <= value <= high:
        hint = "correct the input or widen the range"
        raise BadRule("the range leaves out the value", where=one.name, hint=hint, code="potential.range")
    return low, high


def _ranked(swings: Sequence[Swing]) -> tuple[Swing, ...]:
    """Rank by swing (1, 1, 3), name the ties, and put the widest first."""
    ranks = Ranked(Field("swing")).answers(swings)
    found = []
    for place, (swing, rank) in enumerate(zip(swings, ranks, strict=True)):
        ties = [s.input for n, s in enumerate(swings) if n != place and rank is not None and ranks[n] == rank]
        found.append(evolve(swing, rank=rank, ties=tuple(ties)))
    return tuple(sorted(found, key=lambda swing: (swing.rank is None, swing.rank or 0)))
