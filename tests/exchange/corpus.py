"""A hostile corpus: CSV, TSV, GZ and XLSX files as small functions, each with the verdict that is due.

Every function's docstring says in one line what the file is. The decorator says what becomes of it: `taken` (with the
exact rows), `partly` (which rows are refused, with which codes), `refused` (with the code, by the reader or only by the
workspace). All people and firms are made up.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from attrs import frozen

Rows = Sequence[tuple[str, ...]]

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
MIB = 1024 * 1024
CUSTOMERS = ("id", "name")
SALES = ("period", "customer", "amount")


@frozen
class Case:
    """One file of the corpus and its verdict.

    Args:
        name: the name of its function.
        file: its file name.
        says: what it is.
        make: gives its bytes; `None` makes a folder, and a missing file where `file` says so.
        table: `customers` or `sales`.
        rows: what `read_sheet` gives, from row 2 on; `None` where the reader refuses.
        kept: what the workspace makes of the rows; `None` where it refuses some or all.
        bad: by row, the codes with which the workspace refuses it.
        code: with what the reader, or the workspace where there are rows, refuses the file.
        where: the place that the error names, where it matters.
        header: the header that is read.
        encoding: what is set.
        sheet: the worksheet that is set.
        bomb: whether time and memory of the refusal are measured in a process of its own.
    """

    name: str
    file: str
    says: str
    make: Callable[[], bytes | None]
    table: str
    rows: Rows | None = None
    kept: Rows | None = None
    bad: Mapping[int, tuple[str, ...]] = {}
    code: str = ""
    where: str = ""
    header: tuple[str, ...] = ()
    encoding: str = ""
    sheet: str = ""
    bomb: bool = False


CASES: list[Case] = []


def _add(file: str, **verdict: Any) -> Callable[[Callable[[], bytes | None]], Callable[[], bytes | None]]:
    def add(make: Callable[[], bytes | None]) -> Callable[[], bytes | None]:
        table = verdict.pop("table", "customers")
        header = verdict.pop("header", CUSTOMERS if table == "customers" else SALES)
        CASES.append(Case(make.__name__, file, make.__doc__ or "", make, table, header=header, **verdict))
        return make

    return add


def taken(file: str, rows: Rows, kept: Rows | None = None, **more: Any) -> Any:
    """Expect every row to be accepted; `kept` are id and name (or month, customer, amount) where not as written."""
    return _add(file, rows=rows, kept=rows if kept is None else kept, **more)


def partly(file: str, rows: Rows, bad: Mapping[int, str], **more: Any) -> Any:
    """Expect some rows to be refused: by row number, the codes parted by spaces."""
    return _add(file, rows=rows, bad={row: tuple(codes.split()) for row, codes in bad.items()}, **more)


def refused(file: str, code: str, **more: Any) -> Any:
    """Expect the whole file to be refused; by the workspace alone where `rows` are given."""
    return _add(file, code=code, **more)


# --- how files are made ---


def lines(*rows: str, head: str = "id,name") -> bytes:
    """Return a CSV of these lines."""
    return "".join(f"{row}\n" for row in (head, *rows)).encode()


def sales(*amounts: str) -> bytes:
    """Return a CSV of sales of these amounts."""
    return lines(*(f"2025-01,H1,{amount}" for amount in amounts), head="period,customer,amount")


def sold(*amounts: str) -> Rows:
    """Return the rows of `sales`."""
    return [("2025-01", "H1", amount) for amount in amounts]


def periods(*texts: str) -> bytes:
    """Return a CSV of sales of these periods."""
    return lines(*(f"{text},H1,1" for text in texts), head="period,customer,amount")


def dated(*texts: str) -> Rows:
    """Return the rows of `periods`."""
    return [(text, "H1", "1") for text in texts]


def text(value: str) -> str:
    """Return a string for XML."""
    return value.replace("&", "&amp;").replace("<", "&lt;")


def cell(ref: str, value: str | float) -> str:
    """Return the XML of one cell: text inline, numbers plain, and XML that begins with `<` as it is."""
    if isinstance(value, str) and value.startswith("<"):
        return value.replace("REF", ref)
    if isinstance(value, str):
        return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{text(value)}</t></is></c>'
    return f'<c r="{ref}"><v>{value!r}</v></c>'


def row(number: int, *values: str | float) -> str:
    """Return the XML of one row."""
    return f'<row r="{number}">' + "".join(cell(f"{'ABCDE'[at]}{number}", v) for at, v in enumerate(values)) + "</row>"


def sheet(*rows: str, before: str = "", after: str = "", head: Sequence[str] = CUSTOMERS) -> str:
    """Return the XML of a sheet: the header row, then these rows."""
    return f"<worksheet {MAIN}>{before}<sheetData>{row(1, *head)}{''.join(rows)}</sheetData>{after}</worksheet>"


def parts(data: str = "", **more: str) -> dict[str, str]:
    """Return the parts of a workbook of one sheet; `strings` are the items of the table of shared strings."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships {PACKAGE}><Relationship Id="rId1" Type="{LINK}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINK}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/>'
        f"</sheets>{more.get('names', '')}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships {PACKAGE}>'
        f'<Relationship Id="rId1" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{LINK}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{more.get('strings', '')}</sst>",
        "xl/worksheets/sheet1.xml": data or sheet(),
    }  # fmt: skip


def book(content: Mapping[str, str | bytes] | str) -> bytes:
    """Return the bytes of an archive of these parts, or of a workbook of this sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts(content) if isinstance(content, str) else content).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def written(fill: Callable[[Any, Any], object], **options: Any) -> bytes:
    """Return a workbook as xlsxwriter writes it; `fill` gets the book and its first sheet."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        with xlsxwriter.Workbook(str(path), options) as made:
            fill(made, made.add_worksheet("Data"))
        return path.read_bytes()


