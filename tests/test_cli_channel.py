"""`pharmasales channel` on a small world that is worked out by hand, on bad rows, and on the example region."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.archive import Customer
from pharmasales.channel.board import ChannelKnown, TradeLicence, channel_board
from pharmasales.errors import BadConfig, NotFound, StorageError
from pharmasales.periods import Month
from pharmasales.workspace import Workspace, init_workspace, write_demo
from pharmasales.workspace.channel.cells import ChannelPapers, licences_of, parties_of
from pharmasales.workspace.channel.desk import ChannelDesk
from pharmasales.workspace.channel.page import channel_page
from pharmasales.workspace.desk_outputs import DeskOutputs

FILES = {
    "org": "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One,rep,C\n",
    "customers": (
        "id,name,kind,owner,division\nD1,Example Distributor 1,distributor,R1,990101\n"
        "D2,Example Distributor 2,distributor,R1,990201\nH1,Example Hospital 1,hospital,R1,990101\n"
        "H2,Example Hospital 2,医院,R1,990102\nH3,Example Hospital 3,hospital,R1,990201\n"
    ),
    "products": "id,name\nP1,Example 10 mg\n",
    "documents": (
        "单据编号,单据类型,客户编号,日期,到期日,金额,对应单据号\nF1,发票,D1,2026-03-02,2026-03-12,840,\n"
        "F2,发票,D1,2026-03-20,2026-04-20,420,\nF3,发票,D2,2026-03-03,2026-03-05,100,\n"
        "R1,回款,D1,2026-03-15,,500,F1\nF4,发票,H1,2026-03-03,2026-05-05,100,\n"
    ),
    "invoice_lines": "明细编号,发票号,产品编号,数量,金额\nF1-1,F1,P1,20,840\nF2-1,F2,P1,10,420\n",
    "deliveries": "id,customer,product,date,quantity,invoice\nG1,D1,P1,2026-03-04,20,\nG2,D1,P1,2026-03-22,8,F2\n",
    "payers": "receipt,payer,kind\nR1,,自然人\nR9,D1,企业\n",
    "licences": "customer,number,until\nD1,L1,2026-03-21\nD2,L2,2030-12-31\nH1,L3,2030-12-31\n",
    "movements": (
        "id,customer,product,date,kind,quantity\nO1,D1,P1,2026-02-28,opening,4\nI1,D1,P1,2026-03-05,in,20\n"
        "I2,D1,P1,2026-03-23,in,8\nS1,D1,P1,2026-03-25,out,16\n"
    ),
    "counts": "id,customer,product,date,quantity,by\nC1,D1,P1,2026-03-31,15,R1\n",
    "packings": "product,unit,boxes\nP1,盒,1\n",
    "territories": "distributor,divisions,product,since,until\nD1,990100,P1,2026-01-01,2026-05-15\n",
    "flow_receipts": "distributor,month,date\nD1,2026-03,2026-04-09\nD1,2026-03,2026-04-08\n",
}
FLOW = (
    "日期,单号,客户,品名,数量,单位\n2026-03-25,X1,Example Hospital 1,Example 10 mg,12,盒\n"
    "2026-03-26,X2,Example Hospital 3,Example 10 mg,4,盒\n2026-03-27,X3,Nobody At All,Example 10 mg,1,盒\n"
)
SETTINGS = '[flow.files.D1]\nfile = "flow.csv"\n'
DAY = ("--period", "2026-03", "--as-of", "2026-04-10")
DOCS = Path(__file__).parents[1] / "docs"


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, ["channel", *map(str, words)], env={"COLUMNS": "200"})


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


def written(folder: Path, *without: str, toml: str = SETTINGS, **other: str) -> Path:
    """Write a workspace, without some tables or with others in their place."""
    files = {name: text for name, text in {**FILES, **other}.items() if name not in without}
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "flow.csv").write_text(FLOW, "utf-8")
    tables = "".join(f'[tables.{name}]\nfile = "{name}.csv"\n' for name in files)
    (folder / "pharmasales.toml").write_text(tables + toml, "utf-8")
    return folder


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave pictures and workbooks out."""
    monkeypatch.setattr(DeskOutputs, "write", lambda *_args: None)


