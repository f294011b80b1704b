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
from pharmasales.goals.kinds import GOAL_KINDS, GOAL_MEASURES, PHASES, RANKS, GoalKind, GoalMeasure, Phase, Rank
from pharmasales.names import clean, nearest, normal_id
from pharmasales.periods import Period, Quarter
from pharmasales.units import Amount

__all__ = ["Evidence", "Goal", "Stage", "Standard", "Swot", "goal_table"]


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadValue("one text where several are due", hint="write a list", code="goals.texts")
    return tuple(clean(text) for text in given)


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(normal_id(text) for text in _texts(given))


def _kind(given: GoalKind | str) -> GoalKind:
    name = given.name if isinstance(given, GoalKind) else str(given)
    if name not in GOAL_KINDS:
        raise BadValue("no kind of goal", hint=nearest(name, GOAL_KINDS), code="goals.kind")
    return GOAL_KINDS[name]


def _measure(given: GoalMeasure | str) -> GoalMeasure:
    if isinstance(given, GoalMeasure):
        return given
    if given not in GOAL_MEASURES:
        hint = f"{nearest(str(given), GOAL_MEASURES)}, or make a GoalMeasure"
        raise BadValue("no ready-made measure", hint=hint, code="goals.measure")
    return GOAL_MEASURES[given]


def _optional_id(text: str) -> str:
    return normal_id(text) if text else ""


def _said(text: str) -> str:
    if not clean(text).strip():
        raise BadValue("empty where words are due", code="text.empty")
    return text


@frozen
class Swot:
    """Notes on where the owner stands (SWOT分析): strengths, weaknesses, opportunities, threats, each a few lines.

    >>> Swot(strengths=["in the reimbursement list"]).table().rows
    [(Says(en='strength', zh='优势'), 'in the reimbursement list')]

    Source: S004-27.
    """

    strengths: tuple[str, ...] = field(default=(), converter=_texts, repr=False)
    weaknesses: tuple[str, ...] = field(default=(), converter=_texts, repr=False)
    opportunities: tuple[str, ...] = field(default=(), converter=_texts, repr=False)
    threats: tuple[str, ...] = field(default=(), converter=_texts, repr=False)

    def table(self) -> Table:
        """Return one row a note."""
        sides = (
            (Says("strength", "优势"), self.strengths),
            (Says("weakness", "劣势"), self.weaknesses),
            (Says("opportunity", "机会"), self.opportunities),
            (Says("threat", "威胁"), self.threats),
        )
        columns = (Column("side", "Side", "方面"), Column("note", "Note", "说明"))
        return Table(
            "swot", Says("SWOT", "SWOT 分析"), columns, [(side, note) for side, notes in sides for note in notes]
        )


@frozen
class Evidence:
    """What shows that a standard is met (佐证): a document, and once somebody has checked it, when and who.

    Args:
        document: the id of the document, such as an attendance list.
        on: the day on which it was checked.
        checked_by: the id of who checked it.

    Raises:
        BadValue: a day without a person, or the other way round.
    """

    document: str = field(converter=normal_id)
    on: date | None = None
    checked_by: str = field(default="", converter=_optional_id)

    def __attrs_post_init__(self) -> None:
        if (self.on is None) == bool(self.checked_by):
            where, hint = f"evidence {self.document!r}", "give both, or neither"
            raise BadValue("checked by nobody or on no day", where=where, hint=hint, code="goals.evidence")


def _evidence(given: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(given)


@frozen
class Standard:
    """What a qualitative goal is judged by (定性目标的标准), and the evidence that it is met.

    Args:
        says: the standard, in words that two people would judge alike.
        evidence: the documents that are to show it, named beforehand and checked in time.

    >>> Standard("everybody passes the product test", [Evidence("list-7", date(2027, 3, 1), "m1")]).met
    True

    Source: S004-28.
    """

    says: str = field(converter=_said, repr=False)
    evidence: tuple[Evidence, ...] = field(default=(), converter=_evidence)

    @property
    def met(self) -> bool:
        """Whether all its evidence has been checked; never without any."""
        return bool(self.evidence) and all(one.checked_by for one in self.evidence)


@frozen
class Stage:
    """A stage of a goal (阶段目标): by which day how much, or what.

    Args:
        by: the day.
        amount: how much by then, all told; none for a stage that is not counted.
        note: what is to be done by then.
    """

    by: date
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
    swot: Swot = Swot()
    phase: Phase | str = ""
    rank: Rank | str = "goal"
    serves: str = field(default="", converter=_optional_id)

    def __attrs_post_init__(self) -> None:
        where = f"goal {self.id!r}"
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
