"""Dated events of recruiting (招商进展): rows of one table to prospects, contacts and daily reports.

A row is a stage that was reached, or a note: a contact, the next action, that it was done, what is expected, why a
contract stands idle; or how many visits and call-backs somebody made on a day.

Source: S000-17..23, S000-27.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from attrs import evolve, field, frozen

from pharmasales.archive.leads import Admission
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.recruitment.leads import Touch
from pharmasales.recruitment.pipeline import STAGES, Deed, Move, Prospect, Stage, file_leads
from pharmasales.units import Amount
from pharmasales.workspace.agents.words import event_of, known
from pharmasales.workspace.diary_cells import channel_of, whole
from pharmasales.workspace.refusals import refuse
from pharmasales.workspace.rows import PLACE, Row

__all__ = ["Happened", "deed_of", "happened", "prospects_of", "touch_of"]

Refuse = Callable[["Happened", PharmaSalesError], None]

_GATE = "gate"
_CONTACTS = ("contact", "touched")
_REPORTS: Mapping[str, str] = {"visits": "visit", "callbacks": "callback"}
_DUE: Mapping[str, tuple[str, ...]] = {"next": ("due", "evidence"), "idle": ("reason", "evidence"), "lost": ("reason",)}


@frozen
class Happened:
    """One row of the table.

    Args:
        on: the day.
        agent: the id of the agent; "" for a daily report.
        what: a stage or a note.
        by: the id of who did or says it.
        evidence: what shows it; of a next action what is to be done.
        reason: the key of the reason, where there is one.
        due: the day by which, or on which it is expected.
        amount: what is expected.
        channel: over which channel a contact was made.
        count: how many.
        place: the file and the number of the row.
    """

    on: date
    agent: str
    what: str
    by: str
    evidence: str = field(repr=False)
    reason: str
    due: date | None
    amount: Amount | None = field(repr=False)
    channel: str
    count: int | None
    place: tuple[str, int]


def happened(row: Row, agent: str) -> Happened:
    """Return what a row tells.

    Args:
        row: its cells by column.
        agent: the id under which its agent counts.

    Raises:
        BadRows: a cell that this kind of row needs and has not, a word that nobody knows; all of them at once.
    """
    what = event_of(row["what"])
    report = what in _REPORTS
    refuse(
        *(_empty(column) for column in _DUE.get(what, ()) if not row.get(column)),
        *([_empty("agent")] if not report and not agent else []),
        *([_empty("count")] if report and row.get("count") is None else []),
        *([_empty("evidence")] if what in STAGES and not row.get("evidence") else []),
        *([_empty("amount")] if what == "expect" and row.get("amount") is None and row.get("due") is None else []),
    )
    reason = known(row["reason"], what, "reason") if what in ("idle", "lost") else ""
    channel = channel_of(row.get("channel") or "") if what in _CONTACTS else ""
    count = _count(row.get("count")) if report else None
    told = (row.get("evidence") or "", reason, row.get("due"), row.get("amount"), channel, count, row[PLACE])
    return Happened(row["date"], agent, what, row["by"], *told)


def _empty(column: str) -> BadValue:
    return BadValue("empty", where=column, hint="fill it in", code="cell.empty")


def _count(value: Any) -> int:  # noqa: ANN401 - as a number of a cell comes
    return 0 if value == 0 else cast("int", whole(value, "count"))


def touch_of(one: Happened) -> Touch | None:
    """Return the contact that a row tells of; none where it tells of something else."""
    if one.what not in _CONTACTS:
        return None
    return Touch(one.agent, one.on, cast("Any", one.channel), one.by)


def deed_of(one: Happened) -> Deed | None:
    """Return the daily report that a row makes; none where it is none."""
    kind = _REPORTS.get(one.what)
    return None if kind is None or one.count is None else Deed(one.by, cast("Any", kind), one.on, one.count)


def prospects_of(
    admission: Admission,
    owners: Mapping[str, str],
    products: Mapping[str, str],
    events: Sequence[Happened],
    bad: Refuse,
) -> tuple[Prospect, ...]:
    """Lead each prospect through what happened to it, by day; rows of one day in the order given.

    Args:
        admission: the leads as the gate judged them; each accepted one has a file.
        owners: who answers for each lead.
        products: the product that each lead is recruited for.
        events: what happened.
        bad: called with a row that cannot be, and why; the others of its prospect go on without it.
    """
    rows: dict[str, list[Happened]] = {}
    for one in sorted(events, key=lambda one: one.on):
        rows.setdefault(one.agent, []).append(one)
    files = {one.id: one for one in file_leads(admission, by=_GATE, owners=owners)}
    made = []
    for agent in dict.fromkeys([*files, *rows]):
        told = rows.get(agent, [])
        begun = _begun(files.get(agent), told, products.get(agent, ""))
        if begun is None:
            bad(told[0], BadValue("no file", where="what", hint="begin with a row that files it", code="agents.file"))
            continue
        made.append(_led(begun, [one for one in told if one.what != "filed"], bad))
    return tuple(made)


def _begun(file: Prospect | None, told: Sequence[Happened], product: str) -> Prospect | None:
    """Return the prospect as it was filed: by its own row where there is one, else with its lead."""
    own = next((one for one in told if one.what == "filed"), None)
    if file is None:
        return None if own is None else Prospect.file(own.agent, by=own.by, on=own.on, evidence=own.evidence)
    move, owner = file.path[0], "" if file.owner == _GATE else file.owner
    first = Move("filed", move.on, owner or _GATE, move.evidence)
    if own is not None:
        first = Move("filed", own.on, own.by, own.evidence)
    return evolve(file, product=product, owner=owner or first.by, moves=(first,))


def _led(prospect: Prospect, told: Sequence[Happened], bad: Refuse) -> Prospect:
    for one in told:
        try:
            prospect = _after(prospect, one)
        except PharmaSalesError as error:
            bad(one, error)
    return prospect


def _after(prospect: Prospect, one: Happened) -> Prospect:
    if one.what in STAGES:
        stage = cast("Stage", one.what)
        moved = prospect.move(stage, by=one.by, on=one.on, evidence=one.evidence, reason=one.reason)
        return moved if one.amount is None else moved.expect(one.amount, one.due or one.on, by=one.by, on=one.on)
    if one.what == "next" and one.due is not None:
        return prospect.plan(one.evidence, who=one.by, due=one.due, by=one.by, on=one.on)
    if one.what == "done":
        return prospect.done(on=one.on)
    if one.what == "expect":
        return prospect.expect(one.amount, one.due, by=one.by, on=one.on)
    if one.what == "idle":
        return prospect.explain_idle(one.reason, one.evidence, by=one.by, on=one.on)
    return prospect
