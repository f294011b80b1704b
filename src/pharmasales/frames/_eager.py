"""Rules on a polars frame in memory (内存表): one look, one pass of expressions, the rule itself for what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import narwhals.stable.v2 as nw
import polars as pl
from attrs import evolve

from pharmasales.frames._exact import INT64, Expr, Room, Table, TooWide
from pharmasales.frames._facts import DECIMALS, Facts, ask, by_dtype, looked
from pharmasales.frames._lower import Labels, Lowering, lowered
from pharmasales.frames._reading import Gives, gives, reads
from pharmasales.frames._rows import answers_of, told
from pharmasales.rules import Label, Rule

__all__ = ["LADDER", "ROOMS", "TYPES", "answer", "look", "named", "view", "whole_numbers"]

ROOMS = Room(INT64, nw.Int64()), Room(10**38 - 1, nw.Int128())
"""The widths of whole numbers in polars: 64 and 128 bits, of which 38 digits are used."""

_NARROW, _WIDE = (Room(room.limit, dtype, api=pl) for room, dtype in zip(ROOMS, (pl.Int64, pl.Int128), strict=True))
LADDER = ((_NARROW, None), (_WIDE, None), (_WIDE, 2**63), (_WIDE, 2**40), (_WIDE, 2**31), (_WIDE, 2**20))
"""Rooms to try in turn, with the largest value that an expression then takes."""

_PLAN = pl.QueryOptFlags(comm_subexpr_elim=False)
"""What is used more than once is a column already: to look for it again costs more than the work itself."""

TYPES: Mapping[str, Any] = {"text": pl.String, "whole": pl.Int64, "number": pl.Float64, "truth": pl.Boolean}


def view(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return a frame with decimals as whole counts of their last place."""
    counted = [pl.col(name).to_physical() for name in names if isinstance(frame.schema[name], pl.Decimal)]
    return frame.with_columns(counted)


def look(frame: pl.DataFrame, seen: pl.DataFrame, wanted: Mapping[str, bool]) -> dict[str, Facts]:
    """Return what is known of each column after one look.

    Args:
        frame: the frame.
        seen: its `view`.
        wanted: the columns, and whether they are reckoned with.
    """
    schema = nw.from_native(frame.select(wanted.keys()).clear()).schema
    return {name: _looked(seen, by_dtype(name, schema[name]), reckoned=reckoned) for name, reckoned in wanted.items()}


def _looked(seen: pl.DataFrame, facts: Facts, *, reckoned: bool) -> Facts:
    """Look at one column; floats are tried with more decimals until all are exact."""
    if facts.kind in ("whole", "decimal"):
        low, high = (cast("int | None", end) or 0 for end in (seen[facts.name].min(), seen[facts.name].max()))
        return evolve(facts, low=low, high=high, counted=True)
    tries = DECIMALS if reckoned and facts.kind == "float" else ()
    best = looked(facts, _row(seen, *ask(facts, tries[:1])), tries[:1])
    for scale in tries[1:]:
        if best.exact or best.kind != "float":
            break
        one = looked(facts, _row(seen, *ask(facts, (scale,))), (scale,))
        if one.exact:
            best = one
    return best


def _row(frame: pl.DataFrame, made: list[Expr], found: list[Expr]) -> Mapping[str, Any]:
    table = nw.from_native(frame)
    table = table.with_columns(*made) if made else table
    return table.select(*found).to_native().row(0, named=True)


def answer(rule: Rule, frame: pl.DataFrame) -> pl.Series:
    """Answer for every row of a frame.

    Args:
        rule: a row rule.
        frame: the frame, with every column that the rule reads.

    Raises:
        BadRows: rows that the rule refuses.
        BadRule: a rule that no column holds.
    """
    wanted = reads(rule)
    seen = view(frame, list(wanted))
    facts = look(frame, seen, wanted)
    kind = gives(rule, facts)
    found = lowered(rule, facts, LADDER, kind)
    if found is None:
        every = pl.Series([None] * frame.height, dtype=TYPES[kind])
        return _mended(rule, frame, every, pl.repeat(value=True, n=frame.height, eager=True), kind)
    made = [found.column.alias("pharmasales_answer")]
    doubt = found.lowering.doubtful()
    if doubt is not None:
        made.append(doubt.alias("pharmasales_doubt"))
    done = _collected(found.lowering.made(seen.lazy()), made)
    column = done["pharmasales_answer"]
    if isinstance(found.answer, Labels):
        column = named(column, found.answer.labels, kind)
    return column if doubt is None else _mended(rule, frame, column, done["pharmasales_doubt"], kind)


def _collected(table: Table, made: Sequence[Expr]) -> pl.DataFrame:
    """Reckon the last columns, and carry no other out of the plan."""
    plan: pl.LazyFrame = table.with_columns(*made)
    last = plan.collect_schema().names()[-len(made) :]
    return plan.select(last).collect(optimizations=_PLAN)


def named(code: pl.Series, labels: Sequence[Label], kind: Gives) -> pl.Series:
    """Put labels for their places: taking them from a short list is several times faster than a chain of `when`."""
    names = pl.Series(list(labels), dtype=TYPES[kind])
    return names.gather(code) if len(names) else pl.Series([None] * len(code), dtype=TYPES[kind])


def _mended(rule: Rule, frame: pl.DataFrame, found: pl.Series, doubt: pl.Series, kind: Gives) -> pl.Series:
    """Let the rule itself answer the rows in doubt."""
    places = doubt.arg_true()
    if not len(places):
        return found
    names = list(reads(rule))
    rows = frame.select(names)[places].rows() if names else [()] * len(places)
    answers = told(answers_of(rule, kind), names, rows, places.to_list())
    mended = pl.Series(answers, dtype=TYPES[kind])
    take = pl.DataFrame({"at": places, "mended": mended}).with_columns(pl.col("at").cast(pl.Int64))
    table = (
        pl.DataFrame({"found": found, "doubt": doubt}).with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    )
    joined = table.join(take, on="at", how="left", maintain_order="left")
    return joined.select(pl.when(pl.col("doubt")).then(pl.col("mended")).otherwise(pl.col("found"))).to_series()


def whole_numbers(rule: Rule, frame: pl.DataFrame) -> tuple[pl.Series, int] | None:
    """Return the values of a term as whole counts of 1/n, and n; nothing where not every row is surely so."""
    wanted = reads(rule)
    seen = view(frame, list(wanted))
    facts = look(frame, seen, wanted)
    for room, most in LADDER[:2]:
        lowering = Lowering(facts, room, most)
        try:
            value = lowering.number(rule)
        except TooWide:
            continue
        under = value.under.constant
        if lowering.doubts or under is None:
            return None
        made = lowering.made(seen.lazy())
        done = _collected(made, [value.top.column().alias("pharmasales_value")])
        return done["pharmasales_value"], under
    return None
