"""The law of many rows (批量定律): a frame answers as the rule does, row by row, or refuses; for your executors too.

`frame_law(rule, rows, make_frame)` returns what is wrong, or "" where nothing is. `Rows` are records whose columns hold
one kind of value each, as columns of frames do; `typed_rows` draws them. Needs the extras `testing` and `frames`.

>>> import polars as pl
>>> from pharmasales.rules import Bands, Field
>>> beds = Rows({"beds": "whole"}, ({"beds": 499}, {"beds": 500}, {"beds": None}))
>>> frame_law(Bands(Field("beds"), ((500, "small"),), top="large"), beds, polars_frame)
''
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pharmasales import frames
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.rules import GroupRule, Pareto, Quantiles, Rule
from pharmasales.testing.strategies import FIELDS

__all__ = ["KINDS", "MakeFrame", "Rows", "fit_law", "frame_law", "polars_frame", "typed_rows"]

ID = "id"
"""The column that numbers the rows, for frames whose rows have no order."""

_WHOLE = st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 200) | st.integers(-(10**6), 10**6)
_ODD = st.sampled_from((0.1 + 0.2, 1 / 3, -0.0, 5e-324, 2.0**53, 1e22, 0.1))

KINDS: Mapping[str, SearchStrategy[Any]] = {
    "whole": _WHOLE,
    "small": st.integers(-(2**31), 2**31 - 1) | st.integers(-5, 200),
    "amount": st.integers(0, 10**9) | st.integers(0, 3),
    "huge": st.integers(-(10**37), 10**37) | st.integers(-5, 200),
    "decimal": st.decimals(-1000, 1000, places=2) | st.integers(-5, 200).map(Decimal),
    "float": st.integers(-(10**6), 10**6).map(lambda n: n / 100) | st.integers(-5, 200).map(float),
    "any float": st.floats() | _ODD | st.integers(-5, 200).map(float),
    "text": st.sampled_from(("1", "2.5", "1,000", "x", "高", " 7", "poor", "", "-3")),
    "bool": st.booleans(),
    "nothing": st.none(),
}
"""Kinds of columns, with what they hold beside missing values."""


def _records(given: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(given)


@frozen
class Rows:
    """Records of which each column holds one kind of value.

    Args:
        kinds: the kind of each column, a key of `KINDS`; a frame gives the column the type that holds it.
        records: the rows.
    """

    kinds: Mapping[str, str]
    records: tuple[Mapping[str, Any], ...] = field(converter=_records)

    def numbered(self) -> list[dict[str, Any]]:
        """Return the records with their place as `id`."""
        return [{ID: place, **record} for place, record in enumerate(self.records)]


MakeFrame: TypeAlias = Callable[[Rows], Any]
"""Makes a frame with the columns of some rows and a column `id` of their places."""


@st.composite
def typed_rows(
    draw: DrawFn,
    kinds: Sequence[str] = tuple(KINDS),
    names: Sequence[str] = FIELDS,
    *,
    most: int = 8,
    missing: bool = True,
) -> Rows:
    """Return rows of some fields, missing values and ties among them, and a text column `city`.

    Args:
        draw: given by hypothesis.
        kinds: which kinds of columns there may be; half of them are of the first one.
        names: the fields.
        most: how many rows at most.
        missing: whether values of the fields may be missing.
    """
    likely = [kinds[0]] * len(kinds) + list(kinds)
    chosen = {name: draw(st.sampled_from(likely)) for name in names}
    count = draw(st.integers(0, most))
    held = {}
    for name, kind in chosen.items():
        pool = draw(st.lists(KINDS[kind], min_size=1, max_size=4))
        values = st.one_of(KINDS[kind], st.sampled_from(pool), st.sampled_from(pool))
        cell = st.one_of(st.none(), values, values, values) if missing else values
        held[name] = draw(st.lists(cell, min_size=count, max_size=count))
    held["city"] = draw(st.lists(st.sampled_from(("N", "S", "西", None)), min_size=count, max_size=count))
    records = [dict(zip(held, values, strict=True)) for values in zip(*held.values(), strict=True)]
    return Rows({**chosen, "city": "text"}, records)


def polars_frame(rows: Rows) -> Any:  # noqa: ANN401 - polars is loaded when it is asked for
    """Return rows as a polars frame, each column of the type of its kind."""
    import polars as pl

    types: Mapping[str, Any] = {
        "whole": pl.Int64,
        "small": pl.Int32,
        "amount": pl.Int64,
        "huge": pl.Int128,
        "decimal": pl.Decimal(38, 2),
        "float": pl.Float64,
        "any float": pl.Float64,
        "text": pl.String,
        "bool": pl.Boolean,
        "nothing": pl.Null,
    }
    numbered = rows.numbered()
    schema = {ID: pl.Int64, **{name: types[kind] for name, kind in rows.kinds.items()}}
    return pl.DataFrame({name: pl.Series([row[name] for row in numbered], dtype=of) for name, of in schema.items()})


def frame_law(
    rule: Rule, rows: Rows, make_frame: MakeFrame, *, may_refuse: bool = False, in_batches: bool = False
) -> str:
    """Hold `frames.apply` against the rule itself.

    Args:
        rule: any rule but a bare field, whose column is copied as it is.
        rows: the rows.
        make_frame: makes the frame of one executor.
        may_refuse: whether it may refuse what it cannot answer exactly, with a typed error, though the rule answers.
        in_batches: whether the frame answers batch by batch, so that refused rows are counted within one.

    Returns:
        What is wrong; "" where every answer is that of the rule, or what the rule refuses is refused, row by row.
    """
    due, refused = _answers(rule, rows)
    try:
        made = frames.apply(rule, make_frame(rows), into="answer", order=ID)
        found = _cells(made, "answer")
    except BadRows as error:
        return "" if may_refuse else _refusals(error, due, refused, in_batches=in_batches)
    except PharmaSalesError as error:
        if may_refuse or refused or (isinstance(error, BadRule) and error.code == "frame.labels"):
            return ""
        return f"refused: {error}"
    if refused:
        return f"rows {sorted(refused)} are refused by the rule and answered here"
    if len(found) != len(due):
        return f"{len(found)} answers for {len(due)} rows"
    wrong = [n for n, (one, answer) in enumerate(zip(due, found, strict=True)) if not _same(one, answer)]
    return f"row {wrong[0]}: {due[wrong[0]]!r} became {found[wrong[0]]!r}" if wrong else ""


def fit_law(rule: Pareto | Quantiles, rows: Rows, make_frame: MakeFrame) -> str:
    """Hold `frames.fit` against `rule.fit`: the same cut points and the same evidence, or a refusal by both."""
    try:
        due = rule.fit(rows.records)
    except PharmaSalesError as error:
        due, why = None, error
    try:
        found = frames.fit(rule, make_frame(rows))
    except PharmaSalesError as error:
        return "" if due is None else f"refused: {error}"
    if due is None:
        return f"fitted, though the rule refuses: {why}"
    return "" if found == due else f"fitted to {found}, not to {due}"


def _answers(rule: Rule, rows: Rows) -> tuple[list[Any], set[int]]:
    """Return the rule's own answers, and the rows that it refuses."""
    if isinstance(rule, Pareto | Quantiles | GroupRule):
        try:
            if isinstance(rule, GroupRule):
                return list(rule.answers(rows.records)), set()
            bands = rule.fit(rows.records).bands
        except PharmaSalesError:
            return [None] * len(rows.records), {-1}
        rule = bands
    found: list[Any] = []
    refused = set()
    for place, record in enumerate(rows.records):
        try:
            found.append(rule(record))
        except PharmaSalesError:
            found.append(None)
            refused.add(place)
    return found, refused


