"""Ageing of a million invoices (批量账龄), the oldest paid first, in whole numbers: what `channel.money` finds.

>>> from datetime import date
>>> import polars as pl
>>> from pharmasales.frames import age_invoices
>>> invoices = pl.DataFrame({
...     "customer": ["D1", "D1"], "invoice": ["F1", "F2"], "amount": [60_000, 10_000],
...     "invoiced": [date(2026, 1, 5), date(2026, 3, 2)], "due": [date(2026, 2, 4), date(2026, 4, 1)],
... })
>>> receipts = pl.DataFrame({"customer": ["D1"], "on": [date(2026, 3, 9)], "amount": [20_000]})
>>> found = age_invoices(invoices, date(2026, 3, 31), (0, 60), receipts=receipts)
>>> print(found.ageing.table())
Overdue       Invoices    Open   Share
------------  --------  ------  ------
not due              1  100.00   20.0%
1-60 days            1  400.00   80.0%
over 60 days         0    0.00    0.0%
total                2  500.00  100.0%
>>> found.rows["open"].to_list(), found.rows["days"].to_list()
([40000, 10000], [55, -1])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from attrs import field, frozen

from pharmasales.channel.buckets import DEFAULT_EDGES, AgeBasis, AgeBuckets
from pharmasales.channel.receivables import Ageing
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.frames._exact import INT64, Native
from pharmasales.frames._kinds import Kind, attach, check_columns, columns_of, kind_of, read
from pharmasales.names import normal_id
from pharmasales.units import CNY, Amount, Unit

__all__ = ["FrameAgeing", "age_invoices"]

_Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

_INVOICES = ("customer", "invoice", "invoiced", "due", "amount")
_RECEIPTS = ("customer", "on", "amount")
_MADE = ("open", "days", "bucket")
_EPOCH = date(1970, 1, 1)
_WIDTH = 63  # bits of a whole number, but for its sign


@frozen
class FrameAgeing:
    """The ageing of a frame of invoices (批量账龄). Made by `age_invoices`.

    Args:
        ageing: the buckets and their total.
        on_account: what of the receipts no invoice took.
        rows: the frame given, with `open` (smallest parts), `days` of age and the number of the `bucket`, from 0;
            missing where the invoice is later than the day, and no bucket where nothing is open.
    """

    ageing: Ageing
    on_account: Amount
    rows: Native = field(repr=False)

    def _repr_html_(self) -> str:
        return self.ageing.table().html()


def age_invoices(
    invoices: Native,
    as_of: date,
    buckets: Sequence[int] = DEFAULT_EDGES,
    *,
    receipts: Native | None = None,
    by: AgeBasis = "due",
    oldest: AgeBasis = "due",
    unit: Unit = CNY,
) -> FrameAgeing:
    """Sort what is open of many invoices into buckets of age, after receipts have paid the oldest first.

    The sums, the buckets and every open amount are those of `age_ledger(..., way="fifo")`.

    Args:
        invoices: a polars, pandas or pyarrow frame of `customer`, `invoice` (its number), `invoiced` and `due` (dates),
            and `amount` (whole smallest parts of the unit, so fen). Numbers of invoices are taken to differ.
        as_of: the day; what is later does not count.
        buckets: whole days, ascending from 0.
        receipts: a frame of `customer`, `on` and `amount`: receipts and credit notes that stand.
        by: the day that ages count from, `due` or `invoiced`.
        oldest: the oldest invoice is the one due first or written first; ties go by the other day, then by the number.
        unit: the unit of all amounts.

    Source: E51, S004-81.

    Raises:
        BadValue: no frame in memory, a column that is missing or of another type, buckets that do not ascend, or sums
            beyond 64 bits.
        BadRows: missing values, amounts below zero, invoices due before they were written: all at once.
    """
    aged, first = AgeBuckets(buckets, by), AgeBuckets(buckets, oldest).by
    table, kind = _read(invoices, _INVOICES, _MADE)
    received = None if receipts is None else _read(receipts, _RECEIPTS, ())[0]
    _refuse_rows(table, received)
    day = (as_of - _EPOCH).days
    bills = _Bills.of(table, received, day)
    found = _sorted(bills, first)
    paid = _Paid.of(bills, found.order)
    _break_ties(bills, found, paid)
    still = np.empty_like(paid.amount)
    still[found.order] = np.minimum(np.maximum(paid.upto - paid.reach, 0), paid.amount)
    days = day - (bills.due if by == "due" else bills.invoiced).astype(np.int64)
    places = np.zeros(len(days), dtype=np.int64)
    for cut in aged.cuts:
        places += days >= cut
    ageing = _ageing(aged, places, still, as_of, unit)
    return FrameAgeing(
        ageing, Amount(paid.left, unit), attach(invoices, kind, _columns(bills.there, still, days, places))
    )


def _ageing(aged: AgeBuckets, places: _Numbers, still: _Numbers, as_of: date, unit: Unit) -> Ageing:
    held = np.flatnonzero(still)
    amounts, places = still[held], places[held]
    buckets = []
    for place, name in enumerate(aged.names):
        inside = amounts[places == place]
        buckets.append((name, len(inside), Amount(int(inside.sum()), unit)))
    return Ageing(as_of, tuple(buckets), Amount.total((amount for _, _, amount in buckets), unit), aged.by)


def _columns(there: _Numbers, still: _Numbers, days: _Numbers, places: _Numbers) -> list[pl.Series]:
    """Return open, days and bucket of every row given; missing where the invoice is not there yet."""
    whole = [_spread(there, one) for one in (still, days, places)]
    shown = (there, there, _spread(there, still > 0))
    return [
        pl.Series(name, values) if known.all() else pl.Series(name, values).set(pl.Series(~known), None)
        for name, values, known in zip(_MADE, whole, shown, strict=True)
    ]


def _spread(there: _Numbers, values: _Numbers) -> _Numbers:
    """Put values back among all rows given, zero where the invoice is not there yet."""
    if len(values) == len(there):
        return values
    found = np.zeros(len(there), dtype=values.dtype)
    found[there] = values
    return found


def _read(frame: Native, names: Sequence[str], makes: Sequence[str]) -> tuple[pl.DataFrame, Kind]:
    """Return the columns of a frame in memory, each of the type that is due."""
    kind = kind_of(frame)
    if kind not in ("polars", "pandas", "pyarrow"):
        hint = "collect it first: a polars, pandas or pyarrow frame"
        raise BadValue(f"a frame of {kind} is not aged", hint=hint, code="frame.kind")
    check_columns(columns_of(frame, kind), kind, names, makes)
    return pl.DataFrame([_typed(column) for column in read(frame, kind, names)]), kind


def _typed(column: pl.Series) -> pl.Series:
    name = column.name
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if name in ("customer", "invoice"):
        due, fits = "text", column.dtype == pl.String
    elif name == "amount":
        due, fits = "whole smallest parts", column.dtype.is_integer() and column.dtype not in (pl.Int128, pl.UInt64)
        column = column.cast(pl.Int64) if fits else column
    else:
        if isinstance(column.dtype, pl.Datetime) and bool((column.dt.truncate("1d") == column).all()):
            column = column.dt.date()  # pandas keeps days as moments
        elif column.dtype == pl.Object:
            column = _days(column)
        due, fits = "dates", column.dtype == pl.Date
    if not fits and column.dtype != pl.Null:
        raise BadValue(f"a column of {due} is due", where=name, hint=f"it is {column.dtype}", code="frame.type")
    return column


def _days(column: pl.Series) -> pl.Series:
    values = column.to_list()
    plain = all(value is None or type(value) is date for value in values)
    return pl.Series(column.name, values, dtype=pl.Date) if plain else column


def _refuse_rows(bills: pl.DataFrame, paid: pl.DataFrame | None) -> None:
    bad = [*_missing(bills, "invoices")]
    bad += [] if paid is None else _missing(paid, "receipts")
    if not bad:
        wrong = [("invoices", bills, pl.col("amount") < 0, "an amount below zero", "money.negative")]
        wrong += [("invoices", bills, pl.col("due") < pl.col("invoiced"), "due before it was invoiced", "money.order")]
        if paid is not None:
            wrong += [("receipts", paid, pl.col("amount") < 1, "not above zero", "money.negative")]
        for what, table, found, reason, code in wrong:
            rows = table.select(found.arg_true()).to_series().to_list()
            bad += [BadValue(reason, where=f"{what} row {row}", hint="look at it", code=code) for row in rows]
    if bad:
        raise BadRows("rows are refused", bad)


def _missing(table: pl.DataFrame, what: str) -> Iterator[PharmaSalesError]:
    for column in table:
        if column.null_count():
            for row in column.is_null().arg_true():
                where = f"{what} row {row}, {column.name}"
                yield BadValue("a missing value", where=where, hint="fill it in", code="frame.missing")


def _normal(texts: pl.Series) -> pl.Series:
    """Return ids in their normal form; printable ASCII without outer spaces is it already."""
    odd = (~texts.str.contains(r"\A[!-~]([ -~]*[!-~])?\z")).arg_true()
    if not len(odd):
        return texts
    return texts.clone().scatter(odd, [normal_id(texts[int(place)]) for place in odd])


@frozen
class _Bills:
    """The invoices up to a day as arrays, customers as numbers, and what each customer paid by then."""

    there: _Numbers
    code: _Numbers
    invoiced: _Numbers
    due: _Numbers
    amount: _Numbers
    number: pl.Series
    paid: _Numbers

    @classmethod
    def of(cls, bills: pl.DataFrame, receipts: pl.DataFrame | None, day: int) -> _Bills:
        """Number the customers, and keep what is up to the day."""
        names = [bills["customer"].cast(pl.String)]
        if receipts is not None:
            names.append(receipts["customer"].cast(pl.String))
        codes, size = _codes(names)
        dates = [bills[name].cast(pl.Date).to_physical().to_numpy() for name in ("invoiced", "due")]
        amount = bills["amount"].cast(pl.Int64).to_numpy()
        there = dates[0] <= day
        paid = np.zeros(size, dtype=np.int64)
        if receipts is not None:
            on = receipts["on"].cast(pl.Date).to_physical().to_numpy() <= day
            received = receipts["amount"].cast(pl.Int64).to_numpy()
            _refuse_wide([amount, received])
            np.add.at(paid, codes[1][on], received[on])
        else:
            _refuse_wide([amount])
        held = [codes[0], *dates, amount]
        if not there.all():
            held = [one[there] for one in held]
        code, invoiced, due, amount = held
        return cls(there, code, invoiced, due, amount, bills["invoice"].cast(pl.String), paid)


def _codes(columns: Sequence[pl.Series]) -> tuple[list[_Numbers], int]:
    """Number the texts of some columns, equal texts alike."""
    dtype = pl.Categorical(pl.Categories.random())
    found = [column.cast(dtype) for column in columns]
    names = pl.concat([column.unique() for column in found]).unique()
    codes = [column.to_physical().to_numpy().astype(np.int64) for column in found]
    numbers = names.to_physical().to_list()
    size = max(numbers, default=-1) + 1
    texts = names.cast(pl.String)
    normal = _normal(texts)
    if normal is not texts:
        onto, first = np.arange(size), dict[str, int]()
        for number, name in zip(numbers, normal.to_list(), strict=True):
            onto[number] = first.setdefault(name, number)
        codes = [onto[one] for one in codes]
    return codes, size


def _refuse_wide(columns: Sequence[_Numbers]) -> None:
    """Refuse sums that 64 bits may not hold."""
    most = sum(int(column.max(initial=0)) * len(column) for column in columns)
    if most > INT64 and sum(sum(column.tolist()) for column in columns) > INT64:
        hint = "age it in parts, or with channel.money.age_ledger"
        raise BadValue("sums beyond 64 bits", where="amount", hint=hint, code="frame.wide")


@frozen
class _Sorted:
    """The order of payment, and whether each row is as old as the one before, of one customer."""

    order: _Numbers
    level: _Numbers


def _sorted(bills: _Bills, oldest: AgeBasis) -> _Sorted:
    """Order the invoices by customer, then the oldest first."""
    first, second = (bills.due, bills.invoiced) if oldest == "due" else (bills.invoiced, bills.due)
    size = len(first)
    if not size:
        return _Sorted(np.arange(0), np.zeros(0, dtype=bool))
    low = int(bills.invoiced.min())
    bits = (max(int(bills.due.max()) - low, 1)).bit_length()
    rows = (size - 1).bit_length()
    if len(bills.paid).bit_length() + 2 * bits + rows < _WIDTH:  # one plain sort of one number
        keys = bills.code << bits
        keys |= first - low
        keys <<= bits
        keys |= second - low
        keys <<= rows
        keys |= np.arange(size)
        keys.sort()
        order = keys & ((1 << rows) - 1)
        keys >>= rows
        return _Sorted(order, keys[1:] == keys[:-1])
    order = np.lexsort((second, first, bills.code))
    level = np.ones(size - 1, dtype=bool)
    for column in (first, second, bills.code):
        held = column[order]
        level &= held[1:] == held[:-1]
    return _Sorted(order, level)


@frozen
class _Paid:
    """Each invoice in the order of payment: the sums up to it, its amount, and up to which sum its customer paid."""

    upto: _Numbers
    amount: _Numbers
    reach: _Numbers
    left: int

    @classmethod
    def of(cls, bills: _Bills, order: _Numbers) -> _Paid:
        """Add up amounts, and find how far each customer's money reaches."""
        amount, code = bills.amount[order], bills.code[order]
        upto = np.cumsum(amount)
        starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])[: len(code)]
        base = upto[starts] - amount[starts]
        ends = np.r_[starts[1:], len(code)][: len(starts)]
        paid = bills.paid[code[starts]]
        used = np.minimum(paid, upto[ends - 1] - base)
        left = int(bills.paid.sum()) - int(used.sum())
        return cls(upto, amount, np.repeat(base + paid, ends - starts), left)


