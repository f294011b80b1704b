"""Settling a year (结算): per transaction, per interval, or cumulative with what was paid before deducted.

>>> from pharmasales.evaluation.payout.tier import Tier
>>> from pharmasales.evaluation.payout.tiers import TierTable
>>> from pharmasales.periods import Month, Year
>>> from pharmasales.units import CNY
>>> table = TierTable(CNY, CNY, [Tier(0, 1_000, "1%"), Tier(1_000, 3_000, "2%"), Tier(3_000, None, "3%")])
>>> sold = [(1, 200), (1, 300), (2, 1_500), (3, 1_200)]
>>> stages = [Stage(Month(2026, month), Amount.of(n, CNY)) for month, n in sold]
>>> for basis in ("transaction", "interval", "cumulative"):
...     found = settle(table, stages, Year(2026), basis)
...     print(basis, [str(one.paid) for one in found.installments], found.total)
transaction ['5.00 CNY', '20.00 CNY', '14.00 CNY'] 39.00 CNY
interval ['5.00 CNY', '20.00 CNY', '14.00 CNY'] 39.00 CNY
cumulative ['5.00 CNY', '25.00 CNY', '26.00 CNY'] 56.00 CNY

Source: O-STEP, O-INT, O-SPLIT (practice file systems, 1e).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.pieces import in_percent
from pharmasales.evaluation.payout.plans import Pays
from pharmasales.evaluation.payout.stages import Stage, earned_at, intervals, together
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit, half_up

__all__ = ["Clawback", "Installment", "PayBasis", "Settlement", "settle"]

PayBasis: TypeAlias = Literal["transaction", "interval", "cumulative"]
"""What is put through a curve or table at a time: each transaction, each interval's sum, or the sum so far."""

Clawback: TypeAlias = Literal["deduct", "carry"]
"""What becomes of too much that was paid: it is taken back at once, or from later payments only."""

_BASES = {
    "transaction": Says("each transaction alone", "按单笔计提"),
    "interval": Says("each interval alone", "按期计提"),
    "cumulative": Says("cumulative, less what was paid before", "累计计提，扣除已发"),
}


@frozen
class Installment:
    """What one interval is paid (分期奖金).

    Args:
        interval: the interval.
        measured: what was put through the curve or table: the interval's own sum, or the sum so far.
        due: what that earns; missing where a value is.
        before: what was paid before, where it is deducted; else zero.
        paid: what is paid now; missing where `due` is.
        pays: the curve or the table.
        each: what was put through it, one by one: transactions, or the sum alone.
        deducted: whether what was paid before is deducted.
    """

    interval: Period
    measured: Stage = field(repr=False)
    due: Amount | None = field(repr=False)
    before: Amount = field(repr=False)
    paid: Amount | None = field(repr=False)
    pays: Pays = field(repr=False)
    each: tuple[Stage, ...] = field(repr=lambda stages: f"<{len(stages)} stages>")
    deducted: bool

    @property
    def why(self) -> Why:
        """What is paid and why, in both languages."""
        parts = [_stage_why(self.pays, stage) for stage in self.each]
        said: dict[str, Cell] = {"interval": str(self.interval), "paid": _text(self.paid)}
        if self.paid is None or self.due is None:
            en, zh = "{interval}: a value is missing, so nothing can be paid yet", "{interval}：数据缺失，暂无法计发"
            return because(en, zh, *parts, **said)
        if not self.deducted:
            return because("{interval}: {paid}", "{interval}：{paid}", *parts, **said)
        en = "{interval}: due so far {due} - paid before {before} = {paid}"
        zh = "{interval}：累计应发 {due} - 已发 {before} = {paid}"
        if self.paid != self.due - self.before:
            en = "{interval}: due so far {due}, paid before {before}: {open} is carried to later payments"
            zh = "{interval}：累计应发 {due}，已发 {before}：多发 {open} 从以后各期扣回"
        sums = {"due": str(self.due), "before": str(self.before), "open": str(self.before - self.due)}
        return because(en, zh, *parts, **said, **sums)


