"""Cross-region sales (窜货): who sold where somebody else, or nobody, holds the right, with the rows that show it.

Two things speak for it: the customer lies outside the territory that the distributor holds for the product on the day,
or the batch was never supplied to who sold it. A customer of unknown place, or a distributor of whom no territory is
known, is not judged and is listed, never cleared.

>>> from fractions import Fraction
>>> from pharmasales.channel.flow.matching import Matched
>>> from pharmasales.channel.flow.reading import FlowLine
>>> from pharmasales.periods import Month
>>> from pharmasales.units import BOX
>>> found = (Matched("customer", "same", "H1"), Matched("product", "same", "P1"))
>>> sales = [FlowSale(FlowLine("d1.csv", row, "D1", ()), customer, "P1", Month(2026, 1), Amount(5, BOX), None, found)
...     for row, customer in ((2, "H1"), (3, "H2"))]
>>> territories = [FlowTerritory("D1", ("3501",)), FlowTerritory("D2", ("3502",))]
>>> found = cross_region(sales, territories, {"H1": "350100", "H2": "350203"})
>>> [(one.distributor, one.customer, one.kind, one.holders, str(one.quantity)) for one in found.cases]
[('D1', 'H2', 'outside', ('D2',), '5 BOX')]
>>> found.cases[0].why.text()
'H2 lies in 350203, held by D2 (d1.csv row 3)'

Source: P2-G (contract practice: territory, no cross-selling); P2-H (窜货 by code).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.archive.likeness import place_path
from pharmasales.channel.flow.held import FlowSale
from pharmasales.channel.papers import two_spellings
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue
from pharmasales.names import fold, normal_id
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["CROSSING_KINDS", "CrossRegion", "CrossSale", "FlowTerritory", "cross_region"]

CROSSING_KINDS = MappingProxyType(
    {
        "outside": Says("sold outside the territory", "区域外销售"),
        "no right": Says("holds no right to the product", "无该产品代理权"),
        "batch": Says("a batch that was supplied to others", "批号供给他人"),
    }
)
"""What speaks for a cross-region sale."""

_Group: TypeAlias = tuple[str, str, str, str, tuple[str, ...]]


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        hint = "give a tuple"
        raise BadValue("one text where several are due", where="territory", hint=hint, code="flow.territory")
    return tuple(normal_id(text, "territory") for text in given)


def _products(given: Iterable[str]) -> frozenset[str]:
    return frozenset(_ids(given))


def _id(text: str) -> str:
    return normal_id(text, "territory distributor")


@frozen
class FlowTerritory:
    """Where a distributor may sell (经销区域).

    Args:
        distributor: id of the distributor.
        divisions: codes of administrative divisions; a division holds all within it.
        products: ids of the products; all where left out.
        since: the first day; always where left out.
        until: the last day; without end where left out.

    Raises:
        BadValue: no division, an empty one, one text where several are due, or an end before its start.
    """

    distributor: str = field(converter=_id)
    divisions: tuple[str, ...] = field(converter=_ids)
    products: frozenset[str] = field(default=frozenset(), converter=_products)
    since: date | None = field(default=None, converter=optional(checked_day))
    until: date | None = field(default=None, converter=optional(checked_day))

    def __attrs_post_init__(self) -> None:
        if not self.divisions:
            raise BadValue("a territory holds one division at least", where="territory", code="flow.territory")
        if self.since and self.until and self.until < self.since:
            raise BadValue("ends before it starts", where="territory", code="flow.territory")

    def counts(self, sale: FlowSale) -> bool:
        """Whether it concerns the product and was in force; a sale without a day counts in any day of its month."""
        first = last = sale.line.day
        if first is None or last is None:
            first, last = sale.month.start, sale.month.end
        in_force = (self.since is None or self.since <= last) and (self.until is None or first <= self.until)
        return in_force and (not self.products or sale.product in self.products)

    def holds(self, division: str) -> bool:
        """Whether a division lies within; case, width and spaces do not count.

        >>> FlowTerritory("D1", ("350000",)).holds("350203"), FlowTerritory("D1", ("350203",)).holds("350000")
        (True, False)
        """
        path = place_path(fold(division))
        return any(path[: len(own)] == own for own in (place_path(fold(one)) for one in self.divisions))


@frozen
class CrossSale:
    """What one distributor sold of one product to one customer and should not have (窜货).

    Args:
        distributor: who sold.
        customer: to whom.
        product: what.
        kind: what speaks for it, one of `CROSSING_KINDS`.
        holders: who holds the right, or to whom the batch was supplied.
        division: where the customer lies, or "".
        batch: the batch that speaks for it, or "".
        quantity: how many, returns taken off.
        rows: file and row of every line.
    """

    distributor: str
    customer: str
    product: str
    kind: str
    holders: tuple[str, ...]
    division: str
    batch: str
    quantity: Amount
    rows: tuple[tuple[str, int], ...]

    @property
    def why(self) -> Why:
        """What speaks for it, with the rows."""
        rows = ", ".join(f"{file} row {row}" for file, row in self.rows[:3])
        evidence = because("{rows}", "{rows}", rows=rows)
        who = ", ".join(self.holders)
        if self.kind == "batch":
            en, zh = "batch {batch} was supplied to {who}", "批号 {batch} 供给 {who}"
            return because(en, zh, evidence, batch=self.batch, who=who or "-")
        if self.kind == "no right":
            en, zh = "{seller} holds no right to {product}", "{seller} 无 {product} 代理权"
            return because(en, zh, evidence, seller=self.distributor, product=self.product)
        en, zh = "{customer} lies in {division}, held by {who}", "{customer} 位于 {division}，由 {who} 代理"
        values = {"customer": self.customer, "division": self.division}
        return because(en, zh, evidence, who=who or Says("nobody", "无人"), **values)


@frozen(repr=False)
class CrossRegion:
    """All cross-region sales of a period, the largest first.

    Args:
        cases: one a distributor, customer, product and kind of evidence.
        unjudged: the sales to customers of unknown place, or of distributors of whom no territory is known.
    """

    cases: tuple[CrossSale, ...]
    unjudged: tuple[FlowSale, ...]

    def __repr__(self) -> str:
        return f"CrossRegion({len(self.cases)} cases, {len(self.unjudged)} lines not judged)"

    def table(self) -> Table:
        """Return the cases with their evidence."""
        rows = [
            (one.distributor, one.customer, one.product, CROSSING_KINDS[one.kind], one.quantity.value, one.why)
            for one in self.cases
        ]
        return Table("cross_region", Says("Cross-region sales", "窜货"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_COLUMNS = (
    Column("distributor", "Distributor", "商业公司"),
    Column("customer", "Customer", "客户"),
    Column("product", "Product", "产品"),
    Column("kind", "Evidence", "依据"),
    Column("quantity", "Quantity", "数量", "amount"),
    Column("why", "Why", "理由", "why"),
)


def cross_region(
    sales: Iterable[FlowSale],
    territories: Iterable[FlowTerritory],
    places: Mapping[str, str],
    *,
    batches: Mapping[tuple[str, str], Collection[str]] = MappingProxyType({}),
    traced: Collection[tuple[str, str]] | None = None,
    bound: Collection[str] = (),
) -> CrossRegion:
    """Find who sold outside what they hold.

    Args:
        sales: the cleaned lines.
        territories: who may sell where. A distributor of whom none is known at all is not judged by place, and its
            sales are listed, unless it is named in `bound`.
        places: the code of each customer's administrative division; "" or absent where unknown.
        batches: to whom each product and batch was supplied; a batch that is not listed says nothing. Case, width and
            spaces of a batch do not count.
        traced: the distributors and products of which every batch that came is known; of others nobody can say that
            a batch never came. All where left out.
        bound: further distributors that sell only where they hold a territory.

    Raises:
        BadRows: distributors or products whose ids differ in case, width or spaces only: who holds a right as `d1`
            would never be judged as `D1`.
    """
    held, sold = tuple(territories), tuple(sales)
    _refuse_twins(held, sold)
    supplied: dict[tuple[str, str], frozenset[str]] = {}
    for (product, batch), who in batches.items():
        supplied[product, fold(batch)] = supplied.get((product, fold(batch)), frozenset()) | frozenset(who)
    own_of = _own(held)
    judged = own_of.keys() | set(bound)
    divisions = {places.get(sale.customer, "").strip() for sale in sold}
    there = {division: {one for one in held if one.holds(division)} for division in divisions}
    found: dict[_Group, list[FlowSale]] = defaultdict(list)
    unjudged: list[FlowSale] = []
    for sale in sold:
        given = supplied.get((sale.product, fold(sale.line.batch))) if sale.line.batch else None
        known = traced is None or (sale.distributor, sale.product) in traced
        if given is not None and known and sale.distributor not in given:
            found[sale.distributor, sale.customer, sale.product, "batch", tuple(sorted(given))].append(sale)
        if sale.distributor not in judged:
            unjudged.append(sale)
            continue
        division = places.get(sale.customer, "").strip()
        own = [one for one in own_of.get(sale.distributor, ()) if one.counts(sale)]
        if not own:
            found[sale.distributor, sale.customer, sale.product, "no right", ()].append(sale)
        elif not division:
            unjudged.append(sale)
        elif not any(one in there[division] for one in own):
            holders = {one.distributor for one in there[division] if one.counts(sale)}
            found[sale.distributor, sale.customer, sale.product, "outside", tuple(sorted(holders))].append(sale)
    cases = [case for group, lines in found.items() for case in _cases(group, lines, places)]
    cases.sort(key=lambda one: (-one.quantity.minor, one.distributor, one.customer, one.product, one.kind, one.batch))
    return CrossRegion(tuple(cases), tuple(unjudged))


def _own(held: Iterable[FlowTerritory]) -> Mapping[str, list[FlowTerritory]]:
    found: dict[str, list[FlowTerritory]] = {}
    for one in held:
        found.setdefault(one.distributor, []).append(one)
    return found


def _refuse_twins(held: Iterable[FlowTerritory], sold: Iterable[FlowSale]) -> None:
    sellers = {*(one.distributor for one in held), *(one.distributor for one in sold)}
    products = {*(what for one in held for what in one.products), *(one.product for one in sold)}
    bad = two_spellings("distributor", sorted(sellers), "flow.twins")
    bad += two_spellings("product", sorted(products), "flow.twins")
    if bad:
        raise BadRows("territories and sales spell ids in two ways", bad)


def _cases(group: _Group, lines: list[FlowSale], places: Mapping[str, str]) -> Iterator[CrossSale]:
    distributor, customer, product, kind, holders = group
    by_batch: dict[str, list[FlowSale]] = defaultdict(list)
    for sale in lines:
        by_batch[fold(sale.line.batch) if kind == "batch" else ""].append(sale)
    for _, some in sorted(by_batch.items()):
        quantity = Amount.total((one.quantity for one in some), some[0].quantity.unit)
        rows = tuple(sorted((one.line.file, one.line.row) for one in some))
        place = places.get(customer, "")
        batch = some[0].line.batch if kind == "batch" else ""
        yield CrossSale(distributor, customer, product, kind, holders, place, batch, quantity, rows)
