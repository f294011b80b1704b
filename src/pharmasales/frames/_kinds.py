"""Kinds of frames (表格类型): how each comes in, and how the answer goes back into the caller's own kind.

A pandas frame keeps its index and a pyarrow table its schema; both are read by polars, only the columns that the rule
reads. Missing in pandas (NaN, None, NA, NaT) is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast

import narwhals.stable.v2 as nw
import polars as pl
from narwhals.exceptions import DuplicateError

from pharmasales.errors import BadValue
from pharmasales.frames._exact import Native
from pharmasales.names import nearest

__all__ = ["Kind", "attach", "check_columns", "columns_of", "kind_of", "read"]

Kind: TypeAlias = Literal["polars", "lazy", "pandas", "pyarrow", "duckdb", "pyspark"]

RESERVED = "pharmasales_"
_SQL = ("duckdb", "pyspark")


def kind_of(frame: object) -> Kind:
    """Return what kind of frame it is.

    Raises:
        BadValue: none that a rule is applied to.
    """
    try:
        found = nw.from_native(cast("Any", frame))
    except TypeError:
        found = None
    except DuplicateError:
        names = [str(name) for name in cast("Any", frame).columns]
        twice = next(name for name in names if names.count(name) > 1)
        raise _refused("two columns of one name", twice, "rename one") from None
    name = "" if found is None else str(found.implementation.value)
    if name == "polars":
        return "lazy" if isinstance(frame, pl.LazyFrame) else "polars"
    if name not in ("pandas", "pyarrow", *_SQL):
        hint = (
            "give a polars, pandas or pyarrow table, a DuckDB relation or a Spark frame; a list takes the rule itself"
        )
        raise BadValue(f"{type(frame).__name__} is no frame", hint=hint, code="frame.kind")
    return cast("Kind", name)


def columns_of(frame: object, kind: Kind) -> list[str]:
    """Return the names of the columns."""
    if kind == "lazy":
        return cast("pl.LazyFrame", frame).collect_schema().names()
    if kind == "pyarrow":
        return list(cast("Any", frame).column_names)
    return [str(name) for name in cast("Any", frame).columns]


def check_columns(columns: Sequence[str], kind: Kind, reads: Sequence[str], makes: Sequence[str]) -> None:
    """Refuse columns that a frame lacks, holds twice, or could not tell apart.

    Raises:
        BadValue: with the names.
    """
    for name in columns:
        if name.casefold().startswith(RESERVED):
            raise _refused(f"columns that begin with {RESERVED} are ours", name, "rename it")
    for name in reads:
        if name not in columns:
            raise BadValue(f"the frame has no column {name!r}", hint=nearest(name, columns), code="rule.field")
    folded: dict[str, str] = {}
    for name in columns:
        other = folded.setdefault(name.casefold(), name)
        if kind in _SQL and other is not name:
            raise _refused(
                "columns that differ only by case, which SQL does not tell apart", f"{other}, {name}", "rename one"
            )
    for name in makes:
        if not isinstance(name, str) or not name.strip() or name.casefold().startswith(RESERVED):
            raise _refused("not the name of a new column", str(name), "name it in plain words")
        other = folded.setdefault(name.casefold(), "")
        if other or list(makes).count(name) > 1:
            raise _refused("a column of this name is there already", other or name, "choose another name")
        folded[name.casefold()] = name


def _refused(reason: str, where: str, hint: str) -> BadValue:
    return BadValue(reason, where=where, hint=hint, code="frame.columns")


def read(frame: object, kind: Kind, names: Sequence[str]) -> pl.DataFrame:
    """Return columns of a frame in memory as polars has them; with none, a column that keeps count of the rows."""
    if not names:
        return pl.DataFrame({f"{RESERVED}row": pl.repeat(0, len(cast("Any", frame)), dtype=pl.Int8, eager=True)})
    if kind == "polars":
        return cast("pl.DataFrame", frame).select(names)
    if kind == "pyarrow":
        return cast("pl.DataFrame", pl.from_arrow(cast("Any", frame).select(list(names))))
    table = cast("Any", frame)
    return pl.DataFrame([_from_pandas(table[name], name) for name in names])


def _from_pandas(column: Any, name: str) -> pl.Series:  # noqa: ANN401 - a pandas series
    plain = str(column.dtype)
    if plain in ("object", "str", "string"):
        there = column.notna().tolist()
        return _from_objects(
            name, [value if held else None for value, held in zip(column.tolist(), there, strict=True)]
        )
    return cast("pl.Series", pl.from_pandas(column)).alias(name)


def _from_objects(name: str, values: list[Any]) -> pl.Series:
    """Give Python's own values the narrowest type that holds them all; what fits none is read row by row."""
    kinds = {type(value) for value in values if value is not None}
    for one, dtype in ((str, pl.String), (bool, pl.Boolean), (float, pl.Float64)):
        if kinds == {one}:
            return pl.Series(name, values, dtype=cast("Any", dtype))
    if kinds == {int}:
        size = max(abs(value) for value in values if value is not None)
        if size < 10**38:
            return pl.Series(name, values, dtype=pl.Int64 if size < 2**63 else pl.Int128)
    if kinds == {Decimal}:
        found = _decimals(name, values)
        if found is not None:
            return found
    return pl.Series(name, values, dtype=pl.Object if kinds else pl.Null)


def _decimals(name: str, values: list[Any]) -> pl.Series | None:
    numbers = [value for value in values if value is not None]
    if not all(number.is_finite() for number in numbers):
        return None
    scale = max(max(0, -number.as_tuple().exponent) for number in numbers)
    if scale > 30 or max(abs(number) for number in numbers) >= 10 ** (38 - scale):
        return None
    return pl.Series(name, values, dtype=pl.Decimal(38, scale))


def attach(frame: object, kind: Kind, made: Sequence[pl.Series]) -> Native:
    """Return the frame with more columns."""
    if kind == "polars":
        return cast("pl.DataFrame", frame).with_columns(*made)
    table = cast("Any", frame)
    if kind == "pyarrow":
        for column in made:
            found = column.to_arrow()
            table = table.append_column(column.name, found.cast("string") if column.dtype == pl.String else found)
        return table
    table = table.copy(deep=False)
    for column in made:
        table[column.name] = _to_pandas(column)
    return table


def _to_pandas(column: pl.Series) -> Native:
    """Return the values as pandas keeps them, whole numbers and yes or no in the types that have a missing value."""
    import pandas as pd

    if column.dtype == pl.Float64:
        return column.to_numpy()
    dtype = {pl.Int64: "Int64", pl.Boolean: "boolean"}.get(cast("Any", column.dtype), "str")
    if dtype == "str" and int(pd.__version__.split(".")[0]) < 3:
        dtype = "object"  # pragma: no cover - older pandas writes None as text
    return pd.array(column.to_list(), dtype=cast("Any", dtype))
