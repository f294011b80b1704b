"""What the channel desk goes by (四流输入): the loaders of the other desks, asked for what their tables hold.

A flow of which no table is named is left out, with a note; bad rows of all tables are listed at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from attrs import evolve, field, frozen

from pharmasales.archive.kinds import kind_name
from pharmasales.channel.board import ChannelKnown, FlowCame, TradeConsistency, target_hospitals, trade_consistency
from pharmasales.channel.credit import CreditOrder, OrderCheck
from pharmasales.channel.flow import CleanFlow, CrossRegion, FlowTerritory
from pharmasales.channel.money import Ledger
from pharmasales.channel.stock import StockBook
from pharmasales.compliance import NONE
from pharmasales.cycle import Region
from pharmasales.display import Says
from pharmasales.errors import BadRows, PharmaSalesError
from pharmasales.periods import Month, Period
from pharmasales.recruitment.rights import AgentRight
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.agents.reading import read_book as read_agents
from pharmasales.workspace.channel.cells import ChannelPapers, licences_of, parties_of, read_papers
from pharmasales.workspace.credit.books import CreditBooks, credit_books
from pharmasales.workspace.credit.places import placed
from pharmasales.workspace.credit.standings import orders_of, standings_of
from pharmasales.workspace.desk_tables import DeskTables, desk_tables
from pharmasales.workspace.doing import Progress
from pharmasales.workspace.flow.inputs import FlowInputs, flow_inputs
from pharmasales.workspace.flow.places import places_of
from pharmasales.workspace.stock.book_reading import read_book
from pharmasales.workspace.workspace import Workspace

__all__ = ["ChannelInputs", "channel_inputs"]

T = TypeVar("T")


@frozen
class ChannelInputs:
    """What is known of the channel. Made by `channel_inputs`.

    Args:
        region: the organisation, the customers and the products.
        dealers: everybody of whom a table says something, hospitals left out.
        known: the values of the rooms.
        notes: what is not known, and why.
    """

    region: Region = field(repr=False)
    dealers: tuple[str, ...]
    known: ChannelKnown
    notes: tuple[Says, ...] = field(repr=False)


@frozen
class _Found:
    """What the loaders of the other desks found; missing where their tables are not named."""

    papers: ChannelPapers
    books: CreditBooks | None
    book: StockBook | None
    flow: FlowInputs | None
    rights: tuple[AgentRight, ...] | None
    places: Mapping[str, str]

    @property
    def ledger(self) -> Ledger | None:
        return self.books.ledger if self.books is not None else None


def channel_inputs(space: Workspace, period: Period, as_of: date, progress: Progress) -> ChannelInputs:
    """Read everything that the board needs.

    Args:
        space: the workspace.
        period: the period.
        as_of: the day.
        progress: called with the name of each file as it is begun.

    Raises:
        BadRows: rows are bad, in whichever table; every one is listed.
        BadFile: a file is missing, cannot be read, or lacks a column.
        BadConfig: a setting of a table is wrong.
        StorageError: `storage.scope` for a reader of a part.
    """
    tables = desk_tables(space, progress, as_of)
    found = _read(tables, space, as_of, progress)
    progress(f"channel {period}")
    with space.kept_store() as store:
        checks, orders = _credit(found.books, store, as_of)
    notes = list(_notes(tables, found))
    trade = _trade(found, tables, period, as_of, notes)
    flow = None if found.flow is None else _clean(found.flow, period)
    rights = _rights(found)
    hospitals = [one.id for one in tables.region.archive if kind_name(one.kind) == "hospital"]
    known = ChannelKnown(
        files=_came(found, as_of),
        flow=flow,
        book=found.book,
        ledger=found.ledger,
        way=space.settings.credit.way,
        checks=checks,
        orders=orders,
        rights=rights,
        crossing=_crossing(found.flow, flow),
        trade=trade,
        targets=None if rights is None else target_hospitals(rights, found.places, hospitals, min(as_of, period.end)),
    )
    return ChannelInputs(tables.region, _dealers(known, set(hospitals)), known, tuple(notes))


def _read(tables: DeskTables, space: Workspace, as_of: date, progress: Progress) -> _Found:
    """Ask each loader; bad rows of all of them are raised together."""
    bad: dict[str, PharmaSalesError] = {}
    papers = read_papers(tables)
    money = tables.has("documents") or tables.has("receivables")
    files = bool(space.settings.flow.files)
    books = _asked(lambda: credit_books(space, progress), bad) if money else None
    flow = _asked(lambda: flow_inputs(tables), bad) if files else None
    book = flow.book if flow is not None else None
    if book is None and tables.has("movements"):
        book = _asked(lambda: read_book(tables).book, bad)
    rights = _asked(lambda: read_agents(tables, as_of).rights, bad) if tables.has("agent_rights") else None
    places = flow.places if flow is not None else _asked(lambda: places_of(tables), bad)
    _asked(tables.checked, bad)
    if bad:
        raise BadRows(f"{len(bad)} bad cells", list(bad.values()))
    return _Found(papers, books, book, flow, rights, places or {})


def _asked(load: Callable[[], T], bad: dict[str, PharmaSalesError]) -> T | None:
    """Return what a loader reads; what it refuses is kept, once each."""
    try:
        return load()
    except BadRows as error:
        bad.update({str(one): one for one in error.exceptions if isinstance(one, PharmaSalesError)})
        return None


def _credit(
    books: CreditBooks | None, store: Reader | None, day: date
) -> tuple[Mapping[str, OrderCheck] | None, list[CreditOrder] | None]:
    if books is None:
        return None, None
    checks = {one.limit.customer: one.check for one in standings_of(store, books, day)}
    return checks, orders_of(store)


def _trade(
    found: _Found, tables: DeskTables, period: Period, as_of: date, notes: list[Says]
) -> TradeConsistency | None:
    if found.ledger is None:
        return None
    papers, settings = found.papers, tables.space.settings
    there = {one.id for one in found.ledger.receipts}
    payers = [one for one in papers.payers if one.receipt in there]
    if len(payers) < len(papers.payers):
        count = len(papers.payers) - len(payers)
        notes.append(Says(f"payers whose receipt is not there: {count}", f"付款方无对应收款单：{count} 行"))
    customers = tables.region.archive.customers
    with placed("lines", papers.places["lines"]), placed("goods", papers.places["goods"]):
        return trade_consistency(
            period,
            as_of,
            found.ledger,
            papers.lines,
            goods=papers.goods,
            book=found.book,
            licences=licences_of(papers, customers),
            parties=parties_of(customers),
            payers=payers,
            days=settings.channel.transit_days,
            way=settings.credit.way,
            policies=(*settings.policy.gates, NONE),
        )


def _clean(inputs: FlowInputs, period: Period) -> CleanFlow:
    """Clean the lines of the period together; a line without a month may belong to it."""
    months = {None, *period.months}
    files = [
        evolve(one.read, lines=tuple(line for line in one.read.lines if line.month in months)) for one in inputs.files
    ]
    return inputs.cleaned(files)


def _crossing(inputs: FlowInputs | None, flow: CleanFlow | None) -> CrossRegion | None:
    return None if inputs is None or flow is None else inputs.crossed(flow.sales)


def _came(found: _Found, as_of: date) -> list[FlowCame] | None:
    """Return each file of flow that came by a day, with the day where somebody wrote it down."""
    months: set[tuple[str, Month]] = set()
    for file in found.flow.files if found.flow else ():
        months |= {(file.distributor, line.month) for line in file.read.lines if line.month is not None}
    days = found.papers.came
    some = [FlowCame(*one, days.get(one)) for one in sorted(months | set(days)) if days.get(one, as_of) <= as_of]
    return some or None


def _rights(found: _Found) -> list[FlowTerritory] | None:
    """Return who may sell what where: the territories of flow, and the rights of agents, renewals joined."""
    places = found.places
    everywhere = tuple(sorted({place[:2] for place in places.values() if place})) or ("-",)
    rights = [
        FlowTerritory(one.agent, (places.get(one.area) or one.area,) if one.area else everywhere, {one.product}, *days)
        for one in found.rights or ()
        for days in ((span.since, span.until) for span in one.spans())
    ]
    listed = list(found.flow.territories) if found.flow is not None else []
    return [*listed, *rights] or None


def _dealers(known: ChannelKnown, hospitals: set[str]) -> tuple[str, ...]:
    found = set(known.ledger.accounts) if known.ledger else set()
    found |= known.ordered.keys() | known.came.keys() | known.cards.keys() | known.granted.keys()
    found |= {dealer for dealer, _ in known.lines}
    return tuple(sorted(found - hospitals))


def _notes(tables: DeskTables, found: _Found) -> Iterator[Says]:
    lacking: Sequence[tuple[bool, str, str]] = (
        (found.books is None, "money: no table of documents", "资金流：无往来单据"),
        (found.book is None, "goods: no table of movements", "物流：无出入库记录"),
        (found.flow is None, "information and quality: no files of flow", "信息流与分销质量：无流向文件"),
        (found.rights is None, "ownership: no table of agent_rights", "商流：无代理权台账"),
        (found.papers.lines is None, "invoices: no table of invoice_lines", "票：无发票明细"),
        (found.papers.goods is None, "goods against invoices: no table of deliveries", "票货核对：无随货同行单"),
        (found.papers.licences is None, "licences: no table of licences", "证：无证照台账"),
    )
    for missing, en, zh in lacking:
        if missing:
            yield Says(f"not known, {en}", f"未知，{zh}")
    if found.papers.lines is not None and not tables.has("payers"):
        yield Says("not known, who paid: no table of payers", "未知，付款方：无付款方台账")
