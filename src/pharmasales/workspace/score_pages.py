"""The pages of a period's scores (考核报表): a card a person, the league table, districts all round, control sheets.

They are plain values until they are written; the same scores give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from attrs import field, frozen

from pharmasales.cycle.comparing import owed_by_node
from pharmasales.display import Lang, Says
from pharmasales.errors import NotFound
from pharmasales.evaluation.reporting.control_sheet import ControlSheet
from pharmasales.evaluation.reporting.district import DistrictView, district_view
from pharmasales.evaluation.reporting.personal import PersonCard, person_cards
from pharmasales.evaluation.reporting.ranking import League, league
from pharmasales.evaluation.scoring.standing import Standings
from pharmasales.exchange.control_book import write_control_book
from pharmasales.exchange.control_page import control_page
from pharmasales.exchange.evaluation_reports import district_report, league_report
from pharmasales.exchange.report import report_html
from pharmasales.exchange.score_page import score_page
from pharmasales.org import Org
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.closings import KeptClosing
from pharmasales.workspace.earlier_scores import earlier_scores
from pharmasales.workspace.file_names import file_name
from pharmasales.workspace.judging import Judged
from pharmasales.workspace.year_sheets import year_sheets

__all__ = ["PagesAsked", "ScorePages", "score_pages"]


@frozen
class PagesAsked:
    """Whose pages are made, and how.

    Args:
        under: the id of a node: only it and what lies below it is on them; everybody where left out.
        node: the id of the node that is shown all round; each district where left out.
        formulas: whether sums and quotients of the control workbook are live.
    """

    under: str | None = None
    node: str | None = None
    formulas: bool = False


@frozen
class ScorePages:
    """What is shown of the scores of a period. Made by `score_pages`.

    Args:
        cards: a card a person.
        table: the league table.
        districts: each district all round.
        sheets: the control sheets of the year, parents first.
        about: the period and the day.
        day: the day up to which it was judged, which dates the workbook.
        stand: the version of a closed period and its seal; none where it was never closed.
        formulas: whether sums and quotients of the workbook are live.
    """

    cards: Sequence[PersonCard] = field(repr=lambda cards: f"<{len(cards)} cards>")
    table: League
    districts: Sequence[DistrictView] = field(repr=lambda views: f"<{len(views)} districts>")
    sheets: Mapping[str, ControlSheet] = field(repr=lambda sheets: f"<{len(sheets)} sheets>")
    about: Says
    day: date
    stand: Says | None
    formulas: bool = False

    def write(self, folder: Path, lang: Lang, progress: Callable[[str], None]) -> None:
        """Write every page into a fresh folder, which somebody else puts in its place.

        Args:
            folder: where.
            lang: the language.
            progress: called with the name of each output as it is begun.

        Raises:
            BadConfig: a package for workbooks is not installed.
        """
        progress("cards")
        (folder / "cards").mkdir()
        taken: set[str] = set()
        for card in self.cards:
            page = score_page([card], lang, stand=self.stand)
            _put(folder / "cards" / file_name(card.rep_id, taken, ".html"), page)
        progress("league.html, districts")
        about = self._said("\n", "\n")
        _put(folder / "league.html", report_html(league_report(self.table, about), lang))
        (folder / "districts").mkdir()
        taken = set()
        for view in self.districts:
            page = report_html(district_report(view, about), lang)
            _put(folder / "districts" / file_name(view.node.id, taken, ".html"), page)
        progress("control.html, control.xlsx")
        sheets = tuple(self.sheets.values())
        _put(folder / "control.html", control_page(sheets, lang, stand=self._said("; ", "；")))
        write_control_book(sheets, folder / "control.xlsx", lang=lang, created=self.day, formulas=self.formulas)

    def _said(self, en: str, zh: str) -> Says:
        """Return the period, the day and, where it was closed, the version: what pages of several people say."""
        if self.stand is None:
            return self.about
        return Says(f"{self.about.en}{en}{self.stand.en}", f"{self.about.zh}{zh}{self.stand.zh}")


def _put(path: Path, page: str) -> None:
    path.write_bytes(page.encode())


def score_pages(judged: Judged, ranked: Standings, store: Reader | None, asked: PagesAsked) -> ScorePages:
    """Make the pages of a period's scores, with what was kept of earlier periods (考核报表).

    Args:
        judged: the period, as it went or as it was closed.
        ranked: everybody's rank and grade.
        store: what was kept; none where nothing was kept yet.
        asked: whose pages, and how.

    Raises:
        NotFound: a node that is not there, or not below the node that is asked for.
        BadValue: a closed period that was changed in the store.
    """
    result, org = judged.result, judged.result.measurements.org
    scores, under = result.scorecards.scores, asked.under or org.root.id
    inside = org.within(under)
    earlier = earlier_scores(store, result.period, scores, judged.sheet) if store is not None else {}
    cards = person_cards(scores, result.period, earlier=earlier, standings=ranked)
    last = next(reversed(earlier.values()), None)
    before = None if last is None else {rep: one.total for rep, one in last.items()}
    return ScorePages(
        tuple(card for card in cards if card.rep_id in inside),
        league(org, {one.rep_id: one.total for one in scores}, under, before=before),
        tuple(_districts(judged, under, asked.node)),
        year_sheets(judged, store, under),
        Says(f"{result.period}, as of {result.as_of}", f"{result.period}，截至 {result.as_of}"),
        result.as_of,
        None if judged.closing is None else _stand(judged.closing),
        asked.formulas,
    )


def _stand(kept: KeptClosing) -> Says:
    last = kept.closed.latest
    seal = last.seal[:_DIGITS]
    if kept.is_open:
        en = f"Opened again: version {last.number} of {last.on} counts until it is closed, seal {seal}"
        return Says(en, f"已重开：关账前仍以 {last.on} 第 {last.number} 版为准，封印 {seal}")
    return Says(
        f"Closed on {last.on}, version {last.number}, seal {seal}", f"{last.on} 关账，第 {last.number} 版，封印 {seal}"
    )


_DIGITS: Final = 12


def _districts(judged: Judged, under: str, node: str | None) -> Iterator[DistrictView]:
    result, region = judged.result, judged.as_judged
    org = result.measurements.org
    owed = None if region is None else owed_by_node(region, result.as_of)
    for district in _asked(org, under, node):
        yield district_view(
            org,
            district,
            result.period,
            attained=result.attainments,
            measures=result.measurements,
            scores=result.scorecards.scores,
            receivables=owed,
            sales=judged.change,
        )


def _asked(org: Org, under: str, node: str | None) -> list[str]:
    """Return the node asked, or the nodes right above the reps; where that is none below a node, the node itself."""
    inside = org.within(under)
    if node is not None:
        if org[node].id not in inside:
            raise NotFound("no such node below", where=f"org id {node!r}", hint=f"ask below {under}", code="org.id")
        return [node]
    above = (org.parent_of(leaf.id) for leaf in org.leaves(under))
    return list(dict.fromkeys(one for one in above if one in inside)) or [under]
