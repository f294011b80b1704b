"""XLSX in: values as text, formulas and errors shown for what they are, hostile archives refused."""

from __future__ import annotations

import struct
import sys
import time
import zipfile
import zlib
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, BadFile
from pharmasales.exchange import Limits, read_sheet
from pharmasales.exchange import read_xlsx as read_xlsx_module
from pharmasales.exchange.cells import scanned, shared_lengths
from pharmasales.exchange.glance import glanced
from pharmasales.exchange.markup import LONGEST, bounded
from pharmasales.exchange.package import elements
from pharmasales.exchange.read_xlsx import number_text

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>'


def parts(rows="", strings=()):
    """Return the parts of a small workbook; `rows` is the XML under the header row."""
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINK}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{LINK}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{items}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{HEAD}{rows}</sheetData></worksheet>",
    }


def zipped(tmp_path, content, method=zipfile.ZIP_DEFLATED):
    """Write parts as an archive and return its path."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text in content.items() if isinstance(content, dict) else content:
            archive.writestr(name, text)
    return path


def written(tmp_path, fill, **options):
    """Write a workbook with xlsxwriter; `fill` gets the book and its first sheet."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), options) as book:
        fill(book, book.add_worksheet("Data"))
    return path


def rows_of(path, **more):
    """Return the rows of a sheet."""
    return list(read_sheet(path, **more).rows)


def refusal(path, **more):
    """Return the error that a file is refused with."""
    with pytest.raises(BadFile) as caught:
        rows_of(path, **more)
    return caught.value


