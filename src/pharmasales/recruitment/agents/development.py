"""An agent's path (发展路径): its moves between the stages with reasons, and the evidence of what each stage asks for.

It moves up one stage at a time, when everything is shown that the stages up to the new one ask for, and down to any
stage for a reason. A mistake is corrected by a later version; what was said first stays to be read.

>>> day = date(2026, 3, 2)
>>> path = AgentPath("A1").show("known", "FILE-1", by="p1", on=day).show("met", "VISIT-3", by="p1", on=day)
>>> path = path.move("attract", "answered the call at the fair", by="p1", on=day)
>>> path.move("find", "wants to sell", by="p1", on=day)
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: not shown yet: selected, agreed @ agent 'A1' to find; show each, then move [agents.ask]

Source: S003-7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise

from attrs import evolve, field, frozen
from attrs.converters import optional

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest, normal_id
from pharmasales.recruitment.agents.stages import DEVELOPMENT, Guide
from pharmasales.recruitment.agents.words import said_evidence, said_reason
from pharmasales.yearplan import checked_day

__all__ = ["AgentPath", "StageMove", "StageProof", "StageRevision"]


@frozen
class StageMove:
    """One move between stages (阶段变动).

    Args:
        to: the key of the stage moved to.
        reason: why.
        on: the day.
        by: id of who decided it.

    Raises:
        BadValue: no reason, an empty id, or no day.
    """

    to: str = field(converter=normal_id)
    reason: str = field(converter=said_reason, repr=False)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)


@frozen
class StageRevision:
    """A later version of one move (更正): what it should have said, or that it never happened.

    Args:
        number: which move, 1 for the first.
        move: the move as it should be; none where it never happened.
        why: why.
        on: when it is corrected.
        by: id of who corrects it.

    Raises:
        BadValue: no such number can be, no reason, or a move after the day of its correction.
    """

    number: int
    move: StageMove | None
    why: str = field(converter=said_reason, repr=False)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)

    def __attrs_post_init__(self) -> None:
        if type(self.number) is not int or self.number < 1:
            raise BadValue("moves are counted from 1", where="number", code="agents.revision")
        if self.move is not None and self.move.on > self.on:
            hint = "give the day on which it happened"
            raise BadValue("a move after its correction", where="revision", hint=hint, code="agents.day")


@frozen
class StageProof:
    """The evidence of one thing that a stage asks for (阶段依据).

    Args:
        ask: the key of what is asked for.
        evidence: what shows it: the number of a paper, or a few words.
        on: since when.
        by: id of who says so.
        until: the last day on which it holds, such as that of an agreement; none where it lasts.
        holds: whether it holds; `False` takes an earlier one back.

    Raises:
        BadValue: no evidence, an end before its beginning, or `holds` that is neither yes nor no.
    """

    ask: str = field(converter=normal_id)
    evidence: str = field(converter=said_evidence, repr=False)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    until: date | None = field(default=None, converter=optional(checked_day))
    holds: bool = True

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until < self.on:
            raise BadValue("an end before its beginning", where=f"proof {self.ask}", code="agents.day")
        if type(self.holds) is not bool:
            raise BadValue("neither yes nor no", where="holds", hint="True or False", code="agents.holds")


def _keys(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(normal_id, given))


@frozen
class AgentPath:
    """One agent on its way through the stages (代理商发展路径).

    Args:
        agent: id of the agent.
        moves: the moves as they were made.
        revisions: later versions of moves, in the order made, by day.
        proofs: the evidence, in the order given; of one thing the newest counts, of one day the last given.
        stages: the keys of the stages in their order; those of a guide of yours where you have one.

    Raises:
        BadRule: a path that is not legal: an unknown stage, up by more than one, to where it stands already, or back in
            time; or a revision before the last one.
        BadValue: a revision of no move.
    """

    agent: str = field(converter=normal_id)
    moves: tuple[StageMove, ...] = field(default=(), repr=lambda moves: f"<{len(moves)} moves>")
    revisions: tuple[StageRevision, ...] = field(default=(), repr=lambda made: f"<{len(made)} revisions>")
    proofs: tuple[StageProof, ...] = field(default=(), repr=lambda proofs: f"<{len(proofs)} proofs>")
    stages: tuple[str, ...] = field(default=tuple(DEVELOPMENT), converter=_keys, repr=False)

    def __attrs_post_init__(self) -> None:
        here, day = -1, date.min
        for move in self.path:
            if move.on < day:
                raise BadRule("a move before the last one", where=self._where, hint="give its day", code="agents.day")
            here, day = self._moved(here, move), move.on
        if any(after.on < one.on for one, after in pairwise(self.revisions)):
            raise BadRule("a correction before the last one", where=self._where, hint="give its day", code="agents.day")

    @cached_property
    def counting(self) -> Mapping[int, StageMove]:
        """The moves that count, by number: each in its last version, without those that never happened."""
        last: dict[int, StageMove | None] = dict(enumerate(self.moves, 1))
        for one in self.revisions:
            if one.number not in last:
                hint = f"moves 1 to {len(self.moves)}" if self.moves else "it has no move"
                raise BadValue(f"no move {one.number}", where=self._where, hint=hint, code="agents.revision")
            last[one.number] = one.move
        return {number: move for number, move in last.items() if move is not None}

    @property
    def path(self) -> tuple[StageMove, ...]:
        """The moves that count, in their order."""
        return tuple(self.counting.values())

    def stage_on(self, day: date) -> str | None:
        """Return where the agent stood at the end of a day; none before its first move."""
        return next((move.to for move in reversed(self.path) if move.on <= day), None)

    def since(self, day: date) -> date | None:
        """Return since when it has stood there without a break."""
        found = [move for move in self.path if move.on <= day]
        return found[-1].on if found else None

    def proved(self, day: date) -> Mapping[str, StageProof]:
        """Return what is shown on a day, by its key."""
        newest: dict[str, StageProof] = {}
        for one in self.proofs:
            last = newest.get(one.ask)
            if one.on <= day and (last is None or last.on <= one.on):
                newest[one.ask] = one
        return {key: one for key, one in newest.items() if one.holds and (one.until is None or day <= one.until)}

    def show(
        self, ask: str, evidence: str, *, by: str, on: date, until: date | None = None, guide: Guide = DEVELOPMENT
    ) -> AgentPath:
        """Give the evidence of something that a stage asks for.

        Raises:
            BadRule: something that no stage asks for.
            BadValue: no evidence, or an end before its beginning.
        """
        known = [key for stage in guide.values() for key in stage.asks]
        if ask not in known:
            raise BadRule("no stage asks for it", where=self._where, hint=nearest(ask, known), code="agents.ask")
        return evolve(self, proofs=(*self.proofs, StageProof(ask, evidence, on, by, until)))

    def take_back(self, ask: str, why: str, *, by: str, on: date) -> AgentPath:
        """Take an evidence back from a day on (撤回依据); what it was stays to be read.

        Raises:
            BadRule: nothing is shown there.
            BadValue: no reason.
        """
        if ask not in self.proved(on):
            raise BadRule("nothing to take back", where=f"{self._where} {ask}", code="agents.ask")
        return evolve(self, proofs=(*self.proofs, StageProof(ask, said_reason(why), on, by, holds=False)))

    def move(self, to: str, reason: str, *, by: str, on: date, guide: Guide = DEVELOPMENT) -> AgentPath:
        """Move the agent to another stage (阶段变动): up by one when all is shown, down for a reason.

        Args:
            to: the key of the stage.
            reason: why.
            by: id of who decides it.
            on: the day, not before the last move.
            guide: the stages and what they ask for.

        Raises:
            BadRule: an unknown stage, a leap, a stage where it stands already, a day before the last move, or something
                asked for that is not shown on the day.
            BadValue: no reason.
        """
        made = StageMove(to, reason, on, by)
        moved = evolve(self, moves=(*self.moves, made))
        here = self.path[-1].to if self.path else None
        up = here is None or self.stages.index(made.to) > self.stages.index(here)
        asked = self._asks(made.to, guide) if up else []
        lacking = [key for key in asked if key not in self.proved(made.on)]
        if lacking:
            where, hint = f"{self._where} to {made.to}", "show each, then move"
            raise BadRule(f"not shown yet: {', '.join(lacking)}", where=where, hint=hint, code="agents.ask")
        return moved

    def correct(self, number: int, move: StageMove | None, why: str, *, by: str, on: date) -> AgentPath:
        """Correct a move (更正): a new version of it counts, the old one is kept.

        Raises:
            BadRule: what remains is no legal path, or a day before an earlier correction.
            BadValue: no such move, or no reason.
        """
        return evolve(self, revisions=(*self.revisions, StageRevision(number, move, why, on, by)))

    def table(self, guide: Guide = DEVELOPMENT) -> Table:
        """Return every version of every move: number, stage, day, who, reason, and which one counts."""
        versions: list[tuple[int, StageMove | None]] = list(enumerate(self.moves, 1))
        versions += [(one.number, one.move) for one in self.revisions]
        last = {number: place for place, (number, _) in enumerate(versions)}
        rows: list[tuple[Cell, ...]] = []
        for place, (number, move) in sorted(enumerate(versions), key=lambda version: version[1][0]):
            told = _COUNTS if last[number] == place else _REPLACED
            if move is not None:
                rows.append((number, guide[move.to].says, move.on, move.by, move.reason, told))
        return Table("agent_path", Says(f"Path of {self.agent}", f"{self.agent} 发展路径"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _moved(self, here: int, move: StageMove) -> int:
        """Return the place of the stage moved to, or refuse the move."""
        if move.to not in self.stages:
            raise BadRule("no such stage", where=self._where, hint=nearest(move.to, self.stages), code="agents.stage")
        to = self.stages.index(move.to)
        if to == here or to > here + 1:
            hint = f"next can be: {', '.join([*self.stages[: max(here, 0)], *self.stages[here + 1 : here + 2]])}"
            begins = self.stages[here] if here >= 0 else "the beginning"
            raise BadRule(f"no move from {begins} to {move.to}", where=self._where, hint=hint, code="agents.move")
        return to

    def _asks(self, stage: str, guide: Guide) -> list[str]:
        """Return what a stage and those before it ask for."""
        if tuple(guide) != self.stages:
            hint = "give the guide whose stages the path has"
            raise BadRule("a guide of other stages", where=self._where, hint=hint, code="agents.stage")
        reached = self.stages[: self.stages.index(stage) + 1]
        return [key for one in reached for key in guide[one].asks]

    @property
    def _where(self) -> str:
        return f"agent {self.agent!r}"


_COUNTS, _REPLACED = Says("counts", "有效"), Says("corrected later", "已更正")
_COLUMNS = (
    Column("number", "Move", "序号", "number"),
    Column("stage", "Stage", "阶段"),
    Column("on", "Since", "起", "date"),
    Column("by", "Who", "决定人"),
    Column("reason", "Reason", "原因"),
    Column("version", "Version", "版本"),
)
