"""The papers of the channel beside plain Python over the same values: matching, ageing, trade checks, the board.

Each floor goes over the papers with dictionaries and whole fen. It keeps no reason and no paper beside a figure, asks
no policy (it knows that an expired licence and each disagreement is a finding), and computes of the board the figures
named in `BOARD`, which are those that a plain report shows. What both find is equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from timing import Case, grown, held_against, show
from trade_world import AS_OF, MARCH, Papers, known_of, papers_of

from pharmasales.channel.board import ChannelKnown, channel_board
from pharmasales.channel.money import Invoice, Receipt, age_ledger, match_money

SALES = 20_000
EDGES = (0, 30, 60, 90, 120)


def settled_by_hand(papers: Papers) -> dict[str, tuple[int, ...]]:
    """What is open of each invoice and what each receipt paid of it, the oldest first."""
    bills, paid = defaultdict[str, list[Invoice]](list), defaultdict[str, list[Receipt]](list)
    for one in papers.documents:
        if isinstance(one, Invoice):
            bills[one.customer].append(one)
        elif isinstance(one, Receipt):
            paid[one.customer].append(one)
    found: dict[str, tuple[int, ...]] = {}
    for dealer, own in bills.items():
        own.sort(key=lambda one: (one.due, one.on, one.id))
        money = [one.amount.minor for one in sorted(paid[dealer], key=lambda one: (one.on, one.id))]
        place = 0
        for one in own:
            still, parts = one.amount.minor, []
            while still and place < len(money):
                part = min(still, money[place])
                parts.append(part)
                still -= part
                money[place] -= part
                place += not money[place]
            found[one.id] = (still, *parts)
    return found


def settled(papers: Papers) -> dict[str, tuple[int, ...]]:
    found = match_money(papers.ledger, AS_OF, way="fifo").invoices
    return {one.invoice.id: (one.open.minor, *(part.amount.minor for part in one.parts)) for one in found}


def aged_by_hand(papers: Papers) -> list[int]:
    still, sums = settled_by_hand(papers), [0] * (len(EDGES) + 1)
    for one in papers.documents:
        if isinstance(one, Invoice):
            sums[bisect_left(EDGES, (AS_OF - one.due).days)] += still[one.id][0]
    return sums


def aged(papers: Papers) -> list[int]:
    found = age_ledger(papers.ledger, AS_OF, EDGES, way="fifo")
    return [amount.minor for _, _, amount in found.undisputed.buckets]


def trade_by_hand(papers: Papers) -> dict[str, int]:
    """How many ties there are, and how many findings of each leg."""
    bills = {one.id: one for one in papers.documents if isinstance(one, Invoice)}
    goods, until = {one.invoice: one for one in papers.goods}, {one.customer: one.until for one in papers.licences}
    booked = defaultdict[tuple[str, str], list[tuple[date, int]]](list)
    for entry in papers.entries:
        booked[entry.customer, entry.product].append((entry.on, entry.quantity.minor))
    paid, sums, found = {}, dict[str, int](), Counter[str]()
    for one in papers.documents:
        if isinstance(one, Receipt):
            paid[one.told[0].invoice] = one
    for line in papers.lines:
        bill, moved = bills[line.invoice], goods.get(line.invoice)
        sums[bill.id] = sums.get(bill.id, 0) + line.amount.minor
        day = moved.on if moved else bill.on
        near = [boxes for on, boxes in booked[bill.customer, line.product] if abs((on - day).days) <= 7]
        against = moved.quantity.minor if moved else line.quantity.minor
        found["licence"] += until[bill.customer] < day
        found["goods"] += moved is None
        found["invoice"] += moved is not None and moved.quantity.minor != line.quantity.minor
        found["book"] += not near or near[0] != against
    for bill in bills.values():
        found["invoice"] += sums[bill.id] != bill.amount.minor
        found["money"] += bill.id not in paid and bill.due < AS_OF
    found["money"] += sum(one.kind == "individual" for one in papers.payers)
    found["ties"] = len(papers.lines) + len(bills) + len(paid)
    return dict(found)


def traded(papers: Papers) -> dict[str, int]:
    found = papers.held()
    return {**Counter(one.leg for one in found.findings), "ties": len(found.ties)}


BOARD = (
    "in",
    "out",
    "invoiced",
    "received",
    "overdue",
    "cross",
    "blocked",
    "warned",
    "terminals",
    "right_days",
    "held",
)
END = MARCH.end
BoardFacts = dict[str, tuple[int, ...]]


Counts = defaultdict[str, Counter[str]]


def board_by_hand(known: ChannelKnown, papers: Papers) -> BoardFacts:
    """The figures named in `BOARD` of every dealer, and what of them a product has."""
    found = defaultdict[str, Counter[str]](Counter)
    for count in (_moved, _money, _trade, _sold):
        count(found, known, papers)
    return {place: tuple(one[key] for key in BOARD) for place, one in found.items()}


def _moved(found: Counts, known: ChannelKnown, papers: Papers) -> None:
    wares = defaultdict[str, set[str]](set)
    for move in papers.book.movements:
        wares[move.customer].add(move.product)
        if move.on in MARCH and move.kind in ("in", "out"):
            for ware in ("", move.product):
                found[f"{move.customer} {ware}"][move.kind] += move.quantity.minor
    for right in known.rights or ():
        for ware in ("", *wares[right.distributor]):
            found[f"{right.distributor} {ware}"]["right_days"] = ((right.until or END) - END).days


def _money(found: Counts, known: ChannelKnown, papers: Papers) -> None:
    money, bills = defaultdict[str, int](int), list[Invoice]()
    for one in papers.documents:
        if isinstance(one, Invoice):
            found[f"{one.customer} "]["invoiced"] += one.amount.minor if one.on in MARCH else 0
            bills.append(one)
        elif isinstance(one, Receipt) and one.on <= END:
            found[f"{one.customer} "]["received"] += one.amount.minor if one.on in MARCH else 0
            money[one.told[0].invoice] += one.amount.minor
    for bill in bills:
        if bill.on <= END and bill.due < END:
            found[f"{bill.customer} "]["overdue"] += bill.amount.minor - money[bill.id]
    for order in known.orders or ():
        found[f"{order.customer} "]["held"] += order.state == "held"


def _trade(found: Counts, known: ChannelKnown, _papers: Papers) -> None:
    for case in known.crossing.cases if known.crossing else ():
        for ware in ("", case.product):
            found[f"{case.distributor} {ware}"]["cross"] += 1
    for tie in known.trade.ties if known.trade else ():
        for finding in tie.findings:
            key = {"block": "blocked", "warn": "warned"}.get(finding.outcome, "")
            for ware in {"", tie.product}:
                found[f"{tie.customer} {ware}"][key] += 1


def _sold(found: Counts, known: ChannelKnown, _papers: Papers) -> None:
    net = defaultdict[tuple[str, str], Counter[str]](Counter)
    for sale in known.flow.sales if known.flow else ():
        for ware in ("", sale.product):
            net[f"{sale.distributor} {ware}", sale.customer][sale.product] += sale.quantity.minor
    for (place, _), left in net.items():
        found[place]["terminals"] += any(count > 0 for count in left.values())


def board_of(known: ChannelKnown, papers: Papers) -> BoardFacts:
    lines = channel_board(papers.dealers, MARCH, AS_OF, known).lines
    return {f"{one.customer} {one.product}": tuple(_whole(one.figures, key) for key in BOARD) for one in lines}


def _whole(figures: object, key: str) -> int:
    value = figures[key].value if key in figures else None  # type: ignore[index, operator]
    return getattr(value, "minor", value) or 0


def bound(work: Callable[[Papers], object]) -> Callable[[int], Callable[[], object]]:
    return lambda count: partial(work, papers_of(count))


def boarded(count: int) -> Callable[[], object]:
    papers = papers_of(count)
    return partial(board_of, known_of(papers), papers)


def cases() -> Iterator[Case]:
    """Yield name, our seconds, and the floor's seconds."""
    papers = papers_of(SALES)
    for name, ours, floor in (
        ("match_money, oldest first", settled, settled_by_hand),
        ("age_ledger, oldest first", aged, aged_by_hand),
        ("trade_consistency", traded, trade_by_hand),
    ):
        yield from held_against(f"{name}, {SALES:,} sales", partial(ours, papers), partial(floor, papers))
        yield from grown(name, bound(ours), SALES // 4)
    known = known_of(papers)
    ours_, floor_ = partial(board_of, known, papers), partial(board_by_hand, known, papers)
    yield from held_against(f"channel_board, {len(papers.dealers):,} dealers", ours_, floor_)
    yield from grown("channel_board, sales", boarded, SALES // 4)


if __name__ == "__main__":
    show(cases())
