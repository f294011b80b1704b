"""The desk of money and credit on a small workspace, its figures worked out by hand; and what it refuses."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from attrs import evolve

from pharmasales.archive import Archive
from pharmasales.channel.credit import CreditLimit, Owed, ledger_owed
from pharmasales.channel.money import age_ledger
from pharmasales.cycle.counting import count_period, period_items
from pharmasales.cycle.policy import Policy
from pharmasales.errors import BadConfig, BadRows, BadRule, BadValue, Conflict, NotFound, StorageError
from pharmasales.periods import Month, Quarter, period
from pharmasales.storage import open_store
from pharmasales.units import CNY, Amount
from pharmasales.workspace import Stamp, Workspace, desk_outputs, init_workspace, read_settings, take_in
from pharmasales.workspace.credit.books import credit_books
from pharmasales.workspace.credit.desk import CreditAsked, CreditDesk
from pharmasales.workspace.credit.kept_limits import limits_of
from pharmasales.workspace.credit.order_keeping import KeptOrders
from pharmasales.workspace.credit.order_room import LimitAsked, OrderRoom
from pharmasales.workspace.credit.standings import orders_of, orders_table, standing_of, why_order

DAY, AT = date(2026, 3, 31), datetime(2026, 3, 31, 9, tzinfo=UTC)
Q1 = Quarter(2026, 1)

DOCUMENTS = """单据号,单据类型,往来单位,单据日期,到期日,价税合计,核销单号,有效期至
C1,合同,D1,2026-01-02,,10000,,2026-12-31
F1,发票,D1,2026-01-05,2026-02-04,6000,C1,
F2,invoice,D1,2026-02-10,2026-03-12,4000,,
R1,回款,D1,2026-02-20,,3000,F1,
R1,回款,D1,2026-02-20,,1000,F2,
R1,回款,D1,2026-02-20,,500,,
N1,贷项通知单,D1,2026-03-01,,200,F2,
X1,争议,,2026-03-02,,1000,F1,
F3,invoice,D2,2026-02-01,2026-03-03,2000,,
R2,receipt,D2,2026-02-25,,2000,F3,
F4,invoice,D3,2025-10-01,2025-10-31,70000,,
R3,receipt,D3,2026-01-10,,1000,,
V1,冲销,,2026-02-10,,,R3,
"""
FINDINGS = "customer,item,value,mark,source,date,by\n" + "".join(
    f"D1,{item},seen,{mark},ledger,2026-03-01,p1\n"
    for item, mark in (("付款记录", 80), ("trade", 80), ("cooperation", 70), ("finance", 70), ("registration", ""))
)
EXPENSES = """id,kind,plan,date,amount,customer,product,budget,commitment,asker,approver,approved
B1,预算,launch,2026-01-05,1000,,,,,,,
C1,费用申请,,2026-01-10,600,D1,,B1,,R1,M1,2026-01-11
A1,支出,launch,2026-02-01,300,D1,,,C1,,,
A2,支出,launch,2026-02-20,400,D1,,B1,,,,
A2,支出,launch,2026-02-20,100,D2,,B1,,,,
"""
FILES = {
    "org.csv": "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One,rep,C\nR2,Rep Two,rep,C\n",
    "customers.csv": "id,name,kind,owner\nD1,Example Distributor 1,distributor,R1\n"
    "D2,Example Distributor 2,distributor,R2\nD3,Example Distributor 3,distributor,R2\n"
    "P1,Dr. Example,doctor,R1\n",
    "products.csv": "id,name\nP1,Exampril\n",
    "documents.csv": DOCUMENTS,
    "credit_findings.csv": FINDINGS,
    "credit_signs.csv": "customer,kind,date,source,by\nD2,被责令停业或已停业,2026-03-20,visit,R2\n",
    "licences.csv": "customer,number,until\nD1,EX1,2027-01-01\nD1,EX0,2025-01-01\n"
    "D2,EX2,2027-01-01\nD3,EX3,2026-03-30\n",
    "expenses.csv": EXPENSES,
}
TOML = "".join(f'[tables.{name.partition(".")[0]}]\nfile = "{name}"\n' for name in FILES)
TOML += '[credit]\napprovers = ["M1", "M2"]\nworst_poor = "5000"\ninterest = "10%"\n'


@pytest.fixture
def space(make):
    """Return a workspace of three dealers."""
    return make(TOML, FILES)


@pytest.fixture
def lenient(make):
    """Return the same, in which overdue invoices hold nothing."""
    return make(TOML + 'overdue_days = "off"\n', FILES)


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def room(space, by="R1", day=DAY):
    """Return who works on limits and orders."""
    return OrderRoom(space, by, AT, day)


def rows(made, name):
    """Return the rows of a table as plain text."""
    return [
        [column.plain(cell) for column, cell in zip(made.tables[name].columns, row, strict=True)]
        for row in made.tables[name].rows
    ]


def limited(space):
    """Give D1 a limit."""
    room(space).propose("D1", LimitAsked())
    return room(space, "M1").approve("D1")


def test_every_figure_of_the_desk(space):
    """Ageing, receipts, DSO, lists and expense, each worked out by hand."""
    made = CreditDesk(space).look(DAY)
    assert made.period == Q1
    # F1: 6,000 - 3,000 told - 500 to the oldest, 1,000 of the rest disputed; F2: 4,000 - 1,000 - 200; R3 was taken back
    assert [(row[0], row[1], row[2], row[4]) for row in rows(made, "ledger_ageing")] == [
        ("not due", "0", "0.00", "0.00"),
        ("1-30 days", "1", "2800.00", "0.00"),
        ("31-60 days", "1", "1500.00", "1000.00"),
        ("61-90 days", "0", "0.00", "0.00"),
        ("91-120 days", "0", "0.00", "0.00"),
        ("over 120 days", "1", "70000.00", "0.00"),
        ("undisputed", "3", "74300.00", ""),
        ("disputed", "1", "1000.00", "1000.00"),
        ("open", "3", "75300.00", "1000.00"),
        ("on account", "0", "0.00", ""),
        ("balance", "", "75300.00", ""),
    ]
    money = rows(made, "period_money")
    assert [row[:5] for row in money] == [
        ["D1", "0.00", "9800.00", "4500.00", "5300.00"],
        ["D2", "0.00", "2000.00", "2000.00", "0.00"],
        ["D3", "70000.00", "0.00", "0.00", "70000.00"],
        ["total", "70000.00", "11800.00", "6500.00", "75300.00"],
    ]
    assert made.money.rate == Fraction(6500, 11800)
    assert made.dso[0].days == Fraction(75300, 11800) * 90
    assert [row[1] for row in rows(made, "best_customers")] == ["D2"]
    assert [row[1] for row in rows(made, "worst_customers")] == ["D3"]
    assert rows(made, "expense") == [["launch", "1000.00", "600.00", "800.00", "300.00", "-100.00", "1.100000"]]
    assert {(row[0], row[1], row[3]) for row in rows(made, "expense_alerts")} == {("over budget", "B1", "2026-02-20")}
    assert [row[:3] for row in rows(made, "output_input")] == [["D1", "9800.00", "700.00"], ["D2", "2000.00", "100.00"]]
    assert [row[0] for row in rows(made, "contracts")] == ["C1"]
    assert rows(CreditDesk(space).look(DAY, CreditAsked(period=period("2026-03"))), "output_input") == []


def test_ages_count_from_the_invoice_and_receipts_go_to_the_oldest(space):
    """`by` and `way` of the caller go before those of the settings."""
    made = CreditDesk(space).look(DAY, CreditAsked("invoiced", "fifo", period("2026-02")))
    # fifo: 4,500 and the note pay F1 down to 1,300, of which 1,000 is disputed; F2 stays open whole
    assert rows(made, "debts")[1] == ["D1", "5300.00", "1000.00", "0.00", "4000.00", "300.00", "0.00", "0.00"]
    assert rows(made, "ledger_ageing")[0][0] == "0-30 days"
    assert made.money.sales == yuan(6000)
    assert rows(CreditDesk(space).look(date(2026, 1, 31)), "debts") == [
        ["D3", "69000.00", "0.00", "0.00", "0.00", "0.00", "0.00", "69000.00", "0.00"],
        ["D1", "6000.00", "0.00", "6000.00", "0.00", "0.00", "0.00", "0.00", "0.00"],
    ]


def test_where_every_dealer_stands(space):
    """Limit, open, headroom, and what would hold an order: the licence, a sign, what is overdue."""
    limit = limited(space)
    assert limit.amount == yuan(8000)  # 10,000 / 2 months x 2 x 80 %
    made = CreditDesk(space).look(DAY)
    found = {row[0]: row[1:9] for row in rows(made, "limits")}
    # F1 is overdue for 55 days, more than 30: one class down, so 60 %
    assert found["D1"] == ["A", "6000.00", "5300.00", "0.00", "700.00", "55", "2027-03-30", "invoices are overdue"]
    assert found["D2"][-1] == "no limit was set; a trouble sign stops shipping"
    assert found["D3"][-1].startswith("no limit was set; the goods may not be sold or shipped to this party")
    why = standing_of(None, credit_books(space), "D1", DAY).why
    assert "headroom 0.00 - (5,300.00 + 0.00 + 0.00) = -5,300.00 CNY" in why.text()


def test_one_customer(space):
    """Statement, interest, limit, orders and file of one; an unknown one is named."""
    limited(space)
    made = CreditDesk(space).look(DAY, CreditAsked(customer="D1"))
    assert [row[2:] for row in rows(made, "statement")][-2:] == [["N1", "-200.00", "5300.00"], ["", "", "5300.00"]]
    assert [row[-1] for row in rows(made, "order_check")] == ["6000.00", "-5300.00", "0.00", "0.00", "700.00"]
    assert [row[1] for row in rows(made, "overdue_interest")][:2] == ["F1", "F2"]
    assert rows(made, "credit_score")[0][:4] == ["payment", "35", "80", "28.00"]
    assert made.customer == "D1"
    with pytest.raises(NotFound, match="did you mean"):
        CreditDesk(space).look(DAY, CreditAsked(customer="D11"))


def test_a_customer_without_documents(make):
    """What is known of it is shown, and what is not is said."""
    files = {**FILES, "documents.csv": DOCUMENTS.splitlines()[0] + "\n"}
    made = CreditDesk(make(TOML.replace('interest = "10%"', ""), files)).look(DAY, CreditAsked(customer="D1"))
    assert [note.en for note in made.notes] == ["no documents of money", "no interest: set [credit] interest"]
    assert "statement" not in made.tables


def test_the_outputs(space, monkeypatch):
    """A CSV a table, a workbook and a page in both languages, with the picture and its words."""
    desk = CreditDesk(space)
    made = desk.look(DAY)
    folder = desk.write(made)
    page = (folder / "report.html").read_text("utf-8")
    assert "<desc>Open (yuan): D3 70,000.00, over 120 days 70,000.00; D1 5,300.00" in page
    assert {path.name for path in folder.iterdir()} == {
        *(f"{name}.csv" for name in made.tables),
        "tables.xlsx",
        "report.html",
    }
    monkeypatch.setattr(desk_outputs, "write_xlsx", lambda *_args, **_more: None)
    again = desk.write(made, "zh")
    assert "<desc>未收（元）：D3 70,000.00，超过 120 天 70,000.00" in (again / "report.html").read_text("utf-8")
    assert desk.write(desk.look(DAY, CreditAsked(customer="D2"))).name == "credit-D2"


BAD = """单据号,单据类型,往来单位,单据日期,到期日,价税合计,核销单号
F1,发票,D1,2026-01-05,,6000,
F2,bill,D1,2026-01-05,2026-02-04,5,
F3,发票,D9,2026-01-05,2026-01-04,5,
F4,发票,P1,2026-01-05,2026-02-04,5,
R1,回款,D1,2026-02-20,2026-02-21,3000,
R2,回款,D1,2026-02-20,,3000,F1
R2,回款,D2,2026-02-21,,1,
R2,回款,D1,2026-02-20,,1,F1
V1,冲销,,2026-02-20,,,
F5,发票,D1,2026-01-05,2026-01-04,5,
R5,回款,,2026-02-20,,,
"""


def test_every_bad_cell_is_listed_and_nothing_is_written(make):
    """Cells of all tables at once, each with its place; no person is named."""
    more = {
        "credit_findings.csv": "customer,item,value,mark,source,date,by\nD1,paiment,x,9,s,2026-01-05,p1\n"
        "D1,trade,x,101,s,2026-01-05,p1\nD1,bank,x,,s,2026-01-05,p1\nD1,bank,y,,s,2026-01-05,p1\n",
        "credit_signs.csv": "customer,kind,date,source,by,cleared,cleared_by\nD1,suit,2026-01-05,s,R1,2026-02-01,R1\n"
        "D1,suit,2026-01-05,s,R1,2026-02-01,\nD1,suits,2026-01-05,s,R1,,\nD1,suit,2026-01-05,s,R1,2026-01-01,M1\n",
        "licences.csv": "customer,number,until\nD9,x,2026-01-01\n",
        "expenses.csv": "id,kind,plan,date,amount,customer,budget,asker,approver,approved\n"
        "B1,预算,,2026-01-05,9,,,,,\nC1,申请,,2026-01-05,-9,,B1,R1,R1,2026-01-05\n"
        "A1,支出,x,2026-01-05,9,D1,,,,\nA1,支出,y,2026-01-06,-9,D1,,,,\nX1,调整,,2026-01-05,9,,B1,R1,,\n"
        "B2,预算,p,2026-01-05,9,,,,,\nB2,预算,p,2026-01-05,9,,,,,\n",
    }
    space = make(TOML, {**FILES, "documents.csv": BAD, **more})
    with pytest.raises(BadRows) as raised:
        CreditDesk(space).look(DAY)
    found = [
        f"{one.where.partition(' column ')[0]}|{one.where.rpartition(' ')[2]}|{one.code}"
        for one in raised.value.exceptions
    ]
    assert found == [
        "documents.csv row 2|到期日|cell.empty",
        "documents.csv row 3|单据类型|row.kind",
        "documents.csv row 4|往来单位|row.customer",
        "documents.csv row 5|往来单位|blocked.bill-individual",
        "documents.csv row 6|到期日|row.document",
        "documents.csv row 8|往来单位|row.part",
        "documents.csv row 8|单据日期|row.part",
        "documents.csv row 9|核销单号|row.twice",
        "documents.csv row 10|核销单号|cell.empty",
        "documents.csv row 11|到期日|money.order",
        "documents.csv row 12|往来单位|cell.empty",
        "documents.csv row 12|价税合计|cell.empty",
        "credit_findings.csv row 2|item|row.item",
        "credit_findings.csv row 3|mark|credit.mark",
        "credit_findings.csv row 5|item|row.twice",
        "credit_signs.csv row 2|cleared_by|credit.self",
        "credit_signs.csv row 3|cleared_by|credit.cleared",
        "credit_signs.csv row 4|kind|row.kind",
        "credit_signs.csv row 5|cleared|credit.day",
        "licences.csv row 2|customer|row.customer",
        "expenses.csv row 2|plan|cell.empty",
        "expenses.csv row 3|amount|expense.amount",
        "expenses.csv row 5|plan|row.part",
        "expenses.csv row 5|date|row.part",
        "expenses.csv row 5|amount|row.part",
        "expenses.csv row 5|customer|row.twice",
        "expenses.csv row 6|approver|cell.empty",
        "expenses.csv row 8|id|row.twin",
    ]
    assert not (space.root / "out").exists()


def test_documents_that_contradict_each_other_are_named_by_their_rows(make):
    """What only the whole table shows; the book of expenses at the same time."""
    papers = DOCUMENTS + "F1,发票,D1,2026-01-06,2026-02-04,1,,\nV2,冲销,,2026-02-11,,,R9,\n"
    spent = EXPENSES + "A3,支出,launch,2026-02-20,400,D1,,B9,,,,\n"
    with pytest.raises(BadRows) as raised:
        credit_books(space := make(TOML, {**FILES, "documents.csv": papers, "expenses.csv": spent}))
    assert [f"{one.where}|{one.code}" for one in raised.value.exceptions] == [
        "documents.csv row 3, documents.csv row 15|money.twins",
        "reversal, documents.csv row 16|money.unknown",
        "expense, expenses.csv row 7|expense.unknown",
    ]
    with pytest.raises(BadRows, match="2 documents refused"):
        space.load()


OLD = """customer,invoice,invoiced,due,amount,paid,paid_on
D1,F1,2026-01-05,2026-02-04,6000,3500,2026-02-20
D1,F2,2026-02-10,2026-03-12,4000,0,
D2,F3,2026-02-01,2026-03-03,2000,2000,2026-02-25
D3,F4,2025-10-01,2025-10-31,70000,500,
D2,F5,2026-04-02,2026-05-02,900,0,
"""
SAME = """id,kind,customer,date,due,amount,of
F1,invoice,D1,2026-01-05,2026-02-04,6000,
F2,invoice,D1,2026-02-10,2026-03-12,4000,
F3,invoice,D2,2026-02-01,2026-03-03,2000,
F4,invoice,D3,2025-10-01,2025-10-31,70000,
F5,invoice,D2,2026-04-02,2026-05-02,900,
R1,receipt,D1,2026-02-20,,3500,F1
R3,receipt,D2,2026-02-25,,2000,F3
R4,receipt,D3,2025-10-01,,500,F4
"""


def test_the_old_table_of_receivables_makes_the_same_ledger(make):
    """Each row an invoice and, if paid, a receipt told for it: the desk and the review see the same."""
    rest = {key: FILES[key] for key in ("org.csv", "customers.csv")}
    toml = "".join(f'[tables.{name.partition(".")[0]}]\nfile = "{name}"\n' for name in rest)
    old = make(toml + '[tables.receivables]\nfile = "old.csv"\n', {**rest, "old.csv": OLD}, "old")
    new = make(toml + '[tables.documents]\nfile = "new.csv"\n', {**rest, "new.csv": SAME}, "new")
    for day in (date(2025, 10, 15), date(2025, 12, 31), date(2026, 2, 22), DAY):
        seen = [CreditDesk(space).look(day) for space in (old, new)]
        assert seen[0].aged.money.invoices != ()
        for name in ("ledger_ageing", "debts", "limits", "dso", "period_money"):
            assert rows(seen[0], name) == rows(seen[1], name)
    before, now = old.load().region, new.load().region
    assert repr(before) == repr(now) == "Region(2 reps, 4 customers, 0 sales, 0 visits, 5 receivables)"
    for when in (Q1, Month(2026, 2), Quarter(2025, 4)):
        sums = [
            sorted(
                (one.figure, one.node, str(one.value), str(one.when), one.id)
                for one in period_items(
                    region,
                    old.settings.policy,
                    when,
                    when.end,
                    goals={},
                    figures={"opening", "closing", "due", "collected"},
                )
            )
            for region in (before, now)
        ]
        assert sums[0] == sums[1]
        assert any(one[0] == "collected" for one in sums[0])


def test_the_review_reads_what_was_taken_back(make):
    """On the eve the receipt still counted; at the end of the period it was taken back."""
    region = make(TOML, FILES).load().region
    figures = {"opening", "closing", "due", "collected"}
    policy, when = read_settings("").policy, Month(2026, 2)
    month = count_period(region, policy, when, when.end, goals={}, figures=figures)["R2"]
    assert (month.opening, month.closing) == (yuan(69000), yuan(70000))
    found = count_period(region, policy, Q1, DAY, goals={}, figures=figures)["R1"]
    assert (found.opening, found.closing) == (yuan(0), yuan(5300))
    assert (found.due, found.collected) == (yuan(10000), yuan(4700))
    assert [one.invoice for one in region.owed(date(2026, 2, 1))] == ["F1", "F3", "F4", "F2"]  # each once, F2 to come
    assert [str(one.paid) for one in region.owed(date(2026, 1, 31)) if one.invoice == "F4"] == ["1,000.00 CNY"]


def test_two_tables_of_what_is_owed_are_an_error():
    """What stands in both would be owed twice; neither is an error too."""
    with pytest.raises(BadConfig, match=r"a second table of what is owed @ tables\.documents"):
        read_settings('[tables.documents]\nfile = "a.csv"\n[tables.receivables]\nfile = "b.csv"\n')


def test_nothing_is_known_of_money(make):
    """A workspace without documents says which table it lacks."""
    with pytest.raises(BadValue, match=r"nothing is known of money @ tables\.documents"):
        CreditDesk(make()).look(DAY)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("bucket = [0]", "credit.bucket"),
        ("buckets = [30]", "credit.buckets"),
        ('by = "invoice"', "credit.by"),
        ('term = "0"', "credit.term"),
        ("shipment_months = 0", "credit.shipment_months"),
        ('tolerance = "-1%"', "credit.tolerance"),
        ("overdue_days = -1", "credit.overdue_days"),
        ("policy_name = 3", "credit.policy_name"),
        ("valid_months = 0", "credit.valid_months"),
        ("new_months = -1", "credit.new_months"),
        ("late_days = true", "credit.late_days"),
        ('complete_from = "101"', "credit.complete_from"),
        ('season_most = "101%"', "credit.season_most"),
        ('approvers = [""]', "credit.approvers"),
        ('best_in_time = "101%"', "credit.best_in_time"),
        ("best_least = 200", "credit.best_least"),
        ('budget_near = "120%"', "credit.budget_near"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(text, where):
    """The full name of the setting."""
    with pytest.raises(BadConfig) as raised:
        read_settings(f"[credit]\n{text}")
    assert raised.value.where.startswith(where)


def test_a_fresh_workspace_runs(tmp_path):
    """The example rows of the template are valid beside each other."""
    init_workspace(tmp_path)
    space = Workspace.open(tmp_path)
    made = CreditDesk(space).look(date(2025, 3, 31))
    assert rows(made, "debts") == [["H1", "1000.00", "0.00", "0.00", "0.00", "1000.00", "0.00", "0.00", "0.00"]]
    assert rows(made, "expense") == [["launch", "1000.00", "0.00", "0.00", "0.00", "1000.00", "0.000000"]]


def test_a_limit_waits_until_another_approves_it(space):
    """The one approved before stays in force; who asked, and who is not named, may not approve."""
    room(space).propose("D1", LimitAsked())
    for by in ("R1", "R2"):
        with pytest.raises(BadRule):
            room(space, by).approve("D1")
    first = room(space, "M1").approve("D1")
    with pytest.raises(NotFound, match="no limit waits"):
        room(space, "M1").approve("D1")
    room(space, "M1").propose("D1", LimitAsked(credit_class="B", term="3", expected=yuan(9000), seasons={4: "20%"}))
    with space.kept_store() as store:
        kept = limits_of(store, "D1")
        assert (kept.counts, kept.waiting.amount) == (first, yuan(16_200))  # 9,000 x 3 x 60 %
    with pytest.raises(BadRule, match="nobody approves what they ask for"):
        room(space, "M1").approve("D1")
    assert room(space, "M2").approve("D1").seasons == {4: Fraction(1, 5)}
    with pytest.raises(BadValue, match="no class"):
        room(space).propose("D2", LimitAsked())
    with pytest.raises(NotFound, match="no such customer"):
        room(space).propose("D9", LimitAsked())
    with pytest.raises(BadValue, match="no month with shipments"):
        room(space, day=date(2026, 5, 10)).propose("D3", LimitAsked(credit_class="B"))


def test_a_proposal_that_comes_while_another_is_approved_is_not_lost(space, monkeypatch):
    """Who approves has read an earlier one: it is refused, and the later one waits on."""
    room(space).propose("D1", LimitAsked())
    approve = CreditLimit.approve

    def overtaken(limit, **more):
        room(space).propose("D1", LimitAsked(credit_class="B", expected=yuan(1)))
        return approve(limit, **more)

    monkeypatch.setattr(CreditLimit, "approve", overtaken)
    with pytest.raises(Conflict):
        room(space, "M1").approve("D1")
    with space.kept_store() as store:
        kept = limits_of(store, "D1")
    assert (kept.approved, kept.waiting.credit_class) == (None, "B")


def test_an_order_that_cannot_be_makes_no_store(space):
    """Nothing is left behind where nothing is kept."""
    with pytest.raises(BadValue):
        room(space).place("O1", "D1", yuan(0))
    assert not (space.root / "pharmasales.db").exists()


def test_the_life_of_an_order(lenient):
    """Placed, held, changed, accepted, invoiced in part, cancelled, opened again, released: each step is checked."""
    limited(lenient)
    assert room(lenient).place("O1", "D1", yuan("700.01")).check.holds == ("over_limit",)
    accepted = room(lenient).change("O1", yuan(700))
    assert (accepted.state, accepted.check.headroom) == ("accepted", yuan(0))
    second = room(lenient).place("O2", "D1", yuan(1))
    assert (second.state, second.check.waiting) == ("held", yuan(700))
    assert room(lenient).invoice("O1", yuan(200)).waiting == yuan(500)
    assert room(lenient).recheck("O2").state == "accepted"  # the invoice is not in the files yet: 200 are free for once
    assert room(lenient).invoice("O1").state == "invoiced"
    assert room(lenient).cancel("O2").state == "cancelled"
    assert room(lenient).reopen("O2").state == "accepted"
    third = room(lenient).place("O3", "D1", yuan(9000), prepaid=yuan(8500))
    assert third.check.needs == yuan(500)
    with pytest.raises(NotFound, match="no such order"):
        room(lenient).cancel("O9")
    with pytest.raises(BadRule, match="another order of this id"):
        room(lenient).place("O3", "D2", yuan(9000))
    with lenient.kept_store() as store:
        assert [(one.id, one.state) for one in orders_of(store, "D1")] == [
            ("O1", "invoiced"),
            ("O2", "accepted"),
            ("O3", "accepted"),
        ]
    made = CreditDesk(lenient).look(DAY)
    assert rows(made, "limits")[0][2:6] == ["6000.00", "5300.00", "501.00", "199.00"]
    assert len(rows(made, "orders")) == 3
    assert rows(made, "held") == []


def test_who_released_stands_in_the_reason_and_in_the_audit_chain(space):
    """A release has a name and a reason; what the law holds nobody releases."""
    room(space).place("O1", "D1", yuan(10))
    released = room(space, "M1").release("O1", "bank guarantee")
    assert released.state == "accepted"
    heads = [(head.en, told.text()) for head, told in why_order(space, "O1")]
    assert heads[-1] == (
        "2026-03-31 released by M1",
        "10.00 CNY; invoices are overdue; no limit was set; bank guarantee",
    )
    assert why_order(space, "O1")[-1][0].zh == "2026-03-31 放行（M1）"
    with space.kept_store() as store:
        entries = [(entry.by, entry.why) for entry in store.history("credit order", "O1")]
    assert entries == [("R1", "order O1 held"), ("M1", "order O1 released")]
    room(space, "R2").place("O3", "D3", yuan(10))
    with pytest.raises(BadRule, match="nobody may release this"):
        room(space, "M1").release("O3", "please")


def test_what_is_kept_belongs_to_the_owner_of_the_dealer(space):
    """A reader of a part sees its own orders, guards and limits; it writes nothing and asks nothing of the files."""
    limited(space)
    room(space).place("O1", "D1", yuan(10))
    room(space, "R2").place("O2", "D2", yuan(10))
    with open_store(space.url) as store:
        marks = {
            (kind, one.id): one.data.get("@node")
            for kind in ("credit guard", "credit limit", "credit order", "credit proposal")
            for one in store.find(kind)
        }
    assert marks == {
        ("credit guard", "D1"): "R1",
        ("credit guard", "D2"): "R2",
        ("credit limit", "D1"): "R1",
        ("credit order", "O1"): "R1",
        ("credit order", "O2"): "R2",
    }
    part = space.within("R2")
    with part.kept_store() as store:
        assert [one.id for one in orders_of(store)] == ["O2"]
        assert limits_of(store, "D1").counts is None
    with pytest.raises(NotFound, match="no such order"):
        why_order(part, "O1")
    for work in (
        lambda: CreditDesk(part).look(DAY),
        lambda: room(part, "R2").place("O4", "D2", yuan(1)),
        lambda: room(part, "R2").propose("D2", LimitAsked()),
    ):
        with pytest.raises(StorageError, match=r"storage\.scope"):
            work()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_two_processes_cannot_both_order_on_the_same_headroom(lenient):
    """Four processes order 400 each at one moment, 700 are left: one passes, through files and store as they are."""
    limited(lenient)
    ready, go = os.pipe()
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(go)
                os.read(ready, 1)
                code = 10 + (room(lenient).place(f"O{number}", "D1", yuan(400)).state == "held")
            finally:
                os._exit(code)
        children.append(child)
    os.close(go)
    os.close(ready)
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    assert codes == [10, 11, 11, 11]


def test_a_receipt_in_the_files_frees_the_limit_at_once(lenient):
    """What is owed is read again on every step."""
    limited(lenient)
    assert room(lenient).place("O1", "D1", yuan(2000)).state == "held"
    path = lenient.root / "documents.csv"
    path.write_text(path.read_text("utf-8") + "R9,回款,D1,2026-03-30,,2500,F1,\n", "utf-8")
    # F1 is paid, so nothing is late by 30 days: class A again, 8,000 - 2,800 - 2,000
    checked = room(lenient).recheck("O1")
    assert (checked.state, checked.check.headroom) == ("accepted", yuan(3200))


def test_an_invoice_that_comes_while_the_desk_is_open_counts(lenient, monkeypatch):
    """The files are read after the guard, so that an order that somebody invoiced meanwhile is never left out."""
    limited(lenient)
    path, guard = lenient.root / "documents.csv", KeptOrders.guard

    def invoiced_meanwhile(book, customer):
        if "F9" not in path.read_text("utf-8"):
            path.write_text(path.read_text("utf-8") + "F9,发票,D1,2026-03-31,2026-04-30,600,,\n", "utf-8")
        return guard(book, customer)

    monkeypatch.setattr(KeptOrders, "guard", invoiced_meanwhile)
    placed = room(lenient).place("O1", "D1", yuan(200))
    assert (placed.state, placed.check.headroom) == ("held", yuan(-100))


@pytest.mark.parametrize(("way", "days"), [("told", 55), ("fifo", 19)])
def test_what_is_overdue_goes_by_how_receipts_are_matched(make, way, days):
    """Told for the younger invoice the older one is overdue, and the other way round."""
    papers = "id,kind,customer,date,due,amount,of\n" + "".join(
        f"{line}\n"
        for line in (
            "F1,invoice,D1,2026-01-05,2026-02-04,100,",
            "F2,invoice,D1,2026-02-10,2026-03-12,100,",
            "R1,receipt,D1,2026-03-01,,100,F2",
        )
    )
    space = make(f'[tables.documents]\nfile = "d.csv"\n[credit]\nway = "{way}"\n', {"d.csv": papers})
    assert credit_books(space).owed("D1", DAY).overdue_days == days
    assert room(space).place("O1", "D1", yuan(1)).check.owed.overdue_days == days


def test_what_a_dealer_owes_by_its_ledger():
    """Without documents nothing; money on account is not taken off, a dispute in part leaves the rest overdue."""
    from pharmasales.channel.money import Dispute, Invoice, Ledger, Receipt

    bills = [Invoice("F1", "D1", date(2026, 1, 1), date(2026, 1, 31), yuan(100))]
    whole, part = Dispute("F1", date(2026, 2, 1)), Dispute("F1", date(2026, 2, 1), amount=yuan(40))
    day, none = date(2026, 2, 10), yuan(0)
    assert ledger_owed(Ledger.of(bills), "D9", day) == Owed("D9", day, none, none)
    assert ledger_owed(Ledger.of([*bills, whole]), "D1", day) == Owed("D1", day, yuan(100), yuan(100), 0)
    assert ledger_owed(Ledger.of([*bills, part]), "D1", day) == Owed("D1", day, yuan(100), yuan(40), 10)
    paid = Receipt("R1", "D1", date(2026, 2, 3), yuan(130))
    assert ledger_owed(Ledger.of([*bills, paid]), "D1", day) == Owed("D1", day, none, none, 0)
    assert ledger_owed(Ledger.of([*bills, paid]), "D1", date(2026, 2, 2)).overdue_days == 2


def test_what_the_gate_calls_a_buyer(space):
    """A human being and one under another's licence are never billed."""
    books = credit_books(space)
    known = dict(books.region.archive.customers)
    known["D1"] = evolve(known["D1"], roles={"affiliated_individual"})
    archive = evolve(books.region.archive, customers=known)
    lent = evolve(books, region=evolve(books.region, archive=archive))
    assert {one.rule for one in lent.notes("P1", DAY)} >= {"bill-individual"}
    assert {one.rule for one in lent.notes("D1", DAY)} >= {"ship-individual"}
    assert books.notes("D1", DAY) == ()
    assert books.owner("nobody") == ""


