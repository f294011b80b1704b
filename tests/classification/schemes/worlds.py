"""Records for every ready-made method: cut points to make its rule with, and what may stand in each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from pharmasales.classification import METHODS, Method, Reads

CUTS: Mapping[str, Mapping[str, Any]] = {
    "doctor_matrix": {"use": 50, "potential": 100},
    "zone": {"potential": 100},
    "three_p": {"a": 80, "b": 60, "potential": 50, "prescription": 30, "partnership": 20},
    "doctor_value": {"a": "2.4", "b": "1.5"},
    "hospital": {"high": 500, "middle": 200},
    "market_product": {"first": ["AA", "AB"], "second": ["BA", "BB"]},
    "worst": {"poor": 100_000},
    "best": {"least": 1, "most": 10},
}
"""What each method asks for; a list that is short enough to leave somebody out."""

RISING: Mapping[str, tuple[str, ...]] = {
    "abc": ("sales",),
    "decile": ("sales",),
    "decile_volume": ("sales",),
    "vip": ("sales",),
    "doctor_matrix": ("use", "potential"),
    "nine_grid": ("tier", "revenue", "behaviour"),
    "zone": ("potential", "use"),
    "three_p": ("potential_mark", "prescription", "partnership"),
    "doctor_value": ("potential_mark", "influence", "willingness"),
    "hospital": ("tier", "potential"),
    "agent": ("contract", "receipts", "keenness", "loyalty"),
    "best": ("sales", "on_time"),
    "worst": ("sales",),
}
"""Fields of which more never gives a lower grade."""

FALLING: Mapping[str, tuple[str, ...]] = {"worst": ("owed", "days_late")}
"""Fields of which more never gives a better grade."""

FITTED = ("abc", "decile", "decile_volume", "vip", "best")
"""Methods that look at everybody first."""


def made(name: str) -> Any:
    """Return the rule of a method with the cut points above."""
    return METHODS[name].rule(**CUTS.get(name, {}))


def numbers(method: Method) -> list[int | Fraction]:
    """Return numbers at, below and above every cut point, and some others."""
    given = {**method.defaults, **CUTS.get(method.name, {})}
    cuts = {n for n in given.values() if isinstance(n, int)}
    around = {n + step for n in cuts for step in (-1, 0, 1)} | {0, 30, 55, 70, 100, 1000}
    return sorted(n for n in around if n >= 0)


def candidates(method: Method, read: Reads) -> list[object]:
    """Return what a field may hold, missing among it."""
    if read.values:
        return [None, *read.values]
    values = [n for n in numbers(method) if read.most is None or n <= read.most]
    return [None, *(values if len(method.fields) < 4 or read.most is None else values[:: max(1, len(values) // 6)])]


def grid(method: Method) -> Iterator[dict[str, object]]:
    """Yield a record for every combination of candidates."""
    columns = [candidates(method, read) for read in method.fields]
    for values in product(*columns):
        yield {read.name: value for read, value in zip(method.fields, values, strict=True)}


def people(records: Iterator[dict[str, object]] | list[dict[str, object]]) -> list[tuple[str, str, object]]:
    """Give each record an id and a label."""
    return [(f"c{n}", f"Example {n}", record) for n, record in enumerate(records)]
