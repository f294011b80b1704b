"""`pharmasales.toml`: what a workspace's files mean and what its company decides.

Each setting has a default; an unknown key is an error that names the nearest right one.

>>> settings = read_settings('''
... [tables.sales]
... file = "*.csv"
... columns = { amount = "Sales", period = ["Year", "Month"] }
... [goals]
... growth = "12%"
... ''')
>>> settings.tables["sales"].columns["period"].headers, settings.policy.goals.growth
(('Year', 'Month'), Fraction(3, 25))
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import evolve, field, frozen

from pharmasales import compliance
from pharmasales.cycle.policy import ClassPolicy, Policy, ScorePolicy
from pharmasales.display import Lang
from pharmasales.errors import BadConfig, BadValue
from pharmasales.evaluation import scorecard_rule
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.rules import RuleBook
from pharmasales.units import BOX, CNY, UNITS, ExtraDecimals, Unit, exact, share
from pharmasales.workdays import CALENDARS, Calendar
from pharmasales.workspace.agents.settings import AgentsSettings, agents_settings
from pharmasales.workspace.channel.settings import ChannelSettings, channel_settings
from pharmasales.workspace.columns import ARCHIVE, TABLES
from pharmasales.workspace.credit.settings import CreditSettings, credit_settings
from pharmasales.workspace.flow.settings import FlowSettings, flow_settings
from pharmasales.workspace.follow_settings import days_of, follow_policy
from pharmasales.workspace.goal_settings import goal_policy
from pharmasales.workspace.section import Section
from pharmasales.workspace.sources import TableSource, table_source
from pharmasales.workspace.stock.settings import StockSettings, stock_settings

__all__ = ["Settings", "read_settings"]


@frozen
class Settings:
    """Everything that `pharmasales.toml` says.

    Args:
        tables: the source of each canonical table.
        levels: columns that make the organisation where there is no `org` table, the top first.
        money: the unit of amounts.
        goods: the unit of quantities.
        extra: what amounts with too many decimals do.
        policy: what the company decides.
        goals_asked: whether the file sets anything under `[goals]`, so that a goal without a basis is an error.
        lang: the language of outputs.
        storage: the URL of the store; the workspace's own `pharmasales.db` where empty.
        archive: the source of the customers that are imported into the archive, where there is one.
        names: whether outputs name human beings among the customers in clear.
        zone: the time zone of the hours in calendars.
        credit: of money and credit.
        stock: of stock cards.
        flow: of flow files.
        agents: of recruitment.
        channel: of the channel board.
    """

    tables: Mapping[str, TableSource]
    levels: tuple[str, ...]
    money: Unit
    goods: Unit
    extra: ExtraDecimals
    policy: Policy
    goals_asked: bool
    lang: Lang
    storage: str = field(repr=False)
    archive: TableSource | None = None
    names: bool = False
    zone: str = "Asia/Shanghai"
    credit: CreditSettings = field(factory=CreditSettings)
    stock: StockSettings = field(factory=StockSettings)
    flow: FlowSettings = field(factory=FlowSettings)
    agents: AgentsSettings = field(factory=AgentsSettings)
    channel: ChannelSettings = field(factory=ChannelSettings)


def read_settings(
    text: str,
    book: RuleBook | None = None,
    gate: compliance.Policy | None = None,
    sheet: ScoreSheet | None = None,
) -> Settings:
    """Read the text of `pharmasales.toml`.

    Args:
        text: the file's text.
        book: the company's rule book, from `policy.toml`.
        gate: the company's own compliance policy, from `compliance.toml`; it is then the only one asked.
        sheet: the company's own score sheet, from `scoresheet.toml`; it takes the place of `measures`.

    Raises:
        BadConfig: no TOML, an unknown key, or a value that a setting refuses, with its full name.
    """
    try:
        top = Section(tomllib.loads(text, parse_float=Decimal), "")
    except (ValueError, RecursionError) as error:
        raise BadConfig(f"not TOML: {error}", where="pharmasales.toml", code="config.toml") from None
    tables = top.section("tables")
    sources = {name: table_source(tables.section(name), TABLES[name]) for name in TABLES if name in tables.data}
    tables.known.update(TABLES)
    tables.done()
    _one_ledger(sources)
    org, display, storage = top.section("org"), top.section("display"), top.section("storage")
    calendar = top.section("calendar")
    money, goods, extra = _units(top.section("units"), _constant_currency(sources))
    settings = Settings(
        tables=sources,
        levels=org.texts("levels"),
        money=money,
        goods=goods,
        extra=extra,
        policy=evolve(_policy(top, book, gate, (money, goods)), sheet=_alone(sheet, top.section("evaluation"))),
        goals_asked=bool(top.data.get("goals")),
        lang=cast("Lang", display.choice("lang", ("en", "zh"), "en")),
        storage=storage.take("url", str, ""),
        archive=table_source(top.section("archive"), ARCHIVE) if "archive" in top.data else None,
        names=display.choice("names", ("masked", "clear"), "masked") == "clear",
        zone=calendar.read("zone", _zone, "Asia/Shanghai"),
        credit=credit_settings(top.section("credit")),
        stock=stock_settings(top.section("stock")),
        flow=flow_settings(top.section("flow")),
        agents=agents_settings(top.section("agents")),
        channel=channel_settings(top.section("channel")),
    )
    for section in (org, display, storage, top):
        section.done()
    return settings


def _one_ledger(sources: Mapping[str, TableSource]) -> None:
    """Refuse two tables of what customers owe: what stands in both would be owed twice."""
    if {"documents", "receivables"} <= sources.keys():
        hint = "leave out receivables: documents say it too"
        raise BadConfig("a second table of what is owed", where="tables.documents", hint=hint, code="config.choice")


def _constant_currency(sources: Mapping[str, TableSource]) -> Unit:
    """Return the known currency that every table with a constant one names, or yuan."""
    named = {source.columns["currency"].value for source in sources.values() if "currency" in source.columns}
    only = next(iter(named)) if len(named) == 1 else None
    return UNITS.get(only or "", CNY)


def _zone(value: object) -> str:
    """Read the name of a time zone."""
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue("no such time zone", hint='such as "Asia/Shanghai"', code="config.zone") from None


def _units(section: Section, money: Unit) -> tuple[Unit, Unit, ExtraDecimals]:
    money = section.read("money", _unit, money)
    goods = section.read("quantity", _unit, BOX)
    extra = section.choice("extra_decimals", ("refuse", "half_up"), "refuse")
    section.done()
    return money, goods, cast("ExtraDecimals", extra)


def _unit(value: Any) -> Unit:  # noqa: ANN401 - whatever TOML holds
    if isinstance(value, str) and value in UNITS:
        return UNITS[value]
    if not isinstance(value, Mapping):
        hint = f'known: {", ".join(UNITS)}; or write {{ code = "XYZ", decimals = 2 }}'
        raise BadValue("unknown unit", hint=hint, code="unit")
    made = Section(value, "")
    unit = Unit(
        made.take("code", str, ""), made.take("decimals", int, 0), made.take("en", str, ""), made.take("zh", str, "")
    )
    made.done()
    return unit


def _policy(top: Section, book: RuleBook | None, gate: compliance.Policy | None, units: tuple[Unit, Unit]) -> Policy:
    empty = RuleBook("default", "1", {})
    return Policy(
        book=book or empty,
        calendar=_calendar(top.section("calendar")),
        classify=_classify(top.section("classification")),
        goals=goal_policy(top.section("goals"), *units),
        follow=follow_policy(top.section("followup")),
        score=_score(top.section("evaluation")),
        gates=_gates(top.section("compliance"), gate),
    )


def _alone(sheet: ScoreSheet | None, section: Section) -> ScoreSheet | None:
    """Refuse a score sheet beside measures of the settings: two scorecards are none."""
    if sheet is not None and "measures" in section.data:
        hint = "leave out measures, or scoresheet.toml"
        raise BadConfig(
            "scoresheet.toml scores already", where=section.path("measures"), hint=hint, code="config.choice"
        )
    return sheet


def _gates(section: Section, own: compliance.Policy | None) -> tuple[compliance.Policy, ...]:
    """Read the names of the compliance policies; the company's own takes their place."""
    names = section.texts("policy", ("CN-2020", "CN-2026"))
    gates = tuple(section.reading("policy", compliance.policy, name) for name in names)
    section.done()
    return (own,) if own else gates


