"""`pharmasales stock` on a small world whose figures are worked out by hand, on bad rows, and on the example region."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.workspace import Workspace, init_workspace, write_demo
from pharmasales.workspace.desk_outputs import DeskOutputs
from pharmasales.workspace.stock.desk import StockDesk

ORG = "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One,rep,C\nR2,Rep Two,rep,C\n"
CUSTOMERS = (
    "id,name,kind,owner\nD1,Example Distributor 1,distributor,R1\nD2,Example Distributor 2,distributor,R2\n"
    "D3,Dr. Example,doctor,R1\n"
)
PRODUCTS = "id,name\nP1,Example 10 mg\nP2,Sample 20 mg\n"
MOVED = """单据号,商业编号,商品编码,业务日期,业务类型,数量,批号,有效期
O1,D1,P1,2026-04-01,期初,120,,
I1,D1,P1,2026-04-03,采购入库,300,,
S1,D1,P1,2026-04-20,销售出库,350,,
O2,D2,P2,2026-04-01,opening,100,B1,2026-05-30
S2,D2,P2,2026-04-10,out,10,,
T2,D2,P2,2026-04-11,调拨出库,4,,
R2,D2,P2,2026-04-12,销售退货,3,B1,2026-05-30
X2,D2,P2,2026-04-13,报损,2,,
U2,D2,P2,2026-04-14,购进退出,1,,
O3,D2,P1,2026-05-02,opening,8,,
"""
COUNTED = "盘点单号,客户编号,产品编号,盘点日期,实盘数量,盘点人\nC1,D1,P1,2026-04-30,65,R1\nC2,D2,P2,2026-04-15,86,R2\n"
TABLES = "".join(f'[tables.{name}]\nfile = "{name}.csv"\n' for name in ("org", "customers", "products", "movements"))
COUNTS = '[tables.counts]\nfile = "counts.csv"\n'
DAY = ("--as-of", "2026-04-30")
DOCS = Path(__file__).parents[1] / "docs"


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, ["stock", *map(str, words)], env={"COLUMNS": "200"})


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


def written(folder: Path, moved: str = MOVED, counted: str | None = COUNTED, toml: str = "") -> Path:
    """Write a workspace."""
    folder.mkdir(exist_ok=True)
    files = {"org": ORG, "customers": CUSTOMERS, "products": PRODUCTS, "movements": moved}
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    if counted is not None:
        (folder / "counts.csv").write_text(counted, "utf-8")
    (folder / "pharmasales.toml").write_text(TABLES + (COUNTS if counted is not None else "") + toml, "utf-8")
    return folder


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave pictures and workbooks out."""
    monkeypatch.setattr(DeskOutputs, "write", lambda *_args: None)


def test_the_figures_of_e52_and_a_card_of_every_kind(tmp_path: Path) -> None:
    """120 + 300 - 350 = 70, 6 days, 455 by the 1.5x rule, 65 counted is 5 fewer; all of it is written."""
    folder = written(tmp_path, toml='[stock]\norder_rule = "1.5x"\n')
    found = told(folder, *DAY)
    assert (found["ok"], found["period"], found["as_of"]) == (True, "2026-04", "2026-04-30")
    assert found["notes"] == ["1 card is opened after 2026-04-30: left out"]
    first, second = found["stock"]
    sums = [first[key] for key in ("customer_id", "product_id", "opening", "in", "out", "closing")]
    assert sums == ["D1", "P1", "120", "300", "350", "70"]
    kinds = ("opening", "out", "transfer_out", "return_in", "loss", "return_out", "closing")
    assert [second[key] for key in kinds] == ["100", "10", "4", "3", "2", "1", "86"]
    assert [row["stock_days"] for row in found["stock_facts"]] == ["6.000000", "258.000000"]
    (order,) = found["stock_orders"]
    assert (order["target"], order["order"]) == ("525", "455")
    assert order["why"] == "order 455 BOX (1.5 x 350 BOX out = 525 BOX; less 70 BOX in stock)"
    assert [row["difference"] for row in found["count_differences"]] == ["-5", "0"]
    (batch,) = found["expiring"]
    assert [batch[key] for key in ("batch", "days_left", "quantity", "unsold")] == ["B1", "30", "86", "76"]
    assert [[row[key] for key in ("rep_id", "place", "customer", "reasons")] for row in found["route_stock"]] == [
        ["R1", "1", "Example Distributor 1", "2"],
        ["R2", "1", "Example Distributor 2", "2"],
    ]
    out = folder / "out" / "stock"
    names = {
        "report.html",
        "tables.xlsx",
        "sold_expired.csv",
        *(f"{name}.csv" for name in found if name in TABLE_NAMES),
    }
    assert {file.name for file in out.iterdir()} == names
    with (out / "stock_orders.csv").open(encoding="utf-8-sig") as file:
        assert [row["order"] for row in csv.DictReader(file)] == ["455"]
    page = (out / "report.html").read_text("utf-8")
    assert "order up to 1.5 times the sales of 30 days" in page
    assert "<desc>D1: P1 6 days; D2: P2 258 days</desc>" in page


