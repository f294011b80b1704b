"""Payouts beside bare hand-written loops over the same figures, in the same run.

The floors are exact, as this package is: whole numbers over whole numbers, rounded half up at the end. They check
nothing, keep no reason, and know one plan only.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from timing import show, timed

from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.payout.paying import pay
from pharmasales.evaluation.payout.plans import PayoutPlan, PayPart
from pharmasales.evaluation.payout.settling import settle
from pharmasales.evaluation.payout.stages import Stage
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.periods import Year
from pharmasales.rules import Field, Ratio
from pharmasales.units import CNY, Amount

PEOPLE, SETTLED = 100_000, 5_000
Row = tuple[int, int, int, int, int]


def rows_of(count: int) -> list[Row]:
    """Sales and goal, receipts and what fell due, and the bonus, in fen."""
    random = Random(8)  # noqa: S311 - made-up figures, the same in every run
    found = []
    for _ in range(count):
        goal, due = random.randrange(10**6, 10**8), random.randrange(10**6, 10**8)
        sold, received = goal * random.randrange(40, 170) // 100, due * random.randrange(60, 110) // 100
        found.append((sold, goal, received, due, random.randrange(10**5, 10**6)))
    return found


def share_by_hand(top: int, under: int) -> Fraction:
    """70 % starts, 100 % pays all, twice above, 150 % at most."""
    if 10 * top < 7 * under:
        return Fraction(0)
    if top < under:
        return Fraction(10 * top - 7 * under, 3 * under)
    return Fraction(2 * top - under, under) if 2 * top < 3 * under else Fraction(2)


def curves_by_hand(rows: list[Row]) -> list[int]:
    """Two weighted measures on one curve each, the sum rounded half up."""
    paid = []
    for sold, goal, received, due, bonus in rows:
        earned = share_by_hand(sold, goal) * 70 * bonus / 100 + share_by_hand(received, due) * 30 * bonus / 100
        paid.append((2 * earned.numerator + earned.denominator) // (2 * earned.denominator))
    return paid


def tiers_by_hand(rows: list[Row]) -> list[int]:
    """1, 2 and 3 % of the parts up to 100,000, up to 300,000 and above, in whole numbers."""
    paid = []
    for sold, *_ in rows:
        earned = min(sold, 10**7) + 2 * max(min(sold, 3 * 10**7) - 10**7, 0) + 3 * max(sold - 3 * 10**7, 0)
        paid.append((2 * earned + 100) // 200)
    return paid


def year_by_hand(years: list[list[int]]) -> list[list[int]]:
    """The same tiers on the sum so far, less what was paid before."""
    found = []
    for months in years:
        so_far, before, paid = 0, 0, []
        for sold in months:
            so_far += sold
            (due,) = tiers_by_hand([(so_far, 0, 0, 0, 0)])
            paid.append(due - before)
            before = due
        found.append(paid)
    return found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    rows = rows_of(PEOPLE)
    curve = payout_curve(threshold="70%", above=2, cap="200%")
    parts = [
        PayPart("sales", "sales", Ratio(Field("sold"), Field("goal")), curve, 70),
        PayPart("receipts", "receipts", Ratio(Field("received"), Field("due")), curve, 30),
    ]
    plan = PayoutPlan("bonus", parts)
    names = ("sold", "goal", "received", "due")
    people = [(f"p{n}", dict(zip(names, row, strict=False)), Amount(row[4], CNY)) for n, row in enumerate(rows)]
    ours, found = timed(lambda: [pay(plan, one, record, bonus) for one, record, bonus in people])
    floor, by_hand = timed(lambda: curves_by_hand(rows))
    assert [one.paid.minor for one in found if one.paid is not None] == by_hand
    yield "pay 1e5 people on two curves", ours, floor

    table = TierTable(CNY, CNY, [Tier(0, 100_000, "1%"), Tier(100_000, 300_000, "2%"), Tier(300_000, None, "3%")])
    sales = [Amount(row[0], CNY) for row in rows]
    ours, earned = timed(lambda: [table.earns(sold) for sold in sales])
    floor, by_hand = timed(lambda: tiers_by_hand(rows))
    assert [one.minor for one in earned if one is not None] == by_hand
    yield "marginal tiers for 1e5 amounts", ours, floor
    tiered = PayoutPlan("tiers", [PayPart("sales", "sales", Field("sold"), table)])
    records = [(f"p{n}", {"sold": sold}) for n, sold in enumerate(sales)]
    ours, found = timed(lambda: [pay(tiered, one, record) for one, record in records])
    yield "pay 1e5 people by the same tiers, with results", ours, floor

    year = Year(2026)
    months = [[row[0] // 12 * (n + 1) // 6 for n in range(12)] for row in rows[:SETTLED]]
    staged = [[Stage(month, Amount(sold, CNY)) for month, sold in zip(year.months, one, strict=True)] for one in months]
    ours, settled = timed(lambda: [settle(table, stages, year) for stages in staged], 2)
    floor, by_year = timed(lambda: year_by_hand(months), 2)
    assert [[one.paid.minor for one in each.installments if one.paid] for each in settled] == by_year
    yield "settle 12 months of 5e3 people, cumulative, with reasons", ours, floor


if __name__ == "__main__":
    show(cases())
