"""Flow as sales of the cycle (流向纯销入考核): what hospitals bought of distributors counts for the reps who own them.

`[flow] feeds` asks for it. Goods that go on to another distributor count where they arrive. Nothing is told twice:
sales lines of a customer, product and month of which flow tells too are refused, and so are a distributor's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from attrs import evolve

from pharmasales.archive import Archive, Sale
from pharmasales.archive.kinds import trades_on
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue
from pharmasales.periods import Month
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.doing import Progress
from pharmasales.workspace.flow.inputs import flow_inputs
from pharmasales.workspace.flow.known_months import Facts, closed_facts, current_facts
from pharmasales.workspace.load import Loaded
from pharmasales.workspace.workspace import Workspace

__all__ = ["flow_sales", "refuse_twice", "with_flow"]


def flow_sales(
    month: Month,
    facts: Facts,
    archive: Archive,
    reporting: Iterable[str] = (),
    merged: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Sale]:
    """Yield a sales line for what each distributor sold of each product to each customer who is no distributor.

    Args:
        month: the month.
        facts: what was sold, by distributor, customer and product.
        archive: says whose customers they are; one whom it does not have is nobody's.
        reporting: ids of the distributors who report their own flow: what they bought counts where they sold it.
        merged: for each customer that was merged into another, the id under which it counts now.

    Source: S004-58 (net sales), S003-6; P2-F.

    >>> from pharmasales.archive import Customer
    >>> from pharmasales.channel.flow import FlowFact
    >>> from pharmasales.units import BOX, Amount
    >>> known = Archive.of([Customer("H1", "Example", "hospital", "R1"), Customer("D2", "Other", "distributor", "R1")])
    >>> sold = {("D1", to, "P1"): FlowFact(1, Amount(5, BOX), None) for to in ("H1", "D2")}
    >>> [(sale.customer, sale.rep, str(sale.quantity)) for sale in flow_sales(Month(2026, 1), sold, known)]
    [('H1', 'R1', '5 BOX')]
    """
    passed = set(reporting)
    for (_, written, product), fact in facts.items():
        customer = merged.get(written, written)
        known = archive.customers.get(customer)
        if customer not in passed and not (known and trades_on(known.kind)):
            yield Sale(month, fact.amount, fact.quantity, customer, known.owner if known else "", product)


def with_flow(space: Workspace, loaded: Loaded, progress: Progress) -> Loaded:
    """Return what was loaded with the flow of the months that count among its sales.

    Args:
        space: the workspace.
        loaded: its tables; unchanged where rows of them were refused.
        progress: called with the name of each file as it is begun.

    Raises:
        BadRows: sales lines and flow tell of the same customer, product and month; or files of flow cannot be read.
        BadConfig: files of a distributor whom nobody knows.
        BadValue: a closed month was changed since it was sealed.
    """
    if loaded.region is None:
        return loaded
    tables = DeskTables.beside(space, loaded.region, progress, loaded.counts)
    with space.kept_store() as store:
        months = closed_facts(store)
    closed, held = len(months), 0
    if space.settings.flow.feeds == "current":
        try:
            inputs = flow_inputs(tables)
        except BadRows:
            if not tables.bad:
                raise
            return evolve(loaded, region=None, counts=tables.counts, bad=tables.bad)
        now, held = current_facts(inputs, months)
        months |= now
    archive, reporting = loaded.region.archive, space.settings.flow.files
    lines = [
        line for month in sorted(months) for line in flow_sales(month, months[month], archive, reporting, tables.merged)
    ]
    sellers = [(month, seller) for month in sorted(months) for seller, _, _ in months[month]]
    refuse_twice(loaded.region.sales, lines, sellers)
    region = evolve(loaded.region, sales=[*loaded.region.sales, *lines])
    notes = (*loaded.notes, _note(closed, len(months) - closed, held))
    return evolve(loaded, region=region, counts=tables.counts, notes=notes)


def refuse_twice(sales: Iterable[Sale], lines: Iterable[Sale], sellers: Iterable[tuple[Month, str]] = ()) -> None:
    """Refuse flow beside sales lines that tell of the same goods.

    They do where customer, product and month are the same, a line without a product telling of all; and where they are
    those of a distributor in a month of its flow: what it bought or sold stands there already.

    Args:
        sales: the sales lines of the tables.
        lines: the lines that flow adds.
        sellers: the months and distributors that these lines come from.

    Raises:
        BadRows: `flow.twice`, one a customer, product and month, or a distributor and month.
    """
    told: dict[str, list[Sale]] = defaultdict(list)
    for one in sales:
        told[one.customer].append(one)
    places = dict.fromkeys(
        f"{line.period}, customer {line.customer!r}, product {line.product!r}"
        for line in lines
        if any(_meets(one, line) for one in told.get(line.customer, ()))
    )
    beside = dict.fromkeys(
        f"{month}, distributor {seller!r}"
        for month, seller in sellers
        if any(_meets(one, Sale(month)) for one in told.get(seller, ()))
    )
    bad = [_twice("sales lines and flow tell of the same", where) for where in places]
    bad += [_twice("sales lines of a distributor beside its flow", where) for where in beside]
    if bad:
        raise BadRows(f"{len(bad)} sales told twice", bad)


def _twice(reason: str, where: str) -> BadValue:
    hint = 'leave it out of the sales, or [flow] feeds = "none"'
    return BadValue(reason, where=where, hint=hint, code="flow.twice")


def _meets(one: Sale, line: Sale) -> bool:
    """Whether a sales line tells of the product and any day of the month of a line of flow."""
    first, last = (one.period.start, one.period.end) if one.day is None else (one.day, one.day)
    same = not one.product or not line.product or one.product == line.product
    return same and first <= line.period.end and line.period.start <= last


def _note(closed: int, current: int, held: int) -> Says:
    en, zh = f"flow counts as sales: {closed} closed months", f"流向计入销售：已关账 {closed} 个月"
    if current:
        en += f", {current} open ones without {held} held lines"
        zh += f"，未关账 {current} 个月（{held} 行被隔离，未计入）"
    return Says(en, zh)
