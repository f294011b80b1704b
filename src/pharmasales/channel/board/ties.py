"""Ties (核对组): the rows that belong together, and what of them disagrees; all of them in one result.

>>> tie = TradeTie("receipt", "D1", "", "", date(2026, 3, 2), (("receipt", "R1"),), None, None, None, ())
>>> tie.state.zh
'相符'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.channel.board.findings import TRADE_LEGS, Evidence, TradeFinding
from pharmasales.compliance.verdict import OUTCOMES
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["TIE_KINDS", "TradeConsistency", "TradeTie"]

TieKind: TypeAlias = Literal["sale", "invoice", "receipt"]

TIE_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "sale": Says("sale: invoice lines, goods, book", "交易：票、货、账"),
        "invoice": Says("invoice: its lines and its money", "发票：明细与货款"),
        "receipt": Says("receipt: who paid, and for what", "收款：付款方与用途"),
    }
)
"""What is tied."""

_FOUND = {"block": Says("blocked", "禁止"), "warn": Says("warned", "提醒"), "allow": Says("noted", "记录")}
_WAITING, _UNKNOWN, _AGREES = Says("waiting", "在途"), Says("not known", "未知"), Says("agrees", "相符")
_RANK = {"block": 0, "warn": 1, "allow": 2}


@frozen
class TradeTie:
    """Rows that belong together (核对组). Made by `trade_consistency`.

    Args:
        kind: `sale`: lines of an invoice with goods and book; `invoice`: one as a whole; `receipt`: one.
        customer: id of the buyer.
        product: id of the product; "" but for a sale.
        invoice: the number of the invoice, or "".
        on: the day of its first row.
        rows: kind and number of every row.
        billed: the quantity invoiced, less what never came and was taken back; missing where there is no line.
        moved: the quantity that moved; missing where nothing is known.
        booked: the quantity that the buyer booked; missing where there is no entry.
        findings: what disagrees.
        waiting: whether something is still to come, within its days.
        unknown: whether nobody knows what it would be held against: the lines of an invoice, the payer of a receipt.
    """

    kind: TieKind
    customer: str
    product: str
    invoice: str
    on: date
    rows: tuple[Evidence, ...]
    billed: Amount | None
    moved: Amount | None
    booked: Amount | None
    findings: tuple[TradeFinding, ...] = field(repr=lambda held: f"<{len(held)}>")
    waiting: bool = False
    unknown: bool = False

    @property
    def outcome(self) -> str:
        """The worst outcome of its findings; "" where there is none."""
        return min((one.outcome for one in self.findings), key=_RANK.__getitem__, default="")

    @property
    def state(self) -> Says:
        """Blocked, warned, waiting, not known, or agreeing."""
        if self.findings:
            return _FOUND[self.outcome]
        if self.waiting:
            return _WAITING
        return _UNKNOWN if self.unknown else _AGREES

    def place(self) -> tuple[str, str, str, str, date, tuple[Evidence, ...]]:
        """Where it stands among others: buyer, kind, product, invoice, day, rows."""
        return self.customer, self.kind, self.product, self.invoice, self.on, self.rows


def _severity(one: TradeFinding) -> tuple[int, str, date, str, str, str, str, tuple[Evidence, ...]]:
    return _RANK[one.outcome], one.customer, one.on, one.product, one.invoice, one.leg, one.rule, one.evidence


@frozen
class TradeConsistency:
    """Every sale of a period with what of it disagrees (证票账货款核对结果). Made by `trade_consistency`.

    Args:
        period: the period.
        as_of: the day up to which papers are known.
        days: the days in transit.
        ties: by buyer, kind, product and invoice.
    """

    period: Period
    as_of: date
    days: int
    ties: tuple[TradeTie, ...] = field(repr=lambda held: f"<{len(held)}>")

    @cached_property
    def findings(self) -> tuple[TradeFinding, ...]:
        """Everything that disagrees: what is blocked first, then by buyer and day."""
        return tuple(sorted((one for tie in self.ties for one in tie.findings), key=_severity))

    def of(self, customer: str) -> tuple[TradeFinding, ...]:
        """Return the findings of one buyer."""
        return tuple(one for one in self.findings if one.customer == customer)

    def only(self, customer: str) -> TradeConsistency:
        """Return what was held against each other of one buyer alone."""
        return evolve(self, ties=tuple(one for one in self.ties if one.customer == customer))

    def table(self) -> Table:
        """Return a row a finding: verdict, leg, buyer, why, rule, what would mend it."""
        rows: list[tuple[Cell, ...]] = [
            (
                OUTCOMES[one.outcome],
                TRADE_LEGS[one.leg],
                one.customer,
                one.product or None,
                one.invoice or None,
                one.on,
                one.says,
                one.rule,
                one.why,
                one.cure,
            )
            for one in self.findings
        ]
        return Table("trade_findings", Says("What does not agree", "证票账货款不一致"), _FINDINGS, rows)

    def ties_table(self) -> Table:
        """Return a row a tie: what was invoiced, moved and booked, and its state."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.customer,
                TIE_KINDS[one.kind],
                one.product or None,
                one.invoice or None,
                one.on,
                *(None if part is None else part.value for part in (one.billed, one.moved, one.booked)),
                one.state,
                ", ".join(number for _, number in one.rows),
            )
            for one in self.ties
        ]
        return Table("trade_ties", Says("Sales, invoices and receipts", "交易、发票与收款"), _TIES, rows)

    def totals(self) -> Table:
        """Return how many ties of each kind agree, wait, are not known, and have findings; no row is left out."""
        rows: list[tuple[Cell, ...]] = []
        for kind, says in TIE_KINDS.items():
            some = [one for one in self.ties if one.kind == kind]
            states = [one.state for one in some]
            told = [states.count(state) for state in (_AGREES, _WAITING, _UNKNOWN)]
            rows.append((says, sum(len(one.rows) for one in some), len(some), *told, len(some) - sum(told)))
        return Table("trade_totals", Says("What was held against each other", "核对汇总"), _TOTALS, rows)

    def _repr_html_(self) -> str:
        return self.totals().html() + self.table().html()


_FINDINGS = (
    Column("verdict", "Verdict", "结论"),
    Column("leg", "Leg", "环节"),
    Column("customer_id", "Customer", "客户编号"),
    Column("product_id", "Product", "产品编号"),
    Column("invoice", "Invoice", "发票"),
    Column("date", "Date", "日期", "date"),
    Column("finding", "What must hold", "应当"),
    Column("rule", "Rule", "条款"),
    Column("why", "Why", "说明", "why"),
    Column("cure", "What would mend it", "如何处理"),
)

_TIES = (
    Column("customer_id", "Customer", "客户编号"),
    Column("kind", "What is tied", "核对对象"),
    Column("product_id", "Product", "产品编号"),
    Column("invoice", "Invoice", "发票"),
    Column("date", "Date", "日期", "date"),
    Column("billed", "Invoiced", "票", "amount"),
    Column("moved", "Goods", "货", "amount"),
    Column("booked", "Book", "账", "amount"),
    Column("state", "State", "状态"),
    Column("rows", "Papers", "单据"),
)

_TOTALS = (
    Column("kind", "What is tied", "核对对象"),
    Column("rows", "Rows", "单据数", "number"),
    Column("ties", "Ties", "组数", "number"),
    Column("agree", "Agree", "相符", "number"),
    Column("waiting", "Waiting", "在途", "number"),
    Column("unknown", "Not known", "未知", "number"),
    Column("found", "With findings", "不一致", "number"),
)
