"""Call frequency (拜访频次达成): what happened against what was planned.

Coverage counts who was seen; frequency attainment counts visits, raw and capped. Capped, a visit beyond the plan of
one customer does not make up for a visit that another one missed; publish both.

>>> plan = {"c1": 4, "c2": 4, "c3": 2, "c4": 2}
>>> march = frequency(plan, {"c1": 6, "c2": 2, "c3": 2, "c4": 0})
>>> march.coverage, march.raw, march.capped, march.reached
(Fraction(3, 4), Fraction(5, 6), Fraction(2, 3), Fraction(1, 2))

Source: practice P2-C (target coverage, frequency attainment), E13.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.units import ratio

__all__ = ["Frequency", "frequency"]


@frozen
class Frequency:
    """Counts of a period, and the four ratios made of them; each is missing where its whole is zero.

    Args:
        targets: customers with at least one visit planned.
        seen: those of them visited at least once.
        complete: those of them visited as often as planned, or more.
        planned: visits planned.
        made: visits made to these customers.
        counted: visits made, each customer's up to the plan.
        unplanned: visits made to anybody else; part of no ratio.
    """

    targets: int
    seen: int
    complete: int
    planned: int
    made: int
    counted: int
    unplanned: int = 0

    @property
    def coverage(self) -> Fraction | None:
        """Target customers seen over target customers (覆盖率)."""
        return ratio(self.seen, self.targets)

    @property
    def raw(self) -> Fraction | None:
        """Visits made over visits planned (频次达成率); above 1 where more were made."""
        return ratio(self.made, self.planned)

    @property
    def capped(self) -> Fraction | None:
        """Visits made up to each plan over visits planned (有效频次达成率); never above 1."""
        return ratio(self.counted, self.planned)

    @property
    def reached(self) -> Fraction | None:
        """Target customers seen as often as planned over target customers (达标客户占比)."""
        return ratio(self.complete, self.targets)

    def table(self) -> Table:
        """Return the four ratios with what they are made of, as table `frequency`."""
        columns = (
            Column("measure", "Measure", "指标"),
            Column("part", "Part", "分子", "number"),
            Column("whole", "Whole", "分母", "number"),
            Column("ratio", "Ratio", "比率", "ratio"),
        )
        rows = (
            (Says("Coverage", "覆盖率"), self.seen, self.targets, self.coverage),
            (Says("Frequency, raw", "频次达成率"), self.made, self.planned, self.raw),
            (Says("Frequency, capped", "有效频次达成率"), self.counted, self.planned, self.capped),
            (Says("Reached", "达标客户占比"), self.complete, self.targets, self.reached),
        )
        return Table("frequency", Says("Call frequency", "拜访频次"), columns, rows)


def frequency(plan: Mapping[str, int], actual: Mapping[str, int]) -> Frequency:
    """Compare visits made with visits planned, customer by customer.

    A customer planned with 0 visits is no target. A customer who is not in `actual` was not visited: the visit log of
    the period must be complete.

    >>> frequency({}, {"c1": 3}).coverage is None
    True
    >>> try:
    ...     frequency({"c1": -1}, {})
    ... except BadRows as refused:
    ...     print(*refused.lines())
    visits are a whole number from 0 @ plan of customer 'c1' [followup.visits]

    Args:
        plan: visits planned, by customer id.
        actual: visits made, by customer id.

    Raises:
        BadRows: counts that are no whole numbers from 0; all of them at once.
    """
    _check(plan, actual)
    targets = {customer: visits for customer, visits in plan.items() if visits}
    made = {customer: actual.get(customer, 0) for customer in targets}
    return Frequency(
        targets=len(targets),
        seen=sum(1 for visits in made.values() if visits),
        complete=sum(1 for customer, visits in targets.items() if made[customer] >= visits),
        planned=sum(targets.values()),
        made=sum(made.values()),
        counted=sum(min(visits, made[customer]) for customer, visits in targets.items()),
        unplanned=sum(visits for customer, visits in actual.items() if customer not in targets),
    )


def _check(plan: Mapping[str, int], actual: Mapping[str, int]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("visits are a whole number from 0", where=f"{what} of customer {customer!r}", code="followup.visits")
        for what, counts in (("plan", plan), ("actual", actual))
        for customer, visits in counts.items()
        if type(visits) is not int or visits < 0
    ]
    if bad:
        raise BadRows(f"{len(bad)} counts refused", bad)
