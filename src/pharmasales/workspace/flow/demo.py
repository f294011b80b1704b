"""The part of the example region that the desk of flow reads (流向), by a seeded generator.

D01 to D04 and D07 send files of 2025-12, each in a layout of its own. What they sold is what left their stock cards, so
that the two desks agree: the returns at D04 are in its file, and D01 hands P3 on to D02. D01 sends one line twice, D02
sells into a prefecture of others, and one hospital goes by a name that nobody has confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from attrs import frozen

from pharmasales.workspace.demo_rows import Chance, Rows
from pharmasales.workspace.stock.demo import demo_files as stock_files

__all__ = ["SETTINGS", "demo_files"]

SETTINGS = """
[tables.aliases]
file = "aliases.csv"
[tables.packings]
file = "packings.csv"
[tables.territories]
file = "territories.csv"

[flow]
kinds = ["hospital", "distributor"]
[flow.files.D01]                     # its headers are known ones
file = "flow/D01-*.csv"
[flow.files.D02]
file = "flow/D02-*.csv"
columns = { date = "Date", document = "Invoice", customer = "Buyer", product = "Item", quantity = "Qty", unit = "UOM", amount = "Net" }
day_order = "dmy"
by = "R02"
on = 2026-01-04
[flow.files.D03]
file = "flow/D03-*.csv"
columns = { date = "月份", customer = "医院", product = "货名", quantity = "盒数", amount = "货款" }
always = { unit = "盒" }
by = "R03"
on = 2026-01-04
[flow.files.D04]                     # ends with a row of totals
file = "flow/D04-*.csv"
[flow.files.D07]
file = "flow/D07-*.csv"
columns = { date = "日期", document = "单号", customer = "终端", product = "药品", quantity = "数量", unit = "单位", amount = "价税合计", kind = "类型" }
by = "R07"
on = 2026-01-04
"""  # noqa: E501 - a table of TOML is one line
"""What the example's `pharmasales.toml` says of it."""

_OFFSET = 57
_PRODUCTS = {
    "P1": ("示例普利片 10mg", "Exampril 10mg", 42),
    "P2": ("样例他汀片 20mg", "Samplestatin 20mg", 65),
    "P3": ("演示双胍片 500mg", "Demoformin 500mg", 23),
    "P4": ("试用沙班片 5mg", "Trialoxan 5mg", 88),
}


@frozen
class _Line:
    """One line that a distributor sold, before it is written in its layout."""

    day: date
    customer: str
    product: str
    boxes: int

    @property
    def money(self) -> str:
        return f"{self.boxes * _PRODUCTS[self.product][2]}.00"


def _sold(movements: Rows, distributor: str, hospitals: list[str], chance: Chance) -> Iterator[_Line]:
    """Yield a line for what left a distributor's cards in December; what it handed on went to D02."""
    for _, customer, product, day, kind, boxes, *_ in movements:
        if customer == distributor and str(day).startswith("2025-12"):
            at, much = date.fromisoformat(str(day)), int(boxes)
            if kind == "transfer_out":
                yield _Line(at, "D02", str(product), much)
            elif kind in ("out", "return_in"):
                place = hospitals[chance.between(0, len(hospitals) - 1)]
                yield _Line(at, place, str(product), much if kind == "out" else -much)


def _d01(lines: list[_Line], name: Callable[[str], str]) -> Rows:
    rows: Rows = [("销售日期", "出库单号", "行号", "购货单位", "品名", "数量", "单位", "单价", "含税金额")]
    for number, one in enumerate(lines, 1):
        item, price = _PRODUCTS[one.product][0], f"{_PRODUCTS[one.product][2]}.00"
        customer = name(one.customer).upper()
        rows.append((str(one.day), f"CK{number:04d}", 1, customer, item, one.boxes, "盒", price, one.money))
    return [*rows, rows[3]]


def _d02(lines: list[_Line], name: Callable[[str], str]) -> Rows:
    rows: Rows = [("Date", "Invoice", "Buyer", "Item", "Qty", "UOM", "Net")]
    for number, one in enumerate(lines, 1):
        day = f"{one.day.day}/{one.day.month}/{one.day.year}"
        rows.append((day, f"X-{number}", name(one.customer), _PRODUCTS[one.product][1], one.boxes, "box", one.money))
    return rows


