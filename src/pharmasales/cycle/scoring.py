"""Score the reps of a period (考核评分) by the company's sheet, from what was counted and what is noted.

What the compliance policy lets nobody of a role be scored by is withheld, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from pharmasales.cycle.gating import withheld
from pharmasales.cycle.policy import Policy
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation import Figures, Scorecards, score, scorecard_rule
from pharmasales.evaluation.measures.figures import FIGURES, Figure
from pharmasales.evaluation.measures.items import Placed
from pharmasales.evaluation.measures.measurements import Measurements, sources_of
from pharmasales.evaluation.measures.registry import MEASURES
from pharmasales.evaluation.scoring.sheet import ScoreSheet, fit_sheet
from pharmasales.org import Node
from pharmasales.rules import Part
from pharmasales.rules.reading import fields_of

__all__ = ["evidence_table", "figures_read", "read_by_sheet", "reads_classes", "score_reps", "unnoted"]

Notes: TypeAlias = Mapping[str, Mapping[str, int | Fraction]]


def read_by_sheet(sheet: ScoreSheet) -> tuple[str, ...]:
    """Return the names that a sheet reads, in its items, factors and gates.

    >>> from pharmasales.rules import Field, Weighted
    >>> read_by_sheet(ScoreSheet("visits", Weighted([Part("visits", 100, Field("made_visits"))])))
    ('made_visits',)
    """
    rules = (sheet.rule, *(one.of for one in sheet.factors), *(one.when for one in sheet.gates))
    return tuple(dict.fromkeys(one.name for rule in rules for one in fields_of(rule)))


def figures_read(policy: Policy) -> frozenset[str]:
    """Return the figures that the scores of a policy stand on, and those that say what stands behind its measures.

    >>> sorted(figures_read(Policy()) - {"planned_visits", "capped_visits", "target_customers", "seen_customers"})
    ['actual', 'goal', 'last']
    """
    sheet = policy.sheet
    if sheet is None:
        parts = scorecard_rule(policy.score.measures, missing=policy.score.missing).parts
        names = [one.name for part in parts for one in fields_of(part.rule)]
    else:
        parts, names = sheet.rule.parts, list(read_by_sheet(sheet))
    behind = [name for part in parts if part.name in MEASURES for name in sources_of(MEASURES[part.name])]
    return frozenset(name.partition(".")[0] for name in (*names, *behind))


def reads_classes(policy: Policy) -> bool:
    """Whether the sheet of a policy reads figures of one class of customers, such as `seen_customers.A`."""
    names = () if policy.sheet is None else read_by_sheet(policy.sheet)
    return any("." in name and name.partition(".")[0] in FIGURES for name in names)


def unnoted(policy: Policy, notes: Notes) -> Says | None:
    """Say which names the sheet of a policy reads that are no figures and that nobody noted; misspelt ones are such."""
    known = {"period_days", *(name for mine in notes.values() for name in mine)}
    read = () if policy.sheet is None else read_by_sheet(policy.sheet)
    gone = [name for name in read if name.partition(".")[0] not in FIGURES and name not in known]
    if not gone:
        return None
    en = f"the score sheet reads what nobody noted: {', '.join(gone)}: note it in facts, or correct the sheet"
    return Says(en, f"评分表所用项目无人记录：{'、'.join(gone)}：请补录考核事实，或更正评分表")


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
    lines: dict[str, list[Placed]] = {card.rep_id: [] for card in cards.scores}
    for line in found.lines:
        lines.get(line.item.node, []).append(line)
    rows: list[tuple[Cell, ...]] = []
    for card in cards.scores:
        gone = withheld(policy, found.org[card.rep_id], day)
        for one in card.points:
            name = Says(one.part.name, one.part.zh or one.part.name)
            rows.append((card.rep_id, card.rep, name, *_behind(lines[card.rep_id], one.part, gone)))
    return Table("score_evidence", Says("What the scores counted", "计分依据"), _COLUMNS, rows)


_COLUMNS = (
    Column("rep_id", "Rep id", "代表编号"),
    Column("rep", "Rep", "代表"),
    Column("measure", "Measure", "指标"),
    Column("counted", "Counted", "计入项", "number"),
    Column("left_out", "Left out", "剔除项", "number"),
    Column("why", "Why", "说明", "why"),
)


def _behind(lines: Sequence[Placed], part: Part, gone: frozenset[str]) -> tuple[int, int, Why]:
    """Say what stands behind one item of a rep: how many lines counted and were left out, and why."""
    measure = MEASURES.get(part.name)
    reads = dict.fromkeys(one.name for one in fields_of(part.rule))
    if measure is None or not set(reads) <= set(measure.reads):
        measure = None
    wanted = set(reads) if measure is None else sources_of(measure)
    counted = [line for line in lines if line.figure in wanted]
    left = Counter(line.reason for line in lines if line.figure is None and line.item.figure in wanted)
    kept_back = [name for name in reads if name.partition(".")[0] in gone]
    if kept_back:
        says = "nothing counts: the role may not be scored by {names}", "不计：该岗位角色不得以{names}考核"
        return 0, len(counted) + left.total(), because(*says, names=", ".join(kept_back))
    names = ", ".join(reads), "、".join(reads)
    parts = [because("{n} {reason}", "{n} 项{reason}", n=n, reason=reason) for reason, n in left.items() if reason]
    why = because(
        "{says}: counted {counted}, left out {left}",
        "{says}：计入 {counted} 项，剔除 {left} 项",
        *parts,
        says=Says(*names) if measure is None else measure.says,
        counted=len(counted),
        left=left.total(),
    )
    return len(counted), left.total(), why
