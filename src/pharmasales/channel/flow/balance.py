"""The balance of a cleaning (守恒): what came in is matched or held, by count, by money and by quantity.

Money is added up where it was read, quantities by the word of their unit as written, since boxes and cases do not add
up; cells that could not be read are counted, so that they are not lost either.

>>> read, kept = Tally(3, 500, 0, {"盒": Fraction(15)}, 0), Tally(2, 400, 0, {"盒": Fraction(11)}, 0)
>>> FlowBalance(read, kept, Tally(1, 100, 0, {"盒": Fraction(4)}, 0)).table().rows[0][:4]
(Says(en='lines', zh='行数'), 3, 2, 1)
>>> FlowBalance(read, kept, Tally(1, 99, 0, {"盒": Fraction(4)}, 0))
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: what came in is not what became of it @ balance: money; report this as a fault [flow.lost]

Source: P2-F (chain closure, in and out plausible).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.channel.flow.reading import FlowLine
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.units import CNY, Amount, Unit

__all__ = ["FlowBalance", "Tally"]


@frozen
class Tally:
    """The sums of some lines.

    Args:
        lines: how many.
        minor: their money, in the smallest part.
        no_money: how many of them state no readable money.
        quantities: their quantities, by the word of the unit as written.
        no_quantity: how many of them state no readable quantity.
    """

    lines: int
    minor: int
    no_money: int
    quantities: Mapping[str, Fraction] = field(hash=False)
    no_quantity: int

    @classmethod
    def of(cls, lines: Iterable[FlowLine]) -> Tally:
        """Add up lines as they came."""
        count = minor = no_money = no_quantity = 0
        sums: dict[str, Fraction] = {}
        for line in lines:
            count += 1
            if line.amount is None:
                no_money += 1
            else:
                minor += line.amount.minor
            if line.quantity is None:
                no_quantity += 1
            else:
                sums[line.unit] = sums.get(line.unit, Fraction(0)) + line.quantity
        return cls(count, minor, no_money, {word: sums[word] for word in sorted(sums)}, no_quantity)

    def plus(self, other: Tally) -> Tally:
        """Add up two tallies."""
        words = sorted({*self.quantities, *other.quantities})
        sums = {
            word: self.quantities.get(word, Fraction(0)) + other.quantities.get(word, Fraction(0)) for word in words
        }
        return Tally(
            self.lines + other.lines,
            self.minor + other.minor,
            self.no_money + other.no_money,
            sums,
            self.no_quantity + other.no_quantity,
        )


_NAMES = {
    "lines": "lines",
    "minor": "money",
    "no_money": "lines without money",
    "quantities": "quantity",
    "no_quantity": "lines without quantity",
}


@frozen
class FlowBalance:
    """What came in against what became of it. It cannot be made where the two differ.

    Args:
        read: what came in.
        matched: what became a sale.
        held: what is held.
        blank: rows without any cell filled, which are counted and nothing else.
        unit: what money is counted in.

    Raises:
        BadValue: the sums differ, which is a fault of the library.
    """

    read: Tally
    matched: Tally
    held: Tally
    blank: int = 0
    unit: Unit = CNY

    def __attrs_post_init__(self) -> None:
        whole = self.matched.plus(self.held)
        off = [name for part, name in _NAMES.items() if getattr(whole, part) != getattr(self.read, part)]
        if off:
            where = f"balance: {', '.join(off)}"
            raise BadValue(
                "what came in is not what became of it", where=where, hint="report this as a fault", code="flow.lost"
            )

    @property
    def held_share(self) -> Fraction | None:
        """The share of lines that are held; missing where none came in."""
        return Fraction(self.held.lines, self.read.lines) if self.read.lines else None

    def table(self) -> Table:
        """Return lines, money and each unit: in, matched, held."""
        return Table("balance", Says("In, matched and held", "流入、匹配与隔离"), _COLUMNS, tuple(self._rows()))

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        three = (self.read, self.matched, self.held)
        yield (Says("lines", "行数"), *(one.lines for one in three))
        yield (Says("money", "金额"), *(Amount(one.minor, self.unit).value for one in three))
        for word in self.read.quantities:
            name = word or "-"
            yield (
                Says(f"quantity, {name}", f"数量（{name}）"),
                *(_plain(one.quantities.get(word, Fraction(0))) for one in three),
            )
        if self.read.no_money:
            yield (Says("lines without money", "无金额行数"), *(one.no_money for one in three))
        if self.read.no_quantity:
            yield (Says("lines without quantity", "无数量行数"), *(one.no_quantity for one in three))

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _plain(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


_COLUMNS = (
    Column("what", "What", "项目"),
    Column("read", "In", "流入", "amount"),
    Column("matched", "Matched", "匹配", "amount"),
    Column("held", "Held", "隔离", "amount"),
)
