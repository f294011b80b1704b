"""Questions (待确认): what a person is asked about names, once for each name and not once for each row.

The answer becomes an `Alias` and is kept, so that nobody is asked again; the files are then cleaned anew.

>>> from datetime import date
>>> from pharmasales.units import CNY
>>> question = Question("customer", "D1", "示例人医", 3, Amount.of(900, CNY), Matched("customer", "none"))
>>> question.answer("H1", by="u1", on=date(2026, 1, 9))
Alias(kind='customer', id='H1', by='u1', on=datetime.date(2026, 1, 9), distributor='D1')

Source: P2-F (one-click correction).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from attrs import field, frozen

from pharmasales.channel.flow.aliases import Alias, MasterKind
from pharmasales.channel.flow.cleaning import CleanFlow
from pharmasales.channel.flow.held import HeldLine
from pharmasales.channel.flow.matching import Matched
from pharmasales.channel.flow.reading import FlowLine
from pharmasales.channel.flow.telling import name_key
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.units import Amount

__all__ = ["Question", "Questions", "questions"]


@frozen
class Question:
    """One name of one distributor that nobody knows (待确认名称).

    Args:
        kind: `customer` or `product`.
        distributor: whose files write so.
        text: the name as written first, or the code where there is no name.
        lines: how many lines wait for it.
        amount: what they are worth.
        found: the likeliest masters and why none was taken.
    """

    kind: MasterKind
    distributor: str
    text: str = field(repr=False)
    lines: int
    amount: Amount
    found: Matched

    def answer(self, master: str, *, by: str, on: date, everywhere: bool = False) -> Alias:
        """Return the confirmation that this name means a master.

        Args:
            master: id of the master.
            by: the id of who answers.
            on: the day.
            everywhere: whether it holds for the files of every distributor.
        """
        return Alias(self.kind, self.text, master, by, on, "" if everywhere else self.distributor)


@frozen(repr=False)
class Questions:
    """All names to be asked about, those first that most money waits for.

    Args:
        questions: one a name and distributor.
    """

    questions: tuple[Question, ...]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def __repr__(self) -> str:
        return f"Questions({len(self)})"

    def table(self, label: Callable[[str], str] | None = None) -> Table:
        """Return name, reason and the likeliest answers.

        Args:
            label: gives the name to show beside an id; ids alone where left out.
        """
        rows = [_row(one, label) for one in self.questions]
        return Table("questions", Says("Names to be confirmed", "待确认名称"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _row(one: Question, label: Callable[[str], str] | None) -> tuple[Cell, ...]:
    likely = [
        f"{near.id} {label(near.id)} {near.score}" if label else f"{near.id} {near.score}"
        for near in one.found.likely[:3]
    ]
    return one.kind, one.distributor, one.text, one.lines, one.amount.value, one.found.why, "; ".join(likely)


_COLUMNS = (
    Column("kind", "Kind", "类别"),
    Column("distributor", "Distributor", "商业公司"),
    Column("text", "Name in the files", "流向名称"),
    Column("lines", "Lines", "行数", "number"),
    Column("amount", "Amount", "金额", "amount"),
    Column("why", "Why", "理由", "why"),
    Column("likely", "Likely", "可能"),
)


def questions(clean: CleanFlow) -> Questions:
    """Return what is to be asked about names: one question for each name of a distributor.

    A row that looks like one of totals names nobody and asks nothing.

    Args:
        clean: what became of the files.
    """
    found: dict[tuple[str, str, str], list[HeldLine]] = {}
    for held in clean.held:
        for one in () if held.line.is_total else (held.customer, held.product):
            text = name_key(_text(held.line, one.kind))
            if not one.id and text:
                found.setdefault((one.kind, held.line.distributor, text), []).append(held)
    made = [_question(kind, lines, clean) for (kind, _, _), lines in found.items()]
    made.sort(key=lambda one: (-abs(one.amount.minor), -one.lines, one.kind, one.distributor, name_key(one.text)))
    return Questions(tuple(made))


def _text(line: FlowLine, kind: str) -> str:
    return line.customer or line.customer_code if kind == "customer" else line.product or line.product_code


def _question(kind: str, lines: list[HeldLine], clean: CleanFlow) -> Question:
    first = lines[0]
    matched = first.customer if kind == "customer" else first.product
    worth = sum(one.line.amount.minor for one in lines if one.line.amount)
    text = _text(first.line, kind)
    return Question(matched.kind, first.line.distributor, text, len(lines), Amount(worth, clean.unit), matched)
