"""Growth gap (增长空间): what a department could use and does not yet, and who ranks before whom by it.

Which department is the easiest to enter or to grow is not decided here: the gap says how much is left, not how hard it
is to get.

>>> from pharmasales.units import BOX
>>> found = growth_gaps(
...     [
...         ("D1", "Example Cardiology 示例心内科", {"potential": 1584, "actual": 660}),
...         ("D2", "Example Neurology 示例神内科", {"potential": 900, "actual": None}),
...         ("D3", "Example Geriatrics 示例老年科", {"potential": 500, "actual": 520}),
...     ],
...     BOX,
...     "month",
... )
>>> [(gap.rank, gap.customer, gap.gap, gap.too_low) for gap in found]
[(1, 'D1', 924, False), (2, 'D3', -20, True), (None, 'D2', None, False)]
>>> print(found["D3"].why.head())
500 - 520 = -20 BOX a month: sales are above the potential, so the estimate is too low

Source: S004-38.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from pharmasales.classification.potential.estimating import Per, check_per, quantity
from pharmasales.classification.potential.inputs import Input, faults
from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.rules import Field, Ranked, Ratio, Sum
from pharmasales.rules.terms import Exact, number
from pharmasales.units import Amount, Unit

__all__ = ["GAP", "GAP_RANK", "GAP_SHARE", "Gap", "Gaps", "growth_gaps"]

_POTENTIAL, _ACTUAL = Field("potential", "潜力"), Field("actual", "实际销量")

GAP = Sum([_POTENTIAL], less=[_ACTUAL])
"""Growth gap = potential - actual; missing where either is."""
GAP_SHARE = Ratio(_ACTUAL, _POTENTIAL)
"""The part of the potential that is ours already = actual / potential; missing where either is, or of zero."""
GAP_RANK = Ranked(GAP)
"""Rank by gap, the widest first; equal gaps share a rank (1, 1, 3)."""


@frozen
class Gap:
    """One customer's growth gap.

    Args:
        customer: id of the customer.
        name: its label.
        potential: what it could use, exact, or missing.
        actual: what it uses of ours, or missing.
        rank: 1 for the widest gap; missing where the gap is.
        unit: what both are counted in.
        per: the period that both are of.
    """

    customer: str
    name: str = field(repr=False)
    potential: Exact | None = field(repr=False)
    actual: Amount | None = field(repr=False)
    rank: int | None
    unit: Unit
    per: Per

    @property
    def gap(self) -> Exact | None:
        """Potential less actual, exact."""
        return number(GAP(self), "gap")

    @property
    def share(self) -> Fraction | None:
        """Actual over potential; missing where either is, or where the potential is zero."""
        return GAP_SHARE(self)

    @property
    def too_low(self) -> bool:
        """Whether more is sold than the potential says, so that the estimate cannot hold (估计偏低)."""
        return self.gap is not None and self.gap < 0

    @property
    def shown(self) -> Amount | None:
        """The potential rounded half up to the unit, once; what a table shows adds up with it."""
        return None if self.potential is None else Amount.of(self.potential, self.unit, "half_up")

    @property
    def why(self) -> Why:
        """The subtraction, or which of the two is missing."""
        gone = [
            says
            for value, says in ((self.potential, ("potential", "潜力")), (self.actual, ("actual sales", "实际销量")))
            if value is None
        ]
        if gone:
            says = Says(" and ".join(en for en, _ in gone), "与".join(zh for _, zh in gone))
            return because("no gap: {what} not known", "无增长空间：{what}未知", what=says)
        share = because("{share} of the potential is ours", "已占潜力 {share}", share=percent(self.share))
        end = ("", "")
        if self.too_low:
            end = ": sales are above the potential, so the estimate is too low", "：销量高于潜力，估计偏低"
        return because(
            f"{{potential}} - {{actual}} = {{gap}} {{unit}}{end[0]}",
            f"{{potential}} - {{actual}} = {{gap}} {{unit}}{end[1]}",
            share,
            potential=self.potential,
            actual=number(self.actual, "actual"),
            gap=self.gap,
            unit=quantity(self.unit, self.per),
        )


@frozen(repr=False)
class Gaps:
    """The growth gaps of many customers, by rank, then id; the missing ones last. Build it with `growth_gaps`.

    Args:
        rows: one entry a customer.
        unit: what they are counted in.
        per: the period that they are of.
    """

    rows: tuple[Gap, ...]
    unit: Unit
    per: Per

    def __iter__(self) -> Iterator[Gap]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"Gaps({len(self.rows)} customers)"

    def __getitem__(self, customer: str) -> Gap:
        for row in self.rows:
            if row.customer == customer:
                return row
        raise NotFound("no such customer among the gaps", where=f"customer {customer!r}", code="potential.customer")

    @property
    def too_low(self) -> tuple[str, ...]:
        """The ids of those whose estimate is below what they buy already."""
        return tuple(row.customer for row in self.rows if row.too_low)

    def table(self) -> Table:
        """Return one row a customer. The potential is rounded once, and the gap shown is that less the actual."""
        words = quantity(self.unit, self.per)
        title = Says(f"Growth gap, {words.en}", f"增长空间（{words.zh}）")
        return Table("gaps", title, _COLUMNS, [_row(row) for row in self.rows])

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("potential", "Potential", "潜力", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("share", "Share", "份额", "ratio"),
    Column("gap", "Gap", "增长空间", "amount"),
    Column("why", "Why", "说明", "why"),
)


def _row(gap: Gap) -> tuple[int | str | Decimal | Fraction | Why | None, ...]:
    potential, actual = gap.shown, gap.actual
    left = None if potential is None or actual is None else (potential - actual).value
    whole = None if potential is None else potential.value
    return gap.rank, gap.customer, gap.name, whole, None if actual is None else actual.value, gap.share, left, gap.why


def growth_gaps(records: Iterable[tuple[str, str, object]], unit: Unit, per: Per) -> Gaps:
    """Reckon the growth gap of departments, or any customers, and rank them by it.

    Missing in, missing out: without a potential or an actual there is no gap and no rank. A gap below zero is kept and
    flagged. What one doctor uses (统方) is not for this: where a policy forbids to read it, its gate keeps it away.

    Args:
        records: id, label and record of each; the record's `potential` is exact, as `Estimate.value` and
            `Reconciled.value` are, its `actual` in whole parts of the unit (net sales may be below zero); both may be
            an `Amount`.
        unit: what both are counted in.
        per: the period that both are of.

    Source: S004-38. Raises:
        BadRows: every potential below zero, actual finer than the unit, number that is none, amount of another unit,
            missing field and id given twice, with the id.
    """
    check_per(per, "per")
    people = list(records)
    read = [_figures(record, unit) for _, _, record in people]
    counts = Counter(customer for customer, _, _ in people)
    bad = [one.at(f"customer {people[place][0]!r}") for place, (_, _, found) in enumerate(read) for one in found]
    bad += [BadValue("given twice", where=f"customer {c!r}", code="potential.twice") for c in counts if counts[c] > 1]
    if bad:
        raise BadRows(f"{len(bad)} figures refused", bad)
    ranks = GAP_RANK.answers(record for _, _, record in people)
    gaps = [
        Gap(customer, name, potential, actual, rank, unit, per)
        for (customer, name, _), (potential, actual, _), rank in zip(people, read, ranks, strict=True)
    ]
    return Gaps(tuple(sorted(gaps, key=lambda g: (g.rank is None, g.rank or 0, g.customer))), unit, per)


def _figures(record: object, unit: Unit) -> tuple[Exact | None, Amount | None, list[PharmaSalesError]]:
    """Read a potential and an actual, or say what is wrong with them."""
    inputs = Input("potential", Says("potential", "潜力"), unit), Input("actual", Says("actual", "实际"), unit, None)
    if bad := faults(inputs, record):
        return None, None, bad
    potential, actual = (one.read(record) for one in inputs)
    try:
        return potential, None if actual is None else Amount.of(actual, unit), []
    except BadValue as error:
        return None, None, [error.at("actual")]