def test_values_come_as_text(tmp_path):
    """Numbers as their shortest decimal, dates and times in ISO form, booleans in capitals, nothing as nothing."""

    def fill(book, sheet):
        styles = {
            name: book.add_format({"num_format": name})
            for name in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm", "[h]:mm")
        }
        sheet.write_row(0, 0, list("abcdef"))
        sheet.write_row(1, 0, [3, 0.1, -0.0, 1e20, 1e-7, 12345.678])
        sheet.write_datetime(2, 0, date(2026, 1, 5), styles["yyyy-mm-dd"])
        sheet.write_datetime(2, 1, datetime(2026, 1, 5, 13, 30), styles["yyyy-mm-dd hh:mm"])  # noqa: DTZ001 - as Excel
        sheet.write_datetime(2, 2, clock(13, 30), styles["hh:mm"])
        sheet.write_datetime(2, 3, timedelta(hours=25, minutes=30), styles["[h]:mm"])
        sheet.write_boolean(2, 4, True)
        sheet.write_boolean(2, 5, False)
        sheet.write_string(3, 0, "医院")
        sheet.write_string(3, 1, "_x0041_ a\r\nb")
        sheet.write_string(3, 2, "  ")

    assert rows_of(written(tmp_path, fill)) == [
        (2, ("3", "0.1", "0", "1E+20", "0.0000001", "12345.678")),
        (3, ("2026-01-05", "2026-01-05T13:30:00", "13:30:00", "1 day, 1:30:00", "TRUE", "FALSE")),
        (4, ("医院", "_x0041_ a\r\nb", "  ", "", "", "")),
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(999999999999999.0)
@example(1e15)
@example(-1e15)
def test_numbers_keep_their_value(value):
    """The text names exactly the same double; an exponent says that digits may be lost, from 16 whole digits on."""
    text = number_text(value)
    assert float(text) == value
    assert ("E+" in text) == (abs(value) >= 10**15)


@pytest.mark.parametrize("text", ["110101199003071234", "91310000MA1K35X1X0", "6222021234567890123"])
def test_a_long_id_stored_as_a_number_shows_that_it_lost_digits(tmp_path, text):
    """T16: an identity or account number that was typed as a number is no id any more; as text it is whole."""
    number = float("".join(c for c in text if c.isdigit()))
    path = written(
        tmp_path,
        lambda _, sheet: (
            sheet.write_row(0, 0, ["id"]), sheet.write_number(1, 0, number), sheet.write_string(2, 0, text)
        ),
    )  # fmt: skip
    (_, (shown,)), (_, (whole,)) = rows_of(path)
    assert ("E+" in shown or number < 10**15, whole) == (True, text)


def test_no_number():
    """What is no number comes as a text that no parser of numbers takes."""
    assert [number_text(float(text)) for text in ("nan", "inf", "-inf")] == ["NaN", "Infinity", "-Infinity"]


@pytest.mark.parametrize("since_1904", [True, False])
def test_both_date_systems(tmp_path, since_1904):
    """T14: a workbook that counts from 1904 shows the same days."""

    def fill(book, sheet):
        sheet.write_string(0, 0, "day")
        sheet.write_datetime(1, 0, date(2026, 2, 28), book.add_format({"num_format": "yyyy-mm-dd"}))

    path = written(tmp_path, fill, date_1904=since_1904)
    assert rows_of(path) == [(2, ("2026-02-28",))]


def test_every_kind_of_formula_shows(tmp_path):
    """Plain, array, dynamic and linking formulas come as text from "=", not as the value they had."""

    def fill(_, sheet):
        sheet.write_row(0, 0, ["id", "n"])
        sheet.write_formula(1, 0, "=1+1", value=2)
        sheet.write_array_formula(1, 1, 2, 1, '{=A1:A2&"x"}', value="ok")
        sheet.write_dynamic_array_formula("A4", "=UNIQUE(A1:A2)", value="H1")
        sheet.write_formula(3, 1, "='[other.xlsx]S'!A1", value="")
        sheet.write_formula(4, 3, "=1/0", value="#DIV/0!")
        sheet.write_string(5, 0, "=text")

    assert rows_of(written(tmp_path, fill)) == [
        (2, ("=1+1", '=A1:A2&"x"')),
        (3, ("", "0")),
        (4, ("=_xlfn.UNIQUE(A1:A2)", "='[other.xlsx]S'!A1")),
        (5, ("", "", "", "=1/0")),
        (6, ("=text", "")),
    ]


def test_shared_formulas_show_in_every_cell(tmp_path):
    """Only the first cell of a shared formula bears its text; the others show the same."""
    path = zipped(
        tmp_path,
        parts(
            '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">B2*2</f><v>2</v></c></row>'
            '<row r="3"><c r="A3"><f t="shared" si="0"/><v>4</v></c></row>'
            '<row r="4"><c r="A4" t="str"><f t="shared" si="7"/><v>x</v></c></row>'
        ),
    )
    assert [row[0] for _, row in rows_of(path)] == ["=B2*2", "=B2*2", "="]


def test_formulas_in_any_spelling(tmp_path):
    """Prefixes, missing places, lower case, comments and CDATA hide nothing; cells without a value show too."""
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN[7:-1]}" xmlns:xm="u"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>id</x:t>'
        "</x:is></x:c></x:row><x:row><x:c><x:f><![CDATA[1+1]]></x:f><x:v>2</x:v></x:c></x:row>"
        '<x:row r="4"><!-- <x:f>no</x:f> --><x:c r="b4"><x:f>A&#x31;</x:f></x:c><x:c><x:v>7</x:v></x:c></x:row>'
        '<x:row/></x:sheetData><x:c r="A9"><xm:f>far</xm:f></x:c></x:worksheet>'
    )
    content = parts() | {"xl/worksheets/sheet1.xml": sheet}
    assert rows_of(zipped(tmp_path, content)) == [
        (2, ("=1+1",)),
        (3, ("",)),
        (4, ("", "=A1", "7")),
    ]


def test_error_cells_show_their_text(tmp_path):
    """An error without a formula comes as Excel shows it."""
    path = zipped(
        tmp_path,
        parts(
            '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2" t=\'e\'><v>#N/A</v></c><c r="C2"><v>1</v></c></row>'
        ),
    )
    assert rows_of(path) == [(2, ("#REF!", "#N/A", "1"))]


def test_parts_of_others_are_let_be(tmp_path):
    """Pictures and data that other programs keep beside the workbook may be of any kind."""
    beside = {"customXml/item1.xml": "<a/>".encode("utf-16"), "xl/media/a.png": b"\x89PNG", "xl/drawings/": b""}
    assert rows_of(zipped(tmp_path, parts('<row r="2"><c r="A2"><v>1</v></c></row>') | beside)) == [(2, ("1", ""))]


def test_our_escape_is_undone(tmp_path):
    """An escaped text comes back as it was."""
    path = written(tmp_path, lambda _, sheet: (sheet.write_row(0, 0, ["a", "b"]), sheet.write_row(1, 0, ["'=1", "'a"])))
    assert rows_of(path) == [(2, ("=1", "'a"))]


