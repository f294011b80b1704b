"""Goals looked at together (目标检查): does each help the one above it, are they too many, is there time left.

>>> from pharmasales.goals.setting.goal import Goal
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> def boxes(id, owner, level, count, serves=""):
...     due = {"kind": "product", "measure": "boxes", "period": Quarter(2027, 1)}
...     return Goal(id=id, owner=owner, level=level, amount=Amount.of(count, BOX), serves=serves, **due)
>>> goals = [
...     boxes("G", "N", "district", 1000),
...     boxes("G1", "n1", "rep", 500, serves="G"),
...     boxes("G2", "n2", "rep", 490, serves="G"),
... ]
>>> found = check_goals(goals, as_of=date(2026, 12, 1), most=5, lead_days=14)
>>> for finding in found:
...     print(finding.why)
G asks for 1,000 BOX, what serves it adds up to 990 BOX: 10 BOX short

Source: S004-30, S004-31, S004-35, S004-48.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.goals.setting.goal import Goal
from pharmasales.goals.setting.kinds import RANKS
from pharmasales.periods import Quarter
from pharmasales.units import Amount

__all__ = ["GoalFinding", "GoalFindings", "check_goals"]

_ORDER = tuple(RANKS)


@frozen
class GoalFinding:
    """One thing to put right before anybody signs (检查发现).

    Args:
        goal: the id of the goal.
        owner: whose it is.
        code: a stable word for programs.
        why: what was found, with its figures.
    """

    goal: str
    owner: str
    code: str
    why: Why = field(repr=False)


@frozen
class GoalFindings:
    """What was found, in the order of the goals. Build it with `check_goals`."""

    found: tuple[GoalFinding, ...]

    def __iter__(self) -> Iterator[GoalFinding]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def table(self) -> Table:
        """Return one row a finding."""
        rows = [(one.goal, one.owner, one.code, one.why) for one in self.found]
        return Table("goal_findings", Says("What to put right", "目标检查"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("goal_id", "Goal", "目标编号"),
    Column("owner", "Owner", "责任人"),
    Column("code", "Code", "代码"),
    Column("why", "Found", "发现", "why"),
)


def check_goals(goals: Iterable[Goal], *, as_of: date, most: int, lead_days: int) -> GoalFindings:
    """Check goals against each other: links, sums, number and lead time (目标检查).

    Found are: a goal that serves one that is not there, that serves itself through others, or that skips a rank (a
    tactic serves a strategy, a strategy a plan, a plan a goal); a period outside that of the goal served; goals of one
    measure that add up to less than the one they serve, counted apart for the same period and for the same owner; more
    goals at once than `most`; fewer than `lead_days` days before the start; a period longer than a quarter without a
    stage and without a quarter of the same owner that serves it; a kind that the compliance gate must be asked about.

    Args:
        goals: the goals, each with an id of its own.
        as_of: the day of the check.
        most: how many goals one owner may carry at a time; those that only cut another of the same owner and measure
            into shorter periods do not count.
        lead_days: how many days before its first day a goal must be there.

    Raises:
        BadRows: two goals of one id.
        BadValue: limits below zero.
    """
    if most < 0 or lead_days < 0:
        raise BadValue("limits are zero or above", where="most, lead_days", code="goals.limits")
    given = list(goals)
    known = _by_id(given)
    serving: dict[str, list[Goal]] = {}
    for goal in given:
        serving.setdefault(goal.serves, []).append(goal)
    circular = _circular(known)
    found: list[GoalFinding] = []
    for goal in given:
        under = serving.get(goal.id, [])
        reasons = (
            *_links(goal, known, circular),
            *_short(goal, under),
            *_late(goal, as_of, lead_days),
            *_unquartered(goal, under),
            *_sensitive(goal),
        )
        found += (GoalFinding(goal.id, goal.owner, code, why) for code, why in reasons)
    return GoalFindings((*found, *_too_many(given, known, most)))


def _by_id(goals: Sequence[Goal]) -> dict[str, Goal]:
    known: dict[str, Goal] = {}
    bad: list[PharmaSalesError] = []
    for goal in goals:
        if goal.id in known:
            bad.append(BadValue("two goals of one id", where=f"goal {goal.id!r}", hint="keep one", code="goals.twins"))
        known[goal.id] = goal
    if bad:
        raise BadRows("goals are refused", bad)
    return known


def _circular(known: Mapping[str, Goal]) -> set[str]:
    """Return the ids of goals that serve themselves through others."""
    settled: set[str] = set()
    found: set[str] = set()
    for start in known:
        path: dict[str, int] = {}
        here = start
        while here in known and here not in settled and here not in path:
            path[here] = len(path)
            here = known[here].serves
        if here in path:
            found.update(list(path)[path[here] :])
        settled.update(path)
    return found


def _links(goal: Goal, known: Mapping[str, Goal], circular: set[str]) -> Iterator[tuple[str, Why]]:
    if not goal.serves:
        return
    above = known.get(goal.serves)
    values = {"goal": goal.id, "above": goal.serves}
    if above is None:
        yield "unknown", because("{goal} serves {above}, which is not there", "{goal} 服务的 {above} 不存在", **values)
        return
    if goal.id in circular:
        yield "circle", because("{goal} serves itself through others", "{goal} 经由其他目标服务于自身", **values)
    rank, due = _ORDER.index(goal.rank), _ORDER.index(above.rank)
    if not 0 <= rank - due <= 1:
        en = "{goal}, a {rank}, serves {above}, a {due}: ranks follow goal > plan > strategy > tactic"
        zh = "{goal}（{rank}）服务于 {above}（{due}），应按 目标 > 计划 > 策略 > 战术 逐级对应"
        yield "rank", because(en, zh, rank=RANKS[goal.rank], due=RANKS[above.rank], **values)
    if goal.period not in above.period:
        en, zh = "{goal} of {own} lies outside {period} of {above}", "{goal}（{own}）不在 {above} 的 {period} 之内"
        yield "period", because(en, zh, own=str(goal.period), period=str(above.period), **values)


def _short(goal: Goal, under: Sequence[Goal]) -> Iterator[tuple[str, Why]]:
    """Compare a goal with what serves it: the same period of others, its own shorter periods, and the rest."""
    if goal.amount is None:
        return
    sums: dict[tuple[bool, bool], Amount] = {}
    for one in under:
        if one.amount is not None and one.measure == goal.measure:
            group = one.period == goal.period, one.owner == goal.owner
            sums[group] = sums[group] + one.amount if group in sums else one.amount
    for amount in sums.values():
        if amount < goal.amount:
            yield (
                "short",
                because(
                    "{goal} asks for {due}, what serves it adds up to {amount}: {short} short",
                    "{goal} 要求 {due}，其下合计 {amount}，差 {short}",
                    goal=goal.id,
                    due=str(goal.amount),
                    amount=str(amount),
                    short=str(goal.amount - amount),
                ),
            )


def _late(goal: Goal, as_of: date, lead_days: int) -> Iterator[tuple[str, Why]]:
    left = (goal.period.start - as_of).days
    if left < lead_days:
        en = "{goal} starts in {left} days, {due} are due to prepare it"
        zh = "{goal} 距开始 {left} 天，应提前 {due} 天"
        yield "lead", because(en, zh, goal=goal.id, left=left, due=lead_days)


def _unquartered(goal: Goal, under: Sequence[Goal]) -> Iterator[tuple[str, Why]]:
    longest = 92
    if goal.period.days <= longest or goal.stages or goal.rank != "goal":
        return
    if not any(isinstance(one.period, Quarter) and one.owner == goal.owner for one in under):
        en = "{goal} of {period} has no stage and no quarter that serves it"
        zh = "{goal}（{period}）既无阶段也无季度目标"
        yield "quarter", because(en, zh, goal=goal.id, period=str(goal.period))


def _sensitive(goal: Goal) -> Iterator[tuple[str, Why]]:
    if goal.sensitive:
        en, zh = "{goal}: ask the compliance gate before it is given", "{goal}：下达前须经合规审核"
        yield "gate", because(en, zh, goal=goal.id)


def _too_many(goals: Sequence[Goal], known: Mapping[str, Goal], most: int) -> Iterator[GoalFinding]:
    """Find owners who carry more goals at a time than they may, at the day on which they carry most."""
    carried: dict[str, list[Goal]] = {}
    for goal in goals:
        if goal.rank == "goal" and not _cuts_another(goal, known):
            carried.setdefault(goal.owner, []).append(goal)
    for owner, own in carried.items():
        count, day = _peak(own)
        if count > most:
            en = "{count} goals at once from {day}, at most {most}"
            zh = "自 {day} 起同时有 {count} 个目标，上限 {most}"
            why = because(en, zh, count=count, day=day, most=most)
            yield GoalFinding(own[0].id, owner, "many", why)


def _cuts_another(goal: Goal, known: Mapping[str, Goal]) -> bool:
    above = known.get(goal.serves)
    return above is not None and (above.owner, above.measure) == (goal.owner, goal.measure)


def _peak(goals: Sequence[Goal]) -> tuple[int, date]:
    """Return how many goals run at once at the most, and from which day."""
    steps = [(goal.period.start, 1) for goal in goals]
    steps += [(goal.period.end + timedelta(days=1), -1) for goal in goals]
    running, best = 0, (0, date.max)
    for day, step in sorted(steps):
        running += step
        if running > best[0]:
            best = running, day
    return best
