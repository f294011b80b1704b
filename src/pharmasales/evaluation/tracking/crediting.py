"""Roll-up of actuals (业绩归集): what each node sold in each period, its own apart from its part of shared sales.

A sale of several nodes is split by their shares, exactly: the parts add up to the sale. A node above all of them counts
it whole and once.

>>> from datetime import date
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> org = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> sold = [
...     Entry("s1", date(2026, 1, 20), Amount.of("100.01", CNY), {"r1": "50%", "r2": "50%"}),
...     Entry("s2", date(2026, 1, 21), Amount.of("-20.00", CNY), "r2"),
...     Entry("s3", date(2026, 2, 2), Amount.of("70.00", CNY), "r1"),
... ]
>>> january = Month(2026, 1)
>>> found = credit(org, sold, [january], CNY)
>>> print(found.table())
Node id  Node   Level     Period      Own  Shared  Returns  Amount
-------  -----  --------  -------  ------  ------  -------  ------
N        North  district  2026-01   80.01    0.00   -20.00   80.01
r1       One    rep       2026-01    0.00   50.01     0.00   50.01
r2       Two    rep       2026-01  -20.00   50.00   -20.00   30.00
>>> [(line.entry.id, line.note.en) for line in found.left_out()]
[('s3', 'outside the periods asked for')]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.evaluation.tracking.booking import Above, Book, Sums, add_sums, credited_parts
from pharmasales.evaluation.tracking.entries import Closing, Entry, Line, Places, place_entry, refuse_entries
from pharmasales.names import nearest
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["Credited", "Credits", "Nothing", "credit"]

Nothing: TypeAlias = Literal["missing", "zero"]
"""What a node without any entry has: not known, or nothing sold."""


@frozen
class Credited:
    """What a node was credited with in a period, with everything below it.

    Args:
        own: what it sold alone: every sale whose nodes all stand at or below it.
        shared: its part of sales that it shares with nodes elsewhere (共享业绩).
        returns: the returns (退货) within the two, zero or below.
    """

    own: Amount
    shared: Amount
    returns: Amount

    @property
    def amount(self) -> Amount:
        """Own and shared together: what counts towards its goal."""
        return self.own + self.shared


@frozen
class Credits:
    """What every node was credited with in every period, and what became of each entry. Made by `credit`.

    Args:
        org: the organisation.
        periods: the periods, in order.
        unit: what is counted.
        lines: what became of each entry, in the order given.
        at: what each node itself was credited with, by period and id.
        sums: own, shared and returns with everything below, by period and id, in smallest parts.
    """

    org: Org = field(repr=False)
    periods: tuple[Period, ...]
    unit: Unit
    lines: tuple[Line, ...] = field(repr=lambda lines: f"<{len(lines)} entries>")
    at: Mapping[Period, Mapping[str, Amount]] = field(repr=False, hash=False)
    sums: Mapping[Period, Mapping[str, Sums]] = field(repr=False, hash=False)

    def credited(self, node_id: str, period: Period) -> Credited | None:
        """Return a node's figures in a period; missing where no entry counts there.

        Raises:
            NotFound: no such node or period.
        """
        sums = self.sums[self._known(period)].get(self.org[node_id].id)
        return None if sums is None else Credited(*(Amount(one, self.unit) for one in sums))

    def actual(self, period: Period, nothing: Nothing = "missing") -> dict[str, Amount]:
        """Return what each node itself was credited with, as `attain` and `track` take it.

        Args:
            period: the period.
            nothing: what a leaf without any entry gets: no figure, or `zero` where the entries are all there is.

        Raises:
            NotFound: no such period.
            BadValue: an unknown word.
        """
        if nothing not in ("missing", "zero"):
            hint = nearest(str(nothing), ("missing", "zero"))
            raise BadValue("what has a node without an entry?", where="nothing", hint=hint, code="credit.nothing")
        found = dict(self.at[self._known(period)])
        if nothing == "zero":
            found = {leaf.id: Amount(0, self.unit) for leaf in self.org.leaves()} | found
        return found

    def counted(self, node_id: str, period: Period) -> tuple[Line, ...]:
        """Return the entries that a figure counts, at the node or below it.

        Raises:
            NotFound: no such node or period.
        """
        within = self.org.within(node_id)
        self._known(period)
        return tuple(line for line in self.lines if line.period == period and not within.isdisjoint(line.parts))

    def left_out(self, node_id: str | None = None, period: Period | None = None) -> tuple[Line, ...]:
        """Return the entries that a figure leaves out, each with its note: of a period, and of a node and below.

        An entry that counts in a later period than its own is left out of its own.

        Raises:
            NotFound: no such node.
        """
        within = self.org.within(self.org.root.id if node_id is None else node_id)
        found = [line for line in self.lines if not within.isdisjoint(line.entry.credit)]
        if period is None:
            return tuple(line for line in found if line.period is None)
        return tuple(line for line in found if line.home == period and line.period != period)

    @property
    def late(self) -> tuple[Line, ...]:
        """The entries that came after the close of their period, wherever they count (迟录)."""
        return tuple(line for line in self.lines if line.late)

    def why(self, node_id: str, period: Period) -> Why:
        """Say what a figure counts and what it leaves out.

        Raises:
            NotFound: no such node or period.
        """
        found, counted = self.credited(node_id, period), self.counted(node_id, period)
        out = Counter(line.note for line in self.left_out(node_id, period) if line.note is not None)
        special = Counter(line.note for line in counted if line.note is not None)
        parts = [
            because("{count} left out: {note}", "未计 {count} 笔：{note}", count=n, note=s) for s, n in out.items()
        ]
        parts += [
            because("{count} of them: {note}", "其中 {count} 笔：{note}", count=n, note=s) for s, n in special.items()
        ]
        if found is None:
            return because("no entry counts here, so there is no figure", "无计入记录，故无数值", *parts)
        return because(
            "own {own} + shared {shared} = {amount} from {count} entries",
            "独立 {own} + 共享 {shared} = {amount}，共 {count} 笔",
            *parts,
            own=str(found.own),
            shared=str(found.shared),
            amount=str(found.amount),
            count=len(counted),
        )

    def table(self) -> Table:
        """Return node_id, node, level, period, own, shared, returns, amount; a node without an entry has no row."""
        rows: list[tuple[Cell, ...]] = []
        for node in self.org:
            for period in self.periods:
                found = self.credited(node.id, period)
                if found is not None:
                    figures = (found.own.value, found.shared.value, found.returns.value, found.amount.value)
                    rows.append((node.id, node.name, node.level, str(period), *figures))
        return Table("credits", Says("Credited sales", "业绩归集"), _COLUMNS, rows)

    def notes(self) -> Table:
        """Return every entry that was left out or came late: entry_id, day, entered, home, period, note."""
        rows = [
            (line.entry.id, line.entry.day, line.entry.entered, _text(line.home), _text(line.period), line.note)
            for line in self.lines
            if line.note is not None
        ]
        return Table("credit_notes", Says("Left out or late", "未计与迟录"), _NOTES, rows)

    def _known(self, period: Period) -> Period:
        if period not in self.at:
            hint = f"known: {', '.join(map(str, self.periods))}"
            raise NotFound(f"{period} was not asked for", hint=hint, code="credit.period")
        return period

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _text(period: Period | None) -> str | None:
    return None if period is None else str(period)


_NODE = (Column("node_id", "Node id", "节点编号"), Column("node", "Node", "节点"), Column("level", "Level", "层级"))
_COLUMNS = (
    *_NODE,
    Column("period", "Period", "期间"),
    Column("own", "Own", "独立", "amount"),
    Column("shared", "Shared", "共享", "amount"),
    Column("returns", "Returns", "退货", "amount"),
    Column("amount", "Amount", "合计", "amount"),
)
_NOTES = (
    Column("entry_id", "Entry id", "记录编号"),
    Column("day", "Day", "日期", "date"),
    Column("entered", "Entered", "录入日期", "date"),
    Column("home", "Its period", "所属期间"),
    Column("period", "Counted in", "计入期间"),
    Column("note", "Note", "说明"),
)


def credit(
    org: Org,
    entries: Iterable[Entry],
    periods: Sequence[Period],
    unit: Unit,
    *,
    closing: Closing | None = None,
    as_of: date | None = None,
) -> Credits:
    """Credit sales to the nodes that made them, and roll them up (业绩归集).

    A shared sale is split by largest remainder, ties in the order given; a return is split as its sale would be, so
    that the two cancel. For a node above all who share it the sale is its own, whole and once; for the others their
    part is shared. Nothing is dropped in silence: what does not count is kept with the reason.

    Args:
        org: the organisation; an inner node may be credited too.
        entries: the sales and returns.
        periods: in order, without overlap.
        unit: what the amounts are counted in.
        closing: when the books close; left out, nothing is late.
        as_of: what happened or was entered after this day does not count yet; left out, everything is known.

    Source: S004-49, S004-58 (net sales); the splits law.

    Raises:
        BadRows: every entry that is refused: shares above or below 100 %, a share below zero, an unknown node, an id
            given twice, another unit.
        BadRule: no period, or periods out of order.
        UnknownYear: a close in a year that the calendar does not know.
    """
    places, given = Places(periods), list(entries)
    refuse_entries(org, given, unit)
    lines = []
    for entry in given:
        home, period, note = place_entry(entry, places, closing, as_of)
        amount = None if period is None else entry.amount
        lines.append(Line(entry, home, period, note, {} if amount is None else credited_parts(entry, amount)))
    books = {period: Book() for period in places.periods}
    above = Above(org)
    for line in lines:
        if line.period is not None:
            books[line.period].post(line, above)
    at = {period: {node_id: Amount(n, unit) for node_id, n in book.at.items()} for period, book in books.items()}
    sums = {period: org.roll_up(book.raw(), add_sums) for period, book in books.items()}
    return Credits(org, places.periods, unit, tuple(lines), at, sums)
