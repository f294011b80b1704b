"""The stock book (进销存账): the movements and counts of customers and products, checked against each other.

>>> from pharmasales.units import BOX
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(120, BOX)),
...     StockMovement("I1", "D1", "P1", date(2026, 4, 3), "in", Amount.of(300, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(350, BOX)),
... ])
>>> [str(book.stock("D1", "P1", date(2026, 4, day))) for day in (1, 3, 20)]
['120 BOX', '420 BOX', '70 BOX']
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

from attrs import field, frozen

from pharmasales.channel.stock.faults import StockFault
from pharmasales.channel.stock.movements import StockCount, StockMovement
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.names import normal_id, twins, two_spellings
from pharmasales.units import Amount, Unit

__all__ = ["StockBook", "StockHistory"]

Row = TypeVar("Row", StockMovement, StockCount)


def _order(one: StockMovement) -> tuple[date, int, str]:
    """Within a day the opening comes first, then what comes in, then what goes out, each by number."""
    rank = 0 if one.kind == "opening" else 1 if one.signed > 0 else 2
    return one.on, rank, one.id


@frozen
class StockHistory:
    """All that moved of one product at one customer (库存明细账). Made by a `StockBook`.

    Within a day what comes in counts before what goes out, so that the order of the papers decides nothing.

    Args:
        customer: id of the customer.
        product: id of the product.
        unit: what it is counted in.
        movements: by day, the opening first, what comes in before what goes out, then by number.
        counts: by day and number.
    """

    customer: str
    product: str
    unit: Unit
    movements: tuple[StockMovement, ...] = field(repr=lambda held: f"<{len(held)}>")
    counts: tuple[StockCount, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def opened(self) -> date:
        """The day of the opening; before it nothing is known."""
        return self.movements[0].on

    @cached_property
    def _days(self) -> list[date]:
        return [one.on for one in self.movements]

    @cached_property
    def _balances(self) -> list[int]:
        return list(accumulate(one.signed for one in self.movements))

    def upto(self, day: date) -> int:
        """Return how many movements there are up to the end of a day."""
        return bisect_right(self._days, day)

    def balance(self, count: int) -> Amount:
        """Return the stock after a number of movements."""
        return Amount(self._balances[count - 1] if count else 0, self.unit)

    @cached_property
    def negative(self) -> StockFault | None:
        """The first movement that takes the stock below zero, or none."""
        for place, left in enumerate(self._balances):
            if left < 0:
                one = self.movements[place]
                short, before = Amount(-left, self.unit), Amount(left - one.signed, self.unit)
                return StockFault("negative", self.customer, self.product, one.id, one.on, short, before)
        return None

    def negative_by(self, day: date) -> StockFault | None:
        """Return what took the stock below zero up to a day, or none."""
        found = self.negative
        return found if found is not None and found.on <= day else None

    def sound(self, day: date) -> None:
        """Refuse a history whose stock was below zero on some day up to this one.

        Raises:
            BadValue: `stock.negative`, with the movement that is the first cause.
        """
        found = self.negative_by(day)
        if found is not None:
            raise found.error()


@frozen
class StockBook:
    """The movements and counts of customers (进销存账). Made by `StockBook.of`.

    Args:
        movements: by customer, product and time.
        counts: by customer, product, day and number.
    """

    movements: tuple[StockMovement, ...] = field(repr=lambda held: f"<{len(held)}>")
    counts: tuple[StockCount, ...] = field(repr=lambda held: f"<{len(held)}>")

    @classmethod
    def of(cls, movements: Iterable[StockMovement], counts: Iterable[StockCount] = ()) -> StockBook:
        """Make a book of movements and counts in any order.

        Every product at every customer needs an opening, of zero where there was nothing: what was there before is
        otherwise unknown, and unknown is not zero. Openings of several batches are of one day.

        Args:
            movements: what moved.
            counts: what was counted.

        Source: S004-60, P2-F.

        Raises:
            BadRows: every row that cannot be, at once: two of one number, no opening, a day before the opening, two
                units of a product, two days of expiry of a batch, a count where nothing is kept, two spellings of an id
                or batch, a difference booked twice, for another card or before its count.
        """
        moved, counted = list(movements), list(counts)
        bad = list(_refused(moved, counted))
        if bad:
            raise BadRows(f"{len(bad)} row{'s' * (len(bad) > 1)} of the stock book refused", bad)
        moved.sort(key=_order)
        moved.sort(key=_key)
        counted.sort(key=lambda one: (one.customer, one.product, one.on, one.id))
        return cls(tuple(moved), tuple(counted))

    @cached_property
    def histories(self) -> Mapping[tuple[str, str], StockHistory]:
        """The history of each customer and product, by their ids."""
        moved, counted = _grouped(self.movements), _grouped(self.counts)
        return {
            key: StockHistory(*key, held[0].quantity.unit, tuple(held), tuple(counted.get(key, ())))
            for key, held in moved.items()
        }

    @cached_property
    def expiries(self) -> Mapping[tuple[str, str], date]:
        """The last day of sale of each product and batch that is known."""
        return {(one.product, one.batch): one.expires for one in self.movements if one.expires is not None}

    def history(self, customer: str, product: str) -> StockHistory:
        """Return the history of one product at one customer.

        Raises:
            NotFound: no movement of both.
        """
        key = normal_id(customer, "customer"), normal_id(product, "product")
        if key not in self.histories:
            hint = "give an opening, of zero where there is nothing"
            raise NotFound("no stock is kept", where=f"{key[0]} x {key[1]}", hint=hint, code="stock.card")
        return self.histories[key]

    def stock(self, customer: str, product: str, as_of: date) -> Amount:
        """Return the stock at the end of a day (结存).

        Raises:
            NotFound: nothing is kept of them, or not yet.
            BadValue: the stock was below zero on some day up to this one.
        """
        held = self.history(customer, product)
        count = held.upto(as_of)
        if not count:
            where = f"{held.customer} x {held.product}"
            hint = f"the card begins on {held.opened.isoformat()}"
            raise NotFound("no stock is kept yet", where=where, hint=hint, code="stock.card")
        held.sound(as_of)
        return held.balance(count)


def _key(one: StockMovement | StockCount) -> tuple[str, str]:
    return one.customer, one.product


def _grouped(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for one in rows:
        found.setdefault(_key(one), []).append(one)
    return found


def _refused(moved: list[StockMovement], counted: list[StockCount]) -> Iterator[PharmaSalesError]:
    for name, numbers in (("movements", [one.id for one in moved]), ("counts", [one.id for one in counted])):
        for first, second in twins(numbers):
            where = f"{name}[{first}], {name}[{second}]"
            yield BadValue(f"two {name} of one number", where=where, hint="keep one of them", code="stock.twins")
    yield from _two_spellings([*moved, *counted], moved)
    yield from _two_units(moved, counted)
    yield from _two_expiries(moved)
    yield from _unopened(moved, counted)
    yield from _booked(moved, counted)


def _two_spellings(rows: list[StockMovement | StockCount], moved: list[StockMovement]) -> Iterator[BadValue]:
    """Refuse `D1` beside `d1`: one customer, product or batch that would be kept on two cards."""
    yield from two_spellings("customer", (one.customer for one in rows), "stock.twins")
    yield from two_spellings("product", (one.product for one in rows), "stock.twins")
    batches: dict[str, list[str]] = {}
    for one in moved:
        if one.batch:
            batches.setdefault(one.product, []).append(one.batch)
    for product, found in batches.items():
        yield from two_spellings(f"product {product!r} batch", found, "stock.twins")


def _booked(moved: list[StockMovement], counted: list[StockCount]) -> Iterator[BadValue]:
    """Refuse a difference that is booked twice, on another card, or before its count."""
    counts, booked = {one.id: one for one in counted}, set[str]()
    for place, one in enumerate(moved):
        if one.count:
            of, where = counts.get(one.count), f"movements[{place}]"
            if of is not None and (_key(of) != _key(one) or one.on < of.on):
                hint = "name a count of this card, not after the day"
                yield BadValue(
                    "books a count of another card or a later day", where=where, hint=hint, code="stock.count"
                )
            elif one.count in booked:
                yield BadValue("a count booked twice", where=where, hint="keep one of them", code="stock.count")
            booked.add(one.count)


def _placed(moved: list[StockMovement], counted: list[StockCount]) -> Iterator[tuple[str, StockMovement | StockCount]]:
    yield from ((f"movements[{place}]", one) for place, one in enumerate(moved))
    yield from ((f"counts[{place}]", one) for place, one in enumerate(counted))


def _two_units(moved: list[StockMovement], counted: list[StockCount]) -> Iterator[NotComparable]:
    units: dict[str, Unit] = {}
    for where, one in _placed(moved, counted):
        unit = one.quantity.unit
        first = units.setdefault(one.product, unit)
        if first is not unit and first != unit:
            reason, hint = f"{unit.code} where others are in {first.code}", "keep a product in one unit"
            yield NotComparable(reason, where=where, hint=hint, code="unit")


def _two_expiries(moved: list[StockMovement]) -> Iterator[BadValue]:
    days: dict[tuple[str, str], date] = {}
    for place, one in enumerate(moved):
        if one.expires is not None and days.setdefault((one.product, one.batch), one.expires) != one.expires:
            hint = "look at the pack"
            yield BadValue("another expiry of the batch", where=f"movements[{place}]", hint=hint, code="stock.expiry")


def _unopened(moved: list[StockMovement], counted: list[StockCount]) -> Iterator[BadValue]:
    opened: dict[tuple[str, str], date] = {}
    for one in moved:
        if one.kind == "opening":
            opened[_key(one)] = min(one.on, opened.get(_key(one), one.on))
    told = set()
    for where, row in _placed(moved, counted):
        key = _key(row)
        if key not in opened:
            if key not in told:
                hint = "give an opening, of zero where there was nothing"
                yield BadValue("no opening of the card", where=where, hint=hint, code="stock.opening")
            told.add(key)
        elif row.on < opened[key]:
            hint = "look at the two days"
            yield BadValue("before the opening of the card", where=where, hint=hint, code="stock.order")
        elif isinstance(row, StockMovement) and row.kind == "opening" and row.on > opened[key]:
            hint = "a card is opened once; later goods come in"
            yield BadValue("a second opening of the card", where=where, hint=hint, code="stock.opening")
