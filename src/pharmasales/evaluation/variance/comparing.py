"""Two sides of sales, compared cell by cell (逐项比较): what each cell is, and its change in whole smallest parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from attrs import frozen

from pharmasales.evaluation.variance.parted import whole_parts
from pharmasales.evaluation.variance.sales_parts import SALES_PARTS, priced_parts
from pharmasales.evaluation.variance.sold import CellKey, Gathered, SoldCell
from pharmasales.units import Unit

__all__ = ["Basis", "SplitCell", "compared"]

_PLACES = {part.key: place for place, part in enumerate(SALES_PARTS)}
_PRICED = ("comparable", "customer_price", "product_price")


class Basis(NamedTuple):
    """What a comparable cell was split by.

    Args:
        quantities: old and new quantity, in smallest parts.
        price: the old price, as money over quantity in smallest parts.
        average: the old average price of all comparable cells of the unit, likewise.
        unit: the unit of quantity.
    """

    quantities: tuple[int, int]
    price: tuple[int, int]
    average: tuple[int, int]
    unit: Unit


class SplitCell(NamedTuple):
    """One cell, split.

    Args:
        kind: a key of `CELL_KINDS`.
        sums: gross sales before, returns before, gross sales after, returns after, in smallest parts.
        parts: its change by part, in the order of `SALES_PARTS`.
        basis: what it was split by; none where it is not comparable.
    """

    kind: str
    sums: tuple[int, int, int, int]
    parts: tuple[int, ...]
    basis: Basis | None

    @property
    def row(self) -> tuple[int, ...]:
        """Its sums and its parts, side by side."""
        return self.sums + self.parts

    @property
    def exact(self) -> tuple[list[int], int]:
        """Volume, mix and price before rounding: three counts above one line."""
        if self.basis is None:
            return [0, 0, 0], 1
        return priced_parts(self.basis.quantities, self.sums[::2], self.basis.price, self.basis.average)


class _Sums:
    """Old gross sales and their quantity, added up."""

    __slots__ = ("quantity", "sales")

    def __init__(self) -> None:
        self.sales = self.quantity = 0

    def add(self, sales: int, quantity: int) -> None:
        self.sales += sales
        self.quantity += quantity

    @property
    def price(self) -> tuple[int, int]:
        return self.sales, self.quantity


@frozen(eq=False)
class _Market:
    """What is known over everything compared: who and what had sales on each side, and old prices."""

    old_products: Set[str]
    new_products: Set[str]
    old_customers: Set[str]
    new_customers: Set[str]
    several_units: Set[str]
    customer_prices: Mapping[tuple[str, str], _Sums]
    product_prices: Mapping[str, _Sums]

    @classmethod
    def of(cls, given: Gathered) -> _Market:
        by_customer: defaultdict[tuple[str, str], _Sums] = defaultdict(_Sums)
        by_product: defaultdict[str, _Sums] = defaultdict(_Sums)
        for (_, product, customer), cell in given.before.items():
            if cell.gross and not cell.unknown:
                by_customer[product, customer].add(cell.gross, cell.quantity)
                by_product[product].add(cell.gross, cell.quantity)
        names = (*_sold(given.before), *_sold(given.after))
        (old_products, old_customers, new_products, new_customers) = names
        several = given.several_units
        return cls(old_products, new_products, old_customers, new_customers, several, by_customer, by_product)

    def kind(self, product: str, customer: str, old: SoldCell, new: SoldCell) -> str:
        """Say what a cell is: the first that fits."""
        if not old.gross and not new.gross:
            return "returns_only"
        if customer not in self.old_customers:
            return "new_customers"
        if customer not in self.new_customers:
            return "lost_customers"
        if product not in self.old_products:
            return "new_products"
        if product not in self.new_products:
            return "lost_products"
        return old.unknown or new.unknown or self._priced(product, customer, old)

    def _priced(self, product: str, customer: str, old: SoldCell) -> str:
        if product in self.several_units:
            return "unit_changed"
        if old.gross:
            return "comparable"
        if (product, customer) in self.customer_prices:
            return "customer_price"
        return "product_price" if product in self.product_prices else "no_old_price"

    def price(self, kind: str, product: str, customer: str, old: SoldCell) -> tuple[int, int]:
        """Return the old price of a cell, as money over quantity."""
        if kind == "comparable":
            return old.gross, old.quantity
        if kind == "customer_price":
            return self.customer_prices[product, customer].price
        return self.product_prices[product].price


_NOTHING = SoldCell()


def compared(given: Gathered) -> dict[CellKey, SplitCell]:
    """Split every cell.

    Args:
        given: what was sold, on both sides.
    """
    market, before, after = _Market.of(given), given.before, given.after
    pairs = [(key, before.get(key, _NOTHING), after.get(key, _NOTHING)) for key in dict.fromkeys((*before, *after))]
    kinds = [market.kind(product, customer, old, new) for (_, product, customer), old, new in pairs]
    averages = _averages(given, pairs, kinds)
    found = {}
    for (key, old, new), kind in zip(pairs, kinds, strict=True):
        basis = None
        if kind in _PRICED:
            _, product, customer = key
            price = market.price(kind, product, customer, old)
            average = averages[product] or price
            basis = Basis((old.quantity, new.quantity), price, average, given.units[product])
        sums = old.gross, old.returned, new.gross, new.returned
        found[key] = SplitCell(kind, sums, _parts(kind, sums, basis), basis)
    return found


def _sold(cells: Mapping[CellKey, SoldCell]) -> tuple[set[str], set[str]]:
    """Return the products and the customers with gross sales."""
    sold = [(product, customer) for (_, product, customer), cell in cells.items() if cell.gross]
    return {product for product, _ in sold}, {customer for _, customer in sold}


def _averages(
    given: Gathered, pairs: Iterable[tuple[CellKey, SoldCell, SoldCell]], kinds: Iterable[str]
) -> dict[str, tuple[int, int] | None]:
    """Return for each product the old average price of comparable cells in its unit; none where there are none."""
    by_product: defaultdict[str, _Sums] = defaultdict(_Sums)
    for (key, old, _), kind in zip(pairs, kinds, strict=True):
        if kind == "comparable":
            by_product[key[1]].add(old.gross, old.quantity)
    by_unit: defaultdict[Unit, _Sums] = defaultdict(_Sums)
    for product, sums in by_product.items():
        by_unit[given.units[product]].add(sums.sales, sums.quantity)
    return {product: by_unit[unit].price if unit in by_unit else None for product, unit in given.units.items()}


def _parts(kind: str, sums: tuple[int, int, int, int], basis: Basis | None) -> tuple[int, ...]:
    """Return the change of a cell by part, in whole smallest parts that add up to it."""
    had, returned_before, has, returned_after = sums
    parts = [0] * len(SALES_PARTS)
    if basis is not None:
        parts[:3] = whole_parts(*priced_parts(basis.quantities, (had, has), basis.price, basis.average))
    else:
        parts[_PLACES.get(kind, _UNEXPLAINED)] = has - had
    parts[_RETURNS] = returned_after - returned_before
    return tuple(parts)


_RETURNS, _UNEXPLAINED = _PLACES["returns"], _PLACES["unexplained"]