TABLE_NAMES = ("route_stock", "stock", "stock_facts", "stock_orders", "count_differences", "expiring")


def test_a_table_is_shown_by_its_name(tmp_path: Path, unwritten: None) -> None:
    """That one alone, for machines too; the cards of one customer are shown whole, and another name is refused."""
    asked = (written(tmp_path), *DAY, "--table", "count_differences")
    lines = run(*asked, "--limit", "1").output.splitlines()
    at = lines.index("") + 1
    assert (lines[at + 3].split()[:2], lines[at + 4 :]) == (["D1", "P1"], ["… and 1 more rows"])
    assert {*told(*asked)} == {"ok", "period", "as_of", "out", "notes", "count_differences"}
    assert run(*asked, "--customer", "D1").exit_code == 2
    assert run(*asked, "--table", "nothing").exit_code == 2


def test_a_difference_that_is_booked_is_no_reason_to_visit_any_more(tmp_path: Path, unwritten: None) -> None:
    """The five boxes that were missing on the evening of 30 April are booked as a loss on 2 May, of count C1."""
    header, *rows = MOVED.splitlines()
    booked = [header + ",盘点单号", *rows, "L1,D1,P1,2026-05-02,报损,5,,,C1"]
    folder = written(tmp_path, "\n".join(row + "," * (header.count(",") + 1 - row.count(",")) for row in booked))
    day = ("--as-of", "2026-05-03")
    for where, told_of in ((folder, False), (written(tmp_path / "open"), True)):
        whys = [row["why"] for row in told(where, *day)["route_stock"] if row["customer_id"] == "D1"]
        assert ["count and book differ" in why for why in whys] == [told_of]
    refused = told(written(tmp_path, "\n".join([*booked, "L2,D1,P1,2026-05-02,报损,5,,,C1"])), *DAY)["errors"]
    assert [(one["where"], one["code"]) for one in refused] == [("movements.csv row 13 column 盘点单号", "stock.count")]


def test_people_read_tables_and_one_customer_with_the_why(tmp_path: Path, unwritten: None) -> None:
    """Kinds that nobody moved are no columns; one customer comes with its arithmetic, in the language asked."""
    folder = written(tmp_path)
    shown = run(folder, *DAY, "--order-rule", "1.5 x")
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[0] == f"-> {folder / 'out' / 'stock'}"
    heads = lines[lines.index("Stock by period") + 1].split("  ")
    assert "Transfer in" not in {head.strip() for head in heads}
    assert "Suggested orders: order up to 1.5 times the sales of 30 days" in lines
    card = run(folder, "--customer", "D1", "--period", "2026-04", "--lang", "zh")
    assert "  期初 120 BOX + 购进 300 BOX - 销售出库 350 BOX" in card.output.splitlines()
    assert "70 BOX 可销 6 天" in card.output
    assert "  45 天 × 出库 350 BOX / 30 天 = 525 BOX" in card.output
    assert card.output.splitlines()[-3:] == [
        "D1：2 条拜访理由",
        "  P1 可销 6 天，低于 15：订 455 BOX",
        "  P1：账实差 -5 BOX：核对处理",
    ]
    one = told(folder, *DAY, "--customer", "D2")
    assert one["cards"][0]["why"][0] == (
        "86 BOX at the end of 2026-04-30 (opening 100 BOX + returned by customers 3 BOX - out 10 BOX"
        " - transfer out 4 BOX - returned to the supplier 1 BOX - loss 2 BOX)"
    )
    assert one["visit"].startswith("D2: 2 reasons to visit (P2: 86 BOX expire within 180 days: move them; ")
    assert told(folder, *DAY, "--customer", "D3")["errors"][0]["code"] == "stock.card"
    quiet = told(folder, "--as-of", "2026-04-19", "--customer", "D1")
    assert (quiet["cards"][0]["card"][-1]["stock"], quiet["visit"]) == (
        "420",
        "D1: 2 reasons to visit (P1: 420 BOX there, none sold in 19 days; P1 was never counted: count it)",
    )


