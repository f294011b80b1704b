"""The desk of stock (进销存台账): stock cards, counts, what expires, what to order, and whom to see, from the files.

Nothing is kept in the store: every answer comes of the movements and counts, as of any day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.archive import Customer
from pharmasales.channel.stock.batches import BatchStock, all_batches
from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.card import StockCard, stock_card
from pharmasales.channel.stock.counting import CountDifference, count_differences
from pharmasales.channel.stock.expiry import ExpiringBatch, expiring_stock
from pharmasales.channel.stock.facts import StockFact, StockRule, stock_facts
from pharmasales.channel.stock.ordering import OrderRule
from pharmasales.channel.stock.rolling import StockRoll
from pharmasales.channel.stock.routing import RouteStop, route_stock
from pharmasales.display import Lang, Says
from pharmasales.errors import BadValue, NotFound
from pharmasales.names import nearest
from pharmasales.periods import Month, Period
from pharmasales.workspace.desk_outputs import DeskOutputs
from pharmasales.workspace.desk_tables import desk_tables
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.exporting import masked_names
from pharmasales.workspace.stock.book_reading import read_book
from pharmasales.workspace.stock.page import stock_page
from pharmasales.workspace.stock.tables import StockFound, found_tables
from pharmasales.workspace.workspace import Workspace

__all__ = ["CustomerCards", "StockDesk", "StockMade"]


@frozen
class CustomerCards:
    """What is known of the stock of one customer (客户资料卡), product by product.

    Args:
        customer: its id.
        cards: its stock cards.
        facts: speed, stock days, expiry and order of each, with the why.
        batches: its batches.
        stop: why to see it; none where nothing asks for a visit.
    """

    customer: str
    cards: tuple[StockCard, ...]
    facts: tuple[StockFact, ...]
    batches: tuple[BatchStock, ...] = field(repr=lambda held: f"<{len(held)}>")
    stop: RouteStop | None


@frozen
class StockMade:
    """What the desk found and wrote.

    Args:
        found: cards, facts, differences, batches and stops.
        outputs: what was written, and where.
        notes: what was left out, and why.
    """

    found: StockFound
    outputs: DeskOutputs = field(repr=False)
    notes: tuple[Says, ...]

    def of(self, customer: str) -> CustomerCards:
        """Return what is known of one customer.

        Raises:
            NotFound: no stock is kept of it on that day.
        """
        found = self.found
        cards = tuple(one for one in found.roll.cards if one.customer == customer)
        if not cards:
            hint = nearest(customer, {one.customer for one in found.roll.cards})
            raise NotFound("no stock is kept", where=customer, hint=hint, code="stock.card")
        return CustomerCards(
            customer,
            cards,
            tuple(one for one in found.facts if one.customer == customer),
            tuple(one for key, one in found.batches.items() if key[0] == customer),
            next((one for one in found.stops if one.customer == customer), None),
        )


@frozen
class StockDesk:
    """Answers questions about the stock of a workspace's customers.

    Args:
        space: the workspace.
        period: of the cards; the month of the day where left out.
    """

    space: Workspace
    period: Period | None = None

    def show(
        self, as_of: date, *, order: OrderRule | None = None, lang: Lang | None = None, progress: Progress = quiet
    ) -> StockMade:
        """Read movements and counts, and write the tables, a workbook and a page to `out/stock` (进销存报表).

        Args:
            as_of: the day; of a period that is over, its last one counts.
            order: up to which stock to order; that of the settings where left out.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.

        Raises:
            BadConfig: the settings name no table of movements.
            BadRows: rows are bad, or take stock below zero; every one is in the group, and nothing was written.
            BadValue: a day before the period.
            NotFound: no card is open by the day.
            StorageError: `storage.scope` for a reader of a part.
        """
        period = self.period or Month.of(as_of)
        end = min(period.end, as_of)
        if end < period.start:
            hint = f"from {period.start.isoformat()}"
            raise BadValue("the day lies before the period", where=str(period), hint=hint, code="stock.order")
        tables = desk_tables(self.space, progress)
        book = read_book(tables).book
        rule = self.space.settings.stock.rule
        rule = rule if order is None else evolve(rule, order=order)
        progress("stock cards")
        archive = tables.region.archive
        named = archive if self.space.settings.names else masked_names(archive)
        found = _found(book, period, end, rule, {one.id: one for one in named})
        notes = _notes(book, end, unread=not tables.has("counts"))
        said = lang or self.space.settings.lang
        folder = self.space.root / "out" / "stock"
        made = DeskOutputs(folder, end, stock_page(found, notes), found_tables(found), notes, said)
        made.write(progress)
        return StockMade(found, made, notes)


def _found(
    book: StockBook, period: Period, end: date, rule: StockRule, customers: Mapping[str, Customer]
) -> StockFound:
    cards = [
        stock_card(book, *key, period.start, end) for key in sorted(book.histories) if book.histories[key].opened <= end
    ]
    if not cards:
        opened = min((one.opened for one in book.histories.values()), default=None)
        hint = "give openings" if opened is None else f"the first card begins on {opened.isoformat()}"
        raise NotFound("no stock is kept yet", where=end.isoformat(), hint=hint, code="stock.card")
    facts = stock_facts(book, end, rule)
    return StockFound(
        period,
        end,
        rule,
        StockRoll((period,), tuple(cards)),
        facts,
        _counted(book, period, end),
        _expiring(book, end, rule),
        all_batches(book, end),
        route_stock(facts, rule),
        customers,
    )


def _counted(book: StockBook, period: Period, end: date) -> tuple[CountDifference, ...]:
    return tuple(one for one in count_differences(book) if period.start <= one.count.on <= end)


def _expiring(book: StockBook, end: date, rule: StockRule) -> tuple[ExpiringBatch, ...]:
    return expiring_stock(book, end, within=rule.near, over=rule.over)


def _notes(book: StockBook, end: date, *, unread: bool) -> tuple[Says, ...]:
    """Say what is not known: cards that are opened later, and counts that nobody gave."""
    notes = []
    later = sum(one.opened > end for one in book.histories.values())
    if later:
        are = "card is" if later == 1 else "cards are"
        notes.append(Says(f"{later} {are} opened after {end}: left out", f"{later} 张卡在 {end} 之后建立，未列入"))
    if unread:
        notes.append(Says("no table of counts: nothing is held against the book", "无盘点表：未做账实核对"))
    return tuple(notes)
