"""CSV and TSV in: the hostile corpus, each file with its verdict, and the laws of rows."""

from __future__ import annotations

import csv
import gzip
import io
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadConfig, BadFile
from pharmasales.exchange import Limits, neutral, read_sheet
from pharmasales.exchange import encoding as encoding_module
from pharmasales.exchange import read_csv as read_csv_module
from pharmasales.exchange.read_csv import csv_sheet
from pharmasales.exchange.sheet import letters
from pharmasales.exchange.unpack import gzip_blocks, plain_blocks

DATA = Path(__file__).parents[2] / "../shared/data"
ZH = "编号,名称,级别\r\nH001,示例医院,三级\r\nH002,虚构诊所,一级\r\n"


def saved(tmp_path, data, name="a.csv"):
    """Write bytes (or text as UTF-8) and return the path."""
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def taken(path, **more):
    """Return header and rows of a file."""
    sheet = read_sheet(path, **more)
    return sheet.header, list(sheet.rows)


def refusal(path, **more):
    """Return the error that a file is refused with."""
    with pytest.raises(BadFile) as caught:
        taken(path, **more)
    return caught.value


def test_rows_come_with_spreadsheet_numbers(tmp_path):
    """The header is row 1; a row with a line break within quotes is one row; blank rows are kept and counted."""
    path = saved(tmp_path, 'id,note\r\nH1,"two\r\nlines, ""q"""\r\n\r\nH2,\r\n')
    assert taken(path) == (
        ("id", "note"),
        [(2, ("H1", 'two\r\nlines, "q"')), (3, ("", "")), (4, ("H2", ""))],
    )
    assert read_sheet(path).file == "a.csv"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_reads_the_same(tmp_path, end, last):
    """Unix, Windows and old Macintosh line ends; the last one may be missing."""
    text = end.join(["id,n", "H1,1", "H2,2"]) + (end if last else "")
    assert taken(saved(tmp_path, text)) == (("id", "n"), [(2, ("H1", "1")), (3, ("H2", "2"))])


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_blocks_may_cut_anywhere(block, monkeypatch):
    """A block border within a character, a line end or a quoted cell changes nothing."""
    monkeypatch.setattr(encoding_module, "_HEAD", 3)
    data = ('\ufeff编号,备注\r\nH1,"甲\r\n乙\r丙\n"\r\n' + "𠮷,'=1\r\n").encode()
    blocks = (data[at : at + block] for at in range(0, len(data), block))
    sheet = csv_sheet(blocks, "a.csv")
    assert sheet.header == ("编号", "备注")
    assert list(sheet.rows) == [(2, ("H1", "甲\r\n乙\r丙\n")), (3, ("𠮷", "=1"))]


def test_ragged_rows(tmp_path):
    """Short rows are filled up, empty cells beyond are cut, a full cell beyond shows in the length of the row."""
    header, rows = taken(saved(tmp_path, "a,b,,\n1\n1,2,,,,\n1,2,,4\n"))
    assert header == ("a", "b")
    assert rows == [(2, ("1", "")), (3, ("1", "2")), (4, ("1", "2", "", "4"))]


def test_tsv(tmp_path):
    """Tabs part the cells of a TSV; a comma is text there."""
    assert taken(saved(tmp_path, "a\tb\n1,5\t2\n", "a.TSV")) == (("a", "b"), [(2, ("1,5", "2"))])
    packed = saved(tmp_path, gzip.compress(b"a\tb\n1\t2\n", mtime=0), "a.tsv.gz")
    assert taken(packed) == (("a", "b"), [(2, ("1", "2"))])


def test_our_escape_is_undone(tmp_path):
    """Cells that our exports escaped come back; a formula nobody escaped comes as written, for the caller to refuse."""
    path = saved(tmp_path, "a,b\n'=1+1,'-5\n=1+1,O'Brien\n''@x,'quoted'\n")
    assert [row for _, row in taken(path)[1]] == [("=1+1", "-5"), ("=1+1", "O'Brien"), ("'@x", "'quoted'")]


