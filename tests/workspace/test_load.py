"""Loading: tables checked against each other, an organisation derived where there is none, files that are refused."""

import gzip
import io
import zipfile

import pytest
import xlsxwriter

from pharmasales.errors import BadConfig, BadFile, BadTree
from pharmasales.workspace.files import table_files
from pharmasales.workspace.sources import TableSource

SALES = '[tables.sales]\nfile = "s.csv"\n'


def workbook(*rows: tuple[object, ...], sheet: str = "Sheet1") -> bytes:
    """Return an XLSX file of these rows; a text that begins with `=` becomes a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def refused(make, toml: str, files: dict[str, str | bytes]) -> list[tuple[str, int, str, str]]:
    """Return table, row, column and code of every refused cell."""
    return [(row.table, row.row, row.column, row.code) for row in make(toml, files).load().bad]


def test_two_people_of_one_name_in_two_teams_stay_two(make):
    """Ids of a derived organisation hold the whole path, so equal names never meet."""
    text = "period,team,who,amount\n2025-01,Alfa,Kim Example,1\n2025-01,Beta,Kim Example,2\n"
    org = make(SALES + '[org]\nlevels = ["team", "who"]', {"s.csv": text}).load().checked().org
    assert org is not None
    assert [node.id for node in org] == ["TOTAL", "Alfa", "Alfa/Kim Example", "Beta", "Beta/Kim Example"]
    assert [(node.name, node.level) for node in org.leaves()] == [("Kim Example", "who")] * 2


def test_names_with_slashes_and_percent_signs_stay_apart(make):
    """`A/B` > `C` is another path than `A` > `B/C`, and `%2F` in a name is no slash."""
    rows = [("A/B", "C"), ("A", "B/C"), ("A%2FB", "C")]
    text = "period,team,who,amount\n" + "".join(f"2025-01,{team},{who},1\n" for team, who in rows)
    org = make(SALES + '[org]\nlevels = ["team", "who"]', {"s.csv": text}).load().checked().org
    assert org is not None
    assert [node.id for node in org.leaves()] == ["A%2FB/C", "A/B%2FC", "A%252FB/C"]


def test_a_flat_organisation_comes_from_the_reps_that_are_named(make):
    """Without an org table and levels, the reps of customers and sales are the organisation."""
    files = {"s.csv": "period,rep,amount\n2025-01,R2,1\n2025-01,R1,1\n", "c.csv": "id,owner\nH1,R3\n"}
    loaded = make(SALES + '[tables.customers]\nfile = "c.csv"', files).load()
    org = loaded.checked().org
    assert org is not None
    assert [node.id for node in org.leaves()] == ["R3", "R2", "R1"]
    assert "organisation derived from rep" in [note.en for note in loaded.notes]


def test_customers_and_levels_come_from_the_customers_table_without_sales(make):
    """Levels are columns of the customers where there are no sales."""
    files = {"c.csv": "id,district,rep,potential\nH1,N,Kim,5\nH2,S,Kim,6\n"}
    toml = '[tables.customers]\nfile = "c.csv"\n[org]\nlevels = ["district", "rep"]'
    region = make(toml, files).load().checked()
    assert [customer.owner for customer in region.archive] == ["N/Kim", "S/Kim"]
    assert region.org is not None
    assert len(region.org.leaves()) == 2


def test_a_sale_without_a_rep_counts_for_the_rep_of_its_customer(make):
    """Who looks after a customer is credited with what it buys, where the row names nobody."""
    files = dict(make.small) | {"sales.csv": "period,customer,amount\n2025-01,H2,7\n"}
    region = make(make.tables, files).load().checked()
    assert [sale.rep for sale in region.sales] == ["R2"]


def test_levels_that_are_not_in_the_file_are_named(make):
    """A level is a column like any other; an empty cell in it is refused, masked."""
    with pytest.raises(BadFile, match="no column 'Team'"):
        make(SALES + '[org]\nlevels = ["Team"]', {"s.csv": "period,amount\n2025,1\n"}).load()
    text = "period,team,who,amount\n2025-01,Alfa,,1\n"
    assert refused(make, SALES + '[org]\nlevels = ["team", "who"]', {"s.csv": text}) == [
        ("sales", 2, "who", "cell.empty")
    ]


def test_names_that_differ_in_case_or_width_only_are_refused_with_both_rows(make):
    """A second spelling would split one person or customer in two."""
    text = (
        "period,customer,rep,amount\n2025-01,Hospital A,Kim,1\n2025-01,Hospital A,ＫＩＭ,1\n2025-01,hospital a,Kim,1\n"
    )
    found = make(SALES, {"s.csv": text}).load().bad
    assert [(row.row, row.column, row.code, row.value) for row in found] == [
        (3, "rep", "row.twin", "Ｋ***"),
        (4, "customer", "row.twin", "h***"),
    ]
    assert all("s.csv row 2" in row.reason for row in found)
    paths = "period,team,who,amount\n2025-01,Alfa,Kim,1\n2025-01,ALFA,Kim,1\n"
    assert refused(make, SALES + '[org]\nlevels = ["team", "who"]', {"s.csv": paths}) == [
        ("sales", 3, "team", "row.twin")
    ]


def test_twin_ids_name_both_rows(make):
    """An id that comes twice, or in another case, width or spacing, names the file and row of the first."""
    files = {"a.csv": "id,name\nH1,x\nH2,y\n", "b.csv": "id,name\nH1,x\nｈ2,z\n"}
    found = make('[tables.customers]\nfile = "*.csv"', files).load()
    assert [(row.file, row.row, row.reason) for row in found.bad] == [
        ("b.csv", 2, "the same id as a.csv row 2"),
        ("b.csv", 3, "differs in case, width or spaces only from a.csv row 3"),
    ]
    assert [(count.accepted, count.rejected) for count in found.counts] == [(2, 0), (0, 2)]


def test_a_cycle_in_the_organisation_shows_its_path(make):
    """No root is a typed error."""
    files = {"o.csv": "id,name,level,parent\na,A,x,b\nb,B,x,a\n"}
    with pytest.raises(BadTree, match="cycle: a > b > a"):
        make('[tables.org]\nfile = "o.csv"', files).load()


def test_an_orphan_is_a_bad_row_with_its_true_number(make):
    """A parent that is not there is listed at its row, and the counts follow."""
    files = {"o.csv": "id,name,level,parent\nC,C,x,\nr1,R,y,C\n\nr2,R,y,D9\n"}
    found = make('[tables.org]\nfile = "o.csv"', files).load()
    assert [(row.file, row.row, row.column, row.code) for row in found.bad] == [("o.csv", 5, "parent", "row.parent")]
    assert (found.counts[0].read, found.counts[0].accepted, found.counts[0].rejected, found.counts[0].skipped) == (
        4,
        2,
        1,
        1,
    )


def test_a_customer_of_an_unknown_customer_is_a_bad_row(make):
    """A doctor's hospital must be in the table, before or after the doctor."""
    files = {"c.csv": "id,parent\nD1,H1\nH1,\nD2,H2\n"}
    assert refused(make, '[tables.customers]\nfile = "c.csv"', files) == [("customers", 4, "parent", "row.parent")]


