"""The scores of one period in a workspace (考核工作台): scored, ranked, graded and explained from what is kept.

Whatever changes them is kept with the outputs as one unit of work: either all of it happens or none.
"""

from __future__ import annotations

from concurrent.futures import Executor
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.cycle import Review
from pharmasales.display import Lang, Says, Table
from pharmasales.errors import NotFound
from pharmasales.evaluation.scoring.scorecard import RepScore, Scorecards
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.evaluation.scoring.standing import Standings, standings
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.workspace.doing import Progress, quiet, run_of
from pharmasales.workspace.judging import Judged, judge
from pharmasales.workspace.keep import explained, periods_kept, rows_of
from pharmasales.workspace.outputs import Outputs
from pharmasales.workspace.workspace import Workspace

__all__ = ["ScoreDesk", "ScoresMade", "why_score"]


@frozen
class ScoresMade:
    """Scores as they stand after a step.

    Args:
        review: the review that they belong to.
        standings: everybody's total, rank and grade.
        outputs: what was written.
    """

    review: Review = field(repr=False)
    standings: Standings = field(repr=False)
    outputs: Outputs

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


def _cards(review: Review, rep: str | None) -> dict[str, RepScore]:
    """Return the scorecards by rep, among which one that is asked for must be."""
    cards = {card.rep_id: card for card in review.scorecards.scores}
    if rep is not None and rep not in cards:
        raise NotFound("no such rep was scored", where=rep, hint=nearest(rep, cards), code="score.rep")
    return cards


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
        lang: Lang | None = None,
        progress: Progress = quiet,
        pool: Executor | None = None,
    ) -> ScoresMade:
        """Score everybody, rank and grade them, keep it, and write it with the rest of the period's outputs.

        Args:
            as_of: the day up to which it is judged; the period's last day where left out.
            sheet: the score sheet; that of the settings where left out.
            rep: the id of a rep who is asked about, so that nothing is kept where there is no such rep.
            lang: of the outputs; the workspace's own where left out.
            progress: called with what is begun.
            pool: another process for the slowest output, where there is one.

        Raises:
            NotFound: a rep who was not scored.
            StorageError: `storage.scope` for a reader of a part.
            PharmaSalesError: whatever `load` and `cycle.review` refuse, or a sheet that reads what nobody notes.
        """
        policy = self.space.settings.policy
        policy = policy if sheet is None else evolve(policy, sheet=sheet)
        judged = judge(self.space, self.period, as_of, policy=policy, progress=progress)
        ranked = standings(judged.result.scorecards.scores)
        _cards(judged.result, rep)
        outputs = self._written(judged, ranked, lang, progress, pool)
        return ScoresMade(judged.result, ranked, outputs)

    def _written(
        self, judged: Judged, ranked: Standings, lang: Lang | None, progress: Progress, pool: Executor | None
    ) -> Outputs:
        """Keep the scores and write `out/PERIOD`; this is the one place where what is written of scores is named."""
        tables = judged.tables(ranked.table())
        outputs = judged.outputs(self.space, tables, lang or self.space.settings.lang)
        done = run_of(f"score {self.period}", judged.result.as_of)
        with self.space.kept(outputs, done, progress, pool) as unit:
            judged.save(unit, tables.values())
        return outputs

    def why(self, rep: str, item: str | None = None) -> list[tuple[Says, Says]]:
        """Explain each point of a rep from what was kept: the formula in numbers, what was counted and left out.

        Args:
            rep: the id of the rep.
            item: the name of an item, a factor or a gate, or `total`, in either language; all of them where left out.

        Raises:
            NotFound: nothing was scored, nobody of this id whom the reader sees, or no such item.
        """
        return why_score(self.space, rep, self.period, item)


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
