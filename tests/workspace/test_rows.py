"""Rows: every bad cell is listed with its place, personal values are masked, and the counts always add up."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmasales.cycle import grade_customers
from pharmasales.errors import BadConfig, BadFile, BadRows
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workspace import Workspace, cells
from pharmasales.workspace.rows import masked

SALES = '[tables.sales]\nfile = "s.csv"\n'
HEAD = "period,customer,rep,product,amount,quantity,currency\n"


def bad(workspace: Workspace) -> list[tuple[int, str, str, str]]:
    """Return row, column, code and value of every refused cell."""
    return [(row.row, row.column, row.code, row.value) for row in workspace.load().bad]


def test_every_bad_cell_of_a_row_is_listed_and_personal_values_are_masked(make):
    """One look at the list is enough to correct the whole file."""
    text = HEAD + "soon,=A1,#REF!,P1,12.345,1.5,CNY\n2025-01,Example Person,R1,P1,1,1,CNY\n"
    found = make(SALES, {"s.csv": text}).load()
    assert [(row.row, row.column, row.code, row.value) for row in found.bad] == [
        (2, "period", "period", "soon"),
        (2, "customer", "cell.formula", "=***"),
        (2, "rep", "cell.error", "#***"),
        (2, "amount", "number.decimals", "12.345"),
        (2, "quantity", "number.decimals", "1.5"),
    ]
    assert [(row.table, row.file) for row in found.bad] == [("sales", "s.csv")] * 5
    assert found.region is None


def test_no_error_of_a_row_holds_its_value(make):
    """What is raised names the place, never the value."""
    text = HEAD + "2025-01,Example\x01Person,R1,P1,secret,1,EUR\n"
    with pytest.raises(BadRows) as caught:
        make(SALES, {"s.csv": text}).load().checked()
    said = "\n".join(caught.value.lines())
    assert not [word for word in ("Person", "secret", "EUR") if word in said]
    assert "s.csv row 2 column customer" in said


def test_everything_that_the_other_tables_say_against_a_row_is_listed_too(make):
    """Currency, customer, product, rep and missing figures of one row, all at once."""
    files = {
        "o.csv": "id,name\nR1,Rep\n",
        "c.csv": "id\nH1\n",
        "p.csv": "id\nP1\n",
        "s.csv": HEAD + "2025-01,H9,R9,P9,,,EUR\n",
    }
    toml = SALES + "".join(f'[tables.{t}]\nfile = "{t[0]}.csv"\n' for t in ("org", "customers", "products"))
    assert bad(make(toml, files)) == [
        (2, "currency", "row.currency", "EUR"),
        (2, "customer", "row.customer", "H***"),
        (2, "product", "row.product", "P9"),
        (2, "rep", "row.rep", "R***"),
        (2, "amount", "cell.empty", ""),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("amount", "1/2", "number"),
        ("amount", "１２", "number.digits"),
        ("amount", "1_000", "number.underscore"),
        ("amount", "1e5", "number.exponent"),
        ("amount", "nan", "number.nan"),
        ("amount", "(5)", "number"),
        ("amount", "=1+1", "cell.formula"),
        ("amount", "#SPILL!", "cell.error"),
        ("quantity", "1.5", "number.decimals"),
        ("period", "=TODAY()", "cell.formula"),
        ("period", "", "cell.empty"),
        ("period", "1/2/2025", "date"),
        ("customer", "a\tb", "id.lines"),
        ("customer", "\u200b", "id.empty"),
    ],
)
def test_a_bad_cell_is_refused_by_name(make, column: str, cell: str, code: str):
    """Each kind of column refuses what it cannot hold, with a stable code."""
    row = {"period": "2025-01", "customer": "H1", "amount": "1", "quantity": "1"} | {column: f'"{cell}"'}
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    assert [(where, found) for _, where, found, _ in bad(make(SALES, {"s.csv": text}))] == [(column, code)]


def test_rows_too_long_are_refused_and_short_ones_filled_up(make):
    """A cell beyond the header belongs nowhere; a missing one is empty."""
    text = "period,customer,amount,quantity\n2025-01,H1,1,1,9\n2025-01,H1,5\n2025-01,H1\n"
    found = make(SALES, {"s.csv": text}).load()
    assert [(row.row, row.column, row.code) for row in found.bad] == [(2, "", "row.long"), (4, "amount", "cell.empty")]
    assert (found.counts[0].read, found.counts[0].accepted, found.counts[0].rejected) == (3, 1, 2)


def test_extra_decimals_are_refused_or_rounded_half_up(make):
    """The default names the rows; `half_up` rounds away from zero."""
    text = "period,amount\n2025-01,0.005\n2025-01,-0.005\n2025-01,1.10\n"
    assert bad(make(SALES, {"s.csv": text})) == [
        (2, "amount", "number.decimals", "0.005"),
        (3, "amount", "number.decimals", "-0.005"),
    ]
    region = make(SALES + '[units]\nextra_decimals = "half_up"', {"s.csv": text}).load().checked()
    assert [sale.amount.minor for sale in region.sales if sale.amount] == [1, -1, 110]


def test_exact_duplicates_are_kept_and_reported_across_files(make):
    """A repeated row counts like any other, and a note says which it is."""
    files = {"a.csv": "period,amount\n2025-01,5\n2025-01,5\n", "b.csv": "period,amount\n2025-01,5\n2025-02,5\n"}
    loaded = make('[tables.sales]\nfile = "*.csv"', files).load()
    assert [count.duplicates for count in loaded.counts] == [(3,), (2,)]
    assert len(loaded.checked().sales) == 4
    assert "a.csv: 1 exact duplicate rows kept (3)" in [note.en for note in loaded.notes]


def test_returns_reduce_net_sales_and_empty_figures_stay_missing(make):
    """A negative row is a return; an empty amount is no zero."""
    text = "period,amount,quantity\n2025-01,100,2\n2025-01,-30.50,\n2025-02,,4\n"
    sales = make(SALES, {"s.csv": text}).load().checked().sales
    assert [sale.amount for sale in sales] == [Amount.of(100, CNY), Amount.of("-30.50", CNY), None]
    assert [sale.quantity for sale in sales] == [Amount.of(2, BOX), None, Amount.of(4, BOX)]


def test_lists_add_numbers_and_join_ids_without_meeting(make):
    """Numbers are added, empty ones left out; `a/b` + `c` is another id than `a` + `b/c`."""
    text = "y,m,cash,credit,city,name\n2025,一月,1.50,2,a/b,c\n2025,Feb,,3,a,b/c\n2025,3,,,,\n"
    toml = SALES + 'columns = { period = ["y", "m"], amount = ["cash", "credit"], customer = ["city", "name"] }'
    found = make(toml, {"s.csv": text}).load()
    assert [(row.row, row.column, row.code) for row in found.bad] == [(4, "cash, credit", "cell.empty")]
    good = make(toml, {"s.csv": text.replace("2025,3,,,,\n", "")}).load().checked()
    assert [sale.customer for sale in good.sales] == ["a%2Fb/c", "a/b%2Fc"]
    assert [sale.amount.minor for sale in good.sales if sale.amount] == [350, 300]


def test_a_joined_id_is_due_where_it_is_required_and_no_formula(make):
    """Parts that are all empty make no id; a formula in any part is refused."""
    text = "a,b\n,\nx,\n=1,y\n"
    toml = '[tables.customers]\nfile = "c.csv"\ncolumns = { id = ["a", "b"] }\nfields = { use = ["a"] }'
    found = make(toml.replace('fields = { use = ["a"] }', ""), {"c.csv": text + "z,w\n"}).load()
    assert [(row.row, row.code) for row in found.bad] == [(4, "cell.formula")]
    assert (found.counts[0].skipped, found.counts[0].accepted) == (1, 2)
    with_more = "a,b,c\n,,1\n"
    again = make(toml.split("\nfields")[0], {"c.csv": with_more}).load()
    assert [(row.row, row.column, row.code) for row in again.bad] == [(2, "a, b", "cell.empty")]


def test_a_day_may_be_made_of_three_columns_and_a_period_of_two(make):
    """Year, month and day in cells of their own; a third column of a period is a mistake in the settings."""
    files = {"o.csv": "id\nR1\n", "v.csv": "y,m,d,rep,customer\n2025,1,5,R1,H1\n"}
    toml = '[tables.org]\nfile = "o.csv"\n[tables.visits]\nfile = "v.csv"\ncolumns = { date = ["y", "m", "d"] }'
    calls = make(toml, files).load().checked().calls
    assert [call.day.isoformat() for call in calls or ()] == ["2025-01-05"]
    with pytest.raises(BadConfig, match="one column or of two"):
        make(SALES + 'columns = { period = ["y", "m", "d"] }', {"s.csv": "y,m,d,amount\n2025,1,5,1\n"}).load()


def test_constants_stand_for_every_row_and_bad_ones_are_a_setting(make):
    """A constant is read once; a wrong one names the setting, not a row."""
    text = "amount\n1\n2\n"
    toml = SALES + 'columns = { period = { value = 2013 }, currency = { value = "CNY" } }'
    assert [str(sale.period) for sale in make(toml, {"s.csv": text}).load().checked().sales] == ["2013", "2013"]
    with pytest.raises(ValueError, match=r"tables\.sales\.columns\.period"):
        make(SALES + 'columns = { period = { value = "soon" } }', {"s.csv": text}).load()
    half = make(SALES + "columns = { period = { value = 2013-04-01 }, amount = { value = 0.5 } }", {"s.csv": text})
    assert [(sale.amount, sale.day.isoformat()) for sale in half.load().checked().sales if sale.day] == [
        (Amount.of("0.50", CNY), "2013-04-01")
    ] * 2


def test_named_formats_read_ambiguous_days(make):
    """`1/2/2025` is the second of January once the format says so."""
    toml = SALES + 'columns = { period = { column = "day", format = "M/D/YYYY" } }'
    sales = make(toml, {"s.csv": "day,amount\n1/2/2025,1\n"}).load().checked().sales
    assert [(str(sale.period), str(sale.day)) for sale in sales] == [("2025-01", "2025-01-02")]


def test_known_headers_in_both_languages_need_no_mapping(make):
    """Chinese headers, English ones in another case, and the template's own titles."""
    chinese = "销售月份,客户名称,业务员,品种,销售额,盒数,币种\n2025年1月,甲,乙,丙,1.5,2,CNY\n"
    english = "MONTH,Customer Name,Sales Rep,Product Name,Net  Sales,Qty\n2025-01,a,b,c,1.5,2\n"
    titles = "期间 period,客户编号 customer,金额 amount\n2025-01,x,1.5\n"
    for text in (chinese, english, titles):
        sale = make(SALES, {"s.csv": text}).load().checked().sales[0]
        assert (str(sale.period), sale.amount) == ("2025-01", Amount.of("1.50", CNY))


