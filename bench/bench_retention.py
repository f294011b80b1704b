"""The retention funnel, concentration and admission of leads beside bare loops over the same data, in the same run.

Run `python bench/bench_retention.py`. The floor of the funnel sums whole fen in dictionaries and compares sets; it
checks no unit, resolves no id, counts no line that it leaves out, and gives no reason. Beside the admission of leads
stands the gate alone, asked for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from timing import show, timed

from pharmasales.archive import Sale
from pharmasales.archive.concentration import concentrate
from pharmasales.archive.leads import Lead, admit
from pharmasales.archive.retention import retention_funnel
from pharmasales.compliance.policies import CN_2026
from pharmasales.compliance.sources import SOURCES
from pharmasales.periods import Month, Year, buckets
from pharmasales.units import CNY, Amount

LINES, CUSTOMERS, LEADS = 1_000_000, 100_000, 10_000
QUARTERS = (*buckets(Year(2025), "quarter"), *buckets(Year(2026), "quarter"))


def lines_of(count: int, seed: int = 1) -> list[Sale]:
    """Lines of two years, one in fifty a return."""
    random = Random(seed)  # noqa: S311 - made-up figures, the same in every run
    months = [Month(year, month) for year in (2025, 2026) for month in range(1, 13)]
    return [
        Sale(
            random.choice(months),
            Amount(random.randrange(1, 10**6) * (-1 if random.random() < 0.02 else 1), CNY),
            customer=f"H{random.randrange(CUSTOMERS)}",
        )
        for _ in range(count)
    ]


def by_hand(sales: Sequence[Sale]) -> list[tuple[int, int, int, int]]:
    """New, won back, lost and closing by quarter."""
    nets: list[dict[str, int]] = [{} for _ in QUARTERS]
    first: dict[str, int] = {}
    for sale in sales:
        month = sale.period.start
        place = (month.year - 2025) * 4 + (month.month - 1) // 3
        minor = sale.amount.minor if sale.amount else 0
        sums = nets[place]
        sums[sale.customer] = sums.get(sale.customer, 0) + minor
        if minor > 0 and place < first.get(sale.customer, 99):
            first[sale.customer] = place
    found, before = [], set[str]()
    for place, sums in enumerate(nets):
        now = {customer for customer, net in sums.items() if net > 0}
        came = now - before
        back = sum(first[customer] < place for customer in came)
        found.append((len(came) - back, back, len(before - now), len(now)))
        before = now
    return found


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    sales = lines_of(LINES)
    ours, found = timed(lambda: retention_funnel(sales, QUARTERS))
    floor, counts = timed(lambda: by_hand(sales))
    assert [(len(f.new), len(f.won_back), len(f.lost), f.closing) for f in found] == counts
    yield "retention, 1e6 lines, 1e5 customers, 8 quarters", ours, floor
    amounts = {f"H{n}": Amount(n * 7919 % 99_991, CNY) for n in range(CUSTOMERS)}
    ours, _ = timed(lambda: concentrate(amounts))
    floor, _ = timed(lambda: sorted(amounts.items(), key=lambda pair: (-pair[1].minor, pair[0])))
    yield "concentration of 1e5 customers : sorting them", ours, floor
    day, sources = date(2026, 3, 1), list(SOURCES)
    leads = [Lead(f"L{n}", "agent", sources[n % 11], day, {"about": "company", "paid": False}) for n in range(LEADS)]
    ours, _ = timed(lambda: admit(leads, CN_2026, as_of=day))
    actions = [lead.action() for lead in leads]
    floor, _ = timed(lambda: [CN_2026.check(action, as_of=day) for action in actions])
    yield "1e4 leads admitted under CN-2026 : the gate alone", ours, floor


if __name__ == "__main__":
    show(cases())
