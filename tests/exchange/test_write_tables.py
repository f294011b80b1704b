"""CSV and XLSX out: what is written comes back, nothing runs, the same tables give the same bytes."""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter.workbook
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadConfig, BadValue, StorageError
from pharmasales.exchange import folder as folder_module
from pharmasales.exchange import read_sheet, write_csv, write_xlsx
from pharmasales.exchange import write_xlsx as write_xlsx_function
from pharmasales.exchange.write_xlsx import sheet_names

DAY = date(2026, 1, 5)
COLUMNS = (
    Column("id", "Id", "编号"),
    Column("boxes", "Boxes", "盒数", "number"),
    Column("sales", "Sales", "销售额", "amount"),
    Column("share", "Share", "份额", "ratio"),
    Column("day", "Day", "日期", "date"),
    Column("why", "Why", "原因", "why"),
)
LIVE = ["=1+1", "+1", "-1", "@SUM(1)", "＝1", "\t=1", "=cmd|' /C calc'!A0", " =1", "-2+3", '=HYPERLINK("x")', "{=1}"]


def table(*rows, columns=COLUMNS, title=("Goals", "目标")):
    """Return a table of these rows."""
    return Table("goals", Says(*title), columns, rows)


SMALL = table(
    ("H001", 3, Decimal("1234.50"), Fraction(5, 12), DAY, Says("large", "大客户")),
    ("=H002", -4, Decimal(-20), None, None, None),
)


