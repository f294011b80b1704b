"""Stock as an occasion to visit (按库存到期拜访): who runs out, holds what expires, or counts other than the book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import evolve

from pharmasales.channel.stock.batches import batches_on
from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.facts import StockFact, stock_facts
from pharmasales.channel.stock.routing import RouteReasonKey, route_stock
from pharmasales.cycle import Region
from pharmasales.followup.due.followed import Occasion
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.stock.book_reading import read_book
from pharmasales.workspace.stock.settings import StockSettings
from pharmasales.workspace.workspace import Workspace

__all__ = ["occasions_of_stock", "stock_occasions"]


def stock_occasions(space: Workspace, region: Region, as_of: date, progress: Progress = quiet) -> list[Occasion]:
    """Return an occasion for each customer whose stock asks for a visit; none where there are no movements.

    Args:
        space: the workspace.
        region: its organisation, customers and products.
        as_of: the day.
        progress: called with the name of each file as it is begun.

    Raises:
        BadRows: rows of the movements or counts are bad.
        BadFile: a file is missing, cannot be read, or lacks a column.
    """
    if "movements" not in space.settings.tables or not space.settings.stock.visit_reasons:
        return []
    book = read_book(DeskTables.beside(space, region, progress)).book
    return list(occasions_of_stock(book, space.settings.stock, as_of))


def occasions_of_stock(book: StockBook, settings: StockSettings, as_of: date) -> Iterator[Occasion]:
    """Yield an occasion for each customer with a reason that the settings name, with all of its reasons.

    It is of the day of its newest reason, so that a contact since then answers it: the last movement of a card that
    runs out or is too full, the count that differs or is due, the day on which a batch came near its expiry or over it.

    Args:
        book: movements and counts that are sound.
        settings: what counts as too little and too old, and which reasons ask for a visit.
        as_of: the day.
    """
    facts = {(one.customer, one.product): one for one in stock_facts(book, as_of, settings.rule)}
    for stop in route_stock(facts.values(), settings.rule):
        reasons = tuple(one for one in stop.reasons if one.key in settings.visit_reasons)
        if reasons:
            days = [_since(book, facts[stop.customer, one.product], one.key, settings) for one in reasons]
            why = evolve(stop, reasons=reasons).why
            yield Occasion(f"{stop.customer}/stock", "stock", stop.customer, max(days), why=why)


def _since(book: StockBook, fact: StockFact, key: RouteReasonKey, settings: StockSettings) -> date:
    """Return the day since which a reason holds, as far as movements, counts and batches tell it."""
    held, day = book.histories[fact.customer, fact.product], fact.as_of
    if key == "difference" and fact.counted is not None:
        return fact.counted
    if key == "count":
        every = timedelta(days=settings.rule.count_every + 1)
        return held.opened if fact.counted is None else fact.counted + every
    known = held.movements[: held.upto(day)]
    if key not in ("expired", "near"):
        return known[-1].on
    came = {one.batch: one.on for one in known if one.signed > 0}
    state, before = ("expired", -1) if key == "expired" else ("for_sale", settings.rule.near)
    turned = [
        max(one.expires - timedelta(days=before), came[one.batch])
        for one in batches_on(book, fact.customer, fact.product, day).batches
        if one.expires is not None and one.state == state
    ]
    return max(one for one in turned if one <= day)
