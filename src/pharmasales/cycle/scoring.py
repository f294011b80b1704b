"""Score the reps of a period (考核评分) by the company's sheet, from what was counted and what is noted.

What the compliance policy lets nobody of a role be scored by is withheld, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from pharmasales.cycle.gating import withheld
from pharmasales.cycle.policy import Policy
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation import Figures, Scorecards, score, scorecard_rule
from pharmasales.evaluation.measures.figures import Figure
from pharmasales.evaluation.measures.items import Placed
from pharmasales.evaluation.measures.measure import Measure, fields_of
from pharmasales.evaluation.measures.measurements import Measurements
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.evaluation.scoring.sheet import ScoreSheet, fit_sheet
from pharmasales.org import Node
from pharmasales.rules import Part

__all__ = ["evidence_table", "read_by_sheet", "score_reps"]

Notes: TypeAlias = Mapping[str, Mapping[str, int | Fraction]]


def read_by_sheet(sheet: ScoreSheet) -> tuple[str, ...]:
    """Return the names that a sheet reads, in its items, factors and gates.

    >>> from pharmasales.rules import Field, Weighted
    >>> read_by_sheet(ScoreSheet("visits", Weighted([Part("visits", 100, Field("made_visits"))])))
    ('made_visits',)
    """
    rules = (sheet.rule, *(one.of for one in sheet.factors), *(one.when for one in sheet.gates))
    return tuple(dict.fromkeys(one.name for rule in rules for one in fields_of(rule)))


def score_reps(found: Measurements, policy: Policy, notes: Notes, day: date) -> Scorecards:
    """Score every rep by the sheet of a policy, or by its measures where it has none.

    Args:
        found: what was counted.
        policy: its sheet or measures, and its compliance policies.
        notes: by rep, what is noted and is no figure.
        day: the day on which the compliance policy is asked.

    Raises:
        BadRule: a sheet that cannot be fitted to these reps.
        BadValue: a name that the sheet reads and that holds no number.
    """
    reps = found.org.leaves()
    lawful = {rep.id: _lawful(found, policy, rep, day) for rep in reps}
    if policy.sheet is None:
        rule = scorecard_rule(policy.score.measures, missing=policy.score.missing)
        return Scorecards([score(rule, rep.id, rep.name, lawful[rep.id]) for rep in reps])
    blank: dict[str, Figure] = dict.fromkeys(read_by_sheet(policy.sheet))
    blank["period_days"] = found.stretch.period.days
    records = {rep.id: blank | dict(lawful[rep.id].known) | dict(notes.get(rep.id, {})) for rep in reps}
    sheet = fit_sheet(policy.sheet, records.values()).sheet
    return Scorecards([score(sheet, rep.id, rep.name, records[rep.id]) for rep in reps])


def _lawful(found: Measurements, policy: Policy, rep: Node, day: date) -> Figures:
    """Return the figures of a rep without those that it may not be scored by."""
    figures, gone = found[rep.id], withheld(policy, rep, day)
    if not gone:
        return figures
    return Figures(**{name: value for name, value in figures.known.items() if name.partition(".")[0] not in gone})


def evidence_table(found: Measurements, cards: Scorecards, policy: Policy, day: date) -> Table:
    """Return rep_id, rep, measure, counted, left_out, why: what stands behind each item of each rep (计分依据).

    Args:
        found: what was counted.
        cards: the scorecards made of it.
        policy: its compliance policies say what was withheld.
        day: the day on which they are asked.
    """
    rows: list[tuple[Cell, ...]] = []
    for card in cards.scores:
        gone = withheld(policy, found.org[card.rep_id], day)
        for one in card.points:
            counted, left, why = _behind(found, card.rep_id, one.part, gone)
            name = Says(one.part.name, one.part.zh or one.part.name)
            rows.append((card.rep_id, card.rep, name, counted, left, why))
    return Table("score_evidence", Says("What the scores counted", "计分依据"), _COLUMNS, rows)


_COLUMNS = (
    Column("rep_id", "Rep id", "代表编号"),
    Column("rep", "Rep", "代表"),
    Column("measure", "Measure", "指标"),
    Column("counted", "Counted", "计入项", "number"),
    Column("left_out", "Left out", "剔除项", "number"),
    Column("why", "Why", "说明", "why"),
)


def _behind(found: Measurements, rep: str, part: Part, gone: frozenset[str]) -> tuple[int, int, Why]:
    """Say what stands behind one item of a rep."""
    measure = _measure(part)
    counted, left = found.counted(rep, measure), found.left_out(rep, measure)
    kept_back = [name for name in measure.reads if name.partition(".")[0] in gone]
    if kept_back:
        why = because(
            "nothing counts: the role may not be scored by {names}",
            "不计：该岗位角色不得以{names}考核",
            names=", ".join(kept_back),
        )
        return 0, len(counted) + len(left), why
    return len(counted), len(left), _told(counted, left, measure, found, rep)


def _measure(part: Part) -> Measure:
    """Return the measure of an item: that of the registry, or one over what the item's own rule reads."""
    named = MEASURES.get(part.name)
    reads = tuple(dict.fromkeys(one.name for one in fields_of(part.rule)))
    if named is not None and set(reads) <= set(named.reads):
        return named
    says = Says(part.name, part.zh or part.name)
    rule: object = part.rule
    return Measure(name=part.name, en=says.en, zh=says.zh, formula=rule, says=says, source="score sheet")  # type: ignore[arg-type]  # only what it reads is asked


def _told(counted: list[Placed], left: list[Placed], measure: Measure, found: Measurements, rep: str) -> Why:
    """Say how many items counted and were left out, and why; a measure of the registry with its formula in numbers."""
    if MEASURES.get(measure.name) is measure:
        return found.value(rep, measure).why
    parts = [because("{n} {reason}", "{n} 项{reason}", n=n, reason=reason) for reason, n in _reasons(left)]
    says = "counted {counted}, left out {left}", "计入 {counted} 项，剔除 {left} 项"
    return because(*says, *parts, counted=len(counted), left=len(left))


def _reasons(left: list[Placed]) -> Iterator[tuple[Says, int]]:
    yield from Counter(line.reason for line in left if line.reason is not None).items()
