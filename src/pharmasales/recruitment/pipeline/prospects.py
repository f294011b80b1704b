"""Prospects (招商对象): one would-be agent on the way from its file to a loyal agent.

A prospect moves only where a move is legal, and keeps every move with its day, its author and its evidence. A mistake
is corrected by a later version; the first one stays to be read. Every step returns a new value.

>>> one = Prospect.file("A1", by="p1", on=date(2026, 3, 2), evidence="FORM-1", source="tender", region="330000")
>>> one = one.move("touched", by="p1", on=date(2026, 3, 4), evidence="CALL-7")
>>> one.stage_on(date(2026, 3, 9)), [(stay.stage, stay.days) for stay in one.stays(date(2026, 3, 9))]
('touched', [('filed', 2), ('touched', 5)])
>>> one.move("signed", by="p1", on=date(2026, 3, 9), evidence="C-1")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: no move from touched to signed @ prospect 'A1'; next can be: key, lost [pipeline.move]

Source: S000-19 (stage age, next action), S000-22 (state machine and audit).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import normal_id, optional_id, twins
from pharmasales.recruitment.pipeline.moves import Correction, Move, path_of
from pharmasales.recruitment.pipeline.notes import IdleAnswer, NextAction, Outlook
from pharmasales.recruitment.pipeline.reasons import IDLE_REASONS, LOST_REASONS, Reasons, known_reason
from pharmasales.recruitment.pipeline.stages import STAGES, Stage
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["Prospect", "Stay", "each_once"]


@frozen
class Stay:
    """One stay in a stage (阶段停留).

    Args:
        stage: the stage.
        since: the day on which it began.
        until: the day of the next move; none while it lasts.
        days: calendar days from the first to the next move, or to the day asked.
    """

    stage: Stage
    since: date
    until: date | None
    days: int


def _many(count: str) -> Callable[[tuple[object, ...]], str]:
    return lambda items: f"<{len(items)} {count}>"


@frozen
class Prospect:
    """One would-be agent, its moves and notes (招商对象). Begin one with `Prospect.file`.

    Args:
        id: its stable id, such as the id of the lead.
        source: the key of its lead source, or "".
        region: where it is, a region's code, or "".
        owner: the id of who answers for it, or "".
        product: the id of the product it is recruited for, or "" where it is not tied to one.
        moves: the moves as they were made, `filed` first.
        corrections: later versions of moves, in the order made.
        outlooks: what it may bring and when, in the order said.
        actions: next actions, in the order set.
        idle: reasons why its contract stands idle, in the order given.

    Raises:
        BadRule: a path that is not legal, or notes and corrections that go back in time.
        BadValue: an empty id, or a correction of no move.
    """

    id: str = field(converter=normal_id)
    source: str = field(converter=optional_id)
    region: str = field(converter=optional_id)
    owner: str = field(converter=optional_id)
    product: str = field(converter=optional_id)
    moves: tuple[Move, ...] = field(repr=_many("moves"))
    corrections: tuple[Correction, ...] = field(default=(), repr=_many("corrections"))
    outlooks: tuple[Outlook, ...] = field(default=(), repr=_many("outlooks"))
    actions: tuple[NextAction, ...] = field(default=(), repr=_many("actions"))
    idle: tuple[IdleAnswer, ...] = field(default=(), repr=_many("answers"))

    def __attrs_post_init__(self) -> None:
        _ = self.path
        for notes in (self.corrections, self.outlooks, self.actions, self.idle):
            days = [note.on for note in notes]
            if days != sorted(days):
                hint = "give its own day"
                raise BadRule("a note before the last one", where=self._where, hint=hint, code="pipeline.day")

    @classmethod
    def file(
        cls,
        prospect_id: str,
        *,
        by: str,
        on: date,
        evidence: str,
        source: str = "",
        region: str = "",
        owner: str = "",
        product: str = "",
    ) -> Prospect:
        """Open the file of a prospect (建档); its owner is who files it, where nobody is named.

        Raises:
            BadValue: no evidence, an empty id, or no day.
        """
        return cls(prospect_id, source, region, owner or by, product, (Move("filed", on, by, evidence),))

    @cached_property
    def path(self) -> tuple[Move, ...]:
        """The moves that count, corrections applied."""
        return tuple(self._counting.values())

    @cached_property
    def _counting(self) -> Mapping[int, Move]:
        return path_of(self.moves, self.corrections, self._where)

    @property
    def last_day(self) -> date:
        """The day of the last move that counts."""
        return self.path[-1].on

    @property
    def stage(self) -> Stage:
        """Where it stands after all moves."""
        return self.path[-1].to

    def stage_on(self, day: date) -> Stage | None:
        """Return where it stood at the end of a day; none before it was filed."""
        move = self.last_move(day)
        return None if move is None else move.to

    def last_move(self, day: date) -> Move | None:
        """Return the last move by the end of a day; none before it was filed."""
        return next((move for move in reversed(self.path) if move.on <= day), None)

    def stays(self, as_of: date) -> tuple[Stay, ...]:
        """Return each stay in a stage up to a day; their days add up to the days since it was filed.

        Raises:
            BadValue: a day before it was filed.
        """
        path = [move for move in self.path if move.on <= checked_day(as_of)]
        if not path:
            hint = "ask for a later day"
            raise BadValue("not filed yet", where=self._where, hint=hint, code="pipeline.day")
        gone = [Stay(one.to, one.on, after.on, (after.on - one.on).days) for one, after in pairwise(path)]
        return (*gone, Stay(path[-1].to, path[-1].on, None, (as_of - path[-1].on).days))

    def outlook_on(self, day: date) -> Outlook | None:
        """Return what was last expected by the end of a day."""
        return next((one for one in reversed(self.outlooks) if one.on <= day), None)

    def next_action(self, day: date) -> NextAction | None:
        """Return the action that was set last, unless it is done by the end of a day."""
        last = next((one for one in reversed(self.actions) if one.on <= day), None)
        return last if last is not None and last.open_on(day) else None

    def move(
        self, to: Stage, *, by: str, on: date, evidence: str, reason: str = "", reasons: Reasons = LOST_REASONS
    ) -> Prospect:
        """Move on to another stage (推进).

        Args:
            to: where to; one of `MOVES` of the stage it stands in.
            by: the id of who says so.
            on: the day on which it happened; not before the last move.
            evidence: what shows it.
            reason: why it is lost, a key of `reasons`.
            reasons: the list of reasons.

        Raises:
            BadRule: no legal move, an unknown reason, or a day before the last move.
            BadValue: no evidence.
        """
        made = Move(to, on, by, evidence, reason)
        if reason:
            known_reason(reason, reasons, self._where)
        return evolve(self, moves=(*self.moves, made))

    def correct(self, number: int, move: Move | None, *, by: str, on: date, why: str) -> Prospect:
        """Correct a move (更正): a new version of it counts, the old one is kept.

        Args:
            number: which move, 1 for the first.
            move: as it should be; none where it never happened.
            by: the id of who corrects it.
            on: when; not before an earlier correction.
            why: why.

        Raises:
            BadRule: what remains is no legal path, or a day before an earlier correction.
            BadValue: no such move, or nothing said.
        """
        return evolve(self, corrections=(*self.corrections, Correction(number, move, by, on, why)))

    def expect(self, value: Amount | None, sign_on: date | None, *, by: str, on: date) -> Prospect:
        """Say what it may bring and when (预计)."""
        self._since_filed(on)
        return evolve(self, outlooks=(*self.outlooks, Outlook(value, sign_on, by, on)))

    def plan(self, what: str, *, who: str, due: date, by: str, on: date) -> Prospect:
        """Set the next action (下一步); it takes the place of one that is open."""
        self._since_filed(on)
        return evolve(self, actions=(*self.actions, NextAction(what, who, due, by, on)))

    def done(self, *, on: date) -> Prospect:
        """Report the next action as done.

        Raises:
            NotFound: nothing is open.
        """
        last = self.next_action(on)
        if last is None:
            raise NotFound("no action is open", where=self._where, hint="plan one first", code="pipeline.action")
        place = max(place for place, one in enumerate(self.actions) if one is last)
        return evolve(self, actions=(*self.actions[:place], evolve(last, done_on=on), *self.actions[place + 1 :]))

    def explain_idle(
        self, reason: str, evidence: str, *, by: str, on: date, reasons: Reasons = IDLE_REASONS
    ) -> Prospect:
        """Say the true reason why the signed contract is not executed (真实原因).

        Raises:
            BadRule: no contract waits on that day, or an unknown reason.
            BadValue: no evidence.
        """
        known_reason(reason, reasons, self._where)
        if self.stage_on(on) != "signed":
            raise BadRule("no contract waits to be executed", where=self._where, code="pipeline.idle")
        return evolve(self, idle=(*self.idle, IdleAnswer(reason, evidence, by, on)))

    def table(self) -> Table:
        """Return every version of every move: number, stage, day, days in it, who, evidence, which one counts."""
        stays = dict(zip(self._counting, [*(stay.days for stay in self.stays(self.last_day)[:-1]), None], strict=True))
        versions: list[tuple[int, Move | None, str]] = [
            (number, move, move.by) for number, move in enumerate(self.moves, 1)
        ]
        versions += [(one.number, one.move, one.by) for one in self.corrections]
        last = {number: place for place, (number, _, _) in enumerate(versions)}
        rows: list[tuple[Cell, ...]] = []
        for place, (number, move, by) in sorted(enumerate(versions), key=lambda version: version[1][0]):
            if move is not None:
                told, days = (_COUNTS, stays[number]) if last[number] == place else (_REPLACED, None)
                rows.append((number, STAGES[move.to], move.on, days, by, move.evidence, told))
        return Table("prospect", Says("Moves", "阶段变动"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    @property
    def _where(self) -> str:
        return f"prospect {self.id!r}"

    def _since_filed(self, on: date) -> None:
        if checked_day(on) < self.path[0].on:
            hint = "give its own day"
            raise BadRule("a note before the file was opened", where=self._where, hint=hint, code="pipeline.day")


def each_once(prospects: Iterable[Prospect]) -> list[Prospect]:
    """Return prospects, or refuse those of one id: whoever stands there twice would count twice.

    Raises:
        BadRows: twin ids: all of them.
    """
    given = list(prospects)
    bad: list[PharmaSalesError] = [
        BadValue("two prospects of one id", where=f"prospects[{second}]", hint="keep one", code="pipeline.twins")
        for _, second in twins([one.id for one in given])
    ]
    if bad:
        raise BadRows("prospects of one id", bad)
    return given


_COUNTS, _REPLACED = Says("counts", "有效"), Says("corrected later", "已更正")
_COLUMNS = (
    Column("number", "Move", "序号", "number"),
    Column("stage", "Stage", "阶段"),
    Column("on", "Since", "起", "date"),
    Column("days", "Days", "天数", "number"),
    Column("by", "Who", "经办人"),
    Column("evidence", "Evidence", "依据"),
    Column("version", "Version", "版本"),
)
