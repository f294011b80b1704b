"""Completeness and freshness of the archive beside bare loops, in one process.

The floor of the score is a sum of weights over a dict; it checks nothing, names what is missing, and knows no schema
but one. The floor of freshness adds thirty days a month, and that of the page joins strings without escaping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from time import perf_counter

from pharmasales.archive import Archive, Customer, Dossier, Register
from pharmasales.archive.card import Card
from pharmasales.archive.completeness import completeness, schema_of
from pharmasales.archive.freshness import MONTHS, stale
from pharmasales.archive.quality import quality
from pharmasales.exchange.card_page import card_page

DAY = date(2026, 6, 1)
FIELDS = ("address", "credit_code", "beds", "outpatients", "departments", "access", "payment", "own_usage")


def _hospital(n: int) -> Customer:
    fields = {name: f"{name} {n}" for place, name in enumerate(FIELDS) if n % (place + 2)}
    return Customer(f"H{n}", f"Example Hospital {n}", "hospital", owner=f"r{n % 7}", division="330100", fields=fields)


HOSPITALS = [_hospital(n) for n in range(2000)]
ARCHIVE = Archive.of(HOSPITALS)
AT = datetime(2025, 1, 5, tzinfo=UTC)
FILES = [Dossier.open(one, since=AT.date(), at=AT, by="u1", why="list")[0] for one in HOSPITALS]
REGISTER = Register.of(FILES)
WEIGHTS = {part.name: int(part.weight) for part in schema_of("hospital").parts}
WRITTEN = FILES[7].confirmed()


def bare_score(customer: Customer) -> tuple[int, list[str]]:
    record = customer.record()
    missing = [name for name in WEIGHTS if not record.get(name)]
    missing.sort(key=lambda name: -WEIGHTS[name])
    return sum(weight for name, weight in WEIGHTS.items() if record.get(name)), missing


def bare_stale() -> list[str]:
    return [name for name, day in WRITTEN.items() if (DAY - day).days > 30 * MONTHS.get(name, 12)]


def bare_card(card: Card) -> str:
    return "".join(f"<p>{line.label.en}: {line.value}</p>" for part in card.parts for line in part.lines)


def best(job: Callable[[], object], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    bare = best(lambda: [bare_score(one) for one in HOSPITALS], 5)
    yield "completeness, 2,000 hospitals", best(lambda: [completeness(one) for one in HOSPITALS], 5), bare
    yield "quality of an archive of 2,000", best(lambda: quality(ARCHIVE, DAY), 3), bare
    fresh = best(lambda: [bare_stale() for _ in range(100)], 5)
    yield (
        "stale fields of a file, 100 times",
        best(lambda: [stale(WRITTEN, DAY, kind="hospital") for _ in range(100)], 5),
        fresh,
    )
    yield "quality of a register of 2,000", best(lambda: quality(REGISTER, DAY), 2), bare + 20 * fresh
    cards = [Card.of(one, file, archive=ARCHIVE, day=DAY) for one, file in zip(HOSPITALS[:50], FILES[:50], strict=True)]
    yield "page of 50 cards", best(lambda: card_page(cards), 5), best(lambda: [bare_card(one) for one in cards], 5)


if __name__ == "__main__":
    for name, ours, floor in cases():
        print(f"{name:40} {ours * 1e3:9.3f} ms  {floor * 1e3:9.3f} ms  x{ours / floor:6.1f}")
