"""Apply a rule to every row of a frame (批量应用): `frames.apply`.

>>> import polars as pl
>>> from pharmasales.rules import Bands, Field
>>> beds = pl.DataFrame({"beds": [499, 500, None]})
>>> apply(Bands(Field("beds"), ((500, "small"),), top="large"), beds, into="size")["size"].to_list()
['small', 'large', None]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import narwhals.stable.v2 as nw
import polars as pl

from pharmasales.display import Lang
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.frames import _eager as eager
from pharmasales.frames._exact import Native
from pharmasales.frames._facts import by_dtype
from pharmasales.frames._group_sql import group_sql
from pharmasales.frames._groups import group_answer, group_gives, group_reads
from pharmasales.frames._kinds import Kind, attach, check_columns, columns_of, kind_of, read
from pharmasales.frames._plain import plain_answers
from pharmasales.frames._reading import gives, reads
from pharmasales.frames._rows import BatchRows, reasons_of, told
from pharmasales.frames._sql import row_sql, with_reasons
from pharmasales.frames.fitting import fit
from pharmasales.frames.peers import fit_peers
from pharmasales.rules import Field, Grouped, Pareto, Quantiles, Ranked, Rule, Split

__all__ = ["apply", "apply_all"]

F = TypeVar("F")


def apply(rule: Rule, frame: F, *, into: str, why: str | None = None, lang: Lang = "en", order: str | None = None) -> F:
    """Answer for every row, and return the frame with the answers as one more column.

    Each row has the answer of `rule(record)`, where the record is that row. A population rule is fitted to the frame
    first, as `rule.fit` does, and so is one that stands in another rule, as `rules.fit_peers` does; a group rule
    answers as `rule.answers`.

    Args:
        rule: any rule of `pharmasales.rules`.
        frame: a polars frame, eager or lazy, a pandas frame, a pyarrow table, a DuckDB relation or a Spark frame.
        into: the name of the new column.
        why: the name of a column with the reasons, if wanted: the text of `explain`, written row by row in Python.
        lang: the language of the reasons.
        order: the column that says which row comes first, for a `Split` on DuckDB and Spark, whose rows have no order.

    Labels come as text or as whole numbers, tests as yes and no; `Times` and `Sum` of whole columns as whole numbers,
    other terms, curves and weighted sums as the nearest float. Missing is null.

    >>> import polars as pl
    >>> from pharmasales.rules import Ratio
    >>> share = Ratio(Field("ours"), Field("all"))
    >>> apply(share, pl.DataFrame({"ours": [1, 1], "all": [2, 0]}), into="share")["share"].to_list()
    [0.5, None]

    Raises:
        BadValue: no frame, a column that is missing, there already or not to be told apart.
        BadRows: the rows that the rule refuses, all of them.
        BadRule: a rule whose labels no column holds, or that this kind of frame cannot answer exactly.
        BadConfig: narwhals or polars is not installed.
    """
    kind = kind_of(frame)
    columns = columns_of(frame, kind)
    needs = [*_reads(rule), *([order] if order else [])]
    check_columns(columns, kind, needs, [into, *([why] if why is not None else [])])
    if isinstance(rule, Field):
        return cast("F", nw.from_native(cast("Any", frame)).with_columns(nw.col(rule.name).alias(into)).to_native())
    if isinstance(rule, Pareto | Quantiles):
        rule = fit(rule, frame).bands
    rule = fit_peers(rule, frame).rule
    if isinstance(rule, Ranked | Split | Grouped) and why is not None:
        hint = "a reason needs a rule for one record: fit the population rule, and apply its bands"
        raise BadRule(f"a {type(rule).__name__} gives no reasons", hint=hint, code="rule.explain")
    if kind in ("duckdb", "pyspark"):
        return cast("F", _sql(rule, frame, into, why, lang, order))
    if kind == "lazy":
        return cast("F", _lazy(rule, cast("pl.LazyFrame", frame), into, why, lang))
    table = read(frame, kind, _reads(rule))
    made = [_answer(rule, table).alias(into)]
    if why is not None:
        made.append(_reasons(rule, table, lang).alias(why))
    return cast("F", attach(frame, kind, made))


def apply_all(rules: Mapping[str, Rule], frame: F) -> F:
    """Answer for every row by several rules, and return the frame with a column for each (多条规则一次计算).

    Every answer is that of `apply`; in memory plain terms over whole columns, as measures are, share one look and one
    pass, which is several times faster.

    Args:
        rules: rules for one record, by the name of the new column.
        frame: any frame that `apply` takes.

    >>> import polars as pl
    >>> from pharmasales.rules import Ratio
    >>> share, times = Ratio(Field("ours"), Field("all")), Ratio(Field("all"), Field("ours"))
    >>> sales = pl.DataFrame({"ours": [1, 0], "all": [2, 4]})
    >>> apply_all({"share": share, "times": times}, sales).rows()
    [(1, 2, 0.5, 2.0), (0, 4, 0.0, None)]

    Raises:
        BadRule: a population or group rule, which looks at everybody; and as `apply`.
        BadValue: as `apply`.
        BadRows: as `apply`.
    """
    kind = kind_of(frame)
    for name, rule in rules.items():
        if isinstance(rule, Pareto | Quantiles | Ranked | Split | Grouped):
            hint = "apply it by itself"
            raise BadRule(f"a {type(rule).__name__} looks at everybody", where=name, hint=hint, code="frame.rule")
    rules = {name: fit_peers(rule, frame).rule for name, rule in rules.items()}
    if kind in ("lazy", "duckdb", "pyspark"):
        for name, rule in rules.items():
            frame = apply(rule, frame, into=name)
        return frame
    needs = list(dict.fromkeys(name for rule in rules.values() for name in reads(rule)))
    check_columns(columns_of(frame, kind), kind, needs, list(rules))
    return cast("F", _in_memory(rules, frame, kind, read(frame, kind, needs)))


def _in_memory(rules: Mapping[str, Rule], frame: object, kind: Kind, table: pl.DataFrame) -> Native:
    """Reckon what can be at once, then the others; a bare field is the column as it is, in its place."""
    copied = {name: rule for name, rule in rules.items() if isinstance(rule, Field)}
    reckoned = {name: rule for name, rule in rules.items() if name not in copied}
    found = plain_answers(reckoned, table)
    made = [found[name] if name in found else _answer(rule, table).alias(name) for name, rule in reckoned.items()]
    done = attach(frame, kind, made)
    if not copied:
        return done
    for name, rule in copied.items():
        done = apply(rule, done, into=name)
    return nw.from_native(done).select(*columns_of(frame, kind), *rules).to_native()


def _reads(rule: Rule) -> list[str]:
    return group_reads(rule) if isinstance(rule, Ranked | Split | Grouped) else list(reads(rule))


def _answer(rule: Rule, table: pl.DataFrame) -> pl.Series:
    return group_answer(rule, table) if isinstance(rule, Ranked | Split | Grouped) else eager.answer(rule, table)


def _reasons(rule: Rule, table: pl.DataFrame, lang: Lang) -> pl.Series:
    said = told(reasons_of(rule, lang), table.columns, table.rows(), range(table.height))
    return pl.Series(said, dtype=pl.String)


def _lazy(rule: Rule, frame: pl.LazyFrame, into: str, why: str | None, lang: Lang) -> pl.LazyFrame:
    """Answer batch by batch when the frame is collected; the rest of the plan stays open to polars."""
    schema = frame.collect_schema()
    names = _reads(rule) or schema.names()[:1]
    table = nw.from_native(schema.to_frame()).schema
    by_row = not isinstance(rule, Ranked | Split | Grouped)
    if isinstance(rule, Ranked | Split | Grouped):
        kind = group_gives(rule)
    else:
        kind = gives(rule, {name: by_dtype(name, table[name]) for name in names})
    jobs: list[tuple[str, Any, Callable[[pl.DataFrame], pl.Series]]] = [
        (into, eager.TYPES[kind], lambda held: _answer(rule, held))
    ]
    if why is not None:
        jobs.append((why, pl.String, lambda held: _reasons(rule, held, lang)))
    made = [
        pl.struct(names).map_batches(_of_struct(job), return_dtype=dtype, is_elementwise=by_row).alias(name)
        for name, dtype, job in jobs
    ]
    return frame.with_columns(*made)


def _of_struct(job: Callable[[pl.DataFrame], pl.Series]) -> Callable[[pl.Series], pl.Series]:
    def answered(held: pl.Series) -> pl.Series:
        try:
            return job(held.struct.unnest())
        except BadRows as error:
            raise BatchRows(error.reason, cast("Sequence[PharmaSalesError]", error.exceptions)) from None

    return answered


def _sql(rule: Rule, frame: Native, into: str, why: str | None, lang: Lang, order: str | None) -> Native:
    if isinstance(rule, Ranked | Split | Grouped):
        return group_sql(rule, frame, into, order)
    found = row_sql(rule, frame, into)
    return found if why is None else with_reasons(rule, found, why, lang)
