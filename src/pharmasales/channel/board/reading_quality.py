"""Distribution quality (分销质量): how many terminals bought, how many of those that matter, and how often.

Source: S003-6 (not only shipping: distribution and its quality).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from pharmasales.channel.board.figures import BoardFigure, BoardLimit, figure, not_known
from pharmasales.channel.board.known import ChannelKnown
from pharmasales.channel.flow.held import FlowSale
from pharmasales.display import because
from pharmasales.periods import Period

__all__ = ["quality"]


def quality(
    dealer: str,
    product: str,
    period: Period,
    known: ChannelKnown,
    dealers: frozenset[str],
    limits: Mapping[str, BoardLimit],
) -> Iterator[BoardFigure]:
    """Yield the quality of distribution of a dealer, of a product or of all.

    Args:
        dealer: id of the dealer.
        product: id of the product; "" for all.
        period: the period.
        known: the values.
        dealers: the ids of all dealers: who resells is no terminal.
        limits: the bounds.
    """
    lines = [
        one for one in known.lines.get((dealer, product), ()) if one.month in period and one.customer not in dealers
    ]
    if not lines:
        for key in ("terminals", "reached", "often"):
            yield not_known(key, dealer, product, "no sale to a terminal is known", "无终端流向")
        return
    net = defaultdict[tuple[str, str], int](int)
    for one in lines:
        net[one.customer, one.product] += one.quantity.minor
    bought = sorted({customer for (customer, _), left in net.items() if left > 0})
    why = because("{count} terminals bought more than they returned", "{count} 家终端净购进", count=len(bought))
    yield figure(limits, "terminals", dealer, product, len(bought), why)
    yield _reached(dealer, product, bought, known, limits)
    yield _often(dealer, product, bought, lines, limits)


def _reached(
    dealer: str, product: str, bought: list[str], known: ChannelKnown, limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    targets = (known.targets or {}).get(dealer, frozenset())
    if not targets:
        return not_known("reached", dealer, product, "no target hospitals are named", "未指定目标医院")
    there = targets.intersection(bought)
    en, zh = "{there} of {all} target hospitals bought", "{all} 家目标医院中 {there} 家购进"
    why = because(en, zh, there=len(there), all=len(targets))
    return figure(limits, "reached", dealer, product, Fraction(len(there), len(targets)), why)


def _often(
    dealer: str, product: str, bought: list[str], lines: list[FlowSale], limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    if not bought:
        return not_known("often", dealer, product, "no terminal bought", "无终端购进")
    some = [one for one in lines if one.customer in bought and one.quantity.minor > 0]
    times = {(one.customer, _purchase(one)) for one in some}
    months = {one.month for one in lines}
    en = "{times} purchases of {count} terminals in {months} months with lines"
    zh = "{count} 家终端在有流向的 {months} 个月内购进 {times} 次"
    why = because(en, zh, times=len(times), count=len(bought), months=len(months))
    return figure(limits, "often", dealer, product, Fraction(len(times), len(bought) * len(months)), why)


def _purchase(sale: FlowSale) -> str:
    """What makes one purchase: its day, else its document, else its row."""
    line = sale.line
    if line.day is not None:
        return line.day.isoformat()
    return f"document {line.document}" if line.document else f"row {line.file} {line.row}"