def parts_of(path):
    """Return the XML of each part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info).decode() for info in archive.infolist()}


def test_csv_to_the_byte(tmp_path):
    """UTF-8 with a mark, keys as the header, plain cells, Windows line ends; nothing else is left in the folder."""
    path = tmp_path / "new" / "goals.csv"
    write_csv(SMALL, path, "zh")
    assert path.read_bytes().decode() == (
        "\ufeffid,boxes,sales,share,day,why\r\nH001,3,1234.50,0.416667,2026-01-05,大客户\r\n'=H002,-4,-20,,,\r\n"
    )
    assert [file.name for file in path.parent.iterdir()] == ["goals.csv"]


def test_xlsx_reads_back(tmp_path):
    """Titles in the language, numbers as numbers, a sheet by its title."""
    path = tmp_path / "goals.xlsx"
    write_xlsx([SMALL], path, lang="zh", created=DAY)
    sheet = read_sheet(path, sheet="目标")
    assert sheet.header == ("编号", "盒数", "销售额", "份额", "日期", "原因")
    assert list(sheet.rows) == [
        (2, ("H001", "3", "1234.5", "0.416667", "2026-01-05", "大客户")),
        (3, ("=H002", "-4", "-20", "", "", "")),
    ]


def test_xlsx_looks(tmp_path):
    """Formats by kind, a frozen filtered header, Chinese counted as two, and the day it was made on."""
    path = tmp_path / "goals.xlsx"
    whole = table((1,), (Decimal("2.0"),), (Decimal("NaN"),), columns=(Column("n", "N", "数", "amount"),))
    wide = table(("示例医院心血管内科",), ("x" * 200,), columns=(Column("a", "A", "甲"),), title=("Wide", "宽"))
    han = table(("示例医院心血管内科",), columns=(Column("a", "A", "甲"),), title=("Han", "汉"))
    write_xlsx([SMALL, whole, wide, han], path, created=DAY)
    parts = parts_of(path)
    formats = re.findall('formatCode="([^"]*)"', parts["xl/styles.xml"])
    assert formats == ["@", "#,##0.00", "0.0%", "yyyy-mm-dd", "#,##0"]
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:F3"/>' in sheet
    assert 'width="60.7109375"' in parts["xl/worksheets/sheet3.xml"]
    assert 'width="20.7109375"' in parts["xl/worksheets/sheet4.xml"]
    assert "2026-01-05T00:00:00Z" in parts["docProps/core.xml"]


def test_numbers_that_a_sheet_cannot_hold_are_text(tmp_path):
    """More than 15 significant digits, and what is no number, is written as text, so that no digit is lost."""
    cells = [
        123456789012345, 1234567890123456, -1234567890123456, 10**20, Decimal("0.1234567890123456"), Decimal("1E+400"),
        Decimal("1234567890.12345"), Decimal("Infinity"), Decimal("NaN123"), Fraction(10**15 + 1, 3), True,
        Decimal("1E-20"),
    ]  # fmt: skip
    path = tmp_path / "numbers.xlsx"
    one = table(*[(cell,) for cell in cells], columns=(Column("n", "N", "数", "number"),))
    write_xlsx([one], path, created=DAY)
    assert [row[0] for _, row in read_sheet(path).rows] == [Column.plain(cell) for cell in cells]
    sheet = parts_of(path)["xl/worksheets/sheet1.xml"]
    held = [f'<c r="A{number}" s="2"><v>' in sheet for number in range(2, 14)]
    assert held == [True, False, False, False, False, False, True, False, False, False, False, True]


def test_days_that_a_sheet_cannot_hold_are_text(tmp_path):
    """Excel counts a 29 February 1900 that never was; days before March 1900 and moments are text."""
    cells = [date(1900, 3, 1), date(1900, 2, 28), date(1, 1, 1), date(9999, 12, 31)]
    cells.append(datetime(2026, 1, 5, 8, 30))  # noqa: DTZ001 - a moment without a zone is what is tried
    path = tmp_path / "days.xlsx"
    write_xlsx([table(*[(cell,) for cell in cells], columns=(Column("d", "D", "日", "date"),))], path, created=DAY)
    assert [row[0] for _, row in read_sheet(path).rows] == [cell.isoformat() for cell in cells]
    assert parts_of(path)["xl/worksheets/sheet1.xml"].count('t="s"') == 4


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch):
    """The table goes on on further sheets, each with its header; nothing is lost."""
    monkeypatch.setitem(write_xlsx_function.__globals__, "_ROWS", 3)
    path = tmp_path / "long.xlsx"
    write_xlsx(
        [table(*[(f"H{n}",) for n in range(7)], columns=COLUMNS[:1]), table(columns=COLUMNS[:1])], path, created=DAY
    )
    names = ("Goals", "Goals (2)", "Goals (3)", "Goals (4)")
    rows = [[row[0] for _, row in read_sheet(path, sheet=name).rows] for name in names]
    assert rows == [["H0", "H1", "H2"], ["H3", "H4", "H5"], ["H6"], []]
    assert write_xlsx_function.__globals__["_ROWS"] == 3


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["a[b]:c*d?e/f\\g"], ["a-b--c-d-e-f-g"]),
        (["x" * 40, "X" * 40], ["x" * 31, "X" * 27 + " (2)"]),
        (["'quoted'", "''"], ["quoted", "Sheet"]),
        (["𠮷" * 20], ["𠮷" * 15]),
        (["history", "History"], ["history (2)", "History (3)"]),
        (["a" * 30 + "'b"], ["a" * 30]),
    ],
)
def test_sheet_names(titles, names):
    """Excel's own rules: 31 UTF-16 units, no brackets, no apostrophe at an end, not History, no two alike."""
    assert sheet_names(titles) == names


@given(st.lists(st.text(alphabet=st.sampled_from("ab'[]/ 目𠮷"), max_size=40), max_size=6))
def test_sheet_names_are_legal(titles):
    """Whatever the titles are, the names are legal and distinct."""
    names = sheet_names(titles)
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name == name.strip("'")


def test_no_formula_is_live(tmp_path):
    """Goal "formula payloads": no trigger in CSV, no formula and no link in XLSX; all come back."""
    columns = (Column("a", "=A", "＝甲"), Column("b", "http://example.org", "乙"))
    one = table(*[(text, Says(text, text)) for text in LIVE], columns=columns, title=("=Goals", "目标"))
    write_csv(one, tmp_path / "a.csv")
    write_xlsx([one], tmp_path / "a.xlsx", created=DAY)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.strip(" ")[:1] in tuple("=+-@＝\t\r")]
    parts = parts_of(tmp_path / "a.xlsx")
    assert not [name for name, text in parts.items() if "<f>" in text or "<f " in text or "<hyperlink" in text]
    for name in ("a.csv", "a.xlsx"):
        assert [row for _, row in read_sheet(tmp_path / name).rows] == [(text, text) for text in LIVE]