@frozen
class Settlement:
    """A year, or another period, settled interval by interval. Made by `settle`.

    Args:
        pays: the curve or the tier table.
        stages: what was settled.
        within: the period.
        basis: what was put through at a time.
        clawback: what becomes of too much that was paid.
        installments: what each interval is paid, in the order of time.
        due: what the sum of all stages earns at once; missing where a value is.
    """

    pays: Pays = field(repr=False)
    stages: tuple[Stage, ...] = field(repr=lambda stages: f"<{len(stages)} stages>")
    within: Period
    basis: PayBasis
    clawback: Clawback
    installments: tuple[Installment, ...] = field(repr=lambda found: f"<{len(found)} installments>")
    due: Amount | None = field(repr=False)

    @property
    def total(self) -> Amount | None:
        """What is paid in all; missing where an installment is."""
        paid = [one.paid for one in self.installments]
        known = [one for one in paid if one is not None]
        return None if len(known) < len(paid) else Amount.total(known, known[0].unit)

    @property
    def difference(self) -> Amount | None:
        """What is paid more than the sum of all stages earns at once; zero where the basis is cumulative.

        Cumulative with `carry` it is what is still to be taken back.
        """
        total = self.total
        return None if total is None or self.due is None else total - self.due

    @property
    def why(self) -> Why:
        """What is paid in all, and how that stands to what the whole period earns at once."""
        parts = [one.why for one in self.installments]
        if self.total is None:
            return because("an interval is not known, so there is no total", "有期间数据缺失，故无合计", *parts)
        en, zh = "{total} for {within}, {basis}", "{within} 共发 {total}，{basis}"
        if self.difference is not None and self.difference.minor:
            en += "; at once it would be {due}: a difference of {difference}"
            zh += "；一次计算为 {due}，差额 {difference}"
        said: dict[str, Cell] = {"total": str(self.total), "due": str(self.due), "difference": str(self.difference)}
        return because(en, zh, *parts, within=str(self.within), basis=_BASES[self.basis], **said)

    def table(self) -> Table:
        """Return interval, actual, due, before, paid, why: a row an interval, then the total."""
        rows: list[tuple[Cell, ...]] = [
            (
                str(one.interval),
                _value(one.measured.actual),
                _value(one.due),
                one.before.value,
                _value(one.paid),
                one.why,
            )
            for one in self.installments
        ]
        head = because(self.why.says.en, self.why.says.zh, **self.why.values)
        rows.append((Says("total", "合计"), None, _value(self.due), None, _value(self.total), head))
        return Table("settlement", Says("Settlement", "奖金结算"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _value(amount: Amount | None) -> Cell:
    return None if amount is None else amount.value


_COLUMNS = (
    Column("interval", "Interval", "期间"),
    Column("actual", "Measured", "计提基数", "amount"),
    Column("due", "Due", "应计", "amount"),
    Column("before", "Paid before", "已发", "amount"),
    Column("paid", "Paid", "本期发放", "amount"),
    Column("why", "Why", "说明", "why"),
)


def settle(
    pays: Pays,
    stages: Iterable[Stage],
    within: Period,
    basis: PayBasis = "cumulative",
    *,
    clawback: Clawback = "deduct",
) -> Settlement:
    """Settle what a period earned (结算), interval by interval.

    Cumulative payments over any partition of the period add up to what the period earns at once, to the last fen: each
    is what the sum so far earns, rounded half up, less what was paid before. Where the sum so far earns less than was
    paid, the difference is taken back at once (`deduct`), or nothing is paid until it is made up (`carry`); what is
    then left at the end stands in `difference`.

    Args:
        pays: a payout curve or a tier table.
        stages: transactions or intervals, in any order.
        within: the period, such as a year; it starts from zero.
        basis: each `transaction`, each `interval`, or `cumulative`.
        clawback: what becomes of too much that was paid.

    Source: O-STEP, O-INT, O-SPLIT; S004-43 (quarters).

    Raises:
        BadRule: an unknown basis or clawback, or transactions on a curve, which has no goal for one.
        BadRows: intervals outside the period, or that overlap.
        BadValue: nothing to settle, or a goal or bonus below zero.
        NotComparable: amounts of two units.
    """
    _refuse(pays, basis, clawback)
    kept = tuple(stages)
    if not kept:
        raise BadValue("nothing to settle", where="stages", hint="give a stage for each interval", code="payout.stages")
    ordered = intervals(kept, within)
    unit = _unit(pays, kept)
    made = _alone(pays, ordered, unit, basis) if basis != "cumulative" else _so_far(pays, ordered, unit, clawback)
    whole = earned_at(pays, together(kept, within))
    due = None if whole is None else Amount(half_up(whole), unit)
    return Settlement(pays, kept, within, basis, clawback, tuple(made), due)


def _refuse(pays: Pays, basis: PayBasis, clawback: Clawback) -> None:
    for what, value, words in (("basis", basis, get_args(PayBasis)), ("clawback", clawback, get_args(Clawback))):
        if value not in words:
            raise BadRule(f"no such {what}", where=what, hint=nearest(str(value), words), code=f"payout.{what}")
    if basis == "transaction" and isinstance(pays, PayoutCurve):
        hint = "settle it by interval or cumulative"
        raise BadRule("a transaction has no goal for a curve", where="basis", hint=hint, code="payout.basis")


def _unit(pays: Pays, stages: Sequence[Stage]) -> Unit:
    if not isinstance(pays, PayoutCurve):
        return pays.pay
    units = [stage.bonus.unit for stage in stages if stage.bonus is not None]
    if not units:
        hint = "a curve pays a share of it"
        raise BadValue("no bonus", where="stages", hint=hint, code="payout.bonus")
    other = next((unit for unit in units if unit != units[0]), None)
    if other is not None:
        raise NotComparable(f"{other.code} with {units[0].code}", where="bonus", code="unit")
    return units[0]


def _alone(
    pays: Pays, ordered: Sequence[tuple[Period, list[Stage]]], unit: Unit, basis: PayBasis
) -> Iterator[Installment]:
    nothing = Amount(0, unit)
    for interval, stages in ordered:
        whole = together(stages, interval)
        each = stages if basis == "transaction" else [whole]
        earned = [earned_at(pays, stage) for stage in each]
        known = [Amount(half_up(one), unit) for one in earned if one is not None]
        paid = Amount.total(known, unit) if len(known) == len(each) else None
        yield Installment(interval, whole, paid, nothing, paid, pays, tuple(each), deducted=False)


def _so_far(
    pays: Pays, ordered: Sequence[tuple[Period, list[Stage]]], unit: Unit, clawback: Clawback
) -> Iterator[Installment]:
    before, so_far = Amount(0, unit), None
    for interval, stages in ordered:
        so_far = together([*([so_far] if so_far else []), *stages], interval)
        earned = earned_at(pays, so_far)
        due = None if earned is None else Amount(half_up(earned), unit)
        paid = None if due is None else due - before
        if paid is not None and clawback == "carry":
            paid = max(paid, Amount(0, unit))
        yield Installment(interval, so_far, due, before, paid, pays, (so_far,), deducted=True)
        before = before if paid is None else before + paid


def _stage_why(pays: Pays, stage: Stage) -> Why:
    if not isinstance(pays, PayoutCurve):
        return pays.why(stage.actual)
    if stage.goal is None or stage.bonus is None:
        return because("no goal, or no bonus", "无目标或无目标奖金")
    attainment = None if stage.actual is None else stage.actual.over(stage.goal)
    if attainment is None and stage.actual is not None:
        return because("the goal is zero, so there is no attainment", "目标为零，故无达成率")
    en, zh = (
        "{actual} of {goal} is {share}, bonus {bonus}",
        "实际 {actual}，目标 {goal}，达成率 {share}，目标奖金 {bonus}",
    )
    told = None if attainment is None else in_percent(attainment)
    said: dict[str, Cell] = {"actual": _text(stage.actual), "goal": str(stage.goal), "bonus": str(stage.bonus)}
    return because(en, zh, pays.why(attainment), share=told, **said)


def _text(amount: Amount | None) -> Cell:
    return None if amount is None else str(amount)
