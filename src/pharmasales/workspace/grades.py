"""The grades of a workspace's customers by one scheme, with all that explains them, and who moved since the last ones.

>>> from pharmasales.cycle import Policy
>>> from pharmasales.testing import one_rep
>>> from pharmasales.workspace.classifying import Asked, classed
>>> found = classed(one_rep(), Policy(), Asked("abc"))
>>> list(found.tables())
['grade_counts', 'cuts', 'grade_evidence', 'grades']
>>> for said in found.why("H3"):
...     print(said.zh)
客户分级 2026-01（未存储）：H3 | Third Sample Hospital 第三样本医院 | abc | B
销售额 7,200 不低于 7,200且低于 14,400：B
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.classification import Classification, Graded
from pharmasales.classification.review.moves import Transitions, transitions
from pharmasales.cycle.policy import Policy
from pharmasales.display import Column, Says, Speaks, Table, because
from pharmasales.errors import NotFound
from pharmasales.exchange.class_charts import class_chart, transition_heatmap
from pharmasales.exchange.class_page import class_report, cuts_table, fitted_table, graded_table, missing_table
from pharmasales.exchange.report import Report
from pharmasales.periods import Period
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.keep import periods_kept, table_of

__all__ = ["Classed", "Moved", "moved_since", "plan_of"]

_MOVES = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("from", "From", "原级别"),
    Column("to", "To", "现级别"),
    Column("why", "Why", "原因", "why"),
)


@frozen
class Moved:
    """Who moved since the grades that were kept before.

    Args:
        before: the period of those grades.
        transitions: the matrix.
        reasons: the reason that was kept with each grade, by customer.
    """

    before: Period
    transitions: Transitions
    reasons: Mapping[str, Speaks] = field(repr=False)

    def table(self) -> Table:
        """Return one row a customer that does not stand where it stood: from, to, and both reasons."""
        rows = []
        for move in self.transitions.moves:
            was, now = move.was.letter if move.was else None, move.now.letter if move.now else None
            then = self.reasons.get(move.customer)
            why = because(
                "then: {then}; now: {now}",
                "上期：{then}；本期：{now}",
                then=then or Says("no grade", "无级别"),
                now=move.after.why() if move.after else Says("not among the customers", "不在客户之列"),
            )
            rows.append((move.customer, move.name, was, now, why))
        return Table("moves", Says(f"Moved since {self.before}", f"自 {self.before} 以来的变动"), _MOVES, rows)


@frozen
class Classed:
    """The grades of a workspace's customers by one scheme, with all that explains them.

    Args:
        found: the grades; names of persons are masked as the settings say.
        period: the period that they are for.
        as_of: the day of classifying.
        notes: what was left out, and why.
        moved: who moved since grades of this scheme were kept; missing where none were.
    """

    found: Classification
    period: Period
    as_of: date
    notes: tuple[Says, ...] = ()
    moved: Moved | None = None

    def tables(self) -> dict[str, Table]:
        """Return what there is to show, by name: counts, cut points, evidence, what is missing, grades, moves."""
        found = self.found
        tables = [found.summary(), cuts_table(found), fitted_table(found), missing_table(found), graded_table(found)]
        if self.moved is not None:
            tables += [self.moved.transitions.table(), self.moved.table()]
        return {table.name: table for table in tables if len(table)}

    def about(self) -> Says:
        """Return for which period and day the grades are."""
        return Says(f"{self.period}, as of {self.as_of}", f"{self.period}，截至 {self.as_of}")

    def report(self) -> Report:
        """Return the report with its pictures."""
        moved = self.moved
        matrix, moves = (moved.transitions, moved.table()) if moved else (None, None)
        about = self.about()
        if moved:
            about = Says(f"{about.en}, against {moved.before}", f"{about.zh}，对比 {moved.before}")
        return class_report(self.found, about, moved=matrix, moves=moves, notes=self.notes)

    def why(self, customer: str) -> tuple[Says, Says]:
        """Return the heading and the reason of one customer's grade.

        Raises:
            NotFound: nobody of that id was graded.
        """
        for one in self.found.grades:
            if one.customer == customer:
                return self._heading(one), Says(one.why().text(), one.why().text("zh"))
        hint = "give the id of a customer that the scheme is for"
        raise NotFound(f"nothing graded by {self.found.scheme.name} for {self.period}", where=customer, hint=hint)

    def _heading(self, one: Graded) -> Says:
        letter = one.grade.letter if one.grade else None
        row = " | ".join(filter(None, (one.customer, one.name, self.found.scheme.name, letter)))
        return Says(f"Grades {self.period}, not kept: {row}", f"客户分级 {self.period}（未存储）：{row}")

    def _repr_html_(self) -> str:
        charts = (class_chart(self.found), transition_heatmap(self.moved.transitions) if self.moved else None)
        pictures = "".join(chart._repr_html_() for chart in charts if chart is not None)
        return pictures + "".join(table.html(most=15) for table in self.tables().values())


def moved_since(store: Reader, now: Classification, period: Period, policy: Policy, notes: list[Says]) -> Moved | None:
    """Compare grades with those of the same scheme that were kept last before a period; nothing where none were.

    Args:
        store: where grades were kept.
        now: the grades.
        period: the period that they are for.
        policy: what the company decides now.
        notes: takes a note where the settings were others then, or the letters were.
    """
    earlier = [when for when in periods_kept(store, "grades") if when.start < period.start]
    for when in reversed(earlier):
        table = table_of(store, when, "grades")
        rows = [] if table is None else [dict(row) for row in table.records()]
        letters = {str(row["grade"]) for row in rows if row["scheme"] == now.scheme.name and row["grade"]}
        if not letters:
            continue
        if not letters <= set(now.scheme.letters):
            en, zh = f"not compared with {when}: it has other letters", f"未与 {when} 对比：其级别不同"
            notes.append(Says(en, zh))
            return None
        if _other_rules(store, when, policy):
            notes.append(Says(f"the settings have changed since {when}", f"自 {when} 以来设置已变更"))
        return _compared(rows, now, when)
    return None


def _other_rules(store: Reader, when: Period, policy: Policy) -> bool:
    plan = plan_of(store, when)
    return plan is not None and plan["fingerprint"] != policy.fingerprint


def plan_of(store: Reader, when: Period) -> Mapping[str, Any] | None:
    """Return what everybody may know of the plan that a period's grades were kept with, or nothing."""
    try:
        return store.get("plans", str(when)).data
    except NotFound:
        return None


def _compared(rows: Sequence[Mapping[str, Any]], now: Classification, when: Period) -> Moved:
    here = {one.customer for one in now.grades}
    before: dict[str, Graded] = {}
    reasons: dict[str, Speaks] = {}
    for row in rows:
        customer, mine = str(row["customer_id"]), row["scheme"] == now.scheme.name and row["grade"]
        if mine:
            grade = now.scheme.grade(str(row["grade"]))
            before[customer] = Graded(customer, str(row["customer"]), grade, {}, now.rule)
            reasons[customer] = row["why"]
        elif customer in here:
            before.setdefault(customer, Graded(customer, str(row["customer"]), None, {}, now.rule))
    was = evolve(now, grades=list(before.values()), evidence=(), groups={}, warnings=())
    return Moved(when, transitions(was, now), reasons)