def test_ragged_blank_and_shifted_rows(tmp_path):
    """Blank rows are kept, empty tails cut, full cells beyond the header kept; a blank first column is a column."""

    def fill(_, sheet):
        sheet.write_row(0, 1, ["id", "n", " "])
        sheet.write_row(2, 1, ["H1"])
        sheet.write_row(3, 1, ["H2", "1", "", "x"])

    path = written(tmp_path, fill)
    assert read_sheet(path).header == ("", "id", "n")
    assert rows_of(path) == [(2, ("", "", "")), (3, ("", "H1", "")), (4, ("", "H2", "1", "", "x"))]


def test_header_rules(tmp_path):
    """The header of a sheet is judged like that of a text file; an empty sheet has none."""
    twin = written(tmp_path, lambda _, sheet: sheet.write_row(0, 0, ["id", "ＩＤ"]))
    assert refusal(twin).reason == "columns A and B bear the same name"
    low = written(tmp_path, lambda _, sheet: sheet.write_row(3, 0, ["id"]))
    assert refusal(low).reason == "row 1 is blank"
    assert refusal(written(tmp_path, lambda *_: None)).reason == "row 1 is blank"


def test_sheets_by_name(tmp_path):
    """By folded name; else the first worksheet that shows. Charts and hidden sheets are not the first."""

    def fill(book, sheet):
        sheet.hide()
        sheet.write_row(0, 0, ["hidden"])
        book.add_chartsheet("Chart")
        second = book.add_worksheet("客户 List")
        second.write_row(0, 0, ["shown"])
        second.activate()

    path = written(tmp_path, fill)
    assert read_sheet(path).header == ("shown",)
    assert read_sheet(path, sheet="客户　ＬＩＳＴ").header == ("shown",)
    assert read_sheet(path, sheet="data").header == ("hidden",)
    error = refusal(path, sheet="Chart")
    assert (error.code, error.hint) == ("file.sheet", "sheets: Data, 客户 List")
    only = parts()
    only["xl/workbook.xml"] = only["xl/workbook.xml"].replace('name="Data"', 'name="Data" state="hidden"')
    assert refusal(zipped(tmp_path, only)).hint == "the workbook shows no worksheet"


def replaced_part(name, old, new):
    """Return the parts of a workbook with one text changed."""
    content = parts('<row r="2"><c r="A2"><v>1</v></c></row>')
    assert old in content[name]
    return content | {name: content[name].replace(old, new)}


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize("dtd", [ENTITY, "<!DOCTYPE x>"])
def test_no_document_type(tmp_path, name, dtd):
    """T6: a DTD is refused wherever it stands, so that no entity is expanded and nothing outside is read."""
    content = parts()
    error = refusal(zipped(tmp_path, content | {name: dtd + content[name]}))
    assert (error.code, error.where) == ("file.dtd", "a.xlsx")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (replaced_part("xl/workbook.xml", "</workbook>", ""), "file.damaged"),
        (replaced_part("xl/worksheets/sheet1.xml", "</sheetData>", ""), "file.damaged"),
        (replaced_part("xl/worksheets/sheet1.xml", 'r="A2"', 'r="2"'), "file.damaged"),
        (replaced_part("xl/worksheets/sheet1.xml", 'r="A2"', 'r="A0"'), "file.damaged"),
        (replaced_part("xl/worksheets/sheet1.xml", 'r="A2"', 'r="A"'), "file.damaged"),
        (replaced_part("xl/worksheets/sheet1.xml", 'r="A2"', 'r="A2" t="s"'), "file.damaged"),
        (replaced_part("xl/worksheets/sheet1.xml", "<v>1</v>", "<v>&unknown;</v>"), "file.damaged"),
        (replaced_part("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml"), "file.kind"),
        (replaced_part("xl/_rels/workbook.xml.rels", 'Id="rId2"', 'Id="rId1"'), "file.damaged"),
        (
            replaced_part(
                "xl/_rels/workbook.xml.rels",
                "</Rel",
                f'<Relationship Id="rId1" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/></Rel',
            ),
            "file.damaged",
        ),
        (replaced_part("xl/workbook.xml", "<sheets>", '<sheets><sheet name="Data" r:id="rId1"/>'), "file.damaged"),
        ({"a.txt": "no workbook"}, "file.kind"),
        ({"xl/workbook.xml": "<a/>"}, "file.kind"),
        (parts() | {"../evil.xml": "<a/>"}, "file.path"),
        (parts() | {"/evil.xml": "<a/>"}, "file.path"),
        (parts() | {"xl\\evil.xml": "<a/>"}, "file.path"),
        (parts() | {"C:/evil.xml": "<a/>"}, "file.path"),
        (parts() | {"XL/WORKBOOK.XML": "<a/>"}, "file.damaged"),
        (parts() | {"other/workbook.xml": "<a/>"}, "file.damaged"),
        (parts() | {"xl/a&amp;b.xml": "<a/>"}, "file.damaged"),
        (replaced_part("_rels/.rels", "xl/workbook.xml", "other/workbook.xml"), "file.damaged"),
        (replaced_part("xl/workbook.xml", 'r:id="rId1"', 'r:id="rId1" xmlns:s="s" s:id="rId2"'), "file.damaged"),
        (parts() | {f"xl/media/{number}.png": "" for number in range(1000)}, "file.large"),
    ],
)
def test_damaged_and_odd_workbooks(tmp_path, content, code):
    """Each has its verdict, none raises anything untyped."""
    assert refusal(zipped(tmp_path, content)).code == code


