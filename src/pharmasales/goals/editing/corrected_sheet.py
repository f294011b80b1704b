"""A sheet that somebody corrected becomes edits (表格修正): one pin for each number that differs from the plan.

>>> from pharmasales.display import Says
>>> from pharmasales.goals.decomposing.decompose import decompose
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, season, basis = Amount.of(1, BOX), even(Quarter(2026, 1).months), Says("sales", "销量")
>>> goals = decompose(org, box * 90, {"r1": 1, "r2": 2}, season, grain=box, basis=basis)
>>> rows = [{"node_id": "r1", "period": "2026-01", "amount": "12"}, {"node_id": "r2", "period": "", "amount": 60}]
>>> corrections(goals, rows)
(Pin(node='r1', amount=Amount('12 BOX'), period=period('2026-01'), mark=Mark(by='', on=None)),)
>>> try:
...     corrections(goals, [{"node_id": "N", "period": "", "amount": 91}, {"node_id": "r9", "amount": 1}])
... except BadRows as bad:
...     for line in bad.lines():
...         print(line)
a changed total @ row 1; pin the root if the total is to change [goals.edit.total]
no such node in the plan @ row 2, node 'r9'; correct the id [goals.edit.node]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.editing.edits import Mark, Pin
from pharmasales.goals.editing.statements import grains_in, grains_of, places_of
from pharmasales.names import normal_id
from pharmasales.periods import Period, period
from pharmasales.units import Amount, Number

__all__ = ["corrections"]


def corrections(
    goals: Decomposition, rows: Iterable[Mapping[str, object]], *, mark: Mark | None = None
) -> tuple[Pin, ...]:
    """Compare a sheet with the plan, and return a pin for each amount that was changed (表格修正).

    A bucket that is changed alone leaves the node's amount in all as it is: the other buckets take the difference. To
    change both, correct both. Rows without an amount are left out.

    Args:
        goals: the plan that the sheet was made from.
        rows: one mapping a number, with `node_id`, `period` (a bucket as text or value; empty for all) and `amount`.
        mark: who corrected it, when and why.

    Raises:
        BadRows: every row with an unknown node or period, an amount that is none or no multiple of the grain, a changed
            total, or a second amount for the same number.
    """
    found: dict[tuple[str, object], Pin] = {}
    bad: list[PharmaSalesError] = []
    for number, row in enumerate(rows, 1):
        if row.get("amount") is None or row["amount"] == "":
            continue
        try:
            pin = _pin(goals, row, mark or Mark())
            first = found.setdefault((pin.node, places_of(goals, pin.period)), pin)
            if first.amount != pin.amount:
                raise BadRule("a second amount", where=f"goal of {pin.node!r}", hint="keep one", code="goals.twins")
        except PharmaSalesError as error:
            bad.append(error.at(f"row {number}"))
    if bad:
        raise BadRows("corrections are refused", bad)
    return tuple(pin for pin in found.values() if grains_of(goals, pin) != _had(goals, pin))


def _pin(goals: Decomposition, row: Mapping[str, object], mark: Mark) -> Pin:
    node, given, amount = normal_id(str(row.get("node_id") or "")), row.get("period"), row["amount"]
    if node not in goals.org:
        where = f"node {node!r}"
        raise NotFound("no such node in the plan", where=where, hint="correct the id", code="goals.edit.node")
    when = given if isinstance(given, Period) else period(str(given)) if given else None
    pin = Pin(node, _amount(goals, amount), when, mark=mark)
    if node == goals.org.root.id and grains_of(goals, pin) != _had(goals, pin):
        hint = "pin the root if the total is to change"
        raise BadRule("a changed total", hint=hint, code="goals.edit.total")
    grains_of(goals, pin)
    return pin


def _amount(goals: Decomposition, given: object) -> Amount:
    if isinstance(given, Amount):
        return given
    if isinstance(given, Number):
        return Amount.of(given, goals.grain.unit)
    raise BadValue(f"{type(given).__name__} as an amount", hint="give digits", code="number")


def _had(goals: Decomposition, pin: Pin) -> int:
    return grains_in(goals, pin.node, places_of(goals, pin.period))