def _d03(lines: list[_Line], name: Callable[[str], str]) -> Rows:
    """One row a hospital and product, since the file knows no days."""
    sums: dict[tuple[str, str], int] = {}
    for one in lines:
        sums[one.customer, one.product] = sums.get((one.customer, one.product), 0) + one.boxes
    rows: Rows = [("月份", "医院", "货名", "盒数", "货款")]
    for (customer, product), boxes in sums.items():
        item, _, price = _PRODUCTS[product]
        rows.append(("2025年12月", name(customer).replace("Hospital", "Hosp."), item, boxes, f"{boxes * price}.00"))
    return rows


def _d04(lines: list[_Line], name: Callable[[str], str]) -> Rows:
    rows: Rows = [("单据日期", "单据编号", "往来单位", "商品名称", "数量", "计量单位", "金额")]
    for number, one in enumerate(lines, 1):
        whole = one.boxes % 10 == 0
        much, unit = (one.boxes // 10, "件") if whole else (one.boxes, "盒")
        customer = name(one.customer).partition(" 示")[2]
        day, item = f"{one.day:%Y/%m/%d}", _PRODUCTS[one.product][0]
        rows.append((day, f"SO-{number:03d}", f"示{customer}", item, much, unit, one.money))
    total = sum(one.boxes * _PRODUCTS[one.product][2] for one in lines)
    return [*rows, ("", "", "", "", "", "", ""), ("合计", "", "", "", "", "", f"{total}.00")]


def _d07(lines: list[_Line], name: Callable[[str], str]) -> Rows:
    rows: Rows = [("日期", "单号", "终端", "药品", "数量", "单位", "价税合计", "类型")]
    for number, one in enumerate(lines, 1):
        item, unit = _PRODUCTS[one.product][0].replace(" ", ""), "盒"
        customer = name(one.customer)
        rows.append((f"{one.day:%Y%m%d}", f"7-{number}", customer, item, one.boxes, unit, one.money, "销售"))
    return rows


_LAYOUTS = {"D01": _d01, "D02": _d02, "D03": _d03, "D04": _d04, "D07": _d07}


def _name(customer: str) -> str:
    if customer.startswith("D"):
        return f"Example Distributor {customer[1:]} 示例商业{customer[1:]}"
    return f"Example Hospital {customer[1:]} 示例医院{customer[1:]}"


def demo_files(seed: int) -> Mapping[str, Rows]:
    """Return the rows of each file, the header first.

    Args:
        seed: of the generator.
    """
    chance, movements = Chance(seed + _OFFSET), stock_files(seed)["movements.csv"][1:]
    files: dict[str, Rows] = {}
    for distributor, layout in _LAYOUTS.items():
        first = (int(distributor[1:]) - 1) * 5 + 1
        hospitals = [f"H{number:02d}" for number in range(first, first + 5)]
        lines = list(_sold(movements, distributor, hospitals, chance))
        if distributor == "D02":  # one line goes to a hospital of the south
            lines[0] = _Line(lines[0].day, "H45", lines[0].product, lines[0].boxes)
        files[f"flow/{distributor}-2025-12.csv"] = layout(lines, _name)
    files["aliases.csv"] = [
        ("kind", "text", "id", "distributor", "by", "date", "note"),
        *(("customer", f"示例医院{n}", f"H{n}", "D04", "R04", "2025-12-08", "") for n in (16, 17, 18, 19)),
    ]
    files["packings.csv"] = [("product", "unit", "boxes"), *((product, "件", 10) for product in _PRODUCTS)]
    files["territories.csv"] = [
        ("distributor", "divisions", "product", "since", "until"),
        *((f"D{number:02d}", 990100, "", "2024-01-01", "") for number in range(1, 5)),
        ("D07", 990200, "P2", "2024-04-01", "2026-03-31"),
        *(("D07", 990200, product, "2024-01-01", "") for product in ("P1", "P3", "P4")),
    ]
    return files
