"""A million movements of stock rolled forward (批量结转), in whole numbers: the cards that `channel.stock` writes.

>>> from datetime import date
>>> import polars as pl
>>> from pharmasales.frames import roll_movements
>>> from pharmasales.periods import Month
>>> movements = pl.DataFrame({
...     "customer": ["D1"] * 3, "product": ["P1"] * 3, "movement": ["O1", "I1", "S1"],
...     "on": [date(2026, 4, 1), date(2026, 4, 3), date(2026, 5, 20)], "kind": ["opening", "in", "out"],
...     "quantity": [120, 300, 350],
... })
>>> rolled = roll_movements(movements, [Month(2026, 4), Month(2026, 5)])
>>> rolled.select("customer", "product", "start", "opening", "in", "out", "closing").rows()
[('D1', 'P1', datetime.date(2026, 4, 1), 120, 300, 0, 420), ('D1', 'P1', datetime.date(2026, 5, 1), 420, 0, 350, 70)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from attrs import frozen

from pharmasales.channel.stock.book import StockBook
from pharmasales.channel.stock.kinds import STOCK_KINDS
from pharmasales.channel.stock.movements import StockMovement
from pharmasales.channel.stock.rolling import consecutive, refuse_negative
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.frames._exact import INT64, Native
from pharmasales.frames._kinds import check_columns, columns_of, kind_of, read
from pharmasales.names import normal_id, twins
from pharmasales.periods import Period
from pharmasales.units import BOX, Amount, Unit

__all__ = ["roll_movements"]

_Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

_READS = ("customer", "product", "movement", "on", "kind", "quantity")
_TEXTS = ("customer", "product", "movement", "kind")
_KINDS = tuple(STOCK_KINDS)
_SIGNS = np.array([kind.sign for kind in STOCK_KINDS.values()], dtype=np.int64)
_RANKS = np.array([0 if kind.key == "opening" else 1 if kind.sign > 0 else 2 for kind in STOCK_KINDS.values()])
_EPOCH = date(1970, 1, 1)
_WIDTH = 63  # bits of a whole number, but for its sign


def roll_movements(movements: Native, periods: Iterable[Period], *, unit: Unit = BOX) -> pl.DataFrame:
    """Roll many movements forward over periods: a row a customer, product and period, as `roll_stock` does.

    Args:
        movements: a polars, pandas or pyarrow frame of `customer`, `product`, `movement` (its number), `on` (dates),
            `kind` (of `STOCK_KINDS`) and `quantity` (whole smallest parts, above zero; an opening may be zero). Numbers
            of movements are taken to differ.
        periods: each begins the day after the one before ends.
        unit: what the quantities are in, for errors.

    Returns:
        A polars frame of `customer`, `product`, `start`, `end`, `opening`, every kind of movement and `closing`, by
        customer, product and period; no row before a card was opened.

    Source: S004-60, P2-F.

    Raises:
        BadValue: no frame in memory, a column that is missing or of another type, periods that do not follow, or sums
            beyond 64 bits.
        BadRows: missing values, ids that are none or are spelled in two ways, unknown kinds, quantities that cannot be,
            cards without an opening; or every card whose stock is below zero by the last day, with its first cause:
            each all at once.
    """
    asked = consecutive(periods)
    table = _read(movements)
    _refuse_rows(table)
    if not len(table):
        return _rolled(_Cards.none(), [], [], asked)
    quantity = table["quantity"].to_numpy()
    if int(quantity.max()) * len(quantity) > INT64 and sum(quantity.tolist()) > INT64:
        hint = "roll it in parts, or with channel.stock.roll_stock"
        raise BadValue("sums beyond 64 bits", where="quantity", hint=hint, code="frame.wide")
    (customer, customers), (product, products) = _ids(table["customer"], table["product"])
    kind = table["kind"].cast(pl.Enum(_KINDS)).to_physical().to_numpy().astype(np.int64)
    day = table["on"].to_physical().to_numpy().astype(np.int64)
    order = _order(customer * len(products) + product, day, _RANKS[kind])
    cards = _Cards.of(*(one[order] for one in (customer * len(products) + product, day, kind, quantity)))
    cards.refuse_unopened(order)
    below = cards.below((asked[-1].end - _EPOCH).days)
    if below.any():
        refuse_negative(_book(table, order[below[cards.dense]], unit), asked[-1].end)
    return _rolled(cards, customers, products, asked)


def _read(frame: Native) -> pl.DataFrame:
    """Return the columns of a frame in memory, each of the type that is due."""
    kind = kind_of(frame)
    if kind not in ("polars", "pandas", "pyarrow"):
        hint = "collect it first: a polars, pandas or pyarrow frame"
        raise BadValue(f"a frame of {kind} is not rolled forward", hint=hint, code="frame.kind")
    check_columns(columns_of(frame, kind), kind, _READS, ())
    return pl.DataFrame([_typed(column) for column in read(frame, kind, _READS)])


def _typed(column: pl.Series) -> pl.Series:
    name = column.name
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    dtype: pl.DataType
    if name in _TEXTS:
        due, dtype, fits = "text", pl.String(), column.dtype == pl.String
    elif name == "quantity":
        fits = column.dtype.is_integer() and column.dtype not in (pl.Int128, pl.UInt64)
        due, dtype = "whole smallest parts", pl.Int64()
    else:
        if isinstance(column.dtype, pl.Datetime) and bool((column.dt.truncate("1d") == column).all()):
            column = column.dt.date()  # pandas keeps days as moments
        elif column.dtype == pl.Object and all(value is None or type(value) is date for value in column.to_list()):
            column = pl.Series(name, column.to_list(), dtype=pl.Date)
        due, dtype, fits = "dates", pl.Date(), column.dtype == pl.Date
    if not fits and column.dtype != pl.Null:
        raise BadValue(f"a column of {due} is due", where=name, hint=f"it is {column.dtype}", code="frame.type")
    return column.cast(dtype)


def _refuse_rows(table: pl.DataFrame) -> None:
    bad: list[PharmaSalesError] = []
    for column in table:
        for row in column.is_null().arg_true() if column.null_count() else ():
            where = f"row {row}, {column.name}"
            bad.append(BadValue("a missing value", where=where, hint="fill it in", code="frame.missing"))
    if not bad:
        opening = pl.col("kind") == "opening"
        wrong = (
            (~pl.col("kind").is_in(_KINDS), "no such kind of movement", "stock.kind"),
            (pl.col("quantity") < pl.when(opening).then(0).otherwise(1), "a quantity that cannot be", "stock.quantity"),
        )
        for found, reason, code in wrong:
            rows = table.select(found.arg_true()).to_series()
            bad += [BadValue(reason, where=f"row {row}", hint="look at it", code=code) for row in rows]
    if bad:
        raise BadRows("rows are refused", bad)


def _ids(*columns: pl.Series) -> list[tuple[_Numbers, list[str]]]:
    """Number the ids of each column by their order, or refuse those that are none or are spelled in two ways."""
    bad: list[PharmaSalesError] = []
    ranked = [_ranked(column, bad) for column in columns]
    if bad:
        raise BadRows("rows are refused", bad)
    return ranked


def _ranked(texts: pl.Series, bad: list[PharmaSalesError]) -> tuple[_Numbers, list[str]]:
    """Number ids by their order; ids of one normal form are one."""
    found = texts.cast(pl.Categorical(pl.Categories.random()))
    kept = found.unique()
    spelled = list(kept.cast(pl.String))
    normal = [_normal(text, texts, bad) for text in spelled]
    names = sorted(set(normal))
    for first, second in twins(names):
        rows = sorted(texts.index_of(spelled[normal.index(names[at])]) or 0 for at in (first, second))
        where = ", ".join(f"row {row}, {texts.name}" for row in rows)
        bad.append(BadValue("two spellings of one id", where=where, hint="write it in one way", code="stock.twins"))
    place = {name: number for number, name in enumerate(names)}
    numbers = kept.to_physical().to_numpy()
    places = np.zeros(int(numbers.max()) + 1, dtype=np.int64)
    places[numbers] = [place[name] for name in normal]
    return places[found.to_physical().to_numpy()], names


def _normal(text: str, texts: pl.Series, bad: list[PharmaSalesError]) -> str:
    try:
        return normal_id(text)
    except BadValue as error:
        bad.append(error.at(f"row {texts.index_of(text)}, {texts.name}"))
        return text


def _order(card: _Numbers, day: _Numbers, rank: _Numbers) -> _Numbers:
    """Order movements by card, day and rank; within a rank the order changes no balance at the end of it."""
    low, size = int(day.min()), len(day)
    bits, rows = (int(day.max()) - low + 1).bit_length(), (size - 1).bit_length()
    if int(card.max()).bit_length() + bits + 2 + rows < _WIDTH:  # one plain sort of one number
        keys = card << bits
        keys |= day - low
        keys <<= 2
        keys |= rank
        keys <<= rows
        keys |= np.arange(size)
        keys.sort()
        keys &= (1 << rows) - 1
        return keys
    return np.lexsort((rank, day, card))


@frozen(eq=False)
class _Cards:
    """Movements in the order of their cards, and where each card begins; cards and kinds are numbers."""

    card: _Numbers
    day: _Numbers
    kind: _Numbers
    quantity: _Numbers
    starts: _Numbers
    dense: _Numbers

    @classmethod
    def of(cls, card: _Numbers, day: _Numbers, kind: _Numbers, quantity: _Numbers) -> _Cards:
        """Find where each card begins, and number the cards without gaps."""
        first = np.r_[True, card[1:] != card[:-1]]
        return cls(card, day, kind, quantity, np.flatnonzero(first), np.cumsum(first) - 1)

    @classmethod
    def none(cls) -> _Cards:
        """Return no cards."""
        return cls(*[np.zeros(0, dtype=np.int64)] * 6)

    @property
    def opened(self) -> _Numbers:
        """The day on which each card was opened."""
        return self.day[self.starts]

    def refuse_unopened(self, order: _Numbers) -> None:
        """Refuse cards that do not begin with an opening, and openings of a later day."""
        opens = self.kind == 0
        late = opens & (self.day != self.opened[self.dense])
        bad = [
            BadValue("no opening of the card before it", where=f"row {row}", hint=hint, code="stock.opening")
            for hint in ("give an opening, of zero where there was nothing",)
            for row in sorted(order[self.starts[~opens[self.starts]]].tolist())
        ]
        bad += [
            BadValue("a second opening of the card", where=f"row {row}", hint=hint, code="stock.opening")
            for hint in ("a card is opened once; later goods come in",)
            for row in sorted(order[late].tolist())
        ]
        if bad:
            raise BadRows("rows are refused", bad)

    def below(self, last: int) -> _Numbers:
        """Return which cards have stock below zero on some day up to the last."""
        signed = _SIGNS[self.kind] * self.quantity
        upto = np.cumsum(signed)
        before = (upto - signed)[self.starts]
        found = np.zeros(len(self.starts), dtype=bool)
        found[self.dense[(upto < before[self.dense]) & (self.day <= last)]] = True
        return found

    def sums(self, bounds: _Numbers) -> _Numbers:
        """Add up each kind by card and stretch of days; stretch 0 is what was before, what is after is left out."""
        stretch = np.searchsorted(bounds, self.day)
        width = len(bounds)
        found = np.zeros(len(self.starts) * width * len(_KINDS), dtype=np.int64)
        inside = stretch < width
        flat = (self.dense * width + stretch) * len(_KINDS) + self.kind
        quantity = self.quantity
        if not inside.all():
            flat, quantity = flat[inside], quantity[inside]
        np.add.at(found, flat, quantity)
        return found.reshape(len(self.starts), width, len(_KINDS))


def _rolled(cards: _Cards, customers: list[str], products: list[str], periods: tuple[Period, ...]) -> pl.DataFrame:
    ends = np.array([(period.end - _EPOCH).days for period in periods], dtype=np.int64)
    firsts = np.array([(period.start - _EPOCH).days for period in periods], dtype=np.int64)
    sums = cards.sums(np.r_[firsts[0] - 1, ends])
    change = sums @ _SIGNS
    closing = np.cumsum(change, axis=1)[:, 1:]
    opening = closing - change[:, 1:] + sums[:, 1:, 0]
    held, place = np.nonzero(cards.opened[:, None] <= ends[None, :])
    card = cards.card[cards.starts][held]
    count = max(len(products), 1)
    days = {"start": np.maximum(firsts[place], cards.opened[held]), "end": ends[place]}
    moved = sums[:, 1:, :][held, place]
    return pl.DataFrame(
        {
            "customer": pl.Series(customers, dtype=pl.String).gather(card // count),
            "product": pl.Series(products, dtype=pl.String).gather(card % count),
            **{name: pl.Series(values.astype(np.int32)).cast(pl.Date) for name, values in days.items()},
            "opening": opening[held, place],
            **{name: moved[:, number] for number, name in enumerate(_KINDS) if number},
            "closing": closing[held, place],
        }
    )


def _book(table: pl.DataFrame, rows: _Numbers, unit: Unit) -> StockBook:
    """Make a book of some rows, to name what is wrong with them."""
    return StockBook.of(_movements(table[rows], unit))


def _movements(table: pl.DataFrame, unit: Unit) -> Iterator[StockMovement]:
    for customer, product, number, on, kind, quantity in table.iter_rows():
        yield StockMovement(number, customer, product, on, kind, Amount(quantity, unit))
