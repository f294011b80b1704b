"""Restate baselines to a fixed total (总额不变的调整): their proportions stay, their sum is what it must be.

>>> from pharmasales.goals.baselines.builders import Known, build_all
>>> from pharmasales.goals.baselines.series import same_last_year
>>> from pharmasales.periods import Year
>>> from pharmasales.units import BOX
>>> sold = {"r1": 300, "r2": 200, "r3": 200}
>>> known = {owner: Known({Year(2025): Amount.of(count, BOX)}) for owner, count in sold.items()}
>>> found = restate(build_all(same_last_year(), known, Year(2026)), Amount.of(800, BOX))
>>> [amount.minor for amount in found.values()]
[343, 229, 228]
>>> print(found.why("r1").head())
r1: 800 BOX x 300 of 700 = 342.8571, restated to 343

Source: S004-32; P2-D.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.goals.baselines.baseline import plain
from pharmasales.goals.baselines.builders import Baseline
from pharmasales.splits import AllZero, Negative, split
from pharmasales.units import Amount, exact

__all__ = ["Restated", "restate"]


@frozen(eq=False)
class Restated(Mapping[str, Amount]):
    """Baselines brought to a fixed total. Made by `restate`.

    Args:
        total: what they add up to.
        amounts: the amount of each owner.
        before: the baseline of each.
        weights: what each weighed: its baseline, or zero where one below zero counts as zero.
    """

    total: Amount
    amounts: Mapping[str, Amount] = field(repr=False)
    before: Mapping[str, Baseline] = field(repr=False)
    weights: Mapping[str, Fraction] = field(repr=False)

    def __getitem__(self, owner: str) -> Amount:
        return self.amounts[owner]

    def __iter__(self) -> Iterator[str]:
        return iter(self.amounts)

    def __len__(self) -> int:
        return len(self.amounts)

    def why(self, owner: str) -> Why:
        """Say how an owner's amount follows from the total and the baselines.

        Raises:
            NotFound: an unknown owner.
        """
        if owner not in self.amounts:
            raise NotFound("no baseline of this owner", where=f"id {owner!r}", code="goals.owner")
        weight, all_weights = self.weights[owner], sum(self.weights.values(), Fraction(0))
        due = exact(self.total) * weight / all_weights if all_weights else None
        en = "{owner}: {total} x {weight} of {weights} = {due}, restated to {amount}"
        zh = "{owner}：{total} × {weight} / {weights} = {due}，调整为 {amount}"
        return because(
            en,
            zh,
            self.before[owner].why,
            owner=owner,
            total=str(self.total),
            weight=plain(weight),
            weights=plain(all_weights),
            due=due,
            amount=self.amounts[owner].value,
        )

    def table(self) -> Table:
        """Return one row an owner: the baseline before, the amount now, and why."""
        rows = [(owner, plain(self.weights[owner]), self.amounts[owner].value, self.why(owner)) for owner in self]
        return Table("restated", Says("Restated to the total", "总额调整"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("owner", "Owner", "责任人"),
    Column("before", "Before", "调整前", "number"),
    Column("amount", "Amount", "金额", "amount"),
    Column("why", "Why", "说明", "why"),
)


def restate(
    baselines: Mapping[str, Baseline],
    total: Amount,
    *,
    grain: Amount | None = None,
    all_zero: AllZero = "refuse",
    negative: Negative = "refuse",
) -> Restated:
    """Bring baselines to a fixed total in proportion, exactly, by largest remainder.

    Args:
        baselines: the baseline of each owner.
        total: what they must add up to.
        grain: the step that amounts go in; the unit's smallest part where left out.
        all_zero: with nothing but baselines of zero `refuse`, or share out `even`.
        negative: `refuse` a baseline below zero, or count it as `zero`.

    Raises:
        BadRows: every owner without a baseline, in another unit, or below zero where that is refused.
        BadValue: nothing above zero, or a total that is no multiple of the grain.
    """
    weights: dict[str, Fraction] = {}
    bad: list[PharmaSalesError] = []
    for owner, one in baselines.items():
        try:
            weights[owner] = _weight(one, total, negative)
        except PharmaSalesError as error:
            bad.append(error.at(f"baseline of {owner!r}"))
    if bad:
        raise BadRows("baselines cannot be restated", bad)
    parts = split(total, list(weights.values()), grain=grain, all_zero=all_zero)
    return Restated(total, dict(zip(weights, parts, strict=True)), dict(baselines), weights)


def _weight(one: Baseline, total: Amount, negative: Negative) -> Fraction:
    if one.value is None:
        hint = "state a policy with FirstKnown, or leave the owner out"
        raise BadValue("there is none", hint=hint, code="goals.missing")
    if one.unit != total.unit:
        code = one.unit.code if one.unit else "no unit"
        raise NotComparable(f"{code} where {total.unit.code} is due", code="unit")
    if one.value < 0 and negative != "zero":
        hint = 'correct it, or count it as zero with negative="zero"'
        raise BadValue("below zero", hint=hint, code="goals.weight.negative")
    return max(one.value, Fraction(0))