def test_a_missing_column_names_what_the_file_has_and_the_nearest(make):
    """A due column that is not there, and a mapping to a header that is not there."""
    with pytest.raises(BadFile, match="no column for period") as caught:
        make(SALES, {"s.csv": "amount,when\n1,2\n"}).load()
    assert (caught.value.code, caught.value.where) == ("file.column", "s.csv")
    assert "amount, when" in caught.value.hint
    with pytest.raises(BadFile, match="no column 'Sale'") as caught:
        make(SALES + 'columns = { amount = "Sale" }', {"s.csv": "period,Sales\n2025,1\n"}).load()
    assert caught.value.hint == 'did you mean "Sales"?'


def test_a_mapped_header_is_found_in_another_width_and_case(make):
    """Headers are matched by their folded form."""
    toml = SALES + 'columns = { amount = "SALES  amt" }'
    assert len(make(toml, {"s.csv": "period,Ｓales amt\n2025,1\n"}).load().checked().sales) == 1


def test_texts_that_a_scheme_reads_are_kept_as_texts(make):
    """What the archive or a ready-made scheme knows as a text is one: a title, the stage of a dealer."""
    toml = '[tables.customers]\nfile = "c.csv"\nfields = { title = "职称", dealer_stage = "阶段", on_time = "按时" }'
    archive = make(toml, {"c.csv": "id,职称,阶段,按时\nH1,主治医师,助商,1\nH2,,,\n"}).load().checked().archive
    assert dict(archive["H1"].fields) == {"title": "主治医师", "dealer_stage": "助商", "on_time": 1}
    assert dict(archive["H2"].fields) == {"title": None, "dealer_stage": None, "on_time": None}