def test_unusual_compression(tmp_path):
    """Only what Excel writes is unpacked: stored and deflated parts."""
    assert refusal(zipped(tmp_path, parts(), zipfile.ZIP_BZIP2)).code == "file.damaged"
    assert read_sheet(zipped(tmp_path, parts(), zipfile.ZIP_STORED)).header == ("id", "n")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK", "file.truncated"),
        (b"PK\x05\x06" + b"\0" * 10, "file.truncated"),
        (b"id,n\n1,2\n", "file.kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file.old-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
        (b"PK\x05\x06" + b"\0" * 8 + struct.pack("<LL", 2**21, 0) + b"\0\0", "file.large"),
        (b"PK\x05\x06" + b"\0" * 8 + struct.pack("<LL", 99, 0) + b"\0\0", "file.damaged"),
    ],
)
def test_no_archives(tmp_path, data, code):
    """What is no sound archive is told apart."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refusal(path).code == code


def test_truncated_archives(tmp_path):
    """Cut anywhere, a workbook is refused with one typed error."""
    whole = zipped(tmp_path, parts()).read_bytes()
    for size in range(1, len(whole), 37):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[:size])
        assert refusal(path).code in ("file.truncated", "file.kind")


def test_flipped_bytes(tmp_path):
    """A changed byte gives rows or one typed error, whichever part it falls into."""
    whole = zipped(tmp_path, parts('<row r="2"><c r="A2"><f>1</f><v>1</v></c></row>')).read_bytes()
    path = tmp_path / "flipped.xlsx"
    refused = 0
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        try:
            assert rows_of(path)[0][0] == 2
        except BadFile:
            refused += 1
    assert refused > 50


def directory_entry(data, name):
    """Return where the central directory describes a part."""
    return data.rindex(b"PK\x01\x02", 0, data.rindex(name))


def test_encrypted_part(tmp_path):
    """A part that is marked as encrypted is refused by name."""
    path = zipped(tmp_path, parts())
    data = bytearray(path.read_bytes())
    data[directory_entry(data, b"xl/workbook.xml") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path).code == "file.encrypted"


@pytest.mark.parametrize(("claimed", "code"), [(10, "file.damaged"), (100_000, "file.bomb")])
def test_a_part_that_lies_about_its_size(tmp_path, claimed, code):
    """A part is unpacked only as far as it claims; less or more is refused."""
    path = zipped(tmp_path, parts())
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, directory_entry(data, b"xl/workbook.xml") + 24, claimed)
    path.write_bytes(data)
    assert refusal(path).code == code


def test_a_part_that_lies_about_size_and_checksum(tmp_path):
    """Where the checksum fits what is claimed, the size itself gives it away."""
    content = parts()
    text = content["xl/workbook.xml"].encode()
    path = zipped(tmp_path, content)
    data = bytearray(path.read_bytes())
    entry = directory_entry(data, b"xl/workbook.xml")
    struct.pack_into("<L", data, entry + 16, zlib.crc32(text[:11]))
    struct.pack_into("<L", data, entry + 24, 10)
    path.write_bytes(data)
    assert refusal(path).code == "file.bomb"


def test_directory_of_64_bit(tmp_path):
    """A directory that claims its size in the 64-bit record is judged by that; a sound one is read."""
    whole = zipped(tmp_path, parts()).read_bytes()
    end = whole.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<LL", whole, end + 12)
    count = struct.unpack_from("<H", whole, end + 10)[0]
    for claimed, code in ((size, ""), (2**40, "file.large")):
        record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, claimed, start)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
        tail = whole[end : end + 12] + b"\xff" * 8 + whole[end + 20 :]
        path = tmp_path / "b.xlsx"
        path.write_bytes(whole[:end] + record + locator + tail)
        if code:
            assert refusal(path).code == code
        else:
            assert read_sheet(path).header == ("id", "n")


def test_zip_bomb_is_refused_by_its_directory(tmp_path):
    """A part of 100 MB of spaces is refused at once, without being unpacked."""
    content = [*parts().items(), ("xl/media/a.xml", b" " * 100_000_000)]
    path = zipped(tmp_path, content)
    start = time.perf_counter()
    error = refusal(path)
    assert error.code == "file.bomb"
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("limits", "rows", "where"),
    [
        (Limits(rows=2), '<row r="4"><c r="A4"><v>1</v></c></row>', "a.xlsx row 4 column A"),
        (Limits(columns=2), '<row r="2"><c r="C2"><v>1</v></c></row>', "a.xlsx row 2 column C"),
        (Limits(), '<row r="2"><c r="XFD1048576"><v>1</v></c></row>', "a.xlsx row 1048576 column XFD"),
        (Limits(), '<row r="1048576"><c r="ABC1048576"><v>1</v></c></row>', "a.xlsx row 1048576 column ABC"),
        (Limits(cell=3), '<row r="2"><c r="B2"><v>1234</v></c></row>', "a.xlsx row 2 column B"),
    ],
)
def test_limits(tmp_path, limits, rows, where):
    """Two cells that span the whole sheet would fill the memory: the rectangle is judged before it is laid out."""
    error = refusal(zipped(tmp_path, parts(rows)), limits=limits)
    assert (error.code, error.where) == ("file.large", where)


def test_blank_cells_far_out_are_no_matter(tmp_path):
    """Cells that bear a format only, as a stray selection leaves them, do not count."""
    path = zipped(
        tmp_path, parts('<row r="2"><c r="A2"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    )
    assert rows_of(path) == [(2, ("7", ""))]


def test_repeated_long_texts(tmp_path):
    """A long shared string used by many cells is summed up before anything is laid out."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n % 2}</v></c></row>' for n in range(2, 402))
    path = zipped(tmp_path, parts(cells, ("x" * 1000, "y")))
    assert len(rows_of(path, limits=Limits(grace=100_000, unpacked=200_200))) == 400
    error = refusal(path, limits=Limits(grace=100_000, unpacked=200_199))
    assert (error.code, error.reason) == ("file.bomb", "texts repeated beyond the limits")


