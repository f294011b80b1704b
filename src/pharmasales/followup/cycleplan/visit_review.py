"""The weekly and monthly review of visits (周、月拜访复盘): what was planned and what became of it, and what goes on.

Planned and added visits are each done, missed, moved, cancelled or still ahead: nothing is lost. What is unfinished is
carried over with the day for which it was planned first, and the coming time is laid beside it.

>>> from pharmasales.followup import Access, Rep, Target, schedule
>>> from pharmasales.followup.calls.reports import CallReport
>>> from pharmasales.periods import Week
>>> from pharmasales.workdays import CHINA
>>> doctors = [Target(f"c{n}", "Dr. Example", "r1", "A", 1, 3, Access(weekdays={n})) for n in range(3)]
>>> plan = schedule(doctors, [Rep("r1", "Rep One", 8)], date(2026, 3, 2), date(2026, 3, 15), CHINA)
>>> reports = [
...     CallReport("V1", "r1", "c0", date(2026, 3, 2)),
...     CallReport("V2", "r1", "c1", date(2026, 3, 3), state="missed", reason="customer_absent"),
... ]
>>> week = review_visits([plan], reports, Week(2026, 10), date(2026, 3, 4))
>>> print(week.summary_table())
Rep id  Rep      Planned  Added  Done  Missed  Moved  Cancelled  Still ahead  Unplanned  Made
------  -------  -------  -----  ----  ------  -----  ---------  -----------  ---------  -----
r1      Rep One        3      0     1       1      0          0            1          0  33.3%
>>> [(one.customer, one.origin.isoformat(), one.why.text()) for one in week.carried]
[('c1', '2026-03-03', 'the customer was not there')]

Source: S002-21, issue 7 section 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from operator import attrgetter

from attrs import field, frozen

from pharmasales.display import Cell, Column, Lang, Says, Table, Why, because
from pharmasales.followup.calls.words import CALL_REASONS
from pharmasales.followup.cycleplan.visit_lines import OUTCOMES, Outcome, PlanVersion, Told, VisitLine, visit_lines
from pharmasales.followup.planning.visits import Visit
from pharmasales.periods import Month, Period
from pharmasales.units import ratio

__all__ = ["CarriedVisit", "VisitReview", "review_visits"]


@frozen
class CarriedVisit:
    """One visit that is unfinished and goes on (结转拜访).

    Args:
        visit: the id of the planned visit.
        rep: the rep's id.
        rep_name: the rep's label.
        customer: the customer's id.
        name: the customer's label.
        grade: the letter of the customer's grade.
        origin: the first day for which it was planned.
        new: the day for which it is planned now; none where no plan has it.
        why: why it is unfinished.
    """

    visit: str
    rep: str
    rep_name: str
    customer: str
    name: str = field(repr=False)
    grade: str
    origin: date
    new: date | None
    why: Why = field(repr=False)


_REP = (Column("rep_id", "Rep id", "代表编号"), Column("rep", "Rep", "代表"))
_CUSTOMER = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("grade", "Grade", "级别"),
)
_WHY = Column("why", "Why", "原因", "why")
_ID = Column("visit_id", "Visit", "拜访编号")
_COUNTS: tuple[tuple[Outcome, Column], ...] = (
    ("done", Column("done", "Done", "已完成", "number")),
    ("missed", Column("missed", "Missed", "未完成", "number")),
    ("moved", Column("moved", "Moved", "已改期", "number")),
    ("cancelled", Column("cancelled", "Cancelled", "已取消", "number")),
    ("ahead", Column("ahead", "Still ahead", "待拜访", "number")),
)
_NO_REASON = Says("no reason reported", "未说明原因")


@frozen
class VisitReview:
    """What became of the visits of a week or month (拜访复盘). Made by `review_visits`.

    Args:
        period: the time looked at.
        as_of: the first day that was still open.
        lines: every visit planned in it, by day, rep and customer.
        extra: visits made that were not planned.
        carried: what is unfinished, by origin, rep and customer.
        coming: the visits of the time after it, as the last version of the plan has them.
        until: the last day of that time.
    """

    period: Period
    as_of: date
    lines: tuple[VisitLine, ...] = field(repr=False)
    extra: tuple[Told, ...] = field(repr=False)
    carried: tuple[CarriedVisit, ...] = field(repr=False)
    coming: tuple[Visit, ...] = field(repr=False)
    until: date

    @property
    def planned(self) -> int:
        """Visits with which the time began."""
        return sum(not line.added for line in self.lines)

    @property
    def added(self) -> int:
        """Visits that came in while it ran."""
        return len(self.lines) - self.planned

    def count(self, outcome: Outcome) -> int:
        """Return how many planned and added visits came to this."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def made(self) -> Fraction | None:
        """Visits done over those planned and added; missing where there is none."""
        return ratio(self.count("done"), len(self.lines))

    @property
    def why(self) -> Why:
        """All counts in one sentence: planned and added are the sum of the rest."""
        counts: dict[str, Cell] = {str(outcome): self.count(outcome) for outcome in OUTCOMES}
        return because(
            "{planned} planned, {added} added: {done} done, {missed} missed, {moved} moved, {cancelled} cancelled, "
            "{ahead} still ahead; {extra} made beside the plan",
            "计划 {planned} 次，新增 {added} 次：完成 {done} 次，未完成 {missed} 次，改期 {moved} 次，"
            "取消 {cancelled} 次，待拜访 {ahead} 次；计划外 {extra} 次",
            planned=self.planned,
            added=self.added,
            extra=len(self.extra),
            **counts,
        )

    def summary_table(self) -> Table:
        """Return the counts of each rep as table `visit_review`."""
        columns = (
            *_REP,
            Column("planned", "Planned", "计划", "number"),
            Column("added", "Added", "新增", "number"),
            *(column for _, column in _COUNTS),
            Column("extra", "Unplanned", "计划外", "number"),
            Column("made", "Made", "完成率", "ratio"),
        )
        names = {line.visit.rep: line.visit.rep_name for line in self.lines}
        rows = [self._row(rep, names.get(rep, rep)) for rep in sorted(names.keys() | {one.rep for one in self.extra})]
        return Table("visit_review", Says("Visits of the period", "拜访复盘"), columns, rows)

    def _row(self, rep: str, name: str) -> tuple[Cell, ...]:
        mine = [line for line in self.lines if line.visit.rep == rep]
        counts = Counter(line.outcome for line in mine)
        added, extra = sum(line.added for line in mine), sum(one.rep == rep for one in self.extra)
        told = [counts[outcome] for outcome, _ in _COUNTS]
        return rep, name, len(mine) - added, added, *told, extra, ratio(counts["done"], len(mine))

    def lines_table(self) -> Table:
        """Return each visit and what became of it as table `visit_outcomes`."""
        columns = (
            Column("date", "Planned for", "计划日期", "date"),
            *_REP,
            *_CUSTOMER,
            Column("outcome", "Outcome", "结果"),
            Column("day", "Day", "日期", "date"),
            Column("origin", "First planned for", "最初计划", "date"),
            _WHY,
            _ID,
        )
        rows: list[tuple[Cell, ...]] = [
            (v.day, v.rep, v.rep_name, v.customer, v.name, v.grade, OUTCOMES[x.outcome], x.day, x.origin, x.why, v.id)
            for x in self.lines
            for v in (x.visit,)
        ]
        return Table("visit_outcomes", Says("What became of each visit", "拜访结果"), columns, rows)

    def reasons_table(self) -> Table:
        """Return how often each reason was reported, by outcome, as table `visit_reasons`."""
        columns = (
            Column("outcome", "Outcome", "结果"),
            Column("reason", "Reason", "原因"),
            Column("visits", "Visits", "次数", "number"),
        )
        counts = Counter((x.outcome, x.word) for x in self.lines if x.outcome in ("missed", "moved", "cancelled"))
        order = list(OUTCOMES)
        ranked = sorted(counts.items(), key=lambda one: (order.index(one[0][0]), -one[1], one[0][1]))
        rows = [
            (OUTCOMES[outcome], CALL_REASONS.get(word) or word or _NO_REASON, count)
            for (outcome, word), count in ranked
        ]
        return Table("visit_reasons", Says("Reasons", "未成行原因"), columns, rows)

    def carried_table(self) -> Table:
        """Return what is unfinished, with its origin, as table `carried_visits`."""
        columns = (
            Column("origin", "First planned for", "最初计划", "date"),
            *_REP,
            *_CUSTOMER,
            Column("new", "Now planned for", "现计划", "date"),
            _WHY,
            _ID,
        )
        rows: list[tuple[Cell, ...]] = [
            (x.origin, x.rep, x.rep_name, x.customer, x.name, x.grade, x.new, x.why, x.visit) for x in self.carried
        ]
        return Table("carried_visits", Says("Carried over", "结转事项"), columns, rows)

    def coming_table(self) -> Table:
        """Return the visits of the coming time as table `coming_visits`."""
        columns = (Column("date", "Date", "日期", "date"), *_REP, *_CUSTOMER, _WHY, _ID)
        rows: list[tuple[Cell, ...]] = [
            (v.day, v.rep, v.rep_name, v.customer, v.name, v.grade, v.why, v.id) for v in self.coming
        ]
        return Table("coming_visits", Says("What comes", "下期计划"), columns, rows)

    def tables(self) -> dict[str, Table]:
        """Return all tables by name."""
        found = (self.summary_table(), self.reasons_table(), self.carried_table(), self.coming_table())
        return {table.name: table for table in (*found, self.lines_table())}

    def text(self, lang: Lang = "en") -> str:
        """Return the review as plain text: the counts, then every table but that of all visits."""
        tables = [table for table in self.tables().values() if len(table) and table.name != "visit_outcomes"]
        shown = [f"{table.title.text(lang)}\n{table.text(lang)}" for table in tables]
        return "\n\n".join([f"{self.period}: {self.why.text(lang)}", *shown])

    def _repr_html_(self) -> str:
        return "".join(table.html(most=20) for table in self.tables().values() if len(table))


