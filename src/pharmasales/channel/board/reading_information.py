"""Information (信息流): did the flow file come, by which day, how much of it is known, are card and count up to date.

Source: S003-6; P2-F (流向按月报送).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from pharmasales.channel.board.figures import BoardFigure, BoardLimit, figure, not_known
from pharmasales.channel.board.known import ChannelKnown
from pharmasales.channel.stock.book import StockHistory
from pharmasales.display import because
from pharmasales.periods import Month, Period

__all__ = ["count_age", "information"]


def information(
    dealer: str, period: Period, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]
) -> Iterator[BoardFigure]:
    """Yield the figures of information of a dealer.

    Args:
        dealer: id of the dealer.
        period: the period.
        day: the last day that counts.
        known: the values.
        limits: the bounds.
    """
    yield from _files(dealer, period, day, known, limits)
    yield from _lines(dealer, period, known, limits)
    yield _card_age(dealer, day, known, limits)


def _files(
    dealer: str, period: Period, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]
) -> Iterator[BoardFigure]:
    own = known.came.get(dealer, ())
    first = min((one.month for one in own), default=None)
    due = [month for month in period.months if first is not None and not month < first and month.end <= day]
    if not due:
        for key in ("files_missing", "file_days"):
            yield not_known(key, dealer, "", "no flow file was ever due", "无应报流向")
        return
    there = {one.month for one in own}
    gone = [month for month in due if month not in there]
    names = ", ".join(map(str, gone)) or "-"
    en, zh = "{count} of {due} files missing: {names}", "应报 {due} 份，缺 {count} 份：{names}"
    why = because(en, zh, count=len(gone), due=len(due), names=names)
    yield figure(limits, "files_missing", dealer, "", len(gone), why)
    yield _slowest(dealer, due, {one.month: one.on for one in own if one.on is not None}, limits)


def _slowest(
    dealer: str, due: list[Month], came: Mapping[Month, date], limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    days = {month: (came[month] - month.end).days for month in due if month in came}
    if not days:
        return not_known("file_days", dealer, "", "nobody wrote down when the files came", "未登记到达日期")
    late = max(days, key=lambda month: (days[month], month))
    en, zh = (
        "the file of {month} came on {day}, {days} days after its end",
        "{month} 流向于 {day} 到达，月末后 {days} 天",
    )
    why = because(en, zh, month=str(late), day=came[late], days=days[late])
    return figure(limits, "file_days", dealer, "", days[late], why)


def _lines(dealer: str, period: Period, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> Iterator[BoardFigure]:
    sales = sum(one.month in period for one in known.lines.get((dealer, ""), ()))
    held = sum(one.line.month is None or one.line.month in period for one in known.held.get(dealer, ()))
    if not sales + held:
        for key in ("matched", "questions"):
            yield not_known(key, dealer, "", "no line of a flow file", "无流向行")
        return
    why = because("{sales} of {all} lines matched", "{all} 行中匹配 {sales} 行", sales=sales, all=sales + held)
    yield figure(limits, "matched", dealer, "", Fraction(sales, sales + held), why)
    asked = known.asked.get(dealer, 0)
    why = because("{asked} names wait for an answer", "{asked} 个名称待确认", asked=asked)
    yield figure(limits, "questions", dealer, "", asked, why)


def _card_age(dealer: str, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    moved = [one.on for card in known.cards.get(dealer, ()) for one in card.movements if one.on <= day]
    if not moved:
        return not_known("card_age", dealer, "", "no stock card", "无进销存卡")
    why = because("the last movement is of {day}", "最近出入库 {day}", day=max(moved))
    return figure(limits, "card_age", dealer, "", (day - max(moved)).days, why)


def count_age(card: StockHistory, day: date, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    """Return for how many days nobody counted a product; missing where nobody ever did."""
    counted = [one.on for one in card.counts if one.on <= day]
    if not counted:
        return not_known("count_age", card.customer, card.product, "never counted", "从未盘点")
    why = because("counted on {day}", "{day} 盘点", day=counted[-1])
    return figure(limits, "count_age", card.customer, card.product, (day - counted[-1]).days, why)
