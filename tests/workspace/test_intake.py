"""Customers from files: all rows or none, the refused ones ready to correct, and nothing lost on the way."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import erase, merge
from pharmasales.compliance import Override
from pharmasales.errors import BadFile, BadRows
from pharmasales.exchange import read_sheet
from pharmasales.workspace import Stamp, Workspace, take_in
from pharmasales.workspace.chain import Chain

FACTS = 'facts = { about = "person", published = true, refused = false }\n'
HEAD = ["id", "name", "kind", "source", "parent", "beds", "mobile"]


def stamp(day: date = date(2026, 1, 5)) -> Stamp:
    """Return who takes in on a day."""
    return Stamp(day, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), "u1", "list of 2026")


def folder_of(home: Path, rows, head=HEAD, toml: str = "", name: str = "w") -> Workspace:
    """Write a workspace whose archive is one CSV."""
    folder = home / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "new.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    (folder / "pharmasales.toml").write_text(f'[archive]\nfile = "new.csv"\n{toml or FACTS}', "utf-8")
    return Workspace.open(folder)


def kept(workspace: Workspace) -> dict[str, dict[str, object]]:
    """Return what the files of the archive say."""
    return {file.id: file.values() for file in workspace.register()}


GOOD = ("H1", "Example One", "hospital", "tender", "", "300", "")


def test_one_bad_row_keeps_all_out(tmp_path):
    """By default nothing is taken and no store is made; every bad cell is told at once, no value of it."""
    workspace = folder_of(tmp_path, [GOOD, ("H2", "Canary Hospital", "hospitl", "tender", "", "many", "")])
    with pytest.raises(BadRows) as found:
        take_in(workspace, stamp())
    assert [(one.code, one.where) for one in found.value.exceptions] == [("number", "new.csv row 3 column beds")]
    assert not list(workspace.root.glob("*.db"))
    assert "Canary" not in str(found.value)
    assert "many" not in "".join(map(str, found.value.exceptions))


def test_the_good_rows_and_a_workbook_of_the_others(tmp_path):
    """Permissive: the good row is kept, the bad one comes back with its reasons, corrected it is taken in."""
    bad = ("H2", "Example Two", "hospitl", "bought_list", "", "3", "")
    workspace = folder_of(tmp_path, [GOOD, bad])
    taken = take_in(workspace, stamp(), permissive=True)
    assert (taken.opened, [(one.read, one.accepted, one.rejected, one.skipped) for one in taken.counts]) == (
        1,
        [(2, 1, 1, 0)],
    )
    errors = workspace.root / "out/import/errors.xlsx"
    sheet = read_sheet(errors)
    ((_, cells),) = list(sheet.rows)
    assert sheet.header == ("row", "reason", *HEAD)
    assert (cells[0], cells[2:]) == ("3", bad)
    assert "[archive.kind]" in cells[1]
    assert "bought lists are unlawfully obtained data 购买客户名单属非法获取个人信息" in cells[1]
    assert "[blocked.lead-bought-list]" in cells[1]
    again = take_in(workspace, stamp(), [errors], permissive=True)
    assert (again.opened, [one.rejected for one in again.counts]) == (0, [1])


CELLS = {
    "id": st.sampled_from(["H1", "H2", "h2", "D1", "D2", "H9", "", "合计", "1.1E+17"]),
    "name": st.sampled_from(["Example", "示例医院", "=1+1", "", "@x", " padded "]),
    "kind": st.sampled_from(["hospital", "医生", "医疗院"]),
    "source": st.sampled_from(["tender", "bought_list", "", "nowhere"]),
    "parent": st.sampled_from(["", "H1", "H2", "H7", "D1"]),
    "beds": st.sampled_from(["", "300", "many", "1/2", "#REF!"]),
    "mobile": st.sampled_from(["", "13800000001"]),
}
ROWS = st.lists(st.one_of(st.tuples(*CELLS.values()), st.just(("",) * len(CELLS))), max_size=7)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_row_is_accounted_for(tmp_path_factory, rows):
    """Law: read = accepted + rejected + skipped; refused rows are in the workbook, a second time changes nothing."""
    workspace = folder_of(tmp_path_factory.mktemp("law"), [GOOD, *rows])
    taken = take_in(workspace, stamp(), permissive=True)
    (count,) = taken.counts
    assert count.read == len(rows) + 1 == count.accepted + count.rejected + count.skipped
    assert count.accepted == taken.opened + taken.amended + taken.same
    assert len({(row.file, row.row) for row in taken.bad}) == count.rejected
    errors = workspace.root / "out/import/errors.xlsx"
    found = [cells for _, cells in read_sheet(errors).rows] if errors.exists() else []
    assert [(int(cells[0]), cells[2:]) for cells in found] == [
        (number, row) for number, row in enumerate([GOOD, *rows], 2) if number in {bad.row for bad in taken.bad}
    ]
    before = kept(workspace)
    second = take_in(workspace, stamp(), permissive=True)
    assert (second.opened, second.amended, second.counts, kept(workspace)) == (0, 0, taken.counts, before)
    workspace.register().on(date(2026, 1, 5))


SOUND = st.lists(
    st.tuples(st.sampled_from(["H1", "H2", "H3", "H4", "H5"]), st.sampled_from(["", "H1", "H2"]), st.integers(1, 9)),
    max_size=5,
    unique_by=lambda row: row[0],
).map(lambda rows: [(id_, f"Example {id_}", "hospital", "tender", parent, str(beds), "") for id_, parent, beds in rows])


@settings(max_examples=40, deadline=None)
@given(SOUND, st.data())
def test_corrected_rows_make_the_same_archive(tmp_path_factory, rows, data):
    """Law: permissive, then the corrected workbook, gives what the good rows give at once."""
    rows = [row for row in rows if row[4] != row[0] and not (row[0] in ("H1", "H2") and row[4])]
    rows = [row if row[4] in {other[0] for other in rows} else (*row[:4], "", *row[5:]) for row in rows]
    broken = [
        data.draw(st.sampled_from([None, (2, "spital"), (3, "bought_list"), (5, "many"), (4, "H404")])) for _ in rows
    ]
    spoilt = [
        row if one is None else (*row[: one[0]], one[1], *row[one[0] + 1 :])
        for row, one in zip(rows, broken, strict=True)
    ]
    home = tmp_path_factory.mktemp("law")
    clean, dirty = folder_of(home, rows, name="clean"), folder_of(home, spoilt, name="dirty")
    take_in(clean, stamp())
    take_in(dirty, stamp(), permissive=True)
    errors = dirty.root / "out/import/errors.xlsx"
    if errors.exists():
        mended = {row[0]: row for row in rows}
        fixed = folder_of(
            home,
            [("", "", *mended[cells[2]]) for _, cells in read_sheet(errors).rows],
            ["row", "reason", *HEAD],
            name="mended",
        )
        take_in(dirty, stamp(), [fixed.root / "new.csv"])
    assert kept(dirty) == kept(clean)


def test_children_of_refused_rows_are_refused_in_any_order(tmp_path):
    """A ward of a department of a refused hospital is refused too, wherever it stands, and comes back with it."""
    rows = [
        ("W1", "Ward", "department", "tender", "A1", "", ""),
        ("A1", "Department", "department", "tender", "H2", "", ""),
        ("H2", "Example Two", "hospitl", "tender", "", "", ""),
        GOOD,
    ]
    workspace = folder_of(tmp_path, rows)
    taken = take_in(workspace, stamp(), permissive=True)
    assert sorted(kept(workspace)) == ["H1"]
    assert sorted((row.row, row.code) for row in taken.bad) == [
        (2, "row.parent"),
        (3, "row.parent"),
        (4, "archive.kind"),
    ]


def test_a_circle_of_parents_is_refused(tmp_path):
    """Two that belong to each other, at once or through the archive, are refused; the archive stays usable."""
    one = [
        ("H1", "One", "hospital", "tender", "H2", "", ""),
        ("H2", "Two", "hospital", "tender", "H1", "", ""),
        ("H3", "Three", "hospital", "tender", "H2", "", ""),
    ]
    workspace = folder_of(tmp_path, one)
    taken = take_in(workspace, stamp(), permissive=True)
    assert {(row.row, row.code) for row in taken.bad} == {(2, "archive.cycle"), (3, "archive.cycle"), (4, "row.parent")}
    workspace = folder_of(
        tmp_path, [("H1", "One", "hospital", "tender", "", "", ""), ("H2", "Two", "hospital", "tender", "H1", "", "")]
    )
    take_in(workspace, stamp())
    workspace = folder_of(tmp_path, [("H1", "One", "hospital", "tender", "H2", "", "")])
    with pytest.raises(BadRows, match="1 bad"):
        take_in(workspace, stamp())
    assert len(workspace.register().on(date(2026, 1, 5))) == 2


def test_a_file_without_names_changes_no_name(tmp_path):
    """A second list with ids and beds alone leaves the names as they are."""
    workspace = folder_of(tmp_path, [GOOD])
    take_in(workspace, stamp())
    workspace = folder_of(tmp_path, [("H1", "hospital", "tender", "500")], ["id", "kind", "source", "beds"])
    assert take_in(workspace, stamp(date(2026, 2, 1))).amended == 1
    assert (kept(workspace)["H1"]["name"], kept(workspace)["H1"]["beds"]) == ("Example One", 500)


def test_rows_of_merged_erased_and_closed_customers(tmp_path):
    """A twin's own row changes nothing, another one is refused; erased customers are refused."""
    rows = [
        GOOD,
        ("H2", "Example Two", "hospital", "tender", "", "5", ""),
        ("D1", "Dr Example", "doctor", "tender", "", "", "13800000001"),
    ]
    workspace = folder_of(tmp_path, rows)
    take_in(workspace, stamp())
    who = {"at": stamp().at, "by": "m1", "why": "checked"}
    with workspace.cabinet() as cabinet:
        one, two, changes = merge(cabinet.dossier("H1"), cabinet.dossier("H2"), **who)
        cabinet.keep([one, two], changes)
        file, change = erase(cabinet.dossier("D1"), **who)
        with cabinet.store.unit(**who) as unit:
            cabinet.replace(unit, file, change)
    taken = take_in(workspace, stamp(), permissive=True)
    assert (taken.same, [(row.row, row.code) for row in taken.bad]) == (2, [(4, "archive.erased")])
    workspace = folder_of(tmp_path, [("H2", "Example Two", "hospital", "tender", "", "6", "")])
    with pytest.raises(BadRows) as found:
        take_in(workspace, stamp())
    assert str(found.value.exceptions[0]) == (
        "merged into 'H1' @ new.csv row 2 column id; write it under the id under which it counts [archive.merged]"
    )


