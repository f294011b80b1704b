"""The scores of one period in a workspace (考核工作台): scored, ranked, graded and explained from what is kept.

Whatever changes them is kept with the outputs as one unit of work: either all of it happens or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import date, datetime
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from pharmasales.cycle import Review
from pharmasales.cycle.closing import close_sheet
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.evaluation.closing.closed import ReopenedPeriod, close_period
from pharmasales.evaluation.closing.late_entries import LateEntries
from pharmasales.evaluation.scoring.scorecard import RepScore, Scorecards
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.evaluation.scoring.standing import Standings, standings
from pharmasales.exchange import replaced
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.workspace.closings import Closing, KeptClosing, closing_of, keep_closing
from pharmasales.workspace.doing import Done, Progress, quiet, run_of
from pharmasales.workspace.file_names import folder_name
from pharmasales.workspace.judging import Judged, judge
from pharmasales.workspace.keep import explained, periods_kept, rows_of
from pharmasales.workspace.outputs import Outputs
from pharmasales.workspace.score_pages import PagesAsked, ScorePages, score_pages
from pharmasales.workspace.workspace import Workspace

__all__ = ["HandedOut", "ScoreDesk", "ScoresMade", "why_score"]

_EVERYBODY: Final = PagesAsked()


@frozen
class ScoresMade:
    """Scores as they stand after a step.

    Args:
        review: the review that they belong to.
        standings: everybody's total, rank and grade.
        outputs: what was written.
        closing: the period as it was closed; none where it never was.
        late: what came since the close, which is not counted.
    """

    review: Review = field(repr=False)
    standings: Standings = field(repr=False)
    outputs: Outputs
    closing: KeptClosing | None = field(default=None, repr=False)
    late: LateEntries | None = None

    @property
    def notes(self) -> tuple[Says, ...]:
        """What should be known of them."""
        return self.review.notes

    def card(self, rep: str | None = None) -> Table | None:
        """Return one rep's scorecard as a table: of the rep asked, or of who stands first; none without reps.

        Raises:
            NotFound: a rep who was not scored.
        """
        cards = _cards(self.review, rep)
        first = rep or next((one.rep_id for one in self.standings), None)
        return None if first is None else _card(cards[first])


@frozen
class HandedOut:
    """The pages that the reader of a node may have.

    Args:
        pages: the pages.
        folder: where they were written.
        notes: what should be known of the scores.
    """

    pages: ScorePages = field(repr=False)
    folder: Path
    notes: tuple[Says, ...] = field(repr=False)

    def card(self, rep: str | None = None) -> Table | None:
        """Return one rep's scorecard as a table: of the rep asked, or of who stands first; none without reps.

        Raises:
            NotFound: a rep who is not on the pages.
        """
        cards = {card.rep_id: card.score for card in self.pages.cards}
        first = rep or next((row.node.id for row in self.pages.table.rows if row.node.id in cards), None)
        return None if first is None else _card(_known(cards, first))


def _cards(review: Review, rep: str | None) -> dict[str, RepScore]:
    """Return the scorecards by rep, among which one that is asked for must be."""
    cards = {card.rep_id: card for card in review.scorecards.scores}
    if rep is not None:
        _known(cards, rep)
    return cards


def _known(cards: Mapping[str, RepScore], rep: str) -> RepScore:
    if rep not in cards:
        raise NotFound("no such rep was scored", where=rep, hint=nearest(rep, cards), code="score.rep")
    return cards[rep]


def _card(card: RepScore) -> Table:
    table = Scorecards((card,)).table()
    title = Says(f"{table.title.en}: {card.rep_id}", f"{table.title.zh}：{card.rep_id}")
    return evolve(table, title=title, columns=table.columns[2:], rows=[row[2:] for row in table.rows])


@frozen
class ScoreDesk:
    """Works on the scores of one period.

    Args:
        space: the workspace, or a reader's part of it, from which is only read.
        period: the period.
    """

    space: Workspace
    period: Period

    def score(
        self,
        as_of: date | None = None,
        *,
        sheet: ScoreSheet | None = None,
        rep: str | None = None,
        asked: PagesAsked = _EVERYBODY,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> ScoresMade:
        """Score everybody, rank and grade them, keep it, and write it with the rest of the period's outputs.

        Args:
            as_of: the day up to which it is judged; the period's last day where left out.
            sheet: the score sheet; that of the settings where left out.
            rep: the id of a rep who is asked about, so that nothing is kept where there is no such rep.
            asked: whose pages are written, and how.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            NotFound: a rep who was not scored, or a node that is not there.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `cycle.review` refuse, or a sheet that reads what nobody notes.
        """
        policy = self.space.settings.policy
        policy = policy if sheet is None else evolve(policy, sheet=sheet)
        judged = judge(self.space, self.period, as_of, policy=policy, progress=progress)
        if sheet is not None and judged.is_closed:
            raise self._closed("another sheet for a closed period")
        _cards(judged.result, rep)
        done = run_of(f"score {self.period}", judged.result.as_of)
        return self._written(judged, done, _Run(lang or self.space.settings.lang, progress, pool, asked))

    def hand_out(
        self,
        asked: PagesAsked,
        as_of: date | None = None,
        *,
        lang: Lang | None = None,
        progress: Progress = quiet,
    ) -> HandedOut:
        """Write the pages that the reader of a node may have, in a folder of their own; nothing is kept (分发).

        They hold the node and what lies below it: no name and no figure of anybody else, and ranks among those alone.
        The peers on a card are everybody's bands, without names.

        Args:
            asked: whose pages, `under` the node of their reader, and how.
            as_of: the day up to which it is judged; the period's last day where left out.
            lang: of the pages; the workspace's own where left out.
            progress: called with what is begun.

        Returns:
            The pages, and the folder `out/PERIOD-NODE` that they were written to.

        Raises:
            NotFound: no such node.
            StorageError: `storage.scope` for a reader of a part: only who sees all hands out.
            PharmaSalesError: whatever `load` and `cycle.review` refuse.
        """
        judged = judge(self.space, self.period, as_of, progress=progress)
        with self.space.kept_store() as store:
            pages = score_pages(judged, standings(judged.result.scorecards.scores), store, asked)
        folder = self.space.root / "out" / f"{self.period}-{folder_name(pages.table.under.id)}"
        with replaced(folder) as fresh:
            pages.write(fresh, lang or self.space.settings.lang, progress)
        return HandedOut(pages, folder, judged.result.notes)

    def close(
        self,
        by: str,
        on: date,
        at: datetime,
        *,
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> ScoresMade:
        """Close the period (关账): inputs, sheet and results are kept for good, and the outputs are those of the close.

        After `reopen` it makes the next version; the old ones stay.

        Args:
            by: the id of who closes.
            on: the day of the close; the last day of the period, or later.
            at: the moment of writing.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            BadRule: it is closed already, nothing differs from the version before, or its approver closes it.
            BadValue: before the end of the period, nobody has a total, or a damaged record.
            Conflict: somebody else closes or opens it at the same time.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `cycle.review` refuse.
        """
        self.space.check_whole()
        judged = judge(self.space, self.period, on, progress=progress)
        if judged.is_closed:
            raise self._closed("closed already")
        inputs, sheet, kept = judged.inputs(on), close_sheet(judged.policy), judged.closing
        progress(f"close {self.period}")
        if kept is not None and isinstance(kept.state, ReopenedPeriod):
            state = kept.state.close(inputs, sheet, by=by, on=on)
        else:
            state = close_period(inputs, sheet, by=by, on=on)
        if all(one.total is None for one in state.results.reps):
            hint = "plan the period, or give targets; then score it"
            raise BadValue(
                "nobody has a total to close with", where=str(self.period), hint=hint, code="closing.nothing"
            )
        read = 0 if kept is None else kept.read
        shown = evolve(judged, closing=KeptClosing(state, read)).closed()
        run = _Run(lang or self.space.settings.lang, progress, pool)
        return self._written(
            shown, Done(by, f"close {self.period}, version {state.latest.number}", at), run, state, read
        )

    def reopen(self, reason: str, *, by: str, approver: str, on: date, at: datetime) -> KeptClosing:
        """Open a closed period again for a correction (重开); its results count until it is closed again.

        Args:
            reason: why, without personal values.
            by: the id of the author.
            approver: the id of who approved it: never the author.
            on: the day.
            at: the moment of writing.

        Raises:
            NotFound: it was never closed.
            BadRule: it is open already, or author and approver are one.
            BadValue: no reason, a day before the close, or a damaged record.
            Conflict: somebody else closes or opens it at the same time.
            StorageError: `storage.scope` for a reader of a part.
        """
        self.space.check_whole()
        with self.space.kept_store() as store:
            kept = closing_of(store, self.period)
        if kept is None:
            raise NotFound("not closed", where=str(self.period), hint="close it first", code="closing.none")
        if isinstance(kept.state, ReopenedPeriod):
            hint = "close it again"
            raise BadRule("opened already", where=str(self.period), hint=hint, code="closing.opened")
        state = kept.state.reopen(reason, by=by, approver=approver, on=on)
        with self.space.writing(Done(by, reason, at)) as unit:
            keep_closing(unit, self.period, state, kept.read)
        return KeptClosing(state, kept.read + 1)

    def _closed(self, reason: str) -> BadRule:
        hint = f"reopen {self.period} first, with a reason and an approver"
        return BadRule(reason, where=str(self.period), hint=hint, code="closing.closed")

    def _written(
        self, judged: Judged, done: Done, run: _Run, state: Closing | None = None, read: int = 0
    ) -> ScoresMade:
        """Keep the scores and write `out/PERIOD`; this is the one place where what is written of scores is named."""
        ranked = standings(judged.result.scorecards.scores)
        tables = judged.tables(ranked.table())
        with self.space.kept_store() as store:
            pages = score_pages(judged, ranked, store, run.asked)
        outputs = evolve(judged.outputs(self.space, tables, run.lang), pages=pages)
        with self.space.kept(outputs, done, run.progress, run.pool) as unit:
            if state is not None:
                keep_closing(unit, self.period, state, read)
            judged.save(unit, tables.values())
        return ScoresMade(judged.result, ranked, outputs, judged.closing, judged.late)

    def why(self, rep: str, item: str | None = None) -> list[tuple[Says, Says]]:
        """Explain each point of a rep from what was kept: the formula in numbers, what was counted and left out.

        Args:
            rep: the id of the rep.
            item: the name of an item, a factor or a gate, or `total`, in either language; all of them where left out.

        Raises:
            NotFound: nothing was scored, nobody of this id whom the reader sees, or no such item.
        """
        return why_score(self.space, rep, self.period, item)


@frozen
class _Run:
    """What a step goes by: the language, whom it tells, another process, and whose pages it writes."""

    lang: Lang
    progress: Progress
    pool: Executor | None
    asked: PagesAsked = _EVERYBODY


def why_score(space: Workspace, rep: str, period: Period | None, item: str | None) -> list[tuple[Says, Says]]:
    """Explain each point of a rep; arguments and errors as of `ScoreDesk.why`, the last period kept where left out."""
    with space.kept_store() as store:
        kept = periods_kept(store, "scorecard") if store else []
        if not store or not kept:
            raise NotFound("no scorecard kept", hint="run score or review first", code="why.none")
        when = period or kept[-1]
        points = rows_of(store, when, "scorecard", rep)
        try:
            behind = rows_of(store, when, "score_evidence", rep)
        except NotFound:  # kept by an older release
            behind = evolve(points, rows=[])
    reasons = {_name(row["measure"]): row["why"] for row in behind.records()}
    names = [_name(row["measure"]) for row in points.records()]
    found = zip(names, explained(points, when), strict=True)
    asked = [(name, head, why) for name, (head, why) in found if item is None or item in name]
    if not asked:
        hint = nearest(item or "", [name[0] for name in names])
        raise NotFound("no such item in the scorecard", where=item or "", hint=hint, code="why.item")
    return [(head, _joined(why, reasons.get(name))) for name, head, why in asked]


def _name(cell: object) -> tuple[str, str]:
    return (cell.en, cell.zh) if isinstance(cell, Says) else (str(cell), str(cell))


def _joined(why: Says, behind: object) -> Says:
    return Says(f"{why.en}\n  {behind.en}", f"{why.zh}\n  {behind.zh}") if isinstance(behind, Says) else why