def test_a_workspace_whose_customers_are_those_of_the_archive(make):
    """The licence of a dealer's file counts, also where the file was opened after the papers; nobody else is known."""
    files = {
        "org.csv": FILES["org.csv"],
        "customers.csv": "id,name,kind,owner,source,licence_until\n"
        "D1,Example Distributor 1,distributor,R1,tender,2026-03-31\n",
        "documents.csv": "id,kind,customer,date,due,amount,of\nF1,invoice,D1,2026-01-05,2026-04-04,100,\n",
    }
    toml = '[tables.org]\nfile = "org.csv"\n[tables.documents]\nfile = "documents.csv"\n'
    space = make(toml + '[archive]\nfile = "customers.csv"\nfacts = { about = "company", published = true }\n', files)
    take_in(space, Stamp(date(2026, 3, 15), AT, "u1", "list"))
    for day, holds in (
        (date(2026, 3, 1), ("no_limit",)),
        (DAY, ("no_limit",)),
        (date(2026, 4, 1), ("trade", "no_limit")),
    ):
        assert room(space, day=day).place(f"O{day}", "D1", yuan(5)).check.holds == holds
    path = space.root / "documents.csv"
    path.write_text(path.read_text("utf-8") + "F2,invoice,D2,2026-01-05,2026-04-04,100,\n", "utf-8")
    with pytest.raises(BadRows, match="1 bad cells") as caught:
        credit_books(space)
    assert caught.value.exceptions[0].hint == "take it in: pharmasales archive import DIR"