def test_a_plan_by_ready_made_schemes_from_files(make):
    """From a file to the grades: nine-grid doctors at their hospital's tier, under no policy that forbids it (E6)."""
    toml = """
    [tables.customers]
    file = "c.csv"
    fields = { title = "职称", behaviour = "行为", revenue = "收入" }
    [classification]
    schemes = ["nine_grid"]
    [compliance]
    policy = []
    """
    rows = "H1,Example,hospital,三级甲等,,,,250000000\nD1,Dr,doctor,,H1,主治,2,\n"
    workspace = make(toml, {"c.csv": f"id,name,kind,level,parent,职称,行为,收入\n{rows}"})
    (found,) = grade_customers(workspace.load().checked(), workspace.settings.policy, Quarter(2026, 1))
    assert {g.customer: str(g.grade) for g in found.grades} == {"D1": "A (nine_grid)"}
    assert "total 10.00 of 12" in found.grades[0].why().text()


def test_fields_of_customers_are_numbers_for_rules(make):
    """Further columns are read exactly, and refused like any number."""
    toml = '[tables.customers]\nfile = "c.csv"\nfields = { use = "Use", all = ["Use", "More"] }'
    archive = make(toml, {"c.csv": "id,Use,More\nH1,0.25,1\nH2,,\n"}).load().checked().archive
    assert dict(archive["H1"].fields) == {"use": Fraction(1, 4), "all": Fraction(5, 4)}
    assert dict(archive["H2"].fields) == {"use": None, "all": None}
    assert bad(make(toml, {"c.csv": "id,Use,More\nH1,much,1\n"})) == [
        (2, "Use", "number", "much"),
        (2, "Use, More", "number", "much 1"),
    ]


