"""A decomposition as plain data and back (分解记录): what it was made from, so that a store can keep it and edit it.

Kept is what the plan rests on, not every number: reading it decomposes again, and a digest of all numbers holds the
result to what was kept. Nothing is a float.

>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, season, basis = Amount.of(1, BOX), even(Quarter(2026, 1).months), Says("sales", "销量")
>>> goals = decompose(org, box * 90, {"r1": 1, "r2": 2}, season, grain=box, basis=basis)
>>> data = plan_data(goals)
>>> data["total"], data["weights"], str(plan_from(data).amount("r2"))
(90, {'r1': '1', 'r2': '2'}, '60 BOX')
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pharmasales.display import Says, because
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.goals.baselines.baseline import Basis, Blend
from pharmasales.goals.baselines.weighing import Weighed
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.season import Season
from pharmasales.org import Node, Org
from pharmasales.periods import period
from pharmasales.units import Amount, Unit

__all__ = ["plan_data", "plan_from"]


def plan_data(goals: Decomposition) -> dict[str, Any]:
    """Return what a decomposition was made from as plain JSON; `plan_from` reads it back.

    Args:
        goals: a plan as `decompose` made it.

    Raises:
        BadValue: an edited plan, or one carried over: keep its base, and its edits beside it.
    """
    if goals.told:
        hint = "keep its base, and the edits beside it"
        raise BadValue("a plan whose numbers come from elsewhere", hint=hint, code="goals.record")
    unit, org = goals.grain.unit, goals.org
    return {
        "unit": [unit.code, unit.decimals, unit.en, unit.zh],
        "total": goals.total.minor,
        "grain": goals.grain.minor,
        "basis": _says_data(goals.basis),
        "nodes": [[node.id, node.name, node.level, org.parent_of(node.id), node.role] for node in org],
        "buckets": [str(bucket) for bucket in goals.buckets],
        "season": _season_data(goals.season),
        "seasons": {node_id: _season_data(own) for node_id, own in goals.seasons.items()},
        "weights": _weights(goals),
        "blend": _blend_data(goals),
        "constraints": [_constraint_data(one) for one in goals.constraints],
        "over": {level: str(more) for level, more in goals.handed.rise.shares.items()},
        "method": goals.method,
        "numbers": _numbers(goals),
    }


def _says_data(says: Says) -> list[str]:
    return [says.en, says.zh]


def _season_data(season: Season) -> dict[str, object]:
    return {"weights": [str(weight) for weight in season.weights], "basis": _says_data(season.basis)}


def _weights(goals: Decomposition) -> dict[str, str]:
    known, left_out = goals.weights, set(goals.without_basis)
    leaves = [leaf.id for leaf in goals.org.leaves()]
    return {leaf: str(known[leaf]) for leaf in leaves if known[leaf] or leaf not in left_out}


def _blend_data(goals: Decomposition) -> dict[str, object] | None:
    made = goals.blend
    if isinstance(made, Blend):
        values = [{node_id: str(value) for node_id, value in basis.values.items()} for basis in made.bases]
        return {
            "weights": {node_id: str(weight) for node_id, weight in made.items()},
            "bases": [[one.name, str(one.part), own] for one, own in zip(made.bases, values, strict=True)],
        }
    if isinstance(made, Weighed):
        reasons = {leaf: [why.text("en"), why.text("zh")] for leaf, why in made.reasons.items()}
        return {"weights": {leaf: str(weight) for leaf, weight in made.items()}, "reasons": reasons}
    return None


def _constraint_data(one: Constraint) -> dict[str, object]:
    return {
        "node": one.node,
        "least": None if one.least is None else one.least.minor,
        "most": None if one.most is None else one.most.minor,
        "period": None if one.period is None else str(one.period),
        "label": _says_data(one.label),
    }


def _numbers(goals: Decomposition) -> str:
    """Return a digest of every number of a plan."""
    digest = hashlib.sha256()
    for node_id in goals.org.nodes:
        digest.update(repr((node_id, goals.whole[node_id], list(goals.cells[node_id]))).encode())
    return digest.hexdigest()


def plan_from(data: Mapping[str, Any]) -> Decomposition:
    """Read a decomposition back; every number is as it was.

    >>> plan_from({"total": 90})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no plan: data of another form [goals.record]

    Raises:
        BadValue: data of another form, or such as give other numbers than were kept.
    """
    try:
        goals = _decomposed(data)
        kept = data["numbers"]
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        raise BadValue("no plan: data of another form", code="goals.record") from None  # it may quote a name
    if _numbers(goals) != kept:
        hint = "decompose the goals of this period anew"
        raise BadValue("a plan that gives other numbers than were kept", hint=hint, code="goals.record.numbers")
    return goals


def _decomposed(data: Mapping[str, Any]) -> Decomposition:
    unit = Unit(*data["unit"])
    buckets = tuple(period(bucket) for bucket in data["buckets"])
    return decompose(
        Org.of([Node(node_id, name, level, above, role=role) for node_id, name, level, above, role in data["nodes"]]),
        Amount(data["total"], unit),
        _weights_from(data),
        _season_from(data["season"], buckets),
        grain=Amount(data["grain"], unit),
        basis=Says(*data["basis"]),
        method=data["method"],
        constraints=[_constraint_from(one, unit) for one in data["constraints"]],
        over={level: Fraction(more) for level, more in data["over"].items()},
        seasons={node_id: _season_from(own, buckets) for node_id, own in data["seasons"].items()},
    )


def _season_from(data: Mapping[str, Any], buckets: tuple[Any, ...]) -> Season:
    return Season(buckets, tuple(map(Fraction, data["weights"])), Says(*data["basis"]))


def _weights_from(data: Mapping[str, Any]) -> Mapping[str, Fraction]:
    made = data["blend"]
    if made is None:
        return {node_id: Fraction(weight) for node_id, weight in data["weights"].items()}
    weights = {node_id: Fraction(weight) for node_id, weight in made["weights"].items()}
    if "reasons" in made:
        return Weighed(
            weights, {leaf: because("{says}", "{says}", says=Says(*why)) for leaf, why in made["reasons"].items()}
        )
    return Blend(weights, tuple(_basis_from(*one) for one in made["bases"]))


def _basis_from(name: str, part: str, own: Mapping[str, str]) -> Basis:
    values = {node_id: Fraction(value) for node_id, value in own.items()}
    return Basis(name, Fraction(part), values, sum(values.values(), Fraction(0)))


def _constraint_from(data: Mapping[str, Any], unit: Unit) -> Constraint:
    least, most = (None if data[end] is None else Amount(data[end], unit) for end in ("least", "most"))
    when = None if data["period"] is None else period(data["period"])
    return Constraint(data["node"], least, most, when, label=Says(*data["label"]))
