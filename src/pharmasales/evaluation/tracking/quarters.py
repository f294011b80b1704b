"""Months into quarters into a year (月、季、年): which periods are tracked, and what a coarse one has.

>>> from pharmasales.periods import Quarter, Span
>>> [str(period) for period in periods_within(Quarter(2026, 1))]
['2026-Q1', '2026-01', '2026-02', '2026-03']
>>> [str(period) for period in parts_of(Span(2026, 2, 3), periods_within(Span(2026, 2, 3)))]
['2026-Q2', '2026-Q3']

Source: S004-35.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, PharmaSalesError
from pharmasales.periods import Month, Period, Week, buckets
from pharmasales.units import Amount, Unit

__all__ = ["ByNode", "coarse_goals", "parts_of", "periods_within", "summed"]

ByNode: TypeAlias = Mapping[str, Amount]


def periods_within(within: Period) -> list[Period]:
    """Return each quarter before its months, and the whole last.

    Raises:
        BadRule: a week, which has no months.
        BadValue: a period that is not made of quarters.
    """
    if isinstance(within, Month):
        return [within]
    if isinstance(within, Week):
        raise BadRule("a week has no months to track", hint="track a month or more", code="track.period")
    found: list[Period] = []
    for quarter in buckets(within, "quarter"):
        found += [quarter, *quarter.months]
    return found if within in found else [*found, within]


def parts_of(period: Period, order: Sequence[Period]) -> list[Period]:
    """Return the quarters of a year, the months of a quarter, nothing for a month."""
    inner = [one for one in order if one in period and one != period]
    return [one for one in inner if not any(one in other and one != other for other in inner)]


def summed(parts: Sequence[ByNode]) -> dict[str, Amount]:
    """Add amounts up by node as plain integers.

    Raises:
        NotComparable: two units at one node.
    """
    if len(parts) == 1:
        return dict(parts[0])
    sums: dict[str, int] = {}
    units: dict[str, Unit] = {}
    for part in parts:
        for node_id, amount in part.items():
            unit = units.setdefault(node_id, amount.unit)
            if amount.unit is not unit and amount.unit != unit:
                said = f"{unit.code} with {amount.unit.code}"
                raise NotComparable(said, where=f"org id {node_id!r}", code="unit")
            sums[node_id] = sums.get(node_id, 0) + amount.minor
    return {node_id: Amount(n, units[node_id]) for node_id, n in sums.items()}


def coarse_goals(given: ByNode, parts: Sequence[ByNode], period: Period) -> dict[str, Amount]:
    """Return the goals of a coarse period: as given, or the sums of its parts where all of them are there.

    Raises:
        BadRows: goals that are given and are not the sum of their parts.
        NotComparable: two units at one node.
    """
    if not parts:
        return dict(given)
    everywhere = [node_id for node_id in parts[0] if all(node_id in part for part in parts)]
    sums = summed([{node_id: part[node_id] for node_id in everywhere} for part in parts])
    hint = "correct one of them; a goal equals its parts"
    bad: list[PharmaSalesError] = [
        BadValue(
            "the goal is not the sum of its parts", where=f"org id {node_id!r}, {period}", hint=hint, code="goals.sum"
        )
        for node_id, goal in given.items()
        if node_id in sums and sums[node_id] != goal
    ]
    if bad:
        raise BadRows("goals do not add up", bad)
    return {**sums, **given}
