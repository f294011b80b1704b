"""What coaching visits bring to the measures (协访计数): points before and after, and suggestions adopted.

A coaching report counts with the score that the employee had in the report before it, of the same form; the first one
has none before it and does not count. An action agreed is a suggestion; it is adopted where its last check that could
see it found it done. One that nobody could check yet is unknown, and listed as left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pharmasales.evaluation.measures.items import Item
from pharmasales.evaluation.measures.sources import joint_items, share_items
from pharmasales.followup.joint.chain import CoachingBook
from pharmasales.followup.joint.links import CoachingChain

__all__ = ["coaching_items"]


def coaching_items(book: CoachingBook) -> Iterator[Item]:
    """Yield joint visits with their points before and after, and the suggestions made and adopted.

    Args:
        book: the reports, checks and results that are kept.

    Source: S003-2 (before and after; whether advice was taken).
    """
    before: dict[tuple[str, str], Decimal | None] = {}
    for report in sorted(book.reports, key=lambda one: (one.day, one.id)):
        key = report.employee, report.form.name
        yield from joint_items([(report.employee, report.day, report.id, before.get(key), report.score)])
        before[key] = report.score if report.score is not None else before.get(key)
    agreed = [chain for chain in book.chains if not chain.withdrawn]
    yield from share_items("adopted", [(one.report.employee, one.report.day, one.id, _adopted(one)) for one in agreed])


def _adopted(chain: CoachingChain) -> bool | None:
    seen = [check.found for check in chain.checks if check.found != "not_seen"]
    return seen[-1] == "done" if seen else None
