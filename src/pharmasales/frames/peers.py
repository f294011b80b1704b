"""Rules that look at the others, fitted to a frame (同侪拟合): `frames.fit_peers`, equal to `rules.fit_peers`.

>>> import polars as pl
>>> from pharmasales.rules import Field, RelativeToBest
>>> fitted = fit_peers(RelativeToBest(Field("sales")), pl.DataFrame({"sales": [90, 60, None]}))
>>> fitted.rule({"sales": 60}), fitted.facts[0].counted
(Fraction(2, 3), 3)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, repeat
from typing import cast

import polars as pl

from pharmasales.frames._eager import whole_numbers
from pharmasales.frames._exact import Native
from pharmasales.frames._kinds import check_columns, columns_of, kind_of, read
from pharmasales.frames._reading import reads
from pharmasales.frames._rows import told
from pharmasales.frames._sql import DISTINCT, distinct
from pharmasales.rules import PeersFitted, Rule
from pharmasales.rules.peers import Counts, fitted_by
from pharmasales.rules.terms import Exact, number

__all__ = ["fit_peers"]

_COUNT = "pharmasales_count"


def fit_peers(rule: Rule, frame: Native) -> PeersFitted:
    """Look at everybody in a frame once, and return the rule in plain form, with the evidence.

    Args:
        rule: any rule, in which `RelativeToBest`, `Percentile` and `FairShare` may stand anywhere.
        frame: any kind of frame that `apply` takes; of a lazy one, the columns that those rules read are collected.

    Raises:
        BadRows: values that are no numbers, all of them.
        BadRule: a population that a rule cannot be fitted to.
        BadValue: no frame, or a column that is missing.
    """
    return fitted_by(rule, lambda one: one.fit(_counts(one.reads(), frame)))


def _counts(terms: Sequence[Rule], frame: Native) -> Counts:
    kind = kind_of(frame)
    names = list(dict.fromkeys(name for term in terms for name in reads(term)))
    check_columns(columns_of(frame, kind), kind, names, [])
    counts = None
    if kind in ("duckdb", "pyspark"):
        table, counts = distinct(frame, names)
    elif kind == "lazy":
        table = cast("pl.LazyFrame", frame).select(names).collect()
    else:
        table = read(frame, kind, names)
    return _by_columns(terms, table, counts) or _by_rows(terms, table, counts)


def _by_columns(terms: Sequence[Rule], table: pl.DataFrame, counts: pl.Series | None) -> Counts | None:
    """Count equal values in the frame; nothing where one of them is no whole number of some unit."""
    found = [whole_numbers(term, table) for term in terms]
    if any(one is None for one in found):
        return None
    columns = [one for one in found if one is not None]
    heads = pl.repeat(1, table.height, eager=True) if counts is None else counts
    held = pl.DataFrame([values.alias(str(place)) for place, (values, _) in enumerate(columns)])
    held = held.with_columns(heads.cast(pl.Int64).alias(_COUNT))
    keys = [str(place) for place in range(len(columns))]
    unders = [under for _, under in columns]
    rows = held.group_by(keys).agg(pl.col(_COUNT).sum()).rows()
    return {
        tuple(None if top is None else _small(top, under) for top, under in zip(row, unders, strict=False)): row[-1]
        for row in rows
    }


def _small(top: int, under: int) -> Exact:
    if under == 1:
        return top
    found = Fraction(top, under)
    return found.numerator if found.denominator == 1 else found


def _by_rows(terms: Sequence[Rule], table: pl.DataFrame, counts: pl.Series | None) -> Counts:
    """Let the terms read each row."""
    what = "row" if counts is None else DISTINCT

    def values(record: object) -> tuple[Exact | None, ...]:
        return tuple(number(term(record), term.named()) for term in terms)

    found = told(values, table.columns, table.rows(), range(table.height), what)
    return Counter(found if counts is None else chain.from_iterable(map(repeat, found, counts.to_list())))