def test_the_first_deal_is_the_earliest_that_anything_tells(make):
    """Of the rows of findings the earliest, and of documents and findings the earlier."""
    lines = FINDINGS.splitlines()
    head, told = f"{lines[0]},since", [f"{lines[1]},2025-06-01", f"{lines[2]},2024-03-05", f"{lines[3]},2024-04-01"]
    for first, since in (("", "2024-03-05"), ("F0,invoice,D1,2024-01-09,2024-02-01,5,,\n", "2024-01-09")):
        files = {**FILES, "credit_findings.csv": "\n".join([head, *told]), "documents.csv": DOCUMENTS + first}
        assert str(credit_books(make(TOML, files)).file("D1", DAY).since) == since


def test_the_later_licence_counts(space):
    """Of its file and of the table the one that holds longer."""
    books = credit_books(space)
    kept = books.region.archive.customers
    for told, until in ((date(2026, 1, 1), date(2027, 1, 1)), (date(2028, 1, 1), date(2028, 1, 1))):
        filed = evolve(kept["D1"], fields={"licence_until": told})
        archive = Archive.of([filed, *(one for one in kept.values() if one.id != "D1")])
        assert evolve(books, region=evolve(books.region, archive=archive)).licence("D1") == until


def test_dealers_without_a_licence_are_told(make):
    """Where no licence is on file nobody may be sold to, and a reader sees why."""
    named = TOML.replace('[tables.licences]\nfile = "licences.csv"\n', "")
    made = CreditDesk(make(named, FILES)).look(DAY)
    assert made.notes[-1].en == "no licence is on file of 3 dealers: fill in the table licences"
    assert made.notes[-1].zh == "3 家客户未登记许可证：请填写证照表 licences"


