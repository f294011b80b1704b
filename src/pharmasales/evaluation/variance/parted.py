"""A change and its parts (变化分解): what was, what is, and parts that add up to the difference exactly.

>>> from pharmasales.units import CNY
>>> use, rate = (VariancePart(key, Says(key, ""), Says("", "")) for key in ("use", "rate"))
>>> before, after = Amount.of(100, CNY), Amount.of(150, CNY)
>>> change = Parted(before, after, ((use, Amount.of(60, CNY)), (rate, Amount.of(-10, CNY))))
>>> change["rate"], [str(step.end) for step in change.waterfall()]
(Amount('-10.00 CNY'), ['100.00 CNY', '160.00 CNY', '150.00 CNY', '150.00 CNY'])
>>> Parted(before, after, ((use, Amount.of(60, CNY)),))
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: parts that do not add up to the change; 60.00 CNY of 50.00 CNY [variance.sum]
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue, NotFound
from pharmasales.names import nearest
from pharmasales.units import Amount

__all__ = ["Parted", "VariancePart", "WaterfallStep", "whole_parts"]


@frozen
class VariancePart:
    """One part of a change (差异因素).

    Args:
        key: the name that programs know it by.
        says: what it is called.
        formula: how it is worked out.
    """

    key: str
    says: Says
    formula: Says


@frozen
class WaterfallStep:
    """One step of a waterfall (瀑布图): the first and the last are sums, those between are parts.

    Args:
        key: `before`, `after`, or the key of the part.
        says: what it is called.
        amount: how large it is.
        start: where it begins; zero for a sum.
        end: where it ends.
        formula: how it is worked out; empty for a sum.
    """

    key: str
    says: Says
    amount: Amount
    start: Amount
    end: Amount
    formula: Says


@frozen
class Parted:
    """A change and its parts, in the order of the waterfall. The parts always add up.

    Args:
        before: what was, or was planned; net of returns.
        after: what is; net of returns.
        parts: each part with its amount.
        gross_before: what was before returns; missing where returns play no role.
        gross_after: what is before returns.

    Raises:
        BadValue: parts that miss the change.
        NotComparable: amounts of several units.
    """

    before: Amount
    after: Amount
    parts: tuple[tuple[VariancePart, Amount], ...] = field(repr=lambda parts: f"<{len(parts)} parts>")
    gross_before: Amount | None = None
    gross_after: Amount | None = None

    def __attrs_post_init__(self) -> None:
        whole = Amount.total((amount for _, amount in self.parts), self.before.unit)
        if whole != self.change:
            hint = f"{whole} of {self.change}"
            raise BadValue("parts that do not add up to the change", hint=hint, code="variance.sum")

    @property
    def change(self) -> Amount:
        """What is less what was (差异)."""
        return self.after - self.before

    def __getitem__(self, key: str) -> Amount:
        for part, amount in self.parts:
            if part.key == key:
                return amount
        hint = nearest(key, [part.key for part, _ in self.parts])
        raise NotFound("no such part of a change", where=key, hint=hint, code="variance.part")

    def waterfall(self, before: Says | None = None, after: Says | None = None) -> tuple[WaterfallStep, ...]:
        """Return the steps from what was to what is, for a table or a picture.

        Args:
            before: what the first sum is called.
            after: what the last sum is called.
        """
        zero, none = Amount(0, self.before.unit), Says("", "")
        steps = [WaterfallStep("before", before or _BEFORE, self.before, zero, self.before, none)]
        for part, amount in self.parts:
            start = steps[-1].end
            steps.append(WaterfallStep(part.key, part.says, amount, start, start + amount, part.formula))
        return (*steps, WaterfallStep("after", after or _AFTER, self.after, zero, self.after, none))

    def table(self, before: Says | None = None, after: Says | None = None) -> Table:
        """Return step, amount, sum, share of what was before, formula; in the order of the waterfall."""
        rows: list[tuple[Cell, ...]] = [
            (step.says, step.amount.value, step.end.value, step.amount.over(self.before), step.formula)
            for step in self.waterfall(before, after)
        ]
        return Table("variance", Says("Variance", "差异分解"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_BEFORE, _AFTER = Says("before", "之前"), Says("after", "之后")
_COLUMNS = (
    Column("step", "Step", "步骤"),
    Column("amount", "Amount", "金额", "amount"),
    Column("sum", "Sum", "累计", "amount"),
    Column("share", "Of before", "占之前", "ratio"),
    Column("formula", "Formula", "算法"),
)


def whole_parts(parts: Sequence[int], under: int) -> list[int]:
    """Round exact parts with a whole sum so that the rounded ones have that sum: largest remainder (最大余额法).

    Each becomes the whole number below or above it; equal remainders are served in the order given.

    Args:
        parts: what stands above the line; together a multiple of `under`.
        under: what stands below the line of all of them, above zero.

    >>> whole_parts([5, -4, 5], 3), whole_parts([1, 1, 1], 3)
    ([2, -1, 1], [1, 0, 0])
    """
    found = [divmod(part, under) for part in parts]
    whole, rests = [floor for floor, _ in found], [rest for _, rest in found]
    left = sum(rests) // under
    if left == 1:
        whole[rests.index(max(rests))] += 1
    elif left:
        for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
            whole[place] += 1
    return whole