def review_visits(
    plans: Sequence[PlanVersion],
    reports: Iterable[Told],
    period: Period,
    as_of: date,
    earlier: Iterable[CarriedVisit] = (),
) -> VisitReview:
    """Review the visits of a week or month and carry over what is unfinished (拜访复盘与结转).

    Args:
        plans: the versions of the plan, the oldest first, as for `visit_lines`.
        reports: what was reported.
        period: the week or month.
        as_of: the first day that is still open.
        earlier: what an earlier review carried over. What these plans have again keeps its older origin; what belongs
            to a plan before them is made good by a visit made beside the plan, else it is carried on.

    Raises:
        BadValue: versions that are not in the order of their days.
    """
    lines, extra = visit_lines(plans, reports, period, as_of)
    before = {one.visit: one for one in earlier}
    known = {visit.id for plan in plans for visit in plan.visits}
    last = {visit.id: visit.day for visit in plans[-1].visits} if plans else {}
    carried = [_carried(line, last, before, as_of) for line in lines if line.unfinished]
    left = [one for one in before.values() if one.visit not in known]
    carried += _not_made_good(left, extra)
    carried.sort(key=attrgetter("origin", "rep", "customer", "visit"))
    first, until = max(period.end + timedelta(days=1), as_of), _until(period)
    coming = tuple(visit for visit in plans[-1].visits if first <= visit.day <= until) if plans else ()
    return VisitReview(period, as_of, lines, extra, tuple(carried), coming, until)


def _carried(line: VisitLine, last: dict[str, date], before: dict[str, CarriedVisit], as_of: date) -> CarriedVisit:
    visit = line.visit
    first = before[visit.id].origin if visit.id in before else line.origin
    who = (visit.id, visit.rep, visit.rep_name, visit.customer, visit.name, visit.grade)
    day = last.get(visit.id)
    now = day if day is not None and day >= as_of and day != visit.day else None
    return CarriedVisit(*who, min(first, line.origin), now, line.why)


def _not_made_good(left: Iterable[CarriedVisit], extra: Iterable[Told]) -> list[CarriedVisit]:
    """Return what is carried on; a visit beside the plan makes the oldest one of its customer good."""
    made = Counter((one.rep, one.customer) for one in extra)
    found = []
    for one in sorted(left, key=attrgetter("origin", "rep", "customer", "visit")):
        if made[one.rep, one.customer]:
            made[one.rep, one.customer] -= 1
        else:
            found.append(one)
    return found


def _until(period: Period) -> date:
    return period.plus(1).end if isinstance(period, Month) else period.end + timedelta(days=period.days)
