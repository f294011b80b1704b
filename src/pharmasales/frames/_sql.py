"""Rules on DuckDB and Spark (数据库引擎): one look where the types do not say enough, then one expression.

The answer stays lazy. Whatever the engine cannot answer exactly is counted and refused: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import narwhals.stable.v2 as nw
import polars as pl

from pharmasales.display import Lang
from pharmasales.errors import BadValue
from pharmasales.frames._exact import INT64, Expr, Native, Room, Table
from pharmasales.frames._facts import DECIMALS, Facts, ask, by_dtype, looked
from pharmasales.frames._lower import Labels, Lowering, lowered
from pharmasales.frames._reading import Gives, gives, reads
from pharmasales.frames._rows import reasons_of, told
from pharmasales.rules import Label, Rule

__all__ = [
    "DISTINCT",
    "distinct",
    "facts_by_type",
    "labelled",
    "look_at",
    "refuse_doubts",
    "rooms",
    "row_sql",
    "too_wide",
    "with_reasons",
]

_COUNT, DISTINCT = "pharmasales_count", "distinct row"


def rooms(frame: Native) -> Sequence[Room]:
    """Return the widths of whole numbers of an engine: 64 bits, and 38 digits."""
    if frame.implementation.is_duckdb():
        return Room(INT64, nw.Int64()), Room(10**38 - 1, nw.Int128())
    wide = Room(10**38 - 1, nw.Decimal(38, 0), by_float=True, decimal=True)
    return Room(INT64, nw.Int64(), by_float=True), wide


def facts_by_type(frame: Native, names: Sequence[str]) -> dict[str, Facts]:
    """Return what the types of the columns say."""
    schema = frame.collect_schema()
    return {name: by_dtype(name, schema[name]) for name in names}


def look_at(frame: Native, wanted: Mapping[str, bool]) -> dict[str, Facts]:
    """Return what one query says of the columns: one pass for all of them."""
    facts = facts_by_type(frame, list(wanted))
    made: list[Expr] = []
    found: list[Expr] = []
    tries = {name: DECIMALS if reckoned else () for name, reckoned in wanted.items()}
    for name, one in facts.items():
        more, asked = ask(one, tries[name])
        made, found = made + more, found + asked
    if not found:
        return facts
    table = frame.with_columns(*made) if made else frame
    row = table.select(*found).collect("polars").to_native().row(0, named=True)
    return {name: looked(one, row, tries[name]) for name, one in facts.items()}


def row_sql(rule: Rule, frame: Native, into: str) -> Native:
    """Answer for every row by an expression; the frame stays lazy.

    Raises:
        BadValue: rows that the engine cannot answer exactly, with their count and what to do.
    """
    table = nw.from_native(frame)
    wanted = reads(rule)
    facts = facts_by_type(table, list(wanted))
    kind = gives(rule, facts)
    widths = [(room, None) for room in rooms(table)]
    found = lowered(rule, facts, widths[:1], kind)
    if found is None or found.lowering.doubts:
        found = lowered(rule, look_at(table, wanted), widths, kind)
        if found is None:
            raise too_wide(wanted)
        refuse_doubts(table, found.lowering, wanted)
    columns = table.collect_schema().names()
    made = found.lowering.made(table)
    if isinstance(found.answer, Labels):
        return labelled(made, found.column, found.answer.labels, into, kind, columns)
    return made.with_columns(found.column.alias(into)).select(*columns, into).to_native()


def too_wide(names: Mapping[str, bool]) -> BadValue:
    """Return the error for numbers that 38 digits may not hold."""
    hint = "collect the frame into polars or pandas, or count in larger units"
    where = ", ".join(names)
    return BadValue("numbers too large to reckon with exactly in SQL", where=where, hint=hint, code="frame.exact")


def refuse_doubts(table: Table, lowering: Lowering, names: Mapping[str, bool]) -> None:
    """Refuse rows that the engine cannot answer exactly.

    Raises:
        BadValue: with their count.
    """
    doubt = lowering.doubtful()
    if doubt is None:
        return
    odd = lowering.made(table).with_columns(doubt.cast(nw.Int64).alias("pharmasales_doubt"))
    count = odd.select(nw.col("pharmasales_doubt").sum()).collect("polars").to_native().item() or 0
    if count:
        hint = "cast the column to BIGINT or DECIMAL, or collect the frame into polars or pandas"
        what = f"{count:,} row{'' if count == 1 else 's'} that SQL cannot answer exactly"
        raise BadValue(what, where=", ".join(names), hint=hint, code="frame.exact")


def labelled(
    table: Table,
    code: Expr,
    labels: Sequence[Label],
    into: str,
    kind: Gives,
    columns: Sequence[str],
) -> Native:
    """Put labels for places: the place is a column first, then a chain over that bare column."""
    dtype = nw.String() if kind == "text" else nw.Int64()
    places: dict[Label, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    found: Expr = nw.lit(None, dtype=dtype)
    for label, held in places.items():
        here = nw.col("pharmasales_code")
        is_here = here == held[0] if len(held) == 1 else here.is_in(held)
        found = nw.when(is_here).then(nw.lit(label, dtype=dtype)).otherwise(found)
    made = table.with_columns(code.alias("pharmasales_code")).with_columns(found.alias(into))
    return made.select(*columns, into).to_native()


def distinct(frame: Native, names: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """Collect the distinct rows of some columns, and how often each comes."""
    table = nw.from_native(frame)
    if not names:
        count = table.select(nw.len().alias(_COUNT)).collect("polars").to_native()
        return count.drop(_COUNT), count[_COUNT]
    found = table.group_by(*names).agg(nw.len().alias(_COUNT)).collect("polars").to_native()
    return found.drop(_COUNT), found[_COUNT]


def with_reasons(rule: Rule, frame: Native, why: str, lang: Lang) -> Native:
    """Add the column of reasons: the distinct rows are collected, explained in Python and joined back."""
    names = list(reads(rule))
    rows, _ = distinct(frame, names)
    said = told(reasons_of(rule, lang), names, rows.rows(), range(rows.height), DISTINCT)
    keys = {name: f"pharmasales_k{place}" for place, name in enumerate(names)}
    table = rows.rename(keys).with_columns(pl.Series(why, said, dtype=pl.String)).to_arrow()
    if nw.from_native(frame).implementation.is_duckdb():
        return _joined_duckdb(frame, table, keys, why)
    return _joined_spark(frame, table, keys, why)


def _joined_duckdb(frame: Native, reasons: Native, keys: Mapping[str, str], why: str) -> Native:
    same = " AND ".join(f"ours.{_quoted(name)} IS NOT DISTINCT FROM said.{key}" for name, key in keys.items())
    query = f"SELECT ours.*, said.{_quoted(why)} FROM ours LEFT JOIN reasons AS said ON {same or 'TRUE'}"  # noqa: S608 - names are quoted, nothing else comes from outside
    assert reasons is not None  # noqa: S101 - the query finds it by its name
    return frame.query("ours", query)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _joined_spark(frame: Native, reasons: Native, keys: Mapping[str, str], why: str) -> Native:
    said = frame.sparkSession.createDataFrame(reasons)
    columns = [f"`{name}`" if "`" not in name else name for name in frame.columns]
    same = [frame[f"`{name}`"].eqNullSafe(said[key]) for name, key in keys.items()]
    joined = frame.join(said, on=same, how="left") if same else frame.crossJoin(said)
    return cast("Any", joined.select(*columns, f"`{why}`"))
