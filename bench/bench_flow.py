"""Flow files of sixty distributors against 20,000 customers and 5,000 products, with labels.

`python bench/bench_flow.py [LINES] [SEED]` makes the labelled set of `flow_world.py`, cleans it, and prints how many
lines are right, precision, recall and the share held; then answers what was asked, as a person would, and cleans again.
`cases` sets matching beside `rapidfuzz.process.extractOne` over the names as they are, which asks nobody.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from time import process_time

from flow_world import Labelled, World, labelled, world
from rapidfuzz import fuzz, process

from pharmasales.channel.flow import (
    Alias,
    AliasBook,
    CleanFlow,
    ColumnMap,
    FlowFile,
    MasterNames,
    Matcher,
    Packing,
    clean_flow,
    product_name,
    questions,
    read_flow,
)

HEADER = ("date", "document", "item", "customer", "city", "product", "quantity", "unit", "amount")
UNITS = ("盒", "件")
ROW = "{:34} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}"


def matcher_of(made: World, aliases: Sequence[Alias] = ()) -> Matcher:
    """Make the masters ready, with the nicknames that people had confirmed before."""
    known = [Alias("customer", text, id_, "u1", date(2025, 12, 31)) for id_, text in made.aliases.items()]
    book = AliasBook([*known, *aliases])
    return Matcher(MasterNames.of(made.customers), MasterNames.of(made.products, product_name), book)


def files_of(lines: Sequence[Labelled]) -> list[tuple[ColumnMap, FlowFile]]:
    """Write the lines as one file a distributor; the row's number finds the label again."""
    columns = {name: name for name in HEADER if name != "city"} | {"place": "city"}
    rows: dict[str, list[tuple[int, list[str]]]] = {}
    for number, one in enumerate(lines):
        quantity = number % 9 + 1
        cells = [f"2026-01-{number % 28 + 1:02}", f"S{number // 5}", str(number % 5), one.customer, one.place]
        cells += [one.product, str(quantity), UNITS[number % 7 == 0], f"{quantity * 25}.00"]
        rows.setdefault(one.distributor, []).append((number, cells))
    return [
        (ColumnMap(name, columns, "u1", date(2026, 2, 1)), FlowFile(f"{name}.csv", HEADER, rows[name]))
        for name in sorted(rows)
    ]


def cleaned(made: World, lines: Sequence[Labelled], aliases: Sequence[Alias] = ()) -> tuple[CleanFlow, float, float]:
    """Clean everything and return it with the processor time of the whole and of matching alone."""
    files = files_of(lines)
    packings = [Packing(one.id, {"盒": 1, "件": 200}) for one in made.products]
    start = process_time()
    matcher = matcher_of(made, aliases)
    for one in lines:
        matcher.customer(one.customer, place=one.place, distributor=one.distributor)
        matcher.product(one.product, distributor=one.distributor)
    matched = process_time() - start
    read = [read_flow(file, columns) for columns, file in files]
    done = clean_flow(read, matcher, packings)
    return done, process_time() - start, matched


def quality(done: CleanFlow, lines: Sequence[Labelled]) -> Counter[str]:
    """Count what is right, wrong and asked, for customers, products and whole lines."""
    found: Counter[str] = Counter()
    answers = [(one.line.row, *one.matched) for one in done.sales]
    answers += [(one.line.row, one.customer, one.product) for one in done.held]
    for row, customer, product in answers:
        label = lines[row]
        right = True
        for kind, got, means in (("c", customer.id, label.means_customer), ("p", product.id, label.means_product)):
            found[kind, "known"] += bool(means)  # type: ignore[index]
            found[kind, "made"] += bool(got)  # type: ignore[index]
            found[kind, "right"] += bool(got) and got == means  # type: ignore[index]
            right = right and got == means
        found["right"] += right
        found["wrong"] += bool(customer.id and product.id) and not right
    return found


def report(title: str, done: CleanFlow, lines: Sequence[Labelled]) -> None:
    """Print one line of figures."""
    count, found = len(lines), quality(done, lines)
    shares = [found["right"] / count, found["wrong"] / count, done.balance.held.lines / count]
    for kind in "cp":
        shares += [found[kind, "right"] / found[kind, "made"], found[kind, "right"] / found[kind, "known"]]  # type: ignore[index]
    print(
        ROW.format(title, *(f"{share:.2%}" for share in shares[:3]), *(f"{share:.2%}" for share in shares[3:6]))[:-1],
        end=" ",
    )
    print(f"{shares[6]:.2%}")


def answers(done: CleanFlow, lines: Sequence[Labelled]) -> list[Alias]:
    """Answer what is asked by the labels, most money first; strangers stay open."""
    labels = {
        (one.distributor, kind, text): means
        for one in lines
        for kind, text, means in (
            ("customer", one.customer, one.means_customer),
            ("product", one.product, one.means_product),
        )
    }
    made = []
    for one in questions(done):
        means = labels[one.distributor, one.kind, one.text]
        if means:
            made.append(one.answer(means, by="u1", on=date(2026, 2, 3)))
    return made


def main(count: int = 100_000, seed: int = 11) -> None:
    """Clean, answer, clean again."""
    made = world(seed)
    lines = labelled(made, seed + 1000, count)
    print(f"{count:,} lines, seed {seed}; {sum(one.slips > 0 for one in lines) / count:.1%} of them with a slip")
    print(ROW.format("", "right", "wrong", "held", "cust.prec", "cust.rec", "prod.prec"), "prod.rec")
    done, whole, matched = cleaned(made, lines)
    report("first pass", done, lines)
    asked = questions(done)
    again, _, _ = cleaned(made, lines, answers(done, lines))
    report(f"after {len(asked):,} answers", again, lines)
    print(f"matching {matched:.1f} s of processor time, cleaning with it {whole:.1f} s")


def cases() -> Iterator[tuple[str, float, float]]:
    made = world(11)
    lines = labelled(made, 1011, 2000)
    start = process_time()
    matcher = matcher_of(made)
    for one in lines:
        matcher.customer(one.customer, place=one.place)
        matcher.product(one.product)
    ours = process_time() - start
    customers, products = ([one.names[0] for one in some] for some in (made.customers, made.products))
    start = process_time()
    for one in lines[:200]:
        process.extractOne(one.customer, customers, scorer=fuzz.ratio)
        process.extractOne(one.product, products, scorer=fuzz.ratio)
    yield "2,000 lines matched, masters made ready : extractOne", ours, 10 * (process_time() - start)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