def test_strings_out_of_the_table_are_no_length(tmp_path):
    """A cell that points outside of the table adds nothing to the sum; the reader refuses it by itself."""
    cells = '<row r="2"><c r="A2" t="s"><v>9</v></c><c r="B2" t="s"><v>x</v></c></row>'
    assert refusal(zipped(tmp_path, parts(cells, ("x" * 50,))), limits=Limits(grace=10)).code == "file.damaged"


def test_lengths_of_shared_strings():
    """Runs of one string add up; space between strings is none of theirs."""
    assert shared_lengths(
        [b"<sst> <si><r><t>ab</t></r><r><t>c</t></r></si><x:si/>".replace(b"x:", b"") + b"</sst>"], "a"
    ) == [3, 0]
    prefixed = b"<x:sst><x:si><x:t>abcd</x:t></x:si></x:sst>"
    assert shared_lengths([prefixed], "a") == [4]


def test_a_panic_of_the_compiled_reader_is_typed(tmp_path, monkeypatch):
    """Whatever the compiled reader raises becomes one typed error; what is not its own passes."""
    path = zipped(tmp_path, parts())
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def raising(error):
        def fail(*_):
            raise error

        return fail

    monkeypatch.setattr(read_xlsx_module, "_chosen", raising(panic("boom")))
    assert refusal(path).code == "file.damaged"
    monkeypatch.setattr(read_xlsx_module, "_chosen", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        read_sheet(path)


def test_without_the_package(tmp_path, monkeypatch):
    """The error says which extra to install."""
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[files\]"):
        read_sheet(zipped(tmp_path, parts()))


CELLS = st.sampled_from(
    ['<c r="{ref}"><v>1</v></c>', '<c r="{ref}" t="s"><v>0</v></c>', '<c r="{ref}"/>', '<c r="{ref}" s="1"><v/></c>']
)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=4), st.integers(1, 60))
def test_the_quick_look_agrees_with_the_exact_pass(rows, size):
    """Where the quick look answers, it reaches at least as far as the exact pass, and counts the same shared texts."""
    text = "<worksheet><cols><col/></cols><sheetData>"
    for number, cells in enumerate(rows, 1):
        text += (
            f'<row r="{number}">'
            + "".join(c.format(ref=f"{'ABCD'[at]}{number}") for at, c in enumerate(cells))
            + "</row>"
        )
    data = (text + "</sheetData><x:c><x:f>no</x:f></x:c></worksheet>").replace("x:", "x").encode()
    quick = glanced(data[at : at + size] for at in range(0, len(data), size))
    exact = scanned([data], "a.xlsx")
    assert quick is not None
    assert quick[0] >= exact.rows
    assert quick[1] >= exact.columns
    assert quick[2] == exact.shared
    assert exact.texts == {}


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>1</f></c>', "<c r='A1'><v>1</v></c>", '<c s="1" r="A1"><v>1</v></c>', "<c><v>1</v></c>",
        '<c r="a1"><v>1</v></c>', '<c r="A01"><v>1</v></c>', '<c r="ABCD1"><v>1</v></c>',
        '<c r="A1" t="e"><v>#N/A</v></c>',
        '<c r="A1" t=\'e\'><v>#N/A</v></c>', "<!-- --><c r=\"A1\"/>", '<x:c r="A1"/>', '<c r="A1" t=\'s\'><v>1</v></c>',
        '<c r="A12345678"/>', '<c  r="A1"/>', "<?x?>",
    ],
)  # fmt: skip
def test_the_quick_look_leaves_the_unusual(cell):
    """Anything not written as Excel writes plain values goes to the exact pass."""
    assert glanced([b"<sheetData>", cell.encode(), b"</sheetData>"]) is None