def test_columns_that_are_not_stored_are_named(tmp_path):
    """T20: a column without a purpose, sensitive ones in either language, a doctor's usage: each with its reason."""
    head = [*HEAD, "shoe size", "身份证号", "religion", "处方习惯", "reason", "row"]
    row = (
        "D1",
        "Dr Example",
        "doctor",
        "tender",
        "",
        "",
        "",
        "42",
        "11010119900101001X",
        "none",
        "often",
        "because",
        "7",
    )
    workspace = folder_of(tmp_path, [row], head)
    taken = take_in(workspace, stamp())
    assert {name: why.zh for name, why in taken.left_out.items()} == {
        "shoe size": "未登记用途",
        "身份证号": "敏感个人信息：需单独同意",
        "religion": "敏感个人信息：需单独同意",
        "reason": "未登记用途",
        "row": "未登记用途",
        "prescribing_habit": "不得保存医生个人的处方习惯或用药量",
    }
    assert b"11010119900101001X" not in (workspace.root / "pharmasales.db").read_bytes()
    assert set(kept(workspace)["D1"]) == {"name", "kind", "source"}


def test_rows_that_no_workbook_holds_as_they_are(tmp_path):
    """Cells beyond the header get columns, a control character is left out and named, a formula stays a text."""
    rows = [
        ("H7", "Ex\x07ample", "hospital", "tender", "", "", ""),
        (*GOOD, "more", "=2"),
        ("H3", "=1+1", "hospital", "tender", "", "", ""),
    ]
    workspace = folder_of(tmp_path, rows)
    take_in(workspace, stamp(), permissive=True)
    errors = workspace.root / "out/import/errors.xlsx"
    sheet = read_sheet(errors)
    assert sheet.header == ("row", "reason", *HEAD, "beyond the header 1", "beyond the header 2")
    assert [cells[2:] for _, cells in sheet.rows] == [
        ("H7", "Example", "hospital", "tender", "", "", "", "", ""),
        (*GOOD, "more", "=2"),
        ("H3", "=1+1", "hospital", "tender", "", "", "", "", ""),
    ]
    again = take_in(workspace, stamp(), [errors], permissive=True)
    assert [(row.row, row.code) for row in again.bad] == [(4, "cell.formula")]
    assert (again.opened, sorted(again.left_out)) == (2, ["beyond the header 1", "beyond the header 2"])


