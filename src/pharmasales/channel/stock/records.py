"""A stock book as plain data and back (存储格式): what a store keeps, checked again when it is read.

>>> from pharmasales.units import BOX
>>> book = StockBook.of([StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(120, BOX))])
>>> stock_from(stock_data(book)) == book
True
>>> stock_from({"movements": [{}]})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no stock book: data of another form [stock.record]

Source: S004-60.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.movements import StockCount, StockMovement
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.units import Amount, Unit
from pharmasales.yearplan import day_from

__all__ = ["stock_data", "stock_from"]


def stock_data(book: StockBook) -> dict[str, Any]:
    """Return a stock book as plain JSON, quantities in smallest parts; `stock_from` reads it back."""
    units = {one.product: one.quantity.unit for one in book.movements}
    return {
        "units": {product: [unit.code, unit.decimals, unit.en, unit.zh] for product, unit in sorted(units.items())},
        "movements": [
            {
                **_head(one),
                "kind": one.kind,
                "batch": one.batch,
                "expires": None if one.expires is None else one.expires.isoformat(),
                "note": one.note,
                "count": one.count,
            }
            for one in book.movements
        ],
        "counts": [{**_head(one), "by": one.by} for one in book.counts],
    }


def _head(one: StockMovement | StockCount) -> dict[str, Any]:
    return {
        "id": one.id,
        "customer": one.customer,
        "product": one.product,
        "on": one.on.isoformat(),
        "quantity": one.quantity.minor,
    }


def stock_from(data: Mapping[str, Any]) -> StockBook:
    """Read a stock book back.

    Raises:
        BadValue: data of another form, or a movement that cannot be.
        BadRows: movements that do not fit each other.
    """
    try:
        units = {product: Unit(*unit) for product, unit in data["units"].items()}
        movements = [_movement(one, units) for one in data["movements"]]
        counts = [_count(one, units) for one in data["counts"]]
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        # It may quote somebody's words, so nothing of it is shown.
        raise BadValue("no stock book: data of another form", code="stock.record") from None
    return StockBook.of(movements, counts)


def _movement(one: Mapping[str, Any], units: Mapping[str, Unit]) -> StockMovement:
    return StockMovement(
        one["id"],
        one["customer"],
        one["product"],
        date.fromisoformat(one["on"]),
        one["kind"],
        Amount(one["quantity"], units[one["product"]]),
        batch=one["batch"],
        expires=day_from(one["expires"]),
        note=one["note"],
        count=one["count"],
    )


def _count(one: Mapping[str, Any], units: Mapping[str, Unit]) -> StockCount:
    quantity, on = Amount(one["quantity"], units[one["product"]]), date.fromisoformat(one["on"])
    return StockCount(one["id"], one["customer"], one["product"], on, quantity, one["by"])
