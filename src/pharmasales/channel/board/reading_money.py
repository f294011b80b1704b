"""Money (资金流): invoiced and received in the period, overdue at its end, and how much credit is left.

Source: S004-58, S004-62, S004-74, P2-C (回款率).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pharmasales.channel.board.figures import BoardFigure, BoardLimit, figure, not_known
from pharmasales.channel.board.known import ChannelKnown
from pharmasales.channel.money.in_period import net_sales, period_money
from pharmasales.channel.money.ledger import Ledger
from pharmasales.channel.money.matching import MatchedMoney, match_money
from pharmasales.channel.money.turnover import dso_simple
from pharmasales.display import because
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["money_of"]

_KEYS = ("invoiced", "received", "receipts_rate", "overdue", "overdue_share", "dso")


def money_of(
    dealer: str, period: Period, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]
) -> Iterator[BoardFigure]:
    """Yield the figures of money of a dealer.

    Args:
        dealer: id of the dealer.
        period: the period.
        day: the last day that counts.
        known: the values.
        limits: the bounds.
    """
    ledger = known.ledger
    yield _headroom(dealer, known, limits)
    if ledger is None or dealer not in ledger.accounts:
        for key in _KEYS:
            yield not_known(key, dealer, "", "no invoice or receipt", "无往来单据")
        return
    yield from _in_period(dealer, ledger, period, limits)
    money = match_money(ledger, day, way=known.way, customer=dealer)
    yield from _overdue(dealer, money, day, limits)
    still, days = money.open, (day - period.start).days + 1
    dso = dso_simple(still, net_sales(ledger, period, dealer), days)
    if dso.days is None:
        yield BoardFigure("dso", dealer, "", None, None, dso.why)
    else:
        yield figure(limits, "dso", dealer, "", dso.days, dso.why)


def _in_period(dealer: str, ledger: Ledger, period: Period, limits: Mapping[str, BoardLimit]) -> Iterator[BoardFigure]:
    found = period_money(ledger, period, dealer)
    why = because("invoices less credit notes of {period}", "{period} 发票减红字", period=str(period))
    yield figure(limits, "invoiced", dealer, "", found.sales, why)
    why = because("receipts of {period}", "{period} 回款", period=str(period))
    yield figure(limits, "received", dealer, "", found.received, why)
    if found.rate is None:
        yield not_known("receipts_rate", dealer, "", "nothing was sold, net", "期内无净销售")
    else:
        yield figure(limits, "receipts_rate", dealer, "", found.rate, found.why())


def _overdue(dealer: str, money: MatchedMoney, day: date, limits: Mapping[str, BoardLimit]) -> Iterator[BoardFigure]:
    late = [one for one in money.invoices if one.invoice.due < day and one.open > one.disputed]
    amount = Amount.total((one.open - one.disputed for one in late), money.unit)
    parts = [one.why() for one in sorted(late, key=lambda one: (one.invoice.due, one.invoice.id))[:3]]
    en, zh = "{count} invoices overdue on {day}, disputed ones apart", "{day} 逾期发票 {count} 张，争议除外"
    why = because(en, zh, *parts, count=len(late), day=day)
    yield figure(limits, "overdue", dealer, "", amount, why)
    share = amount.over(money.open)
    if share is None:
        yield not_known("overdue_share", dealer, "", "nothing is open", "无未收款")
    else:
        en, zh = "{late} overdue of {open} open", "未收 {open}，其中逾期 {late}"
        why = because(en, zh, late=str(amount), open=str(money.open))
        yield figure(limits, "overdue_share", dealer, "", share, why)


def _headroom(dealer: str, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    check = (known.checks or {}).get(dealer)
    if check is None or check.void:
        return not_known("headroom", dealer, "", "no credit limit is in force", "无有效信用额度")
    return figure(limits, "headroom", dealer, "", check.headroom, check.why)
