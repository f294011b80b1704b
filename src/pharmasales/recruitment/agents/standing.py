"""Where the agents stand (发展现状): each agent's stage, what is shown, what has lapsed, and what brings it on.

>>> day = date(2026, 3, 2)
>>> path = AgentPath("A1").show("known", "FILE-1", by="p1", on=day).show("met", "VISIT-3", by="p1", on=day)
>>> path = path.move("attract", "asked for the price list", by="p1", on=day).show("selected", "S-4", by="p1", on=day)
>>> row = development_board([path], date(2026, 3, 30)).rows[0]
>>> row.stage, row.days, row.open, row.why.text("zh")
('attract', 28, ('agreed',), '自 2026-03-02 起处于招商阶段（进入找商还需：已约定范围与期限（依据：已签协议））')

Source: S003-7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import twins
from pharmasales.recruitment.agents.development import AgentPath
from pharmasales.recruitment.agents.stages import DEVELOPMENT, Guide
from pharmasales.yearplan import checked_day

__all__ = ["DevelopmentBoard", "DevelopmentRow", "development_board"]


@frozen
class DevelopmentRow:
    """Where one agent stands (代理商发展现状).

    Args:
        agent: its id.
        stage: the key of its stage; none before its first move.
        since: since when.
        days: calendar days in the stage.
        next: the key of the stage that comes next; none at the last.
        shown: the keys of what the next stage asks for and is shown.
        open: the keys of what it asks for and is not.
        lapsed: what the stages reached ask for and is not shown any more.
        ending: what they ask for and ends within the days of warning, with the last day.
        action: what to do.
        why: the reasons, each with what shows it.
    """

    agent: str
    stage: str | None
    since: date | None
    days: int | None
    next: str | None
    shown: tuple[str, ...]
    open: tuple[str, ...]
    lapsed: tuple[str, ...]
    ending: Mapping[str, date] = field(hash=False)
    action: Says
    why: Why = field(repr=False)

    @property
    def ready(self) -> bool:
        """Whether it can move on: all that the next stage and those before it ask for is shown."""
        return self.next is not None and not self.open and not self.lapsed


@frozen
class DevelopmentBoard:
    """Where the agents stand on a day. Made by `development_board`.

    Those come first of whom something has lapsed, then who can move on, then the furthest.

    Args:
        as_of: the day.
        rows: one row an agent.
        guide: the stages.
    """

    as_of: date
    rows: tuple[DevelopmentRow, ...] = field(repr=lambda rows: f"<{len(rows)} agents>")
    guide: Guide = field(repr=False, hash=False)

    @property
    def ready(self) -> tuple[str, ...]:
        """The ids of the agents that can move on."""
        return tuple(row.agent for row in self.rows if row.ready)

    def counts(self) -> Mapping[str, int]:
        """Return how many agents stand at each stage, in the order of the stages."""
        stages = [row.stage for row in self.rows]
        return {stage: stages.count(stage) for stage in self.guide}

    def table(self) -> Table:
        """Return agent, stage, since, days, next stage, still to show, lapsed, what to do, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            stage, following = (self.guide[one].says if one else None for one in (row.stage, row.next))
            named = self._says(row.open), self._says(row.lapsed)
            rows.append((row.agent, stage, row.since, row.days, following, *named, row.action, row.why))
        return Table("agent_development", Says("Development of agents", "代理商发展阶段"), _COLUMNS, rows)

    def _says(self, keys: Iterable[str]) -> Says:
        found = [ask.says for key in keys for stage in self.guide.values() if (ask := stage.asks.get(key))]
        return Says("; ".join(one.en for one in found), "；".join(one.zh for one in found))

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("agent", "Agent", "代理商"),
    Column("stage", "Stage", "阶段"),
    Column("since", "Since", "起", "date"),
    Column("days", "Days", "天数", "number"),
    Column("next", "Next", "下一阶段"),
    Column("open", "Still to show", "尚缺"),
    Column("lapsed", "Lapsed", "已失效"),
    Column("action", "What to do", "对策"),
    Column("why", "Why", "原因", "why"),
)