def test_several_files_make_a_workbook_each(tmp_path):
    """Each workbook can be taken in; a named worksheet bears its name there; two files of one name are refused."""
    workspace = folder_of(tmp_path, [GOOD], toml=f'sheet = "客户"\n{FACTS}')
    for name in ("a.csv", "b.csv"):
        (workspace.root / name).write_text(
            f"id,name,kind,source,beds\n{name[0]}1,Example,hospital,tender,many\n", "utf-8"
        )
    files = [workspace.root / "a.csv", workspace.root / "b.csv"]
    assert len(take_in(workspace, stamp(), files, permissive=True).rejected) == 2
    out = workspace.root / "out/import"
    assert sorted(path.name for path in out.iterdir()) == ["errors-1.xlsx", "errors-2.xlsx", "questions.csv"]
    assert [next(read_sheet(out / f"errors-{n}.xlsx", sheet="客户").rows)[1][2] for n in (1, 2)] == ["a1", "b1"]
    assert [one.rejected for one in take_in(workspace, stamp(), [out / "errors-1.xlsx"], permissive=True).counts] == [1]
    with pytest.raises(BadFile, match="two files of one name"):
        take_in(workspace, stamp(), [files[0], files[0]])


def test_an_id_made_of_the_name_is_refused_for_a_person(tmp_path):
    """A mapping that builds ids from names works for hospitals; doctors get a reason each, without the name."""
    toml = f'columns = {{ id = ["kind", "name"] }}\n{FACTS}'
    workspace = folder_of(
        tmp_path,
        [("", "Example One", "hospital", "tender", "", "", ""), ("", "Dr Canary", "doctor", "tender", "", "", "")],
        toml=toml,
    )
    taken = take_in(workspace, stamp(), permissive=True)
    assert (sorted(kept(workspace)), [row.row for row in taken.bad]) == (["hospital/Example One"], [3])
    assert "Canary" not in str(taken.bad[0].error())