def test_what_is_due_today_is_not_overdue(space):
    """1,500 of F1 and all of F4 are late, F2 from the day after its last; what is disputed is not overdue."""
    ledger = credit_books(space).ledger
    sums = [str(age_ledger(ledger, day, by="invoiced").overdue) for day in (date(2026, 3, 12), date(2026, 3, 13))]
    assert sums == ["71,500.00 CNY", "74,300.00 CNY"]


def test_a_statement_of_a_day_before_its_period(space):
    """It begins on the day: nothing of the period is known yet."""
    asked = CreditAsked(customer="D1", period=Quarter(2026, 2))
    made = CreditDesk(space).look(DAY, asked)
    assert rows(made, "statement")[-1][-1] == "5300.00"


def test_a_release_is_of_one_revision(lenient):
    """What is changed after a release is no longer released by anybody."""
    limited(lenient)
    room(lenient).place("O1", "D1", yuan(9000))
    room(lenient, "M1").release("O1", "guarantee")
    place = [column.key for column in orders_table(()).columns].index("released")
    for _ in range(2):
        with lenient.kept_store() as store:
            found = orders_of(store)
        assert orders_table(found).rows[0][place] == ("M1" if found[0].revision == 1 else None)
        room(lenient).change("O1", yuan(9500))
    assert found[0].revision == 2