def test_the_figures_by_hand(tmp_path, unwritten):
    """Every figure of D1 in March, worked out on paper; D2 has an invoice alone."""
    made = told(written(tmp_path), *DAY)
    figures = {(row["customer_id"], row["product_id"]): row for row in made["channel_figures"]}
    mine = {key: value for key, value in figures["D1", ""].items() if value}
    assert mine == {
        "customer_id": "D1",
        "state": "act",
        "files_missing": "0",
        "file_days": "8",  # 8 April
        "matched": "0.666667",  # 2 of 3 lines
        "questions": "1",
        "card_age": "6",  # 25 March
        "count_age": "0",
        "in": "28",
        "out": "16",
        "stock_days": "31.000000",  # 4 + 28 - 16 = 16 boxes, 16 sold in 31 days
        "negative": "0",
        "difference": "-1",  # 15 counted
        "invoiced": "1260.00",
        "received": "500.00",
        "receipts_rate": "0.396825",  # 500 of 1,260
        "overdue": "340.00",  # F1
        "overdue_share": "0.447368",  # of 760 open
        "dso": "18.698413",  # 760 / 1,260 x 31
        "right_days": "45",
        "steps": "2",
        "cross": "1",  # H3 lies in 990201
        "blocked": "3",
        "warned": "2",
        "terminals": "2",
        "reached": "0.500000",  # H1 of H1 and H2
        "often": "1.000000",
        "sell_through": "0.571429",  # 16 of 28
    }
    theirs = {key: value for key, value in figures["D2", ""].items() if value}
    assert theirs["overdue"] == "100.00"
    assert not {"in", "stock_days", "matched", "terminals", "right_days"} & set(theirs)
    assert figures["D1", "P1"]["out"] == "16"
    assert {dealer for dealer, _ in figures} == {"D1", "D2"}  # H1 was invoiced, and is a hospital
    early = told(tmp_path, "--period", "2026-03", "--as-of", "2026-04-07")["channel_figures"]
    assert {row["file_days"] for row in early} == {""}


def test_the_papers_by_hand(tmp_path, unwritten):
    """Each thing that does not agree, with its rule, and what is not known."""
    made = told(written(tmp_path), *DAY)
    found = [(row["verdict"], row["customer_id"], row["invoice"], row["rule"]) for row in made["trade_findings"]]
    assert found == [
        ("block", "D1", "", "sale-person-paid"),  # R1
        ("block", "D1", "F2", "sale-invoice-differs"),  # 10 invoiced, 8 delivered
        ("block", "D1", "F2", "licence-expired"),  # L1 ended on 21 March, the goods went on the 22nd
        ("warn", "D1", "F1", "licence-expiring"),
        ("warn", "D1", "F1", "sale-unpaid"),
        ("warn", "D2", "F3", "sale-unpaid"),
    ]
    assert made["notes"] == [
        "not known, ownership: no table of agent_rights",
        "payers whose receipt is not there: 1",
    ]
    sales = [row for row in made["trade_ties"] if row["product_id"]]
    assert [(row["billed"], row["moved"], row["booked"], row["rows"]) for row in sales] == [
        ("20", "20", "20", "F1-1, G1, I1"),
        ("10", "8", "8", "F2-1, G2, I2"),
    ]


def test_in_chinese_and_one_dealer(tmp_path, unwritten):
    """States in words, the reasons of one dealer, and nothing of others."""
    shown = run(written(tmp_path), *DAY, "--lang", "zh", "--dealer", "D1").stdout
    assert "渠道" not in shown.splitlines()[0]
    assert "处理：窜货宗数 1" in shown
    assert "关注：盘点差异 -1 BOX" in shown
    assert "低于 90.0% 处理，低于 98.0% 关注" in shown
    assert "3 项（D1：药款不得由自然人或个人账户支付［sale-person-paid］" in shown
    assert "退回款项，由购货方对公账户支付" in shown
    assert "D2" not in shown
    assert run(tmp_path, *DAY, "--dealer", "D7").exit_code == 1
    with pytest.raises(NotFound, match="nothing is known of it"):
        ChannelDesk(Workspace.open(tmp_path), Month(2026, 3)).look(date(2026, 4, 10), dealer="D7")


def test_a_table_is_shown_by_its_name(tmp_path, unwritten):
    """That one alone, with its reasons, for machines too; another name is refused."""
    asked = (written(tmp_path), *DAY, "--table", "trade_findings", "--limit", "1")
    text = run(*asked).stdout
    assert "The four flows" not in text
    assert "What would mend it" in text
    assert {*told(*asked)} == {"ok", "as_of", "period", "notes", "out", "trade_findings"}
    assert run(*asked, "--table", "nothing").exit_code == 2


def test_what_is_written(tmp_path):
    """A CSV a table, a workbook and a page with the dashboard, the tasks and the findings."""
    assert run(written(tmp_path), *DAY).stdout.startswith(f"-> {tmp_path}")
    out = tmp_path / "out" / "channel"
    tables = ["channel_board", "channel_figures", "channel_tasks", "channel_why"]
    tables += ["trade_findings", "trade_ties", "trade_totals"]
    assert sorted(file.name for file in out.iterdir()) == sorted([f"{name}.csv" for name in tables] + [
        "report.html", "tables.xlsx"])  # fmt: skip
    with (out / "channel_board.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["customer_id"], row["state"], row["worst"]) for row in rows] == [
        ("D1", "act", "ownership"),
        ("D2", "act", "money"),
    ]
    page = (out / "report.html").read_text("utf-8")
    assert "act: cross-region cases 1" in page
    assert "hear the dealer, stop the supply of it" in page
    assert "send it back and let the buyer pay from its own account" in page