@pytest.mark.parametrize("text", [ZH, "\ufeff" + ZH])
def test_utf8_with_and_without_mark(tmp_path, text):
    """UTF-8 is the default, the byte order mark is no part of the first name."""
    header, rows = taken(saved(tmp_path, text))
    assert header == ("编号", "名称", "级别")
    assert rows[0] == (2, ("H001", "示例医院", "三级"))


@pytest.mark.parametrize(
    ("codec", "setting"),
    [
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_other_encodings_are_named_and_then_accepted(tmp_path, codec, setting):
    """T6: the refusal names the setting; with it the file reads as it was meant, also compressed."""
    path = saved(tmp_path, ZH.encode(codec))
    error = refusal(path)
    assert (error.code, f'encoding = "{setting}" in its [tables.NAME]' in error.hint) == ("file.encoding", True)
    assert taken(path, encoding=setting) == taken(saved(tmp_path, ZH, "b.csv"))
    packed = saved(tmp_path, gzip.compress(ZH.encode(codec), mtime=0), "a.csv.gz")
    assert setting in refusal(packed).hint
    assert taken(packed, encoding=setting)[1] == taken(path, encoding=setting)[1]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"])
def test_a_byte_order_mark_decides(tmp_path, codec):
    """With a mark nothing need be set; the setting may name the encoding as well, plain or compressed."""
    data = ("\ufeff" + ZH).encode(codec)
    family = codec.removesuffix("-le").removesuffix("-be")
    settings = [{}, {"encoding": family}] + ([{"encoding": codec}] if family == "utf-16" else [])
    for setting in settings:
        assert taken(saved(tmp_path, data), **setting) == taken(saved(tmp_path, ZH, "b.csv"))
        packed = saved(tmp_path, gzip.compress(data, mtime=0), "a.csv.gz")
        assert taken(packed, **setting)[1] == taken(saved(tmp_path, ZH, "b.csv"))[1]


@pytest.mark.parametrize(("rows", "codec"), [(3, "gb18030"), (3, "gbk"), (2000, "gb18030")])
def test_a_repeated_word_that_is_utf8_by_chance(tmp_path, rows, codec):
    """The bytes of the word for hospital are two letters of UTF-8 as well, however often a column repeats them."""
    text = "id,kind\n" + "".join(f"H{n},医院\n" for n in range(rows))
    assert taken(saved(tmp_path, text.encode(codec)), encoding=codec)[1] == [
        (n + 2, (f"H{n}", "医院")) for n in range(rows)
    ]


@pytest.mark.parametrize("codec", ["gb18030", "gbk", "big5", "cp1252", "latin-1"])
@pytest.mark.parametrize("text", ["id,医院\n1,2\n", "id,n\n1,中心\n", "id,n\nH1,𠮷\n", "id\n—“”…\n"])
def test_a_few_chinese_characters_show_utf8(tmp_path, codec, text):
    """Two characters are enough: read by another encoding they are rare ones, or no text at all."""
    error = refusal(saved(tmp_path, text), encoding=codec)
    assert (error.code, "looks like UTF-8" in error.reason) == ("file.encoding", True)


@pytest.mark.parametrize("codec", ["gb18030", "cp1252"])
@pytest.mark.parametrize("text", ["é,ñ,ü,é,ñ,ü,é,ñ\n", "α,β,γ,δ,ε,ζ,η,θ\n", "Дом,врач,аптека\n"])
def test_letters_of_two_bytes_show_utf8_where_they_are_many(tmp_path, codec, text):
    """Greek, Cyrillic and accents of UTF-8 under another setting."""
    assert "looks like UTF-8" in refusal(saved(tmp_path, "a,b,c,d,e,f,g,h\n" + text), encoding=codec).reason


GB_WORDS = st.lists(
    st.text(alphabet="医院药品销售数量金额北京上海示例甲乙丙丁诊所", min_size=1, max_size=6), max_size=30
)


@given(GB_WORDS, st.sampled_from(["gb18030", "gbk", "gb2312"]))
@example(["医", "医", "医"] * 9, "gb18030")
def test_a_set_encoding_that_decodes_is_believed(words, codec):
    """Ordinary Chinese in the encoding that is set always reads; it is never taken for UTF-8."""
    data = ("a\n" + "".join(f"{word}\n" for word in words)).encode(codec)
    assert [row[0] for _, row in csv_sheet(iter([data]), "a.csv", encoding=codec).rows] == words


@pytest.mark.parametrize(
    ("data", "encoding", "says"),
    [
        (b"id,n\nH1,1\n", "utf-16-le", "not utf-16-le, looks like UTF-8"),
        (ZH.encode("gbk"), "utf-16-be", "not utf-16-be, looks like another encoding"),
        (ZH.encode("utf-16-be"), "utf-16-le", "not utf-16-le, looks like UTF-16-BE"),
        (ZH.encode("utf-16-le"), "utf-16-be", "not utf-16-be, looks like UTF-16-LE"),
        (("\ufeff" + ZH).encode("utf-16-be"), "utf-16-le", "not utf-16-le, looks like UTF-16"),
        (ZH.encode("utf-16-le"), "utf-32", "looks like bytes without a byte order mark"),
        (ZH.encode("utf-32"), "utf-16-le", "not utf-16-le, looks like UTF-32"),
    ],
)
def test_utf16_that_is_set_but_is_not(tmp_path, data, encoding, says):
    """Any even count of bytes decodes as UTF-16, so that the setting alone proves nothing."""
    error = refusal(saved(tmp_path, data), encoding=encoding)
    assert (error.code, says in error.reason) == ("file.encoding", True)


def test_rare_characters_of_gb18030(tmp_path):
    """Four-byte characters come through; the encoding may be written in any case."""
    text = "name\n𠮷䶮㛃\n"
    assert taken(saved(tmp_path, text.encode("gb18030")), encoding="GB18030")[1] == [(2, ("𠮷䶮㛃",))]


@pytest.mark.parametrize(
    ("data", "encoding", "says"),
    [
        (ZH.encode(), "gb18030", "not gb18030, looks like UTF-8"),
        (("\ufeffid\n").encode(), "gbk", "not gbk, looks like UTF-8"),
        (ZH.encode("utf-16"), "gb18030", "not gb18030, looks like UTF-16"),
        (ZH.encode("utf-16-le"), "utf-16", "looks like bytes without a byte order mark"),
        (ZH.encode("gb18030"), "big5", "not big5, looks like GB18030 (GBK)"),
        (b"id\n" + bytes([0xFF] * 4) + b"\n", "gb18030", "not gb18030, looks like another encoding"),
        ("nom\nMálaga, Müller\n".encode("cp1252"), "utf-8", "looks like a Western single-byte encoding"),
        (b"nom\n\x81a \x81\n", "utf-8", "not utf-8, looks like another encoding"),
        ("id,医院\n1,2\n".encode("gb18030"), "utf-8", "may be UTF-8 or GB18030, too short to tell"),
        ("编号\n示例\n".encode()[:-2], "utf-8", "ends within a character"),
        ("编号\n示例\n".encode() + b"\xff", "utf-8", "a damaged UTF-8 character"),
    ],
)
def test_never_mojibake(tmp_path, data, encoding, says):
    """A wrong setting is refused where it shows; text that is valid by chance only is refused too."""
    error = refusal(saved(tmp_path, data), encoding=encoding)
    assert says in error.reason
    assert error.code == "file.encoding"


def test_utf8_that_is_not_by_chance(tmp_path):
    """Greek in a drug's name, Cyrillic beyond GB2312, and Chinese all read as the UTF-8 they are."""
    for word in ("β-blocker", "Дом", "医院", "café"):
        assert taken(saved(tmp_path, f"id\n{word}\n"))[1] == [(2, (word,))]


def test_wrong_byte_deep_in_the_file(tmp_path, monkeypatch):
    """The rows before come first; the error names the very row."""
    monkeypatch.setattr(read_csv_module, "_BATCH", 10)
    rows = [f"H{number},示例" for number in range(40_000)]
    data = "\n".join(["id,名称", *rows]).encode() + b"\nH,\xff\nH,1\n"
    sheet = read_sheet(saved(tmp_path, data))
    given_rows = []
    with pytest.raises(BadFile) as caught:
        given_rows.extend(sheet.rows)
    assert (caught.value.code, caught.value.where) == ("file.encoding", "a.csv row 40002")
    assert len(given_rows) == 40_000


@pytest.mark.parametrize(
    ("data", "row"), [("id\nH1\nH\0\n", 3), ("id\nH1\n\0", 3), ("\0id\n", 1), (b"id\nH1\n\0\xff", 3)]
)
def test_nul(tmp_path, data, row):
    """A NUL is refused with its row."""
    error = refusal(saved(tmp_path, data))
    assert (error.code, error.where) == ("file.nul", f"a.csv row {row}")


@pytest.mark.parametrize(
    ("text", "row"), [('id\nH1\n"open\nH2\n', 3), ('id\n"a"b\n', 2), ('"id\n', 1), ('id\n"a" ,b\nx\n', 2)]
)
def test_quotes_out_of_place(tmp_path, text, row):
    """An open quote, or text after a closing one, is refused with the row it begins in."""
    error = refusal(saved(tmp_path, text))
    assert (error.code, error.where) == ("file.quotes", f"a.csv row {row}")


def test_open_quote_does_not_swallow_the_file(tmp_path):
    """What follows an open quote is not collected without end."""
    text = "id,n\nH1,1\n" + '"' + "H2,2\n" * 100_000
    error = refusal(saved(tmp_path, text))
    assert (error.code, error.where) == ("file.quotes", "a.csv row 3")


def test_a_quote_within_a_plain_cell_is_text(tmp_path):
    """Inches and the like need no quoting."""
    assert taken(saved(tmp_path, 'id,size\nH1,5" tube\n'))[1] == [(2, ("H1", '5" tube'))]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Name,x, name \n", "columns A and C bear the same name"),
        ("编号,ａ,A\n", "columns B and C bear the same name"),
        ("\nid\n", "row 1 is blank"),
        (" , \nid\n", "row 1 is blank"),
    ],
)
def test_bad_headers(tmp_path, text, reason):
    """Twin names in any spelling and a blank header are refused; no name is echoed."""
    error = refusal(saved(tmp_path, text))
    assert (error.reason, error.code, error.where) == (reason, "file.header", "a.csv row 1")


