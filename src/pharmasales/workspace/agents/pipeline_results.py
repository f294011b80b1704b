"""The pipeline of a workspace (漏斗): funnel, board, what waits, what was lost, conversion, forecast, and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import cast

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.periods import Period
from pharmasales.recruitment.pipeline import (
    STAGES,
    Board,
    Conversion,
    DailyTargets,
    Forecast,
    Reached,
    SignedIdle,
    Stage,
    WeeklyTargets,
    WinBack,
    conversion_matrix,
    daily_targets,
    pipeline_board,
    pipeline_forecast,
    reach_rates,
    signed_idle,
    weekly_targets,
    win_back,
)
from pharmasales.units import Number
from pharmasales.workdays import Calendar
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.settings import AgentsSettings

__all__ = ["PipelineResults", "pipeline_results"]

_YEAR = timedelta(364)
_DRAWS = 2_000


@frozen
class PipelineResults:
    """What the prospects show as of a day. Made by `pipeline_results`.

    Args:
        board: every open prospect, and how many stand in each stage.
        idle: the contracts that are signed and not executed.
        lost: the lost ones, and whom to ask again.
        conversion: what became of those who came in within a year.
        rates: how many of each stage came to sign, as far as they are decided.
        forecast: what may be signed.
        weekly: what was promised for the week, or earlier and is overdue.
        daily: what was promised for each working day of the week.
        notes: what is missing, and why.
    """

    board: Board | None = None
    idle: SignedIdle | None = None
    lost: WinBack | None = None
    conversion: Conversion | None = None
    rates: Mapping[Stage, Reached] = field(factory=dict, repr=False, hash=False)
    forecast: Forecast | None = None
    weekly: WeeklyTargets | None = None
    daily: DailyTargets | None = None
    notes: tuple[Says, ...] = field(default=(), repr=False)

    def tables(self) -> Iterator[Table]:
        """Yield the tables of what is there."""
        if self.board is not None:
            yield self.board.funnel()
            yield self.board.table()
        if self.idle is not None:
            yield self.idle.table()
        if self.lost is not None:
            yield self.lost.table()
            yield self.lost.by_reason()
        if self.conversion is not None:
            yield self.conversion.table()
            yield _rated(self.rates)
        if self.forecast is not None:
            yield self.forecast.table()
            yield self.forecast.prospects_table()
        if self.weekly is not None:
            yield self.weekly.table()
            yield self.weekly.by_week()
        if self.daily is not None:
            yield self.daily.table()
            yield self.daily.by_week()


def _rated(rates: Mapping[Stage, Reached]) -> Table:
    columns = (
        Column("stage", "Stage", "阶段"),
        Column("came", "Came", "进入数", "number"),
        Column("reached", "Signed", "签约数", "number"),
        Column("lost", "Were lost", "流失数", "number"),
        Column("open", "Still open", "未定", "number"),
        Column("rate", "Rate", "成功率", "ratio"),
        Column("why", "Why", "原因", "why"),
    )
    rows = [(STAGES[one.stage], one.came, one.reached, one.lost, one.open, one.rate, one.why) for one in rates.values()]
    return Table("sign_rates", Says("How many of each stage signed", "各阶段签约率"), columns, rows)


def pipeline_results(book: AgentBook, calendar: Calendar, settings: AgentsSettings, week: Period) -> PipelineResults:
    """Ask the room of the pipeline about everything that the tables allow.

    Args:
        book: what the tables say.
        calendar: the working days.
        settings: what the company decides of recruitment.
        week: the week of the targets.

    Raises:
        NotComparable: amounts of several units.
        UnknownYear: a chase or a week in a year that the calendar does not know.
    """
    notes: list[Says] = []
    if not book.prospects:
        en = "no prospects: no funnel, no forecast; keep tables of leads and of recruiting"
        return PipelineResults(notes=(Says(en, "无招商对象：无漏斗及预测，请维护线索表和招商进展表"),))
    day = book.as_of
    first = min(one.path[0].on for one in book.prospects)
    rates = reach_rates(book.prospects, (first, day), as_of=day)
    known = {stage: one.rate for stage, one in rates.items() if one.rate is not None}
    odds = cast("Mapping[Stage, Number | None]", {**known, **settings.odds})
    return PipelineResults(
        board=pipeline_board(book.prospects, day, cast("Mapping[Stage, int]", settings.age_limits)),
        idle=signed_idle(
            book.prospects, day, calendar=calendar, after=settings.idle_days, ask_within=settings.ask_within
        ),
        lost=win_back(book.prospects, day),
        conversion=conversion_matrix(book.prospects, (day - _YEAR, day), as_of=day),
        rates=rates,
        forecast=_forecast(book, odds, day + timedelta(settings.forecast_days)),
        weekly=_weekly(book, week, notes),
        daily=_daily(book, week, calendar, notes),
        notes=tuple(notes),
    )


def _forecast(book: AgentBook, odds: Mapping[Stage, Number | None], by: date) -> Forecast:
    """Forecast exactly; by draws where more sums can come than an exact range takes."""
    try:
        return pipeline_forecast(book.prospects, odds, by=by, as_of=book.as_of)
    except BadRule as error:
        if error.code != "pipeline.sums":
            raise
    return pipeline_forecast(book.prospects, odds, by=by, as_of=book.as_of, draws=_DRAWS, seed=0)


def _weekly(book: AgentBook, week: Period, notes: list[Says]) -> WeeklyTargets | None:
    if not book.promises:
        notes.append(Says("no contracts or money were promised by a day", "无按日期的签约、执行、回款目标"))
        return None
    receipts = book.receipts if "receivables" in book.tables else None
    if receipts is None and any(one.kind == "money" for one in book.promises):
        notes.append(Says("no table of receivables: what money came is not known", "无应收表：未知回款"))
    found = weekly_targets(book.promises, book.prospects, receipts, as_of=book.as_of)
    kept = (line for line in found.lines if line.promise.due in week or _late(line.promise.due, line.state, week))
    return evolve(found, lines=tuple(kept))


def _late(due: date, state: str, week: Period) -> bool:
    return state in ("overdue", "unknown") and due < week.start


def _daily(book: AgentBook, week: Period, calendar: Calendar, notes: list[Says]) -> DailyTargets | None:
    if not book.daily:
        notes.append(Says("no daily targets were set", "未设日目标"))
        return None
    window = (week.start, week.end)
    return daily_targets(book.daily, book.deeds, window, as_of=book.as_of, calendar=calendar, prospects=book.prospects)
