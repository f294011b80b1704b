"""Group rules as window expressions (分组窗口): ranks, shares and classes within groups, on bare columns only.

Each step puts its expressions into columns before a window looks at them, and a group without weight gets weight 1
before anything is divided. The columns that these steps read and make begin with `pharmasales_`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from pharmasales.frames._exact import Expr, Room, Table, TooWide, Whole
from pharmasales.rules import Grouped, Label, Pareto, Ranked

__all__ = ["ALL", "ANSWER", "ORDER", "TOTAL", "VALUE", "classes", "ranks", "shares"]

VALUE, TOTAL, ORDER, ALL, ANSWER = (f"pharmasales_{name}" for name in ("value", "total", "order", "all", "answer"))


def _col(name: str) -> Expr:
    return nw.col(f"pharmasales_{name}")


def _grouped(keys: Sequence[str]) -> Expr:
    """Ask whether a row belongs to a group: none of its keys is missing."""
    found: Expr = None
    for key in keys:
        here = ~nw.col(key).is_null()
        found = here if found is None else found & here
    return found


def ranks(rule: Ranked, table: Table, keys: Sequence[str]) -> Table:
    """Add competition ranks of `VALUE` within the keys; of everybody where there is none."""
    ranked = nw.col(VALUE).rank("min", descending=not rule.lowest_first)
    ranked = ranked.over(*keys) if keys else ranked
    table = table.with_columns(ranked.cast(nw.Int64).alias("pharmasales_rank"))
    held = ~nw.col(VALUE).is_null()
    held = held & _grouped(keys) if keys else held
    return table.with_columns(nw.when(held).then(_col("rank")).alias(ANSWER))


def shares(table: Table, keys: Sequence[str], room: Room, most: tuple[int, int, int]) -> Table:
    """Add the shares of `TOTAL` by the weights `VALUE`, largest remainders first, ties by `ORDER`.

    Args:
        table: weights of zero or more, one total a group.
        keys: what parts the groups.
        room: the width of whole numbers.
        most: the largest weight, the largest absolute total, and how many rows there are.

    Raises:
        TooWide: products or sums that may not fit the room.
    """
    weight, total, rows = max(most[0], 1), most[1], max(most[2], 1)
    if max(weight * total, weight * rows, total * rows) > room.limit // 2:
        raise TooWide
    zero, one = room.literal(0), room.literal(1)
    table = table.with_columns(nw.col(VALUE).sum().over(*keys).alias("pharmasales_sum"))
    table = table.with_columns(
        nw.when(_col("sum") == zero).then(one).otherwise(nw.col(VALUE)).cast(room.dtype).alias("pharmasales_weight"),
        nw.when(nw.col(TOTAL) < zero).then(zero - nw.col(TOTAL)).otherwise(nw.col(TOTAL)).alias("pharmasales_size"),
    )
    table = table.with_columns(_col("weight").sum().over(*keys).cast(room.dtype).alias("pharmasales_sum"))
    product = Whole(room, _col("size") * _col("weight"), 0, weight * total)
    table = table.with_columns(product.over(Whole(room, _col("sum"), 1, weight * rows)).expr.alias("pharmasales_part"))
    table = table.with_columns(
        (_col("part") * _col("sum") - _col("size") * _col("weight")).alias("pharmasales_rest"),
        one.alias("pharmasales_one"),
    )
    table = table.with_columns(
        _col("part").sum().over(*keys).cast(room.dtype).alias("pharmasales_given"),
        _col("one")
        .cum_sum()
        .over(*keys, order_by=["pharmasales_rest", ORDER])
        .cast(room.dtype)
        .alias("pharmasales_turn"),
    )
    served = _col("turn") <= _col("size") - _col("given")
    table = table.with_columns(
        nw.when(served).then(_col("part") + one).otherwise(_col("part")).alias("pharmasales_part")
    )
    signed = nw.when(nw.col(TOTAL) < zero).then(zero - _col("part")).otherwise(_col("part"))
    return table.with_columns(nw.when(_grouped(keys)).then(signed).alias(ANSWER))


def classes(
    rule: Grouped, table: Table, keys: Sequence[str], room: Room, most: int, rows: int
) -> tuple[Table, Sequence[Label]]:
    """Add the place of each row's label among the labels that are returned, by what its group holds above it.

    What stands before the first of equal values decides, so equal values have equal labels.

    Raises:
        TooWide: sums that may not fit the room.
    """
    inner = rule.rule
    by_count = not isinstance(inner, Pareto) and inner.by == "count"
    biggest = (1 if by_count else max(most, 1)) * max(rows, 1)
    steps = _steps(inner)
    if 2 * biggest * max(max(pair) for pair in steps) > room.limit:
        raise TooWide
    zero, one = room.literal(0), room.literal(1)
    above = nw.col(VALUE) > zero
    table = table.with_columns(
        nw.when(above).then(one if by_count else nw.col(VALUE)).otherwise(zero).alias("pharmasales_mass"),
        (zero - nw.col(VALUE)).alias("pharmasales_down"),
    )
    table = table.with_columns(
        _col("mass").sum().over(*keys).cast(room.dtype).alias("pharmasales_sum"),
        _col("mass").cum_sum().over(*keys, order_by=["pharmasales_down"]).cast(room.dtype).alias("pharmasales_to"),
    )
    table = table.with_columns((_col("to") - _col("mass")).alias("pharmasales_before"))
    table = table.with_columns(_col("before").min().over(*keys, VALUE).alias("pharmasales_first"))
    place: Expr = nw.lit(0, dtype=nw.Int32)
    for p, q in steps:
        passed = _col("first") * room.literal(q) >= _col("sum") * room.literal(p)
        place = place + passed.cast(nw.Int32)
    lowest = len(steps)
    place = nw.when(above).then(place).otherwise(nw.lit(lowest, dtype=nw.Int32))
    held = _grouped(keys) & ~nw.col(VALUE).is_null()
    labels: Sequence[Label]
    if isinstance(inner, Pareto):
        labels = [*(name for _, name in inner.cuts), inner.rest]
    else:
        labels = list(range(inner.parts, -1, -1))
    return table.with_columns(nw.when(held).then(place).alias(ANSWER)), labels


def _steps(rule: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - Pareto or Quantiles
    """Return the shares p/q of the whole at which one class ends and the next begins."""
    if isinstance(rule, Pareto):
        return [(cut.numerator, cut.denominator) for cut, _ in rule.cuts]
    return [(part, rule.parts) for part in range(1, rule.parts + 1)]
