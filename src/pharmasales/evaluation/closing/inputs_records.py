"""Inputs of a period as plain JSON and back (考核输入的存储格式); the seal is the SHA-256 of this data.

>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> inputs = PeriodInputs(Quarter(2026, 1), Org.of([Node("r1", "One", "rep")]), [], facts={"r1": {"breaches": 0}})
>>> inputs_from(inputs_data(inputs)) == inputs
True
"""

from __future__ import annotations

from datetime import date

from pharmasales.classification.grade import Grade, Scheme
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.evaluation.closing.held_grades import HeldGrade
from pharmasales.evaluation.closing.inputs import Fact, PeriodInputs
from pharmasales.evaluation.closing.plain import (
    Data,
    read_at,
    read_each,
    value_data,
    value_from,
    when_data,
    when_from,
)
from pharmasales.evaluation.measures.items import Item
from pharmasales.names import normal_id
from pharmasales.org import TOTAL, Node, Org
from pharmasales.periods import period
from pharmasales.units import Unit
from pharmasales.yearplan import day_from, day_text

__all__ = ["inputs_data", "inputs_from", "item_data"]


def inputs_data(inputs: PeriodInputs) -> dict[str, Data]:
    """Return inputs as plain JSON, without their seal; `inputs_from` reads them back."""
    return {
        "period": str(inputs.period),
        "org": _org_data(inputs.org),
        "items": [item_data(item) for item in inputs.items],
        "reps": list(inputs.reps),
        "facts": {
            rep: {name: value_data(value) for name, value in facts.items()} for rep, facts in inputs.facts.items()
        },
        "grades": [_grade_data(one) for one in inputs.grades],
        "rep_grades": [_grade_data(one) for one in inputs.rep_grades],
        "people": dict(inputs.people),
        "withheld": {rep: list(names) for rep, names in inputs.withheld.items()},
        "rules": dict(inputs.rules),
        "units": [_unit_data(unit) for unit in (inputs.unit, inputs.money, inputs.goods, inputs.market)],
        "unfilled": inputs.unfilled,
    }


def _org_data(org: Org) -> dict[str, Data]:
    nodes = [
        [one.id, one.name, one.level, one.parent, day_text(one.since), day_text(one.until), one.role]
        for one in org
        if not _added(org, one)
    ]
    return {"total": org.root.name if _added(org, org.root) else "Total", "nodes": nodes}


def _added(org: Org, node: Node) -> bool:
    """Whether a node is the root that was added above several tops."""
    return node is org.root and node.id == TOTAL and any(one.parent is None for one in org.children(TOTAL))


def item_data(item: Item) -> list[Data]:
    """Return one item as plain JSON."""
    held = None if item.held is None else [item.held.en, item.held.zh]
    return [item.figure, item.node, value_data(item.value), when_data(item.when), item.id, held]


def _grade_data(one: HeldGrade) -> list[Data]:
    scheme = one.grade.scheme
    limits = [scheme.limits.en, scheme.limits.zh]
    said = [scheme.name, list(scheme.letters), scheme.zh, scheme.source, scheme.version, limits]
    return [one.id, one.grade.letter, one.since.isoformat(), said]


def _unit_data(unit: Unit | None) -> list[Data] | None:
    return None if unit is None else [unit.code, unit.decimals, unit.en, unit.zh]


def inputs_from(data: Data) -> PeriodInputs:
    """Read inputs back.

    >>> inputs_from({"period": "2026-Q1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: data of another form @ inputs [closing.record]

    Raises:
        BadValue: data of another form, or a part that cannot be, with its place.
    """
    with read_at("inputs"):
        unit, money, goods, market = read_each(data["units"], "units", _unit_from)
        if unit is None or money is None or goods is None:
            raise BadValue("no unit", where="units", code="closing.record")
        return PeriodInputs(
            period(data["period"]),
            _org_from(data["org"]),
            read_each(data["items"], "items", _item_from),
            reps=read_each(data["reps"], "reps", normal_id),
            facts={rep: _facts_from(facts, rep) for rep, facts in data["facts"].items()},
            grades=read_each(data["grades"], "grades", _grade_from),
            rep_grades=read_each(data["rep_grades"], "rep_grades", _grade_from),
            people=data["people"],
            withheld=data["withheld"],
            rules=data["rules"],
            unit=unit,
            money=money,
            goods=goods,
            market=market,
            unfilled=data["unfilled"],
        )


def _unit_from(data: Data) -> Unit | None:
    return None if data is None else Unit(*data)


def _org_from(data: Data) -> Org:
    with read_at("org"):
        return Org.of(read_each(data["nodes"], "nodes", _node_from), total=data["total"])


def _node_from(data: Data) -> Node:
    key, name, level, parent, since, until, role = data
    return Node(key, name, level, parent, day_from(since), day_from(until), role)


def _item_from(data: Data) -> Item:
    figure, node, value, when, key, held = data
    found = value_from(value)
    if isinstance(found, str | bool):
        raise BadValue("no figure", where=figure, code="closing.record")
    return Item(figure, node, found, when_from(when), key, None if held is None else Says(*held))


def _facts_from(data: Data, rep: str) -> dict[str, Fact]:
    with read_at(f"facts of {rep!r}"):
        return {name: value_from(value) for name, value in data.items()}


def _grade_from(data: Data) -> HeldGrade:
    key, letter, since, (name, letters, zh, source, version, limits) = data
    scheme = Scheme(name, tuple(letters), zh, source, version, Says(*limits))
    return HeldGrade(key, Grade(scheme, letter), date.fromisoformat(since))