def test_a_customers_rep_must_be_in_the_organisation(make):
    """Whether the organisation is a table or derived from sales, an unknown owner is refused."""
    files = dict(make.small) | {"customers.csv": make.small["customers.csv"].replace(",R3,", ",D2,")}
    assert refused(make, make.tables, files)[:1] == [("customers", 4, "owner", "row.rep")]
    derived = {"s.csv": "period,team,who,amount\n2025-01,A,Kim,1\n", "c.csv": "id,owner\nH1,A/Kim\nH2,Kim\n"}
    toml = SALES + '[tables.customers]\nfile = "c.csv"\n[org]\nlevels = ["team", "who"]'
    assert refused(make, toml, derived) == [("customers", 3, "owner", "row.rep")]


def test_visits_targets_and_receivables_of_strangers_are_refused(make):
    """Every table is checked against the ones before it."""
    files = dict(make.small) | {
        "visits.csv": "date,rep,customer\n2025-10-13,D1,H9\n",
        "targets.csv": "node,period,amount,currency\nR9,2025,1,CNY\nR1,2025,1,USD\nR1,2025-01,1,\nR1,2025-01,2,\n",
        "receivables.csv": "customer,invoice,invoiced,due,amount,paid\nH9,I1,2025-01-01,2025-02-01,1,0\n"
        "H1,I2,2025-03-01,2025-02-01,1,0\nH1,I3,2025-01-01,2025-02-01,1,2\nH1,I4,2025-01-01,2025-02-01,-1,0\n",
    }
    more = '\n[tables.targets]\nfile = "targets.csv"\n[tables.receivables]\nfile = "receivables.csv"'
    assert refused(make, make.tables + more, files) == [
        ("targets", 2, "node", "row.node"),
        ("targets", 3, "currency", "row.currency"),
        ("targets", 5, "node", "row.twice"),
        ("visits", 2, "rep", "row.rep"),
        ("visits", 2, "customer", "row.customer"),
        ("receivables", 2, "customer", "row.customer"),
        ("receivables", 3, "due", "receivable.due"),
        ("receivables", 4, "paid", "receivable.paid"),
        ("receivables", 5, "amount", "receivable.negative"),
    ]


