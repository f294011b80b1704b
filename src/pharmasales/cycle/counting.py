"""Count a period (期间计数): what a region and the other steps keep, as items that the measures are made of.

>>> from pharmasales.cycle.policy import Policy
>>> from pharmasales.evaluation.measures.registry import MEASURES
>>> from pharmasales.periods import Month
>>> from pharmasales.testing import two_districts
>>> from pharmasales.units import CNY
>>> january = Month(2026, 1)
>>> found = count_period(two_districts(), Policy(), january, january.end, goals={"n1": Amount.of(4000, CNY)})
>>> print(found.value("n1", MEASURES["attainment"]).why)
Attainment: 121.0%
  actual / goal
    actual/goal = 4,840 / 4,000 = 1.21
  counted 2, left out 0
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

from attrs import evolve

from pharmasales.archive import Sale, lines_within
from pharmasales.cycle.facts import fact_items
from pharmasales.cycle.policy import Policy
from pharmasales.cycle.region import Call, Region
from pharmasales.errors import BadValue
from pharmasales.evaluation.measures.counting import measure_period
from pharmasales.evaluation.measures.items import Item, Stretch
from pharmasales.evaluation.measures.measurements import Measurements
from pharmasales.evaluation.measures.sources import goal_items, receivable_items, sales_items, visit_items
from pharmasales.followup import Frequency, field_days
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["Units", "count_period", "own_actuals", "period_items", "period_units", "visits_counted"]

_VISITED = ("target_customers", "seen_customers", "complete_customers", "planned_visits", "made_visits")
_VISIT_ZEROS = (*_VISITED, "capped_visits", "kept_visits")
_RECEIVABLES = frozenset(("opening", "closing", "due", "collected"))
_LOG, _SOLD, _DUE = "visit log", "nothing sold", "nothing due"


def count_period(
    region: Region,
    policy: Policy,
    period: Period,
    day: date,
    *,
    goals: Mapping[str, Amount],
    planned: Iterable[Call] | None = None,
    letters: Mapping[str, str] | None = None,
    as_of: date | None = None,
    figures: Collection[str] | None = None,
) -> Measurements:
    """Add up the figures of every node in a period from what a region and the other steps keep.

    Args:
        region: what happened.
        policy: what goals count, the working days and leave.
        period: the period.
        day: the last day that counts.
        goals: the goal of each node for the whole period.
        planned: the visits planned; none where there is no plan, and then nothing is known of visits.
        letters: the grade of each customer at the start of the period, by which visits are counted once more.
        as_of: the last day of noting facts that counts; all of them where left out.
        figures: the figures that are read; goals, actuals, visits and what is noted are counted besides. All of them
            where left out.

    Raises:
        BadValue: no organisation.
        NotComparable: sales in two units.
        NotFound: a sale of a node that the organisation does not have.
        BadRows: figures that cannot be, such as a goal below zero.
    """
    items = period_items(
        region, policy, period, day, goals=goals, planned=planned, letters=letters, as_of=as_of, figures=figures
    )
    return measure_period(_org(region), items, period, day, **period_units(region, policy))


class Units(TypedDict):
    """What figures are counted in."""

    unit: Unit
    money: Unit
    goods: Unit
    market: Unit


def period_units(region: Region, policy: Policy) -> Units:
    """Return the units that the figures are counted in, as `measure_period` takes them."""
    unit = region.money if policy.goals.measure == "amount" else region.goods
    return {"unit": unit, "money": region.money, "goods": region.goods, "market": region.money}


def period_items(
    region: Region,
    policy: Policy,
    period: Period,
    day: date,
    *,
    goals: Mapping[str, Amount],
    planned: Iterable[Call] | None = None,
    letters: Mapping[str, str] | None = None,
    as_of: date | None = None,
    figures: Collection[str] | None = None,
) -> list[Item]:
    """Return everything that counts in a period, and what is near it and does not; arguments as of `count_period`.

    Goals are those of the period. Sales of nobody belong to the top; a rep without sales has zero once anybody has
    some. The visit log is complete, so that a rep who is not in it made none. An invoice belongs to the rep who looked
    after its customer on the day.
    """
    org, stretch = _org(region), Stretch.of(period, day)
    found = [*goal_items(goals, period), *_sold(region, policy, org, stretch, figures)]
    if planned is not None and region.calls is not None:
        found += _visited(region, policy, org, stretch, list(planned), letters or {})
    if figures is None or not _RECEIVABLES.isdisjoint(figures):
        found += _owed(region, org, stretch)
    found += fact_items(region.facts, period, as_of, money=region.money, goods=region.goods)
    return found


def _org(region: Region) -> Org:
    if region.org is None:
        raise BadValue("a review needs an organisation", hint="give an org table, or [org] levels", code="review.org")
    return region.org


def _sold(
    region: Region, policy: Policy, org: Org, stretch: Stretch, figures: Collection[str] | None
) -> Iterator[Item]:
    """Yield the sales of the period and of the year before, and zero for who sold nothing in one of them."""
    spans = ((stretch.period, stretch.until), (stretch.before, stretch.before_until))
    lines = [
        sale if sale.rep else evolve(sale, rep=org.root.id) for sale in _near(region.sales, [span for span, _ in spans])
    ]
    wanted = None if figures is None else {"actual", *figures}
    yield from sales_items(lines, policy.goals.measure, ids=_names(lines), figures=wanted)
    nothing = Amount(0, period_units(region, policy)["unit"])
    for span, until in spans:
        sellers = _sellers(lines_within(lines, span, until), policy, nothing)
        for rep in sellers if span is stretch.period else ():
            org[rep]  # a sale of nobody that is known is never dropped
        for leaf in org.leaves() if sellers else ():
            if leaf.id not in sellers:
                yield Item("actual", leaf.id, nothing, span, _SOLD)


def _near(sales: Iterable[Sale], periods: Sequence[Period]) -> Iterator[Sale]:
    """Yield the lines of some periods, in the order given; each day or period is looked at once."""
    known: dict[date | Period, bool] = {}
    for sale in sales:
        when = sale.day or sale.period
        near = known.get(when)
        if near is None:
            near = known[when] = any(when in period for period in periods)
        if near:
            yield sale


def _names(lines: Iterable[Sale]) -> Iterator[str]:
    """Name each line of a rep by when, customer and product, so that a line that comes later renames no other."""
    met: dict[tuple[str, str], int] = {}
    words: dict[date | Period, str] = {}
    for line in lines:
        when = line.day or line.period
        said = words.get(when)
        if said is None:
            said = words[when] = f"sale {when}"
        name = " ".join(filter(None, (said, line.customer, line.product)))
        number = met[line.rep, name] = met.get((line.rep, name), 0) + 1
        yield name if number == 1 else f"{name} ({number})"


def _sellers(lines: Sequence[Sale], policy: Policy, nothing: Amount) -> set[str]:
    """Return who sold anything that counts.

    Raises:
        NotComparable: a line in another unit.
    """
    found = set()
    for line in lines:
        value = line.amount if policy.goals.measure == "amount" else line.quantity
        if value is not None:
            if value.unit is not nothing.unit:
                Amount.total((nothing, value), nothing.unit)  # two units are refused here, not left out
            found.add(line.rep)
    return found


def _visited(
    region: Region, policy: Policy, org: Org, stretch: Stretch, planned: list[Call], letters: Mapping[str, str]
) -> Iterator[Item]:
    """Yield the visits planned and made, by class too where grades are given, and the days in the field."""
    period, until = stretch.period, stretch.until
    seen = set()
    for item in visit_items(planned, region.calls or (), period, until):
        yield item
        if item.when == period:
            seen.add(item.node)
            if item.id in letters and item.figure != "other_visits":
                yield evolve(item, figure=f"{item.figure}.{letters[item.id]}")
    for leaf in org.leaves():
        if leaf.id not in seen:
            yield from (Item(figure, leaf.id, 0, period, _LOG) for figure in _VISIT_ZEROS)
        away = policy.follow.leave.get(leaf.id, frozenset())
        days = len(field_days(period.start, until, policy.calendar, away))
        yield Item("field_days", leaf.id, days, period, "working days")


def _owed(region: Region, org: Org, stretch: Stretch) -> Iterator[Item]:
    """Yield what fell due and was paid, for the rep who looks after the customer on the day; nothing where unknown."""
    receivables = region.owed(stretch.until)
    before = None if region.ledger is None else region.owed(stretch.period.start - timedelta(days=1))
    if receivables is None:
        return
    known = region.before(stretch.until + timedelta(days=1)).archive.customers
    owners = {customer.id: customer.owner for customer in known.values()}
    yield from receivable_items(receivables, owners, stretch.period, stretch.until, before=before)
    due = {owners.get(one.customer) for one in receivables if one.due in stretch.period and one.due <= stretch.until}
    nothing = Amount(0, region.money)
    for owner in dict.fromkeys(owners.get(one.customer) for one in receivables):
        if owner and owner in org and owner not in due:
            yield from (Item(figure, owner, nothing, stretch.period, _DUE) for figure in ("due", "collected"))


def own_actuals(found: Measurements) -> dict[str, Amount]:
    """Return the actual of each node itself, without what lies below it; empty where nobody has any."""
    sums: dict[str, int] = {}
    unit: Unit | None = None
    for line in found.lines:
        if line.figure == "actual" and isinstance(value := line.item.value, Amount):
            node, unit = line.item.node, value.unit  # what counts as an actual is in one unit
            sums[node] = sums.get(node, 0) + value.minor
    return {} if unit is None else {node: Amount(minor, unit) for node, minor in sums.items()}


def visits_counted(found: Measurements) -> dict[str, Frequency]:
    """Return the visits planned and made by rep; empty where nothing is known of visits.

    >>> from pharmasales.org import Node
    >>> from pharmasales.periods import Month
    >>> org = Org.of([Node("r1", "One", "rep")])
    >>> visits_counted(measure_period(org, [], Month(2026, 1)))
    {}
    """
    known = {leaf.id: found[leaf.id].known for leaf in found.org.leaves()}
    return {
        rep: Frequency(*(_number(of.get(name)) for name in _COUNTS)) for rep, of in known.items() if _VISITED[0] in of
    }


_COUNTS = (*_VISITED, "capped_visits", "other_visits")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