def test_tiles_of_what_nobody_knows(tmp_path, unwritten):
    """A flow of which nothing is known is neither zero nor good; of one that is known the dealers are counted."""

    def tiles(*tables):
        keep = {"org", "customers", "products", *tables}
        space = Workspace.open(written(tmp_path, *(set(FILES) - keep), toml=""))
        made = ChannelDesk(space, Month(2026, 3)).look(date(2026, 4, 10))
        page = channel_page(made.board, made.trade, made.notes)
        return {tile.title.en: (tile.value, tile.tone, tile.note.text("zh")) for tile in page.tiles}

    goods = tiles("movements")
    assert goods["Goods"] == ("0", "good", "家需处理，已知 1 家")
    assert goods["Money"] == goods["Ownership"] == ("-", "plain", "未知")
    assert goods["To act on"] == ("0", "good", "共 1 家商业")
    money = tiles("documents")
    assert (money["Papers blocked"], money["Goods"]) == (("0", "good", "项"), ("-", "plain", "未知"))
    board = channel_board(["D1"], Month(2026, 3), date(2026, 4, 10), ChannelKnown())
    none = channel_page(board, None, ())
    assert {(tile.value, tile.tone) for tile in none.tiles} == {("-", "plain")}


def test_flows_that_nobody_keeps(tmp_path, unwritten):
    """Each flow without its table is left out, with a note; without documents nothing is held against another."""
    least = written(tmp_path, *(set(FILES) - {"org", "customers", "products", "movements"}), toml="")
    made = told(least, *DAY)
    assert made["notes"] == [
        "not known, money: no table of documents",
        "not known, information and quality: no files of flow",
        "not known, ownership: no table of agent_rights",
        "not known, invoices: no table of invoice_lines",
        "not known, goods against invoices: no table of deliveries",
        "not known, licences: no table of licences",
    ]
    assert "trade_findings" not in made
    row = next(one for one in made["channel_figures"] if one["customer_id"] == "D1")
    assert (row["out"], row["overdue"], row["matched"], row["blocked"]) == ("16", "", "", "")
    assert "trade_findings" not in told(least, *DAY, "--dealer", "D1")


def test_every_bad_cell_of_every_table(tmp_path):
    """Bad cells of the channel's tables and of those of other desks are listed at once, and nothing is written."""
    bad = {
        "invoice_lines": FILES["invoice_lines"] + "F2-1,F2,P1,1,42\nF2-2,F2,P9,1,42\nF2-3,F2,P1,0,42\n",
        "payers": "receipt,payer,kind\nR1,,persn\n",
        "licences": "customer,number,until,since\nD1,L1,2026-03-21,2026-03-22\n",
        "flow_receipts": "distributor,month,date\nD1,2026-Q1,2026-04-08\n",
        "movements": FILES["movements"] + "S2,D1,P1,2026-03-26,outt,9\n",
        "documents": FILES["documents"] + "R2,receipt,D1,2026-03-16,,0,\n",
    }
    shown = run(written(tmp_path, **bad), *DAY)
    assert shown.exit_code == 1
    places = re.findall(r"@ (\S+) row (\d+) column (\S+)[;, ]", shown.output)
    assert {(file, int(row), column.rstrip(";")) for file, row, column in places} >= {
        ("invoice_lines.csv", 4, "明细编号"),
        ("invoice_lines.csv", 5, "产品编号"),
        ("invoice_lines.csv", 6, "数量"),
        ("payers.csv", 2, "kind"),
        ("licences.csv", 2, "until"),
        ("flow_receipts.csv", 2, "month"),
        ("movements.csv", 6, "kind"),
        ("documents.csv", 7, "金额"),
    }
    assert len(places) == len(set(places))
    assert not (tmp_path / "out").exists()


def test_a_line_of_no_invoice_names_its_row(tmp_path):
    """What only the papers together show is refused at its row too."""
    lines = FILES["invoice_lines"] + "F9-1,F9,P1,1,42\n"
    shown = run(written(tmp_path, invoice_lines=lines), *DAY)
    assert shown.exit_code == 1
    assert "a line of no invoice @ invoice_lines.csv row 4; add the invoice to the ledger" in shown.output


