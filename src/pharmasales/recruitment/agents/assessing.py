"""Marks of a would-be dealer (评估打分), the rules that weigh them, and what of several people's marks counts.

>>> day = date(2026, 3, 2)
>>> marks = [SelectionMark("D1", "staff", mark, day, by, "visit") for by, mark in (("p1", 80), ("p2", 45))]
>>> view = views_of(marks, day)["D1", "staff"]
>>> view.mark, view.people, view.spread
(Fraction(125, 2), 2, 35)

Source: S004-71, S004-73 (assess objectively).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.names import normal_id
from pharmasales.recruitment.agents.marks import hundred
from pharmasales.recruitment.agents.words import said_evidence
from pharmasales.rules import Bands, Field, Part, RuleBook, Weighted
from pharmasales.rules.terms import Exact
from pharmasales.yearplan import checked_day

__all__ = ["SELECTION_RULES", "ItemView", "SelectionMark", "views_of"]

SELECTION_RULES = RuleBook(
    "dealer-selection",
    "2026.1",
    {
        "score": Weighted(
            [
                Part("staff", 25, Field("staff", "人员"), "人员"),
                Part("management", 30, Field("management", "财务与管理"), "财务与管理"),
                Part("service", 20, Field("service", "政策与服务"), "政策与服务"),
                Part("cooperation", 25, Field("cooperation", "期望合作"), "期望合作"),
            ],
            full=100,
        ),
        "proposal": Bands(Field("score", "评估分"), ((60, "refuse"), (75, "reserve")), top="choose"),
    },
)
"""The parts are those of S004-71; weights and cuts are ours. Lay a book of yours over it."""


@frozen
class SelectionMark:
    """One mark of one would-be dealer (评估打分).

    Args:
        dealer: id of the dealer.
        item: what is marked: `staff`, `management`, `service`, `cooperation`, or an item of a rule of yours.
        mark: 0 to 100; missing where it could not be judged.
        on: the day.
        by: id of who gives it; each person's last mark of an item counts.
        evidence: what it rests on.

    Raises:
        BadValue: a mark out of range, no evidence, or no day.
    """

    dealer: str = field(converter=normal_id)
    item: str = field(converter=normal_id)
    mark: Exact | None = field(converter=hundred)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    evidence: str = field(converter=said_evidence, repr=False)


@frozen
class ItemView:
    """What people think of one item of one would-be dealer.

    Args:
        mark: the mean of their marks, exact; missing where nobody could judge.
        people: how many gave a mark.
        spread: how far the highest lies above the lowest.
    """

    mark: Fraction | None
    people: int
    spread: Exact


def views_of(marks: Iterable[SelectionMark], as_of: date) -> Mapping[tuple[str, str], ItemView]:
    """Return what counts of the marks by a day, by dealer and item: the mean of each person's last mark."""
    day = checked_day(as_of)
    last: dict[tuple[str, str], dict[str, SelectionMark]] = {}
    for one in sorted(marks, key=lambda one: one.on):
        if one.on <= day:
            last.setdefault((one.dealer, one.item), {})[one.by] = one
    return {key: _view([one.mark for one in by.values() if one.mark is not None]) for key, by in last.items()}


def _view(marks: list[Exact]) -> ItemView:
    if not marks:
        return ItemView(None, 0, 0)
    return ItemView(Fraction(sum(marks)) / len(marks), len(marks), max(marks) - min(marks))
