"""Rows of rights and agreements (代理权、协议任务) to the values of the rooms: one right of all rows of its id.

The first row of an id grants, each later one renews, amends or ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeAlias, cast

from attrs import field, frozen

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.recruitment.agents import DEVELOPMENT, AgentPath
from pharmasales.recruitment.rights import AgentRight, Commitment, Performed, RightVersion
from pharmasales.units import Amount
from pharmasales.workspace.agents.words import known, yes
from pharmasales.workspace.refusals import empty, refuse
from pharmasales.workspace.rows import PLACE, Place, Row

__all__ = ["AgentStep", "VersionRow", "commitments_of", "paths_of", "rights_of", "step_of", "version_of"]

_NO_PERIOD = BadValue("a day where a period is due", where="period", hint="as 2026-Q1", code="row.period")

Refuse: TypeAlias = Callable[[Place, PharmaSalesError], None]


@frozen
class VersionRow:
    """One row of the table of rights: one version of one right.

    Args:
        right: the id of the right.
        held: agent, product, territory, level and the right above, which every row of a right repeats.
        version: the version.
        place: the file and the number of the row.
    """

    right: str
    held: tuple[str, str, str, str, str] = field(repr=False)
    version: RightVersion
    place: Place


def version_of(row: Row, agent: str, product: str, area: str) -> VersionRow:
    """Return what a row says of a right; `since` of a row that ends it is the first day without the right.

    Raises:
        BadRows: a word that nobody knows, or a last day before the first.
    """
    kind = known(row["kind"], "version", "kind") if row.get("kind") else "granted"
    level = known(row["level"], "level", "level") if row.get("level") else "region"
    until = None if kind == "ended" else row.get("until")
    if until is not None and until < row["since"]:
        raise BadValue("the last day is before the first", where="until", hint="correct it", code="rights.dates")
    alone = yes(row.get("exclusive") or "", "exclusive")
    made = RightVersion(cast("Any", kind), row["since"], until, alone, row["signed"], row["by"], row["evidence"])
    return VersionRow(row["id"], (agent, product, area, level, row.get("under") or ""), made, row[PLACE])


def rights_of(rows: Iterable[VersionRow], bad: Refuse) -> tuple[AgentRight, ...]:
    """Put the versions of each right together, by the day of signing; rows of one day in the order given.

    Args:
        rows: the rows.
        bad: called with the place of a row that cannot follow the one before, and why.
    """
    groups: dict[str, list[VersionRow]] = {}
    for row in sorted(rows, key=lambda row: row.version.signed):
        groups.setdefault(row.right, []).append(row)
    return tuple(right for name, told in groups.items() if (right := _right(name, told, bad)) is not None)


def _right(name: str, told: list[VersionRow], bad: Refuse) -> AgentRight | None:
    found: AgentRight | None = None
    agent, product, area, level, under = told[0].held
    versions: tuple[RightVersion, ...] = ()
    for row in told:
        try:
            if row.held != told[0].held:
                reason = "another agent, product, territory or level than its first row"
                raise BadValue(reason, where="id", hint="give the right an id of its own", code="rights.row")
            found = AgentRight(name, agent, product, area, cast("Any", level), under, (*versions, row.version))
            versions = found.versions
        except PharmaSalesError as error:
            bad(row.place, BadValue(error.reason, where=error.where, hint=error.hint, code=error.code))
    return found


def commitments_of(row: Row) -> tuple[list[Commitment], list[Performed]]:
    """Return what a row promises, in money and in goods, and what came of it as far as it was counted.

    Raises:
        BadRows: neither amount nor quantity, a promise that is not above zero, or a day where a period is due.
    """
    period, day = row["period"]
    sums: list[tuple[str, Amount | None, Amount | None]] = [
        ("amount", row.get("amount"), row.get("done")),
        ("quantity", row.get("quantity"), row.get("done_quantity")),
    ]
    refuse(
        *([_NO_PERIOD] if day is not None else []),
        *([empty("amount")] if all(promised is None for _, promised, _ in sums) else []),
        *(
            BadValue("how much?", where=name, hint="an amount above zero", code="rights.promise")
            for name, promised, _ in sums
            if promised is not None and promised.minor <= 0
        ),
    )
    asked = [Commitment(row["right"], period, promised) for _, promised, _ in sums if promised is not None]
    counted = min(row.get("reported") or period.end, period.end)
    refuse(_early(counted, period.start))
    evidence = row.get("evidence") or ""
    return asked, [Performed(row["right"], counted, came, evidence) for _, _, came in sums if came is not None]


def _early(counted: date, start: date) -> BadValue | None:
    if counted >= start:
        return None
    return BadValue("counted before the period begins", where="reported", hint="correct it", code="rights.period")


@frozen
class AgentStep:
    """One row of an agent's development: a stage moved to, or the evidence of something that a stage asks for."""

    agent: str
    on: date
    what: str
    by: str
    evidence: str = field(repr=False)
    until: date | None
    place: Place


def step_of(row: Row, agent: str) -> AgentStep:
    """Return what a row says of an agent's development.

    Raises:
        BadValue: neither a stage nor anything that one asks for, or an end before its beginning.
    """
    what, until = known(row["what"], "step", "what"), row.get("until")
    if until is not None and until < row["date"]:
        raise BadValue("an end before its beginning", where="until", hint="correct it", code="agents.day")
    return AgentStep(agent, row["date"], what, row["by"], row["evidence"], until, row[PLACE])


def paths_of(steps: Iterable[AgentStep], bad: Refuse) -> tuple[AgentPath, ...]:
    """Lead each agent through its steps, by day: evidence of a day before the moves of that day.

    Args:
        steps: the rows.
        bad: called with the place of a row that cannot be, and why.
    """
    paths: dict[str, AgentPath] = {}
    for one in sorted(steps, key=lambda one: (one.on, one.what in DEVELOPMENT)):
        path = paths.setdefault(one.agent, AgentPath(one.agent))
        try:
            if one.what in DEVELOPMENT:
                paths[one.agent] = path.move(one.what, one.evidence, by=one.by, on=one.on)
            else:
                paths[one.agent] = path.show(one.what, one.evidence, by=one.by, on=one.on, until=one.until)
        except PharmaSalesError as error:
            bad(one.place, error)
    return tuple(paths.values())
