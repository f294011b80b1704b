"""Fit a population rule to a frame (拟合分界): the cut points and the evidence of `rule.fit`, in one sort.

>>> import polars as pl
>>> from pharmasales.rules import Field, Pareto
>>> abc = Pareto(Field("sales"), (("80%", "A"), ("95%", "B")), rest="C")
>>> fitted = fit(abc, pl.DataFrame({"sales": [60, 25, 10, 5, None]}))
>>> [cut.at for cut, _ in fitted.bands.cuts], fitted.missing
([10, 25], 1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, pairwise, repeat
from typing import Any, cast

import polars as pl
from attrs import evolve, frozen

from pharmasales.errors import BadRule
from pharmasales.frames._eager import whole_numbers
from pharmasales.frames._exact import Native
from pharmasales.frames._kinds import check_columns, columns_of, kind_of, read
from pharmasales.frames._reading import reads
from pharmasales.frames._rows import told
from pharmasales.frames._sql import DISTINCT, distinct
from pharmasales.rules import Evidence, Field, Fitted, Label, Pareto, Quantiles, Rule
from pharmasales.rules.fitted import AllZero, bands_above
from pharmasales.rules.terms import Exact, number

__all__ = ["fit"]


def fit(rule: Pareto | Quantiles, frame: Native, *, all_zero: AllZero = "refuse") -> Fitted:
    """Look at everybody in a frame once and return the cut points with their evidence, equal to `rule.fit`.

    Args:
        rule: the population rule.
        frame: any kind of frame that `apply` takes; of a lazy one, the columns that the rule reads are collected.
        all_zero: where nobody has a value above zero `refuse`, or give all of them the `lowest` label.

    >>> from pharmasales.rules import Field, Quantiles
    >>> fit(Quantiles(Field("n"), 2), pl.DataFrame({"n": [9, 9, 9, 1, 0]})).evidence[0].count
    3

    Raises:
        BadRows: values that are no numbers, all of them.
        BadRule: nobody has a value above zero, or no population rule.
        BadValue: no frame, or a column that is missing.
    """
    if not isinstance(rule, Pareto | Quantiles):
        raise BadRule(f"a {type(rule).__name__} is not fitted", hint="give a Pareto or Quantiles", code="rule.fit")
    kind = kind_of(frame)
    names = list(reads(rule.of))
    check_columns(columns_of(frame, kind), kind, names, [])
    counts = None
    if kind in ("duckdb", "pyspark"):
        table, counts = distinct(frame, names)
    elif kind == "lazy":
        table = cast("pl.LazyFrame", frame).select(names).collect()
    else:
        table = read(frame, kind, names)
    return fit_table(rule, table, counts, all_zero)


def fit_table(
    rule: Pareto | Quantiles, table: pl.DataFrame, counts: pl.Series | None = None, all_zero: AllZero = "refuse"
) -> Fitted:
    """Fit to a table in memory, of which each row counts once, or as often as `counts` says."""
    found = whole_numbers(rule.of, table)
    if found is not None:
        people = _people(*found, counts)
        if people is not None:
            return _fitted(rule, people, all_zero)
    names = table.columns
    what = "row" if counts is None else DISTINCT
    tell = _number_of(rule.of)
    values = told(tell, names, table.rows(), range(table.height), what)
    every: Iterable[Any] = values
    if counts is not None:
        every = chain.from_iterable(map(repeat, values, counts.to_list()))
    fitted = evolve(rule, of=Field("value")).fit(({"value": value} for value in every), all_zero=all_zero)
    return evolve(fitted, bands=evolve(fitted.bands, of=rule.of))


def _number_of(of: Rule) -> Callable[[Mapping[str, Any]], Exact | None]:
    return lambda record: number(of(record), of.named())


@frozen
class _People:
    """The values of everybody, counted in units of 1/under, falling; sums before each are exact."""

    values: pl.Series
    before: pl.Series
    sums: pl.Series
    heads: pl.Series | None
    above: int
    under: int
    missing: int

    def head_count(self, place: int) -> int:
        """Return how many people the first rows stand for."""
        if self.heads is None or not place:
            return place
        return int(self.heads[place - 1])

    def sum_to(self, place: int) -> int:
        """Return the sum of the values above zero among the first rows."""
        place = min(place, self.above)
        return int(self.sums[place - 1]) if place else 0

    def reach(self, before: pl.Series, most: int) -> int:
        """Return the least value above zero of those with less than so much before them, in units of 1/under.

        What stands before a row never falls from row to row, so the rows found are the first ones; the last of them
        has the least value. A tie needs no grouping: the first of equal values has the least before it, so a value is
        found with its first row, whatever stands before the others.
        """
        return int(self.values[int((before.head(self.above) < most).sum()) - 1])


def _people(values: pl.Series, under: int, counts: pl.Series | None) -> _People | None:
    """Sort everybody once; `None` where the sums have too many digits."""
    table = pl.DataFrame(
        {"value": values, "count": pl.repeat(1, len(values), eager=True) if counts is None else counts}
    )
    missing = int(table.filter(pl.col("value").is_null())["count"].sum())
    column = table.drop_nulls("value").sort("value", descending=True) if counts is not None else None
    falling = values.drop_nulls().sort(descending=True) if column is None else column["value"]
    heads = None if column is None else column["count"].cast(pl.Int64).cum_sum()
    most = max(abs(falling[0]), abs(falling[-1])) if len(falling) else 0
    size = most * (len(falling) if heads is None or not len(heads) else int(heads[-1]))
    if size >= 10**38:
        return None
    width = pl.Int64 if size < 2**63 else pl.Int128
    above = int((falling > 0).sum())
    each = falling.head(above).cast(width)
    if column is not None:
        each = each * column["count"].head(above).cast(width)
    sums = each.cum_sum()
    return _People(falling, sums - each, sums, heads, above, under, missing)


def _fitted(rule: Pareto | Quantiles, people: _People, all_zero: AllZero) -> Fitted:
    total = people.sum_to(people.above)
    if not people.above and all_zero == "refuse":
        raise BadRule("nobody has a value above zero", where=rule.of.named(), code="rule.fit")
    if isinstance(rule, Pareto):
        classes = [(name, cut.numerator * total, cut.denominator) for cut, name in rule.cuts]
        before, rest = people.before, rule.rest
        order: Sequence[Label] = [*(name for _, name in rule.cuts), rest]
    else:
        before = people.before
        whole = total
        if rule.by == "count":
            whole = people.head_count(people.above)
            before = _places(people)
        classes = [(rule.parts - part, (part + 1) * whole, rule.parts) for part in range(rule.parts)]
        rest, order = 0, list(range(rule.parts, -1, -1))
    starts: dict[Label, int] = {}
    last: int | None = None
    for name, top, under in classes if people.above else ():
        least = people.reach(before, -(-top // under))
        if (last is None or least < last) and (name != rest or isinstance(rule, Quantiles)):
            starts[name] = least
        last = least
    return _evidence(rule.of, people, [(value, name) for name, value in starts.items()], rest, order)


def _places(people: _People) -> pl.Series:
    """Return how many people come before each row."""
    if people.heads is None:
        return pl.int_range(0, people.above, dtype=pl.Int64, eager=True)
    return people.heads.shift(1, fill_value=0).head(people.above)


def _evidence(
    of: Rule, people: _People, starts: Sequence[tuple[int, Label]], rest: Label, order: Sequence[Label]
) -> Fitted:
    """Make the bands, and count what each holds: the rows of a band lie side by side."""
    bands = bands_above(of, [(_small(value, people.under), name) for value, name in starts], rest)
    ends = [int((people.values >= int(cut.at * people.under)).sum()) for cut, _ in reversed(bands.cuts)]
    spans = pairwise([0, *ends, len(people.values)])
    held = dict(zip(reversed(bands.labels()), spans, strict=True))
    total = people.sum_to(people.above)
    found = []
    for name in dict.fromkeys(order):
        first, end = held.get(name, (0, 0))
        part = people.sum_to(end) - people.sum_to(first)
        low, high = (_small(int(people.values[row]), people.under) if end > first else None for row in (end - 1, first))
        share = Fraction(part, total) if total else None
        heads = people.head_count(end) - people.head_count(first)
        found.append(Evidence(name, heads, _small(part, people.under), share, low, high))
    return Fitted(bands, tuple(found), people.missing)


def _small(value: int, under: int) -> Exact:
    found = Fraction(value, under)
    return found.numerator if found.denominator == 1 else found