def test_written_twice_is_the_same(tmp_path):
    """No clock and no order of chance: two files of the same tables are equal to the byte."""
    for name in ("a", "b"):
        write_csv(SMALL, tmp_path / f"{name}.csv")
        write_xlsx([SMALL, SMALL], tmp_path / f"{name}.xlsx", created=DAY)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    write_xlsx([SMALL, SMALL], tmp_path / "b.xlsx", created=date(2026, 1, 6))
    assert (tmp_path / "a.xlsx").read_bytes() != (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("text", ["a\x00b", "\x07", "\ud800", "x\x0b"])
def test_refused_texts_leave_nothing(tmp_path, text):
    """Finding 12: the same refusal in both formats, and the old file stands."""
    bad = table(("H1",), (text,), columns=COLUMNS[:1])
    for write in (write_csv, lambda one, path: write_xlsx([one], path, created=DAY)):
        path = tmp_path / "out"
        path.write_text("old", "utf-8")
        with pytest.raises(BadValue) as caught:
            write(bad, path)
        assert (caught.value.code, caught.value.where) == ("text.control", "goals row 3 column A")
        assert path.read_text("utf-8") == "old"
        assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_texts_longer_than_a_cell(tmp_path):
    """32,767 UTF-16 units fit; one more is refused instead of being cut."""
    path = tmp_path / "a.xlsx"
    for text in ("x" * 32_767, "𠮷" * 16_383):
        write_xlsx([table((text,), columns=COLUMNS[:1])], path, created=DAY)
        assert [row for _, row in read_sheet(path).rows] == [(text,)]
    for text in ("x" * 32_768, "𠮷" * 16_384):
        with pytest.raises(BadValue) as caught:
            write_xlsx([table((text,), columns=COLUMNS[:1])], path, created=DAY)
        assert (caught.value.code, caught.value.where) == ("text.long", "goals row 2 column A")


def test_a_full_disk_is_typed(tmp_path, monkeypatch):
    """T12: whatever the system refuses while writing is one typed error, and nothing is left."""

    def full(*_, **__):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(folder_module.os, "fsync", full)
    with pytest.raises(StorageError) as caught:
        write_csv(SMALL, tmp_path / "a.csv")
    assert caught.value.code == "storage.full"
    monkeypatch.setattr(xlsxwriter.workbook, "ZipFile", full)
    with pytest.raises(StorageError) as caught:
        write_xlsx([SMALL], tmp_path / "a.xlsx", created=DAY)
    assert caught.value.code == "storage.full"
    assert list(tmp_path.iterdir()) == []


def test_without_the_package(tmp_path, monkeypatch):
    """The error says which extra to install."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[files\]"):
        write_xlsx([SMALL], tmp_path / "a.xlsx", created=DAY)


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("'=+-@＝ \t\r\n\",_x0041医𠮷\u200b"),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\uffff\ufffe"),
    ),
    max_size=8,
)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.none() | st.integers(-(10**18), 10**18),
        st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2),
        st.none() | st.fractions(min_value=-5, max_value=5),
        st.none() | st.dates(),
        TEXTS.map(lambda text: Says(text, text)),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(ROWS)
@example([("", None, None, None, None, Says("", ""))])
def test_csv_round_trip(rows):
    """read_sheet(write_csv(table)) gives every plain cell back."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        write_csv(table(*rows), path)
        back = [row for _, row in read_sheet(path).rows]
    assert back == [tuple(Column.plain(cell) for cell in row) for row in rows]


def same(text, cell):
    """Say whether a text read back is the plain cell: numbers by value, all else by character."""
    plain = Column.plain(cell)
    if isinstance(cell, int | Decimal | Fraction):
        return Decimal(text) == Decimal(plain)
    return text == plain


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_xlsx_round_trip(rows):
    """read_sheet(write_xlsx([table])) gives every plain cell back, numbers exactly by value."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_xlsx([table(*rows)], path, created=DAY)
        back = [row for _, row in read_sheet(path).rows]
    filled = [row for row in rows if any(Column.plain(cell) for cell in row)]
    assert len(filled) <= len(back) <= len(rows)
    for got, row in zip(back, rows, strict=False):
        assert [same(text, cell) for text, cell in zip(got, row, strict=True)] == [True] * len(row)