def test_a_day_cuts_the_period_and_nothing_is_known_before_the_first_card(tmp_path: Path, unwritten: None) -> None:
    """Up to the 19th nothing is sold; a day before the period, and one before every card, are refused."""
    folder = written(tmp_path, counted=None)
    found = told(folder, "--period", "2026-Q2", "--as-of", "2026-04-19")
    assert (found["as_of"], found["stock"][0]["closing"]) == ("2026-04-19", "420")
    assert found["notes"][1] == "no table of counts: nothing is held against the book"
    whole = told(folder, "--period", "2026-Q2")
    assert [row["closing"] for row in whole["stock"]] == ["70", "8", "86"]
    assert told(folder, "--period", "2026-04", "--as-of", "2026-05-10")["as_of"] == "2026-04-30"
    assert told(folder, "--period", "2026-05", *DAY)["errors"][0]["code"] == "stock.order"
    (early,) = told(folder, "--as-of", "2026-03-31")["errors"]
    assert (early["code"], early["hint"]) == ("stock.card", "the first card begins on 2026-04-01")
    assert run(folder, "--order-rule", "45").exit_code == 2
    (folder / "movements.csv").write_text(MOVED.splitlines()[0] + "\n", "utf-8")
    assert told(folder, *DAY)["errors"][0]["hint"] == "give openings"


EXPIRED = """id,customer,product,date,kind,quantity,batch,expires
O1,D1,P1,2026-03-01,opening,90,B1,2026-04-05
S0,D1,P1,2026-03-31,out,1,B1,
S1,D1,P1,2026-04-05,out,10,B1,
S2,D1,P1,2026-04-06,out,20,B1,
O2,D4,P1,2026-03-01,opening,9,B1,
"""


def test_what_was_sold_expired_in_the_period_is_told(tmp_path: Path, unwritten: None) -> None:
    """The last day of sale is one; what was sold the day after stands in a table and on the page."""
    folder = written(tmp_path, EXPIRED)
    (folder / "counts.csv").write_text("id,customer,product,date,quantity,by\nC1,D1,P1,2026-04-30,60,R1\n", "utf-8")
    more = CUSTOMERS.replace("distributor,R1", "distributor,") + "D4,Example Distributor 4,distributor,R2\n"
    (folder / "customers.csv").write_text(more, "utf-8")
    found = told(folder, *DAY)
    assert [(row["number"], row["quantity"]) for row in found["sold_expired"]] == [("S2", "20")]
    assert [(row["rep_id"], row["customer_id"]) for row in found["route_stock"]] == [("R2", "D4"), ("", "D1")]
    assert [row["difference"] for row in found["count_differences"]] == ["1"]
    may = told(folder, "--period", "2026-05", "--as-of", "2026-05-02")
    assert (may["sold_expired"], may["count_differences"]) == ([], [])
    assert "过期销售" in run(folder, *DAY, "--lang", "zh").output.splitlines()
    tile = StockDesk(Workspace.open(folder)).show(date(2026, 4, 30)).outputs.page.tiles[3]
    assert (tile.value, tile.note.en, tile.tone) == ("2, 0", "1 sold when expired", "bad")


BAD = """id,customer,product,date,kind,quantity,batch,expires
O1,D1,P1,2026-04-01,opening,120,,
S1,D9,P9,2026-04-20,sold,350,,
S2,D1,P1,2026-04-21,out,-5,,
o1,D1,P1,2026-04-22,in,5,,
S4,D1,P1,2026-04-31,in,,B1,2026-13-01
S5,D1,P1,2026-04-23,in,5,,2026-12-31
"""


def test_every_bad_cell_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    """Unknown ids and kind of one row; a negative quantity; a twin; bad days; an expiry without a batch."""
    folder = written(tmp_path, BAD, "id,customer,product,date,quantity,by\nC1,D1,P1,2026-04-30,-1,R1\n")
    errors = told(folder, *DAY)["errors"]
    assert {(one["where"], one["code"]) for one in errors} == {
        ("movements.csv row 3 column customer", "row.customer"),
        ("movements.csv row 3 column product", "row.product"),
        ("movements.csv row 3 column kind", "row.kind"),
        ("movements.csv row 4 column quantity", "stock.quantity"),
        ("movements.csv row 5 column id", "row.twin"),
        ("movements.csv row 6 column date", "date"),
        ("movements.csv row 6 column quantity", "cell.empty"),
        ("movements.csv row 6 column expires", "date"),
        ("movements.csv row 7 column expires", "stock.batch"),
        ("counts.csv row 2 column quantity", "stock.quantity"),
    }
    assert not (folder / "out").exists()
    assert run(folder, *DAY).exit_code == 1


