"""`[agents]` of `pharmasales.toml` (招商): the limits, notices, odds and weights that a company decides.

>>> found = agents_settings(Section({"idle_days": 45, "grades": {"a": 85}, "odds": {"visited": "40%"}}, "agents"))
>>> found.idle_days, found.grades, found.odds, found.top
(45, {'a': 85}, {'visited': Fraction(2, 5)}, 20)
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from pharmasales.errors import BadConfig, BadValue
from pharmasales.names import nearest, normal_id
from pharmasales.units import exact, share
from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "AgentsSettings", "TakerSettings", "agents_settings"]

TEMPLATE = """
[agents]
# age_limits = { filed = 3, touched = 14, key = 14, visited = 21, signed = 30, executing = 90 }  # days in a stage
# idle_days = 30                   # signed and not executed: at risk from so many days on
# ask_within = 2                   # working days to find out the true reason
# first_touch = 2                  # working days to the first contact with a lead
# top = 20                         # how many agents of each prefecture are to be known
# renewal_notice = [90, 60, 30]    # days before a right ends
# ends_soon = 90                   # days before the end from which the coverage map says so
# forecast_days = 90               # how far the forecast looks
#   odds = { visited = "40%" }     how likely a prospect signs, by stage; from the own record where left out
# grades = { a = 80, b = 60, contract = 30, receipts = 30, keenness = 20, loyalty = 20 }
# media = { reach = 20, insiders = 60, price = 20 }
# key_from = 60                    # points from which a lead is a key one
# drop = "10%"                     # the last of the yearly screening, a count or a share
#   takers = { R1 = { areas = ["990000"], capacity = 20 } }    who takes leads of which areas, and how many
"""
"""What a new `pharmasales.toml` says of it."""

_STAGES = ("filed", "touched", "key", "visited", "signed", "executing", "kept", "lost")
_LIMITS = MappingProxyType({"filed": 3, "touched": 14, "key": 14, "visited": 21, "signed": 30, "executing": 90})
_GRADES = ("a", "b", "contract", "receipts", "keenness", "loyalty")
_MEDIA = MappingProxyType({"reach": Fraction(20), "insiders": Fraction(60), "price": Fraction(20)})
_NONE: Mapping[str, Any] = MappingProxyType({})


@frozen
class TakerSettings:
    """Who takes leads of which areas, and how many at once.

    Args:
        areas: ids of areas; what lies in them counts.
        capacity: how many leads at once.
    """

    areas: tuple[str, ...]
    capacity: int


@frozen
class AgentsSettings:
    """What a company decides of recruitment: leads, stages, rights, marks, issues.

    Args:
        age_limits: days that a prospect may stay in each stage.
        idle_days: from how many days on a signed contract that is not executed is at risk.
        ask_within: working days to find out why.
        first_touch: working days to the first contact with a lead.
        top: how many agents of each prefecture are to be known.
        renewal_notice: days before a right ends on which to speak of it, the furthest first.
        ends_soon: days before the end from which the map says so.
        forecast_days: how many days the forecast looks ahead.
        odds: how likely a prospect signs, by its stage; the rates of the own record where left out.
        grades: cut points and weights of the grades, where they are not the ready-made ones.
        media: what reach, readers of the trade and price weigh.
        key_from: points from which a lead is a key one.
        drop: how many of the yearly screening are dropped: a count or a share.
        takers: who takes leads, by the id of the rep.
    """

    age_limits: Mapping[str, int] = field(default=_LIMITS, hash=False)
    idle_days: int = 30
    ask_within: int = 2
    first_touch: int = 2
    top: int = 20
    renewal_notice: tuple[int, ...] = (90, 60, 30)
    ends_soon: int = 90
    forecast_days: int = 90
    odds: Mapping[str, Fraction] = field(default=_NONE, hash=False)
    grades: Mapping[str, int | Fraction] = field(default=_NONE, hash=False)
    media: Mapping[str, Fraction] = field(default=_MEDIA, hash=False)
    key_from: Fraction = Fraction(60)
    drop: int | Fraction = Fraction(1, 10)
    takers: Mapping[str, TakerSettings] = field(default=_NONE, hash=False)


def agents_settings(section: Section) -> AgentsSettings:
    """Read `[agents]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    default = AgentsSettings()
    found = AgentsSettings(
        age_limits=section.read("age_limits", _limits, default.age_limits),
        idle_days=section.read("idle_days", _days, default.idle_days),
        ask_within=section.read("ask_within", _days, default.ask_within),
        first_touch=section.read("first_touch", _days, default.first_touch),
        top=section.read("top", partial(_days, least=1), default.top),
        renewal_notice=section.read("renewal_notice", _notice, default.renewal_notice),
        ends_soon=section.read("ends_soon", _days, default.ends_soon),
        forecast_days=section.read("forecast_days", partial(_days, least=1), default.forecast_days),
        odds=section.read("odds", _odds, default.odds),
        grades=section.read("grades", _grades, default.grades),
        media=section.read("media", _media, default.media),
        key_from=section.read("key_from", exact, default.key_from),
        drop=section.read("drop", _drop, default.drop),
        takers=section.read("takers", _takers, default.takers),
    )
    section.done()
    return found


def _days(value: object, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= 3660:
        raise BadValue("a whole number is due", hint=f"from {least} to 3660", code="config.number")
    return value


def _known(key: str, known: tuple[str, ...]) -> str:
    if key not in known:
        raise BadConfig("unknown key", where=key, hint=nearest(key, known), code="config.unknown")
    return key


def _limits(value: Mapping[str, Any]) -> Mapping[str, int]:
    """Lay limits over the ready-made ones."""
    return {**_LIMITS, **{_known(stage, _STAGES): _days(days) for stage, days in value.items()}}


def _notice(value: list[Any]) -> tuple[int, ...]:
    days = tuple(map(_days, value))
    if not days or list(days) != sorted(set(days), reverse=True):
        raise BadValue("whole days, the furthest first", hint="such as [90, 60, 30]", code="config.choice")
    return days


def _odds(value: Mapping[str, Any]) -> Mapping[str, Fraction]:
    found = {_known(stage, _STAGES): share(rate) for stage, rate in value.items()}
    for stage, rate in found.items():
        if not 0 <= rate <= 1:
            raise BadConfig("a share from 0 to 100 %", where=stage, hint='write "40%"', code="config.choice")
    return found


def _grades(value: Mapping[str, Any]) -> Mapping[str, int | Fraction]:
    from pharmasales.classification.schemes.agents import agent

    found = {_known(key, _GRADES): _plain(number) for key, number in value.items()}
    agent(**found)
    return found


def _plain(number: Any) -> int | Fraction:  # noqa: ANN401 - whatever TOML holds
    value = exact(number)
    return value.numerator if value.denominator == 1 else value


def _media(value: Mapping[str, Any]) -> Mapping[str, Fraction]:
    found = {**_MEDIA, **{_known(key, tuple(_MEDIA)): exact(weight) for key, weight in value.items()}}
    if sum(found.values()) != 100 or min(found.values()) < 0 or found["price"] == 100:
        raise BadValue("weights of 100 together, of which price is not all", hint="20, 60, 20", code="config.choice")
    return found


def _drop(value: object) -> int | Fraction:
    if type(value) is int:
        return _days(value)
    found = share(value)  # type: ignore[arg-type]  # whatever else TOML holds is refused there
    if not 0 <= found <= 1:
        raise BadValue("a count, or a share", hint='such as 3 or "10%"', code="config.choice")
    return found


def _takers(value: Mapping[str, Any]) -> Mapping[str, TakerSettings]:
    found = {}
    for rep, given in value.items():
        one = Section(given, rep)
        areas, capacity = one.texts("areas"), one.due("capacity", _days)
        one.done()
        found[normal_id(rep)] = TakerSettings(tuple(map(normal_id, areas)), capacity)
    return found