def test_the_quick_look_needs_the_whole_data():
    """No opening or closing tag within reach: no answer."""
    assert glanced([b'<sheetData><c r="A1"/>']) is None
    assert glanced([b"<x:sheetData/>"]) is None
    assert glanced([b" " * 700_000] * 3) is None
    assert glanced([b"<!DOCTYPE x><sheetData></sheetData>"]) is None
    assert glanced([b"<sheetData>", b"</sheetData>"]) == (0, 0, 0)


def placed(*refs):
    """Return the XML of a sheet of these cells, in this order."""
    return "<worksheet><sheetData>" + "".join(f'<c r="{ref}"><v>1</v></c>' for ref in refs) + "</sheetData></worksheet>"


PLACES = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 4)), max_size=10)


@given(PLACES, st.integers(1, 80))
def test_a_cell_twice_or_a_row_out_of_order_is_never_passed_over(places, size):
    """However the blocks cut it: both looks refuse what a reader would drop or shift, and nothing else."""
    data = placed(*(f"{column}{row}" for column, row in places)).encode()
    sound = len(set(places)) == len(places) and [row for _, row in places] == sorted(row for _, row in places)
    quick = glanced(data[at : at + size] for at in range(0, len(data), size))
    assert (quick is not None) == sound
    if sound:
        far = max(("ABC".index(column) + 1 for column, _ in places), default=0)
        assert quick == (max((row for _, row in places), default=0), far, 0)
        scanned([data], "a.xlsx")
    else:
        with pytest.raises(BadFile) as caught:
            scanned([data], "a.xlsx")
        assert caught.value.code == "file.damaged"


MARKS = st.sampled_from(["<a>", "text", "<!-- <a> -->", "<![CDATA[ <b> ]]>", "<?x <y> ?>", "</a>", "<!", "-->"])


