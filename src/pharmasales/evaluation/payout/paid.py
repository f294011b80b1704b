"""What a plan paid (实发奖金): part by part, with the reason of each sum, or of why nothing can be paid yet.

>>> from pharmasales.evaluation.payout.paying import pay
>>> from pharmasales.evaluation.payout.tiers import Tier
>>> from pharmasales.rules import Field
>>> from pharmasales.units import BOX, CNY
>>> boxes = TierTable(BOX, CNY, [Tier(0, 100, 0), Tier(100, None, "2.5")])
>>> plan = PayoutPlan("boxes", [PayPart("new product", "sales", Field("new"), boxes, zh="新品")])
>>> paid = pay(plan, "r1", {"new": 130})
>>> [(row["part"].text("zh"), row["value"], row["amount"]) for row in paid.table().records()]
[('新品', Decimal('130'), Decimal('75.00')), ('实发', None, Decimal('75.00'))]
>>> print(paid.why)
75.00 CNY is paid
  new product: 130 BOX earns 75.00 CNY
    tier 1 (from 0 to 100): 100 at 0 CNY a box = 0
    tier 2 (from 100 up): 30 at 2.5 CNY a box = 75

Source: S004-64; E36, E40.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation.payout.pieces import in_full, in_percent
from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.units import Amount, Unit, half_up

__all__ = ["PaidPart", "Payout", "Payouts"]

Value: TypeAlias = Fraction | Amount | None


@frozen
class PaidPart:
    """What one part of a plan brings (奖金分项).

    Args:
        part: the part.
        value: its attainment, or the amount that its tiers read; missing where it is.
        earned: what it earns in exact smallest parts, before gates and rounding; missing where its value or the bonus
            is, and where the plan pays on the blend.
        minor: what is shown for it, so that the parts add up to what is paid; zero behind a gate that holds.
    """

    part: PayPart
    value: Value = field(repr=False)
    earned: Fraction | None = field(repr=False)
    minor: int | None = field(repr=False)


@frozen
class Payout:
    """What a plan pays one person (奖金). Made by `pay`.

    Args:
        person_id: the person's id.
        plan: the plan.
        bonus: the target bonus, or none.
        parts: what each part brings.
        blended: the weighted attainment of all parts, where the plan pays on it.
        earned: what is earned in exact smallest parts, before gates and rounding; missing where it cannot be said.
        paid: what is paid; missing where `earned` is, unless a gate holds, and where a gate cannot be answered.
        gates: the reason of each gate that holds.
        unknown: the names of the gates that cannot be answered.
    """

    person_id: str
    plan: PayoutPlan = field(repr=lambda plan: repr(plan.name))
    bonus: Amount | None = field(repr=False)
    parts: tuple[PaidPart, ...] = field(repr=False)
    blended: Fraction | None = field(repr=False)
    earned: Fraction | None = field(repr=False)
    paid: Amount | None = field(repr=False)
    gates: tuple[Says, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit | None:
        """What it is paid in; unknown without a bonus and without tiers."""
        return self.plan.unit if self.bonus is None else self.bonus.unit

    @property
    def why(self) -> Why:
        """What is paid and why, or what is missing, in both languages."""
        if self.paid is None:
            return because("nothing can be paid yet", "暂无法计发", *self._lacking())
        parts = [self.part_why(one) for one in self.parts]
        if self.plan.blend is not None:
            parts.append(self._blend_why(self.plan.blend.why(self.blended)))
        if not self.gates:
            return because("{paid} is paid", "发 {paid}", *parts, *self._rounding(), paid=str(self.paid))
        gates = Says("; ".join(one.en for one in self.gates), "；".join(one.zh for one in self.gates))
        en, zh = "{paid} is paid instead of {whole}: {gates}", "发 {paid}，否决前为 {whole}：{gates}"
        whole = None if self.earned is None else str(Amount(half_up(self.earned), self.paid.unit))
        return because(en, zh, *parts, paid=str(self.paid), whole=whole, gates=gates)

    def part_why(self, one: PaidPart) -> Why:
        """Say what one part brings."""
        name, part = one.part.says(), one.part
        if isinstance(part.pays, TierTable):
            return _named(name, part.pays.why(one.value if isinstance(one.value, Amount) else None))
        value = one.value if isinstance(one.value, Fraction) else None
        said: dict[str, Cell] = {"name": name, "weight": in_full(part.weight or 0), "bonus": _text(self.bonus)}
        if value is None:
            return because("{name}: attainment is missing", "{name}：达成率缺失", name=name)
        if part.pays is None:
            at = in_percent(value)
            return because(
                "{name}: attainment {at} x {weight} / 100", "{name}：达成率 {at} x {weight} / 100", at=at, **said
            )
        en = "{name}: {pays} = {share} of {weight} / 100 of the target bonus {bonus}"
        zh = "{name}：{pays} = 目标奖金 {bonus} 的 {weight} / 100 x {share}"
        share = in_percent(part.pays.share(value) or Fraction(0))
        return because(en, zh, part.pays.why(value), share=share, pays=self._shown(one), **said)

    def _shown(self, one: PaidPart) -> Cell:
        """Return what a part is shown with; behind a gate what it would have been."""
        if self.unit is None or one.earned is None:
            return None
        held = bool(self.gates) or one.minor is None
        return str(Amount(half_up(one.earned) if held else one.minor or 0, self.unit))

    def _blend_why(self, inner: Why) -> Why:
        en, zh = "the blend of {count} parts pays on one curve", "{count} 项加权后按同一曲线计发"
        return because(en, zh, inner, count=len(self.parts))

    def _rounding(self) -> Iterator[Why]:
        if any((one.earned or Fraction(0)).denominator != 1 for one in self.parts):
            en = "rounded half up once, at the end; the parts shown add up to it by largest remainder"
            yield because(en, "仅在最后四舍五入一次；各分项按最大余额法与合计一致")
        elif self.earned is not None and self.earned.denominator != 1:
            yield because("rounded half up once, at the end", "仅在最后四舍五入一次")

    def _lacking(self) -> Iterator[Why]:
        for name in self.unknown:
            en, zh = "gate {name} cannot be answered: a value is missing", "否决项 {name} 无法判断：数据缺失"
            yield because(en, zh, name=name)
        if self.bonus is None and self.plan.needs_bonus:
            yield because("the target bonus is missing", "目标奖金缺失")
        yield from (self.part_why(one) for one in self.parts if one.value is None)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows of the table: each part, then what is paid."""
        for one in self.parts:
            minor = None if one.minor is None or self.unit is None else Amount(one.minor, self.unit).value
            told = one.value.value if isinstance(one.value, Amount) else one.value
            value = in_percent(told) if isinstance(told, Fraction) else told
            yield self.person_id, one.part.says(), value, one.part.weight, minor, self.part_why(one)
        value = None if self.blended is None else in_percent(self.blended)
        paid = None if self.paid is None else self.paid.value
        yield self.person_id, Says("paid", "实发"), value, None, paid, because(self.why.head(), self.why.head("zh"))

    def table(self) -> Table:
        """Return person_id, part, value, weight, amount, why: a row a part, then what is paid."""
        return _table(self.rows())

    def _repr_html_(self) -> str:
        return self.table().html()