def test_nameless_columns_between(tmp_path):
    """Empty names between two others are kept as they are."""
    assert taken(saved(tmp_path, ",id,,n\n0,H1,x,1\n")) == (("", "id", "", "n"), [(2, ("0", "H1", "x", "1"))])


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "file.empty"),
        ("a.csv", b"\xef\xbb\xbf", "file.empty"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "file.empty"),
        ("a.xlsx", b"", "file.empty"),
        ("a.xls", b"x", "file.old-excel"),
        ("a.ods", b"x", "file.suffix"),
        ("a.gz", b"x", "file.suffix"),
        ("csv", b"x", "file.suffix"),
        ("a.csv", b"PK\x03\x04", "file.kind"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.kind"),
        ("a.csv", gzip.compress(b"id\n", mtime=0), "file.kind"),
        ("a.csv.gz", b"id\n1\n", "file.damaged"),
        ("a.csv.gz", gzip.compress(b"id\n1\n", mtime=0)[:-1], "file.truncated"),
        ("a.csv.gz", gzip.compress(b"id\n1\n", mtime=0)[:12], "file.truncated"),
        ("a.csv.gz", gzip.compress(b"id\n1\n", mtime=0) + b"garbage", "file.damaged"),
        ("a.csv.gz", gzip.compress(b"id\n1\n", mtime=0)[:-6] + b"\0\0\0\0\0\0", "file.damaged"),
    ],
)
def test_kinds_of_file(tmp_path, name, data, code):
    """T6: each wrong kind of file has its code, and the base name alone is told."""
    error = refusal(saved(tmp_path, data, name))
    assert error.code == code
    assert error.where.split()[0].rstrip(",") == name


