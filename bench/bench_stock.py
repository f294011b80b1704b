"""A million movements of stock rolled forward over twelve months, beside numpy and polars written by hand.

The floors number the cards, order the movements, look for stock below zero, and add up each kind by card and month with
opening and closing. They check nothing else, and give back the same columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl
from timing import show, timed

from pharmasales import frames
from pharmasales.periods import Month

ROWS, CUSTOMERS, PRODUCTS, ROUNDS = 1_000_000, 4_000, 10, 5
FIRST, DAYS = date(2026, 1, 1), 365
MONTHS = [Month(2026, month) for month in range(1, 13)]
KINDS = ["opening", "in", "transfer_in", "return_in", "gain", "out", "transfer_out", "return_out", "loss"]
SIGNS = [1, 1, 1, 1, 1, -1, -1, -1, -1]


def world() -> pl.DataFrame:
    """Make 40,000 cards, each opened with enough for the year, and movements of every kind."""
    seeded = np.random.default_rng(9)
    cards = CUSTOMERS * PRODUCTS
    card = np.r_[np.arange(cards), seeded.integers(0, cards, ROWS - cards)]
    kind = np.r_[np.zeros(cards, dtype=np.int64), seeded.choice(np.arange(1, 9), ROWS - cards)]
    quantity = np.r_[np.full(cards, 100_000), seeded.integers(1, 500, ROWS - cards)]
    day = np.r_[np.zeros(cards, dtype=np.int64), seeded.integers(0, DAYS, ROWS - cards)]
    mixed = seeded.permutation(ROWS)
    days = pl.Series((day + (FIRST - date(1970, 1, 1)).days)[mixed], dtype=pl.Int32).cast(pl.Date)
    return pl.DataFrame(
        {
            "customer": [f"D{n:05}" for n in (card // PRODUCTS)[mixed].tolist()],
            "product": [f"P{n:02}" for n in (card % PRODUCTS)[mixed].tolist()],
            "movement": [f"M{n:07}" for n in range(ROWS)],
            "on": days,
            "kind": [KINDS[n] for n in kind[mixed].tolist()],
            "quantity": quantity[mixed],
        }
    )


def by_polars(movements: pl.DataFrame) -> pl.DataFrame:
    sign = pl.col("kind").replace_strict(dict(zip(KINDS, SIGNS, strict=True)), return_dtype=pl.Int64)
    rank = pl.when(pl.col("kind") == "opening").then(0).when(pl.col("signed") > 0).then(1).otherwise(2)
    key = ["customer", "product"]
    rows = (
        movements.lazy()
        .with_columns(signed=sign * pl.col("quantity"))
        .with_columns(rank=rank, month=pl.col("on").dt.month())
        .sort(*key, "on", "rank")
        .with_columns(stock=pl.col("signed").cum_sum().over(key))
        .collect()
    )
    assert (rows["stock"] >= 0).all()
    each = [pl.col("quantity").filter(pl.col("kind") == kind).sum().alias(kind) for kind in KINDS]
    sums = rows.lazy().group_by(*key, "month").agg(pl.col("signed").sum(), *each)
    months = pl.LazyFrame({"month": pl.Series(range(1, 13), dtype=pl.Int8)})
    grid = rows.lazy().select(key).unique().join(months, how="cross")
    return (
        grid.join(sums, on=[*key, "month"], how="left")
        .fill_null(0)
        .sort(*key, "month")
        .with_columns(closing=pl.col("signed").cum_sum().over(key))
        .with_columns(opening=pl.col("closing") - pl.col("signed") + pl.col("opening"))
        .select(*key, "month", *KINDS, "closing")
        .collect()
    )


def by_numpy(movements: pl.DataFrame) -> pl.DataFrame:
    names, codes = [], []
    for name in ("customer", "product"):
        found = movements[name].cast(pl.Categorical(pl.Categories.random()))
        kept = found.unique()
        order = kept.cast(pl.String).arg_sort().to_numpy()
        place = np.empty(len(kept), dtype=np.int64)
        place[kept.to_physical().to_numpy()[order]] = np.arange(len(kept))
        codes.append(place[found.to_physical().to_numpy()])
        names.append(kept.cast(pl.String).sort())
    kind = movements["kind"].cast(pl.Enum(KINDS)).to_physical().to_numpy().astype(np.int64)
    day = movements["on"].to_physical().to_numpy().astype(np.int64) - (FIRST - date(1970, 1, 1)).days
    quantity = movements["quantity"].to_numpy()
    card, sign = codes[0] * len(names[1]) + codes[1], np.array(SIGNS)
    rank = np.array([0, 1, 1, 1, 1, 2, 2, 2, 2])
    keys = ((card << 9 | day) << 2 | rank[kind]) << 20 | np.arange(len(card))
    keys.sort()
    order = keys & 0xFFFFF
    card, kind, quantity, day = card[order], kind[order], quantity[order], day[order]
    signed = sign[kind] * quantity
    upto = np.cumsum(signed)
    first = np.r_[True, card[1:] != card[:-1]]
    starts, dense = np.flatnonzero(first), np.cumsum(first) - 1
    assert (upto >= (upto - signed)[starts][dense]).all()
    ends = np.array([(month.end - FIRST).days for month in MONTHS])
    sums = np.zeros(len(starts) * 12 * 9, dtype=np.int64)
    np.add.at(sums, (dense * 12 + np.searchsorted(ends, day)) * 9 + kind, quantity)
    kinds = sums.reshape(-1, 12, 9)
    change = kinds @ sign
    closing = np.cumsum(change, axis=1)
    kinds[:, :, 0] += closing - change
    held = np.repeat(card[starts], 12)
    return pl.DataFrame(
        {
            "customer": names[0].gather(held // len(names[1])),
            "product": names[1].gather(held % len(names[1])),
            "month": np.tile(np.arange(1, 13), len(starts)),
            **{name: kinds[:, :, number].ravel() for number, name in enumerate(KINDS)},
            "closing": closing.ravel(),
        }
    )


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    movements = world()
    ours, found = timed(lambda: frames.roll_movements(movements, MONTHS), ROUNDS)
    numpy, one = timed(lambda: by_numpy(movements), ROUNDS)
    polars, other = timed(lambda: by_polars(movements), ROUNDS)
    columns = [*KINDS, "closing"]
    assert found.select(columns).equals(one.select(columns))
    assert found.select(columns).equals(other.select(columns))
    yield f"stock roll-forward, {ROWS:,} movements, 12 months : the better floor", ours, min(numpy, polars)
    yield "the same : polars by hand", ours, polars
    yield "the same : numpy by hand", ours, numpy


if __name__ == "__main__":
    show(cases())
