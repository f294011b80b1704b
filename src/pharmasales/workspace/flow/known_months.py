"""What is known of each month of flow (各月流向): as it was closed, or as the files say now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from pharmasales.channel.flow import FlowFact, flow_facts
from pharmasales.periods import Month
from pharmasales.storage.protocol import Reader
from pharmasales.units import Amount
from pharmasales.workspace.flow.closed_months import month_of, months_closed
from pharmasales.workspace.flow.inputs import FlowInputs

__all__ = ["Facts", "Place", "closed_facts", "current_facts", "sold_before"]

Place: TypeAlias = tuple[str, str, str]
"""A distributor, a customer and a product, by their ids."""

Facts: TypeAlias = Mapping[Place, FlowFact]
"""What was sold within a month."""


def closed_facts(store: Reader | None) -> dict[Month, Facts]:
    """Return the latest version of each closed month.

    Args:
        store: where they are kept; none is closed where there is no store yet.
    """
    kept = [month_of(store, month) for month in months_closed(store)] if store else []
    return {one.month.month: one.month.facts for one in kept if one is not None}


def current_facts(
    inputs: FlowInputs, closed: Mapping[Month, Facts], day: date = date.max
) -> tuple[dict[Month, Facts], int]:
    """Return what the files say of the months that are not closed, and how many lines of theirs are held.

    Args:
        inputs: the files and tables.
        closed: the closed months.
        day: only months that begin before it.
    """
    months = {line.month for file in inputs.files for line in file.read.lines if line.month is not None}
    found: dict[Month, Facts] = {}
    held = 0
    for month in sorted(one for one in months - set(closed) if one.start < day):
        _, clean = inputs.clean(month)
        found[month] = flow_facts(clean.sales, month)
        held += sum(one.line.month == month for one in clean.held)
    return found, held


def sold_before(inputs: FlowInputs, store: Reader | None, month: Month) -> dict[Place, Amount]:
    """Return what was sold before a month, returns taken off, as far as files and closed months tell.

    Args:
        inputs: the files and tables.
        store: where closed months are kept.
        month: the month.
    """
    closed = closed_facts(store)
    now, _ = current_facts(inputs, closed, month.start)
    sums: dict[Place, Amount] = {}
    for one, facts in {**closed, **now}.items():
        for place, fact in facts.items() if one < month else ():
            sums[place] = sums[place] + fact.quantity if place in sums else fact.quantity
    return sums