def packed(unit: bytes, times: int, head: bytes = b"id,name\n") -> bytes:
    """Return a gzip file of many equal units."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        file.write(head)
        for _ in range(times):
            file.write(unit)
    return out.getvalue()


HAN = [("H1", "示例医院"), ("H2", "虚构诊所")]
HAN_TEXT = "id,name\nH1,示例医院\nH2,虚构诊所\n"
RARE = [("H1", "𠮷"), ("H2", "䶮㛃·示例")]
RARE_TEXT = "id,name\nH1,𠮷\nH2,䶮㛃·示例\n"

# --- encodings ---


@taken("a.csv", HAN)
def utf8() -> bytes:
    """Plain UTF-8."""
    return HAN_TEXT.encode()


@taken("a.csv", RARE)
def utf8_with_mark() -> bytes:
    """UTF-8 with a byte order mark, as Excel saves it, with rare characters."""
    return ("\ufeff" + RARE_TEXT).encode()


@taken("a.csv", RARE)
def utf16_little_with_mark() -> bytes:
    """UTF-16 LE with a byte order mark: certain, no setting needed."""
    return ("\ufeff" + RARE_TEXT).encode("utf-16-le")


@taken("a.csv", RARE)
def utf16_big_with_mark() -> bytes:
    """UTF-16 BE with a byte order mark."""
    return ("\ufeff" + RARE_TEXT).encode("utf-16-be")


@taken("a.tsv", HAN)
def unicode_text_of_excel() -> bytes:
    """What Excel calls Unicode text: UTF-16 LE with a mark, parted by tabs."""
    return ("\ufeff" + HAN_TEXT.replace(",", "\t").replace("\n", "\r\n")).encode("utf-16-le")


@taken("a.csv", HAN)
def utf32_with_mark() -> bytes:
    """UTF-32 with a byte order mark."""
    return HAN_TEXT.encode("utf-32")


@refused("a.csv", "file.encoding")
def utf16_little_without_mark() -> bytes:
    """UTF-16 LE without a mark is refused by name."""
    return HAN_TEXT.encode("utf-16-le")


@refused("a.csv", "file.encoding")
def utf16_big_without_mark() -> bytes:
    """UTF-16 BE without a mark is refused by name."""
    return HAN_TEXT.encode("utf-16-be")


@taken("a.csv", HAN, encoding="utf-16-le")
def utf16_little_set() -> bytes:
    """UTF-16 LE without a mark, as the setting says."""
    return HAN_TEXT.encode("utf-16-le")


@taken("a.csv", RARE, encoding="utf-16-be")
def utf16_big_set() -> bytes:
    """UTF-16 BE without a mark, as the setting says."""
    return RARE_TEXT.encode("utf-16-be")


@refused("a.csv", "file.encoding", encoding="utf-16-le")
def utf16_of_the_other_order() -> bytes:
    """UTF-16 BE where LE is set."""
    return HAN_TEXT.encode("utf-16-be")


@refused("a.csv", "file.encoding", encoding="utf-16-le")
def utf8_where_utf16_is_set() -> bytes:
    """Any even count of bytes is UTF-16, but no table is without NULs there."""
    return b"id,name\nH1,Example Hospital\n"


@refused("a.csv", "file.encoding", where="a.csv row 3")
def utf16_cut_in_half() -> bytes:
    """UTF-16 whose last character lost a byte."""
    return HAN_TEXT.encode("utf-16")[:-1]


@refused("a.csv", "file.encoding")
def gb18030_unset() -> bytes:
    """GB18030 without a setting: Big5 and others decode as it too, so it is named, not guessed."""
    return HAN_TEXT.encode("gb18030")


@taken("a.csv", RARE, encoding="gb18030")
def gb18030_of_four_bytes() -> bytes:
    """GB18030 with characters of four bytes."""
    return RARE_TEXT.encode("gb18030")


@taken("a.csv", RARE)
def gb18030_with_mark() -> bytes:
    """GB18030 with its own byte order mark: certain."""
    return ("\ufeff" + RARE_TEXT).encode("gb18030")


@taken("a.csv", HAN, encoding="gbk")
def gbk_set() -> bytes:
    """GBK, as the setting says."""
    return HAN_TEXT.encode("gbk")


@refused("a.csv", "file.encoding", encoding="gbk", where="a.csv row 2")
def gb18030_where_gbk_is_set() -> bytes:
    """Characters of four bytes are no GBK."""
    return RARE_TEXT.encode("gb18030")


@taken("a.csv", [(f"H{n}", "医院") for n in range(40)], encoding="gb18030")
def gb18030_that_is_utf8_by_chance() -> bytes:
    """A word repeated in every row, whose bytes are UTF-8 as well."""
    return lines(*(f"H{n},医院" for n in range(40))).decode().encode("gb18030")


@refused("a.csv", "file.encoding")
def gb18030_short_that_is_utf8_by_chance() -> bytes:
    """The same word without a setting: too short to tell."""
    return "id,name\nH1,医院\n".encode("gb18030")


@refused("a.csv", "file.encoding", encoding="gb18030")
def utf8_where_gb18030_is_set() -> bytes:
    """UTF-8 would give rare characters."""
    return HAN_TEXT.encode()


@refused("a.csv", "file.encoding", encoding="gb18030")
def two_characters_of_utf8_where_gb18030_is_set() -> bytes:
    """Even two characters show it."""
    return "id,name\nH1,中心\n".encode()


@refused("a.csv", "file.encoding")
def big5_unset() -> bytes:
    """Big5 without a setting."""
    return "id,name\nH1,示例醫院\nH2,虛構診所\n".encode("big5")


@taken("a.csv", [("H1", "示例醫院")], encoding="big5")
def big5_set() -> bytes:
    """Big5, as the setting says; traditional characters stay."""
    return "id,name\nH1,示例醫院\n".encode("big5")


@refused("a.csv", "file.encoding")
def western_unset() -> bytes:
    """A Western encoding of one byte."""
    return "id,name\nH1,Hôpital Müller\n".encode("cp1252")


@taken("a.csv", [("H1", "Hôpital Müller €")], encoding="cp1252")
def western_set() -> bytes:
    """A Western encoding, as the setting says."""
    return "id,name\nH1,Hôpital Müller €\n".encode("cp1252")


@refused("a.csv", "file.encoding", encoding="cp1252")
def utf8_where_western_is_set() -> bytes:
    """UTF-8 would give two signs a letter."""
    return "id,name\nH1,Hôpital Müller €\n".encode()


@refused("a.csv", "file.encoding")
def shift_jis() -> bytes:
    """An encoding that is not supported at all."""
    return "id,name\nH1,カナ病院サンプル\n".encode("shift_jis")


@refused("a.csv", "file.encoding", where="a.csv row 3")
def gbk_line_within_utf8() -> bytes:
    """Two files pasted together: GBK after UTF-8."""
    return "id,name\nH1,示例医院\n".encode() + "H2,虚构诊所\n".encode("gbk")


@refused("a.csv", "file.encoding", encoding="gb18030", where="a.csv row 3")
def utf8_line_within_gbk() -> bytes:
    """Two files pasted together: UTF-8 after GBK, which decodes to rare characters."""
    return "id,name\nH1,示例医院\n".encode("gbk") + "H2,中心医院\n".encode() + "H3,诊所\n".encode("gbk")


@refused("a.csv", "file.encoding", encoding="cp1252", where="a.csv row 3")
def utf8_line_within_western() -> bytes:
    """UTF-8 after a Western encoding."""
    return "id,name\nH1,Müller\n".encode("cp1252") + "H2,Hôpital Müller\n".encode()


@refused("a.csv", "file.encoding", where="a.csv row 3")
def utf8_cut_within_a_character() -> bytes:
    """The download stopped within the last character."""
    return HAN_TEXT.encode()[:-2]


@refused("a.csv", "file.encoding", encoding="gb18030", where="a.csv row 3")
def gb18030_cut_within_a_character() -> bytes:
    """The same in GB18030."""
    return HAN_TEXT.encode("gb18030")[:-2]


@refused("a.csv", "file.encoding", where="a.csv row 2")
def surrogate_as_bytes() -> bytes:
    """Half a surrogate pair, written as if it were UTF-8."""
    return b"id,name\nH1,\xed\xa0\x80\n"


@refused("a.csv", "file.encoding", where="a.csv row 2")
def overlong_utf8() -> bytes:
    """A slash in two bytes, which strict UTF-8 has not."""
    return b"id,name\nH1,a\xc0\xafb\n"


@refused("a.csv", "file.encoding", where="a.csv row 2")
def surrogate_in_utf16() -> bytes:
    """Half a surrogate pair in UTF-16."""
    return "\ufeffid,name\nH1,".encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le")


@refused("a.csv", "file.nul", where="a.csv row 3")
def nul_byte() -> bytes:
    """A NUL within a cell."""
    return b"id,name\nH1,a\nH2,b\0c\n"


# --- quotes, separators, ragged rows ---


@refused("a.csv", "file.quotes", where="a.csv row 3")
def quote_never_closed() -> bytes:
    """An opening quote that swallows the rest."""
    return lines("H1,a", 'H2,"b', "H3,c")


@refused("a.csv", "file.quotes", where="a.csv row 2")
def text_after_a_closing_quote() -> bytes:
    """A quote that closes too early."""
    return lines('H1,"a"b')


@taken("a.csv", [("H1", 'the "small" one'), ("H2", '5" tube')])
def doubled_quotes() -> bytes:
    """Doubled quotes within quotes, and a lone one within a plain cell."""
    return lines('H1,"the ""small"" one"', 'H2,5" tube')


@taken("a.csv", [("H1", "two\nlines"), ("H2", "one\r\ntwo\rthree")])
def line_breaks_within_cells() -> bytes:
    """Line breaks of each kind within quotes; the next row keeps its number."""
    return lines('H1,"two\nlines"', 'H2,"one\r\ntwo\rthree"')


@taken("a.csv", [("H1", "a,b")])
def separator_within_quotes() -> bytes:
    """A comma within quotes is text."""
    return lines('"H1","a,b"')


@refused("a.csv", "file.separator")
def semicolons() -> bytes:
    """A CSV as European Excel saves it."""
    return lines("H1;a", head="id;name")


@refused("a.csv", "file.separator")
def tabs_in_a_csv() -> bytes:
    """Tabs in a file that is called CSV."""
    return lines("H1\ta", head="id\tname")


@refused("a.tsv", "file.separator")
def commas_in_a_tsv() -> bytes:
    """Commas in a file that is called TSV."""
    return lines("H1,a")


@refused("a.csv", "file.separator")
def bars() -> bytes:
    """Columns parted by bars."""
    return lines("H1|a", head="id|name")


@refused("a.csv", "file.separator")
def separator_line_of_excel() -> bytes:
    """A first line that tells Excel the separator."""
    return b"sep=,\nid,name\nH1,a\n"


@taken("a.tsv", [("H1", "a, b; c")])
def tsv_with_commas() -> bytes:
    """Commas and semicolons are text where tabs part the cells."""
    return lines("H1\ta, b; c", head="id\tname")


@taken("a.tsv.gz", HAN)
def tsv_packed() -> bytes:
    """A packed TSV."""
    return gzip.compress(HAN_TEXT.replace(",", "\t").encode(), mtime=0)


@taken("a.csv.gz", HAN)
def csv_packed_in_two_members() -> bytes:
    """Two gzip files in a row are one."""
    data = HAN_TEXT.encode()
    return gzip.compress(data[:20], mtime=0) + gzip.compress(data[20:], mtime=0)


@taken("a.csv", [("H1", ""), ("H2", "b")], [("H1", "H1"), ("H2", "b")])
def short_rows() -> bytes:
    """A row that lacks its last cell, which may be empty: the name is the id then."""
    return lines("H1", "H2,b")


@partly("a.csv", [("2025-01", "H1", "1"), ("2025-01", "H1", ""), ("", "", "5")], {3: "cell.empty", 4: "cell.empty"},
        table="sales")  # fmt: skip
def short_rows_of_sales() -> bytes:
    """Rows that lack their amount, or all but it."""
    return lines("2025-01,H1,1", "2025-01,H1", ",,5", head="period,customer,amount")


@partly("a.csv", [("H1", "a"), ("H2", "b", "c"), ("H3", "c")], {3: "row.long"})
def long_row() -> bytes:
    """A comma within a name that nobody quoted."""
    return lines("H1,a", "H2,b,c", "H3,c")


@taken("a.csv", [("H1", "a"), ("H2", "b")])
def trailing_separators() -> bytes:
    """Empty cells beyond the header are nothing."""
    return lines("H1,a,,,", "H2,b,", head="id,name,,")


@taken("a.csv", [("H1", "a"), ("H2", "b")])
def old_line_ends() -> bytes:
    """Lines that end as on an old Macintosh."""
    return b"id,name\rH1,a\rH2,b"


# --- headers, blank rows, totals ---


@refused("a.csv", "file.header")
def header_twice_the_same() -> bytes:
    """Two columns of one name."""
    return lines("H1,a,b", head="id,name,name")


@refused("a.csv", "file.header")
def header_twins() -> bytes:
    """Two columns whose names differ in width and case only."""
    return lines("H1,a,b", head="id,name,ＮＡＭＥ ")


@taken("a.csv", [("H1", "x", "a")], [("H1", "a")], header=("id", "", "name"))
def header_with_a_gap() -> bytes:
    """A column without a name between two."""
    return lines("H1,x,a", head="id,,name")


@refused("a.csv", "file.header")
def header_blank() -> bytes:
    """An empty first row."""
    return b",,\nid,name\nH1,a\n"


@refused("a.csv", "file.column", rows=[("a", "1")], header=("name", "level"))
def header_without_id() -> bytes:
    """A column that is due is missing."""
    return lines("a,1", head="name,level")


@refused("a.csv", "file.column", rows=[("", ""), ("id", "name"), ("H1", "a")], header=("Customers", "2026"))
def header_in_row_4() -> bytes:
    """A title block above the header."""
    return b"Customers,2026\n\nid,name\nH1,a\n"


@refused("a.csv", "file.column", rows=[("H2", "虚构诊所", "13800000001")], header=("H1", "示例医院", "13800000000"))
def header_missing() -> bytes:
    """Data from row 1 on; the error shows none of it."""
    return "H1,示例医院,13800000000\nH2,虚构诊所,13800000001\n".encode()


@taken("a.csv", [])
def header_only() -> bytes:
    """A header and nothing below."""
    return lines()


@partly("a.csv", [("H1", "a"), ("id", "name"), ("H2", "b")], {3: "row.header"})
def header_again() -> bytes:
    """Two pages pasted together, each with its header."""
    return lines("H1,a", "id,name", "H2,b")


@taken("a.csv", [("H1", "a"), ("", ""), ("", ""), (" ", "\u3000"), ("H2", "b")], [("H1", "a"), ("H2", "b")])
def blank_rows() -> bytes:
    """Empty rows, rows of separators and of spaces are skipped and counted."""
    return lines("H1,a", "", ",", " ,\u3000", "H2,b")


@partly("a.csv", [("H1", "a"), ("合计", "1"), ("小 计：", ""), ("总计", "2"), ("示例医院 汇总", "")],
        dict.fromkeys(range(3, 7), "row.total"))  # fmt: skip
def totals_of_customers() -> bytes:
    """Rows of totals and subtotals, as Excel and ERP systems write them, are no customers."""
    return lines("H1,a", "合计,1", "小 计：,", "总计,2", "示例医院 汇总,")


@partly("a.csv", [("2025-01", "H1", "7"), ("2025-01", "合计", "7"), ("合计", "", "7"), ("2025-01", "Grand Total", "7")],
        {3: "row.total", 4: "period", 5: "row.total"}, table="sales")  # fmt: skip
def totals_of_sales() -> bytes:
    """Totals below sales would count twice."""
    return lines("2025-01,H1,7", "2025-01,合计,7", "合计,,7", "2025-01,Grand Total,7", head="period,customer,amount")


# --- numbers ---


@taken("a.csv", sold("1,234.50", "-5", "+5", " 7 ", "0", "00012", "1000000000000000.00"),
       sold("1234.50", "-5.00", "5.00", "7.00", "0.00", "12.00", "1000000000000000.00"), table="sales")  # fmt: skip
def plain_amounts() -> bytes:
    """Thousands, signs, spaces, zeros: what is a plain number."""
    return sales('"1,234.50"', "-5", "+5", " 7 ", "0", "00012", "1000000000000000.00")


@partly("a.csv", sold("1_000"), {2: "number.underscore"}, table="sales")
def amount_with_underscore() -> bytes:
    """What Python takes for a thousand."""
    return sales("1_000")


@partly("a.csv", sold("１２３", "1．5", "１,２３４"), dict.fromkeys((2, 3, 4), "number.digits"), table="sales")
def amounts_full_width() -> bytes:
    """Full-width digits and points."""
    return sales("１２３", "1．5", '"１,２３４"')


@partly("a.csv", sold("١٢٣", "१२३", "一百"), dict.fromkeys((2, 3, 4), "number.digits"), table="sales")
def amounts_in_foreign_digits() -> bytes:
    """Arabic, Devanagari and Chinese digits."""
    return sales("١٢٣", "१२३", "一百")


@partly("a.csv", sold("NaN", "inf", "-Infinity", "nan"), dict.fromkeys(range(2, 6), "number.nan"), table="sales")
def amounts_that_are_no_numbers() -> bytes:
    """What Python takes for a number and nobody else."""
    return sales("NaN", "inf", "-Infinity", "nan")


@partly("a.csv", sold("1e3", "1.5E+06"), dict.fromkeys((2, 3), "number.exponent"), table="sales")
def amounts_with_exponent() -> bytes:
    """Numbers that a spreadsheet shortened."""
    return sales("1e3", "1.5E+06")


@partly("a.csv", sold("9" * 5000), {2: "number.long"}, table="sales")
def amount_of_5000_digits() -> bytes:
    """More digits than there is money."""
    return sales("9" * 5000)


@partly("a.csv", sold("12元", "¥5", "5 万"), dict.fromkeys((2, 3, 4), "number.digits"), table="sales")
def amounts_with_units() -> bytes:
    """A unit within the cell may mean ten thousand times as much."""
    return sales("12元", "¥5", "5 万")


@partly("a.csv", sold("50%", "(5)", "5-", "--5", "1/2", "0x10", "TRUE", "-", "$5"),
        {row: "number.empty" if row == 9 else "number" for row in range(2, 11)}, table="sales")  # fmt: skip
def amounts_in_other_notations() -> bytes:
    """Percent, accounting brackets, trailing signs, fractions, hexadecimal, booleans, dashes."""
    return sales("50%", "(5)", "5-", "--5", "1/2", "0x10", "TRUE", "-", "$5")


@partly("a.csv", sold("\u22125", "–5", "－5"), dict.fromkeys((2, 3, 4), "number.digits"), table="sales")
def amounts_with_typographic_minus() -> bytes:
    """A minus sign, a dash and a full-width hyphen."""
    return sales("\u22125", "–5", "－5")


@partly("a.csv", sold("1.234,50", "1 234", "1,23", "1,2345", "12,34,567", "1.2.3", "1'234"),
        dict.fromkeys(range(2, 9), "number"), table="sales")  # fmt: skip
def amounts_grouped_otherwise() -> bytes:
    """Decimal commas and other groupings might be a hundred times more or less."""
    return sales('"1.234,50"', "1 234", '"1,23"', '"1,2345"', '"12,34,567"', "1.2.3", "1'234")


@partly("a.csv", sold("1.005", "0.1234567890"), dict.fromkeys((2, 3), "number.decimals"), table="sales")
def amounts_too_fine() -> bytes:
    """More decimals than money has."""
    return sales("1.005", "0.1234567890")


@partly("a.csv", sold("", "#REF!", "#N/A", "=SUM(C2:C3)"),
        {2: "cell.empty", 3: "cell.error", 4: "cell.error", 5: "cell.formula"}, table="sales")  # fmt: skip
def amounts_of_a_broken_sheet() -> bytes:
    """Empty cells, errors and formulas that were pasted as text."""
    return sales("", "#REF!", "#N/A", "=SUM(C2:C3)")


# --- dates ---


@taken("a.csv", dated("2024-02-29", "2025年1月5日", "2025/1/5", "2025.1.5", "20250105", "202501", "2025-01", "2025-Q1"),
       [(month, "H1", "1.00") for month in ("2024-02", *["2025-01"] * 6, "2025-Q1")], table="sales")  # fmt: skip
def dates_that_are_certain() -> bytes:
    """ISO and Chinese dates, months and quarters, a leap day."""
    return periods("2024-02-29", "2025年1月5日", "2025/1/5", "2025.1.5", "20250105", "202501", "2025-01", "2025-Q1")


@partly("a.csv", dated("1/2/2026", "01-02-2026", "13/1/2026", "1.2.26"), dict.fromkeys(range(2, 6), "date"),
        table="sales")  # fmt: skip
def dates_that_may_be_misread() -> bytes:
    """Day or month first: refused unless the format is named."""
    return periods("1/2/2026", "01-02-2026", "13/1/2026", "1.2.26")


@partly("a.csv", dated("2026-02-30", "2025-02-29", "2026-04-31", "20261301"), dict.fromkeys(range(2, 6), "date"),
        table="sales")  # fmt: skip
def days_that_never_were() -> bytes:
    """Days that no calendar has."""
    return periods("2026-02-30", "2025-02-29", "2026-04-31", "20261301")


@partly("a.csv", dated("46027", "Jan 5 2026", "5月", "昨天", "２０２６-01-05", "2026-13", "0", "2026-01-05T25:00"),
        dict.fromkeys(range(2, 10), "period"), table="sales")  # fmt: skip
def dates_as_no_file_should() -> bytes:
    """Serial numbers, words, half a date, full-width digits."""
    return periods("46027", "Jan 5 2026", "5月", "昨天", "２０２６-01-05", "2026-13", "0", "2026-01-05T25:00")


# --- formulas, controls, unseen characters, ids ---


@partly("a.csv", [("H1", "=SUM(A1:A9)"), ("H2", "=cmd|' /C calc'!A0"), ("H3", "=1+1"), ("=1", "a")],
        dict.fromkeys(range(2, 6), "cell.formula"))  # fmt: skip
def formulas_in_a_csv() -> bytes:
    """Live formulas, a DDE call, one that our own export had escaped, one as an id."""
    return lines("H1,=SUM(A1:A9)", "H2,=cmd|' /C calc'!A0", "H3,'=1+1", "=1,a")


@taken("a.csv", [("H1", "+86 138 0000 0000"), ("H2", "-5"), ("H3", "@home"), ("H4", "'quoted'"), ("H5", "O'Brien")])
def names_that_begin_with_a_sign() -> bytes:
    """No formulas: they come as written, and are escaped when they go out."""
    return lines("H1,+86 138 0000 0000", "H2,-5", "H3,'@home", "H4,'quoted'", "H5,O'Brien")


@partly("a.csv", [("H1", "a\x07b"), ("H2", "a\x1b[31m"), ("H3", "a\x85b"), ("H4", "\ufffe"), ("H\x7f5", "a")],
        dict.fromkeys(range(2, 7), "text.control"))  # fmt: skip
def control_characters() -> bytes:
    """Bell, terminal colours, next line, a character that is none, delete."""
    return lines("H1,a\x07b", "H2,a\x1b[31m", "H3,a\x85b", "H4,\ufffe", "H\x7f5,a")


@taken("a.csv", [("H1", "示例\u200b医院"), ("H2", "\u202eevil\u202c"), ("H3", "a\u00a0b"), ("H4", "e\u0301")])
def unseen_characters_in_names() -> bytes:
    """Zero width, right to left, no-break space, an accent apart: names are kept verbatim."""
    return lines("H1,示例\u200b医院", "H2,\u202eevil\u202c", "H3,a\u00a0b", "H4,e\u0301")


@partly("a.csv", [("H1", "a"), ("H\u200b1", "b"), ("H1\u202c", "c"), ("\u200b", "d"), ("\ufeff", "e")],
        {3: "row.twin", 4: "row.twin", 5: "id.empty", 6: "id.empty"})  # fmt: skip
def unseen_characters_in_ids() -> bytes:
    """Ids that look alike, and ids that nobody sees."""
    return lines("H1,a", "H\u200b1,b", "H1\u202c,c", "\u200b,d", "\ufeff,e")


@partly(
    "a.csv",
    [("H1", "a"), ("H1", "b"), ("h1", "c"), ("Ｈ１", "d"), (" H1 ", "e")],
    dict.fromkeys(range(3, 7), "row.twin"),
)
def twins_by_case_and_width() -> bytes:
    """The same id again, and in another case, width or spacing."""
    return lines("H1,a", "H1,b", "h1,c", "Ｈ１,d", " H1 ,e")


@partly("a.csv", [("é", "a"), ("e\u0301", "b"), ("A  1", "c"), ("A 1", "d")], {3: "row.twin", 5: "row.twin"})
def twins_by_composition_and_spaces() -> bytes:
    """One letter or two code points; one space or two."""
    return lines("é,a", "e\u0301,b", "A  1,c", "A 1,d")


@taken("a.csv", [("00123", "a"), ("123", "b"), ("0", "c")])
def ids_with_leading_zeros() -> bytes:
    """Zeros in front are part of an id."""
    return lines("00123,a", "123,b", "0,c")


@partly("a.csv", [("1.23457E+17", "a"), ("1.1E+11", "b"), ("1E5", "c")], {2: "id.number", 3: "id.number"})
def ids_that_a_spreadsheet_shortened() -> bytes:
    """Long ids that lost their digits when Excel saved the CSV; a code such as 1E5 is whole."""
    return lines("1.23457E+17,a", "1.1E+11,b", "1E5,c")


@partly("a.csv", [("H1\nH2", "a"), ("H\t3", "b"), ("", "c"), ("H\u20284", "d")],
        {2: "id.lines", 3: "id.lines", 4: "cell.empty", 5: "id.lines"})  # fmt: skip
def ids_of_many_lines() -> bytes:
    """Line breaks and tabs within ids, and a missing one."""
    return lines('"H1\nH2",a', "H\t3,b", ",c", "H\u20284,d")


# --- files that are something else ---


@refused("a.csv", "file.empty")
def empty() -> bytes:
    """No byte at all."""
    return b""


@refused("a.csv", "file.empty")
def mark_only() -> bytes:
    """A byte order mark and nothing else."""
    return b"\xef\xbb\xbf"


@refused("a.csv", "file.header")
def spaces_only() -> bytes:
    """Blank lines."""
    return b"  \n\n \n"


@refused("a.csv", "file.folder")
def folder() -> None:
    """A folder where a file is due."""


@refused("missing.csv", "file.missing")
def missing() -> None:
    """A file that is not there."""


@refused("a.csv", "file.kind")
def workbook_named_csv() -> bytes:
    """A workbook under the wrong name."""
    return book(sheet())


@refused("a.csv", "file.kind")
def packed_named_csv() -> bytes:
    """A gzip file under the wrong name."""
    return gzip.compress(lines("H1,a"), mtime=0)


@refused("a.csv.gz", "file.damaged")
def csv_named_packed() -> bytes:
    """A CSV under the name of a gzip file."""
    return lines("H1,a")


@refused("a.csv.gz", "file.truncated")
def packed_cut() -> bytes:
    """A gzip file without its end."""
    return gzip.compress(lines("H1,a"), mtime=0)[:-4]


@refused("a.xlsx", "file.kind")
def csv_named_workbook() -> bytes:
    """A CSV under the name of a workbook."""
    return lines("H1,a")


@refused("a.xlsx", "file.kind")
def page_named_workbook() -> bytes:
    """What many systems export as Excel: an HTML table."""
    return b"<html><table><tr><td>id</td></tr></table></html>"


@refused("a.xlsx", "file.old-excel")
def old_workbook_renamed() -> bytes:
    """An old workbook under the new name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024