def test_gzip_members_and_padding(tmp_path):
    """Several members are one file; zeros after them are padding."""
    data = gzip.compress(b"id\nH1\n", mtime=0) + gzip.compress("医\n".encode(), mtime=0) + b"\0" * 300_000
    assert taken(saved(tmp_path, data, "a.csv.gz"))[1] == [(2, ("H1",)), (3, ("医",))]


def test_missing_folder_and_odd_names(tmp_path):
    """No file, a folder, and a name no system takes."""
    (tmp_path / "b.csv").mkdir()
    assert refusal(tmp_path / "a.csv").code == "file.missing"
    assert refusal(tmp_path / "b.csv").code == "file.folder"
    assert refusal(tmp_path / "a\0.csv").code == "file.unreadable"


def test_a_device_that_does_not_read(tmp_path, monkeypatch):
    """An error of the system while opening or reading is typed."""
    path = saved(tmp_path, "id\n1\n")

    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "input/output error")

    for unpack in (plain_blocks, gzip_blocks):
        with pytest.raises(BadFile) as caught:
            list(unpack(Broken(), Limits()))
        assert caught.value.code == "file.unreadable"

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path).code == "file.unreadable"


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "zlib", "idna", "unicode_escape", "", "utf-7", "a\0b"])
def test_unknown_encodings(tmp_path, name):
    """Only encodings of tables are known; codecs that unpack or transform are not."""
    with pytest.raises(BadConfig) as caught:
        read_sheet(saved(tmp_path, "id\n"), encoding=name)
    assert caught.value.code == "config.encoding"


