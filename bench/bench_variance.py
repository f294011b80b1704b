"""Variance of sales beside a hand-written loop over the same lines, in the same run.

Run `python bench/bench_variance.py`. The floor adds up by cell, knows who is new and lost, splits in whole numbers and
rounds by largest remainder, as the library does; it checks nothing, keeps no cell and explains nothing. The second
floor does the same in floats, as a spreadsheet would.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from timing import timed

from pharmasales.evaluation.variance.sales_split import sales_variance
from pharmasales.evaluation.variance.sold import SoldLine
from pharmasales.units import BOX, CNY, Amount

Row = tuple[str, str, str, int, int]

LINES = 50_000
PARTS = ("volume", "mix", "price", "new_customers", "lost_customers", "new_products", "lost_products", "returns")


def rows_of(side: int) -> list[Row]:
    """Node, product, customer, fen, boxes: 50,000 lines a side, 1 % of them returns, some customers on one side."""
    random = Random(side)  # noqa: S311 - made-up figures, the same in every run
    found = []
    for _ in range(LINES):
        customer, product = random.randrange(side * 50, 950 + side * 50), random.randrange(200)
        boxes, sign = random.randrange(1, 500), -1 if random.random() < 0.01 else 1
        fen = boxes * (product + 10) * random.randrange(95, 106)
        found.append((f"r{customer % 100}", f"P{product}", f"H{customer}", sign * fen, sign * boxes))
    return found


def lines_of(rows: list[Row]) -> list[SoldLine]:
    return [
        SoldLine(node, product, customer, Amount(fen, CNY), Amount(boxes, BOX))
        for node, product, customer, fen, boxes in rows
    ]


def added(sides: tuple[list[Row], list[Row]]) -> tuple[dict[tuple[str, str, str], list[int]], int]:
    """Return old and new fen and boxes of each cell, and the change of returns."""
    cells: dict[tuple[str, str, str], list[int]] = {}
    returns = 0
    for side, rows in enumerate(sides):
        for node, product, customer, fen, boxes in rows:
            if fen < 0:
                returns += fen if side else -fen
                continue
            cell = cells.get((node, product, customer))
            if cell is None:
                cell = cells[node, product, customer] = [0, 0, 0, 0]
            cell[2 * side] += fen
            cell[2 * side + 1] += boxes
    return cells, returns


def floor(sides: tuple[list[Row], list[Row]], exactly: bool = True) -> dict[str, float]:  # noqa: C901 - one bare loop
    """Split by hand, in whole fen or in floats."""
    cells, returns = added(sides)
    customers = [{key[2] for key, cell in cells.items() if cell[place]} for place in (0, 2)]
    products = [{key[1] for key, cell in cells.items() if cell[place]} for place in (0, 2)]
    old: dict[str, list[int]] = {}
    pairs: dict[tuple[str, str], list[int]] = {}
    over = under = 0
    for (_, product, customer), (s0, q0, _, _) in cells.items():
        if s0:
            for sums in (old.setdefault(product, [0, 0]), pairs.setdefault((product, customer), [0, 0])):
                sums[0] += s0
                sums[1] += q0
            if customer in customers[1] and product in products[1]:
                over, under = over + s0, under + q0
    found: dict[str, float] = dict.fromkeys(PARTS, 0)
    found["returns"] = returns
    volume = mix = price = 0.0 if not exactly else 0
    for (_, product, customer), (s0, q0, s1, q1) in cells.items():
        if customer not in customers[0]:
            found["new_customers"] += s1
        elif customer not in customers[1]:
            found["lost_customers"] -= s0
        elif product not in products[0]:
            found["new_products"] += s1
        elif product not in products[1]:
            found["lost_products"] -= s0
        else:
            p, n = (s0, q0) if s0 else pairs.get((product, customer)) or old[product]
            if not exactly:
                by_volume, by_price = (q1 - q0) * over / under, s1 - q1 * p / n
                volume, price, mix = volume + by_volume, price + by_price, mix + (s1 - s0 - by_volume - by_price)
                continue
            whole = n * under
            one, three = (q1 - q0) * over * n, (s1 * n - q1 * p) * under
            (a, x), (b, y), (c, z) = (divmod(part, whole) for part in (one, (s1 - s0) * whole - one - three, three))
            left = (x + y + z) // whole
            if left == 1:
                if x >= y and x >= z:
                    a += 1
                elif y >= z:
                    b += 1
                else:
                    c += 1
            elif left:
                a, b, c = a + (x >= z or x >= y), b + (y >= z or y > x), c + ((z > x and z > y) or z > min(x, y))
            volume, mix, price = volume + a, mix + b, price + c
    return found | {"volume": volume, "mix": mix, "price": price}


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, and the floor's seconds."""
    sides = rows_of(0), rows_of(1)
    before, after = map(lines_of, sides)
    exact, by_hand = timed(lambda: floor(sides))
    floats, _ = timed(lambda: floor(sides, exactly=False))
    ours, found = timed(lambda: sales_variance(before, after))
    assert {key: found.whole[key].minor for key in PARTS} == by_hand
    yield "variance of sales, 1e5 lines : exact by hand", ours, exact
    yield "variance of sales, 1e5 lines : floats by hand", ours, floats
    by, _ = timed(lambda: [found.by(dimension) for dimension in ("node", "product", "customer")])
    yield "by node, product and customer : exact by hand", by, exact


def main() -> None:
    print(f"{'case':48}{'ours s':>9}{'floor s':>9}{'ratio':>7}")
    for name, ours, by_hand in cases():
        print(f"{name:48}{ours:9.3f}{by_hand:9.3f}{ours / by_hand:7.1f}")


if __name__ == "__main__":
    main()