def test_settings(tmp_path, unwritten):
    """A company's own days and bounds; what cannot be is refused with its full name."""
    mine = SETTINGS + "[channel]\ntransit_days = 0\n[channel.limits]\nfile_days = { watch_over = 8 }\n"
    made = told(written(tmp_path, toml=mine), *DAY)
    assert (
        next(one["state"] for one in made["channel_why"] if one["figure"].startswith("days until the flow")) == "good"
    )
    assert "sale-no-goods" in {row["rule"] for row in made["trade_findings"]}
    for text, message in (
        ("transit_days = -1", "days out of range @ channel.transit_days"),
        ("limits = { dos = {} }", "no such figure @ channel.limits.dos"),
        ("limits = { dso = { over = 1 } }", "unknown key @ channel.limits.dso.over"),
        ('limits = { dso = { watch_over = "x" } }', "@ channel.limits.dso.watch_over"),
        ("limits = { dso = { act_over = 1, watch_over = 2 } }", "bounds out of order @ channel.limits.dso"),
    ):
        with pytest.raises(BadConfig, match=re.escape(message)):
            Workspace.open(written(tmp_path, toml=f"[channel]\n{text}\n"))


def test_a_reader_of_a_part_is_refused(tmp_path):
    """The board is of the whole: who sees a part may not run it."""
    space = Workspace.open(written(tmp_path)).within("R1")
    with pytest.raises(StorageError) as caught:
        ChannelDesk(space, Month(2026, 3)).look(date(2026, 4, 10))
    assert caught.value.code == "storage.scope"


def test_the_template(tmp_path, unwritten):
    """The example rows of a new workspace agree: its customer is a hospital, and of its agent nothing is known yet."""
    init_workspace(tmp_path)
    made = told(tmp_path, "--period", "2025-01", "--as-of", "2025-01-17")
    assert [(row["customer_id"], row["state"]) for row in made["channel_board"]] == [("A1", "not known")]
    assert [row["state"] for row in made["trade_ties"] if row["kind"].startswith("sale")] == ["waiting"]


def test_licences_and_parties_of_the_archive():
    """The files of the archive keep licences too; a person and who trades under another's licence are told apart."""
    none = ChannelPapers(None, None, (), None, {}, {})
    fields = {"licence": "A-1", "licence_until": date(2026, 5, 1)}
    kept = {
        "D1": Customer("D1", "Example Distributor", "distributor", fields=fields),
        "D2": Customer("D2", "Example Distributor", "distributor", roles=("affiliated_individual",)),
        "X1": Customer("X1", "Dr. Example", "doctor"),
    }
    assert licences_of(none, kept) == [TradeLicence("D1", "A-1", date(2026, 5, 1))]
    assert licences_of(none, {}) is None
    scoped = TradeLicence("D1", "a-1", date(2026, 5, 1), products=["P1"])  # the same licence, which covers P1 alone
    bare = TradeLicence("D1", "", date(2026, 5, 1), products=["P1"])  # two without a number may be two
    unnumbered = {"D1": Customer("D1", "Example Distributor", "distributor", fields={**fields, "licence": ""})}
    assert licences_of(evolve(none, licences=[bare]), unnumbered) == [bare, TradeLicence("D1", "", date(2026, 5, 1))]
    other = TradeLicence("D2", "A-1", date(2026, 5, 1))
    assert licences_of(evolve(none, licences=[scoped]), kept) == [scoped]
    assert licences_of(evolve(none, licences=[other]), kept) == [other, TradeLicence("D1", "A-1", date(2026, 5, 1))]
    assert parties_of(kept) == {"D1": "company", "D2": "lent", "X1": "individual"}
    assert parties_of({}) is None


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> dict:
    """Return what the command says of the example region."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return told(folder, "--as-of", "2026-01-05")


def test_the_example_region_tells_its_story(demo):
    """What was put into the papers is found, and nothing else is blocked; D05 is for collecting, D07 in order."""
    blocked = [
        (row["customer_id"], row["product_id"], row["rule"])
        for row in demo["trade_findings"]
        if row["verdict"] == "block"
    ]
    assert blocked == [
        ("D02", "", "sale-other-payer"),
        ("D03", "P4", "sale-invoice-differs"),
        ("D04", "P3", "sale-no-invoice"),
        ("D06", "P2", "sale-no-goods"),
        ("D08", "", "sale-person-paid"),
    ]
    rows = {row["customer_id"]: row for row in demo["channel_board"]}
    assert len(rows) >= 40
    assert rows["D02"]["ownership"] == "act: cross-region cases 1"
    assert rows["D03"]["goods"] == "act: expired 120 BOX"
    assert (rows["D05"]["worst"], rows["D05"]["goods"]) == ("money", "watch: counted less book -6 BOX")
    assert rows["D07"]["ownership"] == "watch: days until the right ends 90"
    assert rows["D09"]["goods"] == "not known"
    sales = next(row for row in demo["trade_totals"] if row["kind"].startswith("sale"))
    assert (sales["ties"], sales["agree"], sales["found"]) == ("95", "92", "3")
