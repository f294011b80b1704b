"""What the desk of flow goes by (流向输入): the files of the distributors, and the tables that say what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from pharmasales.archive.kinds import kind_name
from pharmasales.channel.flow import (
    AliasBook,
    CleanFlow,
    CleaningPolicy,
    CrossRegion,
    FlowSale,
    FlowTerritory,
    MasterNames,
    Matcher,
    Packing,
    ReadFlow,
    clean_flow,
    cross_region,
    customer_masters,
    product_masters,
    product_name,
)
from pharmasales.channel.stock import BatchHolders, StockBook, batch_holders
from pharmasales.cycle import Region
from pharmasales.errors import BadConfig
from pharmasales.periods import Month
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.flow.cells import read_aliases, read_packings, read_territories
from pharmasales.workspace.flow.files import FileOfMonth, FlowFileRead, of_month, read_flow_files
from pharmasales.workspace.flow.places import places_of
from pharmasales.workspace.flow.settings import FlowSettings
from pharmasales.workspace.stock.book_reading import read_book

__all__ = ["FlowInputs", "flow_inputs"]


@frozen
class FlowInputs:
    """The files and tables of flow, read once for any month.

    Args:
        settings: what the company decides.
        region: the organisation, customers and products.
        files: every file, read whole.
        packings: the units of the products.
        territories: who may sell where.
        matcher: the master data with what people confirmed.
        places: the division of each customer, as `places_of` says.
        book: the stock cards; nothing where no table of movements is named.
    """

    settings: FlowSettings = field(repr=False)
    region: Region
    files: Sequence[FlowFileRead] = field(repr=lambda files: f"<{len(files)} files>")
    packings: Sequence[Packing] = field(repr=False)
    territories: Sequence[FlowTerritory] = field(repr=False)
    matcher: Matcher
    places: Mapping[str, str] = field(repr=False)
    book: StockBook | None = None

    def clean(self, month: Month) -> tuple[list[FileOfMonth], CleanFlow]:
        """Return the files of a month, and what became of its lines."""
        files = of_month(self.files, month)
        return files, self.cleaned(one.lines for one in files)

    def cleaned(self, files: Iterable[ReadFlow]) -> CleanFlow:
        """Return what became of lines, cleaned together."""
        policy = CleaningPolicy(self.settings.slack, self.settings.repeats)
        return clean_flow(files, self.matcher, self.packings, policy=policy)

    def crossed(self, sales: Iterable[FlowSale]) -> CrossRegion:
        """Return who sold outside the own territory, or a batch that went to others as the stock cards say."""
        bound = () if self.settings.unlisted_may_sell else self.settings.files
        held = batch_holders(self.book) if self.book is not None else BatchHolders({}, frozenset())
        return cross_region(sales, self.territories, self.places, batches=held.holders, traced=held.traced, bound=bound)


def flow_inputs(tables: DeskTables) -> FlowInputs:
    """Read the tables and files of flow.

    Args:
        tables: what reads the further tables of a workspace.

    Raises:
        BadConfig: no files, customers or products are named, or files of a distributor whom nobody knows.
        BadRows: rows of the tables are bad, or files cannot be read; nothing else is done then.
        BadFile: a table's file is missing, cannot be read, or lacks a column.
    """
    settings, region = tables.space.settings.flow, tables.region
    _known(settings, tables)
    aliases = read_aliases(tables)
    packings = read_packings(tables, region.products, region.goods)
    territories = read_territories(tables)
    places = places_of(tables)
    tables.checked()
    book = read_book(tables).book if tables.has("movements") else None
    files = read_flow_files(tables.space.root, settings.files, region.money, tables.progress)
    matcher = _matcher(settings, region, aliases)
    return FlowInputs(settings, region, files, packings, territories, matcher, places, book)


def _known(settings: FlowSettings, tables: DeskTables) -> None:
    """Refuse settings that name no files, nobody who may be named in them, or files of somebody who is no customer."""
    if not settings.files:
        hint = 'write [flow.files.D01] file = "flow/D01-*.csv"'
        raise BadConfig("no files of flow", where="flow.files", hint=hint, code="config.missing")
    for table in ("customers", "products"):
        if not tables.has(table) and not (table == "customers" and tables.space.from_archive()):
            hint = f"name a {table} table: files are matched against it"
            raise BadConfig(f"no {table}", where=f"tables.{table}", hint=hint, code="config.missing")
    for distributor in settings.files:
        if distributor not in tables.region.archive:
            hint = "write the id of the distributor as the customers have it"
            raise BadConfig("nobody has this id", where=f"flow.files.{distributor}", hint=hint, code="config.id")


def _matcher(settings: FlowSettings, region: Region, aliases: AliasBook) -> Matcher:
    kinds = set(map(kind_name, settings.kinds))
    customers = [one for one in region.archive if not kinds or kind_name(one.kind) in kinds]
    return Matcher(
        MasterNames.of(customer_masters(customers)),
        MasterNames.of(product_masters(region.products.values()), product_name),
        aliases,
        settings.customer_policy(),
        settings.product_policy(),
    )
