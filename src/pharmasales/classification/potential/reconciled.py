"""Reconciled (对账结果): several estimates of one thing as one, with its range, and who is out. Made by `reconcile`.

>>> from pharmasales.classification.potential.estimators import SALES_TOTAL
>>> from pharmasales.classification.potential.reconciliation import reconcile
>>> one = SALES_TOTAL.estimate({"own_sales": 660, "rival_sales": 540})
>>> print(reconcile([one], "lowest", per="month", tolerance=1).why.head("zh"))
1 个估计的最低值：1,200 盒/月，范围 1,200 至 1,200；无可比对
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.potential.estimating import Estimate, Per, quantity
from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.rules.terms import Exact
from pharmasales.units import Amount, Unit, ratio

__all__ = ["BYS", "By", "Compared", "Reconciled"]

By: TypeAlias = Literal["median", "weighted", "lowest"]
"""How several estimates become one.

`median` (中位数) is the one in the middle; of an even number, the mean of the two in the middle. `weighted` (加权平均)
is the mean by stated weights, those of missing estimates left out. `lowest` (取低) is the smallest, for a prudent plan.
"""

BYS: Mapping[str, Says] = {
    "median": Says("median", "中位数"),
    "weighted": Says("weighted mean", "加权平均"),
    "lowest": Says("lowest", "最低值"),
}


@frozen
class Compared:
    """One estimate beside the others.

    Args:
        estimate: the estimate, as it was made.
        value: its value in the period of the comparison, or missing.
        factor: what it was multiplied by to be of that period.
        off: how far it lies from the middle of all, as a part of the middle; missing with the value, or beside a middle
            of zero.
        out: whether it is one of those that make the estimates disagree.
    """

    estimate: Estimate
    value: Exact | None = field(repr=False)
    factor: Fraction
    off: Fraction | None = field(repr=False)
    out: bool

    @property
    def name(self) -> str:
        """The name of its estimator."""
        return self.estimate.estimator.name

    @property
    def why(self) -> Why:
        """How far it is off, whether it is out, and how it was reckoned."""
        if self.value is None:
            return self.estimate.why
        verdict = Says("out", "偏离") if self.out else Says("agrees", "相符")
        if self.off is None:
            off = Says("beside a middle of zero", "中位为零")
        elif self.off == 0:
            off = Says("in the middle", "即为中位")
        else:
            off = Says(
                f"{percent(abs(self.off))} {'above' if self.off > 0 else 'below'} the middle",
                f"{'高于' if self.off > 0 else '低于'}中位 {percent(abs(self.off))}",
            )
        says = "{name}: {value}, {off}: {verdict}", "{name}：{value}，{off}：{verdict}"
        name = self.estimate.estimator.says
        return because(*says, *self._turned(), self.estimate.why, name=name, value=self.value, off=off, verdict=verdict)

    def _turned(self) -> tuple[Why, ...]:
        """Say how it was put into the period of the comparison, where it was of another."""
        if self.factor == 1:
            return ()
        return (
            because(
                "{was} x {factor} = {value}",
                "{was} x {factor} = {value}",
                was=self.estimate.value,
                factor=self.factor,
                value=self.value,
            ),
        )


@frozen
class Reconciled:
    """One estimate made of several (对账后的潜力). Build it with `reconcile`.

    Args:
        by: the policy.
        unit: what all are counted in.
        per: the period that all are of.
        tolerance: how many times the smallest the largest may be.
        rows: every estimate, the highest first, the missing ones last.
        value: the one estimate, exact, or missing.
    """

    by: By
    unit: Unit
    per: Per
    tolerance: Exact
    rows: tuple[Compared, ...] = field(repr=False)
    value: Exact | None = field(repr=False)

    @property
    def known(self) -> tuple[Compared, ...]:
        """The estimates that have a value, the highest first."""
        return tuple(row for row in self.rows if row.value is not None)

    @property
    def missing(self) -> tuple[Compared, ...]:
        """The estimates that were left out because they have none."""
        return tuple(row for row in self.rows if row.value is None)

    @property
    def low(self) -> Exact | None:
        """The smallest estimate; missing where none is known."""
        return self.known[-1].value if self.known else None

    @property
    def high(self) -> Exact | None:
        """The largest."""
        return self.known[0].value if self.known else None

    @property
    def amount(self) -> Amount | None:
        """The value rounded half up to the smallest part of the unit."""
        return None if self.value is None else Amount.of(self.value, self.unit, "half_up")

    @property
    def spread(self) -> Fraction | None:
        """The largest over the smallest; missing where none is known or the smallest is zero."""
        return ratio(self.high, self.low)

    @property
    def out(self) -> tuple[str, ...]:
        """The names of the estimators that are out; empty where all agree."""
        return tuple(row.name for row in self.rows if row.out)

    @property
    def agree(self) -> bool | None:
        """Whether the spread is within the tolerance; missing where fewer than two are known."""
        return None if len(self.known) < 2 else not self.out

    @property
    def why(self) -> Why:
        """The one estimate with its range, where the others disagree, and who was left out."""
        parts = [row.why for row in self.rows]
        if self.value is None:
            no_weight = "the known ones have no weight", "已知估计的权重为零"
            en, zh = no_weight if self.known else ("none is known", "均未知")
            return because("no estimate: {reason}", "无估计：{reason}", *parts, reason=Says(en, zh))
        return because(
            "{by} of {count} estimates: {value} {unit}, from {low} to {high}; {verdict}",
            "{count} 个估计的{by}：{value} {unit}，范围 {low} 至 {high}；{verdict}",
            *parts,
            by=BYS[self.by],
            count=len(self.known),
            value=self.value,
            unit=quantity(self.unit, self.per),
            low=self.low,
            high=self.high,
            verdict=self._verdict(),
        )

    def _verdict(self) -> Why:
        if len(self.known) == 1:
            return because("nothing to compare it with", "无可比对")
        if self.high == 0:
            return because("all are zero", "均为零")
        zero = _named([row for row in self.known if row.value == 0])
        if self.spread is None:
            return because("there is no spread, because {zero} is zero", "{zero} 为零，故无倍差", zero=zero)
        said: dict[str, Cell] = {"spread": self.spread, "tolerance": self.tolerance}
        en, zh = "the largest is {spread} times the smallest", "最大为最小的 {spread} 倍"
        if self.agree:
            return Why(Says(f"{en}, {{tolerance}} is allowed", f"{zh}，允许 {{tolerance}} 倍"), said)
        out = _named([row for row in self.rows if row.out])
        says = (
            f"they disagree: {en} where {{tolerance}} is allowed; out: {{out}}",
            f"不一致：{zh}，允许 {{tolerance}} 倍；偏离：{{out}}",
        )
        return Why(Says(*says), {**said, "out": out})

    def table(self) -> Table:
        """Return one row an estimator: its value in the common period, how far it is off, and why."""
        rows = [
            (
                row.estimate.estimator.says,
                None if row.value is None else Fraction(row.value),
                row.off,
                _OUT[row.out],
                row.why,
            )
            for row in self.rows
        ]
        return Table("reconciled", Says("Estimates compared", "估计值对账"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_OUT = {True: Says("out", "偏离"), False: Says("", "")}
_COLUMNS = (
    Column("estimator", "Estimator", "方法"),
    Column("value", "Value", "估计值", "number"),
    Column("off", "Off the middle", "与中位偏差", "ratio"),
    Column("out", "Out", "偏离"),
    Column("why", "Why", "说明", "why"),
)


def _named(rows: Sequence[Compared]) -> Says:
    names = [row.estimate.estimator.says for row in rows]
    return Says(", ".join(name.en for name in names), "、".join(name.zh for name in names))