def test_weekdays_of_customers_and_other_columns(make):
    """All columns of a customer arrive as values."""
    files = {"c.csv": "客户编号,客户名称,客户类型,等级,潜力,接待日\nH1,示例医院,医院,三级甲等,1200,周三、周四\n"}
    hospital = make('[tables.customers]\nfile = "c.csv"', files).load().checked().archive["H1"]
    assert (hospital.name, hospital.kind, hospital.level, hospital.potential) == ("示例医院", "医院", "三级甲等", 1200)
    assert hospital.weekdays == {2, 3}


def test_masking():
    """Only the first character of a personal value is shown, nothing of nothing."""
    assert (masked("示例"), masked("")) == ("示***", "")


ROW = st.one_of(
    st.just(("blank", ["", " ", ""])),
    st.builds(lambda n, m: ("good", [f"2025-{m:02d}", f"H{n}", f"{n}.50"]), st.integers(0, 3), st.integers(1, 12)),
    st.builds(lambda text: ("bad", ["2025-01", "H1", text]), st.sampled_from(["x", "", "=1", "1.234", "#N/A", "1e9"])),
    st.builds(lambda text: ("bad", [text, "H1", "1"]), st.sampled_from(["2025-13", "", "1/2/2025"])),
    st.just(("long", ["2025-01", "H1", "1", "more"])),
    st.builds(lambda m: ("short", [f"2025-{m:02d}"]), st.integers(1, 12)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(ROW, max_size=25), st.integers(0, 25))
def test_read_is_accepted_and_rejected_and_skipped_for_any_file(make, rows, cut: int):
    """However rows are mixed and split over files, the figures add up and say what is true of each row."""
    header = "period,customer,amount\n"
    parts = [rows[:cut], rows[cut:]]
    files = {
        f"{name}.csv": header + "".join(",".join(cells) + "\n" for _, cells in part)
        for name, part in zip("ab", parts, strict=True)
    }
    loaded = make('[tables.sales]\nfile = ["a.csv", "b.csv"]', files).load()
    seen: set[str] = set()
    for count, part in zip(loaded.counts, parts, strict=True):
        kinds = [kind for kind, _ in part]
        assert count.read == len(part) == count.accepted + count.rejected + count.skipped
        assert (count.accepted, count.skipped) == (kinds.count("good"), kinds.count("blank"))
        repeated = []
        for number, (kind, texts) in enumerate(part, 2):
            if kind == "good":
                repeated += [number] if ",".join(texts) in seen else []
                seen.add(",".join(texts))
        assert list(count.duplicates) == repeated
        assert {row.row for row in loaded.bad if row.file == count.file} == {
            number for number, kind in enumerate(kinds, 2) if kind not in ("good", "blank")
        }
    assert (loaded.region is None) == bool(loaded.bad)


def test_a_column_of_many_texts_is_read_alike(make, monkeypatch):
    """What is remembered of earlier cells has a bound, and forgetting changes nothing."""
    monkeypatch.setattr(cells, "_REMEMBERED", 1)
    text = "period,customer,amount\n" + "".join(f"2025-0{n},H{n % 2},{n}\n" for n in range(1, 7))
    sales = make(SALES, {"s.csv": text}).load().checked().sales
    assert [(str(one.period), one.customer) for one in sales] == [(f"2025-0{n}", f"H{n % 2}") for n in range(1, 7)]


def test_an_empty_year_and_month_is_an_empty_period(make):
    """Two empty cells are one missing period, not a wrong one."""
    toml = SALES + 'columns = { period = ["y", "m"] }'
    assert bad(make(toml, {"s.csv": "y,m,amount\n,,1\n"})) == [(2, "y, m", "cell.empty", " ")]
