"""What a reconciliation is (对账结果): both statements, and every line with what became of it.

>>> RECONCILED["only_ours"].zh
'我方有对方无'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.money.statement import Statement, StatementLine
from pharmasales.display import Cell, Column, Says, Table, Why
from pharmasales.names import normal_id
from pharmasales.units import Amount

__all__ = ["RECONCILED", "ReconciledKind", "ReconciledLine", "Reconciliation", "TheirLine", "TheirStatement"]

ReconciledKind: TypeAlias = Literal["matched", "differs", "only_ours", "only_theirs", "opening"]

RECONCILED: Mapping[str, Says] = MappingProxyType(
    {
        "opening": Says("opening differs", "期初不符"),
        "differs": Says("differs", "金额不符"),
        "only_ours": Says("only ours", "我方有对方无"),
        "only_theirs": Says("only theirs", "对方有我方无"),
        "matched": Says("matched", "相符"),
    }
)
"""What becomes of a line (对账结果), in the order in which they are shown."""


@frozen
class TheirLine:
    """One line of the customer's statement (对方明细).

    Args:
        number: the number of our document, as they wrote it; case, width and spaces do not count.
        amount: what it adds to what they owe us; below zero where it takes off. Turn the sign of a file that counts
            the other way.
        on: its day with them, where it is given.
    """

    number: str = field(converter=normal_id)
    amount: Amount
    on: date | None = None


def _lines(given: Iterable[TheirLine]) -> tuple[TheirLine, ...]:
    return tuple(given)


@frozen
class TheirStatement:
    """What the customer says it owes (对方对账单).

    Args:
        opening: its balance before the first day.
        lines: its lines, in any order.
        closing: the closing balance that it states; where left out, what its lines add up to.
    """

    opening: Amount
    lines: tuple[TheirLine, ...] = field(converter=_lines, repr=lambda held: f"<{len(held)}>")
    closing: Amount | None = None

    @property
    def reckoned(self) -> Amount:
        """What opening and lines add up to."""
        return self.opening + Amount.total((line.amount for line in self.lines), self.opening.unit)


@frozen
class ReconciledLine:
    """One document on both sides (对账明细).

    Args:
        kind: what became of it.
        number: its number, as we write it where we have it.
        ours: our line; none where we have none.
        theirs: their lines of this number; more than one where they booked it in parts.
        difference: ours less theirs.
        why: what is known of it, and what to do.
    """

    kind: ReconciledKind
    number: str
    ours: StatementLine | None
    theirs: tuple[TheirLine, ...]
    difference: Amount
    why: Why


@frozen
class Reconciliation:
    """Our statement beside theirs (对账单核对). Made by `reconcile`; the differences add up to that of the balances.

    Args:
        statement: ours.
        theirs: theirs.
        lines: what differs first, then what is on one side, then what is matched; each by day and number.
        slip: why their own lines do not add up to the closing balance that they state; none where they do.
    """

    statement: Statement
    theirs: TheirStatement
    lines: tuple[ReconciledLine, ...] = field(repr=lambda held: f"<{len(held)}>")
    slip: Why | None = None

    @property
    def difference(self) -> Amount:
        """Our closing balance less what their lines add up to."""
        return self.statement.closing - self.theirs.reckoned

    @property
    def agrees(self) -> bool:
        """Whether nothing differs, and their statement adds up."""
        return self.slip is None and all(line.kind == "matched" for line in self.lines)

    def of(self, kind: ReconciledKind) -> tuple[ReconciledLine, ...]:
        """Return the lines of one result."""
        return tuple(line for line in self.lines if line.kind == kind)

    def table(self) -> Table:
        """Return result, number, both amounts and the difference, a line a row; the closing balances in the last."""
        unit = self.statement.opening.unit
        rows: list[tuple[Cell, ...]] = []
        for line in self.lines:
            theirs = Amount.total((one.amount for one in line.theirs), unit).value if line.theirs else None
            ours = None if line.ours is None else line.ours.amount.value
            if line.kind == "opening":
                ours, theirs = self.statement.opening.value, self.theirs.opening.value
            rows.append((RECONCILED[line.kind], line.number, ours, theirs, line.difference.value))
        both = self.statement.closing.value, self.theirs.reckoned.value, self.difference.value
        rows.append((Says("total", "合计"), None, *both))
        return Table("reconciliation", Says("Reconciliation", "对账结果"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("result", "Result", "结果"),
    Column("number", "Number", "单号"),
    Column("ours", "Ours", "我方金额", "amount"),
    Column("theirs", "Theirs", "对方金额", "amount"),
    Column("difference", "Difference", "差异", "amount"),
)
