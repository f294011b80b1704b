"""Where figures come from (数据来源): what the other rooms keep, as items that are counted.

Each function yields every item, within the period or not, so that what is left out is listed too. Whatever has no
function here is counted directly: `Item("cost", "r1", amount, day, "travel 17")`.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> lines = [Sale(Month(2026, 1), Amount.of(n, CNY), rep="r1") for n in (1000, -50)]
>>> for item in sales_items(lines):
...     print(item.id, item.figure, item.value)
sale 0 gross 1,000.00 CNY
sale 0 actual 1,000.00 CNY
sale 1 returns 50.00 CNY
sale 1 actual -50.00 CNY
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Protocol

from pharmasales.archive import Measured, Sale
from pharmasales.channel import Receivable, open_at
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.evaluation.measures.figures import FIGURES, Figure
from pharmasales.evaluation.measures.items import Item, Stretch
from pharmasales.followup import Frequency, frequency
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = [
    "RATED",
    "Visited",
    "goal_items",
    "joint_items",
    "rated_items",
    "receivable_items",
    "sales_items",
    "share_items",
    "visit_items",
]

_NONE_OF = {"gross": "no sales", "returns": "no returns"}
_QUARANTINED = Says("its customer is in quarantine", "所属客户在隔离区")

RATED: Mapping[str, tuple[str, str]] = {
    "visit": ("rated_visits", "visit_points"),
    "report": ("rated_reports", "report_points"),
    "knowledge": ("knowledge_tests", "knowledge_points"),
    "skill": ("skill_tests", "skill_points"),
    "answer": ("answers", "answer_points"),
}
"""What is rated in points: the figures that count the ratings and add the points up."""


class Visited(Protocol):
    """A visit, planned or made: `followup` and `cycle` both keep such values."""

    @property
    def day(self) -> date:
        """When."""

    @property
    def rep(self) -> str:
        """The id of the rep."""

    @property
    def customer(self) -> str:
        """The id of the customer."""


def goal_items(goals: Mapping[str, Amount], period: Period) -> Iterator[Item]:
    """Yield the goals of a period by node, as they are given at every node; nothing is added up.

    Args:
        goals: goals by node id.
        period: the period that they are for; goals of shorter periods count where they make up the period asked for.
    """
    for node, goal in goals.items():
        yield Item("goal", node, goal, period, f"goal {period}")


def sales_items(
    lines: Iterable[Sale],
    measure: Measured = "amount",
    *,
    quarantined: Container[str] = (),
    ids: Iterable[str] | None = None,
    figures: Collection[str] | None = None,
) -> Iterator[Item]:
    """Yield sales and returns apart, boxes, and the actual; what was sold the year before becomes `last` by itself.

    Lines hold returns where there were any: a rep with nothing but sales on a day or in a month has returns of zero,
    listed as such, and likewise one with nothing but returns.

    Args:
        lines: the sales lines, with a year more than the period; a return is negative.
        measure: whether goals are in money (`amount`) or in boxes (`quantity`).
        quarantined: ids of customers that do not count, listed as left out.
        ids: what each line is called, to find it again whatever stands before it; `sale N` where left out.
        figures: the figures that are wanted; all of them where left out.

    Source: S004-58 (net sales = sales less returns).
    """
    named = ((f"sale {n}", line) for n, line in enumerate(lines)) if ids is None else zip(ids, lines, strict=True)
    told = _NONE_OF if figures is None or not _NONE_OF.keys().isdisjoint(figures) else {}
    sides: dict[tuple[str, date | Period, Unit], set[str]] = {}
    for name, line in named:
        held = _QUARANTINED if line.customer and line.customer in quarantined else None
        when = line.day or line.period
        for figure, value in _of_sale(line, measure):
            if held is None and value is not None and figure in told:
                sides.setdefault((line.rep, when, value.unit), set()).add(figure)
            if figures is None or figure in figures:
                yield Item(figure, line.rep, value, when, name, held)
    for (rep, when, unit), found in sides.items():
        for figure in _NONE_OF.keys() - found:
            if figures is None or figure in figures:
                yield Item(figure, rep, Amount(0, unit), when, f"{_NONE_OF[figure]} {when}")


def _of_sale(line: Sale, measure: Measured) -> Iterator[tuple[str, Amount | None]]:
    amount, boxes = line.amount, line.quantity
    if amount is not None:
        yield ("returns", -amount) if amount.minor < 0 else ("gross", amount)
    if boxes is not None:
        yield "volume", boxes
    yield "actual", amount if measure == "amount" else boxes


def receivable_items(
    receivables: Iterable[Receivable],
    owners: Mapping[str, str],
    period: Period,
    as_of: date | None = None,
    *,
    before: Iterable[Receivable] | None = None,
    quarantined: Container[str] = (),
) -> Iterator[Item]:
    """Yield what was open at the start and at the end, what fell due, and what of that was paid.

    Args:
        receivables: invoices in any order.
        owners: the node that answers for each customer, by id of the customer.
        period: the period.
        as_of: the last day that counts; the period's last where left out.
        before: the invoices as they stood on the eve of the period, where `receivables` are right on one day alone.
        quarantined: ids of customers that do not count, listed as left out.

    Source: E31, P2-C. Raises:
        BadValue: a day before the period.
    """
    until = Stretch.of(period, as_of).until
    eve = period.start - timedelta(days=1)
    then = None if before is None else {(one.customer, one.invoice): open_at(one, eve) for one in before}
    for one in receivables:
        node, name = owners.get(one.customer, ""), f"invoice {one.invoice}"
        held = _QUARANTINED if one.customer in quarantined else None
        day: date | Period = period if one.invoiced <= until else one.invoiced
        opening = open_at(one, eve) if then is None else then.get((one.customer, one.invoice), one.amount * 0)
        yield Item("opening", node, opening, day, name, held)
        yield Item("closing", node, open_at(one, until), day, name, held)
        yield Item("due", node, one.amount, one.due, name, held)
        yield Item("collected", node, one.amount - open_at(one, until), one.due, name, held)


def visit_items(
    planned: Iterable[Visited],
    made: Iterable[Visited],
    period: Period,
    as_of: date | None = None,
    *,
    quarantined: Container[str] = (),
) -> Iterator[Item]:
    """Yield, for each rep and customer, what was planned up to the day and what was made of it.

    A customer who is planned by two reps is a target of each, and counts twice above them.

    Args:
        planned: the visits planned.
        made: the visits made; the log is complete, so a customer who is not in it was not visited.
        period: the period.
        as_of: the last day that counts; the period's last where left out.
        quarantined: ids of customers that do not count, listed as left out.

    Source: P2-C, E13, S004-49. Raises:
        BadValue: a day before the period.
    """
    first, last = period.start, Stretch.of(period, as_of).until
    plan, done, outside = Counter[tuple[str, str, date]](), Counter[tuple[str, str, date]](), list[Item]()
    for visits, counts, figure in ((planned, plan, "planned_visits"), (made, done, "made_visits")):
        for visit in visits:
            if first <= visit.day <= last:
                counts[visit.rep, visit.customer, visit.day] += 1
            else:
                outside.append(Item(figure, visit.rep, 1, visit.day, visit.customer))
    wanted, had, kept = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (rep, customer, day), count in plan.items():
        wanted[rep, customer] += count
        kept[rep, customer] += min(count, done[rep, customer, day])
    for (rep, customer, _), count in done.items():
        had[rep, customer] += count
    found: dict[tuple[int, int], Frequency] = {}
    for rep, customer in dict.fromkeys([*wanted, *had]):
        held = _QUARANTINED if customer in quarantined else None
        due, seen = wanted[rep, customer], had[rep, customer]
        if (due, seen) not in found:
            found[due, seen] = frequency({customer: due}, {customer: seen})
        for figure, value in _of_frequency(found[due, seen], kept[rep, customer]):
            yield Item(figure, rep, value, period, customer, held)
    yield from outside


def _of_frequency(found: Frequency, kept: int) -> Iterator[tuple[str, int]]:
    if not found.targets:
        yield "other_visits", found.unplanned
        return
    yield "target_customers", found.targets
    yield "seen_customers", found.seen
    yield "complete_customers", found.complete
    yield "planned_visits", found.planned
    yield "made_visits", found.made
    yield "capped_visits", found.counted
    yield "kept_visits", kept


def rated_items(what: str, rated: Iterable[tuple[str, date | Period, str, Figure]]) -> Iterator[Item]:
    """Yield ratings in points: each counts as one, with its points.

    Args:
        what: one of `RATED`: `visit`, `report`, `knowledge`, `skill` or `answer`.
        rated: node, day or period, id and points of each.

    >>> [(item.figure, item.value) for item in rated_items("visit", [("r1", date(2026, 1, 5), "v1", 85)])]
    [('rated_visits', 1), ('visit_points', 85)]

    Source: S004-52, S004-54. Raises:
        BadValue: an unknown word.
    """
    if what not in RATED:
        raise BadValue("nothing of this name is rated", where=what, hint=nearest(what, RATED), code="measures.rated")
    count, points = RATED[what]
    for node, when, one, value in rated:
        yield Item(count, node, None if value is None else 1, when, one)
        yield Item(points, node, value, when, one)


def share_items(
    figure: str, found: Iterable[tuple[str, date | Period, str, bool | None]], *, letter: str = ""
) -> Iterator[Item]:
    """Yield things of which some are as they should be: each counts in the whole, and in the part where it is.

    Args:
        figure: the part, such as `clean_activities`, `good_flow_lines`, `covered_hospitals` or `customers_lost`.
        found: node, day or period, id, and whether it counts in the part; missing where nobody knows.
        letter: the class that they all belong to, where figures are kept by class.

    >>> done = [("r1", date(2026, 1, 5), "meeting 1", True), ("r1", date(2026, 1, 9), "meeting 2", False)]
    >>> [(item.figure, item.value) for item in share_items("clean_activities", done)][2:]
    [('activities', 1), ('clean_activities', 0)]

    Source: P2-C (compliance score), S004-37 (coverage by class), S004-67 (churn). Raises:
        BadValue: a figure that is no part of one other.
    """
    kind = FIGURES.get(figure)
    if kind is None or len(kind.within) != 1:
        parts = [name for name, one in FIGURES.items() if len(one.within) == 1]
        raise BadValue("no part of a whole", where=figure, hint=nearest(figure, parts), code="measures.part")
    end = f".{letter}" if letter else ""
    for node, when, one, holds in found:
        yield Item(kind.within[0] + end, node, None if holds is None else 1, when, one)
        yield Item(figure + end, node, None if holds is None else int(holds), when, one)


def joint_items(visits: Iterable[tuple[str, date | Period, str, Figure, Figure]]) -> Iterator[Item]:
    """Yield joint visits with the points of the rep before and after; one without both does not count.

    Args:
        visits: node, day or period, id, points before, points after.

    Source: S003-2 (before and after).
    """
    for node, when, one, before, after in visits:
        known = before is not None and after is not None
        for figure, value in (("joint_visits", 1), ("points_before", before), ("points_after", after)):
            yield Item(figure, node, value if known else None, when, one)
