"""Goal (目标): what an owner sets out to reach in a period, in figures or by a standard, and on what grounds.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> goal = Goal(
...     id="G1",
...     owner="n1",
...     level="rep",
...     kind="product",
...     measure="boxes",
...     period=Quarter(2027, 1),
...     amount=Amount.of(1200, BOX),
...     products=["P1"],
...     stages=[Stage(date(2027, 1, 31), Amount.of(400, BOX))],
... )
>>> goal.quantified, goal.asks
(True, {'measure': 'sales', 'level': 'organisation'})
>>> print(goal_table([goal]).text())
Goal  Owner  Level  Period   Kind     Measure     Goal set   Serves  Phase
----  -----  -----  -------  -------  ----------  ---------  ------  -----
G1    n1     rep    2027-Q1  product  boxes sold  1,200 BOX

Source: S004-27 to S004-36, S004-48.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue, NotComparable
from pharmasales.goals.setting.kinds import GOAL_KINDS, GOAL_MEASURES, PHASES, RANKS, GoalKind, GoalMeasure, Phase, Rank
from pharmasales.goals.setting.standards import Standard, Swot, a_day, optional_id, texts
from pharmasales.names import clean, nearest, normal_id
from pharmasales.periods import Period, Quarter
from pharmasales.units import Amount

__all__ = ["Goal", "Stage", "goal_table"]


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(normal_id(text) for text in texts(given))


def _kind(given: GoalKind | str) -> GoalKind:
    name = given.name if isinstance(given, GoalKind) else given
    if not isinstance(name, str) or name not in GOAL_KINDS:
        raise BadValue("no kind of goal", hint=nearest(str(name), GOAL_KINDS), code="goals.kind")
    return GOAL_KINDS[name]


def _measure(given: GoalMeasure | str) -> GoalMeasure:
    if isinstance(given, GoalMeasure):
        return given
    if not isinstance(given, str) or given not in GOAL_MEASURES:
        hint = f"{nearest(str(given), GOAL_MEASURES)}, or make a GoalMeasure"
        raise BadValue("no ready-made measure", hint=hint, code="goals.measure")
    return GOAL_MEASURES[given]


@frozen
class Stage:
    """A stage of a goal (阶段目标): by which day how much, or what.

    Args:
        by: the day.
        amount: how much by then, all told; none for a stage that is not counted.
        note: what is to be done by then.
    """

    by: date = field(converter=a_day)
    amount: Amount | None = None
    note: str = field(default="", converter=clean, repr=False)


def _stages(given: Iterable[Stage]) -> tuple[Stage, ...]:
    return tuple(sorted(given, key=lambda stage: stage.by))


@frozen(kw_only=True)
class Goal:
    """What an owner sets out to reach in a period (目标): an amount, or a standard with its evidence.

    Args:
        id: its id.
        owner: the id of the node whose goal it is.
        level: the level of that node, such as `rep` (代表).
        kind: one of `GOAL_KINDS`, or its name.
        measure: what it is measured in: one of `GOAL_MEASURES` by its name, or a `GoalMeasure` of your own.
        period: when.
        amount: how much, in the measure's unit; none for a qualitative goal.
        standard: what a qualitative goal is judged by; none for one in figures.
        products: ids of the products that it is about.
        customers: ids of the customers that it is about.
        stages: what is to be reached on the way; kept by their days.
        swot: notes on where the owner stands.
        phase: the phase of the market that it belongs to, one of `PHASES`, or "".
        rank: whether it is a `goal`, a `plan`, a `strategy` or a `tactic`.
        serves: the id of the goal that it helps to reach, or "".

    >>> Goal(id="G2", owner="n1", level="rep", kind="sales", measure="sales", period=Quarter(2027, 1))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: neither an amount nor a standard @ goal 'G2'; give one of the two [goals.quantified]

    Raises:
        BadValue: an unknown kind or measure, no amount and no standard, or both, an amount below zero, an unknown phase
            or rank, a stage outside the period, or a goal that serves itself.
        NotComparable: an amount that is not in the measure's unit.
    """

    id: str = field(converter=normal_id)
    owner: str = field(converter=normal_id)
    level: str = field(converter=clean)
    kind: GoalKind = field(converter=_kind)
    measure: GoalMeasure = field(converter=_measure)
    period: Period
    amount: Amount | None = None
    standard: Standard | None = None
    products: tuple[str, ...] = field(default=(), converter=_ids)
    customers: tuple[str, ...] = field(default=(), converter=_ids)
    stages: tuple[Stage, ...] = field(default=(), converter=_stages)
    swot: Swot = field(factory=Swot)
    phase: Phase | str = ""
    rank: Rank | str = "goal"
    serves: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        where = f"goal {self.id!r}"
        if not isinstance(self.period, Period):
            raise BadValue("no period", where=where, hint='write period("2027-Q1")', code="period")
        if (self.amount is None) == (self.standard is None):
            what = "neither an amount nor a standard" if self.amount is None else "an amount and a standard"
            raise BadValue(what, where=where, hint="give one of the two", code="goals.quantified")
        for amount in (self.amount, *(stage.amount for stage in self.stages)):
            if amount is not None:
                self._counted(amount, where)
        for word, known in ((self.phase, PHASES), (self.rank, RANKS)):
            if word and word not in known:
                raise BadValue("unknown word", where=where, hint=nearest(word, known), code="goals.word")
        if any(stage.by not in self.period for stage in self.stages):
            raise BadValue("a stage outside the period", where=where, hint=str(self.period), code="goals.stage")
        if self.serves == self.id:
            raise BadValue("serves itself", where=where, hint="name the goal above", code="goals.serves")

    def _counted(self, amount: Amount, where: str) -> None:
        if not isinstance(amount, Amount):
            raise BadValue("no amount", where=where, hint="write Amount.of(1200, BOX)", code="number")
        if amount.unit != self.measure.unit:
            due = self.measure.unit.code if self.measure.unit else "no amount"
            raise NotComparable(f"{amount.unit.code} where {due} is due", where=where, code="unit")
        if amount.minor < 0:
            raise BadValue("a goal below zero", where=where, hint="set zero or above", code="goals.negative")

    @property
    def quantified(self) -> bool:
        """Whether it is in figures (定量), not judged by a standard (定性)."""
        return self.amount is not None

    @property
    def sensitive(self) -> bool:
        """Whether the law looks closely at its kind, so that the compliance gate must be asked before it is given."""
        return self.kind.sensitive

    @property
    def asks(self) -> Mapping[str, str]:
        """The facts for the compliance gate's action `assign_goal`: what is counted, and down to whom."""
        return {"measure": self.measure.counts, "level": self.kind.level}


_COLUMNS = (
    Column("goal_id", "Goal", "目标编号"),
    Column("owner", "Owner", "责任人"),
    Column("level", "Level", "层级"),
    Column("period", "Period", "期间"),
    Column("kind", "Kind", "类型"),
    Column("measure", "Measure", "指标"),
    Column("goal", "Goal set", "目标值"),
    Column("serves", "Serves", "服务于"),
    Column("phase", "Phase", "阶段"),
)


def goal_table(goals: Iterable[Goal]) -> Table:
    """Return one row a goal, quarters first because they are the minimum duty, then the other periods by their days.

    Source: S004-35.
    """
    rows = [
        (
            goal.id,
            goal.owner,
            goal.level,
            str(goal.period),
            goal.kind.says,
            goal.measure.says,
            str(goal.amount) if goal.amount is not None else Says("by standard", "按标准"),
            goal.serves,
            PHASES[goal.phase] if goal.phase else "",
        )
        for goal in sorted(goals, key=_quarter_first)
    ]
    return Table("goals_set", Says("Goals set", "目标"), _COLUMNS, rows)


def _quarter_first(goal: Goal) -> tuple[bool, date, date]:
    return not isinstance(goal.period, Quarter), goal.period.start, goal.period.end
