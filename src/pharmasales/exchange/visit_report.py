"""The review of visits as a page (拜访复盘): what was planned and what became of it, what goes on, what comes.

>>> from datetime import date
>>> from pharmasales.followup.cycleplan.visit_review import review_visits
>>> from pharmasales.periods import Week
>>> report = visit_report(review_visits([], [], Week(2026, 10), date(2026, 3, 9)))
>>> report.title.zh, [section.title.en for section in report.sections]
('拜访复盘：2026-W10', ['Visits of the period'])
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pharmasales.display import Says, percent
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section
from pharmasales.followup.cycleplan.visit_lines import OUTCOMES
from pharmasales.followup.cycleplan.visit_review import VisitReview

__all__ = ["visit_report"]

_FIRST: Final = 40
_FOOT: Final = Says(
    "Planned and added visits are each done, missed, moved, cancelled or still ahead. Made by pharmasales.",
    "计划与新增的每次拜访均有结果：已完成、未完成、已改期、已取消或待拜访。由 pharmasales 生成。",
)


def visit_report(review: VisitReview) -> Report:
    """Put the page of a weekly or monthly review together; `report_html` and `write_report` make the page of it.

    Args:
        review: made by `review_visits`.

    Source: S002-21.
    """
    return Report(
        title=Says(f"Visits of {review.period}", f"拜访复盘：{review.period}"),
        subtitle=Says(f"as of {review.as_of}", f"截至 {review.as_of}"),
        tiles=tuple(_tiles(review)),
        sections=tuple(_sections(review)),
        foot=_FOOT,
    )


def _tiles(review: VisitReview) -> Iterator[Tile]:
    added = Says(f"{review.added} of them added", f"其中新增 {review.added} 次")
    yield Tile(Says("Planned", "计划"), str(len(review.lines)), added if review.added else None)
    share = percent(review.made)
    yield Tile(Says("Done", "已完成"), str(review.count("done")), Says(share, share))
    for outcome in ("missed", "moved", "cancelled", "ahead"):
        count = review.count(outcome)
        tone: Tone = "warn" if outcome == "missed" and count else "plain"
        name = OUTCOMES[outcome]
        yield Tile(Says(name.en.capitalize(), name.zh), str(count), tone=tone)


def _sections(review: VisitReview) -> Iterator[Section]:
    tables = review.tables()
    yield Section(tables["visit_review"].title, review.why, None, tables["visit_review"], _FIRST)
    for name in ("visit_reasons", "carried_visits", "coming_visits", "visit_outcomes"):
        if len(tables[name]):
            yield Section(tables[name].title, None, None, tables[name], _FIRST)
