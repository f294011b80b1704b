"""`[goals]` of `pharmasales.toml`: how a goal is set and decomposed, and between which bounds.

>>> section = Section({"growth": "12%", "floors": {"R1": "1000"}, "over_assignment": {"district": "5%"}}, "goals")
>>> found = goal_policy(section, CNY, BOX)
>>> [str(one.why()) for one in found.constraints], found.over
(['at least 1,000.00 CNY (floor)'], {'district': Fraction(1, 20)})
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from pharmasales.cycle.policy import GoalPolicy
from pharmasales.errors import BadConfig, BadValue
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.splits import read_weights
from pharmasales.units import BOX, CNY, Amount, Unit, exact, share
from pharmasales.workspace.section import Section

__all__ = ["goal_policy"]

_STAND_INS = ("zero", "siblings", "refuse")


def goal_policy(section: Section, money: Unit = CNY, goods: Unit = BOX) -> GoalPolicy:
    """Read `[goals]`.

    Args:
        section: the table.
        money: the unit of amounts.
        goods: the unit of quantities.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses, with its full name.
    """
    default = GoalPolicy()
    if "total" in section.data and "growth" in section.data:
        raise BadConfig("total or growth, not both", where=section.where, code="config.choice")
    measure = section.choice("measure", ("amount", "quantity"), default.measure)
    found = GoalPolicy(
        total=section.read("total", _decimal, None),
        growth=section.read("growth", share, default.growth),
        basis=cast("Any", section.choice("basis", ("history", "potential", "blend"), default.basis)),
        weights=section.read("weights", _weights, default.weights),
        levels=section.texts("levels"),
        periods=section.take("periods", str, default.periods),
        season=section.read("season", _season, default.season),
        grain=section.read("grain", _grain, default.grain),
        measure=cast("Any", measure),
        negative=cast("Any", section.choice("negative", ("refuse", "zero"), default.negative)),
        all_zero=cast("Any", section.choice("all_zero", ("refuse", "even"), default.all_zero)),
        new_hire=section.read("new_hire", _new_hire, default.new_hire),
        ramp=section.read("ramp", _ramp, default.ramp),
        zero=cast("Any", section.choice("zero", _STAND_INS, str(default.zero))),
        least_growth=section.read("least_growth", share, None),
        constraints=_constraints(section, money if measure == "amount" else goods),
        over=section.read("over_assignment", _over, default.over),
    )
    section.done()
    return found


def _constraints(section: Section, unit: Unit) -> tuple[Constraint, ...]:
    """Read floors, caps and fixed amounts, each a table from node to amount; all speak of the whole period."""
    found: list[Constraint] = []
    kinds = {
        "floors": (section.take("floors", dict, {}), Constraint.floor),
        "caps": (section.take("caps", dict, {}), Constraint.cap),
        "fixed": (section.take("fixed", dict, {}), Constraint.fixed),
    }
    for key, (given, make) in kinds.items():
        table = Section(given, section.path(key))
        found += [make(node, table.due(node, lambda value: Amount.of(_decimal(value), unit))) for node in given]
    return tuple(found)


def _decimal(value: object) -> Decimal:
    exact(value)
    if isinstance(value, str) and "/" in value:
        raise BadValue("a fraction where a number is due", hint='write "1200000"', code="number")
    return value if isinstance(value, Decimal) else Decimal(str(value).replace(",", ""))


def _grain(value: object) -> Decimal:
    grain = _decimal(value)
    if grain <= 0:
        raise BadValue("the grain must be above zero", hint='write "1" or "1000"', code="goals.grain")
    return grain


def _weights(value: Mapping[str, Any]) -> Mapping[str, Fraction]:
    weights = dict(zip(value, read_weights(list(value.values()), ""), strict=True))
    strange = weights.keys() - {"history", "potential"}
    if strange or any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        hint = 'write { history = "60%", potential = "40%" }'
        raise BadValue("weights of history and potential, none negative", hint=hint, code="goals.weights")
    return weights


def _season(value: object) -> Any:  # noqa: ANN401 - a word or shares
    if value in ("history", "even", "auto"):
        return value
    if isinstance(value, list) and value:
        return tuple(share(item) for item in value)
    raise BadValue("not a season", hint='write "history", "even" or a list of shares', code="goals.season")


def _new_hire(value: object) -> Any:  # noqa: ANN401 - a word or a figure
    if value in _STAND_INS:
        return value
    figure = _decimal(value)
    if figure < 0:
        raise BadValue("below zero", hint='write "siblings", "refuse" or a figure', code="goals.policy")
    return figure


def _ramp(value: Any) -> Fraction:  # noqa: ANN401 - whatever TOML holds
    part = share(value)
    if not 0 <= part <= 1:
        raise BadValue("a ramp outside 0 to 1", hint='write "0%" to "100%"', code="goals.policy")
    return part


def _over(value: Mapping[str, Any]) -> Mapping[str, Fraction]:
    found = {level: share(more) for level, more in value.items()}
    if any(more < 0 for more in found.values()):
        raise BadValue("below zero", hint='write { district = "5%" }', code="goals.over")
    return found
