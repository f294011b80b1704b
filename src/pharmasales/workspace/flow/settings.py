"""`[flow]` of `pharmasales.toml` (流向): whose files come in which layout, and how strictly names are matched.

>>> found = flow_settings(Section({"files": {"D01": {"file": "flow/D01-*.csv", "always": {"unit": "盒"}}}}, "flow"))
>>> found.files["D01"].source.files, found.files["D01"].columns is None, found.feeds
(('flow/D01-*.csv',), True, 'none')
>>> flow_settings(Section({"customer_match": {"cut": 900}}, "flow"))
Traceback (most recent call last):
    ...
pharmasales.errors.BadConfig: a score is a whole number of hundredths @ flow.customer_match; 0 to 200 [flow.policy]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from attrs import evolve, field, frozen

from pharmasales.channel import flow
from pharmasales.errors import BadConfig
from pharmasales.names import normal_id
from pharmasales.units import exact, share
from pharmasales.workspace.section import Section, as_date
from pharmasales.workspace.sources import TableSource

if TYPE_CHECKING:
    from pharmasales.channel.flow import ColumnMap, DayOrder, LoadingPolicy, MatchPolicy

__all__ = ["TEMPLATE", "Feeds", "FlowFiles", "FlowSettings", "flow_settings"]

TEMPLATE = """
[flow]
# customer_match = { cut = 65, ahead = 4, beside = 8, fuller = 12, both = 90 }   # scores of 100; a question else
# product_match = { cut = 55, ahead = 4, beside = 0, fuller = 12, both = 85 }
# kinds = []                       # kinds of customer that files may name; all but persons where empty
# slack = "0.01"                   # by how much quantity x price may miss the amount
# repeats = true                   # whether a line that repeats another is held
# loading = { piles = "2/3", runs = "3/2" }   # less of what came in sold on: 压货; more: goods from elsewhere
# unlisted = "pass"                # a distributor without a row in territories; "no right": it may sell nowhere
# feeds = "none"                   # what counts as sales of hospitals: "closed" months of flow, or "current" ones too
#   [flow.files.H1]                 one section a distributor, by its id
#   file = "flow/H1-*.csv"          CSV, TSV or XLSX; encoding = "gb18030", sheet = "..." as for tables
#   columns = { date = "日期", customer = "购货单位", product = "品名", quantity = "数量" }   as the header says else
#   by = "R1", on = 2025-01-08      who confirmed the columns, and when
#   always = { unit = "盒" }        what holds for every row of a field without a column
#   day_order = "ymd"               "dmy" or "mdy" where the year comes last
#   returns = ["换货"]              further words of the column kind that make a return of a row
"""
"""What a new `pharmasales.toml` says of it."""

Feeds: TypeAlias = Literal["none", "closed", "current"]
"""What of flow counts as sales: nothing, closed months, or these and the other months as the files say now."""

_NONE: Mapping[str, Any] = {}


@frozen
class FlowFiles:
    """The files of one distributor (流向文件).

    Args:
        source: where they are, and how they are read.
        columns: the column map that a person confirmed; the header's guess where left out.
        always: what holds for every row of a field without a column.
        day_order: how days are written where the year does not come first.
        returns: further words of the column `kind` that make a return of a row.
    """

    source: TableSource
    columns: ColumnMap | None = None
    always: Mapping[str, str] = field(factory=dict)
    day_order: DayOrder = "ymd"
    returns: tuple[str, ...] = ()


@frozen
class FlowSettings:
    """What a company decides of flow.

    Args:
        files: the files of each distributor, by its id.
        customer_match: the scores of `MatchPolicy` that differ from its defaults.
        product_match: the same for products.
        kinds: kinds of customer that files may name; all but persons where empty.
        slack: by how much quantity x price may miss the amount, in whole units of money.
        repeats: whether a line that repeats another is held.
        loading: the shares of `LoadingPolicy` that differ from its defaults.
        unlisted_may_sell: whether a distributor of whom no territory is known is left unjudged.
        feeds: what counts as sales of hospitals.
    """

    files: Mapping[str, FlowFiles] = field(factory=dict)
    customer_match: Mapping[str, int] = field(factory=dict)
    product_match: Mapping[str, int] = field(factory=dict)
    kinds: tuple[str, ...] = ()
    slack: Fraction = Fraction(1, 100)
    repeats: bool = True
    loading: Mapping[str, Fraction] = field(factory=dict)
    unlisted_may_sell: bool = True
    feeds: Feeds = "none"

    def customer_policy(self) -> MatchPolicy:
        """From which score on nobody is asked about a customer."""
        return flow.MatchPolicy(**self.customer_match)

    def product_policy(self) -> MatchPolicy:
        """From which score on nobody is asked about a product."""
        return evolve(flow.PRODUCT_POLICY, **self.product_match)

    def loading_policy(self) -> LoadingPolicy:
        """Where goods count as piling up and running down."""
        return flow.LoadingPolicy(**self.loading)


def flow_settings(section: Section) -> FlowSettings:
    """Read `[flow]`.

    Raises:
        BadConfig: an unknown key, a value that a setting refuses, or a file without a layout that can be read.
    """
    default, listed = FlowSettings(), section.section("files")
    found = FlowSettings(
        files={_distributor(listed, key): _files(listed.section(key), key) for key in listed.data},
        customer_match=section.read("customer_match", _scores, _NONE),
        product_match=section.read("product_match", _scores, _NONE),
        kinds=section.texts("kinds"),
        slack=section.read("slack", exact, default.slack),
        repeats=section.take("repeats", bool, default.repeats),
        loading=section.read("loading", _loading, _NONE),
        unlisted_may_sell=section.choice("unlisted", ("pass", "no right"), "pass") == "pass",
        feeds=cast("Feeds", section.choice("feeds", get_args(Feeds), default.feeds)),
    )
    section.done()
    if found.slack < 0:
        raise BadConfig("below zero", where=section.path("slack"), hint='write "0.01"', code="config.choice")
    if found.feeds != "none" and not found.files:
        hint = "name the files of each distributor in [flow.files]"
        raise BadConfig("no files that feed", where=section.path("feeds"), hint=hint, code="config.missing")
    return found


def _scores(given: Mapping[str, Any]) -> Mapping[str, int]:
    flow.MatchPolicy(**given)
    return dict(given)


def _loading(given: Mapping[str, Any]) -> Mapping[str, Fraction]:
    found = {key: share(value) for key, value in given.items()}
    flow.LoadingPolicy(**found)
    return found


def _distributor(listed: Section, key: str) -> str:
    return listed.reading(key, lambda text: normal_id(text, ""), key)


def _files(section: Section, distributor: str) -> FlowFiles:
    patterns = section.texts("file")
    if not patterns:
        hint = f'write file = "flow/{distributor}-*.csv"'
        raise BadConfig("which file?", where=section.path("file"), hint=hint, code="config.missing")
    source = TableSource(
        patterns, encoding=section.take("encoding", str, "utf-8"), sheet=section.take("sheet", str, "")
    )
    given = section.section("always")
    given.known.update(flow.FLOW_FIELDS if given.data else ())
    given.done()
    always = {name: given.take(name, str, "") for name in given.data}
    order = cast("DayOrder", section.choice("day_order", ("ymd", "dmy", "mdy"), "ymd"))
    returns = section.texts("returns")
    columns = section.take("columns", dict, {})
    kept = None
    if columns:
        by, on = section.due("by", lambda text: normal_id(text, "")), section.due("on", as_date)
        kept = section.reading(
            "columns", lambda given: _map(distributor, given, by, on, always, order, returns), columns
        )
    section.known.update(("by", "on"))
    section.done()
    return FlowFiles(source, kept, always, order, returns)


def _map(
    distributor: str,
    columns: Mapping[str, Any],
    by: str,
    on: date,
    always: Mapping[str, str],
    order: DayOrder,
    returns: tuple[str, ...],
) -> ColumnMap:
    """Return the column map that a person confirmed; the words of a return come on top of the known ones."""
    made = flow.ColumnMap(distributor, columns, by, on, always, order)
    return made.with_returns(returns)
