"""Group rules on DuckDB and Spark (分组规则): the same windows, after the look that proves them exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import narwhals.stable.v2 as nw

from pharmasales.errors import BadRule, BadValue
from pharmasales.frames._exact import INT64, Native, Room, Table, TooWide
from pharmasales.frames._facts import Facts
from pharmasales.frames._groups import AnyGroup, group_gives, plain_classes
from pharmasales.frames._lower import Lowering
from pharmasales.frames._reading import reads
from pharmasales.frames._sql import facts_by_type, labelled, look_at, refuse_doubts, rooms, too_wide
from pharmasales.frames._windows import ALL, ANSWER, ORDER, TOTAL, VALUE, classes, ranks, shares
from pharmasales.rules import Grouped, Ranked, Rule, Split
from pharmasales.splits import no_basis

__all__ = ["group_sql"]


def group_sql(rule: AnyGroup, frame: Native, into: str, order: str | None) -> Native:
    """Answer for every row by windows; the frame stays lazy.

    Raises:
        BadRule: a term that SQL cannot put in order exactly, or a split without an order.
        BadValue: groups, weights or totals that the rule refuses, with their count.
    """
    table = nw.from_native(frame)
    columns = table.collect_schema().names()
    of = rule.rule.of if isinstance(rule, Grouped) else rule.of
    _check(rule, table, order)
    total = rule.total if isinstance(rule, Split) and isinstance(rule.total, Rule) else None
    wanted = dict(reads(of)) | (dict(reads(total)) if total is not None else {})
    facts = look_at(table, wanted)
    keys = list(rule.within) or [ALL]
    for room in rooms(table):
        try:
            made, most = _valued(table, Lowering(facts, room), of, wanted)
            rows = table.select(nw.len().alias("n")).collect("polars").to_native().item()
            if isinstance(rule, Ranked):
                done = ranks(rule, made, keys)
            elif isinstance(rule, Grouped):
                done, labels = classes(rule, made, keys, room, most, rows)
                return labelled(done, nw.col(ANSWER), labels, into, group_gives(rule), columns)
            else:
                made, size = _totalled(rule, made, facts, room, cast("str", order))
                _refuse(rule, made, keys)
                if size > INT64:
                    raise BadValue("a total beyond 64 bits", hint="count in larger units", code="frame.wide")
                done = shares(made, keys, room, (most, size, rows))
        except TooWide:
            continue
        return done.select(*columns, nw.col(ANSWER).cast(nw.Int64).alias(into)).to_native()
    raise too_wide(wanted)


def _check(rule: AnyGroup, table: Table, order: str | None) -> None:
    if isinstance(rule, Grouped) and not plain_classes(rule):
        raise BadRule("a label of two classes", hint="collect the frame", code="frame.exact")
    if isinstance(rule, Split):
        if order is None:
            hint = 'rows in SQL have none: name the column of an id, order="id"'
            raise BadRule("a split serves equal remainders in order", hint=hint, code="frame.order")
        counted = table.select(nw.col(order).n_unique().alias("n"), nw.len().alias("all")).collect("polars").to_native()
        rows = counted["all"].item()
        if not rows and not rule.within and isinstance(rule.total, int) and rule.total:
            raise no_basis("there are no weights", "everybody")
        if rows and counted["n"].item() < rows:
            raise BadValue("the order is not unique", where=order, hint="name the column of an id", code="frame.order")
    for name, facts in facts_by_type(table, rule.within).items():
        if facts.kind not in ("text", "whole") and look_at(table, {name: False})[name].present:
            hint = "a group is text or a whole number"
            raise BadValue(f"{facts.kind} as a group", where=name, hint=hint, code="rule.group")


def _valued(table: Table, lowering: Lowering, of: Rule, wanted: Mapping[str, bool]) -> tuple[Table, int]:
    value = lowering.number(of)
    if value.under.constant is None:
        hint = "collect the frame into polars or pandas"
        raise BadRule(f"{of.named()} has no exact order in SQL", hint=hint, code="frame.exact")
    refuse_doubts(table, lowering, wanted)
    made = lowering.made(table).with_columns(value.top.column().alias(VALUE), nw.lit(0).alias(ALL))
    return made, max(abs(value.top.low), abs(value.top.high))


def _totalled(
    rule: Split,
    table: Table,
    facts: dict[str, Facts],
    room: Room,
    order: str,
) -> tuple[Table, int]:
    table = table.with_columns(nw.col(order).alias(ORDER))
    if isinstance(rule.total, int):
        constant = room.constant(rule.total)
        return table.with_columns(constant.column().alias(TOTAL)), abs(rule.total)
    lowering = Lowering(facts, room, mark="t")
    value = lowering.number(rule.total)
    under = value.under.constant
    if under is None:
        raise BadRule(f"{rule.total.named()} is not whole", hint="collect the frame", code="frame.exact")
    refuse_doubts(table, lowering, reads(rule.total))
    size = value.top.absolute()
    whole = size.over(room.constant(under)) if under > 1 else size
    table = lowering.made(table)
    table = table.with_columns(whole.column().alias("pharmasales_whole"), size.column().alias("pharmasales_units"))
    back = nw.col("pharmasales_whole") * room.literal(under)
    table = table.with_columns(value.top.signed(nw.col("pharmasales_whole")).alias("pharmasales_signed"))
    even = nw.when(back == nw.col("pharmasales_units")).then(nw.col("pharmasales_signed"))
    return table.with_columns(even.cast(room.dtype).alias(TOTAL)), whole.high


def _refuse(rule: Split, table: Table, keys: list[str]) -> None:
    """Refuse weights and totals that the rule refuses, with their count.

    Raises:
        BadValue: a weight that is missing or negative, totals that differ or are not whole, no weight above zero.
    """
    weight = nw.col(VALUE)
    marked = table.with_columns(
        weight.is_null().cast(nw.Int64).alias("pharmasales_missing"),
        nw.col(TOTAL).is_null().cast(nw.Int64).alias("pharmasales_odd"),
    )
    name = rule.of.named()
    lost = marked.select(nw.col("pharmasales_missing").sum()).collect("polars").to_native().item() or 0
    if lost:
        hint = "give every record a weight, or leave it out of the split"
        raise BadValue(f"{lost:,} weights are missing", where=name, hint=hint, code="goals.weight")
    held = marked.filter(*(~nw.col(key).is_null() for key in keys))
    sums = held.group_by(*keys).agg(
        nw.col(VALUE).min().alias("pharmasales_least"),
        nw.col(VALUE).max().alias("pharmasales_most"),
        nw.col(TOTAL).min().alias("pharmasales_low"),
        nw.col(TOTAL).max().alias("pharmasales_high"),
        nw.col("pharmasales_odd").sum().alias("pharmasales_odds"),
    )
    least, most, low, high, odds = (nw.col(f"pharmasales_{word}") for word in ("least", "most", "low", "high", "odds"))
    checks = [
        (least < 0, "a negative weight", "goals.weight.negative", name),
        ((low != high) | (odds > 0), "several totals, or none that is whole", "rule.total", "total"),
    ]
    if rule.all_zero == "refuse":
        checks.append(((most == 0) & (high != 0), "a goal with no basis: all weights are zero", "goals.basis", name))
    for wrong, what, code, where in checks:
        count = sums.filter(wrong).select(nw.len().alias("n")).collect("polars").to_native().item()
        if count:
            hint = "correct them, or collect the frame to see each"
            raise BadValue(f"{count:,} groups with {what}", where=where, hint=hint, code=code)