def _cells(frame: Any, name: str) -> list[Any]:  # noqa: ANN401 - any frame
    """Return a column in the order of the rows, missing as `None`."""
    import narwhals.stable.v2 as nw

    table = nw.from_native(frame)
    held = table.collect("polars") if isinstance(table, nw.LazyFrame) else table
    found = held.select(ID, name).to_polars().sort(ID)[name].to_list()
    return [None if isinstance(value, float) and value != value else value for value in found]


def _same(due: Any, found: Any) -> bool:  # noqa: ANN401 - answers
    if due is None or found is None:
        return due is None and found is None
    if isinstance(found, bool) or isinstance(due, bool):
        return due is found
    return bool((float(due) if isinstance(found, float) else due) == found)


def _refusals(error: BadRows, due: Sequence[Any], refused: set[int], *, in_batches: bool) -> str:
    """Compare the rows that are refused; an answer too large for its column may be."""
    if -1 in refused:
        return ""
    if in_batches:
        huge = any(answer is not None and not isinstance(answer, str) and abs(answer) >= 2**63 for answer in due)
        return "" if refused or huge else f"refused: {error}"
    named = {}
    for one in error.exceptions:
        found = re.match(r"row (\d+)", getattr(one, "where", ""))
        named[int(found[1]) if found else -1] = one
    wide = {place for place, one in named.items() if getattr(one, "code", "") == "frame.wide" and place not in refused}
    small = [place for place in wide if abs(due[place]) < 2**63]
    if small:
        return f"row {small[0]}: {due[small[0]]!r} is refused as too large"
    return "" if set(named) - wide == refused else f"rows {sorted(named)} are refused, not {sorted(refused)}"
