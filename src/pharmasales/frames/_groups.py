"""Group rules on frames (分组规则): who ranks where, who gets how much, which class within the group.

In memory, what an expression cannot answer exactly is answered by the rule itself, and a group that the rule refuses is
refused in the rule's own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import narwhals.stable.v2 as nw
import polars as pl
from attrs import evolve

from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.frames._eager import ROOMS, named, whole_numbers
from pharmasales.frames._exact import TooWide
from pharmasales.frames._reading import Gives, label_type, reads
from pharmasales.frames._rows import as_whole, bad_rows, told
from pharmasales.frames._windows import ALL, ANSWER, ORDER, TOTAL, VALUE, classes, ranks, shares
from pharmasales.rules import Field, Grouped, Pareto, Ranked, Rule, Split
from pharmasales.rules.terms import number

__all__ = ["AnyGroup", "group_answer", "group_gives", "group_reads", "plain_classes"]


AnyGroup: TypeAlias = Ranked | Split | Grouped
"""The group rules that have windows."""


def group_reads(rule: AnyGroup) -> list[str]:
    """Return the columns that a group rule reads.

    >>> group_reads(Ranked(Field("sales"), within=["city"]))
    ['sales', 'city']
    """
    of = rule.rule.of if isinstance(rule, Grouped) else rule.of
    total = reads(rule.total) if isinstance(rule, Split) and isinstance(rule.total, Rule) else ()
    return list(dict.fromkeys([*reads(of), *total, *rule.within]))


def group_gives(rule: AnyGroup) -> Gives:
    """Return the type of the answer."""
    if isinstance(rule, Grouped) and isinstance(rule.rule, Pareto):
        return label_type([rule.rule.rest, *(name for _, name in rule.rule.cuts)])
    return "whole"


def plain_classes(rule: Grouped) -> bool:
    """Whether every class has a label of its own, so that a place among them is a label."""
    inner = rule.rule
    names = [*(name for _, name in inner.cuts), inner.rest] if isinstance(inner, Pareto) else []
    return len(set(names)) == len(names)


def group_answer(rule: AnyGroup, table: pl.DataFrame) -> pl.Series:
    """Answer for every row of a table in memory.

    Raises:
        BadRows: rows or groups that the rule refuses.
    """
    _check_keys(table, rule.within)
    of = rule.rule.of if isinstance(rule, Grouped) else rule.of
    values = _values(rule, of, table)
    if values is None or not table.height:
        return _by_rule(rule, of, table)
    keys = list(rule.within) or [ALL]
    held = [table[name].cast(pl.String) if _is_text(table, name) else table[name] for name in rule.within]
    base = pl.DataFrame([values.alias(VALUE), *held]).with_columns(pl.lit(0, dtype=pl.Int8).alias(ALL))
    match rule:
        case Ranked():
            return cast("pl.Series", ranks(rule, nw.from_native(base), rule.within).to_native()[ANSWER])
        case Split():
            return _split(rule, table, base, keys)
        case Grouped():
            if plain_classes(rule):
                return _classes(rule, table, base, keys)
    return _by_rule(rule, of, table)


def _values(rule: AnyGroup, of: Rule, table: pl.DataFrame) -> pl.Series | None:
    """Return the values as whole counts of one unit; an order needs none, and floats have that of their decimals."""
    if isinstance(rule, Ranked) and isinstance(of, Field) and table.schema[of.name].is_float():
        floats = table[of.name].cast(pl.Float64)
        return floats if floats.is_finite().all() else None
    found = whole_numbers(of, table)
    return None if found is None else found[0]


def _is_text(table: pl.DataFrame, name: str) -> bool:
    return isinstance(table.schema[name], pl.String | pl.Categorical | pl.Enum)


def _check_keys(table: pl.DataFrame, within: Sequence[str]) -> None:
    """Refuse groups that are neither text nor whole numbers.

    Raises:
        BadRows: every row with one.
    """
    bad: list[PharmaSalesError] = []
    for name in within:
        if not (_is_text(table, name) or table.schema[name].is_integer()):
            for place in table[name].is_not_null().arg_true():
                what = f"{type(table[name][place]).__name__} as a group"
                bad.append(BadValue(what, where=f"row {place}, {name}", hint=_KEYS, code="rule.group"))
    if bad:
        raise bad_rows(bad)


_POLARS: Mapping[int, Any] = {ROOMS[0].limit: pl.Int64, ROOMS[1].limit: pl.Int128}
_KEYS = "a group is text or a whole number"


def _by_rule(rule: AnyGroup, of: Rule, table: pl.DataFrame) -> pl.Series:
    """Let the rule itself answer for everybody; classes within groups read nobody who is in none."""
    held = table.with_row_index(ORDER)
    if isinstance(rule, Grouped):
        held = held.drop_nulls(list(rule.within))
    names = list(reads(of))
    rows = held.select(names).rows() if names else [()] * held.height
    values = told(lambda record: number(of(record), of.named()), names, rows, held[ORDER].to_list())
    plain = Field(VALUE)
    bare = evolve(rule, rule=evolve(rule.rule, of=plain)) if isinstance(rule, Grouped) else evolve(rule, of=plain)
    try:
        found = bare.answers(
            {**record, VALUE: value} for record, value in zip(held.rows(named=True), values, strict=True)
        )
    except PharmaSalesError as error:
        raise bad_rows([error]) from None
    column = pl.Series(found, dtype=pl.String) if group_gives(rule) == "text" else _in_64_bits(found)
    answers = pl.DataFrame({ORDER: held[ORDER], ANSWER: column})
    every = pl.DataFrame({ORDER: pl.int_range(0, table.height, dtype=pl.UInt32, eager=True)})
    return every.join(answers, on=ORDER, how="left", maintain_order="left")[ANSWER]


def _classes(rule: Grouped, table: pl.DataFrame, base: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    most = max(abs(cast("int", base[VALUE].min() or 0)), abs(cast("int", base[VALUE].max() or 0)))
    for room in (room for room in ROOMS if most <= room.limit):
        try:
            wide = nw.from_native(base.with_columns(pl.col(VALUE).cast(_POLARS[room.limit])))
            done, labels = classes(rule, wide, keys, room, most, base.height)
        except TooWide:
            continue
        return named(done.to_native()[ANSWER], labels, group_gives(rule))
    return _by_rule(rule, rule.rule.of, table)


def _split(rule: Split, table: pl.DataFrame, base: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    missing = base[VALUE].is_null().arg_true()
    if len(missing):
        hint = "give every record a weight, or leave it out of the split"
        where = rule.of.named()
        raise bad_rows(
            [
                BadValue("a weight is missing", where=f"row {n}, {where}", hint=hint, code="goals.weight")
                for n in missing
            ]
        )
    totals = _totals(rule, table)
    if totals is None:
        return _by_rule(rule, rule.of, table)
    base = base.with_columns(totals.alias(TOTAL)).with_row_index(ORDER)
    _refuse_groups(rule, table, base, keys)
    return _shared(rule, table, base, keys)


def _totals(rule: Split, table: pl.DataFrame) -> pl.Series | None:
    """Return each row's total, missing where it is none or not whole."""
    if isinstance(rule.total, int):
        wide = abs(rule.total) >= 2**63
        if abs(rule.total) >= 10**38:
            return None
        return pl.repeat(rule.total, table.height, dtype=pl.Int128 if wide else pl.Int64, eager=True)
    found = whole_numbers(rule.total, table)
    if found is None:
        return None
    values, under = found
    return pl.select(pl.when(values % under == 0).then(values // under)).to_series()


def _refuse_groups(rule: Split, table: pl.DataFrame, base: pl.DataFrame, keys: Sequence[str]) -> None:
    """Let the rule say what is wrong with each group that it refuses.

    Raises:
        BadRows: with one error a group.
    """
    within = base.drop_nulls(list(keys))
    whole = isinstance(rule.total, int)
    sums = within.group_by(list(keys), maintain_order=True).agg(
        pl.col(VALUE).min().alias("least"),
        pl.col(VALUE).max().alias("most"),
        pl.col(TOTAL).min().alias("low"),
        pl.col(TOTAL).max().alias("high"),
        pl.col(TOTAL).null_count().alias("odd"),
        pl.col(ORDER).alias("rows"),
    )
    empty = (pl.col("most") == 0) & (pl.col("high") != 0) & (rule.all_zero == "refuse")
    odd = pl.lit(value=False) if whole else (pl.col("low") != pl.col("high")) | (pl.col("odd") > 0)
    wrong = sums.filter((pl.col("least") < 0) | empty | odd)
    bad: list[PharmaSalesError] = []
    for rows in wrong["rows"].to_list():
        try:
            rule.answers(table[rows].rows(named=True))
        except PharmaSalesError as error:
            bad.append(error)
    if bad:
        raise bad_rows(bad)


def _shared(rule: Split, table: pl.DataFrame, base: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    high, low, most = base[TOTAL].max(), base[TOTAL].min(), base[VALUE].max()
    size = max(abs(cast("int", high or 0)), abs(cast("int", low or 0)))
    for room in (room for room in ROOMS if max(size, cast("int", most or 0)) <= room.limit):
        try:
            wide = base.with_columns(pl.col(VALUE, TOTAL).cast(_POLARS[room.limit]))
            done = shares(nw.from_native(wide), keys, room, (cast("int", most or 0), size, base.height))
        except TooWide:
            continue
        return (
            _in_64_bits(done.to_native()[ANSWER].to_list())
            if size >= 2**63
            else done.to_native()[ANSWER].cast(pl.Int64)
        )
    return _by_rule(rule, rule.of, table)


def _in_64_bits(found: Sequence[Any]) -> pl.Series:
    """Return whole answers as a column.

    Raises:
        BadRows: answers beyond 64 bits.
    """
    told(lambda row: as_whole(row["answer"]), ["answer"], [(answer,) for answer in found], range(len(found)))
    return pl.Series(found, dtype=pl.Int64)
