"""What a company decides: how it classifies, sets goals, follows up and evaluates, as values.

Each policy has a default for everything; the steps of the cycle take them as arguments, and their fingerprint is kept
with every result.

>>> GoalPolicy().growth, FollowPolicy().visits_a_day, sorted(ScorePolicy().measures)
(Fraction(1, 10), 8, ['attainment', 'coverage', 'frequency', 'growth'])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import field, fields_dict, frozen, has

from pharmasales.archive import Measured
from pharmasales.classification import METHODS, SCHEMES
from pharmasales.compliance import NONE, Action, Verdict
from pharmasales.compliance import Policy as Gate
from pharmasales.compliance.contacts import ContactCap
from pharmasales.compliance.policies import CN_2020, CN_2026
from pharmasales.errors import BadConfig, BadRule, PharmaSalesError
from pharmasales.evaluation import DEFAULT_MEASURES
from pharmasales.followup import DEFAULT_CADENCE, Cadences, Window
from pharmasales.followup.due.table import CadenceTable
from pharmasales.goals.baselines.weighing import NewHire, ZeroHistory
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.names import nearest
from pharmasales.rules import Field, Rule, RuleBook, in_force
from pharmasales.rules.terms import literal
from pharmasales.units import exact
from pharmasales.workdays import CHINA, Calendar

if TYPE_CHECKING:
    from pharmasales.evaluation.scoring.sheet import ScoreSheet

__all__ = ["ClassPolicy", "FollowPolicy", "GoalPolicy", "Policy", "ScorePolicy"]

Basis: TypeAlias = Literal["history", "potential", "blend"]

CutPoints: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The cut points of ready-made schemes: by scheme, then by name."""


def _cut(value: object) -> object:
    """Bring a number to one form, so that `80%` and 0.8 are the same decision; the method refuses what is none."""
    if isinstance(value, list | tuple):
        return tuple(value)
    try:
        return literal(value)  # type: ignore[arg-type]  # whatever the settings hold
    except PharmaSalesError:
        return value


def _cuts(given: CutPoints) -> CutPoints:
    return {
        name: {cut: _cut(value) for cut, value in cuts.items()} if isinstance(cuts, Mapping) else cuts
        for name, cuts in given.items()
    }


def _ready_made(name: str, cuts: Mapping[str, Any], of: Rule | None = None) -> Rule:
    method = METHODS[name]
    try:
        return method.rule(of if method.by_measure else None, **cuts)
    except BadRule as error:
        where = f"classification.cuts.{error.where}"
        raise BadConfig(error.reason, where=where, hint=error.hint, code=error.code) from None


@frozen
class ClassPolicy:
    """How customers are classified (分级).

    Args:
        schemes: names of rules of the company's book or of ready-made methods (`METHODS`), in the order in which they
            are reported.
        on: what the ready-made methods by volume read: `sales` (net sales of the twelve months before the period),
            `potential`, or a further field of the customers; `auto` takes sales where there are any.
        kinds: the kinds of customer that are classified; all where empty.
        cuts: cut points of ready-made methods, by scheme and name: `{"doctor_matrix": {"use": 50, "potential": 100}}`.

    >>> ClassPolicy(cuts={"doctor_matrix": {"use": 50, "potental": 100}})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadConfig: no such cut point @ classification.cuts.doctor_matrix.potental; did you mean
    "potential"? [grade.cut]

    Raises:
        BadConfig: cut points for no ready-made method, or such as it refuses, with the name of the setting.
    """

    schemes: tuple[str, ...] = ("abc", "decile")
    on: str = "auto"
    kinds: tuple[str, ...] = ()
    cuts: CutPoints = field(factory=dict, converter=_cuts)

    def __attrs_post_init__(self) -> None:
        for name, cuts in self.cuts.items():
            where = f"classification.cuts.{name}"
            if name not in METHODS:
                raise BadConfig("no such scheme", where=where, hint=nearest(str(name), METHODS), code="config.scheme")
            if not isinstance(cuts, Mapping) or not all(isinstance(cut, str) for cut in cuts):
                hint = "write { cut = number }"
                raise BadConfig("a table of cut points is due", where=where, hint=hint, code="config.type")
            _ready_made(name, cuts)

    def book(self, own: RuleBook, on: str) -> RuleBook:
        """Return the company's rule book laid over the ready-made methods that are asked for.

        Those by volume read the field `on`. A rule of the book takes the place of the ready-made one of its name.

        Raises:
            BadConfig: a scheme that is neither in the book nor ready-made, a cut point that is due, or cut points for a
                scheme that the book defines itself.
        """
        of = Field(on, {"sales": "销售额", "potential": "潜力"}.get(on, ""))
        ready = [name for name in dict.fromkeys(("abc", "decile", *self.schemes)) if name in METHODS]
        for name in self.cuts:
            if name in own:
                where, hint = f"classification.cuts.{name}", "take the cut points there, or leave that rule out"
                raise BadConfig("the rule book has a rule of this name", where=where, hint=hint, code="config.choice")
        for name in self.schemes:
            if name not in METHODS and name not in own:
                hint = nearest(name, [*METHODS, *own.rules])
                raise BadConfig("no such scheme", where=f"classification.schemes {name!r}", hint=hint)
        base = {name: _ready_made(name, self.cuts.get(name, {}), of) for name in ready if name not in own}
        return own.over(RuleBook("ready-made", "1", base))