def _calendar(section: Section) -> Calendar:
    """Read the calendar's name and the years that it does not know yet."""
    calendar = CALENDARS[section.choice("name", CALENDARS, "CN")]
    section.known.add("zone")
    for key in section.data:
        if key.isascii() and key.isdigit() and len(key) == 4:
            year = section.section(key)
            none: frozenset[date] = frozenset()
            off, work = year.read("off", days_of, none), year.read("work", days_of, none)
            year.done()
            calendar = section.reading(key, partial(calendar.with_year, off=off, work=work), int(key))
    section.done()
    return calendar


def _classify(section: Section) -> ClassPolicy:
    default = ClassPolicy()
    schemes, kinds = section.texts("schemes", default.schemes), section.texts("kinds")
    cuts = section.take("cuts", dict, {})
    found = ClassPolicy(schemes, section.take("on", str, default.on), kinds, cuts)
    section.done()
    return found


def _score(section: Section) -> ScorePolicy:
    default = ScorePolicy()
    found = ScorePolicy(
        measures=section.read("measures", _measures, default.measures),
        missing=cast("Any", section.choice("missing", ("reweight", "zero", "missing"), default.missing)),
        pace=cast("Any", section.choice("pace", ("working_days", "calendar_days"), default.pace)),
        under=section.read("under", share, default.under),
        over=section.read("over", share, default.over),
    )
    section.done()
    for key, width in (("under", found.under), ("over", found.over)):
        if width < 0:
            raise BadConfig("below zero", where=section.path(key), hint='write "10%"', code="config.choice")
    return found


def _measures(value: Mapping[str, Any]) -> Mapping[str, tuple[Fraction, list[tuple[Fraction, Fraction]]]]:
    defaults = ScorePolicy().measures
    found = {}
    for name, given in value.items():
        table = Section(given, str(name)) if isinstance(given, Mapping) else Section({"weight": given}, str(name))
        weight = table.due("weight", exact)
        points = (
            list(defaults[name][1]) if name in defaults else [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))]
        )
        curve = table.read("curve", lambda rows: [(share(x), share(y)) for x, y in rows], points)
        table.done()
        found[str(name)] = (weight, curve)
    scorecard_rule(found)
    return found