@pytest.mark.parametrize(
    ("limits", "text", "where"),
    [
        (Limits(disk=5), "id\n123\n", "a.csv"),
        (Limits(unpacked=5), "id\n123\n", "a.csv row 1"),
        (Limits(rows=2), "id\n1\n2\n3\n", "a.csv row 4"),
        (Limits(columns=2), "a,b\n1,2,3\n", "a.csv row 2"),
        (Limits(columns=2), "a,b,c\n", "a.csv row 1"),
        (Limits(cell=3), "a,b\n1,2\n1,2345\n", "a.csv row 3 column B"),
        (Limits(cell=5), 'a,b\n"1\n2\n3",2\n5,"6\n7\n8\n9"\n', "a.csv row 3 column B"),
        (Limits(cell=3), "abcd,b\n", "a.csv row 1 column A"),
    ],
)
def test_limits(tmp_path, limits, text, where):
    """Each limit stops at the row where it is passed; one less is still read."""
    error = refusal(saved(tmp_path, text), limits=limits)
    assert (error.code, error.where) == ("file.large", where)


def test_at_the_limits(tmp_path):
    """What is exactly as large as allowed is read."""
    path = saved(tmp_path, 'ab,b\n12,"\n\n"\n3,4\n')
    limits = Limits(disk=17, unpacked=17, rows=2, columns=2, cell=2)
    assert taken(path, limits=limits)[1] == [(2, ("12", "\n\n")), (3, ("3", "4"))]


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "9"])
def test_a_limit_is_a_positive_whole_number(value):
    """Nothing else is a limit."""
    with pytest.raises(BadConfig, match=r"limits\.rows"):
        Limits(rows=value)