def _break_ties(bills: _Bills, found: _Sorted, paid: _Paid) -> None:
    """Order invoices of one age by number, in place, where money reaches some of them and not the others."""
    level = np.flatnonzero(found.level)
    if not len(level):
        return
    breaks = np.diff(level) > 1
    starts, ends = level[np.r_[True, breaks]], level[np.r_[breaks, True]] + 1
    below = paid.upto[starts] - paid.amount[starts]
    mixed = (below < paid.reach[starts]) & (paid.reach[ends] < paid.upto[ends])
    starts, sizes, below = starts[mixed], (ends - starts + 1)[mixed], below[mixed]
    if not len(starts):
        return
    families = np.repeat(np.arange(len(starts)), sizes)
    firsts = np.cumsum(sizes) - sizes
    places = np.arange(len(families)) - firsts[families] + starts[families]
    number = bills.number.gather(np.flatnonzero(bills.there)[found.order[places]])
    ties = pl.DataFrame({"family": families, "number": _normal(number), "row": found.order[places]})
    found.order[places] = rows = ties.sort("family", "number")["row"].to_numpy()
    paid.amount[places] = amount = bills.amount[rows]
    inside = np.cumsum(amount)
    paid.upto[places] = inside - (inside[firsts] - amount[firsts] - below)[families]