def test_an_import_cut_short_keeps_nothing(tmp_path, monkeypatch):
    """An interrupt while the chain is written leaves no customer, and the import can be repeated."""
    workspace = folder_of(tmp_path, [GOOD])
    with monkeypatch.context() as patch:
        patch.setattr(Chain, "add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take_in(workspace, stamp())
    assert kept(workspace) == {}
    assert take_in(workspace, stamp()).opened == 1


def test_no_date_gets_round_the_gate(tmp_path):
    """Rows that are said to be true since before any policy are collected now: today's policy is asked."""
    workspace = folder_of(tmp_path, [("H2", "Example Two", "hospital", "bought_list", "", "", "")])
    backdated = Stamp(date(2018, 1, 1), stamp().at, "u1", "list of 2018")
    with pytest.raises(BadRows) as found:
        take_in(workspace, backdated)
    assert [one.code for one in found.value.exceptions] == ["blocked.lead-bought-list"]


def test_spellings_of_kept_ids_and_unknown_sources(tmp_path):
    """An id that differs from a kept one in case only, and a source nobody knows, are refused by name."""
    take_in(folder_of(tmp_path, [GOOD]), stamp())
    rows = [("h1", *GOOD[1:]), ("H2", "Example Two", "hospital", "nowhere", "", "", "")]
    workspace = folder_of(tmp_path, rows)
    taken = take_in(workspace, stamp(), permissive=True)
    assert sorted((row.row, row.code) for row in taken.bad) == [(2, "row.twin"), (3, "blocked.lead-no-source")]
    assert sorted(kept(workspace)) == ["H1"]


def test_an_override_lets_a_source_pass_and_is_audited(tmp_path):
    """S000-14: a bought list is refused; with a named approver and a reason it is taken, and the chain says so."""
    rows = [("H1", "Example One", "hospital", "bought_list", "", "3", "")]
    workspace = folder_of(tmp_path, rows)
    with pytest.raises(BadRows):
        take_in(workspace, stamp())
    asked = evolve(stamp(), overrides=(Override("lead-bought-list", "m1", "bought with the firm that held it"),))
    taken = take_in(workspace, asked)
    assert (taken.opened, [one.rule for one in taken.verdicts]) == (1, ["lead-bought-list"])
    with workspace.cabinet() as cabinet:
        entry = list(cabinet.chain.entries())[-1]
        assert bool(cabinet.chain.verify())
    assert (entry.kind, entry.id, entry.action, entry.by) == ("override", "lead-bought-list", "take_lead", "u1")
    assert (entry.new["approver"], entry.why) == ("m1", "bought with the firm that held it")


def test_nobody_approves_the_own_import(tmp_path):
    """The approver is another than who writes; an override of another rule does not help either."""
    workspace = folder_of(tmp_path, [("H1", "Example One", "hospital", "bought_list", "", "3", "")])
    for override in (Override("lead-bought-list", "u1", "mine"), Override("lead-swap", "m1", "another rule")):
        with pytest.raises(BadRows):
            take_in(workspace, evolve(stamp(), overrides=(override,)))
    assert not list(workspace.root.glob("*.db"))


def test_a_source_is_known_by_its_chinese_name(tmp_path):
    """招标目录 is the tender catalogue; a word that is no source is refused."""
    rows = [
        ("H1", "Example One", "医院", "招标目录", "", "3", ""),
        ("H2", "Example Two", "医院", "道听途说", "", "3", ""),
    ]
    taken = take_in(folder_of(tmp_path, rows), stamp(), permissive=True)
    assert [change.new["source"] for change in taken.changes] == ["tender"]
    assert [one.code for one in taken.bad] == ["blocked.lead-no-source"]


PLACES = "code,name\n42,湖北省\n4210,荆州市\n421083,洪湖市\n421088,监利市\n"


def test_places_are_told_from_their_names(tmp_path):
    """Province, city and county become a code; a name of another rank is a question, and a code is checked."""
    head = ["id", "name", "kind", "source", "province", "city", "county", "division"]
    rows = [
        ("H1", "One", "hospital", "tender", "湖北", "荆州市", "洪湖", ""),
        ("H2", "Two", "hospital", "tender", "湖北省", "荆州市", "监利县", ""),
        ("H3", "Three", "hospital", "tender", "", "", "", "421000"),
        ("H4", "Four", "hospital", "tender", "", "", "", "429999"),
        ("H5", "Five", "hospital", "tender", "", "", "", ""),
    ]
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "places.csv").write_text(PLACES, "utf-8")
    workspace = folder_of(tmp_path, rows, head, 'divisions = "places.csv"\n' + FACTS)
    taken = take_in(workspace, stamp())
    assert {id_: values.get("division") for id_, values in kept(workspace).items()} == {
        "H1": "421083",
        "H2": None,
        "H3": "4210",
        "H4": None,
        "H5": None,
    }
    assert [(one.column, one.text, one.count) for one in taken.questions] == [
        ("division", "湖北省/荆州市/监利县", 1),
        ("division", "429999", 1),
    ]
    assert taken.questions[0].why.zh == "名称相同而级别不同：湖北省荆州市监利市"


