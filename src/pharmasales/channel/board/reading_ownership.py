"""Ownership and trade (商流): rights and contracts in force, orders, who invoices whom, cross-region sales, papers.

Source: S003-6; P2-G (territory, no cross-selling); two-invoice rule (两票制), 国医改办发〔2016〕4 号 of 2016-12-26.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pharmasales.channel.board.figures import BoardFigure, BoardLimit, figure, not_known
from pharmasales.channel.board.known import ChannelKnown
from pharmasales.channel.flow.crossing import FlowTerritory
from pharmasales.display import Says, because

__all__ = ["crossed", "ownership", "papers", "right_days"]


def ownership(dealer: str, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> Iterator[BoardFigure]:
    """Yield the figures of trade of a dealer that are of no product.

    Args:
        dealer: id of the dealer.
        day: the last day that counts.
        known: the values.
        limits: the bounds.
    """
    yield _contract(dealer, day, known, limits)
    own = known.ordered.get(dealer, ())
    for key in ("accepted", "held"):
        some = sorted(one.id for one in own if one.state == key)
        if own:
            why = because("orders {some}", "订单 {some}", some=", ".join(some) or "-")
            yield figure(limits, key, dealer, "", len(some), why)
        else:
            yield not_known(key, dealer, "", "no order", "无订单")
    yield _steps(dealer, known, limits)


def _contract(dealer: str, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    contracts = known.contracts.get(dealer, ())
    own = [(one.until, one.id) for one in contracts if one.signed <= day and one.until]
    if not own:
        return not_known("contract_days", dealer, "", "no contract with a last day", "无载明期限的合同")
    until, number = max(own)
    why = because("contract {number} until {until}", "合同 {number} 至 {until}", number=number, until=until)
    return figure(limits, "contract_days", dealer, "", (until - day).days, why)


def _steps(dealer: str, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    others = [one for one in known.suppliers.get(dealer, ()) if one != dealer]
    account = known.ledger.accounts.get(dealer) if known.ledger else None
    ours = account is not None and bool(account.invoices)
    if not ours and not others:
        return not_known("steps", dealer, "", "nobody knows who invoices it", "不知由谁开票")
    by = Says(", ".join([*(["us"] if ours else []), *others]), "、".join([*(["我方"] if ours else []), *others]))
    en, zh = "invoiced by {by}, and it invoices the terminal", "由 {by} 开票，再由其向终端开票"
    return figure(limits, "steps", dealer, "", 3 if others else 2, because(en, zh, by=by))


def right_days(
    dealer: str, product: str, day: date, known: ChannelKnown, limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    """Return for how many days the right to a product still stands; below zero where it has ended."""
    own = [one for one in known.granted.get(dealer, ()) if not one.products or product in one.products]
    if not own:
        return not_known("right_days", dealer, product, "no right is on file", "未登记代理权")
    begun = [one for one in own if one.since is None or one.since <= day]
    if not begun:
        return not_known("right_days", dealer, product, "the right begins later", "代理权尚未生效")
    return _ends(dealer, product, day, begun, limits)


def _ends(
    dealer: str, product: str, day: date, rights: list[FlowTerritory], limits: Mapping[str, BoardLimit]
) -> BoardFigure:
    ends = [one.until for one in rights if one.until is not None]
    if len(ends) < len(rights):
        why = because("the right has no last day", "代理权未定期限")
        return BoardFigure("right_days", dealer, product, Says("no end", "无期限"), "good", why)
    until = max(ends)
    why = because("the right stands until {until}", "代理权至 {until}", until=until)
    return figure(limits, "right_days", dealer, product, (until - day).days, why)


def crossed(dealer: str, product: str, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> BoardFigure:
    """Return how many cross-region cases a dealer has, in a product or in all; missing where no line was judged."""
    lines, left = (some.get((dealer, product), ()) for some in (known.lines, known.unjudged))
    some = known.crossed.get((dealer, product), ())
    if known.crossing is None or (len(left) == len(lines) and not some):
        return not_known("cross", dealer, product, "no line was held against a territory", "无流向可核区域")
    en, zh = "{count} cases, {left} lines not judged", "{count} 宗，{left} 行未判定"
    if not left:
        en, zh = "{count} cases", "{count} 宗"
    why = because(en, zh, *(one.why for one in some[:3]), count=len(some), left=len(left))
    return figure(limits, "cross", dealer, product, len(some), why)


def papers(dealer: str, product: str, known: ChannelKnown, limits: Mapping[str, BoardLimit]) -> Iterator[BoardFigure]:
    """Yield how many sales the gate blocks and warns of, of a product or of all."""
    ties = known.ties.get((dealer, product), ())
    for key, outcome in (("blocked", "block"), ("warned", "warn")):
        if not ties:
            yield not_known(key, dealer, product, "no papers were held against each other", "未核对单据")
            continue
        some = [one for tie in ties for one in tie.findings if one.outcome == outcome]
        why = because("{count} findings", "{count} 项", *(one.why for one in some[:3]), count=len(some))
        yield figure(limits, key, dealer, product, len(some), why)