BROKEN = """id,customer,product,date,kind,quantity,batch,expires
O1,D1,P1,2026-04-01,opening,120,B1,2027-01-31
O9,D1,P1,2026-04-02,opening,120,,
I1,D1,P1,2026-04-03,in,5,B1,2027-02-28
I2,D2,P1,2026-04-03,in,5,,
I3,D1,P1,2026-03-03,in,5,,
"""
BELOW = """id,customer,product,date,kind,quantity,batch
O1,D1,P1,2026-04-01,opening,20,
S1,D1,P1,2026-04-02,out,50,
S3,D1,P1,2026-06-02,out,50,
O2,D2,P2,2026-04-01,opening,20,B1
S2,D2,P2,2026-04-02,out,5,B2
S4,D2,P2,2026-04-03,out,4,B2
"""


def test_a_book_that_cannot_be_is_refused_at_its_rows(tmp_path: Path, unwritten: None) -> None:
    """A second opening, another expiry, no opening, a day before it, a count of no card; then what is below zero."""
    folder = written(tmp_path, BROKEN, COUNTED.splitlines()[0] + "\nC1,D2,P2,2026-04-30,1,R1\n")
    assert {(one["where"], one["code"]) for one in told(folder, *DAY)["errors"]} == {
        ("movements.csv row 3 column kind", "stock.opening"),
        ("movements.csv row 4 column expires", "stock.expiry"),
        ("movements.csv row 5 column kind", "stock.opening"),
        ("movements.csv row 6 column date", "stock.order"),
        ("counts.csv row 2 column 产品编号", "stock.opening"),
    }
    folder = written(tmp_path, BELOW)
    errors = told(written(tmp_path, BELOW, None), "--as-of", "2026-04-01")["errors"]
    assert [(one["where"], one["reason"]) for one in errors] == [
        ("movements.csv row 3 column quantity", "takes the stock below zero: 30 BOX missing"),
        ("movements.csv row 6 column batch", "takes more of a batch than there is: 5 BOX missing"),
    ]
    assert errors[0]["hint"].startswith("look for a receipt that was not booked")
    (folder / "pharmasales.toml").write_text('[tables.products]\nfile = "products.csv"\n', "utf-8")
    assert told(folder, *DAY)["errors"][0]["where"] == "tables.movements"


def test_the_example_region_tells_its_story(tmp_path: Path, unwritten: None) -> None:
    """D02 runs out of P1, D03 holds expired P2, D05 counts six fewer, D06 is near expiry, D08 has too much P4."""
    write_demo(tmp_path)
    found = told(tmp_path, "--period", "2025-Q4")
    cards = found["stock"]
    assert [len(cards), len(found["count_differences"])] == [32, 32]
    differing = [row for row in found["count_differences"] if row["difference"] != "0"]
    assert [(row["customer_id"], row["product_id"], row["difference"]) for row in differing] == [("D05", "P1", "-6")]
    assert [(row["rep_id"], row["customer_id"], row["first"]) for row in found["route_stock"]] == [
        ("R02", "D02", "runs out"),
        ("R03", "D03", "expired goods"),
        ("R05", "D05", "count differs"),
        ("R06", "D06", "near expiry"),
        ("R08", "D08", "too much stock"),
    ]
    plus = ("opening", "in", "transfer_in", "return_in", "gain")
    minus = ("out", "transfer_out", "return_out", "loss")
    for card in cards:
        assert sum(int(card[key]) for key in plus) - sum(int(card[key]) for key in minus) == int(card["closing"])
    assert sum(int(card["transfer_in"]) for card in cards) == sum(int(card["transfer_out"]) for card in cards) == 12
    shown = run(tmp_path, "--period", "2025-12", "--limit", "4").output
    page = (DOCS / "how-to/keep-stock-cards.md").read_text("utf-8")
    assert shown[shown.index("Whom to see") : shown.index("… and 28")] in page
    made = StockDesk(Workspace.open(tmp_path)).show(date(2025, 12, 31))
    assert made.outputs.page.sections[0].chart.svg() == (DOCS / "img/stock-days.svg").read_text("utf-8")
    due = CliRunner().invoke(cli.app, ["due", str(tmp_path), "--as-of", "2026-01-05", "--json"])
    items = [item for item in json.loads(due.stdout)["items"] if item["kind"] == "stock"]
    assert sorted((item["rep"], item["customer"]) for item in items) == [
        ("R02", "D02"),
        ("R03", "D03"),
        ("R05", "D05"),
        ("R06", "D06"),
    ]


def test_a_new_workspace_has_a_card(tmp_path: Path, unwritten: None) -> None:
    """The example rows of the template make one card, with its count."""
    init_workspace(tmp_path)
    found = told(tmp_path, "--as-of", "2025-01-31")
    assert [(row["customer_id"], row["closing"]) for row in found["stock"]] == [("H1", "120")]
    assert [row["difference"] for row in found["count_differences"]] == ["0"]
    assert Workspace.open(tmp_path).load().checked().sales