@pytest.mark.parametrize("unit", [b"a" * 1000, b"H1,1\n", b'"\n",', b"\n", b"," * 500])
def test_gzip_bomb(tmp_path, unit):
    """A bomb of any text is refused within seconds, before it is read through."""
    packer = io.BytesIO()
    with gzip.GzipFile(fileobj=packer, mode="wb", mtime=0) as file:
        file.write(b"id,n\n")
        for _ in range(120):
            file.write(unit * (2**20 // len(unit)))
    path = saved(tmp_path, packer.getvalue(), "a.csv.gz")
    start = time.perf_counter()
    assert refusal(path).code == "file.bomb"
    assert time.perf_counter() - start < 3


def test_gzip_bomb_behind_honest_rows(tmp_path):
    """Growth is counted to the end, not at the beginning only; far below the grace nothing is too much."""
    rows = "".join(f"H{number * 7919},{number * 104729}\n" for number in range(1000))
    data = gzip.compress(b"id,n\n" + rows.encode() + b"H1,1\n" * 600_000, mtime=0)
    path = saved(tmp_path, data, "a.csv.gz")
    error = refusal(path, limits=Limits(grace=1_000_000, ratio=100))
    assert (error.code, error.where.startswith("a.csv.gz row ")) == ("file.bomb", True)
    assert len(taken(path)[1]) == 601_000


def test_a_row_without_an_end(tmp_path):
    """A row that goes on and on is refused by its length, whatever its lines are."""
    text = "id\nH1\n" + '"\n",' * 2_000_000
    error = refusal(saved(tmp_path, text))
    assert (error.code, error.where) == ("file.large", "a.csv row 3")
    assert "a row of more than" in error.reason


def test_an_abandoned_sheet_leaves_nothing_open(tmp_path):
    """Rows that nobody asks for cost nothing; the file is closed with the iterator."""
    path = saved(tmp_path, "id\n" + "H1\n" * 100_000)
    sheet = read_sheet(path)
    assert next(sheet.rows) == (2, ("H1",))
    del sheet


def test_letters_of_columns():
    """Columns are told as a spreadsheet shows them."""
    assert [letters(number) for number in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


CELLS = st.text(alphabet=st.sampled_from("ab,\"'=-+@\t \r\n医𠮷１"), max_size=6)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=20), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@example([["", "医", "医"], ["医", "医", "医"], ["医", "医", "医"]], "gb18030")
def test_what_the_standard_writer_writes_is_read(rows, codec):
    """Any cells written by the csv module (escaped by us) come back, in every encoding and with any block size."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["a", "b", "c"])
    writer.writerows([[neutral(cell) for cell in row] for row in rows])
    data = text.getvalue().encode(codec)
    for size in (5, 1 << 18):
        blocks = (data[at : at + size] for at in range(0, len(data), size))
        sheet = csv_sheet(blocks, "a.csv", encoding=codec)
        assert list(sheet.rows) == list(enumerate(map(tuple, rows), 2))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_untyped(data):
    """Whatever the bytes are: rows, or one typed error."""
    for blocks in (
        iter([data]),
        gzip_blocks(io.BytesIO(data), Limits()),
        gzip_blocks(io.BytesIO(gzip.compress(data, mtime=0)), Limits()),
    ):
        with suppress(BadFile):
            assert all(number >= 2 for number, _ in csv_sheet(blocks, "a.csv").rows)


def test_real_files():
    """Every CSV of the shared data reads as the csv module reads it."""
    files = sorted(DATA.glob("*.csv")) + sorted(DATA.glob("*.csv.gz"))
    if not files:
        pytest.skip("the shared data is absent")
    for path in files:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            plain = [tuple(row) for row in csv.reader(file)]
        header, rows = taken(path)
        assert header == plain[0]
        assert [row for _, row in rows] == plain[1:]


def test_no_count_of_rows_is_too_large_by_itself(tmp_path):
    """More than two million rows are read to the last; only the bytes are limited."""
    path = saved(tmp_path, "id\n" + "1\n" * 2_000_001)
    ((number, last),) = deque(read_sheet(path).rows, maxlen=1)
    assert (number, last) == (2_000_002, ("1",))
