"""Closed months as plain data and back (存储格式); a month whose figures were touched is refused.

>>> from pharmasales.units import BOX
>>> closed = FlowMonth(Month(2026, 1), {("D1", "H1", "P1"): FlowFact(1, Amount(5, BOX), None)}, "u1", date(2026, 2, 5))
>>> flow_month_from(flow_month_data(closed)) == closed
True
>>> flow_month_from(flow_month_data(closed) | {"seal": ""})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: not the figures that were closed @ month 2026-01; restore it from a back-up [flow.seal]

Source: P2-F (monthly records, then bonus base).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.channel.flow.month_diff import FlowFact
from pharmasales.channel.flow.months import FlowMonth
from pharmasales.errors import BadValue
from pharmasales.periods import Month, period
from pharmasales.units import Amount, Unit

__all__ = ["flow_month_data", "flow_month_from"]


def flow_month_data(closed: FlowMonth) -> dict[str, Any]:
    """Return a closed month as plain data, with the seal of its figures."""
    return {
        "month": str(closed.month),
        "version": closed.version,
        "by": closed.by,
        "on": closed.on.isoformat(),
        "why": closed.why,
        "held": closed.held,
        "seal": closed.seal,
        "facts": [[*place, one.lines, _data(one.quantity), _data(one.amount)] for place, one in closed.facts.items()],
    }


def flow_month_from(data: Mapping[str, Any]) -> FlowMonth:
    """Read the plain data of `flow_month_data`.

    Raises:
        BadValue: data of another form, or figures that do not fit the seal.
    """
    try:
        month = period(data["month"])
        if not isinstance(month, Month):
            raise TypeError
        facts = {tuple(row[:3]): FlowFact(row[3], _amount(row[4]), _maybe(row[5])) for row in data["facts"]}
        on = date.fromisoformat(data["on"])
        made = FlowMonth(month, facts, data["by"], on, data["version"], data["why"], data["held"])
        seal = data["seal"]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):  # ours are ValueErrors too
        raise BadValue("no closed month: data of another form", where="flow month", code="flow.record") from None
    if seal != made.seal:
        where, hint = f"month {made.month}", "restore it from a back-up"
        raise BadValue("not the figures that were closed", where=where, hint=hint, code="flow.seal")
    return made


def _data(amount: Amount | None) -> list[Any] | None:
    return None if amount is None else [amount.minor, amount.unit.code, amount.unit.decimals]


def _amount(row: list[Any]) -> Amount:
    return Amount(row[0], Unit(row[1], row[2]))


def _maybe(row: list[Any] | None) -> Amount | None:
    return None if row is None else _amount(row)
