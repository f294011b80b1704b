"""Orders with their checks, holds and releases as plain data and back (订单存储格式).

>>> from pharmasales.units import CNY
>>> order = CreditOrder.place("O1", "D1", Amount.of(90_000, CNY), by="rep1", on=date(2026, 7, 3))
>>> order_data(order)["amount"], order_from(order_data(order)) == order
(9000000, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.channel.credit.checks import CheckBasis, OrderCheck
from pharmasales.channel.credit.holds import HOLDS
from pharmasales.channel.credit.order_steps import OrderStep
from pharmasales.channel.credit.orders import CreditOrder
from pharmasales.channel.credit.owing import Owed
from pharmasales.channel.credit.records import number_from, number_text, read, unit_data
from pharmasales.channel.credit.trading import TradeNote
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.units import Amount, Unit

__all__ = ["order_data", "order_from"]


def order_data(order: CreditOrder) -> dict[str, Any]:
    """Return an order as plain JSON, without its version, which the store counts; `order_from` reads it back."""
    return {
        "id": order.id,
        "customer": order.customer,
        "unit": unit_data(order.amount.unit),
        "amount": order.amount.minor,
        "prepaid": order.prepaid.minor,
        "by": order.by,
        "revision": order.revision,
        "state": order.state,
        "invoiced": order.invoiced.minor,
        "check": None if order.check is None else _check_data(order.check),
        "steps": [_step_data(one) for one in order.steps],
    }


def _step_data(one: OrderStep) -> dict[str, Any]:
    return {
        "what": one.what,
        "by": one.by,
        "on": one.on.isoformat(),
        "revision": one.revision,
        "amount": one.amount.minor,
        "holds": list(one.holds),
        "reason": one.reason,
    }


def _check_data(check: OrderCheck) -> dict[str, Any]:
    basis = check.basis
    return {
        "revision": check.revision,
        "day": check.day.isoformat(),
        "limit": check.limit.minor,
        "asked": check.asked.minor,
        "prepaid": check.prepaid.minor,
        "open": check.owed.open.minor,
        "disputed": check.owed.disputed.minor,
        "overdue_days": check.owed.overdue_days,
        "waiting": check.waiting.minor,
        "void": check.void,
        "stops": check.stops,
        "notes": [
            {"rule": one.rule, "outcome": one.outcome, "says": _said(one.says), "cure": _said(one.cure)}
            for one in check.notes
        ],
        "basis": {
            "uninvoiced": basis.uninvoiced,
            "disputed": basis.disputed,
            "tolerance": number_text(basis.tolerance),
            "overdue_days": basis.overdue_days,
            "smallest": None if basis.smallest is None else basis.smallest.minor,
        },
    }


def _said(says: Says) -> list[str]:
    return [says.en, says.zh]


def order_from(data: Mapping[str, Any], version: int = 0) -> CreditOrder:
    """Read an order back, with the version that the store holds.

    >>> order_from({"id": "O1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no credit order: data of another form [credit.record]

    Raises:
        BadValue: data of another form, or an order that cannot be.
    """
    return read("credit order", lambda: _order(data, version))


def _order(data: Mapping[str, Any], version: int) -> CreditOrder:
    unit = Unit(*data["unit"])
    return CreditOrder(
        data["id"],
        data["customer"],
        Amount(data["amount"], unit),
        Amount(data["prepaid"], unit),
        data["by"],
        _whole(data["revision"]),
        data["state"],
        Amount(data["invoiced"], unit),
        None if data["check"] is None else _check(data["check"], data, unit),
        tuple(_step(one, unit) for one in data["steps"]),
        version,
    )


def _step(data: Mapping[str, Any], unit: Unit) -> OrderStep:
    return OrderStep(
        data["what"],
        data["by"],
        date.fromisoformat(data["on"]),
        _whole(data["revision"]),
        Amount(data["amount"], unit),
        tuple(_held(key) for key in data["holds"]),
        data["reason"],
    )


def _check(data: Mapping[str, Any], order: Mapping[str, Any], unit: Unit) -> OrderCheck:
    day, basis = date.fromisoformat(data["day"]), data["basis"]
    open_now, disputed = (Amount(data[name], unit) for name in ("open", "disputed"))
    owed = Owed(order["customer"], day, open_now, disputed, _whole(data["overdue_days"]))
    notes = (TradeNote(one["rule"], one["outcome"], Says(*one["says"]), Says(*one["cure"])) for one in data["notes"])
    return OrderCheck(
        order["id"],
        _whole(data["revision"]),
        order["customer"],
        day,
        Amount(data["limit"], unit),
        Amount(data["asked"], unit),
        Amount(data["prepaid"], unit),
        owed,
        Amount(data["waiting"], unit),
        _held(data["void"]) if data["void"] else "",
        _flag(data["stops"]),
        tuple(notes),
        CheckBasis(
            _flag(basis["uninvoiced"]),
            _flag(basis["disputed"]),
            number_from(basis["tolerance"]),
            None if basis["overdue_days"] is None else _whole(basis["overdue_days"]),
            None if basis["smallest"] is None else Amount(basis["smallest"], unit),
        ),
        Amount(order["amount"], unit),
    )


def _held(key: str) -> str:
    if key not in HOLDS:
        raise BadValue("no reason to hold an order", where="credit order", code="credit.record")
    return key


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value