@frozen
class GoalPolicy:
    """How a goal is set and decomposed (目标分解).

    Args:
        total: the goal of the period; where left out, `growth` over the same period of the year before.
        growth: growth over that base.
        basis: what the total is shared by: `history` (the base's sales), `potential`, or a `blend` of both.
        weights: the shares of a blend.
        levels: levels of the organisation that get goals; all where empty.
        periods: buckets: month, quarter, year, or `Q1 | Q2+Q3 | Q4`.
        season: `history` (the base's months), `even`, or one share a bucket; `auto` takes history where there are
            months, else even shares, and says so.
        grain: the smallest step of a goal, in whole units.
        measure: `amount` (money) or `quantity` (boxes).
        negative: what a negative basis does: `refuse`, or `zero`.
        all_zero: what a group without any basis does when it has a goal to share: `refuse`, or `even`.
        new_hire: what a leaf without a figure weighs: `zero`, the average of its `siblings`, a stated figure, or
            `refuse`.
        ramp: the share of that average or figure that a new hire carries, 0 to 1.
        zero: what a leaf with a figure of zero weighs: `zero`, the average of its `siblings`, or `refuse`.
        least_growth: the least growth of every leaf over its own base; no floor where left out.
        constraints: floors, caps, fixed amounts, entries and locks.
        over: by level, the share by which its nodes hand on more than their own goal (层层加码).
    """

    total: Decimal | None = None
    growth: Fraction = Fraction(1, 10)
    basis: Basis = "history"
    weights: Mapping[str, Fraction] = field(factory=lambda: {"history": Fraction(1, 2), "potential": Fraction(1, 2)})
    levels: tuple[str, ...] = ()
    periods: str = "month"
    season: Literal["auto", "history", "even"] | tuple[Fraction, ...] = "auto"
    grain: Decimal = Decimal(1)
    measure: Measured = "amount"
    negative: Literal["refuse", "zero"] = "refuse"
    all_zero: Literal["refuse", "even"] = "refuse"
    new_hire: NewHire = "zero"
    ramp: Fraction = Fraction(1)
    zero: ZeroHistory = "zero"
    least_growth: Fraction | None = None
    constraints: tuple[Constraint, ...] = ()
    over: Mapping[str, Fraction] = field(factory=dict)


@frozen
class FollowPolicy:
    """How often and when customers are seen (跟进).

    Args:
        cadence: visits a month by grade letter.
        visits_a_day: how many visits a rep makes on a field day.
        leave: days away, by rep id.
        weekdays: visiting days by customer id, 0 for Monday, beside those in the archive.
        schemes: the schemes whose letter decides, the first that has one; those of the classification where empty.
        kinds: the kinds of customer that are visited; all where empty.
        hours: visiting weekdays with their hours, by the id of a customer or of its hospital; they take the place of
            weekdays.
        closed: days on which nobody is received, by the id of a customer or of its hospital.
        contacts: how often which class is contacted over which channel, for what is due; face to face by `cadence`
            where left out.
        caps: at most so many contacts with one person over a channel in so many days, for what is due.
        minutes_a_day: how many minutes of visits fit in a field day; not counted where left out.
        bases: the place from which a rep sets out, by rep id.
        filings: the reps' filing numbers (备案号), by rep id.
        filing_asked: ids of customers or hospitals that receive nobody without a filing number.
        notice: working days of notice that a visit needs, by the id of a customer or of its hospital.
        visit_minutes: how long a visit takes, by the id of a customer or of its hospital; 30 where left out.
        flexible: ids of customers or hospitals whose hours are wished, not required.
    """

    cadence: Cadences = DEFAULT_CADENCE
    visits_a_day: int = 8
    leave: Mapping[str, frozenset[date]] = field(factory=dict)
    weekdays: Mapping[str, frozenset[int]] = field(factory=dict)
    schemes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    hours: Mapping[str, tuple[Window, ...]] = field(factory=dict)
    closed: Mapping[str, frozenset[date]] = field(factory=dict)
    contacts: CadenceTable | None = None
    caps: tuple[ContactCap, ...] = ()
    minutes_a_day: int | None = None
    bases: Mapping[str, str] = field(factory=dict)
    filings: Mapping[str, str] = field(factory=dict, repr=False)
    filing_asked: frozenset[str] = frozenset()
    notice: Mapping[str, int] = field(factory=dict)
    visit_minutes: Mapping[str, int] = field(factory=dict)
    flexible: frozenset[str] = frozenset()