def development_board(
    paths: Iterable[AgentPath], as_of: date, *, guide: Guide = DEVELOPMENT, warn_days: int = 30
) -> DevelopmentBoard:
    """Say which agent stands where, and what brings it on (发展现状).

    Args:
        paths: the paths, one an agent, in any order.
        as_of: the day.
        guide: the stages and what they ask for.
        warn_days: how many days ahead an evidence that ends is named.

    Raises:
        BadRows: two paths of one agent, or a path of other stages than the guide's: all of them.
        BadRule: days of warning that are no whole number of zero or more.
    """
    if type(warn_days) is not int or warn_days < 0:
        raise BadRule("days are a whole number", where="warn_days", hint="0 or more", code="agents.warn")
    found = sorted(paths, key=lambda one: one.agent)
    _checked(found, guide)
    rows = [_row(one, checked_day(as_of), guide, timedelta(warn_days)) for one in found]
    order = list(guide)
    rows.sort(key=lambda row: (not row.lapsed, not row.ready, -(order.index(row.stage) if row.stage else -1)))
    return DevelopmentBoard(as_of, tuple(rows), guide)


def _checked(paths: list[AgentPath], guide: Guide) -> None:
    agents = [one.agent for one in paths]
    bad: list[PharmaSalesError] = [
        BadValue("two paths of one agent", where=f"agent {agents[later]!r}", hint="give one", code="agents.twice")
        for _, later in twins(agents)
    ]
    hint = "give the guide whose stages the path has"
    bad += [
        BadValue("a path of other stages", where=f"agent {one.agent!r}", hint=hint, code="agents.stage")
        for one in paths
        if one.stages != tuple(guide)
    ]
    if bad:
        raise BadRows(f"{len(bad)} paths refused", bad)


def _row(path: AgentPath, as_of: date, guide: Guide, ahead: timedelta) -> DevelopmentRow:
    order, stage, since = list(guide), path.stage_on(as_of), path.since(as_of)
    place = order.index(stage) if stage else -1
    following = order[place + 1] if place + 1 < len(order) else None
    proved = path.proved(as_of)
    asked = list(guide[following].asks) if following else []
    reached = [key for one in order[: place + 1] for key in guide[one].asks]
    lapsed = tuple(key for key in reached if key not in proved)
    ends = {key: proved[key].until for key in reached if key in proved}
    ending = {key: day for key, day in ends.items() if day is not None and day <= as_of + ahead}
    lacking = tuple(key for key in asked if key not in proved)
    action = _LAPSED if lapsed else _RENEW if ending else _DEVELOP if not following else _SHOW if lacking else _MOVE
    return DevelopmentRow(
        path.agent,
        stage,
        since,
        (as_of - since).days if since else None,
        following,
        tuple(key for key in asked if key in proved),
        lacking,
        lapsed,
        ending,
        action,
        _why(guide, stage, since, following, lacking, lapsed, ending),
    )


def _why(
    guide: Guide,
    stage: str | None,
    since: date | None,
    following: str | None,
    lacking: Iterable[str],
    lapsed: Iterable[str],
    ending: Mapping[str, date],
) -> Why:
    asks = {key: ask for one in guide.values() for key, ask in one.asks.items()}
    parts = [because("not shown any more: {ask}", "已失效：{ask}", ask=asks[key].says) for key in lapsed]
    parts += [
        because("ends on {day}: {ask}", "{day} 到期：{ask}", ask=asks[key].says, day=day) for key, day in ending.items()
    ]
    for key in lacking:
        en, zh = "{stage} still asks for: {ask} (shown by: {shown})", "进入{stage}还需：{ask}（依据：{shown}）"
        says = guide[following].says if following else None
        parts.append(because(en, zh, stage=says, ask=asks[key].says, shown=asks[key].shown_by))
    if following and not parts:
        parts = [because("all that {stage} asks for is shown", "{stage}的要求均已具备", stage=guide[following].says)]
    if stage is None:
        return because("at no stage yet", "尚无阶段", *parts)
    return because(
        "at {stage} since {since}", "自 {since} 起处于{stage}阶段", *parts, stage=guide[stage].says, since=since
    )


_LAPSED = Says("show again what has lapsed, or move it down with a reason", "补齐失效依据，或说明原因后降级")
_RENEW = Says("renew what ends", "续办即将到期的依据")
_SHOW = Says("work on what is still to be shown", "落实尚缺的要求")
_MOVE = Says("move it on", "推进到下一阶段")
_DEVELOP = Says("keep it: the last stage", "保持领商合作")
