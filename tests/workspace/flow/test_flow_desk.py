"""The desk of flow: a month by hand, names learned, months closed and restated, and files as they come."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.flow import FlowLine, ReadFlow
from pharmasales.errors import BadConfig, BadFile, BadRows, BadValue, Conflict, NotFound, StorageError
from pharmasales.exchange import read_sheet
from pharmasales.periods import Month
from pharmasales.storage import open_store
from pharmasales.units import CNY
from pharmasales.workspace import Workspace
from pharmasales.workspace.desk_tables import desk_tables
from pharmasales.workspace.doing import quiet
from pharmasales.workspace.flow import desk
from pharmasales.workspace.flow.closed_months import KeptMonth, months_closed
from pharmasales.workspace.flow.desk import FlowDesk
from pharmasales.workspace.flow.files import FlowFileRead, of_month
from pharmasales.workspace.flow.page import flow_page
from pharmasales.workspace.flow.tables import RunTables

DECEMBER = Month(2025, 12)
AT, DAY = datetime(2026, 1, 5, tzinfo=UTC), date(2026, 1, 5)


def toml(space: Workspace, world: ModuleType, text: str) -> Workspace:
    """Write other settings of flow and open the workspace again."""
    (space.root / "pharmasales.toml").write_text(world.TABLES + text, "utf-8")
    return Workspace.open(space.root)


def run(space: Workspace, month: Month = DECEMBER):
    """Run the month."""
    return FlowDesk(space, month).run()


def close(space: Workspace, why: str = "", on: date = DAY):
    """Close December."""
    return FlowDesk(space, DECEMBER).close("m1", on, AT, why)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table that was written."""
    text = (folder / "out" / "flow-2025-12" / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def codes(error: BadRows) -> list[tuple[str, str]]:
    """Return code and place of every refusal."""
    return [(one.code, one.where) for one in error.exceptions]


def test_a_month_by_hand(flowed_once: Path) -> None:
    """Every figure of the tables: nine lines in, six matched, three held, by lines, money and units."""
    told = {row["what"]: [row["read"], row["matched"], row["held"]] for row in rows(flowed_once, "balance")}
    assert told == {
        "lines": ["9", "6", "3"],
        "money": ["12200.00", "6500.00", "5700.00"],
        "quantity, -": ["14", "0", "14"],
        "quantity, 件": ["1", "1", "0"],
        "quantity, 盒": ["53", "43", "10"],
    }
    sold = [
        (row["distributor"], row["customer_id"], row["product"], row["quantity"]) for row in rows(flowed_once, "sales")
    ]
    assert sold == [
        ("D1", "H1", "P1", "10"),
        ("D1", "H2", "P1", "200"),
        ("D1", "H1", "P1", "-2"),
        ("D2", "H3", "P2", "12"),
        ("D2", "H1", "P2", "3"),
        ("D2", "D1", "P2", "20"),
    ]
    assert [(row["distributor"], row["customer"], row["quantity"]) for row in rows(flowed_once, "cross_region")] == [
        ("D2", "D1", "20"),
        ("D2", "H1", "3"),
    ]
    chain = [tuple(row.values()) for row in rows(flowed_once, "chain")]
    assert chain == [  # opening, from us, from others, to others, to terminals, closing
        ("D1", "P1", "2025-12", "100", "150", "0", "0", "208", "42"),
        ("D1", "P2", "2025-12", "0", "0", "20", "0", "0", "20"),
        ("D2", "P2", "2025-12", "50", "0", "0", "20", "15", "15"),
    ]
    (gap,) = rows(flowed_once, "chain_differences")
    assert (gap["quantity"], gap["why"]) == ("-2", "opening 100 + in 150 - out 208 = 42, counted 40; count again")
    shares = [
        (row["distributor"], row["product"], row["share"], row["kind"])
        for row in rows(flowed_once, "primary_secondary")
    ]
    assert shares == [
        ("D1", "P1", "1.386667", "even"),
        ("D1", "P2", "0.000000", "piles up"),
        ("D2", "P2", "", "nothing came in"),
    ]
    assert [tuple(row.values())[2:] for row in rows(flowed_once, "stock_counts")] == [
        ("1", "1", "1.000000", ""),
        ("2", "1", "0.500000", "D1"),
    ]
    assert rows(flowed_once, "unfounded_returns") == []
    names = sorted(path.name for path in (flowed_once / "out" / "flow-2025-12").iterdir())
    assert {"report.html", "tables.xlsx", "held_reasons.csv", "files.csv"} <= set(names)


def test_no_row_is_lost_between_file_and_table(flowed_once: Path, world: ModuleType) -> None:
    """A held line bears every reason and the whole row as it came; a file's rows add up."""
    held = rows(flowed_once, "held")
    assert [(row["file"], row["row"]) for row in held] == [("D1-2025-12.csv", str(n)) for n in (4, 5, 7)]
    assert held[1]["reasons"] == (
        "customer: not alike enough: 16 of 100, the next 0; repeated line: the same as row 4 of D1-2025-12.csv"
    )
    lines = world.D1.splitlines()
    assert [row["row_as_it_came"] for row in held] == [lines[int(row["row"]) - 1] for row in held]
    files = rows(flowed_once, "files")
    assert [[row[key] for key in ("rows", "lines", "others", "blank")] for row in files] == [
        ["8", "6", "1", "1"],
        ["3", "3", "0", "0"],
    ]
    assert files[0]["header"] == world.HEAD.strip()


def test_an_answered_question_is_an_alias(space: Workspace, world: ModuleType) -> None:
    """The rows of questions.csv have the columns of aliases.csv; filled in and appended, nobody is asked again."""
    with (space.root / "out" / "flow-2025-12" / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *asked = csv.reader(file)
    assert head == world.FILES["aliases.csv"].strip().split(",")
    assert [row[:6] for row in asked] == [["customer", "市里那家院", "", "D1", "", ""]]
    assert asked[0][6].startswith(
        "2 lines, 250.00, not alike enough: 16 of 100, the next 0: H1 示例市第一人民医院 16; H2"
    )
    asked[0][2], asked[0][4], asked[0][5] = "H2", "R2", "2026-01-04"
    with (space.root / "aliases.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(asked)
    done = run(space).run
    assert [(sale.line.row, sale.customer) for sale in done.clean.sales if sale.line.row == 4] == [(4, "H2"), (4, "D1")]
    assert [[reason.code for reason in one.reasons] for one in done.clean.held] == [
        ["repeat"],
        ["unread", "unread", "customer", "product"],
    ]
    assert not len(done.asked)


def test_the_last_confirmation_is_in_force_and_two_of_one_day_are_refused(space: Workspace) -> None:
    """Whatever the order in the file; a name that is given two ids on one day is nobody's."""
    head = "kind,text,id,distributor,by,date\n"
    early, late = "customer,市里那家院,H1,,R1,2026-01-02\n", "customer,市里那家院,H3,,R1,2026-01-03\n"
    own = "客户,市里那家院,H2,D1,R1,2025-12-31\n"
    for text, meant in ((late + early, "H3"), (early + late, "H3"), (late + own, "H2")):
        (space.root / "aliases.csv").write_text(head + text, "utf-8")
        assert {sale.customer for sale in run(space).run.clean.sales if sale.line.customer == "市里那家院"} == {meant}
    bad = head + early + "customer,市里那家院 ,H2,,R1,2026-01-02\nproducts,示例,P1,,R1,2026-01-02\n"
    bad += "customer,甲,H9,,R1,2026-01-02\nproduct,乙,,,R1,2026-01-02\ncustomer,。,H1,,R1,2026-01-02\n"
    (space.root / "aliases.csv").write_text(bad, "utf-8")
    with pytest.raises(BadRows) as raised:
        run(space)
    assert codes(raised.value) == [
        ("flow.alias", "aliases.csv row 3 column id"),
        ("flow.kind", "aliases.csv row 4 column kind"),
        ("row.id", "aliases.csv row 5 column id"),
        ("cell.empty", "aliases.csv row 6 column id"),
        ("flow.alias", "aliases.csv row 7 column text"),
    ]


def test_every_bad_row_of_packings_and_territories_is_told(space: Workspace) -> None:
    """At once, and nothing is written."""
    (space.root / "packings.csv").write_text(
        "product,unit,boxes\nP1,件,200\nP1,件,100\nP1,盒,2\nP9,件,1\nP2,件,-1\nP2,箱,一\nP2,箱,400\nP2,袋,0\n", "utf-8"
    )
    (space.root / "territories.csv").write_text(
        'distributor,divisions,product,since,until\nD1,"990100、990200",P1,2025-01-01,2024-01-01\nD9,990100,,,\nD1,990100,,2025-12-01,2025-12-01\n',
        "utf-8",
    )
    shutil.rmtree(space.root / "out")
    with pytest.raises(BadRows) as raised:
        run(space)
    assert codes(raised.value) == [
        ("flow.unit", "packings.csv row 3 column boxes"),
        ("flow.unit", "packings.csv row 4 column boxes"),
        ("row.product", "packings.csv row 5 column product"),
        ("flow.unit", "packings.csv row 6 column boxes"),
        ("number.digits", "packings.csv row 7 column boxes"),
        ("flow.unit", "packings.csv row 9 column boxes"),
        ("flow.territory", "territories.csv row 2 column until"),
        ("row.distributor", "territories.csv row 3 column distributor"),
    ]
    assert not (space.root / "out").exists()


def test_a_month_with_held_lines_is_closed_with_a_reason_alone(space: Workspace) -> None:
    """And not before it has ended; what is refused is not kept."""
    for why, on, code in (("", DAY, "flow.held"), ("asked", date(2025, 12, 31), "flow.early")):
        with pytest.raises(BadValue) as raised:
            close(space, why, on)
        assert raised.value.code == code
    with space.kept_store() as store:
        assert store is None or months_closed(store) == []
    made = close(space, "asked")
    assert made.run.kept is not None
    assert (made.run.kept.month.held, made.run.kept.month.why, made.run.kept.latest) == (3, "asked", 1)
    assert rows(space.root, "restated") == []
    assert [
        (row["customer_id"], row["product"], row["lines"], row["quantity"], row["amount"])
        for row in rows(space.root, "closed")
    ] == [
        ("H1", "P1", "2", "8", "200.00"),
        ("H2", "P1", "1", "200", "5000.00"),
        ("D1", "P2", "1", "20", "700.00"),
        ("H1", "P2", "1", "3", "120.00"),
        ("H3", "P2", "1", "12", "480.00"),
    ]


def test_a_closed_month_is_restated_by_versions_and_each_is_read_again(space: Workspace) -> None:
    """A late file shows as a difference and changes nothing; closing again makes the next version, with its reason."""
    close(space, "asked")
    (space.root / "D2-late.csv").write_bytes(
        "日子,谁买的,货,几盒,多少钱\n30/12/2025,样本县中医院,样本胶囊 0.25g*12粒,5,200.00\n".encode("gb18030")
    )
    made = run(space)
    (change,) = rows(space.root, "restated")
    assert [change[key] for key in ("distributor", "customer", "before", "after", "change", "money")] == [
        "D2", "H3", "12", "17", "5", "200.00",
    ]  # fmt: skip
    assert "closed on 2026-01-05 by m1, version 1: the figures as closed count" in [note.en for note in made.run.notes]
    with pytest.raises(BadValue, match=r"says why.*flow\.why"):
        close(space)
    assert close(space, "late file").run.kept == KeptMonth(FlowDesk(space, DECEMBER).closed(2).kept.month, 2)
    assert [FlowDesk(space, DECEMBER).closed(number).kept.month.held for number in (1, 2)] == [3, 3]
    facts = [FlowDesk(space, DECEMBER).closed(number).kept.month.facts["D2", "H3", "P2"] for number in (1, 2)]
    assert [(str(one.quantity), str(one.amount)) for one in facts] == [
        ("12 BOX", "480.00 CNY"),
        ("17 BOX", "680.00 CNY"),
    ]
    assert FlowDesk(space, DECEMBER).closed().note.en == "version 2 of 2, closed on 2026-01-05 by m1: late file"
    with pytest.raises(BadValue, match=r"nothing changed.*flow\.same"):
        close(space, "again")
    with pytest.raises(NotFound, match=r"2025-12, 3; 1 to 2 \[flow\.version\]"):
        FlowDesk(space, DECEMBER).closed(3)
    with pytest.raises(NotFound, match=r"flow\.none"):
        FlowDesk(space, Month(2025, 11)).closed()


def test_of_two_closers_at_once_one_is_refused(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read an open month; the second finds it closed and has written nothing."""
    close(space, "asked")
    monkeypatch.setattr(desk, "month_of", lambda *_asked: None)
    shutil.rmtree(space.root / "out")
    with pytest.raises(Conflict):
        close(space, "asked too")
    assert not (space.root / "out" / "flow-2025-12").exists()
    monkeypatch.undo()
    assert FlowDesk(space, DECEMBER).closed().kept.month.why == "asked"


def test_a_reader_of_a_part_finds_the_own_figures_alone(space: Workspace) -> None:
    """The head and who closed belong to the top; a month that was touched is refused."""
    close(space, "asked")
    with pytest.raises(StorageError, match=r"storage\.scope"):
        run(space.within("S"))
    with pytest.raises(StorageError, match=r"storage\.scope"):
        FlowDesk(space.within("S"), DECEMBER).closed()
    seen = {}
    for node in ("C", "N", "R3"):
        with space.within(node).kept_store() as store:
            assert store is not None
            facts = [fact for one in store.find("flow facts") for fact in one.data["facts"]]
            heads = [*store.find("flow month"), *store.find("flow version")]
            seen[node] = sorted({fact[1] for fact in facts}), len(heads)
    assert seen == {"C": (["D1", "H1", "H2", "H3"], 2), "N": (["D1", "H1", "H2"], 0), "R3": (["H3"], 0)}
    with open_store(space.url) as store, store.unit(by="x", why="x", at=AT) as unit:
        (record,) = store.find("flow facts", prefix="2025-12/0001/R3")
        facts = [[*fact[:4], [99, "BOX", 0], fact[5]] for fact in record.data["facts"]]
        unit.put("flow facts", record.id, {**record.data, "facts": facts})
    with pytest.raises(BadValue, match=r"flow\.seal"):
        run(space)


def test_files_of_one_name_are_told_apart_and_a_file_that_comes_twice_is_held(
    space: Workspace, world: ModuleType
) -> None:
    """By their folders; the second time a line of a document counts nowhere, in whatever file it stands."""
    for name in ("a", "b"):
        (space.root / name).mkdir()
    (space.root / "a" / "D1.csv").write_text(world.D1, "utf-8")
    (space.root / "b" / "D1.csv").write_text(world.HEAD + world.D1.splitlines()[1].replace("S-1", "S-8"), "utf-8")
    folders = world.FLOW.replace('"D1-*.csv"', '["a/D1.csv", "b/*.csv"]')
    done = run(toml(space, world, folders)).run.clean
    assert [one.line.file for one in done.sales if one.customer == "H1" and one.distributor == "D1"] == [
        "a/D1.csv",
        "a/D1.csv",
        "b/D1.csv",
    ]
    (space.root / "D1-again.csv").write_text(world.D1, "utf-8")
    done = run(toml(space, world, world.FLOW)).run.clean
    assert [one.line.file for one in done.sales if one.distributor == "D1"] == ["D1-2025-12.csv"] * 3
    assert [one.line.row for one in done.held if one.line.file == "D1-again.csv"] == [2, 3, 4, 5, 6, 7]
    with pytest.raises(
        BadConfig, match=r"one file for two distributors @ flow\.files\.D2; D1-2025-12\.csv is a file of D1"
    ):
        run(toml(space, world, world.FLOW.replace('"D2-*.csv"', '"D1-2025-*.csv"')))


def test_a_layout_that_nobody_confirmed_stops_the_run_with_the_lines_to_confirm(space: Workspace) -> None:
    """A header that lacks a column, says two things, or says none: every file at once; no unknown header is told."""
    (space.root / "D1-2025-12.csv").write_text(
        "销售日期,客户,品名,实际出库数量,秘密\n2025-12-03,示例医院,示例片,1,x\n", "utf-8"
    )
    (space.root / "D2-2025-12.csv").write_bytes(
        "日子,谁买的,货,几盒\n8/12/2025,样本县中医院,样本胶囊,12\n".encode("gb18030")
    )
    with pytest.raises(BadRows) as raised:
        run(space)
    first, second = raised.value.exceptions
    assert isinstance(first, BadFile)
    assert str(first) == (
        "it is not clear what '实际出库数量' holds @ D1-2025-12.csv; confirm: [flow.files.D1] columns = "
        '{ date = "销售日期", customer = "客户", product = "品名", quantity = "实际出库数量" }, '
        'by = "your id", on = the day [flow.columns]'
    )
    assert (second.code, second.reason) == ("flow.columns", "no column '多少钱'")
    (space.root / "D1-2025-12.csv").write_text("销售日期,客户,品名\n2025-12-03,示例医院,示例片\n", "utf-8")
    with pytest.raises(BadRows, match="2 bad files") as raised:
        run(space)
    assert raised.value.exceptions[0].reason == "no column for quantity"
    (space.root / "D1-2025-12.csv").write_text(
        "日期,客户,品名,数量,销售数量\n2025-12-03,示例医院,示例片,1,1\n", "utf-8"
    )
    with pytest.raises(BadRows, match="2 bad files") as raised:
        run(space)
    assert raised.value.exceptions[0].reason == "it is not clear what '数量', '销售数量' holds"
    (space.root / "D1-2025-12.csv").write_text("甲,乙\n1,2\n", "utf-8")
    with pytest.raises(BadRows) as raised:
        run(space)
    assert 'columns = { date = "its header", customer = "its header", ' in raised.value.exceptions[0].hint
    (space.root / "D1-2025-12.csv").write_bytes(
        "销售日期,客户,品名,数量\n2025-12-03,示例医院,示例片,1\n".encode("gb18030")
    )
    with pytest.raises(BadRows) as raised:
        run(space)
    assert 'encoding = "gb18030" in its [flow.files.D1]' in raised.value.exceptions[0].hint


def test_a_file_of_a_distributor_whom_nobody_knows_and_no_file_at_all(space: Workspace, world: ModuleType) -> None:
    """Typed, with the full name of the setting."""
    with pytest.raises(BadConfig, match=r"nobody has this id @ flow\.files\.D9"):
        run(toml(space, world, world.FLOW + '[flow.files.D9]\nfile = "D9.csv"\n'))
    with pytest.raises(BadConfig, match=r"no files of flow @ flow\.files"):
        run(toml(space, world, ""))
    for table in ("customers", "products"):
        opened = toml(space, world, world.FLOW)
        settings = evolve(opened.settings, tables={**opened.settings.tables})
        del settings.tables[table]
        with pytest.raises(BadConfig, match=f"no {table} @ tables"):
            run(evolve(opened, settings=settings))
    with pytest.raises(BadRows) as raised:
        run(toml(space, world, world.FLOW.replace("D2-*", "D8-*")))
    assert codes(raised.value) == [("file.missing", "flow.files.D2, D8-*.csv")]


def test_days_as_a_spreadsheet_counts_them_are_held_and_never_guessed(space: Workspace, world: ModuleType) -> None:
    """46000 is a day for Excel alone; the line belongs to the month of its file and is held in it."""
    text = (
        world.HEAD + "46000,S-5,1,示例市第一人民医院,示例片,10mg*24片,B1,7,盒,25.00,175.00\n" + world.D1.splitlines()[1]
    )
    (space.root / "D1-2025-12.csv").write_text(text, "utf-8")
    done = run(space).run.clean
    assert [(one.line.row, one.why.text()[:21]) for one in done.held] == [(2, "cannot be read: date:")]
    unsure = toml(space, world, world.FLOW.replace('day_order = "dmy"\n', ""))
    waiting = [one.why.text() for one in run(unsure).run.clean.held if one.line.distributor == "D2"]
    assert waiting == ["cannot be read: date: day or month first?"] * 3


def test_who_sent_nothing_and_who_keeps_no_card_is_said(space: Workspace, world: ModuleType) -> None:
    """Missing is never zero: the chain leaves out whose stock nobody keeps."""
    (space.root / "movements.csv").write_text(
        "id,customer,product,date,kind,quantity\nM1,D1,P1,2025-11-05,opening,5\nM2,D1,P1,2025-11-06,in,3\n"
        "M3,D1,P1,2025-11-07,return_out,1\nM4,D1,P1,2025-11-08,transfer_in,4\n", "utf-8",
    )  # fmt: skip
    (space.root / "counts.csv").write_text("id,customer,product,date,quantity,by\n", "utf-8")
    done = run(space, Month(2025, 11)).run
    notes = [note.en for note in done.notes]
    assert "nothing came for the month from D2" in notes
    assert "not in the chain, no stock card is kept: D2" in notes
    assert done.chain is not None
    (book,) = done.chain.closure.stocks
    assert [str(one) for one in (book.opening, book.from_us, book.sold)] == ["5 BOX", "2 BOX", "4 BOX"]
    assert [(one.kind, str(one.stated)) for one in done.chain.closure.differences()] == [("received", "4 BOX")]
    bare = world.TABLES.partition("[tables.movements]")[0]
    (space.root / "pharmasales.toml").write_text(bare + world.FLOW, "utf-8")
    done = run(Workspace.open(space.root))
    assert (done.run.chain, done.table("chain")) == (None, None)
    assert "the chain is not closed: no table of movements says what came in" in [note.en for note in done.run.notes]


def test_a_return_stands_on_what_was_sold_in_earlier_months(space: Workspace, world: ModuleType) -> None:
    """As the files say, or as those months were closed: four boxes of November carry four back, and no fifth."""
    back = "2025-12-09,S-4,1,示例市第一人民医院,示例片,10mg*24片,B1,-{},盒,25.00,-{}.00\n"
    november = world.D1.splitlines()[-1] + "\n"
    path = space.root / "D1-2025-12.csv"
    path.write_text(world.HEAD + back.format(4, 100) + november, "utf-8")
    assert run(space).run.returns == []
    path.write_text(world.HEAD + back.format(5, 125) + november, "utf-8")
    (over,) = run(space).run.returns
    assert (str(over.sold), str(over.back), str(over.over)) == ("4 BOX", "5 BOX", "1 BOX")
    assert [row["over"] for row in rows(space.root, "unfounded_returns")] == ["1"]
    close(space)
    assert len(run(space).run.returns) == 1  # the month itself stands for nothing, closed or not
    FlowDesk(space, Month(2025, 11)).close("m1", DAY, AT)
    path.write_text(world.HEAD + back.format(4, 100), "utf-8")  # November is closed, and gone from the files
    assert run(space).run.returns == []


def cross_tile(found, space: Workspace):
    """Return the tile of cross-region sales of a month's page."""
    tables = RunTables(found, desk_tables(space, quiet, DAY).region)
    return next(one for one in flow_page(found, tables).tiles if one.title.zh == "窜货")


def test_territories_of_whom_none_is_known_and_customers_of_unknown_place(space: Workspace, world: ModuleType) -> None:
    """By the setting a distributor without a row may sell nowhere; an unknown place is told and never cleared."""
    (space.root / "territories.csv").write_text("distributor,divisions,product,since,until\nD1,990100,,,\n", "utf-8")
    path = space.root / "customers.csv"
    path.write_text(path.read_text("utf-8").replace("R2,990102", "R2,"), "utf-8")
    made = run(space).run
    assert made.crossed.cases == ()
    assert "4 lines were not judged for cross-region sales: place of the customer or territory unknown" in [
        x.en for x in made.notes
    ]
    tile = cross_tile(made, space)
    assert (tile.value, tile.tone, tile.note.zh) == ("0", "good", "4 行未判定")
    path.write_text(path.read_text("utf-8").replace("R1,990101", "R1,"), "utf-8")
    made = FlowDesk(space, DECEMBER).run()
    tile = cross_tile(made.run, space)
    assert (tile.value, tile.tone, tile.note.en) == ("-", "plain", "6 lines not judged")
    strict = toml(space, world, '[flow]\nunlisted = "no right"\n' + world.FLOW)
    assert [(one.distributor, one.customer, one.kind) for one in run(strict).run.crossed.cases] == [
        ("D2", "D1", "no right"),
        ("D2", "H3", "no right"),
        ("D2", "H1", "no right"),
    ]


def test_the_area_of_a_hospital_stands_in_for_its_place(space: Workspace, world: ModuleType) -> None:
    """The own file comes first; an area counts where that is empty, and where it lies within a wider division."""
    path, heads = space.root / "customers.csv", "id,name,parent,kind\n990200,Two,,area\n990203,Three,990200,area\n"
    path.write_text(path.read_text("utf-8").replace("R2,990102", "R2,").replace("R1,990101\nH2", "R1,990100\nH2"))
    areas = heads + "H2,,990203,hospital\nH1,,990101,医院\nH3,,990101,hospital\n"
    (space.root / "areas.csv").write_text(areas.replace("990200,Two", "990101,One,,\n990200,Two"), "utf-8")
    text = world.TABLES + '[tables.areas]\nfile = "areas.csv"\n' + world.FLOW
    (space.root / "pharmasales.toml").write_text(text, "utf-8")
    found = run(Workspace.open(space.root)).run.crossed
    # H2 lies in 990203 of the areas, foreign to D1; H1 in 990101 within 990100; H3 stays in 990201 of its own file
    assert [(one.distributor, one.customer, one.division) for one in found.cases] == [
        ("D1", "H2", "990203"),
        ("D2", "D1", "990100"),
        ("D2", "H1", "990101"),
    ]
    assert found.unjudged == ()


def test_a_batch_that_went_to_others(space: Workspace, world: ModuleType) -> None:
    """B1 came to D2 alone: D1 sold it; where the card of D1 names no batch nobody can say so."""
    moves = (
        "id,customer,product,date,kind,quantity,batch\nM1,D1,P1,2025-10-01,opening,100,B7\n"
        "M2,D1,P1,2025-12-02,in,150,{}\nM3,D2,P1,2025-10-01,opening,0,\n"
        "M4,D2,P1,2025-12-02,in,9,B1\nM5,D2,P2,2025-12-01,opening,50,\n"
    )
    path = space.root / "movements.csv"
    path.write_text(moves.format("B7"), "utf-8")
    assert [(one.customer, one.kind, one.holders) for one in run(space).run.crossed.cases if one.kind == "batch"] == [
        ("H2", "batch", ("D2",)),
        ("H1", "batch", ("D2",)),
    ]
    for batch in ("", "B1"):
        path.write_text(moves.format(batch), "utf-8")
        assert not [one for one in run(space).run.crossed.cases if one.kind == "batch"]


def test_the_settings_reach_what_they_set(space: Workspace, world: ModuleType) -> None:
    """Scores, kinds, slack, repeats and where goods pile up; a price that misses the amount is held."""
    text = (space.root / "D1-2025-12.csv").read_text("utf-8").replace("25.00,250.00", "25.01,250.00")
    (space.root / "D1-2025-12.csv").write_text(text, "utf-8")
    assert "sum" in {reason.code for one in run(space).run.clean.held for reason in one.reasons}
    asked = (
        '[flow]\ncustomer_match = { cut = 10 }\nproduct_match = { cut = 200 }\nkinds = ["医院"]\n'
        'slack = "0.10"\nrepeats = false\nloading = { piles = "10%", runs = "1.1" }\n'
    )
    done = run(toml(space, world, asked + world.FLOW)).run
    found = {(one.line.file[:2], one.line.row): [reason.code for reason in one.reasons] for one in done.clean.held}
    assert found == {
        ("D1", 3): ["product"],  # 10mg×24 is near and no more
        ("D1", 4): ["customer"],
        ("D1", 5): ["customer"],  # the same again
        ("D1", 7): ["unread", "unread", "customer", "product"],
        ("D2", 3): ["product"],
        ("D2", 4): ["customer"],  # a distributor
    }
    assert "the likeliest differs in a word" in {one.found.why.text() for one in done.asked}
    assert done.chain is not None
    assert [(one.distributor, one.product, one.kind) for one in done.chain.sold_on] == [
        ("D1", "P1", "piles up"),
        ("D2", "P2", "nothing"),
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[flow]\nfeed = "x"', "flow.feed"),
        ('[flow]\nslack = "-1"', "flow.slack"),
        ('[flow]\nfeeds = "closed"', "flow.feeds"),
        ("[flow]\nproduct_match = { cut = 201 }", "flow.product_match"),
        ('[flow]\nloading = { piles = "2", runs = "1" }', "flow.loading"),
        ("[flow.files.D1]\nencoding = 'gbk'", "flow.files.D1.file"),
        ('[flow.files.D1]\nfile = "a"\ncolumns = { date = "日" }\non = 2026-01-04', "flow.files.D1.by"),
        ('[flow.files.D1]\nfile = "a"\ncolumns = { day = "日" }\nby = "u"\non = 2026-01-04', "flow.files.D1.columns"),
        ('[flow.files.D1]\nfile = "a"\nalways = { day = "日" }', "flow.files.D1.always.day"),
        ('[flow.files.D1]\nfile = "a"\nday_order = "ydm"', "flow.files.D1.day_order"),
    ],
)
def test_a_wrong_setting_is_told_by_its_full_name(space: Workspace, world: ModuleType, text: str, where: str) -> None:
    """Before any file is read."""
    with pytest.raises(BadConfig) as raised:
        toml(space, world, text)
    assert raised.value.where == where


def test_a_workbook_reads_as_a_text_does(flowed_once: Path) -> None:
    """The workbook of a month holds the same tables; the page opens without a network."""
    out = flowed_once / "out" / "flow-2025-12"
    assert next(read_sheet(out / "tables.xlsx", sheet="In, matched and held").rows)[1][0] == "lines"
    page = (out / "report.html").read_text("utf-8")
    assert "Flow of 2025-12" in page
    assert "市里那家院" in page


months = st.none() | st.sampled_from([Month(2025, 11), DECEMBER, Month(2026, 1)])


@given(st.lists(st.lists(months, max_size=6), max_size=4))
def test_every_line_of_a_known_month_belongs_to_that_month_alone(files) -> None:
    """And one without a month to each month of its file, or to every month where the file knows none."""
    read = [
        FlowFileRead(
            "D1",
            (),
            ReadFlow(
                f"{n}.csv", tuple(FlowLine(f"{n}.csv", at, "D1", (), month) for at, month in enumerate(one, 2)), 0, CNY
            ),
            False,
        )
        for n, one in enumerate(files)
    ]
    for month in (Month(2025, 11), DECEMBER, Month(2026, 1)):
        parts = of_month(read, month)
        assert all(one.rows == len(one.lines.lines) + one.others + one.blank for one in parts)
        mine = [line for one in parts for line in one.lines.lines]
        assert [line for line in mine if line.month is not None] == [
            line for one in read for line in one.read.lines if line.month == month
        ]
        unread = [line.file for line in mine if line.month is None]
        assert unread == [
            f"{n}.csv" for n, one in enumerate(files) for at in one if at is None and (month in one or not any(one))
        ]