@refused("a.xls", "file.old-excel")
def old_workbook() -> bytes:
    """An old workbook."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024


@refused("a.xlsx", "file.encrypted")
def workbook_with_a_password() -> bytes:
    """A workbook with a password is an old container within which all is encrypted."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + "EncryptedPackage".encode("utf-16-le")


@refused("a.ods", "file.suffix")
def other_suffix() -> bytes:
    """A kind of file that is not read."""
    return b"PK\x03\x04"


@refused("a.xlsx", "file.kind")
def archive_of_something_else() -> bytes:
    """A zip archive without a workbook."""
    return book({"readme.txt": "hello"})


@refused("a.xlsx", "file.kind")
def binary_workbook_renamed() -> bytes:
    """A binary workbook (.xlsb) under the name of an XML one."""
    content = {name.replace("workbook.xml", "workbook.bin"): data for name, data in parts().items()}
    return book({n: d.replace("workbook.xml", "workbook.bin") for n, d in content.items() if n != "_rels/.rels"})


@refused("a.xlsx", "file.truncated")
def workbook_cut() -> bytes:
    """A workbook without its end."""
    return book(sheet(row(2, "H1", "a")))[:-30]


@refused("a.xlsx", "file.truncated")
def workbook_cut_in_the_middle() -> bytes:
    """Half a workbook."""
    data = book(sheet(row(2, "H1", "a")))
    return data[: len(data) // 2]


# --- what workbooks hold ---


@taken("a.xlsx", RARE)
def plain_workbook() -> bytes:
    """A workbook as xlsxwriter writes it."""
    return written(lambda _, page: [page.write_row(n, 0, r) for n, r in enumerate([CUSTOMERS, *RARE])])


@taken("a.xlsx", [("H1", "示例 医院"), ("H2", "a\nb")])
def rich_shared_strings() -> bytes:
    """Texts in several formats, with a reading aid that is no text, and an escaped line break."""
    bold = '<r><t>示例</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 医院</t></r>'
    rich = f'<si>{bold}<rPh sb="0" eb="1"><t>x</t></rPh></si>'
    shared = '<c r="REF" t="s"><v>{}</v></c>'
    rows = row(2, "H1", shared.format(0)) + row(3, "H2", shared.format(1))
    return book(parts(sheet(rows), strings=rich + "<si><t>a_x000A_b</t></si>"))


@partly("a.xlsx", [("TRUE", "FALSE"), ("123", "0.5")], {}, kept=[("TRUE", "FALSE"), ("123", "0.5")])
def booleans_and_numbers() -> bytes:
    """Booleans and numbers in columns of text; a number has lost the zeros that were in front of it."""
    flag = '<c r="REF" t="b"><v>{}</v></c>'
    return book(sheet(row(2, flag.format(1), flag.format(0)), row(3, '<c r="REF"><v>00123</v></c>', 0.5)))


@partly("a.xlsx", [("1.1010119900307E+17", "a"), ("110101199003071234", "b")], {2: "id.number"})
def identity_number_as_a_number() -> bytes:
    """A long id that was typed as a number has lost its last digits; as text it is whole."""
    return book(sheet(row(2, '<c r="REF"><v>110101199003070000</v></c>', "a"), row(3, "110101199003071234", "b")))


@taken("a.xlsx", [("2026-01-05", "H1", "1234.5"), ("2024-02-29", "H1", "0.1")],
       [("2026-01", "H1", "1234.50"), ("2024-02", "H1", "0.10")], table="sales")  # fmt: skip
def days_since_1900() -> bytes:
    """Days and amounts as a workbook keeps them."""
    return _days(date_1904=False)


@taken("a.xlsx", [("2026-01-05", "H1", "1234.5"), ("2024-02-29", "H1", "0.1")],
       [("2026-01", "H1", "1234.50"), ("2024-02", "H1", "0.10")], table="sales")  # fmt: skip
def days_since_1904() -> bytes:
    """The same days in a workbook that counts from 1904."""
    return _days(date_1904=True)


def _days(*, date_1904: bool) -> bytes:
    def fill(made: Any, page: Any) -> None:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        money = made.add_format({"num_format": "¥#,##0.00"})
        page.write_row(0, 0, SALES)
        for at, (when, amount) in enumerate(((date(2026, 1, 5), 1234.5), (date(2024, 2, 29), 0.1)), 1):
            page.write_datetime(at, 0, when, day)
            page.write_string(at, 1, "H1")
            page.write_number(at, 2, amount, money)

    return written(fill, date_1904=date_1904)


@partly("a.xlsx", dated("46027", "2026-01-05T13:30:00", "13:30:00", "-5"),
        dict.fromkeys(range(2, 6), "period"), table="sales")  # fmt: skip
def days_without_a_format_and_with_a_time() -> bytes:
    """A day that shows as its serial number, a moment, a time of day, a negative number."""

    def fill(made: Any, page: Any) -> None:
        moment, time = (made.add_format({"num_format": form}) for form in ("yyyy-mm-dd hh:mm", "hh:mm"))
        page.write_row(0, 0, SALES)
        for at in range(1, 5):
            page.write_row(at, 1, ["H1", 1])
        page.write_number(1, 0, 46027)
        page.write_datetime(2, 0, datetime(2026, 1, 5, 13, 30), moment)  # noqa: DTZ001 - as Excel has it
        page.write_number(3, 0, 13.5 / 24, time)
        page.write_number(4, 0, -5)

    return written(fill)


@partly("a.xlsx", [("2025-01", "H1", "=1+1"), ("2025-01", "H1", "#DIV/0!"), ("2025-01", "=A1", "3")],
        {2: "cell.formula", 3: "cell.error", 4: "cell.formula"}, table="sales")  # fmt: skip
def formulas_in_a_workbook() -> bytes:
    """Formulas show as such, never with the value they had last; errors show."""
    rows = (
        row(2, "2025-01", "H1", '<c r="REF"><f>1+1</f><v>2</v></c>'),
        row(3, "2025-01", "H1", '<c r="REF" t="e"><v>#DIV/0!</v></c>'),
        row(4, "2025-01", '<c r="REF" t="str"><f>A1</f><v>H1</v></c>', 3),
    )
    return book(sheet(*rows, head=SALES))


@partly("a.xlsx", [("H1", "=cmd|' /C calc'!A0"), ("H2", "=1")], {2: "cell.formula", 3: "cell.formula"})
def formula_texts_in_a_workbook() -> bytes:
    """Texts that look like formulas, one of them escaped."""
    return book(sheet(row(2, "H1", "=cmd|' /C calc'!A0"), row(3, "H2", "'=1")))


@partly("a.xlsx", [("H1", "a\0b"), ("H2", "a\x07b"), ("H3", "c")], {2: "text.control", 3: "text.control"})
def escaped_control_characters() -> bytes:
    """Control characters in the notation of XLSX."""
    return book(sheet(row(2, "H1", "a_x0000_b"), row(3, "H2", "a_x0007_b"), row(4, "H3", "c")))


@refused("a.xlsx", "file.damaged")
def control_character_in_xml() -> bytes:
    """A character that XML has not."""
    return book(sheet(row(2, "H1", "<c r='REF' t='inlineStr'><is><t>a&#7;</t></is></c>")))


@refused("a.xlsx", "file.damaged")
def surrogate_in_xml() -> bytes:
    """Half a surrogate pair as a reference."""
    return book(sheet(row(2, "H1", "<c r='REF' t='inlineStr'><is><t>&#xD800;</t></is></c>")))


@refused("a.xlsx", "file.damaged")
def text_beyond_the_table() -> bytes:
    """A cell that points outside of the table of shared strings."""
    return book(sheet(row(2, "H1", '<c r="REF" t="s"><v>99</v></c>')))


@refused("a.xlsx", "file.damaged")
def boolean_that_is_none() -> bytes:
    """A boolean of seven."""
    return book(sheet(row(2, "H1", '<c r="REF" t="b"><v>7</v></c>')))


@partly("a.xlsx", [("H1", "a"), ("", "b"), ("", ""), ("H3", "c")], {3: "cell.empty"})
def merged_ids() -> bytes:
    """Only the first of merged cells holds the id; the others are no customers of their own."""
    rows = row(2, "H1", "a") + row(3, "<c r='REF'/>", "b") + row(5, "H3", "c")
    return book(sheet(rows, after='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'))


@partly("a.xlsx", [("H1", "a")], {2: "row.long"}, header=("id",))
def merged_header() -> bytes:
    """A header merged over two columns names the first alone."""
    return book(sheet(row(2, "H1", "a"), head=("id",), after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'))


@refused("a.xlsx", "file.header")
def header_below_blank_rows() -> bytes:
    """A table that begins in row 3."""
    return book(f"<worksheet {MAIN}><sheetData>{row(3, 'id', 'name')}{row(4, 'H1', 'a')}</sheetData></worksheet>")


@taken("a.xlsx", [("H1", "a"), ("", ""), ("", ""), ("H2", "b")], [("H1", "a"), ("H2", "b")])
def gaps_in_a_workbook() -> bytes:
    """Rows that the XML leaves out are blank rows."""
    return book(sheet(row(2, "H1", "a"), row(5, "H2", "b")))


@taken("a.xlsx", HAN)
def hidden_sheet_first() -> bytes:
    """The first sheet that shows is meant."""

    def fill(made: Any, page: Any) -> None:
        page.write_row(0, 0, ("id", "secret"))
        page.hide()
        shown = made.add_worksheet("Shown")
        for at, cells in enumerate([CUSTOMERS, *HAN]):
            shown.write_row(at, 0, cells)
        shown.activate()

    return written(fill)


@taken("a.xlsx", HAN)
def filtered_rows() -> bytes:
    """Rows that a filter hides are there all the same."""

    def fill(_: Any, page: Any) -> None:
        for at, cells in enumerate([CUSTOMERS, *HAN]):
            page.write_row(at, 0, cells)
        page.autofilter(0, 0, 2, 1)
        page.set_row(1, None, None, {"hidden": True})

    return written(fill)


@taken("a.xlsx", HAN, sheet="客户　ＬＩＳＴ")
def sheet_by_name() -> bytes:
    """A sheet by its name, whatever case, width and spaces."""

    def fill(made: Any, page: Any) -> None:
        page.write_row(0, 0, ("other", "sheet"))
        named = made.add_worksheet("客户 List")
        for at, cells in enumerate([CUSTOMERS, *HAN]):
            named.write_row(at, 0, cells)

    return written(fill)


@refused("a.xlsx", "file.sheet", sheet="Nowhere")
def sheet_that_is_not_there() -> bytes:
    """A sheet that the workbook has not."""
    return book(sheet())


@refused("a.xlsx", "file.sheet")
def nothing_shows() -> bytes:
    """A workbook all of whose sheets are hidden."""
    content = parts()
    return book(
        content | {"xl/workbook.xml": content["xl/workbook.xml"].replace("<sheet ", '<sheet state="veryHidden" ')}
    )


@taken("a.xlsx", [("H1", "a")])
def very_long_sheet_name() -> bytes:
    """A name far beyond the 31 characters of Excel."""
    content = parts(sheet(row(2, "H1", "a")))
    return book(content | {"xl/workbook.xml": content["xl/workbook.xml"].replace('"Data"', f'"{"示例" * 5000}"')})


@refused("a.xlsx", "file.damaged")
def sheets_of_one_name() -> bytes:
    """Two sheets that no name tells apart."""
    content = parts()
    twice = content["xl/workbook.xml"].replace("</sheets>", '<sheet name="Data" sheetId="2" r:id="rId1"/></sheets>')
    return book(content | {"xl/workbook.xml": twice})


@taken("a.xlsx", [("H1", "a")])
def prefixed_workbook() -> bytes:
    """XML with a prefix on every tag, and without places on rows and cells."""
    content = (
        f'<x:worksheet xmlns:x="{MAIN[7:-1]}"><x:sheetData>'
        + "".join(
            "<x:row>" + "".join(f'<x:c t="inlineStr"><x:is><x:t>{v}</x:t></x:is></x:c>' for v in cells) + "</x:row>"
            for cells in (CUSTOMERS, ("H1", "a"))
        )
        + "</x:sheetData></x:worksheet>"
    )
    return book(content)


@taken("a.xlsx", [("H1", "a")])
def claimed_dimension() -> bytes:
    """A sheet that claims to fill A1:XFD1048576 and holds two cells."""
    return book(sheet(row(2, "H1", "a"), before='<dimension ref="A1:XFD1048576"/>'))


@taken("a.xlsx", [("H1", "a")])
def formats_far_out() -> bytes:
    """A cell at the far corner that bears a format only."""
    return book(sheet(row(2, "H1", "a"), '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))


@refused("a.xlsx", "file.damaged", where="a.xlsx row 2 column A")
def cell_twice() -> bytes:
    """Two cells of one place, of which a reader would drop one."""
    return book(sheet('<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'))


@refused("a.xlsx", "file.damaged", where="a.xlsx row 2 column A")
def row_twice() -> bytes:
    """Two rows of one number, of which a reader would drop one."""
    return book(sheet(row(2, "H1", "a"), row(3, "H2", "b"), row(2, "H3", "c")))


# --- attacks on the reader ---

ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip


@refused("a.xlsx", "file.dtd")
def external_entity_in_a_sheet() -> bytes:
    """An entity that reads a file of the reader's machine."""
    return book(ENTITY + sheet(row(2, "H1", '<c r="REF" t="inlineStr"><is><t>&a;</t></is></c>')))


@refused("a.xlsx", "file.dtd")
def external_entity_in_the_strings() -> bytes:
    """The same in the table of shared strings."""
    content = parts(sheet(row(2, "H1", '<c r="REF" t="s"><v>0</v></c>')), strings="<si><t>&a;</t></si>")
    return book(content | {"xl/sharedStrings.xml": ENTITY + content["xl/sharedStrings.xml"]})


@refused("a.xlsx", "file.dtd")
def document_type_in_the_workbook() -> bytes:
    """A document type from elsewhere."""
    content = parts()
    outside = '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">'
    return book(content | {"xl/workbook.xml": outside + content["xl/workbook.xml"]})


@refused("a.xlsx", "file.dtd", bomb=True)
def billion_laughs() -> bytes:
    """Entities within entities that expand to gigabytes."""
    return book(LAUGHS + sheet(row(2, "H1", '<c r="REF" t="inlineStr"><is><t>&a9;</t></is></c>')))


@refused("a.xlsx", "file.path")
def part_above_the_archive() -> bytes:
    """A part whose name leads out of the archive."""
    return book(parts() | {"../../evil.xml": "<a/>"})


@refused("a.xlsx", "file.path")
def part_at_the_root() -> bytes:
    """A part with an absolute name."""
    return book(parts() | {"/etc/evil.xml": "<a/>"})


@refused("a.xlsx", "file.path")
def part_on_a_drive() -> bytes:
    """A part with the name of a drive."""
    return book(parts() | {"C:/evil.xml": "<a/>"})


@refused("a.xlsx", "file.damaged")
def part_twice_in_another_case() -> bytes:
    """Two workbooks, of which one reader might see the one and another the other."""
    return book(parts() | {"XL/Workbook.xml": "<a/>"})


@refused("a.xlsx", "file.bomb", bomb=True)
def zip_bomb() -> bytes:
    """A part of two hundred megabytes of nothing."""
    return book(parts() | {"xl/media/image1.png": b"\0" * (200 * MIB)})


@refused("a.xlsx", "file.bomb")
def part_that_lies_about_its_size() -> bytes:
    """The directory claims more than there is."""
    data = bytearray(book(parts()))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/workbook.xml"))
    struct.pack_into("<L", data, entry + 24, 100_000)
    return bytes(data)


@refused("a.xlsx", "file.large")
def many_parts() -> bytes:
    """More parts than any workbook has."""
    return book(parts() | {f"xl/media/{n}.png": "" for n in range(1001)})


@refused("a.xlsx", "file.large", bomb=True)
def hundred_thousand_parts() -> bytes:
    """A directory of megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    return out.getvalue()


@refused("a.xlsx", "file.large", where="a.xlsx row 1048576 column XFD", bomb=True)
def cell_in_the_far_corner() -> bytes:
    """Two cells that span seventeen milliards."""
    return book(sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


@refused("a.xlsx", "file.large", where="a.xlsx row 2 column AMK", bomb=True)
def wide_row_of_a_workbook() -> bytes:
    """A row of all the columns that Excel has."""
    names = [a + b + c for a in ("", *LETTERS) for b in ("", *LETTERS) if b or not a for c in LETTERS][:16_384]
    return book(sheet('<row r="2">' + "".join(f'<c r="{name}2"><v>1</v></c>' for name in names) + "</row>"))


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONG = "A" * (60 * MIB)


@refused("a.xlsx", "file.large", bomb=True)
def endless_formula() -> bytes:
    """A formula of sixty megabytes in a file of sixty kilobytes."""
    return book(sheet(f'<row r="2"><c r="A2"><f>{LONG}</f></c></row>'))


@refused("a.xlsx", "file.large", bomb=True)
def endless_text() -> bytes:
    """A cell of sixty megabytes, with a character that makes it four times as large in memory."""
    return book(sheet(f'<row r="2"><c r="A2" t="inlineStr"><is><t>{LONG}𠮷</t></is></c></row>'))


@refused("a.xlsx", "file.large", bomb=True)
def endless_text_in_pieces() -> bytes:
    """The same in sixty thousand formats."""
    piece = f"<r><t>{'A' * 1000}</t></r>" * 60_000
    return book(sheet(f'<row r="2"><c r="A2" t="inlineStr"><is>{piece}</is></c></row>'))


@refused("a.xlsx", "file.large", bomb=True)
def endless_shared_string() -> bytes:
    """A shared string of sixty megabytes."""
    return book(parts(sheet(row(2, "H1", '<c r="REF" t="s"><v>0</v></c>')), strings=f"<si><t>{LONG}𠮷</t></si>"))


@refused("a.xlsx", "file.large", bomb=True)
def endless_shared_string_in_pieces() -> bytes:
    """The same shared string in sixty thousand formats."""
    piece = f"<r><t>{'A' * 1000}</t></r>" * 60_000
    return book(parts(sheet(row(2, "H1", '<c r="REF" t="s"><v>0</v></c>')), strings=f"<si>{piece}</si>"))


@refused("a.xlsx", "file.large", bomb=True)
def endless_attribute() -> bytes:
    """An attribute of sixty megabytes."""
    return book(sheet(before=f'<sheetPr x="{LONG}"/>'))


@refused("a.xlsx", "file.large", bomb=True)
def endless_comment() -> bytes:
    """A comment of sixty megabytes that is full of tags."""
    return book(sheet("<!--" + "<c>" * (20 * MIB) + "-->"))


@refused("a.xlsx", "file.large", bomb=True)
def endless_cdata() -> bytes:
    """A section of sixty megabytes that is full of tags."""
    return book(sheet('<row r="2"><c r="A2"><f><![CDATA[' + "<c>" * (20 * MIB) + "]]></f></c></row>"))


@refused("a.xlsx", "file.large", bomb=True)
def many_comments() -> bytes:
    """Millions of comments within a formula."""
    return book(sheet('<row r="2"><c r="A2"><f>' + "A<!-- -->" * 6_000_000 + "</f></c></row>"))


@refused("a.xlsx", "file.large", bomb=True)
def many_shared_strings() -> bytes:
    """Twelve million empty strings, each of which costs a record."""
    return book(parts(strings="<si/>" * 12_000_000))


@refused("a.xlsx", "file.large", bomb=True)
def many_sheets() -> bytes:
    """Two million sheets."""
    content = parts()
    sheets = '<sheet name="a" r:id="rId1"/>' * 2_000_000
    return book(content | {"xl/workbook.xml": content["xl/workbook.xml"].replace("</sheets>", f"{sheets}</sheets>")})


@refused("a.xlsx", "file.large", bomb=True)
def many_links() -> bytes:
    """Millions of relationships."""
    links = parts()["xl/_rels/workbook.xml.rels"].replace("</Rel", "<Relationship/>" * 3_700_000 + "</Rel")
    return book(parts() | {"xl/_rels/workbook.xml.rels": links})


@refused("a.xlsx", "file.large", bomb=True)
def many_names() -> bytes:
    """More than a million defined names."""
    return book(parts(names="<definedNames>" + '<definedName name="a">x</definedName>' * 1_500_000 + "</definedNames>"))


@refused("a.xlsx", "file.damaged", bomb=True)
def many_blank_cells() -> bytes:
    """Fifteen million blank cells in one row."""
    return book(sheet('<row r="2">' + "<c/>" * 15_000_000 + "</row>"))


@refused("a.xlsx", "file.damaged", bomb=True)
def many_blank_rows() -> bytes:
    """Nine million blank rows."""
    return book(sheet("<row/>" * 9_000_000))


@refused("a.xlsx", "file.bomb", bomb=True)
def repeated_shared_string() -> bytes:
    """A long text that forty thousand cells repeat: more than a gigabyte."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 40_002))
    return book(parts(sheet(cells), strings=f"<si><t>{'A' * 32_767}</t></si>"))


@refused("a.csv.gz", "file.bomb", bomb=True)
def gzip_bomb() -> bytes:
    """Two hundred megabytes of one letter."""
    return packed(b"a" * MIB, 200)


@refused("a.csv.gz", "file.bomb", bomb=True)
def gzip_bomb_of_rows() -> bytes:
    """Two hundred megabytes of short rows."""
    return packed(b"H1,a\n" * (MIB // 5), 200)


@refused("a.csv.gz", "file.bomb", bomb=True)
def gzip_bomb_of_quotes() -> bytes:
    """Two hundred megabytes of line breaks within quotes."""
    return packed(b'"\n",' * (MIB // 4), 200)


@refused("a.csv", "file.large", where="a.csv row 2", bomb=True)
def row_of_ten_megabytes() -> bytes:
    """One row of ten megabytes."""
    return lines("H1," + "a" * (10 * MIB))


@refused("a.csv", "file.large", where="a.csv row 2", bomb=True)
def row_of_20000_columns() -> bytes:
    """One row of twenty thousand columns."""
    return lines(",".join(["1"] * 20_000))


@refused("a.csv", "file.large", where="a.csv row 1", bomb=True)
def header_of_20000_columns() -> bytes:
    """A header of twenty thousand columns."""
    return lines(head=",".join(f"c{n}" for n in range(20_000)))


@refused("a.csv", "file.large", where="a.csv row 2 column B", bomb=True)
def cell_too_long() -> bytes:
    """A cell longer than a spreadsheet keeps."""
    return lines("H1," + "a" * 40_000)


@refused("a.csv", "file.quotes", where="a.csv row 2", bomb=True)
def quote_that_swallows_sixty_megabytes() -> bytes:
    """An opening quote, then rows without end."""
    return lines('"H1,a') + b"H2,b\n" * (12 * MIB)
