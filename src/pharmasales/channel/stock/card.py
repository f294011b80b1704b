"""The stock card (进销存动态卡): opening + in + transfers + returns - out - loss = closing, movement by movement.

>>> from pharmasales.channel.stock.movements import StockMovement
>>> from pharmasales.units import BOX
>>> book = StockBook.of([
...     StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(120, BOX)),
...     StockMovement("I1", "D1", "P1", date(2026, 4, 3), "in", Amount.of(300, BOX)),
...     StockMovement("S1", "D1", "P1", date(2026, 4, 20), "out", Amount.of(350, BOX)),
... ])
>>> card = stock_card(book, "D1", "P1", date(2026, 4, 1), date(2026, 4, 30))
>>> print(card.why)
70 BOX at the end of 2026-04-30
  opening 120 BOX + in 300 BOX - out 350 BOX

Source: E52, S004-60, P2-F.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from attrs import field, frozen

from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.channel.stock.kinds import STOCK_KINDS
from pharmasales.channel.stock.movements import StockMovement
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.units import Amount

__all__ = ["MOVED", "StockCard", "card_of", "stock_card"]

MOVED = tuple(kind for kind in STOCK_KINDS.values() if kind.key != "opening")
"""The kinds that move stock within a card, in its order."""


@frozen
class StockCard:
    """The stock card of one product at one customer over some days (进销存动态卡). Made by `stock_card`.

    Args:
        customer: id of the customer.
        product: id of the product.
        start: the first day: the one asked for, or the day of the opening where that is later.
        end: the last day.
        opening: the stock before the movements.
        moved: how much moved of each kind, all kinds but the opening, zero or above.
        movements: one by one.
    """

    customer: str
    product: str
    start: date
    end: date
    opening: Amount
    moved: Mapping[str, Amount] = field(hash=False)
    movements: tuple[StockMovement, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def closing(self) -> Amount:
        """The stock at the end of the last day: opening + what came in - what went out."""
        return Amount(self.opening.minor + sum(k.sign * self.moved[k.key].minor for k in MOVED), self.opening.unit)

    @property
    def days(self) -> int:
        """How many calendar days it covers, both ends counted."""
        return (self.end - self.start).days + 1

    @property
    def why(self) -> Why:
        """The arithmetic, kind by kind; what did not move is left out."""
        kinds = [kind for kind in MOVED if self.moved[kind.key].minor]
        said: list[tuple[str, str, str]] = [
            ("+-"[kind.sign < 0], f"{kind.says.en} {self.moved[kind.key]}", f"{kind.says.zh} {self.moved[kind.key]}")
            for kind in kinds
        ]
        en = "".join(f" {sign} {text}" for sign, text, _ in said)
        zh = "".join(f" {sign} {text}" for sign, _, text in said)
        sums = because("{sum}", "{sum}", sum=Says(f"opening {self.opening}{en}", f"期初 {self.opening}{zh}"))
        return because(
            "{closing} at the end of {day}", "{day} 结存 {closing}", sums, closing=str(self.closing), day=self.end
        )

    def table(self) -> Table:
        """Return the opening, every movement with the stock after it, and the closing."""
        balance = self.opening
        rows: list[tuple[Cell, ...]] = [(self.start, Says("opening", "期初"), None, None, None, balance.value)]
        for one in self.movements:
            balance += Amount(one.signed, balance.unit)
            amount = Amount(one.signed, balance.unit).value
            rows.append((one.on, STOCK_KINDS[one.kind].says, one.id, one.batch or None, amount, balance.value))
        rows.append((self.end, Says("closing", "结存"), None, None, None, balance.value))
        title = Says(f"Stock card of {self.product} at {self.customer}", f"{self.customer} {self.product} 进销存卡")
        return Table("stock_card", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("date", "Date", "日期", "date"),
    Column("kind", "Movement", "类型"),
    Column("number", "Number", "单号"),
    Column("batch", "Batch", "批号"),
    Column("quantity", "Quantity", "数量", "amount"),
    Column("stock", "Stock", "结存", "amount"),
)


def stock_card(book: StockBook, customer: str, product: str, start: date, end: date) -> StockCard:
    """Write the stock card of one product at one customer over some days (进销存动态卡).

    Args:
        book: the movements.
        customer: id of the customer.
        product: id of the product.
        start: the first day; a card that was opened later begins on the day of its opening.
        end: the last day.

    Source: E52, S004-60.

    Raises:
        BadValue: a last day before the first, or stock below zero on some day up to the last one (`stock.negative`,
            with the movement and the day that caused it first).
        NotFound: nothing is kept of them, or not yet.
    """
    held = book.history(customer, product)
    if end < start:
        hint = "give the first day, then the last"
        raise BadValue("the last day is before the first", where="end", hint=hint, code="stock.order")
    if held.opened > end:
        hint = f"the card begins on {held.opened.isoformat()}"
        where = f"{held.customer} x {held.product}"
        raise NotFound("no stock is kept yet", where=where, hint=hint, code="stock.card")
    held.sound(end)
    return card_of(held, start, end)


def card_of(held: StockHistory, start: date, end: date) -> StockCard:
    """Cut a card out of a history that is open by the last day and sound.

    >>> from pharmasales.units import BOX
    >>> opened = StockMovement("O1", "D1", "P1", date(2026, 4, 5), "opening", Amount.of(120, BOX))
    >>> card_of(StockHistory("D1", "P1", BOX, (opened,), ()), date(2026, 4, 1), date(2026, 4, 30)).days
    26
    """
    first = max(start, held.opened)
    before = held.upto(first - timedelta(days=1)) if first > held.opened else _openings(held)
    inside = held.movements[before : held.upto(end)]
    sums: dict[str, int] = {kind.key: 0 for kind in MOVED}
    for one in inside:
        sums[one.kind] += one.quantity.minor
    moved = {key: Amount(total, held.unit) for key, total in sums.items()}
    return StockCard(held.customer, held.product, first, end, held.balance(before), moved, inside)


def _openings(held: StockHistory) -> int:
    return sum(1 for one in held.movements if one.kind == "opening")
