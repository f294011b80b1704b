"""The sell-out of stock cards as sales lines of the cycle (纯销入目标与预测): whole months, and the month that runs.

`[stock] sell_out = "sales"` asks for it. Nothing is told twice: a card and a sales table that tell of one customer,
product and month are refused, at the row of the card.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import evolve

from pharmasales.archive import Sale
from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.channel.stock.feeding import sold_by_month, sold_so_far
from pharmasales.cycle import Region
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRows
from pharmasales.periods import Month, Period
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.doing import Progress
from pharmasales.workspace.load import Loaded
from pharmasales.workspace.rows import BadRow
from pharmasales.workspace.stock.book_reading import KeptBook, read_book
from pharmasales.workspace.workspace import Workspace

__all__ = ["sold_lines", "told_until", "with_sell_out"]


def told_until(book: StockBook) -> Mapping[str, date]:
    """Return for each customer the last day of which its papers tell: its last movement or count of any product.

    After that day nothing is known, and unknown is not zero.
    """
    told = [(one.customer, one.on) for one in book.movements] + [(one.customer, one.on) for one in book.counts]
    found: dict[str, date] = {}
    for customer, day in told:
        found[customer] = max(day, found.get(customer, day))
    return found


def sold_lines(book: StockBook, owners: Mapping[str, str], day: date) -> Iterator[Sale]:
    """Yield what the cards say was sold: a line a whole month, and one up to the day where its month still runs.

    A month counts whole where the card was open on its first day and the customer's papers reach its last one, such as
    with the count at its end. The running month counts where they reach the day.

    Args:
        book: movements and counts that are sound.
        owners: the rep of each customer.
        day: the last day that counts.

    Source: S004-61 (销售预测, 制定目标).

    >>> from pharmasales.channel.stock import StockCount, StockMovement
    >>> from pharmasales.units import BOX, Amount
    >>> def moved(number, on, kind, boxes):
    ...     return StockMovement(number, "D1", "P1", on, kind, Amount.of(boxes, BOX))
    >>> book = StockBook.of([
    ...     moved("O1", date(2026, 4, 1), "opening", 120),
    ...     moved("S1", date(2026, 4, 20), "out", 50),
    ...     moved("S2", date(2026, 5, 9), "out", 7),
    ... ])
    >>> for day in (date(2026, 4, 30), date(2026, 5, 9), date(2026, 5, 10)):
    ...     print([(str(one.period), str(one.quantity)) for one in sold_lines(book, {"D1": "r1"}, day)])
    [('2026-04', '50 BOX')]
    [('2026-04', '50 BOX'), ('2026-05', '7 BOX')]
    [('2026-04', '50 BOX')]
    """
    reach = told_until(book)
    for (customer, product), held in sorted(book.histories.items()):
        last, rep = min(reach[customer], day), owners.get(customer, "")
        for month, sold in sold_by_month(book, customer, product, _months(held.opened, last), last).items():
            yield Sale(month, None, sold, customer, rep, product)
        running = Month.of(last)
        if last == day != running.end and held.opened <= running.start:
            sold = sold_so_far(book, customer, product, running, day)
            yield Sale(running, None, sold, customer, rep, product, day)


def _months(first: date, last: date) -> Iterator[Month]:
    month = Month.of(first)
    while month.start <= last:
        yield month
        month = month.plus(1)


def with_sell_out(space: Workspace, loaded: Loaded, day: date, progress: Progress) -> Loaded:
    """Return what was loaded with the sell-out of the stock cards among its sales.

    Args:
        space: the workspace.
        loaded: its tables; unchanged where rows of them were refused.
        day: the last day that counts.
        progress: called with the name of each file as it is begun.

    Raises:
        BadConfig: no table of movements, or of customers, by whose reps the lines count.
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    region = loaded.region
    if region is None:
        return loaded
    if "customers" not in space.settings.tables and not space.from_archive():
        hint = "name a customers table: it says whose sales they are"
        raise BadConfig("no customers", where="stock.sell_out", hint=hint, code="config.missing")
    tables = DeskTables.beside(space, region, progress, loaded.counts)
    try:
        kept = read_book(tables)
    except BadRows:
        if not tables.bad:
            raise
        return evolve(loaded, region=None, counts=tables.counts, bad=tables.bad)
    lines = list(sold_lines(kept.book, {one.id: one.owner for one in region.archive}, day))
    twice = list(_told_twice(region.sales, lines, kept))
    if twice:
        return evolve(loaded, region=None, counts=tables.counts, bad=twice)
    notes = (*loaded.notes, _note(lines))
    return evolve(loaded, region=_with(region, lines), counts=tables.counts, notes=notes)


def _with(region: Region, lines: Iterable[Sale]) -> Region:
    return evolve(region, sales=[*region.sales, *lines])


def _note(lines: Iterable[Sale]) -> Says:
    months = {(one.customer, one.product, one.period) for one in lines}
    customers = len({customer for customer, _, _ in months})
    en = f"sell-out of {customers} customers counts as sales by their stock cards: {len(months)} months of products"
    return Says(en, f"{customers} 家客户的纯销按进销存卡计入销售：{len(months)} 个品种月")


def _told_twice(sales: Iterable[Sale], lines: Iterable[Sale], kept: KeptBook) -> Iterator[BadRow]:
    """Yield a refusal for each month of a card of which a sales line tells too; one without a product tells of all."""
    spans: dict[tuple[str, str], set[Period]] = defaultdict(set)
    for one in sales:
        spans[one.customer, one.product].add(one.period if one.day is None else Month.of(one.day))
    for line in lines:
        when = line.period
        told = spans.get((line.customer, line.product), set()) | spans.get((line.customer, ""), set())
        if any(span.start <= when.end and when.start <= span.end for span in told):
            yield _refusal(line, kept)


def _refusal(line: Sale, kept: KeptBook) -> BadRow:
    file, row = kept.places[_first(kept.book.histories[line.customer, line.product], line)]
    reason = f"{line.period} of this customer and product stands in the sales table too"
    hint = 'tell it once: leave it out there, or [stock] sell_out = "apart"'
    return BadRow("movements", file, row, "date", reason, hint, "stock.twice", "")


def _first(held: StockHistory, line: Sale) -> str:
    """Return the first movement of a month; the opening of the card where nothing moved."""
    inside = (one.id for one in held.movements if one.on in line.period)
    return next(inside, held.movements[0].id)
