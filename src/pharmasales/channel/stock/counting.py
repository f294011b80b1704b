"""Counted against book (账实核对): what a count found more or less than the book, as a row; nothing is put right.

>>> from pharmasales.units import BOX
>>> book = StockBook.of(
...     [StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(70, BOX))],
...     [StockCount("C1", "D1", "P1", date(2026, 4, 30), Amount.of(65, BOX), by="rep1")],
... )
>>> row = count_differences(book)[0]
>>> print(row.why)
D1, P1: 5 BOX fewer than the book on 2026-04-30
  counted 65 BOX, book 70 BOX
  look for a sale not booked, breakage or theft; then book the loss
>>> str(book.stock("D1", "P1", date(2026, 5, 1)))
'70 BOX'

Source: E52, S004-52 (清点库存), P2-F.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import Factory, field, frozen

from pharmasales.channel.stock.book import StockBook, StockHistory
from pharmasales.channel.stock.kinds import StockKindKey
from pharmasales.channel.stock.movements import StockCount, StockMovement
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import fold, normal_id
from pharmasales.units import Amount

__all__ = ["CountDifference", "book_difference", "count_differences", "difference_of", "difference_table"]


@frozen
class CountDifference:
    """One count beside the book (盘点差异). Made by `count_differences`.

    Args:
        count: what was counted.
        book: what the book says at the end of that day, without what books this very count.
        booked: what was booked of the difference since; below zero for a loss.
    """

    count: StockCount
    book: Amount
    booked: Amount = field(default=Factory(lambda self: Amount(0, self.book.unit), takes_self=True))

    @property
    def difference(self) -> Amount:
        """Counted less book; below zero where something is missing (盘亏)."""
        return self.count.quantity - self.book

    @property
    def unbooked(self) -> Amount:
        """What of the difference nobody has booked yet."""
        return self.difference - self.booked

    @property
    def why(self) -> Why:
        """Both figures, and what to do about a difference that nobody has booked."""
        gap = self.difference
        sums = because(
            "counted {counted}, book {book}",
            "实盘 {counted}，账面 {book}",
            counted=str(self.count.quantity),
            book=str(self.book),
        )
        who: dict[str, Cell] = {"customer": self.count.customer, "product": self.count.product, "day": self.count.on}
        if not gap.minor:
            en, zh = "{customer}, {product}: as in the book on {day}", "{customer}，{product}：{day} 账实相符"
            return because(en, zh, sums, **who)
        if not self.unbooked.minor:
            en, zh = "{customer}, {product}: {gap} on {day}, booked", "{customer}，{product}：{day} 差异 {gap}，已入账"
            return because(en, zh, sums, gap=str(gap), **who)
        if gap.minor < 0:
            en = "{customer}, {product}: {gap} fewer than the book on {day}"
            cure = because(
                "look for a sale not booked, breakage or theft; then book the loss",
                "查漏登销售、破损或丢失，再登记损耗",
            )
            return because(en, "{customer}，{product}：{day} 盘亏 {gap}", sums, cure, gap=str(-gap), **who)
        en = "{customer}, {product}: {gap} more than the book on {day}"
        cure = because(
            "look for a receipt not booked or a sale booked twice; then book the gain",
            "查漏登购进或重复销售，再登记盘盈",
        )
        return because(en, "{customer}，{product}：{day} 盘盈 {gap}", sums, cure, gap=str(gap), **who)


def count_differences(book: StockBook) -> tuple[CountDifference, ...]:
    """Hold every count against the book (账实核对), by customer, product, day and number.

    Nothing is changed: a difference is a row until somebody books it with `book_difference`.

    Raises:
        BadRows: every count of a card whose stock was below zero by its day: such a book says nothing.
    """
    rows, bad = [], list[PharmaSalesError]()
    for one in book.counts:
        held = book.histories[one.customer, one.product]
        try:
            held.sound(one.on)
            rows.append(difference_of(held, one))
        except BadValue as error:
            bad.append(error.at(f"count {one.id}"))
    if bad:
        raise BadRows(f"{len(bad)} count{'s' * (len(bad) > 1)} of cards below zero", bad)
    return tuple(rows)


def difference_of(held: StockHistory, count: StockCount) -> CountDifference:
    """Hold one count of a card against its book.

    >>> from pharmasales.units import BOX
    >>> count = StockCount("C1", "D1", "P1", date(2026, 4, 30), Amount.of(65, BOX), by="rep1")
    >>> opened = StockMovement("O1", "D1", "P1", date(2026, 4, 1), "opening", Amount.of(70, BOX))
    >>> loss = book_difference(CountDifference(count, Amount.of(70, BOX)), "L1", on=date(2026, 4, 30), by="boss")
    >>> found = difference_of(StockHistory("D1", "P1", BOX, (opened, loss), (count,)), count)
    >>> str(found.book), str(found.difference), str(found.unbooked)
    ('70 BOX', '-5 BOX', '0 BOX')
    """
    own = [one for one in held.movements if one.count == count.id]
    book = held.balance(held.upto(count.on)).minor - sum(one.signed for one in own if one.on <= count.on)
    return CountDifference(count, Amount(book, held.unit), Amount(sum(one.signed for one in own), held.unit))


def difference_table(rows: Iterable[CountDifference]) -> Table:
    """Return a row a count: counted, book, difference, and what to do."""
    columns = (
        Column("customer_id", "Customer", "客户编号"),
        Column("product_id", "Product", "产品编号"),
        Column("date", "Date", "日期", "date"),
        Column("counted", "Counted", "实盘", "amount"),
        Column("book", "Book", "账面", "amount"),
        Column("difference", "Difference", "差异", "amount"),
        Column("why", "Why", "说明", "why"),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            row.count.customer,
            row.count.product,
            row.count.on,
            row.count.quantity.value,
            row.book.value,
            row.difference.value,
            row.why,
        )
        for row in rows
    ]
    return Table("count_differences", Says("Counted against book", "账实核对"), columns, cells)


def book_difference(row: CountDifference, number: str, *, on: date, by: str, note: str = "") -> StockMovement:
    """Make the movement that books a difference, on purpose (盘点差异入账).

    Args:
        row: the difference.
        number: the id of the movement.
        on: the day that it is booked on, from the day of the count.
        by: the id of who decides; not who counted.
        note: why it is missing or more, in words.

    >>> from pharmasales.units import BOX
    >>> count = StockCount("C1", "D1", "P1", date(2026, 4, 30), Amount.of(65, BOX), by="rep1")
    >>> book_difference(CountDifference(count, Amount.of(70, BOX)), "L1", on=date(2026, 5, 6), by="boss").kind
    'loss'

    Raises:
        BadRule: who counted decides.
        BadValue: no difference, one that is booked, or a day before the count.
    """
    where = f"count {row.count.id}"
    if not row.unbooked.minor:
        hint = "it is booked" if row.difference.minor else "counted and book agree"
        raise BadValue("no difference to book", where=where, hint=hint, code="stock.count")
    if fold(normal_id(by, "by")) == fold(row.count.by):
        raise BadRule("who counted decides", where=where, hint="let another decide", code="stock.approver")
    if on < row.count.on:
        raise BadValue("booked before it was counted", where=where, hint="look at the two days", code="stock.order")
    one, gap = row.count, row.unbooked
    kind: StockKindKey = "gain" if gap.minor > 0 else "loss"
    much = Amount(abs(gap.minor), gap.unit)
    return StockMovement(number, one.customer, one.product, on, kind, much, note=note, count=one.id)