def test_money_that_comes_back_is_shared_as_it_went_out(make):
    """Two shares of an expense that is taken back in part."""
    more = "A3,支出,launch,2026-02-21,-40,D1,,B1,,,,\nA3,支出,launch,2026-02-21,-10,D2,,B1,,,,\n"
    book = credit_books(make(TOML, {**FILES, "expenses.csv": EXPENSES + more})).expenses
    back = next(one for one in book.spent if one.id == "A3")
    assert [(one.customer, str(one.amount)) for one in back.parts] == [("D1", "-40.00 CNY"), ("D2", "-10.00 CNY")]


def test_what_is_taken_back_on_the_first_day_was_paid_on_its_eve(make):
    """R3 of 1,000 is taken back on 2026-02-01: at the opening of February D3 owes 69,000, at its end 70,000."""
    region = make(TOML, {**FILES, "documents.csv": DOCUMENTS.replace("2026-02-10,,,R3", "2026-02-01,,,R3")}).load()
    february = Month(2026, 2)
    items = period_items(region.checked(), Policy(), february, february.end, goals={})
    found = {one.figure: str(one.value) for one in items if one.id == "invoice F4" and one.figure != "due"}
    assert (found["opening"], found["closing"]) == ("69,000.00 CNY", "70,000.00 CNY")