@pytest.mark.parametrize(
    ("text", "code"), [("number,name\n42,湖北省\n", "file.column"), ("code,name\n123,湖北省\n", "division.code")]
)
def test_a_table_that_holds_no_divisions(tmp_path, text, code):
    """No column for the code, or a code that is none: the file and the row are named."""
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "places.csv").write_text(text, "utf-8")
    workspace = folder_of(tmp_path, [GOOD], HEAD, 'divisions = "places.csv"\n' + FACTS)
    with pytest.raises(BadFile) as found:
        take_in(workspace, stamp())
    assert (found.value.code, found.value.where.startswith("places.csv")) == (code, True)


def test_what_only_the_whole_file_shows_is_told_under_the_files_own_header(tmp_path):
    """A hospital that nobody knows: the column is named as the file names it."""
    head = ["编号", "客户名称", "类型", "来源", "所属医院"]
    taken = take_in(folder_of(tmp_path, [("D1", "Example", "医生", "招标目录", "H9")], head), stamp(), permissive=True)
    assert [(one.column, one.code) for one in taken.bad] == [("所属医院", "row.parent")]


@pytest.mark.parametrize(("persons", "warned"), [(4_999, False), (5_000, True)])
def test_many_records_about_persons_at_once_are_flagged(tmp_path, persons, warned):
    """S000-14: 5,000 ordinary records are a serious case if unlawfully obtained; hospitals do not count."""
    rows = [(f"D{n}", f"Doctor {n}x", "doctor", "tender", "", "", "") for n in range(persons)]
    taken = take_in(folder_of(tmp_path, [*rows, GOOD]), stamp())
    assert taken.opened == persons + 1
    assert (taken.warning is not None and "batch-ordinary" in taken.warning.en) is warned


def test_every_spelling_of_a_level_is_told(tmp_path):
    """What became of each: canonical, not rated, or a question; the table stands in out/import."""
    head = ["id", "name", "kind", "source", "level"]
    spelt = ["三甲", "三甲", "省级", "未定级", ""]
    rows = [(f"H{n}", f"Example {n}", "hospital", "tender", text) for n, text in enumerate(spelt)]
    workspace = folder_of(tmp_path, rows, head)
    take_in(workspace, stamp())
    table = read_sheet(workspace.root / "out" / "import" / "level_spellings.csv")
    assert [cells[:3] for _, cells in table.rows] == [
        ("三甲", "2", "三级甲等"),
        ("未定级", "1", "未定级"),
        ("省级", "1", ""),
    ]