@frozen
class ScorePolicy:
    """How a period is evaluated (考核).

    Args:
        measures: for each measure its weight and the points of its curve; the weights add up to 100.
        missing: what a measure without data does: `reweight`, `zero` or `missing`.
        pace: what counts as elapsed: `working_days` or `calendar_days`.
        under: how far below the pace a node may be and still be on track.
        over: how far above.
    """

    measures: Mapping[str, tuple[Fraction, Sequence[tuple[Fraction, Fraction]]]] = field(
        factory=lambda: DEFAULT_MEASURES
    )
    missing: Literal["missing", "zero", "reweight"] = "reweight"
    pace: Literal["working_days", "calendar_days"] = "working_days"
    under: Fraction = Fraction(1, 10)
    over: Fraction = Fraction(1, 10)


@frozen
class Policy:
    """Everything that a company decides, with the rule book it decides by.

    Args:
        book: the company's own rules; the default schemes lie below it.
        calendar: the working days.
        classify: how customers are classified.
        goals: how goals are set.
        follow: how customers are followed up.
        score: how a period is evaluated.
        gates: the compliance policies, of which the one in force on a day is asked.
        sheet: the company's own score sheet (评分表); the measures of `score` where left out.
    """

    book: RuleBook = field(factory=lambda: RuleBook("default", "1", {}))
    calendar: Calendar = CHINA
    classify: ClassPolicy = field(factory=ClassPolicy)
    goals: GoalPolicy = field(factory=GoalPolicy)
    follow: FollowPolicy = field(factory=FollowPolicy)
    score: ScorePolicy = field(factory=ScorePolicy)
    gates: tuple[Gate, ...] = (CN_2020, CN_2026)
    sheet: ScoreSheet | None = None

    def gate(self, day: date) -> Gate:
        """Return the compliance policy in force on a day; before the first there is nothing to ask, and all is allowed.

        >>> Policy().gate(date(2026, 1, 1)).name, Policy().gate(date(2018, 1, 1)).name
        ('CN-2026', 'NONE')
        """
        return in_force(self.gates, day) if any(gate.holds(day) for gate in self.gates) else NONE

    def check(self, action: Action, day: date) -> Verdict:
        """Ask the compliance policy in force on a day.

        >>> deed = Action("collect_money", {"role": "medical_rep"})
        >>> Policy().check(deed, date(2026, 1, 1)).outcome, Policy().check(deed, date(2018, 1, 1)).outcome
        ('block', 'allow')
        """
        return self.gate(day).check(action, as_of=day)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of all of it: equal decisions have equal fingerprints.

        >>> Policy().fingerprint == Policy().fingerprint
        True
        >>> Policy().fingerprint == Policy(follow=FollowPolicy(visits_a_day=9)).fingerprint
        False
        """
        import hashlib
        import json

        parts = (self.classify, self.goals, self.follow, self.score)
        gates = [gate.fingerprint for gate in self.gates]
        ready = {name: SCHEMES[name].version for name in self.classify.schemes if name in SCHEMES}
        data = [self.book.fingerprint, self.calendar.fingerprint, gates, *map(_plain, parts), ready]
        data += [] if self.sheet is None else [self.sheet.fingerprint]
        return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return a setting as plain data, equal for equal decisions: numbers exact, sets in order."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, int | Decimal | Fraction):
        return str(exact(value))
    if isinstance(value, time):
        return value.isoformat()
    kind = type(value)
    return {name: _plain(getattr(value, name)) for name in fields_dict(kind)} if has(kind) else value