@given(st.lists(MARKS, max_size=30), st.integers(1, 9))
def test_the_guard_passes_on_what_it_gets(pieces, size):
    """Nothing of a sound part is changed, wherever the blocks cut it."""
    data = "".join(pieces).encode()
    assert b"".join(bounded((data[at : at + size] for at in range(0, len(data), size)), "a.xlsx")) == data


@pytest.mark.parametrize("begin", [b"<a x='", b"<a>", b"<!-- <a>", b"<![CDATA[<a>", b"<?x <a>"])
@pytest.mark.parametrize("size", [1000, 3000, 70_000])
def test_the_guard_stops_what_has_no_end(begin, size):
    """An attribute, a text, a comment, a section, an instruction: each is stopped at a megabyte, never before."""
    fill = b"<c>" * 700 if begin[1:2] in b"!?" else b"x" * 2100
    for count, stops in ((LONGEST // 2100 - 5, False), (LONGEST // 2100 + 40, True)):
        data = begin + fill * count + (b"-->]]>?><b>'>" if not stops else b"")
        blocks = (data[at : at + size] for at in range(0, len(data), size))
        if stops:
            with pytest.raises(BadFile) as caught:
                list(bounded(blocks, "a.xlsx"))
            assert caught.value.code == "file.large"
        else:
            assert b"".join(bounded(blocks, "a.xlsx")) == data


def test_the_guard_counts():
    """Tags, shared strings, what lies between two of these, and sections."""
    for data, more in (
        (b"<a/>" * 11, {"tags": 10}),
        (b"<si/>" * 11, {"strings": 10}),
        (b"<x:si/>" * 11, {"strings": 10}),
        (b"<si>" + b"<r>abcdefgh</r>" * 600_000, {"strings": 10}),
        (b"<!-- -->" * 100_001, {}),
    ):
        with pytest.raises(BadFile) as caught:
            list(bounded((data[at : at + 100_000] for at in range(0, len(data), 100_000)), "a.xlsx", **more))
        assert (caught.value.code, caught.value.where) == ("file.large", "a.xlsx")
    assert list(bounded([b"<a/>" * 10], "a.xlsx", tags=10, strings=1)) == [b"<a/>" * 10]
    assert list(bounded([b"<!-- -->" * 100_000], "a.xlsx")) == [b"<!-- -->" * 100_000]


def test_entries_and_one_cell_without_end():
    """A list of more entries than parts is refused; a cell of more than a megabyte is left to the exact pass."""
    assert len(elements("a", [b"<x><a/><b/><a/></x>"], "a.xlsx", 2)) == 2
    with pytest.raises(BadFile, match=r"more than 1 entries of one kind @ a\.xlsx"):
        elements("a", [b"<x><a/><a/></x>"], "a.xlsx", 1)
    run = b"<r><t>abcdefgh</t></r>" * 10_000
    assert glanced([b'<sheetData><c r="A1">', *[run] * 4, b"</c></sheetData>"]) == (1, 1, 0)
    assert glanced([b'<sheetData><c r="A1">', *[run] * 6, b"</c></sheetData>"]) is None


def test_a_long_inline_text_is_refused_before_it_is_laid_out(tmp_path):
    """Beside a formula the exact pass counts each text; in pieces it is counted whole."""
    cells = '<c r="A2" t="inlineStr"><is><r><t>abc</t></r><r><t>{}</t></r></is></c><c r="B2"><f>1+1</f></c>'
    for end, code in (("de", ""), ("def", "file.large")):
        path = zipped(tmp_path, parts(f'<row r="2">{cells.format(end)}</row>'))
        if code:
            error = refusal(path, limits=Limits(cell=5))
            assert (error.code, error.where) == (code, "a.xlsx row 2 column A")
        else:
            assert rows_of(path, limits=Limits(cell=5)) == [(2, ("abcde", "=1+1"))]


def test_rows_and_columns_that_excel_has_not(tmp_path):
    """Beyond column XFD and row 1,048,576 there is nothing."""
    for rows in ('<row r="2"><c r="XFE2"/><c r="A3"><f/></c></row>', '<row r="1048577"/><row><c><f>1</f></c></row>'):
        assert refusal(zipped(tmp_path, parts(rows))).code == "file.damaged"