def test_one_bad_row_does_not_make_others_bad(make):
    """What a refused row would have named is not called unknown elsewhere."""
    broken = make.small["customers.csv"].replace(
        "H1,Example Hospital 1,hospital,R1,90", "H1,Example Hospital 1,hospital,R1,much"
    )
    assert refused(make, make.tables, dict(make.small) | {"customers.csv": broken}) == [
        ("customers", 2, "potential", "number")
    ]
    org = make.small["org.csv"].replace("R1,Rep One,rep,D1", "R1,=A1,rep,D1")
    assert refused(make, make.tables, dict(make.small) | {"org.csv": org}) == [("org", 5, "name", "cell.formula")]


def test_mixed_currencies_are_refused_by_row(make):
    """Amounts of another currency than the workspace's are never added up."""
    text = "period,amount,currency\n2025-01,1,CNY\n2025-01,1,USD\n2025-01,1,\n"
    assert refused(make, SALES, {"s.csv": text}) == [("sales", 3, "currency", "row.currency")]
    assert refused(make, SALES + '[units]\nmoney = "USD"', {"s.csv": text}) == [
        ("sales", 2, "currency", "row.currency")
    ]


def test_settings_of_strangers_are_refused(make):
    """Leave of a rep and clinic days of a customer whom nobody knows would be silently without effect."""
    with pytest.raises(BadConfig) as caught:
        make('[followup]\nleave = { R9 = ["2026-01-05"] }').load()
    assert (caught.value.where, caught.value.code) == ("followup.leave.R9", "config.id")
    with pytest.raises(BadConfig, match=r"nobody has this id @ followup\.clinic_weekdays.H9"):
        make("[followup]\nclinic_weekdays = { H9 = [1] }").load()
    assert make('[followup]\nleave = { R1 = ["2026-01-05"] }\nclinic_weekdays = { H1 = [1] }').load().region


def test_files_are_taken_in_the_order_of_their_names_and_once(make):
    """Globs are sorted, lists keep their order, a file named twice is read once, lock files are passed over."""
    one = "period,amount\n2025-01,1\n"
    files = dict.fromkeys(("b.csv", "a.csv", "c[1].csv", "~$a.csv", ".a.csv"), one)
    workspace = make('[tables.sales]\nfile = "*.csv"', files)
    assert [count.file for count in workspace.load().counts] == ["a.csv", "b.csv", "c[1].csv"]
    names = [path.name for path in table_files(workspace.root, TableSource(("b.csv", "*.csv", "./b.csv", "c[1].csv")))]
    assert names == ["b.csv", "a.csv", "c[1].csv"]
    sub = workspace.root / "2025"
    sub.mkdir()
    (sub / "d.csv").write_text(one, "utf-8")
    for pattern in ("20*/*.csv", str(workspace.root / "2025" / "*.csv"), "**/d.csv"):
        assert [path.name for path in table_files(workspace.root, TableSource((pattern,)))] == ["d.csv"]


@pytest.mark.parametrize("file", ["none.csv", "*.none", "no/such/*.csv"])
def test_a_file_that_is_not_there_is_named(make, file: str):
    """A name or a glob that finds nothing is a typed error."""
    with pytest.raises(BadFile) as caught:
        make(f'[tables.sales]\nfile = "{file}"', {}).load()
    assert caught.value.code == "file.missing"


TEXT = "period,amount,customer\n2025-01,1,示例医院\n"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le"])
def test_other_encodings_are_refused_unless_they_are_set(make, encoding: str):
    """GB18030 and UTF-16 without its mark are named as what they seem, and read once the setting says so."""
    files = {"s.csv": TEXT.encode(encoding)}
    with pytest.raises(BadFile) as caught:
        make(SALES, files).load()
    assert caught.value.code.startswith("file.")
    sales = make(SALES + f'encoding = "{encoding}"', files).load().checked().sales
    assert [sale.customer for sale in sales] == ["示例医院"]


def test_an_unknown_encoding_is_a_setting(make):
    """A name that no codec has."""
    with pytest.raises(BadConfig):
        make(SALES + 'encoding = "utf-99"', {"s.csv": TEXT}).load()


def test_gzip_tsv_and_workbooks(make):
    """The same rows from four kinds of file."""
    files = {
        "a.csv.gz": gzip.compress(TEXT.encode(), mtime=0),
        "b.tsv": TEXT.replace(",", "\t").encode(),
        "c.xlsx": workbook(("period", "amount", "customer"), ("2025-01", 1, "示例医院")),
        "d.csv": TEXT.encode("utf-8-sig"),
    }
    loaded = make('[tables.sales]\nfile = ["a.csv.gz", "b.tsv", "c.xlsx", "d.csv"]', files).load()
    assert len(loaded.checked().sales) == 4
    assert len({(sale.customer, str(sale.period), sale.amount) for sale in loaded.checked().sales}) == 1