def _text(value: Amount | None) -> Cell:
    return None if value is None else str(value)


def _named(name: Says, why: Why) -> Why:
    """Put a name in front of a reason."""
    return because(f"{{name}}: {why.says.en}", f"{{name}}：{why.says.zh}", *why.parts, name=name, **why.values)


def _payouts(given: Iterable[Payout]) -> tuple[Payout, ...]:
    return tuple(given)


@frozen
class Payouts:
    """The payouts of many people.

    Args:
        payouts: one a person, in the order shown.
    """

    payouts: tuple[Payout, ...] = field(converter=_payouts, repr=lambda payouts: f"<{len(payouts)} payouts>")

    def table(self) -> Table:
        """Return person_id, part, value, weight, amount, why: the amounts of the parts add up to what is paid."""
        return _table(row for one in self.payouts for row in one.rows())

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _table(rows: Iterable[tuple[Cell, ...]]) -> Table:
    return Table("payout", Says("Payout", "奖金"), _COLUMNS, list(rows))


_COLUMNS = (
    Column("person_id", "Person id", "人员编号"),
    Column("part", "Part", "项目"),
    Column("value", "Value", "数值", "amount"),
    Column("weight", "Weight", "权重", "number"),
    Column("amount", "Amount", "金额", "amount"),
    Column("why", "Why", "说明", "why"),
)
