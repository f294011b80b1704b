"""Measures of a period (期间指标): every node's figures, what they counted and what they left out.

A node has the sum of what lies below it, and a ratio is reckoned from the sums, never as a mean of ratios.

>>> from pharmasales.evaluation.measures.registry import MEASURES
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> quarter = Quarter(2026, 1)
>>> sold = [Item("gross", rep, Amount.of(n, CNY), quarter, f"sale {n}") for rep, n in (("r1", 900), ("r2", 100))]
>>> spent = [Item("cost", rep, Amount.of(n, CNY), quarter, f"bill {n}") for rep, n in (("r1", 90), ("r2", 30))]
>>> late = Item("cost", "r2", Amount.of(5, CNY), Quarter(2026, 2), "bill 5")
>>> none = Item("returns", "r1", Amount.of(0, CNY), quarter, "no returns")
>>> found = measure_period(org, [*sold, *spent, late, none], quarter)
>>> print(found.table([MEASURES["output_input"]]))
Node id  Node   Level     Measure            Value    Counted  Left out
-------  -----  --------  -----------------  -------  -------  --------
N        North  district  Output over input  8.33           5         1
r1       One    rep       Output over input  10.00          3         0
r2       Two    rep       Output over input  missing        2         1
>>> print(found.value("r2", MEASURES["output_input"]).why)
Output over input is missing: returns not known
  counted 2, left out 1
    1 outside the period

Source: S004-49, S004-58, S004-67.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.evaluation.measures.figures import Counts, Figure, Figures, declared
from pharmasales.evaluation.measures.items import GOALS_GAP, Item, Placed, Stretch, place_item
from pharmasales.evaluation.measures.measurements import Measurements
from pharmasales.names import nearest
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import BOX, CNY, Amount, Unit

__all__ = ["Unfilled", "measure_period"]

Exact: TypeAlias = int | Fraction
Sums: TypeAlias = dict[str, dict[str, Exact]]
Unfilled: TypeAlias = Literal["missing", "zero"]
"""What a leaf has of a figure that others have and it has not: not known, or nothing."""


def measure_period(
    org: Org,
    items: Iterable[Item],
    period: Period,
    as_of: date | None = None,
    *,
    unit: Unit = CNY,
    money: Unit = CNY,
    goods: Unit = BOX,
    market: Unit | None = None,
    unfilled: Unfilled = "missing",
) -> Measurements:
    """Add up the figures of every node in a period, and say what became of each item (期间指标计算).

    An item counts once, at its node and everything above it, or it is left out with one reason. A goal is taken as
    given at each node and is not added up; goals of shorter periods count where they make up the period, each day once.
    Goals of one period and several ids, such as those of products, are added up; one that is given twice is left out.

    Args:
        org: the organisation.
        items: what is counted, in any order: `sales_items` and the others, and items of your own.
        period: the period; a quarter first (S004-35), and any other.
        as_of: the last day that counts; the period's last where left out.
        unit: the unit of goals and actuals.
        money: the unit of money.
        goods: the unit of boxes.
        market: the unit of the market's data; that of the goals where left out.
        unfilled: what a leaf has of a figure that another node has and it has not: `missing`, or `zero` for whoever
            knows that everything was recorded.

    Raises:
        BadRows: nodes whose figures cannot be: a total below zero, or a part above its whole. All of them at once.
        BadRule: an unknown word for `unfilled`.
        BadValue: a day before the period.
    """
    if unfilled not in ("missing", "zero"):
        hint = nearest(str(unfilled), ("missing", "zero"))
        raise BadRule("what has a leaf without items?", where="unfilled", hint=hint, code="measures.unfilled")
    stretch = Stretch.of(period, as_of)
    units: dict[Counts, Unit] = {"sales": unit, "market": market or unit, "money": money, "goods": goods}
    lines = [Placed(item, *place_item(item, stretch, org, units)) for item in items]
    lines = _goals_made_up(lines, period)
    sums = _sums(org, lines, unfilled)
    _add_peers(org, sums)
    return Measurements(org, stretch, _by_node(org, sums, units), tuple(lines))


def _goals_made_up(lines: list[Placed], period: Period) -> list[Placed]:
    """Leave out the goals of a node that do not make up the period, each day once, or one of which is given twice."""
    spans: dict[tuple[str, str], Counter[tuple[date, date, str]]] = {}
    for line in lines:
        if line.figure is not None and not declared(line.figure).adds:
            key = (line.item.node, line.figure)
            spans.setdefault(key, Counter())[*_span(line.item.when), line.item.id] += 1
    gaps = {key for key, found in spans.items() if max(found.values()) > 1 or not _make_up(found, period)}
    if not gaps:
        return lines
    return [Placed(line.item, None, GOALS_GAP) if (line.item.node, line.figure) in gaps else line for line in lines]


def _span(when: date | Period) -> tuple[date, date]:
    return (when.start, when.end) if isinstance(when, Period) else (when, when)


def _make_up(goals: Iterable[tuple[date, date, str]], period: Period) -> bool:
    spans = sorted({(start, end) for start, end, _ in goals})
    overlap = any(right[0] <= left[1] for left, right in pairwise(spans))
    return not overlap and sum((end - start).days + 1 for start, end in spans) == period.days


def _sums(org: Org, lines: Iterable[Placed], unfilled: Unfilled) -> Sums:
    """Return, by figure, the sum of each node that has one."""
    own: Sums = {}
    for line in lines:
        if line.figure is not None:
            at = own.setdefault(line.figure, {})
            node = line.item.node
            at[node] = at.get(node, 0) + line.value()
    if unfilled == "zero":
        nothing: dict[str, Exact] = dict.fromkeys((leaf.id for leaf in org.leaves()), 0)
        own = {name: nothing | at if declared(name).adds else at for name, at in own.items()}
    return {name: org.roll_up(at, _plus) if declared(name).adds else at for name, at in own.items()}


def _plus(left: Exact, right: Exact) -> Exact:
    return left + right


def _add_peers(org: Org, sums: Sums) -> None:
    """Add what the other nodes of a node's level have together, how many have an actual, and those with both years."""
    actual, last = sums.get("actual", {}), sums.get("last", {})
    both = actual.keys() & last.keys()
    for name, own in (
        ("peers", dict.fromkeys(actual, 1)),
        ("peers_actual", actual),
        ("peers_comparable", {node_id: actual[node_id] for node_id in both}),
        ("peers_last", {node_id: last[node_id] for node_id in both}),
    ):
        sums[name] = _by_level(org, own)


def _by_level(org: Org, own: Mapping[str, Exact]) -> dict[str, Exact]:
    """Return for each node the sum of the other nodes of its level that have a value; none where none has."""
    whole, known = dict[str, Exact](), Counter[str]()
    for node_id, value in own.items():
        level = org[node_id].level
        whole[level] = whole.get(level, 0) + value
        known[level] += 1
    return {node.id: whole[node.level] - own.get(node.id, 0) for node in org if known[node.level] > (node.id in own)}


def _by_node(org: Org, sums: Sums, units: Mapping[Counts, Unit]) -> dict[str, Figures]:
    held: dict[str, dict[str, Figure]] = {node.id: {} for node in org}
    for name, at in sums.items():
        unit = units.get(declared(name).counts)
        for node_id, value in at.items():
            held[node_id][name] = value if unit is None else Amount(int(value), unit)
    found, bad = dict[str, Figures](), list[PharmaSalesError]()
    for node_id, known in held.items():
        try:
            found[node_id] = Figures(**known)
        except PharmaSalesError as error:
            bad.append(error.at(f"org id {node_id!r}"))
    if bad:
        raise BadRows(f"{len(bad)} nodes refused", bad)
    return found
