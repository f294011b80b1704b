"""A severe deviation, its cause, and what is done about it (偏差处理): a chain as a value.

Each step returns a new case and says who took it and when. The plan itself is changed only through its `Agreement`: a
new version with the consent of rep and manager, while the one in force stays as it is.

>>> from pharmasales.units import CNY, Amount
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.evaluation.attainment import attain
>>> from pharmasales.evaluation.variance.deviation import deviations
>>> org, quarter = Org.of([Node("r1", "One", "rep")]), Quarter(2026, 1)
>>> sums = ({"r1": Amount.of(n, CNY)} for n in (300, 90))
>>> row = deviations(attain(org, *sums, quarter, Fraction(1, 2))).rows[0]
>>> case = DeviationCase.open("K1", "behind", row, quarter, rep="p1", manager="p2", on=date(2026, 2, 16))
>>> case = case.explain("product_knowledge", ["test of 2 February: 41 of 100"], by="p2", on=date(2026, 2, 18))
>>> case = case.take("two days of product training", owner="p1", due=date(2026, 3, 6), by="p2", on=date(2026, 2, 18))
>>> case.state_on(date(2026, 2, 16)), case.state_on(date(2026, 3, 1))
('found', 'acting')
>>> case = case.finish(1, "test of 6 March: 83 of 100", by="p1", on=date(2026, 3, 6))
>>> print(case.why(date(2026, 3, 6)))
K1, r1, sales behind schedule: 90.00 CNY of 300.00 CNY in 2026-Q1, -40.0% off the pace: all done, to be closed
  cause: too little knowledge of the product
  measure 1: done on 2026-03-06, due 2026-03-06

Source: S004-23, S004-56, S004-57, E26.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Table, Why
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.evaluation.variance.case_why import case_table, case_why
from pharmasales.evaluation.variance.causes import CAUSES, Cause, DeviationKind, causes_of
from pharmasales.evaluation.variance.deviation import Deviation, severity_rule
from pharmasales.evaluation.variance.responses import CaseEnd, CaseState, ChosenCause, Countermeasure, PlanChange, said
from pharmasales.goals.agreeing.agreed_terms import GoalTerms
from pharmasales.goals.agreeing.agreement import Agreement
from pharmasales.names import fold, nearest, normal_id
from pharmasales.periods import Period
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["DeviationCase"]


@frozen
class DeviationCase:
    """A severe deviation and everything that was done about it (偏差处理单). Begin with `DeviationCase.open`.

    Args:
        id: the id of the case.
        kind: `behind` or `over_budget`.
        node: the id of the node.
        period: of which period.
        figure: what was sold or spent when it was found.
        goal: the goal or budget.
        deviation: how far that was from the pace, as a share of the pace.
        rep: the id of the person whose goal it is.
        manager: the id of the person above.
        on: when it was found.
        answer_by: the last day for a cause and an answer; none where no day is set.
        causes: the causes chosen; the last one counts, the others are kept.
        measures: the measures taken.
        changes: the changes of the plan asked for.
        end: how it ended; none while it is open.

    Raises:
        BadRule: rep and manager are one.
    """

    id: str = field(converter=normal_id)
    kind: DeviationKind
    node: str = field(converter=normal_id)
    period: Period
    figure: Amount = field(repr=False)
    goal: Amount = field(repr=False)
    deviation: Fraction | None = field(repr=False)
    rep: str = field(converter=normal_id)
    manager: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    answer_by: date | None = None
    causes: tuple[ChosenCause, ...] = ()
    measures: tuple[Countermeasure, ...] = ()
    changes: tuple[PlanChange, ...] = ()
    end: CaseEnd | None = None

    def __attrs_post_init__(self) -> None:
        causes_of(self.kind)
        if fold(self.rep) == fold(self.manager):
            hint = "name the person above as the manager"
            raise BadRule("rep and manager are one", where=self._where, hint=hint, code="variance.case.self")
        if self.answer_by is not None and self.answer_by < self.on:
            raise BadValue("an answer due before it is asked", where=self._where, code="variance.day")

    @classmethod
    def open(
        cls,
        case_id: str,
        kind: DeviationKind,
        found: Deviation,
        period: Period,
        *,
        rep: str,
        manager: str,
        on: date,
        answer_by: date | None = None,
        severe: Fraction = Fraction(1, 10),
    ) -> DeviationCase:
        """Open a case for a severe deviation that `deviations` found (立案).

        Args:
            case_id: the id of the case.
            kind: `behind`: sales against goals; `over_budget`: what was spent against budgets.
            found: the deviation.
            period: of which period.
            rep: the id of the person whose goal or budget it is.
            manager: the id of the person above.
            on: when it was found.
            answer_by: the last day for a cause and an answer.
            severe: the share of the pace beyond which it is severe; more than the whole budget always is.

        Source: S004-23 (severe deviations get a cause and a measure), S004-57.

        Raises:
            BadRule: a deviation that is not severe, or nothing to compare.
        """
        goal, figure = found.result.goal, found.result.actual
        if goal is None or figure is None or not _severe(kind, found, severe):
            hint = "watch it; only severe deviations need a case"
            raise BadRule("no severe deviation", where=f"case {case_id!r}", hint=hint, code="variance.case.severe")
        node = found.result.node.id
        return cls(case_id, kind, node, period, figure, goal, found.deviation, rep, manager, on, answer_by)

    @property
    def cause(self) -> ChosenCause | None:
        """The cause that counts; none where none was chosen."""
        return self.causes[-1] if self.causes else None

    @property
    def last_day(self) -> date:
        """The day of the last step."""
        days = [self.on, *(one.on for one in self.causes), *(one.on for one in self.measures)]
        days += [one.done_on for one in self.measures if one.done_on is not None]
        days += [day for change in self.changes for day, _ in change.states]
        return max(days if self.end is None else [*days, self.end.on])

    def state_on(self, day: date) -> CaseState | None:
        """Return how far the case had come by the end of a day; none before it was found."""
        if day < self.on:
            return None
        if self.end is not None and self.end.on <= day:
            return "closed"
        if any(one.open_on(day) for one in self.measures) or any(one.open_on(day) for one in self.changes):
            return "acting"
        done = any(one.on <= day for one in self.measures)
        if done or any(one.state_on(day) in ("in_force", "superseded") for one in self.changes):
            return "answered"
        return "explained" if any(one.on <= day for one in self.causes) else "found"

    def explain(
        self, cause: str, evidence: Iterable[str], *, by: str, on: date, causes: Mapping[str, Cause] = CAUSES
    ) -> DeviationCase:
        """Choose the cause, with what shows it (定原因); a later choice counts, the earlier ones are kept.

        Args:
            cause: its key in the list.
            evidence: what shows it; one text or more.
            by: rep or manager.
            on: when.
            causes: the list to choose from.

        Raises:
            BadRule: a cause that is not in the list of this case, or a closed case.
            BadValue: no evidence.
        """
        self._step(by, on)
        known = {one.key for one in causes_of(self.kind, causes)}
        if cause not in known:
            hint = nearest(cause, known)
            raise BadRule("no cause of the list", where=self._where, hint=hint, code="variance.case.cause")
        return evolve(self, causes=(*self.causes, ChosenCause(cause, evidence, by, on)))

    def take(self, what: str, *, owner: str, due: date, by: str, on: date) -> DeviationCase:
        """Set a measure with owner and date (定措施).

        Raises:
            BadRule: no cause yet, somebody else's step, or a closed case.
            BadValue: nothing said, or due before it is set.
        """
        self._caused(by, on)
        return evolve(self, measures=(*self.measures, Countermeasure(what, owner, due, by, on)))

    def finish(self, number: int, result: str, *, by: str, on: date) -> DeviationCase:
        """Report a measure as done, with what came of it (完成措施).

        Args:
            number: which measure, 1 for the first.
            result: what came of it.
            by: its owner, the rep or the manager.
            on: when.

        Raises:
            NotFound: no such measure.
            BadRule: done before, somebody else's report, or a closed case.
            BadValue: nothing said.
        """
        if not 1 <= number <= len(self.measures):
            hint = f"measures 1 to {len(self.measures)}"
            raise NotFound(f"no measure {number}", where=self._where, hint=hint, code="variance.case.measure")
        old = self.measures[number - 1]
        self._step(by, on, old.owner)
        if old.done_on is not None:
            raise BadRule(f"measure {number} is done", where=self._where, hint="set another", code="variance.case.step")
        done = evolve(old, done_on=on, done_by=normal_id(by), result=said(result, "result"))
        return evolve(self, measures=(*self.measures[: number - 1], done, *self.measures[number:]))

    def change_plan(
        self, agreement: Agreement, terms: GoalTerms, *, by: str, on: date, reason: str, answer_by: date | None = None
    ) -> tuple[DeviationCase, Agreement]:
        """Ask for a change of the plan (调整目标): a new version is proposed; what is in force stays until both agree.

        Args:
            agreement: the agreement of the goal or budget, with a version in force.
            terms: what the new version says.
            by: rep or manager.
            on: when.
            reason: why.
            answer_by: the last day for an answer.

        Returns:
            The case, and the agreement with the new version; its owner accepts, its manager approves and enforces.

        Source: S004-56 (only with consent and approval), E26.

        Raises:
            BadRule: no cause yet, an agreement of other people, nothing in force, or a version still on its way.
        """
        self._caused(by, on)
        if (agreement.owner, agreement.manager) != (self.rep, self.manager) or agreement.in_force is None:
            hint = "the agreement in force between this rep and this manager"
            raise BadRule("another agreement", where=self._where, hint=hint, code="variance.case.agreement")
        asked = agreement.revise(terms, by=by, on=on, reason=reason)
        asked = asked.propose(by=by, on=on, answer_by=answer_by, reason=reason)
        change = PlanChange(agreement.goal, asked.latest.number, on, answer_by, ((on, asked.latest.state),))
        return evolve(self, changes=(*self.changes, change)), asked

    def follow(self, agreement: Agreement, *, on: date) -> DeviationCase:
        """Take over what became of a change of the plan (跟进调整).

        Args:
            agreement: the agreement as it is now.
            on: when it is looked at.

        Raises:
            NotFound: no change of this goal was asked for.
            BadRule: a closed case, or a day before the last step.
        """
        self._in_order(on)
        mine = [place for place, change in enumerate(self.changes) if change.goal == agreement.goal]
        if not mine:
            hint = "ask with change_plan first"
            raise NotFound("no change of this goal", where=self._where, hint=hint, code="variance.case.agreement")
        changes = list(self.changes)
        for place in mine:
            state = agreement.version(changes[place].version).state
            if changes[place].states[-1][1] != state:
                changes[place] = evolve(changes[place], states=(*changes[place].states, (on, state)))
        return evolve(self, changes=tuple(changes))

    def close(self, outcome: str, *, by: str, on: date) -> DeviationCase:
        """Close the case with what came of it (结案).

        Raises:
            BadRule: anybody but the manager, or something is still to be done.
            BadValue: nothing said.
        """
        self._step(by, on)
        if normal_id(by) != self.manager or self.state_on(on) != "answered":
            hint = "the manager closes it when all is done"
            raise BadRule("not to be closed yet", where=self._where, hint=hint, code="variance.case.step")
        return evolve(self, end=CaseEnd(outcome, by, on))

    def why(self, as_of: date, causes: Mapping[str, Cause] = CAUSES) -> Why:
        """Say the chain as of a day: the deviation, the cause, what is done, and how far it is. Free texts stay out.

        Raises:
            BadRule: a day before the case was found.
        """
        return case_why(self, as_of, causes)

    def table(self) -> Table:
        """Return every step: day, what, who, due, words."""
        return case_table(self)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    @property
    def _where(self) -> str:
        return f"case {self.id!r}"

    def _in_order(self, on: date) -> None:
        """Refuse a step of a closed case, or before the last one."""
        if self.end is not None:
            hint = "open another case"
            raise BadRule("the case is closed", where=self._where, hint=hint, code="variance.case.step")
        if checked_day(on) < self.last_day:
            hint = "give its own day"
            raise BadRule("a step before the last one", where=self._where, hint=hint, code="variance.day")

    def _step(self, by: str, on: date, *also: str) -> None:
        self._in_order(on)
        if normal_id(by) not in (self.rep, self.manager, *also):
            hint = "rep or manager of the case, or the owner of the measure"
            raise BadRule("somebody else's step", where=self._where, hint=hint, code="variance.case.who")

    def _caused(self, by: str, on: date) -> None:
        self._step(by, on)
        if not self.causes:
            hint = "explain it first"
            raise BadRule("no cause yet", where=self._where, hint=hint, code="variance.case.step")


def _severe(kind: DeviationKind, found: Deviation, severe: Fraction) -> bool:
    over = kind == "over_budget"
    goal, figure = found.result.goal, found.result.actual
    if over and goal is not None and figure is not None and figure > goal:
        return True
    off = None if found.deviation is None else -found.deviation if over else found.deviation
    return severity_rule(severe)({"deviation": off}) == "severe"
