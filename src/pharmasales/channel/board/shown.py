"""The board as it is shown (看板): rows of figures, the worst first, and the list of what to do.

>>> from pharmasales.periods import Month
>>> ChannelBoard(Month(2026, 3), date(2026, 3, 31), ()).table().columns[3].title("zh")
'最差'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from attrs import evolve, field, frozen

from pharmasales.channel.board.catalogue import (
    BOARD_FIGURES,
    BOARD_STATES,
    CHANNEL_FLOWS,
    BoardState,
    ChannelFlow,
    rank,
)
from pharmasales.channel.board.figures import BoardFigure
from pharmasales.display import Cell, Column, Says, Table, Why, because, joined
from pharmasales.periods import Period

__all__ = ["BoardRow", "BoardTask", "ChannelBoard"]

_NOT_KNOWN = Says("not known", "未知")


def _by_key(given: Iterable[BoardFigure]) -> Mapping[str, BoardFigure]:
    found = {one.key: one for one in given}
    return {key: found[key] for key in BOARD_FIGURES if key in found}


@frozen
class BoardRow:
    """One dealer, or one product of it (一行). Made by `channel_board`.

    Args:
        customer: id of the dealer.
        product: id of the product; "" for the dealer as a whole.
        figures: its figures by name.
    """

    customer: str
    product: str
    figures: Mapping[str, BoardFigure] = field(converter=_by_key, hash=False, repr=lambda held: f"<{len(held)}>")

    def flow(self, flow: ChannelFlow) -> BoardFigure | None:
        """Return the worst figure of a flow, which decides its state; nothing where none is known."""
        own = [one for one in self.figures.values() if one.kind.flow == flow and one.state is not None]
        return min(own, key=lambda one: rank(one.state), default=None)

    @cached_property
    def flows(self) -> tuple[ChannelFlow, ...]:
        """The flows, the worst first: by state, then by how many figures are to be acted on, then in their order."""
        return tuple(sorted(CHANNEL_FLOWS, key=self._badness))

    def _badness(self, flow: ChannelFlow) -> tuple[int, int, int]:
        own = [one.state for one in self.figures.values() if one.kind.flow == flow]
        return min(map(rank, own), default=rank(None)), -own.count("act"), -own.count("watch")

    @property
    def state(self) -> BoardState | None:
        """The worst state of all flows; missing where nothing is known."""
        found = self.flow(self.flows[0])
        return None if found is None else found.state

    @property
    def worst(self) -> ChannelFlow | None:
        """The worst flow; missing where nothing is known, or all is good."""
        return None if self.state in (None, "good") else self.flows[0]

    @property
    def why(self) -> Why:
        """The flows that are not good, the worst first, each with the figures that say so."""
        bad = [one for one in self.flows if self._bad(one)]
        if not bad:
            return because("nothing is known", "未知") if self.state is None else self._good()
        parts = [because("{figure}", "{figure}", one.why, figure=_said(one)) for flow in bad for one in self._bad(flow)]
        said = joined(CHANNEL_FLOWS[one] for one in bad)
        return because("not good: {flows}", "不正常：{flows}", *parts, flows=said)

    def _good(self) -> Why:
        lost = [says for flow, says in CHANNEL_FLOWS.items() if self.flow(flow) is None]
        if not lost:
            return because("all is good", "均正常")
        said = Says(", ".join(one.en for one in lost), "、".join(one.zh for one in lost))
        return because("all that is known is good; not known: {flows}", "已知各流正常；未知：{flows}", flows=said)

    def _bad(self, flow: ChannelFlow) -> list[BoardFigure]:
        own = [one for one in self.figures.values() if one.kind.flow == flow and one.state in ("act", "watch")]
        return sorted(own, key=lambda one: rank(one.state))

    @property
    def tasks(self) -> tuple[BoardTask, ...]:
        """What to do about the worst figure of each flow that is not good; what is to be acted on comes first."""
        found = [BoardTask(bad[0]) for flow in self.flows if (bad := self._bad(flow))]
        return tuple(sorted(found, key=lambda one: rank(one.figure.state)))

    def order(self) -> tuple[int, int, int, str, str]:
        """Where it stands among others: dealers by state and by how much is to be acted on, products by their id."""
        states = [one.state for one in self.figures.values()]
        return rank(self.state), -states.count("act"), -states.count("watch"), self.customer, self.product


def _said(one: BoardFigure) -> Says:
    state = BOARD_STATES[one.state] if one.state else _NOT_KNOWN
    return Says(f"{state.en}: {one.shown()}", f"{state.zh}：{one.shown('zh')}")


@frozen
class BoardTask:
    """Something to do about a figure (待办).

    Args:
        figure: the figure that asks for it.
    """

    figure: BoardFigure

    @property
    def what(self) -> Says:
        """What to do."""
        return self.figure.kind.todo

    @property
    def who(self) -> Says:
        """Who does it."""
        return self.figure.kind.who


@frozen
class ChannelBoard:
    """The four flows of every dealer (四流看板). Made by `channel_board`.

    Args:
        period: the period.
        as_of: the day up to which things are known.
        lines: the rows of dealers and of their products, the worst first.
    """

    period: Period
    as_of: date
    lines: tuple[BoardRow, ...] = field(repr=lambda held: f"<{len(held)}>")

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        """The dealers, the worst first."""
        return tuple(one for one in self.lines if not one.product)

    @property
    def products(self) -> tuple[BoardRow, ...]:
        """Each product of each dealer, the worst first."""
        return tuple(one for one in self.lines if one.product)

    @property
    def tasks(self) -> tuple[BoardTask, ...]:
        """What to do, dealer by dealer, what is to be acted on first."""
        found = [task for row in self.rows for task in row.tasks]
        return tuple(sorted(found, key=lambda one: rank(one.figure.state)))

    def only(self, customer: str) -> ChannelBoard:
        """Return the board of one dealer alone."""
        return evolve(self, lines=tuple(one for one in self.lines if one.customer == customer))

    def table(self) -> Table:
        """Return a row a dealer: its state, the worst flow, and each flow with the figure that decided."""
        rows: list[tuple[Cell, ...]] = []
        for place, row in enumerate(self.rows, 1):
            first = next(iter(row.tasks), None)
            flows = [row.flow(flow) for flow in CHANNEL_FLOWS]
            rows.append(
                (
                    place,
                    row.customer,
                    BOARD_STATES[row.state] if row.state else _NOT_KNOWN,
                    CHANNEL_FLOWS[row.worst] if row.worst else None,
                    *(_NOT_KNOWN if one is None else _said(one) for one in flows),
                    first.what if first else None,
                    first.who if first else None,
                )
            )
        title = Says(f"The four flows of {self.period}", f"{self.period} 四流看板")
        return Table("channel_board", title, _BOARD, rows)

    def figures_table(self) -> Table:
        """Return a row a dealer and product, a column a figure; empty where nothing is known."""
        rows: list[tuple[Cell, ...]] = []
        for row in sorted(self.lines, key=lambda one: (one.customer, one.product)):
            cells = [row.figures[key].cell if key in row.figures else None for key in BOARD_FIGURES]
            state = BOARD_STATES[row.state] if row.state else _NOT_KNOWN
            rows.append((row.customer, row.product or None, state, *cells))
        return Table("channel_figures", Says("The figures of the four flows", "四流指标"), _FIGURES, rows)

    def why_table(self) -> Table:
        """Return a row a figure of a dealer, with its state and its why."""
        rows: list[tuple[Cell, ...]] = [
            (
                row.customer,
                CHANNEL_FLOWS[one.kind.flow],
                one.kind.says,
                one.cell,
                BOARD_STATES[one.state] if one.state else _NOT_KNOWN,
                one.why,
            )
            for row in self.rows
            for one in row.figures.values()
        ]
        return Table("channel_why", Says("Why each figure is what it is", "指标说明"), _WHY, rows)

    def tasks_table(self) -> Table:
        """Return a row a task: dealer, flow, the figure, what to do and who."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.figure.customer,
                CHANNEL_FLOWS[one.figure.kind.flow],
                _said(one.figure),
                one.what,
                one.who,
                one.figure.why,
            )
            for one in self.tasks
        ]
        return Table("channel_tasks", Says("What to do", "待办"), _TASKS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_BOARD = (
    Column("place", "Place", "序号", "number"),
    Column("customer_id", "Dealer", "商业编号"),
    Column("state", "State", "状态"),
    Column("worst", "Worst", "最差"),
    *(Column(key, says.en.capitalize(), says.zh) for key, says in CHANNEL_FLOWS.items()),
    Column("todo", "What to do first", "首要待办"),
    Column("who", "Who", "负责"),
)

_FIGURES = (
    Column("customer_id", "Dealer", "商业编号"),
    Column("product_id", "Product", "产品编号"),
    Column("state", "State", "状态"),
    *(
        Column(one.key, one.says.en[:1].upper() + one.says.en[1:], one.says.zh, one.kind)
        for one in BOARD_FIGURES.values()
    ),
)

_WHY = (
    Column("customer_id", "Dealer", "商业编号"),
    Column("flow", "Flow", "流"),
    Column("figure", "Figure", "指标"),
    Column("value", "Value", "值", "number"),
    Column("state", "State", "状态"),
    Column("why", "Why", "说明", "why"),
)

_TASKS = (
    Column("customer_id", "Dealer", "商业编号"),
    Column("flow", "Flow", "流"),
    Column("figure", "Figure", "指标"),
    Column("todo", "What to do", "待办"),
    Column("who", "Who", "负责"),
    Column("why", "Why", "说明", "why"),
)
