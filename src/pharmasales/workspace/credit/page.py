"""The page of money and credit: key figures, an ageing picture, and what asks for a decision first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from pharmasales.channel.money.ageing import LedgerAgeing
from pharmasales.channel.money.in_period import PeriodMoney
from pharmasales.channel.money.turnover import Dso
from pharmasales.display import Says, Table, decimal_text, percent
from pharmasales.exchange.ageing_chart import ageing_bars
from pharmasales.exchange.charts import readable
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section
from pharmasales.units import Amount

__all__ = ["credit_page"]

_WORDS: Mapping[str, Says] = {
    "held": Says(
        "Collect, change the limit, or let a named approver release them.", "催收、调整额度，或由指定审批人放行。"
    ),
    "limits": Says("Limit - (open + not yet invoiced) = headroom.", "额度 -（未收 + 未开票订单）= 可用余额。"),
    "worst_customers": Says("Poor sales, and much owed for long.", "销售差且长期大额欠款。"),
    "best_customers": Says("They sell and pay on time.", "有销售且按期回款。"),
    "expense_alerts": Says("Who does what by when.", "责任人、措施与期限。"),
}
_ORDER = (
    "held",
    "worst_customers",
    "best_customers",
    "statement",
    "order_check",
    "limits",
    "orders",
    "overdue_interest",
    "debts",
    "period_money",
    "dso",
    "expense_alerts",
    "expense",
    "output_input",
    "contracts",
    "credit_items",
    "credit_score",
)


def credit_page(
    tables: Mapping[str, Table],
    notes: Sequence[Says],
    aged: LedgerAgeing,
    money: PeriodMoney,
    dso: Sequence[Dso],
    customer: str = "",
) -> Report:
    """Put the page together.

    Args:
        tables: the tables by name.
        notes: what was left out, and why.
        aged: the ageing.
        money: what was owed, sold and paid in the period.
        dso: days sales outstanding, by each formula.
        customer: the dealer that it is about alone, or "".
    """
    title = Says("Money and credit", "资信与回款")
    if customer:
        title = Says(f"Money and credit of {customer}", f"{customer} 资信与回款")
    said = Says("; ".join(note.en for note in notes), "；".join(note.zh for note in notes))
    return Report(
        title,
        Says(f"as of {aged.as_of}, period {money.period}", f"截至 {aged.as_of}，期间 {money.period}"),
        tuple(_tiles(tables, aged, money, dso)),
        tuple(_sections(tables, aged, customer)),
        said if notes else Says("Made by pharmasales.", "由 pharmasales 生成。"),
    )


def _tiles(tables: Mapping[str, Table], aged: LedgerAgeing, money: PeriodMoney, dso: Sequence[Dso]) -> Iterator[Tile]:
    late = Amount.total((one.undisputed for one in aged.items if one.matched.invoice.due < aged.as_of), aged.open.unit)
    share = late.over(aged.open)
    tone: Tone = "good" if not late.minor else "bad" if share is not None and share > Fraction(1, 2) else "warn"
    yield Tile(
        Says("Open", "未收"),
        readable(aged.open.value),
        Says(f"of {len(aged.items):,} invoices", f"{len(aged.items):,} 张发票"),
    )
    yield Tile(
        Says("Overdue", "逾期"), readable(late.value), Says(f"{percent(share)} of it", f"占 {percent(share)}"), tone
    )
    disputed = aged.disputed.total
    yield Tile(Says("Disputed", "争议"), readable(disputed.value), None, "warn" if disputed.minor else "plain")
    yield Tile(Says("Receipts rate", "回款率"), percent(money.rate), Says(str(money.period), str(money.period)))
    simple = dso[0]
    days = "-" if simple.days is None else decimal_text(simple.days, 1)
    yield Tile(Says("DSO", "周转天数"), days, Says("days, open over sales", "天，简单法"))
    if "held" in tables:
        held = len(tables["held"])
        yield Tile(Says("Orders on hold", "扣单"), f"{held:,}", None, "bad" if held else "good")


def _sections(tables: Mapping[str, Table], aged: LedgerAgeing, customer: str) -> Iterator[Section]:
    chart = ageing_bars(aged, total=bool(customer))
    yield Section(Says("Ageing", "账龄"), None, chart, tables["ledger_ageing"], 20)
    for name in _ORDER:
        table = tables.get(name)
        if table is not None and (len(table) or name == "held"):
            yield Section(table.title, _WORDS.get(name), None, table.without("why"), 40 if customer else 12)