def test_a_formula_in_a_workbook_is_a_bad_cell(make):
    """The value that a formula gave last is never taken."""
    files = {"s.xlsx": workbook(("period", "amount"), ("2025-01", "=1+1"), ("2025-02", 5))}
    found = make('[tables.sales]\nfile = "s.xlsx"', files).load()
    assert [(row.row, row.column, row.code, row.value) for row in found.bad] == [(2, "amount", "cell.formula", "=1+1")]


def test_a_zip_bomb_is_refused(make):
    """A workbook that unpacks to far more than it is is not unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    with pytest.raises(BadFile) as caught:
        make('[tables.sales]\nfile = "s.xlsx"', {"s.xlsx": out.getvalue()}).load()
    assert caught.value.code in ("file.bomb", "file.large")


def test_a_sheet_by_name(make):
    """The worksheet that the setting names, or an error that names it."""
    files = {"s.xlsx": workbook(("period", "amount"), ("2025-01", 5), sheet="Mine")}
    assert len(make('[tables.sales]\nfile = "s.xlsx"\nsheet = "mine"', files).load().checked().sales) == 1
    with pytest.raises(BadFile):
        make('[tables.sales]\nfile = "s.xlsx"\nsheet = "other"', files).load()


def test_what_was_derived_is_said(make):
    """Notes tell what nobody gave, and only that."""
    loaded = make(SALES, {"s.csv": "period,amount\n2025,1\n"}).load()
    assert loaded.notes == []
    loaded = make(SALES, {"s.csv": "period,amount,customer\n2025-01,1,H1\n2025-02,1,H1\n"}).load()
    assert [note.zh for note in loaded.notes] == ["客户由销售数据推导"]
    assert str(loaded.checked().archive["H1"].since) == "2025-01-01"


def test_an_empty_workspace_loads_to_nothing(make):
    """No table at all is a region without anything."""
    region = make("", {}).load().checked()
    assert (region.org, len(region.archive), list(region.sales), region.calls, region.receivables) == (
        None,
        0,
        [],
        None,
        None,
    )


BILLED = """
[tables.customers]
file = "c.csv"
[tables.receivables]
file = "r.csv"
"""


@pytest.mark.parametrize(
    ("kind", "invoiced", "rule"),
    [
        ("doctor", "2026-01-10", "blocked.bill-individual"),
        ("医药经纪人", "2020-12-01", "blocked.bill-individual"),
        ("doctor", "2020-11-30", ""),
        ("distributor", "2026-01-10", ""),
        ("a kind of our own", "2026-01-10", ""),
    ],
)
def test_an_invoice_to_a_human_being_is_refused(make, kind: str, invoiced: str, rule: str):
    """E58: an individual is a contact, never bill-to; the policy in force on the day of the invoice is asked."""
    files = {
        "c.csv": f"id,name,kind\nC1,Example,{kind}\n",
        "r.csv": f"customer,invoice,invoiced,due,amount\nC1,I1,{invoiced},2026-03-01,5.00\n",
    }
    loaded = make(BILLED, files).load()
    assert [bad.code for bad in loaded.bad] == ([rule] if rule else [])
    assert sum(count.accepted for count in loaded.counts) == 2 - bool(rule)


def test_the_role_of_a_node_is_read_in_either_language(make):
    """`medical_rep` and 医药代表（学术推广） are one role; an unknown word is a bad row that names the nearest."""
    org = "id,name,level,parent,role\nR1,A,rep,,medical_rep\nR2,B,rep,,医药代表（学术推广）\nR3,C,rep,,\n"
    region = make('[tables.org]\nfile = "o.csv"', {"o.csv": org}).load().checked()
    assert [node.role for node in region.org.leaves()] == ["medical_rep", "medical_rep", ""]
    (bad,) = make('[tables.org]\nfile = "o.csv"', {"o.csv": org.replace("medical_rep", "medicalrep")}).load().bad
    assert (bad.code, bad.hint) == ("row.role", 'did you mean "medical_rep"?')


def test_the_compliance_policy_is_a_setting(make):
    """The names of policies, the company's own file, and a name that no policy has."""
    assert [one.name for one in make("", {}).settings.policy.gates] == ["CN-2020", "CN-2026"]
    assert [one.name for one in make('[compliance]\npolicy = "NONE"', {}).settings.policy.gates] == ["NONE"]
    own = make("", {"compliance.toml": 'name = "Example Pharma"\nversion = "1"\nbase = "CN-2020"'})
    assert [one.name for one in own.settings.policy.gates] == ["Example Pharma"]
    with pytest.raises(BadConfig) as caught:
        make('[compliance]\npolicy = "CN2026"', {})
    assert (caught.value.where, caught.value.hint) == ("compliance.policy", 'did you mean "CN-2026"?')
