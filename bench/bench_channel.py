"""A million invoices aged after receipts have paid the oldest first, beside numpy and polars written by hand.

The floors number the customers, order the invoices, add up, cut off what is paid, and sum by bucket; the numpy floor
packs customer, days and row into one number and sorts that. They check nothing, know no ties, and give back the same
three columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl
from timing import show, timed

from pharmasales import frames

ROWS, CUSTOMERS, RECEIPTS, ROUNDS = 1_000_000, 20_000, 300_000, 7
FIRST = date(2022, 1, 1)
AS_OF = FIRST + timedelta(days=999)
EDGES = (0, 30, 60, 90, 120)


def dates(days: np.ndarray) -> pl.Series:
    """Return days after the first as dates."""
    return pl.Series(days + (FIRST - date(1970, 1, 1)).days, dtype=pl.Int32).cast(pl.Date)


def ids(letter: str, numbers: np.ndarray) -> list[str]:
    """Return ids of one width."""
    return [f"{letter}{n:07}" for n in numbers.tolist()]


def world() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make invoices of 20,000 customers over a thousand days, and receipts that pay most of them."""
    seeded = np.random.default_rng(9)
    on = seeded.integers(0, 1000, ROWS)
    invoices = pl.DataFrame(
        {
            "customer": ids("D", seeded.integers(0, CUSTOMERS, ROWS)),
            "invoice": ids("F", np.arange(ROWS)),
            "invoiced": dates(on),
            "due": dates(on + seeded.choice([0, 30, 60, 90], ROWS)),
            "amount": seeded.integers(100, 10**7, ROWS),
        }
    )
    receipts = pl.DataFrame(
        {
            "customer": ids("D", seeded.integers(0, CUSTOMERS, RECEIPTS)),
            "on": dates(seeded.integers(0, 1000, RECEIPTS)),
            "amount": seeded.integers(100, 3 * 10**7, RECEIPTS),
        }
    )
    return invoices, receipts


def by_polars(invoices: pl.DataFrame, receipts: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    paid = receipts.lazy().filter(pl.col("on") <= AS_OF).group_by("customer").agg(paid=pl.col("amount").sum())
    bucket = sum((pl.col("days") > edge).cast(pl.Int64) for edge in EDGES)
    found = (
        invoices.lazy()
        .filter(pl.col("invoiced") <= AS_OF)
        .sort("customer", "due", "invoiced")
        .with_columns(upto=pl.col("amount").cum_sum().over("customer"))
        .join(paid, on="customer", how="left")
        .with_columns(
            open=(pl.col("upto") - pl.col("paid").fill_null(0)).clip(0, pl.col("amount")),
            days=(pl.lit(AS_OF) - pl.col("due")).dt.total_days(),
        )
        .with_columns(bucket=bucket)
        .drop("upto", "paid")
        .collect()
    )
    sums = found.group_by("bucket").agg(pl.col("open").sum()).sort("bucket")["open"]
    return found, sums.to_list()


def by_numpy(invoices: pl.DataFrame, receipts: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    kind = pl.Categorical(pl.Categories.random())
    names = [table["customer"].cast(kind) for table in (invoices, receipts)]
    code, payer = (name.to_physical().to_numpy().astype(np.int64) for name in names)
    on, due = (invoices[name].to_physical().to_numpy() for name in ("invoiced", "due"))
    day, low = (AS_OF - date(1970, 1, 1)).days, on.min()
    paid = np.zeros(max(code.max(), payer.max()) + 1, dtype=np.int64)
    here = receipts["on"].to_physical().to_numpy() <= day
    np.add.at(paid, payer[here], receipts["amount"].to_numpy()[here])
    keys = ((((code << 11) | (due - low)) << 11) | (on - low)) << 20 | np.arange(len(code))
    keys.sort()
    order = keys & 0xFFFFF
    amount, code = invoices["amount"].to_numpy()[order], code[order]
    upto = np.cumsum(amount)
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    reach = np.repeat(upto[starts] - amount[starts] + paid[code[starts]], np.diff(np.r_[starts, len(code)]))
    still = np.empty_like(amount)
    still[order] = np.clip(upto - reach, 0, amount)
    days = day - due.astype(np.int64)
    bucket = np.searchsorted(np.array(EDGES), days)
    sums = [int(still[bucket == place].sum()) for place in range(len(EDGES) + 1)]
    made = [pl.Series("open", still), pl.Series("days", days), pl.Series("bucket", bucket)]
    return invoices.with_columns(*made), sums


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    invoices, receipts = world()
    ours, found = timed(lambda: frames.age_invoices(invoices, AS_OF, EDGES, receipts=receipts), ROUNDS)
    numpy, (_, sums) = timed(lambda: by_numpy(invoices, receipts), ROUNDS)
    polars, (_, others) = timed(lambda: by_polars(invoices, receipts), ROUNDS)
    assert [amount.minor for _, _, amount in found.ageing.buckets] == sums
    assert sum(sums) == sum(others)
    yield f"ageing, oldest paid first, {ROWS:,} invoices : the better floor", ours, min(numpy, polars)
    yield "the same : polars by hand", ours, polars
    yield "the same : numpy by hand", ours, numpy


if __name__ == "__main__":
    show(cases())
